// SPDX-License-Identifier: Apache-2.0
// Does svnic_cfg answer a root complex as docs/config-space.md and docs/programming.md section 1 say? A root complex that enumerates as Linux
// does, blocks behind the register bus that remember what they were told, and a link that lets writes go when the test says so.
// The expected values are written out by hand from the documents.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "Vsvnic_cfg_tb.h"
#include "verilated.h"

enum Kind { MRd = 1, MWr, CfgRd, CfgWr, Cpl, CplD, FetchAdd, Swap, Cas, Dmwr, Msg };
enum Status { SC, UR, RRS, CA = 4 };
enum Commit { HostOp = 1, AerTake, ResetBegin, ResetDone };
enum Target { Mgmt, Queue, Event, Veb };
enum { Timeout, Unexpected, Poisoned };

static int failures;
static int checks;
static unsigned seed;
static void expect(uint64_t got, uint64_t want, const std::string &what)
{
	checks++;
	if (got == want)
		return;
	printf("FAIL %s: got %llx, want %llx\n", what.c_str(), (unsigned long long)got, (unsigned long long)want);
	if (++failures > 20)
		exit(1);
}

struct Answer {
	int kind, status, dw, lower, bytes;
	unsigned requester, completer, tag;
	int attributes;	/* relaxed, no snoop, traffic class */
	uint64_t data;
	uint64_t cycle;
};

struct Request {
	int kind = MRd;
	uint64_t address = 0, data = 0;
	unsigned dw = 1, first = 15, last = 0, completer = 0;
	bool poisoned = false;
	int attributes = 0;
};

struct Op {	/* on the register bus */
	int target, func;
	bool write, msix, second, doorbell;
	uint32_t addr;
	uint64_t data;
};

struct Card {
	Vsvnic_cfg_tb top;
	uint64_t cycle = 0;
	unsigned tag = 0, random = 12345 + 7919 * seed;
	std::deque<Answer> answers;
	std::vector<Op> ops;
	std::vector<std::pair<int, int>> commits, messages;	/* kind, function; function, code */
	std::vector<int> notes, walked;
	std::map<uint32_t, uint32_t> bad;	/* addresses that refuse */
	int host_ops = 0;
	bool walk_stuck = false, slow = false;
	int wait = 0, done_wait = 0;

	unsigned rnd()
	{
		random = random * 1664525 + 1013904223;
		return random >> 16;
	}

	Card()
	{
		top.hrq_valid_i = top.dma_error_valid_i = 0;
		top.wr_granted_i = top.wr_left_i = 0;
		top.fn_reset_done_i = 0;
		for (int i = 0; i < 8; i++)
			top.reads_pending_i[i] = 0;
		top.rst_i = 1;
		top.hcp_ready_i = 1;
		top.wr_ready_i = 1;
		top.note_ready_i = 1;
		for (int i = 0; i < 3; i++)
			tick();
		top.rst_i = 0;
		settle();
	}

	void registers()	/* the blocks behind the register bus */
	{
		top.reg_ack_i = 0;
		if (!top.reg_valid_o) {
			wait = rnd() % 4;
			return;
		}
		expect(__builtin_popcount(top.reg_valid_o), 1, "one target");
		if (wait-- > 0)
			return;
		top.reg_ack_i = top.reg_valid_o;
		top.reg_bad_i = bad.count(top.reg_addr_o);
		top.reg_rdata_i = 0xa0000000 | top.reg_func_o << 20 | top.reg_msix_o << 19 | top.reg_addr_o;
		ops.push_back({ __builtin_ctz(top.reg_valid_o), top.reg_func_o, (bool)top.reg_write_o, (bool)top.reg_msix_o, (bool)top.reg_second_o,
				(bool)top.reg_doorbell_o, top.reg_addr_o, top.reg_wdata_o });
	}

	void resets()
	{
		if (!top.fn_reset_valid_o) {
			top.fn_reset_done_i = 0;
			done_wait = 5;
		} else if (!walk_stuck && done_wait-- <= 0) {
			if (top.fn_reset_done_i == 0)
				walked.push_back(top.fn_reset_func_o | top.fn_reset_conventional_o << 8);
			top.fn_reset_done_i = top.fn_reset_done_i << 1 | 1;
			done_wait = rnd() % 3;
		}
	}

	void tick()
	{
		top.clk_i = 0;
		top.eval();
		registers();
		resets();
		top.hcp_ready_i = !slow || rnd() % 3 == 0;
		top.eval();
		if (!top.rst_i)
			watch();
		top.clk_i = 1;
		top.eval();
		top.dma_error_valid_i = 0;
		cycle++;
	}

	void watch()
	{
		for (int c = 0; c < 4; c++) {
			int kind = top.commit_kind_o >> 8 * c & 255, a = top.commit_a_o >> 8 * c & 255;

			if (kind == HostOp)
				host_ops++;
			else if (kind)
				commits.push_back({ kind, a });
		}
		if (top.hcp_valid_o && top.hcp_ready_i)
			answers.push_back({ top.hcp_kind_o, top.hcp_status_o, top.hcp_dw_o, top.hcp_lower_address_o, top.hcp_byte_count_o,
					    top.hcp_requester_o, top.hcp_completer_o, top.hcp_tag_o, top.hcp_relaxed_o << 4 | top.hcp_no_snoop_o << 3 | top.hcp_tc_o,
					    top.hcp_data_o, cycle });
		if (top.wr_valid_o && top.wr_ready_i)
			messages.push_back({ top.wr_func_o, top.wr_code_o });
		if (top.note_valid_o && top.note_ready_i)
			notes.push_back(top.note_func_o << 8 | top.note_stat_o);
	}

	void settle()
	{
		int n = 0;

		for (tick(); top.busy_o && n < 20000; n++)
			tick();
		expect(n < 20000, 1, "comes to rest");
	}

	void put(const Request &r)
	{
		unsigned beats = r.kind == MWr && r.dw > 4 ? (r.dw + 3) / 4 : 1;

		for (unsigned beat = 0; beat < beats; beat++) {
			top.hrq_valid_i = 1;
			top.hrq_sop_i = beat == 0;
			top.hrq_eop_i = beat == beats - 1;
			top.hrq_kind_i = r.kind;
			top.hrq_relaxed_i = r.attributes >> 4 & 1;
			top.hrq_no_snoop_i = r.attributes >> 3 & 1;
			top.hrq_tc_i = r.attributes & 7;
			top.hrq_poisoned_i = r.poisoned;
			top.hrq_requester_i = 0x0008;
			top.hrq_completer_i = r.completer;
			top.hrq_tag_i = tag;
			top.hrq_dw_i = r.dw;
			top.hrq_first_be_i = r.first;
			top.hrq_last_be_i = r.last;
			top.hrq_address_i = r.address;
			top.hrq_data_i = r.data;
			top.eval();
			while (!top.hrq_ready_o)
				tick();
			tick();
		}
		top.hrq_valid_i = 0;
		tag = (tag + 1) & 255;
	}

	Answer ask(const Request &r)	/* the answer of a non-posted request */
	{
		unsigned mine = tag;

		answers.clear();
		put(r);
		for (int i = 0; answers.empty() && i < 5000; i++)
			tick();
		expect(answers.size(), 1, "answered");
		Answer a = answers.empty() ? Answer() : answers.front();
		expect(a.tag, mine, "tag");
		expect(a.requester, 8, "requester");
		expect(a.attributes, r.attributes, "attributes");
		return a;
	}

	Answer cfg(int kind, unsigned fn, unsigned reg, uint32_t data = 0, unsigned be = 15)
	{
		Request r;

		r.kind = kind;
		r.completer = 0x500 | fn;
		r.address = reg;
		r.data = data;
		r.first = be;
		return ask(r);
	}

	uint32_t rd(unsigned fn, unsigned reg)
	{
		Answer a = cfg(CfgRd, fn, reg);

		expect(a.kind, CplD, "CplD");
		expect(a.status, SC, "config read of " + std::to_string(fn) + " status");
		expect(a.completer, top.bus_o << 8 | fn, "completer");
		expect(a.dw << 16 | a.bytes << 8 | a.lower, 0x10400, "config completion");
		return a.data;
	}

	void wr(unsigned fn, unsigned reg, uint32_t data, unsigned be = 15)
	{
		Answer a = cfg(CfgWr, fn, reg, data, be);

		expect(a.kind, Cpl, "Cpl");
		expect(a.status, SC, "config write of " + std::to_string(fn) + " status");
		expect(a.dw, 0, "no payload");
		expect(a.bytes, 4, "byte count");
	}

	void check(unsigned fn, unsigned reg, uint32_t want)
	{
		char name[40];

		snprintf(name, sizeof(name), "function %u, register %x", fn, reg);
		expect(rd(fn, reg), want, name);
	}

	Answer read(uint64_t address, unsigned dw = 1, unsigned first = 15, unsigned last = 0)
	{
		Request r;

		r.address = address;
		r.dw = dw;
		r.first = first;
		r.last = dw > 1 && !last ? 15 : last;
		return ask(r);
	}

	void write(uint64_t address, uint64_t data, unsigned dw = 1, unsigned first = 15, unsigned last = 0)
	{
		Request r;

		r.kind = MWr;
		r.address = address;
		r.data = data;
		r.dw = dw;
		r.first = first;
		r.last = dw > 1 && !last ? 15 : last;
		put(r);
		settle();
	}

	bool bit(const VlWide<8> &vector, unsigned f) { return vector[f / 32] >> f % 32 & 1; }
	void pending(unsigned f, bool on)
	{
		top.reads_pending_i[f / 32] = (top.reads_pending_i[f / 32] & ~(1u << f % 32)) | (unsigned)on << f % 32;
	}
};

static const unsigned NumVfs = 64;
static const uint64_t Bar0 = 0x38000000000, Bar2 = 0x38000100000, VfBar0 = 0x38010000000, VfBar2 = 0x38020000000;

/* What pci_setup_device, sriov_init and lspci -xxxx read */
static void enumerate(Card &c)
{
	expect(c.cfg(CfgRd, 0, 0).completer, 0, "completer before a bus number was captured");
	c.check(0, 0x00, 0x10005653);
	c.wr(0, 0x04, 0);
	expect(c.top.bus_o, 5, "bus captured");
	c.check(0, 0x04, 0x00100000);
	c.check(0, 0x08, 0x02000001);
	c.check(0, 0x0c, 0);
	c.check(0, 0x2c, 0x10005653);
	c.check(0, 0x30, 0);
	c.check(0, 0x34, 0x40);
	c.check(0, 0x3c, 0);

	/* BARs: sized with all ones, as Linux does */
	const uint32_t sizes[][2] = { { 0x10, 0xfff8000c }, { 0x14, 0xffffffff }, { 0x18, 0xffff000c }, { 0x1c, 0xffffffff }, { 0x20, 0 }, { 0x24, 0 } };
	for (auto &s : sizes) {
		c.wr(0, s[0], 0xffffffff);
		c.check(0, s[0], s[1]);
	}
	c.wr(0, 0x10, (uint32_t)Bar0);
	c.wr(0, 0x14, Bar0 >> 32);
	c.wr(0, 0x18, (uint32_t)Bar2);
	c.wr(0, 0x1c, Bar2 >> 32);
	c.check(0, 0x10, (uint32_t)Bar0 | 0xc);
	c.check(0, 0x1c, Bar2 >> 32);

	/* capabilities, in the order of their chain */
	c.check(0, 0x40, 0x00035001);
	c.check(0, 0x44, 0x8);
	c.check(0, 0x50, 0x000f7011);
	c.check(0, 0x54, 2);
	c.check(0, 0x58, 0x8002);
	c.check(0, 0x70, 0x00020010);
	c.check(0, 0x74, 0x10008022);
	c.check(0, 0x78, 0x00002010);
	c.check(0, 0x7c, 0x400083);
	c.check(0, 0x80, 0x00830000);
	c.check(0, 0x94, 0x10);
	c.check(0, 0x98, 0);
	c.check(0, 0x9c, 0xe);
	c.check(0, 0xa0, 3);
	c.check(0, 0x100, 0x15020001);
	c.check(0, 0x10c, 0x00040010);
	for (unsigned reg : { 0x104, 0x108, 0x110, 0x118, 0x11c, 0x120, 0x124, 0x128 })
		c.check(0, reg, 0);
	c.check(0, 0x114, 0x2000);
	c.check(0, 0x150, 0x16010003);
	c.check(0, 0x154, 1);
	c.check(0, 0x158, 0x53564e43);
	c.check(0, 0x160, 0x1801000e);
	c.check(0, 0x164, 0);
	c.check(0, 0x180, 0x00010010);
	c.check(0, 0x184, 0);
	c.check(0, 0x188, 0);
	c.check(0, 0x18c, NumVfs << 16 | NumVfs);
	c.check(0, 0x190, 0);
	c.check(0, 0x194, 0x00010001);
	c.check(0, 0x198, 0x10010000);
	c.check(0, 0x19c, 0x553);
	c.check(0, 0x1a0, 1);
	c.check(0, 0xffc, 0);

	/* no function but 0 */
	Answer a = c.cfg(CfgRd, 1, 0);
	expect(a.status, UR, "function 1 does not exist");
	expect(a.kind, Cpl, "without data");
	expect(a.completer, 0x500, "function 0 answers");
	c.check(0, 0x78, 0x00092010);	/* correctable (advisory) and UR detected */
	c.check(0, 0x110, 0x2000);
	c.check(0, 0x104, 0);	/* advisory errors are masked */
	c.wr(0, 0x78, 0x000f2010, 0xf);
	c.wr(0, 0x110, 0xffffffff);
	c.check(0, 0x78, 0x00002010);
	c.check(0, 0x110, 0);
}

static void pf_registers(Card &c)
{
	c.wr(0, 0x04, 0xffffffff);
	c.check(0, 0x04, 0x00100146);
	c.wr(0, 0x04, 0, 2);
	c.check(0, 0x04, 0x00100046);	/* byte 0 stays */
	expect(c.bit(c.top.bus_master_o, 0), 1, "bus master");
	c.wr(0, 0x50, 0xffffffff);
	c.check(0, 0x50, 0xc00f7011);
	expect(c.bit(c.top.msix_enable_o, 0) << 1 | c.bit(c.top.msix_mask_o, 0), 3, "MSI-X control");
	c.wr(0, 0x50, 0, 7);
	c.check(0, 0x50, 0xc00f7011);
	c.wr(0, 0x50, 0x80000000);
	c.check(0, 0x50, 0x800f7011);

	c.wr(0, 0x78, 0x7fff);
	c.check(0, 0x78, 0x71ff);
	expect(c.top.mps_o, 2, "MPS code above 2 works as 2");
	expect(c.top.mrrs_o, 5, "MRRS code above 5 works as 5");
	expect(c.top.ext_tag_o << 1 | c.top.relaxed_o, 3, "Extended Tag, Relaxed Ordering");
	c.wr(0, 0x78, 0x2030);
	expect(c.top.mps_o << 8 | c.top.mrrs_o << 4 | c.top.ext_tag_o, 0x120, "MPS 256, MRRS 512");
	c.check(0, 0x78, 0x2030);
	c.wr(0, 0x10c, 0xffffffff);
	c.check(0, 0x10c, 0x0015d010);
	c.wr(0, 0x10c, 0);
	c.wr(0, 0x108, 0xffffffff);
	c.check(0, 0x108, 0x0015d010);
	c.wr(0, 0x108, 0);
	c.wr(0, 0x114, 0xffffffff);
	c.check(0, 0x114, 0x000031c0);
	c.wr(0, 0x114, 0x2000);

	/* Link Control, Device Control 2, Link Control 2 */
	c.wr(0, 0x80, 0xffffffff);
	c.check(0, 0x80, 0x008300c0);
	c.wr(0, 0x98, 0xffffffff);
	c.check(0, 0x98, 0x10);
	expect(c.top.no_timeout_o, 1, "Completion Timeout Disable");
	c.wr(0, 0xa0, 0xffffffff);
	c.check(0, 0xa0, 3);	/* no such speed: as it was */
	c.wr(0, 0xa0, 0);
	c.check(0, 0xa0, 3);
	c.wr(0, 0xa0, 1);
	c.check(0, 0xa0, 1);

	/* Transactions Pending */
	c.pending(0, true);
	c.check(0, 0x78, 0x00202030);
	c.pending(0, false);
	c.check(0, 0x78, 0x2030);

	/* D3hot: no memory, no bus master; D1 is not there */
	c.wr(0, 0x44, 1);
	c.check(0, 0x44, 8);
	c.wr(0, 0x44, 3);
	c.check(0, 0x44, 0xb);
	expect(c.bit(c.top.bus_master_o, 0), 0, "D3hot sends nothing");
	expect(c.read(Bar0).status, UR, "D3hot claims nothing");
	c.wr(0, 0x44, 2);
	c.check(0, 0x44, 0xb);
	c.wr(0, 0x44, 0);
	c.check(0, 0x10, (uint32_t)Bar0 | 0xc);	/* No_Soft_Reset */
	expect(c.bit(c.top.bus_master_o, 0), 1, "and back");
	c.wr(0, 0x78, 0x000f0000, 0xc);
	c.wr(0, 0x110, 0x2000);
}

static void access_one(Card &c, uint64_t address, int func, bool msix, uint32_t addr, int target)
{
	char name[60];

	snprintf(name, sizeof(name), "access of %llx", (unsigned long long)address);
	c.ops.clear();
	Answer a = c.read(address);
	expect(a.status, SC, name);
	expect(a.completer, 0x500 | func, name);
	if (target < 0) {
		expect(c.ops.size(), 0, name);
		expect(a.data, 0, name);
	} else {
		expect(c.ops.size(), 1, name);
		expect(a.data, 0xa0000000 | func << 20 | msix << 19 | addr, name);
	}
	c.write(address, 0x1234567);
	expect(c.ops.size(), target < 0 ? 0 : 2, name);
	for (auto &op : c.ops) {
		expect(op.target << 24 | op.func << 4 | op.msix, target << 24 | func << 4 | msix, name);
		expect(op.addr, addr, name);
		expect(op.doorbell || op.second, 0, name);
		if (op.write)
			expect(op.data, 0x1234567, name);
	}
}

static void memory(Card &c)
{
	const struct { uint32_t addr; int target; } map[] = {
		{ 0, Mgmt }, { 0x1ffc, Mgmt }, { 0x2000, Queue }, { 0x2ffc, Queue }, { 0x3000, Event }, { 0x3ffc, Event }, { 0x4000, Mgmt },
		{ 0x7ffc, Mgmt }, { 0x9000, Mgmt }, { 0x10000, Mgmt }, { 0x1fffc, Mgmt }, { 0x20000, Queue }, { 0x23ffc, Queue }, { 0x24000, Event },
		{ 0x27ffc, Event }, { 0x28000, Veb }, { 0x2dffc, Veb }, { 0x2e000, Event }, { 0x2effc, Event }, { 0x2f000, Mgmt }, { 0x30000, Mgmt }, { 0x3bffc, Mgmt }, { 0x3c000, Event },
		{ 0x3fffc, Event }, { 0x40000, Mgmt }, { 0x7fffc, Mgmt },
	};
	for (auto &m : map)
		access_one(c, Bar0 + m.addr, 0, false, m.addr, m.target);
	access_one(c, Bar2, 0, true, 0, Event);
	access_one(c, Bar2 + 0xfffc, 0, true, 0xfffc, Event);
	expect(c.notes.size(), 0, "no bad access so far");

	/* two DWs: low first; consistent when aligned */
	c.ops.clear();
	Answer a = c.read(Bar0 + 0x108, 2);
	expect(a.data, 0xa0000108ull | 0xa000010cull << 32, "two DWs");
	expect(a.dw << 20 | a.bytes << 8 | a.lower, 2 << 20 | 8 << 8 | 8, "two DWs' header");
	expect(c.ops.size() == 2 && !c.ops[0].second && c.ops[1].second, 1, "the second is the snapshot");
	c.ops.clear();
	c.read(Bar0 + 0x10c, 2);
	expect(c.ops.size() == 2 && !c.ops[1].second && c.ops[1].addr == 0x110, 1, "no snapshot when it is not aligned");
	c.ops.clear();
	c.read(Bar0 + 0x1ffc, 1);
	c.ops.clear();
	c.write(Bar0 + 0x2000, 0x1122334455667788, 2);
	expect(c.ops.size() == 2 && c.ops[0].data == 0x55667788 && c.ops[1].data == 0x11223344 && c.ops[1].addr == 0x2004, 1, "write of two DWs");

	/* byte enables shape the completion only */
	const struct { unsigned dw, first, last, bytes, lower; } shapes[] = {
		{ 1, 15, 0, 4, 0 }, { 1, 0, 0, 1, 0 }, { 1, 1, 0, 1, 0 }, { 1, 2, 0, 1, 1 }, { 1, 4, 0, 1, 2 }, { 1, 8, 0, 1, 3 }, { 1, 6, 0, 2, 1 },
		{ 1, 12, 0, 2, 2 }, { 1, 9, 0, 4, 0 }, { 1, 5, 0, 3, 0 }, { 1, 10, 0, 3, 1 }, { 2, 8, 1, 2, 3 }, { 2, 15, 3, 6, 0 }, { 2, 12, 15, 6, 2 },
	};
	for (auto &s : shapes) {
		a = c.read(Bar0 + 0x140, s.dw, s.first, s.last);
		expect(a.status << 16 | a.bytes << 8 | a.lower, s.bytes << 8 | (0x40 + s.lower), "byte enables " + std::to_string(s.first));
		expect((uint32_t)a.data, 0xa0000140, "whole DW");
	}

	/* doorbells */
	c.ops.clear();
	c.write(Bar0 + 0x80f8, 0x100020003, 2);
	c.write(Bar0 + 0x8478, 0x4, 2);
	expect(c.ops.size(), 2, "doorbells");
	expect(c.ops[0].doorbell && c.ops[0].target == Queue && c.ops[0].data == 0x100020003 && c.ops[0].addr == 0x80f8, 1, "queue doorbell");
	expect(c.ops[1].doorbell && c.ops[1].target == Event && c.ops[1].addr == 0x8478, 1, "slot doorbell");
	c.ops.clear();
	for (uint32_t reserved : { 0x8100, 0x8480, 0x8500, 0x8800, 0x8ff8 })
		c.write(Bar0 + reserved, 1, 2);
	expect(c.read(Bar0 + 0x8000, 2).data, 0, "doorbells read 0");
	expect(c.ops.size() + c.notes.size(), 0, "reserved doorbells");

	/* bad accesses: one note each, nothing changes */
	int ops = c.host_ops;
	c.write(Bar0 + 0x8000, 1);
	c.write(Bar0 + 0x8004, 1, 2);
	c.write(Bar0 + 0x24, 1, 1, 7);
	c.write(Bar0 + 0x24, 1, 1, 0);
	c.write(Bar0 + 0x20, 1, 2, 15, 7);
	c.write(Bar0 + 0x20, 1, 3);
	c.write(Bar0 + 0x20, 1, 33);
	c.write(Bar2 + 0x20, 1, 1, 3);
	expect(c.host_ops - ops, 8, "one operation each");
	expect(c.ops.size(), 0, "nothing changed");
	expect(c.notes.size(), 8, "bad accesses");
	for (int note : c.notes)
		expect(note, 9, "bad access of function 0");
	c.notes.clear();
	c.bad[0x2024] = 1;
	c.write(Bar0 + 0x2020, 1, 2);
	expect(c.notes.size(), 1, "a block says bad");
	c.notes.clear();

	/* more than 2 DW: CA */
	c.wr(0, 0x114, 0);
	unsigned tag = c.tag;
	a = c.read(Bar0, 3);
	expect(a.status << 20 | a.kind << 16 | a.bytes, CA << 20 | Cpl << 16 | 12, "long read");
	c.check(0, 0x104, 0x8000);
	c.check(0, 0x118, 15);
	c.check(0, 0x11c, 0x20000003);	/* MRd, 4 DW header */
	c.check(0, 0x120, 0x00080000 | (tag & 255) << 8 | 0xff);
	c.check(0, 0x124, Bar0 >> 32);
	c.check(0, 0x128, (uint32_t)Bar0);
	c.wr(0, 0x104, 0x8000);
	c.wr(0, 0x78, 0xf0000, 0xc);
	c.wr(0, 0x110, 0x2000);
	c.wr(0, 0x114, 0x2000);

	/* a completion waits for the writes before it */
	c.top.wr_granted_i = 0x8005;
	c.top.wr_left_i = 0x7fff;
	c.answers.clear();
	Request r;
	r.address = Bar0;
	c.put(r);
	for (int i = 0; i < 100; i++)
		c.tick();
	expect(c.answers.size(), 0, "the completion waits");
	c.top.wr_granted_i = 0x8010;
	c.top.wr_left_i = 0x8005;
	for (int i = 0; i < 3; i++)
		c.tick();
	expect(c.answers.size(), 1, "and goes");
	c.top.wr_left_i = 0x8010;

	/* many at once, with a slow root complex */
	ops = c.host_ops;
	c.answers.clear();
	c.slow = true;
	for (int i = 0; i < 300; i++) {
		r.address = Bar0 + 4 * (c.rnd() % 64);
		r.dw = 1 + c.rnd() % 2;
		r.last = r.dw > 1 ? 15 : 0;
		c.put(r);
	}
	c.settle();
	c.slow = false;
	expect(c.answers.size(), 300, "all answered");
	int dws = 0;
	for (auto &x : c.answers)
		dws += x.dw;
	expect(c.host_ops - ops, dws, "one operation per DW");
	for (size_t i = 1; i < c.answers.size(); i++)
		expect(c.answers[i].tag, (c.answers[i - 1].tag + 1) & 255, "in order");
}

static void errors(Card &c)
{
	Request r;

	/* posted: UR, not advisory. No message unless enabled */
	c.messages.clear();
	c.write(0x1000, 0, 1);
	c.check(0, 0x78, 0x000a2030);
	c.check(0, 0x104, 0x100000);
	c.check(0, 0x118, 20);
	c.check(0, 0x11c, 0x40000001);	/* MWr, 3 DW header */
	c.check(0, 0x124, 0x1000);
	c.check(0, 0x128, 0);
	expect(c.messages.size(), 0, "no message");

	/* a second error does not touch the header */
	r.kind = MWr;
	r.address = Bar0;
	r.poisoned = true;
	c.put(r);
	c.settle();
	c.check(0, 0x104, 0x101000);
	c.check(0, 0x118, 20);
	c.check(0, 0x124, 0x1000);
	c.wr(0, 0x104, 0x100000);
	c.put(r);
	c.settle();
	c.check(0, 0x118, 12);	/* now it is recorded */
	c.check(0, 0x11c, 0x60004001);
	c.wr(0, 0x104, 0xffffffff);
	c.wr(0, 0x78, 0xf0000, 0xc);

	/* messages: non-fatal enable, UR needs URRE; SERR does alone */
	const struct { uint32_t control; uint32_t command; uint32_t severity; int code; } say[] = {
		{ 0, 6, 0, 0 }, { 2, 6, 0, 0 }, { 10, 6, 0, 0x31 }, { 0, 0x106, 0, 0x31 }, { 12, 6, 0x100000, 0x33 }, { 10, 6, 0x100000, 0 },
		{ 0, 0x106, 0x100000, 0x33 },
	};
	for (auto &s : say) {
		c.messages.clear();
		c.wr(0, 0x78, 0x2030 | s.control, 3);
		c.wr(0, 0x04, s.command);
		c.wr(0, 0x10c, s.severity);
		c.write(0x1000, 0, 1);
		expect(c.messages.size(), s.code ? 1 : 0, "message of control " + std::to_string(s.control));
		if (s.code && !c.messages.empty())
			expect(c.messages[0].first << 8 | c.messages[0].second, s.code, "its code");
		c.check(0, 0x78, (s.severity ? 0xc0000 : 0xa0000) | 0x2030 | s.control);
		c.wr(0, 0x78, 0xf0000, 0xc);
		/* masked: status only */
		c.wr(0, 0x104, 0xffffffff);
		c.wr(0, 0x108, 0x100000);
		c.messages.clear();
		c.write(0x2000, 0, 1);
		c.check(0, 0x104, 0x100000);
		c.check(0, 0x124, 0x1000);
		expect(c.messages.size(), 0, "masked");
		c.wr(0, 0x108, 0);
		c.wr(0, 0x104, 0xffffffff);
		c.wr(0, 0x78, 0xf0000, 0xc);
	}
	c.wr(0, 0x10c, 0);
	c.wr(0, 0x04, 6);

	/* advisory: ERR_COR */
	c.wr(0, 0x114, 0);
	c.wr(0, 0x78, 0x2039, 3);
	c.messages.clear();
	expect(c.read(0x2000).status, UR, "nobody's address");
	c.settle();
	expect(c.messages.size() == 1 && c.messages[0].second == 0x30, 1, "ERR_COR");
	c.check(0, 0x104, 0x100000);
	c.check(0, 0x110, 0x2000);
	c.wr(0, 0x104, 0xffffffff);

	/* AtomicOps and DMWr, poisoned configuration write */
	for (int kind : { FetchAdd, Swap, Cas, Dmwr }) {
		r = Request();
		r.kind = kind;
		r.attributes = 0x1d;
		r.address = Bar0;
		r.dw = kind == Cas ? 4 : 2;
		r.last = 15;
		Answer a = c.ask(r);
		expect(a.status << 8 | a.bytes, UR << 8 | (kind == Dmwr ? 4 : 8), "not supported");
		c.check(0, 0x104, 0x100000);
		c.check(0, 0x11c, (kind == FetchAdd ? 0x6c503000 : kind == Swap ? 0x6d503000 : kind == Cas ? 0x6e503000 : 0x7b503000) | r.dw);
		c.wr(0, 0x104, 0xffffffff);
	}
	r = Request();
	r.kind = CfgWr;
	r.completer = 0x500;
	r.address = 0x10;
	r.data = 0x12345678;
	r.poisoned = true;
	expect(c.ask(r).status, UR, "poisoned");
	c.check(0, 0x10, (uint32_t)Bar0 | 0xc);
	c.check(0, 0x104, 0x1000);
	c.check(0, 0x11c, 0x44004001);
	c.check(0, 0x124, 0x05000010);
	c.wr(0, 0x104, 0xffffffff);
	int ops = c.host_ops;
	r = Request();
	r.kind = Msg;
	r.dw = 0;
	c.put(r);
	c.settle();
	expect(c.host_ops - ops, 1, "a message is one operation");

	/* what dma saw */
	c.wr(0, 0x78, 0xf2030);
	c.wr(0, 0x110, 0x2000);
	for (int kind : { Timeout, Unexpected, Poisoned }) {
		c.commits.clear();
		c.top.dma_error_valid_i = 1;
		c.top.dma_error_func_i = 0;
		c.top.dma_error_kind_i = kind;
		c.top.dma_error_requester_i = 0x500;
		c.top.dma_error_tag_i = 0x312;
		c.settle();
		expect(c.commits.size() == 1 && c.commits[0].first == AerTake, 1, "AerTake");
		c.check(0, 0x104, kind == Timeout ? 0x4000 : kind == Unexpected ? 0x10000 : 0x1000);
		c.check(0, 0x78, (kind == Unexpected ? 0x10000 : 0x20000) | 0x2030);
		c.check(0, 0x11c, kind == Timeout ? 0 : 0x4a880010 | (kind == Poisoned ? 0x4000 : 0));
		c.check(0, 0x120, kind == Timeout ? 0 : 64);
		c.check(0, 0x124, kind == Timeout ? 0 : 0x05001200);
		c.wr(0, 0x104, 0xffffffff);
		c.wr(0, 0x110, 0xffffffff);
		c.wr(0, 0x78, 0xf2030);
	}
	/* a burst of them, all logged before a configuration request sees anything */
	c.commits.clear();
	for (int i = 0; i < 12; i++) {
		c.top.dma_error_valid_i = 1;
		c.top.dma_error_kind_i = Timeout;
		c.tick();
	}
	c.rd(0, 0x104);
	expect(c.commits.size(), 12, "a burst");
	c.wr(0, 0x104, 0xffffffff);
	c.wr(0, 0x78, 0xf2030);
	c.wr(0, 0x114, 0x2000);
	c.settle();
	c.messages.clear();
}

static void enable_vfs(Card &c, unsigned number, uint32_t page = 1)
{
	c.wr(0, 0x188, 0x10);
	c.wr(0, 0x1a0, page);
	c.wr(0, 0x190, number);
	c.wr(0, 0x1a4, (uint32_t)VfBar0);
	c.wr(0, 0x1a8, VfBar0 >> 32);
	c.wr(0, 0x1ac, (uint32_t)VfBar2);
	c.wr(0, 0x1b0, VfBar2 >> 32);
	c.wr(0, 0x188, 0x19);
	c.check(0, 0x188, 0x19);
}

static void sriov(Card &c)
{
	/* sizing, page sizes */
	const uint32_t pages[][2] = { { 1, 0xffff000c }, { 2, 0xffff000c }, { 16, 0xffff000c }, { 64, 0xfffc000c }, { 256, 0xfff0000c }, { 1024, 0xffc0000c } };
	for (auto &p : pages) {
		c.wr(0, 0x1a0, p[0]);
		c.check(0, 0x1a0, p[0]);
		c.wr(0, 0x1a0, 4);	/* 16 KiB: not supported */
		c.wr(0, 0x1a0, 3);
		c.wr(0, 0x1a0, 0);
		c.check(0, 0x1a0, p[0]);
		for (unsigned reg : { 0x1a4, 0x1ac }) {
			c.wr(0, reg, 0xffffffff);
			c.check(0, reg, p[1]);
			c.wr(0, reg + 4, 0xffffffff);
			c.check(0, reg + 4, 0xffffffff);
		}
	}
	c.check(0, 0x1b4, 0);

	/* refusals */
	c.wr(0, 0x190, NumVfs + 1);
	c.wr(0, 0x188, 0x11);
	c.check(0, 0x188, 0x10);
	c.wr(0, 0x188, 0);
	c.wr(0, 0x190, 8);
	c.wr(0, 0x188, 9);
	c.check(0, 0x188, 8);
	c.wr(0, 0x190, 7);
	c.wr(0, 0x188, 1);
	c.check(0, 0x188, 1);
	c.wr(0, 0x190, 3);	/* not while VFs are enabled */
	c.wr(0, 0x188, 0x11);
	c.wr(0, 0x1a0, 1);
	c.check(0, 0x190, 7);
	c.check(0, 0x188, 1);
	c.check(0, 0x1a0, 1024);
	expect(c.top.exists_o[0], 0xff, "seven VFs");
	c.rd(7, 0);
	expect(c.cfg(CfgRd, 8, 0).status, UR, "no eighth");
	c.wr(0, 0x78, 0xf0000, 0xc);
	c.wr(0, 0x110, 0x2000);
	c.wr(0, 0x188, 0);
	c.settle();

	enable_vfs(c, NumVfs);
	expect(c.top.exists_o[0] == ~0u && c.top.exists_o[1] == ~0u && c.top.exists_o[2] == 1, 1, "all VFs");
	for (unsigned f : { 1u, 2u, 17u, NumVfs }) {
		c.check(f, 0x00, 0xffffffff);
		c.check(f, 0x04, 0x00100000);
		c.wr(f, 0x04, 0xffffffff);
		c.check(f, 0x04, 0x00100004);
		c.check(f, 0x08, 0x02000001);
		c.check(f, 0x0c, 0);
		c.wr(f, 0x10, 0xffffffff);
		for (unsigned reg = 0x10; reg < 0x2c; reg += 4)
			c.check(f, reg, 0);
		c.check(f, 0x2c, 0x10005653);
		c.check(f, 0x34, 0x70);
		c.check(f, 0x3c, 0);
		c.check(f, 0x40, 0);
		c.check(f, 0x44, 0);
		c.check(f, 0x50, 0x000f0011);
		c.wr(f, 0x50, 0x80000000);
		c.check(f, 0x50, 0x800f0011);
		c.check(f, 0x54, 2);
		c.check(f, 0x58, 0x8002);
		c.check(f, 0x70, 0x00025010);
		c.check(f, 0x74, 0x10008022);
		c.wr(f, 0x78, 0x7fff);
		c.check(f, 0x78, 0);
		c.check(f, 0x7c, 0x400083);
		for (unsigned reg : { 0x80, 0x98, 0xa0 })
			c.wr(f, reg, 0xffffffff);
		c.check(f, 0x80, 0);
		c.check(f, 0x94, 0x10);
		c.check(f, 0x98, 0);
		c.check(f, 0x9c, 0xe);
		c.check(f, 0xa0, 0);
		c.check(f, 0x100, 0x16020001);
		c.wr(f, 0x108, 0xffffffff);
		c.wr(f, 0x10c, 0xffffffff);
		c.wr(f, 0x114, 0xffffffff);
		for (unsigned reg = 0x104; reg <= 0x128; reg += 4)
			c.check(f, reg, 0);
		for (unsigned reg : { 0x150, 0x154, 0x158, 0x164, 0x180, 0x18c, 0x190, 0x1a4 })
			c.check(f, reg, 0);
		c.check(f, 0x160, 0x0001000e);
		expect(c.bit(c.top.bus_master_o, f) && c.bit(c.top.msix_enable_o, f), 1, "VF's bits");
		c.pending(f, true);
		c.check(f, 0x78, 0x00200000);
		c.pending(f, false);
	}
	expect(c.bit(c.top.bus_master_o, 3) || c.bit(c.top.msix_enable_o, 3), 0, "not its neighbour's");
	c.check(0, 0x04, 0x00100006);
	c.check(0, 0x78, 0x2030);

	/* windows */
	for (unsigned f : { 1u, 2u, NumVfs }) {
		uint64_t base = VfBar0 + (f - 1) * 0x10000, base2 = VfBar2 + (f - 1) * 0x10000;

		access_one(c, base, f, false, 0, Mgmt);
		access_one(c, base + 0x2040, f, false, 0x2040, Queue);
		access_one(c, base + 0xfffc, f, false, 0xfffc, Mgmt);
		access_one(c, base2 + 0x8000, f, true, 0x8000, Event);
		c.ops.clear();
		c.write(base + 0x8010, 7, 2);
		expect(c.ops.size() == 1 && c.ops[0].func == (int)f && c.ops[0].doorbell, 1, "VF's doorbell");
		c.notes.clear();
		c.write(base + 0x8010, 7, 1);
		expect(c.notes.size() == 1 && c.notes[0] == (int)(f << 8 | 9), 1, "VF's bad access");
	}
	expect(c.read(VfBar0 + NumVfs * 0x10000).status, UR, "behind the last VF");
	expect(c.read(VfBar0 - 4).status, UR, "before the first");
	c.check(0, 0x78, 0x92030);
	c.wr(0, 0x78, 0xf2030);

	/* errors of a VF are its own, by the PF's rules */
	c.wr(0, 0x78, 0x203a, 3);
	c.wr(0, 0x110, 0x2000);
	c.messages.clear();
	Request r;
	r.kind = MWr;
	r.address = VfBar0 + 0x20000;	/* VF 2 = function 3 */
	r.poisoned = true;
	c.put(r);
	c.settle();
	expect(c.messages.size() == 1 && c.messages[0].first == 3 && c.messages[0].second == 0x31, 1, "ERR_NONFATAL of function 3");
	c.check(3, 0x104, 0x1000);
	c.check(3, 0x118, 12);
	c.check(3, 0x11c, 0x60004001);
	c.check(3, 0x78, 0x20000);
	c.check(4, 0x104, 0);
	c.check(0, 0x104, 0);
	expect(c.read(VfBar0 + 0x20000, 4).status, CA, "long read");
	c.check(3, 0x110, 0x2000);
	c.check(3, 0x78, 0x30000);
	c.wr(3, 0x78, 0x10000, 4);
	c.check(3, 0x78, 0x20000);
	c.wr(0, 0x78, 0x2030, 3);

	/* VF MSE */
	c.wr(0, 0x188, 0x11);
	expect(c.read(VfBar0).status, UR, "without VF MSE");
	c.wr(0, 0x188, 0x19);
	expect(c.read(VfBar0).status, SC, "with it");
	c.wr(0, 0x04, 4);	/* the PF's own enable does not matter to VFs */
	expect(c.read(VfBar0).status, SC, "PF off, VF on");
	expect(c.read(Bar0).status, UR, "PF off");
	c.wr(0, 0x04, 6);
	c.wr(0, 0x78, 0xf2030);
	c.wr(0, 0x110, 0x2000);
}

static void resets(Card &c)
{
	/* VF FLR: turned away at once, ends when all blocks are done and no read is pending */
	c.commits.clear();
	c.walked.clear();
	c.pending(2, true);
	c.wr(2, 0x78, 0x8000);
	expect(c.bit(c.top.in_reset_o, 2), 1, "in reset");
	expect(c.cfg(CfgRd, 2, 0).status, RRS, "retry");
	expect(c.cfg(CfgWr, 2, 4, 4).status, RRS, "retry");
	Answer a = c.read(VfBar0 + 0x10000);
	expect(a.status << 16 | a.completer, UR << 16 | 0x502, "its memory");
	c.ops.clear();
	c.write(VfBar0 + 0x18000, 1, 2);
	expect(c.ops.size(), 0, "dropped");
	expect(c.top.busy_o, 0, "waits for dma without being busy");
	for (int i = 0; i < 200; i++)
		c.tick();
	expect(c.bit(c.top.in_reset_o, 2), 1, "waits for its reads");
	c.check(1, 0, 0xffffffff);	/* the others live */
	expect(c.commits.size() == 1 && c.commits[0].first == ResetBegin && c.commits[0].second == 2, 1, "ResetBegin");
	c.top.dma_error_valid_i = 1;	/* nothing is logged in a function in reset */
	c.top.dma_error_func_i = 2;
	c.top.dma_error_kind_i = Unexpected;
	c.tick();
	c.tick();
	c.pending(2, false);
	c.settle();
	expect(c.walked.size() == 1 && c.walked[0] == 2, 1, "walked");
	expect(c.commits.size() == 3 && c.commits[2].first == ResetDone && c.commits[2].second == 2, 1, "ResetDone");
	c.check(2, 0x04, 0x00100000);
	c.check(2, 0x50, 0x000f0011);
	c.check(2, 0x104, 0);
	c.check(2, 0x78, 0);
	c.check(0, 0x78, 0x2030);
	expect(c.bit(c.top.bus_master_o, 1), 1, "others keep theirs");

	/* sticky: AER; not sticky: Device Status */
	c.wr(3, 0x78, 0x8000);
	c.settle();
	c.check(3, 0x104, 0x1000);
	c.check(3, 0x118, 12);
	c.check(3, 0x11c, 0x60004001);
	c.check(3, 0x110, 0x2000);
	c.check(3, 0x78, 0);

	/* two at once: both begin, one after the other is walked */
	c.commits.clear();
	c.walked.clear();
	c.walk_stuck = true;
	c.wr(5, 0x78, 0x8000);
	c.wr(4, 0x78, 0x8000);
	expect(c.bit(c.top.in_reset_o, 4) && c.bit(c.top.in_reset_o, 5), 1, "both in reset");
	/* VF Enable ends all, those that are in reset stay in it */
	c.wr(0, 0x188, 0x10);
	c.check(0, 0x188, 0x10);
	expect(c.cfg(CfgRd, 1, 0).status, UR, "gone at once");
	expect(c.top.exists_o[0], 1, "gone at once");
	c.walk_stuck = false;
	c.settle();
	expect(c.walked.size(), NumVfs, "all walked");
	expect(c.commits.size(), 2 * NumVfs, "all begun and done");
	expect(c.walked[0] == 5 && c.walked[1] == 4 && c.walked[2] == 1 && c.walked.back() == (int)NumVfs, 1, "in their order");
	for (unsigned i = 0; i < 8; i++)
		expect(c.top.in_reset_o[i], 0, "nobody is in reset");
	c.wr(0, 0x78, 0xf2030);
	c.wr(0, 0x110, 0x2000);

	/* again, and enabled again while they are still in reset */
	enable_vfs(c, 3);
	c.check(2, 0, 0xffffffff);
	c.walk_stuck = true;
	c.wr(0, 0x188, 0x18);
	c.wr(0, 0x188, 0x19);
	expect(c.cfg(CfgRd, 2, 0).status, RRS, "exists, but is in reset");
	c.walk_stuck = false;
	c.settle();
	c.check(2, 0, 0xffffffff);
	c.wr(2, 0x04, 4);

	/* PF FLR: VFs first, then the PF, with its tables */
	c.commits.clear();
	c.walked.clear();
	c.wr(0, 0x04, 0x146);
	c.wr(0, 0x108, 0x100000);
	c.wr(0, 0x80, 0x40);
	c.wr(0, 0x98, 0x10);
	c.wr(0, 0xa0, 2);
	c.wr(0, 0x78, 0x7fff | 0x8000);
	expect(c.cfg(CfgRd, 0, 0).status, RRS, "PF retry");
	expect(c.bit(c.top.in_reset_o, 0), 1, "PF in reset");
	expect(c.cfg(CfgRd, 1, 0).status, UR, "VFs are gone");
	expect(c.read(Bar0).status, UR, "PF's memory");
	c.settle();
	expect(c.walked.size() == 4 && c.walked[0] == 1 && c.walked[2] == 3 && c.walked[3] == 0x100, 1, "VFs, then PF, conventional");
	expect(c.commits.size() == 8 && c.commits[3].first == ResetBegin && c.commits[3].second == 0, 1, "begun in order");
	c.check(0, 0x04, 0x00100000);
	c.check(0, 0x10, 0xc);
	c.check(0, 0x14, 0);
	c.check(0, 0x50, 0x000f7011);
	c.check(0, 0x78, 0x20f0);	/* MPS stays */
	c.check(0, 0x80, 0x00830040);	/* Link Control too */
	c.check(0, 0x98, 0);
	c.check(0, 0xa0, 2);
	c.check(0, 0x108, 0x100000);	/* sticky */
	c.check(0, 0x188, 0x10);	// ARI Capable Hierarchy stays
	for (unsigned reg : { 0x190, 0x1a8, 0x1b0 })
		c.check(0, reg, 0);
	c.check(0, 0x1a0, 1);
	c.check(0, 0x1a4, 0xc);
	expect(c.top.bus_o, 5, "the bus number stays");
	expect(c.notes.size(), 0, "no bad access");
}

/* A VF's window is a page of the host where that is more than 64 KiB; only its beginning means something. */
static void large_pages(Card &c)
{
	c.wr(0, 0x04, 6);
	enable_vfs(c, NumVfs, 64);
	c.check(0, 0x1a4, (uint32_t)VfBar0 | 0xc);
	access_one(c, VfBar0 + 0x40000 * (NumVfs - 1) + 0x2000, NumVfs, false, 0x2000, Queue);
	access_one(c, VfBar2 + 0x40000 + 4, 2, true, 4, Event);
	for (uint64_t offset : { 0x10000, 0x18000, 0x3fffc })
		access_one(c, VfBar0 + 0x40000 + offset, 2, false, 0, -1);
	expect(c.notes.size(), 0, "nothing is there, not even a doorbell page");
	c.write(VfBar0 + 0x50000, 1, 1, 3);
	expect(c.notes.size(), 1, "but rules are");
	c.notes.clear();
	c.wr(0, 0x188, 0);
	c.settle();
}

int main(int argc, char **argv)
{
	Verilated::commandArgs(argc, argv);
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "+seed=", 6))
			seed = strtoul(argv[i] + 6, nullptr, 0);
	Card card;

	enumerate(card);
	pf_registers(card);
	memory(card);
	card.notes.clear();
	errors(card);
	sriov(card);
	card.notes.clear();
	resets(card);
	large_pages(card);
	card.top.rst_i = 1;
	card.tick();
	card.top.rst_i = 0;
	card.settle();
	enumerate(card);

	printf("cfg: %d checks, %d operations, %llu cycles, %d failures\n", checks, card.host_ops, (unsigned long long)card.cycle, failures);
	return failures ? 1 : 0;
}
