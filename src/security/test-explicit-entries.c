/* SPDX-License-Identifier: MIT */
#include "security/test-from-text.h"

#include "security/explicit_entries.h"

static const uint8_t guid_a[16] = { 0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11,
                                    0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2 };

#define GUID_A "bf967aba-0de6-11d0-a285-00aa003049e2"
#define GUID_B "bf967a86-0de6-11d0-a285-00aa003049e2"

enum {
    OI = OBJECT_INHERIT_ACE,
    CI = CONTAINER_INHERIT_ACE,
    ENTRIES_MAX = 3,
};

struct test_entry {
    ACCESS_MODE mode;
    uint32_t rights;
    uint8_t inheritance;
    const char *sid;
    const void *object_type;
    const void *inherited_type;
};

#define BA   "S-1-5-32-544"
#define BU   "S-1-5-32-545"
#define FR   0x120089
#define FA   0x1f01ff
#define CC   1
#define DC   2
#define BOTH EXPLICIT_AUDIT_BOTH

#define NO_ENTRY                                                                                   \
    {                                                                                              \
        0                                                                                          \
    }

struct merge_case {
    const char *what;
    const char *old; /* of a DACL, or a SACL's ACEs in it, which is as good here; NULL: none */
    struct test_entry entries[ENTRIES_MAX];
    const char *expected; /* a text, or the name of the error */
};

static const struct merge_case cases[] = {
    { "nothing is merged into nothing", NULL, { NO_ENTRY }, "D:" },
    { "nothing is merged",
      "D:(A;;FR;;;BU)(A;ID;FA;;;BA)",
      { NO_ENTRY },
      "D:(A;;FR;;;BU)(A;ID;FA;;;BA)" },
    { "a new list", NULL, { { GRANT_ACCESS, FR, 0, BU } }, "D:(A;;FR;;;BU)" },
    { "the order of the entries is kept",
      NULL,
      { { GRANT_ACCESS, FR, 0, BU }, { SET_ACCESS, FA, 0, BA } },
      "D:(A;;FR;;;BU)(A;;FA;;;BA)" },
    { "denials come first",
      NULL,
      { { GRANT_ACCESS, FR, 0, BU }, { DENY_ACCESS, DC, 0, BA }, { DENY_ACCESS, CC, 0, BU } },
      "D:(D;;DC;;;BA)(D;;CC;;;BU)(A;;FR;;;BU)" },
    { "a denial before all others",
      "D:(D;;CC;;;WD)(A;;FR;;;WD)",
      { { DENY_ACCESS, DC, 0, BA } },
      "D:(D;;DC;;;BA)(D;;CC;;;WD)(A;;FR;;;WD)" },
    { "an allowance before the first one",
      "D:(D;;CC;;;WD)(A;;FR;;;WD)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(D;;CC;;;WD)(A;;DC;;;BA)(A;;FR;;;WD)" },
    { "an allowance behind denials",
      "D:(D;;CC;;;WD)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(D;;CC;;;WD)(A;;DC;;;BA)" },
    { "an allowance before what was inherited",
      "D:(D;;CC;;;WD)(D;ID;CC;;;BU)(A;ID;FA;;;WD)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(D;;CC;;;WD)(A;;DC;;;BA)(D;ID;CC;;;BU)(A;ID;FA;;;WD)" },

    { "a grant takes up what was allowed",
      "D:(A;;FX;;;WD)(A;;CC;;;BA)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(A;;CCDC;;;BA)(A;;FX;;;WD)" },
    { "unless it is inherited by others",
      "D:(A;OI;CC;;;BA)",
      { { GRANT_ACCESS, DC, CI, BA } },
      "D:(A;CI;DC;;;BA)(A;OI;CC;;;BA)" },
    { "but with the same inheritance",
      "D:(A;OICI;CC;;;BA)",
      { { GRANT_ACCESS, DC, OI | CI, BA } },
      "D:(A;OICI;CCDC;;;BA)" },
    { "a grant ends a denial",
      "D:(D;;CCDC;;;BA)(A;;FR;;;WD)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(D;;CC;;;BA)(A;;DC;;;BA)(A;;FR;;;WD)" },
    { "a grant ends a whole denial",
      "D:(D;;DC;;;BA)(A;;FR;;;WD)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(A;;DC;;;BA)(A;;FR;;;WD)" },
    { "not an inherited one",
      "D:(D;ID;DC;;;BA)",
      { { GRANT_ACCESS, DC, 0, BA } },
      "D:(A;;DC;;;BA)(D;ID;DC;;;BA)" },
    { "two grants to one trustee",
      NULL,
      { { GRANT_ACCESS, CC, 0, BA }, { GRANT_ACCESS, DC, 0, BA } },
      "D:(A;;CCDC;;;BA)" },
    { "a denial takes up what was denied",
      "D:(D;;FX;;;WD)(D;;CC;;;BA)",
      { { DENY_ACCESS, DC, 0, BA } },
      "D:(D;;CCDC;;;BA)(D;;FX;;;WD)" },
    { "a denial leaves what is allowed",
      "D:(A;;FR;;;BA)",
      { { DENY_ACCESS, CC, 0, BA } },
      "D:(D;;CC;;;BA)(A;;FR;;;BA)" },
    { "setting replaces allowances and denials",
      "D:(D;OI;CC;;;BA)(D;;CC;;;WD)(A;CI;FR;;;BA)(A;;FR;;;WD)",
      { { SET_ACCESS, DC, 0, BA } },
      "D:(D;;CC;;;WD)(A;;DC;;;BA)(A;;FR;;;WD)" },
    { "but not what was inherited",
      "D:(A;;FR;;;BA)(A;ID;FA;;;BA)",
      { { SET_ACCESS, DC, 0, BA } },
      "D:(A;;DC;;;BA)(A;ID;FA;;;BA)" },
    { "setting twice sets both",
      "D:(A;;FR;;;BA)",
      { { SET_ACCESS, DC, OI, BA }, { SET_ACCESS, CC, CI, BA } },
      "D:(A;OI;DC;;;BA)(A;CI;CC;;;BA)" },
    { "revoking takes allowances and audits",
      "D:(D;;CC;;;BA)(A;;FR;;;BA)(AU;SA;FA;;;BA)",
      { { REVOKE_ACCESS, 0, 0, BA } },
      "D:(D;;CC;;;BA)" },
    { "of the trustee alone",
      "D:(A;;FR;;;BA)(A;;FR;;;BU)",
      { { REVOKE_ACCESS, 0, 0, BA } },
      "D:(A;;FR;;;BU)" },
    { "revoking what is not there",
      "D:(A;;FR;;;BU)",
      { { REVOKE_ACCESS, FA, 0, BA } },
      "D:(A;;FR;;;BU)" },

    { "audit of success", NULL, { { SET_AUDIT_SUCCESS, CC, 0, BA } }, "D:(AU;SA;CC;;;BA)" },
    { "audit of failure", NULL, { { SET_AUDIT_FAILURE, CC, OI, BA } }, "D:(AU;OIFA;CC;;;BA)" },
    { "audit of both", NULL, { { BOTH, CC, 0, BA } }, "D:(AU;SAFA;CC;;;BA)" },
    { "audits come first",
      "D:(AU;SA;FR;;;WD)",
      { { SET_AUDIT_SUCCESS, CC, 0, BA } },
      "D:(AU;SA;CC;;;BA)(AU;SA;FR;;;WD)" },
    { "an audit takes up what was audited",
      "D:(AU;SA;CC;;;BA)(AU;FA;CC;;;BA)",
      { { SET_AUDIT_SUCCESS, DC, 0, BA } },
      "D:(AU;SA;CCDC;;;BA)(AU;FA;CC;;;BA)" },

    { "with a GUID",
      "D:(A;;FR;;;WD)",
      { { GRANT_ACCESS, CC, 0, BA, guid_a } },
      "D:(OA;;CC;" GUID_A ";;BA)(A;;FR;;;WD)" },
    { "with a GUID of heirs",
      NULL,
      { { DENY_ACCESS, CC, CI, BA, NULL, guid_a } },
      "D:(OD;CI;CC;;" GUID_A ";BA)" },
    { "with two",
      NULL,
      { { SET_AUDIT_SUCCESS, CC, CI, BA, guid_a, guid_a } },
      "D:(OU;CISA;CC;" GUID_A ";" GUID_A ";BA)" },
    { "the same GUID is taken up",
      "D:(OA;;CC;" GUID_A ";;BA)(OA;;CC;" GUID_B ";;BA)",
      { { GRANT_ACCESS, DC, 0, BA, guid_a } },
      "D:(OA;;CCDC;" GUID_A ";;BA)(OA;;CC;" GUID_B ";;BA)" },
    { "revoking for a GUID",
      "D:(OA;;CC;" GUID_A ";;BA)(OA;;CC;" GUID_B ";;BA)(A;;CC;;;BA)",
      { { REVOKE_ACCESS, 0, 0, BA, guid_a } },
      "D:(OA;;CC;" GUID_B ";;BA)(A;;CC;;;BA)" },
    { "revoking for all GUIDs",
      "D:(OA;;CC;" GUID_A ";;BA)(OA;;CC;" GUID_B ";;BA)(A;;CC;;;BA)",
      { { REVOKE_ACCESS, 0, 0, BA } },
      "D:" },

    { "an unknown mode", NULL, { { (ACCESS_MODE)8, CC, 0, BA } }, "STATUS_INVALID_PARAMETER" },
    { "inheritance that cannot be given",
      NULL,
      { { GRANT_ACCESS, CC, INHERITED_ACE, BA } },
      "STATUS_INVALID_PARAMETER" },
};

static size_t make_entries(struct explicit_entry *ret, sid_buffer *sids,
                           const struct test_entry *entries)
{
    size_t n = 0;

    for (; n < ENTRIES_MAX && entries[n].mode; n++) {
        sids[n] = sid_of(entries[n].sid);
        ret[n] = (struct explicit_entry){ entries[n].mode,        entries[n].rights,
                                          entries[n].inheritance, &sids[n].sid,
                                          entries[n].object_type, entries[n].inherited_type };
    }
    return n;
}

static void check_case(const struct merge_case *c)
{
    _cleanup_(from_text_done) struct from_text old = { 0 };
    _cleanup_(freep) ACL *merged = NULL;
    struct explicit_entry entries[ENTRIES_MAX];
    sid_buffer sids[ENTRIES_MAX];
    size_t n = make_entries(entries, sids, c->entries);
    const struct descriptor *d = read_text(&old, c->old);

    nt_status st = explicit_entries_merge(&merged, d ? d->dacl : NULL, entries, n);
    if (strncmp(c->expected, "STATUS_", 7) == 0 && strcmp(nt_status_name(st), c->expected) == 0)
        return;
    if (nt_failed(st))
        fail_msg("%s: %s", c->what, nt_status_name(st));
    assert_descriptor_text(
        c->what, &(struct descriptor){ .control = SE_DACL_PRESENT, .dacl = merged }, c->expected);
}

static void entries_are_merged_by_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        check_case(&cases[i]);
}

static void an_entry_needs_a_sid_and_a_mode(void **state)
{
    sid_buffer sid = sid_of(BA);
    ACL *acl;

    assert_status(
        explicit_entries_merge(&acl, NULL, &(struct explicit_entry){ .mode = GRANT_ACCESS }, 1),
        STATUS_INVALID_PARAMETER);
    assert_status(
        explicit_entries_merge(&acl, NULL, &(struct explicit_entry){ .sid = &sid.sid }, 1),
        STATUS_INVALID_PARAMETER);
}

/* Their conditions would be lost: they are neither taken up nor weakened. */
static void conditional_aces_are_not_combined(void **state)
{
    _cleanup_(freep) ACL *old = NULL, *merged = NULL;
    sid_buffer sid = sid_of(BA);
    const struct ace aces[] = {
        { .type = ACCESS_DENIED_CALLBACK_ACE_TYPE,
          .mask = CC,
          .sid = &sid.sid,
          .extra = "artx",
          .extra_size = 4 },
        { .type = ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
          .mask = CC,
          .sid = &sid.sid,
          .extra = "artx",
          .extra_size = 4 },
    };
    struct explicit_entry entry = { .mode = GRANT_ACCESS, .rights = CC, .sid = &sid.sid };
    struct ace ace;

    assert_ok(acl_build(&old, aces, 2));
    assert_ok(explicit_entries_merge(&merged, old, &entry, 1));
    assert_int_equal(acl_n_aces(merged), 3);
    assert_ok(acl_get(&ace, merged, 1));
    assert_int_equal(ace.type, ACCESS_ALLOWED_ACE_TYPE);
    free(TAKE(merged));
    entry.mode = SET_ACCESS;
    assert_ok(explicit_entries_merge(&merged, old, &entry, 1));
    assert_int_equal(acl_n_aces(merged), 1);
}

static void the_revision_goes_up_with_a_guid_only(void **state)
{
    _cleanup_(freep) ACL *plain = NULL, *object = NULL;
    sid_buffer sid = sid_of(BA);
    struct explicit_entry entry = { .mode = GRANT_ACCESS, .rights = CC, .sid = &sid.sid };

    assert_ok(explicit_entries_merge(&plain, NULL, &entry, 1));
    assert_int_equal(plain->AclRevision, ACL_REVISION);
    entry.object_type = guid_a;
    assert_ok(explicit_entries_merge(&object, plain, &entry, 1));
    assert_int_equal(object->AclRevision, ACL_REVISION_DS);
}

static void a_list_that_grows_too_long_is_an_error(void **state)
{
    enum { N = 4000 };
    _cleanup_(freep) struct explicit_entry *entries = calloc(N, sizeof(*entries));
    sid_buffer sid = sid_of(BA);
    ACL *acl;

    assert_non_null(entries);
    for (size_t i = 0; i < N; i++)
        entries[i] = (struct explicit_entry){ .mode = SET_ACCESS, .rights = CC, .sid = &sid.sid };
    assert_status(explicit_entries_merge(&acl, NULL, entries, N), STATUS_ALLOTTED_SPACE_EXCEEDED);
}

static void what_entries_can_say_is_listed(void **state)
{
    static const struct test_entry expected[] = {
        { DENY_ACCESS, CC, 0, BA },
        { GRANT_ACCESS, FR, OI | CI, BU },
        { GRANT_ACCESS, CC, 0, BA, guid_a, guid_a },
        { SET_AUDIT_SUCCESS, FA, 0, BA },
        { SET_AUDIT_SUCCESS, CC, 0, BU },
        { SET_AUDIT_FAILURE, CC, 0, BU },
    };
    _cleanup_(from_text_done) struct from_text old = { 0 };
    _cleanup_(freep) struct explicit_entry *list = NULL;
    size_t n;

    (void)read_text(&old, "D:(D;;CC;;;BA)(A;OICI;FR;;;BU)(OA;;CC;" GUID_A ";" GUID_A ";BA)"
                          "(A;ID;FA;;;BA)(AU;SA;FA;;;BA)(AU;SAFA;CC;;;BU)(ML;;NW;;;LW)"
                          "(AU;;CC;;;BU)");
    assert_ok(explicit_entries_list(&list, &n, old.d.dacl));
    assert_int_equal(n, ARRAY_SIZE(expected));
    for (size_t i = 0; i < n; i++) {
        sid_buffer sid = sid_of(expected[i].sid);

        assert_int_equal(list[i].mode, expected[i].mode);
        assert_int_equal(list[i].rights, expected[i].rights);
        assert_int_equal(list[i].inheritance, expected[i].inheritance);
        assert_true(sid_equal(list[i].sid, &sid.sid));
        assert_int_equal(!list[i].object_type, !expected[i].object_type);
        assert_int_equal(!list[i].inherited_type, !expected[i].inherited_type);
    }
}

static void malformed_lists_are_refused(void **state)
{
    static const uint8_t cut[] = { 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 20, 0 };
    struct explicit_entry *list;
    ACL *acl;
    size_t n;

    assert_status(explicit_entries_list(&list, &n, (const ACL *)cut), STATUS_INVALID_ACL);
    assert_status(explicit_entries_merge(&acl, (const ACL *)cut, NULL, 0), STATUS_INVALID_ACL);
}

static void a_failing_allocation_leaves_nothing(void **state)
{
    _cleanup_(from_text_done) struct from_text old = { 0 };
    _cleanup_(freep) struct explicit_entry *list = NULL;
    _cleanup_(freep) ACL *acl = NULL;
    sid_buffer sid = sid_of(BA);
    const struct explicit_entry entry = { .mode = GRANT_ACCESS, .rights = CC, .sid = &sid.sid };
    size_t n;

    (void)read_text(&old, "D:(A;;FR;;;BU)");
    FOR_EACH_FAILING_ALLOCATION(st, explicit_entries_merge(&acl, old.d.dacl, &entry, 1))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(acl);
    }
    FOR_EACH_FAILING_ALLOCATION(st, explicit_entries_list(&list, &n, old.d.dacl))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_merged_by_the_rules),
        cmocka_unit_test(an_entry_needs_a_sid_and_a_mode),
        cmocka_unit_test(conditional_aces_are_not_combined),
        cmocka_unit_test(the_revision_goes_up_with_a_guid_only),
        cmocka_unit_test(a_list_that_grows_too_long_is_an_error),
        cmocka_unit_test(what_entries_can_say_is_listed),
        cmocka_unit_test(malformed_lists_are_refused),
        cmocka_unit_test(a_failing_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
