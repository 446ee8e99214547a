/* prometheus.c - see prometheus.h. */
#include "server/sources/prometheus.h"

#include "server/formats/prometheus_matrix.h"

#include <stdio.h>
#include <string.h>

enum { FORM_MAX = 40000, SERIES_MAX = 10000 };

/* What is asked in several requests. */
struct asking {
    const struct source_spec *spec;
    const struct sources_config *config;
    const struct fetch_stop *stop;
    char url[OUTBOUND_URL_MAX + 32];
    struct prometheus_matrix *matrix;
    int64_t retry_after;
};

/* Appends text as the value of a form. */
static void put_encoded(struct buf *b, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text; text++) {
        if (strchr(plain, *text))
            buf_add(b, text, 1);
        else
            buf_printf(b, "%%%02X", (unsigned char)*text);
    }
}

static enum status send(struct outbound_reply *reply, const struct asking *a,
                        const struct buf *form, struct err *e)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                          "Accept: application/json", NULL};
    const struct outbound_request q = {.url = a->url,
                                       .method = "POST",
                                       .headers = headers,
                                       .body = form->data,
                                       .len = form->len,
                                       .max_bytes = a->config->max_bytes,
                                       .give_up = a->stop->over,
                                       .ctx = a->stop->ctx};

    return outbound_send(reply, &q, &a->config->rules, e);
}

/* An answer that is no success has the reason in its body. */
static enum status read_reply(struct asking *a, const struct outbound_reply *reply, struct err *e)
{
    const char *body = reply->body.len ? reply->body.data : "";
    enum status st = prometheus_matrix_add(a->matrix, body, reply->body.len, e);

    a->retry_after = reply->retry_after;
    if (reply->status / 100 == 2 || (st == ST_INVALID && strstr(e->message, "refuses")))
        return st;
    return err_set(e, ST_INVALID, "the server answers with the status %d instead of 200",
                   reply->status);
}

/* Asks for the points from..to. */
static enum status ask(struct asking *a, int64_t from, int64_t to, struct err *e)
{
    struct outbound_reply reply = {0};
    struct buf form;
    enum status st;

    buf_init(&form, FORM_MAX);
    buf_puts(&form, "query=");
    put_encoded(&form, a->spec->query);
    buf_printf(&form, "&start=%lld&end=%lld&step=%lld", (long long)from, (long long)to,
               (long long)a->spec->step);
    st = buf_status(&form, e);
    if (!st)
        st = send(&reply, a, &form, e);
    if (!st)
        st = read_reply(a, &reply, e);
    outbound_release(&reply);
    buf_release(&form);
    return st;
}

static void write_url(struct asking *a)
{
    size_t n = strlen(a->spec->url);

    while (n > 0 && a->spec->url[n - 1] == '/')
        n--;
    (void)snprintf(a->url, sizeof(a->url), "%.*s/api/v1/query_range", (int)n, a->spec->url);
}

enum status prometheus_fetch(struct buf *out, int64_t *newest, const struct source_spec *spec,
                             int64_t position, int64_t now, const char *id,
                             const struct sources_config *c, const struct fetch_stop *stop,
                             int64_t *retry_after, struct err *e)
{
    int64_t step = spec->step, last = now / step * step, from = last - spec->range / step * step;
    struct asking a = {.spec = spec, .config = c, .stop = stop};
    struct prometheus_grid grid;
    enum status st;

    if (position && position / step * step + step > from)
        from = position / step * step + step;
    from = from < 0 ? 0 : from;
    *newest = 0;
    if (from > last)
        return ST_OK;
    grid = (struct prometheus_grid){from, step, (last - from) / step + 1, SERIES_MAX,
                                    (int64_t)(c->max_bytes / sizeof(double))};
    st = prometheus_matrix_new(&a.matrix, &grid, e);
    write_url(&a);
    while (!st && from <= last) {
        int64_t page = from + (PROMETHEUS_POINTS - 1) * step;

        st = ask(&a, from, page < last ? page : last, e);
        from = page + step;
    }
    *newest = st ? 0 : prometheus_matrix_newest(a.matrix);
    if (*newest)
        prometheus_matrix_write(out, a.matrix, id);
    *retry_after = a.retry_after;
    prometheus_matrix_free(a.matrix);
    return st ? st : buf_status(out, e);
}
