/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>

#include "cim/cimxml_request.h"

#define MESSAGE(inside)                                                                            \
    "<CIM CIMVERSION='2.0' DTDVERSION='2.0'><MESSAGE ID='7' "                                      \
    "PROTOCOLVERSION='1.0'><SIMPLEREQ>" inside "</SIMPLEREQ></MESSAGE></CIM>"
#define SPACE                                                                                      \
    "<LOCALNAMESPACEPATH><NAMESPACE NAME='Root'/><NAMESPACE NAME='CIMV2'/></LOCALNAMESPACEPATH>"
#define CALL(parameters)       MESSAGE("<IMETHODCALL NAME='X'>" SPACE parameters "</IMETHODCALL>")
#define PARAMETER(name, value) "<IPARAMVALUE NAME='" name "'>" value "</IPARAMVALUE>"

static enum cimxml_problem read_message(struct cimxml_request *r, const char *text)
{
    return cimxml_request_read(r, text, strlen(text));
}

static void problems_have_their_words(void **state)
{
    static const struct {
        const char *text, *word;
    } rows[] = {
        { "<", "request-not-well-formed" },
        { "<CIM/>", "request-not-valid" },
        { "<CIM CIMVERSION='3.0' DTDVERSION='2.0'><MESSAGE ID='7' PROTOCOLVERSION='1.0'/></CIM>",
          "unsupported-cim-version" },
        { "<CIM CIMVERSION='2.0' DTDVERSION='2.0'><MESSAGE ID='7' PROTOCOLVERSION='1.0'/></CIM>",
          "unsupported-operation" },
        { MESSAGE("<IMETHODCALL/>"), "request-not-valid" },
        { MESSAGE("<IMETHODCALL NAME='X'/>"), "request-not-valid" },
        { CALL(PARAMETER("a", "") PARAMETER("A", "")), "request-not-valid" },
        { CALL(PARAMETER("a", "<VALUE/><VALUE/>")), "request-not-valid" },
        { CALL("<other/>"), "request-not-valid" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct cimxml_request r = { 0 };
        const enum cimxml_problem problem = read_message(&r, rows[i].text);

        assert_int_not_equal(problem, CIMXML_GOOD);
        assert_string_equal(cimxml_problem_word(problem), rows[i].word);
    }
}

static void parameters_are_read(void **state)
{
    _cleanup_(cimxml_request_done) struct cimxml_request r = { 0 };
    _cleanup_(object_path_done) struct object_path path = { 0 };
    const char *text = "as before", *class_name = NULL;
    const struct xml_node *list = NULL;
    bool flag = false;

    assert_int_equal(
        read_message(&r, CALL(PARAMETER("T", "<VALUE>x</VALUE>") PARAMETER(
                             "F", "<VALUE>TRUE</VALUE>") PARAMETER("C", "<CLASSNAME NAME='K'/>")
                                  PARAMETER("L", "<VALUE.ARRAY><VALUE>a</VALUE></VALUE.ARRAY>")
                                      PARAMETER("O", "<INSTANCENAME CLASSNAME='K'><KEYBINDING "
                                                     "NAME='n'><KEYVALUE>v</KEYVALUE>"
                                                     "</KEYBINDING></INSTANCENAME>"))),
        CIMXML_GOOD);
    assert_true(r.has_space);
    assert_true(cimxml_text(&r, "none", &text));
    assert_string_equal(text, "as before");
    assert_true(cimxml_text(&r, "t", &text));
    assert_string_equal(text, "x");
    assert_false(cimxml_text(&r, "C", &text));
    assert_true(cimxml_flag(&r, "F", &flag));
    assert_true(flag);
    assert_false(cimxml_flag(&r, "T", &flag));
    assert_true(cimxml_class(&r, "C", &class_name));
    assert_string_equal(class_name, "K");
    assert_false(cimxml_class(&r, "T", &class_name));
    assert_true(cimxml_list(&r, "L", &list));
    assert_string_equal(list->first->text, "a");
    assert_true(cimxml_object(&r, "O", &path));
    assert_string_equal(object_path_key(&path, "n"), "v");
    assert_string_equal(cimxml_parameter(&r, 4), "O");
    assert_null(cimxml_parameter(&r, 5));
}

static void a_key_has_a_limit(void **state)
{
    static char value[8194];

    for (size_t size = sizeof(value) - 2; size < sizeof(value); size++) {
        _cleanup_(cimxml_request_done) struct cimxml_request r = { 0 };
        _cleanup_(object_path_done) struct object_path path = { 0 };
        _cleanup_(freep) char *text = NULL;

        memset(value, 'x', size);
        assert_true(asprintf(&text,
                             CALL(PARAMETER("O", "<INSTANCENAME CLASSNAME='K'><KEYVALUE>%s"
                                                 "</KEYVALUE></INSTANCENAME>")),
                             value) > 0);
        assert_int_equal(read_message(&r, text), CIMXML_GOOD);
        assert_int_equal(cimxml_object(&r, "O", &path), size == sizeof(value) - 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_have_their_words),
        cmocka_unit_test(parameters_are_read),
        cmocka_unit_test(a_key_has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
