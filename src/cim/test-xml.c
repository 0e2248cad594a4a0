/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <stdio.h>

#include "cim/xml_in.h"
#include "cim/xml_out.h"

/* --- reading ---------------------------------------------------------------------------------- */

static xml_document *read_text(const char *text)
{
    return xml_read(text, strlen(text));
}

static void elements_and_attributes_have_namespaces(void **state)
{
    _cleanup_(xml_document_freep) xml_document *d =
        read_text("<a xmlns='urn:d' xmlns:p='urn:p' n='1' p:n='2'><p:b> x&amp;y\n</p:b><b/></a>");
    const struct xml_node *root;

    assert_non_null(d);
    root = xml_root(d);
    assert_true(xml_is_in(root, "urn:d", "a"));
    assert_false(xml_is_in(root, "", "a"));
    assert_string_equal(xml_attribute(root, "n"), "1");
    assert_string_equal(xml_attribute_in(root, "urn:p", "n"), "2");
    assert_null(xml_attribute_in(root, "urn:d", "n"));
    assert_string_equal(xml_child_in(root, "urn:p", "b")->text, " x&y\n");
    assert_string_equal(xml_child_in(root, "urn:p", "b")->word, "x&y");
    assert_string_equal(xml_child_in(root, "urn:d", "b")->word, "");
    assert_ptr_equal(xml_child(root, "b"), xml_child_in(root, "urn:p", "b"));
    assert_null(xml_only_child(root, "b"));
    assert_null(xml_child_in(NULL, "urn:p", "b"));
}

static void what_is_no_document_is_refused(void **state)
{
    static const char *const none[] = {
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a/><a/>",
        "<a>&b;</a>",
        "<a b='1' b='2'/>",
        "<p:a/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<a>\xff</a>",
        "<a>\x01</a>",
    };

    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        xml_document *d = read_text(none[i]);

        /* A prefix without a namespace is an error of namespaces only: the element is of none. */
        if (d && strcmp(none[i], "<p:a/>") != 0)
            fail_msg("%s is read", none[i]);
        xml_document_free(d);
    }
    assert_null(xml_read("<a/>", 0));
    assert_null(xml_read("<a/>", XML_IN_SIZE_MAX + 1));
}

/* `n` elements, one in another or side by side. */
static bool is_read(size_t n, bool is_nested, size_t n_attributes)
{
    static char text[XML_IN_SIZE_MAX];
    FILE *f = fmemopen(text, sizeof(text), "w");
    xml_document *d;

    fprintf(f, "<r");
    for (size_t i = 0; i < n_attributes; i++)
        fprintf(f, " a%zu=''", i);
    fprintf(f, ">");
    for (size_t i = 1; i < n; i++)
        fprintf(f, is_nested ? "<a>" : "<a/>");
    for (size_t i = 1; i < n && is_nested; i++)
        fprintf(f, "</a>");
    fprintf(f, "</r>");
    fclose(f);
    d = read_text(text);
    xml_document_free(d);
    return d != NULL;
}

static void there_are_limits(void **state)
{
    assert_true(is_read(XML_IN_DEPTH_MAX, true, 0));
    assert_false(is_read(XML_IN_DEPTH_MAX + 1, true, 0));
    assert_true(is_read(XML_IN_NODES_MAX, false, 0));
    assert_false(is_read(XML_IN_NODES_MAX + 1, false, 0));
    assert_true(is_read(1, false, XML_IN_ATTRIBUTES_MAX));
    assert_false(is_read(1, false, XML_IN_ATTRIBUTES_MAX + 1));
}

/* --- writing ---------------------------------------------------------------------------------- */

static char *written(struct xml_out *out)
{
    char *text;

    assert_ok(writer_take(&out->writer, &text, NULL));
    return text;
}

static void what_is_written_is_escaped(void **state)
{
    _cleanup_(xml_out_done) struct xml_out out;
    _cleanup_(freep) char *text = NULL;

    xml_out_init_part(&out, 1000);
    xml_open_as(&out, "p", "a");
    xml_put(&out, "b", "\"<&>\t\n\r\x01");
    xml_element(&out, "c", "x\xef\xbf\xbfy");
    xml_part(&out, "<d/>", 4);
    xml_close(&out);
    text = written(&out);
    assert_string_equal(text, "<p:a b=\"&quot;&lt;&amp;&gt;&#9;&#10;&#13;?\"><c>x?y</c><d/></p:a>");
}

static void one_can_go_back(void **state)
{
    _cleanup_(xml_out_done) struct xml_out out;
    _cleanup_(freep) char *text = NULL;
    struct xml_mark mark;

    xml_out_init_part(&out, 32);
    xml_open(&out, "a");
    mark = xml_mark(&out);
    xml_element(&out, "b", "longer than all that there is room for");
    assert_status(out.writer.status, STATUS_BUFFER_TOO_SMALL);
    xml_rewind(&out, mark);
    xml_close(&out);
    text = written(&out);
    assert_string_equal(text, "<a></a>");
}

static void too_deep_is_an_error(void **state)
{
    _cleanup_(xml_out_done) struct xml_out out;

    xml_out_init_part(&out, 10000);
    for (size_t i = 0; i < XML_OUT_DEPTH_MAX; i++)
        xml_open(&out, "a");
    assert_ok(out.writer.status);
    xml_open(&out, "a");
    assert_status(out.writer.status, STATUS_BUFFER_TOO_SMALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_and_attributes_have_namespaces),
        cmocka_unit_test(what_is_no_document_is_refused),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(what_is_written_is_escaped),
        cmocka_unit_test(one_can_go_back),
        cmocka_unit_test(too_deep_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
