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
static const char *const features[] = {"word", "affixes", "capitals", NULL};
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
        "Size of the hidden state of each LSTM layer, and direction. 0, for tags alone: by the "
        "size of the corpus."),
    INT(num_layers, 1, 16, BOTH | NET, "layers", "LSTM layers, one on top of the other."),
    BOOL(bidirectional, BOTH | NET,
         "Read the input in both directions; each direction has its own weights."),
    NUMBER(
        dropout, 0, 0.95, BOTH, "probability",
        "Chance that an output between two LSTM layers is zeroed while training; needs 2 layers."),
    NUMBER(input_dropout, 0, 0.95, TAG, "probability",
           "Chance that a value of a word's vector is zeroed while training."),
    NUMBER(output_dropout, 0, 0.95, TAG, "probability",
           "Chance that an output of the last LSTM layer is zeroed while training."),
    INT(embedding_dim, 1, 4096, TAG | NET, "values", "Length of the vector of a word."),
    INT(members, 0, 16, TAG | NET, "nets",
        "Nets of hidden_size, trained one after the other, whose scores are averaged. 0: several "
        "for a small corpus, one for a large one."),
    CHOICE(
        features, FEATURES_WORD, features, TAG | NET,
        "What a word's vector is made of: the word alone, or also its beginnings, endings and "
        "shape (affixes), by which words that were never seen can be told, and which of them has a "
        "capital letter though it stands inside a sentence (capitals)."),
    CHOICE(column, COLUMN_UPOS, columns, TAG,
           "The tags to learn: universal (upos), language-specific (xpos), or both at once; both "
           "is the one that there is when the data have only one."),
    NUMBER(unknown_rate, 0, 1, TAG, "probability",
           "Chance that a word that occurs once is trained as the unknown word, so that the model "
           "knows what to do with new ones; more frequent words less often. 0: never."),
    INT(window, 0, 10000, FORECAST | NET, "steps",
        "Observations that the model sees. 0: chosen from the season and the length."),
    INT(horizon, 0, 1000, FORECAST | NET, "steps",
        "Steps that the model puts out at once. 0: one season, of hours two days, or what the "
        "length "
        "allows."),
    INT(season_length, 0, 10000, FORECAST, "steps",
        "Length of the season. 0: from the frequency of the data; 1: none."),
    CHOICE(
        target, TARGET_NEXT, targets, FORECAST | NET,
        "Learn from the steps after the window (next) or from the window moved by one (sequence)."),
    CHOICE(
        scaling, SCALING_AUTO, scalings, FORECAST,
        "How values are scaled: minmax to [-1, 1], standard to mean 0 and deviation 1, log of "
        "positive values and then standard. An ensemble keeps auto: each series by itself, as it "
        "is or in logarithms."),
    CHOICE(
        differencing, DIFFERENCING_AUTO, differencings, FORECAST | NET,
        "Model the change against the season before (seasonal) or the values themselves (none)."),
    BOOL(multivariate, FORECAST,
         "Where series have several value columns: each sees the past of the others, as covariates "
         "that are not known in advance. false: each column is forecast from itself."),
    BOOL(
        ensemble, FORECAST | NET,
        "Combine the net with exponential smoothing, ARIMA and others, weighted by a backtest; the "
        "net then learns what these leave. false: the net alone."),
    BOOL(
        calendar_effects, FORECAST,
        "Months and days with dates: take off what working days, leap days and Easter clearly do "
        "to months, and what the course of the year and holidays, found in the data, do to days, "
        "before a series is modelled, and put it back on the forecasts. false: months and days are "
        "all alike."),
    CHOICE(
        minimum, MINIMUM_AUTO, minimums, FORECAST,
        "What no forecast or bound falls below: zero where the history never does (auto), nothing "
        "(none), or zero."),
    CHOICE(fill, IMPUTE_AUTO, fills, FORECAST,
           "What the model sees in place of a missing observation: as the data set says (auto), a "
           "line between the neighbours, level and season (of season_length), or the previous "
           "observation. Nothing is scored against it, and nothing in the held-out end is looked "
           "at for it."),
    CHOICE(
        outliers, OUTLIERS_KEEP, outliers, FORECAST,
        "Whether an ensemble looks at single values far from their neighbours, and in a seasonal "
        "series at what lies before a shift of the level, as they are (keep), or as the rest would "
        "have them (replace). They are judged by, kept or not."),
    INT(test_size, -1, SIZE_MOST, BOTH, "steps or sentences",
        "Held out for the evaluation: the last steps of each series, or the last sentences. -1: "
        "chosen from the length; 0: nothing."),
    INT(train_size, 0, SIZE_MOST, BOTH, "windows or sentences",
        "Train on the first so many windows or sentences only. 0: on all that are not held out."),
    BOOL(shuffle, BOTH, "A new random order in every epoch; false: the order of the data."),
    INT(batch_size, 1, 65536, BOTH, "samples", "Windows or sentences in a step."),
    INT(epochs, 0, 100000, BOTH, "epochs",
        "Passes over the training data, at most. 0, for tags alone: more for a small corpus than "
        "for a large one."),
    CHOICE(loss, LOSS_MSE, losses, BOTH,
           "What is minimised: mse, huber or mae for forecasts, nll for tags."),
    CHOICE(optimizer, OPTIM_SGD, optimizers, BOTH, "As PyTorch defines them."),
    NUMBER(learning_rate, 1e-12, 100, BOTH, "", "Step size of the optimizer."),
    NUMBER(momentum, 0, 0.9999, BOTH, "", "Momentum of sgd; the others do not use it."),
    NUMBER(weight_decay, 0, 10, BOTH, "",
           "L2 penalty (sgd, adam) or decoupled decay (adamw) of the weights."),
    NUMBER(gradient_clip, 0, 1e6, BOTH, "",
           "Largest global norm of the gradient; larger ones are scaled down. 0: no limit."),
    CHOICE(schedule, SCHEDULE_CONSTANT, schedules, TAG,
           "How the learning rate goes down to 0 over all epochs, or that it does not."),
    NUMBER(warm_up, 0, 0.9, TAG, "part of the steps",
           "In which the learning rate rises from 0 at the start."),
    NUMBER(label_smoothing, 0, 0.5, TAG, "probability",
           "Part of every target that is spread over all tags while training."),
    BOOL(
        context, TAG,
        "A log-linear model of words and their neighbours learns the tags, too, and its scores are "
        "added to the net's: more right, most of all with few sentences."),
    INT(patience, 0, 100000, BOTH, "epochs",
        "Stop after so many epochs without a better validation loss. 0: never stop early."),
    INT64(seed, 0, SEED_MAX, BOTH, "",
          "Start of all random numbers; the same seed and data give the same weights."),
    INT(threads, 0, 256, BOTH, "threads",
        "Threads to train with; the weights do not depend on it. 0: one a core."),
};
enum { COUNT = sizeof(table) / sizeof(table[0]) };

/* Rows that replace those of the table for one task, where the tasks differ. Forecasts have no
 * classes, tags have one loss, and a forecaster does not choose its epochs or its size. */
static const struct param_spec of_one_task[] = {
    CHOICE(loss, LOSS_MSE, forecast_losses, FORECAST,
           "What is minimised: mse, huber (delta 1) or mae."),
    CHOICE(loss, LOSS_NLL, tag_losses, TAG,
           "What is minimised: the negative log-likelihood of the tags."),
    INT(epochs, 1, 100000, FORECAST, "epochs", "Passes over the training data, at most."),
    INT(epochs, 0, 100000, TAG, "epochs",
        "Passes over the training data, at most. 0: more for a small corpus than for a large "
        "one."),
    INT(hidden_size, 1, 4096, FORECAST | NET, "units",
        "Size of the hidden state of each LSTM layer, and direction."),
    INT(hidden_size, 0, 4096, TAG | NET, "units",
        "Size of the hidden state of each LSTM layer, and direction. 0: by the size of the "
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
