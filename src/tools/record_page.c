/* SPDX-License-Identifier: MIT */
#include "record_page.h"

#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "html.h"
#include "query/tables.h"
#include "record_session.h"
#include "record_style.h"
#include "text.h"

enum { LINE_SIZE = 256 };

static const char boot_id_file[] = "/proc/sys/kernel/random/boot_id";
static const char release_file[] = "/etc/os-release";
static const char release_key[] = "PRETTY_NAME=";

/* --- the head --------------------------------------------------------------------------------- */

static const char *host_name(const struct utsname *machine)
{
    return *machine->nodename ? machine->nodename : "this machine";
}

/* Nothing runs or is loaded but what is named by its hash, whatever a text may hold. */
static void print_head(FILE *to, const struct utsname *machine)
{
    char style[HTML_HASH_SIZE], script[HTML_HASH_SIZE];

    html_hash(style, record_style);
    html_hash(script, record_script);
    fprintf(to,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Logon sessions of ",
            style, script);
    html_text(to, host_name(machine));
    fprintf(to, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>Logon sessions of ",
            record_style);
    html_text(to, host_name(machine));
    fputs("</h1>\n", to);
}

/* --- when, where and who ---------------------------------------------------------------------- */

static void print_term(FILE *to, const char *label)
{
    fprintf(to, "<dt>%s</dt><dd>", label);
}

/* A file's first line that begins so, without that and without quotes; false: there is none. */
static bool read_line(char ret[static LINE_SIZE], const char *path, const char *key)
{
    FILE *file = fopen(path, "re");
    const size_t length = strlen(key);
    bool found = false;

    while (file && !found && fgets(ret, LINE_SIZE, file))
        found = strncmp(ret, key, length) == 0;
    if (file)
        (void)fclose(file);
    if (!found)
        return false;
    memmove(ret, ret + length, strlen(ret + length) + 1);
    ret[strcspn(ret, "\n")] = '\0';
    if (*ret == '"') {
        memmove(ret, ret + 1, strlen(ret));
        ret[strcspn(ret, "\"")] = '\0';
    }
    return true;
}

static void print_machine(FILE *to, const struct utsname *machine)
{
    char line[LINE_SIZE];

    print_term(to, "Machine");
    html_text(to, host_name(machine));
    if (read_line(line, release_file, release_key)) {
        fputs(", ", to);
        html_text(to, line);
    }
    fprintf(to, ", %s %s</dd>\n", machine->sysname, machine->release);
    if (read_line(line, boot_id_file, "")) {
        print_term(to, "Boot");
        html_element(to, "code", line);
        fputs("</dd>\n", to);
    }
}

static void print_when(FILE *to, const struct record *r)
{
    char iso[TEXT_TIME_SIZE];

    print_term(to, "Made");
    html_text(to, text_time_iso(iso, r->made));
    fputs("; all times are of this time zone</dd>\n", to);
}

/* Whoever runs this, as the authority knows it. */
static query_status find_maker(const struct record *r, struct record *maker)
{
    static const char *const column = "session";
    const struct query_value pid = { .kind = QUERY_INTEGER, .number = getpid() };
    const struct loaded_spec spec = { &query_processes_table, &column, 1, "pid", &pid };
    _cleanup_(loaded_done) struct loaded own = { 0 };
    query_status status = loaded_add(&own, &spec);

    if (!query_failed(status) && own.n_rows > 0)
        status = record_add(maker, (uint64_t)loaded_number(&own, 0, 0));
    return status;
}

static query_status print_who(FILE *to, const struct record *r)
{
    _cleanup_(record_done) struct record maker = { 0 };
    _cleanup_(freep) char *account = NULL;
    const query_status status = find_maker(r, &maker);

    if (query_failed(status) || maker.sessions.n_rows == 0)
        return status;
    account = record_account(&maker, 0);
    print_term(to, "Made by");
    html_text(to, account);
    fputs(" (", to);
    html_text(to, loaded_text(&maker.sessions, 0, SESSION_SID));
    fprintf(to, "), uid %u, logon session 0x%" PRIx64 ", OpenLogon %s</dd>\n", geteuid(),
            (uint64_t)loaded_number(&maker.sessions, 0, SESSION_LUID), OPENLOGON_VERSION);
    return QUERY_OK;
}

static void print_what(FILE *to, const struct record *r)
{
    print_term(to, "Sessions");
    if (r->choice.has_session) {
        fprintf(to, "the one that was asked for, 0x%" PRIx64, r->choice.session);
    } else if (r->choice.user) {
        fprintf(to, "%zu, those of ", r->n_chosen);
        html_text(to, r->choice.user);
        fputs(" that the maker may see", to);
    } else if (r->n_hidden == 0) {
        fprintf(to, "%zu, which is all that there are", r->n_chosen);
    } else {
        fprintf(to, "%zu; %zu of others, which the maker may not see, are not told of", r->n_chosen,
                r->n_hidden);
    }
    fputs("</dd>\n", to);
}

static query_status print_facts(FILE *to, const struct record *r, const struct utsname *machine)
{
    query_status status;

    fputs("<dl class=\"facts\">\n", to);
    print_machine(to, machine);
    print_when(to, r);
    status = print_who(to, r);
    print_what(to, r);
    fputs("</dl>\n", to);
    return status;
}

/* --- the list --------------------------------------------------------------------------------- */

static const char *first_text(const struct record *r, size_t row, size_t column, size_t other)
{
    const char *text = loaded_text(&r->sessions, row, column);

    return text ? text : loaded_text(&r->sessions, row, other);
}

static void print_list_row(FILE *to, const struct record *r, size_t row)
{
    _cleanup_(freep) char *account = record_account(r, row);
    const uint64_t luid = (uint64_t)loaded_number(&r->sessions, row, SESSION_LUID);
    const int64_t time = loaded_number(&r->sessions, row, SESSION_LOGON_TIME);
    size_t n_processes;

    (void)record_processes(r, luid, &n_processes);
    fprintf(to,
            "<tr><td class=\"id\" data-key=\"%" PRIu64 "\"><a href=\"#s%" PRIx64 "\">0x%" PRIx64
            "</a></td><td>",
            luid, luid, luid);
    html_text(to, account);
    fputs("</td><td>", to);
    html_text(to, loaded_text(&r->sessions, row, SESSION_TYPE));
    fprintf(to, "</td><td data-key=\"%" PRId64 "\">", time);
    record_print_time(to, time);
    fputs("</td><td>", to);
    html_text(to, first_text(r, row, SESSION_REMOTE_HOST, SESSION_TTY));
    fputs("</td><td>", to);
    html_text(to, first_text(r, row, SESSION_SERVICE, SESSION_PACKAGE));
    fputs("</td><td>", to);
    html_text(to, loaded_text(&r->sessions, row, SESSION_ELEVATION));
    fprintf(to, "</td><td class=\"n\">%zu</td></tr>\n", n_processes);
}

static void print_list(FILE *to, const struct record *r)
{
    fputs(
        "<h2 id=\"sessions\">Sessions</h2>\n<div class=\"scroll\"><table class=\"sortable\">"
        "<thead><tr><th scope=\"col\">Session</th><th scope=\"col\">User</th><th scope=\"col\">"
        "Type</th><th scope=\"col\">Since</th><th scope=\"col\">From</th><th scope=\"col\">By</th>"
        "<th scope=\"col\">Elevation</th><th class=\"n\" scope=\"col\">Processes</th></tr></thead>"
        "<tbody>\n",
        to);
    for (size_t i = 0; i < r->n_chosen; i++)
        print_list_row(to, r, i);
    fputs("</tbody></table></div>\n", to);
}

query_status record_page_print(FILE *to, struct record *r)
{
    struct utsname machine = { 0 };
    query_status status;

    (void)uname(&machine);
    print_head(to, &machine);
    status = print_facts(to, r, &machine);
    print_list(to, r);
    for (size_t i = 0; i < r->n_chosen && !query_failed(status); i++)
        status = record_session_print(to, r, i);
    fprintf(to, "</main>\n<script>%s</script>\n</body>\n</html>\n", record_script);
    return status;
}
