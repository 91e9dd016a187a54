#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the guest: the demonstration. Enables VFs, puts each into a network namespace, passes traffic, resets a VF under traffic.
#   demo.sh VFS PINGS MEGABYTES
# Prints one line per step for people and lines "row ..." and "fact ..." for demo.py, which makes the table.
VFS=$1 PINGS=$2 MEGABYTES=$3
. /svnic/sw-tests/guest/functions.sh

say() { read -r up _ </proc/uptime; echo "demo [$up] $*"; }
die() { say "FAILED: $*"; exit 1; }
# await SECONDS WHAT COMMAND...: until_true, or the end
await() {
	bound=$1 what=$2
	shift 2
	until_true $bound "$@" || die "$what did not come within $bound s"
}
in_vf() { vf=$1; shift; ip netns exec vf$vf "$@"; }

# ping_path NAME COMMAND...: counts, never hides a loss
ping_path() {
	name=$1
	shift
	out=$("$@" 2>&1)
	line=$(echo "$out" | grep transmitted) || die "ping $name: $out"
	sent=${line%% *}
	got=$(echo "$line" | sed 's/.*, \([0-9]*\) received.*/\1/')
	rtt=$(echo "$out" | sed -n 's|^rtt.*= [0-9.]*/\([0-9.]*\)/.*|\1|p')
	say "ping $name: $got of $sent, mean ${rtt:-?} ms"
	echo "row ping $name $sent $got ${rtt:--}"
	[ "$sent" = "$got" ] || lost=1
}

pf_up() {
	modprobe svnic || die "the driver does not load"
	find_pf
	await 20 "the PF's network device" has_netdev $PF
	DEV=$(netdev $PF)
	ip addr add 10.0.2.15/24 dev $DEV
	ip link set $DEV up || die "the PF does not come up"
	await 20 "the PF's carrier" carrier_is $DEV 1
	say "PF $PF is $DEV, $(cat /sys/class/net/$DEV/address)"
}

vfs_up() {
	numvfs $VFS || die "sriov_numvfs refuses $VFS"
	for v in $(seq $VFS); do
		await 30 "VF $v's network device" has_netdev "$(vf $v)"
		dev=$(netdev "$(vf $v)")
		ip netns add vf$v
		ip link set $dev name vf$v || die "VF $v keeps the name $dev"
		ip link set vf$v netns vf$v || die "VF $v cannot move into its namespace"
		in_vf $v ip addr add 10.0.2.$((100 + v))/24 dev vf$v
		in_vf $v ip link set lo up
		in_vf $v ip link set vf$v up || die "VF $v does not come up"
	done
	for v in $(seq $VFS); do await 20 "VF $v's carrier" vf_has_carrier $v; done
	say "$VFS VFs are up, each in a network namespace"
}

# Blocks of random bytes, each behind its number: nothing in the stream repeats where a mistake would go unseen.
stream() { for i in $(seq $MEGABYTES); do echo "block $i"; cat /tmp/block; done; }

tcp() { # tcp NAME: MEGABYTES through nc with a checksum on both sides
	name=$1
	dd if=/dev/urandom of=/tmp/block bs=1M count=1 2>/dev/null
	want=$(stream | md5sum)
	in_vf 1 sh -c "$RECEIVE" >/tmp/got &
	await 10 "the receiver" in_vf 1 sh -c "$RECEIVER_LISTENS"
	read -r t0 _ </proc/uptime
	stream | nc 10.0.2.101 5001
	await 20 "the receiver's checksum" test -s /tmp/got
	read -r t1 _ </proc/uptime
	killall tail
	got=$(cat /tmp/got)
	[ "$want" = "$got" ] || die "TCP $name: checksums differ"
	rate=$(awk "BEGIN { printf \"%.1f\", $MEGABYTES * 8.388608 / ($t1 - $t0) }")
	say "TCP $name: $MEGABYTES MiB, checksums match, $rate Mb/s"
	echo "row tcp $name $MEGABYTES $rate"
}

iperf() { # iperf NAME FROM TO-ADDRESS
	in_vf 1 iperf3 -s -1 -D >/dev/null 2>&1
	await 10 "iperf3's server" in_vf 1 sh -c 'netstat -ltn | grep -q :5201'
	rate=$(iperf3 -c 10.0.2.101 -t 3 -f m 2>/dev/null | sed -n 's/.* \([0-9.]*\) Mbits.*receiver/\1/p')
	say "iperf3 $1: ${rate:-failed} Mb/s"
	[ -n "$rate" ] || lost=1
	echo "row iperf $1 ${rate:--}"
}

reset_under_traffic() {
	f=$(vf $VFS)
	other=1
	in_vf $VFS ping -q -i 0.05 -c 1000000 10.0.2.15 >/tmp/noise 2>&1 &
	noise=$!
	(in_vf $other ping -q -i 0.02 -c $PINGS 10.0.2.15 >/tmp/neighbour 2>&1) &
	neighbour=$!
	echo flr >$SYS/$f/reset_method
	echo 1 >$SYS/$f/reset || die "FLR of $f failed"
	wait $neighbour
	kill -INT $noise
	ping_path "neighbour-of-a-reset-VF" cat /tmp/neighbour
	await 20 "VF $VFS after its reset" in_vf $VFS ping -q -c 1 -W 1 10.0.2.15
	say "VF $VFS was reset under traffic and passes traffic again"
}

table() {
	for v in 0 $(seq $VFS); do
		if [ $v = 0 ]; then f=$PF; d=$DEV; run=""; else f=$(vf $v); d=vf$v; run="ip netns exec vf$v"; fi
		line=$($run ip -s -o link show $d)
		mac=$($run cat /sys/class/net/$d/address)
		set -- $(echo "$line" | tr '\\' '\n' | awk '/RX:/ {getline; print $1, $2} /TX:/ {getline; print $1, $2}')
		echo "row function $f $d $mac $2 $1 $4 $3"
	done
}

lost=0
pf_up
vfs_up
ping_path "PF-to-outside" ping -q -A -c $PINGS 10.0.2.2
ping_path "VF1-to-PF" ip netns exec vf1 ping -q -A -c $PINGS 10.0.2.15
[ $VFS -lt 2 ] || ping_path "VF1-to-VF$VFS" ip netns exec vf1 ping -q -A -c $PINGS 10.0.2.$((100 + VFS))
tcp "PF-to-VF1"
iperf "PF-to-VF1"
[ $VFS -lt 2 ] || reset_under_traffic
table
numvfs 0 || die "VFs cannot be disabled"
modprobe -r svnic || die "the driver does not unload"
say "VFs are gone, the driver is unloaded"
exit $lost
