#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon debug: identities of objects, and the chain back to the authentication."""
import os
import re
import subprocess
import unittest

from support import IS_ROOT, LOGON, NOBODY, TOKEN_ONLY, ToolTest, logon, run

PASSWORD = "right-Passw0rd"
POINTER = r"0x[0-9a-f]{8}`[0-9a-f]{8}"


def field(out, name):
    return re.search(rf"(?m)^ +\+0x[0-9a-f]{{3}} {name} +: (.*)$", out)[1]


class Started:
    """A program in a session of its own, until it is let go."""

    def __init__(self):
        command = [LOGON, "run", *TOKEN_ONLY, "--user", "debug-alice", "--type", "batch", "--password-fd", "0",
                   "--", "sh", "-c", "echo $$; cat; sleep 0"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii")
        self.process.stdin.write(PASSWORD + "\n")
        self.process.stdin.flush()
        self.pid = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Tokens(ToolTest):
    @classmethod
    def setUpClass(cls):
        logon("account", "add", "debug-alice", "--password-fd", "0", text=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        logon("account", "delete", "debug-alice")

    def dt(self, what):
        return self.succeeds(logon("debug", "dt", "_TOKEN", what))

    def session_of(self, what):
        pointer = field(self.dt(what), "LogonSession")
        self.assertRegex(pointer, rf"^{POINTER} _SEP_LOGON_SESSION_REFERENCES$")
        return pointer.split()[0]

    def test_fields_stand_where_the_public_symbols_have_them(self):
        out = self.dt(str(os.getpid()))
        for offset, name in [("000", "TokenSource"), ("010", "TokenId"), ("018", "AuthenticationId"),
                             ("038", "ModifiedId"), ("040", "Privileges"), ("078", "SessionId"),
                             ("098", "UserAndGroups"), ("0c0", "TokenType"), ("0d8", "LogonSession"),
                             ("0e0", "OriginatingLogonSession")]:
            self.assertRegex(out, rf"(?m)^   \+0x{offset} {name} +: ")
        self.assertIn("+0x018 AuthenticationId : _LUID\n      +0x000 LowPart          : 0x3e7\n", out)
        self.assertEqual(field(out, "TokenType"), "1 ( TokenPrimary )")

    def test_tokens_of_one_session_have_one_object(self):
        self.assertEqual(self.session_of(str(os.getpid())), self.session_of("self"))

    def test_two_sessions_of_one_user_have_two(self):
        with Started() as one, Started() as other:
            first = self.session_of(one.pid)
            self.assertEqual(self.session_of(one.pid), first)
            self.assertNotEqual(self.session_of(other.pid), first)
            self.assertNotEqual(self.session_of("self"), first)

    def test_the_number_is_no_address(self):
        # Objects lie beside each other; their numbers do not, nor in the program's address space.
        with Started() as one, Started() as other:
            numbers = [int(self.session_of(s.pid)[2:].replace("`", ""), 16) for s in (one, other)]
        self.assertGreater(abs(numbers[0] - numbers[1]), 1 << 32)

    def test_the_chain_leads_to_who_asked(self):
        with Started() as started:
            out = self.dt(started.pid)
        chain = out.split("Chain back to the authentication")[1].splitlines()[1:]
        self.assertEqual(len(chain), 2, out)
        self.assertRegex(chain[0], r"^   0x[0-9a-f]+ \S+\\debug-alice: Batch, by NTLM of package msv1_0, source ")
        self.assertRegex(chain[1], r"^   0x3e7 NT AUTHORITY\\SYSTEM: \(none\), by Negotiate")

    def test_a_session_is_shown_with_who_holds_it(self):
        with Started() as started:
            luid = self.json(logon("token", started.pid, "--json"))["logon_id"]
            out = self.succeeds(logon("debug", "!logonsession", luid[2:]))
            pointer = self.session_of(started.pid)
        head = out.splitlines()[:3]
        self.assertEqual(head[0], f"** Session   0 = {pointer}")
        self.assertEqual(head[1], f"   LogonId     = {{{luid} 0x0}}")
        self.assertRegex(head[2], r"^   References  = [1-9]")
        self.assertRegex(out, rf"(?m)^   Token 0x[0-9a-f]+ += {POINTER}  References = \d+ +(process|connection|control)")

    def test_dt_of_a_session_has_its_names(self):
        out = self.succeeds(logon("debug", "dt", "nt!_SEP_LOGON_SESSION_REFERENCES", "3e7"))
        self.assertEqual(field(out, "AccountName"), '_UNICODE_STRING "SYSTEM"')
        self.assertEqual(field(out, "AuthorityName"), '_UNICODE_STRING "NT AUTHORITY"')
        self.assertRegex(field(out, "ReferenceCount"), r"^0n\d+$")

    def test_all_sessions_are_dumped(self):
        for zero in [[], ["0"]]:
            out = self.succeeds(logon("debug", "!logonsession", *zero))
            self.assertTrue(out.startswith("Dumping all logon sessions.\n\n** Session   0 = 0x"), out)
            n = len(re.findall(rf"(?m)^\*\* Session +\d+ = {POINTER}$", out))
            self.assertTrue(out.endswith(f"\n{n} sessions in the system.\n"))
            self.assertGreaterEqual(n, 4)
            numbers = re.findall(POINTER, out)
            self.assertEqual(len(numbers), len(set(numbers)))

    def test_what_is_not_there_is_said(self):
        self.fails(logon("debug", "!logonsession", "deadbeef"), "no logon session 0xdeadbeef")
        self.misused(logon("debug"), "no debugger command")
        self.misused(logon("debug", "kb"), 'no debugger command "kb"')
        self.misused(logon("debug", "dt", "_EPROCESS", "1"), 'no type "_EPROCESS"')
        self.misused(logon("debug", "dt", "_TOKEN", "x"), '"x" is no process id')

    @unittest.skipUnless(IS_ROOT, "needs root to be somebody else")
    def test_an_ordinary_user_is_told_nothing(self):
        nobody = [*NOBODY, LOGON, "debug"]
        for more in [["dt", "_TOKEN", "self"], ["!logonsession", "3e7"]]:
            self.fails(run(*nobody, *more), "access is denied")


if __name__ == "__main__":
    unittest.main()
