// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* The table of resets, programming.md section 10. */
#include "bus.h"

#include <string.h>

static void up(struct bus *bus, unsigned int vfs)
{
	bus_open(bus, NULL);
	enumerate(bus, vfs);
	for (unsigned int f = 0; f <= vfs; f++) {
		assign(bus, f);
		start_slot(bus, f, 0, 0);
		start_queue(bus, f, 0);
		start_queue(bus, f, 1);
		fill_rx(bus, f, 8);
	}
}

static void flr(struct bus *bus, uint8_t fn)
{
	config_write(bus, fn, 0x78, config_read(bus, fn, 0x78) | 0x8000, 0x3);
	EQUAL(bus->completion.status, SVNIC_CPL_SC);
}

static uint32_t func_status(struct bus *bus, uint8_t fn)
{
	return read32(bus, PF_BAR0 + SVNIC_FUNC(fn) + SVNIC_FUNC_STATUS);
}

static void make_state(struct bus *bus, uint8_t fn)
{
	write_tlp(bus, bar0(fn) + SVNIC_CTRL, 1, 1, 0, false);	/* bad access: ERROR and a statistic */
	write32(bus, bar0(fn) + SVNIC_MBOX_OUT(0), 0x55);
	write32(bus, bar0(fn) + SVNIC_MBOX_CTRL, 1);
	write_tlp(bus, bar0(fn) + SVNIC_CTRL, 1, 0xf, 0, true);	/* poisoned: sticky AER status */
}

static void vf_is_blank(struct bus *bus, uint8_t fn)
{
	EQUAL(config_read(bus, fn, 0x04), 0x00100000);
	EQUAL(config_read(bus, fn, 0x50), 0x000f0011);
	EQUAL(read32(bus, bar2(fn) + 0xc), 1);
	EQUAL(read32(bus, bar2(fn)), 0);
	EQUAL(read32(bus, bar0(fn) + SVNIC_CTRL), 0);
	EQUAL(read32(bus, bar0(fn) + SVNIC_ERROR), 0);
	EQUAL(read32(bus, bar0(fn) + SVNIC_MBOX_CTRL), 0);
	EQUAL(read32(bus, bar0(fn) + SVNIC_MBOX_OUT(0)), 0);
	EQUAL(queue_state(bus, fn, 0), 0);
	EQUAL(queue_state(bus, fn, 1), 0);
	EQUAL(read32(bus, bar0(fn) + SVNIC_SLOT(0) + SVNIC_SLOT_CTRL), 0);
}

static void vf_flr(void)
{
	struct bus bus;

	up(&bus, 2);
	make_state(&bus, 1);
	flr(&bus, 1);
	EQUAL(config_read(&bus, 1, 0), 0xffffffff);
	EQUAL(bus.completion.status, 0);
	vf_is_blank(&bus, 1);
	EQUAL(func_status(&bus, 1), 7);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 1);	/* statistics stay */
	EQUAL(config_read(&bus, 1, 0x104), 0x1000);	/* sticky */
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_FUNC(1)), 1);
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_QP_MAP(1)), 0x80000002);
	EQUAL(queue_state(&bus, 2, 0), 1);	/* its neighbour did not notice */
	EQUAL(queue_state(&bus, 0, 0), 1);
	bus_close(&bus);
	passed("VF FLR");
}

/* FLR with reads outstanding: answered with RRS and UR until they are back, or 16 ms are over. */
static void flr_with_reads(bool answered)
{
	struct bus bus;
	unsigned int writes;

	up(&bus, 2);
	make_frame(at(&bus, buffer_of(1, 0, 0)), 1000, 77, 1);
	tx_descriptor(&bus, 1, 0, 0, buffer_of(1, 0, 0), 1000, 1);
	bus.mode = ANSWER_NOT;
	bus.bad_from = buffer_of(1, 0, 0);
	bus.bad_to = bus.bad_from + 1000;
	doorbell(&bus, 1, 0, 1, 0, true);
	EQUAL(config_read(&bus, 1, 0x78) >> 16, 0x20);	/* transactions pending */
	writes = bus.writes;
	flr(&bus, 1);
	config_read(&bus, 1, 0);
	EQUAL(bus.completion.status, SVNIC_CPL_RRS);
	read_tlp(&bus, bar0(1), 1, 0xf, 0);
	EQUAL(bus.completion.status, SVNIC_CPL_UR);
	EQUAL(queue_state(&bus, 2, 0), 1);
	if (answered) {
		bus.mode = ANSWER;
		settle(&bus);
	} else {
		advance(&bus, 16000001);
		answer(&bus, &bus.waiting[0], ANSWER);	/* late: discarded */
	}
	EQUAL(config_read(&bus, 1, 0), 0xffffffff);
	EQUAL(bus.completion.status, 0);
	CHECK(!get_frame(&bus, &(struct svnic_frame){ 0 }));
	CHECK(bus.writes == writes || bus.last_write_from == BUS << 8);
	EQUAL(word(&bus, cpl_of(1, 0) + 8), 0);
	EQUAL(config_read(&bus, 1, 0x104), 0);	/* a function in reset has no errors */
	EQUAL(config_read(&bus, 1, 0x110), 0);
	bus_close(&bus);
}

static void vf_enable_off(void)
{
	struct bus bus;

	up(&bus, 2);
	make_state(&bus, 2);
	config_write(&bus, 0, 0x188, 0x10, 0x3);
	config_read(&bus, 1, 0);
	EQUAL(bus.completion.status, SVNIC_CPL_UR);
	EQUAL(func_status(&bus, 1), 2);
	EQUAL(func_status(&bus, 2), 7);
	EQUAL(queue_state(&bus, 0, 0), 1);
	config_write(&bus, 0, 0x188, 0x19, 0x3);
	vf_is_blank(&bus, 2);
	bus_close(&bus);
	passed("VF Enable off and on");
}

static void pf_flr(void)
{
	struct bus bus;

	up(&bus, 2);
	config_write(&bus, 0, 0x78, 0x2050, 0x3);
	flr(&bus, 0);
	EQUAL(config_read(&bus, 0, 0x04), 0x00100000);
	EQUAL(config_read(&bus, 0, 0x10), 0xc);
	EQUAL(config_read(&bus, 0, 0x78), 0x2050);	/* MPS is not reset by FLR */
	EQUAL(config_read(&bus, 0, 0x188), 0x10);	/* ARI Capable Hierarchy stays */
	EQUAL(config_read(&bus, 0, 0x190), 0);
	EQUAL(config_read(&bus, 0, 0x1a4), 0xc);
	config_read(&bus, 1, 0);
	EQUAL(bus.completion.status, SVNIC_CPL_UR);
	enumerate(&bus, 2);
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_FUNC(1)), 0);
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_QP_MAP(0)), 0);
	EQUAL(read32(&bus, PF_BAR0 + SVNIC_SLOT_MAP(1)), 0);
	EQUAL(read64(&bus, PF_BAR0 + SVNIC_MAC_TABLE(4 * (2 ^ 1))), 0);
	config_write(&bus, 2, 0x04, 0, 0x3);
	vf_is_blank(&bus, 2);
	assign(&bus, 1);
	start_queue(&bus, 1, 0);
	bus_close(&bus);
	passed("PF FLR ends VFs and clears the tables");
}

static void hot_reset(void)
{
	struct bus bus;

	up(&bus, 2);
	make_state(&bus, 1);
	bus.mode = ANSWER_NOT;
	doorbell(&bus, 1, 0, 1, 0, true);
	svnic_device_reset(bus.dev);
	bus.num_waiting = 0;
	bus.mode = ANSWER;
	settle(&bus);
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	EQUAL(config_read(&bus, 0, 0x04), 0x00100000);
	enumerate(&bus, 2);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 0);
	EQUAL(func_status(&bus, 1), 0);
	bus_close(&bus);
	passed("hot reset");
}

/* All tags lost in time-outs: quarantined, then free again. */
static void quarantine(void)
{
	struct bus bus;
	struct svnic_tlp first;

	up(&bus, 1);
	for (unsigned int i = 0; i < 16; i++)
		tx_descriptor(&bus, 1, 0, i, MEMORY_BASE + 0x300000, 9216, 1);
	bus.mode = ANSWER_NOT;
	bus.bad_from = MEMORY_BASE + 0x300000;
	bus.bad_to = bus.bad_from + 9216;
	doorbell(&bus, 1, 0, 16, 0, false);
	EQUAL(bus.num_waiting, 32);	/* tags without Extended Tag */
	first = bus.waiting[0];
	advance(&bus, 16000001);
	EQUAL(bus.num_waiting, 32);
	answer(&bus, &first, ANSWER);	/* frees one tag at once */
	settle(&bus);
	EQUAL(bus.num_waiting, 33);
	EQUAL(bus.waiting[32].tag, first.tag);
	advance(&bus, 16000001);
	EQUAL(bus.num_waiting, 64);
	EQUAL(config_read(&bus, 1, 0x104), 0x4000);
	bus_close(&bus);
	passed("late completions, quarantine of tags");
}

int main(void)
{
	vf_flr();
	flr_with_reads(true);
	flr_with_reads(false);
	passed("FLR with reads outstanding: answered, timed out");
	vf_enable_off();
	pf_flr();
	hot_reset();
	quarantine();
	return done();
}
