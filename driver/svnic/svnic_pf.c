// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PF's duties: who gets which queue pairs and slots, what each function may do, and the VFs'
 * attention.
 */

#include <linux/etherdevice.h>
#include <linux/moduleparam.h>
#include "svnic.h"
#include "svnic_pf.h"

#define SVNIC_VF_QPS 2 /* what a VF gets, if there is enough for all */
#define SVNIC_VF_SLOTS 4

/*
 * Multicast and broadcast frames that a VF may send in 16.8 ms: some 950 a second, and half of
 * what the card has at hand of a neighbour's receive ring (32 descriptors) at once.
 */
static unsigned short storm_limit = 16;
module_param(storm_limit, ushort, 0444);
MODULE_PARM_DESC(storm_limit, "multicast frames of a VF in 16.8 ms; 0: any number (default 16)");

static void svnic_pf_map(struct svnic_dev *sd, u8 f, unsigned int base, unsigned int count,
			 bool slots)
{
	unsigned int i;

	for (i = 0; i < SVNIC_QP_MAP_ENTRY_COUNT; i++) {
		u32 entry = i < count ?
				    SVNIC_QP_MAP_ENTRY_VALID |
					    FIELD_PREP(SVNIC_QP_MAP_ENTRY_CARD_NUMBER, base + i) :
				    0;

		svnic_wr32(sd,
			   slots ? SVNIC_SLOT_MAP(f) + SVNIC_SLOT_MAP_ENTRY(i) :
				   SVNIC_QP_MAP(f) + SVNIC_QP_MAP_ENTRY(i),
			   entry);
	}
}

static void svnic_pf_assign(struct svnic_dev *sd, u8 f, unsigned int qp, u8 qps, unsigned int slot,
			    u8 slots)
{
	BUILD_BUG_ON(SVNIC_QP_MAP_ENTRY_VALID != SVNIC_SLOT_MAP_ENTRY_VALID);
	BUILD_BUG_ON(SVNIC_QP_MAP_ENTRY_COUNT != SVNIC_SLOT_MAP_ENTRY_COUNT);
	svnic_pf_map(sd, f, qp, qps, false);
	svnic_pf_map(sd, f, slot, slots, true);
	svnic_wr32(sd, SVNIC_FUNC(f) + SVNIC_FUNC_RES,
		   FIELD_PREP(SVNIC_FUNC_RES_QPS, qps) | FIELD_PREP(SVNIC_FUNC_RES_SLOTS, slots));
}

/* The PF's card numbers come first, those of VF v behind: every VF has the same number of them. */
static void svnic_pf_assign_vf(struct svnic_dev *sd, unsigned int vf)
{
	struct svnic_pf *pf = sd->pf;
	struct svnic_vf *v = &pf->vfs[vf];

	svnic_pf_assign(sd, SVNIC_VF_FUNC(vf), pf->own_qps + vf * v->qps, v->qps,
			pf->own_slots + vf * v->slots, v->slots);
}

static void svnic_pf_assign_self(struct svnic_dev *sd)
{
	svnic_pf_assign(sd, SVNIC_PF_FUNC, 0, sd->pf->own_qps, 0, sd->pf->own_slots);
	svnic_wr32(sd, SVNIC_FUNC(SVNIC_PF_FUNC) + SVNIC_FUNC_CTRL, SVNIC_FUNC_CTRL_LINK);
	svnic_wr32(sd, SVNIC_STORM, FIELD_PREP(SVNIC_STORM_LIMIT, storm_limit));
}

void svnic_pf_write_ctrl(struct svnic_dev *sd, unsigned int vf)
{
	const struct svnic_vf *v = &sd->pf->vfs[vf];

	svnic_wr32(sd, SVNIC_FUNC(SVNIC_VF_FUNC(vf)) + SVNIC_FUNC_CTRL,
		   FIELD_PREP(SVNIC_FUNC_CTRL_LINK, v->link_state != IFLA_VF_LINK_STATE_DISABLE) |
			   FIELD_PREP(SVNIC_FUNC_CTRL_SPOOF_CHECK, v->spoofchk) |
			   FIELD_PREP(SVNIC_FUNC_CTRL_REDIRECT, v->redirect) |
			   FIELD_PREP(SVNIC_FUNC_CTRL_RESCUE, v->rescue));
}

static void svnic_pf_write_vf(struct svnic_dev *sd, unsigned int vf)
{
	u32 base = SVNIC_FUNC(SVNIC_VF_FUNC(vf));

	svnic_pf_assign_vf(sd, vf);
	svnic_wr_mac(sd, base + SVNIC_FUNC_MAC_LO, base + SVNIC_FUNC_MAC_HI, sd->pf->vfs[vf].mac,
		     0);
	svnic_pf_write_ctrl(sd, vf);
}

/*
 * A random address whose bucket has room: a few attempts find one unless the table is nearly
 * full.
 */
static int svnic_pf_random_mac(struct svnic_dev *sd, unsigned int vf)
{
	unsigned int attempt;
	u8 mac[ETH_ALEN] __aligned(2);
	int err = -ENOSPC;

	for (attempt = 0; attempt < 16 && err; attempt++) {
		eth_random_addr(mac);
		err = svnic_vf_set_mac(sd, vf, mac);
	}
	return err;
}

static int svnic_pf_assign_one(struct svnic_dev *sd, unsigned int vf, u8 qps, u8 slots)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];
	unsigned int f = SVNIC_VF_FUNC(vf);
	int err;

	svnic_vf_forget(v);
	v->qps = qps;
	v->slots = slots;
	if (is_zero_ether_addr(v->mac))
		err = svnic_pf_random_mac(sd, vf);
	else /* from before a reset */
		err = svnic_filter_set_unicast(sd, f, v->mac, v->mac);
	svnic_filter_broadcast(sd, f, true);
	svnic_pf_write_vf(sd, vf);
	return err;
}

/**
 * svnic_pf_assign_vfs() - queue pairs, slots and an address for each VF, before they exist
 * @sd: PF
 * @num: how many
 *
 * Return: 0, or -ENOSPC if there is not one queue pair and slot for each.
 */
int svnic_pf_assign_vfs(struct svnic_dev *sd, unsigned int num)
{
	struct svnic_pf *pf = sd->pf;
	unsigned int qps =
		min3((pf->pool_qps - pf->own_qps) / num, SVNIC_VF_QPS + 0u, SVNIC_LOCAL_QPS + 0u);
	unsigned int slots = min3((pf->pool_slots - pf->own_slots) / num, SVNIC_VF_SLOTS + 0u,
				  SVNIC_LOCAL_SLOTS + 0u);
	unsigned int vf;
	int err = 0;

	if (!qps || !slots) {
		dev_err(&sd->pdev->dev,
			"%u VFs asked for, but only %u queue pairs and %u slots are left for them\n",
			num, pf->pool_qps - pf->own_qps, pf->pool_slots - pf->own_slots);
		return -ENOSPC;
	}
	mutex_lock(&pf->lock);
	pf->num_vfs = num;
	for (vf = 0; vf < num && !err; vf++)
		err = svnic_pf_assign_one(sd, vf, qps, slots);
	mutex_unlock(&pf->lock);
	if (err)
		svnic_pf_release_vfs(sd);
	return err;
}

static void svnic_pf_release_one(struct svnic_dev *sd, unsigned int vf)
{
	static const u8 none[ETH_ALEN] __aligned(2) = {};
	unsigned int f = SVNIC_VF_FUNC(vf);

	svnic_vf_forget(&sd->pf->vfs[vf]);
	svnic_filter_forget(sd, f);
	svnic_filter_broadcast(sd, f, false);
	svnic_filter_set_extra(sd, f, none, NULL, 0);
	svnic_wr32(sd, SVNIC_FUNC(f) + SVNIC_FUNC_CTRL, 0);
	svnic_pf_assign(sd, f, 0, 0, 0, 0);
}

/* The VFs are gone, so nothing of theirs is running. */
void svnic_pf_release_vfs(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;

	mutex_lock(&pf->lock);
	while (pf->num_vfs)
		svnic_pf_release_one(sd, --pf->num_vfs);
	mutex_unlock(&pf->lock);
}

/*
 * After a reset of the PF: the tables are empty. Then every VF gets a look, in case its event was
 * lost.
 */
void svnic_pf_restore(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;
	unsigned int vf;

	mutex_lock(&pf->lock);
	svnic_pf_assign_self(sd);
	svnic_wr_mac(sd, SVNIC_FUNC(SVNIC_PF_FUNC) + SVNIC_FUNC_MAC_LO,
		     SVNIC_FUNC(SVNIC_PF_FUNC) + SVNIC_FUNC_MAC_HI, sd->netdev->dev_addr, 0);
	svnic_filter_restore(sd);
	for (vf = 0; vf < pf->num_vfs; vf++) {
		svnic_vf_forget(&pf->vfs[vf]);
		svnic_pf_write_vf(sd, vf);
		set_bit(SVNIC_VF_FUNC(vf), pf->noticed);
	}
	mutex_unlock(&pf->lock);
	set_bit(SVNIC_EVENT_KIND_FUNCTION, &sd->control_pending);
}

static void svnic_pf_vf_was_reset(struct svnic_dev *sd, unsigned int vf)
{
	svnic_vf_forget(&sd->pf->vfs[vf]);
	svnic_filter_forget(sd, SVNIC_VF_FUNC(vf));
}

static void svnic_pf_notice_one(struct svnic_dev *sd, unsigned int f)
{
	u32 status = svnic_rd32(sd, SVNIC_FUNC(f) + SVNIC_FUNC_STATUS);
	unsigned int vf = f - SVNIC_VF_FUNC(0);

	if (status == SVNIC_GONE_VALUE)
		return;
	/* cleared before it is looked at: what rises meanwhile is a new event */
	svnic_wr32(sd, SVNIC_FUNC(f) + SVNIC_FUNC_STATUS, status);
	if (f == SVNIC_PF_FUNC || vf >= sd->pf->num_vfs)
		return;
	if (status & SVNIC_FUNC_STATUS_WAS_RESET)
		svnic_pf_vf_was_reset(sd, vf);
	if (status & SVNIC_FUNC_STATUS_ERROR)
		dev_warn_ratelimited(&sd->pdev->dev, "VF %u reports an error\n", vf);
	svnic_vf_message(sd, vf);
}

/* FUNCTION events, in a work item. */
void svnic_pf_notice(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;
	unsigned int f;

	for_each_set_bit(f, pf->noticed, SVNIC_FUNCTIONS_MAX) {
		clear_bit(f, pf->noticed);
		mutex_lock(&pf->lock);
		svnic_pf_notice_one(sd, f);
		mutex_unlock(&pf->lock);
		cond_resched();
	}
}

/*
 * What is left must do for the VFs: two of each kind if possible, else one. At least one is the
 * PF's.
 */
static u8 svnic_pf_share(const struct svnic_dev *sd, unsigned int pool, unsigned int possible)
{
	unsigned int vfs = sd->pf->total_vfs;
	unsigned int most = min(num_possible_cpus(), possible);
	unsigned int left = pool > 2 * vfs ? pool - 2 * vfs : pool > vfs ? pool - vfs : 1;

	return min(most, left);
}

static int svnic_pf_split(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;
	u32 pool = svnic_rd32(sd, SVNIC_PF_POOL);

	pf->pool_qps = FIELD_GET(SVNIC_PF_POOL_QPS, pool);
	pf->pool_slots = FIELD_GET(SVNIC_PF_POOL_SLOTS, pool);
	if (pool == SVNIC_GONE_VALUE || !pf->pool_qps || !pf->pool_slots) {
		dev_err(&sd->pdev->dev,
			"the card has no queue pair or slot to assign (PF_POOL %#x)\n", pool);
		return -ENODEV;
	}
	pf->own_qps = svnic_pf_share(sd, pf->pool_qps, FIELD_GET(SVNIC_PARAMS_QPS, sd->params));
	pf->own_slots =
		svnic_pf_share(sd, pf->pool_slots, FIELD_GET(SVNIC_PARAMS_SLOTS, sd->params));
	return 0;
}

static void svnic_pf_adopt_vf(struct svnic_dev *sd, unsigned int vf)
{
	u32 base = SVNIC_FUNC(SVNIC_VF_FUNC(vf));
	u32 res = svnic_rd32(sd, base + SVNIC_FUNC_RES);
	u32 ctrl = svnic_rd32(sd, base + SVNIC_FUNC_CTRL);
	struct svnic_vf *v = &sd->pf->vfs[vf];

	v->qps = FIELD_GET(SVNIC_FUNC_RES_QPS, res);
	v->slots = FIELD_GET(SVNIC_FUNC_RES_SLOTS, res);
	v->spoofchk = ctrl & SVNIC_FUNC_CTRL_SPOOF_CHECK;
	v->redirect = ctrl & SVNIC_FUNC_CTRL_REDIRECT;
	v->rescue = ctrl & SVNIC_FUNC_CTRL_RESCUE;
	v->link_state = ctrl & SVNIC_FUNC_CTRL_LINK ? IFLA_VF_LINK_STATE_AUTO :
						      IFLA_VF_LINK_STATE_DISABLE;
	v->mac_admin = true; /* not known: the safe side */
	svnic_rd_mac(sd, base + SVNIC_FUNC_MAC_LO, base + SVNIC_FUNC_MAC_HI, v->mac);
}

/*
 * VFs outlived the last PF driver (in use by guests): the tables stay as they are; the VFs
 * introduce themselves again.
 */
static int svnic_pf_adopt(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;
	u32 res = svnic_rd32(sd, SVNIC_RESOURCES);
	unsigned int vf;

	pf->own_qps = FIELD_GET(SVNIC_RESOURCES_QPS, res);
	pf->own_slots = FIELD_GET(SVNIC_RESOURCES_SLOTS, res);
	mutex_lock(&pf->lock);
	pf->num_vfs = min_t(unsigned int, pci_num_vf(sd->pdev), pf->total_vfs);
	svnic_filter_load(sd);
	for (vf = 0; vf < pf->num_vfs; vf++) {
		svnic_pf_adopt_vf(sd, vf);
		set_bit(SVNIC_VF_FUNC(vf), pf->noticed);
		svnic_vf_note(sd, vf, SVNIC_MBOX_OPCODE_LINK_CHANGED);
	}
	mutex_unlock(&pf->lock);
	set_bit(SVNIC_EVENT_KIND_FUNCTION, &sd->control_pending);
	dev_info(&sd->pdev->dev, "took over %u living VFs\n", pf->num_vfs);
	return 0;
}

static struct svnic_pf *svnic_pf_alloc(struct svnic_dev *sd)
{
	struct svnic_pf *pf = kzalloc(sizeof(*pf), GFP_KERNEL);

	if (!pf)
		return NULL;
	pf->sd = sd;
	mutex_init(&pf->lock);
	INIT_DELAYED_WORK(&pf->retry, svnic_vf_retry_work);
	pf->total_vfs = min_t(int, max(pci_sriov_get_totalvfs(sd->pdev), 0),
			      FIELD_GET(SVNIC_PARAMS_NUM_VFS, sd->params));
	pf->filter = kvzalloc(sizeof(*pf->filter), GFP_KERNEL);
	pf->vfs = kcalloc(max_t(unsigned int, pf->total_vfs, 1), sizeof(*pf->vfs), GFP_KERNEL);
	if (pf->filter && pf->vfs)
		return pf;
	kvfree(pf->filter);
	kfree(pf->vfs);
	kfree(pf);
	return NULL;
}

void svnic_pf_exit(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;

	if (!pf)
		return;
	svnic_host_remove(pf);
	cancel_delayed_work_sync(&pf->retry);
	kvfree(pf->filter);
	kfree(pf->vfs);
	kfree(pf);
	sd->pf = NULL;
}

/**
 * svnic_pf_init() - assign the PF its own resources, before anything else of it works
 * @sd: PF, just reset, or with VFs that outlived the last driver
 *
 * Return: 0 or an error.
 */
int svnic_pf_init(struct svnic_dev *sd)
{
	int err;

	sd->pf = svnic_pf_alloc(sd);
	if (!sd->pf)
		return -ENOMEM;
	err = svnic_pf_split(sd);
	svnic_host_add(sd->pf);
	if (!err && pci_num_vf(sd->pdev))
		return svnic_pf_adopt(sd);
	if (err) {
		svnic_pf_exit(sd);
		return err;
	}
	svnic_pf_assign_self(sd);
	mutex_lock(&sd->pf->lock);
	svnic_filter_broadcast(sd, SVNIC_PF_FUNC, true);
	mutex_unlock(&sd->pf->lock);
	return 0;
}
