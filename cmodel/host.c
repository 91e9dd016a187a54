// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

static void complete(struct card *card, const struct tlp *request, uint8_t fn, uint8_t status, uint16_t dw)
{
	struct svnic_tlp *cpl = stream_new_tlp(dw ? SVNIC_TLP_CPLD : SVNIC_TLP_CPL, dw);

	cpl->attr = request->attr;
	cpl->tc = request->tc;
	cpl->requester = request->requester;
	cpl->completer = cfg_rid(card, fn);
	cpl->tag = request->tag;
	cpl->status = status;
	cpl->byte_count = tlp_byte_count(request);
	if (dw && request->type == SVNIC_TLP_MRD)
		cpl->lower_address = tlp_lower_address(request);
	for (unsigned int i = 0; i < dw; i++)
		tlp_put_dw(cpl->payload + 4 * i, card->host.data[i]);
	stream_tlp(card, MODEL_COMPLETIONS, cpl);
}

/* Turned away, and logged in fn. */
static void refuse(struct card *card, const struct tlp *request, uint8_t fn, enum cfg_error error)
{
	bool non_posted = tlp_is_non_posted(request->type);

	cfg_error(card, fn, error, non_posted, request);
	if (non_posted)
		complete(card, request, fn, error == CFG_ABORT ? SVNIC_CPL_CA : SVNIC_CPL_UR, 0);
}

static void bad_access(struct card *card, uint8_t fn)
{
	mgmt_note(card, NOTE_CFG, &(struct note){ .fn = fn, .count = true, .stat = SVNIC_STAT_BAD_ACCESS, .amount = 1,
						  .error = SVNIC_ERROR_BAD_ACCESS });
}

/* ---- configuration --------------------------------------------------------------------------- */

static void config_request(struct card *card, const struct tlp *request)
{
	uint8_t fn = request->completer & 0xff;
	bool write = request->type == SVNIC_TLP_CFGWR0;

	if (!cfg_exists(card, fn)) {
		refuse(card, request, 0, write && request->poisoned ? CFG_POISONED : CFG_UNSUPPORTED);
		return;
	}
	if (write)
		card->cfg.bus = request->completer >> 8;
	if (card->fn[fn].cfg.reset_wanted) {
		complete(card, request, fn, SVNIC_CPL_RRS, 0);
	} else if (write && request->poisoned) {
		refuse(card, request, fn, CFG_POISONED);
	} else if (write) {
		complete(card, request, fn, SVNIC_CPL_SC, 0);
		cfg_write(card, fn, request->address, request->data[0], request->first_be);
	} else {
		card->host.data[0] = cfg_read(card, fn, request->address);
		complete(card, request, fn, SVNIC_CPL_SC, 1);
	}
}

/* ---- the register bus: who has which address (architecture.md 3) ----------------------------- */

static uint32_t bar0_read(const struct card *card, uint8_t fn, uint32_t offset)
{
	if (offset >= 0x2000 && offset < 0x3000)
		return queue_register_read(card, fn, offset);
	if (offset >= 0x3000 && offset < 0x4000)
		return event_register_read(card, fn, offset);
	if (offset >= 0x20000 && offset < 0x24000)
		return queue_map_read(card, offset);
	if (offset >= 0x24000 && offset < 0x28000)
		return event_map_read(card, offset);
	if (offset >= 0x28000 && offset < 0x2e000)
		return veb_read(card, offset);
	if (offset == SVNIC_REDIRECT)
		return card->events.dwell;
	if (offset >= SVNIC_RUN_STATE(0) && offset < SVNIC_RUN_STATE(256))
		return redirect_read(card, offset);
	return mgmt_read(card, fn, offset);
}

static bool bar0_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	if (offset >= 0x2000 && offset < 0x3000)
		return queue_register_write(card, fn, offset, value);
	if (offset >= 0x3000 && offset < 0x4000)
		return event_register_write(card, fn, offset, value);
	if (offset >= 0x20000 && offset < 0x24000)
		queue_map_write(card, offset, value);
	else if (offset >= 0x24000 && offset < 0x28000)
		event_map_write(card, offset, value);
	else if (offset >= 0x28000 && offset < 0x2e000)
		veb_write(card, offset, value);
	else if (offset == SVNIC_REDIRECT)
		card->events.dwell = value & SVNIC_REDIRECT_DWELL;
	else if (offset >= SVNIC_RUN_STATE(0) && offset < SVNIC_RUN_STATE(256))
		event_run_state_write(card, offset, value);
	else
		return mgmt_write(card, fn, offset, value);
	return true;
}

static bool reserved(const struct cfg_claim *claim, uint64_t offset)
{
	return claim->fn && offset >= SVNIC_LOCAL_PAGE_SET_SIZE;
}

static bool in_doorbell_page(const struct cfg_claim *claim)
{
	return !claim->bar && claim->offset - SVNIC_DOORBELL_PAGE < SVNIC_DOORBELL_PAGE_SIZE;
}

static uint32_t register_read(const struct card *card, const struct cfg_claim *claim, uint64_t offset)
{
	if (reserved(claim, offset) || in_doorbell_page(claim))
		return 0;
	return claim->bar ? msix_read(card, claim->fn, offset) : bar0_read(card, claim->fn, offset);
}

/* False: bad access. */
static bool register_write(struct card *card, const struct cfg_claim *claim, uint64_t offset, uint32_t value)
{
	if (reserved(claim, offset))
		return true;
	if (!claim->bar)
		return bar0_write(card, claim->fn, offset, value);
	msix_write(card, claim->fn, offset, value);
	return true;
}

static bool doorbell(struct card *card, uint8_t fn, uint32_t offset, uint64_t value)
{
	if (offset < SVNIC_QUEUE_DB(SVNIC_QUEUE_DB_COUNT))
		return queue_doorbell(card, fn, (offset - SVNIC_QUEUE_DB(0)) / 8, value);
	if (offset >= SVNIC_SLOT_DB(0) && offset < SVNIC_SLOT_DB(SVNIC_SLOT_DB_COUNT))
		return event_acknowledge(card, fn, (offset - SVNIC_SLOT_DB(0)) / 8, value);
	return true;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The next DW; true: that was the last. */
static bool memory_read(struct card *card, const struct tlp *request, const struct cfg_claim *claim)
{
	unsigned int i = card->host.done;
	bool snapshot = request->dw == 2 && claim->offset % 8 == 0;	/* both DWs of a statistic are of one moment */

	snapshot = snapshot && !claim->bar && mgmt_is_stat(claim->offset);
	if (request->dw > 2) {
		refuse(card, request, claim->fn, CFG_ABORT);
		return true;
	}
	if (i == 0 || !snapshot)
		card->host.data[i] = register_read(card, claim, claim->offset + 4 * i);
	if (i == 0 && snapshot)
		card->host.data[1] = register_read(card, claim, claim->offset + 4);
	if (++card->host.done < request->dw)
		return false;
	complete(card, request, claim->fn, SVNIC_CPL_SC, request->dw);
	return true;
}

static bool well_formed(const struct tlp *request, const struct cfg_claim *claim)
{
	if (request->dw > 2 || request->first_be != 0xf || (request->dw == 2 && request->last_be != 0xf))
		return false;
	return !in_doorbell_page(claim) || (request->dw == 2 && request->address % 8 == 0);
}

static bool memory_write(struct card *card, const struct tlp *request, const struct cfg_claim *claim)
{
	unsigned int i = card->host.done;
	bool good;

	if (!well_formed(request, claim)) {
		bad_access(card, claim->fn);
		return true;
	}
	if (in_doorbell_page(claim)) {
		good = doorbell(card, claim->fn, claim->offset, request->data[0] | (uint64_t)request->data[1] << 32);
		card->host.done = 2;
	} else {
		good = register_write(card, claim, claim->offset + 4 * i, request->data[i]);
		card->host.done++;
	}
	if (!good)
		bad_access(card, claim->fn);
	return card->host.done == request->dw;
}

static bool memory_request(struct card *card, const struct tlp *request)
{
	struct cfg_claim claim = { 0 };
	bool claimed = cfg_decode(card, request->address, &claim);
	bool plain = request->type == SVNIC_TLP_MRD || request->type == SVNIC_TLP_MWR;

	if (!claimed)
		claim.fn = 0;
	if (claimed && card->fn[claim.fn].cfg.reset_wanted) {
		if (tlp_is_non_posted(request->type))
			complete(card, request, claim.fn, SVNIC_CPL_UR, 0);
	} else if (request->poisoned && tlp_has_payload(request->type)) {
		refuse(card, request, claim.fn, CFG_POISONED);
	} else if (!claimed || !plain) {
		refuse(card, request, claim.fn, CFG_UNSUPPORTED);
	} else if (request->type == SVNIC_TLP_MRD) {
		return memory_read(card, request, &claim);
	} else {
		return memory_write(card, request, &claim);
	}
	return true;
}

static bool operate(struct card *card, const struct tlp *request)
{
	if (request->type == SVNIC_TLP_MSG)
		return true;
	if (request->type == SVNIC_TLP_CFGRD0 || request->type == SVNIC_TLP_CFGWR0) {
		config_request(card, request);
		return true;
	}
	return memory_request(card, request);
}

bool host_op_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->host.requests.count;
}

void host_op_apply(struct card *card, const struct model_commit *commit)
{
	struct tlp request = *(struct tlp *)fifo_front(&card->host.requests);

	(void)commit;
	if (!operate(card, &request))
		return;
	card->host.done = 0;
	fifo_pop(&card->host.requests);
}

void host_init(struct card *card)
{
	card->host = (struct host){ 0 };
	fifo_init(&card->host.requests, sizeof(struct tlp));
}

void host_fini(struct card *card)
{
	fifo_fini(&card->host.requests);
}
