// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who receives what: MAC table and groups of the card's switch (docs/programming.md, sections 8
 * and 9). The shadow decides, the card follows. Everything here runs under svnic_pf.lock.
 */

#include <linux/bitmap.h>
#include "svnic.h"
#include "svnic_pf.h"

static unsigned int svnic_bucket(const u8 *mac)
{
	return mac[0] ^ mac[1] ^ mac[2] ^ mac[3] ^ mac[4] ^ mac[5];
}

static struct svnic_mac_entry *svnic_bucket_ways(struct svnic_filter *filter, const u8 *mac)
{
	return &filter->mac[svnic_bucket(mac) * SVNIC_MAC_WAYS];
}

static struct svnic_mac_entry *svnic_mac_find(struct svnic_filter *filter, const u8 *mac)
{
	struct svnic_mac_entry *e = svnic_bucket_ways(filter, mac);
	unsigned int way;

	for (way = 0; way < SVNIC_MAC_WAYS; way++, e++)
		if (e->valid && ether_addr_equal(e->mac, mac))
			return e;
	return NULL;
}

/*
 * Multicast has fewer ways, so that what VFs listen to never keeps another function from its
 * address.
 */
static struct svnic_mac_entry *svnic_mac_free(struct svnic_filter *filter, const u8 *mac)
{
	struct svnic_mac_entry *e = svnic_bucket_ways(filter, mac), *found = NULL;
	unsigned int way, multicast = 0;

	for (way = 0; way < SVNIC_MAC_WAYS; way++, e++) {
		if (!e->valid)
			found = e;
		else
			multicast += is_multicast_ether_addr(e->mac);
	}
	return is_multicast_ether_addr(mac) && multicast >= SVNIC_MAC_MC_WAYS ? NULL : found;
}

static void svnic_mac_write(struct svnic_dev *sd, const struct svnic_mac_entry *e)
{
	u32 base = SVNIC_MAC_TABLE(e - sd->pf->filter->mac);
	u32 flags = e->valid ? SVNIC_MAC_TABLE_HI_VALID |
				       FIELD_PREP(SVNIC_MAC_TABLE_HI_TARGET, e->target) :
			       0;

	svnic_wr_mac(sd, base + SVNIC_MAC_TABLE_LO, base + SVNIC_MAC_TABLE_HI, e->mac, flags);
}

static void svnic_mac_fill(struct svnic_dev *sd, struct svnic_mac_entry *e, const u8 *mac,
			   u8 target)
{
	ether_addr_copy(e->mac, mac);
	e->target = target;
	e->valid = true;
	svnic_mac_write(sd, e);
}

static void svnic_mac_drop(struct svnic_dev *sd, struct svnic_mac_entry *e)
{
	eth_zero_addr(e->mac);
	e->valid = false;
	svnic_mac_write(sd, e);
}

/**
 * svnic_filter_set_unicast() - give a function its address
 * @sd: PF
 * @f: function
 * @old: the address that it gives up; zero for none
 * @mac: the new one
 *
 * Return: 0; -EADDRINUSE if it belongs to another function; -ENOSPC if its bucket is full. After
 * an error all is as before.
 */
int svnic_filter_set_unicast(struct svnic_dev *sd, u8 f, const u8 *old, const u8 *mac)
{
	struct svnic_filter *filter = sd->pf->filter;
	struct svnic_mac_entry *before = is_zero_ether_addr(old) ? NULL :
								   svnic_mac_find(filter, old);
	struct svnic_mac_entry *e = svnic_mac_find(filter, mac);

	if (e && e->target != f)
		return -EADDRINUSE;
	if (!e)
		e = svnic_mac_free(filter, mac);
	if (!e && before && svnic_bucket(old) == svnic_bucket(mac))
		e = before;
	if (!e)
		return -ENOSPC;
	svnic_mac_fill(sd, e, mac, f);
	if (before && before != e && before->target == f)
		svnic_mac_drop(sd, before);
	return 0;
}

static bool svnic_in_list(const u8 *mac, const struct svnic_mac *list, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (ether_addr_equal(mac, list[i].addr))
			return true;
	return false;
}

/**
 * svnic_filter_set_extra() - further unicast addresses of a function
 * @sd: PF
 * @f: function
 * @own: its first address, which stays
 * @mac: the others
 * @count: how many
 *
 * Return: whether all of them found room.
 */
bool svnic_filter_set_extra(struct svnic_dev *sd, u8 f, const u8 *own, const struct svnic_mac *mac,
			    unsigned int count)
{
	static const u8 none[ETH_ALEN] __aligned(2) = {};
	struct svnic_mac_entry *e = sd->pf->filter->mac;
	unsigned int i;
	bool all = true;

	for (i = 0; i < SVNIC_MAC_ENTRIES; i++, e++)
		if (e->valid && is_unicast_ether_addr(e->mac) && e->target == f &&
		    !ether_addr_equal(e->mac, own) && !svnic_in_list(e->mac, mac, count))
			svnic_mac_drop(sd, e);
	for (i = 0; i < count; i++)
		all &= !svnic_filter_set_unicast(sd, f, none, mac[i].addr);
	return all;
}

/* The members of a group, as the card has to have them. */
static void svnic_group_write(struct svnic_dev *sd, unsigned int g)
{
	struct svnic_filter *filter = sd->pf->filter;
	u32 words[SVNIC_GROUP_MEMBERS_COUNT];
	DECLARE_BITMAP(members, SVNIC_FUNCTIONS_MAX);
	unsigned int w;

	bitmap_copy(members, filter->listeners[g], SVNIC_FUNCTIONS_MAX);
	if (g == SVNIC_GROUP_UNREGISTERED || test_bit(g, filter->groups)) {
		bitmap_or(members, members, filter->allmulti, SVNIC_FUNCTIONS_MAX);
		bitmap_or(members, members, filter->overflow, SVNIC_FUNCTIONS_MAX);
	}
	bitmap_to_arr32(words, members, SVNIC_FUNCTIONS_MAX);
	for (w = 0; w <= sd->pf->total_vfs / 32; w++)
		svnic_wr32(sd, SVNIC_GROUP(g) + SVNIC_GROUP_MEMBERS(w), words[w]);
}

static void svnic_groups_write(struct svnic_dev *sd)
{
	unsigned int g;

	svnic_group_write(sd, SVNIC_GROUP_UNREGISTERED);
	for_each_set_bit(g, sd->pf->filter->groups, SVNIC_GROUP_COUNT)
		svnic_group_write(sd, g);
}

void svnic_filter_broadcast(struct svnic_dev *sd, u8 f, bool member)
{
	assign_bit(f, sd->pf->filter->listeners[SVNIC_GROUP_BROADCAST], member);
	svnic_group_write(sd, SVNIC_GROUP_BROADCAST);
}

/* Listeners first, then the address: no frame may find the group empty. */
static int svnic_group_create(struct svnic_dev *sd, u8 f, const u8 *mac)
{
	struct svnic_filter *filter = sd->pf->filter;
	struct svnic_mac_entry *e = svnic_mac_free(filter, mac);
	unsigned int g = find_next_zero_bit(filter->groups, SVNIC_GROUP_COUNT, SVNIC_GROUP_FIRST);

	if (!e || g >= SVNIC_GROUP_COUNT)
		return -ENOSPC;
	__set_bit(g, filter->groups);
	__set_bit(f, filter->listeners[g]);
	ether_addr_copy(filter->group_mac[g].addr, mac);
	svnic_group_write(sd, g);
	svnic_mac_fill(sd, e, mac, g);
	return 0;
}

static int svnic_group_join(struct svnic_dev *sd, u8 f, const u8 *mac)
{
	struct svnic_mac_entry *e = svnic_mac_find(sd->pf->filter, mac);

	if (!e)
		return svnic_group_create(sd, f, mac);
	if (!__test_and_set_bit(f, sd->pf->filter->listeners[e->target]))
		svnic_group_write(sd, e->target);
	return 0;
}

static void svnic_group_leave(struct svnic_dev *sd, u8 f, unsigned int g)
{
	struct svnic_filter *filter = sd->pf->filter;
	struct svnic_mac_entry *e;

	__clear_bit(f, filter->listeners[g]);
	if (bitmap_empty(filter->listeners[g], SVNIC_FUNCTIONS_MAX)) {
		e = svnic_mac_find(filter, filter->group_mac[g].addr);
		if (e)
			svnic_mac_drop(sd, e);
		__clear_bit(g, filter->groups);
	}
	svnic_group_write(sd, g);
}

static void svnic_set_everything(struct svnic_dev *sd, u8 f, unsigned long *who, bool on)
{
	if (test_bit(f, who) == on)
		return;
	assign_bit(f, who, on);
	svnic_groups_write(sd);
}

/**
 * svnic_filter_set_multicast() - the multicast addresses of a function, instead of those before
 * @sd: PF
 * @f: function
 * @mac: addresses
 * @count: how many
 *
 * Return: whether all found room. If not, the function gets all multicast: too much, but nothing
 * is missing.
 */
bool svnic_filter_set_multicast(struct svnic_dev *sd, u8 f, const struct svnic_mac *mac,
				unsigned int count)
{
	struct svnic_filter *filter = sd->pf->filter;
	unsigned int g, i;
	bool all = true;

	for_each_set_bit(g, filter->groups, SVNIC_GROUP_COUNT)
		if (test_bit(f, filter->listeners[g]) &&
		    !svnic_in_list(filter->group_mac[g].addr, mac, count))
			svnic_group_leave(sd, f, g);
	for (i = 0; i < count; i++)
		all &= !svnic_group_join(sd, f, mac[i].addr);
	svnic_set_everything(sd, f, filter->overflow, !all);
	return all;
}

void svnic_filter_set_promisc(struct svnic_dev *sd, u8 f, bool allmulti, bool promisc)
{
	unsigned long *unknown = sd->pf->filter->listeners[SVNIC_GROUP_UNKNOWN];

	svnic_set_everything(sd, f, sd->pf->filter->allmulti, allmulti);
	if (test_bit(f, unknown) == promisc)
		return;
	assign_bit(f, unknown, promisc);
	svnic_group_write(sd, SVNIC_GROUP_UNKNOWN);
}

/* What a function asked for, not what it is: its addresses and broadcast stay. */
void svnic_filter_forget(struct svnic_dev *sd, u8 f)
{
	svnic_filter_set_multicast(sd, f, NULL, 0);
	svnic_filter_set_promisc(sd, f, false, false);
}

/* After a reset of the PF: the card forgot it all. */
void svnic_filter_restore(struct svnic_dev *sd)
{
	struct svnic_filter *filter = sd->pf->filter;
	unsigned int i;

	svnic_groups_write(sd);
	svnic_group_write(sd, SVNIC_GROUP_BROADCAST);
	svnic_group_write(sd, SVNIC_GROUP_UNKNOWN);
	for (i = 0; i < SVNIC_MAC_ENTRIES; i++)
		if (filter->mac[i].valid)
			svnic_mac_write(sd, &filter->mac[i]);
}

static void svnic_mac_load(struct svnic_dev *sd, unsigned int i)
{
	struct svnic_filter *filter = sd->pf->filter;
	struct svnic_mac_entry *e = &filter->mac[i];
	u32 hi = svnic_rd32(sd, SVNIC_MAC_TABLE(i) + SVNIC_MAC_TABLE_HI);

	if (hi == SVNIC_GONE_VALUE || !(hi & SVNIC_MAC_TABLE_HI_VALID))
		return;
	svnic_mac_set(e->mac, svnic_rd32(sd, SVNIC_MAC_TABLE(i) + SVNIC_MAC_TABLE_LO), hi);
	e->target = FIELD_GET(SVNIC_MAC_TABLE_HI_TARGET, hi);
	e->valid = true;
	if (!is_multicast_ether_addr(e->mac) || e->target >= SVNIC_GROUP_COUNT)
		return;
	__set_bit(e->target, filter->groups);
	ether_addr_copy(filter->group_mac[e->target].addr, e->mac);
}

/* A PF driver that finds VFs alive takes over what its predecessor left. */
void svnic_filter_load(struct svnic_dev *sd)
{
	struct svnic_filter *filter = sd->pf->filter;
	u32 words[SVNIC_GROUP_MEMBERS_COUNT];
	unsigned int i, w;

	for (i = 0; i < SVNIC_MAC_ENTRIES; i++)
		svnic_mac_load(sd, i);
	for (i = 0; i < SVNIC_GROUP_COUNT; i++) {
		for (w = 0; w < SVNIC_GROUP_MEMBERS_COUNT; w++)
			words[w] = svnic_rd32(sd, SVNIC_GROUP(i) + SVNIC_GROUP_MEMBERS(w));
		bitmap_from_arr32(filter->listeners[i], words, SVNIC_FUNCTIONS_MAX);
	}
	bitmap_copy(filter->allmulti, filter->listeners[SVNIC_GROUP_UNREGISTERED],
		    SVNIC_FUNCTIONS_MAX);
	bitmap_zero(filter->listeners[SVNIC_GROUP_UNREGISTERED], SVNIC_FUNCTIONS_MAX);
}
