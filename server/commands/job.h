/* job.h - submits a job and follows it to its end. */
#ifndef SERVER_COMMANDS_JOB_H
#define SERVER_COMMANDS_JOB_H

#include "server/commands/call.h"

/* Adds the parameters that the flags of v give, as "params". Returns body, or NULL when memory ran
 * out. */
cJSON *job_put_params(cJSON *body, const struct invocation *v);
/* Sends the request (borrowed) and shows its progress until the job has ended. *out: the job, which
 * the caller deletes; also when it failed. ST_CANCELLED: Ctrl-C, after the job was cancelled.
 * ST_INVALID: the job failed, with its reason; or the request was refused. */
enum status job_run(cJSON **out, struct session *s, const struct invocation *v,
                    const cJSON *request, struct err *e);

#endif
