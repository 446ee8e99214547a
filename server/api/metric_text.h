/* metric_text.h - metrics in the Prometheus text format 0.0.4. Private to api/. */
#ifndef SERVER_API_METRIC_TEXT_H
#define SERVER_API_METRIC_TEXT_H

#include <lstm/buf.h>
#include <stdint.h>

/* HELP and TYPE of a metric; its samples follow. type: "counter", "gauge" or "histogram". */
void metric_head(struct buf *b, const char *name, const char *type, const char *help);
/* A metric with a single sample. */
void metric_one(struct buf *b, const char *name, const char *type, const char *help, double v);
/* A metric with a single sample and a label, whose value is written without escapes. */
void metric_labelled(struct buf *b, const char *name, const char *label, const char *value,
                     double v);

/* The samples of one histogram: cumulative counts (n), of which the last is +Inf. */
struct metric_histogram {
    const double *bounds; /* (n - 1) */
    const uint64_t *count;
    int n;
    double sum;
};
/* labels: such as task="tag", without braces. */
void metric_histogram(struct buf *b, const char *name, const char *labels,
                      const struct metric_histogram *h);

#endif
