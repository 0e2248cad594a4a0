/* SPDX-License-Identifier: MIT */
#include "remote/remote.h"

#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"
#include "remote/query_message.h"

enum {
    HEADERS_MAX = 1 << 16, /* bytes, of all responses of one machine */
    REASON_SIZE = 512,
    WAIT_MS = 1000,
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_UNAUTHORIZED = 401,
    HTTP_UNAVAILABLE = 503,
};

/* One machine while it is asked. */
struct transfer {
    struct transfer *next; /* of those that are under way */
    struct asking *asking;
    const struct remote_host *host;
    CURL *easy;
    answer *answer;
    struct row_store rows;
    size_t n_header_bytes, n_bytes;
    bool is_method_response; /* a header says so */
    bool is_too_large;
    char said[CURL_ERROR_SIZE];
};

struct asking {
    const struct remote_spec *spec;
    remote_visit visit;
    void *context;
    CURLM *multi;
    struct curl_slist *headers;
    char *message;
    size_t message_size;
    struct transfer *under_way;
    size_t n_under_way, n_begun;
    bool is_ended; /* by the visit */
};

/* --- memory ----------------------------------------------------------------------------------- */

/* The library copies passwords and the headers that hold them: what it gives back is overwritten.
 */
static void wipe_and_free(void *bytes)
{
    if (bytes)
        secret_wipe(bytes, malloc_usable_size(bytes));
    free(bytes);
}

static void *wiping_realloc(void *bytes, size_t size)
{
    const size_t before = bytes ? malloc_usable_size(bytes) : 0;
    void *moved = malloc(size);

    if (!moved)
        return NULL;
    if (before > 0)
        memcpy(moved, bytes, before < size ? before : size);
    wipe_and_free(bytes);
    return moved;
}

/* --- what comes ------------------------------------------------------------------------------- */

static bool is_header(const char *line, size_t size, const char *name, const char *value)
{
    const size_t length = strlen(name);

    if (size < length || strncasecmp(line, name, length) != 0)
        return false;
    line += length;
    size -= length;
    while (size > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        size--;
    }
    while (size > 0 && strchr(" \t\r\n", line[size - 1]))
        size--;
    return size == strlen(value) && strncasecmp(line, value, size) == 0;
}

static size_t take_header(char *line, size_t unit, size_t size, void *context)
{
    struct transfer *t = context;

    t->n_header_bytes += size;
    if (t->n_header_bytes > HEADERS_MAX)
        return 0;
    t->is_method_response |= is_header(line, size, "CIMOperation:", "MethodResponse");
    return size;
}

static long http_code(const struct transfer *t)
{
    long code = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* 0 ends the transfer. The body of anything but an answer is not read. */
static size_t take_bytes(char *bytes, size_t unit, size_t size, void *context)
{
    struct transfer *t = context;

    if (http_code(t) != HTTP_OK || !t->is_method_response)
        return 0;
    t->n_bytes += size;
    t->is_too_large = t->n_bytes > t->asking->spec->answer_size_max;
    return !t->is_too_large && answer_add(t->answer, bytes, size) ? size : 0;
}

static bool take_row(void *context, const struct answer_row *row)
{
    struct transfer *t = context;

    return row_store_add(&t->rows, row);
}

/* --- how it went ------------------------------------------------------------------------------ */

static const struct {
    CURLcode code;
    enum remote_outcome outcome;
} outcomes[] = {
    { CURLE_COULDNT_RESOLVE_HOST, REMOTE_NO_SUCH_HOST },
    { CURLE_COULDNT_CONNECT, REMOTE_UNREACHABLE },
    { CURLE_OPERATION_TIMEDOUT, REMOTE_TIMEOUT },
    { CURLE_SSL_CONNECT_ERROR, REMOTE_TLS },
    { CURLE_PEER_FAILED_VERIFICATION, REMOTE_TLS },
    { CURLE_SSL_CERTPROBLEM, REMOTE_TLS },
    { CURLE_SSL_CIPHER, REMOTE_TLS },
    { CURLE_SSL_CACERT_BADFILE, REMOTE_TLS },
    { CURLE_SSL_ISSUER_ERROR, REMOTE_TLS },
    { CURLE_SSL_ENGINE_INITFAILED, REMOTE_TLS },
};

struct verdict {
    enum remote_outcome outcome;
    char reason[REASON_SIZE];
};

static void judge(struct verdict *v, enum remote_outcome outcome, const char *format, ...)
    _printf_(3, 4);

static void judge(struct verdict *v, enum remote_outcome outcome, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    v->outcome = outcome;
    (void)vsnprintf(v->reason, sizeof(v->reason), format, arguments);
    va_end(arguments);
}

static void judge_connection(struct verdict *v, const struct transfer *t, CURLcode code)
{
    enum remote_outcome outcome = REMOTE_NOT_OPENLOGON;
    long error = 0;

    for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
        if (outcomes[i].code == code)
            outcome = outcomes[i].outcome;
    }
    (void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
    if (outcome == REMOTE_UNREACHABLE && error == ECONNREFUSED)
        judge(v, REMOTE_REFUSED, "nothing listens there");
    else if (outcome == REMOTE_TIMEOUT)
        judge(v, outcome, "no answer within %g s", t->asking->spec->timeout_ms / 1000.0);
    else
        judge(v, outcome, "%s", *t->said ? t->said : curl_easy_strerror(code));
}

static void judge_answer(struct verdict *v, const struct transfer *t)
{
    switch (answer_finish(t->answer)) {
    case ANSWER_WHOLE:
        judge(v, REMOTE_ANSWERED, "%s", "");
        break;
    case ANSWER_REFUSAL:
        judge(v, REMOTE_ERROR, "CIM error %u: %s", answer_code(t->answer),
              answer_description(t->answer));
        break;
    case ANSWER_NONE:
        judge(v, REMOTE_NOT_OPENLOGON, "what it sends is no answer in CIM-XML");
        break;
    case ANSWER_NOT_TAKEN:
        judge(v, REMOTE_ERROR, "there is not enough memory for its answer");
        break;
    }
}

static void judge_response(struct verdict *v, const struct transfer *t, CURLcode code)
{
    const long status = http_code(t);

    if (status == HTTP_UNAUTHORIZED)
        judge(v, REMOTE_AUTHENTICATION, "%s",
              t->asking->spec->user ? "it does not take the name and the password"
                                    : "the netrc file has no name and password that it takes");
    else if (status == HTTP_UNAVAILABLE)
        judge(v, REMOTE_ERROR, "its openlogond cannot log the user on (HTTP status 503)");
    else if (t->n_header_bytes > HEADERS_MAX)
        judge(v, REMOTE_NOT_OPENLOGON, "it sends too many headers");
    else if (status != 0 && (status != HTTP_OK || !t->is_method_response))
        judge(v, REMOTE_NOT_OPENLOGON, "HTTP status %ld without an answer in CIM-XML", status);
    else if (t->is_too_large)
        judge(v, REMOTE_TOO_LARGE, "its answer has more than %zu MiB",
              t->asking->spec->answer_size_max >> 20);
    else if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        judge_connection(v, t, code);
    else
        judge_answer(v, t);
}

static void report(struct transfer *t, CURLcode code)
{
    struct asking *a = t->asking;
    struct verdict verdict;
    struct remote_result result = { .host = t->host, .rows = &t->rows };
    curl_off_t microseconds = 0;

    if (a->is_ended)
        return;
    judge_response(&verdict, t, code);
    if (verdict.outcome != REMOTE_ANSWERED)
        row_store_done(&t->rows);
    (void)curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    result.outcome = verdict.outcome;
    result.reason = verdict.reason;
    result.took_ms = (unsigned)(microseconds / 1000);
    a->is_ended = !a->visit(a->context, &result);
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct transfer *transfer_free(struct transfer *t)
{
    if (!t)
        return NULL;
    if (t->easy)
        curl_easy_cleanup(t->easy);
    answer_free(t->answer);
    row_store_done(&t->rows);
    free(t);
    return NULL;
}
DEFINE_CLEANUP(struct transfer *, transfer_free);

static bool set_url(struct transfer *t)
{
    const unsigned flags = t->asking->spec->flags;
    const struct remote_host *host = t->host;
    const unsigned port = host->port            ? host->port
                          : flags & REMOTE_HTTP ? REMOTE_HTTP_PORT
                                                : REMOTE_HTTPS_PORT;
    char url[HOST_NAME_MAX_LENGTH + 32];

    (void)snprintf(url, sizeof(url), host->is_v6 ? "%s://[%s]:%u/cimom" : "%s://%s:%u/cimom",
                   flags & REMOTE_HTTP ? "http" : "https", host->name, port);
    return curl_easy_setopt(t->easy, CURLOPT_URL, url) == CURLE_OK;
}

static bool set_credentials(CURL *easy, const struct remote_spec *spec)
{
    if (!spec->user)
        return curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_NETRC_FILE, spec->netrc) == CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_USERNAME, spec->user) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PASSWORD, spec->password) == CURLE_OK;
}

/* A machine is asked itself, through no proxy, and sends nobody elsewhere. */
static bool set_options(CURL *easy, const struct asking *a)
{
    const struct remote_spec *spec = a->spec;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
        { CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC },
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
        { CURLOPT_SSL_VERIFYPEER, !(spec->flags & REMOTE_INSECURE) },
        { CURLOPT_SSL_VERIFYHOST, spec->flags & REMOTE_INSECURE ? 0 : 2 },
        { CURLOPT_TIMEOUT_MS, (long)spec->timeout_ms },
        { CURLOPT_CONNECTTIMEOUT_MS, (long)spec->timeout_ms },
        /* Whoever is logged on over a connection stays so as long as it. */
        { CURLOPT_FORBID_REUSE, 1 },
        { CURLOPT_POST, 1 },
        { CURLOPT_POSTFIELDSIZE, (long)a->message_size },
    };
    const struct {
        CURLoption option;
        const char *value;
    } texts[] = {
        { CURLOPT_PROTOCOLS_STR, spec->flags & REMOTE_HTTP ? "http" : "https" },
        { CURLOPT_PROXY, "" },
        { CURLOPT_POSTFIELDS, a->message },
        { CURLOPT_CAINFO, spec->ca_file },
    };
    bool good = true;

    for (size_t i = 0; i < ARRAY_SIZE(numbers) && good; i++)
        good = curl_easy_setopt(easy, numbers[i].option, numbers[i].value) == CURLE_OK;
    for (size_t i = 0; i < ARRAY_SIZE(texts) && good; i++)
        good =
            !texts[i].value || curl_easy_setopt(easy, texts[i].option, texts[i].value) == CURLE_OK;
    /* The file is all that is trusted: a folder would be as well, unless it is none. */
    good = good && curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
    return good && curl_easy_setopt(easy, CURLOPT_HTTPHEADER, a->headers) == CURLE_OK;
}

static bool set_callbacks(struct transfer *t)
{
    return curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->said) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

static bool begin(struct asking *a, const struct remote_host *host)
{
    _cleanup_(transfer_freep) struct transfer *t = calloc(1, sizeof(*t));

    if (!t)
        return false;
    t->asking = a;
    t->host = host;
    t->easy = curl_easy_init();
    t->answer = answer_new(take_row, t);
    if (!t->easy || !t->answer || !set_options(t->easy, a) || !set_url(t) ||
        !set_credentials(t->easy, a->spec) || !set_callbacks(t) ||
        curl_multi_add_handle(a->multi, t->easy) != CURLM_OK)
        return false;
    t->next = a->under_way;
    a->under_way = TAKE(t);
    a->n_under_way++;
    return true;
}

static bool begin_more(struct asking *a)
{
    while (a->n_under_way < a->spec->n_parallel && a->n_begun < a->spec->hosts->n) {
        if (!begin(a, &a->spec->hosts->all[a->n_begun]))
            return false;
        a->n_begun++;
    }
    return true;
}

static void end(struct asking *a, struct transfer *t)
{
    struct transfer **at = &a->under_way;

    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    a->n_under_way--;
    (void)curl_multi_remove_handle(a->multi, t->easy);
    transfer_free(t);
}

static void take_finished(struct asking *a)
{
    const CURLMsg *message;
    int n_left;

    while ((message = curl_multi_info_read(a->multi, &n_left))) {
        const CURLcode code = message->data.result;
        char *private = NULL;
        struct transfer *t;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        t = (struct transfer *)(void *)private;
        report(t, code);
        end(a, t);
    }
}

/* False: the library cannot go on, or there is no memory. */
static bool ask_all(struct asking *a)
{
    int n_running = 0;

    for (;;) {
        if (!begin_more(a) || curl_multi_perform(a->multi, &n_running) != CURLM_OK)
            return false;
        take_finished(a);
        if (a->is_ended || (a->n_under_way == 0 && a->n_begun == a->spec->hosts->n))
            return true;
        if (n_running > 0 && curl_multi_poll(a->multi, NULL, 0, WAIT_MS, NULL) != CURLM_OK)
            return false;
    }
}

static bool prepare(struct asking *a)
{
    static const char *const headers[] = {
        "Content-Type: application/xml; charset=\"utf-8\"",
        "CIMOperation: MethodCall",
        "CIMMethod: ExecQuery",
        "CIMObject: root%2Fcimv2",
        "Expect:",
    };

    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        struct curl_slist *longer = curl_slist_append(a->headers, headers[i]);

        if (!longer)
            return false;
        a->headers = longer;
    }
    a->message = query_message(a->spec->query, &a->message_size);
    a->multi = curl_multi_init();
    return a->message && a->multi;
}

static void done(struct asking *a)
{
    while (a->under_way)
        end(a, a->under_way);
    if (a->multi)
        (void)curl_multi_cleanup(a->multi);
    curl_slist_free_all(a->headers);
    free(a->message);
}

bool openlogon_remote_ask(const struct remote_spec *spec, remote_visit visit, void *context,
                          const char **ret_reason)
{
    struct asking a = { .spec = spec, .visit = visit, .context = context };
    bool good;

    *ret_reason = "the library for HTTP cannot be used";
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_and_free, wiping_realloc, strdup,
                             calloc) != CURLE_OK)
        return false;
    *ret_reason = "there is not enough memory, or the query has a character that XML has not";
    good = prepare(&a) && ask_all(&a);
    done(&a);
    curl_global_cleanup();
    if (good)
        *ret_reason = NULL;
    return good && !a.is_ended;
}
