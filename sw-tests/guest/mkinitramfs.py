#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the guest's initramfs: a static busybox, a handful of real programs with their libraries, some kernel modules.

The image is kept in the cache, keyed by the content of all that goes in; out-of-tree modules are a second, small archive
that the kernel unpacks behind it (`overlay`), so that a rebuilt driver costs nothing. Not compressed: under TCG unpacking
costs more than loading. Standard library only.
"""
import argparse
import hashlib
import os
import pathlib
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# Real programs, since busybox's own lack what the tests look at (ip's VF options, ethtool, lspci -vvv).
# dash, since Debian's busybox shell runs its own applets before anything in PATH.
# grep, since busybox's ends a line at a NUL.
PROGRAMS = ["dash", "grep", "ip", "tc", "ss", "bridge", "ping", "ethtool", "iperf3", "lspci", "setpci", "kmod"]
KMOD_NAMES = ["modprobe", "insmod", "rmmod", "lsmod", "modinfo", "depmod"]
# In every image: the shares, VFIO for assignment tests, and what traffic tests put beside the card.
MODULES = ["virtio_pci", "9pnet_virtio", "9p", "vfio_pci", "vfio_iommu_type1", "8021q", "veth", "tun", "pktgen"]
# A guest that runs guests: QEMU, what it loads for a q35 machine with -kernel, and KVM of the CPU that TCG emulates.
KVM_MODULES = ["kvm_amd"]
KVM_FILES = {"usr/share/seabios/bios-256k.bin", "usr/share/qemu/kvmvapic.bin", "usr/share/qemu/linuxboot_dma.bin"}
INNER_MODULES = ["virtio_console"]  # of the guest in the guest: the port of its agent


def of_kernel():
    """What the names end in of all that is made for another kernel than the usual (GUEST_KERNEL_SUITE, as in the Makefile)."""
    suite = os.environ.get("GUEST_KERNEL_SUITE", "").strip()
    return f"-{suite}" if suite else ""


def driver(module="svnic"):
    """A module of the Linux drivers for the guest's kernel."""
    return ROOT / f"build/driver{of_kernel()}/{module}.ko"


def drivers_of_hosts():
    """All of them: for a guest that gives VFs to guests of its own."""
    return [driver(module) for module in ("svnic", "svnic_vfio", "svnic_kvm")]


def read_env(name):
    """build/NAME.env as a dict; says which script writes it when it is missing."""
    script = {"guest-kernel": "tools/guest-kernel.sh", "qemu": "tools/qemu-headers.sh"}[name]
    path = ROOT / "build" / f"{name}{of_kernel() if name == 'guest-kernel' else ''}.env"
    if not path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is missing: run {script}")
    pairs = (word.split("=", 1) for word in shlex.split(path.read_text()))
    return dict(pairs)


def cache_dir():
    base = os.environ.get("SVNIC_CACHE") or pathlib.Path.home() / ".cache" / "svnic"
    return pathlib.Path(base) / "initramfs"


def program(name):
    path = shutil.which(name, path=SYSTEM_PATH)
    if not path:
        raise SystemExit(f"'{name}' is missing: run 'tools/setup.sh guest' (as root, once)")
    return pathlib.Path(path)


def libraries(path):
    """The shared libraries of a program, as the loader names them."""
    out = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    words = (word for line in out.splitlines() for word in line.split())
    found = {pathlib.Path(word) for word in words if word.startswith("/")}
    # libc loads this one when a thread is cancelled (iperf3 of Debian 13 does), and aborts without it
    beside = (lib.with_name("libgcc_s.so.1") for lib in found if lib.name == "libc.so.6")
    return found | {lib for lib in beside if lib.exists()}


def module_files(modules_dir, names):
    """The files of these modules and of all they depend on, relative to lib/modules/KVER (modules.dep is a closure)."""
    builtin = {pathlib.Path(l).name.split(".")[0].replace("-", "_")
               for l in (modules_dir / "modules.builtin").read_text().split()}
    deps = {}
    for line in (modules_dir / "modules.dep").read_text().splitlines():
        head, _, tail = line.partition(":")
        deps[pathlib.Path(head).name.split(".")[0].replace("-", "_")] = [head, *tail.split()]
    wanted = set()
    for name in (n.replace("-", "_") for n in names):
        if name in deps:
            wanted.update(deps[name])
        elif name not in builtin:
            raise SystemExit(f"the guest's kernel has no module '{name}'")
    return sorted(wanted)


def plain(path):
    """A module as it is without the compression of Debian 13's packages, kept beside it: under TCG that costs, and depmod in the guest would
    need libraries that newer kmods load at run time, which ldd does not show."""
    program_of = {".xz": "xz", ".zst": "zstd"}
    if path.suffix not in program_of:
        return path
    target = path.with_suffix("")
    if not target.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as tmp:
            subprocess.run([program(program_of[path.suffix]), "-dc", path], stdout=tmp, check=True)
        os.replace(tmp.name, target)
    return target


def plan(kernel, modules, runs_kvm):
    """{path in the guest: file on the host}"""
    files = {"init": HERE / "init", "bin/busybox": pathlib.Path(kernel["BUSYBOX"])}
    files.update({name: pathlib.Path("/", name) for name in KVM_FILES} if runs_kvm else {})
    for name in [*PROGRAMS, *(["qemu-system-x86_64"] if runs_kvm else [])]:
        path = program(name)
        files[f"usr/bin/{name}"] = path
        files.update({str(lib)[1:]: lib for lib in libraries(path)})
    base = pathlib.Path(kernel["MODULES"])
    keep = module_files(base, modules) + ["modules.order", "modules.builtin", "modules.builtin.modinfo"]
    paths = (plain(base / rel) for rel in keep)
    files.update({f"lib/modules/{kernel['KVER']}/{path.relative_to(base)}": path for path in paths})
    return files


def digest(files):
    h = hashlib.sha256(pathlib.Path(__file__).read_bytes())
    for name in sorted(files):
        h.update(name.encode() + b"\0" + files[name].read_bytes())
    return h.hexdigest()[:16]


class Cpio:
    """The "newc" archive of the kernel's Documentation/driver-api/early-userspace/buffer-format.rst."""

    def __init__(self, path):
        self.out = open(path, "wb")
        self.ino = 0
        self.made = set()

    def entry(self, name, mode, data=b"", device=(0, 0)):
        self.ino += 1
        raw = name.encode() + b"\0"
        fields = [self.ino, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(raw), 0]
        head = b"070701" + b"".join(b"%08x" % f for f in fields) + raw
        self.out.write(head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4))

    def parents(self, name):
        for parent in list(pathlib.PurePath(name).parents)[-2::-1]:
            if str(parent) not in self.made:
                self.made.add(str(parent))
                self.entry(str(parent), stat.S_IFDIR | 0o755)

    def file(self, name, path):
        self.parents(name)
        mode = 0o755 if os.access(path, os.X_OK) or name == "init" else 0o644
        self.entry(name, stat.S_IFREG | mode, pathlib.Path(path).read_bytes())

    def link(self, name, to):
        self.parents(name)
        self.entry(name, stat.S_IFLNK | 0o777, to.encode())

    def close(self):
        self.entry("TRAILER!!!", 0)
        self.out.write(b"\0" * (-self.out.tell() % 512))
        self.out.close()


def depmod_files(files, kver):
    """modules.dep and friends for the modules that are in the image only."""
    with tempfile.TemporaryDirectory() as tmp:
        for name, path in files.items():
            if name.startswith("lib/modules/"):
                target = pathlib.Path(tmp, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.symlink(path, target)
        subprocess.run([program("depmod"), "-b", tmp, kver], check=True)
        made = pathlib.Path(tmp, "lib/modules", kver).glob("modules.*")
        return {f"lib/modules/{kver}/{p.name}": p.read_bytes() for p in made if not p.is_symlink()}


def busybox_names(busybox, taken):
    names = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    return [n for n in names if n not in taken and n != "busybox"]


def write_image(path, files, kernel):
    cpio = Cpio(path)
    for name in ("proc", "sys", "dev", "tmp", "run", "svnic", "out"):
        cpio.entry(name, stat.S_IFDIR | 0o755)
    # the kernel opens the console before init can mount /dev: without this node init has no output
    cpio.entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    for name in sorted(files):
        cpio.file(name, files[name])
    for name, data in sorted(depmod_files(files, kernel["KVER"]).items()):
        cpio.entry(name, stat.S_IFREG | 0o644, data)
    for name in busybox_names(kernel["BUSYBOX"], {"sh", *PROGRAMS, *KMOD_NAMES}):
        cpio.link(f"bin/{name}", "busybox")
    cpio.link("bin/sh", "../usr/bin/dash")
    for name in KMOD_NAMES:
        cpio.link(f"sbin/{name}", "../usr/bin/kmod")
    cpio.close()


def image(modules=(), runs_kvm=False):
    """Path of the image with these modules besides the usual ones; made if the cache has none of this content."""
    kernel = read_env("guest-kernel")
    files = plan(kernel, [*MODULES, *modules, *(KVM_MODULES if runs_kvm else [])], runs_kvm)
    path = cache_dir() / f"{digest(files)}.cpio"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as tmp:
            write_image(tmp.name, files, kernel)
        os.chmod(tmp.name, 0o644)
        os.replace(tmp.name, path)
    return path


def overlay(path, kos, kver, files=None):
    """An archive with out-of-tree modules and {path in the guest: file}, to be appended to an image; init runs depmod when it finds modules."""
    cpio = Cpio(path)
    for ko in kos:
        cpio.file(f"lib/modules/{kver}/updates/{pathlib.Path(ko).name}", ko)
    for name, file in (files or {}).items():
        cpio.file(name, file)
    cpio.close()


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--module", action="append", default=[], help="one more module of the guest's kernel")
    ap.add_argument("--output", help="write image and out-of-tree modules here, as one file")
    ap.add_argument("ko", nargs="*", help="out-of-tree modules")
    args = ap.parse_args()
    path = image(args.module)
    if args.output:
        with tempfile.NamedTemporaryFile() as extra:
            overlay(extra.name, args.ko, read_env("guest-kernel")["KVER"])
            pathlib.Path(args.output).write_bytes(path.read_bytes() + pathlib.Path(extra.name).read_bytes())
        path = args.output
    print(path)


if __name__ == "__main__":
    sys.exit(main())
