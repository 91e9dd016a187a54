/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svnic-pcicheck: what its files share. A function's configuration space is held against a table of
 * rules; the section numbers are those of the PCI Express Base Specification 5.0.
 */
#ifndef PCICHECK_H
#define PCICHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPEC		"PCIe 5.0"
#define CONFIG_SIZE	4096
#define LEGACY_SIZE	256
#define BARS		6

/* ---- a function -------------------------------------------------------------------------------- */

struct cap {
	uint16_t at, id;
	uint8_t version;	/* extended capabilities only */
};

enum chain_fault { CHAIN_SOUND, CHAIN_LOOP, CHAIN_RANGE, CHAIN_UNALIGNED };

/* What a walk along a list of capabilities found; the walk ends at a loop or a pointer out of range. */
struct chain {
	struct cap cap[(CONFIG_SIZE - LEGACY_SIZE) / 4];
	unsigned int count;
	bool loop, range, unaligned;
	uint16_t loop_at, range_at, unaligned_at;	/* where the bad pointer stands */
	uint16_t loop_to, range_to, unaligned_to;	/* what it says */
};

struct function {
	char name[64];
	uint8_t config[CONFIG_SIZE];	/* as read at the start */
	unsigned int size;		/* bytes of it that are known: 256 or 4096 */
	bool vf;
	int number;			/* function number, 8 bits as ARI counts; -1: unknown */
	int type;			/* Device/Port Type; -1: no PCI Express capability */
	bool sizes_known;		/* bar_size is what the kernel or --resource says */
	uint64_t bar_size[BARS];	/* bytes; 0: no such BAR */
	struct function *pf;		/* of a VF, where known */
	struct chain caps, ecaps;
	int fd;				/* of the living function's config; -1: a dump */
	bool bound;			/* a driver has it */
};

uint32_t get(const struct function *f, unsigned int at, unsigned int width);	/* width in bytes; beyond the end: 0 */
const struct cap *find_cap(const struct function *f, unsigned int id);
const struct cap *find_ecap(const struct function *f, unsigned int id);
unsigned int cap_at(const struct function *f, unsigned int id);		/* 0: none */
unsigned int ecap_at(const struct function *f, unsigned int id);
void walk_chains(struct function *f);
void report_unknown(const struct function *f);		/* "# not checked" */
/* bytes; 0: not decoded */
unsigned int cap_length(const struct function *f, const struct cap *cap, bool extended);

/* ---- its BARs ---------------------------------------------------------------------------------- */

enum presence { BAR_ABSENT, BAR_PRESENT, BAR_UNKNOWN };

struct bar {
	bool io, wide, prefetch, upper;	/* upper: the second half of a pair */
	unsigned int type;		/* bits 2:1 */
	uint64_t base, size;		/* size 0: unknown */
	enum presence there;
};

unsigned int bar_count(const struct function *f);
void decode_bars(const struct function *f, unsigned int at, unsigned int count, struct bar *bars);
/* those that MSI-X counts; false: a VF without its PF */
bool memory_bars(const struct function *f, struct bar *bars);

/* ---- rules ------------------------------------------------------------------------------------- */

/* NA: the rule says nothing about this function. UNKNOWN: it does, and cannot be decided; `why` says why. */
enum verdict { PASS, FAIL, NA, UNKNOWN };
enum level { SHALL, SW_SHALL, SHOULD };	/* of the device; of the software that programmed it; odd, no more */
enum who { ANYONE, NOT_VF, VF_ONLY };
enum where { IN_HEADER, IN_CAP, IN_ECAP };
enum mode { READ = 0, WRITE = 1, RESET = 2 };

#define TYPE(n)		(1u << (n))
#define ENDPOINT	TYPE(0)
#define LEGACY		TYPE(1)
#define RCIEP		TYPE(9)
#define LINKED		(ENDPOINT | LEGACY)
#define ENDPOINTS	(LINKED | RCIEP)
#define TO_PCI		(TYPE(7) | TYPE(8))
#define PCIE		0xffffu
#define NOT_BRIDGE	(PCIE & ~TO_PCI)

#define ID_PM		0x01
#define ID_MSI		0x05
#define ID_PCIE		0x10
#define ID_MSIX		0x11
#define ID_EA		0x14
#define ID_AER		0x0001
#define ID_DSN		0x0003
#define ID_ACS		0x000d
#define ID_ARI		0x000e
#define ID_SRIOV	0x0010

struct check;
typedef enum verdict check_fn(struct check *c);

struct rule {
	const char *id, *section, *text;
	enum level level;
	enum who who;
	uint16_t types;		/* set of Device/Port Types; 0: any function, PCI too */
	enum where where;
	uint16_t cap;		/* the rule needs this capability, offset counts from it */
	uint16_t offset;
	uint8_t width;		/* bytes */
	const char *reg;
	check_fn *check;
	uint32_t mask, w1c;	/* for the general checks; w1c: written as 0 */
};

struct rules {
	enum mode mode;
	const struct rule *rule;
	unsigned int count;
};

#define HDR(offset, width, reg)		IN_HEADER, 0, offset, width, reg
#define CAP(id, offset, width, reg)	IN_CAP, id, offset, width, reg
#define ECAP(id, offset, width, reg)	IN_ECAP, id, offset, width, reg
#define RULES(name, mode, array)	const struct rules name = { mode, array, sizeof(array) / sizeof(array[0]) }

extern const struct rules header_rules, bar_rules, chain_rules, pm_rules, pcie_rules, link_rules, msi_rules, aer_rules,
	ext_rules, sriov_rules, vf_rules, write_rules, write_pcie_rules, write_ext_rules, reset_rules;

struct check {
	struct function *f;
	const struct rule *rule;
	unsigned int at;	/* where the register stands */
	unsigned int base;	/* where its capability stands; 0 in the header */
	char why[200];
};

/* For the checks themselves. `value` is the register in the snapshot, `field` another one of the same capability. */
uint32_t value(const struct check *c);
uint32_t field(const struct check *c, unsigned int offset, unsigned int width);
enum verdict good_if(struct check *c, bool good, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum verdict undecided(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
check_fn reads_zero, is_present, is_absent;	/* of the bits of mask; of the capability `mask` */
bool type_is(const struct function *f, uint16_t types);

struct totals {
	unsigned int checks, failed, odd, undecided;
};

void run_rules(struct function *f, unsigned int modes, bool verbose, struct totals *totals);
void list_rules(void);

/* ---- writes (write.c): all of them leave what they found --------------------------------------- */

uint32_t live(const struct check *c, unsigned int at, unsigned int width);
void put(const struct check *c, unsigned int at, unsigned int width, uint32_t v);
check_fn keeps, takes;			/* the bits of mask do not change; can be set and cleared */
enum verdict keeps_bits(struct check *c, uint32_t mask);
enum verdict takes_bits(struct check *c, uint32_t mask);
enum verdict takes_value(struct check *c, uint32_t mask, uint32_t v);
enum verdict size_bars(struct check *c, unsigned int at, unsigned int count, uint64_t least);
bool reset_function(struct function *f);	/* flr.c, before its rules; false: see stderr */
bool restored(const struct function *f);	/* prints what is not as it was */

/* ---- TAP (tap.c) ------------------------------------------------------------------------------- */

void tap_begin(void);
void tap_line(const struct check *c, enum verdict verdict, bool verbose, struct totals *totals);
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tap_end(void);
unsigned int tap_count(void);

/* ---- where functions come from (source.c, dump.c, io.c) ---------------------------------------- */

/* All return false after a message on stderr. */
bool load_sysfs(struct function *f, const char *sysfs, const char *name, bool writable);
bool load_file(struct function *f, const char *path, const char *name);
bool load_resource(struct function *f, const char *path);
bool parse_hexdump(struct function *f, const char *path, const char *text, const char *name);
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

int io_open(const char *path, bool writable);		/* a file descriptor, or -1 and errno */
bool io_read(int fd, void *to, unsigned int at, unsigned int width);
bool io_write(int fd, const void *from, unsigned int at, unsigned int width);
void io_wait(unsigned int milliseconds);

#endif
