/* search.c - random search over hyper-parameters: see <lstm/search.h>. */
#include <lstm/checkpoint.h>

#include <lstm/rng.h>
#include <lstm/search.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is tried ---- */

/* The values that a parameter may take: a list, or an interval whose logarithms are equally
 * likely. */
struct choice {
    const char *name;
    int count;
    double value[5];
    double low, high;
};

static const struct choice space[] = {
    {"hidden_size", 5, {16, 24, 32, 48, 64}, 0, 0},
    {"num_layers", 3, {1, 1, 2}, 0, 0},
    {"dropout", 3, {0, 0.1, 0.2}, 0, 0},
    {"learning_rate", 0, {0}, 0.0003, 0.01},
    {"batch_size", 3, {16, 32, 64}, 0, 0},
    {"weight_decay", 4, {0, 0, 0.0001, 0.001}, 0, 0},
    {"epochs", 4, {50, 100, 200, 400}, 0, 0},
};

static bool is_fixed(const bool *fixed, const char *name)
{
    int n;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; fixed && i < n; i++)
        if (!strcmp(table[i].name, name))
            return fixed[i];
    return false;
}

void search_draw(struct params *out, const struct params *base, const bool *fixed, int trial)
{
    struct rng r;

    *out = *base;
    if (!trial)
        return;
    rng_seed(&r, (uint64_t)base->seed * 1000003u + (uint64_t)trial);
    for (size_t i = 0; i < sizeof(space) / sizeof(space[0]); i++) {
        const struct choice *c = &space[i];
        const struct param_spec *spec = params_find(TASK_FORECAST, c->name);
        double u = (double)rng_uniform(
            &r, 0, 1); /* drawn for fixed parameters too, so that the others stay the same */
        double v =
            c->count ? c->value[(int)(u * c->count) % c->count] : c->low * pow(c->high / c->low, u);

        if (spec && !is_fixed(fixed, c->name))
            params_set_number(out, spec, v, NULL);
    }
    if (out->num_layers == 1 && !is_fixed(fixed, "dropout"))
        out->dropout = base->dropout; /* with one layer, dropout has no effect */
}

/* ---- the run ---- */

struct run {
    struct search *s;
    const struct panel *panel;
    const struct params *base;
    const struct search_plan *plan;
    const struct fit_hooks *hooks;
    struct series_view *past; /* (panel->count) the panel without its held-out end */
    const struct fit_saver *inner;
    int trial; /* under way; plan->trials: the final fit */
    int epochs;
};

void search_free(struct search *s)
{
    if (s)
        free(s->trials);
    free(s);
}

static enum status save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct run *r = ctx;
    struct checkpoint *c = NULL;
    uint8_t *inner = NULL;
    size_t inner_len = 0;
    double scores[SEARCH_TRIALS_MAX];
    enum status st = r->inner->save(r->inner->ctx, &inner, &inner_len, e);
    int64_t size = (int64_t)inner_len, count = r->s->count;

    for (int i = 0; i < r->s->count; i++)
        scores[i] = r->s->trials[i].score;
    if (!st)
        st = checkpoint_new(&c, e);
    if (!st)
        st = checkpoint_set(c, "lstmd.fit", "search", e);
    if (!st)
        st = checkpoint_set_arithmetic(c, e);
    if (!st)
        st = checkpoint_set_i64(c, "trials", r->plan->trials, e);
    if (!st)
        st = checkpoint_set_i64(c, "trial", r->trial, e);
    if (!st)
        st = checkpoint_set_i64(c, "epochs", r->epochs, e);
    if (!st)
        st = checkpoint_add(c, "fit", CKPT_U8, &size, 1, inner, e);
    if (!st && count)
        st = checkpoint_add(c, "scores", CKPT_F64, &count, 1, scores, e);
    free(inner);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

static void add_trial(struct run *r, double score)
{
    struct search *s = r->s;
    struct search_trial *t = &s->trials[s->count];

    search_draw(&t->params, r->base, r->plan->fixed, s->count);
    t->score = isnan(score) ? INFINITY : score;
    if (t->score < s->trials[s->best].score)
        s->best = s->count;
    s->count++;
}

/* Reads the snapshot. *fit is borrowed from *c, which the caller frees. */
static enum status load(struct run *r, struct checkpoint **c, struct checkpoint_tensor *fit,
                        struct err *e)
{
    struct checkpoint_tensor scores = {0}, t;
    int64_t trials = 0, trial = 0, epochs = 0;
    const char *kind;
    enum status st = checkpoint_read(c, r->hooks->resume, r->hooks->resume_len, e);

    if (st)
        return st;
    kind = checkpoint_get(*c, "lstmd.fit");
    if (checkpoint_look_up(&t, *c, "scores") && t.dtype == CKPT_F64)
        scores = t;
    if (!kind || strcmp(kind, "search") || !checkpoint_look_up(fit, *c, "fit") ||
        fit->dtype != CKPT_U8)
        return err_set(e, ST_CORRUPT, "the snapshot is not that of a running search");
    st = checkpoint_check_arithmetic(*c, e);
    if (!st)
        st = checkpoint_get_i64(&trials, *c, "trials", r->plan->trials, r->plan->trials, e);
    if (!st)
        st = checkpoint_get_i64(&trial, *c, "trial", 0, r->plan->trials, e);
    if (!st)
        st = checkpoint_get_i64(&epochs, *c, "epochs", 0, INT32_MAX, e);
    if (!st && (scores.size / sizeof(double) > (size_t)r->plan->trials ||
                (trial < trials && scores.size / sizeof(double) != (size_t)trial)))
        st = err_set(e, ST_CORRUPT, "the snapshot's scores are not those of this search");
    for (size_t i = 0; !st && i < scores.size / sizeof(double); i++)
        add_trial(r, ((const double *)scores.data)[i]);
    r->trial = (int)trial;
    r->epochs = (int)epochs;
    return st;
}

static bool on_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct run *r = ctx;
    const struct fit_saver outer = {.ctx = r, .save = save};
    struct fit_progress all = *p;
    int parts = r->plan->trials + 1;

    r->inner = s;
    all.epoch += r->epochs;
    all.epochs = r->epochs + p->epochs * (parts - r->trial);
    all.fraction = (r->trial + p->fraction) / parts;
    return r->hooks->progress(r->hooks->ctx, &all, &outer);
}

static struct fit_hooks inner_hooks(struct run *r, const struct checkpoint_tensor *resume)
{
    const struct fit_hooks *h = r->hooks;

    return (struct fit_hooks){.ctx = r,
                              .progress = h && h->progress ? on_progress : NULL,
                              .parallel = h ? h->parallel : NULL,
                              .stop = h ? h->stop : NULL,
                              .max_bytes = h ? h->max_bytes : 0,
                              .resume = resume ? resume->data : NULL,
                              .resume_len = resume ? resume->size : 0};
}

static enum status run_trial(struct run *r, const struct checkpoint_tensor *resume, struct err *e)
{
    const struct fit_hooks hooks = inner_hooks(r, resume);
    struct backtest *b = NULL;
    struct params p;
    enum status st;
    struct panel past = *r->panel;

    past.series = r->past;
    search_draw(&p, r->base, r->plan->fixed, r->trial);
    st = backtest_run(&b, &past, &p, &r->plan->plan, &hooks, e);
    if (!st)
        add_trial(r, isfinite(b->model.mase) ? b->model.mase : b->model.mae);
    else if (st == ST_INVALID && r->plan->trials > 1 && r->trial > 0)
        add_trial(r, INFINITY), st = ST_OK;
    r->epochs += p.epochs * (b ? b->plan.windows : 1);
    backtest_free(b);
    return st;
}

static enum status run_all(struct forecaster **out, struct run *r, struct err *e)
{
    struct checkpoint *c = NULL;
    struct checkpoint_tensor fit;
    const struct checkpoint_tensor *resume = NULL;
    enum status st = ST_OK;

    if (r->hooks && r->hooks->resume) {
        st = load(r, &c, &fit, e);
        resume = &fit;
    }
    for (; !st && r->trial < r->plan->trials; r->trial++) {
        if (r->trial && !resume && r->plan->enough && r->plan->enough(r->plan->ctx)) {
            r->trial = r->plan->trials;
            break;
        }
        st = run_trial(r, resume, e);
        resume = NULL;
    }
    if (!st) {
        const struct fit_hooks hooks = inner_hooks(r, resume);

        st = forecaster_fit(out, r->panel, &r->s->trials[r->s->best].params, &hooks, e);
    }
    checkpoint_free(c);
    return st;
}

/* Removes the held-out end, so that it cannot influence the choice of parameters that it judges. */
static enum status hold_out(struct run *r, struct err *e)
{
    struct params whole = *r->base;
    enum status st = forecaster_resolve(&whole, r->panel, e);
    size_t size = (size_t)r->panel->count * sizeof(*r->past);

    if (st)
        return st;
    r->past = malloc(size);
    if (!r->past)
        return err_nomem(e, size);
    memcpy(r->past, r->panel->series, size);
    for (int i = 0; i < r->panel->count; i++)
        if (r->past[i].length > whole.test_size)
            r->past[i].length -= whole.test_size;
    return ST_OK;
}

enum status search_fit(struct forecaster **out, struct search **report, const struct panel *panel,
                       const struct params *base, const struct search_plan *plan,
                       const struct fit_hooks *hooks, struct err *e)
{
    struct run r = {.panel = panel, .base = base, .plan = plan, .hooks = hooks};
    enum status st;

    if (plan->trials < 1 || plan->trials > SEARCH_TRIALS_MAX) {
        err_set(e, ST_INVALID, "trials is %d; it must be an integer from 1 to %d", plan->trials,
                SEARCH_TRIALS_MAX);
        return err_at(e, "/search/trials");
    }
    r.s = calloc(1, sizeof(*r.s));
    if (!r.s)
        return err_nomem(e, sizeof(*r.s));
    r.s->trials = calloc((size_t)plan->trials, sizeof(*r.s->trials));
    st = r.s->trials ? ST_OK : err_nomem(e, (size_t)plan->trials * sizeof(*r.s->trials));
    if (!st)
        st = hold_out(&r, e);
    if (!st)
        st = run_all(out, &r, e);
    free(r.past);
    if (st)
        search_free(r.s);
    else
        *report = r.s;
    return st;
}
