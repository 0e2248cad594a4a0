/* SPDX-License-Identifier: MIT */
#include "remote_options.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complaint.h"
#include "secret_input.h"
#include "text.h"

enum {
    TIMEOUT_S = 10,
    TIMEOUT_S_MAX = 3600,
    PARALLEL = 32,
    ANSWER_SIZE_MAX = 64 << 20, /* what openlogon-cim sends unless it is told otherwise */
    HOSTS_FILE_MAX = 16 << 20,
    PROMPT_SIZE = 320,
    PERMISSIONS_OF_OTHERS = 077,
};

void remote_options_done(struct remote_options *o)
{
    host_list_done(&o->hosts);
    o->password = secret_free(o->password);
    free(o->netrc);
    *o = (struct remote_options){ 0 };
}

/* --- reading them ----------------------------------------------------------------------------- */

static int read_all(FILE *from, char **ret, size_t *ret_size)
{
    char *bytes = malloc(HOSTS_FILE_MAX);

    if (!bytes)
        return -ENOMEM;
    errno = 0;
    *ret_size = fread(bytes, 1, HOSTS_FILE_MAX, from);
    *ret = bytes;
    if (ferror(from))
        return errno ? -errno : -EIO;
    return *ret_size == HOSTS_FILE_MAX ? -EFBIG : 0;
}

static int read_hosts_file(const char *path, char **ret, size_t *ret_size)
{
    const bool is_input = strcmp(path, "-") == 0;
    FILE *from = is_input ? stdin : fopen(path, "re");
    int r;

    if (!from)
        return -errno;
    r = read_all(from, ret, ret_size);
    if (!is_input)
        (void)fclose(from);
    return r;
}

static int add_hosts_file(struct remote_options *o, const char *path)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(freep) char *bytes = NULL;
    size_t size = 0;
    const int r = read_hosts_file(path, &bytes, &size);

    if (r < 0)
        return complain_of_errno(r, "cannot read the hosts of \"%s\"", path);
    if (!host_list_add_lines(&o->hosts, bytes, size, &problem))
        return complain("\"%s\", %s", path, problem.message ? problem.message : "no memory");
    return EXIT_SUCCESS;
}

static int add_hosts(struct remote_options *o, const struct command *command, const char *text)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };

    if (host_list_add(&o->hosts, text, &problem))
        return EXIT_SUCCESS;
    return command_misused(command, "--host %s", problem.message ? problem.message : "no memory");
}

static int take_number(const struct command *command, const char *option, const char *argument,
                       uint32_t most, uint32_t *ret)
{
    if (text_to_number(argument, 1, most, ret))
        return EXIT_SUCCESS;
    return command_misused(command, "--%s \"%s\" is no number from 1 to %u", option, argument,
                           most);
}

int remote_options_take(struct remote_options *o, const struct command *command, int key,
                        const char *argument)
{
    o->is_used = true;
    switch (key) {
    case KEY_HOST:
        return add_hosts(o, command, argument);
    case KEY_HOSTS_FILE:
        return add_hosts_file(o, argument);
    case KEY_TIMEOUT:
        return take_number(command, "timeout", argument, TIMEOUT_S_MAX, &o->timeout_s);
    case KEY_PARALLEL:
        return take_number(command, "parallel", argument, REMOTE_PARALLEL_MAX, &o->n_parallel);
    case KEY_USER:
        o->user = argument;
        break;
    case KEY_PASSWORD_FILE:
        o->password_file = argument;
        break;
    case KEY_CA_FILE:
        o->ca_file = argument;
        break;
    case KEY_HTTP:
        o->flags |= REMOTE_HTTP;
        break;
    default:
        o->flags |= REMOTE_INSECURE;
        break;
    }
    return EXIT_SUCCESS;
}

/* --- who asks --------------------------------------------------------------------------------- */

/* A file of secrets that is nobody else's. -1 after complaining. */
static int open_private(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0) {
        complain_of_errno(errno, "cannot read the password of \"%s\"", path);
    } else if (status.st_mode & PERMISSIONS_OF_OTHERS || status.st_uid != geteuid()) {
        complain("\"%s\" holds a password and is not yours alone: chmod 600, and chown it", path);
    } else {
        return fd;
    }
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static bool read_password(struct remote_options *o)
{
    char prompt[PROMPT_SIZE];
    bool good;
    int fd;

    if (!o->password_file) {
        (void)snprintf(prompt, sizeof(prompt), "Password of %s, for %zu machine%s: ", o->user,
                       o->hosts.n, o->hosts.n == 1 ? "" : "s");
        return password_get(&o->password, NO_PASSWORD_FD, prompt);
    }
    fd = open_private(o->password_file);
    if (fd < 0)
        return false;
    good = password_get(&o->password, fd, NULL);
    (void)close(fd);
    return good;
}

static bool find_netrc(struct remote_options *o)
{
    const char *home = getenv("HOME");
    int fd;

    if (!home || asprintf(&o->netrc, "%s/.netrc", home) < 0)
        o->netrc = NULL;
    if (!o->netrc || access(o->netrc, F_OK) < 0) {
        complain("say with --user who asks, or in ~/.netrc (netrc(5)) for each machine");
        return false;
    }
    fd = open_private(o->netrc);
    if (fd < 0)
        return false;
    (void)close(fd);
    return true;
}

static bool find_who_asks(struct remote_options *o)
{
    return o->user ? read_password(o) : find_netrc(o);
}

/* --- asking ----------------------------------------------------------------------------------- */

/* NULL after complaining. It stays loaded. */
static remote_ask_function *load(void)
{
    const char *given = secure_getenv("OPENLOGON_REMOTE_MODULE"); /* the build tree's */
    const char *path = given && *given ? given : OPENLOGON_REMOTE_MODULE_PATH;
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    remote_ask_function *ask = NULL;

    if (module)
        *(void **)&ask = dlsym(module, "openlogon_remote_ask");
    if (!ask)
        complain("cannot ask other machines: %s", dlerror());
    return ask;
}

/* Passwords go in clear text where there is no TLS. */
static int check(const struct remote_options *o, const struct command *command)
{
    if (o->hosts.n == 0)
        return command_misused(command, "there is no machine to ask: say --host or --hosts-file");
    if (o->password_file && !o->user)
        return command_misused(command, "--password-file goes with --user");
    for (size_t i = 0; i < o->hosts.n; i++) {
        if (o->flags & REMOTE_HTTP && !(o->flags & REMOTE_INSECURE) &&
            !remote_host_is_loopback(&o->hosts.all[i]))
            return command_misused(command,
                                   "\"%s\" is another machine: --http would send the password in "
                                   "clear text, unless --insecure says that it may",
                                   o->hosts.all[i].text);
    }
    if (o->ca_file && access(o->ca_file, R_OK) < 0)
        return complain_of_errno(errno, "cannot read the certificates of \"%s\"", o->ca_file);
    return EXIT_SUCCESS;
}

/* Counts while it passes on. */
struct counting {
    remote_visit visit;
    void *context;
    size_t n_answered;
};

static bool count(void *context, const struct remote_result *result)
{
    struct counting *c = context;

    c->n_answered += result->outcome == REMOTE_ANSWERED;
    return c->visit(c->context, result);
}

static int ask(remote_ask_function *function, const struct remote_spec *spec, remote_visit visit,
               void *context)
{
    struct counting counting = { visit, context, 0 };
    const char *reason = NULL;

    if (!function(spec, count, &counting, &reason))
        return reason ? complain("cannot ask: %s", reason) : EXIT_FAILURE;
    if (counting.n_answered == spec->hosts->n)
        return EXIT_SUCCESS;
    return counting.n_answered > 0 ? EXIT_SOME_MISSING : EXIT_FAILURE;
}

int remote_options_ask(struct remote_options *o, const struct command *command, const char *query,
                       remote_visit visit, void *context)
{
    int code = check(o, command);
    remote_ask_function *function = code == EXIT_SUCCESS ? load() : NULL;
    struct remote_spec spec;

    if (code != EXIT_SUCCESS)
        return code;
    /* No core file of what holds a password. */
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    if (!function || !find_who_asks(o))
        return EXIT_FAILURE;
    spec = (struct remote_spec){
        .hosts = &o->hosts,
        .query = query,
        .flags = o->flags,
        .ca_file = o->ca_file,
        .user = o->user,
        .password = o->password ? password_text(o->password) : NULL,
        .netrc = o->netrc,
        .timeout_ms = 1000 * (o->timeout_s ? o->timeout_s : TIMEOUT_S),
        .n_parallel = o->n_parallel ? o->n_parallel : PARALLEL,
        .answer_size_max = ANSWER_SIZE_MAX,
    };
    return ask(function, &spec, visit, context);
}
