/* SPDX-License-Identifier: MIT */
#include "cim/wsman_fault.h"

#include <stdio.h>

#include "cim/wsman_names.h"

static const struct entry {
    const char *soap;    /* the code that SOAP knows */
    const char *subcode; /* NULL: that is all */
    const char *action;
    const char *reason; /* where nothing more is known */
} entries[N_WSMAN_FAULTS] = {
    [WSMAN_VERSION_MISMATCH] = { "s:VersionMismatch", NULL, WSMAN_ADDRESSING "/fault",
                                 "SOAP 1.2 is spoken here" },
    [WSMAN_MUST_UNDERSTAND] = { "s:MustUnderstand", NULL, WSMAN_ADDRESSING "/fault",
                                "a header is not understood" },
    [WSMAN_ACTION_NOT_SUPPORTED] = { "s:Sender", "wsa:ActionNotSupported",
                                     WSMAN_ADDRESSING "/fault", "this is not done here" },
    [WSMAN_DESTINATION_UNREACHABLE] = { "s:Sender", "wsa:DestinationUnreachable",
                                        WSMAN_ADDRESSING "/fault", "there is no such resource" },
    [WSMAN_HEADER_REQUIRED] = { "s:Sender", "wsa:MessageInformationHeaderRequired",
                                WSMAN_ADDRESSING "/fault", "a header is missing" },
    [WSMAN_INVALID_HEADER] = { "s:Sender", "wsa:InvalidMessageInformationHeader",
                               WSMAN_ADDRESSING "/fault", "a header is not valid" },
    [WSMAN_ACCESS_DENIED] = { "s:Sender", "wsman:AccessDenied", WSMAN_URI "/fault",
                              "access is denied" },
    [WSMAN_ENCODING_LIMIT] = { "s:Sender", "wsman:EncodingLimit", WSMAN_URI "/fault",
                               "a message would be too large" },
    [WSMAN_INTERNAL_ERROR] = { "s:Receiver", "wsman:InternalError", WSMAN_URI "/fault",
                               "this cannot be answered" },
    [WSMAN_INVALID_OPTIONS] = { "s:Sender", "wsman:InvalidOptions", WSMAN_URI "/fault",
                                "an option is not valid" },
    [WSMAN_INVALID_SELECTORS] = { "s:Sender", "wsman:InvalidSelectors", WSMAN_URI "/fault",
                                  "the selectors are not those of the resource" },
    [WSMAN_QUOTA_LIMIT] = { "s:Sender", "wsman:QuotaLimit", WSMAN_URI "/fault",
                            "too much is under way" },
    [WSMAN_SCHEMA_VALIDATION_ERROR] = { "s:Sender", "wsman:SchemaValidationError",
                                        WSMAN_URI "/fault", "the message is not as it has to be" },
    [WSMAN_TIMED_OUT] = { "s:Receiver", "wsman:TimedOut", WSMAN_URI "/fault",
                          "the operation took too long" },
    [WSMAN_UNSUPPORTED_FEATURE] = { "s:Sender", "wsman:UnsupportedFeature", WSMAN_URI "/fault",
                                    "this is not supported" },
    [WSMAN_CANNOT_PROCESS_FILTER] = { "s:Sender", "wsen:CannotProcessFilter",
                                      WSMAN_ENUMERATION "/fault", "the filter is not understood" },
    [WSMAN_DIALECT_UNAVAILABLE] = { "s:Sender", "wsen:FilterDialectRequestedUnavailable",
                                    WSMAN_ENUMERATION "/fault",
                                    "filters of this dialect are not known" },
    [WSMAN_INVALID_CONTEXT] = { "s:Receiver", "wsen:InvalidEnumerationContext",
                                WSMAN_ENUMERATION "/fault", "there is no such enumeration" },
    [WSMAN_INVALID_EXPIRATION] = { "s:Sender", "wsen:InvalidExpirationTime",
                                   WSMAN_ENUMERATION "/fault", "this is no time to come" },
    [WSMAN_POLYMORPHISM] = { "s:Sender", "wsmb:PolymorphismModeNotSupported",
                             WSMAN_BINDING_URI "/fault",
                             "this polymorphism mode is not supported" },
};

bool wsman_fail(struct wsman_fault *fault, enum wsman_fault_code code, const char *detail,
                const char *format, ...)
{
    va_list list;

    fault->code = code;
    fault->detail = detail;
    va_start(list, format);
    cim_text(fault->text, format, list);
    va_end(list);
    return false;
}

bool wsman_check(struct wsman_fault *fault, query_status status)
{
    switch (status.code) {
    case ERROR_SUCCESS:
        return true;
    case ERROR_ACCESS_DENIED:
        return wsman_fail(fault, WSMAN_ACCESS_DENIED, NULL, "access is denied");
    case ERROR_TIMEOUT:
        return wsman_fail(fault, WSMAN_TIMED_OUT, NULL, "the query took too long");
    default:
        return wsman_fail(fault, WSMAN_INTERNAL_ERROR, NULL, "the authority cannot tell: error %u",
                          status.code);
    }
}

const char *wsman_fault_action(const struct wsman_fault *fault)
{
    return entries[fault->code].action;
}

void wsman_fault_headers(struct xml_out *out, const struct wsman_fault *fault)
{
    if (fault->code == WSMAN_VERSION_MISMATCH) {
        xml_open(out, "s:Upgrade");
        xml_open(out, "s:SupportedEnvelope");
        xml_put(out, "qname", "s:Envelope");
        xml_close(out);
        xml_close(out);
    } else if (fault->code == WSMAN_MUST_UNDERSTAND && fault->header) {
        char qname[CIM_TEXT_SIZE];

        (void)snprintf(qname, sizeof(qname), "%s%.200s", *fault->header->space ? "h:" : "",
                       fault->header->name);
        xml_open(out, "s:NotUnderstood");
        if (*fault->header->space)
            xml_put(out, "xmlns:h", fault->header->space);
        xml_put(out, "qname", qname);
        xml_close(out);
    }
}

/* --- the fault itself ------------------------------------------------------------------------- */

static void write_code(struct xml_out *out, const struct entry *entry)
{
    xml_open(out, "s:Code");
    xml_element(out, "s:Value", entry->soap);
    if (entry->subcode) {
        xml_open(out, "s:Subcode");
        xml_element(out, "s:Value", entry->subcode);
        xml_close(out);
    }
    xml_close(out);
}

static void write_detail_word(struct xml_out *out, const char *word)
{
    char uri[CIM_TEXT_SIZE];

    (void)snprintf(uri, sizeof(uri), WSMAN_URI "/faultDetail/%s", word);
    xml_element(out, "wsman:FaultDetail", uri);
}

static void write_dialects(struct xml_out *out)
{
    static const char *const dialects[] = { WSMAN_DIALECT_WQL, WSMAN_DIALECT_SELECTORS,
                                            WSMAN_DIALECT_RELATIONS };

    for (size_t i = 0; i < ARRAY_SIZE(dialects); i++)
        xml_element(out, "wsen:SupportedDialect", dialects[i]);
}

static void write_detail(struct xml_out *out, const struct wsman_fault *fault, const char *action)
{
    xml_open(out, "s:Detail");
    if (fault->detail)
        write_detail_word(out, fault->detail);
    if (fault->code == WSMAN_DIALECT_UNAVAILABLE)
        write_dialects(out);
    if (fault->code == WSMAN_ACTION_NOT_SUPPORTED && action)
        xml_element(out, "wsa:Action", action);
    xml_close(out);
}

void wsman_fault_write(struct xml_out *out, const struct wsman_fault *fault, const char *action)
{
    const struct entry *entry = &entries[fault->code];

    xml_open(out, "s:Fault");
    write_code(out, entry);
    xml_open(out, "s:Reason");
    xml_open(out, "s:Text");
    xml_put(out, "xml:lang", "en");
    xml_text(out, *fault->text ? fault->text : entry->reason);
    xml_close(out);
    xml_close(out);
    write_detail(out, fault, action);
    xml_close(out);
}
