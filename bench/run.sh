#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev bench [TABLE] [ROWS]: tables of medians. TABLE is one of
#   calls      what the API's calls cost, beside the kernel's bare mechanisms
#   security   access checks, SDDL, SIDs, tokens, beside Samba's library where samba-dev is installed
#   authority  memory and speed as sessions become a million (BENCH_SESSIONS: at most so many; BENCH_ACCOUNTS:
#              of so many accounts, 1000); takes minutes and is not among "all of them"
#   timing     whether the time of a refused logon tells why; [TRIES] instead of ROWS, 2000 if not
#              given; not among all of them, since hashing takes its time
#   census     the session of each of 10,000 processes ([PROCESSES] instead of ROWS), beside ps; not among
#              all of them
#   logins     what pam_openlogon adds to a login, as root; not among all of them: root's token is needed
#   spawn      starting a program as another user and waiting for it, beside sudo, runuser and su; as root, not
#              among all of them
#   portable   the portable Win32 benchmark that peers are measured with, unmodified, where it exists
# ROWS prints only rows whose name has it. Without a TABLE: calls, security and portable.
#
# Client, openlogond and worker share one CPU (BENCH_CPUS=0-1 lets them have two): where waking another
# CPU goes through a hypervisor it can cost more than all that is to be measured. With the authority table,
# which has eight clients, they have all.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/openlogon-bench.XXXXXX")
chmod 755 "$work" # a package runs as nobody
trap 'rm -rf "$work"' EXIT
portable=$here/../../shared/bench/bench.c
samba_headers=/usr/include/samba-4.0
table=all
[ "${1:-}" != authority ] || BENCH_CPUS=${BENCH_CPUS:-0-$(($(nproc) - 1))}
case ${1:-} in
authority | calls | census | security | timing | logins | spawn | portable)
    table=$1
    shift
    ;;
esac

build() {
    ${CC:-cc} -O2 -w -o "$@"
}

on_cpus() {
    taskset -c "${BENCH_CPUS:-0}" "$@"
}

# The journal lies in memory, as that of a machine's own authority in /run.
privately() {
    [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
    on_cpus logon private --set null.workers=4 --set "packages=$work/null.so msv1_0 unix" -- "$@"
}

wants() {
    [ "$table" = all ] || [ "$table" = "$1" ]
}

# shellcheck disable=SC2046
build "$work/null.so" -DNULL_KEEPS_NO_RECORD -shared -fPIC "$here/../tests/packages/null.c" $(pkg-config --cflags openlogon)
echo "$(uname -m), $(nproc) CPUs, on CPU ${BENCH_CPUS:-0}, as $(id -un)"

if [ "$table" = timing ]; then
    printf '\n== OpenLogon: timing ==\n'
    # shellcheck disable=SC2046
    build "$work/timing" "$here/bench-logon-timing.c" "$here/measure.c" \
        $(pkg-config --cflags --libs openlogon) -lm
    # shellcheck disable=SC2016
    privately sh -c '
        printf "bench-Passw0rd\n" | logon account add bench-timing-off --password-fd 0 >/dev/null
        off=
        ! logon account disable bench-timing-off >/dev/null 2>&1 || off=bench-timing-off
        exec "$@" $off' sh "$work/timing" "${1:-2000}"
fi

for name in calls security; do
    wants "$name" || continue
    printf '\n== OpenLogon: %s ==\n' "$name"
    # shellcheck disable=SC2046
    build "$work/$name" "$here/bench-$name.c" "$here/measure.c" $(pkg-config --cflags --libs openlogon)
    privately "$work/$name" "$@"
done

if [ "$table" = census ]; then
    printf '\n== OpenLogon: census ==\n'
    build "$work/forker" "$here/census-forker.c"
    privately python3 "$here/census.py" "$work/forker" "${1:-10000}"
fi

if [ "$table" = logins ]; then
    printf '\n== OpenLogon: logins ==\n'
    build "$work/logins" "$here/bench-logins.c" "$here/measure.c" -lpam
    # shellcheck disable=SC2016
    privately sh -c '
        module=$(dirname "$(dirname "$(command -v logon)")")/lib/security/pam_openlogon.so
        echo "session required pam_permit.so" >"$1/without"
        { cat "$1/without"; echo "session required $module socket=$OPENLOGON_SOCKET"; } >"$1/login"
        { cat "$1/without"; echo "session required $module socket=$1/nobody"; } >"$1/down"
        exec "$1/logins" "$@"' sh "$work" "$@"
fi

if [ "$table" = spawn ]; then
    printf '\n== OpenLogon: spawn ==\n'
    # shellcheck disable=SC2046
    build "$work/spawn" "$here/bench-spawn.c" "$here/measure.c" $(pkg-config --cflags --libs openlogon)
    # shellcheck disable=SC2016
    privately sh -c '
        logon rights grant Users SeAssignPrimaryTokenPrivilege SeIncreaseQuotaPrivilege
        exec "$@"' sh "$work/spawn" "$@"
fi

if [ "$table" = authority ]; then
    printf '\n== OpenLogon: authority ==\n'
    # shellcheck disable=SC2046
    build "$work/authority" -pthread "$here/bench-authority.c" "$here/measure.c" $(pkg-config --cflags --libs openlogon)
    privately "$work/authority"
fi

# Samba's library is private to Samba: it is found beside libsamba-util, and not by pkg-config.
samba_library=$(echo /usr/lib/*/samba/libsamba-security-samba4.so.0)
if wants security && [ -f "$samba_library" ] && [ -f "$samba_headers/gen_ndr/security.h" ]; then
    printf '\n== Samba: security ==\n'
    # shellcheck disable=SC2046
    build "$work/samba" "$here/bench-samba.c" "$here/measure.c" -I"$samba_headers" "$samba_library" \
        -Wl,-rpath,"${samba_library%/*}" $(pkg-config --cflags --libs talloc)
    on_cpus "$work/samba" "$@"
fi

if wants portable && [ -f "$portable" ]; then
    printf '\n== the portable Win32 benchmark, unmodified ==\n'
    # shellcheck disable=SC2046
    build "$work/portable" "$portable" $(pkg-config --cflags --libs openlogon-win32)
    privately sh -c '
        printf "bench-Passw0rd\n" | logon account add benchuser --password-fd 0 >/dev/null
        exec "$@"' sh "$work/portable" "$@"
fi
