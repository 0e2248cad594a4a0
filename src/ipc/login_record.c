/* SPDX-License-Identifier: MIT */
#include "ipc/login_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_LINE "openlogon-login 1"

enum { STAT_STARTTIME = 22 }; /* proc(5) */

/* The texts, in the order in which they are written. */
static const struct text_field {
    const char *key;
    size_t offset, size;
    int is_needed;
} texts[] = {
#define TEXT(key, member, is_needed)                                                               \
    {                                                                                              \
        key, offsetof(struct login_record, member), sizeof(((struct login_record *)0)->member),    \
            is_needed                                                                              \
    }
    TEXT("service", service, 1),
    TEXT("user", user, 1),
    TEXT("tty", tty, 0),
    TEXT("remote-host", remote_host, 0),
    TEXT("remote-user", remote_user, 0),
#undef TEXT
};
enum { N_TEXTS = sizeof(texts) / sizeof(texts[0]) };

static int is_control(char c)
{
    return (unsigned char)c < ' ' || c == '\x7f';
}

static int has_control(const char *text)
{
    while (*text && !is_control(*text))
        text++;
    return *text != '\0';
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Where the next text goes. The sum of all fields is less than LOGIN_RECORD_SIZE_MAX. */
static char *put_text(char *end, const struct text_field *field, const char *value)
{
    end += sprintf(end, "%s ", field->key);
    for (; *value; value++)
        *end++ = is_control(*value) ? '?' : *value;
    *end++ = '\n';
    return end;
}

int login_record_write(const struct login_record *record, char text[LOGIN_RECORD_SIZE_MAX])
{
    char *end = text;

    if (record->pid <= 0)
        return -EINVAL;
    end += sprintf(end, FIRST_LINE "\nleader %" PRId32 " %" PRIu64 "\nopened %" PRId64 "\n",
                   record->pid, record->start_time, record->opened_usec);
    for (size_t i = 0; i < N_TEXTS; i++) {
        const char *value = (const char *)record + texts[i].offset;

        if (texts[i].is_needed && (!*value || has_control(value)))
            return -EINVAL;
        if (*value)
            end = put_text(end, &texts[i], value);
    }
    return (int)(end - text);
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* The number at *text, which goes on behind it. -1: there is none, or it is above max. */
static int take_number(const char **text, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;

    if (**text < '0' || **text > '9')
        return -1;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        unsigned digit = (unsigned)(**text - '0');

        if (value > (max - digit) / 10)
            return -1;
        value = value * 10 + digit;
    }
    *ret = value;
    return 0;
}

static int take_leader(struct login_record *record, const char *value)
{
    uint64_t pid;

    if (take_number(&value, INT32_MAX, &pid) < 0 || pid == 0 || *value++ != ' ' ||
        take_number(&value, UINT64_MAX, &record->start_time) < 0 || *value)
        return -EINVAL;
    record->pid = (int32_t)pid;
    return 0;
}

static int take_opened(struct login_record *record, const char *value)
{
    uint64_t usec;

    if (take_number(&value, INT64_MAX, &usec) < 0 || *value)
        return -EINVAL;
    record->opened_usec = (int64_t)usec;
    return 0;
}

static int take_text(struct login_record *record, const char *key, const char *value)
{
    for (size_t i = 0; i < N_TEXTS; i++) {
        char *to = (char *)record + texts[i].offset;
        size_t length = strlen(value);

        if (strcmp(texts[i].key, key) != 0)
            continue;
        if (*to || length == 0 || length >= texts[i].size)
            return -EINVAL;
        memcpy(to, value, length + 1);
        return 0;
    }
    return -EINVAL;
}

static int take_line(struct login_record *record, char *line)
{
    char *value = strchr(line, ' ');

    if (!value || has_control(line))
        return -EINVAL;
    *value++ = '\0';
    if (strcmp(line, "leader") == 0)
        return take_leader(record, value);
    if (strcmp(line, "opened") == 0)
        return take_opened(record, value);
    return take_text(record, line, value);
}

int login_record_parse(struct login_record *ret, const void *text, size_t size)
{
    struct login_record record = { 0 };
    char copy[LOGIN_RECORD_SIZE_MAX + 1];
    char *rest = copy;

    if (size == 0 || size > LOGIN_RECORD_SIZE_MAX || memchr(text, '\0', size) ||
        ((const char *)text)[size - 1] != '\n')
        return -EINVAL;
    memcpy(copy, text, size);
    copy[size - 1] = '\0';
    if (strcmp(strsep(&rest, "\n"), FIRST_LINE) != 0)
        return -EINVAL;
    while (rest) {
        int r = take_line(&record, strsep(&rest, "\n"));

        if (r < 0)
            return r;
    }
    if (record.pid == 0 || !*record.service || !*record.user)
        return -EINVAL;
    *ret = record;
    return 0;
}

/* --- the file --------------------------------------------------------------------------------- */

int login_record_set_leader(struct login_record *record)
{
    char stat[1024];
    const char *field;
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, stat, sizeof(stat) - 1);

    if (fd >= 0)
        (void)close(fd);
    if (n <= 0)
        return -EIO;
    stat[n] = '\0';
    field = strrchr(stat, ')'); /* the end of field 2, which may have anything in it */
    for (int i = 2; field && i < STAT_STARTTIME; i++)
        field = strchr(field + 1, ' ');
    if (!field)
        return -EIO;
    record->pid = (int32_t)getpid();
    record->start_time = strtoull(field + 1, NULL, 10);
    return 0;
}

void login_record_name(const struct login_record *record, char ret[LOGIN_RECORD_NAME_SIZE])
{
    (void)snprintf(ret, LOGIN_RECORD_NAME_SIZE, "%" PRId32 "-%" PRIu64, record->pid,
                   record->start_time);
}

static int write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

static int save_as(int dirfd, const char *name, const char *text, size_t size)
{
    int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    int r;

    if (fd < 0)
        return -errno;
    r = write_all(fd, text, size);
    (void)close(fd);
    if (r < 0)
        (void)unlinkat(dirfd, name, 0);
    return r;
}

int login_record_save(const struct login_record *record, int dirfd)
{
    char text[LOGIN_RECORD_SIZE_MAX], name[LOGIN_RECORD_NAME_SIZE];
    char unfinished[LOGIN_RECORD_NAME_SIZE + 1];
    int size = login_record_write(record, text);
    int r;

    if (size < 0)
        return size;
    login_record_name(record, name);
    (void)snprintf(unfinished, sizeof(unfinished), ".%s", name);
    r = save_as(dirfd, unfinished, text, (size_t)size);
    if (r < 0)
        return r;
    return renameat(dirfd, unfinished, dirfd, name) < 0 ? -errno : 0;
}

int login_record_remove(const struct login_record *record, int dirfd)
{
    char name[LOGIN_RECORD_NAME_SIZE];

    login_record_name(record, name);
    return unlinkat(dirfd, name, 0) < 0 ? -errno : 0;
}
