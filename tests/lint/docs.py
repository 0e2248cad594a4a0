#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Public prototypes, exported symbols and docs/compatibility.md name the same functions."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
declared = set()
PROTOTYPE = re.compile(r"\b(?:OPENLOGON_API|WINBASEAPI|NTSYSAPI)\b[^;{]*?\b(\w+)\s*\((?=[^;{]*\)\s*(?:__attribute__[^;]*)?;)", re.S)
for header in (root / "include/openlogon").glob("*.h"):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read_text(), flags=re.S)
    text = re.sub(r"^\s*#.*(?:\\\n.*)*$", "", text, flags=re.M)
    declared |= set(PROTOTYPE.findall(text))

exported = set()
global_part = re.search(r"global:(.*?)local:", (root / "src/client/libopenlogon.map").read_text(), re.S)
for name in re.findall(r"(\w+)\s*;", global_part[1]):
    exported.add(name)
# Interposed, not part of the interface (docs/architecture.md, impersonation).
exported -= {"pthread_create", "thrd_create"}

page = (root / "docs/compatibility.md").read_text()
documented = set()
for row in re.findall(r"^\| `([^`]+)`", page, re.M):
    base, _, forms = row.partition("(")
    base = base.strip()
    documented |= {base + form for form in forms.rstrip(")").split("/")} if forms else {base}

problems = []
for what, names in {
    "declared but not exported": declared - exported,
    "exported but not declared": exported - declared,
    "exported but not in docs/compatibility.md": exported - documented,
    "in docs/compatibility.md but not exported": documented - exported,
}.items():
    if names:
        problems.append(f"{what}: {', '.join(sorted(names))}")
for problem in problems:
    print(problem, file=sys.stderr)
if len(declared) < 50:
    sys.exit("docs: hardly any prototype found: the script looks at the wrong place")
print(f"docs: {len(declared)} prototypes, {len(exported)} exports, {len(documented)} documented")
sys.exit(bool(problems))
