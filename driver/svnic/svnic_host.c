// SPDX-License-Identifier: GPL-2.0-only
/*
 * What other modules of the host tell the card of a VF's guest, through its PF: svnic_host.h. PFs
 * are in a list from probe to remove; a run-state is written under RCU, everything else under the
 * list's lock.
 */

#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rculist.h>
#include "svnic.h"
#include "svnic_pf.h"

static LIST_HEAD(svnic_pfs);
static DEFINE_MUTEX(svnic_pfs_lock);
static BLOCKING_NOTIFIER_HEAD(svnic_slot_cpus_chain);

void svnic_host_add(struct svnic_pf *pf)
{
	mutex_lock(&svnic_pfs_lock);
	list_add_rcu(&pf->node, &svnic_pfs);
	mutex_unlock(&svnic_pfs_lock);
}

/* Nobody writes to the card on behalf of other modules any more when this returns. */
void svnic_host_remove(struct svnic_pf *pf)
{
	mutex_lock(&svnic_pfs_lock);
	list_del_rcu(&pf->node);
	mutex_unlock(&svnic_pfs_lock);
	synchronize_rcu();
}

/* The PF of a VF, if this driver has it, and the VF's number. Under RCU or the list's lock. */
static struct svnic_pf *svnic_host_find(struct pci_dev *vfdev, int *vf)
{
	struct pci_dev *pdev = pci_physfn(vfdev);
	struct svnic_pf *pf;

	list_for_each_entry_rcu(pf, &svnic_pfs, node, lockdep_is_held(&svnic_pfs_lock)) {
		if (pf->sd->pdev != pdev)
			continue;
		*vf = pci_iov_vf_id(vfdev);
		return *vf >= 0 && *vf < READ_ONCE(pf->num_vfs) ? pf : NULL;
	}
	return NULL;
}

/**
 * svnic_vf_set_run_state() - tell the card what the CPU of a slot does
 * @vfdev: the VF
 * @slot: its local slot; one that it does not have is ignored
 * @state: running, preempted or blocked
 *
 * In any context, also with a run queue's lock held: one posted write at most. A state that is late
 * or wrong costs the VF time, and nobody anything else.
 *
 * Return: whether it was written; not while the PF is in reset or has no driver.
 */
bool svnic_vf_set_run_state(struct pci_dev *vfdev, unsigned int slot, enum svnic_run_state state)
{
	struct svnic_pf *pf;
	bool may = false;
	int vf;

	rcu_read_lock();
	pf = svnic_host_find(vfdev, &vf);
	if (pf)
		may = slot < pf->vfs[vf].slots && !test_bit(SVNIC_FLAG_QUIET, &pf->sd->flags);
	if (may)
		svnic_wr32(pf->sd,
			   SVNIC_RUN_STATE(SVNIC_VF_FUNC(vf)) + SVNIC_RUN_STATE_SLOT(slot), state);
	rcu_read_unlock();
	return may;
}
EXPORT_SYMBOL_GPL(svnic_vf_set_run_state);

/**
 * svnic_vf_allow() - may the card act on the run-states of a VF?
 * @vfdev: the VF
 * @redirect: send events of its movable queues to a slot whose CPU runs
 * @rescue: have another slot drain the ring of one that was preempted
 *
 * It holds through resets of VF and PF, until the number of VFs changes. May sleep.
 *
 * Return: 0, -ENODEV if this driver does not have its PF, -EOPNOTSUPP if the card does neither.
 */
int svnic_vf_allow(struct pci_dev *vfdev, bool redirect, bool rescue)
{
	struct svnic_pf *pf;
	int vf, err = -ENODEV;

	mutex_lock(&svnic_pfs_lock);
	pf = svnic_host_find(vfdev, &vf);
	if (pf)
		err = pf->sd->features & SVNIC_FEATURES_REDIRECTION ? 0 : -EOPNOTSUPP;
	if (!err) {
		mutex_lock(&pf->lock);
		pf->vfs[vf].redirect = redirect;
		pf->vfs[vf].rescue = rescue;
		svnic_pf_write_ctrl(pf->sd, vf);
		mutex_unlock(&pf->lock);
	}
	mutex_unlock(&svnic_pfs_lock);
	return err;
}
EXPORT_SYMBOL_GPL(svnic_vf_allow);

/**
 * svnic_vf_get_slot_cpus() - which CPUs a VF's driver says its slots are
 * @vfdev: the VF
 * @cpus: what it says; no slot at all since its last reset if it said nothing
 *
 * May sleep. Return: 0, or -ENODEV if this driver does not have its PF.
 */
int svnic_vf_get_slot_cpus(struct pci_dev *vfdev, struct svnic_slot_cpus *cpus)
{
	struct svnic_pf *pf;
	int vf;

	mutex_lock(&svnic_pfs_lock);
	pf = svnic_host_find(vfdev, &vf);
	if (pf) {
		mutex_lock(&pf->lock);
		*cpus = pf->vfs[vf].cpus;
		mutex_unlock(&pf->lock);
	}
	mutex_unlock(&svnic_pfs_lock);
	return pf ? 0 : -ENODEV;
}
EXPORT_SYMBOL_GPL(svnic_vf_get_slot_cpus);

/**
 * svnic_register_slot_cpus() - hear when any VF's driver says something else of its slots
 * @nb: called without arguments, may sleep, must not call any function of this file
 *
 * Return: 0 or an error.
 */
int svnic_register_slot_cpus(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&svnic_slot_cpus_chain, nb);
}
EXPORT_SYMBOL_GPL(svnic_register_slot_cpus);

/* It is not called any more when this returns. */
void svnic_unregister_slot_cpus(struct notifier_block *nb)
{
	blocking_notifier_chain_unregister(&svnic_slot_cpus_chain, nb);
}
EXPORT_SYMBOL_GPL(svnic_unregister_slot_cpus);

/* What a VF's driver said, or nothing any more. Under svnic_pf.lock. */
void svnic_vf_set_slot_cpus(struct svnic_vf *v, const struct svnic_slot_cpus *cpus)
{
	if (!memcmp(&v->cpus, cpus, sizeof(*cpus)))
		return;
	v->cpus = *cpus;
	blocking_notifier_call_chain(&svnic_slot_cpus_chain, 0, NULL);
}
