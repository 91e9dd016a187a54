// SPDX-License-Identifier: Apache-2.0
// The reference of redirection: which slot of a function does an event go to, and who rescues? Written from docs/programming.md section 6, "Redirect" and
// "Rescue". What a slot is called here is its local number.
#ifndef SVNIC_UNIT_REDIRECT_H
#define SVNIC_UNIT_REDIRECT_H

#include <cstdint>

enum { Running, Preempted, Blocked };	// RUN_STATE; 3 counts as running
enum Choice { StayedRunning, StayedYoung, HomeRunning, HomeBlocked, ToRunning, ToBlocked, ToPreempted, NoneUsable, Choices };
static const char *const choice_names[Choices] = {
	"stayed", "stayed young", "home", "home blocked", "running", "blocked", "preempted longest", "none usable"
};

struct Cpus {		// of a function
	enum { Slots = 16, FullLoad = 15 };
	struct {
		unsigned state, load;
		uint64_t preempted;	// the number of its last preemption
		bool usable;
		bool chose;		// as a home: `choice`, since tick `since`
		unsigned choice;
		uint64_t since;
	} slot[Slots];
	uint64_t preemptions;

	bool runs(int s) const
	{
		return slot[s].usable && slot[s].state != Preempted && slot[s].state != Blocked;
	}
	bool does(int s, unsigned state) const
	{
		return slot[s].usable && slot[s].state == state;
	}

	/* Each -1 if there is none. */
	int runs_with_least_load(int but = -1) const
	{
		int best = -1;

		for (int s = 0; s < Slots; s++)
			if (s != but && runs(s) && (best < 0 || slot[s].load < slot[best].load))
				best = s;
		return best;
	}
	int lowest_blocked(void) const
	{
		for (int s = 0; s < Slots; s++)
			if (does(s, Blocked))
				return s;
		return -1;
	}
	int preempted_longest_ago(void) const
	{
		int best = -1;

		for (int s = 0; s < Slots; s++)
			if (does(s, Preempted) && (best < 0 || slot[s].preempted < slot[best].preempted))
				best = s;
		return best;
	}

	/* A choice ages in whole ticks, and the card keeps 20 bits of them. */
	bool young(int home, uint64_t tick, unsigned dwell) const
	{
		return ((tick - slot[home].since) & 0xfffff) < dwell;
	}
	Choice find(int home, uint64_t tick, unsigned dwell, int &to) const
	{
		to = slot[home].choice;
		if (slot[home].chose && runs(to))
			return StayedRunning;
		if (slot[home].chose && slot[to].usable && young(home, tick, dwell))
			return StayedYoung;
		to = home;
		if (runs(home))
			return HomeRunning;
		if (does(home, Blocked))
			return HomeBlocked;
		if ((to = runs_with_least_load()) >= 0)
			return ToRunning;
		if ((to = lowest_blocked()) >= 0)
			return ToBlocked;
		if ((to = preempted_longest_ago()) >= 0)
			return ToPreempted;
		to = home;
		return NoneUsable;
	}
	/* ... and remember it: it is as old as it has been the same. */
	Choice choose(int home, uint64_t tick, unsigned dwell, int &to)
	{
		Choice how = find(home, tick, dwell, to);

		if (!slot[home].chose || slot[home].choice != (unsigned)to)
			slot[home].since = tick;
		slot[home].chose = true;
		slot[home].choice = to;
		return how;
	}

	bool load(int s)	// one event more; true: all were halved
	{
		bool full = slot[s].load == FullLoad;

		for (int i = 0; full && i < Slots; i++)
			slot[i].load /= 2;
		slot[s].load++;
		return full;
	}
	bool says(int s, unsigned state)	// the PF; true: preempted just now
	{
		bool now = state == Preempted && slot[s].state != Preempted;

		slot[s].state = state;
		if (now)
			slot[s].preempted = ++preemptions;
		return now;
	}
	void none_usable(void)
	{
		for (auto &s : slot)
			s.usable = false;
	}
};

#endif
