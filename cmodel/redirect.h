/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * redirect: which slot of a function hears of an event whose home is another one, by what its CPUs do. docs/programming.md 6.
 * It chooses among slots that the guest started; a wrong run-state costs time, never an event.
 */
#ifndef SVNIC_REDIRECT_H
#define SVNIC_REDIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "svnic/regs.h"

struct choice {			/* where the movable events of a home slot go */
	bool made;
	uint8_t slot;
	uint32_t since;		/* ticks of 1,024 ns, 20 bits */
};

struct redirect {		/* of a function; slots by their local number */
	uint16_t usable;	/* bit: started by the function */
	uint8_t state[SVNIC_LOCAL_SLOTS];	/* enum svnic_run_state */
	uint8_t order[SVNIC_LOCAL_SLOTS];	/* slots by the time of their last preemption, the longest ago first */
	uint8_t load[SVNIC_LOCAL_SLOTS];	/* recent events: all are halved when one would pass 15 */
	struct choice choice[SVNIC_LOCAL_SLOTS];
};

struct card;

void redirect_init(struct redirect *redirect);
void redirect_usable(struct redirect *redirect, uint8_t slot, bool usable);

/* The slot of an event; counts it, and keeps the choice if it may move. */
uint8_t redirect_pick(struct card *card, uint8_t fn, uint8_t home, bool movable);

/* A running slot of the function that is not this one, or -1. */
int redirect_rescuer(const struct card *card, uint8_t fn, uint8_t slot);

uint32_t redirect_read(const struct card *card, uint32_t offset);	/* RUN_STATE */

/* RUN_STATE; true: the CPU of this slot was preempted just now. */
bool redirect_write(struct card *card, uint8_t fn, uint8_t slot, uint32_t value);

#endif
