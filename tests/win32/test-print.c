/* SPDX-License-Identifier: MIT */
/* Where printed text goes, and what each function does when there is no room. */
#include "text.h"

#include <errno.h>
#include <unistd.h>

#include "win32/crt/print.h"
#include "win32/crt/stream.h"

static void snprintf_cuts_and_terminates(void **state)
{
    char text[4] = "zzz";

    assert_int_equal(openlogon_w32_snprintf(text, 4, "%s", "abcdef"), 6);
    assert_string_equal(text, "abc");
    assert_int_equal(openlogon_w32_snprintf(NULL, 0, "%s", "abcdef"), 6);
    assert_int_equal(openlogon_w32_sprintf(text, "%s", "xyz"), 3);
    assert_string_equal(text, "xyz");
}

static void swprintf_tells_of_a_cut(void **state)
{
    char16_t text[4] = u"zzz";

    assert_int_equal(openlogon_w32_swprintf(text, 4, u"%s", u"abcd"), -1);
    assert_wide(text, u"abc");
    assert_int_equal(openlogon_w32_swprintf(text, 4, u"%s", u"xyz"), 3);
    assert_int_equal(openlogon_w32_swprintf(text, 0, u"%s", u"xyz"), -1);
    assert_wide(text, u"xyz");
    assert_int_equal(openlogon_w32__swprintf(text, u"%d", 12), 2);
    assert_wide(text, u"12");
}

static void the_old_functions_fill_the_buffer(void **state)
{
    char narrow[4] = "zzz";
    char16_t wide[4] = u"zzz";

    assert_int_equal(openlogon_w32__snprintf(narrow, 3, "abc"), 3);
    assert_string_equal(narrow, "abc");
    narrow[3] = 'z';
    assert_int_equal(openlogon_w32__snprintf(narrow, 3, "defg"), -1);
    assert_memory_equal(narrow, "defz", 4);
    assert_int_equal(openlogon_w32__snprintf(narrow, 4, "x"), 1);
    assert_string_equal(narrow, "x");
    assert_int_equal(openlogon_w32__snwprintf(wide, 3, u"defg"), -1);
    assert_wide(wide, u"def");
    assert_int_equal(openlogon_w32__snwprintf(wide, 4, u"x"), 1);
    assert_wide(wide, u"x");
}

static void the_checked_functions_print_all_or_nothing(void **state)
{
    char narrow[4];
    char16_t wide[4];

    assert_int_equal(openlogon_w32_sprintf_s(narrow, 4, "abc"), 3);
    errno = 0;
    assert_int_equal(openlogon_w32_sprintf_s(narrow, 4, "abcd"), -1);
    assert_int_equal(errno, ERANGE);
    assert_string_equal(narrow, "");
    assert_int_equal(openlogon_w32_swprintf_s(wide, 4, u"abc"), 3);
    assert_int_equal(openlogon_w32_swprintf_s(wide, 4, u"abcd"), -1);
    assert_wide(wide, u"");
    assert_int_equal(openlogon_w32_swprintf_s(NULL, 4, u"abcd"), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(openlogon_w32_swprintf_s(wide, 4, NULL), -1);
}

static void a_count_may_ask_for_a_cut(void **state)
{
    char narrow[4];
    char16_t wide[4];

    assert_int_equal(openlogon_w32__snprintf_s(narrow, 4, _TRUNCATE, "abcdef"), -1);
    assert_string_equal(narrow, "abc");
    assert_int_equal(openlogon_w32__snprintf_s(narrow, 4, 2, "abcdef"), -1);
    assert_string_equal(narrow, "ab");
    assert_int_equal(openlogon_w32__snprintf_s(narrow, 4, 2, "xy"), 2);
    assert_int_equal(openlogon_w32__snprintf_s(narrow, 4, 9, "abcdef"), -1);
    assert_string_equal(narrow, "");
    assert_int_equal(openlogon_w32__snwprintf_s(wide, 4, _TRUNCATE, u"abcdef"), -1);
    assert_wide(wide, u"abc");
    assert_int_equal(openlogon_w32__snwprintf_s(wide, 4, _TRUNCATE, u"abc"), 3);
}

static void wsprintf_stops_at_its_documented_limit(void **state)
{
    char narrow[1025];
    char16_t wide[1025];

    narrow[1024] = 'z';
    assert_int_equal(openlogon_w32_wsprintfA(narrow, "%2000d", 1), 1023);
    assert_int_equal(strlen(narrow), 1023);
    assert_int_equal(narrow[1024], 'z');
    assert_int_equal(openlogon_w32_wsprintfW(wide, u"%s-%S", u"a", "b"), 3);
    assert_wide(wide, u"a-b");
    assert_int_equal(openlogon_w32_wsprintfA(narrow, "%n", narrow), 0);
}

static void lengths_are_counted_without_a_buffer(void **state)
{
    assert_int_equal(openlogon_w32__scprintf("%s %d", "abc", 12), 6);
    assert_int_equal(openlogon_w32__scwprintf(u"%s %S", u"abc", "\xf0\x9f\x98\x80"), 6);
}

/* What a stream has received, as text; the stream is closed. */
static char *received(FILE *stream)
{
    static char text[200000];

    rewind(stream);
    text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

static void streams_receive_utf8(void **state)
{
    FILE *stream = tmpfile();

    assert_int_equal(openlogon_w32_fwprintf(stream, u"%s|", u"\x00e4\xd83d\xde00\xd83d"), 5);
    assert_int_equal(openlogon_w32_fprintf(stream, "%s %S|", "\xc3\xa4", u"\x00e4"), 6);
    assert_int_equal(openlogon_w32_fputws(u"\x20ac", stream), 0);
    assert_int_equal(openlogon_w32_fputwc(u'!', stream), '!');
    assert_string_equal(received(stream), "\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbd|"
                                          "\xc3\xa4 \xc3\xa4|\xe2\x82\xac!");
}

/* The sink's buffer ends within a pair; the pair must not. */
static void long_text_is_not_cut_within_a_character(void **state)
{
    enum { PAIRS = 5000 };
    char16_t *text = calloc(2 * PAIRS + 2, sizeof(*text));
    FILE *stream = tmpfile();

    text[0] = u'a';
    for (size_t i = 0; i < PAIRS; i++) {
        text[2 * i + 1] = 0xd83d;
        text[2 * i + 2] = 0xde00;
    }
    assert_int_equal(openlogon_w32_fwprintf(stream, u"%s", text), 2 * PAIRS + 1);
    char *bytes = received(stream);
    assert_int_equal(strlen(bytes), 4 * PAIRS + 1);
    for (size_t i = 0; i < PAIRS; i++)
        assert_memory_equal(bytes + 1 + 4 * i, "\xf0\x9f\x98\x80", 4);

    stream = tmpfile();
    assert_int_equal(openlogon_w32_fprintf(stream, "%99999d|", 1), 100000);
    assert_int_equal(strlen(received(stream)), 100000);
    free(text);
}

/* Each call reaches an unbuffered stream in one write. */
static void a_line_is_one_write(void **state)
{
    int ends[2];
    char text[64];

    assert_int_equal(pipe(ends), 0);
    FILE *stream = fdopen(ends[1], "w");
    setvbuf(stream, NULL, _IONBF, 0);
    openlogon_w32_fwprintf(stream, u"%s %d %S", u"one", 2, "three");
    assert_int_equal(read(ends[0], text, sizeof(text)), 11);
    fclose(stream);
    close(ends[0]);
}

static void errors_of_the_stream_are_reported(void **state)
{
    FILE *stream = fopen("/dev/full", "w");

    setvbuf(stream, NULL, _IONBF, 0);
    errno = 0;
    assert_int_equal(openlogon_w32_fwprintf(stream, u"x"), -1);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(openlogon_w32_fputws(u"x", stream), EOF);
    assert_int_equal(openlogon_w32_fwprintf(NULL, u"x"), -1);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snprintf_cuts_and_terminates),
        cmocka_unit_test(swprintf_tells_of_a_cut),
        cmocka_unit_test(the_old_functions_fill_the_buffer),
        cmocka_unit_test(the_checked_functions_print_all_or_nothing),
        cmocka_unit_test(a_count_may_ask_for_a_cut),
        cmocka_unit_test(wsprintf_stops_at_its_documented_limit),
        cmocka_unit_test(lengths_are_counted_without_a_buffer),
        cmocka_unit_test(streams_receive_utf8),
        cmocka_unit_test(long_text_is_not_cut_within_a_character),
        cmocka_unit_test(a_line_is_one_write),
        cmocka_unit_test(errors_of_the_stream_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
