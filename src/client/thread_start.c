/* SPDX-License-Identifier: MIT */
/*
 * A new thread starts with the process's identity, but the kernel gives it that of the thread that
 * makes it. So the two functions that make threads are wrapped here: a caller that wears an
 * identity takes it off meanwhile. The new thread itself runs no code of ours; it could not safely,
 * before a sanitizer or a profiler that wraps the same functions has set it up.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>

#include "base/macros.h"
#include "client/thread_identity.h"

typedef int (*pthread_create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                                       void *);
typedef int (*thrd_create_function)(thrd_t *, thrd_start_t, void *);

static pthread_create_function next_pthread_create;
static thrd_create_function next_thrd_create;
static pthread_once_t next_once = PTHREAD_ONCE_INIT;

/* A function pointer from dlsym() without a cast that ISO C does not know. */
static void find_next(const char *name, void *function, size_t size)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, size);
}

static void find_all(void)
{
    find_next("pthread_create", &next_pthread_create, sizeof(next_pthread_create));
    find_next("thrd_create", &next_thrd_create, sizeof(next_thrd_create));
}

_public_ int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                            void *(*run)(void *), void *restrict argument)
{
    int r;

    (void)pthread_once(&next_once, find_all);
    thread_identity_suspend();
    r = next_pthread_create(thread, attributes, run, argument);
    thread_identity_resume();
    return r;
}

_public_ int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
    int r;

    (void)pthread_once(&next_once, find_all);
    thread_identity_suspend();
    r = next_thrd_create(thread, run, argument);
    thread_identity_resume();
    return r;
}
