#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the kernel's headers in $1 offer, as -DHAVE_... for compat.h.

has() { # file pattern name
	if [ -f "$1" ] && grep -q "$2" "$1"; then echo "-DHAVE_$3"; fi
}

has "$1/net/page_pool/types.h" 'struct page_pool_params' PAGE_POOL_TYPES_H
has "$1/net/page_pool/types.h" 'struct napi_struct[[:space:]]*\*napi;' PAGE_POOL_NAPI
has "$1/linux/aer.h" 'pci_enable_pcie_error_reporting' PCI_ENABLE_AER
has "$1/linux/netdevice.h" 'netif_napi_set_irq' NAPI_SET_IRQ
has "$1/linux/netdevice.h" 'netif_queue_set_napi' QUEUE_SET_NAPI
has "$1/linux/vfio.h" 'vfio_iommufd_physical_bind' VFIO_IOMMUFD
has "$1/linux/vfio.h" 'match_token_uuid' VFIO_MATCH_TOKEN
has "$1/linux/vfio.h" 'get_region_info_caps' VFIO_REGION_INFO_CAPS
has "$1/linux/kvm_host.h" 'rwlock_t pid_lock' KVM_VCPU_PID_LOCK
