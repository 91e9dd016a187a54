# SPDX-License-Identifier: Apache-2.0
# In a guest: svnic-pcicheck on the card's PF and on its first and last VF, with writes and resets; what it prints stands in /out.
#   svnic.sh VFS
VFS=$1
. /svnic/sw-tests/guest/functions.sh
CHECK=/svnic/build/pcicheck/svnic-pcicheck

# run NAME ARGUMENT...: its exit status goes to the console
run() {
	name=$1
	shift
	timeout 200 $CHECK "$@" >/out/$name.tap 2>/out/$name.err
	echo "row $name: status $?"
	cat /out/$name.err
}

find_pf
run pf --write --flr $PF
bind $PF pci-pf-stub
run bound --write $PF
echo 0 >$SYS/$PF/sriov_drivers_autoprobe
numvfs $VFS
run pf-vfs $PF
run vf1 --write --flr $(vf 1)
run vfn --write --flr $(vf $VFS)
run pf-after $PF
lspci -xxxx -s ${PF#0000:} >/out/pf.dump
lspci -xxxx -s $(vf $VFS) >/out/vfn.dump
cp $SYS/$PF/resource /out/pf.resource
cp $SYS/$(vf $VFS)/resource /out/vfn.resource
run pf-dump --file /out/pf.dump --resource /out/pf.resource
run vfn-dump --file /out/vfn.dump --resource /out/vfn.resource --pf /out/pf.dump
numvfs 0
