/* SPDX-License-Identifier: MIT */
#include "spawn/target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/keyctl.h>

#include "linux/fd_message.h"
#include "linux/spawn_child.h"
#include "spawn/caller.h"

enum { N_STDIO = 3 };

/* Everything it has; it ends with an exec or with the process. */
struct target {
    const struct target_start *start;
    struct caller caller;
    struct spawn_program program;
    char *text;
    int fds[PROGRAM_FDS_MAX];
    size_t n_fds;
};

static _Noreturn void fail(const struct target_start *start, enum spawn_step step, int error)
{
    const struct spawn_report report = { step, -error };

    (void)!write(start->report, &report, sizeof(report));
    _exit(127);
}

/* --- what to run -------------------------------------------------------------------------- */

/* Only memory: reading any other file could take for ever. That somebody changes it meanwhile does
 * no harm: it is read once. */
static int read_text(struct target *t, size_t *ret_size)
{
    int fd = t->fds[PROGRAM_FD_TEXT];
    struct stat file;
    ssize_t n;

    if (fcntl(fd, F_GET_SEALS) < 0 || fstat(fd, &file) < 0)
        return -EINVAL;
    if (!S_ISREG(file.st_mode) || file.st_size <= 0 || file.st_size > SPAWN_PROGRAM_MAX)
        return -E2BIG;
    t->text = malloc((size_t)file.st_size);
    if (!t->text)
        return -ENOMEM;
    n = pread(fd, t->text, (size_t)file.st_size, 0);
    if (n != file.st_size)
        return -EINVAL;
    *ret_size = (size_t)n;
    return 0;
}

static int receive_program(struct target *t)
{
    size_t size = 0, n_stdio;
    char byte;
    nt_status st;
    int r;

    t->n_fds = ARRAY_SIZE(t->fds);
    r = (int)fd_message_receive(t->start->client, &byte, sizeof(byte), t->fds, &t->n_fds,
                                MSG_DONTWAIT);
    if (r < 0)
        return r;
    if (t->n_fds < PROGRAM_FD_STDIO)
        return -EINVAL;
    r = read_text(t, &size);
    if (r < 0)
        return r;
    st = spawn_program_decode(&t->program, t->text, size);
    if (nt_failed(st))
        return NT_IS(st, NO_MEMORY) ? -ENOMEM : -EINVAL;
    n_stdio = (size_t)__builtin_popcount(t->program.stdio);
    return t->n_fds == PROGRAM_FD_STDIO + n_stdio ? 0 : -EINVAL;
}

/* --- who wants it ------------------------------------------------------------------------- */

/* Whoever is confined, and has no privilege for this, would get out by it. */
static int read_caller(struct target *t)
{
    const struct spawn_order *order = t->start->order;
    const bool is_confined = order->flags & SPAWN_ORDER_CONFINED;
    int r = caller_read(&t->caller, (pid_t)order->caller_pid, t->start->caller,
                        is_confined ? CALLER_PLACE : 0);

    if (r < 0)
        return r;
    return is_confined && (t->caller.has_filter || t->caller.is_elsewhere) ? -EPERM : 0;
}

static int drop_from_bounding_set(uint64_t kept)
{
    for (unsigned long i = 0; i < 64; i++) {
        if (!(kept & (UINT64_C(1) << i)) && prctl(PR_CAPBSET_DROP, i, 0L, 0L, 0L) < 0)
            return errno == EINVAL ? 0 : -errno; /* beyond the last */
    }
    return 0;
}

/* The daemon's keys are not the program's. The new keyring is the user's. */
static int leave_keyring(uint32_t uid)
{
    long r;

    (void)syscall(SYS_setfsuid, uid);
    r = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    if (r < 0 && errno != ENOSYS)
        r = -errno;
    (void)syscall(SYS_setfsuid, 0);
    return r < 0 && r != -1 ? (int)r : 0;
}

static int take_over(const struct target *t)
{
    const struct spawn_order *order = t->start->order;
    int r = caller_take_over(&t->caller, (pid_t)order->caller_pid);

    if (r == 0 && (order->flags & SPAWN_ORDER_CONFINED))
        r = drop_from_bounding_set(t->caller.bounding);
    if (r == 0)
        r = leave_keyring(order->uid);
    return r;
}

/* --- becoming it -------------------------------------------------------------------------- */

static void set_stdio(const struct target *t, struct spawn_spec *spec, int null_fd)
{
    size_t next = PROGRAM_FD_STDIO;

    for (unsigned i = 0; i < N_STDIO; i++)
        spec->fds[i] = t->program.stdio & (1U << i) ? t->fds[next++] : null_fd;
}

static _Noreturn void become(const struct target *t, int null_fd)
{
    const struct spawn_order *order = t->start->order;
    const struct spawn_program *program = &t->program;
    const struct kernel_identity identity = { order->uid, order->gid, order->n_gids, order->gids,
                                              order->capabilities };
    const bool no_new_privs = (order->flags & SPAWN_ORDER_NO_NEW_PRIVS) || t->caller.no_new_privs;
    const bool terminal = program->flags & SPAWN_PROGRAM_TERMINAL;
    const bool is_absolute = program->directory && program->directory[0] == '/';
    struct spawn_spec spec = { .path = program->path,
                               .search_path = program->search_path,
                               .argv = program->argv,
                               .envp = program->envp,
                               .directory = program->directory,
                               .directory_fd = is_absolute ? NULL : &t->fds[PROGRAM_FD_DIRECTORY],
                               .identity = &identity,
                               .cgroup_fd = -1,
                               .flags = SPAWN_NEW_SESSION |
                                        (no_new_privs ? (unsigned)SPAWN_NO_NEW_PRIVS : 0) |
                                        (terminal ? (unsigned)SPAWN_TERMINAL : 0) };
    struct spawn_job job = { .spec = &spec, .channel = t->start->report, .parent_channel = -1 };

    set_stdio(t, &spec, null_fd);
    if (!strchr(spec.path, '/') && !spec.search_path)
        fail(t->start, SPAWN_STEP_EXECUTE, -ENOENT);
    spawn_child_run(&job);
}

void target_run(const struct target_start *start)
{
    struct target t = { .start = start };
    int null_fd, r;

    r = receive_program(&t);
    if (r == 0)
        r = read_caller(&t);
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (r == 0 && null_fd < 0)
        r = -errno;
    if (r == 0)
        r = take_over(&t);
    if (r < 0)
        fail(start, SPAWN_STEP_PREPARE, r);
    become(&t, null_fd);
}
