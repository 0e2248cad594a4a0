/* SPDX-License-Identifier: MIT */
#include "hours_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DAYS = 7, HOURS = 24 };

static const char days[DAYS][4] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

static void skip_blanks(const char **at)
{
    while (**at == ' ' || **at == '\t')
        (*at)++;
}

static bool skip(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool read_day(const char **at, unsigned *ret)
{
    for (unsigned day = 0; day < DAYS; day++) {
        if (strncasecmp(*at, days[day], 3) == 0) {
            *at += 3;
            *ret = day;
            return true;
        }
    }
    return false;
}

static bool read_hour(const char **at, unsigned *ret)
{
    unsigned hour = 0;
    int digits = 0;

    for (; isdigit((unsigned char)**at) && digits < 2; digits++)
        hour = hour * 10 + (unsigned)(*(*at)++ - '0');
    *ret = hour;
    return digits > 0 && hour <= HOURS;
}

/* "mon" or "mon-fri"; "sat-mon" goes round. */
static bool read_days(const char **at, unsigned *first, unsigned *last)
{
    if (!read_day(at, first))
        return false;
    *last = *first;
    return !skip(at, '-') || read_day(at, last);
}

static bool read_hours(const char **at, unsigned *from, unsigned *to)
{
    return read_hour(at, from) && skip(at, '-') && read_hour(at, to) && *from < *to;
}

static void set_hours(uint8_t *hours, unsigned day, unsigned from, unsigned to)
{
    for (unsigned hour = day * HOURS + from; hour < day * HOURS + to; hour++)
        hours[hour / 8] |= (uint8_t)(1u << (hour % 8));
}

static bool read_entry(uint8_t *hours, const char **at)
{
    unsigned first, last, from, to;

    skip_blanks(at);
    if (!read_days(at, &first, &last))
        return false;
    skip_blanks(at);
    if (!read_hours(at, &from, &to))
        return false;
    skip_blanks(at);
    for (unsigned day = first;; day = (day + 1) % DAYS) {
        set_hours(hours, day, from, to);
        if (day == last)
            return true;
    }
}

bool hours_parse(uint8_t ret[static HOURS_SIZE], const char *text)
{
    bool all = strcasecmp(text, "all") == 0;

    memset(ret, all ? 0xff : 0, HOURS_SIZE);
    if (all || strcasecmp(text, "none") == 0)
        return true;
    do {
        if (!read_entry(ret, &text))
            return false;
    } while (skip(&text, ','));
    return *text == '\0';
}

/* --- the other way ---------------------------------------------------------------------------- */

static bool has_hour(const uint8_t *hours, unsigned day, unsigned hour)
{
    unsigned i = day * HOURS + hour;

    return hours[i / 8] >> (i % 8) & 1;
}

static bool same_day(const uint8_t *hours, unsigned a, unsigned b)
{
    for (unsigned hour = 0; hour < HOURS; hour++) {
        if (has_hour(hours, a, hour) != has_hour(hours, b, hour))
            return false;
    }
    return true;
}

/* A text that is made piece by piece. */
struct writer {
    char *text;
    size_t size, length;
};

static void put(struct writer *w, const char *piece)
{
    size_t room = w->size - w->length;
    int n = snprintf(w->text + w->length, room, "%s", piece);

    w->length += (size_t)n < room ? (size_t)n : room - 1;
}

static void put_span(struct writer *w, const char *name, unsigned from, unsigned to)
{
    char piece[32];

    snprintf(piece, sizeof(piece), "%s%s %u-%u", w->length > 0 ? ", " : "", name, from, to);
    put(w, piece);
}

static void put_day(struct writer *w, const uint8_t *hours, unsigned day, const char *name)
{
    for (unsigned from = 0; from < HOURS; from++) {
        unsigned to = from;

        while (to < HOURS && has_hour(hours, day, to))
            to++;
        if (to > from)
            put_span(w, name, from, to);
        from = to;
    }
}

void hours_format(char *ret, size_t size, const uint8_t hours[static HOURS_SIZE])
{
    struct writer w = { ret, size, 0 };
    uint8_t all[HOURS_SIZE];

    ret[0] = '\0';
    memset(all, 0xff, sizeof(all));
    if (memcmp(hours, all, sizeof(all)) == 0) {
        put(&w, "all");
        return;
    }
    /* From Monday, so that a week's working days are one span. */
    for (unsigned i = 0; i < DAYS;) {
        unsigned day = (i + 1) % DAYS;
        unsigned last = day;
        char name[8];

        for (i++; i < DAYS && same_day(hours, day, (i + 1) % DAYS); i++)
            last = (i + 1) % DAYS;
        snprintf(name, sizeof(name), day == last ? "%s" : "%s-%s", days[day], days[last]);
        put_day(&w, hours, day, name);
    }
    if (w.length == 0)
        put(&w, "none");
}
