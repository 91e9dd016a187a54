# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: two settings of an assigned VF under pings. Sourced with the arguments of an experiment that has defined setting_a and setting_b
# for the guest "m", whose eth0 is the VF:
#   PAIRS [PINGS]     PINGS one at a time, then PINGS with 16 on the way, under each setting in each pair, in one boot
PAIRS=$1 PINGS=${2:-100}
. /svnic/sw-tests/driver/functions.sh
. /svnic/sw-tests/kvm/functions.sh
. /svnic/sw-tests/kvm/pairs.sh

work() {
	inner m "ping -q -A -c $PINGS 10.9.0.1 && ping -q -f -l 16 -c $PINGS 10.9.0.1" >/tmp/pings
	awk '/^rtt/ { split($4, t, "/"); print ++n == 1 ? "rtt_us" : "flood_rtt_us", t[2] * 1000 }' /tmp/pings
	awk '/received/ { lost += $1 - $4 } END { print "lost", lost }' /tmp/pings
}

pf_up
check "VFs" numvfs 1
VF1=$(vf 1)
check "VF 1 goes to vfio-pci" bind "$VF1" vfio-pci
check "a guest boots with it" inner_start m 1 "$VF1"
check "its link comes up" inner_link_up m
check "traffic" inner m "ping -q -A -c 20 10.9.0.1"
pairs m $PAIRS $((2 * PINGS))
check "it powers itself off" inner_end m
check "VFs go" numvfs 0
finish
