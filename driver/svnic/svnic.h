/* SPDX-License-Identifier: GPL-2.0-only */
/* Driver of the svnic card, physical and virtual functions: what its files share. */
#ifndef SVNIC_H
#define SVNIC_H

#include <linux/if_vlan.h>
#include <linux/irq_work.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include "compat.h"
#include "svnic_hw.h"
#include "svnic_mbox.h"

#define SVNIC_NAME "svnic"
#define SVNIC_MAX_MTU (SVNIC_FRAME_MAX - ETH_HLEN)
#define SVNIC_RING_ORDER 9 /* 512 entries, where the card offers it */
#define SVNIC_SLOT_ORDER 7 /* two entries per queue, one per slot, and some */
#define SVNIC_HOLDOFF_DEFAULT ((u16)(8 * NSEC_PER_USEC / SVNIC_HOLDOFF_TICK_NS)) /* moderation */
#define SVNIC_EXTRA_UNICAST 32 /* further addresses of the PF before it becomes promiscuous */
#define SVNIC_BUFFER_LOG2 11
#define SVNIC_BUFFER_SIZE BIT(SVNIC_BUFFER_LOG2)
#define SVNIC_HEADROOM \
	256 /* in front of received data: what XDP wants, and more than NET_SKB_PAD */

static_assert(2 * SVNIC_LOCAL_QUEUES + SVNIC_LOCAL_SLOTS <= BIT(SVNIC_SLOT_ORDER));
static_assert(SVNIC_HEADROOM + SVNIC_BUFFER_SIZE + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) <=
	      PAGE_SIZE);

enum svnic_flag {
	SVNIC_FLAG_UP, /* queue pairs are running */
	SVNIC_FLAG_GONE, /* reads return ~0: no more MMIO */
	SVNIC_FLAG_FROZEN, /* the bus is, by AER: no MMIO for now */
	SVNIC_FLAG_STUCK, /* a queue did not stop: needs a reset */
	SVNIC_FLAG_QUIET, /* between quiesce and resume */
	SVNIC_FLAG_PF_GONE, /* VF: the PF driver left */
	SVNIC_FLAG_LEAVING, /* the netdev is being unregistered: no change of carrier any more */
};

/* Work that takes rtnl. */
enum svnic_service {
	SVNIC_SERVICE_GONE,
	SVNIC_SERVICE_STOPPED, /* a queue stopped by an error: sd->stopped */
	SVNIC_SERVICE_TIMEOUT, /* transmit time-out: sd->timed_out */
	SVNIC_SERVICE_MAC, /* the PF changed our address */
};

/* One direction of a queue pair: descriptor ring and completion ring. Indices are free-running. */
struct svnic_ring {
	struct svnic_completion *cpl;
	void __iomem *db;
	u16 prod;
	u16 cons;
	u16 mask;
	u8 order;
	u8 queue; /* local number */
	dma_addr_t cpl_dma;
	dma_addr_t desc_dma;
	void *desc;
};

struct svnic_tx_buf {
	struct sk_buff *skb; /* with the last fragment */
	DEFINE_DMA_UNMAP_ADDR(dma);
	DEFINE_DMA_UNMAP_LEN(len);
	bool page;
};

struct svnic_tx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors;
	struct u64_stats_sync sync;
};

/* The transmitting side's own counters, under the lock of the netdev queue. */
struct svnic_xmit_stats {
	u64_stats_t dropped;
	u64_stats_t linearized;
	u64_stats_t stopped;
	u64_stats_t doorbells;
	struct u64_stats_sync sync;
};

struct svnic_tx {
	struct svnic_ring ring;
	struct svnic_tx_buf *bufs;
	u16 rung; /* producer index of the last doorbell from xmit */
	u16 wake_room; /* free descriptors that start the queue again */
	struct svnic_xmit_stats xmit_stats;
	struct svnic_tx_stats stats ____cacheline_aligned_in_smp;
};

struct svnic_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors;
	u64_stats_t alloc_failed;
	struct u64_stats_sync sync;
};

struct svnic_rx {
	struct svnic_ring ring;
	struct page **pages;
	struct page_pool *pool;
	struct sk_buff *skb; /* a frame that is not complete */
	bool skip; /* the rest of a broken frame */
	u16 rung;
	struct svnic_rx_stats stats;
};

struct svnic_qp {
	struct napi_struct napi;
	struct svnic_dev *sd;
	u8 index;
	u8 slot;
	struct svnic_tx tx;
	struct svnic_rx rx;
	u64 stops; /* by an error of the card, under rtnl */
	u64 restarts;
	unsigned long last_restart;
};

/* An MSI-X vector and its event ring. */
struct svnic_slot {
	struct svnic_dev *sd;
	struct svnic_event_entry *ring;
	void __iomem *db;
	/*
	 * Who drains only tries: who fails leaves, the holder looks once more. Who starts and stops
	 * the slot waits.
	 */
	spinlock_t lock;
	u16 cons;
	u16 holdoff; /* ticks */
	u8 index;
	bool on;
	int irq;
	dma_addr_t dma;
	u64 interrupts;
	u64 entries;
	u64 rescues; /* RESCUE events in this ring */
	struct irq_work look; /* an event found something */
	u8 misses; /* finds after the deadline against finds by events */
	u16 rest; /* interrupts without event-based polling, still */
	u64 poll_hits;
	u64 poll_rests;
	char name[IFNAMSIZ + 16];
};

/* What the card was told to receive. */
struct svnic_rx_mode {
	bool valid;
	bool allmulti;
	bool promisc;
	u16 multicast_count;
	u16 unicast_count;
	struct svnic_mac multicast[SVNIC_GROUP_COUNT - SVNIC_GROUP_FIRST];
	struct svnic_mac unicast[SVNIC_EXTRA_UNICAST];
};

struct svnic_dev {
	struct net_device *netdev;
	struct pci_dev *pdev;
	void __iomem *bar0;
	struct svnic_qp *qps;
	struct svnic_slot *slots;
	u8 num_qps; /* in use */
	u8 max_qps; /* what we have */
	u8 num_slots;
	u8 tx_order;
	u8 rx_order;
	u16 holdoff;
	bool movable; /* queues' events may go to another slot */
	struct svnic_watch __percpu *watches; /* event-based polling */
	u32 features;
	u32 params;
	unsigned long flags;

	struct work_struct control;
	unsigned long control_pending; /* bit: event kind */
	struct work_struct service;
	unsigned long service_pending; /* bit: enum svnic_service */
	struct work_struct rx_mode_work;
	struct svnic_rx_mode rx_mode; /* that of rx_mode_work only */
	unsigned long stopped; /* local queues, after QUEUE_STOPPED */
	unsigned long timed_out; /* queue pairs */
	unsigned long last_timeout;
	unsigned int timeouts; /* without a quiet while in between */
	u64 card_errors[5]; /* by bit of ERROR */
	struct svnic_selftest __rcu *selftest; /* waits for a looped frame */
	const struct sk_buff *looped; /* goes out with LOOP; under its queue's lock */

	struct svnic_mbox mbox; /* VF */
	struct svnic_pf *pf; /* NULL in a VF */
};

extern struct workqueue_struct *svnic_wq;

/* svnic_main.c */
int svnic_identify(struct svnic_dev *sd);

/* svnic_netdev.c */
void svnic_netdev_setup(struct svnic_dev *sd);
int svnic_reconfigure(struct svnic_dev *sd, u8 tx_order, u8 rx_order, u8 num_qps, bool movable);
int svnic_up(struct svnic_dev *sd);
void svnic_down(struct svnic_dev *sd);
int svnic_restart_qp(struct svnic_qp *qp);
void svnic_link_update(struct svnic_dev *sd);
void svnic_rx_mode_work(struct work_struct *work);
void svnic_take_mac(struct svnic_dev *sd);

/* svnic_queue.c */
int svnic_qp_alloc(struct svnic_qp *qp);
void svnic_qp_free(struct svnic_qp *qp);
int svnic_qp_start(struct svnic_qp *qp);
void svnic_qp_enable(struct svnic_qp *qp);
void svnic_qp_disable(struct svnic_qp *qp);
void svnic_qp_stop(struct svnic_qp *qp);
void svnic_qps_init(struct svnic_dev *sd);
void svnic_qps_exit(struct svnic_dev *sd);

/* svnic_tx.c */
netdev_tx_t svnic_xmit(struct sk_buff *skb, struct net_device *netdev);
void svnic_tx_poll(struct svnic_qp *qp, int budget);
void svnic_tx_clean(struct svnic_qp *qp);

/* svnic_rx.c */
int svnic_rx_create(struct svnic_qp *qp);
void svnic_rx_destroy(struct svnic_qp *qp);
void svnic_rx_clean(struct svnic_qp *qp);
bool svnic_rx_fill(struct svnic_qp *qp);
int svnic_rx_poll(struct svnic_qp *qp, int budget);

/* svnic_event.c */
int svnic_slots_init(struct svnic_dev *sd, unsigned int vectors);
void svnic_slots_exit(struct svnic_dev *sd);
int svnic_slots_start(struct svnic_dev *sd);
void svnic_slots_stop(struct svnic_dev *sd);
bool svnic_slot_waits(const struct svnic_slot *slot);
void svnic_slot_drain(struct svnic_slot *slot, bool polled);
void svnic_control_work(struct work_struct *work);

/* svnic_poll.c */
int svnic_poll_start(struct svnic_dev *sd);
void svnic_poll_stop(struct svnic_dev *sd);
void svnic_poll_judge(struct svnic_slot *slot, bool polled);
void svnic_poll_init_slot(struct svnic_slot *slot);

/* svnic_ethtool.c */
extern const struct ethtool_ops svnic_ethtool_ops;

/* svnic_selftest.c */
struct ethtool_test;
#define SVNIC_SELFTESTS 5
void svnic_selftest_strings(u8 *data);
void svnic_self_test(struct net_device *netdev, struct ethtool_test *etest, u64 *data);
bool svnic_selftest_take(struct svnic_dev *sd, struct sk_buff *skb);

/* svnic_reset.c */
extern const struct pci_error_handlers svnic_err_handlers;
extern const struct dev_pm_ops svnic_pm_ops;
void svnic_quiesce(struct svnic_dev *sd);
int svnic_resume(struct svnic_dev *sd);
void svnic_service_work(struct work_struct *work);
void svnic_tx_timeout(struct net_device *netdev, unsigned int queue);

static inline void svnic_schedule_service(struct svnic_dev *sd, enum svnic_service what)
{
	set_bit(what, &sd->service_pending);
	queue_work(svnic_wq, &sd->service);
}

/* One aligned 64-bit write: producer, consumed index and arm travel together. */
static inline void svnic_ring_doorbell(struct svnic_ring *ring, u16 prod, bool arm)
{
	u64 value = prod | (u64)READ_ONCE(ring->cons) << 16;

	writeq(arm ? value | SVNIC_QUEUE_DB_ARM : value, ring->db);
}

/*
 * Is completion `cons` there? Its phase bit is in its last 8 bytes; read the rest behind
 * dma_rmb().
 */
static inline bool svnic_ring_ready(const struct svnic_ring *ring, u64 *word1)
{
	*word1 = le64_to_cpu(READ_ONCE(ring->cpl[ring->cons & ring->mask].word[1]));
	return !!(*word1 & SVNIC_COMPLETION_PHASE) == svnic_phase(ring->cons, ring->order);
}

#endif
