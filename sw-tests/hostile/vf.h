/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VF in the hands of a program, by VFIO (Documentation/driver-api/vfio.rst): its BARs, its
 * configuration space, and an arena of memory that it may read and write. Any failure of VFIO
 * itself ends the program; what the card answers is the caller's business.
 */
#ifndef HOSTILE_VF_H
#define HOSTILE_VF_H

#include <stdint.h>

#define ARENA_SIZE	(1u << 20)	/* bytes */
#define ARENA_IOVA	0x10000000ULL	/* where the card sees it; nothing else is mapped */
#define UNMAPPED_IOVA	0x7000000000ULL

struct vf {
	int fd;			/* of the VFIO device */
	volatile uint8_t *bar0;	/* 64 KiB, registers */
	volatile uint8_t *bar2;	/* 64 KiB, MSI-X table and PBA */
	uint8_t *arena;
};

extern int vf_machine;	/* a virtual machine of KVM's that has the VF; -1: none */

void vf_open(struct vf *vf, const char *function, unsigned int group);
void vf_bus_master(struct vf *vf, int on);
void vf_reset(struct vf *vf);			/* FLR */
void vf_enable_msix(struct vf *vf, unsigned int vectors);
int vf_asked_back(struct vf *vf);		/* a descriptor that becomes readable when the kernel wants the VF back */

static inline uint32_t vf_rd(struct vf *vf, uint32_t offset)
{
	return *(volatile uint32_t *)(vf->bar0 + offset);
}

static inline void vf_wr(struct vf *vf, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(vf->bar0 + offset) = value;
}

static inline void vf_wr64(struct vf *vf, uint32_t offset, uint64_t value)
{
	*(volatile uint64_t *)(vf->bar0 + offset) = value;
}

#endif
