// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -i -S -t -l -L -g -G -d -c -C, private flags, and the link. docs/driver.md: what
 * statistics mean.
 */

#include <linux/ethtool.h>
#include <linux/log2.h>
#include "svnic.h"
#include "svnic_pf.h"

static void svnic_get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	u32 version = svnic_rd32(sd, SVNIC_VERSION);

	strscpy(info->driver, SVNIC_NAME, sizeof(info->driver));
	strscpy(info->bus_info, pci_name(sd->pdev), sizeof(info->bus_info));
	snprintf(info->fw_version, sizeof(info->fw_version), "registers %u.%u",
		 FIELD_GET(SVNIC_VERSION_MAJOR, version), FIELD_GET(SVNIC_VERSION_MINOR, version));
}

static int svnic_get_link_ksettings(struct net_device *netdev, struct ethtool_link_ksettings *cmd)
{
	ethtool_link_ksettings_zero_link_mode(cmd, supported);
	ethtool_link_ksettings_zero_link_mode(cmd, advertising);
	cmd->base.speed = SPEED_UNKNOWN;
	cmd->base.duplex = netif_carrier_ok(netdev) ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	cmd->base.autoneg = AUTONEG_DISABLE;
	cmd->base.port = PORT_OTHER;
	return 0;
}

/* ---- Statistics ---- */

static const char svnic_card_stats[][ETH_GSTRING_LEN] = {
	[SVNIC_STAT_RX_FRAMES] = "card_rx_frames",
	[SVNIC_STAT_RX_BYTES] = "card_rx_bytes",
	[SVNIC_STAT_RX_DROP_NO_DESC] = "card_rx_drop_no_desc",
	[SVNIC_STAT_RX_DROP_DISABLED] = "card_rx_drop_disabled",
	[SVNIC_STAT_TX_FRAMES] = "card_tx_frames",
	[SVNIC_STAT_TX_BYTES] = "card_tx_bytes",
	[SVNIC_STAT_TX_DROP_SPOOF] = "card_tx_drop_spoof",
	[SVNIC_STAT_TX_ERRORS] = "card_tx_errors",
	[SVNIC_STAT_DMA_ERRORS] = "card_dma_errors",
	[SVNIC_STAT_BAD_ACCESS] = "card_bad_access",
	[SVNIC_STAT_EVENTS_POSTED] = "card_events_posted",
	[SVNIC_STAT_OVERTAKEN] = "card_overtaken",
	[SVNIC_STAT_RX_MULTICAST] = "card_rx_multicast",
	[SVNIC_STAT_TX_DROP_DISABLED] = "card_tx_drop_disabled",
	[SVNIC_STAT_WIRE_RX_DROP] = "card_wire_rx_drop",
	[SVNIC_STAT_WIRE_RX_UNKNOWN] = "card_wire_rx_unknown",
	[SVNIC_STAT_EVENTS_HOME] = "card_events_home",
	[SVNIC_STAT_EVENTS_MOVED] = "card_events_moved",
	[SVNIC_STAT_RESCUES] = "card_rescues",
	[SVNIC_STAT_POLLED] = "card_polled",
	[SVNIC_STAT_NOTIFICATIONS] = "card_notifications",
	[SVNIC_STAT_HOLDOFFS] = "card_holdoffs",
};

static const char svnic_error_stats[][ETH_GSTRING_LEN] = {
	"error_bad_access",  "error_queue_stopped", "error_dma",
	"error_illegal_ack", "error_spoofed",
};

static const char *const svnic_qp_stats[] = {
	"tx%u_packets",	   "tx%u_bytes",   "tx%u_errors",	"tx%u_dropped",
	"tx%u_linearized", "tx%u_stopped", "tx%u_doorbells",	"rx%u_packets",
	"rx%u_bytes",	   "rx%u_errors",  "rx%u_alloc_failed", "qp%u_stopped_by_card",
	"qp%u_restarts",
};

static const char *const svnic_slot_stats[] = {
	"slot%u_interrupts",
	"slot%u_entries",
	"slot%u_rescues",
	"slot%u_poll_hits",
	"slot%u_poll_rests",
};

#define SVNIC_PRIV_POLLING BIT(0)
#define SVNIC_PRIV_MOVABLE BIT(1)

static const char svnic_priv_flags[][ETH_GSTRING_LEN] = { "event-polling", "movable-queues" };

/* Is there such a statistic of this function? What comes from the wire is the PF's. */
static bool svnic_has_card_stat(const struct svnic_dev *sd, unsigned int stat)
{
	bool wire = stat == SVNIC_STAT_WIRE_RX_DROP || stat == SVNIC_STAT_WIRE_RX_UNKNOWN;

	return svnic_card_stats[stat][0] && (sd->pf || !wire);
}

static unsigned int svnic_num_card_stats(const struct svnic_dev *sd)
{
	unsigned int i, num = 0;

	for (i = 0; i < ARRAY_SIZE(svnic_card_stats); i++)
		num += svnic_has_card_stat(sd, i);
	return num;
}

static int svnic_get_sset_count(struct net_device *netdev, int sset)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	if (sset == ETH_SS_TEST)
		return SVNIC_SELFTESTS;
	if (sset == ETH_SS_PRIV_FLAGS)
		return ARRAY_SIZE(svnic_priv_flags);
	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return svnic_num_card_stats(sd) + ARRAY_SIZE(svnic_error_stats) +
	       sd->max_qps * ARRAY_SIZE(svnic_qp_stats) +
	       sd->num_slots * ARRAY_SIZE(svnic_slot_stats);
}

static void svnic_numbered_strings(u8 **data, const char *const *formats, unsigned int count,
				   unsigned int num)
{
	unsigned int i, n;

	for (n = 0; n < num; n++)
		for (i = 0; i < count; i++)
			ethtool_sprintf(data, formats[i], n);
}

static void svnic_get_strings(struct net_device *netdev, u32 sset, u8 *data)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	unsigned int i;

	if (sset == ETH_SS_TEST)
		svnic_selftest_strings(data);
	if (sset == ETH_SS_PRIV_FLAGS)
		memcpy(data, svnic_priv_flags, sizeof(svnic_priv_flags));
	if (sset != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(svnic_card_stats); i++)
		if (svnic_has_card_stat(sd, i))
			ethtool_sprintf(&data, "%s", svnic_card_stats[i]);
	for (i = 0; i < ARRAY_SIZE(svnic_error_stats); i++)
		ethtool_sprintf(&data, "%s", svnic_error_stats[i]);
	svnic_numbered_strings(&data, svnic_qp_stats, ARRAY_SIZE(svnic_qp_stats), sd->max_qps);
	svnic_numbered_strings(&data, svnic_slot_stats, ARRAY_SIZE(svnic_slot_stats),
			       sd->num_slots);
}

/* In the order of svnic_qp_stats. */
static u64 *svnic_put_tx_stats(struct svnic_tx *tx, u64 *data)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&tx->stats.sync);
		data[0] = u64_stats_read(&tx->stats.packets);
		data[1] = u64_stats_read(&tx->stats.bytes);
		data[2] = u64_stats_read(&tx->stats.errors);
	} while (u64_stats_fetch_retry(&tx->stats.sync, start));
	do {
		start = u64_stats_fetch_begin(&tx->xmit_stats.sync);
		data[3] = u64_stats_read(&tx->xmit_stats.dropped);
		data[4] = u64_stats_read(&tx->xmit_stats.linearized);
		data[5] = u64_stats_read(&tx->xmit_stats.stopped);
		data[6] = u64_stats_read(&tx->xmit_stats.doorbells);
	} while (u64_stats_fetch_retry(&tx->xmit_stats.sync, start));
	return data + 7;
}

static u64 *svnic_put_rx_stats(struct svnic_rx *rx, u64 *data)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&rx->stats.sync);
		data[0] = u64_stats_read(&rx->stats.packets);
		data[1] = u64_stats_read(&rx->stats.bytes);
		data[2] = u64_stats_read(&rx->stats.errors);
		data[3] = u64_stats_read(&rx->stats.alloc_failed);
	} while (u64_stats_fetch_retry(&rx->stats.sync, start));
	return data + 4;
}

static void svnic_get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats,
				    u64 *data)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(svnic_qp_stats) != 13);
	BUILD_BUG_ON(ARRAY_SIZE(svnic_card_stats) > SVNIC_STAT_COUNT);
	for (i = 0; i < ARRAY_SIZE(svnic_card_stats); i++)
		if (svnic_has_card_stat(sd, i))
			*data++ = svnic_rd64(sd, SVNIC_STAT(i));
	for (i = 0; i < ARRAY_SIZE(svnic_error_stats); i++)
		*data++ = sd->card_errors[i];
	for (i = 0; i < sd->max_qps; i++) {
		data = svnic_put_tx_stats(&sd->qps[i].tx, data);
		data = svnic_put_rx_stats(&sd->qps[i].rx, data);
		*data++ = sd->qps[i].stops;
		*data++ = sd->qps[i].restarts;
	}
	for (i = 0; i < sd->num_slots; i++) {
		*data++ = READ_ONCE(sd->slots[i].interrupts);
		*data++ = READ_ONCE(sd->slots[i].entries);
		*data++ = READ_ONCE(sd->slots[i].rescues);
		*data++ = READ_ONCE(sd->slots[i].poll_hits);
		*data++ = READ_ONCE(sd->slots[i].poll_rests);
	}
}

/* ---- Channels and rings ---- */

static void svnic_get_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	ch->max_combined = sd->max_qps;
	ch->combined_count = sd->num_qps;
}

static int svnic_set_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	if (!ch->combined_count || ch->rx_count || ch->tx_count)
		return -EINVAL;
	return svnic_reconfigure(sd, sd->tx_order, sd->rx_order, ch->combined_count, sd->movable);
}

static void svnic_get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
				struct kernel_ethtool_ringparam *kernel_ring,
				struct netlink_ext_ack *extack)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	ring->rx_max_pending = BIT(FIELD_GET(SVNIC_PARAMS_RING_LOG2_MAX, sd->params));
	ring->tx_max_pending = ring->rx_max_pending;
	ring->rx_pending = BIT(sd->rx_order);
	ring->tx_pending = BIT(sd->tx_order);
}

static u8 svnic_ring_order(const struct svnic_dev *sd, u32 entries)
{
	return clamp_t(u8, order_base_2(entries), FIELD_GET(SVNIC_PARAMS_RING_LOG2_MIN, sd->params),
		       FIELD_GET(SVNIC_PARAMS_RING_LOG2_MAX, sd->params));
}

static int svnic_set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			       struct kernel_ethtool_ringparam *kernel_ring,
			       struct netlink_ext_ack *extack)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	if (ring->rx_mini_pending || ring->rx_jumbo_pending)
		return -EINVAL;
	return svnic_reconfigure(sd, svnic_ring_order(sd, ring->tx_pending),
				 svnic_ring_order(sd, ring->rx_pending), sd->num_qps, sd->movable);
}

/* ---- Moderation: one hold-off for all slots; it travels in the next acknowledgment ---- */

static int svnic_get_coalesce(struct net_device *netdev, struct ethtool_coalesce *coal,
			      struct kernel_ethtool_coalesce *kernel_coal,
			      struct netlink_ext_ack *extack)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	coal->rx_coalesce_usecs =
		DIV_ROUND_CLOSEST(sd->holdoff * SVNIC_HOLDOFF_TICK_NS, NSEC_PER_USEC);
	return 0;
}

static int svnic_set_coalesce(struct net_device *netdev, struct ethtool_coalesce *coal,
			      struct kernel_ethtool_coalesce *kernel_coal,
			      struct netlink_ext_ack *extack)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	u64 ticks = DIV_ROUND_CLOSEST_ULL((u64)coal->rx_coalesce_usecs * NSEC_PER_USEC,
					  SVNIC_HOLDOFF_TICK_NS);
	unsigned int s;

	if (ticks > FIELD_MAX(SVNIC_SLOT_HOLDOFF_TICKS)) {
		NL_SET_ERR_MSG_MOD(extack, "the longest hold-off is 4194 us");
		return -EINVAL;
	}
	sd->holdoff = ticks;
	for (s = 0; s < sd->num_slots; s++)
		WRITE_ONCE(sd->slots[s].holdoff, sd->holdoff);
	return 0;
}

/* ---- Event-based polling (the hold-off is its deadline), and queues that move ---- */

static u32 svnic_get_priv_flags(struct net_device *netdev)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	return (sd->watches ? SVNIC_PRIV_POLLING : 0) | (sd->movable ? SVNIC_PRIV_MOVABLE : 0);
}

static int svnic_set_movable(struct svnic_dev *sd, bool movable)
{
	if (movable == sd->movable)
		return 0;
	if (!(sd->features & SVNIC_FEATURES_REDIRECTION))
		return -EOPNOTSUPP;
	return svnic_reconfigure(sd, sd->tx_order, sd->rx_order, sd->num_qps, movable);
}

static int svnic_set_priv_flags(struct net_device *netdev, u32 flags)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	int err;

	err = svnic_set_movable(sd, flags & SVNIC_PRIV_MOVABLE);
	if (err)
		return err;
	if (flags & SVNIC_PRIV_POLLING)
		return svnic_poll_start(sd);
	svnic_poll_stop(sd);
	return 0;
}

/* ---- Registers: no read has a side effect ---- */

struct svnic_section {
	u32 first;
	u32 bytes;
};

static const struct svnic_section svnic_sections[] = {
	{ SVNIC_MAGIC, SVNIC_ERROR + 4 },
	{ SVNIC_STAT(0), SVNIC_STAT(SVNIC_STAT_COUNT) - SVNIC_STAT(0) },
	{ SVNIC_MBOX_CTRL, 4 },
	{ SVNIC_QUEUE(0), SVNIC_QUEUE(SVNIC_QUEUE_COUNT) - SVNIC_QUEUE(0) },
	{ SVNIC_SLOT(0), SVNIC_SLOT(SVNIC_SLOT_COUNT) - SVNIC_SLOT(0) },
};

static int svnic_get_regs_len(struct net_device *netdev)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(svnic_sections); i++)
		len += svnic_sections[i].bytes;
	return len;
}

static void svnic_get_regs(struct net_device *netdev, struct ethtool_regs *regs, void *p)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	unsigned int i, offset;
	u32 *out = p;

	regs->version = 1;
	for (i = 0; i < ARRAY_SIZE(svnic_sections); i++)
		for (offset = 0; offset < svnic_sections[i].bytes; offset += 4)
			*out++ = svnic_rd32(sd, svnic_sections[i].first + offset);
}

const struct ethtool_ops svnic_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS,
	.get_drvinfo = svnic_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = svnic_get_link_ksettings,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = svnic_get_sset_count,
	.get_strings = svnic_get_strings,
	.self_test = svnic_self_test,
	.get_ethtool_stats = svnic_get_ethtool_stats,
	.get_channels = svnic_get_channels,
	.set_channels = svnic_set_channels,
	.get_ringparam = svnic_get_ringparam,
	.set_ringparam = svnic_set_ringparam,
	.get_priv_flags = svnic_get_priv_flags,
	.set_priv_flags = svnic_set_priv_flags,
	.get_coalesce = svnic_get_coalesce,
	.set_coalesce = svnic_set_coalesce,
	.get_regs_len = svnic_get_regs_len,
	.get_regs = svnic_get_regs,
};
