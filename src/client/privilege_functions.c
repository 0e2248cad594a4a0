/* SPDX-License-Identifier: MIT */
/* Enabling, disabling, removing and checking privileges. */
#include <windows.h>

#include <stddef.h>

#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/token_handle.h"
#include "security/privilege.h"

enum { PRIVILEGES_MAX = 1024 }; /* of one call; Windows has no use for more than there are */

/* What a call asks for, as masks; privileges that the token lacks are left out. */
struct change {
    uint64_t enable, disable, remove;
    bool all_assigned;
};

static struct change change_all_off(const token_image *image)
{
    return (struct change){ .disable = token_image_privileges_enabled(image),
                            .all_assigned = true };
}

/* The last entry for a privilege counts. */
static void change_add(struct change *change, uint64_t bit, DWORD attributes)
{
    change->enable &= ~bit;
    change->disable &= ~bit;
    if (attributes & SE_PRIVILEGE_REMOVED)
        change->remove |= bit;
    else if (attributes & SE_PRIVILEGE_ENABLED)
        change->enable |= bit;
    else
        change->disable |= bit;
}

static struct change change_of(const TOKEN_PRIVILEGES *state, const token_image *image)
{
    uint64_t present = token_image_privileges_present(image);
    struct change change = { .all_assigned = true };

    for (DWORD i = 0; i < state->PrivilegeCount; i++) {
        uint64_t bit = privilege_bit_of_luid(state->Privileges[i].Luid) & present;

        if (bit)
            change_add(&change, bit, state->Privileges[i].Attributes);
        else
            change.all_assigned = false;
    }
    change.enable &= ~change.remove;
    change.disable &= ~change.remove;
    return change;
}

/* Those whose attributes will be other than they are. */
static uint64_t change_effect(const struct change *change, const token_image *image)
{
    uint64_t enabled = token_image_privileges_enabled(image);

    return (change->enable & ~enabled) | (change->disable & enabled) | change->remove;
}

static DWORD attributes_of(const token_image *image, uint64_t bit)
{
    DWORD attributes = 0;

    if (token_image_privileges_enabled(image) & bit)
        attributes |= SE_PRIVILEGE_ENABLED;
    if (token_image_privileges_default(image) & bit)
        attributes |= SE_PRIVILEGE_ENABLED_BY_DEFAULT;
    return attributes;
}

static DWORD previous_size(uint64_t effect)
{
    return (DWORD)(offsetof(TOKEN_PRIVILEGES, Privileges) +
                   (size_t)__builtin_popcountll(effect) * sizeof(LUID_AND_ATTRIBUTES));
}

static void previous_write(TOKEN_PRIVILEGES *previous, uint64_t effect, const token_image *image)
{
    DWORD n = 0;

    for (uint32_t i = PRIVILEGE_FIRST; i <= PRIVILEGE_LAST; i++) {
        if (effect & PRIVILEGE_BIT(i))
            previous->Privileges[n++] =
                (LUID_AND_ATTRIBUTES){ privilege_luid(i), attributes_of(image, PRIVILEGE_BIT(i)) };
    }
    previous->PrivilegeCount = n;
}

struct previous {
    TOKEN_PRIVILEGES *buffer; /* NULL: not wanted */
    DWORD size;
    DWORD *needed;
};

/* `state` NULL: all off. NOT_ALL_ASSIGNED is a success. */
static nt_status adjust(HANDLE handle, const TOKEN_PRIVILEGES *state,
                        const struct previous *previous)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    struct change change;
    uint64_t effect;
    nt_status st = token_handle_get(
        handle, TOKEN_ADJUST_PRIVILEGES | (previous->buffer ? TOKEN_QUERY : 0), &token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    change = state ? change_of(state, image->image) : change_all_off(image->image);
    effect = change_effect(&change, image->image);
    if (previous->needed)
        *previous->needed = previous_size(effect);
    if (previous->buffer && previous->size < previous_size(effect))
        return NT(BUFFER_TOO_SMALL);
    if (effect)
        st = token_object_adjust_privileges(token, change.enable, change.disable, change.remove);
    if (nt_failed(st))
        return st;
    if (previous->buffer)
        previous_write(previous->buffer, effect, image->image);
    return change.all_assigned ? NT_OK : NT(NOT_ALL_ASSIGNED);
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
