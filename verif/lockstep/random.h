// SPDX-License-Identifier: Apache-2.0
// One generator for everything random in a run: the seed tells all (xorshift64*, Vigna 2016).
#pragma once
#include <cstdint>

class Random {
public:
	explicit Random(uint64_t seed) : state(seed * UINT64_C(0x9e3779b97f4a7c15) | 1)
	{
		for (int i = 0; i < 8; i++)
			next();
	}
	uint64_t next()
	{
		state ^= state >> 12;
		state ^= state << 25;
		state ^= state >> 27;
		return state * UINT64_C(0x2545f4914f6cdd1d);
	}
	uint32_t below(uint32_t n) { return static_cast<uint32_t>(next() >> 32) % n; }
	uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
	bool chance(uint32_t per_mille) { return below(1000) < per_mille; }

private:
	uint64_t state;
};
