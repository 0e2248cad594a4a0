/* SPDX-License-Identifier: MIT */
/* Also the one source of the extension that the sqlite3 shell loads; that has no database of its
 * own, and calls SQLite through what the shell hands it. */
#ifdef OPENLOGON_SQLITE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#endif
#include "query/sql_tables.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "query/table.h"

static atomic_size_t rows_read;

size_t query_sql_rows_read(void)
{
    return atomic_load(&rows_read);
}

struct vtab {
    sqlite3_vtab base;
    const struct query_table *table;
};

/* `id` is the number of the row since the cursor was made: no table has one of its own. */
struct vcursor {
    sqlite3_vtab_cursor base;
    query_cursor *cursor;
    sqlite3_int64 id;
    bool at_end;
};

static int complain(sqlite3_vtab *vtab, query_status status)
{
    const char *message = win32_message(status.code);

    sqlite3_free(vtab->zErrMsg);
    vtab->zErrMsg =
        message
            ? sqlite3_mprintf("%s: %s", container_of(vtab, struct vtab, base)->table->name, message)
            : sqlite3_mprintf("%s: error %u", container_of(vtab, struct vtab, base)->table->name,
                              status.code);
    return status.code == ERROR_NOT_ENOUGH_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* --- the table ------------------------------------------------------------------------------ */

/* Texts are compared as the tables themselves do it when they look one up. */
static bool is_text(enum query_kind kind)
{
    return kind == QUERY_TEXT || kind == QUERY_TIME;
}

static const char *declared_type(enum query_kind kind)
{
    return is_text(kind) ? "TEXT" : kind == QUERY_BOOL ? "BOOLEAN" : "INTEGER";
}

/* CREATE TABLE x("luid" INTEGER, ...); from sqlite3_malloc(). NULL: no memory. */
static char *declaration(const struct query_table *table)
{
    sqlite3_str *text = sqlite3_str_new(NULL);

    sqlite3_str_appendall(text, "CREATE TABLE x(");
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct query_column *column = &table->columns[i];

        sqlite3_str_appendf(text, "%s\"%w\" %s%s%s", i ? ", " : "", column->name,
                            declared_type(column->kind),
                            column->flags & QUERY_HIDDEN ? " HIDDEN" : "",
                            is_text(column->kind) ? " COLLATE NOCASE" : "");
    }
    sqlite3_str_appendall(text, ")");
    return sqlite3_str_finish(text);
}

static int declare(sqlite3 *db, const struct query_table *table)
{
    char *text = declaration(table);
    int r = text ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;

    sqlite3_free(text);
    return r;
}

static int connect_table(sqlite3 *db, void *context, int argc, const char *const *argv,
                         sqlite3_vtab **ret, char **error)
{
    int r = declare(db, context);
    struct vtab *vtab = r == SQLITE_OK ? sqlite3_malloc64(sizeof(*vtab)) : NULL;

    if (!vtab)
        return r == SQLITE_OK ? SQLITE_NOMEM : r;
    *vtab = (struct vtab){ .table = context };
    *ret = &vtab->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

/* --- the plan ------------------------------------------------------------------------------- */

/* Of what SQLite could tell, only "column = value" of a key is wanted, once for each column. */
static bool is_wanted(const sqlite3_index_info *info, int i, const struct query_table *table)
{
    const struct sqlite3_index_constraint *c = &info->aConstraint[i];

    if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ || c->iColumn < 0 ||
        (size_t)c->iColumn >= table->n_columns || !(table->columns[c->iColumn].flags & QUERY_KEY))
        return false;
    for (int j = 0; j < i; j++) {
        if (info->aConstraintUsage[j].argvIndex > 0 && info->aConstraint[j].iColumn == c->iColumn)
            return false;
    }
    return true;
}

/* What the plan has wanted, best first: 0 unique, 1 looked up, 2 all. */
static void estimate(sqlite3_index_info *info, const struct query_table *table, unsigned keys)
{
    const double rows = (double)table->rows_expected;

    if (keys & QUERY_UNIQUE) {
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
        info->estimatedRows = 1;
        info->estimatedCost = 2;
    } else if (keys & QUERY_KEY) {
        info->estimatedRows = (sqlite3_int64)(rows / 100) + 1;
        info->estimatedCost = rows / 50 + 10;
    } else {
        info->estimatedRows = (sqlite3_int64)rows;
        info->estimatedCost = rows * 2 + 100;
    }
}

/* The columns that filter() gets values of, in their order, as "0,3". SQLite compares again. */
static int best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const struct query_table *table = container_of(vtab, struct vtab, base)->table;
    sqlite3_str *plan = sqlite3_str_new(NULL);
    unsigned keys = 0;
    int n = 0;

    for (int i = 0; i < info->nConstraint; i++) {
        if (!is_wanted(info, i, table))
            continue;
        sqlite3_str_appendf(plan, "%s%d", n ? "," : "", info->aConstraint[i].iColumn);
        info->aConstraintUsage[i].argvIndex = ++n;
        keys |= table->columns[info->aConstraint[i].iColumn].flags;
    }
    estimate(info, table, keys);
    info->idxNum = n;
    info->idxStr = sqlite3_str_finish(plan);
    info->needToFreeIdxStr = 1;
    return n > 0 && !info->idxStr ? SQLITE_NOMEM : SQLITE_OK;
}

/* --- the cursor ----------------------------------------------------------------------------- */

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **ret)
{
    struct vcursor *v = sqlite3_malloc64(sizeof(*v));
    query_status status;

    if (!v)
        return SQLITE_NOMEM;
    *v = (struct vcursor){ .at_end = true };
    status = query_cursor_new(&v->cursor, container_of(vtab, struct vtab, base)->table);
    if (query_failed(status)) {
        sqlite3_free(v);
        return complain(vtab, status);
    }
    *ret = &v->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    struct vcursor *v = container_of(cursor, struct vcursor, base);

    query_cursor_free(v->cursor);
    sqlite3_free(v);
    return SQLITE_OK;
}

static int step(sqlite3_vtab_cursor *cursor)
{
    struct vcursor *v = container_of(cursor, struct vcursor, base);
    bool found = false;
    query_status status = query_cursor_next(v->cursor, &found);

    if (query_failed(status))
        return complain(cursor->pVtab, status);
    v->id++;
    v->at_end = !found;
    atomic_fetch_add(&rows_read, found);
    return SQLITE_OK;
}

/* False: no row can have such a value. */
static bool read_match(struct query_value *ret, sqlite3_value *value, query_status *status)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        query_set_integer(ret, sqlite3_value_int64(value));
        return true;
    case SQLITE_TEXT:
        *status = query_set_text(ret, (const char *)sqlite3_value_text(value));
        return true;
    case SQLITE_FLOAT:
        query_set_integer(ret, sqlite3_value_int64(value)); /* SQLite compares it again */
        return true;
    default:
        return false;
    }
}

struct matches {
    struct query_match *matches;
    struct query_value *values;
    size_t n;
};

static void matches_done(struct matches *m)
{
    for (size_t i = 0; i < m->n; i++)
        query_value_done(&m->values[i]);
    free(m->matches);
    free(m->values);
}

static query_status read_matches(struct matches *ret, bool *ret_possible, const char *plan, int n,
                                 sqlite3_value **values)
{
    query_status status = QUERY_OK;

    *ret_possible = true;
    ret->matches = calloc((size_t)n + 1, sizeof(*ret->matches));
    ret->values = calloc((size_t)n + 1, sizeof(*ret->values));
    if (!ret->matches || !ret->values)
        return QUERY_NO_MEMORY;
    for (int i = 0; i < n && !query_failed(status); i++) {
        char *end;

        ret->matches[i].column = strtoul(plan, &end, 10);
        ret->matches[i].value = &ret->values[i];
        ret->n++;
        plan = *end ? end + 1 : end;
        *ret_possible &= read_match(&ret->values[i], values[i], &status);
    }
    return status;
}

static int filter(sqlite3_vtab_cursor *cursor, int n, const char *plan, int argc,
                  sqlite3_value **argv)
{
    struct vcursor *v = container_of(cursor, struct vcursor, base);
    _cleanup_(matches_done) struct matches matches = { 0 };
    bool possible = true;
    query_status status = read_matches(&matches, &possible, plan ? plan : "", argc, argv);

    v->at_end = true;
    if (!query_failed(status) && possible)
        status = query_cursor_filter(v->cursor, matches.matches, matches.n);
    if (query_failed(status))
        return complain(cursor->pVtab, status);
    return possible ? step(cursor) : SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    return container_of(cursor, struct vcursor, base)->at_end;
}

static int row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *ret)
{
    *ret = container_of(cursor, struct vcursor, base)->id;
    return SQLITE_OK;
}

static void give(sqlite3_context *to, struct query_value *value)
{
    char time[QUERY_TIME_SIZE];

    switch (value->kind) {
    case QUERY_INTEGER:
    case QUERY_BOOL:
        sqlite3_result_int64(to, value->number);
        break;
    case QUERY_TEXT:
        sqlite3_result_text(to, TAKE(value->text), -1, free);
        break;
    case QUERY_TIME:
        if (query_time_text(time, value->number))
            sqlite3_result_text(to, time, -1, SQLITE_TRANSIENT);
        break;
    default:
        break;
    }
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int i)
{
    _cleanup_(query_value_done) struct query_value value = { 0 };
    query_status status =
        query_cursor_value(container_of(cursor, struct vcursor, base)->cursor, (size_t)i, &value);

    if (query_failed(status))
        return complain(cursor->pVtab, status);
    give(to, &value);
    return SQLITE_OK;
}

/* --- all tables ----------------------------------------------------------------------------- */

/* Without xCreate a table is there under its own name, and cannot be created under another. */
static const sqlite3_module module = {
    .iVersion = 2,
    .xConnect = connect_table,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = step,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = row_id,
};

int query_sql_register(sqlite3 *db)
{
    size_t n;
    const struct query_table *const *tables = query_tables(&n);
    int r = SQLITE_OK;

    for (size_t i = 0; i < n && r == SQLITE_OK; i++)
        r = sqlite3_create_module_v2(db, tables[i]->name, &module, (void *)(uintptr_t)tables[i],
                                     NULL);
    return r;
}

#ifdef OPENLOGON_SQLITE_EXTENSION

/* SQLite makes the name of this from the file's. */
_public_ int sqlite3_openlogonsqlite_init(sqlite3 *db, char **error,
                                          const sqlite3_api_routines *routines);

int sqlite3_openlogonsqlite_init(sqlite3 *db, char **error, const sqlite3_api_routines *routines)
{
    SQLITE_EXTENSION_INIT2(routines)
    return query_sql_register(db);
}

#endif
