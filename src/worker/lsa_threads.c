/* SPDX-License-Identifier: MIT */
#include "worker/lsa_threads.h"

#include "base/status.h"
#include "worker/notifier.h"

enum { SECONDS_PER_MINUTE = 60, MS_PER_SECOND = 1000 };

/* A thread is known by its number; nobody can wait for it. */
static HANDLE NTAPI create_thread(SEC_ATTRS attributes, ULONG stack_size, SEC_THREAD_START start,
                                  PVOID parameter, ULONG flags, PULONG thread_id)
{
    static ULONG last_number;

    if (!start || flags != 0 || !notifier_start_thread(start, parameter))
        return NULL;
    last_number++;
    if (thread_id)
        *thread_id = last_number;
    return (HANDLE)(ULONG_PTR)last_number; /* NOLINT */
}

static uint64_t interval_ms(ULONG type, ULONG flags, ULONG interval)
{
    if (type == NOTIFIER_TYPE_IMMEDIATE)
        return 0;
    return (uint64_t)interval * MS_PER_SECOND *
           (flags & NOTIFIER_FLAG_SECONDS ? 1 : SECONDS_PER_MINUTE);
}

/* Handles cannot be waited for here, and states do not change: such a registration would wait for
 * ever, so it is refused. */
static HANDLE NTAPI register_notification(SEC_THREAD_START function, PVOID parameter, ULONG type,
                                          ULONG class, ULONG flags, ULONG interval, HANDLE event)
{
    const struct notification what = {
        .function = function,
        .parameter = parameter,
        .interval_ms = interval_ms(type, flags, interval),
        .once = type == NOTIFIER_TYPE_IMMEDIATE || (flags & NOTIFIER_FLAG_ONE_SHOT),
        .in_thread = flags & NOTIFIER_FLAG_NEW_THREAD,
    };

    if (!function || (type != NOTIFIER_TYPE_INTERVAL && type != NOTIFIER_TYPE_IMMEDIATE) ||
        (type == NOTIFIER_TYPE_INTERVAL && what.interval_ms == 0))
        return NULL;
    return (HANDLE)(ULONG_PTR)notifier_add(&what); /* NOLINT */
}

static NTSTATUS NTAPI cancel_notification(HANDLE handle)
{
    const ULONG_PTR number = (ULONG_PTR)handle;

    return number <= NOTIFICATIONS_MAX && notifier_cancel((uint32_t)number) ? STATUS_SUCCESS
                                                                            : STATUS_INVALID_HANDLE;
}

void lsa_fill_threads(LSA_SECPKG_FUNCTION_TABLE *table)
{
    table->CreateThread = create_thread;
    table->RegisterNotification = register_notification;
    table->CancelNotification = cancel_notification;
}
