/* SPDX-License-Identifier: MIT */
#include "worker/notifier.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"

/* An entry; free while its function is NULL. Packages may add and cancel from any thread. */
static struct entry {
    struct notification what;
    uint64_t due_ms;
} entries[NOTIFICATIONS_MAX];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint32_t notifier_add(const struct notification *notification)
{
    uint32_t number = 0;

    (void)pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < NOTIFICATIONS_MAX && number == 0; i++) {
        if (entries[i].what.function)
            continue;
        entries[i] = (struct entry){ *notification, now_ms() + notification->interval_ms };
        number = i + 1;
    }
    (void)pthread_mutex_unlock(&lock);
    return number;
}

bool notifier_cancel(uint32_t number)
{
    bool found = false;

    (void)pthread_mutex_lock(&lock);
    if (number > 0 && number <= NOTIFICATIONS_MAX) {
        found = entries[number - 1].what.function != NULL;
        entries[number - 1] = (struct entry){ 0 };
    }
    (void)pthread_mutex_unlock(&lock);
    return found;
}

void notifier_clear(void)
{
    for (uint32_t number = 1; number <= NOTIFICATIONS_MAX; number++)
        (void)notifier_cancel(number);
}

/* --- threads -----------------------------------------------------------------------------------
 */

struct thread_start {
    LPTHREAD_START_ROUTINE function;
    void *parameter;
};

static void *run_thread(void *argument)
{
    const struct thread_start start = *(struct thread_start *)argument;

    free(argument);
    (void)start.function(start.parameter);
    return NULL;
}

bool notifier_start_thread(LPTHREAD_START_ROUTINE function, void *parameter)
{
    struct thread_start *start = malloc(sizeof(*start));
    pthread_attr_t attributes;
    pthread_t thread;
    int r;

    if (!start)
        return false;
    *start = (struct thread_start){ function, parameter };
    r = pthread_attr_init(&attributes);
    if (r == 0) {
        (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        r = pthread_create(&thread, &attributes, run_thread, start);
        (void)pthread_attr_destroy(&attributes);
    }
    if (r != 0)
        free(start);
    return r == 0;
}

/* --- what is due -------------------------------------------------------------------------------
 */

/* Takes one that is due; false: none is. One that recurs is due again an interval from now, not
 * as often as was missed. */
static bool take_due(struct notification *ret, uint64_t now)
{
    bool found = false;

    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < NOTIFICATIONS_MAX && !found; i++) {
        struct entry *entry = &entries[i];

        if (!entry->what.function || entry->due_ms > now)
            continue;
        found = true;
        *ret = entry->what;
        if (entry->what.once)
            *entry = (struct entry){ 0 };
        else
            entry->due_ms = now + entry->what.interval_ms;
    }
    (void)pthread_mutex_unlock(&lock);
    return found;
}

/* Of this moment only: a function that is always due must not keep jobs waiting. */
void notifier_run(void)
{
    const uint64_t now = now_ms();
    struct notification due;

    for (size_t n = 0; n < NOTIFICATIONS_MAX && take_due(&due, now); n++) {
        if (!due.in_thread || !notifier_start_thread(due.function, due.parameter))
            (void)due.function(due.parameter);
    }
}

int notifier_wait_ms(void)
{
    const uint64_t now = now_ms();
    uint64_t next = UINT64_MAX;

    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < NOTIFICATIONS_MAX; i++) {
        if (entries[i].what.function && entries[i].due_ms < next)
            next = entries[i].due_ms;
    }
    (void)pthread_mutex_unlock(&lock);
    if (next == UINT64_MAX)
        return -1;
    if (next <= now)
        return 0;
    return next - now > INT_MAX ? INT_MAX : (int)(next - now);
}
