#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/step.sh LABEL COMMAND...: runs the command, then one line: what was done, and how long it took.
# What the command prints goes to build/log/LABEL.log and is shown only when it fails (or with V=1).
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

label=$1
shift
log=$SVNIC_BUILD/log/${label//[^[:alnum:]._-]/-}.log
mkdir -p "${log%/*}"
start=$(now_ns)
trap - ERR
rc=0
if [ "${V:-0}" = 1 ]; then
	"$@" 2>&1 | tee "$log" || rc=$?
else
	"$@" >"$log" 2>&1 || rc=$?
fi
if [ "$rc" = 0 ]; then
	printf '%s: done (%s)\n' "$label" "$(took "$start")"
else
	[ "${V:-0}" = 1 ] || tail -n 40 "$log" >&2
	printf '%s: FAILED with status %s (%s); all of it: %s\n' "$label" "$rc" "$(took "$start")" "${log#"$SVNIC_ROOT"/}" >&2
fi
exit "$rc"
