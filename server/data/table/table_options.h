/* table_options.h - the caller's choices where a table can be read in more than one way. */
#ifndef SERVER_DATA_TABLE_TABLE_OPTIONS_H
#define SERVER_DATA_TABLE_TABLE_OPTIONS_H

#include "server/data/data.h"
#include "server/data/table/table.h"

enum aggregate {
    AGGREGATE_NONE,
    AGGREGATE_MEAN,
    AGGREGATE_SUM,
    AGGREGATE_LAST,
    AGGREGATE_MIN,
    AGGREGATE_MAX,
    AGGREGATE_COUNT /* of rows: no value column is needed */
};

/* Each text may be NULL. Borrowed. Lists are comma-separated names of columns. */
struct table_options {
    const char *time, *id;   /* lists: several columns make one time, one id */
    const char *target;      /* list of value columns */
    const char *covariates;  /* list of those that are covariates */
    const char *frequency;   /* pandas alias */
    const char *date_format; /* strptime's letters */
    const char *missing;     /* list of texts that are missing values */
    const char *default_id;  /* the id of the only series when there is no id column */
    enum censored censored;  /* what "<1" counts as */
    char decimal;            /* '.', ',' or '\0': as the cells tell */
    enum aggregate aggregate;
    char *const *known; /* (num_known) the columns that the rows go on with: they stay */
    int num_known;
    struct data_limits limits;
};

/* "mean", "sum" ...; false: no such. */
bool aggregate_from_name(enum aggregate *out, const char *name);

#endif
