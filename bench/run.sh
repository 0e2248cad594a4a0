#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev bench [NAME]: the project's own benchmark and, where it exists, the portable Win32 benchmark
# that peers are measured with, compiled without a change.
#
# Client, openlogond and worker share one CPU (BENCH_CPUS=0-1 lets them have two): where waking another
# CPU goes through a hypervisor it can cost more than all that is to be measured.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/openlogon-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
portable=$here/../../shared/bench/bench.c

# shellcheck disable=SC2046
build() {
    ${CC:-cc} -O2 -w -o "$@"
}
build "$work/bench-openlogon" "$here/bench-openlogon.c" $(pkg-config --cflags --libs openlogon)
build "$work/null.so" -shared -fPIC "$here/../tests/packages/null.c" $(pkg-config --cflags openlogon)

on_cpus() {
    taskset -c "${BENCH_CPUS:-0}" "$@"
}

echo "== OpenLogon ($(uname -m), $(nproc) cores, on CPU ${BENCH_CPUS:-0}, $(id -un)) =="
on_cpus logon private --set "packages=$work/null.so msv1_0 unix" -- "$work/bench-openlogon" "$@"

if [ -f "$portable" ]; then
    build "$work/portable" "$portable" $(pkg-config --cflags --libs openlogon-win32)
    printf '\n== the portable Win32 benchmark, unmodified ==\n'
    on_cpus logon private --set "packages=$work/null.so msv1_0 unix" -- sh -c '
        printf "bench-Passw0rd\n" | logon account add benchuser --password-fd 0 >/dev/null
        exec "$@"' sh "$work/portable" "$@"
fi
