// SPDX-License-Identifier: Apache-2.0
#include "checker.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "commit_names.h"	// generated from rtl/svnic_pkg.sv: the names of commit_e in their order

namespace {

const size_t history_limit = getenv("LOCKSTEP_HISTORY") ? strtoul(getenv("LOCKSTEP_HISTORY"), nullptr, 0) : 48;	// commits shown after a failure
constexpr uint64_t patience = 30000;	// cycles that an expectation may wait
constexpr uint64_t timer_patience = 6000;
constexpr uint8_t note_event = 5;		// note_source_e

std::string text(const char *format, ...) __attribute__((format(printf, 1, 2)));
std::string text(const char *format, ...)
{
	char buffer[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(buffer, sizeof(buffer), format, args);
	va_end(args);
	return buffer;
}

bool same_header(const svnic_tlp &a, const svnic_tlp &b)
{
	return a.type == b.type && a.attr == b.attr && a.poisoned == b.poisoned && a.tc == b.tc && a.requester == b.requester &&
	       a.completer == b.completer && a.tag == b.tag && a.dw == b.dw && a.first_be == b.first_be && a.last_be == b.last_be &&
	       a.address == b.address && a.status == b.status && a.lower_address == b.lower_address && a.byte_count == b.byte_count &&
	       a.msg_code == b.msg_code;
}

// A payload byte that no byte enable covers means nothing.
bool same_payload(const svnic_tlp &a, const svnic_tlp &b)
{
	for (size_t i = 0; i < svnic::payload_bytes(a); i++) {
		unsigned int be = i < 4 ? a.first_be : i / 4 + 1u == a.dw ? a.last_be : 15u;

		if ((a.type != SVNIC_TLP_MWR || (be >> i % 4 & 1)) && a.payload[i] != b.payload[i])
			return false;
	}
	return true;
}

}	// namespace

std::string describe(const svnic_tlp &t)
{
	static const char *const names[] = {"?", "MRd", "MWr", "CfgRd0", "CfgWr0", "Cpl", "CplD", "FetchAdd", "Swap", "CAS", "DMWr", "Msg"};
	std::string line = text("%s requester %04x completer %04x tag %u dw %u be %x/%x address %" PRIx64 " attr %u status %u lower %u count %u code %02x ep %d",
				t.type < 12 ? names[t.type] : "?", t.requester, t.completer, t.tag, t.dw, t.first_be, t.last_be, t.address, t.attr, t.status,
				t.lower_address, t.byte_count, t.msg_code, t.poisoned);

	line += "\n      payload";
	for (size_t i = 0; i < svnic::payload_bytes(t) && i < 64; i++)
		line += text(i % 4 ? "%02x" : " %02x", t.payload[i]);
	return line;
}

Checker::Checker(const model_params &params, Listener &listener) : host(listener)
{
	char error[200];

	model = model_create(&params, error, sizeof(error));
	if (!model) {
		fprintf(stderr, "lockstep: %s\n", error);
		exit(2);
	}
	for (size_t r = 1; r < sizeof(rtl_commit_names) / sizeof(rtl_commit_names[0]); r++) {
		for (uint8_t m = 1; m < MODEL_COMMITS; m++)
			if (!strcmp(rtl_commit_names[r], model_commit_name(m)))
				kind_of[r] = m;
		if (!kind_of[r]) {
			fprintf(stderr, "lockstep: the model does not know the commit %s\n", rtl_commit_names[r]);
			exit(2);
		}
	}
}

Checker::~Checker()
{
	model_destroy(model);
}

uint64_t Checker::commits(const char *name) const
{
	for (uint8_t m = 1; m < MODEL_COMMITS; m++)
		if (!strcmp(name, model_commit_name(m)))
			return count[m];
	return 0;
}

void Checker::fail(const std::string &reason)
{
	if (why.empty())
		why = text("cycle %" PRIu64 ": ", cycle_) + reason;
}

void Checker::print_history() const
{
	printf("the last commits (cycle, what, a, b, c):\n");
	for (const Told &t : history)
		printf("  %8" PRIu64 "  %-14s %3u %5u %3u\n", t.cycle, model_commit_name(kind_of[t.commit.kind & 63]), t.commit.a, t.commit.b, t.commit.c);
}

void Checker::print_commits() const
{
	printf("commits:");
	for (uint8_t m = 1; m < MODEL_COMMITS; m++)
		printf(" %s %" PRIu64, model_commit_name(m), count[m]);
	printf("\n");
}

void Checker::look_at(model_stream stream, const void *front)
{
	Waiting &w = waiting[stream];
	static const char *const names[] = {"posted request", "non-posted request", "completion", "frame"};

	if (front != w.front)
		w = {front, cycle_};
	else if (front && cycle_ - w.since > patience)
		fail(text("a %s that the model predicted at cycle %" PRIu64 " did not come:\n  %s", names[stream], w.since,
			  stream == MODEL_FRAMES ? "frame" : describe(*static_cast<const svnic_tlp *>(front)).c_str()));
}

void Checker::reset()
{
	model_reset(model);
	waiting = {};
	timer = UINT64_MAX;
}

void Checker::end_of_cycle()
{
	cycle_++;
	if (cycle_ % 256)
		return;
	for (model_stream s : {MODEL_POSTED, MODEL_NON_POSTED, MODEL_COMPLETIONS})
		look_at(s, model_expected(model, s));
	look_at(MODEL_FRAMES, model_expected_frame(model));
	look_at_timer();
}

// A hold-off or a completion time-out is not predicted to the cycle, but its time must not pass for long.
void Checker::look_at_timer()
{
	uint64_t next = model_next_timer(model);

	if (next > now || next != timer) {
		timer = next > now ? UINT64_MAX : next;
		timer_since = cycle_;
	} else if (cycle_ - timer_since > timer_patience) {
		fail(text("a timer of the model was over at %" PRIu64 " ns, and nothing came of it (%s)", next,
			  next == model_next_holdoff(model) ? "hold-off" : "completion time-out"));
	}
}

void Checker::time(uint64_t ns)
{
	now = ns;
	model_time(model, ns);
}

void Checker::write_log(const char *what, const svnic_tlp &tlp)
{
	if (log)
		fprintf(log, "%8" PRIu64 "  %s %s\n", cycle_, what, describe(tlp).c_str());
}

void Checker::request_taken(const svnic_tlp &tlp)
{
	write_log("from host", tlp);
	if (model_host(model, &tlp))
		fail("the model refuses a request of the host as malformed: " + describe(tlp));
}

void Checker::completion_taken(const svnic_tlp &tlp)
{
	write_log("from host", tlp);
	if (model_host(model, &tlp))
		fail("the model refuses a completion of the host as malformed: " + describe(tlp));
}

void Checker::frame_taken(const svnic_frame &frame)
{
	model_wire(model, frame.data, frame.length);
}

void Checker::commit(const svnic::Commit &c)
{
	const struct model_commit told = {kind_of[c.kind & 63], c.a, c.b, c.c};

	if (failed())
		return;
	history.push_back({cycle_, c});
	if (history.size() > history_limit)
		history.pop_front();
	if (log)
		fprintf(log, "%8" PRIu64 "  %-14s %3u %5u %3u\n", cycle_, model_commit_name(told.kind), c.a, c.b, c.c);
	const char *rule = model_commit(model, &told);

	if (rule)
		fail(text("illegal commit %s (%u, %u, %u): %s", model_commit_name(told.kind), c.a, c.b, c.c, rule));
	else
		count[told.kind]++;
	if (!rule && told.kind == MODEL_NOTE_APPLY && told.a == note_event)
		noted[told.c % SVNIC_STAT_COUNT]++;
}

bool Checker::compare(model_stream stream, const svnic_tlp &got)
{
	const svnic_tlp *want = model_expected(model, stream);

	if (failed())
		return false;
	write_log("from card", got);
	tlps_++;
	if (!want) {
		fail("a TLP without a cause:\n  RTL   " + describe(got));
		return false;
	}
	if (!same_header(*want, got) || !same_payload(*want, got)) {
		fail("TLPs differ:\n  model " + describe(*want) + "\n  RTL   " + describe(got));
		return false;
	}
	model_met(model, stream);
	return true;
}

void Checker::posted(const svnic_tlp &tlp)
{
	if (compare(MODEL_POSTED, tlp))
		host.posted(tlp);
}

void Checker::non_posted(const svnic_tlp &tlp)
{
	if (compare(MODEL_NON_POSTED, tlp))
		host.non_posted(tlp);
}

void Checker::completion(const svnic_tlp &tlp)
{
	if (compare(MODEL_COMPLETIONS, tlp))
		host.completion(tlp);
}

void Checker::frame(const svnic_frame &got)
{
	const svnic_frame *want = model_expected_frame(model);

	if (failed())
		return;
	frames_++;
	if (!want)
		return fail(text("a frame of %u bytes without a cause", got.length));
	if (want->length != got.length)
		return fail(text("frames differ: the model's has %u bytes, the RTL's %u", want->length, got.length));
	for (uint32_t i = 0; i < got.length; i++)
		if (want->data[i] != got.data[i])
			return fail(text("frames of %u bytes differ at byte %u: model %02x, RTL %02x", got.length, i, want->data[i], got.data[i]));
	model_met(model, MODEL_FRAMES);
	host.frame(got);
}
