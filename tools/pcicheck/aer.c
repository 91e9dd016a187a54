// SPDX-License-Identifier: Apache-2.0
/* Advanced Error Reporting. Reserved is what revision 6 still reserves. */
#include "pcicheck.h"

#define UNCORRECTABLE_RESERVED	0x00000fceu	/* 3:1, 11:6 */
#define CORRECTABLE_RESERVED	0xffff0e3eu	/* 5:1, 11:9, 31:16 */
/* of the errors that every link has: 18 Malformed TLP, 4 Data Link Protocol */
#define FATAL_BY_DEFAULT	0x00040010u

static enum verdict ecrc(struct check *c)
{
	uint32_t v = value(c);

	return good_if(c, (v & 0x20 || !(v & 0x40)) && (v & 0x80 || !(v & 0x100)), "ECRC enabled, and not supported");
}

static enum verdict severity_default(struct check *c)
{
	uint32_t v = value(c) & FATAL_BY_DEFAULT;

	return good_if(c, v == FATAL_BY_DEFAULT, "of bits 4 and 18, fatal after a reset, only %xh are set", v);
}

static enum verdict first_error(struct check *c)
{
	unsigned int bit = value(c) & 31;

	return good_if(c, !bit || !(UNCORRECTABLE_RESERVED >> bit & 1), "points at reserved bit %u", bit);
}

#define STATUS		ECAP(ID_AER, 0x04, 4, "Uncorrectable Error Status")
#define MASK		ECAP(ID_AER, 0x08, 4, "Uncorrectable Error Mask")
#define SEVERITY	ECAP(ID_AER, 0x0c, 4, "Uncorrectable Error Severity")
#define COR_STATUS	ECAP(ID_AER, 0x10, 4, "Correctable Error Status")
#define COR_MASK	ECAP(ID_AER, 0x14, 4, "Correctable Error Mask")
#define CONTROL		ECAP(ID_AER, 0x18, 4, "Advanced Error Capabilities and Control")

static const struct rule rules[] = {
	{ "aer.status-reserved", "7.8.4.2", "reserved bits 3:1, 11:6 read 0", SHALL, ANYONE, PCIE, STATUS, reads_zero,
	  UNCORRECTABLE_RESERVED },
	{ "aer.mask-reserved", "7.8.4.3", "reserved bits 3:1, 11:6 read 0", SHALL, ANYONE, PCIE, MASK, reads_zero,
	  UNCORRECTABLE_RESERVED },
	{ "aer.severity-reserved", "7.8.4.4", "reserved bits 3:1, 11:6 read 0", SHALL, ANYONE, PCIE, SEVERITY,
	  reads_zero,
	  UNCORRECTABLE_RESERVED },
	{ "aer.severity-default", "7.8.4.4", "Malformed TLP, Data Link Protocol errors are fatal", SHOULD, NOT_VF,
	  LINKED, SEVERITY,
	  severity_default },
	{ "aer.cor-status-reserved", "7.8.4.5", "reserved bits 5:1, 11:9, 31:16 read 0", SHALL, ANYONE, PCIE,
	  COR_STATUS, reads_zero,
	  CORRECTABLE_RESERVED },
	{ "aer.cor-mask-reserved", "7.8.4.6", "reserved bits 5:1, 11:9, 31:16 read 0", SHALL, ANYONE, PCIE, COR_MASK,
	  reads_zero,
	  CORRECTABLE_RESERVED },
	{ "aer.ecrc", "7.8.4.7", "ECRC generation and checking are not enabled without support", SHOULD, NOT_VF, PCIE,
	  CONTROL, ecrc },
	{ "aer.control-reserved", "7.8.4.7", "reserved bits 31:24 read 0", SHALL, ANYONE, PCIE, CONTROL, reads_zero,
	  0xff000000 },
	{ "aer.first-error", "7.8.4.7", "First Error Pointer is a bit that is defined", SHOULD, ANYONE, PCIE, CONTROL,
	  first_error },
};

RULES(aer_rules, READ, rules);
