// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Configuration space against docs/config-space.md, in numbers of the specification. */
#include "bus.h"

static void walk_pf(struct bus *bus)
{
	EQUAL(config_read(bus, 0, 0x00), 0x10005653);
	EQUAL(config_read(bus, 0, 0x04), 0x00100000);
	EQUAL(config_read(bus, 0, 0x08), 0x02000001);
	EQUAL(config_read(bus, 0, 0x0c), 0);
	EQUAL(config_read(bus, 0, 0x34), 0x40);
	EQUAL(config_read(bus, 0, 0x3c), 0);
	EQUAL(config_read(bus, 0, 0x40), 0x00035001);
	EQUAL(config_read(bus, 0, 0x44), 0x8);
	EQUAL(config_read(bus, 0, 0x50), 0x000f7011);
	EQUAL(config_read(bus, 0, 0x54), 0x2);
	EQUAL(config_read(bus, 0, 0x58), 0x8002);
	EQUAL(config_read(bus, 0, 0x70), 0x00020010);
	EQUAL(config_read(bus, 0, 0x74), 0x10008022);
	EQUAL(config_read(bus, 0, 0x78), 0x2010);
	EQUAL(config_read(bus, 0, 0x7c), 0x400083);
	EQUAL(config_read(bus, 0, 0x80), 0x00830000);
	EQUAL(config_read(bus, 0, 0x94), 0x10);
	EQUAL(config_read(bus, 0, 0x98), 0);
	EQUAL(config_read(bus, 0, 0xa0), 3);
	EQUAL(config_read(bus, 0, 0x100), 0x15020001);
	EQUAL(config_read(bus, 0, 0x10c), 0x40010);
	EQUAL(config_read(bus, 0, 0x114), 0x2000);
	EQUAL(config_read(bus, 0, 0x150), 0x16010003);
	EQUAL(config_read(bus, 0, 0x160), 0x1801000e);
	EQUAL(config_read(bus, 0, 0x180), 0x00010010);
	EQUAL(config_read(bus, 0, 0x18c), 0x00400040);
	EQUAL(config_read(bus, 0, 0x194), 0x00010001);
	EQUAL(config_read(bus, 0, 0x198), 0x10010000);
	EQUAL(config_read(bus, 0, 0x19c), 0x553);
	EQUAL(config_read(bus, 0, 0x1a0), 1);
	EQUAL(config_read(bus, 0, 0x200), 0);
	passed("PF walk");
}

static void size_bars(struct bus *bus)
{
	static const uint16_t bars[] = { 0x10, 0x18, 0x1a4, 0x1ac };
	static const uint32_t low[] = { 0xfff8000c, 0xffff000c, 0xffff000c, 0xffff000c };

	for (int i = 0; i < 4; i++) {
		config_write(bus, 0, bars[i], 0xffffffff, 0xf);
		config_write(bus, 0, bars[i] + 4, 0xffffffff, 0xf);
		EQUAL(config_read(bus, 0, bars[i]), low[i]);
		EQUAL(config_read(bus, 0, bars[i] + 4), 0xffffffff);
	}
	config_write(bus, 0, 0x20, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x20), 0);
	config_write(bus, 0, 0x1a0, 0x100, 0xf);	/* 1 MiB pages */
	EQUAL(config_read(bus, 0, 0x1a4), 0xfff0000c);
	config_write(bus, 0, 0x1a0, 0x3, 0xf);
	EQUAL(config_read(bus, 0, 0x1a0), 0x100);
	config_write(bus, 0, 0x1a0, 0x4, 0xf);
	EQUAL(config_read(bus, 0, 0x1a0), 0x100);
	config_write(bus, 0, 0x1a0, 0x1, 0xf);
	passed("BAR sizes, System Page Size");
}

static void writable_bits(struct bus *bus)
{
	config_write(bus, 0, 0x04, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x04), 0x00100146);
	config_write(bus, 0, 0x04, 0, 0x2);	/* byte enables: only SERR goes */
	EQUAL(config_read(bus, 0, 0x04), 0x00100046);
	config_write(bus, 0, 0x50, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x50), 0xc00f7011);
	config_write(bus, 0, 0x50, 0, 0xf);
	config_write(bus, 0, 0x78, 0x7fff, 0x3);
	EQUAL(config_read(bus, 0, 0x78) & 0xffff, 0x71ff);
	config_write(bus, 0, 0x78, 0x2010, 0x3);
	config_write(bus, 0, 0x44, 0x2, 0x1);
	EQUAL(config_read(bus, 0, 0x44), 0x8);
	config_write(bus, 0, 0x108, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x108), 0x15d010);
	config_write(bus, 0, 0x108, 0, 0xf);
	config_write(bus, 0, 0x114, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x114), 0x31c0);
	config_write(bus, 0, 0x114, 0x2000, 0xf);
	config_write(bus, 0, 0x80, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x80), 0x008300c0);
	config_write(bus, 0, 0x98, 0xffffffff, 0xf);
	EQUAL(config_read(bus, 0, 0x98), 0x10);
	config_write(bus, 0, 0x98, 0, 0xf);
	config_write(bus, 0, 0xa0, 4, 0xf);	/* no such speed: as it was */
	EQUAL(config_read(bus, 0, 0xa0), 3);
	config_write(bus, 0, 0xa0, 1, 0xf);
	EQUAL(config_read(bus, 0, 0xa0), 1);
	passed("writable bits");
}

static void power(struct bus *bus)
{
	enumerate(bus, 0);
	EQUAL(read32(bus, PF_BAR0), 0x434e5653);
	config_write(bus, 0, 0x44, 0x3, 0x1);
	EQUAL(config_read(bus, 0, 0x44), 0xb);
	read_tlp(bus, PF_BAR0, 1, 0xf, 0);
	EQUAL(bus->completion.status, SVNIC_CPL_UR);
	config_write(bus, 0, 0x44, 0x0, 0x1);
	EQUAL(read32(bus, PF_BAR0), 0x434e5653);	/* No_Soft_Reset: BARs are still there */
	passed("D3hot and back");
}

static void vf_enable(struct bus *bus)
{
	config_read(bus, 1, 0);
	EQUAL(bus->completion.status, SVNIC_CPL_UR);
	config_write(bus, 0, 0x190, 8, 0x3);
	config_write(bus, 0, 0x188, 0x1, 0x3);	/* 8 without ARI: refused */
	EQUAL(config_read(bus, 0, 0x188), 0);
	config_write(bus, 0, 0x190, 7, 0x3);
	config_write(bus, 0, 0x188, 0x1, 0x3);
	EQUAL(config_read(bus, 0, 0x188), 1);
	config_write(bus, 0, 0x190, 3, 0x3);	/* not while VFs are enabled */
	EQUAL(config_read(bus, 0, 0x190), 7);
	EQUAL(config_read(bus, 7, 0x0c), 0);
	EQUAL(config_read(bus, 8, 0), 0xffffffff);
	config_write(bus, 0, 0x188, 0, 0x3);
	config_write(bus, 0, 0x190, 65, 0x3);
	config_write(bus, 0, 0x188, 0x11, 0x3);
	EQUAL(config_read(bus, 0, 0x188), 0x10);
	config_write(bus, 0, 0x190, 64, 0x3);
	config_write(bus, 0, 0x188, 0x11, 0x3);
	EQUAL(config_read(bus, 0, 0x188), 0x11);
	passed("VF Enable: refused and taken");
}

static void walk_vf(struct bus *bus, uint8_t fn)
{
	EQUAL(config_read(bus, fn, 0x00), 0xffffffff);
	EQUAL(bus->completion.status, 0);
	EQUAL(bus->completion.completer, BUS << 8 | fn);
	config_write(bus, fn, 0x04, 0xffffffff, 0xf);
	EQUAL(config_read(bus, fn, 0x04), 0x00100004);
	config_write(bus, fn, 0x04, 0, 0xf);
	EQUAL(config_read(bus, fn, 0x08), 0x02000001);
	config_write(bus, fn, 0x10, 0xffffffff, 0xf);
	EQUAL(config_read(bus, fn, 0x10), 0);
	EQUAL(config_read(bus, fn, 0x34), 0x70);
	EQUAL(config_read(bus, fn, 0x40), 0);
	EQUAL(config_read(bus, fn, 0x70), 0x00025010);
	EQUAL(config_read(bus, fn, 0x50), 0x000f0011);
	config_write(bus, fn, 0x78, 0x7fff, 0x3);
	EQUAL(config_read(bus, fn, 0x78), 0);
	EQUAL(config_read(bus, fn, 0x100), 0x16020001);
	config_write(bus, fn, 0x98, 0xffffffff, 0xf);
	EQUAL(config_read(bus, fn, 0x98), 0);
	config_write(bus, fn, 0x108, 0xffffffff, 0xf);
	EQUAL(config_read(bus, fn, 0x108), 0);
	EQUAL(config_read(bus, fn, 0x150), 0);
	EQUAL(config_read(bus, fn, 0x160), 0x0001000e);
	EQUAL(config_read(bus, fn, 0x180), 0);
}

static void vf_windows(struct bus *bus)
{
	enumerate(bus, 64);
	EQUAL(read32(bus, bar0(1)), 0x434e5653);
	EQUAL(read32(bus, bar0(64)), 0x434e5653);
	EQUAL(read32(bus, bar0(64) + SVNIC_PARAMS), 0xc5101000);
	EQUAL(read32(bus, PF_BAR0 + SVNIC_PARAMS), 0xc5101040);
	EQUAL(read32(bus, PF_BAR0 + 0x2f000), 0x02000200);
	read_tlp(bus, bar0(65), 1, 0xf, 0);
	EQUAL(bus->completion.status, SVNIC_CPL_UR);
	EQUAL(read32(bus, bar2(64) + 0xc), 1);	/* vectors come up masked */
	config_write(bus, 0, 0x188, 0x11, 0x1);	/* VF MSE off */
	read_tlp(bus, bar0(1), 1, 0xf, 0);
	EQUAL(bus->completion.status, SVNIC_CPL_UR);
	passed("VF windows, first and last");
}

static void pages(struct bus *bus)
{
	config_write(bus, 0, 0x188, 0, 0x3);
	config_write(bus, 0, 0x1a0, 0x40, 0xf);	/* 256 KiB */
	enumerate(bus, 4);
	EQUAL(read32(bus, VF_BAR0 + 0x40000), 0x434e5653);
	EQUAL(read32(bus, VF_BAR0 + 0x10000), 0);
	EQUAL(read32(bus, VF_BAR0 + 0xc0000), 0x434e5653);
	passed("larger System Page Size");
}

int main(void)
{
	static struct bus bus;

	bus_open(&bus, NULL);
	walk_pf(&bus);
	size_bars(&bus);
	writable_bits(&bus);
	power(&bus);
	vf_enable(&bus);
	walk_vf(&bus, 1);
	walk_vf(&bus, 64);
	passed("VF walk, first and last");
	vf_windows(&bus);
	pages(&bus);
	bus_close(&bus);
	return done();
}
