# SPDX-License-Identifier: Apache-2.0
# In the guest: what the tests of the driver share. To be sourced; PINGS is set, and VFS where it is counted. One line of TAP per check; test_driver.py reads them.
. /svnic/sw-tests/guest/functions.sh
n=0 failed=0

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)); failed=$((failed + 1)); echo "not ok $n - $*"; }
# check WHAT COMMAND...: the command succeeds
check() { what=$1; shift; if "$@"; then ok "$what"; else not_ok "$what"; fi; }
refused() { what=$1; shift; if "$@" 2>/dev/null; then not_ok "$what"; else ok "$what"; fi; }
finish() { echo "1..$n"; exit $failed; }

own_groups() { [ "$(for v in $(seq $VFS); do readlink $SYS/$PF/virtfn$((v - 1))/iommu_group; done | sort -u | wc -l)" = $VFS ]; } # each of VFS VFs has one

on() { ip netns exec $1 sh -c "$2"; } # on NAMESPACE COMMAND; a script with other tenants says where they are
unanswered() { on $1 "$UNANSWERED"; }
lost_pings() { echo $(($(unanswered $1) - $2)); } # lost_pings TENANT BEFORE: since unanswered said BEFORE
at_most_lost() { [ $(lost_pings $1 $2) -le $3 ]; }
all_come_back() { # all_come_back TENANT ADDRESS [SIZE]
	before=$(unanswered $1)
	on $1 "ping -q -A -c $PINGS -s ${3:-56} $2" >/tmp/pinged
	grep -e transmitted -e rtt /tmp/pinged
	grep -q "^$PINGS packets transmitted" /tmp/pinged && until_true 10 at_most_lost $1 $before 0
}
into_namespace() { # into_namespace VF: in namespace vfN, named vfN, 10.9.0.(100+N) up to VF 155, then 10.9.1.x
	name=$(netdev "$(vf $1)")
	ip netns add vf$1 && ip link set $name netns vf$1 && ip -n vf$1 link set $name name vf$1 &&
		ip -n vf$1 addr add 10.9.$(($1 / 156)).$((100 + $1 % 156))/16 dev vf$1 && ip -n vf$1 link set vf$1 up
}

vf_up() { # vf_up VF: in its namespace, with a carrier
	check "VF $1 has a network device" until_true 20 has_netdev "$(vf $1)"
	check "VF $1 moves into a namespace" into_namespace $1
	check "VF $1 has a carrier" until_true 20 vf_has_carrier $1
}

# pf_up: the driver is loaded; DEV, the PF's device, is 10.9.0.1
pf_up() {
	modprobe svnic
	find_pf
	check "the PF has a network device" until_true 20 has_netdev $PF
	DEV=$(netdev $PF)
	ip addr add 10.9.0.1/16 dev $DEV
	ip link set $DEV up
	check "the PF has a carrier" until_true 20 carrier_is $DEV 1
}
