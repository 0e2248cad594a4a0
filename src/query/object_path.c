/* SPDX-License-Identifier: MIT */
#include "query/object_path.h"

#include <string.h>

#include "base/ascii.h"
#include "base/writer.h"

enum { TEXT_LIMIT = 1 << 16 };

void object_path_done(struct object_path *path)
{
    for (size_t i = 0; i < path->n_keys; i++) {
        free(path->keys[i].name);
        free(path->keys[i].value);
    }
    free(path->machine);
    free(path->space);
    free(path->class_name);
    *path = (struct object_path){ 0 };
}

/* --- reading --------------------------------------------------------------------------------- */

static bool is_name_character(char c)
{
    const char lower = ascii_lower(c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* From `*at` on; empty is a failure. */
static char *read_name(const char **at)
{
    const char *begin = *at;

    while (is_name_character(**at))
        (*at)++;
    return *at == begin ? NULL : strndup(begin, (size_t)(*at - begin));
}

/* In quotes a backslash stands before a quote or itself. */
static char *read_quoted(const char **at)
{
    const char quote = *(*at)++;
    char *value = malloc(strlen(*at) + 1);
    char *to = value;

    for (; value && **at && **at != quote; (*at)++) {
        if (**at == '\\' && (*at)[1])
            (*at)++;
        *to++ = **at;
    }
    if (!value || **at != quote) {
        free(value);
        return NULL;
    }
    (*at)++;
    *to = '\0';
    return value;
}

static char *read_value(const char **at)
{
    const char *begin = *at;

    if (**at == '"' || **at == '\'')
        return read_quoted(at);
    *at += **at == '-';
    while (is_name_character(**at))
        (*at)++;
    return *at == begin ? NULL : strndup(begin, (size_t)(*at - begin));
}

static bool read_key(struct object_path *path, const char **at, bool is_named)
{
    char *name = is_named ? read_name(at) : NULL;
    char *value = NULL;

    if ((!is_named || name) && **at == '=') {
        (*at)++;
        value = read_value(at);
    }
    if (!value) {
        free(name);
        return false;
    }
    path->keys[path->n_keys].name = name;
    path->keys[path->n_keys++].value = value;
    return true;
}

static bool read_keys(struct object_path *path, const char **at)
{
    if (**at == '=')
        return read_key(path, at, false);
    if (**at != '.')
        return true; /* the class itself */
    do {
        (*at)++;
        if (path->n_keys == OBJECT_PATH_KEYS_MAX || !read_key(path, at, true))
            return false;
    } while (**at == ',');
    return true;
}

static bool is_slash(char c)
{
    return c == '\\' || c == '/';
}

/* "\\machine\root\cimv2:", "root\cimv2:", or nothing of it. */
static bool read_place(struct object_path *path, const char **at)
{
    const char *end = *at;
    const char *machine;

    while (is_name_character(*end) || is_slash(*end) || *end == '.' || *end == '-')
        end++;
    if (*end != ':')
        return !is_slash(**at); /* there is none */
    if (is_slash((*at)[0]) && is_slash((*at)[1])) {
        machine = *at += 2;
        while (*at < end && !is_slash(**at))
            (*at)++;
        path->machine = strndup(machine, (size_t)(*at - machine));
        if (*at == end || *at == machine || !path->machine)
            return false;
        (*at)++;
    }
    path->space = strndup(*at, (size_t)(end - *at));
    for (char *p = path->space; p && *p; p++)
        *p = *p == '/' ? '\\' : *p;
    *at = end + 1;
    return path->space && *path->space;
}

bool object_path_parse(struct object_path *ret, const char *text, size_t *ret_end)
{
    struct object_path path = { 0 };
    const char *at = text;
    bool good = read_place(&path, &at);

    if (good) {
        path.class_name = read_name(&at);
        good = path.class_name && read_keys(&path, &at);
    }
    if (ret_end)
        *ret_end = (size_t)(at - text);
    else
        good = good && *at == '\0';
    if (!good)
        object_path_done(&path);
    *ret = path;
    return good;
}

const char *object_path_key(const struct object_path *path, const char *name)
{
    if (path->n_keys == 1 && !path->keys[0].name)
        return path->keys[0].value;
    for (size_t i = 0; i < path->n_keys; i++) {
        if (path->keys[i].name && query_same_text(path->keys[i].name, name))
            return path->keys[i].value;
    }
    return NULL;
}

/* --- writing --------------------------------------------------------------------------------- */

static void write_quoted(struct writer *w, const char *value)
{
    writer_u8(w, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            writer_u8(w, '\\');
        writer_u8(w, (uint8_t)*value);
    }
    writer_u8(w, '"');
}

char *object_path_text(const struct object_path *path, const char *machine)
{
    _cleanup_(writer_done) struct writer w;
    char *text = NULL;

    writer_init(&w, TEXT_LIMIT);
    if (machine)
        writer_format(&w, "\\\\%s\\root\\cimv2:", machine);
    writer_text(&w, path->class_name);
    for (size_t i = 0; i < path->n_keys; i++) {
        writer_text(&w, i > 0 ? "," : path->keys[i].name ? "." : "");
        writer_text(&w, path->keys[i].name ? path->keys[i].name : "");
        writer_u8(&w, '=');
        write_quoted(&w, path->keys[i].value);
    }
    return nt_failed(writer_take(&w, &text, NULL)) ? NULL : text;
}
