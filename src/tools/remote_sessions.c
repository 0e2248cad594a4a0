/* SPDX-License-Identifier: MIT */
#include "remote_sessions.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "document.h"
#include "query/cim_datetime.h"
#include "text.h"

enum {
    HOST_WIDTH_MAX = 40,
    VALUE_SIZE = 64,
};

static const char query[] = "SELECT * FROM OpenLogon_LogonSession";

/* --- what there is of a session --------------------------------------------------------------- */

enum field_form {
    FORM_TEXT,
    FORM_LUID, /* a decimal number as text */
    FORM_TYPE, /* of logon */
    FORM_TIME, /* CIM's */
    FORM_NUMBER,
    FORM_BOOL,
};

/* In the order of JSON members, which are those of logonsessions. */
static const struct field {
    const char *member, *property;
    enum field_form form;
} fields[] = {
    { "logon_id", "LogonId", FORM_LUID },
    { "user", "UserName", FORM_TEXT },
    { "domain", "Domain", FORM_TEXT },
    { "authentication_package", "AuthenticationPackage", FORM_TEXT },
    { "logon_type", "LogonType", FORM_TYPE },
    { "session_id", "SessionId", FORM_NUMBER },
    { "sid", "SID", FORM_TEXT },
    { "logon_time", "StartTime", FORM_TIME },
    { "logon_server", "LogonServer", FORM_TEXT },
    { "dns_domain", "DnsDomain", FORM_TEXT },
    { "upn", "Upn", FORM_TEXT },
    { "uid", "Uid", FORM_NUMBER },
    { "tokens", "Tokens", FORM_NUMBER },
    { "enforced", "Enforced", FORM_BOOL },
    { "elevation", "Elevation", FORM_TEXT },
    { "linked", "LinkedLogonId", FORM_LUID },
    { "service", "Service", FORM_TEXT },
    { "tty", "Tty", FORM_TEXT },
    { "remote_host", "RemoteHost", FORM_TEXT },
    { "remote_user", "RemoteUser", FORM_TEXT },
};

/* The columns of logonsessions; `other` is shown before it, with a backslash between. */
static const struct column {
    const char *csv;
    const char *property, *other;
    enum field_form form;
    const char *heading; /* of the table, where it is there; */
    int width;           /* 0: the last one, as wide as it is */
} columns[] = {
    { "Logon Session", "LogonId", NULL, FORM_LUID, "LOGON SESSION", 17 },
    { "Logon Time", "StartTime", NULL, FORM_TIME, "LOGON TIME", 19 },
    { "Logon Type", "LogonType", NULL, FORM_TYPE, "TYPE", 17 },
    { "Session", "SessionId", NULL, FORM_NUMBER, "SESSION", 7 },
    { "Auth Package", "AuthenticationPackage", NULL, FORM_TEXT, "PACKAGE", 10 },
    { "User Name", "UserName", "Domain", FORM_TEXT, "USER", 0 },
    { "Sid", "SID", NULL, FORM_TEXT, NULL, 0 },
    { "Logon Server", "LogonServer", NULL, FORM_TEXT, NULL, 0 },
    { "DNS Domain", "DnsDomain", NULL, FORM_TEXT, NULL, 0 },
    { "UPN", "Upn", NULL, FORM_TEXT, NULL, 0 },
};

struct printing {
    enum remote_sessions_form form;
    char separator; /* of CSV */
    int host_width;
    size_t n_results;
};

static const char *text_of(const struct stored_row *row, const char *property)
{
    const struct query_value *value = property ? stored_value(row, property) : NULL;

    return value && value->kind == QUERY_TEXT ? value->text : NULL;
}

static bool number_of(const struct stored_row *row, const char *property, int64_t *ret)
{
    const struct query_value *value = stored_value(row, property);

    return value && value->kind != QUERY_NULL && query_to_number(value, ret);
}

/* A time as CIM writes it. */
static bool time_of(const struct stored_row *row, const char *property, int64_t *ret)
{
    const char *text = text_of(row, property);

    return text && cim_datetime_parse(text, ret);
}

/* NULL: there is none. In the room where it is not the row's own. */
static const char *formed(const struct stored_row *row, const struct column *column,
                          char room[static VALUE_SIZE])
{
    int64_t number;

    switch (column->form) {
    case FORM_LUID:
        return number_of(row, column->property, &number) ? text_luid_halves(room, (uint64_t)number)
                                                         : NULL;
    case FORM_TYPE:
        return number_of(row, column->property, &number) ? text_logon_type((uint32_t)number) : NULL;
    case FORM_TIME:
        return time_of(row, column->property, &number) ? text_time(room, number) : NULL;
    case FORM_NUMBER:
        if (!number_of(row, column->property, &number))
            return NULL;
        (void)snprintf(room, VALUE_SIZE, "%" PRId64, number);
        return room;
    default:
        return text_of(row, column->property);
    }
}

/* --- the table -------------------------------------------------------------------------------- */

static void print_cell(const char *text, int width)
{
    _cleanup_(freep) char *printable = text_printable(text && *text ? text : "-");

    printf(width > 0 ? "%-*s " : "%*s\n", width, printable ? printable : "?");
}

static void print_host(const struct printing *p, const struct remote_host *host)
{
    print_cell(host->text, p->host_width);
}

static void print_headings(const struct printing *p)
{
    print_cell("HOST", p->host_width);
    for (size_t i = 0; i < ARRAY_SIZE(columns) && columns[i].heading; i++)
        print_cell(columns[i].heading, columns[i].width);
}

static void print_line(const struct printing *p, const struct remote_host *host,
                       const struct stored_row *row)
{
    print_host(p, host);
    for (size_t i = 0; i < ARRAY_SIZE(columns) && columns[i].heading; i++) {
        const char *other = text_of(row, columns[i].other);
        char room[VALUE_SIZE];
        const char *text = formed(row, &columns[i], room);
        _cleanup_(freep) char *both = other ? text_account(other, text ? text : "") : NULL;

        print_cell(both ? both : text, columns[i].width);
    }
}

static void print_lines(const struct printing *p, const struct remote_result *result)
{
    char word[VALUE_SIZE];

    for (size_t i = 0; i < result->rows->n; i++)
        print_line(p, result->host, &result->rows->rows[i]);
    if (result->outcome == REMOTE_ANSWERED && result->rows->n > 0)
        return;
    print_host(p, result->host);
    (void)snprintf(word, sizeof(word), "(%s)",
                   result->outcome == REMOTE_ANSWERED ? "no session to be seen"
                                                      : remote_outcome_word(result->outcome));
    print_cell(word, 0);
}

/* --- separated values ------------------------------------------------------------------------- */

static void print_field(const struct printing *p, const char *text)
{
    putchar(p->separator);
    text_print_field(stdout, p->separator, text ? text : "");
}

static void print_status(const struct printing *p, const struct remote_result *result)
{
    text_print_field(stdout, p->separator, result->host->text);
    print_field(p, remote_outcome_word(result->outcome));
}

static void print_csv_headings(const struct printing *p)
{
    printf("Host%cStatus", p->separator);
    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        print_field(p, columns[i].csv);
    putchar('\n');
}

static void print_record(const struct printing *p, const struct remote_result *result,
                         const struct stored_row *row)
{
    print_status(p, result);
    for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
        const char *other = row ? text_of(row, columns[i].other) : NULL;
        char room[VALUE_SIZE];
        const char *text = row ? formed(row, &columns[i], room) : NULL;
        _cleanup_(freep) char *both = other ? text_account(other, text ? text : "") : NULL;

        print_field(p, both ? both : text);
    }
    putchar('\n');
}

/* A machine without a session to be seen is there too, with nothing behind its status. */
static void print_records(const struct printing *p, const struct remote_result *result)
{
    for (size_t i = 0; i < result->rows->n; i++)
        print_record(p, result, &result->rows->rows[i]);
    if (result->rows->n == 0)
        print_record(p, result, NULL);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void add_member(document *d, const struct stored_row *row, const struct field *field)
{
    const struct query_value *value = stored_value(row, field->property);
    int64_t number = 0;
    const bool is_number = number_of(row, field->property, &number);

    switch (field->form) {
    case FORM_TEXT:
        document_text(d, field->member, text_of(row, field->property));
        return;
    case FORM_TYPE:
        document_text(d, field->member, is_number ? text_logon_type((uint32_t)number) : NULL);
        return;
    case FORM_TIME:
        if (time_of(row, field->property, &number))
            document_time(d, field->member, number);
        else
            document_null(d, field->member);
        return;
    default:
        break;
    }
    if (!is_number)
        document_null(d, field->member);
    else if (field->form == FORM_LUID)
        document_luid(d, field->member, (uint64_t)number);
    else if (field->form == FORM_BOOL)
        document_bool(d, field->member, value->number != 0);
    else
        document_number(d, field->member, number);
}

static void add_session(document *d, const struct stored_row *row)
{
    document_open_object(d, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        add_member(d, row, &fields[i]);
    document_close(d);
}

/* A line for each machine, when it has answered. */
static int print_machine(const struct printing *p, const struct remote_result *result)
{
    _cleanup_(document_freep) document *d = document_new_part();

    document_text(d, "host", result->host->text);
    document_text(d, "status", remote_outcome_word(result->outcome));
    document_text(d, "reason", result->reason);
    document_number(d, "milliseconds", result->took_ms);
    document_open_array(d, "sessions");
    for (size_t i = 0; i < result->rows->n; i++)
        add_session(d, &result->rows->rows[i]);
    document_close(d);
    fputs(p->n_results > 0 ? ",\n    " : "\n    ", stdout);
    return document_print_part(d);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void complain_of_result(const struct remote_result *result)
{
    _cleanup_(freep) char *reason = text_printable(result->reason);

    complain("%s: %s: %s", result->host->text, remote_outcome_word(result->outcome),
             reason ? reason : "");
}

static bool print_result(void *context, const struct remote_result *result)
{
    struct printing *p = context;
    int r = 0;

    if (p->form == REMOTE_SESSIONS_TABLE)
        print_lines(p, result);
    else if (p->form == REMOTE_SESSIONS_JSON)
        r = print_machine(p, result);
    else
        print_records(p, result);
    p->n_results++;
    if (r == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        r = errno ? -errno : -EIO;
    if (r < 0) {
        complain_of_errno(r, "cannot write to standard output");
        return false;
    }
    if (result->outcome != REMOTE_ANSWERED)
        complain_of_result(result);
    return true;
}

static void begin(const struct printing *p)
{
    if (p->form == REMOTE_SESSIONS_TABLE)
        print_headings(p);
    else if (p->form == REMOTE_SESSIONS_JSON)
        printf("{\n  \"version\": %d,\n  \"hosts\": [", DOCUMENT_VERSION);
    else
        print_csv_headings(p);
}

static int host_width(const struct host_list *hosts)
{
    size_t width = strlen("HOST");

    for (size_t i = 0; i < hosts->n; i++) {
        const size_t length = strlen(hosts->all[i].text);

        if (length > width)
            width = length;
    }
    return width < HOST_WIDTH_MAX ? (int)width : HOST_WIDTH_MAX;
}

/* The first thing that is printed is the answer of a machine: before, what is wrong is told. */
static bool print_first(void *context, const struct remote_result *result)
{
    struct printing *p = context;

    if (p->n_results == 0)
        begin(p);
    return print_result(p, result);
}

int remote_sessions_list(struct remote_options *o, const struct command *command,
                         enum remote_sessions_form form)
{
    struct printing p = {
        .form = form,
        .separator = form == REMOTE_SESSIONS_TABS ? '\t' : ',',
        .host_width = host_width(&o->hosts),
    };
    const int code = remote_options_ask(o, command, query, print_first, &p);

    if (form != REMOTE_SESSIONS_JSON || p.n_results == 0)
        return code;
    fputs("\n  ]\n}\n", stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain_of_errno(errno, "cannot write to standard output");
    return code;
}
