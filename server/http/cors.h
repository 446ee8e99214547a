/* cors.h - which pages of other origins may read and change things here (the CORS protocol of the
 * Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol). Private to http/.
 *
 * A browser shows a response to a page of another origin only when the response allows that origin.
 * Before a request that a form could not send, the browser sends a preflight: OPTIONS without a
 * key, with the intended method and header fields. cors_origins of the configuration lists the
 * allowed origins. When it is empty, none of these headers are sent. Cookies are never used, so
 * credentials are never allowed: a page sends its key itself. */
#ifndef SERVER_HTTP_CORS_H
#define SERVER_HTTP_CORS_H

#include "server/http/http_types.h"

/* Whether a page of origin, as a browser writes it, is in list: origins such as
 * https://app.example.com separated by commas or blanks, or *, which includes pages without an
 * origin. NULL is in no list. */
bool cors_allowed(const char *origin, const char *list);
/* Adds the headers that a browser needs to show the response to the page at origin (NULL: none),
 * and Vary for caches. */
void cors_mark(struct http_res *rs, const char *origin, const char *list);
/* Adds the headers of the response to a preflight from an allowed page: methods, such as "GET,
 * PUT", and all header fields that a request may have. local: the browser asks whether a public
 * page may reach a private address (Access-Control-Request-Private-Network). */
void cors_answer_preflight(struct http_res *rs, const char *methods, bool local);

#endif
