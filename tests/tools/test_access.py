#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon access under a real authority."""
import json
import os
import unittest

from support import ToolTest, logon

PASSWORD = "right-Passw0rd"
DENIED = 3


class Access(ToolTest):
    @classmethod
    def setUpClass(cls):
        logon("account", "add", "access-alice", "--password-fd", "0", text=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        logon("account", "delete", "access-alice")

    def denied(self, result):
        self.assertEqual(result.code, DENIED, result)
        return result.out

    def test_granted_and_denied_are_told_by_the_exit_code(self):
        sddl = "O:BAG:BAD:(A;;FR;;;WD)"
        self.assertEqual(self.succeeds(logon("access", "--sddl", sddl, "--want", "FR")), "granted: 0x00120089\n")
        self.assertIn("denied", self.denied(logon("access", "--sddl", sddl, "--want", "GW")))
        self.assertEqual(self.succeeds(logon("access", "--sddl", sddl, "--want", "0x1")), "granted: 0x00000001\n")

    def test_the_maximum_is_asked_for_unless_rights_are_named(self):
        out = self.succeeds(logon("access", "--sddl", "D:(D;;WP;;;WD)(A;;RPWP;;;WD)"))
        self.assertEqual(out, "granted: 0x00000010\n")

    def test_the_ace_that_decided_is_shown(self):
        out = self.denied(logon("access", "--explain", "--want", "RPWPSD", "--sddl",
                                "D:(D;;WP;;;WD)(A;;RPWP;;;WD)"))
        rows = {line.split()[0]: line for line in out.splitlines()[2:]}
        self.assertRegex(rows["FILE_WRITE_EA"], r"yes +ACE 2 \(A;;RPWP;;;WD\)")
        self.assertRegex(rows["FILE_EXECUTE"], r"no +ACE 1 \(D;;WP;;;WD\)")
        self.assertRegex(rows["DELETE"], r"no +no ACE speaks of it")

    def test_a_label_that_decided_is_shown(self):
        out = self.denied(logon("access", "--explain", "--as", "access-alice", "--password-fd", "0", "--want", "FW",
                                "--sddl", "D:(A;;FA;;;WD)S:(ML;;NW;;;HI)", text=PASSWORD + "\n"))
        self.assertIn("the integrity label 1 (ML;;NW;;;HI)", out)

    def test_the_token_of_a_user_who_logs_on(self):
        sddl = "D:(A;;FR;;;NU)"
        self.succeeds(logon("access", "--sddl", sddl, "--want", "FR", "--as", "access-alice", "--password-fd", "0",
                            text=PASSWORD + "\n"))
        self.denied(logon("access", "--sddl", sddl, "--want", "FR"))
        self.fails(logon("access", "--sddl", sddl, "--as", "access-alice", "--password-fd", "0", text="wrong\n"),
                   'cannot log on "access-alice"')

    def test_the_token_of_a_process(self):
        self.succeeds(logon("access", "--sddl", "D:(A;;FR;;;WD)", "--want", "FR", "--pid", str(os.getpid())))
        self.fails(logon("access", "--sddl", "D:", "--pid", "2147483647"), "there is no process 2147483647")

    def test_a_condition_decides(self):
        sddl = 'D:(XA;;FR;;;WD;(Member_of {SID(WD)}))(XD;;FX;;;WD;(@USER.nothing == 1))(A;;FX;;;WD)'
        self.assertIn("granted", self.succeeds(logon("access", "--sddl", sddl, "--want", "FR")))
        self.denied(logon("access", "--sddl", sddl, "--want", "FX"))

    def test_json(self):
        result = logon("access", "--json", "--explain", "--want", "RPSD", "--sddl", "D:(A;;RP;;;WD)")
        document = json.loads(self.denied(result))
        self.assertEqual(document["version"], 1)
        self.assertIs(document["granted"], False)
        self.assertEqual(document["error"], 5)
        reasons = {reason["right"]: reason for reason in document["reasons"]}
        self.assertEqual(reasons["FILE_WRITE_EA"], {
            "right": "FILE_WRITE_EA", "mask": 16, "granted": True, "decided_by": "ace", "ace_index": 0,
            "ace": "(A;;RP;;;WD)", "privilege": None, "restricted": False})
        self.assertEqual(reasons["DELETE"]["decided_by"], "nothing")
        self.assertIsNone(reasons["DELETE"]["ace_index"])

    def test_names_follow_the_type(self):
        out = self.succeeds(logon("access", "-e", "--type", "key", "--want", "CC", "--sddl", "D:(A;;KR;;;WD)"))
        self.assertIn("KEY_QUERY_VALUE", out)
        self.succeeds(logon("access", "--type", "key", "--want", "GR", "--sddl", "D:(A;;KR;;;WD)"))
        self.denied(logon("access", "--want", "GR", "--sddl", "D:(A;;KR;;;WD)"))

    def test_what_is_wrong_in_sddl_is_pointed_at(self):
        result = logon("access", "--sddl", "D:(A;;XX;;;WD)")
        self.fails(result, "at character 7", "D:(A;;XX;;;WD)\n          ^")
        self.fails(logon("access", "--sddl", "D:", "--want", "ZZ"), '"ZZ" names no rights')
        self.fails(logon("access", "--sddl", "D:", "--want", "FR;;;WD)(A;;FA"), "names no rights")
        self.fails(logon("access", "--sddl", "D:", "--want", ""), "names no rights")


if __name__ == "__main__":
    unittest.main()
