/* params_recipes.c - the values that a job starts from: defaults that make a good model, and the
 * settings of the three tutorials.
 *
 * The tutorials keep the numbers of the texts they come from, good or not. The defaults are chosen by
 * measurement; each has one function. */
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <lstm/params.h>

#include <stdio.h>
#include <string.h>

/* What every recipe starts from. */
static const struct params base = {
    .num_layers = 1,
    .embedding_dim = 1,
    .members = 1,
    .test_size = -1,
    .batch_size = 1,
};

/* Measured on 157 series of 9 kinds (tests/bench/bench_forecast.c): a small net and few epochs, since
 * the classical members have said most before it. */
static void defaults_forecast(struct params *p)
{
    p->hidden_size = 24;
    p->target = TARGET_NEXT;
    p->scaling = SCALING_AUTO;
    p->differencing = DIFFERENCING_AUTO;
    p->ensemble = true;
    p->calendar_effects = true;
    p->outliers = OUTLIERS_REPLACE;
    p->shuffle = true;
    p->batch_size = 64;
    p->epochs = 40;
    p->loss = LOSS_HUBER;
    p->optimizer = OPTIM_ADAM;
    p->learning_rate = 0.002;
    p->gradient_clip = 1;
    p->patience = 8;
}

/* Measured on the treebanks of tests/bench/bench_tagger.c. One wide layer does what two narrow ones do,
 * in less time; more dropout than this costs accuracy on the large treebank. The rate goes down to 0
 * over the epochs, so that stopping early would keep weights that are not done. */
static void defaults_tag(struct params *p)
{
    p->hidden_size = 0; /* and members: by the size of the corpus */
    p->members = 0;
    p->num_layers = 1;
    p->dropout = 0.3;
    p->input_dropout = 0.2;
    p->output_dropout = 0.3;
    p->bidirectional = true;
    p->embedding_dim = 64;
    p->features = FEATURES_CAPITALS;
    p->column = COLUMN_BOTH;
    p->unknown_rate = 0.3;
    p->shuffle = true;
    p->batch_size = 16;
    p->epochs = 0; /* by the size of the corpus */
    p->loss = LOSS_NLL;
    p->optimizer = OPTIM_ADAMW;
    p->learning_rate = 0.003;
    p->schedule = SCHEDULE_LINEAR;
    p->warm_up = 0.02;
    p->label_smoothing = 0.05;
    p->context = true;
    p->gradient_clip = 5;
}

/* Predict a sine from itself: a window of 10 against the window moved by one, samples in order. */
static void tutorial_sine(struct params *p)
{
    p->hidden_size = 6;
    p->window = 10;
    p->horizon = 1;
    p->season_length = 1;
    p->target = TARGET_SEQUENCE;
    p->scaling = SCALING_NONE;
    p->differencing = DIFFERENCING_NONE;
    p->train_size = 700;
    p->epochs = 10;
    p->loss = LOSS_MSE;
    p->optimizer = OPTIM_SGD;
    p->learning_rate = 0.01;
}

/* Twelve months of air passengers predict the thirteenth; the last year is held out. */
static void tutorial_flights(struct params *p)
{
    p->hidden_size = 100;
    p->window = 12;
    p->horizon = 1;
    p->season_length = 12;
    p->target = TARGET_NEXT;
    p->scaling = SCALING_MINMAX;
    p->differencing = DIFFERENCING_NONE;
    p->test_size = 12;
    p->epochs = 150;
    p->loss = LOSS_MSE;
    p->optimizer = OPTIM_ADAM;
    p->learning_rate = 0.001;
}

/* Two sentences, learnt by heart. */
static void tutorial_tagger(struct params *p)
{
    p->hidden_size = 6;
    p->embedding_dim = 6;
    p->column = COLUMN_UPOS;
    p->test_size = 0;
    p->epochs = 300;
    p->loss = LOSS_NLL;
    p->optimizer = OPTIM_SGD;
    p->learning_rate = 0.1;
}

struct recipe {
    enum task task;
    const char *name;
    void (*fill)(struct params *p);
};

static const struct recipe recipes[] = {
    {TASK_FORECAST, "default", defaults_forecast},
    {TASK_FORECAST, "tutorial-sine", tutorial_sine},
    {TASK_FORECAST, "tutorial-flights", tutorial_flights},
    {TASK_TAG, "default", defaults_tag},
    {TASK_TAG, "tutorial-tagger", tutorial_tagger},
};
enum { COUNT = sizeof(recipes) / sizeof(recipes[0]) };

const char *const *params_recipes(enum task t)
{
    static const char *const forecast[] = {"default", "tutorial-sine", "tutorial-flights", NULL};
    static const char *const tag[] = {"default", "tutorial-tagger", NULL};

    return t == TASK_TAG ? tag : forecast;
}

static enum status no_such_recipe(enum task t, const char *recipe, struct err *e)
{
    char names[128];
    size_t n = 0;

    names[0] = '\0';
    for (const char *const *r = params_recipes(t); *r && n < sizeof(names); r++)
        n += (size_t)snprintf(names + n, sizeof(names) - n, "%s\"%s\"", n ? ", " : "", *r);
    err_set(e, ST_INVALID, "recipe is \"%.60s\"; for task \"%s\" it must be one of %s", recipe,
            task_name(t), names);
    err_at(e, "/recipe");
    return ST_INVALID;
}

enum status params_defaults(struct params *out, enum task t, const char *recipe, struct err *e)
{
    if (!recipe)
        recipe = "default";
    for (int i = 0; i < COUNT; i++) {
        if (recipes[i].task != t || strcmp(recipes[i].name, recipe) != 0)
            continue;
        *out = base;
        recipes[i].fill(out);
        snprintf(out->recipe, sizeof(out->recipe), "%s", recipe);
        return ST_OK;
    }
    return no_such_recipe(t, recipe, e);
}
