/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The svnic device for QEMU: a physical function, its virtual functions, and the translation between QEMU and TLPs.
 *
 * Everything here runs under the big QEMU lock.
 */
#ifndef SVNIC_QEMU_H
#define SVNIC_QEMU_H

#include "qemu/osdep.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qom/object.h"

#include "card.h"
#include "compat.h"

#define TYPE_SVNIC "svnic"
#define TYPE_SVNIC_VF "svnic-vf"

OBJECT_DECLARE_SIMPLE_TYPE(SvnicState, SVNIC)
OBJECT_DECLARE_SIMPLE_TYPE(SvnicVf, SVNIC_VF)

#define SVNIC_BARS 6

typedef struct SvnicBar {
	MemoryRegion mr;
	PCIDevice *function;
	SvnicState *card;
	int number;
} SvnicBar;

/* All that a VF has: QEMU may make and free it as VF Enable goes, the card keeps its state. */
struct SvnicVf {
	PCIDevice parent_obj;
	SvnicBar bar[SVNIC_BARS];
};

/* A request of the CPU that waits for its completion. */
typedef struct SvnicRequest {
	QLIST_ENTRY(SvnicRequest) next;
	uint16_t tag;
	bool done;
	struct svnic_tlp *completion;
} SvnicRequest;

/* A TLP that found the ring to the card full. */
typedef struct SvnicBacklog {
	QSIMPLEQ_ENTRY(SvnicBacklog) next;
	struct svnic_tlp tlp;
} SvnicBacklog;

/* What this device counts beside the card's own counters. */
typedef struct SvnicCounters {
	uint64_t time_outs;		/* completions of the card that did not come */
	uint64_t cpl_unexpected;
	uint64_t rid_unknown;		/* requests of functions that do not exist (any more) */
	uint64_t dma_faults;		/* answered UR: IOMMU, bus mastering off, nothing there */
	uint64_t dma_read_bytes;
	uint64_t dma_write_bytes;
	uint64_t msi_writes;		/* writes to 0xfeexxxxx */
	uint64_t messages;
	uint64_t config_reads;		/* by the guest */
	uint64_t config_writes;
	uint64_t config_retries;	/* request retry status seen */
	uint64_t mmio_reads;
	uint64_t mmio_writes;
	uint64_t mmio_unsupported;	/* UR or CA for a read of the CPU */
	uint64_t frames_dropped;
} SvnicCounters;

struct SvnicState {
	PCIDevice parent_obj;
	SvnicBar bar[SVNIC_BARS];
	NICConf conf;
	NICState *nic;

	/* properties */
	char *backend;
	char *library;
	char *waves;
	char *pcap;
	char *plant;
	char *stats;
	uint32_t seed;
	uint32_t timeout_ms;

	struct svnic_card *card;
	QLIST_HEAD(, SvnicRequest) requests;
	QSIMPLEQ_HEAD(, SvnicBacklog) backlog;
	uint16_t next_tag;
	bool gone;		/* pulled out: property "gone" */
	bool late;		/* the last request timed out: be less patient with the next */
	bool frames_blocked;	/* the netdev holds frames back */
	SvnicCounters count;

	uint16_t pm_cap;	/* offsets in the PF's configuration space, 0: none */
	uint64_t vf_bar_size[SVNIC_BARS];	/* bytes, 0: none */

	VMChangeStateEntry *run_state;
	Notifier exit;
	Error *no_migration;
};

/* request.c: requests of the CPU to the card, and the loop that serves the card meanwhile */
void svnic_tlp_init(struct svnic_tlp *tlp, uint8_t type);
bool svnic_request(SvnicState *s, struct svnic_tlp *request, struct svnic_tlp *completion);
void svnic_post(SvnicState *s, struct svnic_tlp *tlp);
void svnic_answer(SvnicState *s, const struct svnic_tlp *completion);
bool svnic_serve(SvnicState *s, unsigned int limit);
void svnic_forget(SvnicState *s);

/* dma.c: requests of the card to memory */
void svnic_execute(SvnicState *s, const struct svnic_tlp *tlp);

/* config.c: configuration requests of any function */
uint32_t svnic_config_read(SvnicState *s, PCIDevice *function, uint32_t address, int length);
void svnic_config_write(SvnicState *s, PCIDevice *function, uint32_t address, uint32_t value, int length);
uint32_t svnic_config_dword(SvnicState *s, PCIDevice *function, uint32_t address);
uint64_t svnic_config_bar_size(SvnicState *s, PCIDevice *function, uint32_t address, uint8_t *type);

/* derive.c: QEMU's copy of the PF's configuration space, made from the card's */
bool svnic_derive_init(SvnicState *s, Error **errp);
void svnic_derive_written(SvnicState *s, uint32_t address, uint32_t value, int length);
void svnic_derive_all(SvnicState *s);
void svnic_derive_vf_command(SvnicState *s, PCIDevice *vf);
uint16_t svnic_vf_command(SvnicState *s, uint16_t card_command);

/* bar.c */
void svnic_bar_init(SvnicBar *bar, SvnicState *s, PCIDevice *function, int number, uint64_t size);

/* net.c */
void svnic_net_init(SvnicState *s);
void svnic_net_exit(SvnicState *s);
bool svnic_net_serve(SvnicState *s, unsigned int limit);
void svnic_net_unblock(SvnicState *s);

/* stats.c */
char *svnic_stats_text(SvnicState *s);
void svnic_stats_report(SvnicState *s);

/* pf.c, vf.c */
void svnic_pf_register(void);
void svnic_vf_register(void);

#endif
