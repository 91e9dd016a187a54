# SPDX-License-Identifier: Apache-2.0
# In a guest: VF 2 belongs to a tenant without manners (hostile.c, by VFIO); VF 1 and PF pass pings and checksummed TCP meanwhile, and lose nothing.
#   hostile.sh MEGABYTES SEED ATTACK...     all without ATTACK
# Lines of TAP; those of hostile itself stand in /out/ATTACK. "row victims ATTACK: ..." says what went by unharmed.
MEGABYTES=$1 SEED=$2
shift 2
PINGS=200
. /svnic/sw-tests/driver/functions.sh
HOSTILE=/svnic/build/sw-tests/hostile

# The neighbours work until /tmp/enough is there, and at least once: 20 pings VF 1 to PF, a checksummed stream from VF 1 to the PF
ping_neighbour() {
	until [ -e /tmp/enough ] && [ -s /tmp/pings ]; do
		ip netns exec vf1 ping -q -i 0.02 -c 20 10.9.0.1 | grep transmitted >>/tmp/pings
	done
}
stream_neighbour() {
	streams=0
	until [ -e /tmp/enough ] && [ $streams -gt 0 ]; do
		sh -c "$RECEIVE" >/tmp/got &
		until_true 20 sh -c "$RECEIVER_LISTENS" || echo "no listener" >>/tmp/stream
		ip netns exec vf1 nc 10.9.0.1 5001 </tmp/data
		until_true 60 test -s /tmp/got || echo "no end" >>/tmp/stream
		killall tail
		cat /tmp/got >>/tmp/stream
		: >/tmp/got
		streams=$((streams + 1))
	done 2>/dev/null
}
all_equal() { [ -s /tmp/stream ] && ! grep -v "^$WANT" /tmp/stream; }

none_lost() { [ -s /tmp/pings ] && until_true 10 at_most_lost vf1 $unanswered 0; }

# Frames for PF and VF 1 that found no descriptor. On a host with too little CPU time a stream of their own may fill a ring; the storm may not.
no_descriptor() {
	{ ethtool -S $DEV; ip netns exec vf1 ethtool -S vf1; } | awk '$1 == "card_rx_drop_no_desc:" { n += $2 } END { print n + 0 }'
}
none_lost_but_by_themselves() { none_lost || at_most_lost vf1 $unanswered $(($(no_descriptor) - dropped)); }

# hostile SECONDS ATTACK: what it says is in /out/ATTACK, and told afterwards
hostile() { timeout $1 $HOSTILE $VF2 $GROUP $2 $SEED $(cat /sys/class/net/$DEV/address) >/out/$2; }
told() { grep -e "^not ok" -e "^#" /out/$1 | sed 's/^not ok/# not ok/'; }
ended_well() { # ended_well PID ATTACK WHAT
	wait $1
	status=$?
	told $2
	check "$2: $3" test $status = 0
}

attack() {
	dropped=$(no_descriptor) unanswered=$(unanswered vf1)
	rm -f /tmp/enough /tmp/stream /tmp/pings
	ping_neighbour &
	pinging=$!
	stream_neighbour &
	streaming=$!
	hostile 300 $1
	status=$?
	touch /tmp/enough
	wait $streaming $pinging
	told $1
	check "$1: the card answers the offender as it should" test $status = 0
	if [ $1 = storm ]; then
		check "$1: the neighbour's pings: none is lost" none_lost
	else
		check "$1: the neighbour's pings: none is lost but to a ring that its own streams filled" none_lost_but_by_themselves
	fi
	check "$1: the neighbour's streams arrive as they were" all_equal
	pings="$(awk '{ n += $1 } END { print n }' /tmp/pings) sent, $(lost_pings vf1 $unanswered) lost"
	echo "row victims $1: pings $pings, $(wc -l </tmp/stream) streams of $MEGABYTES MiB, $(($(no_descriptor) - dropped)) frames without descriptor"
}

# The offender listens while VF 1 talks to the PF, and to an address that nobody has: without the PF's trust, then with it.
listens() { # listens listen|trusted
	rm -f /tmp/enough
	hostile 120 $1 &
	listening=$!
	check "$1: the offender listens" until_true 60 grep -q "^# listens" /out/$1
	check "$1: VF 1 to PF" all_come_back vf1 10.9.0.1
	sent=$(vf1_sent)
	ip netns exec vf1 ping -6 -q -i 0.01 -c 20 -W 1 fe80::99%vf1 >/dev/null # IPv6: QEMU's network would answer for IPv4 addresses that nobody has
	check "$1: VF 1 sent what nobody answers" test $(vf1_sent) -ge $((sent + 20))
	touch /tmp/enough
	ended_well $listening $1 "it hears what it may, and no more"
}
vf1_sent() { ip netns exec vf1 cat /sys/class/net/vf1/statistics/tx_packets; }
listen() {
	ip -n vf1 -6 neigh add fe80::99 lladdr 02:00:00:00:00:99 dev vf1
	listens listen
	check "trusted: ip link set vf trust on" ip link set $DEV vf 1 trust on
	listens trusted
	check "trusted: ... and off" ip link set $DEV vf 1 trust off
	listens listen
}

# hold ATTACK: the offender does DMA without end, in the background
hold() {
	hostile 120 $1 &
	holding=$!
	check "$1: DMA is under way" until_true 60 grep -q "under way" /out/$1
}
held_well() { ended_well $holding $1 "the offender finds the VF as it should be"; } # held_well ATTACK

# VF Enable is cleared behind the kernel's back while DMA of VF 2 is under way: the PF's own traffic, to the wire, loses nothing.
vf_enable() { setpci -s ${PF#0000:} ECAP_SRIOV+8.W=$1:1; }
vanish() {
	ip addr add 10.0.2.15/24 dev $DEV
	hold vanish
	ping -q -i 0.02 -c 200 10.0.2.2 >/tmp/beside &
	pinging=$!
	vf_enable 0
	check "vanish: the offender sees its VF gone" until_true 20 grep -q "^# gone" /out/vanish
	wait $pinging
	check "vanish: the PF's pings to the wire: none is lost" grep -q " 200 received" /tmp/beside
	vf_enable 1
	held_well vanish
	check "vanish: VF 1 comes back by a reset" sh -c "echo 1 >$SYS/$(vf 1)/reset"
	check "vanish: VF 1 has its carrier" until_true 20 vf_has_carrier 1
	check "vanish: VF 1 to PF" all_come_back vf1 10.9.0.1
}

# The PF is reset while VF 2 is held and does DMA: that ends all VFs. VF 1, of this kernel, comes back by itself, VF 2 by its tenant's reset.
outlive() {
	hold outlive
	check "outlive: the PF is reset" sh -c "echo 1 >$SYS/$PF/reset"
	held_well outlive
	check "outlive: VF 1 to PF, without any help" all_come_back vf1 10.9.0.1
}

# The PF's driver goes while VF 2 is held and does DMA: it waits until the tenant has let go.
polite() {
	hold polite
	check "polite: the PF's driver goes" sh -c "echo $PF >/sys/bus/pci/drivers/svnic/unbind"
	held_well polite
	check "polite: no VF is left" test ! -e $SYS/$PF/virtfn0
	ip netns del vf1
	check "polite: the PF's driver comes back" sh -c "echo $PF >/sys/bus/pci/drivers/svnic/bind"
	pf_up
	check "2 VFs" numvfs 2
	vf_up 1
	check "polite: VF 1 to PF" all_come_back vf1 10.9.0.1
}

pf_up
check "2 VFs" numvfs 2
vf_up 1
VF2=$(vf 2)
check "VF 2 goes to vfio-pci" bind "$VF2" vfio-pci
GROUP=$(basename "$(readlink $SYS/$VF2/iommu_group)")
dd if=/dev/urandom of=/tmp/data bs=1M count=$MEGABYTES 2>/dev/null
WANT=$(md5sum </tmp/data)
[ $# -gt 0 ] || set -- $($HOSTILE list) listen vanish outlive polite
for name; do
	echo "# $name"
	case $name in
	listen | vanish | outlive | polite) $name ;;
	*) attack $name ;;
	esac
done
check "no DMA fault but VF 2's" sh -c "! dmesg | grep 'DMAR: .DMA' | grep -v 'device .01:00.2. '"
[ $failed = 0 ] || finish
check "the PF was told of VF 2's errors" sh -c "dmesg | grep -q 'VF 1 reports an error'"
check "... and of nobody else's" sh -c "! dmesg | grep -q 'VF 0 reports an error'"
check "VF 2 comes back to this kernel's driver" bind "$VF2" svnic
vf_up 2
check "VF 2 to PF, as if nothing had been" all_come_back vf2 10.9.0.1
check "no transmit timed out" sh -c "! dmesg | grep -q 'NETDEV WATCHDOG'"
check "VFs go" numvfs 0
modprobe -r svnic
finish
