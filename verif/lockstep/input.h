// SPDX-License-Identifier: Apache-2.0
// What a fuzzer writes: four bytes that choose the run (profile, number of VFs with a driver, 16 bits of noise), then the choices of the host. Any bytes are
// an input; the same ones mean the same to verif/fuzz (the model behind the ABI) and to lockstep --input (model and RTL).
#pragma once

#include <cstddef>
#include <cstdint>

#include "host.h"

struct Input {
	static constexpr size_t head = 4;
	const Profile &profile;
	unsigned int drivers;
	Random random, noise;

	Input(const uint8_t *bytes, size_t length)
		: profile(profiles[at(bytes, length, 0) % num_profiles]), drivers(1 + at(bytes, length, 1) % 4),
		  random(0, length > head ? bytes + head : nullptr, length > head ? length - head : 0),
		  noise(1u + at(bytes, length, 2) + 256u * at(bytes, length, 3))
	{
	}

private:
	static unsigned int at(const uint8_t *bytes, size_t length, size_t i) { return i < length ? bytes[i] : 0; }
};
