// SPDX-License-Identifier: Apache-2.0
/* The header: type 0 in full, of type 1 what both have in common. */
#include "pcicheck.h"

#define TYPE1	(TYPE(4) | TYPE(5) | TYPE(6) | TYPE(7) | TYPE(8))

static enum verdict vendor(struct check *c)
{
	return good_if(c, value(c) != 0xffff, "FFFFh means that no function is there");
}

static enum verdict layout(struct check *c)
{
	unsigned int is = value(c) & 0x7f, want = type_is(c->f, TYPE1);

	return good_if(c, is == want, "layout %u, and Device/Port Type %d wants %u", is, c->f->type, want);
}

static enum verdict pci_layout(struct check *c)
{
	unsigned int is = value(c) & 0x7f;

	return c->f->type >= 0 ? NA : good_if(c, is <= 2, "layout %u is reserved", is);
}

static enum verdict capabilities_list(struct check *c)
{
	return good_if(c, value(c) & 0x10 || !get(c->f, 0x34, 1),
		       "bit 4 is clear, and Capabilities Pointer is %02xh", get(c->f, 0x34, 1));
}

static enum verdict bist(struct check *c)
{
	uint32_t v = value(c);

	return good_if(c, v & 0x80 || !v, "no BIST (bit 7), but the register reads %02xh", v);
}

static enum verdict capabilities_pointer(struct check *c)
{
	uint32_t v = value(c);

	return good_if(c, v >= 0x40 && !(v & 3), "%02xh", v);
}

static enum verdict interrupt_pin(struct check *c)
{
	return good_if(c, value(c) <= 4, "%02xh is reserved", value(c));
}

static enum verdict messages_for_interrupts(struct check *c)
{
	bool messages = cap_at(c->f, ID_MSI) || cap_at(c->f, ID_MSIX);

	if (!value(c))
		return NA;
	return good_if(c, messages, "an interrupt pin, and neither MSI nor MSI-X");
}

static bool type0(const struct check *c)
{
	return !(get(c->f, 0x0e, 1) & 0x7f);
}

static enum verdict type0_zero(struct check *c)
{
	return type0(c) ? reads_zero(c) : NA;
}

/* Bridges (06h 00h-04h) and base system peripherals (08h 00h-03h) need none. */
static enum verdict subsystem(struct check *c)
{
	unsigned int class = get(c->f, 0x0a, 2);

	if (!type0(c) || (class >> 8 == 6 && (class & 0xff) <= 4) || (class >> 8 == 8 && (class & 0xff) <= 3))
		return NA;
	return good_if(c, value(c), "Subsystem Vendor ID is 0");
}

static enum verdict class_code(struct check *c)
{
	return good_if(c, value(c) >> 8, "0: a device from before class codes");
}

static const struct rule rules[] = {
	{ "hdr.vendor", "7.5.1.1.1", "is not FFFFh", SHALL, NOT_VF, 0, HDR(0x00, 2, "Vendor ID"), vendor },
	{ "hdr.command-hardwired", "7.5.1.1.3", "bits of conventional PCI (3, 4, 5, 7, 9) read 0", SHALL, ANYONE,
	  NOT_BRIDGE,
	  HDR(0x04, 2, "Command"), reads_zero, 0x02b8 },
	{ "hdr.command-reserved", "7.5.1.1.3", "reserved bits 15:11 read 0", SHALL, ANYONE, PCIE,
	  HDR(0x04, 2, "Command"),
	  reads_zero, 0xf800 },
	{ "hdr.status-capabilities", "7.5.1.1.4", "Capabilities List is 1 if there is a list", SHALL, ANYONE, 0,
	  HDR(0x06, 2, "Status"),
	  capabilities_list },
	{ "hdr.status-hardwired", "7.5.1.1.4", "bits of conventional PCI (5, 7, 10:9) read 0", SHALL, ANYONE,
	  NOT_BRIDGE,
	  HDR(0x06, 2, "Status"), reads_zero, 0x06a0 },
	{ "hdr.status-reserved", "7.5.1.1.4", "reserved bits 2:1 and 6 read 0", SHALL, ANYONE, PCIE,
	  HDR(0x06, 2, "Status"),
	  reads_zero, 0x0046 },
	{ "hdr.class", "7.5.1.1.6", "is one", SHOULD, ANYONE, 0, HDR(0x08, 4, "Class Code"), class_code },
	{ "hdr.latency-timer", "7.5.1.1.8", "reads 0", SHALL, ANYONE, NOT_BRIDGE, HDR(0x0d, 1, "Latency Timer"),
	  reads_zero, 0xff },
	{ "hdr.layout", "7.5.1.1.9", "layout is that of the Device/Port Type", SHALL, NOT_VF, PCIE,
	  HDR(0x0e, 1, "Header Type"), layout },
	{ "hdr.pci-layout", "7.5.1.1.9", "layout is 0, 1 or 2", SHALL, NOT_VF, 0, HDR(0x0e, 1, "Header Type"),
	  pci_layout },
	{ "hdr.bist", "7.5.1.1.10", "reads 0 without BIST", SHALL, ANYONE, PCIE, HDR(0x0f, 1, "BIST"), bist },
	{ "hdr.bist-reserved", "7.5.1.1.10", "reserved bits 5:4 read 0", SHALL, ANYONE, PCIE, HDR(0x0f, 1, "BIST"),
	  reads_zero, 0x30 },
	{ "hdr.cardbus", "7.5.1.2.2", "reads 0", SHALL, ANYONE, ENDPOINTS, HDR(0x28, 4, "Cardbus CIS Pointer"),
	  type0_zero, 0xffffffff },
	{ "hdr.subsystem", "7.5.1.2.3", "is given", SHOULD, NOT_VF, 0, HDR(0x2c, 2, "Subsystem Vendor ID"), subsystem },
	{ "hdr.rom-reserved", "7.5.1.2.4", "reserved bits 10:8 read 0", SHALL, ANYONE, ENDPOINTS,
	  HDR(0x30, 4, "Expansion ROM Base Address"),
	  type0_zero, 0x700 },
	{ "hdr.capabilities-pointer", "7.5.1.1.11", "is 40h or more, and a multiple of 4", SHALL, ANYONE, PCIE,
	  HDR(0x34, 1, "Capabilities Pointer"), capabilities_pointer },
	{ "hdr.reserved-34", "7.5.1.2", "reserved bytes 37h:35h read 0", SHALL, ANYONE, ENDPOINTS,
	  HDR(0x34, 4, "reserved"), type0_zero,
	  0xffffff00 },
	{ "hdr.reserved-38", "7.5.1.2", "reserved bytes 3Bh:38h read 0", SHALL, ANYONE, ENDPOINTS,
	  HDR(0x38, 4, "reserved"), type0_zero,
	  0xffffffff },
	{ "hdr.interrupt-pin", "7.5.1.1.13", "is 0 to 4", SHALL, NOT_VF, PCIE, HDR(0x3d, 1, "Interrupt Pin"),
	  interrupt_pin },
	{ "hdr.interrupt-messages", "1.3.2", "who asks for an interrupt has MSI or MSI-X", SHALL, NOT_VF, LINKED,
	  HDR(0x3d, 1, "Interrupt Pin"), messages_for_interrupts },
	{ "hdr.min-gnt", "7.5.1.2.5", "reads 0", SHALL, ANYONE, ENDPOINTS, HDR(0x3e, 2, "Min_Gnt, Max_Lat"),
	  type0_zero, 0xffff },
};

RULES(header_rules, READ, rules);
