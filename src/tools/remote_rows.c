/* SPDX-License-Identifier: MIT */
#include "remote_rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "query/wql_query.h"
#include "text.h"

static const char host_column[] = "host";

/* How it went with a machine, for the end of a JSON document. */
struct machine {
    const struct remote_host *host;
    enum remote_outcome outcome;
    char *reason;
    unsigned took_ms;
};

struct printing {
    struct query_sink sink;
    struct machine *machines;
    size_t n_machines;
    char **names; /* those that the sink has been told of; after the host's */
    size_t n_names;
    bool has_names;
};

static void forget_names(struct printing *p)
{
    for (size_t i = 0; i < p->n_names; i++)
        free(p->names[i]);
    free(p->names);
    p->names = NULL;
    p->n_names = 0;
    p->has_names = false;
}

static bool has_told(const struct printing *p, const struct row_shape *shape)
{
    if (!p->has_names || p->n_names != shape->n)
        return false;
    for (size_t i = 0; i < shape->n; i++) {
        if (strcmp(p->names[i], shape->names[i]) != 0)
            return false;
    }
    return true;
}

static bool remember(struct printing *p, const struct row_shape *shape)
{
    forget_names(p);
    p->names = calloc(shape->n + 1, sizeof(*p->names));
    for (; p->names && p->n_names < shape->n; p->n_names++) {
        p->names[p->n_names] = strdup(shape->names[p->n_names]);
        if (!p->names[p->n_names])
            return false;
    }
    p->has_names = p->names != NULL;
    return p->has_names;
}

static bool tell_columns(struct printing *p, const struct row_shape *shape)
{
    _cleanup_(freep) const char **names = calloc(shape->n + 1, sizeof(*names));

    if (!names || !remember(p, shape))
        return complain("there is not enough memory") == EXIT_SUCCESS;
    names[0] = host_column;
    for (size_t i = 0; i < shape->n; i++)
        names[i + 1] = shape->names[i];
    return p->sink.columns(p->sink.context, names, shape->n + 1);
}

static bool give_row(struct printing *p, const struct remote_host *host,
                     const struct stored_row *row)
{
    const size_t n = row->shape->n;
    _cleanup_(freep) struct query_value *values = calloc(n + 1, sizeof(*values)); /* borrowed */

    if (!values)
        return complain("there is not enough memory") == EXIT_SUCCESS;
    values[0] = (struct query_value){ .kind = QUERY_TEXT, .text = host->text };
    memcpy(values + 1, row->values, n * sizeof(*values));
    return p->sink.row(p->sink.context, values, n + 1);
}

static bool give_rows(struct printing *p, const struct remote_result *result)
{
    for (size_t i = 0; i < result->rows->n; i++) {
        const struct stored_row *row = &result->rows->rows[i];

        if (!has_told(p, row->shape) && !tell_columns(p, row->shape))
            return false;
        if (!give_row(p, result->host, row))
            return false;
    }
    return true;
}

static bool note_machine(struct printing *p, const struct remote_result *result)
{
    struct machine *machine = &p->machines[p->n_machines];

    *machine =
        (struct machine){ result->host, result->outcome, strdup(result->reason), result->took_ms };
    p->n_machines += machine->reason != NULL;
    return machine->reason || complain("there is not enough memory") == EXIT_SUCCESS;
}

static void add_machines(const struct printing *p, document *d)
{
    document_open_array(d, "hosts");
    for (size_t i = 0; i < p->n_machines; i++) {
        document_open_object(d, NULL);
        document_text(d, "host", p->machines[i].host->text);
        document_text(d, "status", remote_outcome_word(p->machines[i].outcome));
        document_text(d, "reason", p->machines[i].reason);
        document_number(d, "milliseconds", p->machines[i].took_ms);
        document_close(d);
    }
    document_close(d);
}

static bool take_result(void *context, const struct remote_result *result)
{
    _cleanup_(freep) char *reason = text_printable(result->reason);
    struct printing *p = context;

    if (!note_machine(p, result))
        return false;
    if (result->outcome != REMOTE_ANSWERED)
        complain("%s: %s: %s", result->host->text, remote_outcome_word(result->outcome),
                 reason ? reason : "");
    else if (!give_rows(p, result))
        return false;
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           complain_of_errno(errno, "cannot write to standard output") == EXIT_SUCCESS;
}

static void printing_done(struct printing *p)
{
    forget_names(p);
    for (size_t i = 0; i < p->n_machines; i++)
        free(p->machines[i].reason);
    free(p->machines);
}

/* What is wrong with the text is told with its place, and not by every machine. */
static int check(const char *query)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(wql_query_freep) struct wql_query *parsed = NULL;

    return wql_query_parse(&parsed, query, &problem) ? EXIT_SUCCESS
                                                     : complain_of_query(query, &problem);
}

int remote_rows_ask(struct remote_options *o, const struct command *command, const char *query,
                    const struct rows_choice *choice)
{
    _cleanup_(printing_done) struct printing p = { 0 };
    _cleanup_(rows_freep) rows *r = rows_new(choice);
    int code = check(query), printed;

    if (code != EXIT_SUCCESS)
        return code;
    p.machines = calloc(o->hosts.n + 1, sizeof(*p.machines));
    if (!r || !p.machines)
        return complain("there is not enough memory");
    p.sink = rows_sink(r);
    code = remote_options_ask(o, command, query, take_result, &p);
    if (p.n_machines == 0)
        return code;
    if (choice->form == ROWS_JSON)
        add_machines(&p, rows_end(r));
    printed = rows_finish(r);
    return printed == EXIT_SUCCESS ? code : printed;
}
