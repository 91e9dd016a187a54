# SPDX-License-Identifier: Apache-2.0
# In a guest with QEMU's own devices: svnic-pcicheck on each function, read only; then on endpoints below a root port with writes, and with a
# reset where it has one; then on the VFs of those that have some. What it prints stands in /out, one file a function.
#   others.sh VFS
VFS=$1
. /svnic/sw-tests/guest/functions.sh
CHECK=/svnic/build/pcicheck/svnic-pcicheck

name_of() { echo "$(cut -c3- $SYS/$1/vendor)-$(cut -c3- $SYS/$1/device)-$1"; }
check() { # check FUNCTION KIND OPTION...
	function=$1 out=/out/$(name_of $1)-$2
	shift 2
	timeout 200 $CHECK "$@" $function >$out.tap 2>$out.err
	echo "row $(basename $out): status $?"
	cat $out.err
}
resets() { [ -e $SYS/$1/reset_method ] && grep -q flr $SYS/$1/reset_method && echo --flr; }

for function in $(ls $SYS); do
	check $function read
done
for function in $(ls $SYS | grep -v ^0000:00); do
	[ ! -e $SYS/$function/driver ] || echo $function >$SYS/$function/driver/unbind
	case $(cat $SYS/$function/class) in 0x0604*) continue ;; esac
	check $function write --write $(resets $function)
done
for file in $SYS/*/sriov_numvfs; do
	pf=$(basename "$(dirname $file)")
	bind $pf pci-pf-stub
	echo 0 >$SYS/$pf/sriov_drivers_autoprobe
	echo $VFS >$file
	check $pf vfs
	for link in $SYS/$pf/virtfn*; do
		check "$(basename "$(readlink $link)")" vf --write --flr
	done
done
lspci -nn
