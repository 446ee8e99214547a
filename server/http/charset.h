/* charset.h - bodies that are not UTF-8. Private to http/.
 *
 * Texts are UTF-8 everywhere behind the front door. A body of text whose Content-Type names another
 * charset is decoded here; one that is not known is refused before the body is read. */
#ifndef SERVER_HTTP_CHARSET_H
#define SERVER_HTTP_CHARSET_H

#include <lstm/buf.h>

/* What a Content-Type has as charset: *out is NULL where the body is UTF-8 or no text, else the
 * name that iconv has for it; static. header may be NULL. ST_UNSUPPORTED: not one that is read. */
enum status charset_find(const char **out, const char *header, struct err *e);

/* body, which is text in the charset, as UTF-8. ST_MALFORMED: it is not, at a byte that is named;
 * ST_TOO_LARGE: more than body->max bytes then; ST_NOMEM. */
enum status charset_decode(struct buf *body, const char *charset, struct err *e);

#endif
