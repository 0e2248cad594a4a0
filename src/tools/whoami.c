/* SPDX-License-Identifier: MIT */
/* logon whoami: the token of this process, with the sections of Windows' whoami. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include <windows.h>

#include "commands.h"
#include "complaint.h"
#include "text.h"
#include "token_report.h"

enum {
    KEY_ALL = KEY_WITHOUT_LETTER,
    KEY_USER,
    KEY_GROUPS,
    KEY_PRIV,
    KEY_LOGONID,
    KEY_JSON,
};

struct choice {
    unsigned sections; /* of enum token_sections */
    bool logon_id;
    bool json;
};

static int print_line(const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text);

    if (puts(printable ? printable : text) == EOF || fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}

static int print_logon_id(const struct token_view *v)
{
    const struct viewed_sid *logon = token_view_logon_sid(v);

    return logon ? print_line(logon->sid) : complain("the token has no logon SID");
}

/* Everything where nothing was chosen: a program that reads JSON picks what it wants. */
static int print_json(const struct token_view *v, const struct choice *choice)
{
    _cleanup_(document_freep) document *d = document_new();
    const struct viewed_sid *logon = token_view_logon_sid(v);
    unsigned sections = choice->sections;

    if (sections == 0 && !choice->logon_id)
        sections = SECTION_ALL;
    if (sections & SECTION_USER)
        token_view_add_user(v, d);
    if (sections == SECTION_ALL || choice->logon_id)
        document_text(d, "logon_sid", logon ? logon->sid : NULL);
    if (sections & SECTION_GROUPS)
        token_view_add_groups(v, d);
    if (sections & SECTION_PRIVILEGES)
        token_view_add_privileges(v, d);
    return document_print(d);
}

static int print_choice(const struct token_view *v, const struct choice *choice)
{
    if (choice->json)
        return print_json(v, choice);
    if (choice->logon_id)
        return print_logon_id(v);
    return choice->sections ? token_report(v, choice->sections) : print_line(v->user.name);
}

static int whoami(const struct choice *choice)
{
    _cleanup_(token_view_done) struct token_view v = { 0 };
    HANDLE token = NULL;
    bool loaded;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return complain_of(last_error(), "cannot open the token of this process");
    loaded = token_view_load(&v, token);
    if (!loaded)
        complain_of(last_error(), "cannot query the token of this process");
    CloseHandle(token);
    return loaded ? print_choice(&v, choice) : EXIT_FAILURE;
}

static int whoami_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key;

    while ((key = command_option(command, argc, argv)) >= 0) {
        switch (key) {
        case KEY_ALL:
            choice.sections |= SECTION_ALL;
            break;
        case KEY_USER:
            choice.sections |= SECTION_USER;
            break;
        case KEY_GROUPS:
            choice.sections |= SECTION_GROUPS;
            break;
        case KEY_PRIV:
            choice.sections |= SECTION_PRIVILEGES;
            break;
        case KEY_LOGONID:
            choice.logon_id = true;
            break;
        case KEY_JSON:
            choice.json = true;
            break;
        }
    }
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (choice.logon_id && choice.sections)
        return command_misused(command, "--logonid goes with no section");
    return whoami(&choice);
}

static const struct option_row rows[] = {
    { KEY_ALL, "all", NULL, "all sections" },
    { KEY_USER, "user", NULL, "the user and the SID" },
    { KEY_GROUPS, "groups", NULL, "the groups, with the integrity label and the logon SID" },
    { KEY_PRIV, "priv", NULL, "the privileges and which are enabled" },
    { KEY_LOGONID, "logonid", NULL, "only the logon SID, S-1-5-5-X-Y" },
    { KEY_JSON, "json", NULL, "JSON; without a section, all" },
    { 0 },
};

const struct command whoami_command = {
    .name = "whoami",
    .arguments = "[options]",
    .summary = "tell whose token this process has; without a section, the name",
    .options = rows,
    .run = whoami_run,
};
