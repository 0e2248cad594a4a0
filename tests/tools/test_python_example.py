#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/python, and the library under the names that Windows' have."""
import ctypes
import os
import pathlib
import sys
import tempfile
import unittest

from support import IS_ROOT, ToolTest, logon, run

WIN32 = pathlib.Path(os.environ["OPENLOGON_TEST_WIN32_DIR"])
EXAMPLE = os.environ["OPENLOGON_TEST_PYTHON_EXAMPLE"]
PASSWORD = "Pässword-1 𝄞"  # one letter of it is a surrogate pair

# What a program asks each of them for.
LIBRARIES = {
    "advapi32": ["LogonUserW", "AdjustTokenPrivileges", "LsaOpenPolicy", "ConvertSidToStringSidW"],
    "kernel32": ["CloseHandle", "GetLastError", "LocalFree", "ProcessIdToSessionId"],
    "netapi32": ["NetUserAdd", "NetApiBufferFree"],
    "secur32": ["LsaLogonUser", "LsaEnumerateLogonSessions"],
    "sspicli": ["LsaLogonUser", "LsaGetLogonSessionData"],
    "wtsapi32": ["WTSEnumerateSessionsW", "WTSFreeMemory"],
}


class Names(ToolTest):
    def test_each_name_is_the_library(self):
        for name, functions in LIBRARIES.items():
            for form in [f"{name}.dll.so", f"lib{name}.so"]:
                library = ctypes.CDLL(str(WIN32 / form))
                for function in functions:
                    self.assertTrue(hasattr(library, function), (form, function))

    def test_there_are_no_others(self):
        forms = {form for name in LIBRARIES for form in (f"{name}.dll.so", f"lib{name}.so")}
        self.assertEqual({entry.name for entry in WIN32.iterdir()}, forms)

    def test_all_names_are_loaded_once(self):
        first = ctypes.CDLL(str(WIN32 / "advapi32.dll.so"))
        second = ctypes.CDLL(str(WIN32 / "libwtsapi32.so"))
        self.assertEqual(first._handle, second._handle)


class Example(ToolTest):
    def setUp(self):
        self.name = "pythonista"
        self.succeeds(logon("account", "add", self.name, "--password-fd", "0", text=f"{PASSWORD}\n"))
        self.addCleanup(logon, "account", "delete", self.name)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)

    def uid(self):
        accounts = self.json(logon("account", "list", "--json"))["accounts"]
        return next(a["uid"] for a in accounts if a["name"] == self.name)

    def file(self, name, uid):
        path = self.folder / name
        path.write_text(f"{name} of {uid}\n", encoding="utf-8")
        path.chmod(0o600)
        if IS_ROOT:
            os.chown(path, uid, uid)
        return path

    def run_example(self, *arguments, text):
        changes = {} if IS_ROOT else {"OPENLOGON_TOKEN_ONLY": "1"}
        return run(sys.executable, EXAMPLE, *map(str, arguments), text=text,
                   LD_LIBRARY_PATH=str(WIN32), **changes)

    def test_it_reads_what_the_user_may_read(self):
        own, other = self.file("own", self.uid()), self.file("other", 0)
        out = self.succeeds(self.run_example(self.name, own, other, text=f"{PASSWORD}\n")).splitlines()
        self.assertRegex(out[0], "^logged on: session 0x[0-9a-f]+$")
        self.assertEqual(out[1], f"{own}: own of {self.uid()}")
        # Without root the kernel goes on to see this user, whose files both are.
        self.assertEqual(out[2], f"{other}: " + ("(Permission denied)" if IS_ROOT else "other of 0"))
        self.assertIn("session 0: Services", out[3:])
        luid = out[0].split()[-1]
        sessions = self.json(logon("sessions", "--json"))["sessions"]
        self.assertNotIn(luid, {s["logon_id"] for s in sessions})

    def test_a_wrong_password_is_an_error(self):
        result = self.run_example(self.name, "/dev/null", text="wrong\n")
        self.assertEqual((result.code, result.out), (1, ""))
        self.assertEqual(result.err, "LogonUserW failed: error 1326\n")


if __name__ == "__main__":
    unittest.main()
