/* SPDX-License-Identifier: MIT */
/* logon query: sessions, users and processes in the columns of qwinsta, quser and qprocess. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <ntsecapi.h>
#include <openlogon.h>
#include <wtsapi32.h>

#include "base/filetime.h"
#include "base/luid.h"
#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "text.h"

enum {
    KEY_JSON = KEY_WITHOUT_LETTER,
    SECONDS_PER_MINUTE = 60,
    MINUTES_PER_HOUR = 60,
    MINUTES_PER_DAY = 24 * 60,
};

/* What all three show. */
struct view {
    OPENLOGON_WTS_SESSION *sessions;
    DWORD n_sessions;
    DWORD current; /* the caller's; its lines begin with ">" */
    const char *operand;
    bool json;
};

static void view_done(struct view *v)
{
    LsaFreeReturnBuffer(v->sessions);
}

static bool view_load(struct view *v)
{
    if (openlogon_wts_sessions(&v->sessions, &v->n_sessions) &&
        ProcessIdToSessionId(GetCurrentProcessId(), &v->current))
        return true;
    complain_of(last_error(), "cannot list the sessions");
    return false;
}

static const OPENLOGON_WTS_SESSION *find_session(const struct view *v, DWORD number)
{
    for (DWORD i = 0; i < v->n_sessions; i++) {
        if (v->sessions[i].number == number)
            return &v->sessions[i];
    }
    return NULL;
}

static char marker(const struct view *v, DWORD number)
{
    return number == v->current ? '>' : ' ';
}

/* As qwinsta abbreviates them. */
static const char *state_text(DWORD state)
{
    static const char *const names[] = { "Active", "Conn",   "ConnQ", "Shadow", "Disc",
                                         "Idle",   "Listen", "Reset", "Down",   "Init" };

    return state < ARRAY_SIZE(names) ? names[state] : "?";
}

/* A name, a user, a number: what the operand of the commands may be. NULL: all. */
static bool is_meant(const OPENLOGON_WTS_SESSION *s, const char *operand)
{
    uint32_t number;

    if (!operand || strcasecmp(s->station, operand) == 0)
        return true;
    if (text_to_number(operand, 0, UINT32_MAX, &number))
        return s->number == number;
    return *s->user && strcasecmp(s->user, operand) == 0;
}

/* Text of others, cut or filled to so many characters; 0: as it is. */
static void print_column(int width, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text);
    const char *end = printable;
    int n = 0;

    for (; end && *end && (width == 0 || n < width); n++) {
        end++;
        while (((unsigned char)*end & 0xc0) == 0x80) /* the rest of the character */
            end++;
    }
    printf("%.*s%*s", (int)(end - printable), printable ? printable : "", width > n ? width - n : 0,
           "");
}

/* --- sessions --------------------------------------------------------------------------------
 */

static void print_session(const struct view *v, const OPENLOGON_WTS_SESSION *s)
{
    putchar(marker(v, s->number));
    print_column(17, s->number == 0 ? "services" : s->station);
    putchar(' ');
    print_column(20, s->user);
    printf("  %5" PRIu32 "  %-8s", s->number, state_text(s->state));
    print_column(12, *s->remote_host ? "remote" : "");
    if (*s->logind_session) {
        fputs("logind ", stdout);
        print_column(0, s->logind_session);
    }
    putchar('\n');
}

static void add_time(document *d, const char *key, LARGE_INTEGER time)
{
    document_time(d, key, time.QuadPart);
}

/* What the caller is not told is null. */
static void add_details(document *d, const OPENLOGON_WTS_SESSION *s)
{
    _cleanup_(freep) char *sid = text_of_sid(s->sid);

    if (luid_to_u64(s->logon))
        document_luid(d, "logon_id", luid_to_u64(s->logon));
    else
        document_null(d, "logon_id");
    document_text(d, "user", s->user);
    document_text(d, "domain", s->domain);
    document_text(d, "sid", sid);
    document_text(d, "logon_type", s->logon_type ? text_logon_type(s->logon_type) : NULL);
    document_text(d, "remote_host", s->remote_host);
    document_text(d, "logind_session", s->logind_session);
    add_time(d, "connect_time", s->connect_time);
    add_time(d, "logon_time", s->logon_time);
    add_time(d, "last_input_time", s->last_input_time);
}

static int print_sessions_json(const struct view *v, bool (*wanted)(const OPENLOGON_WTS_SESSION *))
{
    _cleanup_(document_freep) document *d = document_new();

    document_open_array(d, "sessions");
    for (DWORD i = 0; i < v->n_sessions; i++) {
        const OPENLOGON_WTS_SESSION *s = &v->sessions[i];

        if (!wanted(s) || !is_meant(s, v->operand))
            continue;
        document_open_object(d, NULL);
        document_number(d, "session_id", s->number);
        document_text(d, "session_name", s->station);
        document_text(d, "state", state_text(s->state));
        document_bool(d, "current", s->number == v->current);
        add_details(d, s);
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static bool any_session(const OPENLOGON_WTS_SESSION *s)
{
    return true;
}

static int print_sessions(const struct view *v)
{
    size_t n = 0;

    if (v->json)
        return print_sessions_json(v, any_session);
    for (DWORD i = 0; i < v->n_sessions; i++) {
        if (!is_meant(&v->sessions[i], v->operand))
            continue;
        if (n++ == 0)
            puts(" SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ");
        print_session(v, &v->sessions[i]);
    }
    return n > 0 ? EXIT_SUCCESS : complain("there is no session for \"%s\"", v->operand);
}

/* --- users ----------------------------------------------------------------------------------- */

/* "." below a minute, then "5", "1:05", "2+03:04"; "none" where there is no terminal. */
static const char *idle_text(char buffer[32], const OPENLOGON_WTS_SESSION *s)
{
    int64_t minutes;

    if (s->last_input_time.QuadPart == 0)
        return "none";
    minutes =
        (filetime_now() - s->last_input_time.QuadPart) / FILETIME_PER_SECOND / SECONDS_PER_MINUTE;
    if (minutes <= 0)
        return ".";
    if (minutes < MINUTES_PER_HOUR)
        snprintf(buffer, 32, "%" PRId64, minutes);
    else if (minutes < MINUTES_PER_DAY)
        snprintf(buffer, 32, "%" PRId64 ":%02" PRId64, minutes / MINUTES_PER_HOUR,
                 minutes % MINUTES_PER_HOUR);
    else
        snprintf(buffer, 32, "%" PRId64 "+%02" PRId64 ":%02" PRId64, minutes / MINUTES_PER_DAY,
                 minutes % MINUTES_PER_DAY / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    return buffer;
}

static void print_user(const struct view *v, const OPENLOGON_WTS_SESSION *s)
{
    char idle[32], time[TEXT_TIME_SIZE];
    const char *logon_time = text_time(time, s->logon_time.QuadPart);

    putchar(marker(v, s->number));
    print_column(20, s->user);
    fputs("  ", stdout);
    print_column(17, s->station);
    printf(" %3" PRIu32 "  %-8s%9s  %.16s\n", s->number, state_text(s->state), idle_text(idle, s),
           logon_time ? logon_time : "");
}

static bool has_user(const OPENLOGON_WTS_SESSION *s)
{
    return *s->user;
}

static int print_users(const struct view *v)
{
    size_t n = 0;

    if (v->json)
        return print_sessions_json(v, has_user);
    for (DWORD i = 0; i < v->n_sessions; i++) {
        const OPENLOGON_WTS_SESSION *s = &v->sessions[i];

        if (!has_user(s) || !is_meant(s, v->operand))
            continue;
        if (n++ == 0)
            puts(" USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME");
        print_user(v, s);
    }
    if (n > 0)
        return EXIT_SUCCESS;
    return v->operand ? complain("there is no user for \"%s\"", v->operand)
                      : complain("nobody whom you may see is logged on");
}

/* --- processes ------------------------------------------------------------------------------- */

/* Processes come with SIDs; each is looked up once. */
struct names {
    struct name {
        PSID sid; /* borrowed */
        char *account;
        char *user; /* without the domain */
    } * names;
    size_t n;
};

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        free(names->names[i].account);
        free(names->names[i].user);
    }
    free(names->names);
}

static void look_up(struct name *ret, PSID sid)
{
    char user[512], domain[512];
    DWORD user_size = sizeof(user), domain_size = sizeof(domain);
    SID_NAME_USE use;

    ret->sid = sid;
    if (sid && LookupAccountSidA(NULL, sid, user, &user_size, domain, &domain_size, &use)) {
        ret->account = text_account(domain, user);
        ret->user = strdup(user);
    } else {
        ret->account = text_of_sid(sid);
        ret->user = text_of_sid(sid);
    }
}

/* Borrowed; NULL: no memory. */
static const struct name *name_of(struct names *names, PSID sid)
{
    struct name *longer;

    for (size_t i = 0; i < names->n; i++) {
        if (sid && names->names[i].sid && EqualSid(names->names[i].sid, sid))
            return &names->names[i];
    }
    longer = reallocarray(names->names, names->n + 1, sizeof(*longer));
    if (!longer)
        return NULL;
    names->names = longer;
    longer[names->n] = (struct name){ 0 };
    look_up(&longer[names->n], sid);
    return &longer[names->n++];
}

/* The operand: "*" all, a user, a session's name or number; none: the caller's own user's. */
static bool is_wanted(const struct view *v, const WTS_PROCESS_INFOA *p, const struct name *name,
                      PSID own)
{
    const OPENLOGON_WTS_SESSION *session = find_session(v, p->SessionId);

    if (!v->operand)
        return own && p->pUserSid && EqualSid(own, p->pUserSid);
    if (strcmp(v->operand, "*") == 0 || (name->user && strcasecmp(v->operand, name->user) == 0))
        return true;
    return session && is_meant(session, v->operand);
}

static void print_process(const struct view *v, const WTS_PROCESS_INFOA *p, const struct name *name)
{
    const OPENLOGON_WTS_SESSION *session = find_session(v, p->SessionId);

    putchar(marker(v, p->SessionId));
    print_column(20, name->user ? name->user : "");
    fputs("  ", stdout);
    print_column(17, p->SessionId == 0 ? "services" : session ? session->station : "");
    printf(" %4" PRIu32 " %6" PRIu32 "  ", p->SessionId, p->ProcessId);
    print_column(0, p->pProcessName);
    putchar('\n');
}

static void add_process(document *d, const WTS_PROCESS_INFOA *p, const struct name *name)
{
    _cleanup_(freep) char *sid = text_of_sid(p->pUserSid);

    document_open_object(d, NULL);
    document_number(d, "pid", p->ProcessId);
    document_number(d, "session_id", p->SessionId);
    document_text(d, "image", p->pProcessName);
    document_text(d, "account", name->account);
    document_text(d, "sid", sid);
    document_close(d);
}

/* The user of the token that the process has; NULL: not known. */
static TOKEN_USER *own_user(void *buffer, DWORD size)
{
    HANDLE token;
    BOOL ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    ok = GetTokenInformation(token, TokenUser, buffer, size, &size);
    CloseHandle(token);
    return ok ? buffer : NULL;
}

static int print_process_list(const struct view *v, const WTS_PROCESS_INFOA *processes, DWORD count)
{
    _Alignas(TOKEN_USER) char buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    _cleanup_(document_freep) document *d = v->json ? document_new() : NULL;
    _cleanup_(names_done) struct names names = { 0 };
    const TOKEN_USER *own = own_user(buffer, sizeof(buffer));
    size_t n = 0;

    document_open_array(d, "processes");
    for (DWORD i = 0; i < count; i++) {
        const struct name *name = name_of(&names, processes[i].pUserSid);

        if (!name)
            return complain_of(ERROR_NOT_ENOUGH_MEMORY, "cannot list the processes");
        if (!is_wanted(v, &processes[i], name, own ? own->User.Sid : NULL))
            continue;
        if (n++ == 0 && !v->json)
            puts(" USERNAME              SESSIONNAME         ID    PID  IMAGE");
        if (v->json)
            add_process(d, &processes[i], name);
        else
            print_process(v, &processes[i], name);
    }
    document_close(d);
    if (v->json)
        return document_print(d);
    return n > 0 ? EXIT_SUCCESS : complain("there is no process for \"%s\"", v->operand);
}

static int print_processes(const struct view *v)
{
    WTS_PROCESS_INFOA *processes = NULL;
    DWORD count = 0;
    int code;

    if (!WTSEnumerateProcessesA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &processes, &count))
        return complain_of(last_error(), "cannot list the processes");
    code = print_process_list(v, processes, count);
    WTSFreeMemory(processes);
    return code;
}

/* --- the commands ------------------------------------------------------------------------------
 */

static int run(const struct command *command, int argc, char **argv,
               int (*print)(const struct view *v))
{
    _cleanup_(view_done) struct view v = { 0 };

    while (command_option(command, argc, argv) >= 0)
        v.json = true;
    if (argc - optind > 1)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind + 1]);
    v.operand = argv[optind];
    return view_load(&v) ? print(&v) : EXIT_FAILURE;
}

static int session_run(const struct command *command, int argc, char **argv)
{
    return run(command, argc, argv, print_sessions);
}

static int user_run(const struct command *command, int argc, char **argv)
{
    return run(command, argc, argv, print_users);
}

static int process_run(const struct command *command, int argc, char **argv)
{
    return run(command, argc, argv, print_processes);
}

static const struct option_row rows[] = {
    { KEY_JSON, "json", NULL, "JSON, with what the columns have no room for" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "query session",
        .arguments = "[NAME|USER|NUMBER] [--json]",
        .summary = "list sessions as qwinsta does",
        .options = rows,
        .notes = "DEVICE shows systemd-logind's own session of a login.\n",
        .run = session_run,
    },
    {
        .name = "query user",
        .arguments = "[NAME|USER|NUMBER] [--json]",
        .summary = "list who is logged on as quser does",
        .options = rows,
        .run = user_run,
    },
    {
        .name = "query process",
        .arguments = "[*|NAME|USER|NUMBER] [--json]",
        .summary = "list processes as qprocess does; without an argument, your own",
        .options = rows,
        .run = process_run,
    },
};

static int query_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command query_command = {
    .name = "query",
    .arguments = "session|user|process [ARGUMENTS]",
    .summary = "show sessions, users and processes as Remote Desktop Services number them",
    .ends_in_command = true,
    .run = query_run,
};
