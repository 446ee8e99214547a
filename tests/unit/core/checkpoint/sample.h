/* sample.h - a checkpoint with something of everything. */
#ifndef TESTS_UNIT_CORE_CHECKPOINT_SAMPLE_H
#define TESTS_UNIT_CORE_CHECKPOINT_SAMPLE_H

#include <lstm/checkpoint.h>
#include <string.h>

/* A checkpoint with something of everything. */
struct checkpoint *checkpoint_sample(void);

#endif
