// SPDX-License-Identifier: Apache-2.0
/* The SR-IOV capability, in the PF. */
#include "pcicheck.h"

#define VF_ENABLE	1u
#define PAGES_REQUIRED	0x553u	/* 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB, 4 MiB */

static unsigned int control(const struct check *c) { return field(c, 0x08, 2); }
static unsigned int total_vfs(const struct check *c) { return field(c, 0x0e, 2); }
static unsigned int num_vfs(const struct check *c) { return field(c, 0x10, 2); }
static bool migrates(const struct check *c) { return field(c, 4, 4) & 1; }

static enum verdict not_in_vf(struct check *c)
{
	return good_if(c, false, "there is one at %03xh", c->base);
}

static enum verdict ari_preserved(struct check *c)
{
	unsigned int pm = cap_at(c->f, ID_PM);

	if (c->f->number)
		return NA;	/* it is the lowest PF that has it */
	return good_if(c, value(c) & 2 || (pm && get(c->f, pm + 4, 2) & 8),
		       "neither ARI Capable Hierarchy Preserved nor No_Soft_Reset");
}

static enum verdict tags_of_vfs(struct check *c)
{
	unsigned int pcie = cap_at(c->f, ID_PCIE);

	return good_if(c, !(value(c) & 4) || get(c->f, pcie + 0x24, 4) >> 17 & 1,
		       "10-bit tags for VFs, and not for the PF");
}

static enum verdict migration(struct check *c)
{
	return migrates(c) ? NA : reads_zero(c);
}

static enum verdict initial_vfs(struct check *c)
{
	if (migrates(c))
		return NA;
	return good_if(c, value(c) == total_vfs(c), "InitialVFs %u, TotalVFs %u", value(c), total_vfs(c));
}

static enum verdict most_vfs(struct check *c)
{
	if (!(control(c) & VF_ENABLE))
		return NA;
	return good_if(c, value(c) <= total_vfs(c), "NumVFs %u, TotalVFs %u", value(c), total_vfs(c));
}

static enum verdict offset(struct check *c)
{
	return num_vfs(c) ? good_if(c, value(c), "0, with %u VFs", num_vfs(c)) : NA;
}

static enum verdict stride(struct check *c)
{
	return num_vfs(c) > 1 ? good_if(c, value(c), "0, with %u VFs", num_vfs(c)) : NA;
}

/* Sums of Routing IDs are of 16 bits: one that wraps is a VF on a bus below its PF's. */
static enum verdict last_vf(struct check *c)
{
	unsigned int count = num_vfs(c), least = field(c, 0x14, 2) + (count ? count - 1 : 0) * field(c, 0x16, 2);

	if (!count || count > total_vfs(c))
		return NA;
	return good_if(c, least <= 0xffff, "VF %u has Routing ID PF + %u", count, least);
}

static enum verdict vf_device(struct check *c)
{
	return good_if(c, value(c) != 0xffff, "FFFFh");
}

static enum verdict pages(struct check *c)
{
	uint32_t missing = PAGES_REQUIRED & ~value(c);

	return good_if(c, !missing, "%xh are missing", missing);
}

static enum verdict page(struct check *c)
{
	uint32_t v = value(c);

	return good_if(c, v && !(v & (v - 1)) && v & field(c, 0x1c, 4), "%xh, supported are %xh", v, field(c, 0x1c, 4));
}

static enum verdict vf_bars(struct check *c)
{
	struct bar bars[BARS];

	decode_bars(c->f, c->at, BARS, bars);
	for (unsigned int i = 0; i < BARS; i++) {
		if (bars[i].upper)
			continue;
		if (bars[i].io || bars[i].type & 1)
			return good_if(c, false, "VF BAR %u: %s", i,
				       bars[i].io ? "I/O space" : "memory type 01b or 11b is reserved");
		if (bars[i].wide && i + 1 == BARS)
			return good_if(c, false, "VF BAR %u: 64 bits, and no register for the upper half", i);
	}
	return PASS;
}

static enum verdict without_memory(struct check *c)
{
	return good_if(c, !(value(c) & VF_ENABLE) || value(c) & 8, "VF Enable is set, VF MSE is not");
}

static enum verdict dependency(struct check *c)
{
	if (c->f->number < 0)
		return NA;
	return good_if(c, (int)value(c) == c->f->number, "linked to function %u", value(c));
}

#define CAPABILITIES	ECAP(ID_SRIOV, 0x04, 4, "SR-IOV Capabilities")
#define CONTROL		ECAP(ID_SRIOV, 0x08, 2, "SR-IOV Control")
#define STATUS		ECAP(ID_SRIOV, 0x0a, 2, "SR-IOV Status")

static const struct rule rules[] = {
	{ "sriov.not-in-vf", "9.3.7", "a VF has no SR-IOV capability", SHALL, VF_ONLY, PCIE, CAPABILITIES, not_in_vf },
	{ "sriov.reserved", "9.3.3.2", "reserved bits 20:4 read 0", SHALL, NOT_VF, PCIE, CAPABILITIES, reads_zero,
	  0x001ffff0 },
	{ "sriov.ari-preserved", "9.3.3.2.2", "ARI Capable Hierarchy Preserved or No_Soft_Reset is set", SHALL,
	  NOT_VF, LINKED, CAPABILITIES,
	  ari_preserved },
	{ "sriov.10-bit-tags", "9.3.3.2.3", "10-bit tags of VFs: only if the PF has them", SHALL, NOT_VF, PCIE,
	  CAPABILITIES, tags_of_vfs },
	{ "sriov.control-reserved", "9.3.3.3", "reserved bits 15:7 read 0", SHALL, NOT_VF, PCIE, CONTROL, reads_zero,
	  0xff80 },
	{ "sriov.migration", "9.3.3.3.2", "VF Migration Enable: 0 if not supported", SHALL, NOT_VF, PCIE, CONTROL,
	  migration, 2 },
	{ "sriov.memory", "9.3.3.3.4", "enabled VFs have memory space", SHOULD, NOT_VF, PCIE, CONTROL, without_memory },
	{ "sriov.status-reserved", "9.3.3.4", "reserved bits 15:1 read 0", SHALL, NOT_VF, PCIE, STATUS, reads_zero,
	  0xfffe },
	{ "sriov.initial-vfs", "9.3.3.5", "InitialVFs is TotalVFs, without migration", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x0c, 2, "InitialVFs"),
	  initial_vfs },
	{ "sriov.num-vfs", "9.3.3.7", "while VFs are enabled: at most TotalVFs", SW_SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x10, 2, "NumVFs"),
	  most_vfs },
	{ "sriov.dependency", "9.3.3.8", "this function's own number, if it depends on none", SHOULD, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x12, 1, "Function Dependency Link"), dependency },
	{ "sriov.reserved-13", "9.3.3", "reserved byte 13h reads 0", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x13, 1, "reserved"), reads_zero, 0xff },
	{ "sriov.offset", "9.3.3.9", "is not 0 with VFs", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x14, 2, "First VF Offset"), offset },
	{ "sriov.stride", "9.3.3.10", "is not 0 with two VFs or more", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x16, 2, "VF Stride"), stride },
	{ "sriov.last-vf", "9.3.3.9", "no VF is on a bus below its PF's", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x14, 4, "First VF Offset, VF Stride"),
	  last_vf },
	{ "sriov.reserved-18", "9.3.3", "reserved bytes 19h:18h read 0", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x18, 2, "reserved"), reads_zero,
	  0xffff },
	{ "sriov.vf-device", "9.3.3.11", "is not FFFFh", SHOULD, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x1a, 2, "VF Device ID"), vf_device },
	{ "sriov.page-sizes", "9.3.3.12", "4, 8, 64, 256 KiB, 1, 4 MiB are supported", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x1c, 4, "Supported Page Sizes"), pages },
	{ "sriov.page-size", "9.3.3.13", "is exactly one of the supported", SW_SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x20, 4, "System Page Size"),
	  page },
	{ "sriov.bars", "9.3.3.14", "VF BARs are memory, of a defined type, with both halves", SHALL, NOT_VF, PCIE,
	  ECAP(ID_SRIOV, 0x24, 4, "VF BARs"), vf_bars },
};

RULES(sriov_rules, READ, rules);
