/* SPDX-License-Identifier: MIT */
#include "daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

typedef enum options_result (*option_take)(struct options *options, const char *value);

static enum options_result show_help(struct options *options, const char *value);
static enum options_result show_version(struct options *options, const char *value);
static enum options_result take_private(struct options *options, const char *value);
static enum options_result take_verbose(struct options *options, const char *value);
static enum options_result take_ready_fd(struct options *options, const char *value);
static enum options_result take_setting(struct options *options, const char *value);

/* A text goes where `offset` says; anything else is taken by a function. */
static const struct option_entry {
    const char *name;
    const char *value; /* how the help calls it; NULL: the option has none */
    size_t offset;
    option_take take;
    const char *help;
} entries[] = {
    { "socket", "PATH", offsetof(struct options, socket), NULL,
      "listen here (default RUNTIME/socket)" },
    { "state", "DIR", offsetof(struct options, state), NULL,
      "what outlives a boot: accounts, machine SID (default " OPENLOGON_STATE_DIR ")" },
    { "runtime", "DIR", offsetof(struct options, runtime), NULL,
      "what does not (default " OPENLOGON_RUNTIME_DIR ")" },
    { "config", "FILE", offsetof(struct options, config), NULL,
      "configuration (default " OPENLOGON_CONFIG_FILE ", which may be absent)" },
    { "set", "KEY=VALUE", 0, take_setting, "set a key of the configuration; wins over the file" },
    { "private", NULL, 0, take_private,
      "an authority apart from the machine's; reads no configuration unless told to" },
    { "ready-fd", "N", 0, take_ready_fd, "write a line to this descriptor when clients may come" },
    { "worker", "PATH", offsetof(struct options, worker), NULL,
      "the program that authenticates (default " OPENLOGON_WORKER ")" },
    { "spawn", "PATH", offsetof(struct options, spawn), NULL,
      "the program that starts others (default " OPENLOGON_SPAWN ")" },
    { "package-dir", "DIR", offsetof(struct options, package_dir), NULL,
      "where packages lie (default " OPENLOGON_PACKAGE_DIR ")" },
    { "verbose", NULL, 0, take_verbose, "log each request" },
    { "help", NULL, 0, show_help, "show this" },
    { "version", NULL, 0, show_version, "show the version" },
};

static enum options_result show_help(struct options *options, const char *value)
{
    (void)puts(
        "usage: openlogond [OPTION...]\n\n"
        "The authority of this machine: logs clients on, keeps their sessions, issues tokens.\n");
    for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
        char name[64];

        (void)snprintf(name, sizeof(name), "--%s%s%s", entries[i].name, entries[i].value ? " " : "",
                       entries[i].value ? entries[i].value : "");
        (void)printf("  %-18s  %s\n", name, entries[i].help);
    }
    return OPTIONS_SHOWN;
}

static enum options_result show_version(struct options *options, const char *value)
{
    (void)puts("openlogond " OPENLOGON_VERSION);
    return OPTIONS_SHOWN;
}

static enum options_result take_private(struct options *options, const char *value)
{
    options->private = true;
    return OPTIONS_RUN;
}

static enum options_result take_verbose(struct options *options, const char *value)
{
    options->verbose = true;
    return OPTIONS_RUN;
}

static enum options_result take_ready_fd(struct options *options, const char *value)
{
    char *end;
    long fd = strtol(value, &end, 10);

    if (*end != '\0' || end == value || fd < 3 || fd > 1 << 20) {
        (void)fprintf(stderr, "openlogond: --ready-fd: \"%s\" is no descriptor from 3 on\n", value);
        return OPTIONS_WRONG;
    }
    options->ready_fd = (int)fd;
    return OPTIONS_RUN;
}

static enum options_result take_setting(struct options *options, const char *value)
{
    if (options->n_settings == OPTION_SETTINGS_MAX) {
        (void)fprintf(stderr, "openlogond: --set: more than %d settings\n", OPTION_SETTINGS_MAX);
        return OPTIONS_WRONG;
    }
    options->settings[options->n_settings++] = value;
    return OPTIONS_RUN;
}

static void take_text(struct options *options, const struct option_entry *entry, const char *value)
{
    *(const char **)(void *)((char *)options + entry->offset) = value;
}

static enum options_result walk(struct options *options, int argc, char **argv)
{
    struct option table[ARRAY_SIZE(entries) + 1] = { 0 };
    int index = 0;
    int c;

    for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
        table[i] = (struct option){ .name = entries[i].name,
                                    .has_arg = entries[i].value ? required_argument : no_argument };
    while ((c = getopt_long(argc, argv, "", table, &index)) == 0) {
        const struct option_entry *entry = &entries[index];
        enum options_result result = OPTIONS_RUN;

        if (entry->take)
            result = entry->take(options, optarg);
        else
            take_text(options, entry, optarg);
        if (result != OPTIONS_RUN)
            return result;
    }
    if (c == -1 && optind == argc)
        return OPTIONS_RUN;
    if (c == -1)
        (void)fprintf(stderr, "openlogond: \"%s\" is no option; see openlogond --help\n",
                      argv[optind]);
    return OPTIONS_WRONG; /* else getopt_long() has said what is wrong */
}

enum options_result options_read(struct options *ret, int argc, char **argv)
{
    enum options_result result;

    *ret = (struct options){ .ready_fd = -1 };
    result = walk(ret, argc, argv);
    if (result != OPTIONS_RUN)
        return result;
    ret->config_given = ret->config != NULL;
    ret->state = ret->state ? ret->state : OPENLOGON_STATE_DIR;
    ret->runtime = ret->runtime ? ret->runtime : OPENLOGON_RUNTIME_DIR;
    ret->config = ret->config ? ret->config : OPENLOGON_CONFIG_FILE;
    ret->worker = ret->worker ? ret->worker : OPENLOGON_WORKER;
    ret->spawn = ret->spawn ? ret->spawn : OPENLOGON_SPAWN;
    ret->package_dir = ret->package_dir ? ret->package_dir : OPENLOGON_PACKAGE_DIR;
    return OPTIONS_RUN;
}
