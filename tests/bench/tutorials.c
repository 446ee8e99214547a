/* tutorials.c - see tutorials.h. */
#include "tests/bench/tutorials.h"

#include <lstm/forecaster.h>
#include <lstm/tagger.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 1000, FIRST_MONTH = (1949 - 1970) * 12 };

/* Reads the last column of a file of config/examples, without the header. */
static enum status read_values(double *values, int *n, const char *path, struct err *e)
{
    FILE *f = fopen(path, "r");
    char line[128];

    *n = 0;
    while (f && *n < VALUES_MAX && fgets(line, sizeof(line), f)) {
        const char *comma = strrchr(line, ','), *field = comma ? comma + 1 : line;
        char *end;
        double v = strtod(field, &end);

        if (end != field)
            values[(*n)++] = v;
    }
    if (f)
        fclose(f);
    return *n ? ST_OK : err_set(e, ST_IO, "%s is not there, or has no numbers", path);
}

static enum status fit(struct forecaster **out, const struct series_view *s, int season,
                       const char *recipe, int window, int64_t seed, struct err *e)
{
    const struct panel panel = {.series = s, .count = 1, .season_length = season};
    struct params p;
    enum status st =
        params_defaults(&p, TASK_FORECAST, strcmp(recipe, "default") ? recipe : NULL, e);

    if (st)
        return st;
    p.seed = seed;
    if (window)
        p.window = window;
    return forecaster_fit(out, &panel, &p, NULL, e);
}

enum status tutorials_sine(double *loss, int window, int64_t seed, struct err *e)
{
    double values[VALUES_MAX];
    struct series_view s = {.id = "sine", .values = values};
    struct forecaster *f = NULL;
    enum status st = read_values(values, &s.length, "config/examples/sine.csv", e);

    if (!st)
        st = fit(&f, &s, 1, "tutorial-sine", window, seed, e);
    if (!st)
        *loss = forecaster_evaluation(f)->last_batch_loss;
    forecaster_free(f);
    return st;
}

enum status tutorials_flights(double *mape, double *seasonal_naive, const char *recipe,
                              int64_t seed, struct err *e)
{
    double values[VALUES_MAX];
    struct series_view s = {.id = "passengers",
                            .values = values,
                            .calendar = {.unit = CALENDAR_MONTHS, .first = FIRST_MONTH}};
    struct forecaster *f = NULL;
    enum status st = read_values(values, &s.length, "config/examples/airpassengers.csv", e);

    if (!st)
        st = fit(&f, &s, 12, recipe, 0, seed, e);
    if (!st) {
        *mape = forecaster_evaluation(f)->model.mape;
        *seasonal_naive = forecaster_evaluation(f)->baseline.mape;
    }
    forecaster_free(f);
    return st;
}

enum status tutorials_tags(char tags[TUTORIALS_TAGS_MAX], int64_t seed, struct err *e)
{
    static const char *const w1[] = {"The", "dog", "ate", "the", "apple"};
    static const char *const t1[] = {"DET", "NN", "V", "DET", "NN"};
    static const char *const w2[] = {"Everybody", "read", "that", "book"};
    static const char *const t2[] = {"NN", "V", "DET", "NN"};
    static const struct sentence_view sentences[] = {{.tokens = w1, .tags = {t1}, .length = 5},
                                                     {.tokens = w2, .tags = {t2}, .length = 4}};
    struct tag_output out[TAG_COLUMNS] = {0};
    float score[5];
    int best[5];
    struct tagger *t = NULL;
    struct params p;
    enum status st = params_defaults(&p, TASK_TAG, "tutorial-tagger", e);

    tags[0] = '\0';
    p.seed = seed;
    if (!st)
        st = tagger_fit(&t, &(struct corpus){sentences, 2}, &p, NULL, e);
    out[TAG_UPOS].best = best;
    out[TAG_UPOS].score = score;
    if (!st)
        st = tagger_predict(out, t, sentences, 1, e);
    for (int i = 0; !st && i < 5; i++)
        snprintf(tags + strlen(tags), TUTORIALS_TAGS_MAX - strlen(tags), "%s%s", i ? " " : "",
                 tagger_tag(t, TAG_UPOS, best[i]));
    tagger_free(t);
    return st;
}
