/* metric_text.c - see metric_text.h. */
#include "server/api/metric_text.h"

void metric_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metric_one(struct buf *b, const char *name, const char *type, const char *help, double v)
{
    metric_head(b, name, type, help);
    buf_printf(b, "%s ", name);
    buf_put_f64(b, v);
    buf_puts(b, "\n");
}

void metric_labelled(struct buf *b, const char *name, const char *label, const char *value,
                     double v)
{
    buf_printf(b, "%s{%s=\"%s\"} ", name, label, value);
    buf_put_f64(b, v);
    buf_puts(b, "\n");
}

void metric_histogram(struct buf *b, const char *name, const char *labels,
                      const struct metric_histogram *h)
{
    for (int k = 0; k < h->n - 1; k++)
        buf_printf(b, "%s_bucket{%s,le=\"%g\"} %llu\n", name, labels, h->bounds[k],
                   (unsigned long long)h->count[k]);
    buf_printf(b, "%s_bucket{%s,le=\"+Inf\"} %llu\n", name, labels,
               (unsigned long long)h->count[h->n - 1]);
    buf_printf(b, "%s_sum{%s} %.9g\n", name, labels, h->sum);
    buf_printf(b, "%s_count{%s} %llu\n", name, labels, (unsigned long long)h->count[h->n - 1]);
}
