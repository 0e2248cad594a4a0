/* SPDX-License-Identifier: MIT */
/* Numbers, encodings, streams, files and the environment. */
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "win32/crt/console.h"
#include "win32/crt/convert.h"
#include "win32/crt/stream.h"
#include "win32/crt/wide_string.h"
#include "win32/fcntl.h"

static void numbers_are_read(void **state)
{
    const char16_t *text = u" \x2003-12x";
    char16_t *end;

    assert_int_equal(openlogon_w32_wcstol(text, &end, 10), -12);
    assert_ptr_equal(end, text + 5);
    assert_int_equal(openlogon_w32_wcstol(u"x", &end, 10), 0);
    assert_int_equal(*end, u'x');
    assert_int_equal(openlogon_w32_wcstoul(u"0xFFFFFFFF", NULL, 0), 0xffffffff);
    assert_int_equal(openlogon_w32_wcstoll(u"-9223372036854775808", NULL, 10), LLONG_MIN);
    errno = 0;
    assert_true(openlogon_w32_wcstoull(u"99999999999999999999", NULL, 10) == ULLONG_MAX);
    assert_int_equal(errno, ERANGE);
    assert_true(openlogon_w32_wcstod(u"1.5e3z", &end) == 1500.0);
    assert_int_equal(*end, u'z');
    assert_int_equal(openlogon_w32__wtoi(u"42"), 42);
    assert_int_equal(openlogon_w32__wtoi(u"99999999999"), INT_MAX);
    assert_int_equal(openlogon_w32__wtoi(u"-99999999999"), INT_MIN);
    assert_int_equal(openlogon_w32__wtoi(u"\x0661"), 0);
    assert_int_equal(openlogon_w32_wcstol(u"7", &end, 99), 0);
}

static void numbers_are_written(void **state)
{
    char narrow[66];
    char16_t wide[66];

    assert_string_equal(openlogon_w32__itoa(-42, narrow, 10), "-42");
    assert_string_equal(openlogon_w32__itoa(-1, narrow, 16), "ffffffff");
    assert_string_equal(openlogon_w32__itoa(INT_MIN, narrow, 10), "-2147483648");
    assert_string_equal(openlogon_w32__i64toa(LLONG_MIN, narrow, 10), "-9223372036854775808");
    assert_string_equal(openlogon_w32__ui64toa(ULLONG_MAX, narrow, 36), "3w5e11264sgsf");
    assert_int_equal(strlen(openlogon_w32__i64toa(-1, narrow, 2)), 64);
    assert_wide(openlogon_w32__itow(0, wide, 2), u"0");
    assert_wide(openlogon_w32__ultow(10, wide, 10), u"10");
    assert_int_equal(openlogon_w32__itow_s(1234, wide, 4, 10), ERANGE);
    assert_wide(wide, u"");
    assert_int_equal(openlogon_w32__itow_s(123, wide, 4, 10), 0);
    assert_int_equal(openlogon_w32__itoa_s(1, narrow, 4, 37), EINVAL);
    assert_int_equal(openlogon_w32__ltoa_s(1, NULL, 4, 10), EINVAL);
}

static void utf8_and_utf16_are_converted_strictly(void **state)
{
    char16_t wide[8];
    char narrow[16];

    assert_int_equal(openlogon_w32_mbstowcs(wide, "a\xc3\xa4\xf0\x9f\x98\x80", 8), 4);
    assert_wide(wide, u"a\x00e4\xd83d\xde00");
    assert_int_equal(openlogon_w32_mbstowcs(NULL,
                                            "\xef\xbf\xbd"
                                            "a",
                                            0),
                     2);
    assert_int_equal(openlogon_w32_mbstowcs(wide, "ab\xf0\x9f\x98\x80", 3), 2);
    assert_true(openlogon_w32_mbstowcs(wide, "a\xff", 8) == (size_t)-1);
    assert_true(openlogon_w32_mbstowcs(wide, "a\xef\xbf", 8) == (size_t)-1);
    assert_int_equal(openlogon_w32_wcstombs(narrow, u"a\x00e4\xd83d\xde00", 16), 7);
    assert_string_equal(narrow, "a\xc3\xa4\xf0\x9f\x98\x80");
    assert_int_equal(openlogon_w32_wcstombs(narrow, u"a\x20ac", 3), 1);
    errno = 0;
    assert_true(openlogon_w32_wcstombs(narrow, u"\xd83d", 16) == (size_t)-1);
    assert_int_equal(errno, EILSEQ);
    assert_int_equal(openlogon_w32_wcstombs(NULL, u"\xfffd", 0), 3);
}

static void checked_conversions_fit_or_are_empty(void **state)
{
    char16_t wide[4];
    char narrow[4];
    size_t n;

    assert_int_equal(openlogon_w32_mbstowcs_s(&n, wide, 4, "abc", 3), 0);
    assert_int_equal(n, 4);
    assert_wide(wide, u"abc");
    assert_int_equal(openlogon_w32_mbstowcs_s(&n, wide, 4, "abcd", 4), ERANGE);
    assert_int_equal(n, 0);
    assert_wide(wide, u"");
    assert_int_equal(openlogon_w32_mbstowcs_s(&n, wide, 4, "abcd", 2), 0);
    assert_wide(wide, u"ab");
    assert_int_equal(openlogon_w32_mbstowcs_s(&n, wide, 4, "abcd", _TRUNCATE), STRUNCATE);
    assert_wide(wide, u"abc");
    assert_int_equal(openlogon_w32_mbstowcs_s(&n, NULL, 0, "abcd", 0), 0);
    assert_int_equal(n, 5);
    assert_int_equal(openlogon_w32_mbstowcs_s(&n, NULL, 4, "abcd", 0), EINVAL);
    assert_int_equal(openlogon_w32_wcstombs_s(&n, narrow, 4, u"a\x20ac", _TRUNCATE), STRUNCATE);
    assert_string_equal(narrow, "a");
    assert_int_equal(openlogon_w32_wcstombs_s(&n, narrow, 4, u"\x20ac", _TRUNCATE), 0);
    assert_int_equal(openlogon_w32_wcstombs_s(&n, narrow, 4, u"\xd83d", _TRUNCATE), EILSEQ);
    assert_string_equal(narrow, "");
}

/* A stream from which these bytes are read. */
static FILE *stream_of(const char *bytes)
{
    FILE *stream = tmpfile();

    fputs(bytes, stream);
    rewind(stream);
    return stream;
}

static void lines_are_read_as_utf16(void **state)
{
    FILE *stream = stream_of("a\xc3\xa4\xf0\x9f\x98\x80"
                             "b\n\xff"
                             "c\xe2\x82");
    char16_t line[5];

    assert_ptr_equal(openlogon_w32_fgetws(line, 4, stream), line);
    assert_wide(line, u"a\x00e4\xd83d");
    assert_non_null(openlogon_w32_fgetws(line, 4, stream));
    assert_wide(line, u"\xde00"
                      u"b\n");
    assert_non_null(openlogon_w32_fgetws(line, 5, stream));
    assert_wide(line, u"\xfffd"
                      u"c\xfffd");
    assert_null(openlogon_w32_fgetws(line, 5, stream));
    fclose(stream);
}

static void characters_are_read_and_put_back(void **state)
{
    FILE *stream = stream_of("\xf0\x9f\x98\x80\xed\x9f\xbf\xed\xa0\x41z");

    assert_int_equal(openlogon_w32_fgetwc(stream), 0xd83d);
    assert_int_equal(openlogon_w32_fgetwc(stream), 0xde00);
    assert_int_equal(openlogon_w32_ungetwc(0x20ac, stream), 0x20ac);
    assert_int_equal(openlogon_w32_fgetwc(stream), 0x20ac);
    assert_int_equal(openlogon_w32_fgetwc(stream), 0xd7ff);
    assert_int_equal(openlogon_w32_fgetwc(stream), 0xfffd);
    assert_int_equal(openlogon_w32_fgetwc(stream), 0xfffd);
    assert_int_equal(openlogon_w32_fgetwc(stream), 'A');
    assert_int_equal(getc(stream), 'z');
    assert_int_equal(openlogon_w32_fgetwc(stream), WEOF);
    assert_int_equal(openlogon_w32_ungetwc(WEOF, stream), WEOF);
    fclose(stream);
}

static void files_are_opened_by_wide_names(void **state)
{
    char path[] = "/tmp/openlogon-\xc3\xa4-XXXXXX";
    int fd = mkstemp(path);
    char16_t wide[64];
    FILE *file;

    assert_true(fd >= 0);
    close(fd);
    openlogon_w32_mbstowcs(wide, path, ARRAY_SIZE(wide));
    file = openlogon_w32__wfopen(wide, u"wt, ccs=UTF-8");
    assert_non_null(file);
    openlogon_w32_fputws(u"\x20ac", file);
    fclose(file);
    assert_int_equal(openlogon_w32__wfopen_s(&file, wide, u"rb"), 0);
    assert_int_equal(openlogon_w32_fgetwc(file), 0x20ac);
    fclose(file);
    unlink(path);
    assert_int_equal(openlogon_w32__wfopen_s(&file, wide, u"r"), ENOENT);
    assert_null(file);
    assert_null(openlogon_w32__wfopen(u"\xd83d", u"r"));
    assert_int_equal(openlogon_w32_fopen_s(&file, path, NULL), EINVAL);
}

static void the_environment_is_read(void **state)
{
    char16_t *wide;
    char *narrow;
    size_t n;

    setenv("OPENLOGON_TEST_TEXT", "\xc3\xa4", 1);
    assert_wide(openlogon_w32__wgetenv(u"OPENLOGON_TEST_TEXT"), u"\x00e4");
    assert_null(openlogon_w32__wgetenv(u"OPENLOGON_TEST_NONE"));
    assert_int_equal(openlogon_w32__wdupenv_s(&wide, &n, u"OPENLOGON_TEST_TEXT"), 0);
    assert_wide(wide, u"\x00e4");
    assert_int_equal(n, 2);
    free(wide);
    assert_int_equal(openlogon_w32__dupenv_s(&narrow, &n, "OPENLOGON_TEST_TEXT"), 0);
    assert_string_equal(narrow, "\xc3\xa4");
    free(narrow);
    assert_int_equal(openlogon_w32__dupenv_s(&narrow, &n, "OPENLOGON_TEST_NONE"), 0);
    assert_null(narrow);
    assert_int_equal(n, 0);
}

static void time_is_written(void **state)
{
    struct tm day = { .tm_year = 126, .tm_mon = 0, .tm_mday = 2 };
    char16_t text[16];

    assert_int_equal(openlogon_w32_wcsftime(text, 16, u"%Y-%m-%d", &day), 10);
    assert_wide(text, u"2026-01-02");
    assert_int_equal(openlogon_w32_wcsftime(text, 4, u"%Y-%m-%d", &day), 0);
    assert_wide(text, u"");
}

static void modes_are_remembered(void **state)
{
    assert_int_equal(openlogon_w32__setmode(STDOUT_FILENO, _O_U16TEXT), _O_TEXT);
    assert_int_equal(openlogon_w32__setmode(STDOUT_FILENO, _O_BINARY), _O_U16TEXT);
    errno = 0;
    assert_int_equal(openlogon_w32__setmode(STDOUT_FILENO, 1), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(openlogon_w32__setmode(255, _O_TEXT), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(openlogon_w32__setmode(-1, _O_TEXT), -1);
}

static void keys_are_read_from_what_is_no_terminal(void **state)
{
    int ends[2], saved = dup(STDIN_FILENO);

    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_false(openlogon_w32__kbhit());
    assert_int_equal(write(ends[1], "a\n", 2), 2);
    assert_true(openlogon_w32__kbhit());
    assert_int_equal(openlogon_w32__getch(), 'a');
    assert_int_equal(openlogon_w32__getch(), '\r');
    close(ends[1]);
    assert_int_equal(openlogon_w32__getch(), EOF);
    close(ends[0]);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(numbers_are_written),
        cmocka_unit_test(utf8_and_utf16_are_converted_strictly),
        cmocka_unit_test(checked_conversions_fit_or_are_empty),
        cmocka_unit_test(lines_are_read_as_utf16),
        cmocka_unit_test(characters_are_read_and_put_back),
        cmocka_unit_test(files_are_opened_by_wide_names),
        cmocka_unit_test(the_environment_is_read),
        cmocka_unit_test(time_is_written),
        cmocka_unit_test(modes_are_remembered),
        cmocka_unit_test(keys_are_read_from_what_is_no_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
