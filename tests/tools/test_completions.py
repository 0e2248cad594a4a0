#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completions offer every command and option that --help prints, in each shell that is there."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from support import LOGON, LOGONSESSIONS, ToolTest, logon, logonsessions, run

FOLDER = os.environ["OPENLOGON_TEST_COMPLETIONS"]
CIM = os.environ["OPENLOGON_TEST_CIM"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8",
               "PATH": ":".join([os.path.dirname(LOGON), os.path.dirname(CIM), os.environ["PATH"]])}


def help_parts(out):
    """(options, commands) of a help text, read another way than the completions do."""
    parts = re.split(r"(?m)^([A-Z].*):$", out)
    named = dict(zip(parts[1::2], parts[2::2]))
    options = re.findall(r"(?m)^ +(-\w)?(?:, )?(--[\w-]+)?", named["Options"])
    commands = re.findall(r"(?m)^ ((?:\w+ )?[\w-]+)  ", named.get("Commands", ""))
    return {word for pair in options for word in pair if word}, [c.split()[-1] for c in commands]


def every_command():
    """Words of each command and the beginning of the next, with what has to be offered for it."""
    options, commands = help_parts(logon("--help").out)
    yield ["logon"], "", set(commands) | {"help"}
    yield ["logon"], "-", options
    for command in commands:
        options, nested = help_parts(logon(command, "--help").out)
        yield ["logon", command], "" if nested else "-", set(nested) if nested else options
        for word in nested[:1]:  # all go the same way
            yield ["logon", command, word], "-", help_parts(logon(command, word, "--help").out)[0]
    yield ["logonsessions"], "-", help_parts(logonsessions("--help").out)[0] | {"-ct"}
    yield ["openlogon-cim"], "-", help_parts(run(CIM, "--help").out)[0]


# Each shell is started once, and told of one case after the other: words, and the one to complete behind a tab.
BASH = """
source $1/logon.bash; source $1/logonsessions.bash; source $1/openlogon-cim.bash
while IFS=$'\\t' read -r words current; do
    read -ra COMP_WORDS <<<"$words"; COMP_WORDS+=("$current"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _${COMP_WORDS[0]//-/_}
    printf '%s\\n' "${COMPREPLY[@]}" ==
done"""
FISH = """
source $argv[1]/logon.fish; source $argv[1]/logonsessions.fish; source $argv[1]/openlogon-cim.fish
while read -l line
    complete -C (string replace \\t ' ' -- $line)
    echo ==
end"""
ZSH = """
source $1/_logon
while IFS= read -r line; do
    _logon_candidates ${=${line%%$'\\t'*}} "${line#*$'\\t'}" </dev/null
    print '=='
done"""
SHELLS = {
    "bash": ["bash", "--norc", "-c", BASH, "bash", FOLDER],
    "fish": ["fish", "--no-config", "-c", FISH, FOLDER],
    "zsh": ["zsh", "-f", "-c", ZSH, "zsh", FOLDER],
}


class Completions(ToolTest):
    @classmethod
    def setUpClass(cls):
        cls.expected = list(every_command())

    def offered(self, shell, cases):
        """For each case the words that the shell offers."""
        lines = "".join(f"{' '.join(words)}\t{current}\n" for words, current in cases)
        with tempfile.TemporaryDirectory() as home:  # fish makes folders in it
            own = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home}
            done = subprocess.run(SHELLS[shell], input=lines, capture_output=True, encoding="utf-8", timeout=200,
                                  check=False, env={**ENVIRONMENT, **own})
        self.assertEqual(done.stderr, "")
        answers = done.stdout.split("==\n")
        self.assertEqual(len(answers), len(cases) + 1)
        return [{re.split("[:\t]", line)[0] for line in answer.splitlines()} for answer in answers[:-1]]

    def check(self, shell):
        answers = self.offered(shell, [(words, current) for words, current, _ in self.expected])
        for (words, _, wanted), answer in zip(self.expected, answers):
            self.assertLessEqual(wanted, answer, words)

    def check_values(self, shell):
        cases = [("whoami --format", {"table", "list", "csv"}), ("debug dt", {"_TOKEN"}),
                 ("policy reset", {"elevation", "lockout"}), ("account add --disabled", {"yes", "no"})]
        answers = self.offered(shell, [(["logon", *words.split()], "") for words, _ in cases])
        for (words, wanted), answer in zip(cases, answers):
            self.assertLessEqual(wanted, answer, words)

    def test_bash(self):
        self.check("bash")
        self.check_values("bash")

    def test_bash_completes_the_last_of_a_list(self):
        self.assertEqual(self.offered("bash", [(["logon", "sessions", "-o"], "LUID,US")]), [{"LUID,USER"}])

    @unittest.skipUnless(shutil.which("fish"), "fish is not here")
    def test_fish(self):
        self.check("fish")
        self.check_values("fish")

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not here")
    def test_zsh(self):
        self.check("zsh")
        self.check_values("zsh")


if __name__ == "__main__":
    unittest.main()
