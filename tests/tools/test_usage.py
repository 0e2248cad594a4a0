#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Options, help, exit codes and messages; no authority is needed."""
import re
import unittest

from support import LOGON, ToolTest, logon, logonsessions

COMMANDS = ["sessions", "whoami", "run", "token", "sql", "wql", "access", "account", "rights", "policy", "private", "setup"]
SUBCOMMANDS = {"account": ["add", "list", "delete", "passwd"],
               "rights": ["list", "show", "who", "grant", "revoke"],
               "policy": ["show", "set", "reset"],
               "setup": ["pam", "nss"]}
NOWHERE = "/nonexistent/openlogon.socket"


class Help(ToolTest):
    def check(self, result, name):
        out = self.succeeds(result)
        self.assertEqual(result.err, "")
        self.assertTrue(out.startswith(f"Usage:\n {name} "), out)
        self.assertIn("--help", out)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_every_command_has_help(self):
        self.check(logonsessions("--help"), "logonsessions")
        self.check(logon("--help"), "logon")
        self.check(logon("help"), "logon")
        for command in COMMANDS:
            self.check(logon(command, "--help"), f"logon {command}")
            self.check(logon("help", command), f"logon {command}")
        for group, commands in SUBCOMMANDS.items():
            for command in commands:
                self.check(logon(group, command, "-h"), f"logon {group} {command}")

    def test_help_lists_every_command(self):
        out = logon("--help").out
        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^ {command} +\S")
        for group, commands in SUBCOMMANDS.items():
            out = logon(group, "--help").out
            for command in commands:
                self.assertRegex(out, rf"(?m)^ {group} {command} +\S")

    def test_the_version_is_told(self):
        self.assertRegex(self.succeeds(logonsessions("--version")),
                         r"^logonsessions of OpenLogon \d+\.\d+\.\d+\n$")
        self.assertRegex(self.succeeds(logon("-V")), r"^logon of OpenLogon \d+\.\d+\.\d+\n$")


class Misuse(ToolTest):
    def test_of_logonsessions(self):
        self.misused(logonsessions("-x"), "-- 'x'")
        self.misused(logonsessions("--nonsense"), "--nonsense")
        self.misused(logonsessions("word"), 'unexpected argument "word"')
        self.misused(logonsessions("-t"), "-ct")
        for pair in [("-c", "-ct"), ("-ct", "-c"), ("-c", "--json"), ("-ct", "--json")]:
            self.misused(logonsessions(*pair), "exclude each other")

    def test_of_logon(self):
        self.misused(logon(), "no command given")
        self.misused(logon("nonsense"), 'there is no command "nonsense"')
        self.misused(logon("help", "nonsense"), 'there is no command "nonsense"')
        self.misused(logon("account"), "no command given")
        self.misused(logon("account", "nonsense"), 'there is no command "nonsense"')

    def test_of_each_command(self):
        cases = [
            (["sessions", "word"], "unexpected argument"),
            (["sessions", "-o", "LUID,NONSENSE"], 'unknown column "NONSENSE"'),
            (["sessions", "-o", ""], 'unknown column ""'),
            (["sessions", "-o", ",".join(["LUID"] * 33)], "too many columns"),
            (["sessions", "--json", "--tree"], "--json"),
            (["whoami", "word"], "unexpected argument"),
            (["whoami", "--logonid", "--user"], "--logonid"),
            (["token"], "process id is missing"),
            (["token", "abc"], '"abc" is no process id'),
            (["token", "0"], '"0" is no process id'),
            (["token", "1", "2"], 'unexpected argument "2"'),
            (["access"], "--sddl is missing"),
            (["access", "--sddl", "D:", "word"], 'unexpected argument "word"'),
            (["access", "--sddl", "D:", "--pid", "0"], '"0" is no process id'),
            (["access", "--sddl", "D:", "--pid", "1", "--as", "alice"], "name two tokens"),
            (["access", "--sddl", "D:", "--type", "nonsense"], 'no type of object "nonsense"'),
            (["run", "--", "true"], "--user is missing"),
            (["run", "--user", "alice"], "program to run is missing"),
            (["run", "--user", "alice", "--type", "nonsense", "true"], '"nonsense"'),
            (["run", "--user", "alice", "--password-fd", "99", "true"], '"99" is no open descriptor'),
            (["run", "--user", "alice", "--password-fd", "-1", "true"], '"-1" is no open descriptor'),
            (["account", "add"], "name is missing"),
            (["account", "add", "a", "b"], 'unexpected argument "b"'),
            (["account", "list", "a"], 'unexpected argument "a"'),
            (["account", "passwd", "a", "--old-password-fd", "x"], '"x" is no open descriptor'),
            (["rights"], "no command given"),
            (["rights", "show"], "account is missing"),
            (["rights", "who"], "right is missing"),
            (["rights", "who", "a", "b"], 'unexpected argument "b"'),
            (["rights", "list", "a"], 'unexpected argument "a"'),
            (["rights", "grant", "a"], "at least one right"),
            (["rights", "revoke"], "account is missing"),
            (["policy"], "no command given"),
            (["policy", "show", "a"], 'unexpected argument "a"'),
            (["policy", "set"], "no setting given"),
            (["private"], "command to run is missing"),
            (["private", "--set", "nonsense", "true"], "KEY=VALUE"),
            (["private", "--set", "=nonsense", "true"], "KEY=VALUE"),
        ]
        for arguments, message in cases:
            with self.subTest(arguments):
                self.misused(logon(*arguments), message)

    def test_options_of_a_program_to_run_are_its_own(self):
        self.fails(logon("run", "--user", "alice", "--password-fd", "0", "true", "--nonsense",
                         text="secret\n", OPENLOGON_SOCKET=NOWHERE), "no authority answers")


class NoAuthority(ToolTest):
    def test_everything_says_where_it_looked_and_what_to_do(self):
        for result in [
                logonsessions(OPENLOGON_SOCKET=NOWHERE),
                logonsessions("--json", OPENLOGON_SOCKET=NOWHERE),
                logon("sessions", OPENLOGON_SOCKET=NOWHERE),
                logon("whoami", OPENLOGON_SOCKET=NOWHERE),
                logon("watch", OPENLOGON_SOCKET=NOWHERE),
                logon("token", "1", OPENLOGON_SOCKET=NOWHERE),
                logon("account", "list", OPENLOGON_SOCKET=NOWHERE),
                logon("rights", "list", OPENLOGON_SOCKET=NOWHERE),
                logon("policy", "show", OPENLOGON_SOCKET=NOWHERE),
                logon("account", "delete", "alice", OPENLOGON_SOCKET=NOWHERE),
                logon("account", "add", "alice", "--password-fd", "0", text="x\n",
                      OPENLOGON_SOCKET=NOWHERE)]:
            self.fails(result)
            self.assertEqual(
                re.sub(r"^logon(sessions)?: ", "", result.err),
                f"no authority answers on {NOWHERE}; is openlogond running? "
                'try "logon private -- COMMAND"\n')


class Passwords(ToolTest):
    def check(self, text, message):
        self.fails(logon("account", "add", "alice", "--password-fd", "0", text=text,
                         OPENLOGON_SOCKET=NOWHERE), message)

    def test_a_password_is_one_line_of_the_descriptor(self):
        self.check("", "there is no password on descriptor 0")
        self.check("x" * 1024 + "\n", "longer than 1023 bytes")
        self.check("a\0b\n", "has a zero byte")
        for whole in ["x\n", "x", "\n", "x" * 1023 + "\n"]:
            self.check(whole, "no authority answers")

    def test_without_a_terminal_there_is_no_prompt(self):
        from support import run
        self.fails(run("setsid", "--wait", LOGON, "account", "add", "alice",
                       OPENLOGON_SOCKET=NOWHERE), "there is no terminal", "--password-fd")


if __name__ == "__main__":
    unittest.main()
