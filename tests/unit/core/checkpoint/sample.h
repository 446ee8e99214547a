/* sample.h - a checkpoint that has every kind of entry. */
#ifndef TESTS_UNIT_CORE_CHECKPOINT_SAMPLE_H
#define TESTS_UNIT_CORE_CHECKPOINT_SAMPLE_H

#include <lstm/checkpoint.h>
#include <string.h>

/* Returns a checkpoint that has every kind of entry. */
struct checkpoint *checkpoint_sample(void);

#endif
