/* SPDX-License-Identifier: MIT */
/* Enabling and disabling the groups of a token. */
#include <windows.h>

#include <stddef.h>

#include "client/last_error.h"
#include "client/token_change.h"
#include "client/token_handle.h"

enum { GROUPS_MAX = TOKEN_IMAGE_SIDS_MAX }; /* of one call */

struct previous {
    TOKEN_GROUPS *buffer; /* NULL: not wanted */
    DWORD size;
    DWORD *needed;
};

static DWORD previous_size(const struct token_groups_change *change, const token_image *image)
{
    size_t size = offsetof(TOKEN_GROUPS, Groups) + change->n * sizeof(SID_AND_ATTRIBUTES);

    for (size_t i = 0; i < token_image_n_sids(image); i++) {
        if (token_groups_flips(change, i))
            size += sid_length(token_image_sid(image, i));
    }
    return (DWORD)size;
}

static void previous_write(TOKEN_GROUPS *previous, const struct token_groups_change *change,
                           const token_image *image)
{
    uint8_t *at = (uint8_t *)&previous->Groups[change->n];
    DWORD n = 0;

    for (size_t i = 0; i < token_image_n_sids(image); i++) {
        const SID *sid = token_image_sid(image, i);

        if (!token_groups_flips(change, i))
            continue;
        previous->Groups[n++] = (SID_AND_ATTRIBUTES){ at, token_image_sid_attributes(image, i) };
        memcpy(at, sid, sid_length(sid));
        at += sid_length(sid);
    }
    previous->GroupCount = n;
}

static nt_status plan(struct token_groups_change *ret, const token_image *image,
                      const struct groups_wanted *wanted)
{
    if (wanted->groups)
        return token_groups_plan(ret, image, wanted->groups, wanted->n);
    token_groups_plan_reset(ret, image);
    return NT_OK;
}

/* NOT_ALL_ASSIGNED is a success. */
static nt_status adjust_once(token_object *token, const struct groups_wanted *wanted,
                             const struct previous *previous, bool *ret_done)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    struct token_groups_change change;
    nt_status st = token_object_image(token, &image);

    if (!nt_failed(st))
        st = plan(&change, image->image, wanted);
    if (nt_failed(st))
        return st;
    if (previous->needed)
        *previous->needed = previous_size(&change, image->image);
    if (previous->buffer && previous->size < previous_size(&change, image->image))
        return NT(BUFFER_TOO_SMALL);
    *ret_done = true;
    if (change.n > 0)
        st = token_object_adjust_groups(token, image, &change, wanted, ret_done);
    if (nt_failed(st) || !*ret_done)
        return st;
    if (previous->buffer)
        previous_write(previous->buffer, &change, image->image);
    return change.all_assigned ? NT_OK : NT(NOT_ALL_ASSIGNED);
}

static nt_status adjust(HANDLE handle, const struct groups_wanted *wanted,
                        const struct previous *previous)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    bool done = false;
    nt_status st = token_handle_get(
        handle, TOKEN_ADJUST_GROUPS | (previous->buffer ? TOKEN_QUERY : 0), &token);

    while (!nt_failed(st) && !done)
        st = adjust_once(token, wanted, previous, &done);
    return st;
}

BOOL AdjustTokenGroups(HANDLE TokenHandle, BOOL ResetToDefault, PTOKEN_GROUPS NewState,
                       DWORD BufferLength, PTOKEN_GROUPS PreviousState, PDWORD ReturnLength)
{
    const struct previous previous = { PreviousState, BufferLength,
                                       PreviousState ? ReturnLength : NULL };
    struct groups_wanted wanted = { 0 };
    nt_status st;

    if ((!ResetToDefault && !NewState) || (PreviousState && !ReturnLength))
        return fail(ERROR_INVALID_PARAMETER);
    if (!ResetToDefault)
        wanted = (struct groups_wanted){ NewState->Groups, NewState->GroupCount };
    if (wanted.n > GROUPS_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    st = adjust(TokenHandle, &wanted, &previous);
    if (nt_failed(st))
        return finish(st);
    SetLastError(NT_IS(st, NOT_ALL_ASSIGNED) ? ERROR_NOT_ALL_ASSIGNED : ERROR_SUCCESS);
    return TRUE;
}
