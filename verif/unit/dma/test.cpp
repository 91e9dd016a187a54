// SPDX-License-Identifier: Apache-2.0
// Does svnic_dma ask for, deliver and write exactly the bytes that its clients meant, whatever the host answers? A host that completes in any
// split, order and interleaving, with errors, poison, silence, late and forged completions; every header is computed here anew.

#include <deque>
#include <map>
#include <set>
#include <vector>

#include "Vsvnic_dma_tb.h"
#include "verilated.h"
#include "test.h"

enum { MRd = 1, MWr = 2, Cpl = 5, CplD = 6, Msg = 11 };
enum { SC = 0, UR = 1, RRS = 2, CA = 4 };
enum { Timeout, Unexpected, Poisoned };
enum { CommitGrant, CommitTag, CommitTimeout, CommitEnd, CommitWrite };
static const uint64_t kTimeout = 16000000;

static Vsvnic_dma_tb *top;
static const unsigned bytes_per_beat = sizeof(top->rd_data_o) > 64 ? 64 : sizeof(top->rd_data_o);
static uint64_t now;
static uint64_t enabled_since;	// Completion Timeout Disable was cleared
static unsigned inc = 4;

static uint8_t host_byte(uint64_t address)
{
	return (address * 0x9E3779B97F4A7C15ull) >> 56;
}
static uint64_t low(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- knobs of a phase ---- */
static struct {
	unsigned read_rate, write_rate, rcp_rate, rrq_ready, wrq_ready, note_ready, errors, latency, max_len;
	bool fixed64, one_client, aligned;
} knob;
static unsigned mps, mrrs, bus;
static bool ext_tag, relaxed, no_timeout;
static std::set<unsigned> silent, in_reset;

/* ---- reads ---- */
struct Request {
	unsigned client, id, func, len, dest, tlps;
	uint64_t addr;
	bool failed;
};
struct Tlp {	// one that was asked for
	Request *request;
	uint64_t addr;
	unsigned len, left, tag, requester;
	bool live, dead, mute;
	uint64_t sent, ready_at, died;
	unsigned fate;	// 0 fine, else an error at the next part
};
struct Part {	// a completion
	unsigned kind, status, requester, tag, dw, lower, count;
	bool poisoned;
	std::vector<uint8_t> data;
};
struct Error {
	unsigned kind, func, tag;
};
static Request waiting[3];
static bool is_waiting[3];
static std::map<unsigned, Request *> requests[3];
static std::deque<Tlp> asked;	// the first n_tagged of them have their tag
static unsigned n_tagged;
static Tlp tags[256];
static uint16_t memory[3][1 << 20];	// 0: nobody's, 200h: owned, 1xxh: written
static unsigned next_dest[3], next_id[3], in_memory[3];
static unsigned pending[256];
static std::deque<Error> errors;
static std::deque<unsigned> notes;
static uint64_t n_reads, n_failed, n_timeouts, n_late, n_forged, n_writes, n_dropped, n_read_bytes, n_write_bytes, n_freed_by_time, n_held;

static unsigned split(uint64_t addr, unsigned left, unsigned limit, bool round)
{
	unsigned most = low(limit - addr % 4, 4096 - addr % 4096);

	if (left <= most)
		return left;
	return round ? most - (addr + most) % 128 : most;
}

static unsigned random_len(void)
{
	if (knob.fixed64)
		return 64;
	switch (below(6)) {
	case 0: return 1 + below(8);
	case 1: return 64;
	case 2: return 1 + below(200);
	case 3: return low(knob.max_len, 1500);
	case 4: return low(knob.max_len, 128u << below(7));
	default: return 1 + below(knob.max_len);
	}
}
static uint64_t random_addr(void)
{
	uint64_t page = ((uint64_t)rnd() << 24 ^ rnd()) & ~4095ull;

	if (chance(100))
		page = chance(500) ? 0 : ~0ull << 16;
	if (knob.aligned || knob.fixed64)
		return page + 64 * below(64);
	return page + (chance(300) ? 4095 - below(20) : chance(300) ? 64 * below(64) : below(4096));
}

static void new_reads(void)
{
	for (unsigned c = 0; c < 3; c++) {
		if (is_waiting[c] || !chance(knob.read_rate) || (knob.one_client && c != 2))
			continue;
		Request r = {};
		r.client = c;
		r.len = random_len();
		if (in_memory[c] + r.len > 700000 || requests[c].size() >= 400)
			continue;
		r.addr = random_addr();
		r.func = below(256);
		r.id = next_id[c]++ & 0xffff;
		r.dest = next_dest[c];
		next_dest[c] = (next_dest[c] + r.len + below(3)) & 0xfffff;
		for (unsigned i = 0; i < r.len; i++) {
			uint16_t &m = memory[c][(r.dest + i) & 0xfffff];
			if (m)
				return;	// still somebody's: wait (nothing was marked before the first)
			m = 0x200;
		}
		in_memory[c] += r.len;
		waiting[c] = r;
		is_waiting[c] = true;
	}
}

static void granted(unsigned c)
{
	Request *r = new Request(waiting[c]);

	is_waiting[c] = false;
	requests[c][r->id] = r;
	pending[r->func]++;
	n_reads++;
	n_read_bytes += r->len;
	if (silent.count(r->func) || in_reset.count(r->func)) {
		r->failed = true;
		return;
	}
	for (unsigned done = 0; done < r->len;) {
		Tlp t = {};
		t.request = r;
		t.addr = r->addr + done;
		t.len = t.left = split(t.addr, r->len - done, 128u << (mrrs > 5 ? 5 : mrrs), true);
		asked.push_back(t);
		r->tlps++;
		done += t.len;
	}
}

static void check_header(uint64_t addr, unsigned len, unsigned dw, unsigned first, unsigned last, uint64_t address)
{
	unsigned want_first = 0, want_last = 0, dws = (addr % 4 + len + 3) / 4;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t a = addr / 4 * 4 + i, b = addr / 4 * 4 + 4 * (dws - 1) + i;
		want_first |= (a >= addr && a < addr + len) << i;
		want_last |= (b >= addr && b < addr + len) << i;
	}
	expect(address, addr / 4 * 4, "address");
	expect(dw, dws, "length");
	expect(first, want_first, "first byte enables");
	expect(last, dws == 1 ? 0 : want_last, "last byte enables");
}

/* What a TLP says of its requester is of this cycle: the bus number may change while it waits. */
static void tag_given(unsigned tag)
{
	if (n_tagged == asked.size())
		fail("tag without a request", tag);
	Tlp &t = asked[n_tagged++];
	t.tag = tag;
	t.requester = bus << 8 | t.request->func;
}

static void read_sent(void)
{
	if (!n_tagged)
		fail("read without a request or a tag");
	Tlp t = asked.front();
	asked.pop_front();
	n_tagged--;
	check_header(t.addr, t.len, top->rrq_dw_o, top->rrq_first_be_o, top->rrq_last_be_o, top->rrq_address_o);
	expect(top->rrq_requester_o, t.requester, "requester");
	expect(top->rrq_relaxed_o, relaxed && t.request->client == 2, "relaxed");
	expect(top->rrq_tag_o, t.tag, "tag");
	if (t.tag >= (ext_tag ? 256 : 32))
		fail("tag range", t.tag);
	Tlp &old = tags[t.tag];
	if (old.live)
		fail("tag in use", t.tag);
	if (old.dead)
		fail("tag in quarantine", t.tag);
	t.live = true;
	t.sent = now;
	t.ready_at = cycle + knob.latency / 2 + below(knob.latency + 1);
	if (chance(knob.errors))
		t.fate = 1 + below(7);
	t.mute = t.fate == 5 || t.fate == 6;	// never answered, or late
	old = t;
}

/* The part arrived whole: what a card may make of it. Returns whether its bytes count. */
static void end_tlp(Tlp &t)
{
	t.live = false;
	t.request->tlps--;
}
static void part_taken(const Part &p)
{
	Tlp &t = tags[p.tag & 255];
	bool ours = p.tag < 256 && p.requester == t.requester;

	if (ours && t.dead) {
		n_late++;
		if (p.kind != CplD || p.status != SC || p.count <= 4 * p.dw - p.lower % 4)
			t.dead = false;
	} else if (!ours || !t.live) {
		n_forged++;
		errors.push_back({Unexpected, p.requester & 255, p.tag});
	} else if (p.kind == Cpl || p.status != SC) {
		t.request->failed = true;
		end_tlp(t);
	} else {
		unsigned skip = t.addr % 4, bytes = low(t.left, 4 * p.dw - skip);
		if (p.count != t.left || p.lower != t.addr % 128 || 4 * p.dw >= skip + bytes + 4) {
			n_forged++;
			errors.push_back({Unexpected, p.requester & 255, p.tag});
			return;
		}
		if (p.poisoned) {
			t.request->failed = true;
			errors.push_back({Poisoned, t.request->func, p.tag});
		}
		t.addr += bytes;
		t.left -= bytes;
		if (!t.left)
			end_tlp(t);
	}
}

static Part make_part(const Tlp &t, bool whole)
{
	Part p = {CplD, SC, t.requester, t.tag, 0, unsigned(t.addr % 128), t.left, false, {}};
	unsigned n = t.left;
	unsigned to_rcb = 64 - t.addr % 64;

	if (!whole && n > to_rcb)
		n = to_rcb + 64 * below((n - to_rcb + 63) / 64);
	p.dw = (t.addr % 4 + n + 3) / 4;
	p.data.resize(4 * p.dw);
	for (unsigned i = 0; i < p.data.size(); i++)
		p.data[i] = i < t.addr % 4 || i >= t.addr % 4 + n ? rnd() : host_byte(t.addr - t.addr % 4 + i);
	return p;
}

static bool choose_part(Part &out)
{
	unsigned start = below(256);

	if (chance(knob.errors / 4)) {	// forged
		unsigned tag = start;
		const Tlp &t = tags[tag];
		if (t.live && !t.dead) {
			out = make_part(t, true);
			switch (below(4)) {
			case 0: out.requester ^= 1 << below(16); break;
			case 1: out.count ^= 1 << below(12); break;
			case 2: out.lower ^= 1 << below(7); break;
			default: out.dw += 1; out.data.resize(4 * out.dw); break;
			}
			return out.dw <= 1024;
		}
		if (!t.dead) {
			out = {CplD, SC, below(65536), below(4) ? tag : tag + 256, 1, 0, 4, false, std::vector<uint8_t>(4)};
			return true;
		}
	}
	for (unsigned i = 0; i < 256; i++) {
		Tlp &t = tags[(start + i) & 255];
		if (t.dead && t.fate == 6 && now > t.died + kTimeout / 100 && now < t.died + kTimeout / 2) {
			out = make_part(t, chance(500));
			return true;	// one part at a time; the rest may come later or never
		}
		if (!t.live || t.mute || cycle < t.ready_at)
			continue;
		switch (t.fate) {
		case 1: case 2: case 3:
			out = {chance(500) ? (unsigned)Cpl : (unsigned)CplD, t.fate == 1 ? UR : t.fate == 2 ? CA : RRS, t.requester, t.tag, 0, below(128),
			       below(4096), false, {}};
			if (out.kind == CplD) {
				out.dw = 1;
				out.data.resize(4);
			}
			return true;
		case 4:
			out = {Cpl, SC, t.requester, t.tag, 0, unsigned(t.addr % 128), t.left, false, {}};
			return true;
		default:
			out = make_part(t, chance(300) || knob.fixed64);
			if (t.fate == 7) {
				out.poisoned = true;
				t.fate = 0;
			}
			return true;
		}
	}
	return false;
}

static Part part;
static bool part_active;
static unsigned part_at;

static uint32_t *words(WData *w)
{
	return w;
}

static void drive_rcp(void)
{
	if (!part_active && chance(knob.rcp_rate) && choose_part(part)) {
		part_active = true;
		part_at = 0;
	}
	top->rcp_valid_i = part_active && (part_at == 0 || chance(knob.rcp_rate));
	if (!top->rcp_valid_i)
		return;
	top->rcp_sop_i = part_at == 0;
	top->rcp_eop_i = part_at + bytes_per_beat >= part.data.size();
	top->rcp_kind_i = part.kind;
	top->rcp_poisoned_i = part.poisoned;
	top->rcp_requester_i = part.requester;
	top->rcp_tag_i = part.tag;
	top->rcp_dw_i = part.dw;
	top->rcp_status_i = part.status;
	top->rcp_lower_i = part.lower;
	top->rcp_count_i = part.count;
	uint8_t beat[64] = {};
	memcpy(beat, part.data.data() + (part.data.empty() ? 0 : part_at), low(bytes_per_beat, part.data.size() - part_at));
	memcpy(words(top->rcp_data_i), beat, bytes_per_beat);
}

static void rcp_taken(void)
{
	part_at += bytes_per_beat;
	if (part_at >= part.data.size()) {
		part_active = false;
		part_taken(part);
	}
}

static void data_came(void)
{
	unsigned c = top->rd_data_client_o, n = top->rd_data_bytes_o;
	uint8_t beat[64];

	if (!n || n > bytes_per_beat)
		fail("bytes of a beat", n);
	memcpy(beat, words(top->rd_data_o), bytes_per_beat);
	for (unsigned i = 0; i < n; i++) {
		uint16_t &m = memory[c][(top->rd_data_dest_o + i) & 0xfffff];
		if (m != 0x200)
			fail("data where none belongs", m);
		m = 0x100 | beat[i];
	}
}

static void done_came(void)
{
	unsigned c = top->done_client_o, id = top->done_id_o;
	auto it = requests[c].find(id);

	if (it == requests[c].end())
		fail("done of an unknown request", id);
	Request *r = it->second;
	expect(r->tlps, 0, "done too early");
	expect(top->done_error_o, r->failed, "error of a request");
	for (unsigned i = 0; i < r->len; i++) {
		uint16_t &m = memory[c][(r->dest + i) & 0xfffff];
		if (!r->failed && m != (0x100 | host_byte(r->addr + i)))
			fail("byte of a request", m, host_byte(r->addr + i));
		m = 0;
	}
	in_memory[c] -= r->len;
	requests[c].erase(it);
	delete r;
}

/* ---- writes ---- */
struct Write {
	unsigned kind, func, len, src;
	uint64_t addr;
	std::vector<uint8_t> data;
};
struct Wtlp {
	unsigned kind, requester, len, code;
	uint64_t addr;
	bool relaxed, last;
	std::vector<uint8_t> data;
};
static Write write_waiting[5];
static bool write_is_waiting[5];
static Write filling;
static bool is_filling;
static unsigned filled;
static uint64_t ring_head, ring_tail;	// of the receive buffer: bytes freed, and given out
static std::deque<unsigned> ring_lens;
static std::deque<Wtlp> expected;
static unsigned granted_payload, write_granted, write_left, beat_at;

static void drive_buffer(void)
{
	top->buffer_valid_i = 0;
	if (!is_filling && !write_is_waiting[0] && chance(knob.write_rate)) {
		filling = {0, below(256), random_len(), 0, random_addr(), {}};
		if (ring_tail - ring_head + filling.len <= 65536) {
			filling.src = ring_tail & 0xffff;
			for (unsigned i = 0; i < filling.len; i++)
				filling.data.push_back(rnd());
			ring_tail += filling.len;
			ring_lens.push_back(filling.len);
			is_filling = true;
			filled = 0;
		}
	}
	if (is_filling && filled < filling.len) {
		unsigned n = low(chance(900) ? bytes_per_beat : 1 + below(bytes_per_beat), filling.len - filled);
		uint8_t beat[64] = {};
		memcpy(beat, &filling.data[filled], n);
		top->buffer_valid_i = 1;
		top->buffer_addr_i = filling.src + filled;
		top->buffer_bytes_i = n;
		memcpy(words(top->buffer_data_i), beat, bytes_per_beat);
		filled += n;
	} else if (is_filling && !write_is_waiting[0]) {
		write_waiting[0] = filling;
		write_is_waiting[0] = true;
		is_filling = false;
	}
}

static void new_writes(void)
{
	for (unsigned k = 1; k < 5; k++) {
		if (write_is_waiting[k] || !chance(knob.write_rate) || knob.one_client)
			continue;
		Write w = {k, below(256), 4 * (1 + below(16)), 0, random_addr() & ~3ull, {}};
		for (unsigned i = 0; i < 64; i++)
			w.data.push_back(rnd());
		write_waiting[k] = w;
		write_is_waiting[k] = true;
	}
}

static void write_grant(unsigned k)
{
	Write &w = write_waiting[k];
	bool drop = in_reset.count(w.func) || (k != 4 && silent.count(w.func));

	write_is_waiting[k] = false;
	n_writes++;
	n_dropped += drop;
	granted_payload += k == 0;
	if (drop)
		return;
	write_granted++;
	if (k == 4) {
		expected.push_back({Msg, bus << 8 | w.func, 0, w.data[0], 0, false, true, {}});
		return;
	}
	n_write_bytes += w.len;
	for (unsigned done = 0; done < w.len;) {
		Wtlp t = {MWr, bus << 8 | w.func, split(w.addr + done, w.len - done, 128u << (mps > 5 ? 5 : mps), false), 0, w.addr + done,
			  relaxed && k == 0, false, {}};
		unsigned skip = t.addr % 4;
		t.data.resize((skip + t.len + 3) / 4 * 4);
		memcpy(&t.data[skip], &w.data[done], t.len);
		done += t.len;
		t.last = done == w.len;
		expected.push_back(t);
	}
}

static void write_beat(void)
{
	if (expected.empty())
		fail("write without a request");
	Wtlp &t = expected.front();
	uint8_t beat[64], want[64] = {};

	expect(top->wrq_sop_o, beat_at == 0, "sop");
	expect(top->wrq_eop_o, beat_at + bytes_per_beat >= t.data.size(), "eop");
	if (!beat_at) {
		expect(top->wrq_kind_o, t.kind, "kind of a write");
		expect(top->wrq_requester_o, t.requester, "requester of a write");
		expect(top->wrq_relaxed_o, t.relaxed, "relaxed of a write");
		if (t.kind == MWr)
			check_header(t.addr, t.len, top->wrq_dw_o, top->wrq_first_be_o, top->wrq_last_be_o, top->wrq_address_o);
		else
			expect(top->wrq_code_o, t.code, "message code");
	}
	memcpy(beat, words(top->wrq_data_o), bytes_per_beat);
	if (t.data.size() > beat_at)
		memcpy(want, &t.data[beat_at], low(bytes_per_beat, t.data.size() - beat_at));
	if (memcmp(beat, want, bytes_per_beat))
		fail("bytes of a write");
	beat_at += bytes_per_beat;
	if (top->wrq_eop_o) {
		write_left += t.last;
		expected.pop_front();
		beat_at = 0;
	}
}

/* ---- a cycle ---- */
static uint64_t grants_in_phase, beats_in_phase;

static void set_functions(void)
{
	for (unsigned i = 0; i < 8; i++)
		top->bus_master_i[i] = ~0u, top->in_reset_i[i] = 0;
	for (unsigned f : silent)
		top->bus_master_i[f / 32] &= ~(1u << f % 32);
	for (unsigned f : in_reset)
		top->in_reset_i[f / 32] |= 1u << f % 32;
	top->bus_i = bus;
	top->mps_i = mps;
	top->mrrs_i = mrrs;
	top->ext_tag_i = ext_tag;
	top->relaxed_i = relaxed;
	top->no_timeout_i = no_timeout;
}

/* A live tag's request fails, and its tag is dead as long again; a dead one is free. */
static void timed_out(Tlp &t)
{
	uint64_t since = t.live ? t.sent : t.died;

	if (no_timeout)
		fail("a time-out, disabled");
	if ((!t.live && !t.dead) || now < since + kTimeout)
		fail("time-out too early", now, since);
	if (now > (since + kTimeout > enabled_since ? since + kTimeout : enabled_since) + 20000 * inc)	// waits for the end of the TLP on the link
		fail("time-out too late", now, since);
	if (top->rcp_valid_i && top->rcp_ready_o)
		fail("completion in the cycle of a time-out");
	if (t.dead) {
		t.dead = false;
		n_freed_by_time++;
		return;
	}
	t.request->failed = true;
	errors.push_back({Timeout, t.request->func, 0});
	end_tlp(t);
	t.dead = true;
	t.died = now;
	n_timeouts++;
}

static void step(void)
{
	new_reads();
	new_writes();
	drive_buffer();
	drive_rcp();
	for (unsigned c = 0; c < 3; c++) {
		const Request &r = waiting[c];
		top->rd_func_i[c] = r.func;
		top->rd_addr_i[c] = r.addr;
		top->rd_len_i[c] = r.len;
		top->rd_dest_i[c] = r.dest;
		top->rd_id_i[c] = r.id;
	}
	top->rd_valid_i = is_waiting[0] | is_waiting[1] << 1 | is_waiting[2] << 2;
	top->wr_valid_i = 0;
	for (unsigned k = 0; k < 5; k++) {
		const Write &w = write_waiting[k];
		top->wr_valid_i |= write_is_waiting[k] << k;
		top->wr_func_i[k] = w.func;
		top->wr_addr_i[k] = w.addr;
		top->wr_len_i[k] = w.len;
		if (k == 0)
			top->wr_src_i = w.src;
		else if (w.data.size() >= 64)
			memcpy(words(top->wr_data_i[k]), w.data.data(), 64);
	}
	top->rrq_ready_i = chance(knob.rrq_ready);
	top->wrq_ready_i = chance(knob.wrq_ready);
	top->note_ready_i = chance(knob.note_ready);
	top->now_i = now;
	top->clk_i = 0;
	top->eval();

	expect(top->wr_granted_o, write_granted & 0xffff, "wr_granted");
	expect(top->wr_left_o, write_left & 0xffff, "wr_left");
	for (unsigned i = 0; i < 4; i++) {	// of the cycle before: nothing of this one counts yet
		unsigned f = below(256);
		expect(top->reads_pending_o[f / 32] >> f % 32 & 1, pending[f] != 0, "reads_pending");
	}
	if (top->commit_kind_o[CommitTimeout])
		timed_out(tags[top->commit_a_o[CommitTimeout]]);
	if (top->rd_data_valid_o)
		data_came();
	if (top->done_valid_o)
		done_came();
	for (unsigned c = 0; c < 3; c++)
		if (top->rd_valid_i & top->rd_ready_o & 1 << c) {
			expect(top->commit_a_o[CommitGrant], c, "commit of a grant");
			expect(top->commit_b_o[CommitGrant], waiting[c].id, "id of a grant");
			grants_in_phase++;
			granted(c);
		}
	expect(top->commit_kind_o[CommitGrant] != 0, (top->rd_valid_i & top->rd_ready_o) != 0, "grant commit");
	if (top->commit_kind_o[CommitTag])
		tag_given(top->commit_a_o[CommitTag]);
	if (top->commit_kind_o[CommitEnd]) {
		Request *r = requests[top->commit_a_o[CommitEnd]][top->commit_b_o[CommitEnd]];
		if (!r)
			fail("commit of an unknown end");
		pending[r->func]--;
		n_failed += r->failed;
		if (r->failed)
			notes.push_back(r->func);
	}
	if (top->rrq_valid_o && top->rrq_ready_i)
		read_sent();
	if (top->rcp_valid_i && top->rcp_ready_o)
		rcp_taken();
	if (top->error_valid_o) {
		if (errors.empty())
			fail("error without a cause", top->error_kind_o);
		expect(top->error_kind_o, errors.front().kind, "kind of an error");
		expect(top->error_func_o, errors.front().func, "function of an error");
		expect(top->error_tag_o, errors.front().tag, "tag of an error");
		errors.pop_front();
	}
	if (top->note_valid_o && top->note_ready_i) {
		if (notes.empty())
			fail("note without a cause");
		expect(top->note_func_o, notes.front(), "function of a note");
		notes.pop_front();
	}
	expect(top->commit_kind_o[CommitWrite] != 0, (top->wr_valid_i & top->wr_ready_o) != 0, "write commit");
	for (unsigned k = 0; k < 5; k++)
		if (top->wr_valid_i & top->wr_ready_o & 1 << k) {
			expect(top->commit_a_o[CommitWrite], k, "commit of a write");
			write_grant(k);
		}
	if (top->wrq_valid_o && top->wrq_ready_i) {
		beats_in_phase++;
		write_beat();
	}
	if (top->src_done_o) {
		if (!granted_payload)
			fail("src_done without a payload");
		granted_payload--;
		ring_head += ring_lens.front();
		ring_lens.pop_front();
	}
	top->clk_i = 1;
	top->eval();
	cycle++;
	now += inc;
}

static bool idle(void)
{
	return requests[0].empty() && requests[1].empty() && requests[2].empty() && !is_waiting[0] && !is_waiting[1] && !is_waiting[2] &&
	       expected.empty() && !top->wr_valid_i && !is_filling && !part_active && notes.empty() && errors.empty();
}

/* No new work; what is under way ends, time jumps to what is due. */
static void drain(void)
{
	auto saved = knob;
	uint64_t limit = cycle + 200000;

	knob.read_rate = knob.write_rate = 0;
	if (no_timeout) {	// whatever has an answer comes to its end; the rest waits, and nobody has to be clocked for it
		for (unsigned i = 0; i < 30000; i++)
			step();
		expect(top->due_valid_o, 0, "nothing is due while time-outs are disabled");
		n_held += !idle();
		no_timeout = false;
		set_functions();
		enabled_since = now;
	}
	while (!idle() || top->busy_o) {
		step();
		bool host_works = part_active;
		for (unsigned t = 0; t < 256; t++)
			host_works |= tags[t].live && !tags[t].mute;
		if (!top->busy_o && !host_works && top->due_valid_o && top->due_o > now)
			now = top->due_o;
		if (cycle > limit)
			fail("does not come to an end", top->busy_o, requests[0].size() + requests[1].size() + requests[2].size());
	}
	for (unsigned f = 0; f < 256; f++)
		expect(top->reads_pending_o[f / 32] >> f % 32 & 1, 0, "reads_pending at the end");
	expect(granted_payload, 0, "src_done of all payload");
	knob = saved;
}

static void phase(unsigned cycles)
{
	silent.clear();
	in_reset.clear();
	if (!knob.fixed64 && !knob.aligned)
		for (unsigned i = 0; i < 20; i++) {
			silent.insert(below(256));
			in_reset.insert(below(256));
		}
	bus = below(256);
	set_functions();
	grants_in_phase = beats_in_phase = 0;
	for (unsigned i = 0; i < cycles; i++)
		step();
}

int main(int argc, char **argv)
{
	Verilated::commandArgs(argc, argv);
	seed_from(argc, argv);
	top = new Vsvnic_dma_tb;
	knob = {0, 0, 0, 1000, 1000, 1000, 0, 0, 64, false, false, false};
	set_functions();
	reset(top);
	for (int i = 0; i < 300; i++)
		step();

	for (unsigned i = 0; i < 36; i++) {
		mps = below(6);
		mrrs = i % 6 == 5 ? 5 : below(8);
		ext_tag = below(2);
		relaxed = below(2);
		no_timeout = i % 4 == 1;
		inc = i % 4 == 3 ? 2000 : 4;
		knob = {1 + below(300), 1 + below(300), 300 + below(701), 300 + below(701), 300 + below(701), 50 + below(900),
			i % 3 ? below(60) : 0, below(300), i % 2 ? 9216u : 600u, false, false, false};
		phase(2500);
		drain();
	}

	/* A page each time, MRRS 4,096: one TLP of 1,024 DW, not two. */
	mrrs = 5;
	inc = 4;
	for (unsigned c = 0; c < 3; c++) {
		waiting[c] = {c, next_id[c]++ & 0xffff, 7, 4096, 0, 0, 0x12345000ull + 4096 * c, false};
		waiting[c].dest = next_dest[c];
		for (unsigned i = 0; i < 4096; i++)
			memory[c][(next_dest[c] + i) & 0xfffff] = 0x200;
		next_dest[c] = (next_dest[c] + 4096) & 0xfffff;
		in_memory[c] += 4096;
		is_waiting[c] = true;
	}
	silent.clear();
	in_reset.clear();
	set_functions();
	drain();

	/* Speed: 64-byte reads from one client, answered after 200 cycles; then big writes. */
	ext_tag = true;
	mps = 1;
	knob = {1000, 0, 1000, 1000, 1000, 1000, 0, 133, 64, true, true, true};
	phase(600);
	phase(2000);
	double reads = grants_in_phase / 2000.0;
	drain();
	knob = {0, 1000, 1000, 1000, 1000, 1000, 0, 10, 9216, false, true, true};
	phase(300);
	phase(2000);
	double beats = beats_in_phase / 2000.0;
	drain();

	printf("dma %u bit: %llu cycles, %llu reads (%llu bytes, %llu failed), %llu time-outs, %llu late, %llu forged, %llu tags freed by time, held %llu times; "
	       "%llu writes (%llu bytes, %llu dropped); 64-byte reads %.2f/cycle, write beats %.2f/cycle\n",
	       8 * bytes_per_beat, (unsigned long long)cycle, (unsigned long long)n_reads, (unsigned long long)n_read_bytes,
	       (unsigned long long)n_failed, (unsigned long long)n_timeouts, (unsigned long long)n_late, (unsigned long long)n_forged,
	       (unsigned long long)n_freed_by_time, (unsigned long long)n_held, (unsigned long long)n_writes, (unsigned long long)n_write_bytes,
	       (unsigned long long)n_dropped, reads, beats);
	if (!n_failed || !n_timeouts || !n_late || !n_forged || !n_dropped || !n_freed_by_time || !n_held)
		fail("something was never tried");
	if (reads < 0.95 * bytes_per_beat / 64)	// completions of 64 bytes come in at a beat per cycle
		fail("64-byte reads per cycle, in percent", reads * 100, 95 * bytes_per_beat / 64);
	return 0;
}
