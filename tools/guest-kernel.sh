#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The guest's kernel: Debian's current one, its modules, the headers of exactly that version, and a static busybox.
# Fetched with `apt-get download` and unpacked into the cache; nothing is installed on this machine.
#
# Writes build/guest-kernel.env (sh) and build/guest-kernel.mk (make):
#   KVER      release, as uname -r says in the guest          VMLINUZ  the image
#   KROOT     root of the unpacked packages                   MODULES  lib/modules/KVER, with modules.dep
#   KDIR      for `make -C $KDIR M=... modules`               BUSYBOX  a static busybox
#   KVERSION  the package version
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

# field PACKAGE FIELD: of the version that apt would install
field() { apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p" | head -n1; }

# Depends of a package as names, those that match a pattern only
depends() { field "$1" Depends | tr ',|' '\n\n' | awk '{ print $1 }' | grep -E "$2" || true; }

resolve() {
	IMAGE=$(depends linux-image-amd64 '^linux-image-[0-9]' | head -n1)
	KVER=${IMAGE#linux-image-}
	KVERSION=$(field "$IMAGE" Version)
	HEADERS=linux-headers-$KVER
}

# -common and linux-kbuild come as dependencies of the headers; every one in the kernel's own version
packages() {
	printf '%s=%s\n' "$IMAGE" "$KVERSION" "$HEADERS" "$KVERSION"
	depends "$HEADERS" '^linux-(headers-.*-common|kbuild-.*)$' | sed "s/\$/=$KVERSION/"
	echo busybox-static
}

# The headers refer to /usr/src and /usr/lib by absolute path, in links and in two small makefiles: point them at the copy.
relocate_headers() {
	local root=$1 link to
	find "$root/usr/src" "$root/usr/lib" "$root/lib" -type l -lname '/*' 2>/dev/null | while read -r link; do
		to=$(readlink "$link")
		case $to in
		/usr/* | /lib/*) [ ! -e "$root$to" ] || ln -sfn "$DIR/root$to" "$link" ;;
		esac
	done
	grep -rlE '/usr/(src|lib)/linux-' "$root/usr/src/linux-headers-$KVER" --include=Makefile --include=.kernelvariables \
		| xargs -r sed -i -E "s#(^|[^[:alnum:]_./-])/usr/(src|lib)/linux-#\1$DIR/root/usr/\2/linux-#g"
}

fill() {
	local t list deb
	t=$(now_ns)
	mapfile -t list < <(packages)
	say "fetching ${list[*]} (80..120 MB)"
	apt-get -q -o APT::Sandbox::User=root download "${list[@]}" >log 2>&1 || {
		tail -3 log >&2
		say "if a version is no longer there, 'apt-get update' (as root) brings the current list" >&2
		return 1
	}
	for deb in ./*.deb; do dpkg-deb -x "$deb" root; done
	rm -f ./*.deb
	# Debian 13 ships /usr/lib/modules and /usr/bin/busybox: the same path for everyone
	mkdir -p root/lib root/bin
	[ -d root/lib/modules ] || ln -s ../usr/lib/modules root/lib/modules
	[ -e root/bin/busybox ] || ln -s ../usr/bin/busybox root/bin/busybox
	PATH=$SYSTEM_PATH depmod -b "$PWD/root" "$KVER"
	relocate_headers "$PWD/root"
	# what a guest never needs
	rm -rf root/usr/share/doc root/usr/share/man root/usr/share/lintian root/usr/share/bug
	say "guest kernel $KVER ready after $(took "$t")"
}

start=$(now_ns)
need depmod guest
resolve
if [ -z "$KVERSION" ]; then
	[ "$(id -u)" = 0 ] || die "apt knows no linux-image-amd64: run 'apt-get update' as root"
	apt-get -q update >/dev/null
	resolve
fi
[ -n "$KVERSION" ] || die "apt knows no linux-image-amd64"

DIR=$SVNIC_CACHE/guest-kernel/$KVER-${KVERSION//[:~]/_}-$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-8)
in_cache_once "$DIR" fill
# shellcheck disable=SC2034 # named in emit_env
{
	KROOT=$DIR/root
	VMLINUZ=$KROOT/boot/vmlinuz-$KVER
	MODULES=$KROOT/lib/modules/$KVER
	KDIR=$KROOT/usr/src/linux-headers-$KVER
	BUSYBOX=$KROOT/bin/busybox
}
emit_env guest-kernel KVER KVERSION KROOT VMLINUZ MODULES KDIR BUSYBOX
say "kernel $KVER ($KVERSION): build/guest-kernel.env and .mk written ($(took "$start"))"
