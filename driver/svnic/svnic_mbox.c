// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VF's side of the mailbox: one request at a time, replies and the PF's own messages by
 * event.
 */

#include "svnic.h"

#define SVNIC_MBOX_TIMEOUT (5 * HZ)

void svnic_mbox_init(struct svnic_dev *sd)
{
	mutex_init(&sd->mbox.lock);
	spin_lock_init(&sd->mbox.reply_lock);
	init_completion(&sd->mbox.done);
}

static void svnic_mbox_send(struct svnic_dev *sd, const struct svnic_msg *msg)
{
	unsigned int i;

	for (i = 0; i < SVNIC_MBOX_DWS; i++)
		svnic_wr32(sd, SVNIC_MBOX_OUT(i), msg->dw[i]);
	svnic_wr32(sd, SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_OUT);
}

static void svnic_mbox_expect(struct svnic_mbox *mbox, struct svnic_msg *msg, u8 opcode)
{
	spin_lock(&mbox->reply_lock);
	reinit_completion(&mbox->done);
	mbox->opcode = opcode;
	mbox->seq++;
	mbox->waiting = true;
	spin_unlock(&mbox->reply_lock);
	SVNIC_MSG_DW(msg, SVNIC_MBOX_HEADER) =
		FIELD_PREP(SVNIC_MBOX_HEADER_OPCODE, opcode) |
		FIELD_PREP(SVNIC_MBOX_HEADER_SEQUENCE_NUMBER, mbox->seq);
}

/* Return: whether a reply came in time; a late one is not taken for the next request's. */
static bool svnic_mbox_await(struct svnic_mbox *mbox, struct svnic_msg *msg)
{
	bool got;

	wait_for_completion_timeout(&mbox->done, SVNIC_MBOX_TIMEOUT);
	spin_lock(&mbox->reply_lock);
	got = !mbox->waiting;
	mbox->waiting = false;
	if (got)
		*msg = mbox->reply;
	spin_unlock(&mbox->reply_lock);
	return got;
}

static int svnic_mbox_errno(const struct svnic_msg *reply)
{
	switch (FIELD_GET(SVNIC_MBOX_HEADER_STATUS, SVNIC_MSG_DW(reply, SVNIC_MBOX_HEADER))) {
	case SVNIC_MBOX_STATUS_OK:
		return 0;
	case SVNIC_MBOX_STATUS_REFUSED:
		return -EPERM;
	case SVNIC_MBOX_STATUS_UNKNOWN:
		return -EOPNOTSUPP;
	case SVNIC_MBOX_STATUS_VERSION:
		return -EPROTO;
	default:
		return -EBADMSG;
	}
}

/**
 * svnic_mbox_request() - ask the PF
 * @sd: VF
 * @msg: the message without header; the reply afterwards
 * @opcode: enum svnic_mbox_opcode
 *
 * Return: 0; -EPERM refused, -EOPNOTSUPP or -EPROTO not understood, -EHOSTDOWN the PF's driver
 * left, -EBUSY it did not take the last message, -ETIMEDOUT no reply.
 */
static int svnic_mbox_request(struct svnic_dev *sd, struct svnic_msg *msg, u8 opcode)
{
	struct svnic_mbox *mbox = &sd->mbox;
	int err = -ETIMEDOUT;

	if (test_bit(SVNIC_FLAG_PF_GONE, &sd->flags))
		return -EHOSTDOWN;
	mutex_lock(&mbox->lock);
	if (svnic_rd32(sd, SVNIC_MBOX_CTRL) & SVNIC_MBOX_CTRL_OUT) {
		err = -EBUSY;
		goto unlock;
	}
	svnic_mbox_expect(mbox, msg, opcode);
	svnic_mbox_send(sd, msg);
	if (svnic_mbox_await(mbox, msg))
		err = svnic_mbox_errno(msg);
unlock:
	mutex_unlock(&mbox->lock);
	if (err == -ETIMEDOUT || err == -EBUSY)
		dev_warn_ratelimited(&sd->pdev->dev,
				     "mailbox: the PF does not answer (request %u, %d)\n", opcode,
				     err);
	return err;
}

static int svnic_mbox_version(struct svnic_dev *sd)
{
	struct svnic_msg msg = {};
	u32 got;
	int err;

	SVNIC_MSG_DW(&msg, SVNIC_MBOX_VERSION_NUMBER) =
		FIELD_PREP(SVNIC_MBOX_VERSION_NUMBER_MAJOR, SVNIC_MBOX_MAJOR) |
		FIELD_PREP(SVNIC_MBOX_VERSION_NUMBER_MINOR, SVNIC_MBOX_MINOR);
	err = svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_VERSION);
	if (err && err != -EPROTO)
		return err;
	got = SVNIC_MSG_DW(&msg, SVNIC_MBOX_VERSION_NUMBER);
	if (!err && FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MAJOR, got) == SVNIC_MBOX_MAJOR &&
	    FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MINOR, got) <= SVNIC_MBOX_MINOR)
		return 0;
	dev_err(&sd->pdev->dev,
		"mailbox: the PF's driver speaks version %u.%u, this one up to %u.%u: update one of them\n",
		FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MAJOR, got),
		FIELD_GET(SVNIC_MBOX_VERSION_NUMBER_MINOR, got), SVNIC_MBOX_MAJOR,
		SVNIC_MBOX_MINOR);
	return -EPROTO;
}

/* The CPU that a slot stands for, if it is one, as a hypervisor numbers it. */
static u16 svnic_slot_cpu(struct svnic_dev *sd, unsigned int slot)
{
	const struct cpumask *cpus = pci_irq_get_affinity(sd->pdev, slot);

	if (!cpus || cpumask_weight(cpus) != 1)
		return SVNIC_MBOX_CPU_UNKNOWN;
	return min_t(u32, svnic_compat_cpu_id(cpumask_first(cpus)), SVNIC_MBOX_CPU_UNKNOWN);
}

/*
 * For the host's scheduler: which CPU each slot is. A PF that does not know this message answers
 * so, and nothing is lost.
 */
static void svnic_mbox_slot_cpus(struct svnic_dev *sd)
{
	struct svnic_msg msg = {};
	unsigned int s;

	SVNIC_MSG_DW(&msg, SVNIC_MBOX_SLOT_CPUS_COUNT) = sd->num_slots;
	for (s = 0; s < sd->num_slots; s++)
		SVNIC_MSG_DW(&msg, SVNIC_MBOX_SLOT_CPUS_CPUS(s / 2)) |=
			(u32)svnic_slot_cpu(sd, s) << (s % 2 * 16);
	svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_SLOT_CPUS);
}

/* After probe and every reset, or at any time: agree on a version, then say that we are up. */
int svnic_mbox_handshake(struct svnic_dev *sd)
{
	struct svnic_msg msg = {};
	int err;

	err = svnic_mbox_version(sd);
	if (err)
		return err;
	err = svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_RESET_DONE);
	if (!err && sd->features & SVNIC_FEATURES_REDIRECTION)
		svnic_mbox_slot_cpus(sd);
	return err;
}

int svnic_mbox_set_mac(struct svnic_dev *sd, const u8 *mac)
{
	struct svnic_msg msg = {};

	SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_MAC_LO) = svnic_mac_lo(mac);
	SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_MAC_HI) = svnic_mac_hi(mac);
	return svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_SET_MAC);
}

/* @count is SVNIC_MBOX_MULTICAST_MAX at most. */
int svnic_mbox_set_multicast(struct svnic_dev *sd, const struct svnic_mac *mac, unsigned int count)
{
	struct svnic_msg msg = {};
	unsigned int i;

	SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_MULTICAST_COUNT) = count;
	for (i = 0; i < count; i++) {
		SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_MULTICAST_MAC_LO(i)) = svnic_mac_lo(mac[i].addr);
		SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_MULTICAST_MAC_LO(i) + 4) =
			svnic_mac_hi(mac[i].addr);
	}
	return svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_SET_MULTICAST);
}

int svnic_mbox_set_promisc(struct svnic_dev *sd, bool allmulti, bool promisc)
{
	struct svnic_msg msg = {};

	SVNIC_MSG_DW(&msg, SVNIC_MBOX_SET_PROMISC_MODE) =
		FIELD_PREP(SVNIC_MBOX_SET_PROMISC_MODE_ALL_MULTICAST, allmulti) |
		FIELD_PREP(SVNIC_MBOX_SET_PROMISC_MODE_PROMISCUOUS, promisc);
	return svnic_mbox_request(sd, &msg, SVNIC_MBOX_OPCODE_SET_PROMISC);
}

static void svnic_mbox_reply(struct svnic_mbox *mbox, const struct svnic_msg *msg)
{
	u32 header = SVNIC_MSG_DW(msg, SVNIC_MBOX_HEADER);

	spin_lock(&mbox->reply_lock);
	if (mbox->waiting && FIELD_GET(SVNIC_MBOX_HEADER_OPCODE, header) == mbox->opcode &&
	    FIELD_GET(SVNIC_MBOX_HEADER_SEQUENCE_NUMBER, header) == mbox->seq) {
		mbox->reply = *msg;
		mbox->waiting = false;
		complete(&mbox->done);
	}
	spin_unlock(&mbox->reply_lock);
}

static void svnic_mbox_pf_going(struct svnic_dev *sd)
{
	if (!test_and_set_bit(SVNIC_FLAG_PF_GONE, &sd->flags))
		netdev_warn(sd->netdev,
			    "the PF's driver leaves: traffic goes on, changes of address and filters do not\n");
}

/*
 * The PF is back after it left: introduce ourselves again, from a context that may wait for
 * replies.
 */
static void svnic_mbox_link_changed(struct svnic_dev *sd)
{
	svnic_link_update(sd);
	if (test_bit(SVNIC_FLAG_PF_GONE, &sd->flags))
		queue_work(svnic_wq, &sd->rx_mode_work);
}

static void svnic_mbox_take(struct svnic_dev *sd, const struct svnic_msg *msg)
{
	switch (FIELD_GET(SVNIC_MBOX_HEADER_OPCODE, SVNIC_MSG_DW(msg, SVNIC_MBOX_HEADER))) {
	case SVNIC_MBOX_OPCODE_LINK_CHANGED:
		return svnic_mbox_link_changed(sd);
	case SVNIC_MBOX_OPCODE_MAC_CHANGED:
		return svnic_schedule_service(sd, SVNIC_SERVICE_MAC);
	case SVNIC_MBOX_OPCODE_PF_GOING:
		return svnic_mbox_pf_going(sd);
	default:
		return svnic_mbox_reply(&sd->mbox, msg);
	}
}

/* A MAILBOX event: our message was taken, or one came. */
void svnic_mbox_event(struct svnic_dev *sd)
{
	u32 ctrl = svnic_rd32(sd, SVNIC_MBOX_CTRL);
	struct svnic_msg msg;
	unsigned int i;

	if (ctrl == SVNIC_GONE_VALUE || !(ctrl & SVNIC_MBOX_CTRL_IN))
		return;
	for (i = 0; i < SVNIC_MBOX_DWS; i++)
		msg.dw[i] = svnic_rd32(sd, SVNIC_MBOX_IN(i));
	svnic_wr32(sd, SVNIC_MBOX_CTRL, SVNIC_MBOX_CTRL_IN);
	svnic_mbox_take(sd, &msg);
}
