/* timeline.c - see timeline.h. Calendar arithmetic on days since 1970-01-01, proleptic
 * Gregorian. */
#include "server/data/timeline.h"

#include <lstm/number.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY = 86400, YEAR_MAX = 9999, MULTIPLE_MAX = 1000000, YEAR_TEXT_MAX = 21, SPARSE = 20 };

/* ---- calendar ---- */

/* Howard Hinnant's days_from_civil: eras of 400 years, years that begin in March. */
static int64_t days_of(int64_t y, int m, int d)
{
    int64_t era, yoe, doy;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int64_t *y, int *m, int *d)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

static int month_days(int64_t y, int m)
{
    static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

    return m == 2 && leap ? 29 : n[m - 1];
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

static bool in_calendar(int64_t seconds)
{
    return seconds >= days_of(1, 1, 1) * DAY && seconds < days_of(YEAR_MAX + 1, 1, 1) * DAY;
}

/* ---- frequencies ---- */

static const struct {
    const char *name;
    enum freq_unit unit;
} aliases[] = {
    {"Y", FREQ_Y},     {"A", FREQ_Y},   {"YE", FREQ_Y}, {"YS", FREQ_Y}, {"AS", FREQ_Y},
    {"Q", FREQ_Q},     {"QE", FREQ_Q},  {"QS", FREQ_Q}, {"M", FREQ_M},  {"ME", FREQ_M},
    {"MS", FREQ_M},    {"W", FREQ_W},   {"D", FREQ_D},  {"H", FREQ_H},  {"h", FREQ_H},
    {"min", FREQ_MIN}, {"T", FREQ_MIN}, {"S", FREQ_S},  {"s", FREQ_S},
};

static const char *const unit_names[] = {"", "Y", "Q", "M", "W", "D", "H", "min", "S"};

/* "W-SUN", "Q-DEC", "YE-DEC": the anchor is in the time stamps themselves. */
static size_t without_anchor(const char *s)
{
    const char *dash = strchr(s, '-');

    return dash && strlen(dash) == 4 ? (size_t)(dash - s) : strlen(s);
}

enum status frequency_parse(struct frequency *out, const char *s, struct err *e)
{
    size_t digits = strspn(s, "0123456789"), n;
    long multiple = digits ? strtol(s, NULL, 10) : 1;

    if (!s[0] || strcmp(s, "index") == 0) {
        *out = (struct frequency){FREQ_INDEX, 1};
        return ST_OK;
    }
    n = without_anchor(s + digits);
    for (size_t i = 0; digits < 8 && multiple >= 1 && multiple <= MULTIPLE_MAX &&
                       i < sizeof(aliases) / sizeof(aliases[0]);
         i++)
        if (strlen(aliases[i].name) == n && strncmp(aliases[i].name, s + digits, n) == 0) {
            *out = (struct frequency){aliases[i].unit, (int)multiple};
            return ST_OK;
        }
    return err_set(e, ST_INVALID,
                   "frequency '%.40s' is not known; give Y, Q, M, W, D, H, min or S, with a "
                   "multiple before it where needed (15min)",
                   s);
}

const char *frequency_name(char out[16], struct frequency f)
{
    if (f.multiple > 1 && f.unit != FREQ_INDEX)
        snprintf(out, 16, "%d%s", f.multiple, unit_names[f.unit]);
    else
        snprintf(out, 16, "%s", unit_names[f.unit]);
    return out;
}

int64_t frequency_step(struct frequency f)
{
    static const int64_t base[] = {1, 1, 1, 1, 7, 1, 3600, 60, 1};
    int64_t multiple = f.multiple > 0 ? f.multiple : 1;

    return f.unit == FREQ_INDEX ? 1 : base[f.unit] * multiple;
}

int frequency_season_length(struct frequency f)
{
    static const int season[] = {1, 1, 4, 12, 52, 7, 24, 60, 60};
    int whole = season[f.unit], multiple = f.multiple > 0 ? f.multiple : 1;

    if (f.unit == FREQ_MIN && multiple > 1)
        whole = 24 * 60; /* a quarter of an hour has a day's season */
    if (whole % multiple != 0)
        return 1;
    return whole / multiple > 1 ? whole / multiple : 1;
}

/* ---- time stamps ---- */

struct reader {
    const char *s, *end;
};

/* Exactly n digits. */
static bool digits(int *out, struct reader *r, int n)
{
    int v = 0;

    if (r->end - r->s < n)
        return false;
    for (int i = 0; i < n; i++) {
        if (r->s[i] < '0' || r->s[i] > '9')
            return false;
        v = v * 10 + (r->s[i] - '0');
    }
    r->s += n;
    *out = v;
    return true;
}

static bool take(struct reader *r, char c)
{
    if (r->s >= r->end || *r->s != c)
        return false;
    r->s++;
    return true;
}

static enum status bad(struct err *e, const char *s, size_t len, const char *why)
{
    return err_set(e, ST_INVALID, "'%.*s' is not a time: %s", (int)(len < 60 ? len : 60), s, why);
}

static const char years[] = "years are 0001 to 9999, in UTC";
static const char formats[] =
    "write 1949, 1949-01, 1949-01-31, 1949Q1, 1949-01-31T12:00:00Z or epoch seconds";

/* ":30" or ":30.000" behind the minutes; a fraction must be zero. */
static bool read_seconds(int *s, struct reader *r)
{
    *s = 0;
    if (!take(r, ':'))
        return true;
    if (!digits(s, r, 2))
        return false;
    if (!take(r, '.'))
        return true;
    if (r->s >= r->end || *r->s != '0')
        return false;
    while (take(r, '0')) {}
    return true;
}

/* "Z", "+01:00", "-0530", nothing. */
static bool read_zone(int64_t *offset, struct reader *r)
{
    bool minus = r->s < r->end && *r->s == '-';
    int h = 0, m = 0;

    *offset = 0;
    if (r->s == r->end)
        return true;
    if (take(r, 'Z') || take(r, 'z'))
        return r->s == r->end;
    if (!take(r, '+') && !take(r, '-'))
        return false;
    if (!digits(&h, r, 2))
        return false;
    take(r, ':');
    if (r->s < r->end && !digits(&m, r, 2))
        return false;
    if (h > 23 || m > 59)
        return false;
    *offset = (minus ? -1 : 1) * (h * 3600 + m * 60);
    return r->s == r->end;
}

static enum status read_clock(struct timestamp *out, struct reader *r, const char *s, size_t len,
                              struct err *e)
{
    int h = 0, m = 0, sec = 0;
    int64_t offset = 0;

    if (!digits(&h, r, 2) || !take(r, ':') || !digits(&m, r, 2) || !read_seconds(&sec, r) ||
        !read_zone(&offset, r))
        return bad(e, s, len, "after the date comes a time such as 12:00, 12:00:00 or 12:00:00Z");
    if (h > 23 || m > 59 || sec > 59)
        return bad(e, s, len, "hours are 00-23, minutes and seconds 00-59");
    out->seconds += h * 3600 + m * 60 + sec - offset;
    out->precision = FREQ_S;
    return in_calendar(out->seconds) ? ST_OK : bad(e, s, len, years);
}

static enum status read_date(struct timestamp *out, struct reader *r, int y, char separator,
                             const char *s, size_t len, struct err *e)
{
    char why[64];
    int m = 0, d = 0;

    if (!digits(&m, r, 2))
        return bad(e, s, len, formats);
    if (m < 1 || m > 12)
        return bad(e, s, len, "a month is 01 to 12");
    out->precision = FREQ_M;
    out->seconds = days_of(y, m, 1) * DAY;
    if (r->s == r->end)
        return ST_OK;
    if (!take(r, separator) || !digits(&d, r, 2))
        return bad(e, s, len, formats);
    if (d < 1 || d > month_days(y, m)) {
        snprintf(why, sizeof(why), "%04d-%02d has %d days", y, m, month_days(y, m));
        return bad(e, s, len, why);
    }
    out->precision = FREQ_D;
    out->seconds = days_of(y, m, d) * DAY;
    if (r->s == r->end)
        return ST_OK;
    if (!take(r, 'T') && !take(r, 't') && !take(r, ' '))
        return bad(e, s, len, formats);
    return read_clock(out, r, s, len, e);
}

static bool all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return n > 0;
}

/* A bare integer: a year, epoch seconds (6 digits and more), or a row number. */
static enum status read_integer(struct timestamp *out, const char *s, size_t len, struct err *e)
{
    bool minus = s[0] == '-';
    size_t n = len - minus;
    char text[24];
    int64_t v;

    if (n > 12)
        return bad(e, s, len, "epoch seconds have at most 12 digits (milliseconds are not read)");
    snprintf(text, sizeof(text), "%.*s", (int)len, s);
    v = strtoll(text, NULL, 10);
    if (!minus && n == 4) {
        if (v < 1)
            return bad(e, s, len, years);
        *out = (struct timestamp){days_of(v, 1, 1) * DAY, FREQ_Y};
    } else if (n >= 6) {
        if (!in_calendar(v))
            return bad(e, s, len, years);
        *out = (struct timestamp){v, FREQ_S};
    } else {
        *out = (struct timestamp){v, FREQ_INDEX};
    }
    return ST_OK;
}

enum status timestamp_parse(struct timestamp *out, const char *s, size_t len, struct err *e)
{
    struct reader r;
    int y = 0, q = 0;

    while (len > 0 && (s[0] == ' ' || s[0] == '\t')) {
        s++;
        len--;
    }
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    if (len == 0)
        return err_set(e, ST_INVALID, "the time is empty; %s", formats);
    if (all_digits(s, len) || (s[0] == '-' && all_digits(s + 1, len - 1)))
        return read_integer(out, s, len, e);
    r = (struct reader){s, s + len};
    if (!digits(&y, &r, 4))
        return bad(e, s, len, formats);
    if (y < 1)
        return bad(e, s, len, years);
    if (take(&r, '/'))
        return read_date(out, &r, y, '/', s, len, e);
    if (take(&r, '-') && r.s < r.end && *r.s >= '0' && *r.s <= '9')
        return read_date(out, &r, y, '-', s, len, e);
    if ((take(&r, 'Q') || take(&r, 'q')) && digits(&q, &r, 1) && r.s == r.end) {
        if (q < 1 || q > 4)
            return bad(e, s, len, "a quarter is Q1 to Q4");
        *out = (struct timestamp){days_of(y, q * 3 - 2, 1) * DAY, FREQ_Q};
        return ST_OK;
    }
    return bad(e, s, len, formats);
}

enum status timeline_ordinal(int64_t *out, struct frequency f, const struct timestamp *t,
                             struct err *e)
{
    int64_t days = floor_div(t->seconds, DAY), y;
    char name[16];
    int m, d;

    if ((t->precision == FREQ_INDEX) != (f.unit == FREQ_INDEX))
        return err_set(e, ST_INVALID, "row numbers and calendar times cannot be mixed");
    date_of(days, &y, &m, &d);
    switch (f.unit) {
    case FREQ_INDEX:
    case FREQ_S:
        *out = t->seconds;
        return ST_OK;
    case FREQ_Y:
        *out = y - 1970;
        return ST_OK;
    case FREQ_Q:
        *out = (y - 1970) * 4 + (m - 1) / 3;
        return ST_OK;
    case FREQ_M:
        *out = (y - 1970) * 12 + m - 1;
        return ST_OK;
    case FREQ_W:
    case FREQ_D:
        *out = days;
        if (t->seconds != days * DAY)
            return err_set(e, ST_INVALID, "a time of day does not fit the frequency %s",
                           frequency_name(name, f));
        return ST_OK;
    case FREQ_H:
    case FREQ_MIN:
        *out = t->seconds;
        if (t->seconds % 60 != 0)
            return err_set(e, ST_INVALID, "seconds do not fit the frequency %s",
                           frequency_name(name, f));
        return ST_OK;
    }
    return err_set(e, ST_INTERNAL, "unknown frequency unit %d", (int)f.unit);
}

/* ---- inference ---- */

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;

        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

/* The greatest common distance in ordinals of unit; 0 when a stamp does not fit or two fall
 * together. */
static int64_t common_step(enum freq_unit unit, const struct timestamp *t, size_t n)
{
    struct frequency f = {unit, 1};
    int64_t before = 0, now = 0, step = 0;

    for (size_t i = 0; i < n; i++) {
        if (timeline_ordinal(&now, f, &t[i], NULL))
            return 0;
        if (i > 0 && now == before)
            return 0;
        if (i > 0)
            step = gcd(step, now - before);
        before = now;
    }
    return step;
}

/* Are all stamps at the same place within their month (quarter, year): its first or its last day,
 * or the same day? Then a monthly grid is meant, not a daily one. */
static bool aligned(const struct timestamp *t, size_t n)
{
    bool first = true, last = true, same = true;
    int day0 = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t y, days = floor_div(t[i].seconds, DAY);
        int m, d;

        date_of(days, &y, &m, &d);
        if (t[i].seconds != days * DAY)
            return false;
        day0 = i ? day0 : d;
        first = first && d == 1;
        last = last && d == month_days(y, m);
        same = same && d == day0;
    }
    return first || last || same;
}

static bool calendar_frequency(struct frequency *out, const struct timestamp *t, size_t n)
{
    int64_t months;

    if (!aligned(t, n))
        return false;
    months = common_step(FREQ_M, t, n);
    if (months <= 0)
        return false;
    if (months % 12 == 0)
        *out = (struct frequency){FREQ_Y, (int)(months / 12)};
    else if (months % 3 == 0)
        *out = (struct frequency){FREQ_Q, (int)(months / 3)};
    else
        *out = (struct frequency){FREQ_M, (int)months};
    return months / 12 <= MULTIPLE_MAX;
}

static bool clock_frequency(struct frequency *out, const struct timestamp *t, size_t n)
{
    int64_t step = common_step(FREQ_S, t, n);

    if (step <= 0)
        return false;
    if (step % (7 * DAY) == 0)
        *out = (struct frequency){FREQ_W, (int)(step / (7 * DAY))};
    else if (step % DAY == 0)
        *out = (struct frequency){FREQ_D, (int)(step / DAY)};
    else if (step % 3600 == 0)
        *out = (struct frequency){FREQ_H, (int)(step / 3600)};
    else if (step % 60 == 0)
        *out = (struct frequency){FREQ_MIN, (int)(step / 60)};
    else
        *out = (struct frequency){FREQ_S, (int)step};
    return step < (int64_t)MULTIPLE_MAX * 60;
}

/* A step that meets all stamps but leaves nearly every row empty was met by chance. */
static enum status check_regular(struct frequency f, const struct timestamp *t, size_t n,
                                 struct err *e)
{
    int64_t first = 0, last = 0, rows;
    char name[16];

    if (timeline_ordinal(&first, f, &t[0], NULL) || timeline_ordinal(&last, f, &t[n - 1], NULL))
        return ST_OK; /* does not come: the step was found from these */
    rows = (last - first) / frequency_step(f) + 1;
    if (rows / SPARSE < (int64_t)n)
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "the times are irregular: the widest step that meets them all, %s, gives %lld "
                   "rows for %zu times; bring them to equal steps, or give ?frequency=%s if so "
                   "many values are really missing",
                   frequency_name(name, f), (long long)rows, n, name);
}

enum status frequency_infer(struct frequency *out, const struct timestamp *t, size_t n,
                            struct err *e)
{
    if (n == 0)
        return err_set(e, ST_INVALID, "there is no time stamp to find a frequency from");
    for (size_t i = 1; i < n; i++)
        if ((t[i].precision == FREQ_INDEX) != (t[0].precision == FREQ_INDEX))
            return err_set(e, ST_INVALID, "row numbers and calendar times cannot be mixed");
    if (t[0].precision == FREQ_INDEX || n == 1) {
        *out = (struct frequency){t[0].precision, 1};
        return ST_OK;
    }
    if (calendar_frequency(out, t, n) || clock_frequency(out, t, n))
        return check_regular(*out, t, n, e);
    return err_set(e, ST_INVALID,
                   "no frequency fits the time stamps; give ?frequency= if they are meant to be "
                   "equally spaced");
}

/* ---- text ---- */

/* v with at least width digits; the end. */
static char *put_padded(char *out, int64_t v, int width)
{
    if (v < 0 || v > 9999 || (width == 2 && v > 99))
        return out + snprintf(out, YEAR_TEXT_MAX, "%0*lld", width, (long long)v);
    for (int i = width - 1; i >= 0; i--, v /= 10)
        out[i] = (char)('0' + v % 10);
    out[width] = '\0';
    return out + width;
}

/* out, behind what stands there: sign and v with two digits. */
static char *put_part(char *out, char sign, int64_t v)
{
    *out = sign;
    return put_padded(out + 1, v, 2);
}

static char *put_date(char *out, int64_t days)
{
    int64_t y;
    int m, d;

    date_of(days, &y, &m, &d);
    return put_part(put_part(put_padded(out, y, 4), '-', m), '-', d);
}

const char *timeline_text(char out[40], const struct timeline *t, int64_t row)
{
    int64_t v = t->start + row * frequency_step(t->frequency), day = floor_div(v, DAY);
    char *p;

    switch (t->frequency.unit) {
    case FREQ_INDEX:
        number_text_i64(out, (long long)v);
        return out;
    case FREQ_Y:
        put_padded(out, 1970 + v, 4);
        return out;
    case FREQ_Q:
        p = put_padded(out, floor_div(v, 4) + 1970, 4);
        p[0] = 'Q';
        number_text_i64(p + 1, v - floor_div(v, 4) * 4 + 1);
        return out;
    case FREQ_M:
        p = put_padded(out, floor_div(v, 12) + 1970, 4);
        put_part(p, '-', v - floor_div(v, 12) * 12 + 1);
        return out;
    case FREQ_W:
    case FREQ_D:
        put_date(out, v);
        return out;
    default:
        break;
    }
    p = put_date(out, day);
    v -= day * DAY;
    p = put_part(put_part(put_part(p, 'T', v / 3600), ':', v / 60 % 60), ':', v % 60);
    memcpy(p, "Z", 2);
    return out;
}

void timeline_format(struct buf *out, const struct timeline *t, int64_t row)
{
    char text[40];

    buf_puts(out, timeline_text(text, t, row));
}

enum status timeline_parse(struct timeline *out, const char *frequency, const char *start,
                           struct err *e)
{
    struct timestamp t = {0};
    enum status st = frequency_parse(&out->frequency, frequency, e);

    if (!st)
        st = timestamp_parse(&t, start, strlen(start), e);
    /* a row number of 4 or more digits reads as a year or as seconds */
    if (!st && out->frequency.unit == FREQ_INDEX) {
        out->start = strtoll(start, NULL, 10);
        return ST_OK;
    }
    return st ? st : timeline_ordinal(&out->start, out->frequency, &t, e);
}

const char *rfc3339_ms(char out[32], int64_t ms)
{
    int64_t seconds = floor_div(ms, 1000), y, v;
    int m, d;

    date_of(floor_div(seconds, DAY), &y, &m, &d);
    v = seconds - floor_div(seconds, DAY) * DAY;
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)y % 10000, (unsigned)m % 100,
             (unsigned)d % 100, (unsigned)(v / 3600) % 24, (unsigned)(v / 60 % 60),
             (unsigned)(v % 60), (unsigned)(ms - seconds * 1000) % 1000);
    return out;
}
