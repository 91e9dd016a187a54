// SPDX-License-Identifier: Apache-2.0
// Does svnic_queue answer each descriptor exactly once, in order, with the right bytes and phase, and tell of it exactly when it must? Drivers of
// 64 queue pairs (some hostile), a dma that reads late, out of order and with errors, a tx and an rx with back-pressure. The reference follows
// docs/programming.md 3 alone: a commit tells it which queue is next, never what comes of it. Speed and latencies are measured at the end.

#include <algorithm>
#include <deque>
#include <vector>

#include "Vsvnic_queue_tb.h"
#include "verilated.h"
#include "test.h"

enum { TX, RX };
enum { OFF, ON, DRAINING, STOPPED };
enum { NONE, DOORBELL, DESC_DMA, LENGTH, FRAGMENTS, DATA_DMA, UNSUPPORTED };
enum { None, FetchIssue, FetchDone, TxTake, RxTake, CplGather, CplIssue, QueueReset, StopDone };
static const unsigned kFns = 64, kQps = 64, kDepth = 32, kMaxFrame = 9216;

static Vsvnic_queue_tb *top;

/* ---- knobs of a phase, all per mille but for latency (cycles), frame (bytes; 0: any) and batch ---- */
static struct {
	unsigned host, rd_ready, data, latency, read_errors, txd, txf, data_errors, take, buf, rxf, wr, left, raise, note;
	unsigned stop, hostile, remap, reset, bad, frame, batch;
	bool ordered;
} knob;

/* ---- what was tried ---- */
static struct {
	uint64_t descriptors, frames, writes, completions, dropped, raises, raised_by_arm, stopped[8], starts, stops, resets, pf_resets, inside_at_reset;
	uint64_t bad_setting, bad_start, bad_foreign, stale_owner, remaps, late_doorbells, gathered[5], crossing, fetched[17], ended_early, rx_none, rx_many;
	uint64_t full_frames, loopbacks, doorbells, wraps, stop_in_flight, unsupported, movable, fixed, movable_read, movable_forgotten;
} did;

/* ---- a queue: the reference ---- */
struct Raw {
	uint64_t lo, hi;
};
struct Queue;
struct Fetch {
	Queue *queue;
	unsigned first, count;
	uint64_t address;
	bool ended, failed;
	std::vector<Raw> data;
};
struct Op {
	bool write, doorbell;
	unsigned fn, addr;
	uint64_t data;
};
struct Queue {
	unsigned qp, dir;
	uint64_t ring, cpl;
	unsigned log2, slot, movable, buf, state, error;
	uint16_t producer, fetched, arrived, taken, gathered, issued, armed_at;
	bool armed, stopping, was_movable;	// was_movable: until a reset, and CONFIG not written since
	std::deque<Raw> cache;
	std::deque<Fetch *> fetches;
	unsigned inside, unleft;	// taken, neither issued nor dropped; writes granted that have not left
	unsigned resets;		// in the function reset under way
	uint64_t fetch_since, take_since;

	/* its driver */
	enum { Rest, Setup, Run, Stop } phase;
	std::deque<Op> todo;
	std::vector<Raw> memory;
	uint16_t produced, told, seen;
	unsigned generation;
	bool dead;
	uint64_t answered;
};
static Queue queues[kQps][2];
static struct {
	bool owned;
	unsigned fn, local;
} owner[kQps];
static struct {
	bool valid;
	unsigned card;
} map_of[kFns][16];
static uint64_t in_reset;

struct Raise {
	unsigned fn, slot, source;
	bool stopped, movable;
};
struct Answer {
	Queue *queue;
	bool eop, loopback, ends;
	unsigned status, len;
};
struct Write {
	Queue *queue;
	unsigned fn, count, stop, generation;
	uint64_t address;
	uint8_t data[64];
};
static std::deque<Raise> raises;
static std::deque<unsigned> notes;
static std::deque<Answer> answers[2];
static std::deque<Write> writes, issues[2], leaving;
static uint16_t granted, left_card;

static unsigned entries(const Queue *q)
{
	return 1u << q->log2;
}
static bool is_in_reset(const Queue *q)
{
	return in_reset >> owner[q->qp].fn & 1;
}
static Queue *resolve(unsigned fn, unsigned local)
{
	const auto &m = map_of[fn][local / 2];

	if (!m.valid || m.card >= kQps)
		return nullptr;
	const auto &o = owner[m.card];
	if (!o.owned || o.fn != fn || o.local != local / 2) {
		did.stale_owner++;
		return nullptr;
	}
	return &queues[m.card][local % 2];
}

static void raise(const Queue *q, bool stopped)
{
	unsigned local = 2 * owner[q->qp].local + q->dir;

	raises.push_back({owner[q->qp].fn, stopped ? 0 : q->slot, local, stopped, (bool)q->movable});
}
static bool compare(Queue *q)
{
	if (!q->armed || (int16_t)(q->issued - q->armed_at) <= 0)
		return false;
	q->armed = false;
	raise(q, false);
	did.raises++;
	return true;
}
static void stop_by_error(Queue *q, unsigned error)
{
	if (q->state != ON)
		return;
	q->state = STOPPED;
	q->error = error;
	q->armed = false;
	did.stopped[error]++;
	raise(q, true);
	notes.push_back(owner[q->qp].fn);
}

/* ---- what the host does, in the cycle of its acknowledgement ---- */
static void doorbell(Queue *q, uint64_t value)
{
	uint16_t producer = value, consumed = value >> 16;

	did.doorbells++;
	if (q->state != ON) {
		did.late_doorbells++;
		return;
	}
	if ((int16_t)(producer - q->producer) > 0) {
		if ((uint16_t)(producer - q->issued) > entries(q)) {
			stop_by_error(q, DOORBELL);
			return;
		}
		if (producer < q->producer)
			did.wraps++;
		q->producer = producer;
	}
	if (value >> 32 & 1) {
		q->armed = true;
		q->armed_at = consumed;
		did.raised_by_arm += compare(q);
	}
}

static bool control(Queue *q, bool run)
{
	if (run && q->state == OFF) {
		if (q->log2 < 5 || q->log2 > 12 || (q->dir == RX && (q->buf < 8 || q->buf > 14))) {
			did.bad_start++;
			return false;
		}
		q->producer = q->fetched = q->arrived = q->taken = q->gathered = q->issued = 0;
		q->armed = q->stopping = false;
		q->error = 0;
		q->cache.clear();
		q->state = ON;
		did.starts++;
	} else if (!run && (q->state == ON || q->state == STOPPED)) {
		q->state = DRAINING;
		q->armed = false;
		did.stops++;
		did.stop_in_flight += q->inside || !q->fetches.empty();
	}
	return true;
}

static bool write_setting(Queue *q, unsigned reg, uint32_t value)
{
	uint64_t *address = reg < 8 ? &q->ring : &q->cpl;

	if (q->state != OFF) {
		did.bad_setting++;
		return false;
	}
	if (reg == 0x10) {
		q->log2 = value & 15;
		q->slot = value >> 8 & 15;
		q->movable = value >> 12 & 1;
		q->was_movable = false;
		q->buf = value >> 16 & 15;
	} else if (reg % 8) {
		*address = (*address & 0xffffffff) | (uint64_t)value << 32;
	} else {
		*address = (*address & ~0xffffffffull) | (value & ~4095u);
	}
	return true;
}

static uint32_t read_register(const Queue *q, unsigned reg)
{
	switch (reg) {
	case 0x00: return q->ring;
	case 0x04: return q->ring >> 32;
	case 0x08: return q->cpl;
	case 0x0c: return q->cpl >> 32;
	case 0x10:
		did.movable_read += q->movable;
		did.movable_forgotten += q->was_movable;
		return q->buf << 16 | q->movable << 12 | q->slot << 8 | q->log2;
	case 0x14: return q->error << 8 | q->state;
	case 0x18: return (uint32_t)q->producer << 16 | q->issued;
	default: return 0;
	}
}

static void write_map(unsigned fn, unsigned local, uint32_t value)
{
	auto &m = map_of[fn][local];

	if (m.valid && m.card < kQps && owner[m.card].fn == fn && owner[m.card].local == local)
		owner[m.card].owned = false;
	m = {value >> 31 != 0, value & 0xffff};
	if (m.valid && m.card < kQps)
		owner[m.card] = {true, fn, local};
}

/* Sets what the answer must be. */
static void host_effect(const Op &op, bool &bad, uint32_t &rdata)
{
	bad = false;
	rdata = 0;
	if (op.addr >= 0x20000 && !op.doorbell) {
		unsigned fn = (op.addr - 0x20000) / 0x40, local = op.addr / 4 % 16;
		if (fn >= kFns)
			return;
		if (op.write)
			write_map(fn, local, op.data);
		else
			rdata = (uint32_t)map_of[fn][local].valid << 31 | map_of[fn][local].card;
		return;
	}
	if (op.doorbell ? op.addr >= 0x8100 : op.addr >= 0x2400)
		return;
	Queue *q = resolve(op.fn, op.doorbell ? op.addr / 8 % 32 : (op.addr - 0x2000) / 0x20);
	unsigned reg = op.addr % 0x20;
	if (!q) {
		bad = op.write;
		did.bad_foreign += bad;
	} else if (op.doorbell) {
		doorbell(q, op.data);
	} else if (!op.write) {
		rdata = read_register(q, reg);
		if (reg == 0x14 && q->state == OFF)
			expect(q->unleft, 0, "writes of a queue that is off");
	} else if (reg <= 0x10) {
		bad = !write_setting(q, reg, op.data);
	} else if (reg == 0x14) {
		bad = !control(q, op.data & 1);
	}
}

/* ---- descriptor reads ---- */
struct Read {
	Fetch *fetch;
	unsigned dir, len, dest, id, at;
	bool error;
	uint64_t ready;
	std::vector<uint8_t> bytes;
};
static std::deque<Fetch *> asked[2];
static std::vector<Read> reads;
static uint64_t worst_fetch, worst_take;
static struct {		// cycles of the last ...
	uint64_t doorbell, fetch, read, arrived, take, frame, answer, write, granted, raised;
} mark;

static void fetch_issue(Queue *q, unsigned n)
{
	unsigned at = q->fetched & (entries(q) - 1);

	expect(q->state, ON, "fetch of a queue that is not on");
	if (is_in_reset(q))
		fail("fetch in reset");
	if (q->fetches.size() >= 4 || !n || n > 16 || n > (uint16_t)(q->producer - q->fetched))
		fail("fetches", n, (uint16_t)(q->producer - q->fetched));
	if (n > kDepth - (uint16_t)(q->fetched - q->taken) || n > kDepth - q->fetched % kDepth || n > entries(q) - at)
		fail("fetch beyond the end of ring or cache", n);
	Fetch *f = new Fetch{q, q->fetched, n, q->ring + 16 * at, false, false, {}};
	q->fetches.push_back(f);
	asked[q->dir].push_back(f);
	q->fetched += n;
	q->fetch_since = 0;
	did.fetched[n]++;
	mark.fetch = cycle;
}

static void read_asked(unsigned dir, unsigned fn, uint64_t address, unsigned len, unsigned dest, unsigned id)
{
	if (asked[dir].empty())
		fail("read without a fetch");
	Fetch *f = asked[dir].front();
	mark.read = cycle;
	asked[dir].pop_front();
	expect(fn, owner[f->queue->qp].fn, "function of a read");
	expect(address, f->address, "address of a read");
	expect(len, 16 * f->count, "length of a read");
	if (dest % 16 || dest + len > 1 << 20)
		fail("place of a read", dest);
	for (const Read &r : reads)
		if (r.dir == dir && (r.id == id || (dest < r.dest + r.len && r.dest < dest + len)))
			fail("two reads at once with the same id or place", id);
	Read r = {f, dir, len, dest, id, 0, chance(knob.read_errors), 0, std::vector<uint8_t>(len)};
	r.ready = cycle + knob.latency / (knob.ordered ? 1 : 2) + (knob.ordered ? 0 : below(knob.latency + 1));
	if (in_reset >> fn & 1) {
		r.error = true;
		r.ready = cycle + 1;
		r.at = len;
	} else if (r.error && chance(500)) {
		r.at = 16 * below(f->count + 1);	// only what is left of it arrives
	}
	const std::vector<Raw> &memory = f->queue->memory;
	for (unsigned i = 0; i < f->count; i++) {
		f->data.push_back(memory[(f->first + i) & (memory.size() - 1)]);
		memcpy(&r.bytes[16 * i], &f->data[i], 16);
	}
	if (r.error)
		for (auto &byte : r.bytes)
			byte = rnd();
	reads.push_back(r);
}

static void drive_reads(void)
{
	unsigned most = knob.ordered ? 64 : 4 * (1 + below(16)), start = knob.ordered || reads.empty() ? 0 : below(reads.size());
	const unsigned beat = sizeof(top->data);
	bool data_given = false;

	top->data_valid = top->done_valid = 0;
	if (reads.empty() || !chance(knob.data))
		return;
	for (unsigned k = 0; k < reads.size(); k++) {
		Read &r = reads[(start + k) % reads.size()];
		if (r.ready > cycle)
			continue;
		if (r.at < r.len) {
			if (data_given)
				continue;
			unsigned n = std::min(std::min(most, beat), r.len - r.at);
			uint8_t bytes[64] = {};
			memcpy(bytes, &r.bytes[r.at], n);
			for (unsigned i = n; i < 64; i++)
				bytes[i] = rnd();
			top->data_valid = 1;
			top->data_client = r.dir;
			top->data_dest = r.dest + r.at;
			top->data_bytes = n;
			memcpy(&top->data[0], bytes, beat);
			r.at += n;
			data_given = true;
			if (r.at < r.len || chance(300))
				continue;	// done in a later cycle, or at once
		}
		top->done_valid = 1;
		top->done_client = r.dir;
		top->done_id = r.id;
		top->done_error = r.error;
		r.fetch->ended = true;
		mark.arrived = cycle;
		r.fetch->failed = r.error;
		did.ended_early += r.fetch != r.fetch->queue->fetches.front();
		reads.erase(reads.begin() + (start + k) % reads.size());
		return;
	}
}

static void fetch_done(Queue *q)
{
	if (q->fetches.empty() || !q->fetches.front()->ended)
		fail("fetch done too early");
	Fetch *f = q->fetches.front();
	q->fetches.pop_front();
	if (q->state == ON && f->failed) {
		stop_by_error(q, DESC_DMA);
	} else if (q->state == ON) {
		q->cache.insert(q->cache.end(), f->data.begin(), f->data.end());
		q->arrived += f->count;
	}
	delete f;
}

/* ---- tx ---- */
struct Work {
	Queue *queue;
	unsigned fn, len, status, count;
	uint64_t address;
	bool first, last, loop;
};
struct Frame {
	Queue *queue;
	unsigned count, status;
	uint64_t due;
};
static std::deque<Work> work;
static std::deque<Frame> frames;
static uint64_t taken_in_phase, bytes_of_fn[kFns], frames_of[kQps];	
static unsigned frame_of_fn[kFns];

/* Descriptors of the frame at the head of the cache; 0: its end is not there. */
static unsigned frame_size(const Queue *q)
{
	for (unsigned i = 0; i < q->cache.size() && i < 20; i++)
		if (q->cache[i].hi >> 16 & 1)
			return i + 1;
	return 0;
}

static unsigned frame_status(const Queue *q, unsigned n, unsigned &sum)
{
	bool unsupported = false, length = false;

	sum = 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned len = q->cache[i].hi & 0xffff, flags = q->cache[i].hi >> 16 & 0xffff;
		sum += len;
		length |= !len || len > kMaxFrame;
		unsupported |= (flags & ~9u) != 0 || (flags & 9) == 8;	// loop counts with EOP only
	}
	return length || sum < 14 || sum > kMaxFrame ? LENGTH : unsupported ? UNSUPPORTED : NONE;
}

static void tx_take(Queue *q)
{
	unsigned n = frame_size(q), sum, status = frame_status(q, n, sum);

	expect(q->state, ON, "frame of a queue that is not on");
	if (is_in_reset(q))
		fail("frame taken in reset");
	q->take_since = 0;
	if (!n) {
		if (q->cache.size() < 20)
			fail("frame taken before its end is there", q->cache.size());
		stop_by_error(q, FRAGMENTS);
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		const Raw &d = q->cache.front();
		work.push_back({q, owner[q->qp].fn, unsigned(d.hi & 0xffff), i + 1 == n ? status : 0u, n, d.lo, i == 0, i + 1 == n, (d.hi >> 19 & 1) != 0});
		q->cache.pop_front();
	}
	q->taken += n;
	q->inside += n;
	taken_in_phase++;
	bytes_of_fn[owner[q->qp].fn] += sum > kMaxFrame ? kMaxFrame : sum;
	frames_of[q->qp]++;
	did.frames++;
	did.descriptors += n;
	did.full_frames += n == 20;
}

static void work_came(void)
{
	if (work.empty())
		fail("descriptor without a frame");
	const Work &w = work.front();
	mark.frame = cycle;
	expect(top->txd_func, w.fn, "function of a descriptor");
	expect(top->txd_qp, w.queue->qp, "queue of a descriptor");
	expect(top->txd_addr, w.address, "address of a descriptor");
	expect(top->txd_len, w.len & 0x3fff, "length of a descriptor");
	expect(top->txd_first, w.first, "first of a descriptor");
	expect(top->txd_last, w.last, "last of a descriptor");
	if (w.last) {
		expect(top->txd_status, w.status, "status of a frame");
		expect(top->txd_count, w.count, "descriptors of a frame");
		expect(top->txd_loop, w.loop, "loop of a frame");
		unsigned status = w.status ? w.status : chance(knob.data_errors) ? (unsigned)DATA_DMA : 0u;
		frames.push_back({w.queue, w.count, status, cycle + 1 + (knob.ordered ? 0 : below(30))});
	}
	work.pop_front();
}

static void answer(Queue *q, unsigned count, unsigned status, bool eop, bool loopback, unsigned len)
{
	mark.answer = cycle;
	did.unsupported += status == UNSUPPORTED;
	for (unsigned i = 1; i <= count; i++) {
		bool last = i == count;
		answers[q->dir].push_back({q, last && eop, loopback, last && eop && (status == LENGTH || status == DATA_DMA), status, len});
	}
}

/* ---- rx ---- */
struct Take {
	unsigned fn, len;
};
struct Buffer {
	Queue *queue;
	bool ok, last, loopback;
	uint64_t address, due;
	unsigned len;
};
static std::deque<Take> rx_takes;
static std::deque<Buffer> buffers, filled;
static Take next_take;
static bool take_waits, tx_waits, rx_waits;	// a request stays until it is taken

static void rx_take(unsigned fn)
{
	if (rx_takes.empty())
		fail("receive without a request");
	Take t = rx_takes.front();
	rx_takes.pop_front();
	expect(fn, t.fn, "receiver");
	Queue *q = resolve(fn, RX);
	unsigned size = q ? 1u << q->buf : 1, n = (t.len + size - 1) / size;
	if (!q || q->state != ON || q->cache.size() < n) {
		buffers.push_back({q, false, true, false, 0, 0, 0});
		did.rx_none++;
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		buffers.push_back({q, true, i + 1 == n, false, q->cache.front().lo, 0, std::min(size, t.len - i * size)});
		q->cache.pop_front();
	}
	q->taken += n;
	q->inside += n;
	taken_in_phase++;
	did.frames++;
	did.descriptors += n;
	did.rx_many += n > 2;
}

static void buffer_came(void)
{
	if (buffers.empty())
		fail("buffer without a receiver");
	Buffer b = buffers.front();
	buffers.pop_front();
	mark.frame = cycle;
	expect(top->buf_ok, b.ok, "buffers for a frame");
	if (!b.ok)
		return;
	expect(top->buf_qp, b.queue->qp, "queue of a buffer");
	expect(top->buf_addr, b.address, "address of a buffer");
	expect(top->buf_len, b.len, "bytes of a buffer");
	expect(top->buf_last, b.last, "last buffer");
	b.due = cycle + 1 + (knob.ordered ? 0 : below(30));
	b.loopback = chance(300);
	did.loopbacks += b.loopback;
	filled.push_back(b);
}

/* ---- completions ---- */
static uint64_t completions_in_phase;

static void gather(unsigned dir, bool dropped, Queue *q, unsigned n)
{
	Write w = {q, owner[q->qp].fn, n, 0, q->generation, q->cpl + 16 * (q->gathered & (entries(q) - 1)), {}};

	expect(dropped, q->state != ON || q->stopping, "completions dropped");
	if (!n || n > 4 || n > answers[dir].size())
		fail("completions gathered", n, answers[dir].size());
	if (!dropped && n > entries(q) - (q->gathered & (entries(q) - 1)))
		fail("completions across the end of the ring", n);
	for (unsigned i = 0; i < n; i++) {
		Answer a = answers[dir].front();
		answers[dir].pop_front();
		if (a.queue != q)
			fail("completions of another queue gathered", a.queue->qp, q->qp);
		if (dropped)
			continue;
		if (a.ends && i + 1 < n)
			fail("completion behind the one that ends the queue");
		uint64_t *words = (uint64_t *)(w.data + 16 * i);
		bool phase = !(q->gathered >> q->log2 & 1);
		words[0] = 0;
		words[1] = a.len | a.status << 16 | (uint64_t)a.eop << 24 | (uint64_t)a.loopback << 28 | (uint64_t)q->gathered << 32 |
			   (uint64_t)phase << 63;
		q->gathered++;
		if (a.ends)
			w.stop = a.status;
	}
	if (dropped) {
		did.dropped += n;
		q->inside -= n;
		return;
	}
	did.gathered[n]++;
	q->stopping = w.stop;
	writes.push_back(w);
}

static void write_came(void)
{
	if (writes.empty())
		fail("completion write without completions");
	Write w = writes.front();
	writes.pop_front();
	expect(top->wr_func, w.fn, "function of a completion");
	expect(top->wr_addr, w.address, "address of a completion");
	expect(top->wr_len, 16 * w.count, "length of completions");
	if (memcmp(&top->wr_data[0], w.data, 16 * w.count))
		for (unsigned i = 0; i < 4 * w.count; i++)
			expect(top->wr_data[i], ((uint32_t *)w.data)[i], "bytes of a completion");
	did.writes++;
	mark.granted = cycle;
	issues[w.queue->dir].push_back(w);
	if (in_reset >> w.fn & 1)
		return;	// granted and dropped
	granted++;
	w.queue->unleft++;
	leaving.push_back(w);
}

static void write_left(void)
{
	Write w = leaving.front();
	leaving.pop_front();
	left_card++;
	if (!w.queue)
		return;
	w.queue->unleft--;
	if (w.generation == w.queue->generation && w.queue->phase != Queue::Rest) {
		w.queue->seen += w.count;
		w.queue->answered += w.count;
	}
}

static void issue(unsigned dir, Queue *q, unsigned n)
{
	if (issues[dir].empty())
		fail("issued before its write was granted");
	Write w = issues[dir].front();
	issues[dir].pop_front();
	if (w.queue != q || w.count != n)
		fail("issued other completions than were granted", n, w.count);
	q->inside -= n;
	did.completions += n;
	completions_in_phase += n;
	if (q->state != OFF)
		q->issued += n;
	compare(q);
	if (w.stop)
		stop_by_error(q, w.stop);
}

/* ---- other commits ---- */
static bool deep_reset;		// of the PF

static void queue_reset(Queue *q)
{
	if (!owner[q->qp].owned || !is_in_reset(q))
		fail("reset of a queue whose function is not in reset", q->qp);
	did.inside_at_reset += q->inside || !q->fetches.empty();
	q->state = OFF;
	q->was_movable |= q->movable;
	q->error = q->log2 = q->slot = q->movable = q->buf = 0;
	q->ring = q->cpl = 0;
	q->armed = false;
	q->producer = q->issued = 0;
	q->resets++;
}

static void stop_done(Queue *q)
{
	expect(q->state, DRAINING, "off without being stopped");
	if (q->inside || !q->fetches.empty() || q->unleft)
		fail("off too early", q->inside, q->unleft);
	q->state = OFF;
}

static void apply(unsigned kind, unsigned a, unsigned b, unsigned c)
{
	if (kind == None)
		return;
	if (kind != RxTake && (b >= kQps || (a & 1 && kind == TxTake)))
		fail("commit of an unknown queue", b);
	Queue *q = kind == RxTake ? nullptr : &queues[b][a & 1];
	switch (kind) {
	case FetchIssue: fetch_issue(q, c); break;
	case FetchDone: fetch_done(q); break;
	case TxTake: tx_take(q); break;
	case RxTake: rx_take(a); break;
	case CplGather: gather(a & 1, a >> 1, q, c); break;
	case CplIssue: issue(a & 1, q, c); break;
	case QueueReset: queue_reset(q); break;
	case StopDone: stop_done(q); break;
	default: fail("commit of another block", kind);
	}
}

/* ---- the drivers ---- */
static std::deque<Op> agenda;	// of the PF
static std::vector<Queue *> active;
static bool posting;

static Op register_op(const Queue *q, unsigned reg, uint32_t value, bool write = true)
{
	return {write, false, owner[q->qp].fn, 0x2000 + 0x20 * (2 * owner[q->qp].local + q->dir) + reg, value};
}
static Op map_op(unsigned fn, unsigned local, uint32_t value)
{
	return {true, false, 0, 0x20000 + 0x40 * fn + 4 * local, value};
}

static void put(Queue *q, uint64_t lo, uint64_t hi)
{
	q->memory[q->produced++ & (entries(q) - 1)] = {lo, hi};
}

static uint64_t random_address(void)
{
	return (uint64_t)rnd() << 32 | rnd();
}

static void post_frame(Queue *q, unsigned room)
{
	unsigned n = knob.frame ? 1 : chance(60) ? 20 : chance(500) ? 1 : 1 + below(chance(200) ? 20 : 4);
	unsigned fixed = frame_of_fn[owner[q->qp].fn];
	unsigned total = fixed ? fixed : knob.frame ? knob.frame : chance(100) ? kMaxFrame : chance(100) ? 14 + n : 14 + n + below(chance(300) ? 9000 : 300);
	unsigned wrong = chance(knob.bad) ? 1 + below(9) : 0, flags = 0;

	if (wrong == 1)
		n = 21;
	if (n > room)
		return;
	if (wrong == 2)
		total = n < 13 ? 13 : total;
	if (wrong == 3)
		total = kMaxFrame + 1;
	if (wrong == 4 || wrong == 5)
		flags = 2 << below(15);
	unsigned odd = below(n);
	for (unsigned i = 0, left = total; i < n; i++) {
		unsigned len = i + 1 == n ? left : std::min(left - (n - 1 - i), 1 + below(2 * left / n + 1));
		left -= len;
		if (wrong == 6 && i == odd)
			len = 0;
		if (wrong == 7 && i == odd)
			len = kMaxFrame + 1 + below(60000 - kMaxFrame);
		bool eop = i + 1 == n && !(wrong == 8 && chance(100));
		put(q, random_address(), len | (uint64_t)(eop | (i == odd ? flags : 0)) << 16 | (uint64_t)rnd() << 32);
	}
}

static unsigned room_of(const Queue *q)
{
	return entries(q) - (uint16_t)(q->produced - q->seen);
}

static void post(Queue *q)
{
	unsigned room = room_of(q), most = knob.frame ? 16 : 1 + below(4);

	if (!posting || room < knob.batch)
		return;
	for (unsigned i = 0; i < most && room_of(q); i++) {
		if (q->dir == TX)
			post_frame(q, room_of(q));
		else
			put(q, random_address(), (uint64_t)rnd() << 32 | rnd());
	}
}

static bool ring(Queue *q, Op &op)
{
	unsigned local = 2 * owner[q->qp].local + q->dir;
	uint16_t producer = q->produced, consumed = q->seen, fresh = producer - q->told;
	bool arm = chance(knob.frame ? 100 : 500);

	if (fresh > 1 && !knob.frame && chance(200))
		producer = q->told + 1 + below(fresh);
	if (fresh && chance(knob.hostile))
		producer -= below(40);		// an older one comes late
	if (chance(knob.bad / 4)) {
		producer = q->seen + entries(q) + 1 + below(chance(500) ? 3 : 1000);
		q->dead = true;			// its memory says nothing any more
	} else if ((int16_t)(producer - q->told) > 0) {
		q->told = producer;
	} else if (!arm || !posting) {
		return false;
	}
	if (chance(knob.hostile))
		consumed += below(12) - 6;
	op = {true, true, owner[q->qp].fn, 0x8000 + 8 * local, (uint64_t)arm << 32 | (uint32_t)consumed << 16 | producer};
	return true;
}

static void set_up(Queue *q)
{
	unsigned log2 = knob.frame ? 10 : chance(700) ? 5 + below(3) : 5 + below(8), size = 16u << log2;
	unsigned config = log2 | below(16) << 8 | below(2) << 12 | (8 + below(7)) << 16, regs[5] = {0, 4, 8, 12, 16};
	bool last = log2 <= 8 && chance(100);	// the ring is the last of memory
	uint64_t ring = last ? 0 - (uint64_t)size : (uint64_t)rnd() << 20, cpl = chance(100) ? 0 : (random_address() & ~4095ull);

	if (q->dir == TX && chance(500))
		config ^= below(16) << 16;
	if (cpl > ~(uint64_t)size)
		cpl = 0;
	for (unsigned i = 4; i; i--)
		std::swap(regs[i], regs[below(i + 1)]);
	q->todo.clear();
	if (q->was_movable || chance(100))	// what did a reset leave?
		q->todo.push_back(register_op(q, 16, 0, false));
	if (chance(knob.bad)) {		// a configuration that is refused
		q->todo.push_back(register_op(q, 16, q->dir == TX || chance(500) ? (chance(500) ? below(5) : 13 + below(3)) : log2 | below(8) << 16));
		q->todo.push_back(register_op(q, 0x14, 1));
	}
	for (unsigned reg : regs) {
		uint64_t value = reg < 8 ? ring >> 8 * reg : reg < 16 ? cpl >> 8 * (reg - 8) : config;
		if (reg % 8 == 0 && reg < 16)
			value |= below(4096);
		q->todo.push_back(register_op(q, reg, value | (reg == 16 ? rnd() & 0xfff0e0f0 : 0)));
	}
	q->todo.push_back(register_op(q, 0x14, 1));
	q->memory.assign(1u << log2, Raw{});
	for (auto &d : q->memory)
		d = {random_address(), random_address()};
	q->phase = Queue::Setup;
	q->produced = q->told = q->seen = 0;
	q->answered = 0;
	q->dead = false;
	q->generation++;
}

static bool driver_step(Queue *q, Op &op)
{
	switch (q->phase) {
	case Queue::Rest:
		if (!posting)
			return false;
		set_up(q);
		/* fall through */
	case Queue::Setup:
		op = q->todo.front();
		q->todo.pop_front();
		if (q->todo.empty())
			q->phase = Queue::Run;
		return true;
	case Queue::Run:
		if (q->dead ? chance(300) : posting && chance(knob.stop)) {
			op = register_op(q, 0x14, 0);
			q->phase = Queue::Stop;
			return true;
		}
		if (!q->dead)
			post(q);
		return ring(q, op);
	default:
		op = register_op(q, 0x14, 0, chance(100));	// a second stop changes nothing
		return true;
	}
}

/* What nobody should do, and what the PF must not get wrong. */
static bool hostile(Op &op)
{
	unsigned fn = owner[active[below(active.size())]->qp].fn;

	op = {chance(500), chance(300), fn, 0, rnd()};
	if (in_reset >> fn & 1)
		return false;
	if (op.doorbell) {
		unsigned local = below(34);
		op.write = true;
		if (local < 32 && resolve(fn, local) && resolve(fn, local)->phase != Queue::Rest)
			return false;		// its own driver's
		op.addr = 0x8000 + 8 * local;
		op.data |= (uint64_t)below(2) << 32;
		return true;
	}
	if (chance(200)) {
		op.fn = 0;
		op.write = chance(300);
		op.addr = 0x20000 + 0x40 * (op.write ? kFns + below(256 - kFns) : below(256)) + 4 * below(16);
		return !(in_reset & 1);
	}
	unsigned local = below(33), reg = 4 * below(8);
	op.addr = 0x2000 + 0x20 * local + reg;
	if (op.write && local < 32) {
		const Queue *q = resolve(fn, local);
		if (q && (reg == 0x14 || q->phase == Queue::Setup))
			return false;
	}
	return true;
}

/* A queue pair moves to another function, or local number; the entry before may stay, stale. */
static void remap(void)
{
	unsigned qp = below(kQps), fn = owner[below(kQps)].fn, local = below(16);

	if (queues[qp][0].phase != Queue::Rest || queues[qp][1].phase != Queue::Rest || queues[qp][0].state != OFF || queues[qp][1].state != OFF)
		return;
	if (resolve(fn, 2 * local) || (in_reset >> fn & 1) || (in_reset >> owner[qp].fn & 1))
		return;
	if (chance(500))
		agenda.push_back(map_op(owner[qp].fn, owner[qp].local, below(2) ? 0 : qp));
	if (chance(200))
		agenda.push_back(map_op(fn, local, 1u << 31 | (kQps + below(1000))));
	agenda.push_back(map_op(fn, local, 1u << 31 | qp));
	did.remaps++;
	if (chance(300))		// whoever had it still has it in its map
		agenda.push_back({true, true, owner[qp].fn, 0x8000 + 8 * (2 * owner[qp].local + below(2)), below(4)});
}

static bool choose(Op &op)
{
	if (!agenda.empty()) {
		op = agenda.front();
		agenda.pop_front();
		return true;
	}
	if (active.empty())
		return false;
	if (posting && chance(knob.hostile))
		return hostile(op);
	if (posting && chance(knob.remap)) {
		remap();
		return false;
	}
	Queue *q = active[below(active.size())];
	return owner[q->qp].owned && !is_in_reset(q) && driver_step(q, op);
}

/* ---- function resets ---- */
static enum { NoReset, Begin, Ask, End } resetting;
static unsigned reset_fn, reset_wait;
static bool host_waits;

static void map_all(const std::vector<unsigned> &fns)
{
	std::vector<unsigned> qps;

	for (unsigned i = 0; i < kQps; i++)
		qps.insert(qps.begin() + below(i + 1), i);
	for (unsigned i = 0; i < kQps; i++)
		agenda.push_back(map_op(fns[i % fns.size()], i / fns.size(), 1u << 31 | qps[i]));
}

static std::vector<unsigned> functions;

static void begin_reset(uint64_t fns)
{
	in_reset |= fns;
	reset_wait = 1 + below(20);
	resetting = Begin;
	for (auto &pair : queues)
		for (Queue &q : pair)
			if (is_in_reset(&q)) {
				q.phase = Queue::Rest;
				q.todo.clear();
				q.resets = 0;
			}
}

static void reset_done(void)
{
	for (auto &pair : queues)
		for (Queue &q : pair) {
			if (owner[q.qp].fn != reset_fn)
				continue;
			if (resolve(reset_fn, 2 * owner[q.qp].local + q.dir))
				expect(q.resets, 1, "resets of a queue");
			else
				continue;
			if (q.state != OFF || q.inside || !q.fetches.empty())
				fail("function reset ends too early", q.qp, q.inside);
		}
	for (const Raise &r : raises)
		if (r.fn == reset_fn)
			fail("event behind the reset");
	for (unsigned fn : notes)
		if (fn == reset_fn)
			fail("note behind the reset");
	did.resets++;
}

static void reset_step(void)
{
	bool first = reset_wait && !--reset_wait;

	switch (resetting) {
	case NoReset:
		if (posting && !host_waits && agenda.empty() && chance(knob.reset) && chance(10)) {
			deep_reset = chance(60);
			reset_fn = deep_reset ? functions.back() : functions[1 + below(functions.size() - 1)];
			begin_reset(deep_reset ? ~0ull : 1ull << reset_fn);
		}
		break;
	case Begin:
		if (!first)
			break;
		resetting = Ask;
		break;
	case Ask:
		break;	// ends with fn_done
	case End:
		if (!first)
			break;
		if (deep_reset && reset_fn) {
			for (unsigned i = 0; i < functions.size(); i++)
				if (functions[i] == reset_fn) {
					reset_fn = functions[i - 1];
					break;
				}
			reset_wait = 1;
			resetting = Begin;
			break;
		}
		if (deep_reset) {
			did.pf_resets++;
			map_all(functions);
		}
		in_reset = 0;
		resetting = NoReset;
		break;
	}
}

static void fn_done(void)
{
	reset_done();
	if (!reset_fn) {
		for (unsigned i = 0; i < kFns * 16; i++)
			map_of[i / 16][i % 16].valid = false, map_of[i / 16][i % 16].card = 0;
		for (auto &o : owner)
			o.owned = false;
	}
	reset_wait = 2 + below(20);	// 2: start_over sees End
	resetting = End;
}

/* ---- a cycle ---- */
static Op host;
static uint64_t host_since, worst_host, quiet_since;

static void drive(void)
{
	if (!host_waits && chance(knob.host) && choose(host)) {
		host_waits = true;
		host_since = cycle;
	}
	top->reg_valid = host_waits;
	top->reg_write = host.write && !host.doorbell;
	top->reg_doorbell = host.doorbell;
	top->reg_func = host.fn;
	top->reg_addr = host.addr;
	top->reg_wdata = host.data;
	top->rd_ready = chance(knob.rd_ready) | chance(knob.rd_ready) << 1;
	drive_reads();
	top->txd_ready = chance(knob.txd);
	top->txf_valid = !frames.empty() && frames.front().due <= cycle && (tx_waits || chance(knob.txf));
	if (top->txf_valid) {
		top->txf_qp = frames.front().queue->qp;
		top->txf_count = frames.front().count;
		top->txf_status = frames.front().status;
	}
	if (!take_waits && posting && chance(knob.take)) {
		unsigned most = chance(200) ? kMaxFrame : 1500;
		next_take = {functions[below(functions.size())], knob.frame ? knob.frame : 14 + below(most - 13)};
		if (chance(knob.hostile))
			next_take.fn = below(kFns);
		take_waits = true;
	}
	top->take_valid = take_waits;
	top->take_func = next_take.fn;
	top->take_len = next_take.len;
	top->buf_ready = chance(knob.buf);
	top->rxf_valid = !filled.empty() && filled.front().due <= cycle && (rx_waits || chance(knob.rxf));
	if (top->rxf_valid) {
		top->rxf_qp = filled.front().queue->qp;
		top->rxf_len = filled.front().len;
		top->rxf_last = filled.front().last;
		top->rxf_loopback = filled.front().loopback;
	}
	top->wr_ready = chance(knob.wr);
	top->raise_ready = chance(knob.raise);
	top->note_ready = chance(knob.note);
	top->in_reset = in_reset;
	top->fn_valid = resetting == Ask;
	top->fn_func = reset_fn;
	top->wr_granted = granted;
	top->wr_left = left_card;
}

static void host_answered(void)
{
	bool bad;
	uint32_t rdata;

	host_effect(host, bad, rdata);
	expect(top->reg_bad, bad, "bad access");
	if (!host.write)
		expect(top->reg_rdata, rdata, "register");
	host_waits = false;
	worst_host = std::max(worst_host, cycle - host_since);
	if (host.doorbell)
		mark.doorbell = cycle;
	if (!host.doorbell && !host.write && host.addr < 0x2400 && host.addr % 0x20 == 0x14) {
		Queue *q = resolve(host.fn, (host.addr - 0x2000) / 0x20);
		if (q && q->phase == Queue::Stop && !(rdata & 3))
			q->phase = Queue::Rest;
	}
}

static void raise_came(void)
{
	if (raises.empty())
		fail("event without a cause", top->raise_source);
	const Raise &r = raises.front();
	expect(top->raise_func, r.fn, "function of an event");
	expect(top->raise_slot, r.slot, "slot of an event");
	expect(top->raise_source, r.source, "source of an event");
	expect(top->raise_stopped, r.stopped, "kind of an event");
	expect(top->raise_movable, r.movable, "movable event");
	(r.movable ? did.movable : did.fixed) += !r.stopped;
	if (r.stopped && resolve(r.fn, r.source))
		resolve(r.fn, r.source)->dead = true;
	mark.raised = cycle;
	raises.pop_front();
}

/* Who has been waiting, and for how long? Looked at now and then. */
static void watch(void)
{
	for (auto &pair : queues)
		for (Queue &q : pair) {
			bool works = q.state == ON && !is_in_reset(&q);
			bool fetch = works && q.fetches.empty() && q.producer != q.fetched && (uint16_t)(q.fetched - q.taken) < kDepth;
			bool take = works && q.dir == TX && (frame_size(&q) || q.cache.size() >= 20);
			q.fetch_since = fetch ? q.fetch_since ? q.fetch_since : cycle : 0;
			q.take_since = take ? q.take_since ? q.take_since : cycle : 0;
			if (fetch)
				worst_fetch = std::max(worst_fetch, cycle - q.fetch_since);
			if (take)
				worst_take = std::max(worst_take, cycle - q.take_since);
		}
}

static void step(void)
{
	bool was_busy = top->busy;

	drive();
	top->clk_i = 0;
	top->eval();

	bool commits = false;
	unsigned gathers[2] = {};
	for (unsigned i = 0; i < 6; i++) {
		unsigned kind = top->commit_kind >> 8 * i & 255, number = 0;
		for (unsigned k = 1; k < 9; k++)
			if (kind && (top->kinds[k / 4] >> 8 * (k % 4) & 255) == kind)
				number = k;
		if (kind && !number)
			fail("unknown commit", kind);
		commits |= kind != 0;
		gathers[top->commit_a >> 8 * i & 1] += number == CplGather;
		apply(number, top->commit_a >> 8 * i & 255, top->commit_b[i / 2] >> 16 * (i % 2) & 0xffff, top->commit_c >> 8 * i & 255);
	}
	did.crossing += gathers[0] > 1 || gathers[1] > 1;
	if (commits && !was_busy && cycle - quiet_since > 2)
		fail("a decision while it was not busy");
	if (top->reg_ack) {
		if (!host_waits)
			fail("acknowledgement without a request");
		host_answered();
	}
	if (top->rd_valid & top->rd_ready & 1)
		read_asked(TX, top->rd0_func, top->rd0_addr, top->rd0_len, top->rd0_dest, top->rd0_id);
	if (top->rd_valid & top->rd_ready & 2)
		read_asked(RX, top->rd1_func, top->rd1_addr, top->rd1_len, top->rd1_dest, top->rd1_id);
	if (top->txd_valid && top->txd_ready)
		work_came();
	if (top->buf_valid && top->buf_ready)
		buffer_came();
	if (top->wr_valid && mark.write < mark.answer)
		mark.write = cycle;
	if (top->wr_valid && top->wr_ready)
		write_came();
	if (top->raise_valid && top->raise_ready)
		raise_came();
	if (top->note_valid && top->note_ready) {
		if (notes.empty())
			fail("note without a cause");
		expect(top->note_func, notes.front(), "function of a note");
		expect(top->note_good, 1, "note");
		notes.pop_front();
	}
	tx_waits = top->txf_valid && !top->txf_ready;
	if (top->txf_valid && top->txf_ready) {
		const Frame &f = frames.front();
		answer(f.queue, f.count, f.status, true, false, 0);
		frames.pop_front();
	}
	rx_waits = top->rxf_valid && !top->rxf_ready;
	if (top->rxf_valid && top->rxf_ready) {
		const Buffer &b = filled.front();
		answer(b.queue, 1, 0, b.last, b.loopback, b.len);
		filled.pop_front();
	}
	if (top->take_valid && top->take_ready) {
		rx_takes.push_back(next_take);
		mark.take = cycle;
		take_waits = false;
	}
	bool given = top->reg_valid || top->txf_valid || top->rxf_valid || top->take_valid || top->done_valid || top->data_valid || commits;
	bool blocked = (top->rd_valid & ~top->rd_ready) || (top->txd_valid && !top->txd_ready) || (top->buf_valid && !top->buf_ready) ||
		       (top->wr_valid && !top->wr_ready) || (top->raise_valid && !top->raise_ready) || !leaving.empty() || resetting != NoReset;
	if (given || blocked || top->busy)
		quiet_since = cycle;
	if (top->fn_valid && top->fn_done)
		fn_done();
	reset_step();
	top->clk_i = 1;
	top->eval();
	cycle++;
	/* For the next cycle, as registers of dma: what was granted is known, some of it leaves. Others write too. */
	if (chance(knob.left / 8)) {
		granted++;
		leaving.push_back({});
	}
	for (unsigned i = 0; i < 2 && !leaving.empty() && chance(knob.left); i++)
		write_left();
	if (cycle % 16 == 0)
		watch();
}

/* ---- the end of a phase: nothing new; then all must have been answered ---- */
static bool idle(void)
{
	if (host_waits || take_waits || top->busy || resetting != NoReset || !agenda.empty() || !reads.empty() || !asked[0].empty() || !asked[1].empty() ||
	    !work.empty() || !frames.empty() || !rx_takes.empty() || !buffers.empty() || !filled.empty() || !answers[0].empty() || !answers[1].empty() ||
	    !writes.empty() || !issues[0].empty() || !issues[1].empty() || !leaving.empty() || !raises.empty() || !notes.empty())
		return false;
	for (auto &pair : queues)
		for (Queue &q : pair)
			if (q.phase == Queue::Setup || q.phase == Queue::Stop || (q.phase == Queue::Run && (q.dead || (int16_t)(q.produced - q.told) > 0)))
				return false;
	return true;
}

static void show(void)
{
	printf("busy %u, host %u, reads %zu, asked %zu %zu, work %zu, frames %zu, takes %zu, buffers %zu, filled %zu, answers %zu %zu, writes %zu, issues %zu %zu, "
	       "leaving %zu, raises %zu, notes %zu, in reset %llx\n", top->busy, host_waits, reads.size(), asked[0].size(), asked[1].size(), work.size(),
	       frames.size(), rx_takes.size(), buffers.size(), filled.size(), answers[0].size(), answers[1].size(), writes.size(), issues[0].size(),
	       issues[1].size(), leaving.size(), raises.size(), notes.size(), (unsigned long long)in_reset);
	for (auto &pair : queues)
		for (Queue &q : pair)
			if (q.phase == Queue::Setup || q.phase == Queue::Stop || (q.phase == Queue::Run && (q.dead || (int16_t)(q.produced - q.told) > 0)))
				printf("queue %u.%u of %u.%u (%sowned): phase %u, dead %u, state %u, inside %u, fetches %zu, producer %x, fetched %x, taken %x, issued %x; "
				       "driver: produced %x, told %x\n", q.qp, q.dir, owner[q.qp].fn, owner[q.qp].local, owner[q.qp].owned ? "" : "not ", q.phase, q.dead,
				       q.state, q.inside, q.fetches.size(), q.producer, q.fetched, q.taken, q.issued, q.produced, q.told);
}

static void drain(void)
{
	auto saved = knob;
	uint64_t limit = cycle + 400000;

	posting = false;
	knob.stop = knob.hostile = knob.remap = knob.bad = knob.reset = 0;
	knob.host = knob.left = 1000;
	for (unsigned quiet = 0; quiet < 100; quiet++) {
		step();
		if (!idle())
			quiet = 0;
		if (cycle > limit)
			show(), fail("does not come to an end: busy, in reset", top->busy, in_reset);
	}
	for (auto &pair : queues)
		for (Queue &q : pair) {
			if (q.phase != Queue::Run)
				continue;
			expect(q.state, ON, "state at the end");
			expect(q.inside, 0, "descriptors inside at the end");
			expect(q.issued, q.taken, "descriptors answered at the end");
			expect(q.seen, q.issued, "completions that the driver saw");
			expect(q.answered & 0xffff, q.issued, "completions in all");
			if (q.dir == TX)
				expect(q.cache.size() && frame_size(&q), 0, "frames left at the end");
			if (q.fetched != q.producer && (uint16_t)(q.fetched - q.taken) < kDepth)
				fail("descriptors not fetched at the end", q.fetched, q.producer);
			if (q.armed && (int16_t)(q.issued - q.armed_at) > 0)
				fail("armed and passed at the end");
		}
	knob = saved;
}

static void run(unsigned cycles)
{
	posting = true;
	taken_in_phase = completions_in_phase = worst_fetch = worst_take = worst_host = 0;
	memset(bytes_of_fn, 0, sizeof(bytes_of_fn));
	for (auto &pair : queues)
		for (Queue &q : pair)
			q.fetch_since = q.take_since = 0;
	for (unsigned i = 0; i < cycles; i++)
		step();
}

/* ---- phases ---- */
/* All queues to rest by a reset of the PF, then the pairs go to these functions, and `n` of their queues of a direction (2: both) are used. */
static void start_over(const std::vector<unsigned> &fns, unsigned dir, unsigned n)
{
	posting = false;
	if (functions.empty()) {
		functions = fns;
		map_all(fns);
	} else {
		deep_reset = true;
		reset_fn = functions.back();
		begin_reset(~0ull);
		while (resetting != End || reset_fn)
			step();
		functions = fns;
	}
	active.clear();
	while (resetting != NoReset || !agenda.empty() || host_waits)
		step();
	for (unsigned local = 0; local < 32; local++)
		for (unsigned fn : fns)
			if (resolve(fn, local) && (dir == 2 || local % 2 == dir) && active.size() < n)
				active.push_back(resolve(fn, local));
	expect(active.size(), n, "queues of a phase");
	drain();
}

static unsigned up_to(unsigned n)
{
	return 1 + below(n);
}
/* Often always ready, else seldom. */
static unsigned ready(void)
{
	return chance(400) ? 1000 : 20 + below(900);
}

static void random_phase(unsigned i)
{
	knob = {up_to(1000), ready(), ready(), up_to(i % 3 ? 60 : 400), i % 4 ? 2 : 30u, ready(), ready(), i % 3 ? 3 : 40u, up_to(400), ready(), ready(), ready(),
		ready(), ready(), ready(), up_to(12), i % 5 ? up_to(60) : 0, up_to(60), i % 2 ? up_to(80) : 0, i % 3 == 2 ? 0 : up_to(60), 0, 1, false};
	if (i % 4 == 3)
		knob.stop = 0;		// queues grow old
	run(6000);
	drain();
}

static void fair_knobs(unsigned latency)
{
	knob = {1000, 1000, 1000, latency, 0, 1000, 1000, 0, 0, 1000, 1000, 1000, 1000, 1000, 1000, 0, 0, 0, 0, 0, 64, 8, true};
}

static double speed(unsigned dir, const std::vector<unsigned> &fns, unsigned n, double floor)
{
	fair_knobs(200);
	start_over(fns, dir, n);
	std::vector<unsigned> receivers = fns;
	if (dir == RX) {
		functions.resize(n);		// whose queues are in use
		knob.take = 1000;
	}
	run(4000);
	run(8000);
	functions = receivers;
	double taken = taken_in_phase / 8000.0, answered = completions_in_phase / 8000.0;
	printf("queue %u bit, %s, %2u queues, reads of 200 cycles: %.3f frames and %.3f completions per cycle (floor %.2f); longest wait for a fetch %llu, "
	       "for a turn %llu, of the host %llu cycles\n", unsigned(8 * sizeof(top->data)), dir == RX ? "RX" : "TX", n, taken, answered, floor,
	       (unsigned long long)worst_fetch, (unsigned long long)worst_take, (unsigned long long)worst_host);
	if (taken < floor || answered < floor)
		fail("too slow");
	/* A fetch waits behind frames for 16 cycles at most, and all queues may be before it. */
	if (worst_fetch > kQps * 24 || worst_take > 12000 || worst_host > 60)
		fail("somebody starves", worst_fetch, worst_take);
	drain();
	return taken;
}

/* Functions with frames of 64 bytes to 9,216, with 1 to 15 queues: bytes are shared alike between functions, frames between queues of one. */
static void fairness(const std::vector<unsigned> &fns)
{
	uint64_t least = ~0ull, most = 0, worst = 0;

	fair_knobs(20);
	start_over(fns, TX, 64);
	for (unsigned i = 0; i < active.size();) {	// function k keeps 8 - k queues
		const auto &o = owner[active[i]->qp];
		unsigned k = std::find(fns.begin(), fns.end(), o.fn) - fns.begin();
		if (o.local >= 8 - k)
			active.erase(active.begin() + i);
		else
			i++;
	}
	knob.txd = 60;		// what is shared
	for (unsigned k = 0; k < fns.size(); k++)
		frame_of_fn[fns[k]] = k == 0 ? 64 : k == 7 ? kMaxFrame : 1200 * k;
	run(30000);
	for (Queue *q : active)
		frames_of[q->qp] = 0;
	run(600000);
	for (unsigned fn : fns) {
		uint64_t low = ~0ull, high = 0;
		least = std::min(least, bytes_of_fn[fn]);
		most = std::max(most, bytes_of_fn[fn]);
		for (Queue *q : active)
			if (owner[q->qp].fn == fn) {
				low = std::min(low, frames_of[q->qp]);
				high = std::max(high, frames_of[q->qp]);
			}
		worst = std::max(worst, high - low);
		if (high - low > 2 + high / 50)	// one whose cache was empty for a moment lost a turn
			fail("queues do not take turns", low, high);
	}
	printf("queue %u bit: 8 functions with frames of 64 to 9,216 bytes and 8 to 1 queues sent %llu to %llu bytes each; queues of a function differ by %llu frames\n",
	       unsigned(8 * sizeof(top->data)), (unsigned long long)least, (unsigned long long)most, (unsigned long long)worst);
	/* A frame is charged some cycles behind its take: with big frames a function is ahead by what the FIFOs hold, and pays back. Measured: 17 at most. */
	if (least < 200 * kMaxFrame || most - least > 20 * kMaxFrame)
		fail("not fair");
	memset(frame_of_fn, 0, sizeof(frame_of_fn));
	knob.txd = 1000;
	drain();
}

/* Nothing else is under way: how long does one frame take through the block? */
static void latency(const std::vector<unsigned> &fns, unsigned dir)
{
	uint64_t to_fetch = 0, to_read = 0, to_frame = 0, to_write = 0, to_raise = 0;

	fair_knobs(200);
	start_over(fns, dir, 1);
	knob.host = 1000;
	knob.take = 0;
	knob.batch = ~0u;	// started, no more
	run(300);
	drain();
	for (unsigned i = 0; i < 40; i++) {
		Queue *q = active[0];
		posting = false;
		for (unsigned k = below(40); k; k--)
			step();
		memset(&mark, 0, sizeof(mark));
		if (dir == TX)
			put(q, random_address(), 64 | 1 << 16);
		else
			put(q, random_address(), 0);
		agenda.push_back({true, true, owner[q->qp].fn, 0x8000 + 8 * (2 * owner[q->qp].local + dir), 1ull << 32 | (uint32_t)q->seen << 16 | q->produced});
		q->told = q->produced;
		if (dir == RX) {
			while (q->cache.empty())
				step();
			next_take = {owner[q->qp].fn, 64};
			take_waits = true;
		}
		for (unsigned k = 0; !mark.raised; k++) {
			step();
			if (k > 2000)
				show(), fail("a lone completion waits");
		}
		to_fetch = std::max(to_fetch, mark.fetch - mark.doorbell);
		to_read = std::max(to_read, mark.read - mark.doorbell);
		to_frame = std::max(to_frame, mark.frame - (dir == TX ? mark.arrived : mark.take));
		to_write = std::max(to_write, mark.write - mark.answer);
		to_raise = std::max(to_raise, mark.raised - mark.granted);
	}
	printf("queue %u bit, %s, a lone frame, cycles at most: doorbell to fetch %llu, to its read %llu; %s to %s %llu; done to completion write %llu; "
	       "its grant to the event %llu\n", unsigned(8 * sizeof(top->data)), dir == RX ? "RX" : "TX", (unsigned long long)to_fetch, (unsigned long long)to_read,
	       dir == RX ? "request" : "end of the read", dir == RX ? "buffer" : "descriptor", (unsigned long long)to_frame, (unsigned long long)to_write,
	       (unsigned long long)to_raise);
	if (to_fetch > 8 || to_read > 10 || to_frame > 16 || to_write > 10 || to_raise > 8)
		fail("too late");
	drain();
}

/* Indices wrap at 65,536. */
static void grow_old(const std::vector<unsigned> &fns)
{
	uint64_t wraps = did.wraps;

	fair_knobs(30);
	start_over(fns, 2, 2);
	functions.resize(1);
	knob.take = 500;
	knob.frame = 15;
	while (did.wraps < wraps + 2) {
		run(10000);
		if (cycle > 100000000)
			fail("indices never wrap");
	}
	functions = fns;
	drain();
}

static void totals(void)
{
	unsigned fetches = 0;

	for (unsigned n = 1; n <= 16; n++)
		fetches += did.fetched[n] != 0;
	printf("queue %u bit: %llu cycles, %llu frames, %llu descriptors, %llu completions in %llu writes (%llu %llu %llu %llu of 1 to 4; %llu dropped, %llu pairs "
	       "of writes at the end of a ring), %llu doorbells (%llu late), %llu events (%llu by an arm, %llu movable), fetches of %u sizes (%llu ended before an older one)\n",
	       unsigned(8 * sizeof(top->data)), (unsigned long long)cycle, (unsigned long long)did.frames, (unsigned long long)did.descriptors,
	       (unsigned long long)did.completions, (unsigned long long)did.writes, (unsigned long long)did.gathered[1], (unsigned long long)did.gathered[2],
	       (unsigned long long)did.gathered[3], (unsigned long long)did.gathered[4], (unsigned long long)did.dropped, (unsigned long long)did.crossing,
	       (unsigned long long)did.doorbells, (unsigned long long)did.late_doorbells, (unsigned long long)did.raises, (unsigned long long)did.raised_by_arm,
	       (unsigned long long)did.movable, fetches, (unsigned long long)did.ended_early);
	printf("queue: stopped by DOORBELL %llu, DESC_DMA %llu, LENGTH %llu, FRAGMENTS %llu, DATA_DMA %llu; UNSUPPORTED %llu; starts %llu (%llu refused), stops %llu "
	       "(%llu with work inside), resets %llu (queues with work inside %llu, %llu of the PF), moved %llu; bad access: setting %llu, nobody's %llu (stale owner "
	       "%llu); no buffers %llu, three or more %llu, loopback %llu; frames of 20 descriptors %llu; wraps %llu\n",
	       (unsigned long long)did.stopped[DOORBELL], (unsigned long long)did.stopped[DESC_DMA], (unsigned long long)did.stopped[LENGTH],
	       (unsigned long long)did.stopped[FRAGMENTS], (unsigned long long)did.stopped[DATA_DMA], (unsigned long long)did.unsupported,
	       (unsigned long long)did.starts, (unsigned long long)did.bad_start, (unsigned long long)did.stops, (unsigned long long)did.stop_in_flight,
	       (unsigned long long)did.resets, (unsigned long long)did.inside_at_reset, (unsigned long long)did.pf_resets, (unsigned long long)did.remaps,
	       (unsigned long long)did.bad_setting, (unsigned long long)did.bad_foreign, (unsigned long long)did.stale_owner, (unsigned long long)did.rx_none,
	       (unsigned long long)did.rx_many, (unsigned long long)did.loopbacks, (unsigned long long)did.full_frames, (unsigned long long)did.wraps);
	const uint64_t needed[] = {
		did.gathered[1], did.gathered[2], did.gathered[3], did.gathered[4], did.dropped, did.crossing, did.late_doorbells, did.raised_by_arm,
		did.ended_early, did.stopped[DOORBELL], did.stopped[DESC_DMA], did.stopped[LENGTH], did.stopped[FRAGMENTS], did.stopped[DATA_DMA],
		did.unsupported, did.bad_start, did.stop_in_flight, did.inside_at_reset, did.pf_resets, did.remaps, did.bad_setting, did.bad_foreign,
		did.stale_owner, did.rx_none, did.rx_many, did.loopbacks, did.full_frames, did.wraps, did.movable, did.fixed,
		did.movable_read, did.movable_forgotten, fetches == 16,
	};
	for (unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!needed[i])
			fail("something was never tried: number", i);
}

int main(int argc, char **argv)
{
	std::vector<unsigned> few = {0, 1, 2, 3, 4, 5, 6, 63}, all;

	Verilated::commandArgs(argc, argv);
	seed_from(argc, argv);
	for (unsigned i = 0; i < kFns; i++)
		all.push_back(i);
	for (unsigned i = 0; i < kQps; i++)
		for (unsigned d = 0; d < 2; d++)
			queues[i][d].qp = i, queues[i][d].dir = d;
	top = new Vsvnic_queue_tb;
	reset(top);

	fair_knobs(50);
	start_over(few, 2, 128);
	for (unsigned i = 0; i < 40 || (!did.stale_owner && i < 200); i++)	// the rarest of what is needed
		random_phase(i);
	grow_old(few);
	fairness(few);
	latency(few, TX);
	latency(few, RX);
	/* A queue alone has at most 32 descriptors under way in 200 cycles and some: 0.15 per cycle. */
	speed(TX, all, 1, 0.12);
	speed(RX, all, 1, 0.12);
	speed(TX, all, 64, 0.3);
	speed(RX, all, 64, 0.22);
	totals();
	return 0;
}
