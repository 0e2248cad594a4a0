/* SPDX-License-Identifier: MIT */
/* logon metrics: what openlogond counts, in Prometheus' text exposition format. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "exposition.h"

enum {
    KEY_TEXTFILE = KEY_WITHOUT_LETTER,
    FILE_MODE = 0644, /* node_exporter runs as a user of its own */
};

/* --- node_exporter's folder --------------------------------------------------------------------
 */

/* Its name does not end in .prom, so that nobody reads it before it is whole. */
static int write_beside(char *path, const OPENLOGON_METRIC *metrics, size_t n)
{
    int fd = mkostemp(path, O_CLOEXEC);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
    int r = 0;

    if (!to) {
        r = -errno;
        if (fd >= 0)
            (void)close(fd);
        return r;
    }
    exposition_print(to, metrics, n);
    if (fflush(to) != 0 || fchmod(fd, FILE_MODE) < 0)
        r = -errno;
    if (fclose(to) != 0 && r == 0)
        r = -errno;
    return r;
}

/* One that is there is replaced at once, or stays as it was. */
static int write_file(const char *folder, const OPENLOGON_METRIC *metrics, size_t n)
{
    char path[PATH_MAX], beside[PATH_MAX];
    int r;

    if (snprintf(path, sizeof(path), "%s/openlogon.prom", folder) >= (int)sizeof(path) ||
        snprintf(beside, sizeof(beside), "%s/.openlogon.XXXXXX", folder) >= (int)sizeof(beside))
        return complain_of_errno(ENAMETOOLONG, "cannot write to \"%s\"", folder);
    r = write_beside(beside, metrics, n);
    if (r == 0 && rename(beside, path) < 0)
        r = -errno;
    if (r == 0)
        return EXIT_SUCCESS;
    (void)unlink(beside);
    return complain_of_errno(-r, "cannot write \"%s\"", path);
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
