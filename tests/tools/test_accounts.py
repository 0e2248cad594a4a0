#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Accounts, prompts, logons and tokens under a real authority."""
import os
import re
import signal
import tempfile
import time
import unittest
import uuid

from support import IS_ROOT, LOGON, NOBODY, TOKEN_ONLY, Terminal, ToolTest, logon, run

PASSWORD = "Right-Passw0rd \u00fc"


class AccountTest(ToolTest):
    """Each test has an account of its own."""

    def setUp(self):
        self.name = "t" + uuid.uuid4().hex[:12]

    def add(self, name=None, password=PASSWORD):
        name = name or self.name
        self.succeeds(logon("account", "add", name, "--full-name", "Test, the", "--password-fd", "0",
                            text=password + "\n"))
        self.addCleanup(logon, "account", "delete", name)

    def run_as(self, *command, options=(), password=PASSWORD, text="", **changes):
        return logon("run", *TOKEN_ONLY, "--user", self.name, "--password-fd", "0", *options, "--",
                     *command, text=password + "\n" + text, **changes)


class Accounts(AccountTest):
    def listed(self):
        accounts = self.json(logon("account", "list", "--json"))["accounts"]
        return next((a for a in accounts if a["name"] == self.name), None)

    def test_an_account_is_added_listed_and_deleted(self):
        self.assertIsNone(self.listed())
        self.add()
        account = self.listed()
        self.assertEqual(set(account), {
            "name", "full_name", "comment", "sid", "uid", "disabled", "password_last_set",
            "password_can_change", "password_must_change", "expires", "last_bad_password",
            "locked_until", "last_logon", "locked", "must_change_password", "password_expired",
            "password_never_expires", "password_cannot_change", "password_not_required",
            "bad_passwords", "logons", "logon_hours", "home_directory", "profile_path",
            "script_path"})
        self.assertEqual(account["full_name"], "Test, the")
        self.assertRegex(account["sid"], r"^S-1-5-21-\d+-\d+-\d+-\d+$")
        self.assertEqual(int(account["sid"].rsplit("-", 1)[1]), 1000 + 2 * account["uid"])
        self.assertIs(account["disabled"], False)
        table = self.succeeds(logon("account", "list"))
        self.assertRegex(table, rf"(?m)^{self.name} +{account['uid']} +{account['sid']}")
        self.succeeds(logon("account", "delete", self.name))
        self.assertIsNone(self.listed())

    def test_what_cannot_be_done_is_named(self):
        self.add()
        add = ["--password-fd", "0"]
        self.fails(logon("account", "add", self.name, *add, text="x\n"),
                   f'logon: cannot add the account "{self.name}": ', "exists already")
        self.fails(logon("account", "add", "root", *add, text="x\n"), "exists already")
        self.fails(logon("account", "add", 'a"b', *add, text="x\n"), "not a proper account name")
        self.fails(logon("account", "delete", "no-such-account"), "there is no such account")

    def test_a_password_is_changed_with_the_old_one(self):
        self.add()
        change = ["account", "passwd", self.name, "--old-password-fd", "0", "--password-fd", "0"]
        self.fails(logon(*change, text="wrong\nNew-Passw0rd\n"), "the old password is incorrect")
        self.succeeds(logon(*change, text=f"{PASSWORD}\nNew-Passw0rd\n"))
        self.assertEqual(self.run_as("true").code, 1)
        self.succeeds(self.run_as("true", password="New-Passw0rd"))

    def test_an_administrator_needs_no_old_password(self):
        self.add()
        self.succeeds(logon("account", "passwd", self.name, "--password-fd", "0", text="Other-1\n"))
        self.succeeds(self.run_as("true", password="Other-1"))


class Settings(AccountTest):
    def shown(self, name=None):
        return self.json(logon("account", "show", name or self.name, "--json"))

    def set(self, *options):
        self.succeeds(logon("account", "set", self.name, *options))

    def test_an_account_is_added_with_settings(self):
        self.succeeds(logon("account", "add", self.name, "--password-fd", "0", "--comment", "for tests",
                            "--hours", "mon-fri 8-18, sat 9-12", "--expires", "2099-12-31",
                            "--home", "/home/x", "--profile", "/p", "--script", "s.sh",
                            "--never-expires", "yes", "--disabled", "yes", text=PASSWORD + "\n"))
        self.addCleanup(logon, "account", "delete", self.name)
        account = self.shown()
        self.assertEqual(account["comment"], "for tests")
        self.assertEqual(account["logon_hours"], "mon-fri 8-18, sat 9-12")
        self.assertTrue(account["expires"].startswith("2099-12-31T00:00:00"))
        self.assertEqual((account["home_directory"], account["profile_path"], account["script_path"]),
                         ("/home/x", "/p", "s.sh"))
        self.assertIs(account["password_never_expires"], True)
        self.assertIsNone(account["password_must_change"])
        self.assertIs(account["disabled"], True)

    def test_settings_are_changed_one_by_one(self):
        self.add()
        before = self.shown()
        self.set("--comment", "new", "--hours", "none")
        self.set("--expires", "2099-01-01 08:30")
        after = self.shown()
        for name in before:
            if name not in ("comment", "logon_hours", "expires"):
                self.assertEqual(before[name], after[name], name)
        self.assertEqual(after["comment"], "new")
        self.assertEqual(after["logon_hours"], "none")
        self.set("--hours", "all", "--expires", "never")
        self.assertIsNone(self.shown()["expires"])
        self.assertEqual(self.shown()["logon_hours"], "all")

    def test_a_renamed_account_keeps_its_sid_and_password(self):
        self.add()
        sid = self.shown()["sid"]
        old, self.name = self.name, self.name + "x"
        self.addCleanup(logon, "account", "delete", self.name)
        self.succeeds(logon("account", "set", old, "--rename", self.name))
        self.assertEqual(self.shown()["sid"], sid)
        self.succeeds(self.run_as("true"))
        self.fails(logon("account", "show", old), "there is no such account")
        self.fails(logon("account", "set", self.name, "--rename", "root"), "exists already")

    def test_what_keeps_an_account_from_logging_on_is_told(self):
        self.add()
        for options, reason in [
                (["--hours", "none"], "at this hour"),
                (["--hours", "all", "--expires", "2001-01-01"], "expired"),
                (["--expires", "never", "--must-change", "yes"], "has to be changed"),
                (["--must-change", "no", "--disabled", "yes"], "disabled")]:
            self.set(*options)
            self.fails(self.run_as("true"), reason)
            self.fails(self.run_as("true", password="wrong"), "incorrect")
        self.succeeds(logon("account", "enable", self.name))
        self.succeeds(self.run_as("true"))
        self.succeeds(logon("account", "disable", self.name))
        self.fails(self.run_as("true"), "disabled")

    def test_a_password_that_must_be_changed_is_changed_with_the_old_one(self):
        self.add()
        self.set("--must-change", "yes")
        self.assertIs(self.shown()["must_change_password"], True)
        self.succeeds(logon("account", "passwd", self.name, "--old-password-fd", "0", "--password-fd",
                            "0", text=f"{PASSWORD}\nNew-1\n"))
        self.succeeds(self.run_as("true", password="New-1"))

    def test_counts_are_shown(self):
        self.add()
        self.assertEqual((self.shown()["logons"], self.shown()["last_logon"]), (0, None))
        self.succeeds(self.run_as("true"))
        self.fails(self.run_as("true", password="wrong"), "incorrect")
        account = self.shown()
        self.assertEqual((account["logons"], account["bad_passwords"]), (1, 1))
        self.assertIsNotNone(account["last_logon"])
        self.assertIsNotNone(account["last_bad_password"])

    def test_wrong_settings_are_refused_with_what_they_take(self):
        self.add()
        for options, reason in [
                (["--hours", "mon 8"], "mon-fri"), (["--expires", "tomorrow"], "YYYY-MM-DD"),
                (["--must-change", "maybe"], "HOURS|yes"), ([], "nothing to set")]:
            result = logon("account", "set", self.name, *options)
            self.assertEqual(result.code, 2)

    @unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
    def test_others_are_told_little(self):
        self.add()
        result = run(*NOBODY, LOGON,
                     "account", "show", self.name, "--json")
        self.assertEqual(set(self.json(result)), {"version", "name", "full_name", "comment", "sid",
                                                  "uid", "disabled"})
        self.fails(run(*NOBODY, LOGON,
                       "account", "disable", self.name), "access is denied")


class Damaged(ToolTest):
    """An authority of its own, whose account database is none."""

    def test_a_damaged_database_is_named_and_nobody_logs_on(self):
        with tempfile.TemporaryDirectory(prefix="openlogon-test-") as state:
            with open(os.path.join(state, "accounts.db"), "wb") as file:
                file.write(b"x" * 8192)
            script = (f"for command in 'account list' 'account add x --password-fd 0' 'group list' "
                      f"'run --token-only --user x --password-fd 0 -- true'; do "
                      f"echo secret | {LOGON} $command || echo code=$?; done; {LOGON} sessions")
            result = logon("private", "--quiet", "--state", state, "--", "sh", "-c", script)
            self.assertEqual(result.out.count("code=1"), 4, result.out + result.err)
            self.assertEqual(result.err.count("the security database is damaged"), 4, result.err)
            self.assertEqual(len(re.findall("(?m)^0x", result.out)), 4, result.out)


class Groups(AccountTest):
    def setUp(self):
        super().setUp()
        self.group = "g" + self.name

    def add_group(self, name=None):
        name = name or self.group
        self.succeeds(logon("group", "add", name, "--comment", "a group"))
        self.addCleanup(logon, "group", "delete", name)

    def members(self, name=None):
        document = self.json(logon("group", "show", name or self.group, "--json"))
        self.assertEqual(set(document), {"version", "name", "comment", "members"})
        return [member["name"].split("\\")[-1] for member in document["members"]]

    def groups_of_a_logon(self):
        out = self.succeeds(self.run_as(LOGON, "whoami", "--groups", "--json"))
        import json
        return {group["sid"]: group for group in json.loads(out)["groups"]}

    def test_a_group_is_added_listed_changed_and_deleted(self):
        self.add_group()
        groups = {g["name"]: g for g in self.json(logon("group", "list", "--json"))["groups"]}
        self.assertEqual(groups[self.group]["comment"], "a group")
        self.assertIn("Administrators", groups)
        self.assertIn("Event Log Readers", groups)
        self.succeeds(logon("group", "set", self.group, "--comment", "other", "--rename",
                            self.group + "2"))
        self.assertEqual(self.json(logon("group", "show", self.group + "2", "--json"))["comment"], "other")
        self.succeeds(logon("group", "delete", self.group + "2"))
        self.fails(logon("group", "show", self.group + "2"), "there is no such group")

    def test_what_cannot_be_done_is_named(self):
        self.add()
        self.add_group()
        self.fails(logon("group", "add", self.group), "exists already")
        self.fails(logon("group", "add", self.name), "exists already")
        self.fails(logon("account", "add", self.group, "--password-fd", "0", text="x\n"), "exists already")
        self.fails(logon("group", "delete", "Administrators"), "built in")
        self.fails(logon("group", "set", "Administrators", "--rename", "x" + self.group), "built in")
        self.fails(logon("group", "add-member", self.group, "nobody-of-this-name"), "no such account")
        self.fails(logon("group", "add-member", self.group, self.group), "member of itself")
        self.fails(logon("group", "delete-member", self.group, self.name), "not a member")

    def test_members_may_be_groups_but_not_in_a_circle(self):
        other = self.group + "2"
        self.add()
        self.add_group()
        self.add_group(other)
        self.succeeds(logon("group", "add-member", self.group, self.name))
        self.succeeds(logon("group", "add-member", self.group, "Everyone"))
        self.succeeds(logon("group", "add-member", other, self.group))
        self.assertEqual(self.members(), [self.name, "Everyone"])
        self.assertEqual(self.members(other), [self.group])
        self.fails(logon("group", "add-member", self.group, other), "member of itself")
        self.fails(logon("group", "add-member", self.group, self.name), "already")
        self.succeeds(logon("group", "delete-member", self.group, self.name))
        self.assertEqual(self.members(), ["Everyone"])

    def test_a_logon_has_the_groups_that_there_are_at_the_time(self):
        self.add()
        self.add_group()
        backup = "S-1-5-32-551"
        self.assertNotIn(backup, self.groups_of_a_logon())
        self.succeeds(logon("group", "add-member", self.group, self.name))
        self.succeeds(logon("group", "add-member", "Backup Operators", self.group))
        self.addCleanup(logon, "group", "delete-member", "Backup Operators", self.group)
        groups = self.groups_of_a_logon()
        # Backup Operators are powerful: an interactive logon has them for denying only.
        self.assertEqual(groups[backup]["attributes"], ["deny_only"])
        self.assertTrue(any((g["name"] or "").endswith("\\" + self.group) for g in groups.values()))
        self.succeeds(logon("group", "delete-member", "Backup Operators", self.group))
        self.assertNotIn(backup, self.groups_of_a_logon())

    @unittest.skipUnless(IS_ROOT, "needs root to switch identities")
    def test_the_kernel_has_a_groups_gid(self):
        self.add()
        self.add_group()
        self.succeeds(logon("group", "add-member", self.group, self.name))
        sid = next(s for s, g in self.groups_of_a_logon().items() if (g["name"] or "").endswith(self.group))
        gid = (int(sid.rsplit("-", 1)[1]) - 1001) // 2
        self.assertIn(str(gid), self.succeeds(self.run_as("id", "-G")).split())

    def test_a_deleted_account_is_in_no_group(self):
        self.add()
        self.add_group()
        self.succeeds(logon("group", "add-member", self.group, self.name))
        self.succeeds(logon("account", "delete", self.name))
        self.assertEqual(self.members(), [])


class Prompts(AccountTest):
    def test_a_new_password_is_asked_for_twice_and_never_shown(self):
        terminal = Terminal(LOGON, "account", "add", self.name)
        self.addCleanup(logon, "account", "delete", self.name)
        terminal.expect(f"New password for {self.name}: ")
        self.assertFalse(terminal.echoes())
        terminal.send(PASSWORD + "\n")
        terminal.expect("The same again: ")
        self.assertFalse(terminal.echoes())
        terminal.send(PASSWORD + "\n")
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(terminal.output, "\n")
        self.succeeds(self.run_as("true"))

    def test_two_that_differ_change_nothing(self):
        terminal = Terminal(LOGON, "account", "add", self.name)
        terminal.expect(": ")
        terminal.send("one\n")
        terminal.expect("again: ")
        terminal.send("two\n")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("the two passwords differ", terminal.output)
        self.assertNotIn(self.name, self.succeeds(logon("account", "list")))

    def test_an_interrupted_prompt_leaves_the_terminal_as_it_was(self):
        for character, number in [("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT)]:
            terminal = Terminal("/bin/sh", "-c",
                                f"trap : INT QUIT; ulimit -c 0; {LOGON} run --user x -- true; "
                                "echo code=$?; stty -a; read -r _")
            terminal.expect("Password for x: ")
            self.assertFalse(terminal.echoes())
            terminal.send(character)
            terminal.expect(f"code={128 + number}")
            self.assertTrue(terminal.echoes())
            terminal.send("\n")
            terminal.finish()

    def test_a_stopped_prompt_asks_again(self):
        self.add()
        # With job control the program has a process group that the shell can continue.
        run_as = " ".join([LOGON, "run", *TOKEN_ONLY, "--user", self.name, "-- true"])
        terminal = Terminal("/bin/bash", "--norc", "-c",
                            f"set -m; {run_as}; echo stopped=$?; stty -a; fg; echo code=$?")
        terminal.expect("Password for")
        terminal.send("\x1a")
        terminal.expect(f"stopped={128 + signal.SIGTSTP}\n")
        terminal.expect(" echo ")
        terminal.expect("Password for")
        self.assertFalse(terminal.echoes())
        terminal.send(PASSWORD + "\n")
        terminal.expect("code=0\n")
        self.assertEqual(terminal.finish(), 0)

    def test_a_logon_with_a_typed_password(self):
        self.add()
        terminal = Terminal(LOGON, "run", *TOKEN_ONLY, "--user", self.name, "--", "sh", "-c", "exit 4")
        terminal.expect("Password for")
        terminal.send(PASSWORD + "\n")
        self.assertEqual(terminal.finish(), 4)

    def test_an_end_of_input_is_no_password(self):
        terminal = Terminal(LOGON, "run", "--user", "x", "--", "true")
        terminal.expect("Password for x: ")
        terminal.send("\x04")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("there is no password on the terminal", terminal.output)


class Run(AccountTest):
    def setUp(self):
        super().setUp()
        self.add()

    def test_a_wrong_password_and_an_unknown_user_are_one_message(self):
        wrong = self.run_as("true", password="wrong")
        self.fails(wrong)
        self.assertEqual(wrong.err, f'logon: cannot log on "{self.name}": '
                                    "the user name or password is incorrect\n")
        unknown = logon("run", "--user", "no-such-user", "--password-fd", "0", "--", "true", text="x\n")
        self.fails(unknown)
        self.assertEqual(unknown.err.replace("no-such-user", self.name), wrong.err)

    def test_the_exit_code_is_the_programs(self):
        for code in [0, 1, 42, 255]:
            self.assertEqual(self.run_as("sh", "-c", f"exit {code}").code, code)
        self.assertEqual(self.run_as("sh", "-c", "kill -TERM $$").code, 128 + signal.SIGTERM)

    def test_arguments_and_standard_input_arrive_unchanged(self):
        words = ["", "a b", 'say "hi"', "back\\slash", "end\\", 'mix\\"ed', "new\nline", "\u00fc", "$HOME"]
        out = self.succeeds(self.run_as("printf", r"%s\0", *words))
        self.assertEqual(out.split("\0")[:-1], words)
        self.assertEqual(self.succeeds(self.run_as("cat", text="rest\nof it")), "rest\nof it")

    def test_a_program_that_is_not_there_is_named(self):
        self.fails(self.run_as("no-such-program-here"), '"no-such-program-here"')

    def test_every_type_of_logon_is_in_the_listing(self):
        types = {"interactive": "Interactive", "batch": "Batch", "service": "Service",
                 "network-cleartext": "NetworkCleartext", "network": "Network"}
        self.succeeds(logon("rights", "grant", self.name, "SeServiceLogonRight"))
        self.addCleanup(logon, "rights", "revoke", self.name, "--all")
        for option, name in types.items():
            with self.subTest(option):
                out = self.succeeds(self.run_as(LOGON, "sessions", "-n", "-o", "USER,TYPE",
                                                options=["--type", option]))
                self.assertRegex(out, rf"(?m)\\{self.name} +{name}$")

    def test_the_program_has_the_users_token(self):
        out = self.succeeds(self.run_as(LOGON, "whoami"))
        self.assertRegex(out, rf"^[^\\\n]+\\{self.name}\n$")

    @unittest.skipUnless(IS_ROOT, "needs root to switch identities")
    def test_the_program_has_the_users_ids(self):
        accounts = self.json(logon("account", "list", "--json"))["accounts"]
        uid = next(a["uid"] for a in accounts if a["name"] == self.name)
        out = self.succeeds(self.run_as("sh", "-c", "id -u; id -g; grep ^Groups: /proc/self/status"))
        self.assertEqual(out.split("\n")[:2], [str(uid), str(uid)])
        self.assertNotIn("0", out.split("Groups:")[1].split())

    @unittest.skipUnless(IS_ROOT, "needs root to switch identities")
    def test_token_only_keeps_the_uid(self):
        self.assertEqual(self.succeeds(self.run_as("id", "-u", options=["--token-only"])), "0\n")

    @unittest.skipIf(IS_ROOT, "root can switch identities")
    def test_without_root_a_way_out_is_shown(self):
        self.fails(logon("run", "--user", self.name, "--password-fd", "0", "--", "true",
                         text=PASSWORD + "\n"), "--token-only")

    def test_the_session_ends_with_the_program(self):
        self.succeeds(self.run_as("true"))
        # The kernel tells openlogond of an empty group a moment after the exit.
        deadline = time.monotonic() + 10
        while self.name in self.succeeds(logon("sessions", "-o", "USER")):
            self.assertLess(time.monotonic(), deadline, "the session is still there")


class Whoami(AccountTest):
    def setUp(self):
        super().setUp()
        self.add()

    def whoami(self, *arguments):
        return self.run_as(LOGON, "whoami", *arguments)

    def test_sections_look_as_on_windows(self):
        out = self.succeeds(self.whoami("--all"))
        titles = ["USER INFORMATION", "GROUP INFORMATION", "PRIVILEGES INFORMATION", "USER CLAIMS INFORMATION"]
        self.assertEqual(re.findall(r"(?m)^([A-Z ]+)\n-+\n\n", out), titles)
        user = re.match(r"USER INFORMATION\n----------------\n\nUser Name +SID *\n=+ =+\n(\S+) +(\S+)\n",
                        out)
        self.assertTrue(user, out)
        self.assertTrue(user[1].endswith("\\" + self.name))
        self.assertRegex(out, r"(?m)^Everyone +Well-known group +S-1-1-0 +"
                              r"Mandatory group, Enabled by default, Enabled group$")
        self.assertRegex(out, r"(?m)^BUILTIN\\Users +Alias +S-1-5-32-545 +Mandatory group")
        self.assertRegex(out, r"(?m)^Mandatory Label\\Medium Mandatory Level +Label +S-1-16-8192")
        self.assertRegex(out, r"(?m)^SeChangeNotifyPrivilege +\S.*\S +Enabled$")
        for title, option in zip(titles, ["--user", "--groups", "--priv", "--claims"]):
            self.assertEqual(re.findall(r"(?m)^([A-Z ]+)\n-+\n\n", self.succeeds(self.whoami(option))),
                             [title])

    def test_the_logon_sid_is_each_logons_own(self):
        first, second = (self.succeeds(self.whoami("--logonid")) for _ in range(2))
        for line in (first, second):
            self.assertRegex(line, r"^S-1-5-5-\d+-\d+\n$")
        self.assertNotEqual(first, second)

    def test_json(self):
        document = self.json(self.whoami("--json"))
        self.assertEqual(set(document), {"version", "user", "logon_sid", "groups", "privileges", "user_claims"})
        sids = {group["sid"]: group for group in document["groups"]}
        self.assertIn("enabled", sids["S-1-1-0"]["attributes"])
        self.assertIn("logon_id", sids[document["logon_sid"]]["attributes"])
        names = {privilege["name"]: privilege for privilege in document["privileges"]}
        self.assertIs(names["SeChangeNotifyPrivilege"]["enabled"], True)
        self.assertEqual(set(self.json(self.whoami("--json", "--user"))), {"version", "user"})


class Token(AccountTest):
    def test_the_own_token_is_systems(self):
        document = self.json(logon("token", str(os.getpid()), "--json"))
        self.assertEqual(document["logon_id"], "0x3e7")
        self.assertEqual(document["user"]["sid"], "S-1-5-18")
        self.assertEqual((document["type"], document["level"]), ("Primary", None))
        self.assertEqual(document["integrity"], "S-1-16-16384")
        self.assertEqual(document["kernel_ids"]["uid"], os.geteuid())
        self.assertTrue(document["default_dacl"].startswith("D:"))

    def test_a_logons_token_names_its_session_and_its_origin(self):
        self.add()
        out = self.succeeds(self.run_as("sh", "-c", f'{LOGON} token $$ --json'))
        import json
        document = json.loads(out)
        self.assertTrue(document["user"]["name"].endswith("\\" + self.name))
        self.assertEqual(document["origin"], "0x3e7")
        self.assertNotEqual(document["logon_id"], "0x3e7")
        self.assertNotEqual(document["token_id"], document["logon_id"])
        self.assertEqual(document["elevated"], False)

    def test_text_has_a_line_for_each(self):
        out = self.succeeds(logon("token", str(os.getpid())))
        for label in ["Token id:", "Logon session:", "Modified id:", "Origin:", "Session:", "Type:",
                      "Level:", "Integrity:", "Elevated:", "Elevation type:", "Source:", "Kernel ids:",
                      "Default DACL:"]:
            self.assertRegex(out, rf"(?m)^{label} +\S")
        self.assertIn("PRIVILEGES INFORMATION\n", out)

    def test_a_process_that_is_not_there_is_named(self):
        self.fails(logon("token", "2147483647"), "there is no process 2147483647")

    @unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
    def test_another_users_token_is_refused(self):
        self.fails(run(*NOBODY, LOGON,
                       "token", str(os.getpid())), "access is denied")


if __name__ == "__main__":
    unittest.main()
