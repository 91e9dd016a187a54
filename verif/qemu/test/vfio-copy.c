// SPDX-License-Identifier: GPL-2.0-only
/* In the guest: drives one function of the stub card (stubcard.c) through vfio-pci: DMA, MSI-X, AtomicOp, an IOMMU fault. */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define IOVA 0x10000000ull
#define SIZE 0x200000
#define NOWHERE 0x70000000ull

static int container, group, device, event;
static uint8_t *memory;
static volatile uint64_t *regs;

static void need(int good, const char *what)
{
	if (good)
		return;
	printf("FAIL %s\n", what);
	exit(1);
}

static void open_device(const char *bdf)
{
	char path[128], link[128];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	n = readlink(path, link, sizeof(link) - 1);
	need(n > 0, "iommu group");
	link[n] = 0;
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(link, '/'));
	container = open("/dev/vfio/vfio", O_RDWR);
	group = open(path, O_RDWR);
	need(container >= 0 && group >= 0, path);
	need(!ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "set container");
	need(!ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), "set iommu");
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	need(device >= 0, "device");
}

static void map_memory(void)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, .iova = IOVA, .size = SIZE,
	};

	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	map.vaddr = (uintptr_t)memory;
	need(!ioctl(container, VFIO_IOMMU_MAP_DMA, &map), "map dma");
}

static void map_registers(void)
{
	struct vfio_region_info config = { .argsz = sizeof(config), .index = VFIO_PCI_CONFIG_REGION_INDEX };
	struct vfio_region_info bar = { .argsz = sizeof(bar), .index = 0 };
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &config);
	ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &bar);
	need(pwrite(device, &command, 2, config.offset + PCI_COMMAND) == 2, "command");
	regs = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, bar.offset);
	need(regs != MAP_FAILED, "bar 0");
}

static void enable_msix(void)
{
	char buffer[sizeof(struct vfio_irq_set) + sizeof(int)];
	struct vfio_irq_set *set = (void *)buffer;

	event = eventfd(0, 0);
	*set = (struct vfio_irq_set){
		.argsz = sizeof(buffer), .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX, .count = 1,
	};
	memcpy(set->data, &event, sizeof(int));
	need(!ioctl(device, VFIO_DEVICE_SET_IRQS, set), "set irqs");
}

static int interrupted(int ms)
{
	struct pollfd pfd = { .fd = event, .events = POLLIN };
	uint64_t n;

	return poll(&pfd, 1, ms) == 1 && read(event, &n, 8) == 8;
}

static void copy(size_t bytes, size_t skew)
{
	uint8_t *from = memory + skew, *to = memory + 0x10000;
	size_t i;

	for (i = 0; i < bytes; i++)
		from[i] = i * 7 + bytes;
	memset(to, 0, bytes + 16);
	regs[1] = IOVA + skew;
	regs[2] = IOVA + 0x10000;
	regs[3] = bytes;
	need(interrupted(5000), "interrupt");
	need(!memcmp(from, to, bytes), "copied bytes");
	need(to[(bytes + 7) & ~7ul] == 1, "completion word");
}

static void atomic_add(void)
{
	uint64_t *word = (void *)(memory + 0x20000);

	*word = 1000;
	regs[1] = IOVA + 0x20000;
	regs[4] = 23;
	while (regs[5] != 1000)
		need(!regs[6], "atomic");
	need(*(volatile uint64_t *)word == 1023, "fetch and add");
}

/* More posted writes in a row than any ring has room for arrive, in order. */
static void burst(void)
{
	uint64_t i;

	for (i = 0; i < 2000; i++)
		regs[2] = i;
	need(regs[2] == 1999, "a burst of writes");
}

static void fault(void)
{
	regs[1] = NOWHERE;
	regs[3] = 64;
	while (!regs[6])
		;
	need(!interrupted(100), "no interrupt after a fault");
}

int main(int argc, char **argv)
{
	int i;

	need(argc == 2, "usage: vfio-copy BDF");
	open_device(argv[1]);
	map_memory();
	map_registers();
	enable_msix();
	need((uint32_t)regs[0] == 0 || (uint32_t)regs[0] == 0x53565354, "magic");
	regs[6] = 0;
	for (i = 0; i < 50; i++) {
		copy(4000, 0);
		copy(64 + i, i & 63);
		copy(1 + i, 3);
	}
	atomic_add();
	burst();
	fault();
	need(!ioctl(device, VFIO_DEVICE_RESET), "vfio reset");
	printf("ok vfio %s function %llu\n", argv[1], (unsigned long long)(regs[0] >> 32));
	return 0;
}
