# SPDX-License-Identifier: Apache-2.0
# In the guest: self-tests, error recovery, suspend, and a function that is gone.
#   hardened.sh VFS PINGS
# From a copy: Linux's virtio-9p, which brings /svnic and /out, does not survive a suspend, and a shell reads its script bit by bit.
case $0 in /svnic/*) cp "$0" /tmp/hardened.sh && exec sh /tmp/hardened.sh "$@" ;; esac
VFS=$1 PINGS=$2
. /svnic/sw-tests/driver/functions.sh

in_netns() { [ $1 = - ] || echo ip netns exec $1; }
selftest() { # selftest NAMESPACE|- DEVICE online|offline: all five tests, and all of them pass
	$(in_netns $1) ethtool -t $2 $3 >/tmp/selftest
	result=$?
	sed 's/^/# /' /tmp/selftest
	[ $result = 0 ] && [ $(grep -c '	 0$' /tmp/selftest) = 5 ]
}
said() { dmesg | grep -q "$1"; }
carriers() { carrier_is $DEV 1 && vf_has_carrier 1 && vf_has_carrier 2; }
traffic() { # traffic WHEN
	check "$1: all have their carrier" until_true 30 carriers
	check "$1: VF 1 to PF" all_come_back vf1 10.9.0.1
	check "$1: VF 2 to VF 1" all_come_back vf2 10.9.0.101
}

le() { printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }
aer() { # aer FUNCTION UNCORRECTABLE CORRECTABLE: status bits, by the kernel's aer_inject (struct aer_error_inj)
	bus=0x$(echo $1 | cut -d: -f2) slot=0x$(echo $1 | cut -d: -f3 | cut -d. -f1)
	printf "$(printf '\\%03o\\%03o\\%03o\\000' $bus $slot ${1##*.})$(le $2)$(le $3)$(le 0)$(le 0)$(le 0)$(le 0)$(le 0)" >/dev/aer_inject
}
suspend() { # down to D3hot and back: the kernel's own test of suspend.
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo platform >/sys/power/pm_test && echo freeze >/sys/power/state
}
vfs_up() {
	check "$VFS VFs" numvfs $VFS
	vf_up 1
	vf_up 2
}
no_namespaces() { ip netns del vf1; ip netns del vf2; }

pf_up
vfs_up
traffic "before"

echo "# self-test"
for how in online offline; do
	check "the PF's self-test, $how" selftest - $DEV $how
	check "the VF's self-test, $how" selftest vf1 vf1 $how
done
traffic "after the self-tests"
ip -n vf1 link set vf1 down
check "the self-test of an interface that is down" selftest vf1 vf1 online
ip -n vf1 link set vf1 up
until_true 20 vf_has_carrier 1
(ip netns exec vf1 ping -q -i 0.02 -c 200 10.9.0.102 >/tmp/beside) &
check "a self-test beside a neighbour's traffic" selftest vf2 vf2 online
wait $!
check "... who loses nothing" grep -q " 200 received" /tmp/beside
setpci -s $(vf 1 | cut -d: -f2-) COMMAND=0:4
refused "a self-test without bus mastering" selftest vf1 vf1 online
check "a reset brings the VF back" sh -c "echo 1 >$SYS/$(vf 1)/reset"
traffic "after that reset"

echo "# AER"
modprobe aer_inject || dmesg | tail -3
check "a correctable error of VF 1" aer $(vf 1) 0 1
check "... is told" until_true 20 said "$(vf 1).*severity=Corrected"
check "an error of VF 1 that is not fatal: a completion time-out" aer $(vf 1) 0x4000 0
check "... is recovered from" until_true 20 said "device recovery successful"
traffic "after it"

echo "# suspend"
check "suspend and resume" suspend
traffic "after it"

echo "# surprise removal: test_driver.py pulls the card out when it reads this, and puts it back"
gone_is() { [ "$(setpci -s ${PF#0000:} VENDOR_ID)" = "$1" ]; }
echo "card: out"
check "the card does not answer" until_true 20 gone_is ffff
ip netns exec vf1 ethtool -S vf1 >/dev/null
ethtool -S $DEV >/dev/null
check "VF 1's driver sees it" until_true 20 said "vf1: the card is gone"
check "the PF's driver sees it" until_true 20 said "$DEV: the card is gone"
refused "an interface of it does not come up" sh -c "ip -n vf1 link set vf1 down && ip -n vf1 link set vf1 up"
check "the PF is removed, and its VFs with it" sh -c "echo 1 >$SYS/$PF/remove"
check "nothing of it is left" sh -c "! grep -l 0x5653 $SYS/*/vendor"
echo "card: in"
until_true 20 sh -c "echo 1 >/sys/bus/pci/rescan; sleep 0.2; grep -l 0x5653 $SYS/*/vendor"
pf_up
check "its self-test" selftest - $DEV offline
no_namespaces
vfs_up
traffic "after it"

echo "# a fatal error: AER resets the bus. Linux cannot bring this QEMU's port back (it says so of every device); then the card is taken out and found again"
setpci -s ${PF#0000:} ECAP_AER+c.L=4000:4000 # a completion time-out is fatal now
recoveries() { dmesg | grep -c "AER: device recovery"; }
recovered_or_not() { [ $(recoveries) -gt $before ]; }
before=$(recoveries)
check "a fatal error of the PF" aer $PF 0x4000 0
check "... is told as such" until_true 20 said "$PF.*severity=Uncorrected (Fatal)"
check "... and is over" until_true 60 recovered_or_not
if said "device recovery failed"; then
	check "the card is removed" sh -c "echo 1 >$SYS/$PF/remove"
	echo 1 >/sys/bus/pci/rescan
	no_namespaces
	pf_up
	vfs_up
fi
traffic "after it"
finish
