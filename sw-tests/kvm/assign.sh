# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: a VF is given to a guest under KVM, taken from it by killing it under traffic, given to the next one and taken back.
# No tenant finds another's bytes in its memory.
#   assign.sh VFS PINGS MEGABYTES
# Tenants: "here", the PF in this guest; "vf2", VF 2 in a network namespace of this guest; "a" and "b", guests with VF 1, one after the other.
# Lines of TAP, and "row counter NAME VALUE" for what KVM counted in the pings of a.
VFS=$1 PINGS=$2 MEGABYTES=$3
. /svnic/sw-tests/driver/functions.sh
. /svnic/sw-tests/kvm/functions.sh
. /svnic/sw-tests/kvm/tenants.sh

# A machine's memory is a file: what is nowhere in it, the guest cannot have seen, and keeps nowhere.
remembers() { grep -qaF "$(canary $2)" /dev/shm/$1; }

assign() { # assign NAME: a guest with VF 1 boots, its driver is up
	check "$1 boots with VF 1" inner_start $1 1 "$VF1"
	check "$1: the driver finds its VF, carrier" inner_link_up $1
}
traffic() { # traffic NAME
	pings $1 10.9.0.1
	pings $1 10.9.0.102
	make_data $1
	checked_tcp $1 here 10.9.0.1
	checked_tcp here $1 10.9.0.101
	checked_tcp vf2 here 10.9.0.1
}

pf_up
check "$VFS VFs" numvfs $VFS
vf_up 2
VF1=$(vf 1)
check "VF 1 goes to vfio-pci" bind "$VF1" vfio-pci
make_data here
make_data vf2

echo "# guest a"
assign a
kvm_counters a >/tmp/before
kvm_exits_begin
pings a 10.9.0.1
kvm_exits | sed 's/^/row exit /'
kvm_counted a /tmp/before | sed 's/^/row counter /'
check "its interrupts are the card's own" inner a "awk '/svnic/ { n += \$2 } END { exit n < $PINGS / 2 }' /proc/interrupts"
traffic a
refused "its VF cannot be taken away" numvfs 0
check "... and it does not notice" inner a "ping -q -c 3 -i 0.2 10.9.0.1"
inner_warnings a

echo "# guest a is killed under traffic"
sh -c "$RECEIVE" >/dev/null &
until_true 20 on here "$RECEIVER_LISTENS"
on a "(while cat /tmp/data.a; do :; done | nc 10.9.0.1 5001) >/dev/null 2>&1 &"
ip netns exec vf2 ping -q -i 0.02 -c $PINGS 10.9.0.1 >/tmp/neighbour &
neighbour=$!
rx() { cat /sys/class/net/$DEV/statistics/rx_bytes; }
flows() { [ "$(rx)" -gt $(($1 + 200000)) ]; }
check "its stream flows" until_true 30 flows "$(rx)"
check "it is killed" inner_kill a
wait $neighbour
grep transmitted /tmp/neighbour
check "the neighbour lost nothing" grep -q " $PINGS received" /tmp/neighbour
killall tail
check "its memory holds what it sent" remembers a a
check "... and what it was sent" remembers a here
refused "... and nothing of its neighbour" remembers a vf2

echo "# guest b, on the same VF"
assign b
refused "nothing of a in its memory before it has sent anything" remembers b a
traffic b
inner_warnings b
check "its memory holds what it sent" remembers b b
refused "... and nothing of a" remembers b a
refused "... and nothing of its neighbour" remembers b vf2
check "it powers itself off" inner_end b

echo "# VF 1 comes back"
check "this kernel's driver has it again" bind "$VF1" svnic
vf_up 1
check "VF 1 to PF" all_come_back vf1 10.9.0.1
check "all VFs can go" numvfs 0
modprobe -r svnic
finish
