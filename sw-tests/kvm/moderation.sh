# SPDX-License-Identifier: Apache-2.0
# An experiment for experiment.py (pings.sh): what the interrupts of an assigned VF cost, A: hold-off 0, B: hold-off 2,000 us.
setting_a() { inner m "ethtool -C eth0 rx-usecs 0"; }
setting_b() { inner m "ethtool -C eth0 rx-usecs 2000"; }
. /svnic/sw-tests/kvm/pings.sh
