// SPDX-License-Identifier: Apache-2.0
/* The two lists of capabilities: the walk, its rules, what is decoded and what is not. */
#include "pcicheck.h"

struct known {
	uint16_t id;
	const char *name;
	uint8_t length;			/* bytes; 0: not decoded, or not fixed */
	uint8_t oldest, newest;		/* versions of an extended one; 0: not checked */
	bool single;			/* a second one is against the specification (or, SHOULD, odd) */
};

static const struct known caps[] = {
	{ 0x00, "Null", 4, 0, 0, false }, { ID_PM, "Power Management", 8, 0, 0, true }, { 0x03, "VPD", 0, 0, 0, false },
	{ ID_MSI, "MSI", 10, 0, 0, true }, { 0x07, "PCI-X", 0, 0, 0, false },
	{ 0x08, "HyperTransport", 0, 0, 0, false },
	{ 0x09, "Vendor-Specific", 0, 0, 0, false }, { 0x0a, "Debug Port", 0, 0, 0, false },
	{ 0x0c, "Hot-Plug", 0, 0, 0, false },
	{ 0x0d, "Bridge Subsystem ID", 0, 0, 0, false }, { ID_PCIE, "PCI Express", 0x14, 0, 0, true },
	{ ID_MSIX, "MSI-X", 12, 0, 0, true },
	{ 0x12, "SATA", 0, 0, 0, false }, { 0x13, "Advanced Features", 0, 0, 0, false },
	{ ID_EA, "Enhanced Allocation", 0, 0, 0, false },
	{ 0x15, "Flattening Portal Bridge", 0, 0, 0, false },
};

static const struct known ecaps[] = {
	{ 0x00, "Null", 4, 0, 0, false }, { ID_AER, "AER", 0x2c, 1, 3, true },
	{ 0x02, "Virtual Channel", 0, 1, 0, false },
	{ ID_DSN, "Device Serial Number", 12, 1, 1, true }, { 0x04, "Power Budgeting", 0, 1, 0, false },
	{ 0x05, "Root Complex Link Declaration", 0, 1, 0, false },
	{ 0x06, "Root Complex Internal Link Control", 0, 1, 0, false },
	{ 0x07, "Root Complex Event Collector", 0, 1, 0, false }, { 0x08, "MFVC", 0, 1, 0, false },
	{ 0x09, "Virtual Channel (with MFVC)", 0, 1, 0, false }, { 0x0a, "RCRB Header", 0, 1, 0, false },
	{ 0x0b, "Vendor-Specific", 0, 0, 0, false }, { ID_ACS, "ACS", 8, 1, 1, true }, { ID_ARI, "ARI", 8, 1, 1, true },
	{ 0x0f, "ATS", 0, 1, 0, false }, { ID_SRIOV, "SR-IOV", 0x40, 1, 1, true }, { 0x11, "MR-IOV", 0, 0, 0, false },
	{ 0x12, "Multicast", 0, 1, 0, false }, { 0x13, "Page Request", 0, 1, 0, false },
	{ 0x15, "Resizable BAR", 0, 1, 0, false },
	{ 0x16, "Dynamic Power Allocation", 0, 1, 0, false }, { 0x17, "TPH Requester", 0, 1, 0, false },
	{ 0x18, "LTR", 0, 1, 0, false },
	{ 0x19, "Secondary PCI Express", 0, 1, 0, false }, { 0x1a, "PMUX", 0, 1, 0, false },
	{ 0x1b, "PASID", 0, 1, 0, false },
	{ 0x1c, "LN Requester", 0, 1, 0, false }, { 0x1d, "Downstream Port Containment", 0, 1, 0, false },
	{ 0x1e, "L1 PM Substates", 0, 1, 0, false }, { 0x1f, "Precision Time Measurement", 0, 1, 0, false },
	{ 0x20, "M-PCIe", 0, 1, 0, false }, { 0x21, "FRS Queueing", 0, 1, 0, false },
	{ 0x22, "Readiness Time Reporting", 0, 1, 0, false },
	{ 0x23, "Designated Vendor-Specific", 0, 0, 0, false }, { 0x24, "VF Resizable BAR", 0, 1, 0, false },
	{ 0x25, "Data Link Feature", 0, 1, 0, false }, { 0x26, "Physical Layer 16 GT/s", 0, 1, 0, false },
	{ 0x27, "Lane Margining", 0, 1, 0, false }, { 0x28, "Hierarchy ID", 0, 1, 0, false },
	{ 0x29, "NPEM", 0, 1, 0, false },
	{ 0x2a, "Physical Layer 32 GT/s", 0, 1, 0, false }, { 0x2b, "Alternate Protocol", 0, 1, 0, false },
	{ 0x2c, "System Firmware Intermediary", 0, 1, 0, false }, { 0x2d, "Shadow Functions", 0, 0, 0, false },
	{ 0x2e, "Data Object Exchange", 0, 1, 0, false }, { 0x2f, "Device 3", 0, 1, 0, false },
	{ 0x30, "IDE", 0, 1, 0, false },
	{ 0x31, "Physical Layer 64 GT/s", 0, 1, 0, false }, { 0x32, "Flit Logging", 0, 1, 0, false },
};

static const struct known *known(const struct known *table, unsigned int count, unsigned int id)
{
	for (unsigned int i = 0; i < count; i++)
		if (table[i].id == id)
			return &table[i];
	return NULL;
}

static const struct known *known_cap(unsigned int id) { return known(caps, sizeof(caps) / sizeof(caps[0]), id); }
static const struct known *known_ecap(unsigned int id) { return known(ecaps, sizeof(ecaps) / sizeof(ecaps[0]), id); }

/* ---- the walk ---------------------------------------------------------------------------------- */

static bool seen(const struct chain *chain, unsigned int at)
{
	for (unsigned int i = 0; i < chain->count; i++)
		if (chain->cap[i].at == at)
			return true;
	return false;
}

/*
 * Judges the pointer `to` that stands at `from`; returns where the walk goes on, 0 to end it. As software has
 * to, it ignores bits 1:0.
 */
static unsigned int follow(struct chain *chain, unsigned int from, unsigned int to, unsigned int least)
{
	if (!to)
		return 0;
	if (to & 3 && !chain->unaligned) {
		chain->unaligned = true;
		chain->unaligned_at = from;
		chain->unaligned_to = to;
	}
	to &= ~3u;
	if (to < least) {
		chain->range = true;
		chain->range_at = from;
		chain->range_to = to;
		return 0;
	}
	if (seen(chain, to)) {
		chain->loop = true;
		chain->loop_at = from;
		chain->loop_to = to;
		return 0;
	}
	return to;
}

static void walk_caps(struct function *f)
{
	struct chain *chain = &f->caps;
	unsigned int at = 0;

	/* Only with the Capabilities List bit is there a list (a rule demands the bit of PCI Express functions). */
	if (get(f, 0x06, 2) & 0x10)
		at = follow(chain, 0x34, get(f, 0x34, 1), 0x40);
	while (at) {
		chain->cap[chain->count++] = (struct cap){ .at = (uint16_t)at, .id = (uint16_t)get(f, at, 1) };
		at = follow(chain, at + 1, get(f, at + 1, 1), 0x40);
	}
}

static void walk_ecaps(struct function *f)
{
	struct chain *chain = &f->ecaps;
	unsigned int at = LEGACY_SIZE;

	if (!cap_at(f, ID_PCIE))
		return;
	while (at && at + 4 <= f->size && get(f, at, 4) && get(f, at, 4) != 0xffffffff) {
		uint32_t header = get(f, at, 4);

		chain->cap[chain->count++] = (struct cap){ (uint16_t)at, (uint16_t)header, header >> 16 & 15 };
		at = follow(chain, at, header >> 20, LEGACY_SIZE);
	}
}

void walk_chains(struct function *f)
{
	walk_caps(f);
	walk_ecaps(f);
}

static const struct cap *find(const struct chain *chain, unsigned int id)
{
	for (unsigned int i = 0; i < chain->count; i++)
		if (chain->cap[i].id == id)
			return &chain->cap[i];
	return NULL;
}

const struct cap *find_cap(const struct function *f, unsigned int id) { return find(&f->caps, id); }
const struct cap *find_ecap(const struct function *f, unsigned int id) { return find(&f->ecaps, id); }
unsigned int cap_at(const struct function *f, unsigned int id) { return find_cap(f, id) ? find_cap(f, id)->at : 0; }
unsigned int ecap_at(const struct function *f, unsigned int id) { return find_ecap(f, id) ? find_ecap(f, id)->at : 0; }

static unsigned int msi_length(const struct function *f, unsigned int at)
{
	unsigned int control = get(f, at + 2, 2);

	return (control & 0x80 ? 14u : 10u) + (control & 0x100 ? 10 : 0);
}

static unsigned int pcie_length(const struct function *f, unsigned int at)
{
	return (get(f, at + 2, 1) & 15) >= 2 ? 0x3c : 0x14;
}

unsigned int cap_length(const struct function *f, const struct cap *cap, bool extended)
{
	const struct known *k = extended ? known_ecap(cap->id) : known_cap(cap->id);

	if (!extended && cap->id == ID_MSI)
		return msi_length(f, cap->at);
	if (!extended && cap->id == ID_PCIE)
		return pcie_length(f, cap->at);
	return k ? k->length : 0;
}

static void report_chain(const struct function *f, const struct chain *chain, bool extended)
{
	for (unsigned int i = 0; i < chain->count; i++) {
		const struct cap *cap = &chain->cap[i];
		const struct known *k = extended ? known_ecap(cap->id) : known_cap(cap->id);

		if (!cap_length(f, cap, extended))
			tap_note("not checked: %s%s capability (%0*xh) at %03xh", extended ? "extended " : "",
					k ? k->name : "unknown",
				 extended ? 4 : 2, cap->id, cap->at);
	}
	if (chain->loop || chain->range)
		tap_note("not checked: %scapabilities behind the pointer at %03xh", extended ? "extended " : "",
			 chain->loop ? chain->loop_at : chain->range_at);
}

void report_unknown(const struct function *f)
{
	report_chain(f, &f->caps, false);
	report_chain(f, &f->ecaps, true);
	if (f->type < 0)
		tap_note("not checked: anything of PCI Express, since there is no such capability");
	else if (f->size == LEGACY_SIZE)
		tap_note("not checked: extended capabilities, since 256 bytes only are readable");
	if (f->type >= 0 && !type_is(f, ENDPOINTS))
		tap_note("not checked: what is special to ports, bridges and event collectors");
}

/* ---- rules ------------------------------------------------------------------------------------- */

static const struct chain *chain_of(const struct check *c)
{
	return c->rule->mask ? &c->f->ecaps : &c->f->caps;
}

static enum verdict readable(struct check *c, enum verdict if_so)
{
	if (c->rule->mask && c->f->size < CONFIG_SIZE)
		return undecided(c, "extended configuration space is not readable");
	return c->rule->mask || get(c->f, 0x06, 2) & 0x10 ? if_so : NA;
}

static enum verdict no_loop(struct check *c)
{
	const struct chain *h = chain_of(c);

	return readable(c, good_if(c, !h->loop, "the pointer at %03xh leads back to %03xh", h->loop_at, h->loop_to));
}

static enum verdict in_range(struct check *c)
{
	const struct chain *h = chain_of(c);

	return readable(c, good_if(c, !h->range, "the pointer at %03xh says %03xh", h->range_at, h->range_to));
}

static enum verdict aligned(struct check *c)
{
	const struct chain *h = chain_of(c);

	return readable(c, good_if(c, !h->unaligned, "the pointer at %03xh says %03xh", h->unaligned_at,
		       h->unaligned_to));
}

static const struct cap *second_of(const struct chain *chain, unsigned int i)
{
	for (unsigned int j = i + 1; j < chain->count; j++)
		if (chain->cap[j].id == chain->cap[i].id)
			return &chain->cap[j];
	return NULL;
}

static enum verdict once(struct check *c)
{
	const struct chain *h = chain_of(c);

	for (unsigned int i = 0; i < h->count; i++) {
		const struct known *k = c->rule->mask ? known_ecap(h->cap[i].id) : known_cap(h->cap[i].id);
		const struct cap *second = k && k->single ? second_of(h, i) : NULL;

		if (second)
			return good_if(c, false, "%s at %03xh and at %03xh", k->name, h->cap[i].at, second->at);
	}
	return readable(c, PASS);
}

static enum verdict fits(struct check *c)
{
	const struct chain *h = chain_of(c);
	unsigned int end = c->rule->mask ? CONFIG_SIZE : LEGACY_SIZE;

	for (unsigned int i = 0; i < h->count; i++) {
		unsigned int length = cap_length(c->f, &h->cap[i], c->rule->mask);

		if (h->cap[i].at + length > end)
			return good_if(c, false, "%u bytes at %03xh end beyond %03xh", length, h->cap[i].at, end);
	}
	return readable(c, PASS);
}

static enum verdict apart(struct check *c)
{
	const struct chain *h = chain_of(c);

	for (unsigned int i = 0; i < h->count; i++) {
		unsigned int end = h->cap[i].at + cap_length(c->f, &h->cap[i], c->rule->mask);

		for (unsigned int j = 0; j < h->count; j++)
			if (h->cap[j].at > h->cap[i].at && h->cap[j].at < end)
				return good_if(c, false, "that at %03xh stands inside that at %03xh", h->cap[j].at,
					       h->cap[i].at);
	}
	return readable(c, PASS);
}

static enum verdict versions(struct check *c)
{
	const struct chain *h = &c->f->ecaps;

	for (unsigned int i = 0; i < h->count; i++) {
		const struct cap *cap = &h->cap[i];
		const struct known *k = known_ecap(cap->id);

		if (k && k->oldest && (cap->version < k->oldest || (k->newest && cap->version > k->newest)))
			return good_if(c, false, "%s at %03xh has version %u", k->name, cap->at, cap->version);
	}
	return readable(c, PASS);
}

static enum verdict first_header(struct check *c)
{
	return readable(c, good_if(c, (value(c) & 0xffff) != 0xffff, "FFFFh; none at all would be 0"));
}

static enum verdict null_header(struct check *c)
{
	uint32_t v = value(c);

	return readable(c, good_if(c, v & 0xffff || v >> 20 || !v, "no capability, but the header reads %08xh", v));
}

#define LIST	HDR(0x34, 1, "capabilities")
#define ELIST	HDR(0x100, 4, "extended capabilities")

static const struct rule rules[] = {
	{ "cap.loop", "7.5.1.1.11", "the list ends", SHALL, ANYONE, 0, LIST, no_loop },
	{ "cap.range", "7.5.1.1.11", "all stand at 40h or above", SHALL, ANYONE, 0, LIST, in_range },
	{ "cap.aligned", "7.5.1.1.11", "bits 1:0 of each pointer are 0", SHALL, ANYONE, 0, LIST, aligned },
	{ "cap.once", "7.5.2.1, 7.7.1, 7.7.2", "there is one PM, MSI, MSI-X, PCI Express capability at most", SHALL,
	  ANYONE, 0, LIST, once },
	{ "cap.fits", "7.5.1", "each ends within the first 256 bytes", SHALL, ANYONE, 0, LIST, fits },
	{ "cap.apart", "7.5.1", "none overlaps another", SHOULD, ANYONE, 0, LIST, apart },
	{ "cap.pm", "7.5.2", "a Power Management capability is there", SHALL, NOT_VF, LINKED, LIST, is_present, ID_PM },
	{ "ecap.first", "7.6.1", "the header at 100h is not FFFFh", SHALL, ANYONE, PCIE, ELIST, first_header, 1 },
	{ "ecap.null", "7.6.1", "without any, the header at 100h is all 0", SHOULD, ANYONE, PCIE, ELIST, null_header,
	  1 },
	{ "ecap.loop", "7.6.3", "the list ends", SHALL, ANYONE, PCIE, ELIST, no_loop, 1 },
	{ "ecap.range", "7.6.3", "all stand at 100h or above", SHALL, ANYONE, PCIE, ELIST, in_range, 1 },
	{ "ecap.aligned", "7.6.3", "bits 1:0 of each pointer are 0", SHALL, ANYONE, PCIE, ELIST, aligned, 1 },
	{ "ecap.version", "7.6.3", "each has a version that is defined", SHALL, ANYONE, PCIE, ELIST, versions, 1 },
	{ "ecap.fits", "7.6.1", "each ends within 4096 bytes", SHALL, ANYONE, PCIE, ELIST, fits, 1 },
	{ "ecap.once", "7.6.3", "there is one AER, DSN, ACS, ARI, SR-IOV capability at most", SHOULD, ANYONE, PCIE,
	  ELIST, once, 1 },
	{ "ecap.apart", "7.6.3", "none overlaps another", SHOULD, ANYONE, PCIE, ELIST, apart, 1 },
};

RULES(chain_rules, READ, rules);
