/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The card as a SystemC module, over the device ABI (svnic/device.h): either back end, linked or loaded by the user.
 *
 *	svnic::card card("card", dev);			// dev: svnic_device_create()
 *	card.from_host(requests);			// sc_fifo<svnic::tlp_ptr>: what the root port transmits
 *	card.to_host(replies);				// ... and receives, in PCIe order
 *	card.from_wire(rx); card.to_wire(tx);		// sc_fifo<svnic::frame_ptr>
 *
 * Time is that of SystemC: a working card runs `quantum` cycles of `period` at once and then lets as much time pass; an idle one waits for
 * its next timer or for something to arrive, and costs nothing. The card is late by a quantum at most.
 * A full to_host or to_wire holds the card back, as a full link does; nothing is lost. Malformed TLPs and frames are SystemC errors.
 */
#ifndef SVNIC_SYSTEMC_H
#define SVNIC_SYSTEMC_H

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>
#include <systemc>

#include "svnic/device.h"

namespace svnic {

using tlp_ptr = std::shared_ptr<const svnic_tlp>;
using frame_ptr = std::shared_ptr<const svnic_frame>;

class card : public sc_core::sc_module {
public:
	sc_core::sc_fifo_in<tlp_ptr> from_host;
	sc_core::sc_fifo_out<tlp_ptr> to_host;
	sc_core::sc_fifo_in<frame_ptr> from_wire;
	sc_core::sc_fifo_out<frame_ptr> to_wire;

	/* The device stays the caller's, and must outlive the simulation. */
	SC_HAS_PROCESS(card);
	card(sc_core::sc_module_name name, svnic_device *device, unsigned int quantum_cycles = 64,
	     sc_core::sc_time cycle_time = sc_core::sc_time(4, sc_core::SC_NS))
		: sc_module(name), dev(device), quantum(quantum_cycles), period(cycle_time)
	{
		SC_THREAD(work);
	}

private:
	svnic_device *dev;
	unsigned int quantum;
	sc_core::sc_time period;
	tlp_ptr tlp_in, tlp_out;		/* what could not be handed on yet */
	frame_ptr frame_in, frame_out;

	template <typename T, typename Put> void in(sc_core::sc_fifo_in<T> &port, T &held, Put put)
	{
		while (held || port.nb_read(held)) {
			int rc = put(dev, held.get());

			if (rc == -EAGAIN)
				break;
			if (rc)
				SC_REPORT_ERROR(name(), "not a TLP or frame: refused");
			held.reset();
		}
	}

	template <typename T, typename Get> void out(sc_core::sc_fifo_out<std::shared_ptr<const T>> &port, std::shared_ptr<const T> &held, Get get)
	{
		for (;;) {
			if (!held) {
				auto fresh = std::make_shared<T>();

				fresh->size = sizeof(T);
				if (get(dev, fresh.get()) != 1)
					return;
				held = fresh;
			}
			if (!port.nb_write(held))
				return;
			held.reset();
		}
	}

	static uint64_t fixed_point(const sc_core::sc_time &t)	/* 32.16 ns */
	{
		return static_cast<uint64_t>(std::llround(t.to_seconds() * 1e9 * 65536));
	}

	/* The time that passed while the card was idle, in as few cycles as its timers allow. */
	void catch_up()
	{
		auto target = static_cast<uint64_t>(sc_core::sc_time_stamp().to_seconds() * 1e9);
		uint64_t now = svnic_device_now(dev);

		if (now < target)
			svnic_device_run(dev, 1, std::min<uint64_t>(SVNIC_NS(target - now), SVNIC_NS_MAX));
	}

	bool stuck() const
	{
		return tlp_out || frame_out;
	}

	void idle(uint64_t due)
	{
		using namespace sc_core;
		sc_event_or_list any = from_host.data_written_event() | from_wire.data_written_event();

		if (stuck())
			any |= to_host.data_read_event() | to_wire.data_read_event();
		if (due == SVNIC_DUE_NEVER || stuck())
			wait(any);
		else
			wait(std::max(sc_time(static_cast<double>(due), SC_NS) - sc_time_stamp(), period), any);
	}

	void work()
	{
		for (;;) {
			catch_up();
			in(from_host, tlp_in, svnic_device_put_tlp);
			in(from_wire, frame_in, svnic_device_put_frame);
			uint64_t due = svnic_device_next_due(dev);

			if (due == SVNIC_DUE_NOW && !stuck())
				wait(period * static_cast<double>(svnic_device_run(dev, quantum, fixed_point(period))));
			else
				idle(due);
			out(to_host, tlp_out, svnic_device_get_tlp);
			out(to_wire, frame_out, svnic_device_get_frame);
		}
	}
};

}	/* namespace svnic */

#endif
