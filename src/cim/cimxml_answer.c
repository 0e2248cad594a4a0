/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_answer.h"

bool cimxml_may_go_on(struct cimxml_answer *a)
{
    return !nt_failed(a->out->writer.status) ||
           cim_fail(a->error, CIM_ERR_FAILED, "the answer is too large: ask for less");
}

bool cimxml_bad_parameter(struct cimxml_answer *a, const char *name)
{
    return cim_fail(a->error, CIM_ERR_INVALID_PARAMETER, "parameter %s", name);
}

bool cimxml_find_class(struct cimxml_answer *a, const char *name, const struct cim_class **ret)
{
    *ret = cim_class_find(name);
    return *ret || cim_fail(a->error, CIM_ERR_INVALID_CLASS, "there is no class %s", name);
}

bool cimxml_named_class(struct cimxml_answer *a, const struct cim_class **ret)
{
    const char *name = NULL;

    if (!cimxml_class(a->request, "ClassName", &name) || !name)
        return cimxml_bad_parameter(a, "ClassName");
    return cimxml_find_class(a, name, ret);
}
