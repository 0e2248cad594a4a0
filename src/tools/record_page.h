/* SPDX-License-Identifier: MIT */
/* An incident record as one page in HTML that needs nothing else. */
#ifndef OPENLOGON_TOOLS_RECORD_PAGE_H
#define OPENLOGON_TOOLS_RECORD_PAGE_H

#include <stdio.h>

#include "record.h"

/* What goes wrong with the stream shows there. */
_must_check_ query_status record_page_print(FILE *to, struct record *r);

#endif
