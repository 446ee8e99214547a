/* allowed.h - checks of a request's key beyond those of its route. Private to api/. */
#ifndef SERVER_API_ALLOWED_H
#define SERVER_API_ALLOWED_H

#include "server/api/api.h"
#include "server/tasks/job_request.h"

/* The pattern of names that a list must be limited to; NULL: none. */
const char *api_names(const struct http_req *rq);
/* ST_FORBIDDEN unless the key covers the name, which is not part of the path. NULL and "" are no
 * names. pointer: of the member that holds it, or NULL. */
enum status api_check_covered(const struct http_req *rq, const char *name, const char *pointer,
                              struct err *e);
/* The same for every name in r. */
enum status api_check_request_covered(const struct http_req *rq, const struct job_request *r,
                                      struct err *e);
/* Finds the job of the path. ST_FORBIDDEN unless the key covers its data set and its model. */
enum status api_find_job(struct job *out, const struct app *app, const struct http_req *rq,
                         struct err *e);

#endif
