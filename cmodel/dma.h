/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * dma: memory reads of three clients, split into TLPs with tags, put together again from completions in any order; posted writes of five
 * kinds in the order of their grants.
 *
 *	request --READ_GRANT--> TLPs --READ_TAG--> on the link --completions, READ_TIMEOUT--> all ended --READ_END--> client
 *	write   --WRITE_GRANT--> TLPs, or dropped
 */
#ifndef SVNIC_DMA_H
#define SVNIC_DMA_H

#include "fifo.h"
#include "svnic/device.h"

enum read_client { READ_TX_DESC, READ_RX_DESC, READ_PAYLOAD, READ_CLIENTS };
enum write_kind { WRITE_PAYLOAD, WRITE_COMPLETION, WRITE_EVENT, WRITE_MSIX, WRITE_MESSAGE, WRITE_KINDS };

struct fetch;
struct frame;
struct queue;

struct read {			/* one request of a client */
	struct list list;	/* granted and not ended, of its client */
	struct list ended;	/* all TLPs ended */
	uint8_t client, fn;
	uint16_t id;
	uint64_t address;
	uint32_t length;
	uint8_t *data;		/* where it goes */
	unsigned int tlps;	/* that have not ended */
	bool failed;
	struct queue *queue;	/* descriptors: whose ... */
	struct fetch *fetch;	/* ... and which */
	struct frame *frame;	/* payload: of which frame */
};

struct read_tlp {		/* waits for a tag */
	struct read *read;
	uint64_t address;
	uint32_t length, offset;
};

struct tag {
	struct list list;	/* outstanding, or quarantined; the oldest first */
	bool busy, quarantined;
	svnic_rid_t requester;
	struct read *read;
	uint64_t address;	/* of what is missing */
	uint32_t left, offset;
	uint64_t due;		/* ns: time-out, end of quarantine */
};

struct write {
	uint8_t fn;
	uint64_t address;
	uint32_t length;
	uint8_t data[64];	/* if there is no frame */
	uint8_t message;	/* error message, nothing else */
	struct frame *frame;	/* payload: bytes from `offset` of it ... */
	uint32_t offset;
	struct queue *queue;	/* ... into a buffer of this queue */
};

struct dma {
	struct fifo reads[READ_CLIENTS];	/* struct read *: not granted yet */
	struct list granted[READ_CLIENTS];
	struct list ended;			/* all their TLPs ended, READ_END is due */
	struct fifo tlps;			/* struct read_tlp */
	struct tag tag[256];
	struct list outstanding, quarantine;
	struct fifo writes[WRITE_KINDS];	/* struct write */
	unsigned int pending[256];		/* requests granted and not ended, by function */
	uint16_t next_id;
};

void dma_init(struct card *card);
void dma_fini(struct card *card);

void dma_read_fetch(struct card *card, struct queue *queue, struct fetch *fetch, uint64_t address);
void dma_read_payload(struct card *card, struct frame *frame, uint32_t offset, uint64_t address, uint32_t length);
void dma_write(struct card *card, enum write_kind kind, const struct write *write);
void dma_write_message(struct card *card, uint8_t fn, uint8_t code);
void dma_completion(struct card *card, const struct svnic_tlp *tlp);

int dma_free_tag(const struct card *card);	/* -1: none */
const struct tag *dma_first_due(const struct card *card);	/* whose time-out, or end of quarantine, is next; NULL: none */
uint64_t dma_due(const struct card *card);	/* ns: when */

#endif
