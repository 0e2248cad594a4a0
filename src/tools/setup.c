/* SPDX-License-Identifier: MIT */
/* logon setup: OpenLogon's places in the machine's configuration, PAM and NSS. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "nsswitch.h"
#include "replace_file.h"
#include "table.h"

#define PROFILE_DIR "/usr/share/pam-configs"
#define MODULE      "pam_openlogon.so"
#define NSSWITCH    "/etc/nsswitch.conf"
#define BACKUP      ".before-openlogon"

extern char **environ;

enum {
    KEY_ENABLE = KEY_WITHOUT_LETTER,
    KEY_DISABLE,
    KEY_SHOW,
    KEY_ROOT,
    KEY_JSON,
    FILE_SIZE_MAX = 1 << 20,
};

struct request {
    int what; /* one of the first three keys; 0: none was given */
    const char *root;
    bool json;
};

static int take_option(const struct command *command, struct request *r, int key)
{
    switch (key) {
    case KEY_ROOT:
        r->root = strcmp(optarg, "/") == 0 ? "" : optarg;
        return EXIT_SUCCESS;
    case KEY_JSON:
        r->json = true;
        return EXIT_SUCCESS;
    default:
        if (r->what != 0 && r->what != key)
            return command_misused(command, "--enable, --disable and --show exclude each other");
        r->what = key;
        return EXIT_SUCCESS;
    }
}

static int read_request(struct request *ret, const struct command *command, int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    *ret = (struct request){ .root = "" };
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, ret, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (argc > optind)
        return command_misused(command, "unexpected argument \"%s\"", argv[optind]);
    if (ret->what == 0)
        return command_misused(command, "say --enable, --disable or --show");
    return EXIT_SUCCESS;
}

static int path_below(char ret[static PATH_MAX], const char *root, const char *path)
{
    int n = snprintf(ret, PATH_MAX, "%s%s", root, path);

    return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* @ret  the caller's, with a zero behind it. Errors: those of open(2), -EFBIG, -EINVAL (a zero) */
static int read_text(char **ret, const char *path)
{
    _cleanup_(freep) char *text = malloc(FILE_SIZE_MAX);
    FILE *file = fopen(path, "re");
    size_t n;
    bool failed;

    if (!file)
        return -errno;
    n = text ? fread(text, 1, FILE_SIZE_MAX, file) : 0;
    failed = ferror(file) || !text;
    (void)fclose(file);
    if (failed)
        return -EIO;
    if (n == FILE_SIZE_MAX)
        return -EFBIG;
    text[n] = '\0';
    if (strlen(text) != n)
        return -EINVAL;
    *ret = TAKE(text);
    return 0;
}

/* --- PAM ---------------------------------------------------------------------------------------
 */

/* The profiles and the files that pam-auth-update makes of them. */
static const struct profile {
    const char *name;
    const char *files[2];
    const char *what;
} profiles[] = {
    { "openlogon", { "common-session", "common-session-noninteractive" }, "sessions of logins" },
    { "openlogon-accounts",
      { "common-auth", "common-account" },
      "passwords and restrictions of OpenLogon's accounts" },
    { "openlogon-passwords",
      { "common-password", NULL },
      "change of passwords of OpenLogon's accounts" },
};
enum { N_PROFILES = ARRAY_SIZE(profiles) };

/* Whether a line names the module that is no comment. */
static bool names_module(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        size_t content = strcspn(text, "#\n");
        const char *module = memmem(text, content, MODULE, sizeof(MODULE) - 1);

        if (module)
            return true;
        text += length + (text[length] == '\n');
    }
    return false;
}

/* Returns 1, 0, or -errno: the machine's PAM has no such file. */
static int is_active(const struct request *r, const struct profile *profile)
{
    for (size_t i = 0; i < ARRAY_SIZE(profile->files) && profile->files[i]; i++) {
        _cleanup_(freep) char *text = NULL;
        char path[PATH_MAX], name[64];
        int error;

        (void)snprintf(name, sizeof(name), "/etc/pam.d/%s", profile->files[i]);
        error = path_below(path, r->root, name);
        if (error >= 0)
            error = read_text(&text, path);
        if (error < 0)
            return error;
        if (!names_module(text))
            return 0;
    }
    return 1;
}

static int complain_of_files(const struct request *r, int error)
{
    return complain_of_errno(error,
                             "cannot read the common-* files of %s/etc/pam.d, which "
                             "pam-auth-update(8) makes",
                             r->root);
}

static int show_profiles_json(const int active[static N_PROFILES])
{
    _cleanup_(document_freep) document *d = document_new();

    document_open_array(d, "profiles");
    for (size_t i = 0; i < N_PROFILES; i++) {
        document_open_object(d, NULL);
        document_text(d, "name", profiles[i].name);
        document_bool(d, "active", active[i] > 0);
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static int show_profiles(const struct request *r)
{
    static const struct table_column columns[] = { { "PROFILE" }, { "ACTIVE" }, { "WHAT" } };
    int active[N_PROFILES];

    for (size_t i = 0; i < N_PROFILES; i++) {
        active[i] = is_active(r, &profiles[i]);
        if (active[i] < 0)
            return complain_of_files(r, active[i]);
    }
    if (r->json)
        return show_profiles_json(active);

    _cleanup_(table_freep) table *t = table_new(0);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (size_t i = 0; i < N_PROFILES; i++) {
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, profiles[i].name);
        table_set(t, line, 1, active[i] ? "yes" : "no");
        table_set(t, line, 2, profiles[i].what);
    }
    return table_print(t);
}

/* What it asks it asks through debconf, which is told to take the defaults. */
static int run_update(const struct request *r)
{
    const char *argv[6 + N_PROFILES];
    size_t n = 0;
    int status, error;
    pid_t pid;

    argv[n++] = "pam-auth-update";
    if (*r->root) {
        argv[n++] = "--root";
        argv[n++] = r->root;
    }
    argv[n++] = r->what == KEY_ENABLE ? "--enable" : "--disable";
    for (size_t i = 0; i < N_PROFILES; i++)
        argv[n++] = profiles[i].name;
    argv[n] = NULL;
    if (setenv("DEBIAN_FRONTEND", "noninteractive", 1) < 0)
        return complain_of_errno(errno, "cannot run pam-auth-update");
    error = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ);
    if (error == 0 && waitpid(pid, &status, 0) < 0)
        error = errno;
    if (error != 0)
        return complain_of_errno(error, "cannot run pam-auth-update, which this machine's PAM has "
                                        "to be set up with");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return complain("pam-auth-update failed; see what it said");
    return EXIT_SUCCESS;
}

static int check_installed(const struct request *r)
{
    for (size_t i = 0; i < N_PROFILES; i++) {
        char path[PATH_MAX], name[64];
        int error;

        (void)snprintf(name, sizeof(name), PROFILE_DIR "/%s", profiles[i].name);
        error = path_below(path, r->root, name);
        if (error >= 0 && access(path, R_OK) < 0)
            error = -errno;
        if (error < 0)
            return complain_of_errno(error, "the profile %s%s is not installed", r->root, name);
    }
    return EXIT_SUCCESS;
}

/* It leaves alone what an administrator has written by hand, and does not say so. */
static int check_result(const struct request *r)
{
    for (size_t i = 0; i < N_PROFILES; i++) {
        int active = is_active(r, &profiles[i]);

        if (active < 0)
            return complain_of_files(r, active);
        if (active != (r->what == KEY_ENABLE))
            return complain("pam-auth-update left the profile %s as it was: the common-* files of "
                            "%s/etc/pam.d were changed by hand; see pam-auth-update(8), --force",
                            profiles[i].name, r->root);
    }
    return EXIT_SUCCESS;
}

static int pam_run(const struct command *command, int argc, char **argv)
{
    struct request r;
    int code = read_request(&r, command, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    if (r.what == KEY_SHOW)
        return show_profiles(&r);
    if (r.what == KEY_ENABLE)
        code = check_installed(&r);
    if (code == EXIT_SUCCESS)
        code = run_update(&r);
    return code == EXIT_SUCCESS ? check_result(&r) : code;
}

/* --- NSS ---------------------------------------------------------------------------------------
 */

/* Of the file as it was before OpenLogon first changed it. */
static int keep_backup(const char *path, const char *text, const struct stat *like)
{
    char backup[PATH_MAX];
    int r = path_below(backup, path, BACKUP);

    if (r < 0 || access(backup, F_OK) == 0)
        return r;
    return replace_file(backup, text, strlen(text), like);
}

static int show_source(const struct request *r, const char *text)
{
    _cleanup_(document_freep) document *d = NULL;
    bool enabled = nsswitch_is_enabled(text);

    if (r->json) {
        d = document_new();
        document_bool(d, "active", enabled);
        return document_print(d);
    }
    printf("OpenLogon's accounts and groups are %snames of the machine\n", enabled ? "" : "no ");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : complain_of_errno(errno, "cannot write");
}

static int change_source(const struct request *r, const char *path, const char *text)
{
    const bool enable = r->what == KEY_ENABLE;
    _cleanup_(freep) char *changed = enable ? nsswitch_enable(text) : nsswitch_disable(text);
    struct stat status;
    int error = changed ? 0 : -ENOMEM;

    if (error >= 0 && strcmp(changed, text) == 0)
        return EXIT_SUCCESS;
    if (error >= 0 && stat(path, &status) < 0)
        error = -errno;
    if (error >= 0 && enable)
        error = keep_backup(path, text, &status);
    if (error >= 0)
        error = replace_file(path, changed, strlen(changed), &status);
    return error < 0 ? complain_of_errno(error, "cannot change %s", path) : EXIT_SUCCESS;
}

static int nss_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(freep) char *text = NULL;
    char path[PATH_MAX];
    struct request r;
    int error, code = read_request(&r, command, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    error = path_below(path, r.root, NSSWITCH);
    if (error >= 0)
        error = read_text(&text, path);
    if (error < 0)
        return complain_of_errno(error, "cannot read %s%s", r.root, NSSWITCH);
    return r.what == KEY_SHOW ? show_source(&r, text) : change_source(&r, path, text);
}

static const struct option_row rows[] = {
    { KEY_ENABLE, "enable", NULL, "switch it on" },
    { KEY_DISABLE, "disable", NULL, "switch it off" },
    { KEY_SHOW, "show", NULL, "tell what is switched on" },
    { KEY_JSON, "json", NULL, "--show as JSON" },
    { KEY_ROOT, "root", "DIR", "of the machine whose files lie below DIR" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "setup pam",
        .arguments = "--enable|--disable|--show [--json] [--root DIR]",
        .summary = "logins make sessions, and OpenLogon's accounts may log in",
        .options = rows,
        .run = pam_run,
    },
    {
        .name = "setup nss",
        .arguments = "--enable|--disable|--show [--json] [--root DIR]",
        .summary = "OpenLogon's accounts and groups are names of the machine",
        .options = rows,
        .run = nss_run,
    },
};

static int setup_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command setup_command = {
    .name = "setup",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "set up the machine's PAM and NSS",
    .ends_in_command = true,
    .run = setup_run,
};
