/* train_tag.c - the task "tag": stored sentences into a trained tagger. */
#include "server/tasks/report.h"
#include "server/tasks/train_tokenizer.h"

#include <stdlib.h>

void tag_data_release(struct tag_data *d)
{
    free(d->views);
    tagged_set_release(&d->set);
}

enum status tag_data_load(struct tag_data *d, int *held_out, struct store *s, int64_t dataset_id,
                          int64_t validation, struct err *e)
{
    struct tagged_set more = {0};
    enum status st = store_tagged_load(&d->set, s, dataset_id, e);

    if (!st && validation)
        st = store_tagged_load(&more, s, validation, e);
    if (held_out)
        *held_out = more.count;
    if (!st && !tagged_set_append(&d->set, &more))
        st = err_nomem(e, 0);
    tagged_set_release(&more);
    if (st)
        return st;
    d->views = calloc((size_t)d->set.count + 1, sizeof(*d->views));
    if (!d->views)
        return err_nomem(e, 0);
    for (int i = 0; i < d->set.count; i++) {
        const struct tagged_sentence *t = &d->set.items[i];

        d->views[i] = (struct sentence_view){
            .tokens = (const char *const *)t->form,
            .tags = {(const char *const *)t->upos, (const char *const *)t->xpos},
            .length = t->length};
    }
    d->corpus = (struct corpus){d->views, d->set.count};
    return ST_OK;
}

/* Words are not told apart here: every token could be one, so this is an upper bound. */
static enum status bound_parameters(int64_t *out, const struct params *p, const struct dataset *d,
                                    struct err *e)
{
    int64_t tags =
        (p->column != COLUMN_XPOS ? d->num_upos : 0) + (p->column != COLUMN_UPOS ? d->num_xpos : 0);
    struct net_config c = {.input_size = p->embedding_dim * p->members,
                           .hidden_size = p->hidden_size * p->members,
                           .num_layers = p->num_layers,
                           .bidirectional = p->bidirectional,
                           .output_size = tags > 0 && tags < NET_OUTPUT_MAX ? (int)tags : 1,
                           .dropout = (float)p->dropout};
    enum status st = net_config_check(&c, e);

    *out = st ? 0 : net_config_num_parameters(&c);
    return st;
}

static void need_memory(struct job_need *need, const struct params *p, const struct corpus *c)
{
    struct params smaller = *p;
    int low = 0, high = p->batch_size;

    need->bytes = tagger_training_bytes(p, c);
    while (need->bytes > need->limit && low + 1 < high) {
        smaller.batch_size = low + (high - low) / 2;
        if (tagger_training_bytes(&smaller, c) <= need->limit)
            low = smaller.batch_size;
        else
            high = smaller.batch_size;
    }
    need->batch_fits = low;
}

static enum status resolve(struct params *p, struct job_need *need, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e)
{
    struct tag_data c = {0};
    int held_out;
    enum status st = tag_data_load(&c, &held_out, s, d->id, validation, e);

    if (validation)
        p->test_size = held_out;
    if (!st)
        st = tagger_resolve(p, &c.corpus, e);
    if (!st)
        st = bound_parameters(&need->parameters, p, d, e);
    if (!st)
        need_memory(need, p, &c.corpus);
    tag_data_release(&c);
    return st;
}

static enum status report(struct trained *out, const struct tagger *t, const struct tag_data *c,
                          struct err *e)
{
    out->parameter_count = tagger_num_params(t);
    out->metrics = report_text(report_tag_metrics(tagger_evaluation(t)));
    out->evaluation = report_text(report_tag_evaluation(t, tagger_evaluation(t), &c->views[0]));
    out->details = report_text(report_tag_details(t, false));
    return out->metrics && out->evaluation && out->details ? ST_OK : err_nomem(e, 0);
}

static enum status fit_tags(struct trained *out, const struct tag_data *c, const struct params *p,
                            const struct fit_hooks *hooks, struct err *e)
{
    struct tagger *t = NULL;
    enum status st = tagger_fit(&t, &c->corpus, p, hooks, e);

    if (!st)
        st = tagger_save(t, NULL, &out->checkpoint, &out->checkpoint_len, e);
    if (!st)
        st = report(out, t, c, e);
    tagger_free(t);
    return st;
}

static enum status train(struct trained *out, struct store *s, int64_t dataset_id,
                         int64_t validation, const struct params *p, const struct fit_hooks *hooks,
                         struct err *e)
{
    struct tag_data c = {0};
    struct splitting *splitting = NULL;
    struct fit_hooks staged = *hooks;
    enum status st = tag_data_load(&c, NULL, s, dataset_id, validation, e);

    if (!st)
        st = splitting_new(&splitting, &c, p, hooks, e);
    if (!st && !splitting_resumes(splitting)) {
        splitting_share(&staged, splitting);
        st = fit_tags(out, &c, p, &staged, e);
    }
    if (!st)
        st = splitting_run(out, splitting, e);
    splitting_free(splitting);
    tag_data_release(&c);
    return st;
}

const struct job_task tag_task = {DATA_TAGGED, resolve, train};

enum status evaluate_tagger(char **json, const struct tagger *t, struct store *s,
                            int64_t dataset_id, const struct stop_flag *stop, struct err *e)
{
    struct tag_data d = {0};
    struct tagger_evaluation ev = {0};
    enum status st = tag_data_load(&d, NULL, s, dataset_id, 0, e);

    if (!st)
        st = tagger_evaluate(&ev, t, &d.corpus, stop, e);
    if (!st) {
        *json = report_text(report_tag_evaluation(t, &ev, NULL));
        st = *json ? ST_OK : err_nomem(e, 0);
    }
    tagger_evaluation_release(&ev);
    tag_data_release(&d);
    return st;
}
