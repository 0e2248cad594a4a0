/* SPDX-License-Identifier: MIT */
/* A time as CIM writes it: "20261128214250.123456+000". */
#ifndef OPENLOGON_QUERY_CIM_DATETIME_H
#define OPENLOGON_QUERY_CIM_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

enum { CIM_DATETIME_SIZE = 40 };

/* In UTC. False: it is no time that can be written. @ret has CIM_DATETIME_SIZE */
bool cim_datetime_text(char *ret, int64_t filetime);

/* With any offset to UTC. False: it is none; @ret is untouched */
bool cim_datetime_parse(const char *text, int64_t *ret);

#endif
