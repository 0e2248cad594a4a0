/* SPDX-License-Identifier: MIT */
#include "daemon/lease.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "linux/random.h"

struct lease {
    struct lease_set *set;
    struct lease *previous, *next;
    sd_event_source *source; /* owns the descriptor */
    struct token_refs refs;  /* refs.owner is the lease's record in the journal */
    struct quota_charge charge;
    struct journal_item journal;
    uint8_t cookie_hash[SHA256_SIZE]; /* of a parcel: not used */
    dev_t device;                     /* which pipe it is, for those who show the other end */
    ino_t inode;
};

static bool is_parcel(const struct lease *lease)
{
    return lease->journal.kind == JOURNAL_PARCEL;
}

/* --- the list ----------------------------------------------------------------------------------
 */

static void lease_link(struct lease *lease)
{
    lease->next = lease->set->first;
    if (lease->next)
        lease->next->previous = lease;
    lease->set->first = lease;
}

static void lease_unlink(struct lease *lease)
{
    if (lease->previous)
        lease->previous->next = lease->next;
    else
        lease->set->first = lease->next;
    if (lease->next)
        lease->next->previous = lease->previous;
}

static struct lease *lease_free(struct lease *lease)
{
    const struct lease_set *set = lease->set;

    lease_unlink(lease);
    journal_ended(set->spec.authority->journal, &lease->journal, lease->refs.owner);
    if (lease->source)
        lifeline_end(set->spec.lines, lease->refs.owner);
    (void)sd_event_source_disable_unref(lease->source);
    token_refs_done(&lease->refs);
    quota_return(&lease->charge);
    free(lease);
    return NULL;
}
DEFINE_CLEANUP(struct lease *, lease_free);

static uint64_t lease_encode(const struct journal_item *item, struct writer *out)
{
    const struct lease *lease =
        (const struct lease *)(const void *)((const char *)item - offsetof(struct lease, journal));
    struct lease_record record = { .uid = lease->refs.uid };

    memcpy(record.cookie_hash, lease->cookie_hash, sizeof(record.cookie_hash));
    lease_record_encode(&record, out);
    return lease->refs.owner;
}

static uint64_t parcel_encode(const struct journal_item *item, struct writer *out)
{
    const struct lease *lease =
        (const struct lease *)(const void *)((const char *)item - offsetof(struct lease, journal));
    const struct parcel_record record = { .uid = lease->refs.uid };

    parcel_record_encode(&record, out);
    return lease->refs.owner;
}

void lease_set_init(struct lease_set *set, const struct lease_set_spec *spec)
{
    *set = (struct lease_set){ .spec = *spec };
    journal_teach(spec->authority->journal, JOURNAL_LEASE, lease_encode);
    journal_teach(spec->authority->journal, JOURNAL_PARCEL, parcel_encode);
}

void lease_set_done(struct lease_set *set)
{
    while (set->first)
        lease_free(set->first);
}

/* --- the pipe ----------------------------------------------------------------------------------
 */

/* Nobody writes into the pipe: whatever is told of it means that the other end is closed. */
static int other_end_closed(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    struct lease *lease = context;
    struct lease_set *set = lease->set;

    lease_free(lease);
    set->spec.turn_over(set->spec.context);
    return 0;
}

static int watch(struct lease *lease, int fd)
{
    struct stat info;
    int r = fstat(fd, &info) < 0 ? -errno : 0;

    if (r < 0) {
        (void)close(fd);
        return r;
    }
    lease->device = info.st_dev;
    lease->inode = info.st_ino;
    r = sd_event_add_io(lease->set->spec.event, &lease->source, fd, EPOLLIN, other_end_closed,
                        lease);
    if (r < 0)
        (void)close(fd);
    else
        (void)sd_event_source_set_io_fd_own(lease->source, 1);
    return r;
}

static int make_pipe(struct lease *lease, int *ret_fd)
{
    int fds[2];
    int r = lifeline_make(lease->set->spec.lines, lease->refs.owner, fds);

    if (r < 0)
        return r;
    r = watch(lease, fds[0]);
    if (r < 0) {
        (void)close(fds[1]);
        lifeline_end(lease->set->spec.lines, lease->refs.owner);
        return r;
    }
    *ret_fd = fds[1];
    return 0;
}

static int find_pipe(struct lease *lease)
{
    int fd;
    int r = lifeline_find(lease->set->spec.lines, lease->refs.owner, &fd);

    return r < 0 ? r : watch(lease, fd);
}

/* --- leases ------------------------------------------------------------------------------------
 */

static nt_status lease_alloc(struct lease **ret, struct lease_set *set, enum journal_kind kind,
                             uint64_t record, uint32_t uid)
{
    enum quota_kind quota = kind == JOURNAL_PARCEL ? QUOTA_PARCELS : QUOTA_LEASES;
    _cleanup_(lease_freep) struct lease *lease = calloc(1, sizeof(*lease));
    nt_status st;

    if (!lease)
        return NT(NO_MEMORY);
    lease->set = set;
    lease->journal = JOURNAL_ITEM(kind);
    lease_link(lease);
    token_refs_init(&lease->refs, set->spec.authority, uid);
    lease->refs.owner = record;
    st = quota_charge(&lease->charge, set->spec.authority->quotas, uid, quota, 1);
    if (nt_failed(st))
        return st;
    *ret = TAKE(lease);
    return NT_OK;
}

static nt_status make_cookie(struct lease *lease, uint8_t cookie[LEASE_COOKIE_SIZE])
{
    int r = random_fill(cookie, LEASE_COOKIE_SIZE);

    if (r < 0)
        return nt_from_errno(r);
    sha256(lease->cookie_hash, cookie, LEASE_COOKIE_SIZE);
    return NT_OK;
}

nt_status lease_new(struct lease_set *set, const struct token_refs *refs,
                    uint8_t cookie[LEASE_COOKIE_SIZE], int *ret_fd)
{
    _cleanup_(lease_freep) struct lease *lease = NULL;
    uint64_t record;
    nt_status st = luid_take(set->spec.authority->luids, 1, &record);

    if (!nt_failed(st))
        st = lease_alloc(&lease, set, JOURNAL_LEASE, record, refs->uid);
    if (!nt_failed(st))
        st = token_refs_copy(&lease->refs, refs);
    if (!nt_failed(st))
        st = make_cookie(lease, cookie);
    if (!nt_failed(st))
        st = nt_from_errno(make_pipe(lease, ret_fd));
    if (nt_failed(st))
        return st;
    journal_changed(set->spec.authority->journal, &lease->journal);
    (void)TAKE(lease); /* its set has it */
    return NT_OK;
}

/* Takes the lease. NULL: nobody has its other end, and the record is forgotten with it. */
static struct token_refs *lease_found(struct lease *lease)
{
    lease->journal.stored = true;
    if (find_pipe(lease) >= 0)
        return &lease->refs;
    lease_free(lease);
    return NULL;
}

nt_status lease_restore(struct lease_set *set, struct token_refs **ret, uint64_t record,
                        const struct lease_record *stored)
{
    _cleanup_(lease_freep) struct lease *lease = NULL;
    nt_status st = lease_alloc(&lease, set, JOURNAL_LEASE, record, stored->uid);

    *ret = NULL;
    if (nt_failed(st))
        return st;
    memcpy(lease->cookie_hash, stored->cookie_hash, sizeof(lease->cookie_hash));
    *ret = lease_found(TAKE(lease));
    return NT_OK;
}

static struct lease *lease_find(const struct lease_set *set, const uint8_t *cookie)
{
    uint8_t hash[SHA256_SIZE];

    sha256(hash, cookie, LEASE_COOKIE_SIZE);
    for (struct lease *lease = set->first; lease; lease = lease->next) {
        if (!is_parcel(lease) && secret_equal(lease->cookie_hash, hash, sizeof(hash)))
            return lease;
    }
    return NULL;
}

nt_status lease_adopt(struct lease_set *set, const uint8_t *cookie, size_t cookie_size,
                      struct token_refs *refs)
{
    struct lease *lease = cookie_size == LEASE_COOKIE_SIZE ? lease_find(set, cookie) : NULL;
    nt_status st;

    if (!lease || lease->refs.uid != refs->uid)
        return NT(ACCESS_DENIED);
    st = token_refs_copy(refs, &lease->refs);
    if (nt_failed(st))
        return st;
    lease_free(lease);
    return NT_OK;
}

/* --- parcels -----------------------------------------------------------------------------------
 */

nt_status parcel_new(struct lease_set *set, const struct parcel_spec *spec, int *ret_fd)
{
    _cleanup_(lease_freep) struct lease *parcel = NULL;
    uint64_t record;
    nt_status st = luid_take(set->spec.authority->luids, 1, &record);

    if (!nt_failed(st))
        st = lease_alloc(&parcel, set, JOURNAL_PARCEL, record, spec->uid);
    if (!nt_failed(st))
        st = token_refs_add(&parcel->refs, spec->token, spec->granted);
    if (!nt_failed(st))
        st = nt_from_errno(make_pipe(parcel, ret_fd));
    if (nt_failed(st))
        return st;
    journal_changed(set->spec.authority->journal, &parcel->journal);
    (void)TAKE(parcel); /* its set has it */
    return NT_OK;
}

nt_status parcel_restore(struct lease_set *set, struct token_refs **ret, uint64_t record,
                         const struct parcel_record *stored)
{
    struct lease *parcel;
    nt_status st = lease_alloc(&parcel, set, JOURNAL_PARCEL, record, stored->uid);

    *ret = NULL;
    if (!nt_failed(st))
        *ret = lease_found(parcel);
    return st;
}

static bool is_its_pipe(const struct lease *lease, const struct stat *info)
{
    return lease->device == info->st_dev && lease->inode == info->st_ino;
}

/* Nobody else can open these pipes: who shows the end of one was given it. */
nt_status parcel_peek(const struct lease_set *set, int fd, struct token_ref **ret)
{
    struct stat info;

    if (fstat(fd, &info) < 0 || !S_ISFIFO(info.st_mode))
        return NT(INVALID_HANDLE);
    for (const struct lease *lease = set->first; lease; lease = lease->next) {
        if (!is_parcel(lease) || !is_its_pipe(lease, &info) || !lease->refs.map.first)
            continue;
        *ret = ID_ENTRY(lease->refs.map.first, struct token_ref, node);
        return NT_OK;
    }
    return NT(INVALID_HANDLE);
}

void lease_set_revoke(const struct lease_set *set, const struct session_filter *filter)
{
    for (struct lease *lease = set->first; lease; lease = lease->next)
        token_refs_revoke(&lease->refs, filter);
}
