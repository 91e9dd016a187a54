/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Planted faults of the model: each is one condition, and breaks one invariant that a test must find broken (acceptance: a planted
 * fault is semantic and is caught by a comparison or an assertion). PLANT(name in C, name for --plant, invariant that it breaks).
 */
#ifndef SVNIC_PLANTS_H
#define SVNIC_PLANTS_H

#define SVNIC_PLANTS(PLANT) \
	PLANT(no_requeue_on_arm, "model-no-requeue-on-arm", "E1: a queue armed behind its issued completions raises at once") \
	PLANT(spoof_ignores_own, "model-spoof-ignores-own", "switch: an address of another function is spoofed, not only an unknown one") \
	PLANT(ack_forgets, "model-ack-forgets", "E1: entries left by an acknowledgement are notified again") \
	PLANT(pf_writes_for_all, "model-pf-writes-for-all", "isolation: a write carries its own function's requester id") \
	PLANT(mps_off_by_one, "model-mps-off-by-one", "dma: no write is longer than MPS") \
	PLANT(moves_unasked, "model-moves-unasked", "only an event whose queue is movable leaves its home") \
	PLANT(rescued_later, "model-rescued-later", "a RESCUE is told without hold-off")

struct plants {
#define PLANT(c, name, invariant) bool c;
	SVNIC_PLANTS(PLANT)
#undef PLANT
};

#endif
