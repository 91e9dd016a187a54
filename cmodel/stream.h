/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the card is expected to send: four ordered streams, and one number over all of them (the order of a card that is alone). */
#ifndef SVNIC_STREAM_H
#define SVNIC_STREAM_H

#include "fifo.h"
#include "model.h"

struct expectation {
	uint64_t seq;
	uint64_t since;		/* ns */
	union {
		struct svnic_tlp *tlp;		/* allocated up to the end of its payload */
		struct svnic_frame *frame;	/* of its data */
	};
};

struct stream {
	struct fifo expected;	/* struct expectation */
};

/* A TLP with room for dw DWs of payload, all else zero; it is sent by stream_tlp(). */
struct svnic_tlp *stream_new_tlp(uint8_t type, uint16_t dw);
void stream_tlp(struct card *card, enum model_stream stream, struct svnic_tlp *tlp);
void stream_frame(struct card *card, const uint8_t *data, uint32_t length);
void stream_clear(struct stream *stream);

/* The stream of TLPs whose oldest one was sent first, or MODEL_STREAMS if there is none. */
enum model_stream stream_next(const struct card *card);

#endif
