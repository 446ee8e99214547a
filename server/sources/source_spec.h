/* source_spec.h - what a client says about where a data set comes from. */
#ifndef SERVER_SOURCES_SOURCE_SPEC_H
#define SERVER_SOURCES_SOURCE_SPEC_H

#include "server/client/outbound.h"

#include <cjson/cJSON.h>

enum {
    SOURCE_EVERY_MIN = 5,            /* s */
    SOURCE_EVERY_MAX = 366 * 86400,  /* s */
    SOURCE_STEP_MAX = 7 * 86400,     /* s */
    SOURCE_RANGE_MAX = 3660 * 86400, /* s */
    SOURCE_QUERY_MAX = 8000,         /* bytes */
    PROMETHEUS_POINTS = 11000,       /* of a series in one answer, which Prometheus limits */
};

/* {"url", "every"}, or {"prometheus", "query", "step", "every", "range"}. */
struct source_spec {
    bool prometheus;
    const char *url;   /* of the file; or of the server, to which /api/v1/query_range is added */
    const char *query; /* PromQL, or NULL */
    int64_t every;     /* s, from one fetch to the next */
    int64_t step;      /* s, between two points */
    int64_t range;     /* s, how far back the first fetch goes */
};

/* Reads and checks a specification; strings are borrowed from o. pointer: of o. ST_INVALID,
 * ST_FORBIDDEN with the member's pointer. */
enum status source_spec_read(struct source_spec *out, const cJSON *o, const char *pointer,
                             const struct outbound_rules *rules, struct err *e);

#endif
