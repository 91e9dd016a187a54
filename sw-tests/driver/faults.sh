# SPDX-License-Identifier: Apache-2.0
# In the guest, with a driver whose N-th allocation fails (driver/faults): whatever fails, fails alone, says so, and leaves nothing behind.
#   faults.sh PINGS
PINGS=$1
. /svnic/sw-tests/driver/functions.sh
PARAMETER=/sys/module/svnic/parameters/fail_alloc

fail() { echo $1 >$PARAMETER; }
happened() { [ $(cat $PARAMETER) = 0 ]; }
nothing_left() { ! grep -q '\[svnic\]' /proc/vmallocinfo && ! grep -q svnic /proc/interrupts; }
load_failing() { # each allocation of the probe in turn; PF and VF have the same ones and more
	for k in $(seq 1 200); do
		modprobe svnic fail_alloc=$k || return 1
		happened || break
		! has_netdev $PF || echo "# allocation $k of the probe is not needed"
		modprobe -r svnic && nothing_left || { echo "# left behind by allocation $k"; return 1; }
	done
	echo "# $((k - 1)) allocations of the probe"
	[ $k -gt 5 ] && [ $k -lt 200 ]
}
# each_fails LIMIT COMMAND...: the command's allocations fail in turn; each time it fails, or does without, and then works
each_fails() {
	limit=$1
	shift
	for k in $(seq 1 $limit); do
		fail $k
		"$@" 2>/dev/null
		result=$?
		happened || break
		ip link set $DEV down && ip link set $DEV up || { echo "# does not come up after allocation $k"; return 1; }
		[ $result != 0 ] || echo "# allocation $k of $*: does without"
	done
	fail 0
	echo "# the first $k allocations of $*"
	[ $k -gt 3 ] && "$@"
}
up() { ip link set $DEV down; ip link set $DEV up; }

find_pf
check "each allocation of the probe fails in turn, and nothing is left" load_failing
fail 0
pf_up
check "each allocation of opening fails in turn" each_fails 40 up
check "the PF has its carrier" until_true 20 carrier_is $DEV 1
check "4 VFs" numvfs 4
echo $(vf 1) >/sys/bus/pci/drivers/svnic/unbind
bind_failing() {
	for k in $(seq 1 60); do
		fail $k
		echo $(vf 1) >/sys/bus/pci/drivers/svnic/bind 2>/dev/null
		happened || break
		[ ! -e $SYS/$(vf 1)/driver ] || echo $(vf 1) >/sys/bus/pci/drivers/svnic/unbind
	done
	fail 0
	echo "# $((k - 1)) allocations of a VF's probe"
	[ $k -gt 5 ] && has_netdev $(vf 1)
}
check "each allocation of a VF's probe fails in turn" bind_failing
vf_up 1
for k in $(seq 1 40); do
	fail $k
	ip netns exec vf1 ping -q -A -c 20 -s 8000 10.9.0.1 >/dev/null 2>&1
	fail 0
done
check "traffic goes on after allocations of receive failed" all_come_back vf1 10.9.0.1
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"
check "unload" modprobe -r svnic
check "nothing is left" nothing_left
finish
