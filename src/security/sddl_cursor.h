/* SPDX-License-Identifier: MIT */
/* What the readers of SDDL's parts share: a place in the text, and why reading stopped there. */
#ifndef OPENLOGON_SECURITY_SDDL_CURSOR_H
#define OPENLOGON_SECURITY_SDDL_CURSOR_H

#include "base/ascii.h"
#include "security/sid.h"

/* Borrows the text. */
struct sddl_cursor {
    const char *at;
    const char *end;
    const SID *domain; /* for aliases; may be NULL */
    const char *failed_at;
    const char *reason; /* a constant; NULL: nothing has failed */
};

/* Notes the first failure; returns the status, so that `return sddl_fail(...)` ends a function. */
nt_status sddl_fail(struct sddl_cursor *c, const char *at, const char *reason, nt_status status);

static inline bool sddl_is_space(char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static inline void sddl_skip_spaces(struct sddl_cursor *c)
{
    while (c->at < c->end && sddl_is_space(*c->at))
        c->at++;
}

/* The next character; 0 at the end (a zero inside a text is no character of SDDL). */
static inline char sddl_peek(const struct sddl_cursor *c)
{
    return c->at < c->end ? *c->at : 0;
}

/* Takes spaces and then this character; false, and nothing but spaces taken, at another. */
static inline bool sddl_skip(struct sddl_cursor *c, char expected)
{
    sddl_skip_spaces(c);
    if (sddl_peek(c) != expected || c->at == c->end)
        return false;
    c->at++;
    return true;
}

/* Takes a name, letters in either case. */
bool sddl_skip_name(struct sddl_cursor *c, const char *name);

static inline unsigned sddl_digit(char ch)
{
    if (ch >= '0' && ch <= '9')
        return (unsigned)(ch - '0');
    ch = ascii_lower(ch);
    return ch >= 'a' && ch <= 'f' ? (unsigned)(ch - 'a') + 10 : UINT32_MAX;
}

/* A number of C's forms, 0x1f, 037, 31, and which base it was written in. */
struct sddl_number {
    uint64_t value;
    unsigned base;
};
/* Takes all digits. False: there is none, a digit above the base follows, it is above the limit. */
bool sddl_take_number(struct sddl_cursor *c, uint64_t max, struct sddl_number *ret);

/* Takes "SID(...)", an alias or the S-1-... form. Errors: INVALID_PARAMETER, INVALID_SID */
_must_check_ nt_status sddl_take_sid_literal(struct sddl_cursor *c, sid_buffer *ret);

#endif
