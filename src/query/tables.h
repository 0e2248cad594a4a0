/* SPDX-License-Identifier: MIT */
/* The tables of the authority's facts, one file each, with their columns for tables made of them.
 */
#ifndef OPENLOGON_QUERY_TABLES_H
#define OPENLOGON_QUERY_TABLES_H

#include "query/table.h"

extern const struct query_table query_sessions_table;
extern const struct query_table query_processes_table;
extern const struct query_table query_tokens_table;
extern const struct query_table query_groups_table;
extern const struct query_table query_privileges_table;
extern const struct query_table query_accounts_table;
extern const struct query_table query_rights_table;

/* Columns that other tables, and commands, are made from. */
enum { QUERY_PROCESSES_PID = 0 };
enum {
    QUERY_RIGHTS_RIGHT,
    QUERY_RIGHTS_KIND,
    QUERY_RIGHTS_SID,
    QUERY_RIGHTS_ACCOUNT,
    QUERY_RIGHTS_N_COLUMNS,
};

#endif
