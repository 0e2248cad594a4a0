#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""by_label.py [PID...]: the logon session of each process, or of all, as the tracker's labels have it.

Also of a process that has left the control group of its session. Needs root, as the labels do.
"""
import ctypes
import os
import platform
import struct
import sys

FOLDER = "/sys/fs/bpf/openlogon-" + os.environ.get("OPENLOGON_TAG", "main")

SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "s390x": 351, "ppc64le": 361}[platform.machine()]
BPF_MAP_LOOKUP_ELEM = 1
BPF_OBJ_GET = 7
BPF_F_RDONLY = 1 << 3

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    """The system call bpf(2)."""
    buffer = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result = libc.syscall(SYS_BPF, command, buffer, len(buffer))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def open_map(path):
    name = ctypes.create_string_buffer(path.encode())
    return bpf(BPF_OBJ_GET, struct.pack("=QII", ctypes.addressof(name), 0, BPF_F_RDONLY))


def label(tasks, pid):
    """(session, token) of a process; None when it came from no login."""
    pidfd = os.pidfd_open(pid)
    try:
        key = ctypes.c_int(pidfd)
        value = (ctypes.c_uint64 * 2)()
        bpf(BPF_MAP_LOOKUP_ELEM,
            struct.pack("=IxxxxQQQ", tasks, ctypes.addressof(key), ctypes.addressof(value), 0))
        return tuple(value) if value[0] else None
    except FileNotFoundError:
        return None
    finally:
        os.close(pidfd)


def main():
    if len(sys.argv) == 1:  # the pinned iterator is a file with a line for each
        with open(f"{FOLDER}/processes") as processes:
            for line in processes:
                pid, session, _ = line.split()
                print(pid, "0x" + session)
        return
    tasks = open_map(f"{FOLDER}/tasks")
    for pid in map(int, sys.argv[1:]):
        found = label(tasks, pid)
        print(pid, f"0x{found[0]:016x}" if found else "-")


if __name__ == "__main__":
    main()
