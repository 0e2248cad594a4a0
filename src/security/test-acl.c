/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/acl.h"

static sid_buffer everyone, user;
static const uint8_t guid_a[16] = { 1, 2, 3 }, guid_b[16] = { 9 };

static int set_up(void **state)
{
    return nt_failed(sid_from_text(&everyone, NULL, "S-1-1-0", 7)) ||
                   nt_failed(sid_from_text(&user, NULL, "S-1-5-21-1-2-3-4", 16))
               ? -1
               : 0;
}

static struct ace allow(uint32_t mask, const sid_buffer *sid)
{
    return (struct ace){ .type = ACCESS_ALLOWED_ACE_TYPE, .mask = mask, .sid = &sid->sid };
}

static void a_built_acl_gives_its_aces_back(void **state)
{
    const struct ace aces[] = {
        { .type = ACCESS_DENIED_ACE_TYPE, .flags = INHERIT_ONLY_ACE, .mask = 1, .sid = &user.sid },
        { .type = ACCESS_ALLOWED_OBJECT_ACE_TYPE,
          .mask = 2,
          .sid = &everyone.sid,
          .object_type = guid_a },
        { .type = SYSTEM_AUDIT_OBJECT_ACE_TYPE,
          .mask = 3,
          .sid = &everyone.sid,
          .object_type = guid_a,
          .inherited_type = guid_b },
        { .type = ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
          .mask = 4,
          .sid = &user.sid,
          .extra = "artx1",
          .extra_size = 5 },
    };
    _cleanup_(freep) ACL *acl = NULL;

    assert_ok(acl_build(&acl, aces, ARRAY_SIZE(aces)));
    assert_int_equal(acl->AclRevision, ACL_REVISION_DS);
    assert_int_equal(acl_size(acl), 8 + 36 + 40 + 56 + 44);
    assert_true(acl_valid(acl, acl_size(acl)));
    for (size_t i = 0; i < ARRAY_SIZE(aces); i++) {
        struct ace ace;

        assert_ok(acl_get(&ace, acl, i));
        assert_int_equal(ace.type, aces[i].type);
        assert_int_equal(ace.flags, aces[i].flags);
        assert_int_equal(ace.mask, aces[i].mask);
        assert_true(sid_equal(ace.sid, aces[i].sid));
        assert_int_equal(!!ace.object_type, !!aces[i].object_type);
        assert_int_equal(!!ace.inherited_type, !!aces[i].inherited_type);
        if (ace.inherited_type)
            assert_memory_equal(ace.inherited_type, guid_b, sizeof(guid_b));
        assert_int_equal(ace.extra_size, (aces[i].extra_size + 3) / 4 * 4);
    }
    struct ace none;
    assert_status(acl_get(&none, acl, ARRAY_SIZE(aces)), STATUS_INVALID_PARAMETER);
}

static void an_empty_acl_is_eight_bytes(void **state)
{
    _cleanup_(freep) ACL *acl = NULL;

    assert_ok(acl_build(&acl, NULL, 0));
    assert_int_equal(acl_size(acl), 8);
    assert_int_equal(acl->AclRevision, ACL_REVISION);
    assert_true(acl_valid(acl, 8));
    assert_false(acl_valid(acl, 7));
    assert_false(acl_valid(NULL, 8));
}

static void only_sensible_buffers_become_acls(void **state)
{
    uint32_t buffer[4];

    assert_status(acl_init(buffer, 7, 2), STATUS_INVALID_PARAMETER);
    assert_status(acl_init(buffer, 10, 2), STATUS_INVALID_PARAMETER);
    assert_status(acl_init(buffer, 16, 1), STATUS_INVALID_PARAMETER);
    assert_status(acl_init(buffer, 16, 5), STATUS_INVALID_PARAMETER);
    assert_status(acl_init(buffer, 0x10000, 2), STATUS_INVALID_PARAMETER);
    assert_ok(acl_init(buffer, 16, 3));
}

static void appending_stops_when_the_room_is_used(void **state)
{
    uint32_t buffer[(8 + 2 * 20 + 16) / 4];
    ACL *acl = (ACL *)(void *)buffer;
    struct ace ace = allow(1, &everyone);
    size_t used;

    assert_ok(acl_init(buffer, sizeof(buffer), 2));
    assert_ok(acl_append(acl, &ace));
    assert_ok(acl_append(acl, &ace));
    assert_status(acl_append(acl, &ace), STATUS_ALLOTTED_SPACE_EXCEEDED);
    assert_int_equal(acl_n_aces(acl), 2);
    assert_ok(acl_used(&used, acl));
    assert_int_equal(used, 48);
}

static void aces_that_cannot_be_are_refused(void **state)
{
    uint32_t buffer[64];
    const struct ace wrong[] = {
        { .type = 4, .sid = &everyone.sid },
        { .type = 0x40, .sid = &everyone.sid },
        { .type = ACCESS_ALLOWED_ACE_TYPE },
        { .type = ACCESS_ALLOWED_ACE_TYPE, .sid = &everyone.sid, .object_type = guid_a },
        { .type = ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
          .sid = &everyone.sid,
          .extra = buffer,
          .extra_size = 0xfff0 },
    };
    ACL *acl = (ACL *)(void *)buffer;

    assert_ok(acl_init(buffer, sizeof(buffer), 2));
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_status(acl_append(acl, &wrong[i]), STATUS_INVALID_PARAMETER);
    assert_int_equal(acl_n_aces(acl), 0);
}

/* The masks of an ACL's ACEs as decimal digits, first to last. */
static uint32_t masks(const ACL *acl)
{
    struct acl_walk walk;
    struct ace ace;
    uint32_t digits = 0;

    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace))
        digits = digits * 10 + ace.mask;
    assert_false(walk.malformed);
    return digits;
}

static void aces_are_inserted_and_deleted_in_place(void **state)
{
    uint32_t buffer[64], bytes[5];
    ACL *acl = (ACL *)(void *)buffer;
    struct ace one = allow(1, &everyone), two = allow(2, &user), three = allow(3, &everyone);

    assert_ok(acl_init(buffer, sizeof(buffer), 2));
    assert_ok(acl_append(acl, &one));
    assert_ok(acl_append(acl, &two));
    assert_ok(ace_write(bytes, sizeof(bytes), &three));
    assert_ok(acl_insert_bytes(acl, 1, bytes, sizeof(bytes)));
    assert_int_equal(masks(acl), 132);
    assert_ok(acl_insert_bytes(acl, SIZE_MAX, bytes, sizeof(bytes)));
    assert_ok(acl_insert_bytes(acl, 0, bytes, sizeof(bytes)));
    assert_int_equal(masks(acl), 31323);
    assert_ok(acl_delete(acl, 0));
    assert_ok(acl_delete(acl, 3));
    assert_ok(acl_delete(acl, 1));
    assert_int_equal(masks(acl), 12);
    assert_status(acl_delete(acl, 2), STATUS_INVALID_PARAMETER);
    assert_ok(acl_insert_bytes(acl, 0, bytes, 0));
    assert_status(acl_insert_bytes(acl, 0, bytes, 19), STATUS_INVALID_PARAMETER);
    assert_status(acl_insert_bytes(acl, 0, bytes, 3), STATUS_INVALID_PARAMETER);
    assert_int_equal(masks(acl), 12);
    assert_status(ace_write(bytes, 19, &three), STATUS_BUFFER_TOO_SMALL);
}

static void damaged_acls_are_seen(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
    } damages[] = {
        { 0, 1 },                                       /* revision */
        { 0, 5 },   { 2, 40 },                          /* the ACL's size: cuts the second ACE */
        { 2, 7 },   { 2, 49 },                          /* more than there is */
        { 4, 3 },                                       /* one ACE too many */
        { 10, 0 },                                      /* an ACE's size */
        { 10, 3 },  { 10, 18 }, { 10, 200 }, { 16, 2 }, /* its SID's revision */
        { 17, 3 },                                      /* its SID's length */
        { 17, 16 },
    };
    struct ace aces[] = { allow(1, &everyone), allow(2, &everyone) };
    _cleanup_(freep) ACL *acl = NULL;

    assert_ok(acl_build(&acl, aces, 2));
    assert_int_equal(acl_size(acl), 48);
    for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
        uint8_t copy[48];

        memcpy(copy, acl, sizeof(copy));
        copy[damages[i].at] = damages[i].value;
        assert_false(acl_valid(copy, sizeof(copy)));
    }
}

static void an_object_ace_ends_where_its_size_says(void **state)
{
    struct ace ace = { .type = ACCESS_ALLOWED_OBJECT_ACE_TYPE, .sid = &everyone.sid };
    _cleanup_(freep) ACL *acl = NULL;

    assert_ok(acl_build(&acl, &ace, 1));
    uint8_t *bytes = (uint8_t *)acl;
    assert_true(acl_valid(bytes, acl_size(acl)));
    for (uint8_t present = 1; present <= 3; present++) {
        bytes[16] = present; /* GUIDs that are not there */
        assert_false(acl_valid(bytes, acl_size(acl)));
    }
}

static void unknown_types_are_walked_over(void **state)
{
    struct ace aces[] = { allow(1, &everyone), allow(2, &everyone) };
    _cleanup_(freep) ACL *acl = NULL;
    struct ace ace;

    assert_ok(acl_build(&acl, aces, 2));
    ((uint8_t *)acl)[8] = 0x77;
    assert_true(acl_valid(acl, acl_size(acl)));
    assert_ok(acl_get(&ace, acl, 0));
    assert_int_equal(ace.layout, ACE_LAYOUT_UNKNOWN);
    assert_null(ace.sid);
    assert_ok(acl_get(&ace, acl, 1));
    assert_int_equal(ace.mask, 2);
}

static void slack_is_no_part_of_what_is_used(void **state)
{
    uint32_t buffer[16] = { 0 };
    struct ace ace = allow(1, &everyone);
    size_t used;

    assert_ok(acl_init(buffer, sizeof(buffer), 2));
    assert_ok(acl_append((ACL *)(void *)buffer, &ace));
    buffer[10] = 0xdeadbeef;
    assert_true(acl_valid(buffer, sizeof(buffer)));
    assert_ok(acl_used(&used, (ACL *)(void *)buffer));
    assert_int_equal(used, 28);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    struct ace ace = allow(1, &everyone);
    ACL *acl = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, acl_build(&acl, &ace, 1))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(acl);
    }
    free(acl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_built_acl_gives_its_aces_back),
        cmocka_unit_test(an_empty_acl_is_eight_bytes),
        cmocka_unit_test(only_sensible_buffers_become_acls),
        cmocka_unit_test(appending_stops_when_the_room_is_used),
        cmocka_unit_test(aces_that_cannot_be_are_refused),
        cmocka_unit_test(aces_are_inserted_and_deleted_in_place),
        cmocka_unit_test(damaged_acls_are_seen),
        cmocka_unit_test(an_object_ace_ends_where_its_size_says),
        cmocka_unit_test(unknown_types_are_walked_over),
        cmocka_unit_test(slack_is_no_part_of_what_is_used),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
