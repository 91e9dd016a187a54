// SPDX-License-Identifier: Apache-2.0
/*
 * --flr: Function Level Reset (6.6.2). Values other than the defaults are planted, the function is
 * reset, its configuration space read, and all that was there before restored. The rules then look
 * at what was read.
 */
#include "pcicheck.h"

#define FLR_WAIT_MS	100	/* software waits at least so long */
#define READY_MS	1000	/* and then the function may answer with retries for up to a second */

static uint8_t before[CONFIG_SIZE], planted[CONFIG_SIZE], after[CONFIG_SIZE];
static bool answers;

static uint32_t in(const uint8_t *image, unsigned int at, unsigned int width)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < width; i++)
		v |= (uint32_t)image[at + i] << 8 * i;
	return v;
}

static bool read_all(struct function *f, uint8_t *image)
{
	for (unsigned int at = 0; at < f->size; at += 4)
		if (!io_read(f->fd, image + at, at, 4))
			return false;
	return true;
}

/* ---- planting ---------------------------------------------------------------------------------- */

static void plant(const struct check *c, unsigned int at, unsigned int width, uint32_t set, uint32_t clear)
{
	put(c, at, width, (live(c, at, width) & ~clear) | set);
}

static void plant_pcie(const struct check *c, unsigned int pcie)
{
	uint32_t supports = get(c->f, pcie + 4, 4);

	plant(c, pcie + 8, 2, 0x000f | (supports & 7 ? 1u << 5 : 0), 0x70e0);	/* MRRS 0, MPS 1 */
	if (type_is(c->f, LINKED))
		plant(c, pcie + 0x10, 2, 0x00c0, 0);
}

static void plant_ecaps(const struct check *c)
{
	unsigned int aer = ecap_at(c->f, ID_AER), sriov = ecap_at(c->f, ID_SRIOV);

	if (aer) {
		plant(c, aer + 0x08, 4, 0x00100000, 0x00010000);
		plant(c, aer + 0x0c, 4, 0x00001000, 0);
		plant(c, aer + 0x14, 4, 0, 0x2000);
	}
	if (sriov && !c->f->vf && !(live(c, sriov + 8, 2) & 1)) {
		put(c, sriov + 0x20, 4, 0x10);		/* 64 KiB pages */
		plant(c, sriov + 0x08, 2, 0x18, 0);	/* VF MSE, ARI Capable Hierarchy */
	}
}

static void plant_all(const struct check *c)
{
	unsigned int pcie = cap_at(c->f, ID_PCIE), msi = cap_at(c->f, ID_MSI), msix = cap_at(c->f, ID_MSIX);

	plant_pcie(c, pcie);
	plant_ecaps(c);
	if (msix)
		plant(c, msix + 2, 2, 0xc000, 0);
	else if (msi)
		plant(c, msi + 2, 2, 0x0010, 0);
	plant(c, 0x04, 2, 0x0546, 0);
}

/* ---- restoring --------------------------------------------------------------------------------- */

/* Dwords with a half that a write would clear, or that comes last: their lower half alone. */
static bool half_only(const struct function *f, unsigned int at)
{
	unsigned int pcie = cap_at(f, ID_PCIE);

	return at == 0x04 || (pcie && (at == pcie + 8 || at == pcie + 0x10 || at == pcie + 0x28 || at == pcie + 0x30));
}

static bool never(const struct function *f, unsigned int at)
{
	unsigned int aer = ecap_at(f, ID_AER);

	return aer && (at == aer + 4 || at == aer + 0x10 || (at >= aer + 0x1c && at < aer + 0x2c));
}

static void restore_range(const struct check *c, unsigned int from, unsigned int length)
{
	for (unsigned int at = from; at < from + length && at + 4 <= c->f->size; at += 4) {
		unsigned int width = half_only(c->f, at) ? 2 : 4;

		if (at != 0x04 && !never(c->f, at) && live(c, at, width) != in(before, at, width))
			put(c, at, width, in(before, at, width));
	}
}

/*
 * VF BARs need System Page Size, and that needs VF Enable clear: the order of the registers will do, but for
 * the last.
 */
static void restore_sriov(const struct check *c, unsigned int sriov)
{
	restore_range(c, sriov + 0x0c, 0x34);
	put(c, sriov + 0x08, 2, in(before, sriov + 0x08, 2));
}

static void restore_all(const struct check *c)
{
	const struct function *f = c->f;

	restore_range(c, 0x0c, 0x34);
	for (unsigned int i = 0; i < f->caps.count; i++)
		restore_range(c, f->caps.cap[i].at, cap_length(f, &f->caps.cap[i], false));
	for (unsigned int i = 0; i < f->ecaps.count; i++)
		if (f->ecaps.cap[i].id != ID_SRIOV)
			restore_range(c, f->ecaps.cap[i].at, cap_length(f, &f->ecaps.cap[i], true));
	if (ecap_at(f, ID_SRIOV) && !f->vf)
		restore_sriov(c, ecap_at(f, ID_SRIOV));
	put(c, 0x04, 2, in(before, 0x04, 2));
}

/* ---- the reset --------------------------------------------------------------------------------- */

/* A retry shows as all ones, or (in the ID) as FFFF0001h; a VF's ID is all ones anyway, but not its class. */
static bool wait_ready(const struct check *c)
{
	for (unsigned int ms = 0; ms <= READY_MS; ms += FLR_WAIT_MS) {
		io_wait(FLR_WAIT_MS);
		if (live(c, 0x08, 4) != 0xffffffff && live(c, 0x00, 4) == in(before, 0x00, 4))
			return true;
	}
	return false;
}

static void quiesce(const struct check *c, unsigned int pcie)
{
	put(c, 0x04, 2, live(c, 0x04, 2) & ~4u);
	for (unsigned int i = 0; i < 10 && live(c, pcie + 0x0a, 2) & 0x20; i++)
		io_wait(10);
}

bool reset_function(struct function *f)
{
	static const struct rule none = { .width = 2 };
	struct check c = { .f = f, .rule = &none };
	unsigned int pcie = cap_at(f, ID_PCIE);

	if (!pcie || !(get(f, pcie + 4, 4) >> 28 & 1)) {
		complain("%s: no Function Level Reset", f->name);
		return false;
	}
	if (!read_all(f, before))
		return complain("%s: cannot be read", f->name), false;
	quiesce(&c, pcie);
	plant_all(&c);
	read_all(f, planted);
	put(&c, pcie + 8, 2, in(planted, pcie + 8, 2) | 0x8000);
	answers = wait_ready(&c);
	answers &= read_all(f, after);
	restore_all(&c);
	return true;
}

/* ---- rules ------------------------------------------------------------------------------------- */

static uint32_t now(const struct check *c) { return in(after, c->at, c->rule->width) & c->rule->mask; }

static enum verdict ready(struct check *c)
{
	return good_if(c, answers, "%u ms after the reset it does not answer as before", FLR_WAIT_MS + READY_MS);
}

static enum verdict cleared(struct check *c)
{
	return answers ? good_if(c, !now(c), "%xh", now(c)) : NA;
}

/* A value that could not be planted proves nothing. */
static enum verdict kept(struct check *c)
{
	uint32_t was = in(planted, c->at, c->rule->width) & c->rule->mask, old = in(before, c->at,
			c->rule->width) & c->rule->mask;

	if (!answers || (!was && !old))
		return NA;
	return good_if(c, now(c) == was, "was %xh, is %xh", was, now(c));
}

static enum verdict unchanged(struct check *c)
{
	if (!answers)
		return NA;
	return good_if(c, now(c) == (in(before, c->at, c->rule->width) & c->rule->mask), "was %xh, is %xh",
		       in(before, c->at, c->rule->width) & c->rule->mask, now(c));
}

static enum verdict mrrs(struct check *c)
{
	unsigned int code = now(c) >> 12;

	if (!answers)
		return NA;
	return good_if(c, code == 2 || (!code && !(in(before, c->at, 2) & 0x7000)), "code %u; the default is 2", code);
}

static enum verdict page_size(struct check *c)
{
	return answers ? good_if(c, now(c) == 1, "%xh; the default is 1", now(c)) : NA;
}

static enum verdict same_capabilities(struct check *c)
{
	const struct function *f = c->f;

	for (unsigned int i = 0; answers && i < f->caps.count; i++)
		if (in(before, f->caps.cap[i].at, 2) != in(after, f->caps.cap[i].at, 2))
			return good_if(c, false, "the header at %03xh changed", f->caps.cap[i].at);
	for (unsigned int i = 0; answers && i < f->ecaps.count; i++)
		if (in(before, f->ecaps.cap[i].at, 4) != in(after, f->ecaps.cap[i].at, 4))
			return good_if(c, false, "the header at %03xh changed", f->ecaps.cap[i].at);
	return answers ? PASS : NA;
}

#define PF(offset, width, reg)	SHALL, NOT_VF, PCIE, ECAP(ID_SRIOV, offset, width, reg)
#define DEVCTL			SHALL, NOT_VF, PCIE, CAP(ID_PCIE, 0x08, 2, "Device Control")

static const struct rule rules[] = {
	{ "flr.ready", "6.6.2", "the function answers again", SHALL, ANYONE, PCIE,
	  HDR(0x00, 4, "Vendor ID, Device ID"), ready },
	{ "flr.ids", "6.6.2", "class and revision are as before", SHALL, ANYONE, PCIE,
	  HDR(0x08, 4, "Revision ID, Class Code"), unchanged, 0xffffffff },
	{ "flr.capabilities", "6.6.2", "the capabilities are as before", SHALL, ANYONE, PCIE,
	  HDR(0x34, 1, "capabilities"), same_capabilities, 0xff },
	{ "flr.command", "6.6.2", "all enables are cleared", SHALL, ANYONE, PCIE, HDR(0x04, 2, "Command"), cleared,
	  0x0547 },
	{ "flr.devctl", "6.6.2", "error reporting is disabled", DEVCTL, cleared, 0x000f },
	{ "flr.devctl-mrrs", "7.5.3.4", "Max_Read_Request_Size is 512 bytes", DEVCTL, mrrs, 0x7000 },
	{ "flr.devctl-mps", "6.6.2", "Max_Payload_Size is kept", DEVCTL, kept, 0x00e0 },
	{ "flr.pending", "7.5.3.5", "no transaction is pending", SHALL, ANYONE, PCIE,
	  CAP(ID_PCIE, 0x0a, 2, "Device Status"), cleared, 0x0020 },
	{ "flr.linkctl", "6.6.2", "Common Clock Configuration, Extended Synch are kept", SHALL, NOT_VF, LINKED,
	  CAP(ID_PCIE, 0x10, 2, "Link Control"),
	  kept, 0x00c0 },
	{ "flr.power-state", "6.6.2", "is D0", SHALL, ANYONE, PCIE,
	  CAP(ID_PM, 4, 2, "Power Management Control/Status"), cleared, 0x0003 },
	{ "flr.msi", "7.7.1.2", "is disabled", SHALL, ANYONE, PCIE, CAP(ID_MSI, 2, 2, "MSI Message Control"), cleared,
	  0x0071 },
	{ "flr.msix", "7.7.2.2", "is disabled, not masked", SHALL, ANYONE, PCIE,
	  CAP(ID_MSIX, 2, 2, "MSI-X Message Control"), cleared, 0xc000 },
	{ "flr.aer-mask", "6.6.2", "is kept", SHALL, NOT_VF, PCIE, ECAP(ID_AER, 0x08, 4, "Uncorrectable Error Mask"),
	  kept, 0xffffffff },
	{ "flr.aer-severity", "6.6.2", "is kept", SHALL, NOT_VF, PCIE,
	  ECAP(ID_AER, 0x0c, 4, "Uncorrectable Error Severity"), kept, 0xffffffff },
	{ "flr.aer-cor-mask", "6.6.2", "is kept", SHALL, NOT_VF, PCIE,
	  ECAP(ID_AER, 0x14, 4, "Correctable Error Mask"), kept, 0xffffffff },
	{ "flr.vf-enable", "9.2.2.2", "VF Enable and VF MSE are cleared", PF(0x08, 2, "SR-IOV Control"), cleared,
	  0x0009 },
	{ "flr.sriov-ari", "9.3.3.3.5", "ARI Capable Hierarchy is kept", PF(0x08, 2, "SR-IOV Control"), kept, 0x0010 },
	{ "flr.page-size", "9.3.3.13", "is 4 KiB", PF(0x20, 4, "System Page Size"), page_size, 0xffffffff },
};

RULES(reset_rules, RESET, rules);
