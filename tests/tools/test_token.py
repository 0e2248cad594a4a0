#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon token: what it shows and changes; logon whoami with Windows' options."""
import csv
import io
import os
import subprocess
import unittest

from support import IS_ROOT, LOGON, NOBODY, Terminal, ToolTest, logon, run

FIELDS = {"version", "pid", "token_id", "logon_id", "modified_id", "origin", "session_id", "type", "level",
          "integrity", "mandatory_policy", "elevated", "elevation_type", "linked", "virtualization_allowed",
          "virtualization_enabled", "ui_access", "source", "source_id", "expires", "dynamic_charged",
          "dynamic_available", "owner", "primary_group", "default_dacl", "descriptor", "kernel_ids",
          "logon_sid", "user", "groups", "privileges", "restricting_sids", "device_groups", "user_claims",
          "device_claims", "attributes"}
ADMINISTRATORS = "S-1-5-32-544"


class OfAProcess(ToolTest):
    def setUp(self):
        self.process = subprocess.Popen(["sleep", "600"])
        self.pid = str(self.process.pid)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)

    def show(self, *more):
        return self.json(logon("token", self.pid, "--json", *more))

    def states(self, token):
        return {p["name"]: p["enabled"] for p in token["privileges"]}

    def group(self, token, sid):
        return next(g for g in token["groups"] if g["sid"] == sid)["attributes"]

    def test_everything_is_shown(self):
        token = self.show()
        self.assertEqual(set(token), FIELDS)
        self.assertEqual(token["pid"], self.process.pid)
        self.assertEqual(token["owner"]["sid"], "S-1-5-18")
        self.assertRegex(token["default_dacl"], r"^D:")
        self.assertRegex(token["descriptor"], r"^O:SYG:SYD:")

    def test_the_text_has_what_json_has(self):
        token, out = self.show(), self.succeeds(logon("token", self.pid))
        for label, value in [("Token id:", token["token_id"]), ("Logon session:", token["logon_id"]),
                             ("Owner:", token["owner"]["name"]), ("Default DACL:", token["default_dacl"]),
                             ("Permissions:", token["descriptor"])]:
            self.assertRegex(out, rf"(?m)^{label} +" + value.replace("\\", "\\\\").replace("(", "\\(")
                             .replace(")", "\\)"))
        for title in ["USER", "GROUP", "PRIVILEGES", "USER CLAIMS"]:
            self.assertIn(f"\n{title} INFORMATION\n", out)
        self.assertNotIn("RESTRICTING SIDS", out)

    def test_privileges_are_enabled_and_disabled(self):
        self.assertFalse(self.states(self.show())["SeBackupPrivilege"])
        self.assertTrue(self.states(self.show("--enable", "SeBackupPrivilege"))["SeBackupPrivilege"])
        self.assertTrue(self.states(self.show())["SeBackupPrivilege"])
        self.assertFalse(self.states(self.show("--disable", "SeBackupPrivilege"))["SeBackupPrivilege"])

    def test_changes_are_made_in_their_order_and_only_to_that_process(self):
        token = self.show("--enable", "SeBackupPrivilege", "--enable", "SeRestorePrivilege",
                          "--disable", "SeBackupPrivilege")
        self.assertFalse(self.states(token)["SeBackupPrivilege"])
        self.assertTrue(self.states(token)["SeRestorePrivilege"])
        own = self.json(logon("token", str(os.getpid()), "--json"))
        self.assertFalse(self.states(own)["SeRestorePrivilege"])

    def test_what_is_removed_does_not_come_back(self):
        before = self.show()["modified_id"]
        self.assertEqual(self.succeeds(logon("token", self.pid, "-q", "--remove", "SeDebugPrivilege")), "")
        after = self.show()
        self.assertNotIn("SeDebugPrivilege", self.states(after))
        self.assertNotEqual(after["modified_id"], before)
        self.fails(logon("token", self.pid, "--enable", "SeDebugPrivilege"),
                   "cannot enable SeDebugPrivilege: the token does not have it")

    def test_groups_are_disabled_enabled_and_reset(self):
        self.assertNotIn("enabled", self.group(self.show("--disable-group", ADMINISTRATORS), ADMINISTRATORS))
        self.assertIn("enabled", self.group(self.show("--enable-group", r"BUILTIN\Administrators"),
                                            ADMINISTRATORS))
        self.show("--disable-group", ADMINISTRATORS)
        self.assertIn("enabled", self.group(self.show("--reset-groups"), ADMINISTRATORS))

    def test_what_cannot_be_is_explained(self):
        self.fails(logon("token", self.pid, "--disable-group", "Everyone"), "the group is mandatory")
        self.fails(logon("token", self.pid, "--enable-group", r"BUILTIN\Guests"), "does not have that group")
        self.fails(logon("token", self.pid, "--enable", "SeNonsense"), 'no privilege "SeNonsense"')

    def test_nothing_is_changed_when_a_name_is_wrong(self):
        self.fails(logon("token", self.pid, "--enable", "SeBackupPrivilege", "--enable", "SeNonsense"))
        self.assertFalse(self.states(self.show())["SeBackupPrivilege"])

    def test_a_session_stands_for_one_of_its_processes(self):
        for luid in ["0x3e7", "00000000:000003e7"]:
            token = self.json(logon("token", luid, "--json"))
            self.assertEqual(token["logon_id"], "0x3e7")
        self.fails(logon("token", "0x3e6"), "has no process whose token you may open")

    def test_self_is_the_program_itself(self):
        token = self.json(logon("token", "self", "--json", "--disable", "SeChangeNotifyPrivilege"))
        self.assertFalse(self.states(token)["SeChangeNotifyPrivilege"])
        self.assertNotEqual(token["pid"], os.getpid())

    def test_there_is_no_linked_token_without_a_twin(self):
        self.fails(logon("token", self.pid, "--linked"), "has no linked one")

    @unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
    def test_somebody_else_is_told_what_it_takes(self):
        nobody = [*NOBODY, LOGON]
        for more in [[], ["--enable", "SeDebugPrivilege"]]:
            self.fails(run(*nobody, "token", self.pid, *more), "SYSTEM or SeDebugPrivilege")


class Whoami(ToolTest):
    def test_windows_spelling_is_understood(self):
        for slash, option in [("/ALL", "--all"), ("/priv", "--priv"), ("/Groups", "--groups"),
                              ("/user", "--user"), ("/claims", "--claims")]:
            self.assertEqual(self.succeeds(logon("whoami", slash)), self.succeeds(logon("whoami", option)))

    def test_all_has_every_section(self):
        out = self.succeeds(logon("whoami", "/all"))
        titles = [line for line in out.splitlines() if line.endswith("INFORMATION")]
        self.assertEqual(titles, ["USER INFORMATION", "GROUP INFORMATION", "PRIVILEGES INFORMATION",
                                  "USER CLAIMS INFORMATION"])
        self.assertIn("\nUser claims unknown.\n", out)

    def test_csv_is_what_json_says(self):
        rows = list(csv.DictReader(io.StringIO(self.succeeds(logon("whoami", "/priv", "/fo", "csv")))))
        told = {p["name"]: "Enabled" if p["enabled"] else "Disabled"
                for p in self.json(logon("whoami", "--priv", "--json"))["privileges"]}
        self.assertEqual({row["Privilege Name"]: row["State"] for row in rows}, told)

    def test_a_list_has_a_line_for_each_cell(self):
        out = self.succeeds(logon("whoami", "/user", "/fo", "list"))
        self.assertIn("\nUser Name: NT AUTHORITY\\SYSTEM\nSID:       S-1-5-18\n", out)

    def test_headings_can_be_left_out(self):
        self.assertEqual(self.succeeds(logon("whoami", "/user", "/nh")).split(),
                         ["NT", "AUTHORITY\\SYSTEM", "S-1-5-18"])

    def test_what_does_not_go_together_is_said(self):
        self.misused(logon("whoami", "/fo", "csv"), "sections only")
        self.misused(logon("whoami", "/user", "/fo", "list", "/nh"), "not without headings")
        self.misused(logon("whoami", "/user", "/fo", "nonsense"), '"nonsense"')
        self.fails(logon("whoami", "/upn"), "no user principal name")


class Colours(ToolTest):
    def shown(self, **changes):
        terminal = Terminal(LOGON, "whoami", "--user", **{"TERM": "xterm", "NO_COLOR": None, **changes})
        self.assertEqual(terminal.finish(), 0)
        return terminal.output

    def test_only_a_terminal_has_them(self):
        self.assertIn("\033[1mUSER INFORMATION\033[0m", self.shown())
        self.assertNotIn("\033", self.succeeds(logon("whoami", "--user", TERM="xterm")))

    def test_they_can_be_switched_off(self):
        self.assertNotIn("\033", self.shown(NO_COLOR="1"))
        self.assertNotIn("\033", self.shown(TERM="dumb"))


if __name__ == "__main__":
    unittest.main()
