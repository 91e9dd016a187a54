// SPDX-License-Identifier: Apache-2.0
/* Where a function's configuration space comes from: sysfs, a raw file, a hex dump. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pcicheck.h"

#define TEXT_MAX	(4u << 20)

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fflush(stdout);
	fputs("svnic-pcicheck: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

uint32_t get(const struct function *f, unsigned int at, unsigned int width)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < width && at + i < f->size; i++)
		v |= (uint32_t)f->config[at + i] << 8 * i;
	return v;
}

/*
 * A VF reads FFFFh in both IDs, and is known by the rest: its class is not FFFFFFh, as of a function that
 * does not answer.
 */
static bool looks_like_vf(const struct function *f)
{
	return get(f, 0, 4) == 0xffffffff && get(f, 8, 4) != 0xffffffff;
}

static int function_number(const char *name)
{
	unsigned int bus, device, function;
	const char *s = strlen(name) > 7 ? name + strlen(name) - 7 : name;

	return sscanf(s, "%2x:%2x.%1u", &bus, &device, &function) == 3 ? (int)(device << 3 | function) : -1;
}

static bool size_sound(const struct function *f, const char *path)
{
	if (f->size == 64)
		return complain("%s: 64 bytes only: the capabilities are readable by root (a dump: lspci -xxxx as root)",
				path), false;
	if (f->size != LEGACY_SIZE && f->size != CONFIG_SIZE)
		return complain("%s: %u bytes, neither 256 nor 4096: truncated?", path, f->size), false;
	return true;
}

static bool complete(struct function *f, const char *path)
{
	if (!size_sound(f, path))
		return false;
	if (get(f, 0, 4) == 0xffffffff && !looks_like_vf(f))
		return complain("%s: all ones: no function answers", path), false;
	f->number = function_number(f->name);
	f->vf |= looks_like_vf(f);
	walk_chains(f);
	f->type = cap_at(f, ID_PCIE) ? (int)(get(f, cap_at(f, ID_PCIE) + 2, 1) >> 4) : -1;
	return true;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* The whole file, with a 0 behind; NULL after a message. */
static char *slurp(const char *path, size_t *length)
{
	FILE *in = fopen(path, "rb");
	char *text = malloc(TEXT_MAX + 1);

	if (!in || !text) {
		complain("%s: %s", path, strerror(errno));
	} else {
		*length = fread(text, 1, TEXT_MAX + 1, in);
		if (!ferror(in) && *length <= TEXT_MAX) {
			fclose(in);
			text[*length] = 0;
			return text;
		}
		complain("%s: %s", path, ferror(in) ? "cannot be read" : "too long for a dump");
	}
	if (in)
		fclose(in);
	free(text);
	return NULL;
}

/* Raw bytes have zeros, but for all ones of a function that does not answer. */
static bool is_text(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char ch = (unsigned char)s[i];

		if (!ch || (ch < ' ' && !strchr("\t\n\r", ch)))
			return false;
	}
	return length && !(s[0] & 0x80);
}

static bool take_raw(struct function *f, const char *path, const char *bytes, size_t length)
{
	if (length > CONFIG_SIZE)
		return complain("%s: %zu bytes, more than a configuration space has", path, length), false;
	memcpy(f->config, bytes, length);
	f->size = (unsigned int)length;
	return true;
}

bool load_file(struct function *f, const char *path, const char *name)
{
	size_t length;
	char *bytes = slurp(path, &length);
	bool good;

	if (!bytes)
		return false;
	snprintf(f->name, sizeof(f->name), "%s", name ? name : path);
	good = is_text(bytes, length) ? parse_hexdump(f, path, bytes, name) : take_raw(f, path, bytes, length);
	free(bytes);
	f->fd = -1;
	return good && complete(f, path);
}

/* Lines "start end flags", one per BAR, as the kernel prints them. */
bool load_resource(struct function *f, const char *path)
{
	FILE *in = fopen(path, "r");
	char line[128];

	if (!in)
		return complain("%s: %s", path, strerror(errno)), false;
	for (unsigned int i = 0; i < BARS; i++) {
		unsigned long long start, end, flags;

		if (!fgets(line, sizeof(line), in) || sscanf(line, "%llx %llx %llx", &start, &end, &flags) != 3) {
			fclose(in);
			return complain("%s: line %u is no resource", path, i + 1), false;
		}
		f->bar_size[i] = flags && end > start ? end - start + 1 : 0;
	}
	fclose(in);
	f->sizes_known = true;
	return true;
}

/* ---- sysfs ------------------------------------------------------------------------------------- */

static bool exists(const char *directory, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return !access(path, F_OK);
}

static bool read_config(struct function *f, const char *path, bool writable)
{
	f->fd = io_open(path, writable);
	if (f->fd < 0)
		return complain("%s: %s", path, strerror(errno)), false;
	while (f->size < CONFIG_SIZE && io_read(f->fd, f->config + f->size, f->size, 4))
		f->size += 4;
	return true;
}

static bool load_pf(struct function *f, const char *directory)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/physfn/config", directory);
	f->pf = calloc(1, sizeof(*f->pf));
	if (!f->pf)
		return complain("no memory"), false;
	snprintf(f->pf->name, sizeof(f->pf->name), "PF of %.50s", f->name);
	return read_config(f->pf, path, false) && complete(f->pf, path);
}

bool load_sysfs(struct function *f, const char *sysfs, const char *name, bool writable)
{
	char directory[PATH_MAX - 64], path[PATH_MAX];

	snprintf(f->name, sizeof(f->name), "%s%s", strlen(name) == 7 ? "0000:" : "", name);
	snprintf(directory, sizeof(directory), "%s/%s", sysfs, f->name);
	snprintf(path, sizeof(path), "%s/config", directory);
	if (!read_config(f, path, writable))
		return false;
	f->vf = exists(directory, "physfn");
	f->bound = exists(directory, "driver");
	if (!complete(f, path) || (f->vf && exists(directory, "physfn") && !load_pf(f, directory)))
		return false;
	snprintf(path, sizeof(path), "%s/resource", directory);
	return load_resource(f, path);
}
