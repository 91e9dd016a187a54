// SPDX-License-Identifier: Apache-2.0
// tx, switch and rx together: does a frame reach exactly those whom the tables name, whole, unchanged and in order, whatever dma, queue, wire and host do?
//
// A reference written from docs/programming.md (2, 4, 5, 8, 9) follows the commits (which, when) and computes the rest: bytes on the wire, receivers, payload
// writes, completions, notes. Reads come back in any order and interleaving, some fail; buffers may be missing; functions lose their link, their receive enable,
// fall into reset at any stage; the tables change all the time; every port has back-pressure.

#include <deque>
#include <memory>
#include <vector>

#include "Vsvnic_veb_tb.h"
#include "verilated.h"
#include "test.h"

enum { CommitMember = 14, CommitTxOut = 16, CommitTake, CommitDrop, CommitIn, CommitLookup, CommitClear = 35 };	// numbers of commit_e
enum { RxFrames = 0, RxNoDesc = 2, RxDisabled = 3, TxFrames = 4, TxSpoof = 6, TxErrors = 7, RxMulticast = 12, TxDisabled = 13, WireDrop = 14, WireUnknown = 15 };
enum { Payload = 2 };	// client of dma
static const unsigned kDataDma = 5;

static Vsvnic_veb_tb *top;
static const unsigned B = sizeof(top->wtx_data_o);	// bytes per beat

/* ---- sets of functions ---- */
struct Set {
	uint32_t w[8];
	bool has(unsigned f) const { return w[f / 32] >> f % 32 & 1; }
	void put(unsigned f, bool on) { w[f / 32] = (w[f / 32] & ~(1u << f % 32)) | (uint32_t)on << f % 32; }
	int first(void) const
	{
		for (unsigned f = 0; f < 256; f++)
			if (has(f))
				return f;
		return -1;
	}
};
static const unsigned kFunctions[] = { 0, 1, 2, 31, 32, 64, 127, 128, 200, 255 };
static const unsigned kCount = sizeof(kFunctions) / sizeof(kFunctions[0]);
static unsigned some_function(void)
{
	return kFunctions[below(kCount)];
}
static Set exists, in_reset, link_, spoof, rx_enable;
static bool carrier = true;

/* ---- what is tried ---- */
static struct {
	unsigned desc_rate, rd_ready, data_rate, read_latency, done_ready, wtx_ready, wrx_rate, wrx_gap, loop_go, take_ready, buffer_rate, no_buffers,
		rx_done_ready, wr_ready, src_rate, note_ready, changes, registers, errors, illegal, frame_len, fragments;	// lengths: 0 any
	bool quiet, loop;	// speed: everything allowed; sent to the wire, or to the function that the wire's frames are for
} knob;
static uint64_t n_tx, n_tx_bytes, n_padded, n_status, n_read_error, n_error_late, n_tx_reset, n_tx_disabled, n_spoofed, n_to_wire, n_carrier_off, n_to_self, n_loop,
	n_looped, n_both, n_rx, n_rx_bytes, n_multicast, n_broadcast, n_no_desc, n_rx_disabled, n_rx_reset, n_short, n_long, n_no_room, n_unknown, n_clear,
	n_jumbo, n_twenty, n_shortest, n_split, n_copies, n_registers, n_granted_dropped, n_other_client, n_promiscuous, n_full_tx;
static uint64_t wire_frames, wire_beats, delivered, delivered_beats;

/* ---- the switch's tables, by docs/programming.md 8 and 9 ---- */
typedef std::vector<uint8_t> Bytes;
struct Entry {
	bool valid;
	uint8_t target, mac[6];
};
static Entry table[256][4];
static uint32_t staged, group[64][8];

static uint8_t mac_pool[24][6];
static Entry *find(const uint8_t *mac)
{
	unsigned bucket = 0;

	for (int i = 0; i < 6; i++)
		bucket ^= mac[i];
	for (int way = 0; way < 4; way++)
		if (table[bucket][way].valid && !memcmp(table[bucket][way].mac, mac, 6))
			return &table[bucket][way];
	return nullptr;
}
static Set join(const uint32_t *a, const uint32_t *b)
{
	Set s;

	for (int i = 0; i < 8; i++)
		s.w[i] = a[i] | b[i];
	return s;
}
struct Fate {
	bool wire = false, disabled = false, spoofed = false, unknown = false;
	Set to = {};
};
static Fate forward(bool from_function, unsigned source, bool loop, const uint8_t *dst, const uint8_t *src)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	Fate fate;
	Entry *entry = find(dst), *own = find(src);

	if (from_function && !link_.has(source)) {
		fate.disabled = true;
		return fate;
	}
	if (from_function && spoof.has(source) && !(own && !(src[0] & 1) && own->target == source)) {
		fate.spoofed = true;
		return fate;
	}
	if (loop) {	// to itself alone
		fate.to.put(source, true);
		n_loop++;
		return fate;
	}
	fate.wire = from_function;
	if (dst[0] & 1) {
		unsigned g = !memcmp(dst, all, 6) ? 0 : entry ? entry->target % 64 : 1;

		fate.to = join(group[g], group[2]);
		n_broadcast += g == 0;
	} else if (entry) {
		fate.to.put(entry->target, true);
		fate.wire = false;
		n_to_self += from_function && entry->target == source;
	} else {
		fate.to = join(group[2], group[2]);
		n_promiscuous += fate.to.first() >= 0;
		fate.unknown = !from_function && fate.to.first() < 0;
	}
	if (from_function)
		fate.to.put(source, false);
	return fate;
}

/* What was taken in a cycle leaves its port behind the clock's edge. */
static bool drop_desc, drop_buffer, drop_reg;

/* ---- frames ---- */
struct Frame {
	Bytes data;
	unsigned func, qp, count, status, reads, failed;	// transmit
	Set to;
	bool loopback, loop;
	unsigned references;
};
typedef std::shared_ptr<Frame> FrameP;

static unsigned frame_length(void)
{
	if (knob.frame_len)
		return knob.frame_len;
	switch (below(8)) {
	case 0: return 14 + below(60);
	case 1: return B * (1 + below(9)) + below(3) - 1 < 14 ? 14 : B * (1 + below(9)) + below(3) - 1;
	case 2: return 64;
	case 3: return 1500;
	case 4: return chance(200) ? 9216 - below(3) : 14 + below(3);
	case 5: return 60 - below(3);
	default: return 14 + below(chance(100) ? 9203 : 2000);
	}
}
static void fill(Bytes &data, unsigned length, bool from_wire)
{
	data.resize(length);
	for (auto &b : data)
		b = rnd();
	memcpy(&data[0], mac_pool[!knob.quiet ? below(24) : from_wire || knob.loop ? 0 : 20], 6);
	memcpy(&data[6], mac_pool[below(24)], 6);
	if (!knob.quiet && chance(80))
		memset(&data[0], 255, 6);
}

/* ---- transmit: descriptors ---- */
struct Desc {
	FrameP frame;
	uint64_t addr;
	unsigned len, offset;
	bool first, last;
};
struct Read {
	Desc desc;
	unsigned dest, id, done;	// bytes so far
	unsigned stop;			// where it fails, or its length
	bool error;
	uint64_t ready_at;
};
static std::deque<Desc> given, to_read;	// to give; taken, in the order of their reads
static std::deque<Read> reads;
static std::deque<FrameP> taken;	// to be sent, in order
static std::deque<FrameP> wire_out, loop_out;
static unsigned wire_at;
struct Answer {
	unsigned qp, count, status;
};
static std::deque<Answer> answers;
struct Note {
	unsigned func, stat, bytes;
	bool also, error;
};
static std::deque<Note> notes[2];
static unsigned pending_drops, pending_unknown;

static void new_frame(void)
{
	FrameP f = std::make_shared<Frame>();
	unsigned n = knob.fragments ? knob.fragments : chance(500) ? 1 : 1 + below(20), length = frame_length(), at = 0;

	if (n > length)
		n = length;
	fill(f->data, length, false);
	f->func = knob.quiet ? 2 : some_function();
	f->qp = below(512);
	f->count = n;
	f->status = !knob.quiet && chance(40) ? (chance(500) ? 3 : 6) : 0;
	f->reads = f->status ? 0 : n;
	f->failed = 0;
	f->loopback = true;
	f->loop = !knob.quiet && chance(100);
	n_shortest += length == 14;
	n_jumbo += length == 9216;
	n_twenty += n == 20;
	for (unsigned i = 0; i < n; i++) {
		Desc d = {};

		d.frame = f;
		d.addr = (uint64_t)rnd() << 32 | rnd();
		d.offset = at;
		d.len = i == n - 1 ? length - at : 1 + below(length - at - (n - 1 - i));
		if (i != n - 1 && chance(600))
			d.len = 1 + below(1 + (length - at) / (n - i) - 1 > 0 ? (length - at) / (n - i) : 1);
		at += d.len;
		d.first = i == 0;
		d.last = i == n - 1;
		if (f->status)
			d.len = below(16384);
		given.push_back(d);
	}
}

static void drive_desc(void)
{
	if (!top->desc_valid_i) {
		if (given.empty() && chance(knob.desc_rate))
			new_frame();
		if (given.empty() || !chance(knob.quiet ? 1000 : 700))
			return;
		Desc &d = given.front();
		top->desc_valid_i = 1;
		top->desc_func_i = d.frame->func;
		top->desc_qp_i = d.frame->qp;
		top->desc_addr_i = d.addr;
		top->desc_len_i = d.len;
		top->desc_first_i = d.first;
		top->desc_last_i = d.last;
		top->desc_status_i = d.last ? d.frame->status : 0;
		top->desc_count_i = d.last ? d.frame->count : below(32);
		top->desc_loop_i = d.last ? d.frame->loop : chance(500);
	}
}

/* ---- dma: reads ---- */
static int data_read = -1;	// which read's data or end is on the port
static void drive_reads(void)
{
	top->rd_data_valid_i = top->rd_done_valid_i = 0;
	if (chance(knob.quiet ? 0 : 50)) {	// another client's
		top->rd_data_valid_i = 1;
		top->rd_data_client_i = below(2);
		top->rd_data_dest_i = rnd() & 0xfffff;
		top->rd_data_bytes_i = 1 + below(B);
		for (unsigned i = 0; i < B / 4; i++)
			top->rd_data_i[i] = rnd();
		top->rd_done_valid_i = chance(500);
		top->rd_done_client_i = below(2);
		top->rd_done_id_i = below(256);
		top->rd_done_error_i = chance(500);
		n_other_client++;
		return;
	}
	if (reads.empty() || !chance(knob.data_rate))
		return;
	unsigned window = knob.quiet ? 1 : reads.size() < 24 ? reads.size() : 24, pick = below(window);
	Read &r = reads[pick];
	if (r.ready_at > cycle)
		return;
	if (r.done < r.stop) {
		unsigned n = r.stop - r.done < B ? r.stop - r.done : B;
		uint8_t beat[64];

		if (!knob.quiet && chance(300))
			n = 1 + below(n);
		for (unsigned i = 0; i < B; i++)
			beat[i] = i < n ? r.desc.frame->data[r.desc.offset + r.done + i] : rnd();
		memcpy(&top->rd_data_i[0], beat, B);
		top->rd_data_valid_i = 1;
		top->rd_data_client_i = Payload;
		top->rd_data_dest_i = (r.dest + r.done) & 0xfffff;
		top->rd_data_bytes_i = n;
		r.done += n;
	}
	if (r.done == r.stop) {	// the end comes with the last data, or behind it
		if (!knob.quiet && chance(400))
			return;
		top->rd_done_valid_i = 1;
		top->rd_done_client_i = Payload;
		top->rd_done_id_i = r.id;
		top->rd_done_error_i = r.error;
		data_read = pick;
	}
}
static void reads_end(void)
{
	if (data_read < 0)
		return;
	Read &r = reads[data_read];
	Frame &f = *r.desc.frame;

	f.reads--;
	f.failed += r.error;
	n_error_late += r.error && f.reads;
	reads.erase(reads.begin() + data_read);
	data_read = -1;
}
static void read_requested(void)
{
	if (!top->rd_valid_o || !top->rd_ready_i)
		return;
	while (!to_read.empty() && to_read.front().frame->status)
		to_read.pop_front();
	if (to_read.empty())
		fail("read without a descriptor");
	Desc d = to_read.front();
	Read r = {};

	to_read.pop_front();
	expect(top->rd_func_o, d.frame->func, "function of a read");
	expect(top->rd_addr_o, d.addr, "address of a read");
	expect(top->rd_len_o, d.len, "length of a read");
	r.desc = d;
	r.dest = top->rd_dest_o;
	r.id = top->rd_id_o;
	r.error = chance(knob.errors) || (in_reset.has(d.frame->func) && chance(500));
	r.stop = r.error ? below(d.len + 1) : d.len;
	r.ready_at = cycle + (knob.quiet ? knob.read_latency : below(1 + knob.read_latency));
	reads.push_back(r);
}

/* ---- transmit: out ---- */
static void note(unsigned source, unsigned func, unsigned stat, unsigned bytes = 0, bool also = false, bool error = false)
{
	notes[source].push_back({ func, stat, bytes, also, error });
}
static void tx_out(void)
{
	if (!top->commit_tx_o)
		return;
	expect(top->commit_tx_o, CommitTxOut, "commit of tx");
	if (taken.empty())
		fail("TxOut without a frame");
	FrameP f = taken.front();
	Answer answer = { f->qp, f->count, f->status };

	taken.pop_front();
	if (f->reads)
		fail("TxOut before all reads ended", f->reads);
	n_tx++;
	if (f->status || f->failed) {
		answer.status = f->status ? f->status : kDataDma;
		n_status += f->status != 0;
		n_read_error += f->status == 0;
		note(0, f->func, TxErrors);
	} else if (in_reset.has(f->func)) {
		n_tx_reset++;
	} else {
		Fate fate = forward(true, f->func, f->loop, &f->data[0], &f->data[6]);

		n_padded += f->data.size() < 60;
		if (f->data.size() < 60)
			f->data.resize(60, 0);
		if (fate.disabled) {
			n_tx_disabled++;
			note(0, f->func, TxDisabled);
		} else if (fate.spoofed) {
			n_spoofed++;
			note(0, f->func, TxSpoof, 0, false, true);
		} else {
			n_tx_bytes += f->data.size();
			note(0, f->func, TxFrames, f->data.size(), true);
			n_carrier_off += fate.wire && !carrier;
			if (fate.wire && carrier) {
				wire_out.push_back(f);
				n_to_wire++;
			}
			f->to = fate.to;
			if (f->to.first() >= 0) {
				loop_out.push_back(f);
				n_looped++;
				n_both += fate.wire && carrier;
			}
		}
	}
	answers.push_back(answer);
}
static void wire_beat(void)
{
	if (!top->wtx_valid_o || !top->wtx_ready_i)
		return;
	if (wire_out.empty())
		fail("beat on the wire without a frame");
	const Bytes &data = wire_out.front()->data;
	unsigned n = data.size() - wire_at < B ? data.size() - wire_at : B;
	uint64_t keep = top->wtx_keep_o, want = n == 64 ? ~0ull : (1ull << n) - 1;

	expect(keep, want, "keep on the wire");
	if (memcmp(&top->wtx_data_o[0], &data[wire_at], n))
		fail("bytes on the wire, at", wire_at, data.size());
	wire_at += n;
	wire_beats++;
	expect(top->wtx_last_o, wire_at == data.size(), "last on the wire");
	if (wire_at == data.size()) {
		wire_out.pop_front();
		wire_at = 0;
		wire_frames++;
	}
}
static void tx_answered(void)
{
	if (!top->tx_done_valid_o || !top->tx_done_ready_i)
		return;
	if (answers.empty())
		fail("answer without a frame");
	expect(top->tx_done_qp_o, answers.front().qp, "queue of an answer");
	expect(top->tx_done_count_o, answers.front().count, "count of an answer");
	expect(top->tx_done_status_o, answers.front().status, "status of an answer");
	answers.pop_front();
}

/* ---- receive: the wire ---- */
static Bytes arriving;
static unsigned arriving_at;
static bool arriving_active;
static std::deque<FrameP> wire_in, buffered, looked_up;
static unsigned beats(const Bytes &data)
{
	return (data.size() + B - 1) / B;
}
static void drive_wire(void)
{
	top->wrx_valid_i = 0;
	if (!arriving_active) {
		if (!chance(knob.wrx_rate))
			return;
		unsigned length = frame_length();
		if (chance(knob.illegal))
			length = chance(500) ? 12 + below(2) : 9217 + below(chance(300) ? 20000 : 2);
		fill(arriving, length, true);
		if (length < 14)
			arriving.resize(1 + below(13));
		arriving_active = true;
		arriving_at = 0;
	}
	if (!chance(knob.wrx_gap))
		return;
	unsigned n = arriving.size() - arriving_at < B ? arriving.size() - arriving_at : B;
	uint8_t beat[64];

	for (unsigned i = 0; i < B; i++)
		beat[i] = i < n ? arriving[arriving_at + i] : rnd();
	memcpy(&top->wrx_data_i[0], beat, B);
	top->wrx_valid_i = 1;
	top->wrx_keep_i = n == 64 ? ~0ull : (1ull << n) - 1;
	top->wrx_last_i = arriving_at + n == arriving.size();
}
static void wire_arrived(void)
{
	int kind = top->commit_rx_o[0];
	bool last = top->wrx_valid_i && top->wrx_last_i;

	expect(top->wrx_ready_o, 1, "the wire is never stalled");
	expect(kind != 0, last, "commit of a frame from the wire");
	if (top->wrx_valid_i)
		arriving_at += B;
	if (!last)
		return;
	bool legal = arriving.size() >= 14 && arriving.size() <= 9216;
	arriving_active = false;
	if (kind == CommitTake) {
		if (!legal)
			fail("frame of illegal length taken", arriving.size());
		FrameP f = std::make_shared<Frame>();
		f->data = arriving;
		f->loopback = false;
		wire_in.push_back(f);
		return;
	}
	expect(kind, CommitDrop, "commit of a frame from the wire");
	pending_drops++;
	n_short += arriving.size() < 14;
	n_long += arriving.size() > 9216;
	if (!legal)
		return;
	n_no_room++;
	unsigned held = beats(arriving);	// an upper bound of what the FIFO holds
	for (auto &f : wire_in)
		held += beats(f->data);
	if (held * B <= 16384)
		fail("dropped although 16 KiB have room", held * B, 16384);
}

/* ---- receive: into the buffer, lookup, receivers ---- */
struct Receiver {
	FrameP frame;
	unsigned func;
	bool disabled;
};
static std::deque<Receiver> receivers;	// those whose note is to come
static std::deque<Receiver> to_take;
static void pass_loopback(void)
{
	for (; !buffered.empty() && buffered.front()->loopback; buffered.pop_front())
		looked_up.push_back(buffered.front());
}
static void frame_entered(void)
{
	if (!top->commit_rx_o[1])
		return;
	expect(top->commit_rx_o[1], CommitIn, "commit of rx_in");
	auto &from = top->commit_rx_a_o[1] ? loop_out : wire_in;

	if (from.empty())
		fail("RxIn without a frame", top->commit_rx_a_o[1]);
	FrameP f = from.front();
	from.pop_front();
	if (top->commit_rx_a_o[1]) {	// a copy: the wire may still have it
		FrameP copy = std::make_shared<Frame>(*f);
		f = copy;
	}
	buffered.push_back(f);
	pass_loopback();
}
static void looked_up_now(void)
{
	if (!top->commit_rx_o[2])
		return;
	expect(top->commit_rx_o[2], CommitLookup, "commit of the lookup");
	if (buffered.empty())
		fail("RxLookup without a frame");
	FrameP f = buffered.front();
	Fate fate = forward(false, 0, false, &f->data[0], &f->data[6]);

	buffered.pop_front();
	f->to = fate.to;
	if (fate.unknown) {
		n_unknown++;
		pending_unknown++;
	}
	if (f->to.first() >= 0)
		looked_up.push_back(f);
	pass_loopback();
}
static void flush_disabled(void)
{
	for (; !receivers.empty() && receivers.front().disabled; receivers.pop_front())
		note(1, receivers.front().func, RxDisabled);
}
static void member(void)
{
	if (!top->commit_rx_o[3])
		return;
	unsigned f = top->commit_rx_a_o[3];
	expect(top->commit_rx_o[3], CommitMember, "commit of a receiver");
	if (looked_up.empty())
		fail("RxMember without a frame", f);
	FrameP frame = looked_up.front();

	expect(f, frame->to.first(), "receivers in ascending order");
	bool may = link_.has(f) && rx_enable.has(f) && exists.has(f) && !in_reset.has(f);
	Receiver r = { frame, f, !may };
	n_rx_disabled += !may;
	n_rx_reset += in_reset.has(f);
	receivers.push_back(r);
	if (may)
		to_take.push_back(r);
	frame->to.put(f, false);
	if (frame->to.first() < 0)
		looked_up.pop_front();
	else
		n_copies++;
	flush_disabled();
}

/* ---- the queue block: buffers ---- */
struct Buffer {
	FrameP frame;
	unsigned func, qp, len, offset;
	uint64_t addr;
	bool ok, last;
	uint64_t ready_at;
};
static std::deque<Buffer> buffers, to_write, to_grant_done;
static void take(void)
{
	if (!top->take_valid_o || !top->take_ready_i)
		return;
	if (to_take.empty())
		fail("take without a receiver");
	Receiver r = to_take.front();
	unsigned length = r.frame->data.size(), size = 1u << (knob.quiet ? 11 : 8 + below(7)), at = 0, qp = below(512);
	uint64_t when = cycle + 1 + (knob.quiet ? 3 : below(12));

	to_take.pop_front();
	expect(top->take_func_o, r.func, "function of a take");
	expect(top->take_len_o, length, "length of a take");
	if (chance(knob.no_buffers) || (in_reset.has(r.func) && !knob.quiet)) {
		buffers.push_back({ r.frame, r.func, below(512), below(16384), 0, rnd(), false, chance(500), when });
		return;
	}
	n_split += length > size;
	for (; at < length; at += size) {
		unsigned len = length - at < size ? length - at : size;

		buffers.push_back({ r.frame, r.func, qp, len, at, (uint64_t)rnd() << 32 | rnd(), true, at + len == length, when });
	}
}
static void drive_buffer(void)
{
	if (top->buffer_valid_i || buffers.empty() || buffers.front().ready_at > cycle || !chance(knob.buffer_rate))
		return;
	const Buffer &b = buffers.front();

	top->buffer_valid_i = 1;
	top->buffer_ok_i = b.ok;
	top->buffer_qp_i = b.qp;
	top->buffer_addr_i = b.addr;
	top->buffer_len_i = b.len;
	top->buffer_last_i = b.last;
}
static void buffer_taken(void)
{
	if (!top->buffer_valid_i || !top->buffer_ready_o)
		return;
	Buffer b = buffers.front();

	drop_buffer = true;
	buffers.pop_front();
	if (b.ok)
		to_write.push_back(b);
	if (b.ok && !b.last)
		return;
	if (receivers.empty() || receivers.front().func != b.func)
		fail("reference: order of receivers");
	receivers.pop_front();
	if (b.ok) {
		n_rx++;
		n_rx_bytes += b.frame->data.size();
		note(1, b.func, RxFrames, b.frame->data.size(), true);
		if (b.frame->data[0] & 1) {
			note(1, b.func, RxMulticast);
			n_multicast++;
		}
	} else {
		note(1, b.func, RxNoDesc);
		n_no_desc++;
	}
	flush_disabled();
}

/* ---- dma: payload writes. Granted ones are read out of the receive buffer in order, some are dropped. ---- */
struct Granted {
	Buffer buffer;
	unsigned src, at;
	bool dropped;
	uint64_t since;
};
static std::deque<Granted> granted;
static bool src_done_next;
struct Shown {
	FrameP frame;
	unsigned offset, bytes;
	uint64_t at;
};
static std::deque<Shown> shown;
static void write_granted(void)
{
	if (!top->wr_valid_o || !top->wr_ready_i)
		return;
	if (to_write.empty())
		fail("payload write without a buffer");
	Buffer b = to_write.front();
	to_write.pop_front();
	expect(top->wr_func_o, b.func, "function of a payload write");
	expect(top->wr_addr_o, b.addr, "address of a payload write");
	expect(top->wr_len_o, b.len, "length of a payload write");
	granted.push_back({ b, top->wr_src_o, 0, in_reset.has(b.func) || (!knob.quiet && chance(30)), cycle });
	n_granted_dropped += granted.back().dropped;
	to_grant_done.push_back(b);
}
static void drive_src(void)
{
	top->src_valid_i = 0;
	top->src_done_i = src_done_next;
	src_done_next = false;
	if (granted.empty() || granted.front().since >= cycle || !chance(knob.src_rate))
		return;
	Granted &g = granted.front();
	if (!g.dropped) {
		unsigned n = g.buffer.len - g.at < B ? g.buffer.len - g.at : B;

		if (!knob.quiet && chance(300))
			n = 1 + below(n);
		top->src_valid_i = 1;
		top->src_addr_i = (g.src + g.at) & 0x3ffff;
		shown.push_back({ g.buffer.frame, g.buffer.offset + g.at, n, cycle + 2 });
		g.at += n;
		delivered_beats++;
		if (g.at < g.buffer.len)
			return;
	}
	delivered += g.buffer.last;
	granted.pop_front();
	src_done_next = true;
}
static void src_shown(void)
{
	if (shown.empty() || shown.front().at != cycle)
		return;
	const Shown &s = shown.front();

	if (memcmp(&top->src_data_o[0], &s.frame->data[s.offset], s.bytes))
		fail("bytes of a payload write, at", s.offset, s.frame->data.size());
	shown.pop_front();
}
static void rx_answered(void)
{
	if (!top->rx_done_valid_o || !top->rx_done_ready_i)
		return;
	if (to_grant_done.empty())
		fail("completion without a granted write");
	const Buffer &b = to_grant_done.front();

	expect(top->rx_done_qp_o, b.qp, "queue of a completion");
	expect(top->rx_done_len_o, b.len, "bytes of a completion");
	expect(top->rx_done_last_o, b.last, "EOP of a completion");
	expect(top->rx_done_loopback_o, b.frame->loopback, "loopback flag of a completion");
	to_grant_done.pop_front();
}

/* ---- notes ---- */
static void notes_given(void)
{
	for (unsigned s = 0; s < 2; s++) {
		if (!(top->note_valid_o >> s & 1) || !(top->note_ready_i >> s & 1))
			continue;
		unsigned stat = top->note_stat_o[s], amount = top->note_amount_o[s];

		expect(top->note_count_o[s], 1, "a note counts");
		if (s == 1 && (stat == WireDrop || stat == WireUnknown)) {
			unsigned &pending = stat == WireDrop ? pending_drops : pending_unknown;

			if (stat == WireDrop)
				expect(amount, pending, "how many were dropped");
			if (!amount || amount > pending)	// the switch's answer comes some cycles behind its lookup
				fail("how many were nobody's", amount, pending);
			expect(top->note_func_o[s], 0, "function of a note of the wire");
			expect(top->note_also_o[s] || top->note_error_o[s], 0, "a note of the wire is nothing else");
			pending -= amount;
			continue;
		}
		if (notes[s].empty())
			fail("note without a cause", stat);
		const Note &n = notes[s].front();
		expect(stat, n.stat, "statistic of a note");
		expect(top->note_func_o[s], n.func, "function of a note");
		expect(amount, 1, "amount of a note");
		expect(top->note_also_o[s], n.also, "bytes of a note");
		if (n.also)
			expect(top->note_bytes_o[s], n.bytes, "how many bytes of a note");
		expect(top->note_error_o[s], n.error, "error of a note");
		if (n.error)
			expect(top->note_bit_o[s], 4, "which error of a note");
		notes[s].pop_front();
	}
}

/* ---- registers of the switch ---- */
static bool clearing, clear_seen;
static uint64_t reg_since;
static uint32_t mac_lo(const uint8_t *m)
{
	return m[0] | m[1] << 8 | m[2] << 16 | (uint32_t)m[3] << 24;
}
static void drive_registers(void)
{
	if (clearing && top->fn_reset_done_o) {
		clearing = false;
		top->fn_reset_valid_i = 0;
	} else if (!clearing && !top->fn_reset_valid_i && chance(knob.registers ? 2 : 0)) {
		clearing = true;
		clear_seen = false;
		top->fn_reset_valid_i = 1;
		top->fn_reset_conventional_i = chance(400);
		top->fn_reset_func_i = top->fn_reset_conventional_i ? 0 : some_function();
	}
	if (top->reg_valid_i || !chance(knob.registers))
		return;
	uint8_t *mac = mac_pool[below(24)];
	unsigned bucket = 0, way = below(4);

	for (int i = 0; i < 6; i++)
		bucket ^= mac[i];
	top->reg_valid_i = 1;
	top->reg_write_i = chance(800);
	top->reg_wdata_i = rnd();
	reg_since = cycle;
	static unsigned next;	// LO and HI of one entry mostly follow each other
	static uint8_t *staged_mac;
	switch (next ? 1 : below(4)) {
	case 0:
		top->reg_addr_i = 0x28000 + 0x10 * (4 * bucket + way);
		top->reg_wdata_i = mac_lo(mac);
		staged_mac = mac;
		next = top->reg_addr_i;
		break;
	case 1:
		top->reg_addr_i = (next ? next : 0x28000 + 0x10 * (4 * bucket + way)) + 4 * (1 + (chance(50) ? below(3) : 0));
		mac = next ? staged_mac : mac;
		// a unicast address names a function, a multicast one a group, which may be a sender's number
		top->reg_wdata_i = mac[4] | mac[5] << 8 | (mac[0] & 1 && chance(500) ? below(256) : some_function()) << 16 | below(128) << 24 | (uint32_t)chance(800) << 31;
		next = 0;
		break;
	case 2:
		top->reg_addr_i = 0x2c000 + 0x20 * (chance(500) ? below(4) : below(64)) + 4 * below(8);
		top->reg_wdata_i = 0;
		for (unsigned f : kFunctions)
			if (f / 32 == (top->reg_addr_i >> 2 & 7))
				top->reg_wdata_i |= (uint32_t)chance((top->reg_addr_i >> 5 & 63) == 2 ? 100 : 400) << f % 32;
		break;
	default:
		top->reg_write_i = 0;
		top->reg_addr_i = chance(500) ? 0x28000 + 4 * below(4096) : 0x28000 + 0x10 * (4 * bucket + way) + 4 * below(4);
		if (chance(300))
			top->reg_addr_i = 0x2c000 + 4 * below(2048);
	}
}
static void register_effect(void)
{
	if (top->commit_veb_o) {
		expect(top->commit_veb_o, CommitClear, "commit of the switch");
		if (!clearing || !top->fn_reset_conventional_i || clear_seen)
			fail("tables cleared without a reset of the PF");
		clear_seen = true;
		memset(table, 0, sizeof(table));
		memset(group, 0, sizeof(group));
		staged = 0;
		n_clear++;
	}
	if (clearing && top->fn_reset_done_o && top->fn_reset_conventional_i && !clear_seen)
		fail("reset done without clearing the tables");
	if (!top->reg_ack_o) {
		if (top->reg_valid_i && cycle - reg_since > 600)
			fail("register operation is not acknowledged");
		return;
	}
	expect(top->reg_valid_i, 1, "acknowledged without a request");
	expect(top->reg_bad_o, 0, "the switch knows no bad access");
	unsigned addr = top->reg_addr_i;
	uint32_t value = top->reg_wdata_i, want = 0;
	n_registers++;
	if (addr < 0x2c000) {
		Entry &e = table[addr >> 6 & 255][addr >> 4 & 3];
		unsigned reg = addr & 15;

		want = reg == 0 ? mac_lo(e.mac) : reg == 4 ? e.mac[4] | e.mac[5] << 8 | e.target << 16 | (uint32_t)e.valid << 31 : 0;
		if (top->reg_write_i && reg == 0)
			staged = value;
		if (top->reg_write_i && reg == 4)
			e = { (bool)(value >> 31), (uint8_t)(value >> 16), { (uint8_t)staged, (uint8_t)(staged >> 8), (uint8_t)(staged >> 16), (uint8_t)(staged >> 24),
				(uint8_t)value, (uint8_t)(value >> 8) } };
	} else if (addr < 0x2c800) {	// reserved behind it
		uint32_t &members = group[(addr >> 5) & 63][addr >> 2 & 7];

		want = members;
		if (top->reg_write_i)
			members = value;
	}
	if (!top->reg_write_i)
		expect(top->reg_rdata_o, want, "register of the switch");
	drop_reg = true;
}

/* ---- what is valid stays and does not change until it is taken ---- */
struct Stable {
	const char *name;
	bool held;
	std::vector<uint64_t> value;
	void check(bool valid, bool ready, std::vector<uint64_t> now)
	{
		if (held && (!valid || now != value))
			fail(name);
		held = valid && !ready;
		value = now;
	}
};
static Stable stable_rd = { "read request changes while it waits", false, {} }, stable_wtx = { "beat changes while it waits", false, {} },
	      stable_take = { "take changes while it waits", false, {} }, stable_wr = { "payload write changes while it waits", false, {} },
	      stable_tx_done = { "answer changes while it waits", false, {} }, stable_rx_done = { "completion changes while it waits", false, {} },
	      stable_note = { "note of tx changes while it waits", false, {} };
static void check_stable(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < B / 4; i++)
		sum = (sum << 5 | sum >> 59) ^ top->wtx_data_o[i];
	stable_rd.check(top->rd_valid_o, top->rd_ready_i, { top->rd_func_o, top->rd_addr_o, top->rd_len_o, top->rd_dest_o, top->rd_id_o });
	stable_wtx.check(top->wtx_valid_o, top->wtx_ready_i, { top->wtx_last_o, (uint64_t)top->wtx_keep_o, sum });
	stable_take.check(top->take_valid_o, top->take_ready_i, { top->take_func_o, top->take_len_o });
	stable_wr.check(top->wr_valid_o, top->wr_ready_i, { top->wr_func_o, top->wr_addr_o, top->wr_len_o, top->wr_src_o });
	stable_tx_done.check(top->tx_done_valid_o, top->tx_done_ready_i, { top->tx_done_qp_o, top->tx_done_count_o, top->tx_done_status_o });
	stable_rx_done.check(top->rx_done_valid_o, top->rx_done_ready_i, { top->rx_done_qp_o, top->rx_done_len_o, top->rx_done_last_o, top->rx_done_loopback_o });
	stable_note.check(top->note_valid_o & 1, top->note_ready_i & 1, { top->note_func_o[0], top->note_stat_o[0], top->note_bytes_o[0], top->note_error_o[0] });
}

/* ---- one cycle ---- */
static void set_functions(void)
{
	memcpy(&top->exists_i[0], exists.w, 32);
	memcpy(&top->in_reset_i[0], in_reset.w, 32);
	memcpy(&top->link_i[0], link_.w, 32);
	memcpy(&top->spoof_check_i[0], spoof.w, 32);
	memcpy(&top->rx_enable_i[0], rx_enable.w, 32);
	top->carrier_i = carrier;
}
static void change_functions(void)
{
	if (!chance(knob.changes))
		return;
	// often that of the frame whose fate is being decided
	unsigned f = !taken.empty() && !taken.front()->reads && chance(500) ? taken.front()->func : some_function();
	switch (below(8)) {
	case 0: in_reset.put(f, chance(300)); break;
	case 1: in_reset.put(f, false); break;
	case 2: link_.put(f, chance(850)); break;
	case 3: rx_enable.put(f, chance(850)); break;
	case 4: spoof.put(f, chance(400)); break;
	case 5: exists.put(f, f == 0 || chance(900)); break;
	case 6: carrier = chance(800); break;
	default: link_.put(f, true); rx_enable.put(f, true); break;
	}
	set_functions();
}
static void step(void)
{
	top->clk_i = 0;
	change_functions();
	drive_desc();
	drive_reads();
	drive_wire();
	drive_buffer();
	drive_src();
	drive_registers();
	top->rd_ready_i = chance(knob.rd_ready);
	top->tx_done_ready_i = chance(knob.done_ready);
	top->wtx_ready_i = chance(knob.wtx_ready);
	top->loop_go_i = chance(knob.loop_go);
	top->take_ready_i = chance(knob.take_ready);
	top->rx_done_ready_i = chance(knob.rx_done_ready);
	top->wr_ready_i = chance(knob.wr_ready);
	top->note_ready_i = chance(knob.note_ready) | chance(knob.note_ready) << 1;
	top->eval();

	check_stable();
	// who says idle has nothing to do: time may jump
	if (!(top->busy_o & 1) && (!wire_out.empty() || !answers.empty() || !notes[0].empty()))
		fail("tx is not busy with work");
	if (!(top->busy_o & 2) && (!wire_in.empty() || !buffered.empty() || !looked_up.empty() || !receivers.empty() || !granted.empty() || !notes[1].empty() ||
				   !to_grant_done.empty() || pending_drops || pending_unknown))
		fail("rx is not busy with work");
	// what was expected in earlier cycles; then what this cycle decides, host operations last
	src_shown();
	wire_beat();
	tx_answered();
	rx_answered();
	notes_given();
	write_granted();
	read_requested();
	if (top->desc_valid_i && top->desc_ready_o) {
		Desc d = given.front();

		given.pop_front();
		to_read.push_back(d);
		if (d.last)
			taken.push_back(d.frame);
		drop_desc = true;
	} else {
		n_full_tx += top->desc_valid_i;
	}
	tx_out();
	reads_end();
	take();
	buffer_taken();
	// RxLookup, RxMember before what enters in this cycle
	looked_up_now();
	member();
	frame_entered();
	wire_arrived();
	register_effect();
	top->clk_i = 1;
	top->eval();
	cycle++;
	if (drop_desc)
		top->desc_valid_i = 0;
	if (drop_buffer)
		top->buffer_valid_i = 0;
	if (drop_reg)
		top->reg_valid_i = 0;
	drop_desc = drop_buffer = drop_reg = false;
}

static bool idle(void)
{
	return given.empty() && reads.empty() && taken.empty() && wire_out.empty() && loop_out.empty() && answers.empty() && notes[0].empty() &&
	       notes[1].empty() && !arriving_active && wire_in.empty() && buffered.empty() && looked_up.empty() && receivers.empty() && to_take.empty() &&
	       buffers.empty() && to_write.empty() && granted.empty() && shown.empty() && to_grant_done.empty() && !pending_drops && !pending_unknown &&
	       !top->reg_valid_i && !clearing && !src_done_next;
}

/* No new work: all that is under way comes to its end, and nothing is busy then. */
static void drain(void)
{
	auto saved = knob;
	uint64_t limit = cycle + 4000000;	// copies of long frames through a channel that moves in 3 % of cycles

	knob.desc_rate = knob.wrx_rate = knob.registers = knob.changes = 0;
	if (!knob.wrx_gap)
		knob.wrx_gap = 1000;
	while (!idle() || top->busy_o) {
		step();
		if (cycle > limit)
			fail("does not come to an end", top->busy_o, taken.size());
	}
	for (auto &d : to_read)
		if (!d.frame->status)
			fail("a read never came");
	to_read.clear();
	knob = saved;
}

static void run(unsigned cycles)
{
	for (unsigned i = 0; i < cycles; i++)
		step();
}

static unsigned between(unsigned low, unsigned high)
{
	return low + below(high - low + 1);
}

static void random_phase(unsigned i)
{
	knob = {};
	knob.desc_rate = i % 5 == 4 ? 0 : between(100, 1000);
	knob.rd_ready = between(200, 1000);
	knob.data_rate = between(400, 1000);
	knob.read_latency = between(0, 400);
	knob.done_ready = between(100, 1000);
	knob.wtx_ready = i % 6 == 1 ? 30 : between(200, 1000);
	knob.wrx_rate = i % 5 == 3 ? 0 : between(20, 1000);
	knob.wrx_gap = between(300, 1000);
	knob.loop_go = i % 6 == 2 ? 30 : between(200, 1000);
	knob.take_ready = between(100, 1000);
	knob.buffer_rate = between(100, 1000);
	knob.no_buffers = i % 3 ? between(0, 300) : 0;
	knob.rx_done_ready = between(100, 1000);
	knob.wr_ready = i % 6 == 3 ? 30 : between(100, 1000);
	knob.src_rate = i % 6 == 5 ? 30 : between(300, 1000);	// granted, but not yet read: its place is not free
	knob.note_ready = i % 6 == 4 ? 30 : between(100, 1000);
	knob.changes = i % 4 ? between(1, 60) : 0;
	knob.registers = between(5, 200);
	knob.errors = i % 2 ? between(1, 80) : 0;
	knob.illegal = between(0, 150);
	knob.frame_len = i % 7 == 6 || i % 12 == 5 ? 9216 : i % 7 == 5 ? 14 + below(50) : 0;
	run(3000);
	drain();
}

/* ---- speed ---- */
static void write_register(unsigned addr, uint32_t value)
{
	top->reg_valid_i = top->reg_write_i = 1;
	top->reg_addr_i = addr;
	top->reg_wdata_i = value;
	reg_since = cycle;
	while (top->reg_valid_i)
		step();
}
static void speed_setup(void)
{
	for (unsigned f = 0; f < 256; f++) {
		exists.put(f, true);
		in_reset.put(f, false);
		link_.put(f, true);
		spoof.put(f, false);
		rx_enable.put(f, true);
	}
	carrier = true;
	set_functions();
	knob = {};
	knob.quiet = true;
	knob.rd_ready = knob.data_rate = knob.done_ready = knob.wtx_ready = knob.wrx_gap = knob.loop_go = knob.take_ready = knob.buffer_rate = knob.rx_done_ready =
		knob.wr_ready = knob.src_rate = knob.note_ready = 1000;
	knob.read_latency = 200;
	knob.fragments = 1;
	clearing = true;
	clear_seen = false;
	top->fn_reset_valid_i = top->fn_reset_conventional_i = 1;
	top->fn_reset_func_i = 0;
	while (clearing)
		step();
	unsigned bucket = 0;
	for (int i = 0; i < 6; i++)
		bucket ^= mac_pool[0][i];
	write_register(0x28000 + 0x40 * bucket, mac_lo(mac_pool[0]));
	write_register(0x28004 + 0x40 * bucket, 0x80010000 | mac_pool[0][4] | mac_pool[0][5] << 8);
}
struct Speed {
	double wire_frames, wire_beats, delivered, delivered_beats;
};
static Speed measure(unsigned length, bool tx, bool rx, bool loop)
{
	const double cycles = 6000;
	Speed s;

	knob.frame_len = length;
	knob.desc_rate = tx ? 1000 : 0;
	knob.wrx_rate = rx ? 1000 : 0;
	knob.loop = loop;
	run(2000);
	uint64_t a = wire_frames, b = wire_beats, c = delivered, d = delivered_beats;
	run(cycles);
	s = { (wire_frames - a) / cycles, (wire_beats - b) / cycles, (delivered - c) / cycles, (delivered_beats - d) / cycles };
	drain();
	return s;
}
static void at_least(double got, double floor, const char *what)
{
	if (got < floor) {
		printf("FAIL %s: %.3f per cycle, floor %.3f\n", what, got, floor);
		exit(1);
	}
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
	top = new Vsvnic_veb_tb;
	for (unsigned i = 0; i < 24; i++) {	// four buckets, more addresses than ways
		unsigned bucket = 0;

		for (int j = 0; j < 6; j++)
			mac_pool[i][j] = rnd();
		mac_pool[i][0] = (mac_pool[i][0] & ~1) | (i >= 14 && i < 20);
		for (int j = 0; j < 6; j++)
			bucket ^= mac_pool[i][j];
		mac_pool[i][5] ^= bucket ^ (40 * (i % 4) + 3);
	}
	for (unsigned f : kFunctions) {
		exists.put(f, true);
		link_.put(f, true);
		rx_enable.put(f, true);
	}
	set_functions();
	top->reg_valid_i = top->fn_reset_valid_i = top->desc_valid_i = top->buffer_valid_i = 0;	// the other valids are driven in each cycle
	top->rd_data_valid_i = top->rd_done_valid_i = top->wrx_valid_i = top->src_valid_i = top->src_done_i = 0;
	top->rd_ready_i = top->tx_done_ready_i = top->wtx_ready_i = top->take_ready_i = top->rx_done_ready_i = top->wr_ready_i = top->note_ready_i = 0;
	reset(top);
	run(300);

	for (unsigned i = 0; i < 70; i++)
		random_phase(i);

	speed_setup();
	Speed tx64 = measure(64, true, false, false), tx1500 = measure(1500, true, false, false), rx64 = measure(64, false, true, false),
	      rx1500 = measure(1500, false, true, false), loop64 = measure(64, true, false, true), loop1500 = measure(1500, true, false, true),
	      both64 = measure(64, true, true, false), both1500 = measure(1500, true, true, false);
	printf("veb, tx, rx %u bit: %llu cycles; sent %llu frames (%llu bytes): wire %llu, loopback %llu, both %llu, padded %llu, status %llu, read errors %llu (%llu in "
	       "the middle), in reset %llu, disabled %llu, spoofed %llu, carrier off %llu, to themselves %llu; received %llu copies (%llu bytes), %llu of multicast, "
	       "%llu broadcast lookups, %llu promiscuous, %llu further copies, no buffers %llu, disabled %llu (%llu in reset), short %llu, long %llu, no room %llu, unknown %llu, several buffers %llu, "
	       "granted and dropped %llu; %llu register operations, %llu clears; 14 bytes %llu, 9,216 bytes %llu, 20 fragments %llu, descriptors that waited %llu\n",
	       8 * B, (unsigned long long)cycle, (unsigned long long)n_tx, (unsigned long long)n_tx_bytes, (unsigned long long)n_to_wire,
	       (unsigned long long)n_looped, (unsigned long long)n_both, (unsigned long long)n_padded, (unsigned long long)n_status, (unsigned long long)n_read_error,
	       (unsigned long long)n_error_late, (unsigned long long)n_tx_reset, (unsigned long long)n_tx_disabled, (unsigned long long)n_spoofed,
	       (unsigned long long)n_carrier_off, (unsigned long long)n_to_self, (unsigned long long)n_rx, (unsigned long long)n_rx_bytes,
	       (unsigned long long)n_multicast, (unsigned long long)n_broadcast, (unsigned long long)n_promiscuous, (unsigned long long)n_copies,
	       (unsigned long long)n_no_desc, (unsigned long long)n_rx_disabled, (unsigned long long)n_rx_reset, (unsigned long long)n_short,
	       (unsigned long long)n_long, (unsigned long long)n_no_room, (unsigned long long)n_unknown, (unsigned long long)n_split,
	       (unsigned long long)n_granted_dropped, (unsigned long long)n_registers, (unsigned long long)n_clear, (unsigned long long)n_shortest,
	       (unsigned long long)n_jumbo, (unsigned long long)n_twenty, (unsigned long long)n_full_tx);
	printf("%u bit: 64 bytes, frames per cycle: wire out %.3f, wire in %.3f, function to function %.3f, out and in at once %.3f + %.3f; 1,500 bytes, beats per cycle: "
	       "wire out %.3f, wire in %.3f, function to function %.3f, out and in at once %.3f + %.3f\n",
	       8 * B, tx64.wire_frames, rx64.delivered, loop64.delivered, both64.wire_frames, both64.delivered, tx1500.wire_beats, rx1500.delivered_beats,
	       loop1500.delivered_beats, both1500.wire_beats, both1500.delivered_beats);
	/* 64 bytes: the switch answers a lookup in 4 cycles, tx asks every 7 (aim: 4); a beat narrower than the frame takes its own cycles. */
	at_least(tx64.wire_frames, 0.14, "64 bytes, wire out");
	at_least(rx64.delivered, B >= 64 ? 0.24 : B >= 32 ? 0.24 : 0.19, "64 bytes, wire in");
	at_least(loop64.delivered, 0.12, "64 bytes, function to function");
	at_least(both64.wire_frames, 0.12, "64 bytes, wire out beside wire in");
	at_least(both64.delivered, 0.12, "64 bytes, wire in beside wire out");
	at_least(tx1500.wire_beats, 0.95, "1,500 bytes, wire out");
	at_least(rx1500.delivered_beats, 0.95, "1,500 bytes, wire in");
	at_least(loop1500.delivered_beats, 0.87, "1,500 bytes, function to function");
	at_least(both1500.wire_beats, 0.9, "1,500 bytes, wire out beside wire in");
	at_least(both1500.delivered_beats, 0.9, "1,500 bytes, wire in beside wire out");

	tried(n_padded && n_shortest && n_jumbo && n_twenty, "lengths never tried");
	tried(n_status && n_read_error && n_error_late && n_tx_reset, "errors of transmit never tried");
	tried(n_tx_disabled && n_spoofed && n_carrier_off && n_to_self && n_loop && n_both && n_looped, "fates of the switch never tried");
	tried(n_multicast && n_broadcast && n_promiscuous && n_copies && n_unknown && n_clear, "groups never tried");
	tried(n_no_desc && n_rx_disabled && n_rx_reset && n_split && n_granted_dropped, "drops of receivers never tried");
	tried(n_short && n_long && n_no_room, "drops of the wire never tried");
	tried(n_full_tx && n_other_client, "back-pressure never tried");
	return 0;
}
