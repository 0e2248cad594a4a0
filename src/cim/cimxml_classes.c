/* SPDX-License-Identifier: MIT */
#include "cim/cimxml_answer.h"

bool cimxml_get_class(struct cimxml_answer *a)
{
    const struct cim_class *class;

    if (!cimxml_named_class(a, &class))
        return false;
    cimxml_class_declaration(a->out, class, &a->view);
    return true;
}

/* Whether it is one of those below; of all where there is none above. */
static bool is_below(const struct cim_class *class, const struct cim_class *above, bool is_deep)
{
    if (is_deep)
        return class != above && (!above || cim_class_is_a(class, above));
    return cim_class_super(class) == above;
}

static bool each_class(struct cimxml_answer *a,
                       void (*write)(struct cimxml_answer *a, const struct cim_class *class))
{
    const char *name = NULL;
    const struct cim_class *above = NULL;
    bool is_deep = false;
    size_t n;
    const struct cim_class *all = cim_classes(&n);

    if (!cimxml_class(a->request, "ClassName", &name))
        return cimxml_bad_parameter(a, "ClassName");
    if (!cimxml_flag(a->request, "DeepInheritance", &is_deep))
        return cimxml_bad_parameter(a, "DeepInheritance");
    if (name && !cimxml_find_class(a, name, &above))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_below(&all[i], above, is_deep))
            write(a, &all[i]);
    }
    return true;
}

static void write_class(struct cimxml_answer *a, const struct cim_class *class)
{
    cimxml_class_declaration(a->out, class, &a->view);
}

static void write_class_name(struct cimxml_answer *a, const struct cim_class *class)
{
    xml_open(a->out, "CLASSNAME");
    xml_put(a->out, "NAME", class->name);
    xml_close(a->out);
}

bool cimxml_enumerate_classes(struct cimxml_answer *a)
{
    return each_class(a, write_class);
}

bool cimxml_enumerate_class_names(struct cimxml_answer *a)
{
    return each_class(a, write_class_name);
}
