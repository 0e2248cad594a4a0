/* SPDX-License-Identifier: MIT */
#include "security/claim_text.h"

#include <inttypes.h>

#include "base/macros.h"
#include "security/claim.h"
#include "security/sddl_literal.h"
#include "security/sddl_units.h"

struct claim_form;

/* A claim while it is read: values as a run of struct claim_value, and one of their bytes. */
struct draft {
    const struct claim_form *form;
    uint64_t flags;
    struct writer name;
    struct writer values;
    struct writer bytes;
};

static void draft_done(struct draft *d)
{
    writer_done(&d->name);
    writer_done(&d->values);
    writer_done(&d->bytes);
}

/* A type's name, and one of its values in text. */
struct claim_form {
    const char *name;
    uint16_t type;
    nt_status (*take)(struct sddl_cursor *c, struct draft *d, struct claim_value *ret);
    void (*print)(struct writer *w, const struct claim_value *value, const SID *domain);
};

static nt_status take_number(struct sddl_cursor *c, uint64_t max, uint64_t *ret)
{
    const char *start = c->at;
    struct sddl_number number;

    if (!sddl_take_number(c, max, &number))
        return sddl_fail(c, start, "no number in the range of the attribute's type",
                         NT(INVALID_PARAMETER));
    *ret = number.value;
    return NT_OK;
}

static nt_status take_signed(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    bool negative = sddl_peek(c) == '-';

    if (negative || sddl_peek(c) == '+')
        c->at++;
    nt_status st = take_number(c, (uint64_t)INT64_MAX + negative, &ret->number);
    if (negative)
        ret->number = 0 - ret->number;
    return st;
}

static nt_status take_unsigned(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    if (sddl_peek(c) == '+')
        c->at++;
    return take_number(c, UINT64_MAX, &ret->number);
}

static nt_status take_boolean(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    return take_number(c, 1, &ret->number);
}

static nt_status take_string(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    const size_t start = d->bytes.size;

    nt_status st = sddl_take_string(c, &d->bytes);
    ret->size = d->bytes.size - start;
    for (size_t i = start; i < d->bytes.size; i += 2) {
        if (d->bytes.bytes[i] == 0 && d->bytes.bytes[i + 1] == 0)
            return sddl_fail(c, c->at, "a zero inside of an attribute's text",
                             NT(INVALID_PARAMETER));
    }
    return st;
}

static nt_status take_octets(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    const size_t start = d->bytes.size;

    nt_status st = sddl_take_octets(c, &d->bytes);
    ret->size = d->bytes.size - start;
    return st;
}

static nt_status take_sid(struct sddl_cursor *c, struct draft *d, struct claim_value *ret)
{
    sid_buffer sid;

    nt_status st = sddl_take_sid_literal(c, &sid);
    if (nt_failed(st))
        return st;
    ret->size = sid_length(&sid.sid);
    writer_bytes(&d->bytes, sid.bytes, ret->size);
    return NT_OK;
}

static void print_signed(struct writer *w, const struct claim_value *value, const SID *domain)
{
    writer_format(w, "%" PRId64, (int64_t)value->number);
}

static void print_unsigned(struct writer *w, const struct claim_value *value, const SID *domain)
{
    writer_format(w, "%" PRIu64, value->number);
}

/* Every number but 0 is true, and 1 is how that is written. */
static void print_boolean(struct writer *w, const struct claim_value *value, const SID *domain)
{
    writer_text(w, value->number ? "1" : "0");
}

static void print_string(struct writer *w, const struct claim_value *value, const SID *domain)
{
    sddl_print_string(w, value->bytes, value->size);
}

static void print_octets(struct writer *w, const struct claim_value *value, const SID *domain)
{
    sddl_print_octets(w, value->bytes, value->size);
}

static void print_sid(struct writer *w, const struct claim_value *value, const SID *domain)
{
    sddl_print_sid_literal(w, (const SID *)(const void *)value->bytes, domain);
}

static const struct claim_form forms[] = {
    { "TI", CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, take_signed, print_signed },
    { "TU", CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64, take_unsigned, print_unsigned },
    { "TS", CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING, take_string, print_string },
    { "TD", CLAIM_SECURITY_ATTRIBUTE_TYPE_SID, take_sid, print_sid },
    { "TX", CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING, take_octets, print_octets },
    { "TB", CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN, take_boolean, print_boolean },
};

/* --- Reading --- */

static nt_status fail_here(struct sddl_cursor *c, const char *reason)
{
    return sddl_fail(c, c->at, reason, NT(INVALID_PARAMETER));
}

static nt_status take_name(struct sddl_cursor *c, struct writer *name)
{
    sddl_skip_spaces(c);
    if (!sddl_skip(c, '"'))
        return fail_here(c, "an attribute's name in quotes is expected");
    const char *start = c->at;
    nt_status st = sddl_take_units(c, SDDL_UNITS_PREFIXED, name);
    if (nt_failed(st))
        return st;
    if (c->at == start || sddl_peek(c) != '"')
        return fail_here(c, "not a character of an attribute's name");
    c->at++;
    for (size_t i = 0; i < name->size; i += 2) {
        if (name->bytes[i] == 0 && name->bytes[i + 1] == 0)
            return fail_here(c, "a zero inside of an attribute's name");
    }
    return NT_OK;
}

static const struct claim_form *take_form(struct sddl_cursor *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        if (sddl_skip_name(c, forms[i].name))
            return &forms[i];
    }
    return NULL;
}

static nt_status take_values(struct sddl_cursor *c, const struct claim_form *form, struct draft *d)
{
    while (sddl_skip(c, ',')) {
        struct claim_value value = { 0 };

        sddl_skip_spaces(c);
        nt_status st = form->take(c, d, &value);
        if (nt_failed(st))
            return st;
        writer_bytes(&d->values, &value, sizeof(value));
    }
    return sddl_skip(c, ')') ? NT_OK : fail_here(c, "a comma or a closing parenthesis is expected");
}

/* What there was no memory or room for. */
static nt_status draft_status(const struct draft *d)
{
    if (nt_failed(d->name.status))
        return d->name.status;
    return nt_failed(d->values.status) ? d->values.status : d->bytes.status;
}

static void write_draft(struct writer *w, struct draft *d)
{
    struct claim_value *values = (struct claim_value *)(void *)d->values.bytes;
    const size_t n = d->values.size / sizeof(*values);
    const uint8_t *at = d->bytes.bytes;

    for (size_t i = 0; i < n; i++) {
        values[i].bytes = at;
        if (values[i].size > 0) /* at is NULL when nothing has bytes */
            at += values[i].size;
    }
    claim_write(w, &(struct claim_spec){
                       .name = d->name.bytes,
                       .name_units = d->name.size / 2,
                       .type = d->form->type,
                       .flags = (uint32_t)d->flags,
                       .n_values = n,
                       .values = values,
                   });
}

/* Takes ("name",TYPE,flags */
static nt_status take_header(struct sddl_cursor *c, struct draft *d)
{
    if (!sddl_skip(c, '('))
        return fail_here(c, "the parenthesis of a resource attribute is expected");
    nt_status st = take_name(c, &d->name);
    if (nt_failed(st))
        return st;
    if (!sddl_skip(c, ','))
        return fail_here(c, "a comma is expected");
    d->form = take_form(c);
    if (!d->form)
        return fail_here(c, "no type of a resource attribute: TI, TU, TS, TD, TX or TB");
    if (!sddl_skip(c, ','))
        return fail_here(c, "a comma is expected");
    sddl_skip_spaces(c);
    return take_number(c, UINT32_MAX, &d->flags);
}

nt_status claim_parse_text(struct sddl_cursor *c, struct writer *w)
{
    _cleanup_(draft_done) struct draft d = { 0 };

    writer_init(&d.name, CLAIM_SIZE_MAX);
    writer_init(&d.values, (size_t)CLAIM_SIZE_MAX * sizeof(struct claim_value));
    writer_init(&d.bytes, CLAIM_SIZE_MAX);
    nt_status st = take_header(c, &d);
    if (!nt_failed(st))
        st = take_values(c, d.form, &d);
    if (!nt_failed(st))
        st = draft_status(&d);
    if (nt_failed(st))
        return st;
    write_draft(w, &d);
    return w->status;
}

/* --- Printing --- */

static const struct claim_form *form_of(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        if (forms[i].type == type)
            return &forms[i];
    }
    return NULL;
}

nt_status claim_print_text(struct writer *w, const void *bytes, size_t size, const SID *domain)
{
    struct claim claim;

    if (nt_failed(claim_parse(&claim, bytes, size)) || claim.name_units == 0)
        return NT(NOT_SUPPORTED);
    const struct claim_form *form = form_of(claim.type); /* a claim has one of these types */
    writer_text(w, "(\"");
    sddl_print_units(w, claim.name, 2 * claim.name_units, SDDL_UNITS_PREFIXED, false);
    writer_format(w, "\",%s,0x%x", form->name, claim.flags);
    for (size_t i = 0; i < claim.n_values; i++) {
        const struct claim_value value = claim_value(&claim, i);

        writer_text(w, ",");
        form->print(w, &value, domain);
    }
    writer_text(w, ")");
    return w->status;
}
