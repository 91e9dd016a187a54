// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <algorithm>

#include "svnic/regs.h"

extern "C" {
#include "tlp.h"
}

namespace {
constexpr uint64_t pf_bar0 = UINT64_C(0x8000000000), pf_bar2 = UINT64_C(0x8000100000), vf_bar0 = UINT64_C(0x8010000000), vf_bar2 = UINT64_C(0x8020000000);
constexpr unsigned int bus = 5;
constexpr uint16_t poll_tag = 0x99;
}	// namespace

const Profile profiles[] = {
	//  name       act  stall errors resets big jump batch
	{"calm",       45,     0,    1,    60,  20,   5,    5},
	{"stalled",    50,   500,    1,    60,  20,   5,    5},
	{"hostile",    36,   150,    8,   100,  20,  20,    5},
	{"large",      60,   100,    1,    60, 400,   5,    3},
	{"sleepy",     50,    50,    2,    60,  20, 200,    5},
	{"crowded",    30,   300,    3,    80,   5,  10,    8},
	{"flood",      14,    20,    1,    20,   5,   2,   20},
};
const unsigned int num_profiles = sizeof(profiles) / sizeof(profiles[0]);

Host::Host(svnic::Link &card_, Random &random_, Random &noise_, const Profile &profile_, unsigned int num_vfs_, unsigned int drivers)
	: card(card_), random(random_), noise(noise_), scheduler(Random(noise_).next()), profile(profile_), num_vfs(num_vfs_), root(card_, memory, noise_)
{
	unsigned int many = std::min(num_vfs, drivers);

	for (unsigned int i = 0; i <= many; i++) {	// the PF, the last VF, the first, and others
		Function f{};

		f.area = i;
		f.id = i < 2 ? i : i == many ? num_vfs : num_vfs > 13 ? 2 + (i - 2) * (num_vfs - 3) / 12 : i;
		functions.push_back(f);
	}
	for (unsigned int i = 0; i < 4; i++)
		busy.push_back(noise.below(static_cast<uint32_t>(functions.size())));
	root.rates.latency = noise.chance(500) ? 40 : 400;
	root.rates.answer = noise.between(200, 1000);
	root.rates.ur = root.rates.ca = profile.errors;
	root.rates.poison = root.rates.wrong = profile.errors;
	root.rates.lost = profile.errors / 2;
	set_up_card();
	next_act = next_run_state = 3000;
}

Host::Totals Host::totals() const
{
	Totals t = count;

	t.errors += root.errors;
	t.completions += root.completions;
	return t;
}

// ---- requests -------------------------------------------------------------------------------------------------------------------

uint64_t Host::bar0(unsigned int id) const
{
	return id ? vf_bar0 + (id - 1) * UINT64_C(0x10000) : pf_bar0;
}

uint64_t Host::bar2(unsigned int id) const
{
	return id ? vf_bar2 + (id - 1) * UINT64_C(0x10000) : pf_bar2;
}

Host::Function &Host::any()
{
	return functions[random.chance(600) ? busy[random.below(4)] : random.below(static_cast<uint32_t>(functions.size()))];
}

void Host::begin(uint8_t type, uint64_t address, unsigned int dw)
{
	if (dw > (0x1000 - (address & 0xfff)) / 4)	// no request crosses 4 KiB
		dw = (0x1000 - (address & 0xfff)) / 4;
	memset(&t, 0, offsetof(svnic_tlp, payload) + 16);
	t.size = sizeof(t);
	t.type = type;
	t.address = address;
	t.dw = static_cast<uint16_t>(dw);
	t.first_be = 15;
	t.last_be = dw > 1 ? 15 : 0;
	t.requester = 0x0008;
	t.tag = static_cast<uint16_t>(noise.below(0x80));
}

void Host::send()
{
	count.requests += card.requests.push(t);
}

void Host::write(uint64_t address, uint64_t value, unsigned int dw)
{
	begin(SVNIC_TLP_MWR, address, dw);
	memcpy(t.payload, &value, 8);
	send();
}

void Host::read(uint64_t address, unsigned int dw)
{
	begin(SVNIC_TLP_MRD, address, dw);
	if (random.chance(100)) {	// some of the bytes only, or none: a zero-length read
		t.first_be = static_cast<uint8_t>(t.dw > 1 ? random.between(1, 15) : random.below(16));
		t.last_be = static_cast<uint8_t>(t.dw > 1 ? random.between(1, 15) : 0);
	}
	send();
}

void Host::config(unsigned int id, unsigned int reg, uint32_t value, unsigned int be)
{
	begin(SVNIC_TLP_CFGWR0, reg, 1);
	t.completer = static_cast<uint16_t>(bus << 8 | id);
	t.first_be = static_cast<uint8_t>(be);
	memcpy(t.payload, &value, 4);
	send();
}

void Host::config_read(unsigned int id, unsigned int reg, uint16_t tag)
{
	begin(SVNIC_TLP_CFGRD0, reg, 1);
	t.completer = static_cast<uint16_t>(bus << 8 | id);
	t.tag = tag;
	send();
}

// ---- set-up ---------------------------------------------------------------------------------------------------------------------

void Host::set_up_card()
{
	const struct {
		unsigned int reg;
		uint64_t base;
	} bars[] = {{0x10, pf_bar0}, {0x18, pf_bar2}, {0x1a4, vf_bar0}, {0x1ac, vf_bar2}};

	for (const auto &b : bars) {
		config(0, b.reg, static_cast<uint32_t>(b.base), 15);
		config(0, b.reg + 4, b.base >> 32, 15);
	}
	timeouts_in = 0;
	config(0, 0x04, 0x106, 3);
	config(0, 0x190, num_vfs, 3);
	config(0, 0x188, 0x19, 3);
	for (unsigned int g = 0; g < 3; g++) {
		uint32_t members[8] = {};

		for (const Function &f : functions)	// and some that have no driver, or do not exist
			members[f.id / 32] |= static_cast<uint32_t>(noise.chance(g ? 150 : 600)) << f.id % 32;
		for (unsigned int k = 0; k < 6; k++)
			members[noise.below(8)] |= 1u << noise.below(32);
		for (unsigned int d = 0; d < 8; d++)
			write(pf_bar0 + SVNIC_GROUP(g) + 4 * d, members[d]);
	}
	if (scheduler.chance(200))	// storm control that is met
		write(pf_bar0 + SVNIC_STORM, scheduler.between(1, 12));
	for (Function &f : functions)
		set_up(f);
}

void Host::set_up(Function &f)
{
	uint32_t bucket = (2u ^ f.id) & 0xff;

	f.state = State::Up;
	if (f.id)
		config(f.id, 0x04, 4, 3);
	for (unsigned int i = 0; i < qps; i++)
		write(pf_bar0 + SVNIC_QP_MAP(f.id) + 4 * i, 0x80000000 | (qps * f.area + i));
	for (unsigned int i = 0; i < slots; i++) {
		write(pf_bar0 + SVNIC_SLOT_MAP(f.id) + 4 * i, 0x80000000 | (slots * f.area + i));
		write(bar2(f.id) + SVNIC_MSIX(i), 0xfee00000, 2);
		write(bar2(f.id) + SVNIC_MSIX(i) + 8, f.id * 16 + i, 2);
	}
	write(pf_bar0 + SVNIC_FUNC(f.id), (scheduler.chance(700) ? 0xc : 4 * scheduler.below(4)) | (noise.chance(300) ? 3 : 1));
	write(pf_bar0 + SVNIC_MAC_TABLE(4 * bucket), 2);
	write(pf_bar0 + SVNIC_MAC_TABLE(4 * bucket) + 4, 0x80000000 | f.id << 16 | f.id << 8);
	config(f.id, 0x50, 0x80000000, 0xc);
	write(bar0(f.id) + SVNIC_CTRL, 1);
	for (unsigned int s = 0; s < slots; s++)
		set_up_slot(f, s);
	for (unsigned int q = 0; q < queues; q++)
		set_up_queue(f, q);
}

void Host::set_up_slot(Function &f, unsigned int s)
{
	const uint32_t holdoffs[] = {0, 0, 1, 10, 200, 3000};
	Random &choice = s < 2 ? noise : scheduler;
	Slot &slot = f.slot[s];
	uint64_t base = bar0(f.id) + SVNIC_SLOT(s);

	slot = {Memory::base(f.area) + 0x4000 * s, 5 + choice.below(3), 0, 0};
	if (uint8_t *p = memory.at(slot.ring, 0x1000))
		memset(p, 0, 0x1000);
	write(base + SVNIC_SLOT_RING_LO, slot.ring, 2);
	write(base + SVNIC_SLOT_CONFIG, slot.log2);
	write(base + SVNIC_SLOT_HOLDOFF, holdoffs[choice.below(6)]);
	write(base + SVNIC_SLOT_CTRL, 1);
}

void Host::set_up_queue(Function &f, unsigned int n)
{
	Queue &q = f.queue[n];
	uint64_t base = bar0(f.id) + SVNIC_QUEUE(n);

	q = {};
	q.ring = Memory::base(f.area) + 0x20000 + 0x8000 * n;
	q.cpl = q.ring + 0x4000;
	q.log2 = 5 + noise.below(3);
	q.slot = noise.below(3);
	bool movable = scheduler.chance(700);

	q.buffer_log2 = noise.chance(700) ? 11 : 8 + noise.below(7);
	if (uint8_t *p = memory.at(q.cpl, 0x4000))
		memset(p, 0, 0x4000);
	write(base + SVNIC_QUEUE_RING_LO, q.ring, 2);
	write(base + SVNIC_QUEUE_CPL_LO, q.cpl, 2);
	write(base + SVNIC_QUEUE_CONFIG, q.buffer_log2 << 16 | movable << 12 | q.slot << 8 | q.log2);
	write(base + SVNIC_QUEUE_CTRL, 1);
}

// ---- queues -----------------------------------------------------------------------------------------------------------------------

void Host::look_at(Queue &q)
{
	for (;; q.consumed++, q.stuck = 0) {
		unsigned int i = q.consumed & ((1u << q.log2) - 1u);
		unsigned int phase = memory.byte(q.cpl + 16 * i + 15) >> 7;

		if (phase == (q.consumed >> q.log2 & 1u))
			return;
	}
}

void Host::doorbell(Function &f, unsigned int n)
{
	const Queue &q = f.queue[n];
	uint64_t arm = random.chance(800);

	count.doorbells++;
	write(bar0(f.id) + SVNIC_QUEUE_DB(n), arm << 32 | static_cast<uint32_t>(q.consumed) << 16 | q.producer, 2);
}

void Host::descriptor(const Queue &q, uint64_t address, uint64_t meta)
{
	uint64_t at = q.ring + 16 * (q.producer & ((1u << q.log2) - 1u));

	memory.write(at, &address, 8);
	memory.write(at + 8, &meta, 8);
}

uint64_t Host::buffer(const Function &f, uint32_t length)
{
	if (random.chance(profile.errors))
		return (random.next() | UINT64_C(1) << 62) & ~UINT64_C(0xfff);	// nobody's memory
	uint64_t offset = noise.below(0x90000 - length);

	if (noise.chance(500))
		offset /= 64;
	if (noise.chance(500))
		offset *= 2;
	return Memory::base(f.area) + 0x50000 + offset;
}

void Host::mac(uint8_t *to)
{
	const uint8_t addresses[][6] = {{255, 255, 255, 255, 255, 255}, {1, 0, 94, 0, 0, 1}, {2, 9, 9, 9, 9, 9}};
	uint32_t which = random.below(14);

	memset(to, 0, 6);
	to[0] = 2;
	to[5] = static_cast<uint8_t>(any().id);
	if (which < 6)
		memcpy(to, addresses[which < 2 ? which : 2], 6);	// the last one is in the wire
}

void Host::make_frame(uint8_t *data, uint32_t length, unsigned int from)
{
	uint64_t fill = noise.next();

	for (uint32_t i = 0; i < length; i++)
		data[i] = static_cast<uint8_t>((fill >> i % 57) + i);
	if (length < 14)
		return;
	mac(data);
	memset(data + 6, 0, 6);
	data[6] = 2;
	data[11] = static_cast<uint8_t>(random.chance(950) ? from : any().id);
}

// One frame of some fragments; false: no room.
bool Host::transmit_one(Function &f, Queue &q, unsigned int most)
{
	std::vector<uint8_t> bytes(random.chance(profile.big) ? random.between(2000, 9216) : random.chance(400) ? 60 : random.between(14, 600));
	unsigned int fragments = random.chance(600) ? 1 : random.between(1, 6);
	size_t done = 0;

	if (random.chance(5 * profile.errors))
		bytes.resize(random.chance(500) ? random.below(14) : random.between(9217, 12000));
	if (random.chance(2 * profile.errors))
		fragments = random.between(20, 24);
	if (static_cast<uint16_t>(q.producer - q.consumed) + fragments > most)
		return false;
	make_frame(bytes.data(), static_cast<uint32_t>(bytes.size()), f.id);
	for (unsigned int i = 0; i < fragments; i++, q.producer++) {
		size_t length = i + 1 == fragments ? bytes.size() - done : random.below(static_cast<uint32_t>((bytes.size() - done) / 2 + 1));
		uint64_t address = buffer(f, static_cast<uint32_t>(length));
		uint64_t flags = i + 1 < fragments ? 0 : random.chance(20) ? 9 : 1;	// end of packet, sometimes to itself

		if (!length && i + 1 < fragments && !random.chance(profile.errors) && bytes.size() > done)
			length = 1;
		if (random.chance(profile.errors))
			flags ^= random.below(16);
		memory.write(address, bytes.data() + done, length);
		descriptor(q, address, length | flags << 16);
		done += length;
	}
	return true;
}

void Host::transmit(Function &f)
{
	unsigned int n = 2 * random.below(qps);
	Queue &q = f.queue[n];
	unsigned int most = 1u << q.log2;

	if (q.set_up_at)
		return;

	if (random.chance(profile.errors))
		most += 8;
	look_at(q);
	q.stuck++;
	for (unsigned int k = random.between(1, profile.batch); k && transmit_one(f, q, most); k--)
		;
	doorbell(f, n);
}

void Host::post_buffers(Function &f)
{
	unsigned int n = 2 * random.below(qps) + 1;
	Queue &q = f.queue[n];

	if (q.set_up_at)
		return;
	look_at(q);
	for (unsigned int k = random.below(4 * profile.batch); k && static_cast<uint16_t>(q.producer - q.consumed) < 1u << q.log2; k--, q.producer++)
		descriptor(q, buffer(f, 1u << q.buffer_log2), 0);
	doorbell(f, n);
}

void Host::receive()
{
	static svnic_frame frame;

	for (unsigned int k = random.between(1, profile.batch); k; k--) {
		frame.size = sizeof(frame);
		frame.length = random.chance(profile.big) ? random.between(1500, 9216) : random.chance(500) ? 60 : random.between(14, 1000);
		make_frame(frame.data, frame.length, 0xee);
		if (frame.data[1] == 9 && random.chance(800))	// the wire's own
			frame.data[1] = frame.data[2] = frame.data[3] = frame.data[4] = 0, frame.data[5] = static_cast<uint8_t>(any().id);
		count.frames_in += card.wire.push(frame);
	}
}

// What the fuzzer kept is of a time of two slots, and still means the same.
unsigned int Host::any_slot()
{
	return random.below(2) + 2 * scheduler.below(slots / 2);
}

void Host::acknowledge(Function &f)
{
	unsigned int s = any_slot();
	Slot &slot = f.slot[s];
	const uint32_t holdoffs[] = {0, 0, 2, 50, 400, 5000};

	uint16_t consumed = slot.consumed;

	if (slot.set_up_at)
		return;
	for (unsigned int k = random.below(8); k; k--, slot.consumed++) {
		unsigned int i = slot.consumed & ((1u << slot.log2) - 1u);

		if (memory.byte(slot.ring + 8 * i + 7) >> 7 == (slot.consumed >> slot.log2 & 1u))
			break;
		take_event(f, slot);
	}
	consumed = slot.consumed;
	if (random.chance(3 * profile.errors)) {
		consumed = static_cast<uint16_t>(random.chance(500) ? random.next() : consumed + random.below(8));
		slot.set_up_at = 1;	// nobody knows what the card believes now
		count.errors++;
	}
	write(bar0(f.id) + SVNIC_SLOT_DB(s), holdoffs[random.below(6)] << 16 | consumed, 2);
	if (slot.set_up_at)
		stop_slot(f, s);
}

// What the hypervisor says of CPUs, true or not, also of slots and functions that are not there.
void Host::run_state()
{
	unsigned int i = scheduler.chance(800) ? busy[scheduler.below(static_cast<uint32_t>(busy.size()))] : scheduler.below(static_cast<uint32_t>(functions.size()));
	unsigned int id = scheduler.chance(950) ? functions[i].id : scheduler.below(256), value = scheduler.below(4);

	if (scheduler.chance(30))
		return write(pf_bar0 + SVNIC_REDIRECT, scheduler.chance(500) ? 0 : scheduler.below(100));
	if (scheduler.chance(30))
		return read(pf_bar0 + SVNIC_RUN_STATE(id) + 4 * scheduler.below(16), 1);
	if (scheduler.chance(50))
		for (unsigned int s = 0; s < slots; s++)
			write(pf_bar0 + SVNIC_RUN_STATE(id) + SVNIC_RUN_STATE_SLOT(s), value);
	else
		write(pf_bar0 + SVNIC_RUN_STATE(id) + SVNIC_RUN_STATE_SLOT(scheduler.chance(950) ? scheduler.below(slots) : scheduler.below(16)), value);
}

void Host::take_event(Function &f, Slot &slot)
{
	const uint64_t at = slot.ring + 8 * (slot.consumed & ((1u << slot.log2) - 1u));
	unsigned int source = memory.byte(at), kind = memory.byte(at + 2);

	if (kind == SVNIC_EVENT_KIND_QUEUE_STOPPED && source < queues && !f.queue[source].set_up_at)
		stop_queue(f, source);
}

// ---- everything else ------------------------------------------------------------------------------------------------------------------

void Host::mask(Function &f)
{
	unsigned int v = any_slot();

	if (random.chance(700)) {
		write(bar2(f.id) + SVNIC_MSIX(v) + 12, random.below(2));
	} else if (random.chance(300)) {
		unsigned int word = random.below(3);

		write(bar2(f.id) + SVNIC_MSIX(v) + 4 * word, random.chance(800) ? 0xfee00000 : random.next() & 0xfffffffc);
	} else {
		config(f.id, 0x50, random.chance(700) ? 0x80000000 : random.below(4) << 30, 0xc);
	}
}

void Host::stop_queue(Function &f, unsigned int n)
{
	write(bar0(f.id) + SVNIC_QUEUE(n) + SVNIC_QUEUE_CTRL, 0);
	for (unsigned int k = random.below(4); k; k--)
		read(bar0(f.id) + SVNIC_QUEUE(n) + SVNIC_QUEUE_CTRL, 1 + random.below(2));
	f.queue[n].set_up_at = now + (random.chance(100) ? 1 : random.between(300, 1500));	// too early: refused, bad accesses
}

void Host::stop_slot(Function &f, unsigned int s)
{
	write(bar0(f.id) + SVNIC_SLOT(s) + SVNIC_SLOT_CTRL, 0);
	read(bar0(f.id) + SVNIC_SLOT(s) + SVNIC_SLOT_CTRL, 1);
	f.slot[s].set_up_at = now + (random.chance(100) ? 1 : random.between(100, 800));
}

void Host::continue_restart(Function &f)
{
	for (unsigned int n = 0; n < queues; n++)
		if (f.queue[n].set_up_at && f.queue[n].set_up_at <= now)
			set_up_queue(f, n);
	for (unsigned int s = 0; s < slots; s++)
		if (f.slot[s].set_up_at && f.slot[s].set_up_at <= now)
			set_up_slot(f, s);
}

void Host::restart(Function &f)
{
	if (random.chance(300))
		stop_slot(f, any_slot());
	else
		stop_queue(f, random.below(queues));
}

void Host::mailbox(Function &f)
{
	unsigned int id = any().id, word = random.below(16);
	uint64_t value = random.next();

	if (random.chance(500)) {
		write(bar0(f.id) + SVNIC_MBOX_OUT(word), value, 1 + random.below(2));
		write(bar0(f.id) + SVNIC_MBOX_CTRL, random.below(4));
		return;
	}
	read(pf_bar0 + SVNIC_VF_MBOX(id) + 8 * random.below(16), 2);
	write(pf_bar0 + SVNIC_VF_MBOX(id) + 0x40 + 4 * word, value);
	write(pf_bar0 + SVNIC_PF_MBOX_CTRL(id), random.below(4));
	write(pf_bar0 + SVNIC_FUNC(id) + SVNIC_FUNC_STATUS, random.below(8));
}

void Host::registers(Function &f)
{
	unsigned int id = any().id, dw = 1 + random.below(2);

	switch (random.below(8)) {
	case 0:
		return config_read(f.id, 4 * random.below(0x70));
	case 1:
		return read(pf_bar0 + 0x10000 + 8 * random.below(0xe000), dw);
	case 2:
		return read(bar2(f.id) + 8 * random.below(0x1002), dw);
	case 3:
		return read(bar0(f.id) + SVNIC_STAT(random.below(16)), 2);
	case 4:
		return read(pf_bar0 + SVNIC_PF_STAT(id) + 8 * random.below(16), 2);
	case 5:
		return write(bar0(f.id) + SVNIC_ERROR, 31);
	case 6:
		return read(bar0(f.id) + 0x2000 + 4 * random.below(0x480), dw);
	default:
		return read(bar0(f.id) + 4 * random.below(0x480), dw);
	}
}

void Host::bad_request(Function &f)
{
	const uint8_t types[] = {SVNIC_TLP_FETCHADD, SVNIC_TLP_SWAP, SVNIC_TLP_CAS, SVNIC_TLP_DMWR};
	uint64_t address = bar0(f.id) + 8 * random.below(0x1100);

	count.errors++;
	begin(SVNIC_TLP_MWR, address, 1);
	switch (random.below(9)) {
	case 0:		// part of a DW
		t.first_be = static_cast<uint8_t>(random.below(15));
		break;
	case 1:		// more than 2 DW
		t.dw = static_cast<uint16_t>(random.between(3, 200));
		t.address &= ~UINT64_C(0xfff);
		t.last_be = 15;
		memset(t.payload, 0x5a, 4u * t.dw);
		break;
	case 2:
		t.poisoned = true;
		break;
	case 3:
		begin(SVNIC_TLP_MRD, address & ~UINT64_C(0xfff), random.between(3, 64));
		break;
	case 4:		// nobody's
		t.address = random.next() & UINT64_C(0xffffffff8);
		t.type = random.chance(500) ? SVNIC_TLP_MRD : SVNIC_TLP_MWR;
		break;
	case 5:
		t.type = types[random.below(4)];
		t.dw = t.type == SVNIC_TLP_CAS ? 2 : 1;
		t.last_be = t.type == SVNIC_TLP_CAS ? 15 : 0;
		break;
	case 6:
		t.type = SVNIC_TLP_MSG;
		t.dw = 0;
		t.address = 0;
		t.first_be = 0;
		t.msg_code = static_cast<uint8_t>(random.next());
		break;
	case 7:
		t.address = 4 * random.below(1024);
		begin(random.chance(500) ? SVNIC_TLP_CFGRD0 : SVNIC_TLP_CFGWR0, t.address, 1);
		t.completer = static_cast<uint16_t>(bus << 8 | (num_vfs < 255 ? random.between(num_vfs + 1, 255) : 255));
		t.poisoned = t.type == SVNIC_TLP_CFGWR0 && random.chance(500);
		break;
	default:	// registers at random
		f.stray = true;
		t.address = bar0(f.id) + 4 * random.below(0x4000);
		for (unsigned int i = 0; i < 4; i++)
			t.payload[i] = static_cast<uint8_t>(random.below(256));
	}
	send();
}

// Any header at all. What no link could carry goes nowhere but to the ABI's own check (malformed()).
void Host::any_request(Function &f)
{
	count.errors++;
	f.stray = true;
	auto type = static_cast<uint8_t>(random.below(13));

	begin(type, random.chance(700) ? bar0(f.id) + random.below(0x10000) : random.next(), 1);
	t.dw = static_cast<uint16_t>(random.chance(800) ? random.below(5) : random.next());
	if (t.type == SVNIC_TLP_CFGRD0 || t.type == SVNIC_TLP_CFGWR0)
		t.address &= 0xfff;
	if (random.chance(900))
		t.address &= ~UINT64_C(3);
	t.first_be = static_cast<uint8_t>(random.below(17));
	t.last_be = static_cast<uint8_t>(t.dw == 1 ? 0 : random.below(17));
	t.completer = static_cast<uint16_t>(bus << 8 | f.id);
	t.poisoned = random.chance(100);
	t.tc = static_cast<uint8_t>(random.below(8));
	t.attr = static_cast<uint8_t>(random.below(4));
	for (size_t i = 0; i < std::min<size_t>(4u * t.dw, sizeof(t.payload)); i++)
		t.payload[i] = static_cast<uint8_t>(noise.next());
	if (t.type == SVNIC_TLP_CPL || t.type == SVNIC_TLP_CPLD)
		return any_completion();
	if (tlp_valid(&t))
		return send();
	malformed_ = true;
}

// One that nobody asked for, most of the time.
void Host::any_completion()
{
	t.tag = static_cast<uint16_t>(random.below(64));
	t.requester = static_cast<uint16_t>(bus << 8 | random.below(3));
	t.status = static_cast<uint8_t>(random.below(8));
	t.lower_address = static_cast<uint8_t>(random.below(129));
	t.byte_count = static_cast<uint16_t>(random.below(5000));
	malformed_ = !tlp_valid(&t);
	if (!malformed_)
		count.completions += card.completions.push(t);
}

const svnic_tlp *Host::malformed()
{
	bool was = malformed_;

	malformed_ = false;
	return was ? &t : nullptr;
}

// Completion Timeout Disable for a few acts: however long they take, no read is over that has no answer.
void Host::disable_timeouts()
{
	config(0, 0x98, 0x10, 1);
	timeouts_in = 20;
	jump = 17000000;
}

void Host::enable_timeouts()
{
	config(0, 0x98, 0, 1);
	timeouts_in = 0;
}

void Host::settings(Function &f)
{
	unsigned int reg;
	uint64_t value;

	switch (random.below(6)) {
	case 5:		// storm control, and mostly none
		return write(pf_bar0 + SVNIC_STORM, random.chance(700) ? 0 : random.below(60));
	case 0:		// MPS, MRRS, Extended Tag, Relaxed Ordering, reporting
		value = random.next();
		config(0, 0x78, value & 0x717f, 3);
		if (value >> 32 & 1)
			disable_timeouts();
		return;
	case 1:
		reg = 0x104 + 4 * random.below(5);
		return config(f.id, reg, random.next(), 15);
	case 2:
		return config(f.id, 0x78, 0x000f0000, 0xc);	// Device Status
	case 3:
		write(pf_bar0 + SVNIC_FUNC(f.id), (random.chance(700) ? 1 : random.below(4)) | 4 * scheduler.below(4));
		return;
	default:
		write(bar0(f.id) + SVNIC_CTRL, random.chance(700));
	}
}

void Host::carrier()
{
	card.carrier = random.chance(700);
}

// D3hot and back; an aperture of another size while no VF is there is in reset_ended.
void Host::power(Function &f)
{
	config(0, 0x44, 3, 1);
	for (unsigned int k = random.below(4); k; k--)
		registers(f);
	config(0, 0x44, 0, 1);
}

void Host::bus_master(Function &f)
{
	config(f.id, 0x04, f.id ? 0 : 0x102, 3);
	for (unsigned int k = random.below(4); k; k--)
		registers(f);
	config(f.id, 0x04, f.id ? 4 : 0x106, 3);
}

// ---- resets -----------------------------------------------------------------------------------------------------------------------------

void Host::start_reset(Function &f)
{
	if (reset_kind != Reset::None || (!f.id && random.chance(800)))	// the PF's takes all with it, and its time
		return;
	count.resets++;
	hot_reset = random.chance(40);
	if (hot_reset)
		return;
	if (random.chance(30)) {
		reset_kind = Reset::Vfs;
		poll_function = functions.back().id;
		config(0, 0x188, 0x18, 1);
		count.resets += functions.size() - 2;
	} else {
		reset_kind = Reset::Function;
		poll_function = f.id;
		config(f.id, 0x78, 0x8000, 2);
	}
	for (Function &g : functions)
		if (g.id == poll_function || (g.id && (reset_kind == Reset::Vfs || !poll_function)))
			g.state = State::Resetting;
	poll_at = now + random.below(500);
}

void Host::poll()
{
	poll_at = 0;
	if (!(++polls % 6)) {	// a read without an answer holds it up
		if (poll_function)
			enable_timeouts();
		jump = 17000000;
	}
	config_read(poll_function, 0, poll_tag);
}

void Host::reset_ended()
{
	Reset kind = reset_kind;

	reset_kind = Reset::None;
	polls = 0;
	if (kind == Reset::Function && poll_function) {
		for (Function &f : functions)
			if (f.id == poll_function)
				set_up(f);
		return;
	}
	if (kind == Reset::Function)
		return set_up_card();
	config(0, 0x1a0, 1u << random.below(5), 15);	// some are no supported page size
	config(0, 0x190, random.chance(700) ? num_vfs : random.between(0, num_vfs), 3);
	config(0, 0x188, 0x19, 1);
	for (Function &f : functions)
		if (f.id)
			set_up(f);
}

void Host::hot_reset_done()
{
	hot_reset = false;
	count.hot_resets++;
	root.reset();
	set_up_card();
	next_act = now + 3000;
}

// ---- what the card says ---------------------------------------------------------------------------------------------------------------

// The drivers gave each function addresses of its own area only. A single DW may be a message of a vector that was written at random.
void Host::look_for_trespass(const svnic_tlp &tlp)
{
	const unsigned int requester = tlp.requester & 0xffu;
	bool bound = false, foreign = false;	// to its own area; in another one

	if (tlp.dw == 1 || trespassed)
		return;
	for (const Function &f : functions) {
		bool inside = tlp.address - Memory::base(f.area) < Memory::area_size;

		bound |= f.id == requester && !f.stray;
		foreign |= f.id != requester && inside;
	}
	trespassed = bound && foreign;
	if (trespassed)
		svnic::copy(trespass_, tlp);
}

void Host::posted(const svnic_tlp &tlp)
{
	look_for_trespass(tlp);
	if (tlp.type == SVNIC_TLP_MWR)
		root.store(tlp);
}

void Host::non_posted(const svnic_tlp &tlp)
{
	look_for_trespass(tlp);
	root.read(tlp, now);
}

void Host::completion(const svnic_tlp &tlp)
{
	if (tlp.tag != poll_tag || reset_kind == Reset::None)
		return;
	if (tlp.status == SVNIC_CPL_RRS)
		poll_at = now + 300;
	else
		reset_ended();
}

void Host::frame(const svnic_frame &)
{
	count.frames_out++;
}

// ---- time and chance --------------------------------------------------------------------------------------------------------------------

uint64_t Host::increment()
{
	uint64_t ns = jump;

	jump = 0;
	if (ns)
		return SVNIC_NS(ns);
	return profile.jump > 100 && noise.chance(300) ? noise.next() & 0xffffff : SVNIC_NS(4);
}

void Host::gates()
{
	svnic::Link::Gate &g = card.gate;

	for (bool *gate : {&g.hrq, &g.rcp, &g.wrx, &g.hcp, &g.wrq, &g.rrq, &g.wtx})
		*gate = stopped || !noise.chance(profile.stall);
}

void Host::act()
{
	Function &f = any();
	uint32_t what = random.below(10000), from = 0;
	auto is = [&](uint32_t share) { return what < (from += share); };

	if (timeouts_in && f.state == State::Up && !--timeouts_in)
		enable_timeouts();
	if (f.state != State::Up)
		return random.chance(900) ? receive() : bad_request(f);
	for (unsigned int n = 0; n < queues; n += 2)
		if (f.queue[n].stuck > 12 && !f.queue[n].set_up_at)
			return stop_queue(f, n);
	continue_restart(f);
	if (is(profile.resets))
		return start_reset(f);
	if (is(profile.jump)) {
		jump = random.chance(100) ? 17000000 : random.below(300000);
		return;
	}
	if (is(3000)) return transmit(f);
	if (is(2300)) return post_buffers(f);
	if (is(1500)) return receive();
	if (is(1300)) return acknowledge(f);
	if (is(600)) return registers(f);
	if (is(50 * profile.errors)) return bad_request(f);
	if (is(10 * profile.errors)) return any_request(f);
	if (is(400)) return mask(f);
	if (is(60)) return restart(f);
	if (is(200)) return mailbox(f);
	if (is(60)) return settings(f);
	if (is(20)) return bus_master(f);
	if (is(40)) return carrier();
	if (is(5)) return power(f);
	transmit(f);
}

void Host::cycle()
{
	now++;
	root.cycle(now);
	if (profile.stall)
		gates();
	if (stopped) {
		root.rates.latency = 0;
		root.rates.answer = 1000;
		return;
	}
	if (poll_at && now >= poll_at && card.requests.empty())
		poll();
	if (now >= next_run_state && card.requests.size() <= 100) {
		next_run_state = now + scheduler.between(1, 8 * profile.act_every);
		run_state();
	}
	if (now < next_act || card.requests.size() > 100)
		return;
	next_act = now + random.between(1, profile.act_every);
	act();
}
