/* form_fields.h - the fields of a form as a client sends them: in the query, in a body of the type
 * application/x-www-form-urlencoded, or as parts of multipart/form-data. For protocols whose
 * parameters may be long texts; uploads of the API are one file (form.h). */
#ifndef SERVER_HTTP_FORM_FIELDS_H
#define SERVER_HTTP_FORM_FIELDS_H

#include "server/http/http_types.h"

enum { FORM_FIELDS_MAX = 64 };

/* All zero before and after. Must not be moved while it holds fields. */
struct form_fields {
    struct http_pair list[FORM_FIELDS_MAX];
    int count;
    char *block; /* owned; holds the fields of the body */
};

/* Reads the fields of the query and of the body, which may be empty. Each is text in UTF-8 without
 * NUL; a part with a file name is a field as well. ST_MALFORMED: a field given twice, unless its
 * name ends in "[]", or that cannot be decoded; a form that cannot be read. ST_TOO_LARGE: too many
 * fields. ST_UNSUPPORTED: another type of body. ST_NOMEM. */
enum status form_fields_read(struct form_fields *out, const struct http_req *rq, struct err *e);
void form_fields_release(struct form_fields *f);
/* The value of a field, or NULL. */
const char *form_field(const struct form_fields *f, const char *name);

#endif
