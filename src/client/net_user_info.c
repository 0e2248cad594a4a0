/* SPDX-License-Identifier: MIT */
#include "client/net_user_info.h"

#include <stddef.h>
#include <string.h>

#include "base/filetime.h"
#include "client/text.h"

/* USER_*_PARMNUM, as parm_err tells a field; some have none and need no telling. */
enum field {
    NAME = 1,
    PASSWORD = 3,
    PASSWORD_AGE,
    PRIVILEGE,
    HOME_DIR,
    COMMENT,
    FLAGS,
    SCRIPT_PATH,
    FULL_NAME = 11,
    EMPTY, /* a text that nobody sets here */
    LAST_LOGON = 15,
    EXPIRES = 17,
    UNLIMITED,
    WEEK_UNITS,
    LOGON_HOURS,
    BAD_COUNT,
    LOGONS,
    SERVER,
    PROFILE = 52,
    RELATIVE_ID = 100,
    USER_SID,
    PASSWORD_EXPIRED,
    GROUP_ID,
};

enum { HOURS_SIZE = UNITS_PER_WEEK / 8 };

struct row {
    size_t at;
    enum field field;
};

/* USER_INFO_1 and _2 are the beginnings of _3; what is not here is 0. */
static const struct row rows_3[] = {
    { offsetof(USER_INFO_3, usri3_name), NAME },
    { offsetof(USER_INFO_3, usri3_password), PASSWORD },
    { offsetof(USER_INFO_3, usri3_password_age), PASSWORD_AGE },
    { offsetof(USER_INFO_3, usri3_priv), PRIVILEGE },
    { offsetof(USER_INFO_3, usri3_home_dir), HOME_DIR },
    { offsetof(USER_INFO_3, usri3_comment), COMMENT },
    { offsetof(USER_INFO_3, usri3_flags), FLAGS },
    { offsetof(USER_INFO_3, usri3_script_path), SCRIPT_PATH },
    { offsetof(USER_INFO_3, usri3_full_name), FULL_NAME },
    { offsetof(USER_INFO_3, usri3_usr_comment), EMPTY },
    { offsetof(USER_INFO_3, usri3_parms), EMPTY },
    { offsetof(USER_INFO_3, usri3_workstations), EMPTY },
    { offsetof(USER_INFO_3, usri3_last_logon), LAST_LOGON },
    { offsetof(USER_INFO_3, usri3_acct_expires), EXPIRES },
    { offsetof(USER_INFO_3, usri3_max_storage), UNLIMITED },
    { offsetof(USER_INFO_3, usri3_units_per_week), WEEK_UNITS },
    { offsetof(USER_INFO_3, usri3_logon_hours), LOGON_HOURS },
    { offsetof(USER_INFO_3, usri3_bad_pw_count), BAD_COUNT },
    { offsetof(USER_INFO_3, usri3_num_logons), LOGONS },
    { offsetof(USER_INFO_3, usri3_logon_server), SERVER },
    { offsetof(USER_INFO_3, usri3_user_id), RELATIVE_ID },
    { offsetof(USER_INFO_3, usri3_primary_group_id), GROUP_ID },
    { offsetof(USER_INFO_3, usri3_profile), PROFILE },
    { offsetof(USER_INFO_3, usri3_home_dir_drive), EMPTY },
    { offsetof(USER_INFO_3, usri3_password_expired), PASSWORD_EXPIRED },
};

/* _4 has the same beginning, too. */
static const struct row rows_4_end[] = {
    { offsetof(USER_INFO_4, usri4_user_sid), USER_SID },
    { offsetof(USER_INFO_4, usri4_primary_group_id), GROUP_ID },
    { offsetof(USER_INFO_4, usri4_profile), PROFILE },
    { offsetof(USER_INFO_4, usri4_home_dir_drive), EMPTY },
    { offsetof(USER_INFO_4, usri4_password_expired), PASSWORD_EXPIRED },
};

_Static_assert(offsetof(USER_INFO_4, usri4_logon_server) ==
                   offsetof(USER_INFO_3, usri3_logon_server),
               "both begin alike");

static const struct row rows_10[] = {
    { offsetof(USER_INFO_10, usri10_name), NAME },
    { offsetof(USER_INFO_10, usri10_comment), COMMENT },
    { offsetof(USER_INFO_10, usri10_usr_comment), EMPTY },
    { offsetof(USER_INFO_10, usri10_full_name), FULL_NAME },
};

static const struct row rows_20[] = {
    { offsetof(USER_INFO_20, usri20_name), NAME },
    { offsetof(USER_INFO_20, usri20_full_name), FULL_NAME },
    { offsetof(USER_INFO_20, usri20_comment), COMMENT },
    { offsetof(USER_INFO_20, usri20_flags), FLAGS },
    { offsetof(USER_INFO_20, usri20_user_id), RELATIVE_ID },
};

static const struct row rows_23[] = {
    { offsetof(USER_INFO_23, usri23_name), NAME },
    { offsetof(USER_INFO_23, usri23_full_name), FULL_NAME },
    { offsetof(USER_INFO_23, usri23_comment), COMMENT },
    { offsetof(USER_INFO_23, usri23_flags), FLAGS },
    { offsetof(USER_INFO_23, usri23_user_sid), USER_SID },
};

static const struct row rows_1020[] = {
    { offsetof(USER_INFO_1020, usri1020_units_per_week), WEEK_UNITS },
    { offsetof(USER_INFO_1020, usri1020_logon_hours), LOGON_HOURS },
};

static const struct row row_name[] = { { 0, NAME } };
static const struct row row_password[] = { { 0, PASSWORD } };
static const struct row row_home_dir[] = { { 0, HOME_DIR } };
static const struct row row_comment[] = { { 0, COMMENT } };
static const struct row row_flags[] = { { 0, FLAGS } };
static const struct row row_script_path[] = { { 0, SCRIPT_PATH } };
static const struct row row_full_name[] = { { 0, FULL_NAME } };
static const struct row row_expires[] = { { 0, EXPIRES } };
static const struct row row_profile[] = { { 0, PROFILE } };

enum {
    ALL_USES = NET_USER_GET | NET_USER_SET | NET_USER_ADD,
    HAS_DETAILS = 8,
    HAS_PRIVILEGE = 16,
};

static const struct level {
    DWORD level;
    unsigned traits;
    size_t size;
    const struct row *rows;
    size_t n_rows;
} levels[] = {
#define LEVEL(n, traits, rows)                                                                     \
    {                                                                                              \
        n, traits, sizeof(USER_INFO_##n), rows, ARRAY_SIZE(rows)                                   \
    }
    LEVEL(0, NET_USER_GET | NET_USER_SET, row_name),
    LEVEL(1, ALL_USES | HAS_DETAILS | HAS_PRIVILEGE, rows_3),
    LEVEL(2, ALL_USES | HAS_DETAILS | HAS_PRIVILEGE, rows_3),
    LEVEL(3, ALL_USES | HAS_DETAILS | HAS_PRIVILEGE, rows_3),
    LEVEL(4, ALL_USES | HAS_DETAILS | HAS_PRIVILEGE, rows_3),
    LEVEL(10, NET_USER_GET, rows_10),
    LEVEL(20, NET_USER_GET, rows_20),
    LEVEL(23, NET_USER_GET, rows_23),
    LEVEL(1003, NET_USER_SET, row_password),
    LEVEL(1006, NET_USER_SET, row_home_dir),
    LEVEL(1007, NET_USER_SET, row_comment),
    LEVEL(1008, NET_USER_SET, row_flags),
    LEVEL(1009, NET_USER_SET, row_script_path),
    LEVEL(1011, NET_USER_SET, row_full_name),
    LEVEL(1017, NET_USER_SET, row_expires),
    LEVEL(1020, NET_USER_SET, rows_1020),
    LEVEL(1052, NET_USER_SET, row_profile),
#undef LEVEL
};

static const struct level *find_level(DWORD number)
{
    for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
        if (levels[i].level == number)
            return &levels[i];
    }
    return NULL;
}

nt_status net_user_level(size_t *ret_size, DWORD number, enum net_user_use use)
{
    const struct level *level = find_level(number);

    if (!level || !(level->traits & use))
        return NT(INVALID_LEVEL);
    *ret_size = level->size;
    return NT_OK;
}

bool net_user_needs_details(DWORD level)
{
    return find_level(level)->traits & HAS_DETAILS;
}

bool net_user_needs_privilege(DWORD level)
{
    return find_level(level)->traits & HAS_PRIVILEGE;
}

/* The i-th row that is within the level's structure; NULL behind the last. */
static const struct row *row_at(const struct level *level, size_t i)
{
    const size_t n_common =
        level->level == 4 ? ARRAY_SIZE(rows_3) - ARRAY_SIZE(rows_4_end) : level->n_rows;
    const struct row *row = NULL;

    if (i < n_common)
        row = &level->rows[i];
    else if (level->level == 4 && i - n_common < ARRAY_SIZE(rows_4_end))
        row = &rows_4_end[i - n_common];
    return row && row->at < level->size ? row : NULL;
}

_Static_assert(ARRAY_SIZE(rows_4_end) == 5, "as many as _3 has behind logon_server");

/* --- out -------------------------------------------------------------------------------------- */

static const char *text_of(enum field field, const Openlogon__AccountInfo *info)
{
    const struct {
        enum field field;
        const char *text;
    } texts[] = {
        { NAME, info->name },
        { HOME_DIR, info->home_directory },
        { COMMENT, info->comment },
        { SCRIPT_PATH, info->script_path },
        { FULL_NAME, info->full_name },
        { EMPTY, "" },
        { SERVER, "\\\\*" },
        { PROFILE, info->profile_path },
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].field == field)
            return texts[i].text;
    }
    return NULL;
}

static DWORD age_of(int64_t password_last_set)
{
    int64_t age = (filetime_now() - password_last_set) / FILETIME_PER_SECOND;

    return password_last_set == 0 || age < 0 ? 0 : (DWORD)age;
}

static DWORD number_of(enum field field, const struct net_user *user)
{
    const Openlogon__AccountInfo *info = user->info;

    switch (field) {
    case PASSWORD_AGE:
        return age_of(info->password_last_set);
    case PRIVILEGE:
        return user->privilege;
    case FLAGS:
        return info->flags | UF_SCRIPT | UF_NORMAL_ACCOUNT;
    case LAST_LOGON:
        return net_time(info->last_logon);
    case EXPIRES:
        return info->expires == 0 ? TIMEQ_FOREVER : net_time(info->expires);
    case UNLIMITED:
        return USER_MAXSTORAGE_UNLIMITED;
    case WEEK_UNITS:
        return UNITS_PER_WEEK;
    case BAD_COUNT:
        return info->bad_passwords;
    case LOGONS:
        return info->logons;
    case RELATIVE_ID:
        return sid_rid((const SID *)info->sid.data);
    case GROUP_ID:
        return sid_rid((const SID *)info->sid.data) + 1; /* security/idmap.h: its own group */
    case PASSWORD_EXPIRED:
        return (info->flags & UF_PASSWORD_EXPIRED) != 0;
    default:
        return 0;
    }
}

static void write_field(struct net_block *b, size_t at, enum field field,
                        const struct net_user *user)
{
    const Openlogon__AccountInfo *info = user->info;
    const char *text = text_of(field, info);
    uint8_t hours[HOURS_SIZE];

    if (text) {
        net_block_text(b, at, text);
        return;
    }
    switch (field) {
    case PASSWORD: /* is never told */
        return;
    case USER_SID:
        net_block_bytes(b, at, info->sid.data, info->sid.len);
        return;
    case LOGON_HOURS:
        memset(hours, 0xff, sizeof(hours));
        if (info->logon_hours.len == sizeof(hours))
            memcpy(hours, info->logon_hours.data, sizeof(hours));
        net_block_bytes(b, at, hours, sizeof(hours));
        return;
    default:
        net_block_number(b, at, number_of(field, user));
    }
}

void net_user_write(struct net_block *b, size_t at, DWORD number, const struct net_user *user)
{
    const struct level *level = find_level(number);
    const struct row *row;

    for (size_t i = 0; (row = row_at(level, i)); i++)
        write_field(b, at + row->at, row->field, user);
}

/* --- in --------------------------------------------------------------------------------------- */

void net_user_change_done(struct net_user_change *c)
{
    for (size_t i = 0; i < c->n_texts; i++)
        text_done(&c->texts[i]);
}

/* A NULL text stays as it is. */
static nt_status read_text(struct net_user_change *c, const void *at, char **ret)
{
    LPCWSTR wide;
    nt_status st;

    memcpy((void *)&wide, at, sizeof(wide));
    if (!wide)
        return NT_OK;
    if (c->n_texts >= ARRAY_SIZE(c->texts))
        return NT(INTERNAL_ERROR);
    st = text_from_wide(&c->texts[c->n_texts], wide);
    if (!nt_failed(st))
        *ret = c->texts[c->n_texts++];
    return st;
}

static DWORD read_number(const void *at)
{
    DWORD number;

    memcpy(&number, at, sizeof(number));
    return number;
}

static nt_status read_hours(Openlogon__AccountChange *change, const void *at)
{
    uint8_t *hours;

    memcpy((void *)&hours, at, sizeof(hours));
    if (!hours)
        return NT_OK;
    change->given |= 1 << 9;
    change->logon_hours = (ProtobufCBinaryData){ HOURS_SIZE, hours };
    for (size_t i = 0; i < HOURS_SIZE; i++) {
        if (hours[i] != 0xff)
            return NT_OK;
    }
    change->logon_hours.len = 0; /* all */
    return NT_OK;
}

static void read_flags(Openlogon__AccountChange *change, DWORD flags)
{
    const DWORD kept =
        UF_ACCOUNTDISABLE | UF_PASSWD_NOTREQD | UF_PASSWD_CANT_CHANGE | UF_DONT_EXPIRE_PASSWD;

    change->flags = flags & kept;
    change->flags_mask = kept;
    change->unlock = !(flags & UF_LOCKOUT);
    change->given |= change->unlock ? 1 << 11 : 0;
}

/* The text of a field, where it goes, and its number in the message. */
static char **change_text(struct net_user_change *c, enum field field, unsigned *number)
{
    const struct {
        enum field field;
        char **to;
        unsigned number;
    } texts[] = {
        { NAME, &c->name, 0 },
        { PASSWORD, &c->password, 0 },
        { FULL_NAME, &c->change.full_name, 3 },
        { COMMENT, &c->change.comment, 4 },
        { HOME_DIR, &c->change.home_directory, 5 },
        { PROFILE, &c->change.profile_path, 6 },
        { SCRIPT_PATH, &c->change.script_path, 7 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].field == field) {
            *number = texts[i].number;
            return texts[i].to;
        }
    }
    return NULL;
}

static nt_status read_change_text(struct net_user_change *c, char **to, const void *at,
                                  unsigned number)
{
    char *text = NULL;
    nt_status st = read_text(c, at, &text);

    if (nt_failed(st) || !text)
        return st;
    *to = text;
    if (number != 0)
        c->change.given |= 1u << number;
    return NT_OK;
}

static void read_expires(Openlogon__AccountChange *change, DWORD seconds)
{
    change->given |= 1 << 8;
    change->expires = seconds == TIMEQ_FOREVER ? 0 : filetime_from_unix(seconds);
}

/* Fields that nobody can set are not looked at. */
static nt_status read_field(struct net_user_change *c, enum field field, const void *at)
{
    unsigned number = 0;
    char **text = change_text(c, field, &number);

    if (text)
        return read_change_text(c, text, at, number);
    switch (field) {
    case FLAGS:
        read_flags(&c->change, read_number(at));
        return NT_OK;
    case EXPIRES:
        read_expires(&c->change, read_number(at));
        return NT_OK;
    case WEEK_UNITS:
        return read_number(at) == UNITS_PER_WEEK ? NT_OK : NT(INVALID_PARAMETER);
    case LOGON_HOURS:
        return read_hours(&c->change, at);
    case PASSWORD_EXPIRED:
        c->change.given |= 1 << 10;
        c->change.must_change = read_number(at) != 0;
        return NT_OK;
    default:
        return NT_OK;
    }
}

nt_status net_user_read(struct net_user_change *ret, const void *from, DWORD number,
                        LPDWORD ret_parameter)
{
    const struct level *level = find_level(number);
    const struct row *row;

    *ret = (struct net_user_change){ .change = OPENLOGON__ACCOUNT_CHANGE__INIT };
    for (size_t i = 0; (row = row_at(level, i)); i++) {
        nt_status st = read_field(ret, row->field, (const uint8_t *)from + row->at);

        if (nt_failed(st)) {
            if (ret_parameter)
                *ret_parameter = row->field;
            return st;
        }
    }
    return NT_OK;
}
