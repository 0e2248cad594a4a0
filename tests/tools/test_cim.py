#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openlogon-cim's CIM-XML under a real authority: with wbemcli, and with clients that nobody should be."""
import base64
import concurrent.futures
import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree as ElementTree

from cim_support import CIM, PASSWORD, SERVICE_USER, ServiceTest, start, stop
from support import IS_ROOT, TIMEOUT_S, logonsessions, run

BODY_MAX = 1 << 18


def message(method, *parameters, space=("root", "cimv2"), version="2.0", dtd="2.0", protocol="1.0"):
    """A request in CIM-XML; parameters are (name, XML)."""
    names = "".join(f'<NAMESPACE NAME="{name}"/>' for name in space)
    values = "".join(f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>' for name, value in parameters)
    return (f'<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="{version}" DTDVERSION="{dtd}">'
            f'<MESSAGE ID="7&amp;7" PROTOCOLVERSION="{protocol}"><SIMPLEREQ><IMETHODCALL NAME="{method}">'
            f'<LOCALNAMESPACEPATH>{names}</LOCALNAMESPACEPATH>{values}'
            "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>")


def of_class(name):
    return ("ClassName", f'<CLASSNAME NAME="{name}"/>')


def setUpModule():
    start()


def tearDownModule():
    stop()


class CimTest(ServiceTest):
    path = "/cimom"
    content_type = "application/xml"

    # --- as clients of others do it ---

    def wbemcli(self, operation, path, *arguments, user="alice", password=PASSWORD):
        options = [a for a in arguments if a]
        return run("wbemcli", operation, "-nl", *options,
                   f"http://{user}:{password}@127.0.0.1:{self.service.port}/root/cimv2:{path}")

    def lines(self, *arguments, **more):
        return self.succeeds(self.wbemcli(*arguments, **more)).splitlines()

    def refused(self, word, *arguments, **more):
        result = self.wbemcli(*arguments, **more)
        self.assertIn(word, result.out + result.err)

    # --- as a test does it ---

    def ask(self, *arguments, **more):
        response = self.post(message(*arguments), **more)
        self.assertEqual(response.status, 200)
        self.assertEqual(response.getheader("CIMOperation"), "MethodResponse")
        tree = ElementTree.fromstring(response.body)
        self.assertEqual(tree.find("MESSAGE").get("ID"), "7&7")
        return tree.find("MESSAGE/SIMPLERSP/IMETHODRESPONSE")

    def fails_with(self, code, *arguments, **more):
        error = self.ask(*arguments, **more).find("ERROR")
        self.assertIsNotNone(error)
        self.assertEqual(int(error.get("CODE")), code, error.get("DESCRIPTION"))

    def instances(self, *arguments, **more):
        """What is told of each: the class, and the properties."""
        answer = self.ask(*arguments, **more)
        self.assertIsNone(answer.find("ERROR"), ElementTree.tostring(answer))
        return [(i.get("CLASSNAME"),
                 {p.get("NAME"): p.findtext("VALUE") for p in i if p.tag.startswith("PROPERTY")})
                for i in answer.iter("INSTANCE")]

    def query(self, text, **more):
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        return self.instances("ExecQuery", ("QueryLanguage", "<VALUE>WQL</VALUE>"),
                              ("Query", f"<VALUE>{escaped}</VALUE>"), **more)


class Clients(CimTest):
    def test_wbemcli_enumerates_names(self):
        place = f"127.0.0.1:{self.service.port}/root/cimv2"
        lines = self.lines("ein", "Win32_LogonSession")
        for luid in (996, 997, 998, 999):
            self.assertIn(f'{place}:Win32_LogonSession.LogonId="{luid}"', lines)
        self.assertTrue(any('Win32_Account.Domain="NT AUTHORITY",Name="SYSTEM"' in line
                            for line in self.lines("ein", "Win32_LoggedOnUser")))

    def test_wbemcli_tells_of_a_session_what_logonsessions_tells(self):
        told = {int(s["logon_id"], 16): s for s in self.json(logonsessions("--json"))["sessions"]}[999]
        lines = self.lines("gi", 'Win32_LogonSession.LogonId="999"')
        self.assertIn('-LogonId="999"', lines)
        self.assertIn("-LogonType=0", lines)
        self.assertIn(f'-AuthenticationPackage="{told["authentication_package"]}"', lines)
        self.assertTrue(any(re.fullmatch(r"-StartTime=\d{14}\.\d{6}\+000", line) for line in lines), lines)
        self.assertEqual(lines[1:], [line for line in lines[1:] if line.startswith("-") or not line])
        everything = self.lines("ei", "Win32_LogonSession")
        self.assertIn('-LogonId="999"', everything)
        self.assertIn('-LogonId="996"', everything)

    def test_wbemcli_reads_classes(self):
        lines = self.lines("gc", "Win32_LogonSession", "")
        for name in ("Caption", "StartTime", "AuthenticationPackage", "LogonId", "LogonType"):
            self.assertIn(f"-{name}=", lines)
        names = {line.rsplit(":", 1)[1] for line in self.lines("ecn", "")}
        self.assertLessEqual({"Win32_LogonSession", "Win32_LoggedOnUser", "Win32_SessionProcess",
                              "Win32_Account", "Win32_UserAccount", "Win32_SystemAccount",
                              "Win32_Group", "Win32_Process"}, names)
        self.assertTrue(any("Win32_LogonSession : Win32_Session" in line for line in self.lines("ec", "")))

    def test_wbemcli_follows_associations(self):
        session = 'Win32_LogonSession.LogonId="999"'
        users = self.lines("ain", session, "-ac", "Win32_LoggedOnUser")
        self.assertEqual([line.split(":", 1)[1] for line in users],
                         ['Win32_SystemAccount.Domain="NT AUTHORITY",Name="SYSTEM"'])
        self.assertIn('-SID="S-1-5-18"', self.lines("ai", session, "-ac", "Win32_LoggedOnUser"))
        self.assertEqual(len(self.lines("rin", session, "-arc", "Win32_LoggedOnUser")), 1)
        processes = self.lines("ain", session, "-ac", "Win32_SessionProcess")
        self.assertTrue(any(line.endswith(f'Win32_Process.Handle="{os.getpid()}"') for line in processes))
        back = self.lines("ain", f'Win32_Process.Handle="{os.getpid()}"', "-ac", "Win32_SessionProcess")
        self.assertEqual([line.split(":", 1)[1] for line in back], [session])

    def test_wbemcli_is_told_what_is_wrong(self):
        self.refused("CIM_ERR_INVALID_CLASS", "ei", "Win32_Nothing")
        self.refused("CIM_ERR_NOT_FOUND", "gi", 'Win32_LogonSession.LogonId="1"')
        self.refused("CIM_ERR_NOT_SUPPORTED", "di", 'Win32_LogonSession.LogonId="999"')
        self.refused("Invalid username/password", "ein", "Win32_LogonSession", password="wrong")
        self.refused("Invalid username/password", "ein", "Win32_LogonSession", user="nobody-at-all")

    def test_a_user_sees_what_the_authority_shows_it(self):
        own = self.query("SELECT * FROM Win32_LogonSession", user="bob")
        self.assertEqual([i["LogonType"] for _, i in own], ["3"])
        self.assertEqual(self.query("SELECT LogonId FROM Win32_LogonSession WHERE LogonId = 999",
                                    user="bob"), [])
        self.fails_with(6, "GetInstance",
                        ("InstanceName", '<INSTANCENAME CLASSNAME="Win32_LogonSession"><KEYVALUE>999'
                                         "</KEYVALUE></INSTANCENAME>"), user="bob")
        self.assertEqual(len(self.query("SELECT * FROM Win32_LogonSession WHERE LogonId = 999")), 1)

    def test_clients_at_the_same_time_are_not_taken_for_each_other(self):
        def sees_system(user):
            return [len(self.query("SELECT LogonId FROM Win32_LogonSession WHERE LogonId = 999", user=user))
                    for _ in range(10)]

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            asked = [(user, threads.submit(sees_system, user)) for user in ("alice", "bob") * 4]
        for user, seen in asked:
            self.assertEqual(seen.result(), [1 if user == "alice" else 0] * 10)

    def test_nobody_stays_logged_on(self):
        for user in ("alice", "bob", "bob"):
            self.query("SELECT * FROM Win32_LogonSession", user=user)
        self.assertEqual(self.network_sessions(), ["bob"])
        self.connection(self.service.port).close()
        deadline = time.monotonic() + TIMEOUT_S
        while self.network_sessions() and time.monotonic() < deadline:
            pass
        self.assertEqual(self.network_sessions(), [])

    def network_sessions(self):
        return [s["user"] for s in self.json(logonsessions("--json"))["sessions"]
                if s["logon_type"] == "Network" and s["user"] in ("alice", "bob")]


class Requests(CimTest):
    def test_queries(self):
        self.assertEqual(self.query("select LogonId from win32_logonsession where LogonId='997' or "
                                    "(LogonType = 0 and not LogonId <> 999)"),
                         [("Win32_LogonSession", {"LogonId": luid}) for luid in ("997", "999")])
        path = self.query("SELECT __PATH FROM Win32_LogonSession WHERE LogonId = 999")[0][1]["__PATH"]
        self.assertRegex(path, r'^\\\\[^\\]+\\root\\cimv2:Win32_LogonSession.LogonId="999"$')
        found = self.query("ASSOCIATORS OF {Win32_LogonSession.LogonId=999} "
                           "WHERE AssocClass=Win32_LoggedOnUser Role=Dependent")
        self.assertEqual([(name, i["Name"]) for name, i in found], [("Win32_SystemAccount", "SYSTEM")])
        self.assertEqual(self.query("SELECT FullName FROM Win32_UserAccount WHERE Name = 'bob'"),
                         [("Win32_UserAccount", {"FullName": "<bob> & 'co' \"x\""})])
        words = ("QueryLanguage", "<VALUE>WQL</VALUE>")
        self.fails_with(15, "ExecQuery", words, ("Query", "<VALUE>SELECT</VALUE>"))
        self.fails_with(5, "ExecQuery", words, ("Query", "<VALUE>SELECT * FROM No_Class</VALUE>"))
        self.fails_with(14, "ExecQuery", ("QueryLanguage", "<VALUE>DMTF:CQL</VALUE>"),
                        ("Query", "<VALUE>SELECT * FROM Win32_LogonSession</VALUE>"))

    def test_what_is_told_is_what_is_asked_for(self):
        wanted = ("PropertyList", "<VALUE.ARRAY><VALUE>logonid</VALUE></VALUE.ARRAY>")
        for _, told in self.instances("EnumerateInstances", of_class("Win32_LogonSession"), wanted):
            self.assertEqual(set(told), {"LogonId"})
        nothing = ("PropertyList", "<VALUE.ARRAY/>")
        self.assertEqual(self.instances("EnumerateInstances", of_class("Win32_LogonSession"), nothing)[0][1], {})
        shallow = ("DeepInheritance", "<VALUE>false</VALUE>")
        kinds = self.instances("EnumerateInstances", of_class("Win32_Account"), shallow)
        self.assertEqual({"Win32_UserAccount", "Win32_Group", "Win32_SystemAccount"}, {k for k, _ in kinds})
        self.assertFalse(any("FullName" in told for _, told in kinds))

    def test_classes_have_their_qualifiers(self):
        answer = self.ask("GetClass", of_class("Win32_LogonSession"), ("LocalOnly", "<VALUE>FALSE</VALUE>"),
                          ("IncludeClassOrigin", "<VALUE>TRUE</VALUE>"))
        properties = {p.get("NAME"): p for p in answer.iter("PROPERTY")}
        self.assertEqual(properties["Caption"].get("CLASSORIGIN"), "CIM_ManagedSystemElement")
        self.assertEqual(properties["Caption"].get("PROPAGATED"), "true")
        self.assertEqual(properties["LogonId"].get("CLASSORIGIN"), "Win32_LogonSession")
        self.assertIn("Key", [q.get("NAME") for q in properties["LogonId"].iter("QUALIFIER")])
        values = {q.get("NAME"): [v.text for v in q.iter("VALUE")]
                  for q in properties["LogonType"].iter("QUALIFIER")}
        self.assertEqual(dict(zip(values["ValueMap"], values["Values"]))["10"], "RemoteInteractive")

    def test_bad_parameters_are_refused(self):
        session = '<INSTANCENAME CLASSNAME="Win32_LogonSession">{}</INSTANCENAME>'
        for code, *request in [
                (4, "EnumerateInstances"),
                (4, "EnumerateInstances", ("ClassName", "<VALUE>Win32_LogonSession</VALUE>")),
                (4, "EnumerateInstances", of_class("Win32_LogonSession"), ("Nonsense", "<VALUE>1</VALUE>")),
                (4, "EnumerateInstances", of_class("Win32_LogonSession"), ("LocalOnly", "<VALUE>7</VALUE>")),
                (4, "GetInstance", ("InstanceName", session.format(""))),
                (4, "GetInstance", ("InstanceName", session.format("<KEYBINDING/>"))),
                (4, "GetInstance", ("InstanceName", session.format("<KEYVALUE>9<b/></KEYVALUE>"))),
                (4, "GetInstance", ("InstanceName", session.format(
                    '<KEYBINDING NAME="LogonId"><KEYVALUE>1</KEYVALUE></KEYBINDING>' * 9))),
                (6, "GetInstance", ("InstanceName", session.format(
                    '<KEYBINDING NAME="Other"><KEYVALUE>1</KEYVALUE></KEYBINDING>'))),
                (4, "Associators", ("ObjectName", session.format("<KEYVALUE>9</KEYVALUE>")),
                 ("AssocClass", '<CLASSNAME NAME="None"/>')),
                (7, "Associators", ("ObjectName", '<CLASSNAME NAME="Win32_LogonSession"/>')),
                (7, "CreateInstance"), (7, "Nonsense")]:
            with self.subTest(request=request):
                self.fails_with(code, *request)

    def test_other_namespaces_are_not_there(self):
        for space in (("root",), ("root", "default"), ("root", "cimv2", "x"), ()):
            response = self.post(message("EnumerateClassNames", space=space))
            self.assertIn('CODE="3"', response.body.decode())

    def test_messages_that_are_none_are_refused(self):
        good = message("EnumerateClassNames")
        bomb = ('<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
                good.split("?>")[1].replace("7&amp;7", "&b;"))
        outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + good.split("?>")[1]
        for body, word in [
                ("", "request-not-well-formed"), ("<CIM", "request-not-well-formed"),
                (good + "<", "request-not-well-formed"), (bomb, "request-not-well-formed"),
                (outside, "request-not-well-formed"), ("<CIM/>", "request-not-valid"),
                (good.replace("7&amp;7", "&nope;"), "request-not-well-formed"),
                (good.encode().replace(b"7&amp;7", b"\xff\xff"), "request-not-well-formed"),
                ("<a>" * 33 + "</a>" * 33, "request-not-well-formed"),
                ("<a>" + "<a/>" * 5000 + "</a>", "request-not-well-formed"),
                (message("EnumerateClassNames", version="3.0"), "unsupported-cim-version"),
                (message("EnumerateClassNames", dtd="1.0"), "unsupported-dtd-version"),
                (message("EnumerateClassNames", protocol="2.0"), "unsupported-protocol-version"),
                (message("EnumerateInstances", of_class("a"), of_class("b")), "request-not-valid"),
                (good.replace("SIMPLEREQ", "SIMPLEEXPREQ"), "unsupported-operation")]:
            with self.subTest(body=body[:60]):
                response = self.post(body)
                self.assertEqual((response.status, response.getheader("CIMError")), (400, word))
        response = self.post(good.replace("SIMPLEREQ", "MULTIREQ"))
        self.assertEqual((response.status, response.getheader("CIMError")),
                         (501, "multiple-requests-unsupported"))
        response = self.post(good, CIMMethod="GetClass")
        self.assertEqual(response.getheader("CIMError"), "header-mismatch")
        self.assertEqual(self.post(good).status, 200)

    def test_what_is_not_a_request_is_refused_before_it_is_read(self):
        good = message("EnumerateClassNames")
        response = self.post(good, Authorization=None)
        self.assertEqual(response.status, 401)
        self.assertIn("Basic", response.getheader("WWW-Authenticate"))
        self.assertEqual(self.post(good, Authorization="Negotiate YII=").status, 401)
        self.assertEqual(self.post(good, Authorization="Basic ????").status, 401)
        self.assertEqual(self.post(good, password="").status, 401)
        self.assertEqual(self.post(good, path="/etc/passwd").status, 404)
        self.assertEqual(self.post("", method="GET").status, 405)
        self.assertEqual(self.post(good, method="M-POST").status, 501)
        self.assertEqual(self.post(good, Content_Type="text/plain").status, 415)
        self.assertEqual(self.post(good, Content_Type=None).status, 415)
        self.assertEqual(self.post(good, Content_Length=str(BODY_MAX + 1)).status, 413)
        self.assertEqual(self.post(good + " " * (BODY_MAX - len(good))).status, 200)

    def test_a_body_without_a_length_has_a_limit(self):
        with self.assertRaises(ConnectionError):
            connection = socket.create_connection(("127.0.0.1", self.service.port), timeout=TIMEOUT_S)
            self.addCleanup(connection.close)
            secret = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
            connection.sendall((f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {secret}\r\n"
                                "Content-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n").encode())
            for _ in range(BODY_MAX // 1024 + 64):
                connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
            if not connection.recv(1):
                raise ConnectionError
        self.assertEqual(self.post(message("EnumerateClassNames")).status, 200)


class Limits(CimTest):
    def is_let_in(self, service):
        try:
            self.assertEqual(self.post(message("EnumerateClassNames"), port=service.port).status, 200)
        except (ConnectionError, http.client.HTTPException):
            self.connections.pop((threading.get_ident(), service.port, None)).close()
            return False
        return True

    def test_clients_are_counted_and_silent_ones_left(self):
        service = self.service_with("--clients", "3", "--idle-seconds", "1")
        with contextlib.ExitStack() as stack:
            silent = [stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
                      for _ in range(3)]
            self.assertFalse(self.is_let_in(service))
            for one in silent:
                one.settimeout(TIMEOUT_S)
                self.assertEqual(one.recv(1), b"")
        deadline = time.monotonic() + TIMEOUT_S
        while not self.is_let_in(service):  # it counts them a moment longer than they hear from it
            self.assertLess(time.monotonic(), deadline)

    def test_an_answer_has_a_limit(self):
        service = self.service_with("--answer-megabytes", "1")
        with contextlib.ExitStack() as stack:
            for _ in range(150):
                process = stack.enter_context(subprocess.Popen(["cat"], stdin=subprocess.PIPE))
                stack.callback(process.stdin.close)
            self.fails_with(1, "EnumerateInstances", of_class("Win32_Process"),
                            ("IncludeQualifiers", "<VALUE>TRUE</VALUE>"), port=service.port)
        self.assertEqual(self.post(message("EnumerateClassNames"), port=service.port).status, 200)

    def test_it_listens_where_it_may(self):
        for arguments, word, code in [
                ([], "unless --listen tells where", 2), (["--listen", "0.0.0.0:0"], "needs TLS", 1),
                (["--listen", "[::]:0"], "needs TLS", 1), (["--listen", "localhost:0"], "in numbers", 1),
                (["--listen", "127.0.0.1"], "in numbers", 1),
                (["--listen", "127.0.0.1:0", "--tls-key", "x"], "go together", 2),
                (["--listen", "127.0.0.1:0", "--tls-key", "/x", "--tls-certificate", "/x"], "cannot read", 1),
                (["--listen", "127.0.0.1:0", "--clients", "0"], "no number", 2),
                (["--listen", "127.0.0.1:0", "x"], "too many", 2)]:
            with self.subTest(arguments=arguments):
                self.fails(run(CIM, *arguments), word, code=code)

    @unittest.skipUnless(shutil.which("openssl"), "there is nothing to make a certificate with")
    def test_tls(self):
        with tempfile.TemporaryDirectory(prefix="openlogon-test-") as folder:
            os.chmod(folder, 0o755)
            key, certificate = f"{folder}/key", f"{folder}/certificate"
            self.succeeds(run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                              "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost",
                              "-days", "2", "-keyout", key, "-out", certificate))
            os.chmod(key, 0o644)
            service = self.service_with("--tls-key", key, "--tls-certificate", certificate)
            result = run("wbemcli", "ein", "-nl", "-noverify",
                         f"https://alice:{PASSWORD}@127.0.0.1:{service.port}/root/cimv2:Win32_LogonSession")
            self.assertIn('Win32_LogonSession.LogonId="999"', self.succeeds(result))
            anywhere = run("timeout", "-s", "TERM", "--preserve-status", "1", CIM, "--listen",
                           "0.0.0.0:0", "--tls-key", key, "--tls-certificate", certificate)
            self.assertEqual(anywhere.code, 0, anywhere)
            self.assertIn("TLS", anywhere.err)

    @unittest.skipUnless(IS_ROOT, "the service is who it acts for otherwise")
    def test_a_service_that_may_not_act_tells_nothing(self):
        service = self.service_with(user=SERVICE_USER - 1)
        self.fails_with(2, "EnumerateInstances", of_class("Win32_LogonSession"), port=service.port)
        self.assertIn("SeImpersonatePrivilege", service.stop()[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
