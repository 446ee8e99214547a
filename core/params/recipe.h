/* recipe.h - what a recipe decides besides the values of parameters. Private to core/.
 *
 * A recipe names a set of parameter values (params_defaults) and these flags. A user chooses the
 * flags only by choosing the recipe. The tutorials switch off everything that the texts they follow
 * do not have. */
#ifndef CORE_PARAMS_RECIPE_H
#define CORE_PARAMS_RECIPE_H

#include <lstm/params.h>

/* All flags concern forecasts; the recipes of taggers differ in their parameters alone. */
struct recipe {
    const char *name;
    /* The held-out end is test_size windows, each forecast one step ahead from the observed past.
     * Otherwise it is test_size steps, forecast from one origin. One series only; the last possible
     * window is not used. */
    bool one_step_evaluation;
    bool validation;      /* some windows are held back from training for a validation loss */
    bool keep_best;       /* keeps the weights of the best epoch rather than those of the last */
    bool cosine_schedule; /* the learning rate falls along a cosine; otherwise it is constant */
    bool level_windows;   /* each window is shifted and scaled by itself (standard, log scaling) */
    bool exogenous_effects; /* calendar effects and covariates are estimated and removed */
    bool season_check;      /* an automatic season is tested against the data */
    bool thin_windows;      /* an epoch of a large panel takes every n-th window only */
};

/* The recipe from which p was made; the default one when p->recipe names none of the task.
 * Static. */
const struct recipe *recipe_of(enum task t, const struct params *p);

#endif
