// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <stdlib.h>
#include <string.h>

static uint32_t entries(const struct slot *slot)
{
	return 1u << SVNIC_GET(SVNIC_SLOT_CONFIG_RING_LOG2, slot->config);
}

static uint16_t unconsumed(const struct slot *slot)
{
	return slot->produced - slot->consumed;
}

static bool is_on(const struct slot *slot)
{
	return slot->state == SVNIC_SLOT_STATE_ON;
}

/* ---- what waits ------------------------------------------------------------------------------ */

static bool any_function(const struct sources *waits)
{
	return waits->functions[0] | waits->functions[1] | waits->functions[2] | waits->functions[3];
}

static bool anything(const struct sources *waits)
{
	return waits->queues || waits->stopped || waits->kinds || waits->rescues || any_function(waits);
}

static bool may_post(const struct slot *slot)
{
	return is_on(slot) && anything(&slot->waits) && unconsumed(slot) < entries(slot);
}

static void update(struct card *card, struct slot *slot)
{
	bool in_reset = slot->owned && cfg_in_reset(card, slot->fn);

	list_set(&card->events.post, &slot->post_work, may_post(slot) && !in_reset);
	list_set(&card->events.stop, &slot->stop_work, slot->state == SVNIC_SLOT_STATE_DRAINING);
}

static int first_function(const struct sources *waits)
{
	for (int i = 0; i < 4; i++)
		if (waits->functions[i])
			return 64 * i + __builtin_ctzll(waits->functions[i]);
	return 0;
}

/* Queues in turns: the next above the last one posted. */
static uint8_t next_queue(const struct slot *slot)
{
	uint32_t above = slot->waits.queues & ~(uint32_t)((UINT64_C(2) << slot->last_queue) - 1);

	return __builtin_ctz(above ? above : slot->waits.queues);
}

void event_choose(const struct slot *slot, uint8_t *source, uint8_t *number)
{
	static const uint8_t order[] = { SVNIC_EVENT_KIND_MAILBOX, SVNIC_EVENT_KIND_LINK, SVNIC_EVENT_KIND_ERROR };
	const struct sources *waits = &slot->waits;

	*number = 0;
	for (unsigned int i = 0; i < sizeof(order); i++) {
		*source = EVENT_CONTROL + order[i];
		if (waits->kinds >> order[i] & 1)
			return;
	}
	if (waits->stopped) {
		*source = EVENT_CONTROL + SVNIC_EVENT_KIND_QUEUE_STOPPED;
		*number = __builtin_ctz(waits->stopped);
	} else if (any_function(waits)) {
		*source = EVENT_CONTROL + SVNIC_EVENT_KIND_FUNCTION;
		*number = first_function(waits);
	} else if (waits->rescues) {
		*source = EVENT_CONTROL + SVNIC_EVENT_KIND_RESCUE;
		*number = __builtin_ctz(waits->rescues);
	} else {
		*source = next_queue(slot);
	}
}

/* ---- maps: as for queues --------------------------------------------------------------------- */

static struct slot *card_slot(const struct card *card, unsigned int number)
{
	return number < card->params.num_slots ? &card->events.slot[number] : NULL;
}

static struct slot *local_slot(const struct card *card, uint8_t fn, uint8_t local)
{
	uint32_t map = card->fn[fn].slot_map[local];
	struct slot *slot = card_slot(card, map & SVNIC_SLOT_MAP_ENTRY_CARD_NUMBER);

	if (!(map & SVNIC_SLOT_MAP_ENTRY_VALID) || !slot)
		return NULL;
	return slot->owned && slot->fn == fn && slot->local == local ? slot : NULL;
}

static void give(struct card *card, uint32_t map, uint8_t fn, uint8_t local)
{
	struct slot *slot = card_slot(card, map & SVNIC_SLOT_MAP_ENTRY_CARD_NUMBER);

	if (!(map & SVNIC_SLOT_MAP_ENTRY_VALID) || !slot || (slot->owned && slot->fn == fn && slot->local == local))
		return;
	slot->owned = true;
	slot->fn = fn;
	slot->local = local;
	slot->waits = (struct sources){ 0 };
	update(card, slot);
}

static void give_up(struct card *card, uint8_t fn, uint8_t local)
{
	struct slot *slot = local_slot(card, fn, local);

	if (!slot)
		return;
	slot->owned = false;
	slot->waits = (struct sources){ 0 };
	update(card, slot);
}

uint32_t event_map_read(const struct card *card, uint32_t offset)
{
	unsigned int fn = (offset - SVNIC_SLOT_MAP(0)) / 0x40;

	return fn < card->num_fn ? card->fn[fn].slot_map[offset / 4 % 16] : 0;
}

void event_map_write(struct card *card, uint32_t offset, uint32_t value)
{
	unsigned int fn = (offset - SVNIC_SLOT_MAP(0)) / 0x40, local = offset / 4 % 16;

	if (fn >= card->num_fn)
		return;
	uint32_t *map = &card->fn[fn].slot_map[local];

	value &= SVNIC_SLOT_MAP_ENTRY_VALID | SVNIC_SLOT_MAP_ENTRY_CARD_NUMBER;
	if (*map != value) {
		give_up(card, fn, local);
		redirect_usable(&card->fn[fn].redirect, local, false);
	}
	*map = value;
	give(card, value, fn, local);
}

/* ---- sources come in ------------------------------------------------------------------------- */

void event_control(struct card *card, uint8_t fn, uint8_t kind, uint8_t source)
{
	struct slot *slot = local_slot(card, fn, 0);

	if (!slot || cfg_in_reset(card, fn))	/* whatever comes in a reset is forgotten */
		return;
	if (kind == SVNIC_EVENT_KIND_FUNCTION)
		slot->waits.functions[source / 64] |= UINT64_C(1) << source % 64;
	else
		slot->waits.kinds |= 1u << kind;
	update(card, slot);
}

bool event_pick_may(const struct card *card, const struct model_commit *commit)
{
	return commit->a ? card->events.rescues.count : card->queues.raises.count;
}

static struct pick pick_of_rescue(const struct card *card, const struct rescue *rescue)
{
	int slot = redirect_rescuer(card, rescue->fn, rescue->slot);

	return (struct pick){ .fn = rescue->fn, .slot = slot < 0 ? 0 : slot, .source = rescue->slot, .rescue = true, .nobody = slot < 0 };
}

static struct pick pick_of_raise(struct card *card, const struct raise *raise)
{
	struct pick pick = { .fn = raise->fn, .slot = raise->slot, .source = raise->source, .stopped = raise->stopped };

	if (raise->stopped)
		return pick;
	pick.slot = redirect_pick(card, raise->fn, raise->slot, raise->movable);
	pick.moved = pick.slot != raise->slot;
	return pick;
}

void event_pick_apply(struct card *card, const struct model_commit *commit)
{
	struct fifo *from = commit->a ? &card->events.rescues : &card->queues.raises;
	struct pick pick = commit->a ? pick_of_rescue(card, fifo_front(from)) : pick_of_raise(card, fifo_front(from));

	fifo_pop(from);
	fifo_push(&card->events.picks, &pick);
}

bool event_raise_take_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->events.picks.count;
}

static void note(struct card *card, const struct slot *slot, uint8_t stat)
{
	mgmt_note(card, NOTE_EVENT, &(struct note){ .fn = slot->fn, .count = true, .stat = stat, .amount = 1 });
}

static void take(struct card *card, struct slot *slot, const struct pick *pick)
{
	if (pick->rescue) {
		slot->waits.rescues |= 1u << pick->source;
		note(card, slot, SVNIC_STAT_RESCUES);
	} else if (pick->stopped) {
		slot->waits.stopped |= 1u << pick->source;
	} else {
		slot->waits.queues |= 1u << pick->source;
		note(card, slot, pick->moved ? SVNIC_STAT_EVENTS_MOVED : SVNIC_STAT_EVENTS_HOME);
	}
	update(card, slot);
}

void event_raise_take_apply(struct card *card, const struct model_commit *commit)
{
	struct pick pick = *(struct pick *)fifo_front(&card->events.picks);
	struct slot *slot = pick.nobody ? NULL : local_slot(card, pick.fn, pick.slot);

	(void)commit;
	fifo_pop(&card->events.picks);
	/* a rescue that comes in a reset is forgotten */
	if (slot && !(pick.rescue && cfg_in_reset(card, pick.fn)))
		take(card, slot, &pick);
}

/* ---- hold-off timers: a binary heap ---------------------------------------------------------- */

static void sift_up(struct events *events, uint32_t i, struct timer timer)
{
	for (; i && events->heap[(i - 1) / 2].due > timer.due; i = (i - 1) / 2)
		events->heap[i] = events->heap[(i - 1) / 2];
	events->heap[i] = timer;
}

static void heap_push(struct events *events, struct timer timer)
{
	if (events->timers == events->capacity) {
		events->capacity = events->capacity ? 2 * events->capacity : 64;
		events->heap = realloc(events->heap, events->capacity * sizeof(timer));
		if (!events->heap)
			abort();
	}
	sift_up(events, events->timers++, timer);
}

static void heap_pop(struct events *events)
{
	struct timer last = events->heap[--events->timers];
	uint32_t i = 0, child;

	for (; (child = 2 * i + 1) < events->timers; i = child) {
		if (child + 1 < events->timers && events->heap[child + 1].due < events->heap[child].due)
			child++;
		if (events->heap[child].due >= last.due)
			break;
		events->heap[i] = events->heap[child];
	}
	events->heap[i] = last;
}

/* The slots of a function in reset are never heard of again. */
static bool still_true(const struct card *card, const struct timer *timer)
{
	return is_on(timer->slot) && timer->slot->phase == SLOT_HOLD && timer->slot->due == timer->due &&
	       !cfg_in_reset(card, timer->slot->fn);
}

struct slot *event_next_timer(struct card *card)
{
	struct events *events = &card->events;

	while (events->timers && !still_true(card, &events->heap[0]))
		heap_pop(events);
	return events->timers ? events->heap[0].slot : NULL;
}

static void hold(struct card *card, struct slot *slot, uint16_t ticks)
{
	slot->phase = SLOT_HOLD;
	slot->due = card->now + SVNIC_HOLDOFF_TICK_NS * (uint64_t)ticks;
	slot->at_once = !ticks;
	heap_push(&card->events, (struct timer){ .due = slot->due, .slot = slot });
}

/* ---- post, notify, acknowledge --------------------------------------------------------------- */

static bool waits_for(const struct slot *slot, uint8_t source, uint8_t number)
{
	const struct sources *waits = &slot->waits;

	if (source < EVENT_CONTROL)
		return waits->queues >> source & 1;
	switch (source - EVENT_CONTROL) {
	case SVNIC_EVENT_KIND_QUEUE_STOPPED:
		return number < SVNIC_LOCAL_QUEUES && waits->stopped >> number & 1;
	case SVNIC_EVENT_KIND_RESCUE:
		return number < SVNIC_LOCAL_SLOTS && waits->rescues >> number & 1;
	case SVNIC_EVENT_KIND_FUNCTION:
		return waits->functions[number / 64] >> number % 64 & 1;
	default:
		return source < EVENT_CONTROL + 8 && waits->kinds >> (source - EVENT_CONTROL) & 1;
	}
}

/* Is it the turn of this source? Which of several functions or queues a kind is about, is the card's choice. */
static bool has_turn(const struct slot *slot, uint8_t source)
{
	uint8_t chosen, number;

	event_choose(slot, &chosen, &number);
	return chosen == source;
}

bool event_post_may(const struct card *card, const struct model_commit *commit)
{
	const struct slot *slot = card_slot(card, commit->b);

	return slot && may_post(slot) && waits_for(slot, commit->a, commit->c) && has_turn(slot, commit->a);
}

static void remove_source(struct sources *waits, uint8_t source, uint8_t number)
{
	if (source < EVENT_CONTROL)
		waits->queues &= ~(1u << source);
	else if (source == EVENT_CONTROL + SVNIC_EVENT_KIND_QUEUE_STOPPED)
		waits->stopped &= ~(1u << number);
	else if (source == EVENT_CONTROL + SVNIC_EVENT_KIND_RESCUE)
		waits->rescues &= ~(1u << number);
	else if (source == EVENT_CONTROL + SVNIC_EVENT_KIND_FUNCTION)
		waits->functions[number / 64] &= ~(UINT64_C(1) << number % 64);
	else
		waits->kinds &= ~(1u << (source - EVENT_CONTROL));
}

static uint64_t entry(const struct slot *slot, uint8_t source, uint8_t number)
{
	uint64_t phase = slot->produced & entries(slot) ? 0 : SVNIC_EVENT_ENTRY_PHASE;
	uint64_t kind = source < EVENT_CONTROL ? SVNIC_EVENT_KIND_QUEUE : source - EVENT_CONTROL;

	return phase | SVNIC_PREP(SVNIC_EVENT_ENTRY_KIND, kind) | (source < EVENT_CONTROL ? source : number);
}

void event_post_apply(struct card *card, const struct model_commit *commit)
{
	struct slot *slot = card_slot(card, commit->b);
	struct write write = { .fn = slot->fn, .length = 8 };

	write.address = slot->ring + 8 * (slot->produced & (entries(slot) - 1));
	tlp_put_qw(write.data, entry(slot, commit->a, commit->c));
	dma_write(card, WRITE_EVENT, &write);
	note(card, slot, SVNIC_STAT_EVENTS_POSTED);
	remove_source(&slot->waits, commit->a, commit->c);
	if (commit->a < EVENT_CONTROL)
		slot->last_queue = commit->a;
	slot->produced++;
	if (commit->a == EVENT_CONTROL + SVNIC_EVENT_KIND_RESCUE && slot->phase != SLOT_OWED)
		hold(card, slot, card->plant.rescued_later ? slot->holdoff : 0);
	else if (slot->phase == SLOT_IDLE)
		hold(card, slot, slot->holdoff);
	update(card, slot);
}

bool event_notify_may(const struct card *card, const struct model_commit *commit)
{
	const struct slot *slot = card_slot(card, commit->b);

	return slot && is_on(slot) && slot->phase == SLOT_HOLD && slot->due <= card->now;
}

void event_notify_apply(struct card *card, const struct model_commit *commit)
{
	struct slot *slot = card_slot(card, commit->b);

	slot->phase = SLOT_OWED;
	mgmt_note(card, NOTE_EVENT, &(struct note){ .fn = slot->fn, .count = true, .stat = SVNIC_STAT_NOTIFICATIONS, .amount = 1,
						    .bytes = !slot->at_once });	/* HOLDOFFS */
	msix_notify(card, slot->fn, slot->local);
}

static void acknowledge(struct card *card, struct slot *slot, uint16_t consumed, uint16_t holdoff)
{
	bool ends = consumed != slot->consumed || slot->phase == SLOT_OWED;

	if (slot->phase == SLOT_HOLD && consumed == slot->produced)
		note(card, slot, SVNIC_STAT_POLLED);
	slot->rescued = false;
	slot->consumed = consumed;
	slot->holdoff = holdoff;
	if (!ends)	/* one that consumes nothing must not stretch a hold-off that is already running */
		return;
	slot->phase = SLOT_IDLE;
	if (unconsumed(slot) && !card->plant.ack_forgets)
		hold(card, slot, slot->holdoff);
}

bool event_acknowledge(struct card *card, uint8_t fn, uint8_t local, uint64_t value)
{
	struct slot *slot = local_slot(card, fn, local);
	uint16_t consumed = SVNIC_GET(SVNIC_SLOT_DB_CONSUMED, value);

	if (!slot)
		return false;
	if (!is_on(slot))
		return true;
	if ((uint16_t)(consumed - slot->consumed) > unconsumed(slot))
		mgmt_note(card, NOTE_EVENT, &(struct note){ .fn = fn, .error = SVNIC_ERROR_ILLEGAL_ACK });
	else
		acknowledge(card, slot, consumed, SVNIC_GET(SVNIC_SLOT_DB_HOLDOFF, value));
	update(card, slot);
	return true;
}

/* ---- registers ------------------------------------------------------------------------------- */

uint32_t event_register_read(const struct card *card, uint8_t fn, uint32_t offset)
{
	uint32_t local = (offset - SVNIC_SLOT(0)) / 0x20;
	const struct slot *slot = local < SVNIC_SLOT_COUNT ? local_slot(card, fn, local) : NULL;

	if (!slot)
		return 0;
	switch (offset % 0x20) {
	case SVNIC_SLOT_RING_LO:
		return slot->ring;
	case SVNIC_SLOT_RING_HI:
		return slot->ring >> 32;
	case SVNIC_SLOT_CONFIG:
		return slot->config;
	case SVNIC_SLOT_CTRL:
		return slot->state;
	case SVNIC_SLOT_HOLDOFF:
		return slot->holdoff_register;
	case SVNIC_SLOT_INDEX:
		return (uint32_t)slot->consumed << 16 | slot->produced;
	default:
		return 0;
	}
}

static bool start(struct slot *slot)
{
	uint32_t log2 = SVNIC_GET(SVNIC_SLOT_CONFIG_RING_LOG2, slot->config);

	if (log2 < SVNIC_RING_LOG2_MIN || log2 > SVNIC_RING_LOG2_MAX)
		return false;
	slot->produced = slot->consumed = 0;
	slot->phase = SLOT_IDLE;
	slot->rescued = false;
	slot->holdoff = slot->holdoff_register;
	slot->state = SVNIC_SLOT_STATE_ON;
	return true;
}

static bool write_control(struct slot *slot, uint32_t value)
{
	bool run = value & SVNIC_SLOT_CTRL_RUN;

	if (run && slot->state == SVNIC_SLOT_STATE_OFF)
		return start(slot);
	if (!run && is_on(slot))
		slot->state = SVNIC_SLOT_STATE_DRAINING;
	return true;
}

static bool write_setting(struct slot *slot, uint32_t reg, uint32_t value)
{
	if (slot->state != SVNIC_SLOT_STATE_OFF)
		return false;
	if (reg == SVNIC_SLOT_RING_LO)
		slot->ring = (slot->ring & ~UINT64_C(0xffffffff)) | (value & SVNIC_SLOT_RING_LO_ADDRESS);
	else if (reg == SVNIC_SLOT_RING_HI)
		slot->ring = (uint32_t)slot->ring | (uint64_t)value << 32;
	else if (reg == SVNIC_SLOT_CONFIG)
		slot->config = value & SVNIC_SLOT_CONFIG_RING_LOG2;
	else
		slot->holdoff_register = value;
	return true;
}

bool event_register_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	uint32_t local = (offset - SVNIC_SLOT(0)) / 0x20, reg = offset % 0x20;
	bool good = true;

	if (local >= SVNIC_SLOT_COUNT)
		return true;
	struct slot *slot = local_slot(card, fn, local);

	if (!slot)
		return false;
	if (reg == SVNIC_SLOT_CTRL) {
		good = write_control(slot, value);
		redirect_usable(&card->fn[fn].redirect, local, is_on(slot));
	} else if (reg <= SVNIC_SLOT_HOLDOFF) {
		good = write_setting(slot, reg, value);
	}
	update(card, slot);
	return good;
}

/* ---- what the PF says of CPUs ------------------------------------------------------------- */

void event_run_state_write(struct card *card, uint32_t offset, uint32_t value)
{
	unsigned int fn = (offset - SVNIC_RUN_STATE(0)) / 0x40, local = offset / 4 % 16;

	if (fn >= card->num_fn || !redirect_write(card, fn, local, value))
		return;
	struct slot *slot = local_slot(card, fn, local);

	if (!slot || !is_on(slot) || !unconsumed(slot) || cfg_in_reset(card, fn))
		return;
	note(card, slot, SVNIC_STAT_OVERTAKEN);
	if (!card->fn[fn].local.rescue || slot->rescued)
		return;
	slot->rescued = true;
	fifo_push(&card->events.rescues, &(struct rescue){ .fn = fn, .slot = local });
}

/* ---- off ------------------------------------------------------------------------------------- */

bool event_slot_stop_done_may(const struct card *card, const struct model_commit *commit)
{
	const struct slot *slot = card_slot(card, commit->b);

	return slot && slot->state == SVNIC_SLOT_STATE_DRAINING;
}

void event_slot_stop_done_apply(struct card *card, const struct model_commit *commit)
{
	struct slot *slot = card_slot(card, commit->b);

	slot->state = SVNIC_SLOT_STATE_OFF;
	update(card, slot);
}

bool event_reset_may(const struct card *card, const struct model_commit *commit)
{
	return cfg_in_reset(card, commit->a) && card->fn[commit->a].cfg.forgotten &&
	       !card->fn[commit->a].cfg.event_reset;
}

static void clear_slot(struct card *card, struct slot *slot)
{
	slot->ring = 0;
	slot->config = 0;
	slot->holdoff_register = slot->holdoff = 0;
	slot->state = SVNIC_SLOT_STATE_OFF;
	slot->phase = SLOT_IDLE;
	slot->produced = slot->consumed = 0;
	slot->last_queue = 0;
	slot->rescued = false;
	slot->waits = (struct sources){ 0 };
	update(card, slot);
}

static void forget_maps(struct card *card)
{
	for (unsigned int f = 0; f < card->num_fn; f++) {
		memset(card->fn[f].slot_map, 0, sizeof(card->fn[f].slot_map));
		redirect_init(&card->fn[f].redirect);
	}
	card->events.dwell = 0;
	for (unsigned int i = 0; i < card->params.num_slots; i++)
		card->events.slot[i].owned = false;
}

void event_reset_apply(struct card *card, const struct model_commit *commit)
{
	card->fn[commit->a].cfg.event_reset = true;
	card->fn[commit->a].redirect.usable = 0;
	msix_clear(&card->fn[commit->a].msix);
	for (unsigned int local = 0; local < SVNIC_LOCAL_SLOTS; local++) {
		struct slot *slot = local_slot(card, commit->a, local);

		if (slot)
			clear_slot(card, slot);
	}
	if (!commit->a)
		forget_maps(card);
}

void event_init(struct card *card)
{
	struct events *events = &card->events;

	*events = (struct events){ .slot = calloc(card->params.num_slots, sizeof(struct slot)) };
	if (!events->slot)
		abort();
	for (unsigned int i = 0; i < card->params.num_slots; i++)
		events->slot[i].number = i;
	fifo_init(&events->rescues, sizeof(struct rescue));
	fifo_init(&events->picks, sizeof(struct pick));
	for (unsigned int f = 0; f < card->num_fn; f++)
		redirect_init(&card->fn[f].redirect);
	list_init(&events->post);
	list_init(&events->stop);
	list_init(&events->unmasked);
}

void event_fini(struct card *card)
{
	fifo_fini(&card->events.rescues);
	fifo_fini(&card->events.picks);
	free(card->events.slot);
	free(card->events.heap);
}
