/* SPDX-License-Identifier: MIT */
/*
 * openlogon-worker: authenticates for openlogond, which starts it with their socket as
 * descriptor 3. Packages block and crash; they do it here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "worker/worker.h"

enum { SOCKET_FD = 3 };

static bool is_our_socket(int fd)
{
    int type = 0;
    socklen_t size = sizeof(type);

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

/* No memory of a process that sees passwords leaves it, and none outlives openlogond. */
static int harden(void)
{
    const struct rlimit no_core = { 0 };

    (void)umask(077);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
        setrlimit(RLIMIT_CORE, &no_core) < 0)
        return -errno;
    return 0;
}

int main(void)
{
    int r;

    log_set_name("openlogon-worker");
    if (!is_our_socket(SOCKET_FD)) {
        log_error("descriptor 3 is not openlogond's socket: openlogond starts this program");
        return EXIT_FAILURE;
    }
    r = harden();
    if (r < 0) {
        log_error("cannot protect this process: %s", strerror(-r));
        return EXIT_FAILURE;
    }
    return worker_run(SOCKET_FD) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
