/* SPDX-License-Identifier: GPL-2.0-only */
/* What the card's thread (thread.c) and its hosts' side (card.c) share. */
#ifndef SVNIC_CARD_INTERNAL_H
#define SVNIC_CARD_INTERNAL_H

#include <pthread.h>
#include <stdio.h>

#include "backend.h"
#include "card.h"
#include "ring.h"

#define OWED_MAX 1024	/* more than a card has tags */

#define SVNIC_TLP_SLOTS 256
#define SVNIC_FRAME_SLOTS 256

/* The control plane: written under `lock` by the host, which then waits until the thread has seen `asked`. */
struct svnic_control {
	pthread_mutex_t lock;
	pthread_cond_t seen;
	atomic_uint asked;
	unsigned int done;
	bool stop;
	bool reset;
	bool carrier;
	bool running;
	int64_t time_offset;	/* card time = CLOCK_MONOTONIC + time_offset while running */
};

struct svnic_ask {	/* a non-posted request of the card */
	uint64_t at;		/* card time */
	uint64_t answer;	/* its last completion was this one of all */
};

struct svnic_card {
	/* set before the thread starts */
	struct svnic_backend backend;
	struct svnic_card_options options;
	FILE *pcap;
	pthread_t thread;
	uint64_t opened_ns;

	/* shared */
	struct svnic_ring down, up;			/* struct svnic_tlp */
	struct svnic_ring frames_down, frames_up;	/* struct svnic_frame */
	struct svnic_bell work;		/* the thread sleeps here */
	struct svnic_bell waiter;	/* a vCPU that waits for a completion */
	struct svnic_bell loop;		/* the main loop */
	atomic_bool waiting;		/* between wait_begin and wait_end */
	atomic_bool want_room;		/* the host has more for a ring that was full */
	struct svnic_control control;
	struct svnic_device_info info;
	struct svnic_card_stats stats;	/* written by the thread, read at leisure */

	/* the thread's own */
	struct svnic_device *dev;
	char *error;
	size_t error_size;
	bool stop;
	bool running;
	bool carrier;
	bool choked;		/* something is left in the card because a ring to the host is full */
	int64_t time_offset;
	uint64_t time_parked;
	struct svnic_ask asked[OWED_MAX];	/* a ring: the host answers them in order */
	uint32_t asked_first;
	uint32_t owed;		/* of these, requests whose answer the card has not taken yet */
	uint32_t answered;	/* of these, requests whose answer is on its way */
	uint64_t completions;	/* handed to the card so far */
	uint64_t batch;		/* cycles to run before the rings are looked at */
};

static inline uint64_t svnic_monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void *svnic_card_thread(void *card);

#endif
