/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <openlogon.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/filetime.h"
#include "base/macros.h"
#include "base/utf16.h"
#include "query/words.h"

char *text_luid_halves(char buffer[TEXT_LUID_SIZE], uint64_t luid)
{
    snprintf(buffer, TEXT_LUID_SIZE, "%08" PRIx32 ":%08" PRIx32, (uint32_t)(luid >> 32),
             (uint32_t)luid);
    return buffer;
}

char *text_luid(char buffer[TEXT_LUID_SIZE], uint64_t luid)
{
    snprintf(buffer, TEXT_LUID_SIZE, "0x%" PRIx64, luid);
    return buffer;
}

static BOOL local_time(int64_t filetime, struct tm *ret)
{
    time_t seconds = (time_t)filetime_to_unix(filetime);

    return filetime > 0 && filetime != FILETIME_NEVER && localtime_r(&seconds, ret);
}

char *text_time(char buffer[TEXT_TIME_SIZE], int64_t filetime)
{
    struct tm tm;

    if (!local_time(filetime, &tm) || strftime(buffer, TEXT_TIME_SIZE, "%F %T", &tm) == 0)
        return NULL;
    return buffer;
}

char *text_time_iso(char buffer[TEXT_TIME_SIZE], int64_t filetime)
{
    char date[TEXT_TIME_SIZE - 16], zone[8];
    struct tm tm;
    int n;

    if (!local_time(filetime, &tm) || strftime(date, sizeof(date), "%FT%T", &tm) == 0 ||
        strftime(zone, sizeof(zone), "%z", &tm) != 5)
        return NULL;
    n = snprintf(buffer, TEXT_TIME_SIZE, "%s.%06" PRId64 "%.3s:%s", date,
                 filetime % FILETIME_PER_SECOND / 10, zone, zone + 3);
    return n > 0 && n < TEXT_TIME_SIZE ? buffer : NULL;
}

static const char *or_unknown(const char *word, const char *unknown)
{
    return word ? word : unknown;
}

const char *text_basis(uint32_t basis)
{
    return or_unknown(word_of_basis((OPENLOGON_PROCESS_BASIS)basis), "unknown");
}

const char *text_session_guid(char buffer[TEXT_GUID_SIZE], uint64_t luid)
{
    const LUID session = { .LowPart = (DWORD)luid, .HighPart = (LONG)(luid >> 32) };
    GUID guid;

    if (!openlogon_session_guid(&session, &guid))
        return NULL;
    snprintf(buffer, TEXT_GUID_SIZE, "%08" PRIx32 "-%04x-%04x-%04x-%012" PRIx64,
             (uint32_t)guid.Data1, guid.Data2, guid.Data3, (unsigned)(luid >> 48),
             luid & UINT64_C(0xffffffffffff));
    return buffer;
}

const char *text_logon_type(uint32_t type)
{
    return type == UndefinedLogonType ? NULL : or_unknown(word_of_logon_type(type), "Unknown");
}

const char *text_elevation(uint32_t elevation_type)
{
    return or_unknown(word_of_elevation((TOKEN_ELEVATION_TYPE)elevation_type), "Unknown");
}

const char *text_sid_use(SID_NAME_USE use)
{
    return or_unknown(word_of_sid_use(use), "Unknown SID type");
}

char *text_group_attributes(uint32_t attributes)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } rows[] = {
        { SE_GROUP_MANDATORY, "Mandatory group" },
        { SE_GROUP_ENABLED_BY_DEFAULT, "Enabled by default" },
        { SE_GROUP_ENABLED, "Enabled group" },
        { SE_GROUP_OWNER, "Group owner" },
        { SE_GROUP_USE_FOR_DENY_ONLY, "Group used for deny only" },
        { SE_GROUP_RESOURCE, "Local Group" },
    };
    char text[160] = "";
    size_t length = 0;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (attributes & rows[i].bit)
            length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                       length ? ", " : "", rows[i].name);
    }
    return strdup(text);
}

char *text_account(const char *domain, const char *name)
{
    char *text;

    if (!domain || !*domain)
        return strdup(name ? name : "");
    return asprintf(&text, "%s\\%s", domain, name ? name : "") < 0 ? NULL : text;
}

char *text_of_lsa(const LSA_UNICODE_STRING *string)
{
    char *text = NULL;

    if (!string->Buffer || string->Length == 0)
        return strdup("");
    if (nt_failed(utf16_to_utf8(&text, NULL, string->Buffer, string->Length / sizeof(WCHAR))))
        return strdup("?");
    return text;
}

char *text_of_sid(PSID sid)
{
    char *copy, *text = NULL;

    if (!sid || !ConvertSidToStringSidA(sid, &text))
        return NULL;
    copy = strdup(text);
    LocalFree(text);
    return copy;
}

/* C1 controls, line separators, and what changes the direction of the text around it. */
static BOOL misleads(WCHAR unit)
{
    return (unit >= 0x80 && unit < 0xa0) || (unit >= 0x2028 && unit <= 0x202e) ||
           (unit >= 0x2066 && unit <= 0x2069);
}

/* Length of the character at `text` when it may be shown, else 0. */
static size_t printable_length(const unsigned char *text, size_t left)
{
    WCHAR units[3];
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;

    if (length == 1)
        return text[0] >= 0x20 && text[0] != 0x7f;
    if (length > left ||
        nt_failed(utf8_to_utf16_buffer(units, ARRAY_SIZE(units), NULL, (const char *)text, length)))
        return 0;
    return misleads(units[0]) ? 0 : length;
}

char *text_printable(const char *text)
{
    const unsigned char *from = (const unsigned char *)text;
    size_t left = strlen(text);
    char *copy = malloc(left + 1), *to = copy;

    if (!copy)
        return NULL;
    while (left > 0) {
        size_t length = printable_length(from, left);

        if (length == 0)
            *to++ = '?';
        else
            to = mempcpy(to, from, length);
        from += length ? length : 1;
        left -= length ? length : 1;
    }
    *to = '\0';
    return copy;
}

void text_print_field(FILE *to, char separator, const char *text)
{
    _cleanup_(freep) char *printable = text_printable(text);
    const char quoted[] = { separator, '"', '\n', '\r', '\0' };

    if (!printable || !strpbrk(printable, quoted)) {
        fputs(printable ? printable : "?", to);
        return;
    }
    fputc('"', to);
    for (const char *p = printable; *p; p++) {
        if (*p == '"')
            fputc('"', to);
        fputc(*p, to);
    }
    fputc('"', to);
}

BOOL text_to_number(const char *text, uint32_t least, uint32_t most, uint32_t *ret)
{
    unsigned long number;
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return FALSE;
    errno = 0;
    number = strtoul(text, &end, 10);
    if (errno != 0 || *end || number < least || number > most)
        return FALSE;
    *ret = (uint32_t)number;
    return TRUE;
}

/* A number of the base, up to the character that ends it. */
static BOOL read_number(const char *text, int base, char end, uint64_t *ret, const char **ret_end)
{
    const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
    size_t n = strspn(text, digits);
    unsigned long long number;
    char *stop;

    if (n == 0)
        return FALSE;
    errno = 0;
    number = strtoull(text, &stop, base);
    if (errno != 0 || stop != text + n || *stop != end)
        return FALSE;
    *ret = number;
    *ret_end = stop;
    return TRUE;
}

BOOL text_to_luid(const char *text, uint64_t *ret)
{
    uint64_t high = 0, low;
    const char *end;

    if (strchr(text, ':')) {
        if (!read_number(text, 16, ':', &high, &end) || !read_number(end + 1, 16, 0, &low, &end) ||
            high > UINT32_MAX || low > UINT32_MAX)
            return FALSE;
        *ret = high << 32 | low;
        return TRUE;
    }
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return read_number(text + 2, 16, 0, ret, &end);
    return read_number(text, 10, 0, ret, &end);
}
