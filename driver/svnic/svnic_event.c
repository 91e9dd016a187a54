// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots: one MSI-X vector and event ring per CPU. The ring is drained under a trylock;
 * shared/examples/event.pml is the checked protocol. A RESCUE event, for the ring of a CPU that is
 * preempted, may come to any slot; other control events come to slot 0 and are handled by a work
 * item.
 */

#include <linux/interrupt.h>
#include "svnic.h"
#include "svnic_pf.h"

static bool svnic_slot_ready(const struct svnic_slot *slot, u64 *entry)
{
	u16 i = slot->cons & (BIT(SVNIC_SLOT_ORDER) - 1);

	*entry = le64_to_cpu(READ_ONCE(slot->ring[i].word[0]));
	return !!(*entry & SVNIC_EVENT_ENTRY_PHASE) == svnic_phase(slot->cons, SVNIC_SLOT_ORDER);
}

/* Is there something to drain? Reads one line of memory. */
bool svnic_slot_waits(const struct svnic_slot *slot)
{
	u64 entry;

	return READ_ONCE(slot->on) && svnic_slot_ready(slot, &entry);
}

static void svnic_event_queue(struct svnic_dev *sd, unsigned int queue)
{
	if (queue / 2 < sd->max_qps)
		napi_schedule(&sd->qps[queue / 2].napi);
}

static void svnic_event_control(struct svnic_dev *sd, unsigned int kind, unsigned int source)
{
	if (kind == SVNIC_EVENT_KIND_QUEUE_STOPPED) {
		set_bit(source % SVNIC_LOCAL_QUEUES, &sd->stopped);
		svnic_schedule_service(sd, SVNIC_SERVICE_STOPPED);
		return;
	}
	if (kind == SVNIC_EVENT_KIND_FUNCTION && sd->pf)
		set_bit(source % SVNIC_FUNCTIONS_MAX, sd->pf->noticed);
	if (kind < BITS_PER_LONG)
		set_bit(kind, &sd->control_pending);
	queue_work(svnic_wq, &sd->control);
}

/* Rings that a RESCUE event names are added to @todo. */
static void svnic_slot_entry(struct svnic_slot *slot, u64 entry, unsigned long *todo)
{
	unsigned int kind = FIELD_GET(SVNIC_EVENT_ENTRY_KIND, entry);
	unsigned int source = FIELD_GET(SVNIC_EVENT_ENTRY_SOURCE, entry);
	struct svnic_dev *sd = slot->sd;

	slot->entries++;
	if (likely(kind == SVNIC_EVENT_KIND_QUEUE)) {
		svnic_event_queue(sd, source);
	} else if (kind != SVNIC_EVENT_KIND_RESCUE) {
		svnic_event_control(sd, kind, source);
	} else if (source < sd->num_slots) {
		slot->rescues++;
		*todo |= BIT(source);
	}
}

/* A long one is a deadline for event-based polling: not while that rests. */
static u64 svnic_slot_holdoff(const struct svnic_slot *slot)
{
	u16 holdoff = READ_ONCE(slot->holdoff);

	return slot->rest && READ_ONCE(slot->sd->watches) ? min(holdoff, SVNIC_HOLDOFF_DEFAULT) :
							     holdoff;
}

/* Under the lock: acks leave in order. The hold-off travels along. */
static void svnic_slot_ack(struct svnic_slot *slot)
{
	writeq(FIELD_PREP(SVNIC_SLOT_DB_CONSUMED, (u64)slot->cons) |
		       FIELD_PREP(SVNIC_SLOT_DB_HOLDOFF, svnic_slot_holdoff(slot)),
	       slot->db);
}

static void svnic_slot_drain_locked(struct svnic_slot *slot, bool polled, unsigned long *todo)
{
	u16 cons = slot->cons;
	u64 entry;

	while (svnic_slot_ready(slot, &entry)) {
		svnic_slot_entry(slot, entry, todo);
		slot->cons++;
	}
	if (slot->cons != cons && READ_ONCE(slot->sd->watches))
		svnic_poll_judge(slot, polled);
	svnic_slot_ack(slot);
}

/*
 * Who finds the ring taken leaves; the holder looks once more after it let go, because the card
 * may have notified between its ack and its unlock.
 */
static void svnic_slot_drain_one(struct svnic_slot *slot, bool polled, unsigned long *todo)
{
	do {
		if (!spin_trylock(&slot->lock))
			return;
		if (slot->on)
			svnic_slot_drain_locked(slot, polled, todo);
		spin_unlock(&slot->lock);
		smp_mb(); /* others see the lock free before we look: one of us sees the entry */
	} while (svnic_slot_waits(slot));
}

/**
 * svnic_slot_drain() - handle the entries of an event ring, then of those that it says to rescue
 * @slot: the slot
 * @polled: without an interrupt
 *
 * In any context, on any CPU. One ring's lock is held at a time.
 */
void svnic_slot_drain(struct svnic_slot *slot, bool polled)
{
	unsigned long todo = 0;
	unsigned int s;

	svnic_slot_drain_one(slot, polled, &todo);
	while (todo) {
		s = __ffs(todo);
		todo &= ~BIT(s);
		svnic_slot_drain_one(&slot->sd->slots[s], polled, &todo);
	}
}

static irqreturn_t svnic_interrupt(int irq, void *data)
{
	struct svnic_slot *slot = data;

	slot->interrupts++;
	svnic_slot_drain(slot, false);
	return IRQ_HANDLED;
}

static int svnic_slot_start(struct svnic_slot *slot)
{
	struct svnic_dev *sd = slot->sd;
	u32 base = SVNIC_SLOT(slot->index);
	u32 ctrl;

	spin_lock_bh(&slot->lock); /* who polls sees all of it */
	memset(slot->ring, 0, sizeof(*slot->ring) << SVNIC_SLOT_ORDER);
	slot->cons = 0;
	slot->holdoff = sd->holdoff;
	WRITE_ONCE(slot->on, true);
	spin_unlock_bh(&slot->lock);
	svnic_wr_ring(sd, base + SVNIC_SLOT_RING_LO, slot->dma);
	svnic_wr32(sd, base + SVNIC_SLOT_CONFIG,
		   FIELD_PREP(SVNIC_SLOT_CONFIG_RING_LOG2, SVNIC_SLOT_ORDER));
	svnic_wr32(sd, base + SVNIC_SLOT_HOLDOFF,
		   FIELD_PREP(SVNIC_SLOT_HOLDOFF_TICKS, slot->holdoff));
	svnic_wr32(sd, base + SVNIC_SLOT_CTRL, SVNIC_SLOT_CTRL_RUN);
	ctrl = svnic_rd32(sd, base + SVNIC_SLOT_CTRL);
	if (ctrl != SVNIC_GONE_VALUE &&
	    FIELD_GET(SVNIC_SLOT_CTRL_STATE, ctrl) == SVNIC_SLOT_STATE_ON)
		return 0;
	dev_err(&sd->pdev->dev, "slot %u did not start (CTRL %#x)\n", slot->index, ctrl);
	return -EIO;
}

/*
 * Entries that nobody looks at any more are lost on purpose: who starts the slot again looks at
 * everything.
 */
static void svnic_slot_stop(struct svnic_slot *slot)
{
	u32 ctrl = SVNIC_SLOT(slot->index) + SVNIC_SLOT_CTRL;

	if (!slot->on)
		return;
	svnic_wr32(slot->sd, ctrl, 0);
	svnic_wait_off(slot->sd, ctrl);
	spin_lock_bh(&slot->lock); /* as above */
	WRITE_ONCE(slot->on, false);
	spin_unlock_bh(&slot->lock);
	synchronize_irq(slot->irq);
}

void svnic_slots_stop(struct svnic_dev *sd)
{
	unsigned int s;

	for (s = 0; s < sd->num_slots; s++)
		svnic_slot_stop(&sd->slots[s]);
}

int svnic_slots_start(struct svnic_dev *sd)
{
	unsigned int s;
	int err;

	for (s = 0; s < sd->num_slots; s++) {
		err = svnic_slot_start(&sd->slots[s]);
		if (err) {
			svnic_slots_stop(sd);
			return err;
		}
	}
	return 0;
}

static int svnic_slot_init(struct svnic_dev *sd, struct svnic_slot *slot)
{
	struct device *dev = &sd->pdev->dev;
	int err;

	slot->sd = sd;
	slot->index = slot - sd->slots;
	slot->db = sd->bar0 + SVNIC_SLOT_DB(slot->index);
	slot->irq = pci_irq_vector(sd->pdev, slot->index);
	spin_lock_init(&slot->lock);
	svnic_poll_init_slot(slot);
	snprintf(slot->name, sizeof(slot->name), SVNIC_NAME "-%s-%u", pci_name(sd->pdev),
		 slot->index);
	slot->ring = dma_alloc_coherent(dev, sizeof(*slot->ring) << SVNIC_SLOT_ORDER, &slot->dma,
					GFP_KERNEL);
	if (!slot->ring)
		return -ENOMEM;
	err = request_irq(slot->irq, svnic_interrupt, 0, slot->name, slot);
	if (!err)
		return 0;
	dma_free_coherent(dev, sizeof(*slot->ring) << SVNIC_SLOT_ORDER, slot->ring, slot->dma);
	return err;
}

static void svnic_slot_exit(struct svnic_slot *slot)
{
	free_irq(slot->irq, slot);
	dma_free_coherent(&slot->sd->pdev->dev, sizeof(*slot->ring) << SVNIC_SLOT_ORDER, slot->ring,
			  slot->dma);
}

void svnic_slots_exit(struct svnic_dev *sd)
{
	svnic_poll_stop(sd);
	while (sd->num_slots)
		svnic_slot_exit(&sd->slots[--sd->num_slots]);
	kfree(sd->slots);
	sd->slots = NULL;
	pci_free_irq_vectors(sd->pdev);
}

/**
 * svnic_slots_init() - vectors, rings and handlers; nothing is started
 * @sd: function
 * @vectors: how many at most, that is: slots the PF assigned
 *
 * Managed affinity: vector = CPU is what a slot means. A managed function takes a vector of every
 * CPU, and a CPU of an x86 machine has some 200; one that has fewer slots than there are CPUs
 * takes ordinary vectors instead. One vector is enough, then everything comes to slot 0.
 *
 * Return: 0, or an error: -ENOSPC says that the card has no MSI-X vector for us.
 */
int svnic_slots_init(struct svnic_dev *sd, unsigned int vectors)
{
	unsigned int want = min(vectors, num_possible_cpus());
	unsigned int managed = want == num_possible_cpus() ? PCI_IRQ_AFFINITY : 0;
	int got, err;

	got = pci_alloc_irq_vectors(sd->pdev, 1, want, PCI_IRQ_MSIX | managed);
	if (got < 0) {
		dev_err(&sd->pdev->dev,
			"no MSI-X vector to be had, and the card has nothing else (%d)\n", got);
		return got;
	}
	sd->slots = kcalloc(got, sizeof(*sd->slots), GFP_KERNEL);
	if (!sd->slots) {
		pci_free_irq_vectors(sd->pdev);
		return -ENOMEM;
	}
	while (sd->num_slots < got) {
		err = svnic_slot_init(sd, &sd->slots[sd->num_slots]);
		if (err) {
			svnic_slots_exit(sd);
			return err;
		}
		sd->num_slots++;
	}
	return 0;
}

static const char *const svnic_error_names[] = {
	"bad access",
	"queue stopped",
	"DMA error",
	"illegal acknowledgment",
	"spoofed frame dropped",
};

/* What rose in ERROR: cleared first, so that the next one rises again. */
static void svnic_take_errors(struct svnic_dev *sd)
{
	u32 error = svnic_rd32(sd, SVNIC_ERROR);
	unsigned int i;

	if (error == SVNIC_GONE_VALUE)
		return;
	svnic_wr32(sd, SVNIC_ERROR, error);
	for (i = 0; i < ARRAY_SIZE(svnic_error_names); i++) {
		if (!(error & BIT(i)))
			continue;
		sd->card_errors[i]++;
		if (net_ratelimit())
			netdev_warn(sd->netdev, "card reports: %s\n", svnic_error_names[i]);
	}
}

void svnic_control_work(struct work_struct *work)
{
	struct svnic_dev *sd = container_of(work, struct svnic_dev, control);
	unsigned long pending = xchg(&sd->control_pending, 0);

	BUILD_BUG_ON(ARRAY_SIZE(svnic_error_names) != ARRAY_SIZE(sd->card_errors));
	if (pending & BIT(SVNIC_EVENT_KIND_ERROR))
		svnic_take_errors(sd);
	if (pending & BIT(SVNIC_EVENT_KIND_LINK))
		svnic_link_update(sd);
	if (pending & BIT(SVNIC_EVENT_KIND_MAILBOX) && !sd->pf)
		svnic_mbox_event(sd);
	if (pending & BIT(SVNIC_EVENT_KIND_FUNCTION) && sd->pf)
		svnic_pf_notice(sd);
}
