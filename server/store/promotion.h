/* promotion.h - sets which version serves after a job: steps of the transaction that stores the
 * version of the job. Private to store/. */
#ifndef SERVER_STORE_PROMOTION_H
#define SERVER_STORE_PROMOTION_H

#include "server/store/connection.h"

/* To be called before the version is stored. ST_PRECONDITION: the version that serves is not the
 * one that the decision was based on. */
enum status promotion_check(struct db *db, const char *model, const struct model_promotion *p,
                            struct err *e);
/* To be called after the version is stored: moves or makes the alias "production" if the decision
 * needs it, and stores the report with the job. */
enum status promotion_apply(struct db *db, const struct job *j, int64_t version,
                            const struct model_promotion *p, struct err *e);

#endif
