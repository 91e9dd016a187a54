// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Slots: post, hold-off, notification, acknowledgement, masks; arms. And a card that has nothing to do. */
#include "bus.h"

#include <string.h>

static void up(struct bus *bus, const char *plant)
{
	bus_open(bus, plant);
	enumerate(bus, 2);
	assign(bus, 1);
}

static uint64_t entry(struct bus *bus, unsigned int slot, unsigned int i)
{
	return word(bus, slot_ring_of(1, slot) + 8 * (i % 32));
}

static void complete_tx(struct bus *bus, uint8_t q, unsigned int i)
{
	make_frame(at(bus, buffer_of(1, q, i)), 60, 77, 1);
	tx_descriptor(bus, 1, q, i, buffer_of(1, q, i), 60, 1);
	doorbell(bus, 1, q, i + 1, 0, false);
}

/* The LINK event of assign() is there already. */
static void first_event(struct bus *bus, uint16_t holdoff)
{
	start_slot(bus, 1, 0, holdoff);
	EQUAL(entry(bus, 0, 0), UINT64_C(0x8000000000030000));
}

static void holdoff(void)
{
	struct bus bus;

	up(&bus, NULL);
	first_event(&bus, 1000);	/* 64 us */
	EQUAL(bus.interrupts, 0);
	advance(&bus, 60000);
	EQUAL(bus.interrupts, 0);
	acknowledge(&bus, 1, 0, 0, 10);	/* consumes nothing: does not stretch it, and the new one counts later */
	uint64_t due = svnic_device_next_due(bus.dev);

	CHECK(due > svnic_device_now(bus.dev) && due <= svnic_device_now(bus.dev) + 4000);
	svnic_device_run(bus.dev, 1, SVNIC_NS(1000000000));	/* cut: no jump past a timer */
	EQUAL(svnic_device_now(bus.dev), due);
	settle(&bus);
	EQUAL(bus.interrupts, 1);
	EQUAL(bus.last_msi, 0x1010);
	EQUAL(bus.last_write_from, BUS << 8 | 1);
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	acknowledge(&bus, 1, 0, 0, 20);	/* was owed, one entry left: hold-off again */
	advance(&bus, 20 * 64);
	EQUAL(bus.interrupts, 2);
	acknowledge(&bus, 1, 0, 1, 0);
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	acknowledge(&bus, 1, 0, 2, 0);	/* never posted */
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), SVNIC_ERROR_ILLEGAL_ACK);
	EQUAL(entry(&bus, 0, 1), UINT64_C(0x8000000000070000));
	EQUAL(read32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_INDEX), 0x00010002);
	EQUAL(stat(&bus, 1, SVNIC_STAT_EVENTS_POSTED), 2);
	EQUAL(stat(&bus, 1, SVNIC_STAT_NOTIFICATIONS), 3);
	bus_close(&bus);
	passed("hold-off, owed, acknowledgements legal and not");
}

static void arms(void)
{
	struct bus bus;

	up(&bus, NULL);
	first_event(&bus, 0);
	acknowledge(&bus, 1, 0, 1, 0);
	start_queue(&bus, 1, 0);
	start_queue(&bus, 1, 2);
	doorbell(&bus, 1, 0, 0, 0, true);
	EQUAL(entry(&bus, 0, 1), 0);
	complete_tx(&bus, 0, 0);
	EQUAL(entry(&bus, 0, 1), UINT64_C(0x8000000000010000));
	complete_tx(&bus, 0, 1);	/* not armed */
	EQUAL(entry(&bus, 0, 2), 0);
	doorbell(&bus, 1, 0, 2, 1, true);	/* armed behind what was issued: at once */
	EQUAL(entry(&bus, 0, 2), UINT64_C(0x8000000000010000));
	doorbell(&bus, 1, 0, 2, 2, true);
	EQUAL(entry(&bus, 0, 3), 0);
	doorbell(&bus, 1, 2, 0, 0, true);
	complete_tx(&bus, 2, 0);
	EQUAL(entry(&bus, 0, 3), UINT64_C(0x8000000000010002));
	bus_close(&bus);
	passed("arms");
}

/* 32 entries, none consumed: full, and nothing is lost. */
static void full_ring(void)
{
	struct bus bus;

	up(&bus, NULL);
	first_event(&bus, 0xffff);
	start_queue(&bus, 1, 0);
	for (unsigned int i = 0; i < 40; i++) {
		complete_tx(&bus, 0, i);
		doorbell(&bus, 1, 0, i + 1, i, true);
	}
	EQUAL(read32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_INDEX), 32);
	acknowledge(&bus, 1, 0, 32, 0);
	EQUAL(entry(&bus, 0, 32), UINT64_C(0x0000000000010000));	/* second round */
	EQUAL(read32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_INDEX), 32 << 16 | 33);
	bus_close(&bus);
	passed("full event ring, phase");
}

static void masks(void)
{
	struct bus bus;

	up(&bus, NULL);
	write32(&bus, bar2(1) + 0xc, 1);
	first_event(&bus, 0);
	EQUAL(bus.interrupts, 0);
	EQUAL(read32(&bus, bar2(1) + 0x8000), 1);
	config_write(&bus, 1, 0x50, 0xc0000000, 0xc);	/* function mask, then the vector's mask goes: still masked */
	write32(&bus, bar2(1) + 0xc, 0);
	EQUAL(bus.interrupts, 0);
	config_write(&bus, 1, 0x50, 0x80000000, 0xc);
	EQUAL(bus.interrupts, 1);
	EQUAL(read32(&bus, bar2(1) + 0x8000), 0);
	acknowledge(&bus, 1, 0, 0, 0);
	EQUAL(bus.interrupts, 2);
	EQUAL(read64(&bus, bar2(1) + 0x8), 0x1010);
	bus_close(&bus);
	passed("masked vectors are pending");
}

static void stop_slot(void)
{
	struct bus bus;

	up(&bus, NULL);
	first_event(&bus, 100);
	write32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_CTRL, 0);
	EQUAL(read32(&bus, bar0(1) + SVNIC_SLOT(0) + SVNIC_SLOT_CTRL), 0);
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	write_tlp(&bus, bar0(1) + SVNIC_CTRL, 1, 1, 0, false);	/* an ERROR event waits */
	EQUAL(entry(&bus, 0, 1), 0);
	memset(at(&bus, slot_ring_of(1, 0)), 0, 256);
	start_slot(&bus, 1, 0, 0);
	EQUAL(entry(&bus, 0, 0), UINT64_C(0x8000000000070000));
	bus_close(&bus);
	passed("a slot that is off keeps what waits");
}

static void carrier(void)
{
	struct bus bus;

	up(&bus, NULL);
	first_event(&bus, 0);
	EQUAL(read32(&bus, bar0(1) + SVNIC_LINK), 1);
	EQUAL(read32(&bus, bar0(2) + SVNIC_LINK), 0);
	svnic_device_set_carrier(bus.dev, false);
	settle(&bus);
	EQUAL(read32(&bus, bar0(1) + SVNIC_LINK), 0);
	EQUAL(entry(&bus, 0, 1), UINT64_C(0x8000000000030000));
	start_queue(&bus, 1, 0);
	complete_tx(&bus, 0, 0);
	CHECK(!get_frame(&bus, &(struct svnic_frame){ 0 }));	/* nobody hears it, but it is answered */
	CHECK(word(&bus, cpl_of(1, 0) + 8) >> 63);
	bus_close(&bus);
	passed("carrier");
}

/* An idle card does nothing, whatever it is asked to run; a loaded one is done when its work is. */
static void idle(void)
{
	struct bus bus;

	bus_open(&bus, NULL);
	settle(&bus);
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	EQUAL(svnic_device_run(bus.dev, 1000000, SVNIC_NS(4)), 1);
	uint64_t now = svnic_device_now(bus.dev);

	EQUAL(svnic_device_run(bus.dev, 1, SVNIC_NS(1000000)), 1);
	EQUAL(svnic_device_now(bus.dev), now + 1000000);
	svnic_device_run(bus.dev, 1, 0x8000);
	svnic_device_run(bus.dev, 1, 0x8000);
	EQUAL(svnic_device_now(bus.dev), now + 1000001);
	enumerate(&bus, 64);
	for (unsigned int f = 1; f < 15; f++) {
		assign(&bus, f);
		start_slot(&bus, f, 0, 0);
		start_queue(&bus, f, 0);
		start_queue(&bus, f, 1);
		fill_rx(&bus, f, 24);
		acknowledge(&bus, f, 0, 1, 0);
	}
	EQUAL(svnic_device_next_due(bus.dev), SVNIC_DUE_NEVER);
	EQUAL(svnic_device_run(bus.dev, 1000000, SVNIC_NS(4)), 1);
	bus_close(&bus);
	passed("idle: next_due NEVER, one cycle");
}

int main(void)
{
	holdoff();
	arms();
	full_ring();
	masks();
	stop_slot();
	carrier();
	idle();
	return done();
}
