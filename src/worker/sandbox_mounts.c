/* SPDX-License-Identifier: MIT */
#include "worker/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"

static int result(int r)
{
    return r < 0 ? -errno : 0;
}

/* Makes the directories above a path, and itself. */
static int make_path(const char *path)
{
    _cleanup_(freep) char *copy = strdup(path);

    if (!copy)
        return -ENOMEM;
    for (char *slash = strchr(copy + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(copy, 0755) < 0 && errno != EEXIST)
            return -errno;
        if (!slash)
            return 0;
        *slash = '/';
    }
}

static bool is_whole_machine(const Openlogon__Worker__Sandbox *box)
{
    for (size_t i = 0; i < box->n_writable; i++) {
        if (strcmp(box->writable[i], "/") == 0)
            return true;
    }
    return false;
}

/* An empty directory over a directory; something that is no socket over a socket. */
static int hide(const char *path)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (S_ISDIR(status.st_mode))
        return result(
            mount("none", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k"));
    return result(mount("/dev/null", path, NULL, MS_BIND, NULL));
}

static int hide_all(const Openlogon__Worker__Sandbox *box)
{
    for (size_t i = 0; i < box->n_hidden; i++) {
        int r = hide(box->hidden[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

/* A mount of its own, since only mounts are read-only or not. */
static int prepare_writable(const Openlogon__Worker__Sandbox *box)
{
    for (size_t i = 0; i < box->n_writable; i++) {
        const char *path = box->writable[i];

        if (strcmp(path, "/") != 0 && mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
            return -errno;
    }
    return 0;
}

static int set_attributes(const char *path, struct mount_attr attributes)
{
    return result(mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &attributes, sizeof(attributes)));
}

static int set_read_only(const Openlogon__Worker__Sandbox *box)
{
    const struct mount_attr writable = { .attr_clr = MOUNT_ATTR_RDONLY };
    int r;

    if (is_whole_machine(box))
        return 0;
    r = set_attributes("/", (struct mount_attr){ .attr_set = MOUNT_ATTR_RDONLY });
    for (size_t i = 0; r >= 0 && i < box->n_writable; i++)
        r = set_attributes(box->writable[i], writable);
    return r < 0 || !*box->own_dir ? r : set_attributes(box->own_dir, writable);
}

/* Puts it back where it was, now that something empty lies over what is above it. */
static int restore_own_dir(const char *path, int tree)
{
    int r = make_path(path);

    return r < 0 ? r : result(move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
}

static int arrange(const Openlogon__Worker__Sandbox *box, int own_tree)
{
    int r = prepare_writable(box);

    if (r >= 0)
        r = hide_all(box);
    if (r >= 0 && own_tree >= 0)
        r = restore_own_dir(box->own_dir, own_tree);
    return r < 0 ? r : set_read_only(box);
}

int sandbox_arrange_mounts(const Openlogon__Worker__Sandbox *box)
{
    int tree = -1;
    int r = result(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));

    if (r < 0)
        return r;
    if (*box->own_dir) {
        tree = open_tree(AT_FDCWD, box->own_dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree < 0)
            return -errno;
    }
    r = arrange(box, tree);
    if (tree >= 0)
        (void)close(tree);
    return r;
}

int sandbox_hide_processes(void)
{
    return result(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
                        "hidepid=invisible"));
}
