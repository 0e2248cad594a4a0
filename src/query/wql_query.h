/* SPDX-License-Identifier: MIT */
/*
 * What a text in WQL asks, taken apart: data queries, ASSOCIATORS OF and REFERENCES OF. Nothing
 * here knows which classes there are. Source: Learn, "WQL (SQL for WMI)", "ASSOCIATORS OF
 * Statement", "REFERENCES OF Statement".
 */
#ifndef OPENLOGON_QUERY_WQL_QUERY_H
#define OPENLOGON_QUERY_WQL_QUERY_H

#include "query/object_path.h"
#include "query/sink.h"

/* A word of the text, and where it stands there. */
struct wql_name {
    char *text; /* NULL: there is none */
    size_t at;
};

enum wql_literal_kind {
    WQL_NULL,
    WQL_NUMBER, /* as written */
    WQL_TEXT,
    WQL_TRUTH, /* "TRUE", "FALSE" */
};

struct wql_literal {
    enum wql_literal_kind kind;
    char *text;
    size_t at;
};

enum wql_operator {
    WQL_AND,
    WQL_OR,
    WQL_NOT,
    WQL_EQUAL,
    WQL_NOT_EQUAL,
    WQL_LESS,
    WQL_LESS_OR_EQUAL,
    WQL_GREATER,
    WQL_GREATER_OR_EQUAL,
    WQL_LIKE,
    WQL_IS_NULL,
};

/* AND and OR have two sides, NOT has a left one; the others compare a property. */
struct wql_condition {
    enum wql_operator operator;
    struct wql_condition *left, *right;
    struct wql_name property;
    struct wql_literal literal;
};

enum wql_statement {
    WQL_SELECT,
    WQL_ASSOCIATORS,
    WQL_REFERENCES,
};

enum wql_flags {
    WQL_CLASS_DEFS_ONLY = 1 << 0,
    WQL_KEYS_ONLY = 1 << 1,
};

enum {
    WQL_TEXT_MAX = 1 << 16,
    WQL_CONDITIONS_MAX = 1000,
    WQL_DEPTH_MAX = 100, /* of parentheses and NOT */
};

/* Owns all. */
struct wql_query {
    enum wql_statement statement;
    struct wql_name *properties; /* none: all of them */
    size_t n_properties;
    struct wql_name class_name;
    struct wql_condition *where; /* NULL: all */
    /* Of the other two. */
    struct object_path source;
    size_t source_at;
    struct wql_name assoc_class, result_class, role, result_role;
    struct wql_name required_qualifier, required_assoc_qualifier;
    unsigned flags; /* enum wql_flags */
};

/* @ret  the caller's. False: what is wrong with the text, and where */
_must_check_ bool wql_query_parse(struct wql_query **ret, const char *text,
                                  struct query_problem *problem);
struct wql_query *wql_query_free(struct wql_query *query);
DEFINE_CLEANUP(struct wql_query *, wql_query_free);

#endif
