# SPDX-License-Identifier: Apache-2.0
# In the guest: as many VFs as a card can have. All of them are bound to their driver, or (with "last") the highest one only; that one passes checked traffic.
#   many.sh VFS PINGS MEGABYTES all|last
VFS=$1 PINGS=$2 MEGABYTES=$3 WHICH=$4
. /svnic/sw-tests/driver/functions.sh

count_bound() { echo $(($(ls /sys/bus/pci/drivers/svnic | grep -c ^0000:) - 1)); } # without the PF
all_bound() { [ $(count_bound) = $VFS ]; }
function_number() { echo $((0x${1##*.} + 8 * 0x$(echo $1 | cut -d: -f3 | cut -d. -f1))); } # ARI: 8 bits
stream() { # stream NAMESPACE ADDRESS: the receiver is here
	sh -c "$RECEIVE" >/tmp/got &
	until_true 20 sh -c "$RECEIVER_LISTENS" && ip netns exec $1 nc $2 5001 </tmp/data
	until_true 120 test -s /tmp/got
	killall tail
	[ "$(cut -c1-32 /tmp/got)" = "$(md5sum </tmp/data | cut -c1-32)" ]
}

dd if=/dev/urandom of=/tmp/data bs=1M count=$MEGABYTES 2>/dev/null
pf_up
[ $WHICH = all ] || echo 0 >$SYS/$PF/sriov_drivers_autoprobe
check "$VFS VFs" numvfs $VFS
check "the highest one is function $VFS" test $(function_number $(vf $VFS)) = $VFS
check "each VF has an IOMMU group of its own" own_groups
if [ $WHICH = all ]; then
	check "all VFs are bound to their driver" until_true 300 all_bound
else
	check "the highest VF is bound to its driver" bind $(vf $VFS) svnic
fi
echo "row bound: $(count_bound) of $VFS"
vf_up $VFS
check "VF $VFS to PF" all_come_back vf$VFS 10.9.0.1
check "large packets" sh -c "ip link set $DEV mtu 9000 && ip -n vf$VFS link set vf$VFS mtu 9000"
check "VF $VFS to PF, large packets" all_come_back vf$VFS 10.9.0.1 8900
check "VF $VFS to PF, $MEGABYTES MiB by TCP: the digests match" stream vf$VFS 10.9.0.1
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"
check "no VF is left" numvfs 0
finish
