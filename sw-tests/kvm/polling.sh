# SPDX-License-Identifier: Apache-2.0
# An experiment for experiment.py (pings.sh): event-based polling in the guest of an assigned VF, A: interrupts, with the driver's own moderation of 8 us,
# B: events, with a deadline of 2,000 us.
setting_a() { inner m "ethtool --set-priv-flags eth0 event-polling off && ethtool -C eth0 rx-usecs 8"; }
setting_b() { inner m "ethtool --set-priv-flags eth0 event-polling on && ethtool -C eth0 rx-usecs 2000"; }
. /svnic/sw-tests/kvm/pings.sh
