# SPDX-License-Identifier: Apache-2.0
"""The card's pins: a bus model between its TLP channels and a simulated PCIe link (SimPort of cocotbext-pcie), and the Ethernet wire.

One coroutine is the clock; all pins are driven while it is low and looked at just before it rises. What a root complex may do and the one of
cocotbext-pcie does not is done here: completions are split at multiples of 64 bytes and tags overtake each other, both at random; one can be
poisoned, lost or kept back. AtomicOps and messages never reach the root complex: it knows neither.
"""
from collections import deque

from cocotb.triggers import Timer
from cocotb.queue import Queue
import cocotb
from cocotbext.pcie.core.port import SimPort
from cocotbext.pcie.core.tlp import Tlp, TlpAttr, TlpType
from cocotbext.pcie.core.utils import PcieId

import svnic_tlp

MSG, FETCH_ADD = 11, 7
RCB = 64  # bytes, read completion boundary of the root port (PCIe 5.0, 2.3.1.1)
CYCLE_NS = 4
KIND_OF = {TlpType.MEM_READ: svnic_tlp.MRD, TlpType.MEM_READ_64: svnic_tlp.MRD, TlpType.MEM_WRITE: svnic_tlp.MWR,
           TlpType.MEM_WRITE_64: svnic_tlp.MWR, TlpType.CFG_READ_0: svnic_tlp.CFGRD0, TlpType.CFG_WRITE_0: svnic_tlp.CFGWR0,
           TlpType.FETCH_ADD: FETCH_ADD, TlpType.FETCH_ADD_64: FETCH_ADD, TlpType.CPL: svnic_tlp.CPL, TlpType.CPL_DATA: svnic_tlp.CPLD}
TYPE_OF = {svnic_tlp.MRD: (TlpType.MEM_READ, TlpType.MEM_READ_64), svnic_tlp.MWR: (TlpType.MEM_WRITE, TlpType.MEM_WRITE_64),
           svnic_tlp.CPL: (TlpType.CPL,), svnic_tlp.CPLD: (TlpType.CPL_DATA,)}


def to_card(tlp):
    """Header of a Tlp as the card's tlp_t."""
    return svnic_tlp.pack(
        kind=KIND_OF[tlp.fmt_type], relaxed=int(bool(tlp.attr & TlpAttr.RO)), no_snoop=int(bool(tlp.attr & TlpAttr.NS)), tc=int(tlp.tc),
        poisoned=int(tlp.ep), requester=int(tlp.requester_id), completer=int(tlp.completer_id), tag=tlp.tag, dw=tlp.length,
        first_be=tlp.first_be, last_be=tlp.last_be, address=tlp.address, status=int(tlp.status), lower_address=tlp.lower_address,
        byte_count=tlp.byte_count)


def from_card(word, data):
    """The Tlp of a tlp_t and its payload, through the bytes that a link would carry: what does not fit a header does not survive."""
    fields = svnic_tlp.unpack(word)
    types = TYPE_OF[fields["kind"]]
    tlp = Tlp()
    tlp.fmt_type = types[-1] if fields["address"] >> 32 else types[0]
    tlp.requester_id, tlp.completer_id = PcieId.from_int(fields["requester"]), PcieId.from_int(fields["completer"])
    tlp.attr = TlpAttr(TlpAttr.RO * fields["relaxed"] | TlpAttr.NS * fields["no_snoop"])
    tlp.ep, tlp.length, tlp.status = bool(fields["poisoned"]), fields["dw"], fields["status"]
    for name in ("tag", "first_be", "last_be", "address", "lower_address", "byte_count"):
        setattr(tlp, name, fields[name])
    tlp.data = bytearray(data[:4 * tlp.length]) if tlp.has_data() else bytearray()
    return Tlp.unpack(tlp.pack())


def split(tlp, rng):
    """A completion with data as one or more, cut at multiples of the RCB."""
    start, ragged = tlp.lower_address & ~3, tlp.lower_address & 3
    cuts = [dw for dw in range(1, tlp.length) if (start + 4 * dw) % RCB == 0 and rng.random() < 0.5]
    parts = []
    for first, end in zip([0, *cuts], [*cuts, tlp.length]):
        part = Tlp(tlp)
        part.set_data(tlp.data[4 * first:4 * end])
        if first:
            part.lower_address, part.byte_count = (start + 4 * first) & 0x7f, tlp.byte_count + ragged - 4 * first
        parts.append(part)
    return parts


class Input:
    """A channel into the card. A beat is a tuple of what `parts` carry; it stays until it was taken."""

    def __init__(self, dut, name, parts):
        self.valid, self.ready = getattr(dut, f"{name}_valid_i"), getattr(dut, f"{name}_ready_o")
        self.pins = [getattr(dut, f"{name}_{part}_i") for part in parts]
        self.beats = deque()
        self.shown = None
        self.valid.setimmediatevalue(0)

    def drive(self):
        beat = self.beats[0] if self.beats else None
        if beat is self.shown:
            return
        self.valid.setimmediatevalue(int(beat is not None))
        for pin, value in zip(self.pins, beat or ()):
            pin.setimmediatevalue(value)
        self.shown = beat

    def sample(self):
        if self.shown and self.ready.value.integer:
            self.beats.popleft()
            self.shown = ()  # neither a beat nor None: driven anew

    def put(self, data, width, head=()):
        """A TLP or frame of this payload, `width` bytes a beat. head: what goes in front of the data."""
        count = max(1, -(-len(data) // width))
        for i in range(count):
            beat = bytes(data[i * width:(i + 1) * width])
            self.beats.append((*head(i == 0, i == count - 1, len(beat)), int.from_bytes(beat, "little")))


class Output:
    """A channel out of the card, ready or not at random; what it says must stay until it was taken."""

    def __init__(self, dut, name, parts):
        self.name = name
        self.valid, self.ready = getattr(dut, f"{name}_valid_o"), getattr(dut, f"{name}_ready_i")
        self.pins = [getattr(dut, f"{name}_{part}_o") for part in parts]
        self.open = True
        self.waiting = None
        self.ready.setimmediatevalue(1)

    def drive(self, is_open):
        if is_open != self.open:
            self.ready.setimmediatevalue(int(is_open))
            self.open = is_open

    def sample(self):
        """The beat that is handed over now, or None."""
        if not self.valid.value.integer:
            assert self.waiting is None, f"{self.name}: valid fell before ready"
            return None
        beat = [pin.value.integer for pin in self.pins]
        assert self.waiting in (None, beat), f"{self.name}: changed before ready"
        self.waiting = None if self.open else beat
        return beat if self.open else None


class CardBus:
    """Owns the pins, `port` and the clock. Ends of reads: spoil()."""

    def __init__(self, dut, rng):
        self.dut, self.rng = dut, rng
        self.width = len(dut.wtx_keep_o)  # bytes a beat
        self.port = SimPort(fc_init=[[64, 1024, 64, 64, 64, 1024]] * 8)
        self.port.max_link_speed, self.port.max_link_width = 3, 8
        self.port.rx_handler = self.from_host
        self.hrq, self.rcp = (Input(dut, name, ("sop", "eop", "hdr", "data")) for name in ("hrq", "rcp"))
        self.wrx = Input(dut, "wrx", ("last", "keep", "data"))
        self.wrq, self.wtx = Output(dut, "wrq", ("sop", "eop", "hdr", "data")), Output(dut, "wtx", ("last", "keep", "data"))
        self.hcp, self.rrq = Output(dut, "hcp", ("hdr", "data")), Output(dut, "rrq", ("hdr",))
        self.outputs = (self.wrq, self.rrq, self.hcp, self.wtx)
        self.upstream = Queue()       # TLPs of the card on their way to the link
        self.watchers = []            # called with each of them
        self.asked = {}               # tag: request of the host that waits for its completion
        self.write = None             # header and payload so far
        self.frame = b""
        self.sent = []                # frames that left
        self.messages = []            # (code, requester id) of messages
        self.unanswered = {}          # (requester id, tag): bytes that a read still waits for
        self.completions = {}         # (requester id, tag): parts that came and wait for their turn
        self.fates, self.spoilt, self.held, self.poisoned = {}, [], [], []
        self.splits = self.overtook = 0  # how often a completion was cut, and another's was delivered first
        self.stall = 0.1              # chance of a cycle in which an output is not taken
        self.patience = 0.8           # chance that a completion waits another cycle: tags overtake
        self.cycle = 0

    # ---- The clock ---------------------------------------------------------------------------------------------------------------
    async def start(self):
        """Resets the card; the clock runs from here."""
        dut = self.dut
        dut.time_inc_i.setimmediatevalue(CYCLE_NS << 16)
        dut.carrier_i.setimmediatevalue(1)
        dut.rst_i.setimmediatevalue(1)
        cocotb.start_soon(self.clock())
        cocotb.start_soon(self.send_upstream())
        await Timer(10 * CYCLE_NS, "ns")
        dut.rst_i.setimmediatevalue(0)

    async def clock(self):
        clk, half = self.dut.clk_i, Timer(CYCLE_NS // 2, "ns")
        while True:
            clk.setimmediatevalue(0)
            self.drive()
            await half
            if not self.dut.rst_i.value.integer:
                self.sample()
            clk.setimmediatevalue(1)
            self.cycle += 1
            await half

    def drive(self):
        for output in self.outputs:
            output.drive(self.rng.random() >= self.stall)
        if not self.rcp.beats and self.completions and self.rng.random() >= self.patience:
            self.deliver()
        for channel in (self.hrq, self.rcp, self.wrx):
            channel.drive()

    def sample(self):
        for channel in (self.hrq, self.rcp, self.wrx):
            channel.sample()
        if (beat := self.wrq.sample()) is not None:
            self.write_beat(*beat)
        if (beat := self.rrq.sample()) is not None:
            self.read_issued(from_card(beat[0], b""))
        if (beat := self.hcp.sample()) is not None:
            self.up(from_card(beat[0], beat[1].to_bytes(self.width, "little")))
        if (beat := self.wtx.sample()) is not None:
            self.frame_beat(*beat)

    # ---- From the card -----------------------------------------------------------------------------------------------------------
    def up(self, tlp):
        for watcher in self.watchers:
            watcher(tlp)
        self.upstream.put_nowait(tlp)

    async def send_upstream(self):
        while True:
            await self.port.send(await self.upstream.get())

    def write_beat(self, sop, eop, hdr, data):
        assert bool(sop) == (self.write is None), "wrq: sop must follow eop"
        if sop:
            self.write = (hdr, bytearray())
        self.write[1].extend(data.to_bytes(self.width, "little"))
        if eop:
            hdr, payload = self.write
            self.write = None
            fields = svnic_tlp.unpack(hdr)
            if fields["kind"] == MSG:
                self.messages.append((fields["msg_code"], fields["requester"]))
                return
            assert len(payload) - self.width < 4 * fields["dw"] <= len(payload), f"{len(payload)} bytes of beats for {fields['dw']} DW"
            self.up(from_card(hdr, payload))

    def read_issued(self, tlp):
        key = (int(tlp.requester_id), tlp.tag)
        assert not any(tag == tlp.tag for _, tag in self.unanswered), f"tag {tlp.tag} is in use: {tlp}"
        self.unanswered[key] = tlp.get_be_byte_count()
        spoilt = next((entry for entry in self.spoilt if entry[0] <= tlp.address < entry[1]), None)
        if spoilt:
            self.spoilt.remove(spoilt)
        self.fates[key] = spoilt[2] if spoilt else None
        self.up(tlp)

    def frame_beat(self, last, keep, data):
        count = keep.bit_length()
        assert keep == (1 << count) - 1 and count and (last or count == self.width), f"wtx: keep {keep:x}"
        self.frame += data.to_bytes(self.width, "little")[:count]
        if last:
            self.sent.append(self.frame)
            self.frame = b""

    # ---- To the card -------------------------------------------------------------------------------------------------------------
    async def from_host(self, tlp):
        """rx_handler of the port."""
        if tlp.is_completion():
            self.completion_came(tlp)
        else:
            if not tlp.is_posted():
                self.asked[tlp.tag] = tlp
            self.put(self.hrq, tlp)
        tlp.release_fc()

    def put(self, channel, tlp):
        hdr = to_card(tlp)
        channel.put(tlp.data, self.width, lambda sop, eop, _: (int(sop), int(eop), hdr))

    def completion_came(self, tlp):
        key = (int(tlp.requester_id), tlp.tag)
        fate = self.fates.get(key)
        parts = split(tlp, self.rng) if tlp.has_data() else [Tlp(tlp)]
        self.splits += len(parts) - 1
        if fate == "poison":
            self.rng.choice(parts).ep = True
            self.fates[key] = None
        if fate == "hold":
            self.held.extend(parts)
        else:
            self.completions.setdefault(key, deque()).extend(parts)

    def deliver(self):
        key = self.rng.choice(list(self.completions))
        tlp = self.completions[key].popleft()
        if tlp.ep:
            self.poisoned.append(tlp)
        self.overtook += key != next(iter(self.completions))
        if not self.completions[key]:
            del self.completions[key]
        self.unanswered[key] -= len(tlp.data) - (tlp.lower_address & 3) if tlp.has_data() else self.unanswered[key]
        if self.unanswered[key] <= 0:  # the last DW may have bytes that were not asked for
            del self.unanswered[key]
        self.put(self.rcp, tlp)

    def spoil(self, address, length, kind):
        """The next read that starts in these bytes of host memory ends so: "poison" one completion, or "hold" all until released."""
        self.spoilt.append((address, address + length, kind))

    def release(self):
        """What was held back is delivered; reads end as they should from here."""
        self.spoilt.clear()
        for tlp in self.held:
            self.completions.setdefault((int(tlp.requester_id), tlp.tag), deque()).append(tlp)
        self.held.clear()

    def receive(self, frame):
        """A frame from the wire."""
        self.wrx.put(frame, self.width, lambda _, last, count: (int(last), (1 << count) - 1))
