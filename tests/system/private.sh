#!/bin/sh
# SPDX-License-Identifier: MIT
# private.sh LOGON NULL-PACKAGE COMMAND...: runs COMMAND under a private authority with the test
# package before the real ones. With OPENLOGON_TEST_UID set and as root, all of it runs as that user.
set -eu
logon=$1 package=$2
shift 2
set -- "$logon" private --set "packages=$package msv1_0 unix" -- "$@"
if [ -n "${OPENLOGON_TEST_UID:-}" ]; then
    [ "$(id -u)" = 0 ] || exit 77
    exec setpriv --reuid "$OPENLOGON_TEST_UID" --regid "$OPENLOGON_TEST_UID" --clear-groups -- "$@"
fi
exec "$@"
