/* SPDX-License-Identifier: MIT */
/*
 * After a logon neither a core dump nor a file of the authority holds a password or a key. The test
 * reads what a core dump would hold of openlogond, of its workers and of a program that logged on
 * (all memory that is not marked "do not dump"), and every file below the authority's directory.
 *
 * The program is this one, started anew with the argument "program": it gets the passwords by a
 * pipe and wipes its own copies. No secret stands in the executable as it is.
 */
#include "authority.h"
#include "support.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER         "kassandra"
#define UNIX_USER    "daemon" /* an account of the machine that nobody logs on to */
#define PROGRAM_MARK "a-text-that-the-program-keeps"
#define ENVIRONMENT  "a-text-in-the-environment"

enum {
    CHUNK = 1 << 20,
    MARKER_MAX = 64,
    PROCESSES_MAX = 64,
};

/* --- what is looked for ------------------------------------------------------------------------
 */

enum secret_id { FIRST, SECOND, WRONG, KEY, N_SECRETS };

static const char *const secret_names[N_SECRETS] = {
    [FIRST] = "the first password",
    [SECOND] = "the second password",
    [WRONG] = "a wrong password",
    [KEY] = "the credential's key",
};

static char secrets[N_SECRETS][MARKER_MAX];

/* A text that is nowhere else. The package of the test makes the key by the same rule. */
static void make_secrets(void)
{
    for (size_t i = 0; i < N_SECRETS; i++) {
        unsigned char random[16];

        assert_int_equal(getrandom(random, sizeof(random), 0), sizeof(random));
        for (size_t n = 0; n < sizeof(random); n++)
            sprintf(secrets[i] + 2 * n, "%02x", random[n]);
    }
    for (size_t i = 0; i < 24; i++)
        secrets[KEY][i] = (char)('A' + (i * 7 + 3) % 26);
    secrets[KEY][24] = 0;
}

/* In UTF-8 and in UTF-16. Either half: free() writes over the beginning of what it gets. */
static bool holds_text(const char *bytes, size_t size, const char *text)
{
    size_t length = strlen(text), half = length / 2;
    char wide[2 * MARKER_MAX] = { 0 };

    for (size_t i = 0; i < length; i++)
        wide[2 * i] = text[i];
    return memmem(bytes, size, text, half) || memmem(bytes, size, wide, 2 * half) ||
           memmem(bytes, size, text + half, length - half) ||
           memmem(bytes, size, wide + 2 * half, 2 * (length - half));
}

/* --- where it is looked for --------------------------------------------------------------------
 */

/* What was found in one place, by the texts of a list. */
struct finding {
    const char *const *texts;
    size_t n_texts;
    bool everywhere; /* also in memory that no dump has */
    bool found[8];
    char where[8][160]; /* the first place */
};

static void look_at(struct finding *finding, const char *bytes, size_t size, const char *place)
{
    for (size_t i = 0; i < finding->n_texts; i++) {
        if (finding->found[i] || !holds_text(bytes, size, finding->texts[i]))
            continue;
        finding->found[i] = true;
        snprintf(finding->where[i], sizeof(finding->where[i]), "%s", place);
    }
}

/* Reads on with a little overlap, so that nothing is cut in two. */
static void look_through(struct finding *finding, int fd, off_t from, off_t to, const char *place)
{
    static char chunk[CHUNK];

    for (off_t at = from; at < to; at += CHUNK - 2 * MARKER_MAX) {
        size_t size = to - at < CHUNK ? (size_t)(to - at) : CHUNK;
        ssize_t n = pread(fd, chunk, size, at);

        if (n > 0)
            look_at(finding, chunk, (size_t)n, place);
    }
}

/* One mapping of /proc/PID/smaps: its range, and whether a core dump leaves it out. */
struct mapping {
    unsigned long from, to;
    char name[128];
    bool readable, left_out;
};

static bool parse_range(const char *line, struct mapping *ret)
{
    char rights[8] = "";
    int end = 0;

    if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %n", &ret->from, &ret->to, rights, &end) < 3)
        return false;
    snprintf(ret->name, sizeof(ret->name), "%s", line + end);
    ret->name[strcspn(ret->name, "\n")] = 0;
    ret->readable = rights[0] == 'r' && strncmp(ret->name, "[v", 2) != 0; /* [vvar], [vsyscall] */
    return true;
}

/* `dd`: MADV_DONTDUMP; `io`: memory of devices. */
static void parse_flags(const char *line, struct mapping *ret)
{
    if (strncmp(line, "VmFlags:", 8) == 0)
        ret->left_out = strstr(line, " dd") || strstr(line, " io");
}

static void look_at_mapping(struct finding *finding, int memory, const struct mapping *m)
{
    if (m->readable && (!m->left_out || finding->everywhere))
        look_through(finding, memory, (off_t)m->from, (off_t)m->to, *m->name ? m->name : "memory");
}

static void look_at_process(struct finding *finding, pid_t pid)
{
    char path[64], line[512];
    struct mapping mapping = { 0 };
    FILE *smaps;
    int memory;

    snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
    smaps = fopen(path, "re");
    if (memory < 0 || !smaps)
        fail_msg("cannot read the memory of process %d: %s", (int)pid, strerror(errno));
    while (fgets(line, sizeof(line), smaps)) {
        struct mapping next = { 0 };

        parse_flags(line, &mapping);
        if (!parse_range(line, &next))
            continue;
        look_at_mapping(finding, memory, &mapping);
        mapping = next;
    }
    look_at_mapping(finding, memory, &mapping);
    fclose(smaps);
    close(memory);
}

static struct finding *file_finding;

static int look_at_file(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    int fd;

    (void)ftw;
    if (type != FTW_F || !S_ISREG(info->st_mode))
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    look_through(file_finding, fd, 0, info->st_size, path);
    close(fd);
    return 0;
}

static void look_at_files(struct finding *finding, const char *directory)
{
    file_finding = finding;
    assert_int_equal(nftw(directory, look_at_file, 16, FTW_PHYS), 0);
}

/* --- processes ---------------------------------------------------------------------------------
 */

/* All descendants, nearest first. */
static size_t descendants(pid_t of, pid_t ret[PROCESSES_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i <= n; i++) {
        pid_t parent = i == 0 ? of : ret[i - 1];
        char path[96];
        FILE *file;
        int pid;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
        file = fopen(path, "re");
        assert_non_null(file);
        while (n < PROCESSES_MAX && fscanf(file, "%d", &pid) == 1)
            ret[n++] = pid;
        fclose(file);
    }
    return n;
}

/* --- the program that logs on ------------------------------------------------------------------
 */

static void read_secret(int fd, char *ret)
{
    size_t n = 0;
    char c;

    while (read(fd, &c, 1) == 1 && c != '\n')
        ret[n++] = c;
    ret[n] = 0;
}

static void widen(WCHAR *ret, const char *text)
{
    size_t i = 0;

    for (; text[i]; i++)
        ret[i] = (WCHAR)(unsigned char)text[i];
    ret[i] = 0;
}

/* By each function that takes a password, right and wrong. Returns how many logons succeeded. */
static unsigned log_on_in_all_ways(const char *password, HANDLE *keep)
{
    WCHAR wide[MARKER_MAX], user[MARKER_MAX];
    unsigned n = 0;

    widen(wide, password);
    widen(user, USER);
    for (size_t i = 0; i < 2; i++) {
        DWORD type = i == 0 ? LOGON32_LOGON_INTERACTIVE : LOGON32_LOGON_NETWORK_CLEARTEXT;

        n += (unsigned)LogonUserA(USER, ".", password, type, LOGON32_PROVIDER_DEFAULT, &keep[n]);
        n += (unsigned)LogonUserW(user, NULL, wide, type, LOGON32_PROVIDER_DEFAULT, &keep[n]);
    }
    explicit_bzero(wide, sizeof(wide));
    return n;
}

static int be_the_program(void)
{
    /* On the heap, where what the library leaves would be, too. */
    char *kept = strdup(PROGRAM_MARK);
    char passwords[3][MARKER_MAX];
    HANDLE handles[16] = { NULL };
    unsigned n;

    for (size_t i = 0; i < 3; i++)
        read_secret(STDIN_FILENO, passwords[i]);
    if (!openlogon_account_add(USER, "", passwords[FIRST]))
        return 1;
    n = log_on_in_all_ways(passwords[FIRST], handles);
    if (n != 4 || log_on_in_all_ways(passwords[WRONG], handles + n) != 0 ||
        LogonUserA(UNIX_USER, ".", passwords[WRONG], LOGON32_LOGON_NETWORK,
                   LOGON32_PROVIDER_DEFAULT, &handles[n]))
        return 2;
    if (!openlogon_account_set_password(USER, passwords[FIRST], passwords[SECOND]))
        return 3;
    n += log_on_in_all_ways(passwords[SECOND], handles + n);
    if (n != 8)
        return 4;
    if (!LogonUserA("null-keeper", NULL, "null", LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT,
                    &handles[n]))
        return 5;
    explicit_bzero(passwords, sizeof(passwords));
    if (write(STDOUT_FILENO, "x", 1) != 1)
        return 6;
    (void)pause();
    return kept ? 0 : 7;
}

struct program {
    pid_t pid;
};

static void start_program(struct program *program)
{
    int in[2], out[2];
    char byte = 0, text[N_SECRETS * MARKER_MAX];

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    program->pid = fork();
    if (program->pid == 0) {
        (void)dup2(in[0], STDIN_FILENO);
        (void)dup2(out[1], STDOUT_FILENO);
        (void)execl("/proc/self/exe", "test-secrets", "program", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    snprintf(text, sizeof(text), "%s\n%s\n%s\n", secrets[FIRST], secrets[SECOND], secrets[WRONG]);
    assert_int_equal(write(in[1], text, strlen(text)), strlen(text));
    close(in[1]);
    if (read(out[0], &byte, 1) != 1) {
        int status = -1;

        (void)waitpid(program->pid, &status, 0);
        fail_msg("the program failed at step %d", WEXITSTATUS(status));
    }
    close(out[0]);
}

static void end_program(const struct program *program)
{
    assert_int_equal(kill(program->pid, SIGKILL), 0);
    assert_int_equal(waitpid(program->pid, NULL, 0), program->pid);
}

/* --- the test ----------------------------------------------------------------------------------
 */

static struct authority authority;
static struct program program;

static int set_up(void **state)
{
    (void)state;
    make_secrets();
    assert_int_equal(setenv("OPENLOGON_TEST_MARK", ENVIRONMENT, 1), 0);
    authority_start(&authority);
    start_program(&program);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    end_program(&program);
    authority_remove(&authority);
    return 0;
}

static struct finding finding_of_secrets(void)
{
    static const char *texts[N_SECRETS];

    for (size_t i = 0; i < N_SECRETS; i++)
        texts[i] = secrets[i];
    return (struct finding){ .texts = texts, .n_texts = N_SECRETS };
}

static bool found_nothing(const struct finding *finding, const char *what)
{
    bool nothing = true;

    for (size_t i = 0; i < finding->n_texts; i++) {
        if (finding->found[i])
            print_error("%s holds %s (%s)\n", what, secret_names[i], finding->where[i]);
        nothing &= !finding->found[i];
    }
    return nothing;
}

/* What is no secret is found there: the search works. */
static void assert_search_finds(pid_t pid, const char *text)
{
    struct finding finding = { .texts = &text, .n_texts = 1 };

    look_at_process(&finding, pid);
    if (!finding.found[0])
        fail_msg("process %d does not hold \"%s\", which it must", (int)pid, text);
}

static void openlogond_keeps_no_secret(void **state)
{
    struct finding finding = finding_of_secrets();

    (void)state;
    assert_search_finds(authority.pid, ENVIRONMENT);
    assert_search_finds(authority.pid, USER);
    look_at_process(&finding, authority.pid);
    assert_true(found_nothing(&finding, "openlogond"));
}

static void workers_keep_no_secret(void **state)
{
    pid_t workers[PROCESSES_MAX];
    size_t n = descendants(authority.pid, workers);
    bool nothing = true;

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        struct finding finding = finding_of_secrets();

        assert_search_finds(workers[i], ENVIRONMENT);
        look_at_process(&finding, workers[i]);
        nothing &= found_nothing(&finding, "a worker");
    }
    assert_true(nothing);
}

static void the_program_keeps_no_secret(void **state)
{
    struct finding finding = finding_of_secrets();

    (void)state;
    assert_search_finds(program.pid, PROGRAM_MARK);
    look_at_process(&finding, program.pid);
    assert_true(found_nothing(&finding, "the program"));
}

static void no_file_holds_a_secret(void **state)
{
    static const char *const user = USER;
    struct finding of_user = { .texts = &user, .n_texts = 1 };
    struct finding finding = finding_of_secrets();

    (void)state;
    look_at_files(&of_user, authority.directory);
    assert_true(of_user.found[0]);
    look_at_files(&finding, authority.directory);
    assert_true(found_nothing(&finding, "the directory"));
}

/* Else the search for the key would look for nothing. */
static void openlogond_has_the_key_where_no_dump_has_it(void **state)
{
    struct finding finding = finding_of_secrets();

    (void)state;
    finding.everywhere = true;
    look_at_process(&finding, authority.pid);
    assert_true(finding.found[KEY]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openlogond_keeps_no_secret),
        cmocka_unit_test(workers_keep_no_secret),
        cmocka_unit_test(the_program_keeps_no_secret),
        cmocka_unit_test(no_file_holds_a_secret),
        cmocka_unit_test(openlogond_has_the_key_where_no_dump_has_it),
    };

    if (argc == 2 && strcmp(argv[1], "program") == 0)
        return be_the_program();
    return cmocka_run_group_tests_name("secrets", tests, set_up, tear_down);
}
