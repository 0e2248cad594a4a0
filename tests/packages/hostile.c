/* SPDX-License-Identifier: MIT */
/*
 * A security package that behaves until it is told otherwise. Each place where it is called, calls
 * or returns has a name, a *site*. The file "orders" in its own directory holds "SITE WAY": what it
 * does when it gets there. Without orders, or with the way "list", it does all that a package does;
 * then each site that it passes is appended to the file "seen".
 *
 * It knows the account "hostile" (any password) and leaves others to other packages.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <windows.h>
#include <handleapi.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>
#include <ntstatus.h>

enum {
    TEXT_MAX = 64,
    UID = 65534,
    MACHINE_SUBS = 4,
    SOCKET_FD = 3,
    FLOOD = 4096,
};

#define EXPORT __attribute__((visibility("default")))

EXPORT NTSTATUS NTAPI SpLsaModeInitialize(ULONG version, PULONG package_version,
                                          PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables);

static PLSA_SECPKG_FUNCTION_TABLE lsa;
static ULONG number;
static DWORD machine_subs[MACHINE_SUBS];

/* --- orders ------------------------------------------------------------------------------------
 */

static char *path_of(const char *name, char ret[static 4096])
{
    const char *directory = getenv("OPENLOGON_STATE_DIR");

    (void)snprintf(ret, 4096, "%s/%s", directory ? directory : "/nowhere", name);
    return ret;
}

static void note_seen(const char *site)
{
    char path[4096];
    FILE *file = fopen(path_of("seen", path), "ae");

    if (!file)
        return;
    (void)fprintf(file, "%s\n", site);
    (void)fclose(file);
}

/* The way that is ordered for a site; "": none. */
static void read_order(const char *site, char way[static TEXT_MAX])
{
    char path[4096], ordered[TEXT_MAX] = "", what[TEXT_MAX] = "";
    FILE *file = fopen(path_of("orders", path), "re");

    way[0] = '\0';
    if (!file)
        return;
    if (fscanf(file, "%63s %63s", ordered, what) == 2) {
        if (strcmp(what, "list") == 0 || strcmp(ordered, site) == 0)
            (void)stpcpy(way, what);
    }
    (void)fclose(file);
}

/* --- ways to go wrong anywhere -----------------------------------------------------------------
 */

static void be_killed(void)
{
    (void)raise(SIGKILL);
}

static void end_well(void)
{
    _exit(0);
}

static void hang(void)
{
    for (;;)
        (void)pause();
}

static void spin(void)
{
    for (volatile unsigned n = 0;; n++)
        ;
}

static void overflow_stack(void)
{
    volatile char waste[1 << 16];

    waste[0] = 1;
    if (waste[0])
        overflow_stack();
    waste[1] = 2;
}

/* Until there is no more, then goes on as well as it can. */
static void eat_memory(void)
{
    size_t n = 0;

    while (n < 4096 && mmap(NULL, 1 << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                            0) != MAP_FAILED)
        n++;
}

static void say(const void *bytes, size_t size)
{
    (void)send(SOCKET_FD, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void talk_nonsense(void)
{
    static const char nonsense[] = "\xff\xff\xff nonsense";

    say(nonsense, sizeof(nonsense));
}

/* A job_result: of no job, a success without a result. */
static void forge_result(void)
{
    static const uint8_t message[] = { 0x12, 0x00 };

    say(message, sizeof(message));
}

static void forge_ready(void)
{
    static const uint8_t message[] = { 0x0a, 0x00 };

    say(message, sizeof(message));
}

/* allocate_luid with the largest count there is, over and over; nobody reads the answers. */
static void flood(void)
{
    static const uint8_t message[] = { 0x1a, 0x08, 0x32, 0x06, 0x08, 0xff, 0xff, 0xff, 0xff, 0x0f };

    for (int i = 0; i < FLOOD; i++)
        (void)send(SOCKET_FD, message, sizeof(message), MSG_NOSIGNAL);
}

static void close_everything(void)
{
    for (int fd = 0; fd < 64; fd++)
        (void)close(fd);
}

static void unload(void)
{
    if (lsa)
        (void)lsa->UnloadPackage();
}

static void abort_here(void)
{
    abort();
}

static void touch_nothing(void)
{
    volatile char *nowhere = NULL;

    *nowhere = 1;
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {
    { "killed", be_killed },
    { "abort", abort_here },
    { "segv", touch_nothing },
    { "exit", end_well },
    { "hang", hang },
    { "spin", spin },
    { "overflow", overflow_stack },
    { "memory", eat_memory },
    { "nonsense", talk_nonsense },
    { "forged-result", forge_result },
    { "forged-ready", forge_ready },
    { "flood", flood },
    { "close", close_everything },
    { "unload", unload },
};

static void site(const char *name)
{
    char way[TEXT_MAX];

    read_order(name, way);
    if (strcmp(way, "list") == 0)
        note_seen(name);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(ways[i].name, way) == 0)
            ways[i].run();
    }
}

/* A call of the LSA's, with a site on each side. */
#define LSA_CALL(name, expression)                                                                 \
    do {                                                                                           \
        site("before-" name);                                                                      \
        status = (expression);                                                                     \
        site("after-" name);                                                                       \
        if (status != STATUS_SUCCESS)                                                              \
            return status;                                                                         \
    } while (0)

/* --- what a package does -----------------------------------------------------------------------
 */

struct logon {
    PLSA_CLIENT_REQUEST request;
    LUID id;
    LSA_TOKEN_INFORMATION_V1 *token;
    LSA_TOKEN_INFORMATION_TYPE token_type;
    PVOID profile;
    ULONG profile_size;
    PUNICODE_STRING account_name;
    PUNICODE_STRING authority;
    SECPKG_PRIMARY_CRED primary;
};

static NTSTATUS status_of(const void *pointer)
{
    return pointer ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static PSID make_sid(DWORD rid)
{
    SID *sid = lsa->AllocateLsaHeap(8 + 4 * (MACHINE_SUBS + 1));

    if (!sid)
        return NULL;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = MACHINE_SUBS + 1;
    sid->IdentifierAuthority.Value[5] = 5;
    memcpy((char *)sid + 8, machine_subs, sizeof(machine_subs));
    memcpy((char *)sid + 8 + sizeof(machine_subs), &rid, sizeof(rid));
    return sid;
}

static PUNICODE_STRING make_string(const char *ascii)
{
    size_t length = strlen(ascii);
    PUNICODE_STRING string = lsa->AllocateLsaHeap(sizeof(*string));

    if (!string)
        return NULL;
    string->Buffer = lsa->AllocateLsaHeap((ULONG)(2 * length + 2));
    if (!string->Buffer)
        return NULL;
    for (size_t i = 0; i < length; i++)
        string->Buffer[i] = (WCHAR)ascii[i];
    string->Length = (USHORT)(2 * length);
    string->MaximumLength = (USHORT)(2 * length + 2);
    return string;
}

static NTSTATUS make_token(struct logon *l)
{
    NTSTATUS status;

    LSA_CALL("AllocateLsaHeap", status_of(l->token = lsa->AllocateLsaHeap(sizeof(*l->token))));
    l->token_type = LsaTokenInformationV1;
    l->token->ExpirationTime.QuadPart = INT64_MAX;
    l->token->User.User.Sid = make_sid(1000 + 2 * UID);
    l->token->PrimaryGroup.PrimaryGroup = make_sid(1001 + 2 * UID);
    l->token->Groups = lsa->AllocateLsaHeap(sizeof(*l->token->Groups));
    if (!l->token->Groups)
        return STATUS_NO_MEMORY;
    l->token->Groups->GroupCount = 1;
    l->token->Groups->Groups[0].Sid = make_sid(1001 + 2 * UID);
    l->token->Groups->Groups[0].Attributes =
        SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    return STATUS_SUCCESS;
}

static NTSTATUS use_heaps(void)
{
    NTSTATUS status;
    void *memory = NULL;

    LSA_CALL("AllocatePrivateHeap", status_of(memory = lsa->AllocatePrivateHeap(4096)));
    LSA_CALL("LsaProtectMemory", (lsa->LsaProtectMemory(memory, 4096), STATUS_SUCCESS));
    LSA_CALL("LsaUnprotectMemory", (lsa->LsaUnprotectMemory(memory, 4096), STATUS_SUCCESS));
    LSA_CALL("FreePrivateHeap", (lsa->FreePrivateHeap(memory), STATUS_SUCCESS));
    return STATUS_SUCCESS;
}

static NTSTATUS use_client_buffers(struct logon *l, PVOID client_base)
{
    static char text[] = "a profile";
    NTSTATUS status;
    PVOID other = NULL;
    ULONG type = 0;

    LSA_CALL("CopyFromClientBuffer",
             lsa->CopyFromClientBuffer(l->request, sizeof(type), &type, client_base));
    LSA_CALL("AllocateClientBuffer",
             lsa->AllocateClientBuffer(l->request, sizeof(text), &l->profile));
    l->profile_size = sizeof(text);
    LSA_CALL("CopyToClientBuffer",
             lsa->CopyToClientBuffer(l->request, sizeof(text), l->profile, text));
    status = lsa->AllocateClientBuffer(l->request, 16, &other);
    if (status != STATUS_SUCCESS)
        return status;
    LSA_CALL("FreeClientBuffer", lsa->FreeClientBuffer(l->request, other));
    return STATUS_SUCCESS;
}

static NTSTATUS use_credentials(PLUID id)
{
    LSA_STRING key = { 3, 3, (PCHAR)(uintptr_t) "key" };
    LSA_STRING value = { 5, 5, (PCHAR)(uintptr_t) "value" };
    LSA_STRING found = { 0 };
    ULONG context = 0, length = 0;
    NTSTATUS status;

    LSA_CALL("AddCredential", lsa->AddCredential(id, number, &key, &value));
    LSA_CALL("GetCredentials",
             lsa->GetCredentials(id, number, &context, FALSE, &key, &length, &found));
    LSA_CALL("FreeLsaHeap", (lsa->FreeLsaHeap(found.Buffer), STATUS_SUCCESS));
    LSA_CALL("DeleteCredential", lsa->DeleteCredential(id, number, &key));
    return lsa->AddCredential(id, number, &key, &value);
}

static NTSTATUS use_sessions(struct logon *l)
{
    NTSTATUS status;
    LUID other;

    LSA_CALL("AllocateLocallyUniqueId",
             AllocateLocallyUniqueId(&l->id) ? STATUS_SUCCESS : STATUS_NO_MEMORY);
    LSA_CALL("CreateLogonSession", lsa->CreateLogonSession(&l->id));
    if (!AllocateLocallyUniqueId(&other))
        return STATUS_NO_MEMORY;
    status = lsa->CreateLogonSession(&other);
    if (status != STATUS_SUCCESS)
        return status;
    LSA_CALL("DeleteLogonSession", lsa->DeleteLogonSession(&other));
    return STATUS_SUCCESS;
}

/* A session of its own with a token, which goes again. */
static NTSTATUS use_tokens(struct logon *l)
{
    TOKEN_SOURCE source = { "hostile", { 0 } };
    HANDLE token = NULL;
    NTSTATUS status, sub_status = STATUS_SUCCESS;
    LUID id;

    if (!AllocateLocallyUniqueId(&id))
        return STATUS_NO_MEMORY;
    status = lsa->CreateLogonSession(&id);
    if (status != STATUS_SUCCESS)
        return status;
    LSA_CALL("CreateToken",
             lsa->CreateToken(&id, &source, Network, SecurityImpersonation, l->token_type, l->token,
                              NULL, NULL, NULL, NULL, NULL, &token, &sub_status));
    LSA_CALL("CloseHandle", CloseHandle(token) ? STATUS_SUCCESS : STATUS_INTERNAL_ERROR);
    return STATUS_SUCCESS;
}

static DWORD NTAPI do_nothing(LPVOID parameter)
{
    site("notification");
    return 0;
}

/* The other package takes no calls, and says so. */
static NTSTATUS use_others(void)
{
    WCHAR name[] = { 'n', 'u', 'l', 'l' };
    UNICODE_STRING null = { .Length = sizeof(name), .Buffer = name };
    PVOID returned = NULL;
    ULONG size = 0;
    NTSTATUS status, protocol_status = STATUS_SUCCESS;
    HANDLE handle = NULL;

    LSA_CALL("CallPackage", lsa->CallPackage(&null, name, sizeof(name), &returned, &size,
                                             &protocol_status) == STATUS_NOT_SUPPORTED
                                ? STATUS_SUCCESS
                                : STATUS_INTERNAL_ERROR);
    LSA_CALL("RegisterNotification",
             status_of(handle = lsa->RegisterNotification(do_nothing, NULL, NOTIFIER_TYPE_INTERVAL,
                                                          0, 0, 60, NULL)));
    LSA_CALL("CancelNotification", lsa->CancelNotification(handle));
    return status_of(
        lsa->RegisterNotification(do_nothing, NULL, NOTIFIER_TYPE_IMMEDIATE, 0, 0, 0, NULL));
}

static NTSTATUS ask_about_client(void)
{
    SECPKG_CLIENT_INFO client;
    SECPKG_CALL_INFO call;
    NTSTATUS status;

    LSA_CALL("GetClientInfo", lsa->GetClientInfo(&client));
    LSA_CALL("GetCallInfo", lsa->GetCallInfo(&call) ? STATUS_SUCCESS : STATUS_INTERNAL_ERROR);
    return STATUS_SUCCESS;
}

/* --- ways to return garbage --------------------------------------------------------------------
 */

static void forget_all(struct logon *l)
{
    *l = (struct logon){ 0 };
}

static void wrong_luid(struct logon *l)
{
    l->id = (LUID){ .LowPart = 0x3e7 };
}

static void never_made(struct logon *l)
{
    (void)lsa->DeleteLogonSession(&l->id);
}

static void invented_luid(struct logon *l)
{
    l->id = (LUID){ .LowPart = 1, .HighPart = 0x7fffffff };
}

static void second_session(struct logon *l)
{
    LUID other;

    if (AllocateLocallyUniqueId(&other))
        (void)lsa->CreateLogonSession(&other);
}

static void bad_user(struct logon *l)
{
    ((SID *)l->token->User.User.Sid)->Revision = 77;
}

static void no_user(struct logon *l)
{
    l->token->User.User.Sid = NULL;
}

static void long_user(struct logon *l)
{
    ((SID *)l->token->User.User.Sid)->SubAuthorityCount = 255;
}

static void no_primary_group(struct logon *l)
{
    l->token->PrimaryGroup.PrimaryGroup = NULL;
}

static void huge_groups(struct logon *l)
{
    l->token->Groups->GroupCount = UINT32_MAX;
}

static void wild_attributes(struct logon *l)
{
    l->token->Groups->Groups[0].Attributes = UINT32_MAX;
}

static void wild_type(struct logon *l)
{
    l->token_type = (LSA_TOKEN_INFORMATION_TYPE)12345;
}

static void odd_name(struct logon *l)
{
    l->account_name->Length = 7;
}

static void endless_name(struct logon *l)
{
    l->account_name->Length = 0xfffe;
}

static void half_a_character(struct logon *l)
{
    l->account_name->Buffer[0] = 0xd800;
}

static void foreign_profile(struct logon *l)
{
    static char elsewhere[64];

    l->profile = elsewhere;
}

static void long_profile(struct logon *l)
{
    l->profile_size = UINT32_MAX;
}

static void bad_dacl(struct logon *l)
{
    ACL *acl = lsa->AllocateLsaHeap(sizeof(*acl));

    if (acl)
        *acl = (ACL){ .AclRevision = 99, .AclSize = 8, .AceCount = 65535 };
    l->token->DefaultDacl.DefaultDacl = acl;
}

static void all_privileges(struct logon *l)
{
    TOKEN_PRIVILEGES *privileges = lsa->AllocateLsaHeap(sizeof(*privileges));

    if (privileges)
        privileges->PrivilegeCount = UINT32_MAX;
    l->token->Privileges = privileges;
}

static const struct {
    const char *name;
    void (*run)(struct logon *l);
} garbage[] = {
    { "nothing", forget_all },
    { "system-session", wrong_luid },
    { "deleted-session", never_made },
    { "invented-session", invented_luid },
    { "two-sessions", second_session },
    { "bad-user", bad_user },
    { "no-user", no_user },
    { "long-user", long_user },
    { "no-primary-group", no_primary_group },
    { "huge-groups", huge_groups },
    { "wild-attributes", wild_attributes },
    { "wild-type", wild_type },
    { "odd-name", odd_name },
    { "endless-name", endless_name },
    { "half-a-character", half_a_character },
    { "foreign-profile", foreign_profile },
    { "long-profile", long_profile },
    { "bad-dacl", bad_dacl },
    { "all-privileges", all_privileges },
};

static void spoil(struct logon *l)
{
    char way[TEXT_MAX];

    read_order("answer", way);
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        if (strcmp(garbage[i].name, way) == 0)
            garbage[i].run(l);
    }
}

/* Statuses that are no failure and no success, or the wrong one. */
static NTSTATUS spoil_status(NTSTATUS status)
{
    static const struct {
        const char *name;
        NTSTATUS status;
    } statuses[] = {
        { "pending", (NTSTATUS)0x00000103 },
        { "positive", (NTSTATUS)0x7fffffff },
        { "warning", (NTSTATUS)0x80000005 },
        { "failure-with-session", STATUS_ACCOUNT_DISABLED },
        { "unknown-with-session", STATUS_NO_SUCH_USER },
        { "unheard-of", (NTSTATUS)0xcfffffff },
    };
    char way[TEXT_MAX];

    read_order("status", way);
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (strcmp(statuses[i].name, way) == 0)
            return statuses[i].status;
    }
    return status;
}

/* --- entry points ------------------------------------------------------------------------------
 */

static NTSTATUS NTAPI initialize(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                                 PLSA_SECPKG_FUNCTION_TABLE functions)
{
    const char *sid = getenv("OPENLOGON_MACHINE_SID");

    site("Initialize");
    if (!sid || sscanf(sid, "S-1-5-%u-%u-%u-%u", &machine_subs[0], &machine_subs[1],
                       &machine_subs[2], &machine_subs[3]) != MACHINE_SUBS)
        return STATUS_INVALID_PARAMETER;
    number = (ULONG)id;
    lsa = functions;
    site("Initialize-end");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI get_info(PSecPkgInfoW info)
{
    static WCHAR name[] = { 'H', 'o', 's', 't', 'i', 'l', 'e', 0 };

    site("GetInfo");
    info->Name = name;
    info->Comment = name;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI shut_down(void)
{
    site("Shutdown");
    return STATUS_SUCCESS;
}

static int is_hostile(const void *submit, const void *client_base, ULONG size)
{
    static const WCHAR name[] = { 'h', 'o', 's', 't', 'i', 'l', 'e' };
    const MSV1_0_INTERACTIVE_LOGON *logon = submit;
    const size_t offset =
        (size_t)((const char *)logon->UserName.Buffer - (const char *)client_base);

    return size >= sizeof(*logon) && logon->UserName.Length == sizeof(name) && offset <= size &&
           sizeof(name) <= size - offset &&
           memcmp((const char *)submit + offset, name, sizeof(name)) == 0;
}

static NTSTATUS log_on(struct logon *l, PVOID client_base)
{
    NTSTATUS status = ask_about_client();

    if (status == STATUS_SUCCESS)
        status = use_heaps();
    if (status == STATUS_SUCCESS)
        status = use_client_buffers(l, client_base);
    if (status == STATUS_SUCCESS)
        status = make_token(l);
    if (status == STATUS_SUCCESS)
        status = use_sessions(l);
    if (status == STATUS_SUCCESS)
        status = use_credentials(&l->id);
    if (status == STATUS_SUCCESS)
        status = use_tokens(l);
    if (status == STATUS_SUCCESS)
        status = use_others();
    if (status != STATUS_SUCCESS)
        return status;
    l->account_name = make_string("hostile");
    l->authority = make_string("NOWHERE");
    l->primary.LogonId = l->id;
    spoil(l);
    return spoil_status(STATUS_SUCCESS);
}

static NTSTATUS NTAPI logon_user(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type,
                                 PVOID submit, PVOID client_base, ULONG submit_size, PVOID *profile,
                                 PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                                 PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                                 PUNICODE_STRING *account_name, PUNICODE_STRING *authority,
                                 PUNICODE_STRING *machine_name, PSECPKG_PRIMARY_CRED primary,
                                 PSECPKG_SUPPLEMENTAL_CRED_ARRAY *cached)
{
    struct logon l = { .request = request };
    NTSTATUS status;

    if (!is_hostile(submit, client_base, submit_size))
        return STATUS_NO_SUCH_USER;
    site("LogonUserEx2");
    status = log_on(&l, client_base);
    *profile = l.profile;
    *profile_size = l.profile_size;
    *logon_id = l.id;
    *token_type = l.token_type;
    *token = l.token;
    *account_name = l.account_name;
    *authority = l.authority;
    *primary = l.primary;
    site("LogonUserEx2-end");
    return status;
}

static NTSTATUS NTAPI accept_credentials(SECURITY_LOGON_TYPE type, PUNICODE_STRING account_name,
                                         PSECPKG_PRIMARY_CRED primary,
                                         PSECPKG_SUPPLEMENTAL_CRED supplemental)
{
    site("AcceptCredentials");
    return STATUS_SUCCESS;
}

static VOID NTAPI logon_terminated(PLUID logon_id)
{
    site("LogonTerminated");
}

static SECPKG_FUNCTION_TABLE table = {
    .Initialize = initialize,
    .Shutdown = shut_down,
    .GetInfo = get_info,
    .LogonUserEx2 = logon_user,
    .LogonTerminated = logon_terminated,
    .AcceptCredentials = accept_credentials,
};

NTSTATUS NTAPI SpLsaModeInitialize(ULONG version, PULONG package_version,
                                   PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables)
{
    site("SpLsaModeInitialize");
    *package_version = SECPKG_INTERFACE_VERSION_3;
    *tables = &table;
    *n_tables = 1;
    return STATUS_SUCCESS;
}
