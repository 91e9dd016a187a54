// SPDX-License-Identifier: Apache-2.0
// Does the RTL do what the golden model says? Hears all that happens in a cycle of the RTL (svnic::Observer), tells the model the inputs and the
// decisions in their order, and compares every TLP and frame that leaves. design.md section 7.
#pragma once

#include <array>
#include <cstdio>
#include <deque>
#include <string>

#include "listener.h"
#include "rtl_card.h"

extern "C" {
#include "model.h"
#include "svnic/regs.h"
}

std::string describe(const svnic_tlp &tlp);

class Checker : public svnic::Observer {
public:
	static constexpr bool wants_commits = true;

	Checker(const model_params &params, Listener &listener);
	~Checker();

	bool failed() const { return !why.empty(); }
	const std::string &reason() const { return why; }
	void print_history() const;
	void print_commits() const;		// how many of each kind
	void log_to(FILE *file) { log = file; }	// all that happens, for whoever looks for the cause
	void reset();			// the card was reset at once
	void end_of_cycle();		// counts, and looks for expectations that are not met
	uint64_t next_timer() const { return model_next_timer(model); }
	uint64_t next_holdoff() const { return model_next_holdoff(model); }
	const char *quiet() const { return model_quiet(model); }
	const char *work() const { return policy_work(model); }
	uint64_t cycle() const { return cycle_; }
	uint64_t commits(const char *name) const;
	uint64_t events_counted(unsigned int stat) const { return noted[stat]; }	// of the event unit, over all functions
	uint64_t frames_out() const { return frames_; }
	uint64_t tlps_out() const { return tlps_; }

	// svnic::Observer
	void time(uint64_t ns);
	void request_taken(const svnic_tlp &tlp);
	void completion_taken(const svnic_tlp &tlp);
	void frame_taken(const svnic_frame &frame);
	void commit(const svnic::Commit &commit);
	void posted(const svnic_tlp &tlp);
	void non_posted(const svnic_tlp &tlp);
	void completion(const svnic_tlp &tlp);
	void frame(const svnic_frame &frame);

private:
	struct Told {
		uint64_t cycle;
		svnic::Commit commit;
	};
	struct Waiting {
		const void *front = nullptr;
		uint64_t since = 0;
	};
	card *model;
	Listener &host;
	std::string why;
	FILE *log = nullptr;
	uint64_t now = 0, cycle_ = 0, frames_ = 0, tlps_ = 0;
	std::array<uint8_t, 64> kind_of{};	// commit_e to enum model_commit_kind, by name
	std::array<uint64_t, MODEL_COMMITS> count{};
	std::array<uint64_t, SVNIC_STAT_COUNT> noted{};
	std::deque<Told> history;
	std::array<Waiting, MODEL_STREAMS> waiting;
	uint64_t timer = UINT64_MAX, timer_since = 0;	// the model's next one, when it was over already

	void fail(const std::string &text);
	void write_log(const char *what, const svnic_tlp &tlp);
	bool compare(model_stream stream, const svnic_tlp &got);
	void look_at(model_stream stream, const void *front);
	void look_at_timer();
};
