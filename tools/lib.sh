# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts in tools/: where things live, and how they report.

set -euo pipefail

SVNIC_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SVNIC_CACHE=${SVNIC_CACHE:-$HOME/.cache/svnic}
SVNIC_BUILD=$SVNIC_ROOT/build

# Scripts run with Debian's own tools: a Python or meson from elsewhere earlier in PATH must not leak in.
# shellcheck disable=SC2034 # used by the scripts that source this
SYSTEM_PATH=/usr/sbin:/usr/bin:/sbin:/bin

me=$(basename "$0")
say() { printf '%s: %s\n' "$me" "$*"; }
die() { printf '%s: error: %s\n' "$me" "$*" >&2; exit 1; }

# nothing may end without a word
trap 'printf "%s: error: line %s: \"%s\" failed\n" "$me" "$LINENO" "$BASH_COMMAND" >&2' ERR

# took START_NS: seconds since then, one decimal
now_ns() { date +%s%N; }
took() { awk -v a="$1" -v b="$(now_ns)" 'BEGIN { printf "%.1f s", (b - a) / 1e9 }'; }

# need COMMAND GROUP: a clear word instead of "command not found"
need() { command -v "$1" >/dev/null || die "'$1' is missing: run 'tools/setup.sh $2' (as root, once)"; }

# write_if_changed FILE (content on stdin): keeps the time stamp when nothing changed, so that make rebuilds nothing
write_if_changed() {
	local new
	new=$(mktemp "$1.XXXXXX")
	cat >"$new"
	if cmp -s "$new" "$1"; then rm "$new"; else chmod 644 "$new" && mv "$new" "$1"; fi
}

# archives FORMAT: the machine's own Debian archives, a line each, in apt's words (apt-get indextargets): this tree names no host, and mirrors keep working
archives() {
	apt-get indextargets --format "\$(ORIGIN)|$1" 'Created-By: Packages' | sed -n 's/^Debian|//p' | sort -u
}

# archive_uri PATTERN: where the suites live whose names match, e.g. '-security$'; nothing if the machine has none of them
# shellcheck disable=SC2016 # apt expands these
archive_uri() { archives '$(RELEASE) $(REPO_URI)' | awk -v suite="$1" '$1 ~ suite { print $2; exit }'; }

# "[signed-by=...] " of Debian's own key, for a source list of our own
signed_by() {
	local key
	for key in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		[ ! -e "$key" ] || { printf '[signed-by=%s] ' "$key"; return; }
	done
}

# own_apt DIR COMMAND...: apt with a source list (DIR/sources.list), state and cache of its own: the machine's settings are not touched
own_apt() {
	local dir=$1 command=$2
	shift 2
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	"$command" -q -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$dir/lists" \
		-o "Dir::Cache=$dir" -o APT::Sandbox::User=root "$@"
}

# emit_env NAME KEY...: the shell variables KEY... into build/NAME.env (for sh and Python's shlex) and build/NAME.mk (for make)
emit_env() {
	local name=$1 k
	shift
	mkdir -p "$SVNIC_BUILD"
	for k; do printf '%s=%q\n' "$k" "${!k}"; done | write_if_changed "$SVNIC_BUILD/$name.env"
	for k; do printf '%s := %s\n' "$k" "${!k}"; done | write_if_changed "$SVNIC_BUILD/$name.mk"
}

# in_cache_once DIR FUNCTION: fill DIR by FUNCTION (run in an empty folder beside it, errexit on) unless it is there already.
# Atomic, and safe when two builds start at once.
in_cache_once() {
	local dir=$1 fill=$2 tmp rc
	[ -d "$dir" ] && return 0
	mkdir -p "$(dirname "$dir")"
	exec 9>"$dir.lock"
	flock 9
	if [ ! -d "$dir" ]; then
		tmp=$(mktemp -d "$dir.XXXXXX")
		# not "if ! (...)": bash ignores errexit inside a condition, and a failed step would go unseen
		set +e
		(set -e; cd "$tmp"; "$fill")
		rc=$?
		set -e
		[ "$rc" = 0 ] || die "could not make $dir (what there is: $tmp)"
		chmod 755 "$tmp"
		mv "$tmp" "$dir"
	fi
	exec 9>&-
}
