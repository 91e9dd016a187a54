// SPDX-License-Identifier: GPL-2.0-only
/* Queue pairs: memory, start and stop, and the NAPI that serves both directions. */

#include <linux/vmalloc.h>
#include "svnic.h"

/*
 * Needs no lock: arms of two CPUs may overtake each other, the older one costs one poll
 * (docs/programming.md, 3).
 */
static void svnic_qp_arm(struct svnic_qp *qp)
{
	/* producers: behind the descriptors that another CPU wrote */
	u16 tx = smp_load_acquire(&qp->tx.ring.prod);
	u16 rx = smp_load_acquire(&qp->rx.ring.prod); /* as above */

	svnic_ring_doorbell(&qp->tx.ring, tx, true);
	svnic_ring_doorbell(&qp->rx.ring, rx, true);
}

/* The buffers that were filled in, while the poll goes on. */
static void svnic_qp_give_buffers(struct svnic_qp *qp)
{
	struct svnic_rx *rx = &qp->rx;

	if (rx->rung == rx->ring.prod)
		return;
	rx->rung = rx->ring.prod;
	svnic_ring_doorbell(&rx->ring, rx->rung, false);
}

static int svnic_poll(struct napi_struct *napi, int budget)
{
	struct svnic_qp *qp = container_of(napi, struct svnic_qp, napi);
	u16 prod;
	int work;

	svnic_tx_poll(qp, budget);
	if (!budget)
		return 0; /* netpoll: transmission only */
	work = svnic_rx_poll(qp, budget);
	/* nearly no buffers: nothing but the next poll would bring us back */
	if (!svnic_rx_fill(qp) || work == budget) {
		svnic_qp_give_buffers(qp);
		return budget;
	}
	prod = qp->rx.ring.prod;
	if (napi_complete_done(napi, work))
		svnic_qp_arm(qp);
	else /* polled again soon, perhaps by someone else: no event wanted */
		svnic_ring_doorbell(&qp->rx.ring, prod, false);
	return work;
}

void svnic_qps_init(struct svnic_dev *sd)
{
	struct svnic_qp *qp;

	for (qp = sd->qps; qp < sd->qps + sd->max_qps; qp++) {
		qp->sd = sd;
		qp->index = qp - sd->qps;
		qp->slot = qp->index % sd->num_slots;
		u64_stats_init(&qp->tx.stats.sync);
		u64_stats_init(&qp->tx.xmit_stats.sync);
		u64_stats_init(&qp->rx.stats.sync);
		netif_napi_add(sd->netdev, &qp->napi, svnic_poll);
		svnic_compat_napi_irq(&qp->napi, sd->slots[qp->slot].irq);
	}
}

void svnic_qps_exit(struct svnic_dev *sd)
{
	struct svnic_qp *qp;

	for (qp = sd->qps; qp < sd->qps + sd->max_qps; qp++)
		netif_napi_del(&qp->napi);
}

/* dma_alloc_coherent() aligns to the size rounded up to pages: enough for SVNIC_RING_ALIGN. */
static int svnic_ring_alloc(struct svnic_dev *sd, struct svnic_ring *ring, u8 queue, u8 order)
{
	struct device *dev = &sd->pdev->dev;
	size_t size = sizeof(struct svnic_completion) << order;

	BUILD_BUG_ON(sizeof(struct svnic_tx_desc) != sizeof(struct svnic_completion));
	BUILD_BUG_ON(PAGE_SIZE % SVNIC_RING_ALIGN);
	ring->queue = queue;
	ring->order = order;
	ring->mask = BIT(order) - 1;
	ring->db = sd->bar0 + SVNIC_QUEUE_DB(queue);
	ring->desc = dma_alloc_coherent(dev, size, &ring->desc_dma, GFP_KERNEL);
	if (!ring->desc)
		return -ENOMEM;
	ring->cpl = dma_alloc_coherent(dev, size, &ring->cpl_dma, GFP_KERNEL);
	if (ring->cpl)
		return 0;
	dma_free_coherent(dev, size, ring->desc, ring->desc_dma);
	ring->desc = NULL;
	return -ENOMEM;
}

static void svnic_ring_free(struct svnic_dev *sd, struct svnic_ring *ring)
{
	size_t size = sizeof(struct svnic_completion) << ring->order;

	if (!ring->desc)
		return;
	dma_free_coherent(&sd->pdev->dev, size, ring->cpl, ring->cpl_dma);
	dma_free_coherent(&sd->pdev->dev, size, ring->desc, ring->desc_dma);
	ring->desc = NULL;
}

/**
 * svnic_qp_alloc() - memory of a queue pair
 * @qp: queue pair; freed by svnic_qp_free(), also after an error
 *
 * Return: 0 or -ENOMEM.
 */
int svnic_qp_alloc(struct svnic_qp *qp)
{
	struct svnic_dev *sd = qp->sd;
	int err;

	err = svnic_ring_alloc(sd, &qp->tx.ring, 2 * qp->index + SVNIC_DIRECTION_TX, sd->tx_order);
	if (err)
		return err;
	err = svnic_ring_alloc(sd, &qp->rx.ring, 2 * qp->index + SVNIC_DIRECTION_RX, sd->rx_order);
	if (err)
		return err;
	qp->tx.wake_room = max_t(u16, SVNIC_FRAGMENTS_MAX, BIT(sd->tx_order) / 4);
	qp->tx.bufs = kvcalloc(BIT(sd->tx_order), sizeof(*qp->tx.bufs), GFP_KERNEL);
	if (!qp->tx.bufs)
		return -ENOMEM;
	return svnic_rx_create(qp);
}

void svnic_qp_free(struct svnic_qp *qp)
{
	svnic_rx_destroy(qp);
	kvfree(qp->tx.bufs);
	qp->tx.bufs = NULL;
	svnic_ring_free(qp->sd, &qp->rx.ring);
	svnic_ring_free(qp->sd, &qp->tx.ring);
}

static int svnic_ring_start(struct svnic_qp *qp, struct svnic_ring *ring)
{
	struct svnic_dev *sd = qp->sd;
	u32 base = SVNIC_QUEUE(ring->queue);
	u32 ctrl;

	ring->prod = 0;
	ring->cons = 0;
	memset(ring->cpl, 0, sizeof(*ring->cpl) << ring->order);
	svnic_wr_ring(sd, base + SVNIC_QUEUE_RING_LO, ring->desc_dma);
	svnic_wr_ring(sd, base + SVNIC_QUEUE_CPL_LO, ring->cpl_dma);
	svnic_wr32(sd, base + SVNIC_QUEUE_CONFIG,
		   FIELD_PREP(SVNIC_QUEUE_CONFIG_RING_LOG2, ring->order) |
			   FIELD_PREP(SVNIC_QUEUE_CONFIG_SLOT, qp->slot) |
			   FIELD_PREP(SVNIC_QUEUE_CONFIG_MOVABLE, sd->movable) |
			   FIELD_PREP(SVNIC_QUEUE_CONFIG_BUFFER_LOG2, SVNIC_BUFFER_LOG2));
	svnic_wr32(sd, base + SVNIC_QUEUE_CTRL, SVNIC_QUEUE_CTRL_RUN);
	ctrl = svnic_rd32(sd, base + SVNIC_QUEUE_CTRL);
	if (ctrl != SVNIC_GONE_VALUE &&
	    FIELD_GET(SVNIC_QUEUE_CTRL_STATE, ctrl) == SVNIC_QUEUE_STATE_ON)
		return 0;
	netdev_err(sd->netdev, "queue %u did not start (CTRL %#x)\n", ring->queue, ctrl);
	return -EIO;
}

/* What was started is stopped by svnic_qp_stop(), also after an error. */
int svnic_qp_start(struct svnic_qp *qp)
{
	int err;

	qp->tx.rung = 0;
	qp->rx.rung = 0;
	qp->rx.skip = false;
	netdev_tx_reset_queue(netdev_get_tx_queue(qp->sd->netdev, qp->index));
	err = svnic_ring_start(qp, &qp->tx.ring);
	if (err)
		return err;
	err = svnic_ring_start(qp, &qp->rx.ring);
	if (err)
		return err;
	return svnic_rx_fill(qp) ? 0 : -ENOMEM;
}

/* From here on events, NAPI and traffic. */
void svnic_qp_enable(struct svnic_qp *qp)
{
	svnic_compat_queue_napi(qp->sd->netdev, qp->index, &qp->napi);
	napi_enable(&qp->napi);
	svnic_qp_arm(qp);
}

/* The netdev queue is stopped already. */
void svnic_qp_disable(struct svnic_qp *qp)
{
	napi_disable(&qp->napi);
	svnic_compat_queue_napi(qp->sd->netdev, qp->index, NULL);
}

void svnic_qp_stop(struct svnic_qp *qp)
{
	struct svnic_dev *sd = qp->sd;
	u32 tx = SVNIC_QUEUE(qp->tx.ring.queue) + SVNIC_QUEUE_CTRL;
	u32 rx = SVNIC_QUEUE(qp->rx.ring.queue) + SVNIC_QUEUE_CTRL;

	svnic_wr32(sd, tx, 0);
	svnic_wr32(sd, rx, 0);
	svnic_wait_off(sd, tx);
	svnic_wait_off(sd, rx);
	svnic_tx_clean(qp);
	svnic_rx_clean(qp);
}
