/* form_fields.c - see form_fields.h. Source: the WHATWG URL standard, section 5.1, for the
 * urlencoded form. */
#include "server/http/form_fields.h"

#include "server/http/http.h"
#include "server/http/multipart.h"
#include "server/http/query.h"

#include <lstm/utf8.h>
#include <stdlib.h>
#include <string.h>

const char *form_field(const struct form_fields *f, const char *name)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->list[i].name, name) == 0)
            return f->list[i].value;
    return NULL;
}

static enum status add(struct form_fields *f, const char *name, const char *value, struct err *e)
{
    if (!query_repeats(name) && form_field(f, name)) {
        err_set(e, ST_MALFORMED, "the field '%.80s' is given twice", name);
        return err_at(e, "?%.100s", name);
    }
    if (f->count == FORM_FIELDS_MAX)
        return err_set(e, ST_TOO_LARGE, "the form has more than %d fields", FORM_FIELDS_MAX);
    f->list[f->count++] = (struct http_pair){name, value};
    return ST_OK;
}

/* ---- application/x-www-form-urlencoded ---- */

/* Decodes "name=value" into *to, which moves on. */
static enum status add_encoded(struct form_fields *f, char **to, const char *s, size_t n,
                               struct err *e)
{
    const char *equals = memchr(s, '=', n), *name = *to, *value;
    size_t name_len = equals ? (size_t)(equals - s) : n, len = 0;
    enum status st = percent_decode(*to, &len, s, name_len, true, "the name of a field", e);

    if (st)
        return st;
    *to += len + 1;
    value = *to;
    if (equals)
        st = percent_decode(*to, &len, equals + 1, n - name_len - 1, true, "the value of a field",
                            e);
    else
        **to = '\0';
    if (st)
        return err_at(e, "?%.100s", name);
    *to += equals ? len + 1 : 1;
    return add(f, name, value, e);
}

/* The decoded fields take at most the length of the body, and each two NULs: one in place of the
 * equals sign, one in place of the ampersand. A field without an equals sign takes one more. */
static enum status read_encoded(struct form_fields *f, const struct http_req *rq, struct err *e)
{
    const char *s = rq->body, *end = s + rq->body_len;
    enum status st = ST_OK;
    char *to;

    f->block = to = malloc(rq->body_len + FORM_FIELDS_MAX + 3);
    if (!f->block)
        return err_nomem(e, rq->body_len);
    while (!st && s < end) {
        const char *amp = memchr(s, '&', (size_t)(end - s)), *stop = amp ? amp : end;

        if (stop > s)
            st = add_encoded(f, &to, s, (size_t)(stop - s), e);
        s = stop + 1;
    }
    return st;
}

/* ---- multipart/form-data ---- */

static enum status add_part(struct form_fields *f, char **to, const struct multipart_part *p,
                            struct err *e)
{
    size_t n = strlen(p->name) + 1;
    char *name = *to, *value = name + n;

    if (memchr(p->data, '\0', p->len) || !utf8_valid(p->data, p->len) ||
        !utf8_valid(p->name, n - 1)) {
        err_set(e, ST_MALFORMED, "the field '%.80s' of the form is no text in UTF-8", p->name);
        return err_at(e, "?%.100s", p->name);
    }
    memcpy(name, p->name, n);
    memcpy(value, p->data, p->len);
    value[p->len] = '\0';
    *to = value + p->len + 1;
    return add(f, name, value, e);
}

/* A part's name and value stand in the body, longer than here: its header has quotes and more. */
static enum status read_parts(struct form_fields *f, const struct http_req *rq, struct err *e)
{
    struct multipart m;
    struct multipart_part p;
    bool more = true;
    char *to;
    enum status st =
        multipart_begin(&m, http_header(rq, "Content-Type"), rq->body, rq->body_len, e);

    f->block = to = malloc(rq->body_len + 1);
    if (!st && !f->block)
        st = err_nomem(e, rq->body_len);
    while (!st && more) {
        st = multipart_next(&p, &m, &more, e);
        if (!st && more)
            st = add_part(f, &to, &p, e);
    }
    return st;
}

/* ---- the whole ---- */

enum status form_fields_read(struct form_fields *out, const struct http_req *rq, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < rq->num_query; i++)
        st = add(out, rq->query[i].name, rq->query[i].value, e);
    if (st || rq->body_len == 0)
        return st;
    if (strcmp(rq->content_type, "application/x-www-form-urlencoded") == 0)
        return read_encoded(out, rq, e);
    if (strcmp(rq->content_type, "multipart/form-data") == 0)
        return read_parts(out, rq, e);
    return err_set(e, ST_UNSUPPORTED,
                   "Content-Type '%.80s' is not read here; send application/x-www-form-urlencoded "
                   "or multipart/form-data",
                   rq->content_type);
}

void form_fields_release(struct form_fields *f)
{
    free(f->block);
    f->block = NULL;
    f->count = 0;
}
