/* explanation.h - the members of a forecast, and the parts that add up to its mean.
 *
 * The members of an ensemble have different states, so their forecasts are all decomposed in the
 * same way. A moving average over one season is level and trend; what repeats in the rest is the
 * season. This is linear: the parts of the weighted mean are the weighted means of the members'
 * parts. On a scale that is not linear (a logarithm, a root) a part is what it adds to the parts
 * before it. */
#ifndef LSTM_EXPLANATION_H
#define LSTM_EXPLANATION_H

#include <stdbool.h>

/* Parts in the order in which they are added. */
enum explained_part {
    PART_LEVEL,      /* of the first step, without its season */
    PART_TREND,      /* change of the level since the first step */
    PART_SEASON,     /* of the shorter season */
    PART_SEASON2,    /* of the longer season, without the shorter one */
    PART_REMAINDER,  /* what does not repeat in the members' mean */
    PART_NET,        /* the net's correction; of a net alone, everything but the level */
    PART_SPREAD,     /* mean minus median, and what the lower limit cuts off */
    PART_COVARIATES, /* the effect of the covariates */
    PART_CALENDAR,   /* of working days, leap days, Easter and holidays */
    PART_COUNT
};

enum { EXPLAINED_MEMBERS_MAX = 12, EXPLAINED_CHANGES_MAX = 100 };

/* A method. Its forecast is its own median, with the effects of calendar and covariates. */
struct explained_member {
    const char *name; /* static */
    double weight;    /* > 0; the sum over all members is 1 */
    double *forecast; /* (steps) */
};

/* The reason why an observation is replaced. */
enum change_reason {
    CHANGE_NONE,
    CHANGE_SEASON, /* its step of the season, such as a weekday, has changed permanently since */
    CHANGE_OUTLIER,
    CHANGE_LEVEL,   /* the level has shifted since */
    CHANGE_TREND,   /* the trend has another slope since */
    CHANGE_DOUBTFUL /* the last value: an error, or the first of a new level */
};

/* An observation that the forecast uses with another value. */
struct explained_change {
    int at; /* index in the history */
    enum change_reason reason;
    double observed, used;
};

/* Zeroed, it is empty. */
struct explanation {
    int steps;
    double *part[PART_COUNT]; /* (steps) each */
    struct explained_member members[EXPLAINED_MEMBERS_MAX];
    int num_members;
    int season_length;    /* of the model's parameters; 1: none */
    int season, season2;  /* steps of the seasons that are modelled; 0: none */
    double season_weight; /* 0..1: total weight of the members that repeat a season */
    int filled;           /* missing observations that were imputed */
    struct explained_change changes[EXPLAINED_CHANGES_MAX]; /* the last ones, in order of time */
    int num_changes, changed; /* entries of changes; changed observations in all */
    double *block;            /* holds all arrays; owned */
};

void explanation_release(struct explanation *x);

#endif
