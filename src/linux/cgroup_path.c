/* SPDX-License-Identifier: MIT */
#include "linux/cgroup_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fields of mountinfo, proc(5): those up to " - " vary in number. */
enum {
    FIELD_ROOT = 3,
    FIELD_MOUNT_POINT = 4,
    N_LEADING_FIELDS = 6,
};

DEFINE_CLEANUP(FILE *, fclose);

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* mountinfo writes blanks, line ends and backslashes as three octal digits. In place. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from;) {
        if (from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) && is_octal(from[3])) {
            *to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* What follows prefix in path: "" or "/..."; NULL when path is not prefix or below it. */
static const char *path_below(const char *path, const char *prefix)
{
    size_t length = strcmp(prefix, "/") == 0 ? 0 : strlen(prefix);

    if (strncmp(path, prefix, length) != 0)
        return NULL;
    path += length;
    if (*path != '\0' && *path != '/')
        return NULL;
    return path;
}

int cgroup_directory_parse(char *line, const char *group, char **ret)
{
    char *fields[N_LEADING_FIELDS];
    char *type = strstr(line, " - ");
    char *rest = line;
    const char *below;

    if (!type || strncmp(type, " - cgroup2 ", strlen(" - cgroup2 ")) != 0)
        return 0;
    for (size_t i = 0; i < N_LEADING_FIELDS; i++) {
        fields[i] = strsep(&rest, " ");
        if (!fields[i])
            return 0;
    }
    unescape(fields[FIELD_ROOT]);
    unescape(fields[FIELD_MOUNT_POINT]);
    below = path_below(group, fields[FIELD_ROOT]);
    if (!below)
        return 0;
    if (strcmp(below, "/") == 0)
        below = "";
    return asprintf(ret, "%s%s", fields[FIELD_MOUNT_POINT], below) < 0 ? -ENOMEM : 1;
}

int cgroup_mount_find(const char *group, char **ret)
{
    _cleanup_(fclosep) FILE *file = fopen("/proc/self/mountinfo", "re");
    _cleanup_(freep) char *line = NULL;
    size_t size = 0;

    if (!file)
        return -errno;
    while (getline(&line, &size, file) >= 0) {
        _cleanup_(freep) char *directory = NULL;
        int r = cgroup_directory_in(line, group, &directory);

        if (r >= 0)
            *ret = TAKE(line);
        if (r != -ENODEV)
            return r;
    }
    return -ENODEV;
}

int cgroup_directory_in(const char *mount, const char *group, char **ret)
{
    _cleanup_(freep) char *line = strdup(mount);
    int r = line ? cgroup_directory_parse(line, group, ret) : -ENOMEM;

    if (r == 0)
        return -ENODEV;
    return r < 0 ? r : 0;
}

int cgroup_directory_find(const char *group, char **ret)
{
    _cleanup_(freep) char *mount = NULL;
    int r = cgroup_mount_find(group, &mount);

    return r < 0 ? r : cgroup_directory_in(mount, group, ret);
}

int cgroup_path_read(pid_t pid, char **ret)
{
    char name[64];
    _cleanup_(fclosep) FILE *file = NULL;
    _cleanup_(freep) char *line = NULL;
    size_t size = 0;

    if (pid == 0)
        (void)snprintf(name, sizeof(name), "/proc/self/cgroup");
    else
        (void)snprintf(name, sizeof(name), "/proc/%d/cgroup", (int)pid);
    file = fopen(name, "re");
    if (!file)
        return errno == ENOENT ? -ESRCH : -errno;
    while (errno = 0, getline(&line, &size, file) >= 0) {
        if (strncmp(line, "0::/", strlen("0::/")) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0'; /* the kernel allows none in a group's name */
        *ret = strdup(line + strlen("0::"));
        return *ret ? 0 : -ENOMEM;
    }
    return errno != 0 ? -errno : -ENODEV;
}

bool cgroup_name_parse(const char *text, uint64_t *ret)
{
    uint64_t value = 0;

    for (size_t i = 0; i < CGROUP_NAME_LENGTH; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

        if (!digit)
            return false;
        value = value << 4 | (uint64_t)(digit - digits);
    }
    *ret = value;
    return true;
}

int cgroup_leaf_parse(const char *path, const char *root, struct cgroup_leaf *ret)
{
    struct cgroup_leaf leaf;
    const char *names = path_below(path, root);
    char end;

    if (!names || *names != '/')
        return -ENOENT;
    names++;
    if (!cgroup_name_parse(names, &leaf.session) || names[CGROUP_NAME_LENGTH] != '/')
        return -ENOENT;
    names += CGROUP_NAME_LENGTH + 1;
    if (!cgroup_name_parse(names, &leaf.token))
        return -ENOENT;
    /* A removed group is told as "... (deleted)": no process lives there. */
    end = names[CGROUP_NAME_LENGTH];
    if (end != '\0' && end != '/')
        return -ENOENT;
    *ret = leaf;
    return 0;
}

/* "<name>-<session>-<token>" at the start of text, up to the end of the component. */
static bool foreign_name_parse(const char *text, const char *name, struct cgroup_leaf *ret)
{
    size_t length = strlen(name);

    if (strncmp(text, name, length) != 0)
        return false;
    text += length;
    if (*text != '-' || !cgroup_name_parse(text + 1, &ret->session))
        return false;
    text += 1 + CGROUP_NAME_LENGTH;
    if (*text != '-' || !cgroup_name_parse(text + 1, &ret->token))
        return false;
    text += 1 + CGROUP_NAME_LENGTH;
    return *text == '\0' || *text == '/';
}

int cgroup_foreign_leaf_parse(const char *path, const char *name, struct cgroup_leaf *ret,
                              size_t *ret_length)
{
    const size_t length = strlen(name) + 2 * (1 + CGROUP_NAME_LENGTH);
    int r = -ENOENT;

    for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
        struct cgroup_leaf leaf;

        if (!foreign_name_parse(slash + 1, name, &leaf))
            continue;
        *ret = leaf;
        *ret_length = (size_t)(slash + 1 - path) + length;
        r = 0;
    }
    return r;
}
