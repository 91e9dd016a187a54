// SPDX-License-Identifier: Apache-2.0
/* The link registers of the PCI Express capability. */
#include "pcicheck.h"

#define WIDTHS_DEFINED	((1ull << 1) | (1ull << 2) | (1ull << 4) | (1ull << 8) | \
	(1ull << 12) | (1ull << 16) | (1ull << 32))
#define GT8		3	/* codes of the speeds: bit n - 1 of the vector */

static unsigned int max_speed(const struct check *c) { return field(c, 0x0c, 4) & 15; }
static unsigned int max_width(const struct check *c) { return field(c, 0x0c, 4) >> 4 & 63; }

static enum verdict speed(struct check *c)
{
	unsigned int code = value(c) & 15;

	return good_if(c, code >= 1 && code <= 7, "code %u is reserved", code);
}

static enum verdict width(struct check *c)
{
	unsigned int lanes = value(c) >> 4 & 63;

	return good_if(c, WIDTHS_DEFINED >> lanes & 1, "x%u is reserved", lanes);
}

/* Revision 3.0 brought both this bit and 8 GT/s: who has the latter was made to it or a later one. */
static enum verdict aspm_optionality(struct check *c)
{
	return max_speed(c) >= GT8 ? good_if(c, value(c) >> 22 & 1, "bit 22 is clear, at 8 GT/s or more") : NA;
}

static enum verdict aspm_optionality_older(struct check *c)
{
	return max_speed(c) < GT8 ? good_if(c, value(c) >> 22 & 1, "bit 22 is clear, as before revision 3.0") : NA;
}

static enum verdict clock_power(struct check *c)
{
	return field(c, 0x0c, 4) >> 18 & 1 ? NA : reads_zero(c);
}

static enum verdict current_speed(struct check *c)
{
	unsigned int code = value(c) & 15;

	return good_if(c, code >= 1 && code <= max_speed(c), "code %u, and %u is the maximum", code, max_speed(c));
}

static enum verdict current_width(struct check *c)
{
	unsigned int lanes = value(c) >> 4 & 63;

	return good_if(c, lanes && WIDTHS_DEFINED >> lanes & 1 && lanes <= max_width(c),
		       "x%u, and x%u is the maximum", lanes, max_width(c));
}

static unsigned int highest(uint32_t vector)
{
	unsigned int bit = 0;

	while (vector >>= 1)
		bit++;
	return bit;
}

/*
 * Without a vector (before 3.0) there is nothing to compare; from 8 GT/s on it is needed, since the code is a
 * bit of it.
 */
static enum verdict speeds(struct check *c)
{
	uint32_t vector = value(c) >> 1 & 0x7f;

	if (!vector)
		return max_speed(c) < GT8 ? NA : good_if(c, false, "none, and Max Link Speed is %u", max_speed(c));
	return good_if(c, highest(vector) + 1 == max_speed(c), "vector %02xh, and Max Link Speed is %u", vector,
		       max_speed(c));
}

static enum verdict no_holes(struct check *c)
{
	uint32_t vector = value(c) >> 1 & 0x7f;

	return good_if(c, !(vector & (vector + 1)), "vector %02xh lacks a lower speed", vector);
}

static enum verdict retimers(struct check *c)
{
	return max_speed(c) < 4 ? NA : good_if(c, (value(c) >> 23 & 3) == 3, "bits 24:23 are %u", value(c) >> 23 & 3);
}

static enum verdict target(struct check *c)
{
	unsigned int code = value(c) & 15;

	return good_if(c, code <= max_speed(c) && (code || max_speed(c) == 1), "code %u, and %u is the maximum",
		       code, max_speed(c));
}

#define LNKCAP	CAP(ID_PCIE, 0x0c, 4, "Link Capabilities")
#define LNKCTL	CAP(ID_PCIE, 0x10, 2, "Link Control")
#define LNKSTA	CAP(ID_PCIE, 0x12, 2, "Link Status")
#define LNKCAP2	CAP(ID_PCIE, 0x2c, 4, "Link Capabilities 2")
#define LNKCTL2	CAP(ID_PCIE, 0x30, 2, "Link Control 2")

static const struct rule rules[] = {
	{ "linkcap.speed", "7.5.3.6", "Max Link Speed is a defined code", SHALL, ANYONE, LINKED, LNKCAP, speed },
	{ "linkcap.width", "7.5.3.6", "Maximum Link Width is a defined code", SHALL, ANYONE, LINKED, LNKCAP, width },
	{ "linkcap.ports-only", "7.5.3.6", "bits of Downstream Ports (21:19) read 0", SHALL, ANYONE, LINKED, LNKCAP,
	  reads_zero, 0x380000 },
	{ "linkcap.aspm-optionality", "7.5.3.6", "ASPM Optionality Compliance is set", SHALL, ANYONE, LINKED, LNKCAP,
	  aspm_optionality },
	{ "linkcap.aspm-optionality-2", "7.5.3.6", "ASPM Optionality Compliance is set", SHOULD, ANYONE, LINKED,
	  LNKCAP, aspm_optionality_older },
	{ "linkcap.reserved", "7.5.3.6", "reserved bit 23 reads 0", SHALL, ANYONE, LINKED, LNKCAP, reads_zero,
	  1u << 23 },
	{ "linkctl.ports-only", "7.5.3.7", "bits of Downstream Ports (4, 5, 11:10, 15:14) read 0", SHALL, ANYONE,
	  LINKED, LNKCTL, reads_zero, 0xcc30 },
	{ "linkctl.clock-power", "7.5.3.7", "Enable Clock Power Management: 0 if not supported", SHALL, ANYONE,
	  LINKED, LNKCTL, clock_power, 0x100 },
	{ "linksta.speed", "7.5.3.8", "Current Link Speed is 1 up to the maximum", SHALL, NOT_VF, LINKED, LNKSTA,
	  current_speed },
	{ "linksta.width", "7.5.3.8", "Negotiated Link Width is one up to the maximum", SHALL, NOT_VF, LINKED, LNKSTA,
	  current_width },
	{ "linksta.ports-only", "7.5.3.8", "bits of Downstream Ports (11, 13, 15:14) read 0", SHALL, ANYONE, LINKED,
	  LNKSTA, reads_zero, 0xe800 },
	{ "linkcap2.speeds", "7.5.3.18", "the highest of the Supported Link Speeds is Max Link Speed", SHALL, ANYONE,
	  LINKED, LNKCAP2, speeds },
	{ "linkcap2.no-holes", "8.2.1", "all lower speeds are supported", SHOULD, ANYONE, LINKED, LNKCAP2, no_holes },
	{ "linkcap2.retimers", "7.5.3.18", "retimers are detected at 16 GT/s and more", SHALL, NOT_VF, LINKED,
	  LNKCAP2, retimers },
	{ "linkcap2.reserved", "7.5.3.18", "reserved bits 0 and 30:25 read 0", SHALL, ANYONE, LINKED, LNKCAP2,
	  reads_zero, 0x7e000001 },
	{ "linkctl2.target", "7.5.3.19", "Target Link Speed is 1 up to the maximum", SHOULD, NOT_VF, LINKED, LNKCTL2,
	  target },
	{ "link.of-rciep", "7.5.3", "a Root Complex Integrated Endpoint has no link registers", SHOULD, ANYONE, RCIEP,
	  LNKCAP, reads_zero, 0xffffffff },
};

RULES(link_rules, READ, rules);
