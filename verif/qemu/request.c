// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of the CPU to the card.
 *
 * A posted request returns at once. One that wants a completion serves the ring from the card until it comes: the big lock is
 * held all the while (a call-back that drops it would be re-entered), so nobody else could. The order of the one ring
 * upward makes a completion push the posted writes before it, as on the link.
 */
#include "svnic-qemu.h"

#define NS_PER_MS 1000000LL
#define LATE_MS 50		/* patience after a time-out, until the card answers again */
#define NAP_NS 1000000		/* re-check at least this often */

void svnic_tlp_init(struct svnic_tlp *tlp, uint8_t type)
{
	memset(tlp, 0, offsetof(struct svnic_tlp, payload));
	tlp->size = sizeof(*tlp);
	tlp->type = type;
}

static int64_t now_ns(void)
{
	return g_get_monotonic_time() * 1000;
}

static int64_t deadline(const SvnicState *s)
{
	return now_ns() + (s->late ? MIN(LATE_MS, s->timeout_ms) : s->timeout_ms) * NS_PER_MS;
}

/* Sends what waits in the backlog; true when it is empty. */
static bool flush_backlog(SvnicState *s)
{
	SvnicBacklog *item;

	while ((item = QSIMPLEQ_FIRST(&s->backlog))) {
		if (svnic_card_send(s->card, &item->tlp))
			return false;
		QSIMPLEQ_REMOVE_HEAD(&s->backlog, next);
		g_free(item);
	}
	svnic_card_want_room(s->card, s->frames_blocked);
	return true;
}

static void put_off(SvnicState *s, const struct svnic_tlp *tlp)
{
	SvnicBacklog *item = g_new(SvnicBacklog, 1);

	svnic_tlp_copy(&item->tlp, tlp);
	QSIMPLEQ_INSERT_TAIL(&s->backlog, item, next);
	svnic_card_want_room(s->card, true);
}

/* A completion never waits for room: as many as the card has tags are kept here. */
void svnic_answer(SvnicState *s, const struct svnic_tlp *completion)
{
	if (!flush_backlog(s) || svnic_card_send(s->card, completion))
		put_off(s, completion);
}

static void complete(SvnicState *s, const struct svnic_tlp *tlp)
{
	SvnicRequest *request;

	QLIST_FOREACH(request, &s->requests, next) {
		if (request->tag == tlp->tag && !request->done) {
			svnic_tlp_copy(request->completion, tlp);
			request->done = true;
			return;
		}
	}
	s->count.cpl_unexpected++;
}

static void dispatch(SvnicState *s, const struct svnic_tlp *tlp)
{
	if (s->gone)
		return;
	if (tlp->type == SVNIC_TLP_CPL || tlp->type == SVNIC_TLP_CPLD)
		complete(s, tlp);
	else
		svnic_execute(s, tlp);
}

/*
 * Executes up to `limit` TLPs of the card; true when there may be more. A TLP leaves the ring before it is executed,
 * since executing one may come back here (a peer-to-peer access waits for another card).
 */
bool svnic_serve(SvnicState *s, unsigned int limit)
{
	const struct svnic_tlp *front;
	struct svnic_tlp tlp;

	flush_backlog(s);
	while (limit-- && (front = svnic_card_front(s->card))) {
		svnic_tlp_copy(&tlp, front);
		svnic_card_pop(s->card);
		dispatch(s, &tlp);
	}
	return svnic_card_front(s->card);
}

/* Sends a request of the CPU behind all that was sent before, serving the card while there is no room. */
static bool send_in_order(SvnicState *s, const struct svnic_tlp *tlp, int64_t until)
{
	while (!flush_backlog(s) || svnic_card_send(s->card, tlp)) {
		if (now_ns() > until)
			return false;
		svnic_card_want_room(s->card, true);
		svnic_card_wait_begin(s->card);
		svnic_serve(s, UINT_MAX);
		svnic_card_wait(s->card, NAP_NS);
		svnic_card_wait_end(s->card);
	}
	return true;
}

static void timed_out(SvnicState *s, const struct svnic_tlp *tlp)
{
	s->count.time_outs++;
	if (s->late)
		return;
	s->late = true;
	error_report("svnic: no completion from the %s back end within %u ms (TLP type %u, function %02x, address 0x%" PRIx64
		     "): all ones", s->backend, s->timeout_ms, tlp->type, tlp->completer & 0xff, tlp->address);
}

void svnic_post(SvnicState *s, struct svnic_tlp *tlp)
{
	if (s->card && !s->gone && !send_in_order(s, tlp, deadline(s)))
		timed_out(s, tlp);
}

static bool tag_in_use(SvnicState *s, uint16_t tag)
{
	SvnicRequest *request;

	QLIST_FOREACH(request, &s->requests, next) {
		if (request->tag == tag)
			return true;
	}
	return false;
}

static uint16_t take_tag(SvnicState *s)
{
	do {
		s->next_tag = (s->next_tag + 1) & 0xff;
	} while (tag_in_use(s, s->next_tag));
	return s->next_tag;
}

static void wait_for(SvnicState *s, SvnicRequest *request, int64_t until)
{
	svnic_card_wait_begin(s->card);
	svnic_serve(s, UINT_MAX);
	while (!request->done && now_ns() < until) {
		svnic_card_wait(s->card, NAP_NS);
		svnic_serve(s, UINT_MAX);
	}
	svnic_card_wait_end(s->card);
}

/* Sends a non-posted request and waits; false after a time-out. */
bool svnic_request(SvnicState *s, struct svnic_tlp *tlp, struct svnic_tlp *completion)
{
	SvnicRequest request = { .completion = completion };
	int64_t until = deadline(s);

	if (!s->card || s->gone)	/* QEMU is on its way out, or the card was pulled out */
		return false;
	request.tag = tlp->tag = take_tag(s);
	QLIST_INSERT_HEAD(&s->requests, &request, next);
	if (send_in_order(s, tlp, until))
		wait_for(s, &request, until);
	QLIST_REMOVE(&request, next);
	if (request.done)
		s->late = false;
	else
		timed_out(s, tlp);
	return request.done;
}

/* After a reset: what was on its way is lost. */
void svnic_forget(SvnicState *s)
{
	SvnicBacklog *item;

	while ((item = QSIMPLEQ_FIRST(&s->backlog))) {
		QSIMPLEQ_REMOVE_HEAD(&s->backlog, next);
		g_free(item);
	}
	s->late = false;
}
