/* SPDX-License-Identifier: MIT */
#include "linux/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

int random_fill(void *ret, size_t size)
{
    unsigned char *to = ret;

    while (size > 0) {
        ssize_t n = getrandom(to, size, 0);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            to += n;
            size -= (size_t)n;
        }
    }
    return 0;
}
