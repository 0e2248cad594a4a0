/* SPDX-License-Identifier: MIT */
#include "security/sddl.h"

#include "base/ascii.h"
#include "base/writer.h"
#include "security/well_known.h"

enum {
    ACE_FIELD_MAX = 4096, /* rights, flags, GUIDs and SIDs are far shorter */
    GUID_SIZE = 16,
    GUID_TEXT_SIZE = 36,
    ACL_HEADER_SIZE = 8,
    PLAIN_REVISION = 2,
    OBJECT_REVISION = 4,
    TYPE_RESOURCE_ATTRIBUTE = 0x12,
    TYPE_SCOPED_POLICY_ID = 0x13,
};

/* What is left of a text. */
struct text {
    const char *at;
    const char *end;
    const SID *domain;
};

struct field {
    const char *at;
    size_t size;
};

/* --- Tables: one bit, its name. Printing goes from the top. --- */

struct bit_name {
    uint32_t bits;
    const char *name;
};

static const struct bit_name ace_flags[] = {
    { OBJECT_INHERIT_ACE, "OI" },
    { CONTAINER_INHERIT_ACE, "CI" },
    { NO_PROPAGATE_INHERIT_ACE, "NP" },
    { INHERIT_ONLY_ACE, "IO" },
    { INHERITED_ACE, "ID" },
    { 0x20, "CR" }, /* critical */
    { SUCCESSFUL_ACCESS_ACE_FLAG, "SA" },
    { FAILED_ACCESS_ACE_FLAG, "FA" },
    { 0 },
};

/* Printed only when the mask is exactly theirs; KX is KR in another word. */
static const struct bit_name whole_rights[] = {
    { 0x1f01ff, "FA" }, { 0x120089, "FR" }, { 0x120116, "FW" },
    { 0x1200a0, "FX" }, { 0x0f003f, "KA" }, { 0x020019, "KR" },
    { 0x020006, "KW" }, { 0x020019, "KX" }, { 0 },
};

static const struct bit_name single_rights[] = {
    { 0x00000001, "CC" }, { 0x00000002, "DC" }, { 0x00000004, "LC" },
    { 0x00000008, "SW" }, { 0x00000010, "RP" }, { 0x00000020, "WP" },
    { 0x00000040, "DT" }, { 0x00000080, "LO" }, { 0x00000100, "CR" },
    { 0x00010000, "SD" }, { 0x00020000, "RC" }, { 0x00040000, "WD" },
    { 0x00080000, "WO" }, { 0x10000000, "GA" }, { 0x20000000, "GX" },
    { 0x40000000, "GW" }, { 0x80000000, "GR" }, { 0 },
};

static const struct bit_name label_rights[] = {
    { 1, "NW" },
    { 2, "NR" },
    { 4, "NX" },
    { 0 },
};

/* The control bits of the DACL and of the SACL for one flag. */
static const struct acl_flag {
    uint16_t dacl;
    uint16_t sacl;
    const char *name;
} acl_flags[] = {
    { SE_DACL_PROTECTED, SE_SACL_PROTECTED, "P" },
    { SE_DACL_AUTO_INHERIT_REQ, SE_SACL_AUTO_INHERIT_REQ, "AR" },
    { SE_DACL_AUTO_INHERITED, SE_SACL_AUTO_INHERITED, "AI" },
};

static const char null_acl[] = "NO_ACCESS_CONTROL";

/*
 * ACE types. The first six fields of all of them are alike; what a type has behind its SID is read
 * by parse_extra and printed by print_extra, NULL for nothing.
 */
struct ace_type {
    const char *name;
    uint8_t type;
    const struct bit_name *rights; /* names that only this type has; NULL: none */
    nt_status (*parse_extra)(struct text *t, struct ace *ace);
    nt_status (*print_extra)(struct writer *w, const struct ace *ace);
};

static nt_status parse_unsupported(struct text *t, struct ace *ace)
{
    return NT(NOT_SUPPORTED);
}

static nt_status print_unsupported(struct writer *w, const struct ace *ace)
{
    return NT(NOT_SUPPORTED);
}

#define PLAIN       NULL, NULL, NULL
#define LABEL       label_rights, NULL, NULL
#define UNSUPPORTED NULL, parse_unsupported, print_unsupported

static const struct ace_type ace_types[] = {
    { "A", ACCESS_ALLOWED_ACE_TYPE, PLAIN },
    { "D", ACCESS_DENIED_ACE_TYPE, PLAIN },
    { "AU", SYSTEM_AUDIT_ACE_TYPE, PLAIN },
    { "AL", SYSTEM_ALARM_ACE_TYPE, PLAIN },
    { "OA", ACCESS_ALLOWED_OBJECT_ACE_TYPE, PLAIN },
    { "OD", ACCESS_DENIED_OBJECT_ACE_TYPE, PLAIN },
    { "OU", SYSTEM_AUDIT_OBJECT_ACE_TYPE, PLAIN },
    { "OL", SYSTEM_ALARM_OBJECT_ACE_TYPE, PLAIN },
    { "ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE, LABEL },
    { "SP", TYPE_SCOPED_POLICY_ID, PLAIN },
    { "XA", ACCESS_ALLOWED_CALLBACK_ACE_TYPE, UNSUPPORTED },
    { "XD", ACCESS_DENIED_CALLBACK_ACE_TYPE, UNSUPPORTED },
    { "XU", SYSTEM_AUDIT_CALLBACK_ACE_TYPE, UNSUPPORTED },
    { "ZA", ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE, UNSUPPORTED },
    { "RA", TYPE_RESOURCE_ATTRIBUTE, UNSUPPORTED },
};

static const struct ace_type *type_by_name(struct field name)
{
    for (size_t i = 0; i < ARRAY_SIZE(ace_types); i++) {
        if (ascii_equal(name.at, name.size, ace_types[i].name))
            return &ace_types[i];
    }
    return NULL;
}

static const struct ace_type *type_by_number(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(ace_types); i++) {
        if (ace_types[i].type == type)
            return &ace_types[i];
    }
    return NULL;
}

/* --- Reading --- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void text_skip_spaces(struct text *t)
{
    while (t->at < t->end && is_space(*t->at))
        t->at++;
}

static bool text_skip(struct text *t, char expected)
{
    text_skip_spaces(t);
    if (t->at == t->end || *t->at != expected)
        return false;
    t->at++;
    return true;
}

static struct field field_trimmed(const char *start, const char *end)
{
    while (start < end && is_space(*start))
        start++;
    while (end > start && is_space(end[-1]))
        end--;
    return (struct field){ .at = start, .size = (size_t)(end - start) };
}

/* Takes the text up to a stop character and that one too. */
static bool text_field(struct text *t, char stop, struct field *ret)
{
    const char *found = memchr(t->at, stop, (size_t)(t->end - t->at));

    if (!found || found - t->at > ACE_FIELD_MAX)
        return false;
    *ret = field_trimmed(t->at, found);
    t->at = found + 1;
    return true;
}

/* Takes the first of the names that the field starts with. */
static bool field_take_name(struct field *f, const struct bit_name *names, uint32_t *ret)
{
    for (; names && names->name; names++) {
        size_t size = strlen(names->name);

        if (f->size >= size && ascii_equal(f->at, size, names->name)) {
            f->at += size;
            f->size -= size;
            *ret |= names->bits;
            return true;
        }
    }
    return false;
}

static bool field_flags(struct field f, uint8_t *ret)
{
    uint32_t bits = 0;

    while (f.size > 0) {
        if (!field_take_name(&f, ace_flags, &bits))
            return false;
    }
    *ret = (uint8_t)bits;
    return true;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : UINT32_MAX;
}

/* A number of C's forms: 0x1f, 037, 31. */
static bool field_number(struct field f, uint32_t *ret)
{
    unsigned base = 10;
    uint64_t value = 0;

    if (f.size > 2 && f.at[0] == '0' && ascii_lower(f.at[1]) == 'x') {
        base = 16;
        f.at += 2;
        f.size -= 2;
    } else if (f.size > 1 && f.at[0] == '0') {
        base = 8;
    }
    for (size_t i = 0; i < f.size; i++) {
        unsigned digit = digit_value(f.at[i]);

        value = value * base + digit;
        if (digit >= base || value > UINT32_MAX)
            return false;
    }
    *ret = (uint32_t)value;
    return f.size > 0;
}

static bool field_rights(struct field f, const struct bit_name *own_rights, uint32_t *ret)
{
    uint32_t mask = 0;

    if (f.size > 0 && f.at[0] >= '0' && f.at[0] <= '9')
        return field_number(f, ret);
    while (f.size > 0) {
        if (!field_take_name(&f, own_rights, &mask) && !field_take_name(&f, whole_rights, &mask) &&
            !field_take_name(&f, single_rights, &mask))
            return false;
    }
    *ret = mask;
    return true;
}

/* Where the bytes of a GUID stand in its text: its first three numbers are little-endian. */
static const uint8_t guid_positions[GUID_SIZE] = {
    6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34,
};

static bool field_guid(struct field f, uint8_t ret[GUID_SIZE])
{
    if (f.size != GUID_TEXT_SIZE || f.at[8] != '-' || f.at[13] != '-' || f.at[18] != '-' ||
        f.at[23] != '-')
        return false;
    for (size_t i = 0; i < GUID_SIZE; i++) {
        unsigned high = digit_value(f.at[guid_positions[i]]);
        unsigned low = digit_value(f.at[guid_positions[i] + 1]);

        if (high > 15 || low > 15)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
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

/* One ACE and the memory behind its pointers. */
struct parsed_ace {
    struct ace ace;
    sid_buffer sid;
    uint8_t object_type[GUID_SIZE];
    uint8_t inherited_type[GUID_SIZE];
};

/* An empty field is no GUID; only object ACEs have any. */
static bool parse_guid(struct field f, enum ace_layout layout, uint8_t buffer[GUID_SIZE],
                       const void **ret)
{
    *ret = NULL;
    if (f.size == 0)
        return true;
    *ret = buffer;
    return layout == ACE_LAYOUT_OBJECT && field_guid(f, buffer);
}

/* From behind the type to behind the SID and the character that ends it. */
static nt_status parse_ace_fields(struct text *t, const struct ace_type *type, struct parsed_ace *p)
{
    enum ace_layout layout = ace_layout_of(type->type);
    struct field flags, rights, object_type, inherited_type, sid;

    if (!text_field(t, ';', &flags) || !text_field(t, ';', &rights) ||
        !text_field(t, ';', &object_type) || !text_field(t, ';', &inherited_type) ||
        !text_field(t, type->parse_extra ? ';' : ')', &sid))
        return NT(INVALID_ACL);
    if (!field_flags(flags, &p->ace.flags) || !field_rights(rights, type->rights, &p->ace.mask) ||
        !parse_guid(object_type, layout, p->object_type, &p->ace.object_type) ||
        !parse_guid(inherited_type, layout, p->inherited_type, &p->ace.inherited_type))
        return NT(INVALID_ACL);
    p->ace.type = type->type;
    p->ace.sid = &p->sid.sid;
    return sddl_sid_parse(&p->sid, sid.at, sid.size, t->domain);
}

static nt_status parse_ace(struct text *t, struct parsed_ace *p)
{
    struct field name;

    if (!text_field(t, ';', &name))
        return NT(INVALID_ACL);
    const struct ace_type *type = type_by_name(name);
    if (!type)
        return NT(INVALID_ACL);
    nt_status st = parse_ace_fields(t, type, p);
    if (nt_failed(st) || !type->parse_extra)
        return st;
    return type->parse_extra(t, &p->ace);
}

/* What an object ACE without GUIDs is on Windows: a plain one with the other's room. */
static const uint8_t plain_types[] = {
    [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = ACCESS_ALLOWED_ACE_TYPE,
    [ACCESS_DENIED_OBJECT_ACE_TYPE] = ACCESS_DENIED_ACE_TYPE,
    [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = SYSTEM_AUDIT_ACE_TYPE,
    [SYSTEM_ALARM_OBJECT_ACE_TYPE] = SYSTEM_ALARM_ACE_TYPE,
};

/* An ACL while it is made: the finished bytes, and what goes into its header. */
struct acl_maker {
    struct writer bytes;
    uint32_t count;
    size_t slack;
    uint8_t revision;
};

static void acl_maker_done(struct acl_maker *m)
{
    writer_done(&m->bytes);
}

static nt_status acl_maker_add(struct acl_maker *m, struct ace *ace)
{
    uint8_t bytes[256];
    size_t size;

    if (ace_layout_of(ace->type) == ACE_LAYOUT_OBJECT) {
        m->revision = OBJECT_REVISION;
        if (!ace->object_type && !ace->inherited_type) {
            ace->type = plain_types[ace->type];
            m->slack += sizeof(uint32_t); /* of the flags that it has no use for */
        }
    }
    if (nt_failed(ace_size(&size, ace)) || nt_failed(ace_write(bytes, sizeof(bytes), ace)))
        return NT(INVALID_ACL);
    writer_bytes(&m->bytes, bytes, size);
    m->count++;
    return NT_OK;
}

static nt_status acl_maker_finish(struct acl_maker *m, ACL **ret)
{
    writer_zeros(&m->bytes, m->slack);
    writer_set_u16(&m->bytes, 0, m->revision);
    writer_set_u16(&m->bytes, 2, (uint16_t)m->bytes.size); /* at most ACL_SIZE_MAX */
    writer_set_u16(&m->bytes, 4, (uint16_t)m->count);      /* an ACE has more bytes than one */
    nt_status st = writer_take(&m->bytes, ret, NULL);
    return NT_IS(st, BUFFER_TOO_SMALL) ? NT(INVALID_ACL) : st;
}

static nt_status parse_aces(struct text *t, ACL **ret)
{
    _cleanup_(acl_maker_done) struct acl_maker m = { .revision = PLAIN_REVISION };

    writer_init(&m.bytes, ACL_SIZE_MAX);
    writer_zeros(&m.bytes, ACL_HEADER_SIZE);
    while (text_skip(t, '(')) {
        struct parsed_ace p = { 0 };

        nt_status st = parse_ace(t, &p);
        if (nt_failed(st))
            return st;
        st = acl_maker_add(&m, &p.ace);
        if (nt_failed(st))
            return st;
    }
    return acl_maker_finish(&m, ret);
}

static bool text_skip_name(struct text *t, const char *name)
{
    size_t size = strlen(name);

    text_skip_spaces(t);
    if ((size_t)(t->end - t->at) < size || !ascii_equal(t->at, size, name))
        return false;
    t->at += size;
    return true;
}

/* Everything of a descriptor while it is read; a letter is a section's. */
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

static nt_status parse_sid_section(struct text *t, sid_buffer *buffer, const SID **ret)
{
    const char *colon = memchr(t->at, ':', (size_t)(t->end - t->at));
    const char *end =
        colon ? colon - 1 : t->end; /* the next section's letter is before its colon */

    if (end < t->at)
        return NT(INVALID_PARAMETER);
    struct field f = field_trimmed(t->at, end);
    t->at = end;
    *ret = &buffer->sid;
    return sddl_sid_parse(buffer, f.at, f.size, t->domain);
}

static uint16_t parse_acl_flags(struct text *t, uint32_t part)
{
    uint16_t control = 0;

    for (size_t i = 0; i < ARRAY_SIZE(acl_flags);) {
        if (!text_skip_name(t, acl_flags[i].name)) {
            i++;
            continue;
        }
        control |= part == DACL_SECURITY_INFORMATION ? acl_flags[i].dacl : acl_flags[i].sacl;
        i = 0;
    }
    return control;
}

static nt_status parse_acl_section(struct text *t, uint32_t part, uint16_t *control, ACL **ret)
{
    *control |= part == DACL_SECURITY_INFORMATION ? SE_DACL_PRESENT : SE_SACL_PRESENT;
    *control |= parse_acl_flags(t, part);
    if (text_skip_name(t, null_acl))
        return NT_OK;
    return parse_aces(t, ret);
}

static const struct {
    char letter;
    uint32_t part;
} sections[] = {
    { 'O', OWNER_SECURITY_INFORMATION },
    { 'G', GROUP_SECURITY_INFORMATION },
    { 'D', DACL_SECURITY_INFORMATION },
    { 'S', SACL_SECURITY_INFORMATION },
};

/* Takes "D:"; 0 when something else stands there. */
static uint32_t parse_section_name(struct text *t)
{
    text_skip_spaces(t);
    if (t->end - t->at < 2 || t->at[1] != ':')
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
        if (ascii_equal(t->at, 1, (char[]){ sections[i].letter, 0 })) {
            t->at += 2;
            return sections[i].part;
        }
    }
    return 0;
}

static nt_status parse_section(struct text *t, struct parsed *p)
{
    uint32_t part = parse_section_name(t);

    if (part == 0 || (p->seen & part))
        return NT(INVALID_PARAMETER);
    p->seen |= part;
    switch (part) {
    case OWNER_SECURITY_INFORMATION:
        return parse_sid_section(t, &p->owner, &p->d.owner);
    case GROUP_SECURITY_INFORMATION:
        return parse_sid_section(t, &p->group, &p->d.group);
    case DACL_SECURITY_INFORMATION:
        return parse_acl_section(t, part, &p->d.control, &p->dacl);
    default:
        return parse_acl_section(t, part, &p->d.control, &p->sacl);
    }
}

nt_status sddl_parse(void **ret, size_t *ret_size, const char *text, size_t size, const SID *domain)
{
    struct text t = { .at = text, .end = text + size, .domain = domain };
    _cleanup_(parsed_done) struct parsed p = { 0 };

    if (size > SDDL_TEXT_MAX)
        return NT(INVALID_PARAMETER);
    for (text_skip_spaces(&t); t.at < t.end; text_skip_spaces(&t)) {
        nt_status st = parse_section(&t, &p);
        if (nt_failed(st))
            return st;
    }
    p.d.dacl = p.dacl;
    p.d.sacl = p.sacl;
    return descriptor_build(ret, ret_size, &p.d);
}

/* --- Printing --- */

/* The names of all bits, or nothing when a bit has none. */
static bool print_names(struct writer *w, uint32_t bits, const struct bit_name *names)
{
    uint32_t named = 0;

    for (const struct bit_name *n = names; n->name; n++)
        named |= n->bits;
    if (bits & ~named)
        return false;
    for (const struct bit_name *n = names; n->name; n++) {
        if (bits & n->bits)
            writer_text(w, n->name);
    }
    return true;
}

static const char *whole_right(uint32_t mask)
{
    for (const struct bit_name *n = whole_rights; n->name; n++) {
        if (n->bits == mask)
            return n->name;
    }
    return NULL;
}

static void print_rights(struct writer *w, uint32_t mask, const struct bit_name *own_rights)
{
    const char *whole = whole_right(mask);

    if (own_rights && print_names(w, mask, own_rights))
        return;
    if (whole)
        writer_text(w, whole);
    else if (!print_names(w, mask, single_rights))
        writer_format(w, "0x%x", mask);
}

static void print_guid(struct writer *w, const void *guid)
{
    char text[GUID_TEXT_SIZE + 1] = "00000000-0000-0000-0000-000000000000";
    const uint8_t *bytes = guid;

    if (!guid)
        return;
    for (size_t i = 0; i < GUID_SIZE; i++) {
        text[guid_positions[i]] = "0123456789abcdef"[bytes[i] >> 4];
        text[guid_positions[i] + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    writer_text(w, text);
}

static void print_sid(struct writer *w, const SID *sid, const SID *domain)
{
    const struct well_known *entry = well_known_by_sid(sid, domain);
    char text[SID_TEXT_SIZE];

    if (entry && entry->alias[0]) {
        writer_text(w, entry->alias);
        return;
    }
    writer_bytes(w, text, sid_to_text(text, sid));
}

static nt_status print_ace(struct writer *w, const struct ace *ace, const SID *domain)
{
    const struct ace_type *type = type_by_number(ace->type);

    if (!type || !ace->sid)
        return NT(NOT_SUPPORTED);
    writer_format(w, "(%s;", type->name);
    (void)print_names(w, ace->flags, ace_flags); /* all eight bits have names */
    writer_text(w, ";");
    print_rights(w, ace->mask, type->rights);
    writer_text(w, ";");
    print_guid(w, ace->object_type);
    writer_text(w, ";");
    print_guid(w, ace->inherited_type);
    writer_text(w, ";");
    print_sid(w, ace->sid, domain);
    nt_status st = type->print_extra ? type->print_extra(w, ace) : NT_OK;
    writer_text(w, ")");
    return st;
}

enum ace_choice {
    ACES_ALL,
    ACES_LABELS,
};

static nt_status print_acl(struct writer *w, const ACL *acl, enum ace_choice choice,
                           const SID *domain)
{
    struct acl_walk walk;
    struct ace ace;

    if (!acl) {
        writer_text(w, null_acl);
        return NT_OK;
    }
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        if (choice == ACES_LABELS && ace.type != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
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
    writer_text(w, "D:");
    for (size_t i = 0; i < ARRAY_SIZE(acl_flags); i++) {
        if (d->control & acl_flags[i].dacl)
            writer_text(w, acl_flags[i].name);
    }
    return print_acl(w, d->dacl, ACES_ALL, domain);
}

static nt_status print_sacl(struct writer *w, const struct descriptor *d, enum ace_choice choice,
                            const SID *domain)
{
    if (!(d->control & SE_SACL_PRESENT))
        return NT_OK;
    writer_text(w, "S:");
    for (size_t i = 0; i < ARRAY_SIZE(acl_flags); i++) {
        if (d->control & acl_flags[i].sacl)
            writer_text(w, acl_flags[i].name);
    }
    return print_acl(w, d->sacl, choice, domain);
}

static void print_owner(struct writer *w, const char *section, const SID *sid, const SID *domain)
{
    if (!sid)
        return;
    writer_text(w, section);
    print_sid(w, sid, domain);
}

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
    if (nt_failed(st))
        return st;
    if (parts & SACL_SECURITY_INFORMATION)
        st = print_sacl(&w, d, ACES_ALL, domain);
    else if (parts & LABEL_SECURITY_INFORMATION)
        st = print_sacl(&w, d, ACES_LABELS, domain);
    return nt_failed(st) ? st : writer_take(&w, ret, ret_size);
}
