/* measure_versions.h - several versions of one model on the same held-out data. */
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
    bool stored;                      /* as it was measured when it was trained */
    int64_t seen;                     /* observations that it had learnt from; -1: not known */
    char reason[MEASURED_REASON_MAX]; /* for metrics NULL */
};
/* What they are measured on. */
struct measured_data {
    /* In: the data set of version number base of the list, as it is now; or NULL. */
    int base;
    const struct dataset *data, *validation; /* validation: of a tagger, all of it; or NULL */
    /* Out. */
    int series;       /* that the means are over: those that every measured version can forecast */
    int64_t held_out; /* observations or tokens */
    cJSON *baseline;  /* metrics, owned; or NULL */
};
/* Forecasters on the held-out end of the evaluation of the base, taggers on its held-out
 * sentences. Release both, after an error too. ST_CANCELLED when stop asks for it; ST_NOMEM;
 * errors of the store. */
enum status measure_versions(struct measured_version *v, int n, struct measured_data *d,
                             struct store *s, const struct stop_flag *stop, struct err *e);
void measured_version_release(struct measured_version *v);
void measured_data_release(struct measured_data *d);

#endif
