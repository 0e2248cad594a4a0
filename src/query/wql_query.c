/* SPDX-License-Identifier: MIT */
#include "query/wql_query.h"

#include <string.h>

#include "base/ascii.h"

/* --- words ----------------------------------------------------------------------------------- */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_SIGN, /* an operator or a bracket, of one or two characters */
    TOKEN_WRONG,
};

struct token {
    enum token_kind kind;
    size_t at, size; /* of a text with its quotes */
};

struct parser {
    const char *text;
    struct token now;
    struct query_problem *problem;
    size_t n_conditions, depth;
};

static bool is_word_character(char c)
{
    const char lower = ascii_lower(c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t quoted_size(const char *text)
{
    size_t i = 1;

    while (text[i] && text[i] != text[0])
        i += text[i] == '\\' && text[i + 1] ? 2 : 1;
    return text[i] ? i + 1 : 0;
}

static size_t number_size(const char *text)
{
    size_t i = text[0] == '-';

    while (is_word_character(text[i]) || text[i] == '.')
        i++;
    return i;
}

static size_t sign_size(const char *text)
{
    static const char *const signs[] = { "<>", "<=", ">=", "!=", "=", "<", ">", "(",
                                         ")",  "{",  "}",  ",",  "*", ";", "." };

    for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    }
    return 0;
}

static struct token token_at(const char *text, size_t at)
{
    const char *t = text + at;
    size_t size = 0;

    if (!*t)
        return (struct token){ TOKEN_END, at, 0 };
    if (*t == '"' || *t == '\'') {
        size = quoted_size(t);
        return (struct token){ size ? TOKEN_TEXT : TOKEN_WRONG, at, size };
    }
    if (is_digit(*t) || (*t == '-' && is_digit(t[1])))
        return (struct token){ TOKEN_NUMBER, at, number_size(t) };
    while (is_word_character(t[size]))
        size++;
    if (size > 0)
        return (struct token){ TOKEN_WORD, at, size };
    size = sign_size(t);
    return (struct token){ size ? TOKEN_SIGN : TOKEN_WRONG, at, size };
}

static void step_to(struct parser *p, size_t at)
{
    at += strspn(p->text + at, " \t\r\n");
    p->now = token_at(p->text, at);
}

static void step(struct parser *p)
{
    step_to(p, p->now.at + p->now.size);
}

static bool is(const struct parser *p, const char *word)
{
    return (p->now.kind == TOKEN_WORD || p->now.kind == TOKEN_SIGN) &&
           ascii_equal(p->text + p->now.at, p->now.size, word);
}

/* Takes the word, if it is this one. */
static bool take(struct parser *p, const char *word)
{
    const bool found = is(p, word);

    if (found)
        step(p);
    return found;
}

static bool wrong(struct parser *p, const char *expected)
{
    if (p->now.kind == TOKEN_END)
        return query_problem_at(p->problem, p->now.at, "%s is missing at the end", expected);
    if (p->now.kind == TOKEN_WRONG && strchr("\"'", p->text[p->now.at]))
        return query_problem_at(p->problem, p->now.at, "a text without its closing quote");
    return query_problem_at(p->problem, p->now.at, "%s is expected here", expected);
}

static bool need(struct parser *p, const char *word)
{
    return take(p, word) || wrong(p, word);
}

static bool out_of_memory(struct parser *p)
{
    return query_problem_of(p->problem, QUERY_NO_MEMORY);
}

static bool take_name(struct parser *p, struct wql_name *ret, const char *what)
{
    if (p->now.kind != TOKEN_WORD)
        return wrong(p, what);
    free(ret->text);
    ret->at = p->now.at;
    ret->text = strndup(p->text + p->now.at, p->now.size);
    if (!ret->text)
        return out_of_memory(p);
    step(p);
    return true;
}

/* --- literals -------------------------------------------------------------------------------- */

/* What a quoted text stands for. NULL: no memory. */
static char *unquoted(const char *text, size_t size)
{
    char *copy = malloc(size);
    char *to = copy;

    for (size_t i = 1; copy && i + 1 < size; i++) {
        i += text[i] == '\\';
        *to++ = text[i];
    }
    if (copy)
        *to = '\0';
    return copy;
}

static bool literal_kind(const struct parser *p, enum wql_literal_kind *ret)
{
    if (p->now.kind == TOKEN_TEXT)
        *ret = WQL_TEXT;
    else if (p->now.kind == TOKEN_NUMBER)
        *ret = WQL_NUMBER;
    else if (is(p, "TRUE") || is(p, "FALSE"))
        *ret = WQL_TRUTH;
    else if (is(p, "NULL"))
        *ret = WQL_NULL;
    else
        return false;
    return true;
}

static bool take_literal(struct parser *p, struct wql_literal *ret)
{
    const char *text = p->text + p->now.at;

    if (!literal_kind(p, &ret->kind))
        return wrong(p, "a value");
    ret->at = p->now.at;
    ret->text = ret->kind == WQL_TEXT ? unquoted(text, p->now.size) : strndup(text, p->now.size);
    if (!ret->text)
        return out_of_memory(p);
    step(p);
    return true;
}

/* --- conditions ------------------------------------------------------------------------------ */

static struct wql_condition *condition_free(struct wql_condition *c)
{
    if (!c)
        return NULL;
    condition_free(c->left);
    condition_free(c->right);
    free(c->property.text);
    free(c->literal.text);
    free(c);
    return NULL;
}

static struct wql_condition *condition_new(struct parser *p, enum wql_operator operator)
{
    struct wql_condition *c;

    if (p->n_conditions++ == WQL_CONDITIONS_MAX) {
        query_problem_at(p->problem, p->now.at, "there are too many conditions");
        return NULL;
    }
    c = calloc(1, sizeof(*c));
    if (c)
        c->operator= operator;
    else
        out_of_memory(p);
    return c;
}

static const struct {
    const char *sign;
    enum wql_operator operator, mirrored;
} comparisons[] = {
    { "=", WQL_EQUAL, WQL_EQUAL },
    { "<>", WQL_NOT_EQUAL, WQL_NOT_EQUAL },
    { "!=", WQL_NOT_EQUAL, WQL_NOT_EQUAL },
    { "<", WQL_LESS, WQL_GREATER },
    { "<=", WQL_LESS_OR_EQUAL, WQL_GREATER_OR_EQUAL },
    { ">", WQL_GREATER, WQL_LESS },
    { ">=", WQL_GREATER_OR_EQUAL, WQL_LESS_OR_EQUAL },
    { "LIKE", WQL_LIKE, WQL_LIKE },
};

/* @mirrored  the operator for the sides the other way round */
static bool take_comparison(struct parser *p, enum wql_operator *ret, enum wql_operator *mirrored)
{
    for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++) {
        if (take(p, comparisons[i].sign)) {
            *ret = comparisons[i].operator;
            *mirrored = comparisons[i].mirrored;
            return true;
        }
    }
    return wrong(p, "a comparison");
}

/* Makes it the opposite of what it is. */
static struct wql_condition *negated(struct parser *p, struct wql_condition *c)
{
    struct wql_condition *no = c ? condition_new(p, WQL_NOT) : NULL;

    if (!no)
        return condition_free(c);
    no->left = c;
    return no;
}

/* IS NULL, IS NOT NULL, after the property. */
static struct wql_condition *parse_is(struct parser *p, struct wql_condition *c)
{
    const bool negative = take(p, "NOT");

    c->operator= WQL_IS_NULL;
    if (!need(p, "NULL"))
        return condition_free(c);
    return negative ? negated(p, c) : c;
}

static struct wql_condition *parse_after_property(struct parser *p, struct wql_condition *c)
{
    enum wql_operator mirrored;
    bool negative;

    if (take(p, "IS"))
        return parse_is(p, c);
    if (is(p, "ISA")) {
        query_problem_at(p->problem, p->now.at, "ISA goes with events and classes only");
        return condition_free(c);
    }
    negative = take(p, "NOT");
    if (negative && !is(p, "LIKE")) {
        wrong(p, "LIKE");
        return condition_free(c);
    }
    if (!take_comparison(p, &c->operator, & mirrored) || !take_literal(p, &c->literal))
        return condition_free(c);
    return negative ? negated(p, c) : c;
}

/* property operator value, or value operator property. */
static struct wql_condition *parse_comparison(struct parser *p)
{
    struct wql_condition *c = condition_new(p, WQL_EQUAL);
    enum wql_literal_kind kind;
    enum wql_operator given;

    if (!c)
        return NULL;
    if (!literal_kind(p, &kind)) {
        if (!take_name(p, &c->property, "a condition"))
            return condition_free(c);
        return parse_after_property(p, c);
    }
    if (!take_literal(p, &c->literal) || !take_comparison(p, &given, &c->operator) ||
        !take_name(p, &c->property, "a property"))
        return condition_free(c);
    return c;
}

static struct wql_condition *parse_or(struct parser *p);

static struct wql_condition *parse_enclosed(struct parser *p)
{
    struct wql_condition *c = parse_or(p);

    return c && need(p, ")") ? c : condition_free(c);
}

static struct wql_condition *parse_not(struct parser *p)
{
    struct wql_condition *c;

    if (p->depth++ == WQL_DEPTH_MAX) {
        query_problem_at(p->problem, p->now.at, "conditions are nested too deeply");
        return NULL;
    }
    if (take(p, "NOT"))
        c = negated(p, parse_not(p));
    else if (take(p, "("))
        c = parse_enclosed(p);
    else
        c = parse_comparison(p);
    p->depth--;
    return c;
}

/* The left side joined with the right one, which are freed when there is no right one. */
static struct wql_condition *join(struct parser *p, enum wql_operator operator,
                                  struct wql_condition * left, struct wql_condition *right)
{
    struct wql_condition *c = right ? condition_new(p, operator) : NULL;

    if (!c) {
        condition_free(left);
        return condition_free(right);
    }
    c->left = left;
    c->right = right;
    return c;
}

static struct wql_condition *parse_and(struct parser *p)
{
    struct wql_condition *c = parse_not(p);

    while (c && take(p, "AND"))
        c = join(p, WQL_AND, c, parse_not(p));
    return c;
}

static struct wql_condition *parse_or(struct parser *p)
{
    struct wql_condition *c = parse_and(p);

    while (c && take(p, "OR"))
        c = join(p, WQL_OR, c, parse_and(p));
    return c;
}

/* --- statements ------------------------------------------------------------------------------ */

static bool parse_properties(struct parser *p, struct wql_query *q)
{
    if (take(p, "*"))
        return true;
    do {
        struct wql_name *longer =
            reallocarray(q->properties, q->n_properties + 1, sizeof(*q->properties));

        if (!longer)
            return out_of_memory(p);
        q->properties = longer;
        longer[q->n_properties] = (struct wql_name){ 0 };
        if (!take_name(p, &longer[q->n_properties++], "* or a property"))
            return false;
    } while (take(p, ","));
    return true;
}

static bool parse_select(struct parser *p, struct wql_query *q)
{
    if (!parse_properties(p, q) || !need(p, "FROM") ||
        !take_name(p, &q->class_name, "the name of a class"))
        return false;
    if (is(p, "WITHIN") || is(p, "GROUP"))
        return query_problem_at(p->problem, p->now.at, "there are no events to wait for");
    if (!take(p, "WHERE"))
        return true;
    q->where = parse_or(p);
    return q->where != NULL;
}

/* {path}: what is in it is no sequence of words, so it is read as a path. */
static bool parse_source(struct parser *p, struct wql_query *q)
{
    size_t size;

    if (!is(p, "{"))
        return wrong(p, "{");
    q->source_at = p->now.at + 1;
    q->source_at += strspn(p->text + q->source_at, " \t\r\n");
    if (!object_path_parse(&q->source, p->text + q->source_at, &size))
        return query_problem_at(p->problem, q->source_at + size,
                                "the path of an object goes on otherwise: Class.Key=\"value\"");
    step_to(p, q->source_at + size);
    return need(p, "}");
}

static bool parse_word_option(struct parser *p, struct wql_query *q, bool *found)
{
    const struct {
        const char *word;
        struct wql_name *name;
        bool of_associators_only;
    } options[] = {
        { "AssocClass", &q->assoc_class, true },
        { "ResultClass", &q->result_class, false },
        { "Role", &q->role, false },
        { "ResultRole", &q->result_role, true },
        { "RequiredQualifier", &q->required_qualifier, false },
        { "RequiredAssocQualifier", &q->required_assoc_qualifier, true },
    };

    *found = false;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        if (!is(p, options[i].word) ||
            (options[i].of_associators_only && q->statement == WQL_REFERENCES))
            continue;
        *found = true;
        step(p);
        return need(p, "=") && take_name(p, options[i].name, "a name");
    }
    return true;
}

static bool parse_option(struct parser *p, struct wql_query *q)
{
    bool found;

    if (take(p, "ClassDefsOnly")) {
        q->flags |= WQL_CLASS_DEFS_ONLY;
        return true;
    }
    if (take(p, "KeysOnly")) {
        q->flags |= WQL_KEYS_ONLY;
        return true;
    }
    if (!parse_word_option(p, q, &found))
        return false;
    return found || wrong(p, q->statement == WQL_REFERENCES
                                 ? "ResultClass, Role, RequiredQualifier, ClassDefsOnly or KeysOnly"
                                 : "AssocClass, ResultClass, Role, ResultRole, ClassDefsOnly or "
                                   "KeysOnly");
}

/* Options follow each other with nothing between them. */
static bool parse_relations(struct parser *p, struct wql_query *q)
{
    bool good;

    if (!need(p, "OF") || !parse_source(p, q))
        return false;
    if (!take(p, "WHERE"))
        return true;
    do
        good = parse_option(p, q);
    while (good && p->now.kind == TOKEN_WORD);
    return good;
}

static bool parse_statement(struct parser *p, struct wql_query *q)
{
    static const struct {
        const char *word;
        enum wql_statement statement;
        bool (*parse)(struct parser *p, struct wql_query *q);
    } statements[] = {
        { "SELECT", WQL_SELECT, parse_select },
        { "ASSOCIATORS", WQL_ASSOCIATORS, parse_relations },
        { "REFERENCES", WQL_REFERENCES, parse_relations },
    };

    for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
        if (take(p, statements[i].word)) {
            q->statement = statements[i].statement;
            return statements[i].parse(p, q);
        }
    }
    return wrong(p, "SELECT, ASSOCIATORS OF or REFERENCES OF");
}

bool wql_query_parse(struct wql_query **ret, const char *text, struct query_problem *problem)
{
    _cleanup_(wql_query_freep) struct wql_query *q = NULL;
    struct parser p = { .text = text, .problem = problem };

    if (strlen(text) > WQL_TEXT_MAX)
        return query_problem_set(problem, "the query is longer than %d characters", WQL_TEXT_MAX);
    q = calloc(1, sizeof(*q));
    if (!q)
        return out_of_memory(&p);
    step_to(&p, 0);
    if (!parse_statement(&p, q))
        return false;
    (void)take(&p, ";");
    if (p.now.kind != TOKEN_END)
        return wrong(&p, "the end");
    *ret = TAKE(q);
    return true;
}

struct wql_query *wql_query_free(struct wql_query *q)
{
    if (!q)
        return NULL;
    for (size_t i = 0; i < q->n_properties; i++)
        free(q->properties[i].text);
    free(q->properties);
    free(q->class_name.text);
    condition_free(q->where);
    object_path_done(&q->source);
    free(q->assoc_class.text);
    free(q->result_class.text);
    free(q->role.text);
    free(q->result_role.text);
    free(q->required_qualifier.text);
    free(q->required_assoc_qualifier.text);
    free(q);
    return NULL;
}
