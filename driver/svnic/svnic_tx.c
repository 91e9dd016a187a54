// SPDX-License-Identifier: GPL-2.0-only
/* Transmission: descriptors, doorbell, reclaim. No MMIO read, one doorbell per batch. */

#include <linux/skbuff.h>
#include "svnic.h"

static unsigned int svnic_tx_room(const struct svnic_tx *tx)
{
	u16 cons = smp_load_acquire(&tx->ring.cons); /* before its buffers are used again */

	return tx->ring.mask + 1 - (u16)(tx->ring.prod - cons);
}

static void svnic_tx_count(struct svnic_tx *tx, u64_stats_t *counter)
{
	u64_stats_update_begin(&tx->xmit_stats.sync);
	u64_stats_inc(counter);
	u64_stats_update_end(&tx->xmit_stats.sync);
}

static void svnic_tx_kick(struct svnic_tx *tx)
{
	if (tx->rung == tx->ring.prod)
		return;
	tx->rung = tx->ring.prod;
	svnic_ring_doorbell(&tx->ring, tx->rung, false);
	svnic_tx_count(tx, &tx->xmit_stats.doorbells);
}

static void svnic_tx_unmap(struct device *dev, struct svnic_tx_buf *buf)
{
	if (!dma_unmap_len(buf, len))
		return;
	if (buf->page)
		dma_unmap_page(dev, dma_unmap_addr(buf, dma), dma_unmap_len(buf, len),
			       DMA_TO_DEVICE);
	else
		dma_unmap_single(dev, dma_unmap_addr(buf, dma), dma_unmap_len(buf, len),
				 DMA_TO_DEVICE);
	dma_unmap_len_set(buf, len, 0);
}

/* Puts one fragment at index i. The flags of the frame come with the last one. */
static void svnic_tx_put(struct svnic_tx *tx, u16 i, dma_addr_t dma, unsigned int len, bool page)
{
	struct svnic_tx_desc *desc = (struct svnic_tx_desc *)tx->ring.desc + (i & tx->ring.mask);
	struct svnic_tx_buf *buf = &tx->bufs[i & tx->ring.mask];

	dma_unmap_addr_set(buf, dma, dma);
	dma_unmap_len_set(buf, len, len);
	buf->page = page;
	buf->skb = NULL;
	desc->word[0] = cpu_to_le64(dma);
	desc->word[1] = cpu_to_le64(FIELD_PREP(SVNIC_TX_DESC_LENGTH, len));
}

static u64 svnic_tx_flags(const struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return SVNIC_TX_DESC_EOP;
	return SVNIC_TX_DESC_EOP | SVNIC_TX_DESC_CHECKSUM |
	       FIELD_PREP(SVNIC_TX_DESC_CHECKSUM_START, (u64)skb_checksum_start_offset(skb)) |
	       FIELD_PREP(SVNIC_TX_DESC_CHECKSUM_OFFSET, (u64)skb->csum_offset);
}

/**
 * svnic_tx_map() - describe a frame
 * @dev: the device that reads it
 * @tx: transmit side, with room for the frame
 * @skb: the frame
 * @looped: it comes back to this function, for the self-test
 *
 * Empty fragments are left out: the card takes a length of 0 as an error.
 *
 * Return: index behind the frame, or -ENOMEM.
 */
static int svnic_tx_map(struct device *dev, struct svnic_tx *tx, struct sk_buff *skb, bool looped)
{
	u16 i = tx->ring.prod;
	struct svnic_tx_desc *last;
	unsigned int f, len = skb_headlen(skb);
	dma_addr_t dma;

	if (len) {
		dma = dma_map_single(dev, skb->data, len, DMA_TO_DEVICE);
		if (dma_mapping_error(dev, dma))
			return -ENOMEM;
		svnic_tx_put(tx, i++, dma, len, false);
	}
	for (f = 0; f < skb_shinfo(skb)->nr_frags; f++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[f];

		len = skb_frag_size(frag);
		if (!len)
			continue;
		dma = skb_frag_dma_map(dev, frag, 0, len, DMA_TO_DEVICE);
		if (dma_mapping_error(dev, dma))
			goto unmap;
		svnic_tx_put(tx, i++, dma, len, true);
	}
	last = (struct svnic_tx_desc *)tx->ring.desc + ((i - 1) & tx->ring.mask);
	last->word[1] |= cpu_to_le64(svnic_tx_flags(skb) | (looped ? SVNIC_TX_DESC_LOOP : 0));
	tx->bufs[(i - 1) & tx->ring.mask].skb = skb;
	return i;

unmap:
	while (i != tx->ring.prod)
		svnic_tx_unmap(dev, &tx->bufs[--i & tx->ring.mask]);
	return -ENOMEM;
}

/*
 * Frames that the card would stop the queue for never get there; fragments beyond its limit
 * become one.
 */
static bool svnic_tx_acceptable(struct svnic_tx *tx, struct sk_buff *skb)
{
	if (unlikely(skb->len < SVNIC_FRAME_MIN || skb->len > SVNIC_FRAME_MAX))
		return false;
	if (likely(skb_shinfo(skb)->nr_frags < SVNIC_FRAGMENTS_MAX))
		return true;
	svnic_tx_count(tx, &tx->xmit_stats.linearized);
	return !skb_linearize(skb);
}

/* Stops while there is still room for one more frame; pairs with svnic_tx_wake(). */
static void svnic_tx_maybe_stop(struct svnic_tx *tx, struct netdev_queue *txq)
{
	if (likely(svnic_tx_room(tx) >= SVNIC_FRAGMENTS_MAX))
		return;
	netif_tx_stop_queue(txq);
	svnic_tx_count(tx, &tx->xmit_stats.stopped);
	smp_mb(); /* the queue is seen stopped, or the room is seen here */
	if (svnic_tx_room(tx) >= tx->wake_room)
		netif_tx_start_queue(txq);
}

netdev_tx_t svnic_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct svnic_dev *sd = netdev_priv(netdev);
	u16 queue = skb_get_queue_mapping(skb);
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, queue);
	struct svnic_tx *tx = &sd->qps[queue].tx;
	bool kick = !netdev_xmit_more();
	int next = -EINVAL;

	if (likely(svnic_tx_acceptable(tx, skb)))
		next = svnic_tx_map(&sd->pdev->dev, tx, skb, READ_ONCE(sd->looped) == skb);
	if (unlikely(next < 0)) {
		svnic_tx_count(tx, &tx->xmit_stats.dropped);
		dev_kfree_skb_any(skb);
		/* the frames before this one may have relied on it to ring */
		if (kick)
			svnic_tx_kick(tx);
		return NETDEV_TX_OK;
	}
	skb_tx_timestamp(skb);
	kick = __netdev_tx_sent_queue(txq, skb->len, !kick);
	/* NAPI may give the descriptors to the card from here on */
	smp_store_release(&tx->ring.prod, next);
	svnic_tx_maybe_stop(tx, txq);
	if (kick || netif_xmit_stopped(txq))
		svnic_tx_kick(tx);
	return NETDEV_TX_OK;
}

static void svnic_tx_wake(struct svnic_qp *qp)
{
	struct netdev_queue *txq = netdev_get_tx_queue(qp->sd->netdev, qp->index);

	smp_mb(); /* pairs with svnic_tx_maybe_stop() */
	if (unlikely(netif_tx_queue_stopped(txq)) && svnic_tx_room(&qp->tx) >= qp->tx.wake_room &&
	    !test_bit(SVNIC_FLAG_QUIET, &qp->sd->flags))
		netif_tx_wake_queue(txq);
}

static void svnic_tx_account(struct svnic_tx *tx, unsigned int packets, unsigned int bytes,
			     unsigned int errors)
{
	u64_stats_update_begin(&tx->stats.sync);
	u64_stats_add(&tx->stats.packets, packets);
	u64_stats_add(&tx->stats.bytes, bytes);
	u64_stats_add(&tx->stats.errors, errors);
	u64_stats_update_end(&tx->stats.sync);
}

/**
 * svnic_tx_poll() - reclaim what was answered
 * @qp: queue pair
 * @budget: NAPI's, for the way in which frames are freed only
 *
 * Takes at most what was given when it began. What comes later raises the event for which the
 * queue is armed next.
 */
void svnic_tx_poll(struct svnic_qp *qp, int budget)
{
	struct svnic_tx *tx = &qp->tx;
	unsigned int done, packets = 0, bytes = 0, errors = 0, reported = 0;
	u16 prod = smp_load_acquire(&tx->ring.prod); /* before bufs are read */
	u64 word1;

	for (done = 0; tx->ring.cons != prod && svnic_ring_ready(&tx->ring, &word1); done++) {
		struct svnic_tx_buf *buf = &tx->bufs[tx->ring.cons & tx->ring.mask];

		svnic_tx_unmap(&qp->sd->pdev->dev, buf);
		if (buf->skb) {
			bool failed = FIELD_GET(SVNIC_COMPLETION_STATUS, word1);

			reported += buf->skb->len;
			errors += failed;
			packets += !failed;
			bytes += failed ? 0 : buf->skb->len;
			napi_consume_skb(buf->skb, budget);
			buf->skb = NULL;
		}
		/* the buffer is free for svnic_tx_map() */
		smp_store_release(&tx->ring.cons, (u16)(tx->ring.cons + 1));
	}
	if (!done)
		return;
	svnic_tx_account(tx, packets, bytes, errors);
	netdev_tx_completed_queue(netdev_get_tx_queue(qp->sd->netdev, qp->index), packets + errors,
				  reported);
	svnic_tx_wake(qp);
}

/* The card gave the queue up: drop what it did not answer. */
void svnic_tx_clean(struct svnic_qp *qp)
{
	struct svnic_tx *tx = &qp->tx;

	for (; tx->ring.cons != tx->ring.prod; tx->ring.cons++) {
		struct svnic_tx_buf *buf = &tx->bufs[tx->ring.cons & tx->ring.mask];

		svnic_tx_unmap(&qp->sd->pdev->dev, buf);
		if (!buf->skb)
			continue;
		dev_kfree_skb_any(buf->skb);
		buf->skb = NULL;
		svnic_tx_count(tx, &tx->xmit_stats.dropped);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(qp->sd->netdev, qp->index));
}
