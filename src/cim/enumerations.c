/* SPDX-License-Identifier: MIT */
#include "cim/enumerations.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/secret.h"

enum { ID_BYTES = 16, USERS_WORTH = 4 };

struct entry {
    struct enumeration one; /* first: what is handed out */
    struct entry *next;
    struct enumeration_owner owner;
    time_t expires;
    bool is_held;
};

struct enumerations {
    pthread_mutex_t mutex;
    struct entry *first;
    size_t bytes_of_user;
};

enumerations *enumerations_new(size_t bytes_of_user)
{
    enumerations *e = calloc(1, sizeof(*e));

    if (!e)
        return NULL;
    (void)pthread_mutex_init(&e->mutex, NULL);
    e->bytes_of_user = bytes_of_user;
    return e;
}

static void entry_free(struct entry *entry)
{
    wsman_items_done(&entry->one.items);
    free(entry);
}

enumerations *enumerations_free(enumerations *e)
{
    struct entry *next;

    if (!e)
        return NULL;
    for (struct entry *i = e->first; i; i = next) {
        next = i->next;
        entry_free(i);
    }
    (void)pthread_mutex_destroy(&e->mutex);
    free(e);
    return NULL;
}

/* --- with the mutex --------------------------------------------------------------------------- */

static void unlock(pthread_mutex_t **mutex)
{
    (void)pthread_mutex_unlock(*mutex);
}

static pthread_mutex_t *lock(enumerations *e)
{
    (void)pthread_mutex_lock(&e->mutex);
    return &e->mutex;
}

#define HOLDING(e) _cleanup_(unlock) __attribute__((unused)) pthread_mutex_t *held_ = lock(e)

static void take_out(enumerations *e, struct entry *entry)
{
    struct entry **place = &e->first;

    while (*place != entry)
        place = &(*place)->next;
    *place = entry->next;
    entry_free(entry);
}

static time_t expire(enumerations *e, time_t now)
{
    struct entry *next;
    time_t first = 0;

    for (struct entry *i = e->first; i; i = next) {
        next = i->next;
        if (i->is_held)
            continue;
        if (i->expires <= now)
            take_out(e, i);
        else if (first == 0 || i->expires < first)
            first = i->expires;
    }
    return first;
}

static bool is_owner(const struct entry *entry, const struct enumeration_owner *owner)
{
    return entry->owner.size == owner->size &&
           memcmp(entry->owner.bytes, owner->bytes, owner->size) == 0;
}

static bool has_room(const enumerations *e, const struct enumeration_owner *owner, size_t size)
{
    size_t n = 0, n_of_user = 0, bytes = size, bytes_of_user = size;

    for (const struct entry *i = e->first; i; i = i->next) {
        const size_t its_size = wsman_items_size(&i->one.items);

        n++;
        bytes += its_size;
        if (is_owner(i, owner)) {
            n_of_user++;
            bytes_of_user += its_size;
        }
    }
    return n < ENUMERATIONS_MAX && n_of_user < ENUMERATIONS_OF_USER_MAX &&
           bytes_of_user <= e->bytes_of_user && bytes <= USERS_WORTH * e->bytes_of_user;
}

/* --- what others call ------------------------------------------------------------------------- */

static bool make_id(char ret[ENUMERATION_ID_SIZE])
{
    uint8_t bytes[ID_BYTES];
    int n = snprintf(ret, ENUMERATION_ID_SIZE, "uuid:");

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++)
        n += snprintf(ret + n, ENUMERATION_ID_SIZE - (size_t)n, "%s%02x",
                      i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
    return true;
}

nt_status enumerations_add(struct enumeration **ret, enumerations *e,
                           const struct enumeration_owner *owner, struct wsman_items *items,
                           unsigned seconds, time_t now)
{
    HOLDING(e);
    struct entry *entry;

    (void)expire(e, now);
    if (!has_room(e, owner, wsman_items_size(items)))
        return NT(QUOTA_EXCEEDED);
    entry = calloc(1, sizeof(*entry));
    if (!entry || !make_id(entry->one.id)) {
        free(entry);
        return NT(NO_MEMORY);
    }
    entry->one.items = *items;
    *items = (struct wsman_items){ 0 };
    entry->one.seconds = seconds < ENUMERATION_SECONDS ? seconds : ENUMERATION_SECONDS;
    entry->owner = *owner;
    entry->is_held = true;
    entry->next = e->first;
    e->first = entry;
    *ret = &entry->one;
    return NT_OK;
}

struct enumeration *enumerations_hold(enumerations *e, const struct enumeration_owner *owner,
                                      const char *id, time_t now)
{
    HOLDING(e);
    const size_t size = strlen(id);

    (void)expire(e, now);
    for (struct entry *i = e->first; i; i = i->next) {
        if (i->is_held || !is_owner(i, owner) || strlen(i->one.id) != size ||
            !secret_equal(i->one.id, id, size))
            continue;
        i->is_held = true;
        return &i->one;
    }
    return NULL;
}

void enumerations_let_go(enumerations *e, struct enumeration *one, time_t now)
{
    HOLDING(e);
    struct entry *entry = (struct entry *)one;

    entry->is_held = false;
    entry->expires = now + (time_t)one->seconds;
}

void enumerations_forget(enumerations *e, struct enumeration *one)
{
    HOLDING(e);

    take_out(e, (struct entry *)one);
}

time_t enumerations_expire(enumerations *e, time_t now)
{
    HOLDING(e);

    return expire(e, now);
}
