/* SPDX-License-Identifier: MIT */
/* One answer while it is made, for the files that make it; and the operations. */
#ifndef OPENLOGON_CIM_CIMXML_ANSWER_H
#define OPENLOGON_CIM_CIMXML_ANSWER_H

#include "cim/cimxml_objects.h"
#include "cim/cimxml_request.h"
#include "cim/error.h"

struct cimxml_answer {
    const struct cimxml_request *request;
    struct xml_out *out;
    struct cim_error *error;
    struct cimxml_view view;
};

/* Each writes what is inside IRETURNVALUE. False: the error tells. */
bool cimxml_enumerate_instances(struct cimxml_answer *a);
bool cimxml_enumerate_instance_names(struct cimxml_answer *a);
bool cimxml_get_instance(struct cimxml_answer *a);
bool cimxml_exec_query(struct cimxml_answer *a);
bool cimxml_associators(struct cimxml_answer *a);
bool cimxml_associator_names(struct cimxml_answer *a);
bool cimxml_references(struct cimxml_answer *a);
bool cimxml_reference_names(struct cimxml_answer *a);
bool cimxml_get_class(struct cimxml_answer *a);
bool cimxml_enumerate_classes(struct cimxml_answer *a);
bool cimxml_enumerate_class_names(struct cimxml_answer *a);

/* For each row: a search ends when its answer cannot be sent any more. */
bool cimxml_may_go_on(struct cimxml_answer *a);
/* False, for the function that has failed to return. */
bool cimxml_bad_parameter(struct cimxml_answer *a, const char *name);
bool cimxml_find_class(struct cimxml_answer *a, const char *name, const struct cim_class **ret);
/* The class that ClassName is; it has to be there. */
bool cimxml_named_class(struct cimxml_answer *a, const struct cim_class **ret);

#endif
