/* SPDX-License-Identifier: MIT */
#include "daemon/holder.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "linux/process.h"
#include "linux/random.h"

#define USEC_PER_SEC UINT64_C(1000000)

struct orphan {
    struct id_node node; /* the holder's id */
    OrphanSet *set;
    struct orphan *previous, *next; /* of those with a deadline, in the order of these */
    struct holder holder;
    struct token_refs refs;
    sd_event_source *watch; /* of its process; owns the pidfd */
    sd_event_source *line;  /* of its lifeline; NULL: it has none, but a deadline */
    uint64_t deadline_usec;
};

struct OrphanSet {
    struct orphan_set_spec spec;
    struct id_map map;
    struct orphan *first, *last;
    sd_event_source *timer;
};

/* --- holders -----------------------------------------------------------------------------------
 */

static uint64_t holder_encode(const struct journal_item *item, struct writer *out)
{
    const struct holder *holder =
        (const struct holder *)(const void *)((const char *)item -
                                              offsetof(struct holder, journal));
    const struct holder_record record = { .holder = holder->id,
                                          .pid = (uint32_t)holder->pid,
                                          .uid = holder->uid,
                                          .start_time = holder->start_time };

    holder_record_encode(&record, out);
    return holder->record;
}

nt_status holder_begin(struct holder *holder, const Authority *authority,
                       const ProcessRecord *process, uint32_t uid, struct lifelines *lines)
{
    struct holder made = { .pid = (pid_t)process->node.id,
                           .uid = uid,
                           .start_time = process->start_time,
                           .journal = JOURNAL_ITEM(JOURNAL_HOLDER),
                           .lines = lines };
    nt_status st = luid_take(authority->luids, 1, &made.record);
    int r = 0;

    while (!nt_failed(st) && made.id == 0 && r >= 0)
        r = random_fill(&made.id, sizeof(made.id));
    if (nt_failed(st) || r < 0)
        return nt_failed(st) ? st : nt_from_errno(r);
    *holder = made;
    journal_teach(authority->journal, JOURNAL_HOLDER, holder_encode);
    journal_changed(authority->journal, &holder->journal);
    return NT_OK;
}

void holder_end(struct holder *holder, const Authority *authority)
{
    if (holder->id != 0)
        journal_ended(authority->journal, &holder->journal, holder->record);
    if (holder->has_line)
        lifeline_end(holder->lines, holder->record);
    *holder = (struct holder){ 0 };
}

nt_status holder_give_line(struct holder *holder, int *ret_fd)
{
    int fds[2];
    int r = lifeline_make(holder->lines, holder->record, fds);

    if (r < 0)
        return nt_from_errno(r);
    (void)close(fds[0]); /* who waits for its end finds it again */
    *ret_fd = fds[1];
    holder->has_line = true;
    return NT_OK;
}

/* --- orphans -----------------------------------------------------------------------------------
 */

static void link_last(struct orphan *orphan)
{
    OrphanSet *set = orphan->set;

    orphan->previous = set->last;
    if (set->last)
        set->last->next = orphan;
    else
        set->first = orphan;
    set->last = orphan;
}

static void unlink_orphan(struct orphan *orphan)
{
    OrphanSet *set = orphan->set;

    if (orphan->previous)
        orphan->previous->next = orphan->next;
    else
        set->first = orphan->next;
    if (orphan->next)
        orphan->next->previous = orphan->previous;
    else
        set->last = orphan->previous;
}

/* What it holds has gone, or has gone elsewhere. */
static void orphan_remove(struct orphan *orphan)
{
    id_map_remove(&orphan->set->map, &orphan->node);
    if (!orphan->line)
        unlink_orphan(orphan);
    (void)sd_event_source_disable_unref(orphan->line);
    (void)sd_event_source_disable_unref(orphan->watch);
    free(orphan);
}

static void orphan_end(struct orphan *orphan)
{
    const Authority *authority = orphan->set->spec.authority;

    token_refs_done(&orphan->refs);
    holder_end(&orphan->holder, authority);
    orphan_remove(orphan);
}

static void arm_timer(OrphanSet *set)
{
    if (!set->first)
        return;
    (void)sd_event_source_set_time(set->timer, set->first->deadline_usec);
    (void)sd_event_source_set_enabled(set->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    OrphanSet *set = context;

    while (set->first && set->first->deadline_usec <= usec)
        orphan_end(set->first);
    arm_timer(set);
    set->spec.turn_over(set->spec.context);
    return 0;
}

/* Its process has ended, or nothing of it is left that could come again. */
static int on_end(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    struct orphan *orphan = context;
    OrphanSet *set = orphan->set;

    orphan_end(orphan);
    set->spec.turn_over(set->spec.context);
    return 0;
}

/* The descriptor goes with the event source. */
static int watch(struct orphan *orphan, sd_event_source **ret, int fd)
{
    int r = sd_event_add_io(orphan->set->spec.event, ret, fd, EPOLLIN, on_end, orphan);

    if (r < 0)
        (void)close(fd);
    else
        (void)sd_event_source_set_io_fd_own(*ret, 1);
    return r;
}

static void watch_line(struct orphan *orphan)
{
    int fd;

    orphan->holder.has_line = lifeline_find(orphan->holder.lines, orphan->holder.record, &fd) >= 0;
    if (orphan->holder.has_line)
        (void)watch(orphan, &orphan->line, fd); /* else it has a deadline */
}

static void set_deadline(struct orphan *orphan)
{
    OrphanSet *set = orphan->set;
    uint64_t now = 0;

    (void)sd_event_now(set->spec.event, CLOCK_MONOTONIC, &now);
    orphan->deadline_usec = now + set->spec.timeout_s * USEC_PER_SEC;
    link_last(orphan);
    arm_timer(set);
}

static struct orphan *orphan_new(OrphanSet *set, const struct holder *holder, int pidfd)
{
    struct orphan *orphan = calloc(1, sizeof(*orphan));

    if (!orphan) {
        (void)close(pidfd);
        return NULL;
    }
    orphan->set = set;
    orphan->holder = *holder;
    orphan->node.id = holder->id;
    if (watch(orphan, &orphan->watch, pidfd) < 0 || !id_map_insert(&set->map, &orphan->node)) {
        (void)sd_event_source_disable_unref(orphan->watch);
        free(orphan);
        return NULL;
    }
    watch_line(orphan);
    if (!orphan->line)
        set_deadline(orphan);
    return orphan;
}

/* The process that a holder is, by its pidfd; -1: it is no more. */
static int open_process(const struct holder *holder)
{
    struct process_info info;
    int pidfd = process_open(holder->pid);

    if (pidfd < 0)
        return -1;
    if (process_info_read(holder->pid, &info) >= 0 && info.start_time == holder->start_time &&
        process_alive(pidfd) == 1)
        return pidfd;
    (void)close(pidfd);
    return -1;
}

void orphan_add(OrphanSet *set, struct holder *holder, struct token_refs *refs)
{
    int pidfd = holder->id != 0 ? open_process(holder) : -1;
    struct orphan *orphan = pidfd < 0 ? NULL : orphan_new(set, holder, pidfd);

    if (!orphan)
        return;
    journal_moved(set->spec.authority->journal, &orphan->holder.journal);
    orphan->refs = *refs;
    refs->map = (struct id_map){ 0 };
    *holder = (struct holder){ 0 };
}

/* --- the journal -------------------------------------------------------------------------------
 */

static uint64_t own_token_of(const Authority *authority, const struct holder *holder)
{
    const ProcessRecord *process = process_table_find(authority->processes, holder->pid);

    return process && process->start_time == holder->start_time ? token_id(process->token) : 0;
}

nt_status orphan_restore(OrphanSet *set, struct token_refs **ret, uint64_t record,
                         const struct holder_record *stored)
{
    const Authority *authority = set->spec.authority;
    struct holder holder = { .id = stored->holder,
                             .pid = (pid_t)stored->pid,
                             .uid = stored->uid,
                             .start_time = stored->start_time,
                             .record = record,
                             .journal = JOURNAL_ITEM(JOURNAL_HOLDER),
                             .lines = set->spec.lines };
    int pidfd = open_process(&holder);
    struct orphan *orphan;

    *ret = NULL;
    if (pidfd < 0) {
        journal_forget(authority->journal, record);
        return NT_OK;
    }
    if (id_map_find(&set->map, holder.id)) {
        (void)close(pidfd);
        return NT(INTERNAL_DB_CORRUPTION);
    }
    holder.journal.stored = true;
    orphan = orphan_new(set, &holder, pidfd);
    if (!orphan)
        return NT(NO_MEMORY);
    token_refs_init(&orphan->refs, authority, holder.uid);
    orphan->refs.owner = record;
    orphan->refs.own_token = own_token_of(authority, &holder);
    *ret = &orphan->refs;
    return NT_OK;
}

bool orphan_take(OrphanSet *set, uint64_t id, const ProcessRecord *process, uint32_t uid,
                 struct holder *holder, struct token_refs *refs)
{
    struct orphan *orphan = ID_ENTRY(id_map_find(&set->map, id), struct orphan, node);

    if (!orphan || orphan->holder.pid != (pid_t)process->node.id || orphan->holder.uid != uid ||
        orphan->holder.start_time != process->start_time)
        return false;
    *holder = orphan->holder;
    journal_moved(set->spec.authority->journal, &holder->journal);
    *refs = orphan->refs;
    token_refs_unclaim(refs);
    orphan_remove(orphan);
    return true;
}

/* --- the set -----------------------------------------------------------------------------------
 */

nt_status orphan_set_new(OrphanSet **ret, const struct orphan_set_spec *spec)
{
    _cleanup_(orphan_set_freep) OrphanSet *set = calloc(1, sizeof(*set));
    int r;

    if (!set)
        return NT(NO_MEMORY);
    set->spec = *spec;
    r = sd_event_add_time(spec->event, &set->timer, CLOCK_MONOTONIC, 0, 0, on_timer, set);
    if (r >= 0)
        r = sd_event_source_set_enabled(set->timer, SD_EVENT_OFF);
    if (r < 0)
        return nt_from_errno(r);
    journal_teach(spec->authority->journal, JOURNAL_HOLDER, holder_encode);
    *ret = TAKE(set);
    return NT_OK;
}

OrphanSet *orphan_set_free(OrphanSet *set)
{
    if (!set)
        return NULL;
    while (set->map.first)
        orphan_end(ID_ENTRY(set->map.first, struct orphan, node));
    (void)sd_event_source_disable_unref(set->timer);
    free(set);
    return NULL;
}

void orphan_set_revoke(const OrphanSet *set, const struct session_filter *filter)
{
    for (struct id_node *node = set->map.first; node; node = id_map_next(&set->map, node))
        token_refs_revoke(&ID_ENTRY(node, struct orphan, node)->refs, filter);
}
