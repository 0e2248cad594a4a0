/* SPDX-License-Identifier: MIT */
/* What a new object's descriptor becomes: parent, creator, token, flags. */
#include "security/test-from-text.h"

#include "security/object_security.h"

/* Those of files, whose masks SDDL has names for. */
static const GENERIC_MAPPING mapping = { 0x120089, 0x120116, 0x1200a0, 0x1f01ff };

static token_image *user;       /* high integrity, no useful privilege enabled */
static token_image *mighty;     /* with SeSecurity, SeRestore and SeRelabel */
static token_image *low;        /* low integrity */
static token_image *no_default; /* without a default DACL */

#define USER_GUID     "bf967aba-0de6-11d0-a285-00aa003049e2"
#define COMPUTER_GUID "bf967a86-0de6-11d0-a285-00aa003049e2"
#define ATTRIBUTE     "28630ebf-41d5-11d1-a9c1-0000f80367c1"

static const uint8_t user_guid[16] = { 0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11,
                                       0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2 };

static int set_up(void **state)
{
    sid_buffer label = sid_of("S-1-16-4096");
    uint64_t mask = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_RESTORE) |
                    PRIVILEGE_BIT(PRIVILEGE_RELABEL);

    user = test_image();
    assert_ok(token_image_dup(&mighty, user));
    token_image_set_privileges(mighty, mask, mask);
    assert_ok(token_image_with_integrity(&low, user, &(SID_AND_ATTRIBUTES){ .Sid = &label }));
    assert_ok(token_image_with_default_dacl(&no_default, user, NULL));
    return 0;
}

static int tear_down(void **state)
{
    (void)token_image_free(user);
    (void)token_image_free(mighty);
    (void)token_image_free(low);
    (void)token_image_free(no_default);
    return 0;
}

#define LEAF   INHERIT_LEAF
#define DIR    INHERIT_CONTAINER

#define ME     "S-1-5-21-1-2-3-3000"
#define OG     "O:" ME "G:S-1-5-21-1-2-3-3001"
#define NONE   OG "D:(A;;FA;;;" ME ")" /* the default DACL of the token */
#define AUTO   SEF_DACL_AUTO_INHERIT
#define AUTO_S SEF_SACL_AUTO_INHERIT
#define AVOID  (SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK)

struct create_case {
    const char *what;
    token_image **token;
    enum inherit_kind kind;
    uint32_t flags;
    const char *parent;
    const char *creator;
    const char *expected; /* a text, or the name of the error */
};

static const struct create_case cases[] = {
    /* Where the DACL comes from. */
    { "nothing given: the token's default DACL", &user, LEAF, 0, NULL, NULL, NONE },
    { "nothing given, automatic", &user, LEAF, AUTO, NULL, NULL, OG "D:AI(A;;FA;;;" ME ")" },
    { "no default DACL either: none", &no_default, LEAF, 0, NULL, NULL, OG },
    { "a parent with nothing to inherit", &user, DIR, 0, "D:(A;;FA;;;BA)", NULL, NONE },
    { "a parent with nothing for a leaf", &user, LEAF, 0, "D:(A;CI;FA;;;BA)", NULL, NONE },
    { "a parent without a DACL", &user, DIR, AUTO, "O:BAG:BA", NULL, OG "D:AI(A;;FA;;;" ME ")" },
    { "the creator's DACL", &user, LEAF, 0, NULL, "D:(A;;FR;;;BU)", OG "D:(A;;FR;;;BU)" },
    { "the creator's DACL instead of the parent's", &user, LEAF, 0, "D:(A;OI;FA;;;BA)",
      "D:(A;;FR;;;BU)", OG "D:(A;;FR;;;BU)" },
    { "the creator's before the parent's", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)", "D:(A;;FR;;;BU)",
      OG "D:AI(A;;FR;;;BU)(A;ID;FA;;;BA)" },
    { "an inherited denial comes after an explicit allowance", &user, LEAF, AUTO,
      "D:(D;OI;FW;;;BG)", "D:(A;;FA;;;BG)", OG "D:AI(A;;FA;;;BG)(D;ID;FW;;;BG)" },
    { "the parent's order is kept: generation by generation", &user, DIR, AUTO,
      "D:AI(D;OICI;FW;;;BG)(A;OICI;FA;;;BA)(D;OICIID;FW;;;BU)(A;OICIID;FA;;;SY)", NULL,
      OG "D:AI(D;OICIID;FW;;;BG)(A;OICIID;FA;;;BA)(D;OICIID;FW;;;BU)(A;OICIID;FA;;;SY)" },
    { "an empty DACL is one", &user, LEAF, 0, "D:(A;OI;FA;;;BA)", "D:", OG "D:" },
    { "an empty DACL, automatic", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)",
      "D:", OG "D:AI(A;ID;FA;;;BA)" },
    { "a NULL DACL is one", &user, LEAF, 0, "D:(A;OI;FA;;;BA)", "D:NO_ACCESS_CONTROL",
      OG "D:NO_ACCESS_CONTROL" },
    { "the creator says nothing of a DACL", &user, LEAF, 0, "D:(A;OI;FA;;;BA)", "O:" ME,
      OG "D:(A;;FA;;;BA)" },

    /* Protection, and marks in what the creator gives. */
    { "a protected DACL inherits nothing", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)", "D:P(A;;FR;;;BU)",
      OG "D:PAI(A;;FR;;;BU)" },
    { "without automatic inheritance it stays protected", &user, LEAF, 0, "D:(A;OI;FA;;;BA)",
      "D:P(A;;FR;;;BU)", OG "D:P(A;;FR;;;BU)" },
    { "what was inherited is inherited anew", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)",
      "D:AI(A;;FR;;;BU)(A;ID;FA;;;SY)", OG "D:AI(A;;FR;;;BU)(A;ID;FA;;;BA)" },
    { "of a protected list it becomes explicit", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)",
      "D:PAI(A;;FR;;;BU)(A;ID;FA;;;SY)", OG "D:PAI(A;;FR;;;BU)(A;;FA;;;SY)" },
    { "and where nothing is automatic", &user, LEAF, 0, NULL, "D:AI(A;ID;FA;;;SY)",
      OG "D:(A;;FA;;;SY)" },

    /* Flags of one ACE: leaf. */
    { "OI to a leaf", &user, LEAF, AUTO, "D:(A;OI;FA;;;BA)", NULL, OG "D:AI(A;ID;FA;;;BA)" },
    { "OI CI to a leaf", &user, LEAF, AUTO, "D:(A;OICI;FA;;;BA)", NULL, OG "D:AI(A;ID;FA;;;BA)" },
    { "OI IO to a leaf", &user, LEAF, AUTO, "D:(A;OIIO;FA;;;BA)", NULL, OG "D:AI(A;ID;FA;;;BA)" },
    { "OI NP to a leaf", &user, LEAF, AUTO, "D:(A;OINP;FA;;;BA)", NULL, OG "D:AI(A;ID;FA;;;BA)" },
    { "CI to a leaf", &user, LEAF, AUTO, "D:(A;CI;FA;;;BA)(A;OI;FR;;;BU)", NULL,
      OG "D:AI(A;ID;FR;;;BU)" },
    { "no flags", &user, LEAF, AUTO, "D:(A;;FA;;;BA)(A;OI;FR;;;BU)", NULL,
      OG "D:AI(A;ID;FR;;;BU)" },
    { "unmarked without automatic inheritance", &user, LEAF, 0, "D:(A;OICI;FA;;;BA)", NULL,
      OG "D:(A;;FA;;;BA)" },
    { "unmarked to a container", &user, DIR, 0, "D:(A;OICI;FA;;;BA)", NULL,
      OG "D:(A;OICI;FA;;;BA)" },
    { "a mark of the parent's goes", &user, DIR, 0, "D:AI(A;OICIID;FA;;;BA)", NULL,
      OG "D:(A;OICI;FA;;;BA)" },

    /* Flags of one ACE: container. */
    { "OI to a container", &user, DIR, AUTO, "D:(A;OI;FA;;;BA)", NULL,
      OG "D:AI(A;OIIOID;FA;;;BA)" },
    { "CI to a container", &user, DIR, AUTO, "D:(A;CI;FA;;;BA)", NULL, OG "D:AI(A;CIID;FA;;;BA)" },
    { "OI CI to a container", &user, DIR, AUTO, "D:(A;OICI;FA;;;BA)", NULL,
      OG "D:AI(A;OICIID;FA;;;BA)" },
    { "CI IO to a container takes effect", &user, DIR, AUTO, "D:(A;CIIO;FA;;;BA)", NULL,
      OG "D:AI(A;CIID;FA;;;BA)" },
    { "OI IO to a container is passed on", &user, DIR, AUTO, "D:(A;OIIO;FA;;;BA)", NULL,
      OG "D:AI(A;OIIOID;FA;;;BA)" },
    { "CI NP ends here", &user, DIR, AUTO, "D:(A;CINP;FA;;;BA)", NULL, OG "D:AI(A;ID;FA;;;BA)" },
    { "OI CI NP ends here", &user, DIR, AUTO, "D:(A;OICINP;FA;;;BA)", NULL,
      OG "D:AI(A;ID;FA;;;BA)" },
    { "OI NP does not reach a container", &user, DIR, AUTO, "D:(A;OINP;FA;;;BA)(A;CI;FR;;;BU)",
      NULL, OG "D:AI(A;CIID;FR;;;BU)" },

    /* Generic rights and SIDs. */
    { "generic rights are mapped for a leaf", &user, LEAF, AUTO, "D:(A;OI;GA;;;BA)", NULL,
      OG "D:AI(A;ID;FA;;;BA)" },
    { "generic rights make two ACEs of a container's", &user, DIR, AUTO, "D:(A;OICI;GA;;;BA)", NULL,
      OG "D:AI(A;ID;FA;;;BA)(A;OICIIOID;GA;;;BA)" },
    { "each generic right", &user, LEAF, AUTO, "D:(A;OI;GR;;;BA)(A;OI;GW;;;BA)(A;OI;GX;;;BA)", NULL,
      OG "D:AI(A;ID;FR;;;BA)(A;ID;FW;;;BA)(A;ID;FX;;;BA)" },
    { "generic rights that only pass through", &user, DIR, AUTO, "D:(A;OI;GA;;;BA)", NULL,
      OG "D:AI(A;OIIOID;GA;;;BA)" },
    { "generic rights that end here", &user, DIR, AUTO, "D:(A;CINP;GA;;;BA)", NULL,
      OG "D:AI(A;ID;FA;;;BA)" },
    { "CREATOR OWNER of a leaf", &user, LEAF, AUTO, "D:(A;OICIIO;FA;;;CO)", NULL,
      OG "D:AI(A;ID;FA;;;" ME ")" },
    { "CREATOR OWNER of a container", &user, DIR, AUTO, "D:(A;OICIIO;GA;;;CO)", NULL,
      OG "D:AI(A;ID;FA;;;" ME ")(A;OICIIOID;GA;;;CO)" },
    { "CREATOR GROUP of a container", &user, DIR, AUTO, "D:(A;OICI;FR;;;CG)", NULL,
      OG "D:AI(A;ID;FR;;;S-1-5-21-1-2-3-3001)(A;OICIIOID;FR;;;CG)" },
    { "CREATOR OWNER is who the creator says", &mighty, LEAF, AUTO, "D:(A;OI;FA;;;CO)", "O:SYG:BA",
      "O:SYG:BAD:AI(A;ID;FA;;;SY)" },
    { "CREATOR OWNER SERVER stays", &user, LEAF, AUTO, "D:(A;OI;FA;;;S-1-3-2)", NULL,
      OG "D:AI(A;ID;FA;;;S-1-3-2)" },
    { "a denial of CREATOR OWNER", &user, DIR, AUTO, "D:(D;CI;WD;;;CO)", NULL,
      OG "D:AI(D;ID;WD;;;" ME ")(D;CIIOID;WD;;;CO)" },
    { "generic rights of the creator's own ACE", &user, LEAF, 0, NULL, "D:(A;;GA;;;BA)",
      OG "D:(A;;FA;;;BA)" },
    { "the creator's inheritable ACE on a container", &user, DIR, 0, NULL, "D:(A;OICI;FA;;;BA)",
      OG "D:(A;OICI;FA;;;BA)" },
    { "the creator's generic ACE on a container", &user, DIR, 0, NULL, "D:(A;OICI;GA;;;CO)",
      OG "D:(A;;FA;;;" ME ")(A;OICIIO;GA;;;CO)" },
    { "the creator's NP stays for heirs", &user, DIR, 0, NULL, "D:(A;OICINP;GA;;;BA)",
      OG "D:(A;;FA;;;BA)(A;OICINPIO;GA;;;BA)" },
    { "the creator's inherit-only ACE on a container", &user, DIR, 0, NULL, "D:(A;OICIIO;GA;;;CO)",
      OG "D:(A;OICIIO;GA;;;CO)" },
    { "the creator's flags mean nothing on a leaf", &user, LEAF, 0, NULL,
      "D:(A;OICI;FA;;;BA)(A;OICIIO;FR;;;BU)", OG "D:(A;;FA;;;BA)" },
    { "the creator's CREATOR OWNER on a leaf", &user, LEAF, 0, NULL, "D:(A;;FA;;;CO)",
      OG "D:(A;;FA;;;" ME ")" },

    /* Object ACEs: the object is a user. */
    { "an object ACE for this type", &user, DIR, AUTO,
      "D:(OA;CIIO;RP;" ATTRIBUTE ";" USER_GUID ";BA)", NULL,
      OG "D:AI(OA;CIID;RP;" ATTRIBUTE ";" USER_GUID ";BA)" },
    { "an object ACE for another type is passed on", &user, DIR, AUTO,
      "D:(OA;CI;RP;" ATTRIBUTE ";" COMPUTER_GUID ";BA)", NULL,
      OG "D:AI(OA;CIIOID;RP;" ATTRIBUTE ";" COMPUTER_GUID ";BA)" },
    { "an object ACE for another type and a leaf", &user, LEAF, AUTO,
      "D:(OA;OI;RP;" ATTRIBUTE ";" COMPUTER_GUID ";BA)(A;OI;FR;;;BU)", NULL,
      OG "D:AI(A;ID;FR;;;BU)" },
    { "an object ACE for any type", &user, DIR, AUTO, "D:(OA;CI;RP;" ATTRIBUTE ";;BA)", NULL,
      OG "D:AI(OA;CIID;RP;" ATTRIBUTE ";;BA)" },
    { "an object ACE with CREATOR OWNER", &user, DIR, AUTO, "D:(OA;CI;RP;;" USER_GUID ";CO)", NULL,
      OG "D:AI(OA;ID;RP;;" USER_GUID ";" ME ")(OA;CIIOID;RP;;" USER_GUID ";CO)" },
    { "a default gives way to ACEs for this type", &user, DIR,
      AUTO | SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT, "D:(OA;CI;RP;;" USER_GUID ";BA)", "D:(A;;FA;;;SY)",
      OG "D:AI(OA;CIID;RP;;" USER_GUID ";BA)" },
    { "a default stays where there is none for it", &user, DIR,
      AUTO | SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT, "D:(A;CI;FR;;;BU)", "D:(A;;FA;;;SY)",
      OG "D:AI(A;;FA;;;SY)(A;CIID;FR;;;BU)" },

    /* Owner and group. */
    { "owner and group of the creator's", &user, LEAF, 0, NULL, "O:BAG:SYD:", "O:BAG:SYD:" },
    { "an owner that is not the token's", &user, LEAF, 0, NULL, "O:SYD:", "STATUS_INVALID_OWNER" },
    { "a group that may not own", &user, LEAF, 0, NULL, "O:BUD:", "STATUS_INVALID_OWNER" },
    { "a deny-only group", &user, LEAF, 0, NULL, "O:BGD:", "STATUS_INVALID_OWNER" },
    { "SeRestore allows any owner", &mighty, LEAF, 0, NULL,
      "O:SYD:", "O:SYG:S-1-5-21-1-2-3-3001D:" },
    { "the owner is not checked", &user, LEAF, SEF_AVOID_OWNER_CHECK, NULL,
      "O:SYD:", "O:SYG:S-1-5-21-1-2-3-3001D:" },
    { "the parent's owner", &user, LEAF, SEF_DEFAULT_OWNER_FROM_PARENT, "O:BAG:SY",
      "D:", "O:BAG:S-1-5-21-1-2-3-3001D:" },
    { "the parent's owner has to be fit, too", &user, LEAF, SEF_DEFAULT_OWNER_FROM_PARENT, "O:SY",
      "D:", "STATUS_INVALID_OWNER" },
    { "the creator's owner beats the parent's", &user, LEAF, SEF_DEFAULT_OWNER_FROM_PARENT,
      "O:SYG:SY", "O:BAD:", "O:BAG:S-1-5-21-1-2-3-3001D:" },
    { "the parent's group", &user, LEAF, SEF_DEFAULT_GROUP_FROM_PARENT, "O:SYG:SY",
      "D:", "O:" ME "G:SYD:" },
    { "a parent without an owner", &user, LEAF, SEF_DEFAULT_OWNER_FROM_PARENT, "G:SY",
      "D:", "STATUS_INVALID_OWNER" },
    { "no parent to give a group", &user, LEAF, SEF_DEFAULT_GROUP_FROM_PARENT, NULL,
      "D:", "STATUS_INVALID_PRIMARY_GROUP" },

    /* The SACL and its labels. */
    { "no SACL", &user, LEAF, AUTO_S, NULL, "D:", OG "D:" },
    { "an inherited SACL needs no privilege", &user, LEAF, AUTO_S, "S:(AU;OISA;FA;;;WD)",
      "D:", OG "D:S:AI(AU;IDSA;FA;;;WD)" },
    { "audit flags are kept beside inheritance", &user, DIR, AUTO_S, "S:(AU;OICIFA;GA;;;WD)",
      "D:", OG "D:S:AI(AU;IDFA;FA;;;WD)(AU;OICIIOIDFA;GA;;;WD)" },
    { "a SACL needs SeSecurity", &user, LEAF, 0, NULL, "D:S:(AU;SA;FA;;;WD)",
      "STATUS_PRIVILEGE_NOT_HELD" },
    { "so does an empty one", &user, LEAF, 0, NULL, "D:S:", "STATUS_PRIVILEGE_NOT_HELD" },
    { "unless it is not checked", &user, LEAF, SEF_AVOID_PRIVILEGE_CHECK, NULL,
      "D:S:(AU;SA;FA;;;WD)", OG "D:S:(AU;SA;FA;;;WD)" },
    { "protecting a SACL needs SeSecurity", &user, LEAF, AUTO_S, "S:(AU;OISA;FA;;;WD)",
      "D:S:P(ML;;NW;;;LW)", "STATUS_PRIVILEGE_NOT_HELD" },
    { "a label keeps no audit off", &user, LEAF, 0, "S:(AU;OISA;FA;;;WD)", "D:S:(ML;;NW;;;LW)",
      OG "D:S:(ML;;NW;;;LW)(AU;SA;FA;;;WD)" },
    { "nor where all is automatic", &user, LEAF, AUTO_S, "S:(AU;OISA;FA;;;WD)", "D:S:(ML;;NW;;;LW)",
      OG "D:S:AI(ML;;NW;;;LW)(AU;IDSA;FA;;;WD)" },
    { "SACLs are merged as DACLs are", &mighty, LEAF, AUTO_S, "S:(AU;OISA;FA;;;WD)",
      "D:S:(AU;FA;FR;;;BU)", OG "D:S:AI(AU;FA;FR;;;BU)(AU;IDSA;FA;;;WD)" },
    { "a protected SACL", &mighty, LEAF, AUTO_S, "S:(AU;OISA;FA;;;WD)", "D:S:P(AU;FA;FR;;;BU)",
      OG "D:S:PAI(AU;FA;FR;;;BU)" },
    { "a label at the token's level", &user, LEAF, 0, NULL, "D:S:(ML;;NW;;;HI)",
      OG "D:S:(ML;;NW;;;HI)" },
    { "a label below it", &user, LEAF, 0, NULL, "D:S:(ML;;NW;;;LW)", OG "D:S:(ML;;NW;;;LW)" },
    { "a label above it", &user, LEAF, 0, NULL, "D:S:(ML;;NW;;;SI)", "STATUS_INVALID_LABEL" },
    { "SeRelabel lifts it", &mighty, LEAF, 0, NULL, "D:S:(ML;;NW;;;SI)", OG "D:S:(ML;;NW;;;SI)" },
    { "an inherited label", &low, DIR, AUTO_S, "S:(ML;OICI;NW;;;HI)",
      "D:", OG "D:S:AI(ML;OICIID;NW;;;HI)" },
    { "the token's label", &low, LEAF, SEF_MACL_NO_WRITE_UP, NULL, "D:", OG "D:S:(ML;;NW;;;LW)" },
    { "with all policies", &user, LEAF,
      SEF_MACL_NO_WRITE_UP | SEF_MACL_NO_READ_UP | SEF_MACL_NO_EXECUTE_UP, NULL,
      "D:", OG "D:S:(ML;;NWNRNX;;;HI)" },
    { "instead of the creator's", &user, LEAF, SEF_MACL_NO_WRITE_UP, NULL, "D:S:(ML;;NR;;;LW)",
      OG "D:S:(ML;;NW;;;HI)" },
    { "before an inherited one", &user, LEAF, AUTO_S | SEF_MACL_NO_WRITE_UP, "S:(ML;OI;NR;;;LW)",
      "D:", OG "D:S:AI(ML;;NW;;;HI)(ML;ID;NR;;;LW)" },

    { "unknown flags", &user, LEAF, 0x80000000, NULL, "D:", "STATUS_INVALID_PARAMETER" },
    { "a restriction that is not there is avoided", &user, LEAF, SEF_AVOID_OWNER_RESTRICTION, NULL,
      "D:", OG "D:" },
};

static nt_status create(void **ret, size_t *ret_size, const struct create_case *c)
{
    _cleanup_(from_text_done) struct from_text parent = { 0 };
    _cleanup_(from_text_done) struct from_text creator = { 0 };
    const void *types[] = { user_guid };
    const struct object_security_request request = { .parent = read_text(&parent, c->parent),
                                                     .creator = read_text(&creator, c->creator),
                                                     .object_types = types,
                                                     .n_object_types = 1,
                                                     .kind = c->kind,
                                                     .flags = c->flags,
                                                     .token = c->token ? *c->token : NULL,
                                                     .mapping = &mapping };

    return object_security_create(ret, ret_size, &request);
}

static void check_case(const struct create_case *c)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    nt_status st = create(&bytes, &size, c);
    if (strncmp(c->expected, "STATUS_", 7) == 0) {
        if (strcmp(nt_status_name(st), c->expected) != 0)
            fail_msg("%s: %s, not %s", c->what, nt_status_name(st), c->expected);
        assert_null(bytes);
        return;
    }
    if (nt_failed(st))
        fail_msg("%s: %s", c->what, nt_status_name(st));
    assert_text(c->what, bytes, size, c->expected);
}

static void a_new_descriptor_is_made_by_the_rules(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        check_case(&cases[i]);
}

static void without_a_token_all_checks_have_to_be_avoided(void **state)
{
    const struct create_case table[] = {
        { "no token", NULL, LEAF, 0, NULL, "O:SYG:SYD:", "STATUS_INVALID_PARAMETER" },
        { "owner avoided", NULL, LEAF, SEF_AVOID_OWNER_CHECK, NULL,
          "O:SYG:SYD:", "STATUS_INVALID_PARAMETER" },
        { "both avoided", NULL, LEAF, AVOID, NULL, "O:SYG:SYD:S:(AU;SA;FA;;;WD)",
          "O:SYG:SYD:S:(AU;SA;FA;;;WD)" },
        { "nobody to own it", NULL, LEAF, AVOID, NULL, "G:SYD:", "STATUS_INVALID_OWNER" },
        { "no group", NULL, LEAF, AVOID, NULL, "O:SYD:", "STATUS_INVALID_PRIMARY_GROUP" },
        { "no default DACL", NULL, LEAF, AVOID, NULL, "O:SYG:SY", "O:SYG:SY" },
        { "no label to take", NULL, LEAF, AVOID | SEF_MACL_NO_WRITE_UP, NULL,
          "O:SYG:SYD:", "STATUS_INVALID_PARAMETER" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        check_case(&table[i]);
}

/* A DACL that the creator marks as a default counts only when nothing is inherited. */
static void a_defaulted_dacl_gives_way_to_inheritance(void **state)
{
    _cleanup_(from_text_done) struct from_text parent = { 0 };
    _cleanup_(from_text_done) struct from_text creator = { 0 };
    _cleanup_(freep) void *with = NULL, *without = NULL;
    struct object_security_request request = { .parent = read_text(&parent, "D:(A;OI;FR;;;BU)"),
                                               .creator = read_text(&creator, "D:(A;;FA;;;SY)"),
                                               .kind = LEAF,
                                               .token = user,
                                               .mapping = &mapping };
    size_t size;

    creator.d.control |= SE_DACL_DEFAULTED;
    assert_ok(object_security_create(&with, &size, &request));
    assert_text("inherited", with, size, OG "D:(A;;FR;;;BU)");
    request.kind = DIR;
    parent.d.dacl = NULL;
    assert_ok(object_security_create(&without, &size, &request));
    assert_text("nothing to inherit", without, size, OG "D:(A;;FA;;;SY)");
}

static void attributes_get_through_a_protected_sacl(void **state)
{
    _cleanup_(from_text_done) struct from_text creator = { 0 };
    _cleanup_(freep) void *bytes = NULL;
    _cleanup_(freep) ACL *sacl = NULL;
    sid_buffer everyone = sid_of("S-1-1-0");
    const struct ace aces[] = {
        { .type = 0x12, .flags = OBJECT_INHERIT_ACE, .sid = &everyone.sid },
        { .type = SYSTEM_AUDIT_ACE_TYPE, .flags = OBJECT_INHERIT_ACE, .sid = &everyone.sid },
        { .type = 0x13, .flags = OBJECT_INHERIT_ACE, .sid = &everyone.sid },
    };
    struct descriptor parent = { .control = SE_SACL_PRESENT }, d;
    struct ace ace;
    size_t size;

    assert_ok(acl_build(&sacl, aces, ARRAY_SIZE(aces)));
    parent.sacl = sacl;
    assert_ok(object_security_create(
        &bytes, &size,
        &(struct object_security_request){ .parent = &parent,
                                           .creator = read_text(&creator, "D:S:P(ML;;NW;;;LW)"),
                                           .flags = SEF_SACL_AUTO_INHERIT,
                                           .token = mighty,
                                           .mapping = &mapping }));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_int_equal(acl_n_aces(d.sacl), 3);
    assert_ok(acl_get(&ace, d.sacl, 1));
    assert_int_equal(ace.type, 0x12);
    assert_int_equal(ace.flags, INHERITED_ACE);
    assert_ok(acl_get(&ace, d.sacl, 2));
    assert_int_equal(ace.type, 0x13);
}

/* What is not understood is inherited as it is: it could be a denial. */
static void aces_of_unknown_types_are_inherited(void **state)
{
    static const uint8_t acl[] = { 2,  0, 20, 0, 1,    0,    0,    0,    0x70, OBJECT_INHERIT_ACE,
                                   12, 0, 1,  2, 0xff, 0xff, 0xff, 0xff, 5,    6 };
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor parent = { .control = SE_DACL_PRESENT, .dacl = (const ACL *)acl }, d;
    struct ace ace;
    size_t size;

    assert_ok(object_security_create(
        &bytes, &size,
        &(struct object_security_request){
            .parent = &parent, .flags = AUTO, .token = user, .mapping = &mapping }));
    assert_ok(descriptor_parse(&d, bytes, size));
    assert_int_equal(acl_n_aces(d.dacl), 1);
    assert_ok(acl_get(&ace, d.dacl, 0));
    assert_int_equal(ace.type, 0x70);
    assert_int_equal(ace.flags, INHERITED_ACE);
    assert_memory_equal((const uint8_t *)ace.bytes + 4, acl + 12, 8);
}

/* A full list whose every ACE splits into two. */
static void a_list_that_grows_too_long_is_an_error(void **state)
{
    enum { N = 3000 };
    _cleanup_(freep) struct ace *aces = calloc(N, sizeof(*aces));
    _cleanup_(freep) void *bytes = NULL;
    _cleanup_(freep) ACL *acl = NULL;
    sid_buffer owner = sid_of("S-1-3-0");
    struct descriptor parent = { .control = SE_DACL_PRESENT };
    size_t size;

    assert_non_null(aces);
    for (size_t i = 0; i < N; i++)
        aces[i] = (struct ace){ .flags = CONTAINER_INHERIT_ACE, .sid = &owner.sid };
    assert_ok(acl_build(&acl, aces, N));
    parent.dacl = acl;
    assert_status(object_security_create(
                      &bytes, &size,
                      &(struct object_security_request){
                          .parent = &parent, .kind = DIR, .token = user, .mapping = &mapping }),
                  STATUS_BAD_INHERITANCE_ACL);
    assert_null(bytes);
}

static void a_mapping_is_required(void **state)
{
    void *bytes;
    size_t size;

    assert_status(
        object_security_create(&bytes, &size, &(struct object_security_request){ .token = user }),
        STATUS_INVALID_PARAMETER);
}

static void a_failing_allocation_leaves_nothing(void **state)
{
    const struct create_case c = { .token = &mighty,
                                   .kind = DIR,
                                   .flags = AUTO | AUTO_S | SEF_MACL_NO_WRITE_UP,
                                   .parent = "D:(A;OICI;GA;;;CO)S:(AU;OISA;FA;;;WD)",
                                   .creator = "D:(A;;FR;;;BU)S:(AU;FA;FR;;;BU)" };
    _cleanup_(from_text_done) struct from_text parent = { 0 };
    _cleanup_(from_text_done) struct from_text creator = { 0 };
    const struct object_security_request request = { .parent = read_text(&parent, c.parent),
                                                     .creator = read_text(&creator, c.creator),
                                                     .kind = c.kind,
                                                     .flags = c.flags,
                                                     .token = mighty,
                                                     .mapping = &mapping };
    _cleanup_(freep) void *bytes = NULL;
    size_t size;

    FOR_EACH_FAILING_ALLOCATION(st, object_security_create(&bytes, &size, &request))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_descriptor_is_made_by_the_rules),
        cmocka_unit_test(without_a_token_all_checks_have_to_be_avoided),
        cmocka_unit_test(a_defaulted_dacl_gives_way_to_inheritance),
        cmocka_unit_test(attributes_get_through_a_protected_sacl),
        cmocka_unit_test(aces_of_unknown_types_are_inherited),
        cmocka_unit_test(a_list_that_grows_too_long_is_an_error),
        cmocka_unit_test(a_mapping_is_required),
        cmocka_unit_test(a_failing_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
