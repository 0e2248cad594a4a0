/* SPDX-License-Identifier: MIT */
/* What `logon account add` and `set` say of an account, as options and as USER_INFO_4. */
#ifndef OPENLOGON_TOOLS_ACCOUNT_SETTINGS_H
#define OPENLOGON_TOOLS_ACCOUNT_SETTINGS_H

#include <windows.h>

#include <lm.h>

#include "command.h"
#include "hours_text.h"

enum {
    KEY_SETTINGS = KEY_WITHOUT_LETTER + 100, /* keys from here on are account_settings_take()'s */
    SETTING_ROWS_MAX = 16,
};

/* Owns its texts. */
struct account_settings {
    WCHAR *texts[8]; /* by key; NULL: stays as it is */
    DWORD flags, flags_mask;
    bool has_expires;
    DWORD expires; /* seconds since 1970, or TIMEQ_FOREVER */
    bool has_hours;
    BYTE hours[HOURS_SIZE];
    enum { MUST_CHANGE_STAYS, MUST_CHANGE, NEED_NOT_CHANGE } must_change;
    bool any;
};

void account_settings_done(struct account_settings *s); /* for _cleanup_() */

/* The options: rows to be put into a command's table. */
extern const struct option_row account_setting_rows[];
extern const size_t account_setting_n_rows;

/* Takes an option's argument. EXIT_SUCCESS, or EXIT_USAGE after complaining. */
int account_settings_take(struct account_settings *s, const struct command *command, int key,
                          const char *argument);

/* Puts what was given into the structure; the texts stay the settings'. */
void account_settings_apply(const struct account_settings *s, USER_INFO_4 *info);

#endif
