/* SPDX-License-Identifier: MIT */
/* logon policy: the settings of the machine's policy. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "policy_settings.h"
#include "table.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    NAME_SIZE = 64,
};

/* --- logon policy show ------------------------------------------------------------------------ */

/* As members of JSON are called everywhere here. */
static const char *json_name(char ret[NAME_SIZE], const char *name)
{
    size_t i = 0;

    for (; name[i] && i < NAME_SIZE - 1; i++)
        ret[i] = name[i] == '-' ? '_' : name[i];
    ret[i] = '\0';
    return ret;
}

/* A duration is seconds, or null for never. */
static void add_value_json(document *d, const char *name, const struct setting_row *row,
                           const struct setting_value *value)
{
    char shown[SETTING_SHOWN_SIZE];

    switch (row->kind) {
    case SETTING_SWITCH:
        document_bool(d, name, value->number != 0);
        break;
    case SETTING_COUNT:
        document_number(d, name, value->number);
        break;
    case SETTING_DURATION:
        if (value->number == SETTING_NEVER)
            document_null(d, name);
        else
            document_number(d, name, value->number);
        break;
    default:
        document_text(d, name, setting_show(row, value, shown));
    }
}

static void add_part_json(document *d, const struct setting_part *part,
                          const struct setting_value *values)
{
    document_open_object(d, part->name);
    for (size_t i = 0; i < part->n_rows; i++) {
        const struct setting_row *row = &part->rows[i];
        char name[NAME_SIZE];

        add_value_json(d, json_name(name, row->name), row, &values[i]);
    }
    document_close(d);
}

static void add_part_lines(table *t, const struct setting_part *part,
                           const struct setting_value *values)
{
    for (size_t i = 0; i < part->n_rows; i++) {
        table_line *line = table_add_line(t, NULL);
        char name[NAME_SIZE], shown[SETTING_SHOWN_SIZE];

        snprintf(name, sizeof(name), "%s.%s", part->name, part->rows[i].name);
        table_set(t, line, 0, name);
        table_set(t, line, 1,
                  values ? setting_show(&part->rows[i], &values[i], shown) : "(access denied)");
        table_set(t, line, 2, part->rows[i].help);
    }
}

/* A part that the caller may not read is shown as such. */
static int add_part(document *d, table *t, const struct setting_part *part)
{
    _cleanup_(setting_values_done) struct setting_values values = { 0 };
    uint32_t error = part->load(values.of);

    if (error && error != ERROR_ACCESS_DENIED)
        return complain_of(error, "cannot read the policy");
    if (t)
        add_part_lines(t, part, error ? NULL : values.of);
    else if (error)
        document_null(d, part->name);
    else
        add_part_json(d, part, values.of);
    return EXIT_SUCCESS;
}

static int show(document *d, table *t)
{
    const struct setting_part *part;
    int code = EXIT_SUCCESS;

    for (size_t i = 0; code == EXIT_SUCCESS && (part = setting_part_at(i)); i++)
        code = add_part(d, t, part);
    return code;
}

static int show_json(void)
{
    _cleanup_(document_freep) document *d = document_new();
    int code = show(d, NULL);

    return code == EXIT_SUCCESS ? document_print(d) : code;
}

static int show_table(void)
{
    _cleanup_(table_freep) table *t = table_new(0);
    int code;

    table_add_column(t, &(struct table_column){ "SETTING" });
    table_add_column(t, &(struct table_column){ "VALUE" });
    table_add_column(t, &(struct table_column){ "MEANING" });
    code = show(NULL, t);
    return code == EXIT_SUCCESS ? table_print(t) : code;
}

static int show_run(const struct command *command, int argc, char **argv)
{
    bool json = false;

    while (command_option(command, argc, argv) >= 0)
        json = true;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    return json ? show_json() : show_table();
}

/* --- logon policy set ------------------------------------------------------------------------- */

/* Takes one "part.name=value" if it is the part's. EXIT_FAILURE: it was complained of. */
static int take_setting(const struct setting_part *part, struct setting_value *values,
                        const char *text, bool *ret_taken)
{
    const char *equals = strchr(text, '=');

    for (size_t i = 0; i < part->n_rows; i++) {
        char name[NAME_SIZE];

        snprintf(name, sizeof(name), "%s.%s", part->name, part->rows[i].name);
        if (strlen(name) != (size_t)(equals - text) || strncmp(name, text, strlen(name)) != 0)
            continue;
        if (!setting_take(&part->rows[i], &values[i], equals + 1))
            return complain("\"%s\" is no value of %s", equals + 1, name);
        *ret_taken = true;
    }
    return EXIT_SUCCESS;
}

static bool is_of_part(const struct setting_part *part, const char *text)
{
    size_t size = strlen(part->name);

    return strncmp(text, part->name, size) == 0 && text[size] == '.';
}

/* What of the part is not named stays as it is. */
static int set_part(const struct setting_part *part, char *const *texts, int n)
{
    _cleanup_(setting_values_done) struct setting_values values = { 0 };
    uint32_t error = part->load(values.of);

    if (error)
        return complain_of(error, "cannot read the policy");
    for (int i = 0; i < n; i++) {
        bool taken = false;
        int code = is_of_part(part, texts[i]) ? take_setting(part, values.of, texts[i], &taken)
                                              : EXIT_SUCCESS;

        if (code != EXIT_SUCCESS)
            return code;
    }
    error = part->store(values.of);
    return error ? complain_of(error, "cannot change the policy") : EXIT_SUCCESS;
}

static int complain_of_configuration(const char *what)
{
    return complain("\"%s\" is set in the configuration of openlogond: see openlogond.conf(5)",
                    what);
}

/* Before anything is changed. */
static int check_name(const struct command *command, const char *text)
{
    struct setting_values values = { 0 };
    const struct setting_part *part;
    bool taken = false;

    if (!strchr(text, '='))
        return command_misused(command, "\"%s\" is not NAME=VALUE", text);
    for (size_t i = 0; !taken && (part = setting_part_at(i)); i++) {
        int code = take_setting(part, values.of, text, &taken);

        setting_values_done(&values);
        if (code != EXIT_SUCCESS)
            return code;
        if (taken && !part->store)
            return complain_of_configuration(part->name);
    }
    return taken ? EXIT_SUCCESS : complain("there is no setting \"%s\"", text);
}

static bool any_of_part(const struct setting_part *part, char *const *texts, int n)
{
    for (int i = 0; i < n; i++) {
        if (is_of_part(part, texts[i]))
            return true;
    }
    return false;
}

static int set_run(const struct command *command, int argc, char **argv)
{
    const struct setting_part *part;
    int code = EXIT_SUCCESS;

    (void)command_option(command, argc, argv);
    if (optind >= argc)
        return command_misused(command, "no setting given");
    for (int i = optind; code == EXIT_SUCCESS && i < argc; i++)
        code = check_name(command, argv[i]);
    for (size_t i = 0; code == EXIT_SUCCESS && (part = setting_part_at(i)); i++) {
        if (any_of_part(part, argv + optind, argc - optind))
            code = set_part(part, argv + optind, argc - optind);
    }
    return code;
}

/* --- logon policy reset ----------------------------------------------------------------------- */

static const struct setting_part *find_part(const char *name)
{
    const struct setting_part *part;

    for (size_t i = 0; (part = setting_part_at(i)); i++) {
        if (strcmp(part->name, name) == 0)
            return part;
    }
    return NULL;
}

static int reset_part(const struct setting_part *part)
{
    uint32_t error = part->reset ? part->reset() : 0;

    return error ? complain_of(error, "cannot reset \"%s\"", part->name) : EXIT_SUCCESS;
}

static int reset_run(const struct command *command, int argc, char **argv)
{
    const struct setting_part *part;
    int code = EXIT_SUCCESS;

    (void)command_option(command, argc, argv);
    for (int i = optind; i < argc; i++) {
        if (!find_part(argv[i]))
            return command_misused(command, "there is no part \"%s\"", argv[i]);
        if (!find_part(argv[i])->reset)
            return complain_of_configuration(argv[i]);
    }
    for (int i = optind; code == EXIT_SUCCESS && i < argc; i++)
        code = reset_part(find_part(argv[i]));
    for (size_t i = 0; optind == argc && code == EXIT_SUCCESS && (part = setting_part_at(i)); i++)
        code = reset_part(part);
    return code;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct option_row show_rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "policy show",
        .arguments = "[--json]",
        .summary = "show the settings",
        .options = show_rows,
        .run = show_run,
    },
    {
        .name = "policy set",
        .arguments = "NAME=VALUE...",
        .summary = "change settings; \"logon policy show\" names them",
        .run = set_run,
    },
    {
        .name = "policy reset",
        .arguments = "[PART...]",
        .summary = "set all settings, or those of some parts, to their defaults",
        .run = reset_run,
    },
};

static int policy_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command policy_command = {
    .name = "policy",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "manage the settings of the machine's policy",
    .ends_in_command = true,
    .run = policy_run,
};
