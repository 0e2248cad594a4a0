/* SPDX-License-Identifier: MIT */
/* logon report: the sessions as a file for an incident record. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include <openlogon.h>

#include "base/replacement.h"
#include "commands.h"
#include "complaint.h"
#include "record_page.h"
#include "text.h"

enum {
    KEY_HTML = KEY_WITHOUT_LETTER,
    KEY_FORCE,
    FILE_MODE = 0600,
};

struct request {
    const char *path;
    struct record_choice choice;
    unsigned flags; /* enum replacement_flags */
};

static int take_option(const struct command *command, struct request *request, int key)
{
    switch (key) {
    case KEY_HTML:
        request->path = optarg;
        return EXIT_SUCCESS;
    case KEY_FORCE:
        request->flags &= ~(unsigned)REPLACEMENT_ONLY_NEW;
        return EXIT_SUCCESS;
    case 'u':
        request->choice.user = optarg;
        return EXIT_SUCCESS;
    default:
        request->choice.has_session = true;
        if (text_to_luid(optarg, &request->choice.session))
            return EXIT_SUCCESS;
        return command_misused(command, "\"%s\" is no LUID, such as 0x3e7", optarg);
    }
}

static int read_request(struct request *ret, const struct command *command, int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    *ret = (struct request){ .flags = REPLACEMENT_ONLY_NEW | REPLACEMENT_SYNC };
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, ret, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (argc > optind)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (!ret->path)
        return command_misused(command, "say with --html which file to write");
    if (ret->choice.user && ret->choice.has_session)
        return command_misused(command, "--user and --session exclude each other");
    return EXIT_SUCCESS;
}

/* Before any file is begun. */
static int read_record(struct record *ret, const struct record_choice *choice)
{
    const query_status status = record_read(ret, choice);

    if (query_failed(status))
        return complain_of(status.code, "cannot read the logon sessions");
    if (ret->n_chosen > 0)
        return EXIT_SUCCESS;
    if (choice->has_session)
        return complain("there is no session 0x%llx, or it may not be seen",
                        (unsigned long long)choice->session);
    return complain("there is no session of \"%s\", or it may not be seen",
                    choice->user ? choice->user : "anybody");
}

static int print_page(struct record *r)
{
    const query_status status = record_page_print(stdout, r);

    if (query_failed(status))
        return complain_of(status.code, "cannot read what the sessions hold");
    if (fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    /* An error before the last bytes: what it was is not known any more. */
    return ferror(stdout) ? complain("cannot write all of it to standard output") : EXIT_SUCCESS;
}

static int complain_of_file(const char *path, int error)
{
    if (error == -EEXIST)
        return complain("\"%s\" is there already, and a record is not to be lost: name another "
                        "file, or say --force",
                        path);
    return complain_of_errno(error, "cannot write \"%s\"", path);
}

static int write_page(struct record *r, const struct request *request)
{
    _cleanup_(replacement_freep) replacement *file = NULL;
    int error = replacement_new(&file, AT_FDCWD, request->path);
    query_status status;

    if (error < 0)
        return complain_of_file(request->path, error);
    status = record_page_print(replacement_stream(file), r);
    if (query_failed(status))
        return complain_of(status.code, "cannot read what the sessions hold");
    error = replacement_place(file, FILE_MODE, request->flags);
    return error < 0 ? complain_of_file(request->path, error) : EXIT_SUCCESS;
}

/* It is looked at again when the file is put in place: this is so that nobody waits in vain. */
static bool is_there(const struct request *request)
{
    return request->flags & REPLACEMENT_ONLY_NEW &&
           faccessat(AT_FDCWD, request->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int report_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(record_done) struct record r = { 0 };
    struct request request;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS && is_there(&request))
        code = complain_of_file(request.path, -EEXIST);
    if (code == EXIT_SUCCESS)
        code = read_record(&r, &request.choice);
    if (code != EXIT_SUCCESS)
        return code;
    return strcmp(request.path, "-") == 0 ? print_page(&r) : write_page(&r, &request);
}

static const struct option_row rows[] = {
    { KEY_HTML, "html", "FILE", "write this page in HTML; -: to standard output" },
    { 'u', "user", "NAME", "only the sessions of this user" },
    { 's', "session", "LUID", "only this session" },
    { KEY_FORCE, "force", NULL, "replace a file that is there" },
    { 0 },
};

const struct command report_command = {
    .name = "report",
    .arguments = "--html FILE [--user NAME|--session LUID] [--force]",
    .summary = "write the sessions to a file for an incident record",
    .options = rows,
    .notes = "The file needs nothing else, and only its owner can read it. Example:\n"
             " logon report --html incident-7.html --user alice\n",
    .run = report_run,
};
