/* SPDX-License-Identifier: MIT */
/* Starting, waiting for and ending processes, with pipes between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openlogon.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "client/test-authority.h"

static pid_t authority;

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

/* A start whose output is read. */
struct run {
    HANDLE token; /* NULL: the process's own */
    const char *application;
    const char *command_line;
    const void *environment;
    const char *directory;
    DWORD flags;
};

static bool start_run(const struct run *run, STARTUPINFOA *startup, PROCESS_INFORMATION *process)
{
    char line[256];

    if (run->command_line)
        (void)snprintf(line, sizeof(line), "%s", run->command_line);
    return run->token ? CreateProcessAsUserA(run->token, run->application,
                                             run->command_line ? line : NULL, NULL, NULL, FALSE,
                                             run->flags, (void *)(uintptr_t)run->environment,
                                             run->directory, startup, process)
                      : CreateProcessA(run->application, run->command_line ? line : NULL, NULL,
                                       NULL, FALSE, run->flags, (void *)(uintptr_t)run->environment,
                                       run->directory, startup, process);
}

static DWORD end_of(HANDLE process)
{
    DWORD code = 0xdead;

    assert_int_equal(WaitForSingleObject(process, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process, &code));
    return code;
}

static void close_both(const PROCESS_INFORMATION *process)
{
    assert_true(CloseHandle(process->hThread));
    assert_true(CloseHandle(process->hProcess));
}

/* The exit code; what the program wrote is in `output`, without its last line end. */
static DWORD run(const struct run *what, char *output, DWORD size)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;
    DWORD code, n = 0, length = 0;
    HANDLE reader;

    assert_true(CreatePipe(&reader, &startup.hStdOutput, NULL, 0));
    startup.hStdError = startup.hStdOutput;
    if (!start_run(what, &startup, &process))
        fail_msg("CreateProcess: error %u", GetLastError());
    assert_true(CloseHandle(startup.hStdOutput));
    while (length < size - 1 && ReadFile(reader, output + length, size - 1 - length, &n, NULL))
        length += n;
    assert_int_equal(GetLastError(), ERROR_BROKEN_PIPE);
    output[length] = '\0';
    if (length > 0 && output[length - 1] == '\n')
        output[length - 1] = '\0';
    assert_true(CloseHandle(reader));
    code = end_of(process.hProcess);
    close_both(&process);
    return code;
}

static void output_and_exit_code_come_back(void **state)
{
    char output[256];

    assert_int_equal(run(&(struct run){ .command_line = "sh -c \"echo $0 \\\"a b\\\"; exit 7\" x" },
                         output, sizeof(output)),
                     7);
    assert_string_equal(output, "x a b");
    assert_int_equal(
        run(&(struct run){ .application = "/bin/echo", .command_line = "other \"1 2\" 3" }, output,
            sizeof(output)),
        0);
    assert_string_equal(output, "1 2 3");
    assert_int_equal(
        run(&(struct run){ .command_line = "pwd", .directory = "/usr" }, output, sizeof(output)),
        0);
    assert_string_equal(output, "/usr");
}

static void an_environment_block_is_all_but_the_socket(void **state)
{
    char output[512], expected[512];

    (void)snprintf(expected, sizeof(expected), "A=1\nB=\xc3\xbc\nOPENLOGON_SOCKET=%s",
                   getenv("OPENLOGON_SOCKET"));
    assert_int_equal(run(&(struct run){ .command_line = "env", .environment = "A=1\0B=\xc3\xbc\0" },
                         output, sizeof(output)),
                     0);
    assert_string_equal(output, expected);
    assert_int_equal(run(&(struct run){ .command_line = "env",
                                        .environment = u"A=1\0B=\u00fc\0",
                                        .flags = CREATE_UNICODE_ENVIRONMENT },
                         output, sizeof(output)),
                     0);
    assert_string_equal(output, expected);
    assert_int_equal(
        run(&(struct run){ .command_line = "env", .environment = "OPENLOGON_SOCKET=/x\0" }, output,
            sizeof(output)),
        0);
    assert_string_equal(output, "OPENLOGON_SOCKET=/x");
}

static void a_start_that_fails_tells_why(void **state)
{
    static const struct {
        struct run run;
        DWORD error;
    } cases[] = {
        { { .application = "/nowhere/program" }, ERROR_FILE_NOT_FOUND },
        { { .command_line = "no-such-program-anywhere" }, ERROR_FILE_NOT_FOUND },
        { { .application = "/etc/passwd" }, ERROR_ACCESS_DENIED },
        { { .application = "/etc" }, ERROR_ACCESS_DENIED },
        { { .application = "/bin/true", .directory = "/nowhere" }, ERROR_DIRECTORY },
        { { .application = "/bin/true", .flags = CREATE_SUSPENDED }, ERROR_NOT_SUPPORTED },
        { { .application = NULL }, ERROR_INVALID_PARAMETER },
        { { .command_line = "" }, ERROR_INVALID_PARAMETER },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        STARTUPINFOA startup = { .cb = sizeof(startup) };
        PROCESS_INFORMATION process = { .dwProcessId = 77 };

        assert_fails(start_run(&cases[i].run, &startup, &process), cases[i].error);
        assert_int_equal(process.dwProcessId, 77);
    }
}

static void a_file_that_is_no_program_is_a_bad_format(void **state)
{
    char path[] = "/tmp/openlogon-bad-XXXXXX";
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    int fd = mkstemp(path);

    assert_true(fd >= 0 && write(fd, "\x01\x02\x03", 3) == 3 && fchmod(fd, 0755) == 0);
    (void)close(fd);
    assert_fails(start_run(&(struct run){ .application = path }, &startup, &process),
                 ERROR_BAD_EXE_FORMAT);
    (void)unlink(path);
}

static void standard_handles_have_to_be_files(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;

    startup.hStdInput = (HANDLE)0x7ffc;
    assert_fails(start_run(&(struct run){ .application = "/bin/true" }, &startup, &process),
                 ERROR_INVALID_HANDLE);
    startup.hStdInput = GetStdHandle((DWORD)STD_INPUT_HANDLE);
    assert_true(start_run(&(struct run){ .application = "/bin/true" }, &startup, &process));
    assert_int_equal(end_of(process.hProcess), 0);
    close_both(&process);
}

static void a_running_process_can_be_ended_with_a_code(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    HANDLE again;
    DWORD code;

    assert_true(start_run(&(struct run){ .command_line = "sleep 100" }, &startup, &process));
    assert_int_equal(GetProcessId(process.hProcess), process.dwProcessId);
    assert_int_equal(WaitForSingleObject(process.hProcess, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(process.hProcess, 20), WAIT_TIMEOUT);
    assert_true(GetExitCodeProcess(process.hProcess, &code));
    assert_int_equal(code, STILL_ACTIVE);
    again =
        OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process.dwProcessId);
    assert_non_null(again);
    assert_fails(TerminateProcess(again, 1), ERROR_ACCESS_DENIED);
    assert_true(TerminateProcess(process.hProcess, 42));
    assert_int_equal(end_of(again), 42);
    assert_int_equal(end_of(process.hProcess), 42);
    assert_fails(TerminateProcess(process.hProcess, 43), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(again));
    again = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, GetCurrentProcessId());
    assert_int_equal(GetProcessId(again), GetCurrentProcessId()); /* PROCESS_QUERY_LIMITED_... */
    assert_true(CloseHandle(again));
    close_both(&process);
}

static void death_by_a_signal_has_the_code_that_shells_give(void **state)
{
    char output[64];

    assert_int_equal(
        run(&(struct run){ .command_line = "sh -c \"kill -TERM $$\"" }, output, sizeof(output)),
        128 + SIGTERM);
}

static void several_processes_are_waited_for(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION slow, quick;
    HANDLE both[2];

    assert_true(start_run(&(struct run){ .command_line = "sleep 100" }, &startup, &slow));
    assert_true(start_run(&(struct run){ .command_line = "true" }, &startup, &quick));
    both[0] = slow.hProcess;
    both[1] = quick.hProcess;
    assert_int_equal(WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
    assert_int_equal(WaitForMultipleObjects(2, both, TRUE, 10), WAIT_TIMEOUT);
    assert_true(TerminateProcess(slow.hProcess, 1));
    assert_int_equal(WaitForMultipleObjects(2, both, TRUE, INFINITE), WAIT_OBJECT_0);
    both[1] = slow.hThread;
    SetLastError(0);
    assert_int_equal(WaitForMultipleObjects(2, both, TRUE, 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_NOT_SUPPORTED);
    close_both(&slow);
    close_both(&quick);
}

static void children_without_handles_are_reaped_later(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION first, second;

    assert_true(start_run(&(struct run){ .command_line = "true" }, &startup, &first));
    assert_int_equal(WaitForSingleObject(first.hProcess, INFINITE), WAIT_OBJECT_0);
    close_both(&first);
    assert_true(start_run(&(struct run){ .command_line = "true" }, &startup, &second));
    assert_int_equal(kill((pid_t)first.dwProcessId, 0), -1);
    assert_int_equal(WaitForSingleObject(second.hProcess, INFINITE), WAIT_OBJECT_0);
    close_both(&second);
}

static void a_process_that_is_not_there_cannot_be_opened(void **state)
{
    assert_fails(OpenProcess(SYNCHRONIZE, FALSE, 0), ERROR_INVALID_PARAMETER);
    assert_fails(OpenProcess(SYNCHRONIZE, FALSE, 0x7ffffff0), ERROR_INVALID_PARAMETER);
}

/* --- as somebody else ----------------------------------------------------------------------- */

static HANDLE log_on(const char *user, DWORD type)
{
    HANDLE token = NULL;

    if (!LogonUserA(user, NULL, TEST_PASSWORD, type, 0, &token))
        fail_msg("LogonUser: error %u", GetLastError());
    return token;
}

static void a_process_as_a_user_wears_his_ids_for_good(void **state)
{
    HANDLE alice = log_on(TEST_USER, LOGON32_LOGON_BATCH);
    struct run who = { .token = alice, .command_line = "id -u" };
    char output[256], expected[32];

    if (geteuid() != 0) {
        assert_true(CloseHandle(alice));
        skip();
    }
    (void)snprintf(expected, sizeof(expected), "%d", TEST_USER_UID);
    assert_int_equal(run(&who, output, sizeof(output)), 0);
    assert_string_equal(output, expected);
    who.command_line = "id -ru";
    assert_int_equal(run(&who, output, sizeof(output)), 0);
    assert_string_equal(output, expected);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_int_equal(run(&who, output, sizeof(output)), 0);
    assert_string_equal(output, expected);
    who.token = NULL; /* not the thread's token: the process's */
    assert_int_equal(run(&who, output, sizeof(output)), 0);
    assert_string_equal(output, "0");
    assert_true(RevertToSelf());
    assert_true(CloseHandle(alice));
}

static void token_only_mode_starts_it_as_the_caller(void **state)
{
    HANDLE alice = log_on(TEST_USER, LOGON32_LOGON_BATCH);
    char output[256], expected[32];

    (void)snprintf(expected, sizeof(expected), "%u", geteuid());
    assert_true(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_int_equal(
        run(&(struct run){ .token = alice, .command_line = "id -u" }, output, sizeof(output)), 0);
    assert_string_equal(output, expected);
    assert_true(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    assert_true(CloseHandle(alice));
}

static void the_token_has_to_be_a_primary_one_with_all_rights(void **state)
{
    HANDLE network = log_on(TEST_USER, LOGON32_LOGON_NETWORK);
    HANDLE alice = log_on(TEST_USER, LOGON32_LOGON_BATCH), weak;
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    struct run what = { .token = network, .application = "/bin/true" };

    assert_fails(start_run(&what, &startup, &process), ERROR_BAD_TOKEN_TYPE);
    assert_true(DuplicateHandle(GetCurrentProcess(), alice, GetCurrentProcess(), &weak,
                                TOKEN_QUERY | TOKEN_DUPLICATE, FALSE, 0));
    what.token = weak;
    assert_fails(start_run(&what, &startup, &process), ERROR_ACCESS_DENIED);
    assert_fails(CreateProcessAsUserA(NULL, "/bin/true", NULL, NULL, NULL, FALSE, 0, NULL, NULL,
                                      &startup, &process),
                 ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(weak));
    assert_true(CloseHandle(alice));
    assert_true(CloseHandle(network));
}

static void a_user_without_unix_ids_starts_nothing(void **state)
{
    HANDLE nobody = log_on(TEST_USER_NO_UNIX, LOGON32_LOGON_BATCH);
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;

    assert_fails(
        start_run(&(struct run){ .token = nobody, .application = "/bin/true" }, &startup, &process),
        ERROR_NONE_MAPPED);
    assert_true(CloseHandle(nobody));
}

/* --- handles, pipes, memory ----------------------------------------------------------------- */

static void duplicates_grant_no_more_than_their_source(void **state)
{
    HANDLE reader, writer, copy;
    DWORD flags, n;
    char c;

    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_true(DuplicateHandle(GetCurrentProcess(), writer, GetCurrentProcess(), &copy, 0, TRUE,
                                DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    assert_true(GetHandleInformation(copy, &flags));
    assert_int_equal(flags, HANDLE_FLAG_INHERIT);
    assert_fails(CloseHandle(writer), ERROR_INVALID_HANDLE);
    assert_true(WriteFile(copy, "x", 1, &n, NULL));
    assert_fails(ReadFile(copy, &c, 1, &n, NULL), ERROR_ACCESS_DENIED);
    assert_fails(DuplicateHandle(GetCurrentProcess(), reader, GetCurrentProcess(), &writer,
                                 GENERIC_WRITE, FALSE, 0),
                 ERROR_ACCESS_DENIED);
    assert_true(ReadFile(reader, &c, 1, &n, NULL));
    assert_int_equal(c, 'x');
    assert_true(CloseHandle(reader));
    assert_fails(WriteFile(copy, "x", 1, &n, NULL), ERROR_NO_DATA);
    assert_true(CloseHandle(copy));
}

static void pseudo_handles_become_real_ones_by_duplication(void **state)
{
    HANDLE process, thread, token;

    assert_true(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(),
                                &process, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_int_equal(GetProcessId(process), getpid());
    assert_true(DuplicateHandle(process, GetCurrentThread(), process, &thread, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    assert_fails(OpenThreadToken(thread, TOKEN_QUERY, TRUE, &token), ERROR_NO_TOKEN);
    assert_true(CloseHandle(thread));
    assert_true(CloseHandle(process));
}

static void standard_handles_stay_the_same(void **state)
{
    HANDLE out = GetStdHandle((DWORD)STD_OUTPUT_HANDLE);

    assert_ptr_equal(GetStdHandle((DWORD)STD_OUTPUT_HANDLE), out);
    assert_int_equal(openlogon_fd_from_handle(out), 1);
    assert_true(CloseHandle(out));
    assert_true(write(1, "", 0) == 0); /* the descriptor is still open */
    assert_ptr_not_equal(GetStdHandle((DWORD)STD_OUTPUT_HANDLE), out);
    assert_fails(GetStdHandle(3) != INVALID_HANDLE_VALUE, ERROR_INVALID_HANDLE);
}

static void a_handle_owns_the_descriptor_it_was_made_of(void **state)
{
    int fd = dup(0);
    HANDLE handle = openlogon_handle_from_fd(fd);

    assert_int_equal(openlogon_fd_from_handle(handle), fd);
    assert_true(CloseHandle(handle));
    assert_fails(openlogon_handle_from_fd(fd), ERROR_INVALID_HANDLE);
}

static void blocks_grow_with_zeros(void **state)
{
    HANDLE heap = GetProcessHeap();
    uint8_t *block = HeapAlloc(heap, 0, 3);

    assert_non_null(block);
    memset(block, 0x5a, 3);
    block = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 3000);
    assert_non_null(block);
    assert_int_equal(block[2], 0x5a);
    for (size_t i = 3; i < 3000; i++)
        assert_int_equal(block[i], 0);
    assert_true(HeapFree(heap, 0, block));
    assert_fails(HeapAlloc(NULL, 0, 3) != NULL, ERROR_INVALID_HANDLE);
    block = LocalAlloc(LPTR, 40);
    assert_true(LocalSize(block) >= 40);
    assert_int_equal(block[39], 0);
    assert_null(LocalFree(block));
    assert_null(LocalFree(NULL));
}

static void a_wide_command_line_is_cut(void **state)
{
    int argc = 0;
    WCHAR **argv = CommandLineToArgvW(u"p \"a \u00fc\" c", &argc);

    assert_int_equal(argc, 3);
    assert_memory_equal(argv[1], u"a \u00fc", 8);
    assert_null(argv[3]);
    assert_null(LocalFree(argv));
    argv = CommandLineToArgvW(u"", &argc);
    assert_int_equal(argc, 1);
    assert_int_equal(argv[0][0], u'/');
    assert_null(LocalFree(argv));
    assert_fails(CommandLineToArgvW(NULL, &argc) != NULL, ERROR_INVALID_PARAMETER);
}

static int start(void **state)
{
    /* A directory that cannot be searched would make a missing program "access denied". */
    assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
    authority = test_authority_start();
    return 0;
}

static int stop(void **state)
{
    test_authority_kill(authority);
    test_authority_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_code_come_back),
        cmocka_unit_test(an_environment_block_is_all_but_the_socket),
        cmocka_unit_test(a_start_that_fails_tells_why),
        cmocka_unit_test(a_file_that_is_no_program_is_a_bad_format),
        cmocka_unit_test(standard_handles_have_to_be_files),
        cmocka_unit_test(a_running_process_can_be_ended_with_a_code),
        cmocka_unit_test(death_by_a_signal_has_the_code_that_shells_give),
        cmocka_unit_test(several_processes_are_waited_for),
        cmocka_unit_test(children_without_handles_are_reaped_later),
        cmocka_unit_test(a_process_that_is_not_there_cannot_be_opened),
        cmocka_unit_test(a_process_as_a_user_wears_his_ids_for_good),
        cmocka_unit_test(token_only_mode_starts_it_as_the_caller),
        cmocka_unit_test(the_token_has_to_be_a_primary_one_with_all_rights),
        cmocka_unit_test(a_user_without_unix_ids_starts_nothing),
        cmocka_unit_test(duplicates_grant_no_more_than_their_source),
        cmocka_unit_test(pseudo_handles_become_real_ones_by_duplication),
        cmocka_unit_test(standard_handles_stay_the_same),
        cmocka_unit_test(a_handle_owns_the_descriptor_it_was_made_of),
        cmocka_unit_test(blocks_grow_with_zeros),
        cmocka_unit_test(a_wide_command_line_is_cut),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
