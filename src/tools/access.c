/* SPDX-License-Identifier: MIT */
/* logon access: whether a token may do to an object what it asks, and why. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sddl.h>

#include <openlogon.h>

#include "base/luid.h"
#include "colour.h"
#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "log_on.h"
#include "secret_input.h"
#include "table.h"
#include "text.h"

enum {
    KEY_PASSWORD_FD = KEY_WITHOUT_LETTER,
    KEY_JSON,
    EXIT_DENIED = 3,
    REASONS_MAX = 32,
    MASK_TEXT_SIZE = 16,
    SDDL_OF_WANT_SIZE = 512,
};

/* What the rights of a type of object are called, from the lowest bit on. */
struct object_type {
    const char *name;
    GENERIC_MAPPING mapping;
    const char *rights[16];
};

static const struct object_type object_types[] = {
    { "file",
      { FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS },
      { "FILE_READ_DATA", "FILE_WRITE_DATA", "FILE_APPEND_DATA", "FILE_READ_EA", "FILE_WRITE_EA",
        "FILE_EXECUTE", "FILE_DELETE_CHILD", "FILE_READ_ATTRIBUTES", "FILE_WRITE_ATTRIBUTES" } },
    { "key",
      { KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS },
      { "KEY_QUERY_VALUE", "KEY_SET_VALUE", "KEY_CREATE_SUB_KEY", "KEY_ENUMERATE_SUB_KEYS",
        "KEY_NOTIFY", "KEY_CREATE_LINK" } },
    { "token",
      { TOKEN_READ, TOKEN_WRITE, TOKEN_EXECUTE, TOKEN_ALL_ACCESS },
      { "TOKEN_ASSIGN_PRIMARY", "TOKEN_DUPLICATE", "TOKEN_IMPERSONATE", "TOKEN_QUERY",
        "TOKEN_QUERY_SOURCE", "TOKEN_ADJUST_PRIVILEGES", "TOKEN_ADJUST_GROUPS",
        "TOKEN_ADJUST_DEFAULT", "TOKEN_ADJUST_SESSIONID" } },
};

/* Of every type, from bit 16 on. */
static const char *const standard_rights[] = {
    "DELETE", "READ_CONTROL", "WRITE_DAC", "WRITE_OWNER", "SYNCHRONIZE",
};

struct question {
    const char *sddl;
    const char *want;
    const struct object_type *type;
    struct logon_request logon; /* whose user is NULL: nobody is logged on */
    uint32_t pid;               /* 0: this process */
    bool explain;
    bool json;
};

struct finding {
    PSECURITY_DESCRIPTOR descriptor; /* owned, from LocalAlloc() */
    DWORD desired;
    OPENLOGON_ACCESS_ANSWER answer;
    OPENLOGON_ACCESS_REASON reasons[REASONS_MAX];
    DWORD n_reasons;
};

static void finding_done(struct finding *f)
{
    if (f->descriptor)
        LocalFree(f->descriptor);
}

/* --- the question ----------------------------------------------------------------------------- */

static const struct object_type *type_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(object_types); i++) {
        if (strcmp(object_types[i].name, name) == 0)
            return &object_types[i];
    }
    return NULL;
}

/* Shows the text with a mark below the place, where the place can be shown. */
static int complain_of_sddl(const char *what, const char *sddl)
{
    const char *reason = "it is malformed";
    size_t offset = 0;

    (void)openlogon_check_sddl(sddl, &offset, &reason);
    complain("%s is no SDDL: at character %zu: %s", what, offset + 1, reason);
    if (strlen(sddl) <= 200 && offset <= strlen(sddl) && !strpbrk(sddl, "\r\n\t"))
        fprintf(stderr, "    %s\n    %*s^\n", sddl, (int)offset, "");
    return EXIT_FAILURE;
}

/* Rights are written as in an ACE, so an ACE is made of them. */
static int read_want(const char *want, DWORD *ret)
{
    char sddl[SDDL_OF_WANT_SIZE];
    PSECURITY_DESCRIPTOR descriptor = NULL;
    BOOL present, defaulted;
    ACCESS_ALLOWED_ACE *ace = NULL;
    PACL dacl;

    *ret = MAXIMUM_ALLOWED;
    if (strcmp(want, "maximum") == 0)
        return EXIT_SUCCESS;
    if (!*want || strcspn(want, ";() \t") != strlen(want) ||
        snprintf(sddl, sizeof(sddl), "D:(A;;%s;;;WD)", want) >= (int)sizeof(sddl) ||
        !ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        return complain("\"%s\" names no rights: write them as in SDDL (FR, RPWP, GA, 0x120089), "
                        "or \"maximum\"",
                        want);
    if (GetSecurityDescriptorDacl(descriptor, &present, &dacl, &defaulted) &&
        GetAce(dacl, 0, (LPVOID *)&ace))
        *ret = ace->Mask;
    LocalFree(descriptor);
    return ace ? EXIT_SUCCESS : complain_of(last_error(), "cannot read the rights \"%s\"", want);
}

static int get_token(HANDLE *ret, const struct question *q)
{
    if (q->logon.user)
        return log_on(ret, &q->logon);
    if (openlogon_open_process_token(q->pid ? q->pid : GetCurrentProcessId(), TOKEN_QUERY, ret))
        return EXIT_SUCCESS;
    if (GetLastError() == ERROR_INVALID_PARAMETER)
        return complain("there is no process %" PRIu32, q->pid);
    return complain_of(last_error(), "cannot open the token of process %" PRIu32, q->pid);
}

static int ask(struct finding *f, const struct question *q, HANDLE token)
{
    GENERIC_MAPPING mapping = q->type->mapping;
    const OPENLOGON_ACCESS_QUERY query = {
        .descriptor = f->descriptor, .token = token, .desired = f->desired, .mapping = &mapping
    };

    f->n_reasons = REASONS_MAX;
    if (!openlogon_explain_access(&query, &f->answer, f->reasons, &f->n_reasons))
        return complain_of(last_error(), "cannot check the access");
    return EXIT_SUCCESS;
}

static int find_out(struct finding *f, const struct question *q)
{
    HANDLE token = NULL;
    int code = read_want(q->want, &f->desired);

    if (code != EXIT_SUCCESS)
        return code;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(q->sddl, SDDL_REVISION_1,
                                                              &f->descriptor, NULL))
        return complain_of_sddl("--sddl", q->sddl);
    code = get_token(&token, q);
    if (code != EXIT_SUCCESS)
        return code;
    code = ask(f, q, token);
    CloseHandle(token);
    return code;
}

/* --- the answer ------------------------------------------------------------------------------- */

static const char *right_name(const struct object_type *type, DWORD right,
                              char buffer[MASK_TEXT_SIZE])
{
    const size_t bit = (size_t)__builtin_ctz(right);

    if (bit < ARRAY_SIZE(type->rights) && type->rights[bit])
        return type->rights[bit];
    if (bit >= 16 && bit < 16 + ARRAY_SIZE(standard_rights))
        return standard_rights[bit - 16];
    if (right == ACCESS_SYSTEM_SECURITY)
        return "ACCESS_SYSTEM_SECURITY";
    snprintf(buffer, MASK_TEXT_SIZE, "0x%" PRIx32, (uint32_t)right);
    return buffer;
}

/* A descriptor's ACL that a decider's index counts in. */
static PACL acl_of(const struct finding *f, OPENLOGON_ACCESS_DECIDER decider)
{
    BOOL present = FALSE, defaulted;
    PACL acl = NULL;

    if (decider == OPENLOGON_BY_ACE)
        (void)GetSecurityDescriptorDacl(f->descriptor, &present, &acl, &defaulted);
    else
        (void)GetSecurityDescriptorSacl(f->descriptor, &present, &acl, &defaulted);
    return present ? acl : NULL;
}

/* An ACL of this ACE alone, as SDDL prints it. NULL when it cannot be. */
static char *sddl_of_ace(const ACE_HEADER *ace)
{
    const DWORD size = (DWORD)sizeof(ACL) + ace->AceSize;
    _cleanup_(freep) ACL *acl = calloc(1, size);
    SECURITY_DESCRIPTOR descriptor;
    char *text = NULL, *copy;

    if (!acl || !InitializeAcl(acl, size, ACL_REVISION_DS) ||
        !AddAce(acl, ACL_REVISION_DS, 0, (LPVOID)(uintptr_t)ace, ace->AceSize) ||
        !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorDacl(&descriptor, TRUE, acl, FALSE) ||
        !ConvertSecurityDescriptorToStringSecurityDescriptorA(
            &descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL))
        return NULL;
    copy = strdup(text + strlen("D:"));
    LocalFree(text);
    return copy;
}

static char *ace_text(const struct finding *f, const OPENLOGON_ACCESS_REASON *reason)
{
    PACL acl = acl_of(f, reason->decider);
    ACE_HEADER *ace;

    if (reason->ace == OPENLOGON_NO_ACE || !acl || !GetAce(acl, reason->ace, (LPVOID *)&ace))
        return NULL;
    return sddl_of_ace(ace);
}

static const char *const deciders[] = {
    [OPENLOGON_BY_NOTHING] = "no ACE speaks of it",
    [OPENLOGON_BY_ACE] = "ACE",
    [OPENLOGON_BY_NULL_DACL] = "there is no DACL",
    [OPENLOGON_BY_OWNER] = "the token owns the object",
    [OPENLOGON_BY_PRIVILEGE] = "an enabled privilege",
    [OPENLOGON_BY_MISSING_PRIVILEGE] = "a privilege that is not enabled",
    [OPENLOGON_BY_LABEL] = "the integrity label",
    [OPENLOGON_BY_LIMIT] = "a limit in the SACL",
};

/* For machines. */
static const char *const decider_keys[] = {
    [OPENLOGON_BY_NOTHING] = "nothing",     [OPENLOGON_BY_ACE] = "ace",
    [OPENLOGON_BY_NULL_DACL] = "null_dacl", [OPENLOGON_BY_OWNER] = "owner",
    [OPENLOGON_BY_PRIVILEGE] = "privilege", [OPENLOGON_BY_MISSING_PRIVILEGE] = "missing_privilege",
    [OPENLOGON_BY_LABEL] = "label",         [OPENLOGON_BY_LIMIT] = "limit",
};

static const char *privilege_name(const OPENLOGON_ACCESS_REASON *reason, char *buffer, DWORD size)
{
    LUID luid = reason->privilege;

    return luid_to_u64(luid) != 0 && LookupPrivilegeNameA(NULL, &luid, buffer, &size) ? buffer
                                                                                      : NULL;
}

/* "ACE 2 (A;;FR;;;WD)", "an enabled privilege: SeSecurityPrivilege". New; NULL: no memory. */
static char *reason_text(const struct finding *f, const OPENLOGON_ACCESS_REASON *reason)
{
    _cleanup_(freep) char *ace = ace_text(f, reason);
    char name[64], number[24] = "";
    const char *privilege = privilege_name(reason, name, sizeof(name));
    char *text;

    if (reason->ace != OPENLOGON_NO_ACE)
        snprintf(number, sizeof(number), " %" PRIu32, (uint32_t)reason->ace + 1);
    if (asprintf(&text, "%s%s%s%s%s%s%s", deciders[reason->decider], number, ace ? " " : "",
                 ace ? ace : "", privilege ? ": " : "", privilege ? privilege : "",
                 reason->restricted ? ", for the restricting SIDs" : "") < 0)
        return NULL;
    return text;
}

static bool is_granted(const struct finding *f)
{
    return f->answer.status == ERROR_SUCCESS;
}

static int print_reasons(const struct finding *f, const struct question *q)
{
    static const struct table_column columns[] = { { "RIGHT", false },
                                                   { "GRANTED", false },
                                                   { "DECIDED-BY", false } };
    _cleanup_(table_freep) table *t = table_new(0);
    char buffer[MASK_TEXT_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (DWORD i = 0; i < f->n_reasons; i++) {
        _cleanup_(freep) char *text = reason_text(f, &f->reasons[i]);
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, right_name(q->type, f->reasons[i].right, buffer));
        table_set(t, line, 1, f->reasons[i].granted ? "yes" : "no");
        table_set(t, line, 2, text);
    }
    return table_print(t);
}

static int print_text(const struct finding *f, const struct question *q)
{
    const enum colour colour = is_granted(f) ? COLOUR_GOOD : COLOUR_BAD;

    fputs(colour_begin(colour), stdout);
    if (is_granted(f))
        printf("granted%s: 0x%08" PRIx32 "\n", colour_end(colour), (uint32_t)f->answer.granted);
    else
        printf("denied%s: %s\n", colour_end(colour),
               f->answer.status == ERROR_PRIVILEGE_NOT_HELD
                   ? "a privilege is needed that is not enabled"
                   : "access is denied");
    return q->explain ? print_reasons(f, q) : EXIT_SUCCESS;
}

static void add_reason(document *d, const struct finding *f, const struct question *q,
                       const OPENLOGON_ACCESS_REASON *reason)
{
    _cleanup_(freep) char *ace = ace_text(f, reason);
    char buffer[MASK_TEXT_SIZE], name[64];

    document_open_object(d, NULL);
    document_text(d, "right", right_name(q->type, reason->right, buffer));
    document_number(d, "mask", reason->right);
    document_bool(d, "granted", reason->granted);
    document_text(d, "decided_by", decider_keys[reason->decider]);
    if (reason->ace == OPENLOGON_NO_ACE)
        document_null(d, "ace_index");
    else
        document_number(d, "ace_index", reason->ace);
    document_text(d, "ace", ace);
    document_text(d, "privilege", privilege_name(reason, name, sizeof(name)));
    document_bool(d, "restricted", reason->restricted);
    document_close(d);
}

static int print_json(const struct finding *f, const struct question *q)
{
    _cleanup_(document_freep) document *d = document_new();

    document_bool(d, "granted", is_granted(f));
    document_number(d, "error", f->answer.status);
    document_number(d, "desired", f->desired);
    document_number(d, "granted_access", f->answer.granted);
    if (q->explain) {
        document_open_array(d, "reasons");
        for (DWORD i = 0; i < f->n_reasons; i++)
            add_reason(d, f, q, &f->reasons[i]);
        document_close(d);
    }
    return document_print(d);
}

static int answer(const struct question *q)
{
    _cleanup_(finding_done) struct finding f = { 0 };
    int code = find_out(&f, q);

    if (code == EXIT_SUCCESS)
        code = q->json ? print_json(&f, q) : print_text(&f, q);
    if (code != EXIT_SUCCESS)
        return code;
    return is_granted(&f) ? EXIT_SUCCESS : EXIT_DENIED;
}

/* --- the command ------------------------------------------------------------------------------ */

static int take_option(const struct command *command, struct question *q, int key)
{
    switch (key) {
    case 's':
        q->sddl = optarg;
        break;
    case 'w':
        q->want = optarg;
        break;
    case 'u':
        q->logon.user = optarg;
        break;
    case 'e':
        q->explain = true;
        break;
    case KEY_JSON:
        q->json = true;
        break;
    case 'p':
        if (!text_to_number(optarg, 1, INT32_MAX, &q->pid))
            return command_misused(command, "\"%s\" is no process id", optarg);
        break;
    case 't':
        q->type = type_by_name(optarg);
        if (!q->type)
            return command_misused(command, "there is no type of object \"%s\"", optarg);
        break;
    case KEY_PASSWORD_FD:
        if (!password_fd_parse(optarg, &q->logon.password_fd))
            return command_misused(command, "\"%s\" is no open descriptor", optarg);
        break;
    }
    return EXIT_SUCCESS;
}

static int access_run(const struct command *command, int argc, char **argv)
{
    struct question q = { .type = &object_types[0],
                          .want = "maximum",
                          .logon = { .type = LOGON32_LOGON_NETWORK,
                                     .password_fd = NO_PASSWORD_FD } };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &q, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (!q.sddl)
        return command_misused(command, "--sddl is missing");
    if (q.logon.user && q.pid)
        return command_misused(command, "--as and --pid name two tokens");
    return answer(&q);
}

static const struct option_row rows[] = {
    { 's', "sddl", "SDDL", "the object's security descriptor" },
    { 'w', "want", "RIGHTS", "as in SDDL (FR, RPWP, 0x120089); \"maximum\" unless given" },
    { 'u', "as", "USER", "whose token: of a user, who is logged on for it" },
    { 'p', "pid", "PID", "whose token: of a process; this one's unless given" },
    { 't', "type", "TYPE", "what generic rights mean, and names: file, key, token" },
    { 'e', "explain", NULL, "tell what decided on each right" },
    { KEY_PASSWORD_FD, "password-fd", "N", "read the password, one line, from this descriptor" },
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

const struct command access_command = {
    .name = "access",
    .arguments = "[options] --sddl SDDL [--as USER|--pid PID] [--want RIGHTS]",
    .summary = "check what a token may do to an object, and why",
    .options = rows,
    .notes = "Exits with 0 when the access is granted, with 3 when it is denied.\n",
    .run = access_run,
};
