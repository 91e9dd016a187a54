// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of the card: memory reads and writes, AtomicOps and MSI-X messages, each in the address space of the function
 * whose requester id the TLP carries, so that the IOMMU and interrupt remapping see what hardware would do.
 *
 * PCI Express Base Specification 5.0: completions 2.2.9, splitting 2.3.1.1, AtomicOps 6.15.
 */
#include "svnic-qemu.h"
#include "qemu/rcu.h"

/* exec/memory-internal.h declares it, among what only QEMU itself can include. */
extern const MemoryRegionOps unassigned_mem_ops;

#define RCB 64			/* read completion boundary, bytes */

typedef struct Dma {
	SvnicState *s;
	const struct svnic_tlp *tlp;
	AddressSpace *as;
	MemTxAttrs attrs;
} Dma;

/* The function with this requester id, if it is one of the card's and the guest has it enabled. */
static PCIDevice *find_function(SvnicState *s, svnic_rid_t rid)
{
	PCIDevice *pf = PCI_DEVICE(s);
	PCIDevice *function = pci_get_bus(pf)->devices[rid & 0xff];

	if (!function || !svnic_compat_enabled(function) || rid != pci_requester_id(function))
		return NULL;
	return function == pf || pcie_sriov_get_pf(function) == pf ? function : NULL;
}

static void send_completion(Dma *dma, uint8_t status, const uint8_t *data, size_t first, size_t bytes, size_t left)
{
	const struct svnic_tlp *request = dma->tlp;
	struct svnic_tlp cpl;

	svnic_tlp_init(&cpl, data ? SVNIC_TLP_CPLD : SVNIC_TLP_CPL);
	cpl.requester = request->requester;
	cpl.tag = request->tag;
	cpl.tc = request->tc;
	cpl.attr = request->attr;
	cpl.status = status;
	cpl.byte_count = left;
	if (data) {
		cpl.dw = DIV_ROUND_UP((first & 3) + bytes, 4);
		memset(cpl.payload, 0, 4 * cpl.dw);
		memcpy(cpl.payload + (first & 3), data, bytes);
	}
	if (request->type == SVNIC_TLP_MRD)
		cpl.lower_address = first & 0x7f;
	svnic_answer(dma->s, &cpl);
}

static void refuse(Dma *dma, uint8_t status, size_t left)
{
	send_completion(dma, status, NULL, dma->tlp->address, 0, left);
}

/*
 * Maps RAM at `address`, up to *length bytes. NULL: not RAM, go through the memory dispatcher; *result tells when there
 * is nothing at all, so that one access makes one fault.
 */
static void *map_ram(Dma *dma, hwaddr address, hwaddr *length, bool write, MemTxResult *result)
{
	MemoryRegion *mr;
	hwaddr offset;

	RCU_READ_LOCK_GUARD();
	mr = address_space_translate(dma->as, address, &offset, length, write, dma->attrs);
	if (svnic_compat_is_direct(mr, write, dma->attrs))
		return address_space_map(dma->as, address, length, write, dma->attrs);
	if (mr->ops == &unassigned_mem_ops)
		*result = MEMTX_DECODE_ERROR;
	return NULL;
}

/* As PCIe promises without relaxed ordering: ascending addresses, aligned 8 byte stores. A vCPU may poll the last of them. */
static void copy_ascending(uint8_t *to, const uint8_t *from, size_t bytes)
{
	size_t step;

	for (; bytes; to += step, from += step, bytes -= step) {
		if (bytes >= 8 && !((uintptr_t)to & 7)) {
			step = 8;
			qatomic_set((uint64_t *)to, ldq_he_p(from));
		} else if (bytes >= 4 && !((uintptr_t)to & 3)) {
			step = 4;
			qatomic_set((uint32_t *)to, (uint32_t)ldl_he_p(from));
		} else {
			step = 1;
			qatomic_set(to, *from);
		}
	}
}

static MemTxResult write_piece(Dma *dma, hwaddr address, const uint8_t *data, hwaddr *length)
{
	MemTxResult result = MEMTX_OK;
	hwaddr want = *length;
	void *ram = map_ram(dma, address, length, true, &result);

	if (ram) {
		copy_ascending(ram, data, *length);
		address_space_unmap(dma->as, ram, *length, true, *length);
	} else if (result == MEMTX_OK) {
		*length = want;
		result = address_space_write(dma->as, address, dma->attrs, data, want);
	}
	return result;
}

static MemTxResult read_piece(Dma *dma, hwaddr address, uint8_t *data, hwaddr *length)
{
	MemTxResult result = MEMTX_OK;
	hwaddr want = *length;
	void *ram = map_ram(dma, address, length, false, &result);

	if (ram) {
		memcpy(data, ram, *length);
		address_space_unmap(dma->as, ram, *length, false, *length);
	} else if (result == MEMTX_OK) {
		*length = want;
		result = address_space_read(dma->as, address, dma->attrs, data, want);
	}
	return result;
}

static MemTxResult write_bytes(Dma *dma, hwaddr address, const uint8_t *data, size_t bytes)
{
	MemTxResult result = MEMTX_OK;
	hwaddr piece;

	for (; bytes && result == MEMTX_OK; address += piece, data += piece, bytes -= piece) {
		piece = bytes;
		result = write_piece(dma, address, data, &piece);
	}
	return result;
}

static MemTxResult read_bytes(Dma *dma, hwaddr address, uint8_t *data, size_t bytes)
{
	MemTxResult result = MEMTX_OK;
	hwaddr piece;

	for (; bytes && result == MEMTX_OK; address += piece, data += piece, bytes -= piece) {
		piece = bytes;
		result = read_piece(dma, address, data, &piece);
	}
	return result;
}

/* Is byte `i` of the payload enabled? */
static bool enabled(const struct svnic_tlp *tlp, size_t i)
{
	uint8_t be = 0xf;

	if (i < 4)
		be = tlp->first_be;
	else if (i / 4 == tlp->dw - 1u)
		be = tlp->last_be;
	return be >> (i & 3) & 1;
}

/* The span from the first to the last enabled byte. False: none is. */
static bool enabled_span(const struct svnic_tlp *tlp, size_t *first, size_t *end)
{
	*first = 0;
	*end = 4 * tlp->dw;
	while (*end && !enabled(tlp, *end - 1))
		(*end)--;
	while (*first < *end && !enabled(tlp, *first))
		(*first)++;
	return *first < *end;
}

/* The end of the run of enabled bytes that begins at `from`; the middle DWs have all of theirs. */
static size_t run_end(const struct svnic_tlp *tlp, size_t from, size_t end)
{
	while (from < end && enabled(tlp, from)) {
		from++;
		if (from == 4 && tlp->dw > 2)
			from = 4 * (tlp->dw - 1);
	}
	return from;
}

static bool valid_length(const struct svnic_tlp *tlp)
{
	return tlp->dw && tlp->dw <= SVNIC_TLP_MAX_DW;
}

static void memory_write(Dma *dma)
{
	const struct svnic_tlp *tlp = dma->tlp;
	MemTxResult result = MEMTX_OK;
	size_t at, end, stop;

	if (!valid_length(tlp) || tlp->poisoned || !enabled_span(tlp, &at, &end))
		return;
	for (; at < end; at = stop) {
		stop = run_end(tlp, at, end);
		if (stop == at)
			stop++;
		else
			result |= write_bytes(dma, tlp->address + at, tlp->payload + at, stop - at);
	}
	smp_wmb();
	dma->s->count.dma_write_bytes += 4 * tlp->dw;
	dma->s->count.dma_faults += result != MEMTX_OK;
	dma->s->count.msi_writes += tlp->address >> 20 == 0xfee;
}

/* Max_Payload_Size of the PF, in bytes; its VFs have no other. */
static size_t max_payload(SvnicState *s)
{
	PCIDevice *pf = PCI_DEVICE(s);
	uint16_t control = pci_get_word(pf->config + pf->exp.exp_cap + PCI_EXP_DEVCTL);

	return 128u << MIN((control & PCI_EXP_DEVCTL_PAYLOAD) >> 5, 5);
}

/* Completions of at most one payload each, all but the last ending on the read completion boundary. */
static void complete_read(Dma *dma, hwaddr address, const uint8_t *data, size_t bytes)
{
	size_t payload = max_payload(dma->s);
	size_t piece;

	for (; bytes; address += piece, data += piece, bytes -= piece) {
		piece = MIN(bytes, payload - (address & (RCB - 1)));
		send_completion(dma, SVNIC_CPL_SC, data, address, piece, bytes);
	}
}

static void memory_read(Dma *dma)
{
	const struct svnic_tlp *tlp = dma->tlp;
	uint8_t data[4 * SVNIC_TLP_MAX_DW];
	size_t at, end;

	if (!valid_length(tlp))
		return refuse(dma, SVNIC_CPL_UR, 4);
	if (!enabled_span(tlp, &at, &end))
		end = at = 0;	/* a zero-length read: one byte of anything, if it may be read */
	end = MAX(end, at + 1);
	smp_mb();
	if (read_bytes(dma, tlp->address + at, data, end - at) != MEMTX_OK) {
		dma->s->count.dma_faults++;
		return refuse(dma, SVNIC_CPL_UR, end - at);
	}
	dma->s->count.dma_read_bytes += end - at;
	complete_read(dma, tlp->address + at, data, end - at);
}

static uint64_t atomic4(uint8_t type, uint32_t *at, const uint8_t *operand)
{
	uint32_t value = ldl_le_p(operand);

	switch (type) {
	case SVNIC_TLP_FETCHADD:
		return qatomic_fetch_add(at, value);
	case SVNIC_TLP_SWAP:
		return qatomic_xchg(at, value);
	default:
		return qatomic_cmpxchg(at, value, (uint32_t)ldl_le_p(operand + 4));
	}
}

static uint64_t atomic8(uint8_t type, uint64_t *at, const uint8_t *operand)
{
	uint64_t value = ldq_le_p(operand);

	switch (type) {
	case SVNIC_TLP_FETCHADD:
		return qatomic_fetch_add(at, value);
	case SVNIC_TLP_SWAP:
		return qatomic_xchg(at, value);
	default:
		return qatomic_cmpxchg(at, value, ldq_le_p(operand + 8));
	}
}

static void atomic_op(Dma *dma)
{
	const struct svnic_tlp *tlp = dma->tlp;
	size_t size = tlp->type == SVNIC_TLP_CAS ? 2 * tlp->dw : 4 * tlp->dw;
	MemTxResult result = MEMTX_OK;
	hwaddr length = size;
	uint8_t old[8];
	void *ram;

	if ((size != 4 && size != 8) || tlp->address & (size - 1))
		return refuse(dma, SVNIC_CPL_UR, 4);
	ram = map_ram(dma, tlp->address, &length, true, &result);
	if (!ram) {
		dma->s->count.dma_faults++;
		return refuse(dma, SVNIC_CPL_UR, 4);
	}
	stq_le_p(old, size == 8 ? atomic8(tlp->type, ram, tlp->payload) : atomic4(tlp->type, ram, tlp->payload));
	address_space_unmap(dma->as, ram, size, true, size);
	send_completion(dma, SVNIC_CPL_SC, old, 0, size, size);
}

static bool wants_completion(const struct svnic_tlp *tlp)
{
	return tlp->type != SVNIC_TLP_MWR && tlp->type != SVNIC_TLP_MSG;
}

/* A function that the guest has not enabled, or that vanished with TLPs of its own still on the way. */
static void refuse_unknown(Dma *dma)
{
	if (!dma->s->count.rid_unknown++)
		warn_report("svnic: a request of function %02x:%02x.%x, which does not exist, was refused",
			    dma->tlp->requester >> 8, dma->tlp->requester >> 3 & 0x1f, dma->tlp->requester & 7);
	if (wants_completion(dma->tlp))
		refuse(dma, SVNIC_CPL_UR, 4);
}

static void execute_known(Dma *dma)
{
	switch (dma->tlp->type) {
	case SVNIC_TLP_MRD:
		return memory_read(dma);
	case SVNIC_TLP_MWR:
		return memory_write(dma);
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
	case SVNIC_TLP_CAS:
		return atomic_op(dma);
	case SVNIC_TLP_MSG:
		dma->s->count.messages++;
		return;
	default:
		return refuse(dma, SVNIC_CPL_UR, 4);
	}
}

void svnic_execute(SvnicState *s, const struct svnic_tlp *tlp)
{
	PCIDevice *function = find_function(s, tlp->requester);
	Dma dma = { .s = s, .tlp = tlp };

	if (!function)
		return refuse_unknown(&dma);
	dma.as = pci_get_address_space(function);
	dma.attrs.requester_id = pci_requester_id(function);
	execute_known(&dma);
}
