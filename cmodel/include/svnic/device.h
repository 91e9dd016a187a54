/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The device ABI: everything that a host and an svnic card say to each other.
 *
 * Two libraries implement it, libsvnic-cmodel.so (the golden model) and libsvnic-rtl.so (the Verilated RTL); a host
 * (the QEMU device, the benches, examples/host.c) cannot tell which one it drives. Three things cross it: transaction
 * layer packets (PCI Express Base Specification 5.0, section 2.2), Ethernet frames, and time.
 *
 * A host in six lines:
 *
 *	dev = svnic_device_create(&config, error, sizeof(error));
 *	svnic_device_put_tlp(dev, &request);			// the root port transmits
 *	svnic_device_run(dev, cycles, SVNIC_NS(4));		// the card works
 *	while (svnic_device_get_tlp(dev, &tlp) == 1)		// the root port receives, in PCIe order
 *		answer(&tlp);
 *	svnic_device_destroy(dev);
 *
 * Rules:
 *  - A device belongs to one thread at a time. No function calls back, none blocks, none keeps a pointer it was given.
 *  - Nothing happens inside the card except in svnic_device_run().
 *  - svnic_device_get_tlp() hands out posted requests, non-posted requests and completions in one order that satisfies
 *    the ordering rules of section 2.4 (a completion never overtakes a posted write that was sent before it).
 *  - Cycles and time are two things. A cycle is work done; each cycle carries a time increment that the host chooses.
 *    All timers of the card count time, none counts cycles.
 *  - Numbers are in host byte order; TLP payload is a byte string, byte n of the payload first, as it goes over the link.
 *
 * Errors are negative errno values: -EAGAIN (queue full: run the card, then try again), -EINVAL (not a TLP or frame:
 * refused, nothing changed). What the card does not support is not an error of this interface: it is answered as PCIe says.
 */
#ifndef SVNIC_DEVICE_H
#define SVNIC_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SVNIC_ABI_MAJOR 1
#define SVNIC_ABI_MINOR 1

/* (major << 16) | minor of the library. A host refuses another major, and a minor older than its own. */
uint32_t svnic_abi_version(void);

/* 32.16 fixed point nanoseconds: the time increment of one cycle. At most SVNIC_NS_MAX. */
#define SVNIC_NS(ns) ((uint64_t)(ns) << 16)
#define SVNIC_NS_MAX ((UINT64_C(1) << 48) - 1)

/* What a TLP is (Fmt and Type, table 2-3); the header has 3 or 4 DW as the address demands, hosts need not care. */
enum svnic_tlp_type {
	SVNIC_TLP_MRD = 1,	/* memory read */
	SVNIC_TLP_MWR,		/* memory write */
	SVNIC_TLP_CFGRD0,	/* configuration read, type 0 */
	SVNIC_TLP_CFGWR0,
	SVNIC_TLP_CPL,		/* completion without data */
	SVNIC_TLP_CPLD,
	SVNIC_TLP_FETCHADD,	/* AtomicOps: operands and old value of 4 or 8 bytes */
	SVNIC_TLP_SWAP,
	SVNIC_TLP_CAS,		/* payload: compare value, then swap value */
	SVNIC_TLP_DMWR,		/* deferrable memory write */
	SVNIC_TLP_MSG,		/* message; from the card: error messages ERR_COR, ERR_NONFATAL, ERR_FATAL */
};

enum svnic_cpl_status {	/* section 2.2.9 */
	SVNIC_CPL_SC = 0,	/* successful */
	SVNIC_CPL_UR = 1,	/* unsupported request */
	SVNIC_CPL_RRS = 2,	/* request retry status: configuration during FLR; memory for DMWr */
	SVNIC_CPL_CA = 4,	/* completer abort */
};

enum svnic_attr {
	SVNIC_ATTR_NO_SNOOP = 1,
	SVNIC_ATTR_RELAXED = 2,
};

enum svnic_msg_code {	/* table 2-21 */
	SVNIC_MSG_ERR_COR = 0x30,
	SVNIC_MSG_ERR_NONFATAL = 0x31,
	SVNIC_MSG_ERR_FATAL = 0x33,
};

/* Routing id: bus in bits 15..8, function (ARI, 8 bits) in 7..0. */
typedef uint16_t svnic_rid_t;

#define SVNIC_TLP_MAX_DW 1024	/* payload or request of one TLP: 4,096 bytes */

/*
 * One TLP. Unused members are zero. `dw` is the Length field: double words of payload, or asked for by a read (1..1024;
 * a zero-length read has dw = 1 and first_be = 0). `payload` holds 4 * dw bytes for MWR, CFGWR0, CPLD, DMWR and AtomicOps.
 */
struct svnic_tlp {
	uint32_t size;		/* sizeof(struct svnic_tlp) */
	uint8_t type;		/* enum svnic_tlp_type */
	uint8_t attr;		/* enum svnic_attr */
	bool poisoned;		/* EP: the payload is in error */
	uint8_t tc;		/* traffic class; the card sends 0 */
	svnic_rid_t requester;	/* all TLPs: who asks. In completions: who had asked */
	svnic_rid_t completer;	/* CFGRD0, CFGWR0: the function addressed. CPL, CPLD: the function that answers */
	uint16_t tag;
	uint16_t dw;
	uint8_t first_be;	/* byte enables of the first and last DW, requests only */
	uint8_t last_be;
	uint64_t address;	/* memory: DW-aligned byte address. Config: register number in bytes (0..4092), DW-aligned */
	uint8_t status;		/* CPL, CPLD: enum svnic_cpl_status */
	uint8_t lower_address;	/* CPLD: low 7 bits of the byte address of the first enabled byte */
	uint16_t byte_count;	/* CPL, CPLD: bytes left for this request, this completion included; 4,096 is 4,096 */
	uint8_t msg_code;	/* MSG: enum svnic_msg_code */
	uint8_t reserved[5];
	uint8_t payload[4 * SVNIC_TLP_MAX_DW];
};

#define SVNIC_FRAME_MIN 14	/* shorter ones are refused (-EINVAL); the card pads what it sends to 60 */
#define SVNIC_FRAME_MAX 9216	/* bytes, from the destination address, without preamble and FCS */

struct svnic_frame {
	uint32_t size;		/* sizeof(struct svnic_frame) */
	uint32_t length;	/* bytes of data, SVNIC_FRAME_MIN..SVNIC_FRAME_MAX */
	uint8_t data[SVNIC_FRAME_MAX];
};

struct svnic_device_config {
	uint32_t size;		/* sizeof(struct svnic_device_config) */
	uint32_t seed;		/* initial values of unreset registers, random choices of a model: any value */
	const char *waves;	/* FST file to write, or NULL; -ENOTSUP from a back end that has none */
	const char *plant;	/* verification only: name of a planted fault, or NULL; unknown names are refused */
};

/* What was built: parameters that a host may want to know. */
struct svnic_device_info {
	uint32_t size;		/* in: sizeof(struct svnic_device_info) */
	uint32_t num_vfs;	/* largest TotalVFs */
	uint32_t num_qps;
	uint32_t data_width;	/* bits; 0: the model, which has no width */
	char backend[16];	/* "rtl" or "cmodel" */
};

struct svnic_device;

/* Returns NULL and a sentence in `error` when it cannot. The card comes up as after a fundamental reset, link up. */
struct svnic_device *svnic_device_create(const struct svnic_device_config *config, char *error, size_t error_size);
void svnic_device_destroy(struct svnic_device *dev);	/* closes the wave file; NULL is fine */
void svnic_device_info(const struct svnic_device *dev, struct svnic_device_info *info);

/* A hot reset, or the link going down and up: at once, all functions; TLPs and frames that wait in either direction are lost. */
void svnic_device_reset(struct svnic_device *dev);

/* From the root port to the card. 0, -EAGAIN or -EINVAL. Order is kept. */
int svnic_device_put_tlp(struct svnic_device *dev, const struct svnic_tlp *tlp);

/*
 * Completions that were put and that the card has not taken yet. A host that follows a clock of its own lets no more time pass than
 * the card's reads may wait (16 ms) until they are taken.
 */
uint32_t svnic_device_backlog(const struct svnic_device *dev);

/* From the card to the root port. 1: *tlp was filled; 0: none waits. */
int svnic_device_get_tlp(struct svnic_device *dev, struct svnic_tlp *tlp);

/* From the wire to the card and back. A card that is short of buffers drops and counts, as a card does. */
int svnic_device_put_frame(struct svnic_device *dev, const struct svnic_frame *frame);
int svnic_device_get_frame(struct svnic_device *dev, struct svnic_frame *frame);

/* The wire's carrier (link state of the Ethernet side); up after create. */
void svnic_device_set_carrier(struct svnic_device *dev, bool up);

/*
 * Runs the card for `cycles` cycles of `increment` (32.16 ns, SVNIC_NS()) each. Returns the number of cycles run, which is less
 * than asked for only when the card has nothing left to do before svnic_device_next_due() (then it stops early) or when
 * the queue towards the host is full.
 *
 * No increment jumps past a timer: an increment that would is cut to end where the timer falls due. The rest of the increment is not made up.
 */
uint64_t svnic_device_run(struct svnic_device *dev, uint64_t cycles, uint64_t increment);

/* The card's time: nanoseconds since creation. */
uint64_t svnic_device_now(const struct svnic_device *dev);

/*
 * When does something fall due? SVNIC_DUE_NOW: there is work, run cycles. SVNIC_DUE_NEVER: nothing happens until a TLP or a
 * frame arrives. Else a time in nanoseconds: an idle host waits until then, or jumps there with one cycle of that increment.
 */
#define SVNIC_DUE_NOW UINT64_C(0)
#define SVNIC_DUE_NEVER UINT64_MAX
uint64_t svnic_device_next_due(const struct svnic_device *dev);

/* Cycles run since creation. */
uint64_t svnic_device_cycles(const struct svnic_device *dev);

#ifdef __cplusplus
}
#endif

#endif
