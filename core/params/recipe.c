/* recipe.c - the values that a job starts from: defaults that make a good model, and the settings
 * of the three tutorials.
 *
 * The tutorials keep the numbers of the texts they come from, good or not. The defaults are chosen
 * by measurement. A recipe is a row of `entries`: its name, its flags, and a function with its
 * values. */
#include "core/params/recipe.h"

#include <lstm/loss.h>
#include <lstm/optim.h>

#include <stdio.h>
#include <string.h>

/* The values that every recipe starts from. */
static const struct params base = {
    .num_layers = 1,
    .embedding_dim = 1,
    .members = 1,
    .keep_history = true,
    .test_size = -1,
    .batch_size = 1,
};

/* Measured on 157 series of 9 kinds (tests/bench/bench_forecast.c): a small net and few epochs,
 * since the classical members leave little to learn. */
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

/* Measured on the treebanks of tests/bench/bench_tagger.c. One wide layer is as accurate as two
 * narrow ones and trains faster. More dropout than this costs accuracy on the large treebank. The
 * learning rate falls to 0 over the epochs, so early stopping would keep weights that are not
 * finished. */
static void defaults_tag(struct params *p)
{
    p->hidden_size = 0; /* like members: by the size of the corpus */
    p->members = 0;
    p->num_layers = 1;
    p->dropout = 0.3;
    p->input_dropout = 0.2;
    p->output_dropout = 0.3;
    p->bidirectional = true;
    p->embedding_dim = 64;
    p->features = FEATURES_CASES;
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
    p->feats = true;
    p->lemmas = true;
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

/* Two sentences, learnt by heart: the numbers of the PyTorch tutorial. */
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

/* A recipe and the function that puts its values over those of base. */
struct entry {
    enum task task;
    struct recipe recipe;
    void (*fill)(struct params *p);
};

/* The first recipe of a task is its default one. */
static const struct entry entries[] = {
    {TASK_FORECAST,
     {.name = "default",
      .validation = true,
      .keep_best = true,
      .cosine_schedule = true,
      .level_windows = true,
      .exogenous_effects = true,
      .season_check = true,
      .thin_windows = true},
     defaults_forecast},
    {TASK_FORECAST, {.name = "tutorial-sine", .one_step_evaluation = true}, tutorial_sine},
    {TASK_FORECAST, {.name = "tutorial-flights"}, tutorial_flights},
    {TASK_TAG, {.name = "default"}, defaults_tag},
    {TASK_TAG, {.name = "tutorial-tagger"}, tutorial_tagger},
};
enum { COUNT = sizeof(entries) / sizeof(entries[0]) };

static const struct entry *find(enum task t, const char *name)
{
    for (int i = 0; i < COUNT; i++) {
        if (entries[i].task == t && strcmp(entries[i].recipe.name, name) == 0)
            return &entries[i];
    }
    return NULL;
}

const struct recipe *recipe_of(enum task t, const struct params *p)
{
    const struct entry *r = find(t, p->recipe);

    return r ? &r->recipe : &find(t, "default")->recipe;
}

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
    const struct entry *r = find(t, recipe ? recipe : "default");

    if (!r)
        return no_such_recipe(t, recipe, e);
    *out = base;
    r->fill(out);
    snprintf(out->recipe, sizeof(out->recipe), "%s", r->recipe.name);
    return ST_OK;
}
