#!/bin/sh
# SPDX-License-Identifier: MIT
# own_program.sh: PID NAME UID SESSION of all processes, by a program in the kernel that reads OpenLogon's labels.
# Needs root, clang and libbpf's headers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
labels=/sys/fs/bpf/openlogon-${OPENLOGON_TAG:-main}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

clang -O2 -g -target bpf -c "$here/own_program.bpf.c" -o "$work/own_program.bpf.o"
cc -o "$work/own_program" "$here/own_program.c" -lbpf
"$work/own_program" "$work/own_program.bpf.o" "$labels/tasks"
