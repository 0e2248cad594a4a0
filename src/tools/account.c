/* SPDX-License-Identifier: MIT */
/* logon account: OpenLogon's own accounts. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <lmaccess.h>
#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "secret_input.h"
#include "table.h"
#include "text.h"

enum {
    KEY_FULL_NAME = KEY_WITHOUT_LETTER,
    KEY_PASSWORD_FD,
    KEY_OLD_PASSWORD_FD,
    KEY_JSON,
    SID_SIZE_MAX = 68, /* with 15 sub-authorities */
};

/* What the options and the operand of any of the subcommands say. */
struct request {
    const char *name;
    const char *full_name;
    int password_fd;
    int old_password_fd;
    bool json;
};

static int take_option(const struct command *command, struct request *request, int key)
{
    switch (key) {
    case KEY_FULL_NAME:
        request->full_name = optarg;
        return EXIT_SUCCESS;
    case KEY_JSON:
        request->json = true;
        return EXIT_SUCCESS;
    default:
        if (password_fd_parse(optarg, key == KEY_PASSWORD_FD ? &request->password_fd
                                                             : &request->old_password_fd))
            return EXIT_SUCCESS;
        return command_misused(command, "\"%s\" is no open descriptor", optarg);
    }
}

/* @n_operands  0, or 1 for the account's name */
static int read_request(struct request *ret, const struct command *command, int n_operands,
                        int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    *ret = (struct request){ .password_fd = NO_PASSWORD_FD, .old_password_fd = NO_PASSWORD_FD };
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, ret, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (argc - optind > n_operands)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind + n_operands]);
    if (argc - optind < n_operands)
        return command_misused(command, "the account's name is missing");
    ret->name = argv[optind];
    return EXIT_SUCCESS;
}

static bool get_new_password(secret **ret, const struct request *request)
{
    char prompt[128];

    snprintf(prompt, sizeof(prompt), "New password for %s: ", request->name);
    return password_get_new(ret, request->password_fd, prompt);
}

static int add_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(secret_freep) secret *password = NULL;
    struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!get_new_password(&password, &request))
        return EXIT_FAILURE;
    if (!openlogon_account_add(request.name, request.full_name, password_text(password)))
        return complain_of(last_error(), "cannot add the account \"%s\"", request.name);
    return EXIT_SUCCESS;
}

static int delete_run(const struct command *command, int argc, char **argv)
{
    struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!openlogon_account_delete(request.name))
        return complain_of(last_error(), "cannot delete the account \"%s\"", request.name);
    return EXIT_SUCCESS;
}

/* Whether the authority will take a new password from this caller without the old one. */
static bool may_skip_old_password(void)
{
    static const WELL_KNOWN_SID_TYPE entitled[] = { WinLocalSystemSid,
                                                    WinBuiltinAdministratorsSid };
    BOOL member = FALSE;

    for (size_t i = 0; i < ARRAY_SIZE(entitled) && !member; i++) {
        DWORD sid[SID_SIZE_MAX / sizeof(DWORD)];
        DWORD size = sizeof(sid);

        if (!CreateWellKnownSid(entitled[i], NULL, sid, &size) ||
            !CheckTokenMembership(NULL, sid, &member))
            return false;
    }
    return member;
}

/* NULL where it is not needed. */
static bool get_old_password(secret **ret, const struct request *request)
{
    char prompt[128];

    if (request->old_password_fd == NO_PASSWORD_FD && may_skip_old_password())
        return true;
    snprintf(prompt, sizeof(prompt), "Old password for %s: ", request->name);
    return password_get(ret, request->old_password_fd, prompt);
}

static int passwd_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(secret_freep) secret *old_password = NULL;
    _cleanup_(secret_freep) secret *password = NULL;
    struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!get_old_password(&old_password, &request) || !get_new_password(&password, &request))
        return EXIT_FAILURE;
    if (!openlogon_account_set_password(request.name,
                                        old_password ? password_text(old_password) : NULL,
                                        password_text(password)))
        return complain_of(last_error(), "cannot change the password of \"%s\"", request.name);
    return EXIT_SUCCESS;
}

static const struct {
    DWORD bit;
    const char *name;
} flag_names[] = {
    { UF_ACCOUNTDISABLE, "disabled" },
    { UF_LOCKOUT, "locked out" },
    { UF_PASSWD_NOTREQD, "no password needed" },
    { UF_DONT_EXPIRE_PASSWD, "password never expires" },
    { UF_PASSWORD_EXPIRED, "password expired" },
};

static void format_flags(char *text, size_t size, DWORD flags)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(flag_names) && length < size; i++) {
        if (flags & flag_names[i].bit)
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                                       flag_names[i].name);
    }
}

static int print_accounts_json(const OPENLOGON_ACCOUNT *accounts, DWORD count)
{
    _cleanup_(document_freep) document *d = document_new();

    document_open_array(d, "accounts");
    for (DWORD i = 0; i < count; i++) {
        _cleanup_(freep) char *sid = text_of_sid(accounts[i].sid);

        document_open_object(d, NULL);
        document_text(d, "name", accounts[i].name);
        document_text(d, "full_name", accounts[i].full_name);
        document_text(d, "sid", sid);
        document_number(d, "uid", accounts[i].uid);
        document_bool(d, "disabled", accounts[i].flags & UF_ACCOUNTDISABLE);
        document_time(d, "password_last_set", accounts[i].password_last_set.QuadPart);
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static int print_accounts_table(const OPENLOGON_ACCOUNT *accounts, DWORD count)
{
    static const struct table_column columns[] = {
        { "NAME" },  { "UID", .right = true }, { "SID" },
        { "FLAGS" }, { "PASSWORD-SET" },       { "FULL-NAME" },
    };
    _cleanup_(table_freep) table *t = table_new(0);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (DWORD i = 0; i < count; i++) {
        _cleanup_(freep) char *sid = text_of_sid(accounts[i].sid);
        char uid[16], flags[128], set[TEXT_TIME_SIZE];
        table_line *line = table_add_line(t, NULL);

        snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)accounts[i].uid);
        format_flags(flags, sizeof(flags), accounts[i].flags);
        const char *const cells[ARRAY_SIZE(columns)] = {
            accounts[i].name,
            uid,
            sid,
            flags,
            text_time(set, accounts[i].password_last_set.QuadPart),
            accounts[i].full_name,
        };
        for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
            table_set(t, line, c, cells[c]);
    }
    return table_print(t);
}

static int list_run(const struct command *command, int argc, char **argv)
{
    OPENLOGON_ACCOUNT *accounts = NULL;
    struct request request;
    DWORD count = 0;
    int code = read_request(&request, command, 0, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!openlogon_account_list(&accounts, &count))
        return complain_of(last_error(), "cannot list the accounts");
    code =
        request.json ? print_accounts_json(accounts, count) : print_accounts_table(accounts, count);
    LsaFreeReturnBuffer(accounts);
    return code;
}

static const struct option_row add_rows[] = {
    { KEY_FULL_NAME, "full-name", "NAME", "the person's name" },
    { KEY_PASSWORD_FD, "password-fd", "N", "read the password, one line, from this descriptor" },
    { 0 },
};

static const struct option_row passwd_rows[] = {
    { KEY_OLD_PASSWORD_FD, "old-password-fd", "N", "read the old password, one line, from it" },
    { KEY_PASSWORD_FD, "password-fd", "N", "read the new password, one line, from it" },
    { 0 },
};

static const struct option_row list_rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "account add",
        .arguments = "NAME [--full-name NAME] [--password-fd N]",
        .summary = "add an account; the password is asked for twice",
        .options = add_rows,
        .run = add_run,
    },
    {
        .name = "account list",
        .arguments = "[--json]",
        .summary = "list the accounts",
        .options = list_rows,
        .run = list_run,
    },
    {
        .name = "account delete",
        .arguments = "NAME",
        .summary = "delete an account; its uid is never used again",
        .run = delete_run,
    },
    {
        .name = "account passwd",
        .arguments = "NAME [--old-password-fd N] [--password-fd N]",
        .summary = "set a password; who is no administrator is asked for the old one",
        .options = passwd_rows,
        .run = passwd_run,
    },
};

static int account_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command account_command = {
    .name = "account",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "manage OpenLogon's own accounts",
    .ends_in_command = true,
    .run = account_run,
};
