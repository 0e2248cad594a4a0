/* SPDX-License-Identifier: MIT */
#include "daemon/pending_logins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/log.h"
#include "daemon/login_job.h"
#include "daemon/process_listing.h"
#include "ipc/login_record.h"

enum { PENDING_MAX = 4096 };

DEFINE_CLEANUP(DIR *, closedir);

/* All that were found, taken in one after the other. */
struct adoption {
    Daemon *daemon;
    int dirfd;
    struct login_record *records;
    size_t n, next;
    size_t n_adopted;
    bool is_gone; /* the file of the current one: its login has ended by itself */
};

static void adoption_free(struct adoption *adoption)
{
    if (adoption) {
        if (adoption->dirfd >= 0)
            (void)close(adoption->dirfd);
        free(adoption->records);
    }
    free(adoption);
}
DEFINE_CLEANUP(struct adoption *, adoption_free);

int pending_logins_prepare(const Daemon *daemon)
{
    if (mkdirat(daemon->runtime_dirfd, LOGIN_RECORD_DIR, 0700) == 0 || errno == EEXIST)
        return 0;
    log_error("cannot make the folder " LOGIN_RECORD_DIR " in %s: %s", daemon->options->runtime,
              strerror(errno));
    return -errno;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A file of anybody else would be none that the PAM module wrote. */
static bool is_ours(int fd)
{
    struct stat file;

    return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == geteuid() &&
           !(file.st_mode & (S_IWGRP | S_IWOTH));
}

static int read_record(struct login_record *ret, int dirfd, const char *name)
{
    char text[LOGIN_RECORD_SIZE_MAX + 1];
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = is_ours(fd) ? read(fd, text, sizeof(text)) : -1;
    (void)close(fd);
    return n < 0 ? -EINVAL : login_record_parse(ret, text, (size_t)n);
}

/* A name that begins with a dot is of a file that is being written, or never was finished. */
static int read_entry(struct adoption *adoption, const char *name)
{
    struct login_record *record;
    int r;

    if (name[0] == '.')
        return 0;
    if (adoption->n == PENDING_MAX)
        return -E2BIG;
    record = reallocarray(adoption->records, adoption->n + 1, sizeof(*record));
    if (!record)
        return -ENOMEM;
    adoption->records = record;
    r = read_record(&record[adoption->n], adoption->dirfd, name);
    if (r == 0) {
        adoption->n++;
        return 0;
    }
    log_warning("%s/%s is no login that PAM has let in: %s", LOGIN_RECORD_DIR, name, strerror(-r));
    (void)unlinkat(adoption->dirfd, name, 0);
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct login_record *left = a;
    const struct login_record *right = b;

    return (left->opened_usec > right->opened_usec) - (left->opened_usec < right->opened_usec);
}

static int read_all(struct adoption *adoption)
{
    int fd = openat(adoption->daemon->runtime_dirfd, LOGIN_RECORD_DIR,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    _cleanup_(closedirp) DIR *directory = fd < 0 ? NULL : fdopendir(fd);

    if (!directory)
        return -errno;
    adoption->dirfd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (adoption->dirfd < 0)
        return -errno;
    for (struct dirent *entry; (errno = 0, entry = readdir(directory));) {
        int r = read_entry(adoption, entry->d_name);

        if (r < 0)
            return r;
    }
    if (adoption->n > 0)
        qsort(adoption->records, adoption->n, sizeof(*adoption->records), compare);
    return -errno;
}

/* --- taking in -------------------------------------------------------------------------------- */

static struct login_record *current(const struct adoption *adoption)
{
    return &adoption->records[adoption->next];
}

/* Whoever removes the file first decides: the login's own end, or this. */
static bool take_file(void *context)
{
    struct adoption *adoption = context;

    adoption->is_gone = login_record_remove(current(adoption), adoption->dirfd) < 0;
    return !adoption->is_gone;
}

static void gather(const Daemon *daemon, const Login *login)
{
    _cleanup_(process_listing_done) struct process_listing listing = { 0 };

    if (nt_failed(process_listing_read(&listing)))
        return;
    const struct process_list list = { listing.processes, listing.n_processes };
    login_gather(daemon->authority->logins, login, &list);
}

static void go_on(struct adoption *adoption);

/* A file stays, for the next start, unless it is certain that it is of no use. */
static void complain(const struct adoption *adoption, nt_status why)
{
    const struct login_record *record = current(adoption);

    log_info("the login of %s by %s (process %d) is not taken over: %s", record->user,
             record->service, (int)record->pid, nt_status_name(why));
    if (NT_IS(why, INVALID_CID) || NT_IS(why, NO_SUCH_USER) || NT_IS(why, INVALID_PARAMETER))
        (void)login_record_remove(record, adoption->dirfd);
}

static void on_made(nt_status status, Login *login, void *context)
{
    struct adoption *adoption = context;

    if (NT_IS(status, CANCELLED) && !adoption->is_gone) {
        adoption_free(adoption); /* openlogond ends */
        return;
    }
    if (login) {
        gather(adoption->daemon, login);
        adoption->n_adopted++;
    } else if (!adoption->is_gone) {
        complain(adoption, status);
    }
    adoption->is_gone = false;
    adoption->next++;
    go_on(adoption);
}

static int64_t logon_time(const struct login_record *record)
{
    const struct timespec time = { .tv_sec = record->opened_usec / 1000000,
                                   .tv_nsec = record->opened_usec % 1000000 * 1000 };

    return filetime_from_timespec(&time);
}

static nt_status start(struct adoption *adoption)
{
    const struct login_record *record = current(adoption);
    const struct login_question question = {
        .facts = { record->service, record->tty, record->remote_host, record->remote_user },
        .user = record->user,
        .leader = record->pid,
        .leader_start = record->start_time,
        .logon_time = logon_time(record),
    };

    const struct login_listener listener = { .wanted = take_file,
                                             .made = on_made,
                                             .context = adoption };

    return login_job_start(adoption->daemon, &question, &listener);
}

/* Takes in the next one, or ends. */
static void go_on(struct adoption *adoption)
{
    for (; adoption->next < adoption->n; adoption->next++) {
        nt_status st = start(adoption);

        if (!nt_failed(st))
            return;
        complain(adoption, st);
    }
    if (adoption->n_adopted > 0)
        log_info("took in %zu logins that were made without an openlogond", adoption->n_adopted);
    adoption_free(adoption);
}

void pending_logins_adopt(Daemon *daemon)
{
    _cleanup_(adoption_freep) struct adoption *adoption = calloc(1, sizeof(*adoption));
    int r = -ENOMEM;

    if (adoption) {
        *adoption = (struct adoption){ .daemon = daemon, .dirfd = -1 };
        r = read_all(adoption);
    }
    if (r < 0)
        log_error("cannot read the logins in %s/" LOGIN_RECORD_DIR ": %s", daemon->options->runtime,
                  strerror(-r));
    if (r >= 0 && adoption->n > 0)
        go_on(TAKE(adoption));
}
