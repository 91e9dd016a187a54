// SPDX-License-Identifier: Apache-2.0
// A random host: drivers of a PF and some VFs that do what drivers do, and then what no driver would. All that it sends is sent to RTL and model alike,
// so it need not be right; it must only go on making traffic.
#pragma once

#include <vector>

#include "listener.h"
#include "rootport.h"

struct Profile {	// of a run, chosen by its seed
	const char *name;
	uint32_t act_every;	// cycles between two acts, at most
	uint32_t stall;		// per mille of cycles in which a channel stalls
	uint32_t errors;	// scale of errors, 0..10
	uint32_t resets;	// per 10,000 acts
	uint32_t big;		// per mille of frames that are large
	uint32_t jump;		// per 10,000 acts: the time jumps
	uint32_t batch;		// frames of a doorbell, at most
};
extern const Profile profiles[];
extern const unsigned int num_profiles;

class Host : public Listener {
public:
	struct Totals {
		uint64_t doorbells, completions, frames_in, frames_out, errors, resets, hot_resets, requests;
	};

	// `random` decides what is done; `noise` what is nobody's decision: pauses, answers of memory, contents. They may be one. `drivers`: of how many VFs, at most.
	Host(svnic::Link &card, Random &random, Random &noise, const Profile &profile, unsigned int num_vfs, unsigned int drivers = 13);
	void cycle();				// before each cycle of the card: acts, gates, completions
	uint64_t increment();			// 32.16 ns, of the next cycle
	void stop() { stopped = true; }		// no more acts: what is under way comes to rest
	bool at_rest() const { return stopped && root.idle() && card.requests.empty(); }
	Totals totals() const;
	bool owes_nothing() const { return root.idle() && !profile.stall; }	// neither an answer nor a place
	bool wants_hot_reset() const { return hot_reset; }
	void hot_reset_done();			// the card was reset, and what was under way is lost
	const svnic_tlp *trespass() const { return trespassed ? &trespass_ : nullptr; }	// the first request that reached into another function's memory
	const svnic_tlp *malformed();		// what no link could carry, if the last act made one: the ABI must refuse it

	void posted(const svnic_tlp &) override;
	void non_posted(const svnic_tlp &) override;
	void completion(const svnic_tlp &) override;
	void frame(const svnic_frame &) override;

private:
	static constexpr unsigned int qps = 2, slots = 4, queues = 2 * qps;
	enum class State { Up, Resetting };
	struct Queue {
		uint64_t ring, cpl;
		unsigned int log2, slot, buffer_log2;
		uint16_t producer, consumed;
		unsigned int stuck;	// turns without a completion
		uint64_t set_up_at;	// stopped by its driver until then; 0: not
	};
	struct Slot {
		uint64_t ring;
		unsigned int log2;
		uint16_t consumed;
		uint64_t set_up_at;
	};
	struct Function {
		unsigned int id, area;
		bool stray = false;	// its registers were written at random: its rings may be anywhere
		State state = State::Up;
		Queue queue[queues];
		Slot slot[slots];
	};

	svnic::Link &card;
	Random &random, &noise;
	Random scheduler;			// of the hypervisor, which says what CPUs do: a third party
	const Profile &profile;
	unsigned int num_vfs;
	Memory memory;
	RootPort root;
	std::vector<Function> functions;
	std::vector<unsigned int> busy;		// functions (by index) that have most of the traffic
	Totals count{};
	unsigned int timeouts_in = 0;	// acts until they are enabled again
	uint64_t now = 0, next_act = 0, next_run_state = 0, jump = 0;
	uint64_t poll_at = 0;		// 0: nobody waits for the end of a reset
	unsigned int poll_function = 0, polls = 0;
	enum class Reset { None, Function, Vfs } reset_kind = Reset::None;
	bool stopped = false, hot_reset = false, malformed_ = false, trespassed = false;
	svnic_tlp t, trespass_;

	uint64_t bar0(unsigned int id) const;
	uint64_t bar2(unsigned int id) const;
	Function &any();
	unsigned int any_slot();
	void send();
	void begin(uint8_t type, uint64_t address, unsigned int dw);
	void write(uint64_t address, uint64_t value, unsigned int dw = 1);
	void read(uint64_t address, unsigned int dw);
	void config(unsigned int id, unsigned int reg, uint32_t value, unsigned int be);
	void config_read(unsigned int id, unsigned int reg, uint16_t tag = 1);
	void disable_timeouts();
	void enable_timeouts();

	void look_for_trespass(const svnic_tlp &tlp);
	void set_up_card();
	void set_up(Function &f);
	void set_up_slot(Function &f, unsigned int s);
	void set_up_queue(Function &f, unsigned int q);
	void gates();
	void act();
	void look_at(Queue &q);
	void doorbell(Function &f, unsigned int q);
	void descriptor(const Queue &q, uint64_t address, uint64_t meta);
	uint64_t buffer(const Function &f, uint32_t length);
	void mac(uint8_t *to);
	void make_frame(uint8_t *data, uint32_t length, unsigned int from);
	void transmit(Function &f);
	bool transmit_one(Function &f, Queue &q, unsigned int most);
	void post_buffers(Function &f);
	void receive();
	void acknowledge(Function &f);
	void run_state();
	void mask(Function &f);
	void restart(Function &f);
	void stop_queue(Function &f, unsigned int q);
	void stop_slot(Function &f, unsigned int s);
	void continue_restart(Function &f);
	void take_event(Function &f, Slot &slot);
	void carrier();
	void power(Function &f);
	void mailbox(Function &f);
	void registers(Function &f);
	void bad_request(Function &f);
	void any_request(Function &f);
	void any_completion();
	void settings(Function &f);
	void bus_master(Function &f);
	void start_reset(Function &f);
	void poll();
	void reset_ended();
};
