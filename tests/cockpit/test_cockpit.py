#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Cockpit page in Chromium, with a real cockpit-ws and openlogond on a machine of the test's own: makes
the machine, then lets page.test.mjs drive."""
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.environ["OPENLOGON_TEST_MACHINE_DIR"])

import machine  # pylint: disable=wrong-import-position
from machine import ACCOUNT, ACCOUNT_PASSWORD, LOGON, PASSWORD, USER, write  # pylint: disable=wrong-import-position

COCKPIT_WS = "/usr/lib/cockpit/cockpit-ws"
CHROMIUM = "/usr/lib/chromium/chromium-headless-shell"
SHELL = "/usr/share/cockpit/shell"
NODE_DIR = os.environ["OPENLOGON_TEST_NODE_DIR"]
HERE = os.path.dirname(os.path.abspath(__file__))


def why_not():
    """Why the test cannot be; None: it can."""
    if os.geteuid() != 0:
        return "only root can make a machine of its own"
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [name for name in ["node", "cockpit-bridge", "sudo", "ssh-keygen", "chpasswd",
                                 "pam-auth-update", "script"] if not shutil.which(name)]
    missing += [path for path in [COCKPIT_WS, SHELL, CHROMIUM] if not os.path.exists(path)]
    if missing:
        return "there is no " + ", ".join(missing)
    if not os.path.isdir(NODE_DIR + "/node_modules/playwright-core"):
        reason = NODE_DIR + "/why-not"
        return "no playwright-core: " + (open(reason, encoding="utf-8").read().strip()  # pylint: disable=consider-using-with
                                         if os.path.exists(reason) else "./dev deps has not been run")
    return None


class CockpitMachine(machine.Machine):
    """People come in by Cockpit's login page."""

    def _mount(self):
        super()._mount()
        self.mounts.over("/usr/local")
        os.makedirs("/usr/local/share/cockpit", exist_ok=True)
        os.symlink(os.environ["OPENLOGON_TEST_COCKPIT_PAGE"], "/usr/local/share/cockpit/openlogon")
        for tool in [LOGON, os.environ["OPENLOGON_TEST_LOGONSESSIONS"]]:
            os.symlink(tool, "/usr/local/bin/" + os.path.basename(tool))

    def start_server(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        os.makedirs("/etc/cockpit", exist_ok=True)
        write("/etc/cockpit/cockpit.conf", "[WebService]\nAllowUnencrypted=true\nLoginTo=false\n")
        self.cockpit_log = open(self.dir + "/cockpit.log", "wb")  # pylint: disable=consider-using-with
        self.cockpit = subprocess.Popen(  # pylint: disable=consider-using-with
            [COCKPIT_WS, "--no-tls", "-a", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL, stdout=self.cockpit_log, stderr=self.cockpit_log)

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def cockpit_text(self):
        with open(self.dir + "/cockpit.log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def remove(self):
        self.cockpit.terminate()
        self.cockpit.wait(machine.TIMEOUT_S)
        for luid in [luid for luid in self.sessions() if luid > 0x3e7]:
            machine.run(LOGON, "logoff", hex(luid), "--grace", "0", check=False)
        super().remove()


def drive(m):
    """Runs the browser's part. It may ask for openlogond to be stopped and started."""
    ours, theirs = socket.socketpair()
    artefacts = os.environ.get("OPENLOGON_ARTEFACTS") or os.environ["OPENLOGON_TEST_ARTEFACTS"]
    os.makedirs(artefacts, exist_ok=True)
    browser = subprocess.Popen(  # pylint: disable=consider-using-with
        ["node", HERE + "/page.test.mjs"],
        stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
        env={**os.environ, "OPENLOGON_TEST_URL": m.url(), "OPENLOGON_TEST_ARTEFACTS": artefacts,
             "OPENLOGON_TEST_DIR": m.dir, "OPENLOGON_TEST_USER": USER, "OPENLOGON_TEST_PASSWORD": PASSWORD,
             "OPENLOGON_TEST_ACCOUNT": ACCOUNT, "OPENLOGON_TEST_ACCOUNT_PASSWORD": ACCOUNT_PASSWORD,
             "OPENLOGON_TEST_CHROMIUM": CHROMIUM, "OPENLOGON_TEST_CONTROL_FD": str(theirs.fileno())})
    theirs.close()
    with ours, ours.makefile("rw", encoding="utf-8") as control:
        for line in control:
            {"stop": m.daemon.stop, "start": m.daemon.start}[line.strip()]()
            control.write("done\n")
            control.flush()
    return browser.wait(machine.TIMEOUT_S)


def main():
    reason = why_not()
    if reason:
        print("skipped:", reason)
        return 77
    m = CockpitMachine()
    code = drive(m)
    if code != 0:
        print(m.log.text(), m.cockpit_text(), m.daemon.text(), sep="\n", file=sys.stderr)
        return 1
    m.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
