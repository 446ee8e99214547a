/* retrain_check.h - rules of models, for those who store jobs and delete models, within the
 * caller's transaction. Private to store/. */
#ifndef SERVER_STORE_RETRAIN_CHECK_H
#define SERVER_STORE_RETRAIN_CHECK_H

#include "server/store/driver.h"

struct retrain_rule; /* retrain.h */

/* As store_retrain_put(), but the model need not have a version. */
enum status retrain_set(bool *created, struct db *db, const char *model,
                        const struct retrain_rule *rule, struct err *e);
/* Called when a model is deleted. */
enum status retrain_drop(struct db *db, const char *model, struct err *e);

#endif
