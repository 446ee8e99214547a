/* multipart.h - reads the parts of a multipart/form-data body, as browsers' forms and curl -F send
 * it (RFC 7578, and RFC 2046 section 5.1). Private to http/.
 *
 * It is strict: lines end with CRLF, only blanks may precede the first boundary and follow the
 * last, and no part is multipart itself. */
#ifndef SERVER_HTTP_MULTIPART_H
#define SERVER_HTTP_MULTIPART_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    MULTIPART_BOUNDARY_MAX = 70, /* bytes: RFC 2046 */
    MULTIPART_HEAD_MAX = 4096,   /* bytes of the header of one part */
    MULTIPART_PARTS_MAX = 64,
    MULTIPART_TEXT_MAX = 256
};

/* A body while it is read. */
struct multipart {
    char delimiter[4 + MULTIPART_BOUNDARY_MAX + 1]; /* CRLF, "--", the boundary */
    size_t delimiter_len;
    const char *at, *end; /* the rest of the body; borrowed */
    int parts;            /* number of parts read */
    bool done;
};

struct multipart_part {
    int number;                         /* from 1 */
    char name[MULTIPART_TEXT_MAX];      /* of the field */
    bool is_file;                       /* it has a file name, which may be empty */
    char file_name[MULTIPART_TEXT_MAX]; /* a longer one loses its beginning */
    char type[MULTIPART_TEXT_MAX]; /* Content-Type with its parameters; "" when there is none */
    const char *data;              /* (len), borrowed from the body */
    size_t len;
};

/* content_type: the header of the request. body is borrowed. ST_MALFORMED: no boundary, or one that
 * RFC 2046 does not allow. */
enum status multipart_begin(struct multipart *m, const char *content_type, const char *body,
                            size_t len, struct err *e);
/* Reads the next part; *more is false when there is none. ST_MALFORMED with the error and the part;
 * ST_TOO_LARGE: too many parts, or a header that is too long. */
enum status multipart_next(struct multipart_part *out, struct multipart *m, bool *more,
                           struct err *e);

#endif
