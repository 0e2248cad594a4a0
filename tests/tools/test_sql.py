#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon sql under a real authority: what it says is what the other commands say."""
import csv
import io
import os
import unittest

from support import IS_ROOT, LOGON, Terminal, ToolTest, logon, logonsessions

WELL_KNOWN = [996, 997, 998, 999]


class Sql(ToolTest):
    def rows(self, statement):
        return self.json(logon("sql", "--json", statement))["rows"]

    def values(self, statement):
        return [list(row.values()) for row in self.rows(statement)]

    def test_sessions_are_those_of_logonsessions(self):
        told = {int(s["logon_id"], 16): s for s in self.json(logonsessions("--json"))["sessions"]
                if s["authentication_package"] != "Kernel"}
        rows = {r["luid"]: r for r in self.rows(
            "SELECT *, uid, tokens, enforced, linked, elevation FROM sessions "
            "WHERE authentication_package <> 'Kernel'")}
        self.assertEqual(set(told), set(rows))
        for luid, session in told.items():
            row = rows[luid]
            for name in ("user", "domain", "authentication_package", "session_id", "sid", "uid",
                         "logon_server", "dns_domain", "upn", "elevation"):
                self.assertEqual(row[name], session[name], name)
            self.assertEqual(row["logon_type_name"], session["logon_type"])
            self.assertEqual(bool(row["enforced"]), session["enforced"])

    def counts(self, table, *conditions):
        """How many rows each condition finds, from one run."""
        return self.values("SELECT " + ", ".join(
            f"(SELECT count(*) FROM {table} WHERE {c}) AS c{i}" for i, c in enumerate(conditions)))[0]

    def test_a_luid_is_a_number_however_it_is_written(self):
        found = ["luid = 999", "luid = 0x3e7", "luid = '999'", "luid IN (999, 1)", "user = 'System'",
                 "sid = 'S-1-5-18'", "user = 'SYSTEM' AND sid = 's-1-5-18'"]
        nothing = ["luid = 12345678901", "luid = 'x'", "luid = NULL", "user = 'nobody at all'",
                   "user = ''", f"user = '{'x' * 300}'", "user = CAST(x'ff41' AS TEXT)",
                   "sid = 'no sid'", "luid = -1", "luid = 1.5", "luid = 999.5", "user = x'00'"]
        self.assertEqual(self.counts("sessions", *[f"luid = 999 AND {c}" for c in found], *nothing),
                         [1] * len(found) + [0] * len(nothing))
        self.assertEqual(self.values("SELECT luid, user FROM sessions WHERE luid IN (998, 999, 1) "
                                     "ORDER BY luid"), [[998, "ANONYMOUS LOGON"], [999, "SYSTEM"]])

    def test_processes_join_their_sessions(self):
        joined = self.values("SELECT s.user, p.name, p.basis FROM processes p JOIN sessions s "
                             f"ON s.luid = p.session WHERE p.pid = {os.getpid()}")
        self.assertEqual(joined, [["SYSTEM", "python3", "system"]])
        everything = self.values("SELECT p.pid FROM processes p ORDER BY p.pid")
        one_by_one = self.values("SELECT p.pid FROM sessions s LEFT JOIN processes p "
                                 "ON p.session = s.luid WHERE p.pid IS NOT NULL ORDER BY p.pid")
        self.assertIn([os.getpid()], everything)
        self.assertIn([os.getpid()], one_by_one)
        lasting = [pid for pid in everything if pid[0] < os.getpid()]
        self.assertEqual([pid for pid in one_by_one if pid in lasting],
                         [pid for pid in lasting if pid in one_by_one])

    def test_a_process_tells_what_the_kernel_tells(self):
        row = self.rows("SELECT *, reads, private_bytes FROM processes "
                        f"WHERE pid = {os.getpid()}")[0]
        self.assertEqual(row["parent"], os.getppid())
        self.assertEqual(row["executable"], os.readlink("/proc/self/exe"))
        self.assertIn("test_sql.py", row["command_line"])
        self.assertEqual(row["threads"], 1)
        self.assertGreater(row["reads"], 0)
        self.assertGreater(row["private_bytes"], 0)
        self.assertEqual(self.counts("processes", "pid = 0", "pid = 999999999", "session = 1"), [0, 0, 0])

    def test_tokens_groups_and_privileges_are_those_of_logon_token(self):
        pid = os.getpid()
        told = self.json(logon("token", str(pid), "--json"))
        row = self.rows(f"SELECT *, printf('0x%x', token_id) AS id, printf('0x%x', session) AS luid "
                        f"FROM tokens WHERE pid = {pid}")[0]
        self.assertEqual((row["id"], row["luid"]), (told["token_id"], told["logon_id"]))
        self.assertEqual((row["user_sid"], row["type"]), (told["user"]["sid"], told["type"]))
        self.assertEqual(f"S-1-16-{row['integrity']}", told["integrity"])
        self.assertEqual((row["integrity_name"], row["level"]), ("System", None))
        self.assertEqual((row["groups"], row["privileges"]),
                         (len(told["groups"]), len(told["privileges"])))
        groups = self.rows(f"SELECT *, name FROM groups WHERE pid = {pid}")
        self.assertEqual([(g["sid"], g["name"]) for g in groups],
                         [(g["sid"], g["name"]) for g in told["groups"]])
        for group, other in zip(groups, told["groups"]):
            for name in ("enabled", "mandatory", "owner", "deny_only", "integrity", "logon_id"):
                self.assertEqual(bool(group[name]), name in other["attributes"], name)
        privileges = self.rows(f"SELECT * FROM privileges WHERE pid = {pid}")
        self.assertEqual([(p["name"], bool(p["enabled"]), p["description"]) for p in privileges],
                         [(p["name"], p["enabled"], p["description"]) for p in told["privileges"]])
        self.assertIn([pid], self.values("SELECT pid FROM tokens WHERE integrity_name = 'system'"))

    def test_rights_are_those_of_logon_rights(self):
        told = self.json(logon("rights", "list", "--json"))["rights"]
        self.assertEqual(sorted(map(tuple, self.values("SELECT right, sid FROM rights"))),
                         sorted((r["name"], a["sid"]) for r in told for a in r["accounts"]))
        rows = self.values("SELECT a.name, r.kind FROM rights r LEFT JOIN accounts a "
                           "ON a.sid = r.sid WHERE r.right = 'sebatchlogonright'")
        self.assertIn(["Administrators", "logon right"], rows)
        self.assertEqual(self.counts("rights", "right = 'SeNothing'"), [0])

    def test_accounts_are_users_groups_and_the_well_known(self):
        self.succeeds(logon("group", "add", "drawers", "--comment", "for the test"))
        everything = self.rows("SELECT * FROM accounts")
        by_sid = {row["sid"]: row for row in everything}
        self.assertEqual(len(by_sid), len(everything))
        self.assertEqual({row["kind"] for row in everything}, {"user", "group", "system"})
        system = by_sid["S-1-5-18"]
        self.assertEqual((system["name"], system["domain"], system["kind"]), ("SYSTEM", "NT AUTHORITY", "system"))
        drawers = [row for row in everything if row["name"] == "drawers"]
        self.assertEqual([(row["kind"], row["comment"]) for row in drawers], [("group", "for the test")])
        self.assertEqual(self.values("SELECT kind, id FROM accounts WHERE name = 'daemon' ORDER BY kind"),
                         [["group", None], ["user", 1]])
        self.assertEqual(self.counts("accounts", "sid = 'S-1-5-18'", "name = 'Drawers' AND kind = 'GROUP'",
                                     "kind = 'x'", "name = 'nobody at all'"), [1, 1, 0, 0])

    def test_every_form_says_the_same(self):
        statement = "SELECT luid, user FROM sessions WHERE luid < 1000 ORDER BY luid"
        rows = self.values(statement)
        out = self.succeeds(logon("sql", "--csv", statement))
        self.assertEqual(list(csv.reader(io.StringIO(out))),
                         [["luid", "user"]] + [[str(luid), user] for luid, user in rows])
        lines = self.succeeds(logon("sql", statement)).splitlines()
        self.assertEqual(lines[0].split(), ["luid", "user"])
        self.assertEqual([int(line.split()[0]) for line in lines[1:]], WELL_KNOWN)
        self.assertEqual(self.succeeds(logon("sql", "-n", statement)).splitlines(), lines[1:])
        self.assertEqual(self.succeeds(logon("sql", text=statement)).splitlines(), lines)

    def test_several_statements_are_answered_one_after_the_other(self):
        out = self.succeeds(logon("sql", "--csv", "SELECT 1 AS a; -- nothing\nSELECT 2 AS b, 3 AS c"))
        self.assertEqual(out, "a\n1\n\nb,c\n2,3\n")

    def test_what_is_wrong_is_shown_with_its_place(self):
        result = logon("sql", "SELECT luid\nFORM sessions")
        self.fails(result, 'near "sessions": syntax error', "  FORM sessions\n       ^\n")
        self.fails(logon("sql", "SELECT missing FROM sessions"), "no such column: missing")
        self.fails(logon("sql", "DELETE FROM sessions"), "may not be modified")
        self.fails(logon("sql", "CREATE VIRTUAL TABLE x USING sessions"), "no such module")
        self.misused(logon("sql", "SELECT", "1"), "one argument")

    def test_the_tables_are_listed(self):
        out = self.succeeds(logon("sql", "--tables"))
        for column in ("luid", "pid", "sid"):
            self.assertRegex(out, rf"(?m)^\w+ +{column} ")

    def test_a_prompt_waits_for_the_whole_statement(self):
        terminal = Terminal(LOGON, "sql", NO_COLOR="1")
        terminal.expect("sql> ")
        terminal.send("SELECT 40 +\n")
        terminal.expect("...> ")
        terminal.send("2 AS answer;\n")
        terminal.expect("answer\n42")
        terminal.expect("sql> ")
        terminal.send("nonsense;\n")
        terminal.expect("syntax error")
        terminal.expect("sql> ")
        terminal.send(".tables\n")
        terminal.expect("processes")
        terminal.expect("sql> ")
        terminal.send(".quit\n")
        self.assertEqual(terminal.finish(), 0)

    def test_without_an_authority_that_is_said(self):
        self.fails(logon("sql", "SELECT 1", OPENLOGON_SOCKET="/nonexistent/socket"),
                   "openlogond", code=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
