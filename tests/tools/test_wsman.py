#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openlogon-cim's WS-Management under a real authority: with wsl, and with clients that nobody should be."""
import base64
import contextlib
import os
import re
import socket
import subprocess
import tempfile
import time
import unittest
import uuid
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from cim_support import PASSWORD, SERVICE_USER, ServiceTest, start, stop
from support import IS_ROOT, TIMEOUT_S, logon, run

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
URI = "http://schemas.dmtf.org/wbem/wsman/1/wsman"
MANAGEMENT = URI + ".xsd"
BINDING = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
CIM_COMMON = "http://schemas.dmtf.org/wbem/wscim/1/common"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ANONYMOUS = ADDRESSING + "/role/anonymous"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
SELECTORS = URI + "/SelectorFilter"
RELATIONS = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
BODY_MAX = 1 << 18


def of(space, name):
    return f"{{{space}}}{name}"


def local(element):
    return element.tag.rpartition("}")[2]


def selector_set(selectors):
    inside = "".join(f'<w:Selector Name="{name}">{value}</w:Selector>' for name, value in selectors)
    return f"<w:SelectorSet>{inside}</w:SelectorSet>" if inside else ""


def reference(uri, *selectors):
    return (f"<a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>{uri}</w:ResourceURI>"
            f"{selector_set(selectors)}</a:ReferenceParameters>")


def filtered(dialect, inside):
    return f'<w:Filter Dialect="{dialect}">{inside}</w:Filter>'


def message(action, body="", uri=WMI + "Win32_LogonSession", *, selectors=(), extra="", leave_out=(), soap=SOAP):
    """An envelope; the headers that are left out are so by name."""
    headers = {
        "Action": f'<a:Action s:mustUnderstand="true">{action}</a:Action>',
        "MessageID": f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>",
        "To": "<a:To>http://127.0.0.1/wsman</a:To>",
        "ReplyTo": f"<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>",
        "ResourceURI": f"<w:ResourceURI> {uri}\n</w:ResourceURI>",
    }
    inside = "".join(text for name, text in headers.items() if name not in leave_out)
    return (f'<s:Envelope xmlns:s="{soap}" xmlns:a="{ADDRESSING}" xmlns:n="{ENUMERATION}" xmlns:w="{MANAGEMENT}" '
            f'xmlns:b="{BINDING}"><s:Header>{inside}{selector_set(selectors)}{extra}</s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>")


def identify():
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><i:Identify xmlns:i="{IDENTITY}"/></s:Body></s:Envelope>'


def value_of(element):
    """What a property is: a text, None, or the selectors of the object it refers to."""
    if element.get(NIL) == "true":
        return None
    if element.find(of(ADDRESSING, "ReferenceParameters")) is not None:
        return selectors_of(element)
    return element[0].text if len(element) else element.text or ""


def selectors_of(element):
    """The class of an endpoint reference, and its selectors."""
    parameters = element.find(of(ADDRESSING, "ReferenceParameters"))
    name = parameters.findtext(of(MANAGEMENT, "ResourceURI")).rpartition("/")[2]
    return name, {s.get("Name"): s.text if len(s) == 0 else selectors_of(s[0])
                  for s in parameters.iter(of(MANAGEMENT, "Selector")) if s.get("Name") != "__cimnamespace"}


def properties_of(element):
    return {local(p): value_of(p) for p in element}


def setUpModule():
    start()


def tearDownModule():
    stop()


class WsmanTest(ServiceTest):
    path = "/wsman"
    content_type = "application/soap+xml;charset=UTF-8"
    one_connection_each = True

    def ask(self, *arguments, user="alice", port=None, **more):
        """The body of the answer, and the answer."""
        response = self.post(message(*arguments, **more), user=user, port=port)
        self.assertIn(response.status, (200, 500), response.body)
        self.assertTrue(response.getheader("Content-Type").startswith("application/soap+xml"))
        tree = ElementTree.fromstring(response.body)
        return tree.find(of(SOAP, "Body")), tree

    def answered(self, *arguments, **more):
        body, tree = self.ask(*arguments, **more)
        self.assertIsNone(body.find(of(SOAP, "Fault")), ElementTree.tostring(tree))
        return body[0] if len(body) else None

    def faults(self, subcode, *arguments, detail=None, **more):
        body, tree = self.ask(*arguments, **more)
        fault = body.find(of(SOAP, "Fault"))
        self.assertIsNotNone(fault, ElementTree.tostring(tree))
        code = fault.find(of(SOAP, "Code"))
        found = code.findtext(f"{of(SOAP, 'Subcode')}/{of(SOAP, 'Value')}") or code.findtext(of(SOAP, "Value"))
        self.assertEqual(found, subcode, ElementTree.tostring(tree))
        if detail:
            self.assertEqual(fault.findtext(f"{of(SOAP, 'Detail')}/{of(MANAGEMENT, 'FaultDetail')}"),
                             f"{URI}/faultDetail/{detail}")
        return tree

    def get(self, uri, *selectors, **more):
        return properties_of(self.answered(TRANSFER + "/Get", uri=uri, selectors=selectors, **more))

    def begin(self, inside="", uri=WMI + "Win32_LogonSession", **more):
        return self.answered(ENUMERATION + "/Enumerate", f"<n:Enumerate>{inside}</n:Enumerate>", uri, **more)

    def pull(self, context, n=None, **more):
        n = f"<n:MaxElements>{n}</n:MaxElements>" if n else ""
        return self.answered(ENUMERATION + "/Pull", f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"
                             f"{n}</n:Pull>", **more)

    def enumerate(self, inside="", n=1000, **more):
        """The items, as elements."""
        answer = self.begin(inside, **more)
        items = []
        more.pop("uri", None)
        while answer.find(of(ENUMERATION, "EndOfSequence")) is None:
            context = answer.findtext(of(ENUMERATION, "EnumerationContext"))
            answer = self.pull(context, n, **more)
            items += answer.find(of(ENUMERATION, "Items"))
        return items

    def query(self, text, uri=WMI + "*", inside="", **more):
        return self.enumerate(filtered(WQL, escape(text)) + inside, uri=uri, **more)


class Clients(WsmanTest):
    def wsl(self, *arguments, user="alice"):
        """The trees of all answers."""
        with tempfile.TemporaryDirectory(prefix="openlogon-test-") as folder:
            result = run("env", "-C", folder, "wsl", *arguments, HOME=folder, OUTPREFIX=folder, SHELL="/bin/bash",
                         WSENDPOINT=f"127.0.0.1:{self.service.port}", WSNOSSL="true", WSUSER=user, WSPASS=PASSWORD)
        texts = re.split(r"<\?xml[^>]*>", self.succeeds(result))
        return [ElementTree.fromstring(text[:text.rindex(">") + 1]) for text in texts[1:]]

    def items(self, *arguments, **more):
        return [item for tree in self.wsl("enum", *arguments, **more)
                for items in list(tree.iter(of(ENUMERATION, "Items"))) + list(tree.iter(of(MANAGEMENT, "Items")))
                for item in items]

    def test_wsl_identifies(self):
        answer = self.wsl("id", "check")[0].find(f"{of(SOAP, 'Body')}/{of(IDENTITY, 'IdentifyResponse')}")
        self.assertEqual(answer.findtext(of(IDENTITY, "ProtocolVersion")), MANAGEMENT)
        self.assertEqual(answer.findtext(of(IDENTITY, "ProductVendor")), "OpenLogon")

    def test_wsl_enumerates(self):
        """In pieces of three."""
        found = [properties_of(i) for i in self.items(WMI + "Win32_LogonSession", "-opti", "3")]
        self.assertLessEqual({"996", "997", "998", "999"}, {s["LogonId"] for s in found})
        self.assertEqual({s["LogonType"] for s in found if s["LogonId"] == "999"}, {"0"})

    def test_wsl_queries(self):
        found = self.items(WMI + "*", "-dialect", WQL, "-filter",
                           "select LogonId from Win32_LogonSession where LogonId = 999")
        self.assertEqual([(local(i), properties_of(i)) for i in found], [("XmlFragment", {"LogonId": "999"})])

    def test_wsl_gets(self):
        answer = self.wsl("get", WMI + "Win32_LogonSession", "LogonId=999")[0]
        self.assertEqual(properties_of(answer.find(of(SOAP, "Body"))[0])["AuthenticationPackage"],
                         self.get(WMI + "Win32_LogonSession", ("LogonId", "999"))["AuthenticationPackage"])

    def test_wsl_follows_associations(self):
        """Its -references asks for AssociatedInstances, so not for references."""
        users = self.items(DMTF + "Win32_LogonSession", "-references", "LogonId=997")
        self.assertIn("LOCAL SERVICE", {properties_of(i).get("Name") for i in users})

    def test_wsl_reads_endpoint_references(self):
        found = [selectors_of(i) for i in self.items(DMTF + "Win32_LogonSession", "-mode", "epr")]
        self.assertIn(("Win32_LogonSession", {"LogonId": "999"}), found)


class Values(WsmanTest):
    """What is told is what the other faces tell."""

    def sql(self, text):
        return self.json(logon("sql", "--json", text))

    def json_rows(self, text):
        result = self.sql(text)
        return result["rows"] if isinstance(result, dict) else result

    def test_types(self):
        system = self.get(WMI + "Win32_LogonSession", ("LogonId", "999"))
        self.assertEqual(system["LogonId"], "999")
        self.assertEqual(system["LogonType"], "0")
        self.assertIsNone(system["InstallDate"])
        self.assertRegex(system["StartTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        user = self.get(WMI + "Win32_UserAccount", ("Name", "bob"), ("Domain", self.machine()))
        self.assertEqual(user["Disabled"], "false")
        self.assertEqual(user["FullName"], "<bob> & 'co' \"x\"")
        self.assertEqual(user["SIDType"], "1")

    def machine(self):
        return properties_of(self.query("SELECT Domain FROM Win32_UserAccount WHERE Name = 'bob'")[0])["Domain"]

    def test_a_time_is_that_of_wql(self):
        body = self.answered(TRANSFER + "/Get", uri=DMTF + "Win32_LogonSession", selectors=[("LogonId", "999")])
        time_text = body.find(of(DMTF + "Win32_LogonSession", "StartTime"))[0]
        self.assertEqual(time_text.tag, of(CIM_COMMON, "Datetime"))
        told = self.json(logon("wql", "--json", "SELECT StartTime FROM Win32_LogonSession WHERE LogonId = 999"))
        self.assertIn(re.sub(r"[-:TZ]", "", time_text.text) + "+000", str(told))

    def test_references(self):
        pairs = self.query("SELECT * FROM Win32_LoggedOnUser")
        found = [p for p in map(properties_of, pairs) if p["Dependent"][1] == {"LogonId": "999"}]
        self.assertEqual(found[0]["Antecedent"], ("Win32_Account", {"Domain": "NT AUTHORITY", "Name": "SYSTEM"}))
        told = self.get(WMI + "Win32_LoggedOnUser",
                        ("Antecedent", f"<a:EndpointReference>{reference(WMI + 'Win32_SystemAccount', ('Name', 'SYSTEM'), ('Domain', 'NT AUTHORITY'))}</a:EndpointReference>"),
                        ("Dependent", f"<a:EndpointReference>{reference(DMTF + 'Win32_LogonSession', ('LogonId', '999'), ('__cimnamespace', 'root/cimv2'))}</a:EndpointReference>"))
        self.assertEqual(told, found[0])

    def cim_xml(self, class_name):
        """Objects as CIM-XML tells them: times and truths are written otherwise."""
        def text(p):
            value = p.findtext("VALUE")
            if value is not None and p.get("TYPE") == "datetime":
                return re.sub(r"^(....)(..)(..)(..)(..)(..)\.(\d+)\+000$", r"\1-\2-\3T\4:\5:\6.\7Z", value)
            return value.lower() if value is not None and p.get("TYPE") == "boolean" else value

        body = ('<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ>'
                '<IMETHODCALL NAME="EnumerateInstances"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="cimv2"/>'
                f'</LOCALNAMESPACEPATH><IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="{class_name}"/></IPARAMVALUE>'
                "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>")
        tree = ElementTree.fromstring(self.post(body, path="/cimom", Content_Type="application/xml").body)
        return [(i.get("CLASSNAME"), {p.get("NAME"): text(p) for p in i if p.tag == "PROPERTY"}) for i in tree.iter("INSTANCE")]

    def test_equal_those_of_cim_xml(self):
        ours = [(local(i), properties_of(i)) for i in self.enumerate(uri=WMI + "Win32_Account")]
        self.assertEqual(ours, self.cim_xml("Win32_Account"))
        self.assertIn("Win32_UserAccount", {name for name, _ in ours})
        sessions = {told["LogonId"]: told for _, told in self.cim_xml("Win32_LogonSession")}
        for luid in ("996", "997", "999"):
            self.assertEqual(self.get(WMI + "Win32_LogonSession", ("LogonId", luid)), sessions[luid])
        own = self.get(DMTF + "Win32_Process", ("Handle", str(os.getpid())))
        same = next(told for _, told in self.cim_xml("Win32_Process") if told["Handle"] == str(os.getpid()))
        for name in ("Name", "CreationDate", "CommandLine", "ProcessId", "ParentProcessId", "CSName", "MaximumWorkingSetSize"):
            self.assertEqual(own[name], same[name])

    def test_equal_those_of_sql(self):
        columns = "LogonId, LogonType, AuthenticationPackage, Caption"
        ours = sorted(tuple(properties_of(i)[c.strip()] for c in columns.split(","))
                      for i in self.query(f"SELECT {columns} FROM Win32_LogonSession WHERE LogonType = 0 OR LogonType = 5"))
        rows = self.json_rows(f"SELECT {columns} FROM Win32_LogonSession WHERE LogonType = 0 OR LogonType = 5")
        theirs = sorted(tuple(None if row[c.strip()] is None else str(row[c.strip()]) for c in columns.split(",")) for row in rows)
        self.assertEqual(ours, theirs)
        self.assertGreaterEqual(len(ours), 3)


class Enumerations(WsmanTest):
    def test_piece_by_piece(self):
        first = self.begin(filtered(WQL, "SELECT LogonId FROM Win32_LogonSession WHERE LogonId &lt;= 999"), WMI + "*")
        self.assertIsNone(first.find(of(MANAGEMENT, "Items")))
        self.assertRegex(first.findtext(of(ENUMERATION, "Expires")), r"^PT\d+S$")
        context = first.findtext(of(ENUMERATION, "EnumerationContext"))
        second = self.pull(context)
        self.assertEqual(len(second.find(of(ENUMERATION, "Items"))), 1)
        self.assertEqual(second.findtext(of(ENUMERATION, "EnumerationContext")), context)
        rest = self.pull(context, 100)
        self.assertIsNotNone(rest.find(of(ENUMERATION, "EndOfSequence")))
        self.assertGreaterEqual(len(rest.find(of(ENUMERATION, "Items"))), 3)
        self.no_context(context)

    def no_context(self, context, **more):
        self.faults("wsen:InvalidEnumerationContext", ENUMERATION + "/Pull",
                    f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext></n:Pull>", **more)

    def test_at_once(self):
        optimized = "<w:OptimizeEnumeration/><w:MaxElements>{}</w:MaxElements>"
        everything = self.begin(optimized.format(1000))
        self.assertIsNotNone(everything.find(of(MANAGEMENT, "EndOfSequence")))
        self.assertEqual(everything.findtext(of(ENUMERATION, "EnumerationContext")), "")
        two = self.begin(optimized.format(2))
        self.assertEqual(len(two.find(of(MANAGEMENT, "Items"))), 2)
        rest = self.pull(two.findtext(of(ENUMERATION, "EnumerationContext")), 1000)
        self.assertEqual(len(everything.find(of(MANAGEMENT, "Items"))), 2 + len(rest.find(of(ENUMERATION, "Items"))))

    def test_modes(self):
        for uri in (WMI, DMTF):
            mode = "<w:EnumerationMode>{}</w:EnumerationMode>"
            pairs = self.enumerate(mode.format("EnumerateObjectAndEPR"), uri=uri + "Win32_LogonSession")
            for item in pairs:
                told, epr = item
                self.assertEqual(selectors_of(epr)[1]["LogonId"], properties_of(told)["LogonId"])
                self.assertEqual(epr.findtext(f"{of(ADDRESSING, 'ReferenceParameters')}/{of(MANAGEMENT, 'ResourceURI')}"),
                                 uri + "Win32_LogonSession")
            names = self.query("SELECT * FROM Win32_LogonSession", inside=mode.format("EnumerateEPR"))
            self.assertLessEqual({selectors_of(i)[1]["LogonId"] for i in names} ^
                                 {selectors_of(i[1])[1]["LogonId"] for i in pairs}, set())
        self.faults("wsen:CannotProcessFilter", ENUMERATION + "/Enumerate", "<n:Enumerate>" +
                    filtered(WQL, "SELECT LogonType FROM Win32_LogonSession") + mode.format("EnumerateEPR") + "</n:Enumerate>", WMI + "*")

    def test_polymorphism(self):
        mode = "<b:PolymorphismMode>{}</b:PolymorphismMode>"
        kinds = self.enumerate(uri=DMTF + "Win32_Account")
        self.assertLessEqual({"Win32_UserAccount", "Win32_Group", "Win32_SystemAccount"}, {local(k) for k in kinds})
        cut = self.enumerate(mode.format("ExcludeSubClassProperties"), uri=DMTF + "Win32_Account")
        self.assertEqual({local(k) for k in cut}, {"Win32_Account"})
        self.assertEqual(len(cut), len(kinds))
        self.assertFalse(any("FullName" in properties_of(k) for k in cut))
        self.assertEqual(self.enumerate(mode.format("None"), uri=DMTF + "Win32_Account"), [])
        for uri, word in ((DMTF + "Win32_Account", "Nonsense"), (WMI + "*", "None")):
            self.faults("wsmb:PolymorphismModeNotSupported", ENUMERATION + "/Enumerate",
                        f"<n:Enumerate>{mode.format(word)}</n:Enumerate>", uri)

    def test_filters(self):
        def selected(uri, *selectors):
            return self.enumerate(filtered(SELECTORS, selector_set(selectors)), uri=WMI + uri)

        self.assertEqual([properties_of(i)["LogonId"] for i in selected("Win32_LogonSession", ("logontype", "0"), ("LogonId", "999"))],
                         ["999"])
        self.assertEqual(selected("Win32_LogonSession", ("LogonId", "999"), ("LogonType", "3")), [])
        session = ("Dependent", f"<a:EndpointReference>{reference(WMI + 'Win32_LogonSession', ('LogonId', '999'))}</a:EndpointReference>")
        self.assertEqual(len(selected("Win32_LoggedOnUser", session)), 1)
        source = f"<b:Object>{reference(WMI + 'Win32_LogonSession', ('LogonId', '999'))}</b:Object>"
        users = self.enumerate(filtered(RELATIONS, f"<b:AssociatedInstances>{source}<b:AssociationClassName>Win32_LoggedOnUser"
                                        "</b:AssociationClassName></b:AssociatedInstances>"), uri=WMI + "*")
        self.assertEqual([(local(i), properties_of(i)["Name"]) for i in users], [("Win32_SystemAccount", "SYSTEM")])
        found = self.query("ASSOCIATORS OF {Win32_LogonSession.LogonId=999} WHERE AssocClass=Win32_LoggedOnUser")
        self.assertEqual(list(map(properties_of, found)), list(map(properties_of, users)))
        processes = self.enumerate(filtered(RELATIONS, f"<b:AssociationInstances>{source}<b:ResultClassName>Win32_SessionProcess"
                                            "</b:ResultClassName><b:Role>Antecedent</b:Role></b:AssociationInstances>"), uri=WMI + "*")
        self.assertIn(str(os.getpid()), {properties_of(i)["Dependent"][1]["Handle"] for i in processes})
        for code, dialect, inside, uri in [
                ("wsen:FilterDialectRequestedUnavailable", "http://www.w3.org/TR/1999/REC-xpath-19991116", "*", "*"),
                ("wsen:FilterDialectRequestedUnavailable", "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf", "SELECT *", "*"),
                ("wsen:CannotProcessFilter", WQL, "SELECT", "*"), ("wsen:CannotProcessFilter", WQL, "<b/>", "*"),
                ("wsen:CannotProcessFilter", WQL, "SELECT * FROM No_Class", "*"),
                ("wsen:CannotProcessFilter", WQL, "SELECT * FROM Win32_Process", "Win32_LogonSession"),
                ("wsen:CannotProcessFilter", SELECTORS, selector_set([("Nonsense", "1")]), "Win32_LogonSession"),
                ("wsman:EncodingLimit", SELECTORS, selector_set([("LogonType", "1")] * 9), "Win32_LogonSession"),
                ("wsa:DestinationUnreachable", SELECTORS, selector_set([("LogonType", "1")]), "*"),
                ("wsen:CannotProcessFilter", RELATIONS, "<b:Other/>", "*"),
                ("wsen:CannotProcessFilter", RELATIONS, "<b:AssociatedInstances/>", "*"),
                ("wsman:InvalidSelectors", RELATIONS, "<b:AssociatedInstances><b:Object/></b:AssociatedInstances>", "*")]:
            with self.subTest(dialect=dialect, inside=inside):
                self.faults(code, ENUMERATION + "/Enumerate",
                            f"<n:Enumerate>{filtered(dialect, inside)}</n:Enumerate>", WMI + uri)

    def test_a_context_is_its_user_s_own(self):
        context = self.begin(user="bob").findtext(of(ENUMERATION, "EnumerationContext"))
        for other in (context.upper(), context + " x", context[:-1], "", "uuid:" + str(uuid.uuid4()), "' OR 1=1", "x" * 100000):
            self.no_context(other, user="bob")
        self.no_context(context)
        release = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"
        self.faults("wsen:InvalidEnumerationContext", ENUMERATION + "/Release", release)
        self.assertIsNone(self.answered(ENUMERATION + "/Release", release, user="bob"))
        self.no_context(context, user="bob")

    def test_contexts_are_counted(self):
        contexts = [self.begin(user="bob").findtext(of(ENUMERATION, "EnumerationContext")) for _ in range(16)]
        self.assertEqual(len(set(contexts)), 16)
        self.faults("wsman:QuotaLimit", ENUMERATION + "/Enumerate", "<n:Enumerate/>", user="bob")
        self.begin()  # that is another's
        for context in contexts:
            self.pull(context, 100, user="bob")
        last = self.begin(user="bob").findtext(of(ENUMERATION, "EnumerationContext"))
        self.pull(last, 100, user="bob")

    def test_contexts_expire(self):
        short = self.begin("<n:Expires>PT1S</n:Expires>").findtext(of(ENUMERATION, "EnumerationContext"))
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            body, _ = self.ask(ENUMERATION + "/Pull", f"<n:Pull><n:EnumerationContext>{short}x</n:EnumerationContext></n:Pull>")
            self.assertIsNotNone(body.find(of(SOAP, "Fault")))
            if time.monotonic() > deadline - TIMEOUT_S + 1.1:
                break
        self.no_context(short)
        for text in ("PT0S", "-PT1S", "soon", "P", "PT", "2026-01-01T00:00:00Z"):
            self.faults("wsen:InvalidExpirationTime", ENUMERATION + "/Enumerate",
                        f"<n:Enumerate><n:Expires>{text}</n:Expires></n:Enumerate>")

    def test_an_envelope_holds_what_its_size_allows(self):
        limit = '<w:MaxEnvelopeSize s:mustUnderstand="true">{}</w:MaxEnvelopeSize>'
        all_at_once = "<w:OptimizeEnumeration/><w:MaxElements>1000</w:MaxElements>"
        few = self.post(message(ENUMERATION + "/Enumerate", f"<n:Enumerate>{all_at_once}</n:Enumerate>",
                                WMI + "Win32_Account", extra=limit.format(8192)))
        self.assertLessEqual(len(few.body), 8192)
        tree = ElementTree.fromstring(few.body)
        items = next(tree.iter(of(MANAGEMENT, "Items")))
        self.assertGreater(len(items), 2)
        context = next(tree.iter(of(ENUMERATION, "EnumerationContext"))).text
        rest = self.pull(context, 1000, extra=limit.format(500000)).find(of(ENUMERATION, "Items"))
        self.assertEqual(len(items) + len(rest), len(self.enumerate(uri=WMI + "Win32_Account")))
        self.faults("wsman:EncodingLimit", TRANSFER + "/Get", selectors=[("LogonId", "999")], extra=limit.format(8191),
                    detail="MinimumEnvelopeLimit")

    def test_the_number_is_told_to_who_asks(self):
        body = f'<n:Enumerate>{filtered(WQL, "SELECT * FROM Win32_LogonSession WHERE LogonId = 999 OR LogonId = 997")}</n:Enumerate>'
        _, tree = self.ask(ENUMERATION + "/Enumerate", body, WMI + "*", extra="<w:RequestTotalItemsCountEstimate/>")
        self.assertEqual(next(tree.iter(of(MANAGEMENT, "TotalItemsCountEstimate"))).text, "2")


class Requests(WsmanTest):
    def test_answers_relate_to_requests(self):
        text = message(TRANSFER + "/Get", selectors=[("LogonId", "999")]).replace("uuid:", "urn:&lt;&amp;'x'")
        tree = ElementTree.fromstring(self.post(text).body)
        headers = {local(h): h.text for h in tree.find(of(SOAP, "Header"))}
        self.assertTrue(headers["RelatesTo"].startswith("urn:<&'x'"))
        self.assertEqual(headers["Action"], TRANSFER + "/GetResponse")
        self.assertEqual(headers["To"], ANONYMOUS)
        self.assertTrue(headers["MessageID"].startswith("uuid:"))

    def test_identify(self):
        known = self.post(identify())
        self.assertIn(b"OpenLogon", known.body)
        for headers, path in (({}, "/wsman-anon/identify"), ({"WSMANIDENTIFY": "unauthenticated"}, "/wsman")):
            stranger = self.post(identify(), Authorization=None, path=path, **headers)
            self.assertEqual(stranger.status, 200)
            answer = ElementTree.fromstring(stranger.body)[1][0]
            self.assertEqual([(local(i), i.text) for i in answer], [("ProtocolVersion", MANAGEMENT)])
            self.assertIsNone(stranger.getheader("Server"))
            for body in (message(TRANSFER + "/Get", selectors=[("LogonId", "999")]), "", "<a/>", identify().replace(SOAP, "x")):
                self.assertEqual(self.post(body, Authorization=None, path=path, **headers).status, 400)
            self.assertEqual(self.post(identify() + " " * 5000, Authorization=None, path=path, **headers).status, 413)

    def test_selectors(self):
        for detail, *selectors in [("InsufficientSelectors",), ("InsufficientSelectors", ("__cimnamespace", "root/cimv2")),
                                   ("UnexpectedSelectors", ("LogonType", "0")), ("UnexpectedSelectors", ("Nonsense", "0")),
                                   ("UnexpectedSelectors", ("", "0")), ("InvalidValue", ("LogonId", "9" * 8193)),
                                   ("DuplicateSelectors", ("LogonId", "999"), ("logonid", "999")),
                                   ("TypeMismatch", ("LogonId", "<x/>")),
                                   ("TypeMismatch", ("LogonId", f"<a:EndpointReference>{reference(WMI + 'Win32_Process', ('Handle', '1'))}</a:EndpointReference>"))]:
            with self.subTest(detail=detail, selectors=selectors):
                self.faults("wsman:InvalidSelectors", TRANSFER + "/Get", selectors=selectors, detail=detail)
        nested = "1"
        for _ in range(6):
            nested = f"<a:EndpointReference>{reference(WMI + 'Win32_LoggedOnUser', ('Dependent', nested), ('Antecedent', '1'))}</a:EndpointReference>"
        self.faults("wsman:InvalidSelectors", TRANSFER + "/Get", uri=WMI + "Win32_LoggedOnUser", selectors=[("Dependent", nested)])

    def test_what_is_not_there(self):
        for uri in ("", "x", WMI, WMI + "Win32_Nothing", WMI.replace("cimv2", "default") + "Win32_LogonSession",
                    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd", WMI + "Win32_LogonSession?LogonId=999", "http://" + "x" * 2000):
            self.faults("wsa:DestinationUnreachable" if uri else "wsa:InvalidMessageInformationHeader", TRANSFER + "/Get", uri=uri)
        self.faults("wsa:DestinationUnreachable", TRANSFER + "/Get", selectors=[("LogonId", "1")])
        self.faults("wsa:DestinationUnreachable", TRANSFER + "/Get", selectors=[("LogonId", "999")], user="bob")
        self.faults("wsa:DestinationUnreachable", TRANSFER + "/Get", uri=DMTF + "Win32_LogonSession", detail="InvalidResourceURI",
                    selectors=[("LogonId", "999"), ("__cimnamespace", "root/default")])
        self.faults("wsa:DestinationUnreachable", ENUMERATION + "/Enumerate", "<n:Enumerate/>", WMI + "*")
        self.faults("wsa:DestinationUnreachable", TRANSFER + "/Get", leave_out=["ResourceURI"], detail="InvalidResourceURI")

    def test_a_user_sees_what_the_authority_shows_it(self):
        users = [properties_of(i)["Antecedent"] for i in self.enumerate(uri=WMI + "Win32_LoggedOnUser", user="bob")]
        self.assertEqual({user[1]["Name"] for user in users}, {"bob"})
        self.assertEqual(self.query("SELECT * FROM Win32_LogonSession WHERE LogonId = 999", user="bob"), [])
        self.assertEqual(len(self.query("SELECT * FROM Win32_LogonSession WHERE LogonId = 999")), 1)

    def test_what_is_not_done(self):
        for action in (TRANSFER + "/Put", TRANSFER + "/Create", TRANSFER + "/Delete", WMI + "Win32_Process/Create",
                       "http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe", ENUMERATION + "/Renew", "x" * 2000):
            tree = self.faults("wsa:ActionNotSupported", action, "<x/>")
            self.assertEqual(next(tree.iter(of(SOAP, "Detail"))).findtext(of(ADDRESSING, "Action")), action)
        self.faults("wsman:SchemaValidationError", TRANSFER + "/Get", "<x/>")
        self.faults("wsman:SchemaValidationError", ENUMERATION + "/Enumerate", "<n:Pull/>")
        self.faults("wsman:SchemaValidationError", ENUMERATION + "/Enumerate", "<n:Enumerate/><n:Enumerate/>")
        self.faults("wsman:UnsupportedFeature", ENUMERATION + "/Enumerate", "<n:Enumerate><n:EndTo/></n:Enumerate>")
        self.faults("wsman:UnsupportedFeature", ENUMERATION + "/Enumerate",
                    "<n:Enumerate><w:EnumerationMode>Other</w:EnumerationMode></n:Enumerate>", detail="EnumerationMode")
        for n in ("0", "-1", "x", ""):
            self.faults("wsman:SchemaValidationError", ENUMERATION + "/Enumerate",
                        f"<n:Enumerate><w:MaxElements>{n}</w:MaxElements></n:Enumerate>")

    def test_headers(self):
        for name in ("Action", "MessageID", "To", "ReplyTo"):
            self.faults("wsa:MessageInformationHeaderRequired", TRANSFER + "/Get", leave_out=[name])
        for code, extra, detail in [
                ("s:MustUnderstand", '<x:y xmlns:x="urn:x" s:mustUnderstand="1"/>', None),
                ("s:MustUnderstand", '<y s:mustUnderstand="true"/>', None),
                ("wsa:InvalidMessageInformationHeader", "<a:MessageID>again</a:MessageID>", None),
                ("wsa:InvalidMessageInformationHeader", "<w:OperationTimeout>soon</w:OperationTimeout>", "InvalidTimeout"),
                ("wsa:InvalidMessageInformationHeader", "<w:MaxEnvelopeSize>x</w:MaxEnvelopeSize>", None),
                ("wsa:InvalidMessageInformationHeader", "<w:SelectorSet/><w:SelectorSet/>", None),
                ("wsman:UnsupportedFeature", "<a:FaultTo><a:Address>http://elsewhere/</a:Address></a:FaultTo>", "AddressingMode"),
                ("wsman:UnsupportedFeature", '<w:Locale xml:lang="tlh" s:mustUnderstand="true"/>', "Locale"),
                ("wsman:UnsupportedFeature", "<w:FragmentTransfer>LogonId</w:FragmentTransfer>", "FragmentLevelAccess"),
                ("wsman:InvalidOptions", '<w:OptionSet><w:Option Name="x" MustComply="true"/></w:OptionSet>', "InvalidName")]:
            with self.subTest(extra=extra):
                tree = self.faults(code, TRANSFER + "/Get", extra=extra, detail=detail)
                self.assertIsNotNone(next(tree.iter(of(ADDRESSING, "RelatesTo")), None))
        tolerated = ('<w:Locale xml:lang="en-US" s:mustUnderstand="true"/><w:Locale xml:lang="tlh"/><w:OperationTimeout>PT60.000S'
                     '</w:OperationTimeout><p:SessionId xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" '
                     's:mustUnderstand="false">x</p:SessionId><w:OptionSet><w:Option Name="x"/></w:OptionSet>'
                     '<w:MaxEnvelopeSize s:mustUnderstand="true">51200</w:MaxEnvelopeSize>')
        self.get(WMI + "Win32_LogonSession", ("LogonId", "999"), extra=tolerated)
        tree = self.faults("s:MustUnderstand", TRANSFER + "/Get", extra='<x:y xmlns:x="urn:x" s:mustUnderstand="1"/>')
        self.assertEqual(next(tree.iter(of(SOAP, "NotUnderstood"))).get("qname"), "h:y")
        other = ElementTree.fromstring(self.post(message(TRANSFER + "/Get", soap="http://schemas.xmlsoap.org/soap/envelope/")).body)
        self.assertEqual(next(other.iter(of(SOAP, "Value"))).text, "s:VersionMismatch")

    def test_hostile_messages_are_refused(self):
        good = message(TRANSFER + "/Get", selectors=[("LogonId", "999")])
        bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + good.replace("999", "&b;")
        outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + good
        # Of these the parser complains: nobody shall hear of it, or the log is a stranger's to write.
        odd = (b"\xff\xfe<\0a\0>\0\0\xd8\0\xd8<\0", "<a>".encode("utf-32-be") + b"\0\x11\x22\x33" * 8)
        for body in ("", "<", good + "<", bomb, *odd, outside, "<a/>", good.replace("999", "&nope;"), good.encode().replace(b"999", b"\xff"),
                     "<a>" * 33 + "</a>" * 33, good.replace("999", "<a>" * 40 + "</a>" * 40),
                     good.replace("999", "<a/>" * 5000), good.replace("<s:Header>", "<s:Header " + " ".join(f'a{i}=""' for i in range(20)) + ">")):
            with self.subTest(body=body[:60]):
                response = self.post(body)
                self.assertEqual((response.status, response.body), (400, b""))
        self.assertEqual(self.post(good, Content_Length=str(BODY_MAX + 1)).status, 413)
        self.assertEqual(self.post(good, Content_Type="text/xml").status, 415)
        self.assertEqual(self.post(good, password="wrong").status, 401)
        self.assertEqual(self.post(good, Authorization=None).status, 401)
        self.assertEqual(self.post("", method="GET").status, 405)
        for wide in (good.encode("utf-16"), good.encode()):
            self.assertEqual(self.post(wide).status, 200)


class Limits(WsmanTest):
    def test_what_is_kept_has_a_limit(self):
        """In bytes, not only in number."""
        service = self.service_with("--answer-megabytes", "1")
        with contextlib.ExitStack() as stack:
            for _ in range(80):
                process = stack.enter_context(subprocess.Popen(["cat"], stdin=subprocess.PIPE))
                stack.callback(process.stdin.close)
            for _ in range(10):
                body, _ = self.ask(ENUMERATION + "/Enumerate", "<n:Enumerate/>", WMI + "Win32_Process", port=service.port)
                if body.find(of(SOAP, "Fault")) is not None:
                    break
        self.assertEqual(body.findtext(f".//{of(SOAP, 'Subcode')}/{of(SOAP, 'Value')}"), "wsman:QuotaLimit")
        self.get(WMI + "Win32_LogonSession", ("LogonId", "999"), port=service.port)

    def test_a_request_has_to_come_in_time(self):
        service = self.service_with("--idle-seconds", "1", "--request-seconds", "1")
        secret = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
        head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {secret}\r\nContent-Type: application/soap+xml\r\n"
        for part in ("POST /wsman HTTP/1.1\r\nX: ", head + f"Content-Length: {BODY_MAX}\r\n\r\n"):
            with self.subTest(part=part), socket.create_connection(("127.0.0.1", service.port), timeout=TIMEOUT_S) as slow:
                slow.sendall(part.encode())
                slow.settimeout(0.2)
                end = time.monotonic() + TIMEOUT_S
                with self.assertRaises(ConnectionError):
                    while time.monotonic() < end:
                        slow.sendall(b"x")
                        with contextlib.suppress(TimeoutError):
                            if slow.recv(1) == b"":
                                raise ConnectionError

    @unittest.skipUnless(IS_ROOT, "the service is who it acts for otherwise")
    def test_a_service_that_may_not_act_tells_nothing(self):
        service = self.service_with(user=SERVICE_USER - 1)
        self.faults("wsman:AccessDenied", ENUMERATION + "/Enumerate", "<n:Enumerate/>", port=service.port)

    def test_several_addresses(self):
        service = self.service_with("--listen", "127.0.0.1:0")
        self.assertEqual(len(service.ports), 2)
        for port in service.ports:
            self.assertEqual(self.post(identify(), port=port).status, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
