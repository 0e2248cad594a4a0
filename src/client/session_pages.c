/* SPDX-License-Identifier: MIT */
#include "client/session_pages.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include "client/authority.h"
#include "client/impersonation.h"
#include "client/process_token.h"
#include "client/session_data.h"
#include "ipc/session_record.h"
#include "linux/shared_page.h"
#include "security/well_known.h"

enum { HUGE_PAGE = 2 << 20 };

/* What one link to the authority gave. Counted: calls that read hold it. */
struct pages {
    atomic_uint refs;
    connection *c;
    uint64_t link;
    SharedPage *luids;         /* NULL: it publishes none */
    SharedPage *data;          /* NULL: not asked for, or refused */
    bool data_asked;           /* guarded by `mutex`, as `data` is until it is set */
    atomic_size_t n_expected;  /* slots of `luids` that the kernel has mapped ahead */
    atomic_llong last_checked; /* the clock's tick when the link was last seen to be up */
};

/* Held while the authority is asked, so that it is asked once. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct pages *current;

void session_pages_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void session_pages_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

static struct pages *pages_unref(struct pages *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    shared_page_free(p->luids);
    shared_page_free(p->data);
    connection_unref(p->c);
    free(p);
    return NULL;
}
DEFINE_CLEANUP(struct pages *, pages_unref);

/* Threads that were reading are not here, and neither is the map of the data. */
void session_pages_after_fork_in_child(void)
{
    struct pages *p = TAKE(current);

    if (!p)
        return;
    shared_page_free(p->luids);
    shared_page_forget(p->data);
    connection_unref(p->c);
    free(p);
}

/* --- getting them ------------------------------------------------------------------------- */

static nt_status fetch(SharedPage **ret, connection *c, Openlogon__Request *request)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = connection_call(c, request, -1, REPLY_EMPTY, &reply, NULL);

    if (nt_failed(st))
        return st;
    return nt_from_errno(shared_page_map(ret, reply.fd));
}

static nt_status fetch_luids(struct pages *p)
{
    Openlogon__SessionLuidsPageRequest ask = OPENLOGON__SESSION_LUIDS_PAGE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SESSION_LUIDS_PAGE, session_luids_page, &ask);
    nt_status st = fetch(&p->luids, p->c, &request);

    if (!nt_failed(st) && shared_page_n_slots(p->luids) < SESSION_LUIDS_SIZE)
        p->luids = shared_page_free(p->luids);
    return st;
}

/* A child that gives up its rights must not have it: it is not inherited. */
static void fetch_data(struct pages *p)
{
    Openlogon__SessionDataPageRequest ask = OPENLOGON__SESSION_DATA_PAGE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SESSION_DATA_PAGE, session_data_page, &ask);
    SharedPage *data = NULL;

    p->data_asked = true;
    if (nt_failed(fetch(&data, p->c, &request)))
        return;
    if (shared_page_n_slots(data) < SESSION_DATA_SIZE || shared_page_keep_from_children(data) < 0)
        shared_page_free(data);
    else
        p->data = data;
}

/* The link is the one to ask by, also when there turn out to be no pages. */
static nt_status pages_new(struct pages **ret)
{
    _cleanup_(pages_unrefp) struct pages *p = calloc(1, sizeof(*p));
    nt_status st;

    if (!p)
        return NT(NO_MEMORY);
    atomic_init(&p->refs, 1);
    st = connection_current(&p->c);
    if (nt_failed(st))
        return st;
    p->link = connection_link(p->c);
    st = fetch_luids(p);
    if (!connection_alive(p->c) || connection_link(p->c) != p->link)
        return nt_failed(st) ? st : NT(NOT_FOUND);
    *ret = TAKE(p);
    return NT_OK;
}

/*
 * Whether the authority that publishes still is there. One that ends in good order says so in its
 * pages. One that is killed does not, but its pages stay as they were then, and hold as long as no
 * other has taken its place: it is enough to look at the socket once in each tick of the clock, a
 * few milliseconds, and a system call in each call would cost more than all the rest.
 */
static bool is_up(struct pages *p)
{
    struct timespec now;
    long long tick;

    if (!connection_alive(p->c) || connection_link(p->c) != p->link)
        return false;
    if (!p->luids)
        return true;
    if (shared_page_get(p->luids, SESSION_HEAD_CLOSED) != 0)
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    tick = (long long)now.tv_sec * 1000000000 + now.tv_nsec;
    if (atomic_load_explicit(&p->last_checked, memory_order_relaxed) == tick)
        return true;
    if (!connection_is_up(p->c))
        return false;
    atomic_store_explicit(&p->last_checked, tick, memory_order_relaxed);
    return true;
}

static nt_status pages_locked(bool with_data)
{
    nt_status st = NT_OK;

    if (!current || !is_up(current)) {
        current = pages_unref(current);
        st = pages_new(&current);
    }
    if (!nt_failed(st) && with_data && !current->data_asked)
        fetch_data(current);
    return st;
}

static struct pages *pages_get(bool with_data)
{
    struct pages *p = NULL;

    session_pages_lock();
    if (!nt_failed(pages_locked(with_data))) {
        p = current;
        atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    }
    session_pages_unlock();
    if (p)
        connection_settle(p->c);
    return p;
}

/* --- the LUIDs ---------------------------------------------------------------------------- */

/* The caller frees it with free(). A large block in large pages and nothing else, where there are
 * any: a page fault for each small one would take longer than what they are for. */
static void *large_alloc(size_t size)
{
    size_t whole = (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
    void *block;

    if (size < HUGE_PAGE / 2)
        return malloc(size);
    if (posix_memalign(&block, HUGE_PAGE, whole) != 0)
        return NULL;
    (void)madvise(block, whole, MADV_HUGEPAGE);
    return block;
}

static void expect(struct pages *p, size_t n)
{
    if (atomic_load_explicit(&p->n_expected, memory_order_relaxed) >= n)
        return;
    shared_page_expect(p->luids, 0, n);
    atomic_store_explicit(&p->n_expected, n, memory_order_relaxed);
}

_Static_assert(sizeof(LUID) == sizeof(uint64_t) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "a slot of the page is a LUID as programs know it");

static nt_status read_luids(struct pages *p, LUID **ret, size_t *ret_n)
{
    size_t used = (size_t)shared_page_get(p->luids, SESSION_HEAD_USED);
    void *slots;

    if (used > SESSION_SLOTS || shared_page_get(p->luids, SESSION_HEAD_MISSING) != 0)
        return NT(NOT_FOUND);
    slots = large_alloc((used + 1) * sizeof(uint64_t)); /* one more: never NULL for none */
    if (!slots)
        return NT(NO_MEMORY);
    expect(p, SESSION_HEAD + used);
    *ret_n = shared_page_gather(p->luids, SESSION_HEAD, used, slots);
    *ret = slots;
    return NT_OK;
}

nt_status session_pages_luids(LUID **ret, size_t *ret_n)
{
    _cleanup_(pages_unrefp) struct pages *p = pages_get(false);

    return p && p->luids ? read_luids(p, ret, ret_n) : NT(NOT_FOUND);
}

/* --- the data ----------------------------------------------------------------------------- */

static bool has_sid(const token_image *image, WELL_KNOWN_SID_TYPE type)
{
    sid_buffer sid;

    return !nt_failed(well_known_make(&sid, (int)type, NULL)) &&
           token_image_has_sid(image, &sid.sid, TOKEN_SID_ALLOW);
}

/* The authority's rule. A thread that acts for somebody else asks by message. */
bool session_pages_show_all(void)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;

    if (impersonation_token() || nt_failed(process_token_get(&token, NULL)))
        return false;
    image = token_object_image_at_hand(token);
    return image && (has_sid(image->image, WinBuiltinAdministratorsSid) ||
                     has_sid(image->image, WinLocalSystemSid));
}

/* The slot of a session; 0: it is not found. */
static uint32_t find(const SharedPage *data, uint64_t luid)
{
    uint32_t entry = session_index_home(luid);

    for (int i = 0; i < SESSION_INDEX_PROBES; i++) {
        uint32_t slot = session_index_get(shared_page_get(data, session_index_at(entry)), entry);

        if (slot == 0)
            return 0;
        if (shared_page_get(data, session_record_at(slot)) == luid)
            return slot;
        entry = session_index_next(entry);
    }
    return 0;
}

/* A record and its facts, copied while they may change. */
struct copy {
    uint64_t record[SESSION_RECORD_SIZE];
    uint64_t facts[SESSION_FACTS_MAX];
    size_t n_facts;
};

static bool copy_record(struct copy *ret, const SharedPage *data, uint64_t luid)
{
    uint32_t slot = find(data, luid);
    size_t n, at;

    if (slot == 0)
        return false;
    (void)shared_page_copy(data, session_record_at(slot), SESSION_RECORD_SIZE, ret->record);
    at = (uint32_t)ret->record[SESSION_RECORD_FACTS];
    n = (size_t)(ret->record[SESSION_RECORD_FACTS] >> 32);
    if (n == 0 || n > SESSION_FACTS_MAX)
        return false;
    ret->n_facts = shared_page_copy(data, at, n, ret->facts);
    atomic_thread_fence(memory_order_acquire);
    return ret->record[SESSION_RECORD_LUID] == luid &&
           shared_page_get(data, session_record_at(slot)) == luid;
}

nt_status session_pages_data(SECURITY_LOGON_SESSION_DATA **ret, uint64_t luid)
{
    _cleanup_(pages_unrefp) struct pages *p = session_pages_show_all() ? pages_get(true) : NULL;
    Openlogon__SessionData message = OPENLOGON__SESSION_DATA__INIT;
    struct copy copy;

    if (!p || !p->data || luid == 0 || !copy_record(&copy, p->data, luid))
        return NT(NOT_FOUND);
    if (nt_failed(session_facts_decode(&message, copy.facts, copy.n_facts)))
        return NT(NOT_FOUND);
    message.luid = luid;
    message.logon_time = (int64_t)copy.record[SESSION_RECORD_LOGON_TIME];
    message.last_success = (int64_t)copy.record[SESSION_RECORD_LAST_SUCCESS];
    return session_data_build(ret, &message);
}
