// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way into a stock QEMU: a TCG plugin that registers two device types, in exactly the package it was built for.
 *
 * A point release of a distribution changes struct layouts and signatures ("7.2" says nothing), so the package string
 * is compared, and then the layouts.
 */
#include "svnic-qemu.h"
#include "qapi/qapi-commands-control.h"
#include "qemu/qemu-plugin.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

typedef struct Offset {
	const char *property;
	ptrdiff_t offset;
} Offset;

static const Offset offsets[] = {
	{ "addr", offsetof(PCIDevice, devfn) },
	{ "romfile", offsetof(PCIDevice, romfile) },
	{ "multifunction", offsetof(PCIDevice, cap_present) },
	{ "failover_pair_id", offsetof(PCIDevice, failover_pair_id) },
	{ "acpi-index", offsetof(PCIDevice, acpi_index) },
	SVNIC_LAST_OFFSET
};

/* The package that runs, without the +bN of a rebuild of the same source. */
static char *running_package(void)
{
	g_autoptr(VersionInfo) version = qmp_query_version(NULL);
	char *package = g_strstrip(g_strdup(version->package));
	char *suffix = strrchr(package, '+');

	if (suffix && suffix[1] == 'b' && g_ascii_isdigit(suffix[2]))
		*suffix = 0;
	return package;
}

static bool right_package(void)
{
	g_autofree char *package = running_package();

	if (!strcmp(package, QEMU_PKGVERSION))
		return true;
	error_report("svnic: built for QEMU package \"%s\", this is \"%s\": rebuild it (make demo does)", QEMU_PKGVERSION,
		     package);
	return false;
}

static bool right_size(const char *type, size_t size)
{
	size_t theirs = svnic_compat_size_of(type);

	if (!theirs || size == theirs)
		return true;
	error_report("svnic: built with %zu bytes of %s, this QEMU has %zu: wrong headers", size, type, theirs);
	return false;
}

static bool right_offset(ObjectClass *klass, const Offset *want)
{
	ObjectProperty *property = object_class_property_find(klass, want->property);
	Property *theirs = property ? property->opaque : NULL;

	if (theirs && theirs->offset == want->offset)
		return true;
	error_report("svnic: %s of pci-device is not where the headers have it: wrong headers", want->property);
	return false;
}

static bool right_layout(void)
{
	ObjectClass *klass = object_class_by_name(TYPE_PCI_DEVICE);
	size_t i;

	if (!right_size(TYPE_PCI_DEVICE, sizeof(PCIDevice)) || !right_size(TYPE_PCIE_BUS, sizeof(PCIBus)))
		return false;
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		if (!right_offset(klass, &offsets[i]))
			return false;
	}
	return true;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	if (!right_package() || !right_layout())
		return -1;
	svnic_vf_register();
	svnic_pf_register();
	return 0;
}
