/* SPDX-License-Identifier: GPL-2.0-only */
/* A back end: the functions of svnic/device.h out of a library that is loaded at run time. */
#ifndef SVNIC_BACKEND_H
#define SVNIC_BACKEND_H

#include "svnic/device.h"

#define SVNIC_BACKEND_FUNCTIONS(X) \
	X(abi_version, uint32_t, (void)) \
	X(device_create, struct svnic_device *, (const struct svnic_device_config *, char *, size_t)) \
	X(device_destroy, void, (struct svnic_device *)) \
	X(device_info, void, (const struct svnic_device *, struct svnic_device_info *)) \
	X(device_reset, void, (struct svnic_device *)) \
	X(device_put_tlp, int, (struct svnic_device *, const struct svnic_tlp *)) \
	X(device_get_tlp, int, (struct svnic_device *, struct svnic_tlp *)) \
	X(device_put_frame, int, (struct svnic_device *, const struct svnic_frame *)) \
	X(device_get_frame, int, (struct svnic_device *, struct svnic_frame *)) \
	X(device_set_carrier, void, (struct svnic_device *, bool)) \
	X(device_run, uint64_t, (struct svnic_device *, uint64_t, uint64_t)) \
	X(device_now, uint64_t, (const struct svnic_device *)) \
	X(device_next_due, uint64_t, (const struct svnic_device *)) \
	X(device_backlog, uint32_t, (const struct svnic_device *)) \
	X(device_cycles, uint64_t, (const struct svnic_device *))

struct svnic_backend {
	void *handle;
#define SVNIC_BACKEND_MEMBER(name, type, arguments) type (*name) arguments;
	SVNIC_BACKEND_FUNCTIONS(SVNIC_BACKEND_MEMBER)
#undef SVNIC_BACKEND_MEMBER
};

/* `library` is a file, a folder that holds libsvnic-<name>.so, or NULL. 0, or -1 and a sentence in `error`. */
int svnic_backend_load(struct svnic_backend *backend, const char *name, const char *library, char *error, size_t size);

#endif
