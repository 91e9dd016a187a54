// SPDX-License-Identifier: Apache-2.0
/* MSI and MSI-X. */
#include <inttypes.h>
#include "pcicheck.h"

/* ---- MSI --------------------------------------------------------------------------------------- */

static enum verdict msi_capable(struct check *c)
{
	unsigned int code = value(c) >> 1 & 7;

	return good_if(c, code <= 5, "code %u is reserved", code);
}

static enum verdict msi_enabled(struct check *c)
{
	unsigned int capable = value(c) >> 1 & 7, enabled = value(c) >> 4 & 7;

	return good_if(c, enabled <= capable || capable > 5, "%u vectors enabled, %u asked for", 1u << enabled,
		       1u << capable);
}

static enum verdict msi_wide(struct check *c)
{
	return good_if(c, value(c) & 0x80, "32-bit addresses only");
}

/* ---- MSI-X ------------------------------------------------------------------------------------- */

#define ENTRY	16u	/* bytes of an entry of the table */

struct area {
	unsigned int bir;
	uint64_t offset, length;
};

static struct area table(const struct check *c)
{
	unsigned int entries = (field(c, 2, 2) & 0x7ff) + 1;
	uint32_t v = field(c, 4, 4);

	return (struct area){ v & 7, v & ~7u, entries * ENTRY };
}

static struct area pba(const struct check *c)
{
	unsigned int entries = (field(c, 2, 2) & 0x7ff) + 1;
	uint32_t v = field(c, 8, 4);

	return (struct area){ v & 7, v & ~7u, (entries + 63) / 64 * 8 };
}

static struct area area(const struct check *c)
{
	return c->rule->offset == 4 ? table(c) : pba(c);
}

static enum verdict bir(struct check *c)
{
	unsigned int bir = area(c).bir, count = bar_count(c->f);

	return good_if(c, bir < count, "BIR %u of %u", bir, count);
}

static enum verdict in_bar(struct check *c)
{
	struct area a = area(c);
	struct bar bars[BARS];

	if (a.bir >= bar_count(c->f))
		return NA;	/* said by the rule above */
	if (!memory_bars(c->f, bars))
		return undecided(c, "the VF's BARs stand in the PF, which is not known");
	if (bars[a.bir].upper || bars[a.bir].io)
		return good_if(c, false, "BAR %u is %s", a.bir,
			       bars[a.bir].upper ? "the upper half of another" : "I/O space");
	if (bars[a.bir].there == BAR_UNKNOWN)
		return undecided(c, "whether BAR %u exists is not known", a.bir);
	return good_if(c, bars[a.bir].there == BAR_PRESENT, "there is no BAR %u", a.bir);
}

static enum verdict within_bar(struct check *c)
{
	struct area a = area(c);
	struct bar bars[BARS];

	if (a.bir >= bar_count(c->f))
		return NA;
	if (!memory_bars(c->f, bars) || bars[a.bir].there == BAR_UNKNOWN)
		return undecided(c, "whether BAR %u exists is not known", a.bir);
	if (bars[a.bir].there == BAR_ABSENT)
		return NA;
	if (!bars[a.bir].size)
		return undecided(c, "the size of BAR %u is not known", a.bir);
	return good_if(c, a.offset + a.length <= bars[a.bir].size,
		       "%" PRIu64 " bytes at %" PRIx64 "h, in a BAR of %" PRIx64 "h",
		       a.length, a.offset, bars[a.bir].size);
}

static enum verdict no_overlap(struct check *c)
{
	struct area t = table(c), p = pba(c);
	bool apart = t.bir != p.bir || t.offset + t.length <= p.offset || p.offset + p.length <= t.offset;

	return good_if(c, apart, "table %" PRIx64 "h + %" PRIx64 "h, PBA %" PRIx64 "h + %" PRIx64 "h", t.offset,
		       t.length, p.offset, p.length);
}

static enum verdict both_enabled(struct check *c)
{
	unsigned int msi = cap_at(c->f, ID_MSI);

	return good_if(c, !msi || !(get(c->f, msi + 2, 2) & 1) || !(value(c) & 0x8000),
		       "MSI and MSI-X are both enabled");
}

#define MSI_CONTROL	CAP(ID_MSI, 2, 2, "MSI Message Control")
#define MSIX_CONTROL	CAP(ID_MSIX, 2, 2, "MSI-X Message Control")
#define MSIX_TABLE	CAP(ID_MSIX, 4, 4, "MSI-X Table Offset/BIR")
#define MSIX_PBA	CAP(ID_MSIX, 8, 4, "MSI-X PBA Offset/BIR")

static const struct rule rules[] = {
	{ "msi.reserved", "7.7.1.2", "reserved bits 15:11 read 0", SHALL, ANYONE, 0, MSI_CONTROL, reads_zero, 0xf800 },
	{ "msi.capable", "7.7.1.2", "Multiple Message Capable is a defined code", SHALL, ANYONE, 0, MSI_CONTROL,
	  msi_capable },
	{ "msi.enabled", "7.7.1.2", "Multiple Message Enable is at most what is asked for", SW_SHALL, ANYONE, 0,
	  MSI_CONTROL, msi_enabled },
	{ "msi.64-bit", "1.3.2.2", "a PCI Express Endpoint has 64-bit message addresses", SHALL, ANYONE, ENDPOINT,
	  MSI_CONTROL, msi_wide },
	{ "msi.address", "7.7.1.3", "reserved bits 1:0 read 0", SHALL, ANYONE, 0,
	  CAP(ID_MSI, 4, 4, "MSI Message Address"), reads_zero, 3 },
	{ "msix.reserved", "7.7.2.2", "reserved bits 13:11 read 0", SHALL, ANYONE, 0, MSIX_CONTROL, reads_zero,
	  0x3800 },
	{ "msix.both", "7.7.2.2", "MSI is not enabled beside it", SW_SHALL, ANYONE, 0, MSIX_CONTROL, both_enabled },
	{ "msix.table-bir", "7.7.2.3", "BIR is a BAR of this header", SHALL, ANYONE, 0, MSIX_TABLE, bir },
	{ "msix.table-bar", "7.7.2.3", "that BAR exists, and is memory", SHALL, ANYONE, 0, MSIX_TABLE, in_bar },
	{ "msix.table-fits", "7.7.2.3", "the table lies within it", SHALL, ANYONE, 0, MSIX_TABLE, within_bar },
	{ "msix.pba-bir", "7.7.2.4", "BIR is a BAR of this header", SHALL, ANYONE, 0, MSIX_PBA, bir },
	{ "msix.pba-bar", "7.7.2.4", "that BAR exists, and is memory", SHALL, ANYONE, 0, MSIX_PBA, in_bar },
	{ "msix.pba-fits", "7.7.2.4", "the PBA lies within it", SHALL, ANYONE, 0, MSIX_PBA, within_bar },
	{ "msix.overlap", "7.7.2", "table and PBA do not overlap", SHALL, ANYONE, 0, MSIX_TABLE, no_overlap },
};

RULES(msi_rules, READ, rules);
