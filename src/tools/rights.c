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
#include "query/right_names.h"
#include "query/tables.h"
#include "table.h"
#include "text.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    KEY_ALL,
    RIGHTS_MAX = 64,
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

/* --- who has a right -------------------------------------------------------------------------- */

/* The row where the cursor is. */
struct holder {
    struct query_value account, sid;
};

static void holder_done(struct holder *h)
{
    query_value_done(&h->account);
    query_value_done(&h->sid);
}

static query_status holder_read(struct holder *ret, query_cursor *c)
{
    query_status status = query_cursor_value(c, QUERY_RIGHTS_ACCOUNT, &ret->account);

    return query_failed(status) ? status : query_cursor_value(c, QUERY_RIGHTS_SID, &ret->sid);
}

/* Where what is found goes. */
struct output {
    document *d; /* or NULL, and */
    table *t;
    bool with_right; /* a column of the table */
};

static void add_holder(const struct output *to, const char *right, const struct holder *h)
{
    table_line *line;
    size_t column = 0;

    if (to->d) {
        document_open_object(to->d, NULL);
        document_text(to->d, "name", h->account.text);
        document_text(to->d, "sid", h->sid.text);
        document_close(to->d);
        return;
    }
    line = table_add_line(to->t, NULL);
    if (to->with_right)
        table_set(to->t, line, column++, right);
    table_set(to->t, line, column++, h->account.text ? h->account.text : TEXT_NONE);
    table_set(to->t, line, column, h->sid.text);
}

static query_status add_holders(const struct output *to, query_cursor *c, const char *right)
{
    const struct query_value wanted = { QUERY_TEXT, 0, (char *)(uintptr_t)right };
    const struct query_match match = { QUERY_RIGHTS_RIGHT, &wanted };
    query_status status = query_cursor_filter(c, &match, 1);
    bool found = true;

    document_open_array(to->d, "accounts");
    while (!query_failed(status) && found) {
        _cleanup_(holder_done) struct holder h = { 0 };

        status = query_cursor_next(c, &found);
        if (!query_failed(status) && found)
            status = holder_read(&h, c);
        if (!query_failed(status) && found)
            add_holder(to, right, &h);
    }
    document_close(to->d);
    return status;
}

static query_status add_right(const struct output *to, query_cursor *c, const char *right)
{
    char meaning[RIGHT_NAME_SIZE];
    query_status status;

    right_meaning(right, meaning);
    document_open_object(to->d, NULL);
    document_text(to->d, "name", right);
    document_text(to->d, "meaning", meaning);
    status = add_holders(to, c, right);
    document_close(to->d);
    return status;
}

static query_status add_rights(const struct output *to, query_cursor *c)
{
    char right[RIGHT_NAME_SIZE];
    query_status status = QUERY_OK;

    document_open_array(to->d, "rights");
    for (size_t i = 0; !query_failed(status) && right_name_at(i, right); i++)
        status = add_right(to, c, right);
    document_close(to->d);
    return status;
}

static bool is_right(const char *name)
{
    char right[RIGHT_NAME_SIZE];

    for (size_t i = 0; right_name_at(i, right); i++) {
        if (query_same_text(right, name))
            return true;
    }
    return false;
}

/* @right  NULL: all of them */
static query_status find_holders(const struct output *to, const char *right)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    query_status status;

    if (right && !is_right(right))
        return (query_status){ ERROR_NO_SUCH_PRIVILEGE };
    status = query_cursor_new(&c, &query_rights_table);
    if (query_failed(status))
        return status;
    return right ? add_holders(to, c, right) : add_rights(to, c);
}

static int print_holders(const struct request *request, const char *right)
{
    _cleanup_(document_freep) document *d = request->json ? document_new() : NULL;
    _cleanup_(table_freep) table *t = request->json ? NULL : table_new(0);
    const struct output to = { d, t, !right };
    query_status status;

    if (to.with_right)
        table_add_column(t, &(struct table_column){ "RIGHT" });
    table_add_column(t, &(struct table_column){ "ACCOUNT" });
    table_add_column(t, &(struct table_column){ "SID" });
    status = find_holders(&to, right);
    if (query_failed(status))
        return complain_of(status.code, "cannot list who has \"%s\"", right ? right : "rights");
    return request->json ? document_print(d) : table_print(t);
}

static int list_run(const struct command *command, int argc, char **argv)
{
    struct request request;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_operands(command, &request, 0, "nothing");
    return code == EXIT_SUCCESS ? print_holders(&request, NULL) : code;
}

static int who_run(const struct command *command, int argc, char **argv)
{
    struct request request;
    int code = read_request(&request, command, argc, argv);

    if (code == EXIT_SUCCESS)
        code = check_operands(command, &request, 1, "the right");
    return code == EXIT_SUCCESS ? print_holders(&request, request.operands[0]) : code;
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
        char meaning[RIGHT_NAME_SIZE];

        table_set(t, line, 0, right);
        right_meaning(right ? right : "", meaning);
        table_set(t, line, 1, meaning);
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
