/* SPDX-License-Identifier: MIT */
/*
 * What Samba's security library needs for the same operations as in bench-security.c, in the same
 * run on the same machine. Linked with the library as it is installed; run.sh leaves it out where
 * samba-dev is not. The library's own interface, which no public header has, is declared here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <util/data_blob.h>
#include <core/ntstatus.h>
#include <gen_ndr/security.h>

#include "measure.h"
#include "security-scene.h"

enum { SAMBA_MAXIMUM_ALLOWED = 0x02000000 };

struct samba_sid_text {
    char text[15 * 11 + 25];
};

NTSTATUS se_access_check(const struct security_descriptor *descriptor,
                         const struct security_token *token, uint32_t desired, uint32_t *granted);
struct security_descriptor *sddl_decode(TALLOC_CTX *context, const char *text,
                                        const struct dom_sid *domain);
char *sddl_encode(TALLOC_CTX *context, const struct security_descriptor *descriptor,
                  const struct dom_sid *domain);
bool dom_sid_parse(const char *text, struct dom_sid *ret);
char *dom_sid_str_buf(const struct dom_sid *sid, struct samba_sid_text *ret);
bool dom_sid_equal(const struct dom_sid *a, const struct dom_sid *b);

static struct {
    struct security_token ten_groups, hundred_groups;
    struct security_descriptor *three, *hundred, *typical;
    struct dom_sid sid, domain;
} scene;

static int check(const struct security_descriptor *descriptor, const struct security_token *token,
                 uint32_t desired, bool expected)
{
    uint32_t granted;

    return NT_STATUS_IS_OK(se_access_check(descriptor, token, desired, &granted)) == expected;
}

static int check_3(void)
{
    return check(scene.three, &scene.ten_groups, SCENE_GRANTED, true);
}

static int check_3_denied(void)
{
    return check(scene.three, &scene.ten_groups, SCENE_NOT_GRANTED, false);
}

static int check_3_maximum(void)
{
    return check(scene.three, &scene.ten_groups, SAMBA_MAXIMUM_ALLOWED, true);
}

static int check_100(void)
{
    return check(scene.hundred, &scene.hundred_groups, SCENE_GRANTED, true);
}

static int check_100_denied(void)
{
    return check(scene.hundred, &scene.hundred_groups, SCENE_NOT_GRANTED, false);
}

static int check_100_maximum(void)
{
    return check(scene.hundred, &scene.hundred_groups, SAMBA_MAXIMUM_ALLOWED, true);
}

static int parse_sddl(void)
{
    return talloc_free(sddl_decode(NULL, SCENE_SDDL, &scene.domain)) == 0;
}

static int print_sddl(void)
{
    return talloc_free(sddl_encode(NULL, scene.typical, &scene.domain)) == 0;
}

static int parse_sid(void)
{
    struct dom_sid sid;

    return dom_sid_parse(SCENE_SID, &sid);
}

static int print_sid(void)
{
    struct samba_sid_text text;

    return dom_sid_str_buf(&scene.sid, &text) != NULL;
}

static int compare_sids(void)
{
    return dom_sid_equal(&scene.sid, &scene.sid);
}

static const struct operation operations[] = {
    { "se_access_check, 10 groups x 3 ACEs, last grants", check_3, 0, NULL, "" },
    { "se_access_check, 10 groups x 3 ACEs, denied", check_3_denied, 0, NULL, "" },
    { "se_access_check, 10 groups x 3 ACEs, maximum", check_3_maximum, 0, NULL, "" },
    { "se_access_check, 100 groups x 100 ACEs, last grants", check_100, 0, NULL, "" },
    { "se_access_check, 100 groups x 100 ACEs, denied", check_100_denied, 0, NULL, "" },
    { "se_access_check, 100 groups x 100 ACEs, maximum", check_100_maximum, 0, NULL, "" },
    { "sddl_decode, 4 ACEs, and talloc_free", parse_sddl, 0, NULL, "" },
    { "sddl_encode, 4 ACEs, and talloc_free", print_sddl, 0, NULL, "" },
    { "dom_sid_parse", parse_sid, 0, NULL, "" },
    { "dom_sid_str_buf", print_sid, 0, NULL, "" },
    { "dom_sid_equal, the same", compare_sids, 0, NULL, "" },
};

/* The user, groups, Everyone last. */
static struct security_token token_of(uint32_t n_groups)
{
    struct security_token token = { .num_sids = n_groups + 1,
                                    .sids = calloc(n_groups + 1, sizeof(struct dom_sid)) };
    char text[64];

    must(token.sids != NULL, "a token");
    for (uint32_t i = 0; i < n_groups; i++) {
        snprintf(text, sizeof(text), "S-1-5-21-2949669338-2104361334-3327162084-%u", 1000 + i);
        must(dom_sid_parse(text, &token.sids[i]), "a SID");
    }
    must(dom_sid_parse("S-1-1-0", &token.sids[n_groups]), "a SID");
    return token;
}

static struct security_descriptor *descriptor_of(unsigned n_aces)
{
    static char text[SCENE_TEXT_SIZE];

    scene_descriptor(text, n_aces);
    struct security_descriptor *descriptor = sddl_decode(NULL, text, &scene.domain);
    must(descriptor != NULL, "a descriptor");
    return descriptor;
}

int main(int argc, char **argv)
{
    must(dom_sid_parse(SCENE_SID, &scene.sid), "a SID");
    must(dom_sid_parse("S-1-5-21-2949669338-2104361334-3327162084", &scene.domain), "a SID");
    scene.ten_groups = token_of(10);
    scene.hundred_groups = token_of(100);
    scene.three = descriptor_of(3);
    scene.hundred = descriptor_of(100);
    scene.typical = sddl_decode(NULL, SCENE_SDDL, &scene.domain);
    must(scene.typical != NULL, "a descriptor");
    measure_all(operations, sizeof(operations) / sizeof(operations[0]), argc < 2 ? "" : argv[1]);
    return 0;
}
