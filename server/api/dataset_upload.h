/* dataset_upload.h - stores the body of a request as a data set. Private to api/. */
#ifndef SERVER_API_DATASET_UPLOAD_H
#define SERVER_API_DATASET_UPLOAD_H

#include "server/api/api.h"

/* Answers a request whose body is the content of the data set in its path. create: refuses to
 * replace an existing data set. */
void dataset_upload_put(struct app *app, const struct http_req *rq, struct http_res *rs,
                        bool create);

#endif
