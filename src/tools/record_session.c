/* SPDX-License-Identifier: MIT */
#include "record_session.h"

#include <inttypes.h>
#include <string.h>

#include "html.h"
#include "record_chart.h"
#include "record_tree.h"
#include "text.h"

enum {
    SIDES_MAX = 3, /* the session, the one it is linked to, and the one it comes from */
    MARKS_MAX = 6,
    INDENT_MAX = 7,
    NUMBER_SIZE = 32,
};

/* What ties a session to the one that the part is about. */
static const struct role {
    const char *name, *logon;
} itself = { "This session", "Logon" },
  linked_one = { "Linked session", "Logon of the linked session" },
  origin_one = { "Originating session", "Logon of the originating session" };

/* A session with the token of its first process whose token can be asked for. */
struct side {
    const struct role *role;
    size_t row; /* of the record's sessions */
    size_t first_process, n_processes;
    struct loaded token; /* one row, or none */
};

/* The part while it is written. */
struct part {
    FILE *to;
    struct record *r;
    struct side sides[SIDES_MAX];
    size_t n_sides;
};

static void part_done(struct part *p)
{
    for (size_t i = 0; i < p->n_sides; i++)
        loaded_done(&p->sides[i].token);
}

void record_print_time(FILE *to, int64_t filetime)
{
    char shown[TEXT_TIME_SIZE], iso[TEXT_TIME_SIZE];

    if (text_time(shown, filetime) && text_time_iso(iso, filetime))
        fprintf(to, "<time datetime=\"%s\">%s</time>", iso, shown);
}

char *record_account(const struct record *r, size_t row)
{
    const char *user = loaded_text(&r->sessions, row, SESSION_USER);

    return text_account(loaded_text(&r->sessions, row, SESSION_DOMAIN), user ? user : "");
}

static uint64_t luid_of(const struct part *p, size_t side)
{
    return (uint64_t)loaded_number(&p->r->sessions, p->sides[side].row, SESSION_LUID);
}

/* --- whom it is tied to ----------------------------------------------------------------------- */

/* Of the processes in the order that they started in. */
static query_status find_token(const struct part *p, struct side *side)
{
    query_status status = QUERY_OK;

    for (size_t i = 0; i < side->n_processes && !query_failed(status) && side->token.n_rows == 0;
         i++)
        status = record_token(
            &side->token, loaded_number(&p->r->processes, side->first_process + i, PROCESS_PID));
    return status;
}

static query_status add_side(struct part *p, const struct role *role, size_t row)
{
    struct side *side = &p->sides[p->n_sides];
    const uint64_t luid = (uint64_t)loaded_number(&p->r->sessions, row, SESSION_LUID);

    *side = (struct side){ .role = role, .row = row };
    side->first_process = record_processes(p->r, luid, &side->n_processes);
    p->n_sides++;
    return find_token(p, side);
}

/* One that may not be seen, or has ended, is none. */
static query_status add_tied(struct part *p, const struct role *role, uint64_t luid)
{
    size_t row = record_find(p->r, luid);
    query_status status = QUERY_OK;

    if (luid == 0 || luid == luid_of(p, 0))
        return QUERY_OK;
    if (row == SIZE_MAX)
        status = record_add(p->r, luid);
    if (row == SIZE_MAX && !query_failed(status))
        row = record_find(p->r, luid);
    return query_failed(status) || row == SIZE_MAX ? status : add_side(p, role, row);
}

static query_status find_sides(struct part *p, size_t row)
{
    const uint64_t linked = (uint64_t)loaded_number(&p->r->sessions, row, SESSION_LINKED);
    query_status status = add_side(p, &itself, row);
    uint64_t origin;

    if (!query_failed(status))
        status = add_tied(p, &linked_one, linked);
    origin = p->sides[0].token.n_rows > 0
                 ? (uint64_t)loaded_number(&p->sides[0].token, 0, RECORD_TOKEN_ORIGIN)
                 : 0;
    if (!query_failed(status) && origin != linked)
        status = add_tied(p, &origin_one, origin);
    return status;
}

/* --- identity --------------------------------------------------------------------------------- */

enum fact_form {
    FACT_TEXT,
    FACT_LUID,
    FACT_NUMBER,
    FACT_TIME,
    FACT_BOOL,
};

/* Rows of the comparison: of the session, and of its token. */
static const struct fact {
    const char *label;
    size_t column;
    enum fact_form form;
} session_facts[] = {
    { "Logon session", SESSION_LUID, FACT_LUID },
    { "User", SESSION_USER, FACT_TEXT },
    { "Domain", SESSION_DOMAIN, FACT_TEXT },
    { "SID", SESSION_SID, FACT_TEXT },
    { "UPN", SESSION_UPN, FACT_TEXT },
    { "Unix uid", SESSION_UID, FACT_NUMBER },
    { "Logon type", SESSION_TYPE, FACT_TEXT },
    { "Logon time", SESSION_LOGON_TIME, FACT_TIME },
    { "Authentication package", SESSION_PACKAGE, FACT_TEXT },
    { "Logon server", SESSION_SERVER, FACT_TEXT },
    { "DNS domain", SESSION_DNS_DOMAIN, FACT_TEXT },
    { "Session number", SESSION_WTS, FACT_NUMBER },
    { "Elevation", SESSION_ELEVATION, FACT_TEXT },
    { "PAM service", SESSION_SERVICE, FACT_TEXT },
    { "Terminal", SESSION_TTY, FACT_TEXT },
    { "Remote host", SESSION_REMOTE_HOST, FACT_TEXT },
    { "Remote user", SESSION_REMOTE_USER, FACT_TEXT },
    { "First process of the login", SESSION_LEADER, FACT_NUMBER },
    { "Last logon before", SESSION_LAST_SUCCESS, FACT_TIME },
    { "Last failed logon", SESSION_LAST_FAILURE, FACT_TIME },
    { "Failed logons since", SESSION_FAILED_ATTEMPTS, FACT_NUMBER },
    { "Password set", SESSION_PASSWORD_SET, FACT_TIME },
    { "To be logged off", SESSION_KICK_OFF, FACT_TIME },
    { "Tokens", SESSION_TOKENS, FACT_NUMBER },
    { "Identity enforced", SESSION_ENFORCED, FACT_BOOL },
}, token_facts[] = {
    { "Token of process", RECORD_TOKEN_PID, FACT_NUMBER },
    { "Token", RECORD_TOKEN_ID, FACT_LUID },
    { "Integrity", RECORD_TOKEN_INTEGRITY, FACT_TEXT },
    { "Elevated", RECORD_TOKEN_ELEVATED, FACT_BOOL },
    { "Restricted", RECORD_TOKEN_RESTRICTED, FACT_BOOL },
    { "Source", RECORD_TOKEN_SOURCE, FACT_TEXT },
    { "Origin", RECORD_TOKEN_ORIGIN, FACT_LUID },
};

static void print_fact(FILE *to, const struct query_value *value, enum fact_form form)
{
    char luid[TEXT_LUID_SIZE];

    switch (form) {
    case FACT_TEXT:
        html_text(to, value->text);
        break;
    case FACT_LUID:
        fputs(text_luid(luid, (uint64_t)value->number), to);
        break;
    case FACT_NUMBER:
        fprintf(to, "%" PRId64, value->number);
        break;
    case FACT_TIME:
        record_print_time(to, value->number);
        break;
    case FACT_BOOL:
        fputs(value->number ? "yes" : "no", to);
        break;
    }
}

static const struct query_value *fact_of(const struct part *p, const struct side *side,
                                         const struct fact *fact, bool is_of_token)
{
    if (is_of_token)
        return side->token.n_rows > 0 ? loaded_at(&side->token, 0, fact->column) : NULL;
    return loaded_at(&p->r->sessions, side->row, fact->column);
}

/* A row that nobody has anything for is left out. */
static void print_facts(const struct part *p, const struct fact *facts, size_t n, bool is_of_token)
{
    for (size_t i = 0; i < n; i++) {
        bool is_known = false;

        for (size_t s = 0; s < p->n_sides; s++) {
            const struct query_value *value = fact_of(p, &p->sides[s], &facts[i], is_of_token);

            is_known = is_known || (value && value->kind != QUERY_NULL);
        }
        if (!is_known)
            continue;
        fprintf(p->to, "<tr><th scope=\"row\">%s</th>", facts[i].label);
        for (size_t s = 0; s < p->n_sides; s++) {
            const struct query_value *value = fact_of(p, &p->sides[s], &facts[i], is_of_token);

            fputs("<td>", p->to);
            if (value && value->kind != QUERY_NULL)
                print_fact(p->to, value, facts[i].form);
            fputs("</td>", p->to);
        }
        fputs("</tr>\n", p->to);
    }
}

static void print_identity(const struct part *p)
{
    fputs("<h3>Identity</h3>\n<div class=\"scroll\"><table><thead><tr><td></td>", p->to);
    for (size_t s = 0; s < p->n_sides; s++) {
        const uint64_t luid = luid_of(p, s);

        fputs("<th scope=\"col\">", p->to);
        if (s > 0 && p->sides[s].row < p->r->n_chosen)
            fprintf(p->to, "<a href=\"#s%" PRIx64 "\">%s</a>", luid, p->sides[s].role->name);
        else
            fputs(p->sides[s].role->name, p->to);
        fputs("</th>", p->to);
    }
    fputs("</tr></thead><tbody>\n", p->to);
    print_facts(p, session_facts, ARRAY_SIZE(session_facts), false);
    print_facts(p, token_facts, ARRAY_SIZE(token_facts), true);
    fputs("</tbody></table></div>\n", p->to);
}

/* --- its time --------------------------------------------------------------------------------- */

/* Of the session itself, besides the logon of each side. */
static const struct {
    const char *label;
    size_t column;
} changes[] = {
    { "Last failed logon", SESSION_LAST_FAILURE },
    { "Password set", SESSION_PASSWORD_SET },
};

/* Only what happened while it is drawn. */
static void add_mark(struct chart *chart, struct chart_mark *marks, const char *label, int64_t at)
{
    if (at >= chart->from && at <= chart->to)
        marks[chart->n_marks++] = (struct chart_mark){ label, at };
}

static void find_marks(const struct part *p, struct chart *chart, struct chart_mark *marks)
{
    for (size_t i = 0; i < p->n_sides; i++)
        add_mark(chart, marks, p->sides[i].role->logon,
                 loaded_number(&p->r->sessions, p->sides[i].row, SESSION_LOGON_TIME));
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
        add_mark(chart, marks, changes[i].label,
                 loaded_number(&p->r->sessions, p->sides[0].row, changes[i].column));
}

static void print_mark_list(const struct part *p, const struct chart *chart)
{
    if (chart->n_marks == 0)
        return;
    fputs("<ol class=\"marks\">", p->to);
    for (size_t i = 0; i < chart->n_marks; i++) {
        fprintf(p->to, "<li>%s: ", chart->marks[i].label);
        record_print_time(p->to, chart->marks[i].at);
        fputs("</li>", p->to);
    }
    fputs("</ol>\n", p->to);
}

/* From its logon on, or from its first process where that is older. */
static int64_t beginning(const struct part *p)
{
    const struct side *side = &p->sides[0];
    int64_t from = loaded_number(&p->r->sessions, side->row, SESSION_LOGON_TIME);

    for (size_t i = 0; i < side->n_processes; i++) {
        const int64_t started =
            loaded_number(&p->r->processes, side->first_process + i, PROCESS_STARTED);

        if (started > 0 && (from <= 0 || started < from))
            from = started;
    }
    return from;
}

/* Where there are too many, those that started last. */
static size_t fill_bars(const struct part *p, struct chart_bar *bars)
{
    const struct side *side = &p->sides[0];
    const size_t n = side->n_processes < CHART_BARS_MAX ? side->n_processes : CHART_BARS_MAX;

    for (size_t i = 0; i < n; i++) {
        const size_t row = side->first_process + side->n_processes - n + i;
        const char *name = loaded_text(&p->r->processes, row, PROCESS_NAME);

        bars[i] = (struct chart_bar){ name ? name : "",
                                      loaded_number(&p->r->processes, row, PROCESS_STARTED) };
    }
    return n;
}

static void print_timeline(const struct part *p)
{
    struct chart_bar bars[CHART_BARS_MAX];
    struct chart_mark found[MARKS_MAX];
    struct chart chart = { .title = "From the logon to this record: a bar for each process",
                           .from = beginning(p),
                           .to = p->r->made,
                           .bars = bars,
                           .marks = found };

    _Static_assert(SIDES_MAX + ARRAY_SIZE(changes) <= MARKS_MAX, "there is room for all");
    if (p->sides[0].n_processes == 0 || chart.from <= 0 || chart.from >= chart.to)
        return;
    chart.n_bars = fill_bars(p, bars);
    find_marks(p, &chart, found);
    fputs("<h3>Timeline</h3>\n<div class=\"scroll\">", p->to);
    chart_print(p->to, &chart);
    fputs("</div>\n", p->to);
    print_mark_list(p, &chart);
    if (p->sides[0].n_processes > CHART_BARS_MAX)
        fprintf(p->to, "<p class=\"none\">The %d of %zu processes that started last.</p>\n",
                CHART_BARS_MAX, p->sides[0].n_processes);
}

/* --- processes -------------------------------------------------------------------------------- */

static void print_seconds(FILE *to, int64_t hundred_nanoseconds)
{
    fprintf(to, "%.2f s", (double)hundred_nanoseconds / 1e7);
}

static void print_process(const struct part *p, size_t row, size_t depth)
{
    const struct loaded *l = &p->r->processes;
    const char *command = loaded_text(l, row, PROCESS_COMMAND_LINE);
    const int64_t time =
        loaded_number(l, row, PROCESS_USER_TIME) + loaded_number(l, row, PROCESS_KERNEL_TIME);

    fprintf(p->to, "<tr><td class=\"n\">%" PRId64 "</td><td class=\"d%zu\">",
            loaded_number(l, row, PROCESS_PID), depth < INDENT_MAX ? depth : INDENT_MAX);
    if (depth > 0)
        fputs("<span aria-hidden=\"true\">\xe2\x94\x94 </span>", p->to);
    html_text(p->to, loaded_text(l, row, PROCESS_NAME));
    fputs("</td><td>", p->to);
    record_print_time(p->to, loaded_number(l, row, PROCESS_STARTED));
    fputs("</td><td class=\"n\">", p->to);
    print_seconds(p->to, time);
    fprintf(p->to, "</td><td class=\"n\">%.1f MiB</td><td>",
            (double)loaded_number(l, row, PROCESS_RESIDENT) / (1 << 20));
    html_text(p->to, loaded_text(l, row, PROCESS_BASIS));
    fputs("</td><td>", p->to);
    html_element(p->to, "code", command ? command : loaded_text(l, row, PROCESS_EXECUTABLE));
    fputs("</td></tr>\n", p->to);
}

static query_status print_processes(const struct part *p)
{
    const struct side *side = &p->sides[0];
    _cleanup_(freep) struct tree_row *rows = NULL;

    fprintf(p->to, "<h3>Processes (%zu)</h3>\n", side->n_processes);
    if (side->n_processes == 0) {
        fputs("<p class=\"none\">None.</p>\n", p->to);
        return QUERY_OK;
    }
    rows = record_tree(p->r, side->first_process, side->n_processes);
    if (!rows)
        return QUERY_NO_MEMORY;
    fputs("<div class=\"scroll\"><table><thead><tr><th class=\"n\" scope=\"col\">PID</th><th "
          "scope=\"col\">Process</th><th scope=\"col\">Started</th><th class=\"n\" "
          "scope=\"col\">CPU</th><th class=\"n\" scope=\"col\">Memory</th><th scope=\"col\">"
          "Known by</th><th scope=\"col\">Command line</th></tr></thead><tbody>\n",
          p->to);
    for (size_t i = 0; i < side->n_processes; i++)
        print_process(p, rows[i].row, rows[i].depth);
    fputs("</tbody></table></div>\n", p->to);
    return QUERY_OK;
}

/* --- groups and privileges -------------------------------------------------------------------- */

static void print_group(FILE *to, const struct loaded *groups, size_t row)
{
    _cleanup_(freep) char *attributes =
        text_group_attributes((uint32_t)loaded_number(groups, row, GROUP_ATTRIBUTES));

    fputs("<tr><td>", to);
    html_text(to, loaded_text(groups, row, GROUP_NAME));
    fputs("</td><td>", to);
    html_text(to, loaded_text(groups, row, GROUP_USE));
    fputs("</td><td class=\"id\">", to);
    html_text(to, loaded_text(groups, row, GROUP_SID));
    fputs("</td><td>", to);
    html_text(to, loaded_number(groups, row, GROUP_RESTRICTING) ? "Restricting SID, " : NULL);
    html_text(to, loaded_number(groups, row, GROUP_INTEGRITY) ? "Integrity label" : attributes);
    fputs("</td></tr>\n", to);
}

static void print_privilege(FILE *to, const struct loaded *privileges, size_t row)
{
    const bool enabled = loaded_number(privileges, row, PRIVILEGE_ENABLED) != 0;

    fputs("<tr><td>", to);
    html_text(to, loaded_text(privileges, row, PRIVILEGE_NAME));
    fputs("</td><td>", to);
    html_text(to, loaded_text(privileges, row, PRIVILEGE_DESCRIPTION));
    fprintf(to, "</td><td class=\"%s\">%s</td><td>%s</td></tr>\n", enabled ? "on" : "off",
            enabled ? "Enabled" : "Disabled",
            loaded_number(privileges, row, PRIVILEGE_BY_DEFAULT) ? "yes" : "no");
}

/* What a token has many of. */
struct token_list {
    const char *title, *columns[4];
    query_status (*load)(struct loaded *ret, int64_t pid);
    void (*print)(FILE *to, const struct loaded *rows, size_t row);
};

static const struct token_list group_list = {
    "Groups",
    { "Group", "Type", "SID", "Flags" },
    record_groups,
    print_group,
};

static const struct token_list privilege_list = {
    "Privileges",
    { "Privilege", "What it is for", "State", "By default" },
    record_privileges,
    print_privilege,
};

static query_status print_list(const struct part *p, const struct token_list *list, int64_t pid)
{
    _cleanup_(loaded_done) struct loaded rows = { 0 };
    const query_status status = list->load(&rows, pid);

    if (query_failed(status))
        return status;
    fprintf(p->to, "<h3>%s (%zu)</h3>\n<div class=\"scroll\"><table class=\"sortable\"><thead><tr>",
            list->title, rows.n_rows);
    for (size_t i = 0; i < ARRAY_SIZE(list->columns); i++)
        fprintf(p->to, "<th scope=\"col\">%s</th>", list->columns[i]);
    fputs("</tr></thead><tbody>\n", p->to);
    for (size_t i = 0; i < rows.n_rows; i++)
        list->print(p->to, &rows, i);
    fputs("</tbody></table></div>\n", p->to);
    return QUERY_OK;
}

static query_status print_token(const struct part *p)
{
    const struct loaded *token = &p->sides[0].token;
    query_status status;
    int64_t pid;

    if (token->n_rows == 0) {
        fputs("<h3>Groups and privileges</h3>\n<p class=\"none\">No process of it has a token that "
              "could be read.</p>\n",
              p->to);
        return QUERY_OK;
    }
    pid = loaded_number(token, 0, RECORD_TOKEN_PID);
    status = print_list(p, &group_list, pid);
    return query_failed(status) ? status : print_list(p, &privilege_list, pid);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void print_heading(const struct part *p)
{
    _cleanup_(freep) char *account = record_account(p->r, p->sides[0].row);
    const uint64_t luid = luid_of(p, 0);
    const char *type = loaded_text(&p->r->sessions, p->sides[0].row, SESSION_TYPE);

    fprintf(p->to,
            "<section id=\"s%" PRIx64 "\" aria-labelledby=\"h%" PRIx64 "\">\n"
            "<a class=\"back\" href=\"#sessions\">All sessions</a>\n"
            "<h2 id=\"h%" PRIx64 "\">",
            luid, luid, luid);
    html_text(p->to, account);
    fprintf(p->to, "</h2>\n<p class=\"sub\">Logon session 0x%" PRIx64 ", ", luid);
    html_text(p->to, type ? type : "without a logon type");
    fputs("</p>\n", p->to);
}

static query_status print_parts(struct part *p)
{
    query_status status;

    print_heading(p);
    print_identity(p);
    print_timeline(p);
    status = print_processes(p);
    if (!query_failed(status))
        status = print_token(p);
    fputs("</section>\n", p->to);
    return status;
}

query_status record_session_print(FILE *to, struct record *r, size_t row)
{
    _cleanup_(part_done) struct part p = { .to = to, .r = r };
    const query_status status = find_sides(&p, row);

    return query_failed(status) ? status : print_parts(&p);
}
