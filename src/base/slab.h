/* SPDX-License-Identifier: MIT */
/*
 * Objects of one size that there may be a million of: without a header each, and apart from what
 * comes and goes beside them. Their memory serves the next ones, and goes back to the system when
 * none is left. One thread.
 */
#ifndef OPENLOGON_BASE_SLAB_H
#define OPENLOGON_BASE_SLAB_H

#include "base/status.h"

/* Embedded; starts as SLAB(size of an object). */
struct slab {
    size_t object_size;
    struct slab_segment *segments; /* newest first */
    void *free;                    /* each object begins with the address of the next */
    char *next, *end;              /* of the newest segment, what was never used */
    size_t n_used;
};
#define SLAB(type)                                                                                 \
    ((struct slab){ .object_size = sizeof(type) < sizeof(void *) ? sizeof(void *) : sizeof(type) })

/* Zero-filled, aligned as a pointer is; NULL: there is no memory. */
void *slab_take(struct slab *slab);
void slab_give_back(struct slab *slab, void *object); /* NULL is fine */
void slab_done(struct slab *slab);                    /* ends all objects */

#endif
