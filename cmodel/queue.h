/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * queue: contexts, doorbells, descriptor fetch, completions. Indices of a queue, all free-running, each behind the one before:
 *
 *	producer   given by the driver          taken      in frames under way
 *	fetched    read is under way            gathered   completion is in a write
 *	arrived    in the cache                 issued     completion is with the host
 */
#ifndef SVNIC_QUEUE_H
#define SVNIC_QUEUE_H

#include "fifo.h"
#include "frame.h"
#include "svnic/device.h"
#include "svnic/regs.h"

#define QUEUE_FETCHES 4		/* of a queue under way */
#define QUEUE_FETCH_MAX 16	/* descriptors of one */
#define QUEUE_CACHE_MAX 64
#define QUEUE_GATHER_MAX 4

struct descriptor {
	uint64_t word[2];
};

struct fetch {
	uint16_t first;
	uint8_t count;
	bool ended, failed;
	uint8_t data[16 * QUEUE_FETCH_MAX];
};

struct queue {
	uint16_t qp;		/* card number */
	uint8_t direction;	/* enum svnic_direction */
	bool owned;
	uint8_t fn, local;	/* owner; local is the number of the queue, 2 * local QP + direction */

	uint64_t ring, cpl;
	uint32_t config;
	uint8_t state, error;
	uint16_t producer, fetched, arrived, taken, gathered, issued;
	bool armed, stopping;	/* stopping: a completion with an error that ends the queue is gathered */
	uint16_t armed_at;

	struct descriptor cache[QUEUE_CACHE_MAX];
	uint16_t eops;		/* descriptors with EOP in the cache */
	struct fetch fetch[QUEUE_FETCHES];
	unsigned int fetch_first, fetch_count;
	unsigned int inside;	/* fetches, and descriptors taken but not issued or dropped */

	struct list fetch_work, ended_work, tx_work, stop_work, reset_work;
};

struct answer {		/* completions to be written, the last with EOP if `eop` */
	struct queue *queue;
	uint8_t count, status;
	bool eop, loopback;
	uint16_t length;
};

struct batch {		/* gathered, not yet issued */
	struct queue *queue;
	uint8_t count;
	uint8_t stop;		/* error that stops the queue behind it, or 0 */
};

struct raise {
	uint8_t fn, slot, source;	/* source: local queue */
	bool stopped, movable;
};

struct queues {
	struct queue *queue;	/* 2 * card QP + direction */
	struct fifo answers[2];	/* struct answer */
	struct fifo batches[2];	/* struct batch; of a direction, as all here */
	struct fifo raises;	/* struct raise */
	struct list fetch, ended, tx, stop, reset;	/* work lists */
};

void queue_init(struct card *card);
void queue_fini(struct card *card);
void queue_update(struct card *card, struct queue *queue);	/* work lists follow its state */
void queue_function_update(struct card *card, uint8_t fn);	/* in_reset changed */
bool queue_function_idle(const struct card *card, uint8_t fn);	/* all off, nothing inside */
void queue_forget_maps(struct card *card);

uint32_t queue_register_read(const struct card *card, uint8_t fn, uint32_t offset);
bool queue_register_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value);
bool queue_doorbell(struct card *card, uint8_t fn, uint8_t local, uint64_t value);
uint32_t queue_map_read(const struct card *card, uint32_t offset);
void queue_map_write(struct card *card, uint32_t offset, uint32_t value);

void queue_answer(struct card *card, const struct answer *answer);
uint32_t queue_gatherable(const struct card *card, unsigned int direction);	/* completions of the next write */
bool queue_drops(const struct queue *queue);	/* its completions are dropped */
bool queue_tx_ready(const struct card *card, const struct queue *queue);
unsigned int queue_fetchable(const struct card *card, const struct queue *queue);

#endif
