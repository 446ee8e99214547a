/* forecaster_access.c - read access to a forecaster: parameters, series, covariates, evaluation. */
#include "core/forecast/forecaster_model.h"

#include <string.h>

const struct params *forecaster_params(const struct forecaster *f)
{
    return &f->params;
}

const char *forecaster_arithmetic(const struct forecaster *f)
{
    return f->arithmetic;
}

int64_t forecaster_num_params(const struct forecaster *f)
{
    return (int64_t)net_num_params(f->net);
}

const struct net *forecaster_net(const struct forecaster *f)
{
    return f->net;
}

int forecaster_num_series(const struct forecaster *f)
{
    return f->num_series;
}

const char *forecaster_series(const struct forecaster *f, int i, const double **values, int *length,
                              int64_t *skipped)
{
    *values = f->series[i].values;
    *length = f->series[i].length;
    *skipped = f->series[i].skipped;
    return f->series[i].id;
}

int forecaster_find_series(const struct forecaster *f, const char *id)
{
    for (int i = 0; i < f->num_series; i++) {
        if (!strcmp(f->series[i].id, id))
            return i;
    }
    return -1;
}

size_t forecaster_bytes(const struct forecaster *f)
{
    size_t n = sizeof(*f) + net_num_params(f->net) * sizeof(float) +
               work_pool_size(net_get_config(f->net), f->frame.window, 1, POOL_WORKS, false);

    for (int i = 0; i < GLOBAL_NETS && f->nets.net[i]; i++)
        n += net_num_params(f->nets.net[i]) * sizeof(float);
    n += (size_t)f->nets.ar.L * (size_t)f->nets.ar.H * sizeof(float);

    for (int i = 0; i < f->num_series; i++)
        n += sizeof(*f->series) + strlen(f->series[i].id) + 1 +
             ((size_t)f->series[i].length +
              (size_t)f->num_covariates * (size_t)f->series[i].covariates.rows) *
                 sizeof(double);
    for (int i = 0; i < 2 * f->num_metadata; i++)
        n += strlen(f->metadata[i]) + 1 + sizeof(char *);
    n += (size_t)(f->intervals.steps + f->intervals.count + f->intervals.shape_count) *
         sizeof(double);
    for (int i = 0; f->evaluation && i < f->evaluation->count; i++)
        n += sizeof(*f->evaluation->series) +
             10 * (size_t)f->evaluation->series[i].length * sizeof(double);
    return n;
}

const struct evaluation *forecaster_evaluation(const struct forecaster *f)
{
    return f->evaluation;
}

bool forecaster_has_intervals(const struct forecaster *f)
{
    return f->intervals.count > 0;
}

int forecaster_num_covariates(const struct forecaster *f)
{
    return f->num_covariates;
}

const char *forecaster_covariate(const struct forecaster *f, int k, bool *known)
{
    *known = params_known_in_advance(&f->params, f->covariates[k]);
    return f->covariates[k];
}

bool forecaster_uses_covariates(const struct forecaster *f, int i)
{
    return f->series[i].covariates.regression.count > 0;
}

const double *forecaster_series_covariates(const struct forecaster *f, int i, int *rows)
{
    *rows = f->series[i].covariates.rows;
    return f->series[i].covariates.values;
}
