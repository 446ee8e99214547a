/* params.h - the hyper-parameters of a training job: one table for validation, defaults and docs.
 *
 * The table params_table() is the single source: the HTTP API and checkpoints read and write
 * parameters by its rows, and tests compare the OpenAPI document with it. */
#ifndef LSTM_PARAMS_H
#define LSTM_PARAMS_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum task { TASK_FORECAST, TASK_TAG };
const char *task_name(enum task t); /* "forecast", "tag" */
bool task_from_name(enum task *out, const char *s);

enum target_kind { TARGET_NEXT, TARGET_SEQUENCE };
enum scaling_kind { SCALING_AUTO, SCALING_NONE, SCALING_MINMAX, SCALING_STANDARD, SCALING_LOG };
enum differencing_kind { DIFFERENCING_AUTO = -1, DIFFERENCING_NONE, DIFFERENCING_SEASONAL };
/* The lower limit of forecasts: zero where the history is never negative (auto), none, or zero. */
enum minimum_kind { MINIMUM_AUTO, MINIMUM_NONE, MINIMUM_ZERO };
/* The value that replaces a missing observation in a model; auto: as the panel states. */
enum imputation { IMPUTE_AUTO, IMPUTE_LINEAR, IMPUTE_SEASONAL, IMPUTE_PREVIOUS };
enum outliers_kind { OUTLIERS_KEEP, OUTLIERS_REPLACE };
enum column_kind { COLUMN_UPOS, COLUMN_XPOS, COLUMN_BOTH };
enum features_kind { FEATURES_WORD, FEATURES_AFFIXES, FEATURES_CAPITALS, FEATURES_CASES };
/* How a trained net computes: see net_work_quantize() in <lstm/net.h>. */
enum precision_kind { PRECISION_FLOAT32, PRECISION_INT8 };
enum schedule_kind { SCHEDULE_CONSTANT, SCHEDULE_COSINE, SCHEDULE_LINEAR };

enum { FUTURE_COVARIATES_SIZE = 1024 };

/* Every effective value of one job. Enumerations are ints so that one table can reach them. */
struct params {
    int hidden_size, num_layers; /* tag: hidden_size 0 = auto */
    bool bidirectional;
    double dropout;
    double input_dropout, output_dropout; /* tag */
    int embedding_dim;                    /* tag */
    int members;                          /* tag: nets whose scores are averaged; 0 = auto */
    int features;                         /* tag: enum features_kind */
    int column;                           /* tag: enum column_kind */
    int precision;                        /* tag: enum precision_kind, of the trained net */
    double unknown_rate; /* tag: chance that a word seen once is trained as the unknown word */
    int window;          /* forecast: steps of input; 0 = auto */
    int horizon;         /* forecast: steps put out at once; 0 = auto */
    int season_length;   /* forecast: steps; 0 = auto (from the frequency), 1 = none */
    int target;          /* forecast: enum target_kind */
    int scaling;         /* forecast: enum scaling_kind */
    /* forecast: enum differencing_kind: whether to model the change against the season before */
    int differencing;
    bool multivariate;     /* forecast: each value column of a series sees the past of the others */
    bool ensemble;         /* forecast: classical methods and the net together */
    int minimum;           /* forecast: enum minimum_kind */
    bool calendar_effects; /* forecast: of months: working days, Easter; of days: holidays */
    int fill;              /* forecast: enum imputation */
    int outliers;          /* forecast: enum outliers_kind */
    bool keep_history;     /* forecast: whether the model keeps the last values of its series */
    /* Held out for the evaluation: last steps of each series (-1 = auto), or sentences (tag) */
    int test_size;
    /* First windows (forecast) or sentences (tag) to train on; 0 = all that are not held out */
    int train_size;
    bool shuffle;
    int batch_size, epochs; /* tag: epochs 0 = auto */
    int loss;               /* enum loss_kind */
    int optimizer;          /* enum optim_kind */
    double learning_rate, momentum, weight_decay, gradient_clip;
    int schedule;           /* tag: enum schedule_kind */
    double warm_up;         /* tag: part of the steps */
    double label_smoothing; /* tag */
    bool context;       /* tag: a log-linear model of words and their neighbours, with the net */
    bool feats, lemmas; /* tag: whether to learn FEATS and lemmas, if the data have them */
    int patience;       /* epochs; 0 = never stop early */
    int64_t seed;
    int threads;
    char recipe[24]; /* "default", "tutorial-sine", ... */
    /* forecast: names of the covariates that are known in advance, joined by U+001F */
    char future_covariates[FUTURE_COVARIATES_SIZE];
};

enum param_type { PARAM_INT, PARAM_INT64, PARAM_NUMBER, PARAM_BOOL, PARAM_ENUM };

struct param_spec {
    const char *name;
    enum param_type type;
    size_t offset;              /* in struct params */
    double min, max;            /* range of a number, inclusive */
    const char *const *choices; /* of PARAM_ENUM: NULL-terminated; the value is min + the index */
    bool forecast, tag;         /* tasks that take it */
    bool shapes_net; /* decides the net's tensors or their meaning; a warm start must keep it */
    const char *unit, *help; /* for people */
};

/* One row for each name, in the order of the documentation. Static. */
const struct param_spec *params_table(int *count);
/* The row of a parameter for one task, with the choices of "loss" and the ranges of "epochs" and
 * "hidden_size" that the task has. NULL when the task does not take the parameter. Static. */
const struct param_spec *params_find(enum task t, const char *name);

/* The values of a recipe: NULL or "default", or a tutorial of this task. ST_INVALID at "/recipe"
 * lists the recipes of the task. */
enum status params_defaults(struct params *out, enum task t, const char *recipe, struct err *e);
/* The names of all recipes of a task, NULL-terminated; static. */
const char *const *params_recipes(enum task t);

/* Checked setters. ST_INVALID with err pointer "/params/NAME", also for a value of another type
 * than the parameter's. A number for an int must be whole. On error *p is unchanged. */
enum status params_set_number(struct params *p, const struct param_spec *s, double v,
                              struct err *e);
enum status params_set_bool(struct params *p, const struct param_spec *s, bool v, struct err *e);
enum status params_set_text(struct params *p, const struct param_spec *s, const char *v,
                            struct err *e);                               /* PARAM_ENUM */
double params_number(const struct params *p, const struct param_spec *s); /* PARAM_BOOL: 0 or 1 */
const char *params_text(const struct params *p, const struct param_spec *s); /* PARAM_ENUM's name */

/* Whether the covariate is in p's list of those that are known in advance. */
bool params_known_in_advance(const struct params *p, const char *covariate);
/* Adds a name to that list. ST_TOO_LARGE when the list would not fit future_covariates. */
enum status params_add_known_in_advance(struct params *p, const char *covariate, struct err *e);

/* Checks that every parameter that shapes the net has the same value in `have`, the model that a
 * training starts from, and in `want`, the one to be made; both are resolved. ST_INVALID names the
 * first that differs, at "/warm_start_from". */
enum status params_check_net(const struct params *have, const struct params *want, enum task t,
                             struct err *e);

struct checkpoint;
/* All parameters of the task, "recipe" included, as metadata strings under their names, and back,
 * checked. A missing parameter gets the value of the recipe, and a missing recipe is "default". So
 * a file made elsewhere needs only the values that differ. params_load: ST_CORRUPT, *out
 * untouched. */
enum status params_store(struct checkpoint *c, enum task t, const struct params *p, struct err *e);
enum status params_load(struct params *out, const struct checkpoint *c, enum task t, struct err *e);

#endif
