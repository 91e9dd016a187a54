// SPDX-License-Identifier: Apache-2.0
/* Reads `lspci -xxxx`: lines "01:00.0 Ethernet controller: ..." and "00: 53 56 00 10 ...", in hexadecimal. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pcicheck.h"

static bool hex_digits(const char *s, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!isxdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* "0000:01:00.0" or "01:00.0" at the start of a line: its length, else 0. */
static unsigned int slot_length(const char *line)
{
	unsigned int domain = hex_digits(line, 4) && line[4] == ':' ? 5 : 0;
	const char *s = line + domain;

	if (!hex_digits(s, 2) || s[2] != ':' || !hex_digits(s + 3, 2) || s[5] != '.' || s[6] < '0' || s[6] > '7')
		return 0;
	return isspace((unsigned char)s[7]) || !s[7] ? domain + 7 : 0;
}

static bool same_slot(const char *a, unsigned int length, const char *b)
{
	size_t want = strlen(b);

	if (want > length)
		return want == length + 5 && !strncmp(b, "0000:", 5) && !strncmp(a, b + 5, length);
	return !strncmp(a + length - want, b, want) && (want == length || !strncmp(a, "0000:", 5));
}

/* The offset that a line of bytes starts with: 2 or 3 digits, a colon and a space; else -1. */
static long data_offset(const char *line, const char **bytes)
{
	char *end;
	long offset;

	if (!isxdigit((unsigned char)line[0]))
		return -1;
	offset = strtol(line, &end, 16);
	if (end - line < 2 || end - line > 3 || end[0] != ':' || end[1] != ' ')
		return -1;
	*bytes = end + 1;
	return offset;
}

static bool take_line(struct function *f, unsigned int offset, const char *s)
{
	if (offset != f->size)
		return false;
	while (s[0] == ' ' && hex_digits(s + 1, 2)) {
		if (f->size == CONFIG_SIZE)
			return false;
		f->config[f->size++] = (uint8_t)strtol((char[]){ s[1], s[2], 0 }, NULL, 16);
		s += 3;
	}
	return f->size > offset && (!*s || isspace((unsigned char)*s));
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : NULL;
}

/* The first device, or the one named; two and no name are refused, since the wrong one would be checked. */
bool parse_hexdump(struct function *f, const char *path, const char *text, const char *name)
{
	bool mine = !name, found = false;

	for (const char *line = text; line && *line; line = next_line(line)) {
		const char *bytes;
		unsigned int slot = slot_length(line);
		long offset = slot ? -1 : data_offset(line, &bytes);

		if (slot) {
			if (!name && found)
				return complain("%s: more than one device; name one", path), false;
			mine = !name || same_slot(line, slot, name);
			if (mine)
				snprintf(f->name, sizeof(f->name), "%.*s", (int)slot, line);
			found |= mine;
		} else if (mine && offset >= 0 && !take_line(f, (unsigned int)offset, bytes)) {
			return complain("%s: line of offset %lxh does not continue the dump", path,
					(unsigned long)offset), false;
		}
	}
	if (!f->size)
		return complain("%s: no dump of %s", path, name ? name : "configuration space"), false;
	return true;
}
