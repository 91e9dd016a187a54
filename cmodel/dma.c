// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <stdlib.h>
#include <string.h>

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t to_page_end(uint64_t address)
{
	return 4096 - address % 4096;
}

/* ---- read requests --------------------------------------------------------------------------- */

static struct read *new_read(struct card *card, enum read_client client, uint8_t fn, uint64_t address, uint32_t length)
{
	struct read *read = calloc(1, sizeof(*read));

	if (!read)
		abort();
	read->client = client;
	read->fn = fn;
	read->id = card->dma.next_id++;
	read->address = address;
	read->length = length;
	fifo_push(&card->dma.reads[client], &read);
	return read;
}

void dma_read_fetch(struct card *card, struct queue *queue, struct fetch *fetch, uint64_t address)
{
	enum read_client client = queue->direction == SVNIC_DIRECTION_TX ? READ_TX_DESC : READ_RX_DESC;
	struct read *read = new_read(card, client, queue->fn, address, 16u * fetch->count);

	read->data = fetch->data;
	read->queue = queue;
	read->fetch = fetch;
}

void dma_read_payload(struct card *card, struct frame *frame, uint32_t offset, uint64_t address, uint32_t length)
{
	struct read *read = new_read(card, READ_PAYLOAD, frame->fn, address, length);

	read->data = frame->data + offset;
	read->frame = frame;
	frame->reads++;
}

static void update_ended(struct card *card, struct read *read)
{
	list_set(&card->dma.ended, &read->ended, !read->tlps);
}

/* At most MRRS, counted in DWs; not across 4 KiB; all but the last end on a multiple of 128. */
static uint32_t read_split(const struct card *card, uint64_t address, uint32_t left)
{
	uint32_t most = min(cfg_mrrs(card) - address % 4, to_page_end(address));

	return left <= most ? left : most - (address + most) % 128;
}

static void split_read(struct card *card, struct read *read)
{
	struct read_tlp tlp = { .read = read };

	for (uint32_t done = 0; done < read->length; done += tlp.length) {
		tlp.address = read->address + done;
		tlp.offset = done;
		tlp.length = read_split(card, tlp.address, read->length - done);
		fifo_push(&card->dma.tlps, &tlp);
		read->tlps++;
	}
}

bool dma_read_grant_may(const struct card *card, const struct model_commit *commit)
{
	return commit->a < READ_CLIENTS && card->dma.reads[commit->a].count;
}

void dma_read_grant_apply(struct card *card, const struct model_commit *commit)
{
	struct read *read = *(struct read **)fifo_front(&card->dma.reads[commit->a]);

	fifo_pop(&card->dma.reads[commit->a]);
	read->id = commit->b;
	list_add(&card->dma.granted[commit->a], &read->list);
	card->dma.pending[read->fn]++;
	if (cfg_silent(card, read->fn))
		read->failed = true;
	else
		split_read(card, read);
	update_ended(card, read);
}

/* One whose TLPs have all ended. */
static struct read *find_read(const struct card *card, unsigned int client, uint16_t id)
{
	const struct list *head = &card->dma.ended;

	for (struct list *l = head->next; l != head; l = l->next) {
		struct read *read = container_of(l, struct read, ended);

		if (read->client == client && read->id == id)
			return read;
	}
	return NULL;
}

bool dma_read_end_may(const struct card *card, const struct model_commit *commit)
{
	return commit->a < READ_CLIENTS && find_read(card, commit->a, commit->b);
}

static void note_failure(struct card *card, uint8_t fn)
{
	mgmt_note(card, NOTE_DMA, &(struct note){ .fn = fn, .count = true, .stat = SVNIC_STAT_DMA_ERRORS, .amount = 1,
						  .error = SVNIC_ERROR_DMA_ERROR });
}

static void tell_client(struct card *card, struct read *read)
{
	if (read->frame) {
		read->frame->reads--;
		if (read->failed)
			read->frame->status = SVNIC_ERROR_CODE_DATA_DMA;
		return;
	}
	read->fetch->ended = true;
	read->fetch->failed = read->failed;
	queue_update(card, read->queue);
}

void dma_read_end_apply(struct card *card, const struct model_commit *commit)
{
	struct read *read = find_read(card, commit->a, commit->b);

	card->dma.pending[read->fn]--;
	if (read->failed)
		note_failure(card, read->fn);
	tell_client(card, read);
	list_del(&read->list);
	list_del(&read->ended);
	free(read);
}

/* ---- tags ------------------------------------------------------------------------------------ */

static bool tag_free(const struct card *card, unsigned int tag)
{
	const struct tag *t = &card->dma.tag[tag];

	return tag < cfg_tags(card) && !t->busy && !t->quarantined;
}

int dma_free_tag(const struct card *card)
{
	for (unsigned int tag = 0; tag < cfg_tags(card); tag++)
		if (tag_free(card, tag))
			return tag;
	return -1;
}

static void request(struct card *card, const struct read_tlp *read, uint16_t tag)
{
	uint32_t first = read->address % 4, end = (read->address + read->length - 1) % 4;
	uint16_t dw = (first + read->length + 3) / 4;
	struct svnic_tlp *tlp = stream_new_tlp(SVNIC_TLP_MRD, dw);

	tlp->requester = card->dma.tag[tag].requester;
	tlp->tag = tag;
	tlp->address = read->address - first;
	tlp->first_be = 0xf << first & 0xf;
	tlp->last_be = dw == 1 ? 0 : 0xf >> (3 - end);
	if (dw == 1)
		tlp->first_be &= 0xf >> (3 - end);
	if (read->read->client == READ_PAYLOAD && cfg_relaxed(card))
		tlp->attr = SVNIC_ATTR_RELAXED;
	stream_tlp(card, MODEL_NON_POSTED, tlp);
}

bool dma_read_tag_may(const struct card *card, const struct model_commit *commit)
{
	return card->dma.tlps.count && tag_free(card, commit->a);
}

void dma_read_tag_apply(struct card *card, const struct model_commit *commit)
{
	struct read_tlp tlp = *(struct read_tlp *)fifo_front(&card->dma.tlps);
	struct tag *tag = &card->dma.tag[commit->a];

	fifo_pop(&card->dma.tlps);
	*tag = (struct tag){ .busy = true, .requester = cfg_rid(card, tlp.read->fn), .read = tlp.read,
			     .address = tlp.address, .left = tlp.length, .offset = tlp.offset,
			     .due = card->now + SVNIC_READ_TIMEOUT_NS };
	list_add(&card->dma.outstanding, &tag->list);
	request(card, &tlp, commit->a);
}

static void end_tlp(struct card *card, struct tag *tag)
{
	struct read *read = tag->read;

	list_del(&tag->list);
	tag->busy = false;
	tag->read = NULL;
	read->tlps--;
	update_ended(card, read);
}

static void free_quarantined(struct tag *tag)
{
	list_del(&tag->list);
	tag->quarantined = false;
}

bool dma_read_timeout_may(const struct card *card, const struct model_commit *commit)
{
	const struct tag *tag = &card->dma.tag[commit->a];

	return !cfg_no_timeout(card) && (tag->busy || tag->quarantined) && tag->due <= card->now;
}

void dma_read_timeout_apply(struct card *card, const struct model_commit *commit)
{
	struct tag *tag = &card->dma.tag[commit->a];

	if (tag->quarantined) {
		free_quarantined(tag);
		return;
	}
	tag->read->failed = true;
	cfg_dma_error(card, tag->read->fn, CFG_TIMEOUT, NULL);
	end_tlp(card, tag);
	tag->quarantined = true;
	tag->due = card->now + SVNIC_READ_TIMEOUT_NS;
	list_add(&card->dma.quarantine, &tag->list);
}

/* ---- completions ----------------------------------------------------------------------------- */

static void unexpected(struct card *card, const struct tlp *completion)
{
	cfg_dma_error(card, completion->requester & 0xff, CFG_UNEXPECTED, completion);
}

/* Of a request that had timed out: the last one frees its tag. */
static void late(struct tag *tag, const struct tlp *completion)
{
	uint32_t bytes = 4u * completion->dw - completion->lower_address % 4;

	if (completion->type == SVNIC_TLP_CPLD && completion->status == SVNIC_CPL_SC && completion->byte_count > bytes)
		return;
	free_quarantined(tag);
}

static bool fits(const struct tag *tag, const struct tlp *completion, uint32_t *bytes)
{
	uint32_t skip = tag->address % 4;

	*bytes = min(tag->left, 4u * completion->dw - skip);
	return completion->byte_count == tag->left && completion->lower_address == tag->address % 128 &&
	       4u * completion->dw < skip + *bytes + 4;
}

static void data(struct card *card, struct tag *tag, const struct svnic_tlp *tlp, uint32_t bytes)
{
	struct tlp completion = tlp_brief(tlp);

	if (tlp->poisoned) {
		cfg_dma_error(card, tag->read->fn, CFG_POISONED, &completion);
		tag->read->failed = true;
	} else {
		memcpy(tag->read->data + tag->offset, tlp->payload + tag->address % 4, bytes);
	}
	tag->address += bytes;
	tag->offset += bytes;
	tag->left -= bytes;
	if (!tag->left)
		end_tlp(card, tag);
}

void dma_completion(struct card *card, const struct svnic_tlp *tlp)
{
	struct tlp completion = tlp_brief(tlp);
	struct tag *tag = &card->dma.tag[tlp->tag & 0xff];
	bool ours = tlp->tag < 256 && tlp->requester == tag->requester;
	uint32_t bytes;

	if (ours && tag->quarantined) {
		late(tag, &completion);
	} else if (!ours || !tag->busy) {
		unexpected(card, &completion);
	} else if (tlp->status != SVNIC_CPL_SC || tlp->type == SVNIC_TLP_CPL) {
		tag->read->failed = true;
		end_tlp(card, tag);
	} else if (!fits(tag, &completion, &bytes)) {
		unexpected(card, &completion);
	} else {
		data(card, tag, tlp, bytes);
	}
}

/* ---- writes ---------------------------------------------------------------------------------- */

void dma_write(struct card *card, enum write_kind kind, const struct write *write)
{
	fifo_push(&card->dma.writes[kind], write);
}

void dma_write_message(struct card *card, uint8_t fn, uint8_t code)
{
	dma_write(card, WRITE_MESSAGE, &(struct write){ .fn = fn, .message = code });
}

static void send_message(struct card *card, const struct write *write)
{
	struct svnic_tlp *tlp = stream_new_tlp(SVNIC_TLP_MSG, 0);

	tlp->requester = cfg_rid(card, write->fn);
	tlp->msg_code = write->message;
	stream_tlp(card, MODEL_POSTED, tlp);
}

static void send_write(struct card *card, const struct write *write, uint64_t address, const uint8_t *bytes, uint32_t length)
{
	uint32_t first = address % 4, end = (address + length - 1) % 4;
	uint16_t dw = (first + length + 3) / 4;
	struct svnic_tlp *tlp = stream_new_tlp(SVNIC_TLP_MWR, dw);

	tlp->requester = cfg_rid(card, card->plant.pf_writes_for_all ? 0 : write->fn);
	tlp->address = address - first;
	tlp->first_be = 0xf << first & 0xf;
	tlp->last_be = dw == 1 ? 0 : 0xf >> (3 - end);
	if (dw == 1)
		tlp->first_be &= 0xf >> (3 - end);
	if (write->frame && cfg_relaxed(card))
		tlp->attr = SVNIC_ATTR_RELAXED;
	memcpy(tlp->payload + first, bytes, length);
	stream_tlp(card, MODEL_POSTED, tlp);
}

/* At most MPS, counted in DWs; not across 4 KiB. */
static void split_write(struct card *card, const struct write *write)
{
	const uint8_t *bytes = write->frame ? write->frame->data + write->offset : write->data;
	uint32_t mps = cfg_mps(card) + (card->plant.mps_off_by_one ? 4 : 0), length;

	for (uint32_t done = 0; done < write->length; done += length) {
		uint64_t address = write->address + done;

		length = min(write->length - done, min(mps - address % 4, to_page_end(address)));
		send_write(card, write, address, bytes + done, length);
	}
}

bool dma_write_grant_may(const struct card *card, const struct model_commit *commit)
{
	return commit->a < WRITE_KINDS && card->dma.writes[commit->a].count;
}

void dma_write_grant_apply(struct card *card, const struct model_commit *commit)
{
	struct write write = *(struct write *)fifo_front(&card->dma.writes[commit->a]);

	fifo_pop(&card->dma.writes[commit->a]);
	if (commit->a == WRITE_MESSAGE) {
		if (!cfg_in_reset(card, write.fn))
			send_message(card, &write);
	} else if (!cfg_silent(card, write.fn)) {
		split_write(card, &write);
	}
	if (write.frame)
		rx_written(card, &write);
}

/* ---- time ------------------------------------------------------------------------------------ */

static uint64_t first_due(const struct list *head)
{
	return list_empty(head) ? UINT64_MAX : container_of(head->next, struct tag, list)->due;
}

const struct tag *dma_first_due(const struct card *card)
{
	const struct list *read = &card->dma.outstanding, *quarantine = &card->dma.quarantine;
	const struct list *first = first_due(quarantine) < first_due(read) ? quarantine : read;

	return list_empty(first) || cfg_no_timeout(card) ? NULL : container_of(first->next, struct tag, list);
}

uint64_t dma_due(const struct card *card)
{
	const struct tag *tag = dma_first_due(card);

	return tag ? tag->due : UINT64_MAX;
}

void dma_init(struct card *card)
{
	struct dma *dma = &card->dma;

	memset(dma, 0, sizeof(*dma));
	for (int i = 0; i < READ_CLIENTS; i++) {
		fifo_init(&dma->reads[i], sizeof(struct read *));
		list_init(&dma->granted[i]);
	}
	for (int i = 0; i < WRITE_KINDS; i++)
		fifo_init(&dma->writes[i], sizeof(struct write));
	fifo_init(&dma->tlps, sizeof(struct read_tlp));
	list_init(&dma->ended);
	list_init(&dma->outstanding);
	list_init(&dma->quarantine);
}

void dma_fini(struct card *card)
{
	struct dma *dma = &card->dma;

	for (int i = 0; i < READ_CLIENTS; i++) {
		for (; dma->reads[i].count; fifo_pop(&dma->reads[i]))
			free(*(struct read **)fifo_front(&dma->reads[i]));
		while (!list_empty(&dma->granted[i])) {
			struct read *read = container_of(dma->granted[i].next, struct read, list);

			list_del(&read->list);
			free(read);
		}
		fifo_fini(&dma->reads[i]);
	}
	for (int i = 0; i < WRITE_KINDS; i++) {
		for (; dma->writes[i].count; fifo_pop(&dma->writes[i]))
			if (((struct write *)fifo_front(&dma->writes[i]))->frame)
				frame_put(((struct write *)fifo_front(&dma->writes[i]))->frame);
		fifo_fini(&dma->writes[i]);
	}
	fifo_fini(&dma->tlps);
}
