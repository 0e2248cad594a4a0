# SPDX-License-Identifier: MIT
"""A process that root took out of its session's control group is known all the same, to openlogond and to the
examples that show other tools the way. Under a private authority with the tracker."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from support import LOGON, ToolTest, logon, logonsessions, run

BPF = pathlib.Path("/sys/fs/bpf")
EXAMPLES = pathlib.Path(os.environ["OPENLOGON_TEST_EXAMPLES"])
PASSWORD = "correct-Horse7"


def folders():
    return list(BPF.glob("openlogon-*"))


def group_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return next(line[3:] for line in lines if line.startswith("0::"))


def cgroup_mount():
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split()
        if kind == "cgroup2":
            return pathlib.Path(mount)
    raise AssertionError("no control groups")


class Tracked(ToolTest):
    @classmethod
    def setUpClass(cls):
        if not folders():
            raise unittest.SkipTest("the kernel, or this build, has no tracker")
        done = logon("account", "add", "tracy", "--password-fd", "0", text=PASSWORD + "\n")
        assert done.code == 0, done

    def setUp(self):
        """One process of the session stays in its group, the other is moved out of it."""
        read, write = os.pipe()
        os.write(write, (PASSWORD + "\n").encode())
        os.close(write)
        runner = subprocess.Popen(
            [LOGON, "run", "--user", "tracy", "--password-fd", str(read), "--", "/bin/sh", "-c",
             "sleep 1000 & echo $! $$; exec sleep 1000"], pass_fds=[read], stdout=subprocess.PIPE, text=True)
        os.close(read)
        self.moved, self.stayed = map(int, runner.stdout.readline().split())
        self.addCleanup(runner.wait)
        self.addCleanup(runner.stdout.close)
        for pid in self.moved, self.stayed:
            self.addCleanup(os.kill, pid, signal.SIGKILL)
        (cgroup_mount() / group_of(os.getpid()).lstrip("/") / "cgroup.procs").write_text(str(self.moved))
        self.assertEqual(group_of(self.moved), group_of(os.getpid()))
        session, _ = group_of(self.stayed).split("/")[-2:]
        self.luid = "0x" + session
        boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text()[:18]
        self.guid = f"{boot}-{session[:4]}-{session[4:]}"
        os.environ["OPENLOGON_TAG"] = folders()[0].name.removeprefix("openlogon-")

    def test_openlogond_knows_it(self):
        listing = json.loads(self.succeeds(logonsessions("-p", "--json")))["sessions"]
        for pid, basis in (self.moved, "tracker"), (self.stayed, "cgroup"):
            found = [(int(s["logon_id"], 16), p["basis"]) for s in listing for p in s["processes"] if p["pid"] == pid]
            self.assertEqual(found, [(int(self.luid, 16), basis)])

    def test_it_is_told_by_asking(self):
        folder = os.path.dirname(LOGON)
        out = self.succeeds(run(str(EXAMPLES / "by_asking.py"), str(self.moved), str(self.stayed),
                                PATH=f"{folder}:{os.environ['PATH']}"))
        told = [line.split() for line in out.splitlines()]
        self.assertEqual([(int(pid), int(luid, 16), basis) for pid, luid, _, basis in told],
                         [(self.moved, int(self.luid, 16), "tracker"), (self.stayed, int(self.luid, 16), "cgroup")])
        self.assertEqual({guid for _, _, guid, _ in told}, {self.guid})

    def test_its_group_tells_nothing(self):
        out = self.succeeds(run(str(EXAMPLES / "by_group.sh"), str(self.moved), str(self.stayed)))
        self.assertEqual(out, f"{self.moved} -\n{self.stayed} {self.luid} {self.guid}\n")

    def test_its_label_tells(self):
        us = os.getpid()
        out = self.succeeds(run(str(EXAMPLES / "by_label.py"), str(self.moved), str(self.stayed), str(us)))
        self.assertEqual(out, f"{self.moved} {self.luid}\n{self.stayed} {self.luid}\n{us} -\n")

    def test_all_labels_are_a_file(self):
        listed = self.succeeds(run(str(EXAMPLES / "by_label.py"))).splitlines()
        lines = [line for line in listed if line.endswith(self.luid)]
        self.assertEqual(sorted(lines), sorted(f"{pid} {self.luid}" for pid in (self.moved, self.stayed)))

    @unittest.skipUnless(shutil.which("clang"), "clang is not installed")
    def test_a_program_of_others_in_the_kernel_sees_it(self):
        lines = self.succeeds(run(str(EXAMPLES / "own_program.sh"))).splitlines()
        of = {int(line.split()[0]): line.split()[1:] for line in lines}
        uid = str(os.stat(f"/proc/{self.moved}").st_uid)
        self.assertEqual(of[self.moved], ["sleep", uid, self.luid])
        self.assertEqual(of[os.getpid()][2], "0x" + 16 * "0")


if __name__ == "__main__":
    unittest.main()
