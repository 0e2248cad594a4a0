/* SPDX-License-Identifier: MIT */
/* The description of the classes holds together, and what is written as text is read again. */
#include "base/test.h"

#include <stdio.h>

#include "query/cim_datetime.h"
#include "query/cim_table.h"
#include "query/tables.h"

/* --- the description -------------------------------------------------------------------------- */

static void check_source(const struct cim_class *class, const struct cim_property *p)
{
    size_t column, key;

    if (p->source != CIM_FROM_COLUMN || p->type == CIM_REFERENCE)
        return;
    if (!query_column_find(class->source, p->from, &column))
        fail_msg("%s.%s: there is no column %s", class->name, p->name, p->from);
    /* Keys are found without a scan: an object is asked for by them. */
    if (p->flags & CIM_KEY && strcmp(p->from, "domain_or_machine") != 0)
        assert_true(class->source->columns[column].flags & QUERY_KEY);
    assert_true(cim_class_property_find(class, p->name, &key));
}

static void check_reference(const struct cim_class *class, const struct cim_property *p)
{
    const struct cim_class *target;
    size_t column, n_keys = 0, property;

    if (p->type != CIM_REFERENCE)
        return;
    target = cim_class_find(p->target->class_name);
    assert_non_null(target);
    for (size_t i = 0; i < CIM_KEYS_MAX && p->target->keys[i].column; i++) {
        assert_true(query_column_find(class->source, p->target->keys[i].column, &column));
        assert_true(cim_class_property_find(target, p->target->keys[i].property, &property));
        assert_true(cim_class_property(target, property)->flags & CIM_KEY);
        n_keys++;
    }
    for (size_t i = 0; cim_class_property(target, i); i++)
        n_keys -= (cim_class_property(target, i)->flags & CIM_KEY) != 0;
    assert_int_equal(n_keys, 0);
}

static void every_property_has_its_column(void **state)
{
    size_t n, column;
    const struct cim_class *classes = cim_classes(&n);
    const struct cim_property *p;

    for (size_t k = 0; k < n; k++) {
        assert_int_equal(!classes[k].superclass, !cim_class_super(&classes[k]));
        if (!classes[k].source) {
            assert_true(classes[k].flags & CIM_ABSTRACT);
            continue;
        }
        for (size_t i = 0; (p = cim_class_property(&classes[k], i)); i++) {
            check_source(&classes[k], p);
            check_reference(&classes[k], p);
        }
        if (classes[k].where_column) {
            assert_true(query_column_find(classes[k].source, classes[k].where_column, &column));
            assert_true(classes[k].source->columns[column].flags & QUERY_KEY);
        }
    }
}

static void a_class_has_the_properties_of_its_line(void **state)
{
    const struct cim_class *class = cim_class_find("win32_LOGONSESSION");
    static const char *const names[] = {
        "Caption",   "Description",           "InstallDate", "Name",     "Status",
        "StartTime", "AuthenticationPackage", "LogonId",     "LogonType"
    };

    assert_non_null(class);
    assert_int_equal(cim_class_size(class), ARRAY_SIZE(names));
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_string_equal(cim_class_property(class, i)->name, names[i]);
    assert_true(cim_class_is_a(class, cim_class_find("CIM_ManagedSystemElement")));
    assert_false(cim_class_is_a(class, cim_class_find("CIM_Process")));
    assert_null(cim_class_find("Win32_Nothing"));
}

static void names_of_tables_and_columns_differ(void **state)
{
    size_t n, at;
    const struct query_table *const *tables = query_tables(&n);

    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < tables[k]->n_columns; i++) {
            assert_non_null(tables[k]->columns[i].name);
            assert_true(query_column_find(tables[k], tables[k]->columns[i].name, &at));
            assert_int_equal(at, i);
        }
        for (size_t j = 0; j < k; j++)
            assert_false(query_same_text(tables[k]->name, tables[j]->name));
    }
}

/* --- texts -------------------------------------------------------------------------------------
 */

static const struct {
    const char *text, *printed, *key, *value; /* printed NULL: it is none */
} paths[] = {
    { "A", "A", NULL, NULL },
    { "A.B=1", "A.B=\"1\"", "b", "1" },
    { "A.B='x\"y'", "A.B=\"x\\\"y\"", "B", "x\"y" },
    { "\\\\.\\root\\cimv2:A.B=\"x\\\\y\",C=-2", "A.B=\"x\\\\y\",C=\"-2\"", "C", "-2" },
    { "//host/root/cimv2:A=7", "A=\"7\"", "Handle", "7" },
    { "root\\cimv2:A.B=true", "A.B=\"true\"", "B", "true" },
    { "", NULL, NULL, NULL },
    { "A.", NULL, NULL, NULL },
    { "A.B", NULL, NULL, NULL },
    { "A.B=", NULL, NULL, NULL },
    { "A.B=\"x", NULL, NULL, NULL },
    { "A.B=1,", NULL, NULL, NULL },
    { "A.B=1 ", NULL, NULL, NULL },
    { "\\\\host", NULL, NULL, NULL },
    { "\\\\host:A", NULL, NULL, NULL },
    { "A.a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8,i=9", NULL, NULL, NULL },
};

static void paths_are_read_and_printed(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        _cleanup_(object_path_done) struct object_path path = { 0 };
        _cleanup_(freep) char *printed = NULL;

        if (object_path_parse(&path, paths[i].text, NULL) != (paths[i].printed != NULL))
            fail_msg("%s", paths[i].text);
        if (!paths[i].printed)
            continue;
        printed = object_path_text(&path, NULL);
        assert_string_equal(printed, paths[i].printed);
        if (paths[i].key)
            assert_string_equal(object_path_key(&path, paths[i].key), paths[i].value);
    }
}

static void datetimes_are_read_and_printed(void **state)
{
    static const char *const none[] = { "",
                                        "20261128",
                                        "20261128214250.123456",
                                        "20261128214250.123456+0000",
                                        "20261328214250.123456+000",
                                        "20261128214250,123456+000",
                                        "2026112821425a.123456+000" };
    char text[CIM_DATETIME_SIZE];
    int64_t time, same;

    assert_true(cim_datetime_parse("20261128214250.123456+000", &time));
    assert_true(cim_datetime_text(text, time));
    assert_string_equal(text, "20261128214250.123456+000");
    assert_true(cim_datetime_parse("20261128234250.123456+120", &same));
    assert_int_equal(same, time);
    assert_true(cim_datetime_parse("20261128164250.123456-300", &same));
    assert_int_equal(same, time);
    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_false(cim_datetime_parse(none[i], &time));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_property_has_its_column),
        cmocka_unit_test(a_class_has_the_properties_of_its_line),
        cmocka_unit_test(names_of_tables_and_columns_differ),
        cmocka_unit_test(paths_are_read_and_printed),
        cmocka_unit_test(datetimes_are_read_and_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
