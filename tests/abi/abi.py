#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The public headers have the binary layout and the values that mingw-w64's headers have.

usage: abi.py INCLUDE-DIR [--mingw DIR] [--clang PROGRAM]

Looks at whatever our headers hold: sizes of structures, unions, enums and type definitions, offset
and size of every field, values of enumerators and of macros that are integer constants, texts of
macros that are strings, and the sizes of parameters and result of every function. A name that
mingw-w64 does not have must be on the list `allowed` beside this script, with its reason; an entry
of that list that is not needed is an error too.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Ours only: no counterpart is looked for.
OWN_HEADERS = {"openlogon.h"}
# Headers that stand for several of mingw's, or that programs include for these.
MINGW_INCLUDES = """
#define SECURITY_WIN32
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <ntsecapi.h>
#include <security.h>
#include <ntsecpkg.h>
#include <sddl.h>
#include <shellapi.h>
#include <lmcons.h>
#include <lmaccess.h>
"""
# Names whose meaning is the platform's own.
SKIPPED_MACROS = re.compile(r"OPENLOGON_\w*|_\w+|NULL|[A-Z]*API\w*|WINAPIV?|CALLBACK|PASCAL|SEC_ENTRY|IN|OUT|OPTIONAL|CONST|VOID|DECLSPEC_\w+")


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


class Side:
    """One set of headers and the compiler's view of it."""

    def __init__(self, clang, name, text, flags):
        self.clang, self.name, self.text, self.flags = clang, name, text, flags

    def compile(self, body, *more, check=True):
        return subprocess.run([self.clang, "-x", "c", "-std=gnu17", "-w", "-ferror-limit=0", *self.flags, *more, "-"],
                              input=self.text + body, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=check)

    def macros(self):
        empty = set(run(self.clang, *self.flags, "-x", "c", "-dM", "-E", "/dev/null").splitlines())
        found = {}
        for line in self.compile("", "-dM", "-E").stdout.splitlines():
            match = re.match(r"#define (\w+)(?: (.+))?$", line)
            if match and line not in empty:
                found[match[1]] = match[2] or ""
        return found

    def tree(self):
        return json.loads(self.compile("", "-Xclang", "-ast-dump=json", "-fsyntax-only").stdout)["inner"]

    def values(self, expressions):
        """The value of each integer constant expression; those that are none are left out."""
        names = list(expressions)
        first = self.text.count("\n") + 1
        while names:
            body = "\n".join(f"const long long probe_{i} = (long long)({expressions[n]});" for i, n in enumerate(names))
            result = self.compile(body + "\n", "-S", "-emit-llvm", "-O0", "-o", "-", check=False)
            if result.returncode == 0:
                values = dict(re.findall(r"@probe_(\d+) = .*?constant i64 (-?\d+)", result.stdout))
                return {n: int(values[str(i)]) for i, n in enumerate(names)}
            wrong = {int(n) - first for n in re.findall(r"^<stdin>:(\d+):\d+: (?:fatal )?error", result.stderr, re.M)}
            if not wrong or min(wrong) < 0:
                sys.exit(f"abi: {self.name} headers do not compile:\n{result.stderr[:2000]}")
            names = [n for i, n in enumerate(names) if i not in wrong]
        return {}


class Names:
    """What a set of headers declares, from clang's syntax tree."""

    def __init__(self, tree):
        self.records, self.types, self.enumerators, self.functions = {}, set(), set(), {}
        self.tags = {}
        for node in tree:
            self.add(node)

    def fields(self, node):
        """Names of all fields that can be written behind a dot, through anonymous members."""
        found, anonymous = [], {}
        for inner in node.get("inner", []):
            if inner["kind"] == "RecordDecl" and not inner.get("name"):
                anonymous[inner["id"]] = inner
            elif inner["kind"] == "FieldDecl":
                if inner.get("isBitfield"):
                    continue
                if inner.get("name"):
                    found.append(inner["name"])
                    kind = inner["type"].get("desugaredQualType", inner["type"]["qualType"])
                    if anonymous and ("anonymous" in kind or "unnamed" in kind) and "[" not in kind:
                        nested = anonymous[list(anonymous)[-1]]
                        found += [f"{inner['name']}.{f}" for f in self.fields(nested)]
                elif anonymous:
                    found += self.fields(anonymous[list(anonymous)[-1]])
        return found

    def add(self, node):
        kind, name = node["kind"], node.get("name")
        if kind == "RecordDecl" and node.get("completeDefinition"):
            self.tags[node["id"]] = node
            if name:
                self.records[f"{node['tagUsed']} {name}"] = self.fields(node)
        elif kind == "EnumDecl":
            self.enumerators |= {i["name"] for i in node.get("inner", []) if i["kind"] == "EnumConstantDecl"}
        elif kind == "TypedefDecl" and name:
            self.types.add(name)
        elif kind == "FunctionDecl" and name and node.get("storageClass") != "static":
            self.functions[name] = sum(i["kind"] == "ParmVarDecl" for i in node.get("inner", []))


def system_names(clang, flags):
    """What the C library's own headers declare, which ours include."""
    side = Side(clang, "C library", "#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n", flags)
    names = Names(side.tree())
    return names, side.macros()


def read_allowed():
    allowed = {}
    for line in (HERE / "allowed").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(" ")
            if not reason.strip():
                sys.exit(f"abi: {name} in the list `allowed` has no reason")
            allowed[name] = reason.strip()
    return allowed


def string_of(text):
    match = re.fullmatch(r"\(?\s*[Lu]?(\"(?:[^\"\\]|\\.)*\")\s*\)?", text)
    return match[1] if match else None


def expand(side, names):
    """Macros after full expansion."""
    body = "\n".join(f"@{n}@ {n}" for n in names)
    out = side.compile(body + "\n", "-E", "-P").stdout
    return {m[1]: m[2].strip() for m in re.finditer(r"^@(\w+)@ ?(.*)$", out.replace("@ @", "@"), re.M)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("include", type=pathlib.Path)
    parser.add_argument("--mingw", type=pathlib.Path, default=pathlib.Path("/usr/x86_64-w64-mingw32/include"))
    parser.add_argument("--clang", default="clang")
    options = parser.parse_args()
    if not (options.mingw / "windows.h").exists():
        sys.exit(f"abi: mingw-w64's headers are not in {options.mingw}: install mingw-w64-x86-64-dev")

    headers = sorted(h.name for h in options.include.glob("*.h") if h.name not in OWN_HEADERS)
    includes = "#include <windows.h>\n" + "".join(f"#include <{h}>\n" for h in headers)
    # wchar_t has 16 bits on Windows; -fshort-wchar says so here.
    own_flags = ["-I", str(options.include), "-fshort-wchar"]
    ours = Side(options.clang, "our", includes, own_flags)
    theirs = Side(options.clang, "mingw-w64's", MINGW_INCLUDES,
                  ["--target=x86_64-w64-mingw32", "-isystem", str(options.mingw)])
    library, library_macros = system_names(options.clang, own_flags)

    own, other = Names(ours.tree()), Names(theirs.tree())
    own_macros, other_macros = ours.macros(), theirs.macros()
    wanted_macros = [n for n in own_macros if n not in library_macros and not SKIPPED_MACROS.fullmatch(n) and own_macros[n]]

    missing, checks, problems, counts = set(), {}, [], {}

    def check(kind, key, expression):
        checks[key] = expression
        counts[kind] = counts.get(kind, 0) + 1

    for record, fields in own.records.items():
        if record in library.records:
            continue
        if record not in other.records:
            missing.add(record.split()[1])
            continue
        check("structures", f"sizeof({record})", f"sizeof({record})")
        if set(fields) != set(other.records[record]):
            problems.append(f"{record}: fields {sorted(set(fields) ^ set(other.records[record]))} are on one side only")
        for field in fields:
            if field in other.records[record]:
                check("fields", f"offsetof({record}, {field})", f"__builtin_offsetof({record}, {field})")
                check("field sizes", f"sizeof({record}.{field})", f"sizeof((({record} *)0)->{field})")
    for name in own.types - library.types:
        if name not in other.types and name not in other_macros:
            missing.add(name)
        else:
            check("types", f"sizeof({name})", f"sizeof({name})")
    for name in own.enumerators - library.enumerators:
        if name not in other.enumerators:
            missing.add(name)
        else:
            check("enumerators", name, name)
    for name, count in own.functions.items():
        if name not in other.functions:
            missing.add(name)
        elif count != other.functions[name]:
            problems.append(f"{name}: {count} parameters here, {other.functions[name]} in mingw-w64")
        else:
            counts["functions"] = counts.get("functions", 0) + 1
    for name in wanted_macros:
        if name not in other_macros and name not in other.enumerators and name not in other.functions and name not in other.types:
            missing.add(name)
        elif name not in own.functions and name + "A" not in own.functions:
            check("macros tried", name, name)

    mine, mingws = ours.values(checks), theirs.values(checks)
    for key in checks:
        if key in mine and key in mingws:
            a, b = mine[key], mingws[key]
            # A DWORD constant may be negative as a long on one side: 32 bits count.
            if a != b and (key.startswith(("sizeof", "offsetof")) or (a ^ b) & 0xffffffff):
                problems.append(f"{key}: {a} here, {b} in mingw-w64")
            if key in own_macros:
                counts["macro values"] = counts.get("macro values", 0) + 1
        elif (key in mine) != (key in mingws):
            problems.append(f"{key}: an integer constant on one side only")
    texts = [n for n in wanted_macros if n in checks and n not in mine and n not in mingws and n in other_macros]
    own_texts, other_texts = expand(ours, texts), expand(theirs, texts)
    for name in texts:
        a, b = string_of(own_texts.get(name, "")), string_of(other_texts.get(name, ""))
        if a is not None or b is not None:
            counts["macro strings"] = counts.get("macro strings", 0) + 1
            if a != b:
                problems.append(f"{name}: {own_texts.get(name)} here, {other_texts.get(name)} in mingw-w64")

    allowed = read_allowed()
    problems += [f"{n}: not in mingw-w64 and not on the list of what may be missing there" for n in sorted(missing - set(allowed))]
    problems += [f"{n}: on the list of what may be missing in mingw-w64, but it is there or not ours" for n in sorted(set(allowed) - missing)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print("abi: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()) + f"; {len(problems)} problems")
    for kind, least in {"structures": 100, "fields": 400, "enumerators": 100, "macro values": 1000, "macro strings": 50, "functions": 100}.items():
        if counts.get(kind, 0) < least:
            sys.exit(f"abi: only {counts.get(kind, 0)} {kind} were compared, at least {least} are there: the test is broken")
    sys.exit(bool(problems))


main()
