/* SPDX-License-Identifier: MIT */
#include "watch_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "base/status.h"
#include "document.h"
#include "text.h"

enum { DETAILS_SIZE = 256, STATUS_SIZE = 16 };

static const char *const type_names[] = {
    [WATCH_SESSION_PRESENT] = "session-present",
    [OPENLOGON_EVENT_LOST] = "lost",
    [OPENLOGON_EVENT_SESSION_STARTED] = "session-started",
    [OPENLOGON_EVENT_SESSION_ENDED] = "session-ended",
    [OPENLOGON_EVENT_LOGON_FAILED] = "logon-failed",
    [OPENLOGON_EVENT_ELEVATED] = "elevated",
    [OPENLOGON_EVENT_TOKEN_ASSIGNED] = "token-assigned",
    [OPENLOGON_EVENT_TOKEN_OPENED] = "token-opened",
    [OPENLOGON_EVENT_ACCOUNT_LOCKED_OUT] = "account-locked-out",
    [OPENLOGON_EVENT_WTS_OPENED] = "wts-opened",
    [OPENLOGON_EVENT_WTS_CLOSED] = "wts-closed",
};

const char *watch_type_name(DWORD type)
{
    return type < ARRAY_SIZE(type_names) ? type_names[type] : NULL;
}

/* What can be asked for: neither marks of loss nor what was there before. */
bool watch_type_of_name(const char *name, DWORD *ret)
{
    for (DWORD i = OPENLOGON_EVENT_SESSION_STARTED; i < ARRAY_SIZE(type_names); i++) {
        if (strcmp(type_names[i], name) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static const char *status_text(char buffer[static STATUS_SIZE], NTSTATUS status)
{
    const char *name = nt_status_name(nt_make((int32_t)status));

    if (name && strncmp(name, "STATUS_", strlen("STATUS_")) == 0)
        return name;
    snprintf(buffer, STATUS_SIZE, "0x%08" PRIx32, (uint32_t)status);
    return buffer;
}

/* --- for people --------------------------------------------------------------------------- */

static void tell_loss(FILE *to, const OPENLOGON_EVENT *event)
{
    if (event->lost == OPENLOGON_LOST_UNKNOWN)
        fputs("openlogond was away: nobody knows how many events", to);
    else
        fprintf(to, "%" PRIu64 " events; they came faster than they were read",
                (uint64_t)event->lost);
}

static void tell_failure(FILE *to, const OPENLOGON_EVENT *event)
{
    char buffer[STATUS_SIZE];

    fprintf(to, "; %s", status_text(buffer, event->status));
    if (event->sub_status)
        fprintf(to, " (%s)", status_text(buffer, event->sub_status));
}

static void tell_what(FILE *to, const OPENLOGON_EVENT *event)
{
    const char *type = text_logon_type(event->logon_type);
    char buffer[TEXT_LUID_SIZE];

    if (type)
        fputs(type, to);
    if (*event->package)
        fprintf(to, "%s%s", type ? ", " : "", event->package);
    if (event->type == OPENLOGON_EVENT_LOGON_FAILED)
        tell_failure(to, event);
    if (event->type == OPENLOGON_EVENT_WTS_OPENED || event->type == OPENLOGON_EVENT_WTS_CLOSED)
        fprintf(to, "%ssession %u", type ? ", " : "", (unsigned)event->wts_session);
    if (luid_to_u64(event->token))
        fprintf(to, "; token %s", text_luid(buffer, luid_to_u64(event->token)));
    if (luid_to_u64(event->linked_session))
        fprintf(to, "; full token's session %s",
                text_luid(buffer, luid_to_u64(event->linked_session)));
    if (event->actor_pid)
        fprintf(to, "; by process %u of uid %u", (unsigned)event->actor_pid,
                (unsigned)event->actor_uid);
}

static char *details(const OPENLOGON_EVENT *event)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    if (!to)
        return NULL;
    if (event->type == OPENLOGON_EVENT_LOST)
        tell_loss(to, event);
    else
        tell_what(to, event);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}

/* The columns of a terminal that is not very wide; what is longer pushes the rest. */
static int print_columns(const char *time, const char *type, const char *session, const char *user,
                         const char *rest)
{
    return printf("%-19s  %-18s  %-10s  %-20s  %s\n", time, type, session, user, rest) < 0 ? -errno
                                                                                           : 0;
}

static int print_line(const OPENLOGON_EVENT *event)
{
    _cleanup_(freep) char *account = text_account(event->domain, event->user);
    _cleanup_(freep) char *shown = account ? text_printable(account) : NULL;
    _cleanup_(freep) char *rest = details(event);
    _cleanup_(freep) char *shown_rest = rest ? text_printable(rest) : NULL;
    const char *name = watch_type_name(event->type);
    uint64_t session = luid_to_u64(event->session);
    char time[TEXT_TIME_SIZE], luid[TEXT_LUID_SIZE];

    if (!shown || !shown_rest)
        return -ENOMEM;
    return print_columns(text_time(time, event->time.QuadPart) ? time : "", name ? name : "unknown",
                         session ? text_luid(luid, session) : "", shown, shown_rest);
}

/* --- for programs ------------------------------------------------------------------------- */

static void add_luid(document *d, const char *key, LUID luid)
{
    if (luid_to_u64(luid))
        document_luid(d, key, luid_to_u64(luid));
    else
        document_null(d, key);
}

static void add_count(document *d, const char *key, uint64_t count)
{
    if (count > 0 && count <= INT64_MAX)
        document_number(d, key, (int64_t)count);
    else
        document_null(d, key);
}

static void add_actor(document *d, const OPENLOGON_EVENT *event)
{
    if (!event->actor_pid) {
        document_null(d, "actor");
        return;
    }
    document_open_object(d, "actor");
    document_number(d, "pid", event->actor_pid);
    document_number(d, "uid", event->actor_uid);
    add_luid(d, "logon_id", event->actor_session);
    document_close(d);
}

static void add_status(document *d, const OPENLOGON_EVENT *event)
{
    const bool failed = event->type == OPENLOGON_EVENT_LOGON_FAILED;
    char buffer[STATUS_SIZE];

    document_text(d, "status", failed ? status_text(buffer, event->status) : NULL);
    document_text(d, "sub_status",
                  failed && event->sub_status ? status_text(buffer, event->sub_status) : NULL);
}

static int print_json(const OPENLOGON_EVENT *event)
{
    _cleanup_(document_freep) document *d = document_new();
    _cleanup_(freep) char *sid = text_of_sid(event->sid);

    document_text(d, "type", watch_type_name(event->type));
    add_count(d, "sequence", event->sequence);
    document_time(d, "time", event->time.QuadPart);
    add_count(d, "lost", event->lost);
    add_luid(d, "logon_id", event->session);
    add_luid(d, "linked_logon_id", event->linked_session);
    add_luid(d, "token_id", event->token);
    document_text(d, "user", event->user);
    document_text(d, "domain", event->domain);
    document_text(d, "sid", sid);
    document_text(d, "authentication_package", event->package);
    document_text(d, "logon_type", text_logon_type(event->logon_type));
    document_number(d, "session_id", event->wts_session);
    add_status(d, event);
    add_actor(d, event);
    return document_print_line(d);
}

/* ------------------------------------------------------------------------------------------ */

static int flushed(int r)
{
    if (r < 0)
        return r;
    return fflush(stdout) == 0 ? 0 : -errno;
}

int watch_print_headings(enum watch_form form)
{
    if (form == WATCH_JSON)
        return 0;
    return flushed(print_columns("TIME", "EVENT", "SESSION", "USER", "DETAILS"));
}

int watch_print(enum watch_form form, const OPENLOGON_EVENT *event)
{
    return flushed(form == WATCH_JSON ? print_json(event) : print_line(event));
}
