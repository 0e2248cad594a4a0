/* SPDX-License-Identifier: MIT */
/* The forms of a listing: Sysinternals' blocks of lines, separated fields, JSON. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "complaint.h"
#include "document.h"
#include "listing.h"
#include "text.h"

enum {
    FIELD_LUID,
    FIELD_USER,
    FIELD_PACKAGE,
    FIELD_TYPE,
    FIELD_SESSION,
    FIELD_SID,
    FIELD_TIME,
    FIELD_SERVER,
    FIELD_DNS_DOMAIN,
    FIELD_UPN,
    N_FIELDS,
};

/* What a field is called in a block, at the width of the longest, and as a column. */
static const struct {
    const char *label;
    const char *column;
} fields[N_FIELDS] = {
    [FIELD_LUID] = { NULL, "Logon Session" },
    [FIELD_USER] = { "User name:", "User Name" },
    [FIELD_PACKAGE] = { "Auth package:", "Auth Package" },
    [FIELD_TYPE] = { "Logon type:", "Logon Type" },
    [FIELD_SESSION] = { "Session:", "Session" },
    [FIELD_SID] = { "Sid:", "Sid" },
    [FIELD_TIME] = { "Logon time:", "Logon Time" },
    [FIELD_SERVER] = { "Logon server:", "Logon Server" },
    [FIELD_DNS_DOMAIN] = { "DNS Domain:", "DNS Domain" },
    [FIELD_UPN] = { "UPN:", "UPN" },
};

/* Texts of one session, borrowed from it or in the room beside them. */
struct texts {
    const char *of[N_FIELDS]; /* NULL or empty: none */
    char luid[TEXT_LUID_SIZE];
    char session[16];
    char time[TEXT_TIME_SIZE];
    char *account;
};

static void texts_done(struct texts *t)
{
    free(t->account);
}

static void texts_of(struct texts *t, const struct listed_session *session)
{
    t->account = text_account(session->domain, session->user);
    snprintf(t->session, sizeof(t->session), "%" PRIu32, session->wts_session);
    t->of[FIELD_LUID] = text_luid_halves(t->luid, session->id);
    t->of[FIELD_USER] = t->account;
    t->of[FIELD_PACKAGE] = session->package;
    t->of[FIELD_TYPE] = text_logon_type(session->type);
    t->of[FIELD_SESSION] = t->session;
    t->of[FIELD_SID] = session->sid;
    t->of[FIELD_TIME] = text_time(t->time, session->logon_time);
    t->of[FIELD_SERVER] = session->server;
    t->of[FIELD_DNS_DOMAIN] = session->dns_domain;
    t->of[FIELD_UPN] = session->upn;
}

static void print_process_line(const struct listed_process *process, void *context)
{
    _cleanup_(freep) char *name = text_printable(process->name);

    fprintf(context, "    %5" PRIu32 ": %s (%s)\n", process->pid, name ? name : "?",
            text_basis(process->basis));
}

static void print_block(const struct listed_session *session, size_t index, FILE *to)
{
    _cleanup_(texts_done) struct texts texts = { 0 };

    texts_of(&texts, session);
    fprintf(to, "[%zu] Logon session %s:\n", index, texts.of[FIELD_LUID]);
    for (size_t i = FIELD_USER; i < N_FIELDS; i++) {
        const char *text = texts.of[i] && *texts.of[i] ? texts.of[i] : TEXT_NONE;
        _cleanup_(freep) char *printable = text_printable(text);

        fprintf(to, "    %-13s %s\n", fields[i].label, printable ? printable : "?");
    }
}

void listing_print_blocks(const struct listing *l, FILE *to, unsigned flags)
{
    for (size_t i = 0; i < l->n_sessions; i++) {
        if (l->n_before + i > 0)
            fputc('\n', to);
        print_block(&l->sessions[i], l->n_before + i, to);
        if (flags & LISTING_WITH_PROCESSES)
            listing_each_process(l, &l->sessions[i], print_process_line, to);
    }
}

/* "1:init; 20:sh", collected before it is quoted as one field. */
static void add_process(const struct listed_process *process, void *context)
{
    FILE *to = context;

    fprintf(to, "%s%" PRIu32 ":%s", ftell(to) > 0 ? "; " : "", process->pid, process->name);
}

static void print_processes_field(const struct listing *l, const struct listed_session *session,
                                  FILE *to, char separator)
{
    _cleanup_(freep) char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    fputc(separator, to);
    if (!memory)
        return;
    listing_each_process(l, session, add_process, memory);
    if (fclose(memory) == 0)
        text_print_field(to, separator, text);
}

static void print_headings(FILE *to, char separator, unsigned flags)
{
    fputs(fields[0].column, to);
    for (size_t i = 1; i < N_FIELDS; i++)
        fprintf(to, "%c%s", separator, fields[i].column);
    if (flags & LISTING_WITH_PROCESSES)
        fprintf(to, "%cProcesses", separator);
    fputc('\n', to);
}

void listing_print_fields(const struct listing *l, FILE *to, enum listing_separator separator,
                          unsigned flags)
{
    const char between = (char)separator;

    if (l->n_before == 0)
        print_headings(to, between, flags);
    for (size_t s = 0; s < l->n_sessions; s++) {
        _cleanup_(texts_done) struct texts texts = { 0 };

        texts_of(&texts, &l->sessions[s]);
        for (size_t i = 0; i < N_FIELDS; i++) {
            if (i > 0)
                fputc(between, to);
            text_print_field(to, between, texts.of[i] ? texts.of[i] : "");
        }
        if (flags & LISTING_WITH_PROCESSES)
            print_processes_field(l, &l->sessions[s], to, between);
        fputc('\n', to);
    }
}

static void add_process_object(const struct listed_process *process, void *context)
{
    document *d = context;

    document_open_object(d, NULL);
    document_number(d, "pid", process->pid);
    document_text(d, "name", process->name);
    document_text(d, "basis", text_basis(process->basis));
    document_close(d);
}

static void add_session_members(document *d, const struct listing *l,
                                const struct listed_session *session)
{
    char guid[TEXT_GUID_SIZE];

    document_luid(d, "logon_id", session->id);
    document_text(d, "user", session->user);
    document_text(d, "domain", session->domain);
    document_text(d, "authentication_package", session->package);
    document_text(d, "logon_type", text_logon_type(session->type));
    document_number(d, "session_id", session->wts_session);
    document_text(d, "sid", session->sid);
    document_time(d, "logon_time", session->logon_time);
    document_text(d, "logon_server", session->server);
    document_text(d, "dns_domain", session->dns_domain);
    document_text(d, "upn", session->upn);
    if (session->uid == UINT32_MAX)
        document_null(d, "uid");
    else
        document_number(d, "uid", session->uid);
    document_number(d, "tokens", session->references);
    document_bool(d, "enforced", session->enforced);
    document_text(d, "elevation", text_elevation(session->elevation_type));
    if (session->linked)
        document_luid(d, "linked", session->linked);
    else
        document_null(d, "linked");
    document_text(d, "guid", text_session_guid(guid, session->id));
    document_text(d, "service", session->service);
    document_text(d, "tty", session->tty);
    document_text(d, "remote_host", session->remote_host);
    document_text(d, "remote_user", session->remote_user);
    document_open_array(d, "processes");
    listing_each_process(l, session, add_process_object, d);
    document_close(d);
}

static int print_session_object(const struct listing *l, const struct listed_session *session)
{
    _cleanup_(document_freep) document *d = document_new_part();

    add_session_members(d, l, session);
    return document_print_part(d);
}

/* Each session is a line of its own, and goes out before the next page is asked for. */
static int print_page(const struct listing *l, const char **separator)
{
    int r = 0;

    for (size_t i = 0; i < l->n_sessions && r == 0; i++) {
        fputs(*separator, stdout);
        *separator = ",\n    ";
        r = print_session_object(l, &l->sessions[i]);
    }
    return r;
}

int listing_print_json(struct listing *l)
{
    const char *separator = "\n    ";
    int r = 0;

    printf("{\n  \"version\": %d,\n  \"sessions\": [", DOCUMENT_VERSION);
    while (!l->at_end && r == 0) {
        if (!listing_next_page(l))
            return EXIT_FAILURE;
        r = print_page(l, &separator);
    }
    if (r == 0)
        printf("\n  ],\n  \"sessions_not_shown\": %zu\n}\n", l->n_hidden);
    if (r == 0 && fflush(stdout) != 0)
        r = -errno;
    return r < 0 ? complain_of_errno(-r, "cannot write to standard output") : EXIT_SUCCESS;
}
