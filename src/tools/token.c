/* SPDX-License-Identifier: MIT */
/* logon token: everything about the primary token of a process. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sddl.h>

#include <openlogon.h>

#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "text.h"
#include "token_report.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    KERNEL_GROUPS_MAX = 65536, /* NGROUPS_MAX */
};

/* The plain values beside user, groups and privileges. Owned. */
struct details {
    TOKEN_STATISTICS *statistics;
    TOKEN_SOURCE *source; /* NULL: the caller may not see it */
    TOKEN_ORIGIN *origin;
    DWORD *session;
    TOKEN_ELEVATION *elevation;
    TOKEN_ELEVATION_TYPE *elevation_type;
    char *integrity; /* a SID; NULL: no label */
    char *dacl;      /* SDDL; NULL: no default DACL */
    LUID linked;     /* the session of its twin; 0: none, or the caller may not see it */
    OPENLOGON_KERNEL_IDS ids;
    DWORD *kernel_groups;
};

static void details_done(struct details *d)
{
    free(d->statistics);
    free(d->source);
    free(d->origin);
    free(d->session);
    free(d->elevation);
    free(d->elevation_type);
    free(d->integrity);
    free(d->dacl);
    free(d->kernel_groups);
}

static char *integrity_of(HANDLE token)
{
    _cleanup_(freep) TOKEN_MANDATORY_LABEL *label = token_information(token, TokenIntegrityLevel);

    return label ? text_of_sid(label->Label.Sid) : NULL;
}

static char *default_dacl_of(HANDLE token)
{
    _cleanup_(freep) TOKEN_DEFAULT_DACL *dacl = token_information(token, TokenDefaultDacl);
    SECURITY_DESCRIPTOR descriptor;
    char *text = NULL, *copy;

    if (!dacl || !dacl->DefaultDacl ||
        !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorDacl(&descriptor, TRUE, dacl->DefaultDacl, FALSE) ||
        !ConvertSecurityDescriptorToStringSecurityDescriptorA(
            &descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL))
        return NULL;
    copy = strdup(text);
    LocalFree(text);
    return copy;
}

static bool load_kernel_ids(struct details *d, HANDLE token)
{
    d->kernel_groups = calloc(KERNEL_GROUPS_MAX, sizeof(*d->kernel_groups));
    if (!d->kernel_groups) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    return openlogon_token_kernel_ids(token, &d->ids, d->kernel_groups, KERNEL_GROUPS_MAX);
}

static LUID linked_of(const TOKEN_STATISTICS *statistics)
{
    OPENLOGON_SESSION_EXTRA extra = { 0 };

    return statistics && openlogon_query_session_extra(&statistics->AuthenticationId, &extra)
               ? extra.linked
               : (LUID){ 0 };
}

static bool details_load(struct details *d, HANDLE token)
{
    d->source = token_information(token, TokenSource);
    d->integrity = integrity_of(token);
    d->dacl = default_dacl_of(token);
    d->statistics = token_information(token, TokenStatistics);
    d->linked = linked_of(d->statistics);
    return d->statistics && (d->origin = token_information(token, TokenOrigin)) &&
           (d->session = token_information(token, TokenSessionId)) &&
           (d->elevation = token_information(token, TokenElevation)) &&
           (d->elevation_type = token_information(token, TokenElevationType)) &&
           load_kernel_ids(d, token);
}

static const char *type_name(TOKEN_TYPE type)
{
    return type == TokenPrimary ? "Primary" : "Impersonation";
}

/* NULL for a primary token, which has no level. */
static const char *level_name(const TOKEN_STATISTICS *statistics)
{
    static const char *const names[] = {
        [SecurityAnonymous] = "Anonymous",
        [SecurityIdentification] = "Identification",
        [SecurityImpersonation] = "Impersonation",
        [SecurityDelegation] = "Delegation",
    };
    size_t level = (size_t)statistics->ImpersonationLevel;

    if (statistics->TokenType == TokenPrimary)
        return NULL;
    return level < ARRAY_SIZE(names) ? names[level] : "Unknown";
}

/* The name that the groups of the token have for the label. */
static const char *integrity_name(const struct token_view *v, const struct details *d)
{
    for (size_t i = 0; i < v->n_groups && d->integrity; i++) {
        if (strcmp(v->groups[i].sid, d->integrity) == 0)
            return v->groups[i].name;
    }
    return NULL;
}

/* Eight characters, filled up with zeros or blanks. */
static void source_name(char name[TOKEN_SOURCE_LENGTH + 1], const TOKEN_SOURCE *source)
{
    memcpy(name, source->SourceName, TOKEN_SOURCE_LENGTH);
    name[TOKEN_SOURCE_LENGTH] = '\0';
    for (size_t length = strlen(name); length > 0 && name[length - 1] == ' '; length--)
        name[length - 1] = '\0';
}

static void print_field(const char *label, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text && *text ? text : TEXT_NONE);

    printf("%-18s %s\n", label, printable ? printable : "?");
}

static void print_luid_field(const char *label, LUID luid)
{
    char buffer[TEXT_LUID_SIZE];

    print_field(label, text_luid(buffer, luid_to_u64(luid)));
}

static void print_source(const struct details *d)
{
    char name[TOKEN_SOURCE_LENGTH + 1];

    if (!d->source) {
        print_field("Source:", "(not shown to you)");
        return;
    }
    source_name(name, d->source);
    print_field("Source:", name);
}

static void print_kernel_ids(const struct details *d)
{
    if (!d->ids.present) {
        print_field("Kernel ids:", NULL);
        return;
    }
    printf("%-18s uid %" PRIu32 ", gid %" PRIu32 ", groups", "Kernel ids:", (uint32_t)d->ids.uid,
           (uint32_t)d->ids.gid);
    for (DWORD i = 0; i < d->ids.n_groups; i++)
        printf(" %" PRIu32, (uint32_t)d->kernel_groups[i]);
    puts(d->ids.n_groups ? "" : " " TEXT_NONE);
}

static int print_text(const struct token_view *v, const struct details *d)
{
    const char *name = integrity_name(v, d);
    char session[16];

    snprintf(session, sizeof(session), "%" PRIu32, (uint32_t)*d->session);
    print_luid_field("Token id:", d->statistics->TokenId);
    print_luid_field("Logon session:", d->statistics->AuthenticationId);
    print_luid_field("Modified id:", d->statistics->ModifiedId);
    print_luid_field("Origin:", d->origin->OriginatingLogonSession);
    print_field("Session:", session);
    print_field("Type:", type_name(d->statistics->TokenType));
    print_field("Level:", level_name(d->statistics));
    print_field("Integrity:", name && *name ? name : d->integrity);
    print_field("Elevated:", d->elevation->TokenIsElevated ? "yes" : "no");
    print_field("Elevation type:", text_elevation((uint32_t)*d->elevation_type));
    if (luid_to_u64(d->linked))
        print_luid_field("Linked session:", d->linked);
    print_source(d);
    print_kernel_ids(d);
    print_field("Default DACL:", d->dacl);
    putchar('\n');
    return token_report(v, SECTION_ALL);
}

static void add_kernel_ids(const struct details *d, document *doc)
{
    if (!d->ids.present) {
        document_null(doc, "kernel_ids");
        return;
    }
    document_open_object(doc, "kernel_ids");
    document_number(doc, "uid", d->ids.uid);
    document_number(doc, "gid", d->ids.gid);
    document_open_array(doc, "groups");
    for (DWORD i = 0; i < d->ids.n_groups; i++)
        document_number(doc, NULL, d->kernel_groups[i]);
    document_close(doc);
    document_close(doc);
}

static int print_json(const struct token_view *v, const struct details *d, DWORD pid)
{
    _cleanup_(document_freep) document *doc = document_new();
    const struct viewed_sid *logon = token_view_logon_sid(v);
    char source[TOKEN_SOURCE_LENGTH + 1] = "";

    if (d->source)
        source_name(source, d->source);
    document_number(doc, "pid", pid);
    document_luid(doc, "token_id", luid_to_u64(d->statistics->TokenId));
    document_luid(doc, "logon_id", luid_to_u64(d->statistics->AuthenticationId));
    document_luid(doc, "modified_id", luid_to_u64(d->statistics->ModifiedId));
    document_luid(doc, "origin", luid_to_u64(d->origin->OriginatingLogonSession));
    document_number(doc, "session_id", *d->session);
    document_text(doc, "type", type_name(d->statistics->TokenType));
    document_text(doc, "level", level_name(d->statistics));
    document_text(doc, "integrity", d->integrity);
    document_bool(doc, "elevated", d->elevation->TokenIsElevated);
    document_text(doc, "elevation_type", text_elevation((uint32_t)*d->elevation_type));
    if (luid_to_u64(d->linked))
        document_luid(doc, "linked", luid_to_u64(d->linked));
    else
        document_null(doc, "linked");
    document_text(doc, "source", source);
    document_text(doc, "default_dacl", d->dacl);
    add_kernel_ids(d, doc);
    document_text(doc, "logon_sid", logon ? logon->sid : NULL);
    token_view_add_user(v, doc);
    token_view_add_groups(v, doc);
    token_view_add_privileges(v, doc);
    return document_print(doc);
}

/* The source needs a right of its own; who may not have it sees the rest. */
static bool open_token(HANDLE *ret, DWORD pid)
{
    return openlogon_open_process_token(pid, TOKEN_QUERY | TOKEN_QUERY_SOURCE, ret) ||
           (GetLastError() == ERROR_ACCESS_DENIED &&
            openlogon_open_process_token(pid, TOKEN_QUERY, ret));
}

enum form {
    FORM_TEXT,
    FORM_JSON,
};

static int show_token(HANDLE token, DWORD pid, enum form form)
{
    _cleanup_(details_done) struct details d = { 0 };
    _cleanup_(token_view_done) struct token_view v = { 0 };

    if (!details_load(&d, token) || !token_view_load(&v, token))
        return complain_of(last_error(), "cannot query the token of process %u", (unsigned)pid);
    return form == FORM_JSON ? print_json(&v, &d, pid) : print_text(&v, &d);
}

static int open_and_show(DWORD pid, enum form form)
{
    HANDLE token = NULL;
    int code;

    if (!open_token(&token, pid)) {
        if (GetLastError() == ERROR_INVALID_PARAMETER)
            return complain("there is no process %u", (unsigned)pid);
        return complain_of(last_error(), "cannot open the token of process %u", (unsigned)pid);
    }
    code = show_token(token, pid, form);
    CloseHandle(token);
    return code;
}

static int token_run(const struct command *command, int argc, char **argv)
{
    enum form form = FORM_TEXT;
    uint32_t pid;
    int key;

    while ((key = command_option(command, argc, argv)) >= 0) {
        if (key == KEY_JSON)
            form = FORM_JSON;
    }
    if (argc - optind > 1)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind + 1]);
    if (optind == argc)
        return command_misused(command, "the process id is missing");
    if (!text_to_number(argv[optind], 1, INT32_MAX, &pid))
        return command_misused(command, "\"%s\" is no process id", argv[optind]);
    return open_and_show(pid, form);
}

static const struct option_row rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

const struct command token_command = {
    .name = "token",
    .arguments = "PID [--json]",
    .summary = "show the primary token of a process",
    .options = rows,
    .run = token_run,
};
