// SPDX-License-Identifier: GPL-2.0-only
/* Memory accesses of the CPU: one MRd or MWr each, at the bus address of the function's BAR. */
#include "svnic-qemu.h"

/* A TLP for `size` bytes at `offset`; the byte enables say which of its one to three DWs' bytes are meant. */
static bool bar_tlp(SvnicBar *bar, struct svnic_tlp *tlp, uint8_t type, hwaddr offset, unsigned int size)
{
	pcibus_t base = pci_get_bar_addr(bar->function, bar->number);
	uint32_t mask = MAKE_64BIT_MASK(0, size) << (offset & 3);

	if (base == PCI_BAR_UNMAPPED || !DEVICE(bar->function)->realized)
		return false;
	svnic_tlp_init(tlp, type);
	tlp->address = (base + offset) & ~3ULL;
	tlp->dw = DIV_ROUND_UP((offset & 3) + size, 4);
	tlp->first_be = mask & 0xf;
	tlp->last_be = tlp->dw > 1 ? mask >> (4 * (tlp->dw - 1)) & 0xf : 0;
	return true;
}

static uint64_t bar_read(void *opaque, hwaddr offset, unsigned int size)
{
	SvnicBar *bar = opaque;
	SvnicState *s = bar->card;
	struct svnic_tlp tlp, cpl;
	uint64_t value = UINT64_MAX;

	s->count.mmio_reads++;
	if (!bar_tlp(bar, &tlp, SVNIC_TLP_MRD, offset, size) || !svnic_request(s, &tlp, &cpl))
		return value;
	if (cpl.type == SVNIC_TLP_CPLD && cpl.status == SVNIC_CPL_SC)
		return ldn_le_p(cpl.payload + (offset & 3), size);
	s->count.mmio_unsupported++;
	return value;
}

static void bar_write(void *opaque, hwaddr offset, uint64_t value, unsigned int size)
{
	SvnicBar *bar = opaque;
	struct svnic_tlp tlp;

	bar->card->count.mmio_writes++;
	if (!bar_tlp(bar, &tlp, SVNIC_TLP_MWR, offset, size))
		return;
	memset(tlp.payload, 0, 4 * tlp.dw);
	stn_le_p(tlp.payload + (offset & 3), size, value);
	svnic_post(bar->card, &tlp);
}

static const MemoryRegionOps bar_ops = {
	.read = bar_read,
	.write = bar_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 1, .max_access_size = 8 },
	.impl = { .min_access_size = 1, .max_access_size = 8 },
};

void svnic_bar_init(SvnicBar *bar, SvnicState *s, PCIDevice *function, int number, uint64_t size)
{
	g_autofree char *name = g_strdup_printf("%s-bar%d", object_get_typename(OBJECT(function)), number);

	bar->card = s;
	bar->function = function;
	bar->number = number;
	memory_region_init_io(&bar->mr, OBJECT(function), &bar_ops, bar, name, size);
}
