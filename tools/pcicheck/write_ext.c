// SPDX-License-Identifier: Apache-2.0
/* --write: extended capabilities. SR-IOV's registers are written only while VFs are disabled. */
#include "pcicheck.h"

/* uncorrectable, of all Endpoints: Poisoned, Completion Timeout, Unexpected Completion, UR */
#define REQUESTS	0x00115000u
#define OF_THE_LINK	0x00040010u	/* of all links: Malformed TLP, Data Link Protocol */
#define COR_OF_THE_LINK	0x000011c0u	/* Bad TLP, Bad DLLP, REPLAY_NUM Rollover, Replay Timer Timeout */
#define ADVISORY	0x00002000u
#define VF_ENABLE	1u

static enum verdict ecrc(struct check *c)
{
	uint32_t v = live(c, c->at, 4), mask = (v & 0x20 ? 0x40 : 0) | (v & 0x80 ? 0x100 : 0);

	return mask ? takes_bits(c, mask) : NA;
}

/* ---- SR-IOV ------------------------------------------------------------------------------------ */

static bool vfs_live(const struct check *c)
{
	return live(c, c->base + 0x08, 2) & VF_ENABLE;
}

static enum verdict sriov_control(struct check *c)
{
	uint32_t mask = 0xff80 | (field(c, 4, 4) & 1 ? 0 : 2);

	return keeps_bits(c, mask);
}

/* Tenants may be at work behind it. */
static enum verdict vf_memory(struct check *c)
{
	return vfs_live(c) ? undecided(c, "VFs are enabled") : takes(c);
}

static enum verdict ari_hierarchy(struct check *c)
{
	if (c->f->number)
		return NA;	/* it is the lowest PF that has it */
	return vfs_live(c) ? undecided(c, "VFs are enabled") : takes(c);
}

static enum verdict num_vfs(struct check *c)
{
	uint32_t total = field(c, 0x0e, 2);

	if (vfs_live(c))
		return undecided(c, "VFs are enabled");
	for (uint32_t n = total; n; n /= 2)
		if (takes_value(c, 0xffff, n) != PASS)
			return FAIL;
	return PASS;
}

/* First VF Offset and VF Stride may depend on NumVFs: with all of them, they must be there. */
static enum verdict offsets(struct check *c)
{
	uint32_t total = field(c, 0x0e, 2), old = live(c, c->base + 0x10, 2), both;

	if (vfs_live(c))
		return undecided(c, "VFs are enabled");
	put(c, c->base + 0x10, 2, total);
	both = live(c, c->at, 4);
	put(c, c->base + 0x10, 2, old);
	return good_if(c, (both & 0xffff || !total) && (both >> 16 || total < 2),
		       "offset %u, stride %u with %u VFs", both & 0xffff, both >> 16, total);
}

static enum verdict each_size(struct check *c)
{
	uint32_t sizes = field(c, 0x1c, 4);

	for (uint32_t bit = 1; bit; bit <<= 1)
		if (sizes & bit && takes_value(c, 0xffffffff, bit) != PASS)
			return FAIL;
	return PASS;
}

/* What the VF BARs hold is indeterminate after a change. */
static enum verdict page_sizes(struct check *c)
{
	uint32_t bars[BARS];
	enum verdict v;

	if (vfs_live(c))
		return undecided(c, "VFs are enabled");
	for (unsigned int i = 0; i < BARS; i++)
		bars[i] = live(c, c->base + 0x24 + 4 * i, 4);
	v = each_size(c);
	for (unsigned int i = 0; i < BARS; i++)
		put(c, c->base + 0x24 + 4 * i, 4, bars[i]);
	return v;
}

static enum verdict vf_bars(struct check *c)
{
	uint32_t control = live(c, c->base + 0x08, 2);
	enum verdict v;

	if (vfs_live(c))
		return undecided(c, "VFs are enabled");
	put(c, c->base + 0x08, 2, control & ~8u);
	v = size_bars(c, c->at, BARS, 4096ull * live(c, c->base + 0x20, 4));
	put(c, c->base + 0x08, 2, control);
	return v;
}

#define AER(offset, reg)	ECAP(ID_AER, offset, 4, reg)
#define SRIOV(offset, width, reg)	SHALL, NOT_VF, PCIE, ECAP(ID_SRIOV, offset, width, reg)

static const struct rule rules[] = {
	{ "write.aer-mask", "7.8.4.3", "errors of requests and completions can be masked", SHALL, NOT_VF, ENDPOINTS,
	  AER(0x08, "Uncorrectable Error Mask"), takes, REQUESTS },
	{ "write.aer-mask-link", "7.8.4.3", "Malformed TLP, Data Link Protocol errors can be masked", SHALL, NOT_VF,
	  LINKED,
	  AER(0x08, "Uncorrectable Error Mask"), takes, OF_THE_LINK },
	{ "write.aer-mask-reserved", "7.8.4.3", "reserved bits do not change", SHALL, ANYONE, PCIE,
	  AER(0x08, "Uncorrectable Error Mask"), keeps, 0xfce },
	{ "write.aer-severity", "7.8.4.4", "errors of requests and completions: severity can be set", SHALL, NOT_VF,
	  ENDPOINTS,
	  AER(0x0c, "Uncorrectable Error Severity"), takes, REQUESTS },
	{ "write.aer-severity-link", "7.8.4.4", "Malformed TLP, Data Link Protocol errors: severity can be set",
	  SHALL, NOT_VF, LINKED,
	  AER(0x0c, "Uncorrectable Error Severity"), takes, OF_THE_LINK },
	{ "write.aer-severity-reserved", "7.8.4.4", "reserved bits do not change", SHALL, ANYONE, PCIE,
	  AER(0x0c, "Uncorrectable Error Severity"), keeps,
	  0xfce },
	{ "write.aer-cor-mask", "7.8.4.6", "Advisory Non-Fatal errors can be masked", SHALL, NOT_VF, ENDPOINTS,
	  AER(0x14, "Correctable Error Mask"), takes,
	  ADVISORY },
	{ "write.aer-cor-mask-link", "7.8.4.6", "errors of the link (6, 7, 8, 12) can be masked", SHALL, NOT_VF, LINKED,
	  AER(0x14, "Correctable Error Mask"), takes, COR_OF_THE_LINK },
	{ "write.aer-ecrc", "7.8.4.7", "ECRC can be enabled, if supported", SHALL, NOT_VF, ENDPOINTS,
	  AER(0x18, "Advanced Error Capabilities and Control"),
	  ecrc },
	{ "write.vf-aer-mask", "9.4.2", "does not change: the PF's applies", SHALL, VF_ONLY, PCIE,
	  AER(0x08, "Uncorrectable Error Mask"), keeps,
	  0x003ff030 },
	{ "write.vf-aer-severity", "9.4.2", "does not change: the PF's applies", SHALL, VF_ONLY, PCIE,
	  AER(0x0c, "Uncorrectable Error Severity"), keeps,
	  0x003ff030 },
	{ "write.vf-aer-cor-mask", "9.4.2", "does not change: the PF's applies", SHALL, VF_ONLY, PCIE,
	  AER(0x14, "Correctable Error Mask"), keeps, 0x31c1 },
	{ "write.ari", "7.8.7.2", "is read-only", SHALL, ANYONE, PCIE, ECAP(ID_ARI, 4, 2, "ARI Capability"), keeps,
	  0xffff },
	{ "write.acs", "7.7.8.2", "is read-only", SHALL, ANYONE, PCIE, ECAP(ID_ACS, 4, 2, "ACS Capability"), keeps,
	  0xffff },
	{ "write.dsn", "7.9.3.2", "is read-only", SHALL, ANYONE, PCIE, ECAP(ID_DSN, 4, 4, "Serial Number"), keeps,
	  0xffffffff },
	{ "write.dsn-high", "7.9.3.2", "is read-only", SHALL, ANYONE, PCIE, ECAP(ID_DSN, 8, 4, "Serial Number"),
	  keeps, 0xffffffff },
	{ "write.sriov", "9.3.3.2", "are read-only", SRIOV(0x04, 4, "SR-IOV Capabilities"), keeps, 0xffffffff },
	{ "write.sriov-control", "9.3.3.3", "reserved bits do not change", SRIOV(0x08, 2, "SR-IOV Control"),
	  sriov_control },
	{ "write.sriov-memory", "9.3.3.3.4", "VF MSE can be set and cleared", SRIOV(0x08, 2, "SR-IOV Control"),
	  vf_memory, 8 },
	{ "write.sriov-ari", "9.3.3.3.5", "ARI Capable Hierarchy can be set and cleared", SHALL, NOT_VF, LINKED,
	  ECAP(ID_SRIOV, 0x08, 2, "SR-IOV Control"), ari_hierarchy, 0x10 },
	{ "write.sriov-total", "9.3.3.6", "are read-only", SRIOV(0x0c, 4, "InitialVFs, TotalVFs"), keeps, 0xffffffff },
	{ "write.sriov-num-vfs", "9.3.3.7", "takes 1 to TotalVFs", SRIOV(0x10, 2, "NumVFs"), num_vfs },
	{ "write.sriov-dependency", "9.3.3.8", "is read-only", SRIOV(0x12, 1, "Function Dependency Link"), keeps,
	  0xff },
	{ "write.sriov-stride", "9.3.3.9", "are read-only", SRIOV(0x14, 4, "First VF Offset, VF Stride"), keeps,
	  0xffffffff },
	{ "write.sriov-offsets", "9.3.3.9", "are not 0 with all VFs", SRIOV(0x14, 4, "First VF Offset, VF Stride"),
	  offsets },
	{ "write.sriov-device", "9.3.3.11", "is read-only", SRIOV(0x18, 4, "VF Device ID"), keeps, 0xffffffff },
	{ "write.sriov-page-sizes", "9.3.3.12", "are read-only", SRIOV(0x1c, 4, "Supported Page Sizes"), keeps,
	  0xffffffff },
	{ "write.sriov-bars", "9.3.3.14",
	  "all ones written: their size is a power of two, of System Page Size or more", SRIOV(0x24, 4, "VF BARs"),
			vf_bars },
	{ "write.sriov-page-size", "9.3.3.13", "takes each supported size", SRIOV(0x20, 4, "System Page Size"),
	  page_sizes },
};

RULES(write_ext_rules, WRITE, rules);
