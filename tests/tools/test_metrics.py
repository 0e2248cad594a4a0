#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon metrics under a real authority, read by the rules of the exposition format."""
import os
import stat
import tempfile
import unittest

import exposition
from support import IS_ROOT, LOGON, NOBODY, TOKEN_ONLY, ToolTest, logon, run

PASSWORD = "right-Passw0rd"


class Metrics(ToolTest):
    @classmethod
    def setUpClass(cls):
        logon("account", "add", "metrics-alice", "--password-fd", "0", text=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        logon("account", "delete", "metrics-alice")

    def read(self):
        return exposition.read(self.succeeds(logon("metrics")))

    def run_as(self, password, kind="batch"):
        return logon("run", *TOKEN_ONLY, "--user", "metrics-alice", "--type", kind, "--password-fd", "0", "--",
                     LOGON, "sessions", text=password + "\n")

    def change(self, before, after, name, **labels):
        return exposition.value(after, name, **labels) - exposition.value(before, name, **labels)

    def test_the_page_is_right_and_whole(self):
        families = self.read()
        self.assertLessEqual({
            "openlogon_sessions", "openlogon_sessions_ended_total", "openlogon_logons_total",
            "openlogon_logon_failures_total", "openlogon_logon_duration_seconds", "openlogon_connections",
            "openlogon_handles", "openlogon_tokens", "openlogon_resident_memory_bytes", "openlogon_open_fds",
            "openlogon_cpu_seconds_total", "openlogon_workers", "openlogon_jobs_waiting",
            "openlogon_worker_restarts_total", "openlogon_build_info"}, set(families))
        for family in families.values():
            self.assertEqual(family["kind"] == "counter", family["name"].endswith("_total"), family["name"])
            self.assertTrue(family["help"].endswith("."))

    def test_what_is_there_is_counted(self):
        families = self.read()
        self.assertEqual(exposition.value(families, "openlogon_sessions", type="System"), 1)
        self.assertGreaterEqual(exposition.value(families, "openlogon_tokens"), 1)
        self.assertGreater(exposition.value(families, "openlogon_resident_memory_bytes"), 1 << 20)
        self.assertGreaterEqual(exposition.value(families, "openlogon_workers", package="msv1_0"), 1)
        self.assertEqual(exposition.value(families, "openlogon_worker_restarts_total", package="msv1_0"), 0)

    def test_a_logon_is_counted_by_its_type(self):
        before = self.read()
        self.succeeds(self.run_as(PASSWORD))
        after = self.read()
        self.assertEqual(self.change(before, after, "openlogon_logons_total", type="Batch"), 1)
        self.assertEqual(self.change(before, after, "openlogon_logons_total", type="Network"), 0)
        self.assertEqual(self.change(before, after, "openlogon_logon_duration_seconds_count"), 1)
        self.assertGreater(self.change(before, after, "openlogon_logon_duration_seconds_sum"), 0)
        self.assertEqual(self.change(before, after, "openlogon_logon_failures_total", reason="credentials"), 0)

    def test_a_failure_is_counted_by_its_reason(self):
        before = self.read()
        self.fails(self.run_as("wrong"))
        self.fails(logon("run", *TOKEN_ONLY, "--user", "metrics-nobody", "--password-fd", "0", "--", "true",
                         text="x\n"))
        self.succeeds(logon("account", "disable", "metrics-alice"))
        self.fails(self.run_as(PASSWORD))
        self.succeeds(logon("account", "enable", "metrics-alice"))
        after = self.read()
        for reason, n in [("credentials", 2), ("restriction", 1), ("package", 0), ("other", 0)]:
            self.assertEqual(self.change(before, after, "openlogon_logon_failures_total", reason=reason), n)
        self.assertEqual(self.change(before, after, "openlogon_logon_duration_seconds_count"), 3)

    def test_sessions_go_when_they_end(self):
        before = self.read()
        self.succeeds(self.run_as(PASSWORD))
        after = self.read()
        self.assertEqual(exposition.value(after, "openlogon_sessions", type="Batch"), 0)
        self.assertGreaterEqual(self.change(before, after, "openlogon_sessions_ended_total"), 1)

    def test_a_file_for_node_exporter_is_replaced_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "openlogon.prom")
            with open(path, "w", encoding="ascii") as old:
                old.write("old")
            with open(path, encoding="ascii") as old:
                self.assertEqual(self.succeeds(logon("metrics", "--textfile", folder)), "")
                self.assertEqual(old.read(), "old")
            with open(path, encoding="ascii") as new:
                exposition.read(new.read())
            self.assertEqual(os.listdir(folder), ["openlogon.prom"])
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)

    def test_a_file_that_cannot_be_written_leaves_nothing_behind(self):
        self.fails(logon("metrics", "--textfile", "/proc/nonexistent"), '"/proc/nonexistent/openlogon.prom"')
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "openlogon.prom"))
            self.fails(logon("metrics", "--textfile", folder), "cannot write")
            self.assertEqual(os.listdir(folder), ["openlogon.prom"])

    @unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
    def test_they_are_for_administrators(self):
        nobody = [*NOBODY, LOGON]
        self.fails(run(*nobody, "metrics"), "access is denied")


if __name__ == "__main__":
    unittest.main()
