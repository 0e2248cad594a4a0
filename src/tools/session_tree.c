/* SPDX-License-Identifier: MIT */
#include "session_tree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"

/* --- sessions ----------------------------------------------------------------------------------
 */

/* Who is no administrator may look at the token of a process of his own. */
static uint64_t origin_by_token(const struct listing *l, const struct listed_session *session);

static uint64_t origin_of(const struct listing *l, const struct listed_session *session)
{
    const LUID id = luid_from_u64(session->id);
    OPENLOGON_DEBUG *debug = NULL;
    uint64_t origin;

    if (!openlogon_debug_session(&id, FALSE, &debug))
        return origin_by_token(l, session);
    origin = luid_to_u64(debug->origin);
    LsaFreeReturnBuffer(debug);
    return origin;
}

struct origin_search {
    uint64_t session, origin;
};

static void look_at_token(const struct listed_process *process, void *context)
{
    struct origin_search *search = context;
    TOKEN_STATISTICS statistics;
    TOKEN_ORIGIN origin;
    HANDLE token = NULL;
    DWORD size;

    if (search->origin != 0 || !openlogon_open_process_token(process->pid, TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size) &&
        luid_to_u64(statistics.AuthenticationId) == search->session &&
        GetTokenInformation(token, TokenOrigin, &origin, sizeof(origin), &size))
        search->origin = luid_to_u64(origin.OriginatingLogonSession);
    CloseHandle(token);
}

static uint64_t origin_by_token(const struct listing *l, const struct listed_session *session)
{
    struct origin_search search = { .session = session->id };

    listing_each_process(l, session, look_at_token, &search);
    return search.origin;
}

static struct session_parent parent_by(const struct listing *l,
                                       const struct listed_session *session, uint64_t id,
                                       enum session_relation relation)
{
    const struct listed_session *parent = id && id < session->id ? listing_find(l, id) : NULL;

    return parent ? (struct session_parent){ relation, parent }
                  : (struct session_parent){ RELATION_NONE, NULL };
}

struct session_parent session_parent(const struct listing *l, const struct listed_session *session)
{
    struct session_parent parent = session->elevation_type == TokenElevationTypeFull
                                       ? parent_by(l, session, session->linked, RELATION_LINKED)
                                       : (struct session_parent){ RELATION_NONE, NULL };

    return parent.session ? parent : parent_by(l, session, origin_of(l, session), RELATION_ORIGIN);
}

/* --- processes ---------------------------------------------------------------------------------
 */

/* From /proc/PID/stat: what is behind the last parenthesis is not the program's to choose. 0: not
 * known, or it has ended. */
static uint32_t parent_pid(uint32_t pid)
{
    char path[32], line[512];
    const char *end;
    uint32_t parent = 0;
    FILE *stat;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
    stat = fopen(path, "re");
    if (!stat)
        return 0;
    if (fgets(line, sizeof(line), stat) && (end = strrchr(line, ')')) &&
        sscanf(end, ") %*c %" SCNu32, &parent) != 1)
        parent = 0;
    fclose(stat);
    return parent;
}

struct member {
    const struct listed_process *process;
    size_t parent; /* its index among the members; SIZE_MAX: none of them */
    size_t place;  /* its index in the tree; SIZE_MAX: none yet */
    bool seen;
};

struct family {
    struct member *members; /* by rising pid */
    size_t n;
    size_t *chain; /* room for all: a member, its parent, and so on */
    struct tree_process *tree;
    size_t n_placed;
};

static void count_member(const struct listed_process *process, void *context)
{
    ((struct family *)context)->n++;
}

static void add_member(const struct listed_process *process, void *context)
{
    struct family *family = context;

    family->members[family->n++] = (struct member){ .process = process, .place = SIZE_MAX };
}

static size_t find_member(const struct family *family, uint32_t pid)
{
    size_t low = 0, high = family->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (family->members[middle].process->pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < family->n && family->members[low].process->pid == pid ? low : SIZE_MAX;
}

/* After all of its ancestors that are not placed yet. Numbers of processes that end meanwhile are
 * given out again, so there can be a circle: it is cut where it was entered. */
static void place(struct family *family, size_t i)
{
    size_t n = 0, parent;

    while (i != SIZE_MAX && !family->members[i].seen) {
        family->members[i].seen = true;
        family->chain[n++] = i;
        i = family->members[i].parent;
    }
    parent = i == SIZE_MAX ? SIZE_MAX : family->members[i].place;
    while (n-- > 0) {
        struct member *member = &family->members[family->chain[n]];

        family->tree[family->n_placed] = (struct tree_process){ member->process, parent };
        member->place = parent = family->n_placed++;
    }
}

static void place_all(struct family *family)
{
    for (size_t i = 0; i < family->n; i++)
        family->members[i].parent =
            find_member(family, parent_pid(family->members[i].process->pid));
    for (size_t i = 0; i < family->n; i++)
        place(family, i);
}

struct tree_process *session_processes(const struct listing *l,
                                       const struct listed_session *session, size_t *ret_n)
{
    struct family family = { 0 };

    listing_each_process(l, session, count_member, &family);
    family.members = calloc(family.n + 1, sizeof(*family.members));
    family.chain = calloc(family.n + 1, sizeof(*family.chain));
    family.tree = calloc(family.n + 1, sizeof(*family.tree));
    family.n = 0;
    if (family.members && family.chain && family.tree) {
        listing_each_process(l, session, add_member, &family);
        place_all(&family);
    } else {
        free(family.tree);
        family.tree = NULL;
    }
    free(family.members);
    free(family.chain);
    *ret_n = family.n;
    return family.tree;
}
