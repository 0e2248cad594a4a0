#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon rights and logon policy under a real authority."""
import unittest
import uuid

from support import IS_ROOT, LOGON, TOKEN_ONLY, ToolTest, logon

PASSWORD = "Right-Passw0rd"


class PolicyTest(ToolTest):
    """Each test has an account of its own."""

    def setUp(self):
        self.name = "t" + uuid.uuid4().hex[:12]
        self.succeeds(logon("account", "add", self.name, "--password-fd", "0", text=PASSWORD + "\n"))
        self.addCleanup(logon, "account", "delete", self.name)
        self.addCleanup(logon, "rights", "revoke", self.name, "--all")

    def run_as(self, *command, kind="batch"):
        return logon("run", *TOKEN_ONLY, "--user", self.name, "--type", kind, "--password-fd", "0",
                     "--", *command, text=PASSWORD + "\n")

    def rights(self, account=None):
        return self.json(logon("rights", "show", account or self.name, "--json"))["rights"]

    def holders(self, right):
        return self.json(logon("rights", "who", right, "--json"))["accounts"]


class Rights(PolicyTest):
    def test_a_right_is_granted_shown_and_revoked(self):
        self.assertEqual(self.rights(), [])
        self.succeeds(logon("rights", "grant", self.name, "SeServiceLogonRight", "sedebugprivilege"))
        self.assertEqual(self.rights(), ["SeServiceLogonRight", "SeDebugPrivilege"])
        shown = self.json(logon("rights", "show", self.name, "--json"))
        self.assertTrue(shown["name"].endswith("\\" + self.name))
        self.assertIn({"name": shown["name"], "sid": shown["sid"]},
                      self.holders("SeServiceLogonRight"))
        self.assertEqual(self.rights(shown["sid"]), self.rights())
        self.assertRegex(self.succeeds(logon("rights", "show", self.name)),
                         r"(?m)^SeDebugPrivilege +Debug programs$")
        self.assertRegex(self.succeeds(logon("rights", "who", "SeDebugPrivilege")),
                         rf"(?m)\\{self.name} +{shown['sid']}$")
        self.succeeds(logon("rights", "revoke", self.name, "SeDebugPrivilege"))
        self.assertEqual(self.rights(), ["SeServiceLogonRight"])
        self.succeeds(logon("rights", "revoke", self.name, "--all"))
        self.assertEqual(self.rights(), [])

    def test_the_list_has_every_right_and_the_defaults(self):
        rights = self.json(logon("rights", "list", "--json"))["rights"]
        self.assertEqual(len(rights), 45)
        self.assertEqual({"name", "meaning", "accounts"}, set(rights[0]))
        by_name = {r["name"]: [a["sid"] for a in r["accounts"]] for r in rights}
        self.assertIn("S-1-1-0", by_name["SeNetworkLogonRight"])
        self.assertEqual(["S-1-5-80-0"], by_name["SeServiceLogonRight"])
        self.assertEqual([], by_name["SeTcbPrivilege"])
        self.assertRegex(self.succeeds(logon("rights", "list")),
                         r"(?m)^SeBatchLogonRight +BUILTIN\\Users +S-1-5-32-545$")

    def test_a_logon_feels_what_was_granted_and_denied(self):
        self.fails(self.run_as("true", kind="service"), "lacks the logon right or is denied it")
        self.succeeds(logon("rights", "grant", self.name, "SeServiceLogonRight"))
        self.succeeds(self.run_as("true", kind="service"))
        self.succeeds(logon("rights", "grant", self.name, "SeDenyServiceLogonRight"))
        self.fails(self.run_as("true", kind="service"), "lacks the logon right or is denied it")
        self.succeeds(self.run_as("true"))

    def test_what_cannot_be_done_is_named(self):
        self.fails(logon("rights", "grant", self.name, "SeNonsense"), "is no right")
        self.fails(logon("rights", "who", "SeNonsense"), 'who has "SeNonsense"')
        self.fails(logon("rights", "show", "no-such-account"), 'the account "no-such-account"')
        self.fails(logon("rights", "show", "S-1-x"), '"S-1-x"')
        self.fails(logon("rights", "revoke", self.name, "--all"), "no rights of its own")
        self.misused(logon("rights", "revoke", self.name), "--all")
        self.misused(logon("rights", "revoke", self.name, "SeTcbPrivilege", "--all"), "--all")

    @unittest.skipUnless(IS_ROOT, "needs root to switch identities")
    def test_an_ordinary_user_looks_but_changes_nothing(self):
        self.assertIn("SeNetworkLogonRight", self.succeeds(self.run_as(LOGON, "rights", "list")))
        self.fails(self.run_as(LOGON, "rights", "show", "Everyone"), "cannot list the rights")
        self.fails(self.run_as(LOGON, "rights", "grant", self.name, "SeTcbPrivilege"),
                   "cannot open the policy")
        self.fails(self.run_as(LOGON, "policy", "set", "elevation.split=off"),
                   "cannot change the policy")
        self.assertIn("(access denied)", self.succeeds(self.run_as(LOGON, "policy", "show")))
        self.assertEqual(self.rights(), [])


class Settings(PolicyTest):
    def settings(self):
        return self.json(logon("policy", "show", "--json"))

    def test_settings_are_changed_and_reset(self):
        self.addCleanup(logon, "policy", "reset")
        before = self.settings()
        self.assertEqual(before["elevation"], {"split": True, "filter_built_in": False,
                                               "consent": "password"})
        self.assertEqual(before["domain"]["name"], "WORKGROUP")
        self.assertEqual(before["audit"]["account_logon"], "none")
        self.succeeds(logon("policy", "set", "elevation.split=off", "elevation.consent=never",
                            "audit.logon=all", "audit.mode=on", "domain.name=EXAMPLE",
                            "domain.dns=example.org", "domain.sid=S-1-5-21-7-8-9",
                            "domain.guid=00112233-4455-6677-8899-aabbccddeeff", "server.role=backup"))
        after = self.settings()
        self.assertEqual(after["elevation"], {"split": False, "filter_built_in": False,
                                              "consent": "never"})
        self.assertEqual(after["domain"], {"name": "EXAMPLE", "dns": "example.org", "forest": None,
                                           "guid": "00112233-4455-6677-8899-aabbccddeeff",
                                           "sid": "S-1-5-21-7-8-9"})
        self.assertEqual((after["audit"]["mode"], after["audit"]["logon"]), (True, "all"))
        self.assertEqual(after["server"], {"role": "backup"})
        self.succeeds(logon("policy", "reset", "audit", "server"))
        self.assertEqual(self.settings()["audit"], before["audit"])
        self.assertEqual(self.settings()["elevation"], after["elevation"])
        self.succeeds(logon("policy", "reset"))
        self.assertEqual(self.settings(), before)

    def test_rules_for_passwords_are_settings_too(self):
        self.addCleanup(logon, "policy", "reset", "password", "lockout")
        before = self.settings()
        self.assertEqual(before["password"], {"min_length": 0, "max_age": 42 * 86400, "min_age": 0,
                                              "history": 0})
        self.assertEqual(before["lockout"], {"threshold": 0, "window": 1800, "duration": 1800})
        self.succeeds(logon("policy", "set", "password.min-length=9", "password.max-age=never",
                            "password.history=5", "lockout.threshold=3", "lockout.window=10m",
                            "lockout.duration=2h"))
        self.assertEqual(self.settings()["password"], {"min_length": 9, "max_age": None, "min_age": 0,
                                                       "history": 5})
        self.assertEqual(self.settings()["lockout"], {"threshold": 3, "window": 600, "duration": 7200})
        table = self.succeeds(logon("policy", "show"))
        for line in [r"password\.max-age +never ", r"lockout\.window +10m ", r"lockout\.duration +2h ",
                     r"password\.min-age +0 "]:
            self.assertRegex(table, rf"(?m)^{line}")
        self.fails(logon("policy", "set", "password.max-age=soon"), '"soon" is no value')
        self.fails(logon("policy", "set", "password.min-length=-1"), '"-1" is no value')
        self.fails(logon("policy", "set", "lockout.window=99999999d"), '"99999999d" is no value')
        self.fails(logon("policy", "set", "password.history=9999"), "cannot change the policy")
        self.succeeds(logon("policy", "reset", "password", "lockout"))
        self.assertEqual(self.settings(), before)

    def test_the_table_names_each_setting(self):
        table = self.succeeds(logon("policy", "show"))
        for line in [r"elevation\.split +on +\S", r"audit\.logon +none", r"server\.role +primary",
                     r"capabilities\.SeBackupPrivilege +cap_dac_read_search +\S",
                     r"capabilities\.SeTcbPrivilege +all"]:
            self.assertRegex(table, rf"(?m)^{line}")

    def test_capabilities_are_shown_and_not_changed_here(self):
        self.assertEqual(self.settings()["capabilities"]["SeRestorePrivilege"],
                         "cap_chown cap_dac_override cap_fowner")
        self.fails(logon("policy", "set", "capabilities.SeDebugPrivilege=none"),
                   "openlogond.conf(5)")
        self.fails(logon("policy", "reset", "capabilities"), "openlogond.conf(5)")

    def test_wrong_settings_change_nothing(self):
        before = self.settings()
        for wrong, message in [("elevation.split=maybe", '"maybe" is no value'),
                               ("elevation.nonsense=on", "there is no setting"),
                               ("server.role=", "is no value"),
                               ("server.role=unknown", "is no value")]:
            with self.subTest(wrong):
                self.fails(logon("policy", "set", "audit.mode=on", wrong), message)
        self.fails(logon("policy", "set", "domain.sid=nonsense"), "cannot change the policy")
        self.fails(logon("policy", "set", "domain.guid=nonsense"), "cannot change the policy")
        self.misused(logon("policy", "set", "audit.mode"), "NAME=VALUE")
        self.misused(logon("policy", "reset", "nonsense"), 'no part "nonsense"')
        self.assertEqual(self.settings(), before)


if __name__ == "__main__":
    unittest.main()
