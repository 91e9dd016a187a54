// SPDX-License-Identifier: Apache-2.0
/* The PCI Express capability, but for its link registers (link.c). */
#include "pcicheck.h"

#define TYPES_DEFINED	0x07f3u		/* 0, 1, 4 to 10 */

static enum verdict version(struct check *c)
{
	unsigned int v = value(c) & 15;

	return good_if(c, v == 1 || v == 2, "version %u", v);
}

static enum verdict version_now(struct check *c)
{
	return good_if(c, (value(c) & 15) == 2, "version %u, that of a specification before 2.0", value(c) & 15);
}

static enum verdict type(struct check *c)
{
	return good_if(c, type_is(c->f, TYPES_DEFINED), "type %d is reserved", c->f->type);
}

static unsigned int supported(const struct check *c)
{
	return field(c, 4, 4) & 7;
}

static enum verdict mps_supported(struct check *c)
{
	return good_if(c, supported(c) <= 5, "code %u is reserved", supported(c));
}

static enum verdict role_based(struct check *c)
{
	return good_if(c, value(c) & 0x8000, "bit 15 is clear");
}

static enum verdict phantom_of_ari(struct check *c)
{
	if (!ecap_at(c->f, ID_ARI))
		return NA;
	return reads_zero(c);
}

static enum verdict flr_of_sriov(struct check *c)
{
	if (!c->f->vf && !ecap_at(c->f, ID_SRIOV))
		return NA;
	return good_if(c, value(c) >> 28 & 1, "bit 28 is clear");
}

static enum verdict flr_of_endpoints(struct check *c)
{
	return type_is(c->f, ENDPOINTS) ? NA : reads_zero(c);
}

static enum verdict large_tags(struct check *c)
{
	bool ten_bits = (field(c, 2, 1) & 15) >= 2 && field(c, 0x24, 4) >> 17 & 1;

	return good_if(c, value(c) & 0x20 || !ten_bits, "10-bit tags, and no 8-bit tags");
}

static enum verdict mps(struct check *c)
{
	unsigned int code = value(c) >> 5 & 7;

	return good_if(c, code <= supported(c), "%u bytes, and %u are supported", 128u << code, 128u << supported(c));
}

static enum verdict mrrs(struct check *c)
{
	unsigned int code = value(c) >> 12 & 7;

	return good_if(c, code <= 5, "code %u is reserved", code);
}

static enum verdict unsupported_enables(struct check *c)
{
	uint32_t capable = field(c, 4, 4), v = value(c);

	return good_if(c, (capable & 0x20 || !(v & 0x100)) && (capable & 0x18 || !(v & 0x200)),
		       "Extended Tag or Phantom Functions enabled, and not supported");
}

static enum verdict initiate_flr(struct check *c)
{
	return reads_zero(c);
}

static enum verdict emergency(struct check *c)
{
	unsigned int supports = (field(c, 2, 1) & 15) >= 2 ? field(c, 0x24, 4) >> 24 & 3 : 0;

	return supports ? NA : reads_zero(c);
}

static enum verdict timeout_ranges(struct check *c)
{
	static const uint16_t defined = 0xc0cf;	/* 0 to 3, 6, 7, 14, 15 */
	unsigned int code = value(c) & 15;

	return good_if(c, defined >> code & 1, "code %u is reserved", code);
}

/* Who has messages for interrupts issues requests: those are writes of memory. */
static enum verdict timeout_disable(struct check *c)
{
	if (!cap_at(c->f, ID_MSI) && !cap_at(c->f, ID_MSIX) && !(get(c->f, 0x04, 2) & 4))
		return NA;
	return good_if(c, value(c) & 0x10, "bit 4 is clear in an Endpoint that issues requests");
}

static enum verdict tph_completer(struct check *c)
{
	return good_if(c, (value(c) >> 12 & 3) != 2, "code 10b is reserved");
}

static enum verdict ten_bit_tags(struct check *c)
{
	return good_if(c, (value(c) >> 16 & 3) != 2, "Requester supported, Completer not");
}

static enum verdict prefixes(struct check *c)
{
	return good_if(c, (value(c) >> 20 & 3) != 2, "End-End TLP Prefix supported, Extended Fmt Field not");
}

static enum verdict max_prefixes(struct check *c)
{
	return value(c) & 0x200000 ? NA : reads_zero(c);
}

static enum verdict power_reduction(struct check *c)
{
	return good_if(c, (value(c) >> 24 & 3) != 3, "code 11b is reserved");
}

static enum verdict timeout_value(struct check *c)
{
	static const uint16_t defined = 0x6667;	/* 0, 1, 2, 5, 6, 9, 10, 13, 14 */
	unsigned int code = value(c) & 15, ranges = field(c, 0x24, 4) & 15;

	if (!code)
		return PASS;
	return good_if(c, defined >> code & 1 && ranges >> (code >> 2) & 1, "code %xh, ranges supported %xh", code,
		       ranges);
}

static enum verdict hardwired_timeout(struct check *c)
{
	return field(c, 0x24, 4) & 15 ? NA : reads_zero(c);
}

#define CAPS	CAP(ID_PCIE, 0x02, 2, "PCI Express Capabilities")
#define DEVCAP	CAP(ID_PCIE, 0x04, 4, "Device Capabilities")
#define DEVCTL	CAP(ID_PCIE, 0x08, 2, "Device Control")
#define DEVSTA	CAP(ID_PCIE, 0x0a, 2, "Device Status")
#define DEVCAP2	CAP(ID_PCIE, 0x24, 4, "Device Capabilities 2")
#define DEVCTL2	CAP(ID_PCIE, 0x28, 2, "Device Control 2")

static const struct rule rules[] = {
	{ "pcie.version", "7.5.3.2", "the version is a defined one", SHALL, ANYONE, PCIE, CAPS, version },
	{ "pcie.version-2", "7.5.3.2", "the version is 2", SHOULD, ANYONE, PCIE, CAPS, version_now },
	{ "pcie.type", "7.5.3.2", "Device/Port Type is a defined one", SHALL, ANYONE, PCIE, CAPS, type },
	{ "devcap.mps", "7.5.3.3", "Max_Payload_Size Supported is a defined code", SHALL, ANYONE, PCIE, DEVCAP,
	  mps_supported },
	{ "devcap.phantom", "7.5.3.3", "no Phantom Functions in an ARI Device", SHALL, ANYONE, PCIE, DEVCAP,
	  phantom_of_ari, 0x18 },
	{ "devcap.extended-tag", "7.5.3.3", "who supports 10-bit tags supports 8-bit tags", SHALL, ANYONE, PCIE,
	  DEVCAP, large_tags },
	{ "devcap.role-based", "7.5.3.3", "Role-Based Error Reporting is set", SHALL, ANYONE, PCIE, DEVCAP,
	  role_based },
	{ "devcap.flr-endpoints", "7.5.3.3", "only Endpoints have FLR", SHALL, ANYONE, PCIE, DEVCAP, flr_of_endpoints,
	  1u << 28 },
	{ "devcap.flr-sriov", "9.3.5.3", "PFs and VFs have FLR", SHALL, ANYONE, PCIE, DEVCAP, flr_of_sriov },
	{ "devcap.reserved", "7.5.3.3", "reserved bit 31 reads 0", SHALL, ANYONE, PCIE, DEVCAP, reads_zero, 1u << 31 },
	{ "devctl.mps", "7.5.3.4", "Max_Payload_Size is one that is supported", SW_SHALL, NOT_VF, PCIE, DEVCTL, mps },
	{ "devctl.mrrs", "7.5.3.4", "Max_Read_Request_Size is a defined code", SW_SHALL, NOT_VF, PCIE, DEVCTL, mrrs },
	{ "devctl.unsupported", "7.5.3.4", "Extended Tag, Phantom Functions enable: 0 if not supported", SHALL,
	  NOT_VF, PCIE, DEVCTL,
	  unsupported_enables },
	{ "devctl.flr", "7.5.3.4", "Initiate FLR reads 0", SHALL, ANYONE, PCIE & ~TO_PCI, DEVCTL, initiate_flr,
	  0x8000 },
	{ "devsta.reserved", "7.5.3.5", "reserved bits 15:7 read 0", SHALL, ANYONE, PCIE, DEVSTA, reads_zero, 0xff80 },
	{ "devsta.emergency", "7.5.3.5", "Emergency Power Reduction Detected: 0 if not supported", SHALL, ANYONE,
	  PCIE, DEVSTA, emergency, 0x40 },
	{ "pcie.slot", "7.5.3", "slot and root registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x14, 4, "Slot Capabilities"), reads_zero, 0xffffffff },
	{ "pcie.slot-control", "7.5.3", "slot and root registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x18, 4, "Slot Control, Slot Status"), reads_zero, 0xffffffff },
	{ "pcie.root-control", "7.5.3", "slot and root registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x1c, 4, "Root Control, Root Capabilities"), reads_zero, 0xffffffff },
	{ "pcie.root-status", "7.5.3", "slot and root registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x20, 4, "Root Status"), reads_zero, 0xffffffff },
	{ "devcap2.timeout-ranges", "7.5.3.15", "Completion Timeout Ranges is a defined code", SHALL, ANYONE, PCIE,
	  DEVCAP2, timeout_ranges },
	{ "devcap2.timeout-disable", "7.5.3.15", "Completion Timeout Disable is supported", SHALL, NOT_VF, ENDPOINTS,
	  DEVCAP2, timeout_disable },
	{ "devcap2.ports-only", "7.5.3.15", "ARI Forwarding, AtomicOp Routing, PR-PR Passing: not in Endpoints",
	  SHALL, ANYONE, ENDPOINTS,
	  DEVCAP2, reads_zero, 0x460 },
	{ "devcap2.tph", "7.5.3.15", "TPH Completer Supported is a defined code", SHALL, ANYONE, PCIE, DEVCAP2,
	  tph_completer },
	{ "devcap2.10-bit-tags", "7.5.3.15", "who requests with 10-bit tags completes them", SHALL, ANYONE, PCIE,
	  DEVCAP2, ten_bit_tags },
	{ "devcap2.prefixes", "7.5.3.15", "End-End TLP Prefixes come with the Extended Fmt Field", SHALL, ANYONE,
	  PCIE, DEVCAP2, prefixes },
	{ "devcap2.max-prefixes", "7.5.3.15", "Max End-End TLP Prefixes: 0 if not supported", SHALL, ANYONE, PCIE,
	  DEVCAP2, max_prefixes, 0xc00000 },
	{ "devcap2.power-reduction", "7.5.3.15", "Emergency Power Reduction Supported is a defined code", SHALL,
	  ANYONE, PCIE, DEVCAP2,
	  power_reduction },
	{ "devctl2.timeout", "7.5.3.16", "Completion Timeout Value is of a supported range", SW_SHALL, NOT_VF, PCIE,
	  DEVCTL2, timeout_value },
	{ "devctl2.timeout-hardwired", "7.5.3.16", "Completion Timeout Value reads 0 without ranges", SHALL, NOT_VF,
	  PCIE, DEVCTL2,
	  hardwired_timeout, 0xf },
	{ "devctl2.ports-only", "7.5.3.16", "ARI Forwarding, AtomicOp Egress Blocking: 0 in Endpoints", SHALL, ANYONE,
	  ENDPOINTS, DEVCTL2,
	  reads_zero, 0xa0 },
	{ "devsta2.reserved", "7.5.3.17", "reads 0", SHALL, ANYONE, PCIE, CAP(ID_PCIE, 0x2a, 2, "Device Status 2"),
	  reads_zero, 0xffff },
	{ "pcie.slot-2", "7.5.3", "slot registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x34, 4, "Slot Capabilities 2"), reads_zero, 0xffffffff },
	{ "pcie.slot-2-control", "7.5.3", "slot registers of an Endpoint read 0", SHALL, ANYONE, ENDPOINTS,
	  CAP(ID_PCIE, 0x38, 4, "Slot Control 2, Slot Status 2"), reads_zero, 0xffffffff },
};

RULES(pcie_rules, READ, rules);
