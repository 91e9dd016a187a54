// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* The device ABI on top of the model: the card alone, with its clock and its queues towards the host. */
#include "card.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INBOX_MAX 256		/* TLPs from the host that wait */
#define OUTBOX_MAX 2048		/* TLPs for the host: then the card stands still */
#define FRAMES_MAX 4096		/* frames for the wire: older ones are lost when nobody takes them */
#define ARRIVALS_MAX 1024

struct svnic_device {
	struct card *card;
	struct fifo inbox;	/* struct svnic_tlp *, cut behind its payload */
	uint32_t backlog;	/* completions in there */
	uint16_t fraction;	/* of a nanosecond, behind card->now */
	bool carrier;		/* as the host says; the card sees it in its next cycle */
	bool busy;		/* the last cycle did something, or there is something new */
	uint64_t cycles;
};

uint32_t svnic_abi_version(void)
{
	return SVNIC_ABI_MAJOR << 16 | SVNIC_ABI_MINOR;
}

static const char *refuse(const struct svnic_device_config *config)
{
	if (!config || config->size != sizeof(*config))
		return "svnic_device_config of another size: built for another version of the ABI";
	return config->waves ? "the model has no waves" : NULL;
}

struct svnic_device *svnic_device_create(const struct svnic_device_config *config, char *error, size_t error_size)
{
	struct model_params params = MODEL_PARAMS_DEFAULT;
	struct svnic_device *dev = NULL;
	const char *why = refuse(config);

	if (why) {
		snprintf(error, error_size, "%s", why);
		return NULL;
	}
	params.plant = config->plant;
	dev = calloc(1, sizeof(*dev));
	if (!dev)
		return NULL;
	dev->card = model_create(&params, error, error_size);
	if (!dev->card) {
		free(dev);
		return NULL;
	}
	fifo_init(&dev->inbox, sizeof(struct svnic_tlp *));
	dev->carrier = true;
	return dev;
}

static void empty_inbox(struct svnic_device *dev)
{
	for (; dev->inbox.count; fifo_pop(&dev->inbox))
		free(*(struct svnic_tlp **)fifo_front(&dev->inbox));
	dev->backlog = 0;
}

void svnic_device_destroy(struct svnic_device *dev)
{
	if (!dev)
		return;
	empty_inbox(dev);
	fifo_fini(&dev->inbox);
	model_destroy(dev->card);
	free(dev);
}

void svnic_device_info(const struct svnic_device *dev, struct svnic_device_info *info)
{
	*info = (struct svnic_device_info){
		.size = sizeof(*info),
		.num_vfs = dev->card->params.num_vfs,
		.num_qps = dev->card->params.num_qps,
		.backend = "cmodel",
	};
}

void svnic_device_reset(struct svnic_device *dev)
{
	empty_inbox(dev);
	model_reset(dev->card);
	dev->busy = true;
}

/* ---- TLPs and frames ------------------------------------------------------------------------- */

int svnic_device_put_tlp(struct svnic_device *dev, const struct svnic_tlp *tlp)
{
	if (tlp->size != sizeof(*tlp) || !tlp_valid(tlp))
		return -EINVAL;
	if (dev->inbox.count >= INBOX_MAX)
		return -EAGAIN;
	struct svnic_tlp *copy = malloc(tlp_size(tlp));

	if (!copy)
		return -EAGAIN;
	memcpy(copy, tlp, tlp_size(tlp));
	fifo_push(&dev->inbox, &copy);
	dev->backlog += tlp_is_completion(tlp->type);
	dev->busy = true;
	return 0;
}

uint32_t svnic_device_backlog(const struct svnic_device *dev)
{
	return dev->backlog;
}

int svnic_device_get_tlp(struct svnic_device *dev, struct svnic_tlp *tlp)
{
	enum model_stream stream = stream_next(dev->card);

	if (stream == MODEL_STREAMS)
		return 0;
	const struct svnic_tlp *oldest = model_expected(dev->card, stream);

	memcpy(tlp, oldest, tlp_size(oldest));
	model_met(dev->card, stream);
	return 1;
}

int svnic_device_put_frame(struct svnic_device *dev, const struct svnic_frame *frame)
{
	if (frame->size != sizeof(*frame) || frame->length < SVNIC_FRAME_MIN || frame->length > SVNIC_FRAME_MAX)
		return -EINVAL;
	if (dev->card->rx.arrivals.count >= ARRIVALS_MAX)
		return -EAGAIN;
	dev->busy = true;
	return model_wire(dev->card, frame->data, frame->length);
}

int svnic_device_get_frame(struct svnic_device *dev, struct svnic_frame *frame)
{
	const struct svnic_frame *oldest = model_expected_frame(dev->card);

	if (!oldest)
		return 0;
	memcpy(frame, oldest, offsetof(struct svnic_frame, data) + oldest->length);
	model_met(dev->card, MODEL_FRAMES);
	return 1;
}

void svnic_device_set_carrier(struct svnic_device *dev, bool up)
{
	dev->carrier = up;
	dev->busy = true;
}

/* ---- time ------------------------------------------------------------------------------------ */

static void advance(struct svnic_device *dev, uint64_t increment)
{
	uint64_t now = dev->card->now, due = model_next_timer(dev->card);
	uint64_t fraction = dev->fraction + (increment & 0xffff);
	uint64_t then = now + (increment >> 16) + (fraction >> 16);
	bool past = due > now && due < then;

	dev->fraction = past ? 0 : fraction;
	model_time(dev->card, past ? due : then);
}

/* One at a time, so that no completion overtakes a write that came before it. */
static bool feed(struct svnic_device *dev)
{
	struct svnic_tlp **tlp = fifo_front(&dev->inbox);

	if (!tlp || dev->card->host.requests.count)
		return false;
	dev->backlog -= tlp_is_completion((*tlp)->type);
	model_host(dev->card, *tlp);
	free(*tlp);
	fifo_pop(&dev->inbox);
	return true;
}

static void carrier(struct svnic_device *dev)
{
	const struct model_commit change = { .kind = MODEL_CARRIER_CHANGE, .a = dev->carrier };

	model_commit(dev->card, &change);	/* not legal if nothing changed */
}

static void lose_old_frames(struct card *card)
{
	while (card->stream[MODEL_FRAMES].expected.count > FRAMES_MAX)
		model_met(card, MODEL_FRAMES);
}

static bool outbox_full(const struct card *card)
{
	return card->stream[MODEL_POSTED].expected.count + card->stream[MODEL_NON_POSTED].expected.count +
	       card->stream[MODEL_COMPLETIONS].expected.count >= OUTBOX_MAX;
}

static void cycle(struct svnic_device *dev, uint64_t increment)
{
	advance(dev, increment);
	carrier(dev);
	dev->busy = feed(dev);
	dev->busy |= policy_step(dev->card);
	dev->cycles++;
	lose_old_frames(dev->card);
}

uint64_t svnic_device_run(struct svnic_device *dev, uint64_t cycles, uint64_t increment)
{
	uint64_t done = 0;

	if (increment > SVNIC_NS_MAX)
		increment = SVNIC_NS_MAX;
	while (done < cycles && !outbox_full(dev->card)) {
		cycle(dev, increment);
		done++;
		if (svnic_device_next_due(dev) != SVNIC_DUE_NOW)
			break;
	}
	return done;
}

uint64_t svnic_device_now(const struct svnic_device *dev)
{
	return dev->card->now;
}

uint64_t svnic_device_next_due(const struct svnic_device *dev)
{
	uint64_t due;

	if (dev->busy || dev->inbox.count)
		return SVNIC_DUE_NOW;
	due = model_next_timer(dev->card);
	return due <= dev->card->now ? SVNIC_DUE_NOW : due;
}

uint64_t svnic_device_cycles(const struct svnic_device *dev)
{
	return dev->cycles;
}
