"""What the operating system is told to refuse a process that runs foreign code; nothing here needs a privilege, and nothing can be taken back."""

from __future__ import annotations

import ctypes
import errno
import math
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_CLONE_NEWUSER: Final = 0x1000_0000  # linux/sched.h
_CLONE_NEWNET: Final = 0x4000_0000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_REFUSE_PROCESS, _ERRNO, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
_OPEN_FILES = 16

# Audit number of the machine, and what an interpreter that only calculates has to ask of the kernel, as asm/unistd.h numbers it:
# read write mmap mprotect munmap mremap brk madvise rt_sigreturn rt_sigprocmask sigaltstack futex clock_gettime gettimeofday getrandom
# getrusage restart_syscall exit exit_group
_MACHINES: Final[Mapping[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (0xC000_003E, (0, 1, 9, 10, 11, 25, 12, 28, 15, 14, 131, 202, 228, 96, 318, 98, 219, 60, 231)),
    "aarch64": (0xC000_00B7, (63, 64, 222, 226, 215, 216, 214, 233, 139, 135, 132, 98, 113, 169, 278, 165, 128, 93, 94)),
}


_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def filterable() -> bool:
    """Whether this machine's kernel is asked to refuse all but calculating (`only_calculate`)."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def without_network() -> bool:
    """Move this process into a network of its own that has no interface; False where the system gives none to an unprivileged process."""
    if sys.platform != "linux":
        return False
    return bool(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def only_calculate() -> None:
    """Have the kernel refuse this process every call but those that calculate: no file, socket, process or signal from here on. Raises OSError."""
    number, calls = _MACHINES[platform.machine()]
    lines = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, number), (_RETURN, 0, 0, _REFUSE_PROCESS), (_LOAD, 0, 0, 0)]
    # Numbers from 2^30 on are those of x32, another table; none of them is among `calls`.
    lines += [(_JUMP_IF_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    lines += [(_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("HBBI", *line) for line in lines)
    program = _Program(len(lines), code)
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls (seccomp)")


def bounded(cpu_s: float, memory_bytes: int | None) -> None:
    """End this process after `cpu_s` processor seconds, and let it start nothing, write no file and have `memory_bytes` of address space, None for any."""
    whole = math.ceil(cpu_s) + 1
    for name, most in (
        ("RLIMIT_CPU", whole),
        *([("RLIMIT_AS", memory_bytes)] if memory_bytes else []),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", _OPEN_FILES),
        ("RLIMIT_NPROC", 0),  # root is exempt: the filter of calls stands before it
        ("RLIMIT_CORE", 0),
    ):
        _, hard = resource.getrlimit(getattr(resource, name))
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(getattr(resource, name), (least, least))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # its signal ends the process, even inside a C function


def address_space() -> int:
    """Return the bytes of address space that this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        return 0
