/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <unistd.h>

#include "cim/address.h"

static void addresses_are_read_and_printed(void **state)
{
    static const struct {
        const char *text, *printed; /* NULL: it is none */
        bool is_loopback;
    } rows[] = {
        { "127.0.0.1:5985", "127.0.0.1:5985", true },
        { "127.1.2.3:0", "127.1.2.3:0", true },
        { "[::1]:5986", "[::1]:5986", true },
        { "[::]:5989", "[::]:5989", false },
        { "0.0.0.0:5988", "0.0.0.0:5988", false },
        { "128.0.0.1:1", "128.0.0.1:1", false },
        { "", NULL, false },
        { ":1", NULL, false },
        { "127.0.0.1", NULL, false },
        { "127.0.0.1:", NULL, false },
        { "127.0.0.1:http", NULL, false },
        { "127.0.0.1:123456789", NULL, false },
        { "localhost:1", NULL, false },
        { "::1:1", NULL, false },
        { "[::1]", NULL, false },
        { "[::1:1", NULL, false },
        { "[]:1", NULL, false },
    };
    char text[ADDRESS_TEXT_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct address address;
        const bool good = address_parse(&address, rows[i].text);

        if (good != (rows[i].printed != NULL))
            fail_msg("%s", rows[i].text);
        if (!good)
            continue;
        address_text(text, &address);
        assert_string_equal(text, rows[i].printed);
        assert_int_equal(address_is_loopback(&address), rows[i].is_loopback);
    }
}

static void it_listens_at_a_free_port(void **state)
{
    struct address address, bound, other;
    char text[ADDRESS_TEXT_SIZE];
    int fd;

    assert_true(address_parse(&address, "127.0.0.1:0"));
    fd = address_listen(&address, &bound);
    assert_true(fd >= 0);
    address_text(text, &bound);
    assert_string_not_equal(text, "127.0.0.1:0");
    assert_true(address_listen(&bound, &other) < 0); /* it is taken */
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_printed),
        cmocka_unit_test(it_listens_at_a_free_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
