/* SPDX-License-Identifier: MIT */
#include "security/sddl.h"

#include "security/claim_text.h"
#include "security/condition_text.h"
#include "security/sddl_names.h"
#include "security/well_known.h"

/* The longest text of an ACE up to its SID: parenthesis and type, eight flags, a mask of as many
 * names as there are, two GUIDs, a SID. Room for all of it is made once, and then only written. */
enum { ACE_TEXT_SIZE = 4 + 8 * SDDL_NAME_SIZE + 40 + 2 * SDDL_GUID_TEXT_SIZE + SID_TEXT_SIZE + 8 };

static char *put_text(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    return at;
}

static char *put_name(char *at, const char name[SDDL_NAME_SIZE])
{
    memcpy(at, name, SDDL_NAME_SIZE);
    return at + SDDL_NAME_SIZE;
}

/* The names of all bits; NULL when one has none. */
static char *put_names(char *at, uint32_t bits, const struct sddl_bit *names)
{
    for (const struct sddl_bit *n = names; bits && n->name[0]; n++) {
        if (bits & n->bits) {
            at = put_name(at, n->name);
            bits &= ~n->bits;
        }
    }
    return bits ? NULL : at;
}

static char *put_hex(char *at, uint32_t value)
{
    int shift = 28;

    while (shift > 0 && value >> shift == 0)
        shift -= 4;
    at = put_text(at, "0x");
    for (; shift >= 0; shift -= 4)
        *at++ = "0123456789abcdef"[value >> shift & 15];
    return at;
}

static char *put_rights(char *at, uint32_t mask, const struct sddl_bit *own_rights)
{
    char *end = own_rights ? put_names(at, mask, own_rights) : NULL;

    if (end)
        return end;
    for (const struct sddl_bit *n = sddl_whole_rights; n->name[0]; n++) {
        if (n->bits == mask)
            return put_name(at, n->name);
    }
    end = put_names(at, mask, sddl_single_rights);
    return end ? end : put_hex(at, mask);
}

static char *put_guid(char *at, const uint8_t *guid)
{
    if (!guid)
        return at;
    memset(at, '-', SDDL_GUID_TEXT_SIZE);
    for (size_t i = 0; i < SDDL_GUID_SIZE; i++) {
        at[sddl_guid_positions[i]] = "0123456789abcdef"[guid[i] >> 4];
        at[sddl_guid_positions[i] + 1] = "0123456789abcdef"[guid[i] & 15];
    }
    return at + SDDL_GUID_TEXT_SIZE;
}

static char *put_sid(char *at, const SID *sid, const SID *domain)
{
    const char *alias = well_known_alias(sid, domain);

    return alias ? put_name(at, alias) : at + sid_to_text(at, sid);
}

void sddl_sid_print(struct writer *w, const SID *sid, const SID *domain)
{
    char *at = writer_room(w, SID_TEXT_SIZE);

    if (at)
        writer_wrote(w, put_sid(at, sid, domain));
}

static char *put_ace(char *at, const struct sddl_ace_type *type, const struct ace *ace,
                     const SID *domain)
{
    *at++ = '(';
    at = put_text(at, type->name);
    *at++ = ';';
    at = put_names(at, ace->flags, type->flags); /* all eight bits have names */
    *at++ = ';';
    at = put_rights(at, ace->mask, type->rights);
    *at++ = ';';
    at = put_guid(at, ace->object_type);
    *at++ = ';';
    at = put_guid(at, ace->inherited_type);
    *at++ = ';';
    return put_sid(at, ace->sid, domain);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

static nt_status print_extra(struct writer *w, enum sddl_extra kind, const struct ace *ace,
                             const SID *domain)
{
    if (kind == SDDL_EXTRA_NONE ||
        (kind == SDDL_EXTRA_OPTIONAL_CONDITION && is_zero(ace->extra, ace->extra_size)))
        return NT_OK;
    writer_text(w, ";");
    if (kind == SDDL_EXTRA_CLAIM)
        return claim_print_text(w, ace->extra, ace->extra_size, domain);
    return condition_print(w, ace->extra, ace->extra_size, domain);
}

static nt_status print_ace(struct writer *w, const struct ace *ace, const SID *domain)
{
    const struct sddl_ace_type *type = sddl_type_by_number(ace->type);
    char *at = writer_room(w, ACE_TEXT_SIZE);

    if (!type || !ace->sid)
        return NT(NOT_SUPPORTED);
    if (!at)
        return w->status;
    writer_wrote(w, put_ace(at, type, ace, domain));
    nt_status st = print_extra(w, type->extra, ace, domain);
    writer_bytes(w, ")", 1);
    return st;
}

/* Which information of the SACL an ACE is. */
static uint32_t part_of_ace(uint8_t type)
{
    static const uint32_t parts[] = {
        [SYSTEM_MANDATORY_LABEL_ACE_TYPE] = LABEL_SECURITY_INFORMATION,
        [SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE] = ATTRIBUTE_SECURITY_INFORMATION,
        [SYSTEM_SCOPED_POLICY_ID_ACE_TYPE] = SCOPE_SECURITY_INFORMATION,
        [SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE] = PROCESS_TRUST_LABEL_SECURITY_INFORMATION,
        [SYSTEM_ACCESS_FILTER_ACE_TYPE] = ACCESS_FILTER_SECURITY_INFORMATION,
    };

    return type < ARRAY_SIZE(parts) ? parts[type] : 0;
}

/* Prints the ACEs that belong to the parts; everything does to the whole of an ACL. */
static nt_status print_acl(struct writer *w, const ACL *acl, uint32_t parts, const SID *domain)
{
    const bool all = parts & (DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION);
    struct acl_walk walk;
    struct ace ace;

    if (!acl) {
        writer_text(w, sddl_null_acl);
        return NT_OK;
    }
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        if (!all && !(parts & part_of_ace(ace.type)))
            continue;
        nt_status st = print_ace(w, &ace, domain);
        if (nt_failed(st))
            return st;
    }
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

static nt_status print_dacl(struct writer *w, const struct descriptor *d, const SID *domain)
{
    if (!(d->control & SE_DACL_PRESENT))
        return NT_OK;
    writer_bytes(w, "D:", 2);
    for (size_t i = 0; i < SDDL_ACL_FLAGS_N; i++) {
        if (d->control & sddl_acl_flags[i].dacl)
            writer_text(w, sddl_acl_flags[i].name);
    }
    return print_acl(w, d->dacl, DACL_SECURITY_INFORMATION, domain);
}

static nt_status print_sacl(struct writer *w, const struct descriptor *d, uint32_t parts,
                            const SID *domain)
{
    if (!(d->control & SE_SACL_PRESENT))
        return NT_OK;
    writer_bytes(w, "S:", 2);
    for (size_t i = 0; i < SDDL_ACL_FLAGS_N; i++) {
        if (d->control & sddl_acl_flags[i].sacl)
            writer_text(w, sddl_acl_flags[i].name);
    }
    return print_acl(w, d->sacl, parts & ~(uint32_t)DACL_SECURITY_INFORMATION, domain);
}

static void print_owner(struct writer *w, const char section[2], const SID *sid, const SID *domain)
{
    if (!sid)
        return;
    writer_bytes(w, section, 2);
    sddl_sid_print(w, sid, domain);
}

#define SACL_PARTS                                                                                 \
    (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION | ATTRIBUTE_SECURITY_INFORMATION |     \
     SCOPE_SECURITY_INFORMATION | PROCESS_TRUST_LABEL_SECURITY_INFORMATION |                       \
     ACCESS_FILTER_SECURITY_INFORMATION)

nt_status sddl_print(char **ret, size_t *ret_size, const struct descriptor *d, uint32_t parts,
                     const SID *domain)
{
    _cleanup_(writer_done) struct writer w;
    nt_status st = NT_OK;

    writer_init(&w, SDDL_TEXT_MAX);
    if (parts & OWNER_SECURITY_INFORMATION)
        print_owner(&w, "O:", d->owner, domain);
    if (parts & GROUP_SECURITY_INFORMATION)
        print_owner(&w, "G:", d->group, domain);
    if (parts & DACL_SECURITY_INFORMATION)
        st = print_dacl(&w, d, domain);
    if (!nt_failed(st) && (parts & SACL_PARTS))
        st = print_sacl(&w, d, parts, domain);
    return nt_failed(st) ? st : writer_take(&w, ret, ret_size);
}
