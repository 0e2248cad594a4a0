/* SPDX-License-Identifier: MIT */
#include "authority/user_index.h"

#include <string.h>

#include "base/ascii.h"
#include "linux/random.h"

/*
 * Users are in two maps, by the hash of the name and by that of the SID. Those that have a hash in
 * common follow each other: the hash is the upper part of the id, a number the lower one.
 */
enum {
    NUMBER_BITS = 16,
    SAME_HASH_MAX = 1 << NUMBER_BITS,
};

/* One block: this, the SID, the name. There as long as there are sessions. */
struct user {
    struct id_node by_name, by_sid;
    struct id_map sessions;
    const char *name; /* never NULL */
    const SID *sid;   /* NULL: none */
};

struct UserIndex {
    struct id_map by_name, by_sid;
    uint64_t seed; /* secret, so that nobody can choose names that have a hash in common */
};

nt_status user_index_new(UserIndex **ret)
{
    _cleanup_(freep) UserIndex *index = calloc(1, sizeof(*index));
    int r;

    if (!index)
        return NT(NO_MEMORY);
    r = random_fill(&index->seed, sizeof(index->seed));
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(index);
    return NT_OK;
}

static void user_free(UserIndex *index, struct user *user)
{
    id_map_remove(&index->by_name, &user->by_name);
    id_map_remove(&index->by_sid, &user->by_sid);
    free(user);
}

UserIndex *user_index_free(UserIndex *index)
{
    while (index && index->by_name.first)
        user_free(index, ID_ENTRY(index->by_name.first, struct user, by_name));
    free(index);
    return NULL;
}

/* --- hashes --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, unsigned char byte)
{
    hash = (hash ^ byte) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* The first id of those with a hash. */
static uint64_t name_id(const UserIndex *index, const char *name)
{
    uint64_t hash = index->seed;

    for (; *name; name++)
        hash = mix(hash, (unsigned char)ascii_lower(*name));
    return hash << NUMBER_BITS;
}

static uint64_t sid_id(const UserIndex *index, const SID *sid)
{
    const unsigned char *bytes = (const unsigned char *)sid;
    uint64_t hash = ~index->seed;

    for (size_t i = 0; sid && i < sid_length(sid); i++)
        hash = mix(hash, bytes[i]);
    return hash << NUMBER_BITS;
}

/* The node with this id or, while they have a hash in common, the next one. */
static struct id_node *first_of_hash(const struct id_map *map, uint64_t id)
{
    struct id_node *node = id_map_find(map, id);

    if (!node)
        node = id_map_after(map, id);
    return node && node->id >> NUMBER_BITS == id >> NUMBER_BITS ? node : NULL;
}

static struct id_node *next_of_hash(const struct id_map *map, const struct id_node *node)
{
    struct id_node *next = id_map_next(map, node);

    return next && next->id >> NUMBER_BITS == node->id >> NUMBER_BITS ? next : NULL;
}

/* False: they are as many as there may be. */
static bool insert(struct id_map *map, struct id_node *node, uint64_t id)
{
    const struct id_node *other = first_of_hash(map, id);

    while (other && other->id == id && id % SAME_HASH_MAX < SAME_HASH_MAX - 1) {
        other = next_of_hash(map, other);
        id++;
    }
    node->id = id;
    return id_map_insert(map, node);
}

/* --- users ---------------------------------------------------------------------------------- */

static bool same_name(const char *a, const char *b)
{
    return ascii_equal(a, strlen(a), b);
}

static bool same_sid(const SID *a, const SID *b)
{
    return a && b ? sid_equal(a, b) : a == b;
}

static const char *name_of(const Session *session)
{
    return session->facts->user ? session->facts->user : "";
}

static struct user *find(const UserIndex *index, const Session *session)
{
    const struct id_map *map = &index->by_sid;
    struct id_node *node = first_of_hash(map, sid_id(index, session->facts->sid));

    for (; node; node = next_of_hash(map, node)) {
        struct user *user = ID_ENTRY(node, struct user, by_sid);

        if (same_sid(user->sid, session->facts->sid) && same_name(user->name, name_of(session)))
            return user;
    }
    return NULL;
}

static struct user *user_new(UserIndex *index, const Session *session)
{
    const SID *sid = session->facts->sid;
    const size_t sid_size = sid ? sid_length(sid) : 0;
    const size_t name_size = strlen(name_of(session)) + 1;
    struct user *user = malloc(sizeof(*user) + sid_size + name_size);

    if (!user)
        return NULL;
    *user = (struct user){ 0 };
    user->sid = sid ? memcpy(user + 1, sid, sid_size) : NULL;
    user->name = memcpy((char *)(user + 1) + sid_size, name_of(session), name_size);
    if (!insert(&index->by_name, &user->by_name, name_id(index, user->name))) {
        free(user);
        return NULL;
    }
    if (!insert(&index->by_sid, &user->by_sid, sid_id(index, sid))) {
        id_map_remove(&index->by_name, &user->by_name);
        free(user);
        return NULL;
    }
    return user;
}

nt_status user_index_add(UserIndex *index, Session *session)
{
    struct user *user = find(index, session);

    if (!user)
        user = user_new(index, session);
    if (!user)
        return NT(NO_MEMORY);
    session->by_user.id = session_luid(session);
    (void)id_map_insert(&user->sessions, &session->by_user); /* LUIDs differ */
    return NT_OK;
}

void user_index_remove(UserIndex *index, Session *session)
{
    struct user *user = find(index, session);

    id_map_remove(&user->sessions, &session->by_user);
    if (user->sessions.size == 0)
        user_free(index, user);
}

/* --- sessions of one ------------------------------------------------------------------------ */

static void take_smaller(struct id_node **least, struct id_node *node)
{
    if (node && (!*least || node->id < (*least)->id))
        *least = node;
}

static struct id_node *next_by_sid(const UserIndex *index, const struct session_owner *owner,
                                   uint64_t after)
{
    struct id_node *node = first_of_hash(&index->by_sid, sid_id(index, owner->sid)), *least = NULL;

    for (; node; node = next_of_hash(&index->by_sid, node)) {
        const struct user *user = ID_ENTRY(node, struct user, by_sid);

        if (same_sid(user->sid, owner->sid) && (!owner->user || same_name(user->name, owner->user)))
            take_smaller(&least, id_map_after(&user->sessions, after));
    }
    return least;
}

static struct id_node *next_by_name(const UserIndex *index, const char *name, uint64_t after)
{
    struct id_node *node = first_of_hash(&index->by_name, name_id(index, name)), *least = NULL;

    for (; node; node = next_of_hash(&index->by_name, node)) {
        const struct user *user = ID_ENTRY(node, struct user, by_name);

        if (same_name(user->name, name))
            take_smaller(&least, id_map_after(&user->sessions, after));
    }
    return least;
}

Session *user_index_next(const UserIndex *index, const struct session_owner *owner, uint64_t after)
{
    struct id_node *node =
        owner->sid ? next_by_sid(index, owner, after) : next_by_name(index, owner->user, after);

    return ID_ENTRY(node, Session, by_user);
}
