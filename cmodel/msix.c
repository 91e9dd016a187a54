// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

void msix_clear(struct msix *msix)
{
	list_del(&msix->work);
	for (int v = 0; v < SVNIC_MSIX_COUNT; v++)
		msix->vector[v] = (struct msix_vector){ .mask = true };
	msix->pending = 0;
}

int msix_sendable(const struct card *card, uint8_t fn)
{
	const struct msix *msix = &card->fn[fn].msix;

	if (!msix->pending || cfg_msix_masked(card, fn) || cfg_in_reset(card, fn))
		return -1;
	for (int v = 0; v < SVNIC_MSIX_COUNT; v++)
		if (msix->pending >> v & 1 && !msix->vector[v].mask)
			return v;
	return -1;
}

void msix_update(struct card *card, uint8_t fn)
{
	list_set(&card->events.unmasked, &card->fn[fn].msix.work, msix_sendable(card, fn) >= 0);
}

static void send(struct card *card, uint8_t fn, uint8_t v)
{
	const struct msix_vector *vector = &card->fn[fn].msix.vector[v];
	struct write write = { .fn = fn, .address = vector->address, .length = 4 };

	tlp_put_dw(write.data, vector->data);
	dma_write(card, WRITE_MSIX, &write);
}

void msix_notify(struct card *card, uint8_t fn, uint8_t v)
{
	struct msix *msix = &card->fn[fn].msix;

	if (cfg_msix_masked(card, fn) || msix->vector[v].mask)
		msix->pending |= 1u << v;
	else
		send(card, fn, v);
}

bool msix_unmask_may(const struct card *card, const struct model_commit *commit)
{
	if (commit->a >= card->num_fn || commit->c >= SVNIC_MSIX_COUNT)
		return false;
	const struct msix *msix = &card->fn[commit->a].msix;

	return msix->pending >> commit->c & 1 && !msix->vector[commit->c].mask && !cfg_msix_masked(card, commit->a);
}

void msix_unmask_apply(struct card *card, const struct model_commit *commit)
{
	card->fn[commit->a].msix.pending &= ~(1u << commit->c);
	send(card, commit->a, commit->c);
	msix_update(card, commit->a);
}

uint32_t msix_read(const struct card *card, uint8_t fn, uint32_t offset)
{
	const struct msix *msix = &card->fn[fn].msix;

	if (offset == SVNIC_MSIX_PBA)
		return msix->pending;
	if (offset >= SVNIC_MSIX(SVNIC_MSIX_COUNT))
		return 0;
	const struct msix_vector *vector = &msix->vector[offset / 16];

	switch (offset % 16) {
	case SVNIC_MSIX_ADDR_LO:
		return vector->address;
	case SVNIC_MSIX_ADDR_HI:
		return vector->address >> 32;
	case SVNIC_MSIX_DATA:
		return vector->data;
	default:
		return vector->mask;
	}
}

void msix_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	if (offset >= SVNIC_MSIX(SVNIC_MSIX_COUNT))
		return;
	struct msix_vector *vector = &card->fn[fn].msix.vector[offset / 16];

	switch (offset % 16) {
	case SVNIC_MSIX_ADDR_LO:
		vector->address = (vector->address & ~UINT64_C(0xffffffff)) | (value & SVNIC_MSIX_ADDR_LO_ADDRESS);
		break;
	case SVNIC_MSIX_ADDR_HI:
		vector->address = (uint32_t)vector->address | (uint64_t)value << 32;
		break;
	case SVNIC_MSIX_DATA:
		vector->data = value;
		break;
	default:
		vector->mask = value & SVNIC_MSIX_CTRL_MASK;
		msix_update(card, fn);
	}
}
