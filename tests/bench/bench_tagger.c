/* bench_tagger.c - accuracy, size and speed of the default tag recipe on Universal Dependencies.
 *
 * usage: bench_tagger [FOLDER [SEEDS [NAME=VALUE ...]]]
 *   FOLDER      with {en_ewt,vi_vtb}-ud-{train,dev,test}.conllu.gz and
 *               zh_gsdsimp-ud-{dev,test}.conllu.gz;
 *               default ../shared/data/tagging
 *   SEEDS       fits per treebank, seeds 0, 1, ...; default 3
 *   NAME=VALUE  hyper-parameters, e.g. hidden_size=96; or only=en_ewt: this treebank alone
 * Protocol: gold tokens; trained on train, the weights chosen on dev, scored on test. Of the
 * Chinese treebank, dev is the training part and its last tenth chooses the weights. Figures are
 * medians over the seeds, in percent: UPOS, XPOS, all features of a word (UFeats), lemmas; UPOS and
 * XPOS on words that are not in the vocabulary; sentences without an error (UPOS); then the model
 * file with its tokenizer in MB, seconds of a fit (of the tagger), tokens a second while training,
 * and while tagging the test part. Then from raw text, as in the CoNLL 2018 shared task, F1 in
 * percent: tokens, sentences (the text having a blank line between paragraphs; joined: a space),
 * and words with the right UPOS and XPOS. All on one thread. */
#include "tests/bench/treebank.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS_MAX = 32, NUM_FIGURES = 16, RAW = 11 };

struct treebank {
    const char *name;
    const char *train, *valid, *test; /* valid NULL: the last tenth of train */
};
static const struct treebank treebanks[] = {
    {"en_ewt", "train", "dev", "test"},
    {"vi_vtb", "train", "dev", "test"},
    {"zh_gsdsimp", "dev", NULL, "test"},
};
static const char *const figures[NUM_FIGURES] = {
    "UPOS",  "XPOS",        "UFeats",    "Lemmas",    "unk U",    "unk X",  "sent U",   "MB",
    "fit s", "train tok/s", "tag tok/s", "raw token", "raw sent", "joined", "raw UPOS", "raw XPOS"};

struct part {
    struct tagged_set set;
    int64_t tokens;
};

struct options {
    const char *folder, *only;
    int seeds, count;
    char **pairs;
};

static bool load(struct part *out, const struct options *o, const char *treebank, const char *part)
{
    bool ok = treebank_load(&out->set, o->folder, treebank, part);

    for (int i = 0; i < out->set.count; i++)
        out->tokens += out->set.items[i].length;
    return ok;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum status configure(struct params *p, const struct options *o, struct err *e)
{
    enum status st = params_defaults(p, TASK_TAG, NULL, e);

    for (int i = 0; !st && i < o->count; i++) {
        char name[64], *value;
        const struct param_spec *spec;

        snprintf(name, sizeof(name), "%s", o->pairs[i]);
        value = strchr(name, '=');
        if (value)
            *value++ = '\0';
        spec = value ? params_find(TASK_TAG, name) : NULL;
        if (!spec)
            return err_set(e, ST_INVALID, "%s is no NAME=VALUE of a parameter", o->pairs[i]);
        st = spec->type == PARAM_ENUM   ? params_set_text(p, spec, value, e)
             : spec->type == PARAM_BOOL ? params_set_bool(p, spec, strcmp(value, "true") == 0, e)
                                        : params_set_number(p, spec, strtod(value, NULL), e);
    }
    return st;
}

struct progress {
    double start, trained;
    int64_t samples;
    bool tell;
};

static bool watch(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct progress *w = ctx;

    (void)s;
    if (p->epoch_end) {
        w->trained = seconds();
        if (w->tell)
            fprintf(stderr, "epoch %d: loss %.4f validation %.4f, %.1f s\n", p->epoch, p->loss,
                    p->validation_loss, w->trained - w->start);
    }
    w->samples = p->samples;
    return true;
}

/* Tags the whole part a few times, with features and lemmas if the tagger has them; returns tokens
 * a second of the fastest time. */
static double tagging_speed(const struct tagger *t, const struct sentence_view *v,
                            const struct part *test, struct err *e)
{
    int *best = calloc((size_t)test->tokens, sizeof(*best));
    int *other = calloc((size_t)test->tokens, sizeof(*other));
    struct tag_output out[TAG_COLUMNS] = {{.best = best}, {.best = other}};
    double fastest = INFINITY;
    enum status st = best && other ? ST_OK : err_nomem(e, 0);

    for (int i = 0; !st && i < 5; i++) {
        double start = seconds();
        struct word_analysis a = {0};

        st = tagger_predict(out, t, v, test->set.count, e);
        if (!st)
            st = tagger_analyse(&a, t, v, test->set.count, out, e);
        word_analysis_release(&a);
        fastest = fmin(fastest, seconds() - start);
    }
    free(best);
    free(other);
    return st ? (double)NAN : (double)test->tokens / fastest;
}

static enum status measure(double *figure, const struct tagger *t, const struct sentence_view *v,
                           const struct part *test, struct err *e)
{
    struct tagger_evaluation ev;
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = tagger_evaluate(&ev, t, &(struct corpus){v, test->set.count}, NULL, e);

    if (st)
        return st;
    figure[0] = 100 * ev.column[TAG_UPOS].accuracy;
    figure[1] = 100 * ev.column[TAG_XPOS].accuracy;
    figure[2] = 100 * ev.feats.accuracy;
    figure[3] = 100 * ev.lemmas.accuracy;
    figure[4] = 100 * ev.column[TAG_UPOS].unknown_accuracy;
    figure[5] = 100 * ev.column[TAG_XPOS].unknown_accuracy;
    figure[6] =
        100 * (double)ev.column[TAG_UPOS].sentences_correct / (double)ev.column[TAG_UPOS].sentences;
    tagger_evaluation_release(&ev);
    st = tagger_save(t, NULL, &bytes, &len, e);
    free(bytes);
    figure[7] = (double)len / 1e6;
    figure[10] = tagging_speed(t, v, test, e);
    return st;
}

/* Trains a tokenizer on the training part of the tagger; measures its size, and the tokenizer and
 * tagger together on raw text. */
static enum status measure_raw(double *figure, const struct tagger *t, const struct part *train,
                               const struct part *test, int seed, struct err *e)
{
    struct raw_text learn = {0}, text = {0}, joined = {0};
    struct tokenizer_params p;
    struct tokenizer *k = NULL;
    struct checkpoint *c = NULL;
    struct raw_scores s = {0}, flat = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;
    bool fine = raw_text_init(&learn, &train->set, false) &&
                raw_text_init(&text, &test->set, false) && raw_text_init(&joined, &test->set, true);
    enum status st = fine ? ST_OK : err_nomem(e, 0);

    tokenizer_defaults(&p);
    p.seed = seed;
    if (!st)
        st = tokenizer_fit(&k, learn.documents.items, learn.documents.count, &p, NULL, NULL, e);
    if (!st)
        st = checkpoint_new(&c, e);
    if (!st)
        st = tokenizer_save(k, c, e);
    if (!st)
        st = checkpoint_write(&bytes, &len, c, e);
    if (!st)
        st = raw_text_score(&s, &text, k, t, e);
    if (!st)
        st = raw_text_score(&flat, &joined, k, t, e);
    figure[7] += (double)len / 1e6;
    memcpy(figure + RAW,
           (double[]){s.tokens, s.sentences, flat.sentences, s.tags[TAG_UPOS], s.tags[TAG_XPOS]},
           5 * sizeof(*figure));
    free(bytes);
    checkpoint_free(c);
    tokenizer_free(k);
    raw_text_release(&learn);
    raw_text_release(&text);
    raw_text_release(&joined);
    return st;
}

static enum status run(double *figure, const struct options *o, const struct treebank *b,
                       const struct part *part, int seed, struct err *e)
{
    int fit_count = part[0].set.count + part[1].set.count;
    struct sentence_view *v = calloc((size_t)(fit_count + part[2].set.count), sizeof(*v));
    struct progress w = {.start = seconds(), .tell = getenv("BENCH_EPOCHS") != NULL};
    struct fit_hooks hooks = {.ctx = &w, .progress = watch};
    struct tagger *t = NULL;
    struct params p;
    enum status st = v ? configure(&p, o, e) : err_nomem(e, 0);

    if (st) {
        free(v);
        return st;
    }
    treebank_views(treebank_views(treebank_views(v, &part[0].set), &part[1].set), &part[2].set);
    p.seed = seed;
    p.test_size = b->valid ? part[1].set.count : -1;
    st = tagger_fit(&t, &(struct corpus){v, fit_count}, &p, &hooks, e);
    figure[8] = seconds() - w.start;
    if (!st) {
        int trained = fit_count - tagger_params(t)->test_size;
        double epochs = (double)w.samples / trained;

        figure[9] =
            epochs * (double)part[0].tokens * trained / part[0].set.count / (w.trained - w.start);
        st = measure(figure, t, v + fit_count, &part[2], e);
    }
    if (!st)
        st = measure_raw(figure, t, &part[0], &part[2], seed, e);
    tagger_free(t);
    free(v);
    return st;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print_row(const char *name, double v[NUM_FIGURES][SEEDS_MAX], int n)
{
    printf("%-11s", name);
    for (int k = 0; k < NUM_FIGURES; k++) {
        qsort(v[k], (size_t)n, sizeof(double), compare);
        printf(" %11.*f", k < 9 || k >= RAW ? 2 : 0,
               n % 2 ? v[k][n / 2] : (v[k][n / 2 - 1] + v[k][n / 2]) / 2);
    }
    printf("\n");
    fflush(stdout);
}

static void bench(const struct options *o, const struct treebank *b)
{
    struct part part[3] = {0};
    double v[NUM_FIGURES][SEEDS_MAX];
    struct err e = {0};
    enum status st = ST_OK;

    if (!load(&part[0], o, b->name, b->train) || !load(&part[2], o, b->name, b->test) ||
        (b->valid && !load(&part[1], o, b->name, b->valid))) {
        printf("%-11s not in %s\n", b->name, o->folder);
        o = NULL;
    }
    for (int seed = 0; o && !st && seed < o->seeds; seed++) {
        double figure[NUM_FIGURES] = {0};

        st = run(figure, o, b, part, seed, &e);
        for (int k = 0; k < NUM_FIGURES; k++)
            v[k][seed] = figure[k];
        if (!st && getenv("BENCH_EPOCHS"))
            fprintf(stderr, "%s seed %d: UPOS %.2f XPOS %.2f\n", b->name, seed, figure[0],
                    figure[1]);
    }
    if (o && !st)
        print_row(b->name, v, o->seeds);
    if (st)
        printf("%-11s %s\n", b->name, e.message);
    for (int i = 0; i < 3; i++)
        tagged_set_release(&part[i].set);
}

int main(int argc, char **argv)
{
    struct options o = {.folder = argc > 1 ? argv[1] : "../shared/data/tagging",
                        .seeds = argc > 2 ? atoi(argv[2]) : 3};

    if (argc > 3 && strncmp(argv[3], "only=", 5) == 0)
        o.only = argv[3] + 5;
    o.count = argc > 3 ? argc - 3 - (o.only != NULL) : 0;
    o.pairs = argv + 3 + (o.only != NULL);
    if (o.seeds < 1 || o.seeds > SEEDS_MAX) {
        fprintf(stderr, "SEEDS must be from 1 to %d\n", SEEDS_MAX);
        return 2;
    }
    printf("medians of %d seeds\n%-11s", o.seeds, "treebank");
    for (int k = 0; k < NUM_FIGURES; k++)
        printf(" %11s", figures[k]);
    printf("\n");
    for (size_t i = 0; i < sizeof(treebanks) / sizeof(*treebanks); i++)
        if (!o.only || strcmp(o.only, treebanks[i].name) == 0)
            bench(&o, &treebanks[i]);
    return 0;
}
