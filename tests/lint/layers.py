#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each layer includes itself and lower layers only, and a library is used where it may be."""
import pathlib
import re
import sys

# layer: what it may include besides itself and the public headers
LAYERS = {
    "base": set(),
    "security": {"base"},
    "linux": {"base", "security"},
    "ipc": {"base"},
    "tracker": {"base", "linux"},
    "authority": {"base", "security", "linux", "ipc"},
    "worker": {"base", "security", "linux", "ipc"},
    "packages": {"base", "security", "worker"},
    "nss": {"base"},
    "pam": {"base", "ipc"},
    "spawn": {"base", "security", "linux", "ipc"},
    "daemon": {"base", "security", "linux", "ipc", "tracker", "authority"},
    "client": {"base", "security", "linux", "ipc"},
    "win32": {"base"},
    "query": {"base"},
    "remote": {"base", "query"},
    "tools": {"base", "query", "remote"},
    "cim": {"base", "query"},
}

# header: the folders that may include it
LIBRARIES = {
    "systemd/": {"daemon"},
    "bpf/": {"tracker"},
    "sqlite3": {"authority", "linux", "query", "worker"},
    "crypt.h": {"worker"},
    "sodium.h": {"worker"},
    "seccomp.h": {"worker"},
    "cap-ng.h": {"worker"},
    "security/pam_": {"packages", "pam"},
    "libsmartcols": {"tools"},
    "jansson.h": {"tools"},
    "protobuf-c/": {"ipc"},
    "libxml/": {"cim", "remote"},
    "curl/": {"remote"},
    "microhttpd.h": {"cim"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)

root = pathlib.Path(__file__).resolve().parents[2] / "src"
problems = []
checked = 0
for path in sorted(root.rglob("*.[ch]")):
    layer = path.relative_to(root).parts[0]
    if layer not in LAYERS:
        problems.append(f"{path}: {layer} is not a layer that this script knows")
        continue
    for kind, name in INCLUDE.findall(path.read_text()):
        checked += 1
        first = name.split("/")[0]
        if kind == '"' and first in LAYERS and first != layer and first not in LAYERS[layer]:
            problems.append(f"{path}: {layer} may not include {name}")
        if kind == "<":
            for header, folders in LIBRARIES.items():
                if name.startswith(header) and layer not in folders:
                    problems.append(f"{path}: <{name}> belongs to {', '.join(sorted(folders))} only")

for problem in problems:
    print(problem, file=sys.stderr)
if not checked:
    sys.exit("layers: no include found: the script looks at the wrong place")
print(f"layers: {checked} includes, {len(problems)} problems")
sys.exit(bool(problems))
