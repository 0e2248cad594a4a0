/* SPDX-License-Identifier: MIT */
/* The published pages, seen through readers' maps: what is there, and what a reader may rely on. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/session_store.h"
#include "base/test.h"
#include "daemon/session_pages.h"
#include "ipc/session_record.h"
#include "linux/shared_page.h"

enum {
    LASTING = 100,
    PASSING = 50,
    ROUNDS = 2000,
    READERS = 2,
    FIRST_LUID = 0x10000,
};

static const SID user_sid = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { 18 } };

static struct session_facts facts = {
    .user = "alice", .domain = "MACHINE", .package = "Test", .sid = &user_sid, .uid = 1000
};

/* A store, what it publishes, and a reader's maps of that. */
struct scene {
    SessionStore *store;
    SessionPages *pages;
    SharedPage *luids;
    SharedPage *data;
};

static void open_scene(struct scene *s)
{
    *s = (struct scene){ 0 };
    assert_ok(session_store_new(&s->store));
    assert_ok(session_pages_new(&s->pages, s->store));
    assert_int_equal(shared_page_map(&s->luids, session_pages_luids_fd(s->pages)), 0);
    assert_int_equal(shared_page_map(&s->data, session_pages_data_fd(s->pages)), 0);
}

static void close_scene(struct scene *s)
{
    session_pages_free(s->pages);
    assert_int_equal(shared_page_get(s->luids, SESSION_HEAD_CLOSED), 1);
    assert_int_equal(shared_page_get(s->data, SESSION_HEAD_CLOSED), 1);
    shared_page_free(s->luids);
    shared_page_free(s->data);
    session_store_free(s->store);
}

static Session *start(struct scene *s, uint64_t luid)
{
    Session *session = NULL;

    assert_ok(session_new(&session, s->store, luid, 0));
    assert_ok(session_activate(session, &facts));
    return session;
}

/* How often the page of LUIDs has it. */
static size_t count(const SharedPage *luids, uint64_t luid)
{
    size_t used = (size_t)shared_page_get(luids, SESSION_HEAD_USED), n = 0;

    for (size_t i = 0; i < used; i++)
        n += shared_page_get(luids, SESSION_HEAD + i) == luid;
    return n;
}

static uint32_t find(const SharedPage *data, uint64_t luid)
{
    uint32_t entry = session_index_home(luid), slot;

    for (; (slot = session_index_get(shared_page_get(data, session_index_at(entry)), entry)) != 0;
         entry = session_index_next(entry)) {
        if (shared_page_get(data, session_record_at(slot)) == luid)
            return slot;
    }
    return 0;
}

static uint64_t record(const SharedPage *data, uint64_t luid, enum session_record_slot which)
{
    uint32_t slot = find(data, luid);

    assert_int_not_equal(slot, 0);
    return shared_page_get(data, session_record_at(slot) + which);
}

static void sessions_are_there_from_start_to_end(void **state)
{
    struct scene s;
    Session *session, *creating = NULL;

    open_scene(&s);
    session = start(&s, FIRST_LUID);
    assert_ok(session_new(&creating, s.store, FIRST_LUID + 1, 0));
    assert_int_equal(count(s.luids, FIRST_LUID), 1);
    assert_int_equal(count(s.luids, FIRST_LUID + 1), 0);
    assert_int_not_equal(find(s.data, FIRST_LUID), 0);
    session_unref(session);
    session_unref(creating);
    assert_int_equal(count(s.luids, FIRST_LUID), 0);
    assert_int_equal(find(s.data, FIRST_LUID), 0);
    close_scene(&s);
}

static void sessions_from_before_the_pages_are_in_them(void **state)
{
    SessionPages *pages = NULL;
    SharedPage *luids = NULL;
    struct scene s;
    Session *session;

    open_scene(&s);
    session = start(&s, FIRST_LUID);
    assert_ok(session_pages_new(&pages, s.store));
    assert_int_equal(shared_page_map(&luids, session_pages_luids_fd(pages)), 0);
    assert_int_equal(count(luids, FIRST_LUID), 1);
    shared_page_free(luids);
    session_pages_free(pages);
    session_unref(session);
    close_scene(&s);
}

static void slots_are_used_again(void **state)
{
    struct scene s;

    open_scene(&s);
    for (uint64_t i = 0; i < ROUNDS; i++)
        session_unref(start(&s, FIRST_LUID + i));
    assert_int_equal(shared_page_get(s.luids, SESSION_HEAD_USED), 2);
    close_scene(&s);
}

/* LUIDs that the index would have in one place; what is left is found when some are gone. */
static void the_index_finds_all_that_are_there(void **state)
{
    Session *sessions[LASTING];
    struct scene s;

    open_scene(&s);
    for (uint64_t i = 0; i < LASTING; i++)
        sessions[i] = start(&s, FIRST_LUID + i / 2 + i % 2 * SESSION_INDEX_ENTRIES);
    for (size_t i = 0; i < LASTING; i += 3)
        session_unref(sessions[i]);
    for (uint64_t i = 0; i < LASTING; i++) {
        uint64_t luid = FIRST_LUID + i / 2 + i % 2 * SESSION_INDEX_ENTRIES;

        assert_true((find(s.data, luid) != 0) == (i % 3 != 0));
    }
    for (size_t i = 0; i < LASTING; i++) {
        if (i % 3 != 0)
            session_unref(sessions[i]);
    }
    for (uint32_t entry = 0; entry < LASTING; entry++)
        assert_int_equal(shared_page_get(s.data, session_index_at(FIRST_LUID + entry)), 0);
    close_scene(&s);
}

static void the_index_goes_round(void **state)
{
    struct scene s;
    Session *last, *first;

    open_scene(&s);
    last = start(&s, SESSION_INDEX_ENTRIES - 1);
    first = start(&s, 2 * SESSION_INDEX_ENTRIES - 1);
    assert_int_not_equal(find(s.data, 2 * SESSION_INDEX_ENTRIES - 1), 0);
    session_unref(last);
    assert_int_not_equal(find(s.data, 2 * SESSION_INDEX_ENTRIES - 1), 0);
    session_unref(first);
    assert_int_equal(shared_page_get(s.data, session_index_at(0)), 0);
    close_scene(&s);
}

static void decode(Openlogon__SessionData *ret, uint64_t *slots, const SharedPage *data,
                   uint64_t luid)
{
    uint64_t where = record(data, luid, SESSION_RECORD_FACTS);
    size_t n = (size_t)(where >> 32);

    assert_in_range(n, 1, SESSION_FACTS_MAX);
    assert_int_equal(shared_page_copy(data, (uint32_t)where, n, slots), n);
    openlogon__session_data__init(ret);
    assert_ok(session_facts_decode(ret, slots, n));
}

static void the_facts_are_what_the_session_tells(void **state)
{
    uint64_t slots[SESSION_FACTS_MAX];
    Openlogon__SessionData data;
    struct scene s;
    Session *session;

    open_scene(&s);
    facts.logon_time = 17;
    facts.upn = "alice@example";
    session = start(&s, FIRST_LUID);
    facts.upn = NULL;
    decode(&data, slots, s.data, FIRST_LUID);
    assert_string_equal(data.user, "alice");
    assert_string_equal(data.domain, "MACHINE");
    assert_string_equal(data.upn, "alice@example");
    assert_string_equal(data.home_directory, "");
    assert_int_equal(data.sid.len, sid_length(&user_sid));
    assert_memory_equal(data.sid.data, &user_sid, data.sid.len);
    assert_int_equal(record(s.data, FIRST_LUID, SESSION_RECORD_LOGON_TIME), 17);
    session_unref(session);
    close_scene(&s);
}

/* Times of logon differ and are none of the facts. */
static void sessions_of_one_account_share_their_facts(void **state)
{
    Session *first, *second, *other;
    struct scene s;
    uint64_t where;

    open_scene(&s);
    first = start(&s, FIRST_LUID);
    facts.logon_time++;
    second = start(&s, FIRST_LUID + 1);
    facts.user = "bob";
    other = start(&s, FIRST_LUID + 2);
    where = record(s.data, FIRST_LUID, SESSION_RECORD_FACTS);
    assert_true(record(s.data, FIRST_LUID + 1, SESSION_RECORD_FACTS) == where);
    assert_true(record(s.data, FIRST_LUID + 2, SESSION_RECORD_FACTS) != where);
    session_unref(first);
    session_unref(second);
    first = start(&s, FIRST_LUID + 3); /* as long as the others, and in their place */
    assert_true(record(s.data, FIRST_LUID + 3, SESSION_RECORD_FACTS) ==
                record(s.data, FIRST_LUID + 2, SESSION_RECORD_FACTS));
    session_unref(first);
    session_unref(other);
    facts.user = "alice";
    close_scene(&s);
}

static void many_different_facts_are_told_apart(void **state)
{
    static Session *sessions[ROUNDS];
    uint64_t slots[SESSION_FACTS_MAX];
    Openlogon__SessionData data;
    char name[16];
    struct scene s;

    open_scene(&s);
    facts.user = name;
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < ROUNDS; i++) {
            (void)snprintf(name, sizeof(name), "user-%d", (int)i);
            sessions[i] = start(&s, FIRST_LUID + (uint64_t)round * ROUNDS + i);
        }
        for (uint64_t i = 0; i < ROUNDS; i++) {
            (void)snprintf(name, sizeof(name), "user-%d", (int)i);
            decode(&data, slots, s.data, FIRST_LUID + (uint64_t)round * ROUNDS + i);
            assert_string_equal(data.user, name);
            session_unref(sessions[i]);
        }
    }
    facts.user = "alice";
    close_scene(&s);
}

/* The session is listed all the same; its record says that it has to be asked for. */
static void facts_that_are_too_long_are_not_published(void **state)
{
    static char path[SESSION_FACTS_MAX * sizeof(uint64_t)];
    struct scene s;
    Session *session;

    open_scene(&s);
    memset(path, 'x', sizeof(path) - 1);
    facts.profile_path = path;
    session = start(&s, FIRST_LUID);
    facts.profile_path = NULL;
    assert_int_equal(count(s.luids, FIRST_LUID), 1);
    assert_int_equal(record(s.data, FIRST_LUID, SESSION_RECORD_FACTS), 0);
    session_unref(session);
    close_scene(&s);
}

/* --- readers while sessions come and go -------------------------------------------------------
 */

struct reader {
    const SharedPage *luids;
    atomic_bool *stop;
    size_t n_reads, n_wrong;
};

/* One copy without a lock: whether each that lasts is in it once, and nothing twice. */
static bool is_sound(const SharedPage *luids)
{
    static _Thread_local uint64_t copy[LASTING + PASSING + 1];
    size_t used = (size_t)shared_page_get(luids, SESSION_HEAD_USED), lasting = 0;
    bool seen[LASTING] = { false };

    if (used > ARRAY_SIZE(copy))
        return false;
    used = shared_page_copy(luids, SESSION_HEAD, used, copy);
    for (size_t i = 0; i < used; i++) {
        uint64_t n = copy[i] - FIRST_LUID;

        if (copy[i] == 0 || n >= LASTING)
            continue;
        if (seen[n])
            return false;
        seen[n] = true;
        lasting++;
    }
    return lasting == LASTING;
}

static void *read_all(void *context)
{
    struct reader *reader = context;

    while (!atomic_load(reader->stop)) {
        reader->n_wrong += !is_sound(reader->luids);
        reader->n_reads++;
    }
    return NULL;
}

static void churn(struct scene *s)
{
    uint64_t luid = FIRST_LUID + LASTING;

    for (int round = 0; round < ROUNDS; round++) {
        Session *passing[PASSING];

        for (size_t i = 0; i < PASSING; i++)
            passing[i] = start(s, luid++);
        for (size_t i = 0; i < PASSING; i++)
            session_unref(passing[i]);
    }
}

/* Says "ready", reads until its parent hangs up, then tells whether all was well. */
static int read_in_child(const SharedPage *luids, int ready)
{
    char byte = 'r';
    size_t n_wrong = 0;

    if (write(ready, &byte, 1) != 1)
        return 2;
    for (int i = 0; i < ROUNDS; i++)
        n_wrong += !is_sound(luids);
    return n_wrong == 0 ? 0 : 1;
}

static void readers_see_each_session_that_lasts_once(void **state)
{
    Session *lasting[LASTING];
    struct reader readers[READERS];
    pthread_t threads[READERS];
    atomic_bool stop = false;
    int ready[2], status;
    struct scene s;
    char byte;
    pid_t child;

    open_scene(&s);
    for (uint64_t i = 0; i < LASTING; i++)
        lasting[i] = start(&s, FIRST_LUID + i);
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0)
        _exit(read_in_child(s.luids, ready[1]));
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct reader){ .luids = s.luids, .stop = &stop };
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers[i]), 0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    churn(&s);
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++) {
        (void)pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].n_wrong, 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (size_t i = 0; i < LASTING; i++)
        session_unref(lasting[i]);
    (void)close(ready[0]);
    (void)close(ready[1]);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_there_from_start_to_end),
        cmocka_unit_test(sessions_from_before_the_pages_are_in_them),
        cmocka_unit_test(slots_are_used_again),
        cmocka_unit_test(the_index_finds_all_that_are_there),
        cmocka_unit_test(the_index_goes_round),
        cmocka_unit_test(the_facts_are_what_the_session_tells),
        cmocka_unit_test(sessions_of_one_account_share_their_facts),
        cmocka_unit_test(many_different_facts_are_told_apart),
        cmocka_unit_test(facts_that_are_too_long_are_not_published),
        cmocka_unit_test(readers_see_each_session_that_lasts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
