/* SPDX-License-Identifier: MIT */
/*
 * Where an object is: resource URIs, selectors, and endpoint references made of both. Source:
 * DSP0226, 5.4.2; DSP0227, 5; MS-WSMV, 2.2.1 for the URIs of WMI.
 */
#ifndef OPENLOGON_CIM_WSMAN_EPR_H
#define OPENLOGON_CIM_WSMAN_EPR_H

#include "cim/wsman_fault.h"
#include "query/cim_class.h"
#include "query/object_path.h"

enum { WSMAN_URI_SIZE_MAX = 256 };

/* One way in which URIs of classes begin; constants. */
struct wsman_base {
    const char *prefix;  /* the class's name follows */
    bool names_no_space; /* so a selector does: __cimnamespace */
};

struct wsman_resource {
    const struct wsman_base *base;
    const struct cim_class *class; /* NULL: all of them */
};

_must_check_ bool wsman_resource_read(struct wsman_resource *ret, const char *uri,
                                      struct wsman_fault *fault);

/* Whether a SelectorSet names, if any, the namespace that is here. */
_must_check_ bool wsman_selectors_space(const struct xml_node *set, struct wsman_fault *fault);
/**
 * The object that selectors name: each is a key of the class, and each key is there. They may be
 * numbered otherwise than in the class.
 * @set  NULL: there are none
 * @ret  the caller's: object_path_done()
 */
_must_check_ bool wsman_selectors_read(struct object_path *ret, const struct cim_class *class,
                                       const struct xml_node *set, struct wsman_fault *fault);
/* The value of one, as a text: of a reference it is the path of the object. From malloc(). */
_must_check_ bool wsman_selector_value(char **ret, const struct xml_node *selector,
                                       struct wsman_fault *fault);

/* What is in an endpoint reference, or in an element that is one by another name. */
_must_check_ bool wsman_epr_read(struct object_path *ret, const struct xml_node *epr,
                                 struct wsman_fault *fault);
/* The same, to be written: the element is the caller's. */
void wsman_epr_write(struct xml_out *out, const struct object_path *path,
                     const struct wsman_base *base);

/* "http://...": from the place of a class. @ret has WSMAN_URI_SIZE_MAX */
void wsman_class_uri(char *ret, const struct wsman_base *base, const char *class_name);

#endif
