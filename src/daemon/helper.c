/* SPDX-License-Identifier: MIT */
#include "daemon/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/channel.h"
#include "linux/process.h"

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawnattr_setsigmask(attributes, &none);
    (void)posix_spawnattr_setsigdefault(attributes, &all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int set_actions(posix_spawn_file_actions_t *actions, int socket)
{
    int r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (r == 0)
        r = posix_spawn_file_actions_adddup2(actions, socket, HELPER_SOCKET);
    if (r == 0)
        r = posix_spawn_file_actions_addclosefrom_np(actions, HELPER_SOCKET + 1);
    return r;
}

static int run(pid_t *ret, const struct helper_program *program, int socket)
{
    char *const argv[] = { (char *)(uintptr_t)program->name, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r = posix_spawn_file_actions_init(&actions);

    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attributes);
    if (r == 0) {
        r = set_attributes(&attributes);
        if (r == 0)
            r = set_actions(&actions, socket);
        if (r == 0)
            r = posix_spawn(ret, program->path, &actions, &attributes, argv, environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return -r;
}

/* Takes the pidfd, or the error that there is instead. */
static int watch_end(sd_event_source **ret, const struct helper_program *program, int pidfd)
{
    int r;

    if (pidfd < 0)
        return pidfd;
    r = sd_event_add_child_pidfd(program->event, ret, pidfd, WEXITED, program->ended,
                                 program->context);
    if (r < 0) {
        (void)close(pidfd);
        return r;
    }
    return sd_event_source_set_child_pidfd_own(*ret, 1);
}

static int start(struct helper *helper, const struct helper_program *program, int socket)
{
    int r = run(&helper->pid, program, socket);

    if (r < 0)
        return r;
    r = watch_end(&helper->end, program, process_open(helper->pid));
    if (r < 0) {
        (void)sd_event_source_disable_unref(helper->end);
        (void)kill(helper->pid, SIGKILL);
        (void)waitpid(helper->pid, NULL, 0);
    }
    return r;
}

int helper_start(struct helper *ret, const struct helper_program *program)
{
    struct helper helper = { 0 };
    int sockets[2];
    int r = channel_pair(sockets);

    if (r < 0)
        return r;
    helper.fd = sockets[0];
    r = start(&helper, program, sockets[1]);
    (void)close(sockets[1]);
    if (r < 0) {
        (void)close(helper.fd);
        return r;
    }
    *ret = helper;
    return 0;
}
