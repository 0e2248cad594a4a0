/* SPDX-License-Identifier: MIT */
#include "private_dir.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "complaint.h"

enum {
    DESCRIPTORS_FOR_WALK = 16,
    NAME_SIZE = sizeof("/openlogon-XXXXXX/socket"),
    SOCKET_PATH_SIZE = sizeof(((struct sockaddr_un *)0)->sun_path),
};

/* An authority that runs as root serves other users: they may pass, but not look inside. */
static mode_t directory_mode(void)
{
    return geteuid() == 0 ? 0711 : 0700;
}

/* 0, or negative errno; the path of a socket has to fit into its address. */
static int make_below(char path[PATH_MAX], const char *base)
{
    char absolute[PATH_MAX];

    if (!base || !*base)
        return -ENOENT;
    if (!realpath(base, absolute))
        return -errno;
    if (strlen(absolute) + NAME_SIZE > SOCKET_PATH_SIZE)
        return -ENAMETOOLONG;
    strcpy(path, absolute);
    strcat(path, "/openlogon-XXXXXX");
    if (!mkdtemp(path)) {
        path[0] = '\0';
        return -errno;
    }
    return chmod(path, directory_mode()) < 0 ? -errno : 0;
}

static bool make_directory(char path[PATH_MAX])
{
    const char *const bases[] = { getenv("TMPDIR"), "/tmp", getenv("XDG_RUNTIME_DIR") };
    int r = -ENOENT;

    for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
        r = make_below(path, bases[i]);
        if (r == 0)
            return true;
    }
    complain_of_errno(r, "cannot make a directory for the private authority; set TMPDIR to one "
                         "that is writable and has a short name");
    return false;
}

static bool make_state(struct private_dir *d, const char *state)
{
    if (!state)
        return snprintf(d->state, sizeof(d->state), "%s/state", d->path) > 0 &&
               mkdir(d->state, 0700) == 0;
    if (mkdir(state, 0700) < 0 && errno != EEXIST)
        return false;
    return realpath(state, d->state) != NULL;
}

bool private_dir_make(struct private_dir *ret, const char *state)
{
    ret->path[0] = '\0';
    if (!make_directory(ret->path))
        return false;
    if (!make_state(ret, state)) {
        complain_of_errno(errno, "cannot make the state directory %s", state ? state : ret->state);
        return false;
    }
    snprintf(ret->runtime, sizeof(ret->runtime), "%.*s/run", PATH_MAX - 16, ret->path);
    snprintf(ret->socket, sizeof(ret->socket), "%.*s/socket", PATH_MAX - 16, ret->path);
    if (mkdir(ret->runtime, 0700) < 0) {
        complain_of_errno(errno, "cannot make the directory %s", ret->runtime);
        return false;
    }
    return true;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)remove(path);
    return 0;
}

/* Only this user writes there; links are removed, not followed. */
void private_dir_done(struct private_dir *d)
{
    if (d->path[0] != '\0')
        (void)nftw(d->path, remove_entry, DESCRIPTORS_FOR_WALK, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    d->path[0] = '\0';
}
