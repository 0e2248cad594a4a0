/* SPDX-License-Identifier: MIT */
#include "cim/xml_in.h"

#include <libxml/parser.h>
#include <string.h>

enum { ATTRIBUTE_PARTS = 5 }; /* name, prefix, URI, value, its end */

/* What is allocated for a document, to be freed with it. */
struct piece {
    struct piece *next;
    max_align_t bytes[];
};

/* An element that has begun, and its text so far. */
struct level {
    struct xml_node *node, *last;
    char *text;
    size_t size, room;
};

struct xml_document {
    struct piece *pieces;
    struct xml_node *root;
    size_t n_nodes;
    xmlParserCtxt *parser;
    struct level levels[XML_IN_DEPTH_MAX];
    size_t depth;
    bool refused;
};

/* --- building the tree ------------------------------------------------------------------------ */

static void refuse(xml_document *d)
{
    d->refused = true;
    xmlStopParser(d->parser);
}

/* Zeros; NULL: the document is refused. */
static void *piece_of(xml_document *d, size_t size)
{
    struct piece *piece = calloc(1, sizeof(*piece) + size);

    if (!piece) {
        refuse(d);
        return NULL;
    }
    piece->next = d->pieces;
    d->pieces = piece;
    return piece->bytes;
}

static const char *copy_of(xml_document *d, const void *bytes, size_t size)
{
    char *copy = piece_of(d, size + 1);

    return copy && size > 0 ? memcpy(copy, bytes, size) : copy;
}

static const char *copy_of_text(xml_document *d, const xmlChar *text)
{
    return text ? copy_of(d, text, strlen((const char *)text)) : "";
}

static void add_attributes(xml_document *d, struct xml_node *node, const xmlChar **parts, int n)
{
    for (int i = 0; i < n && !d->refused; i++, parts += ATTRIBUTE_PARTS) {
        struct xml_attribute *a = piece_of(d, sizeof(*a));

        if (!a)
            return;
        a->name = copy_of_text(d, parts[0]);
        a->space = copy_of_text(d, parts[2]);
        a->value = copy_of(d, parts[3], (size_t)(parts[4] - parts[3]));
        a->next = node->attributes;
        node->attributes = a;
    }
}

static void place(xml_document *d, struct xml_node *node)
{
    struct level *above = d->depth > 0 ? &d->levels[d->depth - 1] : NULL;

    if (!above)
        d->root = node;
    else if (above->last)
        above->last->next = node;
    else
        above->node->first = node;
    if (above)
        above->last = node;
    d->levels[d->depth++] = (struct level){ .node = node };
}

static void begin_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *space, int n_spaces, const xmlChar **spaces,
                          int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    xml_document *d = context;
    struct xml_node *node;

    if (d->refused)
        return;
    if (d->depth == XML_IN_DEPTH_MAX || d->n_nodes++ == XML_IN_NODES_MAX ||
        n_attributes > XML_IN_ATTRIBUTES_MAX) {
        refuse(d);
        return;
    }
    node = piece_of(d, sizeof(*node));
    if (!node)
        return;
    node->name = copy_of_text(d, name);
    node->space = copy_of_text(d, space);
    add_attributes(d, node, attributes, n_attributes);
    if (!d->refused)
        place(d, node);
}

static const char blanks[] = " \t\r\n";

/* Its end is the text's own where nothing follows it. */
static const char *word_in(xml_document *d, const char *text)
{
    size_t size;

    text += strspn(text, blanks);
    size = strlen(text);
    while (size > 0 && strchr(blanks, text[size - 1]))
        size--;
    return text[size] ? copy_of(d, text, size) : text;
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *space)
{
    xml_document *d = context;
    struct level *level;

    if (d->refused || d->depth == 0)
        return;
    level = &d->levels[--d->depth];
    level->node->text = copy_of(d, level->text, level->size);
    if (level->node->text)
        level->node->word = word_in(d, level->node->text);
    free(level->text);
    *level = (struct level){ 0 };
}

/* Comes in many pieces: the room doubles. */
static void add_text(void *context, const xmlChar *text, int size)
{
    xml_document *d = context;
    struct level *level = d->depth > 0 ? &d->levels[d->depth - 1] : NULL;
    const size_t needed = level ? level->size + (size_t)size : 0;

    if (d->refused || !level)
        return;
    if (needed > level->room) {
        char *larger = realloc(level->text, 2 * needed);

        if (!larger) {
            refuse(d);
            return;
        }
        level->text = larger;
        level->room = 2 * needed;
    }
    if (size > 0)
        memcpy(level->text + level->size, text, (size_t)size);
    level->size = needed;
}

static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    refuse(context);
}

/* Reports go nowhere: they would hold what a stranger has written. */
static void ignore(void *context, xmlError *error)
{
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool parse(xml_document *d, const void *bytes, size_t size)
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

    xmlSetStructuredErrorFunc(NULL, ignore); /* the thread's: of what has no parser, encodings */
    d->parser = xmlCreatePushParserCtxt(&handler, d, NULL, 0, NULL);
    if (!d->parser)
        return false;
    /* With no DTD there is nothing to replace but "&amp;" and its like in attributes. */
    (void)xmlCtxtUseOptions(d->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    (void)xmlParseChunk(d->parser, bytes, (int)size, 1);
    return d->parser->wellFormed && !d->refused && d->root && d->depth == 0;
}

xml_document *xml_read(const void *bytes, size_t size)
{
    xml_document *d;
    bool good;

    if (size > XML_IN_SIZE_MAX)
        return NULL;
    d = calloc(1, sizeof(*d));
    if (!d)
        return NULL;
    good = parse(d, bytes, size);
    if (d->parser)
        xmlFreeParserCtxt(d->parser);
    d->parser = NULL;
    return good ? d : xml_document_free(d);
}

xml_document *xml_document_free(xml_document *d)
{
    if (!d)
        return NULL;
    for (size_t i = 0; i < d->depth; i++)
        free(d->levels[i].text);
    while (d->pieces) {
        struct piece *piece = d->pieces;

        d->pieces = piece->next;
        free(piece);
    }
    free(d);
    return NULL;
}

/* --- looking at it ---------------------------------------------------------------------------- */

const struct xml_node *xml_root(const xml_document *d)
{
    return d->root;
}

bool xml_is(const struct xml_node *node, const char *name)
{
    return node && strcmp(node->name, name) == 0;
}

bool xml_is_in(const struct xml_node *node, const char *space, const char *name)
{
    return xml_is(node, name) && strcmp(node->space, space) == 0;
}

const char *xml_attribute_in(const struct xml_node *node, const char *space, const char *name)
{
    for (const struct xml_attribute *a = node ? node->attributes : NULL; a; a = a->next) {
        if (strcmp(a->name, name) == 0 && strcmp(a->space, space) == 0)
            return a->value;
    }
    return NULL;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    return xml_attribute_in(node, "", name);
}

static const struct xml_node *from(const struct xml_node *node, const char *name)
{
    while (node && !xml_is(node, name))
        node = node->next;
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return from(node ? node->first : NULL, name);
}

const struct xml_node *xml_next(const struct xml_node *node, const char *name)
{
    return from(node->next, name);
}

const struct xml_node *xml_child_in(const struct xml_node *node, const char *space,
                                    const char *name)
{
    const struct xml_node *child = node ? node->first : NULL;

    while (child && !xml_is_in(child, space, name))
        child = child->next;
    return child;
}

const struct xml_node *xml_only_child(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = node ? node->first : NULL;

    return child && !child->next && xml_is(child, name) ? child : NULL;
}
