/* SPDX-License-Identifier: MIT */
/*
 * The settings of the policy as "part.name" and a text each. A part is what is read and written at
 * once; a setting's value is a number with names, or a text.
 */
#ifndef OPENLOGON_TOOLS_POLICY_SETTINGS_H
#define OPENLOGON_TOOLS_POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum setting_kind {
    SETTING_SWITCH, /* off, on */
    SETTING_CHOICE,
    SETTING_TEXT,
    SETTING_COUNT,
    SETTING_DURATION, /* seconds; SETTING_NEVER */
};

#define SETTING_NEVER UINT32_MAX

/* One value; the text is from malloc(). */
struct setting_value {
    uint32_t number;
    char *text;
};

struct setting_row {
    const char *name; /* behind the part's and a dot */
    enum setting_kind kind;
    const char *const *choices; /* of a choice: by number; NULL: no such number; ends with "" */
    const char *help;
};

enum { SETTINGS_PER_PART_MAX = 16 };

/* Those of a part. Starts zeroed. */
struct setting_values {
    struct setting_value of[SETTINGS_PER_PART_MAX];
};

struct setting_part {
    const char *name;
    const struct setting_row *rows;
    size_t n_rows;
    /* All three return a Win32 error, 0 on success. Values are in the order of the rows. Of a part
     * that is openlogond's configuration the last two are NULL. */
    uint32_t (*load)(struct setting_value *values);
    uint32_t (*store)(const struct setting_value *values);
    uint32_t (*reset)(void);
};

/* NULL at the end. */
const struct setting_part *setting_part_at(size_t i);

enum { SETTING_SHOWN_SIZE = 32 };

/* What a value is written as: constant, the value's own, or in the buffer. Durations are "42d",
 * "30m" and the like. */
const char *setting_show(const struct setting_row *row, const struct setting_value *value,
                         char buffer[SETTING_SHOWN_SIZE]);
/* The other way round. False: it is none. */
bool setting_take(const struct setting_row *row, struct setting_value *value, const char *text);
void setting_values_done(struct setting_values *values); /* for _cleanup_() */

#endif
