#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the guest: the driver when nothing happens, when no vCPU is ever idle, and when the card falls silent.
#   load.sh VFS PINGS
# Between "load: idle begins" and "load: idle ends" test_driver.py measures what the card costs.
VFS=$1 PINGS=$2
. /svnic/sw-tests/driver/functions.sh

timed_out() { dmesg | grep -q "$1.*transmit queue [0-9]* timed out"; }

pf_up
check "$VFS VFs" numvfs $VFS
vf_up 1
check "VF 1 to PF" all_come_back vf1 10.9.0.1

echo "load: idle begins"
sleep 5 # the interval that is measured
echo "load: idle ends"

echo "# no vCPU is idle, each notification waits for a hold-off: a timer that is lost is a packet that waits for ever"
for cpu in $(seq $(nproc)); do
	while :; do :; done &
	busy="$busy $!"
done
for usecs in 20 500; do
	ethtool -C $DEV rx-usecs $usecs
	ip netns exec vf1 ethtool -C vf1 rx-usecs $usecs
	check "VF 1 to PF with a hold-off of $usecs us" all_come_back vf1 10.9.0.1
done
kill $busy
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"

echo "# without bus mastering the card is silent: the driver's watchdog finds it, and starts the function anew, as a bus master"
setpci -s "$(vf 1)" COMMAND=0
(ip netns exec vf1 ping -q -i 0.2 -c 1000 10.9.0.1 >/dev/null 2>&1) &
noise=$!
check "transmit times out" until_true 30 timed_out vf1
check "VF 1 reaches the PF again" until_true 30 ip netns exec vf1 ping -q -c 1 -W 1 10.9.0.1
kill $noise 2>/dev/null
check "the link after it" all_come_back vf1 10.9.0.1
numvfs 0
modprobe -r svnic
finish
