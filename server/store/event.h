/* event.h - writes the events that webhooks are told of, inside the transaction of what happens.
 * Private to store/.
 *
 * An event becomes a row of webhook_delivery for each webhook in force that chose its type and
 * whose pattern matches all its names. Without such a webhook nothing is written. */
#ifndef SERVER_STORE_EVENT_H
#define SERVER_STORE_EVENT_H

#include "server/store/connection.h"
#include "server/store/delivery.h"

struct event {
    enum event_type type;
    int64_t at;                  /* ms since 1970 */
    const char *dataset, *model; /* that it is about; NULL or "": none */
    const char *data;            /* JSON object; NULL for event_wanted() */
};
/* Whether any webhook is to be told of it. */
enum status event_wanted(bool *out, struct db *db, const struct event *ev, struct err *e);
enum status event_put(struct db *db, const struct event *ev, struct err *e);

/* A job has ended; j: as it was before. version 0: it made none. error: problem JSON, or NULL. */
enum status event_job(struct db *db, const struct job *j, enum job_state final, const char *error,
                      int64_t version, struct err *e);
/* A version was stored. job NULL: it was imported. */
enum status event_version(struct db *db, const struct model_submission *m, int64_t version,
                          const char *job, struct err *e);
/* The content of a data set has changed. change: "created", "replaced" or "appended". */
enum status event_dataset(struct db *db, const struct dataset *d, const char *change,
                          struct err *e);

#endif
