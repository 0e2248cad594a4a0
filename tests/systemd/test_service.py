#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openlogond as systemd's service: it starts, restarts, crashes and stops, and sessions stay. Run by boot.sh."""
import json
import os
import pathlib
import select
import signal
import subprocess
import unittest

UNIT = "openlogond.service"
GROUPS = pathlib.Path("/sys/fs/cgroup")
PASSWORD = "correct-Horse7"


def run(*command, text=None, ok=True):
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    if ok and done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def systemctl(*arguments):
    return run("systemctl", *arguments)


def unit(name):
    return systemctl("show", "-P", name, UNIT).strip()


def group_of(pid):
    for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        if line.startswith("0::"):
            return line[3:]
    raise AssertionError("no control group")


def ended(pidfd, timeout):
    """Whether the process ends within so many seconds."""
    return bool(select.select([pidfd], [], [], timeout)[0])


class Session:
    """A program that a logon runs, with what is needed to look at it."""

    def __init__(self):
        read, write = os.pipe()
        os.write(write, (PASSWORD + "\n").encode())
        os.close(write)
        self.runner = subprocess.Popen(
            ["logon", "run", "--user", "alice", "--password-fd", str(read), "--", "/bin/sh", "-c",
             "echo $$; exec sleep 1000"],
            pass_fds=[read], stdout=subprocess.PIPE, text=True)
        os.close(read)
        self.pid = int(self.runner.stdout.readline())
        self.pidfd = os.pidfd_open(self.pid)

    def end(self):
        if self.pidfd < 0:
            return
        try:
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.runner.stdout.close()
        self.runner.wait()
        os.close(self.pidfd)
        self.pidfd = -1


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("logon", "account", "add", "alice", "--password-fd", "0", text=PASSWORD + "\n")

    def setUp(self):
        self.session = Session()
        self.addCleanup(self.session.end)
        self.group = group_of(self.session.pid)

    def assert_session_lives(self):
        self.assertFalse(ended(self.session.pidfd, 0))
        self.assertEqual(group_of(self.session.pid), self.group)
        listing = json.loads(run("logonsessions", "-p", "--json"))["sessions"]
        found = [s["logon_id"] for s in listing for p in s["processes"] if p["pid"] == self.session.pid]
        self.assertEqual(len(found), 1, listing)

    def test_the_unit_has_no_mistakes(self):
        out = subprocess.run(["systemd-analyze", "verify", "--man=no", UNIT], text=True, capture_output=True)
        self.assertEqual(out.stderr, "")

    def test_it_is_ready_when_it_is_active(self):
        systemctl("restart", UNIT)
        self.assertEqual(unit("ActiveState"), "active")
        run("logonsessions")

    def test_leaves_lie_below_the_unit(self):
        self.assertRegex(self.group, r"^/system\.slice/openlogond\.service/openlogon-main/[0-9a-f]{16}/[0-9a-f]{16}$")
        self.assertEqual(group_of(unit("MainPID")), "/system.slice/openlogond.service")

    def test_a_restart_keeps_sessions_and_their_processes(self):
        before = unit("MainPID")
        systemctl("restart", UNIT)
        self.assertNotEqual(unit("MainPID"), before)
        self.assert_session_lives()

    def test_after_a_crash_it_is_started_again(self):
        before = int(unit("MainPID"))
        pidfd = os.pidfd_open(before)
        # Whoever asks meanwhile waits, and is answered by the next one.
        os.kill(before, signal.SIGKILL)
        self.assertTrue(ended(pidfd, 10))
        os.close(pidfd)
        self.assert_session_lives()
        self.assertNotEqual(int(unit("MainPID")), before)
        self.assertEqual(unit("ActiveState"), "active")

    def test_a_stop_ends_nobody_and_a_start_finds_all(self):
        systemctl("stop", UNIT)
        self.assertEqual(unit("ActiveState"), "inactive")
        self.assertEqual(unit("Result"), "success")
        self.assertFalse(ended(self.session.pidfd, 0))
        self.assertTrue(pathlib.Path("/run/openlogon/sessions.db").exists())
        systemctl("start", UNIT)
        self.assert_session_lives()

    def test_workers_end_with_it(self):
        group = GROUPS / "system.slice" / UNIT
        systemctl("stop", UNIT)
        self.addCleanup(systemctl, "start", UNIT)
        self.assertEqual((group / "cgroup.procs").read_text(), "")

    def test_stopped_without_sessions_it_leaves_nothing(self):
        self.session.end()
        systemctl("stop", UNIT)
        self.addCleanup(systemctl, "start", UNIT)
        self.assertEqual(unit("Result"), "success")
        self.assertFalse((GROUPS / "system.slice" / UNIT).exists())

    def test_another_kill_mode_would_kill_the_sessions(self):
        """So the unit's is needed, and the tests above would notice."""
        folder = pathlib.Path("/run/systemd/system/openlogond.service.d")
        folder.mkdir(parents=True)
        (folder / "kill.conf").write_text("[Service]\nKillMode=mixed\n")
        systemctl("daemon-reload")
        try:
            systemctl("restart", UNIT)
            self.assertTrue(ended(self.session.pidfd, 10))
        finally:
            (folder / "kill.conf").unlink()
            folder.rmdir()
            systemctl("daemon-reload")

    def test_logind_runs_beside_it(self):
        self.assertEqual(systemctl("is-active", "systemd-logind.service").strip(), "active")
        run("loginctl", "list-sessions", "--no-legend")


if __name__ == "__main__":
    unittest.main(verbosity=2)
