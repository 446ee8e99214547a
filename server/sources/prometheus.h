/* prometheus.h - fetches the points of a range query from a Prometheus server. Private to sources/.
 *
 * Source: Prometheus' HTTP API, https://prometheus.io/docs/prometheus/latest/querying/api/ */
#ifndef SERVER_SOURCES_PROMETHEUS_H
#define SERVER_SOURCES_PROMETHEUS_H

#include "server/sources/source_spec.h"
#include "server/sources/sources_config.h"

/* Appends to out the body of an upload with all points after `position` (s since 1970; 0: the whole
 * range) up to now (s), in as many requests as are needed. *newest: the time of the newest one; 0:
 * there is none, and out is unchanged. id: of a series without labels. *retry_after in seconds, or
 * 0. Errors are those of outbound_send() and prometheus_matrix_add(). */
enum status prometheus_fetch(struct buf *out, int64_t *newest, const struct source_spec *spec,
                             int64_t position, int64_t now, const char *id,
                             const struct sources_config *c, const struct fetch_stop *stop,
                             int64_t *retry_after, struct err *e);

#endif
