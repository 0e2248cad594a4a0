/* SPDX-License-Identifier: MIT */
/* logon whoami: the token of this process, with the options and the sections of Windows' whoami. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <strings.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/status.h"
#include "commands.h"
#include "complaint.h"
#include "text.h"
#include "token_report.h"

enum {
    KEY_ALL = KEY_WITHOUT_LETTER,
    KEY_USER,
    KEY_GROUPS,
    KEY_PRIV,
    KEY_CLAIMS,
    KEY_LOGONID,
    KEY_UPN,
    KEY_FORMAT,
    KEY_JSON,
};

struct choice {
    unsigned sections; /* of enum token_sections */
    bool logon_id, upn;
    bool json;
    bool formatted; /* --format or -n */
    struct report_style style;
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

/* "alice@example.com" of the token's logon; empty where its domain has no such names. NULL: it was
 * complained of. */
static char *upn_of(HANDLE token)
{
    _cleanup_(freep) TOKEN_STATISTICS *statistics = token_information(token, TokenStatistics);
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    NTSTATUS status;
    char *upn;

    if (!statistics) {
        complain_of(last_error(), "cannot query the token of this process");
        return NULL;
    }
    status = LsaGetLogonSessionData(&statistics->AuthenticationId, &data);
    if (nt_failed(nt_make(status))) {
        complain_of(LsaNtStatusToWinError(status), "cannot query the logon session");
        return NULL;
    }
    upn = text_of_lsa(&data->Upn);
    LsaFreeReturnBuffer(data);
    return upn;
}

static int print_upn(HANDLE token)
{
    _cleanup_(freep) char *upn = upn_of(token);

    if (!upn)
        return EXIT_FAILURE;
    return *upn ? print_line(upn)
                : complain("there is no user principal name: it is no account of a domain");
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
        viewed_sids_add(&v->groups, d, "groups");
    if (sections & SECTION_PRIVILEGES)
        token_view_add_privileges(v, d);
    if (sections & SECTION_CLAIMS)
        viewed_claims_add(&v->user_claims, d, "user_claims");
    return document_print(d);
}

static int print_choice(const struct token_view *v, const struct choice *choice)
{
    if (choice->json)
        return print_json(v, choice);
    if (choice->logon_id)
        return print_logon_id(v);
    return choice->sections ? token_report(v, choice->sections, &choice->style)
                            : print_line(v->user.name);
}

static int tell(HANDLE token, const struct choice *choice)
{
    _cleanup_(token_view_done) struct token_view v = { 0 };

    if (choice->upn)
        return print_upn(token);
    if (!token_view_load(&v, token))
        return complain_of(last_error(), "cannot query the token of this process");
    return print_choice(&v, choice);
}

static int whoami(const struct choice *choice)
{
    HANDLE token = NULL;
    int code;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return complain_of(last_error(), "cannot open the token of this process");
    code = tell(token, choice);
    CloseHandle(token);
    return code;
}

static const struct {
    int key;
    unsigned section;
} section_keys[] = {
    { KEY_ALL, SECTION_ALL },       { KEY_USER, SECTION_USER },
    { KEY_GROUPS, SECTION_GROUPS }, { KEY_PRIV, SECTION_PRIVILEGES },
    { KEY_CLAIMS, SECTION_CLAIMS },
};

static int take_option(const struct command *command, struct choice *choice, int key)
{
    for (size_t i = 0; i < ARRAY_SIZE(section_keys); i++) {
        if (section_keys[i].key == key)
            choice->sections |= section_keys[i].section;
    }
    switch (key) {
    case KEY_LOGONID:
        choice->logon_id = true;
        break;
    case KEY_UPN:
        choice->upn = true;
        break;
    case KEY_JSON:
        choice->json = true;
        break;
    case 'n':
        choice->formatted = choice->style.no_headings = true;
        break;
    case KEY_FORMAT:
        choice->formatted = true;
        if (!report_format_of(optarg, &choice->style.format))
            return command_misused(command, "there is no format \"%s\"", optarg);
        break;
    }
    return EXIT_SUCCESS;
}

/* Windows' own spelling of the options, "/ALL" for "--all", is understood too. */
static void accept_slashes(int argc, char **argv)
{
    static const struct {
        const char *slash;
        const char *option;
    } spellings[] = {
        { "/all", "--all" },   { "/user", "--user" },     { "/groups", "--groups" },
        { "/priv", "--priv" }, { "/claims", "--claims" }, { "/logonid", "--logonid" },
        { "/upn", "--upn" },   { "/fo", "--format" },     { "/nh", "--noheadings" },
        { "/?", "--help" },
    };

    for (int i = 1; i < argc; i++) {
        for (size_t s = 0; s < ARRAY_SIZE(spellings); s++) {
            if (strcasecmp(argv[i], spellings[s].slash) == 0)
                argv[i] = (char *)(uintptr_t)spellings[s].option;
        }
    }
}

static int check(const struct command *command, const struct choice *choice)
{
    if (choice->logon_id + choice->upn + (choice->sections != 0) > 1)
        return command_misused(command, "--logonid and --upn go with no section");
    if (choice->json && (choice->formatted || choice->upn))
        return command_misused(command, "--json goes with no format, and not with --upn");
    if (choice->formatted && !choice->sections)
        return command_misused(command, "a format goes with sections only");
    if (choice->style.format == REPORT_LIST && choice->style.no_headings)
        return command_misused(command, "a list is not without headings");
    return EXIT_SUCCESS;
}

static int whoami_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key, code = EXIT_SUCCESS;

    accept_slashes(argc, argv);
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &choice, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    code = check(command, &choice);
    return code == EXIT_SUCCESS ? whoami(&choice) : code;
}

static const struct option_row rows[] = {
    { KEY_ALL, "all", NULL, "all sections" },
    { KEY_USER, "user", NULL, "the user and the SID" },
    { KEY_GROUPS, "groups", NULL, "the groups, with the integrity label and the logon SID" },
    { KEY_PRIV, "priv", NULL, "the privileges and which are enabled" },
    { KEY_CLAIMS, "claims", NULL, "the claims of the user" },
    { KEY_LOGONID, "logonid", NULL, "only the logon SID, S-1-5-5-X-Y" },
    { KEY_UPN, "upn", NULL, "only the user principal name" },
    { KEY_FORMAT, "format", "FORMAT", "of sections: table, list or csv" },
    { 'n', "noheadings", NULL, "neither titles nor headings" },
    { KEY_JSON, "json", NULL, "JSON; without a section, all" },
    { 0 },
};

const struct command whoami_command = {
    .name = "whoami",
    .arguments = "[options]",
    .summary = "tell whose token this process has; without a section, the name",
    .options = rows,
    .notes =
        "As on Windows: /all, /user, /groups, /priv, /claims, /logonid, /upn, /fo FORMAT, /nh.\n",
    .run = whoami_run,
};
