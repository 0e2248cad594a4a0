/* SPDX-License-Identifier: MIT */
/* logon token: everything about a token of a process, and what may be changed of it. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "text.h"
#include "token_adjust.h"
#include "token_details.h"
#include "token_report.h"
#include "token_target.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    KEY_LINKED,
    KEY_CHANGES, /* and enum token_change_kind */
};

struct choice {
    const char *target; /* as it was typed */
    struct token_target of;
    struct token_changes changes;
    bool json, quiet, linked;
};

/* --- showing -----------------------------------------------------------------------------------
 */

static int print_text(const struct token_view *v, const struct token_details *d)
{
    static const struct report_style style = { .format = REPORT_TABLE };

    token_details_print(d, v);
    putchar('\n');
    return token_report(v, SECTION_ALL | SECTION_REST, &style);
}

static int print_json(const struct token_view *v, const struct token_details *d, DWORD pid)
{
    _cleanup_(document_freep) document *doc = document_new();
    const struct viewed_sid *logon = token_view_logon_sid(v);

    document_number(doc, "pid", pid);
    token_details_add(d, doc);
    document_text(doc, "logon_sid", logon ? logon->sid : NULL);
    token_view_add_user(v, doc);
    viewed_sids_add(&v->groups, doc, "groups");
    token_view_add_privileges(v, doc);
    viewed_sids_add(&v->restricting, doc, "restricting_sids");
    viewed_sids_add(&v->device_groups, doc, "device_groups");
    viewed_claims_add(&v->user_claims, doc, "user_claims");
    viewed_claims_add(&v->device_claims, doc, "device_claims");
    viewed_claims_add(&v->attributes, doc, "attributes");
    return document_print(doc);
}

static int show_token(HANDLE token, const struct choice *choice)
{
    _cleanup_(token_details_done) struct token_details d = { 0 };
    _cleanup_(token_view_done) struct token_view v = { 0 };

    if (!token_details_load(&d, token) || !token_view_load(&v, token))
        return complain_of(last_error(), "cannot query the token of %s", choice->target);
    return choice->json ? print_json(&v, &d, choice->of.pid) : print_text(&v, &d);
}

static int show_linked(HANDLE token, const struct choice *choice)
{
    TOKEN_LINKED_TOKEN linked;
    DWORD size;
    int code;

    if (!GetTokenInformation(token, TokenLinkedToken, &linked, sizeof(linked), &size)) {
        if (GetLastError() == ERROR_NO_SUCH_LOGON_SESSION)
            return complain("the token of %s has no linked one", choice->target);
        return complain_of(last_error(), "cannot open the linked token of %s", choice->target);
    }
    code = show_token(linked.LinkedToken, choice);
    CloseHandle(linked.LinkedToken);
    return code;
}

/* --- the command -------------------------------------------------------------------------------
 */

static int change_and_show(HANDLE token, const struct choice *choice)
{
    int code = token_changes_make(&choice->changes, token);

    if (code != EXIT_SUCCESS || choice->quiet)
        return code;
    return choice->linked ? show_linked(token, choice) : show_token(token, choice);
}

static int open_and_show(struct choice *choice)
{
    HANDLE token = NULL;
    int code = token_changes_check(&choice->changes);

    if (code == EXIT_SUCCESS)
        code = token_target_open(&choice->of, choice->target,
                                 token_changes_access(&choice->changes), &token);
    if (code != EXIT_SUCCESS)
        return code;
    code = change_and_show(token, choice);
    CloseHandle(token);
    return code;
}

static int take_option(const struct command *command, struct choice *choice, int key)
{
    switch (key) {
    case KEY_JSON:
        choice->json = true;
        return EXIT_SUCCESS;
    case KEY_LINKED:
        choice->linked = true;
        return EXIT_SUCCESS;
    case 'q':
        choice->quiet = true;
        return EXIT_SUCCESS;
    default:
        if (!token_changes_add(&choice->changes, (enum token_change_kind)(key - KEY_CHANGES),
                               optarg))
            return command_misused(command, "more than %d changes", TOKEN_CHANGES_MAX);
        return EXIT_SUCCESS;
    }
}

static int token_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &choice, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (argc - optind > 1)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind + 1]);
    if (optind == argc)
        return command_misused(command, "the process id is missing");
    if (choice.linked && choice.changes.n)
        return command_misused(command, "--linked is for looking at it, not for changes");
    choice.target = argv[optind];
    if (!token_target_parse(&choice.of, choice.target))
        return command_misused(command, "\"%s\" is no process id, no LUID and not \"self\"",
                               choice.target);
    return open_and_show(&choice);
}

static const struct option_row rows[] = {
    { KEY_CHANGES + CHANGE_ENABLE_PRIVILEGE, "enable", "PRIVILEGE", "enable one that it has" },
    { KEY_CHANGES + CHANGE_DISABLE_PRIVILEGE, "disable", "PRIVILEGE", "disable one" },
    { KEY_CHANGES + CHANGE_REMOVE_PRIVILEGE, "remove", "PRIVILEGE", "take one away for ever" },
    { KEY_CHANGES + CHANGE_ENABLE_GROUP, "enable-group", "GROUP", "by name or SID" },
    { KEY_CHANGES + CHANGE_DISABLE_GROUP, "disable-group", "GROUP", "one that is not mandatory" },
    { KEY_CHANGES + CHANGE_RESET_GROUPS, "reset-groups", NULL, "all groups as they were at first" },
    { KEY_LINKED, "linked", NULL, "show the other of an administrator's two tokens" },
    { 'q', "quiet", NULL, "only change it, do not show it" },
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

const struct command token_command = {
    .name = "token",
    .arguments = "PID|LUID|self [options]",
    .summary = "show the primary token of a process, or change it",
    .options = rows,
    .notes =
        "LUID: 0x3e7 or 00000000:000003e7, of a logon session; one of its processes is taken.\n"
        "self: the token of this program itself.\n",
    .run = token_run,
};
