# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests (guest.py, runs_kvm): the guests inside it, called inner guests here and L2 elsewhere. To be sourced after
# sw-tests/guest/functions.sh.
#
#   inner_start NAME VCPUS FUNCTION...   boots one under KVM with these PCI functions assigned; returns when its agent answers
#   inner NAME COMMAND                   runs a line of shell in it: prints what it says, returns its status; 124 if it does not answer or has ended
#   inner_link_up NAME                   its driver is loaded, its VF is 10.9.0.101/24 and has a carrier
#   inner_vcpu NAME N                    the thread of its vCPU N
#   inner_kill NAME                      kill -9; returns when the process is gone; false if it had gone before
#   inner_end NAME                       powers it off
#   inner_told NAME                      why it may not do what it should: how it ended, or what it and KVM say of it
#   kvm_counters NAME                    KVM's own counters of it, "name value" a line, sorted by name
#   kvm_counted NAME FILE                how far they went since kvm_counters wrote FILE
#   inner_warnings NAME                  /out/NAME.warnings: the messages of its kernel of level 4 or worse
#   inner_busy NAME CPUS                 a task that never rests on these CPUs of it, a mask
#   kvm_exits_begin, kvm_exits           VM exits by reason since begin, from the tracepoint kvm_exit, "reason count" a line
#   parameter P, parameter_is P VALUE    of svnic_kvm: what it counts; switch redirect|rescue 0|1
# What it prints on its console is /out/NAME.console; its memory is the file /dev/shm/NAME, which stays until the next start.
INNER=/run/inner
INNER_BOUND=120 # seconds of guest time for its boot and for each command
TRACE=/sys/kernel/tracing

inner_start() {
	name=$1 vcpus=$2
	shift 2
	modprobe kvm-amd
	mkdir -p $INNER
	rm -f $INNER/$name.* /dev/shm/$name
	mkfifo $INNER/$name.in $INNER/$name.out
	assigned= slot=0
	for function; do
		slot=$((slot + 1))
		assigned="$assigned -device pcie-root-port,id=rp$slot,chassis=$slot,bus=pcie.0 -device vfio-pci,host=$function,bus=rp$slot,rombar=0"
	done
	# -xsave: the emulated SVM does not intercept XSETBV, so KVM cannot tell the guest the size of what it enables
	# shellcheck disable=SC2086 # words
	(qemu-system-x86_64 -name $name,debug-threads=on -M q35 -accel kvm -cpu host,-xsave -smp $vcpus -m 256 -nodefaults -no-user-config -no-reboot -display none \
		-pidfile $INNER/$name.pid -d cpu_reset,guest_errors -D /out/$name.log \
		-object memory-backend-file,id=ram,mem-path=/dev/shm/$name,size=256M,share=on -machine memory-backend=ram \
		-serial file:/out/$name.console -device virtio-serial-pci -chardev pipe,id=agent,path=$INNER/$name \
		-device virtserialport,chardev=agent,name=agent $assigned -kernel /inner/vmlinuz -initrd /inner/initrd \
		-append "console=ttyS0,115200 loglevel=5 panic=-1 rdinit=/init no_timer_check tsc=unstable svnic_guest.agent=agent" </dev/null >/out/$name.qemu 2>&1
		echo $? >$INNER/$name.ended) &
	until_true 20 inner_opened $name && inner_answer $name && return
	cat /out/$name.qemu
	return 1
}

inner_pid() { cat $INNER/$1.pid; }
inner_vcpu() { basename "$(dirname "$(grep -lx "CPU $2/KVM" /proc/"$(inner_pid $1)"/task/*/comm)")"; }
inner_opened() { ls -l /proc/"$(inner_pid $1)"/fd | grep -q $1.out; }
inner_ended() { [ -s $INNER/$1.ended ]; }

# The answer to one command, up to its status; 124 without one
inner_answer() {
	timeout $INNER_BOUND awk '/^=== status / { status = $3; done = 1; exit } { print } END { exit done ? status : 124 }' $INNER/$1.out
}

inner() {
	! inner_ended $1 || { echo "inner: $1 ended with status $(cat $INNER/$1.ended)"; return 124; }
	echo "$2" >$INNER/$1.in
	inner_answer $1
}

inner_link_up() {
	inner $1 "modprobe svnic && ip addr add 10.9.0.101/24 dev eth0 && ip link set eth0 up" &&
		until_true 20 inner $1 "grep -q 1 /sys/class/net/eth0/carrier"
}

inner_kill() {
	kill -9 "$(inner_pid $1)" 2>/dev/null
	until_true 60 inner_ended $1 || return
	grep -qx 137 $INNER/$1.ended || { inner_told $1; return 1; }
}
inner_end() {
	echo "poweroff -f" >$INNER/$1.in
	until_true 20 inner_ended $1
}

inner_told() {
	{
		if inner_ended $1; then
			echo "ended by itself with status $(cat $INNER/$1.ended); its last reset:"
			tail -n 28 /out/$1.log
		else
			kvm_counters $1 | grep -e '^exits ' -e injections
			inner $1 "cat /proc/interrupts; netstat -tn; ip -s link; ethtool -S eth0; dmesg | tail"
		fi
		cat /out/$1.qemu
		tail -n 5 /out/$1.console
	} | sed "s/^/# $1: /"
}

inner_warnings() { inner $1 warnings >/out/$1.warnings; }

kvm_counters() {
	for file in /sys/kernel/debug/kvm/"$(inner_pid $1)"-*/*; do
		[ -f "$file" ] && read -r value <"$file" 2>/dev/null && echo "${file##*/} $value"
	done | sort
}

kvm_counted() {
	kvm_counters $1 | awk 'NR == FNR { before[$1] = $2; next } { print $1, $2 - before[$1] }' $2 -
}

kvm_exits_begin() {
	echo '!hist:keys=exit_reason' >$TRACE/events/kvm/kvm_exit/trigger 2>/dev/null
	echo 'hist:keys=exit_reason' >$TRACE/events/kvm/kvm_exit/trigger
}
kvm_exits() { sed -n 's/^{ exit_reason: *\([0-9]*\) *} hitcount: *\([0-9]*\)$/\1 \2/p' $TRACE/events/kvm/kvm_exit/hist; }

inner_busy() { inner $1 "(taskset $2 sh -c 'while :; do :; done') >/dev/null 2>&1 &"; }

parameter() { cat /sys/module/svnic_kvm/parameters/$1; }
parameter_is() { [ "$(parameter $1)" = $2 ]; }
switch() { echo $2 >/sys/module/svnic_kvm/parameters/$1; }
