// SPDX-License-Identifier: Apache-2.0
/* The living configuration space: a file of sysfs. The tests link a device of their own instead (mock.c). */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include "pcicheck.h"

int io_open(const char *path, bool writable)
{
	return open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
}

bool io_read(int fd, void *to, unsigned int at, unsigned int width)
{
	return pread(fd, to, width, at) == (ssize_t)width;
}

bool io_write(int fd, const void *from, unsigned int at, unsigned int width)
{
	return pwrite(fd, from, width, at) == (ssize_t)width;
}

void io_wait(unsigned int milliseconds)
{
	struct timespec left = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	while (nanosleep(&left, &left))
		;
}
