/* SPDX-License-Identifier: MIT */
#include "security/token_security.h"

#include <stdlib.h>

#include "security/test-token.h"

/* A descriptor and its memory. */
struct security {
    void *bytes;
    size_t size;
    struct descriptor view;
};

static void security_done(struct security *s)
{
    free(s->bytes);
}

static void security_default(struct security *s, const token_image *image)
{
    assert_ok(token_security_default(&s->bytes, &s->size, image));
    assert_ok(descriptor_parse(&s->view, s->bytes, s->size));
}

static nt_status merge(struct security *s, const struct descriptor *parts, uint32_t information,
                       const token_image *caller)
{
    void *merged = NULL;
    size_t size;
    nt_status st = token_security_merge(&merged, &size, &s->view, parts, information, caller);

    if (nt_failed(st))
        return st;
    free(s->bytes);
    *s = (struct security){ merged, size, { 0 } };
    return descriptor_parse(&s->view, s->bytes, s->size);
}

static void at_first_its_user_owns_it(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };

    security_default(&s, image);
    assert_true(sid_equal(s.view.owner, token_image_sid(image, 0)));
    assert_true(sid_equal(s.view.group, token_image_sid(image, 1)));
    assert_int_equal(acl_n_aces(s.view.dacl), 3);
    assert_null(s.view.sacl);
}

static void only_what_was_asked_for_is_told(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 }, owner = { 0 };
    void *none = NULL;
    size_t size;

    security_default(&s, image);
    assert_ok(token_security_select(&owner.bytes, &owner.size, &s.view,
                                    OWNER_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION));
    assert_ok(descriptor_parse(&owner.view, owner.bytes, owner.size));
    assert_non_null(owner.view.owner);
    assert_null(owner.view.group);
    assert_null(owner.view.dacl);
    assert_false(owner.view.control & SE_DACL_PRESENT);
    assert_status(token_security_select(&none, &size, &s.view, BACKUP_SECURITY_INFORMATION),
                  STATUS_INVALID_PARAMETER);
    assert_null(none);
}

static void parts_need_their_rights(void **state)
{
    static const struct {
        uint32_t information, to_read, to_write;
    } cases[] = {
        { OWNER_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
        { GROUP_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
        { LABEL_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
        { DACL_SECURITY_INFORMATION, READ_CONTROL, WRITE_DAC },
        { SACL_SECURITY_INFORMATION, ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY },
        { PROTECTED_DACL_SECURITY_INFORMATION, 0, WRITE_DAC },
        { UNPROTECTED_DACL_SECURITY_INFORMATION, 0, WRITE_DAC },
        { PROTECTED_SACL_SECURITY_INFORMATION, 0, ACCESS_SYSTEM_SECURITY },
        { UNPROTECTED_SACL_SECURITY_INFORMATION, 0, ACCESS_SYSTEM_SECURITY },
        { DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION,
          READ_CONTROL | ACCESS_SYSTEM_SECURITY, WRITE_DAC | ACCESS_SYSTEM_SECURITY },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(token_security_read_access(cases[i].information), cases[i].to_read);
        assert_int_equal(token_security_write_access(cases[i].information), cases[i].to_write);
    }
}

static void an_owner_is_one_that_the_caller_may_name(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };
    sid_buffer users = sid_of("S-1-5-32-545"), administrators = sid_of("S-1-5-32-544");
    struct descriptor parts = { .owner = &users.sid };
    uint64_t present = token_image_privileges_present(image);
    uint64_t restore = PRIVILEGE_BIT(PRIVILEGE_RESTORE);

    security_default(&s, image);
    assert_status(merge(&s, &parts, OWNER_SECURITY_INFORMATION, image), STATUS_INVALID_OWNER);
    token_image_set_privileges(image, present | restore, restore);
    assert_ok(merge(&s, &parts, OWNER_SECURITY_INFORMATION, image));
    token_image_set_privileges(image, present, 0);
    parts.owner = &administrators.sid;
    assert_ok(merge(&s, &parts, OWNER_SECURITY_INFORMATION, image));
    assert_true(sid_equal(s.view.owner, &administrators.sid));
    parts.owner = NULL;
    assert_status(merge(&s, &parts, OWNER_SECURITY_INFORMATION, image), STATUS_INVALID_OWNER);
    assert_status(merge(&s, &parts, GROUP_SECURITY_INFORMATION, image),
                  STATUS_INVALID_PRIMARY_GROUP);
    assert_int_equal(acl_n_aces(s.view.dacl), 3);
}

static void labels_and_the_rest_of_a_sacl_are_two_things(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };
    _cleanup_(freep) ACL *label = NULL, *audit = NULL, *too_high = NULL;
    sid_buffer low = sid_of("S-1-16-4096"), system = sid_of("S-1-16-16384");
    sid_buffer world = sid_of("S-1-1-0");
    struct ace ace = { .type = SYSTEM_MANDATORY_LABEL_ACE_TYPE, .mask = 1, .sid = &low.sid };
    struct descriptor parts = { .control = SE_SACL_PRESENT };

    assert_ok(acl_build(&label, &ace, 1));
    ace.sid = &system.sid;
    assert_ok(acl_build(&too_high, &ace, 1));
    ace = (struct ace){ .type = SYSTEM_AUDIT_ACE_TYPE, .mask = 1, .sid = &world.sid };
    assert_ok(acl_build(&audit, &ace, 1));
    security_default(&s, image);
    parts.sacl = label;
    assert_ok(merge(&s, &parts, LABEL_SECURITY_INFORMATION, image));
    parts.sacl = audit;
    assert_ok(merge(&s, &parts, SACL_SECURITY_INFORMATION, image));
    assert_int_equal(acl_n_aces(s.view.sacl), 2);
    parts.sacl = too_high;
    assert_status(merge(&s, &parts, LABEL_SECURITY_INFORMATION, image), STATUS_PRIVILEGE_NOT_HELD);
    parts.sacl = NULL;
    assert_ok(merge(&s, &parts, LABEL_SECURITY_INFORMATION, image));
    assert_int_equal(acl_n_aces(s.view.sacl), 1);
    assert_ok(merge(&s, &parts, SACL_SECURITY_INFORMATION, image));
    assert_null(s.view.sacl);
    assert_false(s.view.control & SE_SACL_PRESENT);
}

static void a_dacl_is_replaced_and_protected(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };
    struct descriptor parts = { .control = SE_DACL_PRESENT };

    security_default(&s, image);
    assert_ok(
        merge(&s, &parts, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, image));
    assert_null(s.view.dacl);
    assert_true(s.view.control & SE_DACL_PRESENT);
    assert_true(s.view.control & SE_DACL_PROTECTED);
    assert_ok(merge(&s, &parts, UNPROTECTED_DACL_SECURITY_INFORMATION, image));
    assert_false(s.view.control & SE_DACL_PROTECTED);
    assert_status(merge(&s, &parts, BACKUP_SECURITY_INFORMATION, image), STATUS_INVALID_PARAMETER);
    assert_status(merge(&s, &parts, 0, image), STATUS_INVALID_PARAMETER);
}

static nt_status make_new(const struct descriptor *given, const token_image *caller)
{
    _cleanup_(security_done) struct security s = { 0 };

    return token_security_of_new(&s.bytes, &s.size, caller, given, caller);
}

static void a_new_token_gets_what_could_be_set(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };
    _cleanup_(freep) ACL *label = NULL, *audit = NULL;
    sid_buffer users = sid_of("S-1-5-32-545"), system = sid_of("S-1-16-16384");
    struct ace ace = { .type = SYSTEM_MANDATORY_LABEL_ACE_TYPE, .mask = 1, .sid = &system.sid };
    struct descriptor given;
    uint64_t present = token_image_privileges_present(image);

    assert_ok(acl_build(&label, &ace, 1));
    ace = (struct ace){ .type = SYSTEM_AUDIT_ACE_TYPE, .mask = 1, .sid = &users.sid };
    assert_ok(acl_build(&audit, &ace, 1));
    security_default(&s, image);
    given = s.view;
    assert_ok(make_new(&given, image));
    given.owner = &users.sid;
    assert_status(make_new(&given, image), STATUS_INVALID_OWNER);
    given = s.view;
    given.control |= SE_SACL_PRESENT;
    given.sacl = label;
    assert_status(make_new(&given, image), STATUS_PRIVILEGE_NOT_HELD);
    given.sacl = audit;
    assert_status(make_new(&given, image), STATUS_PRIVILEGE_NOT_HELD);
    token_image_set_privileges(image, present, PRIVILEGE_BIT(PRIVILEGE_SECURITY));
    assert_ok(make_new(&given, image));
}

/* What somebody is given whose own token it is not. */
static void a_new_token_of_another_user_may_stay_its_users(void **state)
{
    _cleanup_(token_image_freep) token_image *caller = test_image();
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *token = NULL;
    _cleanup_(security_done) struct security s = { 0 }, made = { 0 };

    test_spec_init(&t);
    t.sids[0] = sid_of("S-1-5-21-1-2-3-3002");
    assert_ok(token_image_build(&token, &t.spec));
    security_default(&s, token);
    s.view.control |= SE_DACL_PROTECTED;
    assert_ok(token_security_of_new(&made.bytes, &made.size, token, &s.view, caller));
    assert_ok(descriptor_parse(&made.view, made.bytes, made.size));
    assert_true(sid_equal(made.view.owner, &t.sids[0].sid));
    assert_true(made.view.control & SE_DACL_PROTECTED);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    _cleanup_(security_done) struct security s = { 0 };
    struct descriptor parts = { .control = SE_DACL_PRESENT };
    void *bytes = NULL;
    size_t size;

    security_default(&s, image);
    FOR_EACH_FAILING_ALLOCATION(
        st, token_security_merge(&bytes, &size, &s.view, &parts, DACL_SECURITY_INFORMATION, image))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_first_its_user_owns_it),
        cmocka_unit_test(only_what_was_asked_for_is_told),
        cmocka_unit_test(parts_need_their_rights),
        cmocka_unit_test(an_owner_is_one_that_the_caller_may_name),
        cmocka_unit_test(labels_and_the_rest_of_a_sacl_are_two_things),
        cmocka_unit_test(a_dacl_is_replaced_and_protected),
        cmocka_unit_test(a_new_token_gets_what_could_be_set),
        cmocka_unit_test(a_new_token_of_another_user_may_stay_its_users),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
