// SPDX-License-Identifier: Apache-2.0
/*
 * A device for the tests, linked instead of ../io.c: what is opened for writing has the registers of
 * the file, and behaves as the files in the folder $PCICHECK_MOCK say, each an image of 4096 bytes:
 *   rw      bits that take what is written          w1c    bits that a 1 clears
 *   stuck   bits that stay 1 once they are          flr    values after a Function Level Reset
 *   kept    bits that one keeps
 * If there is a file `dead`, it does not answer after a reset.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../pcicheck.h"

static uint8_t now[CONFIG_SIZE], rw[CONFIG_SIZE], w1c[CONFIG_SIZE], stuck[CONFIG_SIZE], flr[CONFIG_SIZE],
	kept[CONFIG_SIZE];
static int device = -1;
static unsigned int size, initiate_flr;
static bool dead;

static void load_image(const char *name, uint8_t *image)
{
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", getenv("PCICHECK_MOCK"), name);
	in = fopen(path, "rb");
	if (!in || fread(image, 1, CONFIG_SIZE, in) != CONFIG_SIZE)
		exit(99);
	fclose(in);
}

/* Where the upper byte of Device Control stands. */
static unsigned int find_device_control(void)
{
	for (unsigned int at = now[0x34], i = 0; at && i < 48; at = now[at + 1], i++)
		if (now[at] == ID_PCIE)
			return at + 9;
	return 0;
}

static int load_device(const char *path)
{
	device = open(path, O_RDONLY);
	if (device < 0)
		return -1;
	size = (unsigned int)read(device, now, sizeof(now));
	load_image("rw", rw);
	load_image("w1c", w1c);
	load_image("stuck", stuck);
	load_image("flr", flr);
	load_image("kept", kept);
	initiate_flr = find_device_control();
	return device;
}

int io_open(const char *path, bool writable)
{
	return writable ? load_device(path) : open(path, O_RDONLY);
}

bool io_read(int fd, void *to, unsigned int at, unsigned int width)
{
	if (fd != device)
		return pread(fd, to, width, at) == (ssize_t)width;
	if (at + width > size)
		return false;
	memcpy(to, now + at, width);
	if (dead)
		memset(to, 0xff, width);
	return true;
}

static void reset(void)
{
	char path[512];

	for (unsigned int i = 0; i < size; i++)
		now[i] = (uint8_t)((now[i] & kept[i]) | (flr[i] & ~kept[i]));
	snprintf(path, sizeof(path), "%s/dead", getenv("PCICHECK_MOCK"));
	dead = !access(path, F_OK);
}

bool io_write(int fd, const void *from, unsigned int at, unsigned int width)
{
	const uint8_t *b = from;
	bool resets = false;

	if (fd != device || at + width > size)
		return false;
	for (unsigned int i = at; i < at + width; i++, b++) {
		uint8_t was = now[i];

		now[i] = (uint8_t)((was & ~rw[i]) | (*b & rw[i]));
		now[i] |= was & stuck[i];
		now[i] &= (uint8_t)~(*b & w1c[i]);
		resets |= i == initiate_flr && *b & 0x80;
	}
	if (resets)
		reset();
	return true;
}

void io_wait(unsigned int milliseconds)
{
	(void)milliseconds;
}
