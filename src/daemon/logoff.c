/* SPDX-License-Identifier: MIT */
#include "daemon/logoff.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/process_listing.h"

enum {
    TICK_USEC = 25 * 1000,
    USEC_PER_MS = 1000,
};

/* A session that is being ended. */
struct target {
    uint64_t luid;
    size_t n_processes; /* when it was last looked at */
};

/* Owned by the set. */
struct logoff {
    struct logoff *next;
    struct target *targets; /* by rising LUID */
    size_t n_targets;
    uint64_t hang_up_usec, kill_usec, give_up_usec;
    void (*done)(nt_status status, void *context);
    void *context;
};

struct LogoffSet {
    Daemon *daemon;
    struct logoff *first;
    sd_event_source *timer; /* armed while there are some */
};

static struct logoff *logoff_free(struct logoff *logoff)
{
    if (logoff)
        free(logoff->targets);
    free(logoff);
    return NULL;
}
DEFINE_CLEANUP(struct logoff *, logoff_free);

/* --- targets -----------------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
    const struct target *left = a;
    const struct target *right = b;

    return (left->luid > right->luid) - (left->luid < right->luid);
}

static struct target *find_target(const struct logoff *logoff, const Session *session)
{
    const struct target key = { .luid = session_luid(session) };

    return bsearch(&key, logoff->targets, logoff->n_targets, sizeof(key), compare);
}

static void forget_ended(struct logoff *logoff, const Daemon *daemon)
{
    size_t n = 0;

    for (size_t i = 0; i < logoff->n_targets; i++) {
        Session *session;

        if (!nt_failed(
                session_store_find(daemon->authority->sessions, logoff->targets[i].luid, &session)))
            logoff->targets[n++] = logoff->targets[i];
    }
    logoff->n_targets = n;
}

/* --- their processes ---------------------------------------------------------------------------
 */

/* What is done to each process: signals, or 0 at the end. None: they are only counted. */
typedef const int *signals;

static const int to_end[] = { SIGTERM, SIGCONT, 0 };
static const int to_hang_up[] = { SIGHUP, SIGCONT, 0 };
static const int to_kill[] = { SIGKILL, 0 };
static const int to_count[] = { 0 };

/* That a process has come is told a little later. */
static bool is_unused(const struct process_system *system, const struct leaf *leaf)
{
    return leaf->prepared && system->leaf_is_populated(leaf->name, system->context) != 1;
}

static void reach_leaf(const struct process_system *system, const struct leaf *leaf, signals which)
{
    int r = 0;

    if (which == to_kill) {
        r = system->leaf_kill(leaf->name, system->context);
    } else {
        for (; *which && r >= 0; which++)
            r = system->leaf_signal(leaf->name, *which, system->context);
    }
    if (r < 0 && r != -ENOENT)
        log_warning("cannot end the processes of logon session %#llx: %s",
                    (unsigned long long)leaf->name.session, strerror(-r));
}

static void reach_leaves(const struct logoff *logoff, const Authority *authority, signals which)
{
    for (struct leaf *leaf = NULL; (leaf = leaf_table_next(authority->leaves, leaf));) {
        struct target *target = find_target(logoff, token_session(leaf->token));

        if (!target || is_unused(&authority->system, leaf))
            continue;
        target->n_processes++;
        reach_leaf(&authority->system, leaf, which);
    }
}

static void reach_process(int pidfd, signals which)
{
    for (; *which; which++)
        (void)process_signal(pidfd, *which); /* one that has ended meanwhile needs none */
}

/* Those that talk to us, in a group of ours or not. */
static void reach_recorded(const struct logoff *logoff, const Authority *authority, signals which)
{
    for (ProcessRecord *record = NULL;
         (record = process_table_next(authority->processes, record));) {
        struct target *target = find_target(logoff, token_session(record->token));

        if (!target)
            continue;
        target->n_processes++;
        reach_process(record->pidfd, which);
    }
}

/* The number was read before: the process that has it is the one that started then. */
static void reach_listed(const struct process_info *info, signals which)
{
    struct process_info now;
    int pidfd = process_open(info->pid);

    if (pidfd < 0)
        return;
    if (process_info_read(info->pid, &now) >= 0 && now.start_time == info->start_time)
        reach_process(pidfd, which);
    (void)close(pidfd);
}

static void reach_all(const struct logoff *logoff, const Authority *authority, signals which)
{
    _cleanup_(process_listing_done) struct process_listing listing = { 0 };

    if (nt_failed(process_listing_read(&listing)))
        return;
    const struct process_list list = { listing.processes, listing.n_processes };
    for (size_t i = 0; i < listing.n_processes; i++) {
        const struct process_info *info = &listing.processes[i];
        const Session *session = process_table_place_of(authority->processes, info, &list).session;
        struct target *target = session ? find_target(logoff, session) : NULL;

        if (!target)
            continue;
        target->n_processes++;
        reach_listed(info, which);
    }
}

/* Of a login whose leader could not be put into a group the processes are not known otherwise. */
static bool needs_listing(const struct logoff *logoff, const Authority *authority)
{
    for (size_t i = 0; i < logoff->n_targets; i++) {
        const Login *login = login_table_find(authority->logins, logoff->targets[i].luid);

        if (login && login->held)
            return true;
    }
    return !authority->system.has_leaves;
}

static void reach(struct logoff *logoff, const Authority *authority, signals which)
{
    for (size_t i = 0; i < logoff->n_targets; i++)
        logoff->targets[i].n_processes = 0;
    reach_leaves(logoff, authority, which);
    if (needs_listing(logoff, authority))
        reach_all(logoff, authority, which);
    else
        reach_recorded(logoff, authority, which);
}

/* --- what others have of them ------------------------------------------------------------------
 */

static bool is_target(const Session *session, const void *context)
{
    return find_target(context, session) != NULL;
}

/* Until the time of grace is over its processes come first: one that ends in good order gives back
 * what it has by itself, and who has started it hears of its end. */
static bool is_without_processes(const Session *session, const void *context)
{
    const struct target *target = find_target(context, session);

    return target && target->n_processes == 0;
}

static void take_away(const struct logoff *logoff, Daemon *daemon, bool is_late)
{
    const struct session_filter filter = { is_late ? is_target : is_without_processes, logoff };

    client_set_revoke(daemon->clients, &filter);
    orphan_set_revoke(daemon->orphans, &filter);
    lease_set_revoke(&daemon->leases, &filter);
}

/* --- the timer ---------------------------------------------------------------------------------
 */

static void finish(struct logoff *logoff, nt_status status)
{
    if (logoff->done)
        logoff->done(status, logoff->context);
    logoff_free(logoff);
}

/* Whoever hears SIGHUP at once would never come to what it does for SIGTERM. */
static signals signals_due(struct logoff *logoff, uint64_t now)
{
    if (now >= logoff->kill_usec)
        return to_kill;
    if (now < logoff->hang_up_usec)
        return to_count;
    logoff->hang_up_usec = UINT64_MAX;
    return to_hang_up;
}

/* True: it goes on. */
static bool look_after(struct logoff *logoff, Daemon *daemon, uint64_t now)
{
    forget_ended(logoff, daemon);
    if (logoff->n_targets > 0) {
        reach(logoff, daemon->authority, signals_due(logoff, now));
        take_away(logoff, daemon, now >= logoff->kill_usec);
        forget_ended(logoff, daemon);
    }
    if (logoff->n_targets > 0 && now < logoff->give_up_usec)
        return true;
    finish(logoff, logoff->n_targets > 0 ? NT(IO_TIMEOUT) : NT_OK);
    return false;
}

static int arm(const LogoffSet *set)
{
    int r = sd_event_source_set_time_relative(set->timer, TICK_USEC);

    return r < 0 ? r : sd_event_source_set_enabled(set->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    LogoffSet *set = context;
    struct logoff *all = set->first, *next;

    set->first = NULL;
    for (struct logoff *logoff = all; logoff; logoff = next) {
        next = logoff->next;
        if (!look_after(logoff, set->daemon, usec))
            continue;
        logoff->next = set->first;
        set->first = logoff;
    }
    daemon_turn_over(set->daemon);
    return set->first ? arm(set) : 0;
}

/* --- all of them -------------------------------------------------------------------------------
 */

static nt_status logoff_new(struct logoff **ret, const struct logoff_spec *spec, uint64_t now)
{
    _cleanup_(logoff_freep) struct logoff *logoff = calloc(1, sizeof(*logoff));

    if (!logoff)
        return NT(NO_MEMORY);
    logoff->targets = calloc(spec->n + 1, sizeof(*logoff->targets));
    if (!logoff->targets)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < spec->n; i++)
        logoff->targets[i].luid = spec->luids[i];
    logoff->n_targets = spec->n;
    qsort(logoff->targets, spec->n, sizeof(*logoff->targets), compare);
    logoff->hang_up_usec = now + (uint64_t)spec->grace_ms * USEC_PER_MS / LOGOFF_HANG_UP_PART;
    logoff->kill_usec = now + (uint64_t)spec->grace_ms * USEC_PER_MS;
    logoff->give_up_usec = logoff->kill_usec + (uint64_t)LOGOFF_GIVE_UP_MS * USEC_PER_MS;
    logoff->done = spec->done;
    logoff->context = spec->context;
    *ret = TAKE(logoff);
    return NT_OK;
}

nt_status logoff_start(LogoffSet *set, const struct logoff_spec *spec)
{
    _cleanup_(logoff_freep) struct logoff *logoff = NULL;
    uint64_t now;
    int r = sd_event_now(set->daemon->event, CLOCK_MONOTONIC, &now);
    nt_status st = r < 0 ? nt_from_errno(r) : logoff_new(&logoff, spec, now);

    if (nt_failed(st))
        return st;
    r = arm(set);
    if (r < 0)
        return nt_from_errno(r);
    reach(logoff, set->daemon->authority, spec->grace_ms > 0 ? to_end : to_kill);
    logoff->next = set->first;
    set->first = TAKE(logoff);
    return NT_OK;
}

nt_status logoff_set_new(LogoffSet **ret, Daemon *daemon)
{
    _cleanup_(logoff_set_freep) LogoffSet *set = calloc(1, sizeof(*set));
    int r;

    if (!set)
        return NT(NO_MEMORY);
    set->daemon = daemon;
    r = sd_event_add_time_relative(daemon->event, &set->timer, CLOCK_MONOTONIC, 0, 0, on_timer,
                                   set);
    if (r >= 0)
        r = sd_event_source_set_enabled(set->timer, SD_EVENT_OFF);
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(set);
    return NT_OK;
}

LogoffSet *logoff_set_free(LogoffSet *set)
{
    struct logoff *next;

    if (!set)
        return NULL;
    for (struct logoff *logoff = set->first; logoff; logoff = next) {
        next = logoff->next;
        finish(logoff, NT(CANCELLED));
    }
    (void)sd_event_source_disable_unref(set->timer);
    free(set);
    return NULL;
}
