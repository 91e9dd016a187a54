/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the PF's driver offers to other modules of the host: which CPUs a VF's guest runs on, told
 * to the card (docs/programming.md, section 6, Redirect and Rescue). A VF is named by its PCI
 * device, which the caller keeps from vanishing. Its PF may be reset or unbound at any time.
 */
#ifndef SVNIC_HOST_H
#define SVNIC_HOST_H

#include <linux/types.h>
#include <svnic/regs.h>

struct notifier_block;
struct pci_dev;

/*
 * What a VF's driver says: the CPU of each of its slots, or SVNIC_MBOX_CPU_UNKNOWN. Not to be
 * believed.
 */
struct svnic_slot_cpus {
	u16 count;
	u16 cpu[SVNIC_LOCAL_SLOTS]; /* on x86: APIC ids */
};

bool svnic_vf_set_run_state(struct pci_dev *vfdev, unsigned int slot, enum svnic_run_state state);
int svnic_vf_allow(struct pci_dev *vfdev, bool redirect, bool rescue);
int svnic_vf_get_slot_cpus(struct pci_dev *vfdev, struct svnic_slot_cpus *cpus);
int svnic_register_slot_cpus(struct notifier_block *nb);
void svnic_unregister_slot_cpus(struct notifier_block *nb);

#endif
