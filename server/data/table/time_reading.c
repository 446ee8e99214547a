/* time_reading.c - see time_reading.h. */
#include "server/data/table/time_reading.h"

#include "server/data/calendar.h"
#include "server/data/table/time_plain.h"
#include "server/data/table/time_shape.h"
#include "server/data/table/zone_name.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY = DAY_SECONDS,
    YEAR_LOW = 1500, /* a number of four, six or eight digits is a date only between these years */
    YEAR_HIGH = 2299,
    DECIMAL_LOW = 1700, /* years with decimals; other numbers have decimals, too */
    DECIMAL_HIGH = 2199,
    EPOCH_DIGITS = 9,  /* seconds of 1973 and later, or of 1966 and before */
    EXCEL_LOW = 20000, /* days of 1954 to 2091 */
    EXCEL_HIGH = 70000,
    EXCEL_EPOCH = 25569, /* days from 1899-12-30 to 1970-01-01 */
    TEXT_MAX = 64
};

/* ---- readings with a shape ---- */

/* The Monday of the year's first ISO week, the one with 4 January, in days since 1970. */
static int64_t first_monday(int year)
{
    int64_t fourth = days_from_date(year, 1, 4);

    return fourth - calendar_weekday(fourth);
}

static bool week_start(int64_t *days, const struct time_meaning *m)
{
    *days = first_monday(m->year) + 7 * (m->week - 1) + (m->weekday > 0 ? m->weekday - 1 : 0);
    return m->week < 53 || first_monday(m->year) + 7 * 52 < first_monday(m->year + 1);
}

bool time_of_week(struct timestamp *out, int year, int week)
{
    const struct time_meaning m = {.year = year, .week = week};
    int64_t days;

    if (!week_start(&days, &m))
        return false;
    *out = (struct timestamp){days * DAY, FREQ_W};
    return true;
}

static bool stamp_of(struct timestamp *out, const struct time_meaning *m)
{
    int64_t days;

    if (m->week > 0) {
        if (!week_start(&days, m))
            return false;
        *out = (struct timestamp){days * DAY, m->weekday ? FREQ_D : FREQ_W};
    } else if (m->quarter > 0) {
        *out = (struct timestamp){days_from_date(m->year, m->quarter * 3 - 2, 1) * DAY, FREQ_Q};
    } else if (m->month == 0) {
        *out = (struct timestamp){days_from_date(m->year, 1, 1) * DAY, FREQ_Y};
    } else if (m->day == 0) {
        *out = (struct timestamp){days_from_date(m->year, m->month, 1) * DAY, FREQ_M};
    } else if (m->day > calendar_month_days(m->year, m->month)) {
        return false;
    } else {
        *out = (struct timestamp){days_from_date(m->year, m->month, m->day) * DAY,
                                  m->has_clock ? FREQ_S : FREQ_D};
        out->seconds += m->hour * 3600 + m->minute * 60 + m->second - m->zone * 60;
    }
    return true;
}

static bool read_shape(struct timestamp *out, struct cell c, enum time_reading reading,
                       struct time_traits *traits)
{
    struct pieces in;
    struct time_meaning m;
    bool fits;

    if ((reading == TIME_YM || reading == TIME_MY) &&
        time_plain_month(&fits, out, c, reading, traits))
        return fits;
    if (c.len > TEXT_MAX || !pieces_cut(&in, c) || !time_understand(&m, &in, reading) ||
        !stamp_of(out, &m))
        return false;
    if (traits) {
        traits->short_part = traits->short_part || m.short_part;
        traits->fraction = traits->fraction || m.fraction;
        traits->named_zone = traits->named_zone || m.named_zone;
        if (m.has_clock)
            time_note_zone(traits, m.has_zone, m.zone);
    }
    return true;
}

/* ---- readings without shapes ---- */

static bool is_digits(struct cell c)
{
    for (size_t i = 0; i < c.len; i++)
        if (c.at[i] < '0' || c.at[i] > '9')
            return false;
    return c.len > 0;
}

static int part(struct cell c, size_t from, size_t n)
{
    int v = 0;

    for (size_t i = from; i < from + n; i++)
        v = v * 10 + (c.at[i] - '0');
    return v;
}

/* plain: the cell as cut by time_plain.h, or NULL. */
static bool read_iso(struct timestamp *out, struct cell c, const struct plain_time *plain,
                     struct time_traits *traits)
{
    if (plain && (plain->has_clock || (c.len == 10 && plain->mark == '-')) &&
        time_plain_read(out, plain, TIME_YMD, traits))
        return true;
    if (c.len == 0 || is_digits(c) || c.at[0] == '-')
        return false;
    if (memchr(c.at, ':', c.len))
        return read_shape(out, c, TIME_YMD, traits);
    return timestamp_parse(out, c.at, c.len, NULL) == ST_OK;
}

/* Reads 20200131, 202001, 202005. */
static bool read_compact(struct timestamp *out, struct cell c, enum time_reading reading)
{
    struct time_meaning m = {0};

    if (!is_digits(c) || c.len != (reading == TIME_YYYYMMDD ? 8 : 6))
        return false;
    m.year = part(c, 0, 4);
    if (reading == TIME_YYYYWW)
        m.week = part(c, 4, 2);
    else
        m.month = part(c, 4, 2);
    if (reading == TIME_YYYYMMDD && (m.day = part(c, 6, 2)) == 0)
        return false;
    if (m.year < YEAR_LOW || m.year > YEAR_HIGH || m.month > 12 || m.week > 53 ||
        m.month + m.week == 0)
        return false;
    return stamp_of(out, &m);
}

/* Reads 2020031: year and day of the year. */
static bool read_day_of_year(struct timestamp *out, struct cell c)
{
    int year, day;

    if (!is_digits(c) || c.len != 7)
        return false;
    year = part(c, 0, 4);
    day = part(c, 4, 3);
    if (year < YEAR_LOW || year > YEAR_HIGH || day < 1 || day > 337 + calendar_month_days(year, 2))
        return false;
    *out = (struct timestamp){(days_from_date(year, 1, 1) + day - 1) * DAY, FREQ_D};
    return true;
}

/* Reads 20200131T120000Z, 20200131 1200, 20200131:1200 (PVGIS), 202001311200: a date of eight
 * digits, then hours and minutes. */
static bool read_stamp(struct timestamp *out, struct cell c)
{
    size_t at = 8, left;

    if (c.len == 10 && is_digits(c)) { /* 2020013112: the German weather service */
        if (!read_compact(out, (struct cell){c.at, 8}, TIME_YYYYMMDD) || part(c, 0, 4) < 1900 ||
            part(c, 0, 4) > 2099 || part(c, 8, 2) > 23)
            return false;
        out->seconds += part(c, 8, 2) * 3600;
        out->precision = FREQ_S;
        return true;
    }
    if (c.len > 0 && (c.at[c.len - 1] | 0x20) == 'z')
        c.len--;
    if (c.len < 12 || c.len > 15 || !read_compact(out, (struct cell){c.at, 8}, TIME_YYYYMMDD))
        return false;
    at += (c.at[8] | 0x20) == 't' || c.at[8] == ' ' || c.at[8] == ':';
    left = c.len - at;
    if ((left != 4 && left != 6) || !is_digits((struct cell){c.at + at, left}) ||
        part(c, at, 2) > 23 || part(c, at + 2, 2) > 59 || (left == 6 && part(c, at + 4, 2) > 59))
        return false;
    out->seconds += part(c, at, 2) * 3600 + part(c, at + 2, 2) * 60;
    out->seconds += left == 6 ? part(c, at + 4, 2) : 0;
    out->precision = FREQ_S;
    return true;
}

/* Reads a whole number with its sign. A fraction may follow, which is cut off. */
static bool whole(int64_t *out, struct cell c, size_t *digits, bool *fraction)
{
    bool minus = c.len > 0 && *c.at == '-';
    const char *s = c.at + minus, *end = c.at + c.len;

    *out = 0;
    *digits = 0;
    for (; s < end && *s >= '0' && *s <= '9'; s++, (*digits)++) {
        if (*digits >= 18 && (*digits > 18 || *out > INT64_MAX / 10 - 1))
            return false; /* 19 digits at most, and no more than an int64_t holds */
        *out = *out * 10 + (*s - '0');
    }
    if (*digits == 0)
        return false;
    if (s < end && *s == '.')
        for (s++; s < end && *s >= '0' && *s <= '9'; s++)
            *fraction = *fraction || *s != '0';
    *out = minus ? -*out : *out;
    return s == end;
}

static bool read_epoch(struct timestamp *out, struct cell c, enum time_reading reading,
                       struct time_traits *traits)
{
    static const int64_t unit[] = {1, 1000, 1000000, 1000000000};
    int64_t v, u = unit[reading - TIME_SECONDS];
    size_t digits;
    bool fraction = false;

    if (!whole(&v, c, &digits, &fraction))
        return false;
    /* 9 or 10 digits of seconds are 1973 to 2286; each smaller unit has three digits more */
    if (digits < EPOCH_DIGITS + 3 * (size_t)(reading - TIME_SECONDS) ||
        digits > EPOCH_DIGITS + 2 + 3 * (size_t)(reading - TIME_SECONDS) ||
        (reading != TIME_SECONDS && digits == EPOCH_DIGITS + 3 * (size_t)(reading - TIME_SECONDS) &&
         digits <= 11))
        return false;
    if (traits)
        traits->fraction = traits->fraction || fraction || v % u != 0;
    *out = (struct timestamp){floor_div(v, u), FREQ_S};
    return true;
}

/* Reads 1949.083, a year with the part of it that is over. One decimal is exact; two or more may be
 * rounded, or counted in days. Both are less than a sixth of a month off, so that beginnings and
 * middles of months differ. */
static bool read_decimal(struct timestamp *out, struct cell c, enum time_reading reading)
{
    static const double off_most = 0.0066;
    double scale = 1, part_of_year, months;
    int64_t year;
    int month;

    if (c.len < 4 || !is_digits((struct cell){c.at, 4}) ||
        (c.len > 4 && (c.len == 5 || c.len > 24 || c.at[4] != '.' ||
                       !is_digits((struct cell){c.at + 5, c.len - 5}))))
        return false;
    year = part(c, 0, 4);
    part_of_year = 0;
    for (size_t i = 5; i < c.len; i++)
        part_of_year += (c.at[i] - '0') * (scale /= 10);
    months = part_of_year * 12 - (reading == TIME_DECIMAL_MIDDLE ? 0.5 : 0);
    month = (int)floor(months + 0.5);
    if (year < DECIMAL_LOW || year > DECIMAL_HIGH || month < 0 || month > 12 ||
        (month == 12 && reading == TIME_DECIMAL_MIDDLE) || (c.len == 6 && c.at[5] % 5 != '0' % 5) ||
        fabs(months - month) > 12 * (off_most + (c.len == 7 ? 0.005 : 0)))
        return false;
    *out = (struct timestamp){days_from_date(year + month / 12, month % 12 + 1, 1) * DAY, FREQ_M};
    return true;
}

/* Reads days since 1899-12-30 with a fraction, as a spreadsheet stores them; to the nearest
 * second. */
static bool read_excel(struct timestamp *out, struct cell c)
{
    char text[TEXT_MAX];
    double v, part_of_day;
    int64_t day, second;
    size_t digits;
    bool fraction = false;

    if (c.len >= sizeof(text) || !whole(&day, c, &digits, &fraction) || day < EXCEL_LOW ||
        day > EXCEL_HIGH)
        return false;
    memcpy(text, c.at, c.len);
    text[c.len] = '\0';
    v = strtod(text, NULL);
    part_of_day = v - (double)day;
    second = (int64_t)(part_of_day * DAY + 0.5);
    *out = (struct timestamp){(day - EXCEL_EPOCH) * DAY + second, fraction ? FREQ_S : FREQ_D};
    return true;
}

static bool read_number(struct timestamp *out, struct cell c, enum time_reading reading)
{
    int64_t v;
    size_t digits;
    bool fraction = false;

    if (!whole(&v, c, &digits, &fraction) || memchr(c.at, '.', c.len))
        return false;
    if (reading == TIME_ROW) {
        *out = (struct timestamp){v, FREQ_INDEX};
        return digits <= 15;
    }
    if (digits != 4 || v < 1)
        return false;
    *out = (struct timestamp){days_from_date((int)v, 1, 1) * DAY, FREQ_Y};
    return true;
}

/* Cuts a range in two. */
static bool cut_range(struct cell *from, struct cell *to, struct cell c)
{
    static const char *const marks[] = {" to ",  " - ",     " \xe2\x80\x93 ", " \xe2\x80\x94 ",
                                        " bis ", " until ", "\xe2\x80\x93",   "/"};

    for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
        size_t n = strlen(marks[m]);

        if (n == 1 && c.len != 21) /* "2020-01-27/2020-02-02": pandas' periods of a week */
            continue;
        for (size_t i = n == 1 ? 10 : 4; i + n + 4 < c.len; i++)
            if (memcmp(c.at + i, marks[m], n) == 0) {
                *from = cell_trim((struct cell){c.at, i});
                *to = cell_trim((struct cell){c.at + i + n, c.len - i - n});
                return true;
            }
    }
    return false;
}

/* Whether the cell is a range of times of day, "00:00 - 01:00", after a date. */
static bool is_clock(struct cell c)
{
    return c.len == 5 && c.at[2] == ':' && is_digits((struct cell){c.at, 2}) &&
           is_digits((struct cell){c.at + 3, 2});
}

static bool read_range(struct timestamp *out, struct cell c, enum time_reading reading,
                       struct time_traits *traits)
{
    static const enum time_reading plain[] = {TIME_YMD, TIME_DBY, TIME_BDY, TIME_YBD},
                                   dmy[] = {TIME_DMY}, mdy[] = {TIME_MDY};
    const enum time_reading *of = reading == TIME_RANGE_DMY   ? dmy
                                  : reading == TIME_RANGE_MDY ? mdy
                                                              : plain;
    struct timestamp end;
    struct cell from, to;

    if (c.len < 15 || !cut_range(&from, &to, c))
        return false;
    for (int i = 0; i < (of == plain ? 4 : 1); i++)
        if (read_shape(out, from, of[i], traits))
            return is_clock(to) ||
                   (read_shape(&end, to, of[i], NULL) && end.seconds >= out->seconds);
    return false;
}

static bool read_in(struct timestamp *out, struct cell c, const struct plain_time *plain,
                    enum time_reading reading, struct time_traits *traits)
{
    switch (reading) {
    case TIME_ISO:
        return read_iso(out, c, plain, traits);
    case TIME_YMD:
    case TIME_DMY:
    case TIME_MDY:
    case TIME_YMD_SHORT:
        return plain ? time_plain_read(out, plain, reading, traits)
                     : read_shape(out, c, reading, traits);
    case TIME_RANGE:
    case TIME_RANGE_DMY:
    case TIME_RANGE_MDY:
        return read_range(out, c, reading, traits);
    case TIME_YYYYMMDD:
    case TIME_YYYYMM:
    case TIME_YYYYWW:
        return read_compact(out, c, reading);
    case TIME_YYYYDDD:
        return read_day_of_year(out, c);
    case TIME_STAMP:
        if (!read_stamp(out, c))
            return false;
        if (traits) /* a time without a zone is local */
            time_note_zone(traits, (c.at[c.len - 1] | 0x20) == 'z', 0);
        return true;
    case TIME_SECONDS:
    case TIME_MILLIS:
    case TIME_MICROS:
    case TIME_NANOS:
        return read_epoch(out, c, reading, traits);
    case TIME_EXCEL:
        return read_excel(out, c);
    case TIME_DECIMAL:
    case TIME_DECIMAL_MIDDLE:
        return read_decimal(out, c, reading);
    case TIME_YEAR:
    case TIME_ROW:
        return read_number(out, c, reading);
    default:
        return read_shape(out, c, reading, traits);
    }
}

/* The cell as cut by time_plain.h; NULL if that is not possible, or none of the wanted readings
 * needs it. */
static const struct plain_time *cut_plain(struct plain_time *out, struct cell c,
                                          time_readings wanted)
{
    static const time_readings plain = TIME_BIT(TIME_ISO) | TIME_BIT(TIME_YMD) |
                                       TIME_BIT(TIME_DMY) | TIME_BIT(TIME_MDY) |
                                       TIME_BIT(TIME_YMD_SHORT);

    return wanted & plain && time_plain_cut(out, c) ? out : NULL;
}

bool time_read(struct timestamp *out, struct cell c, enum time_reading reading)
{
    struct plain_time plain;

    c = zone_name_cut(cell_trim(c));
    return read_in(out, c, cut_plain(&plain, c, TIME_BIT(reading)), reading, NULL);
}

time_readings time_readings_of(struct cell c, time_readings wanted, struct time_traits *traits)
{
    time_readings mask = 0;
    struct plain_time cut;
    const struct plain_time *plain;
    struct timestamp t;
    size_t whole;

    c = cell_trim(c);
    whole = c.len;
    c = zone_name_cut(c);
    if (c.len == 0 || c.len > TEXT_MAX)
        return 0;
    if (traits)
        traits->zone_name = traits->zone_name || c.len < whole;
    plain = cut_plain(&cut, c, wanted);
    for (time_readings left = wanted; left; left &= left - 1) {
        int i = __builtin_ctzll(left);

        if (i < TIME_READINGS && read_in(&t, c, plain, (enum time_reading)i, traits))
            mask |= TIME_BIT(i);
    }
    return mask;
}

static const struct {
    const char *example, *words;
} readings[TIME_READINGS] = {
    [TIME_ISO] = {"2020-01-31", "ISO 8601"},
    [TIME_YMD] = {"2020-1-31", "year, month, day"},
    [TIME_DMY] = {"31/01/2020", "day, month, year"},
    [TIME_MDY] = {"01/31/2020", "month, day, year"},
    [TIME_YMD_SHORT] = {"20/01/31", "year, month, day"},
    [TIME_MY] = {"01/2020", "month, year"},
    [TIME_DBY] = {"31-Jan-2020", "day, month, year"},
    [TIME_BDY] = {"January 31, 2020", "month, day, year"},
    [TIME_YBD] = {"2020-Jan-31", "year, month, day"},
    [TIME_BY] = {"Jan 2020", "month, year"},
    [TIME_YB] = {"2020 Jan", "year, month"},
    [TIME_YQ] = {"2020 Q1", "year, quarter"},
    [TIME_QY] = {"Q1 2020", "quarter, year"},
    [TIME_YM] = {"2020M01", "year, month"},
    [TIME_WEEK] = {"2020-W05", "year, ISO week"},
    [TIME_FISCAL] = {"FY2020", "fiscal year"},
    [TIME_RANGE] = {"2020-01-27/2020-02-02", "beginning and end, of which the beginning counts"},
    [TIME_RANGE_DMY] = {"27/01/2020 - 02/02/2020",
                        "day, month, year of beginning and end, of which the beginning counts"},
    [TIME_RANGE_MDY] = {"01/27/2020 - 02/02/2020",
                        "month, day, year of beginning and end, of which the beginning counts"},
    [TIME_YEAR] = {"2020", "year"},
    [TIME_DECIMAL] = {"2020.083", "years with decimals, at the beginnings of months"},
    [TIME_DECIMAL_MIDDLE] = {"2020.042", "years with decimals, at the middles of months"},
    [TIME_YYYYMMDD] = {"20200131", "year, month, day"},
    [TIME_YYYYMM] = {"202001", "year, month"},
    [TIME_YYYYWW] = {"202005", "year, ISO week"},
    [TIME_YYYYDDD] = {"2020031", "year, day of the year"},
    [TIME_STAMP] = {"20200131T1200", "date and time of day"},
    [TIME_SECONDS] = {"1577836800", "seconds since 1970"},
    [TIME_MILLIS] = {"1577836800000", "milliseconds since 1970"},
    [TIME_MICROS] = {"1577836800000000", "microseconds since 1970"},
    [TIME_NANOS] = {"1577836800000000000", "nanoseconds since 1970"},
    [TIME_EXCEL] = {"43831", "days of a spreadsheet, since 1899-12-30"},
    [TIME_ROW] = {"17", "row number"},
};

const char *time_reading_example(enum time_reading reading)
{
    return readings[reading].example;
}

const char *time_reading_words(enum time_reading reading)
{
    return readings[reading].words;
}
