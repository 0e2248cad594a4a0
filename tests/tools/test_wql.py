#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon wql under a real authority. The language itself: tests/system/test-wql-lines.c."""
import csv
import io
import os
import unittest

from support import ToolTest, logon

SESSION = r'\\.\root\cimv2:Win32_LogonSession.LogonId="999"'


class Wql(ToolTest):
    def rows(self, query):
        return self.json(logon("wql", "--json", query))["rows"]

    def test_values_have_the_type_of_their_property(self):
        row = self.rows("SELECT * FROM Win32_LogonSession WHERE LogonId = 999")[0]
        self.assertEqual(list(row), ["Caption", "Description", "InstallDate", "Name", "Status", "StartTime",
                                     "AuthenticationPackage", "LogonId", "LogonType"])
        self.assertEqual((row["LogonId"], row["LogonType"], row["Status"]), ("999", 0, None))
        self.assertRegex(row["StartTime"], r"^\d{14}\.\d{6}\+000$")
        row = self.rows(f"SELECT * FROM Win32_Process WHERE Handle = '{os.getpid()}'")[0]
        self.assertEqual(len(row), 45)
        self.assertEqual((row["Handle"], row["ProcessId"]), (str(os.getpid()), os.getpid()))
        self.assertEqual((row["Name"], row["ParentProcessId"]), ("python3", os.getppid()))
        self.assertGreaterEqual(row["HandleCount"], 3)
        self.assertEqual(row["CreationClassName"], "Win32_Process")

    def test_what_is_of_several_classes_tells_them(self):
        rows = self.rows("SELECT * FROM Win32_Account WHERE Name = 'daemon'")
        self.assertEqual([row["__CLASS"] for row in rows], ["Win32_UserAccount", "Win32_Group"])
        self.assertIn("AccountType", rows[0])
        self.assertNotIn("AccountType", rows[1])
        out = self.succeeds(logon("wql", "--csv", "SELECT * FROM Win32_Account WHERE Name = 'daemon'"))
        answers = [list(csv.DictReader(io.StringIO(part))) for part in out.split("\n\n")]
        self.assertEqual([a[0]["__CLASS"] for a in answers], ["Win32_UserAccount", "Win32_Group"])
        rows = self.rows("REFERENCES OF {Win32_LogonSession.LogonId=999}")
        self.assertEqual({row["__CLASS"] for row in rows}, {"Win32_LoggedOnUser", "Win32_SessionProcess"})
        self.assertEqual({row["Dependent" if "Account" in row["Antecedent"] else "Antecedent"]
                          for row in rows}, {SESSION})

    def test_a_path_leads_back_to_its_object(self):
        for name in ("Win32_LogonSession", "Win32_SystemAccount", "Win32_LoggedOnUser"):
            rows = self.rows(f"SELECT __PATH, __RELPATH FROM {name}")[:4]
            paths = [row["__PATH"].replace("\\", "\\\\").replace("'", "\\'") for row in rows]
            again = self.rows(f"SELECT __RELPATH FROM {name} WHERE "
                              + " OR ".join(f"__PATH = '{path}'" for path in paths))
            self.assertEqual([row["__RELPATH"] for row in again], [row["__RELPATH"] for row in rows])

    def test_sql_and_wql_say_the_same_of_a_class(self):
        there = self.json(logon("sql", "--json", "SELECT * FROM Win32_SystemAccount"))["rows"]
        here = self.rows("SELECT * FROM Win32_SystemAccount")
        self.assertEqual(here, [{**row, "LocalAccount": bool(row["LocalAccount"])} for row in there])
        self.assertGreater(len(here), 20)

    def test_classes_are_listed(self):
        out = self.succeeds(logon("wql", "--classes"))
        self.assertRegex(out, r"(?m)^Win32_LogonSession +LogonId +string +key$")
        self.assertRegex(out, r"(?m)^Win32_LoggedOnUser +Antecedent +reference +key$")

    def test_what_is_wrong_is_shown_with_its_place(self):
        self.fails(logon("wql", "SELECT * FROM Win32_LogonSession\n WHERE LogonTyp = 2"),
                   "Win32_LogonSession has no property LogonTyp\n   WHERE LogonTyp = 2\n         ^\n")
        self.misused(logon("wql"), "either a query or --classes")
        self.misused(logon("wql", "SELECT", "1"), "one argument")
        self.fails(logon("wql", "SELECT * FROM Win32_Process", OPENLOGON_SOCKET="/nonexistent/socket"),
                   "openlogond")


if __name__ == "__main__":
    unittest.main(verbosity=2)
