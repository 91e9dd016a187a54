// SPDX-License-Identifier: Apache-2.0
/* The Power Management capability. */
#include "pcicheck.h"

#define D1_SUPPORT	(1u << 9)
#define D2_SUPPORT	(1u << 10)

static enum verdict version(struct check *c)
{
	unsigned int v = value(c) & 7;

	return good_if(c, v >= 1 && v <= 3, "version %u", v);
}

static enum verdict version_now(struct check *c)
{
	unsigned int v = value(c) & 7;

	return good_if(c, v == 3, "version %u, that of an older specification", v);
}

static enum verdict state(struct check *c)
{
	unsigned int is = value(c) & 3, supported = field(c, 2, 2);

	return good_if(c, !(is == 1 && !(supported & D1_SUPPORT)) && !(is == 2 && !(supported & D2_SUPPORT)),
		       "in D%u, which it does not support", is);
}

static enum verdict pme_states(struct check *c)
{
	uint32_t v = value(c);

	return good_if(c, (v & D1_SUPPORT || !(v & 0x1000)) && (v & D2_SUPPORT || !(v & 0x2000)),
		       "PME from D1 or D2, which it does not support");
}

static enum verdict no_soft_reset(struct check *c)
{
	return good_if(c, value(c) & 8, "clear: a return from D3hot loses all state");
}

#define PMC	CAP(ID_PM, 2, 2, "Power Management Capabilities")
#define PMCSR	CAP(ID_PM, 4, 4, "Power Management Control/Status")

static const struct rule rules[] = {
	{ "pm.version", "7.5.2.1", "the version is a defined one", SHALL, ANYONE, PCIE, PMC, version },
	{ "pm.version-3", "7.5.2.1", "the version is 3", SHOULD, ANYONE, PCIE, PMC, version_now },
	{ "pm.pme-clock", "7.5.2.1", "PME Clock reads 0", SHALL, ANYONE, PCIE, PMC, reads_zero, 0x8 },
	{ "pm.pme-states", "7.5.2.1", "PME comes only from states that are supported", SHOULD, ANYONE, PCIE, PMC,
	  pme_states },
	{ "pm.state", "7.5.2.2", "PowerState is one that is supported", SHALL, ANYONE, PCIE, PMCSR, state },
	{ "pm.reserved", "7.5.2.2", "reserved bits 2, 7:4, 21:16 read 0", SHALL, ANYONE, PCIE, PMCSR, reads_zero,
	  0x003f00f4 },
	{ "pm.no-soft-reset", "7.5.2.2", "No_Soft_Reset is set", SHOULD, ANYONE, PCIE, PMCSR, no_soft_reset },
};

RULES(pm_rules, READ, rules);
