/* SPDX-License-Identifier: MIT */
#include "query/wql_condition.h"

#include <errno.h>
#include <string.h>

#include "base/ascii.h"
#include "query/cim_datetime.h"
#include "query/cim_object.h"

enum truth {
    IS_FALSE,
    IS_TRUE,
    IS_UNKNOWN,
};

/* How the values of a column are compared. */
enum comparison {
    AS_TEXT,
    AS_NUMBER,
    AS_TIME, /* texts of CIM datetimes */
    AS_PATH,
};

struct wql_filter {
    enum wql_operator operator;
    wql_filter *left, *right;
    size_t column;
    unsigned column_flags;
    enum comparison comparison;
    struct query_value value; /* NULL: of NULL, which nothing is equal to */
    int64_t time;
};

wql_filter *wql_filter_free(wql_filter *f)
{
    if (!f)
        return NULL;
    wql_filter_free(f->left);
    wql_filter_free(f->right);
    query_value_done(&f->value);
    free(f);
    return NULL;
}

/* --- from words to columns and values -------------------------------------------------------- */

static enum comparison comparison_of(const struct query_table *table, size_t column)
{
    const struct cim_property *p = cim_class_property(cim_class_of_table(table), column);

    if (p && p->type == CIM_DATETIME)
        return AS_TIME;
    if (p && p->type == CIM_REFERENCE)
        return AS_PATH;
    if (!p && table->columns[column].flags & QUERY_KEY) /* __PATH, __RELPATH */
        return AS_PATH;
    return table->columns[column].kind == QUERY_TEXT ? AS_TEXT : AS_NUMBER;
}

static bool is_whole_number(const char *text, int64_t *ret)
{
    char *end;

    errno = 0;
    *ret = strtoll(text, &end, 0);
    return errno == 0 && end != text && *end == '\0';
}

static bool read_number(struct wql_filter *f, const struct wql_literal *literal,
                        struct query_problem *problem)
{
    int64_t number;

    if (query_same_text(literal->text, "TRUE"))
        number = 1;
    else if (query_same_text(literal->text, "FALSE"))
        number = 0;
    else if (!is_whole_number(literal->text, &number))
        return query_problem_at(problem, literal->at, "\"%s\" is no whole number", literal->text);
    query_set_integer(&f->value, number);
    return true;
}

static bool read_value(struct wql_filter *f, const struct wql_literal *literal,
                       struct query_problem *problem)
{
    if (literal->kind == WQL_NULL)
        return true;
    if (f->operator!= WQL_LIKE && f->comparison == AS_NUMBER)
        return read_number(f, literal, problem);
    if (f->operator!= WQL_LIKE &&
        f->comparison == AS_TIME && !cim_datetime_parse(literal->text, &f->time))
        return query_problem_at(problem, literal->at,
                                "a time is written as yyyymmddHHMMSS.mmmmmm+UUU");
    if (query_failed(query_set_text(&f->value, literal->text)))
        return query_problem_of(problem, QUERY_NO_MEMORY);
    return true;
}

static bool read_comparison(struct wql_filter *f, const struct wql_condition *c,
                            const struct query_table *table, struct query_problem *problem)
{
    if (!query_column_find(table, c->property.text, &f->column))
        return query_problem_at(problem, c->property.at, "%s has no property %s", table->name,
                                c->property.text);
    f->column_flags = table->columns[f->column].flags;
    f->comparison = comparison_of(table, f->column);
    if (f->operator== WQL_IS_NULL)
        return true;
    /* = NULL and <> NULL are other words for IS NULL and IS NOT NULL. */
    return read_value(f, &c->literal, problem);
}

bool wql_filter_new(wql_filter **ret, const struct wql_condition *c,
                    const struct query_table *table, struct query_problem *problem)
{
    _cleanup_(wql_filter_freep) wql_filter *f = calloc(1, sizeof(*f));
    bool good;

    if (!f)
        return query_problem_of(problem, QUERY_NO_MEMORY);
    f->operator= c->operator;
    if (c->left)
        good = wql_filter_new(&f->left, c->left, table, problem) &&
               (!c->right || wql_filter_new(&f->right, c->right, table, problem));
    else
        good = read_comparison(f, c, table, problem);
    if (good)
        *ret = TAKE(f);
    return good;
}

void wql_filter_matches(const wql_filter *f, struct query_match ret[WQL_MATCHES_MAX], size_t *ret_n)
{
    if (!f || *ret_n == WQL_MATCHES_MAX)
        return;
    if (f->operator== WQL_AND) {
        wql_filter_matches(f->left, ret, ret_n);
        wql_filter_matches(f->right, ret, ret_n);
    } else if (f->operator== WQL_EQUAL && f->column_flags & QUERY_KEY &&
               f->value.kind != QUERY_NULL && !query_match_of(ret, *ret_n, f->column)) {
        ret[(*ret_n)++] = (struct query_match){ f->column, &f->value };
    }
}

/* --- patterns -------------------------------------------------------------------------------- */

/* One character against a set; `*pattern` is left behind it. A set that does not end is a text. */
static bool in_set(unsigned char c, const char **pattern)
{
    const char *p = *pattern + 1;
    const char *end = strchr(p, ']');
    const bool negative = *p == '^';
    bool found = false;

    if (!end) {
        const bool same = ascii_lower((char)c) == **pattern;

        (*pattern)++;
        return same;
    }
    for (p += negative; p < end; p++) {
        const unsigned char low = (unsigned char)ascii_lower(*p);
        const bool is_range = p + 2 < end && (p[1] == '-' || p[1] == '=');
        const unsigned char high = is_range ? (unsigned char)ascii_lower(p[2]) : low;

        found |= c >= low && c <= high;
        p += is_range ? 2 : 0;
    }
    *pattern = end + 1;
    return found != negative;
}

static bool matches_one(char c, const char **pattern)
{
    const char lower = ascii_lower(c);
    const char wanted = **pattern;

    if (wanted == '[')
        return in_set((unsigned char)lower, pattern);
    (*pattern)++;
    return wanted == '_' || ascii_lower(wanted) == lower;
}

/* The last % is where it goes on when what follows does not fit: no recursion. */
bool wql_like(const char *text, const char *pattern)
{
    const char *again_pattern = NULL, *again_text = NULL;

    while (*text) {
        if (*pattern == '%') {
            again_pattern = ++pattern;
            again_text = text;
            continue;
        }
        if (*pattern && matches_one(*text, &pattern)) {
            text++;
            continue;
        }
        if (!again_pattern)
            return false;
        pattern = again_pattern;
        text = ++again_text;
    }
    while (*pattern == '%')
        pattern++;
    return *pattern == '\0';
}

/* --- comparing ------------------------------------------------------------------------------- */

static int order_of_texts(const char *a, const char *b)
{
    for (; *a && ascii_lower(*a) == ascii_lower(*b); a++, b++)
        ;
    return (unsigned char)ascii_lower(*a) - (unsigned char)ascii_lower(*b);
}

static int order_of_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* False: they cannot be compared. */
static bool order(const wql_filter *f, const struct query_value *value, int *ret)
{
    int64_t time;

    switch (f->comparison) {
    case AS_NUMBER:
        *ret = order_of_numbers(value->number, f->value.number);
        return true;
    case AS_TIME:
        if (!cim_datetime_parse(value->text, &time))
            return false;
        *ret = order_of_numbers(time, f->time);
        return true;
    case AS_PATH:
        *ret = cim_same_object(value->text, f->value.text)
                   ? 0
                   : order_of_texts(value->text, f->value.text);
        return true;
    default:
        *ret = order_of_texts(value->text, f->value.text);
        return true;
    }
}

static bool holds(enum wql_operator operator, int order)
{
    switch (operator) {
    case WQL_EQUAL:
        return order == 0;
    case WQL_NOT_EQUAL:
        return order != 0;
    case WQL_LESS:
        return order < 0;
    case WQL_LESS_OR_EQUAL:
        return order <= 0;
    case WQL_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static enum truth truth(bool is_true)
{
    return is_true ? IS_TRUE : IS_FALSE;
}

static query_status like(const struct query_value *value, const char *pattern, enum truth *ret)
{
    char *text = query_value_text(value);

    if (!text)
        return QUERY_NO_MEMORY;
    *ret = truth(wql_like(text, pattern));
    free(text);
    return QUERY_OK;
}

static enum truth compare_with_null(enum wql_operator operator, bool is_null)
{
    if (operator== WQL_IS_NULL || operator== WQL_EQUAL)
        return truth(is_null);
    return operator== WQL_NOT_EQUAL ? truth(!is_null) : IS_UNKNOWN;
}

static query_status compare(const wql_filter *f, query_cursor *c, enum truth *ret)
{
    _cleanup_(query_value_done) struct query_value value = { 0 };
    query_status status = query_cursor_value(c, f->column, &value);
    int found;

    if (query_failed(status))
        return status;
    if (f->value.kind == QUERY_NULL) {
        *ret = compare_with_null(f->operator, value.kind == QUERY_NULL);
        return QUERY_OK;
    }
    *ret = IS_UNKNOWN;
    if (value.kind == QUERY_NULL)
        return QUERY_OK;
    if (f->operator== WQL_LIKE)
        return like(&value, f->value.text, ret);
    if (order(f, &value, &found))
        *ret = truth(holds(f->operator, found));
    return QUERY_OK;
}

static query_status decide(const wql_filter *f, query_cursor *c, enum truth *ret)
{
    enum truth right = IS_UNKNOWN;
    query_status status;

    if (!f->left)
        return compare(f, c, ret);
    status = decide(f->left, c, ret);
    if (query_failed(status))
        return status;
    if (f->operator== WQL_NOT) {
        *ret = *ret == IS_UNKNOWN ? IS_UNKNOWN : truth(*ret == IS_FALSE);
        return QUERY_OK;
    }
    /* One side decides: false for AND, true for OR. */
    if (*ret == (f->operator== WQL_AND ? IS_FALSE : IS_TRUE))
        return QUERY_OK;
    status = decide(f->right, c, &right);
    if (*ret != IS_UNKNOWN || right == (f->operator== WQL_AND ? IS_FALSE : IS_TRUE))
        *ret = right;
    return status;
}

query_status wql_filter_fits(const wql_filter *f, query_cursor *c, bool *ret)
{
    enum truth found = IS_TRUE;
    query_status status = f ? decide(f, c, &found) : QUERY_OK;

    *ret = !query_failed(status) && found == IS_TRUE;
    return status;
}
