#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The script for gdb, on programs of the tests that have OpenLogon's types in memory."""
import os
import shutil
import subprocess
import sys
import unittest

SCRIPT = os.environ["OPENLOGON_TEST_GDB_SCRIPT"]
TOKENS = os.environ["OPENLOGON_TEST_TOKENS"]  # a program that calls token_duplicate()
HANDLES = os.environ["OPENLOGON_TEST_HANDLES"]  # and one that calls handle_close()
SKIPPED = 77


def gdb(program, stop, *expressions):
    """What gdb prints for each expression when the program has come to the function."""
    commands = ["set debuginfod enabled off", f"source {SCRIPT}", f"break {stop}", "run >/dev/null"]
    arguments = [word for command in [*commands, *(f"print {e}" for e in expressions)] for word in ("-ex", command)]
    done = subprocess.run(["gdb", "-q", "-batch", "-nx", *arguments, program], capture_output=True, encoding="utf-8",
                          timeout=100, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    lines = [line for line in done.stdout.splitlines() if line.startswith("$")]
    if len(lines) != len(expressions):
        raise AssertionError(done.stdout + done.stderr)
    return [line.split(" = ", 1)[1] for line in lines]


def is_usable():
    """gdb is there, and the program can be stopped and has debug information."""
    if not shutil.which("gdb"):
        return False
    done = subprocess.run(["gdb", "-q", "-batch", "-nx", "-ex", "break token_duplicate", "-ex", "run >/dev/null",
                           "-ex", "python print('it', 'runs')", "-ex", "print *token", TOKENS],
                          capture_output=True, encoding="utf-8", timeout=100, check=False)
    return "it runs" in done.stdout and "n_references" in done.stdout


class Printers(unittest.TestCase):
    def test_objects_of_the_authority(self):
        token, session, image, sid, status = gdb(
            TOKENS, "token_duplicate", "*token", "*token->session", "*token->image", "*token->session->facts->sid",
            "nt_from_errno(12)")
        self.assertRegex(session, r"^session 0x[0-9a-f]+: MACHINE\\alice \(S-1-5-18\), \w+ by Test; active, "
                                  r"\d+ references$")
        self.assertRegex(token, r"^token 0x[0-9a-f]+, 1 references, image at 0x[0-9a-f]+; session 0x")
        self.assertTrue(token.endswith(session), token)
        self.assertRegex(image, r"^token 0x[0-9a-f]+ of session 0x[0-9a-f]+: .*user S-1-5-21-1-2-3-3000, .*privileges "
                                r"0x[0-9a-f]+ of 0x[0-9a-f]+ = \{\[1\] = S-1-5-21-1-2-3-3001 0x")
        self.assertEqual(sid, "S-1-5-18")
        self.assertEqual(status, "STATUS_NO_MEMORY (0xc0000017)")

    def test_fields_are_still_to_be_had(self):
        self.assertRegex(gdb(TOKENS, "token_duplicate", "/r *token->session")[0], r"^\{node = \{")

    def test_a_handle_of_a_program(self):
        slot, inside = gdb(HANDLES, "handle_close", "$openlogon_handle(handle)", "*$openlogon_handle(handle).object")
        self.assertRegex(slot, r"^\w+ object, \d+ references, access 0x[0-9a-f]+$")
        self.assertEqual(inside, slot.split(", access")[0])


if __name__ == "__main__":
    if not is_usable():
        sys.exit(SKIPPED)
    unittest.main()
