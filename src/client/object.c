/* SPDX-License-Identifier: MIT */
#include "client/object.h"

void object_init(struct object *object, enum object_type type, void (*destroy)(struct object *))
{
    atomic_init(&object->refs, 1);
    object->type = type;
    object->destroy = destroy;
}

struct object *object_ref(struct object *object)
{
    atomic_fetch_add_explicit(&object->refs, 1, memory_order_relaxed);
    return object;
}

struct object *object_unref(struct object *object)
{
    if (object && atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel) == 1)
        object->destroy(object);
    return NULL;
}
