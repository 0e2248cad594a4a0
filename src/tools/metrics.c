/* SPDX-License-Identifier: MIT */
/* logon metrics: what openlogond counts, in Prometheus' text exposition format. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#include <openlogon.h>

#include "base/replacement.h"
#include "commands.h"
#include "complaint.h"
#include "exposition.h"

enum {
    KEY_TEXTFILE = KEY_WITHOUT_LETTER,
    FILE_MODE = 0644, /* node_exporter runs as a user of its own */
};

/* --- node_exporter's folder --------------------------------------------------------------------
 */

/* It is beside the other under a name that does not end in .prom: nobody reads it before it is
 * whole. */
static int put_file(const char *path, const OPENLOGON_METRIC *metrics, size_t n)
{
    _cleanup_(replacement_freep) replacement *r = NULL;
    int error = replacement_new(&r, AT_FDCWD, path);

    if (error < 0)
        return error;
    exposition_print(replacement_stream(r), metrics, n);
    return replacement_place(r, FILE_MODE, 0);
}

static int write_file(const char *folder, const OPENLOGON_METRIC *metrics, size_t n)
{
    char path[PATH_MAX];
    int error;

    if (snprintf(path, sizeof(path), "%s/openlogon.prom", folder) >= (int)sizeof(path))
        return complain_of_errno(ENAMETOOLONG, "cannot write to \"%s\"", folder);
    error = put_file(path, metrics, n);
    return error < 0 ? complain_of_errno(error, "cannot write \"%s\"", path) : EXIT_SUCCESS;
}

/* --- the command -------------------------------------------------------------------------------
 */

static int print_metrics(const OPENLOGON_METRIC *metrics, size_t n)
{
    exposition_print(stdout, metrics, n);
    if (fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}

static int metrics_run(const struct command *command, int argc, char **argv)
{
    OPENLOGON_METRIC *metrics = NULL;
    const char *folder = NULL;
    DWORD n = 0;
    int key, code;

    while ((key = command_option(command, argc, argv)) >= 0) {
        if (key == KEY_TEXTFILE)
            folder = optarg;
    }
    if (optind < argc)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (!openlogon_query_metrics(&metrics, &n))
        return complain_of(last_error(), "cannot ask for metrics");
    code = folder ? write_file(folder, metrics, n) : print_metrics(metrics, n);
    LsaFreeReturnBuffer(metrics);
    return code;
}

static const struct option_row rows[] = {
    { KEY_TEXTFILE, "textfile", "FOLDER", "write FOLDER/openlogon.prom, for node_exporter" },
    { 0 },
};

const struct command metrics_command = {
    .name = "metrics",
    .arguments = "[--textfile FOLDER]",
    .summary = "print what openlogond counts, for Prometheus",
    .options = rows,
    .run = metrics_run,
};
