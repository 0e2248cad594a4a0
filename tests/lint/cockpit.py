#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Cockpit page: every file is installed, every module is fetched at once, only authority.js calls programs, and
nothing makes elements out of text."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2] / "src" / "cockpit"
problems = []

files = {path.name for path in root.iterdir()} - {"meson.build", "package.json"}
installed = set(re.findall(r"'([\w.]+\.\w+)'", (root / "meson.build").read_text()))
index = (root / "index.html").read_text()
preloaded = set(re.findall(r'rel="modulepreload" href="([^"]+)"', index))
problems += [f"{name} is not installed by meson.build" for name in sorted(files - installed)]
problems += [f"{name} is not there" for name in sorted(installed - files)]
modules = {name for name in files if name.endswith(".js")} - {"main.js"}
problems += [f"index.html does not fetch {name} in advance" for name in sorted(modules - preloaded)]
problems += [f"index.html fetches {name}, which is not there" for name in sorted(preloaded - modules)]

ELEMENTS_OF_TEXT = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval)\b")
CALLS = re.compile(r"cockpit\.(spawn|script|file|dbus|channel|http)\b")
for name in sorted(modules | {"main.js"}):
    text = (root / name).read_text()
    problems += [f"{name} uses {match[1]}" for match in ELEMENTS_OF_TEXT.finditer(text)]
    if name != "authority.js":
        problems += [f"{name} calls cockpit.{match[1]}; authority.js does" for match in CALLS.finditer(text)]
if re.search(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=", index):
    problems.append("index.html has a script or a style of its own, which Cockpit's policy forbids")

for problem in problems:
    print("cockpit:", problem, file=sys.stderr)
print(f"cockpit: {len(files)} files, {len(problems)} problems")
sys.exit(1 if problems else 0)
