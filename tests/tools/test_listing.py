#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logonsessions and logon sessions under a real authority."""
import csv
import datetime
import io
import os
import re
import subprocess
import unittest

from support import IS_ROOT, LOGON, ToolTest, logon, logonsessions

PASSWORD = "right-Passw0rd"
COLUMNS = ["Logon Session", "User Name", "Auth Package", "Logon Type", "Session", "Sid", "Logon Time",
           "Logon Server", "DNS Domain", "UPN"]
LABELS = ["User name:", "Auth package:", "Logon type:", "Session:", "Sid:", "Logon time:",
          "Logon server:", "DNS Domain:", "UPN:"]
FIELDS = {"logon_id", "user", "domain", "authentication_package", "logon_type", "session_id", "sid",
          "logon_time", "logon_server", "dns_domain", "upn", "uid", "tokens", "enforced",
          "elevation", "linked", "guid", "service", "tty", "remote_host", "remote_user", "processes"}
WELL_KNOWN = ["00000000:000003e4", "00000000:000003e5", "00000000:000003e6", "00000000:000003e7"]


def halves(text):
    """0x3e7 as logonsessions writes it."""
    number = int(text, 16)
    return f"{number >> 32:08x}:{number & 0xffffffff:08x}"


def lasting(sessions):
    """The LUIDs of all but the implicit sessions of other users' processes, which come and go."""
    return [s["logon_id"] for s in sessions if s["authentication_package"] != "Kernel"]


class Listing(ToolTest):
    def sessions(self):
        return self.json(logonsessions("--json"))["sessions"]

    def test_blocks_have_the_layout_of_sysinternals(self):
        blocks = self.succeeds(logonsessions()).split("\n\n")
        for index, block in enumerate(blocks):
            lines = block.rstrip("\n").split("\n")
            self.assertRegex(lines[0], rf"^\[{index}\] Logon session [0-9a-f]{{8}}:[0-9a-f]{{8}}:$")
            self.assertEqual(len(lines), 1 + len(LABELS), block)
            for line, label in zip(lines[1:], LABELS):
                self.assertRegex(line, rf"^    {label:<13} \S")

    def test_the_well_known_sessions_are_there_for_an_administrator(self):
        luids = re.findall(r"Logon session (\S+):\n", self.succeeds(logonsessions()))
        shown = [luid for luid in WELL_KNOWN if luid in luids]
        # Without root the authority's own user is its SYSTEM, and so an administrator too.
        self.assertEqual(shown, WELL_KNOWN)
        system = self.succeeds(logonsessions()).split("000003e7:\n", 1)[1].split("\n\n", 1)[0]
        self.assertIn("    Logon type:   (none)\n", system)
        self.assertIn("    Sid:          S-1-5-18\n", system)

    def test_processes_are_shown_on_demand(self):
        line = rf"(?m)^ +{os.getpid()}: \S"
        self.assertNotRegex(self.succeeds(logonsessions()), line)
        self.assertRegex(self.succeeds(logonsessions("-p")), line)

    def test_separated_values_are_what_json_says(self):
        for option, separator in [("-c", ","), ("-ct", "\t")]:
            out = self.succeeds(logonsessions(option))
            rows = list(csv.DictReader(io.StringIO(out), delimiter=separator))
            self.assertEqual(out.splitlines()[0], separator.join(COLUMNS))
            by_luid = {halves(s["logon_id"]): s for s in self.sessions()}
            for row in rows:
                if row["Auth Package"] == "Kernel":
                    continue
                session = by_luid[row["Logon Session"]]
                account = "\\".join(filter(None, [session["domain"], session["user"]]))
                self.assertEqual(row["User Name"], account)
                self.assertEqual(row["Sid"], session["sid"] or "")
                self.assertEqual(row["Logon Type"], session["logon_type"] or "")

    def test_values_with_processes_have_one_more_column(self):
        rows = list(csv.DictReader(io.StringIO(self.succeeds(logonsessions("-c", "-p")))))
        everything = "; ".join(row["Processes"] for row in rows).split("; ")
        self.assertIn(str(os.getpid()), [word.split(":")[0] for word in everything])

    def test_json_has_every_field_and_real_times(self):
        for session in self.sessions():
            self.assertEqual(set(session), FIELDS)
            self.assertRegex(session["logon_id"], r"^0x[0-9a-f]+$")
            if session["logon_time"]:
                when = datetime.datetime.fromisoformat(session["logon_time"])
                age = datetime.datetime.now(datetime.timezone.utc) - when
                self.assertLess(abs(age), datetime.timedelta(hours=1))
            for process in session["processes"]:
                self.assertEqual(set(process), {"pid", "name", "basis"})

    def test_both_programs_print_the_same_document(self):
        here, there = self.sessions(), self.json(logon("sessions", "--json"))["sessions"]
        self.assertEqual(lasting(here), lasting(there))

    def test_this_process_is_in_exactly_one_session(self):
        found = [s for s in self.sessions() if os.getpid() in [p["pid"] for p in s["processes"]]]
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]["logon_id"], "0x3e7")


    def test_every_process_is_listed_once(self):
        before = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        listed = [p["pid"] for s in self.sessions() for p in s["processes"]]
        self.assertEqual(len(listed), len(set(listed)))
        # Of one that has ended meanwhile the session may have ended, too, though its parent has not looked yet.
        self.assertEqual({pid for pid in before - set(listed) if runs(pid)}, set())


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class OfProcess(ToolTest):
    def of(self, pid):
        return self.json(logon("sessions", "--of", str(pid), "--json"))

    def test_one_process_is_in_the_session_of_the_listing(self):
        process = self.of(os.getpid())
        self.assertEqual(process["logon_id"], "0x3e7")
        self.assertEqual(process["basis"], "system")
        self.assertEqual(process["pid"], os.getpid())

    def test_the_guid_is_of_boot_and_luid(self):
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read()[:18]
        self.assertEqual(self.of(os.getpid())["guid"], boot + "-0000-0000000003e7")

    def test_the_table_has_the_same(self):
        line = self.succeeds(logon("sessions", "--of", str(os.getpid()), "-n")).split()
        process = self.of(os.getpid())
        self.assertEqual([line[0], line[1]], [str(os.getpid()), process["logon_id"]])
        self.assertEqual(line[-2:], [process["basis"], process["guid"]])

    def test_what_is_no_process_is_told(self):
        self.misused(logon("sessions", "--of", "0"))
        self.misused(logon("sessions", "--of", "x"))
        self.misused(logon("sessions", "--of", "1", "--tree"))
        self.fails(logon("sessions", "--of", str(2**31 - 1)))


class Table(ToolTest):
    def test_columns_can_be_chosen(self):
        out = self.succeeds(logon("sessions", "-o", "luid,sid")).splitlines()
        self.assertEqual(out[0].split(), ["LUID", "SID"])
        self.assertIn(["0x3e7", "S-1-5-18"], [line.split() for line in out])
        out = self.succeeds(logon("sessions", "-o", "+UPN")).splitlines()
        self.assertEqual(out[0].split(), ["LUID", "USER", "TYPE", "PACKAGE", "SESSION", "LOGON-TIME",
                                          "PROCESSES", "UPN"])

    def test_headings_can_be_left_out(self):
        self.assertNotIn("LUID", self.succeeds(logon("sessions", "--noheadings")))

    def test_a_tree_has_processes_below_their_session(self):
        lines = self.succeeds(logon("sessions", "--tree", "-n", "-o", "LUID")).splitlines()
        mine = next(i for i, line in enumerate(lines) if f"─{os.getpid()} " in line)
        parent = next(line for line in reversed(lines[:mine]) if line.startswith("0x"))
        self.assertEqual(parent.split()[0], "0x3e7")


class Tree(ToolTest):
    """An administrator's two sessions, with a process that has a child."""

    @classmethod
    def setUpClass(cls):
        logon("account", "add", "tree-alice", "--password-fd", "0", text=PASSWORD + "\n")
        logon("group", "add-member", "Administrators", "tree-alice")
        cls.process = subprocess.Popen(
            [LOGON, "run", *([] if IS_ROOT else ["--token-only"]), "--user", "tree-alice", "--type", "interactive",
             "--password-fd", "0", "--", "sh", "-c", "sh -c 'echo $$ $PPID; cat; true'; true"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii")
        cls.process.stdin.write(PASSWORD + "\n")
        cls.process.stdin.flush()
        cls.child, cls.parent = cls.process.stdout.readline().split()

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.stdout.close()
        cls.process.wait()
        logon("account", "delete", "tree-alice")

    def lines(self):
        """Depth and first words of each line."""
        out = self.succeeds(logon("sessions", "--tree", "-n", "-o", "LUID,USER,ELEVATION"))
        return [(len(re.match(r"[│├└─ ]*", line)[0]) // 2, line.strip("│├└─ ")) for line in out.splitlines()]

    def above(self, lines, i):
        return next(j for j in range(i, -1, -1) if lines[j][0] == lines[i][0] - 1)

    def test_sessions_are_below_those_that_asked_for_them(self):
        lines = self.lines()
        filtered = next(i for i, (_, line) in enumerate(lines) if "tree-alice" in line and "Limited" in line)
        self.assertRegex(lines[filtered][1], r"^0x[0-9a-f]+ \(asked for\) ")
        self.assertTrue(lines[self.above(lines, filtered)][1].startswith("0x3e7 "), lines)

    def test_the_full_session_is_below_the_filtered_one(self):
        lines = self.lines()
        full = next(i for i, (_, line) in enumerate(lines) if "tree-alice" in line and "Full" in line)
        self.assertRegex(lines[full][1], r"^0x[0-9a-f]+ \(linked\) ")
        self.assertIn("Limited", lines[self.above(lines, full)][1])

    def test_processes_are_below_their_parents(self):
        lines = self.lines()
        child = next(i for i, (_, line) in enumerate(lines) if line.startswith(self.child + " "))
        parent = self.above(lines, child)
        self.assertTrue(lines[parent][1].startswith(self.parent + " "), lines)
        self.assertIn("Limited", lines[self.above(lines, parent)][1])


@unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
class SomebodyElse(ToolTest):
    def test_sees_only_the_own_session_and_is_told_so_on_demand(self):
        from support import LOGONSESSIONS, run
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", LOGONSESSIONS]
        quiet, loud = run(*nobody), run(*nobody, "-v")
        self.assertEqual(quiet.err, "")
        self.assertRegex(loud.err, r"^logonsessions: \d+ sessions of others not shown; ")
        blocks = self.succeeds(quiet).split("\n\n")
        self.assertEqual(len(blocks), 1, quiet)
        self.assertNotIn("000003e7", blocks[0])
        self.assertIn("Auth package: Kernel\n", blocks[0])
        self.assertIn("Logon type:   Service\n", blocks[0])


if __name__ == "__main__":
    unittest.main()
