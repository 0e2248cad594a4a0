/* SPDX-License-Identifier: MIT */
/* The tables in SQLite: each is one there, without anybody creating it. */
#ifndef OPENLOGON_QUERY_SQL_TABLES_H
#define OPENLOGON_QUERY_SQL_TABLES_H

#include <sqlite3.h>
#include <stddef.h>

#include "base/macros.h"

/**
 * Makes the tables known to a connection. They are read when a statement asks, and never written.
 * Returns an SQLite result code.
 */
_must_check_ int query_sql_register(sqlite3 *db);

/* Rows that all tables have given so far, for tests: what a statement had to look at. */
size_t query_sql_rows_read(void);

#endif
