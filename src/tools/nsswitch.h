/* SPDX-License-Identifier: MIT */
/* The text of nsswitch.conf(5): "openlogon" among the sources of accounts and groups. All else in
 * the text stays as it is, comments and blanks included. */
#ifndef OPENLOGON_TOOLS_NSSWITCH_H
#define OPENLOGON_TOOLS_NSSWITCH_H

#include <stdbool.h>

#include "base/macros.h"

/* Whether accounts and groups both come from openlogon, too. */
bool nsswitch_is_enabled(const char *text);

/**
 * The text with openlogon at the end of the databases passwd and group (which are added when they
 * are not there), and of initgroups, if there is one; or without it anywhere in these three, and
 * without what stands in brackets behind it.
 * Returns:  the caller's, free with free(); NULL: no memory
 */
char *nsswitch_enable(const char *text);
char *nsswitch_disable(const char *text);

#endif
