// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO for VFs of the svnic card: vfio-pci, and besides it knows which virtual machine has a VF and
 * tells a listener (svnic_vfio.h). What the card learns of CPUs is in the PF's BAR: no guest sees
 * it.
 */

#include <linux/kvm_host.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/vfio_pci_core.h>
#include <linux/workqueue.h>
#include <svnic/regs.h>
#include "compat.h"
#include "svnic_vfio.h"

/* A reference to a virtual machine, let go of in a work item. */
struct svnic_vfio_kvm {
	struct kvm *kvm;
	struct work_struct put;
};

struct svnic_vfio {
	struct vfio_pci_core_device core; /* first: vfio_alloc_device() */
	struct svnic_vfio_kvm *machine; /* while open; NULL without KVM */
	struct list_head node; /* in svnic_vfio_open, with a machine */
};

static DEFINE_MUTEX(svnic_vfio_lock); /* the following */
static LIST_HEAD(svnic_vfio_open);
static const struct svnic_vfio_listener *svnic_vfio_listener;
static struct workqueue_struct *svnic_vfio_wq;

/* The end of a virtual machine takes locks of VFIO's that closing a device holds (Linux 6.1). */
static void svnic_vfio_put_kvm(struct work_struct *work)
{
	struct svnic_vfio_kvm *machine = container_of(work, struct svnic_vfio_kvm, put);

	kvm_put_kvm(machine->kvm);
	kfree(machine);
}

/* VFIO's pointer is good while the device is being opened. Not of a machine that is ending. */
static int svnic_vfio_get_kvm(struct svnic_vfio *sv)
{
	struct kvm *kvm = sv->core.vdev.kvm;
	struct svnic_vfio_kvm *machine;

	if (!kvm)
		return 0;
	machine = kzalloc(sizeof(*machine), GFP_KERNEL);
	if (!machine)
		return -ENOMEM;
	if (!kvm_get_kvm_safe(kvm)) {
		kfree(machine);
		return 0;
	}
	machine->kvm = kvm;
	INIT_WORK(&machine->put, svnic_vfio_put_kvm);
	sv->machine = machine;
	return 0;
}

static void svnic_vfio_say_opened(struct svnic_vfio *sv)
{
	if (!sv->machine)
		return;
	mutex_lock(&svnic_vfio_lock);
	list_add(&sv->node, &svnic_vfio_open);
	if (svnic_vfio_listener)
		svnic_vfio_listener->opened(sv->core.pdev, sv->machine->kvm);
	mutex_unlock(&svnic_vfio_lock);
}

static void svnic_vfio_say_closed(struct svnic_vfio *sv)
{
	if (!sv->machine)
		return;
	mutex_lock(&svnic_vfio_lock);
	if (svnic_vfio_listener)
		svnic_vfio_listener->closed(sv->core.pdev);
	list_del(&sv->node);
	mutex_unlock(&svnic_vfio_lock);
	queue_work(svnic_vfio_wq, &sv->machine->put);
	sv->machine = NULL;
}

static struct svnic_vfio *svnic_vfio_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct svnic_vfio, core.vdev);
}

static int svnic_vfio_open_device(struct vfio_device *vdev)
{
	struct svnic_vfio *sv = svnic_vfio_of(vdev);
	int err;

	err = vfio_pci_core_enable(&sv->core);
	if (err)
		return err;
	err = svnic_vfio_get_kvm(sv);
	if (err) {
		vfio_pci_core_disable(&sv->core);
		return err;
	}
	vfio_pci_core_finish_enable(&sv->core);
	svnic_vfio_say_opened(sv);
	return 0;
}

static void svnic_vfio_close_device(struct vfio_device *vdev)
{
	svnic_vfio_say_closed(svnic_vfio_of(vdev));
	vfio_pci_core_close_device(vdev);
}

static const struct vfio_device_ops svnic_vfio_ops = {
	.name = "svnic-vfio",
	.init = vfio_pci_core_init_dev,
	.release = vfio_pci_core_release_dev,
	.open_device = svnic_vfio_open_device,
	.close_device = svnic_vfio_close_device,
	.ioctl = vfio_pci_core_ioctl,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	SVNIC_COMPAT_IOMMUFD_OPS
	SVNIC_COMPAT_TOKEN_OPS
	SVNIC_COMPAT_REGION_OPS
};

/**
 * svnic_vfio_listen() - be told of the VFs that virtual machines have, and of those to come
 * @listener: stays until svnic_vfio_unlisten()
 *
 * Return: 0, or -EBUSY if somebody else listens.
 */
int svnic_vfio_listen(const struct svnic_vfio_listener *listener)
{
	struct svnic_vfio *sv;
	int err = -EBUSY;

	mutex_lock(&svnic_vfio_lock);
	if (!svnic_vfio_listener) {
		svnic_vfio_listener = listener;
		list_for_each_entry(sv, &svnic_vfio_open, node)
			listener->opened(sv->core.pdev, sv->machine->kvm);
		err = 0;
	}
	mutex_unlock(&svnic_vfio_lock);
	return err;
}
EXPORT_SYMBOL_GPL(svnic_vfio_listen);

/* The listener hears that all are closed, then nothing any more. */
void svnic_vfio_unlisten(void)
{
	struct svnic_vfio *sv;

	mutex_lock(&svnic_vfio_lock);
	list_for_each_entry(sv, &svnic_vfio_open, node)
		svnic_vfio_listener->closed(sv->core.pdev);
	svnic_vfio_listener = NULL;
	mutex_unlock(&svnic_vfio_lock);
}
EXPORT_SYMBOL_GPL(svnic_vfio_unlisten);

static int svnic_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct svnic_vfio *sv;
	int err;

	sv = vfio_alloc_device(svnic_vfio, core.vdev, &pdev->dev, &svnic_vfio_ops);
	if (IS_ERR(sv))
		return PTR_ERR(sv);
	dev_set_drvdata(&pdev->dev, &sv->core);
	err = vfio_pci_core_register_device(&sv->core);
	if (err)
		vfio_put_device(&sv->core.vdev);
	return err;
}

static void svnic_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

/* Only by driver_override: a VF is this host's own otherwise. */
static const struct pci_device_id svnic_vfio_ids[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(SVNIC_PCI_VENDOR_ID, SVNIC_PCI_DEVICE_ID_VF) },
	{}
};
MODULE_DEVICE_TABLE(pci, svnic_vfio_ids);

static struct pci_driver svnic_vfio_driver = {
	.name = "svnic_vfio",
	.id_table = svnic_vfio_ids,
	.probe = svnic_vfio_probe,
	.remove = svnic_vfio_remove,
	.err_handler = &vfio_pci_core_err_handlers,
	.driver_managed_dma = true,
};

static int __init svnic_vfio_init(void)
{
	int err;

	svnic_vfio_wq = alloc_workqueue("svnic_vfio", WQ_UNBOUND, 0);
	if (!svnic_vfio_wq)
		return -ENOMEM;
	err = pci_register_driver(&svnic_vfio_driver);
	if (err)
		destroy_workqueue(svnic_vfio_wq);
	return err;
}
module_init(svnic_vfio_init);

static void __exit svnic_vfio_exit(void)
{
	pci_unregister_driver(&svnic_vfio_driver);
	destroy_workqueue(svnic_vfio_wq);
}
module_exit(svnic_vfio_exit);

MODULE_DESCRIPTION("svnic: VFIO for its virtual functions");
MODULE_LICENSE("GPL");
