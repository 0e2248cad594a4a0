/* SPDX-License-Identifier: MIT */
/* Enabling, disabling, removing and checking privileges. */
#include <windows.h>

#include <stddef.h>

#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "security/privilege.h"

enum { PRIVILEGES_MAX = 1024 }; /* of one call; Windows has no use for more than there are */

/* What a call asks for; privileges that the token lacks are left out. */
struct change {
    struct privilege_adjustment masks;
    bool all_assigned;
};

/* What the token has: all of it read at once. */
struct state {
    uint64_t present, enabled, by_default;
};

static struct state state_of(const token_image *image)
{
    return (struct state){ token_image_privileges_present(image),
                           token_image_privileges_enabled(image),
                           token_image_privileges_default(image) };
}

/* The last entry for a privilege counts. */
static void change_add(struct change *change, uint64_t bit, DWORD attributes)
{
    struct privilege_adjustment *masks = &change->masks;

    masks->enable &= ~bit;
    masks->disable &= ~bit;
    if (attributes & SE_PRIVILEGE_REMOVED)
        masks->remove |= bit;
    else if (attributes & SE_PRIVILEGE_ENABLED)
        masks->enable |= bit;
    else
        masks->disable |= bit;
}

/* `wanted` NULL: all off. */
static struct change change_of(const TOKEN_PRIVILEGES *wanted, const struct state *now)
{
    struct change change = { .all_assigned = true };

    if (!wanted)
        change.masks.disable = now->enabled;
    for (DWORD i = 0; wanted && i < wanted->PrivilegeCount; i++) {
        uint64_t bit = privilege_bit_of_luid(wanted->Privileges[i].Luid) & now->present;

        if (bit)
            change_add(&change, bit, wanted->Privileges[i].Attributes);
        else
            change.all_assigned = false;
    }
    change.masks.enable &= ~change.masks.remove;
    change.masks.disable &= ~change.masks.remove;
    return change;
}

/* Those whose attributes will be other than they are. */
static uint64_t change_effect(const struct change *change, const struct state *now)
{
    return (change->masks.enable & ~now->enabled) | (change->masks.disable & now->enabled) |
           change->masks.remove;
}

static DWORD attributes_of(const struct state *now, uint64_t bit)
{
    return (now->enabled & bit ? (DWORD)SE_PRIVILEGE_ENABLED : 0) |
           (now->by_default & bit ? (DWORD)SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0);
}

static DWORD previous_size(uint64_t effect)
{
    return (DWORD)(offsetof(TOKEN_PRIVILEGES, Privileges) +
                   (size_t)__builtin_popcountll(effect) * sizeof(LUID_AND_ATTRIBUTES));
}

static void previous_write(TOKEN_PRIVILEGES *previous, uint64_t effect, const struct state *now)
{
    DWORD n = 0;

    for (uint32_t i = PRIVILEGE_FIRST; i <= PRIVILEGE_LAST; i++) {
        if (effect & PRIVILEGE_BIT(i))
            previous->Privileges[n++] =
                (LUID_AND_ATTRIBUTES){ privilege_luid(i), attributes_of(now, PRIVILEGE_BIT(i)) };
    }
    previous->PrivilegeCount = n;
}

struct previous {
    TOKEN_PRIVILEGES *buffer; /* NULL: not wanted */
    DWORD size;
    DWORD *needed;
};

/* NOT_ALL_ASSIGNED is a success. */
static nt_status adjust_once(token_object *token, const TOKEN_PRIVILEGES *wanted,
                             const struct previous *previous, bool *ret_done)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_object_image(token, &image);

    if (nt_failed(st))
        return st;
    const struct state now = state_of(image->image);
    const struct change change = change_of(wanted, &now);
    uint64_t effect = change_effect(&change, &now);
    if (previous->needed)
        *previous->needed = previous_size(effect);
    if (previous->buffer && previous->size < previous_size(effect))
        return NT(BUFFER_TOO_SMALL);
    *ret_done = true;
    if (effect)
        st = token_object_adjust_privileges(token, image, now.enabled, &change.masks, ret_done);
    if (nt_failed(st) || !*ret_done)
        return st;
    if (previous->buffer)
        previous_write(previous->buffer, effect, &now);
    return change.all_assigned ? NT_OK : NT(NOT_ALL_ASSIGNED);
}

static nt_status adjust(HANDLE handle, const TOKEN_PRIVILEGES *wanted,
                        const struct previous *previous)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    bool done = false;
    nt_status st = token_handle_get(
        handle, TOKEN_ADJUST_PRIVILEGES | (previous->buffer ? TOKEN_QUERY : 0), &token);

    while (!nt_failed(st) && !done)
        st = adjust_once(token, wanted, previous, &done);
    return st;
}

BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                           PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                           PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength)
{
    const struct previous previous = { PreviousState, BufferLength,
                                       PreviousState ? ReturnLength : NULL };
    nt_status st;

    if ((!DisableAllPrivileges && !NewState) || (PreviousState && !ReturnLength))
        return fail(ERROR_INVALID_PARAMETER);
    if (!DisableAllPrivileges && NewState->PrivilegeCount > PRIVILEGES_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    st = adjust(TokenHandle, DisableAllPrivileges ? NULL : NewState, &previous);
    if (nt_failed(st))
        return finish(st);
    /* The one function that tells something by the last error of a success. */
    SetLastError(NT_IS(st, NOT_ALL_ASSIGNED) ? ERROR_NOT_ALL_ASSIGNED : ERROR_SUCCESS);
    return TRUE;
}

static bool check_set(PRIVILEGE_SET *set, uint64_t enabled)
{
    DWORD n_held = 0;

    for (DWORD i = 0; i < set->PrivilegeCount; i++) {
        LUID_AND_ATTRIBUTES *p = &set->Privilege[i];

        p->Attributes &= ~(DWORD)SE_PRIVILEGE_USED_FOR_ACCESS;
        if (enabled & privilege_bit_of_luid(p->Luid)) {
            p->Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
            n_held++;
        }
    }
    return set->Control & PRIVILEGE_SET_ALL_NECESSARY ? n_held == set->PrivilegeCount : n_held > 0;
}

BOOL PrivilegeCheck(HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges, LPBOOL pfResult)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st;

    if (!RequiredPrivileges || !pfResult || RequiredPrivileges->PrivilegeCount > PRIVILEGES_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    st = token_handle_image(ClientToken, TOKEN_QUERY, &image);
    if (nt_failed(st))
        return finish(st);
    if (token_image_type(image->image) == TokenImpersonation &&
        token_image_level(image->image) < SecurityIdentification)
        return fail(ERROR_BAD_IMPERSONATION_LEVEL);
    *pfResult = check_set(RequiredPrivileges, token_image_privileges_enabled(image->image));
    return TRUE;
}
