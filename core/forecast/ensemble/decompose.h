/* decompose.h - level, trend and seasons of a path of forecasts. */
#ifndef CORE_FORECAST_ENSEMBLE_DECOMPOSE_H
#define CORE_FORECAST_ENSEMBLE_DECOMPOSE_H

/* Parts of the steps of a path, all (steps), which add up to it; borrowed. */
struct path_parts {
    double *level, *trend, *season, *season2, *rest;
};

/* The length that a path needs so that `steps` of it can be taken apart. */
int decompose_length(int steps, int season, int season2);

/* Takes the first `steps` of path (decompose_length()) apart. season: steps, 0 or 1: none; season2:
 * a multiple of season, or 0. space (decompose_length()). Linear in the path. */
void decompose_path(const struct path_parts *out, const double *path, int steps, int season,
                    int season2, double *space);

#endif
