/* SPDX-License-Identifier: MIT */
/*
 * The tokens that a conditional expression is made of, [MS-DTYP] 2.4.4.17.4 to 2.4.4.17.8: literals
 * and names of attributes, and the operators behind them.
 */
#ifndef OPENLOGON_SECURITY_CONDITION_TOKEN_H
#define OPENLOGON_SECURITY_CONDITION_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum condition_code {
    CONDITION_PADDING = 0x00,
    CONDITION_INT8 = 0x01,
    CONDITION_INT64 = 0x04,
    CONDITION_STRING = 0x10,
    CONDITION_OCTETS = 0x18,
    CONDITION_COMPOSITE = 0x50,
    CONDITION_SID = 0x51,
    CONDITION_EQUAL = 0x80,
    CONDITION_NOT_EQUAL = 0x81,
    CONDITION_LESS = 0x82,
    CONDITION_LESS_EQUAL = 0x83,
    CONDITION_GREATER = 0x84,
    CONDITION_GREATER_EQUAL = 0x85,
    CONDITION_CONTAINS = 0x86,
    CONDITION_EXISTS = 0x87,
    CONDITION_ANY_OF = 0x88,
    CONDITION_MEMBER_OF = 0x89,
    CONDITION_DEVICE_MEMBER_OF = 0x8a,
    CONDITION_MEMBER_OF_ANY = 0x8b,
    CONDITION_DEVICE_MEMBER_OF_ANY = 0x8c,
    CONDITION_NOT_EXISTS = 0x8d,
    CONDITION_NOT_CONTAINS = 0x8e,
    CONDITION_NOT_ANY_OF = 0x8f,
    CONDITION_NOT_MEMBER_OF = 0x90,
    CONDITION_NOT_DEVICE_MEMBER_OF = 0x91,
    CONDITION_NOT_MEMBER_OF_ANY = 0x92,
    CONDITION_NOT_DEVICE_MEMBER_OF_ANY = 0x93,
    CONDITION_AND = 0xa0,
    CONDITION_OR = 0xa1,
    CONDITION_NOT = 0xa2,
    CONDITION_LOCAL = 0xf8,
    CONDITION_USER = 0xf9,
    CONDITION_RESOURCE = 0xfa,
    CONDITION_DEVICE = 0xfb,
};

/* What a token is to the expression: what it takes, what it may be taken by. */
enum condition_class {
    CONDITION_CLASS_LITERAL,
    CONDITION_CLASS_ATTRIBUTE,
    CONDITION_CLASS_RELATION,   /* takes an attribute and a literal or attribute */
    CONDITION_CLASS_MEMBERSHIP, /* takes a SID or a composite */
    CONDITION_CLASS_EXISTENCE,  /* takes an attribute */
    CONDITION_CLASS_NOT,        /* takes a result or an attribute, as the next takes two */
    CONDITION_CLASS_JUNCTION,
};

enum condition_sign { CONDITION_PLUS = 1, CONDITION_MINUS, CONDITION_NO_SIGN };
enum condition_base { CONDITION_OCTAL = 1, CONDITION_DECIMAL, CONDITION_HEXADECIMAL };

/* Borrows from the expression. */
struct condition_token {
    uint8_t code;
    enum condition_class class;
    uint8_t sign; /* of integers: how they were written */
    uint8_t base;
    int64_t number;
    const uint8_t *bytes; /* text as UTF-16, octets, a SID, the elements of a composite, a name */
    size_t size;
};

/* An operator's or attribute's word in text: of attributes what stands before the name. */
struct condition_word {
    uint8_t code;
    enum condition_class class;
    const char *text;
};
extern const struct condition_word condition_words[]; /* ends with a NULL text */

/* Takes a token and moves the offset behind it; false at what is none. Elements of a composite are
 * checked: literals other than composites. */
bool condition_token_next(struct condition_token *ret, const void *bytes, size_t size,
                          size_t *offset);

extern const char condition_signature[4]; /* what an expression begins with */

/* Where the tokens begin; false at bytes that are no expression. */
bool condition_start(const void *bytes, size_t size, size_t *ret_offset);
/* Whether only the zeros are left that make an ACE's size a multiple of 4. */
bool condition_at_end(const void *bytes, size_t size, size_t offset);

#endif
