/* SPDX-License-Identifier: MIT */
/* A token image that several share: only what is enabled changes in it. Counted. */
#ifndef OPENLOGON_CLIENT_SHARED_IMAGE_H
#define OPENLOGON_CLIENT_SHARED_IMAGE_H

#include <stdatomic.h>

#include "security/token_image.h"

typedef struct shared_image {
    atomic_uint refs;
    uint64_t published_id; /* the modified id that it came with */
    token_image *image;
} shared_image;

/* Takes the image, also on failure. Errors: NO_MEMORY */
_must_check_ nt_status shared_image_take(shared_image **ret, token_image *image);
shared_image *shared_image_ref(shared_image *s);
shared_image *shared_image_unref(shared_image *s);
DEFINE_CLEANUP(shared_image *, shared_image_unref);

#endif
