/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Written for the newest QEMU's interface; what older ones lack or do otherwise is bridged here and nowhere else. The HAVE_ names
 * come from features.sh, which looks into QEMU's headers.
 */
#ifndef SVNIC_COMPAT_H
#define SVNIC_COMPAT_H

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "hw/qdev-properties.h"
#include "migration/blocker.h"
#include "qapi/error.h"

#if __has_include("hw/pci/pci_device.h")
#include "hw/pci/pci_device.h"
#endif

#if __has_include("system/system.h")
#include "system/runstate.h"
#include "system/system.h"
#else
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#endif

#if defined(HAVE_VFS_MADE_ONCE) && defined(HAVE_VF_REGISTER_BAR)
#error "this QEMU maps 64-bit BARs of virtual functions to wrong addresses (10.0.0 to 10.0.5, 10.1.0 and 10.1.1): upgrade it"
#endif

/* Older lists of properties have an end that counts, and are not called constant. */
#ifdef DEFINE_PROP_END_OF_LIST
#define SVNIC_END_OF_PROPERTIES DEFINE_PROP_END_OF_LIST()
#define svnic_compat_set_props(klass, list) device_class_set_props(klass, (Property *)(list))
#else
#define SVNIC_END_OF_PROPERTIES
#define svnic_compat_set_props(klass, list) device_class_set_props(klass, list)
#endif

/* Bytes of a type in the QEMU that runs; 0: it does not tell. */
static inline size_t svnic_compat_size_of(const char *type)
{
#ifdef HAVE_INSTANCE_SIZE
	return object_type_get_instance_size(type);
#else
	return 0;
#endif
}

/* A property of pci-device behind all others, where the size is not told. */
#ifdef HAVE_INSTANCE_SIZE
#define SVNIC_LAST_OFFSET
#else
#define SVNIC_LAST_OFFSET { "x-max-bounce-buffer-size", offsetof(PCIDevice, max_bounce_buffer_size) },
#endif

#ifndef HAVE_LEGACY_RESET
static inline void device_class_set_legacy_reset(DeviceClass *klass, DeviceReset reset)
{
	klass->reset = reset;
}
#endif

/* The newer ones take the reason over, and give it back as NULL when they refuse. */
static inline bool svnic_compat_block_migration(Error **reason, Error **errp)
{
#ifdef HAVE_BLOCKER_POINTER
	return !migrate_add_blocker(reason, errp);
#else
	if (!migrate_add_blocker(*reason, errp))
		return true;
	error_free(*reason);
	*reason = NULL;
	return false;
#endif
}

static inline void svnic_compat_unblock_migration(Error **reason)
{
#ifdef HAVE_BLOCKER_POINTER
	migrate_del_blocker(reason);
#else
	migrate_del_blocker(*reason);
	error_free(*reason);
	*reason = NULL;
#endif
}

/*
 * icount_enabled() is a constant "no" to all that is not compiled with the configuration of a target: ask the variable behind it, an
 * int or an enumeration of which 0 is "disabled".
 */
extern int svnic_compat_use_icount __asm__("use_icount");

static inline bool svnic_compat_is_direct(MemoryRegion *mr, bool write, MemTxAttrs attrs)
{
#ifdef HAVE_DIRECT_ATTRS
	return memory_access_is_direct(mr, write, attrs);
#else
	return memory_access_is_direct(mr, write);
#endif
}

/*
 * Virtual functions. QEMU up to 9 makes them at VF Enable and frees them when that is cleared. QEMU from 10 makes all of them with
 * the PF and enables and disables them: then one that the guest has not enabled is on the bus all the same.
 */
static inline bool svnic_compat_enabled(const PCIDevice *function)
{
#ifdef HAVE_VFS_MADE_ONCE
	return function->enabled;
#else
	return true;
#endif
}

/* Called once, when the SR-IOV capability is in QEMU's copy of configuration space. It changes that copy. */
static inline bool svnic_compat_make_vfs(PCIDevice *pf, const char *type, Error **errp)
{
#ifdef HAVE_VFS_MADE_ONCE
	const uint8_t *cap = pf->config + pf->exp.sriov_cap;

	return pcie_sriov_pf_init(pf, pf->exp.sriov_cap, type, pci_get_word(cap + PCI_SRIOV_VF_DID),
				  pci_get_word(cap + PCI_SRIOV_INITIAL_VF), pci_get_word(cap + PCI_SRIOV_TOTAL_VF),
				  pci_get_word(cap + PCI_SRIOV_VF_OFFSET), pci_get_word(cap + PCI_SRIOV_VF_STRIDE), errp);
#else
	pf->exp.sriov_pf.vfname = g_strdup(type);
	return true;
#endif
}

static inline void svnic_compat_register_vf_bar(PCIDevice *vf, int number, MemoryRegion *mr)
{
#ifdef HAVE_VF_REGISTER_BAR
	pcie_sriov_vf_register_bar(vf, number, mr);
#else
	pci_register_bar(vf, number, pcie_sriov_get_pf(vf)->exp.sriov_pf.vf_bar_type[number], mr);
#endif
}

/* A VF's BAR has another size from now on; no VF is enabled. VFs that are made at VF Enable get it then. */
static inline void svnic_compat_resize_vf_bars(PCIDevice *pf, int number, uint64_t size)
{
#ifdef HAVE_VFS_MADE_ONCE
	uint16_t vfs = pci_get_word(pf->config + pf->exp.sriov_cap + PCI_SRIOV_TOTAL_VF);
	PCIIORegion *region;
	uint16_t i;

	for (i = 0; pf->exp.sriov_pf.vf && i < vfs; i++) {
		region = &pf->exp.sriov_pf.vf[i]->io_regions[number];
		if (!region->memory || region->size == size)
			continue;
		region->size = size;
		memory_region_set_size(region->memory, size);
	}
#endif
}

#endif
