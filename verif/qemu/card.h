/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The card and its thread, as the QEMU device sees them.
 *
 * The thread owns the svnic_device and touches no QEMU function; card.c, clock.c, backend.c and pcap.c are built without QEMU's
 * headers so that this stays true. All calls below are made by whoever holds the big QEMU lock (one caller at a time).
 */
#ifndef SVNIC_CARD_H
#define SVNIC_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svnic/device.h"

struct svnic_card;

struct svnic_card_options {
	const char *backend;	/* "rtl" or "cmodel"; names the library when `library` is a folder */
	const char *library;	/* file, folder, or NULL: the loader's search path */
	const char *waves;	/* FST file or NULL */
	const char *pcap;	/* file or NULL */
	const char *plant;	/* planted fault or NULL */
	uint32_t seed;
};

#define SVNIC_TLP_TYPES (SVNIC_TLP_MSG + 1)

/* Counters since the card was opened. */
struct svnic_card_stats {
	uint64_t cycles;
	uint64_t card_ns;		/* the card's time */
	uint64_t busy_ns;		/* wall time spent inside the back end */
	uint64_t wall_ns;		/* wall time since the card was opened */
	uint64_t tlps_down[SVNIC_TLP_TYPES];
	uint64_t tlps_up[SVNIC_TLP_TYPES];
	uint64_t tlps_refused;		/* -EINVAL from the card: a fault of this device */
	uint64_t frames_down;
	uint64_t frames_up;
	uint64_t frame_bytes_down;
	uint64_t frame_bytes_up;
	uint64_t sleeps;
};

/* Loads the back end and starts the parked thread. NULL, and a sentence in `error`, when it cannot. */
struct svnic_card *svnic_card_open(const struct svnic_card_options *options, char *error, size_t error_size);

/* Joins the thread; the back end closes its waves. NULL is fine. */
void svnic_card_close(struct svnic_card *card);

/* Lets the card's time run: it is `time_ns` now. */
void svnic_card_resume(struct svnic_card *card, uint64_t time_ns);

/* Time stands still, and so does the card, except while somebody waits for it. Returns when it does. */
void svnic_card_park(struct svnic_card *card);

/* Hot reset. What waits in either direction is lost. Returns when it is done. */
void svnic_card_reset(struct svnic_card *card);

void svnic_card_set_carrier(struct svnic_card *card, bool up);

/* TLPs to the card. 0, or -EAGAIN: the ring is full. */
int svnic_card_send(struct svnic_card *card, const struct svnic_tlp *tlp);

/* Wake me when there is room again: for the rings towards the card. */
void svnic_card_want_room(struct svnic_card *card, bool want);

/* The oldest TLP from the card, or NULL; valid until popped. */
const struct svnic_tlp *svnic_card_front(struct svnic_card *card);
void svnic_card_pop(struct svnic_card *card);

/* Frames, the same way. */
bool svnic_card_can_send_frame(struct svnic_card *card);
int svnic_card_send_frame(struct svnic_card *card, const uint8_t *data, size_t length);
const struct svnic_frame *svnic_card_front_frame(struct svnic_card *card);
void svnic_card_pop_frame(struct svnic_card *card);

/*
 * Waiting for the card: between begin and end it wakes the waiter instead of the main loop. svnic_card_wait() returns when
 * a TLP came up, room came up in the ring towards the card, or `ns` have passed.
 */
void svnic_card_wait_begin(struct svnic_card *card);
void svnic_card_wait(struct svnic_card *card, uint64_t ns);
void svnic_card_wait_end(struct svnic_card *card);

/* The main loop polls this file; when readable it calls attend, serves the rings, and calls rest (true: serve again). */
int svnic_card_fd(struct svnic_card *card);
void svnic_card_attend(struct svnic_card *card);
bool svnic_card_rest(struct svnic_card *card);
void svnic_card_poke(struct svnic_card *card);

void svnic_card_info(struct svnic_card *card, struct svnic_device_info *info);
void svnic_card_get_stats(struct svnic_card *card, struct svnic_card_stats *stats);

/* Copies no more of a TLP than is used. */
void svnic_tlp_copy(struct svnic_tlp *to, const struct svnic_tlp *from);

#endif
