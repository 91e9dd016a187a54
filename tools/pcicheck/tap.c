// SPDX-License-Identifier: Apache-2.0
/* Output: TAP version 13. A violated "shall" is `not ok`; what is only odd is ok with a diagnostic. */
#include <stdarg.h>
#include <stdio.h>
#include "pcicheck.h"

static unsigned int count;

void tap_begin(void)
{
	puts("TAP version 13");
}

void tap_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("# ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

static const char *level_name(enum level level)
{
	return level == SHALL ? "shall" : level == SW_SHALL ? "shall, by software" : "odd";
}

static void explain(const struct check *c)
{
	const struct rule *r = c->rule;

	printf("  ---\n  function: '%s'\n  register: '%s'\n  offset: %03xh\n", c->f->name, r->reg, c->at);
	printf("  value: 0x%0*x\n", 2 * r->width, get(c->f, c->at, r->width));
	printf("  section: '%s %s'\n  level: '%s'\n  found: '%s'\n  ...\n", SPEC, r->section, level_name(r->level),
			c->why);
}

static void line(const struct check *c, const char *word, const char *directive)
{
	const struct rule *r = c->rule;

	printf("%s %u - %s: %s %03xh: %s [%s]%s%s\n", word, ++count, r->id, r->reg, c->at, r->text, r->section,
	       directive, *directive ? c->why : "");
}

void tap_line(const struct check *c, enum verdict verdict, bool verbose, struct totals *totals)
{
	bool odd = verdict == FAIL && c->rule->level == SHOULD;

	if (verdict == NA && !verbose)
		return;
	totals->checks += verdict != NA;
	totals->undecided += verdict == UNKNOWN;
	totals->odd += odd;
	totals->failed += verdict == FAIL && !odd;
	if (verdict == FAIL && !odd) {
		line(c, "not ok", "");
		explain(c);
		return;
	}
	line(c, "ok", verdict == UNKNOWN ? " # SKIP " : verdict == NA ? " # SKIP does not apply" : "");
	if (odd)
		tap_note("odd: %s: %s", c->rule->id, c->why);
}

void tap_end(void)
{
	printf("1..%u\n", count);
}

unsigned int tap_count(void)
{
	return count;
}
