// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Requests that are not as they should be, what is logged about them, and the mailbox. */
#include "bus.h"

#include <string.h>

static void up(struct bus *bus, unsigned int vfs)
{
	bus_open(bus, NULL);
	enumerate(bus, vfs);
	for (unsigned int f = 0; f <= vfs; f++) {
		assign(bus, f);
		start_slot(bus, f, 0, 0);
	}
}

static void reads(void)
{
	struct bus bus;
	uint64_t mac = bar0(1) + SVNIC_MAC_LO;

	up(&bus, 1);
	write32(&bus, PF_BAR0 + SVNIC_FUNC(1) + SVNIC_FUNC_MAC_LO, 0x44332211);
	write32(&bus, PF_BAR0 + SVNIC_FUNC(1) + SVNIC_FUNC_MAC_HI, 0x6655);
	EQUAL(read64(&bus, mac), 0x0000665544332211);
	read_tlp(&bus, mac, 1, 0x6, 0);	/* two bytes in the middle */
	EQUAL(bus.completion.byte_count, 2);
	EQUAL(bus.completion.lower_address, (mac & 0x7f) + 1);
	EQUAL(bus.completion.payload[2], 0x33);
	read_tlp(&bus, mac, 2, 0xc, 0x1);
	EQUAL(bus.completion.byte_count, 3);
	EQUAL(bus.completion.lower_address, (mac & 0x7f) + 2);
	read_tlp(&bus, mac, 1, 0, 0);
	EQUAL(bus.completion.byte_count, 1);
	EQUAL(bus.completion.dw, 1);
	EQUAL(bus.completion.completer, BUS << 8 | 1);
	read_tlp(&bus, mac, 3, 0xf, 0xf);
	EQUAL(bus.completion.status, SVNIC_CPL_CA);
	EQUAL(bus.completion.type, SVNIC_TLP_CPL);
	EQUAL(read32(&bus, bar0(1) + SVNIC_QUEUE_DB(0)), 0);
	EQUAL(read32(&bus, bar0(1) + SVNIC_QUEUE(5)), 0);	/* not assigned */
	EQUAL(read32(&bus, bar0(1) + 0xff00), 0);
	bus_close(&bus);
	passed("reads: byte enables, zero length, too long, doorbells, not assigned");
}

static void bad_writes(void)
{
	struct bus bus;
	unsigned int bad = 0;
	uint64_t ctrl = bar0(1) + SVNIC_CTRL, db = bar0(1) + SVNIC_QUEUE_DB(0);
	const struct { uint64_t address; uint16_t dw; uint8_t first, last; } writes[] = {
		{ ctrl, 1, 0x7, 0 }, { ctrl, 1, 0x0, 0 }, { ctrl, 2, 0xf, 0x7 }, { ctrl, 3, 0xf, 0xf }, { ctrl, 16, 0xf, 0xf },
		{ db, 1, 0xf, 0 }, { db + 4, 2, 0xf, 0xf }, { db, 2, 0xe, 0xf }, { db, 4, 0xf, 0xf },
		{ bar0(1) + SVNIC_QUEUE_DB(31), 2, 0xf, 0xf },	/* not assigned */
		{ bar0(1) + SVNIC_SLOT_DB(15), 2, 0xf, 0xf },
		{ bar0(1) + SVNIC_QUEUE(31), 1, 0xf, 0 },
		{ bar0(1) + SVNIC_SLOT(15), 1, 0xf, 0 },
	};

	up(&bus, 1);
	for (unsigned int i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		write_tlp(&bus, writes[i].address, writes[i].dw, writes[i].first, writes[i].last, false);
		EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), ++bad);
	}
	EQUAL(read32(&bus, ctrl), 1);	/* as assign() left it */
	write_tlp(&bus, bar0(1) + SVNIC_QUEUE(31), 2, 0xf, 0xf, false);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), bad + 2);
	write_tlp(&bus, bar0(1) + 0x9000, 1, 0xf, 0, false);	/* reserved */
	write_tlp(&bus, bar0(1) + SVNIC_MAGIC, 1, 0xf, 0, false);	/* read-only */
	write_tlp(&bus, bar0(1) + 0x8800, 2, 0xf, 0xf, false);	/* reserved doorbell */
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), bad + 2);
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), SVNIC_ERROR_BAD_ACCESS);
	write32(&bus, bar0(1) + SVNIC_ERROR, SVNIC_ERROR_BAD_ACCESS);
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), 0);
	EQUAL(stat(&bus, 0, SVNIC_STAT_BAD_ACCESS), 0);
	bus_close(&bus);
	passed("bad accesses");
}

/* ---- AER: numbers by hand -------------------------------------------------------------------- */

static void advisory(void)
{
	struct bus bus;

	up(&bus, 1);
	read_tlp(&bus, UINT64_C(0x123456789abc), 1, 0xf, 0);	/* nobody's */
	EQUAL(bus.completion.status, SVNIC_CPL_UR);
	EQUAL(bus.completion.completer, BUS << 8);
	EQUAL(config_read(&bus, 0, 0x78) >> 16, 0x9);
	EQUAL(config_read(&bus, 0, 0x110), 0x2000);
	EQUAL(config_read(&bus, 0, 0x104), 0);	/* advisory errors are masked by default */
	config_write(&bus, 0, 0x114, 0, 0xf);
	config_write(&bus, 0, 0x78, 0x2019, 0x3);	/* CERE, URRE */
	read_tlp(&bus, UINT64_C(0x123456789abc), 1, 0xf, 0);
	EQUAL(config_read(&bus, 0, 0x104), 0x100000);
	EQUAL(config_read(&bus, 0, 0x118), 20);
	EQUAL(config_read(&bus, 0, 0x11c), 0x20000001);
	EQUAL(config_read(&bus, 0, 0x120) & 0xffff00ff, 0x0008000f);
	EQUAL(config_read(&bus, 0, 0x124), 0x1234);
	EQUAL(config_read(&bus, 0, 0x128), 0x56789abc);
	EQUAL(bus.messages, 1);
	EQUAL(bus.last_message, SVNIC_MSG_ERR_COR);
	EQUAL(bus.last_message_from, BUS << 8);
	read_tlp(&bus, bar0(1), 3, 0xf, 0xf);	/* CA of the VF: its own log, the PF's mask */
	EQUAL(config_read(&bus, 1, 0x104), 0x8000);
	EQUAL(config_read(&bus, 1, 0x11c), 0x20000003);
	EQUAL(config_read(&bus, 0, 0x104), 0x100000);
	EQUAL(bus.last_message_from, BUS << 8 | 1);
	config_write(&bus, 0, 0x104, 0x100000, 0xf);
	EQUAL(config_read(&bus, 0, 0x104), 0);
	config_write(&bus, 0, 0x78, 0x000f2019, 0xf);
	EQUAL(config_read(&bus, 0, 0x78) >> 16, 0);
	bus_close(&bus);
	passed("AER: advisory UR, CA; header, pointer, message");
}

static void posted_errors(void)
{
	struct bus bus;

	up(&bus, 1);
	config_write(&bus, 0, 0x04, 0x106, 0x3);	/* SERR# */
	write_tlp(&bus, UINT64_C(0x1000), 1, 0xf, 0, false);
	EQUAL(config_read(&bus, 0, 0x104), 0x100000);
	EQUAL(config_read(&bus, 0, 0x11c), 0x40000001);
	EQUAL(config_read(&bus, 0, 0x124), 0x1000);
	EQUAL(config_read(&bus, 0, 0x78) >> 16, 0xa);
	EQUAL(bus.last_message, SVNIC_MSG_ERR_NONFATAL);
	write_tlp(&bus, bar0(1) + SVNIC_CTRL, 1, 0xf, 0, true);
	EQUAL(config_read(&bus, 1, 0x104), 0x1000);
	EQUAL(config_read(&bus, 1, 0x118), 12);
	EQUAL(config_read(&bus, 1, 0x11c), 0x60004001);
	EQUAL(read32(&bus, bar0(1) + SVNIC_CTRL), 1);	/* it changed nothing */
	EQUAL(bus.messages, 2);
	config_write(&bus, 0, 0x10c, 0x1000, 0xf);	/* poisoned is fatal now */
	write_tlp(&bus, bar0(1) + SVNIC_CTRL, 1, 0xf, 0, true);
	EQUAL(bus.last_message, SVNIC_MSG_ERR_FATAL);
	config_write(&bus, 0, 0x108, 0x1000, 0xf);	/* and masked */
	write_tlp(&bus, bar0(1) + SVNIC_CTRL, 1, 0xf, 0, true);
	EQUAL(bus.messages, 3);
	bus_close(&bus);
	passed("AER: posted UR, poisoned; severity, mask, SERR#");
}

static void other_requests(void)
{
	struct bus bus;
	static const uint8_t types[] = { SVNIC_TLP_FETCHADD, SVNIC_TLP_SWAP, SVNIC_TLP_DMWR };

	up(&bus, 1);
	for (unsigned int i = 0; i < 3; i++) {
		struct svnic_tlp tlp = { .type = types[i], .dw = 1, .address = bar0(1) + SVNIC_CTRL, .tag = 7,
					 .first_be = types[i] == SVNIC_TLP_DMWR ? 0xf : 0 };

		put(&bus, &tlp);
		settle(&bus);
		EQUAL(bus.completion.tag, 7);
		EQUAL(bus.completion.status, SVNIC_CPL_UR);
		EQUAL(bus.completion.completer, BUS << 8 | 1);
	}
	put(&bus, &(struct svnic_tlp){ .type = SVNIC_TLP_MSG, .msg_code = 0x50 });
	put(&bus, &(struct svnic_tlp){ .type = SVNIC_TLP_CPLD, .dw = 1, .requester = BUS << 8 | 1, .tag = 9, .byte_count = 4 });
	settle(&bus);
	EQUAL(config_read(&bus, 1, 0x110), 0x2000);	/* unexpected completion: advisory */
	EQUAL(svnic_device_put_tlp(bus.dev, &(struct svnic_tlp){ .size = sizeof(struct svnic_tlp), .type = 99 }), -22);
	EQUAL(svnic_device_put_tlp(bus.dev, &(struct svnic_tlp){ .size = sizeof(struct svnic_tlp), .type = SVNIC_TLP_MRD,
		.dw = 2, .address = 0xffc, .first_be = 15, .last_be = 15 }), -22);
	EQUAL(svnic_device_put_tlp(bus.dev, &(struct svnic_tlp){ .size = 8, .type = SVNIC_TLP_MSG }), -22);
	bus_close(&bus);
	passed("AtomicOps, DMWr, messages, nobody's completion, what is no TLP");
}

/* ---- mailbox --------------------------------------------------------------------------------- */

static uint64_t entry(struct bus *bus, uint8_t fn, unsigned int i)
{
	return word(bus, slot_ring_of(fn, 0) + 8 * i);
}

static void mailbox(void)
{
	struct bus bus;
	uint64_t pf_ctrl = PF_BAR0 + SVNIC_PF_MBOX_CTRL(1), from = PF_BAR0 + SVNIC_VF_MBOX(1);
	uint64_t to = from + SVNIC_VF_MBOX_TO(0), vf_ctrl = bar0(1) + SVNIC_MBOX_CTRL;
	unsigned int pf_events, vf_events;

	up(&bus, 2);
	pf_events = read32(&bus, bar0(0) + SVNIC_SLOT(0) + SVNIC_SLOT_INDEX) & 0xffff;
	vf_events = read32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_INDEX) & 0xffff;
	write32(&bus, bar0(1) + SVNIC_MBOX_OUT(15), 0x1234);
	write32(&bus, vf_ctrl, 1);
	EQUAL(read32(&bus, vf_ctrl), 1);
	EQUAL(entry(&bus, 0, pf_events), UINT64_C(0x8000000000060001));
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_FUNC(1) + SVNIC_FUNC_STATUS), SVNIC_FUNC_STATUS_MBOX);
	EQUAL(read32(&bus, from + 4 * 15), 0x1234);
	write32(&bus, bar0(1) + SVNIC_MBOX_OUT(15), 0x5678);	/* on its way already */
	EQUAL(read32(&bus, from + 4 * 15), 0x1234);
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), SVNIC_ERROR_BAD_ACCESS);
	EQUAL(read32(&bus, pf_ctrl), 1);
	write32(&bus, pf_ctrl, 1);
	EQUAL(read32(&bus, vf_ctrl), 0);
	EQUAL(entry(&bus, 1, vf_events) & 0xff0000, 0x70000);	/* the bad access */
	EQUAL(entry(&bus, 1, vf_events + 1), UINT64_C(0x8000000000020000));
	write32(&bus, to, 0xabcd);
	write32(&bus, pf_ctrl, 2);
	EQUAL(read32(&bus, pf_ctrl), 2);
	write32(&bus, to, 0xdcba);	/* not before it was read */
	EQUAL(read32(&bus, bar0(1) + SVNIC_MBOX_IN(0)), 0xabcd);
	EQUAL(read32(&bus, vf_ctrl), 2);
	write32(&bus, vf_ctrl, 2);
	EQUAL(read32(&bus, pf_ctrl), 0);
	EQUAL(read32(&bus, bar0(2) + SVNIC_MBOX_IN(0)), 0);	/* VF 2 saw nothing of it */
	EQUAL(read32(&bus, bar0(2) + SVNIC_MBOX_OUT(15)), 0);
	EQUAL(read32(&bus, bar0(0) + SVNIC_MBOX_OUT(0)), 0);
	bus_close(&bus);
	passed("mailbox both ways");
}

static void isolation(void)
{
	struct bus bus;

	up(&bus, 2);
	EQUAL(read32(&bus, bar0(1) + 0x10000 - 4), 0);
	start_queue(&bus, 1, 0);
	write32(&bus, PF_BAR0 + SVNIC_QP_MAP(2), 0x80000002);	/* VF 1's queue pair goes to VF 2 */
	EQUAL(queue_state(&bus, 1, 0), 0);
	doorbell(&bus, 1, 0, 1, 0, false);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 1);
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_QP_MAP(1)), 0x80000002);
	bus_close(&bus);
	passed("who is not the owner is ignored");
}

int main(void)
{
	reads();
	bad_writes();
	advisory();
	posted_errors();
	other_requests();
	mailbox();
	isolation();
	return done();
}
