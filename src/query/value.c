/* SPDX-License-Identifier: MIT */
#include "query/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sddl.h>

#include "base/ascii.h"
#include "base/filetime.h"
#include "base/utf16.h"

void query_value_done(struct query_value *value)
{
    free(value->text);
    *value = (struct query_value){ 0 };
}

static void set_number(struct query_value *value, enum query_kind kind, int64_t number)
{
    query_value_done(value);
    *value = (struct query_value){ .kind = kind, .number = number };
}

void query_set_integer(struct query_value *value, int64_t number)
{
    set_number(value, QUERY_INTEGER, number);
}

void query_set_bool(struct query_value *value, bool truth)
{
    set_number(value, QUERY_BOOL, truth);
}

void query_set_time(struct query_value *value, int64_t filetime)
{
    query_value_done(value);
    if (filetime > 0 && filetime != FILETIME_NEVER)
        set_number(value, QUERY_TIME, filetime);
}

query_status query_take_text(struct query_value *value, char *text)
{
    query_value_done(value);
    if (!text)
        return QUERY_NO_MEMORY;
    *value = (struct query_value){ .kind = QUERY_TEXT, .text = text };
    return QUERY_OK;
}

query_status query_set_text(struct query_value *value, const char *text)
{
    if (text)
        return query_take_text(value, strdup(text));
    query_value_done(value);
    return QUERY_OK;
}

query_status query_copy(struct query_value *value, const struct query_value *from)
{
    struct query_value copy = *from;

    if (from->kind == QUERY_TEXT && !(copy.text = strdup(from->text)))
        return QUERY_NO_MEMORY;
    query_value_done(value);
    *value = copy;
    return QUERY_OK;
}

/* Bytes of the character at `text`; 0: it is none. */
static size_t character_size(const char *text, size_t left)
{
    const unsigned char first = (unsigned char)text[0];
    const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    WCHAR units[3];

    if (size > left || nt_failed(utf8_to_utf16_buffer(units, ARRAY_SIZE(units), NULL, text, size)))
        return 0;
    return size;
}

query_status query_set_raw_text(struct query_value *value, const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    char *to = copy;

    for (size_t i = 0, n; copy && i < size; i += n) {
        n = character_size(bytes + i, size - i);
        if (n > 0 && bytes[i] != '\0') {
            to = mempcpy(to, bytes + i, n);
        } else {
            *to++ = '?';
            n = 1;
        }
    }
    if (copy)
        *to = '\0';
    return query_take_text(value, copy);
}

query_status query_set_sid(struct query_value *value, PSID sid)
{
    char *text = NULL;
    query_status status;

    query_value_done(value);
    if (!sid)
        return QUERY_OK;
    if (!ConvertSidToStringSidA(sid, &text))
        return query_last_error();
    status = query_set_text(value, text);
    LocalFree(text);
    return status;
}

static query_status set_units(struct query_value *value, const WCHAR *units, size_t n)
{
    char *text = NULL;

    query_value_done(value);
    if (n == 0)
        return QUERY_OK;
    if (nt_failed(utf16_to_utf8(&text, NULL, units, n)))
        text = strdup("?");
    return query_take_text(value, text);
}

query_status query_set_account(struct query_value *value, PSID sid)
{
    char name[512], domain[512], *text;
    DWORD name_size = sizeof(name), domain_size = sizeof(domain);
    SID_NAME_USE use;

    if (LookupAccountSidA(NULL, sid, name, &name_size, domain, &domain_size, &use))
        return query_take_text(
            value, asprintf(&text, "%s%s%s", domain, *domain ? "\\" : "", name) < 0 ? NULL : text);
    if (GetLastError() != ERROR_NONE_MAPPED)
        return query_last_error();
    query_value_done(value);
    return QUERY_OK;
}

query_status query_set_lsa(struct query_value *value, const LSA_UNICODE_STRING *text)
{
    return set_units(value, text->Buffer, text->Buffer ? text->Length / sizeof(WCHAR) : 0);
}

query_status query_set_wide(struct query_value *value, const WCHAR *text)
{
    return set_units(value, text, text ? utf16_length(text) : 0);
}

bool query_time_text(char *ret, int64_t filetime)
{
    const time_t seconds = (time_t)filetime_to_unix(filetime);
    char date[24];
    struct tm tm;

    if (!gmtime_r(&seconds, &tm) || strftime(date, sizeof(date), "%F %T", &tm) == 0)
        return false;
    snprintf(ret, QUERY_TIME_SIZE, "%s.%03u", date,
             (unsigned)(filetime % FILETIME_PER_SECOND / 10000) % 1000);
    return true;
}

char *query_value_text(const struct query_value *value)
{
    char time[QUERY_TIME_SIZE];
    char *text;

    switch (value->kind) {
    case QUERY_TEXT:
        return strdup(value->text);
    case QUERY_TIME:
        return strdup(query_time_text(time, value->number) ? time : "");
    case QUERY_BOOL:
        return strdup(value->number ? "true" : "false");
    case QUERY_INTEGER:
        return asprintf(&text, "%" PRId64, value->number) < 0 ? NULL : text;
    default:
        return strdup("");
    }
}

bool query_to_number(const struct query_value *value, int64_t *ret)
{
    char *end;

    if (value->kind != QUERY_TEXT) {
        *ret = value->number;
        return value->kind == QUERY_INTEGER || value->kind == QUERY_BOOL;
    }
    errno = 0;
    *ret = strtoll(value->text, &end, 10);
    return errno == 0 && end != value->text && *end == '\0';
}

bool query_same_text(const char *a, const char *b)
{
    return ascii_equal(a, strlen(a), b);
}
