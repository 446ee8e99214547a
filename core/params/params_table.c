/* params_table.c - the table of hyper-parameters: names, types, ranges, tasks, and whether they
 * shape a net.
 *
 * Setters, metadata, the HTTP API and the documents use these rows. See <lstm/params.h>. */
#include <lstm/loss.h>

#include <lstm/optim.h>
#include <lstm/params.h>

#include <string.h>

static const char *const targets[] = {"next", "sequence", NULL};
static const char *const scalings[] = {"auto", "none", "minmax", "standard", "log", NULL};
static const char *const minimums[] = {"auto", "none", "zero", NULL};
static const char *const fills[] = {"auto", "linear", "seasonal", "previous", NULL};
static const char *const outliers[] = {"keep", "replace", NULL};
static const char *const differencings[] = {"auto", "none", "seasonal", NULL};
static const char *const columns[] = {"upos", "xpos", "both", NULL};
static const char *const features[] = {"word", "affixes", "capitals", "cases", NULL};
static const char *const precisions[] = {"float32", "int8", NULL};
static const char *const schedules[] = {"constant", "cosine", "linear", NULL};
static const char *const losses[] = {"mse", "huber", "mae", "nll", NULL};
static const char *const forecast_losses[] = {"mse", "huber", "mae", NULL};
static const char *const tag_losses[] = {"nll", NULL};
static const char *const optimizers[] = {"sgd", "adam", "adamw", NULL};

/* The largest integer that a JSON number holds exactly: 2^53 - 1. */
#define SEED_MAX  9007199254740991.0
#define SIZE_MOST 100000000.0

/* Columns of a row: the tasks that take the parameter, and whether it shapes the net. */
enum { FORECAST = 1, TAG = 2, BOTH = FORECAST | TAG, NET = 4 };

/* clang-format off */
#define AT(member) offsetof(struct params, member)
#define COLUMNS(k, unit, help) \
    ((k) & FORECAST) != 0, ((k) & TAG) != 0, ((k) & NET) != 0, unit, help
#define INT(name, lo, hi, k, unit, help) \
    { #name, PARAM_INT, AT(name), lo, hi, NULL, COLUMNS(k, unit, help) }
#define INT64(name, lo, hi, k, unit, help) \
    { #name, PARAM_INT64, AT(name), lo, hi, NULL, COLUMNS(k, unit, help) }
#define NUMBER(name, lo, hi, k, unit, help) \
    { #name, PARAM_NUMBER, AT(name), lo, hi, NULL, COLUMNS(k, unit, help) }
#define BOOL(name, k, help) \
    { #name, PARAM_BOOL, AT(name), 0, 1, NULL, COLUMNS(k, "", help) }
/* The value of the last of the names, which end with NULL. */
#define LAST(first, names) ((int)(first) + (int)(sizeof(names) / sizeof(*(names))) - 2)
#define CHOICE(name, first, names, k, help) \
    { #name, PARAM_ENUM, AT(name), first, LAST(first, names), names, COLUMNS(k, "", help) }
/* clang-format on */

static const struct param_spec table[] = {
    INT(hidden_size, 0, 4096, BOTH | NET, "units",
        "Size of the hidden state of each LSTM layer and direction. 0 (tags only): chosen by the "
        "size of the corpus."),
    INT(num_layers, 1, 16, BOTH | NET, "layers", "LSTM layers, one on top of the other."),
    BOOL(bidirectional, BOTH | NET,
         "Read the input in both directions; each direction has its own weights."),
    NUMBER(dropout, 0, 0.95, BOTH, "probability",
           "Probability that an output between two LSTM layers is zeroed in training. Needs 2 "
           "layers."),
    NUMBER(input_dropout, 0, 0.95, TAG, "probability",
           "Probability that a value of a word's vector is zeroed in training."),
    NUMBER(output_dropout, 0, 0.95, TAG, "probability",
           "Probability that an output of the last LSTM layer is zeroed in training."),
    INT(embedding_dim, 1, 4096, TAG | NET, "values", "Length of the vector of a word."),
    INT(members, 0, 16, TAG | NET, "nets",
        "Number of nets, trained one after the other, whose scores are averaged. 0: several for "
        "a small corpus, one for a large one."),
    CHOICE(
        features, FEATURES_WORD, features, TAG | NET,
        "The features whose vectors add up to that of a word. word: the word alone. affixes: also "
        "its prefixes, suffixes and shape, so that unknown words can be tagged. capitals: also "
        "whether it has a capital letter inside a sentence. cases: the same, and sentences in "
        "Title "
        "Case, in capitals or in small letters are read by what their words are in other cases."),
    CHOICE(column, COLUMN_UPOS, columns, TAG,
           "The tags to learn: universal (upos), language-specific (xpos), or both at once. both "
           "learns one column if the data have only one."),
    CHOICE(
        precision, PRECISION_FLOAT32, precisions, TAG,
        "The numbers in which the trained net computes. int8: weights and states of 8 bits, which "
        "is faster on CPUs with AVX-512 VNNI. Training is in float32."),
    NUMBER(unknown_rate, 0, 1, TAG, "probability",
           "Probability that a word that occurs once is trained as the unknown word, so that the "
           "model can tag new words. It is lower for more frequent words. 0: never."),
    INT(window, 0, 10000, FORECAST | NET, "steps",
        "Past observations that the model reads. 0: chosen by the season and the length."),
    INT(horizon, 0, 1440, FORECAST | NET, "steps",
        "Steps that the model forecasts at once. 0: one season, for hourly data two days, or "
        "fewer if the series are short."),
    INT(season_length, 0, 10000, FORECAST, "steps",
        "Length of the season. 0: from the frequency of the data; 1: none."),
    CHOICE(target, TARGET_NEXT, targets, FORECAST | NET,
           "Train on the steps after the window (next) or on the window moved by one (sequence)."),
    CHOICE(
        scaling, SCALING_AUTO, scalings, FORECAST,
        "How values are scaled. minmax: to [-1, 1]. standard: to mean 0 and standard deviation 1. "
        "log: the logarithm, then standard; positive values only. auto: chosen by the data; an "
        "ensemble chooses for each series between the values and their logarithms."),
    CHOICE(
        differencing, DIFFERENCING_AUTO, differencings, FORECAST | NET,
        "Model the change against the previous season (seasonal) or the values themselves (none)."),
    BOOL(
        multivariate, FORECAST,
        "For series with several value columns. true: each column reads the past of the others, as "
        "covariates that are not known in advance. false: each column is forecast from itself."),
    BOOL(
        ensemble, FORECAST | NET,
        "true: combine exponential smoothing, ARIMA and other methods, weighted by a backtest; the "
        "net learns the residuals of their mean. false: the net alone."),
    BOOL(calendar_effects, FORECAST,
         "For monthly and daily data with dates. true: the effects of working days, leap days and "
         "Easter on months, and those of the time of the year and of holidays on days, are "
         "estimated, removed before a series is modelled, and restored on the forecasts. false: no "
         "calendar effects."),
    CHOICE(
        minimum, MINIMUM_AUTO, minimums, FORECAST,
        "Lower limit of all forecasts and bounds. auto: zero if no observation is negative. none: "
        "no limit. zero: zero."),
    CHOICE(fill, IMPUTE_AUTO, fills, FORECAST,
           "What the model reads in place of a missing observation: the choice of the data set "
           "(auto), a line between the neighbours, level and season (of season_length), or the "
           "previous observation. No error is measured against such a value, and it never depends "
           "on the held-out end."),
    CHOICE(
        outliers, OUTLIERS_KEEP, outliers, FORECAST,
        "What an ensemble does with single values far from their neighbours, and in a seasonal "
        "series with the values before a shift of the level. keep: nothing. replace: moves them to "
        "where the other values indicate. Forecasts are scored against them in either case."),
    BOOL(
        keep_history, FORECAST,
        "true: the model keeps the last observations of each series, and forecasts from there "
        "without the data set. false: the model and its file hold no observations; forecasts go on "
        "from the data set, or from histories in the request."),
    INT(test_size, -1, SIZE_MOST, BOTH, "steps or sentences",
        "Held out for the evaluation: the last steps of each series, or the last sentences. -1: "
        "chosen by the length. 0: none."),
    INT(train_size, 0, SIZE_MOST, BOTH, "windows or sentences",
        "Windows or sentences to train on: the first ones. 0: all that are not held out."),
    BOOL(shuffle, BOTH, "A new random order in every epoch; false: the order of the data."),
    INT(batch_size, 1, 65536, BOTH, "samples", "Windows or sentences in a step."),
    INT(epochs, 0, 100000, BOTH, "epochs",
        "Most passes over the training data. 0 (tags only): more for a small corpus than for a "
        "large one."),
    CHOICE(loss, LOSS_MSE, losses, BOTH,
           "The loss that is minimised: mse, huber or mae for forecasts, nll for tags."),
    CHOICE(optimizer, OPTIM_SGD, optimizers, BOTH, "The optimizer, as PyTorch defines it."),
    NUMBER(learning_rate, 1e-12, 100, BOTH, "", "Step size of the optimizer."),
    NUMBER(momentum, 0, 0.9999, BOTH, "", "Momentum of sgd; the others do not use it."),
    NUMBER(weight_decay, 0, 10, BOTH, "",
           "L2 penalty (sgd, adam) or decoupled decay (adamw) of the weights."),
    NUMBER(gradient_clip, 0, 1e6, BOTH, "",
           "Largest global norm of the gradient. A larger gradient is scaled down. 0: no limit."),
    CHOICE(
        schedule, SCHEDULE_CONSTANT, schedules, TAG,
        "How the learning rate changes over all epochs: constant, or falling to 0 along a cosine "
        "or a line."),
    NUMBER(warm_up, 0, 0.9, TAG, "part of the steps",
           "Part of the steps at the start in which the learning rate rises from 0."),
    NUMBER(label_smoothing, 0, 0.5, TAG, "probability",
           "Part of every target that is spread over all tags in training."),
    BOOL(context, TAG,
         "A log-linear model of words and their neighbours learns the tags too, and its scores are "
         "added to the net's. The tags are more accurate, most of all with few sentences."),
    BOOL(feats, TAG,
         "Learn the morphological features (FEATS) of words too, if the data have them."),
    BOOL(lemmas, TAG, "Learn the lemmas of words too, if the data have them."),
    INT(patience, 0, 100000, BOTH, "epochs",
        "Epochs without a better validation result after which training stops. 0: never stop "
        "early."),
    INT64(seed, 0, SEED_MAX, BOTH, "",
          "Seed of all random numbers. The same seed and data give the same weights."),
    INT(threads, 0, 256, BOTH, "threads",
        "Threads to train with; the weights do not depend on it. 0: one for each core."),
};
enum { COUNT = sizeof(table) / sizeof(table[0]) };

/* Rows that replace those of the table for one task, where the tasks differ. Forecasts have no
 * classes, tags have one loss, and a forecaster does not choose its epochs or its size. */
static const struct param_spec of_one_task[] = {
    CHOICE(loss, LOSS_MSE, forecast_losses, FORECAST,
           "The loss that is minimised: mse, huber (delta 1) or mae."),
    CHOICE(loss, LOSS_NLL, tag_losses, TAG,
           "The loss that is minimised: the negative log-likelihood of the tags."),
    INT(epochs, 1, 100000, FORECAST, "epochs", "Most passes over the training data."),
    INT(epochs, 0, 100000, TAG, "epochs",
        "Most passes over the training data. 0: more for a small corpus than for a large "
        "one."),
    INT(hidden_size, 1, 4096, FORECAST | NET, "units",
        "Size of the hidden state of each LSTM layer and direction."),
    INT(hidden_size, 0, 4096, TAG | NET, "units",
        "Size of the hidden state of each LSTM layer and direction. 0: chosen by the size of the "
        "corpus."),
};
enum { COUNT_OF_ONE_TASK = sizeof(of_one_task) / sizeof(of_one_task[0]) };

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

static const struct param_spec *find_row(const struct param_spec *rows, int n, enum task t,
                                         const char *name)
{
    for (int i = 0; i < n; i++) {
        if (applies(&rows[i], t) && strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

const struct param_spec *params_find(enum task t, const char *name)
{
    const struct param_spec *s = find_row(of_one_task, COUNT_OF_ONE_TASK, t, name);

    return s ? s : find_row(table, COUNT, t, name);
}
