# SPDX-License-Identifier: Apache-2.0
"""Frames by scapy, and what scapy says of the frames that came: a second opinion on every byte, checksums recomputed."""
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

HEADERS = 14 + 20 + 8
MIN, MTU, BROADCAST = 60, 1514, b"\xff" * 6  # bytes without FCS


def text(mac):
    return ":".join(f"{byte:02x}" for byte in mac)


def udp(source, destination, size, rng):
    """A UDP datagram in a frame of `size` bytes, at least 42, with random ports and payload."""
    packet = Ether(src=text(source), dst=text(destination)) / IP(src=f"10.0.0.{source[5]}", dst=f"10.0.0.{destination[5]}", id=rng.getrandbits(16))
    packet /= UDP(sport=rng.randrange(1024, 65536), dport=rng.randrange(1024, 65536)) / Raw(rng.randbytes(size - HEADERS))
    frame = bytes(packet)
    assert len(frame) == size
    return frame


def check(frame, source, destination):
    """The frame is what udp() makes: addresses, lengths, both checksums; behind the datagram there is padding of zeros only."""
    packet = Ether(frame)
    assert (packet.src, packet.dst, packet.type) == (text(source), text(destination), 0x0800), packet.summary()
    datagram = frame[14:14 + packet[IP].len]
    assert packet[UDP].len == packet[IP].len - 20 and not any(frame[14 + packet[IP].len:]), packet.summary()
    again = IP(datagram)
    again[IP].chksum = again[UDP].chksum = None
    assert bytes(again) == datagram, f"checksums: {packet.summary()}"


def padded(frame):
    """As it stands on the wire: docs/programming.md section 4."""
    return frame.ljust(MIN, b"\0")
