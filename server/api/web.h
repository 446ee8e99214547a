/* web.h - the web page: files of server/web/, packed into the binary by server/web/pack.sh. Private
 * to api/.
 *
 * The files contain no data, so they need no key. The page gets its data from the API, with the key
 * that the user typed in. */
#ifndef SERVER_API_WEB_H
#define SERVER_API_WEB_H

#include "server/api/api.h"

/* Makes the response to GET / redirect to the page, if there is one and the client prefers HTML to
 * JSON. The body is not changed. */
void web_lead(struct http_res *rs, const struct http_req *rq, const struct app *app);

#endif
