/* SPDX-License-Identifier: MIT */
#include "nss/name_entry.h"

#include <stdint.h>
#include <string.h>

enum {
    FIELD_NAME = 0,
    FIELD_ID = 2,
    PASSWD_FIELDS = 7, /* name:password:uid:gid:gecos:home:shell */
    GROUP_FIELDS = 4,  /* name:password:gid:members */
    FIELDS_MAX = PASSWD_FIELDS,
};

/* Cuts off what is before the first separator; without one, all. */
static struct slice cut(struct slice *rest, char separator)
{
    const char *end = rest->length > 0 ? memchr(rest->text, separator, rest->length) : NULL;
    struct slice first = { rest->text, end ? (size_t)(end - rest->text) : rest->length };
    size_t cut_off = end ? first.length + 1 : first.length;

    rest->text += cut_off;
    rest->length -= cut_off;
    return first;
}

struct slice entry_name(struct slice line)
{
    return cut(&line, ':');
}

/* False unless there are exactly n of them, and a name. */
static bool split(struct slice *fields, size_t n, struct slice line)
{
    size_t colons = 0;

    for (size_t i = 0; i < line.length; i++) {
        if (line.text[i] == '\0')
            return false;
        colons += line.text[i] == ':';
    }
    if (colons != n - 1)
        return false;
    for (size_t i = 0; i < n; i++)
        fields[i] = cut(&line, ':');
    return fields[FIELD_NAME].length > 0;
}

static bool read_id(struct slice field, unsigned *ret)
{
    uint64_t value = 0;

    for (size_t i = 0; i < field.length; i++) {
        unsigned digit = (unsigned char)field.text[i] - (unsigned)'0';

        if (digit > 9)
            return false;
        value = value * 10 + digit;
        if (value >= UINT32_MAX) /* which is no id */
            return false;
    }
    *ret = (unsigned)value;
    return value != 0;
}

bool entry_id(struct slice line, unsigned *ret)
{
    (void)cut(&line, ':');
    (void)cut(&line, ':');
    return read_id(cut(&line, ':'), ret);
}

/* --- into the caller's memory ------------------------------------------------------------------
 */

static char *put_text(struct entry_memory *room, struct slice text)
{
    char *at = room->bytes;

    if (room->size <= text.length)
        return NULL;
    if (text.length > 0)
        memcpy(at, text.text, text.length);
    at[text.length] = '\0';
    room->bytes += text.length + 1;
    room->size -= text.length + 1;
    return at;
}

enum entry_result entry_read_passwd(struct passwd *ret, struct slice line,
                                    struct entry_memory memory)
{
    struct slice fields[FIELDS_MAX];
    struct passwd entry = { 0 };

    if (!split(fields, PASSWD_FIELDS, line) || !read_id(fields[FIELD_ID], &entry.pw_uid) ||
        !read_id(fields[3], &entry.pw_gid))
        return ENTRY_MALFORMED;
    char **const texts[FIELDS_MAX] = { &entry.pw_name,  &entry.pw_passwd, NULL,           NULL,
                                       &entry.pw_gecos, &entry.pw_dir,    &entry.pw_shell };
    for (size_t i = 0; i < FIELDS_MAX; i++) {
        if (!texts[i])
            continue;
        *texts[i] = put_text(&memory, fields[i]);
        if (!*texts[i])
            return ENTRY_NO_ROOM;
    }
    *ret = entry;
    return ENTRY_READ;
}

static size_t count_members(struct slice members)
{
    size_t n = 0;

    while (members.length > 0)
        n += cut(&members, ',').length > 0;
    return n;
}

/* An aligned array of n pointers; NULL: it does not fit. */
static char **put_array(struct entry_memory *room, size_t n)
{
    size_t off = (uintptr_t)room->bytes % _Alignof(char *);
    size_t skip = off == 0 ? 0 : _Alignof(char *) - off;
    char *at = room->bytes + skip;

    if (room->size < skip || (room->size - skip) / sizeof(char *) < n)
        return NULL;
    room->bytes = at + n * sizeof(char *);
    room->size -= skip + n * sizeof(char *);
    return (char **)(void *)at;
}

static bool put_members(char **array, struct entry_memory *room, struct slice members)
{
    size_t n = 0;

    while (members.length > 0) {
        struct slice member = cut(&members, ',');

        if (member.length == 0)
            continue;
        array[n] = put_text(room, member);
        if (!array[n++])
            return false;
    }
    array[n] = NULL;
    return true;
}

enum entry_result entry_read_group(struct group *ret, struct slice line, struct entry_memory memory)
{
    struct slice fields[FIELDS_MAX];
    struct group entry = { 0 };

    if (!split(fields, GROUP_FIELDS, line) || !read_id(fields[FIELD_ID], &entry.gr_gid))
        return ENTRY_MALFORMED;
    entry.gr_name = put_text(&memory, fields[FIELD_NAME]);
    entry.gr_passwd = entry.gr_name ? put_text(&memory, fields[1]) : NULL;
    entry.gr_mem = entry.gr_passwd ? put_array(&memory, count_members(fields[3]) + 1) : NULL;
    if (!entry.gr_mem || !put_members(entry.gr_mem, &memory, fields[3]))
        return ENTRY_NO_ROOM;
    *ret = entry;
    return ENTRY_READ;
}

bool entry_group_has(struct slice line, const char *user, gid_t *ret)
{
    struct slice fields[FIELDS_MAX];
    struct slice members;
    size_t length = strlen(user);

    if (length == 0 || !split(fields, GROUP_FIELDS, line) || !read_id(fields[FIELD_ID], ret))
        return false;
    members = fields[3];
    while (members.length > 0) {
        struct slice member = cut(&members, ',');

        if (member.length == length && memcmp(member.text, user, length) == 0)
            return true;
    }
    return false;
}
