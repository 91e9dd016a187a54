// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "bus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests;

void check_(bool good, const char *what, const char *file, int line)
{
	if (good)
		return;
	printf("not ok %d\n# %s:%d: %s\n", tests + 1, file, line, what);
	exit(1);
}

void equal_(uint64_t a, uint64_t b, const char *as, const char *bs, const char *file, int line)
{
	if (a == b)
		return;
	printf("not ok %d\n# %s:%d: %s == 0x%" PRIx64 ", not %s == 0x%" PRIx64 "\n", tests + 1, file, line, as, a, bs, b);
	exit(1);
}

void passed(const char *name)
{
	printf("ok %d - %s\n", ++tests, name);
}

int done(void)
{
	printf("1..%d\n", tests);
	return 0;
}

/* ---- the root port --------------------------------------------------------------------------- */

void bus_open(struct bus *bus, const char *plant)
{
	struct svnic_device_config config = { .size = sizeof(config), .seed = 1, .plant = plant };
	char error[200] = "";

	memset(bus, 0, sizeof(*bus));
	bus->memory = calloc(1, MEMORY_SIZE);
	bus->dev = svnic_device_create(&config, error, sizeof(error));
	check_(bus->dev, error, __FILE__, __LINE__);
}

void bus_close(struct bus *bus)
{
	svnic_device_destroy(bus->dev);
	free(bus->memory);
}

uint8_t *at(struct bus *bus, uint64_t address)
{
	CHECK(address >= MEMORY_BASE && address < MEMORY_BASE + MEMORY_SIZE);
	return bus->memory + (address - MEMORY_BASE);
}

uint64_t word(struct bus *bus, uint64_t address)
{
	uint64_t value;

	memcpy(&value, at(bus, address), 8);
	return value;
}

void put(struct bus *bus, struct svnic_tlp *tlp)
{
	int rc;

	tlp->size = sizeof(*tlp);
	while ((rc = svnic_device_put_tlp(bus->dev, tlp)) == -11)
		svnic_device_run(bus->dev, 1, SVNIC_NS(4));
	EQUAL(rc, 0);
}

static int lowest(uint8_t be)
{
	return be & 1 ? 0 : be & 2 ? 1 : be & 4 ? 2 : be & 8 ? 3 : 0;
}

/* The bytes that a read asks for. */
static void extent(const struct svnic_tlp *read, uint64_t *first, uint32_t *length)
{
	uint8_t last = read->dw == 1 ? read->first_be : read->last_be;
	int end = last & 8 ? 4 : last & 4 ? 3 : last & 2 ? 2 : 1;

	*first = read->address + lowest(read->first_be);
	*length = read->address + 4 * (read->dw - 1) + end - *first;
}

static void answer_bad(struct bus *bus, const struct svnic_tlp *read, uint8_t status)
{
	uint64_t first;
	uint32_t length;
	struct svnic_tlp cpl = { .type = SVNIC_TLP_CPL, .requester = read->requester, .tag = read->tag, .status = status };

	extent(read, &first, &length);
	cpl.byte_count = length;
	put(bus, &cpl);
}

static void answer_data(struct bus *bus, const struct svnic_tlp *read, bool poisoned)
{
	static struct svnic_tlp cpl;
	uint64_t address;
	uint32_t left;

	for (extent(read, &address, &left); left;) {
		uint32_t bytes = left;

		if (bus->piece && bytes > bus->piece)
			bytes = bus->piece - address % bus->piece;
		memset(&cpl, 0, offsetof(struct svnic_tlp, payload));
		cpl.type = SVNIC_TLP_CPLD;
		cpl.requester = read->requester;
		cpl.tag = read->tag;
		cpl.poisoned = poisoned;
		cpl.byte_count = left;
		cpl.lower_address = address & 0x7f;
		cpl.dw = (address % 4 + bytes + 3) / 4;
		memset(cpl.payload, 0xee, 4u * cpl.dw);
		memcpy(cpl.payload + address % 4, at(bus, address), bytes);
		put(bus, &cpl);
		address += bytes;
		left -= bytes;
	}
}

void answer(struct bus *bus, const struct svnic_tlp *read, enum answer_mode mode)
{
	static const uint8_t status[] = { [ANSWER_UR] = SVNIC_CPL_UR, [ANSWER_CA] = SVNIC_CPL_CA, [ANSWER_RRS] = SVNIC_CPL_RRS };

	if (mode == ANSWER || mode == ANSWER_POISON)
		answer_data(bus, read, mode == ANSWER_POISON);
	else
		answer_bad(bus, read, status[mode]);
}

static enum answer_mode mode_for(const struct bus *bus, const struct svnic_tlp *read)
{
	if (bus->bad_to && (read->address < bus->bad_from || read->address >= bus->bad_to))
		return ANSWER;
	return bus->mode;
}

void answer_waiting(struct bus *bus)
{
	unsigned int kept = 0, count = bus->num_waiting;
	static struct svnic_tlp reads[512];

	memcpy(reads, bus->waiting, count * sizeof(reads[0]));
	for (unsigned int i = 0; i < count; i++) {
		const struct svnic_tlp *read = &reads[bus->last_first ? count - 1 - i : i];

		if (mode_for(bus, read) == ANSWER_NOT)
			bus->waiting[kept++] = *read;
		else
			answer(bus, read, mode_for(bus, read));
	}
	bus->num_waiting = kept;
}

static void written(struct bus *bus, const struct svnic_tlp *tlp)
{
	bus->writes++;
	bus->last_write_from = tlp->requester;
	if (4u * tlp->dw > bus->largest_write)
		bus->largest_write = 4u * tlp->dw;
	if (tlp->address >= 0xfee00000 && tlp->address < 0xfef00000) {
		bus->interrupts++;
		memcpy(&bus->last_msi, tlp->payload, 4);
		return;
	}
	for (uint32_t i = 0; i < 4u * tlp->dw; i++) {
		uint8_t be = i < 4 ? tlp->first_be : i / 4 + 1u == tlp->dw ? tlp->last_be : 0xf;

		if (be >> i % 4 & 1)
			*at(bus, tlp->address + i) = tlp->payload[i];
	}
}

void serve(struct bus *bus)
{
	static struct svnic_tlp tlp;

	while (svnic_device_get_tlp(bus->dev, &tlp)) {
		EQUAL(tlp.size, sizeof(tlp));
		if (tlp.type == SVNIC_TLP_MRD) {
			bus->reads++;
			CHECK(bus->num_waiting < 512);
			bus->waiting[bus->num_waiting++] = tlp;
		} else if (tlp.type == SVNIC_TLP_MWR) {
			written(bus, &tlp);
		} else if (tlp.type == SVNIC_TLP_MSG) {
			bus->messages++;
			bus->last_message = tlp.msg_code;
			bus->last_message_from = tlp.requester;
		} else {
			bus->completion = tlp;
			bus->completed = true;
		}
	}
}

void settle(struct bus *bus)
{
	for (int i = 0; i < 100000; i++) {
		svnic_device_run(bus->dev, 1000, SVNIC_NS(4));
		serve(bus);
		answer_waiting(bus);
		if (svnic_device_next_due(bus->dev) != SVNIC_DUE_NOW)
			return;
	}
	CHECK(!"it never settles");
}

void advance(struct bus *bus, uint64_t ns)
{
	uint64_t end = svnic_device_now(bus->dev) + ns;

	for (settle(bus); svnic_device_now(bus->dev) < end; settle(bus))
		svnic_device_run(bus->dev, 1, SVNIC_NS(end - svnic_device_now(bus->dev)));
}

/* ---- requests -------------------------------------------------------------------------------- */

static void ask(struct bus *bus, struct svnic_tlp *tlp)
{
	tlp->requester = 0x0008;
	tlp->tag = bus->tag++;
	bus->completed = false;
	put(bus, tlp);
	settle(bus);
	CHECK(bus->completed);
	EQUAL(bus->completion.tag, tlp->tag);
	EQUAL(bus->completion.requester, 0x0008);
}

uint32_t config_read(struct bus *bus, uint8_t fn, uint16_t reg)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_CFGRD0, .completer = BUS << 8 | fn, .dw = 1, .first_be = 0xf, .address = reg };
	uint32_t value;

	ask(bus, &tlp);
	if (bus->completion.status)
		return 0xffffffff;
	memcpy(&value, bus->completion.payload, 4);
	return value;
}

void config_write(struct bus *bus, uint8_t fn, uint16_t reg, uint32_t value, uint8_t be)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_CFGWR0, .completer = BUS << 8 | fn, .dw = 1, .first_be = be, .address = reg };

	memcpy(tlp.payload, &value, 4);
	ask(bus, &tlp);
}

void read_tlp(struct bus *bus, uint64_t address, uint16_t dw, uint8_t first_be, uint8_t last_be)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_MRD, .address = address, .dw = dw, .first_be = first_be, .last_be = last_be };

	ask(bus, &tlp);
}

uint32_t read32(struct bus *bus, uint64_t address)
{
	uint32_t value;

	read_tlp(bus, address, 1, 0xf, 0);
	EQUAL(bus->completion.status, 0);
	memcpy(&value, bus->completion.payload, 4);
	return value;
}

uint64_t read64(struct bus *bus, uint64_t address)
{
	uint64_t value;

	read_tlp(bus, address, 2, 0xf, 0xf);
	EQUAL(bus->completion.status, 0);
	memcpy(&value, bus->completion.payload, 8);
	return value;
}

static void write_bytes(struct bus *bus, uint64_t address, const void *data, uint16_t dw)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_MWR, .address = address, .dw = dw, .first_be = 0xf,
				 .last_be = dw > 1 ? 0xf : 0 };

	memcpy(tlp.payload, data, 4u * dw);
	put(bus, &tlp);
}

void write32(struct bus *bus, uint64_t address, uint32_t value)
{
	write_bytes(bus, address, &value, 1);
	settle(bus);
}

void write64(struct bus *bus, uint64_t address, uint64_t value)
{
	write_bytes(bus, address, &value, 2);
	settle(bus);
}

void write_tlp(struct bus *bus, uint64_t address, uint16_t dw, uint8_t first_be, uint8_t last_be, bool poisoned)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_MWR, .address = address, .dw = dw, .first_be = first_be, .last_be = last_be,
				 .poisoned = poisoned };

	memset(tlp.payload, 0xa5, 4u * dw);
	put(bus, &tlp);
	settle(bus);
}

/* ---- functions ------------------------------------------------------------------------------- */

uint64_t bar0(uint8_t fn)
{
	return fn ? VF_BAR0 + (fn - 1) * UINT64_C(0x10000) : PF_BAR0;
}

uint64_t bar2(uint8_t fn)
{
	return fn ? VF_BAR2 + (fn - 1) * UINT64_C(0x10000) : PF_BAR2;
}

static void write_bar(struct bus *bus, uint16_t reg, uint64_t address)
{
	config_write(bus, 0, reg, address, 0xf);
	config_write(bus, 0, reg + 4, address >> 32, 0xf);
}

void enumerate(struct bus *bus, unsigned int num_vfs)
{
	write_bar(bus, 0x10, PF_BAR0);
	write_bar(bus, 0x18, PF_BAR2);
	config_write(bus, 0, 0x04, 0x6, 0x3);
	write_bar(bus, 0x1a4, VF_BAR0);
	write_bar(bus, 0x1ac, VF_BAR2);
	config_write(bus, 0, 0x190, num_vfs, 0x3);
	if (num_vfs)
		config_write(bus, 0, 0x188, 0x19, 0x3);
	for (unsigned int f = 1; f <= num_vfs; f++)
		config_write(bus, f, 0x04, 0x4, 0x3);
}

void mac_of(uint8_t fn, uint8_t mac[6])
{
	memset(mac, 0, 6);
	mac[0] = 2;
	mac[5] = fn;
	if (fn == 255)
		memset(mac, 0xff, 6);
}

void mac_entry(struct bus *bus, const uint8_t mac[6], unsigned int way, uint8_t target)
{
	unsigned int bucket = mac[0] ^ mac[1] ^ mac[2] ^ mac[3] ^ mac[4] ^ mac[5];
	uint64_t entry = PF_BAR0 + SVNIC_MAC_TABLE(4 * bucket + way);

	write32(bus, entry, mac[0] | mac[1] << 8 | mac[2] << 16 | (uint32_t)mac[3] << 24);
	write32(bus, entry + 4, 0x80000000 | (uint32_t)target << 16 | mac[5] << 8 | mac[4]);
}

static void open_vector(struct bus *bus, uint8_t fn, unsigned int v)
{
	uint64_t entry = bar2(fn) + SVNIC_MSIX(v);

	write64(bus, entry, 0xfee00000);
	write64(bus, entry + 8, 0x1000u + 16 * fn + v);
}

void assign(struct bus *bus, uint8_t fn)
{
	uint8_t mac[6];

	for (unsigned int i = 0; i < 2; i++) {
		write32(bus, PF_BAR0 + SVNIC_QP_MAP(fn) + 4 * i, 0x80000000 | (2 * fn + i));
		write32(bus, PF_BAR0 + SVNIC_SLOT_MAP(fn) + 4 * i, 0x80000000 | (2 * fn + i));
	}
	write32(bus, PF_BAR0 + SVNIC_FUNC(fn) + SVNIC_FUNC_RES, 0x0202);
	write32(bus, PF_BAR0 + SVNIC_FUNC(fn) + SVNIC_FUNC_CTRL, 1);
	mac_of(fn, mac);
	mac_entry(bus, mac, 0, fn);
	for (unsigned int v = 0; v < 2; v++)
		open_vector(bus, fn, v);
	config_write(bus, fn, 0x50, 0x80000000, 0xc);
	write32(bus, bar0(fn) + SVNIC_CTRL, 1);
}

/* ---- rings: 256 KiB of memory for each of functions 0..15 ------------------------------------ */

static uint64_t area(uint8_t fn)
{
	return MEMORY_BASE + (fn & 15) * UINT64_C(0x40000);
}

uint64_t ring_of(uint8_t fn, uint8_t q)
{
	return area(fn) + 0x1000 * q;
}

uint64_t cpl_of(uint8_t fn, uint8_t q)
{
	return area(fn) + 0x4000 + 0x1000 * q;
}

uint64_t slot_ring_of(uint8_t fn, uint8_t slot)
{
	return area(fn) + 0x8000 + 0x1000 * slot;
}

uint64_t buffer_of(uint8_t fn, uint8_t q, unsigned int i)
{
	return area(fn) + 0x10000 + 0xc000 * q + 0x800 * (i % 24);
}

void start_queue(struct bus *bus, uint8_t fn, uint8_t q)
{
	uint64_t base = bar0(fn) + SVNIC_QUEUE(q);

	write64(bus, base + SVNIC_QUEUE_RING_LO, ring_of(fn, q));
	write64(bus, base + SVNIC_QUEUE_CPL_LO, cpl_of(fn, q));
	write32(bus, base + SVNIC_QUEUE_CONFIG, 11 << 16 | 5);
	write32(bus, base + SVNIC_QUEUE_CTRL, 1);
	EQUAL(queue_state(bus, fn, q), SVNIC_QUEUE_STATE_ON);
}

void start_slot(struct bus *bus, uint8_t fn, uint8_t slot, uint16_t holdoff)
{
	uint64_t base = bar0(fn) + SVNIC_SLOT(slot);

	write64(bus, base + SVNIC_SLOT_RING_LO, slot_ring_of(fn, slot));
	write32(bus, base + SVNIC_SLOT_CONFIG, 5);
	write32(bus, base + SVNIC_SLOT_HOLDOFF, holdoff);
	write32(bus, base + SVNIC_SLOT_CTRL, 1);
	EQUAL(read32(bus, base + SVNIC_SLOT_CTRL), SVNIC_SLOT_STATE_ON);
}

void doorbell(struct bus *bus, uint8_t fn, uint8_t q, uint16_t producer, uint16_t consumed, bool arm)
{
	write64(bus, bar0(fn) + SVNIC_QUEUE_DB(q), (uint64_t)arm << 32 | (uint32_t)consumed << 16 | producer);
}

void acknowledge(struct bus *bus, uint8_t fn, uint8_t slot, uint16_t consumed, uint16_t holdoff)
{
	write64(bus, bar0(fn) + SVNIC_SLOT_DB(slot), (uint32_t)holdoff << 16 | consumed);
}

void tx_descriptor(struct bus *bus, uint8_t fn, uint8_t q, unsigned int i, uint64_t address, uint16_t length, uint16_t flags)
{
	uint64_t d[2] = { address, (uint64_t)flags << 16 | length };

	memcpy(at(bus, ring_of(fn, q) + 16 * (i % 32)), d, 16);
}

void rx_descriptor(struct bus *bus, uint8_t fn, uint8_t q, unsigned int i)
{
	uint64_t d[2] = { buffer_of(fn, q, i), 0 };

	memcpy(at(bus, ring_of(fn, q) + 16 * (i % 32)), d, 16);
}

void fill_rx(struct bus *bus, uint8_t fn, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		rx_descriptor(bus, fn, 1, i);
	doorbell(bus, fn, 1, count, 0, false);
}

uint32_t queue_state(struct bus *bus, uint8_t fn, uint8_t q)
{
	return read32(bus, bar0(fn) + SVNIC_QUEUE(q) + SVNIC_QUEUE_CTRL);
}

uint64_t stat(struct bus *bus, uint8_t fn, unsigned int n)
{
	uint64_t seen = read64(bus, PF_BAR0 + SVNIC_PF_STAT(fn) + 8 * n);

	EQUAL(read64(bus, bar0(fn) + SVNIC_STAT(n)), seen);
	return seen;
}

void make_frame(uint8_t *frame, uint32_t length, uint8_t to, uint8_t from)
{
	for (uint32_t i = 0; i < length; i++)
		frame[i] = i * 7 + i / 251 + from;
	mac_of(to, frame);
	mac_of(from, frame + 6);
}

bool get_frame(struct bus *bus, struct svnic_frame *frame)
{
	return svnic_device_get_frame(bus->dev, frame) == 1;
}

int put_frame(struct bus *bus, const uint8_t *data, uint32_t length)
{
	static struct svnic_frame frame;

	frame.size = sizeof(frame);
	frame.length = length;
	memcpy(frame.data, data, length);
	int rc = svnic_device_put_frame(bus->dev, &frame);

	settle(bus);
	return rc;
}
