// SPDX-License-Identifier: GPL-2.0-only
/*
 * The card's thread: moves TLPs and frames between rings and card, and time along with the guest's.
 *
 * The guest's clock is CLOCK_MONOTONIC plus an offset while the VM runs, and stands still while it does not. The card follows it:
 * one batch of cycles carries the time that has passed since the last, however long that took. An idle card sleeps until
 * something falls due.
 *
 * One thing holds the card's time back: completions that it has asked for and not taken yet, be it that the host owes them or that they wait
 * for cycles. A host that was not scheduled for a while (a busy laptop) would otherwise look to the card like memory that does not answer, and its
 * completion time-out is for that. The oldest request counts: many slow answers behind each other must not add up for the last one.
 */
#include "card-internal.h"
#include "pcap.h"

#define BATCH_MIN 8			/* cycles */
#define BATCH_MAX 4096
#define BATCH_SHORT_NS 20000		/* wall time of a batch that is too short, too long */
#define BATCH_LONG_NS 80000
#define OWED_NS 5000000			/* how old the oldest request without its answer may get */
#define STEP_NS 1000000			/* how far time goes on in one batch: what the card asks in it must not time out in it */
#define CHOKED_NS 1000000		/* how long to sleep at most when the host does not keep up */

static uint64_t card_now(const struct svnic_card *card)
{
	return card->backend.device_now(card->dev);
}

static uint64_t card_due(const struct svnic_card *card)
{
	return card->backend.device_next_due(card->dev);
}

/* Where the card's time ought to be. */
static uint64_t time_target(const struct svnic_card *card)
{
	uint64_t target = card->running ? svnic_monotonic_ns() + card->time_offset : card->time_parked;

	if (card->choked)	/* what the card asks for waits behind a full ring: it is not even owed yet */
		return card_now(card);
	if (card->owed && target > card->asked[card->asked_first].at + OWED_NS)
		target = card->asked[card->asked_first].at + OWED_NS;
	return target;
}

static bool is_last_completion(const struct svnic_tlp *tlp)
{
	return tlp->type == SVNIC_TLP_CPL ||
	       (tlp->type == SVNIC_TLP_CPLD && tlp->byte_count <= 4 * tlp->dw - (tlp->lower_address & 3));
}

static void note_down(struct svnic_card *card, const struct svnic_tlp *tlp)
{
	if (tlp->type < SVNIC_TLP_TYPES)
		card->stats.tlps_down[tlp->type]++;
	if (tlp->type != SVNIC_TLP_CPL && tlp->type != SVNIC_TLP_CPLD)
		return;
	card->completions++;
	if (card->answered < card->owed && is_last_completion(tlp))
		card->asked[(card->asked_first + card->answered++) % OWED_MAX].answer = card->completions;
}

/* What the card has taken is no longer owed. */
static void settle(struct svnic_card *card)
{
	uint64_t taken = card->completions - card->backend.device_backlog(card->dev);

	while (card->answered && card->asked[card->asked_first].answer <= taken) {
		card->asked_first = (card->asked_first + 1) % OWED_MAX;
		card->answered--;
		card->owed--;
	}
}

static void note_up(struct svnic_card *card, const struct svnic_tlp *tlp)
{
	if (tlp->type < SVNIC_TLP_TYPES)
		card->stats.tlps_up[tlp->type]++;
	switch (tlp->type) {
	case SVNIC_TLP_MRD:
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
	case SVNIC_TLP_CAS:
		if (card->owed < OWED_MAX)
			card->asked[(card->asked_first + card->owed++) % OWED_MAX].at = card_now(card);
		break;
	}
}

static uint64_t run(struct svnic_card *card, uint64_t cycles, uint64_t increment)
{
	uint64_t start = svnic_monotonic_ns();
	uint64_t spent;

	if (increment > SVNIC_NS_MAX)
		increment = SVNIC_NS_MAX;
	card->backend.device_run(card->dev, cycles, increment ? increment : 1);
	spent = svnic_monotonic_ns() - start;
	settle(card);
	card->stats.busy_ns += spent;
	card->stats.cycles = card->backend.device_cycles(card->dev);
	card->stats.card_ns = card_now(card);
	return spent;
}

/* An idle card jumps to `target` in one cycle, or to its next timer if that comes first. */
static void jump(struct svnic_card *card, uint64_t target)
{
	uint64_t now = card_now(card);

	if (target > now)
		run(card, 1, SVNIC_NS(target - now));
}

static void run_batch(struct svnic_card *card)
{
	uint64_t now = card_now(card);
	uint64_t target = time_target(card);
	uint64_t passed = target > now ? target - now : 0;
	uint64_t spent;

	if (passed > STEP_NS)	/* the host did not run for a while: catch up in steps, with a look at the rings behind each */
		passed = STEP_NS;
	spent = run(card, card->batch, SVNIC_NS(passed) / card->batch);

	if (spent < BATCH_SHORT_NS && card->batch < BATCH_MAX)
		card->batch *= 2;
	else if (spent > BATCH_LONG_NS && card->batch > BATCH_MIN)
		card->batch /= 2;
}

static bool put_tlps(struct svnic_card *card)
{
	const struct svnic_tlp *tlp;
	bool any = false;
	int rc;

	while ((tlp = svnic_ring_front(&card->down))) {
		rc = card->backend.device_put_tlp(card->dev, tlp);
		if (rc == -EAGAIN)
			break;
		if (rc)
			card->stats.tlps_refused++;
		else
			note_down(card, tlp);
		svnic_ring_pop(&card->down);
		any = true;
	}
	return any;
}

static bool put_frames(struct svnic_card *card)
{
	const struct svnic_frame *frame;
	bool any = false;
	int rc;

	while ((frame = svnic_ring_front(&card->frames_down))) {
		rc = card->backend.device_put_frame(card->dev, frame);
		if (rc == -EAGAIN)
			break;
		if (!rc) {
			card->stats.frames_down++;
			card->stats.frame_bytes_down += frame->length;
			svnic_pcap_write(card->pcap, card_now(card), frame);
		}
		svnic_ring_pop(&card->frames_down);
		any = true;
	}
	return any;
}

static bool get_tlps(struct svnic_card *card)
{
	struct svnic_tlp *tlp;
	bool any = false;

	while ((tlp = svnic_ring_reserve(&card->up))) {
		tlp->size = sizeof(*tlp);
		if (card->backend.device_get_tlp(card->dev, tlp) != 1)
			return any;
		note_up(card, tlp);
		svnic_ring_commit(&card->up);
		any = true;
	}
	card->choked = true;
	return any;
}

static bool get_frames(struct svnic_card *card)
{
	struct svnic_frame *frame;
	bool any = false;

	while ((frame = svnic_ring_reserve(&card->frames_up))) {
		frame->size = sizeof(*frame);
		if (card->backend.device_get_frame(card->dev, frame) != 1)
			return any;
		card->stats.frames_up++;
		card->stats.frame_bytes_up += frame->length;
		svnic_pcap_write(card->pcap, card_now(card), frame);
		svnic_ring_commit(&card->frames_up);
		any = true;
	}
	card->choked = true;
	return any;
}

/* Something came up, or there is room for whoever asked for it. */
static void wake_host(struct svnic_card *card, bool taken, bool given)
{
	if (!given && !(taken && atomic_load(&card->want_room)))
		return;
	atomic_thread_fence(memory_order_seq_cst);
	svnic_bell_ring(atomic_load(&card->waiting) ? &card->waiter : &card->loop);
}

static void drop_input(struct svnic_card *card)
{
	while (svnic_ring_front(&card->down))
		svnic_ring_pop(&card->down);
	while (svnic_ring_front(&card->frames_down))
		svnic_ring_pop(&card->frames_down);
}

static void set_running(struct svnic_card *card, const struct svnic_control *control)
{
	if (card->running && !control->running)
		card->time_parked = svnic_monotonic_ns() + card->time_offset;
	card->running = control->running;
	card->time_offset = control->time_offset;
}

static void obey(struct svnic_card *card, struct svnic_control *control)
{
	set_running(card, control);
	card->stop |= control->stop;
	if (control->reset) {
		drop_input(card);
		card->backend.device_reset(card->dev);
		card->owed = card->answered = 0;
		control->reset = false;
	}
	if (card->carrier != control->carrier) {
		card->carrier = control->carrier;
		card->backend.device_set_carrier(card->dev, card->carrier);
	}
}

static void look_at_control(struct svnic_card *card)
{
	struct svnic_control *control = &card->control;

	if (atomic_load(&control->asked) == control->done)
		return;
	pthread_mutex_lock(&control->lock);
	obey(card, control);
	control->done = atomic_load(&control->asked);
	pthread_cond_signal(&control->seen);
	pthread_mutex_unlock(&control->lock);
}

static bool may_work(const struct svnic_card *card)
{
	return card->running || atomic_load(&card->waiting);
}

static bool has_input(struct svnic_card *card)
{
	if (atomic_load(&card->control.asked) != card->control.done)
		return true;
	return may_work(card) && (svnic_ring_front(&card->down) || svnic_ring_front(&card->frames_down));
}

static bool has_room(struct svnic_card *card)
{
	return svnic_ring_reserve(&card->up) && svnic_ring_reserve(&card->frames_up);
}

/* How long the card can do nothing, in nanoseconds. 0: it has work. */
static uint64_t idle_ns(const struct svnic_card *card)
{
	uint64_t due = card_due(card);
	uint64_t target;

	if (!may_work(card))
		return UINT64_MAX;
	if (due == SVNIC_DUE_NOW || due == SVNIC_DUE_NEVER)
		return due;
	target = time_target(card);
	if (due <= target)
		return 0;
	return card->running ? due - target : UINT64_MAX;
}

static void step(struct svnic_card *card)
{
	uint64_t due = card_due(card);
	bool taken, given;

	if (due != SVNIC_DUE_NOW && (has_input(card) || due <= time_target(card)))
		jump(card, time_target(card));
	taken = put_tlps(card);
	taken |= put_frames(card);
	if (card_due(card) == SVNIC_DUE_NOW)
		run_batch(card);
	card->choked = false;
	given = get_tlps(card);
	given |= get_frames(card);
	wake_host(card, taken, given);
}

static void rest(struct svnic_card *card)
{
	uint64_t ns = card->choked ? CHOKED_NS : idle_ns(card);

	if (!ns)
		return;
	svnic_bell_arm(&card->work);
	if (card->choked ? has_room(card) : has_input(card) || !idle_ns(card)) {
		atomic_store(&card->work.armed, false);
		return;
	}
	card->stats.sleeps++;
	svnic_bell_wait(&card->work, ns);
}

static bool create(struct svnic_card *card)
{
	const struct svnic_device_config config = {
		.size = sizeof(config),
		.seed = card->options.seed,
		.waves = card->options.waves,
		.plant = card->options.plant,
	};

	card->dev = card->backend.device_create(&config, card->error, card->error_size);
	if (!card->dev)
		return false;
	card->info.size = sizeof(card->info);
	card->backend.device_info(card->dev, &card->info);
	return true;
}

void *svnic_card_thread(void *opaque)
{
	struct svnic_card *card = opaque;

	card->stop = !create(card);
	look_at_control(card);
	while (!card->stop) {
		if (may_work(card))
			step(card);
		rest(card);
		look_at_control(card);
	}
	card->backend.device_destroy(card->dev);
	return NULL;
}
