/* SPDX-License-Identifier: MIT */
#include "remote/answer.h"

#include <errno.h>
#include <libxml/parser.h>
#include <limits.h>
#include <string.h>

#include "base/writer.h"
#include "query/object_path.h"

enum { ATTRIBUTE_PARTS = 5 }; /* name, prefix, URI, value, its end */

/* Where in an answer an element is. What is not known is skipped with all that is in it. */
enum place {
    START,
    CIM,
    MESSAGE,
    SIMPLE_RESPONSE,
    RESPONSE,
    ERROR,
    RETURN_VALUE,
    OBJECT,
    INSTANCE,
    PROPERTY,
    VALUE,
    REFERENCE_PROPERTY,
    REFERENCE,
    PATH,
    NAMESPACE_PATH,
    HOST,
    INSTANCE_NAME,
    KEY,
    KEY_VALUE,
    SKIPPED,
};

struct answer {
    answer_visit visit;
    void *context;
    xmlParserCtxt *parser;
    enum place places[ANSWER_DEPTH_MAX + 1]; /* places[0] is START */
    size_t depth;
    enum answer_end end; /* ANSWER_NONE until it is another */
    bool refused;
    bool is_of_query, has_value; /* of the response */
    unsigned code;
    char *description;

    /* The row that is being read. */
    char *class_name;
    char *names[ANSWER_PROPERTIES_MAX];
    struct query_value values[ANSWER_PROPERTIES_MAX];
    size_t n;
    enum query_kind kind;    /* of the property */
    struct object_path path; /* of the reference */
    struct writer text;
};

/* An element's attributes, as libxml2 has them. */
struct attributes {
    const xmlChar **parts;
    int n;
};

static void refuse(answer *a, enum answer_end end)
{
    a->end = end;
    a->refused = true;
    xmlStopParser(a->parser);
}

/* A copy of an attribute of at most this length; NULL: it is not there, or the answer is refused.
 */
static char *attribute(answer *a, const struct attributes *in, const char *name, size_t most)
{
    const xmlChar **parts = in->parts;

    for (int i = 0; i < in->n; i++, parts += ATTRIBUTE_PARTS) {
        const size_t size = (size_t)(parts[4] - parts[3]);
        char *copy;

        if (strcmp((const char *)parts[0], name) != 0)
            continue;
        copy = size <= most ? strndup((const char *)parts[3], size) : NULL;
        if (!copy)
            refuse(a, size <= most ? ANSWER_NOT_TAKEN : ANSWER_NONE);
        return copy;
    }
    return NULL;
}

/* --- the beginning of an element -------------------------------------------------------------- */

static void begin_response(answer *a, const struct attributes *in)
{
    _cleanup_(freep) char *name = attribute(a, in, "NAME", ANSWER_NAME_MAX);

    a->is_of_query = name && strcmp(name, "ExecQuery") == 0;
}

static void begin_error(answer *a, const struct attributes *in)
{
    _cleanup_(freep) char *code = attribute(a, in, "CODE", ANSWER_NAME_MAX);

    free(a->description);
    a->description = attribute(a, in, "DESCRIPTION", ANSWER_TEXT_MAX);
    a->code = code ? (unsigned)strtoul(code, NULL, 10) : 0;
    if (a->code == 0)
        a->code = 1; /* CIM_ERR_FAILED: it is an error, whatever it says */
}

static void begin_return_value(answer *a, const struct attributes *in)
{
    a->has_value = true;
}

static void forget_row(answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        free(a->names[i]);
        query_value_done(&a->values[i]);
    }
    a->n = 0;
    free(TAKE(a->class_name));
}

static void begin_instance(answer *a, const struct attributes *in)
{
    forget_row(a);
    a->class_name = attribute(a, in, "CLASSNAME", ANSWER_NAME_MAX);
    if (!a->class_name)
        refuse(a, a->refused ? a->end : ANSWER_NONE);
}

static const struct {
    const char *type;
    enum query_kind kind; /* texts are whatever is not here */
} kinds[] = {
    { "boolean", QUERY_BOOL },   { "uint8", QUERY_INTEGER },  { "uint16", QUERY_INTEGER },
    { "uint32", QUERY_INTEGER }, { "uint64", QUERY_INTEGER }, { "sint8", QUERY_INTEGER },
    { "sint16", QUERY_INTEGER }, { "sint32", QUERY_INTEGER }, { "sint64", QUERY_INTEGER },
};

static enum query_kind kind_of(const char *type)
{
    for (size_t i = 0; type && i < ARRAY_SIZE(kinds); i++) {
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    }
    return QUERY_TEXT;
}

static void begin_property(answer *a, const struct attributes *in)
{
    _cleanup_(freep) char *type = attribute(a, in, "TYPE", ANSWER_NAME_MAX);
    char *name = attribute(a, in, "NAME", ANSWER_NAME_MAX);

    a->kind = kind_of(type);
    if (!name || a->n == ANSWER_PROPERTIES_MAX) {
        free(name);
        refuse(a, a->refused ? a->end : ANSWER_NONE);
        return;
    }
    a->names[a->n] = name;
    a->values[a->n++] = (struct query_value){ 0 };
}

static void begin_text(answer *a, const struct attributes *in)
{
    writer_done(&a->text);
    writer_init(&a->text, ANSWER_TEXT_MAX);
}

static void begin_reference(answer *a, const struct attributes *in)
{
    object_path_done(&a->path);
}

static void begin_instance_name(answer *a, const struct attributes *in)
{
    free(TAKE(a->path.class_name));
    a->path.class_name = attribute(a, in, "CLASSNAME", ANSWER_NAME_MAX);
    if (!a->path.class_name)
        refuse(a, a->refused ? a->end : ANSWER_NONE);
}

static void begin_key(answer *a, const struct attributes *in)
{
    if (a->path.n_keys == OBJECT_PATH_KEYS_MAX) {
        refuse(a, ANSWER_NONE);
        return;
    }
    a->path.keys[a->path.n_keys].name = attribute(a, in, "NAME", ANSWER_NAME_MAX);
    a->path.keys[a->path.n_keys++].value = NULL;
}

/* --- the end of one --------------------------------------------------------------------------- */

static void end_response(answer *a)
{
    if (a->code != 0)
        a->end = ANSWER_REFUSAL;
    else if (a->is_of_query && a->has_value)
        a->end = ANSWER_WHOLE;
}

static void end_instance(answer *a)
{
    const struct answer_row row = { a->class_name, a->names, a->values, a->n };

    if (!a->visit(a->context, &row))
        refuse(a, ANSWER_NOT_TAKEN);
    forget_row(a);
}

/* The text since begin_text(); NULL: the answer is refused. */
static char *text_taken(answer *a)
{
    char *text = NULL;
    const nt_status st = writer_take(&a->text, &text, NULL);

    if (nt_failed(st))
        refuse(a, NT_IS(st, NO_MEMORY) ? ANSWER_NOT_TAKEN : ANSWER_NONE);
    return text;
}

/* False: it is no number that can be kept as one. */
static bool to_number(const char *text, int64_t *ret)
{
    char *end;

    errno = 0;
    *ret = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static void set_value(answer *a, char *text)
{
    struct query_value *value = &a->values[a->n - 1];
    int64_t number;

    if (a->kind == QUERY_BOOL)
        query_set_bool(value, query_same_text(text, "true"));
    else if (a->kind == QUERY_INTEGER && to_number(text, &number))
        query_set_integer(value, number);
    else if (query_failed(query_take_text(value, TAKE(text))))
        refuse(a, ANSWER_NOT_TAKEN);
    free(text);
}

static void end_value(answer *a)
{
    char *text = text_taken(a);

    if (text)
        set_value(a, text);
}

static void end_host(answer *a)
{
    free(a->path.machine);
    a->path.machine = text_taken(a);
}

static void end_key_value(answer *a)
{
    char **value = &a->path.keys[a->path.n_keys - 1].value;

    free(*value);
    *value = text_taken(a);
}

/* A path is text from here on, as the tables of this machine have it. */
static void end_reference(answer *a)
{
    char *text;

    for (size_t i = 0; i < a->path.n_keys; i++) {
        if (!a->path.keys[i].value)
            return; /* a key that is a reference itself: NULL */
    }
    if (!a->path.class_name)
        return;
    text = object_path_text(&a->path, a->path.machine);
    if (query_failed(query_take_text(&a->values[a->n - 1], text)))
        refuse(a, ANSWER_NONE); /* rather than memory, a path of that length */
}

/* --- the walk --------------------------------------------------------------------------------- */

static const struct step {
    enum place above;
    const char *element;
    enum place place;
    void (*begin)(answer *a, const struct attributes *in);
} steps[] = {
    { START, "CIM", CIM },
    { CIM, "MESSAGE", MESSAGE },
    { MESSAGE, "SIMPLERSP", SIMPLE_RESPONSE },
    { SIMPLE_RESPONSE, "IMETHODRESPONSE", RESPONSE, begin_response },
    { RESPONSE, "ERROR", ERROR, begin_error },
    { RESPONSE, "IRETURNVALUE", RETURN_VALUE, begin_return_value },
    { RETURN_VALUE, "VALUE.OBJECT", OBJECT },
    { OBJECT, "INSTANCE", INSTANCE, begin_instance },
    { INSTANCE, "PROPERTY", PROPERTY, begin_property },
    { PROPERTY, "VALUE", VALUE, begin_text },
    { INSTANCE, "PROPERTY.REFERENCE", REFERENCE_PROPERTY, begin_property },
    { REFERENCE_PROPERTY, "VALUE.REFERENCE", REFERENCE, begin_reference },
    { REFERENCE, "INSTANCEPATH", PATH },
    { REFERENCE, "INSTANCENAME", INSTANCE_NAME, begin_instance_name },
    { PATH, "NAMESPACEPATH", NAMESPACE_PATH },
    { NAMESPACE_PATH, "HOST", HOST, begin_text },
    { PATH, "INSTANCENAME", INSTANCE_NAME, begin_instance_name },
    { INSTANCE_NAME, "KEYBINDING", KEY, begin_key },
    { KEY, "KEYVALUE", KEY_VALUE, begin_text },
};

static void (*const ends[])(answer *a) = {
    [RESPONSE] = end_response, [INSTANCE] = end_instance,   [VALUE] = end_value,
    [HOST] = end_host,         [KEY_VALUE] = end_key_value, [REFERENCE] = end_reference,
    [SKIPPED] = NULL,
};

static bool is_text_place(enum place place)
{
    return place == VALUE || place == HOST || place == KEY_VALUE;
}

static const struct step *step_to(enum place above, const char *element)
{
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        if (steps[i].above == above && strcmp(steps[i].element, element) == 0)
            return &steps[i];
    }
    return NULL;
}

static void begin_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *space, int n_spaces, const xmlChar **spaces,
                          int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    answer *a = context;
    const struct attributes in = { attributes, n_attributes };
    const struct step *step;

    if (a->refused)
        return;
    if (a->depth == ANSWER_DEPTH_MAX) {
        refuse(a, ANSWER_NONE);
        return;
    }
    step = step_to(a->places[a->depth], (const char *)name);
    a->places[++a->depth] = step ? step->place : SKIPPED;
    if (step && step->begin)
        step->begin(a, &in);
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *space)
{
    answer *a = context;
    enum place place;

    if (a->refused || a->depth == 0)
        return;
    place = a->places[a->depth--];
    if (ends[place])
        ends[place](a);
}

static void add_text(void *context, const xmlChar *text, int size)
{
    answer *a = context;

    if (!a->refused && is_text_place(a->places[a->depth]) && size > 0)
        writer_bytes(&a->text, text, (size_t)size);
}

static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    refuse(context, ANSWER_NONE);
}

/* Reports go nowhere: they would hold what a stranger has written. */
static void ignore(void *context, xmlError *error)
{
}

__attribute__((format(printf, 2, 3))) static void ignore_text(void *context, const char *text, ...)
{
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool start_parser(answer *a)
{
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = refuse_dtd,
        .externalSubset = refuse_dtd,
        .startElementNs = begin_element,
        .endElementNs = end_element,
        .characters = add_text,
        .cdataBlock = add_text,
        .serror = ignore,
    };

    /* The thread's: what is said of encodings is not of a parser. */
    xmlSetStructuredErrorFunc(NULL, ignore);
    xmlSetGenericErrorFunc(NULL, ignore_text);
    a->parser = xmlCreatePushParserCtxt(&handler, a, NULL, 0, NULL);
    if (!a->parser)
        return false;
    /* With no DTD there is nothing to replace but "&amp;" and its like in attributes. */
    (void)xmlCtxtUseOptions(a->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    return true;
}

answer *answer_new(answer_visit visit, void *context)
{
    answer *a = calloc(1, sizeof(*a));

    if (!a)
        return NULL;
    a->visit = visit;
    a->context = context;
    a->end = ANSWER_NONE;
    writer_init(&a->text, ANSWER_TEXT_MAX);
    return start_parser(a) ? a : answer_free(a);
}

answer *answer_free(answer *a)
{
    if (!a)
        return NULL;
    if (a->parser)
        xmlFreeParserCtxt(a->parser);
    forget_row(a);
    object_path_done(&a->path);
    writer_done(&a->text);
    free(a->description);
    free(a);
    return NULL;
}

bool answer_add(answer *a, const void *bytes, size_t size)
{
    if (a->refused || size > INT_MAX)
        return false;
    if (xmlParseChunk(a->parser, bytes, (int)size, 0) == XML_ERR_NO_MEMORY)
        a->end = ANSWER_NOT_TAKEN;
    return !a->refused && a->parser->wellFormed;
}

enum answer_end answer_finish(answer *a)
{
    if (!a->refused)
        (void)xmlParseChunk(a->parser, NULL, 0, 1);
    if (a->refused || a->end == ANSWER_NOT_TAKEN)
        return a->end;
    return a->parser->wellFormed && a->depth == 0 ? a->end : ANSWER_NONE;
}

unsigned answer_code(const answer *a)
{
    return a->code;
}

const char *answer_description(const answer *a)
{
    return a->description ? a->description : "";
}
