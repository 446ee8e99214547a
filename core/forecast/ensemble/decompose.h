/* decompose.h - level, trend and seasons of a path of forecasts. */
#ifndef CORE_FORECAST_ENSEMBLE_DECOMPOSE_H
#define CORE_FORECAST_ENSEMBLE_DECOMPOSE_H

/* Parts of a path, (steps) each, whose sum is the path; borrowed. */
struct path_parts {
    double *level, *trend, *season, *season2, *rest;
};

/* The length of the path that is needed to decompose its first `steps`. */
int decompose_length(int steps, int season, int season2);

/* Decomposes the first `steps` of path (decompose_length()). season: steps, 0 or 1: none. season2:
 * a multiple of season, or 0. space (decompose_length()). The parts are linear in the path. */
void decompose_path(const struct path_parts *out, const double *path, int steps, int season,
                    int season2, double *space);

#endif
