// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* The model as a whole: made, reset, told, and moved on by commits. */
#include "card.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef bool may_fn(const struct card *card, const struct model_commit *commit);
typedef void apply_fn(struct card *card, const struct model_commit *commit);

/* What each commit is, and what it says of the RTL when it was not legal. */
static const struct {
	const char *name;
	may_fn *may;
	apply_fn *apply;
	const char *rule;
} commits[MODEL_COMMITS] = {
#define COMMIT(kind, name, function, rule) [kind] = { name, function##_may, function##_apply, name ": " rule }
	COMMIT(MODEL_HOST_OP, "HostOp", host_op, "no host request waits"),
	COMMIT(MODEL_AER_TAKE, "AerTake", cfg_aer_take, "dma has seen no error"),
	COMMIT(MODEL_RESET_BEGIN, "ResetBegin", cfg_reset_begin, "not this function's turn to be reset"),
	COMMIT(MODEL_RESET_DONE, "ResetDone", cfg_reset_done, "something of the function is left, or it was not reset"),
	COMMIT(MODEL_FORGET, "Forget", mgmt_forget, "not in reset, or its queues are not empty"),
	COMMIT(MODEL_READ_GRANT, "ReadGrant", dma_read_grant, "the client has no request"),
	COMMIT(MODEL_READ_TAG, "ReadTag", dma_read_tag, "no read waits, or the tag is not free"),
	COMMIT(MODEL_READ_END, "ReadEnd", dma_read_end, "no such request, or completions of it are missing"),
	COMMIT(MODEL_READ_TIMEOUT, "ReadTimeout", dma_read_timeout, "tag neither in use nor in quarantine, or too early"),
	COMMIT(MODEL_WRITE_GRANT, "WriteGrant", dma_write_grant, "no write of that kind waits"),
	COMMIT(MODEL_FETCH_ISSUE, "FetchIssue", queue_fetch_issue, "queue not on, or more than there are or fit"),
	COMMIT(MODEL_FETCH_DONE, "FetchDone", queue_fetch_done, "the oldest fetch has not ended"),
	COMMIT(MODEL_TX_TAKE, "TxTake", queue_tx_take, "queue not on, or no whole frame in its cache"),
	COMMIT(MODEL_RX_MEMBER, "RxMember", rx_member, "not the next receiver of the oldest frame"),
	COMMIT(MODEL_RX_TAKE, "RxTake", queue_rx_take, "not the oldest receiver"),
	COMMIT(MODEL_TX_OUT, "TxOut", tx_out, "no frame, or reads of the oldest have not ended"),
	COMMIT(MODEL_RX_WIRE_TAKE, "RxWireTake", rx_wire_take, "no legal frame came from the wire"),
	COMMIT(MODEL_RX_WIRE_DROP, "RxWireDrop", rx_wire_drop, "no frame came from the wire"),
	COMMIT(MODEL_RX_IN, "RxIn", rx_in, "no frame waits there"),
	COMMIT(MODEL_RX_LOOKUP, "RxLookup", rx_lookup, "no frame of the wire waits for it"),
	COMMIT(MODEL_CPL_GATHER, "CplGather", queue_gather, "not the next completions, or wrongly dropped or kept"),
	COMMIT(MODEL_CPL_ISSUE, "CplIssue", queue_issue, "not the next gathered completions"),
	COMMIT(MODEL_QUEUE_RESET, "QueueReset", queue_reset, "its function is not in reset"),
	COMMIT(MODEL_STOP_DONE, "StopDone", queue_stop_done, "not draining, or something is inside"),
	COMMIT(MODEL_EVENT_PICK, "EventPick", event_pick, "no queue has raised, or no slot is to be rescued"),
	COMMIT(MODEL_RAISE_TAKE, "RaiseTake", event_raise_take, "no slot was picked"),
	COMMIT(MODEL_CONTROL_TAKE, "ControlTake", mgmt_control_take, "no such control event"),
	COMMIT(MODEL_EVENT_POST, "EventPost", event_post, "slot not on, no room, or not that source's turn"),
	COMMIT(MODEL_EVENT_NOTIFY, "EventNotify", event_notify, "slot not in hold-off, or it is not over"),
	COMMIT(MODEL_MSIX_UNMASK, "MsixUnmask", msix_unmask, "vector not pending, or masked"),
	COMMIT(MODEL_SLOT_STOP_DONE, "SlotStopDone", event_slot_stop_done, "slot not draining"),
	COMMIT(MODEL_EVENT_RESET, "EventReset", event_reset, "not in reset, or not forgotten by mgmt"),
	COMMIT(MODEL_NOTE_APPLY, "NoteApply", mgmt_note_apply, "that source has no note, or another one comes first"),
	COMMIT(MODEL_CARRIER_CHANGE, "CarrierChange", mgmt_carrier_change, "it has not changed"),
	COMMIT(MODEL_VEB_CLEAR, "VebClear", veb_clear, "the PF is not in reset, or its tables are empty already"),
#undef COMMIT
};

const char *model_commit_name(uint8_t kind)
{
	return kind < MODEL_COMMITS && commits[kind].name ? commits[kind].name : "?";
}

const char *model_commit(struct card *card, const struct model_commit *commit)
{
	if (commit->kind >= MODEL_COMMITS || !commits[commit->kind].may)
		return "no such commit";
	if (!commits[commit->kind].may(card, commit))
		return commits[commit->kind].rule;
	commits[commit->kind].apply(card, commit);
	return NULL;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

int model_host(struct card *card, const struct svnic_tlp *tlp)
{
	if (!tlp_valid(tlp))
		return -EINVAL;
	if (tlp_is_completion(tlp->type)) {
		dma_completion(card, tlp);
	} else {
		struct tlp brief = tlp_brief(tlp);

		fifo_push(&card->host.requests, &brief);
	}
	return 0;
}

int model_wire(struct card *card, const uint8_t *data, uint32_t length)
{
	if (!length || length > UINT16_MAX)
		return -EINVAL;
	rx_arrives(card, data, length);
	return 0;
}

void model_time(struct card *card, uint64_t now_ns)
{
	card->now = now_ns;
}

void model_trace(struct card *card, model_trace_fn *trace, void *context)
{
	card->trace = trace;
	card->trace_context = context;
}

uint64_t model_next_holdoff(const struct card *card)
{
	const struct slot *slot = event_next_timer((struct card *)card);	/* drops stale timers, no more */

	return slot ? slot->due : UINT64_MAX;
}

uint64_t model_next_timer(const struct card *card)
{
	uint64_t holdoff = model_next_holdoff(card), due = dma_due(card);

	return holdoff < due ? holdoff : due;
}

/* Something is between two commits: which one is missing? */
static const char *under_way(const struct card *card)
{
	if (card->tx.frames.count)
		return "a frame that was taken has not left";
	for (int c = 0; c < READ_CLIENTS; c++)
		if (card->dma.reads[c].count || !list_empty(&card->dma.granted[c]))
			return "a read has not ended";
	for (int k = 0; k < WRITE_KINDS; k++)
		if (card->dma.writes[k].count)
			return "a write was not granted";
	if (card->rx.arrivals.count || card->rx.wire.count || card->rx.loop.count || card->rx.buffer.count ||
	    card->rx.looked_up.count || card->rx.receivers.count)
		return "a received frame is not delivered";
	for (int d = 0; d < 2; d++)
		if (card->queues.answers[d].count || card->queues.batches[d].count)
			return "a completion was not issued";
	if (card->cfg.resets.count || !list_empty(&card->cfg.in_reset))
		return "a reset has not ended";
	return NULL;
}

const char *model_quiet(const struct card *card)
{
	for (int s = 0; s < MODEL_STREAMS; s++)
		if (card->stream[s].expected.count)
			return "something predicted did not come";
	return policy_work(card) ? policy_work(card) : under_way(card);
}

/* ---- made and reset -------------------------------------------------------------------------- */

static void make_functions(struct card *card)
{
	for (unsigned int f = 0; f < card->num_fn; f++) {
		memset(&card->fn[f], 0, sizeof(card->fn[f]));
		msix_clear(&card->fn[f].msix);
	}
}

static void make_blocks(struct card *card)
{
	make_functions(card);
	cfg_init(card);
	host_init(card);
	mgmt_init(card);
	queue_init(card);
	dma_init(card);
	tx_init(card);
	rx_init(card);
	event_init(card);
	veb_init(card);
	for (int s = 0; s < MODEL_STREAMS; s++)
		fifo_init(&card->stream[s].expected, sizeof(struct expectation));
}

static void unmake_blocks(struct card *card)
{
	for (int s = 0; s < MODEL_STREAMS; s++)
		stream_clear(&card->stream[s]);
	event_fini(card);
	rx_fini(card);
	tx_fini(card);
	dma_fini(card);
	queue_fini(card);
	mgmt_fini(card);
	host_fini(card);
	cfg_fini(card);
}

void model_reset(struct card *card)
{
	unmake_blocks(card);
	make_blocks(card);
}

static bool set_plant(struct card *card, const char *name)
{
#define PLANT(c, text, invariant) \
	if (!strcmp(name, text)) \
		return card->plant.c = true;
	SVNIC_PLANTS(PLANT)
#undef PLANT
	return false;
}

static const char *refuse(const struct model_params *p)
{
	if (!p->num_vfs || p->num_vfs > 255)
		return "num_vfs must be 1..255";
	if (!p->num_qps || p->num_qps > 512 || !p->num_slots || p->num_slots > 512)
		return "num_qps and num_slots must be 1..512";
	if (p->cache_depth != 32 && p->cache_depth != 64)
		return "cache_depth must be 32 or 64";
	return NULL;
}

struct card *model_create(const struct model_params *params, char *error, size_t error_size)
{
	const char *why = refuse(params);
	struct card *card = why ? NULL : calloc(1, sizeof(*card));

	if (card && params->plant && !set_plant(card, params->plant)) {
		why = "no such planted fault";
		free(card);
		card = NULL;
	}
	if (!card) {
		snprintf(error, error_size, "%s", why ? why : "out of memory");
		return NULL;
	}
	card->params = *params;
	card->num_fn = 1 + params->num_vfs;
	card->fn = calloc(card->num_fn, sizeof(*card->fn));
	if (!card->fn)
		abort();
	make_blocks(card);
	return card;
}

void model_destroy(struct card *card)
{
	if (!card)
		return;
	unmake_blocks(card);
	free(card->fn);
	free(card);
}
