/* SPDX-License-Identifier: MIT */
#include "client/trustee.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "base/writer.h"
#include "client/account.h"
#include "client/impersonation.h"

_Static_assert(sizeof(TRUSTEE_A) == sizeof(TRUSTEE_W) &&
                   offsetof(TRUSTEE_A, ptstrName) == offsetof(TRUSTEE_W, ptstrName),
               "one code works on both forms");
_Static_assert(sizeof(EXPLICIT_ACCESS_A) == sizeof(EXPLICIT_ACCESS_W) &&
                   offsetof(EXPLICIT_ACCESS_A, Trustee) == offsetof(EXPLICIT_ACCESS_W, Trustee),
               "one code works on both forms");
_Static_assert(sizeof(OBJECTS_AND_NAME_A) == sizeof(OBJECTS_AND_NAME_W), "and on these");

enum {
    INHERITANCE = SUB_CONTAINERS_AND_OBJECTS_INHERIT | INHERIT_NO_PROPAGATE | INHERIT_ONLY,
    /* What GetExplicitEntriesFromAcl() may have told; it cannot be set. */
    INHERITANCE_TOLD = INHERITED_ACCESS_ENTRY | INHERITED_PARENT | INHERITED_GRANDPARENT,
    TEXTS_SIZE_MAX = 64 << 20,
};

/* --- from programs -------------------------------------------------------------------------- */

static nt_status current_user(sid_buffer *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = impersonation_effective_token(&token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    return sid_copy(ret, sizeof(*ret), token_image_sid(image->image, 0));
}

static nt_status sid_of_name(sid_buffer *ret, const char *name)
{
    _cleanup_(account_done) struct account account = { 0 };

    if (strcmp(name, "CURRENT_USER") == 0)
        return current_user(ret);
    nt_status st = account_by_name(&account, name);
    if (!nt_failed(st))
        *ret = account.sid;
    return st;
}

static nt_status resolve_name(struct trustee *ret, const void *name, enum text_form form)
{
    _cleanup_(text_done) char *text = NULL;

    if (!name)
        return NT(INVALID_PARAMETER);
    if (form == TEXT_A)
        return sid_of_name(&ret->sid, name);
    nt_status st = text_from_wide(&text, name);
    return nt_failed(st) ? st : sid_of_name(&ret->sid, text);
}

static nt_status resolve_sid(struct trustee *ret, const void *sid)
{
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    return sid_copy(&ret->sid, sizeof(ret->sid), sid);
}

static nt_status resolve_objects_and_sid(struct trustee *ret, const OBJECTS_AND_SID *from)
{
    if (!from)
        return NT(INVALID_PARAMETER);
    if (from->ObjectsPresent & ACE_OBJECT_TYPE_PRESENT)
        ret->object_type = &from->ObjectTypeGuid;
    if (from->ObjectsPresent & ACE_INHERITED_OBJECT_TYPE_PRESENT)
        ret->inherited_type = &from->InheritedObjectTypeGuid;
    return resolve_sid(ret, from->pSid);
}

static nt_status resolve_objects_and_name(struct trustee *ret, const OBJECTS_AND_NAME_A *from,
                                          enum text_form form)
{
    if (!from)
        return NT(INVALID_PARAMETER);
    /* The names are those of a directory's schema, and there is no directory. */
    if (from->ObjectsPresent & (ACE_OBJECT_TYPE_PRESENT | ACE_INHERITED_OBJECT_TYPE_PRESENT))
        return NT(NOT_SUPPORTED);
    return resolve_name(ret, from->ptstrName, form);
}

nt_status trustee_resolve(struct trustee *ret, const TRUSTEE_A *from, enum text_form form)
{
    *ret = (struct trustee){ 0 };
    if (!from || from->pMultipleTrustee || from->MultipleTrusteeOperation != NO_MULTIPLE_TRUSTEE)
        return NT(INVALID_PARAMETER);
    switch (from->TrusteeForm) {
    case TRUSTEE_IS_SID:
        return resolve_sid(ret, from->ptstrName);
    case TRUSTEE_IS_NAME:
        return resolve_name(ret, from->ptstrName, form);
    case TRUSTEE_IS_OBJECTS_AND_SID:
        return resolve_objects_and_sid(ret, (const void *)from->ptstrName);
    case TRUSTEE_IS_OBJECTS_AND_NAME:
        return resolve_objects_and_name(ret, (const void *)from->ptstrName, form);
    default:
        return NT(INVALID_PARAMETER);
    }
}

void trustee_entries_done(struct trustee_entries *e)
{
    free(e->entries);
    free(e->trustees);
}

static nt_status read_entry(struct explicit_entry *ret, struct trustee *trustee,
                            const EXPLICIT_ACCESS_A *from, enum text_form form)
{
    nt_status st = trustee_resolve(trustee, &from->Trustee, form);

    if (nt_failed(st))
        return st;
    if (from->grfInheritance & ~(DWORD)(INHERITANCE | INHERITANCE_TOLD))
        return NT(INVALID_PARAMETER);
    *ret = (struct explicit_entry){ .mode = from->grfAccessMode,
                                    .rights = from->grfAccessPermissions,
                                    .inheritance = (uint8_t)(from->grfInheritance & INHERITANCE),
                                    .sid = &trustee->sid.sid,
                                    .object_type = trustee->object_type,
                                    .inherited_type = trustee->inherited_type };
    return NT_OK;
}

nt_status trustee_entries_read(struct trustee_entries *ret, const EXPLICIT_ACCESS_A *list, size_t n,
                               enum text_form form)
{
    nt_status st = NT_OK;

    if (n > 0 && !list)
        return NT(INVALID_PARAMETER);
    ret->entries = calloc(n + 1, sizeof(*ret->entries));
    ret->trustees = calloc(n + 1, sizeof(*ret->trustees));
    if (!ret->entries || !ret->trustees)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < n && !nt_failed(st); i++)
        st = read_entry(&ret->entries[i], &ret->trustees[i], &list[i], form);
    ret->n = n;
    return st;
}

/* --- to programs ---------------------------------------------------------------------------- */

/* What an entry's trustee points to, unless it is a name. */
struct trustee_room {
    OBJECTS_AND_SID objects;
    sid_buffer sid;
};

/* Writes "DOMAIN\name", or the name alone where the domain has none. */
static void write_name(struct writer *w, const struct account *account, enum text_form form)
{
    const char *separator = *account->domain ? "\\" : "";
    _cleanup_(writer_done) struct writer text;
    _cleanup_(freep) char *name = NULL;
    _cleanup_(freep) WCHAR *wide = NULL;
    size_t size;

    writer_init(&text, TEXTS_SIZE_MAX);
    writer_format(&text, "%s%s%s", account->domain, separator, account->name);
    nt_status st = writer_take(&text, &name, &size);
    if (!nt_failed(st) && form == TEXT_A) {
        writer_bytes(w, name, size + 1);
        return;
    }
    if (!nt_failed(st))
        st = utf8_to_utf16(&wide, &size, name, size);
    if (nt_failed(st))
        writer_fail(w, st);
    else
        writer_bytes(w, wide, (size + 1) * sizeof(*wide));
}

static void write_name_of(struct writer *w, const SID *sid, enum text_form form)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_by_sid(&account, sid);

    if (nt_failed(st))
        writer_fail(w, st);
    else
        write_name(w, &account, form);
}

static bool is_named(const struct explicit_entry *entry, enum trustee_naming naming)
{
    return naming == TRUSTEES_BY_NAME && !entry->object_type && !entry->inherited_type;
}

static void give_sid(TRUSTEE_A *trustee, struct trustee_room *room,
                     const struct explicit_entry *entry)
{
    GUID *object = (GUID *)(uintptr_t)entry->object_type;
    GUID *inherited = (GUID *)(uintptr_t)entry->inherited_type;

    memcpy(&room->sid, entry->sid, sid_length(entry->sid));
    if (object || inherited)
        BuildTrusteeWithObjectsAndSidA(trustee, &room->objects, object, inherited, &room->sid);
    else
        BuildTrusteeWithSidA(trustee, &room->sid);
}

/* The list, room for every trustee, texts: their addresses are known once the block is. */
nt_status trustee_entries_give(EXPLICIT_ACCESS_A **ret, const struct explicit_entry *entries,
                               size_t n, enum trustee_naming naming, enum text_form form)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) size_t *names = calloc(n + 1, sizeof(*names));
    EXPLICIT_ACCESS_A *list;

    writer_init(&w, TEXTS_SIZE_MAX);
    writer_zeros(&w, n * (sizeof(*list) + sizeof(struct trustee_room)));
    for (size_t i = 0; names && i < n; i++) {
        names[i] = w.size;
        if (is_named(&entries[i], naming))
            write_name_of(&w, entries[i].sid, form);
    }
    nt_status st = names ? writer_take(&w, &list, NULL) : NT(NO_MEMORY);
    if (nt_failed(st))
        return st;
    struct trustee_room *room = (struct trustee_room *)(list + n);
    for (size_t i = 0; i < n; i++) {
        list[i].grfAccessPermissions = entries[i].rights;
        list[i].grfAccessMode = entries[i].mode;
        list[i].grfInheritance = entries[i].inheritance;
        if (is_named(&entries[i], naming))
            BuildTrusteeWithNameA(&list[i].Trustee, (char *)list + names[i]);
        else
            give_sid(&list[i].Trustee, &room[i], &entries[i]);
    }
    if (n == 0)
        free(TAKE(list));
    *ret = list;
    return NT_OK;
}

nt_status trustee_give_name(TRUSTEE_A **ret, const SID *sid, enum text_form form)
{
    _cleanup_(writer_done) struct writer w;
    TRUSTEE_A *trustee;

    writer_init(&w, TEXTS_SIZE_MAX);
    writer_zeros(&w, sizeof(*trustee));
    write_name_of(&w, sid, form);
    nt_status st = writer_take(&w, &trustee, NULL);
    if (nt_failed(st))
        return st;
    BuildTrusteeWithNameA(trustee, (char *)(trustee + 1));
    *ret = trustee;
    return NT_OK;
}
