/* SPDX-License-Identifier: MIT */
#include "client/test-authority.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/channel.h"
#include "ipc/openlogon.pb-c.h"
#include "linux/shared_page.h"
#include "linux/shared_words.h"
#include "security/privilege.h"
#include "security/token_groups.h"
#include "security/token_setting.h"
#include "security/token_words.h"

enum { CLIENTS_MAX = 32, TOKENS_MAX = 4096, SLOTS = 4096, SYSTEM_SESSION = 0x3e7 };

/* A token is there as long as anybody refers to it. */
struct token {
    token_image *image;
    uint32_t refs;
    SharedWords *words; /* of a process's own */
    bool watched;
};

/* What one connection, or one lease, refers to. */
struct holder {
    int fd;          /* -1: free */
    uint64_t cookie; /* of a lease; 0: a connection */
    uint8_t refs[TOKENS_MAX];
};

static struct token tokens[TOKENS_MAX];
static struct holder holders[CLIENTS_MAX];
static uint64_t next_luid = 0x10000;
static SharedPage *page;
static const char *directory;

static void check(int r)
{
    if (r < 0) {
        (void)fprintf(stderr, "test authority: %s\n", strerror(errno));
        abort();
    }
}

/* --- tokens ------------------------------------------------------------------------------- */

static size_t token_of(uint64_t id)
{
    for (size_t i = 1; i < TOKENS_MAX; i++) {
        if (tokens[i].image && token_image_id(tokens[i].image) == id)
            return i;
    }
    return 0;
}

static void token_drop(struct holder *h, size_t i)
{
    assert(h->refs[i] > 0 && tokens[i].refs > 0);
    h->refs[i]--;
    if (--tokens[i].refs > 0)
        return;
    token_image_free(tokens[i].image);
    shared_words_free(tokens[i].words);
    tokens[i] = (struct token){ 0 };
}

static token_image *image_now(size_t i)
{
    if (tokens[i].words)
        token_image_set_enabled(tokens[i].image,
                                atomic_load(&shared_words_at(tokens[i].words)[TOKEN_WORD_ENABLED]),
                                token_image_modified_id(tokens[i].image));
    return tokens[i].image;
}

static void publish(size_t i)
{
    check(shared_page_set(page, i,
                          token_image_modified_id(tokens[i].image) |
                              (tokens[i].watched ? TOKEN_WATCHED : 0)));
}

static void token_hold(struct holder *h, size_t i)
{
    h->refs[i]++;
    tokens[i].refs++;
}

static PSID sid_of(sid_buffer *buffer, const char *text)
{
    nt_status st = sid_from_text(buffer, NULL, text, strlen(text));

    assert(!nt_failed(st));
    return &buffer->sid;
}

/* Kernel ids of the token of a user. */
struct ids {
    uint32_t uid;
    uint32_t gids[TEST_USER_GIDS];
    size_t n_gids;
};

static size_t token_make(const char *user_sid, uint64_t session, uint64_t origin, TOKEN_TYPE type,
                         uint64_t privileges, const struct ids *ids)
{
    sid_buffer b[6];
    const SID_AND_ATTRIBUTES user = { sid_of(&b[0], user_sid), 0 };
    const SID_AND_ATTRIBUTES groups[] = {
        { sid_of(&b[1], "S-1-1-0"), SE_GROUP_MANDATORY | SE_GROUP_ENABLED },
        { sid_of(&b[2], "S-1-5-32-545"), SE_GROUP_MANDATORY | SE_GROUP_ENABLED },
        { sid_of(&b[3], "S-1-5-5-0-77"), (DWORD)SE_GROUP_LOGON_ID | SE_GROUP_ENABLED },
        { sid_of(&b[4], "S-1-16-8192"), SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED },
        { sid_of(&b[5], "S-1-5-21-1-2-3-513"), SE_GROUP_MANDATORY | SE_GROUP_ENABLED },
    };
    struct token_spec spec = {
        .token_id = next_luid,
        .authentication_id = session,
        .origin_id = origin,
        .modified_id = next_luid + 1,
        .expiration = INT64_MAX,
        .type = type,
        .level = SecurityImpersonation,
        .elevation_type = TokenElevationTypeDefault,
        .source_name = "Test",
        .user = &user,
        .groups = groups,
        .n_groups = ARRAY_SIZE(groups),
        .primary_group = groups[4].Sid,
        .privileges_present = privileges,
        .privileges_enabled = privileges & PRIVILEGE_MASK_DEFAULT,
        .privileges_default = privileges & PRIVILEGE_MASK_DEFAULT,
        .uid = ids->uid,
        .gid = ids->uid,
        .gids = ids->gids,
        .n_gids = ids->n_gids,
    };
    size_t i = 1;

    next_luid += 2;
    while (i < TOKENS_MAX && tokens[i].image)
        i++;
    assert(i < TOKENS_MAX);
    spec.slot = (uint32_t)i;
    if (nt_failed(token_image_build(&tokens[i].image, &spec)))
        abort();
    publish(i);
    return i;
}

static void token_answer(struct holder *h, size_t i, Openlogon__Reply *reply,
                         Openlogon__TokenReply *token)
{
    (void)h;
    token->token_id = token_image_id(tokens[i].image);
    token->granted_access = TOKEN_ALL_ACCESS;
    token->image.data = (uint8_t *)(uintptr_t)token_image_bytes(image_now(i));
    token->image.len = token_image_size(tokens[i].image);
    reply->result_case = OPENLOGON__REPLY__RESULT_TOKEN;
    reply->token = token;
}

/* --- requests ----------------------------------------------------------------------------- */

/* What one answer is made of; everything lives until it is sent. */
struct answer {
    Openlogon__Reply reply;
    int fd;
    bool close_fd;
    bool hang_up;
    bool mangle;
    Openlogon__HelloReply hello;
    Openlogon__TokenReply token;
    Openlogon__AllocateLuidsReply luids;
    Openlogon__EnumerateSessionsReply sessions;
    uint64_t session_list[TOKENS_MAX];
    Openlogon__SessionData session;
    Openlogon__AccountName account;
    Openlogon__ForkLeaseReply lease;
    uint64_t cookie;
    Openlogon__PrepareProcessReply prepare;
    Openlogon__LookupPackageReply package;
    sid_buffer sid;
    uint8_t profile[64];
};

static void do_hello(struct answer *a)
{
    openlogon__hello_reply__init(&a->hello);
    a->hello.version = 1;
    (void)sid_of(&a->sid, TEST_MACHINE_SID);
    a->hello.machine_sid.data = a->sid.bytes;
    a->hello.machine_sid.len = sid_length(&a->sid.sid);
    a->hello.machine_name = (char *)(uintptr_t)TEST_MACHINE;
    a->hello.enforces_identity = geteuid() == 0;
    a->reply.result_case = OPENLOGON__REPLY__RESULT_HELLO;
    a->reply.hello = &a->hello;
    a->fd = shared_page_fd(page);
}

static struct ids own_ids(void)
{
    struct ids ids = { .uid = geteuid() };
    gid_t gids[TEST_USER_GIDS];
    int n = getgroups(TEST_USER_GIDS, gids);

    for (int i = 0; i < n; i++)
        ids.gids[ids.n_gids++] = gids[i];
    return ids;
}

static void do_open(struct holder *h, struct answer *a)
{
    const struct ids ids = own_ids();
    size_t i = token_make("S-1-5-18", SYSTEM_SESSION, 0, TokenPrimary, PRIVILEGE_MASK_ALL, &ids);
    const uint64_t words[TOKEN_WORDS_N] = { token_image_privileges_enabled(tokens[i].image),
                                            token_image_modified_id(tokens[i].image) };

    check(shared_words_create(&tokens[i].words, words, TOKEN_WORDS_N));
    a->fd = shared_words_fd(tokens[i].words);
    token_hold(h, i);
    token_answer(h, i, &a->reply, &a->token);
}

static struct ids user_ids(const char *user)
{
    struct ids ids = { .uid = TEST_USER_UID, .n_gids = TEST_USER_GIDS };

    if (strcmp(user, TEST_USER_SELF) == 0)
        return own_ids();
    if (strcmp(user, TEST_USER_NO_UNIX) == 0)
        return (struct ids){ .uid = UINT32_MAX };
    for (uint32_t i = 0; i < TEST_USER_GIDS; i++)
        ids.gids[i] = TEST_USER_UID + i;
    return ids;
}

/* In the second page of the window, with a pointer to itself: what a package would make. */
static void answer_profile(const Openlogon__LogonRequest *q, struct answer *a)
{
    a->token.profile_address = q->window->address + TEST_PROFILE_OFFSET;
    if (strcmp(q->user, TEST_USER_STRAYS) == 0)
        a->token.profile_address = q->window->address + q->window->size - 1;
    memcpy(a->profile, &a->token.profile_address, sizeof(a->token.profile_address));
    a->token.profile.data = a->profile;
    a->token.profile.len = sizeof(a->profile);
}

static void do_logon(struct holder *h, const Openlogon__LogonRequest *q, struct answer *a)
{
    const struct ids ids = user_ids(q->user);
    TOKEN_TYPE type = q->logon_type == 3 ? TokenImpersonation : TokenPrimary;
    size_t i;

    a->hang_up = strcmp(q->user, TEST_USER_HANGS) == 0;
    a->mangle = strcmp(q->user, TEST_USER_MANGLES) == 0;
    if (q->lsa && q->lsa->submit) { /* a package says no, and why */
        a->reply.status = (int32_t)STATUS_ACCOUNT_RESTRICTION;
        a->reply.sub_status = (int32_t)STATUS_INVALID_LOGON_HOURS;
        return;
    }
    if (strcmp(q->user, TEST_USER) == 0 &&
        (q->password.len != strlen(TEST_PASSWORD) ||
         memcmp(q->password.data, TEST_PASSWORD, q->password.len) != 0)) {
        a->reply.status = STATUS_LOGON_FAILURE;
        return;
    }
    i = token_make("S-1-5-21-1-2-3-3801000", next_luid++, SYSTEM_SESSION, type,
                   PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN),
                   &ids);
    token_hold(h, i);
    token_answer(h, i, &a->reply, &a->token);
    if (q->window)
        answer_profile(q, a);
}

static void do_release(struct holder *h, const Openlogon__ReleaseTokenRequest *q, struct answer *a)
{
    size_t i = token_of(q->token_id);

    if (i && h->refs[i] >= q->count) {
        for (uint32_t n = 0; n < q->count; n++)
            token_drop(h, i);
    } else {
        a->reply.status = STATUS_INVALID_HANDLE;
    }
}

static void do_query(struct holder *h, uint64_t id, struct answer *a)
{
    size_t i = token_of(id);

    if (i && h->refs[i])
        token_answer(h, i, &a->reply, &a->token);
    else
        a->reply.status = STATUS_INVALID_HANDLE;
}

static void do_adjust(struct holder *h, const Openlogon__AdjustPrivilegesRequest *q,
                      struct answer *a)
{
    size_t i = token_of(q->token_id);
    token_image *image = i ? tokens[i].image : NULL;
    uint64_t enabled;

    if (!image || !h->refs[i]) {
        a->reply.status = STATUS_INVALID_HANDLE;
        return;
    }
    enabled = (token_image_privileges_enabled(image_now(i)) & ~q->disable) | q->enable;
    token_image_set_privileges(image, token_image_privileges_present(image) & ~q->remove,
                               enabled & ~q->remove);
    token_image_set_ids(image, token_image_id(image), next_luid++);
    if (tokens[i].words) { /* the process may be writing there too */
        SharedWord *word = &shared_words_at(tokens[i].words)[TOKEN_WORD_ENABLED];

        atomic_fetch_or(word, q->enable);
        atomic_fetch_and(word, ~(q->disable | q->remove));
    }
    publish(i);
    token_answer(h, i, &a->reply, &a->token);
}

/* Puts an image, which is taken, in the place of a token's. */
static void replace(struct holder *h, size_t i, token_image *image, struct answer *a)
{
    token_image_free(tokens[i].image);
    tokens[i].image = image;
    token_image_set_ids(image, token_image_id(image), next_luid++);
    publish(i);
    token_answer(h, i, &a->reply, &a->token);
}

static void do_set(struct holder *h, const Openlogon__SetTokenRequest *q, struct answer *a)
{
    const struct token_setting *setting = token_setting_find(q->info_class);
    size_t i = token_of(q->token_id);
    token_image *next = NULL;

    if (!i || !h->refs[i] || !setting) {
        a->reply.status = STATUS_INVALID_HANDLE;
        return;
    }
    a->reply.status =
        token_image_with_setting(&next, image_now(i), setting, q->value.data, q->value.len).code;
    if (next)
        replace(h, i, next, a);
}

static void do_groups(struct holder *h, const Openlogon__AdjustGroupsRequest *q, struct answer *a)
{
    SID_AND_ATTRIBUTES wanted[8] = { 0 };
    size_t i = token_of(q->token_id);
    struct token_groups_change change;
    token_image *next = NULL;

    assert(i && h->refs[i] && q->n_groups <= ARRAY_SIZE(wanted));
    for (size_t k = 0; k < q->n_groups; k++)
        wanted[k] = (SID_AND_ATTRIBUTES){ q->groups[k]->sid.data,
                                          q->groups[k]->enabled ? SE_GROUP_ENABLED : 0 };
    if (q->reset)
        token_groups_plan_reset(&change, tokens[i].image);
    else
        a->reply.status = token_groups_plan(&change, tokens[i].image, wanted, q->n_groups).code;
    if (a->reply.status < 0 || nt_failed(token_image_dup(&next, image_now(i))))
        return;
    token_image_flip_groups(next, &change);
    a->reply.status = change.all_assigned ? STATUS_SUCCESS : STATUS_NOT_ALL_ASSIGNED;
    replace(h, i, next, a);
}

static void do_derive(struct holder *h, const Openlogon__DeriveTokenRequest *q, struct answer *a)
{
    size_t parent = token_of(q->token_id), i = 1;
    token_image *image = NULL;

    if (!parent || !h->refs[parent] ||
        nt_failed(token_image_parse(&image, q->image.data, q->image.len)) ||
        !token_image_is_narrowing(image, image_now(parent))) {
        token_image_free(image);
        a->reply.status = STATUS_ACCESS_DENIED;
        return;
    }
    while (i < TOKENS_MAX && tokens[i].image)
        i++;
    assert(i < TOKENS_MAX);
    tokens[i].image = image;
    token_image_set_ids(image, next_luid, next_luid + 1);
    next_luid += 2;
    token_image_set_slot(image, (uint32_t)i);
    publish(i);
    token_hold(h, i);
    token_answer(h, i, &a->reply, &a->token);
}

static void do_luids(const Openlogon__AllocateLuidsRequest *q, struct answer *a)
{
    openlogon__allocate_luids_reply__init(&a->luids);
    a->luids.first = next_luid;
    a->luids.count = q->count;
    next_luid += q->count;
    a->reply.result_case = OPENLOGON__REPLY__RESULT_LUIDS;
    a->reply.luids = &a->luids;
}

/* Three at a time, whatever was asked for, so that paging is seen to work. */
static void do_enumerate(const Openlogon__EnumerateSessionsRequest *q, struct answer *a)
{
    openlogon__enumerate_sessions_reply__init(&a->sessions);
    a->sessions.luids = a->session_list;
    for (uint64_t luid = q->after + 1; luid < next_luid; luid++) {
        bool there = luid == SYSTEM_SESSION;

        for (size_t i = 1; i < TOKENS_MAX && !there; i++)
            there = tokens[i].image && token_image_authentication_id(tokens[i].image) == luid;
        if (there && a->sessions.n_luids == 3) {
            a->sessions.more = true;
            break;
        }
        if (there)
            a->session_list[a->sessions.n_luids++] = luid;
    }
    a->reply.result_case = OPENLOGON__REPLY__RESULT_SESSIONS;
    a->reply.sessions = &a->sessions;
}

static void do_session(const Openlogon__QuerySessionRequest *q, struct answer *a)
{
    openlogon__session_data__init(&a->session);
    a->session.luid = q->luid;
    for (size_t i = 1; i < TOKENS_MAX; i++) {
        if (tokens[i].image && token_image_authentication_id(tokens[i].image) == q->luid)
            a->session.references += tokens[i].refs;
    }
    if (a->session.references == 0) {
        a->reply.status = STATUS_NO_SUCH_LOGON_SESSION;
        return;
    }
    a->session.user = (char *)(uintptr_t)TEST_USER;
    a->session.domain = (char *)(uintptr_t)TEST_MACHINE;
    a->session.package = (char *)(uintptr_t) "N\xc3\xbcll";
    a->session.logon_type = 2;
    a->session.logoff_time = INT64_MAX;
    (void)sid_of(&a->sid, "S-1-5-21-1-2-3-3801000");
    a->session.sid.data = a->sid.bytes;
    a->session.sid.len = sid_length(&a->sid.sid);
    a->reply.result_case = OPENLOGON__REPLY__RESULT_SESSION;
    a->reply.session = &a->session;
}

static void do_lookup(bool found, struct answer *a)
{
    openlogon__account_name__init(&a->account);
    if (!found) {
        a->reply.status = STATUS_NONE_MAPPED;
        return;
    }
    (void)sid_of(&a->sid, "S-1-5-21-1-2-3-3801000");
    a->account.sid.data = a->sid.bytes;
    a->account.sid.len = sid_length(&a->sid.sid);
    a->account.name = (char *)(uintptr_t)TEST_USER;
    a->account.domain = (char *)(uintptr_t)TEST_MACHINE;
    a->account.use = SidTypeUser;
    a->reply.result_case = OPENLOGON__REPLY__RESULT_ACCOUNT_NAME;
    a->reply.account_name = &a->account;
}

static struct holder *holder_new(int fd)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (holders[i].fd < 0) {
            memset(&holders[i], 0, sizeof(holders[i]));
            holders[i].fd = fd;
            return &holders[i];
        }
    }
    abort();
}

static void do_lease(const struct holder *h, struct answer *a)
{
    struct holder *lease;
    int ends[2];

    check(channel_pair(ends));
    lease = holder_new(ends[0]);
    lease->cookie = a->cookie = next_luid++;
    for (size_t i = 1; i < TOKENS_MAX; i++) {
        lease->refs[i] = h->refs[i];
        tokens[i].refs += h->refs[i];
        if (h->refs[i] > 0 && tokens[i].words) {
            tokens[i].watched = true;
            token_image_set_ids(tokens[i].image, token_image_id(tokens[i].image), next_luid++);
            publish(i);
        }
    }
    openlogon__fork_lease_reply__init(&a->lease);
    a->lease.cookie.data = (uint8_t *)&a->cookie;
    a->lease.cookie.len = sizeof(a->cookie);
    a->reply.result_case = OPENLOGON__REPLY__RESULT_FORK_LEASE;
    a->reply.fork_lease = &a->lease;
    a->fd = ends[1];
    a->close_fd = true;
}

static void do_adopt(struct holder *h, const Openlogon__AdoptLeaseRequest *q, struct answer *a)
{
    for (size_t n = 0; n < CLIENTS_MAX; n++) {
        struct holder *lease = &holders[n];

        if (lease->fd < 0 || !lease->cookie || q->cookie.len != sizeof(lease->cookie) ||
            memcmp(q->cookie.data, &lease->cookie, sizeof(lease->cookie)) != 0)
            continue;
        for (size_t i = 1; i < TOKENS_MAX; i++)
            h->refs[i] = (uint8_t)(h->refs[i] + lease->refs[i]);
        (void)close(lease->fd);
        lease->fd = -1;
        return;
    }
    a->reply.status = STATUS_INVALID_PARAMETER;
}

static void do_prepare(struct holder *h, const Openlogon__PrepareProcessRequest *q,
                       struct answer *a)
{
    size_t i = token_of(q->token_id);

    openlogon__prepare_process_reply__init(&a->prepare);
    if (!i || !h->refs[i]) {
        a->reply.status = STATUS_INVALID_HANDLE;
        return;
    }
    a->prepare.ticket = next_luid++;
    a->reply.result_case = OPENLOGON__REPLY__RESULT_PREPARE_PROCESS;
    a->reply.prepare_process = &a->prepare;
}

static void do_package(const char *name, struct answer *a)
{
    openlogon__lookup_package_reply__init(&a->package);
    a->package.id = 7;
    if (strcmp(name, "Null") != 0)
        a->reply.status = STATUS_NO_SUCH_PACKAGE;
    a->reply.result_case = OPENLOGON__REPLY__RESULT_PACKAGE;
    a->reply.package = &a->package;
}

static void dispatch(struct holder *h, const Openlogon__Request *q, struct answer *a)
{
    switch (q->call_case) {
    case OPENLOGON__REQUEST__CALL_HELLO:
        do_hello(a);
        break;
    case OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN:
        do_open(h, a);
        break;
    case OPENLOGON__REQUEST__CALL_LOGON:
        do_logon(h, q->logon, a);
        break;
    case OPENLOGON__REQUEST__CALL_RELEASE_TOKEN:
        do_release(h, q->release_token, a);
        break;
    case OPENLOGON__REQUEST__CALL_QUERY_TOKEN:
        do_query(h, q->query_token->token_id, a);
        break;
    case OPENLOGON__REQUEST__CALL_ADJUST_PRIVILEGES:
        do_adjust(h, q->adjust_privileges, a);
        break;
    case OPENLOGON__REQUEST__CALL_SET_TOKEN:
        do_set(h, q->set_token, a);
        break;
    case OPENLOGON__REQUEST__CALL_ADJUST_GROUPS:
        do_groups(h, q->adjust_groups, a);
        break;
    case OPENLOGON__REQUEST__CALL_DERIVE_TOKEN:
        do_derive(h, q->derive_token, a);
        break;
    case OPENLOGON__REQUEST__CALL_ALLOCATE_LUIDS:
        do_luids(q->allocate_luids, a);
        break;
    case OPENLOGON__REQUEST__CALL_ENUMERATE_SESSIONS:
        do_enumerate(q->enumerate_sessions, a);
        break;
    case OPENLOGON__REQUEST__CALL_QUERY_SESSION:
        do_session(q->query_session, a);
        break;
    case OPENLOGON__REQUEST__CALL_LOOKUP_SID:
        do_lookup(q->lookup_sid->sid.len == 28, a);
        break;
    case OPENLOGON__REQUEST__CALL_LOOKUP_NAME:
        do_lookup(strcmp(q->lookup_name->name, TEST_USER) == 0, a);
        break;
    case OPENLOGON__REQUEST__CALL_FORK_LEASE:
        do_lease(h, a);
        break;
    case OPENLOGON__REQUEST__CALL_ADOPT_LEASE:
        do_adopt(h, q->adopt_lease, a);
        break;
    case OPENLOGON__REQUEST__CALL_PREPARE_PROCESS:
        do_prepare(h, q->prepare_process, a);
        break;
    case OPENLOGON__REQUEST__CALL_PROCESS_STARTED:
    case OPENLOGON__REQUEST__CALL_SYNC:
        break;
    case OPENLOGON__REQUEST__CALL_LOOKUP_PACKAGE:
        do_package(q->lookup_package->name, a);
        break;
    case OPENLOGON__REQUEST__CALL_LINKED_TOKEN:
        a->reply.status = STATUS_NO_SUCH_LOGON_SESSION; /* no session here has a twin */
        break;
    default:
        a->reply.status = STATUS_NOT_SUPPORTED;
    }
}

/* --- the loop ----------------------------------------------------------------------------- */

static void holder_end(struct holder *h)
{
    for (size_t i = 1; i < TOKENS_MAX; i++) {
        while (h->refs[i])
            token_drop(h, i);
    }
    (void)close(h->fd);
    h->fd = -1;
}

static int answer_send(const struct holder *h, struct answer *a)
{
    int r;

    if (a->mangle)
        return send(h->fd, "\xff\xff", 2, MSG_NOSIGNAL) < 0 ? -errno : 0;
    r = channel_send(h->fd, &a->reply.base, &a->fd, a->fd >= 0 ? 1 : 0);
    if (a->close_fd)
        (void)close(a->fd);
    return r;
}

static bool serve_one(struct holder *h)
{
    static struct channel_buffer buffer;
    static struct answer a;
    struct channel_message message;
    Openlogon__Request *q;
    bool go_on;

    if (channel_receive(h->fd, &buffer, &message) <= 0)
        return false;
    q = openlogon__request__unpack(NULL, message.size, message.bytes);
    channel_message_done(&message);
    if (!q)
        return false;
    a = (struct answer){ .fd = -1 };
    openlogon__reply__init(&a.reply);
    openlogon__token_reply__init(&a.token);
    a.reply.serial = q->serial;
    dispatch(h, q, &a);
    openlogon__request__free_unpacked(q, NULL);
    go_on = !a.hang_up && (a.reply.serial == 0 || answer_send(h, &a) == 0);
    return go_on;
}

static _Noreturn void serve(int listener)
{
    for (;;) {
        struct pollfd polled[CLIENTS_MAX + 1] = { { .fd = listener, .events = POLLIN } };

        for (size_t i = 0; i < CLIENTS_MAX; i++)
            polled[i + 1] = (struct pollfd){ .fd = holders[i].fd, .events = POLLIN };
        check(poll(polled, CLIENTS_MAX + 1, -1));
        /* Who has gone first: those that ask may have waited for that. */
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            if (polled[i + 1].revents & POLLHUP) {
                while (serve_one(&holders[i]))
                    ;
                holder_end(&holders[i]);
                polled[i + 1].revents = 0;
            }
        }
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            if (polled[i + 1].revents && holders[i].fd == polled[i + 1].fd &&
                !serve_one(&holders[i]))
                holder_end(&holders[i]);
        }
        if (polled[0].revents)
            (void)holder_new(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    }
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    check(fd);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    (void)unlink(path);
    check(bind(fd, (const struct sockaddr *)&address, sizeof(address)));
    check(chmod(path, 0777));
    check(listen(fd, CLIENTS_MAX));
    return fd;
}

pid_t test_authority_start(void)
{
    static char directory_name[] = "/tmp/openlogon-test-XXXXXX";
    static char path[sizeof(directory_name) + sizeof("/socket")];
    int listener;
    pid_t pid;

    if (!directory)
        directory = mkdtemp(directory_name);
    assert(directory);
    check(chmod(directory, 0755)); /* tests drop to another user */
    (void)snprintf(path, sizeof(path), "%s/socket", directory);
    check(setenv("OPENLOGON_SOCKET", path, 1));
    check(setenv("OPENLOGON_RECONNECT_TIMEOUT", "0", 1)); /* it does not come again by itself */
    listener = listen_on(path);
    pid = fork();
    check(pid);
    if (pid > 0) {
        (void)close(listener);
        return pid;
    }
    check(prctl(PR_SET_PDEATHSIG, SIGKILL));
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        holders[i].fd = -1;
    check(shared_page_create(&page, SLOTS));
    serve(listener);
}

void test_authority_kill(pid_t pid)
{
    check(kill(pid, SIGKILL));
    check(waitpid(pid, NULL, 0));
}

void test_authority_remove(void)
{
    char path[sizeof("/tmp/openlogon-test-XXXXXX/socket")];

    (void)snprintf(path, sizeof(path), "%s/socket", directory);
    (void)unlink(path);
    (void)rmdir(directory);
}

static pid_t of_the_program;

int test_authority_set_up(void **state)
{
    (void)state;
    of_the_program = test_authority_start();
    return 0;
}

int test_authority_tear_down(void **state)
{
    (void)state;
    test_authority_kill(of_the_program);
    test_authority_remove();
    return 0;
}
