/* allowed.h - what the key of a request allows beyond its route. Private to api/. */
#ifndef SERVER_API_ALLOWED_H
#define SERVER_API_ALLOWED_H

#include "server/api/api.h"
#include "server/tasks/job_request.h"

/* The pattern of names that a list is bound to; NULL: none. */
const char *api_names(const struct http_req *rq);
/* ST_FORBIDDEN unless the key covers the name, which comes from elsewhere than the path. NULL and
 * "" name nothing. pointer: of the member that it came from, or NULL. */
enum status api_check_covered(const struct http_req *rq, const char *name, const char *pointer,
                              struct err *e);
/* The same for every name in r. */
enum status api_check_request_covered(const struct http_req *rq, const struct job_request *r,
                                      struct err *e);
/* The job of the path; ST_FORBIDDEN unless the key covers its data set and its model. */
enum status api_find_job(struct job *out, const struct app *app, const struct http_req *rq,
                         struct err *e);

#endif
