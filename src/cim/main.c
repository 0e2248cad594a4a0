/* SPDX-License-Identifier: MIT */
/* openlogon-cim: CIM classes about logon sessions, for clients on the network: CIM-XML and
 * WS-Management. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <openlogon.h>

#include "base/log.h"
#include "cim/server.h"

enum { EXIT_USAGE = 2, MEGABYTE = 1 << 20, NUMBER_MAX = 4095 };

enum key {
    KEY_LISTEN = UCHAR_MAX + 1,
    KEY_CERTIFICATE,
    KEY_KEY,
    KEY_CLIENTS,
    KEY_IDLE,
    KEY_REQUEST,
    KEY_QUERY,
    KEY_ANSWER,
};

static const struct option options[] = {
    { "listen", required_argument, NULL, KEY_LISTEN },
    { "tls-certificate", required_argument, NULL, KEY_CERTIFICATE },
    { "tls-key", required_argument, NULL, KEY_KEY },
    { "clients", required_argument, NULL, KEY_CLIENTS },
    { "idle-seconds", required_argument, NULL, KEY_IDLE },
    { "request-seconds", required_argument, NULL, KEY_REQUEST },
    { "query-seconds", required_argument, NULL, KEY_QUERY },
    { "answer-megabytes", required_argument, NULL, KEY_ANSWER },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { 0 },
};

static const char usage[] =
    "Usage:\n"
    " openlogon-cim --listen ADDRESS:PORT [OPTIONS]\n\n"
    "Answer CIM requests about logon sessions; each is answered as its sender.\n\n"
    "Options:\n"
    "     --listen ADDRESS:PORT    where; in numbers: 127.0.0.1:5985, [::]:5989. Several times: "
    "at\n"
    "                              each of these\n"
    "     --tls-certificate FILE   PEM; with it TLS is spoken. Off loopback there has to be one\n"
    "     --tls-key FILE           PEM\n"
    "     --clients N              at most so many at once, of each address; 32\n"
    "     --idle-seconds N         a client that is silent for longer is left; 30\n"
    "     --request-seconds N      a request that takes longer to come is cut off; 30\n"
    "     --query-seconds N        a query that takes longer is ended; 60\n"
    "     --answer-megabytes N     an answer that is larger is not given; 64\n"
    " -h, --help                   print this help\n"
    " -V, --version                print the version\n";

static bool parse_number(unsigned *ret, const char *text)
{
    char *end;
    unsigned long number;

    errno = 0;
    number = strtoul(text, &end, 10);
    if (errno || *end || text[0] < '0' || text[0] > '9' || number == 0 || number > NUMBER_MAX)
        return false;
    *ret = (unsigned)number;
    return true;
}

static bool add_address(struct server_options *o, const char *address)
{
    if (o->n_listen == SERVER_ADDRESSES_MAX)
        return false;
    o->listen[o->n_listen++] = address;
    return true;
}

static bool set_option(struct server_options *o, int key)
{
    unsigned megabytes;

    switch (key) {
    case KEY_LISTEN:
        return add_address(o, optarg);
    case KEY_CERTIFICATE:
        o->certificate = optarg;
        return true;
    case KEY_KEY:
        o->key = optarg;
        return true;
    case KEY_CLIENTS:
        return parse_number(&o->n_clients, optarg);
    case KEY_IDLE:
        return parse_number(&o->idle_seconds, optarg);
    case KEY_REQUEST:
        return parse_number(&o->request_seconds, optarg);
    case KEY_QUERY:
        return parse_number(&o->query_seconds, optarg);
    case KEY_ANSWER:
        if (!parse_number(&megabytes, optarg))
            return false;
        o->answer_size = (size_t)megabytes * MEGABYTE;
        return true;
    default:
        return false;
    }
}

/* Negative: go on. */
static int read_options(struct server_options *o, int argc, char **argv)
{
    int key;

    while ((key = getopt_long(argc, argv, "hV", options, NULL)) >= 0) {
        if (key == 'h')
            return fputs(usage, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (key == 'V')
            return puts("openlogon-cim " OPENLOGON_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (!set_option(o, key)) {
            if (key == KEY_LISTEN)
                log_error("it listens at %d addresses at most", SERVER_ADDRESSES_MAX);
            else if (key != '?')
                log_error("\"%s\" is no number from 1 to %d", optarg, NUMBER_MAX);
            return EXIT_USAGE;
        }
    }
    if (optind == argc && o->n_listen > 0 && !o->certificate == !o->key)
        return -1;
    log_error("%s", optind < argc      ? "there is an argument too many"
                    : o->n_listen == 0 ? "nothing is served unless --listen tells where"
                                       : "--tls-certificate and --tls-key go together");
    return EXIT_USAGE;
}

/* Passwords pass through here: nobody else's debugger, and no core file. */
static void shut_in(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
    (void)signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    struct server_options o = server_defaults;
    _cleanup_(server_stopp) server *s = NULL;
    sigset_t stop;
    int code, number;

    log_set_name("openlogon-cim");
    code = read_options(&o, argc, argv);
    if (code >= 0)
        return code;
    shut_in();
    /* Without root the kernel knows no other than the service: what it tells, it tells anybody. All
     * else is asked of the authority, which goes by the token. */
    if (geteuid() != 0 && !openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
        return EXIT_FAILURE;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &stop, NULL); /* the server's threads have it so, too */
    s = server_start(&o);
    if (!s)
        return EXIT_FAILURE;
    (void)sigwait(&stop, &number);
    return EXIT_SUCCESS;
}
