/* cost.h - how long an answer is expected to take, which decides the lane that it is computed in.
 * Private to api/. */
#ifndef SERVER_API_COST_H
#define SERVER_API_COST_H

#include "server/api/api.h"
#include "server/formats/json.h"

/* A body up to this many bytes is worth a look on the thread that reads requests. */
enum { INLINE_BODY_BYTES = 4096 };

/* Milliseconds for forecasts of count series, horizon steps each, from so many values in all. */
double cost_of_forecasts(const struct forecaster *f, int count, int horizon, int64_t values);
/* Milliseconds for tagging so many tokens. */
double cost_of_tags(const struct tagger *t, int64_t tokens);
/* The lane for work that reads the data set of that name; the shortest one when it is not there. */
enum http_lane cost_lane_of_data(struct store *s, const char *name);
/* The lane for work that reads the data set that the member "dataset" of body names; the shortest
 * one when it names none, or one that is not there. */
enum http_lane cost_lane_of_dataset(struct store *s, const cJSON *body);
/* The lane for work of so many milliseconds. */
enum http_lane cost_lane(double ms);

#endif
