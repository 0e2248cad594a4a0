/* SPDX-License-Identifier: MIT */
/* <wtsapi32.h>: waiting for what happens to sessions. */
#include <windows.h>
#include <wtsapi32.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client/last_error.h"
#include "client/watch.h"
#include "client/wts.h"

/* What a login's beginning and end are, all at once. */
static const DWORD at_begin =
    WTS_EVENT_CREATE | WTS_EVENT_CONNECT | WTS_EVENT_LOGON | WTS_EVENT_STATECHANGE;
static const DWORD at_end =
    WTS_EVENT_DELETE | WTS_EVENT_DISCONNECT | WTS_EVENT_LOGOFF | WTS_EVENT_STATECHANGE;

/* --- those that wait, for a flush ------------------------------------------------------------- */

/* On the stack of the call that waits. */
struct waiter {
    struct waiter *previous, *next;
    int flush; /* an eventfd, written by a flush */
};

static pthread_mutex_t waiters_lock = PTHREAD_MUTEX_INITIALIZER;
static struct waiter *waiters;

static nt_status waiter_enter(struct waiter *w)
{
    *w = (struct waiter){ .flush = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
    if (w->flush < 0)
        return nt_from_errno(errno);
    (void)pthread_mutex_lock(&waiters_lock);
    w->next = waiters;
    if (waiters)
        waiters->previous = w;
    waiters = w;
    (void)pthread_mutex_unlock(&waiters_lock);
    return NT_OK;
}

static void waiter_leave(struct waiter *w)
{
    (void)pthread_mutex_lock(&waiters_lock);
    if (w->previous)
        w->previous->next = w->next;
    else
        waiters = w->next;
    if (w->next)
        w->next->previous = w->previous;
    (void)pthread_mutex_unlock(&waiters_lock);
    (void)close(w->flush);
}

static void flush_all(void)
{
    (void)pthread_mutex_lock(&waiters_lock);
    for (const struct waiter *w = waiters; w; w = w->next)
        (void)eventfd_write(w->flush, 1);
    (void)pthread_mutex_unlock(&waiters_lock);
}

/* --- waiting -------------------------------------------------------------------------------- */

/* What was missed may have been anything. */
static DWORD flags_of(const Openlogon__Event *event)
{
    switch (event->type) {
    case OPENLOGON_EVENT_WTS_OPENED:
        return at_begin;
    case OPENLOGON_EVENT_WTS_CLOSED:
        return at_end;
    default:
        return at_begin | at_end;
    }
}

/* NT_OK with *ret 0: nothing that is waited for has happened yet. */
static nt_status take_events(OPENLOGON_WATCH *watch, DWORD mask, DWORD *ret)
{
    const Openlogon__Event *event;
    nt_status st = watch_receive(watch);

    *ret = 0;
    while (!nt_failed(st) && (event = watch_take(watch)))
        *ret |= flags_of(event) & mask;
    return st;
}

static nt_status wait_for(OPENLOGON_WATCH *watch, const struct waiter *w, DWORD mask, DWORD *ret)
{
    struct pollfd fds[] = { { watch_fd(watch), POLLIN, 0 }, { w->flush, POLLIN, 0 } };
    nt_status st;

    for (;;) {
        if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
            return nt_from_errno(errno);
        if (fds[1].revents) {
            *ret = WTS_EVENT_NONE;
            return NT_OK;
        }
        st = take_events(watch, mask, ret);
        if (nt_failed(st) || *ret != 0)
            return st;
        fds[0].revents = fds[1].revents = 0;
    }
}

static nt_status wait_system_event(DWORD mask, DWORD *ret)
{
    const uint32_t types =
        UINT32_C(1) << OPENLOGON_EVENT_WTS_OPENED | UINT32_C(1) << OPENLOGON_EVENT_WTS_CLOSED;
    _cleanup_(watch_closep) OPENLOGON_WATCH *watch = NULL;
    struct waiter w;
    nt_status st = watch_open(&watch, types);

    if (!nt_failed(st))
        st = waiter_enter(&w);
    if (nt_failed(st))
        return st;
    st = wait_for(watch, &w, mask, ret);
    waiter_leave(&w);
    return st;
}

BOOL WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags)
{
    nt_status st = wts_check_server(hServer);

    if (nt_failed(st))
        return finish(st);
    if (EventMask & WTS_EVENT_FLUSH) {
        flush_all();
        if (pEventFlags)
            *pEventFlags = WTS_EVENT_NONE;
        return TRUE;
    }
    if (!pEventFlags || !(EventMask & (at_begin | at_end)))
        return fail(ERROR_INVALID_PARAMETER);
    return finish(wait_system_event(EventMask, pEventFlags));
}
