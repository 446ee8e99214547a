/* prometheus_matrix.h - answers of Prometheus to range queries become series on one grid of times.
 *
 * Source: Prometheus' HTTP API (query_range, result type matrix) and its text notation of series.
 * */
#ifndef SERVER_FORMATS_PROMETHEUS_MATRIX_H
#define SERVER_FORMATS_PROMETHEUS_MATRIX_H

#include <lstm/buf.h>

/* Times start, start + step, ... (points of them), in seconds since 1970; start is a multiple of
 * step. */
struct prometheus_grid {
    int64_t start, step, points;
    int64_t max_series, max_values; /* of all series together */
};
struct prometheus_matrix;

enum status prometheus_matrix_new(struct prometheus_matrix **out, const struct prometheus_grid *g,
                                  struct err *e);
void prometheus_matrix_free(struct prometheus_matrix *m); /* NULL is fine */

/* Adds an answer, in which "status" is "success". Values that are not finite (NaN, the stale
 * marker, infinities) are missing. ST_MALFORMED: not JSON; ST_INVALID: an error of Prometheus,
 * which the message quotes, no matrix, or times that are not on the grid; ST_TOO_LARGE; ST_NOMEM.
 * */
enum status prometheus_matrix_add(struct prometheus_matrix *m, const char *json, size_t len,
                                  struct err *e);
/* The newest time with a value; 0: none has one. */
int64_t prometheus_matrix_newest(const struct prometheus_matrix *m);
/* Writes all series that have a value, without missing ones at their ends, as the body of an
 * upload: {"series":[{"id","start","frequency","values"}]}. The id is Prometheus' notation of the
 * labels, up{job="a"}; `id` for the series without labels. */
void prometheus_matrix_write(struct buf *out, const struct prometheus_matrix *m, const char *id);

#endif
