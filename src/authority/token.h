/* SPDX-License-Identifier: MIT */
/*
 * A token that the authority keeps: an image, a reference to its session, and a slot in the page
 * where programs see that it has changed. Main thread only.
 */
#ifndef OPENLOGON_AUTHORITY_TOKEN_H
#define OPENLOGON_AUTHORITY_TOKEN_H

#include "authority/journal.h"
#include "authority/luid_source.h"
#include "authority/quota.h"
#include "authority/session.h"
#include "linux/shared_page.h"
#include "security/token_groups.h"
#include "security/token_setting.h"

enum {
    TOKEN_SLOTS = 1 << 22,       /* slot 0 is no token's */
    TOKEN_WORDS_MAX = 16 * 1024, /* each costs a descriptor and a page */
    TOKEN_BYTES_PER_UNIT = 4096, /* of QUOTA_TOKENS; usually a token is smaller */
};

/* Hands out slots and ids. Outlives its tokens. */
typedef struct TokenStore TokenStore;

/* Owned by its references. */
typedef struct Token Token;

/**
 * @luids    borrowed, outlives the store
 * Errors:   those of shared_page_create()
 */
_must_check_ nt_status token_store_new(TokenStore **ret, LuidSource *luids, size_t n_slots);
TokenStore *token_store_free(TokenStore *store);
DEFINE_CLEANUP(TokenStore *, token_store_free);

/* Tokens but those of the well-known sessions are recorded from now on. Borrowed, outlives the
 * store. */
void token_store_set_journal(TokenStore *store, Journal *journal);

/*
 * Tokens as the journal has them, each with its slot and ids, between the first and the last of
 * these calls; no others are made meanwhile.
 * Errors:   INTERNAL_DB_CORRUPTION (no sound image, or of another session; its slot or its id is
 *           another's), NO_MEMORY; token_restore() gives the first reference
 */
struct token_record;
_must_check_ nt_status token_store_begin_restore(TokenStore *store);
_must_check_ nt_status token_restore(Token **ret, TokenStore *store, Session *session, uint64_t id,
                                     const struct token_record *record);
_must_check_ nt_status token_store_end_restore(TokenStore *store);

size_t token_store_size(const TokenStore *store);
/* Frees images that can be read from the journal again. Between turns of the event loop. */
void token_store_trim(TokenStore *store);
size_t token_store_n_images(const TokenStore *store); /* that are in memory and may be freed */
int token_store_page_fd(const TokenStore *store);     /* the page of modified ids; borrowed */

/**
 * Makes a token of an active session. The spec's token id, modified id, authentication id and slot
 * are the store's to choose; those given are overwritten.
 * Errors:   TOO_MANY_LUIDS_REQUESTED (no slot is free), those of token_image_build(), luid_take()
 */
_must_check_ nt_status token_mint(Token **ret, TokenStore *store, Session *session,
                                  const struct token_spec *spec);

/* A token of its own with the same contents and security descriptor. Errors: as token_mint() */
_must_check_ nt_status token_duplicate(Token **ret, const Token *token);

/**
 * A primary duplicate with no more than these privileges.
 * Errors:   INVALID_PARAMETER (`present` has one that the token lacks, or `enabled` one that
 *           `present` lacks), and as token_mint()
 */
_must_check_ nt_status token_duplicate_primary(Token **ret, const Token *token, uint64_t present,
                                               uint64_t enabled);

Token *token_ref(Token *token);
Token *token_unref(Token *token); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(Token *, token_unref);

uint64_t token_id(const Token *token);
uint32_t token_references(const Token *token); /* for who debugs */
Session *token_session(const Token *token);    /* borrowed */
/* As it is now, until the token changes or the store is trimmed. */
const token_image *token_peek_image(const Token *token);

/**
 * A token of its own that is a narrowing of another, with the descriptor of a new token.
 * @image    what it is but for its ids; a copy is kept
 * Errors:   ACCESS_DENIED (it is no narrowing), and as token_mint()
 */
_must_check_ nt_status token_derive(Token **ret, const Token *parent, const token_image *image);

/**
 * Charges the token's size to a uid, from now on as it changes, in place of who paid before.
 * @quotas   borrowed, outlives the token
 * Errors:   QUOTA_EXCEEDED, NO_MEMORY; then nothing has changed
 */
_must_check_ nt_status token_pay(Token *token, QuotaTable *quotas, uint32_t uid);

/* Whom token_pay() charges; UINT32_MAX: nobody. */
uint32_t token_payer(const Token *token);

/* Changes by SetTokenInformation() and AdjustTokenGroups(), published; who may is the caller's to
 * know. Errors: those of token_image_with_setting(), luid_take() and quota_resize() */
_must_check_ nt_status token_set(Token *token, const struct token_setting *setting,
                                 const void *value, size_t size);
_must_check_ nt_status token_flip_groups(Token *token, const struct token_groups_change *change);

/* Others see that it has changed, though it has not: they are to ask for what they have it for.
 * Errors: those of luid_take() */
_must_check_ nt_status token_touch(Token *token);

/* The security descriptor, self-relative; from malloc(), the caller's. Errors: NO_MEMORY */
_must_check_ nt_status token_get_security(void **ret, size_t *ret_size, const Token *token);
/* Another one; a copy is kept, and that it changed is published. Errors: NO_MEMORY, those of
 * descriptor_parse(), luid_take() and quota_resize() */
_must_check_ nt_status token_set_security(Token *token, const void *bytes, size_t size);

/**
 * The words through which the process whose primary token it is changes what is enabled
 * (security/token_words.h).
 * @quotas   borrowed, outlives the words, which are charged to the process's uid
 * @ret_fd   the process's end, the caller's to close
 * Errors:   INSUFFICIENT_RESOURCES (TOKEN_WORDS_MAX have them), those of quota_charge() and
 *           shared_words_create()
 */
_must_check_ nt_status token_share_privileges(Token *token, QuotaTable *quotas, uint32_t uid,
                                              int *ret_fd);

/* That process has its token still, but the words went with the authority that made them: what it
 * had enabled. To be called before they are shared anew. */
void token_take_enabled(Token *token, uint64_t enabled);

/* That process is no more: the token is what it left, and the words go. */
void token_unshare_privileges(Token *token);

/**
 * Somebody else than that process looks at the token from now on, and sees a change of it by its
 * modified id.
 * Errors:   those of luid_take(); then nobody does
 */
_must_check_ nt_status token_watch(Token *token);
void token_unwatch(Token *token);

/* Masks of privileges, 1 << number. */
struct privilege_change {
    uint64_t enable;
    uint64_t disable;
    uint64_t remove; /* for ever */
};

/**
 * Changes which privileges are enabled, and publishes that it did, or that its process had.
 * Returns:  NT_OK; NOT_ALL_ASSIGNED, a success (enable or disable names one that is not present)
 * Errors:   INVALID_PARAMETER (one privilege in two masks), those of luid_take()
 */
_must_check_ nt_status token_adjust_privileges(Token *token, struct privilege_change change);

#endif
