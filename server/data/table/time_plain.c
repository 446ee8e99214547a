/* time_plain.c - see time_plain.h. */
#include "server/data/table/time_plain.h"

#include "server/data/calendar.h"

/* The rest of the cell. */
struct rest {
    const char *s, *end;
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Takes a number of 1 to `most` digits. Returns how many; 0: there is none. */
static inline int take_number(int *out, struct rest *r, int most)
{
    const char *s = r->s;
    int v = 0, n = 0;

    for (; n < most && s + n < r->end && is_digit(s[n]); n++)
        v = v * 10 + (s[n] - '0');
    if (s + n < r->end && is_digit(s[n]))
        return 0;
    r->s = s + n;
    *out = v;
    return n;
}

static inline int pair_at(const char *s)
{
    return (s[0] - '0') * 10 + (s[1] - '0');
}

static inline bool is_pair(const char *s)
{
    return is_digit(s[0]) && is_digit(s[1]);
}

static inline bool take(struct rest *r, char c)
{
    if (r->s >= r->end || *r->s != c)
        return false;
    r->s++;
    return true;
}

/* Takes a fraction of seconds, such as ".000". */
static bool take_fraction(struct plain_time *out, struct rest *r)
{
    int v = 0;

    if (!take(r, '.'))
        return true;
    if (!take_number(&v, r, 9))
        return false;
    out->fraction = v != 0;
    return true;
}

/* Takes "Z", "+01:00", "-0530", "+01" or nothing, up to the end. */
static bool take_zone(struct plain_time *out, struct rest *r)
{
    bool west = r->s < r->end && *r->s == '-';
    int hours, minutes = 0, n;

    if (r->s == r->end)
        return true;
    out->has_zone = true;
    if (take(r, 'Z'))
        return r->s == r->end;
    if (!take(r, '+') && !take(r, '-'))
        return false;
    n = take_number(&hours, r, 4);
    if (n == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (n != 2 || (take(r, ':') && take_number(&minutes, r, 2) != 2)) {
        return false;
    }
    out->zone = (west ? -1 : 1) * (hours * 60 + minutes);
    return r->s == r->end && hours <= 23 && minutes <= 59;
}

/* Takes " 12:00:00.000Z" up to the end. 24:00, the end of a day, is left to time_shape.h. */
static bool take_clock(struct plain_time *out, struct rest *r)
{
    int hour, minute, second = 0;

    if ((!take(r, ' ') && !take(r, 'T')) || !take_number(&hour, r, 2) || !take(r, ':') ||
        !take_number(&minute, r, 2))
        return false;
    out->has_clock = true;
    if (take(r, ':') && (!take_number(&second, r, 2) || !take_fraction(out, r)))
        return false;
    out->seconds = hour * 3600 + minute * 60 + second;
    return hour <= 23 && minute <= 59 && second <= 59 && take_zone(out, r);
}

static bool is_mark(char c)
{
    return c == '-' || c == '/' || c == '.';
}

static void set_number(struct plain_time *out, int i, int number, int digits)
{
    out->number[i] = number;
    out->digits[i] = digits;
}

/* Takes "2020-01-31" and "31.01.2020". */
static bool take_full_date(struct plain_time *out, struct rest *r)
{
    const char *s = r->s;

    if (r->end - s < 10 || (r->end - s > 10 && is_digit(s[10])) || !is_pair(s) || !is_pair(s + 8))
        return false;
    if (is_mark(s[4]) && s[7] == s[4] && is_pair(s + 2) && is_pair(s + 5)) {
        out->mark = s[4];
        set_number(out, 0, pair_at(s) * 100 + pair_at(s + 2), 4);
        set_number(out, 1, pair_at(s + 5), 2);
        set_number(out, 2, pair_at(s + 8), 2);
    } else if (is_mark(s[2]) && s[5] == s[2] && is_pair(s + 3) && is_pair(s + 6)) {
        out->mark = s[2];
        set_number(out, 0, pair_at(s), 2);
        set_number(out, 1, pair_at(s + 3), 2);
        set_number(out, 2, pair_at(s + 6) * 100 + pair_at(s + 8), 4);
    } else {
        return false;
    }
    r->s += 10;
    return true;
}

static bool take_date(struct plain_time *out, struct rest *r)
{
    out->digits[0] = take_number(&out->number[0], r, 4);
    if (out->digits[0] == 0 || r->s == r->end)
        return false;
    out->mark = *r->s++;
    if (!is_mark(out->mark))
        return false;
    out->digits[1] = take_number(&out->number[1], r, 2);
    if (out->digits[1] == 0 || !take(r, out->mark))
        return false;
    out->digits[2] = take_number(&out->number[2], r, 4);
    return out->digits[2] > 0;
}

bool time_plain_cut(struct plain_time *out, struct cell c)
{
    struct rest r = {c.at, c.at + c.len};

    if (c.len == 0 || !is_digit(*c.at))
        return false;
    *out = (struct plain_time){.seconds = 0};
    return (take_full_date(out, &r) || take_date(out, &r)) && (r.s == r.end || take_clock(out, &r));
}

void time_note_zone(struct time_traits *t, bool has_zone, int zone)
{
    t->zones_differ = t->zones_differ || (t->clocks && (t->zoned != has_zone || t->zone != zone));
    t->clocks = true;
    t->zoned = has_zone;
    t->zone = zone;
}

/* The order of the numbers in a reading. */
struct order {
    int year, month, day;
};

static const struct order *order_of(enum time_reading reading)
{
    static const struct order ymd = {0, 1, 2}, dmy = {2, 1, 0}, mdy = {2, 0, 1};

    return reading == TIME_DMY ? &dmy : reading == TIME_MDY ? &mdy : &ymd;
}

/* Years have four digits, and in some readings may have two. */
static bool take_year(int *year, const struct plain_time *p, int at, enum time_reading reading)
{
    *year = p->number[at];
    if (p->digits[at] == 4)
        return reading != TIME_YMD_SHORT && *year > 0;
    *year += *year < 69 ? 2000 : 1900;
    return p->digits[at] == 2 && reading != TIME_YMD;
}

bool time_plain_read(struct timestamp *out, const struct plain_time *p, enum time_reading reading,
                     struct time_traits *traits)
{
    const struct order *o = order_of(reading);
    int year, month = p->number[o->month], day = p->number[o->day];

    if (p->digits[o->month] > 2 || p->digits[o->day] > 2 || !take_year(&year, p, o->year, reading))
        return false;
    if (month < 1 || month > 12 || day < 1 ||
        (day > 28 && day > calendar_month_days(year, month)) ||
        (reading == TIME_MDY && p->mark == '.')) /* with points, the day comes first */
        return false;
    *out = (struct timestamp){days_from_date(year, month, day) * DAY_SECONDS + p->seconds -
                                  p->zone * 60,
                              p->has_clock ? FREQ_S : FREQ_D};
    if (!traits)
        return true;
    traits->short_part = traits->short_part || p->digits[o->month] == 1 || p->digits[o->day] == 1;
    traits->fraction = traits->fraction || p->fraction;
    if (p->has_clock)
        time_note_zone(traits, p->has_zone, p->zone);
    return true;
}

bool time_plain_month(bool *fits, struct timestamp *out, struct cell c, enum time_reading reading,
                      struct time_traits *traits)
{
    struct rest r = {c.at, c.at + c.len};
    int number[2], digits[2], y = reading == TIME_YM ? 0 : 1, m = 1 - y;

    digits[0] = take_number(&number[0], &r, 4);
    if (digits[0] == 0 || r.s == r.end || !is_mark(*r.s++))
        return false;
    digits[1] = take_number(&number[1], &r, 4);
    if (digits[1] == 0 || r.s != r.end)
        return false;
    *fits = digits[y] == 4 && number[y] > 0 && digits[m] <= 2 && number[m] >= 1 && number[m] <= 12;
    if (!*fits)
        return true;
    *out = (struct timestamp){days_from_date(number[y], number[m], 1) * DAY_SECONDS, FREQ_M};
    if (traits && digits[m] == 1)
        traits->short_part = true;
    return true;
}
