#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one command in a Linux guest in stock QEMU, and says what came of it.

    result = guest.run("sw-tests/boot/enumerate.sh", ["64"], plugin=["build/svnic-qemu.so"],
                       devices=["svnic,bus=rp0"], kos=["build/driver/svnic.ko"])
    assert result.ok, result

The guest is Debian's kernel under TCG (KVM only by accel="kvm") on a q35 machine with intel-iommu and a PCIe root port
"rp0" for the card; the tree is mounted read only at /svnic, a fresh folder of the host read-write at /out.
Seconds are wall-clock. Standard library only. From a shell: sw-tests/guest/guest.py --help
"""
import argparse
import ctypes
import dataclasses
import fcntl
import json
import os
import pathlib
import queue
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mkinitramfs  # noqa: E402

ROOT = mkinitramfs.ROOT
BASELINE = pathlib.Path(__file__).resolve().with_name("dmesg-baseline.txt")
IOMMU = ["-device", "intel-iommu,intremap=on,caching-mode=on"]
KERNEL_LINE = re.compile(r"^(?:<(\d+)>)?\[\s*\d+\.\d+\]\s?(.*)$")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def pref64_reserve(pf_bars, vf_bars=(), num_vfs=0):
    """Bytes of 64-bit prefetchable window that a root port needs for one PF and its VFs (BAR sizes in bytes).

    A VF BAR takes num_vfs times its size and is aligned to its size; a window twice the sum holds any order of them.
    """
    total = sum(pf_bars) + sum(size * num_vfs for size in vf_bars)
    return max(2 << 20, 1 << (2 * total - 1).bit_length()) if total else 2 << 20


# Until the caller says better: three BARs of up to 1 MiB for the PF, of 64 KiB for each of 255 VFs.
DEFAULT_RESERVE = pref64_reserve([1 << 20] * 3, [64 << 10] * 3, 255)


def end_with_parent():
    """No QEMU is left behind when the test is killed."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def card_ticks(pid):
    """CPU time of the thread that moves the card of this QEMU, in clock ticks."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "svnic-card":
            words = (task / "stat").read_text().rsplit(")", 1)[1].split()
            return int(words[11]) + int(words[12])
    raise RuntimeError(f"QEMU {pid} has no thread svnic-card")


@dataclasses.dataclass
class Result:
    """What came of a run; status None: it never reported one, and `reason` says why."""
    status: int | None
    reason: str
    console: str
    kernel: list      # messages of level 4 or worse beyond the baseline
    wall: float       # seconds from QEMU's start to its end
    boot: float       # seconds from QEMU's start to init
    out: pathlib.Path  # the folder that was /out

    @property
    def ok(self):
        return self.status == 0 and not self.kernel

    def __str__(self):
        lines = [f"guest: {self.reason}, {self.wall:.1f} s ({self.boot:.1f} s to init), console in {self.out.parent.relative_to(ROOT)}/console.log"]
        lines += [f"  kernel: {m}" for m in self.kernel]
        if self.status != 0:
            lines += [f"  | {l}" for l in self.console.splitlines()[-15:]]
        return "\n".join(lines)


def read_baseline(path=BASELINE):
    """Patterns for messages that the same boot prints without the card. Each stands below a comment with its reason."""
    patterns, reason = [], False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            reason = True
        elif not line.strip():
            reason = False
        elif not reason:
            raise ValueError(f"{path.name}:{number}: a pattern without a reason")
        else:
            patterns.append(re.compile(line))
    return patterns


def kernel_messages(text, patterns):
    """The messages in `dmesg -r` output or on a console that no pattern covers, without level and time."""
    found = (m.group(2) for m in map(KERNEL_LINE.match, text.splitlines()) if m)
    return [message for message in found if not any(p.search(message) for p in patterns)]


class Progress:
    """One line on a terminal, rewritten; elsewhere a line every ten seconds. verbose: the whole console."""

    def __init__(self, name, bound, verbose):
        self.name, self.bound, self.verbose = name, bound, verbose
        self.start = time.monotonic()
        self.shown = 0.0
        self.tty = sys.stderr.isatty()

    def elapsed(self):
        return time.monotonic() - self.start

    def line(self, text):
        now = self.elapsed()
        if self.verbose:
            print(f"[{now:6.1f}] {text}", file=sys.stderr, flush=True)
        elif text.strip():
            self.tick(text)

    def tick(self, text=""):
        now = self.elapsed()
        if self.verbose or now - self.shown < (0.2 if self.tty else 10):
            return
        self.shown = now
        end = "\r" if self.tty else "\n"
        print(f"{self.name}: {now:.0f} s of at most {self.bound:.0f} s: {text[:70]:70}", end=end, file=sys.stderr, flush=True)

    def done(self):
        if self.tty and not self.verbose:
            print(" " * 110, end="\r", file=sys.stderr, flush=True)


def tcg_threads():
    """One thread for all CPUs before QEMU 8.1: there, a CPU may go on with the old code when another has patched it (docs/qemu.md, Limits)."""
    version = re.match(r"Debian (?:\d+:)?(\d+)\.(\d+)", mkinitramfs.read_env("qemu")["QEMU_PKGVERSION"])
    return "single" if tuple(map(int, version.groups())) < (8, 1) else "multi"


class Guest:
    """A guest about to run or running. Use `run`; the class is for tests that talk to QEMU while it runs (`hmp`)."""

    def __init__(self, command=None, args=(), *, plugin=(), devices=(), kos=(), modules=(), qemu=(), append="", smp=2,
                 mem=1024, cpu="max", accel="tcg", iommu=True, reserve=DEFAULT_RESERVE, bound=120, name="guest",
                 baseline=BASELINE, verbose=False, on_line=None, runs_kvm=False):
        """
        command   a file of the tree, or with spaces or line ends in it: a script      args  its arguments
        plugin    values for -plugin          devices  values for -device              qemu  any other arguments
        kos       out-of-tree modules for modprobe                modules  more of the kernel's own
        append    more of the kernel's command line               reserve  bytes of rp0's prefetchable window
        bound     seconds after which QEMU is ended               on_line  called with each line of the console
        runs_kvm  it can run guests itself (TCG emulates SVM): QEMU, and in /inner the kernel and initrd for them; a CPU with SVM, 2 GiB;
                  before QEMU 8.1 one CPU, whatever smp says
        """
        self.name, self.bound, self.on_line = name, bound, on_line
        self.verbose = verbose or os.environ.get("SVNIC_VERBOSE") == "1"
        self.baseline = read_baseline(baseline) if baseline else []
        self.token = secrets.token_hex(4)
        self.dir = self._fresh_dir()
        self.tmp = None
        self.process = None
        kernel = mkinitramfs.read_env("guest-kernel")
        if runs_kvm:
            cpu, mem = "EPYC,+svm,+npt", max(mem, 2048)
            smp = 1 if tcg_threads() == "single" else smp  # L2 stands still where L1's CPUs take turns
        initrd = self._initrd(modules, kos, kernel, runs_kvm)
        self.argv = self._argv(kernel, initrd, accel, cpu, smp, mem, iommu, reserve)
        self.argv += [w for p in plugin for w in ("-plugin", str(p))]
        self.argv += [w for d in devices for w in ("-device", str(d))] + [str(q) for q in qemu]
        self.argv += ["-append", self._cmdline(command, args, iommu, append, accel)]

    def _fresh_dir(self):
        """build/guest/NAME, or NAME-PID when another run holds that name right now."""
        path = ROOT / "build" / "guest" / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = open(f"{path}.lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            path = path.with_name(f"{self.name}-{os.getpid()}")
        shutil.rmtree(path, ignore_errors=True)
        (path / "out").mkdir(parents=True)
        return path

    def _initrd(self, modules, kos, kernel, runs_kvm):
        """QEMU takes one file: the cached image alone, or a copy with what changes often (out-of-tree modules) behind it."""
        image = mkinitramfs.image(modules, runs_kvm)
        inner = {}
        if runs_kvm:
            initrd = self._with_overlay(mkinitramfs.image([*modules, *mkinitramfs.INNER_MODULES]), kos, kernel, "inner")
            inner = {"inner/vmlinuz": kernel["VMLINUZ"], "inner/initrd": initrd}
        return self._with_overlay(image, kos, kernel, "initrd", inner)

    def _with_overlay(self, image, kos, kernel, name, files=None):
        if not kos and not files:
            return image
        both, extra = self.dir / f"{name}.cpio", self.dir / f"{name}-overlay.cpio"
        shutil.copyfile(image, both)
        mkinitramfs.overlay(extra, kos, kernel["KVER"], files)
        with open(both, "ab") as out:
            out.write(extra.read_bytes())
        extra.unlink()
        return both

    def _argv(self, kernel, initrd, accel, cpu, smp, mem, iommu, reserve):
        how = {"tcg": f"tcg,thread={tcg_threads()}", "kvm": "kvm"}[accel]
        share = "local,security_model=none,multidevs=remap"
        argv = ["qemu-system-x86_64", "-M", "q35,kernel-irqchip=" + ("split" if accel == "kvm" else "off"), "-accel", how]
        argv += ["-cpu", cpu, "-smp", str(smp), "-m", str(mem), "-nodefaults", "-no-user-config", "-no-reboot"]
        argv += ["-display", "none", "-serial", "stdio", "-serial", f"file:{self.dir}/kernel.log"]
        argv += IOMMU if iommu else []
        argv += ["-virtfs", f"{share},path={ROOT},mount_tag=svnic,readonly=on"]
        argv += ["-virtfs", f"{share},path={self.dir}/out,mount_tag=out"]
        argv += ["-device", f"pcie-root-port,id=rp0,bus=pcie.0,chassis=1,slot=1,pref64-reserve={reserve}"]
        return argv + ["-kernel", kernel["VMLINUZ"], "-initrd", str(initrd)]

    def _cmdline(self, command, args, iommu, append, accel):
        # loglevel 5: the console shows what counts as a finding; the rest would cost a second of serial output
        words = ["console=ttyS0,115200", "loglevel=5", "panic=-1", "rdinit=/init", f"svnic_guest.token={self.token}"]
        words += ["intel_iommu=on"] if iommu else []
        # Under TCG on a busy host the TSC is calibrated wrongly (a factor of 3 was seen): the HPET is QEMU's own clock.
        # And the check whether the timer interrupts at all counts jiffies for 10 ms of TSC: it can panic for nothing.
        words += ["tsc=unstable", "no_timer_check"] if accel == "tcg" else []
        words += [append] if append else []
        if command:
            words.append(f"svnic_guest.run={self._command_path(command)}")
        if args:
            bad = [a for a in args if '"' in str(a) or "\n" in str(a) or not str(a)]
            if bad:
                raise ValueError(f"the kernel's command line cannot carry {bad}; give a script instead")
            words += ["--"] + [f'"{a}"' for a in args]
        return " ".join(words)

    def _command_path(self, command):
        if re.search(r"\s", command):
            script = self.dir / "run.sh"
            script.write_text(command + "\n")
            return script.relative_to(ROOT)
        path = (ROOT / command).absolute()
        if not path.exists():
            raise FileNotFoundError(f"no such file in the tree: {command}")
        return path.relative_to(ROOT)

    def start(self, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE):
        self.tmp = tempfile.TemporaryDirectory(prefix="svnic-")
        self.argv += ["-qmp", f"unix:{self.tmp.name}/qmp,server=on,wait=off"]
        (self.dir / "qemu.sh").write_text("exec " + shlex.join(self.argv) + "\n")
        with open(self.dir / "qemu.err", "wb") as err:
            self.process = subprocess.Popen(self.argv, stdin=stdin, stdout=stdout, stderr=err, cwd=ROOT,
                                            preexec_fn=end_with_parent)

    def end(self):
        """Ends QEMU: politely, so that its exit notifiers close waves and captures, then not."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def hmp(self, line):
        """The answer of QEMU's human monitor to one line ("info pci"), from another thread or from on_line."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(30)
            s.connect(f"{self.tmp.name}/qmp")
            f = s.makefile("rw")
            f.readline()
            for request in ({"execute": "qmp_capabilities"},
                            {"execute": "human-monitor-command", "arguments": {"command-line": line}}):
                f.write(json.dumps(request) + "\n")
                f.flush()
                answer = self._answer(f)
            return answer

    @staticmethod
    def _answer(f):
        for line in f:
            message = json.loads(line)
            if "error" in message:
                raise RuntimeError(message["error"]["desc"])
            if "return" in message:
                return message["return"]
        raise RuntimeError("QEMU closed its monitor")

    def _read_console(self, lines):
        with open(self.dir / "console.log", "wb") as log:
            for raw in self.process.stdout:
                log.write(raw)
                log.flush()
                lines.put(ESCAPES.sub("", raw.decode(errors="replace").rstrip("\n")))
        lines.put(None)

    def wait(self):
        """Follows the console until QEMU ends or the bound is reached."""
        progress = Progress(self.name, self.bound, self.verbose)
        lines = queue.Queue()
        threading.Thread(target=self._read_console, args=(lines,), daemon=True).start()
        console, boot, late = [], 0.0, False
        try:
            while not late:
                late = progress.elapsed() > self.bound
                try:
                    line = lines.get(timeout=0.5)
                except queue.Empty:
                    progress.tick(console[-1] if console else "QEMU started")
                    continue
                if line is None:
                    break
                console.append(line)
                if not boot and "svnic-guest: init at" in line:
                    boot = progress.elapsed()
                progress.line(line)
                if self.on_line:
                    self.on_line(line)
        finally:
            progress.done()
            if self.process.poll() is None and (late or sys.exc_info()[0]):
                self.end()
            self.process.wait()
            self.tmp.cleanup()
            self.lock.close()
        return self._result("\n".join(console), progress.elapsed(), boot, late)

    def _result(self, console, wall, boot, late):
        exit_line = re.search(rf"svnic-guest: exit token={self.token} status=(\d+)", console)
        status = int(exit_line.group(1)) if exit_line else None
        log = self.dir / "kernel.log"
        # a guest that did not get so far as to report leaves its messages on the console only
        text = log.read_text(errors="replace") if exit_line and log.exists() else console
        if status is not None:
            reason = f"exit status {status}"
        elif late:
            reason = f"ended after its bound of {self.bound} s"
        else:
            error = (self.dir / "qemu.err").read_text(errors="replace").strip()
            reason = f"QEMU ended ({self.process.returncode}) before the guest reported a status"
            reason += f": {error.splitlines()[-1]}" if error else ""
        return Result(status, reason, console, kernel_messages(text, self.baseline), wall, boot, self.dir / "out")


def run(command, args=(), **options):
    """Boots a guest, runs the command, returns a Result. For the options see Guest."""
    guest = Guest(command, args, **options)
    guest.start()
    return guest.wait()


def shell(**options):
    """A guest with a shell on this terminal, without a bound; Ctrl-A belongs to nobody, `exit` ends it."""
    guest = Guest(None, **options)
    guest.start(stdin=None, stdout=None)
    status = guest.process.wait()
    guest.tmp.cleanup()
    return status


def main():
    ap = argparse.ArgumentParser(description="Run a file of the tree, or a script, in a Linux guest in stock QEMU.")
    ap.add_argument("--plugin", action="append", default=[], help="a value for QEMU's -plugin")
    ap.add_argument("--device", action="append", default=[], help="a value for -device; the card's bus is rp0")
    ap.add_argument("--ko", action="append", default=[], help="an out-of-tree module for modprobe")
    ap.add_argument("--module", action="append", default=[], help="one more module of the guest's kernel")
    ap.add_argument("--append", default="", help="more of the kernel's command line")
    ap.add_argument("--kvm", action="store_true", help="use KVM instead of TCG")
    ap.add_argument("--bound", type=float, default=120, help="seconds after which QEMU is ended (default %(default)s)")
    ap.add_argument("--name", default="guest", help="folder below build/guest for logs (default %(default)s)")
    ap.add_argument("--quiet", action="store_true", help="a progress line instead of the console")
    ap.add_argument("command", nargs="?", help="a file of the tree or a quoted script; none: a shell")
    ap.add_argument("args", nargs=argparse.REMAINDER)
    a = ap.parse_args()
    options = {"plugin": a.plugin, "devices": a.device, "kos": a.ko, "modules": a.module, "append": a.append,
               "accel": "kvm" if a.kvm else "tcg", "name": a.name}
    if not a.command:
        return shell(**options)
    result = run(a.command, a.args, bound=a.bound, verbose=not a.quiet, **options)
    print(result)
    return 0 if result.ok else result.status or 1


if __name__ == "__main__":
    sys.exit(main())
