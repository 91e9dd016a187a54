#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/setup.sh [--check] [build|qemu|guest|python|fuzz|hosts]...   (no group: what `make test` needs, all but fuzz and hosts)
#
# Installs what a group of targets needs: Debian packages (12 and 13) and a Python environment in the cache. Run as often
# as you like: what is there is left alone. `make` calls it by itself. --check only says whether something is missing.
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

TEST_GROUPS=(build qemu guest python)
ALL_GROUPS=("${TEST_GROUPS[@]}" fuzz hosts) # on demand: fuzz, what libFuzzer needs; hosts, what tools/debian-root.sh needs

# Debian packages of each group; the reason stands behind it where the name does not say it.
packages_of() {
	case $1 in
	build) # the model, the Verilated RTL, the SystemC bench, the Icarus netlist runs, the Promela models
		echo gcc g++ make git ca-certificates pkg-config python3 verilator libsystemc-dev iverilog \
			zlib1g-dev spin ;; # zlib: FST traces
	qemu) # the emulator, and what its own configure wants before it writes config-host.h
		echo qemu-system-x86 gcc g++ make dpkg-dev meson ninja-build pkg-config libglib2.0-dev python3 \
			python3-venv xz-utils ;;
	guest) # programs copied into the guest, and what building an external kernel module needs
		# (kernel, headers and busybox are fetched into the cache by guest-kernel.sh, never installed)
		echo kmod cpio iproute2 iputils-ping ethtool iperf3 pciutils zstd xz-utils gcc make libelf-dev \
			bc sparse ;;
	hosts) echo debootstrap util-linux mount ;; # roots of other releases
	python) echo python3 python3-venv libpython3-dev ;; # libpython: cocotb embeds it
	fuzz) echo clang ;;
	*) die "unknown group '$1'; there are: ${ALL_GROUPS[*]}" ;;
	esac
}

missing_of() {
	local have p
	# shellcheck disable=SC2016 # dpkg-query expands these
	have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
	for p; do grep -qx "$p" <<<"$have" || echo "$p"; done
}

install_packages() {
	local t log
	t=$(now_ns)
	[ "$(id -u)" = 0 ] || die "these Debian packages are missing and only root can install them:
    sudo apt-get install --no-install-recommends $*"
	say "installing $# Debian packages: $*"
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update >"$log" 2>&1 || { tail -5 "$log" >&2; die "apt-get update failed"; }
	apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@" >>"$log" 2>&1 ||
		{ tail -20 "$log" >&2; die "apt-get install failed"; }
	rm -f "$log"
	say "Debian packages installed ($(took "$t"))"
}

setup_packages() {
	for g; do packages_of "$g"; done | xargs -n1 | sort -u | xargs | { read -ra p; ensure "${p[@]}"; }
}

ensure() {
	local missing
	mapfile -t missing < <(missing_of "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$CHECK" = 0 ] || { say "missing Debian packages: ${missing[*]}"; exit 1; }
	install_packages "${missing[@]}"
}

# libFuzzer: Debian names its package by the version of clang
setup_libfuzzer() {
	ensure "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}

fill_venv() {
	# a venv knows its own path, so it is made in place and only then declared complete
	PATH=$SYSTEM_PATH python3 -m venv "$VENV"
	"$VENV/bin/pip" install -q --disable-pip-version-check -r "$SVNIC_ROOT/tools/requirements.txt"
	touch "$VENV/complete"
}

# keyed by the requirements and by Debian's Python: another one of either is another environment
setup_venv() {
	local t key
	t=$(now_ns)
	key=$({ cat "$SVNIC_ROOT/tools/requirements.txt"; PATH=$SYSTEM_PATH python3 -V; } | sha256sum | cut -c1-16)
	VENV=$SVNIC_CACHE/venv/$key
	if [ ! -e "$VENV/complete" ]; then
		[ "$CHECK" = 0 ] || { say "the Python environment is missing"; exit 1; }
		say "making the Python environment from tools/requirements.txt"
		mkdir -p "$SVNIC_CACHE/venv"
		(flock 9; [ -e "$VENV/complete" ] || { rm -rf "$VENV"; fill_venv; }) 9>"$VENV.lock"
		say "Python environment ready ($(took "$t")): $VENV"
	fi
	mkdir -p "$SVNIC_BUILD"
	[ "$(readlink "$SVNIC_BUILD/venv" || true)" = "$VENV" ] || ln -sfn "$VENV" "$SVNIC_BUILD/venv"
}

start=$(now_ns)
CHECK=0
if [ "${1:-}" = --check ]; then CHECK=1; shift; fi
[ $# -gt 0 ] || set -- "${TEST_GROUPS[@]}"
for g; do packages_of "$g" >/dev/null; done
command -v dpkg-query >/dev/null || die "this needs Debian 12 or 13 (or a relative with apt)"
setup_packages "$@"
case " $* " in *" python "*) setup_venv ;; esac
case " $* " in *" fuzz "*) setup_libfuzzer ;; esac
say "ready: $* ($(took "$start"))"
