// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <string.h>

#define LOAD_MAX 15
#define TICK_SHIFT 10	/* of the dwell: 1,024 ns */
#define TICK_MASK 0xfffff

void redirect_init(struct redirect *redirect)
{
	*redirect = (struct redirect){ 0 };
	for (unsigned int i = 0; i < SVNIC_LOCAL_SLOTS; i++)
		redirect->order[i] = i;
}

void redirect_usable(struct redirect *redirect, uint8_t slot, bool usable)
{
	redirect->usable &= ~(1u << slot);
	redirect->usable |= (unsigned int)usable << slot;
}

/* ---- what a function's CPUs do --------------------------------------------------------------- */

static bool runs(const struct redirect *redirect, uint8_t slot)
{
	return redirect->state[slot] != SVNIC_RUN_STATE_PREEMPTED && redirect->state[slot] != SVNIC_RUN_STATE_BLOCKED;
}

static uint16_t usable_and(const struct redirect *redirect, uint8_t state)
{
	uint16_t slots = 0;

	for (unsigned int i = 0; i < SVNIC_LOCAL_SLOTS; i++)
		if (redirect->usable >> i & 1 && (state ? redirect->state[i] == state : runs(redirect, i)))
			slots |= 1u << i;
	return slots;
}

static int least_loaded(const struct redirect *redirect, uint16_t slots)
{
	int best = -1;

	for (unsigned int i = 0; i < SVNIC_LOCAL_SLOTS; i++)
		if (slots >> i & 1 && (best < 0 || redirect->load[i] < redirect->load[best]))
			best = i;
	return best;
}

static int preempted_longest(const struct redirect *redirect, uint16_t slots)
{
	for (unsigned int i = 0; i < SVNIC_LOCAL_SLOTS; i++)
		if (slots >> redirect->order[i] & 1)
			return redirect->order[i];
	return -1;
}

static void move_to_end(struct redirect *redirect, uint8_t slot)
{
	uint8_t *at = memchr(redirect->order, slot, sizeof(redirect->order));
	uint8_t *end = redirect->order + sizeof(redirect->order);

	memmove(at, at + 1, end - at - 1);
	end[-1] = slot;
}

uint32_t redirect_read(const struct card *card, uint32_t offset)
{
	unsigned int fn = (offset - SVNIC_RUN_STATE(0)) / 0x40;

	return fn < card->num_fn ? card->fn[fn].redirect.state[offset / 4 % 16] : 0;
}

bool redirect_write(struct card *card, uint8_t fn, uint8_t slot, uint32_t value)
{
	struct redirect *redirect = &card->fn[fn].redirect;
	uint8_t state = value & SVNIC_RUN_STATE_SLOT_STATE;
	bool preempted = state == SVNIC_RUN_STATE_PREEMPTED && redirect->state[slot] != state;

	redirect->state[slot] = state;
	if (preempted)
		move_to_end(redirect, slot);
	return preempted;
}

/* ---- the choice ------------------------------------------------------------------------------ */

static bool stays(const struct card *card, const struct redirect *redirect, const struct choice *choice)
{
	uint32_t age = ((card->now >> TICK_SHIFT) - choice->since) & TICK_MASK;

	return choice->made && redirect->usable >> choice->slot & 1 && (runs(redirect, choice->slot) || age < card->events.dwell);
}

static uint8_t choose(const struct card *card, const struct redirect *redirect, uint8_t home)
{
	const struct choice *last = &redirect->choice[home];
	uint16_t running = usable_and(redirect, SVNIC_RUN_STATE_RUNNING), blocked = usable_and(redirect, SVNIC_RUN_STATE_BLOCKED);
	uint16_t preempted = usable_and(redirect, SVNIC_RUN_STATE_PREEMPTED);

	if (stays(card, redirect, last))
		return last->slot;
	if ((running | blocked) >> home & 1)
		return home;
	if (running)
		return least_loaded(redirect, running);
	if (blocked)
		return __builtin_ctz(blocked);
	return preempted ? preempted_longest(redirect, preempted) : home;
}

static void count(struct redirect *redirect, uint8_t slot)
{
	if (redirect->load[slot] == LOAD_MAX)
		for (unsigned int i = 0; i < SVNIC_LOCAL_SLOTS; i++)
			redirect->load[i] /= 2;
	redirect->load[slot]++;
}

uint8_t redirect_pick(struct card *card, uint8_t fn, uint8_t home, bool movable)
{
	struct redirect *redirect = &card->fn[fn].redirect;
	struct choice *last = &redirect->choice[home];
	uint8_t slot = home;

	if ((movable || card->plant.moves_unasked) && card->fn[fn].local.redirect) {
		slot = choose(card, redirect, home);
		if (!last->made || last->slot != slot)
			*last = (struct choice){ .made = true, .slot = slot, .since = (card->now >> TICK_SHIFT) & TICK_MASK };
	}
	count(redirect, slot);
	return slot;
}

int redirect_rescuer(const struct card *card, uint8_t fn, uint8_t slot)
{
	const struct redirect *redirect = &card->fn[fn].redirect;

	return least_loaded(redirect, usable_and(redirect, SVNIC_RUN_STATE_RUNNING) & ~(1u << slot));
}
