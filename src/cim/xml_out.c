/* SPDX-License-Identifier: MIT */
#include "cim/xml_out.h"

#include <string.h>

void xml_out_init_part(struct xml_out *out, size_t limit)
{
    *out = (struct xml_out){ 0 };
    writer_init(&out->writer, limit);
}

void xml_out_init(struct xml_out *out, size_t limit)
{
    xml_out_init_part(out, limit);
    writer_text(&out->writer, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

void xml_out_done(struct xml_out *out)
{
    writer_done(&out->writer);
}

static void end_tag(struct xml_out *out)
{
    if (out->in_tag)
        writer_u8(&out->writer, '>');
    out->in_tag = false;
}

/* Bytes at `text` that no XML document may hold, however they are written; 0: there are none. */
static size_t forbidden(const char *text)
{
    const unsigned char c = (unsigned char)*text;

    if (c < ' ')
        return c != '\t' && c != '\n' && c != '\r';
    return strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0 ? 3 : 0;
}

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static void write_escaped(struct writer *w, const char *text)
{
    while (*text) {
        const size_t plain = strcspn(text, "&<>\"\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f"
                                           "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c"
                                           "\x1d\x1e\x1f\xef");

        writer_bytes(w, text, plain);
        text += plain;
        if (*text && forbidden(text)) {
            writer_u8(w, '?');
            text += forbidden(text);
        } else if (*text) {
            const char *escape = escape_of(*text);

            if (escape)
                writer_text(w, escape);
            else
                writer_u8(w, (uint8_t)*text);
            text++;
        }
    }
}

static void write_name(struct writer *w, const struct xml_name *name)
{
    if (name->prefix) {
        writer_text(w, name->prefix);
        writer_u8(w, ':');
    }
    writer_text(w, name->name);
}

void xml_open_as(struct xml_out *out, const char *prefix, const char *name)
{
    end_tag(out);
    if (out->depth == XML_OUT_DEPTH_MAX) {
        writer_fail(&out->writer, NT(BUFFER_TOO_SMALL));
        return;
    }
    out->open[out->depth] = (struct xml_name){ prefix, name };
    writer_u8(&out->writer, '<');
    write_name(&out->writer, &out->open[out->depth++]);
    out->in_tag = true;
}

void xml_open(struct xml_out *out, const char *name)
{
    xml_open_as(out, NULL, name);
}

void xml_put(struct xml_out *out, const char *name, const char *value)
{
    writer_u8(&out->writer, ' ');
    writer_text(&out->writer, name);
    writer_text(&out->writer, "=\"");
    write_escaped(&out->writer, value);
    writer_u8(&out->writer, '"');
}

void xml_text(struct xml_out *out, const char *text)
{
    end_tag(out);
    write_escaped(&out->writer, text);
}

/* With an end tag of its own even where nothing is inside: there are clients that know no other. */
void xml_close(struct xml_out *out)
{
    if (out->depth == 0)
        return; /* too deep: that has been told */
    out->depth--;
    end_tag(out);
    writer_text(&out->writer, "</");
    write_name(&out->writer, &out->open[out->depth]);
    writer_u8(&out->writer, '>');
}

void xml_element(struct xml_out *out, const char *name, const char *text)
{
    xml_open(out, name);
    xml_text(out, text);
    xml_close(out);
}

void xml_part(struct xml_out *out, const void *bytes, size_t size)
{
    end_tag(out);
    writer_bytes(&out->writer, bytes, size);
}

struct xml_mark xml_mark(struct xml_out *out)
{
    end_tag(out);
    return (struct xml_mark){ out->writer.size, out->depth };
}

void xml_rewind(struct xml_out *out, struct xml_mark mark)
{
    out->writer.status = NT_OK;
    out->writer.size = mark.size;
    out->depth = mark.depth;
    out->in_tag = false;
}
