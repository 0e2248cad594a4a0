/* SPDX-License-Identifier: MIT */
#include "security/condition_text.h"

#include "base/macros.h"
#include "security/condition.h"
#include "security/condition_token.h"
#include "security/sddl.h"
#include "security/sddl_literal.h"
#include "security/sddl_units.h"

enum { OPEN = 0 }; /* a parenthesis among the operators that wait */

/* A parser of operators by precedence: what binds stronger is written first. */
struct parser {
    struct sddl_cursor *c;
    struct writer *w;
    struct writer waiting; /* a stack: OPEN, CONDITION_NOT, CONDITION_AND, CONDITION_OR */
};

static nt_status fail_here(struct parser *p, const char *reason)
{
    return sddl_fail(p->c, p->c->at, reason, NT(INVALID_PARAMETER));
}

static bool is_word(char ch)
{
    return (ch >= '0' && ch <= '9') || (ascii_lower(ch) >= 'a' && ascii_lower(ch) <= 'z') ||
           ch == '_';
}

/* Takes an operator of the class: of letters only when no further letter follows. */
static bool take_word(struct sddl_cursor *c, enum condition_class class, uint8_t *ret)
{
    sddl_skip_spaces(c);
    for (const struct condition_word *word = condition_words; word->text; word++) {
        size_t size = strlen(word->text);

        if (word->class != class || (size_t)(c->end - c->at) < size ||
            !ascii_equal(c->at, size, word->text))
            continue;
        if (is_word(word->text[0]) && c->at + size < c->end && is_word(c->at[size]))
            continue;
        c->at += size;
        *ret = word->code;
        return true;
    }
    return false;
}

/* --- Operands --- */

static nt_status parse_name(struct parser *p, uint8_t code)
{
    const char *start = p->c->at;

    writer_u8(p->w, code);
    size_t size_at = p->w->size;
    writer_u32(p->w, 0);
    nt_status st = sddl_take_units(
        p->c, code == CONDITION_LOCAL ? SDDL_UNITS_SIMPLE : SDDL_UNITS_PREFIXED, p->w);
    if (nt_failed(st))
        return st;
    if (p->c->at == start)
        return fail_here(p, "the name of an attribute is expected");
    writer_set_u32(p->w, size_at, (uint32_t)(p->w->size - size_at - sizeof(uint32_t)));
    return NT_OK;
}

static nt_status parse_attribute(struct parser *p)
{
    uint8_t code = CONDITION_LOCAL;

    sddl_skip_spaces(p->c);
    if (sddl_peek(p->c) == '@') {
        if (!take_word(p->c, CONDITION_CLASS_ATTRIBUTE, &code) || code == CONDITION_LOCAL)
            return fail_here(p, "@USER., @DEVICE. or @RESOURCE. is expected");
    }
    return parse_name(p, code);
}

static nt_status parse_composite(struct parser *p)
{
    p->c->at++;
    writer_u8(p->w, CONDITION_COMPOSITE);
    size_t size_at = p->w->size;
    writer_u32(p->w, 0);
    for (bool first = true; !sddl_skip(p->c, '}'); first = false) {
        if (!first && !sddl_skip(p->c, ','))
            return fail_here(p, "a comma or the brace that closes the list is expected");
        sddl_skip_spaces(p->c);
        nt_status st = sddl_literal_parse(p->c, p->w);
        if (nt_failed(st))
            return st;
    }
    writer_set_u32(p->w, size_at, (uint32_t)(p->w->size - size_at - sizeof(uint32_t)));
    return NT_OK;
}

/* What stands right of a relation. A word there is a local attribute. */
static nt_status parse_operand(struct parser *p)
{
    sddl_skip_spaces(p->c);
    char first = sddl_peek(p->c);

    if (first == '{')
        return parse_composite(p);
    return sddl_literal_starts(p->c) ? sddl_literal_parse(p->c, p->w) : parse_attribute(p);
}

/* --- Terms --- */

static nt_status parse_membership(struct parser *p, uint8_t code)
{
    nt_status st;

    sddl_skip_spaces(p->c);
    if (sddl_peek(p->c) == '{')
        st = parse_composite(p);
    else
        st = sddl_literal_parse_sid(p->c, p->w);
    if (nt_failed(st))
        return st;
    writer_u8(p->w, code);
    return NT_OK;
}

static nt_status parse_existence(struct parser *p, uint8_t code)
{
    nt_status st = parse_attribute(p);

    if (nt_failed(st))
        return st;
    writer_u8(p->w, code);
    return NT_OK;
}

/* An attribute alone, or one and what it is compared to. */
static nt_status parse_relation(struct parser *p)
{
    uint8_t code;

    nt_status st = parse_attribute(p);
    if (nt_failed(st) || !take_word(p->c, CONDITION_CLASS_RELATION, &code))
        return st;
    st = parse_operand(p);
    if (nt_failed(st))
        return st;
    writer_u8(p->w, code);
    return NT_OK;
}

static nt_status parse_term(struct parser *p)
{
    uint8_t code;

    if (take_word(p->c, CONDITION_CLASS_MEMBERSHIP, &code))
        return parse_membership(p, code);
    if (take_word(p->c, CONDITION_CLASS_EXISTENCE, &code))
        return parse_existence(p, code);
    return parse_relation(p);
}

/* --- Operators between terms --- */

static nt_status wait_for(struct parser *p, uint8_t code)
{
    writer_u8(&p->waiting, code);
    return p->waiting.status;
}

static uint8_t last_waiting(const struct parser *p)
{
    return p->waiting.bytes[p->waiting.size - 1]; /* the first one is OPEN: there is one */
}

/* Writes those that wait and bind at least as strongly: a smaller code binds stronger, but for NOT,
 * which is written as soon as its operand is complete. */
static void write_waiting(struct parser *p, uint8_t weakest)
{
    for (; last_waiting(p) != OPEN && last_waiting(p) <= weakest; p->waiting.size--)
        writer_u8(p->w, last_waiting(p));
}

static void write_nots(struct parser *p)
{
    for (; last_waiting(p) == CONDITION_NOT; p->waiting.size--)
        writer_u8(p->w, CONDITION_NOT);
}

/* Parentheses and NOTs before a term, and the term. */
static nt_status parse_operands(struct parser *p)
{
    for (;;) {
        uint8_t code;
        nt_status st = NT_OK;

        if (sddl_skip(p->c, '('))
            st = wait_for(p, OPEN);
        else if (take_word(p->c, CONDITION_CLASS_NOT, &code))
            st = wait_for(p, CONDITION_NOT);
        else
            return parse_term(p);
        if (nt_failed(st))
            return st;
    }
}

/* Behind a term: closes parentheses, and takes the operator that follows. When nothing waits
 * afterwards the expression is complete. */
static nt_status parse_operator(struct parser *p)
{
    uint8_t code;

    write_nots(p);
    while (sddl_skip(p->c, ')')) {
        write_waiting(p, CONDITION_OR);
        p->waiting.size--; /* the OPEN that it closes */
        if (p->waiting.size == 0)
            return NT_OK;
        write_nots(p);
    }
    if (!take_word(p->c, CONDITION_CLASS_JUNCTION, &code))
        return fail_here(p, "&&, || or a closing parenthesis is expected");
    write_waiting(p, code);
    return wait_for(p, code);
}

static void parser_done(struct parser *p)
{
    writer_done(&p->waiting);
}

static nt_status parse_condition(struct sddl_cursor *c, struct writer *w)
{
    _cleanup_(parser_done) struct parser p = { .c = c, .w = w };
    const size_t start = w->size;

    writer_init(&p.waiting, SDDL_TEXT_MAX);
    if (!sddl_skip(c, '('))
        return fail_here(&p, "the parenthesis of a condition is expected");
    writer_bytes(w, condition_signature, sizeof(condition_signature));
    nt_status st = wait_for(&p, OPEN);
    while (!nt_failed(st) && p.waiting.size > 0) {
        st = parse_operands(&p);
        if (!nt_failed(st))
            st = parse_operator(&p);
    }
    if (nt_failed(st) || nt_failed(w->status))
        return nt_failed(st) ? st : w->status;
    if (!condition_valid(w->bytes + start, w->size - start))
        return fail_here(&p, "more operands wait for their operators than an expression may have");
    return NT_OK;
}

nt_status condition_parse(struct sddl_cursor *c, struct writer *w)
{
    nt_status st = parse_condition(c, w);

    return NT_IS(st, INVALID_PARAMETER) ? NT(INVALID_ACE_CONDITION) : st;
}

/* --- Printing --- */

/*
 * A boolean of the expression. Of a term (an attribute, or an operator over attributes and
 * literals) left and right are where its operands are in the bytes; of a logical operator they are
 * nodes. Operands come before their operator, so that the last node is the whole expression.
 */
struct node {
    uint8_t code;
    uint32_t left; /* of NOT and of what takes one operand the only one */
    uint32_t right;
    uint32_t parent;
};

enum { NO_NODE = UINT32_MAX };

struct printer {
    struct writer *w;
    const void *bytes;
    size_t size;
    const SID *domain;
    struct node *nodes;
    uint32_t n_nodes;
    size_t n_waiting;
    uint32_t waiting[CONDITION_STACK_MAX]; /* the offset of a literal or attribute, or a node */
};

static bool is_logical(uint8_t code)
{
    return code >= CONDITION_AND && code <= CONDITION_NOT;
}

static bool takes_one(enum condition_class class)
{
    return class == CONDITION_CLASS_MEMBERSHIP || class == CONDITION_CLASS_EXISTENCE ||
           class == CONDITION_CLASS_NOT;
}

static struct condition_token token_at(const struct printer *p, size_t offset)
{
    struct condition_token t;

    (void)condition_token_next(&t, p->bytes, p->size, &offset); /* the expression is valid */
    return t;
}

static uint32_t add_node(struct printer *p, struct node node)
{
    p->nodes[p->n_nodes] = node;
    return p->n_nodes++;
}

/* Below this a waiting entry is an offset, from there on a node. */
static uint32_t node_mark(const struct printer *p)
{
    return (uint32_t)p->size;
}

/* A waiting entry as a node: an attribute that stands alone becomes one. */
static uint32_t node_of(struct printer *p, uint32_t entry)
{
    if (entry >= node_mark(p))
        return entry - node_mark(p);
    return add_node(p, (struct node){ .code = token_at(p, entry).code, .left = entry });
}

static void build_operator(struct printer *p, const struct condition_token *t)
{
    struct node node = { .code = t->code };

    if (!takes_one(t->class))
        node.right = p->waiting[--p->n_waiting];
    node.left = p->waiting[--p->n_waiting];
    if (is_logical(t->code)) {
        if (!takes_one(t->class))
            node.right = node_of(p, node.right);
        node.left = node_of(p, node.left);
    }
    uint32_t index = add_node(p, node);
    if (is_logical(t->code)) {
        p->nodes[node.left].parent = index;
        if (!takes_one(t->class))
            p->nodes[node.right].parent = index;
    }
    p->waiting[p->n_waiting++] = index + node_mark(p);
}

/* Returns the node that is the whole expression. */
static uint32_t build_nodes(struct printer *p)
{
    struct condition_token t;
    size_t offset;

    (void)condition_start(p->bytes, p->size, &offset);
    while (!condition_at_end(p->bytes, p->size, offset)) {
        size_t at = offset;

        (void)condition_token_next(&t, p->bytes, p->size, &offset);
        if (t.class == CONDITION_CLASS_LITERAL || t.class == CONDITION_CLASS_ATTRIBUTE)
            p->waiting[p->n_waiting++] = (uint32_t)at;
        else
            build_operator(p, &t);
    }
    uint32_t root = node_of(p, p->waiting[0]);
    p->nodes[root].parent = NO_NODE;
    return root;
}

static void print_code(struct printer *p, uint8_t code)
{
    const struct condition_word *word = condition_words;

    while (word->code != code)
        word++;
    writer_text(p->w, word->text);
}

/* Whether a local attribute's name would be read as an operator. */
static bool is_keyword(const struct condition_token *name)
{
    char text[32] = { 0 }; /* longer than every operator */
    struct sddl_cursor c = { .at = text };
    uint8_t code;

    for (size_t i = 0; i < sizeof(text) - 1 && 2 * i < name->size; i++)
        text[i] = name->bytes[2 * i + 1] ? '_' : (char)name->bytes[2 * i];
    c.end = text + strlen(text);
    return take_word(&c, CONDITION_CLASS_MEMBERSHIP, &code) ||
           take_word(&c, CONDITION_CLASS_EXISTENCE, &code);
}

static void print_attribute(struct printer *p, const struct condition_token *t)
{
    const uint8_t first = t->bytes[0];
    /* A digit would begin a number where one is right of a relation, an at sign a prefix. */
    const bool escape_first = first == '@' || is_keyword(t);

    print_code(p, t->code);
    if (t->code == CONDITION_LOCAL)
        sddl_print_units(p->w, t->bytes, t->size, SDDL_UNITS_SIMPLE, escape_first);
    else
        sddl_print_units(p->w, t->bytes, t->size, SDDL_UNITS_PREFIXED, false);
}

static void print_composite(struct printer *p, const struct condition_token *t)
{
    struct condition_token element;
    size_t offset = 0;

    writer_text(p->w, "{");
    while (offset < t->size) {
        if (offset > 0)
            writer_text(p->w, ", ");
        (void)condition_token_next(&element, t->bytes, t->size, &offset);
        sddl_literal_print(p->w, &element, p->domain);
    }
    writer_text(p->w, "}");
}

/* What stands right of an operator. There a name that begins with a digit would be a number. */
static void print_operand(struct printer *p, size_t offset)
{
    const struct condition_token t = token_at(p, offset);

    if (t.code == CONDITION_COMPOSITE)
        print_composite(p, &t);
    else if (t.class == CONDITION_CLASS_LITERAL)
        sddl_literal_print(p->w, &t, p->domain);
    else if (t.code == CONDITION_LOCAL && t.bytes[1] == 0 && t.bytes[0] >= '0' && t.bytes[0] <= '9')
        sddl_print_units(p->w, t.bytes, t.size, SDDL_UNITS_SIMPLE, true);
    else
        print_attribute(p, &t);
}

static void print_term(struct printer *p, const struct node *node)
{
    const struct condition_token left = token_at(p, node->left);

    if (node->code == left.code) { /* an attribute alone: the node is its own operand */
        print_attribute(p, &left);
        return;
    }
    if (left.class == CONDITION_CLASS_ATTRIBUTE && node->right != 0) {
        print_attribute(p, &left);
        writer_text(p->w, " ");
    }
    print_code(p, node->code);
    writer_text(p->w, " ");
    print_operand(p, node->right ? node->right : node->left);
}

/* Prints what a node begins with; returns the node to go on with, NO_NODE: it is complete. */
static uint32_t print_begin(struct printer *p, const struct node *node)
{
    writer_text(p->w, "(");
    if (node->code == CONDITION_NOT)
        writer_text(p->w, "!");
    else if (!is_logical(node->code))
        print_term(p, node);
    return is_logical(node->code) ? node->left : (uint32_t)NO_NODE;
}

/* From a complete node up to the next one that is to be begun; NO_NODE: all is printed. */
static uint32_t print_end(struct printer *p, uint32_t at)
{
    for (;;) {
        const struct node *node = &p->nodes[at];
        const struct node *parent = &p->nodes[node->parent];

        writer_text(p->w, ")");
        if (node->parent == NO_NODE)
            return NO_NODE;
        if (parent->code != CONDITION_NOT && parent->left == at) {
            writer_text(p->w, " ");
            print_code(p, parent->code);
            writer_text(p->w, " ");
            return parent->right;
        }
        at = node->parent;
    }
}

static void print_nodes(struct printer *p, uint32_t at)
{
    while (at != NO_NODE) {
        uint32_t next = print_begin(p, &p->nodes[at]);

        at = next == NO_NODE ? print_end(p, at) : next;
    }
}

nt_status condition_print(struct writer *w, const void *bytes, size_t size, const SID *domain)
{
    _cleanup_(freep) struct node *nodes = NULL;
    struct printer p;

    if (!condition_valid(bytes, size))
        return NT(NOT_SUPPORTED);
    nodes = calloc(size, sizeof(*nodes)); /* a node has a token, and that at least a byte */
    if (!nodes)
        return NT(NO_MEMORY);
    p.w = w; /* not an initialiser, which would clear all of `waiting` */
    p.bytes = bytes;
    p.size = size;
    p.domain = domain;
    p.nodes = nodes;
    p.n_nodes = 0;
    p.n_waiting = 0;
    print_nodes(&p, build_nodes(&p));
    return w->status;
}
