# SPDX-License-Identifier: Apache-2.0
"""Reads svnic.rdl into a few plain classes, so that the exporters need not know SystemRDL."""

from dataclasses import dataclass, field as member

from systemrdl import RDLCompiler
from systemrdl.node import MemNode, RegfileNode


@dataclass
class Enum:
    name: str  # queue_state
    width: int
    members: list  # (NAME, value, description)


@dataclass
class Field:
    name: str
    low: int
    high: int
    access: str  # ro, rw, rw1c, rw1s, wo; of a format: empty
    desc: str
    enum: Enum | None
    reset: int | None

    @property
    def width(self):
        return self.high - self.low + 1

    @property
    def mask(self):
        return ((1 << self.width) - 1) << self.low


@dataclass
class Register:
    name: str  # with the name of its table: QUEUE_CTRL
    desc: str
    offset: int  # in the table's entry, or in the BAR
    width: int
    count: int  # 0: no array
    stride: int
    fields: list

    @property
    def plain(self):
        """One field that is the whole register: nothing to name inside."""
        return len(self.fields) == 1 and self.fields[0].width == self.width

    @property
    def access(self):
        return "/".join(sorted({f.access for f in self.fields}))


@dataclass
class Table:
    name: str
    desc: str
    offset: int
    count: int
    stride: int
    registers: list


@dataclass
class Message:
    name: str
    desc: str
    registers: list


@dataclass
class Constant:
    name: str
    value: int
    width: int
    desc: str
    hexadecimal: bool


@dataclass
class Window:
    name: str  # bar0
    title: str
    desc: str
    items: list  # Register and Table, by offset


@dataclass
class Map:
    windows: list = member(default_factory=list)
    formats: list = member(default_factory=list)  # Register, without an offset that means anything
    messages: list = member(default_factory=list)
    enums: dict = member(default_factory=dict)
    constants: list = member(default_factory=list)  # (title, [Constant])


def text(node):
    return node.get_property("desc") or ""


def access(node):
    if isinstance(node.parent.parent, MemNode):
        return ""
    kind = node.get_property("sw").name
    if kind == "rw" and node.get_property("onwrite"):
        return {"woclr": "rw1c", "woset": "rw1s"}[node.get_property("onwrite").name]
    return {"r": "ro", "w": "wo", "rw": "rw"}[kind]


class Reader:
    def __init__(self, path):
        compiler = RDLCompiler()
        compiler.compile_file(str(path))
        self.top = compiler.elaborate("svnic").top
        self.map = Map()

    def child(self, name):
        return self.top.get_child_by_name(name).children()

    def enum(self, rdl, width):
        if rdl is None:
            return None
        name = rdl.type_name.removesuffix("_e")
        found = Enum(name, width, [(m.name, m.value, m.rdl_desc) for m in rdl])
        known = self.map.enums.setdefault(name, found)
        assert known == found, f"enum {name} is used in fields of different widths"
        return known

    def field(self, node):
        enum = self.enum(node.get_property("encode"), node.width)
        return Field(node.inst_name, node.low, node.high, access(node), text(node), enum, node.get_property("reset"))

    def register(self, node, prefix="", name=None):
        count, stride = (node.array_dimensions[0], node.array_stride) if node.is_array else (0, 0)
        fields = [self.field(f) for f in node.fields()]
        return Register(prefix + (name or node.inst_name), text(node), node.raw_address_offset, node.get_property("regwidth"),
                        count, stride, fields)

    def item(self, node):
        if not isinstance(node, RegfileNode):
            return self.register(node)
        registers = [self.register(r, node.inst_name + "_") for r in node.children()]
        return Table(node.inst_name, text(node), node.raw_address_offset, node.array_dimensions[0], node.array_stride, registers)

    def window(self, name):
        node = self.top.get_child_by_name(name)
        return Window(name, node.get_property("name"), text(node), [self.item(n) for n in node.children()])

    def format(self, node):
        registers = node.children()
        if registers[0].inst_name == "format":
            self.map.formats.append(self.register(registers[0], name=node.inst_name))
        else:
            registers = [self.register(r, node.inst_name + "_") for r in registers]
            self.map.messages.append(Message(node.inst_name, text(node), registers))

    def constant(self, node, hexadecimal):
        f = node.fields()[0]
        return Constant(node.inst_name, f.get_property("reset"), f.width, text(node), hexadecimal)

    def read(self):
        self.map.windows = [self.window("bar0"), self.window("bar2")]
        for node in self.child("formats"):
            assert isinstance(node, MemNode)
            self.format(node)
        for node in self.child("indices"):
            self.register(node)
        for group in self.child("constants"):
            hexadecimal = group.inst_name != "LIMIT"
            self.map.constants.append((group.get_property("name"), [self.constant(c, hexadecimal) for c in group.children()]))
        return self.map


def read(path):
    return Reader(path).read()
