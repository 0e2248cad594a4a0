/* SPDX-License-Identifier: MIT */
/* Of any descriptor: what is granted was asked for, and what is granted alone is in the maximum. */
#include "fuzz.h"

#include "base/macros.h"
#include "security/access_check.h"

static const GENERIC_MAPPING mapping = {
    .GenericRead = READ_CONTROL | 0x01,
    .GenericWrite = READ_CONTROL | 0x02,
    .GenericExecute = READ_CONTROL | 0x04,
    .GenericAll = STANDARD_RIGHTS_REQUIRED | 0xff,
};

static token_image *make_token(void)
{
    static sid_buffer sids[4];
    static const char *const texts[4] = { "S-1-5-18", "S-1-1-0", "S-1-5-32-544", "S-1-16-8192" };
    static const uint32_t attributes[4] = { 0, SE_GROUP_ENABLED, SE_GROUP_USE_FOR_DENY_ONLY,
                                            SE_GROUP_INTEGRITY };
    SID_AND_ATTRIBUTES entries[4];
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

static uint32_t granted(const token_image *token, const struct descriptor *d, uint32_t desired)
{
    struct access_result result;

    nt_status st = access_check(
        &(struct access_request){
            .token = token, .descriptor = d, .desired = desired, .mapping = &mapping },
        &result);
    if (nt_failed(st))
        return 0;
    MUST(nt_failed(result.status) == (result.granted == 0));
    return result.granted;
}

static uint32_t check_token(const token_image *token, const struct descriptor *d, uint32_t desired)
{
    uint32_t alone = granted(token, d, desired & ~(uint32_t)MAXIMUM_ALLOWED);
    uint32_t most = granted(token, d, MAXIMUM_ALLOWED);

    MUST(!(alone & ~desired) || (desired & 0xf0000000));
    MUST(!d->dacl || !(alone & ~most));
    return most;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static token_image *token, *restricted;
    struct descriptor d;
    uint32_t desired;

    if (!token) {
        token = make_token();
        restricted = make_restricted(token);
    }
    if (size < sizeof(desired) ||
        nt_failed(descriptor_parse(&d, data + sizeof(desired), size - sizeof(desired))))
        return 0;
    memcpy(&desired, data, sizeof(desired));
    uint32_t all = check_token(token, &d, desired);
    uint32_t some = check_token(restricted, &d, desired);
    MUST(!(some & ~all));
    return 0;
}
