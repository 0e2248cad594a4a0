/* SPDX-License-Identifier: MIT */
#include "client/thread_object.h"

#include <stdlib.h>
#include <unistd.h>

#include "client/handle.h"

struct thread_object {
    struct object base;
    pid_t process;
    pid_t thread;
};

static void thread_object_destroy(struct object *object)
{
    free(object);
}

nt_status thread_object_new(struct object **ret, pid_t process, pid_t thread)
{
    struct thread_object *t = malloc(sizeof(*t));

    if (!t)
        return NT(NO_MEMORY);
    object_init(&t->base, OBJECT_THREAD, thread_object_destroy);
    t->process = process;
    t->thread = thread;
    *ret = &t->base;
    return NT_OK;
}

nt_status thread_handle_is_current(HANDLE thread, uint32_t access)
{
    const struct thread_object *t;
    struct object *object;
    bool current;
    nt_status st;

    if (thread == HANDLE_CURRENT_THREAD)
        return NT_OK;
    st = handle_get(thread, OBJECT_THREAD, access, &object);
    if (nt_failed(st))
        return st;
    t = (const struct thread_object *)object;
    current = t->process == getpid() && t->thread == gettid();
    object_unref(object);
    return current ? NT_OK : NT(NOT_SUPPORTED);
}
