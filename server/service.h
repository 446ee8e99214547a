/* service.h - what answers requests and trains: the store, the cache of models, the jobs and HTTP.
 * The daemon is one service; a command on the local database runs one in its own process. */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "server/config/config.h"

struct service;

/* What a service does by itself. */
struct service_duties {
    bool trains;  /* jobs are worked on; otherwise they stay in the queue */
    bool fetches; /* data sets are fetched from their sources, and webhooks sent, when due */
};
/* Starts it. c is borrowed until service_stop(). The address is announced beside the database
 * (store.h). Errors are those of the parts: ST_CONFLICT when another process uses the database. */
enum status service_start(struct service **out, const struct config *c,
                          struct service_duties duties, struct err *e);
/* Refuses new requests, while those in flight go on. */
void service_drain(struct service *s);
/* Waits for requests in flight, has running jobs write a checkpoint, and ends. NULL does
 * nothing. */
void service_stop(struct service *s);

/* Seconds since 1970 at which the certificate in use ends. */
int64_t service_certificate_expires(const struct service *s);
/* Reads the certificate again. On error the one before stays in use. */
enum status service_reload_certificate(struct service *s, struct err *e);

#endif
