/* explanation.h - what a forecast is made of: its members, and parts that add up to its mean.
 *
 * The members of an ensemble have different states, so their forecasts are all taken apart in the
 * same way: a moving average over one season is level and trend, what repeats in the rest is the
 * season. That is linear: the parts of the weighted mean are the weighted means of the members'
 * parts. On a scale that bends (a logarithm, a root) a part is what it adds to those before it. */
#ifndef LSTM_EXPLANATION_H
#define LSTM_EXPLANATION_H

#include <stdbool.h>

/* Parts in the order in which they are added. */
enum explained_part {
    PART_LEVEL,      /* of the first step, without its season */
    PART_TREND,      /* how far the level moves from there */
    PART_SEASON,     /* of the shorter season */
    PART_SEASON2,    /* of the longer season, less the shorter one */
    PART_REMAINDER,  /* of the members' mean: what does not repeat */
    PART_NET,        /* the correction by the net; of a net alone all but the level */
    PART_SPREAD,     /* the mean less the median, and what lies below the floor */
    PART_COVARIATES, /* the effect of the covariates */
    PART_CALENDAR,   /* of working days, leap days, Easter and holidays */
    PART_COUNT
};

enum { EXPLAINED_MEMBERS_MAX = 12, EXPLAINED_CHANGES_MAX = 100 };

/* A method. Its forecast is the median by it alone, calendar and covariates included. */
struct explained_member {
    const char *name; /* static */
    double weight;    /* > 0; those of all members have the sum 1 */
    double *forecast; /* (steps) */
};

/* An observation that the forecast does not go by as it is. */
struct explained_change {
    int at; /* index in the history */
    double observed, used;
};

/* Zeroed, it is empty. */
struct explanation {
    int steps;
    double *part[PART_COUNT]; /* (steps) each */
    struct explained_member members[EXPLAINED_MEMBERS_MAX];
    int num_members;
    int season_length;    /* that the model was to look for; 1: none */
    int season, season2;  /* steps that the history is long enough for; 0: none */
    double season_weight; /* 0..1: of the members that repeat a season */
    int filled;           /* missing observations */
    struct explained_change changes[EXPLAINED_CHANGES_MAX]; /* the last ones, in order of time */
    int num_changes, changed; /* num_changes: those above; changed: all */
    double *block;            /* what the arrays are in; owned */
};

void explanation_release(struct explanation *x);

#endif
