/* anomaly_check.h - table anomaly_check: new rows of data sets in which anomalies are still to be
 * looked for.
 *
 * An append writes them in its own transaction, if a webhook is to be told of anomalies in that
 * data set. They are removed in the transaction that writes what was found. */
#ifndef SERVER_STORE_ANOMALY_CHECK_H
#define SERVER_STORE_ANOMALY_CHECK_H

#include "server/store/store.h"

enum {
    ANOMALY_CHECKS_MAX = 10000,   /* series that wait; beyond it, rows are not looked at */
    ANOMALY_CHECKS_AT_ONCE = 1000 /* series */
};

struct anomaly_check {
    char *series;       /* name; owned */
    int64_t first, end; /* the new rows: first <= row < end */
};
struct anomaly_checks {
    char dataset[NAME_MAX_LEN + 1]; /* "": there is none */
    int count;
    struct anomaly_check *items;
};
void anomaly_checks_release(struct anomaly_checks *c);
/* Reads checks of the first data set after `after` in order of name, or of the first of all when
 * there is none after it. */
enum status store_anomaly_checks(struct anomaly_checks *out, struct store *s, const char *after,
                                 struct err *e);

/* A model whose version that serves was trained on a data set. */
struct dataset_model {
    char name[NAME_MAX_LEN + 1];
    int64_t version;
};
/* Forecasting models of a data set, at most `most`. *n: how many. In
 * model.c. */
enum status store_dataset_models(struct dataset_model *out, int *n, struct store *s,
                                 const char *dataset, int most, struct err *e);

/* Anomalies that were found by a model, as JSON object; borrowed. */
struct anomaly_finding {
    const char *model, *data;
};
/* Removes checks that were made, and tells webhooks of the findings. Rows that were appended
 * meanwhile stay. */
enum status store_anomaly_checks_done(struct store *s, const struct anomaly_checks *c,
                                      const struct anomaly_finding *found, int n, struct err *e);

/* For the files of store/, inside a transaction: whether checks of the data set are wanted; adds
 * one, if there is room; removes those of a data set that is replaced or deleted. */
struct db;
enum status anomaly_checks_wanted(bool *out, struct db *db, const char *dataset, struct err *e);
enum status anomaly_check_add(struct db *db, const char *dataset, const char *series, int64_t first,
                              int64_t end, struct err *e);
enum status anomaly_checks_drop(struct db *db, const char *dataset, struct err *e);

#endif
