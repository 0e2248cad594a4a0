/* SPDX-License-Identifier: MIT */
/* A path prints as one that is read as the same object, and prints as the same. */
#include "fuzz.h"

#include "query/cim_object.h"
#include "query/object_path.h"

static void check_again(const char *text)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    _cleanup_(freep) char *again = NULL;

    MUST(object_path_parse(&path, text, NULL));
    again = object_path_text(&path, NULL);
    MUST(again && strcmp(again, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(object_path_done) struct object_path path = { 0 }, prefix = { 0 };
    _cleanup_(freep) char *text = NULL, *printed = NULL;
    size_t end;

    if (size > 4096)
        return 0;
    text = strndup((const char *)data, size);
    MUST(text);
    if (object_path_parse(&prefix, text, &end))
        MUST(prefix.class_name);
    MUST(end <= strlen(text));
    (void)cim_same_object(text, text);
    if (!object_path_parse(&path, text, NULL))
        return 0;
    printed = object_path_text(&path, NULL);
    MUST(printed);
    check_again(printed);
    return 0;
}
