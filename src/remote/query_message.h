/* SPDX-License-Identifier: MIT */
/* A WQL query as a message in CIM-XML: ExecQuery in root/cimv2. Source: DSP0200, 5.3.2.13. */
#ifndef OPENLOGON_REMOTE_QUERY_MESSAGE_H
#define OPENLOGON_REMOTE_QUERY_MESSAGE_H

#include <stddef.h>

#include "base/macros.h"

/* A new text; NULL: no memory, or the query has a byte that XML cannot hold. */
char *query_message(const char *query, size_t *ret_size);

#endif
