/* SPDX-License-Identifier: MIT */
#include "remote/query_message.h"

#include "base/writer.h"

enum { MESSAGE_MAX = 1 << 18 }; /* what openlogon-cim reads */

static const char before[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\">"
    "<SIMPLEREQ><IMETHODCALL NAME=\"ExecQuery\"><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/>"
    "<NAMESPACE NAME=\"cimv2\"/></LOCALNAMESPACEPATH><IPARAMVALUE NAME=\"QueryLanguage\">"
    "<VALUE>WQL</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"Query\"><VALUE>";
static const char after[] = "</VALUE></IPARAMVALUE></IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>\n";

static void write_escaped(struct writer *w, char c)
{
    const unsigned char byte = (unsigned char)c;

    if (c == '&')
        writer_text(w, "&amp;");
    else if (c == '<')
        writer_text(w, "&lt;");
    else if (c == '>')
        writer_text(w, "&gt;");
    else if (c == '\r')
        writer_text(w, "&#13;"); /* else it is read as a line end */
    else if (byte < ' ' && c != '\t' && c != '\n')
        writer_fail(w, NT(INVALID_PARAMETER));
    else
        writer_u8(w, byte);
}

char *query_message(const char *query, size_t *ret_size)
{
    _cleanup_(writer_done) struct writer w;
    char *message = NULL;

    writer_init(&w, MESSAGE_MAX);
    writer_text(&w, before);
    for (; *query; query++)
        write_escaped(&w, *query);
    writer_text(&w, after);
    return nt_failed(writer_take(&w, &message, ret_size)) ? NULL : message;
}
