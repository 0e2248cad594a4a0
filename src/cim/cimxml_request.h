/* SPDX-License-Identifier: MIT */
/*
 * A message that asks for a CIM operation, taken apart. Source: DSP0201 (elements), DSP0200
 * (operations and the errors that HTTP tells).
 */
#ifndef OPENLOGON_CIM_CIMXML_REQUEST_H
#define OPENLOGON_CIM_CIMXML_REQUEST_H

#include "cim/xml_in.h"
#include "query/object_path.h"

/* What CIMError tells; DSP0200, 7.3. */
enum cimxml_problem {
    CIMXML_GOOD,
    CIMXML_NOT_WELL_FORMED,
    CIMXML_NOT_VALID,
    CIMXML_CIM_VERSION,
    CIMXML_DTD_VERSION,
    CIMXML_PROTOCOL_VERSION,
    CIMXML_MULTIPLE_REQUESTS,
    CIMXML_UNSUPPORTED_OPERATION,
    CIMXML_HEADER_MISMATCH,
};
const char *cimxml_problem_word(enum cimxml_problem problem);

/* Texts are the document's. */
struct cimxml_request {
    xml_document *document;
    const char *id;
    const char *method;
    const struct xml_node *call; /* IMETHODCALL or METHODCALL */
    bool is_intrinsic;           /* of CIM, not of a class */
    bool has_space;              /* it is about root/cimv2 */
};

void cimxml_request_done(struct cimxml_request *request); /* for _cleanup_() too */

_must_check_ enum cimxml_problem cimxml_request_read(struct cimxml_request *ret, const void *bytes,
                                                     size_t size);

/* Parameters. @ret  is set to what is said, and stays where nothing is. False: it is of another
 * kind. Texts are the document's. */
_must_check_ bool cimxml_text(const struct cimxml_request *r, const char *name, const char **ret);
_must_check_ bool cimxml_flag(const struct cimxml_request *r, const char *name, bool *ret);
_must_check_ bool cimxml_class(const struct cimxml_request *r, const char *name, const char **ret);
/* The VALUE.ARRAY, its elements checked. */
_must_check_ bool cimxml_list(const struct cimxml_request *r, const char *name,
                              const struct xml_node **ret);
/* An object, or a class: then it has no keys. The caller's: object_path_done(). */
_must_check_ bool cimxml_object(const struct cimxml_request *r, const char *name,
                                struct object_path *ret);

/* The name of the i-th parameter; NULL: there are no more. */
const char *cimxml_parameter(const struct cimxml_request *r, size_t i);

#endif
