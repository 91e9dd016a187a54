// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* The switch: each row of programming.md section 9 as a table of who sends to whom, and who got it. */
#include "bus.h"

#include <string.h>

#define FUNCTIONS 5	/* PF and VFs 1..4 */
#define WIRE 77
#define GROUP_ADDRESS 200

static struct bus bus;
static uint64_t frames_before[FUNCTIONS];
static unsigned int sent[FUNCTIONS];

static void address(uint8_t who, uint8_t mac[6])
{
	mac_of(who, mac);
	if (who == GROUP_ADDRESS || who == GROUP_ADDRESS + 1)
		mac[0] = 1;	/* multicast; only the first one is in the table */
}

static void group(unsigned int g, uint32_t members)
{
	write32(&bus, PF_BAR0 + SVNIC_GROUP(g), members);
}

static void control(uint8_t fn, uint32_t value)
{
	write32(&bus, PF_BAR0 + SVNIC_FUNC(fn) + SVNIC_FUNC_CTRL, value);
}

static void up(void)
{
	uint8_t mac[6];

	bus_open(&bus, NULL);
	memset(sent, 0, sizeof(sent));
	enumerate(&bus, FUNCTIONS - 1);
	for (unsigned int f = 0; f < FUNCTIONS; f++) {
		assign(&bus, f);
		start_queue(&bus, f, 0);
		start_queue(&bus, f, 1);
		fill_rx(&bus, f, 24);
	}
	address(GROUP_ADDRESS, mac);
	mac_entry(&bus, mac, 2, 3);
}

static void build(uint8_t *data, uint8_t to, uint8_t from)
{
	make_frame(data, 64, 0, 0);
	address(to, data);
	address(from, data + 6);
}

/* Sends a frame; who got it: bit f function f, bit 31 the wire. */
static uint32_t receivers(uint8_t sender, uint8_t to, uint8_t from)
{
	static struct svnic_frame frame;
	uint8_t data[64];
	uint32_t got = 0;

	for (unsigned int f = 0; f < FUNCTIONS; f++)
		frames_before[f] = stat(&bus, f, SVNIC_STAT_RX_FRAMES);
	build(data, to, from);
	if (sender == WIRE) {
		put_frame(&bus, data, 64);
	} else {
		unsigned int i = sent[sender]++;

		memcpy(at(&bus, buffer_of(sender, 0, 0)), data, 64);
		tx_descriptor(&bus, sender, 0, i, buffer_of(sender, 0, 0), 64, 1);
		doorbell(&bus, sender, 0, i + 1, 0, false);
	}
	for (unsigned int f = 0; f < FUNCTIONS; f++)
		got |= (uint32_t)(stat(&bus, f, SVNIC_STAT_RX_FRAMES) - frames_before[f]) << f;
	while (get_frame(&bus, &frame))
		got |= 1u << 31;
	return got;
}

#define ON_WIRE (1u << 31)

static void unicast(void)
{
	up();
	EQUAL(receivers(1, 2, 1), 1 << 2);
	EQUAL(receivers(2, 0, 2), 1 << 0);
	EQUAL(receivers(1, 1, 1), 0);			/* to itself */
	EQUAL(receivers(1, 99, 1), ON_WIRE);		/* not in the table */
	EQUAL(receivers(WIRE, 4, 99), 1 << 4);
	EQUAL(receivers(WIRE, 99, 98), 0);
	EQUAL(stat(&bus, 0, SVNIC_STAT_WIRE_RX_UNKNOWN), 1);
	group(2, 1 << 3 | 1 << 1);
	EQUAL(receivers(WIRE, 99, 98), 1 << 3 | 1 << 1);
	EQUAL(receivers(1, 99, 1), ON_WIRE | 1 << 3);	/* never its sender */
	EQUAL(receivers(WIRE, 4, 99), 1 << 4);		/* known: not to the promiscuous */
	EQUAL(stat(&bus, 0, SVNIC_STAT_WIRE_RX_UNKNOWN), 1);
	bus_close(&bus);
	passed("unicast: known, unknown, own, promiscuous");
}

static void multicast(void)
{
	up();
	group(0, 0x1f);
	group(1, 1 << 4);
	group(3, 1 << 1 | 1 << 2);
	EQUAL(receivers(WIRE, 255, 99), 0x1f);
	EQUAL(receivers(3, 255, 3), ON_WIRE | 0x17);
	EQUAL(receivers(WIRE, GROUP_ADDRESS, 99), 1 << 1 | 1 << 2);
	EQUAL(receivers(1, GROUP_ADDRESS, 1), ON_WIRE | 1 << 2);
	EQUAL(receivers(WIRE, GROUP_ADDRESS + 1, 99), 1 << 4);
	group(2, 1 << 0);
	EQUAL(receivers(WIRE, GROUP_ADDRESS + 1, 99), 1 << 4 | 1);
	EQUAL(receivers(WIRE, GROUP_ADDRESS, 99), 0x7);
	EQUAL(stat(&bus, 4, SVNIC_STAT_RX_MULTICAST), 4);
	EQUAL(stat(&bus, 0, SVNIC_STAT_WIRE_RX_UNKNOWN), 0);
	bus_close(&bus);
	passed("broadcast, registered and unregistered multicast");
}

static void spoofing(void)
{
	up();
	control(1, 3);
	EQUAL(receivers(1, 2, 1), 1 << 2);
	EQUAL(receivers(1, 2, 99), 0);			/* unknown address */
	EQUAL(receivers(1, 2, 3), 0);			/* another function's */
	EQUAL(receivers(1, 2, GROUP_ADDRESS), 0);	/* a multicast one */
	EQUAL(stat(&bus, 1, SVNIC_STAT_TX_DROP_SPOOF), 3);
	EQUAL(read32(&bus, bar0(1) + SVNIC_ERROR), SVNIC_ERROR_SPOOFED);
	EQUAL(word(&bus, cpl_of(1, 0) + 16 + 8) & 0xff0000, 0);	/* no error of the queue */
	EQUAL(receivers(4, 2, 3), 1 << 2);		/* VF 4 is not checked */
	EQUAL(stat(&bus, 1, SVNIC_STAT_TX_FRAMES), 1);
	bus_close(&bus);
	passed("spoof check");
}

static void links(void)
{
	up();
	group(0, 0x1f);
	control(2, 0);
	EQUAL(receivers(2, 1, 2), 0);
	EQUAL(stat(&bus, 2, SVNIC_STAT_TX_DROP_DISABLED), 1);
	EQUAL(receivers(1, 2, 1), 0);
	EQUAL(receivers(1, 255, 1), ON_WIRE | 0x19);
	EQUAL(stat(&bus, 2, SVNIC_STAT_RX_DROP_DISABLED), 2);
	bus_close(&bus);
	passed("link off, both ways");
}

static void table(void)
{
	uint8_t mac[6];
	uint64_t entry;

	up();
	mac_of(50, mac);
	mac_entry(&bus, mac, 3, 4);
	mac_entry(&bus, mac, 1, 2);	/* twice: the lowest way wins */
	EQUAL(receivers(WIRE, 50, 99), 1 << 2);
	entry = PF_BAR0 + SVNIC_MAC_TABLE(4 * (2 ^ 50) + 1);
	EQUAL(read64(&bus, entry), UINT64_C(0x8002320000000002));
	write32(&bus, entry, 0xffffffff);	/* staged only */
	EQUAL(receivers(WIRE, 50, 99), 1 << 2);
	write32(&bus, entry + 4, 0);
	EQUAL(receivers(WIRE, 50, 99), 1 << 4);
	mac_entry(&bus, mac, 3, 200);	/* a function that does not exist */
	EQUAL(receivers(WIRE, 50, 99), 0);
	bus_close(&bus);
	passed("MAC table: ways, staging");
}

int main(void)
{
	unicast();
	multicast();
	spoofing();
	links();
	table();
	return done();
}
