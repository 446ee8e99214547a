/* metric_name.h - the names of data sets and models as names of metrics. Private to prometheus/.
 *
 * A metric's name is NAME:actual, NAME:predicted or NAME:anomalous. A NAME that is no legal metric
 * name is written as Prometheus itself escapes names ("escaping=values"): U__ in front, each
 * underscore doubled, and each other illegal character as its code in hexadecimal between
 * underscores. "air-2" becomes "U__air_2d_2". It is one-to-one: names here have no capitals. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_METRIC_NAME_H
#define SERVER_PROTOCOLS_PROMETHEUS_METRIC_NAME_H

#include <stdbool.h>

enum metric_kind { METRIC_ACTUAL, METRIC_PREDICTED, METRIC_ANOMALOUS, METRIC_KINDS };

enum {
    METRIC_SOURCE_MAX = 64,                          /* bytes of the name of a data set or model */
    METRIC_NAME_MAX = 3 + 4 * METRIC_SOURCE_MAX + 10 /* with the suffix, without the NUL */
};

/* Writes the name of the metric of a data set (METRIC_ACTUAL) or a model, whose name has at most
 * METRIC_SOURCE_MAX bytes. Returns out. */
const char *metric_name(char out[METRIC_NAME_MAX + 1], const char *source, enum metric_kind kind);
/* Finds what metric_name() wrote; false: it writes no such name. */
bool metric_name_read(char source[METRIC_SOURCE_MAX + 1], enum metric_kind *kind,
                      const char *metric);

#endif
