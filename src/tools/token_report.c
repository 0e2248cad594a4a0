/* SPDX-License-Identifier: MIT */
#include "token_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "complaint.h"
#include "report.h"
#include "text.h"

static int report_user(const struct token_view *v)
{
    const struct report_row row = { { v->user.name, v->user.sid } };

    report_section(stdout, "USER INFORMATION", &(struct report_row){ { "User Name", "SID" } }, &row,
                   1);
    return EXIT_SUCCESS;
}

/* As Windows has it, the integrity label is a row whose attributes are not told. */
static int report_groups(const struct token_view *v)
{
    static const struct report_row headings = { { "Group Name", "Type", "SID", "Attributes" } };
    _cleanup_(freep) struct report_row *rows = calloc(v->n_groups + 1, sizeof(*rows));
    _cleanup_(freep) char **attributes = calloc(v->n_groups + 1, sizeof(*attributes));

    if (!rows || !attributes)
        return complain("there is not enough memory to print %zu groups", v->n_groups);
    for (size_t i = 0; i < v->n_groups; i++) {
        const struct viewed_sid *group = &v->groups[i];

        attributes[i] = text_group_attributes(group->attributes);
        rows[i] = (struct report_row){ { group->name, group->use, group->sid, attributes[i] } };
    }
    report_section(stdout, "GROUP INFORMATION", &headings, rows, v->n_groups);
    for (size_t i = 0; i < v->n_groups; i++)
        free(attributes[i]);
    return EXIT_SUCCESS;
}

static int report_privileges(const struct token_view *v)
{
    static const struct report_row headings = { { "Privilege Name", "Description", "State" } };
    _cleanup_(freep) struct report_row *rows = calloc(v->n_privileges + 1, sizeof(*rows));

    if (!rows)
        return complain("there is not enough memory to print %zu privileges", v->n_privileges);
    for (size_t i = 0; i < v->n_privileges; i++) {
        const struct viewed_privilege *privilege = &v->privileges[i];

        rows[i] = (struct report_row){ { privilege->name, privilege->description,
                                         privilege_state(privilege->attributes) } };
    }
    report_section(stdout, "PRIVILEGES INFORMATION", &headings, rows, v->n_privileges);
    return EXIT_SUCCESS;
}

static const struct {
    unsigned section;
    int (*report)(const struct token_view *v);
} sections_in_order[] = {
    { SECTION_USER, report_user },
    { SECTION_GROUPS, report_groups },
    { SECTION_PRIVILEGES, report_privileges },
};

int token_report(const struct token_view *v, unsigned sections)
{
    int code = EXIT_SUCCESS;
    bool first = true;

    for (size_t i = 0; i < ARRAY_SIZE(sections_in_order) && code == EXIT_SUCCESS; i++) {
        if (!(sections & sections_in_order[i].section))
            continue;
        if (!first)
            putchar('\n');
        first = false;
        code = sections_in_order[i].report(v);
    }
    if (code == EXIT_SUCCESS && fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return code;
}
