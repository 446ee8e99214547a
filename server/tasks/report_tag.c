/* report_tag.c - evaluations, metrics and details of taggers: see report.h. */
#include "server/tasks/report_tag.h"

#include "server/formats/json_build.h"
#include "server/tasks/report.h"

enum { CONFUSION_TAGS_MAX = 100 };

/* The column that the main figures are about: UPOS if there is a choice. */
static enum tag_column main_column(const struct tagger_evaluation *all)
{
    return all->column[TAG_UPOS].num_tags ? TAG_UPOS : TAG_XPOS;
}

static cJSON *column_metrics(cJSON *o, const struct column_evaluation *ev)
{
    o = json_put_number(o, "accuracy", ev->accuracy);
    o = json_put_number(o, "unknown_accuracy", ev->unknown_accuracy);
    o = json_put_number(o, "tokens", (double)ev->tokens);
    o = json_put_number(o, "unknown_tokens", (double)ev->unknown);
    o = json_put_number(o, "sentences", (double)ev->sentences);
    return json_put_number(o, "sentences_correct", (double)ev->sentences_correct);
}

/* The figures of the main column; if there are two columns, also the figures of each under its
 * name; the share of words whose features, and whose lemmas, are right. */
cJSON *report_tag_metrics(const struct tagger_evaluation *all)
{
    bool both = all->column[TAG_UPOS].num_tags && all->column[TAG_XPOS].num_tags;
    cJSON *o = column_metrics(cJSON_CreateObject(), &all->column[main_column(all)]);

    for (int c = 0; both && c < TAG_COLUMNS; c++)
        o = json_put(o, tag_column_name((enum tag_column)c),
                     column_metrics(cJSON_CreateObject(), &all->column[c]));
    if (all->feats.tokens)
        o = json_put_number(o, "feats_accuracy", all->feats.accuracy);
    if (all->lemmas.tokens)
        o = json_put_number(o, "lemma_accuracy", all->lemmas.accuracy);
    o = json_put_number(o, "last_batch_loss", all->last_batch_loss);
    return json_put(o, "held_out", cJSON_CreateBool(all->held_out));
}

static cJSON *one_tag(const char *name, const struct tag_score *s)
{
    cJSON *o = json_put(cJSON_CreateObject(), "tag", cJSON_CreateString(name));

    o = json_put_number(o, "support", (double)s->support);
    o = json_put_number(o, "predicted", (double)s->predicted);
    o = json_put_number(o, "correct", (double)s->correct);
    o = json_put_number(o, "precision", s->precision);
    o = json_put_number(o, "recall", s->recall);
    return json_put_number(o, "f1", s->f1);
}

/* An object for each token: tag -> log-probability. */
static cJSON *scores(const struct tagger *t, const float *v, int length)
{
    cJSON *list = cJSON_CreateArray();
    enum tag_column c = tagger_main_column(t);
    int tags = tagger_num_tags(t, c);

    for (int i = 0; list && i < length; i++) {
        cJSON *o = cJSON_CreateObject();

        for (int k = 0; o && k < tags; k++)
            o = json_put_number(o, tagger_tag(t, c, k),
                                (double)v[(size_t)i * (size_t)tags + (size_t)k]);
        list = json_push(list, o);
    }
    return list;
}

static cJSON *first_sentence(const struct tagger *t, const struct tagger_evaluation *ev,
                             const struct sentence_view *s)
{
    cJSON *o = cJSON_CreateObject(), *tokens = cJSON_CreateArray();

    for (int i = 0; tokens && i < ev->first_length && i < s->length; i++)
        tokens = json_push(tokens, cJSON_CreateString(s->tokens[i]));
    o = json_put(o, "tokens", tokens);
    o = json_put(o, "scores_before", scores(t, ev->first_before, ev->first_length));
    return json_put(o, "scores_after", scores(t, ev->first_after, ev->first_length));
}

static cJSON *tag_list(const struct tagger *t, enum tag_column c,
                       const struct column_evaluation *ev)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; list && i < ev->num_tags; i++)
        list = json_push(list, one_tag(tagger_tag(t, c, i), &ev->tags[i]));
    return list;
}

/* Rows are true tags, columns predicted tags, in the order of "tags"; null if there are too many
 * tags. */
static cJSON *confusion(const struct column_evaluation *ev)
{
    cJSON *rows = cJSON_CreateArray();
    size_t n = (size_t)ev->num_tags;

    if (ev->num_tags > CONFUSION_TAGS_MAX || !ev->confusion) {
        cJSON_Delete(rows);
        return cJSON_CreateNull();
    }
    for (size_t i = 0; rows && i < n; i++) {
        cJSON *row = cJSON_CreateArray();

        for (size_t k = 0; row && k < n; k++)
            row = json_push(row, cJSON_CreateNumber((double)ev->confusion[i * n + k]));
        rows = json_push(rows, row);
    }
    return rows;
}

static cJSON *columns(const struct tagger *t, const struct tagger_evaluation *ev)
{
    cJSON *o = cJSON_CreateObject();

    for (int c = 0; c < TAG_COLUMNS; c++) {
        cJSON *one;

        if (!tagger_has(t, (enum tag_column)c))
            continue;
        one = column_metrics(cJSON_CreateObject(), &ev->column[c]);
        one = json_put(one, "tags", tag_list(t, (enum tag_column)c, &ev->column[c]));
        one = json_put(one, "confusion", confusion(&ev->column[c]));
        o = json_put(o, tag_column_name((enum tag_column)c), one);
    }
    return o;
}

cJSON *report_tag_evaluation(const struct tagger *t, const struct tagger_evaluation *ev,
                             const struct sentence_view *first)
{
    enum tag_column c = tagger_main_column(t);
    cJSON *o = json_put(cJSON_CreateObject(), "task", cJSON_CreateString("tag"));

    o = json_put(o, "metrics", report_tag_metrics(ev));
    o = json_put(o, "held_out", cJSON_CreateBool(ev->held_out));
    o = json_put_number(o, "loss_before", ev->loss_before);
    o = json_put_number(o, "loss_after", ev->loss_after);
    if (first && ev->first_before && ev->first_after)
        o = json_put(o, "first_sentence", first_sentence(t, ev, first));
    o = json_put(o, "tags", tag_list(t, c, &ev->column[c]));
    return json_put(o, "columns", columns(t, ev));
}

static cJSON *span(const struct span_score *s)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "precision", s->precision);

    o = json_put_number(o, "recall", s->recall);
    return json_put_number(o, "f1", s->f1);
}

cJSON *report_split(const struct tokenizer_score *s)
{
    cJSON *o = json_put(cJSON_CreateObject(), "tokens", span(&s->tokens));

    o = json_put(o, "words", span(&s->words));
    return json_put(o, "sentences", span(&s->sentences));
}

cJSON *report_tag_details(const struct tagger *t, bool splits)
{
    cJSON *o = report_put_arithmetic(cJSON_CreateObject(), tagger_arithmetic(t));

    for (int c = 0; c < TAG_COLUMNS; c++) {
        bool main = c == (int)tagger_main_column(t);
        cJSON *tags = cJSON_CreateArray();

        for (int i = 0; tags && i < tagger_num_tags(t, (enum tag_column)c); i++)
            tags = json_push(tags, cJSON_CreateString(tagger_tag(t, (enum tag_column)c, i)));
        if (main || tagger_has(t, (enum tag_column)c))
            o = json_put(o, main ? "tags" : "xpos_tags", tags);
        else
            cJSON_Delete(tags);
    }
    o = json_put_number(o, "words", tagger_num_words(t));
    o = json_put(o, "feats", cJSON_CreateBool(tagger_has_feats(t)));
    o = json_put(o, "lemmas", cJSON_CreateBool(tagger_has_lemmas(t)));
    o = json_put(o, "tokenizer", cJSON_CreateString(splits ? "learned" : "unicode"));
    return json_put(o, "column", cJSON_CreateString(tag_column_name(tagger_main_column(t))));
}
