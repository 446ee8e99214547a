/* jobs_config.h - the settings of training jobs. */
#ifndef SERVER_JOBS_JOBS_CONFIG_H
#define SERVER_JOBS_JOBS_CONFIG_H

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

struct model_cache;

struct jobs_config {
    unsigned workers;
    unsigned cores;                     /* threads of a training with the parameter threads = 0 */
    double checkpoint_interval_seconds; /* 0: after every batch */
    int64_t max_parameters;             /* of one model */
    size_t max_training_bytes;          /* of memory that one training may take */
    int nice;                           /* nice value of the threads that train, 0..19 */
    int max_queue;
    int store_pause_ms; /* the first pause when the store does not work; 0: the default */
    /* A job whose runs all end with an error of the store fails after so long; 0: the default. */
    int64_t setback_limit_ms;
    int64_t stall_ms; /* a training that has not called back for so long loses its job; 0: never */
    /* Called on any thread when the state or the epoch of a job changed. May be NULL. Must not
     * block. */
    void (*on_change)(void *ctx, const char *job_id);
    void *on_change_ctx;
    /* Renders an error as problem JSON (malloc'ed), for failed jobs; NULL: they keep none. */
    char *(*problem_text)(const struct err *e, const char *instance);
    /* Must be updated when a model gets a new version; borrowed, may be NULL. */
    struct model_cache *cache;
};

#endif
