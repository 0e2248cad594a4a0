# SPDX-License-Identifier: MIT
"""A strict reader of Prometheus' text exposition format 0.0.4."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r"[a-zA-Z_][a-zA-Z0-9_]*"
TEXT = r'"((?:[^"\\\n]|\\["\\n])*)"'
NUMBER = r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?Inf|NaN)"
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL}={TEXT},?)*)\}})? ({NUMBER})(?: (-?[0-9]+))?")
PAIR = re.compile(rf"({LABEL})={TEXT}(?:,|$)")
KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}
SUFFIXES = {"histogram": ["_bucket", "_sum", "_count"], "summary": ["_sum", "_count"]}


class Wrong(Exception):
    pass


def unescape(text):
    return re.sub(r'\\(["\\n])', lambda m: "\n" if m[1] == "n" else m[1], text)


def read_labels(text, line):
    labels, at = {}, 0
    while at < len(text):
        pair = PAIR.match(text, at)
        if not pair or pair[1] in labels:
            raise Wrong(f"labels of {line!r}")
        labels[pair[1]] = unescape(pair[2])
        at = pair.end()
    return labels


def family_of(name, families):
    """The family that a sample's name belongs to."""
    for family in families.values():
        names = [family["name"] + suffix for suffix in SUFFIXES.get(family["kind"], [""])]
        if name in names:
            return family
    raise Wrong(f"{name} was not announced by # TYPE")


def read_comment(line, families, state):
    match = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.*)", line)
    if not match:
        raise Wrong(f"comment {line!r}")
    what, name, rest = match.groups()
    if what == "HELP":
        if name in families or name == state.get("helped") or re.search(r"\\[^\\n]|\\$", rest.replace("\\\\", "")):
            raise Wrong(f"help {line!r}")
        state["helped"], state["help"] = name, rest
        return
    if rest not in KINDS or name in families or state.get("helped") != name:
        raise Wrong(f"type {line!r}")
    families[name] = {"name": name, "kind": rest, "help": state["help"], "samples": {}}
    state["current"] = name


def read_sample(line, families, state):
    match = SAMPLE.fullmatch(line)
    if not match:
        raise Wrong(f"sample {line!r}")
    name, labels, value = match[1], read_labels(match[2] or "", line), float(match[4])
    family = family_of(name, families)
    if family["name"] != state.get("current"):
        raise Wrong(f"{name} is not with the others of its family")
    key = (name, tuple(sorted(labels.items())))
    if key in family["samples"]:
        raise Wrong(f"{line!r} is there twice")
    if family["kind"] == "counter" and value < 0:
        raise Wrong(f"counter {line!r}")
    family["samples"][key] = value


def check_histogram(family):
    name, samples = family["name"], family["samples"]
    buckets = [(float(dict(labels)["le"]), value) for (sample, labels), value in samples.items()
               if sample == name + "_bucket"]
    if [b for b, _ in buckets] != sorted({b for b, _ in buckets}) or buckets[-1][0] != float("inf"):
        raise Wrong(f"buckets of {name}")
    values = [value for _, value in buckets]
    if values != sorted(values) or values[-1] != samples[(name + "_count", ())] or (name + "_sum", ()) not in samples:
        raise Wrong(f"counts of {name}")


def read(text):
    """The families by name, each with its samples: {(name, labels): number}."""
    families, state = {}, {}
    if not text.endswith("\n") or "\r" in text:
        raise Wrong("line ends")
    for line in text[:-1].split("\n"):
        (read_comment if line.startswith("#") else read_sample)(line, families, state)
    for family in families.values():
        if family["kind"] == "histogram":
            check_histogram(family)
    return families


def value(families, name, **labels):
    return family_of(name, families)["samples"][(name, tuple(sorted(labels.items())))]
