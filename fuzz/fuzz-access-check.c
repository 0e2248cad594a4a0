/* SPDX-License-Identifier: MIT */
/*
 * Of any descriptor: the answer is that of the literal check, what is granted was asked for, what
 * is granted alone is in the maximum, and who is restricted gets no more. Input: rights asked for,
 * choices (both 32 bits), a self-relative descriptor.
 */
#include "fuzz.h"

#include "../tests/security/literal_access_check.h"
#include "base/macros.h"
#include "security/access_audit.h"
#include "security/privilege.h"

enum choice {
    CHOOSE_INTENTS = ACCESS_BACKUP_INTENT | ACCESS_RESTORE_INTENT,
    CHOOSE_SELF = 1 << 2,
    CHOOSE_TREE = 1 << 3,
    CHOOSE_LOW = 1 << 4,
    CHOOSE_RESULT_LIST = 1 << 5,
};

enum { TREE_SIZE = 7 };

static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 0x01,
    .GenericWrite = READ_CONTROL | 0x02,
    .GenericExecute = READ_CONTROL | 0x04,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 0xff,
};

/* Tokens by integrity, then by being restricted. */
static token_image *tokens[2][2];

static token_image *make_token(const char *label)
{
    const char *const texts[] = { "S-1-5-18", "S-1-1-0", "S-1-5-32-544", label };
    static const uint32_t attributes[] = { 0, SE_GROUP_ENABLED, SE_GROUP_USE_FOR_DENY_ONLY,
                                           SE_GROUP_INTEGRITY };
    uint64_t privileges = PRIVILEGE_BIT(PRIVILEGE_SECURITY) | PRIVILEGE_BIT(PRIVILEGE_BACKUP) |
                          PRIVILEGE_BIT(PRIVILEGE_RESTORE) | PRIVILEGE_BIT(PRIVILEGE_RELABEL);
    sid_buffer sids[ARRAY_SIZE(texts)];
    SID_AND_ATTRIBUTES entries[ARRAY_SIZE(texts)];
    token_image *image = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
        MUST(!nt_failed(sid_from_text(&sids[i], NULL, texts[i], strlen(texts[i]))));
        entries[i] = (SID_AND_ATTRIBUTES){ .Sid = &sids[i], .Attributes = attributes[i] };
    }
    MUST(!nt_failed(token_image_build(
        &image, &(struct token_spec){ .type = TokenPrimary,
                                      .elevation_type = TokenElevationTypeDefault,
                                      .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP,
                                      .user = &entries[0],
                                      .groups = &entries[1],
                                      .n_groups = 3,
                                      .privileges_present = privileges,
                                      .privileges_enabled = privileges,
                                      .primary_group = &sids[1] })));
    return image;
}

static token_image *make_restricted(const token_image *image)
{
    SID_AND_ATTRIBUTES everyone = { .Sid = (PSID)(uintptr_t)token_image_sid(image, 1) };
    token_image *restricted = NULL;

    MUST(!nt_failed(token_image_filter(
        &restricted, image,
        &(struct token_filter){ .restrict_to = &everyone, .n_restrict_to = 1 })));
    return restricted;
}

static void make_tokens(void)
{
    static const char *const labels[2] = { "S-1-16-8192", "S-1-16-4096" };

    for (size_t i = 0; i < 2; i++) {
        tokens[i][0] = make_token(labels[i]);
        tokens[i][1] = make_restricted(tokens[i][0]);
    }
}

static void make_tree(struct access_tree *tree, struct access_node nodes[TREE_SIZE])
{
    static const uint8_t levels[TREE_SIZE] = { 0, 1, 2, 2, 1, 2, 3 };
    static GUID types[TREE_SIZE];
    OBJECT_TYPE_LIST list[TREE_SIZE];

    for (size_t i = 0; i < TREE_SIZE; i++) {
        memset(&types[i], (int)('a' + i), sizeof(types[i]));
        list[i] = (OBJECT_TYPE_LIST){ .Level = levels[i], .ObjectType = &types[i] };
    }
    MUST(!nt_failed(access_tree_read(tree, nodes, list, TREE_SIZE)));
}

static void compare(const struct access_request *request, const struct access_result *result)
{
    struct literal_answer expected[LITERAL_NODES_MAX];
    uint64_t privileges;
    uint32_t due;

    literal_access_check(expected, &privileges, request);
    MUST(result->status.code == expected[0].status.code);
    MUST(result->granted == expected[0].granted);
    MUST(result->privileges_used == privileges);
    for (size_t i = 0; request->tree && i < request->tree->n; i++) {
        MUST(request->tree->nodes[i].status.code == expected[i].status.code);
        MUST(request->tree->nodes[i].granted == expected[i].granted);
    }
    MUST(!nt_failed(access_audit_due(&due, request, result)));
}

static uint32_t granted(struct access_request request, const token_image *token, uint32_t desired)
{
    struct access_trace trace = { .node = 0 };
    struct access_result result, traced;

    request.token = token;
    request.desired = desired;
    MUST(!nt_failed(access_check(&request, &result)));
    MUST(nt_failed(result.status) == (result.granted == 0));
    compare(&request, &result);
    request.trace = &trace;
    MUST(!nt_failed(access_check(&request, &traced)));
    MUST(traced.granted == result.granted && traced.status.code == result.status.code);
    return result.granted;
}

static uint32_t check_token(const struct access_request *request, const token_image *token,
                            uint32_t desired)
{
    uint32_t alone = granted(*request, token, desired & ~(uint32_t)MAXIMUM_ALLOWED);
    uint32_t most = granted(*request, token, MAXIMUM_ALLOWED);

    MUST(!(alone & ~desired) || (desired & 0xf0000000));
    MUST(!request->descriptor->dacl || !(alone & ~most & ~(uint32_t)ACCESS_SYSTEM_SECURITY));
    return most;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t self[] = { 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
    uint32_t words[2];
    struct descriptor d;
    struct access_tree tree;
    struct access_node nodes[TREE_SIZE];

    if (!tokens[0][0])
        make_tokens();
    if (size < sizeof(words) ||
        nt_failed(descriptor_parse(&d, data + sizeof(words), size - sizeof(words))))
        return 0;
    memcpy(words, data, sizeof(words));
    make_tree(&tree, nodes);
    const struct access_request request = {
        .descriptor = &d,
        .mapping = &mapping,
        .principal_self = words[1] & CHOOSE_SELF ? (const SID *)(const void *)self : NULL,
        .flags = (words[1] & CHOOSE_INTENTS) |
                 (words[1] & CHOOSE_RESULT_LIST ? (uint32_t)ACCESS_RESULT_LIST : 0),
        .tree = words[1] & CHOOSE_TREE ? &tree : NULL,
    };
    token_image *const *pair = tokens[words[1] & CHOOSE_LOW ? 1 : 0];
    uint32_t all = check_token(&request, pair[0], words[0]);
    uint32_t some = check_token(&request, pair[1], words[0]);
    MUST(!(some & ~all));
    return 0;
}
