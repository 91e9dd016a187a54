# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: tenants and their traffic. To be sourced after functions.sh; PINGS and MEGABYTES are set. A tenant is "here", the PF in this
# guest; "vfN", VF N in a network namespace of this guest; or the name of an inner guest.

# on TENANT COMMAND
on() {
	case $1 in
	here) sh -c "$2" ;;
	vf*) ip netns exec $1 sh -c "$2" ;;
	*) inner "$1" "$2" ;;
	esac
}

# A tenant's canary, put together in its own shell: the text of no command contains it.
canary() { echo "svnic""-tenant-$1"; }
make_data() { # make_data TENANT: /tmp/data.TENANT of MEGABYTES MiB, random, its canary in each 32 KiB
	on $1 "dd if=/dev/urandom of=/tmp/block bs=32k count=1 2>/dev/null; for i in \$(seq $((32 * MEGABYTES))); do echo svnic\"\"-tenant-$1 \$i; cat /tmp/block; done >/tmp/data.$1"
}
listens() { on $1 "rm -f /tmp/got; ($RECEIVE >/tmp/got) >/dev/null 2>&1 &"; until_true 20 on $1 "$RECEIVER_LISTENS"; }
sent() { on $1 "timeout 60 nc $2 5001 </tmp/data.$1"; }
arrived() { until_true 60 on $1 "grep -q . /tmp/got" && on $1 "killall tail; cat /tmp/got"; }
# checked_tcp FROM TO ADDRESS: what FROM sends arrives at TO as it was
checked_tcp() {
	want=$(on $1 "md5sum </tmp/data.$1")
	got=
	listens $2 && sent $1 $3 && got=$(arrived $2)
	check "TCP from $1 to $2, $MEGABYTES MiB, checksums match" test -n "$want" -a "$want" = "$got"
	[ "$want" = "$got" ] || lost_stream $1 $2
}
# lost_stream TENANT TENANT: what the ends of a stream that did not arrive say
lost_stream() {
	for tenant; do
		case $tenant in
		here | vf*) on $tenant "netstat -tn; ip -s link; ethtool -S $([ $tenant = here ] && echo $DEV || echo $tenant)" | sed "s/^/# $tenant: /" ;;
		*) inner_told $tenant ;;
		esac
	done
}
pings() { # pings TENANT ADDRESS
	check "ping from $1 to $2: $PINGS of $PINGS come back" all_come_back $1 $2
}
