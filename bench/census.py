#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""census.py FORKER [PROCESSES]: what it takes to tell the session of each process of the machine, beside ps.

Under `logon private`. Processes are started in sessions; then logonsessions and ps take turns.
"""
import json
import os
import statistics
import subprocess
import sys
import time

SESSIONS = 10
ROUNDS = 11
GOAL = 1.5  # times ps
PASSWORD = "bench-Passw0rd"
COMMANDS = {
    "ps -e -o pid,user,cgroup": ["ps", "-e", "-o", "pid,user,cgroup"],
    "logonsessions -p": ["logonsessions", "-p"],
    "logonsessions -p --json": ["logonsessions", "-p", "--json"],
}


def start_session(forker, n):
    """A logon whose program has n children; ends when its standard input does."""
    read, write = os.pipe()
    os.write(write, (PASSWORD + "\n").encode())
    os.close(write)
    session = subprocess.Popen(
        ["logon", "run", "--user", "bench-census", "--password-fd", str(read), "--", forker, str(n)],
        pass_fds=[read], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    os.close(read)
    if session.stdout.readline() != "ready\n":
        sys.exit("census.py: a session did not start")
    return session


def measure(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


def check(n):
    """Each process is named once; and all that were started are."""
    out = subprocess.run(["logonsessions", "-p", "--json"], capture_output=True, text=True, check=True).stdout
    pids = [p["pid"] for s in json.loads(out)["sessions"] for p in s["processes"]]
    if len(pids) != len(set(pids)) or len(pids) < n:
        sys.exit(f"census.py: {len(pids)} processes are named, {len(set(pids))} of them different")
    return len(pids)


def main():
    forker, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    subprocess.run(["logon", "account", "add", "bench-census", "--password-fd", "0"], input=PASSWORD + "\n", text=True,
                   check=True, stdout=subprocess.DEVNULL)
    sessions = [start_session(forker, n // SESSIONS) for _ in range(SESSIONS)]
    print(f"{check(n)} processes, each named once")
    times = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(measure(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ps = next(iter(medians.values()))
    print(f"{'ms':<30} {'median':>10} {'min':>10} {'max':>10} {'x ps':>8}  goal")
    for name, values in times.items():
        ratio = medians[name] / ps
        goal = "" if ratio == 1 else f"{GOAL} {'met' if ratio <= GOAL else 'MISSED'}"
        print(f"{name:<30} {medians[name]:>10.1f} {min(values):>10.1f} {max(values):>10.1f} {ratio:>8.2f}  {goal}")
    for session in sessions:
        session.stdin.close()
    for session in sessions:
        session.wait()


if __name__ == "__main__":
    main()
