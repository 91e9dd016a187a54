// SPDX-License-Identifier: Apache-2.0
// Lock-step: the RTL and the golden model are told the same, and must say the same. docs/lockstep.md.
//
//	lockstep --seed N --cycles N [--profile NAME] [--waves FILE --waves-from CYCLE] [--log FILE]
//	lockstep --input FILE	what the host does is in the file (input.h); the run ends with it
//
// The top is SystemC; one SC_MODULE moves the card in bursts of cycles (plain C++), another looks on and reports. Exit status 0: equal, and the
// traffic was real; 1: they differ (both sides and the last commits are printed, and the run is repeated with a window of waves); 3: too little traffic.
#include "checker.h"	// Verilator's headers go before SystemC's
#include "input.h"

#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <systemc>

namespace {

struct Options {
	uint64_t seed = 1, cycles = 100000, waves_from = 0;
	const char *waves = nullptr, *profile = nullptr, *plant = nullptr, *log = nullptr, *input = nullptr;
	std::vector<uint8_t> bytes;	// of the input
};

constexpr uint64_t rest_limit = 400000;	// cycles until everything that was under way must have come to an end
constexpr unsigned int burst = 64;

model_params model_of(const Options &options)
{
	return {SVNIC_NUM_VFS, SVNIC_NUM_QPS, 512, 32, options.plant};
}

const Profile &profile_of(const Options &options)
{
	for (unsigned int i = 0; options.profile && i < num_profiles; i++)
		if (!strcmp(options.profile, profiles[i].name))
			return profiles[i];
	return profiles[options.seed % num_profiles];
}

SC_MODULE(Bench) {
	const Options &options;
	Random random;
	std::unique_ptr<Input> input;
	svnic::RtlCard card;
	std::unique_ptr<Host> host;
	std::unique_ptr<Checker> checker;
	std::string verdict;	// why it failed
	bool done = false;
	sc_core::sc_event progress;

	SC_HAS_PROCESS(Bench);
	Bench(sc_core::sc_module_name name, const Options &o)
		: sc_module(name), options(o), random(o.seed), card(svnic::RtlCard::Options{o.seed, o.waves, o.waves_from})
	{
		if (o.input) {
			input = std::make_unique<Input>(o.bytes.data(), o.bytes.size());
			host = std::make_unique<Host>(card, input->random, input->noise, input->profile, SVNIC_NUM_VFS, input->drivers);
		} else {
			host = std::make_unique<Host>(card, random, random, profile_of(o), SVNIC_NUM_VFS);
		}
		checker = std::make_unique<Checker>(model_of(o), *host);
		SC_THREAD(run);
	}

	void one_cycle()
	{
		host->cycle();
		if (host->wants_hot_reset()) {
			card.reset();
			checker->reset();
			host->hot_reset_done();
		}
		uint64_t increment = host->increment();

		if (host->at_rest())	// only timers are left (and reads that nobody will answer)
			increment = SVNIC_NS(20000);
		card.cycle(increment, *checker);
		checker->end_of_cycle();
		bool asleep = !card.busy() && !card.due_valid() && host->owes_nothing();
		const char *work = asleep ? checker->work() : nullptr;

		if (work && verdict.empty())	// nothing will wake it
			verdict = "not busy at " + std::to_string(card.now()) + " ns, but in the model " + work;
		if (!card.busy() && !wakes_in_time() && verdict.empty())
			verdict = "not busy at " + std::to_string(card.now()) + " ns, and next due " + (card.due_valid() ? std::to_string(card.due()) : "never") +
				  ", but the model at " + std::to_string(checker->next_timer());
	}

	// An idle host jumps to what the card says: it may be early (a timer that was stopped), but neither late nor never. A read's time-out counts
	// from when its TLP left the card, some cycles behind its tag; stalls make them many.
	bool wakes_in_time() const
	{
		uint64_t next = checker->next_timer();

		return next == UINT64_MAX || (card.due_valid() && card.due() <= checker->next_holdoff() && card.due() <= next + 4000000);
	}

	bool at_rest() const { return host->at_rest() && !card.busy() && !card.due_valid(); }

	bool asked_enough(uint64_t cycles) const { return input ? input->random.spent() : cycles == options.cycles; }

	void run()
	{
		uint64_t limit = UINT64_MAX;

		for (uint64_t c = 0; c < limit && !checker->failed() && verdict.empty(); c++) {
			one_cycle();
			if (limit != UINT64_MAX && at_rest())
				break;
			if (limit == UINT64_MAX && asked_enough(c + 1)) {
				host->stop();
				limit = c + rest_limit;
			}
			if (c % burst == burst - 1)
				wait(burst * 4, sc_core::SC_NS);
			if (c % 25000 == 0)
				progress.notify();
		}
		if (verdict.empty())
			verdict = checker->reason();
		if (verdict.empty() && host->trespass())
			verdict = "RTL and model reach into another function's memory: " + describe(*host->trespass());
		if (verdict.empty() && !at_rest())
			verdict = std::string("no rest:") + (card.busy() ? " the card is busy" : "") + (card.due_valid() ? " something is due" : "") +
				  (host->at_rest() ? "" : " the host waits");
		const char *left = verdict.empty() ? checker->quiet() : nullptr;

		if (left)
			verdict = std::string("the card is at rest, but in the model ") + left;
		done = true;
		sc_core::sc_stop();
	}
};

SC_MODULE(Console) {
	const Bench &bench;

	SC_HAS_PROCESS(Console);
	Console(sc_core::sc_module_name name, const Bench &b) : sc_module(name), bench(b)
	{
		SC_THREAD(report);
	}
	void report()
	{
		for (;;) {
			wait(bench.progress);
			if (isatty(1))
				printf("\rlockstep: cycle %" PRIu64 " ", bench.checker->cycle()), fflush(stdout);
		}
	}
};

bool enough(const Bench &bench, uint64_t cycles)
{
	Host::Totals t = bench.host->totals();

	// acceptance.md: per 100,000 cycles at least 500 frames, 1,000 doorbells, 50 errors, 5 function resets
	return (t.frames_in + t.frames_out) * 100000 >= 500 * cycles && t.doorbells * 100000 >= 1000 * cycles && t.errors * 100000 >= 50 * cycles &&
	       t.resets * 100000 >= 5 * cycles && bench.checker->commits("RxTake") * 100000 >= 100 * cycles &&
	       bench.checker->commits("ResetDone") * 100000 >= 5 * cycles && bench.checker->commits("EventNotify") * 100000 >= 50 * cycles &&
	       bench.checker->events_counted(SVNIC_STAT_EVENTS_MOVED) * 100000 >= 2 * cycles && bench.checker->events_counted(SVNIC_STAT_RESCUES) * 100000 >= 2 * cycles;
}

void print_totals(const Bench &bench, const Options &options)
{
	Host::Totals t = bench.host->totals();
	const Checker &c = *bench.checker;
	std::string name = options.input ? options.input : "seed " + std::to_string(options.seed);

	printf("lockstep: %u bit, %d VFs, %s (%s): %" PRIu64 " cycles, %" PRIu64 " requests, %" PRIu64 " doorbells, %" PRIu64 " completions, frames %" PRIu64 " in %" PRIu64
	       " out %" PRIu64 " delivered, %" PRIu64 " TLPs compared, %" PRIu64 " errors, %" PRIu64 " resets and %" PRIu64 " hot ones, %" PRIu64 " events (%" PRIu64 " moved, %" PRIu64 " rescues), %" PRIu64 " notifications\n",
	       8 * svnic::RtlCard::beat_bytes, SVNIC_NUM_VFS, name.c_str(), (options.input ? bench.input->profile : profile_of(options)).name, c.cycle(), t.requests, t.doorbells, t.completions, t.frames_in,
	       t.frames_out, c.commits("RxTake"), c.tlps_out(), t.errors, c.commits("ResetDone"), t.hot_resets, c.commits("EventPost"), c.events_counted(SVNIC_STAT_EVENTS_MOVED),
	       c.events_counted(SVNIC_STAT_RESCUES), c.commits("EventNotify"));
}

// The same run again, with waves of what led to the failure.
void again_with_waves(char **argv, uint64_t failed_at)
{
	std::string from = std::to_string(failed_at > 3000 ? failed_at - 3000 : 0);
	std::string file = getenv("LOCKSTEP_WAVES");
	std::vector<char *> args;

	for (char **a = argv; *a; a++)
		args.push_back(*a);
	std::string o1 = "--waves=" + file, o2 = "--waves-from=" + from;

	args.insert(args.end(), {o1.data(), o2.data(), nullptr});
	printf("lockstep: repeating the run for waves from cycle %s: %s\n", from.c_str(), file.c_str());
	fflush(stdout);
	execv("/proc/self/exe", args.data());
}

std::vector<uint8_t> contents(const char *name)
{
	std::ifstream file(name, std::ios::binary);

	if (!file) {
		fprintf(stderr, "lockstep: %s: %s\n", name, strerror(errno));
		exit(2);
	}
	return {std::istreambuf_iterator<char>(file), {}};
}

Options parse(int argc, char **argv)
{
	static const option known[] = {{"seed", 1, nullptr, 's'},  {"cycles", 1, nullptr, 'c'},	    {"profile", 1, nullptr, 'p'},
				       {"waves", 1, nullptr, 'w'}, {"waves-from", 1, nullptr, 'f'}, {"plant", 1, nullptr, 'x'},
				       {"log", 1, nullptr, 'l'},   {"input", 1, nullptr, 'i'},	    {}};
	Options o;

	for (int c; (c = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
		switch (c) {
		case 's': o.seed = strtoull(optarg, nullptr, 0); break;
		case 'c': o.cycles = strtoull(optarg, nullptr, 0); break;
		case 'p': o.profile = optarg; break;
		case 'w': o.waves = optarg; break;
		case 'f': o.waves_from = strtoull(optarg, nullptr, 0); break;
		case 'l': o.log = optarg; break;
		case 'x': o.plant = optarg; break;
		case 'i': o.input = optarg; o.bytes = contents(optarg); break;
		default: exit(2);
		}
	}
	return o;
}

}	// namespace

int sc_main(int argc, char **argv)
{
	Options options = parse(argc, argv);

	setvbuf(stdout, nullptr, _IOLBF, 0);
	sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
	Bench bench("bench", options);
	Console console("console", bench);
	FILE *log = options.log ? fopen(options.log, "w") : nullptr;

	bench.checker->log_to(log);

	sc_core::sc_start();
	print_totals(bench, options);
	bench.checker->print_commits();
	if (!bench.verdict.empty()) {
		if (options.waves)
			return 1;
		printf("lockstep: DIFFERENT: %s\n", bench.verdict.c_str());
		bench.checker->print_history();
		if (getenv("LOCKSTEP_WAVES"))
			again_with_waves(argv, bench.checker->cycle());
		return 1;
	}
	if (!options.input && !enough(bench, options.cycles)) {
		printf("lockstep: TOO LITTLE TRAFFIC for the floors of acceptance.md\n");
		return 3;
	}
	printf("lockstep: equal (%.1f s of CPU); waves of it: make waves; many seeds: make lockstep-all\n", static_cast<double>(clock()) / CLOCKS_PER_SEC);
	return 0;
}
