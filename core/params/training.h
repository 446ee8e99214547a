/* training.h - how parameters set up the training of a net. Private to core/. */
#ifndef CORE_PARAMS_TRAINING_H
#define CORE_PARAMS_TRAINING_H

#include <lstm/params.h>
#include <lstm/trainer.h>

/* The settings that every task takes from resolved parameters: epochs, batches, loss, optimiser,
 * clipping and patience. Everything else is zero, and the caller sets it: seed, schedule, threads,
 * which weights are kept. */
struct trainer_config training_of(const struct params *p);

#endif
