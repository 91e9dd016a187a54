// SPDX-License-Identifier: Apache-2.0
/* What a VF's configuration space must not have, and what it must share with its PF's. */
#include "pcicheck.h"

static enum verdict all_ones(struct check *c)
{
	return good_if(c, value(c) == 0xffff, "%04xh", value(c));
}

static enum verdict bars(struct check *c)
{
	for (unsigned int i = 0; i < BARS; i++)
		if (get(c->f, 0x10 + 4 * i, 4))
			return good_if(c, false, "BAR %u reads %08xh", i, get(c->f, 0x10 + 4 * i, 4));
	return PASS;
}

static enum verdict as_in_pf(struct check *c)
{
	uint32_t mask = c->rule->mask, mine = value(c) & mask, its;

	if (!c->f->pf)
		return undecided(c, "the PF is not known");
	if (c->rule->where == IN_CAP && !cap_at(c->f->pf, c->rule->cap))
		return undecided(c, "the PF has no such capability");
	its = get(c->f->pf, (c->rule->where == IN_CAP ? cap_at(c->f->pf, c->rule->cap) : 0) + c->rule->offset,
			c->rule->width) & mask;
	return good_if(c, mine == its, "%xh, and %xh in the PF", mine, its);
}

static enum verdict tags_as_told(struct check *c)
{
	unsigned int sriov = c->f->pf ? ecap_at(c->f->pf, ID_SRIOV) : 0;

	if (!sriov)
		return undecided(c, "the PF is not known");
	return good_if(c, (value(c) >> 17 & 1) == (get(c->f->pf, sriov + 4, 4) >> 2 & 1),
		       "not as the PF's SR-IOV Capabilities say");
}

static enum verdict no_capability(struct check *c)
{
	return is_absent(c);
}

static enum verdict messages(struct check *c)
{
	return good_if(c, cap_at(c->f, ID_MSI) || cap_at(c->f, ID_MSIX), "neither MSI nor MSI-X");
}

#define IN_VF		SHALL, VF_ONLY, 0
#define ABSENT(name, title, id) \
	{ "vf.no-" name, "9.3.7", "has no " title " capability", SHALL, VF_ONLY, PCIE, \
	  HDR(0x100, 2, "extended capabilities"), no_capability, id }
#define LINK(offset, reg)	SHALL, VF_ONLY, LINKED, CAP(ID_PCIE, offset, 2, reg)
#define AER(offset, reg)	SHALL, VF_ONLY, PCIE, ECAP(ID_AER, offset, 4, reg)

static const struct rule rules[] = {
	{ "vf.vendor", "9.3.4.1.1", "reads FFFFh", IN_VF, HDR(0x00, 2, "Vendor ID"), all_ones },
	{ "vf.device", "9.3.4.1.2", "reads FFFFh", IN_VF, HDR(0x02, 2, "Device ID"), all_ones },
	{ "vf.command", "9.3.4.1.3", "all but Bus Master Enable read 0", IN_VF, HDR(0x04, 2, "Command"), reads_zero,
	  0x0543 },
	{ "vf.status", "9.3.4.1.4", "Immediate Readiness and Interrupt Status read 0", IN_VF, HDR(0x06, 2, "Status"),
	  reads_zero, 0x0009 },
	{ "vf.class", "9.3.4.1.6", "is the PF's", IN_VF, HDR(0x08, 4, "Class Code"), as_in_pf, 0xffffff00 },
	{ "vf.cache-line", "9.3.4.1.7", "reads 0", IN_VF, HDR(0x0c, 1, "Cache Line Size"), reads_zero, 0xff },
	{ "vf.header-type", "9.3.4.1.9", "reads 0", IN_VF, HDR(0x0e, 1, "Header Type"), reads_zero, 0xff },
	{ "vf.bist", "9.3.4.1.10", "reads 0", IN_VF, HDR(0x0f, 1, "BIST"), reads_zero, 0xff },
	{ "vf.bars", "9.3.4.1.11", "read 0", IN_VF, HDR(0x10, 4, "Base Address Registers"), bars },
	{ "vf.subsystem", "9.3.4.1.13", "is the PF's", IN_VF, HDR(0x2c, 2, "Subsystem Vendor ID"), as_in_pf, 0xffff },
	{ "vf.rom", "9.3.4.1.15", "reads 0", IN_VF, HDR(0x30, 4, "Expansion ROM Base Address"), reads_zero,
	  0xffffffff },
	{ "vf.interrupt-line", "9.3.4.1.17", "reads 0", IN_VF, HDR(0x3c, 1, "Interrupt Line"), reads_zero, 0xff },
	{ "vf.interrupt-pin", "9.3.4.1.18", "reads 0", IN_VF, HDR(0x3d, 1, "Interrupt Pin"), reads_zero, 0xff },
	{ "vf.pcie", "7.5.3", "a PCI Express capability is there", IN_VF, HDR(0x34, 1, "capabilities"), is_present,
	  ID_PCIE },
	{ "vf.no-ea", "9.3.6", "has no Enhanced Allocation capability", SHALL, VF_ONLY, PCIE,
	  HDR(0x34, 1, "capabilities"), no_capability, ID_EA },
	{ "vf.messages", "9.5.1", "has MSI or MSI-X of its own", SHOULD, VF_ONLY, PCIE, HDR(0x34, 1, "capabilities"),
	  messages },
	{ "vf.soft-reset", "7.5.2.2", "No_Soft_Reset is the PF's", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PM, 4, 2, "Power Management Control/Status"), as_in_pf, 0x8 },
	{ "vf.type", "9.3.5.2", "Device/Port Type is the PF's", SHOULD, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 2, 2, "PCI Express Capabilities"), as_in_pf, 0xf0 },
	{ "vf.devcap-phantom", "9.3.5.3", "Phantom Functions Supported reads 0", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 4, 4, "Device Capabilities"),
	  reads_zero, 0x18 },
	{ "vf.devctl", "9.3.5.4", "reads 0: the PF's values apply", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 8, 2, "Device Control"), reads_zero, 0x7fff },
	{ "vf.devsta", "9.3.5.5", "AUX Power Detected reads 0", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 0x0a, 2, "Device Status"), reads_zero, 0x10 },
	{ "vf.linkctl", "9.3.5.7", "reads 0: the PF's values apply", LINK(0x10, "Link Control"), reads_zero, 0x03cb },
	{ "vf.linksta", "9.3.5.8", "reads 0", LINK(0x12, "Link Status"), reads_zero, 0xffff },
	{ "vf.devcap2", "9.3.5.9", "Completion Timeout, AtomicOp, 10-bit Completer: the PF's", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 0x24, 4, "Device Capabilities 2"), as_in_pf, 0x0001039f },
	{ "vf.devcap2-tags", "9.3.3.2.3", "10-bit tags as the PF says of its VFs", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 0x24, 4, "Device Capabilities 2"),
	  tags_as_told },
	{ "vf.devctl2", "9.3.5.10", "reads 0: the PF's values apply", SHALL, VF_ONLY, PCIE,
	  CAP(ID_PCIE, 0x28, 2, "Device Control 2"), reads_zero, 0x1b5f },
	{ "vf.linkctl2", "9.3.5.13", "reads 0", SHOULD, VF_ONLY, LINKED, CAP(ID_PCIE, 0x30, 2, "Link Control 2"),
	  reads_zero, 0xffff },
	{ "vf.linksta2", "9.3.5.14", "reads 0", SHOULD, VF_ONLY, LINKED, CAP(ID_PCIE, 0x32, 2, "Link Status 2"),
	  reads_zero, 0xffff },
	ABSENT("vc", "Virtual Channel", 0x02),
	ABSENT("power-budgeting", "Power Budgeting", 0x04),
	ABSENT("vc-9", "Virtual Channel (0009h)", 0x09),
	ABSENT("rebar", "Resizable BAR", 0x15),
	ABSENT("dpa", "Dynamic Power Allocation", 0x16),
	ABSENT("pasid", "PASID", 0x1b),
	ABSENT("vf-rebar", "VF Resizable BAR", 0x24),
	{ "vf.aer-status", "9.4.2", "errors of the link and receiver (4, 5, 13, 17, 18, 19) read 0",
	  AER(0x04, "Uncorrectable Error Status"),
	  reads_zero, 0x000e2030 },
	{ "vf.aer-mask", "9.4.2", "bits 4, 5, 21:12 read 0: the PF's apply", AER(0x08, "Uncorrectable Error Mask"),
	  reads_zero, 0x003ff030 },
	{ "vf.aer-severity", "9.4.2", "bits 4, 5, 21:12 read 0: the PF's apply",
	  AER(0x0c, "Uncorrectable Error Severity"), reads_zero, 0x003ff030 },
	{ "vf.aer-cor-status", "9.4.2", "errors of the link (0, 6, 7, 8, 12) read 0",
	  AER(0x10, "Correctable Error Status"), reads_zero, 0x11c1 },
	{ "vf.aer-cor-mask", "9.4.2", "bits 0, 8:6, 13:12 read 0: the PF's apply",
	  AER(0x14, "Correctable Error Mask"), reads_zero, 0x31c1 },
	{ "vf.aer-ecrc", "9.4.2", "ECRC enables read 0: the PF's apply",
	  AER(0x18, "Advanced Error Capabilities and Control"), reads_zero, 0x140 },
};

RULES(vf_rules, READ, rules);
