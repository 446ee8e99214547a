/* points.h - the samples of one series of the catalog, from the API's data, forecasts and
 * anomalies. Private to prometheus/.
 *
 * A sample counts from its time until the next row of its series, and for five minutes at least. So
 * the lookback of a series of months is a month. A missing value has no sample. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_POINTS_H
#define SERVER_PROTOCOLS_PROMETHEUS_POINTS_H

#include "server/formats/json_body.h"
#include "server/protocols/prometheus/catalog.h"

enum { LOOKBACK_MS = 300000, ANOMALIES_MAX = 100, HISTORY_VALUES_MAX = 20000000 };

struct point {
    int64_t at, until; /* ms since 1970; it counts in [at, until) */
    double value;
};

/* The samples of a series, and with a forecast those of all of its parts, because one request has
 * them all. All zero before and after. */
struct points {
    struct point *list[FORECAST_PARTS]; /* by time; owned */
    int count[FORECAST_PARTS], cap[FORECAST_PARTS];
    int64_t from, to;        /* ms: samples that do not count in [from, to] are left out */
    struct catalog_entry of; /* what was read; its texts are borrowed from the catalog */
    bool is_read;
};

/* Reads the samples of c between s->from and s->to, unless s has them already. Models that cannot
 * forecast, and series without times, have no samples, and a warning. When it fails, x is over. */
void points_read(struct points *s, struct exchange *x, const struct catalog_entry *c);
void points_release(struct points *s);
/* The sample that counts at this time, or NULL. *next: where to look, which a caller with rising
 * times keeps between calls; 0 at first. */
const struct point *points_at(const struct points *s, enum forecast_part part, int64_t ms,
                              int *next);

#endif
