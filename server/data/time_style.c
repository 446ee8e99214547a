/* time_style.c - see time_style.h. */
#include "server/data/time_style.h"

#include "server/data/calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The parts of a local time. */
struct moment {
    int64_t seconds; /* local */
    int64_t days, year;
    int month, day, hour, minute, second;
    int offset;
};

/* The kinds of directives. */
enum letter_kind { LETTER_NONE, LETTER_NUMBER, LETTER_NAME, LETTER_ZONE, LETTER_TEXT };

/* The letters; the digits that a number is padded to; the longest text of a name. */
static const struct letter {
    enum letter_kind kind;
    int width;
    const char *means; /* LETTER_TEXT: the format that it abbreviates */
} letters[128] = {
    ['Y'] = {LETTER_NUMBER, 4, NULL},      ['y'] = {LETTER_NUMBER, 2, NULL},
    ['m'] = {LETTER_NUMBER, 2, NULL},      ['d'] = {LETTER_NUMBER, 2, NULL},
    ['e'] = {LETTER_NUMBER, 2, NULL},      ['H'] = {LETTER_NUMBER, 2, NULL},
    ['I'] = {LETTER_NUMBER, 2, NULL},      ['k'] = {LETTER_NUMBER, 2, NULL},
    ['l'] = {LETTER_NUMBER, 2, NULL},      ['M'] = {LETTER_NUMBER, 2, NULL},
    ['S'] = {LETTER_NUMBER, 2, NULL},      ['j'] = {LETTER_NUMBER, 3, NULL},
    ['G'] = {LETTER_NUMBER, 4, NULL},      ['V'] = {LETTER_NUMBER, 2, NULL},
    ['q'] = {LETTER_NUMBER, 1, NULL},      ['s'] = {LETTER_NUMBER, 12, NULL},
    ['Q'] = {LETTER_NUMBER, 15, NULL},     ['b'] = {LETTER_NAME, 3, NULL},
    ['B'] = {LETTER_NAME, 9, NULL},        ['a'] = {LETTER_NAME, 3, NULL},
    ['A'] = {LETTER_NAME, 9, NULL},        ['p'] = {LETTER_NAME, 2, NULL},
    ['P'] = {LETTER_NAME, 2, NULL},        ['z'] = {LETTER_ZONE, 5, NULL},
    ['F'] = {LETTER_TEXT, 10, "%Y-%m-%d"}, ['T'] = {LETTER_TEXT, 8, "%H:%M:%S"},
    ['D'] = {LETTER_TEXT, 8, "%m/%d/%y"},  ['R'] = {LETTER_TEXT, 5, "%H:%M"},
    ['%'] = {LETTER_NAME, 1, NULL},
};

/* One directive of a format, such as "%-d". */
struct directive {
    const struct letter *means;
    char letter;
    char flag; /* '-', '^', ':' or 0 */
    int length;
};

/* Reads the directive at s, which begins with '%'. Returns false when it is not one. */
static bool read_directive(struct directive *out, const char *s)
{
    char flag = s[1] == '-' || s[1] == '^' || s[1] == ':' ? s[1] : 0;
    char letter = flag ? s[2] : s[1];
    enum letter_kind kind = (unsigned char)letter < 128 ? letters[(int)letter].kind : LETTER_NONE;

    if (kind == LETTER_NONE)
        return false;
    *out = (struct directive){&letters[(int)letter], letter, flag, flag ? 3 : 2};
    return !flag || (flag == '-' && kind == LETTER_NUMBER) ||
           (flag == '^' && kind == LETTER_NAME) || (flag == ':' && kind == LETTER_ZONE);
}

enum status time_format_check(const char *format, struct err *e)
{
    size_t longest = 0;

    if (strlen(format) > TIME_FORMAT_MAX)
        return err_set(e, ST_INVALID, "a date format has at most %d bytes; '%.40s...' has %zu",
                       TIME_FORMAT_MAX, format, strlen(format));
    for (const char *s = format; *s;) {
        struct directive d;

        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return err_set(e, ST_INVALID, "a date format holds no control characters");
        if (*s != '%') {
            longest++;
            s++;
            continue;
        }
        if (!read_directive(&d, s))
            return err_set(e, ST_INVALID,
                           "'%.3s' in the date format '%s' is not known; give strftime's letters "
                           "such as %%Y %%m %%d %%b %%H %%M %%S, %%q for the quarter",
                           s, format);
        longest += (size_t)d.means->width + (d.flag == ':');
        s += d.length;
    }
    if (longest >= TIME_TEXT_MAX)
        return err_set(e, ST_INVALID,
                       "stamps of the date format '%s' may have %zu characters; at most %d are "
                       "written",
                       format, longest, TIME_TEXT_MAX - 1);
    return ST_OK;
}

enum status time_style_format(struct time_style *s, const char *format, struct err *e)
{
    enum status st = time_format_check(format, e);

    if (!st)
        snprintf(s->format, sizeof(s->format), "%s", format);
    return st;
}

bool time_style_equal(const struct time_style *a, const struct time_style *b)
{
    return strcmp(a->format, b->format) == 0 && a->offset == b->offset && a->anchor == b->anchor &&
           a->month == b->month && a->clock == b->clock && open_week_equal(&a->open, &b->open);
}

static struct moment moment_of(const struct time_style *s, int64_t local)
{
    struct moment m = {.seconds = local, .offset = s->offset};
    int64_t clock = floor_mod(local, DAY_SECONDS);

    m.days = floor_div(local, DAY_SECONDS);
    date_from_days(m.days, &m.year, &m.month, &m.day);
    m.hour = (int)(clock / 3600);
    m.minute = (int)(clock / 60 % 60);
    m.second = (int)(clock % 60);
    return m;
}

static int64_t number_of(char letter, const struct moment *m)
{
    int64_t iso_year, utc = m->seconds - m->offset * 60;
    int week;

    if (letter == 'G' || letter == 'V')
        calendar_iso_week(m->days, &iso_year, &week);
    switch (letter) {
    case 'Y':
        return m->year;
    case 'y':
        return floor_mod(m->year, 100);
    case 'm':
        return m->month;
    case 'd':
    case 'e':
        return m->day;
    case 'H':
    case 'k':
        return m->hour;
    case 'I':
    case 'l':
        return (m->hour + 11) % 12 + 1;
    case 'M':
        return m->minute;
    case 'S':
        return m->second;
    case 'j':
        return m->days - days_from_date(m->year, 1, 1) + 1;
    case 'G':
        return iso_year;
    case 'V':
        return week;
    case 'q':
        return (m->month - 1) / 3 + 1;
    case 's':
        return utc;
    default:
        return utc * 1000; /* 'Q' */
    }
}

/* Writes a number. %e, %k and %l are padded with a blank, %s and %Q not at all. */
static int put_number(char *out, size_t room, const struct directive *d, const struct moment *m)
{
    bool bare = d->flag == '-' || d->letter == 's' || d->letter == 'Q';
    char blank = d->letter == 'e' || d->letter == 'k' || d->letter == 'l' ? ' ' : '0';
    int64_t v = number_of(d->letter, m);
    int width = d->means->width, n = width;

    if (bare || v < 0 || v > 9999 || (size_t)width >= room)
        return snprintf(out, room, "%0*lld", bare ? 1 : width, (long long)v);
    for (; n > 0 && (v > 0 || n == width); v /= 10)
        out[--n] = (char)('0' + v % 10);
    while (n > 0)
        out[--n] = blank;
    return width;
}

static int put_name(char *out, size_t room, const struct directive *d, const struct moment *m)
{
    const char *name = "%";
    int n = d->means->width;

    switch (d->letter) {
    case 'b':
    case 'B':
        name = calendar_month_name(m->month);
        break;
    case 'a':
    case 'A':
        name = calendar_weekday_name(calendar_weekday(m->days));
        break;
    case 'p':
        name = m->hour < 12 ? "AM" : "PM";
        break;
    case 'P':
        name = m->hour < 12 ? "am" : "pm";
        break;
    default:
        break;
    }
    n = snprintf(out, room, "%.*s", n, name);
    for (int i = 0; d->flag == '^' && i < n; i++)
        out[i] = (char)toupper((unsigned char)out[i]);
    return n;
}

static int put_zone(char *out, size_t room, const struct directive *d, const struct moment *m)
{
    int minutes = m->offset < 0 ? -m->offset : m->offset;

    return snprintf(out, room, "%c%02d%s%02d", m->offset < 0 ? '-' : '+', minutes / 60,
                    d->flag == ':' ? ":" : "", minutes % 60);
}

/* Writes a moment in years 1 to 9999 by a checked format, for which out has room. */
static int put_format(char *out, size_t room, const char *format, const struct moment *m)
{
    size_t n = 0;

    for (const char *s = format; *s && n + 1 < room;) {
        struct directive d;
        int more = 0;

        if (*s != '%' || !read_directive(&d, s)) {
            out[n++] = *s++;
            continue;
        }
        if (d.means->kind == LETTER_NUMBER)
            more = put_number(out + n, room - n, &d, m);
        else if (d.means->kind == LETTER_NAME)
            more = put_name(out + n, room - n, &d, m);
        else if (d.means->kind == LETTER_ZONE)
            more = put_zone(out + n, room - n, &d, m);
        else
            more = put_format(out + n, room - n, d.means->means, m);
        n += (size_t)more < room - n ? (size_t)more : room - n - 1;
        s += d.length;
    }
    out[n] = '\0';
    return (int)n;
}

const char *time_style_text(char out[TIME_TEXT_MAX], const struct time_style *s, int64_t local)
{
    struct moment m = moment_of(s, local);

    put_format(out, TIME_TEXT_MAX, s->format, &m);
    return out;
}

int64_t time_anchor_day(int anchor, int64_t y, int m)
{
    int length = calendar_month_days(y, m), weekday;
    int64_t first = days_from_date(y, m, 1), last = first + length - 1;

    if (anchor == ANCHOR_FIRST_BUSINESS_DAY) {
        weekday = calendar_weekday(first);
        return weekday < 5 ? first : first + 7 - weekday;
    }
    if (anchor == ANCHOR_LAST_BUSINESS_DAY) {
        weekday = calendar_weekday(last);
        return weekday < 5 ? last : last - (weekday - 4);
    }
    if (anchor == ANCHOR_PERIOD)
        return first;
    return first + (anchor < length ? anchor : length) - 1;
}
