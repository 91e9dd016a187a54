#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The guest's kernel: Debian's current one, its modules, the headers of exactly that version, and a static busybox.
# Fetched with `apt-get download` and unpacked into the cache; nothing is installed on this machine.
#
# GUEST_KERNEL_SUITE=bookworm-backports (any suite of Debian's archive): that suite's kernel instead, by a source list of our own.
# Its headers carry programs built for that suite's libc: a newer release than this machine's wants tools/debian-root.sh.
#
# Writes build/guest-kernel.env (sh) and build/guest-kernel.mk (make), or with a suite build/guest-kernel-SUITE.env and .mk:
#   KVER      release, as uname -r says in the guest          VMLINUZ  the image
#   KROOT     root of the unpacked packages                   MODULES  lib/modules/KVER, with modules.dep
#   KDIR      for `make -C $KDIR M=... modules`               BUSYBOX  a static busybox
#   KVERSION  the package version
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

SUITE=${GUEST_KERNEL_SUITE:-}
LISTS=$SVNIC_CACHE/apt/$SUITE

# kernel_apt COMMAND...: this machine's apt, or one that knows the suite alone
kernel_apt() { if [ -n "$SUITE" ]; then own_apt "$LISTS" "$@"; else "$1" -q -o APT::Sandbox::User=root "${@:2}"; fi; }

# Once a day, or when a package that was listed is gone. Without the network the lists of last time will do.
update_lists() {
	local uri
	uri=$(archive_uri '^[a-z]+$')
	[ -n "$uri" ] || die "apt has no Debian archive configured, or 'apt-get update' never ran"
	mkdir -p "$LISTS"
	(
		flock 9
		[ -n "$(find "$LISTS/fresh" -mtime -1 2>/dev/null)" ] && exit 0
		printf 'deb %s%s %s main\n' "$(signed_by)" "$uri" "$SUITE" >"$LISTS/sources.list"
		if kernel_apt apt-get update -o APT::Update::Error-Mode=any >"$LISTS/log" 2>&1; then
			touch "$LISTS/fresh"
		else
			tail -3 "$LISTS/log" >&2
			[ -e "$LISTS/fresh" ] || die "cannot read the lists of $SUITE"
			say "cannot read the lists of $SUITE; going on with those of $(date -r "$LISTS/fresh" +%F)" >&2
		fi
	) 9>"$LISTS/lock"
}

# field PACKAGE FIELD: of the version that apt would install
field() { kernel_apt apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p" | head -n1; }

# Depends of a package as names, those that match a pattern only
depends() { field "$1" Depends | tr ',|' '\n\n' | awk '{ print $1 }' | grep -E "$2" || true; }

resolve() {
	IMAGE=$(depends linux-image-amd64 '^linux-image-[0-9]' | head -n1)
	KVER=${IMAGE#linux-image-}
	KVERSION=$(field "$IMAGE" Version)
	HEADERS=linux-headers-$KVER
}

# -common and linux-kbuild come as dependencies of the headers, and newer images as three packages; every one in the kernel's own version
packages() {
	printf '%s=%s\n' "$IMAGE" "$KVERSION" "$HEADERS" "$KVERSION"
	depends "$IMAGE" '^linux-(base|binary|modules)-[0-9]' | sed "s/\$/=$KVERSION/"
	depends "$HEADERS" '^linux-(headers-.*-common|kbuild-.*)$' | sed "s/\$/=$KVERSION/"
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
	{ kernel_apt apt-get download "${list[@]}" && apt-get -q -o APT::Sandbox::User=root download busybox-static; } >log 2>&1 || {
		tail -3 log >&2
		[ -z "$SUITE" ] || touch -d 2000-01-01 "$LISTS/fresh"
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
[ -z "$SUITE" ] || update_lists
resolve
if [ -z "$KVERSION$SUITE" ]; then
	[ "$(id -u)" = 0 ] || die "apt knows no linux-image-amd64: run 'apt-get update' as root"
	apt-get -q update >/dev/null
	resolve
fi
[ -n "$KVERSION" ] || die "apt knows no linux-image-amd64${SUITE:+ of $SUITE}"

DIR=$SVNIC_CACHE/guest-kernel/$KVER-${KVERSION//[:~]/_}-$(declare -f packages relocate_headers fill | sha256sum | cut -c1-8)
in_cache_once "$DIR" fill
# shellcheck disable=SC2034 # named in emit_env
{
	KROOT=$DIR/root
	MODULES=$KROOT/lib/modules/$KVER
	VMLINUZ=$KROOT/boot/vmlinuz-$KVER
	[ -e "$VMLINUZ" ] || VMLINUZ=$MODULES/vmlinuz # newer packages leave copying it to their scripts
	KDIR=$KROOT/usr/src/linux-headers-$KVER
	BUSYBOX=$KROOT/bin/busybox
}
NAME=guest-kernel${SUITE:+-$SUITE}
emit_env "$NAME" KVER KVERSION KROOT VMLINUZ MODULES KDIR BUSYBOX
say "kernel $KVER ($KVERSION): build/$NAME.env and .mk written ($(took "$start"))"
