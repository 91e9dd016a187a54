# SPDX-License-Identifier: Apache-2.0
# In the guest: what its scripts share. To be sourced.
SYS=/sys/bus/pci/devices

# find_pf: sets PF to the card's physical function, or to nothing; its VFs stand behind it.
find_pf() { PF=$(grep -l 0x5653 $SYS/*/vendor | head -1 | cut -d/ -f6); }
vf() { basename "$(readlink $SYS/$PF/virtfn$(($1 - 1)))"; } # vf N: the function of VF N, from 1
netdev() { ls $SYS/$1/net 2>/dev/null | head -1; }
has_netdev() { [ -n "$(netdev "$1")" ]; }
numvfs() { echo "$1" >$SYS/$PF/sriov_numvfs; }
vf_has_carrier() { ip netns exec vf$1 grep -q 1 /sys/class/net/vf$1/carrier; } # vf_has_carrier N: as device vfN in namespace vfN
carrier_is() { [ "$(cat /sys/class/net/$1/carrier)" = "$2" ]; }

bind() { # bind FUNCTION DRIVER: this driver has it, and no other may
	modprobe "$2"
	echo "$2" >$SYS/$1/driver_override
	[ ! -e $SYS/$1/driver ] || echo $1 >$SYS/$1/driver/unbind
	echo $1 >/sys/bus/pci/drivers_probe
	[ "$(basename "$(readlink $SYS/$1/driver)")" = "$2" ]
}

# The receiving end of a stream: its digest when the sender has closed. nc ends with its input, which tail holds open until `killall tail`.
RECEIVE="tail -f /dev/null | nc -l -p 5001 | md5sum"
RECEIVER_LISTENS="netstat -ltn | grep -q :5001"

# Pings without an answer so far, by the kernel's counters: ping itself does not wait for a late answer to its last one.
UNANSWERED='awk '\''$1 == "IcmpMsg:" && !n { n = split($0, name); next } $1 == "IcmpMsg:" { for (i = 2; i <= n; i++) v[name[i]] = $i } '
UNANSWERED="$UNANSWERED"'END { print v["OutType8"] - v["InType0"] }'\'' /proc/net/snmp' # one line: it goes to inner guests, too

# until_true SECONDS COMMAND...: waits for a condition, with a bound in the guest's time
seconds() { read -r up _ </proc/uptime; echo ${up%.*}; }
until_true() {
	until=$(($(seconds) + $1))
	shift
	until "$@" 2>/dev/null; do
		[ $(seconds) -le $until ] || return 1
		sleep 0.05
	done
}
