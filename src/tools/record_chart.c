/* SPDX-License-Identifier: MIT */
#include "record_chart.h"

#include <inttypes.h>
#include <time.h>

#include "base/filetime.h"
#include "base/macros.h"
#include "html.h"

/* In the picture's own units. */
enum {
    WIDTH = 960,
    GUTTER = 190, /* names of bars */
    RIGHT = 12,
    LANE = 20,
    BAR = 12,
    AXIS = 26,
    PLOT = WIDTH - GUTTER - RIGHT,
    TICKS_MAX = 8,
    LABEL_CHARACTERS = 26,
    LEAST_WIDTH = 3,
    TICK_HALF = 36, /* of a label's width */
    MARK = 18,      /* what a mark's number takes, across and down */
    MARKS_MAX = 16,
};

/* Steps between ticks, in seconds: the first that gives few enough is taken. */
static const int64_t steps[] = { 1,       2,       5,        10,        15,        30,     60,
                                 120,     300,     600,      900,       1800,      3600,   7200,
                                 10800,   21600,   43200,    86400,     172800,    604800, 1209600,
                                 2592000, 7776000, 31536000, 315360000, 3153600000 };

static double place_of(const struct chart *c, int64_t time)
{
    return GUTTER + PLOT * ((double)(time - c->from) / (double)(c->to - c->from));
}

/* Hours and minutes; with seconds where they matter, and days where it is about those. */
static void tick_label(char *ret, size_t size, int64_t seconds, int64_t step)
{
    const time_t time = (time_t)seconds;
    struct tm local;

    if (!localtime_r(&time, &local) || strftime(ret, size,
                                                step >= 86400  ? "%Y-%m-%d"
                                                : step >= 3600 ? "%d %b %H:%M"
                                                : step >= 60   ? "%H:%M"
                                                               : "%H:%M:%S",
                                                &local) == 0)
        *ret = '\0';
}

static int64_t step_of(const struct chart *c)
{
    const int64_t span = (c->to - c->from) / FILETIME_PER_SECOND;

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        if (span / steps[i] < TICKS_MAX)
            return steps[i];
    }
    return steps[ARRAY_SIZE(steps) - 1];
}

/* Ticks are at round times of where the reader is: a day begins at midnight. */
static int64_t first_tick(int64_t from, int64_t step)
{
    const time_t time = (time_t)from;
    struct tm local;
    const int64_t offset = localtime_r(&time, &local) ? local.tm_gmtoff : 0;

    return from + step - 1 - ((from + offset + step - 1) % step + step) % step;
}

static void print_ticks(FILE *to, const struct chart *c, int height)
{
    const int64_t step = step_of(c), end = filetime_to_unix(c->to);

    for (int64_t at = first_tick(filetime_to_unix(c->from), step); at <= end; at += step) {
        const double x = place_of(c, filetime_from_unix(at));
        char label[40];

        if (x < GUTTER)
            continue;
        tick_label(label, sizeof(label), at, step);
        fprintf(to,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">",
                x, AXIS, x, height, x, AXIS - 10, x > WIDTH - TICK_HALF ? "end" : "middle");
        html_text(to, label);
        fputs("</text>", to);
    }
}

/* At most so many characters of UTF-8, without a break inside one. */
static void print_label(FILE *to, const char *label, int y)
{
    char text[4 * LABEL_CHARACTERS + 4];
    size_t n = 0, n_characters = 0;

    for (; label[n] && n + 4 < sizeof(text); n++) {
        if (((unsigned char)label[n] & 0xc0) != 0x80 && n_characters++ == LABEL_CHARACTERS)
            break;
        text[n] = label[n];
    }
    text[n] = '\0';
    fprintf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", GUTTER - 8, y);
    html_text(to, text);
    fputs(label[n] ? "\xe2\x80\xa6</text>" : "</text>", to);
}

static void print_bar(FILE *to, const struct chart *c, size_t i)
{
    const struct chart_bar *bar = &c->bars[i];
    const int y = AXIS + 4 + (int)i * LANE;
    const double x = place_of(c, bar->from < c->from ? c->from : bar->from);
    const double width = WIDTH - RIGHT - x;

    print_label(to, bar->label, y + BAR - 2);
    fprintf(to, "<rect class=\"bar\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
            width < LEAST_WIDTH ? WIDTH - RIGHT - LEAST_WIDTH : x, y,
            width < LEAST_WIDTH ? (double)LEAST_WIDTH : width, BAR);
}

static bool is_inside(const struct chart *c, size_t mark)
{
    return c->marks[mark].at >= c->from && c->marks[mark].at <= c->to;
}

/* How far down each number stands: below those that it would cover. Returns the rows it takes. */
static int place_marks(const struct chart *c, int levels[static MARKS_MAX])
{
    int n_levels = 0;

    for (size_t i = 0; i < c->n_marks && i < MARKS_MAX; i++) {
        levels[i] = 0;
        if (!is_inside(c, i))
            continue;
        for (size_t other = 0; other < i; other++) {
            const double apart = place_of(c, c->marks[i].at) - place_of(c, c->marks[other].at);

            if (is_inside(c, other) && apart > -MARK && apart < MARK && levels[i] <= levels[other])
                levels[i] = levels[other] + 1;
        }
        n_levels = levels[i] >= n_levels ? levels[i] + 1 : n_levels;
    }
    return n_levels;
}

/* Numbered from 1: the list below the picture says which is which. */
static void print_marks(FILE *to, const struct chart *c, int bottom,
                        const int levels[static MARKS_MAX])
{
    for (size_t i = 0; i < c->n_marks && i < MARKS_MAX; i++) {
        const double x = place_of(c, c->marks[i].at);
        const int y = bottom + MARK / 2 + levels[i] * MARK;

        if (!is_inside(c, i))
            continue;
        fprintf(to,
                "<line class=\"mark\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
                "<circle class=\"mark\" cx=\"%.1f\" cy=\"%d\" r=\"8\"/>"
                "<text class=\"number\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%zu</text>",
                x, AXIS, x, y, x, y, x, y + 4, i + 1);
    }
}

void chart_print(FILE *to, const struct chart *c)
{
    const size_t n_bars = c->n_bars < CHART_BARS_MAX ? c->n_bars : CHART_BARS_MAX;
    const int bottom = AXIS + 4 + (int)n_bars * LANE;
    int levels[MARKS_MAX] = { 0 }, n_levels;

    if (c->to <= c->from)
        return;
    n_levels = place_marks(c, levels);
    fprintf(to, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH,
            bottom + n_levels * MARK + 2);
    html_text(to, c->title);
    fputs("</title>", to);
    print_ticks(to, c, bottom);
    for (size_t i = 0; i < n_bars; i++)
        print_bar(to, c, i);
    print_marks(to, c, bottom, levels);
    fputs("</svg>\n", to);
}
