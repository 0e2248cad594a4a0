# SPDX-License-Identifier: MIT
"""A machine of the tests' own, made of this one: own mounts over /etc, /var, /dev, /run, /home and
the libraries' directory, with PAM and NSS set up for a real openlogond. To be used in mount and PID
namespaces of one's own; nothing of it stays."""
import glob
import json
import os
import pty
import queue
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

TIMEOUT_S = 60
RUNTIME = "/run/openlogon"
USER, USER_UID, PASSWORD = "ulf", 61001, "Ulfs-Passw0rd"
ACCOUNT, ACCOUNT_PASSWORD = "olga", "Olgas-Passw0rd"
PROGRAMS = ["sshd", "ssh", "ssh-keygen", "cron", "at", "atd", "sudo", "su", "login", "runuser",
            "setpriv", "passwd", "chpasswd", "pam-auth-update"]

LOGON = os.environ["OPENLOGON_TEST_LOGON"]
OPENLOGOND = os.environ["OPENLOGON_DAEMON"]


def run(*command, text=None, check=True, **more):
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8",
                          timeout=TIMEOUT_S, check=False, **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def missing_programs():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    return [name for name in PROGRAMS if not shutil.which(name)]


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


class Mounts:
    """What is changed is changed here only."""

    def __init__(self):
        self.scratch = tempfile.mkdtemp(prefix="openlogon-logins-")
        run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.scratch)
        self.dir = self.scratch + "/tests"
        os.mkdir(self.dir)
        os.chmod(self.dir, 0o711)

    def over(self, path):
        """`path` as it is, but what is written there stays in memory."""
        name = path.strip("/").replace("/", "-")
        upper, work = f"{self.scratch}/{name}.upper", f"{self.scratch}/{name}.work"
        os.mkdir(upper)
        shutil.copystat(path, upper)
        os.mkdir(work)
        run("mount", "-t", "overlay", "-o", f"lowerdir={path},upperdir={upper},workdir={work}",
            "overlay", path)

    @staticmethod
    def empty(path):
        run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", path)

    def devices(self):
        """A /dev whose log is the tests' to read."""
        dev = self.scratch + "/dev"
        os.mkdir(dev)
        run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", dev)
        for name in ["null", "zero", "full", "random", "urandom", "tty"]:
            write(f"{dev}/{name}", "")
            run("mount", "--bind", f"/dev/{name}", f"{dev}/{name}")
        os.mkdir(dev + "/pts")
        os.mkdir(dev + "/shm")
        run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=0620,gid=5", "devpts",
            dev + "/pts")
        os.symlink("pts/ptmx", dev + "/ptmx")
        os.symlink("/proc/self/fd", dev + "/fd")
        run("mount", "--move", dev, "/dev")


class Log:
    """What programs say to syslog(3)."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            self.lines.append(self.socket.recv(65536).decode("utf-8", "replace"))

    def text(self):
        return "\n".join(self.lines)


class Daemon:
    """openlogond; its state outlives a stop."""

    def __init__(self):
        self.process = None
        self.log = open("/var/log/openlogond", "ab")  # pylint: disable=consider-using-with

    def start(self):
        ready, other = os.pipe()
        # The path is another than the machine's own authority has, and so are its control groups.
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [OPENLOGOND, "--runtime", RUNTIME + "/.", "--state", "/var/lib/openlogon-test",
             "--socket", RUNTIME + "/socket", "--config", "/dev/null",
             "--worker", os.environ["OPENLOGON_WORKER"],
             "--package-dir", os.environ["OPENLOGON_PACKAGE_DIR"], "--ready-fd", str(other)],
            pass_fds=[other], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(other)
        line = os.read(ready, 16)
        os.close(ready)
        if line != b"ready\n":
            raise RuntimeError("openlogond does not start:\n" + self.text())

    def stop(self):
        self.process.terminate()
        if self.process.wait(TIMEOUT_S) != 0:
            raise RuntimeError("openlogond does not end well:\n" + self.text())

    def kill(self):
        self.process.kill()
        self.process.wait(TIMEOUT_S)

    @staticmethod
    def text():
        with open("/var/log/openlogond", encoding="utf-8", errors="replace") as file:
            return file.read()


class Watch:
    """The events of openlogond as they come."""

    def __init__(self):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [LOGON, "watch", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            encoding="utf-8")
        self.events = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def next_end(self):
        """The LUID of the next session that ends."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            event = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            if event["type"] == "session-ended":
                return int(event["logon_id"], 16)

    def wait_end(self, luid):
        while self.next_end() != luid:
            pass

    def close(self):
        self.process.kill()
        self.process.wait()


class Machine:
    def __init__(self):
        self.mounts = Mounts()
        self.dir = self.mounts.dir
        self.count = 0
        self._mount()
        self.log = Log()
        self._add_people()
        self.daemon = Daemon()
        self.daemon.start()
        self._set_up()
        self.start_server()

    def _mount(self):
        module_dir = os.path.dirname(glob.glob("/lib/*/security/pam_unix.so")[0])
        library_dir = os.path.dirname(module_dir)
        for path in ["/etc", "/var", "/usr/share/pam-configs",
                     os.path.realpath(library_dir)]:
            self.mounts.over(path)
        self.mounts.empty("/run")
        self.mounts.empty("/home")
        self.mounts.devices()
        for path in ["/run/sshd", RUNTIME, "/run/sudo"]:
            os.mkdir(path)
            os.chmod(path, 0o755)
        write("/run/utmp", "")
        shutil.copy(os.environ["OPENLOGON_TEST_PAM_MODULE"], module_dir)
        shutil.copy(os.environ["OPENLOGON_TEST_NSS_MODULE"], library_dir)
        for path in glob.glob(os.environ["OPENLOGON_TEST_PAM_CONFIGS"] + "/*"):
            shutil.copy(path, "/usr/share/pam-configs")

    def _add_people(self):
        append("/etc/passwd", f"{USER}:x:{USER_UID}:{USER_UID}::/home/{USER}:/bin/sh\n")
        append("/etc/group", f"{USER}:x:{USER_UID}:\n")
        append("/etc/shadow", f"{USER}:!:19000:0:99999:7:::\n")
        run("chpasswd", text=f"{USER}:{PASSWORD}\n")
        write("/etc/sudoers.d/openlogon-test",
              f"{USER} ALL=(ALL) NOPASSWD: ALL\nDefaults env_keep += \"IN OUT\"\n", 0o440)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.dir + "/key")
        self.make_home(USER, USER_UID)

    def make_home(self, name, uid):
        home = f"/home/{name}"
        os.makedirs(home + "/.ssh")
        shutil.copy(self.dir + "/key.pub", home + "/.ssh/authorized_keys")
        for path in [home, home + "/.ssh", home + "/.ssh/authorized_keys"]:
            os.chown(path, uid, uid)
            os.chmod(path, 0o700 if os.path.isdir(path) else 0o600)

    def _set_up(self):
        run(LOGON, "setup", "pam", "--enable")
        run(LOGON, "setup", "nss", "--enable")
        append("/etc/pam.d/runuser", "session optional pam_openlogon.so\n")
        run(LOGON, "account", "add", ACCOUNT, "--password-fd", "0", text=ACCOUNT_PASSWORD + "\n")
        uid = int(run("id", "-u", ACCOUNT).stdout)
        self.make_home(ACCOUNT, uid)

    def start_server(self):
        """What people come in by."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.dir + "/host")
        write(self.dir + "/sshd_config",
              f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.dir}/host\nUsePAM yes\n"
              "PasswordAuthentication yes\nKbdInteractiveAuthentication yes\nPidFile none\n"
              "PermitRootLogin no\nMaxStartups 100\n")
        self.sshd_log = open(self.dir + "/sshd.log", "wb")  # pylint: disable=consider-using-with
        self.sshd = subprocess.Popen(  # pylint: disable=consider-using-with
            [shutil.which("sshd"), "-D", "-e", "-f", self.dir + "/sshd_config"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for line in self.sshd.stderr:
            if b"Server listening" in line:
                break
        threading.Thread(target=self._read_sshd, daemon=True).start()

    def _read_sshd(self):
        for line in self.sshd.stderr:
            self.sshd_log.write(line)
            self.sshd_log.flush()

    def sshd_text(self):
        with open(self.dir + "/sshd.log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def remove(self):
        """What is not in these namespaces: the directory of the mount, and openlogond's tree, which it
        leaves to its successor, and which has to be empty by now."""
        runtime = os.stat(RUNTIME)
        self.daemon.stop()
        for tree in glob.glob(f"/sys/fs/cgroup/**/openlogon-run-{runtime.st_dev:x}-"
                              f"{runtime.st_ino:x}", recursive=True):
            os.rmdir(tree)
        run("umount", "--lazy", self.mounts.scratch)
        os.rmdir(self.mounts.scratch)

    # --- what tests ask ---------------------------------------------------------------------------

    def ssh(self, user, command, *options, password=None):
        """The command line and the environment of a client."""
        environment = {**os.environ}
        options = [*options, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                   "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes"]
        if password is None:
            options += ["-i", self.dir + "/key", "-o", "PreferredAuthentications=publickey"]
        else:
            askpass = self.dir + "/askpass"
            write(askpass, f"#!/bin/sh\necho '{password}'\n", 0o755)
            environment.update(SSH_ASKPASS=askpass, SSH_ASKPASS_REQUIRE="force")
            options += ["-o", "NumberOfPasswordPrompts=1"]
        return (["ssh", *options, "-F", "none", "-p", str(self.port), f"{user}@127.0.0.1",
                 command], environment)

    def ssh_on_terminal(self, user, command):
        """The command line of a client that asks its user."""
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
                   "PreferredAuthentications=keyboard-interactive"]
        return ["ssh", "-F", "none", "-p", str(self.port), *(f"-o{option}" for option in options),
                f"{user}@127.0.0.1", command]

    def sessions(self):
        document = json.loads(run(LOGON, "sessions", "--json").stdout)
        return {int(one["logon_id"], 16): one for one in document["sessions"]}

    @staticmethod
    def wts_sessions():
        """Those that have a logon session, by its LUID."""
        document = json.loads(run(LOGON, "query", "session", "--json").stdout)
        return {int(one["logon_id"], 16): one for one in document["sessions"] if one["logon_id"]}

    @staticmethod
    def token(pid):
        return json.loads(run(LOGON, "token", str(pid), "--json").stdout)

    def probe(self):
        self.count += 1
        return Probe(f"{self.dir}/probe-{self.count}")


class Terminal:
    """A program on a terminal of its own, that is talked to as a person would."""

    def __init__(self, *command):
        self.text = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def expect(self, *texts):
        """Reads up to the first of these texts, and tells which one it was."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            places = {self.text.find(text): text for text in texts if text in self.text}
            if places:
                found = places[min(places)]
                self.text = self.text.split(found, 1)[1]
                return found
            self._read(max(0, deadline - time.monotonic()), texts)

    def _read(self, timeout, texts):
        ready, _, _ = select.select([self.fd], [], [], timeout)
        try:
            more = os.read(self.fd, 4096) if ready else b""
        except OSError:  # it has ended
            more = b""
        if not more:
            raise RuntimeError(f"it does not say {texts}, but: {self.text}")
        self.text += more.decode("utf-8", "replace")

    def say(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def answer(self, *pairs):
        """Each question, and what is said to it."""
        for question, line in pairs:
            self.expect(question)
            self.say(line)

    def end(self):
        """Its exit code. What it says until then is in `text`."""
        try:
            while True:
                self._read(TIMEOUT_S, ())
        except RuntimeError:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Probe:
    """A process in a login that tells where it is, and waits until it may end."""

    def __init__(self, path):
        self.into, self.out = path + ".in", path + ".out"
        for name in [self.into, self.out]:
            os.mkfifo(name)
            os.chmod(name, 0o666)
        self.reader = os.open(self.out, os.O_RDONLY | os.O_NONBLOCK)
        self.writer = os.open(self.into, os.O_RDWR)
        self.text = b""
        self.process = None
        self.luid = self.pid = self.uid = None

    def script(self):
        return (f'echo "${{OPENLOGON_LUID:-none}} $$ $(id -u)" >{self.out}; '
                f"read x <{self.into}")

    def plain(self):
        """The same for within double quotes."""
        return self.script().replace("$", "\\$").replace('"', '\\"')

    def start(self, command, environment=None, **more):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, **more)
        return self

    def wait(self):
        """Until it is there."""
        deadline = time.monotonic() + TIMEOUT_S
        while not self.text.endswith(b"\n"):
            ready, _, _ = select.select([self.reader], [], [], 0.2)
            if ready:
                self.text += os.read(self.reader, 4096)
            if self.process and not self.text and self.process.poll() is not None:
                raise RuntimeError(f"the login failed:\n{self.process.stdout.read().decode()}")
            if time.monotonic() > deadline:
                raise RuntimeError("the login does not come")
        luid, pid, uid = self.text.decode().split()
        if luid != "none":
            high, low = luid.split(":")
            self.luid = int(high, 16) << 32 | int(low, 16)
        self.pid, self.uid = int(pid), int(uid)
        return self

    def finish(self):
        """Lets it end, and waits for what started it."""
        os.write(self.writer, b"\n")
        if self.process:
            self.process.wait(TIMEOUT_S)
            self.process.stdout.close()
        self.close()

    def close(self):
        for fd in [self.reader, self.writer]:
            if fd >= 0:
                os.close(fd)
        self.reader = self.writer = -1


def kill(pid, number=signal.SIGKILL):
    os.kill(pid, number)
