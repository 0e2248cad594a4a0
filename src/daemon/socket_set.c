/* SPDX-License-Identifier: MIT */
#include "daemon/socket_set.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "daemon/bounds.h"

struct SocketSet {
    int epoll;
    sd_event_source *source;
    void (*turn_over)(void *context);
    void *context;
    struct id_map watches;
    uint64_t last_id; /* never used twice: an event may come for a watch that was removed */
};

static int take_events(SocketSet *set, int max)
{
    struct epoll_event events[EVENTS_PER_TURN];
    int n = epoll_wait(set->epoll, events, max, 0);

    for (int i = 0; i < n; i++) {
        struct socket_watch *watch =
            ID_ENTRY(id_map_find(&set->watches, events[i].data.u64), struct socket_watch, node);

        if (watch)
            watch->ready(watch->owner, events[i].events);
    }
    return n;
}

static int turn(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    SocketSet *set = context;
    int left = EVENTS_PER_TURN, n;

    do {
        n = take_events(set, left);
        left -= n > 0 ? n : 0;
    } while (n > 0 && left > 0);
    set->turn_over(set->context);
    return 0;
}

int socket_set_new(SocketSet **ret, sd_event *event, void (*turn_over)(void *context),
                   void *context)
{
    _cleanup_(socket_set_freep) SocketSet *set = calloc(1, sizeof(*set));
    int r;

    if (!set)
        return -ENOMEM;
    set->turn_over = turn_over;
    set->context = context;
    set->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (set->epoll < 0)
        return -errno;
    r = sd_event_add_io(event, &set->source, set->epoll, EPOLLIN, turn, set);
    if (r < 0)
        return r;
    *ret = TAKE(set);
    return 0;
}

SocketSet *socket_set_free(SocketSet *set)
{
    if (!set)
        return NULL;
    (void)sd_event_source_disable_unref(set->source);
    if (set->epoll >= 0)
        (void)close(set->epoll);
    free(set);
    return NULL;
}

static int control(const SocketSet *set, int operation, const struct socket_watch *watch,
                   uint32_t events)
{
    struct epoll_event event = { .events = events, .data.u64 = watch->node.id };

    return epoll_ctl(set->epoll, operation, watch->fd, &event) < 0 ? -errno : 0;
}

int socket_set_add(SocketSet *set, struct socket_watch *watch, int fd, uint32_t events)
{
    int r;

    watch->node.id = ++set->last_id;
    watch->fd = fd;
    r = control(set, EPOLL_CTL_ADD, watch, events);
    if (r < 0)
        watch->node.id = 0;
    else
        (void)id_map_insert(&set->watches, &watch->node);
    return r;
}

int socket_set_change(const SocketSet *set, const struct socket_watch *watch, uint32_t events)
{
    return control(set, EPOLL_CTL_MOD, watch, events);
}

void socket_set_remove(SocketSet *set, struct socket_watch *watch)
{
    if (watch->node.id == 0)
        return;
    (void)control(set, EPOLL_CTL_DEL, watch, 0);
    id_map_remove(&set->watches, &watch->node);
    watch->node.id = 0;
}
