#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon logoff and logon query under a real authority."""
import os
import pathlib
import signal
import subprocess
import time
import unittest

from support import IS_ROOT, LOGON, TIMEOUT_S, TOKEN_ONLY, ToolTest, environment, logon, run

PASSWORD = "Passw0rd-1"
STUBBORN = "trap '' TERM HUP; echo ready; while :; do sleep 1; done"


class Guest:
    """A program in a session of its own, which has said that it is ready."""

    def __init__(self, user, script):
        self.process = subprocess.Popen(
            [LOGON, "run", "--user", user, "--type", "batch", "--password-fd", "0", *TOKEN_ONLY, "--", "sh", "-c",
             script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
            encoding="utf-8")
        self.process.stdin.write(PASSWORD + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n", self.process.stderr.read()

    def end(self):
        self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode


class LogoffTest(ToolTest):
    def setUp(self):
        for name in ["anna", "bert"]:
            self.succeeds(logon("account", "add", name, "--password-fd", "0", text=PASSWORD + "\n"))
            self.addCleanup(logon, "account", "delete", name)
            self.succeeds(logon("rights", "grant", name, "SeBatchLogonRight"))

    def sessions_of(self, user):
        """Those that were logged on: somebody else's process may happen to have the uid."""
        sessions = self.json(logon("sessions", "--json"))["sessions"]
        return [s for s in sessions if s["user"] == user and s["logon_type"] == "Batch"]

    def start(self, user, script=STUBBORN):
        guest = Guest(user, script)
        self.addCleanup(guest.process.kill)
        return guest, next(s["logon_id"] for s in self.sessions_of(user))


class Logoff(LogoffTest):
    def test_a_session_ends_with_a_process_that_ignores_signals(self):
        guest, luid = self.start("anna")
        self.assertEqual(self.succeeds(logon("logoff", luid, "--grace", "1")), "")
        self.assertEqual(self.sessions_of("anna"), [])
        self.assertEqual(guest.end(), 128 + signal.SIGKILL)

    def test_one_that_heeds_them_ends_at_once(self):
        guest, luid = self.start("anna", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done")
        begin = time.monotonic()
        self.succeeds(logon("logoff", luid, "--grace", "60"))
        self.assertLess(time.monotonic() - begin, 30)
        self.assertEqual(guest.end(), 3)

    def test_all_sessions_of_a_user_end(self):
        guests = [self.start("anna")[0] for _ in range(3)]
        other, _ = self.start("bert")
        self.succeeds(logon("logoff", "--user", "anna", "--grace", "0"))
        self.assertEqual(self.sessions_of("anna"), [])
        self.assertEqual(len(self.sessions_of("bert")), 1)
        for guest in guests:
            self.assertEqual(guest.end(), 128 + signal.SIGKILL)
        self.fails(logon("logoff", "--user", "anna"), '"anna" has no logon session that you may log off')
        domain = self.sessions_of("bert")[0]["domain"]
        self.succeeds(logon("logoff", "--user", f"{domain}\\BERT", "--grace", "0"))
        other.end()

    def test_nobody_need_wait(self):
        guest, luid = self.start("anna")
        self.succeeds(logon("logoff", luid, "--grace", "1", "--no-wait"))
        self.assertEqual(guest.end(), 128 + signal.SIGKILL)

    def test_what_cannot_be_is_named(self):
        self.fails(logon("logoff", "0x3e7"), "cannot log off session 0x3e7: access is denied")
        self.fails(logon("logoff", "--session", "0"), "cannot log off session 0: access is denied")
        self.fails(logon("logoff", "--session", "4711"), "there is no session 4711")
        self.fails(logon("logoff", "0x7fffffff"), "the logon session does not exist")

    def test_misuse_is_told(self):
        self.misused(logon("logoff"), "give one of LUID, --user and --session")
        self.misused(logon("logoff", "0x3e7", "--user", "anna"), "give one of")
        self.misused(logon("logoff", "0x3e7", "0x3e6"), "give one of")
        self.misused(logon("logoff", "abc"), '"abc" is no LUID')
        self.misused(logon("logoff", "0x3e7", "--grace", "61"), "0 to 60 seconds")
        self.misused(logon("logoff", "--session", "-1"), "is no number of a session")

    @unittest.skipUnless(IS_ROOT, "the kernel has to enforce it")
    def test_groups_below_the_sessions_end_too(self):
        guest, luid = self.start("anna", "trap '' TERM HUP; sh -c 'while :; do sleep 1; done' & echo ready; wait; "
                                         "while :; do sleep 1; done")
        pids = [p["pid"] for p in self.sessions_of("anna")[0]["processes"]]
        line = next(line for line in pathlib.Path(f"/proc/{pids[-1]}/cgroup").read_text().splitlines()
                    if line.startswith("0::"))
        mount = next(m.split()[4] for m in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
                     if " - cgroup2 " in m)
        below = pathlib.Path(mount + line[3:]) / "a" / "b"
        below.mkdir(parents=True)
        (below / "cgroup.procs").write_text(str(pids[-1]))
        self.succeeds(logon("logoff", luid, "--grace", "1"))
        self.assertEqual(self.sessions_of("anna"), [])
        self.assertFalse(below.exists())
        guest.end()

    @unittest.skipUnless(IS_ROOT, "the kernel has to enforce it")
    def test_an_ordinary_user_ends_only_sessions_of_his_own(self):
        guest, luid = self.start("anna")
        as_user = ["run", "--type", "batch", "--password-fd", "0", "--user"]
        refused = logon(*as_user, "bert", "--", LOGON, "logoff", luid, "--grace", "0", text=PASSWORD + "\n")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("access is denied", refused.err)
        self.assertEqual(len(self.sessions_of("anna")), 1)
        self.succeeds(logon(*as_user, "anna", "--", LOGON, "logoff", luid, "--grace", "0", text=PASSWORD + "\n"))
        guest.end()


class Query(LogoffTest):
    def test_sessions_have_qwinstas_columns(self):
        lines = self.succeeds(logon("query", "session")).splitlines()
        self.assertEqual(lines[0], " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ")
        self.assertRegex(lines[1], "^>services +0  Disc +$")
        self.assertEqual(lines[1].index("Disc"), lines[0].index("STATE"))
        self.assertEqual(lines[1].index("0"), lines[0].index("ID") + 1)

    def test_json_has_every_field(self):
        sessions = self.json(logon("query", "session", "--json"))["sessions"]
        self.assertEqual(set(sessions[0]), {
            "session_id", "session_name", "state", "current", "logon_id", "user", "domain", "sid", "logon_type",
            "remote_host", "logind_session", "connect_time", "logon_time", "last_input_time"})
        self.assertEqual((sessions[0]["session_id"], sessions[0]["session_name"]), (0, "Services"))

    def test_processes_have_qprocess_columns(self):
        lines = self.succeeds(logon("query", "process")).splitlines()
        self.assertEqual(lines[0], " USERNAME              SESSIONNAME         ID    PID  IMAGE")
        own = next(line for line in lines if line[45:52].strip() == str(os.getpid()))
        self.assertTrue(own.startswith(">SYSTEM  "), own)
        self.assertEqual(own[40:45], "    0")
        self.assertTrue(own[54:].startswith("python3"), own)

    def test_processes_of_a_user_are_found_by_name(self):
        guest, luid = self.start("anna", "echo ready; read x")
        out = self.json(logon("query", "process", "anna", "--json"))["processes"]
        self.assertEqual({p["account"].split("\\")[-1] for p in out}, {"anna"})
        self.assertTrue(self.succeeds(logon("query", "process", "*")).count("\n") > len(out))
        self.fails(logon("query", "process", "nobody-here"), 'there is no process for "nobody-here"')
        self.succeeds(logon("logoff", luid, "--grace", "0"))
        guest.end()

    def test_what_is_not_there_is_named(self):
        self.fails(logon("query", "session", "tty99"), 'there is no session for "tty99"')
        self.fails(logon("query", "user", "tty99"), 'there is no user for "tty99"')
        self.misused(logon("query", "session", "a", "b"), 'unexpected argument "b"')
        self.misused(logon("query", "sessions"), 'there is no command "sessions"')

    def test_help_lists_them(self):
        out = self.succeeds(run(LOGON, "query", "--help"))
        for name in ["query session", "query user", "query process"]:
            self.assertIn(name, out)


if __name__ == "__main__":
    unittest.main()
