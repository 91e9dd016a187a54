// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <stdlib.h>
#include <string.h>

struct svnic_tlp *stream_new_tlp(uint8_t type, uint16_t dw)
{
	size_t payload = tlp_has_payload(type) ? 4u * dw : 0;
	struct svnic_tlp *tlp = calloc(1, offsetof(struct svnic_tlp, payload) + payload);

	if (!tlp)
		abort();
	tlp->size = sizeof(*tlp);
	tlp->type = type;
	tlp->dw = dw;
	return tlp;
}

static void expect(struct card *card, enum model_stream stream, struct expectation *expectation)
{
	expectation->seq = card->out_seq++;
	expectation->since = card->now;
	fifo_push(&card->stream[stream].expected, expectation);
}

void stream_tlp(struct card *card, enum model_stream stream, struct svnic_tlp *tlp)
{
	expect(card, stream, &(struct expectation){ .tlp = tlp });
}

void stream_frame(struct card *card, const uint8_t *data, uint32_t length)
{
	struct svnic_frame *frame = malloc(offsetof(struct svnic_frame, data) + length);

	if (!frame)
		abort();
	frame->size = sizeof(*frame);
	frame->length = length;
	memcpy(frame->data, data, length);
	expect(card, MODEL_FRAMES, &(struct expectation){ .frame = frame });
}

static const struct expectation *oldest(const struct card *card, enum model_stream stream)
{
	return fifo_front(&card->stream[stream].expected);
}

enum model_stream stream_next(const struct card *card)
{
	enum model_stream first = MODEL_STREAMS;

	for (enum model_stream s = MODEL_POSTED; s <= MODEL_COMPLETIONS; s++)
		if (oldest(card, s) && (first == MODEL_STREAMS || oldest(card, s)->seq < oldest(card, first)->seq))
			first = s;
	return first;
}

const struct svnic_tlp *model_expected(const struct card *card, enum model_stream stream)
{
	return oldest(card, stream) ? oldest(card, stream)->tlp : NULL;
}

const struct svnic_frame *model_expected_frame(const struct card *card)
{
	return oldest(card, MODEL_FRAMES) ? oldest(card, MODEL_FRAMES)->frame : NULL;
}

uint64_t model_expected_since(const struct card *card, enum model_stream stream)
{
	return oldest(card, stream) ? oldest(card, stream)->since : UINT64_MAX;
}

void model_met(struct card *card, enum model_stream stream)
{
	struct fifo *expected = &card->stream[stream].expected;

	free(((struct expectation *)fifo_front(expected))->tlp);
	fifo_pop(expected);
}

void stream_clear(struct stream *stream)
{
	while (stream->expected.count) {
		free(((struct expectation *)fifo_front(&stream->expected))->tlp);
		fifo_pop(&stream->expected);
	}
	fifo_fini(&stream->expected);
}
