// SPDX-License-Identifier: Apache-2.0
// What the unit tests share: failing, reset, and random numbers (xorshift64, period 2^64 - 1).
#ifndef SVNIC_UNIT_TEST_H
#define SVNIC_UNIT_TEST_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static uint64_t cycle;
static uint64_t seed = 1;	// +seed=N; told with every failure

// The first failure ends the test: what follows would be its echo.
[[noreturn]] static inline void fail(const char *what, uint64_t got = 0, uint64_t want = 0)
{
	printf("FAIL seed %llu cycle %llu: %s: got %llx, want %llx\n", (unsigned long long)seed, (unsigned long long)cycle, what, (unsigned long long)got,
	       (unsigned long long)want);
	exit(1);
}
static inline void expect(uint64_t got, uint64_t want, const char *what)
{
	if (got != want)
		fail(what, got, want);
}

template <typename Top> static inline void reset(Top *top)
{
	top->rst_i = 1;
	for (int i = 0; i < 3; i++) {
		top->clk_i = 0;
		top->eval();
		top->clk_i = 1;
		top->eval();
	}
	top->rst_i = 0;
}

static uint64_t random_state;
static inline void seed_from(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "+seed=", 6))
			seed = strtoull(argv[i] + 6, nullptr, 0);
	random_state = 88172645463325252ull + seed * 0x9E3779B97F4A7C15ull;
}
static inline uint32_t rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 32;
}
static inline uint32_t below(uint32_t n)
{
	return rnd() % n;
}
static inline bool chance(uint32_t per_mille)
{
	return below(1000) < per_mille;
}

#endif
