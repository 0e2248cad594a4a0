/* SPDX-License-Identifier: MIT */
#include "security/acl_writer.h"

enum { ACL_HEADER_SIZE = 8, ACE_FLAGS_OFFSET = 1 };

void acl_writer_init(struct acl_writer *w)
{
    *w = (struct acl_writer){ .revision = ACL_REVISION };
    writer_init(&w->bytes, ACL_SIZE_MAX);
    writer_zeros(&w->bytes, ACL_HEADER_SIZE);
}

void acl_writer_done(struct acl_writer *w)
{
    writer_done(&w->bytes);
}

static void raise_revision(struct acl_writer *w, uint8_t revision)
{
    if (revision > w->revision)
        w->revision = revision;
}

void acl_writer_raise(struct acl_writer *w, const ACL *source)
{
    if (source)
        raise_revision(w, *(const uint8_t *)source); /* at any address */
}

static void count_ace(struct acl_writer *w, uint8_t type)
{
    if (ace_layout_of(type) == ACE_LAYOUT_OBJECT)
        raise_revision(w, ACL_REVISION_DS);
    w->n_aces++;
}

void acl_writer_add(struct acl_writer *w, const struct ace *spec)
{
    size_t size, at = w->bytes.size;
    nt_status st = ace_size(&size, spec);

    if (nt_failed(st)) {
        writer_fail(&w->bytes, st);
        return;
    }
    writer_zeros(&w->bytes, size);
    if (nt_failed(w->bytes.status))
        return;
    st = ace_write(w->bytes.bytes + at, size, spec);
    if (nt_failed(st))
        writer_fail(&w->bytes, st);
    count_ace(w, spec->type);
}

void acl_writer_copy(struct acl_writer *w, const struct ace *ace, uint8_t flags)
{
    const uint8_t *bytes = ace->bytes;

    writer_bytes(&w->bytes, bytes, ACE_FLAGS_OFFSET);
    writer_u8(&w->bytes, flags);
    writer_bytes(&w->bytes, bytes + ACE_FLAGS_OFFSET + 1, ace->size - ACE_FLAGS_OFFSET - 1);
    count_ace(w, ace->type);
}

void acl_writer_copy_all(struct acl_writer *w, const ACL *acl)
{
    struct acl_walk walk;
    struct ace ace;

    acl_writer_raise(w, acl);
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace))
        acl_writer_copy(w, &ace, ace.flags);
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

nt_status acl_writer_take(struct acl_writer *w, ACL **ret)
{
    ACL *acl;
    size_t size;

    if (!nt_failed(w->bytes.status) && w->n_aces > UINT16_MAX)
        return NT(ALLOTTED_SPACE_EXCEEDED);
    nt_status st = writer_take(&w->bytes, &acl, &size);
    if (nt_failed(st))
        return NT_IS(st, BUFFER_TOO_SMALL) ? NT(ALLOTTED_SPACE_EXCEEDED) : st;
    *acl = (ACL){ .AclRevision = w->revision, .AclSize = (WORD)size, .AceCount = (WORD)w->n_aces };
    *ret = acl;
    return NT_OK;
}
