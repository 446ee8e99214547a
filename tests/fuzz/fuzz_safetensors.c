/* fuzz_safetensors.c - any bytes as a checkpoint, as a model of either task, and as a tokenizer.
 *
 * What is read is written and read again, and must come out the same; a model that loads must
 * answer. */
#include <lstm/checkpoint.h>
#include <lstm/forecaster.h>
#include <lstm/tagger.h>
#include <lstm/tokenizer.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void round_trip(const uint8_t *data, size_t size)
{
    struct checkpoint *a = NULL, *b = NULL;
    uint8_t *x = NULL, *y = NULL;
    size_t nx = 0, ny = 0;
    struct err e = {0};

    if (checkpoint_read(&a, data, size, &e))
        return;
    check(checkpoint_write(&x, &nx, a, &e) == ST_OK);
    check(checkpoint_read(&b, x, nx, &e) == ST_OK);
    check(checkpoint_write(&y, &ny, b, &e) == ST_OK);
    check(nx == ny && memcmp(x, y, nx) == 0);
    check(checkpoint_num_tensors(a) == checkpoint_num_tensors(b));
    checkpoint_free(a);
    checkpoint_free(b);
    free(x);
    free(y);
}

static void as_tagger(const uint8_t *data, size_t size)
{
    static const char *const tokens[] = {"good", "Bad", "new"};
    const struct sentence_view s = {.tokens = tokens, .length = 3};
    struct tagger *t = NULL;
    struct err e = {0};
    int best[TAG_COLUMNS][3];
    float score[TAG_COLUMNS][3];
    const struct tag_output out[TAG_COLUMNS] = {{best[0], score[0], NULL},
                                                {best[1], score[1], NULL}};

    if (tagger_load(&t, data, size, &e))
        return;
    if (!tagger_predict(out, t, &s, 1, &e)) {
        for (int c = 0; c < TAG_COLUMNS; c++)
            for (int i = 0; i < 3 && tagger_has(t, (enum tag_column)c); i++)
                check(best[c][i] >= 0 && best[c][i] < tagger_num_tags(t, (enum tag_column)c));
    }
    tagger_free(t);
}

static void as_tokenizer(const uint8_t *data, size_t size)
{
    static const char text[] = "We can't go, Mr.\xc3\xa9 3.14!\n\nCannot";
    struct checkpoint *c = NULL;
    struct tokenizer *t = NULL;
    struct text_word *words = NULL;
    struct err e = {0};
    size_t n = 0;

    if (checkpoint_read(&c, data, size, &e))
        return;
    if (tokenizer_load(&t, c, &e) == ST_OK && t) {
        check(tokenize(&words, &n, t, text, sizeof(text) - 1, false, &e) == ST_OK);
        check(n > 0 && words[n - 1].sentence_end && words[n - 1].end == sizeof(text) - 1);
        free(words);
    }
    tokenizer_free(t);
    checkpoint_free(c);
}

static void as_forecaster(const uint8_t *data, size_t size)
{
    struct forecaster *f = NULL;
    double mean[3], lower[3], upper[3];
    const double level = 80;
    struct forecast out = {.mean = mean, .lower = {lower}, .upper = {upper}};
    struct err e = {0};

    if (forecaster_load(&f, data, size, &e))
        return;
    for (int i = 0; i < forecaster_num_series(f) && i < 2; i++) {
        const double *values;
        int length;
        int64_t skipped;

        forecaster_series(f, i, &values, &length, &skipped);
        if (!forecaster_predict(&out, f, values, length, 3, &level, 1, &e))
            check(lower[2] <= mean[2] && mean[2] <= upper[2]);
    }
    forecaster_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    round_trip(data, size);
    as_tagger(data, size);
    as_tokenizer(data, size);
    as_forecaster(data, size);
    return 0;
}
