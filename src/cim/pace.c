/* SPDX-License-Identifier: MIT */
#include "cim/pace.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/monotonic.h"

struct pace_client {
    pace *pace;
    pace_client *next;
    int fd;
    time_t deadline; /* 0: none */
};

struct pace {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct pace_limits limits;
    enumerations *enumerations;
    pace_client *first;
    bool stops;
};

/* --- the thread ------------------------------------------------------------------------------- */

static void sooner(time_t *first, time_t other)
{
    if (other > 0 && (*first == 0 || other < *first))
        *first = other;
}

/* Cuts off those whose time is up. Returns when the next one's is; 0: nobody's. */
static time_t cut_off(pace *p)
{
    const time_t time = monotonic_seconds();
    time_t first = enumerations_expire(p->enumerations, time);

    for (pace_client *c = p->first; c; c = c->next) {
        if (c->deadline > 0 && c->deadline <= time) {
            (void)shutdown(c->fd, SHUT_RDWR);
            c->deadline = 0;
        }
        sooner(&first, c->deadline);
    }
    return first;
}

static void *watch(void *context)
{
    pace *p = context;

    (void)pthread_mutex_lock(&p->mutex);
    while (!p->stops) {
        const struct timespec until = { .tv_sec = cut_off(p) };

        if (until.tv_sec > 0)
            (void)pthread_cond_timedwait(&p->changed, &p->mutex, &until);
        else
            (void)pthread_cond_wait(&p->changed, &p->mutex);
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return NULL;
}

int pace_start(pace **ret, const struct pace_limits *limits, enumerations *kept)
{
    pthread_condattr_t attributes;
    pace *p = calloc(1, sizeof(*p));
    int error;

    if (!p)
        return -ENOMEM;
    p->limits = *limits;
    p->enumerations = kept;
    (void)pthread_mutex_init(&p->mutex, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&p->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    error = pthread_create(&p->thread, NULL, watch, p);
    if (error) {
        free(p);
        return -error;
    }
    *ret = p;
    return 0;
}

pace *pace_stop(pace *p)
{
    if (!p)
        return NULL;
    (void)pthread_mutex_lock(&p->mutex);
    p->stops = true;
    (void)pthread_cond_signal(&p->changed);
    (void)pthread_mutex_unlock(&p->mutex);
    (void)pthread_join(p->thread, NULL);
    (void)pthread_cond_destroy(&p->changed);
    (void)pthread_mutex_destroy(&p->mutex);
    free(p);
    return NULL;
}

/* --- clients ---------------------------------------------------------------------------------- */

static unsigned seconds_of(const struct pace_limits *limits, enum pace_phase phase)
{
    switch (phase) {
    case PACE_WAIT:
        return limits->wait_seconds;
    case PACE_BODY:
        return limits->body_seconds;
    case PACE_TAKE:
        return limits->take_seconds;
    default:
        return 0;
    }
}

void pace_set(pace_client *c, enum pace_phase phase)
{
    const unsigned seconds = seconds_of(&c->pace->limits, phase);

    (void)pthread_mutex_lock(&c->pace->mutex);
    c->deadline = seconds > 0 ? monotonic_seconds() + (time_t)seconds : 0;
    (void)pthread_cond_signal(&c->pace->changed);
    (void)pthread_mutex_unlock(&c->pace->mutex);
}

pace_client *pace_enter(pace *p, int fd)
{
    pace_client *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->pace = p;
    c->fd = fd;
    (void)pthread_mutex_lock(&p->mutex);
    c->next = p->first;
    p->first = c;
    (void)pthread_mutex_unlock(&p->mutex);
    pace_set(c, PACE_WAIT);
    return c;
}

pace_client *pace_leave(pace_client *c)
{
    pace_client **place;

    if (!c)
        return NULL;
    (void)pthread_mutex_lock(&c->pace->mutex);
    for (place = &c->pace->first; *place != c; place = &(*place)->next)
        ;
    *place = c->next;
    (void)pthread_mutex_unlock(&c->pace->mutex);
    free(c);
    return NULL;
}
