// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reception: a page of the page pool per buffer; the first buffer of a frame becomes the head of
 * its skb without a copy, further ones its fragments.
 */

#include <linux/skbuff.h>
#include "svnic.h"

int svnic_rx_create(struct svnic_qp *qp)
{
	struct svnic_dev *sd = qp->sd;
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size = BIT(sd->rx_order),
		.nid = dev_to_node(&sd->pdev->dev),
		.dev = &sd->pdev->dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = SVNIC_BUFFER_SIZE,
		.offset = SVNIC_HEADROOM,
	};
	struct page_pool *pool;

	qp->rx.pages = kvcalloc(BIT(sd->rx_order), sizeof(*qp->rx.pages), GFP_KERNEL);
	if (!qp->rx.pages)
		return -ENOMEM;
	svnic_compat_pool_napi(&params, &qp->napi);
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	qp->rx.pool = pool;
	return 0;
}

void svnic_rx_destroy(struct svnic_qp *qp)
{
	if (qp->rx.pool)
		page_pool_destroy(qp->rx.pool);
	qp->rx.pool = NULL;
	kvfree(qp->rx.pages);
	qp->rx.pages = NULL;
}

static void svnic_rx_count(struct svnic_rx *rx, u64_stats_t *counter)
{
	u64_stats_update_begin(&rx->stats.sync);
	u64_stats_inc(counter);
	u64_stats_update_end(&rx->stats.sync);
}

/**
 * svnic_rx_fill() - give the ring all the buffers it can hold
 * @qp: queue pair
 *
 * The doorbell is the caller's.
 *
 * Return: false if pages were refused and so few buffers are left that the card may have none to
 * answer with.
 */
bool svnic_rx_fill(struct svnic_qp *qp)
{
	struct svnic_rx *rx = &qp->rx;
	struct svnic_ring *ring = &rx->ring;
	u16 prod = ring->prod;
	bool refused = false;

	while ((u16)(prod - ring->cons) <= ring->mask) {
		struct page *page = page_pool_dev_alloc_pages(rx->pool);
		struct svnic_rx_desc *desc =
			(struct svnic_rx_desc *)ring->desc + (prod & ring->mask);

		refused = !page;
		if (refused)
			break;
		rx->pages[prod & ring->mask] = page;
		desc->word[0] = cpu_to_le64(page_pool_get_dma_addr(page) + SVNIC_HEADROOM);
		desc->word[1] = 0;
		prod++;
	}
	smp_store_release(&ring->prod, prod); /* behind the descriptors, for svnic_qp_arm() */
	if (unlikely(refused))
		svnic_rx_count(rx, &rx->stats.alloc_failed);
	return !refused || (u16)(prod - ring->cons) > ring->mask / 4;
}

static struct sk_buff *svnic_rx_head(struct svnic_rx *rx, struct page *page, unsigned int len)
{
	struct sk_buff *skb = napi_build_skb(page_address(page), PAGE_SIZE);

	if (unlikely(!skb)) {
		svnic_rx_count(rx, &rx->stats.alloc_failed);
		return NULL;
	}
	skb_mark_for_recycle(skb);
	skb_reserve(skb, SVNIC_HEADROOM);
	skb_put(skb, len);
	return skb;
}

/* Adds a buffer to the frame. Return: false if it was not taken; the frame is lost then. */
static bool svnic_rx_add(struct svnic_rx *rx, struct page *page, unsigned int len)
{
	if (unlikely(!len || len > SVNIC_BUFFER_SIZE))
		return false;
	if (!rx->skb) {
		rx->skb = svnic_rx_head(rx, page, len);
		return rx->skb;
	}
	if (unlikely(skb_shinfo(rx->skb)->nr_frags == MAX_SKB_FRAGS))
		return false;
	skb_add_rx_frag(rx->skb, skb_shinfo(rx->skb)->nr_frags, page, SVNIC_HEADROOM, len,
			PAGE_SIZE);
	return true;
}

static void svnic_rx_drop(struct svnic_rx *rx)
{
	if (rx->skb)
		dev_kfree_skb_any(rx->skb);
	rx->skb = NULL;
	rx->skip = false;
	svnic_rx_count(rx, &rx->stats.errors);
}

static void svnic_rx_offloads(struct net_device *netdev, struct sk_buff *skb, u64 word0, u64 word1)
{
	if (netdev->features & NETIF_F_RXCSUM &&
	    FIELD_GET(SVNIC_COMPLETION_CHECKSUM, word1) == SVNIC_CHECKSUM_GOOD)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (netdev->features & NETIF_F_RXHASH && word1 & SVNIC_COMPLETION_HASH_VALID)
		skb_set_hash(skb, FIELD_GET(SVNIC_COMPLETION_HASH, word0), PKT_HASH_TYPE_L4);
}

static unsigned int svnic_rx_deliver(struct svnic_qp *qp, u64 word0, u64 word1)
{
	struct svnic_rx *rx = &qp->rx;
	struct sk_buff *skb = rx->skb;
	unsigned int len = skb->len;

	rx->skb = NULL;
	if (unlikely(rcu_access_pointer(qp->sd->selftest)) &&
	    word1 & SVNIC_COMPLETION_LOOPBACK && svnic_selftest_take(qp->sd, skb))
		return len;
	svnic_rx_offloads(qp->sd->netdev, skb, word0, word1);
	skb_record_rx_queue(skb, qp->index);
	skb->protocol = eth_type_trans(skb, qp->sd->netdev);
	napi_gro_receive(&qp->napi, skb);
	return len;
}

/* One completion. Return: bytes of the frame that it completed, else 0. */
static unsigned int svnic_rx_one(struct svnic_qp *qp, struct page *page, u64 word0, u64 word1)
{
	struct svnic_rx *rx = &qp->rx;
	unsigned int len = FIELD_GET(SVNIC_COMPLETION_LENGTH, word1);

	dma_sync_single_range_for_cpu(&qp->sd->pdev->dev, page_pool_get_dma_addr(page),
				      SVNIC_HEADROOM, min_t(unsigned int, len, SVNIC_BUFFER_SIZE),
				      DMA_FROM_DEVICE);
	if (FIELD_GET(SVNIC_COMPLETION_STATUS, word1))
		rx->skip = true;
	if (rx->skip || !svnic_rx_add(rx, page, len)) {
		rx->skip = true;
		page_pool_recycle_direct(rx->pool, page);
	}
	if (!(word1 & SVNIC_COMPLETION_EOP))
		return 0;
	if (unlikely(rx->skip || rx->skb->len < SVNIC_FRAME_MIN)) {
		svnic_rx_drop(rx);
		return 0;
	}
	return svnic_rx_deliver(qp, word0, word1);
}

static void svnic_rx_account(struct svnic_rx *rx, unsigned int packets, unsigned int bytes)
{
	u64_stats_update_begin(&rx->stats.sync);
	u64_stats_add(&rx->stats.packets, packets);
	u64_stats_add(&rx->stats.bytes, bytes);
	u64_stats_update_end(&rx->stats.sync);
}

/* Return: completions taken, at most @budget. */
int svnic_rx_poll(struct svnic_qp *qp, int budget)
{
	struct svnic_ring *ring = &qp->rx.ring;
	unsigned int packets = 0, bytes = 0;
	int done;
	u64 word1;

	for (done = 0; done < budget && ring->cons != ring->prod && svnic_ring_ready(ring, &word1);
	     done++) {
		u16 i = ring->cons & ring->mask;
		unsigned int len;

		dma_rmb(); /* word[0] and the payload are behind the phase bit */
		len = svnic_rx_one(qp, qp->rx.pages[i], le64_to_cpu(ring->cpl[i].word[0]), word1);
		ring->cons++;
		packets += !!len;
		bytes += len;
	}
	if (packets)
		svnic_rx_account(&qp->rx, packets, bytes);
	return done;
}

/* The card gave the queue up: take back the buffers that it did not use. */
void svnic_rx_clean(struct svnic_qp *qp)
{
	struct svnic_rx *rx = &qp->rx;

	for (; rx->ring.cons != rx->ring.prod; rx->ring.cons++)
		page_pool_put_full_page(rx->pool, rx->pages[rx->ring.cons & rx->ring.mask], false);
	if (rx->skb)
		dev_kfree_skb_any(rx->skb);
	rx->skb = NULL;
}
