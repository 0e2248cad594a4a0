#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Through no face does an ordinary user see of others' sessions what LsaGetLogonSessionData refuses him.

Each face is a line of a table below. Its whole answer is searched for everything that is others': LUIDs however they
are written, token ids, names, SIDs, uids, hosts, programs. An administrator's answer has to have some of it."""
import os
import re
import shutil
import string
import unittest
from typing import Callable, NamedTuple

import faces_scene
import test_wsman
from cim_support import Service
from faces_scene import ABSENT_LUID, ALICE, FUNCTIONS, OLGA, PASSWORD, run_as
from support import IS_ROOT, LOGON, LOGONSESSIONS, TIMEOUT_S, ToolTest, logon
from test_cim import message, of_class

SQLITE_EXTENSION = os.environ.get("OPENLOGON_TEST_SQLITE_EXTENSION")


# --- how a face is asked: of a viewer, in a scene ----------------------------------------------------

# $machine, and what the question is about ($luid, $hex, $user, $pid), stand in its words.

def filled(text, scene, what):
    return string.Template(text).safe_substitute(what, machine=scene.machine)


def tool(*argv):
    return lambda scene, viewer, **what: viewer.run(*(filled(word, scene, what) for word in argv))


def command(*argv):
    return tool(LOGON, *argv)


def remote(*argv):
    """Over openlogon-cim; the password is in a file of the viewer's."""
    script = 'file=$(mktemp) && echo "$0" >"$file" && "$@" --password-file "$file"; rm -f "$file"'
    return lambda scene, viewer, **what: viewer.run(
        "sh", "-c", script, PASSWORD, *argv, "--json", "--http", "--host", f"127.0.0.1:{scene.cim.port}",
        "--user", viewer.account)


def sql(statement):
    return command("sql", "--json", statement)


def wql(query):
    return command("wql", "--json", query)


def cim(method, *parameters):
    return lambda scene, viewer, **what: scene.post(
        viewer, message(method, *((name, filled(value, scene, what)) for name, value in parameters)))


def wsman(action, class_name, body="", **selectors):
    """The ids of messages are not the same twice."""
    def ask(scene, viewer, **what):
        request = test_wsman.message(action, body, test_wsman.WMI + class_name,
                                     selectors=[(name, filled(value, scene, what)) for name, value in selectors.items()])
        answer = scene.post(viewer, request, "/wsman", "application/soap+xml")
        return re.sub("uuid:[0-9a-f-]+", "uuid:", answer)
    return ask


def wsman_get(class_name, **selectors):
    return wsman(test_wsman.TRANSFER + "/Get", class_name, **selectors)


def wsman_enumerate(class_name, inside=""):
    return wsman(test_wsman.ENUMERATION + "/Enumerate", class_name,
                 f"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>10000</w:MaxElements>{inside}</n:Enumerate>")


def object_of(class_name, parameter, **keys):
    bindings = "".join(f'<KEYBINDING NAME="{name}"><KEYVALUE VALUETYPE="string">{value}</KEYVALUE></KEYBINDING>'
                       for name, value in keys.items())
    return parameter, f'<INSTANCENAME CLASSNAME="{class_name}">{bindings}</INSTANCENAME>'


def session_object(parameter):
    return object_of("Win32_LogonSession", parameter, LogonId="$luid")


def account_object(parameter):
    return object_of("Win32_UserAccount", parameter, Domain="$machine", Name="$user")


def cim_query(query):
    return cim("ExecQuery", ("QueryLanguage", "<VALUE>WQL</VALUE>"), ("Query", f"<VALUE>{query}</VALUE>"))


def published_files(scene, viewer):
    """What openlogond leaves in its runtime directory, as far as its modes let the viewer read it: a private authority lets
    nobody into that directory, the machine's own lets everybody."""
    folder = os.path.dirname(os.environ["OPENLOGON_SOCKET"]) + "/run"
    unless = ["-mindepth", "1", "-type", "d", "!", "-perm", "-o=x", "-prune", "-o"] if viewer is scene.alice else []
    readable = ["-perm", "-o=r"] if viewer is scene.alice else []
    return scene.administrator.run("find", folder, *unless, "-type", "f", *readable, "-exec", "cat", "{}", "+")


def control_groups(scene, viewer):
    return viewer.run("/bin/cat", *(f"/proc/{pid}/cgroup" for pid in scene.others))


def watch(scene, viewer):
    """From the sessions that are there to an event of the viewer's own, with others' events in between."""
    out = viewer.start(LOGON, "watch", "--json")
    said = out.readline()
    run_as(OLGA, "batch", "/bin/true").wait(TIMEOUT_S)
    logon("run", "--user", OLGA, "--password-fd", "0", "--", "true", text="wrong\n")
    run_as(ALICE, "interactive", "/bin/true").wait(TIMEOUT_S)
    while not re.search(f'"session-ended".*{ALICE}', line := out.readline()):
        assert line, said
        said += line
    viewer.stop()
    out.close()
    return said + line


# --- the faces ---------------------------------------------------------------------------------------

# What the administrator's answer has of what is secret, and an ordinary user's of what is his own.
SOME, OWN, NOTHING = "some", "own", "nothing"


# Without root nobody logs in by PAM.
IF_ROOT = (SOME, OWN) if IS_ROOT else (NOTHING, NOTHING)


class Face(NamedTuple):
    name: str
    ask: Callable
    administrator: str = SOME
    ordinary: str = OWN


FACES = [
    Face("logonsessions", tool(LOGONSESSIONS)),
    Face("logonsessions -p", tool(LOGONSESSIONS, "-p")),
    Face("logonsessions -c -p", tool(LOGONSESSIONS, "-c", "-p")),
    Face("logonsessions -ct", tool(LOGONSESSIONS, "-ct")),
    Face("logonsessions --json", tool(LOGONSESSIONS, "--json")),
    Face("logonsessions -v", tool(LOGONSESSIONS, "-v")),
    Face("logonsessions --host", remote(LOGONSESSIONS)),
    Face("logon wql --host", remote(LOGON, "wql", "SELECT * FROM Win32_LoggedOnUser")),
    Face("logon report", command("report", "--html", "-")),
    Face("logon sessions", command("sessions", "-o", "+UID,SID,LINKED,ELEVATION,REMOTE-HOST,GUID")),
    Face("logon sessions --tree", command("sessions", "--tree")),
    Face("logon sessions --json", command("sessions", "--json")),
    Face("logon query session", command("query", "session"), *IF_ROOT),
    Face("logon query session --json", command("query", "session", "--json"), *IF_ROOT),
    Face("logon query user --json", command("query", "user", "--json"), *IF_ROOT),
    Face("logon query process *", command("query", "process", "*")),
    Face("logon query process * --json", command("query", "process", "*", "--json")),
    Face("logon whoami", command("whoami", "--all"), NOTHING),
    Face("logon token self", command("token", "self"), NOTHING),
    Face("logon watch", watch),
    Face("logon metrics", command("metrics"), NOTHING, NOTHING),
    Face("logon debug !logonsession", command("debug", "!logonsession"), SOME, NOTHING),
    Face("logon account list", command("account", "list", "--json")),
    Face("logon group list", command("group", "list", "--json"), NOTHING, NOTHING),
    Face("logon rights list", command("rights", "list", "--json"), SOME, NOTHING),
    Face("logon policy show", command("policy", "show", "--json"), NOTHING, NOTHING),
    Face("logon wql __PATH of sessions", wql("SELECT __PATH, __RELPATH FROM Win32_LogonSession")),
    Face("logon wql __PATH of processes", wql("SELECT __PATH, __RELPATH FROM Win32_Process")),
    Face("functions", tool(FUNCTIONS, "all")),
    Face("published files", published_files, SOME, NOTHING),
    Face("control groups", control_groups, SOME if IS_ROOT else NOTHING, NOTHING),
    Face("cim class names", cim("EnumerateClassNames"), NOTHING, NOTHING),
]

# Programs that answer several statements at once: one of all columns for each table, and each class.
OF_TABLES = [("logon sql", lambda statements: command("sql", "--json", statements))]
if SQLITE_EXTENSION and shutil.which("sqlite3"):
    OF_TABLES.append(("sqlite3", lambda statements: tool(
        "sqlite3", "-json", ":memory:", f".load {SQLITE_EXTENSION}", statements)))

OF_CLASS = [
    ("logon wql *", lambda name: wql(f"SELECT * FROM {name}")),
    ("cim instances", lambda name: cim("EnumerateInstances", of_class(name))),
    ("cim instance names", lambda name: cim("EnumerateInstanceNames", of_class(name))),
    ("wsman objects", wsman_enumerate),
    ("wsman references", lambda name: wsman_enumerate(name, "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>")),
    ("cim __PATH", lambda name: cim_query(f"SELECT __PATH, __RELPATH FROM {name}")),
]

SESSION_PATH = r'\\.\root\cimv2:Win32_LogonSession.LogonId="$luid"'

# Asked about a session by its LUID: the answer is that to the LUID of none.
OF_LUID = [
    Face("logon token", command("token", "$hex")),
    Face("logon debug dt _TOKEN", command("debug", "dt", "_TOKEN", "$hex")),
    Face("logon debug dt session", command("debug", "dt", "_SEP_LOGON_SESSION_REFERENCES", "$hex")),
    Face("logon debug !logonsession", command("debug", "!logonsession", "$hex")),
    Face("sql sessions", sql("SELECT * FROM sessions WHERE luid = $luid")),
    Face("logon report", command("report", "--html", "-", "--session", "$hex")),
    Face("sql sessions, hidden columns", sql("SELECT uid, linked, service, remote_host, leader FROM sessions WHERE luid = $luid")),
    Face("sql processes", sql("SELECT * FROM processes WHERE session = $luid")),
    Face("sql tokens", sql("SELECT t.* FROM tokens t JOIN processes p ON p.pid = t.pid WHERE p.session = $luid")),
    Face("sql tokens by their session", sql("SELECT token_id FROM tokens WHERE session = $luid")),
    Face("sql join", sql("SELECT s.user, p.name FROM sessions s LEFT JOIN processes p ON p.session = s.luid WHERE s.luid = $luid")),
    Face("sql class", sql("SELECT LogonType FROM Win32_LogonSession WHERE LogonId = '$luid'")),
    Face("sql users", sql("SELECT Antecedent FROM Win32_LoggedOnUser WHERE Dependent = '" + SESSION_PATH + "'")),
    Face("sql processes of a path", sql("SELECT Dependent FROM Win32_SessionProcess WHERE Antecedent = '" + SESSION_PATH + "'")),
    Face("wql", wql("SELECT * FROM Win32_LogonSession WHERE LogonId = $luid")),
    Face("wql __RELPATH", wql("SELECT * FROM Win32_LogonSession WHERE __RELPATH = 'Win32_LogonSession.LogonId=\"$luid\"'")),
    Face("wql associators", wql("ASSOCIATORS OF {Win32_LogonSession.LogonId=$luid}")),
    Face("wql associators, one class", wql("ASSOCIATORS OF {Win32_LogonSession.LogonId=$luid} WHERE AssocClass=Win32_SessionProcess")),
    Face("wql references", wql("REFERENCES OF {Win32_LogonSession.LogonId=$luid}")),
    Face("cim get", cim("GetInstance", session_object("InstanceName"))),
    Face("cim query", cim_query("SELECT * FROM Win32_LogonSession WHERE LogonId = $luid")),
    Face("cim associators", cim("Associators", session_object("ObjectName"))),
    Face("cim associator names", cim("AssociatorNames", session_object("ObjectName"))),
    Face("cim references", cim("References", session_object("ObjectName"))),
    Face("cim reference names", cim("ReferenceNames", session_object("ObjectName"))),
    Face("wsman get", wsman_get("Win32_LogonSession", LogonId="$luid")),
]

# Asked about a user: but for the name that was asked for nothing of his.
OF_USER = [
    Face("logon query session", command("query", "session", "$user", "--json"), *IF_ROOT),
    Face("logon query user", command("query", "user", "$user", "--json"), *IF_ROOT),
    Face("logon query process", command("query", "process", "$user")),
    Face("logon report", command("report", "--html", "-", "--user", "$user")),
    Face("sql sessions", sql("SELECT * FROM sessions WHERE user = '$user'")),
    Face("sql sessions by LIKE", sql("SELECT luid, sid FROM sessions WHERE user LIKE '$user'")),
    Face("sql processes", sql("SELECT p.* FROM sessions s JOIN processes p ON p.session = s.luid WHERE s.user = '$user'")),
    Face("sql sessions of an account", sql("SELECT s.luid FROM accounts a JOIN sessions s ON s.sid = a.sid WHERE a.name = '$user'")),
    Face("sql classes", sql("SELECT w.LogonId FROM Win32_LoggedOnUser u JOIN Win32_LogonSession w WHERE u.Antecedent LIKE '%$user%' "
                            "AND u.Dependent LIKE '%\"' || w.LogonId || '\"'")),
    Face("wql associators", wql("ASSOCIATORS OF {Win32_UserAccount.Domain='$machine',Name='$user'}")),
    Face("wql references", wql("REFERENCES OF {Win32_UserAccount.Domain='$machine',Name='$user'}")),
    Face("cim associators", cim("Associators", account_object("ObjectName"))),
    Face("cim references", cim("References", account_object("ObjectName"))),
    Face("cim reference names", cim("ReferenceNames", account_object("ObjectName"))),
]

# Asked about a process of somebody else's.
OF_PROCESS = [
    Face("logon sessions --of", command("sessions", "--of", "$pid", "--json")),
    Face("logon token", command("token", "$pid", "--json")),
    Face("logon debug dt _TOKEN", command("debug", "dt", "_TOKEN", "$pid")),
    Face("sql processes", sql("SELECT * FROM processes WHERE pid = $pid")),
    Face("sql tokens", sql("SELECT * FROM tokens WHERE pid = $pid")),
    Face("sql groups", sql("SELECT g.sid, t.user_sid FROM groups g JOIN tokens t ON t.pid = g.pid WHERE g.pid = $pid")),
    Face("sql privileges", sql("SELECT p.name, t.user_sid FROM privileges p JOIN tokens t ON t.pid = p.pid WHERE p.pid = $pid")),
    Face("sql class", sql("SELECT * FROM Win32_Process WHERE Handle = '$pid'")),
    Face("wql", wql("SELECT * FROM Win32_Process WHERE ProcessId = $pid")),
    Face("wql associators", wql('ASSOCIATORS OF {Win32_Process.Handle="$pid"} WHERE AssocClass=Win32_SessionProcess')),
    Face("wsman get", wsman_get("Win32_Process", Handle="$pid")),
    Face("cim get", cim("GetInstance", object_of("Win32_Process", "InstanceName", Handle="$pid"))),
    Face("cim associators", cim("Associators", object_of("Win32_Process", "ObjectName", Handle="$pid"))),
]

# What is public on purpose: a face by its name, what of others it shows, and why.
PUBLIC = [
    (r"logon account list|published files|.* (accounts|Win32_(Account|UserAccount))", {"user", "sid", "uid"},
     "which accounts there are is everybody's to know, as NetUserEnum tells it; not who is logged on (protocol.md, who is told what)"),
    (r".* CIM_(ManagedSystemElement|LogicalElement)", {"user", "sid", "uid"}, "accounts are among their instances"),
    (r"logon rights list|.* rights", {"sid", "user"}, "the policy is everybody's to read (protocol.md)"),
    (r"logon sessions --of", {"luid"}, "in which session a process is: for-other-tools.md"),
    (r"control groups", {"luid", "token"}, "the names of control groups: for-other-tools.md"),
]


def public_of(face):
    return set().union(*(kinds for name, kinds, _ in PUBLIC if re.fullmatch(name, face)))


# Tables and classes that have nothing of users, and what there is of them is the same for all.
OF_NOBODY = {"privileges", "Win32_Group", "Win32_SystemAccount"}
OF_ALL = {"rights"}


def face_of(program, table, ask=None):
    return Face(f"{program} {table}", ask, *((NOTHING, NOTHING) if table in OF_NOBODY else
                                            (SOME, NOTHING) if table in OF_ALL else (SOME, OWN)))


class Faces(ToolTest):
    @classmethod
    def setUpClass(cls):
        cls.scene = scene = faces_scene.Scene()
        cls.addClassCleanup(scene.leave)
        scene.begin()
        scene.serve_cim(Service)

    def check(self, face, asked=(), **what):
        """@asked  the texts that the question has itself"""
        answers = [face.ask(self.scene, viewer, **what) for viewer in (self.scene.alice, self.scene.administrator)]
        self.check_answers(face._replace(ordinary=NOTHING) if what else face, *answers, asked)

    def check_answers(self, face, ordinary, administrator, asked=()):
        with self.subTest(face=face.name):
            self.assertEqual({(what, text) for what, text in self.scene.found_in(ordinary)
                              if what not in public_of(face.name) and text not in asked}, set())
            seen = {found for found in self.scene.found_in(administrator) if found[1] not in asked}
            self.assertEqual(bool(seen), face.administrator == SOME, administrator)
            if face.ordinary == OWN:
                self.assertTrue(self.scene.shows_alice(ordinary), ordinary)

    def test_faces(self):
        for face in FACES:
            self.check(face)

    def test_tables(self):
        """The answers come one after the other, with the tables' names in between."""
        statements = "; ".join(f"SELECT '@' || '@{table}@' || '@' AS face; SELECT {', '.join(columns)} FROM {table}"
                               for table, columns in self.scene.tables.items())
        for program, of in OF_TABLES:
            parts = [re.split("@@(.*)@@", of(statements)(self.scene, viewer))
                     for viewer in (self.scene.alice, self.scene.administrator)]
            self.assertEqual(parts[0][1::2], list(self.scene.tables), parts[0])
            for table, ordinary, administrator in zip(self.scene.tables, parts[0][2::2], parts[1][2::2]):
                self.check_answers(face_of(program, table), ordinary, administrator)

    def test_classes(self):
        for kind, of in OF_CLASS:
            for name in self.scene.classes:
                self.check(face_of(kind, name, of(name)))

    def test_a_session_that_is_refused_looks_as_if_there_were_none(self):
        secret = self.scene.luid_of(self.scene.others[0])
        for face in OF_LUID:
            with self.subTest(face=face.name):
                def about(viewer, luid):
                    said = face.ask(self.scene, viewer, luid=str(luid), hex=f"0x{luid:x}")
                    return said.replace(str(luid), "LUID").replace(f"{luid:x}", "LUID")

                refused = about(self.scene.alice, secret)
                self.assertEqual(refused, about(self.scene.alice, ABSENT_LUID))
                self.assertNotEqual(refused, about(self.scene.administrator, secret))

    def test_a_user_who_is_asked_for_shows_no_session(self):
        for face in OF_USER:
            self.check(face, asked=[OLGA], user=OLGA)

    def test_a_process_of_somebody_else_shows_no_session(self):
        pid = self.scene.others[0]
        for face in OF_PROCESS:
            self.check(face, asked=faces_scene.texts_of_process(pid), pid=str(pid))


if __name__ == "__main__":
    if faces_scene.INSIDE not in os.environ:
        faces_scene.under_own_authority(__file__)
    unittest.main(verbosity=2)
