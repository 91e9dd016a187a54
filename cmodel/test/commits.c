// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * The model as the lock-step bench uses it. A card that is alone works for a random host, and what it decided is written down; a second
 * card is told the same inputs and decisions and must predict the same TLPs and frames. Each planted fault must make it differ.
 * Afterwards: decisions that are not legal are refused and change nothing.
 */
#include "model.h"
#include "bus.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define VFS 6

enum record_kind { RECORD_COMMIT, RECORD_TLP, RECORD_FRAME, RECORD_TIME, RECORD_SENT, RECORD_SENT_FRAME };

struct record {
	enum record_kind kind;
	struct model_commit commit;
	uint8_t stream;
	uint64_t time;
	struct svnic_tlp *tlp;
	struct svnic_frame *frame;
};

static struct record *records;
static unsigned int num_records, capacity;
static unsigned int totals[MODEL_COMMITS];

static uint32_t seed;

static uint32_t random32(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static uint32_t below(uint32_t n)
{
	return random32() % n;
}

static struct record *new_record(enum record_kind kind)
{
	if (num_records == capacity) {
		capacity = capacity ? 2 * capacity : 4096;
		records = realloc(records, capacity * sizeof(*records));
		CHECK(records);
	}
	memset(&records[num_records], 0, sizeof(*records));
	records[num_records].kind = kind;
	return &records[num_records++];
}

static void forget_records(void)
{
	while (num_records) {
		free(records[--num_records].tlp);
		free(records[num_records].frame);
	}
}

static bool has_payload(const struct svnic_tlp *tlp)
{
	return tlp->type == SVNIC_TLP_MWR || tlp->type == SVNIC_TLP_CFGWR0 || tlp->type == SVNIC_TLP_CPLD;
}

static size_t size_of(const struct svnic_tlp *tlp)
{
	return offsetof(struct svnic_tlp, payload) + (has_payload(tlp) ? 4u * tlp->dw : 0);
}

static void write_down_tlp(enum record_kind kind, uint8_t stream, const struct svnic_tlp *tlp)
{
	struct record *record = new_record(kind);

	record->stream = stream;
	record->tlp = malloc(size_of(tlp));
	memcpy(record->tlp, tlp, size_of(tlp));
}

static void write_down_frame(enum record_kind kind, const struct svnic_frame *frame)
{
	struct record *record = new_record(kind);

	record->frame = malloc(offsetof(struct svnic_frame, data) + frame->length);
	memcpy(record->frame, frame, offsetof(struct svnic_frame, data) + frame->length);
}

static void write_down_commit(void *context, const struct model_commit *commit)
{
	(void)context;
	new_record(RECORD_COMMIT)->commit = *commit;
	totals[commit->kind]++;
}

/* ---- a random host --------------------------------------------------------------------------- */

struct host {
	struct card *card;
	uint8_t *memory;
	uint64_t now;
	struct svnic_tlp reads[256];
	unsigned int waiting;
	uint16_t tx[VFS + 1], posted[VFS + 1];	/* descriptors given */
	uint16_t done[VFS + 1][2];		/* completions seen */
	unsigned int stuck[VFS + 1];
};

static void tell(struct host *host, struct svnic_tlp *tlp)
{
	tlp->size = sizeof(*tlp);
	write_down_tlp(RECORD_TLP, 0, tlp);
	EQUAL(model_host(host->card, tlp), 0);
}

static void tell_write(struct host *host, uint64_t address, uint64_t value, uint16_t dw)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_MWR, .address = address, .dw = dw, .first_be = 15, .last_be = dw > 1 ? 15 : 0 };

	memcpy(tlp.payload, &value, 8);
	tell(host, &tlp);
}

static void tell_config(struct host *host, uint8_t fn, uint16_t reg, uint32_t value, uint8_t be)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_CFGWR0, .completer = BUS << 8 | fn, .dw = 1, .first_be = be, .address = reg };

	memcpy(tlp.payload, &value, 4);
	tell(host, &tlp);
}

static void store(struct host *host, const struct svnic_tlp *tlp)
{
	if (tlp->address < MEMORY_BASE || tlp->address >= MEMORY_BASE + MEMORY_SIZE)
		return;
	for (uint32_t i = 0; i < 4u * tlp->dw; i++) {
		uint8_t be = i < 4 ? tlp->first_be : i / 4 + 1u == tlp->dw ? tlp->last_be : 15;

		if (be >> i % 4 & 1)
			host->memory[tlp->address - MEMORY_BASE + i] = tlp->payload[i];
	}
}

static void take_output(struct host *host)
{
	for (uint8_t s = MODEL_POSTED; s <= MODEL_COMPLETIONS; s++)
		for (const struct svnic_tlp *tlp; (tlp = model_expected(host->card, s)); model_met(host->card, s)) {
			write_down_tlp(RECORD_SENT, s, tlp);
			if (tlp->type == SVNIC_TLP_MWR)
				store(host, tlp);
			if (tlp->type == SVNIC_TLP_MRD)
				memcpy(&host->reads[host->waiting++], tlp, size_of(tlp));
		}
	for (const struct svnic_frame *f; (f = model_expected_frame(host->card)); model_met(host->card, MODEL_FRAMES))
		write_down_frame(RECORD_SENT_FRAME, f);
}

static void work(struct host *host, unsigned int steps)
{
	while (steps--) {
		host->now += 4;
		model_time(host->card, host->now);
		new_record(RECORD_TIME)->time = host->now;
		policy_step(host->card);
	}
	take_output(host);
}

static void answer_read(struct host *host, unsigned int i)
{
	struct svnic_tlp read = host->reads[i];
	uint32_t skip = __builtin_ctz(read.first_be), last = read.dw == 1 ? read.first_be : read.last_be;
	struct svnic_tlp cpl = { .type = SVNIC_TLP_CPLD, .requester = read.requester, .tag = read.tag, .dw = read.dw };

	cpl.byte_count = 4 * read.dw - skip - (__builtin_clz(last) - 28);
	cpl.lower_address = (read.address & 0x7f) + skip;
	memcpy(cpl.payload, host->memory + (read.address - MEMORY_BASE), 4u * read.dw);
	if (below(100) == 0) {
		cpl.type = SVNIC_TLP_CPL;
		cpl.dw = 0;
		cpl.status = below(2) ? SVNIC_CPL_UR : SVNIC_CPL_CA;
	}
	cpl.poisoned = below(200) == 0;
	host->reads[i] = host->reads[--host->waiting];
	if (below(300))	/* else it is lost */
		tell(host, &cpl);
}

static void setup_function(struct host *host, uint8_t fn)
{
	uint64_t base = bar0(fn);
	uint8_t mac[6];

	if (fn)
		tell_config(host, fn, 0x04, 4, 3);
	for (unsigned int i = 0; i < 2; i++) {
		tell_write(host, PF_BAR0 + SVNIC_QP_MAP(fn) + 4 * i, 0x80000000 | (2 * fn + i), 1);
		tell_write(host, PF_BAR0 + SVNIC_SLOT_MAP(fn) + 4 * i, 0x80000000 | (2 * fn + i), 1);
	}
	tell_write(host, PF_BAR0 + SVNIC_FUNC(fn), fn == 3 ? 3 : 1, 1);
	mac_of(fn, mac);
	tell_write(host, PF_BAR0 + SVNIC_MAC_TABLE(4 * (2 ^ fn)), 2, 1);
	tell_write(host, PF_BAR0 + SVNIC_MAC_TABLE(4 * (2 ^ fn)) + 4, 0x80000000 | (uint32_t)fn << 16 | fn << 8, 1);
	tell_write(host, bar2(fn), 0xfee00000, 2);
	tell_write(host, bar2(fn) + 8, fn, 2);
	tell_config(host, fn, 0x50, 0x80000000, 0xc);
	tell_write(host, base + SVNIC_CTRL, 1, 1);
	tell_write(host, base + SVNIC_SLOT(0), slot_ring_of(fn, 0), 2);
	tell_write(host, base + SVNIC_SLOT(0) + 8, 5, 1);
	tell_write(host, base + SVNIC_SLOT(0) + 16, below(40), 1);
	tell_write(host, base + SVNIC_SLOT(0) + 12, 1, 1);
	for (unsigned int q = 0; q < 2; q++) {
		tell_write(host, base + SVNIC_QUEUE(q), ring_of(fn, q), 2);
		tell_write(host, base + SVNIC_QUEUE(q) + 8, cpl_of(fn, q), 2);
		tell_write(host, base + SVNIC_QUEUE(q) + 16, 11 << 16 | 5, 1);
		tell_write(host, base + SVNIC_QUEUE(q) + 20, 1, 1);
	}
	host->tx[fn] = host->posted[fn] = 0;
	host->done[fn][0] = host->done[fn][1] = 0;
	host->stuck[fn] = 0;
	for (unsigned int q = 0; q < 2; q++)
		memset(host->memory + (cpl_of(fn, q) - MEMORY_BASE), 0, 512);
}

static void look_at_completions(struct host *host, uint8_t fn)
{
	for (unsigned int q = 0; q < 2; q++)
		for (uint16_t *i = &host->done[fn][q];; ++*i, host->stuck[fn] = 0) {
			uint64_t phase = host->memory[cpl_of(fn, q) - MEMORY_BASE + 16 * (*i % 32) + 15] >> 7;

			if (phase == (*i >> 5 & 1))
				break;
		}
}

static void setup(struct host *host)
{
	static const uint16_t bars[] = { 0x10, 0x18, 0x1a4, 0x1ac };
	static const uint64_t where[] = { PF_BAR0, PF_BAR2, VF_BAR0, VF_BAR2 };

	for (int i = 0; i < 4; i++) {
		tell_config(host, 0, bars[i], where[i], 15);
		tell_config(host, 0, bars[i] + 4, where[i] >> 32, 15);
	}
	tell_config(host, 0, 0x04, 0x106, 3);
	tell_config(host, 0, 0x190, VFS, 3);
	tell_config(host, 0, 0x188, 0x19, 3);
	tell_write(host, PF_BAR0 + SVNIC_GROUP(0), 0x7f, 1);
	work(host, 40);
	for (unsigned int f = 0; f <= VFS; f++)
		setup_function(host, f);
}

static void put_desc(struct host *host, uint64_t ring, unsigned int i, uint64_t address, uint64_t meta)
{
	memcpy(host->memory + (ring - MEMORY_BASE) + 16 * (i % 32), &address, 8);
	memcpy(host->memory + (ring - MEMORY_BASE) + 16 * (i % 32) + 8, &meta, 8);
}

static void transmit_one(struct host *host, uint8_t fn)
{
	unsigned int i = host->tx[fn]++;
	uint64_t buffer = buffer_of(fn, 0, i) + below(4);
	uint32_t length = below(50) ? 14 + below(1500) : below(20);
	uint8_t from = below(8) ? fn : below(2) ? 9 : fn ^ 1;

	make_frame(host->memory + (buffer - MEMORY_BASE), 1600, below(4) ? below(VFS + 2) : 255, from);
	put_desc(host, ring_of(fn, 0), i, buffer, length | (below(6) ? 1u << 16 : 0) | (below(60) ? 0 : 2u << 16));
}

static void ring(struct host *host, uint8_t fn, unsigned int q, uint16_t producer)
{
	tell_write(host, bar0(fn) + SVNIC_QUEUE_DB(q), UINT64_C(1) << 32 | (uint32_t)host->done[fn][q] << 16 | producer, 2);
}

static void transmit(struct host *host, uint8_t fn)
{
	unsigned int most = below(100) ? 31 : 40;	/* sometimes more than the ring holds */

	look_at_completions(host, fn);
	host->stuck[fn]++;
	for (unsigned int k = 1 + below(6); k && (uint16_t)(host->tx[fn] - host->done[fn][0]) < most; k--)
		transmit_one(host, fn);
	ring(host, fn, 0, host->tx[fn]);
}

static void post_buffers(struct host *host, uint8_t fn)
{
	look_at_completions(host, fn);
	for (unsigned int k = below(8); k && (uint16_t)(host->posted[fn] - host->done[fn][1]) < 31; k--) {
		unsigned int i = host->posted[fn]++;

		put_desc(host, ring_of(fn, 1), i, buffer_of(fn, 1, i), 0);
	}
	ring(host, fn, 1, host->posted[fn]);
}

static void come_to_rest(struct host *host)
{
	for (unsigned int i = 0; i < 100 && (policy_has_work(host->card) || host->waiting); i++) {
		work(host, 30);
		while (host->waiting)
			answer_read(host, below(host->waiting));
	}
}

static void repair(struct host *host, uint8_t fn)
{
	for (unsigned int q = 0; q < 2; q++)
		tell_write(host, bar0(fn) + SVNIC_QUEUE(q) + 20, 0, 1);
	if (below(2))
		tell_write(host, bar0(fn) + SVNIC_SLOT(0) + 12, 0, 1);
	come_to_rest(host);
	setup_function(host, fn);
}

static void reset_function(struct host *host, uint8_t fn)
{
	tell_config(host, fn, 0x78, 0x8000, 2);
	work(host, below(50));
	if (below(10) == 0)
		host->now += 17000000;
	come_to_rest(host);
	if (fn)
		setup_function(host, fn);
	else
		setup(host);
}

static void toggle_vfs(struct host *host)
{
	tell_config(host, 0, 0x188, 0x10, 1);
	work(host, below(100));
	if (below(2))
		come_to_rest(host);
	tell_config(host, 0, 0x188, 0x19, 1);
	come_to_rest(host);
	for (unsigned int f = 1; f <= VFS; f++)
		setup_function(host, f);
}

/* Acknowledges what the slot's ring shows, or something else. */
static void acknowledge_slot(struct host *host, uint8_t fn)
{
	const uint8_t *ring = host->memory + (slot_ring_of(fn, 0) - MEMORY_BASE);
	static uint16_t consumed[VFS + 1];

	if (below(10) == 0)
		consumed[fn] = below(64);
	for (unsigned int k = below(4); k && ring[8 * (consumed[fn] % 32) + 7] >> 7 != (consumed[fn] >> 5 & 1); k--)
		consumed[fn]++;
	tell_write(host, bar0(fn) + SVNIC_SLOT_DB(0), below(64) << 16 | consumed[fn], 2);
}

static void mask_vector(struct host *host, uint8_t fn)
{
	tell_write(host, bar2(fn) + 12, 1, 1);
	work(host, below(100));
	tell_write(host, bar2(fn) + 12, 0, 1);
}

static void receive(struct host *host)
{
	struct svnic_frame frame = { .size = sizeof(frame), .length = 14 + below(3000) };

	make_frame(frame.data, frame.length, below(5) ? below(VFS + 2) : 255, 77);
	write_down_frame(RECORD_FRAME, &frame);
	model_wire(host->card, frame.data, frame.length);
}

static void read_register(struct host *host, uint8_t fn)
{
	struct svnic_tlp tlp = { .type = SVNIC_TLP_MRD, .dw = 1 + below(2), .first_be = 15, .address = bar0(fn) + 8 * below(0x800) };

	tlp.last_be = tlp.dw > 1 ? 15 : 0;
	tell(host, &tlp);
}

static void act(struct host *host)
{
	uint8_t fn = below(VFS + 1);
	uint32_t what = below(1000);

	if (host->stuck[fn] > 30)
		repair(host, fn);
	else if (what < 400)
		transmit(host, fn);
	else if (what < 600)
		post_buffers(host, fn);
	else if (what < 750)
		receive(host);
	else if (what < 900)
		acknowledge_slot(host, fn);
	else if (what < 950)
		read_register(host, fn);
	else if (what < 970)
		mask_vector(host, fn);
	else if (what < 975)
		tell_write(host, bar0(fn) + 4 * below(0x4000), random32(), 1);
	else if (what < 985)
		repair(host, fn);
	else if (what < 995)
		reset_function(host, below(5) ? 1 + below(VFS) : 0);
	else
		toggle_vfs(host);
}

static void record_run(unsigned int acts, struct card **card)
{
	struct model_params params = MODEL_PARAMS_DEFAULT;
	static struct host host;
	char error[100];

	params.num_vfs = VFS;
	params.num_qps = 64;
	host = (struct host){ .card = model_create(&params, error, sizeof(error)), .memory = calloc(1, MEMORY_SIZE) };
	model_trace(host.card, write_down_commit, NULL);
	setup(&host);
	for (unsigned int i = 0; i < acts; i++) {
		act(&host);
		work(&host, below(12));
		while (host.waiting && (host.waiting > 100 || below(3)))
			answer_read(&host, below(host.waiting));
	}
	for (unsigned int i = 0; i < 3000; i++) {
		work(&host, 8);
		while (host.waiting)
			answer_read(&host, 0);
		if (!policy_has_work(host.card) && model_next_timer(host.card) != UINT64_MAX)
			host.now = model_next_timer(host.card);
	}
	free(host.memory);
	*card = host.card;
}

/* ---- the second card ------------------------------------------------------------------------- */

/* What differs first, or NULL. */
static const char *compare_tlp(struct card *card, const struct record *record)
{
	const struct svnic_tlp *tlp = model_expected(card, record->stream);
	bool same = tlp && size_of(tlp) == size_of(record->tlp) && !memcmp(tlp, record->tlp, size_of(tlp));

	if (tlp)
		model_met(card, record->stream);
	return same ? NULL : tlp ? "another TLP was predicted" : "no TLP was predicted";
}

static const char *compare_frame(struct card *card, const struct record *record)
{
	const struct svnic_frame *frame = model_expected_frame(card);
	bool same = frame && frame->length == record->frame->length && !memcmp(frame->data, record->frame->data, frame->length);

	if (frame)
		model_met(card, MODEL_FRAMES);
	return same ? NULL : "another frame was predicted, or none";
}

static const char *replay_one(struct card *card, const struct record *record)
{
	switch (record->kind) {
	case RECORD_COMMIT:
		return model_commit(card, &record->commit);
	case RECORD_TLP:
		return model_host(card, record->tlp) ? "a TLP was refused" : NULL;
	case RECORD_FRAME:
		return model_wire(card, record->frame->data, record->frame->length) ? "a frame was refused" : NULL;
	case RECORD_TIME:
		model_time(card, record->time);
		return NULL;
	case RECORD_SENT:
		return compare_tlp(card, record);
	default:
		return compare_frame(card, record);
	}
}

static const char *replay(const char *plant)
{
	struct model_params params = MODEL_PARAMS_DEFAULT;
	char error[100];
	const char *why = NULL;

	params.num_vfs = VFS;
	params.num_qps = 64;
	params.plant = plant;
	struct card *card = model_create(&params, error, sizeof(error));

	CHECK(card);
	for (unsigned int i = 0; i < num_records && !why; i++)
		why = replay_one(card, &records[i]);
	if (!why)
		why = model_quiet(card);
	model_destroy(card);
	return why;
}

static void illegal_commits(struct card *card)
{
	for (unsigned int i = 0; i < 20000; i++) {
		struct model_commit commit = { .kind = below(MODEL_COMMITS + 2), .a = below(256), .b = random32(), .c = random32() };

		if (commit.kind == MODEL_CARRIER_CHANGE)
			commit.a = 1;
		CHECK(model_commit(card, &commit));
	}
	CHECK(!model_quiet(card));
	passed("illegal commits are refused in a quiet card");
}

int main(int argc, char **argv)
{
	static const char *const plants[] = { "model-no-requeue-on-arm", "model-spoof-ignores-own", "model-ack-forgets",
					      "model-mps-off-by-one" };
	struct card *card;
	char line[200];

	seed = argc > 1 ? (uint32_t)atoi(argv[1]) * 2654435761u | 1 : 1;
	record_run(argc > 2 ? (unsigned int)atoi(argv[2]) : 20000, &card);
	for (unsigned int k = 1; k < MODEL_COMMITS; k++)
		printf("# %-14s %u\n", model_commit_name(k), totals[k]);
	const char *left = model_quiet(card);

	if (left)
		printf("# %s\n", left);
	CHECK(!left);
	passed("random host: every decision of the card alone was legal, and it comes to rest");
	const char *why = replay(NULL);

	if (why)
		printf("# %s\n", why);
	CHECK(!why);
	passed("a second card, told the decisions, predicts the same TLPs and frames");
	for (unsigned int i = 0; i < 4; i++) {
		why = replay(plants[i]);
		CHECK(why);
		snprintf(line, sizeof(line), "planted %s is found: %s", plants[i], why);
		passed(line);
	}
	illegal_commits(card);
	model_destroy(card);
	forget_records();
	free(records);
	return done();
}
