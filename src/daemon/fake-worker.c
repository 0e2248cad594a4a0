/* SPDX-License-Identifier: MIT */
/*
 * A worker for tests of the daemon: does what the user name of a logon tells it, well or badly.
 * With FAKE_WORKER_LOG set it appends the LUID of each session that it is told has ended.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>

#include "ipc/channel.h"
#include "ipc/worker.pb-c.h"
#include "security/account_right.h"
#include "security/idmap.h"

enum { SOCKET = 3, FAKE_UID = 40000 };

typedef Openlogon__Worker__FromWorker FromWorker;
typedef Openlogon__Worker__ToWorker ToWorker;
typedef Openlogon__Worker__Call Call;
typedef Openlogon__Worker__JobResult JobResult;

static struct channel_buffer buffer;
static sid_buffer machine;
static uint32_t package_number;

static void say(const FromWorker *message)
{
    if (channel_send(SOCKET, &message->base, NULL, 0) < 0)
        _exit(1);
}

static void note_ended(uint64_t luid)
{
    const char *path = getenv("FAKE_WORKER_LOG");
    FILE *file = path ? fopen(path, "ae") : NULL;

    if (!file)
        return;
    (void)fprintf(file, "%" PRIx64 "\n", luid);
    (void)fclose(file);
}

/* The next message; ends the program with the daemon. Sessions that end meanwhile are noted. */
static ToWorker *hear(void)
{
    for (;;) {
        struct channel_message message = { 0 };
        ToWorker *unpacked;

        if (channel_receive(SOCKET, &buffer, &message) <= 0)
            _exit(0);
        unpacked = openlogon__worker__to_worker__unpack(NULL, message.size, message.bytes);
        channel_message_done(&message);
        if (!unpacked)
            _exit(1);
        if (unpacked->message_case != OPENLOGON__WORKER__TO_WORKER__MESSAGE_SESSIONS_ENDED)
            return unpacked;
        for (size_t i = 0; i < unpacked->sessions_ended->n_luids; i++)
            note_ended(unpacked->sessions_ended->luids[i]);
        openlogon__worker__to_worker__free_unpacked(unpacked, NULL);
    }
}

static int32_t ask(Call *call, uint64_t *ret_luid)
{
    FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    ToWorker *answer;
    int32_t status;

    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL;
    message.call = call;
    say(&message);
    answer = hear();
    if (answer->message_case != OPENLOGON__WORKER__TO_WORKER__MESSAGE_CALL_RESULT)
        _exit(1);
    status = answer->call_result->status;
    if (ret_luid)
        *ret_luid = answer->call_result->luid;
    openlogon__worker__to_worker__free_unpacked(answer, NULL);
    return status;
}

static uint64_t allocate_luid(void)
{
    Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__AllocateLuid allocate = OPENLOGON__WORKER__ALLOCATE_LUID__INIT;
    uint64_t luid = 0;

    allocate.count = 1;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_ALLOCATE_LUID;
    call.allocate_luid = &allocate;
    if (ask(&call, &luid) != 0)
        _exit(1);
    return luid;
}

static int32_t create_session(uint64_t luid)
{
    Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CreateSession create = OPENLOGON__WORKER__CREATE_SESSION__INIT;

    create.luid = luid;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_CREATE_SESSION;
    call.create_session = &create;
    return ask(&call, NULL);
}

static int32_t delete_session(uint64_t luid)
{
    Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__DeleteSession delete = OPENLOGON__WORKER__DELETE_SESSION__INIT;

    delete.luid = luid;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_DELETE_SESSION;
    call.delete_session = &delete;
    return ask(&call, NULL);
}

static int32_t add_credential(uint64_t luid)
{
    Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__AddCredential add = OPENLOGON__WORKER__ADD_CREDENTIAL__INIT;

    add.luid = luid;
    add.package = package_number;
    add.key = (ProtobufCBinaryData){ 7, (uint8_t *)(uintptr_t) "Primary" };
    add.value = (ProtobufCBinaryData){ 6, (uint8_t *)(uintptr_t) "secret" };
    call.call_case = OPENLOGON__WORKER__CALL__CALL_ADD_CREDENTIAL;
    call.add_credential = &add;
    return ask(&call, NULL);
}

static uint64_t new_session(void)
{
    uint64_t luid = allocate_luid();

    if (create_session(luid) != 0)
        _exit(1);
    return luid;
}

/* --- what a logon does, by user name -----------------------------------------------------------
 */

static int32_t be_good(JobResult *result)
{
    static sid_buffer user, group;
    Openlogon__Worker__LogonResult *logon = result->logon;

    logon->luid = new_session();
    if (nt_failed(idmap_uid_to_sid(&user, &machine.sid, FAKE_UID)) ||
        nt_failed(idmap_gid_to_sid(&group, &machine.sid, FAKE_UID)))
        _exit(1);
    logon->user_sid = (ProtobufCBinaryData){ sid_length(&user.sid), user.bytes };
    logon->primary_group = (ProtobufCBinaryData){ sid_length(&group.sid), group.bytes };
    logon->profile = (ProtobufCBinaryData){ 7, (uint8_t *)(uintptr_t) "profile" };
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON;
    return 0;
}

static int32_t keep_credential(JobResult *result)
{
    int32_t status = be_good(result);

    return status ? status : add_credential(result->logon->luid);
}

static int32_t say_wrong_password(JobResult *result)
{
    return (int32_t)STATUS_WRONG_PASSWORD;
}

static int32_t say_no_such_user(JobResult *result)
{
    return (int32_t)STATUS_NO_SUCH_USER;
}

static int32_t say_restricted(JobResult *result)
{
    result->sub_status = (int32_t)STATUS_ACCOUNT_DISABLED;
    return (int32_t)STATUS_ACCOUNT_RESTRICTION;
}

static int32_t crash(JobResult *result)
{
    (void)new_session();
    (void)raise(SIGKILL);
    return 0;
}

__attribute__((noreturn)) static int32_t hang(JobResult *result)
{
    (void)new_session();
    for (;;)
        (void)pause();
}

static int32_t forget_sessions(JobResult *result)
{
    (void)new_session();
    (void)new_session();
    return (int32_t)STATUS_LOGON_FAILURE;
}

static int32_t make_one_too_many(JobResult *result)
{
    (void)new_session();
    return be_good(result);
}

static int32_t talk_nonsense(JobResult *result)
{
    if (write(SOCKET, "\xff\xff\xff", 3) != 3)
        _exit(1);
    (void)pause();
    return 0;
}

static int32_t claim_system(JobResult *result)
{
    return create_session(0x3e7);
}

static int32_t invent_luid(JobResult *result)
{
    return create_session(UINT64_C(0x7fffffffffffffff));
}

static int32_t delete_twice(JobResult *result)
{
    uint64_t luid = new_session();
    int32_t status = delete_session(luid);

    return status ? status : delete_session(luid);
}

static int32_t delete_system(JobResult *result)
{
    return delete_session(0x3e7);
}

static int32_t return_foreign_session(JobResult *result)
{
    int32_t status = be_good(result);

    result->logon->luid = 0x3e7;
    return status;
}

static int32_t return_bad_sid(JobResult *result)
{
    int32_t status = be_good(result);

    result->logon->user_sid.len -= 1;
    return status;
}

static int32_t be_slow(JobResult *result)
{
    (void)usleep(200000);
    return be_good(result);
}

/* The profile lies where the client has no room for it. */
static int32_t return_stray_profile(JobResult *result)
{
    int32_t status = be_good(result);

    result->logon->profile_address += 1 << 20;
    return status;
}

/* A whole token, which a package says is not to be split. */
static int32_t refuse_elevation(JobResult *result)
{
    int32_t status = be_good(result);

    result->logon->user_flags = LOGON_NO_ELEVATION;
    return status;
}

/* Has a privilege for which an interactive logon is split. */
static int32_t be_powerful(JobResult *result)
{
    int32_t status = be_good(result);

    result->logon->privileges_present = UINT64_C(1) << 20; /* SeDebugPrivilege */
    return status;
}

static const struct {
    const char *user;
    int32_t (*run)(JobResult *result);
} users[] = {
    { "powerful", be_powerful },
    { "stray-profile", return_stray_profile },
    { "no-elevation", refuse_elevation },
    { "good", be_good },
    { "credential", keep_credential },
    { "wrong", say_wrong_password },
    { "unknown", say_no_such_user },
    { "restricted", say_restricted },
    { "crash", crash },
    { "hang", hang },
    { "forgetful", forget_sessions },
    { "too-many", make_one_too_many },
    { "nonsense", talk_nonsense },
    { "claims-system", claim_system },
    { "invents-luid", invent_luid },
    { "deletes-twice", delete_twice },
    { "deletes-system", delete_system },
    { "foreign-session", return_foreign_session },
    { "bad-sid", return_bad_sid },
    { "slow", be_slow },
};

/* Of LsaLogonUser the submit buffer is the user's name. */
static char *user_of(const Openlogon__Worker__LogonJob *job)
{
    static char name[64];

    if (!job->submit)
        return job->user;
    (void)snprintf(name, sizeof(name), "%.*s", (int)job->submit->bytes.len,
                   (const char *)job->submit->bytes.data);
    return name;
}

static int32_t run_logon(const Openlogon__Worker__LogonJob *job, JobResult *result)
{
    const char *user = user_of(job);

    if (*job->domain)
        return (int32_t)STATUS_NO_SUCH_USER;
    result->logon->account_name = user_of(job);
    if (job->window)
        result->logon->profile_address = job->window->address;
    result->logon->authority = (char *)(uintptr_t) "MACHINE";
    result->logon->package = (char *)(uintptr_t) "Fake";
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        if (strcmp(users[i].user, user) == 0)
            return users[i].run(result);
    }
    return (int32_t)STATUS_NO_SUCH_USER;
}

/* --- other jobs --------------------------------------------------------------------------------
 */

static int32_t describe_uid(const Openlogon__Worker__UidJob *job, JobResult *result)
{
    static sid_buffer group;
    static Openlogon__Worker__UidResult uid;
    static char name[32];

    openlogon__worker__uid_result__init(&uid);
    (void)snprintf(name, sizeof(name), "user-%u", job->uid);
    uid.name = name;
    if (nt_failed(idmap_gid_to_sid(&group, &machine.sid, job->gid)))
        return (int32_t)STATUS_INVALID_SID;
    uid.primary_group = (ProtobufCBinaryData){ sid_length(&group.sid), group.bytes };
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_UID;
    result->uid = &uid;
    return 0;
}

/* "uid-N"; nobody else is there. */
static int32_t describe_user(const Openlogon__Worker__DescribeUserJob *job, JobResult *result)
{
    static sid_buffer user;
    Openlogon__Worker__UidJob by_uid = OPENLOGON__WORKER__UID_JOB__INIT;

    if (sscanf(job->name, "uid-%u", &by_uid.uid) != 1)
        return (int32_t)STATUS_NO_SUCH_USER;
    by_uid.gid = by_uid.uid;
    if (nt_failed(idmap_uid_to_sid(&user, &machine.sid, by_uid.uid)))
        return (int32_t)STATUS_INVALID_SID;
    if (describe_uid(&by_uid, result) != 0)
        return (int32_t)STATUS_INVALID_SID;
    result->uid->name = job->name;
    result->uid->user_sid = (ProtobufCBinaryData){ sid_length(&user.sid), user.bytes };
    return 0;
}

static int32_t lookup_name(const Openlogon__Worker__LookupNameJob *job, JobResult *result)
{
    static Openlogon__Worker__NameResult name;

    openlogon__worker__name_result__init(&name);
    name.name = job->name;
    name.domain = (char *)(uintptr_t)(*job->domain ? job->domain : "local");
    name.sid = (ProtobufCBinaryData){ sid_length(&machine.sid), machine.bytes };
    name.use = SidTypeUser;
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_NAME;
    result->name = &name;
    return 0;
}

/* What a machine starts with, and everybody may log on as a service. */
static int32_t load_policy(JobResult *result)
{
    enum { MAX = 16 };
    static Openlogon__Worker__PolicySnapshot policy;
    static Openlogon__Worker__PolicyAccount accounts[MAX];
    static Openlogon__Worker__PolicyAccount *pointers[MAX];
    static sid_buffer sids[MAX];
    struct account_rights rights;

    openlogon__worker__policy_snapshot__init(&policy);
    policy.generation = 1;
    policy.accounts = pointers;
    for (size_t i = 0; account_rights_default(i, &sids[i], &rights); i++) {
        openlogon__worker__policy_account__init(&accounts[i]);
        accounts[i].sid = (ProtobufCBinaryData){ sid_length(&sids[i].sid), sids[i].bytes };
        accounts[i].logon_rights = rights.logon;
        if (i == 0)
            accounts[i].logon_rights |= LOGON_RIGHT_SERVICE;
        accounts[i].privileges = rights.privileges;
        pointers[policy.n_accounts++] = &accounts[i];
    }
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_POLICY;
    result->policy = &policy;
    return 0;
}

/* Nobody is in a local group. */
static int32_t list_links(JobResult *result)
{
    static Openlogon__AliasLinksReply links;

    openlogon__alias_links_reply__init(&links);
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_ALIAS_LINKS;
    result->alias_links = &links;
    return 0;
}

/* What the message says comes back: at the window's start, or wherever it asks. */
static int32_t call_package(const Openlogon__Worker__CallPackageJob *job, JobResult *result)
{
    static Openlogon__Worker__CallPackageResult call;

    openlogon__worker__call_package_result__init(&call);
    call.protocol_status = job->untrusted ? (int32_t)STATUS_ACCESS_DENIED : 0;
    call.bytes = job->submit->bytes;
    call.address = job->window ? job->window->address : 0;
    if (job->submit->bytes.len == 7 && memcmp(job->submit->bytes.data, "outside", 7) == 0)
        call.address += job->window->size;
    result->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_CALL_PACKAGE;
    result->call_package = &call;
    return 0;
}

static int32_t run_job(const Openlogon__Worker__Job *job, JobResult *result)
{
    switch (job->work_case) {
    case OPENLOGON__WORKER__JOB__WORK_LOGON:
        return run_logon(job->logon, result);
    case OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE:
        return call_package(job->call_package, result);
    case OPENLOGON__WORKER__JOB__WORK_DESCRIBE_UID:
        return describe_uid(job->describe_uid, result);
    case OPENLOGON__WORKER__JOB__WORK_DESCRIBE_USER:
        return describe_user(job->describe_user, result);
    case OPENLOGON__WORKER__JOB__WORK_LOOKUP_NAME:
        return lookup_name(job->lookup_name, result);
    case OPENLOGON__WORKER__JOB__WORK_POLICY_LOAD:
        return load_policy(result);
    case OPENLOGON__WORKER__JOB__WORK_ALIAS_LINKS:
        return list_links(result);
    case OPENLOGON__WORKER__JOB__WORK_SPEND:
    case OPENLOGON__WORKER__JOB__WORK_ACCOUNT_ADD:
        return 0;
    default:
        return (int32_t)STATUS_NOT_SUPPORTED;
    }
}

static void take_job(const Openlogon__Worker__Job *job)
{
    FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    JobResult result = OPENLOGON__WORKER__JOB_RESULT__INIT;
    Openlogon__Worker__LogonResult logon = OPENLOGON__WORKER__LOGON_RESULT__INIT;

    result.id = job->id;
    result.logon = &logon;
    result.status = run_job(job, &result);
    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT;
    message.job_result = &result;
    say(&message);
}

static void take_setup(const Openlogon__Worker__Setup *setup)
{
    FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    Openlogon__Worker__Ready ready = OPENLOGON__WORKER__READY__INIT;
    Openlogon__Worker__LoadedPackage package = OPENLOGON__WORKER__LOADED_PACKAGE__INIT;

    if (setup->machine_sid.len > sizeof(machine))
        _exit(1);
    memcpy(&machine, setup->machine_sid.data, setup->machine_sid.len);
    package.name = (char *)(uintptr_t) "FAKE_PACKAGE_V1";
    ready.package = setup->package ? &package : NULL;
    package_number = setup->package ? setup->package->id : 0;
    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_READY;
    message.ready = &ready;
    say(&message);
}

int main(void)
{
    for (;;) {
        ToWorker *message = hear();

        if (message->message_case == OPENLOGON__WORKER__TO_WORKER__MESSAGE_SETUP)
            take_setup(message->setup);
        else if (message->message_case == OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB)
            take_job(message->job);
        openlogon__worker__to_worker__free_unpacked(message, NULL);
    }
}
