/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * rx: frames on their way to functions.
 *
 *	arrivals --RX_WIRE_TAKE--> wire --\
 *	                                   RX_IN --> buffer --RX_LOOKUP (wire)--> looked_up --RX_MEMBER--> receivers --RX_TAKE--> payload writes
 *	tx ----------------------> loop --/
 */
#ifndef SVNIC_RX_H
#define SVNIC_RX_H

#include "dma.h"
#include "fifo.h"
#include "frame.h"

struct receiver {
	struct frame *frame;
	uint8_t fn;
	bool disabled;
};

struct rx {
	struct fifo arrivals, wire, loop, buffer, looked_up;	/* struct frame * */
	struct fifo receivers;	/* struct receiver; the oldest one is never disabled */
};

void rx_init(struct card *card);
void rx_fini(struct card *card);
void rx_arrives(struct card *card, const uint8_t *data, uint32_t length);
void rx_loop(struct card *card, struct frame *frame);

/* What queue answers for the oldest receiver: buffers one by one, then taken; or none. */
void rx_buffer(struct card *card, struct queue *queue, uint64_t address, uint32_t offset, uint32_t length);
void rx_taken(struct card *card);
void rx_no_buffers(struct card *card);

void rx_written(struct card *card, const struct write *write);	/* a payload write was granted */

#endif
