/* SPDX-License-Identifier: MIT */
#include "query/table.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/monotonic.h"
#include "query/cim_table.h"
#include "query/tables.h"

enum { TABLES_MAX = 32 };

query_status query_cursor_new(query_cursor **ret, const struct query_table *table)
{
    query_cursor *c = calloc(1, table->cursor_size);

    if (!c)
        return QUERY_NO_MEMORY;
    c->table = table;
    *ret = c;
    return QUERY_OK;
}

query_cursor *query_cursor_free(query_cursor *c)
{
    if (c)
        c->table->done(c);
    free(c);
    return NULL;
}

/* --- time ------------------------------------------------------------------------------------- */

static _Thread_local time_t deadline; /* of CLOCK_MONOTONIC; 0: none */

void query_time_limit(unsigned seconds)
{
    deadline = seconds > 0 ? monotonic_seconds() + (time_t)seconds : 0;
}

bool query_time_is_up(void)
{
    return deadline > 0 && monotonic_seconds() >= deadline;
}

/* --- cursors ---------------------------------------------------------------------------------- */

query_status query_cursor_filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    return c->table->filter(c, matches, n);
}

query_status query_cursor_next(query_cursor *c, bool *ret_found)
{
    query_status status;

    if (query_time_is_up())
        return (query_status){ ERROR_TIMEOUT };
    status = c->table->next(c, ret_found);
    if (!query_failed(status) && *ret_found)
        c->n_rows++;
    return status;
}

query_status query_cursor_value(query_cursor *c, size_t column, struct query_value *ret)
{
    query_value_done(ret);
    return c->table->value(c, column, ret);
}

const struct query_value *query_match_of(const struct query_match *matches, size_t n, size_t column)
{
    for (size_t i = 0; i < n; i++) {
        if (matches[i].column == column)
            return matches[i].value;
    }
    return NULL;
}

bool query_column_find(const struct query_table *table, const char *name, size_t *ret)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (query_same_text(table->columns[i].name, name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static const struct query_table *const own_tables[] = {
    &query_sessions_table,   &query_processes_table, &query_tokens_table, &query_groups_table,
    &query_privileges_table, &query_accounts_table,  &query_rights_table,
};

static const struct query_table *all[TABLES_MAX];
static size_t n_all;

static void list_all(void)
{
    size_t n_classes;
    const struct cim_class *classes = cim_classes(&n_classes);

    for (size_t i = 0; i < ARRAY_SIZE(own_tables); i++)
        all[n_all++] = own_tables[i];
    for (size_t i = 0; i < n_classes && n_all < TABLES_MAX; i++)
        all[n_all++] = cim_table(&classes[i]);
}

const struct query_table *const *query_tables(size_t *ret_n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, list_all);
    *ret_n = n_all;
    return all;
}
