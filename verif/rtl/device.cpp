// SPDX-License-Identifier: Apache-2.0
// The device ABI (cmodel/include/svnic/device.h) on top of the Verilated card: libsvnic-rtl.so.
#include <cerrno>
#include <cstdio>
#include <new>

#include "rtl_card.h"

extern "C" {
#include "tlp.h"	// what a link could carry at all: the same for all back ends
}

using namespace svnic;

namespace {

constexpr unsigned int outbox_places = 512, frames_places = 512;	// towards the host; a full outbox stops the card, frames are lost as on a wire

struct Out : Observer {
	Queue<svnic_tlp> outbox{outbox_places};
	Queue<svnic_frame> frames{frames_places};

	// At most one TLP per stream and cycle, so a cycle with three free places is safe. Posted ones come first (section 2.4).
	bool full() const { return outbox.size() + 3 > outbox_places; }
	void posted(const svnic_tlp &t) { outbox.push(t); }
	void non_posted(const svnic_tlp &t) { outbox.push(t); }
	void completion(const svnic_tlp &t) { outbox.push(t); }
	void frame(const svnic_frame &f)
	{
		if (frames.full())
			frames.pop();	// the oldest: nobody listens
		frames.push(f);
	}
};

}	// namespace

struct svnic_device {
	RtlCard card;
	Out out;
	uint64_t before = 0;	// ns until the last reset: the card's own clock starts anew
	uint64_t cycles = 0;
	bool carrier = true, carrier_new = false;

	explicit svnic_device(const RtlCard::Options &options) : card(options) {}
};

extern "C" {

uint32_t svnic_abi_version(void)
{
	return SVNIC_ABI_MAJOR << 16 | SVNIC_ABI_MINOR;
}

svnic_device *svnic_device_create(const svnic_device_config *config, char *error, size_t error_size)
{
	const char *why = nullptr;

	if (!config || config->size != sizeof(*config))
		why = "svnic_device_config of another size: built for another version of the ABI";
	else if (config->plant)
		why = "no such planted fault: those of the RTL are builds of their own (make lockstep PLANT=name)";
	if (why) {
		snprintf(error, error_size, "%s", why);
		return nullptr;
	}
	RtlCard::Options options;
	options.seed = config->seed;
	options.waves = config->waves;
	return new (std::nothrow) svnic_device(options);
}

void svnic_device_destroy(svnic_device *dev)
{
	delete dev;
}

void svnic_device_info(const svnic_device *, struct svnic_device_info *info)
{
	*info = {};
	info->size = sizeof(*info);
	info->num_vfs = SVNIC_NUM_VFS;
	info->num_qps = SVNIC_NUM_QPS;
	info->data_width = 8 * RtlCard::beat_bytes;
	snprintf(info->backend, sizeof(info->backend), "rtl");
}

void svnic_device_reset(svnic_device *dev)
{
	dev->before += dev->card.now();
	dev->card.reset();
	dev->out.outbox.clear();
	dev->out.frames.clear();
}

int svnic_device_put_tlp(svnic_device *dev, const svnic_tlp *tlp)
{
	if (tlp->size != sizeof(*tlp) || !tlp_valid(tlp))
		return -EINVAL;
	return (tlp_is_completion(tlp->type) ? dev->card.completions : dev->card.requests).push(*tlp) ? 0 : -EAGAIN;
}

uint32_t svnic_device_backlog(const svnic_device *dev)
{
	return dev->card.completions.size();
}

int svnic_device_get_tlp(svnic_device *dev, svnic_tlp *tlp)
{
	if (dev->out.outbox.empty())
		return 0;
	copy(*tlp, dev->out.outbox.front());
	dev->out.outbox.pop();
	return 1;
}

int svnic_device_put_frame(svnic_device *dev, const svnic_frame *frame)
{
	if (frame->size != sizeof(*frame) || frame->length < SVNIC_FRAME_MIN || frame->length > SVNIC_FRAME_MAX)
		return -EINVAL;
	return dev->card.wire.push(*frame) ? 0 : -EAGAIN;
}

int svnic_device_get_frame(svnic_device *dev, svnic_frame *frame)
{
	if (dev->out.frames.empty())
		return 0;
	copy(*frame, dev->out.frames.front());
	dev->out.frames.pop();
	return 1;
}

void svnic_device_set_carrier(svnic_device *dev, bool up)
{
	dev->carrier_new = dev->carrier_new || up != dev->carrier;
	dev->carrier = up;
	dev->card.carrier = up;
}

uint64_t svnic_device_run(svnic_device *dev, uint64_t cycles, uint64_t increment)
{
	uint64_t done = 0;

	if (increment > SVNIC_NS_MAX)
		increment = SVNIC_NS_MAX;
	while (done < cycles && !dev->out.full()) {
		dev->card.cycle(increment, dev->out);
		dev->carrier_new = false;
		done++;
		if (svnic_device_next_due(dev) != SVNIC_DUE_NOW)
			break;
	}
	dev->cycles += done;
	return done;
}

uint64_t svnic_device_now(const svnic_device *dev)
{
	return dev->before + dev->card.now();
}

uint64_t svnic_device_next_due(const svnic_device *dev)
{
	if (dev->card.busy() || dev->carrier_new)
		return SVNIC_DUE_NOW;
	if (!dev->card.due_valid())
		return SVNIC_DUE_NEVER;
	return dev->card.due() <= dev->card.now() ? SVNIC_DUE_NOW : dev->before + dev->card.due();
}

uint64_t svnic_device_cycles(const svnic_device *dev)
{
	return dev->cycles;
}

}	// extern "C"
