#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logonsessions and logon wql ask several openlogon-cim, and machines that are none."""
import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from support import (IS_ROOT, LOGONSESSIONS, TIMEOUT_S, Terminal, ToolTest, environment, logon, logonsessions,
                     run)

CIM = os.environ["OPENLOGON_TEST_CIM"]
PASSWORD = "Correct-horse-4"
SERVICE_USER = 65534  # nobody: where the test is root's, the service is not
NAMES = ["logon_id", "user", "domain", "authentication_package", "logon_type", "session_id", "sid", "logon_time",
         "logon_server", "dns_domain", "upn", "uid", "tokens", "enforced", "elevation", "linked", "service", "tty",
         "remote_host", "remote_user"]
ANSWER = (b'<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLERSP>'
          b'<IMETHODRESPONSE NAME="ExecQuery"><IRETURNVALUE>%s</IRETURNVALUE></IMETHODRESPONSE></SIMPLERSP></MESSAGE>'
          b"</CIM>")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nCIMOperation: MethodResponse\r\n"


class Service:
    """openlogon-cim at an address of this machine."""

    def __init__(self, *arguments, address="127.0.0.1"):
        identity = {"user": SERVICE_USER, "group": SERVICE_USER, "extra_groups": []} if IS_ROOT else {}
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [CIM, "--listen", f"{address}:0", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            encoding="utf-8", env=environment(), **identity)
        line = self.process.stderr.readline()
        found = re.search(r"listening at (\S+?:\d+)", line)
        if not found:
            self.stop()
            raise AssertionError(line)
        self.place = found[1]
        self.port = self.place.rsplit(":", 1)[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=TIMEOUT_S)


class Stranger:
    """Takes connections and sends what it was told to, whatever is asked; nothing: it is silent."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.place = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.asked = []  # what came
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        kept = []
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                break
            kept.append(connection)
            if self.pieces:
                self.answer(connection)
        for connection in kept:
            connection.close()

    def answer(self, connection):
        with connection:
            try:
                self.asked.append(connection.recv(65536))
                for piece in self.pieces:
                    connection.sendall(piece)
            except OSError:
                pass  # whoever has asked has seen enough

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(TIMEOUT_S)


SHARED = []  # services and files that all tests use


def setUpModule():
    commands = [logon("account", "add", name, "--password-fd", "0", text=PASSWORD + "\n") for name in ("alice", "bob")]
    commands.append(logon("group", "add-member", "Administrators", "alice"))
    if IS_ROOT:
        commands.append(logon("rights", "grant", "nobody", "SeImpersonatePrivilege"))
    for result in commands:
        assert result.code == 0, result
    SHARED.extend([Service(), Service()])


def tearDownModule():
    while SHARED:
        SHARED.pop().stop()


class HostsTest(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openlogon-test-")  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)
        self.password = self.file("password", PASSWORD + "\n")
        self.good = [service.place for service in SHARED]

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def started(self, thing):
        self.addCleanup(thing.stop)
        return thing

    def dead(self):
        """A port that is taken, and that nothing listens at."""
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % taken.getsockname()[1]

    def identity(self, user="alice"):
        return ["--user", user, "--password-file", self.password]

    def sessions(self, hosts, *arguments, **more):
        return logonsessions("--http", *self.identity(), "--host", ",".join(hosts), *arguments, **more)

    def answers(self, result):
        """Of JSON: what is told of each host."""
        document = json.loads(result.out)
        self.assertEqual(document["version"], 1)
        return {host["host"]: host for host in document["hosts"]}

    def statuses(self, result):
        return {name: host["status"] for name, host in self.answers(result).items()}


class Answers(HostsTest):
    def test_each_machine_tells_what_it_tells_here(self):
        here = {s["logon_id"]: s for s in self.json(logonsessions("--json"))["sessions"]}
        result = self.sessions(self.good, "--json")
        self.assertEqual(result.err, "")
        self.assertEqual(result.code, 0)
        for host in self.answers(result).values():
            self.assertEqual((host["status"], host["reason"]), ("answered", None))
            there = {s["logon_id"]: s for s in host["sessions"]}
            for luid in ("0x3e4", "0x3e5", "0x3e6", "0x3e7"):
                self.assertEqual(list(there[luid]), NAMES)
                for name in set(NAMES) - {"tokens"}:
                    self.assertEqual(there[luid][name], here[luid][name], (luid, name))
            self.assertTrue(any(s["user"] == "alice" and s["logon_type"] == "Network" for s in there.values()))

    def test_a_table_has_a_line_for_each_session(self):
        lines = self.succeeds(self.sessions(self.good)).splitlines()
        self.assertEqual(lines[0].split(), ["HOST", "LOGON", "SESSION", "LOGON", "TIME", "TYPE", "SESSION",
                                            "PACKAGE", "USER"])
        for place in self.good:
            system = [line for line in lines if line.startswith(place) and "00000000:000003e7" in line]
            self.assertEqual(len(system), 1)
            self.assertTrue(system[0].endswith("NT AUTHORITY\\SYSTEM"))

    def test_separated_values(self):
        for option, separator in ("-c", ","), ("-ct", "\t"):
            rows = list(csv.DictReader(self.succeeds(self.sessions(self.good, option)).splitlines(),
                                       delimiter=separator))
            found = [row["Host"] for row in rows if row["Logon Session"] == "00000000:000003e7"]
            self.assertEqual(sorted(found), sorted(self.good))
            self.assertEqual({row["Status"] for row in rows}, {"answered"})
            self.assertLessEqual({"User Name", "Auth Package", "Logon Type", "Session", "Sid", "Logon Time"},
                                 set(rows[0]))

    def test_one_who_is_no_administrator_sees_own_sessions(self):
        result = logonsessions("--http", *self.identity("bob"), "--host", self.good[0], "--json")
        self.succeeds(result)
        sessions = self.answers(result)[self.good[0]]["sessions"]
        self.assertEqual({s["user"] for s in sessions}, {"bob"})
        self.assertIn("Network", [s["logon_type"] for s in sessions])

    def test_the_loop_over_servers_is_one_command(self):
        hosts = self.file("hosts", f"# all\n{self.good[0]}\n\n{self.good[1]} # the other\n")
        query = "SELECT LogonId, UserName FROM OpenLogon_LogonSession WHERE UserName = 'alice' AND LogonType = 3"
        asked = logon("wql", "--json", "--http", *self.identity(), "--hosts-file", hosts, query)
        document = self.json(asked)
        self.assertEqual({(row["host"], row["UserName"]) for row in document["rows"]},
                         {(place, "alice") for place in self.good})
        self.assertEqual([host["status"] for host in document["hosts"]], ["answered"] * 2)
        none = self.json(logon("wql", "--json", "--http", *self.identity(), "--hosts-file", "-",
                               query.replace("3", "10"), text="\n".join(self.good)))
        self.assertEqual(none["rows"], [])

    def test_queries_have_the_machine_before_their_columns(self):
        where = ["--http", *self.identity(), "--host", ",".join(self.good)]
        out = self.succeeds(logon("wql", "--csv", *where,
                                  "SELECT LogonType, LogonId FROM Win32_LogonSession WHERE LogonId = '999'"))
        self.assertEqual(sorted(out.splitlines()), sorted(["host,LogonType,LogonId"] +
                                                          [f"{place},0,999" for place in self.good]))
        out = self.succeeds(logon("wql", *where, "ASSOCIATORS OF {Win32_LogonSession.LogonId=999} "
                                                 "WHERE AssocClass=Win32_LoggedOnUser"))
        self.assertEqual(out.count("Win32_SystemAccount"), 2)
        out = self.succeeds(logon("wql", "--csv", *where, "SELECT * FROM Win32_LoggedOnUser"))
        self.assertRegex(out, r'root\\cimv2:Win32_LogonSession\.LogonId=""999""')

    def test_a_query_that_is_none_is_not_sent(self):
        stranger = self.started(Stranger(b"HTTP/1.1 500 No\r\n\r\n"))
        result = logon("wql", "--http", *self.identity(), "--host", stranger.place, "SELECT")
        self.fails(result, "SELECT\n")
        self.assertEqual(stranger.asked, [])


class Failures(HostsTest):
    def test_who_does_not_answer_is_marked_and_the_others_are_not_lost(self):
        many_bytes = b" " * (1 << 20)
        strangers = {
            self.dead(): "refused",
            self.started(Stranger(b"garbage\r\n\r\n")).place: "not-openlogon",
            self.started(Stranger(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")).place: "not-openlogon",
            self.started(Stranger(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")).place: "not-openlogon",
            self.started(Stranger(b"HTTP/1.1 302 Found\r\nLocation: http://%s/\r\nContent-Length: 0\r\n\r\n"
                                  % self.good[0].encode())).place: "not-openlogon",
            self.started(Stranger(HEAD, b"\r\n", ANSWER[:100])).place: "not-openlogon",
            self.started(Stranger(HEAD, b"\r\n", b"<html/>")).place: "not-openlogon",
            self.started(Stranger(HEAD, b"\r\n", b'<!DOCTYPE CIM [<!ENTITY a "b">]>', ANSWER % b"")).place: "not-openlogon",
            self.started(Stranger(HEAD, *[b"X: " + b"y" * 1000 + b"\r\n"] * 70)).place: "not-openlogon",
            self.started(Stranger(HEAD, b"\r\n", b"<CIM><MESSAGE>", *[many_bytes] * 65)).place: "too-large",
            self.started(Stranger(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")).place: "authentication",
            self.started(Stranger(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")).place: "error",
        }
        silent = Stranger()
        places = list(strangers)
        hosts = [self.good[0], silent.place, *places[:5], self.good[1], *places[5:], self.good[0]]
        told = self.told_until(hosts, silent)
        self.assertEqual(sorted(host["host"] for host in told), sorted(hosts))
        strangers[silent.place] = "not-openlogon"
        for host in told:
            expected = strangers.get(host["host"], "answered")
            self.assertEqual(host["status"], expected, host)
            self.assertEqual(bool(host["reason"]), expected != "answered")
            self.assertEqual("0x3e7" in [s["logon_id"] for s in host["sessions"]], expected == "answered")
            if expected != "answered":
                self.assertEqual(host["sessions"], [])

    def told_until(self, hosts, silent):
        """What is told of each host; the silent one is let go when the others' lines are there."""
        command = [LOGONSESSIONS, "--json", "--http", *self.identity(), "--timeout", str(TIMEOUT_S), "--parallel", "5",
                   "--host", ",".join(hosts)]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors, \
                subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8",
                                 env=environment()) as process:
            # Three lines before the first host's; a line ends when the next one begins.
            lines = [process.stdout.readline() for _ in range(3 + len(hosts) - 2)]
            silent.stop()
            lines += process.stdout.readlines()
            code = process.wait(TIMEOUT_S)
            errors.seek(0)
            said = errors.read()
        self.assertEqual(code, 3, said)
        told = json.loads("".join(lines))["hosts"]
        for host in told:
            if host["status"] != "answered":
                self.assertIn(f"{host['host']}: {host['status']}: ", said)
        return told

    def test_who_is_silent_for_too_long_is_given_up(self):
        silent = [self.started(Stranger()).place for _ in range(2)]
        result = self.sessions(silent, "--json", "--timeout", "1")
        self.assertEqual(result.code, 1)
        self.assertEqual(self.statuses(result), dict.fromkeys(silent, "timeout"))
        self.assertIn("no answer within 1 s", result.err)

    def test_a_failure_has_a_line_in_every_form(self):
        dead = self.dead()
        result = self.sessions([dead, self.good[0]])
        self.assertEqual(result.code, 3)
        self.assertRegex(result.out, f"(?m)^{dead} +\\(refused\\)$")
        rows = list(csv.DictReader(self.sessions([dead, self.good[0]], "-c").out.splitlines()))
        self.assertEqual([row["Logon Session"] for row in rows if row["Status"] == "refused"], [""])
        asked = logon("wql", "--json", "--http", *self.identity(), "--host", f"{dead},{self.good[0]}",
                      "SELECT LogonId FROM Win32_LogonSession WHERE LogonId = 999")
        self.assertEqual(asked.code, 3)
        document = json.loads(asked.out)
        self.assertEqual(len(document["rows"]), 1)
        self.assertEqual({h["host"]: h["status"] for h in document["hosts"]}, {dead: "refused",
                                                                               self.good[0]: "answered"})

    def test_none_of_them_is_a_failure(self):
        result = self.sessions([self.dead(), self.dead()], "--json")
        self.assertEqual(result.code, 1)
        self.assertEqual(set(self.statuses(result).values()), {"refused"})

    def test_what_a_machine_says_no_to_is_told(self):
        result = logon("wql", "--http", *self.identity(), "--host", self.good[0], "SELECT * FROM No_Class")
        self.assertEqual(result.code, 1)
        self.assertIn("there is no class No_Class", result.err)

    def test_what_a_stranger_sends_is_not_shown_as_it_is(self):
        row = (b'<VALUE.OBJECT><INSTANCE CLASSNAME="x"><PROPERTY NAME="LogonId" TYPE="string"><VALUE>1</VALUE></PROPERTY>'
               b'<PROPERTY NAME="UserName" TYPE="string"><VALUE>&#x9b;31m&#x202e;,"\n</VALUE></PROPERTY></INSTANCE>'
               b"</VALUE.OBJECT>")
        stranger = self.started(Stranger(HEAD, b"\r\n", ANSWER % row))
        for form in [], ["-c"], ["-ct"]:
            out = self.succeeds(self.sessions([stranger.place], *form))
            self.assertIn("00000000:00000001", out)
            self.assertEqual(len(out.splitlines()), 2)
            self.assertNotIn("\x9b", out)
            self.assertNotIn("\u202e", out)

    def test_the_password_goes_to_whom_it_is_for(self):
        other = self.started(Stranger(b"HTTP/1.1 500 No\r\n\r\n"))
        sender = self.started(Stranger(f"HTTP/1.1 302 Found\r\nLocation: http://{other.place}/\r\n\r\n".encode()))
        self.sessions([sender.place], http_proxy=f"http://{other.place}", all_proxy=f"http://{other.place}")
        self.assertEqual(len(sender.asked), 1)
        self.assertIn(b"Authorization: Basic ", sender.asked[0])
        self.assertEqual(other.asked, [])


class Identities(HostsTest):
    def test_a_wrong_password(self):
        self.password = self.file("wrong", "wrong\n")
        result = self.sessions(self.good, "--json")
        self.assertEqual(result.code, 1)
        self.assertEqual(set(self.statuses(result).values()), {"authentication"})

    def test_netrc_has_one_for_each_machine(self):
        others = [self.started(Service(address=f"127.0.0.{n}")).place for n in (2, 3, 4)]
        self.file(".netrc", f"machine 127.0.0.1 login alice password {PASSWORD}\n"
                            f"machine 127.0.0.2 login bob password {PASSWORD}\n"
                            "machine 127.0.0.3 login alice password wrong\n")
        result = logonsessions("--http", "--json", "--host", ",".join([self.good[0], *others]), HOME=self.folder)
        self.assertEqual(result.code, 3, result)
        self.assertEqual(self.statuses(result), {self.good[0]: "answered", others[0]: "answered",
                                                 others[1]: "authentication", others[2]: "authentication"})
        self.assertEqual({s["user"] for s in self.answers(result)[others[0]]["sessions"]}, {"bob"})

    def test_a_password_that_others_may_read_is_not_taken(self):
        self.file(".netrc", f"machine 127.0.0.1 login alice password {PASSWORD}\n", mode=0o640)
        ask = ["--http", "--host", self.good[0]]
        self.fails(logonsessions(*ask, HOME=self.folder), ".netrc", "chmod 600")
        os.chmod(self.password, 0o604)
        self.fails(logonsessions(*ask, *self.identity()), self.password, "chmod 600")
        self.fails(logonsessions(*ask, HOME="/nonexistent"), "--user", "netrc")
        self.fails(logonsessions(*ask, "--user", "alice", "--password-file", "/nonexistent"), "/nonexistent")

    def test_it_is_asked_for_on_the_terminal(self):
        terminal = Terminal(LOGONSESSIONS, "--http", "--user", "alice", "--host", ",".join(self.good), "-c")
        terminal.expect("Password of alice, for 2 machines: ")
        self.assertFalse(terminal.echoes())
        terminal.send(PASSWORD + "\n")
        terminal.expect("00000000:000003e7")
        self.assertEqual(terminal.finish(), 0)


@unittest.skipUnless(shutil.which("openssl"), "there is nothing to make a certificate with")
class Tls(HostsTest):
    def certificate(self, name, alternative):
        key, certificate = (os.path.join(self.folder, f"{name}.{what}") for what in ("key", "pem"))
        self.succeeds(run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                          "-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}", "-days", "2",
                          "-keyout", key, "-out", certificate))
        os.chmod(key, 0o644)
        return key, certificate

    def service(self, pair):
        return self.started(Service("--tls-key", pair[0], "--tls-certificate", pair[1]))

    def test_a_certificate_has_to_be_the_machines_and_trusted(self):
        ours = self.certificate("ours", "IP:127.0.0.1,DNS:localhost")
        wrong = self.certificate("wrong", "DNS:elsewhere.example")
        bundle = self.file("bundle.pem", run("cat", ours[1], wrong[1]).out)
        right, other = self.service(ours), self.service(wrong)
        plain = self.good[0]
        ask = [*self.identity(), "--json", "--host", f"{right.place},localhost:{right.port},{other.place},{plain}"]
        result = logonsessions(*ask, "--ca-file", bundle)
        self.assertEqual(result.code, 3, result)
        self.assertEqual(self.statuses(result), {right.place: "answered", f"localhost:{right.port}": "answered",
                                                 other.place: "tls", plain: "tls"})
        trusts_nobody = logonsessions(*ask)
        self.assertEqual(trusts_nobody.code, 1)
        self.assertEqual(set(self.statuses(trusts_nobody).values()), {"tls"})
        anybody = self.statuses(logonsessions(*ask, "--insecure"))
        self.assertEqual(anybody, {right.place: "answered", f"localhost:{right.port}": "answered",
                                   other.place: "answered", plain: "tls"})

    def test_clear_text_stays_on_the_machine(self):
        ask = ["--http", *self.identity(), "--host"]
        self.misused(logonsessions(*ask, f"{self.good[0]},web1.example:1"), "web1.example:1", "clear text")
        self.misused(logonsessions(*ask, "192.0.2.1"), "192.0.2.1")


class Usage(HostsTest):
    def test_wrong_options(self):
        for arguments, message in [
                (["--user", "a"], "no machine"), (["--host", "a:b"], 'a:b": the port'),
                (["--host", "::1"], "brackets"), (["--host", "a", "--timeout", "0"], "--timeout"),
                (["--host", "a", "--parallel", "10000"], "--parallel"), (["--host", "a", "-p"], "-p"),
                (["--host", "a", "--password-file", "x"], "--user")]:
            with self.subTest(arguments=arguments):
                self.misused(logonsessions(*arguments), message)

    def test_a_bad_line_of_a_file_is_named(self):
        hosts = self.file("hosts", "a\nb c\n")
        self.fails(logonsessions("--hosts-file", hosts), hosts, 'line 2: "b c"')
        self.fails(logonsessions("--hosts-file", "/nonexistent"), "/nonexistent")

    def test_files_that_are_not_there(self):
        self.fails(logonsessions("--host", "a", *self.identity(), "--ca-file", "/nonexistent"), "/nonexistent")
        self.fails(logonsessions("--host", "a", *self.identity(), OPENLOGON_REMOTE_MODULE="/nonexistent"),
                   "/nonexistent")

    def test_a_name_that_nobody_has(self):
        result = logonsessions("--host", "nobody.invalid", *self.identity(), "--json")
        self.assertEqual(result.code, 1)
        self.assertEqual(self.statuses(result), {"nobody.invalid": "no-such-host"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
