# SPDX-License-Identifier: Apache-2.0
"""What an independent root complex (cocotbext-pcie) and scapy find when they meet the RTL. Each case resets and enumerates the card anew.

The rules that hold for every TLP are in svnic_host.Host.check, those of the channels in svnic_bus.
"""
import cocotb
from cocotbext.pcie.core.caps import PciCapId, PciExtCapId
from cocotbext.pcie.core.utils import PcieId

import frames
from svnic_host import (BUS, DATA_DMA, DESC_DMA, ERROR, EVENT_ERROR, EVENT_FUNCTION, EVENT_QUEUE, EVENT_STOPPED, FUNC, LINK, MAGIC, OFF, PBA,
                        REFUSED, RX, STOPPED, TX, UNMAPPED, VF_BAR_SIZE, Host)

PEER = bytes([2, 0xee, 0, 0, 0, 0x99])  # somebody on the wire
SIZES = (frames.HEADERS, 43, 59, frames.MIN, 61, 64, 127, 255, 256, 257, 511, 513, 1000, 1024, frames.MTU - 1, frames.MTU)
POISONED, TIMEOUT = 1 << 12, 1 << 14  # AER uncorrectable status


case = cocotb.test(timeout_time=2, timeout_unit="ms")  # of simulated time, 500,000 cycles: a case that waits for ever ends


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
    assert await host.pf.read(MAGIC) == 0x434e5653
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
    before, events = len(host.interrupts), len(function.events())
    await send_armed(host, function)
    await host.until("an interrupt", lambda: len(host.interrupts) > before)
    assert host.interrupts[before:] == [(function.number, function.vector.data)]
    assert function.events()[events:] == [(EVENT_QUEUE, TX)]
    await function.acknowledge()


async def masked_one(host, function, write, register, mask, unmask):
    """An event while the vector or the function is masked: pending bit, no message; then the mask goes."""
    before, events = len(host.interrupts), len(function.events())
    await write(register, mask)
    await send_armed(host, function)
    await host.until("an event", lambda: len(function.events()) > events)
    await host.cycles(500)
    assert await function.device.bar_window[2].read_dword(PBA) == 1
    assert len(host.interrupts) == before
    await write(register, unmask)
    await host.until("the interrupt that was pending", lambda: len(host.interrupts) > before)
    assert await function.device.bar_window[2].read_dword(PBA) == 0
    assert host.interrupts[before:] == [(function.number, function.vector.data)]
    await function.acknowledge()
