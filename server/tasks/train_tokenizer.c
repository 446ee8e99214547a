/* train_tokenizer.c - see train_tokenizer.h. */
#include "server/tasks/train_tokenizer.h"

#include "server/formats/raw_text.h"
#include "server/tasks/report_tag.h"

#include <lstm/checkpoint.h>
#include <stdlib.h>
#include <string.h>

/* Share of a job's progress for the tagger; about its share of the time. */
static const double tagging_share = 0.75;

struct train_tokenizer {
    const struct tag_data *data;
    const struct params *params;
    const struct fit_hooks *hooks;
    struct documents train, test;
    struct checkpoint *snapshot; /* of this part, to continue from; or NULL */
    struct trained *made;        /* by the first part, while the second one runs */
    const struct fit_saver *inner;
    int epochs; /* of the first part, until now */
};

void train_tokenizer_free(struct train_tokenizer *s)
{
    if (!s)
        return;
    documents_release(&s->train);
    documents_release(&s->test);
    checkpoint_free(s->snapshot);
    free(s);
}

/* Keeps the snapshot if it belongs to this part. */
static enum status look_at_snapshot(struct train_tokenizer *s, struct err *e)
{
    struct checkpoint *c = NULL;
    const char *kind;
    enum status st;

    if (!s->hooks->resume)
        return ST_OK;
    st = checkpoint_read(&c, s->hooks->resume, s->hooks->resume_len, e);
    if (st)
        return st;
    kind = checkpoint_get(c, "lstmd.fit");
    if (kind && strcmp(kind, "splitting") == 0)
        st = checkpoint_check_arithmetic(c, e);
    if (!st && kind && strcmp(kind, "splitting") == 0)
        s->snapshot = c;
    else
        checkpoint_free(c);
    return st;
}

enum status train_tokenizer_new(struct train_tokenizer **out, const struct tag_data *c,
                                const struct params *p, const struct fit_hooks *hooks,
                                struct err *e)
{
    struct train_tokenizer *s = calloc(1, sizeof(*s));
    int held_out = p->test_size > 0 && p->test_size < c->set.count ? p->test_size : 0;
    int train = p->train_size > 0 && p->train_size < c->set.count - held_out
                    ? p->train_size
                    : c->set.count - held_out;
    enum status st;

    if (!s)
        return err_nomem(e, sizeof(*s));
    s->data = c;
    s->params = p;
    s->hooks = hooks;
    st = documents_init(&s->train, &c->set, 0, train, e);
    if (!st)
        st = documents_init(&s->test, &c->set, c->set.count - held_out, held_out, e);
    if (!st)
        st = look_at_snapshot(s, e);
    if (st)
        train_tokenizer_free(s);
    else
        *out = s;
    return st;
}

bool train_tokenizer_resumes(const struct train_tokenizer *s)
{
    return s->snapshot != NULL;
}

/* ---- progress ---- */

static bool first_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *saver)
{
    struct train_tokenizer *s = ctx;
    struct fit_progress all = *p;

    s->epochs = p->epoch;
    all.fraction *= tagging_share;
    return s->hooks->progress(s->hooks->ctx, &all, saver);
}

void train_tokenizer_share(struct fit_hooks *hooks, struct train_tokenizer *s)
{
    if (!s->train.count || !hooks->progress)
        return;
    hooks->ctx = s;
    hooks->progress = first_progress;
}

static enum status save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct train_tokenizer *s = ctx;
    const struct trained *t = s->made;
    struct checkpoint *c = NULL;
    uint8_t *fit = NULL;
    size_t fit_len = 0;
    enum status st = s->inner->save(s->inner->ctx, &fit, &fit_len, e);
    int64_t size = (int64_t)fit_len, model = (int64_t)t->checkpoint_len;

    if (!st)
        st = checkpoint_new(&c, e);
    if (!st)
        st = checkpoint_set(c, "lstmd.fit", "splitting", e);
    if (!st)
        st = checkpoint_set_arithmetic(c, e);
    if (!st)
        st = checkpoint_set(c, "metrics", t->metrics, e);
    if (!st)
        st = checkpoint_set(c, "evaluation", t->evaluation, e);
    if (!st)
        st = checkpoint_set(c, "details", t->details, e);
    if (!st)
        st = checkpoint_set_i64(c, "parameter_count", t->parameter_count, e);
    if (!st)
        st = checkpoint_set_i64(c, "epochs", s->epochs, e);
    if (!st)
        st = checkpoint_add(c, "fit", CKPT_U8, &size, 1, fit, e);
    if (!st)
        st = checkpoint_add(c, "model", CKPT_U8, &model, 1, t->checkpoint, e);
    free(fit);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

static bool second_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *saver)
{
    struct train_tokenizer *s = ctx;
    const struct fit_saver outer = {.ctx = s, .save = save};
    struct fit_progress all = *p;

    s->inner = saver;
    all.epoch += s->epochs;
    all.epochs += s->epochs;
    all.fraction = tagging_share + (1 - tagging_share) * p->fraction;
    return s->hooks->progress(s->hooks->ctx, &all, &outer);
}

/* ---- continuing from a snapshot ---- */

static bool find_bytes(struct checkpoint_tensor *out, const struct checkpoint *c, const char *name)
{
    return checkpoint_look_up(out, c, name) && out->dtype == CKPT_U8;
}

/* Restores the result of the first part, and the state of the fit. */
static enum status restore(struct trained *t, struct checkpoint_tensor *fit,
                           struct train_tokenizer *s, struct err *e)
{
    const struct checkpoint *c = s->snapshot;
    const char *metrics = checkpoint_get(c, "metrics"), *details = checkpoint_get(c, "details");
    const char *evaluation = checkpoint_get(c, "evaluation");
    struct checkpoint_tensor model;
    int64_t epochs = 0;
    enum status st = checkpoint_get_i64(&t->parameter_count, c, "parameter_count", 0, INT64_MAX, e);

    if (!st)
        st = checkpoint_get_i64(&epochs, c, "epochs", 0, INT32_MAX, e);
    if (st)
        return st;
    s->epochs = (int)epochs;
    if (!metrics || !details || !evaluation || !find_bytes(fit, c, "fit") ||
        !find_bytes(&model, c, "model"))
        return err_set(e, ST_CORRUPT, "the snapshot of the tokenizer's training is incomplete");
    t->metrics = strdup(metrics);
    t->details = strdup(details);
    t->evaluation = strdup(evaluation);
    t->checkpoint = malloc(model.size ? model.size : 1);
    if (!t->metrics || !t->details || !t->evaluation || !t->checkpoint)
        return err_nomem(e, model.size);
    memcpy(t->checkpoint, model.data, model.size);
    t->checkpoint_len = model.size;
    return ST_OK;
}

/* ---- results ---- */

/* Puts the tokenizer into the file of the tagger. */
static enum status put_into_checkpoint(struct trained *t, const struct tokenizer *k, struct err *e)
{
    struct checkpoint *c = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = checkpoint_read(&c, t->checkpoint, t->checkpoint_len, e);

    if (!st)
        st = tokenizer_save(k, c, e);
    if (!st)
        st = checkpoint_write(&bytes, &len, c, e);
    checkpoint_free(c);
    if (st)
        return st;
    free(t->checkpoint);
    t->checkpoint = bytes;
    t->checkpoint_len = len;
    return ST_OK;
}

static void add_span(struct span_score *sum, const struct span_score *one)
{
    sum->gold += one->gold;
    sum->found += one->found;
    sum->correct += one->correct;
    sum->precision = sum->found ? (double)sum->correct / (double)sum->found : 0;
    sum->recall = sum->gold ? (double)sum->correct / (double)sum->gold : 0;
    sum->f1 =
        sum->gold + sum->found ? 2 * (double)sum->correct / (double)(sum->gold + sum->found) : 0;
}

static enum status score(struct tokenizer_score *sum, const struct documents *test,
                         const struct tokenizer *k, const struct stop_flag *stop, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < test->count; i++) {
        const struct text_view *d = &test->items[i];
        struct text_word *words = NULL;
        struct tokenizer_score one;
        size_t n = 0;

        st = tokenize_until(&words, &n, k, d->text, d->length, false, stop, e);
        if (st)
            break;
        tokenizer_evaluate(&one, d->text, d->words, d->count, words, n);
        free(words);
        add_span(&sum->tokens, &one.tokens);
        add_span(&sum->words, &one.words);
        add_span(&sum->sentences, &one.sentences);
    }
    return st;
}

static enum status add_to_report(struct trained *t, const struct train_tokenizer *s,
                                 const struct tokenizer *k, struct err *e)
{
    struct tokenizer_score sum = {0};
    enum status st = score(&sum, &s->test, k, s->hooks->stop, e);

    if (st)
        return st;
    t->parameter_count += tokenizer_num_params(k);
    t->details = report_with(t->details, "tokenizer", cJSON_CreateString("learned"));
    if (s->test.count) {
        t->metrics = report_with(t->metrics, "text", report_split(&sum));
        t->evaluation = report_with(t->evaluation, "text", report_split(&sum));
    }
    return t->metrics && t->evaluation && t->details ? ST_OK : err_nomem(e, 0);
}

enum status train_tokenizer_run(struct trained *t, struct train_tokenizer *s, struct err *e)
{
    struct fit_hooks hooks = {.ctx = s,
                              .progress = s->hooks->progress ? second_progress : NULL,
                              .parallel = s->hooks->parallel,
                              .stop = s->hooks->stop};
    struct tokenizer_params p;
    struct checkpoint_tensor fit;
    struct tokenizer *k = NULL;
    enum status st = s->snapshot ? restore(t, &fit, s, e) : ST_OK;

    if (st || !s->train.count)
        return st;
    if (s->snapshot) {
        hooks.resume = fit.data;
        hooks.resume_len = fit.size;
    }
    s->made = t;
    tokenizer_defaults(&p);
    p.seed = s->params->seed;
    st = tokenizer_fit(&k, s->train.items, s->train.count, &p, hooks.parallel, &hooks, e);
    if (!st)
        st = put_into_checkpoint(t, k, e);
    if (!st)
        st = add_to_report(t, s, k, e);
    tokenizer_free(k);
    return st;
}
