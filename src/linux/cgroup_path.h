/* SPDX-License-Identifier: MIT */
/* Where control groups are: the texts of /proc and what they mean. Internal to cgroup. */
#ifndef OPENLOGON_LINUX_CGROUP_PATH_H
#define OPENLOGON_LINUX_CGROUP_PATH_H

#include <stddef.h>

#include "linux/cgroup.h"

/**
 * Finds a group's directory by one line of /proc/self/mountinfo.
 * @line     is cut into its fields
 * @group    the path of the group as /proc tells it, seen from the same cgroup namespace
 * Returns:  1 with *ret set (the caller frees it); 0: no cgroup v2 mount, or the group is not below
 * it; -ENOMEM
 */
_must_check_ int cgroup_directory_parse(char *line, const char *group, char **ret);

/* The line that shows a group; the caller frees it. Errors: -ENODEV (there is none). */
_must_check_ int cgroup_mount_find(const char *group, char **ret);

/* A group's directory by such a line, which stays whole. Errors: -ENODEV (it does not show it). */
_must_check_ int cgroup_directory_in(const char *mount, const char *group, char **ret);

/* The same over the whole file. Errors: -ENODEV (there is none). */
_must_check_ int cgroup_directory_find(const char *group, char **ret);

/**
 * The path of a process' group as /proc/PID/cgroup tells it.
 * @pid      0: the caller
 * @ret      the caller frees it
 * Errors:   -ESRCH (no such process), -ENODEV (no cgroup v2)
 */
_must_check_ int cgroup_path_read(pid_t pid, char **ret);

/* "/root/<session>/<token>", and what is below it. Errors: -ENOENT (no such path). */
_must_check_ int cgroup_leaf_parse(const char *path, const char *root, struct cgroup_leaf *ret);

/**
 * The innermost "<name>-<session>-<token>" that a path has, whoever made it.
 * @name       of the tree, as "openlogon-main"
 * @ret_length of the path up to its end
 * Errors:     -ENOENT (none)
 */
_must_check_ int cgroup_foreign_leaf_parse(const char *path, const char *name,
                                           struct cgroup_leaf *ret, size_t *ret_length);

enum {
    CGROUP_NAME_LENGTH = 16, /* of a session's or a token's group */
};

/* A name of 16 lower-case hexadecimal digits at the start of text. */
_must_check_ bool cgroup_name_parse(const char *text, uint64_t *ret);

#endif
