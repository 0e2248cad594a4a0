#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon setup, on a machine whose files lie below a directory; no authority is needed."""
import os
import shutil
import tempfile
import unittest

from support import ToolTest, logon

PROFILES = ["openlogon", "openlogon-accounts", "openlogon-passwords"]
NSSWITCH = "# of the machine\npasswd:         files systemd # all\ngroup: files\nhosts: files dns\n"


class SetupTest(ToolTest):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="openlogon-setup-")
        self.addCleanup(shutil.rmtree, self.root)

    def path(self, name):
        path = self.root + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def setup(self, what, *options):
        return logon("setup", what, "--root", self.root, *options)


class Nss(SetupTest):
    name = "/etc/nsswitch.conf"

    def active(self):
        return self.json(self.setup("nss", "--show", "--json"))["active"]

    def test_the_source_is_added_once_and_taken_out(self):
        self.write(self.name, NSSWITCH)
        os.chmod(self.path(self.name), 0o640)
        self.assertIs(self.active(), False)
        for _ in range(2):
            self.succeeds(self.setup("nss", "--enable"))
            self.assertEqual(self.read(self.name), NSSWITCH.replace("systemd", "systemd openlogon")
                             .replace("group: files", "group: files openlogon"))
            self.assertIs(self.active(), True)
            self.assertEqual(self.read(self.name + ".before-openlogon"), NSSWITCH)
        self.assertEqual(os.stat(self.path(self.name)).st_mode & 0o777, 0o640)
        for _ in range(2):
            self.succeeds(self.setup("nss", "--disable"))
            self.assertEqual(self.read(self.name), NSSWITCH)
            self.assertIs(self.active(), False)
        self.assertEqual(sorted(os.listdir(self.root + "/etc")),
                         ["nsswitch.conf", "nsswitch.conf.before-openlogon"])

    def test_a_machine_without_the_file_is_told_of(self):
        for option in ["--enable", "--disable", "--show"]:
            self.fails(self.setup("nss", option), self.root + self.name)


class Pam(SetupTest):
    def common(self, name, *lines):
        self.write("/etc/pam.d/common-" + name, "".join(line + "\n" for line in lines))

    def test_it_is_told_what_is_active(self):
        for name in ["auth", "account", "password", "session-noninteractive"]:
            self.common(name, "# pam_openlogon.so was here", "auth required pam_permit.so")
        self.common("session", "session optional pam_openlogon.so")
        shown = self.json(self.setup("pam", "--show", "--json"))["profiles"]
        self.assertEqual([one["name"] for one in shown], PROFILES)
        self.assertEqual([one["active"] for one in shown], [False, False, False])
        self.common("session-noninteractive", "session optional pam_openlogon.so socket=/x")
        shown = self.json(self.setup("pam", "--show", "--json"))["profiles"]
        self.assertEqual([one["active"] for one in shown], [True, False, False])
        self.assertRegex(self.succeeds(self.setup("pam", "--show")), r"(?m)^openlogon +yes ")

    def test_profiles_have_to_be_installed(self):
        self.fails(self.setup("pam", "--enable"), "pam-configs/openlogon is not installed")

    def test_a_machine_without_pam_is_told_of(self):
        self.fails(self.setup("pam", "--show"), "pam-auth-update")


class Misuse(SetupTest):
    def test_it_is_said_what_is_wrong(self):
        for what in ["pam", "nss"]:
            self.misused(self.setup(what), "--enable, --disable or --show")
            self.misused(self.setup(what, "--enable", "--show"), "exclude each other")
            self.misused(self.setup(what, "--show", "word"), "word")


if __name__ == "__main__":
    unittest.main()
