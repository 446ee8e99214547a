/* etag.c - see etag.h. */
#include "server/http/etag.h"

#include "server/http/http.h"

#include <string.h>

enum { GZIP_LEN = sizeof(HTTP_ETAG_GZIP) - 1 };

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t");
}

bool http_etag_any(const char *header)
{
    return strcmp(skip_space(header), "*") == 0;
}

bool http_etag_next(struct http_etag *out, const char **at)
{
    const char *s = *at + strspn(*at, " \t,");
    const char *end;

    out->weak = strncmp(s, "W/", 2) == 0;
    if (out->weak)
        s += 2;
    end = *s == '"' ? strchr(s + 1, '"') : NULL;
    if (!end)
        return false;
    out->value = s + 1;
    out->len = (size_t)(end - s) - 1;
    out->gzip = out->len > GZIP_LEN && memcmp(end - GZIP_LEN, HTTP_ETAG_GZIP, GZIP_LEN) == 0;
    out->len -= out->gzip ? GZIP_LEN : 0;
    *at = end + 1;
    return true;
}

/* Stricter than http_etag_next(), which skips all blanks and commas: requires a comma between two
 * tags and none before the first. */
bool etag_list_valid(const char *header)
{
    const char *s = skip_space(header);
    struct http_etag tag;

    if (*s == '*')
        return *skip_space(s + 1) == '\0';
    if (*s == ',')
        return false;
    while (http_etag_next(&tag, &s)) {
        s = skip_space(s);
        if (!*s)
            return true;
        if (*s != ',')
            return false;
        if (!s[strspn(s, " \t,")])
            return true;
    }
    return false;
}

bool etag_listed(const char *header, const char *etag, bool gzip)
{
    struct http_etag tag;
    size_t len = strlen(etag);

    if (http_etag_any(header))
        return true;
    while (http_etag_next(&tag, &header))
        if (tag.gzip == gzip && tag.len == len && memcmp(tag.value, etag, len) == 0)
            return true;
    return false;
}
