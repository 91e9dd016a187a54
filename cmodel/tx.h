/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* tx: frames of functions, from their descriptors until they have left for the wire and other functions. */
#ifndef SVNIC_TX_H
#define SVNIC_TX_H

#include "fifo.h"
#include "queue.h"

struct tx {
	struct fifo frames;	/* struct frame *: in the order in which they were taken */
};

void tx_init(struct card *card);
void tx_fini(struct card *card);
void tx_take(struct card *card, struct queue *queue, const struct descriptor *descriptors, unsigned int count);

#endif
