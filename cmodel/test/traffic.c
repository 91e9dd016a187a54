// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Frames out, in and across; completions with phase and wrap; every way in which a frame or queue goes wrong. */
#include "bus.h"

#include <string.h>

static struct svnic_frame frame;

static void up(struct bus *bus, unsigned int vfs)
{
	bus_open(bus, NULL);
	enumerate(bus, vfs);
	for (unsigned int f = 0; f <= vfs; f++) {
		assign(bus, f);
		start_slot(bus, f, 0, 0);
		start_queue(bus, f, 0);
		start_queue(bus, f, 1);
	}
}

/* One frame of `length` bytes as descriptor i of TX queue 0, sent and answered. */
static void send(struct bus *bus, uint8_t fn, unsigned int i, uint32_t length, uint8_t to)
{
	make_frame(at(bus, buffer_of(fn, 0, i)), length, to, fn);
	tx_descriptor(bus, fn, 0, i, buffer_of(fn, 0, i), length, 1);
	doorbell(bus, fn, 0, i + 1, 0, false);
}

static uint64_t completion(struct bus *bus, uint8_t fn, uint8_t q, unsigned int i)
{
	EQUAL(word(bus, cpl_of(fn, q) + 16 * (i % 32)), 0);
	return word(bus, cpl_of(fn, q) + 16 * (i % 32) + 8);
}

/* Bytes written out by hand from programming.md section 3: index 111:96, phase 127, EOP 88, status 87:80, length 79:64. */
static uint64_t expected(unsigned int i, uint32_t length, uint8_t status, bool eop, bool loopback)
{
	return length | (uint64_t)status << 16 | (uint64_t)eop << 24 | (uint64_t)loopback << 28 | (uint64_t)(i & 0xffff) << 32 |
	       (uint64_t)!(i >> 5 & 1) << 63;
}

static void to_wire(void)
{
	struct bus bus;

	up(&bus, 2);
	for (unsigned int i = 0; i < 100; i++) {
		uint32_t length = i == 0 ? 14 : 60 + i * 13;

		send(&bus, 1, i, length, 77);
		CHECK(get_frame(&bus, &frame));
		EQUAL(frame.length, length < 60 ? 60 : length);
		EQUAL(memcmp(frame.data, at(&bus, buffer_of(1, 0, i)), length), 0);
		for (uint32_t k = length; k < frame.length; k++)
			EQUAL(frame.data[k], 0);
		EQUAL(completion(&bus, 1, 0, i), expected(i, 0, 0, true, false));
		EQUAL(bus.last_write_from, BUS << 8 | 1);
	}
	CHECK(!get_frame(&bus, &frame));
	EQUAL(stat(&bus, 1, SVNIC_STAT_TX_FRAMES), 100);
	bus_close(&bus);
	passed("VF to wire: padding, phase over three rounds, requester id");
}

static void fragments_and_splits(void)
{
	struct bus bus;
	uint64_t base;

	up(&bus, 1);
	bus.piece = 64;
	bus.last_first = true;
	base = buffer_of(1, 0, 0) + 0xffd;	/* across a page, unaligned */
	make_frame(at(&bus, base), 6000, 77, 1);
	for (unsigned int i = 0; i < 20; i++)
		tx_descriptor(&bus, 1, 0, i, base + 300 * i, 300, i == 19);
	doorbell(&bus, 1, 0, 20, 0, false);
	CHECK(get_frame(&bus, &frame));
	EQUAL(frame.length, 6000);
	EQUAL(memcmp(frame.data, at(&bus, base), 6000), 0);
	for (unsigned int i = 0; i < 20; i++)
		EQUAL(completion(&bus, 1, 0, i), expected(i, 0, 0, i == 19, false));
	tx_descriptor(&bus, 1, 0, 20, base, 9216, 1);
	doorbell(&bus, 1, 0, 21, 0, false);
	CHECK(get_frame(&bus, &frame));
	EQUAL(frame.length, 9216);
	EQUAL(memcmp(frame.data, at(&bus, base), 9216), 0);
	bus_close(&bus);
	passed("20 fragments, 9,216 bytes, completions in pieces and in reverse order");
}

static void from_wire(void)
{
	struct bus bus;
	uint8_t data[9216];

	up(&bus, 2);
	fill_rx(&bus, 2, 24);
	make_frame(data, 5000, 2, 77);
	EQUAL(put_frame(&bus, data, 5000), 0);
	for (unsigned int i = 0; i < 3; i++) {
		uint32_t bytes = i < 2 ? 2048 : 904;

		EQUAL(memcmp(at(&bus, buffer_of(2, 1, i)), data + 2048 * i, bytes), 0);
		EQUAL(completion(&bus, 2, 1, i), expected(i, bytes, 0, i == 2, false));
	}
	CHECK(bus.largest_write <= 128);	/* MPS after reset */
	config_write(&bus, 0, 0x78, 0x2050, 0x3);
	bus.largest_write = 0;
	put_frame(&bus, data, 2048);
	EQUAL(bus.largest_write, 512);
	EQUAL(completion(&bus, 2, 1, 3), expected(3, 2048, 0, true, false));
	EQUAL(stat(&bus, 2, SVNIC_STAT_RX_FRAMES), 2);
	EQUAL(stat(&bus, 2, SVNIC_STAT_RX_BYTES), 7048);
	EQUAL(svnic_device_put_frame(bus.dev, &(struct svnic_frame){ .size = sizeof(frame), .length = 13 }), -22);
	bus_close(&bus);
	passed("wire to VF: several buffers, MPS");
}

static void between_functions(void)
{
	struct bus bus;

	up(&bus, 2);
	fill_rx(&bus, 2, 4);
	send(&bus, 1, 0, 20, 2);
	CHECK(!get_frame(&bus, &frame));
	EQUAL(completion(&bus, 2, 1, 0), expected(0, 60, 0, true, true));
	EQUAL(memcmp(at(&bus, buffer_of(2, 1, 0)), at(&bus, buffer_of(1, 0, 0)), 20), 0);
	EQUAL(completion(&bus, 1, 0, 0), expected(0, 0, 0, true, false));
	bus_close(&bus);
	passed("VF to VF: padded, flagged as loopback");
}

static void no_buffers(void)
{
	struct bus bus;
	uint8_t data[3000];

	up(&bus, 1);
	make_frame(data, 3000, 1, 77);
	put_frame(&bus, data, 3000);
	EQUAL(stat(&bus, 1, SVNIC_STAT_RX_DROP_NO_DESC), 1);
	fill_rx(&bus, 1, 1);
	put_frame(&bus, data, 3000);	/* needs two */
	EQUAL(stat(&bus, 1, SVNIC_STAT_RX_DROP_NO_DESC), 2);
	put_frame(&bus, data, 2048);
	EQUAL(stat(&bus, 1, SVNIC_STAT_RX_FRAMES), 1);
	write32(&bus, bar0(1) + SVNIC_CTRL, 0);
	put_frame(&bus, data, 100);
	EQUAL(stat(&bus, 1, SVNIC_STAT_RX_DROP_DISABLED), 1);
	bus_close(&bus);
	passed("receive without buffers, receive disabled");
}

/* ---- errors ---------------------------------------------------------------------------------- */

static bool was_posted(struct bus *bus, uint8_t fn, uint64_t entry)
{
	for (unsigned int i = 0; i < 32; i++)
		if (word(bus, slot_ring_of(fn, 0) + 8 * i) == entry)
			return true;
	return false;
}

static void is_stopped(struct bus *bus, uint8_t fn, uint8_t q, uint8_t error)
{
	EQUAL(queue_state(bus, fn, q), SVNIC_QUEUE_STATE_STOPPED | (uint32_t)error << 8);
	CHECK(read32(bus, bar0(fn) + SVNIC_ERROR) & SVNIC_ERROR_QUEUE_STOPPED);
	CHECK(read32(bus, PF_BAR0 + SVNIC_FUNC(fn) + SVNIC_FUNC_STATUS) & SVNIC_FUNC_STATUS_ERROR);
	CHECK(was_posted(bus, fn, UINT64_C(1) << 63 | (uint64_t)SVNIC_EVENT_KIND_ERROR << 16));
	CHECK(was_posted(bus, fn, UINT64_C(1) << 63 | (uint64_t)SVNIC_EVENT_KIND_QUEUE_STOPPED << 16 | q));
}

static void restart(struct bus *bus, uint8_t fn, uint8_t q)
{
	write32(bus, bar0(fn) + SVNIC_QUEUE(q) + SVNIC_QUEUE_CTRL, 1);	/* only stop leads out */
	EQUAL(queue_state(bus, fn, q) & 3, SVNIC_QUEUE_STATE_STOPPED);
	write32(bus, bar0(fn) + SVNIC_QUEUE(q) + SVNIC_QUEUE_CTRL, 0);
	EQUAL(queue_state(bus, fn, q) & 3, SVNIC_QUEUE_STATE_OFF);
	start_queue(bus, fn, q);
	memset(at(bus, cpl_of(fn, q)), 0, 512);
	send(bus, fn, 0, 100, 77);
	CHECK(get_frame(bus, &frame));
	EQUAL(completion(bus, fn, q, 0), expected(0, 0, 0, true, false));
}

static void doorbell_overrun(void)
{
	struct bus bus;

	up(&bus, 1);
	doorbell(&bus, 1, 0, 33, 0, false);
	is_stopped(&bus, 1, 0, SVNIC_ERROR_CODE_DOORBELL);
	restart(&bus, 1, 0);
	doorbell(&bus, 1, 0, 0xfff0, 0, false);	/* behind: nothing new */
	EQUAL(queue_state(&bus, 1, 0), 1);
	EQUAL(read32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_INDEX), 0x00010001);
	bus_close(&bus);
	passed("doorbell overrun, old doorbell");
}

static void bad_length(uint16_t length, uint16_t second)
{
	struct bus bus;

	up(&bus, 1);
	tx_descriptor(&bus, 1, 0, 0, buffer_of(1, 0, 0), length, !second);
	tx_descriptor(&bus, 1, 0, 1, buffer_of(1, 0, 0), second, 1);
	tx_descriptor(&bus, 1, 0, 2, buffer_of(1, 0, 0), 100, 1);
	doorbell(&bus, 1, 0, 3, 0, false);
	EQUAL(completion(&bus, 1, 0, 0), expected(0, 0, SVNIC_ERROR_CODE_LENGTH, !second, false));
	if (second)
		EQUAL(completion(&bus, 1, 0, 1), expected(1, 0, SVNIC_ERROR_CODE_LENGTH, true, false));
	EQUAL(completion(&bus, 1, 0, second ? 2 : 1), 0);	/* nothing behind it is answered */
	EQUAL(stat(&bus, 1, SVNIC_STAT_TX_ERRORS), 1);
	is_stopped(&bus, 1, 0, SVNIC_ERROR_CODE_LENGTH);
	bus_close(&bus);
}

static void lengths(void)
{
	bad_length(0, 0);
	bad_length(13, 0);
	bad_length(9217, 0);
	bad_length(9000, 217);
	bad_length(100, 0xffff);
	passed("length 0, 13, 9,217, of one descriptor and of two");
}

static void too_many_fragments(void)
{
	struct bus bus;

	up(&bus, 1);
	for (unsigned int i = 0; i < 21; i++)
		tx_descriptor(&bus, 1, 0, i, buffer_of(1, 0, 0), 10, i == 20);
	doorbell(&bus, 1, 0, 19, 0, false);
	EQUAL(queue_state(&bus, 1, 0), 1);	/* 19 may still become a frame */
	doorbell(&bus, 1, 0, 21, 0, false);
	is_stopped(&bus, 1, 0, SVNIC_ERROR_CODE_FRAGMENTS);
	EQUAL(completion(&bus, 1, 0, 0), 0);
	restart(&bus, 1, 0);
	bus_close(&bus);
	passed("21 fragments");
}

static void unsupported(void)
{
	struct bus bus;

	up(&bus, 1);
	for (unsigned int i = 0; i < 3; i++) {
		static const uint16_t flags[] = { 1 | 2, 1 | 4, 1 | 0x8000 };

		make_frame(at(&bus, buffer_of(1, 0, i)), 100, 77, 1);
		tx_descriptor(&bus, 1, 0, i, buffer_of(1, 0, i), 100, flags[i]);
		doorbell(&bus, 1, 0, i + 1, 0, false);
		EQUAL(completion(&bus, 1, 0, i), expected(i, 0, SVNIC_ERROR_CODE_UNSUPPORTED, true, false));
	}
	CHECK(!get_frame(&bus, &frame));
	send(&bus, 1, 3, 100, 77);	/* the queue goes on */
	CHECK(get_frame(&bus, &frame));
	EQUAL(stat(&bus, 1, SVNIC_STAT_TX_ERRORS), 3);
	bus_close(&bus);
	passed("unsupported flags");
}

/* The payload of the second frame cannot be read: no byte of it leaves, and none of what is behind it is answered. */
static void bad_payload(enum answer_mode mode)
{
	struct bus bus;

	up(&bus, 1);
	for (unsigned int i = 0; i < 4; i++) {
		make_frame(at(&bus, buffer_of(1, 0, i)), 1000, 77, 1);
		memset(at(&bus, buffer_of(1, 0, i)) + 14, 0x40 + i, 986);
		tx_descriptor(&bus, 1, 0, i, buffer_of(1, 0, i), 1000, 1);
	}
	bus.mode = mode;
	bus.bad_from = buffer_of(1, 0, 1) + 512;
	bus.bad_to = buffer_of(1, 0, 2);
	doorbell(&bus, 1, 0, 4, 0, false);
	if (mode == ANSWER_NOT) {
		advance(&bus, 15000000);
		EQUAL(queue_state(&bus, 1, 0), 1);
		advance(&bus, 1000001);
	}
	EQUAL(completion(&bus, 1, 0, 0), expected(0, 0, 0, true, false));
	EQUAL(completion(&bus, 1, 0, 1), expected(1, 0, SVNIC_ERROR_CODE_DATA_DMA, true, false));
	EQUAL(completion(&bus, 1, 0, 2), 0);
	while (get_frame(&bus, &frame))
		CHECK(frame.data[14] != 0x41);
	is_stopped(&bus, 1, 0, SVNIC_ERROR_CODE_DATA_DMA);
	CHECK(read32(&bus, bar0(1) + SVNIC_ERROR) & SVNIC_ERROR_DMA_ERROR);
	EQUAL(stat(&bus, 1, SVNIC_STAT_DMA_ERRORS), 1);
	bus.mode = ANSWER;
	bus.num_waiting = 0;
	restart(&bus, 1, 0);
	bus_close(&bus);
}

static void bad_payloads(void)
{
	bad_payload(ANSWER_UR);
	bad_payload(ANSWER_CA);
	bad_payload(ANSWER_RRS);
	bad_payload(ANSWER_POISON);
	bad_payload(ANSWER_NOT);
	passed("payload read: UR, CA, RRS, poisoned, time-out");
}

static void bad_descriptors(void)
{
	struct bus bus;

	up(&bus, 1);
	bus.mode = ANSWER_UR;
	doorbell(&bus, 1, 1, 8, 0, false);
	is_stopped(&bus, 1, 1, SVNIC_ERROR_CODE_DESC_DMA);
	bus_close(&bus);
	passed("descriptor read fails");
}

static void no_bus_master(void)
{
	struct bus bus;
	unsigned int reads, writes;
	uint8_t data[100];

	up(&bus, 1);
	fill_rx(&bus, 1, 4);
	config_write(&bus, 1, 0x04, 0, 0x3);
	reads = bus.reads;
	writes = bus.writes;
	make_frame(data, 100, 1, 77);
	put_frame(&bus, data, 100);
	doorbell(&bus, 1, 0, 1, 0, true);
	doorbell(&bus, 1, 1, 5, 0, true);
	EQUAL(bus.reads, reads);
	EQUAL(queue_state(&bus, 1, 0) >> 8, SVNIC_ERROR_CODE_DESC_DMA);
	CHECK(bus.writes == writes || bus.last_write_from == BUS << 8);	/* only the PF is told */
	EQUAL(word(&bus, cpl_of(1, 1) + 8), 0);
	bus_close(&bus);
	passed("bus mastering off: silent");
}

static void off_queue(void)
{
	struct bus bus;

	up(&bus, 1);
	write32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CONFIG, 6);	/* not while it is on */
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), SVNIC_ERROR_BAD_ACCESS);
	write32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 0);
	doorbell(&bus, 1, 0, 5, 0, true);	/* it may have stopped a moment ago */
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 1);
	write32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CONFIG, 13);
	write32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 1);
	EQUAL(queue_state(&bus, 1, 0), 0);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 2);
	write32(&bus, bar0(1) + SVNIC_QUEUE(1) + SVNIC_QUEUE_CTRL, 0);
	write32(&bus, bar0(1) + SVNIC_QUEUE(1) + SVNIC_QUEUE_CONFIG, 15 << 16 | 5);
	write32(&bus, bar0(1) + SVNIC_QUEUE(1) + SVNIC_QUEUE_CTRL, 1);
	EQUAL(stat(&bus, 1, SVNIC_STAT_BAD_ACCESS), 3);
	bus_close(&bus);
	passed("settings: only when off, only in range");
}

/* Stop with a read outstanding: off only when it has come back; its data goes nowhere. */
static void stop_while_reading(void)
{
	struct bus bus;

	up(&bus, 1);
	make_frame(at(&bus, buffer_of(1, 0, 0)), 100, 77, 1);
	tx_descriptor(&bus, 1, 0, 0, buffer_of(1, 0, 0), 100, 1);
	bus.mode = ANSWER_NOT;
	doorbell(&bus, 1, 0, 1, 0, false);
	write32(&bus, bar0(1) + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 0);
	EQUAL(queue_state(&bus, 1, 0), SVNIC_QUEUE_STATE_DRAINING);
	bus.mode = ANSWER;
	settle(&bus);
	EQUAL(queue_state(&bus, 1, 0), SVNIC_QUEUE_STATE_OFF);
	EQUAL(completion(&bus, 1, 0, 0), 0);
	bus_close(&bus);
	passed("stop with a read outstanding");
}

/* Indices beyond 2^16 and all functions at once: the highest VF is as real as the first. */
static void long_run(void)
{
	struct bus bus;

	bus_open(&bus, NULL);
	enumerate(&bus, 64);
	assign(&bus, 64);
	start_slot(&bus, 64, 0, 0);
	start_queue(&bus, 64, 0);
	for (unsigned int i = 0; i < 70000; i++) {
		tx_descriptor(&bus, 64, 0, i, buffer_of(64, 0, 0), 64, 1);
		if (i % 32 == 31) {
			doorbell(&bus, 64, 0, i + 1, 0, false);
			EQUAL(completion(&bus, 64, 0, i), expected(i, 0, 0, true, false));
			for (int k = 0; k < 32; k++)
				CHECK(get_frame(&bus, &frame));
		}
	}
	bus_close(&bus);
	passed("70,000 frames of VF 64");
}

int main(void)
{
	to_wire();
	fragments_and_splits();
	from_wire();
	between_functions();
	no_buffers();
	doorbell_overrun();
	lengths();
	too_many_fragments();
	unsupported();
	bad_payloads();
	bad_descriptors();
	no_bus_master();
	off_queue();
	stop_while_reading();
	long_run();
	return done();
}
