/* train_tag.c - the task "tag": stored sentences into a trained tagger. */
#include "server/jobs/report.h"
#include "server/jobs/task.h"

#include <stdlib.h>

struct corpus_data {
    struct tagged_set set;
    struct sentence_view *views;
    struct corpus corpus;
};

static void release(struct corpus_data *c)
{
    free(c->views);
    tagged_set_release(&c->set);
}

static enum status load(struct corpus_data *c, struct store *s, int64_t id, struct err *e)
{
    enum status st = store_tagged_load(&c->set, s, id, e);

    if (st)
        return st;
    c->views = calloc((size_t)c->set.count + 1, sizeof(*c->views));
    if (!c->views)
        return err_nomem(e, 0);
    for (int i = 0; i < c->set.count; i++) {
        const struct tagged_sentence *t = &c->set.items[i];

        c->views[i] = (struct sentence_view){
            .tokens = (const char *const *)t->form,
            .tags = {(const char *const *)t->upos, (const char *const *)t->xpos},
            .length = t->length};
    }
    c->corpus = (struct corpus){c->views, c->set.count};
    return ST_OK;
}

/* Words are not told apart here: every token could be one, so this is an upper bound. */
static enum status bound_parameters(int64_t *out, const struct params *p, const struct dataset *d,
                                    struct err *e)
{
    int64_t tags =
        (p->column != COLUMN_XPOS ? d->num_upos : 0) + (p->column != COLUMN_UPOS ? d->num_xpos : 0);
    struct net_config c = {.input_size = p->embedding_dim,
                           .hidden_size = p->hidden_size,
                           .num_layers = p->num_layers,
                           .bidirectional = p->bidirectional,
                           .output_size = tags > 0 && tags < NET_OUTPUT_MAX ? (int)tags : 1,
                           .dropout = (float)p->dropout};
    enum status st = net_config_check(&c, e);

    *out = st ? 0 : net_config_num_parameters(&c);
    return st;
}

static enum status resolve(struct params *p, int64_t *parameters, struct store *s,
                           const struct dataset *d, struct err *e)
{
    struct corpus_data c = {0};
    enum status st = load(&c, s, d->id, e);

    if (!st)
        st = tagger_resolve(p, &c.corpus, e);
    if (!st)
        st = bound_parameters(parameters, p, d, e);
    release(&c);
    return st;
}

static enum status report(struct trained *out, const struct tagger *t, const struct corpus_data *c,
                          struct err *e)
{
    out->parameter_count = tagger_num_params(t);
    out->metrics = report_text(report_tag_metrics(tagger_evaluation(t)));
    out->evaluation = report_text(report_tag_evaluation(t, &c->views[0]));
    out->details = report_text(report_tag_details(t));
    return out->metrics && out->evaluation && out->details ? ST_OK : err_nomem(e, 0);
}

static enum status train(struct trained *out, struct store *s, int64_t dataset_id,
                         const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct corpus_data c = {0};
    struct tagger *t = NULL;
    enum status st = load(&c, s, dataset_id, e);

    if (!st)
        st = tagger_fit(&t, &c.corpus, p, hooks, e);
    if (!st)
        st = tagger_save(t, NULL, &out->checkpoint, &out->checkpoint_len, e);
    if (!st)
        st = report(out, t, &c, e);
    tagger_free(t);
    release(&c);
    return st;
}

const struct job_task tag_task = {DATA_TAGGED, resolve, train};
