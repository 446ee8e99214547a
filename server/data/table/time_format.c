/* time_format.c - see time_format.h. strptime() does the work. Its numbers may have fewer digits
 * than their field, and a blank matches any run of blanks. */
#include "server/data/table/time_format.h"

#include "server/data/calendar.h"

#include <limits.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 80, FORMAT_MAX = 31 };

/* Whether the format contains one of the letters, with or without a flag. */
static bool has(const char *format, const char *letters)
{
    for (const char *p = strchr(format, '%'); p && p[1]; p = strchr(p + 2, '%')) {
        const char *letter = p + 1 + strspn(p + 1, "-_0^#EO");

        if (*letter && strchr(letters, *letter))
            return true;
        p = letter - 1;
    }
    return false;
}

enum status time_pattern_check(const char *format, struct err *e)
{
    if (strlen(format) > FORMAT_MAX)
        return err_set(e, ST_INVALID, "a date format has at most %d bytes", FORMAT_MAX);
    if (!has(format, "YyGgCsDFcx"))
        return err_set(e, ST_INVALID,
                       "the date format '%s' does not tell the year; write it in strptime's "
                       "letters, such as %%d/%%m/%%Y or %%Y-%%m-%%d %%H:%%M",
                       format);
    return ST_OK;
}

/* strptime() does not know "%-d"; it reads numbers without zeros anyway. */
static void without_flags(char *out, const char *format)
{
    for (; *format; format++) {
        *out++ = *format;
        if (*format == '%' && format[1] && strchr("-_0^#", format[1]))
            format++;
        else if (*format == '%' && format[1])
            *out++ = *++format;
    }
    *out = '\0';
}

static enum freq_unit precision_of(const char *format)
{
    if (has(format, "HIkMSTRrXscpPlQ"))
        return FREQ_S;
    if (has(format, "dejDFuwaA"))
        return FREQ_D;
    return has(format, "mbBh") ? FREQ_M : FREQ_Y;
}

bool time_pattern_read(struct timestamp *out, struct cell c, const char *format)
{
    char text[TEXT_MAX], plain[FORMAT_MAX + 1];
    struct tm tm = {.tm_year = INT_MIN, .tm_mday = 1};
    const char *end;

    c = cell_trim(c);
    if (c.len == 0 || c.len >= sizeof(text) || strlen(format) > FORMAT_MAX)
        return false;
    memcpy(text, c.at, c.len);
    text[c.len] = '\0';
    without_flags(plain, format);
    end = strptime(text, plain, &tm);
    if (!end || *end || tm.tm_year == INT_MIN || tm.tm_year < -1899 || tm.tm_year > 8099 ||
        tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 ||
        tm.tm_mday > calendar_month_days(tm.tm_year + 1900, tm.tm_mon + 1))
        return false;
    out->precision = precision_of(plain);
    out->seconds = days_from_date(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * DAY_SECONDS;
    if (out->precision == FREQ_S)
        out->seconds += tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - tm.tm_gmtoff;
    return true;
}
