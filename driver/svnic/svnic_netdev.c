// SPDX-License-Identifier: GPL-2.0-only
/* The network device: up and down, addresses and filters, link, statistics. */

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include "svnic.h"
#include "svnic_pf.h"

/* Carrier and the PF's permission; the card knows no speed. */
void svnic_link_update(struct svnic_dev *sd)
{
	u32 link;

	if (test_bit(SVNIC_FLAG_LEAVING, &sd->flags))
		return;
	link = svnic_rd32(sd, SVNIC_LINK);
	if (link != SVNIC_GONE_VALUE && link & SVNIC_LINK_UP)
		netif_carrier_on(sd->netdev);
	else
		netif_carrier_off(sd->netdev);
}

static int svnic_qps_alloc(struct svnic_dev *sd)
{
	unsigned int i;
	int err;

	for (i = 0; i < sd->num_qps; i++) {
		err = svnic_qp_alloc(&sd->qps[i]);
		if (!err)
			continue;
		do
			svnic_qp_free(&sd->qps[i]);
		while (i--);
		return err;
	}
	return 0;
}

static void svnic_qps_free(struct svnic_dev *sd)
{
	unsigned int i;

	for (i = 0; i < sd->num_qps; i++)
		svnic_qp_free(&sd->qps[i]);
}

static void svnic_qps_stop(struct svnic_dev *sd)
{
	unsigned int i;

	for (i = 0; i < sd->num_qps; i++)
		svnic_qp_stop(&sd->qps[i]);
}

static int svnic_qps_start(struct svnic_dev *sd)
{
	unsigned int i;
	int err;

	for (i = 0; i < sd->num_qps; i++) {
		err = svnic_qp_start(&sd->qps[i]);
		if (err) {
			svnic_qps_stop(sd);
			return err;
		}
	}
	return 0;
}

static void svnic_set_xps(struct svnic_dev *sd)
{
	const struct cpumask *mask;
	unsigned int i;

	for (i = 0; i < sd->num_qps; i++) {
		mask = pci_irq_get_affinity(sd->pdev, sd->qps[i].slot);
		if (mask && sd->num_qps > 1 && !cpumask_equal(mask, cpu_possible_mask))
			netif_set_xps_queue(sd->netdev, mask, i);
	}
}

/**
 * svnic_up() - start all queue pairs
 * @sd: function; under rtnl
 *
 * Return: 0 or an error, then all is as before.
 */
int svnic_up(struct svnic_dev *sd)
{
	unsigned int i;
	int err;

	err = svnic_qps_alloc(sd);
	if (err)
		return err;
	err = svnic_qps_start(sd);
	if (err) {
		svnic_qps_free(sd);
		return err;
	}
	for (i = 0; i < sd->num_qps; i++)
		svnic_qp_enable(&sd->qps[i]);
	set_bit(SVNIC_FLAG_UP, &sd->flags);
	svnic_set_xps(sd);
	svnic_wr32(sd, SVNIC_CTRL, SVNIC_CTRL_RX_ENABLE);
	netif_tx_start_all_queues(sd->netdev);
	svnic_link_update(sd);
	return 0;
}

/* Under rtnl. Does nothing if it is down already. */
void svnic_down(struct svnic_dev *sd)
{
	unsigned int i;

	if (!test_and_clear_bit(SVNIC_FLAG_UP, &sd->flags))
		return;
	svnic_wr32(sd, SVNIC_CTRL, 0);
	netif_carrier_off(sd->netdev);
	for (i = 0; i < sd->num_qps; i++)
		svnic_qp_disable(&sd->qps[i]);
	netif_tx_disable(sd->netdev); /* behind NAPI, which might wake a queue */
	svnic_qps_stop(sd);
	svnic_qps_free(sd);
}

/**
 * svnic_reconfigure() - change what needs other rings
 * @sd: function; under rtnl
 * @tx_order: log2 entries of transmit rings
 * @rx_order: log2 entries of receive rings
 * @num_qps: queue pairs
 * @movable: the card may send their events to another slot than their own
 *
 * Return: 0, or an error; then the old configuration is running again, if that works.
 */
int svnic_reconfigure(struct svnic_dev *sd, u8 tx_order, u8 rx_order, u8 num_qps, bool movable)
{
	struct {
		u8 tx, rx, qps;
		bool movable;
	} old = { sd->tx_order, sd->rx_order, sd->num_qps, sd->movable };
	bool running = test_bit(SVNIC_FLAG_UP, &sd->flags);
	int err = 0;

	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		return -EBUSY;
	svnic_down(sd);
	sd->tx_order = tx_order;
	sd->rx_order = rx_order;
	sd->num_qps = num_qps;
	sd->movable = movable;
	if (num_qps != old.qps)
		err = netif_set_real_num_queues(sd->netdev, num_qps, num_qps);
	if (!err && running)
		err = svnic_up(sd);
	if (!err)
		return 0;
	sd->tx_order = old.tx;
	sd->rx_order = old.rx;
	sd->num_qps = old.qps;
	sd->movable = old.movable;
	netif_set_real_num_queues(sd->netdev, old.qps, old.qps);
	if (running && svnic_up(sd))
		netdev_err(sd->netdev, "could not go back to the old configuration: down\n");
	return err;
}

/**
 * svnic_restart_qp() - stop and start one queue pair
 * @qp: of a running device; under rtnl
 *
 * Return: 0, or an error; then it is off but can be taken down as if it were not.
 */
int svnic_restart_qp(struct svnic_qp *qp)
{
	struct netdev_queue *txq = netdev_get_tx_queue(qp->sd->netdev, qp->index);
	int err;

	svnic_qp_disable(qp);
	__netif_tx_lock_bh(txq);
	netif_tx_stop_queue(txq);
	txq_trans_cond_update(txq);
	__netif_tx_unlock_bh(txq);
	svnic_qp_stop(qp);
	err = svnic_qp_start(qp);
	svnic_qp_enable(qp);
	qp->restarts++;
	qp->last_restart = jiffies;
	if (!err)
		netif_tx_wake_queue(txq);
	return err;
}

static int svnic_open(struct net_device *netdev)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags) || test_bit(SVNIC_FLAG_GONE, &sd->flags))
		return -ENODEV;
	return svnic_up(sd);
}

static int svnic_stop(struct net_device *netdev)
{
	svnic_down(netdev_priv(netdev));
	return 0;
}

/* Under svnic_pf.lock. */
static int svnic_pf_change_mac(struct svnic_dev *sd, const u8 *mac)
{
	u32 base = SVNIC_FUNC(SVNIC_PF_FUNC);
	int err;

	err = svnic_filter_set_unicast(sd, SVNIC_PF_FUNC, sd->netdev->dev_addr, mac);
	if (!err)
		svnic_wr_mac(sd, base + SVNIC_FUNC_MAC_LO, base + SVNIC_FUNC_MAC_HI, mac, 0);
	return err;
}

static int svnic_change_mac(struct svnic_dev *sd, const u8 *mac)
{
	int err;

	if (!sd->pf)
		return svnic_mbox_set_mac(sd, mac);
	mutex_lock(&sd->pf->lock);
	err = svnic_pf_change_mac(sd, mac);
	mutex_unlock(&sd->pf->lock);
	return err;
}

static int svnic_set_mac_address(struct net_device *netdev, void *p)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct sockaddr *addr = p;
	int err;

	if (!is_valid_ether_addr(addr->sa_data))
		return -EADDRNOTAVAIL;
	if (ether_addr_equal(netdev->dev_addr, addr->sa_data))
		return 0;
	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		return -EBUSY;
	err = svnic_change_mac(sd, addr->sa_data);
	if (!err)
		eth_hw_addr_set(netdev, addr->sa_data);
	return err;
}

/* The PF changed the address of this VF. Under rtnl. */
void svnic_take_mac(struct svnic_dev *sd)
{
	u8 mac[ETH_ALEN] __aligned(2);

	svnic_rd_mac(sd, SVNIC_MAC_LO, SVNIC_MAC_HI, mac);
	if (!is_valid_ether_addr(mac) || ether_addr_equal(mac, sd->netdev->dev_addr))
		return;
	eth_hw_addr_set(sd->netdev, mac);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, sd->netdev);
	netdev_info(sd->netdev, "the PF set address %pM\n", mac);
}

static void svnic_want_unicast(struct svnic_dev *sd, struct svnic_rx_mode *want)
{
	struct netdev_hw_addr *ha;

	if (!sd->pf)
		return; /* the core makes VFs promiscuous instead: no IFF_UNICAST_FLT */
	if (netdev_uc_count(sd->netdev) > SVNIC_EXTRA_UNICAST)
		want->promisc = true;
	else
		netdev_for_each_uc_addr(ha, sd->netdev)
			ether_addr_copy(want->unicast[want->unicast_count++].addr, ha->addr);
}

static void svnic_want_multicast(struct svnic_dev *sd, struct svnic_rx_mode *want)
{
	unsigned int most = sd->pf ? ARRAY_SIZE(want->multicast) : SVNIC_MBOX_MULTICAST_MAX;
	struct netdev_hw_addr *ha;

	want->allmulti = sd->netdev->flags & IFF_ALLMULTI || netdev_mc_count(sd->netdev) > most;
	if (want->allmulti)
		return;
	netdev_for_each_mc_addr(ha, sd->netdev)
		if (is_multicast_ether_addr(ha->addr) && !is_broadcast_ether_addr(ha->addr))
			ether_addr_copy(want->multicast[want->multicast_count++].addr, ha->addr);
}

static void svnic_want_rx_mode(struct svnic_dev *sd, struct svnic_rx_mode *want)
{
	memset(want, 0, sizeof(*want));
	netif_addr_lock_bh(sd->netdev);
	want->promisc = sd->netdev->flags & IFF_PROMISC;
	svnic_want_unicast(sd, want);
	svnic_want_multicast(sd, want);
	netif_addr_unlock_bh(sd->netdev);
	want->valid = true;
}

static int svnic_pf_rx_mode(struct svnic_dev *sd, const struct svnic_rx_mode *want)
{
	bool room;

	mutex_lock(&sd->pf->lock);
	svnic_filter_set_multicast(sd, SVNIC_PF_FUNC, want->multicast, want->multicast_count);
	room = svnic_filter_set_extra(sd, SVNIC_PF_FUNC, sd->netdev->dev_addr, want->unicast,
				      want->unicast_count);
	svnic_filter_set_promisc(sd, SVNIC_PF_FUNC, want->allmulti, want->promisc || !room);
	mutex_unlock(&sd->pf->lock);
	return 0;
}

static int svnic_vf_rx_mode(struct svnic_dev *sd, const struct svnic_rx_mode *want)
{
	int err;

	err = svnic_mbox_set_multicast(sd, want->multicast, want->multicast_count);
	if (err)
		return err;
	err = svnic_mbox_set_promisc(sd, want->allmulti, want->promisc);
	if (err != -EPERM || !want->promisc)
		return err;
	netdev_warn(sd->netdev,
		    "the PF does not trust this VF with promiscuous mode (ip link set ... vf N trust on)\n");
	return svnic_mbox_set_promisc(sd, want->allmulti, false);
}

/*
 * What to receive, told to the card or the PF from a context that may wait. A PF that came back
 * is greeted first.
 */
void svnic_rx_mode_work(struct work_struct *work)
{
	struct svnic_dev *sd = container_of(work, struct svnic_dev, rx_mode_work);
	struct svnic_rx_mode want;
	int err;

	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		return;
	if (test_and_clear_bit(SVNIC_FLAG_PF_GONE, &sd->flags)) {
		sd->rx_mode.valid = false;
		svnic_mbox_handshake(sd);
	}
	svnic_want_rx_mode(sd, &want);
	if (!memcmp(&want, &sd->rx_mode, sizeof(want)))
		return;
	err = sd->pf ? svnic_pf_rx_mode(sd, &want) : svnic_vf_rx_mode(sd, &want);
	want.valid = !err;
	sd->rx_mode = want;
	if (err && net_ratelimit())
		netdev_warn(sd->netdev, "receive filters were not taken (%d)\n", err);
}

static void svnic_set_rx_mode(struct net_device *netdev)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	queue_work(svnic_wq, &sd->rx_mode_work);
}

static void svnic_add_rx_stats(struct svnic_rx *rx, struct rtnl_link_stats64 *stats)
{
	u64 packets, bytes, errors;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&rx->stats.sync);
		packets = u64_stats_read(&rx->stats.packets);
		bytes = u64_stats_read(&rx->stats.bytes);
		errors = u64_stats_read(&rx->stats.errors);
	} while (u64_stats_fetch_retry(&rx->stats.sync, start));
	stats->rx_packets += packets;
	stats->rx_bytes += bytes;
	stats->rx_errors += errors;
}

static void svnic_add_tx_stats(struct svnic_tx *tx, struct rtnl_link_stats64 *stats)
{
	u64 packets, bytes, errors;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&tx->stats.sync);
		packets = u64_stats_read(&tx->stats.packets);
		bytes = u64_stats_read(&tx->stats.bytes);
		errors = u64_stats_read(&tx->stats.errors);
	} while (u64_stats_fetch_retry(&tx->stats.sync, start));
	stats->tx_packets += packets;
	stats->tx_bytes += bytes;
	stats->tx_errors += errors;
	do {
		start = u64_stats_fetch_begin(&tx->xmit_stats.sync);
		packets = u64_stats_read(&tx->xmit_stats.dropped);
	} while (u64_stats_fetch_retry(&tx->xmit_stats.sync, start));
	stats->tx_dropped += packets;
}

static void svnic_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	unsigned int i;

	for (i = 0; i < sd->max_qps; i++) {
		svnic_add_rx_stats(&sd->qps[i].rx, stats);
		svnic_add_tx_stats(&sd->qps[i].tx, stats);
	}
}

/* The descriptor has 8 bits for where the checksum starts. */
static netdev_features_t svnic_features_check(struct sk_buff *skb, struct net_device *netdev,
					      netdev_features_t features)
{
	features = vlan_features_check(skb, features);
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) > FIELD_MAX(SVNIC_TX_DESC_CHECKSUM_START))
		features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
	return features;
}

static const struct net_device_ops svnic_netdev_ops = {
	.ndo_open = svnic_open,
	.ndo_stop = svnic_stop,
	.ndo_start_xmit = svnic_xmit,
	.ndo_features_check = svnic_features_check,
	.ndo_set_rx_mode = svnic_set_rx_mode,
	.ndo_set_mac_address = svnic_set_mac_address,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_tx_timeout = svnic_tx_timeout,
	.ndo_get_stats64 = svnic_get_stats64,
	.ndo_set_vf_mac = svnic_set_vf_mac,
	.ndo_set_vf_spoofchk = svnic_set_vf_spoofchk,
	.ndo_set_vf_trust = svnic_set_vf_trust,
	.ndo_set_vf_link_state = svnic_set_vf_link_state,
	.ndo_get_vf_config = svnic_get_vf_config,
	.ndo_get_vf_stats = svnic_get_vf_stats,
};

void svnic_netdev_setup(struct svnic_dev *sd)
{
	struct net_device *netdev = sd->netdev;

	netdev->netdev_ops = &svnic_netdev_ops;
	netdev->ethtool_ops = &svnic_ethtool_ops;
	netdev->watchdog_timeo = 5 * HZ;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = SVNIC_MAX_MTU;
	netdev->hw_features = NETIF_F_SG;
	if (sd->features & SVNIC_FEATURES_TX_CHECKSUM)
		netdev->hw_features |= NETIF_F_HW_CSUM;
	if (sd->features & SVNIC_FEATURES_RX_CHECKSUM)
		netdev->hw_features |= NETIF_F_RXCSUM;
	if (sd->features & SVNIC_FEATURES_RSS)
		netdev->hw_features |= NETIF_F_RXHASH;
	netdev->features = netdev->hw_features | NETIF_F_HIGHDMA;
	netdev->vlan_features = netdev->features & (NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA);
	if (sd->pf)
		netdev->priv_flags |= IFF_UNICAST_FLT;
	netif_carrier_off(netdev);
}
