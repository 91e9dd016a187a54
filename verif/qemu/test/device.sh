#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest: the QEMU device with the stub card. One "ok ..." or "FAIL ..." line per check; the status is the number of failures.
SYS=/sys/bus/pci/devices
TOOLS=/svnic/build/qemu
PF=$(basename "$(dirname "$(grep -l 0x5354 $SYS/*/device | head -1)")")
BUS=${PF%%:00.0}
failures=0

check() { # check WHAT COMMAND...
	what=$1
	shift
	if "$@"; then echo "ok $what"; else echo "FAIL $what"; failures=$((failures + 1)); fi
}
put() { echo "$1" >"$2"; }	# put VALUE FILE
bind() { # bind FUNCTION DRIVER
	put "$2" $SYS/$1/driver_override
	[ ! -e $SYS/$1/driver ] || put $1 $SYS/$1/driver/unbind
	for i in $(seq 50); do	# a function that is plugged in is in sysfs a moment before drivers may have it
		put $1 /sys/bus/pci/drivers_probe
		[ "$(basename "$(readlink $SYS/$1/driver)")" != "$2" ] || return 0
		sleep 0.1
	done
	false
}
vf() { basename "$(readlink $SYS/$PF/virtfn$(($1 - 1)))"; }
have_vfs() { [ "$(ls -d $SYS/$PF/virtfn* 2>/dev/null | wc -l)" = $1 ] && [ "$(lspci -n | grep -c 1234:5355)" = $1 ]; }
copy() { bind $1 vfio-pci && $TOOLS/vfio-copy $1; }
flr() { put flr $SYS/$1/reset_method && put 1 $SYS/$1/reset; }
word() { setpci -s $PF $1; }
bridge_reset() {
	rp=$(basename "$(dirname "$(readlink -f $SYS/$PF)")")
	setpci -s $rp BRIDGE_CONTROL=40:40 && sleep 0.1 && setpci -s $rp BRIDGE_CONTROL=0:40 && sleep 0.2
}
# The host compares QEMU's copy with the card when it sees this line, and goes on by itself.
look() { echo "look: $*"; lspci -xxxx -s $PF >/out/pf; cat $SYS/$PF/resource >/out/resource; echo "looked"; sleep 2; }

modprobe -a vfio-pci pci-pf-stub
check "the PF has an extended configuration space" [ "$(word ECAP_SRIOV+e.w)" = 0040 ]
check "PF bound" bind $PF pci-pf-stub
read -r t0 _ </proc/uptime
check "64 VFs" put 64 $SYS/$PF/sriov_numvfs
read -r t1 _ </proc/uptime
echo "# 64 VFs from $t0 to $t1 s of guest time"
check "64 VFs seen" have_vfs 64
look "64 VFs"
check "first VF: DMA, MSI-X, AtomicOp, fault" copy $(vf 1)
check "last VF: DMA, MSI-X, AtomicOp, fault" copy $(vf 64)
check "VF Enable off" put 0 $SYS/$PF/sriov_numvfs
check "no VFs seen" have_vfs 0
look "no VFs"
check "VF Enable on again" put 3 $SYS/$PF/sriov_numvfs
third=$(vf 3)
check "third VF: DMA" copy $third
check "FLR of a VF" flr $third
check "Command is clear after FLR" [ "$(setpci -s $third COMMAND)" = 0000 ]
check "third VF after its FLR: DMA" copy $third
check "FLR of the PF" flr $PF
check "Linux restored 3 VFs" have_vfs 3
check "third VF after FLR of the PF: DMA" copy $third
setpci -s $PF CAP_EXP+8.w=8000:8000
sleep 0.2
check "bare FLR of the PF ends VF Enable" [ "$(word ECAP_SRIOV+8.w)" = 0000 ]
look "FLR"
check "recover" put 0 $SYS/$PF/sriov_numvfs
put 1 $SYS/$PF/remove
put 1 /sys/bus/pci/rescan
bind $PF pci-pf-stub
check "2 VFs" put 2 $SYS/$PF/sriov_numvfs
bridge_reset
check "bus reset ends VF Enable" [ "$(word ECAP_SRIOV+8.w)" = 0000 ]
check "bus reset clears Command" [ "$(word COMMAND)" = 0000 ]
check "bus reset clears BAR 0" [ "$(word BASE_ADDRESS_1)" = 00000000 ]
look "bus reset"
put 0 $SYS/$PF/sriov_numvfs
put 1 $SYS/$PF/remove
put 1 /sys/bus/pci/rescan
check "PF: DMA, MSI-X, AtomicOp, fault" copy $PF

gone() { for i in $(seq 50); do [ -e $SYS/$PF ] || return 0; sleep 0.2; done; false; }
# pciehp: a second of silence after the power went off, then five between the button and the slot's coming on; much more on a busy host
back() { for i in $(seq 200); do [ ! -e $SYS/$PF ] || return 0; sleep 0.2; done; false; }
put $PF $SYS/$PF/driver/unbind
bind $PF pci-pf-stub
put 5 $SYS/$PF/sriov_numvfs
echo "unplug:"
check "unplugged, with 5 VFs" gone
echo "plug:"
check "plugged again" back
check "PF after hotplug: DMA" copy $PF
exit $failures
