/* SPDX-License-Identifier: MIT */
/* For tests: descriptors from SDDL and back. The machine's domain is S-1-5-21-1-2-3. Include it
 * once. */
#ifndef OPENLOGON_SECURITY_TEST_FROM_TEXT_H
#define OPENLOGON_SECURITY_TEST_FROM_TEXT_H

#include "security/test-token.h"

#include <stdlib.h>

#include "security/descriptor.h"
#include "security/sddl.h"

/* A descriptor from its text. Starts zeroed; owns the bytes. */
struct from_text {
    void *bytes;
    struct descriptor d;
};

static inline void from_text_done(struct from_text *t)
{
    free(t->bytes);
}

/* NULL gives NULL. */
static inline const struct descriptor *read_text(struct from_text *ret, const char *sddl)
{
    sid_buffer domain = sid_of("S-1-5-21-1-2-3");
    size_t size;

    if (!sddl)
        return NULL;
    nt_status st = sddl_parse(&ret->bytes, &size, sddl, strlen(sddl), &domain.sid);
    if (nt_failed(st))
        fail_msg("\"%s\": %s", sddl, nt_status_name(st));
    assert_ok(descriptor_parse(&ret->d, ret->bytes, size));
    return &ret->d;
}

static inline void assert_descriptor_text(const char *what, const struct descriptor *d,
                                          const char *expected)
{
    const uint32_t parts = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                           DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION;
    sid_buffer domain = sid_of("S-1-5-21-1-2-3");
    _cleanup_(freep) char *text = NULL;

    assert_ok(sddl_print(&text, NULL, d, parts, &domain.sid));
    if (strcmp(text, expected) != 0)
        fail_msg("%s:\n  gives    %s\n  expected %s", what, text, expected);
}

static inline void assert_text(const char *what, const void *bytes, size_t size,
                               const char *expected)
{
    struct descriptor d;

    assert_ok(descriptor_parse(&d, bytes, size));
    assert_descriptor_text(what, &d, expected);
}

#endif
