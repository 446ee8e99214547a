/* retrain_run.h - one look at the rule of one model. Private to api/. */
#ifndef SERVER_API_RETRAIN_RUN_H
#define SERVER_API_RETRAIN_RUN_H

#include "server/api/api.h"
#include "server/store/retrain.h"

/* The body of POST /v1/jobs that trains the next version like that job did, as JSON; malloc'ed. The
 * version that it made has the parameters: a search is not made again. */
enum status retrain_request(char **out, struct store *s, const struct job *j, struct err *e);
/* Submits a job if the rule says so. Changes r to what is known afterwards, the time of the next
 * look included; store_retrain_finish() keeps it. */
void retrain_run(struct app *app, struct retrain *r, const struct fetch_stop *stop);

#endif
