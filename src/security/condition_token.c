/* SPDX-License-Identifier: MIT */
#include "security/condition_token.h"

#include "base/reader.h"
#include "security/sid.h"

const char condition_signature[4] = "artx";

/* Longer words stand before those that they begin with. */
const struct condition_word condition_words[] = {
    { CONDITION_EQUAL, CONDITION_CLASS_RELATION, "==" },
    { CONDITION_NOT_EQUAL, CONDITION_CLASS_RELATION, "!=" },
    { CONDITION_LESS_EQUAL, CONDITION_CLASS_RELATION, "<=" },
    { CONDITION_GREATER_EQUAL, CONDITION_CLASS_RELATION, ">=" },
    { CONDITION_LESS, CONDITION_CLASS_RELATION, "<" },
    { CONDITION_GREATER, CONDITION_CLASS_RELATION, ">" },
    { CONDITION_CONTAINS, CONDITION_CLASS_RELATION, "Contains" },
    { CONDITION_ANY_OF, CONDITION_CLASS_RELATION, "Any_of" },
    { CONDITION_NOT_CONTAINS, CONDITION_CLASS_RELATION, "Not_Contains" },
    { CONDITION_NOT_ANY_OF, CONDITION_CLASS_RELATION, "Not_Any_of" },
    { CONDITION_MEMBER_OF_ANY, CONDITION_CLASS_MEMBERSHIP, "Member_of_Any" },
    { CONDITION_MEMBER_OF, CONDITION_CLASS_MEMBERSHIP, "Member_of" },
    { CONDITION_DEVICE_MEMBER_OF_ANY, CONDITION_CLASS_MEMBERSHIP, "Device_Member_of_Any" },
    { CONDITION_DEVICE_MEMBER_OF, CONDITION_CLASS_MEMBERSHIP, "Device_Member_of" },
    { CONDITION_NOT_MEMBER_OF_ANY, CONDITION_CLASS_MEMBERSHIP, "Not_Member_of_Any" },
    { CONDITION_NOT_MEMBER_OF, CONDITION_CLASS_MEMBERSHIP, "Not_Member_of" },
    { CONDITION_NOT_DEVICE_MEMBER_OF_ANY, CONDITION_CLASS_MEMBERSHIP, "Not_Device_Member_of_Any" },
    { CONDITION_NOT_DEVICE_MEMBER_OF, CONDITION_CLASS_MEMBERSHIP, "Not_Device_Member_of" },
    { CONDITION_EXISTS, CONDITION_CLASS_EXISTENCE, "Exists" },
    { CONDITION_NOT_EXISTS, CONDITION_CLASS_EXISTENCE, "Not_Exists" },
    { CONDITION_AND, CONDITION_CLASS_JUNCTION, "&&" },
    { CONDITION_OR, CONDITION_CLASS_JUNCTION, "||" },
    { CONDITION_NOT, CONDITION_CLASS_NOT, "!" },
    { CONDITION_USER, CONDITION_CLASS_ATTRIBUTE, "@USER." },
    { CONDITION_DEVICE, CONDITION_CLASS_ATTRIBUTE, "@DEVICE." },
    { CONDITION_RESOURCE, CONDITION_CLASS_ATTRIBUTE, "@RESOURCE." },
    { CONDITION_LOCAL, CONDITION_CLASS_ATTRIBUTE, "" },
    { 0 },
};

static const struct condition_word *word_of(uint8_t code)
{
    for (const struct condition_word *word = condition_words; word->text; word++) {
        if (word->code == code)
            return word;
    }
    return NULL;
}

static bool is_literal(uint8_t code)
{
    return (code >= CONDITION_INT8 && code <= CONDITION_INT64) || code == CONDITION_STRING ||
           code == CONDITION_OCTETS || code == CONDITION_COMPOSITE || code == CONDITION_SID;
}

static bool read_integer(struct condition_token *t, struct reader *r)
{
    t->number = (int64_t)reader_u64(r);
    t->sign = reader_u8(r);
    t->base = reader_u8(r);
    return reader_ok(r) && t->sign >= CONDITION_PLUS && t->sign <= CONDITION_NO_SIGN &&
           t->base >= CONDITION_OCTAL && t->base <= CONDITION_HEXADECIMAL;
}

static bool payload_valid(const struct condition_token *t)
{
    if (t->code == CONDITION_SID)
        return sid_valid(t->bytes, t->size) &&
               sid_length((const SID *)(const void *)t->bytes) == t->size;
    if (t->class == CONDITION_CLASS_ATTRIBUTE)
        return t->size > 0 && t->size % 2 == 0;
    return t->code != CONDITION_STRING || t->size % 2 == 0;
}

static bool read_payload(struct condition_token *t, struct reader *r)
{
    t->size = reader_u32(r);
    t->bytes = reader_bytes(r, t->size);
    return reader_ok(r) && payload_valid(t);
}

static bool read_token(struct condition_token *t, struct reader *r)
{
    *t = (struct condition_token){ .code = reader_u8(r) };
    if (!reader_ok(r))
        return false;
    if (is_literal(t->code)) {
        t->class = CONDITION_CLASS_LITERAL;
        return t->code <= CONDITION_INT64 ? read_integer(t, r) : read_payload(t, r);
    }
    const struct condition_word *word = word_of(t->code);
    if (!word)
        return false;
    t->class = word->class;
    return t->class != CONDITION_CLASS_ATTRIBUTE || read_payload(t, r);
}

static bool elements_valid(const uint8_t *bytes, size_t size)
{
    struct reader r;
    struct condition_token t;

    reader_init(&r, bytes, size);
    while (reader_left(&r) > 0) {
        if (!read_token(&t, &r) || t.class != CONDITION_CLASS_LITERAL ||
            t.code == CONDITION_COMPOSITE)
            return false;
    }
    return true;
}

bool condition_token_next(struct condition_token *ret, const void *bytes, size_t size,
                          size_t *offset)
{
    struct reader r;

    reader_init(&r, bytes, size);
    reader_seek(&r, *offset);
    if (!read_token(ret, &r) ||
        (ret->code == CONDITION_COMPOSITE && !elements_valid(ret->bytes, ret->size)))
        return false;
    *offset = r.offset;
    return true;
}

bool condition_start(const void *bytes, size_t size, size_t *ret_offset)
{
    *ret_offset = sizeof(condition_signature);
    return size >= sizeof(condition_signature) &&
           memcmp(bytes, condition_signature, sizeof(condition_signature)) == 0;
}

bool condition_at_end(const void *bytes, size_t size, size_t offset)
{
    const uint8_t *b = bytes;

    while (offset < size && b[offset] == CONDITION_PADDING)
        offset++;
    return offset == size;
}
