/* SPDX-License-Identifier: MIT */
/* <openlogon.h>: watching sessions and tokens. */
#include <openlogon.h>

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "base/filetime.h"
#include "base/luid.h"
#include "client/last_error.h"
#include "client/watch.h"
#include "security/sid.h"

enum { NS_PER_MS = 1000 * 1000, MS_PER_S = 1000 };

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

BOOL openlogon_watch_open(DWORD types, OPENLOGON_WATCH **watch)
{
    return watch ? finish(watch_open(watch, types)) : fail(ERROR_INVALID_PARAMETER);
}

int openlogon_watch_fd(const OPENLOGON_WATCH *watch)
{
    return watch ? watch_fd(watch) : -1;
}

void openlogon_watch_close(OPENLOGON_WATCH *watch)
{
    (void)watch_close(watch);
}

static PSID sid_in(const ProtobufCBinaryData *bytes)
{
    return sid_valid(bytes->data, bytes->len) ? (PSID)bytes->data : NULL;
}

static void give(OPENLOGON_EVENT *ret, const Openlogon__Event *event)
{
    *ret = (OPENLOGON_EVENT){
        .type = event->type,
        .logon_type = event->logon_type,
        .sequence = event->sequence,
        .time.QuadPart = event->time ? event->time : filetime_now(),
        .lost = event->lost,
        .session = luid_from_u64(event->session),
        .linked_session = luid_from_u64(event->linked_session),
        .token = luid_from_u64(event->token_id),
        .sid = sid_in(&event->sid),
        .user = event->user,
        .domain = event->domain,
        .package = event->package,
        .status = event->status,
        .sub_status = event->sub_status,
        .actor_pid = event->actor_pid,
        .actor_uid = event->actor_uid,
        .actor_session = luid_from_u64(event->actor_session),
        .wts_session = event->wts_session,
    };
}

/* How long poll() is to wait; 0 when it is over. */
static int time_left(DWORD timeout_ms, int64_t started)
{
    int64_t left;

    if (timeout_ms == INFINITE)
        return -1;
    left = (int64_t)timeout_ms - (now_ms() - started);
    if (left <= 0)
        return 0;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

BOOL openlogon_watch_next(OPENLOGON_WATCH *watch, DWORD timeout_ms, OPENLOGON_EVENT *event)
{
    int64_t started = now_ms();
    const Openlogon__Event *next;

    if (!watch || !event)
        return fail(ERROR_INVALID_PARAMETER);
    while (!(next = watch_take(watch))) {
        struct pollfd pollfd = { .fd = watch_fd(watch), .events = POLLIN };
        nt_status st = watch_receive(watch);
        int r;

        if (nt_failed(st))
            return finish(st);
        next = watch_take(watch);
        if (next)
            break;
        r = poll(&pollfd, 1, time_left(timeout_ms, started));
        if (r == 0)
            return fail(ERROR_TIMEOUT);
        if (r < 0 && errno != EINTR)
            return finish(nt_from_errno(errno));
    }
    give(event, next);
    return TRUE;
}
