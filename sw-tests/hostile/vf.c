// SPDX-License-Identifier: Apache-2.0
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vf.h"

int vf_machine = -1;

static struct vfio_region_info region(struct vf *vf, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(vf->fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		err(2, "region %u", index);
	return info;
}

static volatile uint8_t *map_bar(struct vf *vf, unsigned int index)
{
	struct vfio_region_info info = region(vf, index);
	void *at;

	at = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, vf->fd, info.offset);
	if (at == MAP_FAILED)
		err(2, "mmap of region %u", index);
	return at;
}

static void give_to_machine(int group)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_VFIO };
	struct kvm_device_attr add = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = KVM_DEV_VFIO_GROUP_ADD,
		.addr = (uintptr_t)&group,
	};

	if (ioctl(vf_machine, KVM_CREATE_DEVICE, &device) || ioctl(device.fd, KVM_SET_DEVICE_ATTR, &add))
		err(2, "giving the VF to a virtual machine");
}

static int open_group(unsigned int group, int container)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/vfio/%u", group);
	fd = open(path, O_RDWR);
	if (fd < 0 || ioctl(fd, VFIO_GROUP_GET_STATUS, &status))
		err(2, "%s", path);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		errx(2, "%s is not viable: another driver holds a function of it", path);
	if (ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		err(2, "IOMMU of %s", path);
	if (vf_machine >= 0)
		give_to_machine(fd);
	return fd;
}

void vf_open(struct vf *vf, const char *function, unsigned int group)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = ARENA_IOVA,
		.size = ARENA_SIZE,
	};
	int container = open("/dev/vfio/vfio", O_RDWR);
	int fd;

	if (container < 0)
		err(2, "/dev/vfio/vfio");
	fd = open_group(group, container);
	vf->arena = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vf->arena == MAP_FAILED)
		err(2, "arena");
	map.vaddr = (uintptr_t)vf->arena;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		err(2, "mapping the arena");
	vf->fd = ioctl(fd, VFIO_GROUP_GET_DEVICE_FD, function);
	if (vf->fd < 0)
		err(2, "%s in group %u", function, group);
	vf_bus_master(vf, 1);
	vf->bar0 = map_bar(vf, VFIO_PCI_BAR0_REGION_INDEX);
	vf->bar2 = map_bar(vf, VFIO_PCI_BAR2_REGION_INDEX);
}

void vf_bus_master(struct vf *vf, int on)
{
	off_t config = region(vf, VFIO_PCI_CONFIG_REGION_INDEX).offset;
	uint16_t command = PCI_COMMAND_MEMORY | (on ? PCI_COMMAND_MASTER : 0);

	if (pwrite(vf->fd, &command, 2, config + PCI_COMMAND) != 2)
		err(2, "PCI command register");
}

void vf_reset(struct vf *vf)
{
	if (ioctl(vf->fd, VFIO_DEVICE_RESET))
		err(2, "FLR");
	vf_bus_master(vf, 1);
}

/* Return: the eventfd of the first one. */
static int enable_irqs(struct vf *vf, unsigned int index, unsigned int vectors)
{
	size_t size = sizeof(struct vfio_irq_set) + vectors * sizeof(int32_t);
	struct vfio_irq_set *set = calloc(1, size);
	int32_t *fds = (int32_t *)set->data;
	unsigned int i;
	int first;

	set->argsz = size;
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = index;
	set->count = vectors;
	for (i = 0; i < vectors; i++)
		fds[i] = eventfd(0, EFD_NONBLOCK);
	if (ioctl(vf->fd, VFIO_DEVICE_SET_IRQS, set))
		err(2, "%u vectors of index %u", vectors, index);
	first = fds[0];
	free(set);
	return first;
}

void vf_enable_msix(struct vf *vf, unsigned int vectors)
{
	enable_irqs(vf, VFIO_PCI_MSIX_IRQ_INDEX, vectors);
}

int vf_asked_back(struct vf *vf)
{
	return enable_irqs(vf, VFIO_PCI_REQ_IRQ_INDEX, 1);
}
