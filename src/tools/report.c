/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "base/macros.h"
#include "colour.h"
#include "text.h"

/* Columns on the terminal; what the locale cannot tell counts one per byte. */
static int width_of(const char *text)
{
    wchar_t wide[512];
    size_t n = mbstowcs(wide, text, ARRAY_SIZE(wide));
    int width = n < ARRAY_SIZE(wide) ? wcswidth(wide, n) : -1;

    return width >= 0 ? width : (int)strlen(text);
}

static void print_repeated(FILE *to, char character, int n)
{
    while (n-- > 0)
        fputc(character, to);
}

/* The last column is not filled up, so that no line ends in blanks. */
static void print_row(FILE *to, const struct report_row *row, const int *widths, size_t n_columns)
{
    for (size_t i = 0; i < n_columns; i++) {
        _cleanup_(freep) char *text = text_printable(row->cells[i] ? row->cells[i] : "");

        if (!text)
            continue;
        fputs(text, to);
        if (i + 1 < n_columns)
            print_repeated(to, ' ', widths[i] - width_of(text) + 1);
    }
    fputc('\n', to);
}

static void widen(int *width, const char *cell)
{
    _cleanup_(freep) char *text = text_printable(cell ? cell : "");
    int needed = text ? width_of(text) : 0;

    if (*width < needed)
        *width = needed;
}

static size_t count_columns(const struct report_row *headings)
{
    size_t n = 0;

    while (n < REPORT_COLUMNS_MAX && headings->cells[n])
        n++;
    return n;
}

void report_title(FILE *to, const struct report_style *style, const char *title)
{
    if (style->no_headings || style->format == REPORT_CSV)
        return;
    fprintf(to, "%s%s%s\n", colour_begin(COLOUR_HEADING), title, colour_end(COLOUR_HEADING));
    print_repeated(to, '-', width_of(title));
    fputs("\n\n", to);
}

static void print_table(FILE *to, const struct report_style *style,
                        const struct report_row *headings, const struct report_row *rows,
                        size_t n_rows)
{
    const size_t n_columns = count_columns(headings);
    int widths[REPORT_COLUMNS_MAX] = { 0 };

    for (size_t c = 0; c < n_columns; c++) {
        widen(&widths[c], headings->cells[c]);
        for (size_t i = 0; i < n_rows; i++)
            widen(&widths[c], rows[i].cells[c]);
    }
    if (!style->no_headings) {
        print_row(to, headings, widths, n_columns);
        for (size_t c = 0; c < n_columns; c++) {
            print_repeated(to, '=', widths[c]);
            fputc(c + 1 < n_columns ? ' ' : '\n', to);
        }
    }
    for (size_t i = 0; i < n_rows; i++)
        print_row(to, &rows[i], widths, n_columns);
}

static void print_list(FILE *to, const struct report_row *headings, const struct report_row *rows,
                       size_t n_rows)
{
    const size_t n_columns = count_columns(headings);
    int width = 0;

    for (size_t c = 0; c < n_columns; c++)
        widen(&width, headings->cells[c]);
    for (size_t i = 0; i < n_rows; i++) {
        if (i > 0)
            fputc('\n', to);
        for (size_t c = 0; c < n_columns; c++) {
            _cleanup_(freep) char *text = text_printable(rows[i].cells[c] ? rows[i].cells[c] : "");

            fprintf(to, "%s:%*s %s\n", headings->cells[c], width - width_of(headings->cells[c]), "",
                    text ? text : "?");
        }
    }
}

static void print_quoted(FILE *to, const struct report_row *row, size_t n_columns)
{
    for (size_t c = 0; c < n_columns; c++) {
        _cleanup_(freep) char *text = text_printable(row->cells[c] ? row->cells[c] : "");

        fputs(c > 0 ? ",\"" : "\"", to);
        for (const char *p = text; p && *p; p++) {
            if (*p == '"')
                fputc('"', to);
            fputc(*p, to);
        }
        fputc('"', to);
    }
    fputc('\n', to);
}

static void print_csv(FILE *to, const struct report_style *style, const struct report_row *headings,
                      const struct report_row *rows, size_t n_rows)
{
    if (!style->no_headings)
        print_quoted(to, headings, count_columns(headings));
    for (size_t i = 0; i < n_rows; i++)
        print_quoted(to, &rows[i], count_columns(headings));
}

void report_section(FILE *to, const struct report_style *style, const char *title,
                    const struct report_row *headings, const struct report_row *rows, size_t n_rows)
{
    report_title(to, style, title);
    switch (style->format) {
    case REPORT_TABLE:
        print_table(to, style, headings, rows, n_rows);
        break;
    case REPORT_LIST:
        print_list(to, headings, rows, n_rows);
        break;
    case REPORT_CSV:
        print_csv(to, style, headings, rows, n_rows);
        break;
    }
}

bool report_format_of(const char *name, enum report_format *ret)
{
    static const char *const names[] = {
        [REPORT_TABLE] = "table",
        [REPORT_LIST] = "list",
        [REPORT_CSV] = "csv",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcasecmp(names[i], name) == 0) {
            *ret = (enum report_format)i;
            return true;
        }
    }
    return false;
}
