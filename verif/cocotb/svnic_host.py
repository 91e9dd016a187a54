# SPDX-License-Identifier: Apache-2.0
"""The host: cocotbext-pcie's root complex, its memory, and a driver of a few lines for PF and VFs, written from docs/programming.md and
docs/config-space.md alone (offsets and bits are repeated here on purpose: the generated ones come from the source that the RTL is made of).

The root complex knows no SR-IOV: VFs are enabled by configuration writes, and each gets a PciDevice of its own at its routing id.
"""
import logging
import random
import struct
from collections import defaultdict, deque, namedtuple

import cocotb
from cocotb.triggers import Timer
from cocotbext.pcie.core import RootComplex
from cocotbext.pcie.core.caps import PciCapId, PciExtCapId
from cocotbext.pcie.core.pci import PciDevice
from cocotbext.pcie.core.tlp import CplStatus, TlpType
from cocotbext.pcie.core.utils import PcieId

from svnic_bus import CYCLE_NS, CardBus

BUS = 1
MPS_CODE, MRRS_CODE = 1, 2  # 256 and 512 bytes
VF_BAR_SIZE = 0x10000
# BAR0, docs/programming.md section 2 and 8
MAGIC, LINK, MAC_LO, CTRL, ERROR, STAT, QUEUE, SLOT, QUEUE_DB, SLOT_DB = 0, 0x14, 0x18, 0x20, 0x24, 0x100, 0x2000, 0x3000, 0x8000, 0x8400
FUNC, QP_MAP, SLOT_MAP, MAC_TABLE, GROUP = 0x10000, 0x20000, 0x24000, 0x28000, 0x2c000
PBA = 0x8000  # BAR2
TX, RX = 0, 1
OFF, ON, DRAINING, STOPPED = range(4)
DESC_DMA, DATA_DMA = 2, 5
EVENT_QUEUE, EVENT_LINK, EVENT_STOPPED, EVENT_FUNCTION, EVENT_ERROR = 1, 3, 4, 6, 7
LOG2, ENTRIES = 5, 32       # of each ring
BUFFER = 2048               # bytes of a receive buffer
UNMAPPED = 0x9000_0000      # no memory: the root complex answers UR
REFUSED = 0x7000_0000       # in the pool, not allocated: it answers CA

Completion = namedtuple("Completion", "length status eop loopback index")
Event = namedtuple("Event", "kind source")


class Memory:
    """Bytes of host memory that one function may use for DMA."""

    def __init__(self, address, mem):
        self.address, self.mem = address, mem

    def __getitem__(self, key):
        return self.mem[key]

    def __setitem__(self, key, value):
        self.mem[key] = value


class Host:
    """Root complex, memory, and what must hold for every TLP of the card."""

    def __init__(self, dut, name):
        logging.getLogger("cocotb.pcie").setLevel(logging.ERROR)
        self.dut = dut
        self.rng = random.Random(f"{cocotb.RANDOM_SEED} {name}")
        self.bus = CardBus(dut, self.rng)
        self.bus.watchers.append(self.check)
        self.rc = RootComplex()
        self.rc.max_payload_size, self.rc.max_read_request_size = MPS_CODE, MRRS_CODE
        self.rc.read_completion_boundary = False  # 64 bytes
        self.rc.split_on_all_rcb = self.rng.random() < 0.5
        self.high = self.rc.mem_address_space.create_pool(1 << 32, 1 << 32)
        self.rc.make_port().connect(self.bus.port)
        self.owners = []      # (start, end, function)
        self.interrupts = []  # (function, data) of messages, as they left the card
        self.functions = {}
        self.written = defaultdict(list)  # function: addresses

    # ---- Memory ------------------------------------------------------------------------------------------------------------------
    def alloc(self, size, function, high=False):
        pool = self.high if high else self.rc.mem_pool
        region = pool.alloc_region(size)
        memory = Memory(region.get_absolute_address(0), region.mem)
        self.owners.append((memory.address, memory.address + size, function))
        return memory

    def check(self, tlp):
        """A TLP of the card: PCIe 5.0 sections 2.2.5 (byte enables), 2.2.6.2 (tags), 2.2.7 (4 KiB, MPS, MRRS); and whose memory it is."""
        assert tlp.check(), tlp
        if tlp.is_completion():
            self.check_answer(tlp, self.bus.asked.pop(tlp.tag))
            return
        function = int(tlp.requester_id) & 0xff
        assert tlp.requester_id.bus == BUS and function in self.functions, tlp
        assert tlp.first_be and bool(tlp.last_be) == (tlp.length > 1), tlp
        assert tlp.length == 1 or (tlp.first_be in (8, 12, 14, 15) and tlp.last_be in (1, 3, 7, 15)), tlp
        assert (tlp.fmt_type in (TlpType.MEM_READ_64, TlpType.MEM_WRITE_64)) == (tlp.address >> 32 != 0), tlp
        start, end = tlp.address + tlp.get_first_be_offset(), tlp.address + 4 * tlp.length - tlp.get_last_be_offset()
        if tlp.has_data():
            self.check_write(tlp, function, start, end)
        else:
            self.check_read(tlp, function, start, end)

    def check_answer(self, tlp, request):
        """A completion of the card: PCIe 5.0 sections 2.2.9 and 2.3.1.1."""
        assert tlp.requester_id == request.requester_id and (tlp.tc, tlp.attr) == (request.tc, request.attr), tlp
        data = tlp.status == CplStatus.SC and request.fmt_type in (TlpType.CFG_READ_0, TlpType.MEM_READ, TlpType.MEM_READ_64)
        assert tlp.has_data() == data and tlp.length == (request.length if data else 0) and not tlp.ep, tlp
        if request.fmt_type in (TlpType.MEM_READ, TlpType.MEM_READ_64):
            first = request.get_first_be_offset() if request.first_be else 0
            assert tlp.byte_count == (request.get_be_byte_count() if request.first_be else 1), f"{tlp} for {request}"
            assert tlp.lower_address == (request.address & 0x7c | first if data else 0), f"{tlp} for {request}"
            return
        assert (tlp.byte_count, tlp.lower_address) == (4, 0), tlp
        if tlp.status != CplStatus.UR:  # UR: the function is not there, the PF answers
            assert int(tlp.completer_id) & 0xff == int(request.completer_id) & 0xff, tlp

    def check_write(self, tlp, function, start, end):
        assert tlp.length <= 32 << MPS_CODE and not tlp.ep, tlp
        self.written[function].append(tlp.address)
        if start == self.rc.msi_region.get_absolute_address(0):
            self.interrupts.append((function, int.from_bytes(tlp.data, "little")))
        else:
            assert self.owns(function, start, end), f"function {function} writes where it may not: {tlp}"

    def check_read(self, tlp, function, start, end):
        assert tlp.length <= 32 << MRRS_CODE and tlp.tag < 256, tlp
        for ring in self.functions[function].rings.values():
            ring.saw_read(tlp)
        assert start >> 16 << 16 in (UNMAPPED, REFUSED) or self.owns(function, start, end), f"function {function} may not read: {tlp}"

    def owns(self, function, start, end):
        return any(first <= start and end <= behind and owner == function for first, behind, owner in self.owners)

    # ---- Time --------------------------------------------------------------------------------------------------------------------
    async def until(self, what, condition, cycles=20000):
        """Waits for the condition, at most so many clock cycles."""
        end = self.bus.cycle + cycles
        while not condition():
            assert self.bus.cycle < end, f"{what}: not within {cycles} cycles"
            await Timer(8 * CYCLE_NS, "ns")

    async def idle(self):
        """The card has nothing under way, and the link nothing for it."""
        bus = self.bus
        await self.until("idle", lambda: not (self.dut.busy_o.value.integer or bus.hrq.beats or bus.rcp.beats or bus.wrx.beats or bus.completions
                                              or bus.unanswered))

    async def cycles(self, count):
        """For "it must not happen": something that would have happened within so many cycles has not."""
        await Timer(count * CYCLE_NS, "ns")

    def now(self):
        """The card's time, ns."""
        return self.dut.now_o.value.integer

    async def pass_time(self, what, condition, milliseconds=100):
        """While the card is idle its time runs a millisecond a cycle (never past what is due), until the condition holds."""
        end, last = self.now() + milliseconds * 1_000_000, self.bus.cycle + 20000
        while not condition():
            assert self.now() < end and self.bus.cycle < last, f"{what}: not within {milliseconds} ms and 20,000 cycles"
            self.dut.time_inc_i.value = CYCLE_NS << 16 if self.dut.busy_o.value.integer else 1_000_000 << 16
            await Timer(CYCLE_NS, "ns")
        self.dut.time_inc_i.value = CYCLE_NS << 16

    # ---- Enumeration -------------------------------------------------------------------------------------------------------------
    async def start(self):
        """Reset, link up, enumeration by the root complex, PF enabled."""
        cocotb.log.info("seed %d", cocotb.RANDOM_SEED)
        await self.bus.start()
        await self.rc.enumerate(timeout=10_000)  # ns: the card clears its RAMs before it takes the first request
        device = self.rc.find_device(PcieId(BUS, 0, 0))
        assert device, "the root complex found nothing at 01:00.0"
        self.pf = self.functions[0] = Function(self, 0, device)
        await device.enable_device()
        await device.set_master()

    async def open_window(self, size):
        """Room for VF BARs behind the PF's, through the bridge; the root complex assigns what the PF's own BARs need only."""
        bridge = self.pf.device.upstream_bridge()
        start = bridge.prefetchable_mem_limit + 1
        bridge.prefetchable_mem_limit = self.rc.upstream_bridge.prefetchable_mem_limit = start + size - 1
        await bridge.setup_bridge()
        return start

    async def enable_vfs(self, count):
        """SR-IOV by configuration writes (PCIe 5.0, 9.3.3): VF BARs, NumVFs, VF Enable, VF MSE, ARI."""
        start = await self.open_window(0x400000)
        self.vf_bars = {0: start, 2: start + 0x200000}
        await self.pf.set_sriov(0x24, self.vf_bars[0] & 0xffffffff)
        await self.pf.set_sriov(0x28, self.vf_bars[0] >> 32)
        await self.pf.set_sriov(0x2c, self.vf_bars[2] & 0xffffffff)
        await self.pf.set_sriov(0x30, self.vf_bars[2] >> 32)
        await self.pf.set_sriov(0x10, count)
        await self.pf.set_sriov(0x08, 0x19)

    async def add_vf(self, number):
        """The PciDevice of a VF: its own walk over its capabilities; windows where the PF's SR-IOV BARs put them."""
        device = PciDevice(self.pf.device.bus)
        device.pcie_id = PcieId(BUS, number >> 3, number & 7)
        value = await device.config_read_dword(0)
        device.vendor_id, device.device_id = value & 0xffff, value >> 16
        await device.setup()
        for bar, start in self.vf_bars.items():
            address = start + (number - 1) * VF_BAR_SIZE
            device.bar_window[bar] = self.rc.mem_address_space.create_window(address, VF_BAR_SIZE)
        self.functions[number] = function = Function(self, number, device)
        await device.set_master()
        return function

    async def start_functions(self, *vfs, high=True):
        """PF and these VFs with queues, slot and interrupts: [PF, VF, ...]."""
        await self.start()
        await self.enable_vfs(8)
        functions = [self.pf] + [await self.add_vf(number) for number in vfs]
        for function in functions:
            await self.pf.assign(function)
            await function.bring_up(high)
        return functions


class Ring:
    """One direction of a queue pair."""

    def __init__(self, function, direction, high):
        self.function, self.number = function, direction
        self.fetches, self.fetched_count = deque(), 0
        self.descriptors = function.host.alloc(4096, function.number, high)
        self.completions = function.host.alloc(4096, function.number, high)
        self.registers = QUEUE + 0x20 * self.number
        self.clear()

    def clear(self):
        self.producer = self.consumed = 0
        self.completions[0:16 * ENTRIES] = bytes(16 * ENTRIES)

    async def start(self, at=None):
        """at: another address of the descriptors than that of their memory."""
        self.clear()
        at = at or self.descriptors.address
        for offset, value in ((0, at & 0xffffffff), (4, at >> 32),
                              (8, self.completions.address & 0xffffffff), (12, self.completions.address >> 32),
                              (16, LOG2 | (BUFFER.bit_length() - 1) << 16), (20, 1)):
            await self.function.write(self.registers + offset, value)
        assert await self.state() == (ON, 0)

    async def stop(self):
        await self.function.write(self.registers + 20, 0)
        for _ in range(1000):
            if (await self.state())[0] == OFF:
                return
        raise AssertionError("queue does not stop")

    async def state(self):
        """(state, error code)"""
        value = await self.function.read(self.registers + 20)
        return value & 3, value >> 8 & 0xff

    def put(self, address, length=0, flags=0):
        at = 16 * (self.producer % ENTRIES)
        self.descriptors[at:at + 16] = struct.pack("<QHHI", address, length, flags, 0)
        self.producer = (self.producer + 1) & 0xffff

    async def ring(self, arm=False):
        await self.function.write64(QUEUE_DB + 8 * self.number, self.producer | self.consumed << 16 | int(arm) << 32)

    def waiting(self):
        """Descriptors that are not answered, as far as was seen."""
        return self.producer - self.consumed & 0xffff

    def saw_read(self, tlp):
        """A read of the card: of this ring?"""
        if 0 <= tlp.address - self.descriptors.address < 16 * ENTRIES:
            self.fetches.append(((int(tlp.requester_id), tlp.tag), tlp.length // 4))

    def fetched(self):
        """Descriptors that the card has been given, in all."""
        while self.fetches and self.fetches[0][0] not in self.function.host.bus.unanswered:
            self.fetched_count += self.fetches.popleft()[1]
        return self.fetched_count

    def take(self):
        """The completions that came since."""
        found = []
        while True:
            at = 16 * (self.consumed % ENTRIES)
            entry = self.completions[at:at + 16]
            if entry[15] >> 7 == (self.consumed >> LOG2) & 1:
                return found
            length, status, flags, index = struct.unpack_from("<HBBH", entry, 8)
            assert index == self.consumed, f"completion {self.consumed} says it is {index}"
            found.append(Completion(length, status, flags & 1, flags >> 4 & 1, index))
            self.consumed = (self.consumed + 1) & 0xffff


class Function:
    """PF or VF as its driver has it: BARs, local queue pair 0, slot 0 with vector 0."""

    def __init__(self, host, number, device):
        self.host, self.number, self.device = host, number, device
        self.mac = bytes([2, 0, 0, 0, 0x10, number])
        self.rings = {}
        self.done = []      # completions of TX
        self.frames = []    # received
        self.partial = b""
        self.seen = []      # events
        self.interrupted = 0

    # ---- Registers ---------------------------------------------------------------------------------------------------------------
    async def read(self, offset):
        return await self.device.bar_window[0].read_dword(offset)

    async def write(self, offset, value):
        await self.device.bar_window[0].write_dword(offset, value)

    async def write64(self, offset, value):
        await self.device.bar_window[0].write_qword(offset, value)

    async def stat(self, number):
        return await self.device.bar_window[0].read_qword(STAT + 8 * number)

    async def config(self, capability, offset):
        return await self.device.capability_read_dword(capability, offset)

    async def set_sriov(self, offset, value):
        await self.device.capability_write_dword(PciExtCapId.SRIOV, offset, value)

    async def uncorrectable(self):
        return await self.config(PciExtCapId.AER, 4)

    async def header_log(self):
        return [await self.config(PciExtCapId.AER, 0x1c + 4 * i) for i in range(4)]

    async def flr(self):
        """Initiate Function Level Reset: Device Control, bit 15."""
        await self.device.capability_write_word(PciCapId.EXP, 8, 1 << 15)

    # ---- The PF's part -----------------------------------------------------------------------------------------------------------
    async def assign(self, function):
        """Queue pair, slot, address, link and broadcasts for a function: card numbers are not its local ones."""
        number, mac = function.number, function.mac
        low, high = int.from_bytes(mac[:4], "little"), int.from_bytes(mac[4:], "little")
        await self.write(QP_MAP + 0x40 * number, 1 << 31 | 40 - number)
        await self.write(SLOT_MAP + 0x40 * number, 1 << 31 | 60 + number)
        for offset, value in ((8, low), (12, high), (16, 0x101), (0, 3)):
            await self.write(FUNC + 0x40 * number + offset, value)
        bucket = mac[0] ^ mac[1] ^ mac[2] ^ mac[3] ^ mac[4] ^ mac[5]
        await self.write(MAC_TABLE + 0x40 * bucket, low)
        await self.write(MAC_TABLE + 0x40 * bucket + 4, 1 << 31 | number << 16 | high)
        await self.write(GROUP, await self.read(GROUP) | 1 << number)

    # ---- The function's own part -------------------------------------------------------------------------------------------------
    async def bring_up(self, high=True):
        host, number = self.host, self.number
        assert await self.read(MAGIC) == 0x434e5653
        assert await self.read(MAC_LO) == int.from_bytes(self.mac[:4], "little")
        self.events_ring = host.alloc(4096, number, high)
        self.buffers = host.alloc(BUFFER * ENTRIES, number, high)
        self.payload = host.alloc(0x10000, number, high)
        self.payload_next = 0
        await self.device.alloc_irq_vectors(1, 16)
        self.vector = self.device.msi_vectors[0]
        self.device.request_irq(0, self.interrupt)
        await self.start_slot()
        self.rings = {TX: Ring(self, TX, high), RX: Ring(self, RX, high)}
        for ring in self.rings.values():
            await ring.start()
        await self.write(CTRL, 1)
        await self.post_buffers(ENTRIES)
        await self.read(CTRL)    # what was written has arrived
        await host.idle()        # buffers are fetched, events posted
        assert set(self.events()) <= {(EVENT_LINK, 0)}
        await self.acknowledge()

    async def restart(self, direction):
        """Out of STOPPED: docs/programming.md section 3."""
        await self.rings[direction].stop()
        await self.rings[direction].start()

    async def start_slot(self):
        self.event_index = 0
        self.events_ring[0:8 * ENTRIES] = bytes(8 * ENTRIES)
        for offset, value in ((0, self.events_ring.address & 0xffffffff), (4, self.events_ring.address >> 32), (8, LOG2), (16, 0), (12, 1)):
            await self.write(SLOT + offset, value)

    def events(self):
        """All events so far, oldest first."""
        while True:
            entry, = struct.unpack_from("<Q", self.events_ring.mem, 8 * (self.event_index % ENTRIES))
            if entry >> 63 == (self.event_index >> LOG2) & 1:
                return self.seen
            self.seen.append(Event(entry >> 16 & 0xff, entry & 0xffff))
            self.event_index = (self.event_index + 1) & 0xffff

    async def interrupt(self):
        """Vector 0's message arrived, behind what was written before it."""
        self.interrupted += 1

    async def acknowledge(self, holdoff=0):
        """What was seen is consumed; hold-off in ticks of 64 ns."""
        await self.write64(SLOT_DB, self.event_index | holdoff << 16)

    async def post_buffers(self, count):
        ring = self.rings[RX]
        for _ in range(count):
            ring.put(self.buffers.address + BUFFER * (ring.producer % ENTRIES))
        await ring.ring()

    async def give_back(self):
        """Posts the buffers that were read."""
        free = ENTRIES - self.rings[RX].waiting()
        if free >= 4:
            await self.post_buffers(free)

    def place(self, data):
        """Puts bytes at a random alignment in this function's payload memory: their address."""
        at = self.payload_next + self.host.rng.randrange(64)
        if at + len(data) > 0x10000:
            at = self.host.rng.randrange(64)
        self.payload_next = at + len(data)
        self.payload[at:at + len(data)] = data
        return self.payload.address + at

    async def send(self, frame, pieces=1, arm=False):
        """Gives a frame to the TX queue, in so many descriptors: addresses and lengths of the pieces."""
        cuts = sorted(self.host.rng.sample(range(1, len(frame)), pieces - 1))
        parts = [frame[a:b] for a, b in zip([0, *cuts], [*cuts, len(frame)])]
        return await self.send_from([(self.place(part), len(part)) for part in parts], arm)

    async def send_from(self, places, arm=False):
        for i, (address, length) in enumerate(places):
            self.rings[TX].put(address, length, int(i == len(places) - 1))
        await self.rings[TX].ring(arm)
        return places

    def poll(self):
        """Takes completions of both directions: self.done, self.frames."""
        self.done += self.rings[TX].take()
        for completion in self.rings[RX].take():
            at = BUFFER * (completion.index % ENTRIES)
            self.partial += self.buffers[at:at + completion.length]
            if completion.eop:
                self.frames.append(self.partial)
                self.partial = b""
        return self

    async def sent(self, count):
        """Waits until so many descriptors in all are answered."""
        await self.host.until(f"{count} TX completions of function {self.number}", lambda: len(self.poll().done) >= count)

    async def got(self, count):
        await self.host.until(f"{count} frames for function {self.number}", lambda: len(self.poll().frames) >= count)
