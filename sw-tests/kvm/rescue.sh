# SPDX-License-Identifier: Apache-2.0
# An experiment for experiment.py (contended.sh): what rescue adds to redirection when the host preempts a vCPU, A: redirection alone, B: rescue, too.
setting_a() { switch redirect 1 && switch rescue 0; }
setting_b() { switch redirect 1 && switch rescue 1; }
. /svnic/sw-tests/kvm/contended.sh
