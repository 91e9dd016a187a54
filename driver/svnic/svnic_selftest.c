// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -t. Frames with the descriptor's LOOP flag come back to the function that sent them and
 * to nobody else, so most of it runs beside other traffic: data goes from memory through the card
 * and back, and its event comes as the vector of its queue pair. "offline" takes the interface
 * down and tries the registers of its queues, too.
 */

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include "svnic.h"

#define SVNIC_LOOP_TIMEOUT (2 * HZ)
#define SVNIC_LOOP_MIN 60 /* the card pads shorter frames */

/* One frame under way. The nonce tells it from whatever else arrives. */
struct svnic_selftest {
	struct completion done;
	struct sk_buff *back;
	u64 nonce;
};

enum svnic_test {
	SVNIC_TEST_REGISTERS,
	SVNIC_TEST_MAILBOX,
	SVNIC_TEST_INTERRUPT,
	SVNIC_TEST_LOOPBACK,
	SVNIC_TEST_DMA,
	SVNIC_TESTS
};

static const char svnic_test_names[SVNIC_TESTS][ETH_GSTRING_LEN] = {
	[SVNIC_TEST_REGISTERS] = "registers",
	[SVNIC_TEST_MAILBOX] = "mailbox",
	[SVNIC_TEST_INTERRUPT] = "interrupt",
	[SVNIC_TEST_LOOPBACK] = "loopback",
	[SVNIC_TEST_DMA] = "DMA pattern",
};

static_assert(SVNIC_TESTS == SVNIC_SELFTESTS);

void svnic_selftest_strings(u8 *data)
{
	memcpy(data, svnic_test_names, sizeof(svnic_test_names));
}

/* ---- A frame through the card ---- */

struct svnic_loop_header {
	struct ethhdr eth;
	__be64 nonce;
} __packed;

/**
 * svnic_selftest_take() - is this the frame that is waited for?
 * @sd: function
 * @skb: a looped frame, from its Ethernet header
 *
 * In NAPI. Return: whether the frame was taken.
 */
bool svnic_selftest_take(struct svnic_dev *sd, struct sk_buff *skb)
{
	struct svnic_selftest *test = rcu_dereference_bh(sd->selftest);
	const struct svnic_loop_header *h = (const void *)skb->data;

	if (!test || test->back || skb_headlen(skb) < sizeof(*h) ||
	    be64_to_cpu(h->nonce) != test->nonce)
		return false;
	test->back = skb;
	complete(&test->done);
	return true;
}

/* Alternating, walking and random bits, by turns of frames. */
static void svnic_loop_fill(u8 *p, unsigned int len, unsigned int turn)
{
	static const u8 bytes[] = { 0x00, 0xff, 0x55, 0xaa };
	unsigned int i;

	if (turn < ARRAY_SIZE(bytes))
		memset(p, bytes[turn], len);
	else if (turn == ARRAY_SIZE(bytes))
		for (i = 0; i < len; i++)
			p[i] = BIT(i % 9 % 8);
	else
		get_random_bytes(p, len);
}

#define SVNIC_LOOP_TURNS 6

static struct sk_buff *svnic_loop_frame(struct svnic_qp *qp, unsigned int len, unsigned int turn,
					u64 nonce)
{
	struct net_device *netdev = qp->sd->netdev;
	struct sk_buff *skb = netdev_alloc_skb(netdev, len);
	struct svnic_loop_header *h;

	if (!skb)
		return NULL;
	h = skb_put(skb, len);
	ether_addr_copy(h->eth.h_dest, netdev->dev_addr);
	ether_addr_copy(h->eth.h_source, netdev->dev_addr);
	h->eth.h_proto = htons(ETH_P_LOOPBACK);
	h->nonce = cpu_to_be64(nonce);
	svnic_loop_fill((u8 *)(h + 1), len - sizeof(*h), turn);
	skb_set_queue_mapping(skb, qp->index);
	return skb;
}

/* As the stack does it; the descriptor gets LOOP because the frame is sd->looped. */
static int svnic_loop_try_send(struct svnic_qp *qp, struct sk_buff *skb)
{
	struct svnic_dev *sd = qp->sd;
	struct netdev_queue *txq = netdev_get_tx_queue(sd->netdev, qp->index);
	int err = -EBUSY;

	__netif_tx_lock_bh(txq);
	if (!netif_xmit_frozen_or_stopped(txq)) {
		WRITE_ONCE(sd->looped, skb);
		svnic_xmit(skb_get(skb), sd->netdev);
		WRITE_ONCE(sd->looped, NULL);
		err = 0;
	}
	__netif_tx_unlock_bh(txq);
	return err;
}

/* Beside traffic the queue may be stopped, as it is for the stack, until frames are answered. */
static int svnic_loop_send(struct svnic_qp *qp, struct sk_buff *skb)
{
	unsigned long until = jiffies + SVNIC_LOOP_TIMEOUT;
	int err;

	while ((err = svnic_loop_try_send(qp, skb)) == -EBUSY && time_before(jiffies, until))
		usleep_range(100, 200);
	return err;
}

static int svnic_loop_compare(struct sk_buff *sent, struct sk_buff *back)
{
	if (!back)
		return -ETIMEDOUT;
	if (back->len != sent->len || skb_linearize(back))
		return -EIO;
	return memcmp(sent->data, back->data, sent->len) ? -EIO : 0;
}

/* Return: 0, -ETIMEDOUT if the frame did not come back, -EIO if it did as another one. */
static int svnic_loop(struct svnic_qp *qp, unsigned int len, unsigned int turn)
{
	struct svnic_selftest test = { .nonce = get_random_u64() };
	struct svnic_dev *sd = qp->sd;
	struct sk_buff *skb = svnic_loop_frame(qp, len, turn, test.nonce);
	int err;

	if (!skb)
		return -ENOMEM;
	init_completion(&test.done);
	rcu_assign_pointer(sd->selftest, &test);
	err = svnic_loop_send(qp, skb);
	if (!err)
		wait_for_completion_timeout(&test.done, SVNIC_LOOP_TIMEOUT);
	RCU_INIT_POINTER(sd->selftest, NULL);
	synchronize_net(); /* no NAPI has it any more */
	if (!err)
		err = svnic_loop_compare(skb, test.back);
	if (err)
		netdev_warn(sd->netdev, "self-test: queue pair %u, %u bytes, pattern %u: %d\n",
			    qp->index, len, turn, err);
	kfree_skb(test.back);
	kfree_skb(skb);
	return err;
}

/* ---- The tests: 0 is success ---- */

static int svnic_test_loopback(struct svnic_dev *sd)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < sd->num_qps && !err; i++)
		err = svnic_loop(&sd->qps[i], SVNIC_LOOP_MIN, i % SVNIC_LOOP_TURNS);
	return err;
}

/* Beside traffic a poll may be running anyway, and find the frame without an interrupt. */
#define SVNIC_INTERRUPT_TRIES 32

/* Of its vector, or of all if its events may move. */
static u64 svnic_interrupts_of(const struct svnic_qp *qp)
{
	struct svnic_dev *sd = qp->sd;
	unsigned int s;
	u64 sum = 0;

	for (s = 0; s < sd->num_slots; s++)
		if (s == qp->slot || sd->movable)
			sum += READ_ONCE(sd->slots[s].interrupts);
	return sum;
}

static int svnic_test_vector(struct svnic_qp *qp)
{
	unsigned int try;

	for (try = 0; try < SVNIC_INTERRUPT_TRIES; try++) {
		u64 before = svnic_interrupts_of(qp);
		int err = svnic_loop(qp, SVNIC_LOOP_MIN, 0);

		if (err || svnic_interrupts_of(qp) != before)
			return err;
	}
	netdev_warn(qp->sd->netdev, "self-test: vector %u was silent\n", qp->slot);
	return -EIO;
}

/* Each queue pair's vector fires for a frame of its own. */
static int svnic_test_interrupt(struct svnic_dev *sd)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < sd->num_qps && !err; i++)
		err = svnic_test_vector(&sd->qps[i]);
	return err;
}

/* Each pattern in the shortest frame, one of a buffer, one of several, and the longest. */
static int svnic_test_dma(struct svnic_dev *sd)
{
	static const u16 lengths[] = { SVNIC_LOOP_MIN,	      1514, SVNIC_BUFFER_SIZE,
				       SVNIC_BUFFER_SIZE + 1, 4099, SVNIC_FRAME_MAX };
	unsigned int i, turn;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(lengths) && !err; i++)
		for (turn = 0; turn < SVNIC_LOOP_TURNS && !err; turn++)
			err = svnic_loop(&sd->qps[0], lengths[i], turn);
	return err;
}

static int svnic_test_mailbox(struct svnic_dev *sd)
{
	return sd->pf ? 0 : svnic_mbox_handshake(sd);
}

/* What tells who the card is reads the same twice, and what cannot be written stays. */
static int svnic_test_identity(struct svnic_dev *sd)
{
	static const u32 constant[] = { SVNIC_MAGIC, SVNIC_VERSION, SVNIC_FEATURES, SVNIC_PARAMS,
					SVNIC_RESOURCES };
	unsigned int i;

	if (svnic_identify(sd))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(constant); i++) {
		u32 value = svnic_rd32(sd, constant[i]);

		svnic_wr32(sd, constant[i], ~value);
		if (svnic_rd32(sd, constant[i]) != value)
			return -EIO;
	}
	return 0;
}

/*
 * Ring addresses of a queue that is off hold what was written, in each bit and in no other
 * register.
 */
static int svnic_test_queue_registers(struct svnic_dev *sd, unsigned int queue)
{
	static const u32 offsets[] = { SVNIC_QUEUE_RING_LO, SVNIC_QUEUE_RING_HI,
				       SVNIC_QUEUE_CPL_LO, SVNIC_QUEUE_CPL_HI };
	u32 base = SVNIC_QUEUE(queue);
	unsigned int i, bit;

	for (bit = ilog2(SVNIC_RING_ALIGN); bit < 32; bit++) {
		u32 value[] = { BIT(bit), ~BIT(bit) }; /* LO, HI */

		for (i = 0; i < ARRAY_SIZE(offsets); i++)
			svnic_wr32(sd, base + offsets[i], value[i & 1]);
		for (i = 0; i < ARRAY_SIZE(offsets); i++)
			if (svnic_rd32(sd, base + offsets[i]) != value[i & 1])
				return -EIO;
	}
	return 0;
}

/* The function is down. */
static int svnic_test_registers_offline(struct svnic_dev *sd)
{
	unsigned int queue;
	int err = 0;

	for (queue = 0; queue < 2 * sd->max_qps && !err; queue++)
		err = svnic_test_queue_registers(sd, queue);
	return err;
}

static void svnic_test_result(struct ethtool_test *etest, u64 *data, unsigned int test, int err)
{
	data[test] = err ? 1 : 0;
	if (err)
		etest->flags |= ETH_TEST_FL_FAILED;
}

static void svnic_test_traffic(struct svnic_dev *sd, struct ethtool_test *etest, u64 *data)
{
	svnic_test_result(etest, data, SVNIC_TEST_INTERRUPT, svnic_test_interrupt(sd));
	svnic_test_result(etest, data, SVNIC_TEST_LOOPBACK, svnic_test_loopback(sd));
	svnic_test_result(etest, data, SVNIC_TEST_DMA, svnic_test_dma(sd));
}

static int svnic_test_registers(struct svnic_dev *sd, bool offline)
{
	return svnic_test_identity(sd) ?: offline ? svnic_test_registers_offline(sd) : 0;
}

/*
 * Under rtnl. An interface that is down is up for the time of the test. If it cannot come up, all
 * that needs traffic has failed.
 */
void svnic_self_test(struct net_device *netdev, struct ethtool_test *etest, u64 *data)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	bool offline = etest->flags & ETH_TEST_FL_OFFLINE;
	bool was_up = test_bit(SVNIC_FLAG_UP, &sd->flags);
	unsigned int i;

	for (i = 0; i < SVNIC_TESTS; i++)
		svnic_test_result(etest, data, i, -EBUSY);
	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags) || !(sd->features & SVNIC_FEATURES_LOOP))
		return;
	etest->flags &= ~ETH_TEST_FL_FAILED;
	if (offline)
		svnic_down(sd);
	svnic_test_result(etest, data, SVNIC_TEST_REGISTERS,
			  svnic_test_registers(sd, !test_bit(SVNIC_FLAG_UP, &sd->flags)));
	svnic_test_result(etest, data, SVNIC_TEST_MAILBOX, svnic_test_mailbox(sd));
	if (test_bit(SVNIC_FLAG_UP, &sd->flags) || !svnic_up(sd))
		svnic_test_traffic(sd, etest, data);
	else
		etest->flags |= ETH_TEST_FL_FAILED;
	if (!was_up)
		svnic_down(sd);
}
