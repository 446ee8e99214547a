/* hyperparameters.h - the schemas of config/openapi.json that the table of hyper-parameters
 * gives. */
#ifndef TESTS_CONTRACT_HYPERPARAMETERS_H
#define TESTS_CONTRACT_HYPERPARAMETERS_H

#include <cjson/cJSON.h>

/* Writes them into components/schemas of doc, in place of what is there: ForecastHyperparameters
 * and TagHyperparameters (of requests: ranges, defaults), EffectiveHyperparameters (of answers),
 * ForecastRecipe and TagRecipe. The names of the first two hold "parameters" in lower case: for
 * openapi-typescript a member with a default is then one that may be left out. */
void document_put_hyperparameters(cJSON *doc);

#endif
