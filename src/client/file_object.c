/* SPDX-License-Identifier: MIT */
#include "client/file_object.h"

#include <stdlib.h>
#include <unistd.h>

#include "client/stripe.h"

/* The client is guarded by the object's stripe. */
struct file_object {
    struct object base;
    int fd;
    unsigned flags;
    struct file_client client;
};

void file_client_done(struct file_client *client)
{
    token_object_unref(client->token);
    *client = (struct file_client){ 0 };
}

static void file_object_destroy(struct object *object)
{
    struct file_object *f = (struct file_object *)object;

    if (!(f->flags & FILE_KEEPS_DESCRIPTOR))
        (void)close(f->fd);
    file_client_done(&f->client);
    free(f);
}

nt_status file_object_new(struct object **ret, int fd, unsigned flags)
{
    struct file_object *f = calloc(1, sizeof(*f));

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

static struct file_client client_copy(const struct file_client *client)
{
    if (client->token)
        token_object_ref(client->token);
    return *client;
}

void file_object_client(const struct object *object, struct file_client *ret)
{
    const struct file_object *f = (const struct file_object *)object;

    stripe_lock(stripe_of(f));
    *ret = client_copy(&f->client);
    stripe_unlock(stripe_of(f));
}

void file_object_set_client(struct object *object, const struct file_client *client)
{
    struct file_object *f = (struct file_object *)object;
    struct file_client old;

    stripe_lock(stripe_of(f));
    old = f->client;
    f->client = client_copy(client);
    stripe_unlock(stripe_of(f));
    file_client_done(&old);
}
