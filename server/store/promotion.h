/* promotion.h - which version serves after a job: steps inside the transaction that stores its
 * version. Private to store/. */
#ifndef SERVER_STORE_PROMOTION_H
#define SERVER_STORE_PROMOTION_H

#include "server/store/sqlite/connection.h"

/* Before the version is stored: ST_PRECONDITION unless the version that serves is the one that the
 * decision was made beside. */
enum status promotion_check(struct db *db, const char *model, const struct model_promotion *p,
                            struct err *e);
/* Behind it: moves or makes the alias "production" where the decision needs it, and keeps the
 * report with the job. */
enum status promotion_apply(struct db *db, const struct job *j, int64_t version,
                            const struct model_promotion *p, struct err *e);

#endif
