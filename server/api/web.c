/* web.c - see web.h.
 *
 * index.html has a fixed address, and browsers fetch it each time. All files that it uses are in a
 * folder named by the digest of all files. So a file with such an address never changes, and a new
 * version of the program has new addresses. A page that was opened before an update finds no files
 * rather than newer ones. */
#include "server/api/web.h"

#include "server/api/resources.h"
#include "server/base/embedded.h"

#include <stdio.h>
#include <string.h>

/* Scripts and styles are loaded only from this server, and requests go only to it. dygraphs sets
 * styles through the object model, which this permits. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/* "" when the build has no page. */
static const char *digest(void)
{
    const struct embedded_file *f = embedded_find("web/hash");

    return f ? (const char *)f->data : "";
}

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},     {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
        {".csv", "text/csv; charset=utf-8"},       {".json", "application/json"},
    };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

static void refuse(struct http_res *rs, const char *detail)
{
    struct err e = {0};

    err_set(&e, ST_NOT_FOUND, "%s", detail);
    http_res_err(rs, &e);
}

static const char switched_off[] = "the page is switched off here (ui = off)";
static const char no_file[] = "the page has no such file";

/* name: of a file in server/web/. */
static void send_file(struct http_res *rs, const struct app *app, const char *name,
                      const char *caching)
{
    char path[128];
    const struct embedded_file *f = NULL;

    if (!app->ui) {
        refuse(rs, switched_off);
        return;
    }
    if (snprintf(path, sizeof(path), "web/%s.gz", name) < (int)sizeof(path))
        f = embedded_find(path);
    if (!f) {
        refuse(rs, no_file);
        return;
    }
    http_res_gzip(rs, type_of(name), (const char *)f->data, f->size, digest());
    http_res_header(rs, "Cache-Control", caching);
    http_res_header(rs, "Content-Security-Policy", policy);
    http_res_header(rs, "Referrer-Policy", "same-origin");
}

/* Sends a file of the digest's folder, which never changes. */
static void send_lasting(struct http_res *rs, const struct app *app, const char *hash,
                         const char *name)
{
    if (app->ui && strcmp(hash, digest()) != 0)
        refuse(rs, "the page is of another version than this program; reload it");
    else
        send_file(rs, app, name, "public, max-age=31536000, immutable");
}

void api_web_file(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    send_lasting(rs, ctx, rq->param[0], rq->param[1]);
}

void api_web_screen(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    char name[80];

    if (snprintf(name, sizeof(name), "screens/%s", rq->param[1]) >= (int)sizeof(name))
        refuse(rs, no_file);
    else
        send_lasting(rs, ctx, rq->param[0], name);
}

void api_web_index(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    (void)rq;
    send_file(rs, ctx, "index.html", "no-cache");
}

/* ---- redirects ---- */

/* The address is relative, so that it is right behind a proxy with a prefix. */
static void lead(struct http_res *rs)
{
    http_res_status(rs, 303);
    http_res_header(rs, "Location", "ui/");
}

void api_web_folder(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char text[] = "The page is in ui/\n";
    const struct app *app = ctx;

    (void)rq;
    if (!app->ui) {
        refuse(rs, switched_off);
        return;
    }
    http_res_copy(rs, 303, "text/plain; charset=utf-8", text, sizeof(text) - 1);
    lead(rs);
}

void web_lead(struct http_res *rs, const struct http_req *rq, const struct app *app)
{
    static const char *const offered[] = {"application/json", "text/html", NULL};
    const char *type = NULL;
    struct err e = {0};

    if (!app->ui)
        return;
    if (http_accept(&type, rq, rs, offered, &e) == ST_OK && type == offered[1])
        lead(rs);
}
