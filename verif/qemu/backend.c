// SPDX-License-Identifier: GPL-2.0-only
/* Loads a back end, and refuses one that speaks another ABI. */
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "backend.h"

static void library_path(char *path, size_t size, const char *name, const char *library)
{
	struct stat st;

	if (!library)
		snprintf(path, size, "libsvnic-%s.so", name);
	else if (!stat(library, &st) && S_ISDIR(st.st_mode))
		snprintf(path, size, "%s/libsvnic-%s.so", library, name);
	else if (strchr(library, '/'))
		snprintf(path, size, "%s", library);
	else
		snprintf(path, size, "./%s", library);
}

static int check_version(const struct svnic_backend *backend, const char *path, char *error, size_t size)
{
	uint32_t version = backend->abi_version();
	int minor = version & 0xffff;

	if (version >> 16 == SVNIC_ABI_MAJOR && minor >= SVNIC_ABI_MINOR)
		return 0;
	snprintf(error, size, "%s has device ABI %u.%u, this device needs %u.%u", path, version >> 16, version & 0xffff,
		 SVNIC_ABI_MAJOR, SVNIC_ABI_MINOR);
	return -1;
}

static int resolve(struct svnic_backend *backend, char *error, size_t size)
{
#define RESOLVE(name, type, arguments) \
	backend->name = (type (*) arguments)dlsym(backend->handle, "svnic_" #name); \
	if (!backend->name) { \
		snprintf(error, size, "%s", dlerror()); \
		return -1; \
	}
	SVNIC_BACKEND_FUNCTIONS(RESOLVE)
#undef RESOLVE
	return 0;
}

int svnic_backend_load(struct svnic_backend *backend, const char *name, const char *library, char *error, size_t size)
{
	char path[PATH_MAX];

	library_path(path, sizeof(path), name, library);
	backend->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!backend->handle) {
		snprintf(error, size, "cannot load the back end: %s", dlerror());
		return -1;
	}
	if (!resolve(backend, error, size) && !check_version(backend, path, error, size))
		return 0;
	dlclose(backend->handle);
	return -1;
}
