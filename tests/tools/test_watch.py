#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon watch under a real authority."""
import json
import os
import signal
import subprocess
import unittest

from support import LOGON, TIMEOUT_S, ToolTest, environment, logon

FIELDS = {"version", "type", "sequence", "time", "lost", "logon_id", "linked_logon_id", "token_id",
          "user", "domain", "sid", "authentication_package", "logon_type", "session_id", "status", "sub_status",
          "actor"}


def fail_to_log_on(user="nobody-here"):
    return logon("run", "--user", user, "--password-fd", "0", "true", text="wrong\n")


class Watch:
    """A running logon watch; it has begun when its first line, or the sessions that are there, are read."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([LOGON, "watch", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, encoding="utf-8", env=environment())

    def line(self):
        return self.process.stdout.readline()

    def begin(self):
        """Up to the heading, which is printed when the watch is there."""
        assert self.line().startswith("TIME "), self.process.stderr.read()

    def begin_json(self):
        """Up to the last of the well-known sessions."""
        lines = []
        while not lines or lines[-1]["logon_id"] != "0x3e7":
            lines.append(json.loads(self.line()))
        return lines

    def finish(self):
        out, err = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, out, err


class Watching(ToolTest):
    def test_a_line_is_there_when_the_event_is(self):
        watch = Watch("--since-now", "--type", "logon-failed")
        watch.begin()
        for user in ["nobody-here", "somebody-else"]:
            fail_to_log_on(user)
            line = watch.line()
            self.assertRegex(line, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  logon-failed  ")
            self.assertIn("\\" + user + " ", line)
            self.assertIn("STATUS_LOGON_FAILURE (STATUS_NO_SUCH_USER)", line)
            self.assertRegex(line, rf"by process \d+ of uid {os.getuid()}$")
        watch.process.send_signal(signal.SIGINT)
        self.assertEqual(watch.finish(), (0, "", ""))

    def test_it_begins_with_the_sessions_that_are_there(self):
        watch = Watch("--json")
        present = watch.begin_json()
        self.assertEqual({line["type"] for line in present}, {"session-present"})
        self.assertEqual([line["logon_id"] for line in present], ["0x3e4", "0x3e5", "0x3e6", "0x3e7"])
        self.assertEqual(present[-1]["sid"], "S-1-5-18")
        watch.process.send_signal(signal.SIGTERM)
        self.assertEqual(watch.finish()[0], 0)

    def test_json_has_every_field_in_each_line(self):
        watch = Watch("--json", "--type", "session-started,logon-failed")
        present = watch.begin_json()
        fail_to_log_on()
        lines = []  # of others, too, whose sessions were there or began
        while not lines or lines[-1]["type"] != "logon-failed":
            lines.append(json.loads(watch.line()))
        event = lines[-1]
        watch.process.send_signal(signal.SIGINT)
        self.assertEqual(watch.finish(), (0, "", ""))
        for line in [*present, *lines]:
            self.assertEqual(set(line), FIELDS)
            self.assertEqual(line["version"], 1)
        self.assertEqual(event["type"], "logon-failed")
        self.assertEqual(event["user"], "nobody-here")
        self.assertEqual(event["status"], "STATUS_LOGON_FAILURE")
        self.assertEqual(event["sub_status"], "STATUS_NO_SUCH_USER")
        self.assertEqual(event["logon_type"], "Interactive")
        self.assertEqual(event["actor"]["uid"], os.getuid())
        self.assertEqual(event["actor"]["logon_id"], "0x3e7")
        self.assertIsNone(event["logon_id"])
        self.assertGreater(event["sequence"], 0)

    def test_only_what_was_asked_for_is_shown(self):
        watch = Watch("--since-now", "--user", "SOMEBODY-ELSE", "--count", "1")
        watch.begin()
        fail_to_log_on("nobody-here")
        fail_to_log_on("somebody-else")
        code, out, _ = watch.finish()
        self.assertEqual((code, out.count("\n")), (0, 1))
        self.assertIn("\\somebody-else ", out)

    def test_the_password_that_locks_an_account_is_told(self):
        self.succeeds(logon("account", "add", "watched", "--password-fd", "0", text="Right-Passw0rd\n"))
        self.addCleanup(logon, "account", "delete", "watched")
        self.addCleanup(logon, "policy", "reset", "lockout")
        self.succeeds(logon("policy", "set", "lockout.threshold=2"))
        watch = Watch("--since-now", "--user", "watched", "--count", "3")  # sessions of others may end
        watch.begin()
        for _ in range(3):
            fail_to_log_on("watched")
        code, out, _ = watch.finish()
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[2] for line in out.splitlines()],
                         ["logon-failed", "logon-failed", "account-locked-out"])
        self.assertTrue(all("\\watched " in line for line in out.splitlines()))

    def test_it_ends_quietly_with_its_reader(self):
        watch = Watch("--since-now")
        watch.begin()
        watch.process.stdout.close()
        self.assertEqual(watch.process.wait(TIMEOUT_S), 0)
        self.assertEqual(watch.process.stderr.read(), "")
        watch.process.stderr.close()

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([LOGON, "watch", "--json"], stdout=full, stderr=subprocess.PIPE,
                                  encoding="utf-8", env=environment(), timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output", done.stderr)

    def test_misuse_is_explained(self):
        self.misused(logon("watch", "--type", "nonsense"), 'unknown type of event "nonsense"')
        self.misused(logon("watch", "--type", "lost"), 'unknown type of event "lost"')
        self.misused(logon("watch", "--count", "0"), '"0" is no number of events')
        self.misused(logon("watch", "extra"), 'unexpected argument "extra"')


if __name__ == "__main__":
    unittest.main()
