#!/bin/sh
# SPDX-License-Identifier: MIT
# The demonstration behind `./dev run`: a private authority, an OpenLogon account and a Unix account
# log on, the server acts as each, starts a process as each, and the sessions are shown. As root the
# Unix account lives in a namespace with its own copies of passwd, shadow and group, and is
# checked by the real PAM; the machine stays as it was.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

say() {
    printf '\n$ %s\n' "$*"
}

# Inside the namespace (or without root): everything happens under one private authority.
clients() {
    work=$1
    shift
    say "logon account add alice"
    printf 'alice-Passw0rd\n' | logon account add alice --full-name 'Alice Adams' --password-fd 0
    say "logon account list"
    logon account list
    say "first_logon alice:... $*"
    "$work/first_logon" alice:alice-Passw0rd "$@" -- 'printf "\n\$ logonsessions -p\n"; logonsessions -p; printf "\n\$ logon sessions\n"; logon sessions'
    say "logon sessions    # the clients have gone, and so have their sessions"
    logon sessions
}

# A Unix account "uma" in copies of the machine's files, seen in this mount namespace only.
make_unix_account() {
    work=$1
    hash=$(perl -e 'print crypt("uma-Passw0rd", "\$y\$j9T\$openlogondemo0")')
    for file in passwd shadow group; do
        cp -p "/etc/$file" "$work/$file"
    done
    echo "uma:x:61001:61001:Uma:/:/bin/sh" >>"$work/passwd"
    echo "uma:$hash:19000:0:99999:7:::" >>"$work/shadow"
    printf 'uma:x:61001:\noperators:x:61002:uma\n' >>"$work/group"
    for file in passwd shadow group; do
        mount --bind "$work/$file" "/etc/$file"
    done
    mkdir -p "$work/pam.d"
    printf 'auth required pam_unix.so\naccount required pam_unix.so\n' >"$work/pam.d/openlogon"
}

case ${1:-start} in
start)
    work=$(mktemp -d "${TMPDIR:-/tmp}/openlogon-demo.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "cc first_logon.c \$(pkg-config --cflags --libs openlogon)"
    # shellcheck disable=SC2046
    ${CC:-cc} -O2 -Wall -o "$work/first_logon" "$here/first_logon.c" $(pkg-config --cflags --libs openlogon)
    if [ "$(id -u)" = 0 ]; then
        unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- "$0" namespace "$work"
    else
        echo "(without root: a private authority of this user; identities stay as they are)"
        logon private -- "$0" clients "$work"
    fi
    ;;
namespace)
    make_unix_account "$2"
    say "logon private -- ...    # an authority of its own, as root"
    logon private --pam-confdir "$2/pam.d" -- "$0" clients "$2" uma:uma-Passw0rd
    ;;
clients)
    shift
    clients "$@"
    ;;
esac
