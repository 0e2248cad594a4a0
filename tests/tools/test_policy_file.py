#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What openlogond does when it cannot read the policy. Each test has an authority of its own."""
import os
import shlex
import tempfile
import unittest

from support import IS_ROOT, LOGON, ToolTest, run

RUN = f"echo right | {shlex.quote(LOGON)} run {'' if IS_ROOT else '--token-only'} --user alice" \
      " --password-fd 0 -- true"
ADD = f"echo right | {shlex.quote(LOGON)} account add alice --password-fd 0"


class PolicyFile(ToolTest):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.state = os.path.join(directory.name, "state")
        self.succeeds(self.private(f"{ADD} && {RUN}"))
        self.file = os.path.join(self.state, "policy.db")

    def private(self, script):
        return run(LOGON, "private", "-q", "--state", self.state, "--", "sh", "-c", script)

    def damage(self, offset, data):
        with open(self.file, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def test_rights_outlive_the_authority(self):
        self.succeeds(self.private(f"{LOGON} rights grant alice SeDenyInteractiveLogonRight"))
        self.fails(self.private(RUN), "lacks the logon right or is denied it")

    def test_a_damaged_file_lets_nobody_in_and_says_so(self):
        self.damage(0, b"nonsense" * 1024)
        result = self.private(f"{LOGON} whoami >&2; {RUN}; {RUN}; {RUN}")
        self.fails(result, "cannot read the policy (policy.db in ", "nobody can log on",
                   'cannot log on "alice"', "SYSTEM")
        self.assertEqual(result.err.count("cannot read the policy"), 1)
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(8), b"nonsense")  # left for who wants to save it

    def test_a_file_of_a_newer_version_is_left_alone(self):
        self.damage(60, bytes([0, 0, 0, 99]))
        self.fails(self.private(RUN), "cannot read the policy", "REVISION_MISMATCH")

    def test_it_is_read_again_when_it_has_been_mended(self):
        self.damage(0, b"nonsense" * 1024)
        mend = f"rm {shlex.quote(self.file)}*"
        result = self.private(f"! {RUN} || exit 1; {mend}; n=0;"
                              f" until {RUN} 2>/dev/null; do n=$((n+1)); [ $n -lt 50 ] || exit 1; done")
        self.assertEqual(result.code, 0, result)

    def test_capabilities_are_shown_as_they_are_configured(self):
        shown = self.json(run(LOGON, "private", "-q", "--state", self.state,
                              "--set", "capabilities.SeRestorePrivilege=cap_fowner",
                              "--set", "capabilities.SeDebugPrivilege=none", "--",
                              LOGON, "policy", "show", "--json"))["capabilities"]
        self.assertEqual(shown["SeRestorePrivilege"], "cap_fowner")
        self.assertEqual(shown["SeDebugPrivilege"], "none")
        self.assertEqual(shown["SeBackupPrivilege"], "cap_dac_read_search")


if __name__ == "__main__":
    unittest.main()
