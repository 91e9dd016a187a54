/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to the card's registers, and the few facts about the hardware that the generated header
 * does not say. What the registers mean: docs/programming.md.
 */
#ifndef SVNIC_HW_H
#define SVNIC_HW_H

#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/io.h>
#include <svnic/regs.h>

#ifndef CONFIG_64BIT
#error "a doorbell is one 64-bit write: svnic needs a 64-bit kernel"
#endif

#define SVNIC_GONE_VALUE (~0U)

struct svnic_dev;

struct svnic_mac {
	u8 addr[ETH_ALEN] __aligned(2);
};

u32 svnic_rd32(struct svnic_dev *sd, u32 offset);
u64 svnic_rd64(struct svnic_dev *sd, u32 offset);
void svnic_wr32(struct svnic_dev *sd, u32 offset, u32 value);
void svnic_rd_mac(struct svnic_dev *sd, u32 lo, u32 hi, u8 *mac);
void svnic_wr_mac(struct svnic_dev *sd, u32 lo, u32 hi, const u8 *mac, u32 flags);
void svnic_wr_ring(struct svnic_dev *sd, u32 offset, dma_addr_t ring);
int svnic_wait_off(struct svnic_dev *sd, u32 offset);

static inline u32 svnic_mac_lo(const u8 *mac)
{
	return mac[0] | mac[1] << 8 | mac[2] << 16 | (u32)mac[3] << 24;
}

static inline u32 svnic_mac_hi(const u8 *mac)
{
	return mac[4] | mac[5] << 8;
}

static inline void svnic_mac_set(u8 *mac, u32 lo, u32 hi)
{
	mac[0] = lo;
	mac[1] = lo >> 8;
	mac[2] = lo >> 16;
	mac[3] = lo >> 24;
	mac[4] = hi;
	mac[5] = hi >> 8;
}

/* The phase bit of entry i of a ring: 1 in the first round, then alternating. */
static inline bool svnic_phase(u16 i, u8 order)
{
	return !(i >> order & 1);
}

#endif
