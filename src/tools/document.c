/* SPDX-License-Identifier: MIT */
#include "document.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "text.h"

enum {
    DEPTH_MAX = 8,
};

/* open[0] is the document and is owned; the others are inside it. */
struct document {
    json_t *open[DEPTH_MAX];
    unsigned depth;
    bool failed;
};

document *document_new_part(void)
{
    document *d = calloc(1, sizeof(*d));

    if (!d)
        return NULL;
    d->open[0] = json_object();
    d->failed = !d->open[0];
    return d;
}

document *document_new(void)
{
    document *d = document_new_part();

    document_number(d, "version", DOCUMENT_VERSION);
    return d;
}

document *document_free(document *d)
{
    if (!d)
        return NULL;
    json_decref(d->open[0]);
    free(d);
    return NULL;
}

/* Takes the value. */
static void add(document *d, const char *key, json_t *value)
{
    json_t *parent;
    int r;

    if (!d || d->failed || !value) {
        json_decref(value);
        if (d)
            d->failed = true;
        return;
    }
    parent = d->open[d->depth];
    r = json_is_array(parent) ? json_array_append_new(parent, value)
                              : json_object_set_new(parent, key, value);
    d->failed = r < 0;
}

static void open_value(document *d, const char *key, json_t *value)
{
    add(d, key, value);
    if (!d || d->failed)
        return;
    if (d->depth + 1 >= DEPTH_MAX)
        d->failed = true;
    else
        d->open[++d->depth] = value;
}

void document_open_object(document *d, const char *key)
{
    open_value(d, key, json_object());
}

void document_open_array(document *d, const char *key)
{
    open_value(d, key, json_array());
}

void document_close(document *d)
{
    if (d && !d->failed && d->depth > 0)
        d->depth--;
}

/* With U+FFFD for each byte that is no ASCII; only for text that is not UTF-8 as it is. */
static json_t *replaced_text(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    size_t size;
    _cleanup_(freep) char *copy = NULL;
    char *to;

    if (!size_mul(strlen(text), sizeof(replacement) - 1, &size) || !(copy = malloc(size + 1)))
        return NULL;
    to = copy;
    for (; *text; text++) {
        if ((unsigned char)*text < 0x80)
            *to++ = *text;
        else
            to = mempcpy(to, replacement, sizeof(replacement) - 1);
    }
    return json_stringn(copy, (size_t)(to - copy));
}

void document_text(document *d, const char *key, const char *text)
{
    json_t *value;

    if (!text || !*text) {
        document_null(d, key);
        return;
    }
    value = json_string(text);
    add(d, key, value ? value : replaced_text(text));
}

void document_number(document *d, const char *key, int64_t number)
{
    add(d, key, json_integer(number));
}

void document_bool(document *d, const char *key, bool value)
{
    add(d, key, json_boolean(value));
}

void document_null(document *d, const char *key)
{
    add(d, key, json_null());
}

void document_luid(document *d, const char *key, uint64_t luid)
{
    char buffer[TEXT_LUID_SIZE];

    document_text(d, key, text_luid(buffer, luid));
}

void document_time(document *d, const char *key, int64_t filetime)
{
    char buffer[TEXT_TIME_SIZE];

    document_text(d, key, text_time_iso(buffer, filetime));
}

int document_print_part(document *d)
{
    if (!d || d->failed)
        return -ENOMEM;
    errno = 0;
    if (json_dumpf(d->open[0], stdout, JSON_COMPACT) < 0)
        return errno ? -errno : -ENOMEM;
    return 0;
}

int document_print_line(document *d)
{
    int r = document_print_part(d);

    if (r == 0 && putchar('\n') == EOF)
        r = -errno;
    return r;
}

int document_print(document *d)
{
    if (!d || d->failed)
        return complain("cannot write the JSON document: there is not enough memory");
    if (json_dumpf(d->open[0], stdout, JSON_INDENT(2)) < 0 || putchar('\n') == EOF)
        return complain_of_errno(errno, "cannot write to standard output");
    return EXIT_SUCCESS;
}
