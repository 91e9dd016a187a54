#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The headers of exactly the QEMU that is installed, so that verif/qemu can be loaded into it.
#
# A device in a plugin shares QEMU's struct layouts, and those depend on the Debian point release and on config-host.h.
# So: the source of the same version from Debian, its own configure, its own QAPI generator; what is kept is the header
# tree. The machine's apt settings are not touched (source list, state and cache of our own).
#
# tools/qemu-headers.sh --check VERSION   says only whether that QEMU ("10.0.2") can carry the card, and if not, why
#
# Writes build/qemu.env (sh) and build/qemu.mk (make):
#   QEMU_BIN         the emulator
#   QEMU_PKGVERSION  what qmp_query_version()->package says, less the binNMU suffix "+bN" (strip it there too)
#   QEMU_SRC         QEMU's include/ folder        QEMU_GEN  config-host.h and qapi/
#   QEMU_CFLAGS      all that a plugin's compile line needs
#   QEMU_EXPORTS     the dynamic symbols the binary exports, one a line, sorted
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

PKG=qemu-system-x86
QEMU_BIN=/usr/bin/qemu-system-x86_64

# shellcheck disable=SC2016 # apt expands these
source_list() { archives '$(REPO_URI) $(RELEASE) $(COMPONENT)' | sed "s|^|deb-src $(signed_by)|"; }

fetch_source() {
	mkdir -p apt
	source_list >apt/sources.list
	[ -s apt/sources.list ] || die "apt has no Debian archive configured, or 'apt-get update' never ran"
	own_apt "$PWD/apt" apt-get update >apt/log 2>&1 || { tail -5 apt/log >&2; return 1; }
	own_apt "$PWD/apt" apt-get source --download-only "$SOURCE=$VERSION" >>apt/log 2>&1 || {
		tail -5 apt/log >&2
		say "if Debian no longer has $SOURCE $VERSION, upgrade: apt-get install $PKG" >&2
		return 1
	}
	dpkg-source --no-check -x ./*.dsc src >>apt/log
}

# configure without features: none of them is in a struct that a device sees, and the plugin checks sizes when it loads
configure_headers() {
	local flags=(--disable-system --disable-user --without-default-features --disable-werror --disable-install-blobs)
	grep -q -- --disable-download src/configure && flags+=(--disable-download)
	mkdir bld
	(cd bld && PATH=$SYSTEM_PATH ../src/configure "${flags[@]}" >configure.log 2>&1) ||
		{ tail -20 bld/configure.log >&2; return 1; }
	(cd src && PATH=$SYSTEM_PATH python3 -B scripts/qapi-gen.py -o ../gen/qapi -b qapi/qapi-schema.json)
	cp bld/config-host.h gen/
	# made by QEMU's build from its targets' configurations; it only poisons names that device code must not use
	echo '/* no targets configured */' >gen/config-poison.h
	rm -f gen/qapi/*.c gen/qapi/*.trace-events
}

fill() {
	local t
	t=$(now_ns)
	say "fetching the source of $SOURCE $VERSION (24..35 MB) with a source list of our own"
	fetch_source
	say "source unpacked after $(took "$t"); configuring for its headers"
	configure_headers
	cp -r src/include include
	nm -D --defined-only "$QEMU_BIN" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u >exports
	mv bld/configure.log configure.log
	rm -rf src bld apt ./*.dsc ./*.tar.* ./*.diff.gz
	say "headers ready after $(took "$t")"
}

# in_range VERSION FIRST LAST
in_range() { [ "$(printf '%s\n' "$2" "$1" "$3" | sort -V | sed -n 2p)" = "$1" ]; }

# Versions that build and start, and then do not work, by name: nobody should have to find that out again.
refuse_broken() {
	local version=$1 first last
	while read -r first last; do
		! in_range "$version" "$first" "$last" ||
			die "QEMU $version maps 64-bit BARs of virtual functions to wrong addresses, so that no VF works (broken from $first to $last): upgrade $PKG"
	done <<-END
		10.0.0 10.0.5
		10.1.0 10.1.1
	END
	in_range "$version" 7.2 999 || die "QEMU $version is too old: its SR-IOV or plugins are not complete before 7.2"
}

if [ "${1:-}" = --check ]; then
	refuse_broken "$2"
	say "QEMU $2: no known reason against it"
	exit
fi
start=$(now_ns)
[ -x "$QEMU_BIN" ] || die "$PKG is not installed: run 'tools/setup.sh qemu' (as root, once)"
for c in dpkg-source meson ninja pkg-config; do need "$c" qemu; done
# shellcheck disable=SC2016 # dpkg-query expands these
read -r SOURCE VERSION < <(dpkg-query -W -f '${source:Package} ${source:Version}\n' "$PKG")
refuse_broken "$("$QEMU_BIN" --version | sed -n '1s/.* version \([0-9.]*\).*/\1/p')"
QEMU_PKGVERSION=$("$QEMU_BIN" --version | sed -n '1s/.*(\(.*\)).*/\1/p' | sed 's/+b[0-9]*$//')
[ "$QEMU_PKGVERSION" = "Debian $VERSION" ] || die "$QEMU_BIN says '$QEMU_PKGVERSION', dpkg says '$VERSION'"

# keyed by how they are made too: another way is another set of headers
dir=$SVNIC_CACHE/qemu-headers/${VERSION//[:~]/_}-$(declare -f fetch_source configure_headers fill | sha256sum | cut -c1-8)
in_cache_once "$dir" fill
# shellcheck disable=SC2034 # named in emit_env
{
	QEMU_SRC=$dir/include
	QEMU_GEN=$dir/gen
	QEMU_EXPORTS=$dir/exports
	QEMU_CFLAGS="-I$QEMU_GEN -I$QEMU_SRC $(PATH=$SYSTEM_PATH pkg-config --cflags glib-2.0) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_LARGEFILE_SOURCE -std=gnu11 -fno-strict-aliasing -fno-common -fwrapv -fPIC"
}
emit_env qemu QEMU_BIN QEMU_PKGVERSION QEMU_SRC QEMU_GEN QEMU_EXPORTS QEMU_CFLAGS
say "QEMU $VERSION: build/qemu.env and build/qemu.mk written ($(took "$start"))"
