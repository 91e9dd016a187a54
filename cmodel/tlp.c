// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "tlp.h"

bool tlp_is_completion(uint8_t type)
{
	return type == SVNIC_TLP_CPL || type == SVNIC_TLP_CPLD;
}

bool tlp_is_non_posted(uint8_t type)
{
	return type != SVNIC_TLP_MWR && type != SVNIC_TLP_MSG && !tlp_is_completion(type);
}

bool tlp_has_payload(uint8_t type)
{
	switch (type) {
	case SVNIC_TLP_MWR:
	case SVNIC_TLP_CFGWR0:
	case SVNIC_TLP_CPLD:
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
	case SVNIC_TLP_CAS:
	case SVNIC_TLP_DMWR:
		return true;
	default:
		return false;
	}
}

size_t tlp_size(const struct svnic_tlp *tlp)
{
	return offsetof(struct svnic_tlp, payload) + (tlp_has_payload(tlp->type) ? 4u * tlp->dw : 0);
}

static bool memory_valid(const struct svnic_tlp *tlp)
{
	if (tlp->dw < 1 || tlp->dw > SVNIC_TLP_MAX_DW || tlp->address % 4)
		return false;
	if (tlp->address % 4096 + 4u * tlp->dw > 4096)
		return false;
	return tlp->dw == 1 ? !tlp->last_be : tlp->first_be && tlp->last_be;
}

static bool atomic_valid(const struct svnic_tlp *tlp, uint16_t operands)
{
	uint32_t operand = 4u * tlp->dw / operands;

	return (tlp->dw == operands || tlp->dw == 2 * operands) && tlp->address % operand == 0;
}

bool tlp_valid(const struct svnic_tlp *tlp)
{
	if (tlp->first_be > 15 || tlp->last_be > 15)
		return false;
	switch (tlp->type) {
	case SVNIC_TLP_MRD:
	case SVNIC_TLP_MWR:
	case SVNIC_TLP_DMWR:
		return memory_valid(tlp);
	case SVNIC_TLP_CFGRD0:
	case SVNIC_TLP_CFGWR0:
		return tlp->dw == 1 && !tlp->last_be && tlp->address < 4096 && tlp->address % 4 == 0;
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
		return atomic_valid(tlp, 1);
	case SVNIC_TLP_CAS:
		return atomic_valid(tlp, 2);
	case SVNIC_TLP_CPLD:
		return tlp->dw >= 1 && tlp->dw <= SVNIC_TLP_MAX_DW && tlp->byte_count <= 4096 && tlp->lower_address < 128;
	case SVNIC_TLP_CPL:
		return tlp->byte_count <= 4096 && tlp->lower_address < 128;
	case SVNIC_TLP_MSG:
		return true;
	default:
		return false;
	}
}

struct tlp tlp_brief(const struct svnic_tlp *t)
{
	struct tlp brief = {
		.type = t->type, .attr = t->attr, .tc = t->tc, .poisoned = t->poisoned,
		.requester = t->requester, .completer = t->completer, .tag = t->tag, .dw = t->dw,
		.first_be = t->first_be, .last_be = t->last_be, .address = t->address,
		.status = t->status, .lower_address = t->lower_address, .byte_count = t->byte_count,
	};

	for (int i = 0; tlp_has_payload(t->type) && i < 2 && i < t->dw; i++)
		brief.data[i] = tlp_get_dw(t->payload + 4 * i);
	return brief;
}

static int lowest(uint8_t be)
{
	return be & 1 ? 0 : be & 2 ? 1 : be & 4 ? 2 : be & 8 ? 3 : 0;
}

static int highest(uint8_t be)
{
	return be & 8 ? 3 : be & 4 ? 2 : be & 2 ? 1 : 0;
}

static uint16_t read_byte_count(const struct tlp *read)
{
	uint8_t last = read->dw == 1 ? read->first_be : read->last_be;

	return 4 * (read->dw - 1) + highest(last) - lowest(read->first_be) + 1;
}

uint16_t tlp_byte_count(const struct tlp *request)
{
	switch (request->type) {
	case SVNIC_TLP_MRD:
		return read_byte_count(request);
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
		return 4 * request->dw;
	case SVNIC_TLP_CAS:
		return 2 * request->dw;
	default:
		return 4;
	}
}

uint8_t tlp_lower_address(const struct tlp *read)
{
	return (read->address & 0x7c) + lowest(read->first_be);
}

/* Fmt and Type with a 3 DW header; bit 5 is added for 4 DW, bit 6 says payload (section 2.2.1). */
static uint32_t fmt_type(uint8_t type)
{
	static const uint8_t codes[] = {
		[SVNIC_TLP_MRD] = 0x00, [SVNIC_TLP_MWR] = 0x40, [SVNIC_TLP_CFGRD0] = 0x04, [SVNIC_TLP_CFGWR0] = 0x44,
		[SVNIC_TLP_CPL] = 0x0a, [SVNIC_TLP_CPLD] = 0x4a, [SVNIC_TLP_FETCHADD] = 0x4c, [SVNIC_TLP_SWAP] = 0x4d,
		[SVNIC_TLP_CAS] = 0x4e, [SVNIC_TLP_DMWR] = 0x5b, [SVNIC_TLP_MSG] = 0x30,
	};

	return codes[type];
}

static void completion_header(const struct tlp *t, uint32_t h[4])
{
	h[1] = (uint32_t)t->completer << 16 | (uint32_t)t->status << 13 | (t->byte_count & 0xfff);
	h[2] = (uint32_t)t->requester << 16 | (uint32_t)(t->tag & 0xff) << 8 | t->lower_address;
	h[3] = 0;
}

static void request_header(const struct tlp *t, uint32_t h[4])
{
	bool config = t->type == SVNIC_TLP_CFGRD0 || t->type == SVNIC_TLP_CFGWR0;
	bool wide = !config && t->address >> 32;

	h[1] = (uint32_t)t->requester << 16 | (uint32_t)(t->tag & 0xff) << 8 | (uint32_t)t->last_be << 4 | t->first_be;
	h[2] = config ? (uint32_t)t->completer << 16 | (t->address & 0xffc) : wide ? t->address >> 32 : t->address;
	h[3] = wide ? t->address : 0;
	h[0] |= wide ? 1u << 29 : 0;
}

void tlp_header(const struct tlp *t, uint32_t h[4])
{
	h[0] = fmt_type(t->type) << 24 | (uint32_t)(t->tag >> 9 & 1) << 23 | (uint32_t)(t->tc & 7) << 20 |
	       (uint32_t)(t->tag >> 8 & 1) << 19 | (uint32_t)t->poisoned << 14 |
	       (t->attr & SVNIC_ATTR_RELAXED ? 1u << 13 : 0) | (t->attr & SVNIC_ATTR_NO_SNOOP ? 1u << 12 : 0);
	if (t->type != SVNIC_TLP_CPL && t->type != SVNIC_TLP_MSG)
		h[0] |= t->dw & 0x3ff;
	if (tlp_is_completion(t->type))
		completion_header(t, h);
	else
		request_header(t, h);
}

uint32_t tlp_get_dw(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

void tlp_put_dw(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = value >> 8 * i;
}

uint64_t tlp_get_qw(const uint8_t *p)
{
	return tlp_get_dw(p) | (uint64_t)tlp_get_dw(p + 4) << 32;
}

void tlp_put_qw(uint8_t *p, uint64_t value)
{
	tlp_put_dw(p, value);
	tlp_put_dw(p + 4, value >> 32);
}
