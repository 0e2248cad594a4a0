/* SPDX-License-Identifier: MIT */
#include "client/shared_image.h"

#include <stdlib.h>

nt_status shared_image_take(shared_image **ret, token_image *image)
{
    shared_image *s = malloc(sizeof(*s));

    if (!s) {
        token_image_free(image);
        return NT(NO_MEMORY);
    }
    atomic_init(&s->refs, 1);
    s->published_id = token_image_modified_id(image);
    s->image = image;
    *ret = s;
    return NT_OK;
}

shared_image *shared_image_ref(shared_image *s)
{
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

shared_image *shared_image_unref(shared_image *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    token_image_free(s->image);
    free(s);
    return NULL;
}
