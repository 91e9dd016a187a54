/* SPDX-License-Identifier: GPL-2.0-only */
/* What svnic_vfio says of the VFs that guests have. */
#ifndef SVNIC_VFIO_H
#define SVNIC_VFIO_H

struct kvm;
struct pci_dev;

/*
 * Between opened and closed, VF and virtual machine stay. Both may sleep, and run under VFIO's
 * locks: they must not wait for the user of a VFIO device, nor let go of the last reference to a
 * virtual machine.
 */
struct svnic_vfio_listener {
	void (*opened)(struct pci_dev *vfdev, struct kvm *kvm);
	void (*closed)(struct pci_dev *vfdev);
};

int svnic_vfio_listen(const struct svnic_vfio_listener *listener);
void svnic_vfio_unlisten(void);

#endif
