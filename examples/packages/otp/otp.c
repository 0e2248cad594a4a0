/* SPDX-License-Identifier: MIT */
/*
 * An authentication package in one file: accounts of the machine log on with a one-time password
 * (TOTP, RFC 6238) instead of a password that can be watched and used again. Copy it, and put your
 * own way to tell who somebody is in the place of check_code(). It needs OpenLogon's headers only:
 *
 *     cc -shared -fPIC -fvisibility=hidden $(pkg-config --cflags openlogon-package) -o otp.so otp.c
 *
 * In openlogond.conf(5), with a user "otp" that was made for it:
 *
 *     packages = /usr/local/lib/openlogon/otp.so msv1_0 unix
 *     otp.user = otp
 *
 * Who may log on stands in the file "users" of the package's own directory, which is
 * /var/lib/openlogon/packages/otp and belongs to that user; the file has mode 0600, or it is not
 * read. A line is NAME DIGITS SECRET; the secret is in base 32, as authenticator apps show it:
 *
 *     alice 6 JBSWY3DPEHPK3PXP
 *
 * A code is good for its 30 seconds and for OTP_DRIFT (1) steps before and after, but only once.
 * Five wrong ones in one step lock the account until the next step. Names that are not in the file
 * are left to the packages that come later.
 *
 * What is set in openlogond.conf as `otp.environment = NAME=VALUE` is in the environment here:
 * OTP_DRIFT, and OTP_CLOCK, a fixed time in seconds for tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>
#include <ntstatus.h>

#define EXPORT __attribute__((visibility("default")))

/* The entry points: the worker looks them up by name. */
EXPORT LSA_AP_INITIALIZE_PACKAGE LsaApInitializePackage;
EXPORT LSA_AP_LOGON_USER_EX LsaApLogonUserEx;
EXPORT LSA_AP_LOGON_TERMINATED LsaApLogonTerminated;

enum {
    NAME_SIZE = 65,      /* bytes of an account's name, with its end */
    CODE_SIZE = 16,      /* of what was typed */
    SECRET_SIZE = 64,    /* bytes of a secret */
    STEP_SECONDS = 30,   /* RFC 6238, section 5.2 */
    DRIFT_MAX = 10,      /* steps */
    WRONG_CODES_MAX = 5, /* in one step */
    GROUPS_MAX = 256,
    SHA1_SIZE = 20,
    SHA1_BLOCK = 64,
    MACHINE_SUBS = 4, /* S-1-5-21-a-b-c */
};

static PLSA_DISPATCH_TABLE lsa; /* what the LSA does for us */
static DWORD machine_sid[MACHINE_SUBS];
static const char *directory; /* our own */
static const char *machine_name;

/* --- HMAC-SHA-1: FIPS 180-4, RFC 2104 ----------------------------------------------------------
 */

static uint32_t rotate(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static void sha1_block(uint32_t state[static 5], const uint8_t block[static SHA1_BLOCK])
{
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = rotate(a, 5) + f + e + w[i];

        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* One block that is there already (a padded key), then a message that fits into one with the
 * padding: all that HMAC of a counter needs. */
static void sha1_of(uint8_t ret[static SHA1_SIZE], const uint8_t first[static SHA1_BLOCK],
                    const uint8_t *message, size_t size)
{
    uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t last[SHA1_BLOCK] = { 0 };
    uint64_t bits = 8 * (SHA1_BLOCK + size);

    memcpy(last, message, size);
    last[size] = 0x80;
    for (size_t i = 0; i < 8; i++)
        last[SHA1_BLOCK - 1 - i] = (uint8_t)(bits >> 8 * i);
    sha1_block(state, first);
    sha1_block(state, last);
    for (size_t i = 0; i < SHA1_SIZE; i++)
        ret[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    explicit_bzero(last, sizeof(last));
}

static void hmac_of_counter(uint8_t ret[static SHA1_SIZE], const uint8_t *key, size_t key_size,
                            uint64_t counter)
{
    uint8_t inner[SHA1_BLOCK], outer[SHA1_BLOCK], message[8], digest[SHA1_SIZE];

    for (size_t i = 0; i < SHA1_BLOCK; i++) {
        uint8_t byte = i < key_size ? key[i] : 0;

        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)(counter >> (56 - 8 * i));
    sha1_of(digest, inner, message, sizeof(message));
    sha1_of(ret, outer, digest, sizeof(digest));
    explicit_bzero(inner, sizeof(inner));
    explicit_bzero(outer, sizeof(outer));
}

/* RFC 4226, section 5.3 */
static void make_code(char ret[static CODE_SIZE], const uint8_t *key, size_t key_size,
                      unsigned digits, uint64_t counter)
{
    uint8_t mac[SHA1_SIZE];
    uint32_t number, limit = 1;
    size_t offset;

    hmac_of_counter(mac, key, key_size, counter);
    offset = mac[SHA1_SIZE - 1] & 15;
    number = (uint32_t)(mac[offset] & 0x7f) << 24 | (uint32_t)mac[offset + 1] << 16 |
             (uint32_t)mac[offset + 2] << 8 | mac[offset + 3];
    for (unsigned i = 0; i < digits; i++)
        limit *= 10;
    (void)snprintf(ret, CODE_SIZE, "%0*u", (int)digits, number % limit);
    explicit_bzero(mac, sizeof(mac));
}

/* --- who may log on ----------------------------------------------------------------------------
 */

struct user {
    char name[NAME_SIZE];
    unsigned digits;
    uint8_t secret[SECRET_SIZE];
    size_t secret_size;
};

/* RFC 4648, section 6; blanks and padding may be missing. False: something else is in it. */
static int decode_base32(struct user *user, const char *text)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;

    user->secret_size = 0;
    for (; *text && *text != '='; text++) {
        const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        const char *digit = strchr(digits, *text >= 'a' && *text <= 'z' ? *text - 32 : *text);

        if (!digit || user->secret_size == SECRET_SIZE)
            return 0;
        bits = bits << 5 | (uint32_t)(digit - digits);
        n_bits += 5;
        if (n_bits >= 8) {
            n_bits -= 8;
            user->secret[user->secret_size++] = (uint8_t)(bits >> n_bits);
        }
    }
    return user->secret_size > 0;
}

static int parse_line(struct user *user, const char *line)
{
    char secret[2 * SECRET_SIZE];
    int ok = sscanf(line, "%64s %u %127s", user->name, &user->digits, secret) == 3 &&
             user->digits >= 6 && user->digits <= 9 && decode_base32(user, secret);

    explicit_bzero(secret, sizeof(secret));
    return ok;
}

/* Secrets that others can read are none. */
static FILE *open_users(void)
{
    char path[4096];
    struct stat status;
    int fd;

    (void)snprintf(path, sizeof(path), "%s/users", directory);
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            fprintf(stderr, "otp: cannot read %s: %s\n", path, strerror(errno));
        return NULL;
    }
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & 077)) {
        fprintf(stderr, "otp: %s must belong to this package's user and have mode 0600\n", path);
        (void)close(fd);
        return NULL;
    }
    return fdopen(fd, "r");
}

static int find_user(struct user *ret, const char *name)
{
    FILE *file = open_users();
    char line[512];
    int found = 0;

    while (file && !found && fgets(line, sizeof(line), file))
        found = parse_line(ret, line) && strcmp(ret->name, name) == 0;
    explicit_bzero(line, sizeof(line));
    if (file)
        (void)fclose(file);
    return found;
}

/* --- what must outlive this process ------------------------------------------------------------
 */

/* Of one account: the last code that was used, and how many wrong ones came in which step. */
struct memory {
    uint64_t used, wrong_step;
    unsigned n_wrong;
};

static void path_of_memory(char ret[static 4096], const char *name, const char *suffix)
{
    (void)snprintf(ret, 4096, "%s/used-%s%s", directory, name, suffix);
}

static void recall(struct memory *ret, const char *name)
{
    unsigned long long used = 0, step = 0;
    unsigned n = 0;
    char path[4096];
    FILE *file;

    path_of_memory(path, name, "");
    file = fopen(path, "re");
    if (file && fscanf(file, "%llu %llu %u", &used, &step, &n) != 3)
        used = step = n = 0;
    if (file)
        (void)fclose(file);
    *ret = (struct memory){ used, step, n };
}

/* On disk before the answer goes out: a crash must not make a code new again. */
static int remember(const struct memory *memory, const char *name)
{
    char path[4096], new_path[4096];
    FILE *file;
    int ok;

    path_of_memory(path, name, "");
    path_of_memory(new_path, name, ".new");
    file = fopen(new_path, "we");
    if (!file)
        return 0;
    ok = fprintf(file, "%llu %llu %u\n", (unsigned long long)memory->used,
                 (unsigned long long)memory->wrong_step, memory->n_wrong) > 0 &&
         fflush(file) == 0 && fsync(fileno(file)) == 0;
    ok = fclose(file) == 0 && ok;
    return ok && rename(new_path, path) == 0;
}

/* --- the check ---------------------------------------------------------------------------------
 */

static uint64_t current_step(void)
{
    const char *clock = getenv("OTP_CLOCK");
    uint64_t now = clock ? strtoull(clock, NULL, 10) : (uint64_t)time(NULL);

    return now / STEP_SECONDS;
}

static uint64_t drift(void)
{
    const char *text = getenv("OTP_DRIFT");
    unsigned long steps = text ? strtoul(text, NULL, 10) : 1;

    return steps < DRIFT_MAX ? steps : DRIFT_MAX;
}

/* In a time that tells nothing of how much was right. */
static int same_code(const char a[static CODE_SIZE], const char b[static CODE_SIZE])
{
    volatile unsigned char difference = 0;

    for (size_t i = 0; i < CODE_SIZE; i++)
        difference = (unsigned char)(difference | (a[i] ^ b[i]));
    return difference == 0;
}

/* The step whose code it is, of those that were not used; 0: none. All are looked at. */
static uint64_t find_step(const struct user *user, const char code[static CODE_SIZE],
                          const struct memory *memory, uint64_t now)
{
    const uint64_t around = drift();
    uint64_t found = 0;

    for (uint64_t step = now > around ? now - around : 1; step <= now + around; step++) {
        char right[CODE_SIZE] = { 0 };
        int same;

        make_code(right, user->secret, user->secret_size, user->digits, step);
        same = same_code(code, right);
        if (same && step > memory->used)
            found = step;
        explicit_bzero(right, sizeof(right));
    }
    return found;
}

static NTSTATUS check_with_lock(const struct user *user, const char code[static CODE_SIZE])
{
    const uint64_t now = current_step();
    struct memory memory;
    uint64_t step;

    recall(&memory, user->name);
    if (memory.wrong_step != now)
        memory.n_wrong = 0;
    memory.wrong_step = now;
    if (memory.n_wrong >= WRONG_CODES_MAX)
        return STATUS_ACCOUNT_LOCKED_OUT;
    step = find_step(user, code, &memory, now);
    if (step)
        memory.used = step;
    else
        memory.n_wrong++;
    if (!remember(&memory, user->name))
        return STATUS_INTERNAL_DB_ERROR; /* else it could be used again */
    return step ? STATUS_SUCCESS : STATUS_WRONG_PASSWORD;
}

/* One at a time, should the package be given several processes. */
static NTSTATUS check_code(const struct user *user, const char code[static CODE_SIZE])
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    NTSTATUS status = STATUS_INTERNAL_DB_ERROR;

    if (fd < 0)
        return status;
    if (flock(fd, LOCK_EX) == 0)
        status = check_with_lock(user, code);
    (void)close(fd);
    return status;
}

/* --- the submit buffer -------------------------------------------------------------------------
 */

/*
 * The program sent MSV1_0_INTERACTIVE_LOGON with three texts behind it. Pointers in it are
 * addresses of the program: where the buffer lay there is client_base. Any program may send
 * anything, so nothing is believed. ASCII only: names of Unix accounts, and digits.
 */
struct submit {
    const char *bytes;
    uintptr_t client_base;
    size_t size;
};

static int copy_text(char *ret, size_t room, const struct submit *submit,
                     const UNICODE_STRING *from)
{
    const uintptr_t offset = (uintptr_t)from->Buffer - submit->client_base;
    const size_t units = from->Length / sizeof(WCHAR);

    memset(ret, 0, room);
    if (units == 0)
        return 1;
    if (from->Length % sizeof(WCHAR) || offset > submit->size ||
        from->Length > submit->size - offset || units >= room)
        return 0;
    for (size_t i = 0; i < units; i++) {
        WCHAR unit;

        memcpy(&unit, submit->bytes + offset + i * sizeof(unit), sizeof(unit));
        if (unit == 0 || unit >= 0x80)
            return 0;
        ret[i] = (char)unit;
    }
    return 1;
}

static int is_this_machine(const char *domain)
{
    return !*domain || strcmp(domain, ".") == 0 || strcasecmp(domain, machine_name) == 0;
}

/* Its name becomes part of a file's. */
static int is_name(const char *name)
{
    return *name && *name != '.' &&
           !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")];
}

/* Errors: STATUS_NO_SUCH_USER: somebody else may know what this is */
static NTSTATUS read_submit(const struct submit *submit, char name[static NAME_SIZE],
                            char code[static CODE_SIZE])
{
    MSV1_0_INTERACTIVE_LOGON logon;
    char domain[256];

    if (submit->size < sizeof(logon))
        return STATUS_INVALID_PARAMETER;
    memcpy(&logon, submit->bytes, sizeof(logon));
    if (logon.MessageType != MsV1_0InteractiveLogon &&
        logon.MessageType != MsV1_0WorkstationUnlockLogon)
        return STATUS_INVALID_PARAMETER;
    if (!copy_text(domain, sizeof(domain), submit, &logon.LogonDomainName) ||
        !copy_text(name, NAME_SIZE, submit, &logon.UserName) || !is_this_machine(domain) ||
        !is_name(name))
        return STATUS_NO_SUCH_USER;
    if (!copy_text(code, CODE_SIZE, submit, &logon.Password))
        memset(code, 0, CODE_SIZE); /* of an account that we know it is a wrong one */
    return STATUS_SUCCESS;
}

/* --- the answer --------------------------------------------------------------------------------
 */

/* SIDs below the machine's own: RID 1000 + 2 uid is a user, 1001 + 2 gid a group
 * (docs/packages.md).
 */
static PSID make_sid(DWORD rid)
{
    SID *sid = lsa->AllocateLsaHeap(8 + 4 * (MACHINE_SUBS + 1));

    if (!sid)
        return NULL;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = MACHINE_SUBS + 1;
    sid->IdentifierAuthority.Value[5] = 5; /* SECURITY_NT_AUTHORITY */
    memcpy((char *)sid + 8, machine_sid, sizeof(machine_sid));
    memcpy((char *)sid + 8 + sizeof(machine_sid), &rid, sizeof(rid));
    return sid;
}

static PTOKEN_GROUPS make_groups(const gid_t *gids, size_t n)
{
    PTOKEN_GROUPS groups =
        lsa->AllocateLsaHeap((ULONG)(sizeof(*groups) + n * sizeof(SID_AND_ATTRIBUTES)));

    if (!groups)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        PSID_AND_ATTRIBUTES group = (PSID_AND_ATTRIBUTES)groups->Groups + i;

        group->Sid = make_sid(1001 + 2 * (DWORD)gids[i]);
        group->Attributes = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
        groups->GroupCount = (DWORD)i + 1;
        if (!group->Sid)
            break; /* the worker refuses it and frees all */
    }
    return groups;
}

/* Each part is an allocation of the LSA's heap, and the LSA frees them, also when we fail. */
static NTSTATUS make_token(const struct passwd *account, PVOID *ret,
                           PLSA_TOKEN_INFORMATION_TYPE ret_type)
{
    LSA_TOKEN_INFORMATION_V1 *token;
    gid_t gids[GROUPS_MAX];
    int n = GROUPS_MAX;

    if (getgrouplist(account->pw_name, account->pw_gid, gids, &n) < 0)
        return STATUS_TOO_MANY_CONTEXT_IDS;
    token = lsa->AllocateLsaHeap(sizeof(*token));
    if (!token)
        return STATUS_NO_MEMORY;
    token->ExpirationTime.QuadPart = INT64_MAX;
    token->User.User.Sid = make_sid(1000 + 2 * (DWORD)account->pw_uid);
    token->Groups = make_groups(gids, (size_t)n);
    token->PrimaryGroup.PrimaryGroup = make_sid(1001 + 2 * (DWORD)account->pw_gid);
    *ret = token;
    *ret_type = LsaTokenInformationV1;
    return STATUS_SUCCESS;
}

static PUNICODE_STRING make_string(const char *ascii)
{
    size_t length = strlen(ascii);
    PUNICODE_STRING string = lsa->AllocateLsaHeap(sizeof(*string));

    if (!string)
        return NULL;
    string->Buffer = lsa->AllocateLsaHeap((ULONG)(2 * length + 2));
    if (!string->Buffer)
        return string; /* an empty one */
    for (size_t i = 0; i < length; i++)
        string->Buffer[i] = (WCHAR)(unsigned char)ascii[i];
    string->Length = (USHORT)(2 * length);
    string->MaximumLength = (USHORT)(2 * length + 2);
    return string;
}

/* The session comes last, so that nothing has to be undone. */
static NTSTATUS accept(const struct passwd *account, PLUID logon_id, PVOID *token,
                       PLSA_TOKEN_INFORMATION_TYPE token_type)
{
    NTSTATUS status = make_token(account, token, token_type);

    if (status != STATUS_SUCCESS)
        return status;
    if (!AllocateLocallyUniqueId(logon_id))
        return STATUS_INSUFFICIENT_RESOURCES;
    return lsa->CreateLogonSession(logon_id);
}

/* --- entry points ------------------------------------------------------------------------------
 */

NTSTATUS NTAPI LsaApInitializePackage(ULONG id, PLSA_DISPATCH_TABLE functions, PLSA_STRING database,
                                      PLSA_STRING confidentiality, PLSA_STRING *ret_name)
{
    static const char name[] = "OTP";
    const char *sid = getenv("OPENLOGON_MACHINE_SID");
    PLSA_STRING string;

    (void)id;
    (void)database;
    (void)confidentiality;
    directory = getenv("OPENLOGON_STATE_DIR");
    machine_name = getenv("OPENLOGON_MACHINE_NAME");
    if (!sid || !directory || !machine_name ||
        sscanf(sid, "S-1-5-%u-%u-%u-%u", &machine_sid[0], &machine_sid[1], &machine_sid[2],
               &machine_sid[3]) != MACHINE_SUBS)
        return STATUS_INVALID_PARAMETER;
    string = functions->AllocateLsaHeap(sizeof(*string));
    if (!string)
        return STATUS_NO_MEMORY;
    string->Buffer = functions->AllocateLsaHeap(sizeof(name));
    if (!string->Buffer)
        return STATUS_NO_MEMORY;
    memcpy(string->Buffer, name, sizeof(name));
    string->Length = sizeof(name) - 1;
    string->MaximumLength = sizeof(name);
    *ret_name = string;
    lsa = functions;
    return STATUS_SUCCESS;
}

static NTSTATUS log_on(const char *name, const char code[static CODE_SIZE], PLUID logon_id,
                       PVOID *token, PLSA_TOKEN_INFORMATION_TYPE token_type)
{
    const struct passwd *account;
    struct user user;
    NTSTATUS status;

    if (!find_user(&user, name))
        return STATUS_NO_SUCH_USER;
    status = check_code(&user, code);
    explicit_bzero(&user, sizeof(user));
    if (status != STATUS_SUCCESS)
        return status;
    account = getpwnam(name);
    if (!account || account->pw_uid == 0) /* six digits are too few for root */
        return STATUS_ACCOUNT_RESTRICTION;
    return accept(account, logon_id, token, token_type);
}

/* Names are returned on failure, too: the audit trail says whom it was about. */
NTSTATUS NTAPI LsaApLogonUserEx(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type, PVOID buffer,
                                PVOID client_base, ULONG size, PVOID *profile, PULONG profile_size,
                                PLUID logon_id, PNTSTATUS sub_status,
                                PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                                PUNICODE_STRING *account_name, PUNICODE_STRING *authority,
                                PUNICODE_STRING *workstation)
{
    const struct submit submit = { buffer, (uintptr_t)client_base, size };
    char name[NAME_SIZE], code[CODE_SIZE];
    NTSTATUS status = read_submit(&submit, name, code);

    (void)request;
    (void)type;
    *profile = NULL;
    *profile_size = 0;
    *sub_status = STATUS_SUCCESS;
    *workstation = NULL;
    if (status == STATUS_SUCCESS)
        status = log_on(name, code, logon_id, token, token_type);
    explicit_bzero(code, sizeof(code));
    if (status == STATUS_NO_SUCH_USER || status == STATUS_INVALID_PARAMETER)
        return status;
    *account_name = make_string(name);
    *authority = make_string(machine_name);
    return status;
}

/* We keep nothing of a session. */
VOID NTAPI LsaApLogonTerminated(PLUID logon_id)
{
    (void)logon_id;
}
