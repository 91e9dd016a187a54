// SPDX-License-Identifier: Apache-2.0
// One generator for everything random in a run: the seed tells all (xorshift64*, Vigna 2016). Or bytes tell, one to eight for each choice, as long as
// there are any: what a fuzzer finds is a list of choices.
#pragma once
#include <cstddef>
#include <cstdint>

class Random {
public:
	explicit Random(uint64_t seed, const uint8_t *bytes = nullptr, size_t length = 0)
		: state(seed * UINT64_C(0x9e3779b97f4a7c15) | 1), at(bytes), end(bytes + length)
	{
		for (int i = 0; i < 8; i++)
			generate();
	}
	uint64_t next() { return at < end ? take(8) : generate(); }
	uint32_t below(uint32_t n)
	{
		if (at < end)
			return static_cast<uint32_t>(take(n <= 0x100 ? 1 : n <= 0x10000 ? 2 : 4)) % n;
		return static_cast<uint32_t>(generate() >> 32) % n;
	}
	uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
	bool chance(uint32_t per_mille) { return below(1000) < per_mille; }
	bool spent() const { return at == end; }

private:
	uint64_t state;
	const uint8_t *at, *end;

	uint64_t generate()
	{
		state ^= state >> 12;
		state ^= state << 25;
		state ^= state >> 27;
		return state * UINT64_C(0x2545f4914f6cdd1d);
	}
	uint64_t take(unsigned int bytes)
	{
		uint64_t value = 0;

		for (; bytes && at < end; bytes--)
			value = value << 8 | *at++;
		return value;
	}
};
