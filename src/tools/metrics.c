/* SPDX-License-Identifier: MIT */
/* logon metrics: what openlogond counts, in Prometheus' text exposition format. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "exposition.h"
#include "replace_file.h"

enum {
    KEY_TEXTFILE = KEY_WITHOUT_LETTER,
    FILE_MODE = 0644, /* node_exporter runs as a user of its own */
};

/* --- node_exporter's folder --------------------------------------------------------------------
 */

/* All of it as one text, from malloc(). NULL: no memory. */
static char *exposition_text(const OPENLOGON_METRIC *metrics, size_t n, size_t *ret_size)
{
    char *text = NULL;
    FILE *to = open_memstream(&text, ret_size);

    if (!to)
        return NULL;
    exposition_print(to, metrics, n);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}

/* What is written beside it has a name that does not end in .prom, so nobody reads that. */
static int write_file(const char *folder, const OPENLOGON_METRIC *metrics, size_t n)
{
    const struct stat like = { .st_mode = FILE_MODE, .st_uid = (uid_t)-1, .st_gid = (gid_t)-1 };
    _cleanup_(freep) char *path = NULL;
    size_t size = 0;
    _cleanup_(freep) char *text = exposition_text(metrics, n, &size);
    int r = text && asprintf(&path, "%s/openlogon.prom", folder) >= 0 ? 0 : -ENOMEM;

    if (r == 0)
        r = replace_file(path, text, size, &like);
    return r < 0 ? complain_of_errno(-r, "cannot write \"%s/openlogon.prom\"", folder)
                 : EXIT_SUCCESS;
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
