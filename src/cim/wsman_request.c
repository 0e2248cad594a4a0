/* SPDX-License-Identifier: MIT */
#include "cim/wsman_request.h"

#include <limits.h>
#include <string.h>

#include "base/ascii.h"
#include "cim/wsman_names.h"

enum {
    MESSAGE_ID_SIZE_MAX = 1024,
    URI_SIZE_MAX = 2048, /* of any that a header holds */
    DURATION_PARTS = 6,
};

/* --- numbers ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool wsman_number_parse(const char *text, size_t max, size_t *ret)
{
    size_t number = 0;

    if (!*text)
        return false;
    for (; is_digit(*text); text++) {
        if (number <= max)
            number = number * 10 + (size_t)(*text - '0');
    }
    *ret = number < max ? number : max;
    return !*text;
}

/* Digits and the letter after them, with a fraction where it counts seconds. @ret_up  there is one
 * that is not nothing */
static bool read_part(const char **text, unsigned long long *ret, char *ret_letter, bool *ret_up)
{
    if (!is_digit(**text))
        return false;
    for (*ret = 0; is_digit(**text); (*text)++) {
        if (*ret <= UINT_MAX)
            *ret = *ret * 10 + (unsigned)(**text - '0');
    }
    *ret_up = false;
    if (**text == '.') {
        if (!is_digit(*++*text))
            return false;
        for (; is_digit(**text); (*text)++)
            *ret_up |= **text != '0';
        if (**text != 'S')
            return false;
    }
    *ret_letter = **text;
    return **text && *(*text)++;
}

bool wsman_duration_parse(const char *text, unsigned *ret)
{
    /* In the order in which they come; a T stands before hours, or what comes first of the last
     * three. A year and a month are as long as they usually are. */
    static const struct {
        char letter;
        unsigned seconds;
    } parts[DURATION_PARTS] = { { 'Y', 31536000 }, { 'M', 2592000 }, { 'D', 86400 },
                                { 'H', 3600 },     { 'M', 60 },      { 'S', 1 } };
    unsigned long long seconds = 0, number;
    size_t next = 0;
    bool any = false, rounds_up;
    char letter;

    if (*text++ != 'P')
        return false;
    while (*text) {
        if (*text == 'T') {
            if (next > 3 || !*++text)
                return false;
            next = 3;
        }
        if (!read_part(&text, &number, &letter, &rounds_up))
            return false;
        for (; next < DURATION_PARTS && parts[next].letter != letter; next++) {
            if (next == 2) /* without a T there are no hours */
                return false;
        }
        if (next == DURATION_PARTS)
            return false;
        seconds += number * parts[next++].seconds + rounds_up;
        any = true;
        if (next == 3 && *text && *text != 'T')
            return false;
    }
    *ret = seconds > INT_MAX ? INT_MAX : (unsigned)seconds;
    return any;
}

/* --- headers ---------------------------------------------------------------------------------- */

/* What is read so far. */
struct reading {
    struct wsman_request *request;
    struct wsman_fault *fault;
    const char *uri; /* of the resource */
    bool has_to, has_reply_to;
};

static bool bad_header(struct reading *r, const struct xml_node *header)
{
    return wsman_fail(r->fault, WSMAN_INVALID_HEADER, NULL, "header %s", header->name);
}

static bool once(struct reading *r, const struct xml_node *header, const char **ret, size_t max)
{
    if (*ret || !*header->word || header->first || strlen(header->word) > max)
        return bad_header(r, header);
    *ret = header->word;
    return true;
}

static bool read_action(struct reading *r, const struct xml_node *header)
{
    return once(r, header, &r->request->action_uri, URI_SIZE_MAX);
}

static bool read_message_id(struct reading *r, const struct xml_node *header)
{
    return once(r, header, &r->request->message_id, MESSAGE_ID_SIZE_MAX);
}

static bool read_resource(struct reading *r, const struct xml_node *header)
{
    return once(r, header, &r->uri, URI_SIZE_MAX);
}

static bool read_to(struct reading *r, const struct xml_node *header)
{
    const char *to = NULL;

    r->has_to = true;
    return once(r, header, &to, URI_SIZE_MAX);
}

/* Answers go where the request has come from, and nowhere else. */
static bool read_reply_to(struct reading *r, const struct xml_node *header)
{
    const struct xml_node *address = xml_child_in(header, WSMAN_ADDRESSING, "Address");

    r->has_reply_to |= xml_is(header, "ReplyTo");
    if (!address)
        return bad_header(r, header);
    return strcmp(address->word, WSMAN_ANONYMOUS) == 0 ||
           wsman_fail(r->fault, WSMAN_UNSUPPORTED_FEATURE, "AddressingMode",
                      "answers are only sent back over the connection");
}

static bool read_selectors(struct reading *r, const struct xml_node *header)
{
    if (r->request->selectors)
        return bad_header(r, header);
    r->request->selectors = header;
    return true;
}

static bool read_timeout(struct reading *r, const struct xml_node *header)
{
    return (wsman_duration_parse(header->word, &r->request->timeout_seconds) &&
            r->request->timeout_seconds > 0) ||
           wsman_fail(r->fault, WSMAN_INVALID_HEADER, "InvalidTimeout",
                      "OperationTimeout is no duration");
}

static bool read_envelope_size(struct reading *r, const struct xml_node *header)
{
    if (!wsman_number_parse(header->word, SIZE_MAX / 32, &r->request->envelope_size))
        return bad_header(r, header);
    return r->request->envelope_size >= WSMAN_ENVELOPE_MIN ||
           wsman_fail(r->fault, WSMAN_ENCODING_LIMIT, "MinimumEnvelopeLimit",
                      "MaxEnvelopeSize is less than %d", WSMAN_ENVELOPE_MIN);
}

static bool is_true(const char *text)
{
    return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static bool must_understand(const struct xml_node *header)
{
    return is_true(xml_attribute_in(header, WSMAN_SOAP, "mustUnderstand"));
}

/* Reasons are in English; that matters to nobody but who insists on something else. */
static bool read_locale(struct reading *r, const struct xml_node *header)
{
    const char *language = xml_attribute_in(header, WSMAN_XML, "lang");

    return !must_understand(header) || (language && ascii_equal(language, 2, "en")) ||
           wsman_fail(r->fault, WSMAN_UNSUPPORTED_FEATURE, "Locale", "only English is spoken");
}

static bool read_options(struct reading *r, const struct xml_node *header)
{
    for (const struct xml_node *o = header->first; o; o = o->next) {
        if (is_true(xml_attribute(o, "MustComply")))
            return wsman_fail(r->fault, WSMAN_INVALID_OPTIONS, "InvalidName", "option %s",
                              xml_attribute(o, "Name") ? xml_attribute(o, "Name") : "");
    }
    return true;
}

static bool read_fragment(struct reading *r, const struct xml_node *header)
{
    return wsman_fail(r->fault, WSMAN_UNSUPPORTED_FEATURE, "FragmentLevelAccess",
                      "objects are told as a whole");
}

static bool read_count(struct reading *r, const struct xml_node *header)
{
    r->request->wants_count = true;
    return true;
}

static bool skip(struct reading *r, const struct xml_node *header)
{
    return true;
}

static const struct {
    const char *space, *name;
    bool (*read)(struct reading *r, const struct xml_node *header);
} headers[] = {
    { WSMAN_ADDRESSING, "Action", read_action },
    { WSMAN_ADDRESSING, "MessageID", read_message_id },
    { WSMAN_ADDRESSING, "To", read_to },
    { WSMAN_ADDRESSING, "ReplyTo", read_reply_to },
    { WSMAN_ADDRESSING, "FaultTo", read_reply_to },
    { WSMAN_ADDRESSING, "From", skip },
    { WSMAN_ADDRESSING, "RelatesTo", skip },
    { WSMAN_MANAGEMENT, "ResourceURI", read_resource },
    { WSMAN_MANAGEMENT, "SelectorSet", read_selectors },
    { WSMAN_MANAGEMENT, "OperationTimeout", read_timeout },
    { WSMAN_MANAGEMENT, "MaxEnvelopeSize", read_envelope_size },
    { WSMAN_MANAGEMENT, "Locale", read_locale },
    { WSMAN_MANAGEMENT, "OptionSet", read_options },
    { WSMAN_MANAGEMENT, "FragmentTransfer", read_fragment },
    { WSMAN_MANAGEMENT, "RequestTotalItemsCountEstimate", read_count },
};

static bool read_header(struct reading *r, const struct xml_node *header)
{
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        if (xml_is_in(header, headers[i].space, headers[i].name))
            return headers[i].read(r, header);
    }
    if (!must_understand(header))
        return true;
    r->fault->header = header;
    return wsman_fail(r->fault, WSMAN_MUST_UNDERSTAND, NULL, "header %s", header->name);
}

/* One that is wrong does not keep the others from being read: the answer relates to the message. */
static bool read_headers(struct reading *r, const struct xml_node *all)
{
    struct wsman_fault later;
    struct wsman_fault *first = r->fault;

    for (const struct xml_node *h = all ? all->first : NULL; h; h = h->next) {
        if (!read_header(r, h) && r->fault == first)
            r->fault = &later;
    }
    r->fault = first;
    return first->code == WSMAN_GOOD;
}

/* --- what it asks ----------------------------------------------------------------------------- */

static const struct {
    enum wsman_action action;
    const char *uri;
    const char *operand_space, *operand; /* in the body; NULL: it is empty */
} actions[] = {
    { WSMAN_GET, WSMAN_TRANSFER "/Get", NULL, NULL },
    { WSMAN_ENUMERATE, WSMAN_ENUMERATION "/Enumerate", WSMAN_ENUMERATION, "Enumerate" },
    { WSMAN_PULL, WSMAN_ENUMERATION "/Pull", WSMAN_ENUMERATION, "Pull" },
    { WSMAN_RELEASE, WSMAN_ENUMERATION "/Release", WSMAN_ENUMERATION, "Release" },
};

static bool find_action(struct reading *r)
{
    const struct xml_node *operand = r->request->operand;

    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        if (strcmp(actions[i].uri, r->request->action_uri) != 0)
            continue;
        r->request->action = actions[i].action;
        if (actions[i].operand ? !xml_is_in(operand, actions[i].operand_space, actions[i].operand)
                               : operand != NULL)
            return wsman_fail(r->fault, WSMAN_SCHEMA_VALIDATION_ERROR, NULL,
                              "this is not the body of the action");
        return true;
    }
    return wsman_fail(r->fault, WSMAN_ACTION_NOT_SUPPORTED, NULL,
                      "nothing is changed over this service, and nothing but Get, Enumerate, Pull, "
                      "Release and Identify is done");
}

static bool has_required(struct reading *r)
{
    const struct {
        const char *name;
        bool is_there;
    } required[] = {
        { "Action", r->request->action_uri },
        { "MessageID", r->request->message_id },
        { "To", r->has_to },
        { "ReplyTo", r->has_reply_to },
    };

    for (size_t i = 0; i < ARRAY_SIZE(required); i++) {
        if (!required[i].is_there)
            return wsman_fail(r->fault, WSMAN_HEADER_REQUIRED, NULL, "header %s is missing",
                              required[i].name);
    }
    return r->uri || wsman_fail(r->fault, WSMAN_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                                "header ResourceURI is missing");
}

/* Contexts know what they enumerate: of Pull and Release the resource is not looked at. */
static bool find_resource(struct reading *r)
{
    const enum wsman_action action = r->request->action;

    return (action != WSMAN_GET && action != WSMAN_ENUMERATE) ||
           (wsman_resource_read(&r->request->resource, r->uri, r->fault) &&
            wsman_selectors_space(r->request->selectors, r->fault));
}

static bool read_envelope(struct reading *r, const struct xml_node *envelope)
{
    const struct xml_node *header = xml_child_in(envelope, WSMAN_SOAP, "Header");
    const struct xml_node *body = xml_child_in(envelope, WSMAN_SOAP, "Body");

    if (!body || body->next || (body->first && body->first->next))
        return wsman_fail(r->fault, WSMAN_SCHEMA_VALIDATION_ERROR, NULL,
                          "an envelope has a header and a body, and that at most one element");
    r->request->operand = body->first;
    if (!read_headers(r, header))
        return false;
    if (xml_is_in(body->first, WSMAN_IDENTITY, "Identify")) {
        r->request->action = WSMAN_IDENTIFY; /* it needs no addresses; DSP0226, 11 */
        return true;
    }
    return has_required(r) && find_action(r) && find_resource(r);
}

enum wsman_reading wsman_request_read(struct wsman_request *ret, const void *bytes, size_t size,
                                      struct wsman_fault *fault)
{
    struct reading r = { ret, fault, NULL, false, false };
    const struct xml_node *root;

    *fault = (struct wsman_fault){ 0 };
    *ret = (struct wsman_request){ .document = xml_read(bytes, size) };
    if (!ret->document)
        return WSMAN_NO_MESSAGE;
    root = xml_root(ret->document);
    if (!xml_is(root, "Envelope"))
        return WSMAN_NO_MESSAGE;
    if (!xml_is_in(root, WSMAN_SOAP, "Envelope")) {
        (void)wsman_fail(fault, WSMAN_VERSION_MISMATCH, NULL, "SOAP 1.2 is spoken here");
        return WSMAN_FAULTY;
    }
    return read_envelope(&r, root) ? WSMAN_READ : WSMAN_FAULTY;
}

void wsman_request_done(struct wsman_request *request)
{
    (void)xml_document_free(request->document);
    *request = (struct wsman_request){ 0 };
}
