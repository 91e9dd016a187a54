// SPDX-License-Identifier: Apache-2.0
/* --write: registers are written, read and restored. The means, and the header's rules. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "pcicheck.h"

#define COMMAND		0x04
#define DECODE		3u	/* I/O and Memory Space Enable */

uint32_t live(const struct check *c, unsigned int at, unsigned int width)
{
	uint8_t b[4] = { 0 };

	if (!io_read(c->f->fd, b, at, width))
		return 0xffffffffu >> (32 - 8 * width);
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

void put(const struct check *c, unsigned int at, unsigned int width, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	if (!io_write(c->f->fd, b, at, width))
		complain("%s: a write to %03xh failed", c->f->name, at);
}

static uint32_t now(const struct check *c)
{
	return live(c, c->at, c->rule->width);
}

/* Never a 1 to a bit that a 1 would clear. */
static void set(const struct check *c, uint32_t v)
{
	put(c, c->at, c->rule->width, v & ~c->rule->w1c);
}

enum verdict keeps_bits(struct check *c, uint32_t mask)
{
	uint32_t old = now(c), is;

	set(c, old ^ mask);
	is = now(c);
	set(c, old);
	return good_if(c, !((is ^ old) & mask), "bits %xh take what is written", (is ^ old) & mask);
}

enum verdict keeps(struct check *c)
{
	return keeps_bits(c, c->rule->mask);
}

enum verdict takes_bits(struct check *c, uint32_t mask)
{
	uint32_t old = now(c), ones, zeros;

	set(c, old | mask);
	ones = now(c) & mask;
	set(c, old & ~mask);
	zeros = now(c) & mask;
	set(c, old);
	return good_if(c, ones == mask && !zeros, "bits %xh cannot be %s", ones != mask ? mask & ~ones : zeros,
		       ones != mask ? "set" : "cleared");
}

enum verdict takes(struct check *c)
{
	return takes_bits(c, c->rule->mask);
}

enum verdict takes_value(struct check *c, uint32_t mask, uint32_t v)
{
	uint32_t old = now(c), is;

	set(c, (old & ~mask) | v);
	is = now(c) & mask;
	set(c, old);
	return good_if(c, is == v, "%xh is written, %xh is read", v, is);
}

/* ---- sizes of BARs ----------------------------------------------------------------------------- */

static uint64_t sized(const struct check *c, unsigned int at, bool wide)
{
	uint32_t old[2] = { live(c, at, 4), wide ? live(c, at + 4, 4) : 0 };
	uint64_t v;

	put(c, at, 4, 0xffffffff);
	if (wide)
		put(c, at + 4, 4, 0xffffffff);
	v = live(c, at, 4) | (wide ? (uint64_t)live(c, at + 4, 4) << 32 : 0xffffffff00000000);
	put(c, at, 4, old[0]);
	if (wide)
		put(c, at + 4, 4, old[1]);
	return v;
}

/* One BAR: its type is kept, its size a power of two and what the kernel says. I/O: the upper 16 bits may read 0. */
static enum verdict size_bar(struct check *c, unsigned int at, unsigned int i, bool wide, uint64_t least)
{
	uint32_t type = live(c, at, 4);
	bool io = type & 1;
	uint64_t low = io ? 3 : 15, v = sized(c, at, wide), size;

	if (io && !(v & 0xffff0000))
		v |= 0xffff0000;
	if ((v & low) != (type & low))
		return good_if(c, false, "BAR %u: type %" PRIx64 "h becomes %" PRIx64 "h", i, type & low, v & low);
	if (!(v & 0xffffffff & ~low) && (!wide || !(v >> 32)))
		return good_if(c, !type, "BAR %u: type %xh, and no address can be written", i, type);
	size = -(v & ~low);
	if (size & (size - 1) || size < (io ? 4 : least) || (io && size > 256))
		return good_if(c, false, "BAR %u: %" PRIx64 "h is read after all ones", i, v);
	if (c->at == 0x10 && c->f->sizes_known && c->f->bar_size[i] != size)
		return good_if(c, false, "BAR %u: size %" PRIx64 "h, the kernel says %" PRIx64 "h", i, size,
			       c->f->bar_size[i]);
	return PASS;
}

enum verdict size_bars(struct check *c, unsigned int at, unsigned int count, uint64_t least)
{
	for (unsigned int i = 0; i < count; i++) {
		bool wide = (live(c, at + 4 * i, 4) & 7) == 4 && i + 1 < count;
		enum verdict v = size_bar(c, at + 4 * i, i, wide, least);

		if (v != PASS)
			return v;
		i += wide;
	}
	return PASS;
}

static enum verdict header_bars(struct check *c)
{
	uint32_t command = live(c, COMMAND, 2);
	enum verdict v;

	put(c, COMMAND, 2, command & ~DECODE);
	v = size_bars(c, c->at, bar_count(c->f), 128);
	put(c, COMMAND, 2, command);
	return v;
}

/* ---- the header's rules ------------------------------------------------------------------------ */

static enum verdict type0_keeps(struct check *c)
{
	return get(c->f, 0x0e, 1) & 0x7f ? NA : keeps(c);
}

static bool has_memory(const struct check *c)
{
	struct bar bars[BARS];

	decode_bars(c->f, 0x10, bar_count(c->f), bars);
	for (unsigned int i = 0; i < bar_count(c->f); i++)
		if (bars[i].there == BAR_PRESENT && !bars[i].io)
			return true;
	return false;
}

/* What this function needs, by what it has: memory by a BAR, requests by MSI or MSI-X, INTx by its pin. */
static enum verdict command(struct check *c)
{
	bool messages = cap_at(c->f, ID_MSI) || cap_at(c->f, ID_MSIX);
	uint32_t mask = 0;

	mask |= has_memory(c) ? 0x002 : 0;
	mask |= messages ? 0x004 : 0;
	mask |= type_is(c->f, LINKED) ? 0x140 : 0;
	mask |= get(c->f, 0x3d, 1) ? 0x400 : 0;
	return mask ? takes_bits(c, mask) : NA;
}

static enum verdict interrupt_line(struct check *c)
{
	return get(c->f, 0x3d, 1) ? takes(c) : NA;
}

static enum verdict vf_bars(struct check *c)
{
	for (c->at = 0x10; c->at < 0x28; c->at += 4)
		if (keeps(c) != PASS)
			return FAIL;
	c->at = 0x10;
	return PASS;
}

#define EVERY	SHALL, ANYONE, 0

static const struct rule rules[] = {
	{ "write.ids", "7.5.1.1.1", "are read-only", EVERY, HDR(0x00, 4, "Vendor ID, Device ID"), keeps, 0xffffffff },
	{ "write.class", "7.5.1.1.6", "are read-only", EVERY, HDR(0x08, 4, "Revision ID, Class Code"), keeps,
	  0xffffffff },
	{ "write.header-type", "7.5.1.1.9", "is read-only", EVERY, HDR(0x0e, 1, "Header Type"), keeps, 0xff },
	{ "write.subsystem", "7.5.1.2.3", "are read-only", EVERY, HDR(0x2c, 4, "Subsystem Vendor ID, Subsystem ID"),
	  type0_keeps, 0xffffffff },
	{ "write.capabilities-pointer", "7.5.1.1.11", "is read-only", EVERY, HDR(0x34, 1, "Capabilities Pointer"),
	  keeps, 0xff },
	{ "write.interrupt-pin", "7.5.1.1.13", "is read-only", EVERY, HDR(0x3d, 1, "Interrupt Pin"), keeps, 0xff },
	{ "write.command", "7.5.1.1.3", "what this function needs can be set and cleared", SHALL, NOT_VF, ENDPOINTS,
	  HDR(COMMAND, 2, "Command"),
	  command },
	{ "write.command-reserved", "7.5.1.1.3", "reserved bits and those of conventional PCI do not change", SHALL,
	  NOT_VF, NOT_BRIDGE,
	  HDR(COMMAND, 2, "Command"), keeps, 0xfab8 },
	{ "write.status", "7.5.1.1.4", "read-only bits do not change", SHALL, ANYONE, NOT_BRIDGE,
	  HDR(0x06, 2, "Status"), keeps, 0x06f7, 0xf900 },
	{ "write.cache-line", "7.5.1.1.7", "can be written", SHOULD, NOT_VF, PCIE, HDR(0x0c, 1, "Cache Line Size"),
	  takes, 0xff },
	{ "write.latency-timer", "7.5.1.1.8", "does not change", SHALL, ANYONE, NOT_BRIDGE,
	  HDR(0x0d, 1, "Latency Timer"), keeps, 0xff },
	{ "write.interrupt-line", "7.5.1.1.12", "can be written, if there is a pin", SHALL, NOT_VF, ENDPOINTS,
	  HDR(0x3c, 1, "Interrupt Line"),
	  interrupt_line, 0xff },
	{ "write.bars", "7.5.1.2.1", "all ones written: their type stays, their size is a power of two", SHALL,
	  NOT_VF, ENDPOINTS,
	  HDR(0x10, 4, "Base Address Registers"), header_bars },
	{ "write.vf-command", "9.3.4.1.3", "all but Bus Master Enable do not change", SHALL, VF_ONLY, 0,
	  HDR(COMMAND, 2, "Command"), keeps, 0xfffb },
	{ "write.vf-bus-master", "9.3.4.1.3", "Bus Master Enable can be set and cleared", SHALL, VF_ONLY, 0,
	  HDR(COMMAND, 2, "Command"), takes, 4 },
	{ "write.vf-bars", "9.3.4.1.11", "do not change", SHALL, VF_ONLY, 0, HDR(0x10, 4, "Base Address Registers"),
	  vf_bars, 0xffffffff },
	{ "write.vf-rom", "9.3.4.1.15", "does not change", SHALL, VF_ONLY, 0,
	  HDR(0x30, 4, "Expansion ROM Base Address"), keeps, 0xffffffff },
	{ "write.vf-cache-line", "9.3.4.1.7", "does not change", SHALL, VF_ONLY, 0, HDR(0x0c, 1, "Cache Line Size"),
	  keeps, 0xff },
	{ "write.vf-interrupt-line", "9.3.4.1.17", "does not change", SHALL, VF_ONLY, 0,
	  HDR(0x3c, 1, "Interrupt Line"), keeps, 0xff },
};

RULES(write_rules, WRITE, rules);

/* ---- at the end -------------------------------------------------------------------------------- */

struct moving {
	unsigned int at, bytes;
};

/* Status and logs may change by themselves. */
static bool may_move(const struct function *f, unsigned int at)
{
	unsigned int pcie = cap_at(f, ID_PCIE), aer = ecap_at(f, ID_AER), pm = cap_at(f, ID_PM);
	const struct moving moving[] = {
		{ 0x06, 2 }, { pcie ? pcie + 0x0a : 0, 2 }, { pcie ? pcie + 0x12 : 0, 2 },
		{ pcie ? pcie + 0x32 : 0, 2 },
		{ aer ? aer + 0x04 : 0, 4 }, { aer ? aer + 0x10 : 0, 4 }, { aer ? aer + 0x18 : 0, 20 },
		{ pm ? pm + 5 : 0, 1 },
	};

	for (unsigned int i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (moving[i].at && at >= moving[i].at && at < moving[i].at + moving[i].bytes)
			return true;
	return false;
}

/* Registers of capabilities that are not decoded may be counters: they were not written, and are not compared. */
static bool is_ours(const struct function *f, const struct chain *chain, bool extended, unsigned int at)
{
	for (unsigned int i = 0; i < chain->count; i++)
		if (at >= chain->cap[i].at && at < chain->cap[i].at + cap_length(f, &chain->cap[i], extended))
			return true;
	return false;
}

bool restored(const struct function *f)
{
	bool good = true;

	for (unsigned int at = 0; at < f->size; at++) {
		uint8_t is;

		if (at >= 0x40 && !is_ours(f, &f->caps, false, at) && !is_ours(f, &f->ecaps, true, at))
			continue;
		if (may_move(f, at) || !io_read(f->fd, &is, at, 1) || is == f->config[at])
			continue;
		complain("%s: %03xh was %02xh, and is left as %02xh", f->name, at, f->config[at], is);
		good = false;
	}
	return good;
}
