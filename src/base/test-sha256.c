/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>

#include "base/macros.h"
#include "base/sha256.h"

static void the_published_digests_are_computed(void **state)
{
    static const struct {
        const char *repeated;
        size_t times;
        const char *digest;
    } cases[] = {
        { "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
          "lmnopqrsmnopqrstnopqrstu",
          1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
        { "a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t length = strlen(cases[i].repeated), size = length * cases[i].times;
        _cleanup_(freep) char *text = malloc(size + 1);
        uint8_t digest[SHA256_SIZE];
        char hex[2 * SHA256_SIZE + 1];

        for (size_t at = 0; at < size; at += length)
            memcpy(text + at, cases[i].repeated, length);
        sha256(digest, text, size);
        for (size_t j = 0; j < SHA256_SIZE; j++)
            (void)snprintf(hex + 2 * j, 3, "%02x", digest[j]);
        assert_string_equal(hex, cases[i].digest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_published_digests_are_computed) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
