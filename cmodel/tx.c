// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#define OFFLOADS (SVNIC_TX_DESC_CHECKSUM | SVNIC_TX_DESC_TSO | SVNIC_TX_DESC_FLAGS_RESERVED)

static uint32_t length_of(const struct descriptor *d)
{
	return SVNIC_GET(SVNIC_TX_DESC_LENGTH, d->word[1]);
}

/* What the descriptors themselves say; the frame's length on the way. */
static uint8_t check(const struct descriptor *d, unsigned int count, uint32_t *length)
{
	bool bad_length = false, unsupported = false;

	*length = 0;
	for (unsigned int i = 0; i < count; i++) {
		bad_length |= !length_of(&d[i]) || length_of(&d[i]) > SVNIC_FRAME_MAX;
		unsupported |= d[i].word[1] & OFFLOADS;
		unsupported |= d[i].word[1] & SVNIC_TX_DESC_LOOP && !(d[i].word[1] & SVNIC_TX_DESC_EOP);
		*length += length_of(&d[i]);
	}
	if (bad_length || *length < SVNIC_FRAME_MIN || *length > SVNIC_FRAME_MAX)
		return SVNIC_ERROR_CODE_LENGTH;
	return unsupported ? SVNIC_ERROR_CODE_UNSUPPORTED : SVNIC_ERROR_CODE_NONE;
}

void tx_take(struct card *card, struct queue *queue, const struct descriptor *descriptors, unsigned int count)
{
	uint32_t length, offset = 0;
	uint8_t status = check(descriptors, count, &length);
	struct frame *frame = frame_new(status || length < SVNIC_FRAME_PAD ? SVNIC_FRAME_PAD : length);

	frame->loopback = true;
	frame->loop = descriptors[count - 1].word[1] & SVNIC_TX_DESC_LOOP;
	frame->fn = queue->fn;
	frame->queue = queue;
	frame->count = count;
	frame->status = status;
	for (unsigned int i = 0; i < count && !status; i++) {
		dma_read_payload(card, frame, offset, descriptors[i].word[0], length_of(&descriptors[i]));
		offset += length_of(&descriptors[i]);
	}
	fifo_push(&card->tx.frames, &frame);
}

bool tx_out_may(const struct card *card, const struct model_commit *commit)
{
	struct frame **frame = fifo_front(&card->tx.frames);

	(void)commit;
	return frame && !(*frame)->reads;
}

static void note(struct card *card, uint8_t fn, uint8_t stat, uint32_t bytes, uint8_t error)
{
	mgmt_note(card, NOTE_TX, &(struct note){ .fn = fn, .count = true, .stat = stat, .amount = 1, .bytes = bytes,
						 .error = error });
}

static void send(struct card *card, struct frame *frame)
{
	struct forward forward = veb_lookup(card, frame);

	if (forward.disabled) {
		note(card, frame->fn, SVNIC_STAT_TX_DROP_DISABLED, 0, 0);
		return;
	}
	if (forward.spoofed) {
		note(card, frame->fn, SVNIC_STAT_TX_DROP_SPOOF, 0, SVNIC_ERROR_SPOOFED);
		return;
	}
	note(card, frame->fn, SVNIC_STAT_TX_FRAMES, frame->length, 0);
	if (forward.wire && card->mgmt.carrier)
		stream_frame(card, frame->data, frame->length);
	frame->members = forward.members;
	frame->multicast = forward.multicast;
	if (functions_first(&frame->members) >= 0)
		rx_loop(card, frame);
}

void tx_out_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = *(struct frame **)fifo_front(&card->tx.frames);
	struct answer answer = { .queue = frame->queue, .count = frame->count, .status = frame->status, .eop = true };

	(void)commit;
	fifo_pop(&card->tx.frames);
	if (frame->status)
		note(card, frame->fn, SVNIC_STAT_TX_ERRORS, 0, 0);
	else if (!cfg_in_reset(card, frame->fn))
		send(card, frame);
	queue_answer(card, &answer);
	frame_put(frame);
}

void tx_init(struct card *card)
{
	fifo_init(&card->tx.frames, sizeof(struct frame *));
}

void tx_fini(struct card *card)
{
	for (; card->tx.frames.count; fifo_pop(&card->tx.frames))
		frame_put(*(struct frame **)fifo_front(&card->tx.frames));
	fifo_fini(&card->tx.frames);
}
