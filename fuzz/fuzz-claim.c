/* SPDX-License-Identifier: MIT */
/*
 * Bytes of claims. A claim that is read prints, and its text gives the same values again; a valid
 * set becomes what programs see, and that the same set, laid out as Windows does.
 */
#include "fuzz.h"

#include "base/macros.h"
#include "security/claim_information.h"
#include "security/claim_text.h"
#include "security/sddl.h"

static void read_text(struct writer *w, const struct writer *text)
{
    struct sddl_cursor c = { .at = (const char *)text->bytes,
                             .end = (const char *)text->bytes + text->size };

    writer_init(w, CLAIM_SIZE_MAX);
    MUST(!nt_failed(claim_parse_text(&c, w)));
    MUST(c.at == c.end);
}

static void check_same(const struct claim *a, const struct claim *b)
{
    MUST(a->type == b->type && a->flags == b->flags && a->n_values == b->n_values);
    MUST(a->name_units == b->name_units && memcmp(a->name, b->name, 2 * a->name_units) == 0);
    for (size_t i = 0; i < a->n_values; i++) {
        const struct claim_value v = claim_value(a, i), w = claim_value(b, i);

        if (a->type == CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN)
            MUST(!v.number == !w.number);
        else
            MUST(v.number == w.number);
        MUST(v.size == w.size && (v.size == 0 || memcmp(v.bytes, w.bytes, v.size) == 0));
    }
}

/* A SID without a sub-authority prints as "S-1-5", which is no SID when it is read. */
static bool has_bare_sid(const struct claim *claim)
{
    for (size_t i = 0; i < claim->n_values && claim->type == CLAIM_SECURITY_ATTRIBUTE_TYPE_SID;
         i++) {
        if (claim_value(claim, i).bytes[1] == 0)
            return true;
    }
    return false;
}

static void check_claim(const uint8_t *data, size_t size)
{
    _cleanup_(writer_done) struct writer text;
    _cleanup_(writer_done) struct writer bytes = { 0 };
    struct claim claim, again;

    writer_init(&text, SDDL_TEXT_MAX);
    nt_status st = claim_print_text(&text, data, size, NULL);
    if (nt_failed(claim_parse(&claim, data, size)) || claim.name_units == 0) {
        MUST(NT_IS(st, NOT_SUPPORTED));
        return;
    }
    MUST(!nt_failed(st) || NT_IS(st, NOT_SUPPORTED)); /* a string may have no text */
    if (nt_failed(st) || has_bare_sid(&claim))
        return;
    read_text(&bytes, &text);
    MUST(!nt_failed(claim_parse(&again, bytes.bytes, bytes.size)));
    check_same(&claim, &again);
}

static bool has_names(struct claim_set rest)
{
    struct claim claim;

    while (claim_set_next(&rest, &claim)) {
        if (claim.name_units == 0)
            return false;
    }
    return true;
}

static void check_set(const struct claim_set *set)
{
    _cleanup_(freep) CLAIM_SECURITY_ATTRIBUTES_INFORMATION *information = NULL;
    _cleanup_(freep) void *again = NULL;
    struct claim_set rest = *set, rest_again = { 0 };
    struct claim claim, claim_again;

    information = malloc(claim_set_information_size(set));
    MUST(information);
    claim_set_to_information(set, information);
    nt_status st = claim_set_from_information(&again, &rest_again.size, information);
    if (!has_names(*set)) {
        MUST(NT_IS(st, INVALID_PARAMETER));
        return;
    }
    MUST(!nt_failed(st));
    rest_again.bytes = again;
    while (claim_set_next(&rest, &claim)) {
        MUST(claim_set_next(&rest_again, &claim_again));
        check_same(&claim, &claim_again);
    }
    MUST(rest_again.size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct claim_set set = { data, size };

    check_claim(data, size);
    if (claim_set_valid(data, size))
        check_set(&set);
    return 0;
}
