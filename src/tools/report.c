/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/macros.h"
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

void report_section(FILE *to, const char *title, const struct report_row *headings,
                    const struct report_row *rows, size_t n_rows)
{
    int widths[REPORT_COLUMNS_MAX] = { 0 };
    size_t n_columns = 0;

    while (n_columns < REPORT_COLUMNS_MAX && headings->cells[n_columns]) {
        widen(&widths[n_columns], headings->cells[n_columns]);
        for (size_t i = 0; i < n_rows; i++)
            widen(&widths[n_columns], rows[i].cells[n_columns]);
        n_columns++;
    }
    fprintf(to, "%s\n", title);
    print_repeated(to, '-', width_of(title));
    fputs("\n\n", to);
    print_row(to, headings, widths, n_columns);
    for (size_t i = 0; i < n_columns; i++) {
        print_repeated(to, '=', widths[i]);
        fputc(i + 1 < n_columns ? ' ' : '\n', to);
    }
    for (size_t i = 0; i < n_rows; i++)
        print_row(to, &rows[i], widths, n_columns);
}
