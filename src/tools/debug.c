/* SPDX-License-Identifier: MIT */
/* logon debug: tokens and sessions as WinDbg shows the kernel's, with the fields' places as the
 * public symbols of 64-bit Windows have them. What has no counterpart here is left out. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ntsecapi.h>
#include <openlogon.h>

#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "listing.h"
#include "text.h"
#include "token_details.h"
#include "token_target.h"

enum { CHAIN_MAX = 16 };

static void debug_freep(OPENLOGON_DEBUG **debug)
{
    LsaFreeReturnBuffer(*debug);
}

/* --- values as WinDbg writes them --------------------------------------------------------------
 */

static void print_wide(uint64_t number)
{
    printf("0x%08" PRIx32 "`%08" PRIx32, (uint32_t)(number >> 32), (uint32_t)number);
}

static void begin_field(unsigned depth, unsigned offset, const char *name)
{
    printf("%*s+0x%03x %-16s : ", 3 + 3 * (int)depth, "", offset, name);
}

static void print_number(unsigned depth, unsigned offset, const char *name, uint64_t number)
{
    begin_field(depth, offset, name);
    printf(number < 10 ? "%" PRIu64 "\n" : "0x%" PRIx64 "\n", number);
}

static void print_luid(unsigned offset, const char *name, LUID luid)
{
    begin_field(0, offset, name);
    puts("_LUID");
    print_number(1, 0, "LowPart", luid.LowPart);
    begin_field(1, 4, "HighPart");
    printf("0n%" PRId32 "\n", (int32_t)luid.HighPart);
}

static void print_mask(unsigned offset, const char *name, uint64_t mask)
{
    begin_field(1, offset, name);
    printf("0x%" PRIx64 "\n", mask);
}

static void print_object(unsigned offset, const char *name, uint64_t object, const char *type)
{
    begin_field(0, offset, name);
    if (object)
        print_wide(object);
    else
        fputs("(null)", stdout);
    printf(" %s\n", type);
}

static void print_text_field(unsigned offset, const char *name, const char *type, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text);

    begin_field(0, offset, name);
    printf("%s \"%s\"\n", type, printable ? printable : "?");
}

static void print_enumerator(unsigned offset, const char *name, int number, const char *enumerator)
{
    begin_field(0, offset, name);
    printf("%d ( %s )\n", number, enumerator);
}

/* --- the chain back to the authentication ------------------------------------------------------
 */

/* Data of one session. False: it may not be seen, or has ended. */
static bool fetch_session(uint64_t id, OPENLOGON_SESSION **ret)
{
    LUID position = luid_from_u64(id - 1);
    DWORD n = 0;

    if (!openlogon_query_sessions(&position, ret, &n, NULL))
        return false;
    if (n > 0 && luid_to_u64((*ret)[0].id) == id)
        return true;
    LsaFreeReturnBuffer(*ret);
    *ret = NULL;
    return false;
}

static void print_link(const OPENLOGON_DEBUG *debug)
{
    _cleanup_(freep) char *account = NULL, *printable = NULL;
    OPENLOGON_SESSION *session = NULL;
    char luid[TEXT_LUID_SIZE], time[TEXT_TIME_SIZE];
    const char *type, *when;

    if (!fetch_session(luid_to_u64(debug->session), &session)) {
        printf("   %s: it has ended\n", text_luid(luid, luid_to_u64(debug->session)));
        return;
    }
    account = text_account(session->domain, session->user);
    printable = account ? text_printable(account) : NULL;
    type = text_logon_type(session->logon_type);
    when = text_time(time, session->logon_time.QuadPart);
    printf("   %s %s: %s, by %s%s%s", text_luid(luid, luid_to_u64(debug->session)),
           printable ? printable : "?", type ? type : TEXT_NONE, session->package,
           *debug->maker ? " of package " : "", debug->maker);
    if (*debug->source)
        printf(", source \"%s\"", debug->source);
    if (*session->login.service)
        printf(", let in by %s (pid %" PRIu32 ")", session->login.service,
               (uint32_t)session->login.leader);
    printf("%s%s\n", when ? ", " : "", when ? when : "");
    LsaFreeReturnBuffer(session);
}

/* Each session, the one that asked for it, and so on. An origin is older, so there is no circle. */
static void print_chain(uint64_t id)
{
    puts("\nChain back to the authentication, each asked for by the next:");
    for (int i = 0; i < CHAIN_MAX && id != 0; i++) {
        _cleanup_(debug_freep) OPENLOGON_DEBUG *debug = NULL;
        const LUID luid = luid_from_u64(id);
        char text[TEXT_LUID_SIZE];

        if (!openlogon_debug_session(&luid, FALSE, &debug)) {
            printf("   %s: it has ended\n", text_luid(text, id));
            return;
        }
        print_link(debug);
        id = luid_to_u64(debug->origin) < id ? luid_to_u64(debug->origin) : 0;
    }
}

static void print_holders(const OPENLOGON_DEBUG *debug)
{
    static const char *const kinds[] = { "", "process", "connection", "control group" };

    puts("\nHolders of its tokens:");
    for (DWORD i = 0; i < debug->n_holders; i++) {
        const OPENLOGON_DEBUG_HOLDER *holder = &debug->holders[i];
        char luid[TEXT_LUID_SIZE];

        printf("   Token %-10s = ", text_luid(luid, luid_to_u64(holder->token)));
        print_wide(holder->token_object);
        printf("  References = %-4" PRIu32 "  %s", (uint32_t)holder->token_references,
               holder->kind < ARRAY_SIZE(kinds) ? kinds[holder->kind] : "other");
        if (holder->pid)
            printf(" %" PRIu32 " (%" PRIu32 ")", (uint32_t)holder->pid, (uint32_t)holder->count);
        putchar('\n');
    }
    if (debug->more)
        puts("   and more");
}

/* --- dt ----------------------------------------------------------------------------------------
 */

static uint64_t mask_of(const struct token_view *v, uint32_t attribute)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < v->n_privileges; i++) {
        LUID luid;

        if ((!attribute || v->privileges[i].attributes & attribute) &&
            LookupPrivilegeValueA(NULL, v->privileges[i].name, &luid))
            mask |= UINT64_C(1) << luid.LowPart;
    }
    return mask;
}

static void print_privileges(const struct token_view *v)
{
    begin_field(0, 0x040, "Privileges");
    puts("_SEP_TOKEN_PRIVILEGES");
    print_mask(0x000, "Present", mask_of(v, 0));
    print_mask(0x008, "Enabled", mask_of(v, SE_PRIVILEGE_ENABLED));
    print_mask(0x010, "EnabledByDefault", mask_of(v, SE_PRIVILEGE_ENABLED_BY_DEFAULT));
}

static void print_source(const struct token_details *d)
{
    begin_field(0, 0x000, "TokenSource");
    puts("_TOKEN_SOURCE");
    if (!d->source)
        return;
    begin_field(1, 0x000, "SourceName");
    printf("[8]  \"%.8s\"\n", d->source->SourceName);
    print_number(1, 0x008, "SourceIdentifier", luid_to_u64(d->source->SourceIdentifier));
}

static size_t index_of(const struct token_view *v, const char *sid)
{
    for (size_t i = 0; i < v->groups.n && sid; i++) {
        if (strcmp(v->groups.all[i].sid, sid) == 0)
            return i + 1; /* the user is the first */
    }
    return 0;
}

static void print_sid_line(size_t i, const struct viewed_sid *sid)
{
    _cleanup_(freep) char *name = text_printable(sid->name);

    printf("      [%02zu] %s %s Attributes 0x%" PRIx32 "\n", i, sid->sid, name ? name : "",
           sid->attributes);
}

static void print_sids(const struct token_view *v)
{
    begin_field(0, 0x098, "UserAndGroups");
    puts("_SID_AND_ATTRIBUTES");
    print_sid_line(0, &v->user);
    for (size_t i = 0; i < v->groups.n; i++)
        print_sid_line(i + 1, &v->groups.all[i]);
    begin_field(0, 0x0a0, "RestrictedSids");
    puts(v->restricting.n ? "_SID_AND_ATTRIBUTES" : "(null)");
    for (size_t i = 0; i < v->restricting.n; i++)
        print_sid_line(i, &v->restricting.all[i]);
}

static void print_kind(const TOKEN_STATISTICS *statistics)
{
    static const char *const levels[] = {
        [SecurityAnonymous] = "SecurityAnonymous",
        [SecurityIdentification] = "SecurityIdentification",
        [SecurityImpersonation] = "SecurityImpersonation",
        [SecurityDelegation] = "SecurityDelegation",
    };
    const size_t level = (size_t)statistics->ImpersonationLevel;

    print_enumerator(0x0c0, "TokenType", (int)statistics->TokenType,
                     statistics->TokenType == TokenPrimary ? "TokenPrimary" : "TokenImpersonation");
    print_enumerator(0x0c4, "ImpersonationLevel", (int)level,
                     level < ARRAY_SIZE(levels) ? levels[level] : "?");
}

static void print_token(const struct token_details *d, const struct token_view *v,
                        const OPENLOGON_DEBUG *debug)
{
    const TOKEN_STATISTICS *s = d->statistics;

    print_source(d);
    print_luid(0x010, "TokenId", s->TokenId);
    print_luid(0x018, "AuthenticationId", s->AuthenticationId);
    begin_field(0, 0x028, "ExpirationTime");
    fputs("_LARGE_INTEGER ", stdout);
    print_wide((uint64_t)s->ExpirationTime.QuadPart);
    putchar('\n');
    print_luid(0x038, "ModifiedId", s->ModifiedId);
    print_privileges(v);
    print_number(0, 0x078, "SessionId", d->session);
    print_number(0, 0x07c, "UserAndGroupCount", v->groups.n + 1);
    print_number(0, 0x080, "RestrictedSidCount", v->restricting.n);
    print_number(0, 0x088, "DynamicCharged", s->DynamicCharged);
    print_number(0, 0x08c, "DynamicAvailable", s->DynamicAvailable);
    print_number(0, 0x090, "DefaultOwnerIndex", index_of(v, d->owner.sid));
    print_sids(v);
    print_text_field(0x0a8, "PrimaryGroup", "_SID", d->primary_group.sid);
    print_text_field(0x0b8, "DefaultDacl", "_ACL", d->dacl ? d->dacl : "");
    print_kind(s);
    print_number(0, 0x0d0, "IntegrityLevelIndex", index_of(v, d->integrity));
    print_number(0, 0x0d4, "MandatoryPolicy", d->mandatory_policy);
    print_object(0x0d8, "LogonSession", debug->session_object, "_SEP_LOGON_SESSION_REFERENCES");
    print_luid(0x0e0, "OriginatingLogonSession", d->origin->OriginatingLogonSession);
    printf("\nObject ");
    print_wide(debug->token_object);
    printf("  References = %" PRIu32 "\n", (uint32_t)debug->token_references);
}

static int dump_token(HANDLE token, const char *text)
{
    _cleanup_(token_details_done) struct token_details d = { 0 };
    _cleanup_(token_view_done) struct token_view v = { 0 };
    _cleanup_(debug_freep) OPENLOGON_DEBUG *debug = NULL;

    if (!openlogon_debug_token(token, &debug))
        return complain_of(last_error(), "cannot debug the token of %s", text);
    if (!token_details_load(&d, token) || !token_view_load(&v, token))
        return complain_of(last_error(), "cannot query the token of %s", text);
    print_token(&d, &v, debug);
    print_chain(luid_to_u64(debug->session));
    return EXIT_SUCCESS;
}

static int dt_token(const struct command *command, const char *text)
{
    struct token_target target;
    HANDLE token = NULL;
    int code;

    if (!token_target_parse(&target, text))
        return command_misused(command, "\"%s\" is no process id, no LUID and not \"self\"", text);
    code = token_target_open(&target, text, 0, &token);
    if (code != EXIT_SUCCESS)
        return code;
    code = dump_token(token, text);
    CloseHandle(token);
    return code;
}

/* In a debugger numbers are hexadecimal. */
static bool parse_luid(const char *text, uint64_t *ret)
{
    char hexadecimal[24];

    if (strchr(text, ':') || strncasecmp(text, "0x", 2) == 0)
        return text_to_luid(text, ret);
    return snprintf(hexadecimal, sizeof(hexadecimal), "0x%s", text) < (int)sizeof(hexadecimal) &&
           text_to_luid(hexadecimal, ret);
}

static int fetch_debug(uint64_t id, BOOL holders, OPENLOGON_DEBUG **ret)
{
    const LUID luid = luid_from_u64(id);
    char text[TEXT_LUID_SIZE];

    if (openlogon_debug_session(&luid, holders, ret))
        return EXIT_SUCCESS;
    if (GetLastError() == ERROR_NO_SUCH_LOGON_SESSION)
        return complain("there is no logon session %s", text_luid(text, id));
    return complain_of(last_error(), "cannot debug the logon session %s", text_luid(text, id));
}

static int dt_session(const struct command *command, const char *text)
{
    _cleanup_(debug_freep) OPENLOGON_DEBUG *debug = NULL;
    OPENLOGON_SESSION *session = NULL;
    uint64_t id;
    int code;

    if (!parse_luid(text, &id))
        return command_misused(command, "\"%s\" is no LUID", text);
    code = fetch_debug(id, TRUE, &debug);
    if (code != EXIT_SUCCESS)
        return code;
    print_luid(0x008, "LogonId", debug->session);
    print_luid(0x010, "BuddyLogonId", debug->linked);
    begin_field(0, 0x018, "ReferenceCount");
    printf("0n%" PRIu32 "\n", (uint32_t)debug->session_references);
    if (fetch_session(id, &session)) {
        print_text_field(0x038, "AccountName", "_UNICODE_STRING", session->user);
        print_text_field(0x048, "AuthorityName", "_UNICODE_STRING", session->domain);
        LsaFreeReturnBuffer(session);
    }
    printf("\nObject ");
    print_wide(debug->session_object);
    printf("  Credentials = %" PRIu32 "  Control group = %s\n", (uint32_t)debug->n_credentials,
           debug->has_group ? "yes" : "no");
    if (luid_to_u64(debug->linked)) {
        printf("Linked ");
        print_wide(debug->linked_object);
        putchar('\n');
    }
    print_holders(debug);
    print_chain(id);
    return EXIT_SUCCESS;
}

static const struct {
    const char *name;
    int (*dump)(const struct command *command, const char *text);
} types[] = {
    { "_TOKEN", dt_token },
    { "_SEP_LOGON_SESSION_REFERENCES", dt_session },
};

static int run_dt(const struct command *command, int argc, char **argv)
{
    const char *type = argc > 0 ? argv[0] : "";

    if (strncasecmp(type, "nt!", 3) == 0)
        type += 3;
    for (size_t i = 0; i < ARRAY_SIZE(types) && argc == 2; i++) {
        if (strcasecmp(types[i].name, type) == 0)
            return types[i].dump(command, argv[1]);
    }
    return command_misused(command, argc == 2 ? "there is no type \"%s\"" : "dt %s: what of it?",
                           type);
}

/* --- !logonsession -----------------------------------------------------------------------------
 */

static void print_session(size_t i, const OPENLOGON_DEBUG *debug)
{
    printf("** Session %3zu = ", i);
    print_wide(debug->session_object);
    printf("\n   LogonId     = {0x%" PRIx32 " 0x%" PRIx32 "}\n   References  = %" PRIu32 "\n",
           (uint32_t)debug->session.LowPart, (uint32_t)debug->session.HighPart,
           (uint32_t)debug->session_references);
}

/* One that ends meanwhile is not there. */
static int print_each(const OPENLOGON_SESSION *sessions, DWORD n, size_t *n_printed)
{
    for (DWORD i = 0; i < n; i++) {
        _cleanup_(debug_freep) OPENLOGON_DEBUG *debug = NULL;

        if (openlogon_debug_session(&sessions[i].id, FALSE, &debug))
            print_session((*n_printed)++, debug);
        else if (GetLastError() != ERROR_NO_SUCH_LOGON_SESSION)
            return complain_of(last_error(), "cannot debug the logon sessions");
    }
    return EXIT_SUCCESS;
}

static int print_all(void)
{
    LUID position = { 0 };
    size_t n_printed = 0;
    int code = EXIT_SUCCESS;

    puts("Dumping all logon sessions.\n");
    do {
        OPENLOGON_SESSION *sessions = NULL;
        DWORD n = 0;

        if (!openlogon_query_sessions(&position, &sessions, &n, NULL))
            return complain_of(last_error(), "cannot list the logon sessions");
        code = print_each(sessions, n, &n_printed);
        LsaFreeReturnBuffer(sessions);
    } while (code == EXIT_SUCCESS && luid_to_u64(position) != 0);
    if (code == EXIT_SUCCESS)
        printf("\n%zu sessions in the system.\n", n_printed);
    return code;
}

static int print_one(uint64_t id)
{
    _cleanup_(debug_freep) OPENLOGON_DEBUG *debug = NULL;
    int code = fetch_debug(id, TRUE, &debug);

    if (code != EXIT_SUCCESS)
        return code;
    print_session(0, debug);
    print_holders(debug);
    print_chain(id);
    return EXIT_SUCCESS;
}

static int run_logonsession(const struct command *command, int argc, char **argv)
{
    uint64_t id = 0;

    if (argc > 1 || (argc == 1 && !parse_luid(argv[0], &id)))
        return command_misused(command, "!logonsession takes one LUID, or 0 for all");
    return id ? print_one(id) : print_all();
}

/* --- the command -------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    int (*run)(const struct command *command, int argc, char **argv);
} verbs[] = {
    { "dt", run_dt },
    { "!logonsession", run_logonsession },
    { "logonsession", run_logonsession }, /* where a shell makes something else of "!" */
};

static int debug_run(const struct command *command, int argc, char **argv)
{
    int code;

    while (command_option(command, argc, argv) >= 0) {
    }
    if (optind == argc)
        return command_misused(command, "no debugger command given");
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
        if (strcmp(verbs[i].name, argv[optind]) != 0)
            continue;
        code = verbs[i].run(command, argc - optind - 1, argv + optind + 1);
        if (code == EXIT_SUCCESS && fflush(stdout) != 0)
            return complain_of_errno(errno, "cannot write to standard output");
        return code;
    }
    return command_misused(command, "there is no debugger command \"%s\"", argv[optind]);
}

const struct command debug_command = {
    .name = "debug",
    .arguments = "dt TYPE WHAT|'!logonsession' [LUID]",
    .summary = "show tokens and sessions as a debugger shows Windows' own",
    .notes = "Debugger commands:\n"
             " dt _TOKEN PID|LUID|self\n"
             " dt _SEP_LOGON_SESSION_REFERENCES LUID\n"
             " !logonsession [LUID]        all without a LUID, which is hexadecimal\n",
    .run = debug_run,
};
