// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <string.h>

static struct frame *oldest(const struct fifo *fifo)
{
	struct frame **frame = fifo_front(fifo);

	return frame ? *frame : NULL;
}

static struct frame *take(struct fifo *fifo)
{
	struct frame *frame = oldest(fifo);

	fifo_pop(fifo);
	return frame;
}

static void wire_note(struct card *card, enum note_source source, uint8_t stat)
{
	mgmt_note(card, source, &(struct note){ .count = true, .stat = stat, .amount = 1 });
}

static void note(struct card *card, uint8_t fn, uint8_t stat, uint32_t bytes)
{
	mgmt_note(card, NOTE_RX, &(struct note){ .fn = fn, .count = true, .stat = stat, .amount = 1, .bytes = bytes });
}

/* ---- into the receive buffer ----------------------------------------------------------------- */

void rx_arrives(struct card *card, const uint8_t *data, uint32_t length)
{
	struct frame *frame = frame_new(length);

	memcpy(frame->data, data, length);
	fifo_push(&card->rx.arrivals, &frame);
}

void rx_loop(struct card *card, struct frame *frame)
{
	frame->references++;
	fifo_push(&card->rx.loop, &frame);
}

bool rx_wire_take_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->rx.arrivals.count && oldest(&card->rx.arrivals)->length >= SVNIC_FRAME_MIN &&
	       oldest(&card->rx.arrivals)->length <= SVNIC_FRAME_MAX;
}

void rx_wire_take_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = take(&card->rx.arrivals);

	(void)commit;
	fifo_push(&card->rx.wire, &frame);
}

bool rx_wire_drop_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->rx.arrivals.count;
}

void rx_wire_drop_apply(struct card *card, const struct model_commit *commit)
{
	(void)commit;
	frame_put(take(&card->rx.arrivals));
	wire_note(card, NOTE_RX_DROP, SVNIC_STAT_WIRE_RX_DROP);
}

/* A frame of a function brings its members: it needs no lookup, only its turn. */
static void pass_loopback(struct card *card)
{
	while (card->rx.buffer.count && oldest(&card->rx.buffer)->loopback) {
		struct frame *frame = take(&card->rx.buffer);

		fifo_push(&card->rx.looked_up, &frame);
	}
}

bool rx_in_may(const struct card *card, const struct model_commit *commit)
{
	return commit->a ? card->rx.loop.count : card->rx.wire.count;
}

void rx_in_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = take(commit->a ? &card->rx.loop : &card->rx.wire);

	fifo_push(&card->rx.buffer, &frame);
	pass_loopback(card);
}

bool rx_lookup_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->rx.buffer.count;	/* the oldest is from the wire */
}

void rx_lookup_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = take(&card->rx.buffer);
	struct forward forward = veb_lookup(card, frame);

	(void)commit;
	frame->members = forward.members;
	frame->multicast = forward.multicast;
	if (forward.unknown)
		wire_note(card, NOTE_RX_UNKNOWN, SVNIC_STAT_WIRE_RX_UNKNOWN);
	if (functions_first(&frame->members) >= 0)
		fifo_push(&card->rx.looked_up, &frame);
	else
		frame_put(frame);
	pass_loopback(card);
}

/* ---- receivers ------------------------------------------------------------------------------- */

static bool enabled(const struct card *card, unsigned int fn)
{
	return mgmt_link(card, fn) && card->fn[fn].local.rx_enable && cfg_exists(card, fn) && !cfg_in_reset(card, fn);
}

/* Notes come in the order of receivers: those of disabled ones wait for the takes before them. */
static void flush(struct card *card)
{
	struct receiver *receiver;

	while ((receiver = fifo_front(&card->rx.receivers)) && receiver->disabled) {
		note(card, receiver->fn, SVNIC_STAT_RX_DROP_DISABLED, 0);
		frame_put(receiver->frame);
		fifo_pop(&card->rx.receivers);
	}
}

bool rx_member_may(const struct card *card, const struct model_commit *commit)
{
	const struct frame *frame = oldest(&card->rx.looked_up);

	return frame && functions_first(&frame->members) == commit->a;
}

void rx_member_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = oldest(&card->rx.looked_up);
	struct receiver receiver = { .frame = frame, .fn = commit->a, .disabled = !enabled(card, commit->a) };

	frame->references++;
	fifo_push(&card->rx.receivers, &receiver);
	functions_remove(&frame->members, commit->a);
	if (functions_first(&frame->members) < 0)
		frame_put(take(&card->rx.looked_up));
	flush(card);
}

void rx_buffer(struct card *card, struct queue *queue, uint64_t address, uint32_t offset, uint32_t length)
{
	const struct receiver *receiver = fifo_front(&card->rx.receivers);
	struct write write = { .fn = receiver->fn, .address = address, .length = length, .frame = receiver->frame,
			       .offset = offset, .queue = queue };

	receiver->frame->references++;
	dma_write(card, WRITE_PAYLOAD, &write);
}

static void receiver_done(struct card *card)
{
	frame_put(((struct receiver *)fifo_front(&card->rx.receivers))->frame);
	fifo_pop(&card->rx.receivers);
	flush(card);
}

void rx_taken(struct card *card)
{
	const struct receiver *receiver = fifo_front(&card->rx.receivers);

	note(card, receiver->fn, SVNIC_STAT_RX_FRAMES, receiver->frame->length);
	if (receiver->frame->multicast)
		note(card, receiver->fn, SVNIC_STAT_RX_MULTICAST, 0);
	receiver_done(card);
}

void rx_no_buffers(struct card *card)
{
	const struct receiver *receiver = fifo_front(&card->rx.receivers);

	note(card, receiver->fn, SVNIC_STAT_RX_DROP_NO_DESC, 0);
	receiver_done(card);
}

void rx_written(struct card *card, const struct write *write)
{
	struct answer answer = { .queue = write->queue, .count = 1, .length = write->length,
				 .loopback = write->frame->loopback,
				 .eop = write->offset + write->length == write->frame->length };

	queue_answer(card, &answer);
	frame_put(write->frame);
}

static struct fifo *fifos(struct card *card, int i)
{
	struct fifo *all[] = { &card->rx.arrivals, &card->rx.wire, &card->rx.loop, &card->rx.buffer, &card->rx.looked_up };

	return all[i];
}

void rx_init(struct card *card)
{
	for (int i = 0; i < 5; i++)
		fifo_init(fifos(card, i), sizeof(struct frame *));
	fifo_init(&card->rx.receivers, sizeof(struct receiver));
}

void rx_fini(struct card *card)
{
	for (int i = 0; i < 5; i++) {
		while (fifos(card, i)->count)
			frame_put(take(fifos(card, i)));
		fifo_fini(fifos(card, i));
	}
	for (; card->rx.receivers.count; fifo_pop(&card->rx.receivers))
		frame_put(((struct receiver *)fifo_front(&card->rx.receivers))->frame);
	fifo_fini(&card->rx.receivers);
}
