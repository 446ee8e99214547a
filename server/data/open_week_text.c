/* open_week_text.c - see open_week.h. Days with the same steps are written together; steps that
 * follow one another are a range of the first and the last one. */
#include "server/data/open_week.h"

#include "server/data/calendar.h"

#include <lstm/buf.h>

#include <stdio.h>
#include <string.h>

/* 1970-01-05 was a Monday. */
enum { MONDAY = 4 * DAY_SECONDS, RANGE_TEXT_MAX = 80 };

/* The first step of the grid on a day of the week, in seconds after midnight. */
static int64_t first_step(int64_t base, int64_t step)
{
    return floor_mod(base, step);
}

/* Finds the ranges of open steps on a day. Writes the first and last step of at most max ranges;
 * returns their number. */
static int ranges_of(int (*range)[2], int max, const struct open_week *w, int day, int64_t base,
                     int64_t step)
{
    int64_t midnight = MONDAY + day * (int64_t)DAY_SECONDS;
    bool before = false;
    int n = 0;

    for (int64_t at = first_step(base, step); at < DAY_SECONDS; at += step) {
        bool now = open_week_has(w, midnight + at);

        if (now && !before && n++ < max)
            range[n - 1][0] = (int)at;
        if (now && n <= max)
            range[n - 1][1] = (int)at;
        before = now;
    }
    return n;
}

int open_week_ranges(const struct open_week *w, int64_t base, int64_t step)
{
    int most = 0, unused[1][2];

    for (int day = 0; day < 7; day++) {
        int n = ranges_of(unused, 0, w, day, base, step);

        most = n > most ? n : most;
    }
    return most;
}

/* Writes "07", "09:30", "09:30:05". */
static int put_clock(char *out, size_t room, int at, bool whole)
{
    if (whole)
        return snprintf(out, room, "%02d", at / 3600);
    if (at % 60 == 0)
        return snprintf(out, room, "%02d:%02d", at / 3600, at / 60 % 60);
    return snprintf(out, room, "%02d:%02d:%02d", at / 3600, at / 60 % 60, at % 60);
}

/* Writes "07-12,14-17"; "" for a day without open steps; "all" for a day without closed ones. */
static void day_text(char out[RANGE_TEXT_MAX], const struct open_week *w, int day, int64_t base,
                     int64_t step)
{
    int range[OPEN_RANGES_MAX][2];
    int count = ranges_of(range, OPEN_RANGES_MAX, w, day, base, step);
    bool whole = base % 3600 == 0 && step % 3600 == 0;
    size_t n = 0;

    out[0] = '\0';
    count = count < OPEN_RANGES_MAX ? count : OPEN_RANGES_MAX;
    for (int i = 0; i < count && n + 24 < RANGE_TEXT_MAX; i++) {
        if (i > 0)
            out[n++] = ',';
        n += (size_t)put_clock(out + n, RANGE_TEXT_MAX - n, range[i][0], whole);
        if (range[i][1] == range[i][0])
            continue;
        out[n++] = '-';
        n += (size_t)put_clock(out + n, RANGE_TEXT_MAX - n, range[i][1], whole);
    }
    if (count == 1 && range[0][0] < step && range[0][1] + step >= DAY_SECONDS)
        memcpy(out, "all", 4);
}

/* Writes the days of a mask, bit 0 for Monday, not all of them: "Mon-Fri", "Sun-Thu", "Mon,Thu". */
static size_t put_days(char *out, size_t room, unsigned days)
{
    size_t n = 0;
    int from = 0;

    while ((days >> from & 1) && (days >> (from + 6) % 7 & 1))
        from++; /* a range may continue into the next week */
    for (int i = 0; i < 7; i++) {
        int day = (from + i) % 7, last = i;

        if (!(days >> day & 1))
            continue;
        while (last + 1 < 7 && (days >> (from + last + 1) % 7 & 1))
            last++;
        n +=
            (size_t)snprintf(out + n, room - n, "%s%.3s", n ? "," : "", calendar_weekday_name(day));
        if (last > i + 1)
            n += (size_t)snprintf(out + n, room - n, "-%.3s",
                                  calendar_weekday_name((from + last) % 7));
        i = last > i + 1 ? last : i;
    }
    return n;
}

const char *open_week_text(char out[OPEN_TEXT_MAX], const struct open_week *w, int64_t base,
                           int64_t step)
{
    char text[7][RANGE_TEXT_MAX];
    unsigned done = 0;
    size_t n = 0;

    out[0] = '\0';
    for (int i = 0; i < 7; i++)
        day_text(text[i], w, i, base, step);
    for (int i = 0; i < 7; i++) {
        unsigned same = 0;

        for (int k = i; k < 7; k++)
            if (strcmp(text[k], text[i]) == 0)
                same |= 1u << k;
        if (done >> i & 1 || !text[i][0])
            continue;
        done |= same;
        n += (size_t)snprintf(out + n, OPEN_TEXT_MAX - n, "%s", n ? "; " : "");
        if (same != 0x7f)
            n += put_days(out + n, OPEN_TEXT_MAX - n, same);
        if (strcmp(text[i], "all") != 0)
            n += (size_t)snprintf(out + n, OPEN_TEXT_MAX - n, "%s%s", same != 0x7f ? " " : "",
                                  text[i]);
    }
    return out;
}

/* ---- reading ---- */

/* Reads three letters of a day at *s; -1 when there are none. */
static int read_day(const char **s)
{
    for (int i = 0; i < 7; i++)
        if (strncmp(*s, calendar_weekday_name(i), 3) == 0) {
            *s += 3;
            return i;
        }
    return -1;
}

/* Reads "Mon-Fri,Sun"; all days when none is named. */
static bool read_days(unsigned *days, const char **s)
{
    *days = 0;
    if (**s >= '0' && **s <= '9') {
        *days = 0x7f;
        return true;
    }
    for (;;) {
        int first = read_day(s), last = first;

        if (first < 0)
            return false;
        if (**s == '-') {
            ++*s;
            last = read_day(s);
        }
        if (last < 0)
            return false;
        *days |= 1u << last;
        for (int day = first; day != last; day = (day + 1) % 7)
            *days |= 1u << day;
        if (**s != ',')
            return true;
        ++*s;
    }
}

/* Reads "07", "07:30" or "07:30:15" in seconds; -1 for other text. */
static int read_clock(const char **s)
{
    static const int unit[] = {3600, 60, 1};
    int at = 0;

    for (int i = 0; i < 3; i++) {
        int v;

        if (i > 0 && **s != ':')
            return at;
        *s += i > 0;
        if ((*s)[0] < '0' || (*s)[0] > '9' || (*s)[1] < '0' || (*s)[1] > '9')
            return -1;
        v = ((*s)[0] - '0') * 10 + (*s)[1] - '0';
        if (v > (i ? 59 : 23))
            return -1;
        at += v * unit[i];
        *s += 2;
    }
    return at;
}

/* Opens the steps first to last on some days. False unless both are steps of the grid. */
static bool open_range(struct open_week *w, unsigned days, int first, int last, int64_t base,
                       int64_t step)
{
    if (last < first || (first - first_step(base, step)) % step != 0 || (last - first) % step != 0)
        return false;
    for (int day = 0; day < 7; day++)
        for (int64_t at = first; days >> day & 1 && at <= last; at += step)
            open_week_add(w, MONDAY + day * (int64_t)DAY_SECONDS + at, step);
    return true;
}

/* Reads and opens "07-12,14-17"; whole days when there is no range. */
static bool read_ranges(struct open_week *w, unsigned days, const char **s, int64_t base,
                        int64_t step)
{
    int64_t first = first_step(base, step);

    if (**s == '\0' || **s == ';')
        return open_range(w, days, (int)first,
                          (int)(first + (DAY_SECONDS - 1 - first) / step * step), base, step);
    *s += **s == ' ';
    for (int n = 0; n < OPEN_RANGES_MAX; n++) {
        int from = read_clock(s), to = from;

        if (from >= 0 && **s == '-') {
            ++*s;
            to = read_clock(s);
        }
        if (from < 0 || to < 0 || !open_range(w, days, from, to, base, step))
            return false;
        if (**s != ',')
            return true;
        ++*s;
    }
    return false;
}

enum status open_week_parse(struct open_week *out, const char *text, int64_t base, int64_t step,
                            struct err *e)
{
    const char *s = text;
    struct open_week w = {{0}};
    unsigned days;
    bool good = strlen(text) < OPEN_TEXT_MAX && open_week_fits(step);

    while (good) {
        good = read_days(&days, &s) && read_ranges(&w, days, &s, base, step);
        if (!good || !*s)
            break;
        good = strncmp(s, "; ", 2) == 0;
        s += 2 * good;
    }
    if (!good)
        return err_set(e, ST_INVALID,
                       "'%.60s' are no open steps; write days and times of steps of the series, "
                       "such as Mon-Sat or Mon-Fri 07-17; Sat 08-12",
                       text);
    *out = w;
    return ST_OK;
}
