// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space is the card's: an access becomes a CfgRd0 or CfgWr0 of one DW (section 2.2.7). */
#include "svnic-qemu.h"

static uint16_t routing_id(PCIDevice *function)
{
	return PCI_BUILD_BDF(pci_dev_bus_num(function), function->devfn);
}

/*
 * The root complex repeats a request that was answered with request retry status (section 2.3.2, no CRS software
 * visibility), which a function does during FLR. Bounded by the same patience as any completion.
 */
static bool transact(SvnicState *s, struct svnic_tlp *tlp, struct svnic_tlp *cpl)
{
	int64_t until = g_get_monotonic_time() + s->timeout_ms * 1000LL;

	for (;;) {
		if (!svnic_request(s, tlp, cpl))
			return false;
		if (cpl->status != SVNIC_CPL_RRS)
			return cpl->status == SVNIC_CPL_SC;
		s->count.config_retries++;
		if (g_get_monotonic_time() > until)
			return false;
	}
}

static void config_tlp(struct svnic_tlp *tlp, uint8_t type, PCIDevice *function, uint32_t address, int length)
{
	svnic_tlp_init(tlp, type);
	tlp->completer = routing_id(function);
	tlp->dw = 1;
	tlp->address = address & ~3u;
	tlp->first_be = (MAKE_64BIT_MASK(0, length) << (address & 3)) & 0xf;
}

uint32_t svnic_config_read(SvnicState *s, PCIDevice *function, uint32_t address, int length)
{
	struct svnic_tlp tlp, cpl;
	uint32_t value = UINT32_MAX;

	config_tlp(&tlp, SVNIC_TLP_CFGRD0, function, address, length);
	if (transact(s, &tlp, &cpl) && cpl.type == SVNIC_TLP_CPLD)
		value = ldl_le_p(cpl.payload) >> (8 * (address & 3));
	return value & MAKE_64BIT_MASK(0, 8 * length);
}

void svnic_config_write(SvnicState *s, PCIDevice *function, uint32_t address, uint32_t value, int length)
{
	struct svnic_tlp tlp, cpl;

	config_tlp(&tlp, SVNIC_TLP_CFGWR0, function, address, length);
	stl_le_p(tlp.payload, value << (8 * (address & 3)));
	transact(s, &tlp, &cpl);
}

uint32_t svnic_config_dword(SvnicState *s, PCIDevice *function, uint32_t address)
{
	return svnic_config_read(s, function, address, 4);
}

static uint32_t size_dword(SvnicState *s, PCIDevice *function, uint32_t address)
{
	uint32_t old = svnic_config_dword(s, function, address);
	uint32_t mask;

	svnic_config_write(s, function, address, UINT32_MAX, 4);
	mask = svnic_config_dword(s, function, address);
	svnic_config_write(s, function, address, old, 4);
	return mask;
}

/* Size in bytes of the memory BAR at `address`, by writing all ones to it; 0: there is none. */
uint64_t svnic_config_bar_size(SvnicState *s, PCIDevice *function, uint32_t address, uint8_t *type)
{
	uint64_t mask = size_dword(s, function, address);

	*type = mask & ~PCI_BASE_ADDRESS_MEM_MASK;
	if (!mask || mask == UINT32_MAX || *type & PCI_BASE_ADDRESS_SPACE_IO)
		return 0;
	if (*type & PCI_BASE_ADDRESS_MEM_TYPE_64)
		mask |= (uint64_t)size_dword(s, function, address + 4) << 32;
	else
		mask |= MAKE_64BIT_MASK(32, 32);
	return -(mask & PCI_BASE_ADDRESS_MEM_MASK);
}
