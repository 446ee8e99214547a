/* charset.h - converts bodies that are not UTF-8. Private to http/.
 *
 * Everything behind the front door reads UTF-8. A text body whose Content-Type names another
 * charset is converted here; an unknown charset is refused before the body is read. */
#ifndef SERVER_HTTP_CHARSET_H
#define SERVER_HTTP_CHARSET_H

#include <lstm/buf.h>

/* Finds the charset of a Content-Type. *out: iconv's name, static; NULL when the body is UTF-8 or
 * not text. header may be NULL. ST_UNSUPPORTED: not a charset that is read. */
enum status charset_find(const char **out, const char *header, struct err *e);

/* Converts body, a text in the charset, to UTF-8. ST_MALFORMED: it is not in that charset, with the
 * byte; ST_TOO_LARGE: the result exceeds body->max bytes; ST_NOMEM. */
enum status charset_decode(struct buf *body, const char *charset, struct err *e);

#endif
