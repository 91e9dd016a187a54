// SPDX-License-Identifier: Apache-2.0
/* Base Address Registers. Their sizes are known from sysfs (`resource`); a dump alone does not tell. */
#include <inttypes.h>
#include "pcicheck.h"

#define BAR0		0x10
#define MEMORY_LEAST	128	/* bytes that a memory BAR asks for at least */
#define IO_MOST		256

unsigned int bar_count(const struct function *f)
{
	unsigned int layout = get(f, 0x0e, 1) & 0x7f;

	return layout == 0 ? BARS : layout == 1 ? 2 : 0;
}

/*
 * From `count` registers at `at`; sizes and presence are the caller's to add. A pair without a second half is
 * no pair.
 */
static void decode_values(const struct function *f, unsigned int at, unsigned int count, struct bar *bars)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t v = get(f, at + 4 * i, 4);

		bars[i] = (struct bar){ .io = v & 1, .base = v & 1 ? v & ~3u : v & ~15u,
				.there = v ? BAR_PRESENT : BAR_UNKNOWN };
		if (bars[i].io)
			continue;
		bars[i].type = v >> 1 & 3;
		bars[i].prefetch = v & 8;
		bars[i].wide = bars[i].type == 2;
		if (!bars[i].wide || i + 1 == count)
			continue;
		bars[i].base |= (uint64_t)get(f, at + 4 * i + 4, 4) << 32;
		i++;
		bars[i] = (struct bar){ .upper = true, .there = BAR_ABSENT };
	}
}

static void add_sizes(const struct function *f, unsigned int count, struct bar *bars)
{
	for (unsigned int i = 0; f->sizes_known && i < count; i++) {
		if (bars[i].upper)
			continue;
		bars[i].size = f->bar_size[i];
		/*
		 * one that reads other than 0 and that the kernel has no size of: it is told by the rules
		 * about types
		 */
		bars[i].there = bars[i].size ? BAR_PRESENT : bars[i].there == BAR_PRESENT ? BAR_UNKNOWN : BAR_ABSENT;
	}
}

void decode_bars(const struct function *f, unsigned int at, unsigned int count, struct bar *bars)
{
	decode_values(f, at, count, bars);
	if (at == BAR0)
		add_sizes(f, count, bars);
}

bool memory_bars(const struct function *f, struct bar *bars)
{
	unsigned int sriov = f->pf ? ecap_at(f->pf, ID_SRIOV) : 0;

	for (unsigned int i = 0; i < BARS; i++)
		bars[i] = (struct bar){ .there = BAR_ABSENT };
	if (!f->vf) {
		decode_bars(f, BAR0, bar_count(f), bars);
		return true;
	}
	if (!sriov)
		return false;
	decode_values(f->pf, sriov + 0x24, BARS, bars);
	add_sizes(f, BARS, bars);
	return true;
}

/* ---- rules: each says of the first BAR that breaks it ------------------------------------------ */

typedef bool bar_test(const struct bar *b, bool last);

static enum verdict every_bar(struct check *c, bar_test *sound, const char *what)
{
	struct bar bars[BARS];
	unsigned int count = bar_count(c->f);

	if (c->f->vf || !count)
		return NA;
	decode_bars(c->f, BAR0, count, bars);
	for (unsigned int i = 0; i < count; i++)
		if (bars[i].there != BAR_ABSENT && !sound(&bars[i], i + 1 == count))
			return good_if(c, false, "BAR %u: %s (base %" PRIx64 "h, size %" PRIx64 "h)", i, what,
				       bars[i].base, bars[i].size);
	return PASS;
}

static enum verdict every_size(struct check *c, bar_test *sound, const char *what)
{
	if (!c->f->sizes_known && !c->f->vf && bar_count(c->f))
		return undecided(c, "the sizes of the BARs are not known");
	return every_bar(c, sound, what);
}

static bool type_defined(const struct bar *b, bool last)
{
	(void)last;
	return !(b->type & 1);
}

static bool pair_complete(const struct bar *b, bool last)
{
	return !(b->wide && last);
}

static bool wide_if_prefetchable(const struct bar *b, bool last)
{
	(void)last;
	return !b->prefetch || b->wide;
}

static bool power_of_two(const struct bar *b, bool last)
{
	(void)last;
	return !(b->size & (b->size - 1));
}

static bool least_and_most(const struct bar *b, bool last)
{
	(void)last;
	return !b->size || (b->io ? b->size <= IO_MOST : b->size >= MEMORY_LEAST);
}

static bool aligned(const struct bar *b, bool last)
{
	(void)last;
	return !b->size || !(b->base & (b->size - 1));
}

static bool no_io(const struct bar *b, bool last)
{
	(void)last;
	return !b->io;
}

static enum verdict bar_type(struct check *c)
{
	return every_bar(c, type_defined, "memory type 01b or 11b is reserved");
}

static enum verdict bar_pair(struct check *c)
{
	return every_bar(c, pair_complete, "64 bits, and no register for the upper half");
}

static enum verdict bar_wide(struct check *c)
{
	return every_bar(c, wide_if_prefetchable, "prefetchable, and not 64 bits");
}

static enum verdict bar_io(struct check *c) { return every_bar(c, no_io, "I/O space"); }
static enum verdict bar_power(struct check *c) { return every_size(c, power_of_two, "no power of two"); }
static enum verdict bar_bounds(struct check *c)
{
	return every_size(c, least_and_most, "too small for memory, or too large for I/O");
}

static enum verdict bar_aligned(struct check *c) { return every_size(c, aligned, "not a multiple of its size"); }

static enum verdict io_reserved(struct check *c)
{
	for (unsigned int i = 0; !c->f->vf && i < bar_count(c->f); i++) {
		uint32_t v = get(c->f, BAR0 + 4 * i, 4);

		if ((v & 7) == 4)
			i++;
		else if ((v & 3) == 3)
			return good_if(c, false, "BAR %u: I/O, and reserved bit 1 is set", i);
	}
	return c->f->vf ? NA : PASS;
}

#define BAR_REG	HDR(BAR0, 4, "Base Address Registers")

static const struct rule rules[] = {
	{ "bar.type", "7.5.1.2.1", "the type of a memory BAR is a defined one", SHALL, NOT_VF, 0, BAR_REG, bar_type },
	{ "bar.io-reserved", "7.5.1.2.1", "bit 1 of an I/O BAR reads 0", SHALL, NOT_VF, 0, BAR_REG, io_reserved },
	{ "bar.pair", "7.5.1.2.1", "a 64-bit BAR has both halves", SHALL, NOT_VF, 0, BAR_REG, bar_pair },
	/* revision 6 took this "must" back */
	{ "bar.prefetchable-64", "7.5.1.2.1", "a prefetchable BAR of a PCI Express Endpoint has 64 bits", SHOULD,
	  NOT_VF, ENDPOINT,
	  BAR_REG, bar_wide },
	{ "bar.io", "1.3.2.2", "a PCI Express Endpoint needs no I/O space", SHOULD, NOT_VF, ENDPOINT, BAR_REG, bar_io },
	{ "bar.power-of-two", "7.5.1.2.1", "its size is a power of two", SHALL, NOT_VF, 0, BAR_REG, bar_power },
	{ "bar.bounds", "7.5.1.2.1", "memory has 128 bytes or more, I/O 256 or less", SHALL, NOT_VF, PCIE, BAR_REG,
	  bar_bounds },
	{ "bar.aligned", "7.5.1.2.1", "its base is a multiple of its size", SHALL, NOT_VF, 0, BAR_REG, bar_aligned },
};

RULES(bar_rules, READ, rules);
