// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz FOLDER SEED ROUNDS DUMP...: damaged dumps, raw and as text, through everything that reads them. Built with
 * sanitizers: it ends with status 0 unless one of them objects. Pointers are damaged more often than the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pcicheck.h"

static uint64_t state;

static unsigned int below(unsigned int n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(state >> 33) % n;
}

static void damage(uint8_t *b, unsigned int size)
{
	static const uint16_t pointers[] = { 0x06, 0x0e, 0x34, 0x41, 0x51, 0x71, 0x72, 0x52, 0x54, 0x58, 0x102,
			0x103, 0x152, 0x153, 0x182, 0x183 };

	for (unsigned int n = 1 + below(12); n; n--) {
		unsigned int at = below(3) ? below(size) : pointers[below(sizeof(pointers) / sizeof(pointers[0]))] % size;

		b[at] = below(2) ? (uint8_t)below(256) : b[at] ^ (uint8_t)(1u << below(8));
	}
}

static void write_text(FILE *out, const uint8_t *b, unsigned int size)
{
	fprintf(out, "01:00.0 Ethernet controller: a dump\n");
	for (unsigned int at = 0; at < size; at++)
		fprintf(out, at % 16 ? " %02x" : at ? "\n%02x: %02x" : "%02x: %02x", at % 16 ? b[at] : at, b[at]);
	fputc('\n', out);
}

static unsigned int write_dump(const char *path, const uint8_t *good)
{
	static const unsigned int sizes[] = { CONFIG_SIZE, CONFIG_SIZE, CONFIG_SIZE, LEGACY_SIZE, 64, 100, 0 };
	unsigned int size = sizes[below(sizeof(sizes) / sizeof(sizes[0]))];
	uint8_t b[CONFIG_SIZE];
	FILE *out = fopen(path, "wb");

	if (!out)
		exit(2);
	memcpy(b, good, CONFIG_SIZE);
	damage(b, CONFIG_SIZE);
	if (below(4))
		fwrite(b, 1, size, out);
	else
		write_text(out, b, size);
	fclose(out);
	return size;
}

/* A hex dump of which a few characters are others. */
static void damage_text(const char *path)
{
	FILE *file = fopen(path, "r+b");
	long size;

	if (!file)
		exit(2);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	for (unsigned int n = below(4); n && size; n--) {
		fseek(file, (long)below((unsigned int)size), SEEK_SET);
		fputc(" \n:.0f9zZ\t"[below(10)], file);
	}
	fclose(file);
}

static void one(const char *path, const uint8_t *good, struct function *f, struct function *pf, struct totals *totals)
{
	*f = (struct function){ .fd = -1, .vf = !below(3) };
	write_dump(path, good);
	if (!below(8))
		damage_text(path);
	if (!load_file(f, path, below(2) ? "01:00.0" : NULL))
		return;
	f->pf = f->vf && below(2) ? pf : NULL;
	f->sizes_known = below(2);
	for (unsigned int i = 0; i < BARS; i++)
		f->bar_size[i] = below(3) ? 1ull << below(40) : 0;
	report_unknown(f);
	run_rules(f, TYPE(READ), below(2), totals);
}

int main(int argc, char **argv)
{
	static struct function f, pf;
	static uint8_t good[8][CONFIG_SIZE];
	struct totals totals = { 0 };
	char path[512];
	int dumps = 0;

	for (int i = 4; i < argc && dumps < 8; i++, dumps++) {
		FILE *in = fopen(argv[i], "rb");

		if (!in || fread(good[dumps], 1, CONFIG_SIZE, in) != CONFIG_SIZE)
			return 2;
		fclose(in);
	}
	if (!dumps || !load_file(&pf, argv[4], NULL))
		return 2;
	state = strtoull(argv[2], NULL, 0);
	snprintf(path, sizeof(path), "%s/dump", argv[1]);
	for (int n = atoi(argv[3]); n; n--)
		one(path, good[below((unsigned int)dumps)], &f, &pf, &totals);
	fprintf(stderr, "rounds %s checks %u violated %u\n", argv[3], totals.checks, totals.failed);
	return 0;
}
