/* SPDX-License-Identifier: MIT */
#include "supervision.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SIGNALLED_CODE_BASE = 128,
};

/* The terminal sends the first two to the whole group: the child has them already. */
static const struct {
    int number;
    bool passed_on;
} watched[] = {
    { SIGINT, false },
    { SIGQUIT, false },
    { SIGTERM, true },
    { SIGHUP, true },
};

static volatile sig_atomic_t came[ARRAY_SIZE(watched)];

static void note_signal(int number)
{
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
        if (watched[i].number == number)
            came[i] = 1;
    }
}

/* A signal that is ignored from the start, as by nohup, stays so. */
void supervision_start(void)
{
    const struct sigaction action = { .sa_handler = note_signal, .sa_flags = SA_RESTART };

    for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
        struct sigaction before;

        if (sigaction(watched[i].number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(watched[i].number, &action, NULL);
    }
}

int supervision_pending(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
        if (came[i])
            return watched[i].number;
    }
    return 0;
}

/* How signals reach the process. */
struct passing {
    int pidfd;
    void (*pass)(int number,
                 void *context); /* NULL: by the pidfd, what the terminal does not send */
    void *context;
};

static void pass_on(const struct passing *passing)
{
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
        if (came[i] && passing->pass)
            passing->pass(watched[i].number, passing->context);
        else if (came[i] && watched[i].passed_on)
            (void)syscall(SYS_pidfd_send_signal, passing->pidfd, watched[i].number, NULL, 0);
        came[i] = 0;
    }
}

/* Signals come only while ppoll() waits, so none is missed between the look and the wait. */
static int wait_for(const struct passing *passing)
{
    struct pollfd poll = { .fd = passing->pidfd, .events = POLLIN };
    sigset_t blocked, before;
    int r;

    sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
        sigaddset(&blocked, watched[i].number);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    do {
        pass_on(passing);
        r = ppoll(&poll, 1, NULL, &before);
    } while (r < 0 && errno == EINTR);
    r = r < 0 ? -errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return r;
}

int supervision_wait(int pidfd)
{
    const struct passing passing = { .pidfd = pidfd };

    return wait_for(&passing);
}

int supervision_wait_for_other(int pidfd, void (*pass)(int number, void *context), void *context)
{
    const struct passing passing = { pidfd, pass, context };

    return wait_for(&passing);
}

int supervision_reap(int pidfd)
{
    siginfo_t info = { 0 };
    int r;

    do {
        r = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
    } while (r < 0 && errno == EINTR);
    if (r < 0)
        return -errno;
    return info.si_code == CLD_EXITED ? info.si_status : SIGNALLED_CODE_BASE + info.si_status;
}
