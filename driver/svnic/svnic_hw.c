// SPDX-License-Identifier: GPL-2.0-only
/* Register access. A read of ~0 from MAGIC means that the card is gone: then all MMIO stops. */

#include <linux/iopoll.h>
#include "svnic.h"

#define SVNIC_OFF_POLL_US 20
#define SVNIC_OFF_TIMEOUT_US (2 * USEC_PER_SEC)

static_assert(SVNIC_QUEUE_CTRL_STATE == SVNIC_SLOT_CTRL_STATE);
static_assert((int)SVNIC_QUEUE_STATE_OFF == (int)SVNIC_SLOT_STATE_OFF);

static bool svnic_unreachable(const struct svnic_dev *sd)
{
	return sd->flags & (BIT(SVNIC_FLAG_GONE) | BIT(SVNIC_FLAG_FROZEN));
}

static void svnic_check_gone(struct svnic_dev *sd)
{
	if (readl(sd->bar0 + SVNIC_MAGIC) != SVNIC_GONE_VALUE)
		return;
	if (!test_and_set_bit(SVNIC_FLAG_GONE, &sd->flags))
		svnic_schedule_service(sd, SVNIC_SERVICE_GONE);
}

/**
 * svnic_rd32() - read a register
 * @sd: function
 * @offset: byte offset in BAR0
 *
 * Not for the hot path. Return: the value; ~0 without MMIO when the card is known to be
 * unreachable.
 */
u32 svnic_rd32(struct svnic_dev *sd, u32 offset)
{
	u32 value;

	if (svnic_unreachable(sd))
		return SVNIC_GONE_VALUE;
	value = readl(sd->bar0 + offset);
	if (unlikely(value == SVNIC_GONE_VALUE))
		svnic_check_gone(sd);
	return value;
}

/* Two DWs at once: statistics are consistent this way. */
u64 svnic_rd64(struct svnic_dev *sd, u32 offset)
{
	u64 value;

	if (svnic_unreachable(sd))
		return 0;
	value = readq(sd->bar0 + offset);
	if (unlikely(value == ~0ULL))
		svnic_check_gone(sd);
	return value;
}

void svnic_wr32(struct svnic_dev *sd, u32 offset, u32 value)
{
	if (!svnic_unreachable(sd))
		writel(value, sd->bar0 + offset);
}

void svnic_rd_mac(struct svnic_dev *sd, u32 lo, u32 hi, u8 *mac)
{
	svnic_mac_set(mac, svnic_rd32(sd, lo), svnic_rd32(sd, hi));
}

/* LO first: in the MAC table the write of HI makes both count. */
void svnic_wr_mac(struct svnic_dev *sd, u32 lo, u32 hi, const u8 *mac, u32 flags)
{
	svnic_wr32(sd, lo, svnic_mac_lo(mac));
	svnic_wr32(sd, hi, svnic_mac_hi(mac) | flags);
}

void svnic_wr_ring(struct svnic_dev *sd, u32 offset, dma_addr_t ring)
{
	svnic_wr32(sd, offset, lower_32_bits(ring));
	svnic_wr32(sd, offset + 4, upper_32_bits(ring));
}

static bool svnic_is_off(u32 ctrl)
{
	return ctrl == SVNIC_GONE_VALUE ||
	       FIELD_GET(SVNIC_QUEUE_CTRL_STATE, ctrl) == SVNIC_QUEUE_STATE_OFF;
}

/**
 * svnic_wait_off() - wait until a queue or slot is off
 * @sd: function
 * @offset: of its CTRL register
 *
 * "Off" is behind the last write to the rings: their memory may be freed then. A card that does
 * not get there loses bus mastering, so that freeing is safe all the same; it comes back by a
 * reset of the function.
 *
 * Return: 0, or -ETIMEDOUT.
 */
int svnic_wait_off(struct svnic_dev *sd, u32 offset)
{
	u32 ctrl;
	int err;

	err = read_poll_timeout(svnic_rd32, ctrl, svnic_is_off(ctrl), SVNIC_OFF_POLL_US,
				SVNIC_OFF_TIMEOUT_US, false, sd, offset);
	if (!err)
		return 0;
	dev_err(&sd->pdev->dev,
		"register %#x still reads %#x after stop: bus mastering is off until a reset\n",
		offset, ctrl);
	pci_clear_master(sd->pdev);
	set_bit(SVNIC_FLAG_STUCK, &sd->flags);
	return err;
}
