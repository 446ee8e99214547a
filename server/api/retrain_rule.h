/* retrain_rule.h - "retrain" of jobs and models in JSON. Private to api/. */
#ifndef SERVER_API_RETRAIN_RULE_H
#define SERVER_API_RETRAIN_RULE_H

#include "server/store/retrain.h"
#include "server/tasks/job_request.h"

#include <cjson/cJSON.h>

/* Reads {"every":"7d"}, {"drift":2} or both; place: JSON pointer of o, "" for the whole body. The
 * first training by time is after `every`, with jitter. ST_INVALID. */
enum status retrain_rule_read(struct retrain_rule *out, const cJSON *o, const char *place,
                              struct err *e);
/* ST_INVALID for a rule that watches the errors of a tagger. */
enum status retrain_rule_check_task(const struct retrain_rule *r, enum task task, const char *place,
                                    struct err *e);
/* Reads "retrain" of the body of a job, whose other members r holds: the rule of its model from
 * then on. Without it r stays as it is. */
enum status retrain_rule_of_job(struct retrain_rule *out, struct job_request *r, const cJSON *body,
                                const struct access *key, struct err *e);
/* The rule, and what became of it. */
cJSON *retrain_render(const struct retrain *r);

#endif
