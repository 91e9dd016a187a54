/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The model from the inside: what the lock-step bench (and nobody else but device.c) uses.
 *
 * Everything that the RTL is free to choose is a commit. model_commit() checks that the choice was legal, applies it, and predicts what
 * leaves the card; predictions wait in four streams until the bench has compared them. What the card is told from outside (TLPs, frames,
 * carrier, time) goes in beside the commits, in the order in which the RTL accepted it.
 *
 *	model_time(card, now);					// svnic.now_o in the cycle
 *	if (hrq accepted) model_host(card, &tlp);		// also rcp: completions take effect at once
 *	if (wrx frame ended) model_wire(card, data, length);
 *	for (each commit of the cycle, in order)
 *		if ((why = model_commit(card, &commit))) fail(why);
 *	if (wrq TLP ended) compare(&tlp, model_expected(card, MODEL_POSTED)), model_met(card, MODEL_POSTED);
 *
 * Order of commits within a cycle: queue, tx, rx, event, veb, then dma, mgmt, cfg (host operations last): a request is made before it is granted.
 */
#ifndef SVNIC_MODEL_H
#define SVNIC_MODEL_H

#include "svnic/device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct model_params {
	uint32_t num_vfs;	/* 1..255 */
	uint32_t num_qps;	/* 1..512 */
	uint32_t num_slots;	/* 1..512 */
	uint32_t cache_depth;	/* descriptors prefetched per queue, 32 or 64 */
	const char *plant;	/* name of a planted fault (plants.h), or NULL */
};

#ifndef SVNIC_NUM_VFS
#define SVNIC_NUM_VFS 64
#endif
#define MODEL_PARAMS_DEFAULT { .num_vfs = SVNIC_NUM_VFS, .num_qps = 512, .num_slots = 512, .cache_depth = 32 }

/* The same names, order and arguments as commit_e in rtl/svnic_pkg.sv (MODEL_HOST_OP is HostOp); the bench maps by name. */
enum model_commit_kind {
	MODEL_NONE,
	MODEL_HOST_OP,		/* the next host request's next operation took effect */
	MODEL_AER_TAKE,		/* the next error that dma saw was logged */
	MODEL_RESET_BEGIN,	/* a: function. In reset from here on */
	MODEL_RESET_DONE,	/* a: function */
	MODEL_FORGET,		/* a: function. mgmt wiped its registers and mailbox, was_reset is set */
	MODEL_READ_GRANT,	/* a: client, b: id. The read request goes to the link (or fails at once: then its READ_END) */
	MODEL_READ_TAG,		/* a: tag of the next MRd TLP, in order of TLPs */
	MODEL_READ_END,		/* a: client, b: id. The request is done */
	MODEL_READ_TIMEOUT,	/* a: tag */
	MODEL_WRITE_GRANT,	/* a: kind. The next write of that kind goes to the link (or is dropped) */
	MODEL_FETCH_ISSUE,	/* a: direction, b: card QP, c: number of descriptors */
	MODEL_FETCH_DONE,	/* a: direction, b: card QP. The oldest fetch of the queue ended */
	MODEL_TX_TAKE,		/* b: card QP. The next frame of the queue is taken */
	MODEL_RX_MEMBER,	/* a: function. The oldest looked-up frame's next receiver: link, receive enable sampled */
	MODEL_RX_TAKE,		/* a: function. The oldest receiver that was not disabled takes descriptors, or gets nothing */
	MODEL_TX_OUT,		/* the oldest taken frame leaves: looked up, sent, copied or dropped */
	MODEL_RX_WIRE_TAKE,	/* the next frame from the wire is in the card ... */
	MODEL_RX_WIRE_DROP,	/* ... or was dropped: no room, or no legal length */
	MODEL_RX_IN,		/* a: 0 wire, 1 loopback. The next frame of that source entered the receive buffer */
	MODEL_RX_LOOKUP,	/* the oldest frame of the receive buffer was looked up */
	MODEL_CPL_GATHER,	/* a: direction in bit 0, dropped in bit 1, b: card QP, c: completions in this write */
	MODEL_CPL_ISSUE,	/* a: direction, b: card QP, c: completions. Issued: index moved, arm compared */
	MODEL_QUEUE_RESET,	/* a: direction, b: card QP. A function reset stops it */
	MODEL_STOP_DONE,	/* a: direction, b: card QP. Draining is over */
	MODEL_EVENT_PICK,	/* a: 0 the next raise of the queue block, 1 the next rescue. Its slot is chosen */
	MODEL_RAISE_TAKE,	/* the next of these waits in its slot now */
	MODEL_CONTROL_TAKE,	/* a: function, b: source, c: kind. This control event of mgmt waits in the event unit now */
	MODEL_EVENT_POST,	/* b: card slot, a: local queue 0..31 or 32 + kind, c: number of the source (QUEUE_STOPPED, FUNCTION) */
	MODEL_EVENT_NOTIFY,	/* b: card slot */
	MODEL_MSIX_UNMASK,	/* a: function, c: vector. A pending vector is sent */
	MODEL_SLOT_STOP_DONE,	/* b: card slot */
	MODEL_EVENT_RESET,	/* a: function. Its slots are off, its waiting sources and MSI-X state cleared */
	MODEL_NOTE_APPLY,	/* a: note source, c: statistic, b: how many. The next notes of that source for that statistic are added */
	MODEL_CARRIER_CHANGE,	/* a: 1 up */
	MODEL_VEB_CLEAR,	/* the PF's reset: the switch's tables are empty from here on */
	MODEL_COMMITS
};

struct model_commit {
	uint8_t kind;		/* enum model_commit_kind */
	uint8_t a;
	uint16_t b;
	uint8_t c;
};

enum model_stream { MODEL_POSTED, MODEL_NON_POSTED, MODEL_COMPLETIONS, MODEL_FRAMES, MODEL_STREAMS };

struct card;

/* NULL and a sentence in `error` when it cannot. */
struct card *model_create(const struct model_params *params, char *error, size_t error_size);
void model_destroy(struct card *card);
void model_reset(struct card *card);	/* hot reset; the carrier is up until a commit says otherwise */

/* Inputs. A request waits for its HOST_OP; a completion takes effect here. 0 or -EINVAL. */
int model_host(struct card *card, const struct svnic_tlp *tlp);
int model_wire(struct card *card, const uint8_t *data, uint32_t length);
void model_time(struct card *card, uint64_t now_ns);

/* NULL: it was legal, and is done. Else why it was not; nothing changed. */
const char *model_commit(struct card *card, const struct model_commit *commit);
const char *model_commit_name(uint8_t kind);

/* The oldest prediction of a stream (of TLPs, of frames) or NULL; its age is when it was made. model_met() removes it. */
const struct svnic_tlp *model_expected(const struct card *card, enum model_stream stream);
const struct svnic_frame *model_expected_frame(const struct card *card);
uint64_t model_expected_since(const struct card *card, enum model_stream stream);
void model_met(struct card *card, enum model_stream stream);

/* Nothing is under way and nothing predicted is left: NULL; else a word for what is. Timers may still run. */
const char *model_quiet(const struct card *card);
uint64_t model_next_timer(const struct card *card);	/* ns, or UINT64_MAX */
uint64_t model_next_holdoff(const struct card *card);	/* the same, completion time-outs left out */

/* One step of the stand-alone card: some legal commits of what has work. False: there was none. */
bool policy_step(struct card *card);
bool policy_has_work(const struct card *card);
const char *policy_work(const struct card *card);	/* what is ready to be done, or NULL */

/* Does the bench want to tell what happens? Called for each commit that policy_step() makes; for its own tests. */
typedef void model_trace_fn(void *context, const struct model_commit *commit);
void model_trace(struct card *card, model_trace_fn *trace, void *context);

#ifdef __cplusplus
}
#endif

#endif
