// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's copy of configuration space, derived from the card's.
 *
 * QEMU maps BARs, gates bus mastering, and makes and removes VFs by its own copy. The guest never reads it; what counts in it is
 * kept equal to the card by reading a few DWs back after what may have changed them. The names:
 *
 *	04h		Command: bus mastering, memory decoding
 *	10h..24h	BARs of the PF
 *	DevCtl		Max_Payload_Size, by which completions are split
 *	SR-IOV +08h..	Control (VF Enable, VF MSE), NumVFs, offset, stride, page size, VF BARs
 */
#include "svnic-qemu.h"

#define SRIOV_FIRST PCI_SRIOV_CTRL
#define SRIOV_SIZES PCI_SRIOV_VF_OFFSET
#define SRIOV_LAST (PCI_SRIOV_BAR + 4 * (SVNIC_BARS - 1))

static PCIDevice *pf_of(SvnicState *s)
{
	return PCI_DEVICE(s);
}

static uint32_t copy_dword(SvnicState *s, uint32_t address)
{
	uint32_t value = svnic_config_dword(s, pf_of(s), address);

	pci_set_long(pf_of(s)->config + address, value);
	return value;
}

static void copy_range(SvnicState *s, uint32_t first, uint32_t last)
{
	for (; first <= last; first += 4)
		copy_dword(s, first);
}

/* Maps or unmaps BARs and opens or closes bus mastering, by what the copy says now. */
static void apply_command(PCIDevice *function, uint16_t command)
{
	pci_default_write_config(function, PCI_COMMAND, command, 2);
}

static void derive_header(SvnicState *s)
{
	uint32_t command = svnic_config_dword(s, pf_of(s), PCI_COMMAND);

	copy_range(s, PCI_BASE_ADDRESS_0, PCI_BASE_ADDRESS_5);
	apply_command(pf_of(s), command);
}

static void derive_command(SvnicState *s)
{
	apply_command(pf_of(s), svnic_config_dword(s, pf_of(s), PCI_COMMAND));
}

/* QEMU maps a VF's BARs by Memory Space Enable in the VF's own Command; what enables them is the PF's VF MSE. */
uint16_t svnic_vf_command(SvnicState *s, uint16_t card_command)
{
	PCIDevice *pf = pf_of(s);
	uint16_t control = pci_get_word(pf->config + pf->exp.sriov_cap + PCI_SRIOV_CTRL);
	uint16_t memory = control & PCI_SRIOV_CTRL_MSE ? PCI_COMMAND_MEMORY : 0;

	return (card_command & ~PCI_COMMAND_MEMORY) | memory;
}

void svnic_derive_vf_command(SvnicState *s, PCIDevice *vf)
{
	apply_command(vf, svnic_vf_command(s, svnic_config_dword(s, vf, PCI_COMMAND)));
}

/* After a change of VF MSE: the card's part of each VF's Command stays as it was. */
static void apply_mse(SvnicState *s)
{
	PCIDevice *pf = pf_of(s);
	PCIDevice *vf;
	uint16_t i;

	for (i = 0; i < pcie_sriov_num_vfs(pf); i++) {
		vf = pcie_sriov_get_vf_at_index(pf, i);
		apply_command(vf, svnic_vf_command(s, pci_get_word(vf->config + PCI_COMMAND)));
	}
}

/* QEMU indexes arrays of TotalVFs and of 256 functions by what the card says here. */
static bool vfs_fit(PCIDevice *pf)
{
	const uint8_t *cap = pf->config + pf->exp.sriov_cap;
	uint32_t vfs = pci_get_word(cap + PCI_SRIOV_NUM_VF);
	uint32_t offset = pci_get_word(cap + PCI_SRIOV_VF_OFFSET);
	uint32_t stride = pci_get_word(cap + PCI_SRIOV_VF_STRIDE);

	if (!vfs)
		return true;
	return vfs <= pci_get_word(cap + PCI_SRIOV_TOTAL_VF) && offset && (stride || vfs == 1) && pf->devfn + offset + (vfs - 1) * stride < PCI_DEVFN_MAX;
}

/* Makes or removes VFs as the card's VF Enable says. Removing them clears NumVFs in the copy: read it again. */
static void apply_sriov(SvnicState *s)
{
	PCIDevice *pf = pf_of(s);
	uint16_t cap = pf->exp.sriov_cap;
	uint16_t control = pci_get_word(pf->config + cap + PCI_SRIOV_CTRL);

	if (control & PCI_SRIOV_CTRL_VFE && !vfs_fit(pf)) {
		error_report("svnic: the card enabled more VFs than it has, or VFs beyond function 255 of its bus; they are not made");
		return;
	}
	pcie_sriov_config_write(pf, cap + PCI_SRIOV_CTRL, control, 2);
	copy_dword(s, cap + PCI_SRIOV_NUM_VF);
	apply_mse(s);
}

/* VF BARs grow with the system page size. */
static void size_vf_bars(SvnicState *s)
{
	PCIDevice *pf = pf_of(s);
	uint8_t type;
	int i;

	for (i = 0; i < SVNIC_BARS; i++) {
		s->vf_bar_size[i] = svnic_config_bar_size(s, pf, pf->exp.sriov_cap + PCI_SRIOV_BAR + 4 * i, &type);
		pf->exp.sriov_pf.vf_bar_type[i] = type;
		svnic_compat_resize_vf_bars(pf, i, s->vf_bar_size[i]);
		i += s->vf_bar_size[i] && type & PCI_BASE_ADDRESS_MEM_TYPE_64;
	}
}

static void derive_sriov(SvnicState *s)
{
	uint16_t cap = pf_of(s)->exp.sriov_cap;

	copy_range(s, cap + SRIOV_FIRST, cap + SRIOV_LAST);
	apply_sriov(s);
}

/* After FLR, a change of power state, a reset of the bus. */
void svnic_derive_all(SvnicState *s)
{
	PCIDevice *pf = pf_of(s);

	derive_header(s);
	copy_dword(s, pf->exp.exp_cap + PCI_EXP_DEVCTL);
	if (pf->exp.sriov_cap)
		derive_sriov(s);
}

static void derive_sriov_dword(SvnicState *s, uint32_t offset)
{
	uint16_t cap = pf_of(s)->exp.sriov_cap;
	uint16_t control = pci_get_word(pf_of(s)->config + cap + PCI_SRIOV_CTRL);

	if (offset <= SRIOV_SIZES) {
		copy_range(s, cap + SRIOV_FIRST, cap + SRIOV_SIZES);
		apply_sriov(s);
		return;
	}
	copy_dword(s, cap + offset);
	if (offset == PCI_SRIOV_SYS_PGSIZE && !(control & PCI_SRIOV_CTRL_VFE))
		size_vf_bars(s);
	else
		apply_mse(s);
}

/* FLR and power states reset what this file derives: they sit in Device Control and in the PM control register. */
static bool may_reset(SvnicState *s, uint32_t dword)
{
	return dword == pf_of(s)->exp.exp_cap + PCI_EXP_DEVCTL || (s->pm_cap && dword == s->pm_cap + PCI_PM_CTRL);
}

/* Called after the guest's write to the PF has reached the card. */
void svnic_derive_written(SvnicState *s, uint32_t address, uint32_t value, int length)
{
	PCIDevice *pf = pf_of(s);
	uint32_t dword = address & ~3u;
	uint16_t sriov = pf->exp.sriov_cap;

	if (dword == PCI_COMMAND) {
		derive_command(s);
	} else if (dword >= PCI_BASE_ADDRESS_0 && dword <= PCI_BASE_ADDRESS_5) {
		copy_dword(s, dword);
		apply_command(pf, pci_get_word(pf->config + PCI_COMMAND));
	} else if (may_reset(s, dword)) {
		svnic_derive_all(s);
	} else if (sriov && dword >= sriov + SRIOV_FIRST && dword <= sriov + SRIOV_LAST) {
		derive_sriov_dword(s, dword - sriov);
	}
}

/* Offset of a capability in the card's configuration space, 0: none. */
static uint8_t find_capability(SvnicState *s, uint8_t id)
{
	uint8_t at = svnic_config_dword(s, pf_of(s), PCI_CAPABILITY_LIST) & 0xfc;
	uint32_t header;
	int hops;

	for (hops = 0; at && hops < 48; hops++) {
		header = svnic_config_dword(s, pf_of(s), at);
		if ((header & 0xff) == id)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

static uint16_t find_extended(SvnicState *s, uint16_t id)
{
	uint16_t at = PCI_CONFIG_SPACE_SIZE;
	uint32_t header;
	int hops;

	for (hops = 0; at >= PCI_CONFIG_SPACE_SIZE && hops < 480; hops++) {
		header = svnic_config_dword(s, pf_of(s), at);
		if (PCI_EXT_CAP_ID(header) == id)
			return at;
		at = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

/* After this the copy of the capability is QEMU's idea of it; svnic_derive_all() makes it the card's again. */
static bool init_sriov(SvnicState *s, Error **errp)
{
	PCIDevice *pf = pf_of(s);
	uint32_t first;

	pf->exp.sriov_cap = find_extended(s, PCI_EXT_CAP_ID_SRIOV);
	if (!pf->exp.sriov_cap)
		return true;
	pf->cap_present |= QEMU_PCI_CAP_MULTIFUNCTION;
	copy_range(s, pf->exp.sriov_cap, pf->exp.sriov_cap + SRIOV_LAST);
	size_vf_bars(s);
	/* QEMU appends to a list of capabilities, which is of no other use: the first one is all of it */
	first = svnic_config_dword(s, pf, PCI_CONFIG_SPACE_SIZE);
	pci_set_long(pf->config + PCI_CONFIG_SPACE_SIZE, PCI_EXT_CAP(PCI_EXT_CAP_ID(first), PCI_EXT_CAP_VER(first), 0));
	return svnic_compat_make_vfs(pf, TYPE_SVNIC_VF, errp);
}

static void init_bars(SvnicState *s)
{
	PCIDevice *pf = pf_of(s);
	uint64_t size;
	uint8_t type;
	int i;

	for (i = 0; i < SVNIC_BARS; i++) {
		size = svnic_config_bar_size(s, pf, PCI_BASE_ADDRESS_0 + 4 * i, &type);
		if (!size)
			continue;
		svnic_bar_init(&s->bar[i], s, pf, i, size);
		pci_register_bar(pf, i, type, &s->bar[i].mr);
		i += !!(type & PCI_BASE_ADDRESS_MEM_TYPE_64);
	}
}

/* At realize: the header and what hangs on capabilities. False: this is no PCI Express card, or no place for its VFs. */
bool svnic_derive_init(SvnicState *s, Error **errp)
{
	PCIDevice *pf = pf_of(s);

	pci_set_word(pf->wmask + PCI_COMMAND, 0xffff);
	copy_range(s, PCI_VENDOR_ID, PCI_CACHE_LINE_SIZE);
	copy_dword(s, PCI_SUBSYSTEM_VENDOR_ID);
	pf->exp.exp_cap = find_capability(s, PCI_CAP_ID_EXP);
	if (!pf->exp.exp_cap) {
		error_setg(errp, "the %s back end shows no PCI Express capability (vendor:device %04x:%04x)", s->backend,
			   pci_get_word(pf->config + PCI_VENDOR_ID), pci_get_word(pf->config + PCI_DEVICE_ID));
		return false;
	}
	s->pm_cap = find_capability(s, PCI_CAP_ID_PM);
	init_bars(s);
	if (!init_sriov(s, errp))
		return false;
	svnic_derive_all(s);
	return true;
}
