#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Logins through the programs that people come in by: each is one session, of the right user and
type, with its processes, and gone when they are."""
import glob
import os
import pty
import signal
import subprocess
import sys
import time
import unittest

import machine
from machine import ACCOUNT, ACCOUNT_PASSWORD, PASSWORD, RUNTIME, USER, kill, run, write

M = None
SYSTEM = 0x3e7
NEW_PASSWORD = "Olgas-n3w-Passw0rd"


def parent(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def control_group(pid):
    """The directory of a process' control group."""
    with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
        group = next(line[3:].strip() for line in file if line.startswith("0::"))
    with open("/proc/self/mounts", encoding="utf-8") as file:
        mount = next(fields[1] for fields in map(str.split, file) if fields[2] == "cgroup2")
    return mount + group


class LoginTest(unittest.TestCase):
    def setUp(self):
        self.before = set(M.sessions())
        self.watch = machine.Watch()
        self.addCleanup(self.watch.close)

    def new_sessions(self):
        """Without those that openlogond makes for the uids of services by itself."""
        return {luid: one for luid, one in M.sessions().items()
                if luid not in self.before and one["authentication_package"] != "Kernel"}

    def check(self, probe, user, logon_type, n_sessions=1):
        """It is one session of this user, which has the probe as its process."""
        sessions = self.new_sessions()
        self.assertEqual(len(sessions), n_sessions, sessions)
        self.assertIn(probe.luid, sessions)
        one = sessions[probe.luid]
        self.assertEqual(one["user"], user)
        self.assertEqual(one["logon_type"], logon_type)
        self.assertIn(probe.pid, [process["pid"] for process in one["processes"]])
        probe.group = control_group(probe.pid)
        self.assertIn(f"{probe.luid:016x}", probe.group)

    def check_gone(self, probe):
        self.watch.wait_end(probe.luid)
        self.assertNotIn(probe.luid, M.sessions())
        self.assertFalse(os.path.exists(probe.group), probe.group)

    def ssh(self, user, *options, password=None):
        probe = M.probe()
        command, environment = M.ssh(user, probe.script(), *options, password=password)
        return probe.start(command, environment).wait()


class OneLogin(LoginTest):
    def through(self, probe, user, logon_type):
        self.check(probe, user, logon_type)
        probe.finish()
        self.check_gone(probe)
        self.assertEqual(self.new_sessions(), {})

    def test_ssh_with_a_key(self):
        self.through(self.ssh(USER), USER, "RemoteInteractive")

    def test_ssh_with_a_password(self):
        self.through(self.ssh(USER, "-o", "PreferredAuthentications=password", password=PASSWORD),
                     USER, "RemoteInteractive")

    def test_ssh_keyboard_interactive(self):
        self.through(self.ssh(USER, "-o", "PreferredAuthentications=keyboard-interactive",
                              password=PASSWORD), USER, "RemoteInteractive")

    def test_ssh_of_an_openlogon_account(self):
        self.through(self.ssh(ACCOUNT), ACCOUNT, "RemoteInteractive")
        for method in ["password", "keyboard-interactive"]:
            self.through(self.ssh(ACCOUNT, "-o", f"PreferredAuthentications={method}",
                                  password=ACCOUNT_PASSWORD), ACCOUNT, "RemoteInteractive")

    def test_cron(self):
        probe = M.probe()
        write("/etc/cron.d/openlogon-test", f"@reboot {USER} {probe.script()}\n")
        for path in glob.glob("/run/crond*"):
            os.unlink(path)
        probe.start(["cron", "-f"])
        self.addCleanup(probe.process.kill)
        probe.wait()
        self.check(probe, USER, "Batch")
        os.write(probe.writer, b"\n")
        self.check_gone(probe)

    def test_at(self):
        probe = M.probe()
        atd = subprocess.Popen(["atd", "-f"])  # pylint: disable=consider-using-with
        self.addCleanup(atd.wait, machine.TIMEOUT_S)
        self.addCleanup(atd.kill)
        # Told of a job or come after it was there: in either case it looks for what is due.
        run("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "at", "now",
            text=probe.script() + "\n", cwd="/")
        probe.wait()
        ((probe.luid, _),) = self.new_sessions().items()  # atd drops PAM's environment
        self.check(probe, USER, "Batch")
        os.write(probe.writer, b"\n")
        self.check_gone(probe)
        probe.close()

    def test_su(self):
        probe = M.probe()
        self.through(probe.start(["su", USER, "-c", probe.script()]).wait(), USER, "Service")

    def test_runuser(self):
        probe = M.probe()
        self.through(probe.start(["runuser", "-u", USER, "--", "sh", "-c", probe.script()]).wait(),
                     USER, "Service")

    def test_login_on_a_terminal(self):
        probe = M.probe()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp("login", ["login", "-f", USER])
        self.addCleanup(os.close, terminal)
        os.write(terminal, probe.script().encode() + b"; exit\n")
        probe.wait()
        self.check(probe, USER, "Interactive")
        os.write(probe.writer, b"\n")
        self.check_gone(probe)
        os.waitpid(pid, 0)
        probe.close()


class Nested(LoginTest):
    def test_sudo_in_ssh_is_a_session_in_a_session(self):
        outer, inner = M.probe(), M.probe()
        script = f"sudo -n sh -c '{inner.script()}'; {outer.script()}"
        command, environment = M.ssh(USER, script)
        outer.start(command, environment)
        inner.wait()
        self.assertEqual(inner.uid, 0)
        self.check(inner, "root", "RemoteInteractive", n_sessions=2)
        os.write(inner.writer, b"\n")
        self.check_gone(inner)
        outer.wait()
        self.assertNotEqual(outer.luid, inner.luid)
        self.check(outer, USER, "RemoteInteractive")
        outer.finish()
        self.check_gone(outer)
        inner.close()

    def test_where_a_login_came_from_is_told(self):
        probe = self.ssh(USER)
        self.check(probe, USER, "RemoteInteractive")
        self.assertEqual(M.sessions()[probe.luid]["remote_host"], "127.0.0.1")
        self.assertEqual(M.sessions()[probe.luid]["service"], "sshd")
        self.assertEqual(M.wts_sessions()[probe.luid]["remote_host"], "127.0.0.1")
        probe.finish()
        self.check_gone(probe)

    def test_su_and_sudo_originate_in_the_ssh_that_they_are_in(self):
        """Each is a session of its own, of the same WTS session."""
        outer, sudo, inner_su = M.probe(), M.probe(), M.probe()
        script = (f"sudo -n sh -c '{sudo.script()}; su {ACCOUNT} -c \"{inner_su.plain()}\"'"
                  f"; {outer.script()}")
        outer.start(*M.ssh(USER, script))
        sudo.wait()
        ssh = next(luid for luid in self.new_sessions() if luid != sudo.luid)
        wts = self.new_sessions()[ssh]["session_id"]
        self.check_origin(sudo, ssh, wts)
        os.write(sudo.writer, b"\n")
        inner_su.wait()
        self.check_origin(inner_su, sudo.luid, wts)
        self.assertEqual(self.new_sessions()[inner_su.luid]["user"], ACCOUNT)
        os.write(inner_su.writer, b"\n")
        outer.wait()
        self.assertEqual(outer.luid, ssh)
        self.check_origin(outer, SYSTEM, wts)
        outer.finish()
        sudo.close()
        inner_su.close()
        self.check_gone_all([sudo, inner_su, outer])

    def check_origin(self, probe, origin, wts):
        token = M.token(probe.pid)
        self.assertEqual(int(token["logon_id"], 16), probe.luid)
        self.assertEqual(int(token["origin"], 16), origin)
        self.assertEqual(token["session_id"], wts)

    def check_gone_all(self, probes):
        ended = set()
        while not ended.issuperset({probe.luid for probe in probes}):
            ended.add(self.watch.next_end())
        self.assertEqual(self.new_sessions(), {})

    def test_two_at_once_are_two(self):
        first, second = self.ssh(USER), self.ssh(USER)
        self.assertNotEqual(first.luid, second.luid)
        self.check(first, USER, "RemoteInteractive", n_sessions=2)
        first.finish()
        self.check_gone(first)
        self.check(second, USER, "RemoteInteractive")
        second.finish()
        self.check_gone(second)


class Ends(LoginTest):
    def test_processes_left_behind_keep_the_session(self):
        left, probe = M.probe(), M.probe()
        script = f"setsid sh -c '{left.script()}' >/dev/null 2>&1 & {probe.script()}"
        command, environment = M.ssh(USER, script)
        probe.start(command, environment).wait()
        left.wait()
        self.assertEqual(left.luid, probe.luid)
        probe.finish()
        self.check(left, USER, "RemoteInteractive")
        os.write(left.writer, b"\n")
        self.check_gone(left)
        left.close()

    def test_a_killed_sshd_ends_the_session(self):
        probe = self.ssh(USER)
        user_sshd = parent(probe.pid)
        monitor = parent(user_sshd)
        self.check(probe, USER, "RemoteInteractive")
        for pid in [monitor, user_sshd, probe.pid]:
            kill(pid)
        self.check_gone(probe)
        probe.process.wait(machine.TIMEOUT_S)
        probe.process.stdout.close()
        probe.close()


class WithoutDaemon(LoginTest):
    def start_again(self):
        M.daemon.start()
        self.watch.close()
        self.watch = machine.Watch()

    def pending(self):
        return os.listdir(RUNTIME + "/logins")

    def wait_adopted(self):
        deadline = time.monotonic() + machine.TIMEOUT_S
        while self.pending() and time.monotonic() < deadline:
            M.sessions()
        self.assertEqual(self.pending(), [])

    def test_a_login_goes_on_and_is_known_later(self):
        M.daemon.stop()
        n_lines = len(M.log.lines)
        probe = self.ssh(USER)
        self.assertIsNone(probe.luid)
        self.assertEqual(len(self.pending()), 1)
        self.assertIn(f"cannot tell openlogond that {USER} logs in",
                      "\n".join(M.log.lines[n_lines:]))
        self.start_again()
        self.wait_adopted()
        ((probe.luid, _),) = self.new_sessions().items()
        self.check(probe, USER, "RemoteInteractive")
        probe.finish()
        self.check_gone(probe)

    def test_a_login_that_ends_meanwhile_leaves_nothing(self):
        M.daemon.stop()
        probe = self.ssh(USER, "-o", "PreferredAuthentications=password", password=PASSWORD)
        probe.finish()
        deadline = time.monotonic() + machine.TIMEOUT_S
        while self.pending() and time.monotonic() < deadline:
            run("true")
        self.assertEqual(self.pending(), [])
        self.start_again()
        self.assertEqual(self.new_sessions(), {})

    def test_one_that_hangs_holds_a_login_up_for_a_second(self):
        kill(M.daemon.process.pid, signal.SIGSTOP)
        try:
            start = time.monotonic()
            probe = M.probe()
            probe.start(["su", USER, "-c", probe.script()]).wait()
            took = time.monotonic() - start
        finally:
            kill(M.daemon.process.pid, signal.SIGCONT)
        self.assertIsNone(probe.luid)
        self.assertGreater(took, 0.9)
        self.assertLess(took, 20)
        probe.finish()

    def test_a_session_outlives_openlogond(self):
        for end in [M.daemon.stop, M.daemon.kill]:
            probe = self.ssh(USER)
            end()
            self.start_again()
            self.check(probe, USER, "RemoteInteractive")
            probe.finish()
            self.check_gone(probe)

    def test_an_openlogon_account_cannot_be_checked(self):
        M.daemon.stop()
        try:
            self.assertEqual(run("id", "-un", ACCOUNT).stdout.strip(), ACCOUNT)
            with self.assertRaisesRegex(RuntimeError, "the login failed"):
                self.ssh(ACCOUNT)
        finally:
            self.start_again()


class Accounts(LoginTest):
    """Restrictions of OpenLogon's accounts hold for keys, too."""

    def refused(self, *options, **more):
        with self.assertRaisesRegex(RuntimeError, "the login failed"):
            self.ssh(ACCOUNT, *options, **more)

    def test_a_wrong_password_is_refused(self):
        self.refused("-o", "PreferredAuthentications=password", password="wrong")

    def test_a_disabled_account_is_refused(self):
        run(machine.LOGON, "account", "disable", ACCOUNT)
        self.addCleanup(run, machine.LOGON, "account", "enable", ACCOUNT)
        self.refused()

    def test_an_expired_account_is_refused(self):
        run(machine.LOGON, "account", "set", ACCOUNT, "--expires", "2020-01-01")
        self.addCleanup(run, machine.LOGON, "account", "set", ACCOUNT, "--expires", "never")
        self.refused()

    def test_hours_are_heeded(self):
        run(machine.LOGON, "account", "set", ACCOUNT, "--hours", "none")
        self.addCleanup(run, machine.LOGON, "account", "set", ACCOUNT, "--hours", "all")
        self.refused()

    def test_groups_are_those_of_the_account(self):
        run(machine.LOGON, "group", "add", "writers")
        self.addCleanup(run, machine.LOGON, "group", "delete", "writers")
        run(machine.LOGON, "group", "add-member", "writers", ACCOUNT)
        self.assertEqual(set(run("id", "-Gn", ACCOUNT).stdout.split()), {ACCOUNT, "writers"})
        self.assertIn(ACCOUNT, run("getent", "group", "writers").stdout)


class Passwords(LoginTest):
    """Passwords of OpenLogon's accounts, changed where the machine's programs change them."""

    def setUp(self):
        super().setUp()
        self.addCleanup(run, machine.LOGON, "account", "passwd", ACCOUNT, "--password-fd", "0",
                        text=ACCOUNT_PASSWORD + "\n")

    def must_change(self):
        run(machine.LOGON, "account", "set", ACCOUNT, "--must-change", "yes")

    def test_who_has_to_change_it_does_so_when_he_logs_in(self):
        self.must_change()
        probe = M.probe()
        terminal = machine.Terminal("login", ACCOUNT)
        terminal.answer(("Password:", ACCOUNT_PASSWORD), ("Current password:", ACCOUNT_PASSWORD),
                        ("New password:", NEW_PASSWORD), ("Retype new password:", NEW_PASSWORD),
                        ("$ ", probe.script() + "; exit"))
        probe.wait()
        self.check(probe, ACCOUNT, "Interactive")
        os.write(probe.writer, b"\n")
        self.check_gone(probe)
        terminal.end()
        probe.close()
        self.assert_password(NEW_PASSWORD)

    def assert_password(self, password):
        probe = self.ssh(ACCOUNT, "-o", "PreferredAuthentications=password", password=password)
        self.check(probe, ACCOUNT, "RemoteInteractive")
        probe.finish()
        self.check_gone(probe)

    def test_over_ssh_too(self):
        self.must_change()
        terminal = machine.Terminal(*M.ssh_on_terminal(ACCOUNT, "echo it is $((40 + 2))"))
        terminal.answer((f"{ACCOUNT}@127.0.0.1) Password:", ACCOUNT_PASSWORD),
                        ("Current password:", ACCOUNT_PASSWORD), ("New password:", NEW_PASSWORD),
                        ("Retype new password:", NEW_PASSWORD))
        terminal.expect("it is 42")
        self.assertEqual(terminal.end(), 0)
        self.assert_password(NEW_PASSWORD)

    def test_what_the_policy_refuses_is_told_in_words(self):
        run(machine.LOGON, "policy", "set", "password.min-length=8")
        self.addCleanup(run, machine.LOGON, "policy", "reset", "password")
        self.must_change()
        terminal = machine.Terminal("login", ACCOUNT)
        terminal.answer(("Password:", ACCOUNT_PASSWORD), ("Current password:", ACCOUNT_PASSWORD),
                        ("New password:", "short"), ("Retype new password:", "short"))
        terminal.expect("The password is too short or too simple")
        self.assertNotEqual(terminal.end(), 0)
        self.assertEqual(self.new_sessions(), {})
        run(machine.LOGON, "account", "set", ACCOUNT, "--must-change", "no")
        self.assert_password(ACCOUNT_PASSWORD)

    def test_passwd_wants_the_old_one(self):
        terminal = self.passwd("wrong")
        terminal.expect("passwd: ")
        self.assertNotEqual(terminal.end(), 0)
        self.assert_password(ACCOUNT_PASSWORD)
        terminal = self.passwd(ACCOUNT_PASSWORD)
        terminal.expect("password updated successfully")
        self.assertEqual(terminal.end(), 0)
        self.assert_password(NEW_PASSWORD)

    @staticmethod
    def passwd(old):
        uid = run("id", "-u", ACCOUNT).stdout.strip()
        terminal = machine.Terminal("setpriv", f"--reuid={uid}", f"--regid={uid}",
                                    "--clear-groups", "passwd")
        terminal.answer(("Current password:", old), ("New password:", NEW_PASSWORD),
                        ("Retype new password:", NEW_PASSWORD))
        return terminal


def main():
    if os.geteuid() != 0:
        print("skipped: only root can make a machine of its own")
        return 77
    missing = machine.missing_programs()
    if missing:
        print("skipped: there is no " + ", ".join(missing))
        return 77
    global M  # pylint: disable=global-statement
    M = machine.Machine()
    program = unittest.main(exit=False, verbosity=2)
    if not program.result.wasSuccessful():
        print(M.log.text(), M.sshd_text(), M.daemon.text(), sep="\n", file=sys.stderr)
        return 1
    M.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
