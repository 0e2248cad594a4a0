#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""logon report --html: one page that holds nothing but what it should, whatever others are called."""
import base64
import hashlib
import html.parser
import os
import re
import signal
import stat
import subprocess
import tempfile
import unittest

from support import IS_ROOT, LOGON, TIMEOUT_S, ToolTest, environment, logon, logonsessions

PASSWORD = "Correct-horse-4"
VOID = {"meta", "br", "link", "img", "line", "rect", "circle"}
HOSTILE = "</code></td><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'\u202e\x1b[31m"


class Page(html.parser.HTMLParser):
    """Reads a page strictly: what is opened is closed, in order, and each id is there once."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.links, self.problems = [], [], [], [], []
        self.texts, self.raw = {}, {"style": "", "script": ""}
        self.section, self.policy = "", ""
        self.feed(text)
        self.close()
        self.problems += self.open

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append((tag, named))
        if len(named) != len(attrs):
            self.problems.append(tag)
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "section":
            self.section = named["id"]
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        if "href" in named:
            self.links.append(named["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            self.problems.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append("/" + tag)
        if tag == "section":
            self.section = ""

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]] += data
        self.texts[self.section] = self.texts.get(self.section, "") + data + "\n"

    def handle_comment(self, data):
        self.problems.append(data)


class ReportTest(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openlogon-test-")  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "record.html")

    def report(self, *arguments):
        """The page that is written."""
        self.assertEqual(self.succeeds(logon("report", "--html", self.path, "--force", *arguments)), "")
        with open(self.path, encoding="utf-8") as file:
            return self.checked(file.read())

    def checked(self, text):
        page = Page(text)
        self.assertEqual(page.problems, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        for link in page.links:
            self.assertTrue(link.startswith("#") and link[1:] in page.ids, link)
        for tag, attributes in page.tags:
            self.assertNotIn(tag, {"img", "iframe", "object", "embed", "link", "base", "form"})
            self.assertFalse({"src", "style", "srcset", "action", "xlink:href"} & set(attributes), attributes)
            self.assertFalse([name for name in attributes if name.startswith("on")])
        self.assertEqual([tag for tag, _ in page.tags].count("script"), 1)
        self.assertNotRegex(page.raw["style"], r"url\(|@import")
        for kind in ("style", "script"):
            digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
            self.assertIn(f"{kind}-src 'sha256-{digest}'", page.policy)
        self.assertIn("default-src 'none'", page.policy)
        return page

    def sessions(self):
        return {s["logon_id"]: s for s in self.json(logonsessions("--json"))["sessions"]}

    def begin(self, *command):
        """A process, until the test ends; the test goes on when it has written a line."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL,  # pylint: disable=consider-using-with
                                   stdout=subprocess.PIPE, env=environment(), start_new_session=True)
        self.addCleanup(process.wait, TIMEOUT_S)
        self.addCleanup(process.stdout.close)
        self.addCleanup(os.killpg, process.pid, signal.SIGTERM)
        self.assertEqual(process.stdout.readline(), b"\n")
        return process


class Pages(ReportTest):
    def test_it_has_every_session_that_is_seen(self):
        before = self.sessions()
        page = self.report()
        after = self.sessions()
        before = {luid: session for luid, session in before.items() if luid in after}  # uids come and go
        self.assertLessEqual({"s" + luid[2:] for luid in before}, set(page.ids))
        facts = page.texts[""]
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        for word in (os.uname().nodename, boot,
                     f"uid {os.geteuid()}, logon session 0x", "which is all that there are"):
            self.assertIn(word, facts)
        for luid, session in before.items():
            text = page.texts["s" + luid[2:]]
            for name in ("user", "domain", "sid", "authentication_package"):
                if session[name]:
                    self.assertTrue(session[name] in text, (luid, name))

    def test_a_session_has_its_token_and_its_processes(self):
        child = self.begin("sh", "-c", "sleep 600 & echo; wait $!")
        own = self.json(logon("token", "--json", str(os.getpid())))
        page = self.report("--session", own["logon_id"])
        text = page.texts["s" + own["logon_id"][2:]]
        for group in own["groups"]:
            self.assertTrue(group["sid"] in text, group)
        for privilege in own["privileges"]:
            self.assertTrue(privilege["name"] in text, privilege)
        for word in ("Timeline", f"\n{child.pid}\n", f"\n{os.getpid()}\n", "sleep 600", "Integrity"):
            self.assertTrue(word in text, word)
        with open(self.path, encoding="utf-8") as file:
            rows = re.findall(r'<td class="n">(\d+)</td><td class="d(\d)">', file.read())
        depth = {int(pid): int(depth) for pid, depth in rows}
        self.assertEqual(depth[child.pid], min(depth[os.getpid()] + 1, 7))
        self.assertIn("svg", [tag for tag, _ in page.tags])

    def test_names_are_only_names(self):
        self.begin("sh", "-c", 'printf %s "<b>&\\"x\\"" >/proc/$$/comm; echo; sleep 600; :', HOSTILE)
        text = "".join(self.report().texts.values())
        for shown in (re.escape(HOSTILE.split("\u202e")[0]) + r"\?+\[31m", '<b>&"x"'):
            self.assertTrue(re.search(shown, text), shown)
        self.assertFalse("\u202e" in text)

    def test_the_choice_is_kept(self):
        own = self.json(logon("token", "--json", str(os.getpid())))["logon_id"]
        user = self.sessions()[own]["user"]
        page = self.report("--user", user.upper())
        sections = [attributes["id"] for tag, attributes in page.tags if tag == "section"]
        self.assertEqual(sections, sorted("s" + luid[2:] for luid, s in self.sessions().items() if s["user"] == user))
        page = self.report("--session", own)
        self.assertEqual([a["id"] for tag, a in page.tags if tag == "section"], ["s" + own[2:]])

    @unittest.skipUnless(IS_ROOT, "it takes one who may log others on")
    def test_an_administrators_two_sessions_are_side_by_side(self):
        self.succeeds(logon("account", "add", "ann", "--password-fd", "0", text=PASSWORD + "\n"))
        self.succeeds(logon("group", "add-member", "Administrators", "ann"))
        reader, writer = os.pipe()
        os.write(writer, (PASSWORD + "\n").encode())
        os.close(writer)
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            [LOGON, "run", "--user", "ann", "--password-fd", str(reader), "--", "sh", "-c", "echo; read x"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[reader], env=environment())
        os.close(reader)
        self.assertEqual(process.stdout.readline(), b"\n")
        page = self.report("--user", "ann")
        process.communicate(timeout=TIMEOUT_S)
        sections = [a["id"] for tag, a in page.tags if tag == "section"]
        self.assertEqual(len(sections), 2)
        limited = next(page.texts[s] for s in sections if "Medium" in page.texts[s])
        for word in ("This session", "Linked session", "Originating session", "Limited", "Full",
                     "Group used for deny only"):
            self.assertTrue(word in limited, word)

    def test_one_who_is_no_administrator_gets_own_sessions(self):
        """Here the service accounts' sessions are others': with fewer rights than the test has."""
        everything = self.report()
        if not IS_ROOT:
            self.skipTest("the test is the authority's administrator")
        self.succeeds(logon("account", "add", "ned", "--password-fd", "0", text=PASSWORD + "\n"))
        os.chmod(self.folder, 0o755)
        done = logon("run", "--user", "ned", "--password-fd", "0", "--", LOGON, "report", "--html", "-",
                     text=PASSWORD + "\n")
        page = self.checked(self.succeeds(done))
        sections = [a["id"] for tag, a in page.tags if tag == "section"]
        self.assertEqual(len(sections), 1)
        self.assertIn("ned", page.texts[sections[0]])
        self.assertRegex(page.texts[""], r"\d+ of others, which the maker may not see, are not told of")
        self.assertNotIn("Originating session", page.texts[sections[0]])
        self.assertIn("s3e7", everything.ids)


class Files(ReportTest):
    def test_the_file_is_the_makers_alone(self):
        old = os.umask(0)
        try:
            self.report()
        finally:
            os.umask(old)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(os.listdir(self.folder), ["record.html"])

    def test_a_record_is_not_lost(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("old")
        self.fails(logon("report", "--html", self.path), self.path, "--force")
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "old")
        self.report()
        os.remove(self.path)
        os.symlink("/nonexistent", self.path)
        self.fails(logon("report", "--html", self.path), self.path, "--force")
        self.assertEqual(os.listdir(self.folder), ["record.html"])

    def test_what_cannot_be_written_leaves_nothing(self):
        self.fails(logon("report", "--html", self.folder + "/none/r.html"), "/none/r.html")
        done = subprocess.run(["sh", "-c", f"ulimit -f 4; exec '{LOGON}' report --html '{self.path}'"], check=False,
                              capture_output=True, encoding="utf-8", env=environment(),
                              preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        self.assertEqual(done.returncode, 1)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_standard_output(self):
        self.checked(self.succeeds(logon("report", "--html", "-")))
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([LOGON, "report", "--html", "-"], stdout=full, stderr=subprocess.PIPE,
                                  encoding="utf-8", env=environment(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output", done.stderr)

    def test_wrong_options(self):
        for arguments, message in [([], "--html"), (["--html", "x", "y"], '"y"'),
                                   (["--html", "x", "--session", "zz"], "zz"),
                                   (["--html", "x", "--session", "1", "--user", "a"], "exclude")]:
            self.misused(logon("report", *arguments), message)
        self.fails(logon("report", "--html", self.path, "--session", "0x1"), "0x1")
        self.fails(logon("report", "--html", self.path, "--user", "nobody-at-all"), "nobody-at-all")
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
