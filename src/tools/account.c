/* SPDX-License-Identifier: MIT */
/* logon account: OpenLogon's own accounts. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <lm.h>
#include <openlogon.h>

#include "account_settings.h"
#include "base/utf16.h"
#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "net_complaint.h"
#include "secret_input.h"
#include "table.h"
#include "text.h"

enum {
    KEY_RENAME = KEY_WITHOUT_LETTER,
    KEY_PASSWORD_FD,
    KEY_OLD_PASSWORD_FD,
    KEY_JSON,
    SID_SIZE_MAX = 68, /* with 15 sub-authorities */
};

/* What the options and the operand of any of the subcommands say. */
struct request {
    const char *name;
    const char *new_name;
    int password_fd;
    int old_password_fd;
    bool json;
    struct account_settings settings;
};

static void request_done(struct request *request)
{
    account_settings_done(&request->settings);
}

static int take_option(const struct command *command, struct request *request, int key)
{
    if (key >= KEY_SETTINGS)
        return account_settings_take(&request->settings, command, key, optarg);
    switch (key) {
    case KEY_RENAME:
        request->new_name = optarg;
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

/* --- adding and changing ---------------------------------------------------------------------- */

static int complain_of_net(NET_API_STATUS result, const char *what, const char *name)
{
    return complain_of(net_error(result), "cannot %s \"%s\"", what, name);
}

/* The password in UTF-16, which is as secret. */
static nt_status wide_secret(secret **ret, secret *password)
{
    const char *text = password_text(password);
    const size_t size = strlen(text);
    nt_status st = secret_new(ret, (size + 1) * sizeof(WCHAR));

    if (nt_failed(st))
        return st;
    return utf8_to_utf16_buffer((WCHAR *)(void *)secret_bytes(*ret), size + 1, NULL, text, size);
}

static int add_account(const struct request *request, secret *password)
{
    _cleanup_(freep) WCHAR *name = net_text(request->name);
    _cleanup_(secret_freep) secret *wide = NULL;
    USER_INFO_4 info = { .usri4_name = name,
                         .usri4_flags = UF_SCRIPT,
                         .usri4_acct_expires = TIMEQ_FOREVER,
                         .usri4_units_per_week = UNITS_PER_WEEK };
    NET_API_STATUS result;

    if (!name || nt_failed(wide_secret(&wide, password)))
        return complain("cannot add the account \"%s\": its name or password is no UTF-8",
                        request->name);
    info.usri4_password = (WCHAR *)(void *)secret_bytes(wide);
    account_settings_apply(&request->settings, &info);
    result = NetUserAdd(NULL, 4, (LPBYTE)&info, NULL);
    return result == NERR_Success ? EXIT_SUCCESS
                                  : complain_of_net(result, "add the account", request->name);
}

static int add_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(secret_freep) secret *password = NULL;
    _cleanup_(request_done) struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!get_new_password(&password, &request))
        return EXIT_FAILURE;
    return add_account(&request, password);
}

/* What only says again what is so changes nothing: a password that has expired by its age is not to
 * be changed for that alone. */
static bool must_change_already(const char *name)
{
    OPENLOGON_ACCOUNT *account = NULL;
    bool must;

    if (!openlogon_account_get(name, &account))
        return false;
    must = account->details && account->password_last_set.QuadPart == 0;
    LsaFreeReturnBuffer(account);
    return must;
}

static NET_API_STATUS change_settings(const struct request *request, LPCWSTR name)
{
    _cleanup_(net_freep) USER_INFO_4 *info = NULL;
    NET_API_STATUS result = NetUserGetInfo(NULL, name, 4, (LPBYTE *)&info);

    if (result != NERR_Success)
        return result;
    info->usri4_password_expired = must_change_already(request->name);
    info->usri4_flags |= UF_LOCKOUT; /* setting does not unlock */
    account_settings_apply(&request->settings, info);
    return NetUserSetInfo(NULL, name, 4, (LPBYTE)info, NULL);
}

static NET_API_STATUS rename_account(LPCWSTR name, const char *new_name)
{
    _cleanup_(freep) WCHAR *wide = net_text(new_name);
    USER_INFO_0 info = { .usri0_name = wide };

    return wide ? NetUserSetInfo(NULL, name, 0, (LPBYTE)&info, NULL) : ERROR_INVALID_ACCOUNT_NAME;
}

static int set_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(freep) WCHAR *name = NULL;
    _cleanup_(request_done) struct request request;
    NET_API_STATUS result = NERR_Success;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!request.settings.any && !request.new_name)
        return command_misused(command, "nothing to set");
    name = net_text(request.name);
    if (!name)
        return complain_of(ERROR_NO_SUCH_USER, "cannot change \"%s\"", request.name);
    if (request.settings.any)
        result = change_settings(&request, name);
    if (result == NERR_Success && request.new_name)
        result = rename_account(name, request.new_name);
    return result == NERR_Success ? EXIT_SUCCESS
                                  : complain_of_net(result, "change the account", request.name);
}

/* Sets and clears flags of an account. */
static int change_flags(const struct command *command, int argc, char **argv, DWORD set,
                        DWORD clear)
{
    _cleanup_(request_done) struct request request;
    _cleanup_(freep) WCHAR *name = NULL;
    _cleanup_(net_freep) USER_INFO_1 *info = NULL;
    USER_INFO_1008 flags;
    NET_API_STATUS result = ERROR_NO_SUCH_USER;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    name = net_text(request.name);
    if (name)
        result = NetUserGetInfo(NULL, name, 1, (LPBYTE *)&info);
    if (result == NERR_Success) {
        flags.usri1008_flags = ((info->usri1_flags | UF_LOCKOUT) & ~clear) | set;
        result = NetUserSetInfo(NULL, name, 1008, (LPBYTE)&flags, NULL);
    }
    return result == NERR_Success ? EXIT_SUCCESS
                                  : complain_of_net(result, "change the account", request.name);
}

static int enable_run(const struct command *command, int argc, char **argv)
{
    return change_flags(command, argc, argv, 0, UF_ACCOUNTDISABLE);
}

static int disable_run(const struct command *command, int argc, char **argv)
{
    return change_flags(command, argc, argv, UF_ACCOUNTDISABLE, 0);
}

static int unlock_run(const struct command *command, int argc, char **argv)
{
    return change_flags(command, argc, argv, 0, UF_LOCKOUT);
}

static int delete_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!openlogon_account_delete(request.name))
        return complain_of(last_error(), "cannot delete the account \"%s\"", request.name);
    return EXIT_SUCCESS;
}

/* --- passwords -------------------------------------------------------------------------------- */

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
    _cleanup_(request_done) struct request request;
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

/* --- telling ---------------------------------------------------------------------------------- */

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

static void put_hours(document *d, const OPENLOGON_ACCOUNT *a)
{
    char text[HOURS_TEXT_SIZE];

    if (a->logon_hours)
        hours_format(text, sizeof(text), a->logon_hours);
    document_text(d, "logon_hours", a->logon_hours ? text : "all");
}

/* What is told to administrators and to the account itself. */
static void put_details(document *d, const OPENLOGON_ACCOUNT *a)
{
    const struct {
        const char *name;
        int64_t time;
    } times[] = {
        { "password_last_set", a->password_last_set.QuadPart },
        { "password_can_change", a->password_can_change.QuadPart },
        { "password_must_change", a->password_must_change.QuadPart },
        { "expires", a->expires.QuadPart },
        { "last_bad_password", a->last_bad_password.QuadPart },
        { "locked_until", a->locked_until.QuadPart },
        { "last_logon", a->last_logon.QuadPart },
    };

    for (size_t i = 0; i < ARRAY_SIZE(times); i++)
        document_time(d, times[i].name, times[i].time);
    document_bool(d, "locked", a->flags & UF_LOCKOUT);
    document_bool(d, "must_change_password", a->password_last_set.QuadPart == 0);
    document_bool(d, "password_expired", a->flags & UF_PASSWORD_EXPIRED);
    document_bool(d, "password_never_expires", a->flags & UF_DONT_EXPIRE_PASSWD);
    document_bool(d, "password_cannot_change", a->flags & UF_PASSWD_CANT_CHANGE);
    document_bool(d, "password_not_required", a->flags & UF_PASSWD_NOTREQD);
    document_number(d, "bad_passwords", a->bad_passwords);
    document_number(d, "logons", a->logons);
    put_hours(d, a);
    document_text(d, "home_directory", a->home_directory);
    document_text(d, "profile_path", a->profile_path);
    document_text(d, "script_path", a->script_path);
}

static void put_account(document *d, const OPENLOGON_ACCOUNT *a)
{
    _cleanup_(freep) char *sid = text_of_sid(a->sid);

    document_text(d, "name", a->name);
    document_text(d, "full_name", a->full_name);
    document_text(d, "comment", a->comment);
    document_text(d, "sid", sid);
    document_number(d, "uid", a->uid);
    document_bool(d, "disabled", a->flags & UF_ACCOUNTDISABLE);
    if (a->details)
        put_details(d, a);
}

static int print_accounts_json(const OPENLOGON_ACCOUNT *accounts, DWORD count)
{
    _cleanup_(document_freep) document *d = document_new();

    document_open_array(d, "accounts");
    for (DWORD i = 0; i < count; i++) {
        document_open_object(d, NULL);
        put_account(d, &accounts[i]);
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static const char *never_text(char buffer[static TEXT_TIME_SIZE], int64_t time, const char *none)
{
    if (time == 0)
        return none;
    return time == INT64_MAX ? "never" : text_time(buffer, time);
}

static void print_line(const char *label, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text);

    if (printable && *printable)
        printf("%-24s%s\n", label, printable);
}

static void print_time(const char *label, int64_t time, const char *none)
{
    char buffer[TEXT_TIME_SIZE];

    print_line(label, never_text(buffer, time, none));
}

static void print_number(const char *label, DWORD number)
{
    char buffer[16];

    snprintf(buffer, sizeof(buffer), "%" PRIu32, (uint32_t)number);
    print_line(label, buffer);
}

static void print_details(const OPENLOGON_ACCOUNT *a)
{
    const bool for_ever = a->locked_until.QuadPart == INT64_MAX;
    char hours[HOURS_TEXT_SIZE] = "all";

    if (a->logon_hours)
        hours_format(hours, sizeof(hours), a->logon_hours);
    print_time("Password set:", a->password_last_set.QuadPart, "must be changed");
    print_time("Password can change:", a->password_can_change.QuadPart, "now");
    print_time("Password expires:", a->password_must_change.QuadPart, "must be changed");
    print_time("Account expires:", a->expires.QuadPart, "never");
    print_line("Logon hours (UTC):", hours);
    print_time("Last logon:", a->last_logon.QuadPart, "none");
    print_number("Logons:", a->logons);
    print_number("Wrong passwords:", a->bad_passwords);
    print_time("Last wrong password:", a->last_bad_password.QuadPart, "none");
    if (for_ever)
        print_line("Locked until:", "it is unlocked");
    else if (a->locked_until.QuadPart != 0)
        print_time("Locked until:", a->locked_until.QuadPart, "");
    print_line("Home directory:", a->home_directory);
    print_line("Profile path:", a->profile_path);
    print_line("Logon script:", a->script_path);
}

static void print_account(const OPENLOGON_ACCOUNT *a)
{
    _cleanup_(freep) char *sid = text_of_sid(a->sid);
    char flags[128];

    format_flags(flags, sizeof(flags), a->flags);
    print_line("Name:", a->name);
    print_line("Full name:", a->full_name);
    print_line("Comment:", a->comment);
    print_line("SID:", sid);
    print_number("Uid:", a->uid);
    print_line("Flags:", flags);
    if (a->details)
        print_details(a);
}

static int print_account_json(const OPENLOGON_ACCOUNT *account)
{
    _cleanup_(document_freep) document *d = document_new();

    put_account(d, account);
    return document_print(d);
}

static int show_run(const struct command *command, int argc, char **argv)
{
    OPENLOGON_ACCOUNT *account = NULL;
    _cleanup_(request_done) struct request request;
    int code = read_request(&request, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (!openlogon_account_get(request.name, &account))
        return complain_of(last_error(), "cannot show the account \"%s\"", request.name);
    if (request.json)
        code = print_account_json(account);
    else
        print_account(account);
    LsaFreeReturnBuffer(account);
    return code;
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
            accounts[i].details ? text_time(set, accounts[i].password_last_set.QuadPart) : NULL,
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
    _cleanup_(request_done) struct request request;
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

/* Rows of a command's own, and behind them those of the settings. */
static struct option_row add_rows[SETTING_ROWS_MAX + 2] = {
    { KEY_PASSWORD_FD, "password-fd", "N", "read the password, one line, from this descriptor" },
};

static struct option_row set_rows[SETTING_ROWS_MAX + 2] = {
    { KEY_RENAME, "rename", "NAME", "its name from now on; the SID and the uid stay" },
};

static const struct option_row passwd_rows[] = {
    { KEY_OLD_PASSWORD_FD, "old-password-fd", "N", "read the old password, one line, from it" },
    { KEY_PASSWORD_FD, "password-fd", "N", "read the new password, one line, from it" },
    { 0 },
};

static const struct option_row json_rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "account add",
        .arguments = "NAME [--password-fd N] [SETTINGS]",
        .summary = "add an account; the password is asked for twice",
        .options = add_rows,
        .run = add_run,
    },
    {
        .name = "account list",
        .arguments = "[--json]",
        .summary = "list the accounts",
        .options = json_rows,
        .run = list_run,
    },
    {
        .name = "account show",
        .arguments = "NAME [--json]",
        .summary = "tell all of an account",
        .options = json_rows,
        .run = show_run,
    },
    {
        .name = "account set",
        .arguments = "NAME [--rename NAME] [SETTINGS]",
        .summary = "change an account",
        .options = set_rows,
        .run = set_run,
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
    {
        .name = "account unlock",
        .arguments = "NAME",
        .summary = "let an account log on that wrong passwords have locked",
        .run = unlock_run,
    },
    {
        .name = "account enable",
        .arguments = "NAME",
        .summary = "let an account log on again",
        .run = enable_run,
    },
    {
        .name = "account disable",
        .arguments = "NAME",
        .summary = "let an account log on no more",
        .run = disable_run,
    },
};

static int account_run(const struct command *command, int argc, char **argv)
{
    const size_t size = account_setting_n_rows * sizeof(account_setting_rows[0]);

    memcpy(&add_rows[1], account_setting_rows, size);
    memcpy(&set_rows[1], account_setting_rows, size);
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command account_command = {
    .name = "account",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "manage OpenLogon's own accounts",
    .ends_in_command = true,
    .run = account_run,
};
