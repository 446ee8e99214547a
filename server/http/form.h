/* form.h - multipart/form-data with one file in place of a body, as browsers' forms, FormData and
 * curl -F send it. Private to http/.
 *
 * After form_open() the request is like a plain upload of the file. The file's type is the
 * Content-Type of its part. If that is of no use (none, text/plain, application/octet-stream, a
 * spreadsheet's, gzip's), the extension of its name decides. Other parts become query parameters,
 * except empty ones. */
#ifndef SERVER_HTTP_FORM_H
#define SERVER_HTTP_FORM_H

#include "server/http/multipart.h"

struct request;

enum { FORM_VALUE_MAX = 4096 }; /* bytes of a field that is not a file */

/* Whether a Content-Type, in lower case and without parameters, is that of a form. */
bool form_is(const char *type);
/* The media type of a file, "" when it is unknown; *gzip: whether it is compressed with gzip. type
 * has no parameters. */
void form_file_type(char *type, size_t cap, bool *gzip, const struct multipart_part *file);
/* Makes the file of the form r->body, with its type, charset and coding. The fields are added to
 * the query, and checked like it. ST_MALFORMED: not exactly one file, a field that is unknown or
 * given twice, or an error of multipart.h. ST_UNSUPPORTED: the file's charset. */
enum status form_open(struct request *r, struct err *e);

#endif
