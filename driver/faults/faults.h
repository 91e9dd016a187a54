/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a build of the driver whose N-th allocation fails (make driver-faults): distributions' kernels have no fault injection.
 * Included in front of each file (-include), it puts itself before the kernel's functions. Parameter fail_alloc: N from now on, 0 for none;
 * it reads 0 when it has happened. Parameter plant: the fault of plants.txt that is in force.
 */
#ifndef SVNIC_FAULTS_H
#define SVNIC_FAULTS_H

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/skbuff.h>
#include "compat.h"

bool svnic_fault(void);
extern int svnic_plant;

#define SVNIC_FAULTY(type, name, failure, parameters, arguments)            \
	static inline type svnic_faulty_##name parameters                   \
	{                                                                   \
		return svnic_fault() ? (failure) : name arguments;          \
	}

SVNIC_FAULTY(void *, kzalloc, NULL, (size_t size, gfp_t flags), (size, flags))
SVNIC_FAULTY(void *, kcalloc, NULL, (size_t n, size_t size, gfp_t flags), (n, size, flags))
SVNIC_FAULTY(void *, kvzalloc, NULL, (size_t size, gfp_t flags), (size, flags))
SVNIC_FAULTY(void *, kvcalloc, NULL, (size_t n, size_t size, gfp_t flags), (n, size, flags))
SVNIC_FAULTY(void *, dma_alloc_coherent, NULL, (struct device *dev, size_t size, dma_addr_t *dma, gfp_t flags), (dev, size, dma, flags))
SVNIC_FAULTY(struct page_pool *, page_pool_create, ERR_PTR(-ENOMEM), (const struct page_pool_params *params), (params))
SVNIC_FAULTY(struct page *, page_pool_dev_alloc_pages, NULL, (struct page_pool *pool), (pool))
SVNIC_FAULTY(int, pci_alloc_irq_vectors, -ENOSPC, (struct pci_dev *dev, unsigned int min, unsigned int max, unsigned int flags), (dev, min, max, flags))
SVNIC_FAULTY(int, request_irq, -ENOMEM, (unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *dev),
	     (irq, handler, flags, name, dev))
SVNIC_FAULTY(void __iomem *, pci_ioremap_bar, NULL, (struct pci_dev *dev, int bar), (dev, bar))
SVNIC_FAULTY(int, register_netdev, -ENOMEM, (struct net_device *dev), (dev))
SVNIC_FAULTY(struct sk_buff *, napi_build_skb, NULL, (void *data, unsigned int size), (data, size))
SVNIC_FAULTY(struct sk_buff *, netdev_alloc_skb, NULL, (struct net_device *dev, unsigned int length), (dev, length))

#undef kzalloc
#undef kcalloc
#undef kvzalloc
#undef kvcalloc
#undef page_pool_create
#undef page_pool_dev_alloc_pages
#undef dma_alloc_coherent
#define kzalloc svnic_faulty_kzalloc
#define kcalloc svnic_faulty_kcalloc
#define kvzalloc svnic_faulty_kvzalloc
#define kvcalloc svnic_faulty_kvcalloc
#define dma_alloc_coherent svnic_faulty_dma_alloc_coherent
#define page_pool_create svnic_faulty_page_pool_create
#define page_pool_dev_alloc_pages svnic_faulty_page_pool_dev_alloc_pages
#define pci_alloc_irq_vectors svnic_faulty_pci_alloc_irq_vectors
#define request_irq svnic_faulty_request_irq
#define pci_ioremap_bar svnic_faulty_pci_ioremap_bar
#define register_netdev svnic_faulty_register_netdev
#define napi_build_skb svnic_faulty_napi_build_skb
#define netdev_alloc_skb svnic_faulty_netdev_alloc_skb

#endif
