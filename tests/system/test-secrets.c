/* SPDX-License-Identifier: MIT */
/*
 * After a logon neither a core dump nor a file of the authority holds a password or a key. The test
 * reads what a core dump would hold of openlogond, of its workers and of a program that logged on
 * (all memory that is not marked "do not dump"), and every file below the authority's directory.
 * None of these processes uses memory again that it freed, so nothing hides what was not wiped.
 *
 * The program is this one, started anew with the argument "program": it gets the passwords by a
 * pipe and wipes its own copies. No secret stands in the executable as it is.
 */
#include "authority.h"
#include "lsa.h"
#include "policy.h"
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

#include <lm.h>

#define USER         "kassandra"
#define SECOND_USER  "polyxena"
#define UNIX_USER    "daemon" /* an account of the machine that nobody logs on to */
#define PROGRAM_MARK "a-text-that-the-program-keeps"
#define ENVIRONMENT  "a-text-in-the-environment"
#define KEEPS_FREED  "a-library-that-frees-nothing" /* keep-freed.c */

enum {
    CHUNK = 1 << 20,
    MARKER_MAX = 64,
    PROCESSES_MAX = 64,
};

/* --- what is looked for ------------------------------------------------------------------------
 */

enum secret_id { FIRST, SECOND, WRONG, REMOTE, STORED, KEY, N_SECRETS };

static const char *const secret_names[N_SECRETS] = {
    [FIRST] = "the first password", [SECOND] = "the second password",
    [WRONG] = "a wrong password",   [REMOTE] = "the password for another machine",
    [STORED] = "the private data",  [KEY] = "the credential's key",
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

/* In UTF-8 and in UTF-16. Either half: what is used again may be written over in part. */
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

/* --- logons --- */

struct attempt {
    const char *password;
    DWORD type; /* of LogonUser and LsaLogonUser alike */
};

static BOOL log_on_a(const struct attempt *a, HANDLE *ret)
{
    return LogonUserA(USER, ".", a->password, a->type, LOGON32_PROVIDER_DEFAULT, ret);
}

static BOOL log_on_w(const struct attempt *a, HANDLE *ret)
{
    WCHAR password[MARKER_MAX];
    BOOL done;

    widen(password, a->password);
    done = LogonUserW(u"" USER, NULL, password, a->type, LOGON32_PROVIDER_DEFAULT, ret);
    explicit_bzero(password, sizeof(password));
    return done;
}

/* What a logon gives beside its token. */
struct extras {
    PSID sid;
    void *profile;
    DWORD profile_size;
    QUOTA_LIMITS quotas;
};

static void extras_done(struct extras *extras)
{
    LocalFree(extras->sid);
    LsaFreeReturnBuffer(extras->profile);
}

static BOOL log_on_ex_a(const struct attempt *a, HANDLE *ret)
{
    struct extras x = { 0 };
    BOOL done = LogonUserExA(USER, ".", a->password, a->type, LOGON32_PROVIDER_DEFAULT, ret, &x.sid,
                             &x.profile, &x.profile_size, &x.quotas);

    extras_done(&x);
    return done;
}

static BOOL log_on_ex_w(const struct attempt *a, HANDLE *ret)
{
    WCHAR password[MARKER_MAX];
    struct extras x = { 0 };
    BOOL done;

    widen(password, a->password);
    done = LogonUserExW(u"" USER, NULL, password, a->type, LOGON32_PROVIDER_DEFAULT, ret, &x.sid,
                        &x.profile, &x.profile_size, &x.quotas);
    explicit_bzero(password, sizeof(password));
    extras_done(&x);
    return done;
}

static BOOL log_on_ex_ex_w(const struct attempt *a, HANDLE *ret)
{
    WCHAR user[] = u"" USER, password[MARKER_MAX];
    struct extras x = { 0 };
    BOOL done;

    widen(password, a->password);
    done = LogonUserExExW(user, NULL, password, a->type, LOGON32_PROVIDER_DEFAULT, NULL, ret,
                          &x.sid, &x.profile, &x.profile_size, &x.quotas);
    explicit_bzero(password, sizeof(password));
    extras_done(&x);
    return done;
}

static NTSTATUS ask_package(const char *package, const char *user, const struct attempt *a,
                            HANDLE *ret)
{
    struct lsa_submit submit;
    struct lsa_result result;
    HANDLE lsa = NULL;

    assert_nt(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    lsa_submit_fill(&submit, MsV1_0InteractiveLogon, user, a->password);
    result =
        lsa_log_on(lsa, lsa_package(lsa, package), &submit, (SECURITY_LOGON_TYPE)a->type, NULL);
    explicit_bzero(&submit, sizeof(submit));
    if (result.status == STATUS_SUCCESS)
        *ret = result.token;
    LsaFreeReturnBuffer(result.profile);
    assert_nt(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
    return result.status;
}

static BOOL log_on_by_lsa(const struct attempt *a, HANDLE *ret)
{
    return ask_package(MSV1_0_PACKAGE_NAME, USER, a, ret) == STATUS_SUCCESS;
}

static BOOL (*const logons[])(const struct attempt *a, HANDLE *ret) = {
    log_on_a, log_on_w, log_on_ex_a, log_on_ex_w, log_on_ex_ex_w, log_on_by_lsa,
};

static const DWORD types[] = { LOGON32_LOGON_INTERACTIVE, LOGON32_LOGON_NETWORK_CLEARTEXT };

enum { WAYS = ARRAYSIZE(logons) * ARRAYSIZE(types) };

/* By each function that logs on by a password, right and wrong. Returns how many succeeded. */
static unsigned log_on_in_all_ways(const char *password, HANDLE *keep)
{
    unsigned n = 0;

    for (size_t t = 0; t < ARRAYSIZE(types); t++) {
        const struct attempt attempt = { password, types[t] };

        for (size_t i = 0; i < ARRAYSIZE(logons); i++)
            n += (unsigned)logons[i](&attempt, &keep[n]);
    }
    return n;
}

/* By the package that asks PAM. Whether it was refused, as it must be. */
static bool try_unix_user(const char *password)
{
    const struct attempt attempt = { password, LOGON32_LOGON_NETWORK };
    HANDLE token = NULL;

    return !LogonUserA(UNIX_USER, ".", password, attempt.type, LOGON32_PROVIDER_DEFAULT, &token) &&
           ask_package("Unix", UNIX_USER, &attempt, &token) == STATUS_LOGON_FAILURE;
}

/* --- changes of passwords --- */

static BOOL change_account(const char *old_password, const char *new_password)
{
    return openlogon_account_set_password(USER, old_password, new_password);
}

static BOOL change_by_net(const char *old_password, const char *new_password)
{
    WCHAR wide[2][MARKER_MAX];
    NET_API_STATUS status;

    widen(wide[0], old_password);
    widen(wide[1], new_password);
    status = NetUserChangePassword(NULL, u"" USER, wide[0], wide[1]);
    explicit_bzero(wide, sizeof(wide));
    return status == NERR_Success;
}

static BOOL change_by_message(const char *old_password, const char *new_password)
{
    NTSTATUS protocol_status = STATUS_UNSUCCESSFUL;
    struct lsa_change change;
    void *response = NULL;
    HANDLE lsa = NULL;
    ULONG size;

    assert_nt(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    lsa_change_fill(&change, USER, old_password, new_password);
    assert_nt(LsaCallAuthenticationPackage(lsa, lsa_package(lsa, MSV1_0_PACKAGE_NAME), &change,
                                           sizeof(change), &response, &size, &protocol_status),
              STATUS_SUCCESS);
    explicit_bzero(&change, sizeof(change));
    LsaFreeReturnBuffer(response);
    assert_nt(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
    return protocol_status == STATUS_SUCCESS;
}

static BOOL (*const changes[])(const char *old_password, const char *new_password) = {
    change_account,
    change_by_net,
    change_by_message,
};

/* In all ways, from one to the other and back. At the end it is the second. */
static bool change_in_all_ways(char passwords[KEY][MARKER_MAX])
{
    _Static_assert(ARRAYSIZE(changes) % 2 == 1, "else it is the first at the end");

    for (size_t i = 0; i < ARRAYSIZE(changes); i++) {
        const char *old_password = passwords[i % 2 ? SECOND : FIRST];

        if (changes[i](passwords[WRONG], passwords[FIRST]) ||
            !changes[i](old_password, passwords[i % 2 ? FIRST : SECOND]))
            return false;
    }
    return true;
}

/* --- whatever else takes a secret --- */

/* By an administrator, who needs no old password. */
static bool add_and_reset_second_user(const char *first, const char *second)
{
    WCHAR name[] = u"" SECOND_USER, wide[2][MARKER_MAX];
    USER_INFO_1 user = { .usri1_name = name,
                         .usri1_password = wide[0],
                         .usri1_priv = USER_PRIV_USER,
                         .usri1_flags = UF_SCRIPT };
    USER_INFO_1003 reset = { wide[1] };
    bool done;

    widen(wide[0], first);
    widen(wide[1], second);
    done = NetUserAdd(NULL, 1, (LPBYTE)&user, NULL) == NERR_Success &&
           NetUserSetInfo(NULL, name, 1003, (LPBYTE)&reset, NULL) == NERR_Success;
    explicit_bzero(wide, sizeof(wide));
    return done;
}

static bool store_and_retrieve(const char *secret)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    const USHORT size = (USHORT)(strlen(secret) * sizeof(WCHAR));
    WCHAR wide[MARKER_MAX];
    LSA_UNICODE_STRING data = { size, size, wide }, *retrieved = NULL;
    bool same;

    widen(wide, secret);
    assert_nt(LsaStorePrivateData(policy, policy_string("secret"), &data), STATUS_SUCCESS);
    assert_nt(LsaRetrievePrivateData(policy, policy_string("secret"), &retrieved), STATUS_SUCCESS);
    same = retrieved->Length == size && memcmp(retrieved->Buffer, wide, size) == 0;
    explicit_bzero(wide, sizeof(wide));
    explicit_bzero(retrieved->Buffer, retrieved->Length);
    LsaFreeMemory(retrieved);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    return same;
}

/* --- all of it --- */

/* Each step is told by its number when it fails. */
static int use_all_secrets(char passwords[KEY][MARKER_MAX], HANDLE *keep)
{
    if (!openlogon_account_add(USER, "", passwords[FIRST]) ||
        !add_and_reset_second_user(passwords[SECOND], passwords[FIRST]))
        return 1;
    if (log_on_in_all_ways(passwords[FIRST], keep) != WAYS)
        return 2;
    keep += WAYS;
    if (log_on_in_all_ways(passwords[WRONG], keep) != 0 || !try_unix_user(passwords[WRONG]) ||
        openlogon_elevate(passwords[WRONG], keep))
        return 3;
    if (!change_in_all_ways(passwords))
        return 4;
    if (log_on_in_all_ways(passwords[SECOND], keep) != WAYS)
        return 5;
    keep += WAYS;
    if (!LogonUserA("null-keeper", NULL, "null", LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT,
                    keep++) ||
        !LogonUserA("remote", "ELSEWHERE", passwords[REMOTE], LOGON32_LOGON_NEW_CREDENTIALS,
                    LOGON32_PROVIDER_WINNT50, keep++))
        return 6;
    return store_and_retrieve(passwords[STORED]) ? 0 : 7;
}

static int be_the_program(void)
{
    /* On the heap, where what the library leaves would be, too. */
    char *kept = strdup(PROGRAM_MARK);
    char passwords[KEY][MARKER_MAX];
    HANDLE handles[2 * WAYS + 2] = { NULL };
    int failed;

    for (size_t i = 0; i < KEY; i++)
        read_secret(STDIN_FILENO, passwords[i]);
    failed = use_all_secrets(passwords, handles);
    if (failed)
        return failed;
    explicit_bzero(passwords, sizeof(passwords));
    if (write(STDOUT_FILENO, "x", 1) != 1)
        return 8;
    (void)pause();
    return kept ? 0 : 9;
}

struct program {
    pid_t pid;
};

static void start_program(struct program *program)
{
    int in[2], out[2];
    char byte = 0;

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
    for (size_t i = 0; i < KEY; i++)
        assert_true(dprintf(in[1], "%s\n", secrets[i]) > 0);
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
    assert_search_finds(authority.pid, KEEPS_FREED);
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
        assert_search_finds(workers[i], KEEPS_FREED);
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

/* Else the search for them would look for nothing. */
static void openlogond_has_credentials_where_no_dump_has_them(void **state)
{
    struct finding finding = finding_of_secrets();

    (void)state;
    finding.everywhere = true;
    look_at_process(&finding, authority.pid);
    assert_true(finding.found[KEY]);
    assert_true(finding.found[REMOTE]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openlogond_keeps_no_secret),
        cmocka_unit_test(workers_keep_no_secret),
        cmocka_unit_test(the_program_keeps_no_secret),
        cmocka_unit_test(no_file_holds_a_secret),
        cmocka_unit_test(openlogond_has_credentials_where_no_dump_has_them),
    };

    if (argc == 2 && strcmp(argv[1], "program") == 0)
        return be_the_program();
    return cmocka_run_group_tests_name("secrets", tests, set_up, tear_down);
}
