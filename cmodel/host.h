/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* host: requests of the host, one operation after the other, and what they are answered. */
#ifndef SVNIC_HOST_H
#define SVNIC_HOST_H

#include "fifo.h"
#include "tlp.h"

struct host {
	struct fifo requests;	/* struct tlp */
	unsigned int done;	/* operations of the oldest that took effect */
	uint32_t data[2];	/* read so far */
};

void host_init(struct card *card);
void host_fini(struct card *card);

#endif
