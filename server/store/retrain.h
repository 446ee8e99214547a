/* retrain.h - rules by which the daemon trains models again itself, and what became of them. */
#ifndef SERVER_STORE_RETRAIN_H
#define SERVER_STORE_RETRAIN_H

#include "server/store/store.h"

struct retrain_rule {
    int64_t every;            /* ms; 0: not by time */
    double drift;             /* errors over those of the evaluation; 0: not by drift */
    int64_t first;            /* ms from now to the first training by time */
    const struct access *key; /* that sets it; NULL: none */
};

struct retrain {
    int64_t token; /* another one whenever the rule is replaced */
    char model[NAME_MAX_LEN + 1];
    int64_t every; /* ms; 0: not by time */
    double drift;  /* 0: not by drift */
    int64_t api_key;
    char key[ACCESS_NAME_MAX + 1]; /* its name; "": none */
    int64_t created_at;            /* ms since 1970 */
    int64_t next_at;               /* ms; of the next training by time; 0: none */
    int64_t due_at;                /* ms; of the next look */
    int64_t checked_at;            /* ms; of the last look; 0: none */
    char last_job[JOB_ID_LEN + 1]; /* "": none */
    double last_drift;             /* NaN: none */
    int64_t drift_at;              /* ms; 0: never */
    char measured[DIGEST_LEN + 1]; /* digest of the data that last_drift is of; "": none */
    char *request;                 /* JSON of the last job, or NULL. Owned */
    char *note;                    /* why no job was submitted, or NULL. Owned */
    char *error;                   /* problem JSON, or NULL. Owned */
};
void retrain_release(struct retrain *r);

/* Stores or replaces the rule of a model, which must have a version. What is known of the last job
 * stays known, and so does the next time while every is the same. ST_NOT_FOUND. */
enum status store_retrain_put(struct retrain *out, bool *created, struct store *s,
                              const char *model, const struct retrain_rule *rule, struct err *e);
/* ST_NOT_FOUND. */
enum status store_retrain_get(struct retrain *out, struct store *s, const char *model,
                              struct err *e);
/* *found: whether there is one. */
enum status store_retrain_find(struct retrain *out, bool *found, struct store *s, const char *model,
                               struct err *e);
/* ST_NOT_FOUND. */
enum status store_retrain_delete(struct store *s, const char *model, struct err *e);

/* Claims the rule that has been due longest: it is due again after lease_ms. *found: whether one is
 * due. *next: when the next one is, ms since 1970; INT64_MAX: there is none. */
enum status store_retrain_claim(struct retrain *out, bool *found, int64_t *next, struct store *s,
                                int64_t lease_ms, struct err *e);
/* Writes the result of a look: next_at, due_at, checked_at, last_job, last_drift, drift_at,
 * measured, request, note, error. Nothing, when the token is not in force. */
enum status store_retrain_finish(struct store *s, const struct retrain *result, struct err *e);

/* What a rule needs to know of the jobs that train the model. */
struct retrain_jobs {
    bool busy;                 /* one is queued or running */
    char last[JOB_ID_LEN + 1]; /* the last one that succeeded; "": none */
};
enum status store_retrain_jobs(struct retrain_jobs *out, struct store *s, const char *model,
                               struct err *e);
/* Of how many models there are rules, and of how many the last look failed. */
enum status store_retrain_counts(int64_t *all, int64_t *failing, struct store *s, struct err *e);

#endif
