/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A frame inside the card: on its way out of host memory (tx), from the wire, or to functions (rx). */
#ifndef SVNIC_FRAME_H
#define SVNIC_FRAME_H

#include <stdbool.h>
#include <stdint.h>

struct queue;

struct functions {	/* a set of functions */
	uint64_t bits[4];
};

struct frame {
	unsigned int references;
	bool loopback;		/* from a function, not from the wire */
	bool loop;		/* ... and back to it, nowhere else */
	bool multicast;
	uint8_t fn;		/* who sends it */
	struct functions members;	/* receivers that have not got it yet */

	/* tx only */
	struct queue *queue;
	uint8_t count;		/* descriptors */
	uint8_t status;		/* enum svnic_error_code */
	unsigned int reads;	/* requests that have not ended */

	uint32_t length;	/* bytes; those of functions are padded to 60 */
	uint8_t data[];
};

struct frame *frame_new(uint32_t length);	/* one reference, all zero */
void frame_put(struct frame *frame);		/* gives up a reference */

static inline bool functions_has(const struct functions *set, unsigned int f)
{
	return set->bits[f / 64] >> f % 64 & 1;
}

static inline void functions_add(struct functions *set, unsigned int f)
{
	set->bits[f / 64] |= UINT64_C(1) << f % 64;
}

static inline void functions_remove(struct functions *set, unsigned int f)
{
	set->bits[f / 64] &= ~(UINT64_C(1) << f % 64);
}

static inline int functions_first(const struct functions *set)	/* -1: empty */
{
	for (int i = 0; i < 4; i++)
		if (set->bits[i])
			return 64 * i + __builtin_ctzll(set->bits[i]);
	return -1;
}

static inline struct functions functions_union(struct functions a, struct functions b)
{
	for (int i = 0; i < 4; i++)
		a.bits[i] |= b.bits[i];
	return a;
}

#endif
