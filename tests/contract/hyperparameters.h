/* hyperparameters.h - makes those schemas of config/openapi.json that come from the table of
 * hyper-parameters. */
#ifndef TESTS_CONTRACT_HYPERPARAMETERS_H
#define TESTS_CONTRACT_HYPERPARAMETERS_H

#include <cjson/cJSON.h>

/* Writes them into components/schemas of doc, in place of those that are there:
 * ForecastHyperparameters and TagHyperparameters (of requests: ranges, defaults),
 * EffectiveHyperparameters (of responses), ForecastRecipe and TagRecipe. The names of the first two
 * contain "parameters" in lower case so that openapi-typescript treats a member with a default as
 * optional. */
void document_put_hyperparameters(cJSON *doc);

#endif
