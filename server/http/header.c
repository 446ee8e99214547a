/* header.c - the fields of a request's header, for handlers: http_header() and http_body_type() of
 * http.h. */
#include "server/http/http.h"

#include <string.h>
#include <strings.h>

const char *http_header(const struct http_req *rq, const char *name)
{
    const struct http_fields *f = rq->fields;

    for (int i = 0; f && i < f->count; i++)
        if (strcasecmp(f->list[i].name, name) == 0)
            return f->list[i].value;
    return NULL;
}

const char *http_body_type(const struct http_req *rq)
{
    const char *body = rq->body;

    if (strncmp(body, "\xEF\xBB\xBF", 3) == 0)
        body += 3;
    body += strspn(body, " \t\r\n");
    if ((rq->content_type[0] == '\0' ||
         strcmp(rq->content_type, "application/x-www-form-urlencoded") == 0) &&
        (*body == '{' || *body == '['))
        return "application/json";
    return rq->content_type;
}
