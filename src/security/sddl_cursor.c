/* SPDX-License-Identifier: MIT */
#include "security/sddl_cursor.h"

#include "security/sddl.h"

nt_status sddl_fail(struct sddl_cursor *c, const char *at, const char *reason, nt_status status)
{
    if (!c->reason) {
        c->reason = reason;
        c->failed_at = at;
    }
    return status;
}

bool sddl_skip_name(struct sddl_cursor *c, const char *name)
{
    size_t size = strlen(name);

    sddl_skip_spaces(c);
    if ((size_t)(c->end - c->at) < size || !ascii_equal(c->at, size, name))
        return false;
    c->at += size;
    return true;
}

static unsigned take_base(struct sddl_cursor *c)
{
    if (c->end - c->at < 2 || c->at[0] != '0')
        return 10;
    if (ascii_lower(c->at[1]) == 'x') {
        c->at += 2;
        return 16;
    }
    return sddl_digit(c->at[1]) < 10 ? 8 : 10;
}

bool sddl_take_number(struct sddl_cursor *c, uint64_t max, struct sddl_number *ret)
{
    const unsigned base = take_base(c);
    const char *start = c->at;
    uint64_t value = 0;

    for (; c->at < c->end && sddl_digit(*c->at) < base; c->at++) {
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, sddl_digit(*c->at), &value) || value > max)
            return false;
    }
    if (c->at == start || (c->at < c->end && sddl_digit(*c->at) < 10))
        return false;
    *ret = (struct sddl_number){ value, base };
    return true;
}

nt_status sddl_take_sid_literal(struct sddl_cursor *c, sid_buffer *ret)
{
    if (!sddl_skip_name(c, "SID") || !sddl_skip(c, '('))
        return sddl_fail(c, c->at, "SID( is expected", NT(INVALID_PARAMETER));
    sddl_skip_spaces(c);
    const char *start = c->at;
    while (c->at < c->end && *c->at != ')' && !sddl_is_space(*c->at))
        c->at++;
    if (nt_failed(sddl_sid_parse(ret, start, (size_t)(c->at - start), c->domain)))
        return sddl_fail(c, start, "no SID and no alias of one", NT(INVALID_SID));
    if (!sddl_skip(c, ')'))
        return sddl_fail(c, c->at, "the parenthesis of SID( is not closed", NT(INVALID_PARAMETER));
    return NT_OK;
}
