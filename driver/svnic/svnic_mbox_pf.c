// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PF's side of the mailbox. What a VF writes is hostile until proven otherwise: which VF it
 * is says the window, not the message; the message is copied before it is looked at; only VERSION
 * and RESET_DONE count before RESET_DONE; a VF that sends too much finds its message not taken
 * until the next window.
 */

#include "svnic.h"
#include "svnic_pf.h"

#define SVNIC_VF_QUOTA 64 /* messages of a VF per window */
#define SVNIC_VF_WINDOW (HZ / 4)
#define SVNIC_VF_RETRY msecs_to_jiffies(10)
#define SVNIC_VF_RETRIES 100
#define SVNIC_VF_NOTE_BASE SVNIC_MBOX_OPCODE_LINK_CHANGED

#define svnic_vf_log(sd, vf, fmt, ...)                                                    \
	do {                                                                              \
		if (net_ratelimit())                                                      \
			netdev_warn((sd)->netdev, "VF %u: " fmt "\n", vf, ##__VA_ARGS__); \
	} while (0)

static u32 svnic_vf_box(unsigned int f, bool to)
{
	return SVNIC_VF_MBOX(f) + (to ? SVNIC_VF_MBOX_TO(0) : SVNIC_VF_MBOX_FROM(0));
}

static void svnic_vf_post(struct svnic_dev *sd, unsigned int vf, const struct svnic_msg *msg)
{
	unsigned int i, f = SVNIC_VF_FUNC(vf);

	for (i = 0; i < SVNIC_MBOX_DWS; i++)
		svnic_wr32(sd, svnic_vf_box(f, true) + 4 * i, msg->dw[i]);
	svnic_wr32(sd, SVNIC_PF_MBOX_CTRL(f), SVNIC_PF_MBOX_CTRL_TO);
}

static bool svnic_vf_box_full(struct svnic_dev *sd, unsigned int vf)
{
	return svnic_rd32(sd, SVNIC_PF_MBOX_CTRL(SVNIC_VF_FUNC(vf))) & SVNIC_PF_MBOX_CTRL_TO;
}

static bool svnic_vf_next_note(struct svnic_vf *vf, struct svnic_msg *msg)
{
	unsigned int note;

	if (!vf->notes)
		return false;
	note = __ffs(vf->notes);
	vf->notes &= ~BIT(note);
	memset(msg, 0, sizeof(*msg));
	SVNIC_MSG_DW(msg, SVNIC_MBOX_HEADER) =
		FIELD_PREP(SVNIC_MBOX_HEADER_OPCODE, SVNIC_VF_NOTE_BASE + note);
	return true;
}

/**
 * svnic_vf_flush() - send what waits for a VF: the reply, then notes
 * @sd: PF
 * @vf: its number
 *
 * One message at a time, and none while the VF has not read the last one. The card does not tell
 * when it has: the PF looks again for a second, then not before the VF's next message. A VF that
 * never reads harms itself only.
 */
void svnic_vf_flush(struct svnic_dev *sd, unsigned int vf)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];
	struct svnic_msg note;

	while (v->reply_waits || v->notes) {
		if (svnic_vf_box_full(sd, vf)) {
			if (v->retries++ < SVNIC_VF_RETRIES)
				queue_delayed_work(svnic_wq, &sd->pf->retry, SVNIC_VF_RETRY);
			return;
		}
		v->retries = 0;
		if (v->reply_waits)
			svnic_vf_post(sd, vf, &v->reply);
		else if (svnic_vf_next_note(v, &note))
			svnic_vf_post(sd, vf, &note);
		v->reply_waits = false;
	}
}

/* An unasked message, as soon as the VF has room for it. One of a kind waits at most. */
void svnic_vf_note(struct svnic_dev *sd, unsigned int vf, enum svnic_mbox_opcode opcode)
{
	sd->pf->vfs[vf].notes |= BIT(opcode - SVNIC_VF_NOTE_BASE);
	svnic_vf_flush(sd, vf);
}

static enum svnic_mbox_status svnic_vf_version(struct svnic_vf *v, struct svnic_msg *msg)
{
	u32 theirs = SVNIC_MSG_DW(msg, SVNIC_MBOX_VERSION_NUMBER);
	u16 minor = FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MINOR, theirs);

	v->ready = false;
	v->has_version = FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MAJOR, theirs) == SVNIC_MBOX_MAJOR;
	if (!v->has_version)
		minor = SVNIC_MBOX_MINOR;
	SVNIC_MSG_DW(msg, SVNIC_MBOX_VERSION_NUMBER) =
		FIELD_PREP(SVNIC_MBOX_VERSION_NUMBER_MAJOR, SVNIC_MBOX_MAJOR) |
		FIELD_PREP(SVNIC_MBOX_VERSION_NUMBER_MINOR, min_t(u16, minor, SVNIC_MBOX_MINOR));
	return v->has_version ? SVNIC_MBOX_STATUS_OK : SVNIC_MBOX_STATUS_VERSION;
}

static enum svnic_mbox_status svnic_vf_reset_done(struct svnic_dev *sd, struct svnic_vf *v,
						  struct svnic_msg *msg)
{
	bool link;

	if (!v->has_version)
		return SVNIC_MBOX_STATUS_VERSION;
	v->ready = true;
	link = netif_carrier_ok(sd->netdev) && v->link_state != IFLA_VF_LINK_STATE_DISABLE;
	SVNIC_MSG_DW(msg, SVNIC_MBOX_RESET_DONE_LINK) =
		FIELD_PREP(SVNIC_MBOX_RESET_DONE_LINK_UP, link);
	return SVNIC_MBOX_STATUS_OK;
}

/*
 * Also for the administrator. The old address stays in use if the new one finds no room or
 * belongs to someone else.
 */
int svnic_vf_set_mac(struct svnic_dev *sd, unsigned int vf, const u8 *mac)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];
	unsigned int f = SVNIC_VF_FUNC(vf);
	int err;

	if (ether_addr_equal(v->mac, mac))
		return 0;
	err = svnic_filter_set_unicast(sd, f, v->mac, mac);
	if (err)
		return err;
	ether_addr_copy(v->mac, mac);
	svnic_wr_mac(sd, SVNIC_FUNC(f) + SVNIC_FUNC_MAC_LO, SVNIC_FUNC(f) + SVNIC_FUNC_MAC_HI, mac,
		     0);
	return 0;
}

static enum svnic_mbox_status svnic_vf_ask_mac(struct svnic_dev *sd, unsigned int vf,
					       const struct svnic_msg *msg)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];
	u8 mac[ETH_ALEN] __aligned(2);

	svnic_mac_set(mac, SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_MAC_LO),
		      SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_MAC_HI));
	if (!is_valid_ether_addr(mac))
		return SVNIC_MBOX_STATUS_REFUSED;
	if (ether_addr_equal(mac, v->mac))
		return SVNIC_MBOX_STATUS_OK;
	if (v->mac_admin && !v->trusted) {
		svnic_vf_log(sd, vf, "asks for %pM, but its address was set by the administrator",
			     mac);
		return SVNIC_MBOX_STATUS_REFUSED;
	}
	return svnic_vf_set_mac(sd, vf, mac) ? SVNIC_MBOX_STATUS_REFUSED : SVNIC_MBOX_STATUS_OK;
}

static enum svnic_mbox_status svnic_vf_ask_multicast(struct svnic_dev *sd, unsigned int vf,
						     const struct svnic_msg *msg)
{
	u32 count = SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_MULTICAST_COUNT);
	struct svnic_mac mac[SVNIC_MBOX_MULTICAST_MAX];
	unsigned int i;

	BUILD_BUG_ON(SVNIC_MBOX_SET_MULTICAST_MAC_LO(SVNIC_MBOX_MULTICAST_MAX) > sizeof(*msg));
	if (count > SVNIC_MBOX_MULTICAST_MAX)
		return SVNIC_MBOX_STATUS_REFUSED;
	for (i = 0; i < count; i++) {
		svnic_mac_set(mac[i].addr, SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_MULTICAST_MAC_LO(i)),
			      SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_MULTICAST_MAC_LO(i) + 4));
		if (!is_multicast_ether_addr(mac[i].addr) || is_broadcast_ether_addr(mac[i].addr))
			return SVNIC_MBOX_STATUS_REFUSED;
	}
	if (!svnic_filter_set_multicast(sd, SVNIC_VF_FUNC(vf), mac, count) && net_ratelimit())
		netdev_info(sd->netdev, "VF %u: the group table is full, it gets all multicast\n",
			    vf);
	return SVNIC_MBOX_STATUS_OK;
}

/* All multicast is anyone's, as on other cards; the frames of others are for who is trusted. */
static enum svnic_mbox_status svnic_vf_ask_promisc(struct svnic_dev *sd, unsigned int vf,
						   const struct svnic_msg *msg)
{
	u32 mode = SVNIC_MSG_DW(msg, SVNIC_MBOX_SET_PROMISC_MODE);
	bool promisc = mode & SVNIC_MBOX_SET_PROMISC_MODE_PROMISCUOUS;

	if (promisc && !sd->pf->vfs[vf].trusted) {
		svnic_vf_log(sd, vf, "asks for promiscuous mode, but is not trusted");
		return SVNIC_MBOX_STATUS_REFUSED;
	}
	svnic_filter_set_promisc(sd, SVNIC_VF_FUNC(vf),
				 mode & SVNIC_MBOX_SET_PROMISC_MODE_ALL_MULTICAST, promisc);
	return SVNIC_MBOX_STATUS_OK;
}

static enum svnic_mbox_status svnic_vf_tell_cpus(struct svnic_vf *v, const struct svnic_msg *msg)
{
	u32 count = SVNIC_MSG_DW(msg, SVNIC_MBOX_SLOT_CPUS_COUNT);
	struct svnic_slot_cpus cpus = { .count = count };
	unsigned int s;

	BUILD_BUG_ON(2 * SVNIC_MBOX_SLOT_CPUS_CPUS_COUNT != SVNIC_LOCAL_SLOTS);
	BUILD_BUG_ON(SVNIC_MBOX_SLOT_CPUS_CPUS(SVNIC_MBOX_SLOT_CPUS_CPUS_COUNT) > sizeof(*msg));
	if (count > v->slots)
		return SVNIC_MBOX_STATUS_REFUSED;
	for (s = 0; s < count; s++)
		cpus.cpu[s] = SVNIC_MSG_DW(msg, SVNIC_MBOX_SLOT_CPUS_CPUS(s / 2)) >> (s % 2 * 16);
	svnic_vf_set_slot_cpus(v, &cpus);
	return SVNIC_MBOX_STATUS_OK;
}

static enum svnic_mbox_status svnic_vf_request(struct svnic_dev *sd, unsigned int vf,
					       struct svnic_msg *msg, u8 opcode)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];

	if (opcode == SVNIC_MBOX_OPCODE_VERSION)
		return svnic_vf_version(v, msg);
	if (opcode == SVNIC_MBOX_OPCODE_RESET_DONE)
		return svnic_vf_reset_done(sd, v, msg);
	if (!v->ready)
		return SVNIC_MBOX_STATUS_REFUSED;
	switch (opcode) {
	case SVNIC_MBOX_OPCODE_SET_MAC:
		return svnic_vf_ask_mac(sd, vf, msg);
	case SVNIC_MBOX_OPCODE_SET_MULTICAST:
		return svnic_vf_ask_multicast(sd, vf, msg);
	case SVNIC_MBOX_OPCODE_SET_PROMISC:
		return svnic_vf_ask_promisc(sd, vf, msg);
	case SVNIC_MBOX_OPCODE_SLOT_CPUS:
		return svnic_vf_tell_cpus(v, msg);
	default:
		return SVNIC_MBOX_STATUS_UNKNOWN;
	}
}

/*
 * Return: false when the VF used its share of the window; its message stays where it is, so it
 * cannot send another one.
 */
static bool svnic_vf_within_quota(struct svnic_pf *pf, struct svnic_vf *v)
{
	if (time_after_eq(jiffies, v->window + SVNIC_VF_WINDOW)) {
		v->window = jiffies;
		v->quota = SVNIC_VF_QUOTA;
	}
	v->deferred = !v->quota;
	if (v->deferred)
		queue_delayed_work(svnic_wq, &pf->retry, SVNIC_VF_WINDOW);
	else
		v->quota--;
	return !v->deferred;
}

static void svnic_vf_copy(struct svnic_dev *sd, unsigned int vf, struct svnic_msg *msg)
{
	unsigned int i, f = SVNIC_VF_FUNC(vf);

	for (i = 0; i < SVNIC_MBOX_DWS; i++)
		msg->dw[i] = svnic_rd32(sd, svnic_vf_box(f, false) + 4 * i);
	svnic_wr32(sd, SVNIC_PF_MBOX_CTRL(f), SVNIC_PF_MBOX_CTRL_FROM);
}

/*
 * The reply repeats the request's opcode and sequence number; a reply that the VF did not read
 * yet is replaced.
 */
static void svnic_vf_answer(struct svnic_dev *sd, unsigned int vf, struct svnic_msg *msg)
{
	struct svnic_vf *v = &sd->pf->vfs[vf];
	u32 header = SVNIC_MSG_DW(msg, SVNIC_MBOX_HEADER);
	enum svnic_mbox_status status;

	status = svnic_vf_request(sd, vf, msg, FIELD_GET(SVNIC_MBOX_HEADER_OPCODE, header));
	v->messages++;
	if (status != SVNIC_MBOX_STATUS_OK)
		v->refused++;
	header &= ~SVNIC_MBOX_HEADER_STATUS;
	v->reply = *msg;
	SVNIC_MSG_DW(&v->reply, SVNIC_MBOX_HEADER) = header |
						     FIELD_PREP(SVNIC_MBOX_HEADER_STATUS, status);
	v->reply_waits = true;
	v->retries = 0;
}

/**
 * svnic_vf_message() - a VF's message waits
 * @sd: PF
 * @vf: its number, from the window
 */
void svnic_vf_message(struct svnic_dev *sd, unsigned int vf)
{
	struct svnic_pf *pf = sd->pf;
	struct svnic_msg msg;
	u32 ctrl = svnic_rd32(sd, SVNIC_PF_MBOX_CTRL(SVNIC_VF_FUNC(vf)));

	if (ctrl == SVNIC_GONE_VALUE)
		return;
	if (ctrl & SVNIC_PF_MBOX_CTRL_FROM && svnic_vf_within_quota(pf, &pf->vfs[vf])) {
		svnic_vf_copy(sd, vf, &msg);
		svnic_vf_answer(sd, vf, &msg);
	}
	svnic_vf_flush(sd, vf);
}

void svnic_vf_retry_work(struct work_struct *work)
{
	struct svnic_pf *pf = container_of(to_delayed_work(work), struct svnic_pf, retry);
	struct svnic_dev *sd = pf->sd;
	unsigned int vf;

	mutex_lock(&pf->lock);
	for (vf = 0; vf < pf->num_vfs; vf++) {
		if (pf->vfs[vf].deferred)
			svnic_vf_message(sd, vf);
		else
			svnic_vf_flush(sd, vf);
		cond_resched();
	}
	mutex_unlock(&pf->lock);
}

/*
 * After a reset of the VF: whoever comes next has to introduce itself. What the administrator set
 * stays.
 */
void svnic_vf_forget(struct svnic_vf *v)
{
	svnic_vf_set_slot_cpus(v, &(struct svnic_slot_cpus){});
	v->has_version = false;
	v->ready = false;
	v->reply_waits = false;
	v->deferred = false;
	v->notes = 0;
	v->retries = 0;
}
