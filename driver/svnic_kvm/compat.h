/* SPDX-License-Identifier: GPL-2.0-only */
/* As driver/svnic/compat.h: what older kernels do differently in KVM. */
#ifndef SVNIC_KVM_COMPAT_H
#define SVNIC_KVM_COMPAT_H

#include <linux/kvm_host.h>
#include <linux/pid.h>

/* The thread that runs a vCPU, with a reference; NULL if none has yet. */
static inline struct pid *svnic_compat_vcpu_thread(struct kvm_vcpu *vcpu)
{
	struct pid *pid;

#ifdef HAVE_KVM_VCPU_PID_LOCK
	read_lock(&vcpu->pid_lock);
	pid = get_pid(vcpu->pid);
	read_unlock(&vcpu->pid_lock);
#else
	rcu_read_lock();
	pid = get_pid(rcu_dereference(vcpu->pid));
	rcu_read_unlock();
#endif
	return pid;
}

#endif
