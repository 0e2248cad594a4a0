/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdlib.h>

#include "security/descriptor.h"
#include "security/sacl.h"
#include "security/sddl.h"

static void *descriptor_of(struct descriptor *ret, const char *sddl)
{
    void *bytes;
    size_t size;

    if (!sddl)
        return NULL;
    assert_ok(sddl_parse(&bytes, &size, sddl, strlen(sddl), NULL));
    assert_ok(descriptor_parse(ret, bytes, size));
    return bytes;
}

#define AUDIT "(AU;SA;FA;;;WD)"
#define LABEL "(ML;;NW;;;HI)"
#define LOW   "(ML;;NW;;;LW)"

static void each_part_is_picked_by_its_bit(void **state)
{
    static const struct {
        const char *picked, *rest;
        uint32_t parts;
        const char *expected; /* NULL: none is left */
    } cases[] = {
        { "S:" AUDIT LABEL, NULL, SACL_SECURITY_INFORMATION, "S:" AUDIT },
        { "S:" AUDIT LABEL, NULL, LABEL_SECURITY_INFORMATION, "S:" LABEL },
        { "S:" AUDIT LABEL, NULL, SACL_PARTS, "S:" AUDIT LABEL },
        { "S:" AUDIT LABEL, "S:" LOW, BACKUP_SECURITY_INFORMATION, "S:" AUDIT LABEL },
        { "S:" AUDIT, NULL, LABEL_SECURITY_INFORMATION, NULL },
        { NULL, "S:" AUDIT LABEL, SACL_SECURITY_INFORMATION, "S:" LABEL },
        { NULL, NULL, SACL_PARTS, NULL },
        { "S:" LOW, "S:" AUDIT LABEL, LABEL_SECURITY_INFORMATION, "S:" LOW AUDIT },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct descriptor picked = { 0 }, rest = { 0 }, got = { .control = SE_SACL_PRESENT };
        void *picked_bytes = descriptor_of(&picked, cases[i].picked);
        void *rest_bytes = descriptor_of(&rest, cases[i].rest);
        _cleanup_(freep) char *text = NULL;
        _cleanup_(freep) ACL *acl = NULL;

        assert_ok(sacl_combine(&acl, picked.sacl, rest.sacl, cases[i].parts));
        free(picked_bytes);
        free(rest_bytes);
        got.sacl = acl;
        assert_int_equal(acl != NULL, cases[i].expected != NULL);
        if (!acl)
            continue;
        assert_ok(sddl_print(&text, NULL, &got, SACL_PARTS, NULL));
        assert_string_equal(text, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_part_is_picked_by_its_bit) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
