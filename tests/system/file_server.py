#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example file server, built outside the tree against an installation: no request runs as another client.

usage: file_server.py STAGE EXAMPLE NULL-PACKAGE CC SANITIZER
STAGE is a finished installation below the build folder, EXAMPLE the folder of the source, SANITIZER "none" or what
the installation was built with.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

stage, example, null_package, compiler, sanitizer = sys.argv[1:6]
ENVIRONMENT = dict(os.environ, LD_LIBRARY_PATH=f"{stage}/lib", PKG_CONFIG_PATH=f"{stage}/lib/pkgconfig",
                   PATH=f"{stage}/bin:{stage}/sbin:" + os.environ["PATH"], LC_ALL="C.UTF-8")
IS_ROOT = os.geteuid() == 0
CLIENTS, THREADS, TIMES, FIRST_UID = 64, 64, 80, 62000
DENIED = "Permission denied"


def content_of(number):
    return f"file of client {number}\n" * (1 + number % 7)


class FileServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="openlogon-file-server-")
        os.chmod(cls.folder, 0o755)
        cls.build()
        cls.make_files()
        cls.authority = cls.start(
            ["openlogond", "--private", "--socket", f"{cls.folder}/authority", "--state", f"{cls.folder}/state",
             "--runtime", f"{cls.folder}/run", "--worker", f"{stage}/libexec/openlogon/openlogon-worker", "--set",
             f"packages={null_package}"], "--ready-fd")
        cls.environment = dict(ENVIRONMENT, OPENLOGON_SOCKET=f"{cls.folder}/authority")
        if not IS_ROOT:
            cls.environment["OPENLOGON_TOKEN_ONLY"] = "1"
        cls.socket = f"{cls.folder}/server"
        cls.server = subprocess.Popen([f"{cls.folder}/file-server", cls.socket, f"{cls.folder}/files", str(THREADS)],
                                      env=cls.environment, stdout=subprocess.PIPE, text=True)
        assert cls.server.stdout.readline() == "ready\n"

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        cls.server.stdout.close()
        server = cls.server.wait()
        cls.authority.send_signal(signal.SIGTERM)
        authority = cls.authority.wait()
        shutil.rmtree(cls.folder)
        assert (server, authority) == (0, 0), (server, authority)

    @classmethod
    def build(cls):
        for name in os.listdir(example):
            shutil.copy(f"{example}/{name}", cls.folder)
        flags = "-O2 -g -Wall -Wextra -Werror" + ("" if sanitizer == "none" else f" -fsanitize={sanitizer}")
        subprocess.run(["make", "-s", "-B", "-C", cls.folder, f"CC={compiler}", f"CFLAGS={flags}"], check=True,
                       env=ENVIRONMENT)

    @classmethod
    def make_files(cls):
        os.mkdir(f"{cls.folder}/files", 0o755)
        os.chmod(f"{cls.folder}/files", 0o755)
        for number in range(CLIENTS):
            path = f"{cls.folder}/files/{number}"
            with open(path, "w", encoding="ascii") as file:
                file.write(content_of(number))
            os.chmod(path, 0o600)
            if IS_ROOT:
                os.chown(path, FIRST_UID + number, FIRST_UID + number)

    @classmethod
    def start(cls, command, ready_option):
        ready, tell = os.pipe()
        process = subprocess.Popen([*command, ready_option, str(tell)], env=ENVIRONMENT, pass_fds=[tell])
        os.close(tell)
        with os.fdopen(ready) as pipe:
            assert pipe.readline() == "ready\n"
        return process

    def client(self, number, *arguments):
        """A client of its own uid."""
        ids = {}
        if IS_ROOT:
            ids = {"user": FIRST_UID + number, "group": FIRST_UID + number, "extra_groups": []}
        return subprocess.Popen([f"{self.folder}/file-client", *arguments], env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **ids)

    def ask(self, number, *arguments):
        client = self.client(number, *arguments)
        out, error = client.communicate()
        return client.returncode, out, error

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_no_request_runs_as_another_client(self):
        clients = [self.client(number, "-n", str(TIMES), self.socket, str(number), str((number + 1) % CLIENTS))
                   for number in range(CLIENTS)]
        for number, client in enumerate(clients):
            out, error = client.communicate()
            self.assertEqual(out, content_of(number) * TIMES)
            self.assertEqual(error, f"file-client: {(number + 1) % CLIENTS}: {DENIED}\n" * TIMES)
            self.assertEqual(client.returncode, 1)

    def test_a_client_that_allows_it_is_served(self):
        for level in "impersonation", "delegation":
            self.assertEqual(self.ask(3, "-l", level, self.socket, "3"), (0, content_of(3), ""))

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_a_client_that_does_not_allow_it_is_nobody(self):
        for level in "none", "identification", "anonymous":
            code, out, error = self.ask(3, "-l", level, self.socket, "3")
            self.assertEqual((code, out), (1, ""))
            self.assertIn(DENIED, error)

    def test_paths_do_not_leave_the_directory(self):
        for path in "/etc/passwd", "../authority", "/proc/self/environ":
            code, out, _ = self.ask(3, self.socket, path)
            self.assertEqual((code, out), (1, ""))

    def test_what_is_not_there_is_told(self):
        code, _, error = self.ask(3, self.socket, "nothing")
        self.assertEqual(code, 1)
        self.assertIn("No such file", error)

    def test_arguments_are_checked(self):
        for arguments in [[], [self.socket], ["-l", "high", self.socket, "3"], ["-n", "0", self.socket, "3"]]:
            code, _, error = self.ask(3, *arguments)
            self.assertEqual(code, 2)
            self.assertIn("usage:", error)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
