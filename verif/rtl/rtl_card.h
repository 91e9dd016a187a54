// SPDX-License-Identifier: Apache-2.0
// The Verilated card, cycle by cycle. Three users: the device ABI (device.cpp), the lock-step bench (verif/lockstep), the benches (verif/bench).
//
//	svnic::RtlCard card({.seed = 1});
//	card.requests.push(tlp);			// the root port's requests, in order; also completions, wire
//	card.gate.wrq = false;				// back-pressure and pauses, before each cycle
//	card.cycle(SVNIC_NS(4), observer);		// one clock; the observer is told what happened in it
//
// An observer is any class with the members of svnic::Observer (derive from it and redefine what you need). In a cycle it hears, in this order:
// time, requests and frames that went in, commits, completions that went in, and what came out (posted, non-posted, completions, frames).
// Everything is inlined and nothing is allocated per cycle: this loop decides the kHz.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "Vsvnic.h"
#include "link.h"
#include "verilated.h"
#include "verilated_fst_c.h"

namespace svnic {

// ---- The packed struct tlp_t of rtl/svnic_pkg.sv as 32-bit words, lowest bits first -------------------------------------------
struct Bits {
	unsigned int low, width;
};

namespace header {
constexpr Bits msg_code{0, 8}, byte_count{8, 13}, lower_address{21, 7}, status{28, 3}, address{31, 64}, last_be{95, 4}, first_be{99, 4}, dw{103, 11},
	tag{114, 10}, completer{124, 16}, requester{140, 16}, poisoned{156, 1}, tc{157, 3}, no_snoop{160, 1}, relaxed{161, 1}, kind{162, 4};
constexpr unsigned int words = 6;	// 166 bits
}

inline uint64_t get(const uint32_t *words, Bits b)
{
	unsigned int w = b.low / 32, shift = b.low % 32;
	unsigned __int128 v = words[w];

	if (shift + b.width > 32)
		v |= static_cast<uint64_t>(words[w + 1]) << 32;
	if (shift + b.width > 64)
		v |= static_cast<unsigned __int128>(words[w + 2]) << 64;
	return static_cast<uint64_t>(v >> shift) & (b.width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << b.width) - 1);
}

inline void put(uint32_t *words, Bits b, uint64_t value)
{
	for (unsigned int done = 0; done < b.width;) {	// words are zero before
		unsigned int at = b.low + done;

		words[at / 32] |= static_cast<uint32_t>(value >> done) << (at % 32);
		done += 32 - at % 32;
	}
}

inline void pack(uint32_t *w, const svnic_tlp &t)
{
	memset(w, 0, 4 * header::words);
	put(w, header::kind, t.type);
	put(w, header::relaxed, !!(t.attr & SVNIC_ATTR_RELAXED));
	put(w, header::no_snoop, !!(t.attr & SVNIC_ATTR_NO_SNOOP));
	put(w, header::tc, t.tc & 7u);
	put(w, header::poisoned, t.poisoned);
	put(w, header::requester, t.requester);
	put(w, header::completer, t.completer);
	put(w, header::tag, t.tag & 0x3ffu);
	put(w, header::dw, t.dw & 0x7ffu);
	put(w, header::first_be, t.first_be & 15u);
	put(w, header::last_be, t.last_be & 15u);
	put(w, header::address, t.address);
	put(w, header::status, t.status & 7u);
	put(w, header::lower_address, t.lower_address & 0x7fu);
	put(w, header::byte_count, t.byte_count & 0x1fffu);
	put(w, header::msg_code, t.msg_code);
}

inline void unpack(svnic_tlp &t, const uint32_t *w)
{
	t.size = sizeof(t);
	t.type = get(w, header::kind);
	t.attr = (get(w, header::relaxed) ? SVNIC_ATTR_RELAXED : 0) | (get(w, header::no_snoop) ? SVNIC_ATTR_NO_SNOOP : 0);
	t.poisoned = get(w, header::poisoned);
	t.tc = get(w, header::tc);
	t.requester = get(w, header::requester);
	t.completer = get(w, header::completer);
	t.tag = get(w, header::tag);
	t.dw = get(w, header::dw);
	t.first_be = get(w, header::first_be);
	t.last_be = get(w, header::last_be);
	t.address = get(w, header::address);
	t.status = get(w, header::status);
	t.lower_address = get(w, header::lower_address);
	t.byte_count = get(w, header::byte_count);
	t.msg_code = get(w, header::msg_code);
	memset(t.reserved, 0, sizeof(t.reserved));
}

struct Commit {
	uint8_t kind;	// commit_e of rtl/svnic_pkg.sv
	uint8_t a;
	uint16_t b;
	uint8_t c;
};

struct Observer {
	static constexpr bool wants_commits = false;
	void time(uint64_t) {}				// ns, of this cycle
	void request_taken(const svnic_tlp &) {}	// its first beat
	void completion_taken(const svnic_tlp &) {}	// its last beat
	void frame_taken(const svnic_frame &) {}	// its last beat
	void commit(const Commit &) {}
	void posted_begins(const svnic_tlp &) {}	// first beat of a posted request: its header
	void posted(const svnic_tlp &) {}
	void non_posted(const svnic_tlp &) {}
	void completion(const svnic_tlp &) {}
	void frame_begins() {}
	void frame(const svnic_frame &) {}
};

class RtlCard : public Link {
public:
	struct Options {
		uint64_t seed = 1;		// initial values of unreset registers, in builds that have them random
		const char *waves = nullptr;	// FST file
		uint64_t waves_from = 0;	// cycle
	};

	explicit RtlCard(const Options &options) : top(&context), options_(options)
	{
		context.randReset(2);
		context.randSeed(static_cast<int>(options.seed));
		plant();
		context.traceEverOn(options.waves != nullptr);
		if (options.waves) {
			trace = std::make_unique<VerilatedFstC>();
			top.trace(trace.get(), 99);
		}
		reset();
	}
	~RtlCard()
	{
		if (trace && trace->isOpen())
			trace->close();
		top.final();
	}
	RtlCard(const RtlCard &) = delete;

	// A fundamental reset; what waits in the queues is lost.
	void reset()
	{
		empty();
		hrq = rcp = wrx = Sender();
		posted_bytes = frame_bytes = 0;
		top.rst_i = 1;
		top.hrq_valid_i = top.rcp_valid_i = top.wrx_valid_i = 0;
		top.time_inc_i = 0;
		top.carrier_i = carrier;
		for (int i = 0; i < 4; i++)
			clock();
		top.rst_i = 0;
	}

	bool busy() const { return top.busy_o || waits(); }
	bool due_valid() const { return top.due_valid_o; }
	uint64_t due() const { return top.due_o; }
	uint64_t now() const { return top.now_o; }
	uint64_t cycles() const { return cycle_; }
	static constexpr unsigned int beat_bytes = sizeof(Vsvnic::wrq_data_o);

	template <class O> void cycle(uint64_t increment, O &observer)
	{
		top.time_inc_i = increment;
		top.carrier_i = carrier;
		offer(requests, hrq, gate.hrq, top.hrq_valid_i, top.hrq_sop_i, top.hrq_eop_i, top.hrq_hdr_i.m_storage, &top.hrq_data_i);
		offer(completions, rcp, gate.rcp, top.rcp_valid_i, top.rcp_sop_i, top.rcp_eop_i, top.rcp_hdr_i.m_storage, &top.rcp_data_i);
		offer_frame();
		top.hcp_ready_i = gate.hcp;
		top.wrq_ready_i = gate.wrq;
		top.rrq_ready_i = gate.rrq;
		top.wtx_ready_i = gate.wtx;
		top.clk_i = 0;
		top.eval();
		dump(0);
		observer.time(top.now_o);
		take_request(observer);
		take_frame(observer);
		if (O::wants_commits)
			commits(observer);
		take_completion(observer);
		outputs(observer);
		top.clk_i = 1;
		top.eval();
		dump(1);
		cycle_++;
	}

private:
	struct Sender {
		bool offered = false;
		unsigned int sent = 0;	// bytes of payload
		bool first = true;
	};

	VerilatedContext context;
	Vsvnic top;
	Options options_;
	std::unique_ptr<VerilatedFstC> trace;
	uint64_t cycle_ = 0;
	Sender hrq, rcp, wrx;
	svnic_tlp posted_, scratch_;
	svnic_frame frame_;
	size_t posted_bytes = 0, frame_bytes = 0;

	// A build with planted faults (verilate.py --plants): SVNIC_PLANT=NUMBER chooses the one in force.
	void plant()
	{
		const char *number = getenv("SVNIC_PLANT");
		const std::string argument = std::string("+plant=") + (number ? number : "0");
		const char *arguments[] = {"svnic", argument.c_str()};

		context.commandArgs(2, arguments);
	}

	void clock()
	{
		top.clk_i = 0;
		top.eval();
		dump(0);
		top.clk_i = 1;
		top.eval();
		dump(1);
		cycle_++;
	}

	void dump(int half)
	{
		if (!trace || cycle_ < options_.waves_from)
			return;
		if (!trace->isOpen())
			trace->open(options_.waves);
		trace->dump(4 * cycle_ + 2 * half);	// picoseconds by name, cycles of 4 in meaning
	}

	static bool last_beat(const Sender &s, size_t bytes) { return s.sent + beat_bytes >= bytes; }

	// Presents the next beat of the oldest TLP; one that is presented stays.
	template <typename V, typename D>
	static void offer(const Queue<svnic_tlp> &queue, Sender &s, bool may, V &valid, V &sop, V &eop, uint32_t *hdr, D *data)
	{
		if (s.offered)
			return;
		s.offered = may && !queue.empty();
		valid = s.offered;
		if (!s.offered)
			return;
		const svnic_tlp &t = queue.front();
		size_t bytes = payload_bytes(t);

		sop = s.first;
		eop = last_beat(s, bytes);
		if (s.first)
			pack(hdr, t);
		if (bytes)
			memcpy(data, t.payload + s.sent, beat_bytes);	// the rest of the last beat means nothing
	}

	// The beat was taken: true at the TLP's or frame's end.
	static bool advance(Sender &s, bool last)
	{
		s.offered = false;
		s.first = last;
		s.sent = last ? 0 : s.sent + beat_bytes;
		return last;
	}

	template <class O> void take_request(O &observer)
	{
		if (!hrq.offered || !top.hrq_ready_o)
			return;
		if (hrq.first)
			observer.request_taken(requests.front());
		if (advance(hrq, top.hrq_eop_i))
			requests.pop();
	}

	template <class O> void take_completion(O &observer)
	{
		if (!rcp.offered || !top.rcp_ready_o || !advance(rcp, top.rcp_eop_i))
			return;
		observer.completion_taken(completions.front());
		completions.pop();
	}

	void offer_frame()
	{
		if (wrx.offered)
			return;
		wrx.offered = gate.wrx && !wire.empty();
		top.wrx_valid_i = wrx.offered;
		if (!wrx.offered)
			return;
		const svnic_frame &f = wire.front();
		unsigned int left = f.length - wrx.sent;

		top.wrx_last_i = left <= beat_bytes;
		top.wrx_keep_i = left >= beat_bytes ? ~UINT64_C(0) >> (64 - beat_bytes) : (UINT64_C(1) << left) - 1;
		memcpy(&top.wrx_data_i, f.data + wrx.sent, left < beat_bytes ? left : beat_bytes);
	}

	template <class O> void take_frame(O &observer)
	{
		if (!wrx.offered || !top.wrx_ready_o || !advance(wrx, top.wrx_last_i))
			return;
		observer.frame_taken(wire.front());
		wire.pop();
	}

	template <class O> void commits(O &observer)
	{
		constexpr unsigned int width = 38;	// commit_t: kind 6, a 8, b 16, c 8
		constexpr unsigned int count = 8 * sizeof(top.commit_o) / width;	// less than a word is unused
		const uint32_t *w = top.commit_o.m_storage;

		for (unsigned int i = 0; i < count; i++) {
			auto kind = static_cast<uint8_t>(get(w, {width * i + 32, 6}));

			if (kind)
				observer.commit({kind, static_cast<uint8_t>(get(w, {width * i + 24, 8})),
						 static_cast<uint16_t>(get(w, {width * i + 8, 16})), static_cast<uint8_t>(get(w, {width * i, 8}))});
		}
	}

	template <class O> void outputs(O &observer)
	{
		if (top.wrq_valid_o && gate.wrq)
			posted_beat(observer);
		if (top.rrq_valid_o && gate.rrq) {
			unpack(scratch_, top.rrq_hdr_o.m_storage);
			observer.non_posted(scratch_);
		}
		if (top.hcp_valid_o && gate.hcp) {
			unpack(scratch_, top.hcp_hdr_o.m_storage);
			memcpy(scratch_.payload, &top.hcp_data_o, 8);
			observer.completion(scratch_);
		}
		if (top.wtx_valid_o && gate.wtx)
			frame_beat(observer);
	}

	template <class O> void posted_beat(O &observer)
	{
		if (top.wrq_sop_o) {
			unpack(posted_, top.wrq_hdr_o.m_storage);
			posted_bytes = 0;
			observer.posted_begins(posted_);
		}
		if (posted_bytes + beat_bytes <= sizeof(posted_.payload))
			memcpy(posted_.payload + posted_bytes, &top.wrq_data_o, beat_bytes);
		posted_bytes += beat_bytes;
		if (top.wrq_eop_o)
			observer.posted(posted_);
	}

	template <class O> void frame_beat(O &observer)
	{
		unsigned int bytes = __builtin_popcountll(top.wtx_keep_o);

		if (!frame_bytes)
			observer.frame_begins();
		if (frame_bytes + beat_bytes <= sizeof(frame_.data))
			memcpy(frame_.data + frame_bytes, &top.wtx_data_o, beat_bytes);
		frame_bytes += bytes;
		if (!top.wtx_last_o)
			return;
		frame_.size = sizeof(frame_);
		frame_.length = frame_bytes;
		frame_bytes = 0;
		observer.frame(frame_);
	}
};

}	// namespace svnic
