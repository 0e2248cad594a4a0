/* SPDX-License-Identifier: MIT */
/*
 * The reference monitor through the API: access checks, SDDL, SIDs, tokens. bench-samba.c measures
 * the same with Samba's library, where it is installed.
 */
#include <openlogon.h>
#include <sddl.h>

#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "security-scene.h"

static struct {
    HANDLE ten_groups, hundred_groups; /* impersonation tokens */
    HANDLE process, duplicate;
    PSECURITY_DESCRIPTOR three, hundred, typical;
    PSID sid, administrators;
} scene;

static GENERIC_MAPPING mapping = { FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                   FILE_ALL_ACCESS };

static int check(PSECURITY_DESCRIPTOR descriptor, HANDLE token, DWORD desired, BOOL expected)
{
    struct {
        PRIVILEGE_SET set;
        LUID_AND_ATTRIBUTES more[8];
    } privileges;
    DWORD size = sizeof(privileges), granted;
    BOOL allowed;

    return AccessCheck(descriptor, token, desired, &mapping, &privileges.set, &size, &granted,
                       &allowed) &&
           allowed == expected;
}

static int check_3(void)
{
    return check(scene.three, scene.ten_groups, SCENE_GRANTED, TRUE);
}

static int check_3_denied(void)
{
    return check(scene.three, scene.ten_groups, SCENE_NOT_GRANTED, FALSE);
}

static int check_3_maximum(void)
{
    return check(scene.three, scene.ten_groups, MAXIMUM_ALLOWED, TRUE);
}

static int check_100(void)
{
    return check(scene.hundred, scene.hundred_groups, SCENE_GRANTED, TRUE);
}

static int check_100_denied(void)
{
    return check(scene.hundred, scene.hundred_groups, SCENE_NOT_GRANTED, FALSE);
}

static int check_100_maximum(void)
{
    return check(scene.hundred, scene.hundred_groups, MAXIMUM_ALLOWED, TRUE);
}

static int parse_sddl(void)
{
    PSECURITY_DESCRIPTOR descriptor;

    return ConvertStringSecurityDescriptorToSecurityDescriptorA(SCENE_SDDL, SDDL_REVISION_1,
                                                                &descriptor, NULL) &&
           !LocalFree(descriptor);
}

static int print_sddl(void)
{
    LPSTR text;

    return ConvertSecurityDescriptorToStringSecurityDescriptorA(
               scene.typical, SDDL_REVISION_1,
               OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
               &text, NULL) &&
           !LocalFree(text);
}

static int parse_sid(void)
{
    PSID sid;

    return ConvertStringSidToSidA(SCENE_SID, &sid) && !LocalFree(sid);
}

static int print_sid(void)
{
    LPSTR text;

    return ConvertSidToStringSidA(scene.sid, &text) && !LocalFree(text);
}

static int compare_sids(void)
{
    return EqualSid(scene.sid, scene.sid);
}

static int duplicate(void)
{
    HANDLE token;

    return DuplicateTokenEx(scene.process, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                            TokenImpersonation, &token) &&
           CloseHandle(token);
}

static int restrict_token(void)
{
    SID_AND_ATTRIBUTES disable = { .Sid = scene.administrators };
    HANDLE token;

    return CreateRestrictedToken(scene.process, 0, 1, &disable, 0, NULL, 0, NULL, &token) &&
           CloseHandle(token);
}

static int adjust(HANDLE token, DWORD attributes)
{
    TOKEN_PRIVILEGES state = { .PrivilegeCount = 1 };

    state.Privileges[0].Luid.LowPart = 19; /* SeShutdownPrivilege */
    state.Privileges[0].Attributes = attributes;
    return AdjustTokenPrivileges(token, FALSE, &state, sizeof(state), NULL, NULL);
}

static int adjust_own(void)
{
    return adjust(scene.process, SE_PRIVILEGE_ENABLED) && adjust(scene.process, 0);
}

static int adjust_duplicate(void)
{
    return adjust(scene.duplicate, SE_PRIVILEGE_ENABLED) && adjust(scene.duplicate, 0);
}

static const struct operation operations[] = {
    { "AccessCheck, 10 groups x 3 ACEs, last grants", check_3, 100, NULL, "" },
    { "AccessCheck, 10 groups x 3 ACEs, denied", check_3_denied, 100, NULL, "" },
    { "AccessCheck, 10 groups x 3 ACEs, MAXIMUM_ALLOWED", check_3_maximum, -1.3,
      "AccessCheck, 10 groups x 3 ACEs, last grants", "" },
    { "AccessCheck, 100 groups x 100 ACEs, last grants", check_100, 2000, NULL, "" },
    { "AccessCheck, 100 groups x 100 ACEs, denied", check_100_denied, 2000, NULL, "" },
    { "AccessCheck, 100 groups x 100 ACEs, MAXIMUM_ALLOWED", check_100_maximum, -1.3,
      "AccessCheck, 100 groups x 100 ACEs, last grants", "" },
    { "SDDL to descriptor, 4 ACEs, and LocalFree", parse_sddl, 1000, NULL, "Wine 84598 ns" },
    { "descriptor to SDDL, 4 ACEs, and LocalFree", print_sddl, 1000, NULL, "Wine 10500 ns" },
    { "ConvertStringSidToSid + LocalFree", parse_sid, 100, NULL, "Wine 2848 ns" },
    { "ConvertSidToStringSid + LocalFree", print_sid, 100, NULL, "Wine 1456 ns" },
    { "EqualSid, the same", compare_sids, 0, NULL, "Wine 22 ns" },
    { "DuplicateTokenEx + CloseHandle", duplicate, 500, NULL, "Wine 31580 ns" },
    { "CreateRestrictedToken + CloseHandle", restrict_token, 1000, NULL, "Wine 27236 ns" },
    { "AdjustTokenPrivileges on and off, own token", adjust_own, 300, NULL, "Wine 25903 ns" },
    { "AdjustTokenPrivileges on and off, duplicate", adjust_duplicate, 300, NULL, "" },
};

/* An impersonation token with so many groups. */
static HANDLE token_of(DWORD n_groups)
{
    static BYTE groups[65536];
    HANDLE primary, token;
    char name[32];
    DWORD size;

    snprintf(name, sizeof(name), "null-groups-%u", (unsigned)n_groups - SCENE_GROUPS_OF_ANY_LOGON);
    must(LogonUserA(name, ".", "null", LOGON32_LOGON_NETWORK_CLEARTEXT, LOGON32_PROVIDER_DEFAULT,
                    &primary),
         "a logon");
    must(DuplicateToken(primary, SecurityImpersonation, &token), "DuplicateToken");
    must(GetTokenInformation(token, TokenGroups, groups, sizeof(groups), &size), "TokenGroups");
    must(((TOKEN_GROUPS *)groups)->GroupCount == n_groups, "making a token of so many groups");
    return token;
}

/* The last ACE is the only one that is about the token. */
static PSECURITY_DESCRIPTOR descriptor_of(unsigned n_aces)
{
    static char text[SCENE_TEXT_SIZE];
    PSECURITY_DESCRIPTOR descriptor;

    scene_descriptor(text, n_aces);
    must(ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &descriptor,
                                                              NULL),
         "a descriptor");
    return descriptor;
}

static void set_up(void)
{
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &scene.process),
         "OpenProcessToken");
    must(DuplicateTokenEx(scene.process, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                          TokenImpersonation, &scene.duplicate),
         "DuplicateTokenEx");
    must(ConvertStringSidToSidA("BA", &scene.administrators), "a SID");
    must(ConvertStringSidToSidA(SCENE_SID, &scene.sid), "a SID");
    must(ConvertStringSecurityDescriptorToSecurityDescriptorA(SCENE_SDDL, SDDL_REVISION_1,
                                                              &scene.typical, NULL),
         "a descriptor");
    scene.ten_groups = token_of(10);
    scene.hundred_groups = token_of(100);
    scene.three = descriptor_of(3);
    scene.hundred = descriptor_of(100);
}

int main(int argc, char **argv)
{
    set_up();
    measure_all(operations, sizeof(operations) / sizeof(operations[0]), argc < 2 ? "" : argv[1]);
    return 0;
}
