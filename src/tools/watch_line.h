/* SPDX-License-Identifier: MIT */
/* How an event is written: one line for people, or one JSON object. */
#ifndef OPENLOGON_TOOLS_WATCH_LINE_H
#define OPENLOGON_TOOLS_WATCH_LINE_H

#include <stdbool.h>

#include <openlogon.h>

#include "base/macros.h"

/* Beside those of the API: a session that was there when the watch began. */
#define WATCH_SESSION_PRESENT 0u

/* "session-started"; NULL: the library is newer and knows more of them. */
const char *watch_type_name(DWORD type);
/* False: there is no such name. */
bool watch_type_of_name(const char *name, DWORD *ret);

enum watch_form {
    WATCH_LINES,
    WATCH_JSON,
};

/* To stdout, at once. 0 or negative errno. */
_must_check_ int watch_print_headings(enum watch_form form);
_must_check_ int watch_print(enum watch_form form, const OPENLOGON_EVENT *event);

#endif
