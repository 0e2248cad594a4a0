/* SPDX-License-Identifier: MIT */
/* The tables of the authority's facts, one file each, with their columns for tables made of them.
 */
#ifndef OPENLOGON_QUERY_TABLES_H
#define OPENLOGON_QUERY_TABLES_H

#include "query/table.h"

extern const struct query_table query_sessions_table;
extern const struct query_table query_processes_table;
extern const struct query_table query_accounts_table;

#endif
