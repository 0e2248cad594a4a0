/* SPDX-License-Identifier: MIT */
#include "security/sddl.h"

#include "security/claim_text.h"
#include "security/condition_text.h"
#include "security/sddl_cursor.h"
#include "security/sddl_names.h"
#include "security/well_known.h"

enum {
    FIELD_MAX = 4096, /* rights, flags, GUIDs and SIDs are far shorter */
    ACL_HEADER_SIZE = 8,
    USUAL_SIZE = 500, /* of an ACL: room that is made at once */
    PLAIN_REVISION = 2,
    OBJECT_REVISION = 4,
};

struct field {
    const char *at;
    size_t size;
};

static nt_status fail_acl(struct sddl_cursor *c, const char *at, const char *reason)
{
    return sddl_fail(c, at, reason, NT(INVALID_ACL));
}

/* --- Fields --- */

static struct field field_trimmed(const char *start, const char *end)
{
    while (start < end && sddl_is_space(*start))
        start++;
    while (end > start && sddl_is_space(end[-1]))
        end--;
    return (struct field){ .at = start, .size = (size_t)(end - start) };
}

static bool ends_field(char ch)
{
    static const bool ends[UINT8_MAX + 1] = { [';'] = true, ['('] = true, [')'] = true };

    return ends[(uint8_t)ch];
}

/* Takes a field of an ACE up to the character that ends it, and that one if it is `stop`. */
static nt_status take_field(struct sddl_cursor *c, char stop, struct field *ret)
{
    const char *start = c->at;
    const char *limit = c->end - start > FIELD_MAX ? start + FIELD_MAX : c->end;
    const char *at = start;

    while (at < limit && !ends_field(*at))
        at++;
    c->at = at;
    if (sddl_peek(c) != stop)
        return fail_acl(c, at,
                        stop == ';' ? "a semicolon is expected: an ACE has six fields"
                                    : "the parenthesis that closes the ACE is expected");
    c->at++;
    *ret = field_trimmed(start, at);
    return NT_OK;
}

/* Takes a name of two letters that the field starts with. */
static bool field_take_name(struct field *f, const struct sddl_bit *names, uint32_t *ret)
{
    for (; names && names->name[0] && f->size >= SDDL_NAME_SIZE; names++) {
        if (ascii_equal(f->at, SDDL_NAME_SIZE, names->name)) {
            f->at += SDDL_NAME_SIZE;
            f->size -= SDDL_NAME_SIZE;
            *ret |= names->bits;
            return true;
        }
    }
    return false;
}

static nt_status field_flags(struct sddl_cursor *c, struct field f, const struct sddl_bit *names,
                             uint8_t *ret)
{
    uint32_t bits = 0;

    while (f.size > 0) {
        if (!field_take_name(&f, names, &bits))
            return fail_acl(c, f.at, "no flag of an ACE");
    }
    *ret = (uint8_t)bits;
    return NT_OK;
}

static nt_status field_number(struct sddl_cursor *c, struct field f, uint32_t *ret)
{
    const bool has_sign = *f.at == '-' || *f.at == '+';
    struct sddl_cursor digits = { .at = f.at + has_sign, .end = f.at + f.size };
    struct sddl_number number;

    if (!sddl_take_number(&digits, UINT32_MAX, &number) || digits.at != digits.end)
        return fail_acl(c, f.at, "no number of 32 bits");
    *ret = (uint32_t)(*f.at == '-' ? 0 - number.value : number.value);
    return NT_OK;
}

static nt_status field_rights(struct sddl_cursor *c, struct field f,
                              const struct sddl_bit *own_rights, uint32_t *ret)
{
    uint32_t mask = 0;

    if (f.size > 0 && ((f.at[0] >= '0' && f.at[0] <= '9') || f.at[0] == '-' || f.at[0] == '+'))
        return field_number(c, f, ret);
    while (f.size > 0) {
        if (!field_take_name(&f, own_rights, &mask) &&
            !field_take_name(&f, sddl_whole_rights, &mask) &&
            !field_take_name(&f, sddl_single_rights, &mask))
            return fail_acl(c, f.at, "no right");
    }
    *ret = mask;
    return NT_OK;
}

static bool guid_parse(struct field f, uint8_t ret[SDDL_GUID_SIZE])
{
    if (f.size != SDDL_GUID_TEXT_SIZE || f.at[8] != '-' || f.at[13] != '-' || f.at[18] != '-' ||
        f.at[23] != '-')
        return false;
    for (size_t i = 0; i < SDDL_GUID_SIZE; i++) {
        unsigned high = sddl_digit(f.at[sddl_guid_positions[i]]);
        unsigned low = sddl_digit(f.at[sddl_guid_positions[i] + 1]);

        if (high > 15 || low > 15)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* An empty field is no GUID; only object ACEs have any. */
static nt_status field_guid(struct sddl_cursor *c, struct field f, enum ace_layout layout,
                            uint8_t buffer[SDDL_GUID_SIZE], const void **ret)
{
    *ret = NULL;
    if (f.size == 0)
        return NT_OK;
    if (layout != ACE_LAYOUT_OBJECT)
        return fail_acl(c, f.at, "only object ACEs have GUIDs");
    *ret = buffer;
    return guid_parse(f, buffer) ? NT_OK : fail_acl(c, f.at, "no GUID");
}

nt_status sddl_sid_parse(sid_buffer *ret, const char *text, size_t size, const SID *domain)
{
    if (size != 2)
        return sid_from_text(ret, NULL, text, size);
    const struct well_known *entry = well_known_by_alias(text);
    if (!entry || nt_failed(well_known_sid(ret, entry, domain)))
        return NT(INVALID_SID);
    return NT_OK;
}

static nt_status field_sid(struct sddl_cursor *c, struct field f, sid_buffer *ret)
{
    if (nt_failed(sddl_sid_parse(ret, f.at, f.size, c->domain)))
        return sddl_fail(c, f.at, "no SID and no alias of one", NT(INVALID_SID));
    return NT_OK;
}

/* --- ACEs --- */

/* One ACE and the memory behind its pointers. */
struct parsed_ace {
    struct ace ace;
    sid_buffer sid;
    uint8_t object_type[SDDL_GUID_SIZE];
    uint8_t inherited_type[SDDL_GUID_SIZE];
};

static nt_status parse_guids(struct sddl_cursor *c, struct parsed_ace *p)
{
    enum ace_layout layout = ace_layout_of(p->ace.type);
    struct field object_type, inherited_type;

    nt_status st = take_field(c, ';', &object_type);
    if (!nt_failed(st))
        st = take_field(c, ';', &inherited_type);
    if (!nt_failed(st))
        st = field_guid(c, object_type, layout, p->object_type, &p->ace.object_type);
    if (!nt_failed(st))
        st = field_guid(c, inherited_type, layout, p->inherited_type, &p->ace.inherited_type);
    return st;
}

/* From behind the type to behind the SID. */
static nt_status parse_ace_fields(struct sddl_cursor *c, const struct sddl_ace_type *type,
                                  char stop, struct parsed_ace *p)
{
    struct field flags, rights, sid;

    nt_status st = take_field(c, ';', &flags);
    if (!nt_failed(st))
        st = field_flags(c, flags, type->flags, &p->ace.flags);
    if (!nt_failed(st))
        st = take_field(c, ';', &rights);
    if (!nt_failed(st))
        st = field_rights(c, rights, type->rights, &p->ace.mask);
    if (!nt_failed(st))
        st = parse_guids(c, p);
    if (!nt_failed(st))
        st = take_field(c, stop, &sid);
    if (!nt_failed(st))
        st = field_sid(c, sid, &p->sid);
    p->ace.sid = &p->sid.sid;
    return st;
}

/* Whether an access filter, of which a condition is no must, has one. */
static bool has_condition(const struct sddl_cursor *c)
{
    size_t semicolons = 0;

    for (const char *at = c->at; at < c->end && *at != ')' && *at != '('; at++)
        semicolons += *at == ';';
    return semicolons > 4; /* one more than the ends of the fields before the SID */
}

/* [MS-DTYP] 2.5.1.1 resource-attribute-ace: no rights, and S-1-1-0. */
static nt_status check_attribute_ace(struct sddl_cursor *c, const char *start,
                                     const struct parsed_ace *p)
{
    static const uint8_t everyone[] = { 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };

    if (p->ace.mask == 0 && sid_n_subs(p->ace.sid) == 1 &&
        memcmp(p->ace.sid, everyone, sizeof(everyone)) == 0)
        return NT_OK;
    return fail_acl(c, start, "an attribute of the object has no rights and is about Everyone");
}

/* The condition or attribute, and the parenthesis that closes the ACE. */
static nt_status parse_extra(struct sddl_cursor *c, enum sddl_extra extra, struct parsed_ace *p,
                             struct writer *w)
{
    nt_status st = extra == SDDL_EXTRA_CLAIM ? claim_parse_text(c, w) : condition_parse(c, w);

    if (NT_IS(st, INVALID_PARAMETER)) /* a text that is no attribute */
        return NT(INVALID_ACL);
    if (nt_failed(st))
        return st;
    p->ace.extra = w->bytes;
    p->ace.extra_size = w->size;
    return sddl_skip(c, ')')
               ? NT_OK
               : fail_acl(c, c->at, "the parenthesis that closes the ACE is expected");
}

static nt_status parse_ace(struct sddl_cursor *c, struct parsed_ace *p, struct writer *extra)
{
    const char *start = c->at;
    struct field name;

    nt_status st = take_field(c, ';', &name);
    if (nt_failed(st))
        return st;
    const struct sddl_ace_type *type = sddl_type_by_name(name.at, name.size);
    if (!type)
        return fail_acl(c, start, "no type of an ACE");
    p->ace.type = type->type;
    enum sddl_extra kind = type->extra;
    if (kind == SDDL_EXTRA_OPTIONAL_CONDITION)
        kind = has_condition(c) ? SDDL_EXTRA_CONDITION : SDDL_EXTRA_NONE;
    st = parse_ace_fields(c, type, kind == SDDL_EXTRA_NONE ? ')' : ';', p);
    if (nt_failed(st) || kind == SDDL_EXTRA_NONE)
        return st;
    if (kind == SDDL_EXTRA_CLAIM)
        st = check_attribute_ace(c, start, p);
    if (nt_failed(st))
        return st;
    return parse_extra(c, kind, p, extra);
}

/* --- ACLs --- */

/* What an object ACE without GUIDs is on Windows: a plain one with the other's room. */
static const uint8_t plain_types[] = {
    [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = ACCESS_ALLOWED_ACE_TYPE,
    [ACCESS_DENIED_OBJECT_ACE_TYPE] = ACCESS_DENIED_ACE_TYPE,
    [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = SYSTEM_AUDIT_ACE_TYPE,
    [SYSTEM_ALARM_OBJECT_ACE_TYPE] = SYSTEM_ALARM_ACE_TYPE,
    [ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE] = ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
};

/* An ACL while it is made: the finished bytes, and what goes into its header. */
struct acl_maker {
    struct writer bytes;
    struct writer extra; /* of the ACE at hand */
    uint32_t count;
    size_t slack;
    uint8_t revision;
};

static void acl_maker_init(struct acl_maker *m)
{
    *m = (struct acl_maker){ .revision = PLAIN_REVISION };
    writer_init(&m->bytes, ACL_SIZE_MAX);
    writer_init(&m->extra, ACL_SIZE_MAX);
    (void)writer_room(&m->bytes, USUAL_SIZE);
    writer_zeros(&m->bytes, ACL_HEADER_SIZE);
}

static void acl_maker_done(struct acl_maker *m)
{
    writer_done(&m->bytes);
    writer_done(&m->extra);
}

static nt_status acl_maker_add(struct acl_maker *m, struct ace *ace)
{
    const size_t at = m->bytes.size;
    size_t size;

    if (ace_layout_of(ace->type) == ACE_LAYOUT_OBJECT) {
        m->revision = OBJECT_REVISION;
        if (!ace->object_type && !ace->inherited_type) {
            ace->type = plain_types[ace->type];
            m->slack += sizeof(uint32_t); /* of the flags that it has no use for */
        }
    }
    if (nt_failed(ace_size(&size, ace)))
        return NT(INVALID_ACL);
    writer_zeros(&m->bytes, size);
    if (nt_failed(m->bytes.status))
        return m->bytes.status;
    m->count++;
    return ace_write(m->bytes.bytes + at, size, ace);
}

static nt_status acl_maker_finish(struct acl_maker *m, ACL **ret)
{
    writer_zeros(&m->bytes, m->slack);
    writer_set_u16(&m->bytes, 0, m->revision);
    writer_set_u16(&m->bytes, 2, (uint16_t)m->bytes.size); /* at most ACL_SIZE_MAX */
    writer_set_u16(&m->bytes, 4, (uint16_t)m->count);      /* an ACE has more bytes than one */
    return writer_take(&m->bytes, ret, NULL);
}

static nt_status parse_aces(struct sddl_cursor *c, struct acl_maker *m)
{
    while (sddl_skip(c, '(')) {
        struct parsed_ace p;

        p.ace = (struct ace){ 0 };
        m->extra.size = 0;
        nt_status st = parse_ace(c, &p, &m->extra);
        if (!nt_failed(st))
            st = acl_maker_add(m, &p.ace);
        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status parse_acl(struct sddl_cursor *c, ACL **ret)
{
    _cleanup_(acl_maker_done) struct acl_maker m;

    acl_maker_init(&m);
    nt_status st = parse_aces(c, &m);
    if (!nt_failed(st))
        st = acl_maker_finish(&m, ret);
    if (NT_IS(st, BUFFER_TOO_SMALL))
        return fail_acl(c, c->at, "the ACL has more than 64 kilobytes");
    return st;
}

/* --- Sections --- */

/* Everything of a descriptor while it is read. */
struct parsed {
    struct descriptor d;
    sid_buffer owner;
    sid_buffer group;
    ACL *sacl;
    ACL *dacl;
    uint32_t seen; /* parts that stood in the text, as SECURITY_INFORMATION */
};

static void parsed_done(struct parsed *p)
{
    free(p->sacl);
    free(p->dacl);
}

static nt_status parse_sid_section(struct sddl_cursor *c, sid_buffer *buffer, const SID **ret)
{
    const char *colon = memchr(c->at, ':', (size_t)(c->end - c->at));
    const char *end =
        colon ? colon - 1 : c->end; /* the next section's letter is before its colon */

    if (end < c->at)
        return sddl_fail(c, c->at, "a SID is expected", NT(INVALID_PARAMETER));
    struct field f = field_trimmed(c->at, end);
    c->at = end;
    *ret = &buffer->sid;
    return field_sid(c, f, buffer);
}

static uint16_t parse_acl_flags(struct sddl_cursor *c, uint32_t part)
{
    uint16_t control = 0;

    for (size_t i = 0; i < SDDL_ACL_FLAGS_N;) {
        if (!sddl_skip_name(c, sddl_acl_flags[i].name)) {
            i++;
            continue;
        }
        control |=
            part == DACL_SECURITY_INFORMATION ? sddl_acl_flags[i].dacl : sddl_acl_flags[i].sacl;
        i = 0;
    }
    return control;
}

static nt_status parse_acl_section(struct sddl_cursor *c, uint32_t part, uint16_t *control,
                                   ACL **ret)
{
    *control |= part == DACL_SECURITY_INFORMATION ? SE_DACL_PRESENT : SE_SACL_PRESENT;
    *control |= parse_acl_flags(c, part);
    if (sddl_skip_name(c, sddl_null_acl))
        return NT_OK;
    return parse_acl(c, ret);
}

/* Takes "D:"; 0 when something else stands there. */
static uint32_t parse_section_name(struct sddl_cursor *c)
{
    if (c->end - c->at < 2 || c->at[1] != ':')
        return 0;
    for (size_t i = 0; i < SDDL_SECTIONS_N; i++) {
        if (ascii_lower(c->at[0]) == ascii_lower(sddl_sections[i].letter)) {
            c->at += 2;
            return sddl_sections[i].part;
        }
    }
    return 0;
}

static nt_status parse_section(struct sddl_cursor *c, struct parsed *p)
{
    const char *start = c->at;
    uint32_t part = parse_section_name(c);

    if (part == 0)
        return sddl_fail(c, start, "O:, G:, D: or S: is expected", NT(INVALID_PARAMETER));
    if (p->seen & part)
        return sddl_fail(c, start, "this part is there twice", NT(INVALID_PARAMETER));
    p->seen |= part;
    switch (part) {
    case OWNER_SECURITY_INFORMATION:
        return parse_sid_section(c, &p->owner, &p->d.owner);
    case GROUP_SECURITY_INFORMATION:
        return parse_sid_section(c, &p->group, &p->d.group);
    case DACL_SECURITY_INFORMATION:
        return parse_acl_section(c, part, &p->d.control, &p->dacl);
    default:
        return parse_acl_section(c, part, &p->d.control, &p->sacl);
    }
}

static nt_status parse_sections(struct sddl_cursor *c, struct parsed *p)
{
    for (sddl_skip_spaces(c); c->at < c->end; sddl_skip_spaces(c)) {
        nt_status st = parse_section(c, p);
        if (nt_failed(st))
            return st;
    }
    p->d.dacl = p->dacl;
    p->d.sacl = p->sacl;
    return NT_OK;
}

nt_status sddl_parse_explained(void **ret, size_t *ret_size, const char *text, size_t size,
                               const SID *domain, struct sddl_error *ret_error)
{
    struct sddl_cursor c = { .at = text, .end = text + size, .domain = domain };
    _cleanup_(parsed_done) struct parsed p;
    nt_status st;

    p.d = (struct descriptor){ 0 };
    p.sacl = NULL;
    p.dacl = NULL;
    p.seen = 0;
    if (size > SDDL_TEXT_MAX)
        st = sddl_fail(&c, text, "the text has more than a megabyte", NT(INVALID_PARAMETER));
    else
        st = parse_sections(&c, &p);
    if (!nt_failed(st))
        st = descriptor_build(ret, ret_size, &p.d);
    if (nt_failed(st))
        *ret_error = (struct sddl_error){
            .offset = c.reason ? (size_t)(c.failed_at - text) : 0,
            .reason = c.reason ? c.reason : "there is not enough memory",
        };
    return st;
}

nt_status sddl_parse(void **ret, size_t *ret_size, const char *text, size_t size, const SID *domain)
{
    struct sddl_error ignored;

    return sddl_parse_explained(ret, ret_size, text, size, domain, &ignored);
}
