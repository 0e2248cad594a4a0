#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Logins through PAM beside logind: each has a session of logind's and one of OpenLogon's, whose control group is below
logind's scope. Run by boot.sh, in a container of its own."""
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import time
import unittest

PREFIX = pathlib.Path(os.environ["OPENLOGON_PREFIX"])
UNIT = "openlogond.service"
USER = "carol"
GROUPS = pathlib.Path("/sys/fs/cgroup")
SCOPE = r"/user\.slice/user-\d+\.slice/session-(\w+)\.scope"
LEAF = r"openlogon-main-([0-9a-f]{16})-[0-9a-f]{16}"
ENDS_S = 20


def run(*command, **more):
    done = subprocess.run(command, text=True, capture_output=True, timeout=60, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def group_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return next(line[3:] for line in lines if line.startswith("0::"))


def session_of(pid):
    """OpenLogon's session that lists the process."""
    found = [s for s in json.loads(run("logonsessions", "-p", "--json"))["sessions"]
             for p in s["processes"] if p["pid"] == pid]
    assert len(found) == 1, found
    return found[0]


class Login:
    """A shell at the end of some way in. It tells its own number first; then it does what it is told."""

    def __init__(self, *command):
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execvp(command[0], command)
        self.program = pid
        self.say("stty -echo; PS1=")
        self.shell = int(self.ask("echo $$"))

    def say(self, line):
        os.write(self.terminal, (line + "\n").encode())

    def ask(self, line):
        self.say(f"echo \"<$({line})>\"")
        text = b""
        while not (found := re.search(rb"<([^<>$]*)>\r", text)):
            text += os.read(self.terminal, 4096)
        return found[1].decode()

    def end(self):
        if self.program:
            self.say("exit")
            os.waitpid(self.program, 0)
            os.close(self.terminal)
            self.program = 0


class Logins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("useradd", "-m", "-s", "/bin/sh", USER)
        with open("/etc/pam.d/common-session", "a") as stack:
            stack.write(f"session optional {PREFIX}/lib/security/pam_openlogon.so\n")
        # Who is in a container may not set the kernel's login uid.
        for stack in pathlib.Path("/etc/pam.d").iterdir():
            stack.write_text(re.sub(r"required(\s+pam_loginuid)", r"optional\1", stack.read_text()))
        work = pathlib.Path(f"/home/{USER}/.ssh")
        work.mkdir()
        for key in "host", "id":
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"/root/{key}")
        (work / "authorized_keys").write_text(pathlib.Path("/root/id.pub").read_text())
        run("chown", "-R", USER, str(work))
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        pathlib.Path("/root/sshd").write_text(
            "Port 2222\nListenAddress 127.0.0.1\nUsePAM yes\nHostKey /root/host\nPidFile none\n")

    def login(self, *command):
        login = Login(*command)
        self.addCleanup(login.end)
        return login

    def assert_beside_logind(self, login, logon_type):
        group = group_of(login.shell)
        found = re.fullmatch(f"{SCOPE}/{LEAF}", group)
        self.assertTrue(found, group)
        ours = session_of(login.shell)
        self.assertEqual(int(ours["logon_id"], 16), int(found[2], 16))
        self.assertEqual(ours["user"], USER)
        self.assertEqual(ours["logon_type"], logon_type)
        self.assertEqual(run("loginctl", "show-session", "-P", "Name", found[1]).strip(), USER)
        return group

    def assert_gone(self, group, luid):
        """It ends with its last process. Who lets people in may take a while to end after the shell."""
        deadline = time.monotonic() + ENDS_S
        while luid in [s["logon_id"] for s in json.loads(run("logonsessions", "--json"))["sessions"]]:
            self.assertLess(time.monotonic(), deadline, "the session does not end")
        self.assertFalse((GROUPS / group.lstrip("/")).exists())

    def test_login_at_a_terminal(self):
        login = self.login("login", "-f", USER)
        group = self.assert_beside_logind(login, "Interactive")
        luid = session_of(login.shell)["logon_id"]
        login.end()
        self.assert_gone(group, luid)

    def ssh(self):
        server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", "/root/sshd"], stderr=subprocess.PIPE, text=True)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        while "Server listening" not in (line := server.stderr.readline()):
            self.assertTrue(line, "sshd does not run")
        return self.login("ssh", "-tt", "-q", "-p", "2222", "-i", "/root/id", "-o", "StrictHostKeyChecking=no",
                          f"{USER}@127.0.0.1", "exec /bin/sh")

    def test_ssh(self):
        login = self.ssh()
        group = self.assert_beside_logind(login, "RemoteInteractive")
        luid = session_of(login.shell)["logon_id"]
        login.end()
        self.assert_gone(group, luid)

    def test_su_within_a_login_has_a_leaf_below_its(self):
        login = self.login("login", "-f", "root")
        outer = group_of(login.shell)
        self.assertRegex(outer, f"^{SCOPE}/{LEAF}$")
        login.say(f"su {USER} -s /bin/sh")
        login.say("stty -echo; PS1=")
        inner = group_of(int(login.ask("echo $$")))
        self.assertRegex(inner, f"^{re.escape(outer)}/{LEAF}$")
        login.say("exit")
        self.assertEqual(group_of(int(login.ask("echo $$"))), outer)

    def test_a_restart_keeps_logins(self):
        login = self.login("login", "-f", USER)
        before = session_of(login.shell)["logon_id"]
        run("systemctl", "restart", UNIT)
        self.assertEqual(session_of(login.shell)["logon_id"], before)
        self.assert_beside_logind(login, "Interactive")

    def test_a_login_while_it_is_stopped_is_taken_in_later(self):
        run("systemctl", "stop", UNIT)
        self.addCleanup(run, "systemctl", "start", UNIT)
        login = self.login("login", "-f", USER)
        self.assertRegex(group_of(login.shell), f"^{SCOPE}")
        run("systemctl", "start", UNIT)
        ours = session_of(login.shell)
        self.assertEqual((ours["user"], ours["logon_type"]), (USER, "Interactive"))


if __name__ == "__main__":
    if not list(pathlib.Path("/lib").glob("*/security/pam_systemd.so")):
        print("test_logind.py: left out: logind has no part in logins (package libpam-systemd is not installed)")
        sys.exit(77)
    unittest.main(verbosity=2)
