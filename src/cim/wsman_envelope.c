/* SPDX-License-Identifier: MIT */
#include "cim/wsman_envelope.h"

#include <stdio.h>
#include <sys/random.h>

#include "cim/wsman_names.h"

enum { ID_BYTES = 16, ID_SIZE = 64, NUMBER_SIZE = 24 };

static const struct {
    const char *attribute, *uri;
} spaces[] = {
    { "xmlns:s", WSMAN_SOAP },           { "xmlns:wsa", WSMAN_ADDRESSING },
    { "xmlns:wsen", WSMAN_ENUMERATION }, { "xmlns:wsman", WSMAN_MANAGEMENT },
    { "xmlns:wsmb", WSMAN_BINDING },     { "xmlns:wsmid", WSMAN_IDENTITY },
    { "xmlns:cim", WSMAN_CIM },          { "xmlns:xsi", WSMAN_SCHEMA_INSTANCE },
};

/* A random UUID: RFC 9562, 5.4. */
static void write_message_id(struct xml_out *out)
{
    uint8_t b[ID_BYTES];
    char id[ID_SIZE];

    if (getrandom(b, sizeof(b), 0) != sizeof(b)) {
        writer_fail(&out->writer, NT(NO_MEMORY));
        return;
    }
    b[6] = (uint8_t)(0x40 | (b[6] & 0x0f));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
    (void)snprintf(id, sizeof(id),
                   "uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                   b[13], b[14], b[15]);
    xml_element(out, "wsa:MessageID", id);
}

static void write_count(struct xml_out *out, size_t count)
{
    char text[NUMBER_SIZE];

    (void)snprintf(text, sizeof(text), "%zu", count);
    xml_element(out, "wsman:TotalItemsCountEstimate", text);
}

void wsman_envelope_open(struct xml_out *out, const struct wsman_envelope *envelope)
{
    xml_open(out, "s:Envelope");
    for (size_t i = 0; i < ARRAY_SIZE(spaces); i++)
        xml_put(out, spaces[i].attribute, spaces[i].uri);
    xml_open(out, "s:Header");
    if (envelope->action) {
        xml_element(out, "wsa:To", WSMAN_ANONYMOUS);
        xml_element(out, "wsa:Action", envelope->action);
        write_message_id(out);
    }
    if (envelope->relates_to)
        xml_element(out, "wsa:RelatesTo", envelope->relates_to);
    if (envelope->fault)
        wsman_fault_headers(out, envelope->fault);
    if (envelope->has_count)
        write_count(out, envelope->count);
    xml_close(out);
    xml_open(out, "s:Body");
}

nt_status wsman_envelope_take(struct xml_out *out, char **ret, size_t *ret_size)
{
    while (out->depth > 0)
        xml_close(out);
    return writer_take(&out->writer, ret, ret_size);
}
