#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the QEMU headers in $1 offer, as -DHAVE_... for compat.h.

has() { # file pattern name
	if [ -f "$1" ] && tr -s ' \t\n' ' ' <"$1" | grep -q "$2"; then echo "-DHAVE_$3"; fi
}

has "$1/hw/pci/pcie_sriov.h" 'bool pcie_sriov_pf_init(' VFS_MADE_ONCE
has "$1/hw/pci/pcie_sriov.h" 'pcie_sriov_vf_register_bar(' VF_REGISTER_BAR
has "$1/hw/qdev-core.h" 'device_class_set_legacy_reset(' LEGACY_RESET
has "$1/qom/object.h" 'size_t object_type_get_instance_size(' INSTANCE_SIZE
has "$1/migration/blocker.h" 'migrate_add_blocker(Error \*\*' BLOCKER_POINTER
has "$1/exec/memory.h" 'memory_access_is_direct(MemoryRegion \*mr, bool is_write, MemTxAttrs' DIRECT_ATTRS
