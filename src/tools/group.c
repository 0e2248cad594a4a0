/* SPDX-License-Identifier: MIT */
/* logon group: local groups and their members. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <lm.h>
#include <openlogon.h>

#include "commands.h"
#include "complaint.h"
#include "document.h"
#include "net_complaint.h"
#include "table.h"
#include "text.h"

enum {
    KEY_COMMENT = KEY_WITHOUT_LETTER,
    KEY_RENAME,
    KEY_JSON,
    OPERANDS_MAX = 2,
};

/* What the options and operands of any of the subcommands say. */
struct request {
    const char *operands[OPERANDS_MAX]; /* the group, the member */
    WCHAR *wide[OPERANDS_MAX];
    WCHAR *comment;
    WCHAR *new_name;
    bool json;
};

static void request_done(struct request *r)
{
    for (size_t i = 0; i < OPERANDS_MAX; i++)
        free(r->wide[i]);
    free(r->comment);
    free(r->new_name);
}

static int take_text(WCHAR **ret, const struct command *command)
{
    free(*ret);
    *ret = net_text(optarg);
    return *ret ? EXIT_SUCCESS : command_misused(command, "\"%s\" is no UTF-8", optarg);
}

static int take_option(const struct command *command, struct request *r, int key)
{
    switch (key) {
    case KEY_COMMENT:
        return take_text(&r->comment, command);
    case KEY_RENAME:
        return take_text(&r->new_name, command);
    default:
        r->json = true;
        return EXIT_SUCCESS;
    }
}

static int take_operands(struct request *r, const struct command *command, int n, char **operands,
                         int n_given)
{
    static const char *const names[OPERANDS_MAX] = { "the group's name", "the member" };

    if (n_given > n)
        return command_misused(command, "unexpected argument \"%s\"", operands[n]);
    if (n_given < n)
        return command_misused(command, "%s is missing", names[n_given]);
    for (int i = 0; i < n; i++) {
        r->operands[i] = operands[i];
        r->wide[i] = net_text(operands[i]);
        if (!r->wide[i])
            return command_misused(command, "\"%s\" is no UTF-8", operands[i]);
    }
    return EXIT_SUCCESS;
}

static int read_request(struct request *ret, const struct command *command, int n_operands,
                        int argc, char **argv)
{
    int key, code = EXIT_SUCCESS;

    *ret = (struct request){ 0 };
    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, ret, key);
    if (code != EXIT_SUCCESS)
        return code;
    return take_operands(ret, command, n_operands, argv + optind, argc - optind);
}

static int end(NET_API_STATUS result, const char *what, const struct request *r)
{
    if (result == NERR_Success)
        return EXIT_SUCCESS;
    return complain_of(net_error(result), "cannot %s the group \"%s\"", what, r->operands[0]);
}

/* --- groups ----------------------------------------------------------------------------------- */

static int add_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    int code = read_request(&r, command, 1, argc, argv);
    LOCALGROUP_INFO_1 info = { .lgrpi1_name = r.wide[0], .lgrpi1_comment = r.comment };

    if (code != EXIT_SUCCESS)
        return code;
    return end(NetLocalGroupAdd(NULL, 1, (LPBYTE)&info, NULL), "add", &r);
}

static int delete_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    int code = read_request(&r, command, 1, argc, argv);

    return code != EXIT_SUCCESS ? code : end(NetLocalGroupDel(NULL, r.wide[0]), "delete", &r);
}

static int set_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    int code = read_request(&r, command, 1, argc, argv);
    LOCALGROUP_INFO_1002 comment = { .lgrpi1002_comment = r.comment };
    LOCALGROUP_INFO_0 name = { .lgrpi0_name = r.new_name };
    NET_API_STATUS result = NERR_Success;

    if (code != EXIT_SUCCESS)
        return code;
    if (!r.comment && !r.new_name)
        return command_misused(command, "nothing to set");
    if (r.comment)
        result = NetLocalGroupSetInfo(NULL, r.wide[0], 1002, (LPBYTE)&comment, NULL);
    if (result == NERR_Success && r.new_name)
        result = NetLocalGroupSetInfo(NULL, r.wide[0], 0, (LPBYTE)&name, NULL);
    return end(result, "change", &r);
}

/* --- members ---------------------------------------------------------------------------------- */

static int end_member(NET_API_STATUS result, const char *what, const struct request *r)
{
    if (result == NERR_Success)
        return EXIT_SUCCESS;
    return complain_of(net_error(result), "cannot %s \"%s\" and the group \"%s\"", what,
                       r->operands[1], r->operands[0]);
}

static int add_member_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    int code = read_request(&r, command, 2, argc, argv);
    LOCALGROUP_MEMBERS_INFO_3 member = { .lgrmi3_domainandname = r.wide[1] };

    if (code != EXIT_SUCCESS)
        return code;
    return end_member(NetLocalGroupAddMembers(NULL, r.wide[0], 3, (LPBYTE)&member, 1),
                      "bring together", &r);
}

static int delete_member_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    int code = read_request(&r, command, 2, argc, argv);
    LOCALGROUP_MEMBERS_INFO_3 member = { .lgrmi3_domainandname = r.wide[1] };

    if (code != EXIT_SUCCESS)
        return code;
    return end_member(NetLocalGroupDelMembers(NULL, r.wide[0], 3, (LPBYTE)&member, 1), "separate",
                      &r);
}

/* --- telling ---------------------------------------------------------------------------------- */

static int print_groups_json(const LOCALGROUP_INFO_1 *groups, DWORD n)
{
    _cleanup_(document_freep) document *d = document_new();

    document_open_array(d, "groups");
    for (DWORD i = 0; i < n; i++) {
        _cleanup_(freep) char *name = net_utf8(groups[i].lgrpi1_name);
        _cleanup_(freep) char *comment = net_utf8(groups[i].lgrpi1_comment);

        document_open_object(d, NULL);
        document_text(d, "name", name);
        document_text(d, "comment", comment);
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static int print_groups_table(const LOCALGROUP_INFO_1 *groups, DWORD n)
{
    static const struct table_column columns[] = { { "NAME" }, { "COMMENT" } };
    _cleanup_(table_freep) table *t = table_new(0);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (DWORD i = 0; i < n; i++) {
        _cleanup_(freep) char *name = net_utf8(groups[i].lgrpi1_name);
        _cleanup_(freep) char *comment = net_utf8(groups[i].lgrpi1_comment);
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, name);
        table_set(t, line, 1, comment);
    }
    return table_print(t);
}

static int list_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    _cleanup_(net_freep) LOCALGROUP_INFO_1 *groups = NULL;
    DWORD n = 0, total = 0;
    NET_API_STATUS result;
    int code = read_request(&r, command, 0, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    result = NetLocalGroupEnum(NULL, 1, (LPBYTE *)&groups, MAX_PREFERRED_LENGTH, &n, &total, NULL);
    if (result != NERR_Success)
        return complain_of(net_error(result), "cannot list the groups");
    return r.json ? print_groups_json(groups, n) : print_groups_table(groups, n);
}

/* A group with its members, as both forms of `show` need them. */
struct shown {
    LOCALGROUP_INFO_1 *info;
    LOCALGROUP_MEMBERS_INFO_2 *members;
    DWORD n_members;
};

static void shown_done(struct shown *s)
{
    (void)NetApiBufferFree(s->info);
    (void)NetApiBufferFree(s->members);
}

static NET_API_STATUS get_shown(struct shown *ret, LPCWSTR name)
{
    NET_API_STATUS result = NetLocalGroupGetInfo(NULL, name, 1, (LPBYTE *)&ret->info);
    DWORD total;

    if (result != NERR_Success)
        return result;
    return NetLocalGroupGetMembers(NULL, name, 2, (LPBYTE *)&ret->members, MAX_PREFERRED_LENGTH,
                                   &ret->n_members, &total, NULL);
}

static int show_json(const struct shown *s)
{
    _cleanup_(document_freep) document *d = document_new();
    _cleanup_(freep) char *name = net_utf8(s->info->lgrpi1_name);
    _cleanup_(freep) char *comment = net_utf8(s->info->lgrpi1_comment);

    document_text(d, "name", name);
    document_text(d, "comment", comment);
    document_open_array(d, "members");
    for (DWORD i = 0; i < s->n_members; i++) {
        const LOCALGROUP_MEMBERS_INFO_2 *member = &s->members[i];
        _cleanup_(freep) char *member_name = net_utf8(member->lgrmi2_domainandname);
        _cleanup_(freep) char *sid = text_of_sid(member->lgrmi2_sid);

        document_open_object(d, NULL);
        document_text(d, "name", member_name);
        document_text(d, "sid", sid);
        document_text(d, "type", text_sid_use(member->lgrmi2_sidusage));
        document_close(d);
    }
    document_close(d);
    return document_print(d);
}

static int show_table(const struct shown *s)
{
    static const struct table_column columns[] = { { "MEMBER" }, { "TYPE" }, { "SID" } };
    _cleanup_(table_freep) table *t = table_new(0);

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        table_add_column(t, &columns[i]);
    for (DWORD i = 0; i < s->n_members; i++) {
        const LOCALGROUP_MEMBERS_INFO_2 *member = &s->members[i];
        _cleanup_(freep) char *name = net_utf8(member->lgrmi2_domainandname);
        _cleanup_(freep) char *sid = text_of_sid(member->lgrmi2_sid);
        table_line *line = table_add_line(t, NULL);

        table_set(t, line, 0, name);
        table_set(t, line, 1, text_sid_use(member->lgrmi2_sidusage));
        table_set(t, line, 2, sid);
    }
    return table_print(t);
}

static int show_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request r;
    _cleanup_(shown_done) struct shown shown = { 0 };
    NET_API_STATUS result;
    int code = read_request(&r, command, 1, argc, argv);

    if (code != EXIT_SUCCESS)
        return code;
    result = get_shown(&shown, r.wide[0]);
    if (result != NERR_Success)
        return end(result, "show", &r);
    return r.json ? show_json(&shown) : show_table(&shown);
}

static const struct option_row add_rows[] = {
    { KEY_COMMENT, "comment", "TEXT", "what it is for" },
    { 0 },
};

static const struct option_row set_rows[] = {
    { KEY_COMMENT, "comment", "TEXT", "what it is for" },
    { KEY_RENAME, "rename", "NAME", "its name from now on; the SID and the gid stay" },
    { 0 },
};

static const struct option_row json_rows[] = {
    { KEY_JSON, "json", NULL, "JSON" },
    { 0 },
};

static const struct command subcommands[] = {
    {
        .name = "group add",
        .arguments = "NAME [--comment TEXT]",
        .summary = "add a local group",
        .options = add_rows,
        .run = add_run,
    },
    {
        .name = "group list",
        .arguments = "[--json]",
        .summary = "list the local groups",
        .options = json_rows,
        .run = list_run,
    },
    {
        .name = "group show",
        .arguments = "NAME [--json]",
        .summary = "list the members of a group",
        .options = json_rows,
        .run = show_run,
    },
    {
        .name = "group set",
        .arguments = "NAME [--rename NAME] [--comment TEXT]",
        .summary = "change a group",
        .options = set_rows,
        .run = set_run,
    },
    {
        .name = "group delete",
        .arguments = "NAME",
        .summary = "delete a group; its gid is never used again",
        .run = delete_run,
    },
    {
        .name = "group add-member",
        .arguments = "NAME MEMBER",
        .summary = "put an account or a group, by name or SID, into a group",
        .run = add_member_run,
    },
    {
        .name = "group delete-member",
        .arguments = "NAME MEMBER",
        .summary = "take an account or a group out of a group",
        .run = delete_member_run,
    },
};

static int group_run(const struct command *command, int argc, char **argv)
{
    return command_dispatch(command, subcommands, ARRAY_SIZE(subcommands), argc, argv);
}

const struct command group_command = {
    .name = "group",
    .arguments = "COMMAND [ARGUMENTS]",
    .summary = "manage local groups",
    .ends_in_command = true,
    .run = group_run,
};
