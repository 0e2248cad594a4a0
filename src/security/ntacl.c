/* SPDX-License-Identifier: MIT */
#include "security/ntacl.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
    REFERENT = 0x20000, /* stands for "not NULL"; each pointer of one value has another */
    REFERENT_STEP = 4,
    HASH_ROOM = 64, /* of which SHA-256 fills the first half */
    HASH_V2 = 16,
    HASH_TYPE_SHA256 = 1,
    DESCRIPTOR_HEADER = 20,
    N_OFFSETS = 4, /* of owner, group, SACL and DACL */
};

/* What the digest of version 4 is told to be of. */
static const char description[] = "posix_acl";

void ntacl_done(struct ntacl *ntacl)
{
    free(ntacl->descriptor);
    *ntacl = (struct ntacl){ 0 };
}

/* --- reading ------------------------------------------------------------------------------ */

static void read_align(struct reader *r, size_t alignment)
{
    size_t over = r->offset % alignment;

    if (over)
        reader_skip(r, alignment - over);
}

static void read_hash_v2(struct reader *r, struct ntacl *ret)
{
    (void)ret;
    reader_skip(r, HASH_V2);
}

/* A hash of the descriptor that another program makes of the permissions: nothing to us. */
static void read_hash_v3(struct reader *r, struct ntacl *ret)
{
    (void)ret;
    (void)reader_u16(r);
    reader_skip(r, HASH_ROOM);
}

/* A digest of any other kind than ours never equals ours. */
static void read_hash_v4(struct reader *r, struct ntacl *ret)
{
    read_hash_v3(r, ret);
    while (reader_u8(r) != 0)
        ;
    read_align(r, 4);
    (void)reader_u64(r); /* when it was written */
    reader_copy(r, ret->digest, SHA256_SIZE);
    reader_skip(r, HASH_ROOM - SHA256_SIZE);
    ret->has_digest = true;
}

/* Where the descriptor of each version begins: behind the pointers to it and the hashes. */
static const struct version {
    uint16_t number;
    unsigned n_pointers;
    void (*read_hash)(struct reader *r, struct ntacl *ret);
} versions[] = {
    { 1, 1, NULL },
    { 2, 2, read_hash_v2 },
    { 3, 2, read_hash_v3 },
    { 4, 2, read_hash_v4 },
};

static const struct version *find_version(uint16_t number)
{
    for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
        if (versions[i].number == number)
            return &versions[i];
    }
    return NULL;
}

/* Moves the offsets of a descriptor's parts, which an attribute counts from its own start. */
static bool move_offsets(uint8_t *descriptor, size_t from, size_t to)
{
    uint32_t offsets[N_OFFSETS];

    memcpy(offsets, descriptor + 4, sizeof(offsets));
    for (size_t i = 0; i < N_OFFSETS; i++) {
        if (offsets[i] != 0 && offsets[i] < from + DESCRIPTOR_HEADER)
            return false;
        offsets[i] = offsets[i] ? offsets[i] - (uint32_t)from + (uint32_t)to : 0;
    }
    memcpy(descriptor + 4, offsets, sizeof(offsets));
    return true;
}

static nt_status take_descriptor(struct ntacl *ret, struct reader *r)
{
    struct descriptor d;
    size_t at = r->offset, size = reader_left(r);
    const void *bytes = reader_bytes(r, size);

    if (!bytes || size < DESCRIPTOR_HEADER)
        return NT(INVALID_SECURITY_DESCR);
    _cleanup_(freep) uint8_t *copy = malloc(size);
    if (!copy)
        return NT(NO_MEMORY);
    memcpy(copy, bytes, size);
    if (!move_offsets(copy, at, 0))
        return NT(INVALID_SECURITY_DESCR);
    nt_status st = descriptor_parse(&d, copy, size);
    if (nt_failed(st))
        return st;
    ret->descriptor = TAKE(copy);
    ret->size = size;
    return NT_OK;
}

static bool read_pointers(struct reader *r, unsigned n)
{
    bool all = true;

    for (unsigned i = 0; i < n; i++)
        all &= reader_u32(r) != 0;
    return all && reader_ok(r);
}

nt_status ntacl_parse(struct ntacl *ret, const void *bytes, size_t size)
{
    struct ntacl ntacl = { 0 };
    struct reader r;

    reader_init(&r, bytes, size);
    uint16_t number = reader_u16(&r);
    uint16_t again = reader_u16(&r);
    const struct version *version = find_version(number);
    if (!reader_ok(&r) || !version || again != number)
        return NT(UNKNOWN_REVISION);
    if (!read_pointers(&r, version->n_pointers))
        return NT(INVALID_SECURITY_DESCR);
    if (version->read_hash)
        version->read_hash(&r, &ntacl);
    read_align(&r, 4);
    nt_status st = take_descriptor(&ntacl, &r);
    if (nt_failed(st))
        return st;
    *ret = ntacl;
    return NT_OK;
}

/* --- writing ------------------------------------------------------------------------------ */

static void write_align(struct writer *w, size_t alignment)
{
    writer_zeros(w, (alignment - w->size % alignment) % alignment);
}

/* The hash of version 3 stays zero: it is for those who know no version 4. */
static void write_head(struct writer *w, uint64_t time, const uint8_t digest[SHA256_SIZE])
{
    writer_u16(w, 4);
    writer_u16(w, 4);
    writer_u32(w, REFERENT);
    writer_u32(w, REFERENT + REFERENT_STEP);
    writer_u16(w, HASH_TYPE_SHA256);
    writer_zeros(w, HASH_ROOM);
    writer_bytes(w, description, sizeof(description));
    write_align(w, 4);
    writer_u64(w, time);
    writer_bytes(w, digest, SHA256_SIZE);
    writer_zeros(w, HASH_ROOM - SHA256_SIZE);
    write_align(w, 4);
}

nt_status ntacl_build(void **ret, size_t *ret_size, const struct descriptor *d, uint64_t time,
                      const uint8_t digest[SHA256_SIZE])
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) uint8_t *descriptor = NULL;
    size_t size;

    writer_init(&w, NTACL_SIZE_MAX);
    nt_status st = descriptor_build((void **)&descriptor, &size, d);
    if (nt_failed(st))
        return st;
    write_head(&w, time, digest);
    (void)move_offsets(descriptor, 0, w.size);
    writer_bytes(&w, descriptor, size);
    return writer_take(&w, ret, ret_size);
}

/* --- the digest --------------------------------------------------------------------------- */

/* The format's own numbers of the kinds of entries. */
static uint16_t tag_number(uint16_t tag)
{
    static const uint16_t tags[] = { 0,           POSIX_USER,      POSIX_USER_OBJ,
                                     POSIX_GROUP, POSIX_GROUP_OBJ, POSIX_OTHER,
                                     POSIX_MASK };
    uint16_t number = 0;

    while (tags[number] != tag)
        number++;
    return number;
}

static void write_entry(struct writer *w, const struct posix_entry *e)
{
    uint16_t number = tag_number(e->tag);

    write_align(w, 8);
    writer_u16(w, number);
    writer_u16(w, number);
    if (e->tag == POSIX_USER || e->tag == POSIX_GROUP) {
        write_align(w, 8);
        writer_u64(w, e->id);
    }
    writer_u32(w, e->perm);
}

static void write_acl(struct writer *w, const struct posix_acl *acl)
{
    write_align(w, 4);
    writer_u32(w, (uint32_t)acl->n);
    write_align(w, 8);
    writer_u32(w, (uint32_t)acl->n);
    writer_u32(w, 0);
    for (size_t i = 0; i < acl->n; i++)
        write_entry(w, &acl->entries[i]);
    write_align(w, 8);
}

nt_status ntacl_digest(uint8_t ret[SHA256_SIZE], const struct posix_security *security)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) void *bytes = NULL;
    bool directory = S_ISDIR(security->mode);
    size_t size;

    writer_init(&w, NTACL_SIZE_MAX);
    writer_u32(&w, REFERENT);
    writer_u32(&w, directory ? REFERENT + REFERENT_STEP : 0);
    writer_u64(&w, security->uid);
    writer_u64(&w, security->gid);
    writer_u32(&w, security->mode);
    write_acl(&w, &security->access);
    if (directory)
        write_acl(&w, &security->initial);
    nt_status st = writer_take(&w, &bytes, &size);
    if (!nt_failed(st))
        sha256(ret, bytes, size);
    return st;
}
