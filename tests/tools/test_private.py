#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon private starts and ends its authority: with a stand-in for openlogond."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from support import IS_ROOT, LOGON, ToolTest, environment, logon

FAKE = str(pathlib.Path(__file__).with_name("fake-openlogond"))


class Private(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openlogon-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.below = self.folder / "tmp"
        self.below.mkdir()
        self.log = self.folder / "log"
        self.changes = {"OPENLOGON_DAEMON": FAKE, "FAKE_LOG": str(self.log), "TMPDIR": str(self.below)}

    def private(self, *arguments, **changes):
        return logon("private", *arguments, **{**self.changes, **changes})

    def daemon(self):
        return json.loads(self.log.read_text(encoding="utf-8"))

    def assert_nothing_left(self):
        self.assertEqual(list(self.below.iterdir()), [])
        with self.assertRaises(ProcessLookupError):
            os.kill(self.daemon()["pid"], 0)

    def test_the_command_finds_the_authority(self):
        out = self.succeeds(self.private("--", "sh", "-c", 'echo "$OPENLOGON_SOCKET"'))
        arguments = self.daemon()["arguments"]
        self.assertEqual(arguments[0], "--private")
        self.assertEqual(arguments[arguments.index("--socket") + 1], out.strip())
        self.assert_nothing_left()

    def test_directories_are_the_users_own(self):
        out = self.succeeds(self.private(
            "sh", "-c", 'cd "${OPENLOGON_SOCKET%/*}" && stat -c "%a %u %n" . state run'))
        mode = "711" if IS_ROOT else "700"
        self.assertEqual(out.splitlines(), [f"{mode} {os.geteuid()} .", f"700 {os.geteuid()} state",
                                            f"700 {os.geteuid()} run"])

    def test_the_exit_code_is_the_commands(self):
        for code in [0, 1, 7, 255]:
            self.assertEqual(self.private("--", "sh", "-c", f"exit {code}").code, code)
        self.assertEqual(self.private("--", "sh", "-c", "kill -KILL $$").code, 137)
        self.assertEqual(self.private("--", "/nonexistent").code, 127)
        self.assertEqual(self.private("--", "/").code, 126)
        self.assert_nothing_left()

    def test_settings_reach_the_authority(self):
        state = self.folder / "state"
        self.succeeds(self.private("--set", "a=b", "--set", "c=d e", "--machine-sid", "S-1-5-21-1-2-3",
                                   "--pam-confdir", "/etc/../etc", "--state", str(state),
                                   "--config", "some/file", "true"))
        arguments = self.daemon()["arguments"]
        settings = [arguments[i + 1] for i, word in enumerate(arguments) if word == "--set"]
        self.assertEqual(settings, ["a=b", "c=d e", "machine_sid=S-1-5-21-1-2-3", "pam_confdir=/etc"])
        self.assertEqual(arguments[arguments.index("--state") + 1], str(state))
        self.assertEqual(arguments[arguments.index("--config") + 1], "some/file")
        self.assertTrue(state.is_dir())
        self.assert_nothing_left()

    def test_missing_root_is_told_once_and_on_demand_not(self):
        told = "cannot switch identities"
        self.assertEqual(told in self.private("true").err, not IS_ROOT)
        self.assertNotIn(told, self.private("-q", "true").err)

    def test_an_authority_that_does_not_start_is_a_failure(self):
        self.fails(self.private("true", OPENLOGON_DAEMON="/bin/false"),
                   "ended before it was ready (exit code 1)")
        self.fails(self.private("true", OPENLOGON_DAEMON="/nonexistent"), "cannot start /nonexistent")
        self.assertEqual(list(self.below.iterdir()), [])

    def test_an_authority_that_ends_badly_is_a_failure(self):
        self.fails(self.private("true", FAKE_CODE="3"), "exit code 3 instead of 0")
        self.assertEqual(self.private("sh", "-c", "exit 9", FAKE_CODE="3").code, 9)
        script = 'kill -KILL "$(tr -dc 0-9, <"$FAKE_LOG" | cut -d, -f1)"'
        self.fails(self.private("sh", "-c", script), "exit code 137 instead of 0")
        self.assertEqual(list(self.below.iterdir()), [])

    def test_a_directory_with_a_long_name_is_not_used(self):
        long = self.below / ("x" * 100)
        long.mkdir()
        out = self.succeeds(self.private("sh", "-c", 'echo "$OPENLOGON_SOCKET"', TMPDIR=str(long)))
        self.assertTrue(out.startswith("/tmp/openlogon-"), out)

    def start(self, script):
        """A running `logon private`, once its command has said something."""
        process = subprocess.Popen([LOGON, "private", "-q", "--", "sh", "-c", script],
                                   env=environment(**self.changes), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), "started\n")
        return process

    def test_a_killed_program_takes_its_authority_along(self):
        process = self.start("echo started; exec sleep 1000")
        pidfd = os.pidfd_open(self.daemon()["pid"])
        os.kill(process.pid, signal.SIGKILL)
        self.assertEqual(process.wait(), -signal.SIGKILL)
        import select
        self.assertTrue(select.select([pidfd], [], [], 60)[0], "the authority lives on")
        os.close(pidfd)
        os.killpg(process.pid, signal.SIGKILL)

    def test_sigterm_reaches_the_command(self):
        process = self.start("trap 'exit 5' TERM; echo started; while :; do sleep 0.1; done")
        process.terminate()
        self.assertEqual(process.wait(60), 5)
        self.assert_nothing_left()

    def test_an_interrupt_from_the_terminal_is_survived(self):
        process = self.start("trap 'exit 6' INT; echo started; while :; do sleep 0.1; done")
        self.assertNotEqual(self.daemon()["session"], os.getsid(process.pid))
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(60), 6)
        self.assert_nothing_left()


if __name__ == "__main__":
    sys.exit(unittest.main())
