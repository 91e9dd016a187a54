// SPDX-License-Identifier: Apache-2.0
// A card as a host sees it, before any clock: what waits to go in, and whether a channel may move. rtl_card.h puts the Verilated card behind it,
// verif/fuzz the device ABI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "svnic/device.h"

namespace svnic {

inline bool has_payload(uint8_t type)
{
	return type != SVNIC_TLP_MRD && type != SVNIC_TLP_CFGRD0 && type != SVNIC_TLP_CPL && type != SVNIC_TLP_MSG;
}

inline size_t payload_bytes(const svnic_tlp &t)
{
	return has_payload(t.type) ? 4u * t.dw : 0;
}

inline void copy(svnic_tlp &to, const svnic_tlp &from)	// without what is behind the payload
{
	memcpy(&to, &from, offsetof(svnic_tlp, payload) + payload_bytes(from));
}

inline void copy(svnic_frame &to, const svnic_frame &from)
{
	memcpy(&to, &from, offsetof(svnic_frame, data) + from.length);
}

// ---- A queue of TLPs or frames: its places are made once ------------------------------------------------------------------------
template <typename T> class Queue {
public:
	explicit Queue(unsigned int places) : items(places) {}
	bool empty() const { return !count; }
	bool full() const { return count == items.size(); }
	unsigned int size() const { return count; }
	const T &front() const { return items[head]; }
	void pop()
	{
		head = (head + 1) % items.size();
		count--;
	}
	T &place() { return items[(head + count) % items.size()]; }	// where the next one goes: fill it, then
	void added() { count++; }
	bool push(const T &item)
	{
		if (full())
			return false;
		copy(place(), item);
		added();
		return true;
	}
	void clear() { head = count = 0; }

private:
	std::vector<T> items;
	unsigned int head = 0, count = 0;
};

struct Link {
	// May the channel move in the next cycle? Inputs: a beat is offered (one that is offered stays). Outputs: ready.
	struct Gate {
		bool hrq = true, rcp = true, wrx = true, hcp = true, wrq = true, rrq = true, wtx = true;
	} gate;

	Queue<svnic_tlp> requests{256}, completions{1024};
	Queue<svnic_frame> wire{64};
	bool carrier = true;

	bool waits() const { return !requests.empty() || !completions.empty() || !wire.empty(); }
	void empty()	// a reset: what waits is lost
	{
		requests.clear();
		completions.clear();
		wire.clear();
	}
};

}	// namespace svnic
