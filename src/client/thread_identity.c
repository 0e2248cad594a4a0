/* SPDX-License-Identifier: MIT */
#include "client/thread_identity.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* Made by the first wear of a thread, freed by its end. */
struct wardrobe {
    struct credentials home;
    struct kernel_identity worn;
    enum {
        AT_HOME,
        WORN,
        SUSPENDED,
        BARE, /* with the ids of home, without its capabilities */
        BARE_SUSPENDED,
    } state;
};

static _Thread_local struct wardrobe *own;
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static int exit_key_error;

static void wardrobe_free(void *value)
{
    struct wardrobe *w = value;

    thread_identity_restore();
    credentials_done(&w->home);
    free(w);
    own = NULL;
}

static void make_exit_key(void)
{
    exit_key_error = pthread_key_create(&exit_key, wardrobe_free);
}

static int wardrobe_new(struct wardrobe **ret)
{
    struct wardrobe *w;
    int r;

    (void)pthread_once(&exit_key_once, make_exit_key);
    if (exit_key_error)
        return -exit_key_error;
    w = calloc(1, sizeof(*w));
    if (!w)
        return -ENOMEM;
    r = credentials_read(&w->home);
    if (r == 0)
        r = -pthread_setspecific(exit_key, w);
    if (r < 0) {
        credentials_done(&w->home);
        free(w);
        return r;
    }
    *ret = w;
    return 0;
}

/* The program may have given up its identity for good since home was read. */
static int home_refresh(struct wardrobe *w)
{
    if (geteuid() == w->home.euid && getegid() == w->home.egid)
        return 0;
    return credentials_read(&w->home);
}

static int wear_foreign(struct wardrobe *w, const struct kernel_identity *identity)
{
    int r = w->state == WORN ? 0 : home_refresh(w);

    if (r == 0)
        r = credentials_wear(identity, w->state == WORN ? &w->worn : NULL, &w->home);
    if (r < 0)
        return r;
    w->worn = *identity;
    w->state = WORN;
    return 0;
}

/* Root's capabilities are root's own; another uid has them for its process' privileges. */
static int wear_own(struct wardrobe *w)
{
    int r;

    thread_identity_restore();
    if (w->home.euid == 0 || w->home.capabilities.effective == 0)
        return 0;
    r = credentials_bare(&w->home);
    if (r == 0)
        w->state = BARE;
    return r;
}

nt_status thread_identity_wear(const struct kernel_identity *identity)
{
    int r = own ? 0 : wardrobe_new(&own);

    if (r < 0)
        return nt_from_errno(r);
    if (credentials_equal(identity, &own->home))
        return nt_from_errno(wear_own(own));
    if (own->state == BARE)
        thread_identity_restore();
    r = wear_foreign(own, identity);
    if (r == -EPERM || r == -EINVAL)
        return NT(PRIVILEGE_NOT_HELD);
    return nt_from_errno(r);
}

void thread_identity_restore(void)
{
    if (!own || own->state == AT_HOME)
        return;
    if (own->state == WORN)
        credentials_restore(&own->home);
    else if (own->state == BARE)
        credentials_unbare(&own->home);
    own->state = AT_HOME;
}

void thread_identity_suspend(void)
{
    if (own && own->state == WORN) {
        credentials_restore(&own->home);
        own->state = SUSPENDED;
    } else if (own && own->state == BARE) {
        credentials_unbare(&own->home);
        own->state = BARE_SUSPENDED;
    }
}

void thread_identity_resume(void)
{
    int r = 0;

    if (own && own->state == SUSPENDED) {
        r = credentials_wear(&own->worn, NULL, &own->home);
        own->state = WORN;
    } else if (own && own->state == BARE_SUSPENDED) {
        r = credentials_bare(&own->home);
        own->state = BARE;
    }
    /* To go on as the service where the program believes to be the client must not happen. */
    if (r < 0)
        abort();
}

const struct credentials *thread_identity_home_if_worn(void)
{
    return own && own->state == WORN ? &own->home : NULL;
}
