/* SPDX-License-Identifier: MIT */
#include "security/condition.h"

#include "base/reader.h"
#include "security/condition_token.h"

enum {
    /* What an expression may cost in comparisons of two values, looking a name up among others
     * counted by its bytes: sets of thousands against each other would make an access check the
     * place to stop a server. */
    COST_MAX = 1 << 20,
    BYTES_PER_COST = 16,
};

static const uint8_t self_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 10 };
static const uint8_t owner_rights_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 3, 4 };

/* What waits for an operator. A literal or attribute is read again when it is used. */
struct waiting {
    enum { WAITING_LITERAL, WAITING_ATTRIBUTE, WAITING_RESULT } kind;
    enum truth result;
    size_t offset; /* of the token */
};

/* An expression at work. `failed`: a rule was broken, so all of it is unknown, [MS-DTYP]
 * 2.4.4.17.6. */
struct machine {
    const uint8_t *bytes;
    size_t size;
    const struct condition_context *context; /* NULL: only the form is looked at */
    bool failed;
    size_t cost;
    size_t n_waiting;
    struct waiting waiting[CONDITION_STACK_MAX];
};

static enum truth fail_rule(struct machine *m)
{
    m->failed = true;
    return TRUTH_UNKNOWN;
}

/* False, and the expression failed, when it costs too much. */
static bool spend(struct machine *m, size_t cost)
{
    m->cost += cost;
    if (m->cost > COST_MAX)
        m->failed = true;
    return !m->failed;
}

static enum truth truth_of(bool value)
{
    return value ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth truth_not(enum truth t)
{
    return t == TRUTH_UNKNOWN ? t : truth_of(t == TRUTH_FALSE);
}

static void push(struct machine *m, struct waiting w)
{
    if (m->n_waiting == CONDITION_STACK_MAX)
        m->failed = true;
    else
        m->waiting[m->n_waiting++] = w;
}

static struct waiting pop(struct machine *m)
{
    if (m->n_waiting > 0)
        return m->waiting[--m->n_waiting];
    m->failed = true;
    return (struct waiting){ .kind = WAITING_RESULT, .result = TRUTH_UNKNOWN };
}

static struct condition_token token_of(const struct machine *m, struct waiting w)
{
    struct condition_token t;

    (void)condition_token_next(&t, m->bytes, m->size, &w.offset); /* it was read before */
    return t;
}

/* --- Values --- */

enum value_type { VALUE_NUMBER, VALUE_BOOLEAN, VALUE_STRING, VALUE_OCTETS, VALUE_SID };

/* Of numbers the order of int64 and uint64 together: `above` is what exceeds INT64_MAX. */
struct value {
    enum value_type type;
    bool above;
    int64_t number;
    const uint8_t *bytes;
    size_t size;
};

/* A literal or an attribute as a set. */
struct values {
    struct claim claim; /* n_values 0: the token's */
    struct condition_token token;
    bool case_sensitive;
};

static const struct {
    uint8_t type;
    enum value_type value_type;
} claim_types[] = {
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, VALUE_NUMBER },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64, VALUE_NUMBER },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN, VALUE_BOOLEAN },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING, VALUE_STRING },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_SID, VALUE_SID },
    { CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING, VALUE_OCTETS },
};

static struct value value_of_claim(const struct claim *claim, size_t i)
{
    struct claim_value raw = claim_value(claim, i);
    struct value v = { .number = (int64_t)raw.number, .bytes = raw.bytes, .size = raw.size };

    for (size_t k = 0; k < ARRAY_SIZE(claim_types); k++) {
        if (claim_types[k].type == claim->type)
            v.type = claim_types[k].value_type;
    }
    v.above = claim->type == CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64 && v.number < 0;
    if (v.type == VALUE_BOOLEAN)
        v.number = raw.number != 0;
    return v;
}

static struct value value_of_token(const struct condition_token *t)
{
    struct value v = { .number = t->number, .bytes = t->bytes, .size = t->size };

    if (t->code == CONDITION_STRING)
        v.type = VALUE_STRING;
    else if (t->code == CONDITION_OCTETS)
        v.type = VALUE_OCTETS;
    else if (t->code == CONDITION_SID)
        v.type = VALUE_SID;
    return v;
}

/* The value at a position, which moves on: an index, or an offset in a composite. */
static bool values_next(const struct values *values, size_t *position, struct value *ret)
{
    struct condition_token element;

    if (values->claim.n_values > 0) {
        if (*position == values->claim.n_values)
            return false;
        *ret = value_of_claim(&values->claim, (*position)++);
        return true;
    }
    if (values->token.code != CONDITION_COMPOSITE) {
        *ret = value_of_token(&values->token);
        return (*position)++ == 0;
    }
    if (*position == values->token.size)
        return false;
    (void)condition_token_next(&element, values->token.bytes, values->token.size, position);
    *ret = value_of_token(&element);
    return true;
}

/* The only value; false when there are none or several. */
static bool values_single(const struct values *values, struct value *ret)
{
    size_t position = 0;
    struct value more;

    return values_next(values, &position, ret) && !values_next(values, &position, &more);
}

static int order(bool less, bool greater)
{
    return greater - less;
}

static uint16_t unit_at(const uint8_t *text, size_t i, bool case_sensitive)
{
    uint16_t unit = (uint16_t)(text[2 * i] | text[2 * i + 1] << 8);

    return !case_sensitive && unit >= 'a' && unit <= 'z' ? (uint16_t)(unit - ('a' - 'A')) : unit;
}

static int compare_strings(const struct value *a, const struct value *b, bool case_sensitive)
{
    for (size_t i = 0; i < a->size / 2 && i < b->size / 2; i++) {
        uint16_t unit_a = unit_at(a->bytes, i, case_sensitive);
        uint16_t unit_b = unit_at(b->bytes, i, case_sensitive);

        if (unit_a != unit_b)
            return order(unit_a<unit_b, unit_a> unit_b);
    }
    return order(a->size<b->size, a->size> b->size);
}

static int compare_octets(const struct value *a, const struct value *b)
{
    size_t common = a->size < b->size ? a->size : b->size;
    int difference = common > 0 ? memcmp(a->bytes, b->bytes, common) : 0;

    return difference ? difference : order(a->size<b->size, a->size> b->size);
}

static int compare_numbers(const struct value *a, const struct value *b)
{
    if (a->above != b->above)
        return order(b->above, a->above);
    return order(a->number<b->number, a->number> b->number);
}

/* Of values whose types agree. */
static int compare(const struct value *a, const struct value *b, bool case_sensitive)
{
    if (a->type == VALUE_STRING)
        return compare_strings(a, b, case_sensitive);
    if (a->type == VALUE_OCTETS || a->type == VALUE_SID)
        return compare_octets(a, b);
    return compare_numbers(a, b);
}

static size_t comparison_cost(const struct value *a, const struct value *b)
{
    return 1 + (a->size < b->size ? a->size : b->size) / BYTES_PER_COST;
}

/* A boolean has no literal of its own: 0 and 1 stand for its values. */
static bool types_agree(const struct value *a, const struct value *b)
{
    if (a->type == b->type)
        return true;
    if (a->type == VALUE_BOOLEAN && b->type == VALUE_NUMBER)
        return !b->above && (b->number == 0 || b->number == 1);
    return a->type == VALUE_NUMBER && b->type == VALUE_BOOLEAN && types_agree(b, a);
}

/* --- Attributes --- */

/* Which of the token's claims, first index by whether the restricted half looks. */
static const uint8_t claims_of_code[2][4] = {
    { TOKEN_CLAIMS_LOCAL, TOKEN_CLAIMS_USER, TOKEN_CLAIMS_N, TOKEN_CLAIMS_DEVICE },
    { TOKEN_CLAIMS_LOCAL, TOKEN_CLAIMS_RESTRICTED_USER, TOKEN_CLAIMS_N,
      TOKEN_CLAIMS_RESTRICTED_DEVICE },
};

static bool find_in_resource(const ACL *acl, const struct condition_token *name, struct claim *ret)
{
    struct acl_walk walk;
    struct ace ace;

    if (!acl)
        return false;
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.type == SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE && !(ace.flags & INHERIT_ONLY_ACE) &&
            !nt_failed(claim_parse(ret, ace.extra, ace.extra_size)) &&
            claim_names_equal(ret->name, ret->name_units, name->bytes, name->size / 2))
            return true;
    }
    return false;
}

static struct claim_set claims_of(const struct condition_context *context,
                                  const struct condition_token *name)
{
    return token_image_claims(context->token,
                              claims_of_code[context->is_restricted][name->code - CONDITION_LOCAL]);
}

static bool find_claim(const struct condition_context *context, const struct condition_token *name,
                       struct claim *ret)
{
    if (name->code == CONDITION_RESOURCE)
        return find_in_resource(context->resource, name, ret);
    const struct claim_set set = claims_of(context, name);
    return claim_set_find(&set, name->bytes, name->size / 2, ret);
}

/* False: it is not there, or does not count. */
static bool find_attribute(const struct condition_context *context,
                           const struct condition_token *name, struct claim *ret)
{
    uint32_t ignored = CLAIM_SECURITY_ATTRIBUTE_DISABLED;

    if (!context->is_deny)
        ignored |= CLAIM_SECURITY_ATTRIBUTE_USE_FOR_DENY_ONLY;
    return find_claim(context, name, ret) && ret->n_values > 0 && !(ret->flags & ignored);
}

static size_t lookup_cost(const struct condition_context *context,
                          const struct condition_token *name)
{
    size_t size = context->resource ? acl_size(context->resource) : 0;

    if (name->code != CONDITION_RESOURCE)
        size = claims_of(context, name).size;
    return size / BYTES_PER_COST;
}

static bool load_values(struct machine *m, struct waiting w, struct values *ret)
{
    *ret = (struct values){ .token = token_of(m, w) };
    if (w.kind != WAITING_ATTRIBUTE)
        return true;
    if (!spend(m, lookup_cost(m->context, &ret->token)) ||
        !find_attribute(m->context, &ret->token, &ret->claim))
        return false;
    ret->case_sensitive = ret->claim.flags & CLAIM_SECURITY_ATTRIBUTE_VALUE_CASE_SENSITIVE;
    return true;
}

/* --- Relations --- */

struct relation {
    struct machine *machine;
    struct values left;
    struct values right;
    bool case_sensitive;
};

static bool contains_value(const struct relation *r, const struct values *set,
                           const struct value *wanted)
{
    size_t position = 0;
    struct value v;

    while (values_next(set, &position, &v)) {
        if (!spend(r->machine, comparison_cost(&v, wanted)))
            return false;
        if (compare(&v, wanted, r->case_sensitive) == 0)
            return true;
    }
    return false;
}

static bool contains_all(const struct relation *r, const struct values *set,
                         const struct values *wanted)
{
    size_t position = 0;
    struct value v;

    while (values_next(wanted, &position, &v)) {
        if (!contains_value(r, set, &v))
            return false;
    }
    return true;
}

static bool contains_any(const struct relation *r)
{
    size_t position = 0;
    struct value v;

    while (values_next(&r->right, &position, &v)) {
        if (contains_value(r, &r->left, &v))
            return true;
    }
    return false;
}

static bool sets_equal(const struct relation *r)
{
    return contains_all(r, &r->left, &r->right) && contains_all(r, &r->right, &r->left);
}

/* An attribute's values are of one type: all of the other side's have to agree with it. */
static bool relation_typed(const struct relation *r)
{
    size_t left = 0, right = 0;
    struct value v, w;

    if (!values_next(&r->left, &left, &v))
        return false;
    while (values_next(&r->right, &right, &w)) {
        if (!types_agree(&v, &w))
            return false;
    }
    return true;
}

static enum truth relation_order(const struct relation *r, uint8_t code)
{
    struct value a, b;

    if (!values_single(&r->left, &a) || !values_single(&r->right, &b) || a.type == VALUE_SID ||
        a.type == VALUE_BOOLEAN || b.type == VALUE_BOOLEAN)
        return fail_rule(r->machine);
    if (!spend(r->machine, comparison_cost(&a, &b)))
        return TRUTH_UNKNOWN;
    int difference = compare(&a, &b, r->case_sensitive);
    switch (code) {
    case CONDITION_LESS:
        return truth_of(difference < 0);
    case CONDITION_LESS_EQUAL:
        return truth_of(difference <= 0);
    case CONDITION_GREATER:
        return truth_of(difference > 0);
    default:
        return truth_of(difference >= 0);
    }
}

static enum truth relation_evaluate(const struct relation *r, uint8_t code)
{
    switch (code) {
    case CONDITION_EQUAL:
        return truth_of(sets_equal(r));
    case CONDITION_NOT_EQUAL:
        return truth_of(!sets_equal(r));
    case CONDITION_CONTAINS:
        return truth_of(contains_all(r, &r->left, &r->right));
    case CONDITION_NOT_CONTAINS:
        return truth_of(!contains_all(r, &r->left, &r->right));
    case CONDITION_ANY_OF:
        return truth_of(contains_any(r));
    case CONDITION_NOT_ANY_OF:
        return truth_of(!contains_any(r));
    default:
        return relation_order(r, code);
    }
}

static enum truth apply_relation(struct machine *m, uint8_t code)
{
    struct relation r = { .machine = m };
    struct waiting right = pop(m);
    struct waiting left = pop(m);

    if (left.kind != WAITING_ATTRIBUTE || right.kind == WAITING_RESULT)
        return fail_rule(m);
    if (!m->context || !load_values(m, left, &r.left) || !load_values(m, right, &r.right))
        return TRUTH_UNKNOWN;
    if (!relation_typed(&r))
        return fail_rule(m);
    r.case_sensitive = r.left.case_sensitive || r.right.case_sensitive;
    return relation_evaluate(&r, code);
}

/* --- Other operators --- */

static const struct membership {
    uint8_t code;
    bool device;
    bool any;
    bool inverse;
} memberships[] = {
    { CONDITION_MEMBER_OF, false, false, false },
    { CONDITION_MEMBER_OF_ANY, false, true, false },
    { CONDITION_DEVICE_MEMBER_OF, true, false, false },
    { CONDITION_DEVICE_MEMBER_OF_ANY, true, true, false },
    { CONDITION_NOT_MEMBER_OF, false, false, true },
    { CONDITION_NOT_MEMBER_OF_ANY, false, true, true },
    { CONDITION_NOT_DEVICE_MEMBER_OF, true, false, true },
    { CONDITION_NOT_DEVICE_MEMBER_OF_ANY, true, true, true },
};

static enum token_sid_use sid_use(const struct condition_context *context, bool device)
{
    if (device)
        return context->is_restricted ? TOKEN_SID_RESTRICTED_DEVICE : TOKEN_SID_DEVICE;
    if (context->is_restricted)
        return TOKEN_SID_RESTRICTED;
    return context->is_deny ? TOKEN_SID_DENY : TOKEN_SID_ALLOW;
}

static bool is_sid(const struct value *v, const uint8_t sid[12])
{
    return v->size == 12 && memcmp(v->bytes, sid, 12) == 0;
}

/* Whom a SID in an expression means: NULL nobody. */
static const SID *sid_meant(const struct condition_context *context, const struct value *v)
{
    if (is_sid(v, self_sid) && context->principal_self)
        return context->principal_self;
    if (is_sid(v, owner_rights_sid) && context->owner)
        return context->owner;
    return (const SID *)(const void *)v->bytes;
}

static enum truth evaluate_membership(struct machine *m, const struct membership *how,
                                      const struct values *sids)
{
    enum token_sid_use use = sid_use(m->context, how->device);
    bool any = false, all = true;
    size_t position = 0;
    struct value v;

    while (values_next(sids, &position, &v)) {
        if (v.type != VALUE_SID)
            return fail_rule(m);
        bool has = token_image_has_sid(m->context->token, sid_meant(m->context, &v), use);
        any = any || has;
        all = all && has;
    }
    if (position == 0)
        return fail_rule(m); /* of no SIDs nobody can be a member */
    return truth_of((how->any ? any : all) != how->inverse);
}

static bool may_be_members(uint8_t code)
{
    return code == CONDITION_SID || code == CONDITION_COMPOSITE;
}

static enum truth apply_membership(struct machine *m, uint8_t code)
{
    struct waiting w = pop(m);
    struct values sids;

    if (w.kind != WAITING_LITERAL || !may_be_members(token_of(m, w).code))
        return fail_rule(m);
    if (!m->context || !load_values(m, w, &sids))
        return TRUTH_UNKNOWN;
    const struct membership *how = memberships;
    while (how->code != code)
        how++;
    return evaluate_membership(m, how, &sids);
}

static enum truth apply_existence(struct machine *m, uint8_t code)
{
    struct waiting w = pop(m);
    struct values values;

    if (w.kind != WAITING_ATTRIBUTE)
        return fail_rule(m);
    if (!m->context)
        return TRUTH_UNKNOWN;
    return truth_of(load_values(m, w, &values) == (code == CONDITION_EXISTS));
}

/* [MS-DTYP] 2.4.4.17.7: integers that are not zero, texts that are not empty. */
static enum truth attribute_truth(struct machine *m, struct waiting w)
{
    struct values values;
    struct value v;

    if (!m->context || !load_values(m, w, &values))
        return TRUTH_UNKNOWN;
    if (!values_single(&values, &v) || v.type == VALUE_SID || v.type == VALUE_OCTETS)
        return fail_rule(m);
    return truth_of(v.type == VALUE_STRING ? v.size > 0 : v.number != 0);
}

static enum truth pop_truth(struct machine *m)
{
    struct waiting w = pop(m);

    if (w.kind == WAITING_RESULT)
        return w.result;
    return w.kind == WAITING_ATTRIBUTE ? attribute_truth(m, w) : fail_rule(m);
}

static enum truth apply_junction(struct machine *m, uint8_t code)
{
    const enum truth decisive = code == CONDITION_OR ? TRUTH_TRUE : TRUTH_FALSE;
    enum truth b = pop_truth(m);
    enum truth a = pop_truth(m);

    if (a == decisive || b == decisive)
        return decisive;
    return a == TRUTH_UNKNOWN || b == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : truth_not(decisive);
}

static enum truth apply(struct machine *m, const struct condition_token *t)
{
    switch (t->class) {
    case CONDITION_CLASS_RELATION:
        return apply_relation(m, t->code);
    case CONDITION_CLASS_MEMBERSHIP:
        return apply_membership(m, t->code);
    case CONDITION_CLASS_EXISTENCE:
        return apply_existence(m, t->code);
    case CONDITION_CLASS_NOT:
        return truth_not(pop_truth(m));
    default:
        return apply_junction(m, t->code);
    }
}

static void step(struct machine *m, const struct condition_token *t, size_t offset)
{
    struct waiting w = { .offset = offset, .kind = WAITING_RESULT };

    if (t->class == CONDITION_CLASS_LITERAL)
        w.kind = WAITING_LITERAL;
    else if (t->class == CONDITION_CLASS_ATTRIBUTE)
        w.kind = WAITING_ATTRIBUTE;
    else
        w.result = apply(m, t);
    push(m, w);
}

/* False: a rule was broken. */
static bool run(struct machine *m, enum truth *ret)
{
    struct condition_token t;
    size_t offset;

    if (m->size > CONDITION_SIZE_MAX || !condition_start(m->bytes, m->size, &offset))
        return false;
    while (!m->failed && !condition_at_end(m->bytes, m->size, offset)) {
        size_t at = offset;

        if (!condition_token_next(&t, m->bytes, m->size, &offset))
            return false;
        step(m, &t, at);
    }
    *ret = pop_truth(m);
    return !m->failed && m->n_waiting == 0;
}

enum truth condition_evaluate(const void *bytes, size_t size,
                              const struct condition_context *context)
{
    struct machine m;
    enum truth result;

    m.bytes = bytes; /* not an initialiser, which would clear all of `waiting` */
    m.size = size;
    m.context = context;
    m.failed = false;
    m.cost = context->cost ? *context->cost : 0;
    m.n_waiting = 0;
    if (!run(&m, &result))
        result = TRUTH_UNKNOWN;
    if (context->cost)
        *context->cost = m.cost;
    return result;
}

bool condition_valid(const void *bytes, size_t size)
{
    struct machine m;
    enum truth result;

    m.bytes = bytes;
    m.size = size;
    m.context = NULL;
    m.failed = false;
    m.cost = 0;
    m.n_waiting = 0;
    return run(&m, &result);
}
