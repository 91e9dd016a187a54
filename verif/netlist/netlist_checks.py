# SPDX-License-Identifier: Apache-2.0
"""The synthesized netlist of a small card (128 bits, 4 VFs) in Icarus: it enumerates, and the highest VF sends and receives a frame.

cocotb is the host: memory in a dict, one request at a time. Icarus knows X: after reset no handshake of the card may be X, and neither may
anything that it says while a handshake is up.
"""
import cocotb
from cocotb.triggers import FallingEdge, RisingEdge, Timer

from svnic_tlp import CFGRD0, CFGWR0, CPLD, MRD, MWR, pack, unpack

VFS = 4
BAR0, VF_BAR0 = 1 << 32, 2 << 32
# offsets of docs/programming.md
FUNC, QP_MAP, MAC_TABLE = 0x10000, 0x20000, 0x28000
QUEUE, QUEUE_DB, CTRL = 0x2000, 0x8000, 0x20
RINGS = {0: (0x10000, 0x11000), 1: (0x12000, 0x13000)}  # queue: descriptors, completions
TX_DATA, RX_DATA = 0x20000, 0x21000
VALIDS = {"hcp": ["hdr", "data"], "wrq": ["hdr", "data"], "rrq": ["hdr"], "wtx": ["last", "keep", "data"]}


class Host:
    """Root complex, memory and wire."""

    def __init__(self, dut):
        self.dut = dut
        self.memory = {}
        self.answers, self.reads, self.sent = [], [], []
        self.write, self.frame = None, b""

    def get(self, name):
        value = getattr(self.dut, name).value
        assert value.is_resolvable, f"{name} is {value}"
        return value.integer

    def load(self, address, count):
        return bytes(self.memory.get(address + i, 0xa5) for i in range(count))

    def store(self, address, data):
        self.memory.update({address + i: byte for i, byte in enumerate(data)})

    def watch(self):
        """Just before a rising edge: what is handed over by it. Always ready."""
        up = {name: self.get(f"{name}_valid_o") for name in VALIDS}
        for name in (n for n in VALIDS if up[n] and not (n == "wrq" and not self.get("wrq_sop_o"))):
            for part in VALIDS[name]:
                if part != "data":
                    self.get(f"{name}_{part}_o")
        if up["hcp"]:
            self.answers.append((unpack(self.get("hcp_hdr_o")), self.dut.hcp_data_o.value))
        if up["rrq"]:
            self.reads.append(unpack(self.get("rrq_hdr_o")))
        if up["wrq"]:
            self.posted()
        if up["wtx"]:
            keep = bin(self.get("wtx_keep_o")).count("1")
            self.frame += self.low_bytes(self.dut.wtx_data_o.value, keep)
            if self.get("wtx_last_o"):
                self.sent.append(self.frame)
                self.frame = b""

    @staticmethod
    def low_bytes(value, count):
        bits = value.binstr[-8 * count:]
        assert set(bits) <= {"0", "1"}, f"X in what was said: {value}"
        return int(bits, 2).to_bytes(count, "little")

    def posted(self):
        if self.get("wrq_sop_o"):
            hdr = unpack(self.get("wrq_hdr_o"))
            self.write = [hdr["address"], 4 * hdr["dw"]]
        address, left = self.write
        data = self.low_bytes(self.dut.wrq_data_o.value, min(left, 16))
        self.store(address, data)
        self.write = [address + len(data), left - len(data)]

    async def clock(self):
        while True:
            self.dut.clk_i.value = 0
            await Timer(2, "ns")
            if not self.dut.rst_i.value.integer:
                self.watch()
            self.dut.clk_i.value = 1
            await Timer(2, "ns")

    async def put(self, channel, hdr, data=b"\0" * 16):
        """Beats of one TLP; data already padded to whole beats."""
        dut = self.dut
        beats = [data[i:i + 16] for i in range(0, len(data), 16)]
        for i, beat in enumerate(beats):
            getattr(dut, f"{channel}_valid_i").value = 1
            getattr(dut, f"{channel}_sop_i").value = int(i == 0)
            getattr(dut, f"{channel}_eop_i").value = int(i == len(beats) - 1)
            getattr(dut, f"{channel}_hdr_i").value = hdr
            getattr(dut, f"{channel}_data_i").value = int.from_bytes(beat, "little")
            await self.taken(f"{channel}_ready_o")
        getattr(dut, f"{channel}_valid_i").value = 0

    async def taken(self, ready):
        while True:
            await Timer(1, "ps")
            done = self.get(ready)
            await RisingEdge(self.dut.clk_i)
            await FallingEdge(self.dut.clk_i)
            if done:
                return

    async def wait_for(self, what, condition, cycles=20000):
        for _ in range(cycles):
            if condition():
                return
            await FallingEdge(self.dut.clk_i)
        raise AssertionError(f"{what} did not come within {cycles} cycles")

    async def request(self, kind, address, value=0, dw=1, completer=0):
        data = value.to_bytes(16, "little")
        await self.put("hrq", pack(kind=kind, completer=0x100 | completer, address=address, dw=dw, first_be=15, last_be=15 if dw > 1 else 0), data)

    async def ask(self, kind, address, value=0, completer=0):
        self.answers.clear()
        await self.request(kind, address, value, completer=completer)
        await self.wait_for("a completion", lambda: self.answers)
        hdr, data = self.answers[0]
        assert hdr["status"] == 0, hdr
        return int.from_bytes(self.low_bytes(data, 4), "little") if hdr["kind"] == CPLD else None

    async def config(self, function, register):
        return await self.ask(CFGRD0, register, completer=function)

    async def set_config(self, function, register, value):
        await self.ask(CFGWR0, register, value, completer=function)

    async def serve_reads(self):
        while True:
            if not self.reads:
                await FallingEdge(self.dut.clk_i)
                continue
            read = self.reads.pop(0)
            data = self.load(read["address"], 4 * read["dw"])
            last = read["first_be"] if read["dw"] == 1 else read["last_be"]
            skip = (read["first_be"] & -read["first_be"]).bit_length() - 1
            await self.put("rcp", pack(kind=CPLD, requester=read["requester"], tag=read["tag"], dw=read["dw"],
                                       byte_count=4 * read["dw"] - skip - (4 - last.bit_length()), lower_address=(read["address"] & 0x7f) + skip),
                           data + b"\0" * (-len(data) % 16))


async def start(dut):
    for name in ("hrq_valid_i", "rcp_valid_i", "wrx_valid_i", "clk_i"):
        getattr(dut, name).value = 0
    for name in ("hcp_ready_i", "wrq_ready_i", "rrq_ready_i", "wtx_ready_i", "carrier_i", "rst_i"):
        getattr(dut, name).value = 1
    dut.time_inc_i.value = 4 << 16
    host = Host(dut)
    cocotb.start_soon(host.clock())
    for _ in range(10):
        await FallingEdge(dut.clk_i)
    dut.rst_i.value = 0
    cocotb.start_soon(host.serve_reads())
    return host


async def enumerate_card(host):
    assert await host.config(0, 0) == 0x10005653
    assert await host.config(0, 8) == 0x02000001
    for bar, kib in ((0x10, 512), (0x18, 64), (0x1a4, 64), (0x1ac, 64)):
        await host.set_config(0, bar, 0xffffffff)
        size = (1 + ~((await host.config(0, bar)) & ~0xf)) & 0xffffffff
        assert size == kib << 10, f"BAR at {bar:#x}: {size}"
    for bar, base in ((0x10, BAR0), (0x18, 3 << 32), (0x1a4, VF_BAR0), (0x1ac, 4 << 32)):
        await host.set_config(0, bar, base & 0xffffffff)
        await host.set_config(0, bar + 4, base >> 32)
    await host.set_config(0, 4, 6)
    await host.set_config(0, 0x190, VFS)
    await host.set_config(0, 0x188, 0x19)
    for vf in range(1, VFS + 1):
        assert await host.config(vf, 0) == 0xffffffff
        assert (await host.config(vf, 0x34)) & 0xff == 0x70
        await host.set_config(vf, 4, 4)
        assert await host.ask(MRD, VF_BAR0 + 0x10000 * (vf - 1)) == 0x434e5653


async def set_up_queues(host, vf):
    """The PF gives the VF a queue pair, its address and the link; the VF starts both directions."""
    bar = VF_BAR0 + 0x10000 * (vf - 1)
    mac = bytes([2, 0, 0, 0, 0, vf])
    bucket = 2 ^ vf
    await host.request(MWR, BAR0 + QP_MAP + 0x40 * vf, 1 << 31 | 3)
    await host.request(MWR, BAR0 + FUNC + 0x40 * vf, 3)
    await host.request(MWR, BAR0 + MAC_TABLE + 0x40 * bucket, int.from_bytes(mac[:4], "little"))
    await host.request(MWR, BAR0 + MAC_TABLE + 0x40 * bucket + 4, 1 << 31 | vf << 16 | int.from_bytes(mac[4:], "little"))
    await host.request(MWR, bar + CTRL, 1)
    for queue, (ring, cpl) in RINGS.items():
        for offset, value in ((0, ring), (4, 0), (8, cpl), (12, 0), (16, 5 | 11 << 16), (20, 1)):
            await host.request(MWR, bar + QUEUE + 0x20 * queue + offset, value)
    return bar, mac


def completion(host, queue):
    return int.from_bytes(host.load(RINGS[queue][1], 16), "little")


@cocotb.test()
async def enumerates_and_passes_a_frame(dut):
    host = await start(dut)
    await enumerate_card(host)
    for _, cpl in RINGS.values():
        host.store(cpl, bytes(512))
    bar, mac = await set_up_queues(host, VFS)

    # out: two fragments of 30 and 43 bytes
    frame = bytes.fromhex("ffffffffffff") + mac + b"\x88\xb5" + bytes(range(59))
    host.store(TX_DATA + 3, frame[:30])
    host.store(TX_DATA + 0x101, frame[30:])
    host.store(RINGS[0][0], (TX_DATA + 3 | 30 << 64).to_bytes(16, "little") + (TX_DATA + 0x101 | (len(frame) - 30) << 64 | 1 << 80).to_bytes(16, "little"))
    await host.request(MWR, bar + QUEUE_DB, 2, dw=2)
    await host.wait_for("a frame on the wire", lambda: host.sent)
    assert host.sent == [frame]
    await host.wait_for("its completion", lambda: host.load(RINGS[0][1] + 31, 1)[0] >> 7 and host.load(RINGS[0][1] + 15, 1)[0] >> 7)

    # in: to the VF's address
    host.store(RINGS[1][0], RX_DATA.to_bytes(16, "little"))
    await host.request(MWR, bar + QUEUE_DB + 8, 1, dw=2)
    await host.wait_for("the buffer's fetch", lambda: not host.reads)
    for _ in range(200):
        await FallingEdge(dut.clk_i)
    await receive(host, mac + bytes([2, 9, 9, 9, 9, 9]) + b"\x88\xb5" + bytes(range(61)))
    await host.wait_for("a completion of RX", lambda: completion(host, 1) >> 127)
    length = completion(host, 1) >> 64 & 0xffff
    assert length == 75 and host.load(RX_DATA, 75) == mac + bytes([2, 9, 9, 9, 9, 9]) + b"\x88\xb5" + bytes(range(61))


async def receive(host, frame):
    dut = host.dut
    for i in range(0, len(frame), 16):
        beat = frame[i:i + 16]
        dut.wrx_valid_i.value = 1
        dut.wrx_last_i.value = int(i + 16 >= len(frame))
        dut.wrx_keep_i.value = (1 << len(beat)) - 1
        dut.wrx_data_i.value = int.from_bytes(beat, "little")
        await host.taken("wrx_ready_o")
    dut.wrx_valid_i.value = 0
