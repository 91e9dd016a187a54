// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <string.h>

static const struct mac_entry *find(const struct veb *veb, const uint8_t mac[6])
{
	const struct mac_entry *bucket = &veb->mac[SVNIC_MAC_WAYS * (mac[0] ^ mac[1] ^ mac[2] ^ mac[3] ^ mac[4] ^ mac[5])];
	uint32_t hi = SVNIC_MAC_TABLE_HI_VALID | mac[4] | mac[5] << 8;

	for (int way = 0; way < SVNIC_MAC_WAYS; way++)
		if (bucket[way].lo == tlp_get_dw(mac) && (bucket[way].hi & ~SVNIC_MAC_TABLE_HI_TARGET) == hi)
			return &bucket[way];
	return NULL;
}

static unsigned int target(const struct mac_entry *entry)
{
	return SVNIC_GET(SVNIC_MAC_TABLE_HI_TARGET, entry->hi);
}

static bool is_multicast(const uint8_t mac[6])
{
	return mac[0] & 1;
}

static bool is_spoofed(const struct card *card, uint8_t fn, const uint8_t source[6])
{
	const struct mac_entry *entry = find(&card->veb, source);

	if (!card->fn[fn].local.spoof_check)
		return false;
	if (!entry || is_multicast(source))
		return true;
	return target(entry) != fn && !card->plant.spoof_ignores_own;
}

static struct functions multicast_members(const struct veb *veb, const uint8_t mac[6])
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const struct mac_entry *entry = find(veb, mac);
	unsigned int group = entry ? target(entry) % VEB_GROUPS : SVNIC_GROUP_UNREGISTERED;

	if (!memcmp(mac, broadcast, 6))
		group = SVNIC_GROUP_BROADCAST;
	return functions_union(veb->group[group], veb->group[SVNIC_GROUP_UNKNOWN]);
}

static void unicast(const struct veb *veb, const uint8_t mac[6], struct forward *forward)
{
	const struct mac_entry *entry = find(veb, mac);

	if (entry) {
		functions_add(&forward->members, target(entry));
		return;
	}
	forward->members = veb->group[SVNIC_GROUP_UNKNOWN];
	forward->wire = true;
	forward->unknown = functions_first(&forward->members) < 0;
}

/* Storm control: is this one more multicast frame of a VF than a window may have? Else it is counted. */
static bool is_stormed(struct card *card, const struct frame *frame)
{
	struct veb *veb = &card->veb;
	uint64_t window = card->now >> 24 & 0xffffff;
	uint32_t frames = veb->sent[frame->fn].window == window ? veb->sent[frame->fn].frames : 0;

	if (!frame->loopback || !is_multicast(frame->data))
		return false;
	if (frame->fn && veb->storm_limit && frames >= veb->storm_limit)
		return true;
	veb->sent[frame->fn].window = window;
	veb->sent[frame->fn].frames = (frames + 1) & 0xffff;
	return false;
}

struct forward veb_lookup(struct card *card, const struct frame *frame)
{
	const uint8_t *destination = frame->data;
	struct forward forward = { .multicast = is_multicast(destination) };

	forward.disabled = frame->loopback && !mgmt_link(card, frame->fn);
	forward.spoofed = frame->loopback && !forward.disabled && is_spoofed(card, frame->fn, destination + 6);
	if (forward.disabled || forward.spoofed)
		return forward;
	if (frame->loop) {
		functions_add(&forward.members, frame->fn);
		return forward;
	}
	forward.disabled = is_stormed(card, frame);
	if (forward.disabled)
		return forward;
	if (forward.multicast) {
		forward.members = multicast_members(&card->veb, destination);
		forward.wire = true;
	} else {
		unicast(&card->veb, destination, &forward);
	}
	if (frame->loopback) {
		functions_remove(&forward.members, frame->fn);
		forward.unknown = false;
	}
	return forward;
}

/* ---- registers ------------------------------------------------------------------------------- */

static void write_group(struct functions *group, unsigned int word, uint32_t value)
{
	uint64_t *bits = &group->bits[word / 2];
	unsigned int shift = word % 2 * 32;

	*bits = (*bits & ~(UINT64_C(0xffffffff) << shift)) | (uint64_t)value << shift;
}

uint32_t veb_read(const struct card *card, uint32_t offset)
{
	const struct veb *veb = &card->veb;

	if (offset < SVNIC_MAC_TABLE(SVNIC_MAC_TABLE_COUNT)) {
		const struct mac_entry *entry = &veb->mac[(offset - SVNIC_MAC_TABLE(0)) / 16];

		return offset % 16 == SVNIC_MAC_TABLE_LO ? entry->lo : offset % 16 == SVNIC_MAC_TABLE_HI ? entry->hi : 0;
	}
	if (offset >= SVNIC_GROUP(0) && offset < SVNIC_GROUP(SVNIC_GROUP_COUNT))
		return veb->group[(offset - SVNIC_GROUP(0)) / 32].bits[offset / 8 % 4] >> (offset & 4 ? 32 : 0);
	if (offset == SVNIC_STORM)
		return veb->storm_limit;
	return 0;
}

static void write_mac(struct veb *veb, uint32_t offset, uint32_t value)
{
	struct mac_entry *entry = &veb->mac[(offset - SVNIC_MAC_TABLE(0)) / 16];

	if (offset % 16 == SVNIC_MAC_TABLE_LO)
		veb->staged = value;
	if (offset % 16 != SVNIC_MAC_TABLE_HI)
		return;
	entry->lo = veb->staged;
	entry->hi = value & (SVNIC_MAC_TABLE_HI_MAC | SVNIC_MAC_TABLE_HI_TARGET | SVNIC_MAC_TABLE_HI_VALID);
}

void veb_write(struct card *card, uint32_t offset, uint32_t value)
{
	if (offset < SVNIC_MAC_TABLE(SVNIC_MAC_TABLE_COUNT))
		write_mac(&card->veb, offset, value);
	else if (offset >= SVNIC_GROUP(0) && offset < SVNIC_GROUP(SVNIC_GROUP_COUNT))
		write_group(&card->veb.group[(offset - SVNIC_GROUP(0)) / 32], offset / 4 % 8, value);
	else if (offset == SVNIC_STORM)
		card->veb.storm_limit = SVNIC_GET(SVNIC_STORM_LIMIT, value);
}

void veb_init(struct card *card)
{
	memset(&card->veb, 0, sizeof(card->veb));
}

bool veb_clear_may(const struct card *card, const struct model_commit *commit)
{
	const struct config *pf = &card->fn[0].cfg;

	(void)commit;
	return cfg_in_reset(card, 0) && pf->forgotten && !pf->veb_cleared;
}

void veb_clear_apply(struct card *card, const struct model_commit *commit)
{
	(void)commit;
	card->fn[0].cfg.veb_cleared = true;
	veb_init(card);
}
