/* SPDX-License-Identifier: MIT */
#include "authority/linked.h"

#include "security/idmap.h"
#include "security/privilege.h"
#include "security/well_known.h"

/* --- rules ---------------------------------------------------------------------------------- */

/* [User Account Control] What makes its holder worth two tokens, beside a powerful group. */
static const uint64_t powerful_privileges =
    PRIVILEGE_BIT(PRIVILEGE_CREATE_TOKEN) | PRIVILEGE_BIT(PRIVILEGE_TCB) |
    PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP) | PRIVILEGE_BIT(PRIVILEGE_BACKUP) |
    PRIVILEGE_BIT(PRIVILEGE_RESTORE) | PRIVILEGE_BIT(PRIVILEGE_DEBUG) |
    PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE) | PRIVILEGE_BIT(PRIVILEGE_RELABEL);

static bool has_powerful_group(const struct token_spec *spec)
{
    for (size_t i = 0; i < spec->n_groups; i++) {
        if ((spec->groups[i].Attributes & SE_GROUP_ENABLED) && sid_is_powerful(spec->groups[i].Sid))
            return true;
    }
    return false;
}

/* Of who has such privileges without such a group only these go. */
static uint64_t filtered_privileges(const struct token_spec *full)
{
    return full->privileges_present &
           (has_powerful_group(full) ? PRIVILEGE_MASK_FILTERED : ~powerful_privileges);
}

bool linked_is_due(const struct elevation_policy *rules, const struct authority_logon *logon,
                   const struct logon_mint *mint, const SID *machine)
{
    if (!rules->split_administrators || !logon_type_is_split(logon->logon_type) ||
        (!has_powerful_group(&mint->spec) &&
         !(mint->spec.privileges_present & powerful_privileges)))
        return false;
    if (logon->flags & LOGON_UNSPLIT)
        return false;
    /* RID 500, the built-in Administrator, who is uid 0. */
    return rules->filter_built_in_administrator ||
           idmap_sid_to_uid(machine, logon->identity->user) != 0;
}

/* --- minting -------------------------------------------------------------------------------- */

/* What a full token is taken apart into, and put together of when it is filtered. */
struct parts {
    token_image *image;
    SID_AND_ATTRIBUTES *sids;
    struct token_spec spec;
};

static void parts_done(struct parts *parts)
{
    token_image_free(parts->image);
    free(parts->sids);
}

static nt_status privileges_of_filtered(uint64_t *ret, const token_image *full)
{
    _cleanup_(parts_done) struct parts parts = { 0 };
    nt_status st = token_image_unpack(&parts.spec, &parts.sids, full);

    if (!nt_failed(st))
        *ret = filtered_privileges(&parts.spec);
    return st;
}

static nt_status parts_filter(struct parts *ret, const token_image *full)
{
    const struct token_filter filter = { .flags = LUA_TOKEN };
    uint64_t privileges;
    nt_status st = privileges_of_filtered(&privileges, full);

    if (!nt_failed(st))
        st = token_image_filter(&ret->image, full, &filter);
    if (!nt_failed(st))
        st = token_image_unpack(&ret->spec, &ret->sids, ret->image);
    if (nt_failed(st))
        return st;
    ret->spec.elevation_type = TokenElevationTypeLimited;
    ret->spec.privileges_present = privileges;
    ret->spec.privileges_enabled = privileges & token_image_privileges_enabled(full);
    ret->spec.privileges_default = privileges & token_image_privileges_default(full);
    return NT_OK;
}

struct form {
    TOKEN_TYPE type;
    SECURITY_IMPERSONATION_LEVEL level;
};

static nt_status mint_filtered(Token **ret, TokenStore *tokens, Session *session,
                               const token_image *full, struct form form)
{
    _cleanup_(parts_done) struct parts parts = { 0 };
    nt_status st = parts_filter(&parts, full);

    if (nt_failed(st))
        return st;
    parts.spec.type = form.type;
    parts.spec.level = form.level;
    return token_mint(ret, tokens, session, &parts.spec);
}

/* The full session with its first token, whose reference stands for it. */
static nt_status mint_full(Authority *authority, Token **ret, const struct session_facts *facts,
                           struct logon_mint *mint, uint64_t luid)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    nt_status st = logon_mint_set_integrity(mint, SECURITY_MANDATORY_HIGH_RID);

    mint->spec.elevated = 1;
    mint->spec.elevation_type = TokenElevationTypeFull;
    if (!nt_failed(st))
        st = session_new(&session, authority->sessions, luid, 0);
    if (!nt_failed(st))
        st = session_activate(session, facts);
    return nt_failed(st) ? st : token_mint(ret, authority->tokens, session, &mint->spec);
}

nt_status linked_complete(Authority *authority, Token **ret, Session *filtered,
                          const struct session_facts *facts, struct logon_mint *mint)
{
    _cleanup_(token_unrefp) Token *full = NULL;
    struct session_facts of_full = *facts, of_filtered = *facts;
    const struct form form = { mint->spec.type, mint->spec.level };
    nt_status st = luid_take(authority->luids, 1, &of_filtered.linked);

    if (nt_failed(st))
        return st;
    of_full.linked = session_luid(filtered);
    st = mint_full(authority, &full, &of_full, mint, of_filtered.linked);
    if (!nt_failed(st))
        st = session_activate(filtered, &of_filtered);
    if (!nt_failed(st))
        st = mint_filtered(ret, authority->tokens, filtered, token_peek_image(full), form);
    if (nt_failed(st))
        return st;
    token_session(full)->filtered = filtered;
    filtered->full = TAKE(full);
    return NT_OK;
}

/* --- asking --------------------------------------------------------------------------------- */

/* As the first token is, which is not given away itself. */
static nt_status open_full(Token **ret, const Token *first, struct form form)
{
    _cleanup_(token_image_freep) token_image *image = NULL;
    nt_status st = token_image_dup(&image, token_peek_image(first));

    if (!nt_failed(st))
        st = token_image_set_type_level(image, form.type, form.level);
    return nt_failed(st) ? st : token_derive(ret, first, image);
}

nt_status linked_open(Token **ret, const Authority *authority, const Token *token, TOKEN_TYPE type,
                      SECURITY_IMPERSONATION_LEVEL level)
{
    const Session *session = token_session(token);
    const struct form form = { type, level };

    if (session->full)
        return open_full(ret, session->full, form);
    if (!session->filtered)
        return NT(NO_SUCH_LOGON_SESSION);
    return mint_filtered(ret, authority->tokens, session->filtered,
                         token_peek_image(session->filtered->full), form);
}

nt_status linked_restore(const SessionStore *sessions, Token *token)
{
    Session *session = token_session(token);
    Session *filtered;

    if (session->linked == 0 || session->linked > session_luid(session))
        return NT_OK;
    if (session->filtered)
        return NT_OK; /* it is not the first */
    if (nt_failed(session_store_find(sessions, session->linked, &filtered)) ||
        filtered->linked != session_luid(session))
        return NT(INTERNAL_DB_CORRUPTION);
    session->filtered = filtered;
    filtered->full = token_ref(token);
    return NT_OK;
}

nt_status linked_check_whole(const Session *session, const token_image *process)
{
    _cleanup_(parts_done) struct parts parts = { 0 };
    _cleanup_(token_image_freep) token_image *as_made = NULL;
    nt_status st;

    if (!session->full)
        return NT(NO_SUCH_LOGON_SESSION);
    st = parts_filter(&parts, token_peek_image(session->full));
    if (nt_failed(st))
        return st;
    parts.spec.authentication_id = session_luid(session);
    parts.spec.wts_session = token_image_wts_session(process); /* set by who has SeTcbPrivilege */
    st = token_image_build(&as_made, &parts.spec);
    if (nt_failed(st))
        return st;
    return token_image_is_narrowing(as_made, process) ? NT_OK : NT(ACCESS_DENIED);
}

TOKEN_ELEVATION_TYPE linked_kind(const Session *session)
{
    if (session->full)
        return TokenElevationTypeLimited;
    return session->filtered ? TokenElevationTypeFull : TokenElevationTypeDefault;
}
