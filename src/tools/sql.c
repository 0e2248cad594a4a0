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

enum {
    KEY_CSV = KEY_WITHOUT_LETTER,
    KEY_JSON,
    KEY_TABLES,
};

struct choice {
    enum rows_form form;
    unsigned flags; /* enum rows_flags */
    bool tables;
};

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

static int ask(query_sql *sql, const char *text, const struct choice *choice)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(rows_freep) rows *r = rows_new(choice->form, choice->flags);
    struct query_sink sink;

    if (!r)
        return complain("there is not enough memory");
    sink = rows_sink(r);
    if (!query_sql_run(sql, text, &sink, &problem))
        return complain_of_query(text, &problem);
    return rows_finish(r);
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
static void take_line(query_sql *sql, const char *line, char **pending, const struct choice *choice)
{
    if (!*pending && is_command(line, ".tables")) {
        (void)list_tables();
    } else if (!*pending && *line == '.') {
        fprintf(stderr, "Statements end with a semicolon. Besides there is .tables and .quit.\n");
    } else if (append(pending, line) && query_sql_is_complete(*pending)) {
        (void)ask(sql, *pending, choice);
        free(TAKE(*pending));
    }
}

static int prompt(query_sql *sql, const struct choice *choice)
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

static int ask_input(query_sql *sql, const struct choice *choice)
{
    _cleanup_(freep) char *text = NULL;
    size_t room = 0;

    errno = 0;
    if (getdelim(&text, &room, '\0', stdin) < 0 && errno != 0)
        return complain_of_errno(errno, "cannot read standard input");
    return ask(sql, text ? text : "", choice);
}

static int run_choice(const struct choice *choice, const char *text)
{
    _cleanup_(query_sql_freep) query_sql *sql = query_sql_new();
    OPENLOGON_AUTHORITY authority;

    if (!sql)
        return complain("there is not enough memory");
    if (!openlogon_query_authority(&authority))
        return complain_of(last_error(), "cannot query");
    if (text)
        return ask(sql, text, choice);
    return isatty(STDIN_FILENO) ? prompt(sql, choice) : ask_input(sql, choice);
}

static void take_option(struct choice *choice, int key)
{
    switch (key) {
    case KEY_CSV:
        choice->form = ROWS_CSV;
        break;
    case KEY_JSON:
        choice->form = ROWS_JSON;
        break;
    case KEY_TABLES:
        choice->tables = true;
        break;
    default:
        choice->flags |= ROWS_NO_HEADINGS;
        break;
    }
}

static int sql_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key;

    while ((key = command_option(command, argc, argv)) >= 0)
        take_option(&choice, key);
    if (argc - optind > 1)
        return command_misused(command, "the statement is one argument: put it into quotes");
    if (choice.tables && argc > optind)
        return command_misused(command, "--tables goes with no statement");
    return choice.tables ? list_tables() : run_choice(&choice, argv[optind]);
}

static const struct option_row rows_of_options[] = {
    { KEY_CSV, "csv", NULL, "values separated by commas" },
    { KEY_JSON, "json", NULL, "JSON" },
    { 'n', "noheadings", NULL, "no line of headings" },
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
