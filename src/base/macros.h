/* SPDX-License-Identifier: MIT */
/*
 * The few language extensions that the project allows itself: cleanup attributes, ownership that is
 * handed over in one expression, and arithmetic that tells when it does not fit.
 */
#ifndef OPENLOGON_BASE_MACROS_H
#define OPENLOGON_BASE_MACROS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define _cleanup_(f)   __attribute__((cleanup(f)))
#define _must_check_   __attribute__((warn_unused_result))
#define _printf_(f, a) __attribute__((format(printf, f, a)))
#define _public_       __attribute__((visibility("default")))

#define ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))

/* The pointer's value; the pointer itself becomes NULL, so that its cleanup does nothing. */
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) *take_from_ = &(p);                                                          \
        __typeof__(p) taken_ = *take_from_;                                                        \
        *take_from_ = NULL;                                                                        \
        taken_;                                                                                    \
    })

/* The struct that the pointer points to a member of; it may be a const one of a const member. */
#define container_of(p, type, member)                                                              \
    ({                                                                                             \
        __typeof__(((type *)NULL)->member) *const member_of_ = (p);                                \
        (type *)((uintptr_t)member_of_ - offsetof(type, member));                                  \
    })

/* Makes FUNCp(), for _cleanup_(FUNCp) on a variable of TYPE (a pointer type). */
#define DEFINE_CLEANUP(type, func)                                                                 \
    static inline void func##p(type *p)                                                            \
    {                                                                                              \
        if (*p)                                                                                    \
            (void)func(*p);                                                                        \
    }                                                                                              \
    struct cleanup_of_##func /* lets the use end in a semicolon */

/* For _cleanup_(freep) on any pointer from malloc(). */
static inline void freep(void *p)
{
    free(*(void **)p);
}

/* False when the result does not fit; *ret is then not to be used. */
static inline _must_check_ bool size_add(size_t a, size_t b, size_t *ret)
{
    return !__builtin_add_overflow(a, b, ret);
}

static inline _must_check_ bool size_mul(size_t a, size_t b, size_t *ret)
{
    return !__builtin_mul_overflow(a, b, ret);
}

#endif
