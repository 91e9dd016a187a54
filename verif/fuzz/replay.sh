#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# verif/fuzz/replay.sh FOLDER: each input through the model behind its ABI, with sanitizers, then through RTL and model in lock-step; totals.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1
out=build/fuzz/replay.txt
build/fuzz/fuzz "$1" 2>build/fuzz/names.txt || { tail -n 20 build/fuzz/names.txt >&2; exit 1; }
: >$out
for input in "$1"/*; do
	build/lockstep/512-64/lockstep --input="$input" >>$out 2>&1 || { tail -n 60 $out >&2; exit 1; }
done
sed -n 's/^lockstep: 512 bit.*: \([0-9]*\) cycles, \([0-9]*\) requests, [0-9]* doorbells, \([0-9]*\) completions, frames \([0-9]*\) in.* delivered, \([0-9]*\) TLPs.*/\1 \2 \3 \4 \5/p' $out |
	awk '{ c += $1; r += $2; m += $3; f += $4; t += $5 }
	     END { print "lockstep: " NR " inputs, " r + m + f " TLPs and frames accepted (" r " requests, " m " completions, " f " frames), " t " TLPs compared, " c " cycles, equal" }'
