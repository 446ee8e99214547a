/* etag.h - lists of entity tags, in If-Match and If-None-Match. Private to http/; http_etag_next()
 * has the grammar of one tag, which api/ needs too. Source: RFC 9110, sections 8.8.3 and 13.1. */
#ifndef SERVER_HTTP_ETAG_H
#define SERVER_HTTP_ETAG_H

#include <stdbool.h>

/* Whether header is "*" or a list of entity tags in quotes. */
bool etag_list_valid(const char *header);
/* Whether header (If-None-Match) is "*" or lists etag (without quotes), compared weakly. gzip:
 * compare with the tag of the compressed response; etag is that of the uncompressed one. */
bool etag_listed(const char *header, const char *etag, bool gzip);

#endif
