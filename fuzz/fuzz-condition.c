/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a condition: what is valid has a truth, a text, and by the text the same bytes again.
 * Only how integers were written may differ (condition_text.h), and then truth and text stay.
 */
#include "fuzz.h"

#include "base/macros.h"
#include "security/condition.h"
#include "security/condition_text.h"
#include "security/condition_token.h"
#include "security/sddl.h"

static const uint8_t user_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 18 };

/* "n": 1 and 2, as the token's and the user's claim. */
static const uint8_t claims[] = {
    44, 0, 0, 0, 24,  0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0,
    36, 0, 0, 0, 'n', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,  0, 0, 0,
};

static token_image *make_token(void)
{
    const SID_AND_ATTRIBUTES user = { .Sid = (PSID)(uintptr_t)user_sid };
    const struct claim_set set = { claims, sizeof(claims) };
    struct token_spec spec = {
        .type = TokenPrimary,
        .level = SecurityImpersonation,
        .elevation_type = TokenElevationTypeDefault,
        .user = &user,
        .primary_group = (PSID)(uintptr_t)user_sid,
        .claims = { [TOKEN_CLAIMS_LOCAL] = set, [TOKEN_CLAIMS_USER] = set },
    };
    token_image *image = NULL;

    MUST(!nt_failed(token_image_build(&image, &spec)));
    return image;
}

static bool is_canonical_integer(const struct condition_token *t)
{
    return t->code == CONDITION_INT64 &&
           (t->number == 0 || (t->number < 0) == (t->sign == CONDITION_MINUS));
}

/* Whether bytes are what a text gives. */
static bool is_canonical(const void *bytes, size_t size, size_t offset)
{
    struct condition_token t;

    for (; offset < size;) {
        if (!condition_token_next(&t, bytes, size, &offset))
            return false;
        if (t.code <= CONDITION_INT64 && !is_canonical_integer(&t))
            return false;
        if (t.code == CONDITION_COMPOSITE && !is_canonical(t.bytes, t.size, 0))
            return false;
    }
    return true;
}

/* False: it has no text. */
static bool print(struct writer *w, const void *bytes, size_t size)
{
    writer_init(w, SDDL_TEXT_MAX);
    nt_status st = condition_print(w, bytes, size, NULL);
    MUST(!nt_failed(st) || NT_IS(st, NOT_SUPPORTED));
    return !nt_failed(st);
}

static void parse(struct writer *w, const struct writer *text)
{
    struct sddl_cursor c = { .at = (const char *)text->bytes,
                             .end = (const char *)text->bytes + text->size };

    writer_init(w, 1 << 20); /* short integers become long ones */
    MUST(!nt_failed(condition_parse(&c, w)));
    MUST(c.at == c.end);
}

static void check(const uint8_t *data, size_t size, const struct condition_context *context)
{
    _cleanup_(writer_done) struct writer text;
    _cleanup_(writer_done) struct writer bytes = { 0 };
    _cleanup_(writer_done) struct writer text_again = { 0 };

    if (!print(&text, data, size))
        return;
    parse(&bytes, &text);
    if (is_canonical(data, size, sizeof(condition_signature)))
        MUST(bytes.size == size && memcmp(bytes.bytes, data, size) == 0);
    if (bytes.size > CONDITION_SIZE_MAX)
        return;
    MUST(print(&text_again, bytes.bytes, bytes.size));
    MUST(text_again.size == text.size && memcmp(text_again.bytes, text.bytes, text.size) == 0);
    MUST(condition_evaluate(bytes.bytes, bytes.size, context) ==
         condition_evaluate(data, size, context));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static token_image *token;

    if (!token)
        token = make_token();
    const struct condition_context context = { .token = token };
    enum truth truth = condition_evaluate(data, size, &context);
    if (condition_valid(data, size))
        check(data, size, &context);
    else
        MUST(truth == TRUTH_UNKNOWN);
    return 0;
}
