/* SPDX-License-Identifier: MIT */
#include "token_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "complaint.h"
#include "text.h"

static int print_user(const struct token_view *v, const struct report_style *style)
{
    const struct report_row row = { { v->user.name, v->user.sid } };

    report_section(stdout, style, "USER INFORMATION",
                   &(struct report_row){ { "User Name", "SID" } }, &row, 1);
    return EXIT_SUCCESS;
}

/* As Windows has it, the integrity label is a row whose attributes are not told. */
static int print_sids(const struct viewed_sids *sids, const struct report_style *style,
                      const char *title)
{
    static const struct report_row headings = { { "Group Name", "Type", "SID", "Attributes" } };
    _cleanup_(freep) struct report_row *rows = calloc(sids->n + 1, sizeof(*rows));
    _cleanup_(freep) char **attributes = calloc(sids->n + 1, sizeof(*attributes));

    if (!rows || !attributes)
        return complain("there is not enough memory to print %zu groups", sids->n);
    for (size_t i = 0; i < sids->n; i++) {
        const struct viewed_sid *group = &sids->all[i];

        attributes[i] = text_group_attributes(group->attributes);
        rows[i] = (struct report_row){ { group->name, group->use, group->sid, attributes[i] } };
    }
    report_section(stdout, style, title, &headings, rows, sids->n);
    for (size_t i = 0; i < sids->n; i++)
        free(attributes[i]);
    return EXIT_SUCCESS;
}

static int print_groups(const struct token_view *v, const struct report_style *style)
{
    return print_sids(&v->groups, style, "GROUP INFORMATION");
}

static int print_privileges(const struct token_view *v, const struct report_style *style)
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
    report_section(stdout, style, "PRIVILEGES INFORMATION", &headings, rows, v->n_privileges);
    return EXIT_SUCCESS;
}

static int print_claims(const struct viewed_claims *claims, const struct report_style *style,
                        const char *title)
{
    static const struct report_row headings = { { "Claim Name", "Flags", "Type", "Values" } };
    _cleanup_(freep) struct report_row *rows = calloc(claims->n + 1, sizeof(*rows));
    _cleanup_(freep) char(*flags)[16] = calloc(claims->n + 1, sizeof(*flags));

    if (!rows || !flags)
        return complain("there is not enough memory to print %zu claims", claims->n);
    for (size_t i = 0; i < claims->n; i++) {
        const struct viewed_claim *claim = &claims->all[i];

        snprintf(flags[i], sizeof(flags[i]), "0x%x", (unsigned)claim->flags);
        rows[i] = (struct report_row){ { claim->name, flags[i], claim->type, claim->values } };
    }
    report_section(stdout, style, title, &headings, rows, claims->n);
    return EXIT_SUCCESS;
}

/* What Windows says where there are none; nothing where a program reads it. */
static int print_user_claims(const struct token_view *v, const struct report_style *style)
{
    static const char title[] = "USER CLAIMS INFORMATION";

    if (v->user_claims.n > 0 || style->format == REPORT_CSV)
        return print_claims(&v->user_claims, style, title);
    report_title(stdout, style, title);
    puts("User claims unknown.");
    return EXIT_SUCCESS;
}

static int print_restricting(const struct token_view *v, const struct report_style *style)
{
    return print_sids(&v->restricting, style, "RESTRICTING SIDS");
}

static int print_device_groups(const struct token_view *v, const struct report_style *style)
{
    return print_sids(&v->device_groups, style, "DEVICE GROUPS");
}

static int print_device_claims(const struct token_view *v, const struct report_style *style)
{
    return print_claims(&v->device_claims, style, "DEVICE CLAIMS");
}

static int print_attributes(const struct token_view *v, const struct report_style *style)
{
    return print_claims(&v->attributes, style, "ATTRIBUTES");
}

static const struct section {
    unsigned section;
    int (*print)(const struct token_view *v, const struct report_style *style);
} sections_in_order[] = {
    { SECTION_USER, print_user },
    { SECTION_GROUPS, print_groups },
    { SECTION_PRIVILEGES, print_privileges },
    { SECTION_CLAIMS, print_user_claims },
    { SECTION_RESTRICTING, print_restricting },
    { SECTION_DEVICE_GROUPS, print_device_groups },
    { SECTION_DEVICE_CLAIMS, print_device_claims },
    { SECTION_ATTRIBUTES, print_attributes },
};

static unsigned without_empty_ones(const struct token_view *v, unsigned sections)
{
    return sections & ~((v->restricting.n ? 0u : (unsigned)SECTION_RESTRICTING) |
                        (v->device_groups.n ? 0u : (unsigned)SECTION_DEVICE_GROUPS) |
                        (v->device_claims.n ? 0u : (unsigned)SECTION_DEVICE_CLAIMS) |
                        (v->attributes.n ? 0u : (unsigned)SECTION_ATTRIBUTES));
}

int token_report(const struct token_view *v, unsigned sections, const struct report_style *style)
{
    const unsigned shown = without_empty_ones(v, sections);
    int code = EXIT_SUCCESS;
    bool first = true;

    for (size_t i = 0; i < ARRAY_SIZE(sections_in_order) && code == EXIT_SUCCESS; i++) {
        if (!(shown & sections_in_order[i].section))
            continue;
        if (!first)
            putchar('\n');
        first = false;
        code = sections_in_order[i].print(v, style);
    }
    if (code == EXIT_SUCCESS && fflush(stdout) != 0)
        return complain_of_errno(errno, "cannot write to standard output");
    return code;
}
