/* web.h - the page: files of server/web/, packed into the binary by server/web/pack.sh. Private to
 * api/.
 *
 * The files need no key: they hold no data. What they show they ask of the API, with the key that
 * the user typed in. */
#ifndef SERVER_API_WEB_H
#define SERVER_API_WEB_H

#include "server/api/api.h"

/* Makes the answer of GET / lead to the page, where there is one and the client prefers HTML to
 * JSON. The body stays. */
void web_lead(struct http_res *rs, const struct http_req *rq, const struct app *app);

#endif
