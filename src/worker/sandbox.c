/* SPDX-License-Identifier: MIT */
#include "worker/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "worker/sandbox_parts.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHADOW_MEMORY 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHADOW_MEMORY 1
#endif

enum { GROUPS_MAX = 1024, HIDDEN_MAX = 8 };

typedef Openlogon__Worker__Sandbox Sandbox;

/* What is known of the sandbox on the way in. */
struct entry {
    const Sandbox *given;
    Sandbox box;              /* as given, with the real paths of what is hidden */
    char *hidden[HIDDEN_MAX]; /* owned */
    bool is_root;
    uid_t uid; /* to become; of an ordinary user its own */
    gid_t gid;
    gid_t groups[GROUPS_MAX];
    int n_groups;
    char *report;
};

static void entry_done(struct entry *e)
{
    for (size_t i = 0; i < e->box.n_hidden; i++)
        free(e->hidden[i]);
}

/* Adds one clause. */
static void lacks(struct entry *e, const char *what, int error)
{
    size_t used = strlen(e->report);

    (void)snprintf(e->report + used, SANDBOX_REPORT_SIZE - used, "%s%s (%s)", used ? ", " : "",
                   what, strerror(-error));
}

/* --- what has to be looked up before anything is hidden ----------------------------------------
 */

static int find_user(struct entry *e)
{
    struct passwd *user;

    e->uid = geteuid();
    e->gid = getegid();
    if (!e->is_root || !*e->given->user)
        return 0;
    errno = 0;
    user = getpwnam(e->given->user); /* this process has one thread */
    if (!user) {
        log_error("there is no user \"%s\" to run as; see `user` in openlogond.conf(5)",
                  e->given->user);
        return errno ? -errno : -ESRCH;
    }
    e->uid = user->pw_uid;
    e->gid = user->pw_gid;
    e->n_groups = GROUPS_MAX;
    return getgrouplist(e->given->user, e->gid, e->groups, &e->n_groups) < 0 ? -E2BIG : 0;
}

/* Those that are not there need not be hidden. */
static int find_hidden(struct entry *e)
{
    e->box.hidden = e->hidden;
    e->box.n_hidden = 0;
    for (size_t i = 0; i < e->given->n_hidden; i++) {
        char *path = realpath(e->given->hidden[i], NULL);

        if (!path && errno != ENOENT)
            return -errno;
        if (path && e->box.n_hidden == HIDDEN_MAX) {
            free(path);
            return -E2BIG;
        }
        if (path)
            e->hidden[e->box.n_hidden++] = path;
    }
    return 0;
}

/* Opens the directory, which may be another user's since the configuration was changed. */
static int give_directory(const struct entry *e, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int r = 0;

    if (fd < 0)
        return -errno;
    if (e->is_root && fchown(fd, e->uid, e->gid) < 0)
        r = -errno;
    (void)close(fd);
    return r;
}

static int make_own_dir(const struct entry *e)
{
    const char *path = e->given->own_dir;
    _cleanup_(freep) char *parent = NULL;
    char *slash;

    if (!*path)
        return 0;
    parent = strdup(path);
    slash = parent ? strrchr(parent, '/') : NULL;
    if (!slash)
        return parent ? -EINVAL : -ENOMEM;
    *slash = '\0';
    if ((mkdir(parent, 0755) < 0 && errno != EEXIST) || (mkdir(path, 0700) < 0 && errno != EEXIST))
        return -errno;
    return give_directory(e, path);
}

/* --- namespaces --------------------------------------------------------------------------------
 */

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n;
    int r;

    if (fd < 0)
        return -errno;
    n = write(fd, text, strlen(text));
    r = n < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}

/* A user namespace where it is the same user, and may mount. /proc/self belongs to root for a
 * process that is not dumpable. */
static int enter_user_namespace(const struct entry *e)
{
    char uids[32], gids[32];
    int r;

    (void)snprintf(uids, sizeof(uids), "%u %u 1", e->uid, e->uid);
    (void)snprintf(gids, sizeof(gids), "%u %u 1", e->gid, e->gid);
    if (unshare(CLONE_NEWUSER) < 0)
        return -errno;
    (void)prctl(PR_SET_DUMPABLE, 1);
    r = write_file("/proc/self/setgroups", "deny");
    if (r >= 0)
        r = write_file("/proc/self/uid_map", uids);
    if (r >= 0)
        r = write_file("/proc/self/gid_map", gids);
    (void)prctl(PR_SET_DUMPABLE, 0);
    return r;
}

static const struct {
    int flag;
    const char *what;
} namespaces[] = {
    { CLONE_NEWNET, "no network" },
    { CLONE_NEWIPC, "IPC of its own" },
};

static void leave_namespaces(struct entry *e)
{
    for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
        if (namespaces[i].flag == CLONE_NEWNET && e->given->network)
            continue;
        if (unshare(namespaces[i].flag) < 0)
            lacks(e, namespaces[i].what, -errno);
    }
}

static int separate_mounts(struct entry *e)
{
    int r = unshare(CLONE_NEWNS) < 0 ? -errno : 0;

    if (r < 0) {
        lacks(e, "mounts of its own", r);
        return 0;
    }
    r = e->is_root ? sandbox_hide_processes() : 0;
    if (r < 0)
        lacks(e, "no sight of other processes", r);
    r = sandbox_arrange_mounts(&e->box);
    if (r == -ENOENT || r == -ENOTDIR) {
        log_error("cannot arrange the mounts of a package: %s; see `writable` in "
                  "openlogond.conf(5)",
                  strerror(-r));
        return r;
    }
    if (r < 0) /* in a container, say: what is not hidden has its modes still */
        lacks(e, "mounts of its own", r);
    return 0;
}

/* An ordinary user's package that needs set-id programs gets none: they do not work there. */
static int separate(struct entry *e)
{
    if (!e->is_root) {
        int r = e->given->set_id_programs ? 0 : enter_user_namespace(e);

        if (r < 0)
            lacks(e, "namespaces of its own", r);
        if (r < 0 || e->given->set_id_programs)
            return 0;
    }
    leave_namespaces(e);
    return separate_mounts(e);
}

/* --- system calls, rights, limits --------------------------------------------------------------
 */

static int filter_calls(struct entry *e)
{
    int r;

    if (!e->given->set_id_programs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    if (!e->is_root && e->given->set_id_programs)
        return 0; /* only without new privileges may an ordinary user filter */
    r = sandbox_filter_calls(e->given->keyrings ? SANDBOX_FILTER_KEYRINGS : 0);
    if (r < 0)
        lacks(e, "a filter of system calls", r);
    return 0;
}

/* One that openlogond itself lacks, in a container say, cannot be kept. */
static int choose_capabilities(struct entry *e)
{
    const capng_type_t kept = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET;
    int numbers[64];
    size_t n = 0;

    for (size_t i = 0; i < e->given->n_capabilities; i++) {
        int number = capng_name_to_capability(e->given->capabilities[i]);

        if (number < 0) {
            log_error("there is no capability \"%s\"; see capabilities(7)",
                      e->given->capabilities[i]);
            return -EINVAL;
        }
        if (n < ARRAY_SIZE(numbers) &&
            capng_have_capability(CAPNG_PERMITTED, (unsigned)number) == 1)
            numbers[n++] = number;
        else
            lacks(e, e->given->capabilities[i], -EPERM);
    }
    capng_clear(CAPNG_SELECT_ALL);
    for (size_t i = 0; i < n; i++)
        (void)capng_update(CAPNG_ADD, kept, (unsigned)numbers[i]);
    return 0;
}

static int become(const struct entry *e)
{
    int r;

    if (e->uid == 0)
        r = capng_apply(CAPNG_SELECT_ALL);
    else if (setgroups((size_t)e->n_groups, e->groups) < 0)
        return -errno;
    else
        r = capng_change_id((int)e->uid, (int)e->gid, CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);
    if (r == 0)
        return 0;
    log_error("cannot become \"%s\" with the configured capabilities (libcap-ng: %d)",
              e->given->user, r);
    return -EPERM;
}

/* Of a user namespace it has all capabilities, and needs none. */
static int give_up_rights(struct entry *e)
{
    int r;

    if (!e->is_root) {
        capng_clear(CAPNG_SELECT_CAPS);
        return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : -EPERM;
    }
    if (capng_get_caps_process() < 0)
        return -EPERM;
    r = choose_capabilities(e);
    return r < 0 ? r : become(e);
}

static const struct {
    __rlimit_resource_t resource;
    rlim_t limit;
    bool user_of_its_own; /* counted for the user: nobody else's may be hit */
} limits[] = {
    { RLIMIT_CORE, 0, false },
    { RLIMIT_NOFILE, 1024, false },
#ifndef SHADOW_MEMORY
    { RLIMIT_AS, (rlim_t)4 << 30, false },
#endif
    { RLIMIT_NPROC, 512, true },
};

static void set_limits(struct entry *e)
{
    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
        struct rlimit limit;

        if (limits[i].user_of_its_own && (!e->is_root || e->uid == 0))
            continue;
        if (getrlimit((__rlimit_resource_t)limits[i].resource, &limit) < 0)
            continue;
        limit.rlim_max = limit.rlim_max < limits[i].limit ? limit.rlim_max : limits[i].limit;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) < 0)
            lacks(e, "a limit", -errno);
    }
}

static int run_steps(struct entry *e)
{
    static int (*const steps[])(struct entry * e) = { separate, filter_calls, give_up_rights };

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        int r = steps[i](e);
        if (r < 0)
            return r;
    }
    set_limits(e);
    /* Another user, or other capabilities, took both away. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0)
        return -errno;
    return 0;
}

int sandbox_enter(const Sandbox *box, char report[static SANDBOX_REPORT_SIZE])
{
    _cleanup_(entry_done) struct entry e = {
        .given = box, .box = *box, .is_root = geteuid() == 0, .report = report
    };
    int r;

    *report = '\0';
    (void)umask(022); /* what is put over the mounts is for the package's user to see */
    r = find_user(&e);
    if (r >= 0)
        r = find_hidden(&e);
    if (r >= 0) {
        r = make_own_dir(&e);
        if (r < 0)
            log_error("cannot make %s: %s", box->own_dir, strerror(-r));
    }
    r = r < 0 ? r : run_steps(&e);
    (void)umask(077);
    return r;
}
