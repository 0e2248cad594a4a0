/* SPDX-License-Identifier: MIT */
/* logon sql: sessions, processes, accounts and CIM classes as tables. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "query/sql.h"
#include "query/table.h"
#include "rows.h"
#include "table.h"
#include "text.h"

enum { KEY_TABLES = ROWS_KEYS_END };

/* --- what there is to ask ------------------------------------------------------------------- */

static const char *kind_word(enum query_kind kind)
{
    static const char *const words[] = {
        [QUERY_INTEGER] = "integer",
        [QUERY_BOOL] = "boolean",
        [QUERY_TIME] = "time",
        [QUERY_TEXT] = "text",
    };

    return words[kind];
}

static void add_columns(table *t, const struct query_table *described)
{
    for (size_t i = 0; i < described->n_columns; i++) {
        const struct query_column *column = &described->columns[i];
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, described->name);
        table_set(t, line, 1, column->name);
        table_set(t, line, 2, kind_word(column->kind));
        table_set(t, line, 3,
                  column->flags & QUERY_KEY      ? "looked up"
                  : column->flags & QUERY_HIDDEN ? "not in *"
                                                 : NULL);
    }
}

static int list_tables(void)
{
    static const struct table_column columns[] = { { "TABLE" }, { "COLUMN" }, { "TYPE" }, { "" } };
    _cleanup_(table_freep) table *t = table_new(0);
    size_t n;
    const struct query_table *const *tables = query_tables(&n);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (size_t i = 0; i < n; i++)
        add_columns(t, tables[i]);
    return table_print(t);
}

/* --- asking --------------------------------------------------------------------------------- */

static bool run(void *sql, const char *text, const struct query_sink *sink,
                struct query_problem *problem)
{
    return query_sql_run(sql, text, sink, problem);
}

/* Adds a line to the text. False: no memory. */
static bool append(char **text, const char *line)
{
    char *longer;

    if (asprintf(&longer, "%s%s", *text ? *text : "", line) < 0)
        return false;
    free(*text);
    *text = longer;
    return true;
}

static bool is_command(const char *line, const char *command)
{
    return strncmp(line, command, strlen(command)) == 0 &&
           strspn(line + strlen(command), " \n") == strlen(line + strlen(command));
}

/* One line of a prompt. `*pending` is a statement that has not ended yet. */
static void take_line(query_sql *sql, const char *line, char **pending,
                      const struct rows_choice *choice)
{
    if (!*pending && is_command(line, ".tables")) {
        (void)list_tables();
    } else if (!*pending && *line == '.') {
        fprintf(stderr, "Statements end with a semicolon. Besides there is .tables and .quit.\n");
    } else if (append(pending, line) && query_sql_is_complete(*pending)) {
        (void)rows_ask(choice, run, sql, *pending);
        free(TAKE(*pending));
    }
}

static int prompt(query_sql *sql, const struct rows_choice *choice)
{
    _cleanup_(freep) char *line = NULL, *pending = NULL;
    size_t room = 0;

    for (;;) {
        fputs(pending ? "...> " : "sql> ", stdout);
        fflush(stdout);
        if (getline(&line, &room, stdin) < 0 || (!pending && is_command(line, ".quit")))
            break;
        if (pending || strspn(line, " \t\n") < strlen(line))
            take_line(sql, line, &pending, choice);
    }
    if (feof(stdin))
        putchar('\n');
    return EXIT_SUCCESS;
}

static int ask_input(query_sql *sql, const struct rows_choice *choice)
{
    _cleanup_(freep) char *text = NULL;
    size_t room = 0;

    errno = 0;
    if (getdelim(&text, &room, '\0', stdin) < 0 && errno != 0)
        return complain_of_errno(errno, "cannot read standard input");
    return rows_ask(choice, run, sql, text ? text : "");
}

static int run_choice(const struct rows_choice *choice, const char *text)
{
    _cleanup_(query_sql_freep) query_sql *sql = query_sql_new();
    OPENLOGON_AUTHORITY authority;

    if (!sql)
        return complain("there is not enough memory");
    if (!openlogon_query_authority(&authority))
        return complain_of(last_error(), "cannot query");
    if (text)
        return rows_ask(choice, run, sql, text);
    return isatty(STDIN_FILENO) ? prompt(sql, choice) : ask_input(sql, choice);
}

static int sql_run(const struct command *command, int argc, char **argv)
{
    struct rows_choice choice = { 0 };
    bool tables = false;
    int key;

    while ((key = command_option(command, argc, argv)) >= 0) {
        rows_take_option(&choice, key);
        tables |= key == KEY_TABLES;
    }
    if (argc - optind > 1)
        return command_misused(command, "the statement is one argument: put it into quotes");
    if (tables && argc > optind)
        return command_misused(command, "--tables goes with no statement");
    return tables ? list_tables() : run_choice(&choice, argv[optind]);
}

static const struct option_row rows_of_options[] = {
    ROWS_OPTIONS,
    { KEY_TABLES, "tables", NULL, "list the tables and their columns" },
    { 0 },
};

const struct command sql_command = {
    .name = "sql",
    .arguments = "[options] [STATEMENT]",
    .summary = "ask about sessions, processes and accounts in SQL",
    .options = rows_of_options,
    .notes = "Without a statement they are read from standard input, on a terminal with a prompt.\n"
             "Example:\n"
             " logon sql \"SELECT s.user, p.pid, p.name FROM sessions s\n"
             "            JOIN processes p ON p.session = s.luid WHERE s.logon_type = 10\"\n",
    .run = sql_run,
};
