#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon run by somebody who is not root, on a terminal: what it runs is no child of it and has a
terminal of its own, with job control, which looks to who types as if it were this one."""
import fcntl
import os
import select
import signal
import struct
import termios
import unittest

from support import IS_ROOT, LOGON, TIMEOUT_S, Terminal, ToolTest, logon

CALLER = 61500
PASSWORD = "Terminal-Passw0rd"
PROMPT = "type> "

# What says that it has begun; not in one word, which the echo of the command would have, too.
CAT = "sh -c 'echo be\"\"gun; exec cat'"
# The signal is not lost that comes before it is waited for.
TELL_SIZE = ("import os, signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH]); "
             "print(\"be\" \"gun\", flush=True); signal.sigwait([signal.SIGWINCH]); "
             "print(*os.get_terminal_size())")


def new_account():
    done = logon("account", "add", "terry", "--password-fd", "0", text=PASSWORD + "\n")
    if done.code != 0:
        raise RuntimeError(repr(done))


@unittest.skipUnless(IS_ROOT, "needs root, to be two users")
class OnATerminal(ToolTest):
    @classmethod
    def setUpClass(cls):
        new_account()

    def setUp(self):
        self.t = Terminal(
            "/usr/bin/setpriv", "--reuid", str(CALLER), "--regid", str(CALLER), "--clear-groups",
            "--", LOGON, "run", "--user", "terry", "--directory", "/", "--", "/bin/bash",
            "--noprofile", "--norc", "-i", TERM="dumb")
        self.t.expect("assword")
        self.t.send(PASSWORD + "\n")
        self.assertNotIn("job control", self.t.expect("$ "))
        self.t.send("PS1='ty''pe> '\n")
        self.t.expect(PROMPT)

    def says(self, command):
        """What a command prints; its own echo is left out."""
        self.t.send(f"{command}; echo 'en''d'\n")
        self.t.expect("\n")
        return self.t.expect("end\n" + PROMPT)

    def begins(self, command):
        """Waits until a job says that it has begun: what is typed is the job's from then on."""
        self.t.send(f"{command}\n")
        self.t.expect("begun\n")

    def leaves(self, code=0):
        self.t.send(f"exit {code}\n")
        self.assertEqual(self.t.finish(), code)

    def test_the_shell_leads_a_session_with_a_terminal_of_its_own(self):
        uid, pid, session, group, foreground = self.says(
            "echo $(id -u) $$ $(cut -d' ' -f6,5,8 /proc/$$/stat)").split()[:5]
        self.assertNotIn(int(uid), [0, CALLER])
        self.assertEqual((session, group), (pid, pid))
        self.assertGreater(int(foreground), 0)
        self.assertEqual(self.says("test -t 0 -a -t 1 -a -t 2 && echo yes"), "yes\n")
        self.assertEqual(self.says(": </dev/tty && echo yes"), "yes\n")
        self.leaves(7)

    def test_control_c_ends_the_job_and_not_the_shell(self):
        self.begins(CAT)
        self.t.send("a line\n")
        self.t.expect("a line\na line\n")  # typed, and by cat: it runs
        self.t.send("\x03")
        self.t.expect(PROMPT)
        self.assertEqual(self.says("echo $?"), "130\n")
        self.leaves()

    def test_a_job_is_stopped_and_goes_on(self):
        self.begins(CAT)
        self.t.send("one\n")
        self.t.expect("one\none\n")
        self.t.send("\x1a")
        self.t.expect("Stopped")
        self.t.expect(PROMPT)
        self.t.send("fg\n")
        self.t.expect("exec cat'\n")  # the shell says what goes on
        self.t.send("two\n")
        self.t.expect("two\ntwo\n")
        self.t.send("\x04")  # the end of its input
        self.t.expect(PROMPT)
        self.assertEqual(self.says("echo $?"), "0\n")
        self.leaves()

    def test_a_new_size_gets_there(self):
        for rows, columns in [(33, 77), (24, 80)]:
            self.begins(f"/usr/bin/python3 -c '{TELL_SIZE}'")
            fcntl.ioctl(self.t.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            self.t.expect(f"{columns} {rows}\n")
            self.t.expect(PROMPT)
        self.leaves()

    def test_what_is_hung_up_ends(self):
        pid = int(self.says("echo $$"))
        pidfd = os.pidfd_open(pid)
        os.close(self.t.fd)
        self.assertTrue(select.select([pidfd], [], [], TIMEOUT_S)[0])
        os.close(pidfd)
        os.waitpid(self.t.pid, 0)

    def test_a_signal_is_passed_on(self):
        self.begins("exec " + CAT)
        os.kill(self.t.pid, signal.SIGTERM)
        self.assertEqual(self.t.finish(), 128 + signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
