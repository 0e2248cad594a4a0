/* SPDX-License-Identifier: MIT */
/*
 * Enumerations that clients read piece by piece. Each belongs to the user who began it, has a name
 * that cannot be guessed, counts for that user and in all, and is forgotten when nobody has asked
 * for it for a while. Any thread.
 */
#ifndef OPENLOGON_CIM_ENUMERATIONS_H
#define OPENLOGON_CIM_ENUMERATIONS_H

#include <time.h>

#include "cim/wsman_items.h"

enum {
    ENUMERATION_ID_SIZE = 64,
    ENUMERATIONS_MAX = 128,
    ENUMERATIONS_OF_USER_MAX = 16,
    ENUMERATION_SECONDS = 300,   /* that one is kept at most while nobody asks */
    ENUMERATION_OWNER_SIZE = 68, /* of a SID */
};

/* Who began one: the bytes of a SID. */
struct enumeration_owner {
    unsigned char bytes[ENUMERATION_OWNER_SIZE];
    size_t size;
};

typedef struct enumerations enumerations;

/* An enumeration that is asked about. It is the store's; who holds it may read and move on. */
struct enumeration {
    struct wsman_items items; /* what there is, as it was when the enumeration began */
    size_t next;              /* the first that has not been given */
    char id[ENUMERATION_ID_SIZE];
    unsigned seconds; /* that it is kept when nobody asks */
};

/* @bytes_of_user  what the items of one user's enumerations may take; of all it is four times that
 */
enumerations *enumerations_new(size_t bytes_of_user); /* NULL: no memory */
enumerations *enumerations_free(enumerations *e);
DEFINE_CLEANUP(enumerations *, enumerations_free);

/**
 * Keeps one.
 * @ret    it, held: enumerations_let_go()
 * @items  taken on success
 * @now    of CLOCK_MONOTONIC in seconds, as everywhere here
 * Errors: QUOTA_EXCEEDED (of the user or in all), NO_MEMORY
 */
_must_check_ nt_status enumerations_add(struct enumeration **ret, enumerations *e,
                                        const struct enumeration_owner *owner,
                                        struct wsman_items *items, unsigned seconds, time_t now);

/* NULL: there is none of that name that is the owner's, or it is held by somebody just now. */
struct enumeration *enumerations_hold(enumerations *e, const struct enumeration_owner *owner,
                                      const char *id, time_t now);
/* Gives back what was held: it is kept for as long again. */
void enumerations_let_go(enumerations *e, struct enumeration *one, time_t now);
/* The same, and it is forgotten. */
void enumerations_forget(enumerations *e, struct enumeration *one);

/* Forgets those whose time has come. Returns when the next one's does; 0: there is none. */
time_t enumerations_expire(enumerations *e, time_t now);

#endif
