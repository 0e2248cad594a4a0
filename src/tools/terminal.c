/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NAME_SIZE = 128, CARRIED_MAX = 4096 };

static const int passed_on[] = { SIGTERM, SIGHUP };
static volatile sig_atomic_t came[NSIG];

static void note_signal(int number)
{
    came[number] = 1;
}

bool terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void copy_size(const struct terminal *t)
{
    struct winsize size;

    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        (void)ioctl(t->master, TIOCSWINSZ, &size);
}

static int open_slave(struct terminal *t)
{
    char name[NAME_SIZE];
    int r;

    if (grantpt(t->master) < 0 || unlockpt(t->master) < 0)
        return -errno;
    r = ptsname_r(t->master, name, sizeof(name));
    if (r != 0)
        return -r;
    t->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return t->slave < 0 ? -errno : 0;
}

int terminal_open(struct terminal *ret)
{
    struct terminal t = TERMINAL_NONE;
    int r;

    if (tcgetattr(STDIN_FILENO, &t.before) < 0)
        return -errno;
    t.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t.master < 0)
        return -errno;
    r = open_slave(&t);
    if (r == 0 && tcsetattr(t.slave, TCSANOW, &t.before) < 0)
        r = -errno;
    if (r < 0) {
        terminal_close(&t);
        return r;
    }
    copy_size(&t);
    *ret = t;
    return 0;
}

void terminal_close(struct terminal *t)
{
    if (t->master >= 0)
        (void)close(t->master);
    if (t->slave >= 0)
        (void)close(t->slave);
    *t = TERMINAL_NONE;
}

static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

/* 1: there may be more; 0: the end, which on a pseudo terminal without users is EIO; -errno. */
static int carry_once(int from, int to)
{
    char bytes[CARRIED_MAX];
    ssize_t n = read(from, bytes, sizeof(bytes));
    int r;

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 1;
    if (n <= 0)
        return n == 0 || errno == EIO ? 0 : -errno;
    r = write_all(to, bytes, (size_t)n);
    return r < 0 ? r : 1;
}

static void handle_signals(const struct terminal *t, void (*pass)(int, void *), void *context)
{
    for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++) {
        if (came[passed_on[i]])
            pass(passed_on[i], context);
        came[passed_on[i]] = 0;
    }
    if (came[SIGWINCH])
        copy_size(t);
    came[SIGWINCH] = 0;
}

/* What was written before the end is still there; a process in the background may write for ever,
 * and is not waited for. */
static void drain(const struct terminal *t)
{
    struct pollfd master = { .fd = t->master, .events = POLLIN };

    while (poll(&master, 1, 0) > 0 && carry_once(t->master, STDOUT_FILENO) > 0)
        ;
}

enum { AT_INPUT, AT_MASTER, AT_END, N_POLLED };

/* As a terminal that is gone does: what runs in it gets SIGHUP, and its end is waited for. */
static void hang_up(struct terminal *t, struct pollfd polled[N_POLLED])
{
    polled[AT_INPUT].fd = polled[AT_MASTER].fd = -1;
    (void)close(t->master);
    t->master = -1;
}

static int look(struct terminal *t, struct pollfd polled[N_POLLED])
{
    int r = 1;

    if (polled[AT_MASTER].revents)
        r = carry_once(t->master, STDOUT_FILENO);
    if (r == 0)
        polled[AT_MASTER].fd = -1;
    if (r >= 0 && polled[AT_INPUT].revents) {
        if (carry_once(STDIN_FILENO, t->master) <= 0)
            hang_up(t, polled);
        r = 0;
    }
    return r < 0 ? r : 0;
}

static int carry(struct terminal *t, int pidfd, const sigset_t *unblocked,
                 void (*pass)(int, void *), void *context)
{
    struct pollfd polled[N_POLLED] = { [AT_INPUT] = { .fd = STDIN_FILENO, .events = POLLIN },
                                       [AT_MASTER] = { .fd = t->master, .events = POLLIN },
                                       [AT_END] = { .fd = pidfd, .events = POLLIN } };
    int r = 0;

    while (r == 0 && !polled[AT_END].revents) {
        handle_signals(t, pass, context);
        if (ppoll(polled, N_POLLED, NULL, unblocked) < 0)
            r = errno == EINTR ? 0 : -errno;
        else
            r = look(t, polled);
    }
    drain(t);
    return r;
}

/* Signals come only while ppoll() waits. */
static void watch_signals(sigset_t *ret_before)
{
    const struct sigaction action = { .sa_handler = note_signal };
    sigset_t blocked;

    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
        (void)sigaddset(&blocked, passed_on[i]);
    (void)sigaddset(&blocked, SIGWINCH);
    (void)sigprocmask(SIG_BLOCK, &blocked, ret_before);
    for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
        (void)sigaction(passed_on[i], &action, NULL);
    (void)sigaction(SIGWINCH, &action, NULL);
}

int terminal_carry(struct terminal *t, int pidfd, void (*pass)(int, void *), void *context)
{
    struct termios raw = t->before;
    sigset_t before;
    int r;

    (void)close(t->slave); /* the process has it */
    t->slave = -1;
    cfmakeraw(&raw);
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0)
        return -errno;
    watch_signals(&before);
    r = carry(t, pidfd, &before, pass, context);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
    return r;
}
