#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the public headers with mingw-w64's: what a program sees must be what Windows has.

Everything that our headers declare is found in clang's own view of them, written down as constant
expressions and compiled twice: for Linux against our headers, for Windows against mingw-w64's. The
values are read from the assembly. A name that mingw-w64 lacks, or has otherwise, must stand in the
list of allowed differences, and an entry there that allows nothing is an error.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What is included for Windows, in this order. Ours: all public headers but the one of Linux.
WINDOWS_HEADERS = (
    "windows.h ntstatus.h ntsecapi.h sspi.h security.h ntsecpkg.h sddl.h accctrl.h aclapi.h "
    "lmcons.h lmaccess.h lmapibuf.h lmerr.h lm.h shellapi.h wtsapi32.h"
).split()
NOT_OF_WINDOWS = {"openlogon.h"}
PREAMBLE = "#define SECURITY_WIN32\n#define WIN32_NO_STATUS\n#include <windows.h>\n#undef WIN32_NO_STATUS\n"

# (name, what is defined in both, our own flags)
VARIANTS = (
    ("narrow", [], []),
    ("UNICODE, 16-bit wchar_t", ["-DUNICODE", "-D_UNICODE"], ["-fshort-wchar"]),
)

# Of what there must be at least so much, or the comparison has not seen the headers.
FLOORS = {
    "structure": 100,
    "field": 500,
    "type": 500,
    "enumerator": 300,
    "integer": 2000,
    "string": 60,
    "initializer": 10,
    "pointer": 1,
    "alias": 20,
    "prototype": 100,
}

# `values` are C expressions whose values must be the same on both sides; `claims` those that must
# not be 0: that a type spelled as in our header is the type that the name has.
Item = collections.namedtuple("Item", "kind name values claims", defaults=((),))

BUILTIN = re.compile(r"(un)?signed|char|short|int|long|float|double|_Bool|bool|const|volatile|\s|16_t")


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# --- what our headers declare ------------------------------------------------------------------


class Side:
    """One of the two: how to compile for it."""

    def __init__(self, clang, flags, headers):
        self.command = [clang, "-std=gnu17", "-w", "-ferror-limit=0", *flags]
        self.source = PREAMBLE + "".join(f"#include <{name}>\n" for name in headers)

    def compile(self, body, *options):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "probe.c")
            source.write_text(self.source + body)
            return run([*self.command, *options, str(source)])

    def view(self, *options):
        result = self.compile("", *options)
        if result.returncode:
            sys.exit(f"abi: the headers do not compile:\n{result.stderr}")
        return result.stdout


class Locations:
    """The file of each declaration. clang names a file only where it changes, in output order."""

    def __init__(self):
        self.file = ""

    def visit(self, node):
        """Walks over a location or a whole declaration, and returns the file of its `loc`."""
        own = None
        for key, value in node.items():
            if key == "file":
                self.file = value
            elif key == "loc":
                self.visit(value)
                own = self.file
            elif key in ("inner", "range", "begin", "end", "spellingLoc", "expansionLoc"):
                for child in value if isinstance(value, list) else [value]:
                    self.visit(child)
        return own


def declarations(side, folder):
    tree = json.loads(side.view("-fsyntax-only", "-Xclang", "-ast-dump=json"))
    locations = Locations()
    for node in tree["inner"]:
        file = locations.visit(node)
        if file and pathlib.Path(file).parent == folder:
            yield node


def fields_of(record, path=""):
    """(path, type) of each field; the type is None where it has no name."""
    nested = None
    for node in record.get("inner", []):
        if node["kind"] == "RecordDecl":
            nested = node
        if node["kind"] != "FieldDecl" or node.get("isImplicit"):
            continue
        spelled = node["type"]["qualType"]
        unnamed = "(unnamed" in spelled or "(anonymous" in spelled
        if node.get("name"):
            yield path + node["name"], None if unnamed else spelled
        if unnamed:
            yield from fields_of(nested, f"{path}{node['name']}." if node.get("name") else path)


def record_items(node):
    if not node.get("completeDefinition") or not node.get("name"):
        return
    tag = f"{node['tagUsed']} {node['name']}"
    yield Item("structure", node["name"], (f"sizeof({tag})", f"_Alignof({tag})"))
    for path, spelled in fields_of(node):
        member = f"(({tag} *)0)->{path}"
        same = (f"__builtin_types_compatible_p(__typeof__({member}), {spelled})",) if spelled else ()
        values = (f"__builtin_offsetof({tag}, {path})", f"sizeof({member})")
        yield Item("field", f"{node['name']}.{path}", values, same)


def is_builtin(spelled):
    return not BUILTIN.sub("", spelled)


def typedef_items(node):
    name, spelled = node["name"], node["type"]["qualType"]
    if is_builtin(spelled):
        yield Item("type", name, (f"sizeof({name})", f"({name})-1 < 0"))
        return
    same = f"__builtin_types_compatible_p({name}, {spelled})"
    if spelled in (f"enum {name}", f"struct {name}", f"union {name}"):
        same = "1"  # clang's name for one that has no tag
    # long has another size there: what points to it is only as wide.
    exact = not re.search(r"\blong\b(?! long)", spelled) and "(unnamed" not in spelled
    is_function = re.search(r"[^*)]\)?\(|\w \(", spelled) and "(*)" not in spelled
    size = () if is_function else (f"sizeof({name})",)
    yield Item("type", name, size, (same,) if exact else ())


def enum_items(node):
    for constant in node.get("inner", []):
        if constant["kind"] == "EnumConstantDecl":
            yield Item("enumerator", constant["name"], (f"(long long)({constant['name']})",))


def function_items(node):
    if node.get("storageClass") == "static":
        return
    spelled = re.sub(r"\s*__attribute__\(\(.*?\)\)", "", node["type"]["qualType"])
    claim = f"__builtin_types_compatible_p(__typeof__({node['name']}), {spelled})"
    yield Item("prototype", node["name"], (), (claim,))


BY_KIND = {
    "RecordDecl": record_items,
    "TypedefDecl": typedef_items,
    "EnumDecl": enum_items,
    "FunctionDecl": function_items,
}


# --- our macros --------------------------------------------------------------------------------


def macros(side, folder):
    """Those without parameters that our headers leave defined and that are not empty."""
    found = {}
    ours = False
    for line in side.view("-E", "-dD").splitlines():
        marker = re.match(r'# \d+ "(.*?)"', line)
        definition = re.match(r"#(define|undef) (\w+)(.*)", line)
        if marker:
            ours = pathlib.Path(marker[1]).parent == folder
        elif definition and definition[1] == "undef":
            found.pop(definition[2], None)
        elif definition and ours and definition[3].strip() and not definition[3].startswith("("):
            found[definition[2]] = definition[3].strip()
    return {name: body for name, body in found.items() if not name.startswith("OPENLOGON_")}


def as_integer(name):
    values = f"(long long)(({name}) * 1)", f"({name}) * 0 - 1 > 0", f"sizeof(({name}) * 1)"
    return Item("integer", name, values)


def as_pointer(name):
    return Item("pointer", name, (f"(long long)({name})", f"sizeof(*(({name}) + 0))"))


def as_string(name):
    """Its length; only of a string literal can another be appended."""
    return Item("string", name, (f"sizeof({name} \"\") / sizeof(*({name}))",))


def with_units(strings, side):
    """Adds each unit: how many there are our side must tell first."""
    for item, (count,) in zip(strings, evaluate(side, strings)):
        units = tuple(f"{item.name}[{i}]" for i in range(count))
        yield Item("string", item.name, (f"sizeof({item.name}[0])", *item.values, *units))


def sort_out(side, names, make):
    """(items that compile on our side, names that are something else)"""
    items = [make(name) for name in names]
    bad = errors_of(side, items)
    good = [item for i, item in enumerate(items) if i not in bad]
    return good, [item.name for i, item in enumerate(items) if i in bad]


def alias_item(name, body):
    same = f"__builtin_types_compatible_p(__typeof__({name}), __typeof__({body}))"
    return Item("alias", name, (), (same,))


def initializer_item(name, body):
    count = body.strip("{} ").count(",") + 1
    elements = tuple(f"((const long long[]){name})[{i}]" for i in range(count))
    return Item("initializer", name, elements)


def macro_items(side, folder, declared):
    """Sorts macros by what they are, at last "other"."""
    left = []
    for name, body in macros(side, folder).items():
        if body in declared:
            yield alias_item(name, body)
        elif body.startswith("{"):
            yield initializer_item(name, body)
        else:
            left.append(name)
    integers, left = sort_out(side, left, as_integer)
    strings, left = sort_out(side, left, as_string)
    pointers, left = sort_out(side, left, as_pointer)
    yield from integers
    yield from with_units(strings, side)
    yield from pointers
    yield from (Item("other", name, ()) for name in left)


# --- compiling and reading ---------------------------------------------------------------------


def line_of(number, item):
    expressions = ", ".join(f"(long long)({e})" for e in item.values + item.claims) or "0"
    return f"const long long abi_{number}[] = {{{expressions}}};"


def errors_of(side, items):
    """{index: message} of those that do not compile. clang tells some errors only when those of an
    earlier stage are gone."""
    bad = {}
    start = side.source.count("\n") + 1
    while True:
        lines = ["" if i in bad else line_of(i, item) for i, item in enumerate(items)]
        result = side.compile("\n".join(lines) + "\n", "-S", "-o", os.devnull)
        found = {
            int(line) - start: text
            for line, text in re.findall(r"probe\.c:(\d+):\d+: error: (.*)", result.stderr)[::-1]
        }
        if not found:
            if result.returncode:
                sys.exit(f"abi: clang failed:\n{result.stderr}")
            return bad
        bad.update(found)


NUMBER = re.compile(r"\s+\.(quad|zero|space|skip)\s+(-?\w+)")


def evaluate(side, items):
    """The values of each item, claims last. All must compile."""
    text = "\n".join(line_of(i, item) for i, item in enumerate(items)) + "\n"
    result = side.compile(text, "-S", "-O0", "-o", "-")
    if result.returncode:
        sys.exit(f"abi: the probe does not compile:\n{result.stderr}")
    values = collections.defaultdict(list)
    current = None
    for line in result.stdout.splitlines():
        label = re.match(r"(\w+):", line)
        number = NUMBER.match(line)
        if label:
            current = int(label[1][4:]) if label[1].startswith("abi_") else None
        elif number and current is not None:
            value = int(number[2], 0)
            values[current] += [value] if number[1] == "quad" else [0] * (value // 8)
    return [values[i] for i in range(len(items))]


# --- the comparison ----------------------------------------------------------------------------


class Allowed:
    """The list of allowed differences: `name: reason` under a heading for each kind."""

    def __init__(self, path):
        self.entries = {}
        self.used = set()
        self.problems = []
        kind = ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.split("#")[0].strip()
            if line.startswith("["):
                kind = line.strip("[]")
            elif line:
                names, _, reason = line.partition(":")
                if not reason.strip():
                    self.problems.append(f"{path.name}:{number}: no reason given")
                for name in names.split():
                    self.entries[kind, name] = reason

    def allows(self, kind, name):
        # A structure or enumeration that is not there lacks its fields, too.
        for candidate in (name, name.split(".")[0]):
            if (kind, candidate) in self.entries:
                self.used.add((kind, candidate))
                return True
        return False

    def unused(self):
        return [f"{kind} {name}" for kind, name in sorted(set(self.entries) - self.used)]


def difference(item, ours, theirs):
    n = len(item.values)
    if ours[:n] != theirs[:n]:
        return f"{item.kind} {item.name}: {ours[:n]}, Windows has {theirs[:n]}"
    if not all(theirs[n:]):
        return f"{item.kind} {item.name}: another type than Windows has: {item.claims[0]}"
    return None


def compare(ours, windows, folder, allowed, counts):
    nodes = list(declarations(ours, folder))
    declared = {node.get("name") for node in nodes}
    items = [item for node in nodes for item in BY_KIND.get(node["kind"], lambda _: ())(node)]
    items += macro_items(ours, folder, declared)
    problems = [
        f"macro {item.name}: no constant" for item in items
        if item.kind == "other" and not allowed.allows("no constant", item.name)
    ]
    items = [item for item in items if item.kind != "other"]
    missing = errors_of(windows, items)
    for i, message in missing.items():
        if not allowed.allows("missing", items[i].name):
            problems.append(f"{items[i].kind} {items[i].name}: Windows has none ({message})")
    items = [item for i, item in enumerate(items) if i not in missing]
    for item, own, other in zip(items, evaluate(ours, items), evaluate(windows, items)):
        counts[item.kind] += 1
        text = difference(item, own, other)
        if text and not allowed.allows("different", item.name):
            problems.append(text)
    return problems


def compare_all(clang, folder, mingw, allowed_path):
    """The list of problems; prints what was compared."""
    own_headers = sorted(p.name for p in folder.glob("*.h") if p.name not in NOT_OF_WINDOWS)
    own_headers.sort(key=lambda n: WINDOWS_HEADERS.index(n) if n in WINDOWS_HEADERS else 99)
    allowed = Allowed(allowed_path)
    problems = list(allowed.problems)
    for name, common, own_flags in VARIANTS:
        counts = collections.Counter()
        ours = Side(clang, [*common, *own_flags, f"-I{folder}"], own_headers)
        target = ["--target=x86_64-w64-mingw32", "-D_WIN32_WINNT=0x0A00", "-isystem", str(mingw)]
        windows = Side(clang, [*common, *target], WINDOWS_HEADERS)
        found = compare(ours, windows, folder, allowed, counts)
        problems += [f"{name}: {text}" for text in found]
        told = ", ".join(f"{counts[kind]} {kind}" for kind in FLOORS)
        print(f"abi ({name}): compared {told}")
        for kind, floor in FLOORS.items():
            if counts[kind] < floor:
                problems.append(f"{name}: only {counts[kind]} of {kind}: the headers were not seen")
    problems += [f"{allowed_path.name}: allows nothing: {entry}" for entry in allowed.unused()]
    return problems


# --- the proof that a difference is seen -------------------------------------------------------

# (header, text in it, what replaces it, what must be reported)
MUTATIONS = (
    ("ntsecapi.h", "USHORT Length;\n    USHORT MaximumLength;\n    PWSTR",
     "USHORT MaximumLength;\n    USHORT Length;\n    PWSTR", "field _LSA_UNICODE_STRING.Length"),
    ("winnt.h", "DWORD LowPart;\n    LONG HighPart;\n} LUID",
     "DWORD LowPart;\n    LONGLONG HighPart;\n} LUID", "structure _LUID"),
    ("minwindef.h", "typedef int BOOL;", "typedef unsigned int BOOL;", "type BOOL"),
    ("winnt.h", "SidTypeUser = 1", "SidTypeUser = 2", "enumerator SidTypeGroup"),
    ("winerror.h", "#define ERROR_LOGON_FAILURE ", "#define ERROR_LOGON_FAILURE 1 + ",
     "integer ERROR_LOGON_FAILURE"),
    ("winnt.h", "SeTcbPrivilege", "SeTcpPrivilege", "string SE_TCB_NAME"),
    ("winnt.h", "0x3e7", "0x3e8", "initializer SYSTEM_LUID"),
    ("processthreadsapi.h", "OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess,",
     "OpenProcessToken(HANDLE ProcessHandle, HANDLE DesiredAccess,", "prototype OpenProcessToken"),
    ("ntsecpkg.h", "typedef NTSTATUS(NTAPI LSA_DELETE_LOGON_SESSION)(PLUID LogonId)",
     "typedef NTSTATUS(NTAPI LSA_DELETE_LOGON_SESSION)(PLUID LogonId, PLUID Other)",
     "type LSA_DELETE_LOGON_SESSION"),
)


def check_mutations(clang, folder, mingw, allowed_path):
    """Spoils a copy of the headers, and wants each of the changes to be reported."""
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place, "openlogon").resolve()
        shutil.copytree(folder, copy)
        for header, text, replacement, _ in MUTATIONS:
            content = (copy / header).read_text()
            pattern = r"\s*".join(re.escape(word) for word in re.findall(r"\w+|[^\w\s]", text))
            spoilt, n = re.subn(pattern, lambda _, r=replacement: r, content, count=1)
            if n != 1:
                return [f"{header}: nothing there to spoil: {text!r}"]
            (copy / header).write_text(spoilt)
        reported = compare_all(clang, copy, mingw, allowed_path)
    return [
        f"a spoilt {header} goes unseen: {wanted}" for header, _, _, wanted in MUTATIONS
        if not any(wanted in text for text in reported)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("headers", type=pathlib.Path, help="the folder of the public headers")
    parser.add_argument("--spoil", action="store_true", help="prove that differences are seen")
    options = parser.parse_args()
    mingw = pathlib.Path(
        os.environ.get("OPENLOGON_MINGW_INCLUDE", "/usr/x86_64-w64-mingw32/include"))
    clang = shutil.which(os.environ.get("OPENLOGON_CLANG", "clang"))
    if not clang:
        sys.exit("abi: no clang: install clang, or set OPENLOGON_CLANG")
    if not (mingw / "windows.h").is_file():
        sys.exit(f"abi: no windows.h in {mingw}: install mingw-w64-x86-64-dev (Debian), or set "
                 "OPENLOGON_MINGW_INCLUDE")
    check = check_mutations if options.spoil else compare_all
    allowed = pathlib.Path(__file__).with_name("allowed-differences.txt")
    problems = check(clang, options.headers.resolve(), mingw, allowed)
    for problem in problems:
        print(f"abi: {problem}", file=sys.stderr)
    sys.exit(bool(problems))


main()
