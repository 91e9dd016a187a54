// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "card.h"

#include <string.h>

static struct local *local_of(struct card *card, unsigned int fn)
{
	return fn < card->num_fn ? &card->fn[fn].local : NULL;
}

bool mgmt_link(const struct card *card, unsigned int fn)
{
	return fn < card->num_fn && card->fn[fn].local.link;
}

/* ---- control events -------------------------------------------------------------------------- */

/* Each {function, kind, source} waits at most once. */
static void control(struct card *card, uint8_t fn, uint8_t kind, uint8_t source)
{
	struct local *local = &card->fn[fn].local;
	bool about = kind == SVNIC_EVENT_KIND_FUNCTION;

	if (about ? card->fn[source].local.function_waits : local->waits >> kind & 1)
		return;
	if (about)
		card->fn[source].local.function_waits = true;
	else
		local->waits |= 1u << kind;
	fifo_push(&card->mgmt.controls, &(struct control){ .fn = fn, .kind = kind, .source = source });
}

static int find_control(const struct card *card, const struct model_commit *commit)
{
	for (uint32_t i = 0; i < card->mgmt.controls.count; i++) {
		const struct control *c = fifo_at(&card->mgmt.controls, i);

		if (c->fn == commit->a && c->source == commit->b && c->kind == commit->c)
			return i;
	}
	return -1;
}

static void remove_control(struct card *card, uint32_t i)
{
	struct control *c = fifo_at(&card->mgmt.controls, i);

	if (c->kind == SVNIC_EVENT_KIND_FUNCTION)
		card->fn[c->source].local.function_waits = false;
	else
		card->fn[c->fn].local.waits &= ~(1u << c->kind);
	fifo_remove(&card->mgmt.controls, i);
}

bool mgmt_control_take_may(const struct card *card, const struct model_commit *commit)
{
	return find_control(card, commit) >= 0;
}

void mgmt_control_take_apply(struct card *card, const struct model_commit *commit)
{
	remove_control(card, find_control(card, commit));
	event_control(card, commit->a, commit->c, commit->b);
}

static void status_rises(struct card *card, uint8_t fn, uint8_t bit)
{
	struct local *local = &card->fn[fn].local;

	if (local->status & bit)
		return;
	local->status |= bit;
	control(card, 0, SVNIC_EVENT_KIND_FUNCTION, fn);
}

static void error_rises(struct card *card, uint8_t fn, uint8_t bits)
{
	struct local *local = &card->fn[fn].local;

	if (!(bits & ~local->error))
		return;
	local->error |= bits;
	control(card, fn, SVNIC_EVENT_KIND_ERROR, 0);
	if (fn)
		status_rises(card, fn, SVNIC_FUNC_STATUS_ERROR);
}

bool mgmt_carrier_change_may(const struct card *card, const struct model_commit *commit)
{
	return card->mgmt.carrier != (bool)commit->a;
}

void mgmt_carrier_change_apply(struct card *card, const struct model_commit *commit)
{
	card->mgmt.carrier = commit->a;
	for (unsigned int f = 0; f < card->num_fn; f++)
		if (cfg_exists(card, f) && card->fn[f].local.link)
			control(card, f, SVNIC_EVENT_KIND_LINK, 0);
}

/* ---- notes ----------------------------------------------------------------------------------- */

void mgmt_note(struct card *card, enum note_source source, const struct note *note)
{
	fifo_push(&card->mgmt.notes[source], note);
}

/* Notes of the wire are counted beside those of receivers: where the next one of that source for that statistic is. */
static const struct fifo *notes_of(const struct card *card, enum note_source source, uint8_t stat)
{
	if (source == NOTE_RX && stat == SVNIC_STAT_WIRE_RX_DROP)
		source = NOTE_RX_DROP;
	else if (source == NOTE_RX && stat == SVNIC_STAT_WIRE_RX_UNKNOWN)
		source = NOTE_RX_UNKNOWN;
	return &card->mgmt.notes[source];
}

int mgmt_next_note(const struct card *card, enum note_source source)
{
	static const uint8_t wire[] = { SVNIC_STAT_WIRE_RX_DROP, SVNIC_STAT_WIRE_RX_UNKNOWN };
	const struct note *note = fifo_front(&card->mgmt.notes[source]);

	for (unsigned int i = 0; source == NOTE_RX && i < 2; i++)
		if (notes_of(card, source, wire[i])->count)
			return wire[i];
	return note ? note->stat : -1;
}

bool mgmt_note_apply_may(const struct card *card, const struct model_commit *commit)
{
	const struct fifo *notes = commit->a < NOTE_SOURCES ? notes_of(card, commit->a, commit->c) : NULL;

	if (!notes || !commit->b || commit->b > notes->count)
		return false;
	return ((struct note *)fifo_front(notes))->stat == commit->c && (commit->b == 1 || notes != &card->mgmt.notes[commit->a]);
}

static void add_note(struct card *card, const struct note *note)
{
	struct local *local = local_of(card, note->fn);

	if (!local)
		return;
	if (note->count)
		local->stat[note->stat] += note->amount;
	if (note->count && note->bytes)
		local->stat[note->stat + 1] += note->bytes;
	if (note->error && !cfg_in_reset(card, note->fn))
		error_rises(card, note->fn, note->error);
}

void mgmt_note_apply_apply(struct card *card, const struct model_commit *commit)
{
	struct fifo *notes = (struct fifo *)notes_of(card, commit->a, commit->c);

	for (unsigned int i = 0; i < commit->b; i++) {
		struct note note = *(struct note *)fifo_front(notes);

		fifo_pop(notes);
		add_note(card, &note);
	}
}

/* ---- registers ------------------------------------------------------------------------------- */

static uint32_t half(uint64_t value, uint32_t offset)
{
	return offset & 4 ? value >> 32 : value;
}

static bool within(uint32_t offset, uint32_t base, uint32_t size)
{
	return offset - base < size;
}

bool mgmt_is_stat(uint32_t offset)
{
	return within(offset, SVNIC_STAT(0), 8 * SVNIC_STAT_COUNT) ||
	       within(offset, SVNIC_PF_STAT(0), 0x100 * SVNIC_PF_STAT_COUNT);
}

static uint32_t params(const struct card *card, uint8_t fn)
{
	return SVNIC_PREP(SVNIC_PARAMS_NUM_VFS, fn ? 0 : card->params.num_vfs) |
	       SVNIC_PREP(SVNIC_PARAMS_QPS, SVNIC_LOCAL_QPS) | SVNIC_PREP(SVNIC_PARAMS_SLOTS, SVNIC_LOCAL_SLOTS) |
	       SVNIC_PREP(SVNIC_PARAMS_RING_LOG2_MIN, SVNIC_RING_LOG2_MIN) |
	       SVNIC_PREP(SVNIC_PARAMS_RING_LOG2_MAX, SVNIC_RING_LOG2_MAX);
}

static uint32_t mbox_ctrl(const struct local *local)
{
	return (local->from_waits ? SVNIC_MBOX_CTRL_OUT : 0) | (local->to_waits ? SVNIC_MBOX_CTRL_IN : 0);
}

static uint32_t read_local(const struct card *card, uint8_t fn, uint32_t offset)
{
	const struct local *local = &card->fn[fn].local;

	switch (offset) {
	case SVNIC_MAGIC:
		return SVNIC_MAGIC_VALUE;
	case SVNIC_VERSION:
		return SVNIC_VERSION_VALUE;
	case SVNIC_FEATURES:
		return SVNIC_FEATURES_LOOP | SVNIC_FEATURES_REDIRECTION;
	case SVNIC_PARAMS:
		return params(card, fn);
	case SVNIC_RESOURCES:
		return local->resources;
	case SVNIC_LINK:
		return card->mgmt.carrier && local->link;
	case SVNIC_MAC_LO:
		return local->mac_lo;
	case SVNIC_MAC_HI:
		return local->mac_hi;
	case SVNIC_CTRL:
		return local->rx_enable;
	case SVNIC_ERROR:
		return local->error;
	case SVNIC_MBOX_CTRL:
		return mbox_ctrl(local);
	}
	if (within(offset, SVNIC_STAT(0), 8 * SVNIC_STAT_COUNT))
		return half(local->stat[offset / 8 % SVNIC_STAT_COUNT], offset);
	if (within(offset, SVNIC_MBOX_OUT(0), 4 * SVNIC_MBOX_DWS))
		return local->from[offset / 4 % 16];
	if (within(offset, SVNIC_MBOX_IN(0), 4 * SVNIC_MBOX_DWS))
		return local->to[offset / 4 % 16];
	return 0;
}

static uint32_t read_func(const struct local *local, uint32_t reg)
{
	switch (reg) {
	case SVNIC_FUNC_CTRL:
		return (local->link ? SVNIC_FUNC_CTRL_LINK : 0) | (local->spoof_check ? SVNIC_FUNC_CTRL_SPOOF_CHECK : 0) |
		       (local->redirect ? SVNIC_FUNC_CTRL_REDIRECT : 0) | (local->rescue ? SVNIC_FUNC_CTRL_RESCUE : 0);
	case SVNIC_FUNC_STATUS:
		return local->status;
	case SVNIC_FUNC_MAC_LO:
		return local->mac_lo;
	case SVNIC_FUNC_MAC_HI:
		return local->mac_hi;
	case SVNIC_FUNC_RES:
		return local->resources;
	default:
		return 0;
	}
}

enum table { NO_TABLE, FUNC_TABLE, MBOX_TABLE, MBOX_CTRL_TABLE, STAT_TABLE };

/* Which of the PF's tables, of which function, which byte of the entry. */
static enum table find_table(uint32_t offset, unsigned int *fn, uint32_t *reg)
{
	static const struct {
		enum table table;
		uint32_t base, stride;
	} tables[] = {
		{ FUNC_TABLE, SVNIC_FUNC(0), SVNIC_FUNC(1) - SVNIC_FUNC(0) },
		{ MBOX_TABLE, SVNIC_VF_MBOX(0), SVNIC_VF_MBOX(1) - SVNIC_VF_MBOX(0) },
		{ MBOX_CTRL_TABLE, SVNIC_PF_MBOX_CTRL(0), SVNIC_PF_MBOX_CTRL(1) - SVNIC_PF_MBOX_CTRL(0) },
		{ STAT_TABLE, SVNIC_PF_STAT(0), SVNIC_PF_STAT(1) - SVNIC_PF_STAT(0) },
	};

	for (unsigned int i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (!within(offset, tables[i].base, tables[i].stride * SVNIC_FUNCTIONS_MAX))
			continue;
		*fn = (offset - tables[i].base) / tables[i].stride;
		*reg = (offset - tables[i].base) % tables[i].stride;
		return tables[i].table;
	}
	return NO_TABLE;
}

static uint32_t read_tables(const struct card *card, uint32_t offset)
{
	unsigned int fn = 0;
	uint32_t reg = 0;
	enum table table = find_table(offset, &fn, &reg);

	if (fn >= card->num_fn)
		return 0;
	const struct local *local = &card->fn[fn].local;

	switch (table) {
	case FUNC_TABLE:
		return read_func(local, reg);
	case MBOX_TABLE:
		return reg < SVNIC_VF_MBOX_TO(0) ? local->from[reg / 4] : local->to[reg / 4 % 16];
	case MBOX_CTRL_TABLE:
		return mbox_ctrl(local);
	case STAT_TABLE:
		return reg < 8 * SVNIC_PF_STAT_VALUE_COUNT ? half(local->stat[reg / 8], reg) : 0;
	default:
		return 0;
	}
}

uint32_t mgmt_read(const struct card *card, uint8_t fn, uint32_t offset)
{
	if (offset < SVNIC_LOCAL_PAGE_SET_SIZE)
		return read_local(card, fn, offset);
	if (offset == SVNIC_PF_POOL)
		return card->params.num_slots << 16 | card->params.num_qps;
	return read_tables(card, offset);
}

/* ---- mailbox: from = VF to PF, to = PF to VF ------------------------------------------------- */

static void vf_mbox_ctrl(struct card *card, uint8_t fn, uint32_t value)
{
	struct local *local = &card->fn[fn].local;

	if (!fn)
		return;
	if (value & SVNIC_MBOX_CTRL_OUT && !local->from_waits) {
		local->from_waits = true;
		status_rises(card, fn, SVNIC_FUNC_STATUS_MBOX);
	}
	if (value & SVNIC_MBOX_CTRL_IN)
		local->to_waits = false;
}

static void pf_mbox_ctrl(struct card *card, uint8_t fn, uint32_t value)
{
	struct local *local = &card->fn[fn].local;
	bool taken = value & SVNIC_PF_MBOX_CTRL_FROM && local->from_waits;
	bool sent = value & SVNIC_PF_MBOX_CTRL_TO && !local->to_waits && fn;

	if (taken)
		local->from_waits = false;
	if (sent)
		local->to_waits = true;
	if (taken || sent)
		control(card, fn, SVNIC_EVENT_KIND_MAILBOX, 0);
}

static bool write_local(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	struct local *local = &card->fn[fn].local;

	if (offset == SVNIC_CTRL)
		local->rx_enable = value & SVNIC_CTRL_RX_ENABLE;
	else if (offset == SVNIC_ERROR)
		local->error &= ~value;
	else if (offset == SVNIC_MBOX_CTRL)
		vf_mbox_ctrl(card, fn, value);
	else if (fn && within(offset, SVNIC_MBOX_OUT(0), 4 * SVNIC_MBOX_DWS)) {
		if (local->from_waits)
			return false;
		local->from[offset / 4 % 16] = value;
	}
	return true;
}

static void write_func_ctrl(struct card *card, uint8_t fn, uint32_t value)
{
	struct local *local = &card->fn[fn].local;
	bool link = value & SVNIC_FUNC_CTRL_LINK;

	if (link != local->link && card->mgmt.carrier && cfg_exists(card, fn))
		control(card, fn, SVNIC_EVENT_KIND_LINK, 0);
	local->link = link;
	local->spoof_check = value & SVNIC_FUNC_CTRL_SPOOF_CHECK;
	local->redirect = value & SVNIC_FUNC_CTRL_REDIRECT;
	local->rescue = value & SVNIC_FUNC_CTRL_RESCUE;
}

static void write_func(struct card *card, uint8_t fn, uint32_t reg, uint32_t value)
{
	struct local *local = &card->fn[fn].local;

	if (reg == SVNIC_FUNC_CTRL)
		write_func_ctrl(card, fn, value);
	else if (reg == SVNIC_FUNC_STATUS)
		local->status &= ~value;
	else if (reg == SVNIC_FUNC_MAC_LO)
		local->mac_lo = value;
	else if (reg == SVNIC_FUNC_MAC_HI)
		local->mac_hi = value;
	else if (reg == SVNIC_FUNC_RES)
		local->resources = value;
}

static void write_tables(struct card *card, uint32_t offset, uint32_t value)
{
	unsigned int fn = 0;
	uint32_t reg = 0;
	enum table table = find_table(offset, &fn, &reg);

	if (fn >= card->num_fn)
		return;
	if (table == FUNC_TABLE)
		write_func(card, fn, reg, value);
	else if (table == MBOX_CTRL_TABLE)
		pf_mbox_ctrl(card, fn, value);
	else if (table == MBOX_TABLE && fn && reg >= SVNIC_VF_MBOX_TO(0) && !card->fn[fn].local.to_waits)
		card->fn[fn].local.to[reg / 4 % 16] = value;
}

bool mgmt_write(struct card *card, uint8_t fn, uint32_t offset, uint32_t value)
{
	if (offset < SVNIC_LOCAL_PAGE_SET_SIZE)
		return write_local(card, fn, offset, value);
	write_tables(card, offset, value);
	return true;
}

/* ---- reset ----------------------------------------------------------------------------------- */

static void forget_messages(struct local *local)
{
	memset(local->from, 0, sizeof(local->from));
	memset(local->to, 0, sizeof(local->to));
	local->from_waits = local->to_waits = false;
	local->rx_enable = false;
	local->error = 0;
}

static void forget_tables(struct card *card)
{
	for (unsigned int f = 0; f < card->num_fn; f++) {
		struct local *local = &card->fn[f].local;

		local->link = local->spoof_check = local->redirect = local->rescue = false;
		local->mac_lo = 0;
		local->mac_hi = local->resources = 0;
		forget_messages(local);
	}
	queue_forget_maps(card);
}

/* The PF comes last: its tables say what belongs to the VFs. */
bool mgmt_forget_may(const struct card *card, const struct model_commit *commit)
{
	const struct list *first = card->cfg.in_reset.next;

	return cfg_in_reset(card, commit->a) && !card->fn[commit->a].cfg.forgotten &&
	       (commit->a || first == &card->fn[0].cfg.list) && queue_function_idle(card, commit->a);
}

void mgmt_forget_apply(struct card *card, const struct model_commit *commit)
{
	card->fn[commit->a].cfg.forgotten = true;
	forget_messages(&card->fn[commit->a].local);
	for (uint32_t i = card->mgmt.controls.count; i--;)
		if (((struct control *)fifo_at(&card->mgmt.controls, i))->fn == commit->a)
			remove_control(card, i);
	if (commit->a)
		status_rises(card, commit->a, SVNIC_FUNC_STATUS_WAS_RESET);
	else
		forget_tables(card);
}

void mgmt_init(struct card *card)
{
	card->mgmt = (struct mgmt){ .carrier = true };
	for (int i = 0; i < NOTE_FIFOS; i++)
		fifo_init(&card->mgmt.notes[i], sizeof(struct note));
	fifo_init(&card->mgmt.controls, sizeof(struct control));
}

void mgmt_fini(struct card *card)
{
	for (int i = 0; i < NOTE_FIFOS; i++)
		fifo_fini(&card->mgmt.notes[i]);
	fifo_fini(&card->mgmt.controls);
}
