#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example package, built outside the tree against an installation, logs users on by one-time passwords.

usage: outside.py STAGE EXAMPLE NULL-PACKAGE
STAGE is a finished installation below the build folder, EXAMPLE the folder of the package's source.
"""
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

stage, example, null_package = sys.argv[1:4]
ENVIRONMENT = dict(os.environ, LD_LIBRARY_PATH=f"{stage}/lib", PKG_CONFIG_PATH=f"{stage}/lib/pkgconfig",
                   PATH=f"{stage}/bin:{stage}/sbin:" + os.environ["PATH"], LC_ALL="C.UTF-8")
IS_ROOT = os.geteuid() == 0
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", as in RFC 6238
# RFC 6238, appendix B
VECTORS = [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
           (2000000000, "69279037"), (20000000000, "65353130")]
USER = "daemon"


class Authority:
    """An openlogond with the package, at a time that does not pass."""

    def __init__(self, folder, package, clock, **settings):
        ready, tell = os.pipe()
        os.set_inheritable(tell, True)
        settings = {"packages": f"{package} {null_package}", "otp.environment": f"OTP_CLOCK={clock}", **settings}
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.socket = f"{folder}/socket"
        self.process = subprocess.Popen(
            ["openlogond", "--private", "--socket", self.socket, "--state", f"{folder}/state", "--runtime",
             f"{folder}/run", "--worker", f"{stage}/libexec/openlogon/openlogon-worker", "--ready-fd", str(tell),
             *sets], env=ENVIRONMENT, pass_fds=[tell])
        os.close(tell)
        with os.fdopen(ready) as pipe:
            assert pipe.readline() == "ready\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait() == 0

    def log_on(self, user, password):
        """What the user's program said, or None and the error."""
        command = ["logon", "run", "--user", user, "--password-fd", "0"] + ([] if IS_ROOT else ["--token-only"])
        done = subprocess.run(command + ["--", "sh", "-c", "id -un; logonsessions"], input=password + "\n",
                              capture_output=True, text=True, check=False,
                              env=dict(ENVIRONMENT, OPENLOGON_SOCKET=self.socket))
        return (done.stdout, "") if done.returncode == 0 else (None, done.stderr)


class OneTimePasswords(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="openlogon-outside-")
        os.chmod(self.folder, 0o755)
        self.write_users(f"{USER} 8 {SECRET}\nother 6 {SECRET}\n")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write_users(self, text, mode=0o600):
        """Where the package keeps its own, before openlogond has made that."""
        own = f"{self.folder}/state/packages/otp"
        os.makedirs(own, 0o700, exist_ok=True)
        os.chmod(f"{self.folder}/state/packages", 0o755)
        with open(f"{own}/users", "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(f"{own}/users", mode)
        if IS_ROOT:
            nobody = pwd.getpwnam("nobody")
            os.chown(f"{own}/users", nobody.pw_uid, nobody.pw_gid)

    def authority(self, clock, **settings):
        return Authority(self.folder, package, clock, **settings)

    def accepts(self, authority, user, code):
        out, error = authority.log_on(user, code)
        self.assertIsNotNone(out, error)
        self.assertIn("OTP", out)
        if IS_ROOT:
            self.assertTrue(out.startswith(f"{user}\n"), out)

    def refuses(self, authority, user, code, why="the user name or password is incorrect"):
        out, error = authority.log_on(user, code)
        self.assertIsNone(out)
        self.assertIn(why, error)

    def test_the_codes_of_the_standard_log_on(self):
        for clock, code in VECTORS:
            with self.subTest(clock=clock), self.authority(clock) as authority:
                self.accepts(authority, USER, code)

    def test_a_code_is_good_once_even_after_a_restart(self):
        clock, code = VECTORS[0]
        with self.authority(clock) as authority:
            self.accepts(authority, USER, code)
            self.refuses(authority, USER, code)
        with self.authority(clock) as authority:
            self.refuses(authority, USER, code)

    def test_a_clock_may_be_a_step_wrong_but_time_does_not_go_back(self):
        early, late = VECTORS[1], VECTORS[2]  # two steps that follow each other
        with self.authority(late[0]) as authority:
            self.accepts(authority, USER, early[1])
            self.accepts(authority, USER, late[1])
            self.refuses(authority, USER, early[1])
        with self.authority(VECTORS[3][0]) as authority:
            self.refuses(authority, USER, late[1])

    def test_without_drift_only_the_present_step_counts(self):
        with self.authority(VECTORS[2][0], **{"otp.environment": f"OTP_DRIFT=0 OTP_CLOCK={VECTORS[2][0]}"}) as authority:
            self.refuses(authority, USER, VECTORS[1][1])
            self.accepts(authority, USER, VECTORS[2][1])

    def test_five_wrong_codes_lock_the_account_until_the_next_step(self):
        clock, code = VECTORS[1]
        with self.authority(clock) as authority:
            for wrong in ("00000000", "", "1", code + "0", "x" * 200):
                self.refuses(authority, USER, wrong)
            self.refuses(authority, USER, code, "locked")
        with self.authority(VECTORS[2][0]) as authority:
            self.accepts(authority, USER, VECTORS[2][1])

    def test_whom_it_does_not_know_it_leaves_to_the_next_package(self):
        with self.authority(VECTORS[0][0]) as authority:
            out, error = authority.log_on("null-1", "null")
            self.assertIsNotNone(out, error)
            self.refuses(authority, "nobody-at-all", "94287082")

    def test_secrets_that_others_can_read_are_not_used(self):
        self.write_users(f"{USER} 8 {SECRET}\n", mode=0o644)
        with self.authority(VECTORS[0][0]) as authority:
            self.refuses(authority, USER, VECTORS[0][1])

    def test_an_account_that_the_machine_does_not_have_is_refused(self):
        with self.authority(VECTORS[0][0]) as authority:
            out, error = authority.log_on("other", "287082")
            self.assertIsNone(out)
            self.assertNotIn("incorrect", error)


with tempfile.TemporaryDirectory(prefix="openlogon-build-") as build:
    os.chmod(build, 0o755)
    for compiler in ("gcc", "clang"):
        shutil.copytree(example, f"{build}/{compiler}")
        subprocess.run(["make", "--silent", "-C", f"{build}/{compiler}", f"CC={compiler}",
                        "CFLAGS=-O2 -Wall -Wextra -Wconversion -Werror"], env=ENVIRONMENT, check=True)
        os.chmod(f"{build}/{compiler}", 0o755)
    package = f"{build}/gcc/otp.so"
    unittest.main(argv=sys.argv[:1])
