/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The whole state of a card, one part per block. Blocks see each other through their headers. */
#ifndef SVNIC_CARD_H
#define SVNIC_CARD_H

#include "model.h"
#include "fifo.h"
#include "plants.h"
#include "tlp.h"
#include "svnic/regs.h"

#include "cfg.h"
#include "dma.h"
#include "event.h"
#include "frame.h"
#include "host.h"
#include "mgmt.h"
#include "msix.h"
#include "queue.h"
#include "redirect.h"
#include "rx.h"
#include "stream.h"
#include "tx.h"
#include "veb.h"

struct function {
	struct config cfg;
	struct local local;	/* mgmt */
	struct msix msix;
	uint32_t qp_map[SVNIC_LOCAL_QPS];
	uint32_t slot_map[SVNIC_LOCAL_SLOTS];
	struct redirect redirect;
};

struct card {
	struct model_params params;
	struct plants plant;
	uint64_t now;		/* ns */
	unsigned int num_fn;
	struct function *fn;
	struct host host;
	struct cfg cfg;
	struct mgmt mgmt;
	struct queues queues;
	struct dma dma;
	struct tx tx;
	struct rx rx;
	struct veb veb;
	struct events events;
	struct stream stream[MODEL_STREAMS];
	uint64_t out_seq;	/* numbers what leaves, over all streams */
	model_trace_fn *trace;
	void *trace_context;
	unsigned int policy_turn;
};

/* Each choice of the RTL as the model sees it: was it legal, what does it do. Collected in model.c. */
#define COMMIT(name) \
	bool name##_may(const struct card *card, const struct model_commit *commit); \
	void name##_apply(struct card *card, const struct model_commit *commit)

COMMIT(host_op);
COMMIT(cfg_aer_take);
COMMIT(cfg_reset_begin);
COMMIT(cfg_reset_done);
COMMIT(mgmt_forget);
COMMIT(mgmt_note_apply);
COMMIT(mgmt_control_take);
COMMIT(mgmt_carrier_change);
COMMIT(dma_read_grant);
COMMIT(dma_read_tag);
COMMIT(dma_read_end);
COMMIT(dma_read_timeout);
COMMIT(dma_write_grant);
COMMIT(queue_fetch_issue);
COMMIT(queue_fetch_done);
COMMIT(queue_tx_take);
COMMIT(queue_rx_take);
COMMIT(queue_gather);
COMMIT(queue_issue);
COMMIT(queue_reset);
COMMIT(queue_stop_done);
COMMIT(tx_out);
COMMIT(rx_wire_take);
COMMIT(rx_wire_drop);
COMMIT(rx_in);
COMMIT(rx_lookup);
COMMIT(rx_member);
COMMIT(event_pick);
COMMIT(event_raise_take);
COMMIT(event_post);
COMMIT(event_notify);
COMMIT(event_slot_stop_done);
COMMIT(event_reset);
COMMIT(veb_clear);
COMMIT(msix_unmask);

#undef COMMIT

#endif
