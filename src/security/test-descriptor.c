/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/descriptor.h"

static sid_buffer owner, group;
static ACL *acl;

static int set_up(void **state)
{
    struct ace ace = { .mask = 1, .sid = &owner.sid };

    return nt_failed(sid_from_text(&owner, NULL, "S-1-5-18", 8)) ||
                   nt_failed(sid_from_text(&group, NULL, "S-1-5-32-544", 12)) ||
                   nt_failed(acl_build(&acl, &ace, 1))
               ? -1
               : 0;
}

static int tear_down(void **state)
{
    free(acl);
    return 0;
}

static struct descriptor whole(void)
{
    return (struct descriptor){ .control = SE_DACL_PRESENT | SE_SACL_PRESENT | SE_RM_CONTROL_VALID,
                                .resource_control = 7,
                                .owner = &owner.sid,
                                .group = &group.sid,
                                .sacl = acl,
                                .dacl = acl };
}

static void assert_same(const struct descriptor *a, const struct descriptor *b)
{
    assert_int_equal(a->control & ~SE_SELF_RELATIVE, b->control & ~SE_SELF_RELATIVE);
    assert_int_equal(a->resource_control, b->resource_control);
    assert_int_equal(!!a->owner, !!b->owner);
    assert_int_equal(!!a->group, !!b->group);
    assert_int_equal(!!a->dacl, !!b->dacl);
    assert_int_equal(!!a->sacl, !!b->sacl);
    if (a->owner)
        assert_true(sid_equal(a->owner, b->owner));
    if (a->group)
        assert_true(sid_equal(a->group, b->group));
    if (a->dacl)
        assert_memory_equal(a->dacl, b->dacl, acl_size(b->dacl));
}

static void every_choice_of_parts_goes_through_both_forms(void **state)
{
    for (unsigned parts = 0; parts < 64; parts++) {
        struct descriptor d = whole(), back;
        _cleanup_(freep) void *bytes = NULL;
        SECURITY_DESCRIPTOR absolute;
        size_t size;

        d.owner = parts & 1 ? d.owner : NULL;
        d.group = parts & 2 ? d.group : NULL;
        d.dacl = parts & 4 && parts & 16 ? d.dacl : NULL;
        d.sacl = parts & 8 && parts & 32 ? d.sacl : NULL;
        d.control = (uint16_t)((parts & 16 ? SE_DACL_PRESENT : 0) |
                               (parts & 32 ? SE_SACL_PRESENT : 0) | SE_RM_CONTROL_VALID);
        assert_ok(descriptor_build(&bytes, &size, &d));
        assert_int_equal(size, descriptor_size(&d));
        assert_ok(descriptor_parse(&back, bytes, size));
        assert_same(&back, &d);
        assert_ok(descriptor_read(&back, bytes));
        assert_same(&back, &d);
        descriptor_to_absolute(&absolute, &d);
        assert_ok(descriptor_read(&back, &absolute));
        assert_same(&back, &d);
    }
}

static void the_order_is_that_of_windows(void **state)
{
    struct descriptor d = whole();
    _cleanup_(freep) void *bytes = NULL;
    SECURITY_DESCRIPTOR_RELATIVE header;
    size_t size;

    assert_ok(descriptor_build(&bytes, &size, &d));
    memcpy(&header, bytes, sizeof(header));
    assert_int_equal(header.Sacl, 20);
    assert_int_equal(header.Dacl, 20 + acl_size(acl));
    assert_int_equal(header.Owner, 20 + 2 * acl_size(acl));
    assert_int_equal(header.Group, 20 + 2 * acl_size(acl) + 12);
}

static void a_short_buffer_is_told_what_is_needed(void **state)
{
    struct descriptor d = whole();
    uint8_t buffer[256];
    size_t needed = 0;

    memset(buffer, 0xee, sizeof(buffer));
    assert_status(descriptor_write(buffer, descriptor_size(&d) - 1, &needed, &d),
                  STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(needed, descriptor_size(&d));
    assert_int_equal(buffer[0], 0xee);
    assert_ok(descriptor_write(buffer, needed, NULL, &d));
    assert_int_equal(buffer[needed], 0xee);
}

static void cut_bytes_are_refused(void **state)
{
    struct descriptor d = whole(), back;
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    assert_ok(descriptor_build(&bytes, &size, &d));
    for (size_t cut = 0; cut < size; cut++) {
        _cleanup_(freep) void *copy = malloc(cut + 1);

        assert_non_null(copy);
        memcpy(copy, bytes, cut);
        assert_true(nt_failed(descriptor_parse(&back, copy, cut)));
    }
    assert_status(descriptor_parse(&back, NULL, 100), STATUS_INVALID_SECURITY_DESCR);
    assert_status(descriptor_read(&back, NULL), STATUS_INVALID_SECURITY_DESCR);
}

static void damaged_headers_are_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
        int32_t status;
    } damages[] = {
        { 0, 2, (int32_t)STATUS_UNKNOWN_REVISION },
        { 3, 0, (int32_t)STATUS_BAD_DESCRIPTOR_FORMAT },
        { 4, 19, (int32_t)STATUS_INVALID_SECURITY_DESCR }, /* the owner inside the header */
        { 4, 255, (int32_t)STATUS_INVALID_SECURITY_DESCR },
        { 7, 255, (int32_t)STATUS_INVALID_SECURITY_DESCR },
        { 8, 20, (int32_t)STATUS_INVALID_SID }, /* the group where an ACL is */
        { 12, 4, (int32_t)STATUS_INVALID_SECURITY_DESCR },
        { 16, 76, (int32_t)STATUS_INVALID_ACL }, /* the DACL where a SID is */
    };
    struct descriptor d = whole(), back;
    uint8_t bytes[256], copy[256];
    size_t size;

    assert_ok(descriptor_write(bytes, sizeof(bytes), &size, &d));
    for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
        memcpy(copy, bytes, size);
        copy[damages[i].at] = damages[i].value;
        assert_status(descriptor_parse(&back, copy, size), damages[i].status);
    }
}

static void an_acl_that_is_not_called_present_is_absent(void **state)
{
    struct descriptor d = whole(), back;
    uint8_t bytes[256];
    size_t size;

    assert_ok(descriptor_write(bytes, sizeof(bytes), &size, &d));
    bytes[2] &= (uint8_t) ~(SE_DACL_PRESENT | SE_SACL_PRESENT);
    assert_ok(descriptor_parse(&back, bytes, size));
    assert_null(back.dacl);
    assert_null(back.sacl);
}

static void a_damaged_part_of_an_absolute_one_is_seen(void **state)
{
    struct descriptor d = whole(), back;
    SECURITY_DESCRIPTOR absolute;
    sid_buffer bad = owner;

    bad.bytes[0] = 3;
    d.owner = &bad.sid;
    descriptor_to_absolute(&absolute, &d);
    assert_status(descriptor_read(&back, &absolute), STATUS_INVALID_SID);
    uint32_t bad_acl[2] = { 0 };
    d = whole();
    d.dacl = (const ACL *)(void *)bad_acl;
    descriptor_to_absolute(&absolute, &d);
    assert_status(descriptor_read(&back, &absolute), STATUS_INVALID_ACL);
    absolute.Revision = 9;
    assert_status(descriptor_read(&back, &absolute), STATUS_UNKNOWN_REVISION);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    struct descriptor d = whole();
    void *bytes = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, descriptor_build(&bytes, NULL, &d))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_choice_of_parts_goes_through_both_forms),
        cmocka_unit_test(the_order_is_that_of_windows),
        cmocka_unit_test(a_short_buffer_is_told_what_is_needed),
        cmocka_unit_test(cut_bytes_are_refused),
        cmocka_unit_test(damaged_headers_are_refused),
        cmocka_unit_test(an_acl_that_is_not_called_present_is_absent),
        cmocka_unit_test(a_damaged_part_of_an_absolute_one_is_seen),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
