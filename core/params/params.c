/* params.c - the table of hyper-parameters, and everything that goes by it: see <lstm/params.h>. */
#include <lstm/params.h>

#include "core/base/text.h"
#include <lstm/checkpoint.h>
#include <lstm/loss.h>
#include <lstm/optim.h>

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const targets[] = {"next", "sequence", NULL};
static const char *const scalings[] = {"auto", "none", "minmax", "standard", "log", NULL};
static const char *const minimums[] = {"auto", "none", "zero", NULL};
static const char *const fills[] = {"auto", "linear", "seasonal", "previous", NULL};
static const char *const outliers[] = {"keep", "replace", NULL};
static const char *const differencings[] = {"auto", "none", "seasonal", NULL};
static const char *const columns[] = {"upos", "xpos", "both", NULL};
static const char *const features[] = {"word", "affixes", "capitals", NULL};
static const char *const schedules[] = {"constant", "cosine", "linear", NULL};
static const char *const losses[] = {"mse", "huber", "mae", "nll", NULL};
static const char *const forecast_losses[] = {"mse", "huber", "mae", NULL};
static const char *const tag_losses[] = {"nll", NULL};
static const char *const optimizers[] = {"sgd", "adam", "adamw", NULL};

/* What a JSON number holds exactly: 2^53 - 1. */
#define SEED_MAX  9007199254740991.0
#define SIZE_MOST 100000000.0

#define AT(member) offsetof(struct params, member)
#define INT(name, lo, hi, f, t, unit, help)                                                        \
    {                                                                                              \
#name, PARAM_INT, AT(name), lo, hi, NULL, f, t, unit, help                                 \
    }
#define NUMBER(name, lo, hi, f, t, unit, help)                                                     \
    {                                                                                              \
#name, PARAM_NUMBER, AT(name), lo, hi, NULL, f, t, unit, help                              \
    }
#define BOOL(name, f, t, help)                                                                     \
    {                                                                                              \
#name, PARAM_BOOL, AT(name), 0, 1, NULL, f, t, "", help                                    \
    }
/* Of the names, which end with NULL. */
#define LAST(first, names) ((int)(first) + (int)(sizeof(names) / sizeof(*(names))) - 2)
#define CHOICE(name, first, names, f, t, help)                                                     \
    {                                                                                              \
#name, PARAM_ENUM, AT(name), first, LAST(first, names), names, f, t, "", help              \
    }

static const struct param_spec table[] = {
    INT(hidden_size, 0, 4096, true, true, "units",
        "Size of the hidden state of each LSTM layer, and direction. 0, for tags alone: by the "
        "size of the corpus."),
    INT(num_layers, 1, 16, true, true, "layers", "LSTM layers, one on top of the other."),
    BOOL(bidirectional, true, true,
         "Read the input in both directions; each direction has its own weights."),
    NUMBER(
        dropout, 0, 0.95, true, true, "probability",
        "Chance that an output between two LSTM layers is zeroed while training; needs 2 layers."),
    NUMBER(input_dropout, 0, 0.95, false, true, "probability",
           "Chance that a value of a word's vector is zeroed while training."),
    NUMBER(output_dropout, 0, 0.95, false, true, "probability",
           "Chance that an output of the last LSTM layer is zeroed while training."),
    INT(embedding_dim, 1, 4096, false, true, "values", "Length of the vector of a word."),
    INT(members, 0, 16, false, true, "nets",
        "Nets of hidden_size, trained one after the other, whose scores are averaged. 0: several "
        "for a small corpus, one for a large one."),
    CHOICE(
        features, FEATURES_WORD, features, false, true,
        "What a word's vector is made of: the word alone, or also its beginnings, endings and "
        "shape (affixes), by which words that were never seen can be told, and which of them has a "
        "capital letter though it stands inside a sentence (capitals)."),
    CHOICE(column, COLUMN_UPOS, columns, false, true,
           "The tags to learn: universal (upos), language-specific (xpos), or both at once; both "
           "is the one that there is when the data have only one."),
    NUMBER(unknown_rate, 0, 1, false, true, "probability",
           "Chance that a word that occurs once is trained as the unknown word, so that the model "
           "knows what to do with new ones; more frequent words less often. 0: never."),
    INT(window, 0, 10000, true, false, "steps",
        "Observations that the model sees. 0: chosen from the season and the length."),
    INT(horizon, 0, 1000, true, false, "steps",
        "Steps that the model puts out at once. 0: one season, or what the length allows."),
    INT(season_length, 0, 10000, true, false, "steps",
        "Length of the season. 0: from the frequency of the data; 1: none."),
    CHOICE(
        target, TARGET_NEXT, targets, true, false,
        "Learn from the steps after the window (next) or from the window moved by one (sequence)."),
    CHOICE(
        scaling, SCALING_AUTO, scalings, true, false,
        "How values are scaled: minmax to [-1, 1], standard to mean 0 and deviation 1, log of "
        "positive values and then standard. An ensemble keeps auto: each series by itself, as it "
        "is or in logarithms."),
    CHOICE(
        differencing, DIFFERENCING_AUTO, differencings, true, false,
        "Model the change against the season before (seasonal) or the values themselves (none)."),
    BOOL(multivariate, true, false,
         "Where series have several value columns: each sees the past of the others, as covariates "
         "that are not known in advance. false: each column is forecast from itself."),
    BOOL(
        ensemble, true, false,
        "Combine the net with exponential smoothing, ARIMA and others, weighted by a backtest; the "
        "net then learns what these leave. false: the net alone."),
    BOOL(
        calendar_effects, true, false,
        "Months and days with dates: take off what working days, leap days and Easter clearly do "
        "to months, and what the course of the year and holidays, found in the data, do to days, "
        "before a series is modelled, and put it back on the forecasts. false: months and days are "
        "all alike."),
    CHOICE(
        minimum, MINIMUM_AUTO, minimums, true, false,
        "What no forecast or bound falls below: zero where the history never does (auto), nothing "
        "(none), or zero."),
    CHOICE(fill, FILL_WITH_AUTO, fills, true, false,
           "What the model sees in place of a missing observation: as the data set says (auto), a "
           "line "
           "between the neighbours, level and season (of season_length), or the previous "
           "observation. Nothing is scored "
           "against it, and nothing in the held-out end is looked at for it."),
    CHOICE(
        outliers, OUTLIERS_KEEP, outliers, true, false,
        "Whether an ensemble looks at single values far from their neighbours, and in a seasonal "
        "series at what lies before a shift of the level, as they are (keep), or as the rest would "
        "have them (replace). They are judged by, kept or not."),
    INT(test_size, -1, SIZE_MOST, true, true, "steps or sentences",
        "Held out for the evaluation: the last steps of each series, or the last sentences. -1: "
        "chosen from the length; 0: nothing."),
    INT(train_size, 0, SIZE_MOST, true, true, "windows or sentences",
        "Train on the first so many windows or sentences only. 0: on all that are not held out."),
    BOOL(shuffle, true, true, "A new random order in every epoch; false: the order of the data."),
    INT(batch_size, 1, 65536, true, true, "samples", "Windows or sentences in a step."),
    INT(epochs, 0, 100000, true, true, "epochs",
        "Passes over the training data, at most. 0, for tags alone: more for a small corpus than "
        "for "
        "a large one."),
    CHOICE(loss, LOSS_MSE, losses, true, true,
           "What is minimised: mse, huber or mae for forecasts, nll for tags."),
    CHOICE(optimizer, OPTIM_SGD, optimizers, true, true, "As PyTorch defines them."),
    NUMBER(learning_rate, 1e-12, 100, true, true, "", "Step size of the optimizer."),
    NUMBER(momentum, 0, 0.9999, true, true, "", "Momentum of sgd; the others do not use it."),
    NUMBER(weight_decay, 0, 10, true, true, "",
           "L2 penalty (sgd, adam) or decoupled decay (adamw) of the weights."),
    NUMBER(gradient_clip, 0, 1e6, true, true, "",
           "Largest global norm of the gradient; larger ones are scaled down. 0: no limit."),
    CHOICE(schedule, SCHEDULE_CONSTANT, schedules, false, true,
           "How the learning rate goes down to 0 over all epochs, or that it does not."),
    NUMBER(warm_up, 0, 0.9, false, true, "part of the steps",
           "In which the learning rate rises from 0 at the start."),
    NUMBER(label_smoothing, 0, 0.5, false, true, "probability",
           "Part of every target that is spread over all tags while training."),
    BOOL(
        context, false, true,
        "A log-linear model of words and their neighbours learns the tags, too, and its scores are "
        "added to the net's: more right, most of all with few sentences."),
    INT(patience, 0, 100000, true, true, "epochs",
        "Stop after so many epochs without a better validation loss. 0: never stop early."),
    {"seed", PARAM_INT64, AT(seed), 0, SEED_MAX, NULL, true, true, "",
     "Start of all random numbers; the same seed and data give the same weights."},
    INT(threads, 0, 256, true, true, "threads",
        "Threads to train with; the weights do not depend on it. 0: one a core."),
};
enum { COUNT = sizeof(table) / sizeof(table[0]) };

/* The row of "loss" with the choices of one task: forecasts have no classes, tags nothing else. */
static const struct param_spec loss_of_task[] = {
    [TASK_FORECAST] = CHOICE(loss, LOSS_MSE, forecast_losses, true, false,
                             "What is minimised: mse, huber (delta 1) or mae."),
    [TASK_TAG] = CHOICE(loss, LOSS_NLL, tag_losses, false, true,
                        "What is minimised: the negative log-likelihood of the tags."),
};

/* Likewise that of "epochs": a forecaster cannot choose them. */
static const struct param_spec epochs_of_task[] = {
    [TASK_FORECAST] =
        INT(epochs, 1, 100000, true, false, "epochs", "Passes over the training data, at most."),
    [TASK_TAG] = INT(epochs, 0, 100000, false, true, "epochs",
                     "Passes over the training data, at most. 0: more for a small corpus than for "
                     "a large one."),
};

/* And that of "hidden_size". */
static const struct param_spec hidden_size_of_task[] = {
    [TASK_FORECAST] = INT(hidden_size, 1, 4096, true, false, "units",
                          "Size of the hidden state of each LSTM layer, and direction."),
    [TASK_TAG] = INT(hidden_size, 0, 4096, false, true, "units",
                     "Size of the hidden state of each LSTM layer, and direction. 0: by the size "
                     "of the corpus."),
};

const char *task_name(enum task t)
{
    return t == TASK_TAG ? "tag" : "forecast";
}

bool task_from_name(enum task *out, const char *s)
{
    for (int t = TASK_FORECAST; t <= TASK_TAG; t++) {
        if (strcmp(s, task_name((enum task)t)) == 0) {
            *out = (enum task)t;
            return true;
        }
    }
    return false;
}

const struct param_spec *params_table(int *count)
{
    *count = COUNT;
    return table;
}

static bool applies(const struct param_spec *s, enum task t)
{
    return t == TASK_TAG ? s->tag : s->forecast;
}

const struct param_spec *params_find(enum task t, const char *name)
{
    if (strcmp(name, "loss") == 0)
        return &loss_of_task[t == TASK_TAG ? TASK_TAG : TASK_FORECAST];
    if (strcmp(name, "epochs") == 0)
        return &epochs_of_task[t == TASK_TAG ? TASK_TAG : TASK_FORECAST];
    if (strcmp(name, "hidden_size") == 0)
        return &hidden_size_of_task[t == TASK_TAG ? TASK_TAG : TASK_FORECAST];
    for (int i = 0; i < COUNT; i++) {
        if (strcmp(table[i].name, name) == 0)
            return applies(&table[i], t) ? &table[i] : NULL;
    }
    return NULL;
}

/* "an integer from 1 to 4096", "true or false", "one of \"sgd\", \"adam\"". */
static void describe(char out[256], const struct param_spec *s, bool fraction)
{
    char lo[TEXT_DOUBLE_MAX], hi[TEXT_DOUBLE_MAX];
    size_t n = 0;

    text_format_double(lo, s->min);
    text_format_double(hi, s->max);
    switch (s->type) {
    case PARAM_BOOL:
        snprintf(out, 256, "true or false");
        break;
    case PARAM_ENUM:
        out[0] = '\0';
        for (int i = 0; s->choices[i] && n < 200; i++)
            n +=
                (size_t)snprintf(out + n, 256 - n, "%s\"%s\"", i ? ", " : "one of ", s->choices[i]);
        break;
    case PARAM_NUMBER:
        snprintf(out, 256, "a number from %s to %s", lo, hi);
        break;
    case PARAM_INT:
    case PARAM_INT64:
        if (s->type == PARAM_INT64)
            snprintf(hi, sizeof(hi), "%.0f", s->max);
        snprintf(out, 256, "%s from %s to %s", fraction ? "a whole number" : "an integer", lo, hi);
        break;
    }
}

static enum status refuse(const struct param_spec *s, bool fraction, const char *value,
                          struct err *e)
{
    char must[256];

    describe(must, s, fraction);
    err_set(e, ST_INVALID, "%s is %.60s; it must be %s", s->name, value, must);
    err_at(e, "/params/%s", s->name);
    return ST_INVALID;
}

enum status params_set_number(struct params *p, const struct param_spec *s, double v, struct err *e)
{
    char *member = (char *)p + s->offset;
    char text[TEXT_DOUBLE_MAX];
    bool integer = s->type == PARAM_INT || s->type == PARAM_INT64;
    bool fraction = integer && isfinite(v) && v != floor(v);

    if ((!integer && s->type != PARAM_NUMBER) || !(v >= s->min && v <= s->max) || fraction) {
        text_format_double(text, v);
        return refuse(s, fraction, text, e);
    }
    if (s->type == PARAM_INT)
        *(int *)(void *)member = (int)v;
    else if (s->type == PARAM_INT64)
        *(int64_t *)(void *)member = (int64_t)v;
    else
        *(double *)(void *)member = v;
    return ST_OK;
}

enum status params_set_bool(struct params *p, const struct param_spec *s, bool v, struct err *e)
{
    if (s->type != PARAM_BOOL)
        return refuse(s, false, v ? "true" : "false", e);
    *(bool *)(void *)((char *)p + s->offset) = v;
    return ST_OK;
}

enum status params_set_text(struct params *p, const struct param_spec *s, const char *v,
                            struct err *e)
{
    char quoted[64];

    for (int i = 0; s->type == PARAM_ENUM && s->choices[i]; i++) {
        if (strcmp(s->choices[i], v) == 0) {
            *(int *)(void *)((char *)p + s->offset) = (int)s->min + i;
            return ST_OK;
        }
    }
    snprintf(quoted, sizeof(quoted), "\"%.50s\"", v);
    return refuse(s, false, quoted, e);
}

double params_number(const struct params *p, const struct param_spec *s)
{
    const void *member = (const char *)p + s->offset;

    switch (s->type) {
    case PARAM_BOOL:
        return *(const bool *)member ? 1 : 0;
    case PARAM_INT64:
        return (double)*(const int64_t *)member;
    case PARAM_NUMBER:
        return *(const double *)member;
    case PARAM_INT:
    case PARAM_ENUM:
        break;
    }
    return *(const int *)member;
}

const char *params_text(const struct params *p, const struct param_spec *s)
{
    int i = (int)params_number(p, s);

    if (s->type != PARAM_ENUM || i < s->min || i > s->max)
        return "";
    return s->choices[i - (int)s->min];
}

enum status params_store(struct checkpoint *c, enum task t, const struct params *p, struct err *e)
{
    enum status st = checkpoint_set(c, "recipe", p->recipe, e);

    for (int i = 0; !st && i < COUNT; i++) {
        const struct param_spec *s = &table[i];

        if (!applies(s, t))
            continue;
        if (s->type == PARAM_BOOL)
            st = checkpoint_set(c, s->name, params_number(p, s) != 0 ? "true" : "false", e);
        else if (s->type == PARAM_ENUM)
            st = checkpoint_set(c, s->name, params_text(p, s), e);
        else if (s->type == PARAM_INT64) /* all its digits, not 9.007e+15 */
            st = checkpoint_set_i64(c, s->name, (int64_t)params_number(p, s), e);
        else
            st = checkpoint_set_f64(c, s->name, params_number(p, s), e);
    }
    return st;
}

/* One value as params_store() writes it; Python's True and False are understood too. */
static enum status load_text(struct params *p, const struct param_spec *s, const char *v,
                             struct err *e)
{
    bool yes = strcmp(v, "true") == 0 || strcmp(v, "True") == 0;
    bool no = strcmp(v, "false") == 0 || strcmp(v, "False") == 0;
    char quoted[64];
    double number;

    if (s->type == PARAM_ENUM)
        return params_set_text(p, s, v, e);
    if (s->type == PARAM_BOOL && (yes || no))
        return params_set_bool(p, s, yes, e);
    if (s->type != PARAM_BOOL && text_parse_double(&number, v))
        return params_set_number(p, s, number, e);
    snprintf(quoted, sizeof(quoted), "\"%.50s\"", v);
    return refuse(s, false, quoted, e);
}

enum status params_load(struct params *out, const struct checkpoint *c, enum task t, struct err *e)
{
    struct params p = {0};
    enum status st = params_defaults(&p, t, checkpoint_get(c, "recipe"), e);

    for (int i = 0; !st && i < COUNT; i++) {
        const char *v = checkpoint_get(c, table[i].name);

        if (v && applies(&table[i], t))
            st = load_text(&p, params_find(t, table[i].name), v, e);
    }
    if (st && e) { /* what is wrong is the file, not a request: it has no place in one */
        err_wrap(e, "checkpoint: metadata");
        e->status = ST_CORRUPT;
        e->pointer[0] = '\0';
    }
    if (st)
        return ST_CORRUPT;
    *out = p;
    return ST_OK;
}
