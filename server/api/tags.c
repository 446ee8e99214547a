/* tags.c - GET and POST /v1/models/{name}/tag: tags text, words, sentences or CoNLL-U. Words are
 * tagged as they are. A text is split into words first, unless ?input= names a form that is split
 * already. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/cost.h"
#include "server/api/histories.h"
#include "server/api/tag_render.h"
#include "server/data/text_check.h"
#include "server/formats/conllu.h"
#include "server/formats/tagged_lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Limit of the scores of all tags of all tokens in one response, and the tokens of a slice of
 * predict(). */
enum { ALL_SCORES_MAX = 4000000, SLICE_TOKENS = 4000 };
enum { BYTE_ORDER_MARK = 3 }; /* bytes of U+FEFF */

static const char *const tag_media_types[] = {MEDIA_JSON, MEDIA_CONLLU, MEDIA_TSV, NULL};

static void tagging_release(struct tagging *t, struct app *app)
{
    tagged_set_release(&t->set);
    for (int c = 0; c < TAG_COLUMNS; c++) {
        free(t->out[c].best);
        free(t->out[c].score);
        free(t->out[c].log_probs);
    }
    model_cache_release(app->cache, t->model);
}

static enum status read_input(enum text_input *out, const char *name, const char *place,
                              struct err *e)
{
    for (int i = 0; text_inputs[i]; i++) {
        if (strcmp(name, text_inputs[i]) == 0) {
            *out = (enum text_input)i;
            return ST_OK;
        }
    }
    err_set(e, place[0] == '?' ? ST_MALFORMED : ST_INVALID,
            "input is '%.40s'; it must be text, sentences, words or vertical", name);
    return err_at(e, "%s", place);
}

static enum status read_query(struct tagging *t, const struct http_req *rq, struct err *e)
{
    const char *input = http_query(rq, "input");
    enum status st = http_query_bool(&t->all_scores, rq, "all_scores", e);

    if (!st)
        st = http_query_bool(&t->ranges, rq, "ranges", e);
    if (!st)
        st = http_query_bool(&t->probabilities, rq, "probabilities", e);
    t->top_k = (int)http_query_number(rq, "top_k", 0);
    return !st && input ? read_input(&t->input, input, "?input", e) : st;
}

/* Sets up a request before its sentences are read. */
static enum status tagging_init(struct tagging *t, struct app *app, const struct http_req *rq,
                                struct http_res *rs, struct err *e)
{
    enum status st = http_accept(&t->media, rq, rs, tag_media_types, e);

    tagged_set_init(&t->set);
    if (!st)
        st = read_query(t, rq, e);
    if (!st)
        st = model_cache_acquire(&t->model, app->cache, rq->param[0], api_version_asked(rq), e);
    if (!st && t->model->task != TASK_TAG)
        st = err_set(e, ST_CONFLICT,
                     "model %s makes forecasts and tags nothing; GET "
                     "/v1/models/%s/forecast",
                     t->model->name, t->model->name);
    return st;
}

static struct data_limits request_limits(const struct app *app, const struct tagging *t)
{
    struct data_limits l = app->limits;

    l.max_tokens = (size_t)(app->max_tokens_per_request - t->texts_tokens);
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

    if (!cJSON_IsArray(list)) {
        err_set(e, ST_INVALID, "the tokens of a sentence must be a list of strings");
        return err_at(e, "%s", place);
    }
    if (n > SENTENCE_TOKENS_MAX) {
        err_set(e, ST_INVALID, "a sentence has %d tokens; it may have %d", n, SENTENCE_TOKENS_MAX);
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
            st = text_check(item->valuestring, strlen(item->valuestring), TOKEN_LENGTH_MAX, "token",
                            e);
        if (!st &&
            !(s->form[i] = tagged_set_text(set, item->valuestring, strlen(item->valuestring))))
            st = err_nomem(e, 0);
        if (st) {
            err_at(e, "%s/%d", place, i);
            return st;
        }
        i++;
    }
    return ST_OK;
}

/* Reads a list of tokens, or an object as in a data set, whose tags are ignored. */
static enum status read_sentence(struct tagged_set *set, const cJSON *item, const char *place,
                                 struct err *e)
{
    static const char *const members[] = {"tokens", "tags", "upos", "xpos", NULL};
    const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(item, "tokens");
    char inner[64];
    enum status st;

    if (cJSON_IsArray(item))
        return read_tokens(set, item, place, e);
    if (!cJSON_IsObject(item)) {
        err_set(e, ST_INVALID,
                "a sentence must be a list of tokens, or an object {\"tokens\": [...]}");
        return err_at(e, "%s", place);
    }
    st = json_only(item, place, members, e);
    snprintf(inner, sizeof(inner), "%s/tokens", place);
    return st ? st : read_tokens(set, tokens, inner, e);
}

static enum status read_sentences(struct tagged_set *set, const cJSON *list, struct err *e)
{
    const cJSON *item;
    enum status st = ST_OK;
    char place[48];
    int i = 0;

    if (!cJSON_IsArray(list)) {
        err_set(e, ST_INVALID,
                "sentences must be a list; a sentence is a list of tokens, or an "
                "object {\"tokens\": [...]}");
        return err_at(e, "/sentences");
    }
    cJSON_ArrayForEach(item, list)
    {
        snprintf(place, sizeof(place), "/sentences/%d", i++);
        if (!st)
            st = read_sentence(set, item, place, e);
    }
    return st;
}

/* A byte order mark is not part of the text, but of the client's string, in which places are
 * counted. */
static void count_mark(struct tagged_set *set)
{
    for (int i = 0; i < set->count; i++)
        for (int k = 0; set->items[i].place && k < set->items[i].length; k++) {
            struct word_place *p = &set->items[i].place[k];

            p->start++;
            p->end++;
            p->start_byte += BYTE_ORDER_MARK;
            p->end_byte += BYTE_ORDER_MARK;
        }
}

/* place: JSON pointer of the text in the request; NULL: it is the body. */
static enum status read_text(struct tagging *t, const struct app *app, const char *text, size_t len,
                             const char *place, struct err *e)
{
    struct data_limits limits = request_limits(app, t);
    size_t mark = len >= BYTE_ORDER_MARK && memcmp(text, "\xEF\xBB\xBF", BYTE_ORDER_MARK) == 0
                      ? BYTE_ORDER_MARK
                      : 0;
    enum status st =
        words_split(&t->set, text + mark, len - mark, t->input, t->model->tokenizer, &limits, e);

    if (!st && mark && place)
        count_mark(&t->set);
    if (st && place)
        err_at(e, "%s", place);
    return st;
}

/* Each text is read by itself: no sentence extends over two texts, and places count from the
 * beginning of each. */
static enum status read_texts(struct tagging *t, const struct app *app, const cJSON *list,
                              struct err *e)
{
    struct tagged_set all;
    const cJSON *item;
    char place[48];
    enum status st = ST_OK;
    int number = 0;

    if (!cJSON_IsArray(list)) {
        err_set(e, ST_INVALID, "texts must be a list of strings");
        return err_at(e, "/texts");
    }
    tagged_set_init(&all);
    cJSON_ArrayForEach(item, list)
    {
        int64_t tokens = 0;

        snprintf(place, sizeof(place), "/texts/%d", number++);
        if (!st && !cJSON_IsString(item)) {
            err_set(e, ST_INVALID, "a text must be a string");
            st = err_at(e, "%s", place);
        }
        if (!st)
            st = read_text(t, app, item->valuestring, strlen(item->valuestring), place, e);
        for (int i = 0; !st && i < t->set.count; i++) {
            t->set.items[i].document = number;
            tokens += t->set.items[i].length;
        }
        t->texts_tokens += tokens;
        if (!st && !tagged_set_append(&all, &t->set))
            st = err_nomem(e, 0);
        tagged_set_release(&t->set);
        tagged_set_init(&t->set);
    }
    tagged_set_release(&t->set);
    t->set = all;
    return st;
}

static enum status read_options(struct tagging *t, const cJSON *body, struct err *e)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(body, "input");
    const cJSON *top = cJSON_GetObjectItemCaseSensitive(body, "top_k");
    enum status st = json_get_bool(&t->all_scores, body, "", "all_scores", false, e);

    if (!st)
        st = json_get_bool(&t->probabilities, body, "", "probabilities", false, e);
    if (!st && top) {
        if (!cJSON_IsNumber(top) || top->valuedouble != floor(top->valuedouble) ||
            top->valuedouble < 1 || top->valuedouble > TAGS_MAX) {
            err_set(e, ST_INVALID, "top_k must be a whole number from 1 to %d", TAGS_MAX);
            return err_at(e, "/top_k");
        }
        t->top_k = (int)top->valuedouble;
    }
    if (st || !input)
        return st;
    if (!cJSON_IsString(input)) {
        err_set(e, ST_INVALID, "input must be a string");
        return err_at(e, "/input");
    }
    return read_input(&t->input, input->valuestring, "/input", e);
}

static enum status read_json_body(struct tagging *t, const struct app *app, const cJSON *body,
                                  struct err *e)
{
    static const char *const members[] = {"text",      "texts",      "tokens",
                                          "sentences", "all_scores", "probabilities",
                                          "top_k",     "input",      NULL};
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(body, "text");
    const cJSON *texts = cJSON_GetObjectItemCaseSensitive(body, "texts");
    const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(body, "tokens");
    const cJSON *sentences = cJSON_GetObjectItemCaseSensitive(body, "sentences");
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = read_options(t, body, e);
    if (st)
        return st;
    if ((text != NULL) + (texts != NULL) + (tokens != NULL) + (sentences != NULL) != 1)
        return err_set(
            e, ST_INVALID,
            "give one of \"text\": \"...\", \"texts\": [\"...\", ...], \"tokens\": [...] or "
            "\"sentences\": [[...], ...] or [{\"tokens\": [...]}, ...]");
    if (tokens)
        return read_tokens(&t->set, tokens, "/tokens", e);
    if (texts)
        return read_texts(t, app, texts, e);
    if (sentences)
        return read_sentences(&t->set, sentences, e);
    if (cJSON_IsString(text))
        return read_text(t, app, text->valuestring, strlen(text->valuestring), "/text", e);
    err_set(e, ST_INVALID, "text must be a string");
    return err_at(e, "/text");
}

/* CoNLL-U with only comments and empty lines has no sentence, like a text of blanks. */
static bool no_lines(const char *s, size_t len)
{
    const char *end = s + len;

    if (len >= BYTE_ORDER_MARK && memcmp(s, "\xEF\xBB\xBF", BYTE_ORDER_MARK) == 0)
        s += BYTE_ORDER_MARK;
    while (s < end) {
        const char *nl = memchr(s, '\n', (size_t)(end - s)), *stop = nl ? nl : end;

        if (*s != '#' && *s != '\n' && !(*s == '\r' && stop - s == 1))
            return false;
        s = stop + (nl != NULL);
    }
    return true;
}

/* Words and tags in lines have no comments: only white space is nothing. */
static bool only_space(const char *s, size_t len)
{
    size_t at = len >= BYTE_ORDER_MARK && memcmp(s, "\xEF\xBB\xBF", BYTE_ORDER_MARK) == 0
                    ? BYTE_ORDER_MARK
                    : 0;

    while (at < len && strchr(" \t\r\n", s[at]) && s[at])
        at++;
    return at == len;
}

/* Reads a JSON request that was sent as text, as fetch() sends a string: its braces are not to be
 * tagged. *out is new, or NULL when the text is not JSON. */
static void read_as_json(cJSON **out, const struct app *app, const struct http_req *rq)
{
    static const char *const members[] = {"text", "texts", "tokens", "sentences"};
    struct err ignored = {0};
    bool any = false;

    *out = NULL;
    if (rq->body[0] != '{' ||
        json_read(out, rq->body, rq->body_len, app->limits.max_json_depth, &ignored))
        return;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        any = any || cJSON_GetObjectItemCaseSensitive(*out, members[i]);
    if (any)
        return;
    cJSON_Delete(*out);
    *out = NULL;
}

static enum status read_body(struct tagging *t, const struct app *app, const struct http_req *rq,
                             struct err *e)
{
    struct data_limits limits = request_limits(app, t);
    const char *type = http_body_type(rq);
    struct tagged_lines shape;
    cJSON *body = NULL;
    enum status st = ST_OK;

    if (strcmp(type, MEDIA_CONLLU) == 0 && no_lines(rq->body, rq->body_len))
        return ST_OK;
    if (strcmp(type, MEDIA_CONLLU) == 0)
        return conllu_read(&t->set, rq->body, rq->body_len, &limits, e);
    if (strcmp(type, MEDIA_TSV) == 0 && only_space(rq->body, rq->body_len))
        return ST_OK;
    if (strcmp(type, MEDIA_TSV) == 0)
        return tagged_lines_read(&t->set, &shape, rq->body, rq->body_len, &limits, e);
    if (strcmp(type, MEDIA_TEXT) == 0)
        read_as_json(&body, app, rq);
    if (strcmp(type, MEDIA_TEXT) == 0 && !body)
        return read_text(t, app, rq->body, rq->body_len, NULL, e);
    if (!body && strcmp(type, MEDIA_JSON) != 0)
        return err_set(e, ST_UNSUPPORTED,
                       "Content-Type '%.80s' is not read here; send application/json, text/plain, "
                       "text/x-conllu or text/tab-separated-values",
                       type);
    if (!body)
        st = api_read_json(&body, app, rq, e);
    if (!st)
        st = read_json_body(t, app, body, e);
    cJSON_Delete(body);
    return st;
}

/* ---- tagging ---- */

static bool wants_all(const struct tagging *t)
{
    return t->all_scores || t->probabilities || t->top_k > 0;
}

static enum status make_column(struct tagging *t, enum tag_column c, struct err *e)
{
    size_t n = (size_t)t->tokens + 1;
    size_t tags = (size_t)tagger_num_tags(t->model->tagger, c);
    struct tag_output *o = &t->out[c];

    if (tags == 0)
        return ST_OK;
    o->best = calloc(n, sizeof(*o->best));
    o->score = calloc(n, sizeof(*o->score));
    if (!o->best || !o->score)
        return err_nomem(e, n * sizeof(*o->best));
    if (!wants_all(t))
        return ST_OK;
    o->log_probs = calloc(n * tags, sizeof(*o->log_probs));
    return o->log_probs ? ST_OK : err_nomem(e, n * tags * sizeof(*o->log_probs));
}

static enum status make_room(struct tagging *t, const struct app *app, struct err *e)
{
    int64_t tags =
        tagger_num_tags(t->model->tagger, TAG_UPOS) + tagger_num_tags(t->model->tagger, TAG_XPOS);
    enum status st = ST_OK;

    for (int i = 0; i < t->set.count; i++)
        t->tokens += t->set.items[i].length;
    if (t->tokens > app->max_tokens_per_request)
        return err_set(e, ST_TOO_LARGE,
                       "%lld tokens in one request; max_tokens_per_request allows %d",
                       (long long)t->tokens, app->max_tokens_per_request);
    if (wants_all(t) && t->tokens * tags > ALL_SCORES_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "the scores of all tags of %lld tokens and %lld tags are more than %d "
                       "numbers; send fewer sentences",
                       (long long)t->tokens, (long long)tags, ALL_SCORES_MAX);
    for (int c = 0; !st && c < TAG_COLUMNS; c++)
        st = make_column(t, (enum tag_column)c, e);
    return st;
}

/* The outputs for the tokens from the given one on. */
static void output_from(struct tag_output to[TAG_COLUMNS], const struct tagging *t, int64_t token)
{
    for (int c = 0; c < TAG_COLUMNS; c++) {
        size_t tags = (size_t)tagger_num_tags(t->model->tagger, (enum tag_column)c);
        const struct tag_output *o = &t->out[c];

        to[c] = (struct tag_output){0};
        if (o->best)
            to[c] = (struct tag_output){o->best + token, o->score + token, NULL};
        if (o->log_probs)
            to[c].log_probs = o->log_probs + (size_t)token * tags;
    }
}

/* Keeps the lemmas and features of the sentences [from, to), as far as the model has them. */
static enum status keep_words(struct tagging *t, const struct word_analysis *a, int from, int to,
                              struct err *e)
{
    size_t token = 0;

    for (int i = from; i < to; i++) {
        struct tagged_sentence *s = &t->set.items[i];

        if (!tagged_set_words(&t->set, s))
            return err_nomem(e, 0);
        for (int k = 0; k < s->length; k++, token++) {
            const char *lemma = a->lemmas ? a->lemmas[token] : NULL;
            const char *feats = a->feats ? a->feats[token] : NULL;

            s->lemma[k] = lemma ? tagged_set_tag(&t->set, lemma, strlen(lemma)) : NULL;
            s->feats[k] = feats ? tagged_set_tag(&t->set, feats, strlen(feats)) : NULL;
            if ((lemma && !s->lemma[k]) || (feats && !s->feats[k]))
                return err_nomem(e, 0);
        }
    }
    return ST_OK;
}

/* Finds the lemmas and features of the sentences [from, to), which have the tags `out`. */
static enum status analyse(struct tagging *t, const struct sentence_view *views, int from, int to,
                           const struct tag_output out[TAG_COLUMNS], struct err *e)
{
    const struct tagger *tagger = t->model->tagger;
    struct word_analysis a = {0};
    enum status st;

    if (!tagger_has_feats(tagger) && !tagger_has_lemmas(tagger))
        return ST_OK;
    st = tagger_analyse(&a, tagger, views + from, to - from, out, e);
    if (!st)
        st = keep_words(t, &a, from, to, e);
    word_analysis_release(&a);
    return st;
}

/* Tags in slices of whole sentences, and checks between them whether the client has left. */
static enum status predict(struct tagging *t, const struct http_req *rq, struct err *e)
{
    struct sentence_view *views = calloc((size_t)t->set.count + 1, sizeof(*views));
    struct tag_output out[TAG_COLUMNS];
    enum status st = ST_OK;
    int64_t token = 0;

    if (!views)
        return err_nomem(e, 0);
    for (int i = 0; i < t->set.count; i++)
        views[i] = (struct sentence_view){.tokens = (const char *const *)t->set.items[i].form,
                                          .length = t->set.items[i].length};
    for (int from = 0, to = 0; !st && from < t->set.count; from = to) {
        int64_t begin = token;

        for (; to < t->set.count && (to == from || token - begin < SLICE_TOKENS); to++)
            token += views[to].length;
        output_from(out, t, begin);
        st = http_go_on(rq, e);
        if (!st)
            st = tagger_predict(out, t->model->tagger, views + from, to - from, e);
        if (!st)
            st = analyse(t, views, from, to, out, e);
    }
    free(views);
    return st;
}

static void answer(struct http_res *rs, const struct http_req *rq, struct tagging *t,
                   struct app *app, enum status st, struct err *e)
{
    if (!st)
        st = make_room(t, app, e);
    if (!st && http_move(rs, rq, cost_lane(cost_of_tags(t->model->tagger, t->tokens)))) {
        tagging_release(t, app);
        return;
    }
    if (!st)
        st = predict(t, rq, e);
    if (!st)
        model_cache_count_use(app->cache, t->model->name);
    if (st)
        http_res_err(rs, e);
    else if (strcmp(t->media, MEDIA_JSON) == 0)
        tagging_send_json(rs, t);
    else
        tagging_send_lines(rs, t);
    tagging_release(t, app);
}

/* GET ?text=The+dog ...&all_scores=1 */
void api_tag_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct tagging t = {0};
    const char *text = http_query(rq, "text");
    enum status st;

    if (!api_stays_inline(rs, app, rq))
        return;
    st = tagging_init(&t, app, rq, rs, &e);
    if (!st && !text) {
        st = err_set(&e, ST_MALFORMED, "text is missing: GET %s?text=The+dog+ate", rq->path);
        err_at(&e, "?text");
    }
    if (!st && text)
        st = read_text(&t, app, text, strlen(text), "?text", &e);
    answer(rs, rq, &t, app, st, &e);
}

/* POST {"text"}, {"tokens"}, {"sentences"}, plain text or CoNLL-U. 409 when the model makes
 * forecasts. */
void api_tag_post(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct tagging t = {0};
    enum status st;

    if (!api_stays_inline(rs, app, rq))
        return;
    st = tagging_init(&t, app, rq, rs, &e);
    if (!st)
        st = read_body(&t, app, rq, &e);
    answer(rs, rq, &t, app, st, &e);
}
