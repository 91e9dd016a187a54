/* SPDX-License-Identifier: GPL-2.0-only */
/* The mailbox between a VF's driver and the PF's. */
#ifndef SVNIC_MBOX_H
#define SVNIC_MBOX_H

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <svnic/regs.h>
#include "svnic_hw.h"

#define SVNIC_MBOX_MAJOR 1
#define SVNIC_MBOX_MINOR 0

/* A message in the kernel's memory: copied before anything in it is believed. */
struct svnic_msg {
	u32 dw[SVNIC_MBOX_DWS];
};

static_assert(sizeof(struct svnic_msg) == 64);

/* The DW at byte offset `offset`, one of the generated SVNIC_MBOX_... offsets. */
#define SVNIC_MSG_DW(msg, offset) ((msg)->dw[(offset) / 4])

/* VF side. */
struct svnic_mbox {
	struct mutex lock; /* one request at a time */
	spinlock_t reply_lock;
	struct completion done;
	struct svnic_msg reply;
	bool waiting; /* reply_lock */
	u16 seq;
	u8 opcode;
};

void svnic_mbox_init(struct svnic_dev *sd);
int svnic_mbox_handshake(struct svnic_dev *sd);
int svnic_mbox_set_mac(struct svnic_dev *sd, const u8 *mac);
int svnic_mbox_set_multicast(struct svnic_dev *sd, const struct svnic_mac *mac, unsigned int count);
int svnic_mbox_set_promisc(struct svnic_dev *sd, bool allmulti, bool promisc);
void svnic_mbox_event(struct svnic_dev *sd);

#endif
