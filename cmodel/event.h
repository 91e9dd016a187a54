/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * event: slots. What waits for a slot, when it is posted, when the driver is notified.
 *
 *	Idle --post--> Hold --hold-off over--> Owed --acknowledge--> Idle, or Hold if entries are left
 */
#ifndef SVNIC_EVENT_H
#define SVNIC_EVENT_H

#include "fifo.h"
#include "svnic/device.h"

enum slot_phase { SLOT_IDLE, SLOT_HOLD, SLOT_OWED };

#define EVENT_CONTROL 32	/* source numbers of control kinds in EVENT_POST: 32 + kind */

struct sources {		/* each waits at most once */
	uint32_t queues, stopped;	/* bit: local queue */
	uint8_t kinds;			/* bit: kind; MAILBOX, LINK, ERROR */
	uint16_t rescues;		/* bit: slot, RESCUE of it */
	uint64_t functions[4];		/* FUNCTION about these */
};

struct slot {
	uint16_t number;	/* card number */
	bool owned;
	uint8_t fn, local;
	uint64_t ring;
	uint32_t config;
	uint16_t holdoff_register, holdoff;	/* ticks of 64 ns */
	uint8_t state;		/* enum svnic_slot_state */
	enum slot_phase phase;
	uint16_t produced, consumed;
	uint64_t due;		/* ns, in Hold */
	bool at_once;		/* ... whose hold-off was 0 */
	bool rescued;		/* once between two acknowledgements */
	uint8_t last_queue;	/* round robin */
	struct sources waits;
	struct list post_work, stop_work;
};

struct pick {		/* an event of a queue, or a RESCUE of `source`, on its way to the slot that was chosen */
	uint8_t fn, slot, source;
	bool stopped, moved, rescue, nobody;
};

struct rescue {
	uint8_t fn, slot;
};

struct timer {
	uint64_t due;
	struct slot *slot;
};

struct events {
	struct slot *slot;
	struct list post, stop;	/* work lists */
	struct fifo rescues;	/* struct rescue: whose CPU was preempted with entries unconsumed */
	struct fifo picks;	/* struct pick */
	uint16_t dwell;		/* ticks of 1,024 ns */
	struct list unmasked;	/* struct msix with a pending vector that may be sent */
	struct timer *heap;	/* hold-offs, the next due at 0; entries that are no longer true stay until they come up */
	uint32_t timers, capacity;
};

void event_init(struct card *card);
void event_fini(struct card *card);
void event_control(struct card *card, uint8_t fn, uint8_t kind, uint8_t source);
uint32_t event_register_read(const struct card *card, uint8_t fn, uint32_t offset);
bool event_register_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value);
uint32_t event_map_read(const struct card *card, uint32_t offset);
void event_map_write(struct card *card, uint32_t offset, uint32_t value);
void event_run_state_write(struct card *card, uint32_t offset, uint32_t value);
bool event_acknowledge(struct card *card, uint8_t fn, uint8_t local, uint64_t value);

/* What a slot that may post would post next, in the order of programming.md section 6; source as in EVENT_POST. */
void event_choose(const struct slot *slot, uint8_t *source, uint8_t *number);
struct slot *event_next_timer(struct card *card);	/* whose hold-off ends first, or NULL */

#endif
