/* form.c - see form.h. */
#include "server/http/form.h"

#include "server/http/charset.h"
#include "server/http/http.h"
#include "server/http/parameters.h"
#include "server/http/request.h"

#include <lstm/utf8.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char one_file[] = "send one, as curl -F file=@FILE or a form with one <input "
                               "type=\"file\"> do, or the file itself as the body";

bool form_is(const char *type)
{
    return strcmp(type, "multipart/form-data") == 0;
}

/* ---- the type of the file ---- */

static const struct {
    const char *extension, *type;
} by_extension[] = {
    {".csv", "text/csv"},
    {".tsv", "text/tab-separated-values"},
    {".json", "application/json"},
    {".jsonl", "application/jsonl"},
    {".ndjson", "application/jsonl"},
    {".conllu", "text/x-conllu"},
    {".conll", "text/x-conllu"},
    {".txt", "text/plain"},
};

/* Whether a media type is no evidence of what the file is. Browsers send the type that the
 * operating system has for an extension: if a spreadsheet program is installed, .csv has the type
 * of a spreadsheet. */
static bool is_vague(const char *type)
{
    static const char *const types[] = {"",
                                        "application/octet-stream",
                                        "application/vnd.ms-excel",
                                        "application/gzip",
                                        "application/x-gzip",
                                        "text/plain"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

static bool ends_with(const char *s, size_t n, const char *end)
{
    size_t k = strlen(end);

    return n >= k && strncasecmp(s + n - k, end, k) == 0;
}

void form_file_type(char *type, size_t cap, bool *gzip, const struct multipart_part *file)
{
    size_t n = strcspn(file->type, "; \t,"), name_len = strlen(file->file_name);

    n = n < cap ? n : cap - 1;
    for (size_t i = 0; i < n; i++)
        type[i] = (char)tolower((unsigned char)file->type[i]);
    type[n] = '\0';
    *gzip = strcmp(type, "application/gzip") == 0 || strcmp(type, "application/x-gzip") == 0;
    if (ends_with(file->file_name, name_len, ".gz")) {
        name_len -= 3;
        *gzip = *gzip || is_vague(type);
    }
    if (!is_vague(type))
        return;
    if (strncmp(type, "application/", 12) == 0)
        type[0] = '\0';
    for (size_t i = 0; i < sizeof(by_extension) / sizeof(by_extension[0]); i++)
        if (ends_with(file->file_name, name_len, by_extension[i].extension))
            (void)snprintf(type, cap, "%s", by_extension[i].type);
}

/* ---- fields ---- */

/* The parts of a form. Names and values lie in text, one after the other. */
struct form {
    struct multipart_part file;
    bool has_file;
    struct buf text;
    int fields;
};

static enum status add_field(struct form *f, const struct multipart_part *p, struct err *e)
{
    if (p->len == 0)
        return ST_OK;
    if (p->len > FORM_VALUE_MAX)
        err_set(e, ST_MALFORMED,
                "the field '%.80s' of the form has %zu bytes and no file name; a file has one, and "
                "a parameter has at most %d bytes",
                p->name, p->len, FORM_VALUE_MAX);
    else if (memchr(p->data, '\0', p->len) || !utf8_valid(p->data, p->len) ||
             !utf8_valid(p->name, strlen(p->name)))
        err_set(e, ST_MALFORMED, "the field '%.80s' of the form is no text in UTF-8", p->name);
    else {
        buf_add(&f->text, p->name, strlen(p->name) + 1);
        buf_add(&f->text, p->data, p->len);
        buf_add(&f->text, "", 1);
        f->fields++;
        return buf_status(&f->text, e);
    }
    return err_at(e, "?%.100s", p->name);
}

static enum status add_file(struct form *f, const struct multipart_part *p, struct err *e)
{
    if (f->has_file)
        return err_set(e, ST_MALFORMED,
                       "the form has more than one file ('%.80s', '%.80s'); send each by a request "
                       "of its own",
                       f->file.file_name, p->file_name);
    if (!p->file_name[0] && p->len == 0)
        return err_set(e, ST_MALFORMED, "no file was chosen for the field '%.80s' of the form; %s",
                       p->name, one_file);
    f->has_file = true;
    f->file = *p;
    return ST_OK;
}

static enum status read_parts(struct form *f, struct request *r, struct err *e)
{
    struct multipart m;
    struct multipart_part p;
    bool more = true;
    enum status st =
        multipart_begin(&m, http_header(&r->rq, "Content-Type"), r->body.data, r->body.len, e);

    while (!st && more) {
        st = multipart_next(&p, &m, &more, e);
        if (!st && more)
            st = p.is_file ? add_file(f, &p, e) : add_field(f, &p, e);
    }
    if (!st && !f->has_file)
        st = err_set(e, ST_MALFORMED, "the form has no file; %s", one_file);
    return st;
}

/* Appends the fields to the query parameters; r owns the text. */
static enum status add_to_query(struct request *r, struct form *f, struct err *e)
{
    struct target *t = &r->target;
    size_t len;
    const char *s;
    enum status st;

    if (f->fields == 0)
        return ST_OK;
    st = buf_take(&f->text, &r->form_text, &len, e);
    s = r->form_text;
    for (int i = 0; !st && i < f->fields; i++) {
        struct http_pair field = {s, s + strlen(s) + 1};

        if (http_query(&r->rq, field.name) || t->num_query == TARGET_QUERY_MAX) {
            err_set(e, ST_MALFORMED,
                    "the field '%.80s' of the form is given twice, or the query has it",
                    field.name);
            return err_at(e, "?%.100s", field.name);
        }
        t->query[t->num_query++] = field;
        r->rq.num_query = t->num_query;
        s = field.value + strlen(field.value) + 1;
    }
    return st;
}

/* ---- the whole ---- */

static enum status check_fields(const struct request *r, struct err *e)
{
    const struct http_config *c = &r->http->config;
    const char *known = r->http->routes.rows[r->row].route->query;
    enum status st = query_only(r->rq.query, r->rq.num_query, known, e);

    return st ? st
              : parameters_check(r->rq.query, r->rq.num_query, c->parameters, c->num_parameters, e);
}

static enum status take_file(struct request *r, const struct multipart_part *file, struct err *e)
{
    enum status st = charset_find(&r->charset, file->type, e);
    bool gzip;

    if (st)
        return st;
    form_file_type(r->content_type, sizeof(r->content_type), &gzip, file);
    r->coding = gzip ? CODING_GZIP : CODING_NONE;
    memmove(r->body.data, file->data, file->len);
    r->body.len = file->len;
    r->body.data[file->len] = '\0';
    return ST_OK;
}

enum status form_open(struct request *r, struct err *e)
{
    struct form f = {0};
    enum status st;

    r->form = false;
    if (r->body.len == 0)
        return err_set(e, ST_MALFORMED, "the form is empty; %s", one_file);
    buf_init(&f.text, MULTIPART_PARTS_MAX * (MULTIPART_TEXT_MAX + FORM_VALUE_MAX + 2));
    st = read_parts(&f, r, e);
    if (!st)
        st = add_to_query(r, &f, e);
    if (!st)
        st = check_fields(r, e);
    if (!st)
        st = take_file(r, &f.file, e);
    buf_release(&f.text);
    return st;
}
