/* SPDX-License-Identifier: MIT */
#include "win32/crt/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/macros.h"
#include "win32/fcntl.h"

static int read_key(void)
{
    unsigned char c;
    ssize_t n;

    do
        n = read(STDIN_FILENO, &c, 1);
    while (n < 0 && errno == EINTR);
    return n == 1 ? c : EOF;
}

int openlogon_w32__getch(void)
{
    struct termios saved, raw;

    if (tcgetattr(STDIN_FILENO, &saved) < 0) {
        int c = read_key();
        return c == '\n' ? '\r' : c;
    }
    raw = saved;
    raw.c_iflag &= ~(tcflag_t)ICRNL;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0)
        return EOF;
    int c = read_key();
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &saved);
    return c == '\n' ? '\r' : c; /* typed before the terminal was told */
}

int openlogon_w32__kbhit(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

    return poll(&input, 1, 0) == 1;
}

static const int modes[] = { _O_TEXT, _O_BINARY, _O_WTEXT, _O_U16TEXT, _O_U8TEXT };

static bool is_mode(int mode)
{
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        if (mode == modes[i])
            return true;
    }
    return false;
}

int openlogon_w32__setmode(int fd, int mode)
{
    static atomic_int known[256]; /* 0: never set */

    if (fd < 0 || (size_t)fd >= ARRAY_SIZE(known) || fcntl(fd, F_GETFD) < 0) {
        errno = EBADF;
        return -1;
    }
    if (!is_mode(mode)) {
        errno = EINVAL;
        return -1;
    }
    int before = atomic_exchange(&known[fd], mode);
    return before ? before : _O_TEXT;
}
