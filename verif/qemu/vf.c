// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual function. QEMU may make it when the PF's VF Enable is set and free it when that is cleared, so it has no state:
 * its configuration space and registers are in the card, its BARs' sizes and types in the PF.
 */
#include "svnic-qemu.h"

static SvnicState *card_of(PCIDevice *vf)
{
	return SVNIC(pcie_sriov_get_pf(vf));
}

static uint32_t vf_config_read(PCIDevice *vf, uint32_t address, int length)
{
	card_of(vf)->count.config_reads++;
	return svnic_config_read(card_of(vf), vf, address, length);
}

/* Command is read back after any write: it changes with FLR and power states too, and writes are few. */
static void vf_config_write(PCIDevice *vf, uint32_t address, uint32_t value, int length)
{
	card_of(vf)->count.config_writes++;
	svnic_config_write(card_of(vf), vf, address, value, length);
	svnic_derive_vf_command(card_of(vf), vf);
}

static void vf_realize(PCIDevice *vf, Error **errp)
{
	SvnicState *s;
	int i;

	if (!pci_is_vf(vf)) {
		error_setg(errp, "virtual functions come from the PF's sriov_numvfs, not from the command line");
		return;
	}
	s = card_of(vf);
	pci_set_word(vf->wmask + PCI_COMMAND, 0xffff);
	pci_set_word(vf->config + PCI_COMMAND, svnic_vf_command(s, 0));
	/* newer QEMUs look into the copy whether a function above 7 is one by ARI */
	pci_set_long(vf->config + PCI_CONFIG_SPACE_SIZE, PCI_EXT_CAP(PCI_EXT_CAP_ID_ARI, 1, 0));
	for (i = 0; i < SVNIC_BARS; i++) {
		if (!s->vf_bar_size[i])
			continue;
		svnic_bar_init(&SVNIC_VF(vf)->bar[i], s, vf, i, s->vf_bar_size[i]);
		svnic_compat_register_vf_bar(vf, i, &SVNIC_VF(vf)->bar[i].mr);
	}
}

static void vf_class_init(ObjectClass *klass, void *data)
{
	PCIDeviceClass *pci = PCI_DEVICE_CLASS(klass);
	DeviceClass *device = DEVICE_CLASS(klass);

	pci->realize = vf_realize;
	pci->config_read = vf_config_read;
	pci->config_write = vf_config_write;
	pci->class_id = PCI_CLASS_NETWORK_ETHERNET;
	device->desc = "svnic virtual function";
	device->user_creatable = false;
	set_bit(DEVICE_CATEGORY_NETWORK, device->categories);
}

static const TypeInfo vf_type = {
	.name = TYPE_SVNIC_VF,
	.parent = TYPE_PCI_DEVICE,
	.instance_size = sizeof(SvnicVf),
	.class_init = vf_class_init,
	.interfaces = (InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, { } },
};

void svnic_vf_register(void)
{
	type_register_static(&vf_type);
}
