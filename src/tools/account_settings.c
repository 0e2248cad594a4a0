/* SPDX-License-Identifier: MIT */
#include "account_settings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/utf16.h"

/* The texts stand first: their keys are their places. */
enum setting {
    FULL_NAME,
    COMMENT,
    HOME,
    PROFILE,
    SCRIPT,
    N_TEXTS,
    EXPIRES = N_TEXTS,
    HOURS_OF_LOGON,
    MUST_CHANGE_PASSWORD,
    NEVER_EXPIRES,
    CANNOT_CHANGE,
    NO_PASSWORD,
    DISABLED,
};

const struct option_row account_setting_rows[] = {
    { KEY_SETTINGS + FULL_NAME, "full-name", "NAME", "the person's name" },
    { KEY_SETTINGS + COMMENT, "comment", "TEXT", "what it is for" },
    { KEY_SETTINGS + HOME, "home", "DIR", "home directory" },
    { KEY_SETTINGS + PROFILE, "profile", "PATH", "profile path" },
    { KEY_SETTINGS + SCRIPT, "script", "PATH", "logon script" },
    { KEY_SETTINGS + EXPIRES, "expires", "TIME", "\"YYYY-MM-DD[ HH:MM]\", local time, or never" },
    { KEY_SETTINGS + HOURS_OF_LOGON, "hours", "HOURS",
      "when it may log on, UTC: \"mon-fri 8-18, sat 9-12\", all or none" },
    { KEY_SETTINGS + MUST_CHANGE_PASSWORD, "must-change", "yes|no",
      "the password has to be changed before the next logon" },
    { KEY_SETTINGS + NEVER_EXPIRES, "never-expires", "yes|no", "the password lasts for ever" },
    { KEY_SETTINGS + CANNOT_CHANGE, "cannot-change", "yes|no",
      "only administrators change the password" },
    { KEY_SETTINGS + NO_PASSWORD, "no-password", "yes|no", "the password may be empty" },
    { KEY_SETTINGS + DISABLED, "disabled", "yes|no", "it cannot log on" },
};
const size_t account_setting_n_rows = ARRAY_SIZE(account_setting_rows);

_Static_assert(ARRAY_SIZE(account_setting_rows) <= SETTING_ROWS_MAX, "room for them in tables");

void account_settings_done(struct account_settings *s)
{
    for (size_t i = 0; i < ARRAY_SIZE(s->texts); i++)
        free(s->texts[i]);
}

static bool take_text(struct account_settings *s, size_t i, const char *argument)
{
    free(TAKE(s->texts[i]));
    return !nt_failed(utf8_to_utf16(&s->texts[i], NULL, argument, strlen(argument)));
}

/* "2027-01-31" or "2027-01-31 08:30", local. */
static bool read_time(DWORD *ret, const char *text)
{
    struct tm tm = { .tm_isdst = -1 };
    const char *end;
    time_t when;

    if (strcasecmp(text, "never") == 0) {
        *ret = TIMEQ_FOREVER;
        return true;
    }
    end = strptime(text, "%Y-%m-%d", &tm);
    if (end && *end == ' ')
        end = strptime(end, " %H:%M", &tm);
    if (!end || *end != '\0')
        return false;
    when = mktime(&tm);
    *ret = (DWORD)when;
    return when > 0 && when < (time_t)TIMEQ_FOREVER;
}

static bool read_yes(bool *ret, const char *text)
{
    *ret = strcasecmp(text, "yes") == 0;
    return *ret || strcasecmp(text, "no") == 0;
}

static bool take_flag(struct account_settings *s, DWORD flag, const char *argument)
{
    bool yes = false;

    if (!read_yes(&yes, argument))
        return false;
    s->flags_mask |= flag;
    s->flags = yes ? s->flags | flag : s->flags & ~flag;
    return true;
}

static bool take_must_change(struct account_settings *s, const char *argument)
{
    bool yes = false;

    if (!read_yes(&yes, argument))
        return false;
    s->must_change = yes ? MUST_CHANGE : NEED_NOT_CHANGE;
    return true;
}

static bool take(struct account_settings *s, enum setting setting, const char *argument)
{
    switch (setting) {
    case EXPIRES:
        s->has_expires = true;
        return read_time(&s->expires, argument);
    case HOURS_OF_LOGON:
        s->has_hours = true;
        return hours_parse(s->hours, argument);
    case MUST_CHANGE_PASSWORD:
        return take_must_change(s, argument);
    case NEVER_EXPIRES:
        return take_flag(s, UF_DONT_EXPIRE_PASSWD, argument);
    case CANNOT_CHANGE:
        return take_flag(s, UF_PASSWD_CANT_CHANGE, argument);
    case NO_PASSWORD:
        return take_flag(s, UF_PASSWD_NOTREQD, argument);
    case DISABLED:
        return take_flag(s, UF_ACCOUNTDISABLE, argument);
    default:
        return take_text(s, setting, argument);
    }
}

int account_settings_take(struct account_settings *s, const struct command *command, int key,
                          const char *argument)
{
    const size_t i = (size_t)(key - KEY_SETTINGS);

    s->any = true;
    if (take(s, (enum setting)i, argument))
        return EXIT_SUCCESS;
    return command_misused(command, "--%s \"%s\": it takes %s", account_setting_rows[i].name,
                           argument, account_setting_rows[i].argument);
}

void account_settings_apply(const struct account_settings *s, USER_INFO_4 *info)
{
    LPWSTR *const places[N_TEXTS] = {
        [FULL_NAME] = &info->usri4_full_name, [COMMENT] = &info->usri4_comment,
        [HOME] = &info->usri4_home_dir,       [PROFILE] = &info->usri4_profile,
        [SCRIPT] = &info->usri4_script_path,
    };

    for (size_t i = 0; i < N_TEXTS; i++) {
        if (s->texts[i])
            *places[i] = s->texts[i];
    }
    info->usri4_flags = (info->usri4_flags & ~s->flags_mask) | s->flags;
    if (s->has_expires)
        info->usri4_acct_expires = s->expires;
    if (s->has_hours)
        info->usri4_logon_hours = (PBYTE)(uintptr_t)s->hours;
    if (s->must_change != MUST_CHANGE_STAYS)
        info->usri4_password_expired = s->must_change == MUST_CHANGE;
}
