/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * mgmt: local registers, the PF's table of functions, mailbox, statistics, ERROR, and the control events that follow from them.
 * Others tell it in notes: one FIFO per source, each note added when its NOTE_APPLY comes.
 */
#ifndef SVNIC_MGMT_H
#define SVNIC_MGMT_H

#include "fifo.h"
#include "svnic/device.h"
#include "svnic/regs.h"

enum note_source { NOTE_CFG, NOTE_DMA, NOTE_QUEUE, NOTE_TX, NOTE_RX, NOTE_EVENT, NOTE_SOURCES,
	/* those of the wire are rx's too, and pass those of receivers: drops first */
	NOTE_RX_DROP = NOTE_SOURCES, NOTE_RX_UNKNOWN, NOTE_FIFOS };

struct note {
	uint8_t fn;
	bool count;		/* stat += amount ... */
	uint8_t stat;
	uint32_t amount;
	uint32_t bytes;		/* ... and, if not 0, stat + 1 += bytes */
	uint8_t error;		/* SVNIC_ERROR_* bits that rise */
};

struct control {
	uint8_t fn, source, kind;
};

struct local {
	bool link, spoof_check, redirect, rescue, rx_enable;
	uint8_t error, status;	/* ERROR, FUNC_STATUS */
	uint32_t mac_lo;
	uint16_t mac_hi, resources;
	uint32_t from[SVNIC_MBOX_DWS], to[SVNIC_MBOX_DWS];	/* messages from and to the function */
	bool from_waits, to_waits;
	uint64_t stat[SVNIC_STAT_COUNT];
	uint8_t waits;		/* control events in the FIFO: bit kind */
	bool function_waits;	/* FUNCTION about this function is in the FIFO */
};

struct mgmt {
	bool carrier;
	struct fifo notes[NOTE_FIFOS];	/* struct note */
	struct fifo controls;			/* struct control */
};

void mgmt_init(struct card *card);
void mgmt_fini(struct card *card);
void mgmt_note(struct card *card, enum note_source source, const struct note *note);
int mgmt_next_note(const struct card *card, enum note_source source);	/* its statistic, or -1 */
bool mgmt_link(const struct card *card, unsigned int fn);	/* FUNC_CTRL.link */
bool mgmt_is_stat(uint32_t offset);
uint32_t mgmt_read(const struct card *card, uint8_t fn, uint32_t offset);
bool mgmt_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value);	/* false: bad access */

#endif
