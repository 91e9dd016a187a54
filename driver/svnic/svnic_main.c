// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: which devices, probe and remove. Each step of probe has its label, remove goes back
 * in order.
 */

#include <linux/etherdevice.h>
#include <linux/module.h>
#include "svnic.h"
#include "svnic_pf.h"

struct workqueue_struct *svnic_wq;

enum svnic_kind { SVNIC_PF, SVNIC_VF };

static const struct pci_device_id svnic_ids[] = {
	{ PCI_DEVICE(SVNIC_PCI_VENDOR_ID, SVNIC_PCI_DEVICE_ID_PF), .driver_data = SVNIC_PF },
	{ PCI_DEVICE(SVNIC_PCI_VENDOR_ID, SVNIC_PCI_DEVICE_ID_VF), .driver_data = SVNIC_VF },
	{}
};
MODULE_DEVICE_TABLE(pci, svnic_ids);

/**
 * svnic_identify() - is this the card, and does it speak our register block?
 * @sd: function with its registers mapped
 *
 * Return: 0 or -ENODEV, with a message.
 */
int svnic_identify(struct svnic_dev *sd)
{
	u32 magic = svnic_rd32(sd, SVNIC_MAGIC);
	u32 version = svnic_rd32(sd, SVNIC_VERSION);

	if (magic == SVNIC_MAGIC_VALUE &&
	    FIELD_GET(SVNIC_VERSION_MAJOR, version) ==
		    FIELD_GET(SVNIC_VERSION_MAJOR, SVNIC_VERSION_VALUE))
		return 0;
	if (magic == SVNIC_GONE_VALUE)
		dev_err(&sd->pdev->dev, "the card does not answer (MAGIC reads ~0)\n");
	else if (magic != SVNIC_MAGIC_VALUE)
		dev_err(&sd->pdev->dev, "not an svnic card (MAGIC reads %#x)\n", magic);
	else
		dev_err(&sd->pdev->dev, "register block %#x, but this driver knows %#x only\n",
			version, SVNIC_VERSION_VALUE);
	return -ENODEV;
}

static int svnic_map(struct svnic_dev *sd)
{
	struct pci_dev *pdev = sd->pdev;
	int err;

	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto disable;
	err = pci_request_mem_regions(pdev, SVNIC_NAME);
	if (err)
		goto disable;
	err = -ENOMEM;
	sd->bar0 = pci_ioremap_bar(pdev, 0);
	if (!sd->bar0)
		goto release;
	svnic_compat_enable_aer(pdev);
	pci_set_master(pdev);
	return 0;

release:
	pci_release_mem_regions(pdev);
disable:
	pci_disable_device(pdev);
	return err;
}

static void svnic_unmap(struct svnic_dev *sd)
{
	pci_clear_master(sd->pdev);
	svnic_compat_disable_aer(sd->pdev);
	iounmap(sd->bar0);
	pci_release_mem_regions(sd->pdev);
	pci_disable_device(sd->pdev);
}

/*
 * Something ran here before (a kernel that crashed, another driver): its rings must not be
 * written any more. The PF is reset in any case, which empties its tables, unless there are VFs
 * to inherit.
 */
static int svnic_fresh_start(struct svnic_dev *sd, bool is_pf)
{
	struct pci_dev *pdev = sd->pdev;
	bool used = svnic_rd32(sd, SVNIC_SLOT(0) + SVNIC_SLOT_CTRL) || svnic_rd32(sd, SVNIC_CTRL);
	int err;

	if (is_pf ? pci_num_vf(pdev) : !used)
		return 0;
	pci_save_state(pdev);
	err = pcie_reset_flr(pdev, PCI_RESET_DO_RESET);
	pci_restore_state(pdev);
	if (err && err != -ENOTTY)
		return err;
	return svnic_identify(sd);
}

static int svnic_discover(struct svnic_dev *sd, bool is_pf)
{
	int err;

	err = svnic_identify(sd);
	if (err)
		return err;
	err = svnic_fresh_start(sd, is_pf);
	if (err)
		return err;
	sd->features = svnic_rd32(sd, SVNIC_FEATURES);
	sd->params = svnic_rd32(sd, SVNIC_PARAMS);
	return is_pf ? svnic_pf_init(sd) : 0;
}

static int svnic_take_resources(struct svnic_dev *sd)
{
	u32 res = svnic_rd32(sd, SVNIC_RESOURCES);
	unsigned int qps =
		min_t(unsigned int, FIELD_GET(SVNIC_RESOURCES_QPS, res), SVNIC_LOCAL_QPS);
	unsigned int slots =
		min_t(unsigned int, FIELD_GET(SVNIC_RESOURCES_SLOTS, res), SVNIC_LOCAL_SLOTS);
	int err;

	if (!qps || !slots)
		return dev_err_probe(&sd->pdev->dev, -EPROBE_DEFER,
				     "the PF's driver gave this function no queue pair or no slot yet\n");
	err = svnic_slots_init(sd, slots);
	if (err)
		return err;
	sd->max_qps = qps;
	sd->num_qps = min3(qps, num_online_cpus(), (unsigned int)sd->num_slots);
	sd->qps = kvcalloc(qps, sizeof(*sd->qps), GFP_KERNEL);
	if (!sd->qps) {
		svnic_slots_exit(sd);
		return -ENOMEM;
	}
	svnic_qps_init(sd);
	return 0;
}

static void svnic_drop_resources(struct svnic_dev *sd)
{
	svnic_qps_exit(sd);
	kvfree(sd->qps);
	svnic_slots_exit(sd);
}

static void svnic_configure(struct svnic_dev *sd)
{
	u8 min = FIELD_GET(SVNIC_PARAMS_RING_LOG2_MIN, sd->params);
	u8 max = FIELD_GET(SVNIC_PARAMS_RING_LOG2_MAX, sd->params);

	sd->tx_order = clamp_t(u8, SVNIC_RING_ORDER, min, max);
	sd->rx_order = sd->tx_order;
	sd->holdoff = SVNIC_HOLDOFF_DEFAULT;
	/* to move between CPUs is of use where each has a slot */
	sd->movable = sd->features & SVNIC_FEATURES_REDIRECTION && sd->num_slots > 1 &&
		      sd->num_slots >= num_online_cpus();
}

/*
 * The address the PF gave us, or for the PF what is there; else a random one, which a VF has to
 * ask for.
 */
static int svnic_first_mac(struct svnic_dev *sd)
{
	struct net_device *netdev = sd->netdev;
	u8 mac[ETH_ALEN] __aligned(2);
	struct sockaddr addr = {};

	svnic_rd_mac(sd, SVNIC_MAC_LO, SVNIC_MAC_HI, mac);
	if (is_valid_ether_addr(mac)) {
		eth_hw_addr_set(netdev, mac);
		return 0;
	}
	eth_random_addr(addr.sa_data);
	netdev->addr_assign_type = NET_ADDR_RANDOM;
	return netdev->netdev_ops->ndo_set_mac_address(netdev, &addr);
}

/* From the first event to the registered netdev. */
static int svnic_introduce(struct svnic_dev *sd)
{
	int err;

	err = svnic_slots_start(sd);
	if (err)
		return err;
	err = sd->pf ? 0 : svnic_mbox_handshake(sd);
	if (err)
		goto stop;
	err = svnic_first_mac(sd);
	if (err)
		goto stop;
	netif_set_real_num_tx_queues(sd->netdev, sd->num_qps);
	netif_set_real_num_rx_queues(sd->netdev, sd->num_qps);
	err = register_netdev(sd->netdev);
	if (err)
		goto stop;
	svnic_link_update(sd);
	queue_work(svnic_wq, &sd->control);
	return 0;

stop:
	svnic_slots_stop(sd);
	return err;
}

static void svnic_cancel_work(struct svnic_dev *sd)
{
	cancel_work_sync(&sd->rx_mode_work);
	cancel_work_sync(&sd->control);
	cancel_work_sync(&sd->service);
	if (sd->pf)
		cancel_delayed_work_sync(&sd->pf->retry);
}

static struct svnic_dev *svnic_alloc(struct pci_dev *pdev)
{
	struct net_device *netdev =
		alloc_etherdev_mqs(sizeof(struct svnic_dev), SVNIC_LOCAL_QPS, SVNIC_LOCAL_QPS);
	struct svnic_dev *sd;

	if (!netdev)
		return NULL;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	sd = netdev_priv(netdev);
	sd->netdev = netdev;
	sd->pdev = pdev;
	INIT_WORK(&sd->control, svnic_control_work);
	INIT_WORK(&sd->service, svnic_service_work);
	INIT_WORK(&sd->rx_mode_work, svnic_rx_mode_work);
	svnic_mbox_init(sd);
	pci_set_drvdata(pdev, sd);
	return sd;
}

static int svnic_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct svnic_dev *sd = svnic_alloc(pdev);
	int err;

	if (!sd)
		return -ENOMEM;
	err = svnic_map(sd);
	if (err)
		goto free;
	err = svnic_discover(sd, id->driver_data == SVNIC_PF);
	if (err)
		goto unmap;
	err = svnic_take_resources(sd);
	if (err)
		goto pf_exit;
	svnic_configure(sd);
	svnic_netdev_setup(sd);
	err = svnic_introduce(sd);
	if (err)
		goto drop;
	/* VFs before their PF, and back in the other order */
	device_disable_async_suspend(&pdev->dev);
	pci_save_state(pdev);
	netdev_info(sd->netdev, "%s, %u of %u queue pairs, %u vectors, %pM\n", sd->pf ? "PF" : "VF",
		    sd->num_qps, sd->max_qps, sd->num_slots, sd->netdev->dev_addr);
	return 0;

drop:
	svnic_cancel_work(sd);
	svnic_drop_resources(sd);
pf_exit:
	svnic_pf_exit(sd);
unmap:
	svnic_cancel_work(sd);
	svnic_unmap(sd);
free:
	free_netdev(sd->netdev);
	return err;
}

/* VFs that guests use stay, with all they have; they learn that nobody answers for now. */
static void svnic_leave_vfs(struct svnic_dev *sd)
{
	struct svnic_pf *pf = sd->pf;
	unsigned int vf;

	if (!pci_vfs_assigned(sd->pdev)) {
		svnic_sriov_disable(sd);
		return;
	}
	dev_warn(&sd->pdev->dev, "VFs are in use by guests: they stay\n");
	mutex_lock(&pf->lock);
	for (vf = 0; vf < pf->num_vfs; vf++)
		svnic_vf_note(sd, vf, SVNIC_MBOX_OPCODE_PF_GOING);
	mutex_unlock(&pf->lock);
}

static void svnic_remove(struct pci_dev *pdev)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	if (sd->pf)
		svnic_leave_vfs(sd);
	/* a carrier that changes behind unregistration leaves a freed netdev with linkwatch */
	set_bit(SVNIC_FLAG_LEAVING, &sd->flags);
	cancel_work_sync(&sd->control);
	unregister_netdev(sd->netdev);
	svnic_slots_stop(sd);
	svnic_cancel_work(sd);
	svnic_drop_resources(sd);
	svnic_pf_exit(sd);
	svnic_unmap(sd);
	free_netdev(sd->netdev);
}

/* For kexec, too: whatever runs next must find the card silent. */
static void svnic_shutdown(struct pci_dev *pdev)
{
	svnic_quiesce(pci_get_drvdata(pdev));
	pci_clear_master(pdev);
}

static struct pci_driver svnic_driver = {
	.name = SVNIC_NAME,
	.id_table = svnic_ids,
	.probe = svnic_probe,
	.remove = svnic_remove,
	.shutdown = svnic_shutdown,
	.sriov_configure = svnic_sriov_configure,
	.err_handler = &svnic_err_handlers,
	.driver.pm = pm_sleep_ptr(&svnic_pm_ops),
};

static int __init svnic_init(void)
{
	int err;

	svnic_wq = alloc_workqueue(SVNIC_NAME, WQ_UNBOUND, 0);
	if (!svnic_wq)
		return -ENOMEM;
	err = pci_register_driver(&svnic_driver);
	if (err)
		destroy_workqueue(svnic_wq);
	return err;
}
module_init(svnic_init);

static void __exit svnic_exit(void)
{
	pci_unregister_driver(&svnic_driver);
	destroy_workqueue(svnic_wq);
}
module_exit(svnic_exit);

MODULE_DESCRIPTION("svnic: an open SR-IOV network card, physical and virtual functions");
MODULE_LICENSE("GPL");
