/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>
#include <unistd.h>

#include "remote/query_message.h"
#include "remote/row_store.h"

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">"        \
    "<MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLERSP><IMETHODRESPONSE NAME=\"ExecQuery\">"
#define TAIL       "</IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>"
#define ROWS(rows) HEAD "<IRETURNVALUE>" rows "</IRETURNVALUE>" TAIL
#define ROW(properties)                                                                            \
    "<VALUE.OBJECT><INSTANCE CLASSNAME=\"C\">" properties "</INSTANCE></VALUE.OBJECT>"
#define P(name, type, value)                                                                       \
    "<PROPERTY NAME=\"" name "\" TYPE=\"" type "\"><VALUE>" value "</VALUE></PROPERTY>"

static bool keep(void *context, const struct answer_row *row)
{
    return row_store_add(context, row);
}

/* In pieces of this size. */
static enum answer_end read_pieces(struct row_store *store, const char *text, size_t piece)
{
    _cleanup_(answer_freep) answer *a = answer_new(keep, store);
    const size_t size = strlen(text);

    assert_non_null(a);
    for (size_t at = 0; at < size; at += piece) {
        if (!answer_add(a, text + at, size - at < piece ? size - at : piece))
            break;
    }
    return answer_finish(a);
}

static void rows_have_values_of_their_types(void **state)
{
    static const char text[] =
        ROWS(ROW(P("A", "string", " x &amp; &#60;y> ") P("B", "uint32", "10")
                     P("C", "boolean", "TRUE") "<PROPERTY NAME=\"D\" TYPE=\"string\"/>" P(
                         "E", "uint64", "18446744073709551615") P("F", "string", "")) ROW(""));

    for (size_t piece = 1; piece < sizeof(text); piece += 7) {
        struct row_store store = { 0 };
        const struct stored_row *row;

        assert_int_equal(read_pieces(&store, text, piece), ANSWER_WHOLE);
        assert_int_equal(store.n, 2);
        row = &store.rows[0];
        assert_string_equal(row->shape->class_name, "C");
        assert_int_equal(row->shape->n, 6);
        assert_string_equal(stored_value(row, "a")->text, " x & <y> ");
        assert_int_equal(stored_value(row, "B")->kind, QUERY_INTEGER);
        assert_int_equal(stored_value(row, "B")->number, 10);
        assert_int_equal(stored_value(row, "C")->kind, QUERY_BOOL);
        assert_int_equal(stored_value(row, "C")->number, 1);
        assert_int_equal(stored_value(row, "D")->kind, QUERY_NULL);
        assert_string_equal(stored_value(row, "E")->text, "18446744073709551615");
        assert_string_equal(stored_value(row, "F")->text, "");
        assert_null(stored_value(row, "G"));
        assert_int_equal(store.rows[1].shape->n, 0);
        row_store_done(&store);
    }
}

static void a_reference_is_a_path(void **state)
{
    static const char text[] = ROWS(ROW(
        "<PROPERTY.REFERENCE NAME=\"R\" REFERENCECLASS=\"D\"><VALUE.REFERENCE><INSTANCEPATH>"
        "<NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/>"
        "</LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME=\"D\"><KEYBINDING NAME=\"K\">"
        "<KEYVALUE>a\"b</KEYVALUE></KEYBINDING><KEYBINDING NAME=\"L\"><KEYVALUE>2</KEYVALUE>"
        "</KEYBINDING></INSTANCENAME></INSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>"));
    struct row_store store = { 0 };

    assert_int_equal(read_pieces(&store, text, 16), ANSWER_WHOLE);
    assert_string_equal(stored_value(&store.rows[0], "R")->text,
                        "\\\\h\\root\\cimv2:D.K=\"a\\\"b\",L=\"2\"");
    row_store_done(&store);
}

static void what_is_not_known_is_passed_over(void **state)
{
    static const char text[] =
        ROWS(ROW("<QUALIFIER NAME=\"q\" TYPE=\"string\"><VALUE>1</VALUE></QUALIFIER>"
                 "<PROPERTY.ARRAY NAME=\"x\" TYPE=\"string\"><VALUE.ARRAY><VALUE>1</VALUE>"
                 "</VALUE.ARRAY></PROPERTY.ARRAY>" P("A", "string", "<b>no</b>yes")));
    struct row_store store = { 0 };

    assert_int_equal(read_pieces(&store, text, 50), ANSWER_WHOLE);
    assert_int_equal(store.rows[0].shape->n, 1);
    assert_string_equal(stored_value(&store.rows[0], "A")->text, "yes");
    row_store_done(&store);
}

static void an_error_says_what_it_is(void **state)
{
    struct row_store store = { 0 };
    _cleanup_(answer_freep) answer *a = answer_new(keep, &store);
    static const char text[] = HEAD "<ERROR CODE=\"5\" DESCRIPTION=\"no &lt;class&gt;\"/>" TAIL;

    assert_true(answer_add(a, text, strlen(text)));
    assert_int_equal(answer_finish(a), ANSWER_REFUSAL);
    assert_int_equal(answer_code(a), 5);
    assert_string_equal(answer_description(a), "no <class>");
}

static const char *const no_answers[] = {
    "",
    "<",
    "hello",
    "<html><body/></html>",
    "<CIM/>",
    HEAD TAIL,
    HEAD "<IRETURNVALUE>",
    ROWS(ROW("<PROPERTY TYPE=\"string\"/>")),
    ROWS("<VALUE.OBJECT><INSTANCE/></VALUE.OBJECT>"),
    ROWS(ROW(P("A", "string", "&nope;"))),
    ROWS(ROW(P("A", "string", "\xff\xff"))),
    ROWS("") "<",
    "<!DOCTYPE a [<!ENTITY b \"c\">]><CIM/>",
    "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><CIM/>",
    ("<CIM><MESSAGE><SIMPLERSP><IMETHODRESPONSE NAME=\"GetClass\"><IRETURNVALUE/>"
     "</IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>"),
};

static void what_is_no_answer_is_none(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(no_answers); i++) {
        struct row_store store = { 0 };

        if (read_pieces(&store, no_answers[i], 10) != ANSWER_NONE)
            fail_msg("%s", no_answers[i]);
        row_store_done(&store);
    }
}

/* Repeats a piece between a beginning and an end. From malloc(). */
static char *repeated(const char *begin, const char *piece, size_t n, const char *end)
{
    char *text = malloc(strlen(begin) + n * strlen(piece) + strlen(end) + 1);
    char *to = text;

    assert_non_null(text);
    to = stpcpy(to, begin);
    for (size_t i = 0; i < n; i++)
        to = stpcpy(to, piece);
    stpcpy(to, end);
    return text;
}

static void there_is_an_end_to_everything(void **state)
{
    const struct {
        const char *begin, *piece;
        size_t n;
    } cases[] = {
        { "", "<a>", ANSWER_DEPTH_MAX + 1 },
        { HEAD "<IRETURNVALUE><VALUE.OBJECT><INSTANCE CLASSNAME=\"C\">", "<PROPERTY NAME=\"a\"/>",
          ANSWER_PROPERTIES_MAX + 1 },
        { HEAD "<IRETURNVALUE><VALUE.OBJECT><INSTANCE CLASSNAME=\"", "C", ANSWER_NAME_MAX + 1 },
        { HEAD "<IRETURNVALUE><VALUE.OBJECT><INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"a\"><VALUE>",
          "0123456789abcdef", ANSWER_TEXT_MAX / 16 + 1 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *text = repeated(cases[i].begin, cases[i].piece, cases[i].n, "");
        struct row_store store = { 0 };

        assert_int_equal(read_pieces(&store, text, 4096), ANSWER_NONE);
        row_store_done(&store);
    }
}

static bool take_none(void *context, const struct answer_row *row)
{
    return false;
}

static void who_takes_no_more_gets_no_more(void **state)
{
    _cleanup_(answer_freep) answer *a = answer_new(take_none, NULL);
    static const char text[] = ROWS(ROW("") ROW(""));

    assert_false(answer_add(a, text, strlen(text)));
    assert_false(answer_add(a, text, strlen(text)));
    assert_int_equal(answer_finish(a), ANSWER_NOT_TAKEN);
}

static bool take(void *context, const struct answer_row *row)
{
    return true;
}

/* A terminal would obey bytes that a stranger has chosen. */
static void nothing_is_printed(void **state)
{
    static const char halves[] = "\xff\xfe<\0a\0>\0\0\xd8\0\xd8<\0";
    static const char wide[] = "\0\0\0<\0\0\0a\0\0\0>\0\x11\x22\x33\0\x11\x22\x33\0\x11\x22\x33";
    const struct {
        const char *bytes;
        size_t size;
    } cases[] = { { halves, sizeof(halves) - 1 }, { wide, sizeof(wide) - 1 } };
    FILE *file = tmpfile();
    const int saved = dup(STDERR_FILENO);
    off_t size;

    assert_non_null(file);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(answer_freep) answer *a = answer_new(take, NULL);

        if (answer_add(a, cases[i].bytes, cases[i].size))
            (void)answer_finish(a);
    }
    size = lseek(fileno(file), 0, SEEK_END);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    (void)fclose(file);
    assert_int_equal(size, 0);
}

static void a_query_is_escaped(void **state)
{
    size_t size = 0;
    _cleanup_(freep) char *message = query_message("a<b>&'\"\xc3\xa4\r", &size);

    assert_non_null(message);
    assert_int_equal(size, strlen(message));
    assert_non_null(strstr(message, "<VALUE>a&lt;b&gt;&amp;'\"\xc3\xa4&#13;</VALUE>"));
    assert_null(query_message("a\x01", &size));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_values_of_their_types),
        cmocka_unit_test(a_reference_is_a_path),
        cmocka_unit_test(what_is_not_known_is_passed_over),
        cmocka_unit_test(an_error_says_what_it_is),
        cmocka_unit_test(what_is_no_answer_is_none),
        cmocka_unit_test(there_is_an_end_to_everything),
        cmocka_unit_test(who_takes_no_more_gets_no_more),
        cmocka_unit_test(nothing_is_printed),
        cmocka_unit_test(a_query_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
