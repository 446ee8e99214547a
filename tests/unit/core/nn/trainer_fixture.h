/* trainer_fixture.h - a trainer with its net and random samples, in several settings. */
#ifndef TESTS_UNIT_CORE_NN_TRAINER_FIXTURE_H
#define TESTS_UNIT_CORE_NN_TRAINER_FIXTURE_H

#include "tests/unit/core/nn/samples.h"

#include <check.h>

enum { TRAIN = 19, VALID = 40, STEPS_MAX = 512, TRAINER_SETTINGS = 5 };

struct trainer_setting {
    const char *name;
    const struct net_config *net;
    struct trainer_config config;
    bool valid, bucket;
};

extern const struct trainer_setting trainer_settings[];

struct trainer_fixture {
    struct samples *samples, *valid_samples;
    struct sample_source train, valid;
    struct net *net;
    struct trainer *t;
};

/* weights: the seed of the initial weights. */
void trainer_setup(struct trainer_fixture *f, const struct trainer_setting *s, uint64_t weights);
void trainer_teardown(struct trainer_fixture *f);
/* Trains to the end; returns the number of steps. */
int trainer_finish(struct trainer *t);
/* Fails unless both ended with equal weights, bit for bit. step: where one of them was resumed, for
 * the message. */
void trainer_check_same(const struct trainer_fixture *a, const struct trainer_fixture *b, int step);

#endif
