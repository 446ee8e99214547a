/* cors.h - which pages of other origins may read and change things here (the CORS protocol of the
 * Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol). Private to http/.
 *
 * A browser shows an answer to a page of another origin only when the answer allows that origin. A
 * request that a form could not send is preceded by a preflight: OPTIONS without a key, which asks
 * for the method and the header fields. cors_origins of the configuration lists who is allowed;
 * empty, nothing of this is sent. Cookies are never used, so that credentials are never allowed:
 * a page sends its key itself. */
#ifndef SERVER_HTTP_CORS_H
#define SERVER_HTTP_CORS_H

#include "server/http/http_types.h"

/* Whether a page of origin, as a browser writes it, is in list: origins such as
 * https://app.example.com separated by commas or blanks, or *, which is everybody, pages without an
 * origin included. NULL is in no list. */
bool cors_allowed(const char *origin, const char *list);
/* Adds to an answer what a browser needs to show it to the page at origin (NULL: there is none),
 * and what tells caches that it depends on that. */
void cors_mark(struct http_res *rs, const char *origin, const char *list);
/* Adds the answer to a preflight from an allowed page: methods, such as "GET, PUT", and all fields
 * that a request may have. local: the browser asks whether a public page may reach a private
 * address (Access-Control-Request-Private-Network). */
void cors_answer_preflight(struct http_res *rs, const char *methods, bool local);

#endif
