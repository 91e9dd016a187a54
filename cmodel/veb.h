/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* veb: the switch on the card. Who gets a frame, and the tables that say so. */
#ifndef SVNIC_VEB_H
#define SVNIC_VEB_H

#include "frame.h"
#include "svnic/regs.h"
#include "svnic/device.h"

#define VEB_GROUPS 64

struct mac_entry {
	uint32_t lo, hi;	/* as the registers */
};

struct veb {
	struct mac_entry mac[SVNIC_MAC_BUCKETS * SVNIC_MAC_WAYS];
	uint32_t staged;
	struct functions group[VEB_GROUPS];
	uint16_t storm_limit;
	struct {
		uint64_t window;	/* the last one in which it sent */
		uint32_t frames;
	} sent[256];
};

struct forward {
	bool wire, disabled, spoofed, unknown, multicast;
	struct functions members;
};

void veb_init(struct card *card);
struct forward veb_lookup(struct card *card, const struct frame *frame);
uint32_t veb_read(const struct card *card, uint32_t offset);
void veb_write(struct card *card, uint32_t offset, uint32_t value);

#endif
