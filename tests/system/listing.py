#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An unmodified Windows program lists all sessions as root, and only its own as an ordinary user.

usage: listing.py STAGE SOURCE NULL-PACKAGE COMPILER...
Installs nothing: STAGE is a finished installation below the build folder.
"""
import os
import re
import subprocess
import sys
import tempfile

stage, source, null_package = sys.argv[1:4]
compilers = sys.argv[4:]
environment = dict(os.environ, LD_LIBRARY_PATH=f"{stage}/lib", PKG_CONFIG_PATH=f"{stage}/lib/pkgconfig",
                   PATH=f"{stage}/bin:{stage}/sbin:" + os.environ["PATH"])


def run(*command):
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


flags = run("pkg-config", "--cflags", "--libs", "openlogon-win32").split()
SESSION = re.compile(r"^([0-9a-f]{8}):([0-9a-f]{8}) (.*)\\(.+) type (\d+)$")

with tempfile.TemporaryDirectory(prefix="openlogon-listing-") as folder:
    os.chmod(folder, 0o755)
    for compiler in compilers:
        program = f"{folder}/listing-{compiler}"
        run(compiler, source, "-o", program, *flags)
        private = ["logon", "private", "--set", f"packages={null_package} msv1_0 unix", "--"]
        script = program
        if os.geteuid() == 0:
            script += f" && echo -- && setpriv --reuid 65534 --regid 65534 --clear-groups {program}"
        output = run(*private, "sh", "-c", script)
        parts = output.split("--\n")
        everything = [SESSION.match(line) for line in parts[0].splitlines()]
        assert everything and all(everything), f"{compiler}: unexpected lines in {parts[0]!r}"
        luids = {int(m[2], 16) for m in everything}
        assert {0x3e7, 0x3e6, 0x3e5, 0x3e4} <= luids, f"{compiler}: well-known sessions missing: {output}"
        if len(parts) > 1:
            own = [SESSION.match(line) for line in parts[1].splitlines()]
            assert own and all(own), f"{compiler}: unexpected lines in {parts[1]!r}"
            users = {m[4] for m in own}
            assert len(users) == 1 and not luids & {int(m[2], 16) for m in own}, parts[1]
        print(f"{compiler}: ok\n{output}", end="")
