/* tag_task.c - the task "tag": trains a tagger on stored sentences. */
#include "server/tasks/tag_task.h"

#include "server/tasks/report_tag.h"
#include "server/tasks/train_tokenizer.h"

/* An upper bound: distinct words are not counted here, so every token counts as one. */
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

static enum status resolve(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e)
{
    struct params *p = &draft->params;
    struct tag_data c = {0};
    int held_out;
    enum status st = tag_data_load(&c, &held_out, s, d->id, validation, e);

    (void)r;
    if (validation)
        p->test_size = held_out;
    if (!st)
        st = tagger_resolve(p, &c.corpus, e);
    if (!st)
        st = bound_parameters(&draft->need.parameters, p, d, e);
    if (!st)
        need_memory(&draft->need, p, &c.corpus);
    tag_data_release(&c);
    draft->sized = *p;
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

static enum status run(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct tag_data c = {0};
    struct train_tokenizer *tokenizer = NULL;
    struct fit_hooks staged = *hooks;
    enum status st = tag_data_load(&c, NULL, s, job->dataset_id, job->validation_dataset_id, e);

    if (!st)
        st = train_tokenizer_new(&tokenizer, &c, p, hooks, e);
    if (!st && !train_tokenizer_resumes(tokenizer)) {
        train_tokenizer_share(&staged, tokenizer);
        st = fit_tags(out, &c, p, &staged, e);
    }
    if (!st)
        st = train_tokenizer_run(out, tokenizer, e);
    train_tokenizer_free(tokenizer);
    tag_data_release(&c);
    return st;
}

const struct job_task tag_task = {.name = "tag",
                                  .task = TASK_TAG,
                                  .kind = DATA_TAGGED,
                                  .makes_model = true,
                                  .resolve = resolve,
                                  .run = run};
