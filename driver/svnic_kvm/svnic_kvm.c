// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells the card which vCPUs run. For each VF that a virtual machine has (svnic_vfio), the VF's
 * driver says which CPU each of its slots is; if the machine has that vCPU, its thread is followed:
 * at each switch of it, one posted write says running, preempted or blocked (svnic_host.h).
 *
 * A guest chooses among its own vCPUs and its own slots, nothing else: what it says wrongly costs
 * itself time. vCPUs are known by vcpu_id, on x86 the APIC id.
 */

#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include "compat.h"
#include "svnic_host.h"
#include "svnic_vfio.h"

#define SVNIC_KVM_AGAIN HZ /* until a vCPU without a thread is looked at again */
#define SVNIC_KVM_LOOKS 10

/* The thread of a vCPU that is a slot of a VF. */
struct svnic_kvm_cpu {
	struct hlist_node node; /* in svnic_kvm_cpus, under RCU, while it has a thread */
	struct pid *thread; /* with a reference; NULL: not followed */
	struct pci_dev *vfdev;
	u8 slot;
	u8 state; /* what the card was told; by who switches the thread, or before it is followed */
};

struct svnic_kvm_vf {
	struct list_head node;
	struct pci_dev *pdev;
	struct kvm *kvm;
	struct svnic_slot_cpus claim;
	unsigned int looks; /* left, for vCPUs without a thread */
	bool said; /* that a claim was wrong */
	struct svnic_kvm_cpu cpus[SVNIC_LOCAL_SLOTS];
};

static DEFINE_MUTEX(svnic_kvm_lock); /* VFs, who is followed, parameters */
static LIST_HEAD(svnic_kvm_vfs);
static DEFINE_HASHTABLE(svnic_kvm_cpus, 8); /* by thread */
static struct tracepoint *svnic_kvm_tracepoint;

/* ---- Parameters and counters: /sys/module/svnic_kvm/parameters ---- */

static bool svnic_kvm_redirect = true;
static bool svnic_kvm_rescue = true;
static DEFINE_PER_CPU(unsigned long, svnic_kvm_writes);
static unsigned long svnic_kvm_vcpus;
static unsigned long svnic_kvm_refused;

static void svnic_kvm_allow(struct svnic_kvm_vf *vf)
{
	int err = svnic_vf_allow(vf->pdev, svnic_kvm_redirect, svnic_kvm_rescue);

	if (err)
		pci_warn(vf->pdev, "svnic_kvm: no redirection for this VF (%d)\n", err);
}

static int svnic_kvm_set_switch(const char *val, const struct kernel_param *kp)
{
	struct svnic_kvm_vf *vf;
	int err;

	mutex_lock(&svnic_kvm_lock);
	err = param_set_bool(val, kp);
	if (!err)
		list_for_each_entry(vf, &svnic_kvm_vfs, node)
			svnic_kvm_allow(vf);
	mutex_unlock(&svnic_kvm_lock);
	return err;
}

static const struct kernel_param_ops svnic_kvm_switch = {
	.set = svnic_kvm_set_switch,
	.get = param_get_bool,
};

module_param_cb(redirect, &svnic_kvm_switch, &svnic_kvm_redirect, 0644);
MODULE_PARM_DESC(redirect, "events go to vCPUs that run (default 1)");
module_param_cb(rescue, &svnic_kvm_switch, &svnic_kvm_rescue, 0644);
MODULE_PARM_DESC(rescue, "a running vCPU drains the ring of one that is preempted (default 1)");

static int svnic_kvm_get_writes(char *buffer, const struct kernel_param *kp)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(&svnic_kvm_writes, cpu));
	return sysfs_emit(buffer, "%lu\n", sum);
}

static const struct kernel_param_ops svnic_kvm_sum = { .get = svnic_kvm_get_writes };

module_param_cb(writes, &svnic_kvm_sum, NULL, 0444);
MODULE_PARM_DESC(writes, "run-states written, so far");
module_param_named(vcpus, svnic_kvm_vcpus, ulong, 0444);
MODULE_PARM_DESC(vcpus, "vCPUs that are followed, once for each VF that they are a slot of");
module_param_named(refused, svnic_kvm_refused, ulong, 0444);
MODULE_PARM_DESC(refused, "CPUs that guests said their slots are and that they do not have, so far");

/* ---- The scheduler switches tasks: its lock is held, interrupts are off ---- */

/*
 * The switches of one thread follow each other, on whatever CPUs: its states need no lock, and
 * their writes arrive in order.
 */
static void svnic_kvm_tell(struct task_struct *task, enum svnic_run_state state)
{
	struct pid *thread = task_pid(task);
	struct svnic_kvm_cpu *cpu;

	hash_for_each_possible_rcu_notrace(svnic_kvm_cpus, cpu, node, (unsigned long)thread) {
		if (cpu->thread != thread || cpu->state == state ||
		    !svnic_vf_set_run_state(cpu->vfdev, cpu->slot, state))
			continue;
		cpu->state = state;
		this_cpu_inc(svnic_kvm_writes);
	}
}

static void svnic_kvm_switched(void *data, bool preempt, struct task_struct *from,
			       struct task_struct *to, unsigned int state)
{
	bool wants = preempt || state == TASK_RUNNING;

	rcu_read_lock();
	svnic_kvm_tell(to, SVNIC_RUN_STATE_RUNNING); /* first: it may rescue the other */
	svnic_kvm_tell(from, wants ? SVNIC_RUN_STATE_PREEMPTED : SVNIC_RUN_STATE_BLOCKED);
	rcu_read_unlock();
}

static void svnic_kvm_find(struct tracepoint *tracepoint, void *data)
{
	if (!strcmp(tracepoint->name, "sched_switch"))
		svnic_kvm_tracepoint = tracepoint;
}

/* Probed while there is a VF to follow. */
static int svnic_kvm_probe(void)
{
	if (!list_empty(&svnic_kvm_vfs))
		return 0;
	return tracepoint_probe_register(svnic_kvm_tracepoint, svnic_kvm_switched, NULL);
}

static void svnic_kvm_unprobe(void)
{
	if (!list_empty(&svnic_kvm_vfs))
		return;
	tracepoint_probe_unregister(svnic_kvm_tracepoint, svnic_kvm_switched, NULL);
	tracepoint_synchronize_unregister();
}

/* ---- Who is followed ---- */

/*
 * With the caller's reference. The card takes every CPU for running, until the first switch says
 * otherwise.
 */
static void svnic_kvm_follow(struct svnic_kvm_cpu *cpu, struct pid *thread)
{
	cpu->thread = thread;
	cpu->state = SVNIC_RUN_STATE_RUNNING;
	hash_add_rcu(svnic_kvm_cpus, &cpu->node, (unsigned long)thread);
	svnic_kvm_vcpus++;
}

/* All slots of the VF count as running again. */
static void svnic_kvm_unfollow(struct svnic_kvm_vf *vf)
{
	struct svnic_kvm_cpu *cpu;

	for (cpu = vf->cpus; cpu < vf->cpus + SVNIC_LOCAL_SLOTS; cpu++)
		if (cpu->thread)
			hash_del_rcu(&cpu->node);
	synchronize_rcu(); /* no switch writes for them any more */
	for (cpu = vf->cpus; cpu < vf->cpus + SVNIC_LOCAL_SLOTS; cpu++) {
		if (!cpu->thread)
			continue;
		svnic_vf_set_run_state(vf->pdev, cpu->slot, SVNIC_RUN_STATE_RUNNING);
		put_pid(cpu->thread);
		cpu->thread = NULL;
		svnic_kvm_vcpus--;
	}
}

/* The vCPU that a slot is said to be; NULL if that is none of this machine's, or not known. */
static struct kvm_vcpu *svnic_kvm_vcpu(struct svnic_kvm_vf *vf, unsigned int slot)
{
	u16 cpu = vf->claim.cpu[slot];

	return cpu == SVNIC_MBOX_CPU_UNKNOWN ? NULL : kvm_get_vcpu_by_id(vf->kvm, cpu);
}

/* The claim changed: what is wrong in it is counted, and said once. */
static void svnic_kvm_check(struct svnic_kvm_vf *vf)
{
	unsigned int s;

	for (s = 0; s < vf->claim.count; s++) {
		if (vf->claim.cpu[s] == SVNIC_MBOX_CPU_UNKNOWN || svnic_kvm_vcpu(vf, s))
			continue;
		svnic_kvm_refused++;
		if (!vf->said)
			pci_warn(vf->pdev,
				 "svnic_kvm: says that slot %u is CPU %u, which its machine does not have\n",
				 s, vf->claim.cpu[s]);
		vf->said = true;
	}
}

static void svnic_kvm_update_claim(struct svnic_kvm_vf *vf)
{
	struct svnic_slot_cpus claim = {};

	svnic_vf_get_slot_cpus(vf->pdev, &claim); /* none without a PF */
	if (!memcmp(&claim, &vf->claim, sizeof(claim)))
		return;
	vf->claim = claim;
	vf->looks = SVNIC_KVM_LOOKS;
	svnic_kvm_check(vf);
}

struct svnic_kvm_threads {
	struct pid *slot[SVNIC_LOCAL_SLOTS]; /* with a reference, or NULL */
};

/* Return: whether a vCPU had no thread yet. */
static bool svnic_kvm_get_threads(struct svnic_kvm_vf *vf, struct svnic_kvm_threads *threads)
{
	struct kvm_vcpu *vcpu;
	bool missing = false;
	unsigned int s;

	memset(threads, 0, sizeof(*threads));
	for (s = 0; s < vf->claim.count; s++) {
		vcpu = svnic_kvm_vcpu(vf, s);
		if (!vcpu)
			continue;
		threads->slot[s] = svnic_compat_vcpu_thread(vcpu);
		missing |= !threads->slot[s];
	}
	return missing;
}

static bool svnic_kvm_same_threads(struct svnic_kvm_vf *vf, struct svnic_kvm_threads *threads)
{
	unsigned int s;

	for (s = 0; s < SVNIC_LOCAL_SLOTS; s++)
		if (vf->cpus[s].thread != threads->slot[s])
			return false;
	return true;
}

/* Return: whether to look again soon. */
static bool svnic_kvm_look_at(struct svnic_kvm_vf *vf)
{
	struct svnic_kvm_threads threads;
	bool missing, same;
	unsigned int s;

	svnic_kvm_update_claim(vf);
	missing = svnic_kvm_get_threads(vf, &threads);
	same = svnic_kvm_same_threads(vf, &threads);
	if (!same)
		svnic_kvm_unfollow(vf);
	for (s = 0; s < SVNIC_LOCAL_SLOTS; s++) {
		if (same)
			put_pid(threads.slot[s]);
		else if (threads.slot[s])
			svnic_kvm_follow(&vf->cpus[s], threads.slot[s]);
	}
	return missing && vf->looks && vf->looks--;
}

static void svnic_kvm_look(struct work_struct *work)
{
	struct svnic_kvm_vf *vf;
	bool again = false;

	mutex_lock(&svnic_kvm_lock);
	list_for_each_entry(vf, &svnic_kvm_vfs, node)
		again |= svnic_kvm_look_at(vf);
	mutex_unlock(&svnic_kvm_lock);
	if (again)
		queue_delayed_work(system_wq, to_delayed_work(work), SVNIC_KVM_AGAIN);
}

static DECLARE_DELAYED_WORK(svnic_kvm_look_work, svnic_kvm_look);

/* Under locks that looking needs. */
static int svnic_kvm_claimed(struct notifier_block *nb, unsigned long action, void *data)
{
	mod_delayed_work(system_wq, &svnic_kvm_look_work, 0);
	return NOTIFY_OK;
}

static struct notifier_block svnic_kvm_claims = { .notifier_call = svnic_kvm_claimed };

/* ---- VFs come and go ---- */

static void svnic_kvm_opened(struct pci_dev *vfdev, struct kvm *kvm)
{
	struct svnic_kvm_vf *vf = kzalloc(sizeof(*vf), GFP_KERNEL);
	unsigned int s;

	if (!vf)
		return;
	vf->pdev = vfdev;
	vf->kvm = kvm;
	for (s = 0; s < SVNIC_LOCAL_SLOTS; s++) {
		vf->cpus[s].vfdev = vfdev;
		vf->cpus[s].slot = s;
	}
	mutex_lock(&svnic_kvm_lock);
	if (svnic_kvm_probe()) {
		pci_warn(vfdev, "svnic_kvm: the scheduler cannot be probed, no redirection\n");
		kfree(vf);
	} else {
		list_add(&vf->node, &svnic_kvm_vfs);
		svnic_kvm_allow(vf);
		mod_delayed_work(system_wq, &svnic_kvm_look_work, 0);
	}
	mutex_unlock(&svnic_kvm_lock);
}

static struct svnic_kvm_vf *svnic_kvm_vf_of(struct pci_dev *vfdev)
{
	struct svnic_kvm_vf *vf;

	list_for_each_entry(vf, &svnic_kvm_vfs, node)
		if (vf->pdev == vfdev)
			return vf;
	return NULL;
}

/* Nothing of it is used any more when this returns. */
static void svnic_kvm_closed(struct pci_dev *vfdev)
{
	struct svnic_kvm_vf *vf;

	mutex_lock(&svnic_kvm_lock);
	vf = svnic_kvm_vf_of(vfdev);
	if (vf) {
		svnic_kvm_unfollow(vf);
		svnic_vf_allow(vfdev, false, false);
		list_del(&vf->node);
		svnic_kvm_unprobe();
		kfree(vf);
	}
	mutex_unlock(&svnic_kvm_lock);
}

static const struct svnic_vfio_listener svnic_kvm_listener = {
	.opened = svnic_kvm_opened,
	.closed = svnic_kvm_closed,
};

static int __init svnic_kvm_init(void)
{
	int err;

	for_each_kernel_tracepoint(svnic_kvm_find, NULL);
	if (!svnic_kvm_tracepoint) {
		pr_err("svnic_kvm: this kernel has no tracepoint sched_switch\n");
		return -ENODEV;
	}
	err = svnic_register_slot_cpus(&svnic_kvm_claims);
	if (err)
		return err;
	err = svnic_vfio_listen(&svnic_kvm_listener);
	if (err)
		svnic_unregister_slot_cpus(&svnic_kvm_claims);
	return err;
}
module_init(svnic_kvm_init);

static void __exit svnic_kvm_exit(void)
{
	svnic_vfio_unlisten();
	svnic_unregister_slot_cpus(&svnic_kvm_claims);
	cancel_delayed_work_sync(&svnic_kvm_look_work);
}
module_exit(svnic_kvm_exit);

MODULE_DESCRIPTION("svnic: the scheduler's view of vCPUs, for redirection of events");
MODULE_LICENSE("GPL");
