// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event-based polling: when something happens anyway on a CPU (it goes idle, switches tasks, enters
 * the kernel, ends a softirq), the kernel looks at the next entry of that CPU's event rings. What
 * it finds is acknowledged before the hold-off is over, so that no interrupt comes for it; the
 * hold-off is the deadline if nobody looks. sEBP (CLUSTER 2012); docs/driver.md.
 *
 * The events are tracepoints, found by their names. They are probed while a function wants it.
 */

#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/tracepoint.h>
#include <trace/events/power.h>
#include "svnic.h"

/* Events are rare if more than one find in five is by an interrupt, that is, after the deadline. */
#define SVNIC_POLL_MISS 4 /* what such a find weighs, against one by an event */
#define SVNIC_POLL_RARE 32 /* the balance at which polling rests */
#define SVNIC_POLL_REST 256 /* interrupts until it is tried again */

/* The slot of a function that a CPU looks after. */
struct svnic_watch {
	struct hlist_node node;
	struct svnic_slot *slot;
};

static DEFINE_PER_CPU(struct hlist_head, svnic_watches);
static DEFINE_MUTEX(svnic_poll_lock); /* watches, probes */
static unsigned int svnic_poll_users;

/* ---- Looking: one line of memory for each slot of this CPU ---- */

static void svnic_poll_look(void (*found)(struct svnic_slot *slot))
{
	struct svnic_watch *watch;

	preempt_disable_notrace(); /* newer kernels trace system calls without */
	rcu_read_lock();
	hlist_for_each_entry_rcu(watch, this_cpu_ptr(&svnic_watches), node)
		if (svnic_slot_waits(watch->slot))
			found(watch->slot);
	rcu_read_unlock();
	preempt_enable_notrace();
}

/* NAPI runs when softirqs are on again: here, or at the end of the softirq that we are in. */
static void svnic_poll_now(struct svnic_slot *slot)
{
	local_bh_disable();
	svnic_slot_drain(slot, true);
	local_bh_enable();
}

/* Interrupts are off, and the scheduler's locks may be held. It also wakes a CPU that goes idle. */
static void svnic_poll_soon(struct svnic_slot *slot)
{
	irq_work_queue(&slot->look);
}

static void svnic_poll_work(struct irq_work *work)
{
	svnic_slot_drain(container_of(work, struct svnic_slot, look), true);
}

/* ---- Events ---- */

static void svnic_poll_idle(void *data, unsigned int state, unsigned int cpu)
{
	if (state != PWR_EVENT_EXIT)
		svnic_poll_look(svnic_poll_soon);
}

static void svnic_poll_switch(void *data, bool preempt, struct task_struct *from,
			      struct task_struct *to, unsigned int state)
{
	svnic_poll_look(svnic_poll_soon);
}

static void svnic_poll_syscall(void *data, struct pt_regs *regs, long number)
{
	svnic_poll_look(svnic_poll_now);
}

static void svnic_poll_softirq(void *data, unsigned int vector)
{
	svnic_poll_look(svnic_poll_now);
}

static struct svnic_probe {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
	bool on;
} svnic_probes[] = {
	{ "cpu_idle", svnic_poll_idle },
	{ "sched_switch", svnic_poll_switch },
	{ "sys_enter", svnic_poll_syscall },
	{ "softirq_exit", svnic_poll_softirq },
};

static void svnic_poll_find(struct tracepoint *tracepoint, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(svnic_probes); i++)
		if (!strcmp(tracepoint->name, svnic_probes[i].name))
			svnic_probes[i].tracepoint = tracepoint;
}

/* A kernel without one of them has fewer events. */
static void svnic_probes_start(void)
{
	unsigned int i;

	for_each_kernel_tracepoint(svnic_poll_find, NULL);
	for (i = 0; i < ARRAY_SIZE(svnic_probes); i++) {
		struct svnic_probe *probe = &svnic_probes[i];

		probe->on = probe->tracepoint &&
			    !tracepoint_probe_register(probe->tracepoint, probe->probe, NULL);
		if (!probe->on)
			pr_info(SVNIC_NAME ": no event %s to poll on\n", probe->name);
	}
}

static void svnic_probes_stop(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(svnic_probes); i++)
		if (svnic_probes[i].on)
			tracepoint_probe_unregister(svnic_probes[i].tracepoint,
						    svnic_probes[i].probe, NULL);
}

/* ---- Who looks after what ---- */

/* The slot whose vector has this CPU, if the kernel manages vectors; else they take turns. */
static struct svnic_slot *svnic_poll_slot(struct svnic_dev *sd, unsigned int cpu)
{
	const struct cpumask *cpus;
	unsigned int s;

	for (s = 0; s < sd->num_slots; s++) {
		cpus = pci_irq_get_affinity(sd->pdev, s);
		if (cpus && cpumask_test_cpu(cpu, cpus))
			return &sd->slots[s];
	}
	return &sd->slots[cpu % sd->num_slots];
}

static void svnic_watches_add(struct svnic_dev *sd)
{
	struct svnic_watch *watch;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		watch = per_cpu_ptr(sd->watches, cpu);
		watch->slot = svnic_poll_slot(sd, cpu);
		hlist_add_head_rcu(&watch->node, per_cpu_ptr(&svnic_watches, cpu));
	}
}

static void svnic_watches_remove(struct svnic_dev *sd)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		hlist_del_rcu(&per_cpu_ptr(sd->watches, cpu)->node);
}

/**
 * svnic_poll_start() - look at the event rings of a function when something happens anyway
 * @sd: function; nothing happens if it is polled already
 *
 * Return: 0 or -ENOMEM.
 */
int svnic_poll_start(struct svnic_dev *sd)
{
	if (sd->watches)
		return 0;
	sd->watches = alloc_percpu(struct svnic_watch);
	if (!sd->watches)
		return -ENOMEM;
	mutex_lock(&svnic_poll_lock);
	svnic_watches_add(sd);
	if (!svnic_poll_users++)
		svnic_probes_start();
	mutex_unlock(&svnic_poll_lock);
	return 0;
}

/**
 * svnic_poll_stop() - the end of it
 * @sd: function
 *
 * Nobody looks any more when this returns.
 */
void svnic_poll_stop(struct svnic_dev *sd)
{
	unsigned int s;

	if (!sd->watches)
		return;
	mutex_lock(&svnic_poll_lock);
	svnic_watches_remove(sd);
	if (!--svnic_poll_users)
		svnic_probes_stop();
	mutex_unlock(&svnic_poll_lock);
	tracepoint_synchronize_unregister();
	for (s = 0; s < sd->num_slots; s++)
		irq_work_sync(&sd->slots[s].look);
	free_percpu(sd->watches);
	WRITE_ONCE(sd->watches, NULL);
}

/* ---- Is it worth it? Under the slot's lock ---- */

/**
 * svnic_poll_judge() - leave when events are rare, and try again later
 * @slot: slot whose entries were found
 * @polled: by an event; else by an interrupt
 */
void svnic_poll_judge(struct svnic_slot *slot, bool polled)
{
	if (polled) {
		slot->poll_hits++;
		slot->misses -= !!slot->misses;
	} else if (slot->rest) {
		slot->rest--;
	} else {
		slot->misses += SVNIC_POLL_MISS;
		if (slot->misses < SVNIC_POLL_RARE)
			return;
		slot->misses = 0;
		slot->rest = SVNIC_POLL_REST;
		slot->poll_rests++;
	}
}

void svnic_poll_init_slot(struct svnic_slot *slot)
{
	init_irq_work(&slot->look, svnic_poll_work);
}
