/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * cfg: configuration space of all functions, BAR decode, errors, function resets. docs/config-space.md is its table.
 * Who exists, who may send, who is in reset: asked here.
 */
#ifndef SVNIC_CFG_H
#define SVNIC_CFG_H

#include "fifo.h"
#include "tlp.h"

enum cfg_error {	/* bits of the AER uncorrectable status */
	CFG_POISONED = 12,
	CFG_TIMEOUT = 14,
	CFG_ABORT = 15,
	CFG_UNEXPECTED = 16,
	CFG_UNSUPPORTED = 20,
};

struct aer {		/* of VFs only what is their own */
	uint32_t status, mask, severity, cor_status, cor_mask;
	uint8_t first_error;
	uint32_t header[4];
};

struct config {
	uint16_t command;
	uint8_t power;		/* 0 D0, 3 D3hot */
	uint16_t msix_control;
	uint16_t device_control, device_status;
	struct aer aer;		/* sticky */
	bool reset_wanted;	/* from the request until RESET_DONE: host requests are turned away */
	bool in_reset;		/* from RESET_BEGIN on */
	struct list list;	/* all that are in reset */
	bool forgotten, event_reset, veb_cleared;	/* how far the reset came */
};

struct cfg {
	uint8_t bus;
	uint64_t bar[2];	/* of the PF: BAR0, BAR2 */
	uint16_t device_control2, link_control;
	uint8_t target_speed;
	uint16_t sriov_control, num_vfs;
	uint32_t page_size;
	uint64_t vf_bar[2];
	struct fifo resets;	/* uint8_t: functions whose reset was asked for and has not begun */
	struct list in_reset;	/* struct config, in the order in which their resets began */
	struct fifo errors;	/* struct cfg_dma_error: seen by dma, not logged yet */
};

struct cfg_dma_error {
	uint8_t fn;
	enum cfg_error error;
	bool has_header;
	struct tlp header;
};

struct cfg_claim {
	uint8_t fn, bar;	/* bar 0 or 2 */
	uint64_t offset;
};

void cfg_init(struct card *card);
void cfg_fini(struct card *card);

uint32_t cfg_read(const struct card *card, uint8_t fn, uint16_t reg);
void cfg_write(struct card *card, uint8_t fn, uint16_t reg, uint32_t value, uint8_t be);

bool cfg_exists(const struct card *card, unsigned int fn);
bool cfg_in_reset(const struct card *card, unsigned int fn);
bool cfg_bus_master(const struct card *card, unsigned int fn);
bool cfg_silent(const struct card *card, unsigned int fn);	/* sends no memory request */
bool cfg_msix_masked(const struct card *card, unsigned int fn);	/* whole function: not enabled, or masked */
svnic_rid_t cfg_rid(const struct card *card, uint8_t fn);
uint32_t cfg_mps(const struct card *card);	/* bytes */
uint32_t cfg_mrrs(const struct card *card);
uint32_t cfg_tags(const struct card *card);
bool cfg_relaxed(const struct card *card);
bool cfg_no_timeout(const struct card *card);	/* Completion Timeout Disable */

/* Which function's BAR has this address? */
bool cfg_decode(const struct card *card, uint64_t address, struct cfg_claim *claim);

/* Logs and signals an error of function fn; header may be NULL. */
void cfg_error(struct card *card, uint8_t fn, enum cfg_error error, bool non_posted, const struct tlp *header);
/* The same from dma, which is told later (AER_TAKE). */
void cfg_dma_error(struct card *card, uint8_t fn, enum cfg_error error, const struct tlp *header);

#endif
