/* SPDX-License-Identifier: MIT */
/* aclapi.h: entries into ACLs and descriptors, and out of them. */
#include <aclapi.h>

#include <stdlib.h>

#include "client/trustee.h"
#include "security/descriptor.h"

/* These functions return their error. */
static DWORD code_of(nt_status st)
{
    return nt_failed(st) ? nt_to_win32(st.code) : ERROR_SUCCESS;
}

/* Merges a program's entries; `old` may be NULL. */
static nt_status merge(ACL **ret, const ACL *old, ULONG n, const EXPLICIT_ACCESS_A *list,
                       enum text_form form)
{
    _cleanup_(trustee_entries_done) struct trustee_entries entries = { 0 };
    nt_status st = trustee_entries_read(&entries, list, n, form);

    return nt_failed(st) ? st : explicit_entries_merge(ret, old, entries.entries, entries.n);
}

static nt_status set_entries(ULONG n, const EXPLICIT_ACCESS_A *list, const ACL *old, ACL **ret,
                             enum text_form form)
{
    if (!ret)
        return NT(INVALID_PARAMETER);
    if (old && !acl_valid(old, acl_size(old)))
        return NT(INVALID_ACL);
    if (n == 0 && !old) {
        *ret = NULL;
        return NT_OK;
    }
    return merge(ret, old, n, list, form);
}

DWORD SetEntriesInAclA(ULONG cCountOfExplicitEntries, PEXPLICIT_ACCESS_A pListOfExplicitEntries,
                       PACL OldAcl, PACL *NewAcl)
{
    return code_of(
        set_entries(cCountOfExplicitEntries, pListOfExplicitEntries, OldAcl, NewAcl, TEXT_A));
}

DWORD SetEntriesInAclW(ULONG cCountOfExplicitEntries, PEXPLICIT_ACCESS_W pListOfExplicitEntries,
                       PACL OldAcl, PACL *NewAcl)
{
    return code_of(set_entries(cCountOfExplicitEntries, (PEXPLICIT_ACCESS_A)pListOfExplicitEntries,
                               OldAcl, NewAcl, TEXT_W));
}

/* --- listing -------------------------------------------------------------------------------- */

/* A list that a program gets; the pointers may be NULL where it does not want it. */
struct list_out {
    ULONG *n;
    EXPLICIT_ACCESS_A **list;
    EXPLICIT_ACCESS_A *made;
    size_t n_made;
};

static nt_status list_make(struct list_out *out, const ACL *acl, enum trustee_naming naming,
                           enum text_form form)
{
    _cleanup_(freep) struct explicit_entry *entries = NULL;

    if (!acl || (!out->n && !out->list))
        return NT_OK;
    nt_status st = explicit_entries_list(&entries, &out->n_made, acl);
    if (nt_failed(st) || !out->list)
        return st;
    return trustee_entries_give(&out->made, entries, out->n_made, naming, form);
}

static void list_give(struct list_out *out)
{
    if (out->n)
        *out->n = (ULONG)out->n_made;
    if (out->list)
        *out->list = TAKE(out->made);
}

static void list_out_done(struct list_out *out)
{
    free(out->made);
}

static nt_status get_entries(const ACL *acl, ULONG *ret_n, EXPLICIT_ACCESS_A **ret,
                             enum text_form form)
{
    _cleanup_(list_out_done) struct list_out out = { .n = ret_n, .list = ret };

    if (!acl || !ret_n || !ret)
        return NT(INVALID_PARAMETER);
    if (!acl_valid(acl, acl_size(acl)))
        return NT(INVALID_ACL);
    nt_status st = list_make(&out, acl, TRUSTEES_BY_SID, form);
    if (!nt_failed(st))
        list_give(&out);
    return st;
}

DWORD GetExplicitEntriesFromAclA(PACL pacl, PULONG pcCountOfExplicitEntries,
                                 PEXPLICIT_ACCESS_A *pListOfExplicitEntries)
{
    return code_of(get_entries(pacl, pcCountOfExplicitEntries, pListOfExplicitEntries, TEXT_A));
}

DWORD GetExplicitEntriesFromAclW(PACL pacl, PULONG pcCountOfExplicitEntries,
                                 PEXPLICIT_ACCESS_W *pListOfExplicitEntries)
{
    return code_of(get_entries(pacl, pcCountOfExplicitEntries,
                               (PEXPLICIT_ACCESS_A *)pListOfExplicitEntries, TEXT_W));
}

/* --- descriptors ---------------------------------------------------------------------------- */

/* What BuildSecurityDescriptor() is given. */
struct build_request {
    const TRUSTEE_A *owner;
    const TRUSTEE_A *group;
    ULONG n_access;
    const EXPLICIT_ACCESS_A *access;
    ULONG n_audit;
    const EXPLICIT_ACCESS_A *audit;
    const void *old;
    enum text_form form;
};

static nt_status read_old(struct descriptor *ret, const void *old)
{
    *ret = (struct descriptor){ 0 };
    if (!old)
        return NT_OK;
    nt_status st = descriptor_read(ret, old);
    if (nt_failed(st))
        return st;
    return ret->control & SE_SELF_RELATIVE ? NT_OK : NT(BAD_DESCRIPTOR_FORMAT);
}

/* Replaces an owner or group, where one is given. */
static nt_status build_id(const SID **id, struct trustee *room, const TRUSTEE_A *given,
                          enum text_form form)
{
    if (!given)
        return NT_OK;
    nt_status st = trustee_resolve(room, given, form);
    if (!nt_failed(st))
        *id = &room->sid.sid;
    return st;
}

static nt_status build(void **ret, size_t *ret_size, const struct build_request *r)
{
    _cleanup_(freep) ACL *dacl = NULL, *sacl = NULL;
    struct trustee owner, group;
    struct descriptor d;

    nt_status st = read_old(&d, r->old);
    if (!nt_failed(st))
        st = build_id(&d.owner, &owner, r->owner, r->form);
    if (!nt_failed(st))
        st = build_id(&d.group, &group, r->group, r->form);
    if (!nt_failed(st) && r->n_access > 0)
        st = merge(&dacl, d.dacl, r->n_access, r->access, r->form);
    if (!nt_failed(st) && r->n_audit > 0)
        st = merge(&sacl, d.sacl, r->n_audit, r->audit, r->form);
    if (nt_failed(st))
        return st;
    d.dacl = dacl ? dacl : d.dacl;
    d.sacl = sacl ? sacl : d.sacl;
    d.control |= (dacl ? SE_DACL_PRESENT : 0) | (sacl ? SE_SACL_PRESENT : 0);
    return descriptor_build(ret, ret_size, &d);
}

static nt_status build_and_give(ULONG *ret_size, PSECURITY_DESCRIPTOR *ret,
                                const struct build_request *r)
{
    void *made;
    size_t size;

    if (!ret || !ret_size)
        return NT(INVALID_PARAMETER);
    nt_status st = build(&made, &size, r);
    if (nt_failed(st))
        return st;
    *ret = made;
    *ret_size = (ULONG)size;
    return NT_OK;
}

DWORD BuildSecurityDescriptorA(PTRUSTEE_A pOwner, PTRUSTEE_A pGroup, ULONG cCountOfAccessEntries,
                               PEXPLICIT_ACCESS_A pListOfAccessEntries, ULONG cCountOfAuditEntries,
                               PEXPLICIT_ACCESS_A pListOfAuditEntries, PSECURITY_DESCRIPTOR pOldSD,
                               PULONG pSizeNewSD, PSECURITY_DESCRIPTOR *pNewSD)
{
    const struct build_request request = {
        pOwner,
        pGroup,
        cCountOfAccessEntries,
        pListOfAccessEntries,
        cCountOfAuditEntries,
        pListOfAuditEntries,
        pOldSD,
        TEXT_A,
    };

    return code_of(build_and_give(pSizeNewSD, pNewSD, &request));
}

DWORD BuildSecurityDescriptorW(PTRUSTEE_W pOwner, PTRUSTEE_W pGroup, ULONG cCountOfAccessEntries,
                               PEXPLICIT_ACCESS_W pListOfAccessEntries, ULONG cCountOfAuditEntries,
                               PEXPLICIT_ACCESS_W pListOfAuditEntries, PSECURITY_DESCRIPTOR pOldSD,
                               PULONG pSizeNewSD, PSECURITY_DESCRIPTOR *pNewSD)
{
    const struct build_request request = {
        (PTRUSTEE_A)pOwner,
        (PTRUSTEE_A)pGroup,
        cCountOfAccessEntries,
        (PEXPLICIT_ACCESS_A)pListOfAccessEntries,
        cCountOfAuditEntries,
        (PEXPLICIT_ACCESS_A)pListOfAuditEntries,
        pOldSD,
        TEXT_W,
    };

    return code_of(build_and_give(pSizeNewSD, pNewSD, &request));
}

/* What LookupSecurityDescriptorParts() gives. */
struct parts_out {
    TRUSTEE_A **owner;
    TRUSTEE_A **group;
    TRUSTEE_A *made_owner;
    TRUSTEE_A *made_group;
    struct list_out access;
    struct list_out audit;
};

static void parts_out_done(struct parts_out *out)
{
    free(out->made_owner);
    free(out->made_group);
    list_out_done(&out->access);
    list_out_done(&out->audit);
}

static nt_status parts_make(struct parts_out *out, const struct descriptor *d, enum text_form form)
{
    nt_status st = NT_OK;

    if (out->owner && d->owner)
        st = trustee_give_name(&out->made_owner, d->owner, form);
    if (!nt_failed(st) && out->group && d->group)
        st = trustee_give_name(&out->made_group, d->group, form);
    if (!nt_failed(st))
        st = list_make(&out->access, d->dacl, TRUSTEES_BY_NAME, form);
    if (!nt_failed(st))
        st = list_make(&out->audit, d->sacl, TRUSTEES_BY_NAME, form);
    return st;
}

static nt_status lookup_parts(struct parts_out *out, PSECURITY_DESCRIPTOR descriptor,
                              enum text_form form)
{
    struct descriptor d;

    if (!descriptor)
        return NT(INVALID_PARAMETER);
    nt_status st = descriptor_read(&d, descriptor);
    if (!nt_failed(st))
        st = parts_make(out, &d, form);
    if (nt_failed(st))
        return st;
    if (out->owner)
        *out->owner = TAKE(out->made_owner);
    if (out->group)
        *out->group = TAKE(out->made_group);
    list_give(&out->access);
    list_give(&out->audit);
    return NT_OK;
}

DWORD LookupSecurityDescriptorPartsA(PTRUSTEE_A *ppOwner, PTRUSTEE_A *ppGroup,
                                     PULONG pcCountOfAccessEntries,
                                     PEXPLICIT_ACCESS_A *ppListOfAccessEntries,
                                     PULONG pcCountOfAuditEntries,
                                     PEXPLICIT_ACCESS_A *ppListOfAuditEntries,
                                     PSECURITY_DESCRIPTOR pSD)
{
    _cleanup_(parts_out_done) struct parts_out out = {
        .owner = ppOwner,
        .group = ppGroup,
        .access = { pcCountOfAccessEntries, ppListOfAccessEntries },
        .audit = { pcCountOfAuditEntries, ppListOfAuditEntries },
    };

    return code_of(lookup_parts(&out, pSD, TEXT_A));
}

DWORD LookupSecurityDescriptorPartsW(PTRUSTEE_W *ppOwner, PTRUSTEE_W *ppGroup,
                                     PULONG pcCountOfAccessEntries,
                                     PEXPLICIT_ACCESS_W *ppListOfAccessEntries,
                                     PULONG pcCountOfAuditEntries,
                                     PEXPLICIT_ACCESS_W *ppListOfAuditEntries,
                                     PSECURITY_DESCRIPTOR pSD)
{
    _cleanup_(parts_out_done) struct parts_out out = {
        .owner = (PTRUSTEE_A *)ppOwner,
        .group = (PTRUSTEE_A *)ppGroup,
        .access = { pcCountOfAccessEntries, (PEXPLICIT_ACCESS_A *)ppListOfAccessEntries },
        .audit = { pcCountOfAuditEntries, (PEXPLICIT_ACCESS_A *)ppListOfAuditEntries },
    };

    return code_of(lookup_parts(&out, pSD, TEXT_W));
}
