/* SPDX-License-Identifier: MIT */
/* The rights that there are: logon rights, then privileges. */
#ifndef OPENLOGON_QUERY_RIGHT_NAMES_H
#define OPENLOGON_QUERY_RIGHT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { RIGHT_NAME_SIZE = 256 };

/* The i-th of all. False: there are no more; @ret is then not to be used */
bool right_name_at(size_t i, char ret[RIGHT_NAME_SIZE]);

bool right_is_of_logon(const char *right);

/* In a few words; of none it is empty. @ret has RIGHT_NAME_SIZE */
void right_meaning(const char *right, char ret[RIGHT_NAME_SIZE]);

#endif
