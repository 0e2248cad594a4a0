/* SPDX-License-Identifier: MIT */
#include "query/sql.h"

#include <sqlite3.h>
#include <string.h>

#include "query/sql_tables.h"

struct query_sql {
    sqlite3 *db;
};

query_sql *query_sql_new(void)
{
    query_sql *sql = calloc(1, sizeof(*sql));

    if (!sql || sqlite3_open_v2(":memory:", &sql->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        query_sql_register(sql->db) != SQLITE_OK)
        return query_sql_free(sql);
    return sql;
}

query_sql *query_sql_free(query_sql *sql)
{
    if (sql)
        sqlite3_close(sql->db);
    free(sql);
    return NULL;
}

bool query_sql_is_complete(const char *text)
{
    return sqlite3_complete(text);
}

/* @at  where the statement begins in the whole text */
static bool explain(sqlite3 *db, size_t at, struct query_problem *problem)
{
    const int offset = sqlite3_error_offset(db);

    if (offset < 0)
        return query_problem_set(problem, "%s", sqlite3_errmsg(db));
    return query_problem_at(problem, at + (size_t)offset, "%s", sqlite3_errmsg(db));
}

static bool give_columns(sqlite3_stmt *statement, const struct query_sink *sink,
                         struct query_problem *problem)
{
    const size_t n = (size_t)sqlite3_column_count(statement);
    _cleanup_(freep) const char **names = calloc(n + 1, sizeof(*names));

    if (!names)
        return query_problem_of(problem, QUERY_NO_MEMORY);
    for (size_t i = 0; i < n; i++)
        names[i] = sqlite3_column_name(statement, (int)i);
    return sink->columns(sink->context, names, n);
}

/* Borrowed from the statement. Numbers with a fraction are told as SQLite writes them. */
static void read_cell(struct query_value *ret, sqlite3_stmt *statement, int i)
{
    const int type = sqlite3_column_type(statement, i);

    *ret = (struct query_value){ 0 };
    if (type == SQLITE_INTEGER) {
        ret->kind = QUERY_INTEGER;
        ret->number = sqlite3_column_int64(statement, i);
    } else if (type != SQLITE_NULL) {
        ret->text = (char *)(uintptr_t)sqlite3_column_text(statement, i);
        ret->kind = ret->text ? QUERY_TEXT : QUERY_NULL;
    }
}

static bool give_rows(sqlite3 *db, sqlite3_stmt *statement, const struct query_sink *sink,
                      struct query_problem *problem)
{
    const int n = sqlite3_column_count(statement);
    _cleanup_(freep) struct query_value *row = calloc((size_t)n + 1, sizeof(*row));
    int r;

    if (!row)
        return query_problem_of(problem, QUERY_NO_MEMORY);
    while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < n; i++)
            read_cell(&row[i], statement, i);
        if (!sink->row(sink->context, row, (size_t)n))
            return false;
    }
    return r == SQLITE_DONE || query_problem_set(problem, "%s", sqlite3_errmsg(db));
}

bool query_sql_run(query_sql *sql, const char *text, const struct query_sink *sink,
                   struct query_problem *problem)
{
    const char *rest = text;
    bool good = true;

    while (good && *rest) {
        const size_t at = (size_t)(rest - text);
        sqlite3_stmt *statement = NULL;

        if (sqlite3_prepare_v2(sql->db, rest, -1, &statement, &rest) != SQLITE_OK)
            return explain(sql->db, at, problem);
        if (!statement)
            continue; /* nothing but space and comments */
        if (sqlite3_column_count(statement) > 0)
            good = give_columns(statement, sink, problem);
        good = good && give_rows(sql->db, statement, sink, problem);
        sqlite3_finalize(statement);
    }
    return good;
}
