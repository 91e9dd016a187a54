// SPDX-License-Identifier: Apache-2.0
/*
 * A tenant without manners: attacks the card from its VF, one named attack a run.
 *
 *   hostile FUNCTION GROUP ATTACK SEED [VICTIM-MAC]      hostile list
 *
 * Prints a line of TAP for everything that the card must answer to the offender itself (docs/
 * programming.md: an error code, a stopped queue, nothing at all); that nobody else notices is for
 * the script around it. Exit status: 0, 1 when an answer was another, 2 when VFIO failed.
 */
#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <svnic/regs.h>
#include "vf.h"

#define TX		0	/* of local queue pair 0 */
#define RX		1
#define LOG2		5
#define ENTRIES		(1u << LOG2)
#define RING		0x00000	/* in the arena: descriptors, completions, events, payload */
#define CPL		0x10000
#define EVENTS		0x20000
#define PAYLOAD		0x40000
#define RX_RING		0x50000
#define RX_CPL		0x60000
#define RX_BUFFERS	0x80000
#define RX_BUFFER	2048u
#define WAIT_SECONDS	20
#define NOBODY		{ 2, 0, 0, 0, 0, 0x99 }	/* an address that no function has; hostile.sh sends to it */

static struct vf vf;
static unsigned int checks, failures;
static uint8_t victim[6] = { 2, 0, 0, 0, 0, 9 };

static void check(bool good, const char *what)
{
	checks++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", checks, what);
	fflush(stdout);
}

/* What a register says at last; the bound is generous, since the card may be simulated. */
static bool becomes(uint32_t offset, uint32_t mask, uint32_t value)
{
	time_t until = time(NULL) + WAIT_SECONDS;

	while ((vf_rd(&vf, offset) & mask) != value) {
		if (time(NULL) > until)
			return false;
	}
	return true;
}

static uint32_t queue_reg(unsigned int q, uint32_t reg)
{
	return SVNIC_QUEUE(q) + reg;
}

static bool queue_off(unsigned int q)
{
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_CTRL), 0);
	return becomes(queue_reg(q, SVNIC_QUEUE_CTRL), SVNIC_QUEUE_CTRL_STATE, 0);
}

static void queue_on(unsigned int q, uint64_t ring, uint64_t cpl)
{
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_RING_LO), (uint32_t)ring);
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_RING_HI), ring >> 32);
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_CPL_LO), (uint32_t)cpl);
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_CPL_HI), cpl >> 32);
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_CONFIG),
	      SVNIC_PREP(SVNIC_QUEUE_CONFIG_RING_LOG2, LOG2) | SVNIC_PREP(SVNIC_QUEUE_CONFIG_BUFFER_LOG2, 11));
	vf_wr(&vf, queue_reg(q, SVNIC_QUEUE_CTRL), SVNIC_QUEUE_CTRL_RUN);
}

static void tx_on(void)
{
	queue_on(TX, ARENA_IOVA + RING, ARENA_IOVA + CPL);
}

static void slot_on(void)
{
	vf_wr(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_RING_LO, ARENA_IOVA + EVENTS);
	vf_wr(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_RING_HI, 0);
	vf_wr(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_CONFIG, SVNIC_PREP(SVNIC_SLOT_CONFIG_RING_LOG2, LOG2));
	vf_wr(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_CTRL, SVNIC_SLOT_CTRL_RUN);
}

static void descriptor(unsigned int i, uint64_t address, uint64_t word1)
{
	uint64_t *d = (uint64_t *)(vf.arena + RING) + 2 * (i % ENTRIES);

	d[0] = htole64(address);
	d[1] = htole64(word1);
}

static void doorbell(unsigned int q, uint16_t producer)
{
	__sync_synchronize();
	vf_wr64(&vf, SVNIC_QUEUE_DB(q), producer | SVNIC_QUEUE_DB_ARM);
}

static void stops_with(unsigned int code, const char *what)
{
	check(becomes(queue_reg(TX, SVNIC_QUEUE_CTRL), SVNIC_QUEUE_CTRL_STATE | SVNIC_QUEUE_CTRL_ERROR,
		      SVNIC_QUEUE_STATE_STOPPED | SVNIC_PREP(SVNIC_QUEUE_CTRL_ERROR, code)), what);
	check(queue_off(TX), "... and stop leads out");
}

static uint64_t statistic(unsigned int n)
{
	return *(volatile uint64_t *)(vf.bar0 + SVNIC_STAT(n));
}

static void frame(const uint8_t *to, const uint8_t *from, unsigned int length)
{
	uint8_t *p = vf.arena + PAYLOAD;

	memset(p, 0xee, length);
	memcpy(p, to, 6);
	memcpy(p + 6, from, 6);
	p[12] = 0x88;	/* local experimental, IEEE 802 */
	p[13] = 0xb5;
}

static void own_mac(uint8_t *mac)
{
	uint32_t lo = vf_rd(&vf, SVNIC_MAC_LO), hi = vf_rd(&vf, SVNIC_MAC_HI);

	memcpy(mac, &lo, 4);
	memcpy(mac + 4, &hi, 2);
}

/* The TX queue is on, each of its descriptors a frame of this length at PAYLOAD. */
static void tx_on_filled(unsigned int length)
{
	tx_on();
	for (unsigned int i = 0; i < ENTRIES; i++)
		descriptor(i, ARENA_IOVA + PAYLOAD, length | SVNIC_TX_DESC_EOP);
}

/* Sends the frame at PAYLOAD so many times; true when all were answered. */
static bool send(unsigned int times, unsigned int length)
{
	unsigned int sent = 0;

	tx_on_filled(length);
	while (sent < times) {
		sent += times - sent < ENTRIES ? times - sent : ENTRIES;
		doorbell(TX, sent);
		if (!becomes(queue_reg(TX, SVNIC_QUEUE_INDEX), SVNIC_QUEUE_INDEX_ISSUED, sent & 0xffff))
			return false;
	}
	return queue_off(TX);
}

/*
 * A message to the PF, by hand. Return: the status of its reply, or -1 if none came. What the PF
 * says unasked is passed over.
 */
static int ask(unsigned int opcode, uint32_t dw1, uint32_t dw2, uint32_t dw3)
{
	static uint16_t sequence;
	uint32_t want = opcode | (uint32_t)++sequence << 16, header;

	if (!becomes(SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_OUT, 0))
		return -1;
	vf_wr(&vf, SVNIC_MBOX_OUT(0), want);
	vf_wr(&vf, SVNIC_MBOX_OUT(1), dw1);
	vf_wr(&vf, SVNIC_MBOX_OUT(2), dw2);
	vf_wr(&vf, SVNIC_MBOX_OUT(3), dw3);
	vf_wr(&vf, SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_OUT);
	do {
		if (!becomes(SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_IN, SVNIC_MBOX_CTRL_IN))
			return -1;
		header = vf_rd(&vf, SVNIC_MBOX_IN(0));
		vf_wr(&vf, SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_IN);
	} while ((header & ~SVNIC_MBOX_HEADER_STATUS) != want);
	return SVNIC_GET(SVNIC_MBOX_HEADER_STATUS, header);
}

static int ask_mac(unsigned int opcode, uint32_t count, const uint8_t *mac)
{
	uint32_t lo = mac[0] | mac[1] << 8 | mac[2] << 16 | (uint32_t)mac[3] << 24, hi = mac[4] | mac[5] << 8;

	return opcode == SVNIC_MBOX_OPCODE_SET_MAC ? ask(opcode, lo, hi, 0) : ask(opcode, count, lo, hi);
}

static bool introduced(void)
{
	return ask(SVNIC_MBOX_OPCODE_VERSION, SVNIC_PREP(SVNIC_MBOX_VERSION_NUMBER_MAJOR, 1), 0, 0) == SVNIC_MBOX_STATUS_OK &&
	       ask(SVNIC_MBOX_OPCODE_RESET_DONE, 0, 0, 0) == SVNIC_MBOX_STATUS_OK;
}

static void rx_on(void)
{
	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint64_t *d = (uint64_t *)(vf.arena + RX_RING) + 2 * i;

		d[0] = htole64(ARENA_IOVA + RX_BUFFERS + i * RX_BUFFER);
		d[1] = 0;
	}
	memset(vf.arena + RX_CPL, 0, 16 * ENTRIES);
	queue_on(RX, ARENA_IOVA + RX_RING, ARENA_IOVA + RX_CPL);
	doorbell(RX, ENTRIES);
	vf_wr(&vf, SVNIC_CTRL, SVNIC_CTRL_RX_ENABLE);
}

/* The first buffer's bytes of the next frame, or NULL. The card has its buffer again: at once, but for 32 frames to come. */
static const uint8_t *received(void)
{
	static uint16_t next;
	volatile uint64_t *last = (volatile uint64_t *)(vf.arena + RX_CPL) + 2 * (next % ENTRIES) + 1;
	const uint8_t *at = vf.arena + RX_BUFFERS + next % ENTRIES * RX_BUFFER;

	if (le64toh(*last) >> 63 != !(next / ENTRIES & 1))
		return NULL;
	__sync_synchronize();
	doorbell(RX, next++ + ENTRIES);
	return at;
}

/* ---- The attacks ------------------------------------------------------------------------------ */

/* Every byte of both BARs, in every size; then it is still the card, and owns what it owned. */
static void addresses(void)
{
	uint32_t resources = vf_rd(&vf, SVNIC_RESOURCES), mac = vf_rd(&vf, SVNIC_MAC_LO);

	for (uint32_t at = 0; at < SVNIC_VF_BAR0_SIZE; at += 4)
		if (at != SVNIC_MBOX_CTRL)
			vf_wr(&vf, at, rand());
	for (uint32_t at = 0; at < SVNIC_VF_BAR0_SIZE; at += 97)
		vf.bar0[at] = rand();
	for (uint32_t at = 0; at < SVNIC_BAR2_SIZE; at += 4)
		*(volatile uint32_t *)(vf.bar2 + at) = rand();
	check(vf_rd(&vf, SVNIC_ERROR) & SVNIC_ERROR_BAD_ACCESS, "a byte written is a bad access");
	check(vf_rd(&vf, SVNIC_MAGIC) == SVNIC_MAGIC_VALUE, "the magic number is where it was");
	check(vf_rd(&vf, SVNIC_RESOURCES) == resources && vf_rd(&vf, SVNIC_MAC_LO) == mac,
	      "what the PF gave is what it was");
	vf_reset(&vf);
	for (uint32_t at = 0; at < SVNIC_VF_BAR0_SIZE; at += 4)
		(void)vf_rd(&vf, at);
	check(!vf_rd(&vf, SVNIC_ERROR), "reading all of it is no error");
}

struct bad {
	const char *what;
	uint64_t address, word1;
	unsigned int count, code;
};

static void descriptors(void)
{
	static const struct bad all[] = {
		{ "a fragment of no byte", ARENA_IOVA + PAYLOAD, SVNIC_TX_DESC_EOP, 1, SVNIC_ERROR_CODE_LENGTH },
		{ "a fragment of 9,217 bytes", ARENA_IOVA + PAYLOAD, 9217 | SVNIC_TX_DESC_EOP, 1, SVNIC_ERROR_CODE_LENGTH },
		{ "a frame of 13 bytes", ARENA_IOVA + PAYLOAD, 13 | SVNIC_TX_DESC_EOP, 1, SVNIC_ERROR_CODE_LENGTH },
		{ "21 fragments and no end", ARENA_IOVA + PAYLOAD, 64, 21, SVNIC_ERROR_CODE_FRAGMENTS },
		{ "payload from an address that is not its own", UNMAPPED_IOVA, 64 | SVNIC_TX_DESC_EOP, 1, SVNIC_ERROR_CODE_DATA_DMA },
		{ "payload from the other end of memory", ~0xfffULL, 4096 | SVNIC_TX_DESC_EOP, 1, SVNIC_ERROR_CODE_DATA_DMA },
	};

	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		tx_on();
		for (unsigned int k = 0; k < all[i].count; k++)
			descriptor(k, all[i].address, all[i].word1);
		doorbell(TX, all[i].count);
		stops_with(all[i].code, all[i].what);
	}
	queue_on(TX, UNMAPPED_IOVA, ARENA_IOVA + CPL);
	doorbell(TX, 1);
	stops_with(SVNIC_ERROR_CODE_DESC_DMA, "a ring at an address that is not its own");
	frame(victim, victim, 64);
	queue_on(TX, ARENA_IOVA + RING, UNMAPPED_IOVA);
	descriptor(0, ARENA_IOVA + PAYLOAD, 64 | SVNIC_TX_DESC_EOP);
	doorbell(TX, 1);
	check(becomes(queue_reg(TX, SVNIC_QUEUE_INDEX), SVNIC_QUEUE_INDEX_ISSUED, 1),
	      "a completion to an address that is not its own is issued, and goes nowhere");
	check(queue_off(TX), "... and stop leads out");
}

static void doorbells(void)
{
	static const uint16_t jumps[] = { ENTRIES + 1, 0x7fff };

	for (unsigned int i = 0; i < 2; i++) {
		tx_on();
		doorbell(TX, jumps[i]);
		stops_with(SVNIC_ERROR_CODE_DOORBELL, "a producer index beyond the ring");
	}
	tx_on();
	for (unsigned int i = 0; i < 20000; i++)
		vf_wr64(&vf, SVNIC_QUEUE_DB(rand() % SVNIC_QUEUE_DB_COUNT), (uint64_t)rand() << 16 | (0x8000 + rand() % 0x8000));
	check(becomes(queue_reg(TX, SVNIC_QUEUE_INDEX), ~0u, 0), "20,000 doorbells, backwards or to others' queues, move no index");
	check(queue_off(TX), "... and stop leads out");
}

static void acknowledgements(void)
{
	slot_on();
	vf_wr64(&vf, SVNIC_SLOT_DB(0), 7);
	check(becomes(SVNIC_ERROR, SVNIC_ERROR_ILLEGAL_ACK, SVNIC_ERROR_ILLEGAL_ACK), "what was never posted cannot be acknowledged");
	for (unsigned int i = 0; i < 20000; i++)
		vf_wr64(&vf, SVNIC_SLOT_DB(rand() % SVNIC_SLOT_DB_COUNT), 0x1000 + rand() % 0x8000);
	check(SVNIC_GET(SVNIC_SLOT_INDEX_CONSUMED, vf_rd(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_INDEX)) == 0, "20,000 of them move no index");
}

static void mailbox(void)
{
	unsigned int taken = 0;

	for (unsigned int i = 0; i < 3000; i++) {
		if (vf_rd(&vf, SVNIC_MBOX_CTRL) & SVNIC_MBOX_CTRL_OUT)
			continue;
		for (unsigned int k = 0; k < SVNIC_MBOX_DWS; k++)
			vf_wr(&vf, SVNIC_MBOX_OUT(k), rand() & rand());
		vf_wr(&vf, SVNIC_MBOX_OUT(0), (uint32_t)rand() << 16 | rand() % 9);
		vf_wr(&vf, SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_OUT | SVNIC_MBOX_CTRL_IN);
		taken++;
	}
	printf("# %u messages of noise were sent\n", taken);
	check(taken > 0, "the PF takes messages");
}

/*
 * The table is its own; interrupt remapping knows who sends (SID), the IOMMU what it may write. Remappable
 * format only: VT-d blocks the compatibility format, but the IOMMU of QEMU 7.2 delivers it as it is, whoever
 * sends, and a vector of choice stops a CPU (docs/security.md).
 */
static uint32_t msix_address(void)
{
	switch (rand() % 4) {
	case 0: return ARENA_IOVA + ARENA_SIZE + (rand() & 0xffffc);
	case 1: return rand() & 0xffffc;
	default: return 0xfee00010 | (rand() & 0xfffe8);
	}
}

static bool one_message(void)
{
	volatile uint32_t *entry = (volatile uint32_t *)(vf.bar2 + SVNIC_MSIX(0));

	entry[0] = msix_address();
	entry[1] = 0;
	entry[2] = rand() & 0xff;
	entry[3] = 0;
	slot_on();
	tx_on();
	doorbell(TX, 0x4000);	/* an error, so an event, so a message */
	if (!becomes(queue_reg(TX, SVNIC_QUEUE_CTRL), SVNIC_QUEUE_CTRL_STATE, SVNIC_QUEUE_STATE_STOPPED) || !queue_off(TX))
		return false;
	vf_wr(&vf, SVNIC_SLOT(0) + SVNIC_SLOT_CTRL, 0);
	vf_wr(&vf, SVNIC_ERROR, ~0u);
	return becomes(SVNIC_SLOT(0) + SVNIC_SLOT_CTRL, SVNIC_SLOT_CTRL_STATE, 0);
}

static void msix(void)
{
	unsigned int sent = 0;

	vf_enable_msix(&vf, 2);
	while (sent < 100 && one_message())
		sent++;
	check(sent == 100, "100 messages to wherever it likes: queue and slot are as they should be");
}

static bool one_reset(bool bus_master)
{
	tx_on_filled(4096);
	doorbell(TX, ENTRIES);
	vf_bus_master(&vf, bus_master);
	vf_reset(&vf);
	return !(vf_rd(&vf, queue_reg(TX, SVNIC_QUEUE_CTRL)) & SVNIC_QUEUE_CTRL_STATE) && !vf_rd(&vf, SVNIC_ERROR);
}

static void flr(void)
{
	unsigned int done = 0;

	while (done < 20 && one_reset(done % 2))
		done++;
	check(done == 20, "20 resets in the middle of its own DMA: each time its queues are off, its errors gone");
}

static void spoof(void)
{
	uint64_t before = statistic(SVNIC_STAT_TX_DROP_SPOOF);

	frame(victim, victim, 64);
	check(send(500, 64), "500 frames in another's name are answered");
	check(statistic(SVNIC_STAT_TX_DROP_SPOOF) - before == 500, "... and none of them left");
	check(vf_rd(&vf, SVNIC_ERROR) & SVNIC_ERROR_SPOOFED, "... and it is told");
}

static void storm(void)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t mac[6];
	uint64_t sent = statistic(SVNIC_STAT_TX_FRAMES), dropped = statistic(SVNIC_STAT_TX_DROP_DISABLED);

	own_mac(mac);
	frame(everyone, mac, 60);
	check(send(2000, 60), "2,000 broadcasts as fast as the card takes them are answered");
	sent = statistic(SVNIC_STAT_TX_FRAMES) - sent;
	dropped = statistic(SVNIC_STAT_TX_DROP_DISABLED) - dropped;
	check(sent + dropped == 2000, "... and counted as its own");
	check(sent && dropped, "... and storm control drops most of them");
	printf("# storm: %llu sent, %llu dropped\n", (unsigned long long)sent, (unsigned long long)dropped);
}

/*
 * Asks for all that would let it hear its neighbours, then listens until hostile.sh says that they
 * said enough. With trust it hears what the switch has no address for; other functions' frames
 * never.
 */
static void hears(bool trusted)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 1, 2, 3 }, nobody[6] = NOBODY;
	unsigned int wanted = trusted ? SVNIC_MBOX_STATUS_OK : SVNIC_MBOX_STATUS_REFUSED;
	unsigned int frames = 0, foreign = 0, unknown = 0;
	const uint8_t *at;
	uint8_t mac[6];

	check(ask(SVNIC_MBOX_OPCODE_SET_PROMISC, 3, 0, 0) == SVNIC_MBOX_STATUS_REFUSED, "who did not introduce himself is refused");
	check(introduced(), "... and may do so");
	check(ask(SVNIC_MBOX_OPCODE_SET_PROMISC, 1, 0, 0) == SVNIC_MBOX_STATUS_OK, "all multicast is anyone's");
	check(ask(SVNIC_MBOX_OPCODE_SET_PROMISC, 2, 0, 0) == (int)wanted, "promiscuous mode");
	check(ask(SVNIC_MBOX_OPCODE_SET_PROMISC, 3, 0, 0) == (int)wanted, "promiscuous mode and all multicast");
	check(ask(SVNIC_MBOX_OPCODE_SLOT_CPUS, SVNIC_LOCAL_SLOTS, 0, 0) == SVNIC_MBOX_STATUS_REFUSED, "CPUs of more slots than it has");
	check(ask_mac(SVNIC_MBOX_OPCODE_SET_MAC, 0, victim) == SVNIC_MBOX_STATUS_REFUSED, "the PF's address is the PF's");
	check(ask_mac(SVNIC_MBOX_OPCODE_SET_MAC, 0, group) == SVNIC_MBOX_STATUS_REFUSED, "a group's address is no function's");
	check(ask_mac(SVNIC_MBOX_OPCODE_SET_MULTICAST, 1, victim) == SVNIC_MBOX_STATUS_REFUSED, "the PF's address is no group");
	check(ask_mac(SVNIC_MBOX_OPCODE_SET_MULTICAST, 7, group) == SVNIC_MBOX_STATUS_REFUSED, "seven groups are more than a message holds");
	own_mac(mac);
	rx_on();
	puts("# listens");
	fflush(stdout);
	while (access("/tmp/enough", F_OK)) {
		while ((at = received())) {
			frames++;
			unknown += !memcmp(at, nobody, 6);
			foreign += !(at[0] & 1) && memcmp(at, mac, 6) && memcmp(at, nobody, 6);
		}
		usleep(1000);	/* its neighbours need the CPU, too */
	}
	printf("# %u frames heard, %u for an address that nobody has, %u for other functions\n", frames, unknown, foreign);
	check(!foreign, "no frame for another function is heard");
	check(trusted ? unknown > 0 : !unknown, trusted ? "frames for nobody are heard" : "no frame for nobody is heard");
}

static void listen(void)
{
	hears(false);
}

static void trusted(void)
{
	hears(true);
}

/* DMA without end: half a ring of large frames whenever there is room for it. Says when it is under way. */
static void dma_on(void)
{
	static unsigned int rung;
	static bool said;
	uint16_t issued = vf_rd(&vf, queue_reg(TX, SVNIC_QUEUE_INDEX));

	if (!rung)
		tx_on_filled(4096);
	if (!rung || (uint16_t)(rung - issued) <= ENTRIES / 2) {
		rung += ENTRIES / 2;
		doorbell(TX, rung);
	}
	if (said || rung < 20 * ENTRIES)
		return;
	said = true;
	puts("# DMA is under way");
	fflush(stdout);
}

static bool is_there(void)
{
	return vf_rd(&vf, SVNIC_MAGIC) == SVNIC_MAGIC_VALUE;
}

static void wait_until_there(void)
{
	for (unsigned int i = 0; !is_there() && i < 100000; i++)
		usleep(1000);
}

/* Until somebody takes the VF away. hostile.sh does, behind the kernel's back. */
static void vanish(void)
{
	do
		dma_on();
	while (is_there());
	check(!is_there(), "the VF is gone");
	puts("# gone");
	fflush(stdout);
	wait_until_there();	/* VFIO resets the VF when we leave: it must be there */
	check(!vf_rd(&vf, queue_reg(TX, SVNIC_QUEUE_CTRL)), "... and comes back with nothing on");
}

static bool tx_is_on(void)
{
	return (vf_rd(&vf, queue_reg(TX, SVNIC_QUEUE_CTRL)) & SVNIC_QUEUE_CTRL_STATE) == SVNIC_QUEUE_STATE_ON;
}

/* Until the PF is reset: that ends the VF, and its tenant resets it and goes on. */
static void outlive(void)
{
	uint64_t sent;
	uint8_t mac[6];

	check(introduced(), "the PF knows that the VF is in use");
	do
		dma_on();
	while (tx_is_on());
	puts("# off");
	wait_until_there();
	check(!vf_rd(&vf, queue_reg(TX, SVNIC_QUEUE_CTRL)), "the PF was reset: the VF comes back with nothing on");
	check(!vf_rd(&vf, SVNIC_ERROR), "... and without an error");
	vf_reset(&vf);
	check(introduced(), "the PF answers after the VF's own reset");
	own_mac(mac);
	frame(victim, mac, 60);
	sent = statistic(SVNIC_STAT_TX_FRAMES);
	check(send(10, 60) && statistic(SVNIC_STAT_TX_FRAMES) - sent == 10, "... and its frames leave");
}

/* Until the kernel wants the VF back, since the PF's driver goes: then it lets go, as QEMU does. */
static void polite(void)
{
	int asked = vf_asked_back(&vf);
	uint64_t times;

	check(introduced(), "the PF knows that the VF is in use");
	do
		dma_on();
	while (read(asked, &times, sizeof(times)) < 0);
	check(tx_is_on(), "asked to let go, in the middle of its DMA");
}

/* A virtual machine with a vCPU that never ran. */
static int machine(void)
{
	int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);

	if (vm < 0 || ioctl(vm, KVM_CREATE_VCPU, 3) < 0)
		err(2, "KVM");
	return vm;
}

/* Counted by svnic_kvm. */
static unsigned int refused_claims(void)
{
	FILE *file = fopen("/sys/module/svnic_kvm/parameters/refused", "r");
	unsigned int number = 0;

	if (!file || fscanf(file, "%u", &number) != 1)
		err(2, "svnic_kvm");
	fclose(file);
	return number;
}

/* Says that its slots are CPUs that its machine does not have, as fast as the PF listens. */
static void claims(void)
{
	time_t until = time(NULL) + WAIT_SECONDS;
	unsigned int before = refused_claims(), answered = 0;

	check(introduced(), "the PF knows that the VF is in use");
	for (unsigned int i = 0; i < 200; i++)
		answered += ask(SVNIC_MBOX_OPCODE_SLOT_CPUS, 4, 3 | (4 + i) << 16, ~0U) == SVNIC_MBOX_STATUS_OK;
	check(answered == 200, "200 claims are heard");
	while (refused_claims() == before && time(NULL) < until)
		usleep(1000);
	check(refused_claims() > before, "... and some of them found to be wrong");
}

/* Nothing in particular: valid, invalid, half valid. */
static void noise(void)
{
	for (unsigned int i = 0; i < 30000; i++) {
		switch (rand() % 8) {
		case 0: descriptor(rand(), ARENA_IOVA + rand() % (2 * ARENA_SIZE), (uint64_t)rand() << 40 | (rand() & 0x31fff)); break;
		case 1: vf_wr(&vf, queue_reg(rand() % 4, 4 * (rand() % 5)), ARENA_IOVA + (rand() & 0xff00f)); break;
		case 2: queue_on(rand() % 4, ARENA_IOVA + RING, ARENA_IOVA + CPL); break;
		case 3: doorbell(rand() % 4, rand() % 40); break;
		case 4: vf_wr(&vf, queue_reg(rand() % 4, SVNIC_QUEUE_CTRL), rand() & 1); break;
		case 5: slot_on(); break;
		case 6: vf_wr64(&vf, SVNIC_SLOT_DB(rand() % 2), rand() % 64); break;
		case 7: vf_wr(&vf, SVNIC_CTRL, rand()); break;
		}
	}
	vf_reset(&vf);
	check(vf_rd(&vf, SVNIC_MAGIC) == SVNIC_MAGIC_VALUE && !vf_rd(&vf, SVNIC_ERROR), "30,000 steps of noise, and a reset puts all right");
	check(send(1, 64), "... and it sends again");
}

static const struct attack {
	const char *name;
	void (*run)(void);
} attacks[] = {
	{ "addresses", addresses }, { "descriptors", descriptors }, { "doorbells", doorbells },
	{ "acknowledgements", acknowledgements }, { "mailbox", mailbox }, { "msix", msix },
	{ "flr", flr }, { "spoof", spoof }, { "storm", storm }, { "noise", noise },
	/* not by themselves: a script must do something meanwhile */
	{ "vanish", vanish }, { "listen", listen }, { "trusted", trusted },
	{ "outlive", outlive }, { "polite", polite },
	{ "claims", claims },	/* sw-tests/kvm/redirect.sh */
};

#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))
#define NOT_ALONE 6	/* the last ones */

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (i = 0; i < ATTACKS - NOT_ALONE; i++)
			puts(attacks[i].name);
		return 0;
	}
	for (i = 0; argc >= 5 && i < ATTACKS && strcmp(argv[3], attacks[i].name); i++)
		;
	if (argc < 5 || i == ATTACKS) {
		fprintf(stderr, "usage: hostile FUNCTION GROUP ATTACK SEED [VICTIM-MAC]; attacks: hostile list\n");
		return 2;
	}
	if (argc > 5 && sscanf(argv[5], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &victim[0], &victim[1], &victim[2],
			       &victim[3], &victim[4], &victim[5]) != 6) {
		fprintf(stderr, "hostile: %s is no MAC address\n", argv[5]);
		return 2;
	}
	srand(atoi(argv[4]));
	if (attacks[i].run == claims)
		vf_machine = machine();
	vf_open(&vf, argv[1], atoi(argv[2]));
	vf_reset(&vf);
	attacks[i].run();
	printf("1..%u\n", checks);
	return failures != 0;
}
