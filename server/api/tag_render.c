/* tag_render.c - see tag_render.h. */
#include "server/api/tag_render.h"

#include "server/api/common.h"
#include "server/formats/conllu.h"
#include "server/formats/tagged_lines.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Scores are not more accurate than six decimals. */
enum { RESPONSE_BYTES_MAX = 256 << 20, SCORE_DECIMALS = 6, TOKEN_ANSWER_BYTES = 96 };

enum tag_column tagging_main(const struct tagging *t)
{
    return tagger_main_column(t->model->tagger);
}

static const char *tag_of(const struct tagging *t, enum tag_column c, int64_t token)
{
    return tagger_tag(t->model->tagger, c, t->out[c].best[token]);
}

static void comma(struct buf *b, int i)
{
    if (i)
        buf_add(b, ",", 1);
}

/* name: with the text before it, such as `],"tags":[`. */
static void put_tags(struct buf *b, const char *name, const struct tagging *t, enum tag_column c,
                     int64_t from, int n)
{
    buf_puts(b, name);
    for (int i = 0; i < n; i++) {
        comma(b, i);
        buf_put_json_string(b, tag_of(t, c, from + i));
    }
}

static void put_scores(struct buf *b, const char *name, const float *score, int n)
{
    buf_puts(b, name);
    for (int i = 0; i < n; i++) {
        comma(b, i);
        buf_put_decimals(b, (double)score[i], SCORE_DECIMALS);
    }
}

/* For each token, writes an object with the log-probability or the probability of every tag. */
static void put_every_tag(struct buf *b, const char *name, const struct tagging *t,
                          enum tag_column c, int64_t from, int n, bool log)
{
    int tags = tagger_num_tags(t->model->tagger, c);

    buf_puts(b, name);
    for (int i = 0; i < n; i++) {
        const float *row = t->out[c].log_probs + (from + i) * tags;

        buf_puts(b, i ? ",{" : "{");
        for (int k = 0; k < tags; k++) {
            comma(b, k);
            buf_put_json_string(b, tagger_tag(t->model->tagger, c, k));
            buf_add(b, ":", 1);
            buf_put_decimals(b, log ? (double)row[k] : exp((double)row[k]), SCORE_DECIMALS);
        }
        buf_add(b, "}", 1);
    }
}

/* The tag after `before` in the order of falling scores, equal scores by number. before -1: the
 * best. */
static int next_best(const float *row, int tags, int before)
{
    int best = -1;

    for (int k = 0; k < tags; k++) {
        bool behind = before < 0 || row[k] < row[before] || (row[k] == row[before] && k > before);

        if (behind && (best < 0 || row[k] > row[best]))
            best = k;
    }
    return best;
}

static void put_top(struct buf *b, const char *name, const struct tagging *t, enum tag_column c,
                    int64_t from, int n)
{
    int tags = tagger_num_tags(t->model->tagger, c);

    buf_puts(b, name);
    for (int i = 0; i < n; i++) {
        const float *row = t->out[c].log_probs + (from + i) * tags;
        int tag = -1;

        buf_puts(b, i ? ",[" : "[");
        for (int k = 0; k < t->top_k && k < tags; k++) {
            tag = next_best(row, tags, tag);
            buf_puts(b, k ? ",{\"tag\":" : "{\"tag\":");
            buf_put_json_string(b, tagger_tag(t->model->tagger, c, tag));
            buf_puts(b, ",\"score\":");
            buf_put_decimals(b, exp((double)row[tag]), SCORE_DECIMALS);
            buf_add(b, "}", 1);
        }
        buf_add(b, "]", 1);
    }
}

static void put_offsets(struct buf *b, const char *name, const struct tagged_sentence *s,
                        size_t member)
{
    buf_puts(b, name);
    for (int i = 0; i < s->length; i++) {
        size_t at;

        memcpy(&at, (const char *)&s->place[i] + member, sizeof(at));
        comma(b, i);
        buf_put_i64(b, (int64_t)at);
    }
}

/* Writes the places of the words in the text, and which words make up one token. */
static void put_places(struct buf *b, const struct tagged_sentence *s)
{
    bool multiword = false;

    put_offsets(b, "],\"start\":[", s, offsetof(struct word_place, start));
    put_offsets(b, "],\"end\":[", s, offsetof(struct word_place, end));
    put_offsets(b, "],\"start_byte\":[", s, offsetof(struct word_place, start_byte));
    put_offsets(b, "],\"end_byte\":[", s, offsetof(struct word_place, end_byte));
    buf_puts(b, "],\"space_after\":[");
    for (int i = 0; i < s->length; i++) {
        comma(b, i);
        buf_puts(b, s->place[i].space_after ? "true" : "false");
    }
    for (int i = 0, first = 0; i < s->length; i++) {
        if (!s->place[i].token_end)
            continue;
        if (i > first) {
            buf_puts(b, multiword ? ",[" : "],\"multiword\":[[");
            buf_put_i64(b, first);
            buf_add(b, ",", 1);
            buf_put_i64(b, i);
            buf_add(b, "]", 1);
            multiword = true;
        }
        first = i + 1;
    }
}

/* Writes the requested results beyond the best tag. Those of the second column have other names. */
static void put_all(struct buf *b, const struct tagging *t, enum tag_column c, int64_t from, int n)
{
    bool main = c == tagging_main(t);

    if (t->top_k)
        put_top(b, main ? "],\"top_k\":[" : "],\"xpos_top_k\":[", t, c, from, n);
    if (t->probabilities)
        put_every_tag(b, main ? "],\"probabilities\":[" : "],\"xpos_probabilities\":[", t, c, from,
                      n, false);
    if (t->all_scores)
        put_every_tag(b, main ? "],\"all_scores\":[" : "],\"xpos_all_scores\":[", t, c, from, n,
                      true);
}

/* What was found for each word; the cells of a model that has it are there. */
static void put_cells(struct buf *b, const char *name, char *const *cells, int n)
{
    buf_puts(b, name);
    for (int i = 0; i < n; i++) {
        comma(b, i);
        buf_put_json_string(b, cells[i]);
    }
}

static void put_sentence(struct buf *b, const struct tagging *t, const struct tagged_sentence *s,
                         int64_t from)
{
    enum tag_column c = tagging_main(t);
    bool second = c == TAG_UPOS && tagger_has(t->model->tagger, TAG_XPOS);

    buf_puts(b, "{");
    if (s->document > 0) {
        buf_puts(b, "\"text\":");
        buf_put_i64(b, s->document - 1);
        buf_puts(b, ",");
    }
    buf_puts(b, "\"tokens\":[");
    for (int i = 0; i < s->length; i++) {
        comma(b, i);
        buf_put_json_string(b, s->form[i]);
    }
    put_tags(b, "],\"tags\":[", t, c, from, s->length);
    put_scores(b, "],\"scores\":[", t->out[c].score + from, s->length);
    if (second) {
        put_tags(b, "],\"xpos\":[", t, TAG_XPOS, from, s->length);
        put_scores(b, "],\"xpos_scores\":[", t->out[TAG_XPOS].score + from, s->length);
    }
    if (tagger_has_feats(t->model->tagger))
        put_cells(b, "],\"feats\":[", s->feats, s->length);
    if (tagger_has_lemmas(t->model->tagger))
        put_cells(b, "],\"lemmas\":[", s->lemma, s->length);
    if (s->place)
        put_places(b, s);
    put_all(b, t, c, from, s->length);
    if (second)
        put_all(b, t, TAG_XPOS, from, s->length);
    buf_puts(b, "]}");
}

void tagging_send_json(struct http_res *rs, const struct tagging *t)
{
    int64_t from = 0;
    struct buf b;

    buf_init(&b, RESPONSE_BYTES_MAX);
    buf_want(&b, 256 + (size_t)t->tokens * TOKEN_ANSWER_BYTES);
    buf_puts(&b, "{\"model\":");
    buf_put_json_string(&b, t->model->name);
    buf_puts(&b, ",\"version\":");
    buf_put_i64(&b, t->model->version);
    buf_puts(&b, ",\"sentences\":[");
    for (int i = 0; i < t->set.count; i++) {
        comma(&b, i);
        put_sentence(&b, t, &t->set.items[i], from);
        from += t->set.items[i].length;
    }
    buf_puts(&b, "]}\n");
    http_res_buf(rs, 200, MEDIA_JSON, &b);
    buf_release(&b);
}

static enum status set_column(struct tagging *t, enum tag_column c, struct err *e)
{
    int64_t k = 0;

    for (int i = 0; i < t->set.count; i++) {
        struct tagged_sentence *s = &t->set.items[i];

        for (int j = 0; j < s->length; j++, k++) {
            char **cell = c == TAG_UPOS ? &s->upos[j] : &s->xpos[j];
            const char *tag = tag_of(t, c, k);

            *cell = tagged_set_tag(&t->set, tag, strlen(tag));
            if (!*cell)
                return err_nomem(e, 0);
        }
    }
    return ST_OK;
}

void tagging_send_lines(struct http_res *rs, struct tagging *t)
{
    enum status st = ST_OK;
    struct err e = {0};
    struct buf b;

    for (int c = 0; !st && c < TAG_COLUMNS; c++) {
        if (tagger_has(t->model->tagger, (enum tag_column)c))
            st = set_column(t, (enum tag_column)c, &e);
    }
    if (st) {
        http_res_err(rs, &e);
        return;
    }
    buf_init(&b, RESPONSE_BYTES_MAX);
    if (strcmp(t->media, MEDIA_TSV) == 0)
        tagged_lines_write(&b, &t->set);
    else if (t->ranges)
        conllu_write_ranges(&b, &t->set);
    else
        conllu_write(&b, &t->set);
    http_res_buf(rs, 200, t->media, &b);
    buf_release(&b);
}
