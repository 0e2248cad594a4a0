#!/bin/sh
# SPDX-License-Identifier: MIT
# by_group.sh PID...: the logon session of each process, its LUID and its GUID, from the name of its control group.
# Anybody may ask.
#
#     .../openlogon-main/<session>/<token>       started with a token
#     .../openlogon-main-<session>-<token>       a login that was made in another group (a scope of logind, say)
#
# Both are 16 hexadecimal digits. Of several the last counts: a login within a login lies below it.
tag=${OPENLOGON_TAG:-main}
boot=$(cut -c 1-18 /proc/sys/kernel/random/boot_id)
for pid; do
    luid=$(sed -n "s,^0::.*/openlogon-$tag[/-]\([0-9a-f]\{16\}\)[/-][0-9a-f]\{16\}\(/.*\)\{0\,1\}$,\1,p" "/proc/$pid/cgroup")
    if [ -n "$luid" ]; then
        rest=${luid#????}
        echo "$pid 0x$luid $boot-${luid%"$rest"}-$rest"
    else
        echo "$pid -"
    fi
done
