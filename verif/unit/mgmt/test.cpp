// SPDX-License-Identifier: Apache-2.0
// Does svnic_mgmt keep what it is told, tell what happened, and forget what a reset says? A reference written from docs/programming.md (2, 7, 8, 10) is
// compared at every register operation, note, control event and level; functions fall into reset, the carrier comes and goes, all at any time.

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "Vsvnic_mgmt_tb.h"
#include "verilated.h"
#include "test.h"

enum { CommitForget = 5, CommitControl = 27, CommitNote = 33, CommitCarrier = 34 };	// numbers of commit_e
enum { Mailbox = 2, Link = 3, Function = 6, Error = 7 };				// kinds of events
enum { SourceRx = 4, WireDrop = 14, WireUnknown = 15, StatsCounted = 22, Stats = 32 };

static Vsvnic_mgmt_tb *top;
static unsigned num_vfs;

/* ---- the reference ---- */
struct State {
	bool link, spoof, redirect, rescue, rx_enable, from_waits, to_waits, exists, in_reset;
	uint32_t mac_lo, error, status, from[16], to[16];
	uint16_t mac_hi, resources;
	uint64_t stat[Stats];
};
static State fn[256];
static bool carrier = true;
static std::set<std::tuple<unsigned, unsigned, unsigned>> waiting;	// {function, kind, source}: each at most once
static uint64_t n_reads, n_writes, n_two, n_bad, n_notes, n_many, n_events[8], n_repeated, n_forget, n_pf_forget, n_carrier, n_unknown, n_error_in_reset, n_sent,
	n_taken, n_was_read, n_refused, n_moved, n_wait_in_reset, n_link_at_forget, n_allowed_at_forget;
static std::vector<unsigned> pool;
static unsigned some(void)
{
	return pool[below(pool.size())];
}

static void control(unsigned f, unsigned kind, unsigned source)
{
	n_repeated += !waiting.insert({ f, kind, source }).second;
}
static void status_rises(unsigned f, unsigned bit)
{
	if (fn[f].status & bit)
		return;
	fn[f].status |= bit;
	control(0, Function, f);
}

/* ---- registers ---- */
static bool within(uint32_t a, uint32_t base, uint32_t size)
{
	return a - base < size;
}
static uint32_t mailbox_ctrl(unsigned f)
{
	return fn[f].from_waits | fn[f].to_waits << 1;
}
static uint32_t half(uint64_t v, uint32_t addr)
{
	return addr & 4 ? v >> 32 : v;
}
static uint32_t read_register(unsigned f, uint32_t a)
{
	State &s = fn[f];

	if (a < 0x10000) {
		switch (a) {
		case 0x00: return 0x434e5653;
		case 0x04: return 0x00010000;
		case 0x08: return 0xa0;	// loop, redirection
		case 0x0c: return 0xc5101000 | (f ? 0 : num_vfs);
		case 0x10: return s.resources;
		case 0x14: return carrier && s.link;
		case 0x18: return s.mac_lo;
		case 0x1c: return s.mac_hi;
		case 0x20: return s.rx_enable;
		case 0x24: return s.error;
		case 0x1080: return mailbox_ctrl(f);
		}
		if (within(a, 0x100, 8 * Stats))
			return half(s.stat[(a - 0x100) / 8], a);
		if (within(a, 0x1000, 0x40))
			return s.from[a / 4 % 16];
		if (within(a, 0x1040, 0x40))
			return s.to[a / 4 % 16];
		return 0;
	}
	if (a == 0x2f000)
		return 512 << 16 | 512;
	unsigned g = within(a, 0x10000, 0x4000) ? (a - 0x10000) / 0x40 : within(a, 0x30000, 0x8000) ? (a - 0x30000) / 0x80 :
		     within(a, 0x38000, 0x400) ? (a - 0x38000) / 4 : within(a, 0x40000, 0x10000) ? (a - 0x40000) / 0x100 : 999;
	if (g > num_vfs)
		return 0;
	State &t = fn[g];
	if (a < 0x20000)
		switch (a % 0x40) {
		case 0x00: return t.link | t.spoof << 1 | t.redirect << 2 | t.rescue << 3;
		case 0x04: return t.status;
		case 0x08: return t.mac_lo;
		case 0x0c: return t.mac_hi;
		case 0x10: return t.resources;
		default: return 0;
		}
	if (a < 0x38000)
		return a & 0x40 ? t.to[a / 4 % 16] : t.from[a / 4 % 16];
	if (a < 0x40000)
		return mailbox_ctrl(g);
	return half(t.stat[a % 0x100 / 8], a);
}

static bool write_register(unsigned f, uint32_t a, uint32_t v)	// false: bad access
{
	State &s = fn[f];

	if (a < 0x10000) {
		if (a == 0x20)
			s.rx_enable = v & 1;
		else if (a == 0x24)
			s.error &= ~v;
		else if (a == 0x1080 && f) {
			if ((v & 1) && !s.from_waits) {
				s.from_waits = true;
				n_sent++;
				status_rises(f, 1);
			}
			if (v & 2) {
				n_was_read += s.to_waits;
				s.to_waits = false;
			}
		} else if (within(a, 0x1000, 0x40) && f) {
			if (s.from_waits)
				return false;
			s.from[a / 4 % 16] = v;
		}
		return true;
	}
	if (within(a, 0x10000, 0x4000) && (a - 0x10000) / 0x40 <= num_vfs) {
		unsigned g = (a - 0x10000) / 0x40;
		State &t = fn[g];

		switch (a % 0x40) {
		case 0x00:
			if ((v & 1) != t.link && carrier && t.exists)
				control(g, Link, 0);
			t.link = v & 1;
			t.spoof = v >> 1 & 1;
			t.redirect = v >> 2 & 1;
			t.rescue = v >> 3 & 1;
			break;
		case 0x04: t.status &= ~v; break;
		case 0x08: t.mac_lo = v; break;
		case 0x0c: t.mac_hi = v; break;
		case 0x10: t.resources = v; break;
		}
	} else if (within(a, 0x30000, 0x8000)) {
		unsigned g = (a - 0x30000) / 0x80;

		if (g && g <= num_vfs && (a & 0x40)) {
			n_refused += fn[g].to_waits;
			if (!fn[g].to_waits)
				fn[g].to[a / 4 % 16] = v;
		}
	} else if (within(a, 0x38000, 0x400)) {
		unsigned g = (a - 0x38000) / 4;

		if (!g || g > num_vfs)
			return true;
		bool taken = (v & 1) && fn[g].from_waits, sent = (v & 2) && !fn[g].to_waits;

		if (taken)
			fn[g].from_waits = false;
		if (sent)
			fn[g].to_waits = true;
		n_taken += taken;
		if (taken || sent)
			control(g, Mailbox, 0);
	}
	return true;
}

/* ---- resets ---- */
static void forget_local(unsigned f)
{
	State &s = fn[f];

	memset(s.from, 0, sizeof(s.from));
	memset(s.to, 0, sizeof(s.to));
	s.from_waits = s.to_waits = s.rx_enable = false;
	s.error = 0;
}
static void forget(unsigned f)
{
	for (unsigned kind : { Mailbox, Link, Error })
		n_link_at_forget += waiting.erase({ f, kind, 0u }) && kind == Link;
	forget_local(f);
	n_forget++;
	if (f) {
		status_rises(f, 2);
		return;
	}
	n_pf_forget++;
	for (auto i = waiting.begin(); i != waiting.end();)
		i = std::get<1>(*i) == Function ? waiting.erase(i) : std::next(i);
	for (unsigned g = 0; g <= num_vfs; g++) {
		forget_local(g);
		n_allowed_at_forget += fn[g].redirect || fn[g].rescue;
		fn[g].link = fn[g].spoof = fn[g].redirect = fn[g].rescue = false;
		fn[g].mac_lo = fn[g].mac_hi = fn[g].resources = 0;
	}
}

/* ---- one cycle ---- */
static struct {
	unsigned registers, notes, control_ready, resets, carrier, hot;
} knob;
static uint64_t reg_since, reset_since;
static bool drop_reg, forgotten, wiping;
static unsigned drop_notes;
static bool two_pending;	// the high DW follows
static uint32_t snapshot;	// of a statistic's high half, when its low one was read

static uint32_t some_address(unsigned f)
{
	static const uint32_t local[] = { 0, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x20, 0x24, 0x24, 0x28, 0x80, 0xfc, 0x200, 0x27c, 0x1080, 0x1080, 0x1080, 0x1084, 0x1100, 0x4000 };
	unsigned g = chance(950) ? some() : below(256);

	if (f || chance(250))
		switch (below(4)) {
		case 0: return 0x100 + 4 * below(2 * Stats);
		case 1: return 0x1000 + 4 * below(32);
		default: return local[below(sizeof(local) / sizeof(local[0]))] & ~3u;
		}
	switch (below(7)) {
	case 0: return 0x10000 + 0x40 * g + 4 * below(16);
	case 1: return 0x10000 + 0x40 * g;
	case 2: return 0x10004 + 0x40 * g;
	case 3: return 0x30000 + 0x80 * g + 4 * below(32);
	case 4: return 0x38000 + 4 * g;
	case 5: return 0x40000 + 0x100 * g + 4 * below(64);
	default: return chance(500) ? 0x2f000 : 0x14000 + 4 * below(0x3000);
	}
}
static void drive_register(void)
{
	if (top->reg_valid_i || fn[0].in_reset)
		return;
	if (two_pending) {
		if (!chance(400))
			return;	// notes may come between
		top->reg_addr_i += 4;
		top->reg_second_i = 1;
		top->reg_valid_i = 1;
		reg_since = cycle;
		return;
	}
	unsigned f = some();
	if (!chance(knob.registers) || fn[f].in_reset || !fn[f].exists)
		return;
	if (f && chance(500))
		f = 0;
	top->reg_valid_i = 1;
	top->reg_second_i = 0;
	top->reg_func_i = f;
	top->reg_write_i = chance(550);
	top->reg_addr_i = some_address(f);
	top->reg_wdata_i = chance(500) ? rnd() : below(16);
	reg_since = cycle;
}
static void register_effect(void)
{
	if (!top->reg_ack_o) {
		if (top->reg_valid_i && cycle > 9000 && cycle - reg_since > 200)
			fail("register operation is not acknowledged");
		return;
	}
	unsigned f = top->reg_func_i;
	uint32_t a = top->reg_addr_i;

	expect(top->reg_valid_i, 1, "acknowledged without a request");
	drop_reg = true;
	if (top->reg_write_i) {
		bool ok = write_register(f, a, top->reg_wdata_i);

		expect(top->reg_bad_o, !ok, "bad access");
		n_bad += !ok;
		n_writes++;
		return;
	}
	uint32_t want = read_register(f, a);
	bool stat = within(a, 0x100, 8 * Stats) || within(a, 0x40000, 0x10000);
	if (two_pending) {
		n_moved += stat && want != snapshot;
		if (stat)
			want = snapshot;
		n_two++;
	}
	if (top->reg_rdata_o != want)
		printf("function %u, address %x\n", f, a);
	expect(top->reg_rdata_o, want, "register");
	expect(top->reg_bad_o, 0, "a read is never bad");
	n_reads++;
	two_pending = !two_pending && a % 8 == 0 && chance(500);
	snapshot = two_pending ? read_register(f, a + 4) : 0;
}

static void drive_notes(void)
{
	for (unsigned s = 0; s < 6; s++) {
		if (top->note_valid_i >> s & 1 || !chance(knob.notes))
			continue;
		unsigned stat = chance(700) ? below(WireDrop) : WireUnknown + 1 + below(StatsCounted - WireUnknown - 1);
		bool wire = s == SourceRx && chance(400);

		if (wire)
			stat = chance(500) ? WireDrop : WireUnknown;
		top->note_func_i[s] = wire ? 0 : knob.hot && chance(700) ? pool[1] : chance(970) ? some() : below(256);
		top->note_count_i[s] = wire || chance(900);
		top->note_stat_i[s] = stat;
		top->note_amount_i[s] = wire ? 1 + below(9000) : 1;
		top->note_also_i[s] = !wire && !(stat & 1) && chance(500);
		top->note_bytes_i[s] = rnd() & 0x3fff;
		top->note_error_i[s] = !wire && top->note_func_i[s] <= num_vfs && chance(300);	// of the others only drops are counted
		top->note_bit_i[s] = below(5);
		top->note_valid_i |= 1 << s;
	}
}
static void notes_applied(void)
{
	int kind = top->commit_kind_o[1];
	unsigned taken = top->note_valid_i & top->note_ready_o;

	expect(kind == CommitNote, taken != 0, "commit of a note");
	expect(top->note_ready_o & ~top->note_valid_i, 0, "ready without a note");
	if (!taken)
		return;
	expect(taken & (taken - 1), 0, "one note at a time");
	unsigned s = __builtin_ctz(taken), f = top->note_func_i[s], stat = top->note_stat_i[s];
	expect(top->commit_a_o[1], s, "source of a note's commit");
	expect(top->commit_c_o[1], stat, "statistic of a note's commit");
	bool wire = stat == WireDrop || stat == WireUnknown;
	expect(top->commit_b_o[1], wire ? top->note_amount_i[s] : 1, "number of a note's commit");
	drop_notes |= taken;
	n_notes++;
	n_many += wire && top->note_amount_i[s] > 1;
	if (f > num_vfs) {
		n_unknown++;
		return;
	}
	if (top->note_count_i[s]) {
		fn[f].stat[stat] += top->note_amount_i[s];
		if (top->note_also_i[s])
			fn[f].stat[stat + 1] += top->note_bytes_i[s];
	}
	unsigned bit = 1u << top->note_bit_i[s];
	n_error_in_reset += top->note_error_i[s] && fn[f].in_reset;
	if (!top->note_error_i[s] || fn[f].in_reset || (fn[f].error & bit))
		return;
	fn[f].error |= bit;
	control(f, Error, 0);
	if (f)
		status_rises(f, 4);
}

static void control_taken(void)
{
	bool taken = top->control_valid_o && top->control_ready_i;
	unsigned f = top->control_func_o, kind = top->control_kind_o, source = top->control_source_o;

	expect(top->commit_kind_o[0] == CommitControl, taken, "commit of a control event");
	if (!taken)
		return;
	expect(top->commit_a_o[0], f, "function of an event's commit");
	expect(top->commit_b_o[0], source, "source of an event's commit");
	expect(top->commit_c_o[0], kind, "kind of an event's commit");
	if (!waiting.erase({ f, kind, source })) {
		printf("function %u, kind %u, source %u\n", f, kind, source);
		fail("control event without a cause");
	}
	n_events[kind]++;
}

/* What cfg does: in_reset first, then the blocks are asked; the PF behind all its VFs. */
enum { None, Begun, Asked, Over };
static int reset_state;
static unsigned reset_func;
static bool reset_all;
static void set_functions(void)
{
	for (unsigned f = 0; f < 256; f++) {
		uint32_t bit = 1u << f % 32;

		top->exists_i[f / 32] = (top->exists_i[f / 32] & ~bit) | (fn[f].exists ? bit : 0);
		top->in_reset_i[f / 32] = (top->in_reset_i[f / 32] & ~bit) | (fn[f].in_reset ? bit : 0);
	}
}
static bool next_of_all(void)
{
	for (unsigned f : pool)
		if (f && fn[f].exists) {
			reset_func = f;
			return true;
		}
	reset_func = 0;
	return false;
}
static void drive_reset(void)
{
	switch (reset_state) {
	case None:
		if (reset_all)
			next_of_all();
		else if (!chance(knob.resets))
			return;
		else if (chance(150)) {
			reset_all = true;
			next_of_all();
		} else {
			reset_func = some();
			if (!reset_func)
				return;
		}
		// of the function itself no operation is under way any more
		if (top->reg_valid_i || two_pending)
			return;
		fn[reset_func].exists = fn[reset_func].in_reset = true;
		reset_state = Begun;
		break;
	case Begun:
		if (!chance(60))
			return;
		top->fn_reset_valid_i = 1;
		top->fn_reset_func_i = reset_func;
		top->fn_reset_conventional_i = reset_func == 0;
		reset_since = cycle;
		forgotten = false;
		reset_state = Asked;
		break;
	case Asked:
		if (!top->fn_reset_done_o || !chance(300)) {
			if (cycle - reset_since > 40000)
				fail("reset does not come to an end");
			return;
		}
		expect(forgotten, 1, "reset is done behind its commit");
		top->fn_reset_valid_i = 0;
		wiping = false;
		reset_state = Over;
		break;
	default:
		fn[reset_func].in_reset = false;
		if (reset_all && reset_func)
			fn[reset_func].exists = false;
		if (!reset_func) {
			reset_all = false;
			for (unsigned f : pool)
				fn[f].exists = f == 0 || chance(800);
		} else if (!reset_all) {
			fn[reset_func].exists = chance(800);
		}
		reset_state = None;
	}
	set_functions();
}
static void reset_forgets(void)
{
	if (top->commit_kind_o[1] != CommitForget)
		return;
	expect(reset_state, Asked, "forgets without being asked");
	expect(top->commit_a_o[1], reset_func, "who is forgotten");
	expect(forgotten, 0, "forgotten once");
	forgotten = wiping = true;
	forget(reset_func);
}

static void carrier_changed(void)
{
	bool changes = top->commit_kind_o[2] == CommitCarrier;

	expect(changes, carrier != (bool)top->carrier_i, "commit of the carrier");
	if (!changes)
		return;
	expect(top->commit_a_o[2], top->carrier_i, "which carrier");
	carrier = top->carrier_i;
	n_carrier++;
	for (unsigned f = 0; f <= num_vfs; f++)
		if (fn[f].exists && fn[f].link) {
			n_wait_in_reset += fn[f].in_reset;
			control(f, Link, 0);
		}
}

static void check_levels(void)
{
	expect(top->carrier_o, carrier, "carrier");
	for (unsigned f : pool) {
		expect(top->link_o[f / 32] >> f % 32 & 1, fn[f].link, "link");
		expect(top->spoof_check_o[f / 32] >> f % 32 & 1, fn[f].spoof, "spoof check");
		expect(top->redirect_o[f / 32] >> f % 32 & 1, fn[f].redirect, "redirect");
		expect(top->rescue_o[f / 32] >> f % 32 & 1, fn[f].rescue, "rescue");
		if (!(wiping && reset_func == 0))	// the walk over all functions is under way: none of them exists
			expect(top->rx_enable_o[f / 32] >> f % 32 & 1, fn[f].rx_enable, "receive enable");
	}
	if (!top->busy_o && (top->note_valid_i || !waiting.empty())) {
		for (auto &w : waiting)
			printf("waits: function %u, kind %u, source %u\n", std::get<0>(w), std::get<1>(w), std::get<2>(w));
		fail("not busy with work", top->note_valid_i, waiting.size());
	}
}

static bool held;
static unsigned held_event;
static void step(void)
{
	top->clk_i = 0;
	drive_reset();
	drive_register();
	drive_notes();
	if (chance(knob.carrier))
		top->carrier_i = !top->carrier_i;
	top->control_ready_i = chance(knob.control_ready);
	top->eval();
	check_levels();
	unsigned event = top->control_func_o | top->control_kind_o << 8 | top->control_source_o << 16;
	if (held && (!top->control_valid_o || event != held_event))
		fail("control event changes while it waits", event, held_event);
	held = top->control_valid_o && !top->control_ready_i;
	held_event = event;
	control_taken();	// in the order of the commits; host operations last
	reset_forgets();
	notes_applied();
	carrier_changed();
	register_effect();
	top->clk_i = 1;
	top->eval();
	cycle++;
	if (drop_reg)
		top->reg_valid_i = 0;
	top->note_valid_i &= ~drop_notes;
	drop_reg = false;
	drop_notes = 0;
}

static void drain(void)
{
	auto saved = knob;
	uint64_t limit = cycle + 400000;

	knob.registers = knob.notes = knob.resets = knob.carrier = 0;
	while (top->busy_o || top->reg_valid_i || two_pending || top->note_valid_i || reset_state != None || reset_all || !waiting.empty()) {
		step();
		if (cycle > limit) {
			for (auto &w : waiting)
				printf("waits: function %u, kind %u, source %u\n", std::get<0>(w), std::get<1>(w), std::get<2>(w));
			fail("does not come to an end", waiting.size());
		}
	}
	knob = saved;
}

static void tried(uint64_t count, const char *what)
{
	if (!count)
		fail(what);
}

int main(int argc, char **argv)
{
	Verilated::commandArgs(argc, argv);
	seed_from(argc, argv);
	top = new Vsvnic_mgmt_tb;
	top->carrier_i = 1;
	top->reg_valid_i = top->fn_reset_valid_i = top->note_valid_i = top->control_ready_i = 0;	// all else is driven with its valid
	top->eval();
	num_vfs = top->num_vfs_o;
	for (unsigned f : { 0u, 1u, 2u, num_vfs / 2, num_vfs - 1, num_vfs })
		if (pool.empty() || f > pool.back())
			pool.push_back(f);
	for (unsigned f : pool)
		fn[f].exists = true;
	set_functions();
	reset(top);
	knob = { 300, 100, 500, 0, 0, 0 };	// what comes during the first sweep waits
	for (unsigned i = 0; i < 12000; i++)
		step();
	drain();

	for (unsigned i = 0; i < 120; i++) {
		knob = { 20 + below(900), i % 4 == 3 ? 0 : 1 + below(600), i % 6 == 5 ? 20u : 50 + below(950), i % 3 ? 5 + below(20) : 0, i % 5 ? below(60) : 0, i % 2 };
		for (unsigned c = 0; c < 5000; c++)
			step();
		drain();
	}

	/* Rate of notes: nobody else wants the statistics. */
	knob = { 0, 1000, 1000, 0, 0, 0 };
	uint64_t before = n_notes;
	for (unsigned c = 0; c < 4000; c++)
		step();
	double rate = (n_notes - before) / 4000.0;
	drain();

	/* Bytes of one function up to just below 2^32; the carry comes between the two DWs of a read, which is of one moment all the same. */
	knob = { 0, 0, 1000, 0, 0, 0 };
	unsigned f = pool[1];
	auto count_bytes = [&](unsigned bytes) {
		top->note_func_i[0] = f;
		top->note_count_i[0] = top->note_also_i[0] = 1;
		top->note_stat_i[0] = top->note_error_i[0] = 0;
		top->note_amount_i[0] = 1;
		top->note_bytes_i[0] = bytes;
		top->note_valid_i |= 1;
		while (top->note_valid_i & 1)
			step();
	};
	for (uint64_t left; (left = (1ull << 32) - 1 - (fn[f].stat[1] & 0xffffffff)) != 0;)
		count_bytes(left > 16383 ? 16383 : left);
	for (unsigned dw = 0; dw < 2; dw++) {
		top->reg_valid_i = 1;
		top->reg_second_i = dw;
		top->reg_write_i = 0;
		top->reg_func_i = f;
		top->reg_addr_i = 0x108 + 4 * dw;
		reg_since = cycle;
		while (top->reg_valid_i) {
			step();
			if (!top->reg_valid_i && !dw) {
				two_pending = true;
				snapshot = fn[f].stat[1] >> 32;
				break;
			}
		}
		if (!dw) {
			two_pending = false;	// the note first
			count_bytes(1 + below(100));
			two_pending = true;
		}
	}
	drain();

	/* At the end every statistic is read once. */
	knob = { 0, 0, 1000, 0, 0, 0 };
	for (unsigned f = 0; f <= num_vfs; f++)
		for (unsigned dw = 0; dw < 2 * Stats; dw++) {
			top->reg_valid_i = 1;
			top->reg_second_i = top->reg_write_i = top->reg_func_i = 0;
			top->reg_addr_i = 0x40000 + 0x100 * f + 4 * dw;
			reg_since = cycle;
			while (top->reg_valid_i || two_pending)
				step();
		}

	printf("mgmt %u VFs: %llu cycles, %llu reads (%llu of two DW, %llu moved between), %llu writes (%llu bad), %llu notes (%llu of many, %llu of nobody, %llu errors in "
	       "reset), events: %llu mailbox, %llu link, %llu function, %llu error, %llu raised again while waiting; mailbox sent %llu, taken %llu, read %llu, refused %llu; "
	       "%llu resets (%llu of the PF), link event waiting then %llu; carrier changed %llu times, %llu events in reset; %.2f notes per cycle\n",
	       num_vfs, (unsigned long long)cycle, (unsigned long long)n_reads, (unsigned long long)n_two, (unsigned long long)n_moved, (unsigned long long)n_writes,
	       (unsigned long long)n_bad, (unsigned long long)n_notes, (unsigned long long)n_many, (unsigned long long)n_unknown, (unsigned long long)n_error_in_reset,
	       (unsigned long long)n_events[Mailbox], (unsigned long long)n_events[Link], (unsigned long long)n_events[Function], (unsigned long long)n_events[Error],
	       (unsigned long long)n_repeated, (unsigned long long)n_sent, (unsigned long long)n_taken, (unsigned long long)n_was_read, (unsigned long long)n_refused,
	       (unsigned long long)n_forget, (unsigned long long)n_pf_forget, (unsigned long long)n_link_at_forget, (unsigned long long)n_carrier,
	       (unsigned long long)n_wait_in_reset, rate);
	tried(n_two && n_moved && n_bad && n_many, "registers or notes never tried");
	tried(num_vfs == 255 || n_unknown, "notes of nobody never tried");
	tried(n_error_in_reset && n_events[Mailbox] && n_events[Link] && n_events[Function] && n_events[Error] && n_repeated, "events never tried");
	tried(n_sent && n_taken && n_was_read && n_refused, "mailbox never tried");
	tried(n_forget && n_pf_forget && n_link_at_forget && n_carrier && n_wait_in_reset && n_allowed_at_forget, "resets never tried");
	if (rate < 0.95)
		fail("notes per cycle, in percent", rate * 100, 95);
	return 0;
}
