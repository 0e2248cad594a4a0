# SPDX-License-Identifier: MIT
"""What the tests of openlogon-cim share: the service, and a client over HTTP."""
import base64
import http.client
import os
import re
import signal
import subprocess
import threading

from support import IS_ROOT, TIMEOUT_S, ToolTest, environment, logon

CIM = os.environ["OPENLOGON_TEST_CIM"]
PASSWORD = "Correct-horse-4"
SERVICE_USER = 65534  # nobody: where the test is root's, the service is not


class Service:
    """openlogon-cim on a port of its own, as long as a test needs it."""

    def __init__(self, *arguments, user=SERVICE_USER):
        identity = {"user": user, "group": user, "extra_groups": []} if IS_ROOT else {}
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [CIM, "--listen", "127.0.0.1:0", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
            env=environment(), **identity)
        self.ports = [self.read_port() for _ in range(1 + arguments.count("--listen"))]
        self.port = self.ports[0]

    def read_port(self):
        line = self.process.stderr.readline()
        found = re.search(r"listening at 127\.0\.0\.1:(\d+)", line)
        if not found:
            self.stop()
            raise AssertionError(line)
        return int(found[1])

    def stop(self):
        if self.process.returncode is not None:
            return self.process.returncode, ""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, errors


SHARED = []  # the service that all tests but those of limits ask


def start():
    commands = [logon("account", "add", name, "--full-name", f"<{name}> & 'co' \"x\"", "--password-fd", "0",
                      text=PASSWORD + "\n") for name in ("alice", "bob")]
    commands.append(logon("group", "add-member", "Administrators", "alice"))
    if IS_ROOT:
        commands.append(logon("rights", "grant", "nobody", "SeImpersonatePrivilege"))
    for result in commands:
        assert result.code == 0, result
    SHARED.append(Service())


def stop():
    result = SHARED.pop().stop()
    assert result == (0, ""), result


class ServiceTest(ToolTest):
    """Has connections, and services of its own where a test wants them."""

    path = content_type = None  # of requests, unless they say otherwise
    one_connection_each = False  # for each user: else they take turns on one, and log on for each turn

    def setUp(self):
        self.connections = {}

    @property
    def service(self):
        return SHARED[0]

    def service_with(self, *arguments, **more):
        service = Service(*arguments, **more)
        self.addCleanup(service.stop)
        return service

    def connection(self, port, user=None):
        """One for each thread and port: who is logged on over it stays so for a while."""
        key = threading.get_ident(), port, user if self.one_connection_each else None
        if key not in self.connections:
            self.connections[key] = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
            self.addCleanup(self.connections[key].close)
        return self.connections[key]

    def post(self, body, user="alice", password=PASSWORD, path=None, port=None, method="POST",
             **headers):
        """Headers have _ for -. None takes one out."""
        connection = self.connection(port or self.service.port, user)
        secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        all_headers = {"Content-Type": self.content_type, "Authorization": "Basic " + secret,
                       **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path or self.path, body.encode() if isinstance(body, str) else body,
                           {name: value for name, value in all_headers.items() if value is not None})
        response = connection.getresponse()
        response.body = response.read()
        return response
