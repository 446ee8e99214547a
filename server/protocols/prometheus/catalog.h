/* catalog.h - the series that selectors choose, by the lists of the API. Private to prometheus/.
 *
 * A series has the labels __name__, dataset and series; forecasts and anomalies also model, and
 * forecasts ml_forecast. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_CATALOG_H
#define SERVER_PROTOCOLS_PROMETHEUS_CATALOG_H

#include "server/protocols/prometheus/exchange.h"
#include "server/protocols/prometheus/metric_name.h"
#include "server/protocols/prometheus/selector.h"

enum { CATALOG_MAX = 10000, CATALOG_SERIES_MAX = 100000 };

/* ml_forecast: */
enum forecast_part { PART_MEAN, PART_LOWER, PART_UPPER, FORECAST_PARTS };

struct catalog_entry {
    char metric[METRIC_NAME_MAX + 1];
    enum metric_kind kind;
    enum forecast_part part;             /* of METRIC_PREDICTED */
    char dataset[METRIC_SOURCE_MAX + 1]; /* name */
    char model[METRIC_SOURCE_MAX + 1];   /* "" for METRIC_ACTUAL */
    char *id;   /* the label series: as forecasts have it; NULL when series were not read. Owned */
    char *row;  /* id of the series in the data set; owned */
    int column; /* which of its value columns, from 0 */
};

/* All zero before and after. */
struct catalog {
    struct catalog_entry *items; /* owned; sorted by metric, data set, series, ml_forecast */
    int count, cap;
    int examined; /* series of data sets */
};

/* The label's value, "" when the entry has no such label. */
const char *catalog_label(const struct catalog_entry *c, const char *label);
/* The names of all labels, sorted; ends with NULL. */
extern const char *const catalog_labels[];

/* Finds what any of the n selectors chooses. Without with_series each data set and model has one
 * entry for all of its series. When it fails, x is over. */
void catalog_read(struct catalog *c, struct exchange *x, const struct selector *list, int n,
                  bool with_series);
void catalog_release(struct catalog *c);

#endif
