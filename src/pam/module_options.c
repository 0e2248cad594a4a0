/* SPDX-License-Identifier: MIT */
#include "pam/module_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

#include "base/macros.h"

#define SOCKET_DEFAULT "/run/openlogon/socket"

enum {
    TIMEOUT_DEFAULT_MS = 1000,
    TIMEOUT_MAX_MS = 60000,
};

struct option {
    const char *name; /* ends in '=' when a value follows */
    bool (*take)(struct module_options *options, const char *value);
};

static bool take_debug(struct module_options *options, const char *value)
{
    options->debug = true;
    return *value == '\0';
}

static bool take_socket(struct module_options *options, const char *value)
{
    options->socket = value;
    return *value == '/';
}

static bool take_timeout(struct module_options *options, const char *value)
{
    char *end;
    unsigned long parsed;

    errno = 0;
    parsed = strtoul(value, &end, 10);
    options->timeout_ms = (unsigned)parsed;
    return errno == 0 && end != value && *end == '\0' && *value >= '0' && *value <= '9' &&
           parsed > 0 && parsed <= TIMEOUT_MAX_MS;
}

/* Those that pam_get_authtok() looks at itself. */
static bool take_nothing(struct module_options *options, const char *value)
{
    return *value == '\0';
}

static const struct option known[] = {
    { "debug", take_debug },
    { "socket=", take_socket },
    { "timeout=", take_timeout },
    { "use_first_pass", take_nothing },
    { "try_first_pass", take_nothing },
    { "use_authtok", take_nothing },
};

static bool take(struct module_options *options, const char *argument)
{
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        size_t length = strlen(known[i].name);

        if (strncmp(argument, known[i].name, length) == 0)
            return known[i].take(options, argument + length);
    }
    return false;
}

void module_options_read(struct module_options *ret, pam_handle_t *pam, int argc, const char **argv)
{
    *ret = (struct module_options){ .socket = SOCKET_DEFAULT, .timeout_ms = TIMEOUT_DEFAULT_MS };
    for (int i = 0; i < argc; i++) {
        const struct module_options before = *ret;

        if (take(ret, argv[i]))
            continue;
        pam_syslog(pam, LOG_ERR, "the option \"%s\" is not understood; see pam_openlogon(8)",
                   argv[i]);
        *ret = before;
    }
}

bool module_options_runtime_dir(const struct module_options *options, char *ret, size_t size)
{
    const char *slash = strrchr(options->socket, '/');
    size_t length = slash ? (size_t)(slash - options->socket) : 0;

    if (length == 0 || length >= size)
        return false;
    memcpy(ret, options->socket, length);
    ret[length] = '\0';
    return true;
}
