/* SPDX-License-Identifier: MIT */
/* What a message asks, where an object is, and what faults look like: without an authority. */
#include "base/test.h"

#include <stdio.h>

#include "cim/wsman.h"
#include "cim/wsman_names.h"
#include "cim/wsman_objects.h"
#include "cim/wsman_search.h"
#include "query/cim_datetime.h"

#define WMI  "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
#define DMTF "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

/* --- numbers and times ------------------------------------------------------------------------ */

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        long seconds; /* -1: it is none */
    } rows[] = {
        { "PT60.000S", 60 }, { "PT0.5S", 1 },
        { "PT0S", 0 },       { "PT1M", 60 },
        { "P1M", 2592000 },  { "PT1H1M1S", 3661 },
        { "P1D", 86400 },    { "P1Y2M3DT4H5M6S", 36993906 },
        { "P1DT1S", 86401 }, { "PT99999999999999999999S", 2147483647 },
        { "P", -1 },         { "PT", -1 },
        { "", -1 },          { "60", -1 },
        { "PT60", -1 },      { "-PT1S", -1 },
        { "P1S", -1 },       { "PT1D", -1 },
        { "PT1S1M", -1 },    { "PT1M1M", -1 },
        { "P1DT", -1 },      { "PTT1S", -1 },
        { "PT1ST1S", -1 },   { "PT1.S", -1 },
        { "PT.5S", -1 },     { "PT1.5M", -1 },
        { "PT1S ", -1 },     { "P1D1H", -1 },
        { "pt1s", -1 },      { "PT1.5", -1 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned seconds = 0;
        const bool good = wsman_duration_parse(rows[i].text, &seconds);

        if (good != (rows[i].seconds >= 0) || (good && seconds != (unsigned)rows[i].seconds))
            fail_msg("%s: %d %u", rows[i].text, good, seconds);
    }
}

static void numbers_are_read(void **state)
{
    size_t n = 7;

    assert_true(wsman_number_parse("0", 100, &n));
    assert_int_equal(n, 0);
    assert_true(wsman_number_parse("99999999999999999999999999999999", 100, &n));
    assert_int_equal(n, 100);
    assert_true(wsman_number_parse("18446744073709551617", SIZE_MAX / 32, &n));
    assert_int_equal(n, SIZE_MAX / 32);
    assert_false(wsman_number_parse("", 100, &n));
    assert_false(wsman_number_parse("-1", 100, &n));
    assert_false(wsman_number_parse("1x", 100, &n));
}

static void times_are_those_of_xml(void **state)
{
    char text[CIM_DATETIME_SIZE];

    assert_true(wsman_time_text(text, "20261128214250.123456+000"));
    assert_string_equal(text, "2026-11-28T21:42:50.123456Z");
    assert_true(wsman_time_text(text, "20261128234250.000001+120"));
    assert_string_equal(text, "2026-11-28T21:42:50.000001Z");
    assert_false(wsman_time_text(text, "00000001000000.000000:000")); /* an interval */
}

/* --- messages --------------------------------------------------------------------------------- */

/* An envelope with what is said in the header, and in the body. */
static char *envelope(const char *header, const char *body)
{
    char *text;

    if (asprintf(&text,
                 "<s:Envelope xmlns:s='" WSMAN_SOAP "' xmlns:a='" WSMAN_ADDRESSING
                 "' xmlns:w='" WSMAN_MANAGEMENT "' xmlns:n='" WSMAN_ENUMERATION
                 "'><s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
                 header, body) < 0)
        abort();
    return text;
}

#define ADDRESSED(action, uri)                                                                     \
    "<a:Action>" action "</a:Action><a:MessageID>uuid:1</a:MessageID><a:To>x</a:To>"               \
    "<a:ReplyTo><a:Address>" WSMAN_ANONYMOUS "</a:Address></a:ReplyTo>"                            \
    "<w:ResourceURI>" uri "</w:ResourceURI>"
#define GET(uri) ADDRESSED(WSMAN_TRANSFER "/Get", uri)

static enum wsman_reading read_message(struct wsman_request *r, struct wsman_fault *fault,
                                       const char *header, const char *body)
{
    _cleanup_(freep) char *text = envelope(header, body);

    return wsman_request_read(r, text, strlen(text), fault);
}

static void what_is_asked_is_found(void **state)
{
    _cleanup_(wsman_request_done) struct wsman_request r = { 0 };
    struct wsman_fault fault;

    assert_int_equal(
        read_message(&r, &fault,
                     GET(WMI "win32_logonsession") "<w:OperationTimeout>PT5S</w:OperationTimeout>"
                                                   "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>",
                     ""),
        WSMAN_READ);
    assert_int_equal(r.action, WSMAN_GET);
    assert_string_equal(r.resource.class->name, "Win32_LogonSession");
    assert_string_equal(r.message_id, "uuid:1");
    assert_int_equal(r.timeout_seconds, 5);
    assert_int_equal(r.envelope_size, 8192);
}

static void wrong_headers_are_faults(void **state)
{
    static const struct {
        const char *header;
        enum wsman_fault_code code;
    } rows[] = {
        { "", WSMAN_HEADER_REQUIRED },
        { GET(WMI "Nothing"), WSMAN_DESTINATION_UNREACHABLE },
        { GET(WMI "Win32_LogonSession") "<a:To/>", WSMAN_INVALID_HEADER },
        { GET(WMI "Win32_LogonSession") "<w:FragmentTransfer/>", WSMAN_UNSUPPORTED_FEATURE },
        { GET(WMI "Win32_LogonSession") "<x s:mustUnderstand='1'/>", WSMAN_MUST_UNDERSTAND },
        { GET(WMI "Win32_LogonSession") "<w:MaxEnvelopeSize>1</w:MaxEnvelopeSize>",
          WSMAN_ENCODING_LIMIT },
        { ADDRESSED("urn:x", WMI "Win32_LogonSession"), WSMAN_ACTION_NOT_SUPPORTED },
        { ADDRESSED(WSMAN_ENUMERATION "/Pull", "x"), WSMAN_SCHEMA_VALIDATION_ERROR },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(wsman_request_done) struct wsman_request r = { 0 };
        struct wsman_fault fault;

        assert_int_equal(read_message(&r, &fault, rows[i].header, ""), WSMAN_FAULTY);
        if (fault.code != rows[i].code)
            fail_msg("%s gives %d", rows[i].header, (int)fault.code);
    }
}

/* The first that is wrong is told, and the others are read. */
static void a_wrong_header_does_not_hide_the_others(void **state)
{
    _cleanup_(wsman_request_done) struct wsman_request r = { 0 };
    struct wsman_fault fault;

    assert_int_equal(
        read_message(&r, &fault,
                     "<w:MaxEnvelopeSize>x</w:MaxEnvelopeSize><w:FragmentTransfer/>" GET("x"), ""),
        WSMAN_FAULTY);
    assert_int_equal(fault.code, WSMAN_INVALID_HEADER);
    assert_string_equal(r.message_id, "uuid:1");
}

static void every_fault_can_be_told(void **state)
{
    for (int code = WSMAN_GOOD + 1; code < N_WSMAN_FAULTS; code++) {
        const struct wsman_fault fault = { .code = (enum wsman_fault_code)code };
        const struct wsman_request request = { .action_uri = "urn:<x>", .message_id = "<&>" };
        _cleanup_(freep) char *text = NULL;
        _cleanup_(xml_document_freep) xml_document *d = NULL;
        const struct xml_node *body, *reason;
        size_t size;

        assert_ok(wsman_refuse(&request, &fault, &text, &size));
        d = xml_read(text, size);
        assert_non_null(d);
        body = xml_child_in(xml_root(d), WSMAN_SOAP, "Body");
        reason = xml_child_in(body->first, WSMAN_SOAP, "Reason");
        assert_string_not_equal(reason->first->text, "");
        assert_non_null(strstr(text, wsman_fault_action(&fault)));
        assert_non_null(strstr(text, "<wsa:RelatesTo>&lt;&amp;&gt;</wsa:RelatesTo>"));
    }
}

static void a_stranger_is_told_little(void **state)
{
    _cleanup_(freep) char *stranger = NULL, *known = NULL;
    size_t size;

    assert_ok(wsman_identify(WSMAN_STRANGER, &stranger, &size));
    assert_null(strstr(stranger, "Vendor"));
    assert_null(strstr(stranger, "ProductVersion"));
    assert_non_null(strstr(stranger, WSMAN_MANAGEMENT));
    assert_ok(wsman_identify(WSMAN_KNOWN, &known, &size));
    assert_non_null(strstr(known, "ProductVersion"));
}

/* --- where an object is ----------------------------------------------------------------------- */

static void references_are_written_as_they_are_read(void **state)
{
    static const char text[] =
        "Win32_LoggedOnUser.Antecedent=\"Win32_Account.Domain=\\\"A\\\",Name=\\\"<b> \\\"\","
        "Dependent=\"Win32_LogonSession.LogonId=\\\"999\\\"\"";
    _cleanup_(object_path_done) struct object_path path = { 0 }, again = { 0 };
    _cleanup_(xml_out_done) struct xml_out out;
    _cleanup_(freep) char *bytes = NULL, *same = NULL;
    _cleanup_(xml_document_freep) xml_document *d = NULL;
    struct wsman_fault fault = { 0 };
    struct wsman_resource resource;
    size_t size;

    assert_true(wsman_resource_read(&resource, DMTF "*", &fault));
    assert_null(resource.class);
    assert_true(object_path_parse(&path, text, NULL));
    xml_out_init(&out, 10000);
    xml_open(&out, "e");
    xml_put(&out, "xmlns:wsa", WSMAN_ADDRESSING);
    xml_put(&out, "xmlns:wsman", WSMAN_MANAGEMENT);
    wsman_epr_write(&out, &path, resource.base);
    xml_close(&out);
    assert_ok(writer_take(&out.writer, &bytes, &size));
    assert_non_null(strstr(bytes, "__cimnamespace"));
    d = xml_read(bytes, size);
    assert_true(wsman_epr_read(&again, xml_root(d), &fault));
    same = object_path_text(&again, NULL);
    assert_string_equal(same, text);
}

static void a_search_is_read(void **state)
{
    _cleanup_(wsman_request_done) struct wsman_request r = { 0 };
    struct wsman_search s;
    struct wsman_fault fault;

    assert_int_equal(
        read_message(&r, &fault, ADDRESSED(WSMAN_ENUMERATION "/Enumerate", DMTF "Win32_Account"),
                     "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"
                     "<n:Filter>x</n:Filter><n:Expires>PT9S</n:Expires>"
                     "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode></n:Enumerate>"),
        WSMAN_READ);
    assert_true(wsman_search_read(&s, &r, &fault));
    assert_true(s.is_optimized);
    assert_int_equal(s.n_items, 9);
    assert_int_equal(s.mode, WSMAN_EPRS);
    assert_int_equal(s.seconds, 9);
    assert_string_equal(s.filter->text, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(times_are_those_of_xml),
        cmocka_unit_test(what_is_asked_is_found),
        cmocka_unit_test(wrong_headers_are_faults),
        cmocka_unit_test(a_wrong_header_does_not_hide_the_others),
        cmocka_unit_test(every_fault_can_be_told),
        cmocka_unit_test(a_stranger_is_told_little),
        cmocka_unit_test(references_are_written_as_they_are_read),
        cmocka_unit_test(a_search_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
