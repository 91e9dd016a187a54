// SPDX-License-Identifier: Apache-2.0
/* The rules as one table: which apply, and what they have in common. */
#include <stdarg.h>
#include <stdio.h>
#include "pcicheck.h"

static const struct rules *const tables[] = {
	&header_rules, &bar_rules, &chain_rules, &pm_rules, &msi_rules, &pcie_rules, &link_rules, &aer_rules,
			&ext_rules,
	&sriov_rules, &vf_rules, &write_rules, &write_pcie_rules, &write_ext_rules, &reset_rules,
};

#define TABLES	(sizeof(tables) / sizeof(tables[0]))

uint32_t field(const struct check *c, unsigned int offset, unsigned int width)
{
	return get(c->f, c->base + offset, width);
}

uint32_t value(const struct check *c)
{
	return get(c->f, c->at, c->rule->width);
}

enum verdict good_if(struct check *c, bool good, const char *format, ...)
{
	va_list args;

	if (good)
		return PASS;
	va_start(args, format);
	vsnprintf(c->why, sizeof(c->why), format, args);
	va_end(args);
	return FAIL;
}

enum verdict undecided(struct check *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->why, sizeof(c->why), format, args);
	va_end(args);
	return UNKNOWN;
}

enum verdict reads_zero(struct check *c)
{
	uint32_t set = value(c) & c->rule->mask;

	return good_if(c, !set, "bits %xh are set", set);
}

enum verdict is_present(struct check *c)
{
	return good_if(c, cap_at(c->f, c->rule->mask), "there is none");
}

enum verdict is_absent(struct check *c)
{
	unsigned int at = c->rule->width == 2 ? ecap_at(c->f, c->rule->mask) : cap_at(c->f, c->rule->mask);

	return good_if(c, !at, "there is one at %03xh", at);
}

bool type_is(const struct function *f, uint16_t types)
{
	return f->type >= 0 && TYPE(f->type) & types;
}

static bool right_function(const struct function *f, const struct rule *r)
{
	if (r->who != ANYONE && (r->who == VF_ONLY) != f->vf)
		return false;
	return !r->types || type_is(f, r->types);
}

/*
 * Version 1 of the PCI Express capability ends behind the link registers, in an Endpoint; no rule is about
 * slots of others.
 */
static bool in_this_version(const struct check *c)
{
	return c->rule->where != IN_CAP || c->rule->cap != ID_PCIE || c->rule->offset < 0x14 || (field(c, 2,
			1) & 15) >= 2;
}

static enum verdict apply(struct check *c)
{
	const struct rule *r = c->rule;

	if (r->where != IN_HEADER)
		c->base = r->where == IN_CAP ? cap_at(c->f, r->cap) : ecap_at(c->f, r->cap);
	c->at = c->base + r->offset;
	if (!right_function(c->f, r) || (r->where != IN_HEADER && !c->base) || !in_this_version(c))
		return NA;
	return r->check(c);
}

void run_rules(struct function *f, unsigned int modes, bool verbose, struct totals *totals)
{
	for (unsigned int t = 0; t < TABLES; t++) {
		for (unsigned int i = 0; modes >> tables[t]->mode & 1 && i < tables[t]->count; i++) {
			struct check c = { .f = f, .rule = &tables[t]->rule[i] };

			tap_line(&c, apply(&c), verbose, totals);
		}
	}
}

void list_rules(void)
{
	static const char *const modes[] = { "read", "write", "flr" };
	static const char *const levels[] = { "shall", "software", "odd" };

	for (unsigned int t = 0; t < TABLES; t++) {
		for (unsigned int i = 0; i < tables[t]->count; i++) {
			const struct rule *r = &tables[t]->rule[i];

			printf("%s\t%s\t%s\t%s\t%s\t%s\n", r->id, modes[tables[t]->mode], levels[r->level],
					r->section, r->reg, r->text);
		}
	}
}
