/* cost.h - estimates how long a response takes, to choose the lane that computes it. Private to
 * api/. */
#ifndef SERVER_API_COST_H
#define SERVER_API_COST_H

#include "server/api/api.h"
#include "server/formats/json.h"

/* A body of at most this size is examined on the thread that reads requests. */
enum { INLINE_BODY_BYTES = 4096 };

/* Milliseconds for forecasts of count series, horizon steps each, from `values` values in all. */
double cost_of_forecasts(const struct forecaster *f, int count, int horizon, int64_t values);
/* Milliseconds for tagging this number of tokens. */
double cost_of_tags(const struct tagger *t, int64_t tokens);
/* The lane for reading the data set of that name; the shortest lane when it does not exist. */
enum http_lane cost_lane_of_data(struct store *s, const char *name);
/* The lane for reading the data set that the member "dataset" of body names; the shortest lane when
 * there is no such member or data set. */
enum http_lane cost_lane_of_dataset(struct store *s, const cJSON *body);
/* The lane for work of this many milliseconds. */
enum http_lane cost_lane(double ms);

#endif
