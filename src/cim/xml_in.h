/* SPDX-License-Identifier: MIT */
/*
 * A document from a stranger, as a tree. There is no DTD in it and so no entity but XML's own five;
 * nothing is fetched; what is too large or too deep is none.
 */
#ifndef OPENLOGON_CIM_XML_IN_H
#define OPENLOGON_CIM_XML_IN_H

#include <stddef.h>

#include "base/macros.h"

enum {
    XML_IN_SIZE_MAX = 1 << 18,
    XML_IN_DEPTH_MAX = 32,
    XML_IN_NODES_MAX = 4096,
    XML_IN_ATTRIBUTES_MAX = 16, /* of one element */
};

struct xml_attribute {
    struct xml_attribute *next;
    const char *name;
    const char *space; /* URI; "": none */
    const char *value;
};

/* All is the document's. Names are without prefix; text is that of the element itself. */
struct xml_node {
    const char *name;
    const char *space; /* URI; "": none */
    const char *text;
    const char *word; /* the text without blanks around it */
    struct xml_attribute *attributes;
    struct xml_node *first, *next; /* elements in it, and after it */
};

typedef struct xml_document xml_document;

/* @bytes  UTF-8, or UTF-16 with its mark. NULL: it is none, or there is no memory */
xml_document *xml_read(const void *bytes, size_t size);
xml_document *xml_document_free(xml_document *document);
DEFINE_CLEANUP(xml_document *, xml_document_free);

const struct xml_node *xml_root(const xml_document *document);

/* NULL: there is none. All take a NULL node. An attribute is of no namespace unless one is named;
 * elements are of any. */
const char *xml_attribute(const struct xml_node *node, const char *name);
const char *xml_attribute_in(const struct xml_node *node, const char *space, const char *name);
const struct xml_node *xml_child(const struct xml_node *node, const char *name); /* the first */
const struct xml_node *xml_only_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_next(const struct xml_node *node, const char *name); /* of the name */
bool xml_is(const struct xml_node *node, const char *name);

/* The same, of elements of one namespace. */
const struct xml_node *xml_child_in(const struct xml_node *node, const char *space,
                                    const char *name);
bool xml_is_in(const struct xml_node *node, const char *space, const char *name);

#endif
