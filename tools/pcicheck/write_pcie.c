// SPDX-License-Identifier: Apache-2.0
/* --write: PM, MSI, MSI-X, and the PCI Express capability. */
#include "pcicheck.h"

static uint32_t supported(const struct check *c)
{
	return field(c, 4, 4);
}

static enum verdict reporting(struct check *c)
{
	return takes(c);
}

static enum verdict mps(struct check *c)
{
	for (uint32_t code = 0; code <= (supported(c) & 7) && code <= 5; code++)
		if (takes_value(c, 0xe0, code << 5) != PASS)
			return FAIL;
	return PASS;
}

/* Who reads no more than 128 bytes may have it read-only, 0. */
static enum verdict mrrs(struct check *c)
{
	if (!(live(c, c->at, 2) >> 12 & 7) && keeps_bits(c, 0x7000) == PASS)
		return PASS;
	for (uint32_t code = 0; code <= 5; code++)
		if (takes_value(c, 0x7000, code << 12) != PASS)
			return FAIL;
	return PASS;
}

static enum verdict extended_tag(struct check *c)
{
	return supported(c) & 0x20 ? takes(c) : NA;
}

static enum verdict unsupported(struct check *c)
{
	uint32_t mask = (supported(c) & 0x20 ? 0 : 0x100) | (supported(c) & 0x18 ? 0 : 0x200);

	return mask ? keeps_bits(c, mask) : NA;
}

static uint32_t supported2(const struct check *c)
{
	return field(c, 0x24, 4);
}

static enum verdict timeouts(struct check *c)
{
	static const uint8_t codes[] = { 1, 2, 5, 6, 9, 10, 13, 14 };
	uint32_t ranges = supported2(c) & 15;

	for (unsigned int i = 0; i < sizeof(codes); i++)
		if (ranges >> (codes[i] >> 2) & 1 && takes_value(c, 15, codes[i]) != PASS)
			return FAIL;
	return ranges ? PASS : keeps_bits(c, 15);
}

static enum verdict timeout_disable(struct check *c)
{
	return supported2(c) & 0x10 ? takes(c) : NA;
}

/* Of the functions of a device, only function 0 has it. */
static enum verdict target_speed(struct check *c)
{
	uint32_t most = field(c, 0x0c, 4) & 15;

	if (c->f->number || most < 2)
		return NA;
	for (uint32_t code = 1; code <= most; code++)
		if (field(c, 0x2c, 4) >> code & 1 && takes_value(c, 15, code) != PASS)
			return FAIL;
	return PASS;
}

/* ---- MSI, MSI-X -------------------------------------------------------------------------------- */

static enum verdict msi_address(struct check *c)
{
	return live(c, c->base + 2, 2) & 1 ? undecided(c, "MSI is enabled") : takes(c);
}

/* Under the function's mask, so that no message goes out. */
static enum verdict msix_enable(struct check *c)
{
	uint32_t old = live(c, c->at, 2);
	enum verdict v;

	put(c, c->at, 2, old | 0x4000);
	v = takes(c);
	put(c, c->at, 2, old);
	return v;
}

#define MSIX		SHALL, ANYONE, 0, CAP(ID_MSIX, 2, 2, "MSI-X Message Control")
#define DEVCTL		CAP(ID_PCIE, 0x08, 2, "Device Control")
#define DEVCTL2		CAP(ID_PCIE, 0x28, 2, "Device Control 2")
#define LNKCTL		CAP(ID_PCIE, 0x10, 2, "Link Control")
#define RO(offset, width, reg)	SHALL, ANYONE, PCIE, CAP(ID_PCIE, offset, width, reg), keeps

static const struct rule rules[] = {
	{ "write.pm-capabilities", "7.5.2.1", "are read-only", SHALL, ANYONE, 0,
	  CAP(ID_PM, 2, 2, "Power Management Capabilities"), keeps, 0xffff },
	{ "write.pm-reserved", "7.5.2.2", "reserved bits and No_Soft_Reset do not change", SHALL, ANYONE, PCIE,
	  CAP(ID_PM, 4, 4, "Power Management Control/Status"), keeps, 0x003f00fc, 0x8000 },
	{ "write.msi", "7.7.1.2", "read-only and reserved bits do not change", SHALL, ANYONE, 0,
	  CAP(ID_MSI, 2, 2, "MSI Message Control"), keeps, 0xf98e },
	{ "write.msi-address", "7.7.1.3", "can be written", SHALL, ANYONE, 0,
	  CAP(ID_MSI, 4, 4, "MSI Message Address"), msi_address, 0xfffffffc },
	{ "write.msix", "7.7.2.2", "table size and reserved bits do not change", MSIX, keeps, 0x3fff },
	{ "write.msix-mask", "7.7.2.2", "Function Mask can be set and cleared", MSIX, takes, 0x4000 },
	{ "write.msix-enable", "7.7.2.2", "MSI-X Enable can be set and cleared", MSIX, msix_enable, 0x8000 },
	{ "write.msix-table", "7.7.2.3", "is read-only", SHALL, ANYONE, 0,
	  CAP(ID_MSIX, 4, 4, "MSI-X Table Offset/BIR"), keeps, 0xffffffff },
	{ "write.msix-pba", "7.7.2.4", "is read-only", SHALL, ANYONE, 0, CAP(ID_MSIX, 8, 4, "MSI-X PBA Offset/BIR"),
	  keeps, 0xffffffff },
	{ "write.pcie", "7.5.3.2", "are read-only", RO(0x02, 2, "PCI Express Capabilities"), 0xffff },
	{ "write.devcap", "7.5.3.3", "are read-only", RO(0x04, 4, "Device Capabilities"), 0xffffffff },
	{ "write.devctl-reporting", "7.5.3.4", "error reporting can be enabled and disabled", SHALL, NOT_VF, LINKED,
	  DEVCTL, reporting, 0x000f },
	{ "write.devctl-mps", "7.5.3.4", "Max_Payload_Size takes what is supported", SHALL, NOT_VF, ENDPOINTS, DEVCTL,
	  mps },
	{ "write.devctl-mrrs", "7.5.3.4", "Max_Read_Request_Size takes all defined codes", SHALL, NOT_VF, ENDPOINTS,
	  DEVCTL, mrrs },
	{ "write.devctl-extended-tag", "7.5.3.4", "Extended Tag Field Enable can be set, if supported", SHALL, NOT_VF,
	  ENDPOINTS, DEVCTL,
	  extended_tag, 0x100 },
	{ "write.devctl-unsupported", "7.5.3.4", "Extended Tag, Phantom Functions do not change, if not supported",
	  SHALL, NOT_VF, PCIE, DEVCTL,
	  unsupported },
	{ "write.vf-devctl", "9.3.5.4", "does not change: the PF's values apply", SHALL, VF_ONLY, PCIE, DEVCTL, keeps,
	  0x7fff },
	{ "write.devsta", "7.5.3.5", "read-only and reserved bits do not change", SHALL, ANYONE, PCIE,
	  CAP(ID_PCIE, 0x0a, 2, "Device Status"), keeps,
	  0xff90, 0x4f },
	{ "write.linkcap", "7.5.3.6", "are read-only", SHALL, ANYONE, LINKED,
	  CAP(ID_PCIE, 0x0c, 4, "Link Capabilities"), keeps, 0xffffffff },
	{ "write.linkctl", "7.5.3.7", "Common Clock Configuration, Extended Synch can be set and cleared", SHALL,
	  NOT_VF, LINKED, LNKCTL, takes,
	  0x00c0 },
	{ "write.linkctl-reserved", "7.5.3.7", "reserved bits (11:10, 15:14) do not change", SHALL, ANYONE, LINKED,
	  LNKCTL, keeps, 0xcc00 },
	{ "write.vf-linkctl", "9.3.5.7", "does not change: the PF's values apply", SHALL, VF_ONLY, LINKED, LNKCTL,
	  keeps, 0x03cb },
	{ "write.linksta", "7.5.3.8", "read-only bits do not change", SHALL, ANYONE, LINKED,
	  CAP(ID_PCIE, 0x12, 2, "Link Status"), keeps, 0x13ff,
	  0xc000 },
	{ "write.devcap2", "7.5.3.15", "are read-only", RO(0x24, 4, "Device Capabilities 2"), 0xffffffff },
	{ "write.devctl2-timeout", "7.5.3.16", "Completion Timeout Value takes what is supported, only", SHALL,
	  NOT_VF, ENDPOINTS, DEVCTL2, timeouts },
	{ "write.devctl2-timeout-disable", "7.5.3.16", "Completion Timeout Disable can be set, if supported", SHALL,
	  NOT_VF, ENDPOINTS, DEVCTL2,
	  timeout_disable, 0x10 },
	{ "write.devctl2-ports-only", "7.5.3.16", "ARI Forwarding, AtomicOp Egress Blocking do not change", SHALL,
	  NOT_VF, ENDPOINTS, DEVCTL2, keeps,
	  0xa0 },
	{ "write.vf-devctl2", "9.3.5.10", "does not change: the PF's values apply", SHALL, VF_ONLY, PCIE, DEVCTL2,
	  keeps, 0x1bff },
	{ "write.linkcap2", "7.5.3.18", "are read-only", SHALL, ANYONE, LINKED,
	  CAP(ID_PCIE, 0x2c, 4, "Link Capabilities 2"), keeps, 0xffffffff },
	{ "write.linkctl2", "7.5.3.19", "Target Link Speed takes what is supported", SHALL, NOT_VF, LINKED,
	  CAP(ID_PCIE, 0x30, 2, "Link Control 2"),
	  target_speed },
};

RULES(write_pcie_rules, WRITE, rules);
