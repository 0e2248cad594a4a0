# SPDX-License-Identifier: MIT
"""What the tests of the tools share: running them, and a terminal for their prompts."""
import json
import os
import pty
import select
import signal
import subprocess
import termios
import time
import unittest

LOGON = os.environ["OPENLOGON_TEST_LOGON"]
LOGONSESSIONS = os.environ["OPENLOGON_TEST_LOGONSESSIONS"]
IS_ROOT = os.geteuid() == 0
TIMEOUT_S = 120

# For `logon run`: without root nobody's uid can be changed, so only the token is the user's.
TOKEN_ONLY = [] if IS_ROOT else ["--token-only"]
# In front of a command, by root: somebody who has no account, and is in no group.
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit code {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}---"


def environment(**changes):
    """This process's environment with changes; None takes a variable out."""
    result = {**os.environ, "TZ": "UTC0", "LC_ALL": "C.UTF-8", **changes}
    return {key: value for key, value in result.items() if value is not None}


def run(*command, text="", fds=(), **changes):
    """Runs a command to its end; `text` is its standard input."""
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", pass_fds=fds,
                          env=environment(**changes), timeout=TIMEOUT_S, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


def logon(*arguments, **more):
    return run(LOGON, *arguments, **more)


def logonsessions(*arguments, **more):
    return run(LOGONSESSIONS, *arguments, **more)


class ToolTest(unittest.TestCase):
    def succeeds(self, result):
        self.assertEqual(result.code, 0, result)
        return result.out

    def fails(self, result, *messages, code=1):
        """Fails with this exit code, and says all of this and nothing on standard output."""
        self.assertEqual(result.code, code, result)
        for message in messages:
            self.assertIn(message, result.err)
        self.assertEqual(result.out, "")

    def misused(self, result, *messages):
        self.fails(result, *messages, "--help' for more information.", code=2)

    def json(self, result):
        document = json.loads(self.succeeds(result))
        self.assertEqual(document["version"], 1)
        return document


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *command, **changes):
        self.output = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                # A shell lets its background jobs ignore what a terminal's keys send.
                for number in (signal.SIGINT, signal.SIGQUIT):
                    signal.signal(number, signal.SIG_DFL)
                os.execve(command[0], command, environment(**changes))
            finally:
                os._exit(127)

    def _read(self, deadline):
        if not select.select([self.fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"nothing more after {self.output!r}")
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # the other end was closed
            data = b""
        self.output += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)

    def expect(self, text):
        """Waits until this is shown, and returns what was shown up to it, which is forgotten."""
        deadline = time.monotonic() + TIMEOUT_S
        while text not in self.output:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} is not in {self.output!r}")
        before, self.output = self.output.split(text, 1)
        return before

    def send(self, text):
        os.write(self.fd, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def finish(self):
        """Reads to the end. Returns the exit code, negative for a signal."""
        deadline = time.monotonic() + TIMEOUT_S
        while self._read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)
