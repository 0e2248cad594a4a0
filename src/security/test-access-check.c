/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include <stdio.h>
#include <stdlib.h>

#include "security/access_check.h"
#include "security/sddl.h"

/* Rights of a type that is read (1), written (2), executed (4). */
static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 1,
    .GenericWrite = READ_CONTROL | 2,
    .GenericExecute = READ_CONTROL | 4,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 7,
};

enum {
    R = 1,
    W = 2,
    X = 4,
};

#define MAX MAXIMUM_ALLOWED
#define ALL (STANDARD_RIGHTS_REQUIRED | 7)

/* The user of the token is S-1-5-21-1-2-3-3000; as LA it would be -500. */
static sid_buffer domain;
static token_image *user;       /* high integrity */
static token_image *restricted; /* to Everyone and S-1-5-12 */
static token_image *write_restricted;
static token_image *low;
static token_image *mighty; /* with privileges enabled */

static int set_up(void **state)
{
    sid_buffer everyone = sid_of("S-1-1-0"), code = sid_of("S-1-5-12");
    sid_buffer label = sid_of("S-1-16-4096");
    SID_AND_ATTRIBUTES list[] = { { .Sid = &everyone }, { .Sid = &code } };
    struct token_filter filter = { .restrict_to = list, .n_restrict_to = 2 };
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP);

    domain = sid_of("S-1-5-21-1-2-3");
    user = test_image();
    assert_ok(token_image_filter(&restricted, user, &filter));
    filter.flags = WRITE_RESTRICTED;
    assert_ok(token_image_filter(&write_restricted, user, &filter));
    assert_ok(token_image_with_integrity(&low, user, &(SID_AND_ATTRIBUTES){ .Sid = &label }));
    assert_ok(token_image_dup(&mighty, user));
    token_image_set_privileges(mighty, mask, mask);
    return 0;
}

static int tear_down(void **state)
{
    (void)token_image_free(user);
    (void)token_image_free(restricted);
    (void)token_image_free(write_restricted);
    (void)token_image_free(low);
    (void)token_image_free(mighty);
    return 0;
}

/* Completes the request, with `mapping` unless it has one. */
static nt_status check_request(struct access_result *ret, struct access_request *request,
                               const char *sddl)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor d;
    size_t size;

    nt_status st = sddl_parse(&bytes, &size, sddl, strlen(sddl), &domain.sid);
    if (nt_failed(st))
        fail_msg("\"%s\": %s", sddl, nt_status_name(st));
    assert_ok(descriptor_parse(&d, bytes, size));
    request->descriptor = &d;
    if (!request->mapping)
        request->mapping = &mapping;
    return access_check(request, ret);
}

static nt_status check(struct access_result *ret, const token_image *token, const char *sddl,
                       uint32_t desired, const SID *self)
{
    struct access_request request = { .token = token, .desired = desired, .principal_self = self };

    return check_request(ret, &request, sddl);
}

#define ME "S-1-5-21-1-2-3-3000"

struct access_case {
    const char *what;
    token_image **token;
    const char *sddl;
    uint32_t desired;
    uint32_t granted; /* 0: denied */
};

static const struct access_case cases[] = {
    { "a NULL DACL grants what is asked", &user, "O:SYD:NO_ACCESS_CONTROL", W | DELETE,
      W | DELETE },
    { "no DACL is a NULL DACL", &user, "O:SY", X, X },
    { "a NULL DACL grants at most all", &user, "O:SYD:NO_ACCESS_CONTROL", MAX, ALL },
    { "an empty DACL grants nothing", &user, "O:SYD:", R, 0 },
    { "an empty DACL grants nothing at most", &user, "O:SYD:", MAX, 0 },
    { "nothing asked is nothing granted", &user, "O:SYD:(A;;0x7;;;WD)", 0, 0 },
    { "an allowed right", &user, "O:SYD:(A;;0x1;;;WD)", R, R },
    { "rights from two ACEs", &user, "O:SYD:(A;;0x1;;;WD)(A;;0x2;;;BU)", R | W, R | W },
    { "one right is missing", &user, "O:SYD:(A;;0x1;;;WD)", R | W, 0 },
    { "an ACE for someone else", &user, "O:SYD:(A;;0x1;;;BG)(A;;0x1;;;SY)", R, 0 },
    { "a denial before", &user, "O:SYD:(D;;0x1;;;WD)(A;;0x1;;;BU)", R, 0 },
    { "a denial after", &user, "O:SYD:(A;;0x1;;;BU)(D;;0x1;;;WD)", R, R },
    { "a denial of another right", &user, "O:SYD:(D;;0x2;;;WD)(A;;0x1;;;BU)", R, R },
    { "a denial of one of two rights", &user, "O:SYD:(D;;0x2;;;WD)(A;;0x3;;;BU)", R | W, 0 },
    { "a denial of someone else", &user, "O:SYD:(D;;0x1;;;SY)(A;;0x1;;;BU)", R, R },
    { "inherit-only ACEs do not count", &user, "O:SYD:(D;OIIO;0x1;;;WD)(A;;0x1;;;WD)", R, R },
    { "inherit-only ACEs do not grant", &user, "O:SYD:(A;CIIO;0x1;;;WD)", R, 0 },
    { "a deny-only group does not allow", &user, "O:SYD:(A;;0x1;;;BG)", R, 0 },
    { "a deny-only group denies", &user, "O:SYD:(D;;0x1;;;BG)(A;;0x1;;;WD)", R, 0 },
    { "a disabled group does not deny", &user, "O:SYD:(D;;0x1;;;S-1-5-21-1-2-3-1055)(A;;0x1;;;WD)",
      R, R },
    { "a disabled group does not allow", &user, "O:SYD:(A;;0x1;;;S-1-5-21-1-2-3-1055)", R, 0 },
    { "the maximum is the union", &user, "O:SYD:(A;;0x1;;;WD)(A;;0x4;;;BU)", MAX, R | X },
    { "the maximum without what is denied", &user, "O:SYD:(D;;0x2;;;BU)(A;;0x7;;;WD)", MAX, R | X },
    { "the maximum with what is allowed first", &user,
      "O:SYD:(A;;0x2;;;WD)(D;;0x3;;;BU)(A;;0x7;;;WD)", MAX, W | X },
    { "the maximum and a right", &user, "O:SYD:(A;;0x5;;;WD)", MAX | R, R | X },
    { "the maximum and a right that is missing", &user, "O:SYD:(A;;0x5;;;WD)", MAX | W, 0 },
    { "generic rights are mapped in the request", &user, "O:SYD:(A;;0x20001;;;WD)", GENERIC_READ,
      READ_CONTROL | R },
    { "generic rights are mapped in an ACE", &user, "O:SYD:(A;;GR;;;WD)", R, R },
    { "generic rights are mapped in a denial", &user, "O:SYD:(D;;GA;;;WD)(A;;0x1;;;WD)", R, 0 },
    { "generic all is all", &user, "O:SYD:(A;;GA;;;WD)", MAX, ALL },

    { "the owner reads and writes the DACL", &user, "O:" ME "D:", READ_CONTROL | WRITE_DAC,
      READ_CONTROL | WRITE_DAC },
    { "the owner does so even when denied", &user, "O:" ME "D:(D;;GA;;;WD)", WRITE_DAC, WRITE_DAC },
    { "the owner does not delete", &user, "O:" ME "D:", DELETE, 0 },
    { "the owner's maximum", &user, "O:" ME "D:(A;;0x1;;;WD)", MAX, READ_CONTROL | WRITE_DAC | R },
    { "an owner that is one of the groups", &user, "O:BAD:", WRITE_DAC, WRITE_DAC },
    { "an owner that is a deny-only group", &user, "O:BGD:", WRITE_DAC, 0 },
    { "nobody is the owner of what has none", &user, "D:", READ_CONTROL, 0 },
    { "OWNER RIGHTS take the place of the owner's", &user, "O:" ME "D:(A;;RC;;;OW)", WRITE_DAC, 0 },
    { "OWNER RIGHTS grant to the owner", &user, "O:" ME "D:(A;;0x1;;;OW)", R, R },
    { "OWNER RIGHTS grant to the owner only", &user, "O:SYD:(A;;0x1;;;OW)", R, 0 },
    { "OWNER RIGHTS deny the owner", &user, "O:" ME "D:(D;;0x1;;;OW)(A;;0x1;;;WD)", R, 0 },
    { "OWNER RIGHTS behind what was asked", &user, "O:" ME "D:(A;;0x1;;;WD)(A;;0x2;;;OW)",
      R | READ_CONTROL, 0 },
    { "OWNER RIGHTS that are inherited only", &user, "O:" ME "D:(A;OIIO;0x1;;;OW)", WRITE_DAC,
      WRITE_DAC },
    { "SELF is nobody unless named", &user, "O:SYD:(A;;0x1;;;PS)", R, 0 },

    { "without SeSecurity no SACL", &user, "O:SYD:(A;;GA;;;WD)", ACCESS_SYSTEM_SECURITY, 0 },
    { "the DACL does not grant the SACL", &user, "O:SYD:(A;;0x1000001;;;WD)",
      ACCESS_SYSTEM_SECURITY | R, 0 },
    { "the maximum is without the SACL", &mighty, "O:SYD:(A;;0x1000001;;;WD)", MAX, R },
    { "SeSecurity grants the SACL", &mighty, "O:SYD:", ACCESS_SYSTEM_SECURITY,
      ACCESS_SYSTEM_SECURITY },
    { "SeTakeOwnership grants the owner", &mighty, "O:SYD:(D;;GA;;;WD)", WRITE_OWNER, WRITE_OWNER },
    { "SeTakeOwnership grants no more", &mighty, "O:SYD:", WRITE_OWNER | R, 0 },
    { "privileges do not add to the maximum", &mighty, "O:SYD:(A;;0x1;;;WD)", MAX, R },

    { "from below an unlabelled object is not written", &low, "O:SYD:(A;;GA;;;WD)", W, 0 },
    { "from below it is read", &low, "O:SYD:(A;;GA;;;WD)", R | X, R | X },
    { "from below it is not deleted", &low, "O:SYD:(A;;GA;;;WD)", DELETE, 0 },
    { "the maximum from below", &low, "O:SYD:(A;;GA;;;WD)", MAX, READ_CONTROL | R | X },
    { "not even by its owner", &low, "O:" ME "D:", WRITE_DAC, 0 },
    { "not even without a DACL", &low, "O:SY", W, 0 },
    { "a low object is written from low", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;LW)", W, W },
    { "an object that is not read from below", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NRNW;;;ME)", R, 0 },
    { "nor executed", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NXNW;;;ME)", X, 0 },
    { "but written, when its label says so", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;NR;;;ME)", W, W },
    { "a label without a policy stops nobody", &low, "O:SYD:(A;;GA;;;WD)S:(ML;;;;;SI)", DELETE,
      DELETE },
    { "high is below system", &user, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;SI)", W, 0 },
    { "the first label counts", &user, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;ME)(ML;;NW;;;SI)", W, W },
    { "an inherit-only label does not", &user, "O:SYD:(A;;GA;;;WD)S:(ML;OIIO;NW;;;SI)", W, W },
    { "privileges do not get above a label", &mighty, "O:SYD:S:(ML;;NW;;;SI)", WRITE_OWNER, 0 },

    { "both lists grant", &restricted, "O:SYD:(A;;0x1;;;WD)", R, R },
    { "only the groups grant", &restricted, "O:SYD:(A;;0x1;;;BU)", R, 0 },
    { "only the restricting SIDs grant", &restricted, "O:SYD:(A;;0x1;;;RC)", R, 0 },
    { "each list by an ACE of its own", &restricted, "O:SYD:(A;;0x1;;;RC)(A;;0x1;;;BU)", R, R },
    { "a restricting SID is denied", &restricted, "O:SYD:(D;;0x1;;;RC)(A;;0x1;;;WD)", R, 0 },
    { "a group is denied", &restricted, "O:SYD:(D;;0x1;;;BU)(A;;0x1;;;WD)", R, 0 },
    { "the maximum is the intersection", &restricted, "O:SYD:(A;;0x3;;;BU)(A;;0x6;;;RC)", MAX, W },
    { "the maximum with an empty intersection", &restricted, "O:SYD:(A;;0x1;;;BU)(A;;0x2;;;RC)",
      MAX, 0 },
    { "the owner has to be in both", &restricted, "O:" ME "D:", WRITE_DAC, 0 },
    { "the owner is in both", &restricted, "O:WDD:", WRITE_DAC, WRITE_DAC },
    { "reading is not restricted for writing", &write_restricted, "O:SYD:(A;;0x7;;;BU)", R | X,
      R | X },
    { "writing is", &write_restricted, "O:SYD:(A;;0x7;;;BU)", W, 0 },
    { "deleting is", &write_restricted, "O:SYD:(A;;GA;;;BU)", DELETE, 0 },
    { "writing that both grant", &write_restricted, "O:SYD:(A;;0x7;;;BU)(A;;0x2;;;RC)", W, W },
    { "the maximum of a write-restricted token", &write_restricted, "O:SYD:(A;;GA;;;BU)", MAX,
      READ_CONTROL | R | X },

    { "an object ACE about a part does not allow", &user,
      "O:SYD:(OA;;0x1;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", R, 0 },
    { "an object ACE about a part denies", &user,
      "O:SYD:(OD;;0x1;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)(A;;0x1;;;WD)", R, 0 },
    { "an object ACE about the whole allows", &user,
      "O:SYD:(OA;;0x1;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)", R, R },

    { "a condition that holds allows", &user, "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(BU)}))", R, R },
    { "one that does not hold does not", &user, "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(SY)}))", R, 0 },
    { "one that is unknown does not", &user, "O:SYD:(XA;;0x1;;;WD;(@User.Nothing == 1))", R, 0 },
    { "a true condition for someone else", &user, "O:SYD:(XA;;0x1;;;SY;(Member_of{SID(BU)}))", R,
      0 },
    { "a condition that holds denies", &user,
      "O:SYD:(XD;;0x1;;;WD;(Member_of{SID(BU)}))(A;;0x1;;;WD)", R, 0 },
    { "one that does not hold does not deny", &user,
      "O:SYD:(XD;;0x1;;;WD;(Member_of{SID(SY)}))(A;;0x1;;;WD)", R, R },
    { "one that is unknown denies", &user, "O:SYD:(XD;;0x1;;;WD;(@User.Nothing == 1))(A;;0x1;;;WD)",
      R, 0 },
    { "nor does not of it, which is unknown", &user,
      "O:SYD:(XD;;0x1;;;WD;(!(@User.Nothing == 1)))(A;;0x1;;;WD)", R, 0 },
    { "a deny-only group is not a membership", &user, "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(BG)}))",
      R, 0 },
    { "a condition about the resource", &user,
      "O:SYD:(XA;;0x1;;;WD;(@Resource.Level > 2))S:(RA;;;;;WD;(\"Level\",TI,0,3))", R, R },
    { "a condition about a resource without it", &user,
      "O:SYD:(XA;;0x1;;;WD;(@Resource.Level > 2))", R, 0 },
    { "a deny-only group fulfils the condition of a denial", &user,
      "O:SYD:(XD;;0x1;;;WD;(Member_of{SID(BG)}))(A;;0x1;;;WD)", R, 0 },
    { "a deny-only group does not fulfil that of an allowance", &user,
      "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(BG)}))", R, 0 },
    { "the restricted half asks the restricting SIDs", &restricted,
      "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(BU)}))", R, 0 },
    { "a condition that holds in both halves", &restricted,
      "O:SYD:(XA;;0x1;;;WD;(Member_of{SID(WD)}))", R, R },
    { "a conditional ACE about OWNER RIGHTS counts whatever its condition", &user,
      "O:" ME "D:(XA;;0x1;;;OW;(Member_of{SID(SY)}))", WRITE_DAC, 0 },
    { "conditions in the maximum", &user,
      "O:SYD:(XD;;0x2;;;WD;(@User.Nothing == 1))(XA;;0x4;;;WD;(Member_of{SID(BU)}))(A;;0x3;;;WD)",
      MAX, R | X },

    { "audit ACEs do not matter", &user, "O:SYD:(AU;SA;0x1;;;WD)(A;;0x1;;;WD)", R, R },
};

static void each_case_is_decided_as_its_name_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct access_result result;

        assert_ok(check(&result, *cases[i].token, cases[i].sddl, cases[i].desired, NULL));
        if (result.granted != cases[i].granted || nt_failed(result.status) != !cases[i].granted)
            fail_msg("%s: %#x instead of %#x", cases[i].what, result.granted, cases[i].granted);
    }
}

/* --- parts of objects --- */

#define OBJECT   "00000001-0000-0000-0000-000000000000"
#define SET      "00000002-0000-0000-0000-000000000000"
#define PROPERTY "00000003-0000-0000-0000-000000000000"
#define SECOND   "00000004-0000-0000-0000-000000000000"
#define OTHER    "00000005-0000-0000-0000-000000000000"
#define UNASKED  "00000009-0000-0000-0000-000000000000"

enum { TREE_SIZE = 5 };

/* The object, a set with two properties, another set. */
static void make_tree(struct access_tree *ret, struct access_node nodes[TREE_SIZE])
{
    static const uint16_t levels[TREE_SIZE] = { 0, 1, 2, 2, 1 };
    static GUID types[TREE_SIZE];
    OBJECT_TYPE_LIST list[TREE_SIZE];

    for (uint32_t i = 0; i < TREE_SIZE; i++) {
        types[i] = (GUID){ .Data1 = i + 1 };
        list[i] = (OBJECT_TYPE_LIST){ .Level = levels[i], .ObjectType = &types[i] };
    }
    assert_ok(access_tree_read(ret, nodes, list, TREE_SIZE));
}

static const struct {
    const char *what;
    token_image **token;
    const char *dacl;
    uint32_t desired;
    uint32_t granted[TREE_SIZE]; /* 0: denied */
} tree_cases[] = {
    { "an ACE without a type is for all", &user, "(A;;0x1;;;WD)", R, { R, R, R, R, R } },
    { "so is an object ACE without one", &user, "(OA;;0x1;;;WD)", R, { R, R, R, R, R } },
    { "and one for the object", &user, "(OA;;0x1;" OBJECT ";;WD)", R, { R, R, R, R, R } },
    { "a set is not the object", &user, "(OA;;0x1;" SET ";;WD)", R, { 0, R, R, R, 0 } },
    { "a property is not its set", &user, "(OA;;0x1;" PROPERTY ";;WD)", R, { 0, 0, R, 0, 0 } },
    { "both properties are",
      &user,
      "(OA;;0x1;" PROPERTY ";;WD)(OA;;0x1;" SECOND ";;BU)",
      R,
      { 0, R, R, R, 0 } },
    { "all parts are the object",
      &user,
      "(OA;;0x1;" SET ";;WD)(OA;;0x1;" OTHER ";;BU)",
      R,
      { R, R, R, R, R } },
    { "a part that nobody asked about", &user, "(OA;;0x1;" UNASKED ";;WD)", R, { 0 } },
    { "denying it denies nothing",
      &user,
      "(OD;;0x1;" UNASKED ";;WD)(A;;0x1;;;WD)",
      R,
      { R, R, R, R, R } },
    { "a denied property is missing above",
      &user,
      "(OD;;0x1;" PROPERTY ";;WD)(A;;0x1;;;WD)",
      R,
      { 0, 0, 0, R, R } },
    { "a denial behind is too late",
      &user,
      "(A;;0x1;;;WD)(OD;;0x1;" PROPERTY ";;WD)",
      R,
      { R, R, R, R, R } },
    { "a right of a part, another of the object",
      &user,
      "(A;;0x1;;;WD)(OA;;0x2;" OTHER ";;WD)",
      R | W,
      { 0, 0, 0, 0, R | W } },
    { "the maximum of each part",
      &user,
      "(OD;;0x1;" SECOND ";;WD)(OA;;0x6;" SET ";;WD)(A;;0x1;;;WD)",
      MAX,
      { 0, W | X, R | W | X, W | X, R } },
    { "a denied part of a right of the object",
      &user,
      "(OD;;WD;" SET ";;WD)(A;;WD;;;WD)",
      WRITE_DAC,
      { 0, 0, 0, 0, WRITE_DAC } },
    { "a conditional ACE about a part",
      &user,
      "(ZA;;0x1;" SET ";;WD;(Member_of{SID(BU)}))(A;;0x1;;;BG)",
      R,
      { 0, R, R, R, 0 } },
    { "restricting SIDs by part",
      &restricted,
      "(OA;;0x1;" SET ";;BU)(OA;;0x1;" PROPERTY ";;RC)(OA;;0x1;" OTHER ";;WD)",
      R,
      { 0, 0, R, 0, R } },
    { "the maximum of restricted parts",
      &restricted,
      "(A;;0x7;;;BU)(OA;;0x1;" SET ";;RC)(OD;;0x2;" OTHER ";;RC)(A;;0x2;;;RC)",
      MAX,
      { 0, R | W, R | W, R | W, 0 } },
    { "from below no part is written",
      &low,
      "(OA;;GA;" SET ";;WD)",
      MAX,
      { 0, READ_CONTROL | R | X, READ_CONTROL | R | X, READ_CONTROL | R | X, 0 } },
    { "privileges are for all parts",
      &mighty,
      "(OA;;0x1;" SET ";;WD)",
      R | WRITE_OWNER,
      { 0, R | WRITE_OWNER, R | WRITE_OWNER, R | WRITE_OWNER, 0 } },
};

static void each_part_of_an_object_has_its_answer(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(tree_cases); i++) {
        struct access_node nodes[TREE_SIZE];
        struct access_tree tree;
        char sddl[512];
        struct access_result result;

        make_tree(&tree, nodes);
        (void)snprintf(sddl, sizeof(sddl), "O:SYD:%s", tree_cases[i].dacl);
        struct access_request request = { .token = *tree_cases[i].token,
                                          .desired = tree_cases[i].desired,
                                          .tree = &tree };
        assert_ok(check_request(&result, &request, sddl));
        for (size_t k = 0; k < TREE_SIZE; k++) {
            if (nodes[k].granted != tree_cases[i].granted[k] ||
                nt_failed(nodes[k].status) != !tree_cases[i].granted[k])
                fail_msg("%s: %#x instead of %#x at %zu", tree_cases[i].what, nodes[k].granted,
                         tree_cases[i].granted[k], k);
        }
        assert_int_equal(result.granted, nodes[0].granted);
        assert_int_equal(result.status.code, nodes[0].status.code);
    }
}

static void a_refusal_before_the_dacl_is_that_of_every_part(void **state)
{
    struct access_node nodes[TREE_SIZE];
    struct access_tree tree;
    struct access_request request = { .token = user,
                                      .desired = ACCESS_SYSTEM_SECURITY,
                                      .tree = &tree };
    struct access_result result;

    make_tree(&tree, nodes);
    assert_ok(check_request(&result, &request, "O:SYD:(A;;GA;;;WD)"));
    for (size_t i = 0; i < TREE_SIZE; i++)
        assert_status(nodes[i].status, STATUS_PRIVILEGE_NOT_HELD);
    /* The nodes of an earlier check are as good as new ones. */
    request.desired = R;
    assert_ok(check_request(&result, &request, "O:SYD:(A;;0x1;;;WD)"));
    assert_ok(check_request(&result, &request, "O:SYD:"));
    assert_int_equal(nodes[4].granted, 0);
}

/* --- privileges --- */

#define FILE_READS  (FILE_GENERIC_READ | FILE_GENERIC_EXECUTE | ACCESS_SYSTEM_SECURITY)
#define FILE_WRITES (FILE_GENERIC_WRITE | WRITE_DAC | WRITE_OWNER | DELETE | ACCESS_SYSTEM_SECURITY)

static void backup_and_restore_grant_what_windows_lists(void **state)
{
    static const GENERIC_MAPPING files = { FILE_GENERIC_READ, FILE_GENERIC_WRITE,
                                           FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS };
    static const uint64_t backup = PRIVILEGE_BIT(PRIVILEGE_BACKUP);
    static const uint64_t restore = PRIVILEGE_BIT(PRIVILEGE_RESTORE);
    static const struct {
        const char *what;
        uint64_t held;
        uint32_t flags, desired, granted;
        uint64_t used;
    } rules[] = {
        { "no intent", backup, 0, FILE_READ_DATA, 0, 0 },
        { "no privilege", restore, ACCESS_BACKUP_INTENT, FILE_READ_DATA, 0, 0 },
        { "reading for backup", backup, ACCESS_BACKUP_INTENT, FILE_READS, FILE_READS, backup },
        { "not writing", backup, ACCESS_BACKUP_INTENT, FILE_READ_DATA | FILE_WRITE_DATA, 0, 0 },
        { "writing to restore", restore, ACCESS_RESTORE_INTENT, FILE_WRITES, FILE_WRITES, restore },
        { "not reading", restore, ACCESS_RESTORE_INTENT, FILE_READ_DATA, 0, 0 },
        { "both", backup | restore, ACCESS_BACKUP_INTENT | ACCESS_RESTORE_INTENT,
          FILE_READ_DATA | FILE_WRITE_DATA, FILE_READ_DATA | FILE_WRITE_DATA, backup | restore },
        { "what is granted by one is not asked of the other", backup | restore,
          ACCESS_BACKUP_INTENT | ACCESS_RESTORE_INTENT, FILE_READ_DATA, FILE_READ_DATA, backup },
        { "the most for backup", backup, ACCESS_BACKUP_INTENT, MAX,
          FILE_READS & ~(uint32_t)ACCESS_SYSTEM_SECURITY, backup },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        _cleanup_(token_image_freep) token_image *token = NULL;
        struct access_result result;

        assert_ok(token_image_dup(&token, user));
        token_image_set_privileges(token, rules[i].held, rules[i].held);
        struct access_request request = {
            .token = token, .desired = rules[i].desired, .mapping = &files, .flags = rules[i].flags
        };
        assert_ok(check_request(&result, &request, "O:SYD:"));
        if (result.granted != rules[i].granted || result.privileges_used != rules[i].used)
            fail_msg("%s: %#x, privileges %#llx", rules[i].what, result.granted,
                     (unsigned long long)result.privileges_used);
    }
}

static void used_privileges_are_reported_when_access_is_granted(void **state)
{
    struct access_result result;

    assert_ok(check(&result, mighty, "O:SYD:(A;;0x1;;;WD)",
                    ACCESS_SYSTEM_SECURITY | WRITE_OWNER | R, NULL));
    assert_int_equal(result.privileges_used,
                     PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_TAKE_OWNERSHIP));
    assert_ok(check(&result, mighty, "O:SYD:(A;;0x1;;;WD)", R, NULL));
    assert_int_equal(result.privileges_used, 0);
    assert_ok(check(&result, mighty, "O:SYD:", ACCESS_SYSTEM_SECURITY | R, NULL));
    assert_int_equal(result.privileges_used, 0);
    assert_status(result.status, STATUS_ACCESS_DENIED);
    assert_ok(check(&result, user, "O:SYD:", ACCESS_SYSTEM_SECURITY, NULL));
    assert_status(result.status, STATUS_PRIVILEGE_NOT_HELD);
}

static void self_is_the_one_who_is_named(void **state)
{
    sid_buffer me = sid_of(ME), other = sid_of("S-1-5-21-1-2-3-3002");
    struct access_result result;

    assert_ok(check(&result, user, "O:SYD:(A;;0x1;;;PS)", R, &me.sid));
    assert_int_equal(result.granted, R);
    assert_ok(check(&result, user, "O:SYD:(A;;0x1;;;PS)", R, &other.sid));
    assert_int_equal(result.granted, 0);
    assert_ok(check(&result, user, "O:PSD:", WRITE_DAC, &me.sid));
    assert_int_equal(result.granted, WRITE_DAC);
    assert_ok(check(&result, user, "O:PSD:(A;;0x1;;;OW)", R, &me.sid));
    assert_int_equal(result.granted, R);
    assert_ok(check(&result, user, "O:PSD:", WRITE_DAC, &other.sid));
    assert_int_equal(result.granted, 0);
}

static void relabelling_may_change_the_owner_from_below(void **state)
{
    _cleanup_(token_image_freep) token_image *token = NULL;
    struct access_result result;
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_RELABEL);

    assert_ok(token_image_dup(&token, low));
    token_image_set_privileges(token, mask, mask);
    assert_ok(check(&result, token, "O:SYD:(A;;GA;;;WD)", WRITE_OWNER, NULL));
    assert_int_equal(result.granted, WRITE_OWNER);
    assert_int_equal(result.privileges_used, mask);
    assert_ok(check(&result, token, "O:SYD:(A;;GA;;;WD)S:(ML;;NW;;;LW)", WRITE_OWNER, NULL));
    assert_int_equal(result.privileges_used, 0);
    assert_ok(check(&result, token, "O:SYD:", WRITE_OWNER, NULL));
    assert_int_equal(result.granted, 0);
    token_image_set_mandatory_policy(token, 0);
    assert_ok(check(&result, token, "O:SYD:(A;;GA;;;WD)", W, NULL));
    assert_int_equal(result.granted, W);
}

/* The type of the first ACE, changed in the bytes; then one that allows everything. */
static void types_that_could_deny_do(void **state)
{
    static const struct {
        uint8_t type;
        uint32_t granted;
    } types[] = {
        { ACCESS_ALLOWED_ACE_TYPE, R | W | X },
        { ACCESS_DENIED_ACE_TYPE, 0 },
        { 4, R | W | X },
        { ACCESS_ALLOWED_CALLBACK_ACE_TYPE, R | W | X },
        { ACCESS_DENIED_CALLBACK_ACE_TYPE, 0 },
        { SYSTEM_MANDATORY_LABEL_ACE_TYPE, R | W | X },
        { 0x12, R | W | X },
        { 0x15, 0 },
        { 0x16, 0 },
        { 0xff, 0 },
    };
    struct access_request request = { .token = user, .desired = MAX, .mapping = &mapping };
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace aces[] = { { .mask = 7, .sid = &everyone.sid },
                                { .mask = 7, .sid = &everyone.sid } };
    _cleanup_(freep) ACL *acl = NULL;
    struct descriptor d = { .control = SE_DACL_PRESENT };

    assert_ok(acl_build(&acl, aces, 2));
    d.dacl = acl;
    request.descriptor = &d;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct access_result result;

        ((uint8_t *)acl)[8] = types[i].type;
        assert_ok(access_check(&request, &result));
        assert_int_equal(result.granted, types[i].granted);
    }
}

static void a_trust_label_limits_everyone(void **state)
{
    struct access_request request = { .token = user, .desired = MAX, .mapping = &mapping };
    sid_buffer trusted = sid_of("S-1-19-512-8192");
    struct ace ace = { .type = 0x14, .mask = R, .sid = &trusted.sid };
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor d = { .control = SE_SACL_PRESENT };
    struct access_result result;

    assert_ok(acl_build(&sacl, &ace, 1));
    d.sacl = sacl;
    request.descriptor = &d;
    assert_ok(access_check(&request, &result));
    assert_int_equal(result.granted, R);
}

/* An attribute with so many values that a few relations between two of them use up what a check may
 * cost; the prefix keeps them apart. */
static void append_attribute(char *text, size_t size, const char *name)
{
    enum { N_VALUES = 200 };
    size_t used = strlen(text);

    used += (size_t)snprintf(text + used, size - used, "(RA;;;;;WD;(\"%s\",TS,0x0", name);
    for (int i = 0; i < N_VALUES; i++)
        used += (size_t)snprintf(text + used, size - used, ",\"%040d%s\"", i, name);
    (void)snprintf(text + used, size - used, "))");
}

static void a_check_that_costs_too_much_ends_in_what_is_unknown(void **state)
{
    static const char costly[] = "(XA;;0x1;;;WD;(@Resource.a Any_of @Resource.b))";
    static const char denial[] = "(XD;;0x2;;;WD;(@Resource.a == \"no\"))(A;;0x2;;;WD)";
    static char text[64 * 1024];
    struct access_result result;

    for (int n = 0; n <= 8; n += 8) {
        (void)snprintf(text, sizeof(text), "O:SYD:");
        for (int i = 0; i < n; i++)
            (void)strcat(text, costly);
        (void)strcat(text, denial);
        (void)strcat(text, "S:");
        append_attribute(text, sizeof(text), "a");
        append_attribute(text, sizeof(text), "b");
        assert_ok(check(&result, user, text, W, NULL));
        assert_int_equal(result.granted, n == 0 ? W : 0);
    }
}

static void what_cannot_be_evaluated_is_an_error(void **state)
{
    struct access_result result = { .granted = 77 };
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace ace = { .mask = 1, .sid = &everyone.sid };
    _cleanup_(freep) ACL *acl = NULL;
    struct descriptor d = { .control = SE_DACL_PRESENT };
    struct access_request whole = { user, &d, R, &mapping, NULL };

    assert_ok(acl_build(&acl, &ace, 1));
    ((uint8_t *)acl)[17] = 9; /* a SID that is longer than its ACE */
    d.dacl = acl;
    assert_status(access_check(&whole, &result), STATUS_INVALID_ACL);
    d.dacl = NULL;
    d.sacl = acl;
    assert_status(access_check(&whole, &result), STATUS_INVALID_ACL);
    struct access_request part = whole;
    part.token = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    part = whole;
    part.descriptor = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    part = whole;
    part.mapping = NULL;
    assert_status(access_check(&part, &result), STATUS_INVALID_PARAMETER);
    assert_int_equal(result.granted, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_decided_as_its_name_says),
        cmocka_unit_test(each_part_of_an_object_has_its_answer),
        cmocka_unit_test(a_refusal_before_the_dacl_is_that_of_every_part),
        cmocka_unit_test(backup_and_restore_grant_what_windows_lists),
        cmocka_unit_test(used_privileges_are_reported_when_access_is_granted),
        cmocka_unit_test(self_is_the_one_who_is_named),
        cmocka_unit_test(relabelling_may_change_the_owner_from_below),
        cmocka_unit_test(types_that_could_deny_do),
        cmocka_unit_test(a_trust_label_limits_everyone),
        cmocka_unit_test(a_check_that_costs_too_much_ends_in_what_is_unknown),
        cmocka_unit_test(what_cannot_be_evaluated_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
