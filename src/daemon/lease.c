/* SPDX-License-Identifier: MIT */
#include "daemon/lease.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "linux/random.h"

struct lease {
    struct lease_set *set;
    struct lease *previous, *next;
    sd_event_source *source; /* owns the descriptor */
    struct token_refs refs;
    struct quota_charge charge;
    uint8_t cookie[LEASE_COOKIE_SIZE];
};

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
    lease_unlink(lease);
    (void)sd_event_source_disable_unref(lease->source);
    token_refs_done(&lease->refs);
    quota_return(&lease->charge);
    secret_wipe(lease->cookie, sizeof(lease->cookie));
    free(lease);
    return NULL;
}
DEFINE_CLEANUP(struct lease *, lease_free);

void lease_set_done(struct lease_set *set)
{
    while (set->first)
        lease_free(set->first);
}

/* Nobody writes into the socket: whatever is told of it means that the other end is closed. */
static int other_end_closed(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    lease_free(context);
    return 0;
}

static int watch(struct lease *lease, sd_event *event, int *ret_fd)
{
    int fds[2];
    int r;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
        return -errno;
    r = sd_event_add_io(event, &lease->source, fds[0], EPOLLIN, other_end_closed, lease);
    if (r < 0) {
        (void)close(fds[0]);
        (void)close(fds[1]);
        return r;
    }
    (void)sd_event_source_set_io_fd_own(lease->source, 1);
    *ret_fd = fds[1];
    return 0;
}

nt_status lease_new(struct lease_set *set, sd_event *event, const struct token_refs *refs,
                    uint8_t cookie[LEASE_COOKIE_SIZE], int *ret_fd)
{
    _cleanup_(lease_freep) struct lease *lease = calloc(1, sizeof(*lease));
    nt_status st;
    int r;

    if (!lease)
        return NT(NO_MEMORY);
    lease->set = set;
    lease_link(lease);
    token_refs_init(&lease->refs, refs->quotas, refs->uid);
    st = quota_charge(&lease->charge, refs->quotas, refs->uid, QUOTA_LEASES, 1);
    if (nt_failed(st))
        return st;
    st = token_refs_copy(&lease->refs, refs);
    if (nt_failed(st))
        return st;
    r = random_fill(lease->cookie, sizeof(lease->cookie));
    if (r < 0)
        return nt_from_errno(r);
    r = watch(lease, event, ret_fd);
    if (r < 0)
        return nt_from_errno(r);
    memcpy(cookie, lease->cookie, LEASE_COOKIE_SIZE);
    (void)TAKE(lease); /* its set has it */
    return NT_OK;
}

static struct lease *lease_find(const struct lease_set *set, const uint8_t *cookie)
{
    for (struct lease *lease = set->first; lease; lease = lease->next) {
        if (secret_equal(lease->cookie, cookie, LEASE_COOKIE_SIZE))
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
