/* SPDX-License-Identifier: MIT */
#include "authority/token.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "authority/journal_record.h"
#include "base/log.h"
#include "base/slab.h"
#include "linux/shared_words.h"
#include "security/privilege.h"
#include "security/token_security.h"
#include "security/token_words.h"

/*
 * Images that are in memory but could be read from the journal again, up to this number, are kept
 * there: most tokens are never looked at between their first handle and the last.
 */
enum { IMAGES_KEPT = 256 };

struct TokenStore {
    struct slab memory; /* of the tokens */
    LuidSource *luids;
    Journal *journal;    /* NULL: nothing is recorded */
    uint8_t *slots_seen; /* bits, while tokens are being restored */
    SharedPage *page;
    uint32_t *free_slots; /* given back, last in first out, so that few pages are touched */
    size_t n_free, free_capacity;
    uint32_t next_slot; /* from here on none was ever used */
    size_t n_tokens;
    size_t n_words; /* tokens that have them */
    Token **warm;   /* those whose image may go, in no order */
    size_t n_warm, warm_capacity;
    size_t hand; /* where in `warm` the next one is taken whose image goes */
};

/* What few tokens have. */
struct extra {
    void *security; /* its descriptor; NULL: that of every token at first */
    size_t security_size;
    struct quota_charge size_charge; /* none: nobody pays for its size */
    uint32_t payer;                  /* whom that charge is to */
    SharedWords *words;              /* NULL: its process has not asked for them */
    struct quota_charge words_charge;
};

static const struct extra no_extra;

/* There may be a million of them: nothing belongs in here that most do not need. */
struct Token {
    uint64_t id;
    TokenStore *store;
    Session *session;
    token_image *image; /* NULL: it is in the journal */
    uint32_t n_references;
    uint32_t n_watchers;
    uint32_t slot;       /* 0: none yet */
    uint32_t warm_place; /* in the store's `warm`, from 1; 0: it is not there */
    struct journal_item journal;
    uint64_t published_enabled; /* the privileges that were when the modified id last changed */
    struct extra *extra;        /* NULL: as no_extra */
};

nt_status token_store_new(TokenStore **ret, LuidSource *luids, size_t n_slots)
{
    _cleanup_(token_store_freep) TokenStore *store = calloc(1, sizeof(*store));
    int r;

    if (!store)
        return NT(NO_MEMORY);
    store->memory = SLAB(Token);
    store->luids = luids;
    store->next_slot = 1;
    r = shared_page_create(&store->page, n_slots);
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(store);
    return NT_OK;
}

TokenStore *token_store_free(TokenStore *store)
{
    if (store) {
        shared_page_free(store->page);
        free(store->free_slots);
        free(store->slots_seen);
        free(store->warm);
        slab_done(&store->memory);
    }
    free(store);
    return NULL;
}

size_t token_store_size(const TokenStore *store)
{
    return store->n_tokens;
}

int token_store_page_fd(const TokenStore *store)
{
    return shared_page_fd(store->page);
}

/* Room to give back every slot in use is made beforehand: giving back cannot fail. */
static nt_status slots_grow(TokenStore *store)
{
    size_t capacity = store->free_capacity ? store->free_capacity * 2 : 256;
    uint32_t *slots = reallocarray(store->free_slots, capacity, sizeof(*slots));

    if (!slots)
        return NT(NO_MEMORY);
    store->free_slots = slots;
    store->free_capacity = capacity;
    return NT_OK;
}

static nt_status slot_take(TokenStore *store, uint32_t *ret)
{
    if (store->n_free > 0) {
        *ret = store->free_slots[--store->n_free];
        return NT_OK;
    }
    if (store->next_slot >= shared_page_n_slots(store->page))
        return NT(TOO_MANY_LUIDS_REQUESTED);
    if (store->next_slot > store->free_capacity) {
        nt_status st = slots_grow(store);
        if (nt_failed(st))
            return st;
    }
    *ret = store->next_slot++;
    return NT_OK;
}

/* A slot that was handed out is in range, and the page is the publisher's: anything else is a bug.
 */
static void slot_set(TokenStore *store, uint32_t slot, uint64_t value)
{
    if (shared_page_set(store->page, slot, value) < 0)
        abort();
}

static void slot_give_back(TokenStore *store, uint32_t slot)
{
    if (slot == 0)
        return;
    if (store->slots_seen)
        store->slots_seen[slot / CHAR_BIT] &= (uint8_t) ~(1 << slot % CHAR_BIT);
    slot_set(store, slot, 0);
    if (!store->slots_seen) /* else token_store_end_restore() finds out which are free */
        store->free_slots[store->n_free++] = slot;
}

static const struct extra *extra(const Token *token)
{
    return token->extra ? token->extra : &no_extra;
}

/* NULL: there is no memory for one. */
static struct extra *make_extra(Token *token)
{
    if (!token->extra)
        token->extra = calloc(1, sizeof(*token->extra));
    return token->extra;
}

/* --- images ------------------------------------------------------------------------------------
 */

static nt_status warm_grow(TokenStore *store)
{
    size_t capacity = store->warm_capacity ? store->warm_capacity * 2 : IMAGES_KEPT * 2;
    Token **warm = reallocarray(store->warm, capacity, sizeof(Token *));

    if (!warm)
        return NT(NO_MEMORY);
    store->warm = warm;
    store->warm_capacity = capacity;
    return NT_OK;
}

/* Without memory its image stays as long as it does. */
static void warm_add(Token *token)
{
    TokenStore *store = token->store;

    if (!store->journal || (store->n_warm == store->warm_capacity && nt_failed(warm_grow(store))))
        return;
    store->warm[store->n_warm++] = token;
    token->warm_place = (uint32_t)store->n_warm;
}

static void warm_remove(Token *token)
{
    TokenStore *store = token->store;
    Token *last;

    if (token->warm_place == 0)
        return;
    last = store->warm[--store->n_warm];
    store->warm[token->warm_place - 1] = last;
    last->warm_place = token->warm_place;
    token->warm_place = 0;
}

/* The journal has the image as it is. */
static bool can_cool(const Token *token)
{
    return token->journal.stored && token->journal.place == 0 &&
           token_image_privileges_enabled(token->image) == token->published_enabled;
}

static nt_status read_image(Token *token)
{
    _cleanup_(freep) void *bytes = NULL;
    struct token_record stored;
    size_t size;
    nt_status st = journal_read(token->store->journal, JOURNAL_TOKEN, token->id, &bytes, &size);

    if (!nt_failed(st))
        st = token_record_decode(&stored, bytes, size);
    if (!nt_failed(st))
        st = token_image_parse(&token->image, stored.image, stored.image_size);
    return st;
}

/*
 * The image, as long as the turn of the event loop. Where what was written cannot be read there is
 * nothing to go on with: the process ends, as by kill -9, and its successor looks at the journal.
 */
static token_image *image_of(const Token *token)
{
    Token *own = (Token *)(uintptr_t)token;
    nt_status st;

    if (token->image)
        return token->image;
    st = read_image(own);
    if (nt_failed(st)) {
        log_error("cannot read token 0x%llx from the journal: %s", (unsigned long long)token->id,
                  nt_status_name(st));
        abort();
    }
    warm_add(own);
    return own->image;
}

size_t token_store_n_images(const TokenStore *store)
{
    return store->n_warm;
}

void token_store_trim(TokenStore *store)
{
    size_t tries = store->n_warm;

    for (; store->n_warm > IMAGES_KEPT && tries > 0; tries--) {
        Token *token = store->warm[store->hand++ % store->n_warm];

        if (!can_cool(token))
            continue;
        token->image = token_image_free(token->image);
        warm_remove(token);
    }
}

/* --- what others see ---------------------------------------------------------------------------
 */

static void publish(const Token *token, uint64_t modified_id)
{
    slot_set(token->store, token->slot, modified_id | (token->n_watchers > 0 ? TOKEN_WATCHED : 0));
}

/* The same modified id: the page has it. */
static void publish_watchers(const Token *token)
{
    publish(token, shared_page_get(token->store->page, token->slot) & ~TOKEN_WATCHED);
}

static void publish_first(Token *token)
{
    token->published_enabled = token_image_privileges_enabled(token->image);
    publish(token, token_image_modified_id(token->image));
    if (token->warm_place == 0)
        warm_add(token);
}

static SharedWord *word(const Token *token, enum token_word which)
{
    return &shared_words_at(extra(token)->words)[which];
}

/* The process may have written anything: what counts is which privileges there are. */
static void read_words(const Token *token)
{
    if (extra(token)->words)
        token_image_set_enabled(image_of(token), atomic_load(word(token, TOKEN_WORD_ENABLED)),
                                token_image_modified_id(image_of(token)));
}

static void record(Token *token)
{
    journal_changed(token->store->journal, &token->journal);
}

static void modified(Token *token, uint64_t id)
{
    record(token);
    token_image_set_ids(token->image, token->id, id);
    token->published_enabled = token_image_privileges_enabled(token->image);
    if (extra(token)->words)
        atomic_store(word(token, TOKEN_WORD_MODIFIED_ID), id);
    publish(token, id);
}

/* Gives the token another modified id if its process has changed what is enabled; of one whose
 * image has been put away it has not. */
static nt_status settle(Token *token)
{
    uint64_t id;
    nt_status st;

    if (!token->image)
        return NT_OK;
    read_words(token);
    if (token_image_privileges_enabled(token->image) == token->published_enabled)
        return NT_OK;
    st = luid_take(token->store->luids, 1, &id);
    if (!nt_failed(st))
        modified(token, id);
    return st;
}

/* Of two linked sessions the tokens of the full one hold both, but for the first
 * (authority/linked.h). */
static Session *hold_session(Session *session)
{
    if (session->filtered)
        session_ref(session->filtered);
    return session_ref(session);
}

static void let_go_of_session(Session *session)
{
    Session *filtered = session->filtered;

    session_unref(session);
    session_unref(filtered);
}

static Token *token_alloc(TokenStore *store, Session *session)
{
    Token *token = slab_take(&store->memory);

    if (!token)
        return NULL;
    token->store = store;
    token->n_references = 1;
    token->journal = JOURNAL_ITEM(JOURNAL_TOKEN);
    token->session = hold_session(session);
    store->n_tokens++;
    return token;
}

/* A token without an image yet. */
static nt_status token_new(Token **ret, TokenStore *store, Session *session)
{
    _cleanup_(token_unrefp) Token *token = token_alloc(store, session);
    nt_status st;

    if (!token)
        return NT(NO_MEMORY);
    st = slot_take(store, &token->slot);
    if (nt_failed(st))
        return st;
    *ret = TAKE(token);
    return NT_OK;
}

nt_status token_mint(Token **ret, TokenStore *store, Session *session,
                     const struct token_spec *spec)
{
    _cleanup_(token_unrefp) Token *token = NULL;
    struct token_spec own = *spec;
    uint64_t first;
    nt_status st = luid_take(store->luids, 2, &first);

    if (nt_failed(st))
        return st;
    st = token_new(&token, store, session);
    if (nt_failed(st))
        return st;
    own.token_id = token->id = first;
    own.modified_id = first + 1;
    own.authentication_id = session_luid(session);
    own.slot = token->slot;
    st = token_image_build(&token->image, &own);
    if (nt_failed(st))
        return st;
    publish_first(token);
    record(token);
    *ret = TAKE(token);
    return NT_OK;
}

/* A token of its own with an image like that. */
static nt_status token_copy(Token **ret, const Token *origin, const token_image *image)
{
    _cleanup_(token_unrefp) Token *copy = NULL;
    uint64_t first;
    nt_status st = luid_take(origin->store->luids, 2, &first);

    if (!nt_failed(st))
        st = token_new(&copy, origin->store, origin->session);
    if (!nt_failed(st))
        st = token_image_dup(&copy->image, image);
    if (nt_failed(st))
        return st;
    copy->id = first;
    token_image_set_ids(copy->image, first, first + 1);
    token_image_set_slot(copy->image, copy->slot);
    publish_first(copy);
    record(copy);
    *ret = TAKE(copy);
    return NT_OK;
}

/* Bytes that were checked. */
static nt_status keep_security(Token *token, const void *bytes, size_t size)
{
    struct extra *own = make_extra(token);
    void *copy = own ? malloc(size) : NULL;

    if (!copy)
        return NT(NO_MEMORY);
    memcpy(copy, bytes, size);
    free(own->security);
    own->security = copy;
    own->security_size = size;
    return NT_OK;
}

static nt_status copy_security(Token *to, const Token *from)
{
    const struct extra *security = extra(from);

    return security->security ? keep_security(to, security->security, security->security_size)
                              : NT_OK;
}

/* --- the journal -------------------------------------------------------------------------------
 */

static uint64_t token_encode(const struct journal_item *item, struct writer *out)
{
    const Token *token =
        (const Token *)(const void *)((const char *)item - offsetof(Token, journal));
    const struct token_record record = { .session = session_luid(token->session),
                                         .payer = token_payer(token),
                                         .security = extra(token)->security,
                                         .security_size = extra(token)->security_size,
                                         .image = token_image_bytes(token->image),
                                         .image_size = token_image_size(token->image) };

    token_record_encode(&record, out);
    return token_id(token);
}

void token_store_set_journal(TokenStore *store, Journal *journal)
{
    store->journal = journal;
    journal_teach(journal, JOURNAL_TOKEN, token_encode);
}

nt_status token_store_begin_restore(TokenStore *store)
{
    store->slots_seen = calloc(TOKEN_SLOTS / CHAR_BIT, 1);
    if (!store->slots_seen)
        return NT(NO_MEMORY);
    for (uint32_t slot = 0; slot < store->next_slot; slot++)
        store->slots_seen[slot / CHAR_BIT] |= (uint8_t)(1 << slot % CHAR_BIT);
    return NT_OK;
}

/* False: it is none, or another's. */
static bool slot_claim(TokenStore *store, uint32_t slot)
{
    uint8_t bit = (uint8_t)(1 << slot % CHAR_BIT);

    if (slot >= shared_page_n_slots(store->page) || slot >= TOKEN_SLOTS ||
        (store->slots_seen[slot / CHAR_BIT] & bit))
        return false;
    store->slots_seen[slot / CHAR_BIT] |= bit;
    if (slot >= store->next_slot)
        store->next_slot = slot + 1;
    return true;
}

static nt_status restore_security(Token *token, const struct token_record *record)
{
    struct descriptor checked;

    if (record->security_size == 0)
        return NT_OK;
    if (nt_failed(descriptor_parse(&checked, record->security, record->security_size)))
        return NT(INTERNAL_DB_CORRUPTION);
    return keep_security(token, record->security, record->security_size);
}

static nt_status restore_image(Token *token, uint64_t id, const struct token_record *record)
{
    uint32_t slot;
    nt_status st = token_image_parse(&token->image, record->image, record->image_size);

    if (nt_failed(st))
        return NT_IS(st, NO_MEMORY) ? st : NT(INTERNAL_DB_CORRUPTION);
    slot = token_image_slot(token->image);
    if (token_image_id(token->image) != id ||
        token_image_authentication_id(token->image) != record->session || slot == 0 ||
        !slot_claim(token->store, slot))
        return NT(INTERNAL_DB_CORRUPTION);
    token->id = id;
    token->slot = slot;
    return NT_OK;
}

nt_status token_restore(Token **ret, TokenStore *store, Session *session, uint64_t id,
                        const struct token_record *record)
{
    _cleanup_(token_unrefp) Token *token = token_alloc(store, session);
    nt_status st;

    if (!token)
        return NT(NO_MEMORY);
    st = restore_image(token, id, record);
    if (!nt_failed(st))
        st = restore_security(token, record);
    if (nt_failed(st))
        return st;
    token->journal.stored = true;
    publish_first(token);
    token_store_trim(store); /* all of them would not fit */
    *ret = TAKE(token);
    return NT_OK;
}

/* Room to give back every slot, as slot_take() makes it; the lowest is to be taken first. */
nt_status token_store_end_restore(TokenStore *store)
{
    nt_status st = NT_OK;

    while (store->next_slot > store->free_capacity && !nt_failed(st))
        st = slots_grow(store);
    for (uint32_t slot = store->next_slot; slot-- > 1 && !nt_failed(st);) {
        if (!(store->slots_seen[slot / CHAR_BIT] & 1 << slot % CHAR_BIT))
            store->free_slots[store->n_free++] = slot;
    }
    free(TAKE(store->slots_seen));
    return st;
}

/* --- copies ------------------------------------------------------------------------------------
 */

nt_status token_duplicate(Token **ret, const Token *token)
{
    _cleanup_(token_unrefp) Token *copy = NULL;
    nt_status st = token_copy(&copy, token, token_peek_image(token));

    if (!nt_failed(st))
        st = copy_security(copy, token);
    if (nt_failed(st))
        return st;
    *ret = TAKE(copy);
    return NT_OK;
}

nt_status token_derive(Token **ret, const Token *parent, const token_image *image)
{
    if (!token_image_is_narrowing(image, token_peek_image(parent)))
        return NT(ACCESS_DENIED);
    return token_copy(ret, parent, image);
}

nt_status token_duplicate_primary(Token **ret, const Token *token, uint64_t present,
                                  uint64_t enabled)
{
    _cleanup_(token_unrefp) Token *copy = NULL;
    nt_status st;

    if ((present & ~token_image_privileges_present(image_of(token))) || (enabled & ~present))
        return NT(INVALID_PARAMETER);
    st = token_duplicate(&copy, token);
    if (nt_failed(st))
        return st;
    st = token_image_set_type_level(copy->image, TokenPrimary, SecurityAnonymous);
    if (nt_failed(st))
        return st;
    token_image_set_privileges(copy->image, present, enabled);
    publish_first(copy);
    *ret = TAKE(copy);
    return NT_OK;
}

Token *token_ref(Token *token)
{
    token->n_references++;
    return token;
}

static void words_free(Token *token)
{
    struct extra *own = token->extra;

    if (!own || !own->words)
        return;
    token->store->n_words--;
    own->words = shared_words_free(own->words);
    quota_return(&own->words_charge);
    warm_add(token);
}

static void extra_free(Token *token)
{
    words_free(token);
    if (!token->extra)
        return;
    quota_return(&token->extra->size_charge);
    free(token->extra->security);
    free(token->extra);
}

Token *token_unref(Token *token)
{
    if (!token || --token->n_references > 0)
        return NULL;
    journal_ended(token->store->journal, &token->journal, token->id);
    slot_give_back(token->store, token->slot);
    token->store->n_tokens--;
    extra_free(token);
    warm_remove(token);
    token_image_free(token->image);
    let_go_of_session(token->session);
    slab_give_back(&token->store->memory, token);
    return NULL;
}

uint64_t token_id(const Token *token)
{
    return token->id;
}

uint32_t token_references(const Token *token)
{
    return token->n_references;
}

Session *token_session(const Token *token)
{
    return token->session;
}

const token_image *token_peek_image(const Token *token)
{
    read_words(token);
    return image_of(token);
}

static nt_status make_words(Token *token)
{
    const uint64_t values[TOKEN_WORDS_N] = {
        [TOKEN_WORD_ENABLED] = token_image_privileges_enabled(image_of(token)),
        [TOKEN_WORD_MODIFIED_ID] = token_image_modified_id(image_of(token)),
    };
    int r;

    if (token->store->n_words >= TOKEN_WORDS_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    r = shared_words_create(&token->extra->words, values, ARRAY_SIZE(values));
    if (r < 0)
        return nt_from_errno(r);
    token->store->n_words++;
    warm_remove(token); /* its image stays */
    return NT_OK;
}

static nt_status make_words_of(Token *token, QuotaTable *quotas, uint32_t uid)
{
    struct extra *own = make_extra(token);
    nt_status st =
        own ? quota_charge(&own->words_charge, quotas, uid, QUOTA_WORDS, 1) : NT(NO_MEMORY);

    if (nt_failed(st))
        return st;
    st = make_words(token);
    if (nt_failed(st))
        quota_return(&own->words_charge);
    return st;
}

nt_status token_share_privileges(Token *token, QuotaTable *quotas, uint32_t uid, int *ret_fd)
{
    nt_status st = extra(token)->words ? NT_OK : make_words_of(token, quotas, uid);
    int fd;

    if (nt_failed(st))
        return st;
    fd = fcntl(shared_words_fd(token->extra->words), F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return nt_from_errno(errno);
    *ret_fd = fd;
    return NT_OK;
}

void token_take_enabled(Token *token, uint64_t enabled)
{
    if (extra(token)->words)
        return; /* they tell */
    token_image_set_enabled(image_of(token), enabled, token_image_modified_id(image_of(token)));
    record(token);
}

/* When no more ids can be had, what it left is known, and only that it changed is not. */
void token_unshare_privileges(Token *token)
{
    if (!extra(token)->words)
        return;
    (void)settle(token).code;
    words_free(token);
}

/*
 * The process writes what is enabled, then looks whether it is watched; here it is the other way
 * round. With a full barrier between the two on both sides at least one sees what the other did.
 */
nt_status token_watch(Token *token)
{
    nt_status st;

    token->n_watchers++;
    publish_watchers(token);
    atomic_thread_fence(memory_order_seq_cst);
    st = settle(token);
    if (nt_failed(st))
        token_unwatch(token);
    return st;
}

void token_unwatch(Token *token)
{
    token->n_watchers--;
    publish_watchers(token);
}

static uint32_t units_of(size_t image_size, size_t security_size)
{
    return (uint32_t)((image_size + security_size) / TOKEN_BYTES_PER_UNIT);
}

nt_status token_pay(Token *token, QuotaTable *quotas, uint32_t uid)
{
    struct extra *own = make_extra(token);
    struct quota_charge charge;
    nt_status st;

    if (!own)
        return NT(NO_MEMORY);
    if (own->size_charge.quota && own->payer == uid)
        return NT_OK;
    st = quota_charge(&charge, quotas, uid, QUOTA_TOKENS,
                      units_of(token_image_size(image_of(token)), own->security_size));
    if (nt_failed(st))
        return st;
    quota_return(&own->size_charge);
    own->size_charge = charge;
    own->payer = uid;
    record(token);
    return NT_OK;
}

uint32_t token_payer(const Token *token)
{
    return extra(token)->size_charge.quota ? token->extra->payer : UINT32_MAX;
}

/* What it costs who pays for it, when it is that large. */
static nt_status resize(const Token *token, size_t image_size, size_t security_size)
{
    return token->extra
               ? quota_resize(&token->extra->size_charge, units_of(image_size, security_size))
               : NT_OK;
}

/* Puts another image, which is taken, in the place of the token's. */
static nt_status replace_image(Token *token, token_image *image)
{
    _cleanup_(token_image_freep) token_image *unused = image;
    uint64_t id;
    nt_status st = luid_take(token->store->luids, 1, &id);

    if (!nt_failed(st))
        st = resize(token, token_image_size(image), extra(token)->security_size);
    if (nt_failed(st))
        return st;
    unused = token->image;
    token->image = image;
    modified(token, id);
    return NT_OK;
}

nt_status token_set(Token *token, const struct token_setting *setting, const void *value,
                    size_t size)
{
    token_image *image;
    nt_status st = token_image_with_setting(&image, token_peek_image(token), setting, value, size);

    return nt_failed(st) ? st : replace_image(token, image);
}

nt_status token_flip_groups(Token *token, const struct token_groups_change *change)
{
    uint64_t id;
    nt_status st = luid_take(token->store->luids, 1, &id);

    if (nt_failed(st))
        return st;
    record(token);
    token_image_flip_groups(image_of(token), change);
    read_words(token);
    modified(token, id);
    return NT_OK;
}

nt_status token_touch(Token *token)
{
    uint64_t id;
    nt_status st = luid_take(token->store->luids, 1, &id);

    if (nt_failed(st))
        return st;
    record(token);
    (void)image_of(token);
    read_words(token);
    modified(token, id);
    return NT_OK;
}

nt_status token_get_security(void **ret, size_t *ret_size, const Token *token)
{
    const struct extra *own = extra(token);
    void *copy;

    if (!own->security)
        return token_security_default(ret, ret_size, image_of(token));
    copy = malloc(own->security_size);
    if (!copy)
        return NT(NO_MEMORY);
    memcpy(copy, own->security, own->security_size);
    *ret = copy;
    *ret_size = own->security_size;
    return NT_OK;
}

nt_status token_set_security(Token *token, const void *bytes, size_t size)
{
    const token_image *image = token_peek_image(token);
    struct descriptor checked;
    uint64_t id;
    nt_status st = descriptor_parse(&checked, bytes, size);

    if (!nt_failed(st))
        st = luid_take(token->store->luids, 1, &id);
    if (nt_failed(st))
        return st;
    st = resize(token, token_image_size(image), size);
    if (nt_failed(st))
        return st;
    st = keep_security(token, bytes, size);
    if (nt_failed(st)) { /* as it was: that fitted */
        (void)resize(token, token_image_size(image), extra(token)->security_size).code;
        return st;
    }
    modified(token, id); /* its process opens it anew then, and learns what it may do */
    return NT_OK;
}

static uint64_t changed(const struct privilege_change *change, uint64_t enabled)
{
    return (enabled | change->enable) & ~(change->disable | change->remove);
}

/* The process may be doing the same at this moment. */
static void change_words(const Token *token, const struct privilege_change *change)
{
    SharedWord *enabled = word(token, TOKEN_WORD_ENABLED);
    uint64_t old = atomic_load(enabled);

    while (!atomic_compare_exchange_weak(enabled, &old, changed(change, old)))
        ;
    read_words(token);
}

static nt_status apply(Token *token, const struct privilege_change *change)
{
    uint64_t present = token_image_privileges_present(image_of(token));
    uint64_t enabled = token_image_privileges_enabled(token_peek_image(token));
    uint64_t left = present & ~change->remove;
    uint64_t id;
    nt_status st;

    if (left == present && (changed(change, enabled) & left) == enabled)
        return settle(token);
    st = luid_take(token->store->luids, 1, &id);
    if (nt_failed(st))
        return st;
    token_image_set_privileges(token->image, left, changed(change, enabled));
    if (extra(token)->words)
        change_words(token, change);
    modified(token, id);
    return NT_OK;
}

nt_status token_adjust_privileges(Token *token, struct privilege_change change)
{
    uint64_t present = token_image_privileges_present(image_of(token));
    nt_status st;

    if ((change.enable & change.disable) || (change.enable & change.remove) ||
        (change.disable & change.remove))
        return NT(INVALID_PARAMETER);
    st = apply(token, &change);
    if (nt_failed(st))
        return st;
    if ((change.enable | change.disable | change.remove) & ~present)
        return NT(NOT_ALL_ASSIGNED);
    return NT_OK;
}
