/* describe_model.h - describes a checkpoint as the resource of a model shows it. */
#ifndef SERVER_TASKS_DESCRIBE_MODEL_H
#define SERVER_TASKS_DESCRIBE_MODEL_H

#include <lstm/params.h>
#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

/* Owned texts. */
struct model_description {
    enum task task;
    int64_t parameter_count;
    char *params;  /* JSON */
    char *details; /* JSON: series with id, start, end, frequency, length; or tags, words */
};
void model_description_release(struct model_description *d);

/* Checks the bytes of an import by loading them, and describes the model. After an error nothing is
 * owned. ST_CORRUPT, ST_NOMEM. */
enum status describe_model(struct model_description *out, const uint8_t *bytes, size_t len,
                           struct err *e);

#endif
