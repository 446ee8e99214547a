/* table_options.h - the caller's choices for reading a table. */
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
    AGGREGATE_COUNT /* counts rows, and needs no value column */
};

/* Each text may be NULL. Borrowed. Lists are comma-separated names of columns. */
struct table_options {
    const char *time, *id;   /* lists: several columns make one time, one id */
    const char *target;      /* list of value columns */
    const char *covariates;  /* list of covariate columns */
    const char *frequency;   /* pandas alias */
    const char *date_format; /* strptime's letters */
    const char *missing;     /* list of texts that are missing values */
    const char *default_id;  /* the id of the only series when there is no id column */
    enum censored censored;  /* treatment of "<1" */
    char decimal;            /* '.', ',' or '\0': by the cells */
    enum aggregate aggregate;
    char *const *known; /* (num_known) columns of the data set that the rows continue: kept */
    int num_known;
    struct data_limits limits;
};

/* Reads "mean", "sum" ...; returns false for other names. */
bool aggregate_from_name(enum aggregate *out, const char *name);

#endif
