/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/idmap.h"

static sid_buffer machine;

static int set_up(void **state)
{
    return nt_failed(sid_from_text(&machine, NULL, "S-1-5-21-1-2-3", 14)) ? -1 : 0;
}

static const struct {
    uint32_t id;
    uint32_t uid_rid;
    uint32_t gid_rid;
} cases[] = {
    { 0, 500, 1001 },
    { 1, 1002, 1003 },
    { 1000, 3000, 3001 },
    { 65534, 132068, 132069 },
    { 1900000000, 3800001000, 3800001001 },
    { IDMAP_ID_MAX, 4294967294, 4294967295 },
};

static void ids_and_sids_are_each_others_image(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        sid_buffer user, group;

        assert_ok(idmap_uid_to_sid(&user, &machine.sid, cases[i].id));
        assert_int_equal(sid_rid(&user.sid), cases[i].uid_rid);
        assert_int_equal(idmap_sid_to_uid(&machine.sid, &user.sid), cases[i].id);
        assert_int_equal(idmap_sid_to_gid(&machine.sid, &user.sid), IDMAP_NO_ID);
        assert_ok(idmap_gid_to_sid(&group, &machine.sid, cases[i].id));
        assert_int_equal(sid_rid(&group.sid), cases[i].gid_rid);
        assert_int_equal(idmap_sid_to_gid(&machine.sid, &group.sid), cases[i].id);
        assert_int_equal(idmap_sid_to_uid(&machine.sid, &group.sid), IDMAP_NO_ID);
    }
}

static void ids_too_large_have_no_sid(void **state)
{
    static const uint32_t ids[] = { IDMAP_ID_MAX + 1, UINT32_MAX };
    sid_buffer sid;

    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        assert_status(idmap_uid_to_sid(&sid, &machine.sid, ids[i]), STATUS_INVALID_PARAMETER);
        assert_status(idmap_gid_to_sid(&sid, &machine.sid, ids[i]), STATUS_INVALID_PARAMETER);
    }
}

static void other_sids_have_no_id(void **state)
{
    static const char *const texts[] = {
        "S-1-5-18",           "S-1-5-21-1-2-4-3000",   "S-1-5-21-1-2-3",
        "S-1-5-21-1-2-3-501", "S-1-5-21-1-2-3-1000",   "S-1-5-21-1-2-3-999",
        "S-1-5-21-1-2-3-512", "S-1-5-21-1-2-3-3000-1", "S-1-5-32-544",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        sid_buffer sid;

        assert_ok(sid_from_text(&sid, NULL, texts[i], strlen(texts[i])));
        assert_int_equal(idmap_sid_to_uid(&machine.sid, &sid.sid), IDMAP_NO_ID);
        assert_int_equal(idmap_sid_to_gid(&machine.sid, &sid.sid), IDMAP_NO_ID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_and_sids_are_each_others_image),
        cmocka_unit_test(ids_too_large_have_no_sid),
        cmocka_unit_test(other_sids_have_no_id),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
