/* SPDX-License-Identifier: MIT */
/* The security of real files through the API, against an authority of the tests' own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <aclapi.h>
#include <fcntl.h>
#include <openlogon.h>
#include <signal.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/macros.h"
#include "client/test-authority.h"
#include "security/sid.h"

#define DACL     DACL_SECURITY_INFORMATION
#define OWNER    OWNER_SECURITY_INFORMATION
#define GROUP    GROUP_SECURITY_INFORMATION
#define SACL     SACL_SECURITY_INFORMATION
#define LABEL    LABEL_SECURITY_INFORMATION
#define ALL      (OWNER | GROUP | DACL)

#define ROOT_SID "S-1-5-21-1-2-3-500"
#define ROOT_GID "S-1-5-21-1-2-3-1001"
#define BOB      "S-1-5-21-1-2-3-3801002" /* uid 1900001 */

static pid_t authority;
static char directory[] = "/tmp/openlogon-security-XXXXXX";
static char file[64];

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

static bool is_root(void)
{
    return geteuid() == 0;
}

#define need_root()                                                                                \
    do {                                                                                           \
        if (!is_root())                                                                            \
            skip();                                                                                \
    } while (0)

/* --- helpers ------------------------------------------------------------------------------ */

static int new_file(void **state)
{
    (void)unlink(file);
    int fd = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    if (fd < 0 || fchmod(fd, 0640) < 0)
        return -1;
    (void)close(fd);
    return openlogon_set_file_mode(OPENLOGON_FILES_POSIX) ? 0 : -1;
}

static mode_t mode_of_file(void)
{
    struct stat st;

    assert_int_equal(stat(file, &st), 0);
    return st.st_mode & 07777;
}

static PSECURITY_DESCRIPTOR parse(const char *sddl)
{
    PSECURITY_DESCRIPTOR sd = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &sd, NULL))
        fail_msg("%s: error %u", sddl, GetLastError());
    return sd;
}

static BOOL set(SECURITY_INFORMATION parts, const char *sddl)
{
    PSECURITY_DESCRIPTOR sd = parse(sddl);
    BOOL done = SetFileSecurityA(file, parts, sd);

    LocalFree(sd);
    return done;
}

static void assert_security(SECURITY_INFORMATION parts, const char *expected)
{
    PSECURITY_DESCRIPTOR sd = NULL;
    char *text = NULL;

    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, parts, NULL, NULL, NULL, NULL, &sd),
        ERROR_SUCCESS);
    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorA(sd, SDDL_REVISION_1, parts,
                                                                     &text, NULL));
    assert_string_equal(text, expected);
    LocalFree(text);
    LocalFree(sd);
}

static void set_privilege(const char *name, DWORD attributes)
{
    TOKEN_PRIVILEGES change = { 1, { { { 0, 0 }, attributes } } };
    HANDLE token;

    assert_true(LookupPrivilegeValueA(NULL, name, &change.Privileges[0].Luid));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
    assert_true(AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    CloseHandle(token);
}

/* --- permissions as a descriptor ---------------------------------------------------------- */

static void a_mode_is_given_as_a_descriptor_with_pointers_into_it(void **state)
{
    PSECURITY_DESCRIPTOR sd = NULL;
    PSID owner, group;
    PACL dacl, sacl;
    ACL_SIZE_INFORMATION info;

    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, ALL, &owner, &group, &dacl, &sacl, &sd),
        ERROR_SUCCESS);
    assert_true(IsValidSecurityDescriptor(sd));
    assert_true((char *)owner > (char *)sd && (char *)dacl > (char *)sd);
    assert_true(IsValidSid(owner) && IsValidSid(group));
    assert_null(sacl);
    assert_true(GetAclInformation(dacl, &info, sizeof(info), AclSizeInformation));
    assert_int_equal(info.AceCount, 4);
    LocalFree(sd);
    need_root();
    assert_security(ALL,
                    "O:LAG:" ROOT_GID "D:P(A;;0x1f01df;;;SY)(A;;0x16019f;;;LA)(A;;FR;;;" ROOT_GID
                    ")(A;;0x120080;;;WD)");
}

static void a_buffer_that_is_too_small_is_told_the_need(void **state)
{
    DWORD needed = 0, again = 0;
    char buffer[512];

    assert_fails(GetFileSecurityA(file, ALL, NULL, 0, &needed), ERROR_INSUFFICIENT_BUFFER);
    assert_in_range(needed, 100, sizeof(buffer));
    memset(buffer, 0x55, sizeof(buffer));
    assert_fails(GetFileSecurityA(file, ALL, buffer, needed - 1, &again),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(again, needed);
    assert_int_equal(buffer[0], 0x55);
    assert_true(GetFileSecurityA(file, ALL, buffer, needed, &again));
    assert_int_equal(again, needed);
    assert_int_equal(GetSecurityDescriptorLength(buffer), needed);
}

static void only_what_was_asked_for_is_given(void **state)
{
    PSECURITY_DESCRIPTOR sd = NULL;
    PSID owner = &sd, group = &sd;
    PACL dacl = (PACL)&sd;

    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, GROUP, &owner, &group, &dacl, NULL, &sd),
        ERROR_SUCCESS);
    assert_null(owner);
    assert_non_null(group);
    assert_null(dacl);
    LocalFree(sd);
}

static void the_wide_forms_do_the_same(void **state)
{
    WCHAR wide[64];
    PSECURITY_DESCRIPTOR sd = NULL;
    DWORD needed = 0;
    char buffer[512];
    PACL dacl;

    for (size_t i = 0; i < sizeof(file); i++)
        wide[i] = (unsigned char)file[i];
    assert_int_equal(
        GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, DACL, NULL, NULL, &dacl, NULL, &sd),
        ERROR_SUCCESS);
    assert_true(GetFileSecurityW(wide, DACL, buffer, sizeof(buffer), &needed));
    assert_memory_equal(buffer, sd, needed);
    assert_int_equal(SetNamedSecurityInfoW(wide, SE_FILE_OBJECT, DACL, NULL, NULL, dacl, NULL),
                     ERROR_SUCCESS);
    assert_true(SetFileSecurityW(wide, DACL, buffer));
    assert_int_equal(mode_of_file(), 0640);
    LocalFree(sd);
    wide[0] = 0xd800;
    assert_fails(GetFileSecurityW(wide, DACL, buffer, sizeof(buffer), &needed),
                 ERROR_NO_UNICODE_TRANSLATION);
}

/* --- setting ------------------------------------------------------------------------------ */

static void a_dacl_becomes_a_mode_or_an_acl_and_comes_back(void **state)
{
    need_root();
    assert_true(set(DACL, "D:(A;;FA;;;LA)(A;;FR;;;WD)"));
    assert_int_equal(mode_of_file(), 0744);
    assert_true(set(DACL, "D:(A;;FRFW;;;LA)(A;;FRFW;;;" BOB ")"));
    assert_int_equal(mode_of_file(), 0660);
    assert_true(getxattr(file, "system.posix_acl_access", NULL, 0) > 0);
    assert_security(DACL, "D:P(A;;0x1f01df;;;SY)(A;;0x16019f;;;LA)(A;;0x12019f;;;" BOB
                          ")(A;;0x120080;;;" ROOT_GID ")(A;;0x120080;;;WD)");
    assert_true(set(DACL, "D:(A;;FRFW;;;LA)"));
    assert_int_equal(mode_of_file(), 0600);
    assert_true(getxattr(file, "system.posix_acl_access", NULL, 0) < 0);
}

/* An entry of Bob's that an empty mask silences, as setfacl(1) leaves it. */
static void add_silent_entry(void)
{
    static const struct {
        uint32_t version;
        struct {
            uint16_t tag, perm;
            uint32_t id;
        } entries[5];
    } acl = { 2,
              { { 1, 6, UINT32_MAX },
                { 2, 7, 1900001 },
                { 4, 0, UINT32_MAX },
                { 0x10, 0, UINT32_MAX },
                { 0x20, 0, UINT32_MAX } } };

    assert_int_equal(setxattr(file, "system.posix_acl_access", &acl, sizeof(acl), 0), 0);
    assert_int_equal(mode_of_file(), 0600);
}

/* Else a chmod(2) of the group's bits would give Bob the file back. */
static void an_entry_that_a_mask_silences_does_not_outlive_a_new_dacl(void **state)
{
    need_root();
    add_silent_entry();
    assert_true(set(DACL, "D:(A;;FRFW;;;LA)"));
    assert_int_equal(mode_of_file(), 0600);
    assert_true(getxattr(file, "system.posix_acl_access", NULL, 0) < 0);
}

static void what_linux_cannot_say_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        SECURITY_INFORMATION parts;
        const char *sddl;
    } cases[] = {
        { DACL, "D:(A;;FA;;;WD)" },
        { DACL, "D:(A;;FR;;;BA)" },
        { DACL, "D:NO_ACCESS_CONTROL" },
        { DACL, "O:SY" }, /* no DACL at all */
        { DACL, "D:(A;;0x2;;;" ROOT_SID ")" },
        { LABEL, "S:(ML;;NW;;;HI)" },
        { DACL | UNPROTECTED_DACL_SECURITY_INFORMATION, "D:(A;;FR;;;WD)" },
        { OWNER | DACL, "O:" BOB "D:(A;;FR;;;BA)" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct stat st;

        assert_fails(set(cases[i].parts, cases[i].sddl), ERROR_NOT_SUPPORTED);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0640);
        assert_int_equal(st.st_uid, geteuid());
    }
}

static void owner_and_group_are_of_this_machine_and_follow_the_kernels_rules(void **state)
{
    struct stat st;

    assert_fails(set(OWNER, "O:BA"), ERROR_INVALID_OWNER);
    assert_fails(set(OWNER, "O:" ROOT_GID), ERROR_INVALID_OWNER);
    assert_fails(set(OWNER, "D:"), ERROR_INVALID_OWNER);
    assert_fails(set(GROUP, "G:BU"), ERROR_INVALID_PRIMARY_GROUP);
    assert_fails(set(GROUP, "D:"), ERROR_INVALID_PRIMARY_GROUP);
    if (!is_root())
        assert_fails(set(OWNER, "O:" BOB), ERROR_ACCESS_DENIED);
    need_root();
    assert_true(set(OWNER | GROUP, "O:" BOB "G:S-1-5-21-1-2-3-1101"));
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_uid, 1900001);
    assert_int_equal(st.st_gid, 50);
    assert_int_equal(st.st_mode & 07777, 0640); /* the class goes to the new owner */
    assert_true(set(OWNER | DACL, "O:LAD:(A;;FR;;;LA)(A;;FRFW;;;" BOB ")"));
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_uid, 0);
    assert_int_equal(st.st_mode & 07777, 0460);
}

static void a_directory_hands_its_default_acl_to_new_files(void **state)
{
    char below[80];
    struct stat st;

    need_root();
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_true(
        set(DACL, "D:(A;;FA;;;LA)(A;OICIIO;FA;;;CO)(A;OICIIO;FR;;;CG)(A;OICIIO;FR;;;" BOB ")"));
    (void)snprintf(below, sizeof(below), "%s/below", file);
    int fd = open(below, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_true(fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0);
    (void)close(fd);
    assert_security(DACL, "D:P(A;;FA;;;SY)(A;;0x1601ff;;;LA)(A;;0x120080;;;" ROOT_GID
                          ")(A;;0x120080;;;WD)(A;OICIIO;0x1601ff;;;CO)(A;OICIIO;FR;;;" BOB
                          ")(A;OICIIO;FR;;;CG)(A;OICIIO;0x120080;;;WD)");
    assert_int_equal(unlink(below), 0);
    assert_int_equal(rmdir(file), 0);
}

/* --- wrong arguments ---------------------------------------------------------------------- */

static void wrong_arguments_are_told(void **state)
{
    PSECURITY_DESCRIPTOR sd = NULL;
    char buffer[8];
    DWORD needed;

    assert_fails(GetFileSecurityA(NULL, DACL, buffer, 8, &needed), ERROR_INVALID_PARAMETER);
    assert_fails(GetFileSecurityA(file, DACL, buffer, 8, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(GetFileSecurityA(file, 0x800, buffer, 8, &needed), ERROR_INVALID_PARAMETER);
    assert_fails(GetFileSecurityA("/nowhere", DACL, buffer, 8, &needed), ERROR_FILE_NOT_FOUND);
    assert_fails(SetFileSecurityA(file, DACL, NULL), ERROR_INVALID_SECURITY_DESCR);
    assert_fails(
        set(DACL | PROTECTED_DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION,
            "D:"),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, DACL, NULL, NULL, NULL, NULL, NULL),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_REGISTRY_KEY, DACL, NULL, NULL, NULL, NULL, &sd),
        ERROR_NOT_SUPPORTED);
    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_UNKNOWN_OBJECT_TYPE, DACL, NULL, NULL, NULL, NULL, &sd),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(SetNamedSecurityInfoA(file, (SE_OBJECT_TYPE)99, DACL, NULL, NULL, NULL, NULL),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(SetNamedSecurityInfoA(NULL, SE_FILE_OBJECT, 0, NULL, NULL, NULL, NULL),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(SetNamedSecurityInfoA(file, SE_FILE_OBJECT, OWNER, buffer, NULL, NULL, NULL),
                     ERROR_INVALID_SID);
    assert_null(sd);
}

static void trees_are_not_supported(void **state)
{
    INHERITED_FROMW from = { 0 };

    assert_int_equal(TreeSetNamedSecurityInfoA(file, SE_FILE_OBJECT, DACL, NULL, NULL, NULL, NULL,
                                               TREE_SEC_INFO_SET, NULL, ProgressInvokeNever, NULL),
                     ERROR_NOT_SUPPORTED);
    assert_int_equal(TreeResetNamedSecurityInfoA(file, SE_FILE_OBJECT, DACL, NULL, NULL, NULL, NULL,
                                                 FALSE, NULL, ProgressInvokeNever, NULL),
                     ERROR_NOT_SUPPORTED);
    assert_int_equal(
        GetInheritanceSourceA(file, SE_FILE_OBJECT, DACL, FALSE, NULL, 0, NULL, NULL, NULL, NULL),
        ERROR_NOT_SUPPORTED);
    assert_int_equal(FreeInheritedFromArray(&from, 1, NULL), ERROR_NOT_SUPPORTED);
    assert_int_equal(mode_of_file(), 0640);
}

static void a_sacl_needs_the_security_privilege(void **state)
{
    PSECURITY_DESCRIPTOR sd = NULL;
    PACL sacl = (PACL)&sd;

    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, SACL, NULL, NULL, NULL, &sacl, &sd),
        ERROR_PRIVILEGE_NOT_HELD);
    assert_fails(set(SACL, "S:(AU;SA;FA;;;WD)"), ERROR_PRIVILEGE_NOT_HELD);
    set_privilege(SE_SECURITY_NAME, SE_PRIVILEGE_ENABLED);
    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, SACL, NULL, NULL, NULL, &sacl, &sd),
        ERROR_SUCCESS);
    assert_null(sacl);
    LocalFree(sd);
    assert_fails(set(SACL, "S:(AU;SA;FA;;;WD)"), ERROR_NOT_SUPPORTED);
    assert_true(set(SACL, "S:"));
    set_privilege(SE_SECURITY_NAME, 0);
}

static void handles_of_files_have_security_and_others_have_none_yet(void **state)
{
    PSECURITY_DESCRIPTOR sd = NULL, named = NULL;
    HANDLE handle = openlogon_handle_from_fd(open(file, O_RDONLY | O_CLOEXEC));
    PACL dacl;

    assert_non_null(handle);
    assert_int_equal(GetSecurityInfo(handle, SE_FILE_OBJECT, ALL, NULL, NULL, &dacl, NULL, &sd),
                     ERROR_SUCCESS);
    assert_int_equal(
        GetNamedSecurityInfoA(file, SE_FILE_OBJECT, ALL, NULL, NULL, NULL, NULL, &named),
        ERROR_SUCCESS);
    assert_memory_equal(sd, named, GetSecurityDescriptorLength(sd));
    assert_int_equal(chmod(file, 0600), 0);
    assert_int_equal(SetSecurityInfo(handle, SE_FILE_OBJECT, DACL, NULL, NULL, dacl, NULL),
                     ERROR_SUCCESS);
    assert_int_equal(mode_of_file(), 0640);
    assert_int_equal(GetSecurityInfo(handle, SE_KERNEL_OBJECT, ALL, NULL, NULL, NULL, NULL, &sd),
                     ERROR_NOT_SUPPORTED);
    assert_true(CloseHandle(handle));
    assert_int_equal(GetSecurityInfo(handle, SE_FILE_OBJECT, ALL, NULL, NULL, NULL, NULL, &sd),
                     ERROR_INVALID_HANDLE);
    assert_int_equal(
        SetSecurityInfo(GetCurrentProcess(), SE_FILE_OBJECT, 0, NULL, NULL, NULL, NULL),
        ERROR_INVALID_HANDLE);
    LocalFree(sd);
    LocalFree(named);
}

/* --- whole descriptors -------------------------------------------------------------------- */

#define WHOLE                                                                                      \
    "O:LAG:BAD:(D;;FW;;;BU)(A;ID;FA;;;BA)(A;;0x12019f;;;LA)(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)(ML;;"   \
    "NW;;;"                                                                                        \
    "HI)"

static int keep_descriptors(void **state)
{
    return new_file(state) == 0 && openlogon_set_file_mode(OPENLOGON_FILES_DESCRIPTOR) ? 0 : -1;
}

static void a_whole_descriptor_is_stored_and_the_kernel_gets_no_more(void **state)
{
    need_root();
    set_privilege(SE_SECURITY_NAME, SE_PRIVILEGE_ENABLED);
    assert_fails(set(ALL | SACL | LABEL, WHOLE), ERROR_PRIVILEGE_NOT_HELD); /* the label */
    assert_true(getxattr(file, "security.NTACL", NULL, 0) < 0);
    set_privilege(SE_RELABEL_NAME, SE_PRIVILEGE_ENABLED);
    assert_true(set(ALL | SACL | LABEL, WHOLE));
    assert_security(ALL | SACL | LABEL, WHOLE);
    assert_security(LABEL, "S:(ML;;NW;;;HI)");
    assert_security(SACL, "S:(AU;SAFA;FA;;;WD)");
    assert_int_equal(mode_of_file(), 0444);
    assert_fails(set(LABEL, "S:(ML;;NW;;;WD)"), ERROR_INVALID_SID);
    assert_true(set(0, "D:"));
    assert_true(set(LABEL, "S:(ML;;NW;;;LW)"));
    assert_security(SACL | LABEL, "S:(ML;;NW;;;LW)(AU;SAFA;FA;;;WD)");
    assert_true(set(OWNER, "O:" BOB));
    assert_security(OWNER | DACL,
                    "O:" BOB "D:(D;;FW;;;BU)(A;ID;FA;;;BA)(A;;0x12019f;;;LA)(A;;FR;;;WD)");
    set_privilege(SE_SECURITY_NAME, 0);
    set_privilege(SE_RELABEL_NAME, 0);
}

static void a_change_of_permissions_ends_what_was_stored(void **state)
{
    need_root();
    assert_true(set(DACL, "D:(A;;FR;;;BA)(A;;FRFW;;;LA)"));
    assert_security(DACL, "D:(A;;FR;;;BA)(A;;0x12019f;;;LA)");
    assert_int_equal(chmod(file, 0400), 0);
    assert_security(DACL, "D:P(A;;0x1f01df;;;SY)(A;;0x160189;;;LA)(A;;0x120080;;;" ROOT_GID
                          ")(A;;0x120080;;;WD)");
}

static void without_the_mode_what_is_stored_is_not_looked_at_but_never_contradicted(void **state)
{
    need_root();
    assert_true(set(DACL, "D:(A;;FR;;;BA)(A;;FRFW;;;LA)"));
    assert_true(openlogon_set_file_mode(OPENLOGON_FILES_POSIX));
    assert_security(DACL, "D:P(A;;0x1f01df;;;SY)(A;;0x16019f;;;LA)(A;;0x120080;;;" ROOT_GID
                          ")(A;;0x120080;;;WD)");
    /* The permissions are the same, and yet it is not what is stored. */
    assert_true(set(DACL, "D:(A;;FRFW;;;LA)"));
    assert_true(openlogon_set_file_mode(OPENLOGON_FILES_DESCRIPTOR));
    assert_security(DACL, "D:P(A;;0x1f01df;;;SY)(A;;0x16019f;;;LA)(A;;0x120080;;;" ROOT_GID
                          ")(A;;0x120080;;;WD)");
}

static void set_id_bits_that_the_kernel_takes_do_not_bring_it_out_of_step(void **state)
{
    need_root();
    assert_int_equal(chmod(file, 04755), 0);
    assert_true(set(OWNER | DACL, "O:" BOB "D:(A;;FR;;;BA)(A;;FA;;;" BOB ")"));
    assert_int_equal(mode_of_file(), 0700);
    assert_security(OWNER | DACL, "O:" BOB "D:(A;;FR;;;BA)(A;;FA;;;" BOB ")");
}

static void what_is_stored_is_in_step_whatever_entries_were_silent_before(void **state)
{
    need_root();
    add_silent_entry();
    assert_true(set(DACL, "D:(A;;FR;;;BA)(A;;FRFW;;;LA)"));
    assert_security(DACL, "D:(A;;FR;;;BA)(A;;0x12019f;;;LA)");
    assert_int_equal(chmod(file, 0670), 0);
    assert_true(getxattr(file, "system.posix_acl_access", NULL, 0) < 0);
}

/* Runs until it is killed, or the test ends. */
static pid_t start_changing_the_mode(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        _exit(1);
    while (pid == 0)
        (void)chmod(file, 0666);
    return pid;
}

/* Stops the other, so that what is read is all of one moment. */
static void check_that_the_mode_counts(pid_t pid)
{
    int status;

    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(mode_of_file(), 0666);
    assert_security(DACL, "D:P(A;;0x1f01df;;;SY)(A;;0x16019f;;;LA)(A;;0x12019f;;;" ROOT_GID
                          ")(A;;0x12019f;;;WD)");
    assert_int_equal(kill(pid, SIGCONT), 0);
}

static void what_is_stored_never_passes_for_what_another_set_meanwhile(void **state)
{
    int status;

    need_root();
    pid_t pid = start_changing_the_mode();
    for (int i = 0; i < 2000; i++) {
        (void)set(DACL, "D:(A;;FR;;;BA)(A;;FRFW;;;LA)"); /* may fail: it keeps changing */
        if (mode_of_file() == 0666)
            check_that_the_mode_counts(pid);
    }
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void storing_without_the_capability_fails_and_changes_nothing(void **state)
{
    PSECURITY_DESCRIPTOR sd;
    int status;

    need_root();
    sd = parse("D:(A;;FR;;;BA)");
    assert_int_equal(chown(file, 1900001, (gid_t)-1), 0);
    assert_int_equal(chmod(directory, 0755), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (setresuid(1900001, 1900001, 1900001) < 0 || SetFileSecurityA(file, DACL, sd))
            _exit(1);
        _exit(GetLastError() == ERROR_PRIVILEGE_NOT_HELD ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(mode_of_file(), 0640);
    LocalFree(sd);
}

/* --- whom the kernel takes the caller for --------------------------------------------------- */

static HANDLE log_on(void)
{
    HANDLE token = NULL;

    assert_true(LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &token));
    return token;
}

static void an_impersonated_client_changes_his_own_files_only(void **state)
{
    HANDLE token;

    need_root();
    token = log_on();
    assert_int_equal(chmod(directory, 0755), 0);
    assert_true(ImpersonateLoggedOnUser(token));
    assert_security(OWNER, "O:LA");
    assert_fails(set(DACL, "D:(A;;FR;;;WD)"), ERROR_ACCESS_DENIED);
    assert_true(RevertToSelf());
    assert_int_equal(mode_of_file(), 0640);
    assert_int_equal(chown(file, TEST_USER_UID, (gid_t)-1), 0);
    assert_true(ImpersonateLoggedOnUser(token));
    assert_true(set(DACL, "D:(A;;FR;;;WD)"));
    assert_fails(set(OWNER, "O:" BOB), ERROR_ACCESS_DENIED);
    assert_true(RevertToSelf());
    assert_int_equal(mode_of_file(), 0444);
    CloseHandle(token);
}

static void who_only_identifies_a_client_cannot_act_for_it(void **state)
{
    HANDLE token = log_on(), identify;
    PSECURITY_DESCRIPTOR sd = NULL;

    assert_true(DuplicateToken(token, SecurityIdentification, &identify));
    assert_true(SetThreadToken(NULL, identify));
    assert_int_equal(GetNamedSecurityInfoA(file, SE_FILE_OBJECT, DACL, NULL, NULL, NULL, NULL, &sd),
                     ERROR_BAD_IMPERSONATION_LEVEL);
    assert_fails(set(DACL, "D:(A;;FR;;;WD)"), ERROR_BAD_IMPERSONATION_LEVEL);
    assert_true(RevertToSelf());
    CloseHandle(identify);
    CloseHandle(token);
}

static void the_mode_is_checked(void **state)
{
    assert_fails(openlogon_set_file_mode((OPENLOGON_FILE_MODE)2), ERROR_INVALID_PARAMETER);
    assert_int_equal(openlogon_get_file_mode(), OPENLOGON_FILES_POSIX);
}

/* Runs before any test that chooses. */
static void the_environment_chooses_the_mode_of_a_program_that_does_not(void **state)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        if (setenv("OPENLOGON_FILES", "descriptor", 1) < 0 ||
            openlogon_get_file_mode() != OPENLOGON_FILES_DESCRIPTOR)
            _exit(1);
        _exit(openlogon_set_file_mode(OPENLOGON_FILES_POSIX) &&
                      openlogon_get_file_mode() == OPENLOGON_FILES_POSIX
                  ? 0
                  : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(openlogon_get_file_mode(), OPENLOGON_FILES_POSIX);
}

/* --- the tests ------------------------------------------------------------------------------ */

static int start(void **state)
{
    if (!mkdtemp(directory))
        return -1;
    (void)snprintf(file, sizeof(file), "%s/file", directory);
    authority = test_authority_start();
    return 0;
}

static int stop(void **state)
{
    (void)unlink(file);
    (void)rmdir(directory);
    test_authority_kill(authority);
    test_authority_remove();
    return 0;
}

#define posix_test(name)      cmocka_unit_test_setup(name, new_file)
#define descriptor_test(name) cmocka_unit_test_setup(name, keep_descriptors)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_chooses_the_mode_of_a_program_that_does_not),
        posix_test(a_mode_is_given_as_a_descriptor_with_pointers_into_it),
        posix_test(a_buffer_that_is_too_small_is_told_the_need),
        posix_test(only_what_was_asked_for_is_given),
        posix_test(the_wide_forms_do_the_same),
        posix_test(a_dacl_becomes_a_mode_or_an_acl_and_comes_back),
        posix_test(an_entry_that_a_mask_silences_does_not_outlive_a_new_dacl),
        posix_test(what_linux_cannot_say_is_refused_and_changes_nothing),
        posix_test(owner_and_group_are_of_this_machine_and_follow_the_kernels_rules),
        posix_test(a_directory_hands_its_default_acl_to_new_files),
        posix_test(wrong_arguments_are_told),
        posix_test(trees_are_not_supported),
        posix_test(a_sacl_needs_the_security_privilege),
        posix_test(handles_of_files_have_security_and_others_have_none_yet),
        descriptor_test(a_whole_descriptor_is_stored_and_the_kernel_gets_no_more),
        descriptor_test(a_change_of_permissions_ends_what_was_stored),
        descriptor_test(without_the_mode_what_is_stored_is_not_looked_at_but_never_contradicted),
        descriptor_test(set_id_bits_that_the_kernel_takes_do_not_bring_it_out_of_step),
        descriptor_test(what_is_stored_is_in_step_whatever_entries_were_silent_before),
        descriptor_test(what_is_stored_never_passes_for_what_another_set_meanwhile),
        descriptor_test(storing_without_the_capability_fails_and_changes_nothing),
        posix_test(an_impersonated_client_changes_his_own_files_only),
        posix_test(who_only_identifies_a_client_cannot_act_for_it),
        posix_test(the_mode_is_checked),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
