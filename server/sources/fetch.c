/* fetch.c - see fetch.h. */
#include "server/sources/fetch.h"

#include "server/base/clock.h"
#include "server/formats/json.h"
#include "server/sources/prometheus.h"
#include "server/sources/source_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    AGAIN_MS = 60000,        /* after the first error; then twice as long each time ... */
    AGAIN_MS_MAX = 3600000,  /* ... up to this */
    ASKED_MS_MAX = 86400000, /* of a Retry-After */
    JITTER_MS_MAX = 300000,
    JITTER_PART = 10, /* at most a tenth of the time is added */
};

/* One fetch. */
struct fetch {
    struct source *s;
    struct store *store;
    const struct sources_config *config;
    const struct fetch_stop *stop;
    struct source_spec spec;
    cJSON *tree; /* of the specification */
    bool changed;
    int64_t retry_after; /* s */
    char *problem;       /* of an upload that was refused. Owned */
    struct outbound_reply reply;
};

int64_t fetch_delay(int64_t every, int64_t failures, int64_t retry_after, double random)
{
    int64_t ms = every, jitter;

    if (failures > 0) {
        ms = AGAIN_MS;
        for (int64_t i = 1; i < failures && ms < AGAIN_MS_MAX; i++)
            ms *= 2;
        ms = ms > AGAIN_MS_MAX ? AGAIN_MS_MAX : ms;
        retry_after = retry_after > ASKED_MS_MAX ? ASKED_MS_MAX : retry_after;
        ms = retry_after > ms ? retry_after : ms;
    }
    jitter = ms / JITTER_PART < JITTER_MS_MAX ? ms / JITTER_PART : JITTER_MS_MAX;
    return ms + (int64_t)((double)jitter * random);
}

static double random_part(void)
{
    uint32_t bits = 0;

    if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
        bits = (uint32_t)clock_monotonic_ns();
    return bits / 4294967296.0;
}

int64_t fetch_spread(int64_t ms)
{
    return fetch_delay(ms, 0, 0, random_part());
}

/* ---- what is stored ---- */

/* Whether the data set is as the last fetch left it: nobody appended to it. */
static bool is_as_left(const struct fetch *f)
{
    struct dataset d = {0};
    struct err e = {0};
    bool same = f->s->dataset[0] && store_dataset_get(&d, f->store, f->s->name, &e) == ST_OK &&
                strcmp(d.digest, f->s->dataset) == 0;

    dataset_release(&d);
    return same;
}

static enum status note_digest(struct fetch *f, struct err *e)
{
    struct dataset d = {0};
    enum status st = store_dataset_get(&d, f->store, f->s->name, e);

    if (!st) {
        f->changed = strcmp(f->s->dataset, d.digest) != 0;
        memcpy(f->s->dataset, d.digest, sizeof(d.digest));
    }
    dataset_release(&d);
    return st;
}

static enum status act(struct fetch *f, int64_t token, struct err *e)
{
    const char *name = token ? f->s->key : "";
    struct key key = {0};
    struct err ignored = {0};
    bool known = name[0] && store_key_get(&key, f->store, name, &ignored) == ST_OK;
    enum status st = store_source_act(f->store, token, e);

    if (!st)
        st = store_act_for(f->store, known ? &key.access : NULL, e);
    return st ? st : store_give_up_when(f->store, token ? f->stop->over : NULL, f->stop->ctx, e);
}

/* Keeps the notes in the response to the upload. */
static void take_notes(struct fetch *f, const char *answer)
{
    cJSON *tree = answer ? cJSON_Parse(answer) : NULL;
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(tree, "notes");

    free(f->s->notes);
    f->s->notes = notes ? json_print(notes) : NULL;
    cJSON_Delete(tree);
}

static enum status store_content(struct fetch *f, const struct source_content *c, struct err *e)
{
    struct err ignored = {0};
    char *answer = NULL;
    enum status st = act(f, f->s->token, e);

    if (!st) {
        st = f->config->apply(f->config->apply_ctx, c, &answer);
        if (st) {
            f->problem = answer;
            err_set(e, st, "the content cannot be stored");
        } else {
            take_notes(f, answer);
            free(answer);
        }
    }
    (void)act(f, 0, &ignored);
    return st ? st : note_digest(f, e);
}

/* ---- a file ---- */

static void digest_content(char out[DIGEST_LEN + 1], const struct outbound_reply *r)
{
    char body[DIGEST_LEN + 1], both[DIGEST_LEN + OUTBOUND_FIELD_MAX + 1];
    int n;

    digest_hex(body, r->body.len ? r->body.data : "", r->body.len);
    n = snprintf(both, sizeof(both), "%s%s", body, r->type);
    digest_hex(out, both, (size_t)n);
}

static enum status check_reply(const struct fetch *f, bool conditional, struct err *e)
{
    const struct outbound_reply *r = &f->reply;

    if (r->status == 200 || (r->status == 304 && conditional))
        return ST_OK;
    err_set(e, ST_INVALID, "the server answers with the status %d instead of 200%s", r->status,
            r->status == 401 || r->status == 403 ? "; sources are read without a key or a password"
                                                 : "");
    return ST_INVALID;
}

static enum status take_reply(struct fetch *f, bool as_left, struct err *e)
{
    const struct outbound_reply *r = &f->reply;
    char content[DIGEST_LEN + 1];
    enum status st = ST_OK;

    if (r->status == 304)
        return ST_OK;
    digest_content(content, r);
    if (!as_left || strcmp(content, f->s->content) != 0)
        st = store_content(f,
                           &(struct source_content){.name = f->s->name,
                                                    .parameters = f->s->parameters,
                                                    .type = r->type,
                                                    .body = r->body.len ? r->body.data : "",
                                                    .len = r->body.len},
                           e);
    if (st)
        return st;
    memcpy(f->s->content, content, sizeof(content));
    (void)snprintf(f->s->etag, sizeof(f->s->etag), "%s", r->etag);
    (void)snprintf(f->s->modified, sizeof(f->s->modified), "%s", r->last_modified);
    return ST_OK;
}

static enum status fetch_file(struct fetch *f, struct err *e)
{
    char match[SOURCE_FIELD_MAX + 32], since[SOURCE_FIELD_MAX + 32];
    const char *headers[4] = {"Accept: text/csv, application/json;q=0.9, */*;q=0.5"};
    bool as_left = is_as_left(f), conditional = false;
    struct outbound_request q = {.url = f->spec.url,
                                 .method = "GET",
                                 .headers = headers,
                                 .max_bytes = f->config->max_bytes,
                                 .give_up = f->stop->over,
                                 .ctx = f->stop->ctx};
    enum status st;

    if (as_left && f->s->etag[0]) {
        (void)snprintf(match, sizeof(match), "If-None-Match: %s", f->s->etag);
        headers[1] = match;
        conditional = true;
    } else if (as_left && f->s->modified[0]) {
        (void)snprintf(since, sizeof(since), "If-Modified-Since: %s", f->s->modified);
        headers[1] = since;
        conditional = true;
    }
    st = outbound_send(&f->reply, &q, &f->config->rules, e);
    f->retry_after = f->reply.retry_after;
    if (!st)
        st = check_reply(f, conditional, e);
    return st ? st : take_reply(f, as_left, e);
}

/* ---- Prometheus ---- */

static enum status fetch_points(struct fetch *f, struct err *e)
{
    struct dataset d = {0};
    struct err ignored = {0};
    bool there = store_dataset_get(&d, f->store, f->s->name, &ignored) == ST_OK;
    int64_t newest = 0, position = there && f->s->dataset[0] ? f->s->position : 0;
    struct buf body;
    enum status st;

    dataset_release(&d);
    buf_init(&body, f->config->max_bytes);
    st = prometheus_fetch(&body, &newest, &f->spec, position, clock_ms() / 1000, f->s->name,
                          f->config, f->stop, &f->retry_after, e);
    if (!st && !newest && !position)
        st = err_set(e, ST_INVALID, "the query returns nothing in the last %lld s",
                     (long long)f->spec.range);
    if (!st && newest)
        st = store_content(f,
                           &(struct source_content){.name = f->s->name,
                                                    .parameters = f->s->parameters,
                                                    .type = "application/json",
                                                    .body = body.data,
                                                    .len = body.len,
                                                    .append = position != 0},
                           e);
    if (!st && newest)
        f->s->position = newest;
    buf_release(&body);
    return st;
}

/* ---- a fetch ---- */

static enum status run(struct fetch *f, struct err *e)
{
    enum status st = json_read(&f->tree, f->s->spec, strlen(f->s->spec), 8, e);

    if (!st)
        st = source_spec_read(&f->spec, f->tree, "/source", &f->config->rules, e);
    if (st)
        return st;
    return f->spec.prometheus ? fetch_points(f, e) : fetch_file(f, e);
}

/* Errors of the way to the server are the URL's; those of ours keep their kind. */
static char *write_problem(struct fetch *f, struct err *e)
{
    char instance[NAME_MAX_LEN + 32], *problem = f->problem;

    f->problem = NULL;
    if (problem)
        return problem;
    if (e->status == ST_IO || e->status == ST_FORBIDDEN || e->status == ST_TOO_LARGE)
        e->status = ST_INVALID;
    if (e->status == ST_INVALID)
        err_at(e, "/source/%s", f->spec.prometheus ? "prometheus" : "url");
    (void)snprintf(instance, sizeof(instance), "/v1/datasets/%s/source", f->s->name);
    problem = f->config->problem_text(e, instance);
    return problem ? problem : strdup("{\"title\":\"out of memory\",\"status\":503}");
}

enum fetch_result fetch_source(struct source *s, struct store *store,
                               const struct sources_config *c, const struct fetch_stop *stop)
{
    struct fetch f = {.s = s, .store = store, .config = c, .stop = stop};
    struct err e = {0};
    enum status st = run(&f, &e);
    int64_t now = clock_ms();
    bool stopped = st && stop->over && stop->over(stop->ctx);

    if (!stopped) {
        free(s->error);
        s->error = st ? write_problem(&f, &e) : NULL;
        s->failures = st ? s->failures + 1 : 0;
        s->fetched_at = now;
        s->changed_at = !st && f.changed ? now : s->changed_at;
        s->next_at = now + fetch_delay(s->every, s->failures, f.retry_after * 1000, random_part());
    }
    cJSON_Delete(f.tree);
    free(f.problem);
    outbound_release(&f.reply);
    if (stopped)
        return FETCH_STOPPED;
    return st ? FETCH_FAILED : f.changed ? FETCH_CHANGED : FETCH_UNCHANGED;
}
