/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Written for the newest kernel interface; what older kernels lack is bridged here and nowhere
 * else. The HAVE_ names come from features.sh, which looks into the kernel's headers.
 */
#ifndef SVNIC_COMPAT_H
#define SVNIC_COMPAT_H

#include <linux/netdevice.h>
#include <linux/pci.h>

#ifdef HAVE_PAGE_POOL_TYPES_H
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

#ifdef HAVE_PCI_ENABLE_AER
#include <linux/aer.h>
#endif

/* Newer kernels enable AER themselves. */
static inline void svnic_compat_enable_aer(struct pci_dev *pdev)
{
#ifdef HAVE_PCI_ENABLE_AER
	pci_enable_pcie_error_reporting(pdev);
#endif
}

static inline void svnic_compat_disable_aer(struct pci_dev *pdev)
{
#ifdef HAVE_PCI_ENABLE_AER
	pci_disable_pcie_error_reporting(pdev);
#endif
}

static inline void svnic_compat_pool_napi(struct page_pool_params *params, struct napi_struct *napi)
{
#ifdef HAVE_PAGE_POOL_NAPI
	params->napi = napi;
#endif
}

static inline void svnic_compat_napi_irq(struct napi_struct *napi, int irq)
{
#ifdef HAVE_NAPI_SET_IRQ
	netif_napi_set_irq(napi, irq);
#endif
}

/* What the hardware calls a CPU; ~0 where Linux has no name for that. */
static inline u32 svnic_compat_cpu_id(unsigned int cpu)
{
#if defined(CONFIG_X86) && defined(CONFIG_SMP)
	return cpu_physical_id(cpu);
#else
	return ~0;
#endif
}

/* Under rtnl; napi may be NULL. */
static inline void svnic_compat_queue_napi(struct net_device *netdev, unsigned int queue,
					   struct napi_struct *napi)
{
#ifdef HAVE_QUEUE_SET_NAPI
	netif_queue_set_napi(netdev, queue, NETDEV_QUEUE_TYPE_TX, napi);
	netif_queue_set_napi(netdev, queue, NETDEV_QUEUE_TYPE_RX, napi);
#endif
}

#endif
