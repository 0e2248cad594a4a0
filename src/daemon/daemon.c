/* SPDX-License-Identifier: MIT */
#include "daemon/daemon.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/log.h"
#include "daemon/bounds.h"
#include "daemon/call.h"
#include "daemon/directory.h"
#include "daemon/logoff.h"
#include "daemon/machine.h"
#include "daemon/pending_logins.h"
#include "daemon/policy_source.h"
#include "daemon/restore.h"
#include "daemon/system.h"
#include "linux/peer.h"

#define JOURNAL_FILE "sessions.db"
#define RETRY_USEC   UINT64_C(1000000)

enum { GROUPS_MAX = 65536 };

/* --- processes and cgroups ---------------------------------------------------------------------
 */

struct watch {
    Daemon *daemon;
    pid_t pid;
};

static int on_process_end(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    const struct watch *watch = context;
    ProcessTable *processes = watch->daemon->authority->processes;
    ProcessRecord *record = process_table_find(processes, watch->pid);

    struct watch was = *watch; /* which goes with the record */

    if (record)
        process_table_end(processes, record);
    daemon_turn_over(was.daemon);
    return 0;
}

nt_status daemon_watch_process(Daemon *daemon, ProcessRecord *record)
{
    struct watch *watch = malloc(sizeof(*watch));
    sd_event_source *source = NULL;
    int r = -ENOMEM;

    if (watch) {
        *watch = (struct watch){ daemon, (pid_t)record->node.id };
        r = sd_event_add_io(daemon->event, &source, record->pidfd, EPOLLIN, on_process_end, watch);
    }
    if (r < 0) {
        free(watch);
        process_table_end(daemon->authority->processes, record); /* it would never end */
        return nt_from_errno(r);
    }
    (void)sd_event_source_set_destroy_callback(source, free);
    record->watch = source;
    return NT_OK;
}

static void on_record_end(ProcessRecord *record, void *context)
{
    const Daemon *daemon = context;

    record->watch = sd_event_source_disable_unref(record->watch);
    socket_permits_process_ended(daemon->permits, record);
}

/* The leader of a login that has no control group to end with. */
struct leader_watch {
    Daemon *daemon;
    uint64_t login;
};

static int on_leader_end(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    const struct leader_watch was = *(const struct leader_watch *)context; /* goes with the login */
    LoginTable *logins = was.daemon->authority->logins;
    Login *login = login_table_find(logins, was.login);

    if (login)
        login_leader_ended(logins, login);
    daemon_turn_over(was.daemon);
    return 0;
}

static void unwatch_login(Login *login, void *context)
{
    login->watch = sd_event_source_disable_unref(login->watch);
}

nt_status daemon_watch_login(Daemon *daemon, Login *login)
{
    struct leader_watch *watch;
    sd_event_source *source = NULL;
    int r = -ENOMEM;

    if (login->leader_pidfd < 0)
        return NT_OK;
    watch = malloc(sizeof(*watch));
    if (watch) {
        *watch = (struct leader_watch){ daemon, login->node.id };
        r = sd_event_add_io(daemon->event, &source, login->leader_pidfd, EPOLLIN, on_leader_end,
                            watch);
    }
    if (r < 0) {
        free(watch);
        login_leader_ended(daemon->authority->logins, login); /* it would never end */
        return nt_from_errno(r);
    }
    (void)sd_event_source_set_destroy_callback(source, free);
    login->watch = source;
    return NT_OK;
}

static int on_cgroup_event(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    Daemon *daemon = context;
    struct cgroup_leaf leaf;
    int r;

    while ((r = cgroup_tree_next_event(daemon->kernel.cgroups, &leaf)) > 0)
        prepared_process_leaf_changed(daemon->authority->leaves, leaf);
    if (r < 0)
        log_error("cannot read what happens to the control groups: %s", strerror(-r));
    daemon_turn_over(daemon);
    return 0;
}

static bool is_of_machine(const Daemon *daemon)
{
    return strcmp(daemon->options->runtime, OPENLOGON_RUNTIME_DIR) == 0;
}

/* The same for all authorities, one after the other, of a runtime directory: each finds the tree of
 * the one before. */
static void make_tag(Daemon *daemon)
{
    struct stat runtime;

    (void)stpcpy(daemon->tag, "main");
    if (!is_of_machine(daemon) && fstat(daemon->runtime_dirfd, &runtime) == 0)
        (void)snprintf(daemon->tag, sizeof(daemon->tag), "run-%jx-%jx", (uintmax_t)runtime.st_dev,
                       (uintmax_t)runtime.st_ino);
}

static void open_cgroups(Daemon *daemon)
{
    const char *root = daemon->config->cgroup_root;
    int r = cgroup_tree_open_in(&daemon->kernel.cgroups, *root ? root : NULL, daemon->tag);

    if (r >= 0)
        return;
    daemon->kernel.cgroups = NULL;
    if (geteuid() == 0)
        log_warning("cannot make control groups: %s; a session ends with the first process that "
                    "was started in it, not with the last",
                    strerror(-r));
}

/* An extra, whose absence is told once and hinders nothing. */
static void open_tracker(Daemon *daemon)
{
    const enum config_tracker wanted = daemon->config->tracker;
    int r;

    if (wanted == CONFIG_TRACKER_NO || !daemon->kernel.cgroups ||
        (wanted == CONFIG_TRACKER_AUTO && !is_of_machine(daemon)))
        return;
    r = tracker_open(&daemon->kernel.tracker, daemon->tag);
    if (r < 0)
        log_info("processes are not tracked in the kernel: %s; one that leaves the control group "
                 "of its session is known by its audit session or its parents",
                 r == -ENODEV       ? "there is no BPF file system at /sys/fs/bpf"
                 : r == -EOPNOTSUPP ? "this build or this kernel does not have what it takes"
                                    : strerror(-r));
}

/* Who came into a leaf while nobody told the tracker of it. */
static void take_in_processes(const Daemon *daemon)
{
    int r = daemon->kernel.tracker ? tracker_take_in(daemon->kernel.tracker) : 0;

    if (r < 0)
        log_warning("processes that were in sessions before are not tracked: %s", strerror(-r));
}

/* --- the authority -----------------------------------------------------------------------------
 */

static int own_gids(uint32_t **ret, size_t *ret_n)
{
    int n = getgroups(0, NULL);
    gid_t *gids;

    if (n < 0 || n > GROUPS_MAX)
        return -EINVAL;
    gids = calloc((size_t)n + 1, sizeof(*gids));
    if (!gids)
        return -ENOMEM;
    n = getgroups(n, gids);
    if (n < 0) {
        free(gids);
        return -errno;
    }
    *ret = gids;
    *ret_n = (size_t)n;
    return 0;
}

static void name_packages(Daemon *daemon)
{
    const size_t n = daemon->config->packages.size;

    for (size_t i = 0; i < n; i++)
        daemon->package_names[i] = config_package(daemon->config, i)->name;
    session_store_name_makers(daemon->authority->sessions, daemon->package_names, n);
}

static int new_authority(Daemon *daemon, const struct machine *machine, int state_dirfd)
{
    _cleanup_(freep) uint32_t *gids = NULL;
    size_t n_gids = 0;
    uid_t uid;
    nt_status st;
    int r = own_kernel_uid(&uid);

    if (r >= 0)
        r = own_gids(&gids, &n_gids);
    if (r < 0)
        return r;
    const struct authority_spec spec = {
        .machine = &machine->sid.sid,
        .machine_name = machine->name,
        .state_dirfd = state_dirfd,
        .boot_id = machine->boot_id,
        .own = { .uid = uid, .gid = getegid(), .gids = gids, .n_gids = n_gids },
        .enforces_identity = uid == 0,
        .system = system_of_kernel(&daemon->kernel),
        .journal = daemon->journal,
        .now = filetime_now(),
    };
    st = authority_new(&daemon->authority, &spec);
    if (!nt_failed(st)) {
        name_packages(daemon);
        process_table_listen(daemon->authority->processes,
                             (struct process_listener){ on_record_end, daemon });
        login_table_listen(daemon->authority->logins, unwatch_login, daemon);
        return 0;
    }
    log_error("cannot start the authority: %s%s", nt_status_name(st),
              NT_IS(st, FILE_CORRUPT_ERROR)
                  ? "; the file \"luid\" in the state directory is damaged: remove it after the "
                    "next boot of the machine, not before, or LUIDs could be used twice"
                  : "");
    return -EIO;
}

/* The lock is held as long as the descriptor is open, which is as long as the process lives. */
static int lock_state(const char *path)
{
    int fd = directory_open(path, 0700);

    if (fd < 0) {
        log_error("cannot use the state directory %s: %s", path, strerror(-fd));
        return fd;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        log_error("another openlogond uses the state directory %s", path);
        (void)close(fd);
        return -EBUSY;
    }
    return fd;
}

/* A private authority of root's has clients of other uids: those that were started by it. */
static bool is_for_own_uid_only(const Daemon *daemon)
{
    uid_t uid;

    return daemon->options->private && own_kernel_uid(&uid) >= 0 && uid != 0;
}

static int open_runtime(Daemon *daemon)
{
    int fd = directory_open(daemon->options->runtime, is_for_own_uid_only(daemon) ? 0700 : 0755);

    if (fd < 0)
        log_error("cannot use the runtime directory %s: %s", daemon->options->runtime,
                  strerror(-fd));
    daemon->runtime_dirfd = fd;
    return fd < 0 ? fd : 0;
}

static void journal_path(const Daemon *daemon, char path[PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, "%s/" JOURNAL_FILE, daemon->options->runtime);
}

static int open_journal(Daemon *daemon, const char *boot_id)
{
    char path[PATH_MAX];

    journal_path(daemon, path);
    return nt_failed(journal_open(&daemon->journal, path, boot_id)) ? -EIO : 0;
}

static int open_authority(Daemon *daemon)
{
    const struct config *config = daemon->config;
    struct machine machine;
    int r;

    daemon->state_dirfd = lock_state(daemon->options->state);
    if (daemon->state_dirfd < 0)
        return daemon->state_dirfd;
    r = machine_read(&machine, daemon->state_dirfd,
                     config->machine_sid_given ? &config->machine_sid.sid : NULL);
    if (r < 0)
        return r;
    r = open_runtime(daemon);
    if (r < 0)
        return r;
    r = pending_logins_prepare(daemon);
    if (r < 0)
        return r;
    make_tag(daemon);
    open_cgroups(daemon);
    open_tracker(daemon);
    r = open_journal(daemon, machine.boot_id);
    return r < 0 ? r : new_authority(daemon, &machine, daemon->state_dirfd);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

/* While the journal cannot be written it is tried again also when nothing else happens. */
static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
    daemon_turn_over(context);
    return 0;
}

static bool commit(void *context)
{
    Daemon *daemon = context;

    if (!nt_failed(journal_commit(daemon->journal))) {
        lifelines_clean(&daemon->lines);
        token_store_trim(daemon->authority->tokens);
        return true;
    }
    (void)sd_event_source_set_time_relative(daemon->retry, RETRY_USEC);
    (void)sd_event_source_set_enabled(daemon->retry, SD_EVENT_ONESHOT);
    return false;
}

static void cut_client(uint64_t client, void *context)
{
    const Daemon *daemon = context;

    client_set_cut(daemon->clients, client);
}

static void send_reply(uint64_t client, const void *bytes, size_t size, int fd, void *context)
{
    const Daemon *daemon = context;

    client_set_send(daemon->clients, client, bytes, size, fd);
}

/* Events follow the replies of the turn that they happened in. */
static void send_events(void *context)
{
    const Daemon *daemon = context;

    (void)sd_event_source_set_enabled(daemon->events_due, SD_EVENT_OFF);
    event_hub_flush(daemon->events);
}

static nt_status make_memory(Daemon *daemon)
{
    const struct outbox_sink sink = { .commit = commit,
                                      .send = send_reply,
                                      .cut = cut_client,
                                      .flushed = send_events,
                                      .context = daemon };
    nt_status st = message_arena_new(&daemon->arena, MESSAGE_ARENA_SIZE);

    if (!nt_failed(st))
        st = secret_new(&daemon->buffer_memory, sizeof(struct channel_buffer));
    if (!nt_failed(st))
        st = outbox_new(&daemon->outbox, sink);
    if (!nt_failed(st))
        daemon->buffer = (struct channel_buffer *)(void *)secret_bytes(daemon->buffer_memory);
    return st;
}

static void end_turn(Daemon *daemon)
{
    daemon->n_events = 0;
    (void)sd_event_source_set_enabled(daemon->turn_end, SD_EVENT_OFF);
    outbox_flush(daemon->outbox);
    if (daemon->pool)
        worker_pool_tell(daemon->pool);
}

static void on_sockets(void *context)
{
    end_turn(context);
}

static int on_turn_end(sd_event_source *source, void *context)
{
    end_turn(context);
    return 0;
}

/* Asking costs less than going round the loop to find out. Not by epoll_wait(), which would take
 * what is told only once, as the end of a child is. */
static bool more_waits(const Daemon *daemon)
{
    struct pollfd events = { .fd = sd_event_get_fd(daemon->event), .events = POLLIN };

    return poll(&events, 1, 0) > 0;
}

void daemon_turn_over(void *context)
{
    Daemon *daemon = context;

    if (++daemon->n_events >= EVENTS_PER_TURN || !more_waits(daemon) ||
        sd_event_source_set_enabled(daemon->turn_end, SD_EVENT_ONESHOT) < 0)
        end_turn(daemon);
}

static int send_event(uint64_t client, const struct iovec *vectors, size_t n, void *context)
{
    const Daemon *daemon = context;
    Client *watching = client_set_find(daemon->clients, client);

    return watching ? client_set_offer(daemon->clients, watching, vectors, n) : -ENOENT;
}

/* What happens to processes and control groups happens in turns that have no replies. */
static void on_event_published(void *context)
{
    const Daemon *daemon = context;

    (void)sd_event_source_set_enabled(daemon->events_due, SD_EVENT_ONESHOT);
}

static int on_events_due(sd_event_source *source, void *context)
{
    daemon_turn_over(context);
    return 0;
}

static nt_status open_event_hub(Daemon *daemon)
{
    const struct event_hub_spec spec = { .sessions = daemon->authority->sessions,
                                         .wts = daemon->authority->wts,
                                         .send = send_event,
                                         .wake = on_event_published,
                                         .context = daemon };
    int r = sd_event_add_defer(daemon->event, &daemon->events_due, on_events_due, daemon);

    if (r >= 0)
        r = sd_event_source_set_enabled(daemon->events_due, SD_EVENT_OFF);
    return r < 0 ? nt_from_errno(r) : event_hub_new(&daemon->events, &spec);
}

static void on_client_writable(Client *client, void *context)
{
    if (client->watcher)
        watcher_ready(client->watcher);
}

static nt_status open_pool(Daemon *daemon)
{
    char *state_dir = realpath(daemon->options->state, daemon->state_dir);
    const struct worker_pool_spec spec = { .event = daemon->event,
                                           .sockets = daemon->sockets,
                                           .authority = daemon->authority,
                                           .arena = daemon->arena,
                                           .buffer = daemon->buffer,
                                           .config = daemon->config,
                                           .worker_path = daemon->options->worker,
                                           .state_dir = state_dir,
                                           .package_dir = daemon->options->package_dir,
                                           .runtime_dir = daemon->options->runtime,
                                           .socket_path = daemon->socket_path,
                                           .turn_over = daemon_turn_over,
                                           .context = daemon };

    return state_dir ? worker_pool_new(&daemon->pool, &spec) : nt_from_errno(errno);
}

static nt_status open_holders(Daemon *daemon)
{
    const struct orphan_set_spec orphans = { .event = daemon->event,
                                             .authority = daemon->authority,
                                             .lines = &daemon->lines,
                                             .timeout_s = daemon->config->reclaim_timeout_s,
                                             .turn_over = daemon_turn_over,
                                             .context = daemon };
    const struct lease_set_spec leases = { .event = daemon->event,
                                           .authority = daemon->authority,
                                           .lines = &daemon->lines,
                                           .turn_over = daemon_turn_over,
                                           .context = daemon };
    const struct socket_permits_spec permits = { .event = daemon->event,
                                                 .authority = daemon->authority,
                                                 .turn_over = daemon_turn_over,
                                                 .context = daemon };
    nt_status st;

    daemon->lines.dirfd = daemon->runtime_dirfd;
    lease_set_init(&daemon->leases, &leases);
    st = socket_permits_new(&daemon->permits, &permits);
    return nt_failed(st) ? st : orphan_set_new(&daemon->orphans, &orphans);
}

static nt_status open_groups(Daemon *daemon)
{
    const struct group_loader_spec spec = { .pool = daemon->pool,
                                            .membership = &daemon->authority->membership };

    return group_loader_new(&daemon->groups, &spec);
}

static nt_status open_names(Daemon *daemon)
{
    const struct name_publisher_spec spec = { .pool = daemon->pool,
                                              .membership = &daemon->authority->membership,
                                              .dirfd = daemon->runtime_dirfd };

    return name_publisher_new(&daemon->names, &spec);
}

static nt_status open_refusals(Daemon *daemon)
{
    const struct refusals_spec spec = { daemon->event, daemon_turn_over, daemon };

    return refusals_new(&daemon->refusals, &spec);
}

static int open_clients(Daemon *daemon)
{
    const bool only_own_uid = is_for_own_uid_only(daemon);
    const struct client_set_spec spec = { .sockets = daemon->sockets,
                                          .authority = daemon->authority,
                                          .orphans = daemon->orphans,
                                          .socket_path = daemon->socket_path,
                                          .mode = only_own_uid ? 0600 : 0666,
                                          .only_own_uid = only_own_uid,
                                          .message = call_message,
                                          .writable = on_client_writable,
                                          .buffer = daemon->buffer,
                                          .context = daemon };

    if (daemon->options->socket)
        (void)snprintf(daemon->socket_path, PATH_MAX, "%s", daemon->options->socket);
    else
        (void)snprintf(daemon->socket_path, PATH_MAX, "%s/socket", daemon->options->runtime);
    return client_set_new(&daemon->clients, &spec);
}

/* Its turn comes when that of no other source does. */
static int open_turn_end(Daemon *daemon)
{
    int r = sd_event_add_defer(daemon->event, &daemon->turn_end, on_turn_end, daemon);

    if (r >= 0)
        r = sd_event_source_set_priority(daemon->turn_end, SD_EVENT_PRIORITY_IDLE);
    return r < 0 ? r : sd_event_source_set_enabled(daemon->turn_end, SD_EVENT_OFF);
}

static int open_events(Daemon *daemon)
{
    sigset_t signals;
    int r = sd_event_default(&daemon->event);

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGCHLD); /* sd-event watches no child otherwise */
    if (r < 0)
        return r;
    if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
        return -errno;
    r = sd_event_add_signal(daemon->event, NULL, SIGTERM, NULL, NULL); /* ends the loop */
    if (r >= 0)
        r = sd_event_add_signal(daemon->event, NULL, SIGINT, NULL, NULL);
    if (r >= 0)
        r = sd_event_add_time_relative(daemon->event, &daemon->retry, CLOCK_MONOTONIC, 0, 0,
                                       on_retry, daemon);
    if (r >= 0)
        r = sd_event_source_set_enabled(daemon->retry, SD_EVENT_OFF);
    if (r >= 0)
        r = socket_set_new(&daemon->sockets, daemon->event, on_sockets, daemon);
    return r < 0 ? r : open_turn_end(daemon);
}

static int complain(nt_status why)
{
    log_error("cannot start: %s", nt_status_name(why));
    return -EIO;
}

static int open_all(Daemon *daemon)
{
    nt_status st;
    int r = open_events(daemon);

    if (r < 0) {
        log_error("cannot make the event loop: %s", strerror(-r));
        return r;
    }
    r = open_authority(daemon);
    if (r < 0)
        return r;
    if (daemon->kernel.cgroups)
        r = sd_event_add_io(daemon->event, &daemon->cgroup_source,
                            cgroup_tree_fd(daemon->kernel.cgroups), EPOLLIN, on_cgroup_event,
                            daemon);
    st = r < 0 ? nt_from_errno(r) : make_memory(daemon);
    if (!nt_failed(st))
        st = session_pages_new(&daemon->session_pages, daemon->authority->sessions);
    if (!nt_failed(st))
        st = open_event_hub(daemon);
    if (!nt_failed(st))
        st = open_holders(daemon);
    if (nt_failed(st))
        return complain(st);
    r = restore_all(daemon);
    if (r < 0)
        return r;
    take_in_processes(daemon);
    r = open_clients(daemon);
    if (r < 0)
        return r;
    /* Workers are started when there is a socket to hide from them. */
    st = spawn_host_new(&daemon->spawn, daemon->event, daemon->options->spawn);
    if (!nt_failed(st))
        st = open_pool(daemon);
    if (!nt_failed(st))
        st = open_groups(daemon);
    if (!nt_failed(st))
        st = open_names(daemon);
    if (!nt_failed(st))
        st = open_refusals(daemon);
    if (!nt_failed(st))
        st = metrics_new(&daemon->metrics, daemon->authority->sessions);
    if (!nt_failed(st))
        st = nt_from_errno(object_key_make(&daemon->object_key));
    if (!nt_failed(st))
        st = logoff_set_new(&daemon->logoffs, daemon);
    return nt_failed(st) ? complain(st) : 0;
}

int daemon_new(Daemon **ret, const struct options *options, const struct config *config)
{
    _cleanup_(daemon_freep) Daemon *daemon = calloc(1, sizeof(*daemon));
    int r;

    if (!daemon)
        return -ENOMEM;
    daemon->options = options;
    daemon->config = config;
    daemon->state_dirfd = -1;
    daemon->runtime_dirfd = -1;
    r = open_all(daemon);
    if (r < 0)
        return r;
    *ret = TAKE(daemon);
    return 0;
}

/* What the journal has is for a successor: it stays as it is, and nobody is told that it ends. */
static void leave_to_successor(Daemon *daemon)
{
    (void)journal_commit(daemon->journal).code;
    journal_freeze(daemon->journal);
    if (daemon->authority)
        session_store_silence(daemon->authority->sessions);
}

static void remove_journal(const Daemon *daemon)
{
    char path[PATH_MAX];

    journal_path(daemon, path);
    journal_remove(path);
}

/* Sessions of a private authority end first, while workers can be told of it. */
Daemon *daemon_free(Daemon *daemon)
{
    const bool private = daemon && daemon->options->private;

    if (!daemon)
        return NULL;
    if (daemon->n_events > 0)
        end_turn(daemon);
    if (!private)
        leave_to_successor(daemon);
    if (daemon->pool)
        worker_pool_cancel(daemon->pool);
    refusals_free(daemon->refusals);
    logoff_set_free(daemon->logoffs);
    client_set_free(daemon->clients);
    orphan_set_free(daemon->orphans);
    lease_set_done(&daemon->leases);
    daemon->permits = socket_permits_free(daemon->permits);
    if (daemon->authority)
        authority_shut_down(daemon->authority);
    name_publisher_free(daemon->names);
    group_loader_free(daemon->groups);
    worker_pool_free(daemon->pool);
    spawn_host_free(daemon->spawn);
    event_hub_free(daemon->events);
    (void)sd_event_source_disable_unref(daemon->events_due);
    session_pages_free(daemon->session_pages);
    metrics_free(daemon->metrics);
    authority_free(daemon->authority);
    journal_close(daemon->journal);
    if (private && daemon->runtime_dirfd >= 0) {
        lifelines_clean(&daemon->lines);
        remove_journal(daemon);
        name_publisher_withdraw(daemon->runtime_dirfd);
    }
    lifelines_done(&daemon->lines);
    outbox_free(daemon->outbox);
    (void)sd_event_source_disable_unref(daemon->cgroup_source);
    cgroup_tree_close(daemon->kernel.cgroups);
    if (private && daemon->kernel.tracker)
        tracker_remove(daemon->tag);
    tracker_close(daemon->kernel.tracker);
    socket_set_free(daemon->sockets);
    secret_free(daemon->buffer_memory);
    message_arena_free(daemon->arena);
    (void)sd_event_source_disable_unref(daemon->retry);
    (void)sd_event_source_disable_unref(daemon->turn_end);
    if (daemon->runtime_dirfd >= 0)
        (void)close(daemon->runtime_dirfd);
    if (daemon->state_dirfd >= 0)
        (void)close(daemon->state_dirfd);
    (void)sd_event_unref(daemon->event);
    free(daemon);
    return NULL;
}

/* Who has connected before has waited until here. */
static void begin_service(Daemon *daemon)
{
    static const char line[] = "ready\n";

    pending_logins_adopt(daemon);
    client_set_start(daemon->clients);
    (void)sd_notify(0, "READY=1");
    if (daemon->options->ready_fd < 0)
        return;
    if (write(daemon->options->ready_fd, line, sizeof(line) - 1) < 0)
        log_warning("--ready-fd %d: %s", daemon->options->ready_fd, strerror(errno));
    (void)close(daemon->options->ready_fd);
}

static void on_names(nt_status status, void *context)
{
    if (!NT_IS(status, CANCELLED))
        begin_service(context);
}

static void on_groups(nt_status status, void *context)
{
    Daemon *daemon = context;

    if (NT_IS(status, CANCELLED))
        return;
    if (nt_failed(status) || nt_failed(name_publisher_publish(daemon->names, on_names, daemon)))
        begin_service(daemon);
}

/* What cannot be read was logged, and logons fail; the rest is served all the same. */
static void load_groups(Daemon *daemon)
{
    if (nt_failed(group_loader_load(daemon->groups, on_groups, daemon)))
        begin_service(daemon);
}

int daemon_run(Daemon *daemon)
{
    int r;

    policy_source_load(daemon, load_groups);
    r = sd_event_loop(daemon->event);
    (void)sd_notify(0, "STOPPING=1");
    if (r < 0)
        log_error("the event loop failed: %s", strerror(-r));
    return r < 0 ? r : 0;
}
