# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: a VF whose card is told which vCPUs run (svnic_vfio, svnic_kvm). The vCPU of its home slot has a busy task, and a hog of this
# guest competes with it: events move to the other vCPU's slot, its ring is rescued, and nothing is lost, whoever comes and goes in what order.
#   redirect.sh PINGS MEGABYTES
# Tenants: "here", the PF in this guest; "a" and "b", guests with VF 1, one after the other.
PINGS=$1 MEGABYTES=$2
. /svnic/sw-tests/driver/functions.sh
. /svnic/sw-tests/kvm/functions.sh
. /svnic/sw-tests/kvm/tenants.sh

of_card() { inner $1 "ethtool -S eth0" | awk -v name="card_$2:" '$1 == name { print $2 }'; } # of_card GUEST STATISTIC
count() { eval "before_$2=$(of_card $1 $2)"; } # count GUEST STATISTIC, for since and none_since
since() { echo $(($(of_card $1 $2) - $(eval echo \$before_$2))); }
none_since() { [ "$(since $1 $2)" = 0 ]; }
some_since() { inner $1 "ping -q -A -c 20 10.9.0.1" >/dev/null && [ "$(since $1 $2)" -gt 0 ]; }

guest_starts() { # guest_starts NAME: with VF 1 and two vCPUs, which svnic_kvm knows; a task on the first is busy
	check "$1 boots with VF 1" inner_start $1 2 "$VF1"
	check "$1: the driver finds its VF, carrier" inner_link_up $1
	check "$1: queues may move" inner $1 "ethtool --show-priv-flags eth0 | grep -q '^movable-queues *: on'"
	check "$1: both vCPUs are slots" until_true 20 parameter_is vcpus 2
	inner_busy $1 1
}
traffic() { # traffic GUEST
	pings $1 10.9.0.1
	pings here 10.9.0.101
	checked_tcp $1 here 10.9.0.1
	checked_tcp here $1 10.9.0.101
}

pf_up
check "2 VFs" numvfs 2
VF1=$(vf 1) VF2=$(vf 2)
check "VF 1 goes to svnic_vfio" bind "$VF1" svnic_vfio
check "svnic_kvm" modprobe svnic_kvm
make_data here
(while :; do :; done) &
hog=$!

echo "# guest a"
guest_starts a
make_data a
check "nothing that a says was refused" parameter_is refused 0

echo "# redirection off, rescue off"
check "both are switched off" eval "switch redirect 0 && switch rescue 0"
count a events_moved
count a rescues
written=$(parameter writes)
traffic a
check "the card was told who runs" test "$(parameter writes)" -gt "$written"
check "no event moved" none_since a events_moved
check "no ring was rescued" none_since a rescues

echo "# redirection on"
check "it is switched on" switch redirect 1
traffic a
check "events moved" until_true 60 some_since a events_moved
check "no ring was rescued" none_since a rescues

echo "# rescue on, redirection off; a long hold-off, so that entries wait"
check "switched" eval "switch redirect 0 && switch rescue 1"
inner_busy a 2
inner a "ethtool -C eth0 rx-usecs 4000"
count a events_moved
check "rings were rescued" until_true 120 some_since a rescues
check "by the driver, too" inner a "ethtool -S eth0 | awk '/slot[0-9]*_rescues/ { n += \$2 } END { exit !n }'"
pings a 10.9.0.1
check "no event moved" none_since a events_moved
inner a "ethtool -C eth0 rx-usecs 8"
check "redirection on, too" switch redirect 1
traffic a
for stat in events_home events_moved overtaken rescues polled notifications; do echo "row card $stat $(of_card a $stat)"; done
echo "row writes $(parameter writes)"

echo "# a neighbour's machine says that its slots are CPUs which it does not have"
check "VF 2 goes to svnic_vfio" bind "$VF2" svnic_vfio
claims() { /svnic/build/sw-tests/hostile "$VF2" "$(basename "$(readlink $SYS/$VF2/iommu_group)")" claims 1 >/out/claims; }
claims &
claiming=$!
pings a 10.9.0.1
check "... it gets its answers" wait $claiming
check "... and is refused" test "$(parameter refused)" -gt 0
check "the vCPUs of a are followed as before" parameter_is vcpus 2

echo "# svnic_kvm goes and comes under traffic"
inner a "(ping -q -f -l 4 10.9.0.1 >/dev/null 2>&1 &)"
check "it goes" rmmod svnic_kvm
count a events_moved
pings here 10.9.0.101
check "no event moved" none_since a events_moved
check "it comes" modprobe svnic_kvm
check "it knows the vCPUs of the guest that is there" until_true 20 parameter_is vcpus 2
check "events move" until_true 60 some_since a events_moved
check "the VF is reset under traffic" inner a "echo 1 >/sys/class/net/eth0/device/reset"
check "its slots are known again" until_true 20 parameter_is vcpus 2
check "carrier" until_true 20 inner a "grep -q 1 /sys/class/net/eth0/carrier"
pings here 10.9.0.101
inner_warnings a

echo "# the guest goes before svnic_kvm"
check "a is killed" inner_kill a
check "no vCPU is followed" until_true 20 parameter_is vcpus 0
written=$(parameter writes)

echo "# guest b: svnic_kvm goes before the guest"
guest_starts b
check "the card is told again" test "$(parameter writes)" -gt "$written"
pings b 10.9.0.1
inner_warnings b
check "svnic_kvm goes" rmmod svnic_kvm
pings b 10.9.0.1
check "svnic_kvm comes" modprobe svnic_kvm

echo "# the PF is reset while the guest runs: what its VF said is forgotten, until it says it again"
check "the vCPUs are known again" until_true 20 parameter_is vcpus 2
check "the PF is reset" sh -c "echo 1 >$SYS/$PF/reset"
check "no vCPU is followed" until_true 20 parameter_is vcpus 0

echo "# the PF goes while the guest runs"
echo $PF >$SYS/$PF/driver/unbind &
unbinding=$!
check "b is killed" inner_kill b
wait $unbinding
check "the PF's driver is gone" test ! -e $SYS/$PF/driver
check "no vCPU is followed" parameter_is vcpus 0
kill $hog
check "all modules go" modprobe -r svnic_kvm svnic_vfio svnic
finish
