#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the guest: what a driver must do besides passing traffic. One line of TAP per check; test_driver.py reads them.
#   driver.sh VFS PINGS
VFS=$1 PINGS=$2
. /svnic/sw-tests/driver/functions.sh
bound() { [ "$(basename "$(readlink $SYS/$1/driver)")" = svnic ]; }
all_bound() { for v in $(seq $VFS); do bound "$(vf $v)" && has_netdev "$(vf $v)" || return 1; done; }
address_is() { [ "$(cat /sys/class/net/$1/address)" = "$2" ]; }
stat_of() { ethtool -S $1 | awk -v n="$2:" '$1 == n { print $2 }'; }

pf_up

echo "# sriov"
refused "more VFs than there are" numvfs 1000
for many in 1 0 5 0; do numvfs $many || not_ok "sriov_numvfs $many"; done
check "$VFS VFs" numvfs $VFS
refused "another number while VFs are enabled" numvfs 1
check "all VFs are bound and have a network device" until_true 60 all_bound
check "each VF has an IOMMU group of its own" own_groups
last=$(vf $VFS)
lspci -vvv -s ${PF#0000:} >/out/pf && lspci -vvv -s ${last#0000:} >/out/vf
check "VF 1 moves into a namespace" into_namespace 1
check "the last VF moves into a namespace" into_namespace $VFS
check "the last VF has a carrier" until_true 20 vf_has_carrier $VFS

echo "# traffic"
check "VF 1 to PF" all_come_back vf1 10.9.0.1
check "the last VF to PF" all_come_back vf$VFS 10.9.0.1
check "the last VF to VF 1" all_come_back vf$VFS 10.9.0.101
check "an MTU of 9,000" sh -c "ip link set $DEV mtu 9000 && ip -n vf1 link set vf1 mtu 9000"
check "large packets, VF 1 to PF" all_come_back vf1 10.9.0.1 8900

echo "# the PF's say over a VF"
name=$(netdev "$(vf 2)")
check "ip link set vf mac" ip link set $DEV vf 1 mac 02:5e:00:00:00:77
check "the VF has that address" until_true 20 address_is $name 02:5e:00:00:00:77
check "ip link show tells it" sh -c "ip link show $DEV | grep -q 'vf 1 .*02:5e:00:00:00:77'"
ip link set $name up
check "VF 2 has a carrier" until_true 20 carrier_is $name 1
ip link set $DEV vf 1 state disable
check "... not when the PF takes its link" until_true 20 carrier_is $name 0
ip link set $DEV vf 1 state enable
check "... and again when it gives it back" until_true 20 carrier_is $name 1

echo "# ethtool"
check "-i" sh -c "ethtool -i $DEV | grep -q '^driver: svnic'"
check "-S: frames were counted" test "$(stat_of $DEV card_rx_frames)" -gt $PINGS
check "-S: no frame of VF 1 was in error" test "$(ip netns exec vf1 ethtool -S vf1 | awk '$1 == "card_tx_errors:" { print $2 }')" = 0
for flag in -l -g -d -c; do check "$flag" sh -c "ethtool $flag $DEV >/out/ethtool$flag"; done
check "-C rx-usecs 100" ethtool -C $DEV rx-usecs 100
check "... is read back" sh -c "ethtool -c $DEV | grep -q '^rx-usecs:.*\(99\|100\)'"
refused "-C rx-usecs 100000" ethtool -C $DEV rx-usecs 100000
check "the link with that moderation" all_come_back vf1 10.9.0.1
ethtool -C $DEV rx-usecs 0
check "queues move where each CPU has a slot" ip netns exec vf1 sh -c "ethtool --show-priv-flags vf1 | grep -q '^movable-queues *: on'"
check "... or not" ip netns exec vf1 ethtool --set-priv-flags vf1 movable-queues off
check "the link without" all_come_back vf1 10.9.0.1
check "... and again" ip netns exec vf1 ethtool --set-priv-flags vf1 movable-queues on
check "the link with" all_come_back vf1 10.9.0.1
check "-S: nobody said that a CPU is preempted: all events went home" test "$(stat_of $DEV card_events_home)" -gt 0 -a "$(stat_of $DEV card_events_moved)" = 0
check "-G: other rings" ethtool -G $DEV rx 128 tx 128
check "the link with these rings" all_come_back vf1 10.9.0.1
check "down and up under traffic" sh -c "(ip netns exec vf1 ping -q -i 0.01 -c 20 10.9.0.1 >/dev/null &); ip link set $DEV down && ip link set $DEV up"
check "the PF has its carrier again" until_true 20 carrier_is $DEV 1
check "the link after it" until_true 10 all_come_back vf1 10.9.0.1

echo "# resets"
echo flr >$SYS/$(vf 2)/reset_method
check "FLR of a VF that is up" sh -c "echo 1 >$SYS/$(vf 2)/reset"
check "it has its carrier again" until_true 20 carrier_is $name 1
check "its address stayed" address_is $name 02:5e:00:00:00:77
(while ip netns exec vf$VFS ping -q -i 0.01 -c 100 10.9.0.1; do :; done >/dev/null 2>&1) &
noise=$!
check "a VF is unbound under traffic" sh -c "echo $(vf 1) >/sys/bus/pci/drivers/svnic/unbind"
check "the module is unloaded under traffic" modprobe -r svnic
kill $noise 2>/dev/null
check "no VF is left" test "$(lspci -n | grep -c ' 5653:')" = 1
check "it loads again" modprobe svnic
check "the PF is back" until_true 20 has_netdev $PF
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"
modprobe -r svnic
finish
