// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Redirection of movable events by what CPUs do, and the rescue of slots whose CPU was preempted (docs/programming.md 6). */
#include "bus.h"

#define FN 1
#define SLOTS 4
#define QUEUE_EVENT UINT64_C(0x8000000000010000)
#define RESCUE_EVENT UINT64_C(0x8000000000050000)

enum { ALLOWED = SVNIC_FUNC_CTRL_LINK | SVNIC_FUNC_CTRL_REDIRECT | SVNIC_FUNC_CTRL_RESCUE };

struct fixture {
	struct bus bus;
	unsigned int sent;		/* frames of queue 0 */
	uint16_t taken[SLOTS];		/* entries acknowledged */
};

static void control(struct fixture *f, uint32_t value)
{
	write32(&f->bus, PF_BAR0 + SVNIC_FUNC(FN) + SVNIC_FUNC_CTRL, value);
}

static void cpu(struct fixture *f, unsigned int slot, enum svnic_run_state state)
{
	write32(&f->bus, PF_BAR0 + SVNIC_RUN_STATE(FN) + SVNIC_RUN_STATE_SLOT(slot), state);
}

static void cpus(struct fixture *f, enum svnic_run_state state)
{
	for (unsigned int s = 0; s < SLOTS; s++)
		cpu(f, s, state);
}

static void slots_up(struct fixture *f, uint16_t holdoff)
{
	for (unsigned int s = 0; s < SLOTS; s++) {
		write32(&f->bus, PF_BAR0 + SVNIC_SLOT_MAP(FN) + SVNIC_SLOT_MAP_ENTRY(s), SVNIC_SLOT_MAP_ENTRY_VALID | (40 + s));
		start_slot(&f->bus, FN, s, holdoff);
	}
}

/* Function 1 with four slots on, TX queue 0 movable, its home slot 1. */
static void up(struct fixture *f, uint16_t holdoff, uint32_t allowed)
{
	const uint64_t config = bar0(FN) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CONFIG;

	*f = (struct fixture){ 0 };
	bus_open(&f->bus, NULL);
	enumerate(&f->bus, 2);
	assign(&f->bus, FN);
	slots_up(f, holdoff);
	start_queue(&f->bus, FN, 0);
	write32(&f->bus, bar0(FN) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 0);
	write32(&f->bus, config, (read32(&f->bus, config) & ~SVNIC_QUEUE_CONFIG_SLOT) | SVNIC_QUEUE_CONFIG_MOVABLE | 1 << 8);
	write32(&f->bus, bar0(FN) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 1);
	doorbell(&f->bus, FN, 0, 0, 0, true);
	control(f, allowed);
}

/* A frame leaves, its completion raises; the queue is armed for the next. */
static void event(struct fixture *f)
{
	unsigned int i = f->sent++;

	make_frame(at(&f->bus, buffer_of(FN, 0, i)), 60, 77, FN);
	tx_descriptor(&f->bus, FN, 0, i, buffer_of(FN, 0, i), 60, 1);
	doorbell(&f->bus, FN, 0, i + 1, i, true);
}

static uint32_t posted(struct fixture *f, unsigned int slot)
{
	return read32(&f->bus, bar0(FN) + SVNIC_SLOT(slot) + SVNIC_SLOT_INDEX) & 0xffff;
}

static void take(struct fixture *f, unsigned int slot)
{
	f->taken[slot] = posted(f, slot);
	acknowledge(&f->bus, FN, slot, f->taken[slot], 0);
}

/* The slot of the next event, which is taken there. */
static unsigned int goes_to(struct fixture *f)
{
	unsigned int to = SLOTS;

	event(f);
	for (unsigned int s = 0; s < SLOTS; s++) {
		if (posted(f, s) == f->taken[s])
			continue;
		CHECK(to == SLOTS);
		CHECK(posted(f, s) == f->taken[s] + 1u);
		to = s;
	}
	if (to < SLOTS)
		take(f, to);
	return to;
}

static void choice(void)
{
	struct fixture f;

	up(&f, 0, ALLOWED);
	for (unsigned int s = 0; s < SLOTS; s++)
		take(&f, s);
	EQUAL(goes_to(&f), 1);			/* home */
	cpu(&f, 1, SVNIC_RUN_STATE_BLOCKED);
	EQUAL(goes_to(&f), 1);			/* waking it is its job */
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 0);			/* least loaded, lowest number */
	cpu(&f, 1, SVNIC_RUN_STATE_RUNNING);
	EQUAL(goes_to(&f), 0);			/* stays while that runs */
	cpu(&f, 0, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 1);			/* home again */
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 2);			/* 0 and 1 do not run */
	cpus(&f, SVNIC_RUN_STATE_PREEMPTED);
	cpu(&f, 3, SVNIC_RUN_STATE_BLOCKED);
	EQUAL(goes_to(&f), 3);			/* blocked rather than preempted */
	cpu(&f, 3, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 0);			/* preempted longest ago: 0, 1, 2, 3 */
	cpu(&f, 0, SVNIC_RUN_STATE_RUNNING);
	cpu(&f, 0, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 1);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_EVENTS_HOME), 4);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_EVENTS_MOVED), 5);
	bus_close(&f.bus);
	passed("home, last choice, running, blocked, preempted longest");
}

static void not_asked(void)
{
	struct fixture f;

	up(&f, 0, SVNIC_FUNC_CTRL_LINK);
	for (unsigned int s = 0; s < SLOTS; s++)
		take(&f, s);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 1);			/* the PF does not allow it */
	control(&f, ALLOWED);
	EQUAL(goes_to(&f), 0);
	write32(&f.bus, bar0(FN) + SVNIC_SLOT(0) + SVNIC_SLOT_CTRL, 0);
	EQUAL(goes_to(&f), 2);			/* 0 was stopped */
	write32(&f.bus, PF_BAR0 + SVNIC_SLOT_MAP(FN) + SVNIC_SLOT_MAP_ENTRY(2), 0);
	f.taken[2] = 0;
	EQUAL(goes_to(&f), 3);			/* 2 was taken away */
	write32(&f.bus, bar0(FN) + SVNIC_SLOT(3) + SVNIC_SLOT_CTRL, 0);
	EQUAL(goes_to(&f), 1);			/* preempted, but there is no other */
	EQUAL(read32(&f.bus, PF_BAR0 + SVNIC_RUN_STATE(FN) + SVNIC_RUN_STATE_SLOT(1)), SVNIC_RUN_STATE_PREEMPTED);
	bus_close(&f.bus);
	passed("not allowed, stopped, taken away");
}

static void dwell(void)
{
	struct fixture f;

	up(&f, 0, ALLOWED);
	for (unsigned int s = 0; s < SLOTS; s++)
		take(&f, s);
	write32(&f.bus, PF_BAR0 + SVNIC_REDIRECT, 100);
	EQUAL(read32(&f.bus, PF_BAR0 + SVNIC_REDIRECT), 100);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 0);
	cpu(&f, 0, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(goes_to(&f), 0);			/* the choice is young */
	advance(&f.bus, 100 * 1024 + 1024);
	EQUAL(goes_to(&f), 2);
	bus_close(&f.bus);
	passed("a choice stays for the dwell");
}

static void rescue(void)
{
	struct fixture f;

	up(&f, 0xffff, ALLOWED);
	for (unsigned int s = 0; s < SLOTS; s++)
		acknowledge(&f.bus, FN, s, posted(&f, s), 0xffff);
	event(&f);
	EQUAL(f.bus.interrupts, 0);		/* in the hold-off of slot 1 */
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(word(&f.bus, slot_ring_of(FN, 0) + 8 * (posted(&f, 0) - 1)), RESCUE_EVENT | 1);
	EQUAL(f.bus.interrupts, 1);		/* at once */
	cpu(&f, 1, SVNIC_RUN_STATE_RUNNING);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_RESCUES), 1);		/* once between two acknowledgements */
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_OVERTAKEN), 2);
	acknowledge(&f.bus, FN, 1, posted(&f, 1), 0xffff);	/* by whoever drained it */
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_POLLED), 1);
	cpu(&f, 1, SVNIC_RUN_STATE_RUNNING);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_OVERTAKEN), 2);	/* nothing was unconsumed */
	bus_close(&f.bus);
	passed("rescue: at once, once, only what is unconsumed");
}

static void nobody_rescues(void)
{
	struct fixture f;

	up(&f, 0xffff, ALLOWED);
	cpus(&f, SVNIC_RUN_STATE_BLOCKED);
	event(&f);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_OVERTAKEN), 1);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_RESCUES), 0);
	bus_close(&f.bus);
	up(&f, 0xffff, SVNIC_FUNC_CTRL_LINK | SVNIC_FUNC_CTRL_REDIRECT);
	event(&f);
	cpu(&f, 1, SVNIC_RUN_STATE_PREEMPTED);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_OVERTAKEN), 1);
	EQUAL(stat(&f.bus, FN, SVNIC_STAT_RESCUES), 0);
	bus_close(&f.bus);
	passed("no rescue: nobody runs, not allowed");
}

int main(void)
{
	choice();
	not_asked();
	dwell();
	rescue();
	nobody_rescues();
	return done();
}
