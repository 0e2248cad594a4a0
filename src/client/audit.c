/* SPDX-License-Identifier: MIT */
#include "client/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "client/process_token.h"
#include "security/privilege.h"

enum { TEXT_MAX = 256 }; /* characters of a name, as they are written */

struct line {
    char *bytes;
    size_t used;
};

_printf_(2, 3) static void line_add(struct line *line, const char *format, ...)
{
    size_t room = AUDIT_LINE_SIZE - line->used;
    va_list arguments;

    va_start(arguments, format);
    int n = vsnprintf(line->bytes + line->used, room, format, arguments);
    va_end(arguments);
    if (n > 0)
        line->used += (size_t)n < room ? (size_t)n : room - 1;
}

/* Names come from anyone: nothing in them ends the value or the line. */
static void line_add_text(struct line *line, const char *key, const char *text)
{
    size_t start;

    if (!text || !*text)
        return;
    line_add(line, " %s=\"", key);
    start = line->used;
    for (; *text && line->used - start < TEXT_MAX; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            line_add(line, "\\x%02x", c);
        else
            line_add(line, "%c", c);
    }
    line_add(line, "%s\"", *text ? "..." : "");
}

static void line_add_client(struct line *line, const token_image *client)
{
    char text[SID_TEXT_SIZE];

    if (!client)
        return;
    (void)sid_to_text(text, token_image_sid(client, 0));
    line_add(line, " client=%s session=0x%" PRIx64, text, token_image_authentication_id(client));
}

static void line_add_privileges(struct line *line, uint64_t mask)
{
    const char *separator = " privileges=";

    for (; mask; mask &= mask - 1) {
        const struct privilege *privilege = privilege_by_number((uint64_t)__builtin_ctzll(mask));

        if (!privilege)
            continue;
        line_add(line, "%s%s", separator, privilege->name);
        separator = ",";
    }
}

void audit_format(char ret[AUDIT_LINE_SIZE], const struct audit_record *record)
{
    struct line line = { ret, 0 };

    line_add(&line, "openlogon audit: event=%d outcome=%s", (int)record->event,
             record->success ? "success" : "failure");
    line_add_text(&line, "subsystem", record->subsystem);
    line_add_text(&line, "service", record->service);
    line_add_text(&line, "type", record->object_type);
    line_add_text(&line, "object", record->object_name);
    if (record->handle_id)
        line_add(&line, " handle=%p", record->handle_id);
    line_add_client(&line, record->client);
    if (record->desired || record->granted)
        line_add(&line, " desired=0x%" PRIx32 " granted=0x%" PRIx32, record->desired,
                 record->granted);
    line_add_privileges(&line, record->privileges);
    if (record->creates)
        line_add(&line, " creates=yes");
}

void audit_report(const struct audit_record *record)
{
    char line[AUDIT_LINE_SIZE];

    audit_format(line, record);
    syslog(LOG_AUTHPRIV | (record->success ? LOG_NOTICE : LOG_WARNING), "%s", line);
}

nt_status audit_allowed(void)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = process_token_get(&token, NULL);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    return token_image_privileges_enabled(image->image) & PRIVILEGE_BIT(PRIVILEGE_AUDIT)
               ? NT_OK
               : NT(PRIVILEGE_NOT_HELD);
}
