/* prometheus.h - the read side of Prometheus' HTTP API, so that Grafana and promtool show data
 * sets, forecasts and anomalies of this server. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 *
 * What differs: an expression is a selector of series or a sum of numbers. Errors below 500, and
 * those of timeouts, have the form of Prometheus; others are problem documents. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_PROMETHEUS_H
#define SERVER_PROTOCOLS_PROMETHEUS_PROMETHEUS_H

#include "server/http/http_types.h"

enum { PROMETHEUS_POINTS_MAX = 11000, PROMETHEUS_QUERY_SERIES_MAX = 500 };

/* GET and POST /api/v1/query, query_range, series, labels, query_exemplars; GET
 * /api/v1/label/{name}/values, metadata, status/buildinfo. */
http_handler prometheus_query, prometheus_query_range, prometheus_series, prometheus_labels,
    prometheus_label_values, prometheus_exemplars, prometheus_metadata, prometheus_buildinfo;

#endif
