/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A host for tests: memory, a root port that answers the card's reads (well or badly), registers, and assertions that say where. */
#ifndef SVNIC_TEST_BUS_H
#define SVNIC_TEST_BUS_H

#include "svnic/device.h"
#include "svnic/regs.h"

#define MEMORY_BASE UINT64_C(0x100000000)
#define MEMORY_SIZE (8u << 20)
#define PF_BAR0 UINT64_C(0x8000000000)
#define PF_BAR2 UINT64_C(0x8000100000)
#define VF_BAR0 UINT64_C(0x8010000000)
#define VF_BAR2 UINT64_C(0x8020000000)
#define BUS 5

/* How reads of the card are answered. */
enum answer_mode { ANSWER, ANSWER_UR, ANSWER_CA, ANSWER_POISON, ANSWER_RRS, ANSWER_NOT };

struct bus {
	struct svnic_device *dev;
	uint8_t *memory;
	enum answer_mode mode;
	uint64_t bad_from, bad_to;	/* mode counts for reads of these addresses only, if not 0 */
	unsigned int piece;		/* bytes of a completion's payload, or 0: all at once */
	bool last_first;		/* reads that wait together are answered in reverse order */
	unsigned int reads, writes, messages, interrupts, largest_write;
	uint32_t last_msi;
	uint8_t last_message;
	svnic_rid_t last_message_from, last_write_from;
	struct svnic_tlp completion;	/* the last one for us */
	bool completed;
	struct svnic_tlp waiting[512];	/* reads of the card that were not answered */
	unsigned int num_waiting;
	uint8_t tag;
};

#define CHECK(what) check_((what), #what, __FILE__, __LINE__)
#define EQUAL(a, b) equal_((uint64_t)(a), (uint64_t)(b), #a, #b, __FILE__, __LINE__)
void check_(bool good, const char *what, const char *file, int line);
void equal_(uint64_t a, uint64_t b, const char *as, const char *bs, const char *file, int line);
void passed(const char *name);	/* prints one line of TAP */
int done(void);			/* prints the plan; what main() returns */

void bus_open(struct bus *bus, const char *plant);
void bus_close(struct bus *bus);
void settle(struct bus *bus);	/* runs until nothing is left but timers; answers reads */
void advance(struct bus *bus, uint64_t ns);
void serve(struct bus *bus);	/* takes what the card sent */
void answer(struct bus *bus, const struct svnic_tlp *read, enum answer_mode mode);
void answer_waiting(struct bus *bus);
void put(struct bus *bus, struct svnic_tlp *tlp);

/* Requests; the status is in bus->completion. */
uint32_t config_read(struct bus *bus, uint8_t fn, uint16_t reg);
void config_write(struct bus *bus, uint8_t fn, uint16_t reg, uint32_t value, uint8_t be);
uint32_t read32(struct bus *bus, uint64_t address);
uint64_t read64(struct bus *bus, uint64_t address);
void read_tlp(struct bus *bus, uint64_t address, uint16_t dw, uint8_t first_be, uint8_t last_be);
void write32(struct bus *bus, uint64_t address, uint32_t value);
void write64(struct bus *bus, uint64_t address, uint64_t value);
void write_tlp(struct bus *bus, uint64_t address, uint16_t dw, uint8_t first_be, uint8_t last_be, bool poisoned);

/* A card with its functions up. bar0() and bar2() are where a function's windows are. */
uint64_t bar0(uint8_t fn);
uint64_t bar2(uint8_t fn);
void enumerate(struct bus *bus, unsigned int num_vfs);
void assign(struct bus *bus, uint8_t fn);	/* card QPs and slots 2 * fn, 2 * fn + 1; link up; MAC 02:00:00:00:00:fn; MSI-X on */
void mac_of(uint8_t fn, uint8_t mac[6]);
void mac_entry(struct bus *bus, const uint8_t mac[6], unsigned int way, uint8_t target);

/* Rings of queue q of a function: 32 entries, slot 0, buffers of 2 KiB. Everything in memory of its own. */
uint64_t ring_of(uint8_t fn, uint8_t q);
uint64_t cpl_of(uint8_t fn, uint8_t q);
uint64_t slot_ring_of(uint8_t fn, uint8_t slot);
uint64_t buffer_of(uint8_t fn, uint8_t q, unsigned int i);
void start_queue(struct bus *bus, uint8_t fn, uint8_t q);
void start_slot(struct bus *bus, uint8_t fn, uint8_t slot, uint16_t holdoff);
void doorbell(struct bus *bus, uint8_t fn, uint8_t q, uint16_t producer, uint16_t consumed, bool arm);
void acknowledge(struct bus *bus, uint8_t fn, uint8_t slot, uint16_t consumed, uint16_t holdoff);
void tx_descriptor(struct bus *bus, uint8_t fn, uint8_t q, unsigned int i, uint64_t address, uint16_t length, uint16_t flags);
void rx_descriptor(struct bus *bus, uint8_t fn, uint8_t q, unsigned int i);
void fill_rx(struct bus *bus, uint8_t fn, unsigned int count);	/* descriptors 0..count-1, doorbell */
uint8_t *at(struct bus *bus, uint64_t address);
uint64_t word(struct bus *bus, uint64_t address);
uint32_t queue_state(struct bus *bus, uint8_t fn, uint8_t q);
uint64_t stat(struct bus *bus, uint8_t fn, unsigned int n);
void make_frame(uint8_t *frame, uint32_t length, uint8_t to, uint8_t from);	/* MACs of functions; 255: broadcast */
bool get_frame(struct bus *bus, struct svnic_frame *frame);
int put_frame(struct bus *bus, const uint8_t *data, uint32_t length);

#endif
