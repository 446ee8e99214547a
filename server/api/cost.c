/* cost.c - see cost.h. The estimates are right within a factor of about three. That is enough,
 * since the lanes differ by a factor of five hundred. */
#include "server/api/cost.h"

/* Reading and checking a data set of this size takes some tens of milliseconds. */
enum { BULK_DATASET_BYTES = 1 << 20 };

/* 800 forecasts of 800 steps by a net of 41,000 weights take 5 s on one core of an EPYC (Zen 5); a
 * step multiplies by each weight once. For older machines, a fifth of that speed is assumed. */
static const double weights_per_ms = 1e6;
/* The other members of an ensemble read the history: 60 us for 144 values. */
static const double values_per_ms = 2000;
static const double inline_ms = 1, work_ms = 500;

double cost_of_forecasts(const struct forecaster *f, int count, int horizon, int64_t values)
{
    double steps = (double)count * (forecaster_params(f)->window + horizon);

    return steps * (double)forecaster_num_params(f) / weights_per_ms +
           (double)values / values_per_ms;
}

/* Only the weights of the nets are used for every token. Tables of words and features are only
 * looked up in, so counting them too gives an upper bound. */
double cost_of_tags(const struct tagger *t, int64_t tokens)
{
    const struct params *p = tagger_params(t);
    double in = p->embedding_dim + p->hidden_size, layers = p->num_layers > 0 ? p->num_layers : 1;
    double weights = 4.0 * p->hidden_size * in * layers * (p->bidirectional ? 2 : 1);

    return (double)tokens * (weights * (p->members > 0 ? p->members : 1) / weights_per_ms + 0.005);
}

enum http_lane cost_lane_of_data(struct store *s, const char *name)
{
    enum http_lane lane = HTTP_INLINE;
    struct dataset d = {0};
    struct err ignored = {0};

    if (store_dataset_get(&d, s, name, &ignored) == ST_OK)
        lane = d.bytes > BULK_DATASET_BYTES ? HTTP_BULK : HTTP_WORK;
    dataset_release(&d);
    return lane;
}

enum http_lane cost_lane_of_dataset(struct store *s, const cJSON *body)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(body, "dataset");

    return cJSON_IsString(name) ? cost_lane_of_data(s, name->valuestring) : HTTP_INLINE;
}

enum http_lane cost_lane(double ms)
{
    if (ms <= inline_ms)
        return HTTP_INLINE;
    return ms <= work_ms ? HTTP_WORK : HTTP_BULK;
}
