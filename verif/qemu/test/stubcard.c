// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card that is no network card: configuration space of a PF and 64 VFs, one BAR of registers that copy memory and raise
 * MSI-X, and a wire that sends every frame back. It is what the QEMU device is tested with before, and beside, svnic.
 *
 * Registers of every function, BAR0 (64 bit, little-endian):
 *	00h	magic and function number
 *	08h	source address		10h	destination address
 *	18h	write: copy so many bytes (1..4,096, within one page each), then write 1 to the destination + length, rounded up
 *		to 8, and raise vector 0; read: copies done
 *	20h	write: FetchAdd of this value to the 8 bytes at the source; the old value goes to 28h
 *	28h	read: old value of the last FetchAdd, or all ones after an error
 *	30h	read: errors seen by this function
 *	38h	read: not answered, with the planted fault "mute"
 * BAR2: MSI-X table at 0, pending bits at 800h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svnic/device.h"

#define VFS 64
#define FUNCTIONS (VFS + 1)
#define QUEUE 512
#define VECTORS 2
#define FLR_NS 2000000
#define MAGIC 0x53565354u
#define BAR_SIZE 0x10000u

enum { EXP = 0x40, MSIX = 0x80, PM = 0x90, ARI = 0x100, SRIOV = 0x140 };

struct function {
	uint8_t config[4096], writable[4096];
	uint64_t regs[8];
	uint32_t table[VECTORS][4];
	uint64_t flr_until;
	uint16_t copy_length;
	uint16_t got;		/* bytes of the copy that have come */
	uint8_t data[4096];
	bool reading, adding;
};

struct svnic_device {
	struct function fn[FUNCTIONS];
	struct svnic_tlp out[QUEUE];
	struct svnic_frame frame[16];
	unsigned int head, tail, frame_head, frame_tail;
	uint8_t bus;
	bool mute, slow;
	bool taken;		/* slow: one TLP each cycle */
	uint64_t time;		/* 32.16 ns */
	uint64_t cycles;
};

static uint16_t get16(const uint8_t *at) { return at[0] | at[1] << 8; }
static void put16(uint8_t *at, uint16_t v) { at[0] = v; at[1] = v >> 8; }
static uint32_t get32(const uint8_t *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }
static void put32(uint8_t *at, uint32_t v) { put16(at, v); put16(at + 2, v >> 16); }

static void config_bar(struct function *f, int at, uint32_t size)
{
	put32(f->config + at, 0xc);
	put32(f->writable + at, ~(size - 1));
	put32(f->writable + at + 4, ~0u);
}

static void config_pf(struct function *f)
{
	put16(f->config + 2, 0x5354);
	put16(f->writable + 4, 0x0446);
	config_bar(f, 0x10, BAR_SIZE);
	config_bar(f, 0x18, BAR_SIZE);
	put32(f->config + ARI, 0x0001000e | SRIOV << 20);
	put32(f->config + SRIOV, 0x00010010);
	put32(f->config + SRIOV + 4, 2);	/* ARI Capable Hierarchy is preserved nowhere; no migration */
	put16(f->writable + SRIOV + 8, 0x19);
	put16(f->config + SRIOV + 0xc, VFS);
	put16(f->config + SRIOV + 0xe, VFS);
	put16(f->writable + SRIOV + 0x10, 0xffff);
	put16(f->config + SRIOV + 0x14, 1);
	put16(f->config + SRIOV + 0x16, 1);
	put16(f->config + SRIOV + 0x1a, 0x5355);
	put32(f->config + SRIOV + 0x1c, 0x553);
	put32(f->config + SRIOV + 0x20, 1);
	put32(f->writable + SRIOV + 0x20, 0x553);
	config_bar(f, SRIOV + 0x24, BAR_SIZE);
	config_bar(f, SRIOV + 0x2c, BAR_SIZE);
}

static void config_vf(struct function *f)
{
	put32(f->config, 0xffffffff);
	put16(f->writable + 4, 0x0004);
	put32(f->config + ARI, 0x0001000e);
}

static void config_init(struct svnic_device *dev, int n)
{
	struct function *f = &dev->fn[n];

	memset(f, 0, sizeof(*f));
	put16(f->config, 0x1234);
	put32(f->config + 8, 0x02000001);
	put16(f->config + 6, 0x0010);
	put32(f->config + 0x2c, 0x53541234);
	f->config[0x34] = EXP;
	put32(f->config + EXP, 0x00020010 | MSIX << 8);
	put32(f->config + EXP + 4, 0x10008021 | 1u << 28);
	put16(f->writable + EXP + 8, 0x70ef);
	put32(f->config + EXP + 12, 0x00000011);
	put16(f->config + EXP + 18, 0x0011);
	put32(f->config + MSIX, 0x00000011 | PM << 8 | (VECTORS - 1) << 16);
	put32(f->config + MSIX + 4, 2);
	put32(f->config + MSIX + 8, 0x802);
	put16(f->writable + MSIX + 2, 0xc000);
	put32(f->config + PM, 0x00030001);
	put32(f->config + PM + 4, 8);	/* No_Soft_Reset, else Linux restores VF BARs under enabled VFs, and warns */
	put32(f->writable + PM + 4, 3);
	for (int v = 0; v < VECTORS; v++)
		f->table[v][3] = 1;
	if (n)
		config_vf(f);
	else
		config_pf(f);
}

uint32_t svnic_abi_version(void) { return SVNIC_ABI_MAJOR << 16 | SVNIC_ABI_MINOR; }

static bool known_plant(const char *plant)
{
	return !plant || !strcmp(plant, "mute") || !strcmp(plant, "slow");
}

struct svnic_device *svnic_device_create(const struct svnic_device_config *config, char *error, size_t size)
{
	struct svnic_device *dev;

	if (config->waves || !known_plant(config->plant)) {
		snprintf(error, size, "the stub has no waves, and no planted faults but mute and slow");
		return NULL;
	}
	dev = calloc(1, sizeof(*dev));
	dev->mute = config->plant && !strcmp(config->plant, "mute");
	dev->slow = config->plant && !strcmp(config->plant, "slow");
	for (int n = 0; n < FUNCTIONS; n++)
		config_init(dev, n);
	return dev;
}

void svnic_device_destroy(struct svnic_device *dev) { free(dev); }

void svnic_device_info(const struct svnic_device *dev, struct svnic_device_info *info)
{
	(void)dev;
	info->num_vfs = VFS;
	strcpy(info->backend, "stub");
}

void svnic_device_reset(struct svnic_device *dev)
{
	dev->head = dev->tail = dev->frame_head = dev->frame_tail = 0;
	for (int n = 0; n < FUNCTIONS; n++)
		config_init(dev, n);
}

static struct svnic_tlp *emit(struct svnic_device *dev, int n, uint8_t type)
{
	struct svnic_tlp *tlp = &dev->out[dev->head++ % QUEUE];

	memset(tlp, 0, sizeof(*tlp));
	tlp->size = sizeof(*tlp);
	tlp->type = type;
	tlp->requester = dev->bus << 8 | n;
	return tlp;
}

static void answer(struct svnic_device *dev, const struct svnic_tlp *req, int n, uint8_t status, const void *data)
{
	struct svnic_tlp *cpl = emit(dev, n, data ? SVNIC_TLP_CPLD : SVNIC_TLP_CPL);

	cpl->completer = dev->bus << 8 | n;
	cpl->requester = req->requester;
	cpl->tag = req->tag;
	cpl->status = status;
	cpl->byte_count = 4 * req->dw;
	cpl->dw = data ? req->dw : 0;
	if (data)
		memcpy(cpl->payload, data, 4 * req->dw);
}

static void post(struct svnic_device *dev, int n, uint64_t address, const void *data, size_t dw)
{
	struct svnic_tlp *tlp = emit(dev, n, SVNIC_TLP_MWR);

	tlp->address = address & ~3ull;
	tlp->dw = dw;
	tlp->first_be = 0xf;
	tlp->last_be = dw > 1 ? 0xf : 0;
	memcpy(tlp->payload, data, 4 * dw);
}

static void flr(struct svnic_device *dev, int n)
{
	uint32_t vendor = get32(dev->fn[n].config);

	config_init(dev, n);
	put32(dev->fn[n].config, vendor);
	dev->fn[n].flr_until = (dev->time >> 16) + FLR_NS;
	for (int v = 1; !n && v < FUNCTIONS; v++)
		config_init(dev, v);
}

static bool vf_exists(struct svnic_device *dev, int n)
{
	const uint8_t *cap = dev->fn[0].config + SRIOV;

	return !n || (get16(cap + 8) & 1 && n <= get16(cap + 0x10));
}

static void config_write(struct svnic_device *dev, int n, const struct svnic_tlp *tlp)
{
	struct function *f = &dev->fn[n];
	bool vfe = dev->fn[0].config[SRIOV + 8] & 1;

	for (int i = 0; i < 4; i++) {
		int at = tlp->address + i;

		if (tlp->first_be >> i & 1)
			f->config[at] = (f->config[at] & ~f->writable[at]) | (tlp->payload[i] & f->writable[at]);
	}
	if (tlp->address == EXP + 8 && tlp->first_be & 2 && tlp->payload[1] & 0x80)
		flr(dev, n);
	if (!n && vfe && !(f->config[SRIOV + 8] & 1))
		for (int v = 1; v < FUNCTIONS; v++)
			config_init(dev, v);
}

static void configure(struct svnic_device *dev, const struct svnic_tlp *tlp)
{
	int n = tlp->completer & 0xff;

	if (n >= FUNCTIONS || !vf_exists(dev, n))
		return answer(dev, tlp, 0, SVNIC_CPL_UR, NULL);
	if (dev->fn[n].flr_until > dev->time >> 16)
		return answer(dev, tlp, n, SVNIC_CPL_RRS, NULL);
	if (tlp->type == SVNIC_TLP_CFGRD0)
		return answer(dev, tlp, n, SVNIC_CPL_SC, dev->fn[n].config + tlp->address);
	dev->bus = tlp->completer >> 8;
	config_write(dev, n, tlp);
	answer(dev, tlp, n, SVNIC_CPL_SC, NULL);
}

/* The function and BAR that an address belongs to; -1: none. */
static int decode(struct svnic_device *dev, uint64_t address, int *bar, uint32_t *offset)
{
	const uint8_t *c = dev->fn[0].config;
	uint64_t base;

	for (*bar = 0; *bar < 4; *bar += 2) {
		base = (get32(c + 0x10 + 4 * *bar) & ~15u) | (uint64_t)get32(c + 0x14 + 4 * *bar) << 32;
		*offset = address - base;
		if (c[4] & 2 && address - base < BAR_SIZE)
			return 0;
		base = (get32(c + SRIOV + 0x24 + 4 * *bar) & ~15u) | (uint64_t)get32(c + SRIOV + 0x28 + 4 * *bar) << 32;
		*offset = (address - base) % BAR_SIZE;
		if ((c[SRIOV + 8] & 9) == 9 && address - base < (uint64_t)get16(c + SRIOV + 0x10) * BAR_SIZE)
			return 1 + (address - base) / BAR_SIZE;
	}
	return -1;
}

static void raise_msix(struct svnic_device *dev, int n)
{
	struct function *f = &dev->fn[n];

	if ((get16(f->config + MSIX + 2) & 0xc000) == 0x8000 && !(f->table[0][3] & 1))
		post(dev, n, f->table[0][0] | (uint64_t)f->table[0][1] << 32, &f->table[0][2], 1);
}

static void start_read(struct svnic_device *dev, int n, uint8_t type, size_t bytes)
{
	struct svnic_tlp *tlp = emit(dev, n, type);
	uint64_t address = dev->fn[n].regs[1];

	tlp->address = address & ~3ull;
	tlp->dw = ((address & 3) + bytes + 3) / 4;
	tlp->tag = n;
	tlp->first_be = (0xf << (address & 3)) & 0xf;
	tlp->last_be = 0xf >> (-(address + bytes) & 3);
	if (tlp->dw == 1) {
		tlp->first_be &= tlp->last_be;
		tlp->last_be = 0;
	}
	if (type == SVNIC_TLP_FETCHADD)
		memcpy(tlp->payload, &dev->fn[n].regs[4], 8);
}

static void register_written(struct svnic_device *dev, int n, uint32_t offset)
{
	struct function *f = &dev->fn[n];

	if (offset == 0x18) {
		f->copy_length = f->regs[3];
		f->got = 0;
		f->reading = true;
		start_read(dev, n, SVNIC_TLP_MRD, f->copy_length);
	} else if (offset == 0x20) {
		f->adding = true;
		start_read(dev, n, SVNIC_TLP_FETCHADD, 8);
	}
}

static void memory(struct svnic_device *dev, const struct svnic_tlp *tlp)
{
	uint32_t offset;
	int bar, n = decode(dev, tlp->address, &bar, &offset);
	uint8_t *at;

	if (n < 0 || (bar && offset >= sizeof(dev->fn[n].table)) || (!bar && offset >= sizeof(dev->fn[n].regs))) {
		if (tlp->type == SVNIC_TLP_MRD)
			answer(dev, tlp, 0, SVNIC_CPL_UR, NULL);
		return;
	}
	if (dev->mute && !bar && offset == 0x38 && tlp->type == SVNIC_TLP_MRD)
		return;
	dev->fn[n].regs[0] = MAGIC | (uint64_t)n << 32;
	at = (bar ? (uint8_t *)dev->fn[n].table : (uint8_t *)dev->fn[n].regs) + offset;
	if (tlp->type == SVNIC_TLP_MRD)
		return answer(dev, tlp, n, SVNIC_CPL_SC, at);
	for (int i = 0; i < 4 * tlp->dw; i++)
		if ((i < 4 ? tlp->first_be : tlp->last_be) >> (i & 3) & 1)
			at[i] = tlp->payload[i];
	if (!bar)
		register_written(dev, n, offset);
}

static void copy_done(struct svnic_device *dev, int n)
{
	struct function *f = &dev->fn[n];
	uint64_t one = 1;

	f->reading = false;
	for (unsigned int at = 0; at < f->copy_length; at += 128)
		post(dev, n, f->regs[2] + at, f->data + at, (f->copy_length - at < 128 ? f->copy_length - at + 3 : 128) / 4);
	post(dev, n, f->regs[2] + ((f->copy_length + 7) & ~7u), &one, 2);
	raise_msix(dev, n);
}

static void completed(struct svnic_device *dev, const struct svnic_tlp *tlp)
{
	int n = tlp->requester & 0xff;
	struct function *f = &dev->fn[n];
	size_t bytes;

	if (n >= FUNCTIONS || !(f->reading || f->adding))
		return;
	if (tlp->status != SVNIC_CPL_SC) {
		f->regs[6]++;
		f->regs[5] = ~0ull;
		f->reading = f->adding = false;
	} else if (f->adding) {
		memcpy(&f->regs[5], tlp->payload, 8);
		f->adding = false;
	} else {
		bytes = 4 * tlp->dw - (tlp->lower_address & 3);
		bytes = bytes < tlp->byte_count ? bytes : tlp->byte_count;
		memcpy(f->data + f->copy_length - tlp->byte_count, tlp->payload + (tlp->lower_address & 3), bytes);
		f->got += bytes;
		if (f->got >= f->copy_length)
			copy_done(dev, n);
	}
}

int svnic_device_put_tlp(struct svnic_device *dev, const struct svnic_tlp *tlp)
{
	if (dev->head - dev->tail > QUEUE - 64 || (dev->slow && dev->taken))
		return -EAGAIN;
	dev->taken = true;
	if (tlp->type == SVNIC_TLP_CFGRD0 || tlp->type == SVNIC_TLP_CFGWR0)
		configure(dev, tlp);
	else if (tlp->type == SVNIC_TLP_MRD || tlp->type == SVNIC_TLP_MWR)
		memory(dev, tlp);
	else if (tlp->type == SVNIC_TLP_CPL || tlp->type == SVNIC_TLP_CPLD)
		completed(dev, tlp);
	else
		return -EINVAL;
	return 0;
}

int svnic_device_get_tlp(struct svnic_device *dev, struct svnic_tlp *tlp)
{
	if (dev->head == dev->tail)
		return 0;
	*tlp = dev->out[dev->tail++ % QUEUE];
	return 1;
}

int svnic_device_put_frame(struct svnic_device *dev, const struct svnic_frame *frame)
{
	struct svnic_frame *echo = &dev->frame[dev->frame_head % 16];

	if (dev->frame_head - dev->frame_tail == 16)
		return -EAGAIN;
	*echo = *frame;
	memcpy(echo->data, frame->data + 6, 6);
	memcpy(echo->data + 6, frame->data, 6);
	dev->frame_head++;
	return 0;
}

int svnic_device_get_frame(struct svnic_device *dev, struct svnic_frame *frame)
{
	if (dev->frame_head == dev->frame_tail)
		return 0;
	*frame = dev->frame[dev->frame_tail++ % 16];
	return 1;
}

void svnic_device_set_carrier(struct svnic_device *dev, bool up) { (void)dev, (void)up; }

uint64_t svnic_device_run(struct svnic_device *dev, uint64_t cycles, uint64_t increment)
{
	(void)cycles;
	if (dev->slow)
		usleep(20);
	dev->taken = false;
	dev->time += increment;
	dev->cycles++;
	return 1;
}

uint64_t svnic_device_now(const struct svnic_device *dev) { return dev->time >> 16; }
uint32_t svnic_device_backlog(const struct svnic_device *dev) { (void)dev; return 0; }
uint64_t svnic_device_cycles(const struct svnic_device *dev) { return dev->cycles; }

uint64_t svnic_device_next_due(const struct svnic_device *dev)
{
	return dev->head != dev->tail || (dev->slow && dev->taken) ? SVNIC_DUE_NOW : SVNIC_DUE_NEVER;
}
