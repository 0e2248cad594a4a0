/* SPDX-License-Identifier: MIT */
#include "authority/test-support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "security/idmap.h"

static const SID local_system = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { 18 } };

const struct session_facts test_facts = {
    .user = "alice", .domain = "MACHINE", .package = "Test", .sid = &local_system, .uid = 1000
};

void test_dir_make(struct test_dir *dir)
{
    (void)snprintf(dir->path, sizeof(dir->path), "/tmp/openlogon-test.XXXXXX");
    assert_non_null(mkdtemp(dir->path));
    dir->fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(dir->fd >= 0);
}

void test_dir_remove(struct test_dir *dir)
{
    (void)unlinkat(dir->fd, LUID_FILE, 0);
    (void)close(dir->fd);
    assert_int_equal(rmdir(dir->path), 0);
}

const SID *test_sid(sid_buffer *buffer, const char *text)
{
    assert_ok(sid_from_text(buffer, NULL, text, strlen(text)));
    return &buffer->sid;
}

const SID *test_machine(void)
{
    static sid_buffer sid;

    return test_sid(&sid, "S-1-5-21-1-2-3");
}

const SID *test_user(uint32_t uid)
{
    static sid_buffer sids[4];
    static size_t next;
    sid_buffer *sid = &sids[next++ % ARRAY_SIZE(sids)];

    assert_ok(idmap_uid_to_sid(sid, test_machine(), uid));
    return &sid->sid;
}

const SID *test_group(uint32_t gid)
{
    static sid_buffer sids[4];
    static size_t next;
    sid_buffer *sid = &sids[next++ % ARRAY_SIZE(sids)];

    assert_ok(idmap_gid_to_sid(sid, test_machine(), gid));
    return &sid->sid;
}

void test_policy_load(Policy *policy)
{
    sid_buffer sids[16];
    struct policy_account accounts[ARRAY_SIZE(sids)];
    struct policy_content content = { .generation = 1, .accounts = accounts };
    size_t n = 0;

    for (; account_rights_default(n, &sids[n], &accounts[n].rights); n++)
        accounts[n].sid = &sids[n].sid;
    content.n_accounts = n;
    assert_ok(policy_load(policy, &content));
}

const Policy *test_policy(void)
{
    static Policy *policy;

    if (!policy) {
        assert_ok(policy_new(&policy));
        test_policy_load(policy);
    }
    return policy;
}
