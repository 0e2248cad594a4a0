/* SPDX-License-Identifier: MIT */
/* logonsessions: lists logon sessions with the options and the layout of Sysinternals' tool. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <strings.h>

#include "command.h"
#include "complaint.h"
#include "listing.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
};

struct choice {
    unsigned n_csv;  /* -c */
    unsigned n_tabs; /* the t of -ct */
    bool json;
    bool verbose;
    unsigned flags; /* of enum listing_flags */
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

static int run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key;

    while ((key = command_option(command, argc, argv)) >= 0) {
        switch (key) {
        case 'c':
            choice.n_csv++;
            break;
        case 't':
            choice.n_tabs++;
            break;
        case 'p':
            choice.flags |= LISTING_WITH_PROCESSES;
            break;
        case 'v':
            choice.verbose = true;
            break;
        case KEY_JSON:
            choice.json = true;
            break;
        }
    }
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (choice.n_tabs > choice.n_csv)
        return command_misused(command, "-t goes with -c only: -ct");
    if (choice.n_csv + choice.json > 1)
        return command_misused(command, "-c, -ct and --json exclude each other");
    return list_sessions(&choice);
}

static const struct option_row rows[] = {
    { 'c', NULL, NULL, "comma-separated values with a header line" },
    { 't', NULL, NULL, "with -c, that is as -ct: separated by tabs" },
    { 'p', "processes", NULL, "also the processes of each session" },
    { 'v', "verbose", NULL, "tell on stderr how many sessions may not be shown" },
    { KEY_JSON, "json", NULL, "JSON; processes are always part of it" },
    { 0 },
};

static const struct command logonsessions = {
    .name = "logonsessions",
    .arguments = "[-c|-ct|--json] [-p] [-v]",
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
