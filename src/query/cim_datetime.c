/* SPDX-License-Identifier: MIT */
#include "query/cim_datetime.h"

#include <stdio.h>
#include <time.h>

#include "base/filetime.h"

bool cim_datetime_text(char *ret, int64_t filetime)
{
    const time_t seconds = (time_t)filetime_to_unix(filetime);
    char date[24];
    struct tm tm;

    if (!gmtime_r(&seconds, &tm) || strftime(date, sizeof(date), "%Y%m%d%H%M%S", &tm) != 14)
        return false;
    snprintf(ret, CIM_DATETIME_SIZE, "%s.%06u+000", date,
             (unsigned)(filetime % FILETIME_PER_SECOND / 10) % 1000000);
    return true;
}

/* A fixed number of digits. */
static bool read_digits(const char **text, size_t n, int *ret)
{
    *ret = 0;
    for (; n > 0; n--, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *ret = *ret * 10 + (**text - '0');
    }
    return true;
}

bool cim_datetime_parse(const char *text, int64_t *ret)
{
    int year, month, fraction, offset;
    struct tm tm = { 0 };
    char sign;

    if (!read_digits(&text, 4, &year) || !read_digits(&text, 2, &month) ||
        !read_digits(&text, 2, &tm.tm_mday) || !read_digits(&text, 2, &tm.tm_hour) ||
        !read_digits(&text, 2, &tm.tm_min) || !read_digits(&text, 2, &tm.tm_sec) ||
        *text++ != '.' || !read_digits(&text, 6, &fraction))
        return false;
    sign = *text++;
    if ((sign != '+' && sign != '-') || !read_digits(&text, 3, &offset) || *text)
        return false;
    if (year < 1601 || month < 1 || month > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
        tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    *ret = filetime_from_unix(timegm(&tm) - (sign == '-' ? -offset : offset) * 60) + fraction * 10;
    return true;
}
