// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <stdlib.h>
#include <string.h>

#define CONFIG_BITS (SVNIC_QUEUE_CONFIG_RING_LOG2 | SVNIC_QUEUE_CONFIG_SLOT | SVNIC_QUEUE_CONFIG_MOVABLE | SVNIC_QUEUE_CONFIG_BUFFER_LOG2)

static uint32_t log2_of(const struct queue *queue)
{
	return SVNIC_GET(SVNIC_QUEUE_CONFIG_RING_LOG2, queue->config);
}

static uint32_t entries(const struct queue *queue)
{
	return 1u << log2_of(queue);
}

static struct descriptor *cached(const struct card *card, const struct queue *queue, uint16_t i)
{
	return (struct descriptor *)&queue->cache[i & (card->params.cache_depth - 1)];
}

static bool is_on(const struct queue *queue)
{
	return queue->state == SVNIC_QUEUE_STATE_ON;
}

bool queue_drops(const struct queue *queue)
{
	return !is_on(queue) || queue->stopping;
}

/* ---- maps: local numbers and owners ---------------------------------------------------------- */

static struct queue *card_queue(const struct card *card, unsigned int direction, unsigned int qp)
{
	return direction < 2 && qp < card->params.num_qps ? &card->queues.queue[2 * qp + direction] : NULL;
}

/* NULL: not assigned. */
static struct queue *local_queue(const struct card *card, uint8_t fn, uint8_t local)
{
	uint32_t map = card->fn[fn].qp_map[local / 2];
	struct queue *queue = card_queue(card, local % 2, map & SVNIC_QP_MAP_ENTRY_CARD_NUMBER);

	if (!(map & SVNIC_QP_MAP_ENTRY_VALID) || !queue)
		return NULL;
	return queue->owned && queue->fn == fn && queue->local == local ? queue : NULL;
}

static void set_owner(struct card *card, unsigned int qp, bool owned, uint8_t fn, uint8_t local_qp)
{
	for (unsigned int d = 0; d < 2; d++) {
		struct queue *queue = card_queue(card, d, qp);

		if (!queue || (!owned && (queue->fn != fn || queue->local != 2 * local_qp + d)))
			continue;
		queue->owned = owned;
		queue->fn = fn;
		queue->local = 2 * local_qp + d;
		queue_update(card, queue);
	}
}

uint32_t queue_map_read(const struct card *card, uint32_t offset)
{
	unsigned int fn = (offset - SVNIC_QP_MAP(0)) / 0x40;

	return fn < card->num_fn ? card->fn[fn].qp_map[offset / 4 % 16] : 0;
}

void queue_map_write(struct card *card, uint32_t offset, uint32_t value)
{
	unsigned int fn = (offset - SVNIC_QP_MAP(0)) / 0x40, local = offset / 4 % 16;

	if (fn >= card->num_fn)
		return;
	uint32_t *map = &card->fn[fn].qp_map[local];

	if (*map & SVNIC_QP_MAP_ENTRY_VALID)
		set_owner(card, *map & SVNIC_QP_MAP_ENTRY_CARD_NUMBER, false, fn, local);
	*map = value & (SVNIC_QP_MAP_ENTRY_VALID | SVNIC_QP_MAP_ENTRY_CARD_NUMBER);
	if (*map & SVNIC_QP_MAP_ENTRY_VALID)
		set_owner(card, *map & SVNIC_QP_MAP_ENTRY_CARD_NUMBER, true, fn, local);
}

void queue_forget_maps(struct card *card)
{
	for (unsigned int f = 0; f < card->num_fn; f++)
		memset(card->fn[f].qp_map, 0, sizeof(card->fn[f].qp_map));
	for (unsigned int i = 0; i < 2 * card->params.num_qps; i++)
		card->queues.queue[i].owned = false;
}

/* ---- work lists ------------------------------------------------------------------------------ */

unsigned int queue_fetchable(const struct card *card, const struct queue *queue)
{
	uint32_t depth = card->params.cache_depth;
	uint32_t most = (uint16_t)(queue->producer - queue->fetched);
	uint32_t room = depth - (uint16_t)(queue->fetched - queue->taken);
	uint32_t cache_end = depth - (queue->fetched & (depth - 1));
	uint32_t ring_end = entries(queue) - (queue->fetched & (entries(queue) - 1));

	if (!is_on(queue) || cfg_in_reset(card, queue->fn) || queue->fetch_count == QUEUE_FETCHES)
		return 0;
	most = most < room ? most : room;
	most = most < cache_end ? most : cache_end;
	most = most < ring_end ? most : ring_end;
	return most < QUEUE_FETCH_MAX ? most : QUEUE_FETCH_MAX;
}

bool queue_tx_ready(const struct card *card, const struct queue *queue)
{
	return queue->direction == SVNIC_DIRECTION_TX && is_on(queue) && !cfg_in_reset(card, queue->fn) &&
	       (queue->eops || (uint16_t)(queue->arrived - queue->taken) >= SVNIC_FRAGMENTS_MAX);
}

void queue_update(struct card *card, struct queue *queue)
{
	struct queues *queues = &card->queues;
	bool in_reset = cfg_in_reset(card, queue->fn);

	list_set(&queues->fetch, &queue->fetch_work, queue_fetchable(card, queue));
	list_set(&queues->ended, &queue->ended_work, queue->fetch_count && queue->fetch[queue->fetch_first].ended);
	list_set(&queues->tx, &queue->tx_work, queue_tx_ready(card, queue));
	list_set(&queues->stop, &queue->stop_work, queue->state == SVNIC_QUEUE_STATE_DRAINING && !queue->inside && !in_reset);
	list_set(&queues->reset, &queue->reset_work, queue->owned && in_reset && queue->state != SVNIC_QUEUE_STATE_OFF);
}

void queue_function_update(struct card *card, uint8_t fn)
{
	for (unsigned int local = 0; local < SVNIC_LOCAL_QUEUES; local++) {
		struct queue *queue = local_queue(card, fn, local);

		if (queue)
			queue_update(card, queue);
	}
}

bool queue_function_idle(const struct card *card, uint8_t fn)
{
	for (unsigned int local = 0; local < SVNIC_LOCAL_QUEUES; local++) {
		const struct queue *queue = local_queue(card, fn, local);

		if (queue && (queue->inside || queue->state != SVNIC_QUEUE_STATE_OFF))
			return false;
	}
	return true;
}

/* ---- raise, fail, stop ----------------------------------------------------------------------- */

static void raise_event(struct card *card, const struct queue *queue, bool stopped)
{
	struct raise raise = { .fn = queue->fn, .source = queue->local, .stopped = stopped };

	raise.movable = queue->config & SVNIC_QUEUE_CONFIG_MOVABLE;
	raise.slot = stopped ? 0 : SVNIC_GET(SVNIC_QUEUE_CONFIG_SLOT, queue->config);
	fifo_push(&card->queues.raises, &raise);
}

static void compare_arm(struct card *card, struct queue *queue)
{
	if (!queue->armed || (int16_t)(queue->issued - queue->armed_at) <= 0)
		return;
	queue->armed = false;
	raise_event(card, queue, false);
}

static void fail(struct card *card, struct queue *queue, uint8_t error)
{
	if (!is_on(queue))
		return;
	queue->state = SVNIC_QUEUE_STATE_STOPPED;
	queue->error = error;
	queue->armed = false;
	mgmt_note(card, NOTE_QUEUE, &(struct note){ .fn = queue->fn, .error = SVNIC_ERROR_QUEUE_STOPPED });
	raise_event(card, queue, true);
}

/* ---- registers ------------------------------------------------------------------------------- */

uint32_t queue_register_read(const struct card *card, uint8_t fn, uint32_t offset)
{
	uint32_t local = (offset - SVNIC_QUEUE(0)) / 0x20;
	const struct queue *queue = local < SVNIC_QUEUE_COUNT ? local_queue(card, fn, local) : NULL;

	if (!queue)
		return 0;
	switch (offset % 0x20) {
	case SVNIC_QUEUE_RING_LO:
		return queue->ring;
	case SVNIC_QUEUE_RING_HI:
		return queue->ring >> 32;
	case SVNIC_QUEUE_CPL_LO:
		return queue->cpl;
	case SVNIC_QUEUE_CPL_HI:
		return queue->cpl >> 32;
	case SVNIC_QUEUE_CONFIG:
		return queue->config;
	case SVNIC_QUEUE_CTRL:
		return queue->error << 8 | queue->state;
	case SVNIC_QUEUE_INDEX:
		return (uint32_t)queue->producer << 16 | queue->issued;
	default:
		return 0;
	}
}

static bool start(struct queue *queue)
{
	uint32_t buffer = SVNIC_GET(SVNIC_QUEUE_CONFIG_BUFFER_LOG2, queue->config);

	if (log2_of(queue) < SVNIC_RING_LOG2_MIN || log2_of(queue) > SVNIC_RING_LOG2_MAX)
		return false;
	if (queue->direction == SVNIC_DIRECTION_RX && (buffer < SVNIC_BUFFER_LOG2_MIN || buffer > SVNIC_BUFFER_LOG2_MAX))
		return false;
	queue->producer = queue->fetched = queue->arrived = queue->taken = queue->gathered = queue->issued = 0;
	queue->eops = 0;
	queue->armed = queue->stopping = false;
	queue->error = 0;
	queue->state = SVNIC_QUEUE_STATE_ON;
	return true;
}

static void stop(struct queue *queue)
{
	queue->armed = false;
	queue->state = SVNIC_QUEUE_STATE_DRAINING;
}

static bool write_control(struct queue *queue, uint32_t value)
{
	bool run = value & SVNIC_QUEUE_CTRL_RUN;

	if (run && queue->state == SVNIC_QUEUE_STATE_OFF)
		return start(queue);
	if (!run && (is_on(queue) || queue->state == SVNIC_QUEUE_STATE_STOPPED))
		stop(queue);
	return true;
}

static void put_low(uint64_t *address, uint32_t value)
{
	*address = (*address & ~UINT64_C(0xffffffff)) | (value & ~(SVNIC_RING_ALIGN - 1u));
}

static void put_high(uint64_t *address, uint32_t value)
{
	*address = (uint32_t)*address | (uint64_t)value << 32;
}

/* RING, CPL and CONFIG: in state off only. */
static bool write_setting(struct queue *queue, uint32_t reg, uint32_t value)
{
	if (queue->state != SVNIC_QUEUE_STATE_OFF)
		return false;
	switch (reg) {
	case SVNIC_QUEUE_RING_LO:
		put_low(&queue->ring, value);
		break;
	case SVNIC_QUEUE_RING_HI:
		put_high(&queue->ring, value);
		break;
	case SVNIC_QUEUE_CPL_LO:
		put_low(&queue->cpl, value);
		break;
	case SVNIC_QUEUE_CPL_HI:
		put_high(&queue->cpl, value);
		break;
	default:
		queue->config = value & CONFIG_BITS;
	}
	return true;
}

bool queue_register_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	uint32_t local = (offset - SVNIC_QUEUE(0)) / 0x20, reg = offset % 0x20;
	bool good = true;

	if (local >= SVNIC_QUEUE_COUNT)
		return true;
	struct queue *queue = local_queue(card, fn, local);

	if (!queue)
		return false;
	if (reg <= SVNIC_QUEUE_CONFIG)
		good = write_setting(queue, reg, value);
	else if (reg == SVNIC_QUEUE_CTRL)
		good = write_control(queue, value);
	queue_update(card, queue);
	return good;
}

static void take_producer(struct card *card, struct queue *queue, uint16_t producer)
{
	if ((int16_t)(producer - queue->producer) <= 0)
		return;
	if ((uint16_t)(producer - queue->issued) <= entries(queue))
		queue->producer = producer;
	else
		fail(card, queue, SVNIC_ERROR_CODE_DOORBELL);
}

bool queue_doorbell(struct card *card, uint8_t fn, uint8_t local, uint64_t value)
{
	struct queue *queue = local_queue(card, fn, local);

	if (!queue)
		return false;
	if (!is_on(queue))
		return true;
	take_producer(card, queue, SVNIC_GET(SVNIC_QUEUE_DB_PRODUCER, value));
	if (value & SVNIC_QUEUE_DB_ARM && is_on(queue)) {
		queue->armed = true;
		queue->armed_at = SVNIC_GET(SVNIC_QUEUE_DB_CONSUMED, value);
		if (!card->plant.no_requeue_on_arm)
			compare_arm(card, queue);
	}
	queue_update(card, queue);
	return true;
}

/* ---- descriptor fetch ------------------------------------------------------------------------ */

bool queue_fetch_issue_may(const struct card *card, const struct model_commit *commit)
{
	const struct queue *queue = card_queue(card, commit->a, commit->b);

	return queue && commit->c && commit->c <= queue_fetchable(card, queue);
}

void queue_fetch_issue_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, commit->a, commit->b);
	struct fetch *fetch = &queue->fetch[(queue->fetch_first + queue->fetch_count++) % QUEUE_FETCHES];
	uint64_t address = queue->ring + 16 * (queue->fetched & (entries(queue) - 1));

	fetch->first = queue->fetched;
	fetch->count = commit->c;
	fetch->ended = fetch->failed = false;
	queue->fetched += commit->c;
	queue->inside++;
	dma_read_fetch(card, queue, fetch, address);
	queue_update(card, queue);
}

bool queue_fetch_done_may(const struct card *card, const struct model_commit *commit)
{
	const struct queue *queue = card_queue(card, commit->a, commit->b);

	return queue && queue->fetch_count && queue->fetch[queue->fetch_first].ended;
}

static void fill_cache(struct card *card, struct queue *queue, const struct fetch *fetch)
{
	for (unsigned int i = 0; i < fetch->count; i++) {
		struct descriptor *d = cached(card, queue, queue->arrived++);

		d->word[0] = tlp_get_qw(fetch->data + 16 * i);
		d->word[1] = tlp_get_qw(fetch->data + 16 * i + 8);
		queue->eops += !!(d->word[1] & SVNIC_TX_DESC_EOP);
	}
}

void queue_fetch_done_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, commit->a, commit->b);
	struct fetch *fetch = &queue->fetch[queue->fetch_first];

	queue->fetch_first = (queue->fetch_first + 1) % QUEUE_FETCHES;
	queue->fetch_count--;
	queue->inside--;
	if (is_on(queue) && fetch->failed)
		fail(card, queue, SVNIC_ERROR_CODE_DESC_DMA);
	else if (is_on(queue))
		fill_cache(card, queue, fetch);
	queue_update(card, queue);
}

/* ---- frames take descriptors ----------------------------------------------------------------- */

bool queue_tx_take_may(const struct card *card, const struct model_commit *commit)
{
	const struct queue *queue = card_queue(card, SVNIC_DIRECTION_TX, commit->b);

	return queue && queue_tx_ready(card, queue);
}

/* Descriptors of the frame at the head, EOP included; 0: no EOP where one must be. */
static unsigned int frame_descriptors(const struct card *card, const struct queue *queue)
{
	for (unsigned int i = 0; i < SVNIC_FRAGMENTS_MAX; i++)
		if (cached(card, queue, queue->taken + i)->word[1] & SVNIC_TX_DESC_EOP)
			return i + 1;
	return 0;
}

void queue_tx_take_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, SVNIC_DIRECTION_TX, commit->b);
	struct descriptor frame[SVNIC_FRAGMENTS_MAX];
	unsigned int count = frame_descriptors(card, queue);

	for (unsigned int i = 0; i < count; i++)
		frame[i] = *cached(card, queue, queue->taken++);
	if (count) {
		queue->eops--;
		queue->inside += count;
		tx_take(card, queue, frame, count);
	} else {
		fail(card, queue, SVNIC_ERROR_CODE_FRAGMENTS);
	}
	queue_update(card, queue);
}

bool queue_rx_take_may(const struct card *card, const struct model_commit *commit)
{
	const struct receiver *receiver = fifo_front(&card->rx.receivers);

	return receiver && receiver->fn == commit->a;
}

/* The receiver's buffers for the frame, or none. */
void queue_rx_take_apply(struct card *card, const struct model_commit *commit)
{
	struct frame *frame = ((struct receiver *)fifo_front(&card->rx.receivers))->frame;
	struct queue *queue = commit->a < card->num_fn ? local_queue(card, commit->a, SVNIC_DIRECTION_RX) : NULL;
	uint32_t size = queue ? 1u << SVNIC_GET(SVNIC_QUEUE_CONFIG_BUFFER_LOG2, queue->config) : 1;
	unsigned int count = (frame->length + size - 1) / size;

	if (!queue || !is_on(queue) || (uint16_t)(queue->arrived - queue->taken) < count) {
		rx_no_buffers(card);
		return;
	}
	for (unsigned int i = 0; i < count; i++) {
		uint32_t left = frame->length - i * size;

		rx_buffer(card, queue, cached(card, queue, queue->taken)->word[0], i * size, left < size ? left : size);
		queue->taken++;
	}
	queue->inside += count;
	queue_update(card, queue);
	rx_taken(card);
}

/* ---- completions ----------------------------------------------------------------------------- */

void queue_answer(struct card *card, const struct answer *answer)
{
	fifo_push(&card->queues.answers[answer->queue->direction], answer);
}

static bool stops(uint8_t status)
{
	return status == SVNIC_ERROR_CODE_LENGTH || status == SVNIC_ERROR_CODE_DATA_DMA;
}

uint32_t queue_gatherable(const struct card *card, unsigned int direction)
{
	const struct fifo *answers = &card->queues.answers[direction];
	const struct answer *answer = fifo_front(answers);
	const struct queue *queue = answer ? answer->queue : NULL;
	uint32_t count = 0, most = QUEUE_GATHER_MAX;

	if (queue && !queue_drops(queue) && entries(queue) - (queue->gathered & (entries(queue) - 1)) < most)
		most = entries(queue) - (queue->gathered & (entries(queue) - 1));
	for (uint32_t i = 0; i < answers->count && count < most; i++) {
		answer = fifo_at(answers, i);
		if (answer->queue != queue)
			break;
		count += answer->count;
		if (stops(answer->status) && !queue_drops(queue))
			break;
	}
	return count < most ? count : most;
}

bool queue_gather_may(const struct card *card, const struct model_commit *commit)
{
	unsigned int direction = commit->a & 1;
	const struct answer *answer = fifo_front(&card->queues.answers[direction]);

	return answer && answer->queue == card_queue(card, direction, commit->b) && commit->c &&
	       queue_drops(answer->queue) == (bool)(commit->a & 2) && commit->c <= queue_gatherable(card, direction);
}

/* The next completion that is to be written; its frame's status if it was the frame's last one and ends the queue. */
static uint8_t next_completion(struct card *card, struct queue *queue, uint64_t word[2])
{
	struct answer *answer = fifo_front(&card->queues.answers[queue->direction]);
	bool last = !--answer->count;
	uint8_t stop = last && stops(answer->status) ? answer->status : 0;

	word[0] = 0;
	word[1] = SVNIC_PREP(SVNIC_COMPLETION_LENGTH, (uint64_t)answer->length) |
		  SVNIC_PREP(SVNIC_COMPLETION_STATUS, (uint64_t)answer->status) |
		  (last && answer->eop ? SVNIC_COMPLETION_EOP : 0) | (answer->loopback ? SVNIC_COMPLETION_LOOPBACK : 0) |
		  SVNIC_PREP(SVNIC_COMPLETION_INDEX, (uint64_t)queue->gathered) |
		  (queue->gathered >> log2_of(queue) & 1 ? 0 : SVNIC_COMPLETION_PHASE);
	if (last)
		fifo_pop(&card->queues.answers[queue->direction]);
	return stop;
}

static void drop_completions(struct card *card, struct queue *queue, unsigned int count)
{
	struct fifo *answers = &card->queues.answers[queue->direction];

	queue->inside -= count;
	while (count--)
		if (!--((struct answer *)fifo_front(answers))->count)
			fifo_pop(answers);
	queue_update(card, queue);
}

void queue_gather_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, commit->a & 1, commit->b);
	struct batch batch = { .queue = queue, .count = commit->c };
	struct write write = { .fn = queue->fn, .length = 16 * commit->c };

	if (commit->a & 2) {
		drop_completions(card, queue, commit->c);
		return;
	}
	write.address = queue->cpl + 16 * (queue->gathered & (entries(queue) - 1));
	for (unsigned int i = 0; i < commit->c; i++, queue->gathered++) {
		uint64_t word[2];

		batch.stop = next_completion(card, queue, word);
		tlp_put_qw(write.data + 16 * i, word[0]);
		tlp_put_qw(write.data + 16 * i + 8, word[1]);
	}
	queue->stopping = batch.stop;
	fifo_push(&card->queues.batches[queue->direction], &batch);
	dma_write(card, WRITE_COMPLETION, &write);
}

bool queue_issue_may(const struct card *card, const struct model_commit *commit)
{
	const struct batch *batch = fifo_front(&card->queues.batches[commit->a & 1]);

	return batch && batch->queue == card_queue(card, commit->a, commit->b) && batch->count == commit->c;
}

void queue_issue_apply(struct card *card, const struct model_commit *commit)
{
	struct batch batch = *(struct batch *)fifo_front(&card->queues.batches[commit->a]);
	struct queue *queue = batch.queue;

	fifo_pop(&card->queues.batches[commit->a]);
	queue->inside -= batch.count;
	if (queue->state != SVNIC_QUEUE_STATE_OFF)
		queue->issued += batch.count;
	compare_arm(card, queue);
	if (batch.stop)
		fail(card, queue, batch.stop);
	queue_update(card, queue);
}

/* ---- off ------------------------------------------------------------------------------------- */

bool queue_stop_done_may(const struct card *card, const struct model_commit *commit)
{
	const struct queue *queue = card_queue(card, commit->a, commit->b);

	return queue && queue->state == SVNIC_QUEUE_STATE_DRAINING && !queue->inside;
}

void queue_stop_done_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, commit->a, commit->b);

	queue->state = SVNIC_QUEUE_STATE_OFF;
	queue_update(card, queue);
}

bool queue_reset_may(const struct card *card, const struct model_commit *commit)
{
	const struct queue *queue = card_queue(card, commit->a, commit->b);

	return queue && queue->owned && cfg_in_reset(card, queue->fn);
}

/* Its indices stay until the next start: what is inside still counts with them. */
void queue_reset_apply(struct card *card, const struct model_commit *commit)
{
	struct queue *queue = card_queue(card, commit->a, commit->b);

	queue->state = SVNIC_QUEUE_STATE_OFF;
	queue->error = 0;
	queue->armed = false;
	queue->ring = queue->cpl = 0;
	queue->config = 0;
	queue->producer = queue->issued = 0;
	queue_update(card, queue);
}

void queue_init(struct card *card)
{
	struct queues *queues = &card->queues;

	*queues = (struct queues){ .queue = calloc(2 * card->params.num_qps, sizeof(struct queue)) };
	if (!queues->queue)
		abort();
	for (unsigned int i = 0; i < 2 * card->params.num_qps; i++) {
		queues->queue[i].qp = i / 2;
		queues->queue[i].direction = i % 2;
	}
	for (int d = 0; d < 2; d++) {
		fifo_init(&queues->answers[d], sizeof(struct answer));
		fifo_init(&queues->batches[d], sizeof(struct batch));
	}
	fifo_init(&queues->raises, sizeof(struct raise));
	list_init(&queues->fetch);
	list_init(&queues->ended);
	list_init(&queues->tx);
	list_init(&queues->stop);
	list_init(&queues->reset);
}

void queue_fini(struct card *card)
{
	for (int d = 0; d < 2; d++) {
		fifo_fini(&card->queues.answers[d]);
		fifo_fini(&card->queues.batches[d]);
	}
	fifo_fini(&card->queues.raises);
	free(card->queues.queue);
}
