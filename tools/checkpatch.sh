#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/checkpatch.sh FILE...: the kernel's own style check, --strict, of the guest's kernel version. No finding is allowed.
# Debian ships checkpatch.pl only in linux-source (140 MB): fetched once, three files of it are kept in the cache.
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

fill() {
	say "fetching $SOURCE=$KVERSION (140 MB)"
	apt-get -q -o APT::Sandbox::User=root download "$SOURCE=$KVERSION" >log 2>&1 || { tail -3 log >&2; return 1; }
	dpkg-deb --fsys-tarfile ./*.deb | tar -xO "./usr/src/$SOURCE.tar.xz" | xz -dc |
		tar -x --strip-components=1 --wildcards '*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
	rm -f ./*.deb
}

[ $# -gt 0 ] || die "which files?"
# shellcheck source=/dev/null
. "$SVNIC_BUILD/guest-kernel.env"
SOURCE=linux-source-$(cut -d. -f1,2 <<<"$KVER")
DIR=$SVNIC_CACHE/checkpatch/$KVERSION
in_cache_once "$DIR" fill
start=$(now_ns)
# its status says that there are findings, too: it must not end this script before they are shown
findings=$(perl "$DIR/scripts/checkpatch.pl" --strict --no-tree --terse --show-types -f "$@" | grep -v '^total: 0 errors, 0 warnings, 0 checks' || true)
[ -z "$findings" ] || { echo "$findings"; die "checkpatch has findings"; }
say "$# files, no finding ($(took "$start"))"
