# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: two settings of svnic_kvm with vCPUs that share their CPU. Sourced with the arguments of an experiment that has defined
# setting_a and setting_b by switch:
#   PAIRS [PINGS] [CONTENDED] [SLICE] [INTERVAL]   under each setting in each pair PINGS of this guest to the inner guest "m", in one boot
# "m" has two vCPUs, each on a CPU of this guest if that has two. The first CONTENDED of them (1; 0 to 2) are busy, and a hog of this guest competes with each,
# in slices of the scheduler's own length, or of SLICE ms (Linux 6.6 or later; 0: its own). The pings go out by the clock, one in INTERVAL seconds (0.023), not
# by the answers: an answer that waits would make the next question come when the vCPU has just begun to run. INTERVAL should not be a multiple of the tick.
# ping's times end with the kernel's stamp of the answer (busybox has taskset, and would run its own ping).
PAIRS=$1 PINGS=${2:-200} CONTENDED=${3:-1} SLICE=${4:-0} INTERVAL=${5:-0.023}
. /svnic/sw-tests/driver/functions.sh
. /svnic/sw-tests/kvm/functions.sh
. /svnic/sw-tests/kvm/tenants.sh
. /svnic/sw-tests/kvm/pairs.sh

cpu_of() { [ "$(nproc)" = 1 ] && echo 0 || echo $1; } # cpu_of VCPU: where it is
only() { printf '%x' $((1 << $1)); } # only CPU: as a mask
pin() { taskset -p "$(only "$(cpu_of $1)")" "$(inner_vcpu m $1)" >/dev/null; } # pin VCPU
hog() { taskset "$(only "$(cpu_of $1)")" sh -c 'while :; do :; done' & } # hog VCPU

# What the card and svnic_kvm have counted, "name value" a line
counts() {
	inner m "ethtool -S eth0" | awk '/card_(events_home|events_moved|overtaken|rescues|notifications):/ { sub(/card_/, ""); sub(/:/, ""); print $1, $2 }'
	echo "writes $(parameter writes)"
}
# ns that vCPU 0 ran, ns that it could have, and how often it began to run
home_ran() { cat /proc/"$(inner_pid m)"/task/"$(inner_vcpu m 0)"/schedstat; }
begin() { counts >/tmp/counts-before; }
work() {
	unanswered_before=$(unanswered here)
	home_ran >/tmp/home
	taskset "$(only "$(cpu_of 1)")" /usr/bin/ping -i $INTERVAL -c $PINGS 10.9.0.101 >/tmp/pings
	home_ran >>/tmp/home
	until_true 10 at_most_lost here $unanswered_before 0
	awk 'NR == 1 { r = $1; w = $2; n = $3; next }
		{ r = $1 - r; w = $2 - w; print "home_waits_percent", 100 * w / (r + w); print "home_slice_us", r / 1000 / ($3 - n) }' /tmp/home
	awk '/^rtt/ { split($4, t, "/"); print "rtt_us", t[2] * 1000 }' /tmp/pings
	sed -n 's/.* time=\([0-9.]*\) ms$/\1/p' /tmp/pings | sort -n |
		awk '{ t[NR] = $1 * 1000 } END { print "rtt_p50_us", t[int((NR + 1) / 2)]; print "rtt_p99_us", t[int((99 * NR + 99) / 100)] }'
	echo "lost $(lost_pings here $unanswered_before)"
}
end() {
	counts | awk -v per=$PINGS 'NR == FNR { before[$1] = $2; next } { d[$1] = $2 - before[$1] } END {
		all = d["events_home"] + d["events_moved"]
		print "moved_percent", all ? 100 * d["events_moved"] / all : 0
		print "events_per", all / per
		for (name in d) if (name !~ /^events/) print name "_per", d[name] / per }' /tmp/counts-before -
}

slices_of() { echo $(($1 * 1000000)) >/sys/kernel/debug/sched/base_slice_ns; } # slices_of MILLISECONDS

pf_up
[ $SLICE = 0 ] || check "slices of $SLICE ms" slices_of $SLICE
check "VFs" numvfs 1
VF1=$(vf 1)
check "VF 1 goes to svnic_vfio" bind "$VF1" svnic_vfio
check "svnic_kvm" modprobe svnic_kvm
check "a guest boots with it" inner_start m 2 "$VF1"
check "its link comes up" inner_link_up m
check "its queues may move" inner m "ethtool --show-priv-flags eth0 | grep -q '^movable-queues *: on'"
check "both vCPUs are slots" until_true 20 parameter_is vcpus 2
for vcpu in 0 1; do check "vCPU $vcpu is on CPU $(cpu_of $vcpu) alone" pin $vcpu; done
hogs=
for vcpu in $(seq 0 $((CONTENDED - 1))); do
	inner_busy m $(only $vcpu)
	hog $vcpu
	hogs="$hogs $!"
done
check "traffic" ping -q -A -c 20 10.9.0.101
pairs m $PAIRS $PINGS
[ -z "$hogs" ] || kill $hogs
check "it powers itself off" inner_end m
check "svnic_kvm goes" rmmod svnic_kvm
check "VFs go" numvfs 0
finish
