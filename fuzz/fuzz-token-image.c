/* SPDX-License-Identifier: MIT */
/* An image that is accepted answers every question inside the buffer it is given, and filters. */
#include "fuzz.h"

#include "base/macros.h"
#include "security/token_image.h"

static void check_information(const token_image *image)
{
    for (uint32_t info_class = 0; info_class < 64; info_class++) {
        uint32_t needed = 0;

        nt_status st =
            token_image_information(image, (TOKEN_INFORMATION_CLASS)info_class, NULL, 0, &needed);
        if (!NT_IS(st, BUFFER_TOO_SMALL))
            continue;
        _cleanup_(freep) void *buffer = malloc(needed);
        MUST(buffer);
        MUST(!nt_failed(token_image_information(image, (TOKEN_INFORMATION_CLASS)info_class, buffer,
                                                needed, &needed)));
    }
}

static void check_sids(const token_image *image)
{
    for (size_t i = 0; i < token_image_n_sids(image); i++) {
        MUST(token_image_find_sid(image, token_image_sid(image, i)) == i);
        (void)token_image_sid_attributes(image, i);
    }
    for (size_t i = 0; i < token_image_n_restricted(image); i++)
        MUST(
            token_image_has_sid(image, token_image_restricted_sid(image, i), TOKEN_SID_RESTRICTED));
}

static void check_filter(const token_image *image)
{
    _cleanup_(token_image_freep) token_image *child = NULL, *parsed = NULL;
    SID_AND_ATTRIBUTES first = { .Sid = (PSID)(uintptr_t)token_image_sid(image, 0) };
    struct token_filter filter = { .flags = DISABLE_MAX_PRIVILEGE,
                                   .disable = &first,
                                   .n_disable = 1,
                                   .restrict_to = &first,
                                   .n_restrict_to = 1 };

    /* An owner that may not own, a token without room: both are refused. */
    if (nt_failed(token_image_filter(&child, image, &filter)))
        return;
    MUST(token_image_is_narrowing(child, image));
    token_image_set_enabled(child, UINT64_MAX, 1);
    MUST(!nt_failed(token_image_parse(&parsed, token_image_bytes(child), token_image_size(child))));
}

static void check_device(const token_image *image)
{
    for (size_t i = 0; i < token_image_n_device_groups(image); i++)
        MUST(token_image_has_sid(image, token_image_device_group(image, i), TOKEN_SID_DEVICE) ==
             !!(token_image_device_group_attributes(image, i) & SE_GROUP_ENABLED));
    for (size_t whose = 0; whose < TOKEN_CLAIMS_N; whose++) {
        struct claim_set set = token_image_claims(image, (enum token_claims)whose);
        struct claim claim;

        while (claim_set_next(&set, &claim)) {
            for (size_t i = 0; i < claim.n_values; i++)
                (void)claim_value(&claim, i);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(token_image_freep) token_image *image = NULL;

    if (nt_failed(token_image_parse(&image, data, size)))
        return 0;
    MUST(token_image_size(image) == size);
    MUST(memcmp(token_image_bytes(image), data, size) == 0);
    check_sids(image);
    check_device(image);
    check_information(image);
    check_filter(image);
    return 0;
}
