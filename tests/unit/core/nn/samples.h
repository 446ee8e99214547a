/* samples.h - a source of small random sequences for the tests of the trainer. */
#ifndef TESTS_UNIT_CORE_NN_SAMPLES_H
#define TESTS_UNIT_CORE_NN_SAMPLES_H

#include <lstm/trainer.h>

enum { SAMPLES_MAX = 64, SAMPLE_T = 7, SAMPLE_I = 2, SAMPLE_O = 2, SAMPLE_V = 9 };

struct samples {
    int length[SAMPLES_MAX];
    float x[SAMPLES_MAX][SAMPLE_T][SAMPLE_I];
    float y[SAMPLES_MAX][SAMPLE_T][SAMPLE_O];
    int32_t ids[SAMPLES_MAX][SAMPLE_T], classes[SAMPLES_MAX][SAMPLE_T];
    bool last_only;
    bool noise;            /* training adds noise from the generator that it gets */
    int seen[SAMPLES_MAX]; /* how often a sample was read with a generator, that is for training */
    int sum_of_longest;    /* of all trained batches; sorting by length makes it small */
};

/* Lengths 1..SAMPLE_T and targets that can be learnt; one in ten is missing (NaN, -1). */
void random_samples_init(struct samples *s, uint64_t seed);
/* A source of the first n samples; s is borrowed. */
struct sample_source random_samples_source(struct samples *s, int n, bool with_length);

#endif
