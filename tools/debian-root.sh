#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/debian-root.sh SUITE [COMMAND...]
#
# Another Debian release as a host of this tree: a root made by debootstrap, kept in $SVNIC_CACHE/debian-root, in which COMMAND
# runs as it would on a machine of that release. Without COMMAND: makes the root, or brings its packages up to date.
#   - the tree is /svnic there, read only; its build/ is build/hosts/SUITE of this tree
#   - the cache is shared, at its own path; what is in it is keyed by versions and contents, so releases do not meet
#   - proxy and CI pass through, and so do the variables named in SVNIC_PASS
# All mounts live in a mount namespace that ends with the command: nothing is left to be unmounted, `rm --one-file-system` of the
# root is safe, and a process that was left behind ends too.
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

GUEST_PATH=/usr/sbin:/usr/bin:/sbin:/bin
CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt

# The same archives that this machine uses, for the other release.
sources_of() {
	local main security
	main=$(archive_uri '^[a-z]+$') security=$(archive_uri '-security$')
	[ -n "$main" ] || die "apt has no Debian archive configured, or 'apt-get update' never ran"
	printf 'deb %s %s main\n' "$main" "$SUITE" "$main" "$SUITE-updates"
	[ -z "$security" ] || printf 'deb %s %s-security main\n' "$security" "$SUITE"
}

# What a machine behind a proxy of its own adds to Debian's certificates.
add_certificates() {
	cp -L /usr/local/share/ca-certificates/*.crt root/usr/local/share/ca-certificates/ 2>/dev/null || return 0
	chroot root update-ca-certificates >>log 2>&1
}

fill() {
	local t
	t=$(now_ns)
	say "making a root of Debian $SUITE (debootstrap, 100 MB)"
	# in a mount namespace of its own: debootstrap mounts /proc in the new root, and may be killed
	unshare --mount debootstrap --variant=minbase --include=ca-certificates,git,make "$SUITE" root "$(archive_uri '^[a-z]+$')" >log 2>&1 ||
		{ tail -5 log >&2; return 1; }
	add_certificates
	sources_of >root/etc/apt/sources.list
	echo 'APT::Install-Recommends "false";' >root/etc/apt/apt.conf.d/90svnic
	printf '#!/bin/sh\nexit 101\n' >root/usr/sbin/policy-rc.d # no service starts in here
	chmod 755 root/usr/sbin/policy-rc.d
	say "root of Debian $SUITE made ($(took "$t"))"
}

bind() { # bind FROM TO [ro]
	mkdir -p "$2"
	mount --bind "$1" "$2"
	[ "${3:-}" != ro ] || mount -o remount,bind,ro "$2"
}

# In the namespace. proc and what hangs on it belong to this process's pid namespace.
mount_all() {
	mount --make-rprivate /
	mount -t proc proc "$ROOT/proc"
	mount --rbind /sys "$ROOT/sys"
	mount --rbind /dev "$ROOT/dev"
	mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
	bind "$SVNIC_CACHE" "$ROOT$SVNIC_CACHE"
	bind "$SVNIC_ROOT" "$ROOT/svnic" ro
	bind "$SVNIC_BUILD/hosts/$SUITE" "$ROOT/svnic/build"
	cp -L /etc/resolv.conf /etc/hosts "$ROOT/etc/"
}

# What the command sees of this machine's environment, as NAME=VALUE
environment() {
	local name
	printf '%s\n' "PATH=$GUEST_PATH" HOME=/root LANG=C.UTF-8 "SVNIC_CACHE=$SVNIC_CACHE" PYTHONDONTWRITEBYTECODE=1 \
		"PIP_CERT=$CA_BUNDLE" "SSL_CERT_FILE=$CA_BUNDLE" PIP_ROOT_USER_ACTION=ignore
	for name in CI {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY $SVNIC_PASS; do
		[ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}"
	done
}

run_inside() {
	local env
	mount_all
	mapfile -t env < <(environment)
	# shellcheck disable=SC2016 # the inner shell expands it
	exec env -i "${env[@]}" chroot "$ROOT" /bin/sh -c 'cd /svnic && exec "$@"' sh "$@"
}

# a process namespace too: what the command leaves behind ends with it
run() {
	mkdir -p "$SVNIC_BUILD/hosts/$SUITE"
	unshare --mount --pid --fork --kill-child "$0" --inside "$SUITE" "$ROOT" "$@"
}

refresh() {
	local t
	t=$(now_ns)
	run sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y full-upgrade' >"$ROOT/../refresh.log" 2>&1 ||
		{ tail -5 "$ROOT/../refresh.log" >&2; die "the root of Debian $SUITE could not be brought up to date"; }
	touch "$ROOT/../fresh"
	say "packages of Debian $SUITE are up to date ($(took "$t"))"
}

SVNIC_PASS=${SVNIC_PASS:-}
if [ "${1:-}" = --inside ]; then
	SUITE=$2 ROOT=$3
	shift 3
	run_inside "$@"
fi
SUITE=${1:?tools/debian-root.sh SUITE [COMMAND...]}
shift
[ "$(id -u)" = 0 ] || die "only root can make and enter a root of another release"
command -v debootstrap >/dev/null || "$SVNIC_ROOT/tools/setup.sh" hosts
# keyed by how it is made
DIR=$SVNIC_CACHE/debian-root/$SUITE-$(declare -f fill sources_of add_certificates | sha256sum | cut -c1-8)
ROOT=$DIR/root
in_cache_once "$DIR" fill
[ -n "$(find "$DIR/fresh" -mtime -1 2>/dev/null)" ] || refresh
[ $# = 0 ] || run "$@"
