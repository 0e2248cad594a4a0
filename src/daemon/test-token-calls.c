/* SPDX-License-Identifier: MIT */
/* What a client that is no library of ours can try with tokens. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"
#include "linux/shared_words.h"
#include "security/privilege.h"
#include "security/token_setting.h"
#include "security/token_words.h"

static struct test_daemon daemon_;

static int start(void **state)
{
    static const char *const one_worker[] = { "--set", "workers = 1", NULL };

    test_daemon_start(&daemon_, one_worker);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* The process's own token as it is told, and its words. */
struct own {
    int fd;
    uint64_t id;
    token_image *image;
    SharedWords *words;
};

static void own_open(struct own *own)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;
    Openlogon__Reply *reply;
    int words_fd = -1;

    *own = (struct own){ .fd = link_open(&daemon_) };
    open.desired_access = MAXIMUM_ALLOWED;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open;
    request.serial = 1;
    link_send(own->fd, &request);
    reply = link_receive(own->fd, &words_fd);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    own->id = reply->token->token_id;
    assert_ok(token_image_parse(&own->image, reply->token->image.data, reply->token->image.len));
    assert_int_equal(shared_words_map(&own->words, words_fd, TOKEN_WORDS_N), 0);
    assert_int_equal(ftruncate(words_fd, 0), -1);
    assert_int_equal(fcntl(words_fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
    reply_free(reply);
    (void)close(words_fd);
}

static void own_done(struct own *own)
{
    token_image_free(own->image);
    shared_words_free(own->words);
    (void)close(own->fd);
}

static int32_t status_of(Openlogon__Reply *reply)
{
    int32_t status = reply ? reply->status : INT32_MAX;

    if (reply)
        reply_free(reply);
    return status;
}

static int32_t set(int fd, uint64_t token, uint32_t info_class, const void *value, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__SetTokenRequest set_token = OPENLOGON__SET_TOKEN_REQUEST__INIT;

    set_token.token_id = token;
    set_token.info_class = info_class;
    set_token.value.data = (uint8_t *)(uintptr_t)value;
    set_token.value.len = size;
    request.call_case = OPENLOGON__REQUEST__CALL_SET_TOKEN;
    request.set_token = &set_token;
    return status_of(link_call(fd, &request));
}

static int32_t derive(int fd, uint64_t token, const void *bytes, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__DeriveTokenRequest derive_token = OPENLOGON__DERIVE_TOKEN_REQUEST__INIT;

    derive_token.token_id = token;
    derive_token.image.data = (uint8_t *)(uintptr_t)bytes;
    derive_token.image.len = size;
    request.call_case = OPENLOGON__REQUEST__CALL_DERIVE_TOKEN;
    request.derive_token = &derive_token;
    return status_of(link_call(fd, &request));
}

static int32_t adjust(int fd, uint64_t token, uint64_t remove)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AdjustPrivilegesRequest adjust_ = OPENLOGON__ADJUST_PRIVILEGES_REQUEST__INIT;

    adjust_.token_id = token;
    adjust_.remove = remove;
    request.call_case = OPENLOGON__REQUEST__CALL_ADJUST_PRIVILEGES;
    request.adjust_privileges = &adjust_;
    return status_of(link_call(fd, &request));
}

static int32_t set_session(const struct own *own)
{
    const uint32_t session = 0;

    return set(own->fd, own->id, TokenSessionId, &session, sizeof(session));
}

/* Runs in a process of its own, which has a token of its own. */
static void in_child(void (*run)(void))
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void write_words(void)
{
    _cleanup_(own_done) struct own own;
    SharedWord *enabled;

    own_open(&own);
    enabled = &shared_words_at(own.words)[TOKEN_WORD_ENABLED];
    assert_int_equal(set_session(&own), 0);
    atomic_store(enabled, 0);
    assert_int_equal(set_session(&own), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    atomic_store(enabled, UINT64_MAX);
    atomic_store(&shared_words_at(own.words)[TOKEN_WORD_MODIFIED_ID], UINT64_MAX);
    assert_int_equal(set_session(&own), 0);
    assert_int_equal(adjust(own.fd, own.id, PRIVILEGE_BIT(PRIVILEGE_TCB)), 0);
    for (uint64_t hostile = UINT64_MAX; hostile != 0; hostile <<= 8) {
        atomic_store(enabled, hostile);
        assert_int_equal(set_session(&own), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    }
}

static void words_enable_what_is_present_and_nothing_else(void **state)
{
    in_child(write_words);
    in_child(write_words); /* the next one has its own token, with all privileges */
}

static void a_token_that_is_no_narrowing_is_not_taken(void **state)
{
    _cleanup_(own_done) struct own own;
    _cleanup_(token_image_freep) token_image *other = NULL;
    const uint32_t session = 9;
    uint8_t nonsense[300] = { 0 };
    size_t size;

    own_open(&own);
    size = token_image_size(own.image);
    assert_int_equal(derive(own.fd, own.id, token_image_bytes(own.image), size), 0);
    assert_int_equal(derive(own.fd, own.id, token_image_bytes(own.image), size - 4),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(derive(own.fd, own.id, nonsense, sizeof(nonsense)),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(derive(own.fd, own.id + 1, token_image_bytes(own.image), size),
                     (int32_t)STATUS_INVALID_HANDLE);
    assert_ok(token_image_with_setting(&other, own.image, token_setting_find(TokenSessionId),
                                       &session, sizeof(session)));
    assert_int_equal(derive(own.fd, own.id, token_image_bytes(other), token_image_size(other)),
                     (int32_t)STATUS_ACCESS_DENIED);
}

static void what_is_set_has_its_form_and_its_rights(void **state)
{
    _cleanup_(own_done) struct own own;
    const uint8_t bytes[8] = { 0 };
    uint64_t weak = 0;
    int fd = link_open(&daemon_);

    own_open(&own);
    assert_int_equal(set(own.fd, own.id, TokenSessionId, bytes, 8),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(set(own.fd, own.id, TokenOwner, bytes, 8), (int32_t)STATUS_INVALID_SID);
    assert_int_equal(set(own.fd, own.id, TokenIntegrityLevel, bytes, 0),
                     (int32_t)STATUS_INVALID_SID);
    assert_int_equal(set(own.fd, own.id, TokenDefaultDacl, bytes, 8), (int32_t)STATUS_INVALID_ACL);
    assert_int_equal(set(own.fd, own.id, TokenUser, bytes, 8), (int32_t)STATUS_INVALID_INFO_CLASS);
    assert_int_equal(set(own.fd, own.id, 0x7fffffff, bytes, 8), (int32_t)STATUS_INVALID_INFO_CLASS);
    assert_int_equal(set(own.fd, own.id, TokenLinkedToken, bytes, 8),
                     (int32_t)STATUS_PRIVILEGE_NOT_HELD); /* SeCreateToken is not enabled */
    assert_int_equal(set(own.fd, own.id, TokenSessionReference, bytes, 4),
                     (int32_t)STATUS_NOT_SUPPORTED);
    assert_int_equal(link_open_token(fd, 0, TOKEN_QUERY, &weak), 0);
    assert_int_equal(set(fd, weak, TokenSessionId, bytes, 4), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(derive(fd, weak, token_image_bytes(own.image), token_image_size(own.image)),
                     (int32_t)STATUS_ACCESS_DENIED);
    (void)close(fd);
}

static int32_t adjust_group(int fd, uint64_t token, const void *sid, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AdjustGroupsRequest adjust_groups = OPENLOGON__ADJUST_GROUPS_REQUEST__INIT;
    Openlogon__GroupState state = OPENLOGON__GROUP_STATE__INIT, *list = &state;

    state.sid.data = (uint8_t *)(uintptr_t)sid;
    state.sid.len = size;
    adjust_groups.token_id = token;
    adjust_groups.n_groups = 1;
    adjust_groups.groups = &list;
    request.call_case = OPENLOGON__REQUEST__CALL_ADJUST_GROUPS;
    request.adjust_groups = &adjust_groups;
    return status_of(link_call(fd, &request));
}

static void groups_are_adjusted_by_the_rules(void **state)
{
    _cleanup_(own_done) struct own own;
    sid_buffer foreign;
    const SID *user;

    own_open(&own);
    user = token_image_sid(own.image, 0);
    assert_ok(sid_from_text(&foreign, NULL, "S-1-5-99", 8));
    assert_int_equal(adjust_group(own.fd, own.id, user, sid_length(user)),
                     (int32_t)STATUS_CANT_DISABLE_MANDATORY);
    assert_int_equal(adjust_group(own.fd, own.id, user, 3), (int32_t)STATUS_INVALID_SID);
    assert_int_equal(adjust_group(own.fd, own.id, &foreign, sid_length(&foreign.sid)),
                     STATUS_NOT_ALL_ASSIGNED);
}

static int32_t get_security(int fd, uint64_t token, uint32_t information)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__TokenSecurityRequest get = OPENLOGON__TOKEN_SECURITY_REQUEST__INIT;

    get.token_id = token;
    get.information = information;
    request.call_case = OPENLOGON__REQUEST__CALL_TOKEN_SECURITY;
    request.token_security = &get;
    return status_of(link_call(fd, &request));
}

static int32_t set_security(int fd, uint64_t token, const void *bytes, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__SetTokenSecurityRequest set_ = OPENLOGON__SET_TOKEN_SECURITY_REQUEST__INIT;

    set_.token_id = token;
    set_.information = DACL_SECURITY_INFORMATION;
    set_.descriptor.data = (uint8_t *)(uintptr_t)bytes;
    set_.descriptor.len = size;
    request.call_case = OPENLOGON__REQUEST__CALL_SET_TOKEN_SECURITY;
    request.set_token_security = &set_;
    return status_of(link_call(fd, &request));
}

static void a_descriptor_needs_rights_and_to_be_one(void **state)
{
    _cleanup_(own_done) struct own own;
    uint64_t weak = 0;
    int fd = link_open(&daemon_);

    own_open(&own);
    assert_int_equal(get_security(own.fd, own.id, DACL_SECURITY_INFORMATION), 0);
    assert_int_equal(get_security(own.fd, own.id, SACL_SECURITY_INFORMATION),
                     (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(get_security(own.fd, own.id, BACKUP_SECURITY_INFORMATION),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(set_security(own.fd, own.id, "\1\0\0\0", 4),
                     (int32_t)STATUS_INVALID_SECURITY_DESCR);
    assert_int_equal(link_open_token(fd, 0, TOKEN_QUERY, &weak), 0);
    assert_int_equal(get_security(fd, weak, DACL_SECURITY_INFORMATION),
                     (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(set_security(fd, weak, "\1\0\0\0", 4), (int32_t)STATUS_ACCESS_DENIED);
    (void)close(fd);
}

/* --- a process that was lowered ----------------------------------------------------------------
 */

static int32_t open_as(int fd, uint64_t effective, uint32_t access)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;

    open.pid = (uint32_t)getppid();
    open.desired_access = access;
    request.effective_token = effective;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open;
    return status_of(link_call(fd, &request));
}

/* Starts nothing: the connection takes back what is prepared when it ends. */
static int32_t prepare_as(int fd, uint64_t effective, uint64_t token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__PrepareProcessRequest prepare = OPENLOGON__PREPARE_PROCESS_REQUEST__INIT;

    prepare.token_id = token;
    prepare.flags = 1;
    request.effective_token = effective;
    request.call_case = OPENLOGON__REQUEST__CALL_PREPARE_PROCESS;
    request.prepare_process = &prepare;
    return status_of(link_call(fd, &request));
}

/* A process with no privileges, Low, with a reference to its parent's token from before. */
static void lower_own(struct own *own, uint32_t access, uint64_t *ret_parents)
{
    static const uint32_t low = SECURITY_MANDATORY_LOW_RID;
    sid_buffer label;

    own_open(own);
    assert_int_equal(link_open_token(own->fd, (uint32_t)getppid(), access, ret_parents), 0);
    assert_int_equal(prepare_as(own->fd, 0, own->id), 0);
    assert_ok(sid_make(&label, 16, 1, &low));
    assert_int_equal(set(own->fd, own->id, TokenIntegrityLevel, &label, sid_length(&label.sid)), 0);
    assert_int_equal(adjust(own->fd, own->id, token_image_privileges_present(own->image)), 0);
}

static void hold_to_look(void)
{
    _cleanup_(own_done) struct own own;
    uint64_t medium = 0;

    lower_own(&own, TOKEN_QUERY, &medium);
    assert_int_equal(open_as(own.fd, 0, TOKEN_ALL_ACCESS), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(open_as(own.fd, medium, TOKEN_QUERY), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(open_as(own.fd, medium, TOKEN_ALL_ACCESS), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(prepare_as(own.fd, 0, medium), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(prepare_as(own.fd, medium, medium), (int32_t)STATUS_ACCESS_DENIED);
}

static void hold_with_all_rights(void)
{
    _cleanup_(own_done) struct own own;
    uint64_t higher = 0;

    lower_own(&own, TOKEN_ALL_ACCESS, &higher);
    assert_int_equal(open_as(own.fd, higher, TOKEN_QUERY), (int32_t)STATUS_BAD_IMPERSONATION_LEVEL);
    assert_int_equal(prepare_as(own.fd, higher, own.id), (int32_t)STATUS_BAD_IMPERSONATION_LEVEL);
    assert_int_equal(prepare_as(own.fd, 0, higher), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(prepare_as(own.fd, 0, own.id), 0);
}

static void a_lowered_process_does_not_rise_by_a_token_it_holds(void **state)
{
    in_child(hold_to_look);
    in_child(hold_with_all_rights);
}

static void act(void)
{
    _cleanup_(own_done) struct own own;
    uint64_t token = 0;

    own_open(&own);
    assert_int_equal(link_open_token(own.fd, (uint32_t)getppid(), TOKEN_IMPERSONATE, &token), 0);
    assert_int_equal(open_as(own.fd, token, TOKEN_QUERY), 0);
    assert_int_equal(adjust(own.fd, own.id, token_image_privileges_present(own.image)), 0);
    assert_int_equal(open_as(own.fd, token, TOKEN_QUERY), 0);
}

static void a_token_of_the_same_user_is_acted_with_by_the_right_to(void **state)
{
    in_child(act);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_enable_what_is_present_and_nothing_else),
        cmocka_unit_test(a_token_that_is_no_narrowing_is_not_taken),
        cmocka_unit_test(what_is_set_has_its_form_and_its_rights),
        cmocka_unit_test(groups_are_adjusted_by_the_rules),
        cmocka_unit_test(a_descriptor_needs_rights_and_to_be_one),
        cmocka_unit_test(a_lowered_process_does_not_rise_by_a_token_it_holds),
        cmocka_unit_test(a_token_of_the_same_user_is_acted_with_by_the_right_to),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
