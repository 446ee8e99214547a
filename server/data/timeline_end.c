/* timeline_end.c - finds the last row that has a time: RFC 3339 has no years of five digits, and
 * lstmd does not read them. */
#include "server/data/timeline.h"

/* 9999-12-31 in seconds since 1970-01-01, and the last second of that day. */
static const int64_t last_day = 253402214400;
enum { REST_OF_DAY = 86399 };

/* The last base ordinal of a unit of time. */
static int64_t last_ordinal(const struct timeline *t)
{
    const struct timestamp day = {last_day, FREQ_D};
    enum freq_unit unit = t->frequency.unit;
    int64_t out = 0;

    if (unit == FREQ_H || unit == FREQ_MIN || unit == FREQ_S)
        return last_day + REST_OF_DAY - (t->style.offset > 0 ? t->style.offset * 60 : 0);
    (void)timeline_ordinal(&out, (struct frequency){unit, 1}, &day,
                           NULL); /* a day fits every unit */
    return out;
}

int64_t timeline_rows_most(const struct timeline *t)
{
    int64_t last, points, step = frequency_step(t->frequency);

    if (t->frequency.unit == FREQ_INDEX)
        return INT64_MAX;
    last = last_ordinal(t);
    points = t->start > last ? 0 : (last - t->start) / step + 1;
    return timeline_points_rows(t, points);
}

enum status timeline_check(const struct timeline *t, int64_t rows, const char *id, struct err *e)
{
    int64_t most = timeline_rows_most(t);
    char start[TIME_TEXT_MAX], name[16];

    if (rows <= most)
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "series '%.80s' would end after the year 9999: from %s on in steps of %s there "
                   "is room for %lld rows, and it has %lld",
                   id, timeline_text(start, t, 0), timeline_name(name, t), (long long)most,
                   (long long)rows);
}
