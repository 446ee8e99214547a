/* tags.c - GET and POST /v1/models/{name}/tag: text, tokens, sentences or CoNLL-U in, tags out. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/formats/conllu.h"
#include "server/formats/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 256 << 20, ALL_SCORES_MAX = 4000000 };

/* Everything that a tag request needs and makes. */
struct tagging {
    const struct model *model; /* a reference */
    const char *media;         /* of the answer */
    bool all_scores;
    struct tagged_set set; /* the sentences; forms owned */
    int64_t tokens;
    int *best;        /* (tokens) */
    float *score;     /* (tokens) */
    float *log_probs; /* (tokens, num_tags) or NULL */
};

static const char *const tag_media_types[] = {MEDIA_JSON, MEDIA_CONLLU, NULL};

static void tagging_release(struct tagging *t, struct app *app)
{
    tagged_set_release(&t->set);
    free(t->best);
    free(t->score);
    free(t->log_probs);
    cache_release(app->cache, t->model);
}

/* What GET and POST have in common before the sentences are read. */
static enum status tagging_init(struct tagging *t, struct app *app, const struct http_req *rq,
                                struct err *e)
{
    int64_t version = 0;
    enum status st = http_accept(&t->media, rq, tag_media_types, e);

    tagged_set_init(&t->set);
    if (!st)
        st = http_query_bool(&t->all_scores, rq, "all_scores", e);
    if (!st)
        st = api_read_version(&version, http_query(rq, "version"), "?version", e);
    if (!st)
        st = cache_acquire(&t->model, app->cache, rq->param[0], version, e);
    if (!st && t->model->task != TASK_TAG)
        st = err_set(e, ST_CONFLICT,
                     "model %s makes forecasts and tags nothing; GET "
                     "/v1/models/%s/forecast",
                     t->model->name, t->model->name);
    return st;
}

static struct data_limits request_limits(const struct app *app)
{
    struct data_limits l = app->limits;

    l.max_tokens = (size_t)app->max_tokens_per_request;
    return l;
}

/* ---- reading ---- */

static enum status read_tokens(struct tagged_set *set, const cJSON *list, const char *place,
                               struct err *e)
{
    struct tagged_sentence *s;
    const cJSON *item;
    enum status st = ST_OK;
    int n = cJSON_GetArraySize(list), i = 0;

    if (!cJSON_IsArray(list) || n > SENTENCE_TOKENS_MAX) {
        err_set(e, ST_INVALID, "a sentence must be a list of at most %d tokens",
                SENTENCE_TOKENS_MAX);
        return err_at(e, "%s", place);
    }
    s = tagged_set_add(set, n);
    if (!s)
        return err_nomem(e, 0);
    cJSON_ArrayForEach(item, list)
    {
        if (!st && !cJSON_IsString(item))
            st = err_set(e, ST_INVALID, "a token must be a string");
        if (!st)
            st = text_check(item->valuestring, strlen(item->valuestring), TOKEN_BYTES_MAX, "token",
                            e);
        if (!st && !(s->form[i] = strdup(item->valuestring)))
            st = err_nomem(e, 0);
        if (st) {
            err_at(e, "%s/%d", place, i);
            return st;
        }
        i++;
    }
    return ST_OK;
}

static enum status read_sentences(struct tagged_set *set, const cJSON *list, struct err *e)
{
    const cJSON *item;
    enum status st = ST_OK;
    char place[48];
    int i = 0;

    if (!cJSON_IsArray(list)) {
        err_set(e, ST_INVALID, "sentences must be a list of lists of tokens");
        return err_at(e, "/sentences");
    }
    cJSON_ArrayForEach(item, list)
    {
        snprintf(place, sizeof(place), "/sentences/%d", i++);
        if (!st)
            st = read_tokens(set, item, place, e);
    }
    return st;
}

static enum status read_text(struct tagging *t, const struct app *app, const char *text,
                             const char *place, struct err *e)
{
    struct data_limits limits = request_limits(app);
    enum status st = words_split(&t->set, text, &limits, e);

    if (st)
        err_at(e, "%s", place);
    return st;
}

static enum status read_json_body(struct tagging *t, const struct app *app, const cJSON *body,
                                  struct err *e)
{
    static const char *const members[] = {"text", "tokens", "sentences", "all_scores", NULL};
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(body, "text");
    const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(body, "tokens");
    const cJSON *sentences = cJSON_GetObjectItemCaseSensitive(body, "sentences");
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = json_get_bool(&t->all_scores, body, "", "all_scores", false, e);
    if (st)
        return st;
    if ((text != NULL) + (tokens != NULL) + (sentences != NULL) != 1)
        return err_set(e, ST_INVALID,
                       "give one of \"text\": \"...\", \"tokens\": [...] or "
                       "\"sentences\": [[...], ...]");
    if (tokens)
        return read_tokens(&t->set, tokens, "/tokens", e);
    if (sentences)
        return read_sentences(&t->set, sentences, e);
    if (cJSON_IsString(text))
        return read_text(t, app, text->valuestring, "/text", e);
    err_set(e, ST_INVALID, "text must be a string");
    return err_at(e, "/text");
}

static enum status read_body(struct tagging *t, const struct app *app, const struct http_req *rq,
                             struct err *e)
{
    struct data_limits limits = request_limits(app);
    cJSON *body = NULL;
    enum status st;

    if (strcmp(http_body_type(rq), MEDIA_CONLLU) == 0)
        return conllu_read(&t->set, rq->body, rq->body_len, &limits, e);
    st = api_read_json(&body, app, rq, e);
    if (!st)
        st = read_json_body(t, app, body, e);
    cJSON_Delete(body);
    return st;
}

/* ---- tagging ---- */

/* The tags that are given: UPOS when the model has both. */
static enum tag_column column_of(const struct tagging *t)
{
    return tagger_main_column(t->model->tagger);
}

static enum status make_room(struct tagging *t, const struct app *app, struct err *e)
{
    int64_t tags = tagger_num_tags(t->model->tagger, column_of(t));

    for (int i = 0; i < t->set.count; i++)
        t->tokens += t->set.items[i].length;
    if (t->tokens > app->max_tokens_per_request)
        return err_set(e, ST_TOO_LARGE,
                       "%lld tokens in one request; max_tokens_per_request allows %d",
                       (long long)t->tokens, app->max_tokens_per_request);
    if (t->all_scores && t->tokens * tags > ALL_SCORES_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "all_scores of %lld tokens and %lld tags are more than %d numbers; send "
                       "fewer sentences",
                       (long long)t->tokens, (long long)tags, ALL_SCORES_MAX);
    t->best = calloc((size_t)t->tokens + 1, sizeof(*t->best));
    t->score = calloc((size_t)t->tokens + 1, sizeof(*t->score));
    if (t->all_scores)
        t->log_probs = calloc((size_t)(t->tokens * tags) + 1, sizeof(*t->log_probs));
    if (!t->best || !t->score || (t->all_scores && !t->log_probs))
        return err_nomem(e, 0);
    return ST_OK;
}

static enum status predict(struct tagging *t, struct err *e)
{
    struct sentence_view *views = calloc((size_t)t->set.count + 1, sizeof(*views));
    struct tag_output out[TAG_COLUMNS] = {0};
    enum status st;

    if (!views)
        return err_nomem(e, 0);
    for (int i = 0; i < t->set.count; i++)
        views[i] = (struct sentence_view){.tokens = (const char *const *)t->set.items[i].form,
                                          .length = t->set.items[i].length};
    out[column_of(t)] = (struct tag_output){t->best, t->score, t->log_probs};
    st = tagger_predict(out, t->model->tagger, views, t->set.count, e);
    free(views);
    return st;
}

/* ---- rendering ---- */

/* Six decimals are all that a score is good for. */
enum { SCORE_DECIMALS = 6, TOKEN_ANSWER_BYTES = 40 };

static const char *tag_of(const struct tagging *t, int64_t token)
{
    return tagger_tag(t->model->tagger, column_of(t), t->best[token]);
}

/* The n tokens from `from` on, one object each. */
static void put_all_scores(struct buf *b, const struct tagging *t, int64_t from, int n)
{
    int tags = tagger_num_tags(t->model->tagger, column_of(t));

    for (int i = 0; i < n; i++) {
        const float *row = t->log_probs + (from + i) * tags;

        buf_puts(b, i ? ",{" : "{");
        for (int k = 0; k < tags; k++) {
            if (k)
                buf_add(b, ",", 1);
            buf_put_json_string(b, tagger_tag(t->model->tagger, column_of(t), k));
            buf_add(b, ":", 1);
            buf_put_decimals(b, (double)row[k], SCORE_DECIMALS);
        }
        buf_add(b, "}", 1);
    }
}

static void put_sentence(struct buf *b, const struct tagging *t, const struct tagged_sentence *s,
                         int64_t from)
{
    buf_puts(b, "{\"tokens\":[");
    for (int i = 0; i < s->length; i++) {
        if (i)
            buf_add(b, ",", 1);
        buf_put_json_string(b, s->form[i]);
    }
    buf_puts(b, "],\"tags\":[");
    for (int i = 0; i < s->length; i++) {
        if (i)
            buf_add(b, ",", 1);
        buf_put_json_string(b, tag_of(t, from + i));
    }
    buf_puts(b, "],\"scores\":[");
    for (int i = 0; i < s->length; i++) {
        if (i)
            buf_add(b, ",", 1);
        buf_put_decimals(b, (double)t->score[from + i], SCORE_DECIMALS);
    }
    if (t->all_scores) {
        buf_puts(b, "],\"all_scores\":[");
        put_all_scores(b, t, from, s->length);
    }
    buf_puts(b, "]}");
}

static void send_json(struct http_res *rs, const struct tagging *t)
{
    int64_t from = 0;
    struct buf b;

    buf_init(&b, ANSWER_BYTES_MAX);
    buf_want(&b, 256 + (size_t)t->tokens * TOKEN_ANSWER_BYTES);
    buf_puts(&b, "{\"model\":");
    buf_put_json_string(&b, t->model->name);
    buf_puts(&b, ",\"version\":");
    buf_put_i64(&b, t->model->version);
    buf_puts(&b, ",\"sentences\":[");
    for (int i = 0; i < t->set.count; i++) {
        if (i)
            buf_add(&b, ",", 1);
        put_sentence(&b, t, &t->set.items[i], from);
        from += t->set.items[i].length;
    }
    buf_puts(&b, "]}\n");
    http_res_buf(rs, 200, MEDIA_JSON, &b);
    buf_release(&b);
}

/* Writes the tags into the column that the model was trained on; the other column stays. */
static void send_conllu(struct http_res *rs, struct tagging *t)
{
    bool upos = column_of(t) == TAG_UPOS;
    struct err e = {0};
    struct buf b;
    int64_t k = 0;

    for (int i = 0; i < t->set.count; i++) {
        struct tagged_sentence *s = &t->set.items[i];

        for (int j = 0; j < s->length; j++, k++) {
            char **cell = upos ? &s->upos[j] : &s->xpos[j];

            free(*cell);
            *cell = strdup(tag_of(t, k));
            if (!*cell) {
                err_nomem(&e, 0);
                http_res_err(rs, &e);
                return;
            }
        }
    }
    buf_init(&b, ANSWER_BYTES_MAX);
    conllu_write(&b, &t->set);
    http_res_buf(rs, 200, MEDIA_CONLLU, &b);
    buf_release(&b);
}

static void answer(struct http_res *rs, struct tagging *t, struct app *app, enum status st,
                   struct err *e)
{
    if (!st)
        st = make_room(t, app, e);
    if (!st)
        st = predict(t, e);
    if (st)
        http_res_err(rs, e);
    else if (strcmp(t->media, MEDIA_CONLLU) == 0)
        send_conllu(rs, t);
    else
        send_json(rs, t);
    tagging_release(t, app);
}

/* GET ?text=The+dog ...&all_scores=1 */
void api_tag_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct tagging t = {0};
    const char *text = http_query(rq, "text");
    enum status st = tagging_init(&t, app, rq, &e);

    if (!st && !text) {
        st = err_set(&e, ST_MALFORMED, "text is missing: GET %s?text=The+dog+ate", rq->path);
        err_at(&e, "?text");
    }
    if (!st)
        st = read_text(&t, app, text, "?text", &e);
    answer(rs, &t, app, st, &e);
}

/* POST {"text"}, {"tokens"}, {"sentences"} or CoNLL-U. 409 when the model makes forecasts. */
void api_tag_post(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct tagging t = {0};
    enum status st = tagging_init(&t, app, rq, &e);

    if (!st)
        st = read_body(&t, app, rq, &e);
    answer(rs, &t, app, st, &e);
}
