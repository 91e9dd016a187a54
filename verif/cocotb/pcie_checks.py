# SPDX-License-Identifier: Apache-2.0
"""What an independent root complex (cocotbext-pcie) and scapy find when they meet the RTL. Each case resets and enumerates the card anew.

The rules that hold for every TLP are in svnic_host.Host.check, those of the channels in svnic_bus.
"""
import itertools
import struct

import cocotb
from cocotbext.pcie.core.caps import PciCapId, PciExtCapId
from cocotbext.pcie.core.tlp import CplStatus, Tlp, TlpType
from cocotbext.pcie.core.utils import PcieId

import frames
from svnic_host import (BUS, CTRL, DATA_DMA, DESC_DMA, ENTRIES, ERROR, EVENT_ERROR, EVENT_FUNCTION, EVENT_QUEUE, EVENT_STOPPED, FUNC, MAGIC, OFF,
                        ON, PBA, REFUSED, RX, STOPPED, TX, UNMAPPED, VF_BAR_SIZE, Host)

PEER = bytes([2, 0xee, 0, 0, 0, 0x99])  # somebody on the wire
SIZES = (frames.HEADERS, 43, 59, frames.MIN, 61, 64, 127, 255, 256, 257, 511, 513, 1000, 1024, frames.MTU - 1, frames.MTU)
POISONED, TIMEOUT = 1 << 12, 1 << 14  # AER uncorrectable status
ERR_COR, ERR_NONFATAL = 0x30, 0x31
READ_TIMEOUT_NS = 16_000_000
STAT_TX_ERRORS, STAT_DMA_ERRORS = 7, 8


# simulated time, 500,000 cycles: a case that waits for ever ends
case = cocotb.test(timeout_time=2, timeout_unit="ms")


# ---- Enumeration ---------------------------------------------------------------------------------------------------------------------
@case
async def enumerates_the_pf(dut):
    """Identity, BAR sizes and the lists of capabilities are those of docs/config-space.md; BARs work where the root complex put them."""
    host = Host(dut, "pf")
    await host.start()
    device = host.pf.device
    assert (device.vendor_id, device.device_id, device.class_code, device.revision_id) == (0x5653, 0x1000, 0x020000, 1)
    assert (device.subsystem_vendor_id, device.subsystem_id, device.header_type, device.multifunction) == (0x5653, 0x1000, 0, False)
    assert device.bar_size == [512 << 10, None, 64 << 10, None, 0, 0] and device.expansion_rom_size == 0
    assert device.capabilities == [(PciCapId.PM, 0x40), (PciCapId.MSIX, 0x50), (PciCapId.EXP, 0x70)]
    assert device.ext_capabilities == [(PciExtCapId.AER, 0x100), (PciExtCapId.DSN, 0x150), (PciExtCapId.ARI, 0x160), (PciExtCapId.SRIOV, 0x180)]
    assert device.pcie_type() == 0 and device.pcie_mpss == 2 and await device.msix_vec_count() == 16
    assert await device.get_mps() == host.rc.max_payload_size and await device.get_readrq() == 2
    start = b"SVNC" + (1 << 16).to_bytes(4, "little")  # MAGIC, VERSION
    for first, behind in ((0, 4), (0, 8), (0, 1), (1, 3), (3, 4), (2, 5), (1, 8), (5, 5), (7, 8)):  # byte enables; a read of nothing
        assert await device.bar_window[0].read(first, behind - first) == start[first:behind]
    assert await device.bar_window[2].read_dword(0xc) == 1, "vectors are masked after reset"
    window = host.rc.mem_address_space.create_window(device.bar_addr[2] + 0x10000, 4096)  # behind the last BAR
    assert await answer(window.read_dword(0)) is None


async def answer(read):
    """What a read through the root complex brings, or None when it ends in an error."""
    try:
        return await read
    except Exception as error:
        assert "Unsuccessful completion" in str(error), error
        return None


@case
async def enables_vfs_that_answer_at_their_routing_ids(dut):
    """VFs are absent, refused without ARI, then all there and no more; each has its own capabilities, BARs and register page."""
    host = Host(dut, "vfs")
    await host.start()
    assert await host.rc.config_read_dword(PcieId(BUS, 0, 1), 0x34) == 0xffffffff
    assert await host.pf.config(PciExtCapId.SRIOV, 0x0c) == 8 << 16 | 8
    assert await host.pf.config(PciExtCapId.SRIOV, 0x14) == 1 << 16 | 1
    for offset in (0x24, 0x2c):
        await host.pf.set_sriov(offset, 0xffffffff)
        assert await host.pf.config(PciExtCapId.SRIOV, offset) == 0xffff000c
    await host.pf.set_sriov(0x10, 8)
    await host.pf.set_sriov(0x08, 0x09)
    assert await host.pf.config(PciExtCapId.SRIOV, 0x08) & 1 == 0, "8 VFs without ARI"
    await host.enable_vfs(8)
    for number in range(1, 9):
        vf = await host.add_vf(number)
        assert (vf.device.vendor_id, vf.device.device_id, vf.device.bar_size) == (0xffff, 0xffff, [0] * 6)
        assert vf.device.capabilities == [(PciCapId.EXP, 0x70), (PciCapId.MSIX, 0x50)]
        assert vf.device.ext_capabilities == [(PciExtCapId.AER, 0x100), (PciExtCapId.ARI, 0x160)]
        assert await vf.read(MAGIC) == 0x434e5653
    assert await host.rc.config_read_dword(PcieId(BUS, 1, 1), 0x34) == 0xffffffff, "VF 9"
    window = host.rc.mem_address_space.create_window(host.vf_bars[0] + 8 * VF_BAR_SIZE, VF_BAR_SIZE)
    assert await answer(window.read_dword(MAGIC)) is None, "VF 9"
    await host.functions[8].device.set_master(False)
    assert await host.functions[7].device.config_read_word(4) == 4 and await host.functions[8].device.config_read_word(4) == 0
    await host.pf.set_sriov(0x08, 0x10)
    assert await host.rc.config_read_dword(PcieId(BUS, 0, 1), 0x34) == 0xffffffff, "VF Enable is 0"


# ---- Data ----------------------------------------------------------------------------------------------------------------------------
@case
async def transmits_from_pf_and_vf_to_the_wire(dut):
    """All sizes, one descriptor and many, from memory above and below 4 GiB; completions of reads are split and overtake each other."""
    host = Host(dut, "transmit")
    functions = await host.start_functions(8, high=host.rng.random() < 0.5)
    expected = {function.mac: [] for function in functions}
    descriptors = {function.mac: 0 for function in functions}
    for size in (*SIZES, *host.rng.choices(range(frames.HEADERS, frames.MTU + 1), k=8)):
        for function in functions:
            frame, pieces = frames.udp(function.mac, PEER, size, host.rng), host.rng.choice((1, 1, 2, 3, 7))
            await host.until("room in the ring", lambda: descriptors[function.mac] - len(function.poll().done) <= 32 - pieces)
            await function.send(frame, pieces)
            descriptors[function.mac] += pieces
            expected[function.mac].append(frame)
    for function in functions:
        await function.sent(descriptors[function.mac])
        assert {c.status for c in function.done} == {0}
    check_wire(host, expected)
    assert host.bus.overtook > 20 and (host.bus.splits > 20 or host.rc.split_on_all_rcb), "the bus model did not do its worst"


def check_wire(host, expected):
    """What left the card: by source address, in the order in which each function sent it."""
    left = {mac: [frame for frame in host.bus.sent if frame[6:12] == mac] for mac in expected}
    for mac, sent in expected.items():
        assert left[mac] == [frames.padded(frame) for frame in sent]
        for frame in left[mac]:
            frames.check(frame, mac, frame[:6])
    assert len(host.bus.sent) == sum(map(len, expected.values())), "frames of nobody"


@case
async def receives_from_the_wire(dut):
    """Frames of all sizes, and one over several buffers, reach the function that they are for, at the place that it gave, and no other."""
    host = Host(dut, "receive")
    functions = await host.start_functions(1, 8)
    expected = {function.number: [] for function in functions}
    for size in SIZES:
        for function in functions:
            frame = frames.padded(frames.udp(PEER, function.mac, size, host.rng))
            expected[function.number].append(frame)
            host.bus.receive(frame)
        for function in functions:
            await function.got(len(expected[function.number]))
    large = frames.udp(PEER, functions[2].mac, 5000, host.rng)
    expected[8].append(large)
    host.bus.receive(large)
    await functions[2].got(len(SIZES) + 1)
    for function in functions:
        assert function.poll().frames == expected[function.number]
        for frame in function.frames:
            frames.check(frame, PEER, function.mac)
    assert not host.bus.sent


@case
async def switches_between_functions(dut):
    """VF to PF, PF to VF, VF to VF never touch the wire; a broadcast reaches the wire and all but its sender."""
    host = Host(dut, "switch")
    pf, vf3, vf8 = functions = await host.start_functions(3, 8)
    pairs = [(vf3, pf), (pf, vf8), (vf8, vf3), (vf3, vf8)]
    expected = {function.number: [] for function in functions}
    for size in (frames.HEADERS, 300, frames.MTU):
        for source, destination in pairs:
            frame = frames.udp(source.mac, destination.mac, size, host.rng)
            await source.send(frame, host.rng.choice((1, 3)))
            expected[destination.number].append(frames.padded(frame))
            await destination.got(len(expected[destination.number]))
    assert not host.bus.sent
    frame = frames.udp(vf3.mac, frames.BROADCAST, 200, host.rng)
    await vf3.send(frame)
    for function in (pf, vf8):
        expected[function.number].append(frame)
        await function.got(len(expected[function.number]))
    await host.until("the wire's copy", lambda: host.bus.sent)
    await host.cycles(500)
    assert host.bus.sent == [frame]
    for function in functions:
        assert function.poll().frames == expected[function.number]
        for frame in function.frames:
            frames.check(frame, frame[6:12], frame[:6])


@case
async def everything_at_once(dut):
    """Three functions and the wire send to each other until every ring has gone round; buffers are given back as they are used."""
    host = Host(dut, "everything")
    functions = await host.start_functions(2, 5, high=False)
    ends = [function.mac for function in functions] + [PEER]
    expected = {pair: [] for pair in itertools.permutations(ends, 2)}
    senders = [cocotb.start_soon(send_to_all(host, end, ends, expected)) for end in (*functions, PEER)]
    for sender in senders:
        await sender
    for function in functions:
        await function.got(sum(len(sent) for (_, to), sent in expected.items() if to == function.mac))
    await host.until("the wire", lambda: len(host.bus.sent) >= sum(len(sent) for (_, to), sent in expected.items() if to == PEER))
    came = {function.mac: function.frames for function in functions} | {PEER: host.bus.sent}
    for (source, to), sent in expected.items():
        assert [frame for frame in came[to] if frame[6:12] == source] == sent
    for to, got in came.items():
        assert len(got) == sum(len(sent) for (_, end), sent in expected.items() if end == to)
        for frame in got:
            frames.check(frame, frame[6:12], to)
    for function in functions:
        assert min(function.rings[TX].consumed, function.rings[RX].consumed, function.event_index) > ENTRIES, "rings went round"
        assert await function.read(ERROR) == 0


async def send_to_all(host, end, ends, expected, count=80):
    """So many frames of a function, or of the wire, to the others in turn."""
    mac = end if end == PEER else end.mac
    for i in range(count):
        to = [other for other in ends if other != mac][i % 3]
        receiver = next((function for function in host.functions.values() if function.mac == to), None)
        if receiver:
            await buffers_for_one(host, receiver, expected)
        frame = frames.padded(frames.udp(mac, to, host.rng.randrange(frames.HEADERS, 600), host.rng))
        expected[mac, to].append(frame)
        if end == PEER:
            host.bus.receive(frame)
        else:
            await end.send(frame, host.rng.choice((1, 2)), arm=True)
            await host.until("room in the ring", lambda: end.poll().rings[TX].waiting() <= 24)
            end.events()
            await end.acknowledge()


async def buffers_for_one(host, receiver, expected):
    """Waits until the card has more buffers of the receiver than frames are on their way to it, so that it may drop none."""
    ring = receiver.rings[RX]

    def spare():
        return ring.fetched() - sum(len(sent) for (_, to), sent in expected.items() if to == receiver.mac)

    while spare() < 4:
        await host.until("frames or buffers", lambda: spare() >= 4 or receiver.poll().rings[RX].waiting() <= ENTRIES - 4)
        await receiver.give_back()


# ---- Interrupts ------------------------------------------------------------------------------------------------------------------------
@case
async def takes_msix(dut):
    """The message has the table's address and data and the function's requester id; a masked one waits in the PBA and comes when unmasked."""
    host = Host(dut, "msix")
    functions = await host.start_functions(1, 8)
    for function in functions:
        await raise_one(host, function)
        await masked_one(host, function, function.device.bar_window[2].write_dword, 0xc, 1, 0)
        await masked_one(host, function, function.device.config_write_word, 0x52, 0xc000, 0x8000)


async def send_armed(host, function):
    """A frame to the wire whose completion raises an event."""
    await function.send(frames.udp(function.mac, PEER, 100, host.rng), arm=True)
    await function.sent(len(function.done) + 1)


async def raise_one(host, function):
    before, count, events = len(host.interrupts), function.interrupted, len(function.events())
    await send_armed(host, function)
    await host.until("an interrupt", lambda: function.interrupted > count)
    assert host.interrupts[before:] == [(function.number, function.vector.data)]
    assert function.events()[events:] == [(EVENT_QUEUE, TX)], "the event is there before the interrupt"
    await function.acknowledge()


async def masked_one(host, function, write, register, mask, unmask):
    """An event while the vector or the function is masked: pending bit, no message; then the mask goes."""
    before, count, events = len(host.interrupts), function.interrupted, len(function.events())
    await write(register, mask)
    await send_armed(host, function)
    await host.until("an event", lambda: len(function.events()) > events)
    await host.cycles(500)
    assert await function.device.bar_window[2].read_dword(PBA) == 1
    assert len(host.interrupts) == before
    await write(register, unmask)
    await host.until("the interrupt that was pending", lambda: function.interrupted > count)
    assert await function.device.bar_window[2].read_dword(PBA) == 0
    assert host.interrupts[before:] == [(function.number, function.vector.data)]
    await function.acknowledge()


# ---- What the host must not do -----------------------------------------------------------------------------------------------------------
@case
async def refuses_what_it_must(dut):
    """Requests that docs/config-space.md answers with CA, UR or not at all: status, AER bit, header log, message."""
    host = Host(dut, "refuse")
    pf, vf = await host.start_functions(4)
    await pf.device.capability_write_word(PciCapId.EXP, 8, await pf.config(PciCapId.EXP, 8) & 0x7fff | 0xf)
    await pf.device.capability_write_dword(PciExtCapId.AER, 0x14, 0)  # advisory errors are told
    for function, bar in ((pf, pf.device.bar_addr[0]), (vf, host.vf_bars[0] + 3 * VF_BAR_SIZE)):
        await refused(host, function, request(TlpType.MEM_READ_64, bar + MAGIC, 3), CplStatus.CA, 1 << 15, ERR_COR)
        await refused(host, function, request(TlpType.FETCH_ADD_64, bar + CTRL, 1, bytes(4)), CplStatus.UR, 1 << 20, ERR_COR)
        await refused(host, function, request(TlpType.MEM_WRITE_64, bar + CTRL, 1, bytes(4), ep=True), None, POISONED, ERR_NONFATAL)
        config = request(TlpType.CFG_WRITE_0, 4, 1, bytes(4), ep=True)
        config.completer_id = function.device.pcie_id
        await refused(host, function, config, CplStatus.UR, POISONED, ERR_NONFATAL)
        assert await function.read(CTRL) == 1 and await function.device.config_read_word(4) & 4, "nothing was written"
        await function.device.bar_window[0].write(CTRL, b"\0")  # not a whole DW: bad access
        assert await function.read(CTRL) == 1 and await function.read(ERROR) == 1


def request(kind, address, length, data=b"", ep=False):
    tlp = Tlp()
    tlp.fmt_type, tlp.address, tlp.length, tlp.data, tlp.ep = kind, address, length, bytearray(data), ep
    tlp.first_be, tlp.last_be, tlp.tag = 15, 15 * (length > 1), 200  # a tag that the root complex does not use
    return tlp


async def refused(host, function, tlp, status, bit, message):
    """Sends it past the root complex, which would not. status: None for a posted request."""
    del host.bus.messages[:]
    answers = host.rc.rx_cpl_queues[tlp.tag]
    await host.bus.from_host(tlp)
    if status is not None:
        await host.until("the completion", lambda: not answers.empty())
        assert answers.get_nowait().status == status
    await host.until("the message", lambda: host.bus.messages)
    assert host.bus.messages == [(message, BUS << 8 | function.number)]
    assert await function.uncorrectable() == bit
    header = tlp.pack_header().ljust(16, b"\0")
    assert await function.header_log() == list(struct.unpack(">4L", header))
    await function.device.capability_write_dword(PciExtCapId.AER, 4, bit)


# ---- Reads that fail ---------------------------------------------------------------------------------------------------------------------
@case
async def payload_read_answered_ur(dut):
    """No memory there: the root complex itself answers UR."""
    await payload_read_fails(dut, "ur", UNMAPPED)


@case
async def payload_read_answered_ca(dut):
    """The root complex answers Completer Abort."""
    await payload_read_fails(dut, "ca", REFUSED)


@case
async def payload_read_poisoned(dut):
    """One completion of a read has EP set: Poisoned TLP, with the header of that completion."""
    await payload_read_fails(dut, "poison", aer=POISONED)


@case
async def payload_read_never_answered(dut):
    """Completion Timeout after 16 ms of the card's time; what comes later is discarded."""
    await payload_read_fails(dut, "hold", aer=TIMEOUT)


async def payload_read_fails(dut, kind, address=None, aer=0):
    """Of a VF's three frames the middle one cannot be read to its end: it never leaves, the queue stops and says why; others go on."""
    host = Host(dut, kind)
    functions = pf, victim, other = await host.start_functions(1, 8)
    await report_errors(pf)
    expected = {function.mac: await send_and_wait(host, function, 3) for function in functions}  # a stale buffer would show these
    before, behind = await queue_frames(host, victim, kind, address)
    expected[victim.mac].append(before)
    for function in (pf, other):
        await receive_one(host, function)
        expected[function.mac] += await send_some(host, function, 2)
    await time_out(host, victim, kind)
    for function, count in ((pf, 3 + 2), (other, 3 + 2), (victim, 3 + 1 + 2)):
        await function.sent(count)
    allowed = {frames.padded(frame) for frame in itertools.chain(*expected.values(), [behind])}
    assert set(host.bus.sent) <= allowed, "a frame left whose payload could not be read"
    await stopped(host, victim, DATA_DMA)
    assert [c.status for c in victim.done] == [0] * 4 + [DATA_DMA] * 2
    await logged(host, victim, aer, (pf, other))
    host.bus.release()
    await host.idle()
    assert await victim.uncorrectable() == 0, "a late completion is no error"
    expected[victim.mac] += [frame for frame in host.bus.sent if frame == behind]  # docs/programming.md section 3: it may be sent
    await victim.restart(TX)
    for function in functions:
        expected[function.mac] += await send_and_wait(host, function, 2)
    check_wire(host, expected)


@case
async def descriptor_read_answered_ur(dut):
    """The queue stops with DESC_DMA and without completions; nothing leaves."""
    host = Host(dut, "descriptor")
    pf, victim, other = await host.start_functions(1, 8)
    await victim.rings[TX].stop()
    await victim.rings[TX].start(UNMAPPED)
    await victim.send(frames.udp(victim.mac, PEER, 200, host.rng))
    await stopped(host, victim, DESC_DMA)
    assert not victim.poll().done
    await logged(host, victim, 0, (pf, other))
    await victim.restart(TX)
    check_wire(host, {function.mac: await send_and_wait(host, function, 2) for function in (pf, victim, other)})


async def send_some(host, function, count):
    """So many frames to the wire, one descriptor each: the frames."""
    sent = [frames.udp(function.mac, PEER, host.rng.randrange(frames.HEADERS, frames.MTU + 1), host.rng) for _ in range(count)]
    for frame in sent:
        await function.send(frame)
    return sent


async def send_and_wait(host, function, count):
    """The same, and all are answered."""
    before = len(function.poll().done)
    sent = await send_some(host, function, count)
    await function.sent(before + count)
    assert {c.status for c in function.done[before:]} == {0}
    return sent


async def receive_one(host, function):
    """A frame from the wire."""
    frame = frames.udp(PEER, function.mac, 300, host.rng)
    host.bus.receive(frame)
    await function.got(len(function.poll().frames) + 1)
    assert function.frames[-1] == frame


async def queue_frames(host, victim, kind, address):
    """Three frames behind one doorbell: a good one, one whose second half cannot be read (or a part of it), a good one."""
    before, bad, behind = (frames.udp(victim.mac, PEER, size, host.rng) for size in (700, frames.MTU, 400))
    half = victim.place(bad[600:])
    if address is None:
        host.bus.spoil(half + 200, 700, kind)  # a TLP of the read, not its first
    places = [(victim.place(before), 700), (victim.place(bad[:600]), 600), (address or half, len(bad) - 600), (victim.place(behind), 400)]
    for (where, length), eop in zip(places, (1, 0, 1, 1)):
        victim.rings[TX].put(where, length, eop)
    await victim.rings[TX].ring()
    return before, behind


async def time_out(host, victim, kind):
    """Nothing stops before the card's time says so; then 16 ms pass. Frames leave in the order in which they were taken: others' wait too."""
    if kind != "hold":
        return
    await host.until("all other reads", lambda: host.bus.held and len(host.bus.unanswered) == 1)
    await host.cycles(1000)
    assert await victim.rings[TX].state() == (ON, 0)
    start = host.now()
    await host.pass_time("a time-out", lambda: (EVENT_STOPPED, TX) in victim.events())
    assert READ_TIMEOUT_NS - 100_000 < host.now() - start < 2 * READ_TIMEOUT_NS


async def report_errors(pf):
    """Device Control of the PF: non-fatal errors are reported, for its VFs too."""
    control = await pf.config(PciCapId.EXP, 8)
    await pf.device.capability_write_word(PciCapId.EXP, 8, control & 0x7fff | 2)


async def stopped(host, victim, code):
    """The queue says that and why it stopped; events for it came to slot 0, and nothing comes to others."""
    await host.until("QUEUE_STOPPED and ERROR", lambda: {(EVENT_STOPPED, TX), (EVENT_ERROR, 0)} <= set(victim.events()))
    assert await victim.rings[TX].state() == (STOPPED, code)
    assert await victim.read(ERROR) & 0x1f == 0x6  # queue stopped, DMA error
    assert await victim.stat(STAT_DMA_ERRORS) >= 1 and await victim.stat(STAT_TX_ERRORS) == int(code == DATA_DMA)
    for function in host.functions.values():
        assert function is victim or not any(event.kind in (EVENT_STOPPED, EVENT_ERROR) for event in function.events())
    await victim.write(ERROR, 0x6)


async def logged(host, victim, aer, others):
    """AER and Device Status of the victim, ERR_NONFATAL from it; nothing at the others (docs/config-space.md, error signalling)."""
    assert await victim.uncorrectable() == aer
    assert await victim.device.capability_read_word(PciCapId.EXP, 10) & 0xf == (2 if aer else 0)
    assert host.bus.messages == ([(ERR_NONFATAL, BUS << 8 | victim.number)] if aer else [])
    header = [0] * 4
    if aer == POISONED:
        header[:3] = struct.unpack(">3L", host.bus.poisoned[0].pack_header())
    assert await victim.header_log() == header
    if aer:
        assert 1 << (await victim.config(PciExtCapId.AER, 0x18) & 0x1f) == aer  # First Error Pointer
    for function in others:
        assert await function.uncorrectable() == 0
    await victim.device.capability_write_dword(PciExtCapId.AER, 4, aer)


# ---- Function level reset ------------------------------------------------------------------------------------------------------------------
@case
async def flr_waits_for_a_read(dut):
    """FLR of a VF whose read is under way: Request Retry Status and UR until the read has come back; then it is as new. Others go on."""
    await vf_flr(dut, "flr")


@case
async def flr_ends_by_completion_time_out(dut):
    """The read never comes back: FLR ends when it has timed out, well within 100 ms (PCIe 5.0, 6.6.2)."""
    await vf_flr(dut, "flr-time-out")


async def vf_flr(dut, kind):
    host = Host(dut, kind)
    pf, victim, other = await host.start_functions(1, 8)
    await pf.write(FUNC + 0x40 + 4, 7)
    await queue_frames(host, victim, "hold", None)
    await victim.sent(1)
    await host.until("the read", lambda: host.bus.held)
    assert await victim.device.capability_read_word(PciCapId.EXP, 10) & 0x20, "Transactions Pending"
    await victim.flr()
    sent, written, start = len(host.bus.sent), len(host.written[1]), host.now()
    await in_reset(host, pf, victim, other)
    if kind == "flr":
        host.bus.release()
        await host.cycles(2000)
    else:
        await host.pass_time("FLR", lambda: host.now() - start > 2 * READ_TIMEOUT_NS)
        await host.cycles(2000)
        host.bus.release()  # late: discarded
    await as_new(host, pf, victim)
    assert len(host.written[1]) == written, "a write of the function after FLR began"
    assert not any(frame[6:12] == victim.mac for frame in host.bus.sent[sent:])
    await pf.assign(victim)
    await victim.device.set_master()
    await victim.bring_up()
    frame = frames.udp(other.mac, victim.mac, 500, host.rng)
    await other.send(frame)
    await victim.got(1)
    assert victim.frames == [frame]
    assert (await send_and_wait(host, victim, 2))[1] == host.bus.sent[-1]


async def in_reset(host, pf, victim, other):
    """What the host sees of a function in reset (docs/config-space.md); what others send, to it and past it, is not held up."""
    assert await victim.device.config_read_dword(0) == 0xffff0001, "Request Retry Status"
    assert await answer(victim.read(MAGIC)) is None, "UR"
    host.bus.receive(frames.udp(PEER, victim.mac, 100, host.rng))
    for function in (pf, other):
        await receive_one(host, function)
        assert await function.read(MAGIC) == 0x434e5653
    assert await victim.device.config_read_dword(0) == 0xffff0001


async def as_new(host, pf, victim):
    """The state after FLR: docs/programming.md section 10."""
    device = victim.device
    assert await device.config_read_dword(0) == 0xffffffff  # a VF's vendor and device
    assert await device.config_read_word(4) == 0 and await device.config_read_dword(0x50) >> 16 == 15
    assert await device.capability_read_word(PciCapId.EXP, 10) & 0x20 == 0
    assert await victim.read(CTRL) == 0 and await victim.rings[TX].state() == (OFF, 0) and await victim.rings[RX].state() == (OFF, 0)
    assert [await device.bar_window[2].read_dword(offset) for offset in (0, 4, 8, 12)] == [0, 0, 0, 1]
    assert await pf.read(FUNC + 0x40 + 4) & 2, "FUNC_STATUS.was_reset"
    await host.until("a FUNCTION event", lambda: (EVENT_FUNCTION, 1) in pf.events())
    device.msix_enabled = False
