# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: an experiment for experiment.py. What the interrupts of an assigned VF cost, A: hold-off 0, B: hold-off 2,000 us.
#   moderation.sh PAIRS [PINGS]
# Both settings one after the other in each pair, in one boot, the order alternating.
PAIRS=$1 PINGS=${2:-100}
. /svnic/sw-tests/driver/functions.sh
. /svnic/sw-tests/kvm/functions.sh
. /svnic/sw-tests/kvm/pairs.sh

setting_a() { inner m "ethtool -C eth0 rx-usecs 0"; }
setting_b() { inner m "ethtool -C eth0 rx-usecs 2000"; }
work() {
	# two floods one after the other: requests one at a time, then many at once
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
