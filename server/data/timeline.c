/* timeline.c - see timeline.h. */
#include "server/data/timeline.h"

#include <lstm/number.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_TEXT_MAX = 21 };

/* More than any ordinal of the years 0001 to 9999; as days, it still fits an int64_t in seconds. */
static const int64_t ORDINAL_MAX = (int64_t)1 << 42;

struct timeline timeline_index(void)
{
    return (struct timeline){.frequency = {FREQ_INDEX, 1}};
}

enum status timeline_frequency(struct timeline *out, const char *alias, struct err *e)
{
    enum status st;

    memset(&out->style.open, 0, sizeof(out->style.open));
    if (strcmp(alias, "B") == 0) {
        out->frequency = (struct frequency){FREQ_D, 1};
        out->style.open = open_week_business();
        return ST_OK;
    }
    st = frequency_parse(&out->frequency, alias, e);
    return st;
}

/* ---- steps that occur ---- */

/* Seconds between two points of a unit that can have an open week; otherwise 0. */
static int64_t seconds_step(struct frequency f)
{
    switch (f.unit) {
    case FREQ_D:
        return DAY_SECONDS * frequency_step(f);
    case FREQ_H:
    case FREQ_MIN:
    case FREQ_S:
        return frequency_step(f);
    default:
        return 0;
    }
}

/* The local time of point 0 in seconds; only if seconds_step() is not 0. */
static int64_t local_base(const struct timeline *t)
{
    if (t->frequency.unit == FREQ_D)
        return t->start * DAY_SECONDS + t->style.clock;
    return t->start + t->style.offset * 60;
}

bool timeline_has_closed(const struct timeline *t)
{
    return !open_week_always(&t->style.open) && open_week_fits(seconds_step(t->frequency));
}

const char *timeline_name(char out[16], const struct timeline *t)
{
    struct open_week business = open_week_business();

    if (t->frequency.unit == FREQ_D && t->frequency.multiple <= 1 &&
        open_week_equal(&t->style.open, &business))
        snprintf(out, 16, "B");
    else
        frequency_name(out, t->frequency);
    return out;
}

const char *timeline_open_steps(char out[OPEN_TEXT_MAX], const struct timeline *t)
{
    out[0] = '\0';
    if (!timeline_has_closed(t))
        return out;
    return open_week_text(out, &t->style.open, local_base(t), seconds_step(t->frequency));
}

const char *timeline_open(char out[OPEN_TEXT_MAX], const struct timeline *t)
{
    char name[16];

    if (strcmp(timeline_name(name, t), "B") != 0)
        return timeline_open_steps(out, t);
    out[0] = '\0';
    return out;
}

enum status timeline_set_open(struct timeline *t, const char *open, struct err *e)
{
    int64_t step = seconds_step(t->frequency);
    char name[16];

    if (!open_week_fits(step))
        return err_set(e, ST_INVALID,
                       "steps of the frequency '%s' cannot be closed: it must be D, or divide a "
                       "day in quarters of an hour or in parts of them",
                       timeline_name(name, t));
    if (open_week_parse(&t->style.open, open, local_base(t), step, e))
        return ST_INVALID;
    if (!open_week_has(&t->style.open, local_base(t)))
        return err_set(e, ST_INVALID, "the first step is closed: '%.80s' does not name it", open);
    return ST_OK;
}

bool timeline_alike(const struct timeline *a, const struct timeline *b)
{
    int x = a->frequency.multiple > 0 ? a->frequency.multiple : 1;
    int y = b->frequency.multiple > 0 ? b->frequency.multiple : 1;

    return a->frequency.unit == b->frequency.unit && x == y &&
           timeline_has_closed(a) == timeline_has_closed(b) &&
           (!timeline_has_closed(a) || open_week_equal(&a->style.open, &b->style.open));
}

/* The number of open steps on the day that begins at local, a midnight. */
static int open_on_day(const struct timeline *t, int64_t local, int64_t step)
{
    int64_t base = local_base(t), first = floor_div(local - base + step - 1, step);
    int64_t next = floor_div(local + DAY_SECONDS - base + step - 1, step);

    return (int)(open_week_rank(&t->style.open, base, step, next) -
                 open_week_rank(&t->style.open, base, step, first));
}

int timeline_season_length(const struct timeline *t)
{
    int64_t step = seconds_step(t->frequency), midnight;
    int a_day = 0, a_week;

    if (!timeline_has_closed(t) || step == 0)
        return frequency_season_length(t->frequency);
    a_week = open_week_count(&t->style.open, local_base(t), step);
    midnight = floor_div(local_base(t), DAY_SECONDS) * DAY_SECONDS;
    for (int i = 0; i < 7; i++) {
        int n = open_on_day(t, midnight + i * (int64_t)DAY_SECONDS, step);

        if (n && a_day && n != a_day)
            return a_week; /* days differ in length, so only the week repeats */
        a_day = n ? n : a_day;
    }
    return a_day > 1 ? a_day : a_week;
}

int64_t timeline_row_ordinal(const struct timeline *t, int64_t row)
{
    int64_t step = seconds_step(t->frequency);

    if (timeline_has_closed(t))
        row = open_week_select(&t->style.open, local_base(t), step, row);
    return t->start + row * frequency_step(t->frequency);
}

int64_t timeline_points_rows(const struct timeline *t, int64_t points)
{
    if (!timeline_has_closed(t))
        return points;
    return open_week_rank(&t->style.open, local_base(t), seconds_step(t->frequency), points);
}

void timeline_skip(struct timeline *t, int64_t rows)
{
    t->start = timeline_row_ordinal(t, rows);
}

/* ---- text ---- */

/* Writes v with at least width digits. Returns the end. */
static char *put_padded(char *out, int64_t v, int width)
{
    if (v < 0 || v > 9999 || (width == 2 && v > 99))
        return out + snprintf(out, YEAR_TEXT_MAX, "%0*lld", width, (long long)v);
    for (int i = width - 1; i >= 0; i--, v /= 10)
        out[i] = (char)('0' + v % 10);
    out[width] = '\0';
    return out + width;
}

/* Appends the sign, then v with two digits. */
static char *put_part(char *out, char sign, int64_t v)
{
    *out = sign;
    return put_padded(out + 1, v, 2);
}

static char *put_date(char *out, int64_t days)
{
    int64_t y;
    int m, d;

    date_from_days(days, &y, &m, &d);
    return put_part(put_part(put_padded(out, y, 4), '-', m), '-', d);
}

/* Writes "2024-01-31T05:00:00", then "Z" or "+05:30". */
static void put_instant(char *out, int64_t local, int offset)
{
    int64_t day = floor_div(local, DAY_SECONDS), v = floor_mod(local, DAY_SECONDS);
    int minutes = offset < 0 ? -offset : offset;
    char *p = put_date(out, day);

    p = put_part(put_part(put_part(p, 'T', v / 3600), ':', v / 60 % 60), ':', v % 60);
    if (offset == 0)
        memcpy(p, "Z", 2);
    else
        put_part(put_part(p, offset < 0 ? '-' : '+', minutes / 60), ':', minutes % 60);
}

/* The local time of a row, by its base ordinal; not for INDEX. */
static int64_t local_of(const struct timeline *t, int64_t v)
{
    const struct time_style *s = &t->style;
    int64_t months;

    switch (t->frequency.unit) {
    case FREQ_Y:
        months = v * 12 + s->month;
        break;
    case FREQ_Q:
        months = v * 3 + s->month;
        break;
    case FREQ_M:
        months = v;
        break;
    case FREQ_W:
    case FREQ_D:
        return v * DAY_SECONDS + s->clock;
    default:
        return v + s->offset * 60;
    }
    return time_anchor_day(s->anchor, 1970 + floor_div(months, 12),
                           (int)floor_mod(months, 12) + 1) *
               DAY_SECONDS +
           s->clock;
}

/* Writes the row with the base ordinal v in the format by frequency. */
static const char *plain_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t v,
                              int offset)
{
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
        number_text_i64(p + 1, floor_mod(v, 4) + 1);
        return out;
    case FREQ_M:
        p = put_padded(out, floor_div(v, 12) + 1970, 4);
        put_part(p, '-', floor_mod(v, 12) + 1);
        return out;
    case FREQ_W:
    case FREQ_D:
        put_date(out, v);
        return out;
    default:
        put_instant(out, v + offset * 60, offset);
        return out;
    }
}

const char *timeline_plain_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row)
{
    return plain_text(out, t, timeline_row_ordinal(t, row), 0);
}

/* Whether an ordinal has a date. Those of a damaged file may lie beyond the calendar; then the
 * number is written. */
static bool has_date(int64_t ordinal)
{
    return ordinal > -ORDINAL_MAX && ordinal < ORDINAL_MAX;
}

const char *timeline_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row)
{
    int64_t v = timeline_row_ordinal(t, row);

    if (t->frequency.unit == FREQ_INDEX || !has_date(v))
        return plain_text(out, t, v, 0);
    if (t->style.format[0])
        return time_style_text(out, &t->style, local_of(t, v));
    if ((t->frequency.unit == FREQ_D || t->frequency.unit == FREQ_W) && t->style.clock) {
        put_instant(out, local_of(t, v), t->style.offset);
        return out;
    }
    return plain_text(out, t, v, t->style.offset);
}

const char *timeline_iso_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row)
{
    struct timeline iso = *t;
    enum freq_unit unit = t->frequency.unit;
    bool months = unit == FREQ_Y || unit == FREQ_Q || unit == FREQ_M;
    bool day = unit == FREQ_W || unit == FREQ_D || (months && t->style.anchor != ANCHOR_PERIOD);

    iso.style.format[0] = '\0';
    if (day && (t->style.clock || t->style.offset))
        snprintf(iso.style.format, sizeof(iso.style.format), "%s",
                 t->style.offset ? "%Y-%m-%dT%H:%M:%S%:z" : "%Y-%m-%dT%H:%M:%SZ");
    else if (months && day)
        snprintf(iso.style.format, sizeof(iso.style.format), "%%Y-%%m-%%d");
    return timeline_text(out, &iso, row);
}

void timeline_format(struct buf *out, const struct timeline *t, int64_t row)
{
    char text[TIME_TEXT_MAX];

    buf_puts(out, timeline_text(text, t, row));
}

void timeline_plain_style(struct timeline *t)
{
    static const char *const plain[] = {
        [FREQ_INDEX] = "",  [FREQ_Y] = "%Y",       [FREQ_Q] = "%YQ%q",
        [FREQ_M] = "%Y-%m", [FREQ_W] = "%Y-%m-%d", [FREQ_D] = "%Y-%m-%d"};
    enum freq_unit unit = t->frequency.unit;
    const char *same = t->style.offset ? "%Y-%m-%dT%H:%M:%S%:z" : "%Y-%m-%dT%H:%M:%SZ";

    if (unit <= FREQ_D && (unit < FREQ_W || t->style.clock == 0))
        same = plain[unit];
    if (unit == FREQ_INDEX)
        t->style = (struct time_style){0};
    else if (strcmp(t->style.format, same) == 0)
        t->style.format[0] = '\0';
}

/* ---- from text and stamps ---- */

enum status timeline_parse(struct timeline *out, const char *frequency, const char *start,
                           struct err *e)
{
    struct timestamp t = {0};
    enum status st;

    out->style = (struct time_style){0};
    st = frequency_parse(&out->frequency, frequency, e);
    if (!st)
        st = timestamp_parse(&t, start, strlen(start), e);
    /* a row number of 4 or more digits reads as a year or as seconds */
    if (!st && out->frequency.unit == FREQ_INDEX) {
        out->start = strtoll(start, NULL, 10);
        return ST_OK;
    }
    return st ? st : timeline_ordinal(&out->start, out->frequency, &t, e);
}

enum status timeline_ordinal(int64_t *out, struct frequency f, const struct timestamp *t,
                             struct err *e)
{
    int64_t days = floor_div(t->seconds, DAY_SECONDS), y = 0;
    char name[16];
    int m = 0, d = 0;

    if ((t->precision == FREQ_INDEX) != (f.unit == FREQ_INDEX))
        return err_set(e, ST_INVALID, "row numbers and calendar times cannot be mixed");
    if (f.unit >= FREQ_Y && f.unit <= FREQ_M)
        date_from_days(days, &y, &m, &d);
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
        if (t->seconds != days * DAY_SECONDS)
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

/* A time as local time. A time that was written as a date is local already. */
static int64_t local_seconds(const struct timeline *t, const struct timestamp *at)
{
    return at->precision == FREQ_S ? at->seconds + t->style.offset * 60 : at->seconds;
}

enum status timeline_stamp_ordinal(int64_t *out, const struct timeline *t,
                                   const struct timestamp *at, struct err *e)
{
    struct timestamp local = {local_seconds(t, at), at->precision};

    switch (t->frequency.unit) {
    case FREQ_W:
    case FREQ_D:
        local.seconds = floor_div(local.seconds, DAY_SECONDS) * DAY_SECONDS;
        break;
    case FREQ_H:
    case FREQ_MIN:
    case FREQ_S:
        local.seconds -= t->style.offset * 60; /* back to an instant */
        if (at->precision != FREQ_INDEX) {
            *out = local.seconds;
            return ST_OK;
        }
        break;
    default:
        break;
    }
    return timeline_ordinal(out, t->frequency, &local, e);
}

/* Whether a time is where its period's row lies. A time that is written no finer than the period
 * always is. */
static bool on_anchor(const struct timeline *t, const struct timestamp *at, int64_t ordinal)
{
    int64_t local = local_seconds(t, at), row = local_of(t, ordinal);
    bool date = at->precision != FREQ_S;

    switch (t->frequency.unit) {
    case FREQ_Y:
    case FREQ_Q:
    case FREQ_M:
        if (t->style.anchor == ANCHOR_PERIOD ||
            (at->precision >= FREQ_Y && at->precision <= t->frequency.unit))
            return true;
        if (at->precision == FREQ_M) /* the month of a quarter or year */
            return floor_div(row, DAY_SECONDS) - floor_div(local, DAY_SECONDS) < 31 && local <= row;
        break;
    case FREQ_W:
    case FREQ_D:
        break;
    default:
        return true;
    }
    return date ? floor_div(local, DAY_SECONDS) == floor_div(row, DAY_SECONDS) : local == row;
}

/* ST_INVALID; the message suggests the row before the time. */
static enum status off_grid(const struct timeline *t, const struct timestamp *at, int64_t point,
                            struct err *e)
{
    struct timeline all = *t, here = *t;
    char stamp[TIME_TEXT_MAX], row[TIME_TEXT_MAX], name[16];

    memset(&all.style.open, 0, sizeof(all.style.open));
    here.frequency = (struct frequency){at->precision == FREQ_S ? FREQ_S : FREQ_D, 1};
    here.style.clock = 0;
    memset(&here.style.open, 0, sizeof(here.style.open));
    here.start = at->precision == FREQ_S ? at->seconds : floor_div(at->seconds, DAY_SECONDS);
    if (!strstr(here.style.format, "%"))
        here.style.format[0] = '\0';
    return err_set(e, ST_INVALID, "%s is not on the grid of frequency %s, which has %s",
                   timeline_text(stamp, &here, 0), timeline_name(name, t),
                   timeline_text(row, &all, point));
}

static enum status closed(const struct timeline *t, int64_t point, struct err *e)
{
    struct timeline all = *t;
    char stamp[TIME_TEXT_MAX], open[OPEN_TEXT_MAX];

    memset(&all.style.open, 0, sizeof(all.style.open));
    timeline_text(stamp, &all, point);
    open_week_text(open, &t->style.open, local_base(t), seconds_step(t->frequency));
    return err_set(
        e, ST_INVALID, "%s (%s) is at a closed step: the open ones are %s", stamp,
        calendar_weekday_name(calendar_weekday(floor_div(
            local_of(&all, t->start + point * frequency_step(t->frequency)), DAY_SECONDS))),
        open);
}

/* The row of a date on a grid of days, or of an instant on one of hours to seconds, without closed
 * steps, as most times are. Returns false for all others. */
static bool plain_row(int64_t *row, const struct timeline *t, const struct timestamp *at)
{
    int64_t step = frequency_step(t->frequency), distance;

    if (t->frequency.unit == FREQ_D && at->precision == FREQ_D && t->style.clock == 0)
        distance = floor_div(at->seconds, DAY_SECONDS) - t->start;
    else if (t->frequency.unit > FREQ_D && at->precision != FREQ_INDEX)
        distance = at->seconds - t->start;
    else
        return false;
    if ((step > 1 && distance % step != 0) || timeline_has_closed(t))
        return false;
    *row = step > 1 ? distance / step : distance;
    return true;
}

enum status timeline_row(int64_t *row, const struct timeline *t, const struct timestamp *at,
                         struct err *e)
{
    int64_t ordinal = 0, step = frequency_step(t->frequency), point;
    enum status st;

    if (plain_row(row, t, at))
        return ST_OK;
    st = timeline_stamp_ordinal(&ordinal, t, at, e);
    if (st)
        return st;
    point = floor_div(ordinal - t->start, step);
    if (t->frequency.unit != FREQ_INDEX &&
        (floor_mod(ordinal - t->start, step) != 0 || !on_anchor(t, at, ordinal)))
        return off_grid(t, at, point, e);
    if (t->frequency.unit == FREQ_INDEX || !timeline_has_closed(t))
        *row = point;
    else if (!open_week_has(&t->style.open, local_of(t, ordinal)))
        return closed(t, point, e);
    else
        *row = open_week_rank(&t->style.open, local_base(t), seconds_step(t->frequency), point);
    return ST_OK;
}

struct timestamp timeline_stamp(const struct timeline *t, int64_t row)
{
    int64_t v = timeline_row_ordinal(t, row);
    enum freq_unit unit = t->frequency.unit;
    bool clock = t->style.clock != 0 && unit >= FREQ_Y && unit <= FREQ_D;

    if (unit == FREQ_INDEX)
        return (struct timestamp){v, FREQ_INDEX};
    if (unit > FREQ_D)
        return (struct timestamp){v, FREQ_S};
    if (clock)
        return (struct timestamp){local_of(t, v) - t->style.offset * 60, FREQ_S};
    return (struct timestamp){local_of(t, v),
                              unit < FREQ_W && t->style.anchor == ANCHOR_PERIOD ? unit : FREQ_D};
}

enum status timeline_offset(int64_t *row, const struct timeline *a, const struct timeline *b,
                            struct err *e)
{
    int64_t step = frequency_step(a->frequency), point = floor_div(b->start - a->start, step);
    char text[TIME_TEXT_MAX], name[16];

    if (floor_mod(b->start - a->start, step) != 0)
        return err_set(e, ST_INVALID, "%s is not on the grid of frequency %s",
                       timeline_text(text, b, 0), timeline_name(name, a));
    *row = point;
    if (!timeline_has_closed(a))
        return ST_OK;
    if (!open_week_has(&a->style.open, local_base(a) + point * seconds_step(a->frequency)))
        return closed(a, point, e);
    *row = open_week_rank(&a->style.open, local_base(a), seconds_step(a->frequency), point);
    return ST_OK;
}
