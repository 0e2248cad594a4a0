/* SPDX-License-Identifier: MIT */
/* logonsessions: lists logon sessions with the options and the layout of Sysinternals' tool. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <strings.h>

#include "command.h"
#include "complaint.h"
#include "listing.h"
#include "remote_sessions.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
};

struct choice {
    unsigned n_csv;  /* -c */
    unsigned n_tabs; /* the t of -ct */
    bool json;
    bool verbose;
    unsigned flags; /* of enum listing_flags */
    struct remote_options remote;
};

static int print_page(const struct listing *l, const struct choice *choice)
{
    if (choice->n_csv)
        listing_print_fields(l, stdout, choice->n_tabs ? LISTING_TABS : LISTING_COMMAS,
                             choice->flags);
    else
        listing_print_blocks(l, stdout, choice->flags);
    if (fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}

static int print_listing(struct listing *l, const struct choice *choice)
{
    int code = EXIT_SUCCESS;

    if (choice->json)
        return listing_print_json(l);
    while (!l->at_end && code == EXIT_SUCCESS)
        code = listing_next_page(l) ? print_page(l, choice) : EXIT_FAILURE;
    return code;
}

static int list_sessions(const struct choice *choice)
{
    _cleanup_(listing_done) struct listing l = { 0 };
    int code;

    if (!listing_open(&l))
        return EXIT_FAILURE;
    code = print_listing(&l, choice);
    if (choice->verbose && l.n_hidden > 0)
        complain("%zu sessions of others not shown; an administrator sees them", l.n_hidden);
    return code;
}

static int list_of_machines(const struct command *command, struct choice *choice)
{
    if (choice->flags & LISTING_WITH_PROCESSES)
        return command_misused(command, "-p tells of this machine only");
    return remote_sessions_list(&choice->remote, command,
                                choice->json     ? REMOTE_SESSIONS_JSON
                                : choice->n_tabs ? REMOTE_SESSIONS_TABS
                                : choice->n_csv  ? REMOTE_SESSIONS_COMMAS
                                                 : REMOTE_SESSIONS_TABLE);
}

static void take_option(struct choice *choice, int key)
{
    switch (key) {
    case 'c':
        choice->n_csv++;
        break;
    case 't':
        choice->n_tabs++;
        break;
    case 'p':
        choice->flags |= LISTING_WITH_PROCESSES;
        break;
    case 'v':
        choice->verbose = true;
        break;
    case KEY_JSON:
        choice->json = true;
        break;
    }
}

static int take_options(struct choice *choice, const struct command *command, int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0) {
        if (remote_options_has(key))
            code = remote_options_take(&choice->remote, command, key, optarg);
        else
            take_option(choice, key);
    }
    if (code != EXIT_SUCCESS)
        return code;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (choice->n_tabs > choice->n_csv)
        return command_misused(command, "-t goes with -c only: -ct");
    if (choice->n_csv + choice->json > 1)
        return command_misused(command, "-c, -ct and --json exclude each other");
    return EXIT_SUCCESS;
}

static void choice_done(struct choice *choice)
{
    remote_options_done(&choice->remote);
}

static int run(const struct command *command, int argc, char **argv)
{
    _cleanup_(choice_done) struct choice choice = { 0 };
    int code = take_options(&choice, command, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    return choice.remote.is_used ? list_of_machines(command, &choice) : list_sessions(&choice);
}

static const struct option_row rows[] = {
    { 'c', NULL, NULL, "comma-separated values with a header line" },
    { 't', NULL, NULL, "with -c, that is as -ct: separated by tabs" },
    { 'p', "processes", NULL, "also the processes of each session" },
    { 'v', "verbose", NULL, "tell on stderr how many sessions may not be shown" },
    { KEY_JSON, "json", NULL, "JSON; of this machine with the processes" },
    REMOTE_OPTION_ROWS,
    { 0 },
};

static const struct command logonsessions = {
    .name = "logonsessions",
    .arguments = "[-c|-ct|--json] [-p] [-v] [--host HOST[:PORT],...|--hosts-file FILE [options]]",
    .summary = "list logon sessions: all for an administrator, else one's own",
    .options = rows,
    .run = run,
};

/* What scripts pass to all of Sysinternals' tools. There is neither a licence to accept nor a
 * banner. */
static int without_formalities(int argc, char **argv)
{
    static const char *const formalities[] = { "-accepteula", "/accepteula", "-nobanner",
                                               "/nobanner" };
    int n = 1;

    for (int i = 1; i < argc; i++) {
        bool formality = false;

        for (size_t f = 0; f < ARRAY_SIZE(formalities); f++)
            formality |= strcasecmp(argv[i], formalities[f]) == 0;
        if (!formality)
            argv[n++] = argv[i];
    }
    argv[n] = NULL;
    return n;
}

int main(int argc, char **argv)
{
    struct command command = logonsessions;

    command.name = program_invocation_short_name;
    setlocale(LC_ALL, "");
    return command.run(&command, without_formalities(argc, argv), argv);
}
