// SPDX-License-Identifier: Apache-2.0
// Does svnic_event post, notify, hold off and forget as docs/programming.md (1, 2, 6, 10) says? A reference written from it follows the block's decisions (its
// commits) and says whether each was allowed and every byte that it causes; when the block rests, nothing that it should have done may be left. Drivers
// acknowledge well and badly, slots start, stop and change hands, functions fall into reset, masks come and go, outputs are held up, and the PF says anything
// of what CPUs do, all at any time. Which slot an event goes to is said by redirect.h.

#include <deque>
#include <set>
#include <vector>

#include "Vsvnic_event_tb.h"
#include "verilated.h"
#include "test.h"
#include "redirect.h"

enum { CommitPick = 25, CommitRaise, CommitControl, CommitPost, CommitNotify, CommitUnmask, CommitStop, CommitReset };	// numbers of commit_e
enum { Queue = 1, Mailbox, Link, Stopped, Rescue, Function, Error, Kinds };					// kinds of events
enum { Off, On, Draining };
enum { Idle, Hold, Owed };
enum { StatPosted = 10, StatOvertaken = 11, StatHome = 16, StatMoved, StatRescues, StatPolled, StatNotified };
enum { SlotRegs = 0x3000, SlotDb = 0x8400, SlotMap = 0x24000, Dwell = 0x2e000, RunState = 0x3c000, Pba = 0x8000 };

static Vsvnic_event_tb *top;
static uint64_t now;
static unsigned num_fn, num_slots;

/* ---- the reference ---- */
struct Slot {
	bool owned;
	unsigned fn, local;
	uint64_t ring;
	unsigned log2, holdoff_register;
	unsigned state, phase;
	uint16_t produced, consumed, holdoff;
	uint64_t due, last_write;	// last_write: its last entry or message, as a number of all writes; 0: none on its way
	uint32_t queues, stopped, rescues;
	bool kinds[Kinds];
	std::set<unsigned> functions;
	unsigned last_queue;
	bool forgotten;		// its hold-off was over while its function, no longer its owner, was in reset
	uint64_t notices, acks;
	bool at_once;		// the hold-off that runs is 0
	bool rescued;		// since its last acknowledgement
};
struct Vector {
	uint64_t address;
	uint32_t data;
	bool mask;
};
struct Write {
	unsigned fn, len;
	uint64_t address, data, behind;	// behind: entries that must be granted before
	int slot;
};
struct Note {
	unsigned fn, stat;
	bool illegal, also;
};
struct Raise {
	unsigned fn, slot, source;
	bool stopped, movable;
};
struct Pick {		// an event on its way to a slot; slot -1: there is none
	unsigned fn;
	int slot;
	unsigned source;
	bool stopped, moved, rescue;
};
struct Overtaken {	// whose slot needs a rescue
	unsigned fn, slot;
};
static std::vector<Slot> slots;
static uint32_t map_[256][16];
static Vector vectors[256][16];
static uint16_t pending[256];
static bool in_reset[256], enabled[256], masked[256];
static Cpus cpus[256];
static bool may_redirect[256], may_rescue[256];
static unsigned dwell;
static std::deque<Write> writes[2];	// expected: entries, messages
static std::deque<Note> notes;
static std::deque<Raise> raises;	// taken over, no slot chosen yet
static std::deque<Overtaken> overtaken;
static std::deque<Pick> picks;		// chosen, not yet in their slot
static uint64_t posted, granted[2], all_granted, all_left;
static uint64_t n_posts[Kinds], n_notices, n_pended, n_unmasked, n_illegal, n_bad, n_stops, n_fn_resets, n_pf_resets, n_moved, n_dropped, n_full,
	n_at_once, n_timed, n_again, n_reads, n_sent, n_rests, n_jumps, n_cancelled, n_held_stop,
	n_choices[Choices], n_may_not, n_not_movable, n_went_away, n_halved, n_overtaken, n_rescues_denied, n_rescued_already, n_rescuers, n_nobody,
	n_runs_again, n_rescue_waits, n_cut_short, n_run_states, n_run_reads;

static unsigned entries(const Slot &s)
{
	return 1u << s.log2;
}
static uint16_t unconsumed(const Slot &s)
{
	return s.produced - s.consumed;
}
static bool waits(const Slot &s)
{
	return s.queues || s.stopped || s.rescues || s.kinds[Mailbox] || s.kinds[Link] || s.kinds[Error] || !s.functions.empty();
}
static bool open(unsigned f)
{
	return enabled[f] && !masked[f];
}
static Slot *card_slot(uint32_t entry)
{
	return entry >> 31 && (entry & 0xffff) < num_slots ? &slots[entry & 0xffff] : nullptr;
}
static Slot *slot_of(unsigned f, unsigned local)
{
	Slot *s = f < num_fn ? card_slot(map_[f][local]) : nullptr;

	return s && s->owned && s->fn == f && s->local == local ? s : nullptr;
}
static void forget_sources(Slot &s)
{
	s.queues = s.stopped = s.rescues = 0;
	memset(s.kinds, 0, sizeof(s.kinds));
	s.functions.clear();
}

static void tell(const Slot &s, unsigned stat, bool also = false)
{
	notes.push_back({s.fn, stat, false, also});
}

static void start_hold(Slot &s, unsigned ticks)
{
	s.phase = Hold;
	s.forgotten = false;
	s.due = now + 64ull * ticks;
	s.at_once = !ticks;
	n_at_once += !ticks;
}

static void write_map(unsigned f, unsigned local, uint32_t value)
{
	value &= 0x8000ffff;
	if (f >= num_fn)
		return;
	if (map_[f][local] != value) {
		cpus[f].slot[local].usable = false;
		if (Slot *s = slot_of(f, local)) {
			s->owned = false;
			forget_sources(*s);
		}
	}
	map_[f][local] = value;
	Slot *s = card_slot(value);
	if (!s || (s->owned && s->fn == f && s->local == local))
		return;
	n_moved += s->state != Off;
	s->owned = true;
	s->fn = f;
	s->local = local;
	forget_sources(*s);
}

static void acknowledge(Slot &s, uint16_t consumed, uint16_t holdoff)
{
	if (s.state != On)
		return;
	if ((uint16_t)(consumed - s.consumed) > unconsumed(s)) {
		notes.push_back({s.fn, 0, true, false});
		n_illegal++;
		return;
	}
	bool moved = consumed != s.consumed;
	if (s.phase == Hold && consumed == s.produced) {
		tell(s, StatPolled);
		n_cancelled++;
	}
	s.rescued = false;
	s.consumed = consumed;
	s.holdoff = holdoff;
	s.acks++;
	if (s.phase == Owed || moved) {
		s.phase = Idle;
		s.notices = 0;
		if (unconsumed(s)) {
			start_hold(s, s.holdoff);
			n_again++;
		}
	}
}

/* A write to a register of a slot: false if it is a bad access. */
static bool write_slot(Slot &s, unsigned reg, uint32_t value)
{
	if (reg == 0x0c) {
		if (value & 1 && s.state == Off) {
			if (s.log2 < 5 || s.log2 > 12)
				return false;
			s.state = On;
			s.phase = Idle;
			s.produced = s.consumed = 0;
			s.holdoff = s.holdoff_register;
			s.notices = 0;
			s.rescued = false;
		} else if (!(value & 1) && s.state == On) {
			s.state = Draining;
		}
		cpus[s.fn].slot[s.local].usable = s.state == On;
		return true;
	}
	if (reg > 0x10)
		return true;
	if (s.state != Off)
		return false;
	switch (reg) {
	case 0x00: s.ring = (s.ring & ~0xffffffffull) | (value & ~4095u); break;
	case 0x04: s.ring = (s.ring & 0xffffffff) | (uint64_t)value << 32; break;
	case 0x08: s.log2 = value & 15; break;
	default: s.holdoff_register = value & 0xffff; break;
	}
	return true;
}
static uint32_t read_slot(const Slot &s, unsigned reg)
{
	switch (reg) {
	case 0x00: return s.ring;
	case 0x04: return s.ring >> 32;
	case 0x08: return s.log2;
	case 0x0c: return s.state;
	case 0x10: return s.holdoff_register;
	case 0x14: return (uint32_t)s.consumed << 16 | s.produced;
	default: return 0;
	}
}

/* ---- what the PF says of CPUs ---- */
static void overtake(Slot &s)
{
	tell(s, StatOvertaken);
	n_overtaken++;
	n_rescues_denied += !may_rescue[s.fn];
	n_rescued_already += may_rescue[s.fn] && s.rescued;
	if (!may_rescue[s.fn] || s.rescued)
		return;
	s.rescued = true;
	overtaken.push_back({s.fn, s.local});
}

static uint32_t check_run_state(unsigned f, unsigned local, bool write, unsigned state)
{
	if (f >= num_fn)
		return 0;
	if (!write) {
		n_run_reads += cpus[f].slot[local].state != Running;
		return cpus[f].slot[local].state;
	}
	bool now_preempted = cpus[f].says(local, state);
	Slot *s = slot_of(f, local);
	n_run_states++;
	if (now_preempted && s && s->state == On && unconsumed(*s) && !in_reset[f])
		overtake(*s);
	return 0;
}

static void check_host(void)
{
	unsigned f = top->reg_func_i, addr = top->reg_addr_i;
	uint64_t value = top->reg_wdata_i;
	bool bad = false, write = top->reg_write_i || top->reg_doorbell_i;
	uint32_t data = 0;

	if (top->reg_msix_i) {
		Vector &v = vectors[f][addr / 16 % 16];
		if (addr < 0x100) {
			switch (addr % 16) {
			case 0: data = v.address; break;
			case 4: data = v.address >> 32; break;
			case 8: data = v.data; break;
			default: data = v.mask; break;
			}
			if (write)
				switch (addr % 16) {
				case 0: v.address = (v.address & ~0xffffffffull) | (value & 0xfffffffc); break;
				case 4: v.address = (v.address & 0xffffffff) | value << 32; break;
				case 8: v.data = value; break;
				default: v.mask = value & 1; break;
				}
		} else if (addr == Pba) {
			data = pending[f];
		}
	} else if (top->reg_doorbell_i) {
		if (addr < SlotDb + 8 * 16) {
			Slot *s = slot_of(f, (addr - SlotDb) / 8);
			bad = !s;
			if (s)
				acknowledge(*s, value, value >> 16);
		}
	} else if (addr >= RunState) {
		data = check_run_state((addr - RunState) / 64, addr / 4 % 16, write, value & 3);
	} else if (addr >= Dwell) {
		data = addr == Dwell ? dwell : 0;
		if (write && addr == Dwell)
			dwell = value & 0xffff;
	} else if (addr >= SlotMap) {
		unsigned of = (addr - SlotMap) / 64, local = addr / 4 % 16;
		data = of < num_fn ? map_[of][local] : 0;
		if (write)
			write_map(of, local, value);
	} else if (addr < SlotRegs + 16 * 32) {
		Slot *s = slot_of(f, (addr - SlotRegs) / 32);
		data = s ? read_slot(*s, addr % 32) : 0;
		if (write)
			bad = !s || !write_slot(*s, addr % 32, value);
	}
	expect(top->reg_bad_o, bad, "bad access");
	n_bad += bad;
	if (!write) {
		expect(top->reg_rdata_o, data, "register read");
		n_reads++;
	}
}

static void check_post(unsigned source, unsigned card, unsigned number)
{
	if (card >= num_slots)
		fail("post in a slot that is not", card, num_slots);
	Slot &s = slots[card];
	unsigned kind = source < 32 ? (unsigned)Queue : source - 32;
	Write w = {s.fn, 8, s.ring + 8 * (s.produced % entries(s)), 0, 0, (int)card};

	expect(s.state, On, "state of a slot that posts");
	expect(in_reset[s.fn], false, "reset of a slot that posts");
	expect(unconsumed(s) < entries(s), true, "room for what is posted");
	expect(waits(s), true, "somebody who waits to be posted");
	unsigned due_kind = s.kinds[Mailbox] ? Mailbox : s.kinds[Link] ? Link : s.kinds[Error] ? Error : s.stopped ? Stopped : !s.functions.empty() ? Function :
			    s.rescues ? Rescue : Queue;
	expect(kind, due_kind, "kind of what is posted");
	if (kind == Queue) {
		unsigned next = s.last_queue;
		do
			next = (next + 1) % 32;
		while (!(s.queues >> next & 1));
		expect(source, next, "queue whose turn it is");
		s.queues &= ~(1u << source);
		s.last_queue = number = source;
	} else if (kind == Stopped) {
		if (!(s.stopped >> number & 1))
			fail("queue that did not stop", number);
		s.stopped &= ~(1u << number);
	} else if (kind == Rescue) {
		if (!(s.rescues >> number & 1))
			fail("rescue of a slot that needs none", number);
		s.rescues &= ~(1u << number);
	} else if (kind == Function) {
		if (!s.functions.erase(number))
			fail("function that has nothing to say", number);
	} else {
		s.kinds[kind] = false;
		expect(number, 0, "source of a kind that has none");
	}
	w.data = number | (uint64_t)kind << 16 | (uint64_t)!(s.produced >> s.log2 & 1) << 63;
	writes[0].push_back(w);
	posted++;
	tell(s, StatPosted);
	s.produced++;
	n_full += unconsumed(s) == entries(s);
	n_posts[kind]++;
	if (kind == Rescue && s.phase != Owed) {
		n_cut_short += s.phase == Hold && !s.at_once;
		start_hold(s, 0);
	} else if (s.phase == Idle) {
		start_hold(s, s.holdoff);
	}
}

static void send(unsigned f, unsigned v, int card)
{
	writes[1].push_back({f, 4, vectors[f][v].address, vectors[f][v].data, posted, card});
	n_sent++;
}

static void check_notify(unsigned card)
{
	if (card >= num_slots)
		fail("notification of a slot that is not", card, num_slots);
	Slot &s = slots[card];

	if (s.state != On || s.phase != Hold || s.due > now || in_reset[s.fn] || !unconsumed(s))
		fail("notification that is not allowed", s.phase, s.due);
	n_timed += !s.at_once;
	s.phase = Owed;
	if (++s.notices > 1)
		fail("two notifications between two acknowledgements", s.notices, 1);
	tell(s, StatNotified, !s.at_once);	// also HOLDOFFS
	n_notices++;
	if (open(s.fn) && !vectors[s.fn][s.local].mask) {
		send(s.fn, s.local, card);
	} else {
		pending[s.fn] |= 1u << s.local;
		n_pended++;
	}
}

static void check_unmask(unsigned f, unsigned v)
{
	if (f >= num_fn || v >= 16 || !(pending[f] >> v & 1) || vectors[f][v].mask || !open(f) || in_reset[f])
		fail("unmasked vector that is not allowed", f, v);
	pending[f] &= ~(1u << v);
	send(f, v, -1);
	n_unmasked++;
}

static void check_stop(unsigned card)
{
	if (card >= num_slots || slots[card].state != Draining)
		fail("end of a stop that nobody wants", card);
	for (auto &list : writes)
		for (const Write &w : list)
			if (w.slot == (int)card)
				fail("off, and a write is still here", card);
	if (slots[card].last_write > all_left)
		fail("off, and a write has not left", slots[card].last_write, all_left);
	slots[card].state = Off;
	n_stops++;
}

static void clear_slot(Slot &s)
{
	forget_sources(s);
	s.ring = s.log2 = s.holdoff_register = 0;
	s.state = Off;
	s.phase = Idle;
	s.produced = s.consumed = s.holdoff = 0;
	s.rescued = false;
	s.last_queue = 0;
}

static void clear_vectors(unsigned f)
{
	pending[f] = 0;
	for (Vector &v : vectors[f])
		v = {0, 0, true};
}

static void check_reset(unsigned f)
{
	if (!top->fn_reset_valid_i || top->fn_reset_func_i != f)
		fail("reset that nobody asked for", f);
	for (auto &list : writes)
		for (const Write &w : list)
			if (w.fn == f)
				fail("reset, and a write is still here", f);
	for (const Note &n : notes)
		if (n.fn == f)
			fail("reset, and a note is still here", f);
	clear_vectors(f);
	cpus[f].none_usable();
	for (unsigned local = 0; local < 16; local++)
		if (Slot *s = slot_of(f, local))
			clear_slot(*s);
	if (f == 0) {
		memset(map_, 0, sizeof(map_));
		memset(cpus, 0, sizeof(cpus));
		dwell = 0;
		for (Slot &s : slots) {
			s.owned = false;
			forget_sources(s);
		}
	}
	(f ? n_fn_resets : n_pf_resets)++;
}

static void check_control(void)
{
	unsigned f = top->control_func_i, kind = top->control_kind_i;
	Slot *s = slot_of(f, 0);

	if (!s || in_reset[f]) {
		n_dropped++;
		return;
	}
	if (kind == Function)
		s->functions.insert(top->control_source_i);
	else
		s->kinds[kind] = true;
}

static Pick pick_for(const Raise &r)
{
	int to = r.slot;

	if (r.stopped)
		return {r.fn, 0, r.source, true, false, false};
	n_not_movable += !r.movable;
	n_may_not += r.movable && !may_redirect[r.fn];
	if (r.movable && may_redirect[r.fn])
		n_choices[cpus[r.fn].choose(r.slot, now / 1024, dwell, to)]++;
	n_halved += cpus[r.fn].load(to);
	return {r.fn, to, r.source, false, to != (int)r.slot, false};
}

static Pick pick_rescuer(const Overtaken &o)
{
	int to = cpus[o.fn].runs_with_least_load(o.slot);

	n_runs_again += cpus[o.fn].runs(o.slot);
	(to < 0 ? n_nobody : n_rescuers)++;
	return {o.fn, to, o.slot, false, false, true};
}

static void check_pick(unsigned rescue)
{
	if (rescue > 1 || (rescue ? overtaken.empty() : raises.empty()))
		fail("choice for nobody", rescue);
	if (rescue) {
		picks.push_back(pick_rescuer(overtaken.front()));
		overtaken.pop_front();
	} else {
		picks.push_back(pick_for(raises.front()));
		raises.pop_front();
	}
}

static void take(Slot &s, const Pick &p)
{
	uint32_t bit = 1u << p.source;

	if (p.rescue) {
		n_rescue_waits += s.phase == Owed;
		s.rescues |= bit;
		tell(s, StatRescues);
	} else if (p.stopped) {
		s.stopped |= bit;
	} else {
		n_went_away += s.state != On && p.moved;
		s.queues |= bit;
		tell(s, p.moved ? StatMoved : StatHome);
	}
}

static void check_raise(void)
{
	if (picks.empty())
		fail("raise that nobody made");
	Pick p = picks.front();
	picks.pop_front();
	if (p.slot < 0)
		return;
	Slot *s = slot_of(p.fn, p.slot);
	if (s && !(p.rescue && in_reset[p.fn]))
		take(*s, p);
	else
		n_dropped++;
}

static void check_commits(void)
{
	unsigned decisions = top->reg_ack_o || (top->control_valid_i && top->control_ready_o);

	for (int i = 0; i < 4; i++) {	// a choice is behind what was decided until now
		unsigned a = top->commit_a_o[i], b = top->commit_b_o[i], c = top->commit_c_o[i];
		switch (top->commit_kind_o[i]) {
		case 0: continue;
		case CommitPick: check_pick(a); continue;
		case CommitRaise: check_raise(); break;
		case CommitPost: check_post(a, b, c); break;
		case CommitNotify: check_notify(b); break;
		case CommitUnmask: check_unmask(a, c); break;
		case CommitStop: check_stop(b); break;
		case CommitReset: check_reset(a); continue;
		default: fail("unknown commit", top->commit_kind_o[i]);
		}
		decisions++;
	}
	if (decisions > 1)
		fail("decisions in one cycle", decisions, 1);
}

/* ---- the outputs ---- */
static void check_writes(void)
{
	for (unsigned k = 0; k < 2; k++) {
		if (!(top->wr_valid_o >> k & 1))
			continue;
		if (writes[k].empty())
			fail("write that nothing caused", k);
		Write &w = writes[k].front();
		expect(top->wr_func_o[k], w.fn, "function of a write");
		expect(top->wr_len_o[k], w.len, "length of a write");
		expect(top->wr_addr_o[k], w.address, "address of a write");
		expect(k ? (uint32_t)top->wr_data_o[k] : top->wr_data_o[k], w.data, "data of a write");
		if (k && granted[0] < w.behind)
			fail("message before its entries", granted[0], w.behind);
	}
}

static void grant_writes(void)	// after the checks: what was offered and ready
{
	for (unsigned k = 0; k < 2; k++) {
		if (!(top->wr_valid_o >> k & 1) || !(top->wr_ready_i >> k & 1))
			continue;
		Write &w = writes[k].front();
		all_granted++;
		granted[k]++;
		if (w.slot >= 0)
			slots[w.slot].last_write = all_granted;
		writes[k].pop_front();
	}
}

static void check_notes(void)
{
	if (!top->note_valid_o)
		return;
	if (notes.empty())
		fail("note of nothing");
	Note &n = notes.front();
	expect(top->note_func_o, n.fn, "function of a note");
	expect(top->note_count_o, !n.illegal, "note that counts");
	expect(top->note_error_o, n.illegal, "note of an error");
	expect(top->note_also_o, n.also, "note of the next statistic too");
	expect(top->note_bytes_o, n.also, "what it is");
	if (n.illegal)
		expect(top->note_bit_o, 3, "bit of an error");
	if (!n.illegal) {
		expect(top->note_stat_o, n.stat, "statistic");
		expect(top->note_amount_o, 1, "amount");
	}
	if (top->note_ready_i)
		notes.pop_front();
}

/* When it rests, nothing may be left undone, and the next due time is the earliest of all that hold off. */
static void check_rest(void)
{
	bool some = false;
	uint64_t due = 0;

	expect(raises.size() + overtaken.size() + picks.size(), 0, "rests, and an event is not in its slot");
	expect(notes.size(), 0, "rests, and a note is not told");
	expect(writes[0].size() + writes[1].size(), 0, "rests, and a write is not granted");
	expect(top->reg_valid_i || top->raise_valid_i || top->control_valid_i, 0, "rests, and somebody asks");
	for (Slot &s : slots) {
		if (s.state == Draining)
			fail("rests, and a slot drains", &s - &slots[0]);
		if (s.state != On || in_reset[s.fn])
			continue;
		if (waits(s) && unconsumed(s) < entries(s))
			fail("rests, and a slot may post", &s - &slots[0]);
		if (s.phase == Idle && unconsumed(s))
			fail("an entry that nobody hears of", &s - &slots[0]);
		if (s.phase != Hold || s.forgotten)
			continue;
		if (s.due <= now)
			fail("rests, and a hold-off is over", &s - &slots[0], s.due);
		if (!some || s.due < due)
			due = s.due;
		some = true;
	}
	for (unsigned f = 0; f < num_fn; f++)
		for (unsigned v = 0; v < 16 && open(f) && !in_reset[f]; v++)
			if (pending[f] >> v & 1 && !vectors[f][v].mask)
				fail("rests, and a pending vector is open", f, v);
	expect(top->due_valid_o, some, "due");
	if (some)
		expect(top->due_o, due, "next due time");
	n_rests++;
}

/* ---- traffic ---- */
static struct {
	unsigned reg, raise, control, level, reset, wr_ready, note_ready, left, map, holdoff, stop, jump, run;
	unsigned ack;
	bool pf_reset;	// once
} knob;
static std::vector<unsigned> active;	// functions
static unsigned inc;
static int resetting = -1;		// in fn_reset
static std::deque<unsigned> to_reset;
static int low;				// fn_reset is over, and stays low for some cycles

static unsigned a_function(void)
{
	return chance(20) ? below(num_fn) : active[below(active.size())];
}
static unsigned a_slot_of(unsigned f)
{
	for (int i = 0; i < 8; i++) {
		unsigned local = chance(500) ? below(3) : below(16);
		if (slot_of(f, local) || chance(100))
			return local;
	}
	return 0;
}

static void set_levels(void)
{
	memset(&top->in_reset_i, 0, 32);
	memset(&top->msix_enable_i, 0, 32);
	memset(&top->msix_mask_i, 0, 32);
	memset(&top->redirect_i, 0, 32);
	memset(&top->rescue_i, 0, 32);
	for (unsigned f = 0; f < 256; f++) {
		top->in_reset_i[f / 32] |= (uint32_t)in_reset[f] << f % 32;
		top->msix_enable_i[f / 32] |= (uint32_t)enabled[f] << f % 32;
		top->msix_mask_i[f / 32] |= (uint32_t)masked[f] << f % 32;
		top->redirect_i[f / 32] |= (uint32_t)may_redirect[f] << f % 32;
		top->rescue_i[f / 32] |= (uint32_t)may_rescue[f] << f % 32;
	}
}

static uint32_t a_holdoff(void)
{
	return chance(400) ? 0 : chance(900) ? below(knob.holdoff) + 1 : below(65536);
}

static void operate(unsigned f, bool msix, bool doorbell, bool write, unsigned addr, uint64_t value)
{
	top->reg_valid_i = 1;
	top->reg_func_i = f;
	top->reg_msix_i = msix;
	top->reg_doorbell_i = doorbell;
	top->reg_write_i = write;
	top->reg_addr_i = addr;
	top->reg_wdata_i = value;
}

static void new_map(void)
{
	unsigned f = chance(30) ? below(256) : a_function(), local = chance(600) ? below(3) : below(16);
	uint32_t value = chance(850) ? 0x80000000u | below(num_slots) : chance(500) ? below(num_slots) : rnd();
	bool off = true;

	/* Mostly as the driver must: while both are off. */
	if (f < num_fn) {
		Slot *old = slot_of(f, local), *next = card_slot(value);
		off = (!old || old->state == Off) && (!next || next->state == Off);
	}
	if (!off && chance(950))
		return;
	operate(0, false, false, chance(800), SlotMap + 64 * f + 4 * local, value);
}

/* What the hypervisor says of CPUs, true or not, also of slots and functions that are not there. */
static void new_run_state(void)
{
	unsigned f = chance(30) ? below(256) : a_function(), local = chance(900) ? a_slot_of(f) : below(16);
	Slot *s = slot_of(f, local);
	bool other = chance(400) || (s && unconsumed(*s) && chance(500));	// preempted, or not any more

	if (chance(60))
		return operate(0, false, false, chance(700), Dwell + (chance(900) ? 0 : 4 * below(1024)), chance(300) ? 0 : chance(900) ? below(12) : rnd());
	operate(0, false, false, chance(850), RunState + 64 * f + 4 * local, other ? cpus[f].slot[local].state != Preempted : rnd());
}

static void new_vector(unsigned f)
{
	unsigned addr = chance(900) ? 16 * a_slot_of(f) + (chance(600) ? 12 : 4 * below(4)) : chance(500) ? Pba + 0u : 4 * below(0x4000);

	operate(f, true, false, chance(700), addr, addr % 16 == 12 ? chance(350) | (rnd() & ~1u) : rnd());
}

static void new_slot_op(unsigned f)
{
	unsigned local = a_slot_of(f);
	Slot *s = slot_of(f, local);
	unsigned at = SlotRegs + 32 * local;

	if (s && s->state == Off) {
		if (s->log2 < 5 || s->log2 > 12 || chance(150))
			return operate(f, false, false, true, at + 8, chance(900) ? 5 + (chance(200) ? below(8) : 0) : rnd());
		if (chance(300))
			return operate(f, false, false, true, at + 4 * below(2), (uint64_t)rnd());
		if (chance(300))
			return operate(f, false, false, true, at + 0x10, a_holdoff());
		return operate(f, false, false, true, at + 0xc, 1);
	}
	if (chance(knob.stop))
		return operate(f, false, false, true, at + 0xc, 0);
	if (chance(100))
		return operate(f, false, false, chance(500), at + 4 * below(8), chance(500) ? rnd() : rnd() | 1);
	if (chance(30))
		return operate(f, false, chance(500), chance(500), chance(500) ? SlotRegs + 4 * below(1024) : SlotDb + 8 * below(128), (uint64_t)rnd() | 1);
	if (!chance(knob.ack))
		return;
	uint16_t consumed = rnd();
	if (s && chance(950))
		consumed = s->consumed + (chance(300) ? unconsumed(*s) : below(unconsumed(*s) + 1u));
	operate(f, false, true, true, SlotDb + 8 * local, consumed | (uint64_t)a_holdoff() << 16 | (uint64_t)rnd() << 32);
}

static void new_register(void)
{
	unsigned f = a_function();

	if (top->reg_valid_i)
		return;
	if (!overtaken.empty() && knob.run && !in_reset[0] && chance(900))	// it runs again, before somebody was chosen
		return operate(0, false, false, true, RunState + 64 * overtaken.back().fn + 4 * overtaken.back().slot, Running);
	if (!chance(knob.reg))
		return;
	if (chance(knob.map) && !in_reset[0])
		return new_map();
	if (chance(knob.run) && !in_reset[0])
		return new_run_state();
	if (in_reset[f])	// cfg answers
		return;
	if (chance(200))
		new_vector(f);
	else
		new_slot_op(f);
	if (top->reg_doorbell_i)
		top->reg_write_i = 1;
	else if (top->reg_addr_i >= SlotDb && !top->reg_msix_i && top->reg_addr_i < 0x9000)
		top->reg_valid_i = 0;
	if (!top->reg_msix_i && top->reg_doorbell_i && top->reg_addr_i < SlotDb)
		top->reg_valid_i = 0;
}

static void new_sources(void)
{
	if (!top->raise_valid_i && chance(knob.raise)) {
		top->raise_func_i = a_function();
		top->raise_slot_i = a_slot_of(top->raise_func_i);
		top->raise_source_i = below(32);
		top->raise_stopped_i = chance(100);
		top->raise_movable_i = chance(800);
		top->raise_valid_i = resetting && (int)top->raise_func_i != resetting;	// queue has none when it is our turn; with the PF's reset, of nobody
	}
	if (!top->control_valid_i && chance(knob.control)) {
		static const unsigned kinds[] = {Mailbox, Link, Error, Function};
		top->control_valid_i = 1;
		top->control_kind_i = kinds[below(4)];
		top->control_func_i = top->control_kind_i == Function ? 0 : a_function();
		top->control_source_i = top->control_kind_i == Function ? a_function() : 0;
	}
}

static void new_levels(void)
{
	if (!chance(knob.level))
		return;
	unsigned f = a_function();
	enabled[f] = chance(800);
	masked[f] = chance(300);
	may_redirect[f] = chance(900);
	may_rescue[f] = chance(900);
	set_levels();
}

static void new_reset(void)
{
	if (resetting >= 0) {
		bool mine = top->raise_valid_i && (!resetting || top->raise_func_i == resetting);
		for (const Raise &r : raises)
			mine |= !resetting || (int)r.fn == resetting;
		if (!top->fn_reset_valid_i && !low && !mine && chance(100)) {
			top->fn_reset_valid_i = 1;
			top->fn_reset_func_i = resetting;
		}
		return;
	}
	if (to_reset.empty() && chance(knob.reset) && !top->reg_valid_i) {
		if (knob.pf_reset) {
			knob.pf_reset = false;
			for (unsigned f = 1; f < num_fn; f++)
				to_reset.push_back(f);
			to_reset.push_back(0);
		} else {
			to_reset.push_back(active[1 + below(active.size() - 1)]);
		}
		for (unsigned f : to_reset)
			in_reset[f] = true;
		set_levels();
	}
	if (!to_reset.empty()) {
		resetting = to_reset.front();
		to_reset.pop_front();
	}
}

static void end_reset(void)
{
	if (top->fn_reset_valid_i && top->fn_reset_done_o) {
		top->fn_reset_valid_i = 0;
		low = 2;
	} else if (low && !--low) {
		if (to_reset.empty())
			memset(in_reset, 0, sizeof(in_reset));
		resetting = -1;
		set_levels();
	}
}

static bool rested;
static void step(void)
{
	new_register();
	new_sources();
	new_levels();
	new_reset();
	top->wr_ready_i = chance(knob.wr_ready) | chance(knob.wr_ready) << 1;
	top->note_ready_i = chance(knob.note_ready);
	top->now_i = now;
	top->clk_i = 0;
	top->eval();

	check_writes();
	if (top->raise_valid_i && top->raise_ready_o)
		raises.push_back({top->raise_func_i, top->raise_slot_i, top->raise_source_i, (bool)top->raise_stopped_i, (bool)top->raise_movable_i});
	if (top->reg_ack_o && !top->reg_valid_i)
		fail("answer to nobody");
	check_commits();
	if (top->reg_ack_o)
		check_host();
	if (top->control_valid_i && top->control_ready_o)
		check_control();
	check_notes();
	for (Slot &s : slots) {
		n_held_stop += s.state == Draining && s.last_write > all_left;
		s.forgotten |= s.state == On && s.phase == Hold && s.due <= now && in_reset[s.fn];
	}
	rested = !top->busy_o && resetting < 0 && to_reset.empty();
	if (rested)
		check_rest();
	if (top->due_valid_o && top->due_o <= now)
		fail("due is over", top->due_o, now);
	grant_writes();

	bool raised = top->raise_valid_i && top->raise_ready_o, told = top->control_valid_i && top->control_ready_o, answered = top->reg_ack_o;
	bool rests = !top->busy_o;
	uint64_t next = now + inc;
	if (rests && chance(knob.jump)) {
		next = now + (1u << 20);
		n_jumps++;
	}
	if (top->due_valid_o && next > top->due_o)
		next = top->due_o;

	top->clk_i = 1;
	top->eval();
	cycle++;
	now = next;
	if (raised)
		top->raise_valid_i = 0;
	if (told)
		top->control_valid_i = 0;
	if (answered)
		top->reg_valid_i = 0;
	end_reset();
	/* dma: what was granted is known a cycle later, and leaves when it likes; others write too */
	if (chance(100))
		all_granted++;
	if (all_left < all_granted && chance(knob.left))
		all_left += 1 + below(all_granted - all_left);
	top->wr_granted_i = all_granted;
	top->wr_left_i = all_left;
}

static void drain(void)
{
	auto saved = knob;
	uint64_t limit = cycle + 100000;

	knob = {0, 0, 0, 0, 0, 1000, 1000, 1000, 0, 1, 0, 0, 0, 0, false};
	inc = 4;
	do {
		step();
		if (cycle > limit)
			fail("does not come to rest");
	} while (!rested);
	knob = saved;
}

static void host(unsigned f, bool msix, bool doorbell, unsigned addr, uint64_t value)
{
	operate(f, msix, doorbell, true, addr, value);
	while (top->reg_valid_i)
		step();
}

/* Slot of function 1, with hold-off 0. */
static void start_slot(unsigned local, unsigned card)
{
	unsigned at = SlotRegs + 32 * local;

	host(0, false, false, SlotMap + 64 + 4 * local, 0x80000000u | card);
	if (slots[card].state == On)
		host(1, false, false, at + 0xc, 0);
	drain();
	host(1, false, false, at + 8, 5);
	host(1, false, false, at + 0x10, 0);
	host(1, false, false, at + 0xc, 1);
	host(1, true, false, 16 * local + 12, 0);
}

/* Nothing else to do: cycles from the raise of an event whose home is slot 2 to the offer of the message of slot `to`. */
static unsigned message_after(bool movable, unsigned to)
{
	top->raise_valid_i = 1;
	top->raise_func_i = 1;
	top->raise_slot_i = 2;
	top->raise_source_i = 3;
	top->raise_stopped_i = 0;
	top->raise_movable_i = movable;
	uint64_t start = cycle, sent = granted[1];
	while (granted[1] == sent) {
		step();
		if (cycle - start > 100)
			fail("no message");
	}
	unsigned cycles = cycle - start - 1;	// it was offered in the last of these steps, and granted at once
	drain();
	Slot &s = *slot_of(1, to);
	expect(unconsumed(s), 1, "the slot that was to hear of it");
	host(1, false, true, SlotDb + 8 * to, s.produced);
	return cycles;
}

/* The longest of: stays at home by nature, home, moved, stayed there. */
static unsigned latency(void)
{
	static const struct {
		bool movable;
		unsigned home_state, other_state, to;
	} cases[] = {{false, Preempted, Running, 2}, {true, Running, Blocked, 2}, {true, Preempted, Running, 3}, {true, Running, Running, 3}};
	unsigned most = 0;

	for (unsigned local = 0; local < 16; local++)
		host(0, false, false, SlotMap + 64 + 4 * local, 0);
	start_slot(2, num_slots - 1);
	start_slot(3, num_slots - 2);
	host(0, false, false, Dwell, 0);
	enabled[1] = may_redirect[1] = true;
	masked[1] = false;
	set_levels();
	drain();
	for (auto &c : cases) {
		host(0, false, false, RunState + 64 + 4 * 2, c.home_state);
		host(0, false, false, RunState + 64 + 4 * 3, c.other_state);
		unsigned cycles = message_after(c.movable, c.to);
		most = cycles > most ? cycles : most;
	}
	return most;
}

static void tell_redirection(void)
{
	printf("event redirection: ");
	for (unsigned i = 0; i < Choices; i++)
		printf("%llu %s, ", (unsigned long long)n_choices[i], choice_names[i]);
	printf("%llu not allowed, %llu not movable, %llu to a slot that was stopped meanwhile, loads halved %llu times; %llu slots overtaken: %llu rescuers (%llu "
	       "notified already, %llu hold-offs cut short), nobody for %llu, %llu running again, %llu rescued already, %llu not allowed; %llu run-states, %llu read\n",
	       (unsigned long long)n_may_not, (unsigned long long)n_not_movable, (unsigned long long)n_went_away, (unsigned long long)n_halved,
	       (unsigned long long)n_overtaken, (unsigned long long)n_rescuers, (unsigned long long)n_rescue_waits, (unsigned long long)n_cut_short,
	       (unsigned long long)n_nobody, (unsigned long long)n_runs_again, (unsigned long long)n_rescued_already, (unsigned long long)n_rescues_denied,
	       (unsigned long long)n_run_states, (unsigned long long)n_run_reads);
	for (unsigned i = 0; i < Choices; i++)
		if (!n_choices[i])
			fail(choice_names[i]);
	if (!n_may_not || !n_not_movable || !n_halved || !n_rescuers || !n_rescue_waits || !n_cut_short || !n_nobody || !n_runs_again || !n_rescued_already ||
	    !n_rescues_denied || !n_run_reads)
		fail("something of redirection was never tried");
}

int main(int argc, char **argv)
{
	seed_from(argc, argv);
	Verilated::commandArgs(argc, argv);
	top = new Vsvnic_event_tb;
	knob = {0, 0, 0, 0, 0, 1000, 1000, 1000, 0, 1, 0, 0, 0, 0, false};
	inc = 4;
	top->reg_valid_i = top->raise_valid_i = top->control_valid_i = top->fn_reset_valid_i = top->wr_ready_i = top->note_ready_i = 0;
	top->wr_granted_i = top->wr_left_i = 0;
	set_levels();
	reset(top);
	num_fn = top->num_vfs_o + 1;
	num_slots = top->num_slots_o;
	active = {0, 1};
	slots.resize(num_slots);
	for (unsigned f = 0; f < num_fn; f++)
		clear_vectors(f);
	drain();

	for (unsigned phase = 0; phase < 40; phase++) {
		active = {0, num_fn - 1, 1};
		for (unsigned i = 0; i < 4; i++)
			active.push_back(1 + below(num_fn - 1));
		inc = phase % 4 == 3 ? 3000 : 4;
		bool slow = phase % 3 == 1;
		knob = {200 + below(800), 1 + below(600), below(100), below(60), phase % 5 == 4 ? 0 : 2 + below(8), slow ? 20 + below(300) : 300 + below(701),
			slow ? 20 + below(300) : 300 + below(701), 20 + below(900), 10 + below(200), chance(500) ? 40u : 4u, below(60), below(500),
			phase % 5 == 3 ? 0 : 20 + below(400), phase % 6 == 2 ? 10u : 1000u, phase % 8 == 6};
		for (unsigned i = 0; i < 4000; i++)
			step();
		drain();
		/* what holds off comes to its end, in its time */
		knob = {0, 0, 0, 0, 0, 1000, 1000, 1000, 0, 1, 0, 1000, 0, 0, false};
		for (unsigned i = 0; i < 4000 && (top->busy_o || top->due_valid_o); i++)
			step();
		if (top->due_valid_o)
			fail("hold-offs do not end");
	}
	unsigned cycles = latency();

	uint64_t posts = 0;
	for (uint64_t n : n_posts)
		posts += n;
	printf("event %u functions, %u slots: %llu cycles, %llu entries (%llu filled a ring), %llu notifications (%llu timed), %llu messages, %llu pended, %llu unmasked, "
	       "%llu polled away, %llu held again, %llu illegal, %llu bad, %llu reads, %llu stops, %llu slots moved while on, %llu sources dropped, %llu + %llu resets, "
	       "%llu rests; raise to message at most %u cycles\n", num_fn, num_slots, (unsigned long long)cycle, (unsigned long long)posts, (unsigned long long)n_full,
	       (unsigned long long)n_notices, (unsigned long long)n_timed, (unsigned long long)n_sent, (unsigned long long)n_pended, (unsigned long long)n_unmasked,
	       (unsigned long long)n_cancelled, (unsigned long long)n_again, (unsigned long long)n_illegal, (unsigned long long)n_bad, (unsigned long long)n_reads,
	       (unsigned long long)n_stops, (unsigned long long)n_moved, (unsigned long long)n_dropped, (unsigned long long)n_fn_resets,
	       (unsigned long long)n_pf_resets, (unsigned long long)n_rests, cycles);
	tell_redirection();
	for (unsigned kind : {Queue, Mailbox, Link, Stopped, Rescue, Function, Error})
		if (!n_posts[kind])
			fail("a kind was never posted", kind);
	if (!n_full || !n_timed || !n_at_once || !n_pended || !n_unmasked || !n_cancelled || !n_again || !n_illegal || !n_bad || !n_stops || !n_moved || !n_dropped ||
	    !n_fn_resets || !n_pf_resets || !n_rests || !n_jumps || !n_held_stop)
		fail("something was never tried");
	if (cycles > 12)
		fail("raise to message takes too long", cycles, 12);
	return 0;
}
