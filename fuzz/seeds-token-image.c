/* SPDX-License-Identifier: MIT */
/*
 * The seeds of fuzz/corpus/token-image: images change when their format does, and a corpus that the
 * parser refuses at once tests nothing.
 *
 *   seeds-token-image DIRECTORY           fails unless every seed is there as it would be made now
 *   seeds-token-image DIRECTORY --write   makes them
 */
#include "security/test-token.h"

#include <stdio.h>

enum { SEED_SIZE_MAX = 4096, CUT_SIZE = 300 };

static token_image *build(const struct test_spec *t)
{
    token_image *image = NULL;

    assert_ok(token_image_build(&image, &t->spec));
    return image;
}

static token_image *make_no_dacl(void)
{
    _cleanup_(test_spec_done) struct test_spec t;

    test_spec_init(&t);
    t.spec.default_dacl = NULL;
    return build(&t);
}

static token_image *make_device(void)
{
    _cleanup_(test_spec_done) struct test_spec t;

    test_spec_init(&t);
    test_spec_add_device(&t);
    return build(&t);
}

static token_image *make_filtered(const char *disable, const char *restrict_to)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    sid_buffer disabled = sid_of(disable), restricting = sid_of(restrict_to);
    const SID_AND_ATTRIBUTES to_disable = { .Sid = &disabled }, only = { .Sid = &restricting };
    const struct token_filter filter = {
        .disable = &to_disable, .n_disable = 1, .restrict_to = &only, .n_restrict_to = 1
    };
    token_image *filtered = NULL;

    assert_ok(token_image_filter(&filtered, image, &filter));
    return filtered;
}

static token_image *make_restricted(void)
{
    return make_filtered("S-1-5-32-544", "S-1-1-0");
}

static token_image *make_deny_only_user(void)
{
    return make_filtered("S-1-5-21-1-2-3-3000", "S-1-5-32-545");
}

static const struct {
    const char *name;
    token_image *(*make)(void);
    size_t size; /* cut to; 0: whole */
} seeds[] = {
    { "user", test_image, 0 },
    { "no-dacl", make_no_dacl, 0 },
    { "device-and-claims", make_device, 0 },
    { "restricted", make_restricted, 0 },
    { "deny-only-user", make_deny_only_user, 0 },
    { "cut", test_image, CUT_SIZE },
};

static int write_seed(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wbe");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        return 1;
    }
    return 0;
}

static int check_seed(const char *path, const void *bytes, size_t size)
{
    static uint8_t there[SEED_SIZE_MAX];
    FILE *file = fopen(path, "rbe");
    size_t n = file ? fread(there, 1, sizeof(there), file) : 0;

    if (file)
        (void)fclose(file);
    if (n == size && memcmp(there, bytes, size) == 0)
        return 0;
    (void)fprintf(stderr, "%s is not what it would be now; make it anew with --write\n", path);
    return 1;
}

int main(int argc, char **argv)
{
    bool writes = argc == 3 && strcmp(argv[2], "--write") == 0;
    int r = argc < 2;

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(seeds); i++) {
        _cleanup_(token_image_freep) token_image *image = seeds[i].make();
        size_t size = seeds[i].size ? seeds[i].size : token_image_size(image);
        char path[4096];

        (void)snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
        r = writes ? write_seed(path, token_image_bytes(image), size)
                   : check_seed(path, token_image_bytes(image), size);
    }
    return r;
}
