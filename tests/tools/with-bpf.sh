#!/bin/sh
# SPDX-License-Identifier: MIT
# with-bpf.sh COMMAND...: runs it with a BPF file system of its own at /sys/fs/bpf.
[ "$(id -u)" = 0 ] || { echo "with-bpf.sh: left out: needs root" >&2; exit 77; }
exec unshare --mount --propagation private -- /bin/sh -c '
    mount -t bpf bpf /sys/fs/bpf || { echo "with-bpf.sh: left out: no BPF file system" >&2; exit 77; }
    exec "$@"' sh "$@"
