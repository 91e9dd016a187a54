#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the guest: does Linux find the card and its VFs, each in an IOMMU group of its own, and read a sound configuration space?
#   enumerate.sh VFS
VFS=$1
. /svnic/sw-tests/guest/functions.sh
find_pf

fail() { echo "FAIL $*"; exit 1; }
cards() { lspci -n | grep -c ' 5653:'; }

[ -n "$PF" ] || fail "no card"
modprobe pci-pf-stub
echo pci-pf-stub >$SYS/$PF/driver_override
echo $PF >/sys/bus/pci/drivers_probe
for round in 1 2; do
	numvfs $VFS || fail "sriov_numvfs refuses $VFS in round $round"
	[ "$(cards)" = $((VFS + 1)) ] || fail "$(cards) functions instead of $((VFS + 1)) in round $round"
	groups=$(for f in $SYS/$PF/virtfn*; do basename "$(readlink $f/iommu_group)"; done | sort -u | wc -l)
	[ "$groups" = $VFS ] || fail "$VFS VFs share $groups IOMMU groups"
	last=$(vf $VFS)
	echo flr >$SYS/$last/reset_method && echo 1 >$SYS/$last/reset || fail "FLR of the last VF"
	lspci -vvv -s ${last#0000:} >/out/vf || fail "lspci of the last VF"
	lspci -vvv -s ${PF#0000:} >/out/pf || fail "lspci of the PF"
	numvfs 0 || fail "VFs cannot be disabled"
	[ "$(cards)" = 1 ] || fail "VFs are still there in round $round"
done
echo "ok $VFS VFs, twice"
