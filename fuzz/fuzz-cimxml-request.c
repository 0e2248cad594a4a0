/* SPDX-License-Identifier: MIT */
/* What is read from a request is written so that it is read as the same. */
#include "fuzz.h"

#include "cim/cimxml_request.h"
#include "cim/xml_out.h"

static void check_text(const char *text)
{
    _cleanup_(xml_out_done) struct xml_out out;
    _cleanup_(freep) char *bytes = NULL;
    _cleanup_(xml_document_freep) xml_document *again = NULL;
    size_t size;

    if (strlen(text) > XML_IN_SIZE_MAX / 16) /* escaped twice it has to be one that is read */
        return;
    xml_out_init(&out, XML_IN_SIZE_MAX);
    xml_open(&out, "a");
    xml_put(&out, "b", text);
    xml_text(&out, text);
    xml_close(&out);
    MUST(!nt_failed(writer_take(&out.writer, &bytes, &size)));
    again = xml_read(bytes, size);
    MUST(again);
    MUST(strcmp(xml_root(again)->text, text) == 0);
    MUST(strcmp(xml_attribute(xml_root(again), "b"), text) == 0);
}

static void check_object(const struct cimxml_request *r, const char *name)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };

    if (!cimxml_object(r, name, &path) || !path.class_name)
        return;
    for (size_t i = 0; i < path.n_keys; i++)
        check_text(path.keys[i].value);
    free(object_path_text(&path, NULL));
}

static void check_parameter(const struct cimxml_request *r, const char *name)
{
    const char *text = NULL, *class_name = NULL;
    const struct xml_node *list = NULL;
    bool flag = false;

    if (cimxml_text(r, name, &text) && text)
        check_text(text);
    if (cimxml_class(r, name, &class_name) && class_name)
        check_text(class_name);
    if (cimxml_list(r, name, &list) && list && list->first)
        check_text(list->first->text);
    MUST(!cimxml_flag(r, name, &flag) || !text || strlen(text) < sizeof("false"));
    check_object(r, name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(cimxml_request_done) struct cimxml_request r = { 0 };
    const char *name;

    if (cimxml_request_read(&r, data, size) != CIMXML_GOOD)
        return 0;
    check_text(r.id);
    check_text(r.method);
    if (!r.is_intrinsic)
        return 0;
    for (size_t i = 0; (name = cimxml_parameter(&r, i)); i++)
        check_parameter(&r, name);
    return 0;
}
