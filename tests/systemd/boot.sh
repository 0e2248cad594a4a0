#!/bin/bash
# SPDX-License-Identifier: MIT
# boot.sh PREFIX SCRIPT [ARGUMENT...]: starts systemd as the first process of a container that shows
# this machine's files, copied when written to, with OpenLogon from PREFIX as its service; runs SCRIPT in it and
# gives what it exits with. The machine's own configuration, services and control groups stay as they
# are: all is in namespaces and in a group that goes at the end.
set -euo pipefail

skip() {
    echo "boot.sh: left out: $1" >&2
    exit 77
}

prefix=$1 script=$(realpath "$2")
shift 2
here=$(dirname "$(realpath "$0")")
[ "$(id -u)" = 0 ] || skip "needs root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn (package systemd-container) is not installed"
[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
[ -f "$prefix/lib/systemd/system/openlogond.service" ] || skip "nothing is installed in $prefix"

# --- a control group of our own in each hierarchy that systemd uses -------------------------------

name=openlogon-test-systemd-$$
groups=()
while read -r _ mount type options _; do
    case $type,$options in
    cgroup2,* | cgroup,*name=systemd*) groups+=("$mount/$name") ;;
    esac
done </proc/mounts
[ ${#groups[@]} -gt 0 ] || skip "no control groups"

if [ -z "${OPENLOGON_TEST_BOOT:-}" ]; then
    clean() {
        # What still runs there belongs to the container. Then from the leaves up.
        for group in "${groups[@]}"; do
            [ -d "$group" ] || continue
            [ ! -w "$group/cgroup.kill" ] || echo 1 >"$group/cgroup.kill"
            for _ in $(seq 100); do
                find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
                [ -d "$group" ] || break
                sleep 0.05 # until the kernel has taken apart what was killed
            done
        done
    }
    trap clean EXIT
    for group in "${groups[@]}"; do
        mkdir "$group" 2>/dev/null || skip "no control group can be made"
    done
    status=0
    OPENLOGON_TEST_BOOT=$name unshare --mount --propagation private -- "$0" "$prefix" "$script" "$@" || status=$?
    exit "$status"
fi

# --- from here on in a mount namespace -------------------------------------------------------------

name=$OPENLOGON_TEST_BOOT
for group in "${groups[@]%/*}"; do
    echo $$ >"$group/$name/cgroup.procs"
done
work=$(mktemp -d /tmp/openlogon-boot.XXXXXX)
trap 'umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs -o mode=0755 tmpfs "$work"
mkdir "$work"/{upper,lower,root,result}
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/lower" overlay "$work/root" 2>/dev/null ||
    skip "no overlay file system can be mounted"
root=$work/root

rm -rf "$root/var/lib/openlogon"
mkdir -p "$root/etc/systemd/system"
head -c 16 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$root/etc/machine-id"
printf 'openlogon-test\n' >"$root/etc/hostname"
cp "$prefix/lib/systemd/system/openlogond.service" "$root/etc/systemd/system/"
printf '%s\n' "$script" "$@" >"$work/result/command"
cat >"$root/etc/systemd/system/openlogon-test.service" <<UNIT
[Unit]
Wants=openlogond.service systemd-logind.service dbus.service
After=openlogond.service systemd-logind.service dbus.service systemd-user-sessions.service
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
Environment=PATH=$prefix/bin:$prefix/sbin:/usr/sbin:/usr/bin:/sbin:/bin
Environment=LD_LIBRARY_PATH=$prefix/lib
Environment=PYTHONDONTWRITEBYTECODE=1 OPENLOGON_PREFIX=$prefix
ExecStart=$here/run-command.sh
StandardOutput=file:/result/output
StandardError=file:/result/output
TimeoutStartSec=150
UNIT
# The boot id that systemd-nspawn mounts over the kernel's may vanish while the container runs (seen with
# 6.18: the kernel drops the directory entry below it), and another boot id means that the machine was booted.
mkdir "$root/etc/systemd/system/openlogond.service.d"
cat >"$root/etc/systemd/system/openlogond.service.d/boot-id.conf" <<UNIT
[Service]
ExecStartPre=-/bin/sh -c 'while umount -q /proc/sys/kernel/random/boot_id; do :; done'
UNIT
cat >"$root/etc/systemd/system/openlogon-test.target" <<UNIT
[Unit]
Wants=openlogon-test.service systemd-user-sessions.service systemd-journald.service
UNIT

top=$prefix # other mounts than that of / are not in the overlay
binds=(--bind="$work/result:/result" --bind-ro="$top" --bind-ro="$here")
# shellcheck disable=SC2086
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 timeout --kill-after=5 170 \
    systemd-nspawn -q -b --register=no --keep-unit --private-network --link-journal=no --resolv-conf=off \
    --timezone=off --console=pipe "${binds[@]}" ${OPENLOGON_TEST_NSPAWN:-} -D "$root" -M "$name" \
    -- --unit=openlogon-test.target </dev/null >"$work/result/console" 2>&1 || true
[ ! -f "$work/result/output" ] || cat "$work/result/output"
if [ ! -f "$work/result/status" ]; then
    tail -40 "$work/result/console" >&2
    echo "boot.sh: the container ended before the test did" >&2
    exit 1
fi
status=$(cat "$work/result/status")
[ "$status" = 0 ] || [ "$status" = 77 ] || tail -200 "$work/result/journal" >&2
exit "$status"
