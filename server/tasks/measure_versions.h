/* measure_versions.h - measures several versions of one model on the same held-out data. */
#ifndef SERVER_TASKS_MEASURE_VERSIONS_H
#define SERVER_TASKS_MEASURE_VERSIONS_H

#include "server/models/model_load.h"

#include <cjson/cJSON.h>
#include <lstm/trainer.h>

enum { MEASURED_REASON_MAX = sizeof(((struct err *)0)->message) };

struct measured_version {
    /* In, borrowed. */
    const struct model_version *v;
    const struct model *m;
    const cJSON *evaluation; /* NULL: it was imported */
    /* Out. */
    cJSON *metrics;                   /* owned; NULL: it could not be measured */
    bool stored;                      /* the metrics are those from its training */
    int64_t seen;                     /* observations that it was trained on; -1: not known */
    char reason[MEASURED_REASON_MAX]; /* why metrics is NULL */
};
/* The data that the versions are measured on. */
struct measured_data {
    /* In: the present data set of version number base of the list; or NULL. */
    int base;
    const struct dataset *data,
        *validation; /* validation: for a tagger, all of it is used; or NULL */
    /* Out. */
    int series; /* number of series in the means: those that every measured version can forecast */
    int64_t held_out; /* observations or tokens */
    cJSON *baseline;  /* metrics, owned; or NULL */
};
/* Measures forecasters on the held-out end of the evaluation of the base, and taggers on its
 * held-out sentences. Release both, after an error too. ST_CANCELLED when stop returns true;
 * ST_NOMEM; errors of the store. */
enum status measure_versions(struct measured_version *v, int n, struct measured_data *d,
                             struct store *s, const struct stop_flag *stop, struct err *e);
void measured_version_release(struct measured_version *v);
void measured_data_release(struct measured_data *d);

#endif
