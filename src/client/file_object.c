/* SPDX-License-Identifier: MIT */
#include "client/file_object.h"

#include <stdlib.h>
#include <unistd.h>

struct file_object {
    struct object base;
    int fd;
    unsigned flags;
};

static void file_object_destroy(struct object *object)
{
    struct file_object *f = (struct file_object *)object;

    if (!(f->flags & FILE_KEEPS_DESCRIPTOR))
        (void)close(f->fd);
    free(f);
}

nt_status file_object_new(struct object **ret, int fd, unsigned flags)
{
    struct file_object *f = malloc(sizeof(*f));

    if (!f)
        return NT(NO_MEMORY);
    object_init(&f->base, OBJECT_FILE, file_object_destroy);
    f->fd = fd;
    f->flags = flags;
    *ret = &f->base;
    return NT_OK;
}

void file_object_own(struct object *object)
{
    ((struct file_object *)object)->flags &= ~(unsigned)FILE_KEEPS_DESCRIPTOR;
}

int file_object_fd(const struct object *object)
{
    return ((const struct file_object *)object)->fd;
}
