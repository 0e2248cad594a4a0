/* SPDX-License-Identifier: MIT */
/* logon rights: who may log on how, and who has which privilege. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <openlogon.h>
#include <ntstatus.h>

#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "lsa_text.h"
#include "table.h"
#include "text.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    KEY_ALL,
    RIGHTS_MAX = 64,
    RIGHT_NAME_SIZE = 128,
    PRIVILEGE_FIRST = 2,
    PRIVILEGE_LAST = 36,
};

/* --- arguments -------------------------------------------------------------------------------- */

struct request {
    bool json, all;
    char **operands;
    int n_operands;
};

static int read_request(struct request *ret, const struct command *command, int argc, char **argv)
{
    int key;

    *ret = (struct request){ 0 };
    while ((key = command_option(command, argc, argv)) >= 0) {
        if (key == KEY_JSON)
            ret->json = true;
        else
            ret->all = true;
    }
    ret->operands = argv + optind;
    ret->n_operands = argc - optind;
    return EXIT_SUCCESS;
}

static int check_operands(const struct command *command, const struct request *request, int n,
                          const char *what)
{
    if (request->n_operands > n)
        return command_misused(command, "unexpected argument \"%s\"", request->operands[n]);
    if (request->n_operands < n)
        return command_misused(command, "%s is missing", what);
    return EXIT_SUCCESS;
}

/* The rights among the operands, as the LSA takes them. */
struct names {
    LSA_UNICODE_STRING strings[RIGHTS_MAX];
    ULONG n;
};

static void names_done(struct names *names)
{
    while (names->n > 0)
        lsa_text_done(&names->strings[--names->n]);
}

static int read_names(struct names *ret, char *const *operands, int n)
{
    if (n > RIGHTS_MAX)
        return complain("too many rights at once");
    for (int i = 0; i < n; i++) {
        if (!lsa_text_make(&ret->strings[ret->n], operands[i]))
            return complain("\"%s\" is no name of a right", operands[i]);
        ret->n++;
    }
    return EXIT_SUCCESS;
}

/* --- the rights there are --------------------------------------------------------------------- */

static const struct {
    const char *name, *meaning;
} logon_rights[] = {
    { "SeInteractiveLogonRight", "Log on at this machine" },
    { "SeRemoteInteractiveLogonRight", "Log on at a desktop of this machine from afar" },
    { "SeNetworkLogonRight", "Use this machine over the network" },
    { "SeBatchLogonRight", "Log on as a batch job" },
    { "SeServiceLogonRight", "Log on as a service" },
    { "SeDenyInteractiveLogonRight", "Never log on at this machine" },
    { "SeDenyRemoteInteractiveLogonRight", "Never log on at a desktop from afar" },
    { "SeDenyNetworkLogonRight", "Never use this machine over the network" },
    { "SeDenyBatchLogonRight", "Never log on as a batch job" },
    { "SeDenyServiceLogonRight", "Never log on as a service" },
};

static const char *meaning_of(const char *right)
{
    static char meaning[RIGHT_NAME_SIZE];
    DWORD size = sizeof(meaning), language;

    for (size_t i = 0; i < ARRAY_SIZE(logon_rights); i++) {
        if (strcmp(logon_rights[i].name, right) == 0)
            return logon_rights[i].meaning;
    }
    return LookupPrivilegeDisplayNameA(NULL, right, meaning, &size, &language) ? meaning : "";
}

/* The i-th of all; false at their end. */
static bool right_at(size_t i, char ret[RIGHT_NAME_SIZE])
{
    LUID id = { .LowPart = (DWORD)(i - ARRAY_SIZE(logon_rights) + PRIVILEGE_FIRST) };
    DWORD size = RIGHT_NAME_SIZE;

    if (i < ARRAY_SIZE(logon_rights)) {
        snprintf(ret, RIGHT_NAME_SIZE, "%s", logon_rights[i].name);
        return true;
    }
    return id.LowPart <= PRIVILEGE_LAST && LookupPrivilegeNameA(NULL, &id, ret, &size);
}

/* The accounts that have a right; none is fine. EXIT_FAILURE: it was complained of. */
static int fetch_holders(LSA_HANDLE policy, const char *right, LSA_ENUMERATION_INFORMATION **ret,
                         ULONG *ret_n)
{
    _cleanup_(lsa_text_done) LSA_UNICODE_STRING name = { 0 };
    NTSTATUS status = STATUS_NO_SUCH_PRIVILEGE;
    PVOID buffer = NULL;

    *ret = NULL;
    *ret_n = 0;
    if (lsa_text_make(&name, right))
        status = LsaEnumerateAccountsWithUserRight(policy, &name, &buffer, ret_n);
    if (status == STATUS_NO_MORE_ENTRIES)
        return EXIT_SUCCESS;
    if (status != STATUS_SUCCESS)
        return complain_of(LsaNtStatusToWinError(status), "cannot list who has \"%s\"", right);
    *ret = buffer;
    return EXIT_SUCCESS;
}

/* --- printing --------------------------------------------------------------------------------- */

static void add_account_json(document *d, PSID sid)
{
    _cleanup_(freep) char *text = text_of_sid(sid);
    _cleanup_(freep) char *name = lsa_account_name(sid);

    document_open_object(d, NULL);
    document_text(d, "name", name);
    document_text(d, "sid", text);
    document_close(d);
}

static void add_accounts_json(document *d, const LSA_ENUMERATION_INFORMATION *accounts, ULONG n)
{
    document_open_array(d, "accounts");
    for (ULONG i = 0; i < n; i++)
        add_account_json(d, accounts[i].Sid);
    document_close(d);
}

/* @right  NULL: without a column for it */
static void add_account_line(table *t, const char *right, PSID sid)
{
    _cleanup_(freep) char *text = text_of_sid(sid);
    _cleanup_(freep) char *name = lsa_account_name(sid);
    table_line *line = table_add_line(t, NULL);
    size_t column = 0;

    if (right)
        table_set(t, line, column++, right);
    table_set(t, line, column++, name ? name : TEXT_NONE);
    table_set(t, line, column, text);
}

static table *accounts_table(bool with_right)
{
    table *t = table_new(0);

    if (with_right)
        table_add_column(t, &(struct table_column){ "RIGHT" });
    table_add_column(t, &(struct table_column){ "ACCOUNT" });
    table_add_column(t, &(struct table_column){ "SID" });
    return t;
}

/* --- logon rights list ------------------------------------------------------------------------ */

static void add_right(document *d, table *t, const char *right,
                      const LSA_ENUMERATION_INFORMATION *accounts, ULONG n)
{
    if (t) {
        for (ULONG i = 0; i < n; i++)
            add_account_line(t, right, accounts[i].Sid);
        return;
    }
    document_open_object(d, NULL);
    document_text(d, "name", right);
    document_text(d, "meaning", meaning_of(right));
    add_accounts_json(d, accounts, n);
    document_close(d);
}

static int list_rights(LSA_HANDLE policy, document *d, table *t)
{
    char right[RIGHT_NAME_SIZE];
    int code = EXIT_SUCCESS;

    for (size_t i = 0; code == EXIT_SUCCESS && right_at(i, right); i++) {
        LSA_ENUMERATION_INFORMATION *accounts;
        ULONG n;

        code = fetch_holders(policy, right, &accounts, &n);
        if (code == EXIT_SUCCESS)
            add_right(d, t, right, accounts, n);
        LsaFreeMemory(accounts);
    }
    return code;
}

static int list_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    _cleanup_(document_freep) document *d = NULL;
    _cleanup_(table_freep) table *t = NULL;
    struct request request;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_operands(command, &request, 0, "nothing");
    if (code != EXIT_SUCCESS)
        return code;
    if (!lsa_policy_open(&policy, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION))
        return EXIT_FAILURE;
    if (!request.json) {
        t = accounts_table(true);
        code = list_rights(policy, NULL, t);
        return code == EXIT_SUCCESS ? table_print(t) : code;
    }
    d = document_new();
    document_open_array(d, "rights");
    code = list_rights(policy, d, NULL);
    document_close(d);
    return code == EXIT_SUCCESS ? document_print(d) : code;
}

/* --- logon rights who ------------------------------------------------------------------------- */

static int print_holders(const struct request *request, const LSA_ENUMERATION_INFORMATION *accounts,
                         ULONG n)
{
    _cleanup_(document_freep) document *d = NULL;
    _cleanup_(table_freep) table *t = NULL;

    if (request->json) {
        d = document_new();
        add_accounts_json(d, accounts, n);
        return document_print(d);
    }
    t = accounts_table(false);
    for (ULONG i = 0; i < n; i++)
        add_account_line(t, NULL, accounts[i].Sid);
    return table_print(t);
}

static int who_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    LSA_ENUMERATION_INFORMATION *accounts;
    struct request request;
    ULONG n;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_operands(command, &request, 1, "the right");
    if (code != EXIT_SUCCESS)
        return code;
    if (!lsa_policy_open(&policy, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION))
        return EXIT_FAILURE;
    code = fetch_holders(policy, request.operands[0], &accounts, &n);
    if (code == EXIT_SUCCESS)
        code = print_holders(&request, accounts, n);
    LsaFreeMemory(accounts);
    return code;
}

/* --- logon rights show ------------------------------------------------------------------------ */

static int print_rights_json(const LSA_UNICODE_STRING *rights, ULONG n, PSID sid)
{
    _cleanup_(document_freep) document *d = document_new();
    _cleanup_(freep) char *text = text_of_sid(sid);
    _cleanup_(freep) char *name = lsa_account_name(sid);

    document_text(d, "name", name);
    document_text(d, "sid", text);
    document_open_array(d, "rights");
    for (ULONG i = 0; i < n; i++) {
        _cleanup_(freep) char *right = text_of_lsa(&rights[i]);

        document_text(d, NULL, right);
    }
    document_close(d);
    return document_print(d);
}

static int print_rights(const LSA_UNICODE_STRING *rights, ULONG n)
{
    _cleanup_(table_freep) table *t = table_new(0);

    table_add_column(t, &(struct table_column){ "RIGHT" });
    table_add_column(t, &(struct table_column){ "MEANING" });
    for (ULONG i = 0; i < n; i++) {
        _cleanup_(freep) char *right = text_of_lsa(&rights[i]);
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, right);
        table_set(t, line, 1, right ? meaning_of(right) : NULL);
    }
    return table_print(t);
}

static int show_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    DWORD sid[ACCOUNT_SID_SIZE / sizeof(DWORD)];
    PLSA_UNICODE_STRING rights = NULL;
    struct request request;
    NTSTATUS status;
    ULONG n = 0;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_operands(command, &request, 1, "the account");
    if (code != EXIT_SUCCESS)
        return code;
    if (!lsa_account_find(sid, request.operands[0]) ||
        !lsa_policy_open(&policy, POLICY_LOOKUP_NAMES))
        return EXIT_FAILURE;
    status = LsaEnumerateAccountRights(policy, sid, &rights, &n);
    if (status != STATUS_SUCCESS && status != STATUS_OBJECT_NAME_NOT_FOUND)
        return complain_of(LsaNtStatusToWinError(status), "cannot list the rights of \"%s\"",
                           request.operands[0]);
    code = request.json ? print_rights_json(rights, n, sid) : print_rights(rights, n);
    LsaFreeMemory(rights);
    return code;
}

/* --- logon rights grant, revoke --------------------------------------------------------------- */

static int explain_failure(NTSTATUS status, const char *account)
{
    if (status == STATUS_NO_SUCH_PRIVILEGE)
        return complain("one of these is no right; see \"logon rights list\"");
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        return complain("\"%s\" has no rights of its own", account);
    return complain_of(LsaNtStatusToWinError(status), "cannot change the rights of \"%s\"",
                       account);
}

static int grant_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    _cleanup_(names_done) struct names names = { 0 };
    DWORD sid[ACCOUNT_SID_SIZE / sizeof(DWORD)];
    struct request request;
    NTSTATUS status;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS && request.n_operands < 2)
        code = command_misused(command, "an account and at least one right are needed");
    if (code == EXIT_SUCCESS)
        code = read_names(&names, request.operands + 1, request.n_operands - 1);
    if (code != EXIT_SUCCESS)
        return code;
    if (!lsa_account_find(sid, request.operands[0]) ||
        !lsa_policy_open(&policy, POLICY_LOOKUP_NAMES | POLICY_CREATE_ACCOUNT))
        return EXIT_FAILURE;
    status = LsaAddAccountRights(policy, sid, names.strings, names.n);
    return status == STATUS_SUCCESS ? EXIT_SUCCESS : explain_failure(status, request.operands[0]);
}

static int check_revoke(const struct command *command, const struct request *request)
{
    if (request->n_operands == 0)
        return command_misused(command, "the account is missing");
    if (request->all != (request->n_operands == 1))
        return command_misused(command, "either rights or --all are needed");
    return EXIT_SUCCESS;
}

static int revoke_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(lsa_policy_closep) LSA_HANDLE policy = NULL;
    _cleanup_(names_done) struct names names = { 0 };
    DWORD sid[ACCOUNT_SID_SIZE / sizeof(DWORD)];
    struct request request;
    NTSTATUS status;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_revoke(command, &request);
    if (code == EXIT_SUCCESS)
        code = read_names(&names, request.operands + 1, request.n_operands - 1);
    if (code != EXIT_SUCCESS)
        return code;
    if (!lsa_account_find(sid, request.operands[0]) ||
        !lsa_policy_open(&policy, POLICY_LOOKUP_NAMES))
        return EXIT_FAILURE;
    status = LsaRemoveAccountRights(policy, sid, request.all, names.strings, names.n);
    return status == STATUS_SUCCESS ? EXIT_SUCCESS : explain_failure(status, request.operands[0]);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct option_row json_rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

static const struct option_row revoke_rows[] = {
    { KEY_ALL, "all", NULL, "all rights of the account" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "rights list",
        .arguments = "[--json]",
        .summary = "list who has which right",
        .options = json_rows,
        .run = list_run,
    },
    {
        .name = "rights show",
        .arguments = "ACCOUNT [--json]",
        .summary = "list the rights of an account itself, not those of its groups",
        .options = json_rows,
        .run = show_run,
    },
    {
        .name = "rights who",
        .arguments = "RIGHT [--json]",
        .summary = "list the accounts that have a right",
        .options = json_rows,
        .run = who_run,
    },
    {
        .name = "rights grant",
        .arguments = "ACCOUNT RIGHT...",
        .summary = "give rights to an account, for its later logons",
        .run = grant_run,
    },
    {
        .name = "rights revoke",
        .arguments = "ACCOUNT RIGHT...|--all",
        .summary = "take rights from an account, for its later logons",
        .options = revoke_rows,
        .run = revoke_run,
    },
};

static int rights_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command rights_command = {
    .name = "rights",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "manage logon rights and privileges",
    .ends_in_command = true,
    .run = rights_run,
};
