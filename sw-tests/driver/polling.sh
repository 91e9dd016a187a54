# SPDX-License-Identifier: Apache-2.0
# In the guest: event-based polling (ethtool --set-priv-flags DEV event-polling on). With many events on each CPU, entries are found before their deadline;
# with few it rests; it comes and goes under traffic. How many interrupts that saves depends on how often a busy host lets the guest run: an experiment's matter.
#   polling.sh PINGS ROUNDS
PINGS=$1 ROUNDS=$2
. /svnic/sw-tests/driver/functions.sh

in_vf1() { ip netns exec vf1 "$@"; }
flag() { $1 ethtool --set-priv-flags $2 event-polling $3; } # flag in_vf1|"" DEV on|off
flag_is() { $1 ethtool --show-priv-flags $2 | grep -q "^event-polling *: $3"; }
total() { $1 ethtool -S $2 | awk -v name="^slot[0-9]+_$3:$" '$1 ~ name { n += $2 } END { print n + 0 }'; }

# More system calls than anyone needs, on each CPU
busy() {
	for cpu in $(seq $(nproc)); do
		taskset $((1 << (cpu - 1))) dd if=/dev/zero of=/dev/null bs=1 2>/dev/null &
		hogs="$hogs $!"
	done
}
idle() { kill $hogs && wait $hogs; hogs=; }

# measure: pings of VF 1; interrupts and finds by events meanwhile
measure() {
	interrupts=$(total in_vf1 vf1 interrupts) hits=$(total in_vf1 vf1 poll_hits)
	all_come_back vf1 10.9.0.1
	status=$?
	interrupts=$(($(total in_vf1 vf1 interrupts) - interrupts)) hits=$(($(total in_vf1 vf1 poll_hits) - hits))
	echo "row $1: $interrupts interrupts, $hits finds by events, $PINGS pings"
	return $status
}
rests() { ping -q -c 20 -i 0.01 10.0.2.2 >/dev/null && [ $(total "" $DEV poll_rests) -gt 0 ]; }

pf_up
check "1 VF" numvfs 1
vf_up 1
check "it is off at first" flag_is in_vf1 vf1 off
check "the hold-off, 2,000 us" in_vf1 ethtool -C vf1 rx-usecs 2000
busy
check "all pings come back, by interrupts" measure off
check "... no event found anything" test $hits = 0
check "it is switched on" flag in_vf1 vf1 on
check "... and says so" flag_is in_vf1 vf1 on
check "all pings come back" measure on
check "... found by events" test $hits -ge $((PINGS / 10))
check "it is switched off" flag in_vf1 vf1 off
check "all pings come back, by interrupts again" measure off
check "... no event found anything" test $hits = 0
idle

echo "# answers from the wire come when the CPUs are idle"
ip addr add 10.0.2.15/24 dev $DEV
check "the PF's is switched on" flag "" $DEV on
check "the PF's hold-off, 4,000 us" ethtool -C $DEV rx-usecs 4000
check "events are rare: it rests" until_true 20 rests
check "the wire is still there" ping -q -c 5 -i 0.1 10.0.2.2

echo "# comes and goes under traffic"
before=$(unanswered vf1)
in_vf1 ping -q -f -l 4 10.9.0.1 >/dev/null &
pinging=$!
toggled() { for round in $(seq $ROUNDS); do flag in_vf1 vf1 on && flag in_vf1 vf1 off || return; done; }
check "on and off, $ROUNDS times" toggled
kill $pinging
wait $pinging
check "no ping is lost" until_true 10 at_most_lost vf1 $before 0
at_most_lost vf1 $before 0 || { # what its ends and the card know
	in_vf1 ethtool -S vf1
	ethtool -S $DEV
	in_vf1 cat /proc/net/snmp
	cat /proc/net/snmp
} | grep -v ': 0$' | sed 's/^/# /'
flag in_vf1 vf1 on
in_vf1 ping -q -f -l 4 10.9.0.1 >/dev/null &
pinging=$!
check "it survives a reset" sh -c "echo 1 >$SYS/$(vf 1)/reset"
check "VF 1 has its carrier" until_true 20 vf_has_carrier 1
check "... and is on" flag_is in_vf1 vf1 on
check "VF 1 goes" numvfs 0
kill $pinging
wait $pinging
modprobe -r svnic
finish
