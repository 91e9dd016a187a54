// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * The card alone: which legal commit comes next. Everything comes from work lists and FIFOs, oldest first; each step gives every kind of
 * work one turn. Nothing here changes the model but by a commit, and each is checked as one of the RTL would be.
 */
#include "card.h"

#include <stdio.h>
#include <stdlib.h>

static bool commit(struct card *card, uint8_t kind, uint8_t a, uint16_t b, uint8_t c)
{
	struct model_commit choice = { .kind = kind, .a = a, .b = b, .c = c };
	const char *why;

	if (card->trace)
		card->trace(card->trace_context, &choice);
	why = model_commit(card, &choice);
	if (!why)
		return true;
	fprintf(stderr, "svnic model: its own policy did what is not legal: %s (%u, %u, %u)\n", why, a, b, c);
	abort();
}

/* The element at the front of a work list, or NULL. */
#define FRONT(head, type, member) (list_empty(head) ? NULL : container_of((head)->next, type, member))

/* Its turn is over: behind the others, if it is still on the list. */
static void rotate(struct list *head, struct list *element)
{
	if (!element->next)
		return;
	list_del(element);
	list_add(head, element);
}

/* ---- host and resets ------------------------------------------------------------------------- */

static bool host(struct card *card)
{
	return card->host.requests.count && commit(card, MODEL_HOST_OP, 0, 0, 0);
}

static bool errors(struct card *card)
{
	return card->cfg.errors.count && commit(card, MODEL_AER_TAKE, 0, 0, 0);
}

static bool queue_resets(struct card *card)
{
	struct queue *queue = FRONT(&card->queues.reset, struct queue, reset_work);

	return queue && commit(card, MODEL_QUEUE_RESET, queue->direction, queue->qp, 0);
}

static bool try(struct card *card, uint8_t kind, uint8_t a, bool may)
{
	return may && commit(card, kind, a, 0, 0);
}

static bool reset_goes_on(struct card *card, uint8_t fn)
{
	const struct model_commit c = { .a = fn };

	return try(card, MODEL_FORGET, fn, mgmt_forget_may(card, &c)) ||
	       try(card, MODEL_EVENT_RESET, fn, event_reset_may(card, &c)) ||
	       try(card, MODEL_VEB_CLEAR, 0, fn == 0 && veb_clear_may(card, &c)) ||
	       try(card, MODEL_RESET_DONE, fn, cfg_reset_done_may(card, &c));
}

static uint8_t in_reset(const struct card *card, const struct list *element)
{
	return container_of(container_of(element, struct config, list), struct function, cfg) - card->fn;
}

static bool resets(struct card *card)
{
	const uint8_t *next = fifo_front(&card->cfg.resets);
	const struct list *head = &card->cfg.in_reset;

	if (next)
		return commit(card, MODEL_RESET_BEGIN, *next, 0, 0);
	if (queue_resets(card))
		return true;
	for (const struct list *l = head->next; l != head; l = l->next)
		if (reset_goes_on(card, in_reset(card, l)))
			return true;
	return false;
}

/* ---- queues ---------------------------------------------------------------------------------- */

static bool fetch(struct card *card)
{
	struct queue *queue = FRONT(&card->queues.fetch, struct queue, fetch_work);

	if (!queue)
		return false;
	commit(card, MODEL_FETCH_ISSUE, queue->direction, queue->qp, queue_fetchable(card, queue));
	rotate(&card->queues.fetch, &queue->fetch_work);
	return true;
}

static bool fetch_done(struct card *card)
{
	struct queue *queue = FRONT(&card->queues.ended, struct queue, ended_work);

	return queue && commit(card, MODEL_FETCH_DONE, queue->direction, queue->qp, 0);
}

#define FRAMES_UNDER_WAY 64	/* that tx has taken */
#define RECEIVE_BUFFER 128	/* frames for which there is room */

static bool tx_has_room(const struct card *card)
{
	return card->tx.frames.count < FRAMES_UNDER_WAY;
}

static bool tx_take_turn(struct card *card)
{
	struct queue *queue = FRONT(&card->queues.tx, struct queue, tx_work);

	if (!queue || !tx_has_room(card))
		return false;
	commit(card, MODEL_TX_TAKE, 0, queue->qp, 0);
	rotate(&card->queues.tx, &queue->tx_work);
	return true;
}

static bool gather(struct card *card)
{
	for (unsigned int d = 0; d < 2; d++) {
		const struct answer *answer = fifo_front(&card->queues.answers[d]);

		if (answer)
			return commit(card, MODEL_CPL_GATHER, d | (queue_drops(answer->queue) ? 2 : 0), answer->queue->qp,
				      queue_gatherable(card, d));
	}
	return false;
}

static bool issue(struct card *card)
{
	for (unsigned int d = 0; d < 2; d++) {
		const struct batch *batch = fifo_front(&card->queues.batches[d]);

		if (batch)
			return commit(card, MODEL_WRITE_GRANT, WRITE_COMPLETION, 0, 0) &&
			       commit(card, MODEL_CPL_ISSUE, d, batch->queue->qp, batch->count);
	}
	return false;
}

static bool stops(struct card *card)
{
	struct queue *queue = FRONT(&card->queues.stop, struct queue, stop_work);
	struct slot *slot = FRONT(&card->events.stop, struct slot, stop_work);

	if (queue)
		return commit(card, MODEL_STOP_DONE, queue->direction, queue->qp, 0);
	return slot && commit(card, MODEL_SLOT_STOP_DONE, 0, slot->number, 0);
}

/* ---- dma ------------------------------------------------------------------------------------- */

static bool reads(struct card *card)
{
	bool did = false;

	for (int c = 0; c < READ_CLIENTS; c++) {
		struct read **read = fifo_front(&card->dma.reads[c]);

		if (read)
			did |= commit(card, MODEL_READ_GRANT, c, (*read)->id, 0);
	}
	return did;
}

static bool tags(struct card *card)
{
	int tag = card->dma.tlps.count ? dma_free_tag(card) : -1;

	return tag >= 0 && commit(card, MODEL_READ_TAG, tag, 0, 0);
}

static bool ended(struct card *card)
{
	const struct read *read = FRONT(&card->dma.ended, struct read, ended);

	return read && commit(card, MODEL_READ_END, read->client, read->id, 0);
}

static bool timeouts(struct card *card)
{
	const struct tag *tag = dma_first_due(card);

	return tag && tag->due <= card->now && commit(card, MODEL_READ_TIMEOUT, tag - card->dma.tag, 0, 0);
}

/* Completions are granted with their issue, above. */
static bool writes(struct card *card)
{
	bool did = false;

	for (int kind = 0; kind < WRITE_KINDS; kind++)
		if (kind != WRITE_COMPLETION && card->dma.writes[kind].count)
			did |= commit(card, MODEL_WRITE_GRANT, kind, 0, 0);
	return did;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static bool frames_out(struct card *card)
{
	return tx_out_may(card, NULL) && commit(card, MODEL_TX_OUT, 0, 0, 0);
}

static bool frames_in(struct card *card)
{
	bool room = card->rx.wire.count + card->rx.buffer.count + card->rx.receivers.count < RECEIVE_BUFFER;

	if (card->rx.arrivals.count)
		return commit(card, room && rx_wire_take_may(card, NULL) ? MODEL_RX_WIRE_TAKE : MODEL_RX_WIRE_DROP, 0, 0, 0);
	if (card->rx.buffer.count)
		return commit(card, MODEL_RX_LOOKUP, 0, 0, 0);
	if (card->rx.loop.count || card->rx.wire.count)
		return commit(card, MODEL_RX_IN, card->rx.loop.count > 0, 0, 0);
	return false;
}

static bool receivers(struct card *card)
{
	const struct receiver *receiver = fifo_front(&card->rx.receivers);
	struct frame **frame = fifo_front(&card->rx.looked_up);

	if (receiver)
		return commit(card, MODEL_RX_TAKE, receiver->fn, 0, 0);
	return frame && commit(card, MODEL_RX_MEMBER, functions_first(&(*frame)->members), 0, 0);
}

/* ---- notes, events --------------------------------------------------------------------------- */

static bool notes(struct card *card)
{
	bool did = false;

	for (int source = 0; source < NOTE_SOURCES; source++)
		if (mgmt_next_note(card, source) >= 0)
			did |= commit(card, MODEL_NOTE_APPLY, source, 1, mgmt_next_note(card, source));
	return did;
}

static bool controls(struct card *card)
{
	const struct control *c = fifo_front(&card->mgmt.controls);

	return c && commit(card, MODEL_CONTROL_TAKE, c->fn, c->source, c->kind);
}

static bool raises(struct card *card)
{
	bool rescue = card->events.rescues.count;

	if (rescue || card->queues.raises.count)
		commit(card, MODEL_EVENT_PICK, rescue, 0, 0);
	return card->events.picks.count && commit(card, MODEL_RAISE_TAKE, 0, 0, 0);
}

static bool posts(struct card *card)
{
	struct slot *slot = FRONT(&card->events.post, struct slot, post_work);
	uint8_t source, number;

	if (!slot)
		return false;
	event_choose(slot, &source, &number);
	commit(card, MODEL_EVENT_POST, source, slot->number, number);
	rotate(&card->events.post, &slot->post_work);
	return commit(card, MODEL_WRITE_GRANT, WRITE_EVENT, 0, 0);
}

static bool notifications(struct card *card)
{
	const struct slot *slot = event_next_timer(card);

	if (!slot || slot->due > card->now)
		return false;
	return commit(card, MODEL_EVENT_NOTIFY, 0, slot->number, 0);
}

static bool unmasked(struct card *card)
{
	const struct msix *msix = FRONT(&card->events.unmasked, struct msix, work);

	if (!msix)
		return false;
	unsigned int fn = container_of(msix, struct function, msix) - card->fn;

	return commit(card, MODEL_MSIX_UNMASK, fn, 0, msix_sendable(card, fn));
}

/* One turn for every kind of work, what is nearest to leaving first. Host requests come last: they see what was done. */
bool policy_step(struct card *card)
{
	static bool (*const turns[])(struct card *) = {
		timeouts, errors, ended, fetch_done, fetch, reads, tags, tx_take_turn, frames_out, frames_in, receivers, writes,
		gather, issue, raises, notes, controls, posts, notifications, unmasked, stops, resets, host,
	};
	bool did = false;

	for (unsigned int i = 0; i < sizeof(turns) / sizeof(turns[0]); i++)
		did |= turns[i](card);
	return did;
}

/* ---- is there anything that policy_step() would do now? -------------------------------------- */

static const char *listed(const struct card *card)
{
	const struct {
		const struct list *list;
		const char *what;
	} lists[] = {
		{ &card->queues.fetch, "a queue may fetch" }, { &card->queues.ended, "a fetch is done" }, { &card->queues.stop, "a queue is drained" },
		{ &card->queues.reset, "a queue is to be reset" }, { &card->dma.ended, "a read has ended" }, { &card->events.post, "an event may be posted" },
		{ &card->events.stop, "a slot is drained" }, { &card->events.unmasked, "a vector was unmasked" },
	};

	for (unsigned int i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!list_empty(lists[i].list))
			return lists[i].what;
	return NULL;
}

static const char *waiting(const struct card *card)
{
	const struct {
		const struct fifo *fifo;
		const char *what;
	} fifos[] = {
		{ &card->host.requests, "a request of the host waits" }, { &card->cfg.errors, "an error is not logged" },
		{ &card->mgmt.controls, "a control event waits" }, { &card->queues.answers[0], "a TX completion waits" },
		{ &card->queues.answers[1], "an RX completion waits" }, { &card->queues.batches[0], "a TX completion was not issued" },
		{ &card->queues.batches[1], "an RX completion was not issued" }, { &card->queues.raises, "a raised event waits" },
		{ &card->events.rescues, "a rescue waits" }, { &card->events.picks, "an event is on its way to its slot" },
		{ &card->rx.arrivals, "a frame arrives" }, { &card->rx.wire, "a frame of the wire waits" }, { &card->rx.loop, "a frame of the loopback waits" },
		{ &card->rx.buffer, "a received frame waits" }, { &card->rx.looked_up, "a frame was looked up" }, { &card->rx.receivers, "a receiver waits" },
	};

	for (unsigned int i = 0; i < sizeof(fifos) / sizeof(fifos[0]); i++)
		if (fifos[i].fifo->count)
			return fifos[i].what;
	for (int i = 0; i < READ_CLIENTS; i++)
		if (card->dma.reads[i].count)
			return "a read waits";
	for (int i = 0; i < WRITE_KINDS; i++)
		if (card->dma.writes[i].count)
			return "a write waits";
	for (int i = 0; i < NOTE_FIFOS; i++)
		if (card->mgmt.notes[i].count)
			return "a note waits";
	return NULL;
}

static bool reset_ready(const struct card *card)
{
	const struct list *head = &card->cfg.in_reset;

	for (const struct list *l = head->next; l != head; l = l->next) {
		struct model_commit c = { .a = in_reset(card, l) };

		if (mgmt_forget_may(card, &c) || event_reset_may(card, &c) ||
		    (!c.a && veb_clear_may(card, &c)) || cfg_reset_done_may(card, &c))
			return true;
	}
	return card->cfg.resets.count;
}

const char *policy_work(const struct card *card)
{
	const char *what = listed(card);

	if (!what)
		what = waiting(card);
	if (what)
		return what;
	if (reset_ready(card))
		return "a function reset can go on";
	if (tx_out_may(card, NULL))
		return "a frame may leave";
	if (!list_empty(&card->queues.tx) && tx_has_room(card))
		return "a frame may be taken";
	if (card->dma.tlps.count && dma_free_tag(card) >= 0)
		return "a read may have a tag";
	return model_next_timer(card) <= card->now ? "a timer is over" : NULL;
}

bool policy_has_work(const struct card *card)
{
	return policy_work(card);
}
