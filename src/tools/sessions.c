/* SPDX-License-Identifier: MIT */
/* logon sessions: a table, a tree with processes, or JSON. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include <openlogon.h>

#include "base/luid.h"
#include "base/status.h"
#include "complaint.h"
#include "document.h"
#include "listing.h"
#include "session_tree.h"
#include "table.h"
#include "text.h"

enum {
    KEY_TREE = KEY_WITHOUT_LETTER,
    KEY_JSON,
    KEY_OF,
    COLUMNS_MAX = 32,
};

enum column_id {
    COLUMN_LUID,
    COLUMN_USER,
    COLUMN_TYPE,
    COLUMN_PACKAGE,
    COLUMN_SESSION,
    COLUMN_SID,
    COLUMN_TIME,
    COLUMN_PROCESSES,
    COLUMN_UID,
    COLUMN_TOKENS,
    COLUMN_ENFORCED,
    COLUMN_ELEVATION,
    COLUMN_LINKED,
    COLUMN_SERVER,
    COLUMN_DNS_DOMAIN,
    COLUMN_UPN,
    COLUMN_SERVICE,
    COLUMN_TTY,
    COLUMN_REMOTE_HOST,
    COLUMN_GUID,
    N_COLUMNS,
};

static const struct table_column columns[N_COLUMNS] = {
    [COLUMN_LUID] = { "LUID" },
    [COLUMN_USER] = { "USER" },
    [COLUMN_TYPE] = { "TYPE" },
    [COLUMN_PACKAGE] = { "PACKAGE" },
    [COLUMN_SESSION] = { "SESSION", .right = true },
    [COLUMN_SID] = { "SID" },
    [COLUMN_TIME] = { "LOGON-TIME" },
    [COLUMN_PROCESSES] = { "PROCESSES", .right = true },
    [COLUMN_UID] = { "UID", .right = true },
    [COLUMN_TOKENS] = { "TOKENS", .right = true },
    [COLUMN_ENFORCED] = { "ENFORCED" },
    [COLUMN_ELEVATION] = { "ELEVATION" },
    [COLUMN_LINKED] = { "LINKED" },
    [COLUMN_SERVER] = { "SERVER" },
    [COLUMN_DNS_DOMAIN] = { "DNS-DOMAIN" },
    [COLUMN_UPN] = { "UPN" },
    [COLUMN_SERVICE] = { "SERVICE" },
    [COLUMN_TTY] = { "TTY" },
    [COLUMN_REMOTE_HOST] = { "REMOTE-HOST" },
    [COLUMN_GUID] = { "GUID" },
};

static const enum column_id default_columns[] = {
    COLUMN_LUID,    COLUMN_USER, COLUMN_TYPE,      COLUMN_PACKAGE,
    COLUMN_SESSION, COLUMN_TIME, COLUMN_PROCESSES,
};

struct choice {
    enum column_id columns[COLUMNS_MAX];
    size_t n_columns;
    unsigned flags; /* of enum table_flags */
    bool json, about_columns;
    uint32_t of;      /* a pid; 0: all sessions are listed */
    bool about_table; /* an option that has no meaning for JSON */
};

static bool add_named_column(struct choice *choice, const char *name)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (strcasecmp(columns[i].name, name) != 0)
            continue;
        if (choice->n_columns == COLUMNS_MAX)
            return false;
        choice->columns[choice->n_columns++] = (enum column_id)i;
        return true;
    }
    return false;
}

static void add_default_columns(struct choice *choice)
{
    memcpy(choice->columns, default_columns, sizeof(default_columns));
    choice->n_columns = ARRAY_SIZE(default_columns);
}

/* "A,B", or "+A,B" for the default ones and these. The list is cut up. */
static int choose_columns(const struct command *command, struct choice *choice, char *list)
{
    choice->n_columns = 0;
    if (*list == '+') {
        add_default_columns(choice);
        list++;
    }
    for (char *name, *rest = list; (name = strsep(&rest, ","));) {
        if (!add_named_column(choice, name))
            return command_misused(command, "unknown column \"%s\", or too many columns", name);
    }
    return EXIT_SUCCESS;
}

/* The text of a cell; NULL for none. It may be in the buffer. */
static const char *cell_text(char buffer[64], enum column_id id, const struct listing *l,
                             const struct listed_session *session)
{
    switch (id) {
    case COLUMN_LUID:
        return text_luid(buffer, session->id);
    case COLUMN_TYPE:
        return text_logon_type(session->type);
    case COLUMN_PACKAGE:
        return session->package;
    case COLUMN_SID:
        return session->sid;
    case COLUMN_TIME:
        return text_time(buffer, session->logon_time);
    case COLUMN_ENFORCED:
        return session->enforced ? "yes" : "no";
    case COLUMN_ELEVATION:
        return text_elevation(session->elevation_type);
    case COLUMN_LINKED:
        return session->linked ? text_luid(buffer, session->linked) : NULL;
    case COLUMN_SERVER:
        return session->server;
    case COLUMN_DNS_DOMAIN:
        return session->dns_domain;
    case COLUMN_UPN:
        return session->upn;
    case COLUMN_SERVICE:
        return session->service;
    case COLUMN_TTY:
        return session->tty;
    case COLUMN_REMOTE_HOST:
        return session->remote_host;
    case COLUMN_GUID:
        return text_session_guid(buffer, session->id);
    case COLUMN_SESSION:
        snprintf(buffer, 64, "%" PRIu32, session->wts_session);
        return buffer;
    case COLUMN_PROCESSES:
        snprintf(buffer, 64, "%zu", listing_count_processes(l, session));
        return buffer;
    case COLUMN_TOKENS:
        snprintf(buffer, 64, "%" PRIu32, session->references);
        return buffer;
    case COLUMN_UID:
        snprintf(buffer, 64, "%" PRIu32, session->uid);
        return session->uid == UINT32_MAX ? NULL : buffer;
    default:
        return NULL;
    }
}

static void set_cell(table *t, table_line *line, size_t column, const char *text)
{
    _cleanup_(freep) char *printable = text ? text_printable(text) : NULL;

    table_set(t, line, column, printable);
}

/* --- the tree ----------------------------------------------------------------------------------
 */

static void add_process_lines(table *t, table_line *line, const struct listing *l,
                              const struct listed_session *session)
{
    size_t n = 0;
    _cleanup_(freep) struct tree_process *processes = session_processes(l, session, &n);
    _cleanup_(freep) table_line **lines = calloc(n + 1, sizeof(table_line *));
    char text[64];

    for (size_t i = 0; processes && lines && i < n; i++) {
        const struct listed_process *process = processes[i].process;
        size_t parent = processes[i].parent;

        snprintf(text, sizeof(text), "%" PRIu32 " %s (%s)", process->pid, process->name,
                 text_basis(process->basis));
        lines[i] = table_add_line(t, parent == SIZE_MAX ? line : lines[parent]);
        set_cell(t, lines[i], 0, text);
    }
}

/* What the line is below another one for. */
static void mark_relation(table *t, table_line *line, const struct listed_session *session,
                          enum session_relation relation)
{
    char luid[TEXT_LUID_SIZE], text[64];

    snprintf(text, sizeof(text), "%s %s", text_luid(luid, session->id),
             relation == RELATION_LINKED ? "(linked)" : "(asked for)");
    set_cell(t, line, 0, text);
}

static table_line *add_session_line(table *t, const struct choice *choice, const struct listing *l,
                                    const struct listed_session *session, table_line *parent)
{
    table_line *line = table_add_line(t, parent);
    _cleanup_(freep) char *account = text_account(session->domain, session->user);
    char buffer[64];

    for (size_t i = 0; i < choice->n_columns; i++) {
        enum column_id id = choice->columns[i];

        set_cell(t, line, i, id == COLUMN_USER ? account : cell_text(buffer, id, l, session));
    }
    return line;
}

/* A session comes after its parent: that has the lower LUID. */
static int fill_tree(table *t, const struct choice *choice, const struct listing *l)
{
    _cleanup_(freep) table_line **lines = calloc(l->n_sessions + 1, sizeof(table_line *));

    if (!lines)
        return complain("there is not enough memory for %zu sessions", l->n_sessions);
    for (size_t i = 0; i < l->n_sessions; i++) {
        const struct listed_session *session = &l->sessions[i];
        struct session_parent parent = session_parent(l, session);
        table_line *above = parent.session ? lines[parent.session - l->sessions] : NULL;

        lines[i] = add_session_line(t, choice, l, session, above);
        if (above && choice->columns[0] == COLUMN_LUID)
            mark_relation(t, lines[i], session, parent.relation);
        add_process_lines(t, lines[i], l, session);
    }
    return EXIT_SUCCESS;
}

static int print_table(const struct choice *choice, const struct listing *l)
{
    _cleanup_(table_freep) table *t = table_new(choice->flags);
    int code = EXIT_SUCCESS;

    for (size_t i = 0; i < choice->n_columns; i++)
        table_add_column(t, &columns[choice->columns[i]]);
    if (choice->flags & TABLE_TREE)
        code = fill_tree(t, choice, l);
    for (size_t i = 0; i < l->n_sessions && !(choice->flags & TABLE_TREE); i++)
        (void)add_session_line(t, choice, l, &l->sessions[i], NULL);
    return code == EXIT_SUCCESS ? table_print(t) : code;
}

/* --- of one process --------------------------------------------------------------------------- */

/* Who the session is of; NULL: that may not be shown. */
static char *account_of(const LUID *session)
{
    _cleanup_(freep) char *domain = NULL;
    _cleanup_(freep) char *user = NULL;
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    LUID id = *session;

    if (nt_failed(nt_make(LsaGetLogonSessionData(&id, &data))))
        return NULL;
    domain = text_of_lsa(&data->LogonDomain);
    user = text_of_lsa(&data->UserName);
    LsaFreeReturnBuffer(data);
    return domain && user ? text_account(domain, user) : NULL;
}

struct process_of {
    uint32_t pid;
    uint64_t session;
    OPENLOGON_PROCESS_BASIS basis;
    char *account;
};

static int print_process_json(const struct process_of *process)
{
    _cleanup_(document_freep) document *d = document_new();
    char guid[TEXT_GUID_SIZE];

    document_number(d, "pid", process->pid);
    document_luid(d, "logon_id", process->session);
    document_text(d, "guid", text_session_guid(guid, process->session));
    document_text(d, "basis", text_basis((uint32_t)process->basis));
    document_text(d, "account", process->account);
    return document_print(d);
}

static int print_process_table(const struct process_of *process, unsigned flags)
{
    static const struct table_column heads[] = {
        { "PID", .right = true }, { "LUID" }, { "USER" }, { "BASIS" }, { "GUID" },
    };
    _cleanup_(table_freep) table *t = table_new(flags);
    char number[16], luid[TEXT_LUID_SIZE], guid[TEXT_GUID_SIZE];
    table_line *line;

    for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
        table_add_column(t, &heads[i]);
    line = table_add_line(t, NULL);
    snprintf(number, sizeof(number), "%" PRIu32, process->pid);
    set_cell(t, line, 0, number);
    set_cell(t, line, 1, text_luid(luid, process->session));
    set_cell(t, line, 2, process->account);
    set_cell(t, line, 3, text_basis((uint32_t)process->basis));
    set_cell(t, line, 4, text_session_guid(guid, process->session));
    return table_print(t);
}

static int show_process(const struct choice *choice)
{
    struct process_of process = { .pid = choice->of };
    LUID session;
    int code;

    if (!openlogon_query_process_session(choice->of, &session, &process.basis))
        return complain_of(last_error(), "cannot tell the session of process %" PRIu32, choice->of);
    process.session = luid_to_u64(session);
    process.account = account_of(&session);
    code = choice->json ? print_process_json(&process)
                        : print_process_table(&process, choice->flags & TABLE_NO_HEADINGS);
    free(process.account);
    return code;
}

static int run_choice(const struct choice *choice)
{
    _cleanup_(listing_done) struct listing l = { 0 };

    if (choice->of)
        return show_process(choice);
    if (choice->json)
        return listing_open(&l) ? listing_print_json(&l) : EXIT_FAILURE;
    return listing_load(&l) ? print_table(choice, &l) : EXIT_FAILURE;
}

static int sessions_run(const struct command *command, int argc, char **argv)
{
    struct choice choice = { 0 };
    int key, code = EXIT_SUCCESS;

    add_default_columns(&choice);
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0) {
        choice.about_table |= key != KEY_JSON && key != KEY_OF;
        switch (key) {
        case KEY_JSON:
            choice.json = true;
            break;
        case KEY_TREE:
            choice.flags |= TABLE_TREE;
            break;
        case KEY_OF:
            if (!text_to_number(optarg, 1, INT32_MAX, &choice.of))
                code = command_misused(command, "--of: \"%s\" is no process id", optarg);
            break;
        case 'n':
            choice.flags |= TABLE_NO_HEADINGS;
            break;
        case 'o':
            choice.about_columns = true;
            code = choose_columns(command, &choice, optarg);
            break;
        }
    }
    if (code != EXIT_SUCCESS)
        return code;
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (choice.json && choice.about_table)
        return command_misused(command, "--json has every field and goes with no other option");
    if (choice.of && (choice.about_columns || (choice.flags & TABLE_TREE)))
        return command_misused(command, "--of has columns of its own, and no tree");
    return run_choice(&choice);
}

static const struct option_row rows[] = {
    { KEY_OF, "of", "PID", "the session that a process is in, and how that is known" },
    { KEY_TREE, "tree", NULL, "sessions below those that asked for them, and processes" },
    { KEY_JSON, "json", NULL, "JSON, as logonsessions --json" },
    { 'n', "noheadings", NULL, "no line of headings" },
    { 'o', "output", "LIST", "columns, separated by commas; +LIST adds to the usual ones" },
    { 0 },
};

const struct command sessions_command = {
    .name = "sessions",
    .arguments = "[options]",
    .summary = "list logon sessions",
    .options = rows,
    .notes =
        "Columns:\n LUID, USER, TYPE, PACKAGE, SESSION, SID, LOGON-TIME, PROCESSES, UID, TOKENS,\n"
        " ENFORCED, SERVER, DNS-DOMAIN, UPN, SERVICE, TTY, REMOTE-HOST, GUID\n",
    .run = sessions_run,
};
