/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* msix: vector table and pending bits of each function (section 7.7.2), and who may send now. */
#ifndef SVNIC_MSIX_H
#define SVNIC_MSIX_H

#include "fifo.h"
#include "svnic/regs.h"
#include "svnic/device.h"

struct msix_vector {
	uint64_t address;
	uint32_t data;
	bool mask;
};

struct msix {
	struct msix_vector vector[SVNIC_MSIX_COUNT];
	uint16_t pending;
	struct list work;	/* a pending vector may be sent */
};

void msix_clear(struct msix *msix);
uint32_t msix_read(const struct card *card, uint8_t fn, uint32_t offset);
void msix_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value);
void msix_notify(struct card *card, uint8_t fn, uint8_t vector);	/* sends, or sets pending */
void msix_update(struct card *card, uint8_t fn);	/* masks or pending bits changed */
int msix_sendable(const struct card *card, uint8_t fn);	/* a pending vector that is not masked, or -1 */

#endif
