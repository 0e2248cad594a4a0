# SPDX-License-Identifier: MIT
"""For the test of all faces: an authority whose numbers are easy to find in a text, sessions of several users, and
two who look at them: alice, an ordinary user, and an administrator."""
import base64
import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile

from support import IS_ROOT, LOGON, TIMEOUT_S, TOKEN_ONLY, environment, logon, run

FUNCTIONS = os.environ["OPENLOGON_TEST_SESSION_FUNCTIONS"]
PAM_LOGIN = os.environ["OPENLOGON_TEST_PAM_LOGIN"]
PAM_MODULE = os.environ["OPENLOGON_TEST_PAM_MODULE"]
INSIDE = "OPENLOGON_TEST_FACES"
PASSWORD = "Faces-Passw0rd"

# What is given out from here on stands in no text by chance, whichever way it is written.
LUIDS_FROM = 0x5ec4e7000000
ABSENT_LUID = LUIDS_FROM + 0x00ffffff
# All of them are accounts of this authority: nobody else on the machine has their uids.
ALICE, OLGA, ADELE, IMKE, SERVICE = "alice-faces", "olga-secret", "adele-secret", "imke-secret", "cim-faces"
HOST = "olga-from.example"


def under_own_authority(script):
    """Runs the script again, under an authority of its own whose LUIDs begin at LUIDS_FROM; exits with its code."""
    with tempfile.TemporaryDirectory(prefix="openlogon-faces-") as folder:
        os.chmod(folder, 0o711)
        os.mkdir(folder + "/state", 0o700)
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot, \
             open(folder + "/state/luid", "w", encoding="ascii") as luid:
            luid.write(f"openlogon-luid 1\nboot {boot.read().strip()}\nend {LUIDS_FROM:x}\n")
        done = subprocess.run([LOGON, "private", "-q", "--state", folder + "/state",
                               "--set", "login.faces-login=RemoteInteractive", "--", sys.executable, script,
                               *sys.argv[1:]], env={**os.environ, INSIDE: folder}, check=False)
    sys.exit(done.returncode)


# --- who looks --------------------------------------------------------------------------------------

def serve(connection):
    """In alice's session: one command after the other, with the descriptors that come with it."""
    process = None
    while True:
        data, fds, _, _ = socket.recv_fds(connection, 1 << 16, 2)
        if not data:
            return
        request = json.loads(data)
        if "argv" in request:
            process = subprocess.Popen(request["argv"], stdin=fds[0], stdout=fds[1], stderr=fds[1], env=environment())
            for fd in fds:
                os.close(fd)
        elif process:
            process.send_signal(request["signal"])
            process.wait()
        connection.send(b"done")


class Viewer:
    """Somebody who runs commands, and logs on over the network."""

    def __init__(self, account):
        self.account, self.connection_to_cim = account, None

    @property
    def connection_to_cim(self):
        """The service closes one that is idle; the next request opens it anew."""
        if self._connection and self._connection.sock and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()
        return self._connection

    @connection_to_cim.setter
    def connection_to_cim(self, connection):
        self._connection = connection

    def run(self, *argv):
        """All that the command says, on whichever descriptor."""
        with self.start(*argv) as out:
            said = out.read()
        self.stop()
        return said

    def start(self, *argv):
        """What the command says, as a file; it ends with stop()."""
        self.started = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", env=environment())
        return self.started.stdout

    def stop(self):
        self.started.terminate()
        self.started.wait(TIMEOUT_S)


class Alice(Viewer):
    def __init__(self):
        super().__init__(ALICE)
        self.connection, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = run_as(ALICE, "interactive", sys.executable, os.path.abspath(__file__), stdin=other)
        other.close()

    def _ask(self, fds=(), **request):
        socket.send_fds(self.connection, [json.dumps(request).encode()], fds)

    def _done(self):
        assert self.connection.recv(16) == b"done"

    def start(self, *argv):
        """What the command says, as a file; it ends with stop()."""
        out, write = os.pipe()
        with open(os.devnull, "rb") as null:
            self._ask([null.fileno(), write], argv=argv)
        os.close(write)
        self._done()
        return os.fdopen(out, encoding="utf-8", errors="replace")

    def stop(self):
        self._ask(signal=signal.SIGTERM)
        self._done()

    def leave(self):
        self.connection.close()
        assert self.process.wait(TIMEOUT_S) == 0


# --- what there is to see ---------------------------------------------------------------------------

def must(result):
    if result.code != 0:
        raise RuntimeError(repr(result))
    return result.out


def run_as(user, kind, *command, **more):
    """The process of `logon run`; the command has its standard input."""
    read, write = os.pipe()
    os.write(write, (PASSWORD + "\n").encode())
    os.close(write)
    process = subprocess.Popen(
        [LOGON, "run", *TOKEN_ONLY, "--user", user, "--type", kind, "--directory", "/", "--password-fd", str(read), "--", *command],
        pass_fds=[read], env=environment(), **more)
    os.close(read)
    return process


def texts_of_luid(luid):
    """However it is written: 0x5ec4e7000010, 00005ec4:e7000010, S-1-5-5-24260-3875536912, in a GUID, in decimal."""
    return {f"{luid & 0xffffffff:08x}", str(luid & 0xffffffff), str(luid)}


def texts_of_process(pid):
    """As the key of an object, in a path and in CIM-XML: the number alone stands in many texts by chance."""
    return {f'Handle="{pid}"', f'NAME="Handle"><KEYVALUE VALUETYPE="string">{pid}<', f'Selector Name="Handle">{pid}<'}


def plain(text):
    """With quotes not as JSON and XML write them."""
    return text.replace('\\"', '"').replace("&quot;", '"')


class Scene:
    """Sessions of others, until leave(). `secrets` are what may not be seen: texts, by what they are."""

    def __init__(self):
        self.folder = os.environ[INSIDE]
        self.processes, self.alice, self.administrator, self.cim = [], None, None, None

    def begin(self):
        for user in (ALICE, OLGA, ADELE, IMKE, SERVICE):
            must(logon("account", "add", user, "--password-fd", "0", text=PASSWORD + "\n"))
        self.uids = {account["name"]: account["uid"]
                     for account in json.loads(must(logon("account", "list", "--json")))["accounts"]}
        must(logon("group", "add-member", "Administrators", ADELE))
        must(logon("rights", "grant", OLGA, "SeBatchLogonRight"))
        must(logon("rights", "grant", "Users", "SeRemoteInteractiveLogonRight"))
        for user, kind in [(OLGA, "batch"), (OLGA, "interactive"), (ADELE, "interactive")]:
            self.wait_for(user, run_as(user, kind, *self.program(user), **self.pipes()))
        if IS_ROOT:
            self.start_implicit()
            self.log_in_by_pam(OLGA, HOST)
            self.log_in_by_pam(ALICE, "alice-from.example")
        self.alice, self.administrator = Alice(), Viewer(ADELE)
        self.secrets = self.find_secrets()
        self.find_alice()
        self.find_tables()

    # --- making it ---

    def program(self, user):
        """A program by whose name and arguments one would know whose it is."""
        path = f"{self.folder}/{user[:4]}-works"
        if not os.path.exists(path):
            os.symlink("/bin/sh", path)
        return path, "-c", "echo $$; read x; true", f"{user}-argument"

    @staticmethod
    def pipes():
        return {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "ascii"}

    def wait_for(self, user, process):
        process.user, process.pid_inside = user, int(process.stdout.readline())
        self.processes.append(process)

    @property
    def others(self):
        return [p.pid_inside for p in self.processes if p.user != ALICE]

    @staticmethod
    def luid_of(pid):
        return int(json.loads(must(logon("sessions", "--of", str(pid), "--json")))["logon_id"], 16)

    def start_implicit(self):
        uid = str(self.uids[IMKE])
        self.wait_for(IMKE, subprocess.Popen(["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups",
                                              *self.program(IMKE)], **self.pipes()))

    def log_in_by_pam(self, user, host):
        folder = self.folder + "/pam"
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/faces-login", "w", encoding="ascii") as file:
            file.write(f"session required {PAM_MODULE} socket={os.environ['OPENLOGON_SOCKET']}\n")
        self.wait_for(user, subprocess.Popen([PAM_LOGIN, folder, "faces-login", user, host, str(self.uids[user]),
                                              *self.program(user)], **self.pipes()))

    def leave(self):
        for viewer in self.alice, self.administrator:
            if viewer and viewer.connection_to_cim:
                viewer.connection_to_cim.close()
        if self.cim:
            self.cim.stop()
        for process in self.processes:
            process.stdin.close()
            process.stdout.close()
            process.wait(TIMEOUT_S)
        if self.alice:
            self.alice.leave()

    def others_users(self):
        return {p.user for p in self.processes if p.user != ALICE}

    # --- what there is to ask ---

    def find_tables(self):
        """`tables` with their columns, and `classes`, which are tables, too."""
        self.tables, self.classes = {}, []
        for line in must(logon("sql", "--tables")).splitlines()[1:]:
            table, column = line.split()[:2]
            self.tables.setdefault(table, []).append(column)
        for line in must(logon("wql", "--classes")).splitlines()[1:]:
            if line.split()[0] not in self.classes:
                self.classes.append(line.split()[0])
        self.machine = json.loads(must(logon("sql", "--json", "SELECT __SERVER FROM Win32_LogonSession LIMIT 1")))["rows"][0]["__SERVER"]

    def serve_cim(self, service):
        """@service  openlogon-cim, as test_cim has it: run by an account that may impersonate"""
        must(logon("rights", "grant", SERVICE, "SeImpersonatePrivilege"))
        self.cim = service(user=self.uids[SERVICE])

    def post(self, viewer, body, path="/cimom", content_type="application/xml"):
        """Over one connection, on which the viewer stays logged on."""
        if not viewer.connection_to_cim:
            viewer.connection_to_cim = http.client.HTTPConnection("127.0.0.1", self.cim.port, timeout=TIMEOUT_S)
        connection = viewer.connection_to_cim
        secret = base64.b64encode(f"{viewer.account}:{PASSWORD}".encode()).decode()
        connection.request("POST", path, body.encode(), {"Content-Type": content_type, "Authorization": "Basic " + secret})
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status == 200 or "Envelope" in text, response.status  # a fault is none of HTTP's 200
        return text

    # --- what is secret ---

    def refused(self):
        """By the function itself, asked by alice."""
        return {int(line) for line in self.alice.run(FUNCTIONS, "refused").split()}

    def find_alice(self):
        """What is hers, and so not secret."""
        own = json.loads(self.alice.run(LOGON, "sessions", "--json"))["sessions"]
        self.alice.sid = own[0]["sid"]
        self.alice.texts = {"faces_scene.py"} | {text for session in own for text in texts_of_luid(int(session["logon_id"], 16))}
        self.alice.texts |= {text for session in own for p in session["processes"] for text in texts_of_process(p["pid"])}

    def find_secrets(self):
        self.luids = {luid for luid in self.refused() if luid >= LUIDS_FROM}
        sessions = [s for s in json.loads(must(run(os.environ["OPENLOGON_TEST_LOGONSESSIONS"], "--json")))["sessions"]
                    if int(s["logon_id"], 16) in self.luids]
        tokens = json.loads(must(logon("sql", "--json", "SELECT session, token_id FROM tokens")))["rows"]
        assert len(sessions) == len(self.luids), (sessions, self.luids)
        return {
            "luid": {text for luid in self.luids for text in texts_of_luid(luid)},
            "token": {text for t in tokens if t["session"] in self.luids for text in texts_of_luid(t["token_id"])},
            "user": {s["user"] for s in sessions},
            "sid": {s["sid"] for s in sessions},
            "uid": {str(s["uid"]) for s in sessions if IS_ROOT},
            "process": {text for pid in self.others for text in texts_of_process(pid)},
            "host": {s["remote_host"] for s in sessions if s["remote_host"]},
            "program": {f"{user[:4]}-works" for user in self.others_users()}
                       | {f"{user}-argument" for user in self.others_users()},
        }

    def shows_alice(self, text):
        """What is her own."""
        return any(own in plain(text) for own in [ALICE, self.alice.sid, *self.alice.texts])

    def found_in(self, text):
        """Which secrets are in it, as (what, text)."""
        text = plain(text).lower()
        return {(what, secret) for what, secrets in self.secrets.items() for secret in secrets
                if secret.lower() in text and re.search(re.escape(secret.lower()) + r"(?!\d)", text)}


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
