# SPDX-License-Identifier: Apache-2.0
# In the guest: the kernel's packet generator sends in bursts. What that costs in MMIO, and whether rings can be taken away meanwhile.
#   flood.sh FRAMES ROUNDS PART...
# Parts: "count": FRAMES frames from PF to VF 1; when a line "count: NAME" comes, test_driver.py puts the card's counters into /out/NAME.
# "taken": ROUNDS times the PF's rings are exchanged, and ROUNDS times it is reset, in the middle of a flood.
FRAMES=$1 ROUNDS=$2
shift 2
PINGS=20
. /svnic/sw-tests/driver/functions.sh
PKTGEN=/proc/net/pktgen

# prepare COUNT BYTES ADDRESS: bursts of 32 from the PF, COUNT frames or (0) until its carrier goes
prepare() {
	echo rem_device_all >$PKTGEN/kpktgend_0
	echo "add_device $DEV" >$PKTGEN/kpktgend_0
	for setting in "count $1" "pkt_size $2" "burst 32" "dst_mac $3" "dst 10.9.9.9"; do echo "$setting" >$PKTGEN/$DEV; done
}
flood() { echo start >$PKTGEN/pgctrl; } # returns when they are sent
flooded() { sed -n 's/.*pkts-sofar: \([0-9]*\).*/\1/p' $PKTGEN/$DEV; }
is_under_way() { [ "$(flooded)" -gt 100 ]; }

count() { # count NAME: the card's counters now
	echo "count: $1"
	until_true 20 test -s /out/$1
}
difference() { echo $(($(sed -n "s/^$1=//p" /out/after) - $(sed -n "s/^$1=//p" /out/before))); }
fewer_than() { echo "# $2: $(difference $2) for $FRAMES frames"; [ $(($(difference $2) * $1)) -lt $FRAMES ]; } # fewer_than N COUNTER: than one in N frames

# Acknowledgements and arms are writes, too, and a queue that is stopped rings: how often depends on how busy the host is.
frames_only() {
	ethtool -C $DEV rx-usecs 2000 && ip netns exec vf1 ethtool -C vf1 rx-usecs 2000
	for queue in /sys/class/net/$DEV/queues/tx-*; do echo 100000 >$queue/byte_queue_limits/limit_min || return 1; done
}
no_fault() { ! dmesg | grep 'DMAR: .DMA'; }

# In the middle of a flood of large frames COMMAND takes the rings away; then the PF works.
taken() { # taken COMMAND
	prepare 0 9000 02:00:00:00:00:09
	flood &
	flooding=$!
	until_true 20 is_under_way || return 1
	$1
	result=$?
	wait $flooding
	[ $result = 0 ] && no_fault && until_true 20 carrier_is $DEV 1
}
other_rings() { ethtool -G $DEV tx $((128 << round % 2)); }
reset_pf() { echo 1 >$SYS/$PF/reset; }
taken_each_round() { # taken_each_round COMMAND
	for round in $(seq $ROUNDS); do no_fault && taken $1 || return 1; done
}

modprobe pktgen
pf_up
for part; do
	echo "# $part"
	case $part in
	count)
		check "1 VF" numvfs 1
		vf_up 1
		check "no other reason for a write than frames: few interrupts, no limit in bytes" frames_only
		prepare $FRAMES 60 "$(ip netns exec vf1 cat /sys/class/net/vf1/address)"
		count before
		check "$FRAMES frames in bursts" flood
		count after
		check "VF 1 got some of them" test "$(ip netns exec vf1 cat /sys/class/net/vf1/statistics/rx_packets)" -gt $((FRAMES / 20))
		check "fewer than one in 4 frames: MMIO writes" fewer_than 4 mmio_writes
		check "fewer than one in 100 frames: MMIO reads" fewer_than 100 mmio_reads
		ip netns del vf1
		check "no VF" numvfs 0
		;;
	taken)
		ip link set $DEV mtu 9000
		check "other rings, $ROUNDS times" taken_each_round other_rings
		check "a reset, $ROUNDS times" taken_each_round reset_pf
		;;
	esac
done
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"
check "no DMA fault" no_fault
modprobe -r svnic
finish
