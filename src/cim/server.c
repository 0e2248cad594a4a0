/* SPDX-License-Identifier: MIT */
#include "cim/server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "cim/address.h"
#include "cim/pace.h"
#include "cim/request.h"

enum {
    PEM_SIZE_MAX = 1 << 20,
    CONNECTION_MEMORY = 1 << 15, /* a request's head, and what is on its way */
    OPTIONS_MAX = 10,
    TAKE_SECONDS = 600, /* for the largest answer, over a slow line */
};

const struct server_options server_defaults = {
    .n_clients = 32,
    .idle_seconds = 30,
    .request_seconds = 30,
    .query_seconds = 60,
    .answer_size = 64 << 20,
};

struct server {
    const struct server_options *options;
    struct service service;
    struct MHD_Daemon *daemons[SERVER_ADDRESSES_MAX]; /* one for each address */
    size_t n;
    pace *pace;
    char *certificate, *key;
};

/* --- files ------------------------------------------------------------------------------------ */

/* What is read is not longer than the file was when it was opened. */
static char *read_open_file(int fd)
{
    struct stat st;
    char *text;
    ssize_t n;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > PEM_SIZE_MAX)
        return NULL;
    text = calloc(1, (size_t)st.st_size + 1);
    if (!text)
        return NULL;
    n = read(fd, text, (size_t)st.st_size);
    if (n == st.st_size)
        return text;
    free(text);
    return NULL;
}

/* NULL: that has been logged. */
static char *read_pem(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = NULL;

    errno = 0;
    if (fd >= 0) {
        text = read_open_file(fd);
        close(fd);
    }
    if (!text)
        log_error("cannot read %s", path);
    return text;
}

static void forget(char *pem)
{
    if (pem)
        secret_wipe(pem, strlen(pem));
    free(pem);
}

/* --- the library's calls ---------------------------------------------------------------------- */

/* Who sends requests over a connection, kept with it. */
struct client {
    caller *caller;
    pace_client *pace;
};

static struct client *client_free(struct client *c)
{
    if (c) {
        (void)pace_leave(c->pace);
        (void)caller_free(c->caller);
    }
    free(c);
    return NULL;
}

static struct client *client_new(server *s, struct MHD_Connection *connection)
{
    const int fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    struct client *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->caller = caller_new();
    c->pace = pace_enter(s->pace, fd);
    return c->caller && c->pace ? c : client_free(c);
}

/* NULL: there was no memory. */
static struct client *client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static enum MHD_Result answer(request *r, struct MHD_Connection *connection, struct client *c)
{
    enum MHD_Result result;

    pace_set(c->pace, PACE_ANSWER);
    result = request_answer(r, connection, c->caller);
    pace_set(c->pace, PACE_TAKE);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **state)
{
    const server *s = context;
    struct client *c = client_of(connection);
    request *r = *state;

    if (!c)
        return MHD_NO;
    if (!r) {
        pace_set(c->pace, PACE_BODY);
        r = request_new(&s->service);
        *state = r;
        return r ? request_begin(r, connection, url, method) : MHD_NO;
    }
    if (*size == 0)
        return answer(r, connection, c);
    if (!request_add(r, bytes, *size))
        return MHD_NO;
    *size = 0;
    return MHD_YES;
}

static void on_end(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code)
{
    struct client *c = client_of(connection);

    *state = request_free(*state);
    if (c)
        pace_set(c->pace, PACE_WAIT);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **kept,
                          enum MHD_ConnectionNotificationCode code)
{
    *kept = code == MHD_CONNECTION_NOTIFY_STARTED ? client_new(context, connection)
                                                  : client_free(*kept);
}

/* --- starting --------------------------------------------------------------------------------- */

/* @fd  that listens; the daemon closes it */
static bool start_daemon(server *s, int fd)
{
    const struct server_options *o = s->options;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
    struct MHD_OptionItem options[OPTIONS_MAX] = {
        { MHD_OPTION_LISTEN_SOCKET, fd, NULL },
        { MHD_OPTION_CONNECTION_LIMIT, (intptr_t)o->n_clients, NULL },
        { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)o->idle_seconds, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_end, NULL },
        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s },
        { MHD_OPTION_END, 0, NULL },
    };
    size_t n = 6;

    if (s->certificate) {
        flags |= MHD_USE_TLS;
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, s->certificate };
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, s->key };
        options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    }
    s->daemons[s->n] = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY,
                                        options, MHD_OPTION_END);
    return s->daemons[s->n] && ++s->n;
}

static bool read_tls(server *s)
{
    const struct server_options *o = s->options;

    if (!o->certificate)
        return true;
    s->certificate = read_pem(o->certificate);
    s->key = s->certificate ? read_pem(o->key) : NULL;
    return s->key != NULL;
}

/* Passwords come in clear text otherwise. */
static bool may_listen(const struct server_options *o, const struct address *address,
                       const char *listen)
{
    if (o->certificate || address_is_loopback(address))
        return true;
    log_error("%s is reached from elsewhere, so it needs TLS: --tls-certificate and --tls-key",
              listen);
    return false;
}

static bool start_at(server *s, const char *listen)
{
    char text[ADDRESS_TEXT_SIZE];
    struct address address, bound;
    int fd;

    if (!address_parse(&address, listen)) {
        log_error("%s is no ADDRESS:PORT in numbers", listen);
        return false;
    }
    if (!may_listen(s->options, &address, listen))
        return false;
    fd = address_listen(&address, &bound);
    if (fd < 0) {
        log_error("cannot listen at %s: %s", listen, strerror(-fd));
        return false;
    }
    if (!start_daemon(s, fd)) {
        log_error("cannot serve at %s%s", listen,
                  s->certificate ? ": are these a certificate and its key?" : "");
        close(fd);
        return false;
    }
    address_text(text, &bound);
    log_info("listening at %s%s", text, s->certificate ? ", TLS" : "");
    return true;
}

static bool start_pace(server *s)
{
    const struct pace_limits limits = {
        .wait_seconds = s->options->idle_seconds + s->options->request_seconds,
        .body_seconds = s->options->request_seconds,
        .take_seconds = TAKE_SECONDS,
    };
    const int r = pace_start(&s->pace, &limits, s->service.enumerations);

    if (r < 0)
        log_error("cannot watch over clients: %s", strerror(-r));
    return r >= 0;
}

static bool start(server *s)
{
    if (!read_tls(s) || !start_pace(s))
        return false;
    for (unsigned i = 0; i < s->options->n_listen; i++) {
        if (!start_at(s, s->options->listen[i]))
            return false;
    }
    return true;
}

server *server_start(const struct server_options *options)
{
    server *s = calloc(1, sizeof(*s));

    if (!s)
        return NULL;
    s->options = options;
    s->service = (struct service){ options, enumerations_new(options->answer_size) };
    return s->service.enumerations && start(s) ? s : server_stop(s);
}

server *server_stop(server *s)
{
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        MHD_stop_daemon(s->daemons[i]);
    (void)pace_stop(s->pace);
    (void)enumerations_free(s->service.enumerations);
    free(s->certificate);
    forget(s->key);
    free(s);
    return NULL;
}
