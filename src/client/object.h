/* SPDX-License-Identifier: MIT */
/* What a handle refers to. Each kind embeds `struct object` as its first member. */
#ifndef OPENLOGON_CLIENT_OBJECT_H
#define OPENLOGON_CLIENT_OBJECT_H

#include <stdatomic.h>

#include "base/macros.h"

enum object_type {
    OBJECT_TOKEN,
    OBJECT_PROCESS,
    OBJECT_THREAD,
    OBJECT_FILE,
    OBJECT_LSA,
    OBJECT_POLICY,
};

/* Counted: handles, threads that impersonate and running calls each hold a reference. */
struct object {
    atomic_uint refs;
    enum object_type type;
    void (*destroy)(struct object *object); /* may talk to the authority */
};

/* The first reference is the caller's. */
void object_init(struct object *object, enum object_type type, void (*destroy)(struct object *));
struct object *object_ref(struct object *object);
struct object *object_unref(struct object *object); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(struct object *, object_unref);

#endif
