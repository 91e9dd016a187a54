/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the physical function does: resources, filters, the VFs' mailboxes, SR-IOV. */
#ifndef SVNIC_PF_H
#define SVNIC_PF_H

#include <linux/if_ether.h>
#include <linux/if_link.h>
#include "svnic_host.h"
#include "svnic_mbox.h"

#define SVNIC_MAC_ENTRIES (SVNIC_MAC_BUCKETS * SVNIC_MAC_WAYS)
#define SVNIC_MAC_MC_WAYS \
	2 /* of a bucket, for multicast: the rest is for unicast whatever VFs ask for */
#define SVNIC_PF_FUNC 0
#define SVNIC_VF_FUNC(v) ((v) + 1)

struct svnic_mac_entry {
	u8 mac[ETH_ALEN] __aligned(2);
	u8 target; /* function, or group */
	bool valid;
};

/* Shadow of the switch's tables; the card's follow it. All under svnic_pf.lock. */
struct svnic_filter {
	struct svnic_mac_entry mac[SVNIC_MAC_ENTRIES];
	unsigned long listeners[SVNIC_GROUP_COUNT][BITS_TO_LONGS(SVNIC_FUNCTIONS_MAX)];
	struct svnic_mac group_mac[SVNIC_GROUP_COUNT];
	DECLARE_BITMAP(allmulti, SVNIC_FUNCTIONS_MAX); /* asked for */
	DECLARE_BITMAP(overflow,
		       SVNIC_FUNCTIONS_MAX); /* what they listen to found no room: allmulti, too */
	DECLARE_BITMAP(groups, SVNIC_GROUP_COUNT);
};

/* What the PF knows of a VF. Under svnic_pf.lock. */
struct svnic_vf {
	u8 mac[ETH_ALEN] __aligned(2);
	bool mac_admin; /* set by the administrator: the VF may not change it */
	bool spoofchk;
	bool trusted;
	u8 link_state; /* IFLA_VF_LINK_STATE_... */
	bool has_version; /* VERSION was answered */
	bool ready; /* RESET_DONE was seen: the other requests count */
	u8 qps;
	u8 slots;
	struct svnic_slot_cpus cpus; /* as its driver says */
	bool redirect; /* svnic_vf_allow() */
	bool rescue;
	bool reply_waits;
	struct svnic_msg reply;
	u16 notes; /* bits 0..2: LINK_CHANGED, MAC_CHANGED, PF_GOING to be sent */
	u16 quota; /* messages left in this window */
	u16 retries; /* of the message that waits for the VF to read the last one */
	bool deferred; /* a message waits for the next window */
	unsigned long window; /* its begin, jiffies */
	u64 messages;
	u64 refused;
};

struct svnic_pf {
	struct svnic_dev *sd;
	struct list_head node; /* svnic_host.c */
	struct mutex lock; /* filter, vfs, the mailboxes */
	u16 pool_qps;
	u16 pool_slots;
	u8 own_qps;
	u8 own_slots;
	u16 total_vfs;
	u16 num_vfs;
	u16 again; /* VFs to enable after the reset */
	struct svnic_vf *vfs;
	struct svnic_filter *filter;
	DECLARE_BITMAP(noticed, SVNIC_FUNCTIONS_MAX); /* functions with a FUNCTION event */
	struct delayed_work retry; /* deferred messages */
};

/* svnic_pf.c */
int svnic_pf_init(struct svnic_dev *sd);
void svnic_pf_exit(struct svnic_dev *sd);
void svnic_pf_restore(struct svnic_dev *sd);
int svnic_pf_assign_vfs(struct svnic_dev *sd, unsigned int num);
void svnic_pf_release_vfs(struct svnic_dev *sd);
void svnic_pf_write_ctrl(struct svnic_dev *sd, unsigned int vf);
void svnic_pf_notice(struct svnic_dev *sd);

/* svnic_filter.c: function f, under svnic_pf.lock */
int svnic_filter_set_unicast(struct svnic_dev *sd, u8 f, const u8 *old, const u8 *mac);
bool svnic_filter_set_multicast(struct svnic_dev *sd, u8 f, const struct svnic_mac *mac,
				unsigned int count);
void svnic_filter_set_promisc(struct svnic_dev *sd, u8 f, bool allmulti, bool promisc);
bool svnic_filter_set_extra(struct svnic_dev *sd, u8 f, const u8 *own, const struct svnic_mac *mac,
			    unsigned int count);
void svnic_filter_broadcast(struct svnic_dev *sd, u8 f, bool member);
void svnic_filter_forget(struct svnic_dev *sd, u8 f);
void svnic_filter_load(struct svnic_dev *sd);
void svnic_filter_restore(struct svnic_dev *sd);

/* svnic_mbox_pf.c: under svnic_pf.lock */
void svnic_vf_message(struct svnic_dev *sd, unsigned int vf);
void svnic_vf_flush(struct svnic_dev *sd, unsigned int vf);
void svnic_vf_note(struct svnic_dev *sd, unsigned int vf, enum svnic_mbox_opcode opcode);
void svnic_vf_forget(struct svnic_vf *vf);
int svnic_vf_set_mac(struct svnic_dev *sd, unsigned int vf, const u8 *mac);
void svnic_vf_retry_work(struct work_struct *work);

/* svnic_host.c, and svnic_host.h for other modules */
void svnic_host_add(struct svnic_pf *pf);
void svnic_host_remove(struct svnic_pf *pf);
void svnic_vf_set_slot_cpus(struct svnic_vf *v, const struct svnic_slot_cpus *cpus);

/* svnic_sriov.c */
int svnic_sriov_configure(struct pci_dev *pdev, int num);
void svnic_sriov_disable(struct svnic_dev *sd);
void svnic_sriov_before_reset(struct svnic_dev *sd);
void svnic_sriov_after_reset(struct svnic_dev *sd);
int svnic_set_vf_mac(struct net_device *netdev, int vf, u8 *mac);
int svnic_set_vf_spoofchk(struct net_device *netdev, int vf, bool on);
int svnic_set_vf_trust(struct net_device *netdev, int vf, bool on);
int svnic_set_vf_link_state(struct net_device *netdev, int vf, int state);
int svnic_get_vf_config(struct net_device *netdev, int vf, struct ifla_vf_info *info);
int svnic_get_vf_stats(struct net_device *netdev, int vf, struct ifla_vf_stats *stats);

#endif
