// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
// The card between two SystemC modules: a host that sizes a BAR, sends a frame by DMA and waits for its interrupt-free completion, and a wire
// that prints what arrives. Link with either back end.
#include <cstdio>
#include <cstring>

#include "svnic/systemc.h"
#include "svnic/regs.h"

using namespace sc_core;

namespace {

constexpr uint64_t bar0 = UINT64_C(0x100000000);

struct host : sc_module {
	sc_fifo_out<svnic::tlp_ptr> requests;
	sc_fifo_in<svnic::tlp_ptr> replies;
	uint8_t memory[0x10000] = {};
	sc_event written;		// a TLP wrote to memory
	sc_event answered;
	uint32_t answer = 0;

	SC_HAS_PROCESS(host);
	explicit host(sc_module_name name) : sc_module(name)
	{
		SC_THREAD(serve);
		SC_THREAD(drive);
	}

	void complete(const svnic_tlp &read)
	{
		auto cpl = std::make_shared<svnic_tlp>();

		cpl->size = sizeof(*cpl);
		cpl->type = SVNIC_TLP_CPLD;
		cpl->requester = read.requester;
		cpl->tag = read.tag;
		cpl->dw = read.dw;
		cpl->byte_count = 4 * read.dw;
		cpl->lower_address = read.address & 0x7f;
		memcpy(cpl->payload, memory + read.address % sizeof(memory), cpl->byte_count);
		requests.write(cpl);
	}

	void serve()
	{
		for (;;) {
			svnic::tlp_ptr tlp = replies.read();

			if (tlp->type == SVNIC_TLP_MRD)
				complete(*tlp);
			if (tlp->type == SVNIC_TLP_MWR) {
				memcpy(memory + tlp->address % sizeof(memory), tlp->payload, 4u * tlp->dw);
				written.notify(SC_ZERO_TIME);
			}
			if (tlp->type == SVNIC_TLP_CPLD || tlp->type == SVNIC_TLP_CPL) {
				memcpy(&answer, tlp->payload, 4);
				answered.notify(SC_ZERO_TIME);
			}
		}
	}

	void post(uint8_t type, uint64_t address, uint64_t value, unsigned int dw)
	{
		auto tlp = std::make_shared<svnic_tlp>();

		tlp->size = sizeof(*tlp);
		tlp->type = type;
		tlp->completer = 0x100;
		tlp->dw = dw;
		tlp->address = address;
		tlp->first_be = 0xf;
		tlp->last_be = dw > 1 ? 0xf : 0;
		memcpy(tlp->payload, &value, 8);
		requests.write(tlp);
	}

	uint32_t config(uint16_t reg)
	{
		post(SVNIC_TLP_CFGRD0, reg, 0, 1);
		wait(answered);
		return answer;
	}

	void set_config(uint16_t reg, uint32_t value)
	{
		post(SVNIC_TLP_CFGWR0, reg, value, 1);
		wait(answered);
	}

	void set(uint64_t offset, uint64_t value, unsigned int dw = 1)
	{
		post(SVNIC_TLP_MWR, bar0 + offset, value, dw);
	}

	void drive()
	{
		const uint64_t descriptor[2] = { 0x3000, 1 << 16 | 60 };	// address; end of packet, length

		printf("function 0: %08x\n", config(0));
		set_config(0x10, 0xffffffff);
		printf("BAR0: %u KiB\n", (1 + ~(config(0x10) & ~0xfu)) / 1024);
		set_config(0x10, 0);
		set_config(0x14, bar0 >> 32);
		set_config(0x04, 0x6);	// memory space, bus master
		memcpy(memory + 0x1000, descriptor, sizeof(descriptor));
		memcpy(memory + 0x3000, "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x88\xb5 hello from SystemC", 33);
		set(SVNIC_QP_MAP(0), 0x80000000);
		set(SVNIC_FUNC(0) + SVNIC_FUNC_CTRL, 1);
		set(SVNIC_QUEUE(0) + SVNIC_QUEUE_RING_LO, 0x1000, 2);
		set(SVNIC_QUEUE(0) + SVNIC_QUEUE_CPL_LO, 0x2000, 2);
		set(SVNIC_QUEUE(0) + SVNIC_QUEUE_CONFIG, 5);
		set(SVNIC_QUEUE(0) + SVNIC_QUEUE_CTRL, 1);
		set(SVNIC_QUEUE_DB(0), 1, 2);
		while (!(memory[0x200f] >> 7))
			wait(written);
		printf("completion 0: written\n");
		wait(10, SC_US);	// an idle card: no cycles
		sc_stop();
	}
};

struct wire : sc_module {
	sc_fifo_in<svnic::frame_ptr> frames;

	SC_HAS_PROCESS(wire);
	explicit wire(sc_module_name name) : sc_module(name)
	{
		SC_THREAD(print);
	}

	void print()
	{
		for (;;) {
			svnic::frame_ptr frame = frames.read();

			printf("wire: %u bytes:%s\n", frame->length, reinterpret_cast<const char *>(frame->data) + 14);
		}
	}
};

}	// namespace

int sc_main(int, char **)
{
	svnic_device_config settings = {};
	char error[100];

	settings.size = sizeof(settings);
	settings.seed = 1;
	svnic_device *dev = svnic_device_create(&settings, error, sizeof(error));
	if (!dev)
		return fprintf(stderr, "%s\n", error), 1;

	sc_fifo<svnic::tlp_ptr> down("down"), up("up");
	sc_fifo<svnic::frame_ptr> rx("rx"), tx("tx");
	svnic::card card("card", dev);
	host host("host");
	wire wire("wire");
	card.from_host(down);
	card.to_host(up);
	card.from_wire(rx);
	card.to_wire(tx);
	host.requests(down);
	host.replies(up);
	wire.frames(tx);
	sc_start();
	printf("%s, card %llu ns, %llu cycles\n", sc_time_stamp().to_string().c_str(), (unsigned long long)svnic_device_now(dev),
	       (unsigned long long)svnic_device_cycles(dev));
	svnic_device_destroy(dev);
	return 0;
}
