// SPDX-License-Identifier: Apache-2.0
// How fast is the card? The RTL alone against an ideal host: every channel always ready, every read answered after a fixed number of cycles, a
// driver that reacts to event entries after a fixed number of cycles. Cycle-exact and the same on every machine; only kHz depends on where it runs.
//
//	bench --test tx|rx|both|latency|speed [--functions N] [--queues N] [--bytes N] [--latency N] [--cycles N]
//
// Prints key=value, one line. A packet counts when its descriptor and payload were read or written, its completion was written and the event entry
// behind that completion too (acceptance.md, measurements).
#include "rtl_card.h"

#include <getopt.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include "svnic/regs.h"

using namespace svnic;

namespace {

constexpr uint64_t bar_pf = UINT64_C(0x8000000000), bar_pf2 = UINT64_C(0x8000100000), bar_vf = UINT64_C(0x8010000000), bar_vf2 = UINT64_C(0x8020000000);
constexpr uint64_t memory_base = UINT64_C(0x100000000), block = 0x10000, msi = 0xfee00000;
constexpr unsigned int ring_log2 = 8, ring = 1 << ring_log2, chunk = 256;	// bytes of a completion at most

struct Options {
	std::string test = "tx";
	unsigned int functions = 1, queues = 8, bytes = 64, latency = 200, reaction = 50, holdoff = 63;	// hold-off: 4 us
	uint64_t warm_up = 20000, cycles = 40000;
};

struct Way {	// one direction of a queue pair
	uint64_t ring, cpl;
	uint16_t producer = 0, done = 0, told = 0;	// told: completions that an event entry stands behind
};

struct Pair {
	unsigned int function, local, slot;
	Way way[2];	// TX, RX
};

struct Slot {
	uint64_t ring;
	unsigned int function, local;
	uint16_t seen = 0;
};

struct Event {
	uint64_t when;
	unsigned int slot, pair, way;
};

struct Read {
	svnic_tlp tlp;
	uint64_t ready;
	uint32_t done;
};

struct Channels {
	uint64_t hrq = 0, rcp = 0, wrq = 0, rrq = 0, wtx = 0, wrx = 0;	// TLPs, frames
};

class Bench : public Observer {
public:
	explicit Bench(const Options &o_) : o(o_), card({})
	{
		memory.resize(pairs_count() * block + o.functions * 0x1000);
	}
	void run();

	// ---- what the card does --------------------------------------------------------------------------------------------------------
	void request_taken(const svnic_tlp &t)
	{
		channels.hrq++;
		if (t.type == SVNIC_TLP_MWR && waiting_for_doorbell && t.dw == 2 && (t.address & 0xf000) == SVNIC_QUEUE_DB(0)) {
			doorbell_at = now;
			waiting_for_doorbell = false;
		}
	}
	void completion_taken(const svnic_tlp &) { channels.rcp++; }
	void frame_taken(const svnic_frame &)
	{
		channels.wrx++;
		frame_in_at = now;
	}
	void posted_begins(const svnic_tlp &t)
	{
		if (t.address == msi)
			msi_at = now;
		else if (is_completion(t.address) && !completion_at)
			completion_at = now;
	}
	void posted(const svnic_tlp &t);
	void non_posted(const svnic_tlp &t)
	{
		channels.rrq++;
		reads.push_back({t, now + o.latency, 0});
	}
	void frame_begins()
	{
		if (!beat_at)
			beat_at = now;
	}
	void frame(const svnic_frame &) { channels.wtx++; }

private:
	Options o;
	RtlCard card;
	std::vector<uint8_t> memory;
	std::vector<Pair> pairs;
	std::vector<Slot> slots;
	std::deque<Read> reads;
	std::deque<Event> events;
	Channels channels;
	uint64_t now = 0, packets[2] = {}, messages = 0, entries = 0;
	uint64_t doorbell_at = 0, beat_at = 0, frame_in_at = 0, completion_at = 0, msi_at = 0;
	bool waiting_for_doorbell = false, flood = false, driver = true;
	svnic_tlp r, t;	// a request, a completion
	svnic_frame f;

	size_t pairs_count() const { return o.functions * o.queues; }
	uint64_t bar(unsigned int fn) const { return fn ? bar_vf + (fn - 1) * UINT64_C(0x10000) : bar_pf; }
	uint64_t bar2(unsigned int fn) const { return fn ? bar_vf2 + (fn - 1) * UINT64_C(0x10000) : bar_pf2; }
	uint8_t *at(uint64_t address) { return memory.data() + (address - memory_base); }
	bool is_completion(uint64_t a) const { return a - memory_base < pairs_count() * block && (a % block) / 0x1000 % 2 == 1 && a % block < 0x4000; }

	void request(uint8_t type, uint64_t address, uint64_t value, unsigned int dw, unsigned int fn = 0);
	void write(uint64_t address, uint64_t value, unsigned int dw = 1) { request(SVNIC_TLP_MWR, address, value, dw); }
	void config(unsigned int fn, unsigned int reg, uint32_t value) { request(SVNIC_TLP_CFGWR0, reg, value, 1, fn); }
	void cycle();
	void settle();
	void set_up();
	void set_up_pair(unsigned int p);
	void fill(Pair &p, unsigned int w, unsigned int most);
	void doorbell(Pair &p, unsigned int w, bool arm);
	void react();
	void answer();
	void receive();
	void make_frame(uint8_t *data, unsigned int fn);
	void throughput(bool tx, bool rx);
	void latency();
	void speed();
};

void Bench::request(uint8_t type, uint64_t address, uint64_t value, unsigned int dw, unsigned int fn)
{
	memset(&r, 0, offsetof(svnic_tlp, payload) + 8);
	r.size = sizeof(r);
	r.type = type;
	r.address = address;
	r.dw = static_cast<uint16_t>(dw);
	r.first_be = 15;
	r.last_be = dw > 1 ? 15 : 0;
	r.completer = static_cast<uint16_t>(0x100 | fn);
	memcpy(r.payload, &value, 8);
	while (!card.requests.push(r))
		cycle();
}

void Bench::posted(const svnic_tlp &w)
{
	channels.wrq++;
	if (w.address == msi) {
		messages++;
		return;
	}
	memcpy(at(w.address), w.payload, 4u * w.dw);
	size_t p = (w.address - memory_base) / block;

	if (p >= pairs_count()) {	// event rings are behind the queues' blocks
		auto s = static_cast<unsigned int>((w.address - memory_base - pairs_count() * block) / 0x1000);
		unsigned int source = w.payload[0], kind = w.payload[2];

		entries++;
		slots[s].seen++;
		if (kind == SVNIC_EVENT_KIND_QUEUE)
			events.push_back({now + o.reaction, s, s * o.queues + source / 2, source & 1u});
		return;
	}
	if (is_completion(w.address))
		pairs[p].way[(w.address % block) / 0x2000].done += w.dw / 4;
}

// One completion of at most `chunk` bytes a cycle, the oldest read first.
void Bench::answer()
{
	if (reads.empty() || reads.front().ready > now || card.completions.size() > 8)
		return;
	Read &r = reads.front();
	uint64_t address = r.tlp.address + r.done;
	uint32_t left = 4u * r.tlp.dw - r.done, bytes = std::min(left, chunk - static_cast<uint32_t>(address % 64));

	memset(&t, 0, offsetof(svnic_tlp, payload));
	t.size = sizeof(t);
	t.type = SVNIC_TLP_CPLD;
	t.requester = r.tlp.requester;
	t.tag = r.tlp.tag;
	t.dw = static_cast<uint16_t>(bytes / 4);
	t.byte_count = static_cast<uint16_t>(left);
	t.lower_address = address & 0x7f;
	memcpy(t.payload, at(address), bytes);
	card.completions.push(t);
	r.done += bytes;
	if (bytes == left)
		reads.pop_front();
}

void Bench::fill(Pair &p, unsigned int w, unsigned int most)
{
	Way &way = p.way[w];

	for (; most && static_cast<uint16_t>(way.producer - way.done) < ring; most--, way.producer++) {
		uint64_t d[2] = {memory_base + (&p - pairs.data()) * block + 0x4000 + 0x800 * (way.producer % 16), w ? 0 : 1 << 16 | o.bytes};

		memcpy(at(way.ring + 16 * (way.producer % ring)), d, 16);
	}
}

void Bench::doorbell(Pair &p, unsigned int w, bool arm)
{
	Way &way = p.way[w];
	uint64_t value = static_cast<uint64_t>(arm) << 32 | static_cast<uint32_t>(way.done) << 16 | way.producer;

	write(bar(p.function) + SVNIC_QUEUE_DB(2 * p.local + w), value, 2);
}

// The driver: an event entry means that the queue is polled, refilled and armed, and the slot acknowledged.
void Bench::react()
{
	while (driver && !events.empty() && events.front().when <= now && card.requests.size() < 100) {
		Event e = events.front();
		Pair &p = pairs[e.pair];
		Way &w = p.way[e.way];

		events.pop_front();
		packets[e.way] += static_cast<uint16_t>(w.done - w.told);
		w.told = w.done;
		fill(p, e.way, ring);
		doorbell(p, e.way, true);
		write(bar(p.function) + SVNIC_SLOT_DB(p.slot), static_cast<uint32_t>(o.holdoff) << 16 | slots[e.slot].seen, 2);
	}
}

void Bench::make_frame(uint8_t *data, unsigned int fn)
{
	for (unsigned int i = 0; i < o.bytes; i++)
		data[i] = static_cast<uint8_t>(i);
	const uint8_t head[12] = {2, 0, 0, 0, 0, static_cast<uint8_t>(fn), 2, 9, 9, 9, 9, 9};

	memcpy(data, head, 12);
}

void Bench::receive()
{
	static unsigned int next;

	while (flood && card.wire.size() < 32) {
		f.size = sizeof(f);
		f.length = o.bytes;
		make_frame(f.data, pairs[o.queues * (next++ % o.functions)].function);
		card.wire.push(f);
	}
}

void Bench::cycle()
{
	now++;
	answer();
	receive();
	card.cycle(SVNIC_NS(4), *this);
}

void Bench::settle()
{
	for (unsigned int idle = 0; idle < 3 * o.latency + 200; idle = card.busy() ? 0 : idle + 1)
		cycle();
}

void Bench::set_up_pair(unsigned int n)
{
	Pair &p = pairs[n];
	uint64_t base = memory_base + n * block;

	write(bar_pf + SVNIC_QP_MAP(p.function) + 4 * p.local, 0x80000000 | n);
	for (unsigned int w = 0; w < 2; w++) {
		uint64_t q = bar(p.function) + SVNIC_QUEUE(2 * p.local + w);

		p.way[w].ring = base + 0x2000 * w;
		p.way[w].cpl = p.way[w].ring + 0x1000;
		write(q + SVNIC_QUEUE_RING_LO, p.way[w].ring, 2);
		write(q + SVNIC_QUEUE_CPL_LO, p.way[w].cpl, 2);
		write(q + SVNIC_QUEUE_CONFIG, 11 << 16 | p.slot << 8 | ring_log2);
		write(q + SVNIC_QUEUE_CTRL, 1);
	}
	for (unsigned int i = 0; i < 16; i++) {
		make_frame(at(base + 0x4000 + 0x800 * i), p.function);
		at(base + 0x4000 + 0x800 * i)[0] = 4;	// to nobody here: the wire
	}
}

void Bench::set_up()
{
	const uint64_t bars[] = {bar_pf, bar_pf2, bar_vf, bar_vf2};
	const unsigned int regs[] = {0x10, 0x18, 0x1a4, 0x1ac};

	settle();
	for (unsigned int i = 0; i < 4; i++) {
		config(0, regs[i], static_cast<uint32_t>(bars[i]));
		config(0, regs[i] + 4, bars[i] >> 32);
	}
	config(0, 0x04, 6);
	config(0, 0x78, 0x5130);	// Extended Tag, MPS 256, MRRS 4096, relaxed ordering
	config(0, 0x190, SVNIC_NUM_VFS);
	config(0, 0x188, 0x19);
	pairs.resize(pairs_count());
	slots.resize(o.functions);
	for (unsigned int k = 0; k < o.functions; k++) {
		unsigned int fn = o.functions == 1 ? 0 : k + 1;
		uint64_t s = bar(fn) + SVNIC_SLOT(0);

		slots[k] = {memory_base + pairs_count() * block + 0x1000 * k, fn, 0};
		if (fn)
			config(fn, 0x04, 4);
		config(fn, 0x50, 0x80000000);
		write(bar_pf + SVNIC_FUNC(fn), 1);
		write(bar_pf + SVNIC_MAC_TABLE(4 * (2 ^ fn)), 2);
		write(bar_pf + SVNIC_MAC_TABLE(4 * (2 ^ fn)) + 4, 0x80000000 | fn << 16 | fn << 8);
		write(bar(fn) + SVNIC_CTRL, 1);
		write(bar_pf + SVNIC_SLOT_MAP(fn), 0x80000000 | k);
		write(bar2(fn) + SVNIC_MSIX(0), msi, 2);
		write(bar2(fn) + SVNIC_MSIX(0) + 8, 0, 2);
		write(s + SVNIC_SLOT_RING_LO, slots[k].ring, 2);
		write(s + SVNIC_SLOT_CONFIG, 5);
		write(s + SVNIC_SLOT_HOLDOFF, o.holdoff);
		write(s + SVNIC_SLOT_CTRL, 1);
		for (unsigned int q = 0; q < o.queues; q++) {
			pairs[k * o.queues + q] = {fn, q, 0, {}};
			set_up_pair(k * o.queues + q);
		}
	}
	settle();
}

void Bench::throughput(bool tx, bool rx)
{
	for (unsigned int w = 0; w < 2; w++)
		for (Pair &p : pairs)
			if (w ? rx && p.local == 0 : tx) {
				fill(p, w, ring);
				doorbell(p, w, true);
			}
	flood = rx;
	for (uint64_t c = 0; c < o.warm_up; c++) {
		cycle();
		react();
	}
	Channels before = channels;
	uint64_t events_before = entries, messages_before = messages;

	packets[0] = packets[1] = 0;
	for (uint64_t c = 0; c < o.cycles; c++) {
		cycle();
		react();
	}
	double n = static_cast<double>(o.cycles), all = static_cast<double>(packets[0] + packets[1]);

	printf("test=%s functions=%u queues=%u bytes=%u latency=%u tx=%.4f rx=%.4f hrq=%.4f rcp=%.4f wrq=%.4f rrq=%.4f wtx=%.4f wrx=%.4f "
	       "events=%.4f messages=%.5f tlps_per_packet=%.2f\n",
	       o.test.c_str(), o.functions, o.queues, o.bytes, o.latency, packets[0] / n, packets[1] / n, (channels.hrq - before.hrq) / n,
	       (channels.rcp - before.rcp) / n, (channels.wrq - before.wrq) / n, (channels.rrq - before.rrq) / n, (channels.wtx - before.wtx) / n,
	       (channels.wrx - before.wrx) / n, (entries - events_before) / all, (messages - messages_before) / all,
	       (channels.hrq + channels.rcp + channels.wrq + channels.rrq - before.hrq - before.rcp - before.wrq - before.rrq) / all);
}

// One packet on an idle card, hold-off 0.
void Bench::latency()
{
	Pair &p = pairs[0];

	driver = false;
	fill(p, 0, 1);
	waiting_for_doorbell = true;
	beat_at = completion_at = msi_at = 0;
	doorbell(p, 0, true);
	settle();
	uint64_t tx_cpl = completion_at - beat_at, tx_msi = msi_at - completion_at, first = beat_at - doorbell_at;

	write(bar(p.function) + SVNIC_SLOT_DB(0), slots[0].seen, 2);
	fill(p, 1, 8);
	doorbell(p, 1, true);
	settle();
	completion_at = msi_at = 0;
	f.size = sizeof(f);
	f.length = o.bytes;
	make_frame(f.data, p.function);
	card.wire.push(f);
	settle();
	printf("test=latency bytes=%u latency=%u doorbell_to_first_beat=%" PRIu64 " beat_to_tx_completion=%" PRIu64 " last_beat_to_completion=%" PRIu64
	       " completion_to_msix=%" PRIu64 " tx_completion_to_msix=%" PRIu64 "\n",
	       o.bytes, o.latency, first, tx_cpl, completion_at - frame_in_at, msi_at - completion_at, tx_msi);
}

// Thousands of cycles per second of this machine: idle, and with both directions loaded.
void Bench::speed()
{
	auto khz = [&](auto &&body) {
		double best = 0;

		for (int i = 0; i < 5; i++) {
			auto start = std::chrono::steady_clock::now();

			for (uint64_t c = 0; c < o.cycles; c++)
				body();
			best = std::max(best, o.cycles / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 1000);
		}
		return best;
	};
	double idle = khz([&] { cycle(); });

	for (unsigned int w = 0; w < 2; w++)
		for (Pair &p : pairs)
			if (!w || p.local == 0) {
				fill(p, w, ring);
				doorbell(p, w, true);
			}
	flood = true;
	double loaded = khz([&] {
		cycle();
		react();
	});

	printf("test=speed width=%u functions=%u bytes=%u idle_khz=%.0f loaded_khz=%.0f\n", 8 * RtlCard::beat_bytes, o.functions, o.bytes, idle, loaded);
}

void Bench::run()
{
	if (o.test == "latency")
		o.holdoff = 0;
	set_up();
	if (o.test == "latency")
		latency();
	else if (o.test == "speed")
		speed();
	else
		throughput(o.test != "rx", o.test != "tx");
}

Options parse(int argc, char **argv)
{
	static const option known[] = {{"test", 1, nullptr, 't'},    {"functions", 1, nullptr, 'f'}, {"queues", 1, nullptr, 'q'}, {"bytes", 1, nullptr, 'b'},
				       {"latency", 1, nullptr, 'l'}, {"cycles", 1, nullptr, 'c'},    {"reaction", 1, nullptr, 'r'}, {}};
	Options o;

	for (int c; (c = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
		auto number = static_cast<unsigned int>(optarg ? strtoul(optarg, nullptr, 0) : 0);

		switch (c) {
		case 't': o.test = optarg; break;
		case 'f': o.functions = number; break;
		case 'q': o.queues = number; break;
		case 'b': o.bytes = number; break;
		case 'l': o.latency = number; break;
		case 'c': o.cycles = number; break;
		case 'r': o.reaction = number; break;
		default: exit(2);
		}
	}
	if (!o.functions || o.functions > SVNIC_NUM_VFS || !o.queues || o.queues > 16 || o.functions * o.queues > 512 || o.bytes < 60 || o.bytes > 1600) {
		fprintf(stderr, "bench: functions 1..%d, queues 1..16 (512 in all), bytes 60..1600\n", SVNIC_NUM_VFS);
		exit(2);
	}
	return o;
}

}	// namespace

int main(int argc, char **argv)
{
	Bench bench(parse(argc, argv));

	bench.run();
	return 0;
}
