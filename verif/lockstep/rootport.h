// SPDX-License-Identifier: Apache-2.0
// The host's end of the link: memory, and completions for the card's reads in any split, order and interleaving, with errors.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "link.h"
#include "random.h"

class Memory {	// an area of 1 MiB for each of 16 functions, half of them below 4 GiB
public:
	static constexpr uint64_t area_size = 1 << 20;
	static constexpr unsigned int areas = 16;

	static uint64_t base(unsigned int area) { return (area & 1 ? UINT64_C(0x100000000) : UINT64_C(0x20000000)) + area * area_size; }
	// Where the bytes are, or null when no area has them all.
	uint8_t *at(uint64_t address, uint64_t length)
	{
		for (uint64_t low : {UINT64_C(0x20000000), UINT64_C(0x100000000)}) {
			uint64_t offset = address - low;

			if (offset < areas * area_size && offset + length <= areas * area_size && ((offset / area_size) & 1) == (low >> 32 & 1) &&
			    offset / area_size == (offset + length - 1) / area_size)
				return bytes.get() + offset;
		}
		return nullptr;
	}
	uint8_t byte(uint64_t address)
	{
		uint8_t *p = at(address, 1);

		return p ? *p : 0;
	}
	void write(uint64_t address, const void *data, size_t length)
	{
		if (uint8_t *p = at(address, length))
			memcpy(p, data, length);
	}

private:
	struct Free {
		void operator()(void *p) const { free(p); }
	};
	// calloc: pages that nobody touches cost nothing, and a fuzzer makes many
	std::unique_ptr<uint8_t[], Free> bytes{static_cast<uint8_t *>(calloc(areas, area_size))};
};

struct RootPortRates {
	uint32_t latency = 200;		// cycles, at most
	uint32_t answer = 700;		// per mille of cycles in which a completion is made, when one can be
	uint32_t ur = 0, ca = 0, poison = 0, lost = 0, wrong = 0;	// per mille of requests
};

class RootPort {
public:
	RootPortRates rates;
	uint64_t errors = 0, completions = 0;

	RootPort(svnic::Link &card, Memory &memory, Random &random) : card(card), memory(memory), random(random) {}

	void read(const svnic_tlp &tlp, uint64_t cycle)
	{
		Read r = {tlp, tlp.address + low_be(tlp.first_be), 0, cycle + random.below(rates.latency + 1)};
		uint8_t last = tlp.dw == 1 ? tlp.first_be : tlp.last_be;

		r.left = static_cast<uint32_t>(tlp.address + 4u * (tlp.dw - 1u) + high_be(last) - r.at);
		reads.push_back(r);
	}

	void cycle(uint64_t now)
	{
		if (reads.empty() || card.completions.size() > 64 || !random.chance(rates.answer))
			return;
		size_t i = random.below(static_cast<uint32_t>(reads.size()));

		if (reads[i].ready > now)
			return;
		if (answer(reads[i])) {
			reads[i] = reads.back();
			reads.pop_back();
		}
	}

	void store(const svnic_tlp &tlp)
	{
		for (uint32_t i = 0; i < 4u * tlp.dw; i++) {
			uint8_t be = i < 4 ? tlp.first_be : i / 4 + 1u == tlp.dw ? tlp.last_be : 15;

			if (be >> i % 4 & 1)
				memory.write(tlp.address + i, &tlp.payload[i], 1);
		}
	}

	bool idle() const { return reads.empty(); }
	void reset() { reads.clear(); }

private:
	struct Read {
		svnic_tlp tlp;
		uint64_t at;
		uint32_t left;
		uint64_t ready;
	};
	svnic::Link &card;
	Memory &memory;
	Random &random;
	std::vector<Read> reads;
	svnic_tlp cpl;

	static unsigned int low_be(uint8_t be) { return be & 1 ? 0 : be & 2 ? 1 : be & 4 ? 2 : be & 8 ? 3 : 0; }
	static unsigned int high_be(uint8_t be) { return be & 8 ? 4 : be & 4 ? 3 : be & 2 ? 2 : 1; }

	void begin(const Read &r, uint8_t type)
	{
		memset(&cpl, 0, offsetof(svnic_tlp, payload));
		cpl.size = sizeof(cpl);
		cpl.type = type;
		cpl.requester = r.tlp.requester;
		cpl.tag = r.tlp.tag;
		cpl.byte_count = static_cast<uint16_t>(r.left);
		cpl.lower_address = r.at & 0x7f;
	}

	bool fail(const Read &r, uint8_t status)
	{
		begin(r, SVNIC_TLP_CPL);
		cpl.status = status;
		cpl.lower_address = 0;
		completions += card.completions.push(cpl);
		errors++;
		return true;
	}

	// True: this was the last completion of the request.
	bool answer(Read &r)
	{
		if (random.chance(rates.lost)) {
			errors++;
			return true;
		}
		if (!memory.at(r.at, r.left) || random.chance(rates.ur))
			return fail(r, SVNIC_CPL_UR);
		if (random.chance(rates.ca))
			return fail(r, random.below(3) ? SVNIC_CPL_CA : SVNIC_CPL_RRS);
		return data(r);
	}

	bool data(Read &r)
	{
		uint32_t bytes = r.left, most = 64 * random.between(1, 8) - r.at % 64;	// ends on a read completion boundary

		if (bytes > most)
			bytes = most;
		begin(r, SVNIC_TLP_CPLD);
		cpl.dw = static_cast<uint16_t>((r.at % 4 + bytes + 3) / 4);
		memset(cpl.payload, 0xee, 4u * cpl.dw);
		memcpy(cpl.payload + r.at % 4, memory.at(r.at, bytes), bytes);
		cpl.poisoned = random.chance(rates.poison);
		errors += cpl.poisoned;
		if (random.chance(rates.wrong))
			return make_wrong();
		completions += card.completions.push(cpl);
		r.at += bytes;
		r.left -= bytes;
		return !r.left;
	}

	// One that belongs to nothing: the right one comes later.
	bool make_wrong()
	{
		switch (random.below(4)) {
		case 0:
			cpl.tag = static_cast<uint16_t>(random.below(1024));
			break;
		case 1:
			cpl.requester ^= 1u << random.below(8);
			break;
		case 2:
			cpl.byte_count = static_cast<uint16_t>(random.between(1, 4096));
			break;
		default:
			cpl.lower_address ^= 1u << random.below(7);
		}
		completions += card.completions.push(cpl);
		errors++;
		return false;
	}
};
