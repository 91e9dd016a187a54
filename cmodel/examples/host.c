// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* A host in a few lines: finds the card, sizes its BARs, enables VFs, sends a frame of VF 1 to the wire. Any back end will do. */
#include <stdio.h>
#include <string.h>

#include "svnic/device.h"
#include "svnic/regs.h"

#define BAR0 UINT64_C(0x100000000)	/* where this host puts the PF's window */
#define VF_BAR0 UINT64_C(0x200000000)	/* and VF 1's */

static struct svnic_device *dev;
static struct svnic_tlp tlp, request;
static uint8_t memory[0x10000];		/* the host's memory, at address 0 */

/* Lets the card work and answers it, until it is idle; the host's own completion is left in tlp. */
static void settle(void)
{
	do {
		svnic_device_run(dev, 1000, SVNIC_NS(4));
		while (svnic_device_get_tlp(dev, &tlp) == 1) {
			uint8_t *at = memory + tlp.address % sizeof(memory);

			if (tlp.type == SVNIC_TLP_MWR)
				memcpy(at, tlp.payload, 4u * tlp.dw);
			if (tlp.type != SVNIC_TLP_MRD)
				continue;
			request = (struct svnic_tlp){ .size = sizeof(tlp), .type = SVNIC_TLP_CPLD, .requester = tlp.requester,
				.tag = tlp.tag, .dw = tlp.dw, .byte_count = 4 * tlp.dw, .lower_address = tlp.address & 0x7f };
			memcpy(request.payload, at, 4u * tlp.dw);
			svnic_device_put_tlp(dev, &request);
		}
	} while (svnic_device_next_due(dev) == SVNIC_DUE_NOW);
}

static uint32_t ask(uint8_t type, uint8_t function, uint64_t address, uint64_t value, int dw)
{
	request = (struct svnic_tlp){ .size = sizeof(tlp), .type = type, .completer = 0x100 | function, .dw = dw,
				      .address = address, .first_be = 0xf, .last_be = dw > 1 ? 0xf : 0 };
	memcpy(request.payload, &value, 8);
	svnic_device_put_tlp(dev, &request);
	settle();
	return tlp.payload[0] | tlp.payload[1] << 8 | tlp.payload[2] << 16 | (uint32_t)tlp.payload[3] << 24;
}

#define config(function, reg) ask(SVNIC_TLP_CFGRD0, function, reg, 0, 1)
#define set_config(function, reg, value) ask(SVNIC_TLP_CFGWR0, function, reg, value, 1)
#define set(address, value) ask(SVNIC_TLP_MWR, 0, address, value, 1)
#define set2(address, value) ask(SVNIC_TLP_MWR, 0, address, value, 2)	/* 64 bits */

static unsigned int kib(uint16_t bar)
{
	return set_config(0, bar, 0xffffffff), (1 + ~(config(0, bar) & ~0xfu)) / 1024;
}

static void find_card(void)
{
	printf("function 0: %04x:%04x, class %06x\n", config(0, 0) & 0xffff, config(0, 0) >> 16, config(0, 8) >> 8);
	printf("BAR0 %u KiB, BAR2 %u KiB, VF BAR0 %u KiB\n", kib(0x10), kib(0x18), kib(0x1a4));
	set_config(0, 0x10, 0), set_config(0, 0x14, BAR0 >> 32);
	set_config(0, 0x1a4, 0), set_config(0, 0x1a8, VF_BAR0 >> 32);
	set_config(0, 0x04, 0x6);	/* memory space, bus master */
	set_config(0, 0x190, 4), set_config(0, 0x188, 0x19);	/* 4 VFs: VF Enable, VF memory space, ARI */
	set_config(1, 0x04, 0x4);
	printf("VF 1: magic %08x\n", ask(SVNIC_TLP_MRD, 0, VF_BAR0, 0, 1));
}

static void send_frame(void)
{
	const uint64_t descriptor[2] = { 0x3000, 1 << 16 | 60 };	/* address; end of packet, length */
	static struct svnic_frame frame;

	memcpy(memory + 0x1000, descriptor, 16);
	memcpy(memory + 0x3000, "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x88\xb5 hello from VF 1", 30);
	set(BAR0 + SVNIC_QP_MAP(1), 0x80000000);	/* the PF gives VF 1 a queue pair and lets it send */
	set(BAR0 + SVNIC_FUNC(1) + SVNIC_FUNC_CTRL, 1);
	set2(VF_BAR0 + SVNIC_QUEUE(0) + SVNIC_QUEUE_RING_LO, 0x1000);
	set2(VF_BAR0 + SVNIC_QUEUE(0) + SVNIC_QUEUE_CPL_LO, 0x2000);
	set(VF_BAR0 + SVNIC_QUEUE(0) + SVNIC_QUEUE_CONFIG, 5);
	set(VF_BAR0 + SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 1);
	set2(VF_BAR0 + SVNIC_QUEUE_DB(0), 1);		/* one descriptor */
	if (svnic_device_get_frame(dev, &frame) == 1)
		printf("wire: %u bytes:%s\n", frame.length, (char *)frame.data + 14);
	printf("completion 0: %s\n", memory[0x200f] >> 7 ? "written" : "missing");
}

int main(void)
{
	struct svnic_device_config config = { .size = sizeof(config), .seed = 1 };
	char error[100];

	dev = svnic_device_create(&config, error, sizeof(error));
	if (!dev)
		return fprintf(stderr, "%s\n", error), 1;
	find_card();
	send_frame();
	svnic_device_destroy(dev);
}
