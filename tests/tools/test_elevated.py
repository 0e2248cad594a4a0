#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon run --elevated from a session that is whole already, and what it is not for. How a filtered
session comes to its full token is tests/system/test-elevation.c's."""
import json
import unittest

from support import ToolTest, logon


class Elevated(ToolTest):
    def test_a_whole_session_runs_the_program_as_it_is(self):
        out = self.succeeds(logon("run", "--elevated", "--", "sh", "-c", "echo ran"))
        self.assertEqual(out, "ran\n")

    def test_the_exit_code_is_the_programs(self):
        self.assertEqual(logon("run", "--elevated", "--", "sh", "-c", "exit 7").code, 7)

    def test_it_is_for_the_callers_own_session(self):
        for option in [("--user", "alice"), ("--domain", ".")]:
            self.misused(logon("run", "--elevated", *option, "--", "true"), "neither --user")
        self.misused(logon("run", "--elevated"), "the program to run is missing")

    def test_sessions_tell_their_twins(self):
        sessions = json.loads(self.succeeds(logon("sessions", "--json")))["sessions"]
        system = [s for s in sessions if s["logon_id"] == "0x3e7"]
        self.assertEqual(system[0]["elevation"], "Default")
        self.assertIsNone(system[0]["linked"])
        out = self.succeeds(logon("sessions", "-o", "luid,elevation,linked")).splitlines()
        self.assertEqual(out[0].split(), ["LUID", "ELEVATION", "LINKED"])


if __name__ == "__main__":
    unittest.main()
