// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Configuration space: docs/config-space.md is the table that this file says in C. */
#include "card.h"

#include <string.h>

#define COMMAND_MEMORY 0x002
#define COMMAND_MASTER 0x004
#define COMMAND_PF 0x146
#define MSIX_ENABLE 0x8000
#define MSIX_MASK 0x4000
#define DEVCTL_RELAXED 0x0010
#define DEVCTL_MPS 0x00e0
#define DEVCTL_EXT_TAG 0x0100
#define DEVCTL_FLR 0x8000
#define DEVCTL_PF 0x71ff
#define DEVCTL_RESET 0x2010
#define AER_BITS (1u << CFG_POISONED | 1u << CFG_TIMEOUT | 1u << CFG_ABORT | 1u << CFG_UNEXPECTED | 1u << CFG_UNSUPPORTED)
#define AER_ADVISORY (1u << 13)
#define AER_LINK (1u << 4 | 1u << 18)	/* Data Link Protocol, Malformed TLP: kept for the host, never seen */
#define AER_COR_LINK (1u << 6 | 1u << 7 | 1u << 8 | 1u << 12)
#define DEVCTL2_NO_TIMEOUT 0x0010
#define LINKCTL_KEPT 0x00c0	/* Common Clock Configuration, Extended Synch */
#define SPEEDS 0x0e		/* Supported Link Speeds: 2.5, 5, 8 GT/s */
#define SPEED_MAX 3
#define SRIOV_VFE 0x01
#define SRIOV_MSE 0x08
#define SRIOV_ARI 0x10
#define PAGE_SIZES 0x553
#define BAR_TYPE 0xc	/* 64 bit, prefetchable */
#define SERIAL_HIGH 0x53564e43

static const uint64_t pf_bar_size[2] = { SVNIC_PF_BAR0_SIZE, SVNIC_BAR2_SIZE };

/* ---- what others ask ------------------------------------------------------------------------- */

bool cfg_exists(const struct card *card, unsigned int fn)
{
	return !fn || (card->cfg.sriov_control & SRIOV_VFE && fn <= card->cfg.num_vfs);
}

bool cfg_in_reset(const struct card *card, unsigned int fn)
{
	return fn < card->num_fn && card->fn[fn].cfg.in_reset;
}

bool cfg_bus_master(const struct card *card, unsigned int fn)
{
	const struct config *cfg = &card->fn[fn].cfg;

	return cfg_exists(card, fn) && cfg->command & COMMAND_MASTER && !cfg->power;
}

bool cfg_silent(const struct card *card, unsigned int fn)
{
	return cfg_in_reset(card, fn) || !cfg_bus_master(card, fn);
}

bool cfg_msix_masked(const struct card *card, unsigned int fn)
{
	return (card->fn[fn].cfg.msix_control & (MSIX_ENABLE | MSIX_MASK)) != MSIX_ENABLE;
}

svnic_rid_t cfg_rid(const struct card *card, uint8_t fn)
{
	return (svnic_rid_t)(card->cfg.bus << 8 | fn);
}

uint32_t cfg_mps(const struct card *card)
{
	unsigned int code = card->fn[0].cfg.device_control >> 5 & 7;

	return 128u << (code > 2 ? 2 : code);
}

uint32_t cfg_mrrs(const struct card *card)
{
	unsigned int code = card->fn[0].cfg.device_control >> 12 & 7;

	return 128u << (code > 5 ? 5 : code);
}

uint32_t cfg_tags(const struct card *card)
{
	return card->fn[0].cfg.device_control & DEVCTL_EXT_TAG ? 256 : 32;
}

bool cfg_relaxed(const struct card *card)
{
	return card->fn[0].cfg.device_control & DEVCTL_RELAXED;
}

bool cfg_no_timeout(const struct card *card)
{
	return card->cfg.device_control2 & DEVCTL2_NO_TIMEOUT;
}

/* ---- BARs ------------------------------------------------------------------------------------ */

static uint64_t vf_aperture(const struct card *card)
{
	uint64_t page = UINT64_C(4096) * card->cfg.page_size;

	return page > SVNIC_VF_BAR0_SIZE ? page : SVNIC_VF_BAR0_SIZE;
}

static bool decode_pf(const struct card *card, uint64_t address, struct cfg_claim *claim)
{
	const struct config *pf = &card->fn[0].cfg;

	if (!(pf->command & COMMAND_MEMORY) || pf->power)
		return false;
	for (int i = 0; i < 2; i++) {
		*claim = (struct cfg_claim){ .fn = 0, .bar = 2 * i, .offset = address - (card->cfg.bar[i] & -pf_bar_size[i]) };
		if (claim->offset < pf_bar_size[i])
			return true;
	}
	return false;
}

static bool decode_vf(const struct card *card, uint64_t address, struct cfg_claim *claim)
{
	uint64_t aperture = vf_aperture(card);

	if (!(card->cfg.sriov_control & SRIOV_VFE) || !(card->cfg.sriov_control & SRIOV_MSE))
		return false;
	for (int i = 0; i < 2; i++) {
		uint64_t offset = address - (card->cfg.vf_bar[i] & -aperture);

		if (offset >= aperture * card->cfg.num_vfs)
			continue;
		*claim = (struct cfg_claim){ .fn = 1 + offset / aperture, .bar = 2 * i, .offset = offset % aperture };
		return true;
	}
	return false;
}

bool cfg_decode(const struct card *card, uint64_t address, struct cfg_claim *claim)
{
	return decode_pf(card, address, claim) || decode_vf(card, address, claim);
}

static uint32_t bar_read(uint64_t bar, uint64_t size, bool high)
{
	bar &= -size;
	return high ? bar >> 32 : (uint32_t)bar | BAR_TYPE;
}

static void bar_write(uint64_t *bar, bool high, uint32_t value, uint32_t mask)
{
	uint64_t wide = (uint64_t)mask << (high ? 32 : 0);

	*bar = (*bar & ~wide) | ((uint64_t)value << (high ? 32 : 0) & wide);
}

/* ---- reads ----------------------------------------------------------------------------------- */

static uint32_t read_header(const struct card *card, uint8_t fn, uint16_t reg)
{
	switch (reg) {
	case 0x00:
		return fn ? 0xffffffff : SVNIC_PCI_DEVICE_ID_PF << 16 | SVNIC_PCI_VENDOR_ID;
	case 0x04:
		return 0x0010 << 16 | card->fn[fn].cfg.command;
	case 0x08:
		return SVNIC_PCI_CLASS << 8 | SVNIC_PCI_REVISION;
	case 0x10:
	case 0x14:
	case 0x18:
	case 0x1c:
		return fn ? 0 : bar_read(card->cfg.bar[(reg - 0x10) / 8], pf_bar_size[(reg - 0x10) / 8], reg & 4);
	case 0x2c:
		return SVNIC_PCI_DEVICE_ID_PF << 16 | SVNIC_PCI_VENDOR_ID;
	case 0x34:
		return fn ? 0x70 : 0x40;
	default:
		return 0;
	}
}

static uint32_t read_device_control(const struct card *card, uint8_t fn)
{
	const struct config *cfg = &card->fn[fn].cfg;
	uint32_t pending = card->dma.pending[fn] ? 0x20 : 0;

	return (cfg->device_status | pending) << 16 | cfg->device_control;
}

static uint32_t read_capability(const struct card *card, uint8_t fn, uint16_t reg)
{
	const struct config *cfg = &card->fn[fn].cfg;

	switch (reg) {
	case 0x40:
		return fn ? 0 : 0x00035001;
	case 0x44:
		return fn ? 0 : 0x8 | cfg->power;
	case 0x50:
		return (uint32_t)(cfg->msix_control | (SVNIC_MSIX_COUNT - 1)) << 16 | (fn ? 0x0011 : 0x7011);
	case 0x54:
		return 2;
	case 0x58:
		return SVNIC_MSIX_PBA | 2;
	case 0x70:
		return fn ? 0x00025010 : 0x00020010;
	case 0x74:
		return 0x10008022;
	case 0x78:
		return read_device_control(card, fn);
	case 0x7c:
		return 0x400083;
	case 0x80:
		return fn ? 0 : 0x0083 << 16 | card->cfg.link_control;
	case 0x94:
		return 0x10;
	case 0x98:
		return fn ? 0 : card->cfg.device_control2;
	case 0x9c:
		return SPEEDS;
	case 0xa0:
		return fn ? 0 : card->cfg.target_speed;
	default:
		return 0;
	}
}

static uint32_t read_aer(const struct card *card, uint8_t fn, uint16_t reg)
{
	const struct aer *aer = &card->fn[fn].cfg.aer;

	switch (reg) {
	case 0x100:
		return (fn ? 0x160u : 0x150u) << 20 | 2 << 16 | 0x0001;
	case 0x104:
		return aer->status;
	case 0x108:
		return aer->mask;
	case 0x10c:
		return aer->severity;
	case 0x110:
		return aer->cor_status;
	case 0x114:
		return aer->cor_mask;
	case 0x118:
		return aer->first_error;
	case 0x11c:
	case 0x120:
	case 0x124:
	case 0x128:
		return aer->header[(reg - 0x11c) / 4];
	default:
		return 0;
	}
}

static uint32_t read_sriov(const struct card *card, uint16_t reg)
{
	const struct cfg *cfg = &card->cfg;

	switch (reg) {
	case 0x180:
		return 1 << 16 | 0x0010;
	case 0x188:
		return cfg->sriov_control;
	case 0x18c:
		return card->params.num_vfs << 16 | card->params.num_vfs;
	case 0x190:
		return cfg->num_vfs;
	case 0x194:
		return 1 << 16 | 1;
	case 0x198:
		return SVNIC_PCI_DEVICE_ID_VF << 16;
	case 0x19c:
		return PAGE_SIZES;
	case 0x1a0:
		return cfg->page_size;
	case 0x1a4:
	case 0x1a8:
	case 0x1ac:
	case 0x1b0:
		return bar_read(cfg->vf_bar[(reg - 0x1a4) / 8], vf_aperture(card), (reg - 0x1a4) & 4);
	default:
		return 0;
	}
}

static uint32_t read_extended(const struct card *card, uint8_t fn, uint16_t reg)
{
	if (reg < 0x150)
		return read_aer(card, fn, reg);
	if (reg == 0x160)
		return (fn ? 0x000u : 0x180u) << 20 | 1 << 16 | 0x000e;
	if (fn)
		return 0;
	switch (reg) {
	case 0x150:
		return 0x160u << 20 | 1 << 16 | 0x0003;
	case 0x154:
		return 1;
	case 0x158:
		return SERIAL_HIGH;
	default:
		return read_sriov(card, reg);
	}
}

uint32_t cfg_read(const struct card *card, uint8_t fn, uint16_t reg)
{
	if (reg < 0x40)
		return read_header(card, fn, reg);
	return reg < 0x100 ? read_capability(card, fn, reg) : read_extended(card, fn, reg);
}

/* ---- writes: mask has the bits whose byte is enabled ----------------------------------------- */

static void merge16(uint16_t *reg, uint32_t value, uint32_t mask)
{
	*reg = (*reg & ~mask) | (value & mask);
}

static void merge32(uint32_t *reg, uint32_t value, uint32_t mask)
{
	*reg = (*reg & ~mask) | (value & mask);
}

static void want_reset(struct card *card, uint8_t fn)
{
	if (card->fn[fn].cfg.reset_wanted)
		return;
	card->fn[fn].cfg.reset_wanted = true;
	fifo_push(&card->cfg.resets, &fn);
}

static void end_vfs(struct card *card)
{
	if (!(card->cfg.sriov_control & SRIOV_VFE))
		return;
	card->cfg.sriov_control &= ~SRIOV_VFE;
	for (unsigned int f = 1; f <= card->cfg.num_vfs; f++)
		want_reset(card, f);
}

static void write_header(struct card *card, uint8_t fn, uint16_t reg, uint32_t value, uint32_t mask)
{
	if (reg == 0x04)
		merge16(&card->fn[fn].cfg.command, value, mask & (fn ? COMMAND_MASTER : COMMAND_PF));
	else if (!fn && reg >= 0x10 && reg <= 0x1c)
		bar_write(&card->cfg.bar[(reg - 0x10) / 8], reg & 4, value, mask);
}

static void write_device_control(struct card *card, uint8_t fn, uint32_t value, uint32_t mask)
{
	struct config *cfg = &card->fn[fn].cfg;

	if (!fn)
		merge16(&cfg->device_control, value, mask & DEVCTL_PF);
	cfg->device_status &= ~(value >> 16 & mask >> 16 & 0xf);
	if (!(value & mask & DEVCTL_FLR))
		return;
	if (!fn)
		end_vfs(card);
	want_reset(card, fn);
}

static void write_power(struct card *card, uint32_t value, uint32_t mask)
{
	unsigned int state = value & 3;

	if (mask & 3 && (state == 0 || state == 3))
		card->fn[0].cfg.power = state;
}

static void write_target_speed(struct card *card, unsigned int code)
{
	if (code && SPEEDS >> code & 1)
		card->cfg.target_speed = code;
}

static void write_capability(struct card *card, uint8_t fn, uint16_t reg, uint32_t value, uint32_t mask)
{
	if (reg == 0x44 && !fn)
		write_power(card, value, mask);
	if (reg == 0x50) {
		merge16(&card->fn[fn].cfg.msix_control, value >> 16, mask >> 16 & (MSIX_ENABLE | MSIX_MASK));
		msix_update(card, fn);
	}
	if (reg == 0x78)
		write_device_control(card, fn, value, mask);
	if (reg == 0x80 && !fn)
		merge16(&card->cfg.link_control, value, mask & LINKCTL_KEPT);
	if (reg == 0x98 && !fn)
		merge16(&card->cfg.device_control2, value, mask & DEVCTL2_NO_TIMEOUT);
	if (reg == 0xa0 && !fn && mask & 0xf)
		write_target_speed(card, value & 0xf);
}

static void write_aer(struct aer *aer, bool vf, uint16_t reg, uint32_t value, uint32_t mask)
{
	if (reg == 0x104)
		aer->status &= ~(value & mask);
	else if (reg == 0x110)
		aer->cor_status &= ~(value & mask);
	else if (vf)
		return;
	else if (reg == 0x108)
		merge32(&aer->mask, value, mask & (AER_BITS | AER_LINK));
	else if (reg == 0x10c)
		merge32(&aer->severity, value, mask & (AER_BITS | AER_LINK));
	else if (reg == 0x114)
		merge32(&aer->cor_mask, value, mask & (AER_ADVISORY | AER_COR_LINK));
}

static bool vfs_allowed(const struct card *card)
{
	uint32_t most = card->cfg.sriov_control & SRIOV_ARI ? card->params.num_vfs : 7;

	return card->cfg.num_vfs <= most && card->cfg.num_vfs <= card->params.num_vfs;
}

static void write_sriov_control(struct card *card, uint32_t value, uint32_t mask)
{
	bool enabled = card->cfg.sriov_control & SRIOV_VFE;

	merge16(&card->cfg.sriov_control, value, mask & (enabled ? SRIOV_MSE : SRIOV_MSE | SRIOV_ARI));
	if (!(mask & SRIOV_VFE))
		return;
	if (!(value & SRIOV_VFE))
		end_vfs(card);
	else if (!enabled && vfs_allowed(card))
		card->cfg.sriov_control |= SRIOV_VFE;
}

static void write_page_size(struct card *card, uint32_t value, uint32_t mask)
{
	value = (card->cfg.page_size & ~mask) | (value & mask);
	if (value && !(value & (value - 1)) && value & PAGE_SIZES)
		card->cfg.page_size = value;
}

static void write_sriov(struct card *card, uint16_t reg, uint32_t value, uint32_t mask)
{
	bool enabled = card->cfg.sriov_control & SRIOV_VFE;

	if (reg == 0x188)
		write_sriov_control(card, value, mask);
	else if (reg == 0x190 && !enabled)
		merge16(&card->cfg.num_vfs, value, mask);
	else if (reg == 0x1a0 && !enabled)
		write_page_size(card, value, mask);
	else if (reg >= 0x1a4 && reg <= 0x1b0)
		bar_write(&card->cfg.vf_bar[(reg - 0x1a4) / 8], (reg - 0x1a4) & 4, value, mask);
}

static uint32_t byte_mask(uint8_t be)
{
	uint32_t mask = 0;

	for (int i = 0; i < 4; i++)
		mask |= be >> i & 1 ? 0xffu << 8 * i : 0;
	return mask;
}

void cfg_write(struct card *card, uint8_t fn, uint16_t reg, uint32_t value, uint8_t be)
{
	uint32_t mask = byte_mask(be);

	if (reg < 0x40)
		write_header(card, fn, reg, value, mask);
	else if (reg < 0x100)
		write_capability(card, fn, reg, value, mask);
	else if (reg < 0x150)
		write_aer(&card->fn[fn].cfg.aer, fn, reg, value, mask);
	else if (!fn)
		write_sriov(card, reg, value, mask);
}

/* ---- resets ---------------------------------------------------------------------------------- */

/* What a function reset clears: all but sticky bits, MPS and Link Control. */
static void clear_config(struct card *card, uint8_t fn)
{
	struct config *cfg = &card->fn[fn].cfg;
	uint16_t kept = cfg->device_control & DEVCTL_MPS;

	cfg->command = 0;
	cfg->power = 0;
	cfg->msix_control = 0;
	cfg->device_status = 0;
	if (fn)
		return;
	cfg->device_control = DEVCTL_RESET | kept;
	card->cfg.device_control2 = 0;
	memset(card->cfg.bar, 0, sizeof(card->cfg.bar));
	memset(card->cfg.vf_bar, 0, sizeof(card->cfg.vf_bar));
	card->cfg.sriov_control &= SRIOV_ARI;	/* not affected by FLR (9.3.3.3.5) */
	card->cfg.num_vfs = 0;
	card->cfg.page_size = 1;
}

bool cfg_reset_begin_may(const struct card *card, const struct model_commit *commit)
{
	const uint8_t *oldest = fifo_front(&card->cfg.resets);

	return oldest && *oldest == commit->a;
}

void cfg_reset_begin_apply(struct card *card, const struct model_commit *commit)
{
	struct config *cfg = &card->fn[commit->a].cfg;

	fifo_pop(&card->cfg.resets);
	clear_config(card, commit->a);
	cfg->in_reset = true;
	list_add(&card->cfg.in_reset, &cfg->list);
	cfg->forgotten = cfg->event_reset = false;
	cfg->veb_cleared = commit->a;	/* the PF's only */
	queue_function_update(card, commit->a);
	msix_update(card, commit->a);
}

bool cfg_reset_done_may(const struct card *card, const struct model_commit *commit)
{
	return cfg_in_reset(card, commit->a) && card->fn[commit->a].cfg.forgotten &&
	       card->fn[commit->a].cfg.event_reset && card->fn[commit->a].cfg.veb_cleared && !card->dma.pending[commit->a];
}

void cfg_reset_done_apply(struct card *card, const struct model_commit *commit)
{
	card->fn[commit->a].cfg.in_reset = false;
	card->fn[commit->a].cfg.reset_wanted = false;
	list_del(&card->fn[commit->a].cfg.list);
}

void cfg_init(struct card *card)
{
	card->cfg = (struct cfg){ .page_size = 1, .target_speed = SPEED_MAX };
	list_init(&card->cfg.in_reset);
	fifo_init(&card->cfg.resets, sizeof(uint8_t));
	fifo_init(&card->cfg.errors, sizeof(struct cfg_dma_error));
	card->fn[0].cfg.device_control = DEVCTL_RESET;
	card->fn[0].cfg.aer.severity = AER_LINK;
	card->fn[0].cfg.aer.cor_mask = AER_ADVISORY;
}

void cfg_fini(struct card *card)
{
	fifo_fini(&card->cfg.resets);
	fifo_fini(&card->cfg.errors);
}
