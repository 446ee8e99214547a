/* fixture.h - a store in a folder of its own, and small data to put into it. */
#ifndef TESTS_UNIT_SERVER_STORE_FIXTURE_H
#define TESTS_UNIT_SERVER_STORE_FIXTURE_H

#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

#include <check.h>

/* The status with the message that belongs to it. */
#define ck_status(actual, expected, e)                                                             \
    do {                                                                                           \
        enum status ck_st = (actual);                                                              \
        ck_assert_msg(ck_st == (expected), "%s: %s instead of %s: %s", #actual,                    \
                      status_name(ck_st), status_name(expected), (e)->message);                    \
    } while (0)
#define ck_ok(actual, e) ck_status(actual, ST_OK, e)

struct fixture {
    char folder[64];
    char path[96]; /* of the database */
    struct store *store;
    struct err e;
};

/* Whole in one call: a new folder and an open store, closed and removed again. */
void fixture_open(struct fixture *f);
void fixture_close(struct fixture *f);
/* The parts. */
void fixture_folder(struct fixture *f);
void fixture_store(struct fixture *f); /* opens f->path */
void fixture_remove(struct fixture *f);
/* The store's connection of this thread, for a look below the surface. */
struct db *fixture_db(struct fixture *f);
int64_t fixture_int(struct fixture *f, const char *sql);
/* Fails the test unless the file is whole and no reference dangles. */
void fixture_check_file(struct fixture *f);

/* rows values first, first + 1, ... in one column "value"; start and frequency as in timeline.h.
 * Release it. */
struct series_set series_of(const char *id, enum freq_unit unit, int64_t start, int rows,
                            double first);
/* Another series of the same kind. */
void series_more(struct series_set *s, const char *id, enum freq_unit unit, int64_t start, int rows,
                 double first);
/* "the/DET/DT dog/NN|read/V": sentences by '|', tokens by ' ', FORM/UPOS/XPOS, the last two may be
 * left out. */
struct tagged_set tagged_of(const char *text);

/* Limits that nothing here reaches. */
extern const struct data_limits wide;

/* The usual calls, which have to succeed. */
void put_series(struct fixture *f, const char *name, enum freq_unit unit, int64_t start, int rows,
                double first);
void put_tagged(struct fixture *f, const char *name, const char *text);
int64_t dataset_id(struct fixture *f, const char *name);
/* Submits a job of this model on that data set; its id. */
void submit(char id[JOB_ID_LEN + 1], struct fixture *f, const char *dataset, const char *model);
struct job_submission submission(struct fixture *f, const char *dataset, const char *model);
void claim(char id[JOB_ID_LEN + 1], struct fixture *f);
struct model_submission model_of(const char *name, const char *task, const char *checkpoint);

/* A small generator, so that what failed can be run again. */
uint32_t next_random(uint32_t *state);

#endif
