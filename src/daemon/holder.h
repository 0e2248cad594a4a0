/* SPDX-License-Identifier: MIT */
/*
 * Who holds what a connection holds, so that the process at its other end can have it back over
 * another connection, when the first one broke because openlogond died or could not write its
 * journal. What waits for that is an orphan. It goes when its process ends, or closes the lifeline
 * that it got; one without a lifeline when nobody has asked for it for some time.
 */
#ifndef OPENLOGON_DAEMON_HOLDER_H
#define OPENLOGON_DAEMON_HOLDER_H

#include <systemd/sd-event.h>

#include "daemon/lifeline.h"
#include "daemon/token_refs.h"

/* Embedded. All zeros: none yet. */
struct holder {
    uint64_t id; /* random; the client names it when it comes again */
    pid_t pid;
    uint32_t uid;
    uint64_t start_time;
    uint64_t record; /* in the journal */
    struct journal_item journal;
    struct lifelines *lines; /* borrowed */
    bool has_line;
};

/* Gives a process a holder of its own. Errors: those of luid_take() and nt_from_errno() */
_must_check_ nt_status holder_begin(struct holder *holder, const Authority *authority,
                                    const ProcessRecord *process, uint32_t uid,
                                    struct lifelines *lines);
void holder_end(struct holder *holder, const Authority *authority);

/* The process's end of the lifeline, the caller's to close. Errors: those of nt_from_errno() */
_must_check_ nt_status holder_give_line(struct holder *holder, int *ret_fd);

/* Orphans. Main thread only. */
typedef struct OrphanSet OrphanSet;

struct orphan_set_spec {
    sd_event *event;
    const Authority *authority;
    struct lifelines *lines;          /* borrowed */
    uint32_t timeout_s;               /* for those without one */
    void (*turn_over)(void *context); /* something has changed outside a client's turn */
    void *context;
};

_must_check_ nt_status orphan_set_new(OrphanSet **ret, const struct orphan_set_spec *spec);
OrphanSet *orphan_set_free(OrphanSet *set); /* drops all */
DEFINE_CLEANUP(OrphanSet *, orphan_set_free);

/* Moves what a connection holds here; without memory it goes at once. */
void orphan_add(OrphanSet *set, struct holder *holder, struct token_refs *refs);

/**
 * An orphan as the journal has it.
 * @ret      borrowed, to restore its references to; NULL: its process is no more
 * Errors:   NO_MEMORY, INTERNAL_DB_CORRUPTION (its number is another's), those of nt_from_errno()
 */
_must_check_ nt_status orphan_restore(OrphanSet *set, struct token_refs **ret, uint64_t record,
                                      const struct holder_record *stored);

/* Drops what any of them refers to of such sessions. */
void orphan_set_revoke(const OrphanSet *set, const struct session_filter *filter);

/* Moves an orphan to a connection of its process. False: there is none that is this process's. */
bool orphan_take(OrphanSet *set, uint64_t id, const ProcessRecord *process, uint32_t uid,
                 struct holder *holder, struct token_refs *refs);

#endif
