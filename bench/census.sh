#!/bin/sh
# SPDX-License-Identifier: MIT
# How long it takes to tell the sessions of all processes, beside what ps takes to tell their groups:
#
#   ./dev exec bench/census.sh [PROCESSES [ROUNDS]]      10000 processes more than there are, 7 rounds
#
# Medians in ms; both write to a file. The authority is a private one.
set -eu
processes=${1:-10000}
rounds=${2:-7}
if [ -z "${CENSUS_INSIDE:-}" ]; then
    CENSUS_INSIDE=1 exec logon private -- "$0" "$processes" "$rounds"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/openlogon-census.XXXXXX")
cat >"$work/sleepers.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)setpgid(0, 0);
    for (int i = atoi(argv[1]); i > 0; i--) {
        pid_t pid = fork();
        if (pid == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                (void)pause();
        }
        if (pid < 0) {
            perror("fork");
            return 1;
        }
    }
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;)
        (void)pause();
}
C
${CC:-cc} -O2 -o "$work/sleepers" "$work/sleepers.c"
mkfifo "$work/ready"
"$work/sleepers" "$processes" >"$work/ready" &
sleepers=$!
trap 'kill $sleepers; rm -rf "$work"' EXIT
read -r _ <"$work/ready"

# The time of one command, in microseconds.
once() {
    start=$(date +%s%N)
    "$@" >"$work/out"
    echo $((($(date +%s%N) - start) / 1000))
}

median() {
    sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"
}

for _ in $(seq "$rounds"); do
    once ps -e -o pid,user,cgroup >>"$work/ps"
    once logonsessions -p >>"$work/logonsessions"
done
ps=$(median "$work/ps")
ours=$(median "$work/logonsessions")
printf '%s processes: ps -e -o pid,user,cgroup %d.%d ms, logonsessions -p %d.%d ms: %d.%02d of it\n' \
    "$(ps -e -o pid= | wc -l)" $((ps / 1000)) $((ps / 100 % 10)) $((ours / 1000)) $((ours / 100 % 10)) \
    $((ours / ps)) $((ours * 100 / ps % 100))
