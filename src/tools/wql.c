/* SPDX-License-Identifier: MIT */
/* logon wql: Win32_LogonSession and its neighbours, as scripts for WMI ask about them. */
#include <getopt.h>

#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "query/cim_class.h"
#include "query/wql.h"
#include "remote_rows.h"
#include "table.h"

enum { KEY_CLASSES = ROWS_KEYS_END };

static void add_class(table *t, const struct cim_class *class)
{
    const struct cim_property *p;

    for (size_t i = 0; (p = cim_class_property(class, i)); i++) {
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, class->name);
        table_set(t, line, 1, p->name);
        table_set(t, line, 2, cim_type_word(p->type));
        table_set(t, line, 3, p->flags & CIM_KEY ? "key" : NULL);
    }
}

static int list_classes(void)
{
    static const struct table_column columns[] = {
        { "CLASS" }, { "PROPERTY" }, { "TYPE" }, { "" }
    };
    _cleanup_(table_freep) table *t = table_new(0);
    size_t n;
    const struct cim_class *classes = cim_classes(&n);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (size_t i = 0; i < n; i++) {
        if (classes[i].source)
            add_class(t, &classes[i]);
    }
    return table_print(t);
}

static bool run(void *context, const char *text, const struct query_sink *sink,
                struct query_problem *problem)
{
    return wql_run(text, sink, problem);
}

static int ask(const char *text, const struct rows_choice *choice)
{
    OPENLOGON_AUTHORITY authority;

    if (!openlogon_query_authority(&authority))
        return complain_of(last_error(), "cannot query");
    return rows_ask(choice, run, NULL, text);
}

/* What the options and the arguments say. */
struct choice {
    struct rows_choice rows;
    bool classes;
    struct remote_options remote;
};

static void choice_done(struct choice *choice)
{
    remote_options_done(&choice->remote);
}

static int take_options(struct choice *choice, const struct command *command, int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0) {
        rows_take_option(&choice->rows, key);
        choice->classes |= key == KEY_CLASSES;
        if (remote_options_has(key))
            code = remote_options_take(&choice->remote, command, key, optarg);
    }
    if (code != EXIT_SUCCESS)
        return code;
    if (argc - optind > 1)
        return command_misused(command, "the query is one argument: put it into quotes");
    if (choice->classes != (argc == optind))
        return command_misused(command, "either a query or --classes is needed");
    return EXIT_SUCCESS;
}

static int wql_command_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(choice_done) struct choice choice = { 0 };
    int code = take_options(&choice, command, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (choice.classes)
        return list_classes();
    if (choice.remote.is_used)
        return remote_rows_ask(&choice.remote, command, argv[optind], &choice.rows);
    return ask(argv[optind], &choice.rows);
}

static const struct option_row rows_of_options[] = {
    ROWS_OPTIONS,
    { KEY_CLASSES, "classes", NULL, "list the classes and their properties" },
    REMOTE_OPTION_ROWS,
    { 0 },
};

const struct command wql_command = {
    .name = "wql",
    .arguments = "[options] QUERY",
    .summary = "ask about CIM classes in WQL, as scripts for WMI do",
    .options = rows_of_options,
    .notes =
        "Examples:\n"
        " logon wql \"SELECT * FROM Win32_LogonSession WHERE LogonType = 2 OR LogonType = 10\"\n"
        " logon wql \"ASSOCIATORS OF {Win32_LogonSession.LogonId=999}\n"
        "            WHERE AssocClass=Win32_LoggedOnUser Role=Dependent\"\n"
        " logon wql --hosts-file servers --user admin\n"
        "           \"SELECT * FROM OpenLogon_LogonSession WHERE UserName='bob' AND "
        "LogonType=10\"\n",
    .run = wql_command_run,
};
