// SPDX-License-Identifier: Apache-2.0
/* ARI, ACS, Device Serial Number. */
#include "pcicheck.h"

/* VFs: undefined. Function 0 starts the list, and it rises. */
static enum verdict ari_next(struct check *c)
{
	int next = value(c) >> 8;

	if (!next)
		return PASS;
	if (c->f->number < 0)
		return undecided(c, "the number of this function is not known");
	return good_if(c, next > c->f->number, "next function %d, and this is %d", next, c->f->number);
}

static enum verdict ari_groups(struct check *c)
{
	uint32_t enabled = value(c) & 3 & ~field(c, 4, 2);

	return good_if(c, !enabled, "bits %xh are set, and not supported", enabled);
}

static enum verdict acs_control(struct check *c)
{
	uint32_t enabled = value(c) & 0x7f & ~field(c, 4, 2);

	return good_if(c, !enabled, "bits %xh are set, and not supported", enabled);
}

static enum verdict serial(struct check *c)
{
	uint32_t low = value(c), high = field(c, 8, 4);

	return good_if(c, (low || high) && !(low == 0xffffffff && high == low),
		       "%08x%08xh is no number of a device", high, low);
}

#define ARI_CAP		ECAP(ID_ARI, 4, 2, "ARI Capability")
#define ARI_CONTROL	ECAP(ID_ARI, 6, 2, "ARI Control")
#define ACS_CAP		ECAP(ID_ACS, 4, 2, "ACS Capability")
#define ACS_CONTROL	ECAP(ID_ACS, 6, 2, "ACS Control")

static const struct rule rules[] = {
	{ "ari.next", "7.8.7.2", "Next Function Number is 0 or higher than this function's", SHALL, NOT_VF, LINKED,
	  ARI_CAP, ari_next },
	{ "ari.reserved", "7.8.7.2", "reserved bits 7:2 read 0", SHALL, ANYONE, PCIE, ARI_CAP, reads_zero, 0xfc },
	{ "ari.control-reserved", "7.8.7.3", "reserved bits 3:2, 15:7 read 0", SHALL, ANYONE, PCIE, ARI_CONTROL,
	  reads_zero, 0xff8c },
	{ "ari.groups", "7.8.7.3", "Function Groups enabled: 0 if not supported", SHALL, ANYONE, PCIE, ARI_CONTROL,
	  ari_groups },
	{ "acs.ports-only", "7.7.8.2",
	  "Source Validation, Translation Blocking, Upstream Forwarding: not in Endpoints", SHALL, ANYONE, LINKED,
	  ACS_CAP, reads_zero, 0x13 },
	{ "acs.control", "7.7.8.3", "what is enabled is supported", SHALL, ANYONE, PCIE, ACS_CONTROL, acs_control },
	{ "acs.reserved", "7.7.8.3", "reserved bits 15:13 read 0", SHALL, ANYONE, PCIE, ACS_CONTROL, reads_zero,
	  0xe000 },
	{ "dsn.number", "7.9.3.2", "is neither all 0 nor all 1", SHOULD, ANYONE, PCIE,
	  ECAP(ID_DSN, 4, 4, "Serial Number"), serial },
};

RULES(ext_rules, READ, rules);
