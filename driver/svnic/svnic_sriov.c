// SPDX-License-Identifier: GPL-2.0-only
/* SR-IOV: creating and removing VFs, and what `ip link set DEV vf N` does. */

#include <linux/etherdevice.h>
#include "svnic.h"
#include "svnic_pf.h"

static void svnic_sriov_defaults(struct svnic_pf *pf)
{
	unsigned int vf;

	memset(pf->vfs, 0, sizeof(*pf->vfs) * pf->total_vfs);
	for (vf = 0; vf < pf->total_vfs; vf++)
		pf->vfs[vf].spoofchk = true;
}

/* Without svnic_pf.lock: the VFs probe in here, and ask the PF for things. */
static int svnic_sriov_enable(struct svnic_dev *sd, unsigned int num)
{
	int err;

	err = svnic_pf_assign_vfs(sd, num);
	if (err)
		return err;
	err = pci_enable_sriov(sd->pdev, num);
	if (err) {
		dev_err(&sd->pdev->dev, "%u VFs could not be enabled (%d)\n", num, err);
		svnic_pf_release_vfs(sd);
	}
	return err;
}

void svnic_sriov_disable(struct svnic_dev *sd)
{
	pci_disable_sriov(sd->pdev);
	svnic_pf_release_vfs(sd);
}

/*
 * Whether somebody else's driver (a guest's, DPDK's) has introduced itself on this VF. vfio-pci
 * does not set what pci_vfs_assigned() looks for, and a VF that is merely bound to it is in
 * nobody's hands.
 */
static bool svnic_vf_is_foreign(struct svnic_dev *sd, struct pci_dev *vfdev)
{
	int vf = pci_iov_vf_id(vfdev);
	bool ready;

	mutex_lock(&sd->pf->lock);
	ready = vf >= 0 && vf < sd->pf->num_vfs && sd->pf->vfs[vf].ready;
	mutex_unlock(&sd->pf->lock);
	return ready && READ_ONCE(vfdev->driver) && vfdev->driver != sd->pdev->driver;
}

/* As pci_get_device(), of the VFs of this PF. */
static struct pci_dev *svnic_next_vf(struct pci_dev *pdev, struct pci_dev *vfdev)
{
	do
		vfdev = pci_get_device(pdev->vendor, PCI_ANY_ID, vfdev);
	while (vfdev && !(vfdev->is_virtfn && pci_physfn(vfdev) == pdev));
	return vfdev;
}

static bool svnic_vfs_in_use(struct svnic_dev *sd)
{
	struct pci_dev *vfdev = NULL;
	bool in_use = pci_vfs_assigned(sd->pdev);

	while (!in_use && (vfdev = svnic_next_vf(sd->pdev, vfdev)))
		in_use = svnic_vf_is_foreign(sd, vfdev);
	pci_dev_put(vfdev);
	return in_use;
}

/* sysfs, sriov_numvfs. Return: the number of VFs, or an error. */
int svnic_sriov_configure(struct pci_dev *pdev, int num)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);
	int err;

	if (svnic_vfs_in_use(sd)) {
		dev_info(&pdev->dev, "VFs are in use by guests: their number stays\n");
		return -EBUSY;
	}
	if (!num) {
		svnic_sriov_disable(sd);
		return 0;
	}
	if (num > sd->pf->total_vfs)
		return -ERANGE;
	if (test_bit(SVNIC_FLAG_GONE, &sd->flags) || test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		return -ENODEV;
	svnic_sriov_defaults(sd->pf);
	err = svnic_sriov_enable(sd, num);
	return err ? err : num;
}

/*
 * A reset of the PF ends its VFs, so they leave properly before and come back after it. Whoever
 * resets holds the config access lock, which switching VFs takes itself: let go of it for that
 * long. The device lock stays, and keeps everyone else away.
 */
static void svnic_sriov_unlocked(struct svnic_dev *sd, void (*change)(struct svnic_dev *sd))
{
	bool locked = sd->pdev->block_cfg_access;

	if (locked)
		pci_cfg_access_unlock(sd->pdev);
	change(sd);
	if (locked)
		pci_cfg_access_lock(sd->pdev);
}

/*
 * Where guests have VFs, all stay. Those that this driver has follow the PF through its reset. The
 * others' locks are not touched: vfio-pci holds one for as long as its user likes.
 */
static void svnic_sriov_own_vfs(struct svnic_dev *sd, void (*change)(struct pci_dev *vfdev))
{
	struct pci_dev *pdev = sd->pdev;
	struct pci_dev *vfdev = NULL;

	while ((vfdev = svnic_next_vf(pdev, vfdev))) {
		if (READ_ONCE(vfdev->driver) != pdev->driver)
			continue;
		device_lock(&vfdev->dev);
		if (vfdev->driver == pdev->driver)
			change(vfdev);
		device_unlock(&vfdev->dev);
	}
}

static void svnic_sriov_quiesce_vf(struct pci_dev *vfdev)
{
	pci_save_state(vfdev);
	svnic_quiesce(pci_get_drvdata(vfdev));
}

static void svnic_sriov_resume_vf(struct pci_dev *vfdev)
{
	struct svnic_dev *vf = pci_get_drvdata(vfdev);

	if (!test_bit(SVNIC_FLAG_QUIET, &vf->flags))
		return; /* bound meanwhile */
	pci_restore_state(vfdev);
	svnic_resume(vf);
}

void svnic_sriov_before_reset(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;

	pf->again = 0;
	if (!pf->num_vfs)
		return;
	if (svnic_vfs_in_use(sd)) {
		dev_warn(&sd->pdev->dev,
			 "reset with VFs in use by guests: they must reset theirs, too\n");
		svnic_sriov_own_vfs(sd, svnic_sriov_quiesce_vf);
		return;
	}
	pf->again = pf->num_vfs;
	svnic_sriov_unlocked(sd, svnic_sriov_disable);
}

static void svnic_sriov_reenable(struct svnic_dev *sd)
{
	if (svnic_sriov_enable(sd, sd->pf->again))
		dev_err(&sd->pdev->dev, "the %u VFs from before the reset are gone\n",
			sd->pf->again);
}

void svnic_sriov_after_reset(struct svnic_dev *sd)
{
	if (sd->pf->again)
		svnic_sriov_unlocked(sd, svnic_sriov_reenable);
	else if (sd->pf->num_vfs)
		svnic_sriov_own_vfs(sd, svnic_sriov_resume_vf);
	sd->pf->again = 0;
}

/* The VF that a user named, with svnic_pf.lock held; NULL, without it, if there is none. */
static struct svnic_vf *svnic_vf_lock(struct svnic_dev *sd, int vf)
{
	if (!sd->pf)
		return NULL;
	mutex_lock(&sd->pf->lock);
	if (vf >= 0 && vf < sd->pf->num_vfs)
		return &sd->pf->vfs[vf];
	mutex_unlock(&sd->pf->lock);
	return NULL;
}

static void svnic_vf_unlock(struct svnic_dev *sd)
{
	mutex_unlock(&sd->pf->lock);
}

/*
 * A zero address gives the choice back to the VF; it keeps the one it has until it asks for
 * another.
 */
int svnic_set_vf_mac(struct net_device *netdev, int vf, u8 *mac)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct svnic_vf *v;
	int err = 0;

	if (is_multicast_ether_addr(mac))
		return -EINVAL;
	v = svnic_vf_lock(sd, vf);
	if (!v)
		return -EINVAL;
	if (!is_zero_ether_addr(mac))
		err = svnic_vf_set_mac(sd, vf, mac);
	if (!err) {
		v->mac_admin = !is_zero_ether_addr(mac);
		svnic_vf_note(sd, vf, SVNIC_MBOX_OPCODE_MAC_CHANGED);
	}
	svnic_vf_unlock(sd);
	return err;
}

int svnic_set_vf_spoofchk(struct net_device *netdev, int vf, bool on)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct svnic_vf *v = svnic_vf_lock(sd, vf);

	if (!v)
		return -EINVAL;
	v->spoofchk = on;
	svnic_pf_write_ctrl(sd, vf);
	svnic_vf_unlock(sd);
	return 0;
}

/* Who loses trust loses what only trust allowed. */
int svnic_set_vf_trust(struct net_device *netdev, int vf, bool on)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct svnic_vf *v = svnic_vf_lock(sd, vf);
	unsigned int f = SVNIC_VF_FUNC(vf);

	if (!v)
		return -EINVAL;
	v->trusted = on;
	if (!on)
		svnic_filter_set_promisc(sd, f, test_bit(f, sd->pf->filter->allmulti), false);
	svnic_vf_unlock(sd);
	return 0;
}

/* The card cannot show a link without carrier: "enable" is "auto". It tells the VF itself. */
int svnic_set_vf_link_state(struct net_device *netdev, int vf, int state)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct svnic_vf *v = svnic_vf_lock(sd, vf);

	if (!v)
		return -EINVAL;
	v->link_state = state;
	svnic_pf_write_ctrl(sd, vf);
	svnic_vf_unlock(sd);
	return 0;
}

int svnic_get_vf_config(struct net_device *netdev, int vf, struct ifla_vf_info *info)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	struct svnic_vf *v = svnic_vf_lock(sd, vf);

	if (!v)
		return -EINVAL;
	info->vf = vf;
	ether_addr_copy(info->mac, v->mac);
	info->spoofchk = v->spoofchk;
	info->trusted = v->trusted;
	info->linkstate = v->link_state;
	svnic_vf_unlock(sd);
	return 0;
}

int svnic_get_vf_stats(struct net_device *netdev, int vf, struct ifla_vf_stats *stats)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	u32 base = SVNIC_PF_STAT(SVNIC_VF_FUNC(vf));

	if (!svnic_vf_lock(sd, vf))
		return -EINVAL;
	svnic_vf_unlock(sd);
	stats->rx_packets = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_RX_FRAMES));
	stats->rx_bytes = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_RX_BYTES));
	stats->rx_dropped = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_RX_DROP_NO_DESC)) +
			    svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_RX_DROP_DISABLED));
	stats->multicast = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_RX_MULTICAST));
	stats->tx_packets = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_TX_FRAMES));
	stats->tx_bytes = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_TX_BYTES));
	stats->tx_dropped = svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_TX_DROP_SPOOF)) +
			    svnic_rd64(sd, base + SVNIC_PF_STAT_VALUE(SVNIC_STAT_TX_DROP_DISABLED));
	return 0;
}
