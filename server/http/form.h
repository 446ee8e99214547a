/* form.h - multipart/form-data with one file, in the place of a body: what a browser's form,
 * FormData and curl -F send. Private to http/.
 *
 * Behind form_open() the request is what a plain upload of the file would have been. The type of
 * the file is the Content-Type of its part. Where that tells nothing (none, text/plain,
 * application/octet-stream, a spreadsheet's, gzip's), the extension of its name decides. The other
 * parts are query parameters; an empty one was left out. */
#ifndef SERVER_HTTP_FORM_H
#define SERVER_HTTP_FORM_H

#include "server/http/multipart.h"

struct request;

enum { FORM_VALUE_MAX = 4096 }; /* bytes of a field that is no file */

/* Whether a Content-Type, in lower case and without parameters, is that of a form. */
bool form_is(const char *type);
/* The media type of a file, "" when nothing tells, and whether it is packed with gzip. type has no
 * parameters. */
void form_file_type(char *type, size_t cap, bool *gzip, const struct multipart_part *file);
/* The file of the form becomes r->body, with its type, charset and coding; the fields are added to
 * the query, and checked as it is. ST_MALFORMED: not one file, an unknown field, one that is given
 * twice, and what multipart.h refuses. ST_UNSUPPORTED: the file's charset. */
enum status form_open(struct request *r, struct err *e);

#endif
