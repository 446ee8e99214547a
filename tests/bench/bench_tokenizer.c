/* bench_tokenizer.c - splitting raw text into words and sentences on Universal Dependencies.
 *
 * usage: bench_tokenizer [FOLDER [SEEDS]]
 *   FOLDER  with {en_ewt,vi_vtb}-ud-{train,test}.conllu.gz and zh_gsdsimp-ud-{dev,test}.conllu.gz;
 *           default ../shared/data/tagging
 *   SEEDS   fits per treebank, seeds 0, 1, ...; default 3
 * Protocol: the defaults of tokenizer_defaults(), trained on train (Chinese: dev), scored on test
 * as in the CoNLL 2018 shared task: F1 over spans, in percent, of surface tokens, words and
 * sentences, the raw text having a blank line between paragraphs. "joined": the same with a space
 * in place of blank lines. "rules": rule_tokenize(), which learns nothing. Then the seconds of a
 * fit and millions of bytes a second while splitting, both on one thread. Medians over the seeds,
 * lowest and highest behind them. */
#include "tests/bench/treebank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS_MAX = 32 };

static const struct {
    const char *name, *train, *test;
} treebanks[] = {
    {"en_ewt", "train", "test"}, {"vi_vtb", "train", "test"}, {"zh_gsdsimp", "dev", "test"}};

enum figure { TOKENS, WORDS, SENTENCES, JOINED, FIT, SPEED, NUM_FIGURES };
static const char *const figures[NUM_FIGURES] = {
    "tokens F1", "words F1", "sentences F1", "sentences F1, joined", "fit, s", "split, MB/s"};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool load(struct raw_text *out, const char *folder, const char *treebank, const char *part,
                 bool joined)
{
    struct tagged_set set;
    bool ok = treebank_load(&set, folder, treebank, part) && raw_text_init(out, &set, joined);

    tagged_set_release(&set); /* and with it the tags, which are not looked at here */
    return ok && out->documents.count > 0;
}

static void add(struct span_score *sum, const struct span_score *s)
{
    sum->gold += s->gold;
    sum->found += s->found;
    sum->correct += s->correct;
    sum->f1 = 2 * (double)sum->correct / (double)(sum->gold + sum->found);
}

/* Splits all documents, by rules if t is NULL, and returns the seconds that it took. */
static double score(struct tokenizer_score *out, const struct tokenizer *t,
                    const struct documents *d)
{
    double spent = 0;

    memset(out, 0, sizeof(*out));
    for (int i = 0; i < d->count; i++) {
        const struct text_view *v = &d->items[i];
        struct text_word *words = NULL;
        struct tokenizer_score s;
        struct err e = {0};
        size_t n = 0;
        double from = seconds();
        enum status st = t ? tokenize(&words, &n, t, v->text, v->length, false, &e)
                           : rule_tokenize(&words, &n, v->text, v->length, true, &e);

        spent += seconds() - from;
        if (st) {
            printf("%s\n", e.message);
            continue;
        }
        tokenizer_evaluate(&s, v->text, v->words, v->count, words, n);
        add(&out->tokens, &s.tokens);
        add(&out->words, &s.words);
        add(&out->sentences, &s.sentences);
        free(words);
    }
    return spent;
}

static double bytes_of(const struct documents *d)
{
    double n = 0;

    for (int i = 0; i < d->count; i++)
        n += (double)d->items[i].length;
    return n;
}

static bool run(double out[NUM_FIGURES], const struct documents *train,
                const struct documents *test, const struct documents *joined, int seed)
{
    struct tokenizer_params p;
    struct tokenizer *t = NULL;
    struct tokenizer_score s;
    struct err e = {0};
    double from = seconds();

    tokenizer_defaults(&p);
    p.seed = seed;
    if (tokenizer_fit(&t, train->items, train->count, &p, NULL, NULL, &e)) {
        printf("%s\n", e.message);
        return false;
    }
    out[FIT] = seconds() - from;
    score(&s, t, joined);
    out[JOINED] = 100 * s.sentences.f1;
    out[SPEED] = bytes_of(test) / score(&s, t, test) * 1e-6;
    out[TOKENS] = 100 * s.tokens.f1;
    out[WORDS] = 100 * s.words.f1;
    out[SENTENCES] = 100 * s.sentences.f1;
    tokenizer_free(t);
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void report(double results[SEEDS_MAX][NUM_FIGURES], int seeds)
{
    for (int k = 0; k < NUM_FIGURES; k++) {
        double v[SEEDS_MAX];

        for (int i = 0; i < seeds; i++)
            v[i] = results[i][k];
        qsort(v, (size_t)seeds, sizeof(v[0]), by_value);
        printf("  %-22s %7.2f  (%.2f to %.2f)\n", figures[k], v[seeds / 2], v[0], v[seeds - 1]);
    }
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "../shared/data/tagging";
    int seeds = argc > 2 ? atoi(argv[2]) : 3, done = 0;

    if (seeds < 1 || seeds > SEEDS_MAX) {
        fprintf(stderr, "usage: bench_tokenizer [FOLDER [SEEDS up to %d]]\n", SEEDS_MAX);
        return 2;
    }
    for (size_t i = 0; i < sizeof(treebanks) / sizeof(treebanks[0]); i++) {
        struct raw_text train = {0}, test = {0}, joined = {0};
        double results[SEEDS_MAX][NUM_FIGURES];
        struct tokenizer_score rules;

        if (load(&train, folder, treebanks[i].name, treebanks[i].train, false) &&
            load(&test, folder, treebanks[i].name, treebanks[i].test, false) &&
            load(&joined, folder, treebanks[i].name, treebanks[i].test, true)) {
            done++;
            for (int seed = 0; seed < seeds; seed++) {
                if (!run(results[seed], &train.documents, &test.documents, &joined.documents, seed))
                    return 1;
            }
            score(&rules, NULL, &test.documents);
            printf("%s, %d seeds\n", treebanks[i].name, seeds);
            report(results, seeds);
            printf("  rules: tokens %.2f, words %.2f, sentences %.2f\n", 100 * rules.tokens.f1,
                   100 * rules.words.f1, 100 * rules.sentences.f1);
            fflush(stdout);
        }
        raw_text_release(&train);
        raw_text_release(&test);
        raw_text_release(&joined);
    }
    if (!done)
        printf("bench_tokenizer: no treebanks in %s\n", folder);
    return 0;
}
