// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Error logging and signalling, section 6.2 and figure 6-2: docs/config-space.md, "Error signalling". Part of block cfg. */
#include "card.h"

#include <string.h>

#define DEVCTL_CERE 1
#define DEVCTL_NFERE 2
#define DEVCTL_FERE 4
#define DEVCTL_URRE 8
#define COMMAND_SERR 0x100
#define ADVISORY (1u << 13)

static void record_header(struct aer *aer, enum cfg_error error, const struct tlp *header)
{
	if (aer->status >> aer->first_error & 1)
		return;
	aer->first_error = error;
	memset(aer->header, 0, sizeof(aer->header));
	if (header)
		tlp_header(header, aer->header);
}

/* Status rises; true if it is not masked (then header and pointer were recorded). */
static bool log_uncorrectable(struct card *card, struct aer *aer, enum cfg_error error, const struct tlp *header)
{
	bool masked = card->fn[0].cfg.aer.mask >> error & 1;

	if (!masked)
		record_header(aer, error, header);
	aer->status |= 1u << error;
	return !masked;
}

static void send_message(struct card *card, uint8_t fn, uint8_t code)
{
	dma_write_message(card, fn, code);
}

static bool reported(const struct card *card, enum cfg_error error)
{
	return error != CFG_UNSUPPORTED || card->fn[0].cfg.device_control & DEVCTL_URRE;
}

static void advisory(struct card *card, uint8_t fn, enum cfg_error error, const struct tlp *header)
{
	const struct config *pf = &card->fn[0].cfg;
	struct config *cfg = &card->fn[fn].cfg;

	cfg->device_status |= 1;
	cfg->aer.cor_status |= ADVISORY;
	if (pf->aer.cor_mask & ADVISORY)
		return;
	log_uncorrectable(card, &cfg->aer, error, header);
	if (pf->device_control & DEVCTL_CERE && reported(card, error))
		send_message(card, fn, SVNIC_MSG_ERR_COR);
}

static void uncorrectable(struct card *card, uint8_t fn, enum cfg_error error, bool fatal, const struct tlp *header)
{
	const struct config *pf = &card->fn[0].cfg;
	struct config *cfg = &card->fn[fn].cfg;
	bool enabled = pf->device_control & (fatal ? DEVCTL_FERE : DEVCTL_NFERE) && reported(card, error);

	cfg->device_status |= fatal ? 4 : 2;
	if (!log_uncorrectable(card, &cfg->aer, error, header))
		return;
	if (enabled || pf->command & COMMAND_SERR)
		send_message(card, fn, fatal ? SVNIC_MSG_ERR_FATAL : SVNIC_MSG_ERR_NONFATAL);
}

void cfg_error(struct card *card, uint8_t fn, enum cfg_error error, bool non_posted, const struct tlp *header)
{
	bool fatal = card->fn[0].cfg.aer.severity >> error & 1;
	bool answered = non_posted && (error == CFG_UNSUPPORTED || error == CFG_ABORT);

	if (cfg_in_reset(card, fn))	/* has no errors */
		return;
	if (error == CFG_UNSUPPORTED)
		card->fn[fn].cfg.device_status |= 8;
	if (!fatal && (answered || error == CFG_UNEXPECTED))
		advisory(card, fn, error, header);
	else
		uncorrectable(card, fn, error, fatal, header);
}

void cfg_dma_error(struct card *card, uint8_t fn, enum cfg_error error, const struct tlp *header)
{
	struct cfg_dma_error seen = { .fn = fn, .error = error, .has_header = header };

	if (header)
		seen.header = *header;
	fifo_push(&card->cfg.errors, &seen);
}

bool cfg_aer_take_may(const struct card *card, const struct model_commit *commit)
{
	(void)commit;
	return card->cfg.errors.count;
}

void cfg_aer_take_apply(struct card *card, const struct model_commit *commit)
{
	struct cfg_dma_error seen = *(struct cfg_dma_error *)fifo_front(&card->cfg.errors);

	(void)commit;
	fifo_pop(&card->cfg.errors);
	if (seen.error == CFG_UNEXPECTED && !cfg_exists(card, seen.fn))	/* to nobody: the PF's */
		seen.fn = 0;
	cfg_error(card, seen.fn, seen.error, false, seen.has_header ? &seen.header : NULL);
}
