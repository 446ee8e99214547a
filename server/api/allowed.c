/* allowed.c - see allowed.h. */
#include "server/api/allowed.h"

#include <stdio.h>
#include <string.h>

const char *api_names(const struct http_req *rq)
{
    return rq->key && rq->key->names[0] ? rq->key->names : NULL;
}

enum status api_check_covered(const struct http_req *rq, const char *name, const char *pointer,
                              struct err *e)
{
    if (!name || !name[0] || access_covers(rq->key, name))
        return ST_OK;
    err_set(e, ST_FORBIDDEN, "the key '%s' is for names that match '%s'; '%.80s' does not",
            rq->key->name, rq->key->names, name);
    return pointer ? err_at(e, "%s", pointer) : ST_FORBIDDEN;
}

enum status api_check_request_covered(const struct http_req *rq, const struct job_request *r,
                                      struct err *e)
{
    char start[NAME_MAX_LEN + 1] = "";
    enum status st = api_check_covered(rq, r->dataset, "/dataset", e);

    if (r->warm_start_from) /* "model" or "model/version" */
        (void)snprintf(start, sizeof(start), "%.*s", (int)strcspn(r->warm_start_from, "/"),
                       r->warm_start_from);
    if (!st)
        st = api_check_covered(rq, r->validation_dataset, "/validation_dataset", e);
    if (!st)
        st = api_check_covered(rq, r->model, "/model", e);
    return st ? st : api_check_covered(rq, start, "/warm_start_from", e);
}

enum status api_find_job(struct job *out, const struct app *app, const struct http_req *rq,
                         struct err *e)
{
    enum status st = store_job_get(out, app->store, rq->param[0], e);

    if (!st)
        st = api_check_covered(rq, out->dataset, NULL, e);
    if (!st)
        st = api_check_covered(rq, out->model, NULL, e);
    if (st)
        job_release(out);
    return st;
}
