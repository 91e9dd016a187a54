// SPDX-License-Identifier: Apache-2.0
// The golden model behind its ABI, driven by bytes: the lock-step bench's host makes its choices from them (verif/lockstep/input.h). docs/fuzzing.md.
//
//	fuzz FILE|FOLDER ...	runs each input once and prints what the card accepted (the replay, with any compiler)
//	fuzz --random COUNT SEED	the same with inputs of 4 KiB of random bytes
//	fuzz-libfuzzer ...	the same as a target of libFuzzer
//
// It stops by abort() at what a sanitizer sees, at a TLP that no link could carry, at a request into another function's memory, at a refusal of what is
// well-formed, at acceptance of what is not, and at a card that does not come to rest.
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "input.h"

extern "C" {
#include "tlp.h"
}

namespace {

constexpr uint64_t rest_limit = 400000;	// cycles until everything that was under way must have come to an end

struct Accepted {
	uint64_t inputs, requests, completions, frames, cycles;
	uint64_t all() const { return requests + completions + frames; }
} accepted;

[[noreturn]] void broken(const char *what)
{
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

struct Destroy {
	void operator()(svnic_device *dev) const { svnic_device_destroy(dev); }
};

class Bench {
public:
	Bench(const uint8_t *bytes, size_t length) : input(bytes, length)
	{
		link.empty();
		link.carrier = true;
		const svnic_device_config config = {sizeof(config), 1, nullptr, getenv("FUZZ_PLANT")};
		struct svnic_device_info info = {};
		char error[200];

		dev.reset(svnic_device_create(&config, error, sizeof(error)));
		if (!dev)
			broken(error);
		info.size = sizeof(info);
		svnic_device_info(dev.get(), &info);
		num_functions = info.num_vfs + 1;
		host = std::make_unique<Host>(link, input.random, input.noise, input.profile, info.num_vfs, input.drivers);
	}

	void run()
	{
		while (!input.random.spent())
			cycle(host->increment());
		host->stop();
		for (uint64_t c = 0; !at_rest(); c++) {
			if (c == rest_limit)
				broken("the card does not come to rest");
			cycle(until_due());
		}
		accepted.cycles += svnic_device_cycles(dev.get());
		accepted.inputs++;
	}

private:
	static svnic::Link link;	// megabytes: made once
	Input input;
	std::unique_ptr<svnic_device, Destroy> dev;
	std::unique_ptr<Host> host;
	unsigned int num_functions;
	svnic_tlp tlp;
	svnic_frame frame;

	bool at_rest() const { return host->at_rest() && !link.waits() && svnic_device_next_due(dev.get()) == SVNIC_DUE_NEVER; }

	// An idle card jumps to its next timer.
	uint64_t until_due() const
	{
		uint64_t due = svnic_device_next_due(dev.get()), now = svnic_device_now(dev.get());

		return due == SVNIC_DUE_NOW || due == SVNIC_DUE_NEVER || !host->at_rest() ? SVNIC_NS(4) : SVNIC_NS(due - now);
	}

	void cycle(uint64_t increment)
	{
		host->cycle();
		if (host->wants_hot_reset()) {
			svnic_device_reset(dev.get());
			link.empty();
			host->hot_reset_done();
		}
		svnic_device_set_carrier(dev.get(), link.carrier);
		put();
		svnic_device_run(dev.get(), 1, increment);
		get();
	}

	// 0: taken. What is well-formed is refused for want of room only, and then offered again.
	bool taken(int error)
	{
		if (error && error != -EAGAIN)
			broken("the ABI refuses what is well-formed");
		return !error;
	}

	void put()
	{
		if (const svnic_tlp *t = host->malformed(); t && svnic_device_put_tlp(dev.get(), t) != -EINVAL)
			broken("the ABI takes what no link could carry");
		for (; !link.requests.empty() && taken(svnic_device_put_tlp(dev.get(), &link.requests.front())); accepted.requests++)
			link.requests.pop();
		for (; !link.completions.empty() && taken(svnic_device_put_tlp(dev.get(), &link.completions.front())); accepted.completions++)
			link.completions.pop();
		for (; !link.wire.empty() && taken(svnic_device_put_frame(dev.get(), &link.wire.front())); accepted.frames++)
			link.wire.pop();
	}

	void get()
	{
		while (svnic_device_get_tlp(dev.get(), &tlp) == 1)
			tell();
		while (svnic_device_get_frame(dev.get(), &frame) == 1)
			host->frame(frame);
	}

	void tell()
	{
		bool completion = tlp_is_completion(tlp.type);

		if (!tlp_valid(&tlp) || ((completion ? tlp.completer : tlp.requester) & 0xffu) >= num_functions)
			broken("the card sends what no link could carry, or in the name of nobody");
		if (completion)
			host->completion(tlp);
		else if (tlp_is_non_posted(tlp.type))
			host->non_posted(tlp);
		else
			host->posted(tlp);
		if (host->trespass())
			broken("a function reaches into another one's memory");
	}
};

svnic::Link Bench::link;

void print_totals()
{
	printf("fuzz: %" PRIu64 " inputs, %" PRIu64 " TLPs and frames accepted (%" PRIu64 " requests, %" PRIu64 " completions, %" PRIu64 " frames), %" PRIu64 " cycles\n",
	       accepted.inputs, accepted.all(), accepted.requests, accepted.completions, accepted.frames, accepted.cycles);
}

}	// namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	Bench(bytes, length).run();
	return 0;
}

#ifdef FUZZ_REPLAY	// without libFuzzer: each file once
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

namespace fs = std::filesystem;

static std::set<fs::path> files(int argc, char **argv)
{
	std::set<fs::path> found;

	for (int i = 1; i < argc; i++) {
		if (!fs::is_directory(argv[i])) {
			found.insert(argv[i]);
			continue;
		}
		for (const auto &entry : fs::directory_iterator(argv[i]))
			found.insert(entry.path());
	}
	return found;
}

static void random_inputs(uint64_t count, uint64_t seed)
{
	std::vector<uint8_t> bytes(4096);
	Random random(seed);

	for (uint64_t i = 0; i < count; i++) {
		for (uint8_t &byte : bytes)
			byte = static_cast<uint8_t>(random.below(256));
		if (i % 10000 == 0)
			fprintf(stderr, "fuzz: input %" PRIu64 " of %" PRIu64 ", seed %" PRIu64 ", %" PRIu64 " accepted\n", i, count, seed, accepted.all());
		LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
	}
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--random")) {
		random_inputs(strtoull(argv[2], nullptr, 0), strtoull(argv[3], nullptr, 0));
		print_totals();
		return 0;
	}
	std::set<fs::path> inputs = files(argc, argv);

	if (inputs.empty()) {
		fprintf(stderr, "usage: fuzz FILE|FOLDER ... | fuzz --random COUNT SEED\n");
		return 2;
	}
	for (const fs::path &path : inputs) {
		std::ifstream file(path, std::ios::binary);
		std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};

		if (!file) {
			fprintf(stderr, "fuzz: %s cannot be read\n", path.c_str());
			return 2;
		}
		fprintf(stderr, "fuzz: %s\n", path.c_str());	// the last one named is the one that broke it
		LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
	}
	print_totals();
	return 0;
}
#else
static const int told = atexit(print_totals);
#endif
