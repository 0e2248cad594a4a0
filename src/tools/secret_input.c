/* SPDX-License-Identifier: MIT */
#include "secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "complaint.h"
#include "text.h"

/*
 * What would otherwise end or stop the program while the terminal shows nothing. Those that come at
 * any time are let in only while the program waits, so that none gets lost just before it does; the
 * others come of what the program itself does with the terminal.
 */
static const struct {
    int number;
    bool any_time;
} watched[] = {
    { SIGINT, true },  { SIGQUIT, true },  { SIGTERM, true },  { SIGHUP, true },
    { SIGTSTP, true }, { SIGTTIN, false }, { SIGTTOU, false },
};

static volatile sig_atomic_t caught_signal;

static void catch_signal(int number)
{
    caught_signal = number;
}

/* One byte; 0 at the end. @mask  signals that are blocked while it waits; NULL: as ever */
static int read_byte(int fd, char *ret, const sigset_t *mask)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    ssize_t n;

    if (mask && ppoll(&poll_fd, 1, NULL, mask) < 0)
        return -errno;
    n = read(fd, ret, 1);
    return n < 0 ? -errno : (int)n;
}

/* Reads a line byte by byte, as what follows it is not ours. */
static int read_line(int fd, char *line, size_t size, const sigset_t *mask)
{
    size_t length = 0;

    for (;;) {
        char byte;
        int n = read_byte(fd, &byte, mask);

        if (n < 0)
            return n;
        if (n == 0 && length == 0)
            return -ENODATA;
        if (n == 0 || byte == '\n')
            break;
        if (byte == '\0')
            return -EINVAL;
        if (length + 1 >= size)
            return -EMSGSIZE;
        line[length++] = byte;
    }
    line[length] = '\0';
    return 0;
}

static void complain_of_line(int r, const char *where)
{
    if (r == -ENODATA)
        complain("there is no password %s", where);
    else if (r == -EMSGSIZE)
        complain("the password %s is longer than %d bytes", where, PASSWORD_SIZE_MAX - 1);
    else if (r == -EINVAL)
        complain("the password %s has a zero byte", where);
    else
        complain_of_errno(r, "cannot read the password %s", where);
}

static bool read_from_fd(secret *password, int fd)
{
    char where[32];
    int r = read_line(fd, (char *)secret_bytes(password), secret_size(password), NULL);

    if (r == 0)
        return true;
    snprintf(where, sizeof(where), "on descriptor %d", fd);
    complain_of_line(r, where);
    return false;
}

static void write_text(int fd, const char *text)
{
    (void)!write(fd, text, strlen(text));
}

static int ask_hidden(int tty, const char *prompt, secret *password, const sigset_t *mask)
{
    struct termios shown, hidden;
    int r;

    if (tcgetattr(tty, &shown) < 0)
        return -errno;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON | ISIG;
    if (tcsetattr(tty, TCSAFLUSH, &hidden) < 0)
        return -errno;
    write_text(tty, prompt);
    r = caught_signal ? -EINTR
                      : read_line(tty, (char *)secret_bytes(password), secret_size(password), mask);
    (void)tcsetattr(tty, TCSAFLUSH, &shown);
    write_text(tty, "\n");
    return r;
}

static void watch_unless_ignored(int number, const struct sigaction *action,
                                 struct sigaction *ret_before)
{
    sigaction(number, NULL, ret_before);
    if (ret_before->sa_handler != SIG_IGN)
        sigaction(number, action, NULL);
}

/* The terminal is as it was again when this returns, and so are the signals. */
static int ask_once(int tty, const char *prompt, secret *password)
{
    struct sigaction action = { .sa_handler = catch_signal }, before[ARRAY_SIZE(watched)];
    sigset_t blocked, mask;
    int r;

    caught_signal = 0;
    sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
        if (watched[i].any_time)
            sigaddset(&blocked, watched[i].number);
    }
    sigprocmask(SIG_BLOCK, &blocked, &mask);
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
        watch_unless_ignored(watched[i].number, &action, &before[i]);
    r = ask_hidden(tty, prompt, password, &mask);
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
        sigaction(watched[i].number, &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return r;
}

/* A signal is passed on when the terminal is in order; whoever is only stopped is asked again. */
static bool ask(secret *password, const char *prompt)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), r;

    if (tty < 0) {
        complain("there is no terminal to ask for the password on; use --password-fd");
        return false;
    }
    do {
        r = ask_once(tty, prompt, password);
        if (caught_signal)
            raise(caught_signal);
    } while (r == -EINTR);
    (void)close(tty);
    if (r < 0)
        complain_of_line(r, "on the terminal");
    return r == 0;
}

bool password_fd_parse(const char *text, int *ret_fd)
{
    uint32_t number;

    if (!text_to_number(text, 0, INT_MAX, &number) || fcntl((int)number, F_GETFD) < 0)
        return false;
    *ret_fd = (int)number;
    return true;
}

bool password_get(secret **ret, int fd, const char *prompt)
{
    _cleanup_(secret_freep) secret *password = NULL;

    if (nt_failed(secret_new(&password, PASSWORD_SIZE_MAX))) {
        complain("there is not enough memory for a password");
        return false;
    }
    if (fd != NO_PASSWORD_FD ? !read_from_fd(password, fd) : !ask(password, prompt))
        return false;
    *ret = TAKE(password);
    return true;
}

bool password_get_new(secret **ret, int fd, const char *prompt)
{
    _cleanup_(secret_freep) secret *first = NULL;
    _cleanup_(secret_freep) secret *second = NULL;

    if (!password_get(&first, fd, prompt))
        return false;
    if (fd == NO_PASSWORD_FD) {
        if (!password_get(&second, fd, "The same again: "))
            return false;
        if (strcmp(password_text(first), password_text(second)) != 0) {
            complain("the two passwords differ; nothing was changed");
            return false;
        }
    }
    *ret = TAKE(first);
    return true;
}

const char *password_text(secret *password)
{
    return (const char *)secret_bytes(password);
}
